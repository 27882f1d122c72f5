/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/store/day.h"

#include "tests/test.h"

#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

MIGRATION(m_9002_test_store_power, 9002,
          "test_store_power volatile\n"
          "test_store_power_part volatile\n"
          "test_store_power_sum volatile small\n",
          "CREATE TABLE test_store_power ("
          "    id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;"
          "CREATE TABLE test_store_power_part ("
          "    id INTEGER PRIMARY KEY REFERENCES test_store_power (id)) STRICT;"
          "CREATE TABLE test_store_power_sum ("
          "    id INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT;");

QUERY(power_row, "it", __LINE__,
      "INSERT INTO test_store_power (id, body) VALUES ($1, $2)");
QUERY(power_part, "i", __LINE__,
      "INSERT INTO test_store_power_part (id) VALUES ($1)");
QUERY(power_sum, "", __LINE__,
      "INSERT INTO test_store_power_sum (id, n) VALUES (1, 1)"
      " ON CONFLICT (id) DO UPDATE SET n = n + 1");
QUERY(power_all, "", __LINE__,
      "SELECT p.id, p.body, q.id IS NOT NULL FROM test_store_power AS p"
      " LEFT JOIN test_store_power_part AS q ON q.id = p.id"
      " WHERE p.id > 0 ORDER BY p.id");
QUERY(power_counts, "", __LINE__,
      "SELECT (SELECT count(*) FROM test_store_power_part WHERE id > 0),"
      " coalesce((SELECT n FROM test_store_power_sum WHERE id = 1), 0)");

static str body_of(struct ctx *c, int64_t id)
{
    size_t n = 100 + (size_t)(id * 977 % 2600);
    char *p = NEWS(c->mem, char, n + 1);

    for (size_t i = 0; i < n; i++)
        p[i] = (char)('a' + (id * 31 + (int64_t)i) % 26);
    return (str){p, n};
}

err day_three_rows(struct ctx *c, struct conn *tx, void *arg)
{
    const struct day_row *r = arg;

    TRY(RUN(c, tx, &power_row, I64(r->id), TXT(body_of(c, r->id))));
    TRY(RUN(c, tx, &power_part, I64(r->id)));
    return RUN0(c, tx, &power_sum);
}

static void note(struct store_job *job)
{
    ((struct day_row *)(void *)job)->answered = true;
}

err day_open(struct ctx *c, const struct day *d, struct store **out)
{
    struct store_options o = {.path = d->path,
                              .vfs = power_vfs(d->disk),
                              .synchronous = d->synchronous,
                              .torn_sectors = d->torn_sectors,
                              .mend_again = d->mend_again,
                              .create = true};

    *out = NULL;
    return store_open(c, &o, out);
}

/* The tables of all rooms, which each connection would read again, are not
 * what is tried here. */
static void keep_own_tables(struct ctx *c, const struct day *d)
{
    struct buf drop = buf_new(c, 1 << 20);
    sqlite3_stmt *st;
    sqlite3 *db;

    MUST(sqlite3_open_v2(d->path, &db, SQLITE_OPEN_READWRITE,
                         power_vfs(d->disk)) == SQLITE_OK);
    MUST(sqlite3_prepare_v2(db,
                            "SELECT type, name FROM sqlite_schema WHERE type IN"
                            " ('table', 'view', 'trigger') AND name NOT LIKE"
                            " 'store_%' AND name NOT LIKE 'test_store_power%'"
                            " AND name NOT LIKE 'sqlite_%' ORDER BY type DESC",
                            -1, &st, NULL) == SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW)
        buf_fmt(&drop, "DROP %s %s;", (const char *)sqlite3_column_text(st, 0),
                (const char *)sqlite3_column_text(st, 1));
    (void)sqlite3_finalize(st);
    MUST(sqlite3_exec(db, buf_str(&drop).p, NULL, NULL, NULL) == SQLITE_OK);
    MUST(sqlite3_exec(db, "VACUUM", NULL, NULL, NULL) == SQLITE_OK);
    MUST(sqlite3_close(db) == SQLITE_OK);
}

