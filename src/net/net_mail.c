/* SPDX-License-Identifier: EUPL-1.2 */
/* Handing a letter to a mail server: Internet Message Format (RFC 5322, 2045,
 * 2047) over SMTP (RFC 5321), by libcurl. */
#include "net/net_priv.h"

#define LIMIT     (60 * TIME_SECOND)
#define LINE      76 /* of base64, RFC 2045 section 6.8 */
#define WORD      39 /* bytes: "Subject: " and a word fit 76, RFC 2047 section 2 */
#define MAIL_MOST ((size_t)1 << 20)

/* ---- addresses ---------------------------------------------------- */

/* Letters, digits and these in front of the @ (RFC 5322 atext, without what a
 * shell or a header could take for something else). */
static bool local_ok(str s)
{
    if (s.n == 0 || s.n > 64 || s.p[0] == '.' || str_ends(s, STR(".")) ||
        str_find(s, STR("..")) < s.n)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] >= 'a' && s.p[i] <= 'z') &&
            !(s.p[i] >= 'A' && s.p[i] <= 'Z') &&
            !(s.p[i] >= '0' && s.p[i] <= '9') &&
            (s.p[i] == 0 || strchr("!#$%&'*+-/=?^_`{|}~.", s.p[i]) == NULL))
            return false;
    return true;
}

static bool domain_ok(str s)
{
    str label;
    size_t labels = 0;

    if (s.n == 0 || s.n > 253 || s.p[s.n - 1] == '.')
        return false;
    for (; str_next(&s, '.', &label); labels++) {
        if (label.n == 0 || label.n > 63 || label.p[0] == '-' ||
            label.p[label.n - 1] == '-')
            return false;
        for (size_t i = 0; i < label.n; i++)
            if (!(label.p[i] >= 'a' && label.p[i] <= 'z') &&
                !(label.p[i] >= 'A' && label.p[i] <= 'Z') &&
                !(label.p[i] >= '0' && label.p[i] <= '9') && label.p[i] != '-')
                return false;
    }
    return labels >= 2;
}

bool net_mail_address(str s)
{
    str local, domain;

    return str_cut(s, '@', &local, &domain) && local_ok(local) &&
           domain_ok(domain);
}

/* ---- the message -------------------------------------------------- */

static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void put_base64(struct buf *b, str s)
{
    for (size_t i = 0; i < s.n; i += 3) {
        uint32_t v = (uint32_t)(unsigned char)s.p[i] << 16;

        if (i + 1 < s.n)
            v |= (uint32_t)(unsigned char)s.p[i + 1] << 8;
        if (i + 2 < s.n)
            v |= (uint32_t)(unsigned char)s.p[i + 2];
        buf_char(b, base64[v >> 18]);
        buf_char(b, base64[v >> 12 & 63]);
        buf_char(b, i + 1 < s.n ? base64[v >> 6 & 63] : '=');
        buf_char(b, i + 2 < s.n ? base64[v & 63] : '=');
    }
}

/* How much of `s` fits into one encoded word without splitting a letter. */
static size_t word_of(str s)
{
    size_t n = s.n < WORD ? s.n : WORD;

    while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--;
    return n;
}

/* An encoded word, RFC 2047; always, so that no text can be taken for more
 * than a text: not for another header, not for an address. */
static void put_words(struct buf *b, str s)
{
    while (s.n > 0) {
        size_t n = word_of(s);

        buf_lit(b, "=?UTF-8?B?");
        put_base64(b, str_slice(s, 0, n));
        s = str_slice(s, n, s.n);
        buf_lit(b, s.n > 0 ? "?=\r\n " : "?=");
    }
}

static void put_date(struct buf *b, int64_t instant)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t of_day;
    struct date d = time_local(instant, 0, &of_day);

    buf_fmt(b, "%.3s, %d %.3s %d %02d:%02d:%02d +0000",
            days + 3 * time_weekday(time_days(d)), d.day,
            months + 3 * (d.month - 1), d.year, (int)(of_day / TIME_HOUR),
            (int)(of_day / TIME_MINUTE % 60), (int)(of_day / TIME_SECOND % 60));
}

