/* SPDX-License-Identifier: EUPL-1.2 */
/* A city gives very many apps to another: to adopt them all, to update one, to
 * learn that nothing is new; from a folder and over HTTP on loopback, from
 * `balai serve` itself, with what went over the line. All of it is verified,
 * checked and durable; docs/performance.md says how to read it.
 *
 *     grant_bench [FOLDER]      BENCH_APPS to give */
#include "bench/drive.h"
#include "bench/many.h"
#include "bench/relay.h"
#include "grant/grant.h"
#include "insight/insight.h"
#include "tests/bandung.h"

#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

#define PASSPHRASE STR("latihan mengukur 2026")
#define KEYS       7

struct bench {
    struct ctx c;
    const char *dir, *city, *keys[KEYS];
    const char **apps; /* folders */
    size_t n;
    bool busy;
};

static struct ctx fresh(const struct bench *b)
{
    struct ctx c = b->c;

    c.mem = arena_new((size_t)2 << 30);
    c.now = time_system();
    return c;
}

/* ---- the city that gives ------------------------------------------ */

static void found(struct bench *b)
{
    struct ctx c = fresh(b);
    struct record_world w;
    struct findings f = {0};
    str words[KEYS];

    bench_must(&c, file_make_dir(&c, b->city, 0700));
    bench_must(&c, bandung_open(&c, b->city, "OFF", &w));
    bench_must_fit(&c, bandung_fill(&c, &w, &f), &f);
    bench_must(&c, file_write(&c, file_join(&c, b->city, "secret"),
                              arena_fmt(c.mem, "%064d\n", 1), 0600));
    for (size_t i = 0; i < KEYS; i++) {
        b->keys[i] =
            file_join(&b->c, b->dir, arena_fmt(b->c.mem, "key-%zu", i).p);
        words[i] = PASSPHRASE;
    }
    bench_must(&c, grant_keys_make(&c, &(struct grant_ceremony){
                                           STR("32.73"), STR("bandung.example"),
                                           b->keys, KEYS, words}));
    arena_free(c.mem);
}

static const struct app_package *const *packages(struct bench *b, struct ctx *c)
{
    const struct app_package **out =
        NEWS(c->mem, const struct app_package *, b->n);

    for (size_t i = 0; i < b->n; i++) {
        struct findings f = {0};
        struct app_package *p;

        bench_must_fit(c, app_package_read(c, b->apps[i], "apps/base", &f, &p),
                       &f);
        out[i] = p;
    }
    return out;
}

/* Keys are opened before the clock starts. */
static double publish(struct bench *b)
{
    struct ctx c = fresh(b);
    struct grant_key *root[2], *target[2];
    struct grant_publish p = {.repo = file_join(&c, b->city, "repo"),
                              .n_roots = 2,
                              .n_targets = 2,
                              .n_apps = b->n};
    struct bench_took took;
    struct bench_span since;
    int64_t edition;

    for (size_t i = 0; i < 2; i++) {
        bench_must(&c, grant_key_open(&c, b->keys[i], GRANT_ROOT, PASSPHRASE,
                                      &root[i]));
        bench_must(&c, grant_key_open(&c, b->keys[5 + i], GRANT_TARGETS,
                                      PASSPHRASE, &target[i]));
    }
    bench_must(
        &c, seal_signer_open(&c, file_join(&c, b->city, "signer"), &p.signer));
    p.roots = (const struct grant_key *const *)root;
    p.targets = (const struct grant_key *const *)target;
    if (file_is_dir(p.repo))
        p.n_roots = 0;
    p.apps = packages(b, &c);
    since = bench_begin();
    bench_must(&c, grant_publish(&c, &p, &edition));
    took = bench_end(since);
    b->busy |= bench_busy(took.others);
    seal_signer_close(p.signer);
    arena_free(c.mem);
    return took.seconds;
}

/* The first app, with another version. */
static void improve(struct bench *b)
{
    struct ctx c = fresh(b);
    const char *path = file_join(&c, b->apps[0], "app.yaml");
    str text, was = STR("\nversion: 1.0.0");
    size_t at;

    bench_must(&c, file_read(&c, path, 1 << 20, &text));
    at = str_find(text, was);
    MUST(at < text.n);
    bench_must(
        &c,
        file_write(&c, path,
                   arena_fmt(c.mem, "%.*s\nversion: 1.0.1%.*s", (int)at, text.p,
                             STR_ARG(str_slice(text, at + was.n, text.n))),
                   0600));
    arena_free(c.mem);
}

/* ---- the city that takes ------------------------------------------ */

struct taker {
    struct ctx c;
    struct record_world w;
    const char *trust;
};

static struct taker taker_new(struct bench *b, const char *name)
{
    struct taker t = {.c = fresh(b)};
    const char *dir = file_join(&t.c, b->dir, name);
    struct record_folder f = {
        .dir = dir, .synchronous = "FULL", .domain = STR("taker.example")};
    struct ledger_room rooms[] = {{0}, {grant_appliers, grant_appliers_n}};
    struct findings bad = {0};
    str root;

    rooms[0].all = insight_rooms(&t.c, &rooms[0].n);
    f.appliers = ledger_join(&t.c, rooms, COUNT(rooms), &f.n);
    bench_must(&t.c, file_make_dir(&t.c, dir, 0700));
    bench_must(&t.c, record_world_open(&t.c, &f, &t.w));
    bench_must_fit(&t.c, bandung_fill(&t.c, &t.w, &bad), &bad);
    bench_must(&t.c,
               file_read(&t.c,
                         file_join(&t.c, b->city, "repo/metadata/1.root.json"),
                         1 << 20, &root));
    t.trust = file_join(&t.c, dir, "trust");
    bench_must(&t.c, grant_trust(&t.c, t.trust, root, seal_sha256(root)));
    return t;
}

