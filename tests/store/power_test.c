/* SPDX-License-Identifier: EUPL-1.2 */
/* What was acknowledged survives: power cuts, syncs that fail, full disks.
 * A fault test must ship with the setting that makes it red, so NORMAL and OFF
 * are run through the same cuts and have to lose. */
#include "store/store.h"
#include "tests/store/power.h"
#include "tests/test.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#define CUTS   200
#define FEWER  60
#define WRITES 24

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

/* One request: three rows that belong together. */
struct row {
    struct store_job job;
    int64_t id;
    bool answered;
};

struct world {
    struct power *disk;
    const char *path, *synchronous;
    bool torn_sectors;
    int64_t mend_again;
    struct row rows[WRITES];
    int lost, corrupt, partial, kept_refused, moved;
};

static str body_of(struct ctx *c, int64_t id)
{
    size_t n = 100 + (size_t)(id * 977 % 2600);
    char *p = NEWS(c->mem, char, n + 1);

    for (size_t i = 0; i < n; i++)
        p[i] = (char)('a' + (id * 31 + (int64_t)i) % 26);
    return (str){p, n};
}

static err three_rows(struct ctx *c, struct conn *tx, void *arg)
{
    const struct row *r = arg;

    TRY(RUN(c, tx, &power_row, I64(r->id), TXT(body_of(c, r->id))));
    TRY(RUN(c, tx, &power_part, I64(r->id)));
    return RUN0(c, tx, &power_sum);
}

static void note(struct store_job *job)
{
    ((struct row *)(void *)job)->answered = true;
}

static err open_on(struct ctx *c, const struct world *w, struct store **out)
{
    struct store_options o = {.path = w->path,
                              .vfs = power_vfs(w->disk),
                              .synchronous = w->synchronous,
                              .torn_sectors = w->torn_sectors,
                              .mend_again = w->mend_again,
                              .create = true};

    *out = NULL;
    return store_open(c, &o, out);
}

/* ---- a day's work ------------------------------------------------- */

static void submit(struct ctx *c, struct store *s, struct world *w, int i)
{
    struct row *r = &w->rows[i];

    r->id = i + 1;
    r->job =
        (struct store_job){.c = c, .work = three_rows, .arg = r, .done = note};
    MUST(store_submit(s, &r->job) == E_OK);
}

/* Batches of one and of three, a reader that pins the WAL now and then, and
 * moments of rest, in which it is copied. */
static void work(struct ctx *c, struct store *s, struct world *w)
{
    struct conn *pin = NULL;

    for (int i = 0; i < WRITES; i++) {
        submit(c, s, w, i);
        if (i % 6 != 3 && i % 6 != 4)
            store_step(s);
        if (i % 8 == 2 && store_read(c, s, &pin) != E_OK)
            pin = NULL;
        if (i % 8 == 6 && pin != NULL)
            store_done(pin);
        if (i % 5 == 4)
            store_step(s);
    }
    store_step(s);
}

/* ---- the morning after -------------------------------------------- */

static err look(struct ctx *c, struct conn *on, struct world *w, bool *there)
{
    struct rows *r;
    int64_t n = 0;
    bool more;

    TRY(ROWS0(c, on, &power_all, &r));
    TRY(store_next(r, &more));
    while (more) {
        int64_t id = store_i64(r, 0);

        n++;
        w->partial += store_i64(r, 2) == 0;
        w->corrupt +=
            id < 1 || id > WRITES || !str_eq(store_str(r, 1), body_of(c, id));
        if (id >= 1 && id <= WRITES)
            there[id - 1] = true;
        TRY(store_next(r, &more));
    }
    TRY(ROWS0(c, on, &power_counts, &r));
    TRY(store_next(r, &more));
    w->partial += store_i64(r, 0) != n || store_i64(r, 1) != n;
    return E_OK;
}

static err check(struct ctx *c, struct store *s, struct world *w)
{
    bool there[WRITES] = {false};
    struct conn *on;
    str trouble;

    TRY(store_check(c, s, &trouble));
    w->corrupt += trouble.n > 0;
    TRY(store_read(c, s, &on));
    TRY(look(c, on, w, there));
    for (int i = 0; i < WRITES; i++) {
        bool acknowledged =
            w->rows[i].answered && w->rows[i].job.result == E_OK;

        w->lost += acknowledged && !there[i];
        w->kept_refused += w->rows[i].answered && !acknowledged && there[i];
    }
    return E_OK;
}

