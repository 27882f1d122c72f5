/* SPDX-License-Identifier: EUPL-1.2 */
/* The times of a record: what entering a state makes of them, what another
 * calendar does, and how each date was found. */
#include "record/record_priv.h"

/* An event's time has whole seconds, a context's has more: a date counted from
 * one or the other is the same date. */
#define SAME_DATE TIME_MINUTE

static int64_t due_or_none(struct ctx *c, const struct record_world *w,
                           struct city_span s, int64_t from)
{
    return s.unit == CITY_NONE || from == 0
               ? 0
               : city_due(c, w->city, s, from, NULL);
}

/* A promise goes on with the working time that was left when it stopped. */
static int64_t resumed(const struct record_world *w, int64_t promise,
                       int64_t paused, int64_t now)
{
    if (promise <= paused)
        return promise; /* what was late stays late */
    return city_after_work(w->city, now, city_worked(w->city, paused, promise));
}

/* The promise of what was opened again. */
static int64_t again(struct ctx *c, const struct record_world *w,
                     const struct app *a, int64_t due, int64_t now)
{
    return a->registry == NULL ? due : due_or_none(c, w, a->promise, now);
}

/* ---- entering ----------------------------------------------------- */

static bool stays(const struct record_entering *in)
{
    return in->was != NULL && str_eq(in->was->r.state, in->to->key);
}

/* What leaves its end again is given another time: a register's entry that of
 * the whole, an objection that of its state. What was in time stays so. */
static bool begins_anew(const struct record_entering *in)
{
    return in->was != NULL && in->was->r.ended != 0 && in->to->end.n == 0;
}

static bool has_spoken(const struct record_entering *in)
{
    return in->silent ||
           (in->was != NULL && in->was->r.silent != 0 && !begins_anew(in));
}

/* Silence is that about the first promise: an objection has the deadline of its
 * own state, and what the flow says of that. */
static bool reopened(const struct record_entering *in)
{
    if (in->app->registry != NULL)
        return false;
    for (size_t i = 0; i < in->n_events; i++) {
        const struct ledger_event *e = &in->events[i];
        const struct app_state *from =
            app_state(in->app, ledger_fact(e, "from"));
        const struct app_state *to =
            app_state(in->app, ledger_fact(e, "state"));

        if (from != NULL && to != NULL && from->end.n > 0 && to->end.n == 0)
            return true;
    }
    return begins_anew(in);
}

static bool speaks(const struct record_entering *in,
                   const struct record_times *t)
{
    return in->app->on_silence != APP_SILENCE_NONE && !has_spoken(in) &&
           !reopened(in) && t->paused == 0 && in->to->end.n == 0;
}

/* Escalated once a state: whoever stays there after it does not do so again.*/
static int64_t escalates(struct ctx *c, const struct record_world *w,
                         const struct record_entering *in, int64_t due)
{
    bool over = in->above.n > 0 || (stays(in) && in->was->escalate == 0);

    return over ? 0 : due_or_none(c, w, in->to->escalate_after, due);
}

static struct record_times staying(struct ctx *c, const struct record_world *w,
                                   const struct record_entering *in)
{
    const struct record *r = &in->was->r;
    struct record_times t = {.due = r->due,
                             .promise = r->promise,
                             .paused = r->paused,
                             .lapse = r->lapse,
                             .wait = in->was->waited};

    if (in->action == NULL || in->action->extends.unit == CITY_NONE)
        return t;
    t.due = due_or_none(c, w, in->action->extends, t.due);
    t.promise = due_or_none(c, w, in->action->extends, t.promise);
    return t;
}

static struct record_times moving(struct ctx *c, const struct record_world *w,
                                  const struct record_entering *in)
{
    const struct record_full *was = in->was;
    bool told = in->due.unit != CITY_NONE;
    bool lapses = in->to->lapse_to.n > 0;
    struct record_times t = {
        .due = due_or_none(c, w, told ? in->due : in->to->within, c->now),
        .lapse = due_or_none(
            c, w, told && lapses ? in->due : in->to->lapse_after, c->now),
        /* What ends as it begins is promised nothing more. */
        .promise = was != NULL ? was->r.promise
                   : in->to->end.n > 0
                       ? 0
                       : due_or_none(c, w, in->app->promise, c->now),
        .paused = in->to->stopped ? c->now : 0,
        .wait = was == NULL ? 0 : was->waited,
    };

    if (was == NULL)
        return t;
    if (was->r.paused == 0 && was->r.ended == 0)
        t.wait += city_worked(w->city, was->r.entered, c->now);
    if (was->r.paused != 0 && in->to->stopped)
        t.paused = was->r.paused;
    if (was->r.paused != 0 && !in->to->stopped && t.promise != 0)
        t.promise = resumed(w, t.promise, was->r.paused, c->now);
    if (!begins_anew(in))
        return t;
    t.promise = again(c, w, in->app, t.due, c->now);
    if (in->app->registry != NULL)
        t.wait = 0;
    return t;
}

