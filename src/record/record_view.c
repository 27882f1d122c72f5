/* SPDX-License-Identifier: EUPL-1.2 */
/* The one gate: what this actor may see of this record. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

struct gate {
    const struct record_world *w;
    struct conn *on;
    const struct record_actor *actor;
    struct record_view *out;
    struct ledger_event *events;
    size_t n_events;
    bool acts; /* holds a duty that the record was at, or audits; or filed it */
    struct app_form before; /* the form up to the event that is looked at */
};

/* ---- proving ------------------------------------------------------ */

/* A record that another opened has no code of its own that anybody knows: it
 * answers to that of the one where all began. */
static err proves_parent(struct ctx *c, const struct record_world *w,
                         struct conn *on, str number, str code, bool *proved)
{
    struct record_full first;
    str eldest;

    TRY(record_eldest(c, on, number, &eldest));
    TRY(record_full_find(c, on, eldest, &first));
    *proved = seal_same_str(record_code_kept(c, w, eldest, code), first.code);
    return E_OK;
}

err record_prove(struct ctx *c, const struct record_world *w, struct conn *on,
                 str number, str code, struct record_actor *actor)
{
    struct record_full full = {.code = STR("")};
    err e = record_full_find(c, on, number, &full);
    str kept = record_code_kept(c, w, number, code);
    bool proved = false;

    if (e != E_OK && e != E_NOT_FOUND)
        return e;
    if (e == E_OK && !seal_same_str(kept, full.code))
        TRY(proves_parent(c, w, on, number, code, &proved));
    if (!seal_same_str(kept, full.code) && !proved)
        return fail(c, E_NOT_FOUND, "%s",
                    say(c,
                        "Nomor dan kode ini tidak cocok. Periksa keduanya "
                        "pada tanda terima.",
                        "This number and code do not belong together. Look "
                        "at both on the receipt."));
    *actor = (struct record_actor){.role = RECORD_RESIDENT,
                                   .level = 1,
                                   .record = number,
                                   .channel = STR("web")};
    return E_OK;
}

/* ---- who is a party ----------------------------------------------- */

static bool passed_through(const struct gate *g, str office)
{
    for (size_t i = 0; i < g->n_events; i++)
        if (str_eq(ledger_fact(&g->events[i], "office"), office) ||
            str_eq(ledger_fact(&g->events[i], "above"), office))
            return true;
    return record_branch_passed(g->events, g->n_events, office);
}

/* An officer of an office that the record is at or came through, or one who
 * audits. */
static err of_its_flow(struct ctx *c, const struct gate *g, bool *is)
{
    struct city_right *all;
    size_t n;

    *is = g->actor->role == RECORD_ARCHIVIST;
    if (g->actor->role != RECORD_OFFICER)
        return E_OK;
    TRY(city_rights(c, g->on, g->actor->officer, &all, &n));
    for (size_t i = 0; i < n; i++)
        *is |= str_eq(all[i].duty.duty, STR("auditor")) ||
               passed_through(g, all[i].duty.office);
    return E_OK;
}

/* Was it at this duty, or is it: by the whole record, a branch, or for being
 * late? */
static bool was_at(const struct gate *g, const struct city_duty *d)
{
    const struct record *r = &g->out->record;
    bool is = str_eq(r->above, d->office) && str_eq(r->above_duty, d->duty);

    for (size_t i = 0; i < g->n_events && !is; i++)
        is = str_eq(ledger_fact(&g->events[i], "office"), d->office) &&
             str_eq(ledger_fact(&g->events[i], "duty"), d->duty);
    for (size_t i = 0; i < g->out->n_branches && !is; i++)
        is = str_eq(g->out->branches[i].office, d->office) &&
             str_eq(g->out->branches[i].duty, d->duty);
    return is;
}

/* Colleagues of the same office are of its flow, but not all act in it. */
static err acts_in_it(struct ctx *c, struct gate *g)
{
    struct city_right *all;
    size_t n;

    g->acts = g->actor->role == RECORD_ARCHIVIST;
    if (g->actor->role != RECORD_OFFICER)
        return E_OK;
    TRY(city_rights(c, g->on, g->actor->officer, &all, &n));
    for (size_t i = 0; i < n; i++)
        g->acts |=
            str_eq(all[i].duty.duty, STR("auditor")) || was_at(g, &all[i].duty);
    return E_OK;
}

/* `mine`: who looks has said it. */
static bool may_see(const struct gate *g, enum app_show show, bool mine)
{
    const struct record_view *v = g->out;

    switch (show) {
    case APP_PUBLIC:
        return v->parties || v->record.restricted == 0;
    case APP_PARTIES:
        return v->parties;
    case APP_OWN:
        return g->acts || mine;
    case APP_OFFICE:
        break;
    }
    return v->office;
}

