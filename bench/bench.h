/* SPDX-License-Identifier: EUPL-1.2 */
/* What the measurements share: clocks, medians, the disk, the neighbours on
 * the machine; a filled city (town.c); statements on tape (tape.c). */
#pragma once

#include "base/base.h"

#include <sqlite3.h>

#define BENCH_PAIRS 5

/* Stop with the sentence where `e` is a failure. */
void bench_must(struct ctx *c, err e);
/* The same, with what is wrong. */
void bench_must_fit(struct ctx *c, err e, const struct findings *f);

/* A folder of its own inside argv[1] or /var/tmp, which goes with c->mem. It
 * should lie on the disk that a city would use: no tmpfs. */
const char *bench_folder(struct ctx *c, int argc, char **argv);

/* A whole number above 0 from the environment. */
int64_t bench_setting(const char *name, int64_t otherwise);

double bench_median(double *v, size_t n);

/* The median of writing a page and syncing it, in milliseconds. */
double bench_fdatasync(struct ctx *c, const char *dir);

/* From now on each sync of what SQLite opens takes so many microseconds longer.
 */
void bench_slow(int64_t longer);

/* A connection as the writer of `store` sets its own up. */
sqlite3 *bench_open(const char *path);

/* Run work(arg, i) for i in 0 .. n-1, by `threads` threads that take the next
 * i as they get free. */
typedef void bench_work(void *arg, struct ctx *c, int64_t i);
void bench_crowd(size_t threads, int64_t n, bench_work *work, void *arg);

/* ---- what a stretch took ------------------------------------------ */

struct bench_span {
    int64_t start;
    double all, own; /* processor seconds of the machine, of this process */
};

struct bench_took {
    double seconds, cpu;
    double others; /* the share of the machine that others took */
};

struct bench_span bench_begin(void);
struct bench_took bench_end(struct bench_span since);

/* Others took so much that a figure is not to be quoted. */
bool bench_busy(double others);
void bench_say_busy(void);

/* ---- tape --------------------------------------------------------- */

/* The statements that the engine runs, with their values, so that a bare loop
 * over SQLite can run the very same. A request begins where the store marks
 * one; what begins and ends a transaction or a savepoint is not on a tape. */
struct tape;

struct tape *tape_new(void);
void tape_free(struct tape *t);
/* Between the two, what any connection runs that was opened after tape_hear()
 * and before tape_deaf() goes on the tape given last; NULL is no tape. */
void tape_hear(void);
void tape_onto(struct tape *t);
void tape_deaf(void);

int64_t tape_requests(const struct tape *t);
int64_t tape_statements(const struct tape *t);

/* A tape's statements, prepared once on a connection. */
struct player;
struct player *player_new(const struct tape *t, sqlite3 *db);
void player_free(struct player *p);
/* Run the next n requests, `batch` of them in one transaction. */
void player_run(struct player *p, int64_t n, double batch);
/* Begin the tape again, which only reads may. */
void player_rewind(struct player *p);
bool player_at_end(const struct player *p);
