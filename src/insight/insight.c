/* SPDX-License-Identifier: EUPL-1.2 */
/* Promised beside measured: sums and percentiles of what was counted. */
#include "insight/insight_priv.h"

#include "gen/insight_sql.h"

#define NARROW 40 /* steps of an hour */
#define WIDE   8  /* hours, of those behind them */

int insight_step(int64_t worked)
{
    int64_t hours = (worked + TIME_HOUR - 1) / TIME_HOUR, step;

    if (hours <= NARROW)
        return hours < 0 ? 0 : (int)hours;
    step = NARROW + (hours - NARROW + WIDE - 1) / WIDE;
    return step < INSIGHT_STEPS ? (int)step : INSIGHT_STEPS - 1;
}

int64_t insight_step_time(int step)
{
    int64_t hours = step <= NARROW ? step : NARROW + (step - NARROW) * WIDE;

    return hours * TIME_HOUR;
}

int64_t insight_workday(struct ctx *c, const struct city *k)
{
    int64_t longest = TIME_HOUR;

    for (int i = 0; i < 14; i++) {
        int64_t from = c->now + i * TIME_DAY;
        int64_t worked = city_worked(k, from, from + TIME_DAY);

        longest = worked > longest ? worked : longest;
    }
    return longest;
}

/* ---- sums --------------------------------------------------------- */

/* A measure under way, with how many took how long. */
struct sum {
    struct insight_measure m;
    int64_t took[INSIGHT_STEPS];
};

/* What a row counts in: the whole, and where `w` is there its service and its
 * office. */
struct counting {
    int64_t today;
    const struct record_world *w;
    const struct app_brief *apps;
    const struct city_office *all;
    size_t n_apps, n_all;
    struct sum *services, *offices, *small, whole;
};

static enum insight_age age_of(int64_t days)
{
    return days <= 7    ? INSIGHT_WEEK
           : days <= 30 ? INSIGHT_MONTH
           : days <= 90 ? INSIGHT_QUARTER
                        : INSIGHT_OLDER;
}

static void add_open(struct sum *s, struct rows *r, int64_t today)
{
    int64_t promised = store_i64(r, 3), n = store_i64(r, 4);

    s->m.open += n;
    s->m.waiting += store_str(r, 1).n == 0 ? n : 0;
    s->m.overdue += promised != 0 && promised < today ? n : 0;
    s->m.age[age_of(today - store_i64(r, 2))] += n;
}

static void add_ended(struct sum *s, struct rows *r, int64_t today)
{
    bool refused = str_eq(store_str(r, 2), STR("refused"));
    int64_t n = store_i64(r, 3);

    (void)today;
    if (!insight_served(store_str(r, 2)))
        return;
    s->m.served += n;
    s->m.on_time += n - store_i64(r, 4);
    s->m.refused += refused ? n : 0;
}

static void add_took(struct sum *s, struct rows *r, int64_t today)
{
    int64_t step = store_i64(r, 2);

    (void)today;
    if (step >= 0 && step < INSIGHT_STEPS)
        s->took[step] += store_i64(r, 3);
}

/* The line of an office: its own, or that of those too small to be shown,
 * whose figures would be one person's. */
static struct sum *office_sum(struct counting *k, str key)
{
    const struct city *city = k->w->city;
    uint32_t number = city_office_public(city, city_office(city, key));

    for (size_t i = 0; number > 1 && i < k->n_all; i++)
        if (k->all[i].number == number)
            return &k->offices[i];
    return k->small;
}

typedef void add_row(struct sum *s, struct rows *r, int64_t today);

/* Rows begin with app and office. */
static err count_rows(struct counting *k, struct rows *r, add_row *add)
{
    const struct app_brief *e;
    bool more;

    for (;;) {
        TRY(store_next(r, &more));
        if (!more)
            return E_OK;
        add(&k->whole, r, k->today);
        e = k->w == NULL ? NULL
                         : app_catalogue_brief(k->w->apps, store_str(r, 0));
        if (e == NULL)
            continue;
        add(&k->services[e - k->apps], r, k->today);
        if (store_str(r, 1).n > 0 && !e->sensitive)
            add(office_sum(k, store_str(r, 1)), r, k->today);
    }
}