/* `lapses: {at: ...}`: when the last day is over. An act that stays in the
 * state and changes the form counts it anew. */
static err lapse_by_form(struct ctx *c, const struct record_world *w,
                         const struct record_entering *in,
                         struct record_times *t)
{
    bool same = stays(in);
    struct app_seen seen = {.entered =
                                time_local(same ? in->was->r.entered : c->now,
                                           city_offset(w->city), NULL)};
    struct app_setting with = {.city = w->city, .seen = &seen};
    struct date last;

    if (in->to->lapse_at == NULL || (same && !in->changed))
        return E_OK;
    TRY(app_lapse_day(c, in->app, &with, in->form, in->to, &last));
    t->lapse = time_instant(last, TIME_DAY - TIME_SECOND, city_offset(w->city));
    return E_OK;
}

err record_times_of(struct ctx *c, const struct record_world *w,
                    const struct record_entering *in, struct record_times *t)
{
    *t = stays(in) ? staying(c, w, in) : moving(c, w, in);
    t->silence = speaks(in, t) ? t->promise : 0;
    t->escalate = escalates(c, w, in, t->due);
    return lapse_by_form(c, w, in, t);
}

/* ---- superiors ---------------------------------------------------- */

/* The office where somebody holds the duty: the record's own, or where that
 * duty is its own already, the one above; and so on upwards. What waits for
 * several offices at once has its app's. */
static err superior_of(struct ctx *c, const struct record_world *w,
                       struct conn *on, const struct record_entering *in,
                       const struct record_place *p, str duty, str *office)
{
    const struct city_office *o =
        p->office.n > 0
            ? city_office(w->city, p->office)
            : city_office_for(w->city, in->app->function, p->region);
    size_t n = 0;

    if (o != NULL && str_eq(p->duty, duty) && o->parent.n > 0)
        o = city_office(w->city, o->parent);
    *office = o == NULL ? STR("") : o->key;
    while (o != NULL) {
        struct city_officer *all;

        TRY(city_holders(c, on, o->key, duty, &all, &n));
        if (n > 0) {
            *office = o->key;
            return E_OK;
        }
        o = o->parent.n == 0 ? NULL : city_office(w->city, o->parent);
    }
    return E_OK;
}

/* Who has been silent stays in the head's sight, in whatever state, until the
 * record ends. What a state escalated is over with the state. */
static str superior_duty(const struct record_entering *in)
{
    const struct record *was = in->was == NULL ? NULL : &in->was->r;
    bool lifted =
        was != NULL && has_spoken(in) &&
        (was->above.n > 0 || in->app->on_silence == APP_SILENCE_ESCALATE);

    if (in->to->end.n > 0)
        return STR("");
    if (in->above.n > 0)
        return in->above;
    return lifted ? STR("head") : STR("");
}

static bool kept_times(const struct record_full *was)
{
    return was != NULL && (was->silence != 0 || was->r.silent != 0 ||
                           was->escalate != 0 || was->r.above.n > 0);
}

err record_say_time(struct ctx *c, const struct record_world *w,
                    struct conn *on, const struct record_entering *in,
                    const struct record_place *p, const struct record_times *t,
                    struct ledger_event *e)
{
    str duty = superior_duty(in), office = STR("");
    int64_t silent = in->silent                           ? c->now
                     : in->was == NULL || begins_anew(in) ? 0
                                                          : in->was->r.silent;

    if (stays(in) && in->above.n == 0) {
        office = in->was->r.above;
        duty = in->was->r.above_duty;
    } else if (duty.n > 0 && (p->office.n > 0 || in->to->n_branches > 0)) {
        TRY(superior_of(c, w, on, in, p, duty, &office));
    }
    if (t->silence == 0 && t->escalate == 0 && silent == 0 && office.n == 0 &&
        !kept_times(in->was))
        return E_OK;
    ledger_say_time(c, e, "silence", t->silence);
    ledger_say_time(c, e, "silent", silent);
    ledger_say_time(c, e, "escalate", t->escalate);
    ledger_say(c, e, "above", office);
    ledger_say(c, e, "above_duty", office.n == 0 ? STR("") : duty);
    return E_OK;
}

/* ---- by another calendar ------------------------------------------ */

/* The action that an event tells of, or NULL. */
static const struct app_action *action_of(const struct app *a,
                                          const struct ledger_event *e)
{
    const struct app_state *from = app_state(a, ledger_fact(e, "from"));

    return from == NULL ? NULL : app_action(from, ledger_fact(e, "act"));
}

static bool extends(const struct app *a, const struct ledger_event *e)
{
    const struct app_action *x = action_of(a, e);

    return x != NULL && x->extends.unit != CITY_NONE;
}

