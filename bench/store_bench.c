/* SPDX-License-Identifier: EUPL-1.2 */
/* Durable small transactions a second: 64 threads through store_write, beside
 * a bare loop over SQLite that runs the same statements in batches of the same
 * size on a copy of the same database. Five pairs in one run, medians.
 *
 *     store_bench [FOLDER]      BENCH_SECONDS a half pair, BENCH_FILL records
 */
#include "bench/bench.h"
#include "seal/seal.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLIENTS 64
#define BODY    1000

/* A record with the indices of a worklist, and its event. */
MIGRATION(m_9100_bench, 9100,
          "bench_record volatile\n"
          "bench_event volatile\n",
          "CREATE TABLE bench_record ("
          "    id     INTEGER PRIMARY KEY,"
          "    uuid   BLOB    NOT NULL UNIQUE,"
          "    office INTEGER NOT NULL,"
          "    state  INTEGER NOT NULL,"
          "    due    INTEGER NOT NULL,"
          "    body   TEXT    NOT NULL) STRICT;"
          "CREATE INDEX bench_work ON bench_record (office, state, due);"
          "CREATE TABLE bench_event ("
          "    id     INTEGER PRIMARY KEY,"
          "    record BLOB NOT NULL,"
          "    open   TEXT NOT NULL,"
          "    shut   BLOB NOT NULL) STRICT;"
          "CREATE INDEX bench_event_record ON bench_event (record);");

QUERY(add_record, "biiit", __LINE__,
      "INSERT INTO bench_record (uuid, office, state, due, body)"
      " VALUES ($1, $2, $3, $4, $5)");
QUERY(add_event, "btb", __LINE__,
      "INSERT INTO bench_event (record, open, shut) VALUES ($1, $2, $3)");

/* ---- what is written ---------------------------------------------- */

/* One submission: the same sequence of them in both halves of a pair. */
struct draw {
    uint64_t state, count;
    char uuid[16], body[BODY];
    int64_t office, step, due;
};

static uint64_t roll(struct draw *d)
{
    d->state ^= d->state >> 12, d->state ^= d->state << 25;
    d->state ^= d->state >> 27;
    return d->state * UINT64_C(2685821657736338717);
}

/* The uuid begins with a count, as a UUIDv7 does with its time. */
static void draw(struct draw *d, uint64_t count)
{
    uint64_t tail = roll(d);

    for (int i = 0; i < 8; i++)
        d->uuid[i] = (char)(count >> (56 - 8 * i));
    memcpy(d->uuid + 8, &tail, 8);
    d->office = (int64_t)(roll(d) % 60);
    d->step = (int64_t)(roll(d) % 5);
    d->due = (int64_t)(roll(d) % 1000000);
    for (int i = 0; i < BODY; i += 8) {
        uint64_t r = roll(d);

        for (int k = 0; k < 8; k++)
            d->body[i + k] = (char)('a' + (r >> (8 * k)) % 26);
    }
}

static err submit(struct ctx *c, struct conn *tx, void *arg)
{
    const struct draw *d = arg;
    str uuid = {d->uuid, sizeof d->uuid}, open = {d->body, 250};
    str shut = {d->body + 300, 216};

    TRY(RUN(c, tx, &add_record, BLOB(uuid), I64(d->office), I64(d->step),
            I64(d->due), TXT(((str){d->body, BODY}))));
    return RUN(c, tx, &add_event, BLOB(uuid), TXT(open), BLOB(shut));
}

struct filling {
    struct draw draw;
    uint64_t from, n;
};

static err fill(struct ctx *c, struct conn *tx, void *arg)
{
    struct filling *f = arg;

    for (uint64_t i = f->from; i < f->from + f->n; i++) {
        draw(&f->draw, i);
        TRY(submit(c, tx, &f->draw));
    }
    return E_OK;
}

/* ---- ours --------------------------------------------------------- */

struct bench {
    struct store *s;
    sqlite3 *raw;
    sqlite3_stmt *record, *event, *begin, *commit;
    int64_t length; /* of half a pair, microseconds */
    _Atomic uint64_t count;
    atomic_bool over;
};

static void *client(void *arg)
{
    struct bench *b = arg;
    struct ctx c = {.mem = arena_new((size_t)1 << 20), .lang = STR("en")};
    struct draw d = {.state = (uint64_t)(uintptr_t)&d | 1};

    while (!atomic_load(&b->over)) {
        draw(&d, atomic_fetch_add(&b->count, 1));
        bench_must(&c, store_write(&c, b->s, submit, &d));
    }
    arena_free(c.mem);
    return NULL;
}

/* A second's transactions, and how many went into one commit. */
static double run_ours(struct bench *b, double *batch)
{
    struct store_counts before = store_counts(b->s), after;
    int64_t start = time_monotonic();
    pthread_t t[CLIENTS];
    double seconds;

    atomic_store(&b->over, false);
    for (size_t i = 0; i < CLIENTS; i++)
        MUST(pthread_create(&t[i], NULL, client, b) == 0);
    usleep((useconds_t)b->length);
    atomic_store(&b->over, true);
    for (size_t i = 0; i < CLIENTS; i++)
        MUST(pthread_join(t[i], NULL) == 0);
    seconds = (double)(time_monotonic() - start) / 1e6;
    after = store_counts(b->s);
    *batch = (double)(after.requests - before.requests) /
             (double)(after.batches - before.batches);
    return (double)(after.requests - before.requests) / seconds;
}