/* ---- values ------------------------------------------------------- */

struct shown_list {
    struct app_shown *all;
    size_t n, room;
};

static err add_shown(struct ctx *c, const struct gate *g,
                     const struct app_field *d, const struct app_form *form,
                     struct shown_list *list)
{
    struct app_shown *parts;
    size_t n;

    TRY(app_show(c, g->out->app, d, form, &parts, &n));
    TRY(record_show_refs(c, g->w, g->on, g->out->office, parts, n));
    for (size_t i = 0; i < n; i++) {
        ARENA_GROW(c->mem, list->all, list->n, list->room);
        list->all[list->n++] = parts[i];
    }
    return E_OK;
}

/* Is `path` the field's own, or a part of it? */
static bool belongs(str path, str key)
{
    return str_eq(path, key) ||
           (str_starts(path, key) && path.n > key.n && path.p[key.n] == '.');
}

static str own_pseudonym(const struct gate *g)
{
    return g->actor->role == RECORD_OFFICER ? g->actor->pseudonym : STR("");
}

/* Who filed it sees all of it, wherever it is; whom its rows name, his. */
static void know_own(struct ctx *c, struct gate *g)
{
    str filer = record_filer(g->out->app, g->events, g->n_events);
    str me = own_pseudonym(g);
    bool filed = me.n > 0 && str_eq(filer, me);
    struct app_form all;

    g->acts |= filed;
    g->out->own = filed;
    if (filed || me.n == 0 || g->out->app->population == NULL)
        return;
    record_fold(c, g->events, g->n_events, &all);
    g->out->own = app_is_listed(c, app_population(g->out->app), &all, me);
}

static err see_fields(struct ctx *c, struct gate *g)
{
    struct record_view *v = g->out;
    struct shown_list list = {0};
    struct app_form all;

    record_fold(c, g->events, g->n_events, &all);
    for (size_t i = 0; i < v->app->n_fields; i++) {
        const struct app_field *d = &v->app->fields[i];

        if (d->show == APP_OWN && d->type == APP_ROWS && !g->acts)
            app_own_rows(c, d, own_pseudonym(g), &all);
        else if (!may_see(g, d->show, false))
            continue;
        TRY(add_shown(c, g, d, &all, &list));
        for (size_t k = 0; k < all.n; k++)
            if (belongs(all.all[k].path, d->key))
                app_form_set(c, &v->form, all.all[k].path, all.all[k].text);
    }
    v->fields = list.all;
    v->n_fields = list.n;
    return E_OK;
}

/* ---- history ------------------------------------------------------ */

static bool is_own_act(const struct gate *g, const struct ledger_event *e)
{
    str me = own_pseudonym(g);

    return me.n > 0 && str_eq(me, ledger_fact(e, "by"));
}

static err see_needs(struct ctx *c, const struct gate *g,
                     const struct app_action *x, const struct ledger_event *e,
                     struct record_happening *h)
{
    struct shown_list list = {0};
    struct app_form said = {0};
    bool mine = is_own_act(g, e);

    record_facts(c, e, "needs.", &said);
    for (size_t i = 0; i < x->n_needs; i++)
        if (may_see(g, x->needs[i].show, mine))
            TRY(add_shown(c, g, &x->needs[i], &said, &list));
    for (size_t i = 0; i < list.n; i++)
        if (list.all[i].file)
            list.all[i].path = arena_fmt(c->mem, "%" PRId64 ".%.*s", e->id,
                                         STR_ARG(list.all[i].path));
    h->said = list.all;
    h->n_said = list.n;
    return E_OK;
}

static err officer_name(struct ctx *c, const struct gate *g, str by, str *name)
{
    struct city_officer o;
    err e;

    *name = STR("");
    if (!str_starts(by, STR("officer-")))
        return E_OK;
    e = city_officer_by_pseudonym(c, g->on, by, &o);
    if (e == E_OK)
        *name = o.name;
    return e == E_NOT_FOUND ? E_OK : e;
}

/* "Asep Hidayat", and for whom he stood in. */
static err see_officer(struct ctx *c, const struct gate *g,
                       const struct ledger_event *e, str *who)
{
    struct city_right right;

    *who = STR("");
    if (!g->out->office)
        return E_OK;
    TRY(officer_name(c, g, ledger_fact(e, "by"), who));
    if (who->n == 0 || !record_right_of(e, &right))
        return E_OK;
    TRY(officer_name(c, g, ledger_fact(e, "for"), &right.name));
    *who = arena_fmt(c->mem, "%.*s (%.*s)", STR_ARG(*who),
                     STR_ARG(city_right_show(c, &right)));
    return E_OK;
}

