/* SPDX-License-Identifier: EUPL-1.2 */
/* The program as a whole: how soon a city with very many apps answers and what
 * it holds in memory, beside the reading of the same files alone; and a service
 * page beside the same bytes from nginx, both driven by wrk. */
#include "bench/drive.h"
#include "bench/many.h"
#include "insight/insight.h"
#include "tests/bandung.h"

#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SERVICE "/layanan/penanaman-modal/izin-reklame"
#define CROWD   48 /* of one address; balai lets it have 50 */

struct bench {
    struct ctx c;
    const char *dir, *city;
    const char **apps; /* folders */
    size_t n;
    int unread; /* processes whose memory may not be known */
};

/* ---- very many apps ----------------------------------------------- */

struct installing {
    struct bench *b;
    struct record_world w;
    struct findings f;
};

static err install(struct ctx *c, struct conn *tx, void *arg)
{
    struct installing *u = arg;

    for (size_t i = 0; i < u->b->n; i++) {
        struct app_package *p;
        bool done;

        TRY(app_package_read(c, u->b->apps[i], "apps/base", &u->f, &p));
        TRY(app_install(c, tx, u->w.ledger, STR("system"), p, &done));
    }
    return E_OK;
}

/* Bandung, with all of them; `serve` finds a whole folder. */
static void found(struct bench *b)
{
    struct arena *mem = arena_new((size_t)2 << 30);
    struct ctx c = b->c;
    struct installing u = {.b = b};

    c.mem = mem;
    bench_must(&c, file_make_dir(&c, b->city, 0700));
    bench_must(&c, bandung_open(&c, b->city, "OFF", &u.w));
    bench_must_fit(&c, bandung_fill(&c, &u.w, &u.f), &u.f);
    bench_must_fit(&c, store_write(&c, u.w.store, install, &u), &u.f);
    bench_must(&c, file_write(&c, file_join(&c, b->city, "secret"),
                              arena_fmt(mem, "%064d\n", 1), 0600));
    arena_free(mem);
}

/* ---- start -------------------------------------------------------- */

/* What the city's processes hold: of each what is its own, and its part of what
 * it shares. Of the jailed ones only root may know it. */
static double mib(struct bench *b, pid_t first)
{
    return drive_sum(&b->c, first, "smaps_rollup", "Pss:", &b->unread) / 1024;
}

/* The same files by the YAML library alone: no start can be sooner that does
 * not remember what it read. */
static double parse_alone(struct bench *b)
{
    struct bench_span since = bench_begin();

    for (size_t i = 0; i < b->n; i++) {
        struct fy_document *d = fy_document_build_from_file(
            NULL, file_join(&b->c, b->apps[i], "app.yaml"));

        MUST(d != NULL);
        fy_document_destroy(d);
    }
    return bench_end(since).seconds;
}

static void measure_start(struct bench *b)
{
    double took[BENCH_PAIRS], alone[BENCH_PAIRS], share[BENCH_PAIRS],
        weight[BENCH_PAIRS];

    for (size_t i = 0; i < BENCH_PAIRS; i++) {
        struct bench_span since = bench_begin();
        struct drive_city k;

        k = drive_city(&b->c, b->city);
        (void)drive_get(&b->c, k.port, "/", "");
        took[i] = bench_end(since).seconds;
        weight[i] = mib(b, k.pid);
        drive_stop(k.pid);
        close(k.out);
        alone[i] = parse_alone(b);
        share[i] = took[i] / alone[i];
    }
    printf("start with %zu apps\n"
           "  to the first answer     %7.3f s\n"
           "  the same files, parsed  %7.3f s   share %.2f\n"
           "  memory then             %7.1f MiB\n",
           b->n, bench_median(took, BENCH_PAIRS),
           bench_median(alone, BENCH_PAIRS), bench_median(share, BENCH_PAIRS),
           bench_median(weight, BENCH_PAIRS));
    if (b->unread > 0)
        printf(
            "  without %d jailed processes, of which only root may know it\n",
            b->unread);
}

/* ---- a page, beside nginx ---------- */

static void measure_page(struct bench *b)
{
    double ours[BENCH_PAIRS], share[BENCH_PAIRS], theirs[BENCH_PAIRS];
    struct drive_nginx x;
    struct drive_city k;
    str page;

    if (!drive_can(&b->c)) {
        printf("a service page beside nginx: skipped; needs the packages wrk "
               "and nginx-light\n");
        return;
    }
    k = drive_city(&b->c, b->city);
    page = drive_get(&b->c, k.port, SERVICE, "");
    x = drive_nginx(&b->c, b->dir, page);
    for (size_t i = 0; i < BENCH_PAIRS; i++) {
        ours[i] = drive_wrk(&b->c, k.port, SERVICE, CROWD, NULL);
        theirs[i] = drive_wrk(&b->c, x.port, "/page.html", CROWD, NULL);
        share[i] = ours[i] / theirs[i];
    }
    drive_stop(k.pid);
    drive_stop(x.pid);
    printf("a service page of %zu bytes, %d at one time\n"
           "  balai  %8.0f/s\n  nginx  %8.0f/s   share %.2f\n",
           page.n, CROWD, bench_median(ours, BENCH_PAIRS),
           bench_median(theirs, BENCH_PAIRS), bench_median(share, BENCH_PAIRS));
}

int main(int argc, char **argv)
{
    struct bench b = {.c = {.mem = arena_new((size_t)2 << 30),
                            .now = time_system(),
                            .lang = STR("en"),
                            .dice = seal_dice()}};

    b.dir = bench_folder(&b.c, argc, argv);
    b.city = file_join(&b.c, b.dir, "city");
    b.n = (size_t)bench_setting("BENCH_APPS", 400);
    b.apps = many_apps(&b.c, b.dir, 0, b.n);
    found(&b);
    measure_start(&b);
    measure_page(&b);
    arena_free(b.c.mem);
    return 0;
}
