/* SPDX-License-Identifier: EUPL-1.2 */
#include "bench/page.h"

#include "bench/drive.h"
#include "markup/markup.h"
#include "web/web.h"

#include <stdio.h>

#define CROWD 8
#define HALF  2.0 /* seconds that wrk asks */
#define TIMES                                                                  \
    500         /* the list's statements, and the template, in half a pair     \
                 */
#define ROW  10 /* names in a row */
#define PATH "/kerja"

/* ---- who looks ---------------------------------------------------- */

static const unsigned char key[32] = "a key of some thirty-two bytes";

static const char *cookie(struct ctx *c)
{
    str k = seal_base64url(c, key, sizeof key);

    return arena_fmt(c->mem, "Cookie: balai=%.*s.%.*s", STR_ARG(k), STR_ARG(k))
        .p;
}

void page_sign_in(struct ctx *c, const char *city, int64_t now)
{
    struct hash id = seal_sha256((str){(const char *)key, sizeof key});
    sqlite3 *db = bench_open(file_join(c, city, "balai.db"));
    char hex[2 * sizeof id.b + 1];

    for (size_t i = 0; i < sizeof id.b; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", id.b[i]);
    MUST(sqlite3_exec(
             db,
             arena_fmt(c->mem,
                       "INSERT INTO web_session (id, officer, record, made, "
                       "seen) SELECT x'%s', id, '', %" PRId64 ", %" PRId64
                       " FROM city_officer WHERE login = 'periksa.izin'",
                       hex, now, now)
                 .p,
             NULL, NULL, NULL) == SQLITE_OK);
    MUST(sqlite3_changes(db) == 1);
    MUST(sqlite3_close(db) == SQLITE_OK);
}

/* ---- the server, in this process ---------------------------------- */

struct host {
    struct town *t;
    int64_t now;
};

static err world(struct ctx *c, void *node, struct record_world *out)
{
    (void)c;
    *out = ((struct host *)node)->t->w;
    return E_OK;
}

static err nothing(struct ctx *c, void *node)
{
    (void)c, (void)node;
    return E_OK;
}

static int64_t now_of(void *node)
{
    return ((struct host *)node)->now;
}

static bool no(void *node)
{
    (void)node;
    return false;
}

static const char *none(struct ctx *c, void *node)
{
    (void)c, (void)node;
    return NULL;
}

static struct web *serve(struct ctx *c, struct host *h)
{
    struct web_options o = {.address = "127.0.0.1",
                            .host = {.node = h,
                                     .world = world,
                                     .refresh = nothing,
                                     .nudge = nothing,
                                     .now = now_of,
                                     .time_asked = no,
                                     .read_only = none,
                                     .alarm = none}};
    struct web *w;

    log_limit(LOG_ERROR);
    bench_must(c, web_start(c, &o, &w));
    return w;
}

static str look(struct ctx *c, int port)
{
    return drive_get(c, port, PATH, arena_fmt(c->mem, "%s\r\n", cookie(c)).p);
}

/* ---- the same bytes from a template ------------------------------- */

/* Takes what stands before the next word or address of the page, and that. */
static bool next_value(str *page, str *before, str *value)
{
    size_t word = str_find(*page, STR(">")) + 1;
    size_t href = str_find(*page, STR("href=\"")) + 6;
    size_t from = word < href ? word : href;
    str rest = str_slice(*page, from, page->n);

    if (from >= page->n)
        return false;
    *before = str_slice(*page, 0, from);
    *value =
        str_slice(rest, 0, str_find(rest, word < href ? STR("<") : STR("\"")));
    *page = str_slice(rest, value->n, rest.n);
    return true;
}

/* All words and addresses of the page are names, by tens in a section as a
 * row has them, and all else stands: the least that a template of it can be. */
static const struct markup *as_template(struct ctx *c, str page,
                                        struct data **with)
{
    struct buf out = buf_new(c, 1 << 18);
    struct findings f = {0};
    const struct markup *m;
    struct data *row = NULL;
    str before, value;
    int rows = 0, n = ROW;

    *with = data_new(c, DATA_MAP);
    while (next_value(&page, &before, &value)) {
        buf_raw(&out, before);
        if (str_trim(value).n == 0) {
            buf_raw(&out, value);
            continue;
        }
        if (n == ROW) {
            if (rows > 0)
                buf_fmt(&out, "{{/row%d}}", rows);
            row = data_new(c, DATA_MAP);
            data_put(c, *with, arena_fmt(c->mem, "row%d", ++rows), row);
            buf_fmt(&out, "{{#row%d}}", rows);
            n = 0;
        }
        buf_fmt(&out, "{{v%d}}", n);
        data_put_text(c, row, arena_fmt(c->mem, "v%d", n++), value);
    }
    if (rows > 0)
        buf_fmt(&out, "{{/row%d}}", rows);
    buf_raw(&out, page);
    bench_must_fit(
        c, markup_parse(c, STR("page"), buf_str(&out), MARKUP_HTML, &f, &m),
        &f);
    return m;
}

/* ---- pairs -------------------------------------------------------- */

struct bench {
    struct ctx *c;
    int port;
    struct drive_nginx nginx;
    struct player *sql;
    const struct markup *m;
    struct data *with;
};

enum column { RATE, PAGE, SQL, RENDER, SEND, SHARE, COLUMNS };

static double page_cpu(struct bench *b, double *rate)
{
    struct bench_span since = bench_begin();

    *rate = drive_wrk(b->c, b->port, PATH, CROWD, cookie(b->c));
    return bench_end(since).cpu * 1e6 / (*rate * HALF);
}

static double sql_cpu(struct bench *b)
{
    struct bench_span since = bench_begin();

    for (int i = 0; i < TIMES; i++) {
        if (player_at_end(b->sql))
            player_rewind(b->sql);
        player_run(b->sql, 1, 1);
    }
    return bench_end(since).cpu * 1e6 / TIMES;
}

static double render_cpu(struct bench *b)
{
    struct bench_span since = bench_begin();

    for (int i = 0; i < TIMES; i++) {
        struct ctx c = {.mem = arena_new((size_t)8 << 20)};
        str out;

        bench_must(&c, markup_show(&c, b->m, b->with, NULL, NULL, &out));
        arena_free(c.mem);
    }
    return bench_end(since).cpu * 1e6 / TIMES;
}

static double nginx_ns(struct bench *b)
{
    int unread;

    return drive_sum(b->c, b->nginx.pid, "schedstat", "", &unread);
}

static double send_cpu(struct bench *b)
{
    double before = nginx_ns(b);
    double rate = drive_wrk(b->c, b->nginx.port, "/page.html", CROWD, NULL);

    return (nginx_ns(b) - before) / 1e3 / (rate * HALF);
}

static void show(const char *what, const double v[])
{
    printf("%6s %8.0f %7.0f %7.0f %7.0f %7.0f %7.2f\n", what, v[RATE], v[PAGE],
           v[SQL], v[RENDER], v[SEND], v[SHARE]);
}

static void pairs(struct bench *b)
{
    double all[COLUMNS][BENCH_PAIRS], middle[COLUMNS];

    printf("                        processor us a page\n"
           "  pair  pages/s    ours     sql  render    send   share\n");
    for (size_t i = 0; i < BENCH_PAIRS; i++) {
        double v[COLUMNS];

        v[PAGE] = page_cpu(b, &v[RATE]);
        v[SQL] = sql_cpu(b);
        v[RENDER] = render_cpu(b);
        v[SEND] = send_cpu(b);
        v[SHARE] = v[PAGE] / (v[SQL] + v[RENDER] + v[SEND]);
        show(arena_fmt(b->c->mem, "%zu", i + 1).p, v);
        for (size_t k = 0; k < COLUMNS; k++)
            all[k][i] = v[k];
    }
    for (size_t k = 0; k < COLUMNS; k++)
        middle[k] = bench_median(all[k], BENCH_PAIRS);
    show("median", middle);
}

void page_once(struct ctx *c, struct town *t, int64_t now)
{
    struct host h = {t, now};
    struct web *w = serve(c, &h);

    (void)look(c, web_port(w));
    web_stop(w);
}

void page_measure(struct ctx *c, const char *dir, struct town *t, int64_t now,
                  sqlite3 *raw, const struct tape *sql)
{
    struct host h = {t, now};
    struct bench b = {.c = c};
    struct web *w;
    str page;

    if (!drive_can(c)) {
        printf("\nthe worklist as a page: skipped; needs the packages wrk and "
               "nginx-light\n");
        return;
    }
    w = serve(c, &h);
    b.port = web_port(w);
    page = look(c, b.port);
    b.nginx = drive_nginx(c, dir, page);
    b.sql = player_new(sql, raw);
    b.m = as_template(c, page, &b.with);
    printf("\nthe worklist as a page of %zu bytes, signed in, %d at one time\n",
           page.n, CROWD);
    pairs(&b);
    player_free(b.sql);
    drive_stop(b.nginx.pid);
    web_stop(w);
}