/* "Lina Marlina: Pembagian beban kerja", for officers. */
static err see_disposal(struct ctx *c, const struct gate *g,
                        const struct ledger_event *e, str *reason)
{
    str why = words_name(c, &record_disposal_reasons, ledger_fact(e, "reason")),
        to;

    if (why.n == 0 || !g->out->office)
        return E_OK;
    TRY(officer_name(c, g, ledger_fact(e, "officer"), &to));
    *reason = arena_fmt(c->mem, "%.*s: %.*s", STR_ARG(to), STR_ARG(why));
    return E_OK;
}

static str shown_at(const struct app_shown *all, size_t n, str path)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].path, path))
            return all[i].text;
    return STR("");
}

static void add_change(struct ctx *c, struct record_happening *h, size_t *room,
                       str label, str was, str now)
{
    if (str_eq(was, now))
        return;
    ARENA_GROW(c->mem, h->changed, h->n_changed, *room);
    h->changed[h->n_changed++] = (struct record_change){label, was, now};
}

/* One field before and after, part by part. */
static err compare_field(struct ctx *c, const struct app *a,
                         const struct app_field *d,
                         const struct app_form *before,
                         const struct app_form *after,
                         struct record_happening *h, size_t *room)
{
    struct app_shown *was, *now;
    size_t n_was, n_now;

    TRY(app_show(c, a, d, before, &was, &n_was));
    TRY(app_show(c, a, d, after, &now, &n_now));
    for (size_t i = 0; i < n_now; i++)
        add_change(c, h, room, now[i].label, shown_at(was, n_was, now[i].path),
                   now[i].text);
    for (size_t i = 0; i < n_was; i++)
        if (shown_at(now, n_now, was[i].path).n == 0)
            add_change(c, h, room, was[i].label, was[i].text, STR(""));
    return E_OK;
}

/* What this act changed in the form, as far as it may be seen. */
static err see_changes(struct ctx *c, struct gate *g,
                       const struct ledger_event *e, struct record_happening *h)
{
    const struct record_view *v = g->out;
    struct app_form after = {0};
    size_t room = 0;

    record_facts(c, e, "fields.", &after);
    if (after.n == 0)
        return E_OK;
    for (size_t i = 0; g->before.n > 0 && i < v->app->n_fields; i++)
        if (may_see(g, v->app->fields[i].show, false))
            TRY(compare_field(c, v->app, &v->app->fields[i], &g->before, &after,
                              h, &room));
    g->before = after;
    return E_OK;
}

static str office_name(struct ctx *c, const struct gate *g, str key)
{
    const struct city_office *o = city_office(g->w->city, key);

    return o == NULL ? STR("") : city_office_name(c, o);
}

/* What a person asked about the data, and what keeps them: that it was, is the
 * parties' own. */
static bool of_its_data(str act)
{
    return str_starts(act, STR("right.")) ||
           str_starts(act, STR("restriction.")) ||
           str_eq(act, STR("record.held")) || str_eq(act, STR("record.freed"));
}

/* A restriction is told by words of its own: "restriction.held". */
static str act_told(struct ctx *c, const struct ledger_event *e)
{
    str act = ledger_fact(e, "act"), own = STR(RECORD_RESTRICTION);

    if (!str_starts(act, STR("record.")) ||
        (!str_eq(ledger_fact(e, "reason"), own) &&
         !str_eq(ledger_fact(e, "cause"), own)))
        return act;
    return arena_fmt(c->mem, "%.*s.%.*s", STR_ARG(own),
                     STR_ARG(str_slice(act, 7, act.n)));
}

/* Why it was lifted, its person reads too. */
static void see_lifting(struct ctx *c, const struct gate *g,
                        const struct ledger_event *e,
                        struct record_happening *h)
{
    str why = ledger_fact(e, "needs.alasan");

    if (!str_eq(h->act, STR("restriction.freed")) || !g->out->parties ||
        why.n == 0)
        return;
    h->said = NEW(c->mem, struct app_shown);
    h->n_said = 1;
    *h->said = (struct app_shown){.path = STR("alasan"),
                                  .label = str_of(say(c, "Alasan", "Reason")),
                                  .text = why,
                                  .type = APP_LONGTEXT};
}

