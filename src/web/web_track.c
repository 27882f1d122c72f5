/* SPDX-License-Identifier: EUPL-1.2 */
/* Residents follow their record: number and code, the course so far, letters
 * and files, and what is for them to do. */
#include "web/web_priv.h"

#define BASE "/lacak"

/* ---- number and code ---------------------------------------------- */

static err show_track(struct visit *v, str number, str wrong)
{
    struct findings f = {0};
    struct input in_number = {.name = "number",
                              .label = web_word(v, "record_number"),
                              .hint = web_word(v, "say_number_hint"),
                              .value = number,
                              .error = wrong,
                              .width = "w20"};
    struct input in_code = {.name = "code",
                            .label = web_word(v, "code"),
                            .hint = web_word(v, "say_code_hint"),
                            .width = "w10"};

    TRY(web_frame(v));
    if (wrong.n > 0) {
        finding_add(v->c, &f, FIND_ERROR, (struct place){0}, STR("number"),
                    "%.*s", STR_ARG(wrong));
        web_wrong(v, &f, web_on_page, NULL);
    }
    web_put_input(v, v->page, "number", &in_number);
    web_put_input(v, v->page, "code", &in_code);
    web_put(v, v->page, "action", web_to(v, BASE));
    web_put(v, v->page, "csrf", web_csrf(v));
    web_trail(v, STR(""), STR(""));
    return web_show_as(v, wrong.n > 0 ? 422 : 200, "track");
}

err web_track(struct visit *v)
{
    return show_track(v, str_slice(web_arg(v, "nomor"), 0, 40), STR(""));
}

static err prove(struct visit *v, str number, str code)
{
    struct record_actor actor;

    TRY(web_look(v));
    return record_prove(v->c, &v->world, v->on, number, code, &actor);
}

/* Wrong number, unknown number and wrong code are one answer. */
err web_track_prove(struct visit *v)
{
    str typed = str_slice(web_sent(v, "number"), 0, 40), number, code;
    err e = E_NOT_FOUND;

    if (!record_number_read(v->c, typed, &number))
        number = STR("");
    TRY(web_limit_take(v, LIMIT_TRACK, number));
    if (number.n > 0 && record_code_read(v->c, web_sent(v, "code"), &code))
        e = prove(v, number, code);
    if (e == E_NOT_FOUND)
        return show_track(v, typed, web_word(v, "say_track_wrong"));
    web_limit_give(v, LIMIT_TRACK, number);
    TRY(e);
    TRY(web_session_prove(v, number));
    return web_go(v, BASE "/%.*s", STR_ARG(number));
}

/* ---- where it stands ---------------------------------------------- */

err web_look_tracked(struct visit *v, struct record_actor *actor,
                     struct record_view *r)
{
    str number;

    TRY(web_number_part(v, v->part[0], &number));
    TRY(web_look(v));
    *actor = web_actor(v, number);
    TRY(web_kin_actor(v, number, actor));
    /* At the counter an officer does what the resident before her asks. */
    if (v->s.officer > 0 && web_holds(v, "desk"))
        actor->channel = STR("counter");
    return record_view(v->c, &v->world, v->on, actor, number, r);
}

static void put_due(struct visit *v, const struct record_view *r)
{
    const struct record *x = &r->record;
    bool late = x->ended == 0 && x->paused == 0 && x->promise > 0 &&
                x->promise < v->c->now && x->restricted == 0;

    web_put(v, v->page, "late", STR(""));
    web_put(v, v->page, "due", STR(""));
    if (late)
        web_put(v, v->page, "late",
                SAY(v, "say_overdue", STR("span"),
                    city_show_until(v->c, v->world.city, x->promise)));
    else if (x->paused > 0 && x->ended == 0)
        web_put(v, v->page, "due",
                x->lapse > 0 ? arena_fmt(v->c->mem,
                                         say(v->c, "%.*s Paling lambat %.*s.",
                                             "%.*s At the latest by %.*s."),
                                         STR_ARG(web_word(v, "say_paused")),
                                         STR_ARG(web_when(v, x->lapse)))
                             : web_word(v, "say_paused"));
    else if (x->ended == 0 && x->promise > 0)
        web_put(v, v->page, "due",
                SAY(v, "say_due", STR("when"), web_when(v, x->promise)));
}

