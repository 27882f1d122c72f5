/* SPDX-License-Identifier: EUPL-1.2 */
/* insight: what the city's own records say about its work. Floor 7; uses the
 * floors below.
 *
 * Everything here is counted as it happens, by an applier that stands beside
 * the one that decides, so that no page counts records. Counts are public,
 * persons never; small numbers are hidden. Working time is the city's own
 * (city_worked), while the record's clock ran. */
#pragma once

#include "record/record.h"

extern const struct ledger_applier insight_appliers[];
extern const size_t insight_appliers_n;

/* The appliers of record_rooms() and this room's. */
const struct ledger_applier *insight_rooms(struct ctx *c, size_t *n);

/* ---- promised beside measured ------------------------------------- */

/* Below so many no share, median or percentile is told; below INSIGHT_HIDDEN
 * not even the count. */
#define INSIGHT_FEW    20
#define INSIGHT_HIDDEN 5
/* Figures are of this month and the eleven before it. Months and days begin at
 * midnight UTC: in the morning here, before an office opens. */
#define INSIGHT_MONTHS 12

enum insight_age {
    INSIGHT_WEEK,
    INSIGHT_MONTH,
    INSIGHT_QUARTER,
    INSIGHT_OLDER
};
#define INSIGHT_AGES 4

/* An ending counts once a record: what follows it (an objection, a letter
 * revoked) does not. `served` are those that an office decided: granted,
 * refused, answered; the times are theirs alone. */
struct insight_measure {
    int64_t open;    /* now */
    int64_t waiting; /* of them, for their resident */
    int64_t overdue; /* of them, promised for a day that has passed */
    int64_t age[INSIGHT_AGES];
    int64_t served, on_time, refused;
    int64_t median, ninety; /* working time, microseconds: half, and nine in
                               ten, took at most this; 0 below INSIGHT_FEW */
};

/* One service, for its page. */
err insight_service(struct ctx *c, struct conn *on, str app,
                    struct insight_measure *out) MUST_USE;

/* A service or an office that has something open or served. */
struct insight_line {
    str key;
    struct insight_measure m;
};
/* All services in the catalogue's order; all offices in the city's, those
 * below one with a public number counted with it, and sensitive services with
 * none. */
struct insight_city {
    struct insight_line *services, *offices;
    size_t n_services, n_offices;
    struct insight_measure whole;
};
err insight_city(struct ctx *c, const struct record_world *w, struct conn *on,
                 struct insight_city *out) MUST_USE;

/* What the home page tells: open, served and on time, of the whole city. */
err insight_whole(struct ctx *c, struct conn *on,
                  struct insight_measure *out) MUST_USE;

/* A full working day of this city, microseconds: the longest of the next
 * fourteen days; for saying working time in days. */
int64_t insight_workday(struct ctx *c, const struct city *k);
