/* SPDX-License-Identifier: EUPL-1.2 */
/* What a state decides when a record enters it: place, deadlines, who. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

struct app_setting record_setting(const struct record_world *w,
                                  const struct app_form *person)
{
    return (struct app_setting){.city = w->city, .person = person};
}

err record_app(struct ctx *c, const struct record_world *w, struct conn *on,
               const struct record *r, const struct app **out)
{
    return app_frozen(c, on, w->apps, w->city, r->app, r->tree, r->overlay,
                      out);
}

void record_say_right(struct ctx *c, struct ledger_event *e,
                      const struct city_right *right)
{
    if (right->duty.duty.n == 0 || right->own)
        return;
    ledger_say(c, e, "as", right->absent == 0 ? STR("plt") : STR("plh"));
    if (right->absent != 0)
        ledger_say(c, e, "for", city_pseudonym(c, right->absent));
}

bool record_right_of(const struct ledger_event *e, struct city_right *out)
{
    str as = ledger_fact(e, "as");

    *out = (struct city_right){.absent = str_eq(as, STR("plh"))};
    return as.n > 0;
}

bool record_at_hand(const struct ledger_event *e)
{
    return str_eq(ledger_fact(e, "for"), STR("resident"));
}

bool record_acted(const struct ledger_event *events, size_t n, str pseudonym,
                  const str *states, size_t n_states)
{
    if (pseudonym.n == 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (str_eq(ledger_fact(&events[i], "by"), pseudonym) &&
            str_among(ledger_fact(&events[i], "from"), states, n_states) >= 0)
            return true;
    return false;
}

/* ---- place -------------------------------------------------------- */

const struct city_office *record_office_for(const struct record_world *w,
                                            const struct app *a,
                                            const struct app_form *form,
                                            str function, str region)
{
    str own =
        str_eq(function, STR("own-office")) ? app_own_office(a, form) : STR("");

    return own.n > 0 ? city_office(w->city, own)
                     : city_office_for(w->city, function, region);
}

str record_filer(const struct app *a, const struct ledger_event *events,
                 size_t n)
{
    str by = n == 0 || a->filed_by != APP_BY_OFFICER
                 ? STR("")
                 : ledger_fact(&events[0], "by");

    return by.p == NULL ? STR("") : by;
}

static str filer_of(const struct record_entering *in)
{
    return in->filer.n > 0 ? in->filer
                           : record_filer(in->app, in->events, in->n_events);
}

/* Is there somebody at this office who has not acted in the states that the
 * four eyes exclude? */
static err somebody_else(struct ctx *c, struct conn *on,
                         const struct record_entering *in, str office, str duty,
                         bool *is)
{
    struct city_officer *all;
    size_t n;

    TRY(city_holders(c, on, office, duty, &all, &n));
    *is = false;
    for (size_t i = 0; i < n && !*is; i++)
        *is = !str_eq(all[i].pseudonym, filer_of(in)) &&
              (in->to->n_four_eyes == 0 ||
               !str_eq(all[i].pseudonym, in->actor)) &&
              !record_acted(in->events, in->n_events, all[i].pseudonym,
                            in->to->four_eyes, in->to->n_four_eyes);
    return E_OK;
}

/* Above the head of an office that stands below no other is the regional
 * secretary. */
static err top(struct ctx *c, const struct record_world *w, struct conn *on,
               const struct record_entering *in, struct record_place *p)
{
    static const str function = STR_INIT("head-of-region"),
                     duty = STR_INIT("secretary");
    const struct city_office *o = city_office_for(w->city, function, p->region);
    bool found = false;

    if (o != NULL)
        TRY(somebody_else(c, on, in, o->key, duty, &found));
    if (found)
        *p = (struct record_place){o->key, function, duty, p->region};
    return E_OK;
}

/* Where four eyes lack a second person, the act goes to the parent office,
 * never through. */
static err climb(struct ctx *c, const struct record_world *w, struct conn *on,
                 const struct record_entering *in, struct record_place *p)
{
    const struct city_office *o = city_office(w->city, p->office);
    bool found = in->to->n_four_eyes == 0 && filer_of(in).n == 0;

    while (!found && o != NULL) {
        TRY(somebody_else(c, on, in, o->key, p->duty, &found));
        if (found)
            p->office = o->key;
        else
            o = o->parent.n == 0 ? NULL : city_office(w->city, o->parent);
    }
    return found || filer_of(in).n == 0 ? E_OK : top(c, w, on, in, p);
}

