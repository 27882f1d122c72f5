/* SPDX-License-Identifier: EUPL-1.2 */
/* The server: connections, the body of a request, and the way from a head to
 * an answer. */
#include "web/web_gate.h"
#include "web/web_local.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define THREADS        16
#define CONNECTIONS    1000
#define PER_ADDRESS    50
#define IDLE_SECONDS   30 /* three times WEB_PATIENCE */
#define HEAD_MEMORY    ((size_t)32 << 10)
#define BODIES_AT_ONCE ((size_t)192 << 20)
#define BODY_FIRST     ((size_t)64 << 10)
#define THROWN_MOST    ((size_t)1 << 20)
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
#define HEAVY_AT_ONCE  2
#define HEAVY_WAITING  8 /* of the threads, so that pages go on */

struct web {
    struct MHD_Daemon *daemon;
    int listener; /* lives as long as this */
    struct web_options options;
    struct arena *mem; /* of what lives as long as the server */
    struct assets *assets;
    struct router *router;
    struct seen_table *seen;
    struct limits *limits;
    struct watch *watch;
    struct kept *kept;
    struct jobs *jobs;
    uint16_t port;
    bool secure;
    atomic_size_t held; /* bytes of bodies that are being read */
    sem_t heavy;
    atomic_int waiting; /* for it, and inside */
};

/* A request from its first line to its end. */
struct call {
    struct web *web;
    struct visit v;
    struct ctx c;
    str target; /* as it was sent */
    str type;
    char *body;
    size_t n, room, most, told, counted, thrown;
    bool head, begun, queued;
    err wrong; /* found before the body was read */
    int64_t started;
    str cookies;
};

/* ---- what the other files ask ------------------------------------- */

const struct web_options *web_options_of(const struct web *w)
{
    return &w->options;
}

bool web_secure(const struct web *w)
{
    return w->secure;
}

const struct router *web_router_of(const struct web *w)
{
    return w->router;
}

struct seen_table *web_seen_of(struct web *w)
{
    return w->seen;
}

struct limits *web_limits_of(struct web *w)
{
    return w->limits;
}

err web_heavy_begin(struct visit *v)
{
    struct web *w = v->web;

    if (atomic_fetch_add(&w->waiting, 1) >= HEAVY_WAITING) {
        atomic_fetch_sub(&w->waiting, 1);
        return fail(v->c, E_BUSY, "%s",
                    say(v->c,
                        "Layanan sedang ramai. Silakan coba lagi sebentar "
                        "lagi.",
                        "The service is busy. Please try again in a moment."));
    }
    while (sem_wait(&w->heavy) != 0)
        continue;
    return E_OK;
}

void web_heavy_end(struct visit *v)
{
    sem_post(&v->web->heavy);
    atomic_fetch_sub(&v->web->waiting, 1);
}

struct jobs *web_jobs_of(struct web *w)
{
    return w->jobs;
}

err web_look(struct visit *v)
{
    return v->on != NULL ? E_OK : store_read(v->c, v->world.store, &v->on);
}

void web_look_away(struct visit *v)
{
    if (v->on != NULL)
        store_done(v->on);
    v->on = NULL;
}

err web_refresh(struct visit *v)
{
    const struct web_host *h = &v->web->options.host;

    web_look_away(v);
    v->face = NULL;
    TRY(h->refresh(v->c, h->node));
    return h->world(v->c, h->node, &v->world);
}

/* ---- from head to answer ------------------------------------------ */

/* "/en/x" is "/x" in English. */
static void take_language(struct visit *v)
{
    if (!str_eq(v->path, STR("/en")) && !str_starts(v->path, STR("/en/")))
        return;
    v->lang = STR("/en");
    v->c->lang = STR("en");
    v->path = v->path.n == 3 ? STR("/") : str_slice(v->path, 3, v->path.n);
}

