/* SPDX-License-Identifier: EUPL-1.2 */
/* Acts beside those of peers: what each is, and whether a month of them
 * deserves a look. No database, no names. */
#include "insight/insight_priv.h"

#include <math.h>
#include <stdlib.h>

#define CROWD   5                  /* others that wait, for a turn to count */
#define CARRIED (30 * TIME_MINUTE) /* of time in which one may have read */
#define PRIOR   10.0               /* acts like the city's, added to peers' */
#define RARE    100.0              /* and acts without a find to the city's */
#define Q_MOST  0.05
#define TWICE   2.0
#define NORMAL  1.4826 /* of a median distance: the normal's deviation */

/* ---- turns -------------------------------------------------------- */

static int by_step(const void *a, const void *b)
{
    const struct insight_act *x = a, *y = b;
    int how = str_cmp(x->office, y->office);

    if (how == 0)
        how = str_cmp(x->app, y->app);
    if (how == 0)
        how = str_cmp(x->state, y->state);
    if (how == 0)
        how = x->came < y->came ? -1 : x->came > y->came;
    return how != 0 ? how : str_cmp(x->record, y->record);
}

static bool same_step(const struct insight_act *a, const struct insight_act *b)
{
    return str_eq(a->office, b->office) && str_eq(a->app, b->app) &&
           str_eq(a->state, b->state);
}

/* Pointers to acts in the order in which they were left. */
static int by_left(const void *a, const void *b)
{
    const struct insight_act *x = *(struct insight_act *const *)a;
    const struct insight_act *y = *(struct insight_act *const *)b;

    return x->left < y->left ? -1 : x->left > y->left;
}

static int by_entered(const void *a, const void *b)
{
    const struct insight_act *x = *(struct insight_act *const *)a;
    const struct insight_act *y = *(struct insight_act *const *)b;

    return x->entered < y->entered ? -1 : x->entered > y->entered;
}

static int64_t due_of(const struct insight_act *a)
{
    return a->due == 0 ? INT64_MAX : a->due;
}

bool insight_goes_before(const struct insight_act *a,
                         const struct insight_act *b)
{
    return a->came < b->came && due_of(a) <= due_of(b);
}

static void judge_turn(struct insight_act *a)
{
    a->judged[INSIGHT_OUT_OF_TURN] = a->officer.n > 0 && a->waiting >= CROWD;
    a->found[INSIGHT_OUT_OF_TURN] =
        a->judged[INSIGHT_OUT_OF_TURN] && a->older * 2 >= a->waiting;
}

/* One step's queue as its records come and go: who is there when one leaves,
 * and who of them goes before it. */
static void judge_turns(struct ctx *c, struct insight_act *all, size_t n)
{
    struct insight_act **in = NEWS(c->mem, struct insight_act *, n);
    struct insight_act **out = NEWS(c->mem, struct insight_act *, n);
    struct insight_act **here = NEWS(c->mem, struct insight_act *, n);
    size_t next = 0, waits = 0;

    for (size_t i = 0; i < n; i++)
        in[i] = out[i] = &all[i];
    qsort(in, n, sizeof(struct insight_act *), by_entered);
    qsort(out, n, sizeof(struct insight_act *), by_left);
    for (size_t i = 0; i < n && out[i]->left != INT64_MAX; i++) {
        struct insight_act *a = out[i];
        size_t kept = 0;

        for (; next < n && in[next]->entered <= a->left; next++)
            here[waits++] = in[next];
        for (size_t k = 0; k < waits; k++) {
            if (here[k] == a)
                continue;
            a->older += insight_goes_before(here[k], a);
            here[kept++] = here[k];
        }
        waits = kept;
        a->waiting = (int64_t)waits;
        judge_turn(a);
    }
}

/* ---- reading ------------------------------------------------------ */

static int by_officer(const void *a, const void *b)
{
    const struct insight_act *x = *(struct insight_act *const *)a;
    const struct insight_act *y = *(struct insight_act *const *)b;
    int how = str_cmp(x->officer, y->officer);

    return how != 0 ? how : by_left(a, b);
}

/* The most time between two instants that somebody can have worked: office
 * hours, or everything where the act itself was outside them. */
