/* SPDX-License-Identifier: EUPL-1.2 */
/* A holiday that is added later moves the deadlines that are open; so does the
 * end of a restriction, while which they stood still. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

/* So many are looked at in one tick; the rest in the next. */
#define AT_ONCE 2000

/* ---- one record --------------------------------------------------- */

struct moving {
    const struct record_world *w;
    str number;
    str cause;
    str branches; /* whose deadlines are others */
    bool changed;
};

static bool alike(const struct record_full *was, const struct record_times *t)
{
    return t->due == was->r.due && t->promise == was->r.promise &&
           t->lapse == was->r.lapse && t->silence == was->silence &&
           t->escalate == was->escalate;
}

/* Its dates by the calendar of now, looked at before anything is written. */
static err count(struct ctx *c, struct conn *on, struct moving *u,
                 struct record_full *was, const struct app **a,
                 struct record_times *t)
{
    struct ledger_event *events;
    int64_t latest;
    size_t n;

    TRY(record_full_find(c, on, u->number, was));
    TRY(record_app(c, u->w, on, &was->r, a));
    TRY(ledger_events_of(c, on, u->w->ledger, u->number, &events, &n));
    *t = record_times_anew(c, u->w, *a, was, events, n);
    TRY(record_branches_anew(c, u->w, on, *a, &was->r, events, n, &u->branches,
                             &latest));
    /* A state that has no deadline of its own has that of its last branch. */
    if (u->branches.n > 0 &&
        app_state(*a, was->r.state)->within.unit == CITY_NONE)
        t->due = latest;
    u->changed = was->r.ended == 0 && (!alike(was, t) || u->branches.n > 0);
    return E_OK;
}

static err move(struct ctx *c, struct conn *tx, void *arg)
{
    struct moving *u = arg;
    struct ledger_event e = {.class = LEDGER_CASE};
    struct record_full was;
    struct record_times t;
    const struct app *a;

    TRY(count(c, tx, u, &was, &a, &t));
    if (!u->changed)
        return E_OK; /* somebody acted meanwhile */
    e.subject = u->number;
    e.sensitive = a->sensitive;
    e.office =
        city_office_public(u->w->city, city_office(u->w->city, was.r.office));
    ledger_say(c, &e, "act", STR("record.moved"));
    ledger_say(c, &e, "record", u->number);
    ledger_say(c, &e, "app", was.r.app);
    ledger_say(c, &e, "by", STR("system"));
    ledger_say(c, &e, "cause", u->cause);
    ledger_say_time(c, &e, "due", t.due);
    ledger_say_time(c, &e, "promise", t.promise);
    ledger_say_time(c, &e, "lapse", t.lapse);
    ledger_say_time(c, &e, "silence", t.silence);
    ledger_say_time(c, &e, "escalate", t.escalate);
    if (u->branches.n > 0)
        ledger_say(c, &e, "moved", u->branches);
    return ledger_append(c, tx, u->w->ledger, &e);
}

err record_move_dates(struct ctx *c, const struct record_world *w,
                      struct conn *tx, str number, str cause)
{
    struct moving u = {.w = w, .number = number, .cause = cause};

    return move(c, tx, &u);
}

/* ---- all that are open -------------------------------------------- */

struct following {
    const struct record_world *w;
    str digest; /* of the calendar of now */
    int64_t after;
    str *numbers;
    size_t n, room;
};

static err set_mark(struct ctx *c, struct conn *tx, void *arg)
{
    struct following *u = arg;

    return RUN(c, tx, &record_calendar_set, TXT(u->digest), I64(u->after));
}

static str calendar_digest(struct ctx *c, const struct record_world *w)
{
    const struct data *item = city_item(w->city, STR("calendar"));
    struct hash h =
        seal_sha256(item == NULL ? STR("") : data_write_json(c, item));

    return seal_hex(c, h.b, sizeof h.b);
}

/* Where it stopped, or from the start where the calendar is another. */
static err where(struct ctx *c, struct conn *on, struct following *u)
{
    struct rows *rows;
    bool more;

    u->digest = calendar_digest(c, u->w);
    TRY(ROWS0(c, on, &record_calendar_get, &rows));
    TRY(store_next(rows, &more));
    MUST(more);
    u->after = str_eq(store_str(rows, 0), u->digest) ? store_i64(rows, 1) : 0;
    return E_OK;
}

/* The next open records whose dates are others by now. */
static err next_page(struct ctx *c, struct conn *on, struct following *u)
{
    struct rows *rows;
    bool more;
    size_t n = 0;
    str *all = NEWS(c->mem, str, AT_ONCE);

    TRY(ROWS(c, on, &record_unended_after, &rows, I64(u->after), I64(AT_ONCE)));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            break;
        u->after = store_i64(rows, 0);
        all[n++] = store_str(rows, 1);
    }
    if (n < AT_ONCE)
        u->after = -1;
    for (size_t i = 0; i < n; i++) {
        struct moving one = {.w = u->w, .number = all[i]};
        struct record_full was;
        struct record_times t;
        const struct app *a;

        /* One that cannot be read must not hold up all. */
        if (count(c, on, &one, &was, &a, &t) != E_OK || !one.changed)
            continue;
        ARENA_GROW(c->mem, u->numbers, u->n, u->room);
        u->numbers[u->n++] = all[i];
    }
    return E_OK;
}

err record_follow_calendar(struct ctx *c, const struct record_world *w,
                           int64_t *moved, bool *whole)
{
    struct following u = {.w = w};
    struct conn *on;
    bool there;
    err e;

    TRY(store_read(c, w->store, &on));
    e = where(c, on, &u);
    there = e == E_OK && u.after < 0;
    if (e == E_OK && !there)
        e = next_page(c, on, &u);
    store_done(on);
    TRY(e);
    *whole = u.after < 0;
    if (there)
        return E_OK;
    for (size_t i = 0; i < u.n; i++) {
        struct moving one = {
            .w = w, .number = u.numbers[i], .cause = STR("calendar")};

        /* One bad record must not hold up all. */
        e = store_write(c, w->store, move, &one);
        if (e != E_OK)
            LOG(LOG_ERROR, "record", "move_failed",
                LOG_LIT("why", err_name(e)));
        *moved += e == E_OK && one.changed;
    }
    return store_write(c, w->store, set_mark, &u);
}
