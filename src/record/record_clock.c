/* SPDX-License-Identifier: EUPL-1.2 */
/* Time that decides: only on a date that an officer confirmed. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

#define LAPSES_AT_ONCE 200

static str today(struct ctx *c, const struct record_world *w)
{
    return time_show_date(c, time_local(c->now, city_offset(w->city), NULL));
}

err record_time_trusted(struct ctx *c, const struct record_world *w,
                        struct conn *on, bool *trusted)
{
    struct rows *rows;

    TRY(ROWS(c, on, &record_day_is, &rows, TXT(today(c, w))));
    return store_next(rows, trusted);
}

struct confirming {
    const struct record_world *w;
    const struct record_actor *actor;
};

static err confirm(struct ctx *c, struct conn *tx, void *arg)
{
    const struct confirming *u = arg;
    struct ledger_event e = {.class = LEDGER_CONFIG, .office = 1};
    bool already;

    TRY(record_time_trusted(c, u->w, tx, &already));
    if (already)
        return E_OK;
    ledger_say(c, &e, "act", STR("time.confirm"));
    ledger_say(c, &e, "value", today(c, u->w));
    ledger_say(c, &e, "by", u->actor->pseudonym);
    return ledger_append(c, tx, u->w->ledger, &e);
}

err record_time_confirm(struct ctx *c, const struct record_world *w,
                        const struct record_actor *actor)
{
    struct confirming u = {w, actor};

    if (actor->role != RECORD_OFFICER)
        return fail(c, E_FORBIDDEN, "%s",
                    say(c, "Tanggal hanya dapat dikonfirmasi oleh petugas.",
                        "Only an officer can confirm the date."));
    return store_write(c, w->store, confirm, &u);
}

/* ---- lapsing ------------------------------------------------------ */

struct lapsing {
    const struct record_world *w;
    str number;
    bool done;
};

static err lapse(struct ctx *c, struct conn *tx, void *arg)
{
    struct lapsing *u = arg;
    struct record_entering in = {.actor = STR("")};
    struct ledger_event e = {.class = LEDGER_CASE};
    const struct app_state *from;
    struct record_full was;
    struct ledger_event *events;
    struct app_setting with = record_setting(u->w, NULL);
    struct record_seen seen;
    struct app_form form;
    str letter = STR("");
    size_t n;

    TRY(record_full_find(c, tx, u->number, &was));
    if (was.r.lapse == 0 || was.r.lapse > c->now)
        return E_OK; /* somebody acted meanwhile */
    TRY(record_app(c, u->w, tx, &was.r, &in.app));
    from = app_state(in.app, was.r.state);
    MUST(from != NULL && from->lapse_to.n > 0);
    TRY(ledger_events_of(c, tx, u->w->ledger, u->number, &events, &n));
    record_fold(c, events, n, &form);
    in.to = app_state(in.app, from->lapse_to);
    MUST(in.to != NULL);
    in.form = &form, in.was = &was, in.events = events, in.n_events = n;
    TRY(record_see(c, u->w, tx, in.app, &was.r, events, n, &form, &seen));
    with.seen = &seen.seen;
    TRY(record_arrive(c, in.app, &with, &form, &in.to));
    e.subject = u->number;
    e.sensitive = in.app->sensitive;
    ledger_say(c, &e, "act", STR("lapse"));
    ledger_say(c, &e, "record", u->number);
    ledger_say(c, &e, "app", was.r.app);
    ledger_say(c, &e, "by", STR("system"));
    ledger_say(c, &e, "from", from->key);
    ledger_say_i64(c, &e, "charge", was.r.charge);
    TRY(record_enter(c, u->w, tx, &in, &e));
    u->done = true;
    TRY(record_issue(c, u->w, tx, in.app, in.to, &form, u->number, &e,
                     &letter));
    TRY(ledger_append(c, tx, u->w->ledger, &e));
    if (letter.n > 0)
        TRY(RUN(c, tx, &record_undrawn_add, I64(e.id)));
    return record_follows(in.app)
               ? record_follow(c, u->w, tx, u->number, from->key, NULL, &letter)
               : E_OK;
}