static void verify(struct ctx *c, struct world *w)
{
    struct store *s;
    err e = open_on(c, w, &s);

    if (e == E_OK)
        e = check(c, s, w);
    w->corrupt += e != E_OK;
    store_close(s);
}

/* ---- runs --------------------------------------------------------- */

static void one_run(struct ctx *outer, struct world *w, enum power_fault fault,
                    int64_t n, int64_t times)
{
    struct ctx c = *outer;
    struct store *s;

    c.mem = arena_new((size_t)256 << 20);
    memset(w->rows, 0, sizeof w->rows);
    (void)unlink(w->path);
    (void)unlink(arena_fmt(c.mem, "%s-unsynced", w->path).p);
    power_load(w->disk);
    power_arm(w->disk, fault, n, times, (uint64_t)n);
    if (open_on(&c, w, &s) == E_OK) {
        work(&c, s, w);
        w->moved += !str_eq(store_path(s), str_of(w->path));
    }
    if (fault != POWER_CUT && fault != POWER_TEAR)
        power_cut(w->disk); /* the fault first, then the night */
    store_close(s);
    power_back(w->disk);
    verify(&c, w);
    arena_free(c.mem);
}

static struct world *world(struct ctx *c)
{
    struct world *w = NEW(c->mem, struct world);
    struct store *s;

    w->disk = power_new(c);
    w->path = file_join(c, test_folder(c), "p");
    CHECK_OK(open_on(c, w, &s));
    store_close(s);
    power_save(w->disk);
    return w;
}

/* How often the fault has a chance in a day without any. */
static int64_t chances(struct ctx *c, struct world *w, enum power_fault fault)
{
    struct store *s;
    int64_t n;

    power_load(w->disk);
    CHECK_OK(open_on(c, w, &s));
    work(c, s, w);
    n = power_chances(w->disk, fault);
    store_close(s);
    CHECK(w->rows[WRITES - 1].job.result == E_OK);
    return n;
}

/* So many points, spread over the whole day. */
static void runs(struct ctx *c, struct world *w, enum power_fault fault,
                 int64_t times, int64_t points)
{
    int64_t n = chances(c, w, fault);
    int kept;

    CHECK(n > 20);
    kept = power_hush();
    for (int64_t i = 0; i < points; i++)
        one_run(c, w, fault, 1 + i * n / points, times);
    power_speak(kept);
}

static void none_lost(const struct world *w)
{
    CHECK_I64(w->lost, 0);
    CHECK_I64(w->corrupt, 0);
    CHECK_I64(w->partial, 0);
}

TEST(a_power_cut_loses_nothing_acknowledged)
{
    struct world *w = world(c);

    runs(c, w, POWER_CUT, 1, CUTS);
    none_lost(w);
}

TEST(synchronous_normal_loses_so_the_test_has_teeth)
{
    struct world *w = world(c);

    w->synchronous = "NORMAL";
    runs(c, w, POWER_CUT, 1, CUTS);
    CHECK(w->lost > 0);
    CHECK_I64(w->corrupt, 0); /* consistent, not durable */
    CHECK_I64(w->partial, 0);
}

TEST(synchronous_off_loses_so_the_test_has_teeth)
{
    struct world *w = world(c);

    w->synchronous = "OFF";
    runs(c, w, POWER_CUT, 1, CUTS);
    CHECK(w->lost > 0);
    CHECK(w->corrupt > 0);
}

TEST(a_card_that_tears_whole_sectors_needs_its_setting)
{
    struct world *w = world(c);

    runs(c, w, POWER_TEAR, 1, FEWER);
    CHECK(w->lost > 0);
    w->lost = 0;
    w->torn_sectors = true;
    runs(c, w, POWER_TEAR, 1, FEWER);
    none_lost(w);
}

TEST(a_sync_that_fails_moves_the_database_and_loses_nothing)
{
    struct world *w = world(c);

    runs(c, w, POWER_SYNC, 1, FEWER);
    CHECK(w->moved > FEWER / 2);
    none_lost(w);
    CHECK_I64(w->kept_refused, 0);
}