static int64_t between(const struct city *k, int64_t from, int64_t to)
{
    bool office = city_worked(k, to - TIME_SECOND, to) > 0;

    return to <= from ? 0 : office ? city_worked(k, from, to) : to - from;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Time in which an officer can have read is earned as it goes by and spent
 * with each act, so that who reads ten and then decides ten has read. */
static void judge_reading(struct ctx *c, const struct city *k,
                          struct insight_act *all, size_t n)
{
    struct insight_act **order = NEWS(c->mem, struct insight_act *, n);
    int64_t earned = CARRIED;
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        if (all[i].left != INT64_MAX && all[i].officer.n > 0)
            order[count++] = &all[i];
    if (count > 0)
        qsort(order, count, sizeof(struct insight_act *), by_officer);
    for (size_t i = 0; i < count; i++) {
        struct insight_act *a = order[i];
        bool first = i == 0 || !str_eq(order[i - 1]->officer, a->officer);

        earned = first ? CARRIED
                       : least(CARRIED, earned + between(k, order[i - 1]->left,
                                                         a->left));
        a->had = least(earned, between(k, a->entered, a->left));
        a->judged[INSIGHT_UNREAD] = a->reading > 0;
        a->found[INSIGHT_UNREAD] = a->had < a->reading;
        earned -= least(earned, a->reading);
    }
}

void insight_judge(struct ctx *c, const struct city *k, struct insight_act *all,
                   size_t n)
{
    if (n > 0)
        qsort(all, n, sizeof *all, by_step);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && same_step(&all[i], &all[end]);)
            end++;
        judge_turns(c, all + i, end - i);
    }
    judge_reading(c, k, all, n);
}

/* ---- officers beside peers ---------------------------------------- */

/* What one officer, or everybody, did at one step of one service. */
struct tally {
    str officer, app, state;
    double n, k;
};

static int by_tally(const void *a, const void *b)
{
    const struct tally *x = a, *y = b;
    int how = str_cmp(x->app, y->app);

    if (how == 0)
        how = str_cmp(x->state, y->state);
    return how != 0 ? how : str_cmp(x->officer, y->officer);
}

static bool same_place(const struct tally *a, const struct tally *b)
{
    return str_eq(a->app, b->app) && str_eq(a->state, b->state);
}

/* The acts that were judged, added up by service, step and officer. */
static struct tally *tallies(struct ctx *c, const struct insight_act *all,
                             size_t n, enum insight_kind kind, size_t *count)
{
    struct tally *t = NEWS(c->mem, struct tally, n + 1);
    size_t m = 0, kept = 0;

    for (size_t i = 0; i < n; i++)
        if (all[i].judged[kind])
            t[m++] = (struct tally){all[i].officer, all[i].app, all[i].state, 1,
                                    all[i].found[kind]};
    if (m > 0)
        qsort(t, m, sizeof *t, by_tally);
    for (size_t i = 0; i < m; i++)
        if (kept > 0 && by_tally(&t[kept - 1], &t[i]) == 0)
            t[kept - 1].n += 1, t[kept - 1].k += t[i].k;
        else
            t[kept++] = t[i];
    *count = kept;
    return t;
}

/* An officer under way: `expected` is n times p0. */
struct weighing {
    struct insight_suspect s;
    double n, k, expected;
};

static struct weighing *of_officer(struct weighing *all, size_t *n, str officer)
{
    for (size_t i = 0; i < *n; i++)
        if (str_eq(all[i].s.officer, officer))
            return &all[i];
    all[*n] = (struct weighing){.s = {.officer = officer}};
    return &all[(*n)++];
}

