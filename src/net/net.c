/* SPDX-License-Identifier: EUPL-1.2 */
/* One exchange, and the redirections within a host. */
#include "net/net_priv.h"

#include <strings.h>

#define LIMIT     (10 * TIME_SECOND)
#define HEAD_MOST ((size_t)64 << 10)
#define HOPS      3
#define GZIP_MORE ((size_t)1 << 10) /* what gzip may add to what it cannot */

struct net_line {
    CURL *curl;
    bool allow_private;
};

/* One call, which may be several exchanges. */
struct call {
    struct ctx *c;
    const struct net_ask *ask;
    bool post;
    CURL *curl;
    struct curl_slist *headers;
    struct net_url at;
    str url;
    int64_t deadline; /* of time_monotonic() */
    struct buf body;
    size_t head; /* bytes of header lines so far */
    int coded;   /* lines that say how the body is coded */
    bool over;   /* more came in than may */
    struct net_guard guard;
};

/* ---- what curl asks back ------------------------------------------ */

static size_t on_body(char *p, size_t one, size_t n, void *arg)
{
    struct call *k = arg;

    buf_raw(&k->body, (str){p, one * n});
    return k->body.over ? 0 : one * n;
}

/* Of what curl could decode, gzip alone, and once: an answer in coats upon
 * coats costs more than it holds. */
static bool coding_ok(struct call *k, str line)
{
    str name, value;

    if (!k->ask->gzip || !str_cut(line, ':', &name, &value) ||
        name.n != strlen("Content-Encoding") ||
        strncasecmp(name.p, "Content-Encoding", name.n) != 0)
        return true;
    value = str_trim(value);
    return k->coded++ == 0 && value.n == 4 &&
           strncasecmp(value.p, "gzip", 4) == 0;
}

static size_t on_header(char *p, size_t one, size_t n, void *arg)
{
    struct call *k = arg;

    k->head += one * n;
    return k->head > HEAD_MOST || !coding_ok(k, (str){p, one * n}) ? 0
                                                                   : one * n;
}

static int on_progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t d,
                       curl_off_t e)
{
    struct call *k = arg;

    (void)a, (void)d, (void)e;
    /* What inflates to nothing never reaches the body's own ceiling. */
    k->over = b > 0 && (size_t)b > k->ask->most + GZIP_MORE;
    if (k->over)
        return 1;
    return k->ask->stop != NULL && atomic_load(k->ask->stop);
}

/* ---- setting up --------------------------------------------------- */

static void add_line(struct call *k, const char *line)
{
    struct curl_slist *grown = curl_slist_append(k->headers, line);

    MUST(grown != NULL);
    k->headers = grown;
}

static err add_header(struct call *k, str name, str value)
{
    for (size_t i = 0; i < name.n + value.n; i++) {
        char ch = i < name.n ? name.p[i] : value.p[i - name.n];

        if ((unsigned char)ch < ' ' || ch == 127)
            return fail(k->c, E_BAD_INPUT,
                        say(k->c, "Kepala HTTP %.*s memuat karakter kendali.",
                            "The HTTP header %.*s holds a control character."),
                        name.n > 80 ? 80 : (int)name.n, name.p);
    }
    add_line(
        k, arena_fmt(k->c->mem, "%.*s: %.*s", STR_ARG(name), STR_ARG(value)).p);
    return E_OK;
}

static err add_headers(struct call *k)
{
    for (size_t i = 0; i < k->ask->n_headers; i++)
        TRY(add_header(k, k->ask->headers[i].name, k->ask->headers[i].value));
    if (!k->post)
        return E_OK;
    TRY(add_header(k, STR("Content-Type"), k->ask->type));
    /* Curl waits a second for leave to send; nobody here gives it. */
    add_line(k, "Expect:");
    return E_OK;
}

#define SET(k, option, value) NET_SET((k)->curl, option, value)