err record_place_of(struct ctx *c, const struct record_world *w,
                    struct conn *on, const struct record_entering *in,
                    const struct app_who *who, struct record_place *p)
{
    struct app_route route = app_who(in->app, who, in->form);
    const struct city_office *o;

    *p = (struct record_place){STR(""), STR(""), STR(""),
                               app_region(in->app, in->form)};
    if (p->region.p == NULL)
        p->region = STR("");
    if (who->resident || who->system || route.function.n == 0)
        return E_OK;
    o = record_office_for(w, in->app, in->form, route.function, p->region);
    if (o == NULL)
        return fail(c, E_REFUSED,
                    say(c,
                        "Fungsi %.*s belum dipetakan ke perangkat daerah "
                        "untuk tempat ini.",
                        "The function %.*s is not mapped to an office for "
                        "this place."),
                    STR_ARG(route.function));
    p->office = o->key;
    p->function = route.function;
    p->duty = route.duty;
    return climb(c, w, on, in, p);
}

/* ---- entering ----------------------------------------------------- */

err record_enter(struct ctx *c, const struct record_world *w, struct conn *tx,
                 const struct record_entering *in, struct ledger_event *e)
{
    static const struct app_who nobody = {.system = true};
    const struct city_office *o;
    struct record_times t;
    struct record_place p;
    int64_t branches;

    TRY(record_times_of(c, w, in, &t));
    TRY(record_say_entry(c, w, tx, in, e));
    record_say_reminds(c, w, in, t.lapse, e);
    /* Where branches wait, the record itself waits for nobody. */
    TRY(record_place_of(c, w, tx, in,
                        in->to->n_branches > 0 ? &nobody : &in->to->who, &p));
    TRY(record_say_branches(c, w, tx, in, e, &branches));
    if (t.due == 0 && branches > 0)
        t.due = branches;
    ledger_say(c, e, "state", in->to->key);
    ledger_say(c, e, "office", p.office);
    ledger_say(c, e, "function", p.function);
    ledger_say(c, e, "duty", p.duty);
    ledger_say(c, e, "region", p.region);
    ledger_say_time(c, e, "due", t.due);
    ledger_say_time(c, e, "promise", t.promise);
    ledger_say_time(c, e, "paused", t.paused);
    ledger_say_time(c, e, "lapse", t.lapse);
    ledger_say_i64(c, e, "wait", t.wait);
    ledger_say(c, e, "result", in->to->end);
    if (in->to->frozen)
        record_say_frozen(c, in->form, e);
    TRY(record_say_time(c, w, tx, in, &p, &t, e));
    /* The office that acted is public; at submission, the one that receives. */
    o = city_office(w->city, in->was != NULL && in->was->r.office.n > 0
                                 ? in->was->r.office
                                 : p.office);
    e->office = city_office_public(w->city, o);
    return E_OK;
}

/* ---- who ---------------------------------------------------------- */

err record_at_counter(struct ctx *c, struct conn *on,
                      const struct record_actor *actor, bool *is)
{
    struct city_right *all;
    size_t n;

    *is = false;
    if (actor->role != RECORD_OFFICER ||
        !str_eq(actor->channel, STR("counter")))
        return E_OK;
    TRY(city_rights(c, on, actor->officer, &all, &n));
    for (size_t i = 0; i < n; i++)
        *is |= str_eq(all[i].duty.duty, STR("desk"));
    return E_OK;
}

/* The way of one actor to one action: *why stays empty where it is free. */
struct way {
    const struct record_world *w;
    struct conn *on;
    const struct record *r;
    const struct app *app;
    const struct app_state *state;
    const struct record_actor *actor;
    const struct ledger_event *events;
    size_t n_events;
    struct app_form form;
    const struct record_branch *branch; /* for which it would be, or NULL */
    str still; /* why nobody acts on it now, or empty */
};

static bool own_filing(const struct way *y, str who)
{
    str filer = record_filer(y->app, y->events, y->n_events);

    return filer.n > 0 && str_eq(filer, who);
}