static err find_route(struct call *k)
{
    struct visit *v = &k->v;
    str query;

    TRY(web_read_target(v->c, k->target, &v->path, &query));
    v->raw = query;
    take_language(v);
    TRY(web_router_find(v->c, k->web->router, v->method, v->path, &v->route,
                        v->part));
    k->most = v->method == WEB_GET             ? 0
              : v->route->takes == TAKES_FILES ? WEB_UPLOAD_MOST
              : v->route->takes == TAKES_NOTE  ? WEB_NOTE_MOST
                                               : WEB_FORM_MOST;
    return web_read_pairs(v->c, query, &v->query, &v->n_query);
}

/* A name twice is a trick; only boxes to tick may come more than once, and
 * those forms look themselves. */
static err no_doubles(struct visit *v, const struct app_pair *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++)
            if (str_eq(all[i].name, all[k].name))
                return fail(v->c, E_BAD_INPUT, "%s",
                            say(v->c, "Satu isian dikirim dua kali.",
                                "One field was sent twice."));
    return E_OK;
}

static err read_body(struct call *k)
{
    struct visit *v = &k->v;
    struct web_parts parts;
    str body = {k->body, k->n}, boundary, media, rest;

    if (v->method == WEB_GET)
        return no_doubles(v, v->query, v->n_query);
    if (v->route->takes == TAKES_NOTE) {
        v->note = body;
        return E_OK;
    }
    str_cut(k->type, ';', &media, &rest);
    if (web_read_boundary(k->type, &boundary)) {
        TRY(web_read_parts(v->c, body, boundary, &parts));
        v->form = parts.pairs, v->n_form = parts.n_pairs;
        v->files = parts.files, v->n_files = parts.n_files;
    } else if (str_eq(str_trim(media),
                      STR("application/x-www-form-urlencoded"))) {
        TRY(web_read_pairs(v->c, body, &v->form, &v->n_form));
    } else if (k->n > 0) {
        return fail(v->c, E_BAD_INPUT, "%s",
                    say(v->c, "Jenis isian ini tidak dikenal.",
                        "This kind of form is not known."));
    }
    if (v->n_files > 0 && v->route->takes != TAKES_FILES)
        return fail(v->c, E_BAD_INPUT, "%s",
                    say(v->c, "Laman ini tidak menerima berkas.",
                        "This page takes no files."));
    return v->route->takes == TAKES_FILES ? E_OK
                                          : no_doubles(v, v->form, v->n_form);
}

static bool may_enter(const struct visit *v)
{
    switch (v->route->who) {
    case WHO_ANYONE:
        return true;
    case WHO_OFFICER:
        return v->s.officer > 0;
    case WHO_DESK:
        return web_holds(v, "desk");
    case WHO_AUDITOR:
        return web_holds(v, "auditor");
    case WHO_ADMIN:
        break;
    }
    return web_holds(v, "admin");
}

static err permit(struct visit *v)
{
    static const char *const duties[] = {"", "staff", "desk", "auditor",
                                         "admin"};

    if (may_enter(v))
        return E_OK;
    if (v->s.officer == 0)
        return fail(
            v->c, E_UNAUTHORIZED, "%s",
            say(v->c, "Silakan masuk lebih dahulu.", "Please sign in first."));
    return fail(v->c, E_FORBIDDEN,
                say(v->c, "Laman ini untuk tugas %.*s.",
                    "This page is for the duty %.*s."),
                STR_ARG(city_duty_name(v->c, str_of(duties[v->route->who]))));
}

static err check_writing(struct visit *v)
{
    const struct web_host *h = &v->web->options.host;
    const char *why;

    if (v->method == WEB_GET || v->route->takes == TAKES_NOTE)
        return E_OK;
    TRY(web_csrf_check(v));
    why = h->read_only(v->c, h->node);
    if (why != NULL)
        return fail(v->c, E_READ_ONLY, "%s", why);
    return web_session_touched(v);
}

static err answer(struct call *k)
{
    struct visit *v = &k->v;

    TRY(k->wrong);
    TRY(read_body(k));
    TRY(permit(v));
    TRY(check_writing(v));
    v->reply.status = 200;
    return v->route->handle(v);
}

/* Who is not signed in goes there first, and comes back to what was asked. */
static bool to_sign_in(struct visit *v, err e)
{
    if (e != E_UNAUTHORIZED || v->method != WEB_GET)
        return false;
    v->reply = (struct reply){.status = 303};
    v->reply.location =
        web_to(v, "/masuk?next=%.*s", STR_ARG(web_query_of(v, v->path)));
    return true;
}