static err lapsed_now(struct ctx *c, const struct record_world *w, str **out,
                      size_t *n)
{
    struct conn *on;
    struct rows *rows;
    bool more, trusted;
    size_t room = 0;

    *n = 0, *out = NULL;
    TRY(store_read(c, w->store, &on));
    TRY(record_time_trusted(c, w, on, &trusted));
    if (trusted) {
        TRY(ROWS(c, on, &record_lapsed, &rows, I64(c->now),
                 I64(LAPSES_AT_ONCE)));
        while (store_next(rows, &more) == E_OK && more) {
            ARENA_GROW(c->mem, *out, *n, room);
            (*out)[(*n)++] = store_str(rows, 0);
        }
    }
    store_done(on);
    return E_OK;
}

/* ---- reminding ---------------------------------------------------- */

struct reminding {
    const struct record_world *w;
    str number;
    int64_t at;
};

/* Whoever may act here is told: the resident, else who holds the duty. */
static void say_whom(struct ctx *c, const struct app *a, const struct record *r,
                     struct ledger_event *e)
{
    const struct app_state *s = app_state(a, r->state);
    bool resident = s->who.resident;

    for (size_t i = 0; i < s->n_actions; i++)
        resident |= s->actions[i].who.resident;
    if (resident) {
        ledger_say(c, e, "for", STR("resident"));
        return;
    }
    ledger_say(c, e, "office", r->office);
    ledger_say(c, e, "duty", r->duty);
}

static err remind(struct ctx *c, struct conn *tx, void *arg)
{
    const struct reminding *u = arg;
    struct ledger_event e = {.class = LEDGER_CASE, .subject = u->number};
    const struct app *a;
    struct record r;

    TRY(record_find(c, tx, u->number, &r));
    TRY(record_app(c, u->w, tx, &r, &a));
    e.sensitive = a->sensitive;
    e.office =
        city_office_public(u->w->city, city_office(u->w->city, r.office));
    ledger_say(c, &e, "act", STR("remind"));
    ledger_say(c, &e, "record", u->number);
    ledger_say(c, &e, "app", r.app);
    ledger_say(c, &e, "by", STR("system"));
    ledger_say_time(c, &e, "due", u->at);
    ledger_say_time(c, &e, "lapse", r.lapse);
    say_whom(c, a, &r, &e);
    return ledger_append(c, tx, u->w->ledger, &e);
}

/* The latest of each record, where several have come due. */
static err reminded_now(struct ctx *c, const struct record_world *w,
                        struct reminding **out, size_t *n)
{
    struct conn *on;
    struct rows *rows;
    bool more, trusted;
    size_t room = 0;

    *n = 0, *out = NULL;
    TRY(store_read(c, w->store, &on));
    TRY(record_time_trusted(c, w, on, &trusted));
    if (trusted)
        TRY(ROWS(c, on, &record_reminders_due, &rows, I64(c->now),
                 I64(LAPSES_AT_ONCE)));
    while (trusted && store_next(rows, &more) == E_OK && more) {
        struct reminding one = {w, store_str(rows, 0), store_i64(rows, 1)};
        size_t at = 0;

        while (at < *n && !str_eq((*out)[at].number, one.number))
            at++;
        if (at == *n) {
            ARENA_GROW(c->mem, *out, *n, room);
            ++*n;
        }
        (*out)[at] = one;
    }
    store_done(on);
    return E_OK;
}

static err remind_all(struct ctx *c, const struct record_world *w,
                      int64_t *done)
{
    struct reminding *all;
    size_t n;

    TRY(reminded_now(c, w, &all, &n));
    for (size_t i = 0; i < n; i++) {
        err e = store_write(c, w->store, remind, &all[i]);

        if (e != E_OK)
            LOG(LOG_ERROR, "record", "remind_failed",
                LOG_LIT("why", err_name(e)));
        *done += e == E_OK;
    }
    return E_OK;
}

err record_tick(struct ctx *c, const struct record_world *w, int64_t *done)
{
    str *numbers;
    size_t n;

    *done = 0;
    TRY(lapsed_now(c, w, &numbers, &n));
    for (size_t i = 0; i < n; i++) {
        struct lapsing u = {.w = w, .number = numbers[i]};
        err e = store_write(c, w->store, lapse, &u);

        /* One bad record must not stop the timers of all. */
        if (e != E_OK)
            LOG(LOG_ERROR, "record", "lapse_failed",
                LOG_LIT("why", err_name(e)));
        *done += e == E_OK && u.done;
    }
    return remind_all(c, w, done);
}