static void put_head(struct ctx *c, struct buf *b, const struct net_mail *m)
{
    unsigned char id[16];

    ctx_random(c, id, sizeof id);
    buf_lit(b, "Date: ");
    put_date(b, c->now);
    buf_lit(b, "\r\nFrom: ");
    put_words(b, m->from_name);
    buf_fmt(b, "\r\n <%.*s>\r\nTo: <%.*s>\r\nSubject: ", STR_ARG(m->from),
            STR_ARG(m->to));
    put_words(b, m->subject);
    buf_lit(b, "\r\nMessage-ID: <");
    buf_hex(b, id, sizeof id);
    buf_fmt(
        b, "%.*s>\r\n",
        STR_ARG(str_slice(m->from, str_find(m->from, STR("@")), m->from.n)));
    /* No answering machine answers (RFC 3834). */
    buf_lit(b, "Auto-Submitted: auto-generated\r\n"
               "MIME-Version: 1.0\r\n"
               "Content-Type: text/plain; charset=utf-8\r\n"
               "Content-Transfer-Encoding: base64\r\n");
    buf_fmt(b, "Content-Language: %.*s\r\n\r\n", STR_ARG(m->lang));
}

static str with_crlf(struct ctx *c, str s)
{
    struct buf b = buf_new(c, MAIL_MOST);

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\n')
            buf_char(&b, '\r');
        buf_char(&b, s.p[i]);
    }
    return buf_str(&b);
}

static err check_mail(struct ctx *c, const struct net_mail *m)
{
    size_t points;

    if (!net_mail_address(m->to) || !net_mail_address(m->from))
        return fail(c, E_BAD_INPUT, "%s",
                    say(c, "Alamat surel tujuan atau pengirim salah.",
                        "The address of the mail or its sender is wrong."));
    if ((!str_eq(m->lang, STR("id")) && !str_eq(m->lang, STR("en"))) ||
        !str_utf8(m->subject, &points) || points > 200 ||
        !str_utf8(m->from_name, &points) || points > 100 ||
        !str_utf8(m->body, &points) || m->body.n > MAIL_MOST / 4)
        return fail(c, E_BAD_INPUT, "%s",
                    say(c, "Isi surel terlalu panjang atau tidak terbaca.",
                        "The mail is too long or cannot be read."));
    return E_OK;
}

err net_mail_write(struct ctx *c, const struct net_mail *m, str *out)
{
    struct buf b = buf_new(c, MAIL_MOST);
    str body;

    TRY(check_mail(c, m));
    body = with_crlf(c, m->body);
    put_head(c, &b, m);
    for (size_t i = 0; i < body.n; i += LINE / 4 * 3) {
        put_base64(&b, str_slice(body, i, i + LINE / 4 * 3));
        buf_lit(&b, "\r\n");
    }
    return buf_done(c, &b, out);
}

/* ---- handing it over ---------------------------------------------- */

struct feed {
    str rest;
};

static size_t feed_some(char *to, size_t one, size_t n, void *arg)
{
    struct feed *f = arg;
    size_t some = one * n < f->rest.n ? one * n : f->rest.n;

    memcpy(to, f->rest.p, some);
    f->rest = str_slice(f->rest, some, f->rest.n);
    return some;
}

static int stopped(void *arg, curl_off_t a, curl_off_t b, curl_off_t d,
                   curl_off_t e)
{
    const struct net_postbox *p = arg;

    (void)a, (void)b, (void)d, (void)e;
    return p->stop != NULL && atomic_load(p->stop);
}

err net_postbox_check(struct ctx *c, const struct net_postbox *p, str *host)
{
    str scheme, rest;
    bool known = str_cut(p->server, ':', &scheme, &rest) &&
                 (str_eq(scheme, STR("smtp")) || str_eq(scheme, STR("smtps")));

    if (!known || !net_plain(p->server) || !net_url_has_host(p->server) ||
        str_has(p->server, '@') || str_has(p->server, '#') ||
        str_has(p->server, '?'))
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "Server surel \"%.*s\" tidak dapat dipakai. Contoh: "
                        "smtps://surel.bandung.go.id atau "
                        "smtp://surel.bandung.go.id:587.",
                        "The mail server \"%.*s\" cannot be used. Example: "
                        "smtps://mail.bandung.go.id or "
                        "smtp://mail.bandung.go.id:587."),
                    p->server.n > 160 ? 160 : (int)p->server.n, p->server.p);
    rest = str_slice(rest, 2, rest.n);
    str_cut(rest, '/', host, &rest);
    return E_OK;
}