/* ---- answering over HTTP ------------------------------------------ */

static void header(struct MHD_Response *r, const char *name, str value)
{
    /* A value with a line break would become a header of its own. */
    if (value.n > 0 && !str_has(value, '\n') && !str_has(value, '\r'))
        MHD_add_response_header(r, name, value.p);
}

#define OWN_PAGES                                                              \
    "default-src 'none'; style-src 'self'; script-src 'self'; "                \
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; "           \
    "base-uri 'none'; frame-ancestors 'none'"
#define SANDBOX                                                                \
    "default-src 'none'; form-action 'none'; base-uri 'none'; "                \
    "frame-ancestors 'none'; sandbox"

static void safe_headers(const struct visit *v, struct MHD_Response *r)
{
    static const struct {
        const char *name, *value;
    } all[] = {
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Permissions-Policy",
         "geolocation=(self), camera=(self), microphone=(), payment=()"},
    };

    MHD_add_response_header(r, "Content-Security-Policy",
                            v->reply.foreign ? SANDBOX : OWN_PAGES);
    for (size_t i = 0; i < COUNT(all); i++)
        MHD_add_response_header(r, all[i].name, all[i].value);
    if (v->web->secure)
        MHD_add_response_header(r, "Strict-Transport-Security",
                                "max-age=31536000; includeSubDomains");
}

/* RFC 6266: an ASCII name, and the whole one in UTF-8. */
static str disposition(struct visit *v, str file)
{
    struct buf b = buf_new(v->c, 4096);

    buf_lit(&b, "attachment; filename=\"");
    for (size_t i = 0; i < file.n; i++)
        buf_char(&b, file.p[i] > ' ' && file.p[i] < 127 &&
                             strchr("\"\\%;", file.p[i]) == NULL
                         ? file.p[i]
                         : '_');
    buf_lit(&b, "\"; filename*=UTF-8''");
    buf_url(&b, file);
    return buf_str(&b);
}

static void reply_headers(struct call *k, struct MHD_Response *r)
{
    struct visit *v = &k->v;
    struct reply *y = &v->reply;

    if (y->bare) {
        header(r, "X-Content-Type-Options", STR("nosniff"));
        header(r, "Content-Security-Policy", STR("default-src 'none'"));
    } else
        safe_headers(v, r);
    header(r, "Content-Type", y->type);
    header(r, "Location", y->location);
    header(r, "ETag", y->etag);
    header(r, "Cache-Control",
           y->forever ? STR("public, max-age=31536000, immutable")
           : y->bare  ? STR("no-cache")
           : y->keep_out || v->s.officer > 0 || v->s.fresh ||
                   v->method == WEB_POST
               ? STR("no-store")
               : STR("private, no-cache"));
    if (y->file.n > 0)
        header(r, "Content-Disposition", disposition(v, y->file));
    if (y->zipped)
        header(r, "Content-Encoding", STR("gzip"));
    header(r, "Vary",
           y->bare ? STR("Accept-Encoding") : STR("Accept-Encoding, Cookie"));
    if (v->s.fresh && !y->bare)
        header(r, "Set-Cookie", web_session_cookie(v));
    if (y->forget)
        header(r, "Clear-Site-Data", STR("\"cache\", \"storage\""));
    if (y->retry > 0)
        header(r, "Retry-After", arena_fmt(v->c->mem, "%" PRId64, y->retry));
}

/* Nothing that is secret stands in what is bare, beside what others chose. */
static bool squeezes(const struct reply *y)
{
    return !y->zipped && y->body.n >= 256 &&
           (str_starts(y->type, STR("text/")) ||
            (y->bare && str_eq(y->type, STR("application/json"))));
}

static void squeeze(struct visit *v)
{
    struct reply *y = &v->reply;
    str zip;

    if (!squeezes(y) || str_find(v->encodings, STR("gzip")) == v->encodings.n)
        return;
    zip = web_zip(v->c, y->body);
    if (zip.n > 0)
        y->body = zip, y->zipped = true;
}