/* The office that acted is the one that held the record before the act. */
static err see_event(struct ctx *c, struct gate *g, size_t i,
                     struct record_happening *h)
{
    const struct ledger_event *e = &g->events[i];
    const struct app *a = g->out->app;
    const struct app_state *from = app_state(a, ledger_fact(e, "from"));
    const struct app_state *to = app_state(a, ledger_fact(e, "state"));
    const struct app_action *x;
    const struct app_branch *b;

    *h = (struct record_happening){.event = e->id,
                                   .time = e->time,
                                   .act = act_told(c, e),
                                   .state = ledger_fact(e, "state"),
                                   .office = STR(""),
                                   .reason = STR("")};
    h->state_label = to == NULL ? NULL : to->label;
    /* A note that it was taken out of turn moves nothing, and has no office. */
    for (size_t k = i; k-- > 0;)
        if (ledger_fact(&g->events[k], "office").p != NULL) {
            h->office = office_name(c, g, ledger_fact(&g->events[k], "office"));
            break;
        }
    if (ledger_fact(e, "branch").p != NULL)
        h->office = office_name(c, g, record_branch_office(g->events, i));
    if (ledger_fact(e, "reason").p != NULL && g->out->office)
        h->reason = record_reason_name(c, ledger_fact(e, "reason"));
    TRY(see_disposal(c, g, e, &h->reason));
    TRY(see_changes(c, g, e, h));
    if (!g->out->parties && of_its_data(h->act))
        h->act = STR("");
    see_lifting(c, g, e, h);
    x = from == NULL ? NULL : app_action(from, h->act);
    /* Who speaks for his own row says so to nobody else. */
    if (x == NULL || !x->who.listed || g->acts || is_own_act(g, e))
        TRY(see_officer(c, g, e, &h->who));
    if (x == NULL)
        return E_OK;
    b = app_branch(from, ledger_fact(e, "branch"));
    h->label = x->label;
    h->branch_label = b == NULL ? NULL : b->label;
    return see_needs(c, g, app_action_in(c, x, b), e, h);
}

static err see_history(struct ctx *c, struct gate *g)
{
    struct record_view *v = g->out;

    v->history = NEWS(c->mem, struct record_happening, g->n_events);
    for (size_t i = 0; i < g->n_events; i++)
        TRY(see_event(c, g, i, &v->history[i]));
    v->n_history = g->n_events;
    return E_OK;
}

/* A letter shows all rows: where they are somebody's own, it is for those who
 * see all of them. One for each is his alone. */
static bool may_read(struct ctx *c, const struct gate *g,
                     const struct app_letter *l)
{
    bool own = false;

    if (l != NULL && l->each != NULL)
        return app_is_listed(c, l->each, &g->out->form, own_pseudonym(g));
    for (size_t i = 0; i < g->out->app->n_fields; i++)
        own |= g->out->app->fields[i].show == APP_OWN;
    return g->acts || !own;
}

static const struct app_letter *letter_of(const struct app *a, str key)
{
    for (size_t i = 0; i < a->n_letters; i++)
        if (str_eq(a->letters[i].key, key))
            return &a->letters[i];
    return NULL;
}

static void add_paper(struct ctx *c, const struct gate *g, struct rows *rows,
                      str whose, struct record_paper *p)
{
    str key = store_str(rows, 2);
    const struct app_letter *l = letter_of(g->out->app, key);
    str path = record_paper_path(c, key, store_i64(rows, 0), whose);

    *p = (struct record_paper){
        .key = str_slice(path, 8, path.n), /* without "letters." */
        .title = l == NULL ? NULL : l->title,
        .number = store_str(rows, 3),
        .valid_to = store_str(rows, 5),
        .issued = store_i64(rows, 6),
        .revoked = store_i64(rows, 7) != 0,
        .replaced = store_i64(rows, 8) != 0,
        .ready = store_i64(rows, 9) != 0,
    };
}

struct papers {
    struct rows *rows; /* stands at a letter */
    size_t room;
};

static void see_paper(struct ctx *c, struct gate *g, struct papers *u,
                      str whose)
{
    struct record_view *v = g->out;

    ARENA_GROW(c->mem, v->papers, v->n_papers, u->room);
    add_paper(c, g, u->rows, whose, &v->papers[v->n_papers++]);
}

