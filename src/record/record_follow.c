/* SPDX-License-Identifier: EUPL-1.2 */
/* What follows by itself when a state is entered: records that links open in
 * other apps, and the steps of states that decide without a person. Each is an
 * event of its own, in the transaction of the act that caused it. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

#define STEPS_MOST 16

struct following {
    const struct record_world *w;
    struct conn *tx;
    const struct record_chain *up;
    struct record_full was;
    const struct app *app;
    const struct app_state *state;
    struct ledger_event *events;
    size_t n_events;
    struct app_form form;
    struct record_seen seen;
    struct app_setting with;
};

bool record_follows(const struct app *a)
{
    bool any = false;

    for (size_t i = 0; i < a->n_links; i++)
        any |= a->links[i].kind == APP_OPENS;
    for (size_t i = 0; i < a->n_states; i++)
        any |= a->states[i].who.system;
    return any;
}

static err read_again(struct ctx *c, struct following *u, str number)
{
    TRY(record_full_find(c, u->tx, number, &u->was));
    TRY(record_app(c, u->w, u->tx, &u->was.r, &u->app));
    u->state = app_state(u->app, u->was.r.state);
    MUST(u->state != NULL);
    TRY(ledger_events_of(c, u->tx, u->w->ledger, number, &u->events,
                         &u->n_events));
    record_fold(c, u->events, u->n_events, &u->form);
    app_form_whole(c, u->app, &u->form);
    TRY(record_see(c, u->w, u->tx, u->app, &u->was.r, u->events, u->n_events,
                   &u->form, &u->seen));
    u->with = record_setting(u->w, NULL);
    u->with.seen = &u->seen.seen;
    return E_OK;
}

/* ---- opening ------------------------------------------------------ */

/* Only what its fields take; what is computed is computed, and what is still
 * missing is asked of whoever its first state waits for. */
static err child_form(struct ctx *c, const struct following *u,
                      const struct app_link *l, const struct app *child,
                      struct app_form *form)
{
    struct app_setting with = record_setting(u->w, NULL);
    struct findings later = {0};
    struct app_form given = {0};

    app_link_values(c, u->app, &u->with, &u->form, l, &given);
    for (size_t i = 0; i < child->n_fields; i++) {
        struct app_pair *pairs;
        size_t n;

        TRY(app_form_raw(c, &child->fields[i], &given, &pairs, &n));
        if (n > 0 && !child->fields[i].computed)
            TRY(app_form_read(c, child, &with, &child->fields[i], 1, pairs, n,
                              form, &later));
    }
    return app_form_finish(c, child, &with, form, &later);
}

err record_number_free(struct ctx *c, struct conn *on, str *number)
{
    bool taken = true;

    for (int i = 0; taken && i < 100; i++) {
        *number = record_number_new(c);
        TRY(record_is_taken(c, on, *number, &taken));
    }
    return E_OK;
}

static err say_child(struct ctx *c, struct following *u,
                     const struct app_link *l, const struct app *child,
                     struct ledger_event *e)
{
    struct record_entering in = {
        .app = child, .to = app_state(child, child->start), .due = l->due};
    struct app_setting with = record_setting(u->w, NULL);
    struct app_form form = {0};
    unsigned char dice[16];
    str number;

    MUST(in.to != NULL);
    TRY(record_number_free(c, u->tx, &number));
    ctx_random(c, dice, sizeof dice);
    record_say_new(
        c, u->w, e, child, STR("record.opened"), number,
        record_code_of(c, u->w, (str){(const char *)dice, sizeof dice}));
    ledger_say(c, e, "by", STR("system"));
    ledger_say(c, e, "reference", u->was.r.number);
    ledger_say(c, e, "link", l->key);
    TRY(child_form(c, u, l, child, &form));
    ledger_say_i64(c, e, "charge", 0);
    record_say_form(c, e, child, &form);
    in.form = &form;
    TRY(record_arrive(c, child, &with, &form, &in.to));
    return record_enter(c, u->w, u->tx, &in, e);
}

static bool in_chain(const struct record_chain *up, str app)
{
    for (; up != NULL; up = up->up)
        if (str_eq(up->app, app))
            return true;
    return false;
}

