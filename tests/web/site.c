/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/web/site.h"

#include "grant/grant.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MOST ((size_t)8 << 20)

/* ---- the city ----------------------------------------------------- */

static err world(struct ctx *c, void *node, struct record_world *out)
{
    (void)c;
    *out = ((struct site *)node)->town->w;
    return E_OK;
}

static err refresh(struct ctx *c, void *node)
{
    struct site *s = node;

    (void)c;
    pthread_mutex_lock(&s->one);
    town_look(&s->looks, s->town);
    pthread_mutex_unlock(&s->one);
    return E_OK;
}

static err nudge(struct ctx *c, void *node)
{
    struct site *s = node;
    int64_t done;
    bool grown;

    TRY(ledger_checkpoint(c, s->town->w.ledger, &grown));
    return record_seal_letters(c, &s->town->w, &done);
}

static int64_t now(void *node)
{
    return ((struct site *)node)->now;
}

/* In this process, which has no jail: that is for the tests of `node`. */
static void read_here(struct ctx *c, void *node, const struct reader_job *job,
                      struct reader_got *out)
{
    (void)node;
    reader_judge(c, job, out);
    if (out->kind == READER_PDF)
        out->bytes = job->bytes;
}

static bool time_asked(void *node)
{
    return ((struct site *)node)->asked;
}

static const char *read_only(struct ctx *c, void *node)
{
    (void)c;
    return ((struct site *)node)->read_only;
}

static const char *alarming(struct ctx *c, void *node)
{
    (void)c;
    return ((struct site *)node)->alarm;
}

static void stop(void *it)
{
    struct site *s = it;

    if (s->web != NULL)
        web_stop(s->web);
    arena_free(s->looks.mem);
    pthread_mutex_destroy(&s->one);
}

struct site *site_new(struct ctx *c)
{
    return site_open(c, &(struct web_options){0});
}

struct site *site_open(struct ctx *c, const struct web_options *with)
{
    const struct ledger_room grants = {grant_appliers, grant_appliers_n};
    struct site *s = NEW(c->mem, struct site);
    struct web_options o = *with;

    o.address = "127.0.0.1";
    o.host = (struct web_host){.node = s,
                               .world = world,
                               .refresh = refresh,
                               .nudge = nudge,
                               .now = now,
                               .read = read_here,
                               .time_asked = time_asked,
                               .read_only = read_only,
                               .alarm = alarming};
    log_limit(LOG_ERROR);
    s->c = c;
    s->now = c->now;
    s->town = town_with(c, &grants);
    s->looks = *c;
    s->looks.mem = arena_new((size_t)256 << 20);
    MUST(pthread_mutex_init(&s->one, NULL) == 0);
    arena_owns(c->mem, stop, s);
    MUST(store_start(c, s->town->w.store) == E_OK);
    CHECK_OK(nudge(c, s));
    if (!CHECK_OK(web_start(c, &o, &s->web)))
        return NULL;
    return s;
}

/* ---- bytes -------------------------------------------------------- */

