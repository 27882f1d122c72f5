/* SPDX-License-Identifier: EUPL-1.2 */
/* A day's work of a store on a disk that fails, and the morning after: what was
 * acknowledged is there, nothing is there in part, the counters are right. */
#pragma once

#include "store/store.h"
#include "tests/power.h"

#define DAY_WRITES 48

/* One request: three rows that belong together. */
struct day_row {
    struct store_job job;
    int64_t id;
    bool answered;
};

struct day {
    struct power *disk;
    const char *path, *synchronous;
    bool torn_sectors;
    bool unmarked; /* weakened: the note of a failed sync is lost */
    int64_t mend_again;
    struct day_row rows[DAY_WRITES];
    bool was_killed; /* then what was refused may be there after all */
    /* Runs in which it was so. */
    int runs, lost, corrupt, partial, kept_refused, moved, refused;
    int64_t leaked; /* bytes of SQLite's */
};

struct day *day_new(struct ctx *c);
err day_open(struct ctx *c, const struct day *d, struct store **out) MUST_USE;
err day_three_rows(struct ctx *c, struct conn *tx, void *row);
void day_submit(struct ctx *c, struct store *s, struct day *d, int i);
/* Which rows `on` shows; false where some are there in part or are not what
 * was written. */
err day_look(struct ctx *c, struct conn *on, bool there[DAY_WRITES],
             bool *whole) MUST_USE;
/* How many rows there are by counting, and by the counter. */
err day_counts(struct ctx *c, struct conn *on, int64_t *parts,
               int64_t *sum) MUST_USE;
/* Open it again and ask. */
void day_verify(struct ctx *c, struct day *d);

struct day_plan {
    const char *name; /* of the line that is printed */
    enum power_fault fault;
    int64_t times; /* of the fault, in a row */
    enum power_end end;
    int64_t spread; /* it comes at most so many writes and syncs later */
    int64_t again;  /* and after a kill the power goes, likewise */
    int points;
};
/* So many days, the fault's moment spread over all that a day does; prints one
 * line. */
void day_runs(struct ctx *c, struct day *d, const struct day_plan *p);
void day_all_well(const struct day *d);
