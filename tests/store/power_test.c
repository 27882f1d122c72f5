/* SPDX-License-Identifier: EUPL-1.2 */
/* What was acknowledged survives: power cuts, torn sectors, syncs that fail,
 * kills, full and broken disks, 4,000 moments of a day. A fault test must ship
 * with the setting that makes it red, so each way of getting it wrong is run
 * through the same moments and has to lose. */
#include "tests/store/day.h"
#include "tests/test.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

TEST(a_power_cut_loses_nothing_acknowledged)
{
    struct day *d = day_new(c);

    day_runs(c, d,
             &(struct day_plan){"power loss, WAL FULL", POWER_CUT, .times = 1,
                                .points = 1000});
    day_all_well(d);
}

TEST(synchronous_normal_loses_so_the_test_has_teeth)
{
    struct day *d = day_new(c);

    d->synchronous = "NORMAL";
    day_runs(c, d,
             &(struct day_plan){"weakened: power loss, WAL NORMAL", POWER_CUT,
                                .times = 1, .points = 100});
    CHECK(d->lost > 0);
    CHECK_I64(d->corrupt, 0); /* consistent, not durable */
    CHECK_I64(d->partial, 0);
}

TEST(synchronous_off_loses_so_the_test_has_teeth)
{
    struct day *d = day_new(c);

    d->synchronous = "OFF";
    day_runs(c, d,
             &(struct day_plan){"weakened: power loss, WAL OFF", POWER_CUT,
                                .times = 1, .points = 100});
    CHECK(d->lost > 0);
    CHECK(d->corrupt > 0);
}

TEST(a_disk_that_lies_loses_so_the_test_has_teeth)
{
    struct day *d = day_new(c);

    day_runs(
        c, d,
        &(struct day_plan){"weakened: power loss, the disk lies about sync",
                           POWER_LIE, .times = 1, .points = 100});
    CHECK(d->lost > 0);
    CHECK(d->corrupt > 0);
}

TEST(a_card_that_tears_whole_sectors_needs_its_setting)
{
    struct day *d = day_new(c);

    day_runs(c, d,
             &(struct day_plan){"weakened: whole sectors torn, psow=1",
                                POWER_TEAR, .times = 1, .points = 100});
    CHECK(d->lost > 0);
    d->torn_sectors = true;
    day_runs(c, d,
             &(struct day_plan){"whole sectors torn, psow=0", POWER_TEAR,
                                .times = 1, .points = 500});
    day_all_well(d);
}

/* ---- a sync that fails -------------------------------------------- */

TEST(a_sync_that_fails_moves_the_database_and_loses_nothing)
{
    struct day *d = day_new(c);

    day_runs(c, d,
             &(struct day_plan){"a sync fails, then a power loss", POWER_SYNC,
                                .times = 1, .points = 400});
    CHECK(d->moved > 200);
    day_all_well(d);
    CHECK_I64(d->kept_refused, 0);
    day_runs(c, d,
             &(struct day_plan){"each sync fails, then a power loss",
                                POWER_SYNC, .times = 1000, .points = 100});
    day_all_well(d);
    CHECK_I64(d->kept_refused, 0);
}

TEST(the_power_goes_while_the_database_is_written_anew)
{
    struct day *d = day_new(c);

    day_runs(c, d,
             &(struct day_plan){"a sync fails, a power loss in the move",
                                POWER_SYNC, .times = 1, POWER_DARK,
                                .spread = 60, .points = 500});
    day_all_well(d);
}

TEST(the_process_is_killed_while_the_database_is_written_anew)
{
    struct day *d = day_new(c);
    struct day_plan p = {"a sync fails, a kill in the move, then a power loss",
                         POWER_SYNC,
                         .times = 1,
                         POWER_KILLED,
                         .spread = 60,
                         .points = 300};

    day_runs(c, d, &p);
    day_all_well(d);
    p.name = "a sync fails, a kill, a power loss in the next move";
    p.spread = 0, p.again = 8;
    day_runs(c, d, &p);
    day_all_well(d);
    p.name = "weakened: a sync fails, a kill, opened as if nothing were";
    d->unmarked = true;
    day_runs(c, d, &p);
    CHECK(d->lost + d->corrupt + d->partial > 0);
}

TEST(carrying_on_after_a_failed_sync_loses_so_the_test_has_teeth)
{
    struct day *d = day_new(c);

    day_runs(c, d,
             &(struct day_plan){"weakened: a sync fails, rolled back and "
                                "carried on",
                                POWER_QUIET, .times = 1, .points = 300});
    CHECK(d->lost + d->corrupt + d->partial > 0);
}

/* ---- a disk that fails or fills ----------------------------------- */

TEST(a_disk_that_fails_or_fills_loses_nothing_acknowledged)
{
    static const struct day_plan plans[] = {
        {"a read fails", POWER_READ, 1, .points = 250},
        {"each read fails", POWER_READ, 100000, .points = 100},
        {"a write fails", POWER_WRITE, 1, .points = 250},
        {"each write fails", POWER_WRITE, 100000, .points = 100},
        {"the disk is full once", POWER_FULL, 1, .points = 250},
        {"the disk is full", POWER_FULL, 100000, .points = 100},
    };
    struct day *d = day_new(c);

    for (size_t i = 0; i < COUNT(plans); i++) {
        day_runs(c, d, &plans[i]);
        day_all_well(d);
        CHECK(d->refused > 0); /* it did strike */
    }
}

/* ---- memory ------------------------------------------------------- */

/* In a child, whose SQLite is another one from then on. */
static int without_memory(struct ctx *c)
{
    struct day *d = day_new(c);
    struct day_plan p = {"memory runs out once", POWER_MEMORY, .times = 1,
                         .points = 500};

    power_memory(d->disk);
    day_runs(c, d, &p);
    day_all_well(d);
    CHECK(d->refused > 0);
    p.name = "memory runs out for a while", p.times = 50;
    p.points = 200;
    day_runs(c, d, &p);
    day_all_well(d);
    return d->lost + d->corrupt + d->partial + (d->leaked != 0) +
           (d->refused == 0);
}

TEST(where_sqlite_finds_no_memory_nothing_acknowledged_is_lost)
{
    int status = 0;
    pid_t child;

    (void)fflush(stdout);
    child = fork();
    MUST(child >= 0);
    if (child == 0) {
        int bad = without_memory(c);

        arena_free(c->mem); /* the folder it made */
        (void)fflush(stdout);
        _exit(bad > 100 ? 100 : bad);
    }
    MUST(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
