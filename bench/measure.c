/* SPDX-License-Identifier: EUPL-1.2 */
#include "bench/bench.h"

#include "seal/seal.h"

#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define BUSY 0.25

void bench_must(struct ctx *c, err e)
{
    if (e == E_OK)
        return;
    fprintf(stderr, "bench: %s: %.*s\n", err_name(e), STR_ARG(c->why));
    exit(1);
}

void bench_must_fit(struct ctx *c, err e, const struct findings *f)
{
    for (size_t i = 0; e != E_OK && i < f->n; i++)
        fprintf(stderr, "%s\n", finding_show(c, &f->all[i]).p);
    bench_must(c, e);
}

/* ---- the folder --------------------------------------------------- */

static int remove_one(const char *path, const struct stat *st, int kind,
                      struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    return remove(path);
}

static void remove_folder(void *path)
{
    (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *bench_folder(struct ctx *c, int argc, char **argv)
{
    char *in = realpath(argc > 1 ? argv[1] : "/var/tmp", NULL), *z;
    str path;

    MUST(in != NULL);
    path = arena_fmt(c->mem, "%s/bench-XXXXXX", in);
    z = NEWS(c->mem, char, path.n + 1);
    memcpy(z, path.p, path.n);
    free(in);
    MUST(mkdtemp(z) != NULL);
    arena_owns(c->mem, remove_folder, z);
    return z;
}

int64_t bench_setting(const char *name, int64_t otherwise)
{
    const char *set = getenv(name);
    int64_t n;

    return set != NULL && str_is_i64(str_of(set), &n) && n > 0 ? n : otherwise;
}

/* ---- the median --------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double bench_median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, by_size);
    return v[n / 2];
}

/* ---- the disk ----------------------------------------------------- */

double bench_fdatasync(struct ctx *c, const char *dir)
{
    const char *path = file_join(c, dir, "sync");
    int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
    static const char page[4096];
    double took[201];

    MUST(fd >= 0);
    for (size_t i = 0; i < COUNT(took); i++) {
        int64_t start = time_monotonic();

        MUST(write(fd, page, sizeof page) == (ssize_t)sizeof page);
        MUST(fdatasync(fd) == 0);
        took[i] = (double)(time_monotonic() - start) / 1e3;
    }
    close(fd);
    (void)unlink(path);
    return bench_median(took, COUNT(took));
}

sqlite3 *bench_open(const char *path)
{
    sqlite3 *db;

    MUST(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                         NULL) == SQLITE_OK);
    MUST(sqlite3_exec(db,
                      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                      "PRAGMA journal_size_limit = 67108864;"
                      "PRAGMA cache_size = -16384; PRAGMA foreign_keys = ON;"
                      "PRAGMA cell_size_check = ON;"
                      "PRAGMA temp_store = MEMORY;",
                      NULL, NULL, NULL) == SQLITE_OK);
    return db;
}

/* ---- the crowd ---------------------------------------------------- */

struct crowd {
    bench_work *work;
    void *arg;
    int64_t n;
    _Atomic int64_t next;
};

static void *member(void *arg)
{
    struct crowd *w = arg;
    int64_t i;

    while ((i = atomic_fetch_add(&w->next, 1)) < w->n) {
        struct ctx c = {.mem = arena_new((size_t)64 << 20),
                        .lang = STR("en"),
                        .dice = seal_dice()};

        w->work(w->arg, &c, i);
        arena_free(c.mem);
    }
    return NULL;
}

void bench_crowd(size_t threads, int64_t n, bench_work *work, void *arg)
{
    struct crowd w = {.work = work, .arg = arg, .n = n};
    pthread_t t[256];

    MUST(threads <= COUNT(t));
    for (size_t i = 0; i < threads; i++)
        MUST(pthread_create(&t[i], NULL, member, &w) == 0);
    for (size_t i = 0; i < threads; i++)
        MUST(pthread_join(t[i], NULL) == 0);
}

/* ---- the neighbours ----------------------------------------------- */

struct bench_span bench_begin(void)
{
    unsigned long long user = 0, nice = 0, sys = 0, idle, wait, irq = 0,
                       soft = 0;
    FILE *f = fopen("/proc/stat", "r");
    double tick = (double)sysconf(_SC_CLK_TCK);
    struct rusage own;

    getrusage(RUSAGE_SELF, &own);
    if (f != NULL) {
        if (fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu", &user, &nice,
                   &sys, &idle, &wait, &irq, &soft) != 7)
            user = 0;
        (void)fclose(f);
    }
    return (struct bench_span){
        .start = time_monotonic(),
        .all = (double)(user + nice + sys + irq + soft) / tick,
        .own = (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) +
               (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1e6};
}

struct bench_took bench_end(struct bench_span since)
{
    struct bench_span now = bench_begin();
    struct bench_took t = {
        .seconds = (double)(now.start - since.start) / 1e6,
        .cpu = now.own - since.own,
    };

    t.others = (now.all - since.all - t.cpu) /
               (t.seconds * (double)sysconf(_SC_NPROCESSORS_ONLN));
    if (t.others < 0)
        t.others = 0;
    return t;
}

bool bench_busy(double others)
{
    return others > BUSY;
}

void bench_say_busy(void)
{
    printf("Others took more than a quarter of the machine meanwhile: do not "
           "quote these figures.\n");
}