static err resident_way(struct ctx *c, const struct way *y, str *why)
{
    bool counter;

    if (y->app->filed_by == APP_BY_OFFICER) {
        if (y->actor->role != RECORD_OFFICER ||
            !own_filing(y, y->actor->pseudonym))
            *why = str_of(say(c, "Langkah ini menunggu yang mengajukannya.",
                              "This step waits for whoever filed it."));
        return E_OK;
    }
    TRY(record_at_counter(c, y->on, y->actor, &counter));
    if (counter || (y->actor->role == RECORD_RESIDENT &&
                    str_eq(y->actor->record, y->r->number)))
        return E_OK;
    *why = str_of(say(c, "Langkah ini menunggu pemohon.",
                      "This step waits for the applicant."));
    return E_OK;
}

/* Who acts here: the record's own place where the action is the state's, else
 * where the action's own `who` leads. */
static bool office_of(const struct way *y, const struct app_action *x,
                      struct record_place *p)
{
    struct app_route route = app_who(y->app, &x->who, &y->form);
    struct app_route held = app_who(y->app, &y->state->who, &y->form);
    const struct record_branch *b = y->branch;
    const struct city_office *o;

    if (b != NULL && route.function.n == 0) {
        *p = (struct record_place){b->office, b->function, b->duty,
                                   y->r->region};
        return true;
    }
    /* The state's own duty may have gone up to another office. */
    if (y->r->office.n > 0 && str_eq(route.function, held.function) &&
        str_eq(route.duty, held.duty)) {
        *p = (struct record_place){y->r->office, y->r->function, y->r->duty,
                                   y->r->region};
        return true;
    }
    o = record_office_for(y->w, y->app, &y->form, route.function, y->r->region);
    if (o == NULL)
        return false;
    *p =
        (struct record_place){o->key, route.function, route.duty, y->r->region};
    return true;
}

/* Why four eyes shut this person out, or empty. */
static str acted_before(struct ctx *c, const struct way *y, str who)
{
    if (own_filing(y, who))
        return str_of(say(c,
                          "Anda yang mengajukannya; yang memutuskan haruslah "
                          "orang lain.",
                          "You filed it; somebody else must decide."));
    if (record_acted(y->events, y->n_events, who, y->state->four_eyes,
                     y->state->n_four_eyes))
        return str_of(say(c,
                          "Anda sudah bertindak pada langkah sebelumnya; "
                          "langkah ini memerlukan orang kedua.",
                          "You acted in an earlier step; this one needs a "
                          "second person."));
    if (y->branch != NULL &&
        record_branch_acted(y->events, y->n_events, who, y->state->key))
        return str_of(say(c,
                          "Anda sudah bertindak untuk bagian lain dari langkah "
                          "ini; bagian ini memerlukan orang lain.",
                          "You acted for another part of this step; this part "
                          "needs another person."));
    return STR("");
}

/* Four eyes count persons. Who stands in gets no more than the absent one has:
 * what that one prepared, that one could not decide either. */
static str shut_out(struct ctx *c, const struct way *y,
                    const struct city_right *right)
{
    str why = acted_before(c, y, y->actor->pseudonym);

    if (why.n > 0 || right->own || right->absent == 0 ||
        acted_before(c, y, city_pseudonym(c, right->absent)).n == 0)
        return why;
    return arena_fmt(c->mem,
                     say(c,
                         "%.*s, yang Anda gantikan, sudah bertindak pada "
                         "langkah sebelumnya; langkah ini memerlukan orang "
                         "lain.",
                         "%.*s, for whom you stand in, acted in an earlier "
                         "step; this one needs another person."),
                     STR_ARG(right->name));
}

/* Handed to another by a head, whom this one does not stand in for. */
static err handed_on(struct ctx *c, const struct way *y,
                     const struct city_right *right, str *why)
{
    struct city_officer to;

    if (y->branch != NULL || !str_eq(right->duty.office, y->r->office) ||
        !str_eq(right->duty.duty, y->r->duty))
        return E_OK;
    TRY(record_disposed_to(c, y->on, y->r, &to));
    if (to.id == 0 || to.id == y->actor->officer || to.id == right->absent)
        return E_OK;
    *why = arena_fmt(c->mem,
                     say(c, "Berkas ini didisposisikan kepada %.*s.",
                         "This record was handed to %.*s."),
                     STR_ARG(to.name));
    return E_OK;
}

