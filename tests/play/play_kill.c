/* SPDX-License-Identifier: EUPL-1.2 */
/* Kills under load. Residents report from their own threads; a request that is
 * cut off is unknown, and is sent again with the same form's token until it is
 * answered, as a browser's user would. */
#include "tests/play/play.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define PLACE        "/layanan/kominfo/lapor-warga/isi"
#define RECEIPT      "/tanda-terima/"
#define CLIENTS_MOST 16
#define GIVEN_MOST   4096
#define PATIENCE     (2 * TIME_SECOND)

struct given {
    char number[16], code[16], name[24];
};

struct storm {
    atomic_int port; /* 0: it is down */
    atomic_bool over;
    atomic_int unknown; /* sent, and never answered */
    pthread_mutex_t lock;
    struct given all[GIVEN_MOST];
    int n, before; /* receipts; records of an earlier storm */
};

struct client {
    struct storm *s;
    int id;
    struct play p; /* its own browser and memory */
    struct play_city city;
    pthread_t thread;
};

static void wait_ms(int ms)
{
    (void)poll(NULL, 0, ms);
}

static int given_now(struct storm *s)
{
    int n;

    pthread_mutex_lock(&s->lock);
    n = s->n;
    pthread_mutex_unlock(&s->lock);
    return n;
}

/* ---- a resident --------------------------------------------------- */

static bool ask(struct client *u, const char *method, str path,
                const struct play_pair *form, size_t n)
{
    u->city.port = atomic_load(&u->s->port);
    if (u->city.port == 0) {
        wait_ms(1);
        return false;
    }
    return play_request(&u->p, &u->city, method, path, form, n) &&
           u->p.status == 200;
}

/* The page's form with these beside what it holds already. */
static bool fill(struct client *u, const struct play_pair *more, size_t n_more)
{
    struct play_pair form[96];
    size_t n = 0;
    str action;

    if (!play_form(&u->p, STR("1"), &action, form, &n, 64))
        return false;
    for (size_t i = 0; i < n_more; i++) {
        size_t at = 0;

        while (at < n && !str_eq(form[at].name, more[i].name))
            at++;
        form[at] = more[i];
        n += at == n;
    }
    return ask(u, "POST", action, form, n);
}
#define FILL(u, ...)                                                           \
    fill((u), (const struct play_pair[]){__VA_ARGS__},                         \
         COUNT(((const struct play_pair[]){__VA_ARGS__})))
#define PAIR(name, value)                                                      \
    {                                                                          \
        STR_INIT(name), value                                                  \
    }

/* All pages but the last; false where one of them was not answered. Whoever is
 * told of similar reports goes past them. */
static bool draft(struct client *u, str name)
{
    u->p.browser->n = 0;
    return ask(u, "GET", STR(PLACE), NULL, 0) &&
           FILL(u, PAIR("kategori", STR("sampah")),
                PAIR("uraian", STR("Sampah menumpuk tiga hari."))) &&
           FILL(u, PAIR("lokasi.region", STR("32.73.19.1004")),
                PAIR("lokasi.patokan", STR("Di depan pasar"))) &&
           ask(u, "GET", STR(PLACE "/foto"), NULL, 0) && fill(u, NULL, 0) &&
           FILL(u, PAIR("pelapor.nama", name)) &&
           str_ends(u->p.path, STR("/periksa"));
}

static void keep(struct client *u, str name)
{
    struct storm *s = u->s;
    str number, code;

    if (!play_between(&u->p, "id=\"nomor\">", "<", &number) ||
        !play_between(&u->p, "id=\"kode\">", "<", &code))
        return;
    pthread_mutex_lock(&s->lock);
    if (s->n < GIVEN_MOST) {
        struct given *g = &s->all[s->n++];

        (void)snprintf(g->number, sizeof g->number, "%.*s", STR_ARG(number));
        (void)snprintf(g->code, sizeof g->code, "%.*s", STR_ARG(code));
        (void)snprintf(g->name, sizeof g->name, "%.*s", STR_ARG(name));
    }
    pthread_mutex_unlock(&s->lock);
}

/* The last press, again and again until there is an answer. */
static void send_off(struct client *u, str name)
{
    const struct play_pair more = {STR_INIT("consent"), STR("1")};
    const struct play saved = u->p;
    int64_t until = 0;

    for (;;) {
        u->p.body = saved.body, u->p.path = saved.path;
        if (fill(u, &more, 1) && str_starts(u->p.path, STR(RECEIPT))) {
            keep(u, name);
            return;
        }
        if (!atomic_load(&u->s->over))
            continue;
        if (until == 0)
            until = time_monotonic() + PATIENCE;
        if (time_monotonic() > until)
            break;
    }
    atomic_fetch_add(&u->s->unknown, 1);
}

static void *reports(void *arg)
{
    struct client *u = arg;

    for (int i = 1; !atomic_load(&u->s->over); i++) {
        str name = arena_fmt(u->p.c->mem, "Warga %d dari %d", i, u->id);

        if (draft(u, name))
            send_off(u, name);
    }
    return NULL;
}

static void begin(struct play *p, struct storm *s, struct client *u,
                  struct play_city *k)
{
    struct ctx *c = NEW(p->c->mem, struct ctx);

