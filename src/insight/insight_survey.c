/* SPDX-License-Identifier: EUPL-1.2 */
/* What residents answer after a service, by the office that gave it. */
#include "insight/insight_priv.h"

#include "gen/insight_sql.h"

#define SCORES ((size_t)4096)

/* ---- counting ----------------------------------------------------- */

/* "n3" is 3; 0 for what is no step of a four-point scale. */
static int64_t score_of(str value)
{
    bool fits = value.n == 2 && value.p[0] == 'n' && value.p[1] >= '1' &&
                value.p[1] <= '4';

    return fits ? value.p[1] - '0' : 0;
}

/* Of the answers that the event names as elements; a remark may say "n1" too.
 */
static str scores_of(struct ctx *c, const struct ledger_event *e)
{
    str rest = insight_said(e, "elements"), key;
    struct buf b = buf_new(c, SCORES);

    while (str_next(&rest, ',', &key)) {
        const char *fact = arena_fmt(c->mem, "fields.%.*s", STR_ARG(key)).p;
        int64_t score = score_of(insight_said(e, fact));

        if (score > 0)
            buf_fmt(&b, "%s%.*s=%" PRId64, b.n > 0 ? "," : "", STR_ARG(key),
                    score);
    }
    return buf_str(&b);
}

struct reply {
    str app, office, scores;
    int64_t month;
};

static err add(struct ctx *c, struct conn *tx, const struct reply *r,
               str element, int64_t n, int64_t sum)
{
    TRY(RUN(c, tx, &insight_score_add, I64(r->month), TXT(r->app),
            TXT(r->office), TXT(element), I64(n), I64(sum)));
    return n > 0 ? E_OK
                 : RUN(c, tx, &insight_score_drop, I64(r->month), TXT(r->app),
                       TXT(r->office), TXT(element));
}

/* Once more, or (sign -1) once less. */
static err count(struct ctx *c, struct conn *tx, const struct reply *r,
                 int64_t sign)
{
    str rest = r->scores, pair, key, value;

    TRY(add(c, tx, r, STR(""), sign, 0));
    while (str_next(&rest, ',', &pair)) {
        int64_t score = 0;

        str_cut(pair, '=', &key, &value);
        MUST(str_is_i64(value, &score));
        TRY(add(c, tx, r, key, sign, sign * score));
    }
    return E_OK;
}

/* The office that finished the record; the second answer about one fails on
 * the table's own key. */
err insight_count_reply(struct ctx *c, struct conn *tx,
                        const struct ledger_event *e, str number)
{
    str about = insight_said(e, "reference");
    struct reply r = {.app = insight_said(e, "app"),
                      .scores = scores_of(c, e),
                      .month = insight_month(e->time)};
    struct rows *rows;
    bool found;

    if (about.n == 0 || r.scores.n == 0)
        return E_OK;
    TRY(ROWS(c, tx, &insight_stay_present, &rows, TXT(about)));
    TRY(store_next(rows, &found));
    if (!found)
        return E_OK;
    r.office = store_str(rows, 3);
    TRY(RUN(c, tx, &insight_reply_add, TXT(number), TXT(about), TXT(r.app),
            TXT(r.office), I64(r.month), TXT(r.scores)));
    return count(c, tx, &r, 1);
}

err insight_drop_reply(struct ctx *c, struct conn *tx, str number)
{
    struct rows *rows;
    struct reply r;
    bool found;

    TRY(ROWS(c, tx, &insight_reply_by, &rows, TXT(number)));
    TRY(store_next(rows, &found));
    if (!found)
        return E_OK;
    r = (struct reply){.app = store_str(rows, 0),
                       .office = store_str(rows, 1),
                       .month = store_i64(rows, 2),
                       .scores = store_str(rows, 3)};
    TRY(RUN(c, tx, &insight_reply_drop, TXT(number)));
    return count(c, tx, &r, -1);
}

err insight_rated(struct ctx *c, struct conn *on, str number, bool *rated)
{
    struct rows *rows;

    TRY(ROWS(c, on, &insight_reply_about, &rows, TXT(number)));
    return store_next(rows, rated);
}

/* ---- the index ---------------------------------------------------- */