/* A letter that is drawn one for each: his own, or for the archive all. */
static err see_each(struct ctx *c, struct gate *g, struct papers *u,
                    const struct app_letter *l)
{
    str head =
        arena_fmt(c->mem, "%.*s.",
                  STR_ARG(record_paper_path(c, store_str(u->rows, 2),
                                            store_i64(u->rows, 0), STR(""))));
    str end =
        arena_fmt(c->mem, "%.*s/", STR_ARG(str_slice(head, 0, head.n - 1)));
    struct rows *drawn;
    bool more;

    if (may_read(c, g, l))
        see_paper(c, g, u, own_pseudonym(g));
    if (g->actor->role != RECORD_ARCHIVIST)
        return E_OK;
    TRY(ROWS(c, g->on, &record_papers_of, &drawn, TXT(g->out->record.number),
             TXT(head), TXT(end)));
    for (;;) {
        TRY(store_next(drawn, &more));
        if (!more)
            return E_OK;
        see_paper(c, g, u, str_slice(store_str(drawn, 0), head.n, SIZE_MAX));
    }
}

static err see_papers(struct ctx *c, struct gate *g)
{
    struct papers u = {0};
    bool more;

    TRY(ROWS(c, g->on, &record_letters_of, &u.rows,
             TXT(g->out->record.number)));
    for (;;) {
        const struct app_letter *l;

        TRY(store_next(u.rows, &more));
        if (!more)
            return E_OK;
        l = letter_of(g->out->app, store_str(u.rows, 2));
        if (l != NULL && l->each != NULL)
            TRY(see_each(c, g, &u, l));
        else if (may_read(c, g, l))
            see_paper(c, g, &u, STR(""));
    }
}

err record_view(struct ctx *c, const struct record_world *w, struct conn *on,
                const struct record_actor *actor, str number,
                struct record_view *out)
{
    struct gate g = {.w = w, .on = on, .actor = actor, .out = out};

    *out = (struct record_view){0};
    TRY(record_find(c, on, number, &out->record));
    TRY(record_app(c, w, on, &out->record, &out->app));
    out->state = app_state(out->app, out->record.state);
    MUST(out->state != NULL);
    TRY(ledger_events_of(c, on, w->ledger, number, &g.events, &g.n_events));
    TRY(of_its_flow(c, &g, &out->office));
    TRY(record_branches(c, on, out->state, &out->record, &out->branches,
                        &out->n_branches));
    TRY(acts_in_it(c, &g));
    know_own(c, &g);
    out->parties =
        out->office || out->own ||
        (actor->role == RECORD_RESIDENT && str_eq(actor->record, number));
    TRY(see_fields(c, &g));
    TRY(see_history(c, &g));
    TRY(record_see_kin(c, w, on, out));
    if (out->parties)
        record_explain(c, w, out->app, &out->record, g.events, g.n_events,
                       &out->why_due, &out->why_promise);
    return out->parties ? see_papers(c, &g) : E_OK;
}

/* ---- files -------------------------------------------------------- */

static str shown_digest(struct ctx *c, const struct gate *g, str path)
{
    const struct record_view *v = g->out;
    str head, tail, digest = app_form_text(&v->form, path);
    int64_t event;

    for (size_t i = 0; i < v->n_fields; i++)
        if (v->fields[i].file && str_eq(v->fields[i].path, path))
            return digest;
    /* "12.foto": what an action asked, by its event. */
    if (!str_cut(path, '.', &head, &tail) || !str_is_i64(head, &event))
        return (str){NULL, 0};
    for (size_t i = 0; i < v->n_history; i++)
        for (size_t k = 0; k < v->history[i].n_said; k++)
            if (v->history[i].event == event &&
                str_eq(v->history[i].said[k].path, path))
                return ledger_fact(
                    &g->events[i],
                    arena_fmt(c->mem, "needs.%.*s", STR_ARG(tail)).p);
    return (str){NULL, 0};
}

static bool is_paper(const struct record_view *v, str path)
{
    str head, key;

    if (!str_cut(path, '.', &head, &key) || !str_eq(head, STR("letters")))
        return false;
    for (size_t i = 0; i < v->n_papers; i++)
        if (str_eq(v->papers[i].key, key))
            return true;
    return false;
}

err record_file(struct ctx *c, const struct record_world *w, struct conn *on,
                const struct record_actor *actor, str number, str path,
                struct record_upload *out)
{
    struct record_view v;
    struct gate g = {.w = w, .on = on, .actor = actor, .out = &v};
    str digest;

    TRY(record_view(c, w, on, actor, number, &v));
    TRY(ledger_events_of(c, on, w->ledger, number, &g.events, &g.n_events));
    if (is_paper(&v, path))
        return record_upload_get(c, w, on, number, path, out);
    digest = shown_digest(c, &g, path);
    if (digest.p == NULL)
        return fail(
            c, E_NOT_FOUND, "%s",
            say(c, "Lampiran ini tidak ada.", "There is no such attachment."));
    return record_upload_get(c, w, on, number, digest, out);
}