static void set_rules(struct call *k)
{
    SET(k, PROTOCOLS_STR, "http,https");
    SET(k, FOLLOWLOCATION, 0L);
    SET(k, PROXY, "");
    SET(k, NETRC, (long)CURL_NETRC_IGNORED);
    SET(k, NOSIGNAL, 1L);
    SET(k, USERAGENT, "balai");
    SET(k, HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(k, LOW_SPEED_LIMIT, 100L);
    SET(k, LOW_SPEED_TIME, 60L);
    SET(k, MAXFILESIZE_LARGE,
        (curl_off_t)(k->ask->most + (k->ask->gzip ? GZIP_MORE : 0)));
    if (k->ask->gzip)
        SET(k, ACCEPT_ENCODING, "gzip");
    SET(k, OPENSOCKETFUNCTION, net_open_socket);
    SET(k, OPENSOCKETDATA, &k->guard);
    SET(k, WRITEFUNCTION, on_body);
    SET(k, WRITEDATA, k);
    SET(k, HEADERFUNCTION, on_header);
    SET(k, HEADERDATA, k);
    SET(k, XFERINFOFUNCTION, on_progress);
    SET(k, XFERINFODATA, k);
    SET(k, NOPROGRESS, 0L);
    SET(k, HTTPHEADER, k->headers);
}

static err set_up(struct call *k)
{
    TRY(net_url_read(k->c, k->ask->url, &k->at));
    k->url = arena_str(k->c->mem, k->ask->url);
    k->deadline =
        time_monotonic() + (k->ask->limit > 0 ? k->ask->limit : LIMIT);
    k->curl = k->ask->line == NULL ? curl_easy_init() : k->ask->line->curl;
    MUST(k->curl != NULL);
    TRY(add_headers(k));
    set_rules(k);
    if (k->post) {
        SET(k, POST, 1L);
        SET(k, POSTFIELDSIZE_LARGE, (curl_off_t)k->ask->body.n);
        SET(k, POSTFIELDS, k->ask->body.n > 0 ? k->ask->body.p : "");
    }
    return E_OK;
}

/* ---- what can go wrong -------------------------------------------- */

static err too_big(struct call *k)
{
    return fail(k->c, E_TOO_BIG,
                say(k->c, "Jawaban server %.*s lebih dari %zu bita.",
                    "The answer of the server %.*s is over %zu bytes."),
                STR_ARG(k->at.host), k->ask->most);
}

static err failed(struct call *k, CURLcode code)
{
    if (k->guard.closed[0] == 0 &&
        (k->body.over || k->over || code == CURLE_FILESIZE_EXCEEDED))
        return too_big(k);
    return net_trouble(k->c, code, &k->guard, k->at.host,
                       say(k->c, "jawabannya bukan HTTP yang benar",
                           "its answer is no proper HTTP"));
}

/* ---- asking ------------------------------------------------------- */

static err exchange(struct call *k, long *status)
{
    int64_t left = k->deadline - time_monotonic();
    CURLcode code = CURLE_OPERATION_TIMEDOUT;

    k->body = buf_new(k->c, k->ask->most);
    k->head = 0;
    k->coded = 0;
    k->over = false;
    k->guard = (struct net_guard){.allow_private = k->ask->allow_private};
    SET(k, URL, k->url.p);
    if (left >= 1000) {
        SET(k, TIMEOUT_MS, (long)(left / 1000));
        code = net_perform(k->curl);
    }
    if (code != CURLE_OK)
        return failed(k, code);
    curl_easy_getinfo(k->curl, CURLINFO_RESPONSE_CODE, status);
    return E_OK;
}

/* The whole address that a redirection leads to, or empty: it is the answer.
 */
static str leads_to(struct call *k, long status)
{
    const char *to = NULL;

    if (status != 307 && status != 308 &&
        (k->post || (status != 301 && status != 302 && status != 303)))
        return STR("");
    curl_easy_getinfo(k->curl, CURLINFO_REDIRECT_URL, &to);
    return arena_str(k->c->mem, str_of(to));
}

static err follow(struct call *k, str to, int hop)
{
    struct net_url next = {0};
    err e = net_url_read(k->c, to, &next);
    bool up = !k->at.tls && next.tls && k->at.port == 80 && next.port == 443;

    if (e != E_OK || !str_eq(next.host, k->at.host) ||
        (!up && (next.tls != k->at.tls || next.port != k->at.port)))
        return fail(k->c, E_FORBIDDEN,
                    say(k->c,
                        "Server %.*s mengalihkan ke alamat lain, %.*s; itu "
                        "tidak diikuti.",
                        "The server %.*s redirects to another address, %.*s; "
                        "that is not followed."),
                    STR_ARG(k->at.host), to.n > 160 ? 160 : (int)to.n, to.p);
    if (hop == HOPS)
        return fail(k->c, E_FORBIDDEN,
                    say(k->c, "Server %.*s mengalihkan lebih dari %d kali.",
                        "The server %.*s redirects more than %d times."),
                    STR_ARG(k->at.host), HOPS);
    k->at = next;
    k->url = to;
    return E_OK;
}

static err talk(struct call *k, struct net_answer *out)
{
    const char *type = NULL;
    long status = 0;
    str to;

    TRY(set_up(k));
    for (int hop = 0;; hop++) {
        TRY(exchange(k, &status));
        to = leads_to(k, status);
        if (to.n == 0)
            break;
        TRY(follow(k, to, hop));
    }
    curl_easy_getinfo(k->curl, CURLINFO_CONTENT_TYPE, &type);
    out->status = (int)status;
    out->type = arena_str(k->c->mem, str_of(type));
    return buf_done(k->c, &k->body, &out->body);
}

static err ask(struct ctx *c, const struct net_ask *what, bool post,
               struct net_answer *out)
{
    struct call k = {.c = c, .ask = what, .post = post};
    err e;

    *out = (struct net_answer){0};
    MUST(what->line == NULL ||
         what->line->allow_private == what->allow_private);
    e = talk(&k, out);
    if (what->line == NULL)
        curl_easy_cleanup(k.curl);
    else
        curl_easy_reset(k.curl); /* which leaves it its connections */
    curl_slist_free_all(k.headers);
    return e;
}

static void hang_up(void *it)
{
    curl_easy_cleanup(((struct net_line *)it)->curl);
}

struct net_line *net_line_new(struct ctx *c, bool allow_private)
{
    struct net_line *l = NEW(c->mem, struct net_line);

    *l = (struct net_line){curl_easy_init(), allow_private};
    MUST(l->curl != NULL);
    arena_owns(c->mem, hang_up, l);
    return l;
}

err net_get(struct ctx *c, const struct net_ask *what, struct net_answer *out)
{
    return ask(c, what, false, out);
}

err net_post(struct ctx *c, const struct net_ask *what, struct net_answer *out)
{
    return ask(c, what, true, out);
}
