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

/* ---- satisfaction ------------------------------------------------- */

/* What residents answered about the records that an office finished, in the
 * last twelve months: each choice among n1 to n4 is an element, all of one
 * weight. The index is that of the national survey: the mean of the elements'
 * means times 25, exact, rounded half up to hundredths, and graded by it. */
struct insight_element {
    str key;
    int64_t n, sum;
};
struct insight_survey {
    str app, office; /* as in insight_city.offices */
    struct insight_element *elements;
    size_t n_elements, room;
    int64_t n; /* answers; below INSIGHT_FEW nothing else is told */
};
err insight_surveys(struct ctx *c, const struct record_world *w,
                    struct conn *on, struct insight_survey **out,
                    size_t *n) MUST_USE;
/* Was this finished record rated by its resident? */
err insight_rated(struct ctx *c, struct conn *on, str number,
                  bool *rated) MUST_USE;
/* In hundredths: 8831 is 88.31. */
int64_t insight_index(const struct insight_survey *s);
/* 'A' from 88.31, 'B' from 76.61, 'C' from 65.00, else 'D'. */
char insight_grade(int64_t index);

/* ---- flags: for the inspectorate ---------------------------------- */

enum insight_kind {
#define FLAG(name, key, id, en, mid, men, fid, fen, sid, sen, acts, found)     \
    INSIGHT_##name,
#include "insight/flag.def"
#undef FLAG
    INSIGHT_KINDS
};

/* A row of flag.def, in the context's language. */
struct insight_rule {
    str key, name, means, formula, source;
    int64_t acts, found; /* in a month, at least */
};
struct insight_rule insight_rule(struct ctx *c, enum insight_kind kind);

/* A record's stay at a step, until somebody moved it on. */
struct insight_act {
    str record, app, office, state;
    str officer;           /* who moved it on; empty: its resident, or time */
    str reason;            /* a key of record_reasons, or empty */
    int64_t came;          /* when it was submitted */
    int64_t due;           /* there; 0: it has no deadline */
    int64_t entered, left; /* left is INT64_MAX while it waits */
    int64_t reading;       /* the shortest it takes; 0: not known */
    /* What insight_judge() finds: */
    int64_t waiting, older; /* others at the step when it was left, and those
                               of them that go before it */
    int64_t had;            /* the most time there was to read it */
    bool judged[INSIGHT_KINDS], found[INSIGHT_KINDS];
};

/* Does `a` go before `b`, at the same step? It came earlier and is due no
 * later: the list of what waits shows what is due first, and whoever follows
 * either order passes nobody by. */
bool insight_goes_before(const struct insight_act *a,
                         const struct insight_act *b);

/* Judge all acts of a span, each by itself. Sorts them: by step, then by when
 * they came. */
void insight_judge(struct ctx *c, const struct city *k, struct insight_act *all,
                   size_t n);

/* An officer's month beside the peers'. p0 is the share of acts that are as
 * the flag says among peers at the same steps of the same services, drawn
 * towards the city's where they are few (as if ten more had acted like the
 * city). z = 2 sqrt(n) (asin sqrt(k/n) - asin sqrt(p0)), divided by how
 * widely the other officers' z scatter (1.4826 times the median distance from
 * their median, at least 1); q is Benjamini and Hochberg's. Flagged: q at most
 * 0.05, as many acts and as many found as the rule asks, and twice the share
 * of the peers. */
struct insight_suspect {
    str officer;
    int64_t acts, found;
    double peers, z, q;
    bool flagged;
};
/* One flag's officers with as many acts as the rule asks, by pseudonym. */
void insight_weigh(struct ctx *c, const struct insight_act *all, size_t n,
                   enum insight_kind kind, struct insight_suspect **out,
                   size_t *count);

/* The stays at an office that touch a month (year * 12 + month - 1), judged. It
 * reads the month's acts: for a timer, and for the inspectorate. */
err insight_acts(struct ctx *c, const struct record_world *w, struct conn *on,
                 int64_t month, struct insight_act **out, size_t *n) MUST_USE;

struct insight_flag {
    int64_t id; /* the event that raised it */
    enum insight_kind kind;
    str officer; /* a pseudonym */
    int64_t month, acts, found;
    double peers, q;
    int64_t raised, asked, closed; /* 0: not yet */
    str asker, closer, outcome;
    int64_t answer; /* the event that closed it */
};

/* Raise what the month that ended last shows and was not raised yet, an event
 * each; *raised counts them. The node calls it once a day. */
err insight_tick(struct ctx *c, const struct record_world *w,
                 int64_t *raised) MUST_USE;

/* Does this officer hold the duty `auditor` at the inspectorate? */
err insight_may(struct ctx *c, const struct record_world *w, struct conn *on,
                const struct record_actor *actor, bool *may) MUST_USE;

/* For whom insight_may(); E_FORBIDDEN for others. Newest first. */
err insight_flags(struct ctx *c, const struct record_world *w, struct conn *on,
                  const struct record_actor *actor, int64_t before, size_t most,
                  struct insight_flag **out, size_t *n) MUST_USE;
err insight_flag_find(struct ctx *c, const struct record_world *w,
                      struct conn *on, const struct record_actor *actor,
                      int64_t id, struct insight_flag *out) MUST_USE;
/* What the closing event says in words; empty where it was erased. */
err insight_flag_answer(struct ctx *c, const struct record_world *w,
                        struct conn *on, const struct insight_flag *f,
                        str *out) MUST_USE;

/* Take a flag up; then another person closes it with an outcome and an answer.
 *     E_FORBIDDEN  not the inspectorate; the flagged officer; or the same
 *                  person who took it up
 *     E_CONFLICT   it was taken up or closed already, or not yet taken up
 *     E_BAD_INPUT  no such outcome, or no answer */
err insight_flag_ask(struct ctx *c, const struct record_world *w,
                     const struct record_actor *actor, int64_t id) MUST_USE;
err insight_flag_close(struct ctx *c, const struct record_world *w,
                       const struct record_actor *actor, int64_t id,
                       str outcome, str answer) MUST_USE;

extern const struct words insight_outcomes; /* outcome.def */