struct day *day_new(struct ctx *c)
{
    struct day *d = NEW(c->mem, struct day);
    struct store *s;

    d->disk = power_new(c);
    d->path = file_join(c, test_folder(c), "p");
    CHECK_OK(day_open(c, d, &s));
    store_close(s);
    keep_own_tables(c, d);
    power_save(d->disk);
    return d;
}

/* ---- a day's work ------------------------------------------------- */

void day_submit(struct ctx *c, struct store *s, struct day *d, int i)
{
    struct day_row *r = &d->rows[i];

    *r = (struct day_row){
        .id = i + 1, .job = {.c = c, .work = day_three_rows, .done = note}};
    r->job.arg = r;
    if (store_submit(s, &r->job) != E_OK)
        r->answered = true, r->job.result = E_BUSY;
}

/* From row `from` on: batches of one and of three, a reader that pins the WAL
 * now and then, and moments of rest, in which it is copied. Where it ended. */
static int work(struct ctx *c, struct store *s, struct day *d, int from, int to)
{
    struct conn *pin = NULL;
    int i = from;

    for (; i < to && !power_gone(d->disk); i++) {
        day_submit(c, s, d, i);
        if (i % 6 != 3 && i % 6 != 4)
            store_step(s);
        if (i % 8 == 2 && store_read(c, s, &pin) != E_OK)
            pin = NULL;
        if (i % 8 == 6 && pin != NULL)
            store_done(pin);
        if (i % 5 == 4) { /* whatever waits, and then a rest */
            store_step(s);
            store_step(s);
        }
    }
    store_step(s);
    return i;
}

/* Closed and opened again at noon, which copies the whole WAL; and whenever
 * the process is killed. What the process said comes with its last breath. */
static void whole_day(struct ctx *c, struct day *d, const struct day_plan *p,
                      uint64_t seed)
{
    struct store *s;
    int at = 0;

    for (int part = 1; part <= 2; part++) {
        if (day_open(c, d, &s) == E_OK)
            at = work(c, s, d, at, part * DAY_WRITES / 2);
        if (part == 2 && !power_gone(d->disk))
            power_cut(d->disk); /* the fault first, then the night */
        d->moved += s != NULL && !str_eq(store_path(s), str_of(d->path));
        store_close(s);
        if (!power_killed(d->disk))
            continue;
        d->was_killed = true;
        power_next(d->disk);
        if (p->again > 0)
            power_arm(d->disk, POWER_CUT,
                      1 + (int64_t)(seed % (uint64_t)p->again), 1, seed);
        if (d->unmarked)
            (void)unlink(arena_fmt(c->mem, "%s-unsynced", d->path).p);
        part = 1;
    }
}

/* ---- the morning after -------------------------------------------- */

err day_counts(struct ctx *c, struct conn *on, int64_t *parts, int64_t *sum)
{
    struct rows *r;
    bool more;

    TRY(ROWS0(c, on, &power_counts, &r));
    TRY(store_next(r, &more));
    *parts = store_i64(r, 0);
    *sum = store_i64(r, 1);
    return E_OK;
}

err day_look(struct ctx *c, struct conn *on, bool there[DAY_WRITES],
             bool *whole)
{
    struct rows *r;
    int64_t n = 0, parts, sum;
    bool more;

    *whole = true;
    TRY(ROWS0(c, on, &power_all, &r));
    TRY(store_next(r, &more));
    while (more) {
        int64_t id = store_i64(r, 0);
        bool known = id >= 1 && id <= DAY_WRITES;

        n++;
        *whole = *whole && known && store_i64(r, 2) != 0 &&
                 str_eq(store_str(r, 1), body_of(c, id));
        if (known)
            there[id - 1] = true;
        TRY(store_next(r, &more));
    }
    TRY(day_counts(c, on, &parts, &sum));
    *whole = *whole && parts == n && sum == n;
    return E_OK;
}