/* Sending again is the act whose state is where records begin. */
static bool sends_again(const struct record_view *r, const struct app_action *x)
{
    return x->who.resident && str_eq(x->key, STR("resubmit")) &&
           r->record.ended == 0;
}

/* The last act of the flow: a choice of notices since then says nothing. */
static const struct record_happening *last_act(const struct record_view *r)
{
    for (size_t i = r->n_history; i > 0; i--)
        if (r->history[i - 1].label != NULL)
            return &r->history[i - 1];
    return NULL;
}

static bool can_send_again(const struct record_view *r)
{
    for (size_t i = 0; i < r->state->n_actions; i++)
        if (sends_again(r, &r->state->actions[i]))
            return true;
    return false;
}

/* What the officer wrote when it came back. */
static void put_missing(struct visit *v, const struct record_view *r)
{
    struct data *list = web_list(v, v->page, "missing");
    const struct record_happening *last = last_act(r);

    if (last != NULL && r->parties && r->state->who.resident &&
        r->record.ended == 0)
        for (size_t i = 0; i < last->n_said; i++)
            web_line(v, list,
                     arena_fmt(v->c->mem, "%.*s: %.*s",
                               STR_ARG(last->said[i].label),
                               STR_ARG(last->said[i].text)));
    web_has(v, v->page, "missing");
    web_put(
        v, v->page, "missing_as",
        web_word(v, can_send_again(r) ? "say_to_complete" : "say_last_words"));
}

static err put_actions(struct visit *v, const struct record_view *r,
                       const struct record_actor *actor)
{
    struct data *list = web_list(v, v->page, "actions");
    struct record_choice *all;
    size_t n;

    TRY(record_choices(v->c, &v->world, v->on, &r->record, r->app, actor, &all,
                       &n));
    for (size_t i = 0; i < n; i++) {
        struct data *one;

        if (all[i].why.n > 0 || !all[i].action->who.resident)
            continue;
        one = web_item(v, list);
        web_put(v, one, "href",
                web_to(v, BASE "/%.*s/tindak/%.*s", STR_ARG(r->record.number),
                       STR_ARG(all[i].action->key)));
        web_put(v, one, "text", app_say(v->c, all[i].action->label));
        web_flag(v, one, "alt",
                 list->n > 1 || str_eq(all[i].action->key, STR("withdraw")));
    }
    web_has(v, v->page, "actions");
    return E_OK;
}

static err put_links(struct visit *v, const struct record_view *r,
                     const struct record_actor *actor)
{
    str link = web_url(v, BASE "/%.*s", STR_ARG(r->record.number)), whatsapp;
    str text = arena_fmt(v->c->mem, "%.*s %.*s: %.*s",
                         STR_ARG(web_capital(v, web_noun(v, r->app))),
                         STR_ARG(r->record.number), STR_ARG(link));

    web_put(v, v->page, "proof",
            r->parties ? web_to(v, BASE "/%.*s/bukti.tlog-proof",
                                STR_ARG(r->record.number))
                       : STR(""));
    web_put(v, v->page, "full_proof",
            actor->role == RECORD_RESIDENT
                ? web_to(v, BASE "/%.*s/bukti-lengkap.tlog-proof",
                         STR_ARG(r->record.number))
                : STR(""));
    web_put(v, v->page, "my_data",
            actor->role == RECORD_RESIDENT
                ? web_to(v, BASE "/%.*s/data", STR_ARG(r->record.number))
                : STR(""));
    TRY(web_whatsapp(v, STR(""), text, &whatsapp));
    web_put(v, v->page, "whatsapp", r->parties ? whatsapp : STR(""));
    return E_OK;
}

/* The survey that asks about a finished record: the first that is open. */
static const struct app_brief *survey(struct visit *v)
{
    const struct app_brief *all;
    size_t n = app_catalogue_all(v->world.apps, &all);

    for (size_t i = 0; i < n; i++)
        if (all[i].open && all[i].rates.n > 0)
            return &all[i];
    return NULL;
}

/* Its resident is asked once the record has ended, with its number filled in.
 */