int site_dial(struct site *s, const char *from, int buffer)
{
    struct sockaddr_in own = {.sin_family = AF_INET};
    struct sockaddr_in in = {.sin_family = AF_INET,
                             .sin_port = htons(web_port(s->web)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval most = {.tv_sec = 20};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    MUST(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    if (buffer > 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    MUST(inet_pton(AF_INET, from, &own.sin_addr) == 1 &&
         bind(fd, (struct sockaddr *)&own, sizeof own) == 0);
    MUST(connect(fd, (struct sockaddr *)&in, sizeof in) == 0);
    return fd;
}

str site_raw(struct site *s, str bytes)
{
    int fd = site_dial(s, "127.0.0.1", 0);
    struct buf b = buf_new(s->c, ANSWER_MOST);
    char part[8192];
    ssize_t n;

    while (bytes.n > 0 && (n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL)) > 0)
        bytes = str_slice(bytes, (size_t)n, bytes.n);
    while ((n = recv(fd, part, sizeof part, 0)) > 0)
        buf_raw(&b, (str){part, (size_t)n});
    close(fd);
    return buf_str(&b);
}

/* ---- answers ------------------------------------------------------ */

static str header_of(str head, const char *name)
{
    str line, key, value;

    while (str_next(&head, '\n', &line)) {
        str_cut(str_trim(line), ':', &key, &value);
        if (key.n == strlen(name) && strncasecmp(key.p, name, key.n) == 0)
            return str_trim(value);
    }
    return STR("");
}

static str value_after(str body, const char *mark)
{
    size_t at = str_find(body, str_of(mark));
    str rest = str_slice(body, at + strlen(mark), body.n), head, tail;

    if (at == body.n)
        return (str){NULL, 0};
    str_cut(rest, '"', &head, &tail);
    return head;
}

static void remember(struct browser *b, const struct seen *s)
{
    str cookie = header_of(s->head, "Set-Cookie"), pair, rest;
    str csrf = value_after(s->body, "name=\"csrf\" value=\"");

    if (cookie.n > 0) {
        str_cut(cookie, ';', &pair, &rest);
        b->cookie = arena_str(b->site->c->mem, pair);
    }
    if (csrf.p != NULL)
        b->csrf = csrf;
    b->token = value_after(s->body, "name=\"token\" value=\"");
    b->version = value_after(s->body, "name=\"version\" value=\"");
}

static struct seen read_answer(struct browser *b, str bytes)
{
    struct seen s = {.status = 0};
    size_t end = str_find(bytes, STR("\r\n\r\n"));
    int64_t status = 0;

    s.head = str_slice(bytes, 0, end);
    s.body = str_slice(bytes, end + 4, bytes.n);
    if (str_is_i64(str_slice(bytes, 9, 12), &status))
        s.status = (int)status;
    s.location = header_of(s.head, "Location");
    remember(b, &s);
    return s;
}

struct browser site_browser(struct site *s)
{
    return (struct browser){.site = s, .cookie = STR(""), .csrf = STR("")};
}

static void put_head(struct browser *b, struct buf *out, const char *method,
                     const char *path)
{
    buf_fmt(out, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n", method, path,
            (unsigned)web_port(b->site->web));
    buf_lit(out, "Connection: close\r\n");
    if (b->cookie.n > 0)
        buf_fmt(out, "Cookie: %.*s\r\n", STR_ARG(b->cookie));
    if (b->origin != NULL)
        buf_fmt(out, "Origin: %s\r\n", b->origin);
    if (b->fetch_site != NULL)
        buf_fmt(out, "Sec-Fetch-Site: %s\r\n", b->fetch_site);
    if (b->fetch_dest != NULL)
        buf_fmt(out, "Sec-Fetch-Dest: %s\r\n", b->fetch_dest);
    if (b->forwarded != NULL)
        buf_fmt(out, "X-Forwarded-For: %s\r\n", b->forwarded);
}

struct seen browser_get(struct browser *b, const char *path)
{
    struct buf out = buf_new(b->site->c, 1 << 16);

    put_head(b, &out, "GET", path);
    buf_lit(&out, "\r\n");
    return read_answer(b, site_raw(b->site, buf_str(&out)));
}

static void put_hidden(struct browser *b, struct buf *out)
{
    const struct {
        const char *name;
        str value;
    } all[] = {{"csrf", b->csrf}, {"token", b->token}, {"version", b->version}};

    for (size_t i = 0; i < COUNT(all); i++)
        if (all[i].value.n > 0) {
            buf_fmt(out, "&%s=", all[i].name);
            buf_url(out, all[i].value);
        }
}

struct seen browser_post(struct browser *b, const char *path, const char *pairs)
{
    struct buf out = buf_new(b->site->c, 1 << 20);
    struct buf body = buf_new(b->site->c, 1 << 20);
    bool bare = pairs[0] == '!';

    buf_lit(&body, bare ? pairs + 1 : pairs);
    if (!bare)
        put_hidden(b, &body);
    put_head(b, &out, "POST", path);
    buf_fmt(&out,
            "Content-Type: application/x-www-form-urlencoded\r\n"
            "Content-Length: %zu\r\n\r\n%.*s",
            body.n, STR_ARG(buf_str(&body)));
    return read_answer(b, site_raw(b->site, buf_str(&out)));
}

static void put_part(struct buf *b, const char *name, str value)
{
    if (value.n > 0)
        buf_fmt(b,
                "--grens\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n"
                "%.*s\r\n",
                name, STR_ARG(value));
}

struct seen browser_upload(struct browser *b, const char *path,
                           const char *field, const char *name, str bytes)
{
    struct buf out = buf_new(b->site->c, (size_t)32 << 20);
    struct buf body = buf_new(b->site->c, (size_t)32 << 20);

    put_part(&body, "csrf", b->csrf);
    put_part(&body, "token", b->token);
    put_part(&body, "version", b->version);
    if (b->button != NULL)
        put_part(&body, b->button, STR("1"));
    buf_fmt(&body,
            "--grens\r\nContent-Disposition: form-data; name=\"%s\"; "
            "filename=\"%s\"\r\nContent-Type: application/pdf\r\n\r\n",
            field, name);
    buf_raw(&body, bytes);
    buf_lit(&body, "\r\n--grens--\r\n");
    put_head(b, &out, "POST", path);
    buf_fmt(&out,
            "Content-Type: multipart/form-data; boundary=grens\r\n"
            "Content-Length: %zu\r\n\r\n",
            body.n);
    buf_raw(&out, buf_str(&body));
    return read_answer(b, site_raw(b->site, buf_str(&out)));
}

const char *seen_lacks(const struct seen *s)
{
    static const char *const all[] = {
        "Content-Security-Policy: default-src 'none'; style-src 'self'; "
        "script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options: nosniff",
        "Referrer-Policy: same-origin",
        "Cross-Origin-Opener-Policy: same-origin",
        "Cross-Origin-Resource-Policy: same-origin",
        "Permissions-Policy: geolocation=(self)"};

    for (size_t i = 0; i < COUNT(all); i++)
        if (str_find(s->head, str_of(all[i])) == s->head.n)
            return all[i];
    return NULL;
}

bool seen_has(const struct seen *s, const char *text)
{
    return str_find(s->body, str_of(text)) < s->body.n;
}

struct seen browser_follow(struct browser *b, const struct seen *s,
                           const char *head)
{
    if (!CHECK(s->status == 303) ||
        !CHECK(str_starts(s->location, str_of(head)))) {
        printf("  %d %.*s\n%.*s\n", s->status, STR_ARG(s->location),
               STR_ARG(str_slice(s->body, 0, 4000)));
        return *s;
    }
    return browser_get(b, arena_str(b->site->c->mem, s->location).p);
}

/* ---- officers ----------------------------------------------------- */

struct linking {
    const char *login;
    str token;
};

static err make_link(struct ctx *c, struct conn *tx, void *arg)
{
    struct linking *u = arg;
    struct city_officer o;

    TRY(city_officer_by_login(c, tx, str_of(u->login), &o));
    return city_link_make(c, tx, o.id, TIME_HOUR, &u->token);
}

static unsigned char symbol(char ch)
{
    return (unsigned char)(ch >= 'A' ? ch - 'A' : ch - '2' + 26);
}

/* The key that the page shows for a telephone. */
static str key_of(str body)
{
    str key = value_after(body, "<code>"), end;

    str_cut(key, '<', &key, &end);
    return key;
}

unsigned browser_code(const struct browser *b)
{
    str key = b->key;
    unsigned char seed[SEAL_TOTP_SEED];
    uint32_t bits = 0;
    int n = 0, have = 0;

    for (size_t i = 0; i < key.n && n < SEAL_TOTP_SEED; i++) {
        if (key.p[i] == ' ')
            continue;
        bits = bits << 5 | symbol(key.p[i]);
        have += 5;
        if (have >= 8) {
            have -= 8;
            seed[n++] = (unsigned char)(bits >> have);
        }
    }
    return seal_totp(seed, b->site->now / TIME_SECOND / 30);
}

void browser_enter(struct browser *b, const char *login)
{
    struct ctx *c = b->site->c;
    struct linking u = {.login = login};
    struct seen s;
    const char *path;

    c->now = b->site->now;
    CHECK_OK(store_write(c, b->site->town->w.store, make_link, &u));
    path = arena_fmt(c->mem, "/masuk/tautan/%.*s", STR_ARG(u.token)).p;
    s = browser_get(b, path);
    CHECK_I64(s.status, 200);
    b->key = key_of(s.body);
    s = browser_post(b, path,
                     arena_fmt(c->mem,
                               "password=" BROWSER_PASSWORD "&code=%06u",
                               browser_code(b))
                         .p);
    browser_follow(b, &s, "/kerja");
}