static err ask(struct ctx *c, struct store *s, struct day *d)
{
    bool there[DAY_WRITES] = {false}, whole, lost = false, kept = false;
    bool refused = false;
    struct conn *on;
    str trouble;

    TRY(store_check(c, s, &trouble));
    d->corrupt += trouble.n > 0;
    TRY(store_read(c, s, &on));
    TRY(day_look(c, on, there, &whole));
    d->partial += !whole;
    for (int i = 0; i < DAY_WRITES; i++) {
        bool acknowledged =
            d->rows[i].answered && d->rows[i].job.result == E_OK;

        refused = refused || (d->rows[i].answered && !acknowledged);
        lost = lost || (acknowledged && !there[i]);
        kept = kept || (d->rows[i].answered && !acknowledged && there[i]);
    }
    d->lost += lost;
    d->refused += refused;
    d->kept_refused += kept && !d->was_killed;
    return E_OK;
}

void day_verify(struct ctx *c, struct day *d)
{
    struct store *s;
    err e = day_open(c, d, &s);

    if (e == E_OK)
        e = ask(c, s, d);
    d->corrupt += e != E_OK;
    store_close(s);
}

/* ---- runs --------------------------------------------------------- */

/* As it was in the morning. */
static void start(struct ctx *c, struct day *d)
{
    memset(d->rows, 0, sizeof d->rows);
    d->was_killed = false;
    (void)unlink(d->path);
    (void)unlink(arena_fmt(c->mem, "%s-unsynced", d->path).p);
    power_load(d->disk);
}

static void one_run(struct ctx *outer, struct day *d, const struct day_plan *p,
                    int64_t n, uint64_t seed)
{
    int64_t before = sqlite3_memory_used();
    struct ctx c = *outer;

    c.mem = arena_new((size_t)256 << 20);
    start(&c, d);
    power_arm(d->disk, p->fault, n, p->times, seed);
    if (p->end != POWER_GOES_ON)
        power_then(d->disk, p->end,
                   (int64_t)(seed * 7 % (uint64_t)(p->spread + 1)));
    whole_day(&c, d, p, seed);
    power_back(d->disk);
    day_verify(&c, d);
    d->runs++;
    arena_free(c.mem);
    d->leaked += sqlite3_memory_used() - before;
}

/* How often the fault has a chance in a day without any. */
static int64_t chances(struct ctx *c, struct day *d, enum power_fault fault)
{
    struct store *s;
    int64_t n;

    start(c, d);
    CHECK_OK(day_open(c, d, &s));
    (void)work(c, s, d, 0, DAY_WRITES / 2);
    store_close(s);
    CHECK_OK(day_open(c, d, &s));
    (void)work(c, s, d, DAY_WRITES / 2, DAY_WRITES);
    n = power_chances(d->disk, fault);
    store_close(s);
    for (int i = 0; i < DAY_WRITES; i++)
        CHECK(d->rows[i].job.result == E_OK);
    CHECK(n > 20);
    return n;
}

void day_runs(struct ctx *c, struct day *d, const struct day_plan *p)
{
    int64_t n = chances(c, d, p->fault);
    int kept;

    d->leaked = d->refused = 0;
    d->runs = d->lost = d->corrupt = d->partial = d->kept_refused = d->moved =
        0;
    kept = test_hush();
    for (int64_t i = 0; i < p->points; i++)
        one_run(c, d, p, 1 + i * n / p->points, (uint64_t)i + 1);
    test_speak(kept);
    printf("       %s: %d cuts, %d corrupt, %d lost, %d partial\n", p->name,
           d->runs, d->corrupt, d->lost, d->partial);
}

void day_all_well(const struct day *d)
{
    CHECK_I64(d->lost, 0);
    CHECK_I64(d->corrupt, 0);
    CHECK_I64(d->partial, 0);
    CHECK_I64(d->leaked, 0);
}