TEST(a_disk_that_fails_or_fills_loses_nothing_acknowledged)
{
    static const enum power_fault faults[] = {POWER_READ, POWER_WRITE,
                                              POWER_FULL};
    struct world *w = world(c);

    for (size_t i = 0; i < COUNT(faults); i++)
        for (int64_t times = 1; times < 1000; times += 998)
            runs(c, w, faults[i], times, FEWER / 3);
    none_lost(w);
}

/* ---- what each one is told ---------------------------------------- */

/* A store on the disk whose next `times` syncs fail, and three who write. */
static struct store *three_wait(struct ctx *c, struct world *w,
                                enum power_fault fault, int64_t times)
{
    struct store *s;

    CHECK_OK(open_on(c, w, &s));
    power_arm(w->disk, fault, 1, times, 1);
    for (int i = 0; i < 3; i++)
        submit(c, s, w, i);
    return s;
}

static void all_failed(const struct world *w, const char *why)
{
    for (int i = 0; i < 3; i++) {
        CHECK(w->rows[i].answered);
        CHECK(w->rows[i].job.result == E_STORAGE);
        CHECK_STR(w->rows[i].job.c->why, why);
    }
}

TEST(a_commit_that_fails_is_told_to_each_who_waited)
{
    struct world *w = world(c);
    struct store *s = three_wait(c, w, POWER_FULL, 1);
    int kept;

    kept = power_hush();
    store_step(s);
    power_speak(kept);
    all_failed(w, "The disk is full. Make room on it, then try again.");
    CHECK(store_state(s, NULL) == STORE_FAILING);
    for (int i = 0; i < 3; i++)
        submit(c, s, w, i);
    store_step(s);
    for (int i = 0; i < 3; i++)
        CHECK(w->rows[i].job.result == E_OK);
    CHECK(store_state(s, NULL) == STORE_WELL);
    store_close(s);
}

TEST(after_a_failed_sync_the_city_goes_on_in_a_new_file)
{
    struct world *w = world(c);
    struct store *s = three_wait(c, w, POWER_SYNC, 1);
    struct conn *before;
    bool there[WRITES] = {false};
    int kept;

    CHECK_OK(store_read(c, s, &before));
    kept = power_hush();
    store_step(s);
    power_speak(kept);
    all_failed(w,
               "The disk failed to save this, so nothing of it was kept. Try "
               "again in a moment.");
    CHECK_STR(store_path(s), arena_fmt(c->mem, "%s.1", w->path).p);
    CHECK(!file_exists(arena_fmt(c->mem, "%s-unsynced", w->path).p));
    CHECK_OK(look(c, before, w, there)); /* who was reading goes on */
    for (int i = 0; i < 3; i++)
        submit(c, s, w, i);
    store_step(s);
    power_cut(w->disk);
    kept = power_hush();
    store_close(s);
    power_speak(kept);
    power_back(w->disk);
    CHECK_OK(open_on(c, w, &s));
    CHECK(store_was_cut(s));
    store_close(s);
    CHECK_OK(open_on(c, w, &s));
    CHECK(!store_was_cut(s));
    store_close(s);
    verify(c, w);
    none_lost(w);
}

TEST(a_disk_that_syncs_no_more_is_read_only_until_it_does)
{
    struct world *w = world(c);
    struct store *s = three_wait(c, w, POWER_SYNC, 100000);
    struct conn *on;
    bool there[WRITES] = {false};
    int kept;

    kept = power_hush();
    store_step(s);
    power_speak(kept);
    all_failed(w,
               "The disk failed to save this, so nothing of it was kept. Try "
               "again in a moment.");
    CHECK(store_state(s, NULL) == STORE_HALTED);
    CHECK(store_submit(s, &w->rows[0].job) == E_BUSY);
    CHECK(str_find(c->why, STR("can only be read")) < c->why.n);
    CHECK_OK(store_read(c, s, &on));
    CHECK_OK(look(c, on, w, there));
    CHECK(!there[0]);
    store_close(s);
    CHECK(file_exists(arena_fmt(c->mem, "%s-unsynced", w->path).p));
    kept = power_hush();
    CHECK_OK(open_on(c, w, &s)); /* still to be read */
    CHECK(store_state(s, NULL) == STORE_HALTED);
    CHECK(store_submit(s, &w->rows[0].job) == E_BUSY);
    CHECK_OK(store_read(c, s, &on));
    CHECK_OK(look(c, on, w, there));
    store_close(s);
    power_arm(w->disk, POWER_CUT, 0, 0, 1); /* a new disk */
    verify(c, w);
    power_speak(kept);
    none_lost(w);
    CHECK(readlink(w->path, (char[64]){0}, 64) > 0);
}