static void unchanged(struct visit *v)
{
    struct reply *y = &v->reply;

    if (v->method != WEB_GET || y->status != 200 || y->etag.n == 0 ||
        !str_eq(y->etag, v->if_none_match))
        return;
    y->status = 304;
    y->body = STR("");
    y->zipped = false;
}

static enum MHD_Result send_reply(struct call *k, struct MHD_Connection *http)
{
    struct visit *v = &k->v;
    struct MHD_Response *r;
    enum MHD_Result sent;

    unchanged(v);
    squeeze(v);
    r = MHD_create_response_from_buffer(v->reply.body.n,
                                        (void *)(uintptr_t)v->reply.body.p,
                                        MHD_RESPMEM_PERSISTENT);
    if (r == NULL)
        return MHD_NO;
    reply_headers(k, r);
    if (k->wrong != E_OK)
        MHD_add_response_header(r, "Connection", "close");
    sent = MHD_queue_response(http, (unsigned)v->reply.status, r);
    MHD_destroy_response(r);
    k->queued = true;
    return sent;
}

/* ---- a request, whole --------------------------------------------- */

static err draw(struct call *k)
{
    struct visit *v = &k->v;
    struct web_moment then = web_moment(v);
    err e;

    if (k->wrong == E_OK && web_kept_find(v, v->web->kept, k->cookies, &then))
        return E_OK;
    e = web_session_read(v, k->cookies);
    if (e == E_OK)
        e = answer(k);
    if (e == E_OK && web_kept_fits(v, k->cookies)) {
        squeeze(v);
        web_kept_keep(v, v->web->kept, &then);
    }
    return e;
}

static void run(struct call *k)
{
    struct visit *v = &k->v;
    const struct web_host *h = &v->web->options.host;
    err e = h->world(v->c, h->node, &v->world);

    if (e == E_OK)
        e = draw(k);
    if (e != E_OK && !to_sign_in(v, e))
        web_error(v, e);
    web_look_away(v);
}

/* ---- reading the request ------------------------------------------ */

static str copy(struct call *k, const struct gate_text *t)
{
    return arena_str(k->c.mem, t->text);
}

/* The server listens on IPv4; IPv6 comes through a proxy. */
static str peer_of(struct call *k, struct MHD_Connection *http)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(http, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET_ADDRSTRLEN] = "";
    struct sockaddr_in in;

    if (i == NULL || i->client_addr == NULL ||
        i->client_addr->sa_family != AF_INET)
        return STR("");
    memcpy(&in, i->client_addr, sizeof in);
    inet_ntop(AF_INET, &in.sin_addr, text, sizeof text);
    return arena_str(k->c.mem, str_of(text));
}

/* Behind the listed proxy the last address that it added is the visitor's.
 * An IPv6 household has a /64; its hosts count as one. */
static str address_of(struct call *k, struct MHD_Connection *http,
                      const struct gate_head *h)
{
    str peer = peer_of(k, http), proxy = k->web->options.proxy, last;
    char text[INET6_ADDRSTRLEN];
    struct in6_addr six;
    struct in_addr four;
    size_t from = 0;

    if (proxy.n == 0 || !str_eq(peer, proxy) || h->forwarded.times != 1)
        return peer;
    for (size_t i = 0; i < h->forwarded.text.n; i++)
        if (h->forwarded.text.p[i] == ',')
            from = i + 1;
    last = arena_str(k->c.mem, str_trim(str_slice(h->forwarded.text, from,
                                                  h->forwarded.text.n)));
    if (inet_pton(AF_INET6, last.p, &six) == 1) {
        memset((char *)&six + 8, 0, 8);
        inet_ntop(AF_INET6, &six, text, sizeof text);
        return arena_str(k->c.mem, str_of(text));
    }
    return inet_pton(AF_INET, last.p, &four) == 1 ? last : peer;
}