static struct weighing *add_up(struct ctx *c, const struct tally *t, size_t m,
                               size_t *count)
{
    struct weighing *all = NEWS(c->mem, struct weighing, m + 1);
    double n = 0, k = 0;

    *count = 0;
    for (size_t i = 0; i < m; i++) {
        struct weighing *w = of_officer(all, count, t[i].officer);

        w->n += t[i].n, w->k += t[i].k;
        n += t[i].n, k += t[i].k;
    }
    for (size_t i = 0, end; i < m; i = end) {
        double step_n = 0, step_k = 0;

        for (end = i; end < m && same_place(&t[i], &t[end]); end++)
            step_n += t[end].n, step_k += t[end].k;
        for (size_t j = i; j < end; j++) {
            struct weighing *w = of_officer(all, count, t[j].officer);
            double city = (k - w->k + 1) / (n - w->n + RARE);
            double peers =
                (step_k - t[j].k + PRIOR * city) / (step_n - t[j].n + PRIOR);

            w->expected += t[j].n * peers;
        }
    }
    return all;
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median(double *z, size_t n)
{
    qsort(z, n, sizeof *z, by_number);
    return n % 2 == 1 ? z[n / 2] : (z[n / 2 - 1] + z[n / 2]) / 2;
}

/* How widely the others scatter, in units of chance, at least 1: by the median
 * distance from their median, since whoever differs stands among the peers of
 * all others and moves them alike. Of fewer than four nothing can be said. */
static double spread(struct ctx *c, const struct weighing *all, size_t n,
                     size_t but)
{
    double *z = NEWS(c->mem, double, n + 1), middle, width;
    size_t m = 0;

    for (size_t i = 0; i < n; i++)
        if (i != but)
            z[m++] = all[i].s.z;
    if (m < 4)
        return 1;
    middle = median(z, m);
    for (size_t i = 0; i < m; i++)
        z[i] = fabs(z[i] - middle);
    width = NORMAL * median(z, m);
    return width < 1 ? 1 : width;
}

/* Benjamini and Hochberg 1995: q of the i-th smallest p of m is the least of
 * p_j m / j over all j from i on. The p of a z from above. */
static void set_q(struct ctx *c, struct weighing *all, size_t n)
{
    double *z = NEWS(c->mem, double, n + 1), least_q = 1;

    for (size_t i = 0; i < n; i++)
        z[i] = all[i].s.z;
    if (n > 0)
        qsort(z, n, sizeof *z, by_number);
    for (size_t i = 0; i < n; i++) { /* from the largest p on */
        double p = erfc(z[i] / sqrt(2)) / 2;
        double q = p * (double)n / (double)(n - i);

        least_q = q < least_q ? q : least_q;
        for (size_t j = 0; j < n; j++)
            if (all[j].s.z <= z[i] && all[j].s.z >= z[i])
                all[j].s.q = least_q;
    }
}

static int by_name(const void *a, const void *b)
{
    const struct weighing *x = a, *y = b;

    return str_cmp(x->s.officer, y->s.officer);
}

static size_t keep_enough(struct weighing *all, size_t n, double least_acts)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (all[i].n >= least_acts)
            all[kept++] = all[i];
    if (kept > 0)
        qsort(all, kept, sizeof *all, by_name);
    return kept;
}

static void set_z(struct ctx *c, struct weighing *all, size_t n)
{
    double *width = NEWS(c->mem, double, n + 1);

    for (size_t i = 0; i < n; i++) {
        struct insight_suspect *s = &all[i].s;

        s->acts = (int64_t)all[i].n, s->found = (int64_t)all[i].k;
        s->peers = all[i].expected / all[i].n;
        s->z = 2 * sqrt(all[i].n) *
               (asin(sqrt(all[i].k / all[i].n)) - asin(sqrt(s->peers)));
    }
    for (size_t i = 0; i < n; i++)
        width[i] = spread(c, all, n, i);
    for (size_t i = 0; i < n; i++)
        all[i].s.z /= width[i];
}

void insight_weigh(struct ctx *c, const struct insight_act *all, size_t n,
                   enum insight_kind kind, struct insight_suspect **out,
                   size_t *count)
{
    struct insight_rule rule = insight_rule(c, kind);
    struct weighing *w;
    struct tally *t;
    size_t m;

    t = tallies(c, all, n, kind, &m);
    w = add_up(c, t, m, count);
    *count = keep_enough(w, *count, (double)rule.acts);
    set_z(c, w, *count);
    set_q(c, w, *count);
    *out = NEWS(c->mem, struct insight_suspect, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        struct insight_suspect *s = &(*out)[i];

        *s = w[i].s;
        s->flagged = s->q <= Q_MOST && s->found >= rule.found &&
                     w[i].k / w[i].n >= TWICE * s->peers;
    }
}