TEST(what_could_not_be_mended_is_tried_again_without_a_restart)
{
    struct world *w = world(c);
    struct store *s;
    int64_t moves;
    int kept = power_hush();

    w->mend_again = 1;
    s = three_wait(c, w, POWER_SYNC, 100000);
    store_step(s);
    CHECK(store_state(s, &moves) == STORE_HALTED && moves == 0);
    store_step(s);
    CHECK(store_state(s, &moves) == STORE_HALTED && moves == 0);
    power_arm(w->disk, POWER_CUT, 0, 0, 1);
    store_step(s);
    power_speak(kept);
    CHECK(store_state(s, &moves) == STORE_WELL && moves == 1);
    for (int i = 0; i < 3; i++)
        submit(c, s, w, i);
    store_step(s);
    for (int i = 0; i < 3; i++)
        CHECK(w->rows[i].job.result == E_OK);
    store_close(s);
    verify(c, w);
    none_lost(w);
}

/* ---- all at once -------------------------------------------------- */

struct hand {
    struct store *s;
    int64_t first;
    int failed, kept[100];
};

static void *keep_writing(void *arg)
{
    struct hand *h = arg;
    struct ctx c = {.mem = arena_new((size_t)64 << 20), .lang = STR("en")};

    for (size_t i = 0; i < COUNT(h->kept); i++) {
        struct row r = {.id = h->first + (int64_t)i};
        err e;

        while ((e = store_write(&c, h->s, three_rows, &r)) == E_BUSY)
            sched_yield(); /* who is told to wait comes again */
        h->kept[i] = e == E_OK;
        h->failed += e != E_OK && e != E_STORAGE;
    }
    arena_free(c.mem);
    return NULL;
}

static int64_t sum_now(struct ctx *outer, struct store *s)
{
    struct ctx inner = *outer, *c = &inner;
    struct conn *on;
    struct rows *r;
    bool more;
    int64_t n = -1;

    c->mem = arena_new((size_t)1 << 20);
    if (CHECK_OK(store_read(c, s, &on)) &&
        CHECK_OK(ROWS0(c, on, &power_counts, &r)) &&
        CHECK_OK(store_next(r, &more))) {
        n = store_i64(r, 1);
        CHECK_I64(store_i64(r, 0), n);
    }
    arena_free(c->mem);
    return n;
}

TEST(while_two_write_and_one_reads_the_file_is_changed_under_them)
{
    struct world *w = world(c);
    struct hand h[2] = {{.first = 1}, {.first = 1001}};
    struct store *s;
    pthread_t t[2];
    int64_t kept = 0, last = 0;
    int quiet;

    CHECK_OK(open_on(c, w, &s));
    power_arm(w->disk, POWER_SYNC, 20, 1, 1);
    quiet = power_hush();
    CHECK_OK(store_start(c, s));
    for (size_t i = 0; i < COUNT(h); i++) {
        h[i].s = s;
        MUST(pthread_create(&t[i], NULL, keep_writing, &h[i]) == 0);
    }
    for (int i = 0; i < 300; i++) {
        int64_t n = sum_now(c, s);

        CHECK(n >= last);
        last = n;
    }
    for (size_t i = 0; i < COUNT(h); i++) {
        MUST(pthread_join(t[i], NULL) == 0);
        CHECK_I64(h[i].failed, 0);
        for (size_t k = 0; k < COUNT(h[i].kept); k++)
            kept += h[i].kept[k];
    }
    power_speak(quiet);
    CHECK(kept >= 190 && kept <= 200); /* it may hit a checkpoint's sync */
    CHECK_I64(sum_now(c, s), kept);
    CHECK_STR(store_path(s), arena_fmt(c->mem, "%s.1", w->path).p);
    store_close(s);
}