static err method_of(struct call *k, const char *method)
{
    if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
        k->v.method = WEB_GET;
    else if (strcmp(method, "POST") == 0)
        k->v.method = WEB_POST;
    else
        return fail(&k->c, E_METHOD, "%s",
                    say(&k->c, "Cara akses ini tidak didukung.",
                        "This method is not supported."));
    return E_OK;
}

static err enough_room(struct call *k, const struct gate_head *h)
{
    int64_t n = 0;

    if (h->length.times == 1 && str_is_i64(h->length.text, &n) &&
        (uint64_t)n > k->most)
        return fail(&k->c, E_TOO_BIG,
                    say(&k->c,
                        "Kiriman ini terlalu besar. Paling besar %zu KB.",
                        "This is too much to send. At most %zu KB."),
                    k->most >> 10);
    if (k->most > 0 && atomic_load(&k->web->held) > BODIES_AT_ONCE)
        return fail(&k->c, E_BUSY, "%s",
                    say(&k->c, "Layanan sedang sibuk. Silakan kirim lagi.",
                        "The service is busy. Please send again."));
    k->told = n > 0 ? (size_t)n : 0;
    return E_OK;
}

static err read_head(struct call *k, struct MHD_Connection *http,
                     const char *method, const char *version)
{
    struct visit *v = &k->v;
    struct gate_head h;
    const char *why = web_gate(http, version, &h);

    v->host = copy(k, &h.host);
    v->origin = copy(k, &h.origin);
    v->site = copy(k, &h.site);
    v->dest = copy(k, &h.dest);
    v->encodings = copy(k, &h.encodings);
    v->if_none_match = copy(k, &h.if_none_match);
    v->address = address_of(k, http, &h);
    k->type = copy(k, &h.type);
    k->cookies = copy(k, &h.cookie);
    TRY(method_of(k, method));
    if (why != NULL) {
        LOG(LOG_INFO, "web", "gate", LOG_LIT("why", why));
        return fail(&k->c, E_BAD_INPUT, "%s",
                    say(&k->c, "Permintaan ini tidak dapat dibaca.",
                        "This request cannot be read."));
    }
    TRY(find_route(k));
    return enough_room(k, &h);
}

static void hold(struct call *k, size_t n)
{
    atomic_fetch_add(&k->web->held, n);
    k->counted += n;
}

/* Room for what came and some more, never for what was only announced: who
 * announces ten megabytes and sends ten bytes holds no place of others. */
static size_t room_for(const struct call *k, size_t need)
{
    size_t room = 4 * need < BODY_FIRST ? BODY_FIRST : 4 * need;

    return k->told >= need && k->told < room ? k->told : room;
}

static err add_body(struct call *k, const char *bytes, size_t n)
{
    if (n > k->most - k->n)
        return fail(&k->c, E_TOO_BIG,
                    say(&k->c,
                        "Kiriman ini terlalu besar. Paling besar %zu "
                        "KB.",
                        "This is too much to send. At most %zu KB."),
                    k->most >> 10);
    if (k->body == NULL || k->n + n > k->room) {
        size_t room = room_for(k, k->n + n);
        char *grown = NEWS(k->c.mem, char, room + 1);

        if (k->n > 0)
            memcpy(grown, k->body, k->n);
        hold(k, room);
        k->body = grown;
        k->room = room;
    }
    memcpy(k->body + k->n, bytes, n);
    k->n += n;
    return E_OK;
}

static void begin(struct call *k)
{
    uint32_t id;
    const struct web_host *h = &k->web->options.host;

    k->c = (struct ctx){.mem = arena_new(WEB_ARENA),
                        .now = h->now(h->node),
                        .lang = STR("id"),
                        .dice = seal_dice()};
    k->v = (struct visit){.c = &k->c,
                          .web = k->web,
                          .assets = k->web->assets,
                          .lang = STR(""),
                          .path = STR("/"),
                          .raw = STR("")};
    k->started = time_monotonic();
    k->begun = true;
    ctx_random(&k->c, &id, sizeof id);
    k->v.id = id;
}

static struct watched *watch_of(struct MHD_Connection *http)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(http, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return i == NULL ? NULL : i->socket_context;
}