static void set_rules(CURL *curl, const struct net_postbox *p,
                      struct net_guard *guard, struct feed *feed)
{
    NET_SET(curl, PROTOCOLS_STR, "smtp,smtps");
    NET_SET(curl, USE_SSL, (long)(p->plain ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    NET_SET(curl, PROXY, "");
    NET_SET(curl, NETRC, (long)CURL_NETRC_IGNORED);
    NET_SET(curl, NOSIGNAL, 1L);
    NET_SET(curl, TIMEOUT_MS, (long)(LIMIT / 1000));
    NET_SET(curl, OPENSOCKETFUNCTION, net_open_socket);
    NET_SET(curl, OPENSOCKETDATA, guard);
    NET_SET(curl, XFERINFOFUNCTION, stopped);
    NET_SET(curl, XFERINFODATA, p);
    NET_SET(curl, NOPROGRESS, 0L);
    NET_SET(curl, UPLOAD, 1L);
    NET_SET(curl, READFUNCTION, feed_some);
    NET_SET(curl, READDATA, feed);
}

/* What a server says of one letter (RFC 5321 section 4.2.3): the mailbox or
 * the text will not do, for good or for now. Whatever else it says is about us
 * or about itself. */
static const struct {
    long answer;
    err e;
} of_a_letter[] = {
    {450, E_TOO_MANY}, {451, E_TOO_MANY}, {452, E_TOO_MANY}, {550, E_REFUSED},
    {551, E_REFUSED},  {552, E_REFUSED},  {553, E_REFUSED},  {556, E_REFUSED},
};

static err refused(struct ctx *c, CURL *curl, CURLcode code,
                   const struct net_guard *guard, str host)
{
    long answer = 0;

    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
    for (size_t i = 0; i < COUNT(of_a_letter); i++)
        if (answer == of_a_letter[i].answer)
            return fail(c, of_a_letter[i].e,
                        say(c, "Server %.*s menolak surel itu (%ld).",
                            "The server %.*s refused the mail (%ld)."),
                        STR_ARG(host), answer);
    if (guard->closed[0] == 0 && code != CURLE_USE_SSL_FAILED &&
        answer >= 500 && answer < 600)
        return fail(c, E_FORBIDDEN,
                    say(c,
                        "Server %.*s tidak menerima surel dari kota ini "
                        "(%ld).",
                        "The server %.*s takes no mail from this city (%ld)."),
                    STR_ARG(host), answer);
    return net_trouble(c, code, guard, host,
                       say(c, "jawabannya bukan SMTP yang benar",
                           "its answer is no proper SMTP"));
}

static err hand_over(struct ctx *c, CURL *curl, const struct net_postbox *p,
                     const struct net_mail *m, str text, str host)
{
    struct net_guard guard = {.allow_private = p->allow_private};
    struct curl_slist *to =
        curl_slist_append(NULL, arena_fmt(c->mem, "<%.*s>", STR_ARG(m->to)).p);
    struct feed feed = {text};
    CURLcode code;

    MUST(to != NULL);
    set_rules(curl, p, &guard, &feed);
    NET_SET(curl, URL, arena_str(c->mem, p->server).p);
    NET_SET(curl, MAIL_FROM, arena_fmt(c->mem, "<%.*s>", STR_ARG(m->from)).p);
    NET_SET(curl, MAIL_RCPT, to);
    if (p->user.n > 0) {
        NET_SET(curl, USERNAME, arena_str(c->mem, p->user).p);
        NET_SET(curl, PASSWORD, arena_str(c->mem, p->password).p);
    }
    code = net_perform(curl);
    curl_slist_free_all(to);
    return code == CURLE_OK ? E_OK : refused(c, curl, code, &guard, host);
}

err net_mail_send(struct ctx *c, const struct net_postbox *p,
                  const struct net_mail *m)
{
    str text, host;
    CURL *curl;
    err e;

    TRY(net_postbox_check(c, p, &host));
    TRY(net_mail_write(c, m, &text));
    curl = curl_easy_init();
    MUST(curl != NULL);
    e = hand_over(c, curl, p, m, text, host);
    curl_easy_cleanup(curl);
    return e;
}