/* ---- bare SQLite -------------------------------------------------- */

static void bare(struct bench *b, sqlite3_stmt *st, int want)
{
    if (sqlite3_step(st) == want && sqlite3_reset(st) == SQLITE_OK)
        return;
    fprintf(stderr, "store_bench: %s\n", sqlite3_errmsg(b->raw));
    exit(1);
}

static void bare_submit(struct bench *b, const struct draw *d)
{
    sqlite3_bind_blob(b->record, 1, d->uuid, 16, SQLITE_STATIC);
    sqlite3_bind_int64(b->record, 2, d->office);
    sqlite3_bind_int64(b->record, 3, d->step);
    sqlite3_bind_int64(b->record, 4, d->due);
    sqlite3_bind_text(b->record, 5, d->body, BODY, SQLITE_STATIC);
    bare(b, b->record, SQLITE_DONE);
    sqlite3_bind_blob(b->event, 1, d->uuid, 16, SQLITE_STATIC);
    sqlite3_bind_text(b->event, 2, d->body, 250, SQLITE_STATIC);
    sqlite3_bind_blob(b->event, 3, d->body + 300, 216, SQLITE_STATIC);
    bare(b, b->event, SQLITE_DONE);
}

static double run_bare(struct bench *b, double batch)
{
    struct draw d = {.state = (uint64_t)(uintptr_t)b | 1};
    int64_t start = time_monotonic(), now = start;
    double n = 0, due = 0;

    for (; now - start < b->length; now = time_monotonic()) {
        bare(b, b->begin, SQLITE_DONE);
        for (due += batch; n < due; n++) {
            draw(&d, atomic_fetch_add(&b->count, 1));
            bare_submit(b, &d);
        }
        bare(b, b->commit, SQLITE_DONE);
    }
    return n / ((double)(now - start) / 1e6);
}

static sqlite3_stmt *prepared(struct bench *b, const char *sql)
{
    sqlite3_stmt *st;

    MUST(sqlite3_prepare_v3(b->raw, sql, -1, SQLITE_PREPARE_PERSISTENT, &st,
                            NULL) == SQLITE_OK);
    return st;
}

static void open_bare(struct bench *b, const char *path)
{
    b->raw = bench_open(path);
    b->record = prepared(b, add_record.sql);
    b->event = prepared(b, add_event.sql);
    b->begin = prepared(b, "BEGIN IMMEDIATE");
    b->commit = prepared(b, "COMMIT");
}

/* ---- the run ------------------------------------------------------ */

static void fill_both(struct ctx *c, struct bench *b, const char *dir)
{
    struct store_options o = {.path = file_join(c, dir, "ours.db"),
                              .create = true};
    struct filling f = {.draw = {.state = 88172645463325252u}, .n = 1000};
    uint64_t most = (uint64_t)bench_setting("BENCH_FILL", 400000);

    bench_must(c, store_open(c, &o, &b->s));
    for (f.from = 0; f.from < most; f.from += f.n)
        bench_must(c, store_write(c, b->s, fill, &f));
    atomic_store(&b->count, most);
    bench_must(c, store_backup(c, b->s, file_join(c, dir, "bare.db")));
    open_bare(b, file_join(c, dir, "bare.db"));
    bench_must(c, store_start(c, b->s));
    printf("filled with %" PRIu64 " records; WAL, synchronous=FULL, "
           "%d client threads\n",
           most, CLIENTS);
}

static void pairs(struct bench *b)
{
    double ours[BENCH_PAIRS], bare_rate[BENCH_PAIRS], share[BENCH_PAIRS],
        batch[BENCH_PAIRS];
    bool busy = false;

    printf("pair     ours/s   bare/s   batch   share  others\n");
    for (size_t i = 0; i < BENCH_PAIRS; i++) {
        struct bench_span since = bench_begin();
        double taken;

        ours[i] = run_ours(b, &batch[i]);
        bare_rate[i] = run_bare(b, batch[i]);
        share[i] = ours[i] / bare_rate[i];
        taken = bench_end(since).others;
        busy = busy || bench_busy(taken);
        printf("%6zu %8.0f %8.0f %7.1f %7.2f %6.0f%%\n", i + 1, ours[i],
               bare_rate[i], batch[i], share[i], 100 * taken);
    }
    printf("median %8.0f %8.0f %7.1f %7.2f\n", bench_median(ours, BENCH_PAIRS),
           bench_median(bare_rate, BENCH_PAIRS),
           bench_median(batch, BENCH_PAIRS), bench_median(share, BENCH_PAIRS));
    if (busy)
        bench_say_busy();
}

int main(int argc, char **argv)
{
    struct ctx c = {.mem = arena_new((size_t)256 << 20),
                    .lang = STR("en"),
                    .now = time_system(),
                    .dice = seal_dice()};
    struct bench b = {.length =
                          bench_setting("BENCH_SECONDS", 2) * TIME_SECOND};
    const char *dir = bench_folder(&c, argc, argv);

    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("fdatasync of a page: median %.3f ms\n", bench_fdatasync(&c, dir));
    fill_both(&c, &b, dir);
    pairs(&b);
    store_close(b.s);
    sqlite3_finalize(b.record);
    sqlite3_finalize(b.event);
    sqlite3_finalize(b.begin);
    sqlite3_finalize(b.commit);
    sqlite3_close(b.raw);
    arena_free(c.mem);
    return 0;
}
