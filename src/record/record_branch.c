/* SPDX-License-Identifier: EUPL-1.2 */
/* Branches of a parallel state: where each waits, and who acted for it. The
 * event says them in one fact, "KEY=OFFICE/FUNCTION/DUTY/DUE" joined by a
 * comma; empty where none waits any more. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

struct waiting {
    str key, office, function, duty;
    int64_t due;
};

static bool next_waiting(str *rest, struct waiting *out)
{
    str one, tail, due;

    if (!str_next(rest, ',', &one))
        return false;
    str_cut(one, '=', &out->key, &tail);
    str_cut(tail, '/', &out->office, &tail);
    str_cut(tail, '/', &out->function, &tail);
    str_cut(tail, '/', &out->duty, &due);
    if (!time_parse_utc(due, &out->due))
        out->due = 0;
    return true;
}

/* ---- saying ------------------------------------------------------- */

static err say_one(struct ctx *c, const struct record_world *w, struct conn *tx,
                   const struct record_entering *in, const struct app_branch *b,
                   struct buf *list, int64_t *latest)
{
    struct record_place p;
    int64_t due = b->within.unit == CITY_NONE
                      ? 0
                      : city_due(c, w->city, b->within, c->now, NULL);

    TRY(record_place_of(c, w, tx, in, &b->who, &p));
    buf_fmt(list, "%s%.*s=%.*s/%.*s/%.*s/%.*s", list->n > 0 ? "," : "",
            STR_ARG(b->key), STR_ARG(p.office), STR_ARG(p.function),
            STR_ARG(p.duty),
            STR_ARG(due == 0 ? STR("") : time_show_utc(c, due)));
    if (due > *latest)
        *latest = due;
    return E_OK;
}

err record_say_branches(struct ctx *c, const struct record_world *w,
                        struct conn *tx, const struct record_entering *in,
                        struct ledger_event *e, int64_t *due)
{
    const struct app_state *from =
        in->was == NULL ? NULL : app_state(in->app, in->was->r.state);
    struct buf list = buf_new(c, 4096); /* eight branches */

    *due = 0;
    if (from == in->to ||
        (in->to->n_branches == 0 && (from == NULL || from->n_branches == 0)))
        return E_OK; /* it stays where it is, or there are none */
    for (size_t i = 0; i < in->to->n_branches; i++)
        TRY(say_one(c, w, tx, in, &in->to->branches[i], &list, due));
    ledger_say(c, e, "branches", buf_str(&list));
    return E_OK;
}

/* ---- applying ----------------------------------------------------- */

static err add_branches(struct ctx *c, struct conn *tx,
                        const struct ledger_event *e, str list)
{
    str number = ledger_fact(e, "record");
    struct waiting b;

    TRY(RUN(c, tx, &record_branch_clear, TXT(number)));
    while (next_waiting(&list, &b))
        TRY(RUN(c, tx, &record_branch_add, TXT(number), TXT(b.key),
                TXT(ledger_fact(e, "app")), TXT(ledger_fact(e, "state")),
                TXT(b.office), TXT(b.function), TXT(b.duty), I64(e->time),
                I64(record_due_key(b.due))));
    return E_OK;
}

err record_apply_branches(struct ctx *c, struct conn *tx,
                          const struct ledger_event *e)
{
    str list = ledger_fact(e, "branches"), acted = ledger_fact(e, "branch");

    if (list.p != NULL)
        return add_branches(c, tx, e, list);
    if (acted.p == NULL)
        return E_OK;
    return RUN(c, tx, &record_branch_done, TXT(ledger_fact(e, "record")),
               TXT(acted), I64(e->id));
}

/* ---- reading ------------------------------------------------------ */