static bool asked_alike(const struct insight_survey *s)
{
    for (size_t i = 1; i < s->n_elements; i++)
        if (s->elements[i].n != s->elements[0].n)
            return false;
    return true;
}

/* 25 times the mean of sum/n over the elements, in hundredths, half up. Where
 * all were asked of everybody the fraction is exact: 2500 * sum of sums / (n *
 * elements). Where a later version asks more, each mean is taken to nine
 * decimals first. */
int64_t insight_index(const struct insight_survey *s)
{
    int64_t sum = 0, of = (int64_t)s->n_elements, one = 1000000000;
    bool alike = asked_alike(s);

    if (of == 0 || s->elements[0].n == 0)
        return 0;
    for (size_t i = 0; i < s->n_elements; i++)
        sum += alike ? s->elements[i].sum
                     : s->elements[i].sum * one / s->elements[i].n;
    of *= alike ? s->elements[0].n : one;
    return (2 * 2500 * sum + of) / (2 * of);
}

char insight_grade(int64_t index)
{
    return index >= 8831   ? 'A'
           : index >= 7661 ? 'B'
           : index >= 6500 ? 'C'
                           : 'D';
}

/* ---- reading ------------------------------------------------------ */

/* Small offices are added together, as their other figures are. */
static str shown_office(const struct record_world *w, str key)
{
    const struct city_office *o = city_office(w->city, key), *all;
    uint32_t number = city_office_public(w->city, o);
    size_t n = city_offices(w->city, &all);

    for (size_t i = 0; number > 1 && i < n; i++)
        if (all[i].number == number)
            return all[i].key;
    return STR("city");
}

struct surveys {
    struct insight_survey *all;
    size_t n, room;
};

static struct insight_survey *survey_of(struct ctx *c, struct surveys *l,
                                        str app, str office)
{
    for (size_t i = 0; i < l->n; i++)
        if (str_eq(l->all[i].app, app) && str_eq(l->all[i].office, office))
            return &l->all[i];
    ARENA_GROW(c->mem, l->all, l->n, l->room);
    l->all[l->n] = (struct insight_survey){.app = app, .office = office};
    return &l->all[l->n++];
}

static void add_element(struct ctx *c, struct insight_survey *s, str key,
                        int64_t n, int64_t sum)
{
    size_t i = 0;

    while (i < s->n_elements && !str_eq(s->elements[i].key, key))
        i++;
    if (i == s->n_elements) {
        ARENA_GROW(c->mem, s->elements, s->n_elements, s->room);
        s->elements[s->n_elements++] = (struct insight_element){.key = key};
    }
    s->elements[i].n += n, s->elements[i].sum += sum;
}

/* As the survey asks them; what it asks no more comes last. */
static void in_form_order(const struct record_world *w,
                          struct insight_survey *s)
{
    const struct app_entry *e = app_catalogue_find(w->apps, s->app);
    size_t done = 0;

    for (size_t f = 0; e != NULL && e->app != NULL && f < e->app->n_fields; f++)
        for (size_t i = done; i < s->n_elements; i++)
            if (str_eq(s->elements[i].key, e->app->fields[f].key)) {
                struct insight_element swap = s->elements[done];

                s->elements[done++] = s->elements[i];
                s->elements[i] = swap;
            }
}

err insight_surveys(struct ctx *c, const struct record_world *w,
                    struct conn *on, struct insight_survey **out, size_t *n)
{
    int64_t since = insight_month(c->now) - INSIGHT_MONTHS + 1;
    struct surveys l = {0};
    struct rows *r;
    bool more;

    TRY(ROWS(c, on, &insight_score_since, &r, I64(since)));
    for (;;) {
        struct insight_survey *s;

        TRY(store_next(r, &more));
        if (!more)
            break;
        s = survey_of(c, &l, store_str(r, 0), shown_office(w, store_str(r, 1)));
        if (store_str(r, 2).n == 0)
            s->n += store_i64(r, 3);
        else
            add_element(c, s, store_str(r, 2), store_i64(r, 3),
                        store_i64(r, 4));
    }
    for (size_t i = 0; i < l.n; i++)
        in_form_order(w, &l.all[i]);
    *out = l.all, *n = l.n;
    return E_OK;
}