static err put_rate(struct visit *v, const struct record_view *r,
                    const struct record_actor *actor)
{
    const struct app_brief *asks;
    struct data *rate;
    bool rated;

    web_flag(v, v->page, "rate", false);
    web_flag(v, v->page, "rated", false);
    if (r->record.ended == 0 || actor->role != RECORD_RESIDENT ||
        str_eq(r->app->archetype, STR("survey")))
        return E_OK;
    TRY(insight_rated(v->c, v->on, r->record.number, &rated));
    asks = survey(v);
    web_flag(v, v->page, "rated", rated);
    if (asks == NULL || rated)
        return E_OK;
    rate = web_map(v, v->page, "rate");
    web_put(v, rate, "action",
            web_to(v, "/layanan/%.*s/isi", STR_ARG(asks->id)));
    web_put(v, rate, "field", asks->rates);
    web_put(v, rate, "number", r->record.number);
    return E_OK;
}

err web_tracking(struct visit *v)
{
    struct record_actor actor;
    struct record_view r;

    TRY(web_look_tracked(v, &actor, &r));
    TRY(web_frame(v));
    v->title = arena_fmt(v->c->mem, "%.*s - %.*s", STR_ARG(r.record.number),
                         STR_ARG(app_say(v->c, r.app->title)));
    web_put_state(v, &r);
    web_put(v, v->page, "service_href", web_app_href(v, r.app->id));
    web_put(v, v->page, "holder",
            r.record.ended > 0 ? STR("") : web_office(v, r.record.office));
    web_flag(v, v->page, "parties", r.parties);
    web_put(v, v->page, "csrf", web_csrf(v));
    put_due(v, &r);
    web_put_raised(v, &r);
    TRY(web_put_restricted(v, &r));
    put_missing(v, &r);
    TRY(put_actions(v, &r, &actor));
    web_put_papers(v, &r, BASE);
    web_put_beside(v, &r, BASE);
    web_put_charge(v, r.app, r.parties ? r.record.charge : 0, STR(""));
    if (r.parties && r.record.charge > 0 && r.record.paid >= r.record.charge)
        web_put(v, data_get(v->page, STR("charge")), "how",
                str_of(say(v->c, "Lunas.", "Paid.")));
    web_put_moments(v, &r);
    web_put_answers(v, &r, BASE);
    TRY(put_links(v, &r, &actor));
    TRY(web_put_telling(v, &actor, r.record.number));
    TRY(put_rate(v, &r, &actor));
    v->reply.keep_out = r.parties;
    return web_show(v, "tracking");
}

/* ---- what can be taken away --------------------------------------- */

static err send_proof(struct visit *v, const struct record_view *r, bool full)
{
    str proof;

    TRY(ledger_receipt(v->c, v->world.ledger, r->history[0].event, full,
                       &proof));
    v->reply.keep_out = true;
    return web_send(v, STR("text/plain; charset=utf-8"), proof,
                    arena_fmt(v->c->mem, "%.*s%s.tlog-proof",
                              STR_ARG(r->record.number),
                              full ? say(v->c, "-lengkap", "-full") : ""));
}

static err need_code(struct visit *v)
{
    return fail(v->c, E_FORBIDDEN, "%s",
                say(v->c, "Masukkan nomor dan kode lebih dahulu.",
                    "Enter number and code first."));
}

err web_tracking_proof(struct visit *v)
{
    struct record_actor actor;
    struct record_view r;

    TRY(web_look_tracked(v, &actor, &r));
    return r.parties ? send_proof(v, &r, false) : need_code(v);
}

/* What opens every answer is for its resident alone, with the code. */
err web_tracking_full_proof(struct visit *v)
{
    struct record_actor actor;
    struct record_view r;

    TRY(web_look_tracked(v, &actor, &r));
    return actor.role == RECORD_RESIDENT ? send_proof(v, &r, true)
                                         : need_code(v);
}

err web_send_record_file(struct visit *v, str path)
{
    struct record_upload u;
    struct record_actor actor;
    str number;

    TRY(web_number_part(v, v->part[0], &number));
    TRY(web_look(v));
    actor = web_actor(v, number);
    TRY(web_kin_actor(v, number, &actor));
    TRY(record_file(v->c, &v->world, v->on, &actor, number, path, &u));
    return web_send_upload(v, &u);
}

err web_tracking_file(struct visit *v)
{
    return web_send_record_file(v, v->part[1]);
}

err web_tracking_letter(struct visit *v)
{
    return web_send_record_file(
        v, arena_fmt(v->c->mem, "letters.%.*s", STR_ARG(v->part[1])));
}