/* The rights by which this officer may act at the place, or above it. */
static err rights_here(struct ctx *c, const struct way *y,
                       const struct record_place *p, struct city_right **all,
                       size_t *n)
{
    *n = 0;
    if (p->office.n > 0)
        TRY(city_rights_at(c, y->on, y->actor->officer,
                           &(struct city_duty){p->office, p->duty}, all, n));
    if (*n > 0 || y->r->above.n == 0 ||
        (y->branch == NULL && !str_eq(p->office, y->r->office)))
        return E_OK;
    return city_rights_at(c, y->on, y->actor->officer,
                          &(struct city_duty){y->r->above, y->r->above_duty},
                          all, n);
}

static err officer_way(struct ctx *c, const struct way *y,
                       struct record_choice *out)
{
    struct record_place p = {.office = STR("")};
    struct city_right *all;
    size_t n = 0;

    if (y->actor->role == RECORD_OFFICER && office_of(y, out->action, &p))
        TRY(rights_here(c, y, &p, &all, &n));
    out->why = str_of(say(c, "Langkah ini tugas petugas lain.",
                          "This step is another officer's duty."));
    /* His own right first; of several the first that nothing shuts. */
    for (size_t i = 0; i < n && (i == 0 || out->why.n > 0); i++) {
        str why = shut_out(c, y, &all[i]);

        if (why.n == 0)
            TRY(handed_on(c, y, &all[i], &why));
        if (i > 0 && why.n > 0)
            continue;
        out->right = all[i];
        out->why = why;
    }
    return E_OK;
}

/* Since the rows were computed last. */
static bool did(const struct way *y, str act)
{
    for (size_t i = y->n_events; i-- > 0;) {
        if (ledger_fact(&y->events[i], "listed").p != NULL)
            return false;
        if (str_eq(ledger_fact(&y->events[i], "act"), act) &&
            str_eq(ledger_fact(&y->events[i], "by"), y->actor->pseudonym))
            return true;
    }
    return false;
}

/* Whoever the rows name speaks for his own row, once. */
static err listed_way(struct ctx *c, const struct way *y,
                      const struct app_action *x, str *why)
{
    if (y->actor->role != RECORD_OFFICER ||
        !app_is_listed(c, app_population(y->app), &y->form,
                       y->actor->pseudonym))
        *why = str_of(say(c, "Langkah ini untuk pegawai yang ada di daftar.",
                          "This step is for officers whom the list names."));
    else if (did(y, x->key))
        *why = str_of(say(c, "Anda sudah menyampaikannya pada berkas ini.",
                          "You have said so in this record already."));
    return E_OK;
}

static err older_waits(struct ctx *c, const struct way *y, bool *older)
{
    struct rows *rows;

    *older = false;
    if (y->branch != NULL) {
        TRY(ROWS(c, y->on, &record_branch_older, &rows, TXT(y->branch->office),
                 TXT(y->branch->duty), TXT(y->r->app), TXT(y->r->state),
                 TXT(y->branch->branch->key), I64(y->branch->entered),
                 I64(y->r->id), I64(record_due_key(y->branch->due))));
        return store_next(rows, older);
    }
    /* What went to a superior for being late was put first by the clock. */
    if (y->r->ended != 0 || y->r->office.n == 0 || y->r->above.n > 0)
        return E_OK;
    TRY(ROWS(c, y->on, &record_older_waits, &rows, TXT(y->r->office),
             TXT(y->r->duty), TXT(y->r->app), TXT(y->r->state),
             I64(y->r->entered), I64(y->r->id), I64(y->actor->officer),
             I64(record_due_key(y->r->due))));
    return store_next(rows, older);
}

/* What shuts it whoever acts: a gate to another app. */
static err gate_way(struct ctx *c, const struct way *y,
                    const struct app_action *x, str *why)
{
    struct findings shut = {0};

    TRY(record_gates(c, y->w, y->on, y->app, &y->form, y->r->number, x->key,
                     &shut));
    if (shut.n > 0)
        *why = shut.all[0].what;
    return E_OK;
}

static err choose(struct ctx *c, struct way *y, struct record_choice *out)
{
    const struct app_action *x = out->action;

    if (x->who.system) {
        out->why = str_of(say(c, "Langkah ini berjalan sendiri.",
                              "This step happens by itself."));
        return E_OK;
    }
    TRY(x->who.resident ? resident_way(c, y, &out->why)
        : x->who.listed ? listed_way(c, y, x, &out->why)
                        : officer_way(c, y, out));
    return out->why.n > 0 ? E_OK : gate_way(c, y, x, &out->why);
}

struct choices {
    struct record_choice *all;
    size_t n;
};