struct taking {
    const struct taker *t;
    struct grant_adopting a;
    struct grant_plan plan;
};

static err adopt(struct ctx *c, struct conn *tx, void *arg)
{
    struct taking *u = arg;

    return grant_adopt(c, tx, u->t->w.ledger, STR("system"), &u->a, &u->plan);
}

/* What /proc tells of this process, in KiB. */
static int64_t kib(const char *name)
{
    FILE *f = fopen("/proc/self/status", "r");
    char line[256];
    long long n = 0;

    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            (void)sscanf(line + strlen(name), "%lld", &n);
    if (f != NULL)
        (void)fclose(f);
    return n;
}

/* From here on VmHWM is the highest since now. */
static int64_t idle(void)
{
    FILE *f = fopen("/proc/self/clear_refs", "w");

    (void)malloc_trim(0);
    if (f != NULL) {
        (void)fputs("5", f);
        (void)fclose(f);
    }
    return kib("VmRSS:");
}

/* Where it comes from: a folder, or over the line. */
struct way {
    const char *name, *folder;
    struct relay *line; /* NULL: from the folder */
};

static struct grant_source source_of(struct ctx *c, const struct way *w)
{
    return w->line == NULL
               ? grant_from_folder(c, w->folder)
               : grant_from_url(c,
                                arena_fmt(c->mem, "http://127.0.0.1:%d/repo",
                                          relay_port(w->line)),
                                true);
}

/* As the commands do it: refresh, plan, one write; `looks` times planned, as
 * who looks and then takes. */
static void take(struct bench *b, const struct taker *t, const struct way *way,
                 const char *what, size_t changes, int looks)
{
    int64_t resting = idle();
    struct ctx c = fresh(b);
    struct bench_span since = bench_begin();
    struct bench_took took;
    size_t n = 0;

    for (int i = 0; i < looks; i++) {
        struct grant_source from = source_of(&c, way);
        struct grant_edition e;
        struct taking u = {.t = t};
        struct findings f = {0};
        struct conn *on;

        n = 0;
        bench_must(&c, grant_refresh(&c, t->trust, &from, &e));
        u.a = (struct grant_adopting){.city = t->w.city,
                                      .edition = &e,
                                      .from = &from,
                                      .licence_reason = STR("bench")};
        bench_must(&c, store_read(&c, t->w.store, &on));
        store_patient(on);
        bench_must_fit(&c, grant_plan(&c, on, &u.a, &f, &u.plan), &f);
        store_done(on);
        for (size_t k = 0; k < u.plan.n; k++)
            n += u.plan.apps[k].change != GRANT_SAME;
        if (i + 1 == looks && n > 0)
            bench_must(&c, store_write(&c, t->w.store, adopt, &u));
    }
    took = bench_end(since);
    b->busy |= bench_busy(took.others);
    MUST(n == changes);
    printf("  %-12s %-28s %7.3f s  %6.1f MiB", way->name, what, took.seconds,
           (double)(kib("VmHWM:") - resting) / 1024);
    if (way->line != NULL) {
        struct relay_count k = relay_take(way->line);

        printf("  %4" PRId64 " requests on %" PRId64
               " lines, %6.1f KB up, %6.1f KB down",
               k.requests, k.connections, (double)k.up / 1e3,
               (double)k.down / 1e3);
    }
    printf("\n");
    arena_free(c.mem);
}

/* One city more that looks first, and then takes. */
static void measure(struct bench *b, struct way ways[2])
{
    struct taker t[3] = {taker_new(b, "taker-1"), taker_new(b, "taker-2"),
                         taker_new(b, "taker-3")};
    struct drive_city k = drive_city(&b->c, b->city);
    struct ctx c = fresh(b);

    ways[1].line = relay_new(&c, k.port);
    for (size_t i = 0; i < 2; i++) {
        take(b, &t[i], &ways[i], "adopt all", b->n, 1);
        take(b, &t[i], &ways[i], "nothing new", 0, 1);
    }
    take(b, &t[2], &ways[1], "look, then adopt all", b->n, 2);
    drive_stop(k.pid);
    close(k.out);
    arena_free(c.mem);

    improve(b);
    printf("  publish one of %zu%30.3f s\n", b->n, publish(b));
    k = drive_city(&b->c, b->city);
    c = fresh(b);
    ways[1].line = relay_new(&c, k.port);
    for (size_t i = 0; i < 2; i++)
        take(b, &t[i], &ways[i], "update one", 1, 1);
    drive_stop(k.pid);
    close(k.out);
    arena_free(c.mem);
    for (size_t i = 0; i < 3; i++)
        arena_free(t[i].c.mem);
}

int main(int argc, char **argv)
{
    struct bench b = {.c = {.mem = arena_new((size_t)2 << 30),
                            .now = time_system(),
                            .lang = STR("en"),
                            .dice = seal_dice()}};
    struct way ways[2] = {{.name = "from folder"}, {.name = "over HTTP"}};

    b.dir = bench_folder(&b.c, argc, argv);
    b.city = file_join(&b.c, b.dir, "city");
    b.n = (size_t)bench_setting("BENCH_APPS", 400);
    b.apps = many_apps(&b.c, b.dir, 1, b.n);
    found(&b);
    printf("a grant of %zu apps; a page written and synced takes %.2f ms\n"
           "  publish all%36.3f s\n",
           b.n, bench_fdatasync(&b.c, b.dir), publish(&b));
    ways[0].folder = file_join(&b.c, b.city, "repo");
    measure(&b, ways);
    if (b.busy)
        bench_say_busy();
    arena_free(b.c.mem);
    return 0;
}