static enum MHD_Result finish(struct call *k, struct MHD_Connection *http)
{
    web_watch_phase(watch_of(http), WATCH_WORK);
    run(k);
    web_watch_phase(watch_of(http), WATCH_ANSWER);
    return send_reply(k, http);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *http,
                                  const char *url, const char *method,
                                  const char *version, const char *bytes,
                                  size_t *n, void **state)
{
    struct call *k = *state;

    (void)arg, (void)url;
    if (k == NULL)
        return MHD_NO;
    if (!k->head) {
        k->head = true;
        k->wrong = read_head(k, http, method, version);
        web_watch_phase(watch_of(http), WATCH_BODY);
        return k->wrong == E_OK ? MHD_YES : finish(k, http);
    }
    if (*n == 0)
        return k->queued ? MHD_YES : finish(k, http);
    web_watch_bytes(watch_of(http), *n);
    if (k->wrong == E_OK)
        k->wrong = add_body(k, bytes, *n);
    else
        k->thrown += *n;
    *n = 0;
    /* Only an end without answer stops chunks that never end. */
    return k->thrown > THROWN_MOST ? MHD_NO : MHD_YES;
}

static void *on_target(void *arg, const char *uri, struct MHD_Connection *http)
{
    struct call *k = calloc(1, sizeof *k);

    (void)http;
    MUST(k != NULL);
    k->web = arg;
    begin(k);
    k->target = arena_str(k->c.mem, str_slice(str_of(uri), 0, 8192));
    return k;
}

static void on_end(void *arg, struct MHD_Connection *http, void **state,
                   enum MHD_RequestTerminationCode why)
{
    struct call *k = *state;

    (void)arg, (void)why;
    web_watch_phase(watch_of(http), WATCH_IDLE);
    if (k == NULL)
        return;
    *state = NULL;
    LOG(LOG_INFO, "web", "request", LOG_I64("id", k->v.id),
        LOG_LIT("route", k->v.route == NULL ? "-" : k->v.route->path),
        LOG_I64("status", k->v.reply.status),
        LOG_I64("us", time_monotonic() - k->started));
    atomic_fetch_sub(&k->web->held, k->counted);
    arena_free(k->c.mem);
    free(k);
}

static void on_connection(void *arg, struct MHD_Connection *http,
                          void **context, enum MHD_ConnectionNotificationCode c)
{
    struct web *w = arg;
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(http, MHD_CONNECTION_INFO_CONNECTION_FD);

    if (c == MHD_CONNECTION_NOTIFY_STARTED && i != NULL)
        *context = web_watch_open(w->watch, i->connect_fd);
    else if (c == MHD_CONNECTION_NOTIFY_CLOSED && *context != NULL) {
        web_watch_close(w->watch, *context);
        *context = NULL;
    }
}

/* ---- starting and stopping ---------------------------------------- */

static unsigned connections(void)
{
    struct rlimit most = {0};

    if (getrlimit(RLIMIT_NOFILE, &most) != 0 || most.rlim_cur / 2 > CONNECTIONS)
        return CONNECTIONS;
    return most.rlim_cur / 2 < THREADS ? THREADS
                                       : (unsigned)(most.rlim_cur / 2);
}

/* The daemon closes the socket that it is given, also where it cannot start, so
 * it gets a double; its own channel is what retire() needs. */
static err answer_now(struct ctx *c, struct web *w)
{
    str cert, key;
    int own;

    TRY(web_read_certificate(c, &w->options, &cert, &key));
    own = fcntl(w->listener, F_DUPFD_CLOEXEC, 3);
    if (own < 0) /* without a socket it would open one of its own */
        return fail(c, E_STORAGE, "%s",
                    say(c, "Berkas yang terbuka terlalu banyak.",
                        "Too many files are open."));
    w->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC |
            (cert.n > 0 ? MHD_USE_TLS : 0),
        0, NULL, NULL, on_request, w, MHD_OPTION_LISTEN_SOCKET, own,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS,
        MHD_OPTION_CONNECTION_LIMIT, connections(),
        MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        w->options.proxy.n > 0 ? 0u : (unsigned)PER_ADDRESS,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEAD_MEMORY,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, on_target,
        w, MHD_OPTION_NOTIFY_COMPLETED, on_end, w, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, w,
        cert.n > 0 ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, cert.p,
        MHD_OPTION_HTTPS_MEM_KEY, key.p, MHD_OPTION_HTTPS_PRIORITIES,
        TLS_PRIORITIES, MHD_OPTION_END);
    if (w->daemon != NULL)
        return E_OK;
    return fail(c, E_BAD_INPUT, "%s",
                cert.n > 0
                    ? say(c,
                          "Peladen tidak dapat dijalankan dengan sertifikat "
                          "ini. Periksa bahwa kuncinya milik sertifikat itu.",
                          "The server cannot start with this certificate. "
                          "See that the key is that of the certificate.")
                    : say(c, "Peladen tidak dapat dijalankan.",
                          "The server cannot be started."));
}