/* ---- what a resident does ----------------------------------------- */

struct doing {
    struct record_actor actor;
    struct record_view r;
    const struct app_action *action;
    struct going g; /* of a resubmission */
    bool again;
};

static err open_again(struct visit *v, struct doing *d)
{
    struct going *g = &d->g;
    err e;

    *g = (struct going){.app = d->r.app, .number = d->r.record.number};
    g->base = arena_fmt(v->c->mem, BASE "/%.*s", STR_ARG(g->number));
    g->token =
        web_own_token(v, "again",
                      arena_fmt(v->c->mem, "%.*s %" PRId64, STR_ARG(g->number),
                                d->r.record.version));
    g->nonce = STR("again");
    e = record_draft_load(v->c, &v->world, v->on, g->token, &g->draft);
    if (e != E_NOT_FOUND && e != E_TAMPERED)
        return e;
    g->draft = (struct record_draft){.form = web_copy_form(v->c, &d->r.form)};
    return E_OK;
}

static err open_deed(struct visit *v, str key, struct doing *d)
{
    struct record_choice *all;
    size_t n;

    *d = (struct doing){0};
    TRY(web_look_tracked(v, &d->actor, &d->r));
    TRY(record_choices(v->c, &v->world, v->on, &d->r.record, d->r.app,
                       &d->actor, &all, &n));
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].action->key, key)) {
            if (all[i].why.n > 0)
                return fail(v->c, E_FORBIDDEN, "%.*s", STR_ARG(all[i].why));
            d->action = all[i].action;
        }
    if (d->action == NULL || !d->action->who.resident)
        return fail(v->c, E_CONFLICT, "%s",
                    say(v->c, "Tindakan ini tidak tersedia lagi.",
                        "This act is no longer offered."));
    d->again = sends_again(&d->r, d->action);
    return d->again ? open_again(v, d) : E_OK;
}

static str consequence(struct visit *v, const struct doing *d)
{
    const struct app_state *to = app_state(d->r.app, d->action->to);

    return to == NULL
               ? STR("")
               : arena_fmt(v->c->mem,
                           say(v->c, "Setelah ini: %.*s.", "After this: %.*s."),
                           STR_ARG(app_say(v->c, to->label)));
}

static str last_said(struct visit *v, const struct record_view *r)
{
    const struct record_happening *h = last_act(r);
    struct buf b = buf_new(v->c, 1 << 16);

    for (size_t i = 0; h != NULL && i < h->n_said; i++)
        buf_fmt(&b, "%s%.*s", i > 0 ? "\n" : "", STR_ARG(h->said[i].text));
    return buf_str(&b);
}

/* A resubmission shows all answers, each with its way to change it. */
static err put_again(struct visit *v, struct doing *d)
{
    struct app_setting with = web_setting(v);
    struct app_form whole = web_copy_form(v->c, &d->g.draft.form);
    struct findings f = {0};
    int64_t rupiah = 0;
    str formula = STR("");
    err e = app_form_finish(v->c, d->r.app, &with, &whole, &f);

    if (e != E_OK && e != E_REFUSED)
        return e;
    if (e == E_OK && d->r.app->charge != NULL)
        TRY(app_charge(v->c, d->r.app, &with, &whole, &rupiah, &formula));
    web_form_groups(v, &d->g, &whole);
    web_put_charge(v, d->r.app, rupiah, formula);
    if (f.errors > 0)
        web_wrong(v, &f, web_form_where, &d->g);
    web_flag(v, v->page, "has_answers", true);
    return E_OK;
}