/* The one paper that comes of a state which is entered whatever is said. */
static const struct app_letter *letter_in(const struct app *a,
                                          const struct app_state *to, str act)
{
    const struct app_letter *l = to == NULL || to->when != NULL
                                     ? NULL
                                     : record_letter_at(a, to->key, act);

    return l != NULL && l->each == NULL ? l : NULL;
}

/* Where officers can only lead on to one state (what is decided waits for its
 * payment), the letter of that. */
static const struct app_letter *letter_beyond(const struct app *a,
                                              const struct app_state *s)
{
    str to = STR("");

    for (size_t i = 0; s != NULL && i < s->n_actions; i++) {
        const struct app_action *x = &s->actions[i];

        if (x->who.resident || x->who.system || x->who.listed)
            continue;
        if (to.n > 0 && !str_eq(to, x->to))
            return NULL;
        to = x->to;
    }
    return to.n == 0 || str_eq(to, s->key)
               ? NULL
               : letter_in(a, app_state(a, to), STR(""));
}

/* Of a branch, which others still follow, none. */
static const struct app_letter *letter_of(const struct way *y,
                                          const struct record_choice *k)
{
    const struct app_state *to = app_state(y->app, k->action->to);
    const struct app_letter *l;

    if (k->branch != NULL || k->why.n > 0)
        return NULL;
    if (to == y->state)
        return letter_in(y->app, to, k->action->key);
    l = letter_in(y->app, to, STR(""));
    return l != NULL ? l : letter_beyond(y->app, to);
}

/* The actions of the state, for one branch where it has some. */
static err choose_all(struct ctx *c, struct way *y,
                      const struct app_setting *with, struct choices *out)
{
    const struct app_branch *b = y->branch == NULL ? NULL : y->branch->branch;
    bool older;

    TRY(older_waits(c, y, &older));
    for (size_t i = 0; i < y->state->n_actions; i++) {
        const struct app_action *x = &y->state->actions[i];
        struct record_choice *one = &out->all[out->n];

        if (!app_action_applies(c, y->app, with, &y->form, x))
            continue;
        *one = (struct record_choice){
            .action = app_action_in(c, x, b), .branch = b, .why = STR("")};
        TRY(choose(c, y, one));
        if (one->why.n == 0)
            one->why = y->still;
        if (one->why.n == 0)
            one->why = record_too_late(c, y->w, y->app, y->r, y->events,
                                       y->n_events, x);
        one->letter = letter_of(y, one);
        one->out_of_turn = older && !x->who.resident && !x->who.listed;
        out->n++;
    }
    return E_OK;
}

err record_choices(struct ctx *c, const struct record_world *w, struct conn *on,
                   const struct record *r, const struct app *a,
                   const struct record_actor *actor, struct record_choice **out,
                   size_t *n)
{
    struct way y = {.w = w, .on = on, .r = r, .app = a, .actor = actor};
    struct app_setting with = record_setting(w, NULL);
    struct ledger_event *events;
    struct record_branch *branches;
    struct record_seen seen;
    struct choices list = {0};
    size_t n_branches;

    y.state = app_state(a, r->state);
    MUST(y.state != NULL);
    TRY(ledger_events_of(c, on, w->ledger, r->number, &events, &y.n_events));
    y.events = events;
    record_fold(c, events, y.n_events, &y.form);
    app_form_whole(c, a, &y.form);
    TRY(record_see(c, w, on, a, r, events, y.n_events, &y.form, &seen));
    with.seen = &seen.seen;
    TRY(record_restricted_why(c, w, on, r, &y.still));
    TRY(record_branches(c, on, y.state, r, &branches, &n_branches));
    list.all = NEWS(c->mem, struct record_choice,
                    y.state->n_actions * (n_branches + 1));
    if (n_branches == 0)
        TRY(choose_all(c, &y, &with, &list));
    for (size_t i = 0; i < n_branches; i++) {
        y.branch = &branches[i];
        if (!branches[i].done)
            TRY(choose_all(c, &y, &with, &list));
    }
    *out = list.all;
    *n = list.n;
    return E_OK;
}

/* ---- out of turn -------------------------------------------------- */

static const struct word reasons[] = {
#define REASON(key, id, en) WORD_ROW(key, id, en)
#include "record/reason.def"
#undef REASON
};
const struct words record_reasons = WORDS_IN(reasons);