static err prepare(struct ctx *c, struct web *w, const struct web_options *o)
{
    struct ctx own = *c;
    err e;

    own.mem = w->mem;
    w->options = *o;
    w->options.address = arena_str(w->mem, str_of(o->address)).p;
    if (o->certificate != NULL)
        w->options.certificate = arena_str(w->mem, str_of(o->certificate)).p;
    if (o->key != NULL)
        w->options.key = arena_str(w->mem, str_of(o->key)).p;
    w->options.proxy = arena_str(w->mem, o->proxy);
    w->secure = str_starts(o->url, STR("https://"));
    e = web_assets_new(&own, &w->assets);
    c->why = arena_str(c->mem, own.why);
    w->router = web_router_new(&own);
    w->seen = web_seen_new();
    w->limits = web_limits_new();
    w->watch = web_watch_new(o->patience > 0 ? o->patience : WEB_PATIENCE);
    w->kept = web_kept_new();
    w->jobs = web_jobs_new();
    MUST(sem_init(&w->heavy, 0, HEAVY_AT_ONCE) == 0);
    return e;
}

/* Without a name of its own a server on loopback is reached by its port. */
static void name_itself(struct web *w, str url)
{
    w->options.url = url.n > 0
                         ? arena_str(w->mem, url)
                         : arena_fmt(w->mem, "http://%s:%u", w->options.address,
                                     (unsigned)w->port);
    if (str_ends(w->options.url, STR("/")))
        w->options.url = str_slice(w->options.url, 0, w->options.url.n - 1);
}

err web_start(struct ctx *c, const struct web_options *o, struct web **out)
{
    struct web *w = calloc(1, sizeof *w);
    err e;

    MUST(w != NULL);
    w->listener = -1;
    w->mem = arena_new((size_t)64 << 20);
    e = prepare(c, w, o);
    name_itself(w, o->url);
    if (e == E_OK)
        e = web_listen(c, &w->options, &w->listener, &w->port);
    if (e == E_OK)
        e = answer_now(c, w);
    name_itself(w, o->url);
    if (e == E_OK)
        *out = w;
    else
        web_stop(w);
    return e;
}

/* One that stops shuts its socket for all who share it, unless it was told
 * before to listen no more: then the socket is ours again. */
static void retire(struct MHD_Daemon *old)
{
    int fd = MHD_quiesce_daemon(old);

    MHD_stop_daemon(old);
    if (fd >= 0)
        close(fd);
}

err web_renew(struct ctx *c, struct web *w)
{
    struct MHD_Daemon *old = w->daemon;
    err e;

    if (w->options.certificate == NULL)
        return E_OK;
    e = answer_now(c, w);
    if (e == E_OK)
        retire(old);
    else
        w->daemon = old;
    return e;
}

uint16_t web_port(const struct web *w)
{
    return w->port;
}

void web_stop(struct web *w)
{
    if (w == NULL)
        return;
    if (w->daemon != NULL)
        retire(w->daemon); /* the socket may be the next process's too */
    if (w->listener >= 0)
        close(w->listener);
    web_jobs_free(w->jobs);
    web_kept_free(w->kept);
    web_watch_free(w->watch);
    sem_destroy(&w->heavy);
    web_limits_free(w->limits);
    web_seen_free(w->seen);
    arena_free(w->mem);
    free(w);
}