/* The least time within which `tenths` in ten were done: the nearest rank. */
static int64_t within(const struct sum *s, int tenths)
{
    int64_t n = 0, rank;

    for (int i = 0; i < INSIGHT_STEPS; i++)
        n += s->took[i];
    rank = (n * tenths + 9) / 10;
    for (int i = 0; i < INSIGHT_STEPS; i++) {
        rank -= s->took[i];
        if (rank <= 0)
            return insight_step_time(i);
    }
    return 0;
}

static struct insight_measure finish(struct sum *s)
{
    if (s->m.served >= INSIGHT_FEW) {
        s->m.median = within(s, 5);
        s->m.ninety = within(s, 9);
    }
    return s->m;
}

/* ---- one service, and the whole ----------------------------------- */

static int64_t since(const struct ctx *c)
{
    return insight_month(c->now) - INSIGHT_MONTHS + 1;
}

static struct counting *counting(struct ctx *c)
{
    struct counting *k = NEW(c->mem, struct counting);

    k->today = time_days(time_local(c->now, 0, NULL));
    return k;
}

err insight_service(struct ctx *c, struct conn *on, str app,
                    struct insight_measure *out)
{
    struct counting *k = counting(c);
    struct rows *r;

    TRY(ROWS(c, on, &insight_open_of, &r, TXT(app)));
    TRY(count_rows(k, r, add_open));
    TRY(ROWS(c, on, &insight_ended_of, &r, TXT(app), I64(since(c))));
    TRY(count_rows(k, r, add_ended));
    TRY(ROWS(c, on, &insight_took_of, &r, TXT(app), I64(since(c))));
    TRY(count_rows(k, r, add_took));
    *out = finish(&k->whole);
    return E_OK;
}

err insight_whole(struct ctx *c, struct conn *on, struct insight_measure *out)
{
    struct counting *k = counting(c);
    struct rows *r;
    bool more;

    TRY(ROWS(c, on, &insight_ended_since, &r, I64(since(c))));
    TRY(count_rows(k, r, add_ended));
    *out = k->whole.m;
    TRY(ROWS0(c, on, &insight_open_sum, &r));
    TRY(store_next(r, &more));
    out->open = more ? store_i64(r, 0) : 0;
    return E_OK;
}

/* ---- the whole city ----------------------------------------------- */

static err count_city(struct ctx *c, struct conn *on, struct counting *k)
{
    struct rows *r;

    TRY(ROWS0(c, on, &insight_open_all, &r));
    TRY(count_rows(k, r, add_open));
    TRY(ROWS(c, on, &insight_ended_since, &r, I64(since(c))));
    TRY(count_rows(k, r, add_ended));
    TRY(ROWS(c, on, &insight_took_since, &r, I64(since(c))));
    return count_rows(k, r, add_took);
}

static void add_line(struct insight_line *lines, size_t *n, str key,
                     struct sum *s)
{
    if (s->m.open + s->m.served > 0)
        lines[(*n)++] = (struct insight_line){key, finish(s)};
}

err insight_city(struct ctx *c, const struct record_world *w, struct conn *on,
                 struct insight_city *out)
{
    struct counting *k = counting(c);

    k->w = w;
    k->n_apps = app_catalogue_all(w->apps, &k->apps);
    k->n_all = city_offices(w->city, &k->all);
    k->services = NEWS(c->mem, struct sum, k->n_apps);
    k->offices = NEWS(c->mem, struct sum, k->n_all);
    k->small = NEW(c->mem, struct sum);
    TRY(count_city(c, on, k));
    *out = (struct insight_city){.whole = finish(&k->whole)};
    out->services = NEWS(c->mem, struct insight_line, k->n_apps);
    out->offices = NEWS(c->mem, struct insight_line, k->n_all + 1);
    for (size_t i = 0; i < k->n_apps; i++)
        add_line(out->services, &out->n_services, k->apps[i].id,
                 &k->services[i]);
    for (size_t i = 0; i < k->n_all; i++)
        add_line(out->offices, &out->n_offices, k->all[i].key, &k->offices[i]);
    add_line(out->offices, &out->n_offices, STR("city"), k->small);
    return E_OK;
}