static err open_one(struct ctx *c, struct following *u,
                    const struct app_link *l)
{
    const struct app_entry *there = app_catalogue_find(u->w->apps, l->app);
    struct record_chain chain = {u->up, u->app->id};
    struct ledger_event e = {.class = LEDGER_CASE};
    str letter = STR("");

    if (there == NULL || !there->open || there->app == NULL ||
        in_chain(&chain, l->app))
        return E_OK; /* the chain ends here */
    TRY(say_child(c, u, l, there->app, &e));
    TRY(ledger_append(c, u->tx, u->w->ledger, &e));
    return record_follow(c, u->w, u->tx, e.subject, STR(""), &chain, &letter);
}

static err open_all(struct ctx *c, struct following *u, str from)
{
    for (size_t i = 0; i < u->app->n_links; i++) {
        const struct app_link *l = &u->app->links[i];

        if (l->kind == APP_OPENS && str_eq(l->on, u->state->key) &&
            !str_eq(from, u->state->key))
            TRY(open_one(c, u, l));
    }
    return E_OK;
}

/* ---- deciding ----------------------------------------------------- */

static const struct app_action *decision(struct ctx *c,
                                         const struct following *u)
{
    for (size_t i = 0; i < u->state->n_actions; i++)
        if (app_action_applies(c, u->app, &u->with, &u->form,
                               &u->state->actions[i]))
            return &u->state->actions[i];
    return NULL;
}

static err say_grant(struct ctx *c, struct following *u,
                     const struct app_action *x, struct ledger_event *e)
{
    const struct app_form nothing = {0};

    if (x->grants == NULL)
        return E_OK;
    TRY(app_granted(c, u->app, &u->with, &u->form, &nothing, x,
                    &u->seen.seen.granted));
    ledger_say_i64(c, e, "granted", u->seen.seen.granted);
    return E_OK;
}

static err decide(struct ctx *c, struct following *u, str *letter)
{
    struct record_entering in = {.app = u->app,
                                 .form = &u->form,
                                 .was = &u->was,
                                 .events = u->events,
                                 .n_events = u->n_events,
                                 .actor = STR("")};
    const struct app_action *x = decision(c, u);
    struct ledger_event e = {.class = LEDGER_CASE};

    MUST(x != NULL); /* the last one has no `when` */
    in.to = app_state(u->app, x->to);
    MUST(in.to != NULL);
    TRY(say_grant(c, u, x, &e));
    TRY(record_arrive(c, u->app, &u->with, &u->form, &in.to));
    e.subject = u->was.r.number;
    e.sensitive = u->app->sensitive;
    ledger_say(c, &e, "act", x->key);
    ledger_say(c, &e, "record", u->was.r.number);
    ledger_say(c, &e, "app", u->was.r.app);
    ledger_say(c, &e, "from", u->state->key);
    ledger_say(c, &e, "by", STR("system"));
    ledger_say_i64(c, &e, "charge", u->was.r.charge);
    TRY(record_enter(c, u->w, u->tx, &in, &e));
    TRY(record_issue(c, u->w, u->tx, u->app, in.to, STR(""), &u->form,
                     u->was.r.number, &e, letter));
    TRY(ledger_append(c, u->tx, u->w->ledger, &e));
    return ledger_fact(&e, "letter").p == NULL
               ? E_OK
               : RUN(c, u->tx, &record_undrawn_add, I64(e.id));
}

err record_follow(struct ctx *c, const struct record_world *w, struct conn *tx,
                  str number, str from, const struct record_chain *up,
                  str *letter)
{
    struct following u = {.w = w, .tx = tx, .up = up};

    for (int i = 0; i < STEPS_MOST; i++) {
        TRY(read_again(c, &u, number));
        if (!record_follows(u.app))
            return E_OK;
        TRY(open_all(c, &u, from));
        if (!u.state->who.system)
            return E_OK;
        from = u.state->key;
        TRY(decide(c, &u, letter));
    }
    return fail(c, E_REFUSED, "%s",
                say(c,
                    "Alur ini memutuskan sendiri terlalu banyak kali berturut-"
                    "turut.",
                    "The flow decides by itself too many times in a row."));
}
