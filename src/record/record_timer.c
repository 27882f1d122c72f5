/* SPDX-License-Identifier: EUPL-1.2 */
/* What happens to a record when nobody acts: it goes to a superior, silence
 * speaks, it lapses. The list of it is below; each is one event. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

#define AT_ONCE 200

struct firing {
    const struct record_world *w;
    const struct timer *timer;
    str number;
    struct record_full was;
    const struct app *app;
    const struct app_state *from;
    struct ledger_event *events;
    size_t n_events;
    struct app_form form;
    struct record_seen seen;
    bool done;
};

/* What one timer makes of a record: the act, where it goes, who is told. */
struct turn {
    const char *act, *cause;
    str to;
    str above;
    bool silent;
};

struct timer {
    const struct query *due;
    int64_t (*at)(const struct record_full *was);
    struct turn (*turn)(const struct firing *u);
};

/* ---- lapsing ------------------------------------------------------ */

static int64_t lapses_at(const struct record_full *was)
{
    return was->r.lapse;
}

static struct turn lapse(const struct firing *u)
{
    return (struct turn){.act = "lapse", .to = u->from->lapse_to};
}

/* ---- going to a superior ------------------------------------------ */

static int64_t escalates_at(const struct record_full *was)
{
    return was->escalate;
}

static struct turn escalate(const struct firing *u)
{
    return (struct turn){.act = "record.escalated",
                         .cause = "deadline",
                         .to = u->from->key,
                         .above = u->from->escalate_to};
}

/* ---- silence ------------------------------------------------------ */

static int64_t speaks_at(const struct record_full *was)
{
    return was->silence;
}

/* That silence grants, the app's law says and the city has agreed to; even then
 * it leads to a head who must say so. */
static struct turn be_silent(const struct firing *u)
{
    struct turn t = {.act = "record.silent",
                     .cause = "promise",
                     .to = u->from->key,
                     .silent = true};

    if (u->app->on_silence == APP_SILENCE_REFUSE) {
        t.act = "record.silence_refused";
        t.to = u->app->silent_to;
    } else if (u->app->on_silence == APP_SILENCE_GRANT &&
               city_silence_grants(u->w->city, u->app->id)) {
        t.act = "record.silence_granted";
        t.to = u->app->silent_to;
    } else {
        t.above = STR("head");
    }
    return t;
}

/* What leads away comes last: of what lapses it was said that it was late. */
static const struct timer timers[] = {
    {&record_escalated, escalates_at, escalate},
    {&record_silent, speaks_at, be_silent},
    {&record_lapsed, lapses_at, lapse},
};

/* ---- one record --------------------------------------------------- */

static err look(struct ctx *c, struct conn *tx, struct firing *u)
{
    TRY(record_app(c, u->w, tx, &u->was.r, &u->app));
    u->from = app_state(u->app, u->was.r.state);
    MUST(u->from != NULL);
    TRY(ledger_events_of(c, tx, u->w->ledger, u->number, &u->events,
                         &u->n_events));
    record_fold(c, u->events, u->n_events, &u->form);
    return record_see(c, u->w, tx, u->app, &u->was.r, u->events, u->n_events,
                      &u->form, &u->seen);
}

/* Who goes elsewhere passes by the states that are not entered. */
static err arrive(struct ctx *c, struct firing *u, const struct turn *t,
                  struct record_entering *in)
{
    struct app_setting with = record_setting(u->w, NULL);

    in->to = app_state(u->app, t->to);
    MUST(in->to != NULL);
    if (in->to == u->from)
        return E_OK;
    with.seen = &u->seen.seen;
    return record_arrive(c, u->app, &with, &u->form, &in->to);
}

static err say_turn(struct ctx *c, struct conn *tx, struct firing *u,
                    const struct turn *t, struct ledger_event *e, str *letter)
{
    struct record_entering in = {.app = u->app,
                                 .form = &u->form,
                                 .was = &u->was,
                                 .events = u->events,
                                 .n_events = u->n_events,
                                 .actor = STR(""),
                                 .silent = t->silent,
                                 .above = t->above};

    TRY(arrive(c, u, t, &in));
    e->subject = u->number;
    e->sensitive = u->app->sensitive;
    ledger_say(c, e, "act", str_of(t->act));
    ledger_say(c, e, "record", u->number);
    ledger_say(c, e, "app", u->was.r.app);
    ledger_say(c, e, "by", STR("system"));
    ledger_say(c, e, "from", u->from->key);
    ledger_say_i64(c, e, "charge", u->was.r.charge);
    if (t->cause != NULL)
        ledger_say(c, e, "cause", str_of(t->cause));
    TRY(record_enter(c, u->w, tx, &in, e));
    if (in.to == u->from)
        return E_OK;
    return record_issue(c, u->w, tx, u->app, in.to, STR(""), &u->form,
                        u->number, e, letter);
}

static err fire(struct ctx *c, struct conn *tx, void *arg)
{
    struct firing *u = arg;
    struct ledger_event e = {.class = LEDGER_CASE};
    str letter = STR("");
    struct turn t;
    int64_t at;

    TRY(record_full_find(c, tx, u->number, &u->was));
    at = u->timer->at(&u->was);
    if (at == 0 || at > c->now || u->was.r.restricted != 0)
        return E_OK; /* somebody acted meanwhile */
    TRY(look(c, tx, u));
    t = u->timer->turn(u);
    TRY(say_turn(c, tx, u, &t, &e, &letter));
    TRY(ledger_append(c, tx, u->w->ledger, &e));
    u->done = true;
    if (letter.n > 0)
        TRY(RUN(c, tx, &record_undrawn_add, I64(e.id)));
    return record_follows(u->app) && !str_eq(t.to, u->from->key)
               ? record_follow(c, u->w, tx, u->number, u->from->key, NULL,
                               &letter)
               : E_OK;
}

/* ---- all of them -------------------------------------------------- */

static err due_now(struct ctx *c, const struct record_world *w,
                   const struct timer *t, str **out, size_t *n)
{
    struct conn *on;
    struct rows *rows;
    bool more;
    size_t room = 0;
    err e;

    *n = 0, *out = NULL;
    TRY(store_read(c, w->store, &on));
    e = ROWS(c, on, t->due, &rows, I64(c->now), I64(AT_ONCE));
    while (e == E_OK && (e = store_next(rows, &more)) == E_OK && more) {
        ARENA_GROW(c->mem, *out, *n, room);
        (*out)[(*n)++] = store_str(rows, 0);
    }
    store_done(on);
    return e;
}

err record_fire(struct ctx *c, const struct record_world *w, int64_t *done)
{
    for (size_t k = 0; k < COUNT(timers); k++) {
        str *numbers;
        size_t n;

        TRY(due_now(c, w, &timers[k], &numbers, &n));
        for (size_t i = 0; i < n; i++) {
            struct firing u = {
                .w = w, .timer = &timers[k], .number = numbers[i]};
            err e = store_write(c, w->store, fire, &u);

            /* One bad record must not stop the timers of all. */
            if (e != E_OK)
                LOG(LOG_ERROR, "record", "timer_failed",
                    LOG_LIT("why", err_name(e)));
            *done += e == E_OK && u.done;
        }
    }
    return E_OK;
}
