/* SPDX-License-Identifier: EUPL-1.2 */
/* Somebody is told before a record lapses. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

#define AT_ONCE 200

/* In the morning, so many days before; what has gone by is not made up for. */
#define REMIND_AT (8 * TIME_HOUR)

void record_say_reminds(struct ctx *c, const struct record_world *w,
                        const struct record_entering *in, int64_t lapse,
                        struct ledger_event *e)
{
    const struct app_state *was =
        in->was == NULL ? NULL : app_state(in->app, in->was->r.state);
    struct date last = time_local(lapse, city_offset(w->city), NULL);
    struct buf b = buf_new(c, 4096);

    if (in->to->n_reminds == 0 && (was == NULL || was->n_reminds == 0))
        return;
    for (size_t i = 0; lapse != 0 && i < in->to->n_reminds; i++) {
        int64_t at =
            time_instant(time_date(time_days(last) - in->to->reminds[i].n),
                         REMIND_AT, city_offset(w->city));

        if (at > c->now)
            buf_fmt(&b, "%s%.*s", b.n > 0 ? "," : "",
                    STR_ARG(time_show_utc(c, at)));
    }
    ledger_say(c, e, "reminds", buf_str(&b));
}

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
    bool more;
    size_t room = 0;

    *n = 0, *out = NULL;
    TRY(store_read(c, w->store, &on));
    TRY(ROWS(c, on, &record_reminders_due, &rows, I64(c->now), I64(AT_ONCE)));
    while (store_next(rows, &more) == E_OK && more) {
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

err record_remind(struct ctx *c, const struct record_world *w, int64_t *done)
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