err record_branches(struct ctx *c, struct conn *on, const struct app_state *s,
                    const struct record *r, struct record_branch **out,
                    size_t *n)
{
    struct rows *rows;
    bool more;
    int64_t due;

    *n = 0;
    *out = NEWS(c->mem, struct record_branch, s->n_branches + 1);
    if (s->n_branches == 0)
        return E_OK;
    TRY(ROWS(c, on, &record_branches_of, &rows, I64(r->id)));
    while (store_next(rows, &more) == E_OK && more && *n < s->n_branches) {
        struct record_branch *b = &(*out)[*n];

        due = store_i64(rows, 5);
        *b = (struct record_branch){.branch = app_branch(s, store_str(rows, 0)),
                                    .office = store_str(rows, 1),
                                    .function = store_str(rows, 2),
                                    .duty = store_str(rows, 3),
                                    .entered = store_i64(rows, 4),
                                    .due = due == RECORD_NO_DUE ? 0 : due,
                                    .done = store_i64(rows, 6) != 0};
        *n += b->branch != NULL;
    }
    return E_OK;
}

err record_branches_anew(struct ctx *c, const struct record_world *w,
                         struct conn *on, const struct app *a,
                         const struct record *r,
                         const struct ledger_event *events, size_t n_events,
                         str *others, int64_t *latest)
{
    const struct app_state *s = app_state(a, r->state);
    struct buf list = buf_new(c, 4096); /* eight branches */
    struct record_branch *all;
    size_t n = 0;

    *others = STR(""), *latest = 0;
    if (s == NULL || s->n_branches == 0)
        return E_OK;
    TRY(record_branches(c, on, s, r, &all, &n));
    for (size_t i = 0; i < n; i++) {
        struct city_span within = all[i].branch->within;
        int64_t due = all[i].due;

        if (!all[i].done && within.unit != CITY_NONE)
            due = record_due_moved(
                due,
                record_due_stood(
                    w, events, n_events, all[i].entered,
                    city_due(c, w->city, within, all[i].entered, NULL)),
                c->now);
        if (due != all[i].due)
            buf_fmt(&list, "%s%.*s=%.*s", list.n > 0 ? "," : "",
                    STR_ARG(all[i].branch->key),
                    STR_ARG(time_show_utc(c, due)));
        if (due > *latest)
            *latest = due;
    }
    *others = buf_str(&list);
    return E_OK;
}

err record_apply_branches_moved(struct ctx *c, struct conn *tx,
                                const struct ledger_event *e)
{
    str list = ledger_fact(e, "moved"), one, key, text;
    int64_t due;

    while (list.p != NULL && str_next(&list, ',', &one)) {
        str_cut(one, '=', &key, &text);
        if (time_parse_utc(text, &due))
            TRY(RUN(c, tx, &record_branch_due, TXT(ledger_fact(e, "record")),
                    TXT(key), I64(due)));
    }
    return E_OK;
}

bool record_branch_passed(const struct ledger_event *events, size_t n,
                          str office)
{
    for (size_t i = 0; i < n; i++) {
        str list = ledger_fact(&events[i], "branches");
        struct waiting b;

        while (list.p != NULL && next_waiting(&list, &b))
            if (str_eq(b.office, office))
                return true;
    }
    return false;
}

str record_branch_office(const struct ledger_event *events, size_t i)
{
    str acted = ledger_fact(&events[i], "branch"), list = STR("");
    struct waiting b;

    for (size_t k = i; acted.p != NULL && k-- > 0 && list.n == 0;)
        if (ledger_fact(&events[k], "branches").p != NULL)
            list = ledger_fact(&events[k], "branches");
    while (next_waiting(&list, &b))
        if (str_eq(b.key, acted))
            return b.office;
    return STR("");
}

bool record_branch_acted(const struct ledger_event *events, size_t n,
                         str pseudonym, str state)
{
    /* Back to where the state was entered from another. */
    for (size_t i = n; i-- > 0;) {
        const struct ledger_event *e = &events[i];

        if (str_eq(ledger_fact(e, "state"), state) &&
            !str_eq(ledger_fact(e, "from"), state))
            return false;
        if (str_eq(ledger_fact(e, "by"), pseudonym) &&
            ledger_fact(e, "branch").p != NULL)
            return true;
    }
    return false;
}