/* One walk over a record's events finds its dates, and tells of each step. */
struct walk {
    const struct record_world *w;
    const struct app *a;
    int64_t due, promise, lapse, paused, entered;
    int64_t still; /* since when it is restricted; 0: it is not */
    str state;
    bool ended;
    struct buf *why_due, *why_promise; /* NULL: nobody asks */
};

static int64_t told(struct ctx *c, const struct walk *k, struct city_span s,
                    int64_t from, const char *how, struct buf *b)
{
    str why = STR("");
    int64_t due;

    if (s.unit == CITY_NONE || from == 0)
        return 0;
    due = city_due(c, k->w->city, s, from, b == NULL ? NULL : &why);
    if (b != NULL)
        buf_fmt(b, "%s%s%.*s", b->n > 0 ? "\n" : "", how, STR_ARG(why));
    return due;
}

static void say_stood(struct ctx *c, const struct walk *k, struct buf *b,
                      int64_t from, int64_t to, int64_t until)
{
    buf_fmt(b,
            say(c, "\nBerhenti dari %s sampai %s; menjadi %s.",
                "\nStood still from %s to %s; now until %s."),
            city_show_time(c, k->w->city, from).p,
            city_show_time(c, k->w->city, to).p,
            city_show_time(c, k->w->city, until).p);
}

static void resume(struct ctx *c, struct walk *k, int64_t now)
{
    int64_t was = k->paused;

    k->paused = 0;
    if (k->promise == 0)
        return;
    k->promise = resumed(k->w, k->promise, was, now);
    if (k->why_promise != NULL)
        say_stood(c, k, k->why_promise, was, now, k->promise);
}

static void walk_again(struct ctx *c, struct walk *k,
                       const struct app_state *to, int64_t now)
{
    struct city_span s = k->a->registry == NULL ? to->within : k->a->promise;

    if (k->why_promise != NULL)
        k->why_promise->n = 0;
    k->promise = told(c, k, s, now, "", k->why_promise);
}

static void walk_in(struct ctx *c, struct walk *k, const struct ledger_event *e,
                    const struct app_state *to)
{
    k->state = to->key;
    k->entered = e->time;
    if (k->why_due != NULL)
        k->why_due->n = 0;
    k->due = k->lapse = 0;
    /* Of a record that a link opened, the link may have said the dates. */
    if (ledger_fact(e, "link").p == NULL) {
        k->due = told(c, k, to->within, e->time, "", k->why_due);
        k->lapse = told(c, k, to->lapse_after, e->time, "", NULL);
    }
    if (k->ended && to->end.n == 0)
        walk_again(c, k, to, e->time);
    k->ended = to->end.n > 0;
    if (k->paused != 0 && !to->stopped)
        resume(c, k, e->time);
    else if (k->paused == 0 && to->stopped)
        k->paused = e->time;
}

/* Nobody could act on it meanwhile: all its dates go on with what was left. */
static void walk_lifted(struct ctx *c, struct walk *k, int64_t now)
{
    int64_t since = k->still;

    k->still = 0;
    k->due = k->due == 0 ? 0 : resumed(k->w, k->due, since, now);
    k->lapse = k->lapse == 0 ? 0 : resumed(k->w, k->lapse, since, now);
    if (k->why_due != NULL && k->due != 0)
        say_stood(c, k, k->why_due, since, now, k->due);
    if (k->paused != 0 || k->promise == 0)
        return; /* what is paused goes on later anyhow */
    k->promise = resumed(k->w, k->promise, since, now);
    if (k->why_promise != NULL)
        say_stood(c, k, k->why_promise, since, now, k->promise);
}

/* Does the event restrict the record (*since is then set), or lift that? */
static bool stands(const struct ledger_event *e, int64_t *since, bool *lifts)
{
    str act = ledger_fact(e, "act");

    *lifts = false;
    if (!str_eq(ledger_fact(e, "reason"), STR(RECORD_RESTRICTION)))
        return false;
    if (str_eq(act, STR("record.held")))
        *since = e->time;
    *lifts = str_eq(act, STR("record.freed")) && *since != 0;
    return true;
}

static bool walk_still(struct ctx *c, struct walk *k,
                       const struct ledger_event *e)
{
    bool lifts, is = stands(e, &k->still, &lifts);

    if (lifts)
        walk_lifted(c, k, e->time);
    return is;
}

int64_t record_due_stood(const struct record_world *w,
                         const struct ledger_event *events, size_t n,
                         int64_t entered, int64_t due)
{
    int64_t since = 0;
    bool lifts;

    for (size_t i = 0; i < n && due != 0; i++) {
        if (events[i].time < entered || !stands(&events[i], &since, &lifts) ||
            !lifts)
            continue;
        due = resumed(w, due, since, events[i].time);
        since = 0;
    }
    return due;
}