static err show_deed(struct visit *v, struct doing *d, const struct findings *f)
{
    struct filling x = {.pairs = v->form,
                        .n = v->n_form,
                        .form = &d->r.form,
                        .f = f,
                        .own = true};
    const struct app_state *to = app_state(d->r.app, d->action->to);
    struct app_pair *held;
    struct data *fields;

    if (f == NULL) {
        TRY(web_held(v, d->action, &d->r.form, &held, &x.n));
        x.pairs = held;
    }
    TRY(web_frame(v));
    v->title = app_say(v->c, d->action->label);
    web_put_state(v, &d->r);
    web_put(v, v->page, "heading", app_say(v->c, d->action->label));
    web_put(v, v->page, "consequence", consequence(v, d));
    web_put(v, v->page, "asked", last_said(v, &d->r));
    web_put(v, v->page, "asked_as",
            web_word(v, d->again ? "say_to_complete" : "say_last_words"));
    web_flag(v, v->page, "has_answers", false);
    web_list(v, v->page, "groups");
    web_flag(v, v->page, "charge", false);
    if (d->again)
        TRY(put_again(v, d));
    fields = web_list(v, v->page, "fields");
    for (size_t i = 0; i < d->action->n_needs + d->action->n_changes; i++)
        data_append(v->c, fields, web_field(v, &d->action->needs[i], &x));
    if (f != NULL && f->errors > 0)
        web_wrong(v, f, d->again ? web_form_where : web_on_page,
                  d->again ? &d->g : NULL);
    web_put(v, v->page, "action",
            web_to(v, BASE "/%.*s/tindak/%.*s", STR_ARG(d->r.record.number),
                   STR_ARG(d->action->key)));
    web_put(v, v->page, "form_token", STR("again"));
    data_put_i64(v->c, v->page, STR("version"), d->r.record.version);
    web_put(v, v->page, "send_text", app_say(v->c, d->action->label));
    web_flag(v, v->page, "grave",
             to != NULL && !str_eq(to->key, d->r.record.state) &&
                 to->end.n > 0);
    web_back(v, web_to(v, BASE "/%.*s", STR_ARG(d->r.record.number)));
    web_put(v, v->page, "csrf", web_csrf(v));
    return web_show_as(v, f == NULL || f->errors == 0 ? 200 : 422, "act");
}

err web_resident_act(struct visit *v)
{
    struct doing d;

    TRY(open_deed(v, v->part[1], &d));
    return show_deed(v, &d, NULL);
}

err web_version_sent(struct visit *v, int64_t *version)
{
    if (str_is_i64(web_sent(v, "version"), version) && *version >= 0)
        return E_OK;
    return fail(v->c, E_BAD_INPUT, "%s",
                say(v->c, "Formulir ini tidak lengkap. Muat ulang lamannya.",
                    "This form is incomplete. Load the page again."));
}

err web_resident_do(struct visit *v)
{
    struct record_deed deed = {0};
    struct record_outcome out;
    struct findings f = {0};
    struct app_pair *pairs;
    struct record_upload *uploads;
    struct doing d;
    bool more_rows;
    err e;

    TRY(open_deed(v, v->part[1], &d));
    more_rows = web_rows_changed(v, d.action->needs,
                                 d.action->n_needs + d.action->n_changes);
    TRY(web_read_needs(v, d.action, &pairs, &deed.n_needs, &uploads,
                       &deed.n_uploads, &f));
    deed.number = d.r.record.number;
    deed.action = d.action->key;
    deed.actor = d.actor;
    deed.needs = pairs;
    deed.uploads = uploads;
    TRY(web_version_sent(v, &deed.version));
    if (d.again) {
        deed.form = &d.g.draft.form;
        deed.uploads = d.g.draft.uploads;
        deed.n_uploads = d.g.draft.n_uploads;
    }
    if (f.errors > 0 || more_rows)
        return show_deed(v, &d, &f);
    web_look_away(v);
    e = record_act(v->c, &v->world, &deed, &f, &out);
    if (!d.again)
        web_own_names(d.action, &f);
    if (e == E_REFUSED && f.errors > 0)
        return show_deed(v, &d, &f);
    TRY(e);
    if (d.again)
        TRY(record_draft_drop(v->c, &v->world, d.g.token));
    return web_go(v, BASE "/%.*s", STR_ARG(d.r.record.number));
}

/* ---- changing answers before they are sent again ------------------- */

err web_again_show(struct visit *v)
{
    struct doing d;

    TRY(open_deed(v, STR("resubmit"), &d));
    return web_form_step(v, &d.g, v->part[1], NULL);
}

err web_again_take(struct visit *v)
{
    struct doing d;
    str next;

    TRY(open_deed(v, STR("resubmit"), &d));
    TRY(web_form_read(v, &d.g, v->part[1], &next));
    return next.n == 0 ? E_OK
                       : web_go(v, BASE "/%.*s/tindak/resubmit",
                                STR_ARG(d.r.record.number));
}
