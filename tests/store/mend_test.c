/* SPDX-License-Identifier: EUPL-1.2 */
/* What those who wait are told when the disk fails, and how the store comes
 * back. */
#include "tests/store/day.h"
#include "tests/test.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

/* ---- what each one is told ---------------------------------------- */

/* A store on the disk whose next `times` syncs fail, and three who write. */
static struct store *three_wait(struct ctx *c, struct day *d,
                                enum power_fault fault, int64_t times)
{
    struct store *s;

    CHECK_OK(day_open(c, d, &s));
    power_arm(d->disk, fault, 1, times, 1);
    for (int i = 0; i < 3; i++)
        day_submit(c, s, d, i);
    return s;
}

static void all_failed(const struct day *d, const char *why)
{
    for (int i = 0; i < 3; i++) {
        CHECK(d->rows[i].answered);
        CHECK(d->rows[i].job.result == E_STORAGE);
        CHECK_STR(d->rows[i].job.c->why, why);
    }
}

TEST(a_commit_that_fails_is_told_to_each_who_waited)
{
    struct day *d = day_new(c);
    struct store *s = three_wait(c, d, POWER_FULL, 1);
    int kept;

    kept = test_hush();
    store_step(s);
    test_speak(kept);
    all_failed(d, "The disk is full. Make room on it, then try again.");
    CHECK(store_state(s, NULL) == STORE_FAILING);
    for (int i = 0; i < 3; i++)
        day_submit(c, s, d, i);
    store_step(s);
    for (int i = 0; i < 3; i++)
        CHECK(d->rows[i].job.result == E_OK);
    CHECK(store_state(s, NULL) == STORE_WELL);
    store_close(s);
}

TEST(after_a_failed_sync_the_city_goes_on_in_a_new_file)
{
    struct day *d = day_new(c);
    struct store *s = three_wait(c, d, POWER_SYNC, 1);
    struct conn *before;
    bool there[DAY_WRITES] = {false}, whole;
    int kept;

    CHECK_OK(store_read(c, s, &before));
    kept = test_hush();
    store_step(s);
    test_speak(kept);
    all_failed(d,
               "The disk failed to save this, so nothing of it was kept. Try "
               "again in a moment.");
    CHECK_STR(store_path(s), arena_fmt(c->mem, "%s.1", d->path).p);
    CHECK(!file_exists(arena_fmt(c->mem, "%s-unsynced", d->path).p));
    CHECK_OK(day_look(c, before, there, &whole)); /* who was reading goes on */
    for (int i = 0; i < 3; i++)
        day_submit(c, s, d, i);
    store_step(s);
    power_cut(d->disk);
    kept = test_hush();
    store_close(s);
    test_speak(kept);
    power_back(d->disk);
    CHECK_OK(day_open(c, d, &s));
    CHECK(store_was_cut(s));
    store_close(s);
    CHECK_OK(day_open(c, d, &s));
    CHECK(!store_was_cut(s));
    store_close(s);
    day_verify(c, d);
    day_all_well(d);
}

TEST(a_disk_that_syncs_no_more_is_read_only_until_it_does)
{
    struct day *d = day_new(c);
    struct store *s = three_wait(c, d, POWER_SYNC, 100000);
    struct conn *on;
    bool there[DAY_WRITES] = {false}, whole;
    int kept;

    kept = test_hush();
    store_step(s);
    test_speak(kept);
    all_failed(d,
               "The disk failed to save this, so nothing of it was kept. Try "
               "again in a moment.");
    CHECK(store_state(s, NULL) == STORE_HALTED);
    CHECK(store_submit(s, &d->rows[0].job) == E_BUSY);
    CHECK(str_find(c->why, STR("can only be read")) < c->why.n);
    CHECK_OK(store_read(c, s, &on));
    CHECK_OK(day_look(c, on, there, &whole));
    CHECK(!there[0]);
    store_close(s);
    CHECK(file_exists(arena_fmt(c->mem, "%s-unsynced", d->path).p));
    kept = test_hush();
    CHECK_OK(day_open(c, d, &s)); /* still to be read */
    CHECK(store_state(s, NULL) == STORE_HALTED);
    CHECK(store_submit(s, &d->rows[0].job) == E_BUSY);
    CHECK_OK(store_read(c, s, &on));
    CHECK_OK(day_look(c, on, there, &whole));
    store_close(s);
    power_arm(d->disk, POWER_CUT, 0, 0, 1); /* a new disk */
    day_verify(c, d);
    test_speak(kept);
    day_all_well(d);
    CHECK(readlink(d->path, (char[64]){0}, 64) > 0);
}

TEST(what_could_not_be_mended_is_tried_again_without_a_restart)
{
    struct day *d = day_new(c);
    struct store *s;
    int64_t moves;
    int kept = test_hush();

    d->mend_again = 1;
    s = three_wait(c, d, POWER_SYNC, 100000);
    store_step(s);
    CHECK(store_state(s, &moves) == STORE_HALTED && moves == 0);
    store_step(s);
    CHECK(store_state(s, &moves) == STORE_HALTED && moves == 0);
    power_arm(d->disk, POWER_CUT, 0, 0, 1);
    store_step(s);
    test_speak(kept);
    CHECK(store_state(s, &moves) == STORE_WELL && moves == 1);
    for (int i = 0; i < 3; i++)
        day_submit(c, s, d, i);
    store_step(s);
    for (int i = 0; i < 3; i++)
        CHECK(d->rows[i].job.result == E_OK);
    store_close(s);
    day_verify(c, d);
    day_all_well(d);
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
        struct day_row r = {.id = h->first + (int64_t)i};
        err e;

        while ((e = store_write(&c, h->s, day_three_rows, &r)) == E_BUSY)
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
    int64_t parts = -1, n = -1;

    c->mem = arena_new((size_t)1 << 20);
    if (CHECK_OK(store_read(c, s, &on)) &&
        CHECK_OK(day_counts(c, on, &parts, &n)))
        CHECK_I64(parts, n);
    arena_free(c->mem);
    return n;
}

TEST(while_two_write_and_one_reads_the_file_is_changed_under_them)
{
    struct day *d = day_new(c);
    struct hand h[2] = {{.first = 1}, {.first = 1001}};
    struct store *s;
    pthread_t t[2];
    int64_t kept = 0, last = 0;
    int quiet;

    CHECK_OK(day_open(c, d, &s));
    power_arm(d->disk, POWER_SYNC, 20, 1, 1);
    quiet = test_hush();
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
    test_speak(quiet);
    CHECK(kept >= 190 && kept <= 200); /* it may hit a checkpoint's sync */
    CHECK_I64(sum_now(c, s), kept);
    CHECK_STR(store_path(s), arena_fmt(c->mem, "%s.1", d->path).p);
    store_close(s);
}