static void walk_on(struct ctx *c, struct walk *k, const struct ledger_event *e)
{
    const struct app_state *to = app_state(k->a, ledger_fact(e, "state"));
    const struct app_action *x = action_of(k->a, e);
    const char *more = say(c, "Diperpanjang ", "Extended by ");

    if (walk_still(c, k, e) || to == NULL)
        return; /* an assignment moves nothing */
    if (k->state.n == 0)
        k->promise = told(c, k, k->a->promise, e->time, "", k->why_promise);
    if (!str_eq(k->state, to->key)) {
        walk_in(c, k, e, to);
    } else if (x != NULL && x->extends.unit != CITY_NONE) {
        k->due = told(c, k, x->extends, k->due, more, k->why_due);
        k->promise = told(c, k, x->extends, k->promise, more, k->why_promise);
    }
}

static void walk(struct ctx *c, struct walk *k,
                 const struct ledger_event *events, size_t n)
{
    k->state = STR("");
    for (size_t i = 0; i < n; i++)
        walk_on(c, k, &events[i]);
}

/* Later is later. Earlier is earlier, but nobody is late by a change of the
 * calendar who was not before. */
int64_t record_due_moved(int64_t was, int64_t now_due, int64_t now)
{
    if (was == 0 || now_due == 0)
        return was;
    if (now_due < was && now_due < now)
        now_due = was < now ? was : now;
    if (now_due - was < SAME_DATE && was - now_due < SAME_DATE)
        return was;
    return now_due;
}

struct record_times
record_times_anew(struct ctx *c, const struct record_world *w,
                  const struct app *a, const struct record_full *was,
                  const struct ledger_event *events, size_t n)
{
    const struct record *r = &was->r;
    const struct app_state *s = app_state(a, r->state);
    struct walk k = {.w = w, .a = a};
    struct record_times t = {.paused = r->paused, .wait = was->waited};

    walk(c, &k, events, n);
    t.due = record_due_moved(r->due, k.due, c->now);
    t.promise = record_due_moved(r->promise, k.promise, c->now);
    t.lapse = k.lapse > r->lapse ? record_due_moved(r->lapse, k.lapse, c->now)
                                 : r->lapse;
    t.silence = was->silence == 0 ? 0 : t.promise;
    t.escalate = was->escalate == 0 || s == NULL
                     ? 0
                     : due_or_none(c, w, s->escalate_after, t.due);
    return t;
}

/* ---- how it was found --------------------------------------------- */

static str ended_with(struct ctx *c, const struct record_world *w,
                      struct buf *b, int64_t found, int64_t is)
{
    if (is == 0 || b->n == 0)
        return STR("");
    if (found - is >= SAME_DATE || is - found >= SAME_DATE)
        buf_fmt(b, say(c, "\nBerlaku: %s.", "\nWhat holds: %s."),
                city_show_time(c, w->city, is).p);
    return buf_str(b);
}

void record_explain(struct ctx *c, const struct record_world *w,
                    const struct app *a, const struct record *r,
                    const struct ledger_event *events, size_t n, str *due,
                    str *promise)
{
    struct buf for_due = buf_new(c, 1 << 16), whole = buf_new(c, 1 << 16);
    struct walk k = {
        .w = w, .a = a, .why_due = &for_due, .why_promise = &whole};

    walk(c, &k, events, n);
    *due = ended_with(c, w, &for_due, k.due, r->due);
    *promise = ended_with(c, w, &whole, k.promise, r->promise);
}

/* ---- too late ----------------------------------------------------- */

/* The last moment of the day on which a span ends. */
static int64_t last_moment(const struct record_world *w, int64_t due)
{
    int offset = city_offset(w->city);
    int64_t day = time_days(time_local(due, offset, NULL));

    return time_instant(time_date(day + 1), 0, offset) - 1;
}

static bool extended(const struct app *a, const struct ledger_event *events,
                     size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (extends(a, &events[i]))
            return true;
    return false;
}

str record_too_late(struct ctx *c, const struct record_world *w,
                    const struct app *a, const struct record *r,
                    const struct ledger_event *events, size_t n,
                    const struct app_action *x)
{
    str why = STR("");

    if (x->extends.unit != CITY_NONE && extended(a, events, n))
        return str_of(say(c, "Waktu hanya dapat diperpanjang satu kali.",
                          "The time can be extended only once."));
    if (x->until.unit == CITY_NONE ||
        c->now <=
            last_moment(w, city_due(c, w->city, x->until, r->entered, &why)))
        return STR("");
    return arena_fmt(c->mem,
                     say(c, "Batas waktunya sudah lewat: %.*s",
                         "The time limit has passed: %.*s"),
                     STR_ARG(why));
}