    *c = *p->c;
    c->mem = arena_new((size_t)2 << 30);
    u->s = s;
    u->city = *k;
    u->city.pid = 1; /* for those who ask whether it runs */
    u->p = (struct play){.c = c,
                         .balai = p->balai,
                         .root = p->root,
                         .file = p->file,
                         .dir = p->dir,
                         .n_browsers = 1};
    u->p.browser = &u->p.browsers[0];
    MUST(pthread_create(&u->thread, NULL, reports, u) == 0);
}

/* ---- the kills ---------------------------------------------------- */

/* After some more receipts, and at another moment each time. */
static void wait_for(struct storm *s, int i)
{
    int goal = given_now(s) + i % 3;
    int64_t until = time_monotonic() + PATIENCE;

    while (given_now(s) < goal && time_monotonic() < until)
        wait_ms(1);
    wait_ms(i * 37 % 29);
}

static bool kill_once(struct play *p, struct play_city *k, struct storm *s,
                      int i, int64_t *slowest)
{
    int64_t began;

    wait_for(s, i);
    if (!play_stop(p, k, SIGKILL))
        return false;
    atomic_store(&s->port, 0);
    if (i % 5 == 4) { /* and once more while it starts */
        if (!play_spawn(p, k, NULL, 0))
            return false;
        wait_ms(i * 13 % 120);
        if (!play_stop(p, k, SIGKILL))
            return false;
    }
    began = time_monotonic();
    if (!play_start(p, k, NULL, 0))
        return false;
    if (time_monotonic() - began > *slowest)
        *slowest = time_monotonic() - began;
    atomic_store(&s->port, k->port);
    return true;
}

/* ---- what was promised -------------------------------------------- */

static bool is_there(struct client *u, const struct given *g)
{
    u->p.browser->n = 0;
    return ask(u, "GET", STR("/lacak"), NULL, 0) &&
           FILL(u, PAIR("number", str_of(g->number)),
                PAIR("code", str_of(g->code))) &&
           str_find(u->p.body, str_of(g->name)) < u->p.body.n;
}

static int by_number(const void *a, const void *b)
{
    return strcmp(((const struct given *)a)->number,
                  ((const struct given *)b)->number);
}

static int same_twice(struct storm *s)
{
    int n = 0;

    qsort(s->all, (size_t)s->n, sizeof *s->all, by_number);
    for (int i = 1; i < s->n; i++)
        n += strcmp(s->all[i - 1].number, s->all[i].number) == 0;
    return n;
}

static int records(struct play *p, const struct play_city *k)
{
    sqlite3_stmt *st = NULL;
    sqlite3 *db = NULL;
    int n = -1;

    if (sqlite3_open_v2(file_join(p->c, k->dir.p, "balai.db"), &db,
                        SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT count(*) FROM record", -1, &st, NULL) ==
            SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW)
        n = sqlite3_column_int(st, 0);
    (void)sqlite3_finalize(st);
    (void)sqlite3_close(db);
    return n;
}

static void judge(struct play *p, struct play_city *k, struct client *u,
                  int kills, int64_t slowest)
{
    struct storm *s = u->s;
    int unknown = atomic_load(&s->unknown), lost = 0, more;
    bool weak = file_exists(file_join(p->c, p->dir, "fault"));

    for (int i = 0; i < s->n; i++)
        lost += !is_there(u, &s->all[i]);
    more = records(p, k) - s->before - (s->n - lost) - unknown;
    p->body = arena_fmt(p->c->mem,
                        "%skill -9 under load: %d kills, %d receipts, %d lost, "
                        "%d doubled, %d never answered, back in %d ms at most",
                        weak ? "weakened: " : "", kills, s->n, lost,
                        same_twice(s) + (more > 0 ? more : 0), unknown,
                        (int)(slowest / 1000));
    printf("       %.*s\n", STR_ARG(p->body));
    if (s->n > 0) {
        play_set(p, STR("number"), str_of(s->all[s->n / 2].number));
        play_set(p, STR("kode"), str_of(s->all[s->n / 2].code));
    }
}

bool play_kills(struct play *p, struct play_city *k, int kills, int clients)
{
    struct storm *s = NEW(p->c->mem, struct storm);
    struct client *all = NEWS(p->c->mem, struct client, CLIENTS_MOST);
    int64_t slowest = 0;
    bool ok;

    MUST(clients > 0 && clients <= CLIENTS_MOST);
    MUST(pthread_mutex_init(&s->lock, NULL) == 0);
    s->before = records(p, k);
    if (!play_start(p, k, NULL, 0))
        return false;
    atomic_store(&s->port, k->port);
    for (int i = 0; i < clients; i++) {
        all[i].id = i + 1;
        begin(p, s, &all[i], k);
    }
    ok = true;
    for (int i = 1; i <= kills && ok; i++)
        ok = kill_once(p, k, s, i, &slowest);
    atomic_store(&s->over, true);
    for (int i = 0; i < clients; i++)
        pthread_join(all[i].thread, NULL);
    if (ok)
        judge(p, k, &all[0], kills, slowest);
    for (int i = 0; i < clients; i++)
        arena_free(all[i].p.c->mem);
    return ok;
}
