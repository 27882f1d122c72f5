/* SPDX-License-Identifier: EUPL-1.2 */
/* Officers at work: the list of what waits, one record with its next acts, and
 * the question whether today is today. */
#include "web/web_priv.h"

#define PAGE 50
#define MINE 10 /* of what is an officer's own, the newest */
#define BASE "/kerja/berkas"

/* ---- the worklist ------------------------------------------------- */

static const char *due_kind(const struct visit *v, const struct record *r)
{
    if (r->due == 0 || r->restricted != 0)
        return "";
    return r->due < v->c->now              ? "error"
           : r->due < v->c->now + TIME_DAY ? "warn"
                                           : "";
}

/* Can anything be done to several of its kind at once? */
static bool can_pick(const struct record_row *r, const struct app_state *s)
{
    if (r->record.restricted != 0)
        return false;
    for (size_t i = 0; s != NULL && r->branch == NULL && i < s->n_actions; i++)
        if (app_action_many(r->app, s, &s->actions[i]))
            return true;
    return false;
}

static void put_row(struct visit *v, struct data *list,
                    const struct record_row *r)
{
    const struct app_state *s =
        r->app == NULL ? NULL : app_state(r->app, r->record.state);
    struct data *one = web_item(v, list);

    web_put(v, one, "href", web_to(v, BASE "/%.*s", STR_ARG(r->record.number)));
    web_put(v, one, "number", r->record.number);
    web_put(v, one, "service",
            r->app == NULL ? r->record.app : app_say(v->c, r->app->title));
    web_put(v, one, "subject", r->subject);
    web_put(v, one, "where",
            r->record.region.n > 0 ? city_region_show(v->c, r->record.region)
                                   : STR(""));
    web_put(v, one, "state",
            s == NULL           ? r->record.state
            : r->branch != NULL ? app_say(v->c, r->branch->label)
                                : app_say(v->c, s->label));
    web_put(v, one, "due",
            r->record.due > 0
                ? city_show_until(v->c, v->world.city, r->record.due)
                : str_of(say(v->c, "tanpa tenggat", "no deadline")));
    web_put(v, one, "due_kind", str_of(due_kind(v, &r->record)));
    web_put(v, one, "flag",
            r->record.restricted != 0 ? web_word(v, "say_flag_restricted")
            : r->record.silent != 0   ? web_word(v, "say_flag_silent")
            : r->record.above.n > 0   ? web_word(v, "say_flag_raised")
                                      : STR(""));
    web_flag(v, one, "pick", can_pick(r, s));
    data_put_i64(v->c, one, STR("version"), r->record.version);
    web_put(v, one, "stead", r->stead);
    web_put(v, one, "disposed",
            r->disposed == 0              ? STR("")
            : r->disposed == v->s.officer ? web_word(v, "say_disposed_me")
                                          : web_word(v, "say_disposed_other"));
}

static bool any_pick(const struct data *list)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(data_text(data_get(list->items[i], STR("pick"))),
                   STR("true")))
            return true;
    return false;
}

static void counter(struct visit *v, struct data *list, const char *word,
                    int64_t n, const char *kind)
{
    struct data *one = web_item(v, list);

    web_put_word(v, one, "text", word);
    web_put(v, one, "count", web_number(v, n));
    web_put(v, one, "href", web_to(v, "/kerja"));
    web_flag(v, one, "here", false);
    web_put(v, one, "kind", n > 0 ? str_of(kind) : STR(""));
}

static void put_counters(struct visit *v, const struct record_counts *k)
{
    struct data *list = web_list(v, v->page, "counters");

    counter(v, list, "say_counter_late", k->late, "error");
    counter(v, list, "say_counter_today", k->today, "warn");
    counter(v, list, "say_counter_week", k->week, "");
    counter(v, list, "say_counter_all", k->all, "");
}

static void put_filters(struct visit *v, str here)
{
    struct data *list = web_list(v, v->page, "filters"), *one;
    const struct app_brief *all;
    size_t n = app_catalogue_all(v->world.apps, &all);

    for (size_t i = 0; i < n; i++) {
        if (!all[i].builds)
            continue;
        one = web_item(v, list);
        web_put(v, one, "href",
                web_to(v, "/kerja?layanan=%.*s",
                       STR_ARG(web_query_of(v, all[i].id))));
        web_put(v, one, "name", app_say(v->c, all[i].title));
        web_put(v, one, "count", STR(""));
        web_flag(v, one, "here", str_eq(all[i].id, here));
    }
    if (here.n > 0) {
        one = web_item(v, list);
        web_put(v, one, "href", web_to(v, "/kerja"));
        web_put_word(v, one, "name", "say_counter_all");
        web_put(v, one, "count", STR(""));
        web_flag(v, one, "here", false);
    }
    web_has(v, v->page, "filters");
}

/* What an officer files for himself. */
static void put_own_forms(struct visit *v)
{
    struct data *list = web_list(v, v->page, "own_forms"), *one;
    const struct app_brief *all;
    size_t n = app_catalogue_all(v->world.apps, &all);

    for (size_t i = 0; i < n; i++) {
        if (!all[i].open || !all[i].builds || all[i].filed_by != APP_BY_OFFICER)
            continue;
        one = web_item(v, list);
        web_put(v, one, "href",
                web_to(v, WEB_OWN_FORMS "/%.*s/isi", STR_ARG(all[i].id)));
        web_put(v, one, "name", app_say(v->c, all[i].title));
    }
    web_has(v, v->page, "own_forms");
}

static void put_mine(struct visit *v, const char *key,
                     const struct record_mine *all, size_t n)
{
    struct data *list = web_list(v, v->page, key), *one;

    for (size_t i = 0; i < n; i++) {
        one = web_item(v, list);
        web_put(v, one, "href",
                web_to(v, BASE "/%.*s", STR_ARG(all[i].number)));
        web_put(v, one, "number", all[i].number);
        web_put(v, one, "name", app_say(v->c, all[i].app->title));
        web_put(v, one, "when", web_when(v, all[i].submitted));
        web_put(v, one, "state",
                all[i].state == NULL ? STR("")
                                     : app_say(v->c, all[i].state->label));
    }
    web_has(v, v->page, key);
}

/* What he filed last, and the lists that name him. */
static err put_own_records(struct visit *v)
{
    struct record_mine *filed, *slips;
    size_t n_filed, n_slips;

    TRY(record_filed(v->c, &v->world, v->on, v->s.who.pseudonym, MINE, &filed,
                     &n_filed));
    TRY(record_slips(v->c, &v->world, v->on, v->s.who.pseudonym, MINE, &slips,
                     &n_slips));
    put_mine(v, "filed", filed, n_filed);
    put_mine(v, "slips", slips, n_slips);
    return E_OK;
}

static err cursor(struct visit *v, struct record_cursor *at)
{
    str due, id;

    *at = RECORD_FIRST;
    if (web_arg(v, "setelah").n == 0)
        return E_OK;
    str_cut(web_arg(v, "setelah"), '.', &due, &id);
    TRY(str_i64(v->c, due, &at->due));
    return str_i64(v->c, id, &at->id);
}

err web_worklist(struct visit *v)
{
    struct record_actor actor = web_actor(v, STR(""));
    const struct web_host *h = &web_options_of(v->web)->host;
    str app = str_slice(web_arg(v, "layanan"), 0, 100);
    struct record_cursor at;
    struct record_counts counts;
    struct record_row *rows;
    struct data *list;
    size_t n;

    TRY(cursor(v, &at));
    TRY(web_look(v));
    TRY(record_worklist(v->c, &v->world, v->on, &actor, app, at, PAGE, &rows,
                        &n, &counts));
    TRY(web_frame(v));
    put_counters(v, &counts);
    put_filters(v, app);
    put_own_forms(v);
    TRY(put_own_records(v));
    list = web_list(v, v->page, "rows");
    for (size_t i = 0; i < n; i++)
        put_row(v, list, &rows[i]);
    web_flag(v, v->page, "found", n > 0);
    web_flag(v, v->page, "picks", any_pick(list));
    web_put(v, v->page, "bulk_action", web_to(v, "/kerja/sekaligus"));
    web_put(v, v->page, "empty", STR(""));
    web_put(v, v->page, "confirm",
            h->time_asked(h->node) ? web_to(v, "/kerja/tanggal") : STR(""));
    web_put(v, v->page, "hello", v->s.who.name);
    if (n > 0)
        at = record_behind(&rows[n - 1].record, rows[n - 1].record.due);
    web_put_pages(
        v, n == PAGE
               ? web_to(v, "/kerja?layanan=%.*s&setelah=%" PRId64 ".%" PRId64,
                        STR_ARG(web_query_of(v, app)), at.due, at.id)
               : STR(""));
    TRY(web_put_requests(v));
    return web_show(v, "worklist");
}

/* ---- is this date right ------------------------------------------- */

err web_date_ask(struct visit *v)
{
    bool parked;

    TRY(web_look(v));
    TRY(record_time_parked(v->c, v->on, &parked));
    TRY(web_frame(v));
    web_put(v, v->page, "today",
            city_show_moment(v->c, v->world.city, v->c->now));
    web_put(v, v->page, "waiting",
            parked ? web_word(v, "say_clock_jumped") : STR(""));
    web_put(v, v->page, "action", web_to(v, "/kerja/tanggal"));
    return web_show(v, "calendar_confirm");
}

err web_date_confirm(struct visit *v)
{
    struct record_actor actor = web_actor(v, STR(""));

    if (!web_has_sent(v, "right"))
        return fail(v->c, E_CONFLICT, "%s",
                    say(v->c,
                        "Beri tahu administrator: jam peladen ini salah. "
                        "Tenggat yang memutuskan tetap menunggu.",
                        "Tell the administrator that this server's clock is "
                        "wrong. Deadlines that decide go on waiting."));
    web_look_away(v);
    TRY(record_time_confirm(v->c, &v->world, &actor));
    return web_go(v, "/kerja");
}

/* ---- one record --------------------------------------------------- */

struct desk {
    struct record_actor actor;
    struct record_view r;
    struct record_choice *choices;
    size_t n;
    const struct findings *f; /* of the act that was tried */
    str tried;
};

/* At the desk an officer also does what the resident before her asks. */
static err open_record(struct visit *v, struct desk *d)
{
    str number;

    *d = (struct desk){.tried = STR("")};
    TRY(web_number_part(v, v->part[0], &number));
    d->actor = web_actor(v, number);
    if (web_holds(v, "desk"))
        d->actor.channel = STR("counter");
    TRY(web_look(v));
    TRY(record_view(v->c, &v->world, v->on, &d->actor, number, &d->r));
    if (!d->r.office && !d->r.own && !web_holds(v, "desk"))
        return fail(v->c, E_FORBIDDEN, "%s",
                    say(v->c, "Berkas ini bukan tugas perangkat daerah Anda.",
                        "This record is not with your office."));
    return record_choices(v->c, &v->world, v->on, &d->r.record, d->r.app,
                          &d->actor, &d->choices, &d->n);
}

static void put_reasons(struct visit *v, struct data *act, bool asked,
                        const char *within, str error)
{
    struct input in = {
        .name = "reason",
        .in = within,
        .widget = "select",
        .label = str_of(say(v->c, "Alasan mendahulukan", "Why out of turn")),
        .error = error};
    struct data *field;

    if (!asked) {
        web_flag(v, act, "reasons", false);
        return;
    }
    field = web_input(v, &in);
    web_put_words(v, field, &record_reasons);
    data_put(v->c, act, STR("reasons"), field);
}

static str reason_error(const struct findings *f)
{
    for (size_t i = 0; f != NULL && i < f->n; i++)
        if (str_eq(f->all[i].key, STR("reason")))
            return f->all[i].what;
    return STR("");
}

/* Besides the branch that acts, does another still wait? */
static bool others_wait(const struct desk *d)
{
    size_t open = 0;

    for (size_t i = 0; i < d->r.n_branches; i++)
        open += !d->r.branches[i].done;
    return open > 1;
}

static str consequence(struct visit *v, const struct desk *d,
                       const struct app_action *x)
{
    const struct app_state *to = app_state(d->r.app, x->to);

    if (to == NULL || str_eq(to->key, d->r.record.state))
        return STR("");
    if (others_wait(d) && !x->alone)
        return str_of(say(v->c, "Menunggu bagian lain dari langkah ini.",
                          "Waits for the other parts of this step."));
    return arena_fmt(
        v->c->mem,
        to->who.resident && d->r.app->filed_by == APP_BY_OFFICER
            ? say(v->c, "Menjadi: %.*s. Yang melaporkan diminta bertindak.",
                  "Becomes: %.*s. Whoever filed it is asked to act.")
        : to->who.resident
            ? say(v->c, "Menjadi: %.*s. Warga diminta bertindak.",
                  "Becomes: %.*s. The resident is asked to act.")
        : to->appeal ? say(v->c,
                           "Menjadi: %.*s. Warga dapat mengajukan "
                           "keberatan.",
                           "Becomes: %.*s. The resident can object.")
                     : say(v->c, "Menjadi: %.*s.", "Becomes: %.*s."),
        STR_ARG(app_say(v->c, to->label)));
}

/* Inputs of several acts stand on one page. */
static const char *inputs_of(struct visit *v, const struct record_choice *k)
{
    return k->branch == NULL
               ? arena_fmt(v->c->mem, "%.*s-", STR_ARG(k->action->key)).p
               : arena_fmt(v->c->mem, "%.*s-%.*s-", STR_ARG(k->action->key),
                           STR_ARG(k->branch->key))
                     .p;
}

static bool is_tried(struct visit *v, const struct desk *d,
                     const struct record_choice *k)
{
    return str_eq(d->tried, k->action->key) &&
           str_eq(web_sent(v, "branch"),
                  k->branch == NULL ? STR("") : k->branch->key);
}

static str act_text(struct visit *v, const struct record_choice *k)
{
    str text = app_say(v->c, k->action->label);

    return k->branch == NULL
               ? text
               : arena_fmt(v->c->mem, "%.*s: %.*s",
                           STR_ARG(app_say(v->c, k->branch->label)),
                           STR_ARG(text));
}

static err put_act(struct visit *v, struct data *list, const struct desk *d,
                   const struct record_choice *k)
{
    const struct app_state *to = app_state(d->r.app, k->action->to);
    str branch = k->branch == NULL ? STR("") : k->branch->key;
    bool tried = is_tried(v, d, k);
    const char *in = inputs_of(v, k);
    struct filling x = {.pairs = tried ? v->form : NULL,
                        .n = tried ? v->n_form : 0,
                        .form = &d->r.form,
                        .f = tried ? d->f : NULL,
                        .in = in};
    struct data *one = web_item(v, list), *fields;
    struct app_pair *held;

    if (!tried) {
        TRY(web_held(v, k->action, &d->r.form, &held, &x.n));
        x.pairs = held;
    }

    web_put(v, one, "key", k->action->key);
    web_put(v, one, "branch", branch);
    web_put(v, one, "text", act_text(v, k));
    web_put(v, one, "consequence", consequence(v, d, k->action));
    web_put(v, one, "barred", k->why);
    web_put(v, one, "preview",
            k->letter == NULL
                ? STR("")
                : web_to(v, BASE "/%.*s/rancangan/%.*s",
                         STR_ARG(d->r.record.number), STR_ARG(k->action->key)));
    web_flag(v, one, "open", tried || (d->n == 1 && k->why.n == 0));
    web_flag(v, one, "grave",
             to != NULL && !str_eq(to->key, d->r.record.state) &&
                 (to->appeal || to->end.n > 0));
    web_put(v, one, "action",
            web_to(v, BASE "/%.*s", STR_ARG(d->r.record.number)));
    data_put_i64(v->c, one, STR("version"), d->r.record.version);
    web_put(v, one, "form_token", STR("act"));
    put_reasons(v, one, k->out_of_turn && k->why.n == 0, in,
                tried ? reason_error(d->f) : STR(""));
    fields = web_list(v, one, "fields");
    for (size_t i = 0; i < k->action->n_needs + k->action->n_changes; i++)
        data_append(v->c, fields, web_field(v, &k->action->needs[i], &x));
    return E_OK;
}

/* What only the resident may do is no officer's business, but at the counter. A
 * resubmission needs the whole form: it is done by number and code there too.*/
static bool shown_here(const struct record_choice *k)
{
    bool theirs = k->action->who.resident &&
                  (k->why.n > 0 || str_eq(k->action->key, STR("resubmit")));

    return !k->action->who.system && !theirs;
}

static bool holds(const struct visit *v, size_t i, str office, str duty)
{
    return str_eq(v->s.rights[i].duty.office, office) &&
           str_eq(v->s.rights[i].duty.duty, duty);
}

static bool my_branch(const struct visit *v, const struct record_branch *b)
{
    for (size_t i = 0; i < v->s.n_rights && !b->done; i++)
        if (holds(v, i, b->office, b->duty))
            return true;
    return false;
}

/* Acts of another office are not shown as barred one by one: one sentence
 * says with whom it is. What bars a holder of the duty (four eyes) is said at
 * each act. */
static bool mine(const struct visit *v, const struct desk *d)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->choices[i].why.n == 0)
            return true;
    for (size_t i = 0; i < v->s.n_rights; i++)
        if (holds(v, i, d->r.record.office, d->r.record.duty) ||
            holds(v, i, d->r.record.above, d->r.record.above_duty))
            return true;
    for (size_t i = 0; i < d->r.n_branches; i++)
        if (my_branch(v, &d->r.branches[i]))
            return true;
    return false;
}

/* Of a branch that is somebody else's nothing is offered. */
static bool of_mine(const struct visit *v, const struct desk *d,
                    const struct record_choice *k)
{
    for (size_t i = 0; i < d->r.n_branches; i++)
        if (d->r.branches[i].branch == k->branch)
            return k->why.n == 0 || my_branch(v, &d->r.branches[i]);
    return true;
}

static err put_acts(struct visit *v, const struct desk *d)
{
    struct data *list = web_list(v, v->page, "actions");
    bool show = mine(v, d);

    for (size_t i = 0; show && i < d->n; i++)
        if (shown_here(&d->choices[i]) && of_mine(v, d, &d->choices[i]))
            TRY(put_act(v, list, d, &d->choices[i]));
    web_has(v, v->page, "actions");
    web_put(v, v->page, "no_actions",
            d->r.record.office.n > 0 ? SAY(v, "say_with", STR("office"),
                                           web_office(v, d->r.record.office))
            : d->r.n_branches > 0    ? web_word(v, "say_with_branches")
            : d->r.record.ended > 0  ? STR("")
            : d->r.app->filed_by == APP_BY_OFFICER
                ? web_word(v, "say_with_filer")
                : web_word(v, "say_with_resident"));
    return E_OK;
}

/* At the counter the resident's own form can be mended, with its pages. */
static void put_again(struct visit *v, const struct desk *d)
{
    struct data *again;

    web_flag(v, v->page, "again", false);
    for (size_t i = 0; i < d->n; i++) {
        const struct record_choice *k = &d->choices[i];

        if (shown_here(k) || k->action->who.system || k->why.n > 0)
            continue;
        again = web_map(v, v->page, "again");
        web_put(v, again, "href",
                web_to(v, "/lacak/%.*s/tindak/%.*s",
                       STR_ARG(d->r.record.number), STR_ARG(k->action->key)));
        web_put(v, again, "text", app_say(v->c, k->action->label));
    }
}

static void put_due(struct visit *v, const struct record_view *r)
{
    web_put(v, v->page, "due",
            r->record.due > 0
                ? city_show_until(v->c, v->world.city, r->record.due)
                : STR(""));
    web_put(v, v->page, "due_kind", str_of(due_kind(v, &r->record)));
    web_put(v, v->page, "why_due", r->why_due);
    web_put_raised(v, r);
}

/* Other entries that this one may be the same as. */
static err put_alike(struct visit *v, const struct desk *d)
{
    struct buf b = buf_new(v->c, 4096);
    struct record_near *near;
    size_t n;

    if (d->r.app->registry == NULL || !d->r.office)
        return E_OK;
    TRY(record_nearby(v->c, &v->world, v->on, d->r.app, &d->r.form, &near, &n));
    for (size_t i = 0; i < n; i++)
        if (!str_eq(near[i].number, d->r.record.number))
            buf_fmt(&b, "%s%.*s", b.n > 0 ? ", " : "", STR_ARG(near[i].number));
    if (b.n > 0)
        web_notice(v, "warn", SAY(v, "say_alike", STR("numbers"), buf_str(&b)));
    return E_OK;
}

static void put_money(struct visit *v, const struct desk *d)
{
    const struct record *x = &d->r.record;
    struct data *charge;

    web_put_charge(v, d->r.app, x->charge, STR(""));
    charge = data_get(v->page, STR("charge"));
    if (charge == NULL || charge->kind != DATA_MAP)
        return;
    web_put(v, charge, "paid",
            x->paid >= x->charge ? str_of(say(v->c, "Lunas.", "Paid."))
                                 : web_word(v, "say_unpaid"));
}

/* The first telephone that the office may see. */
static err put_whatsapp(struct visit *v, const struct desk *d)
{
    str phone = STR(""), href = STR("");

    for (size_t i = 0; d->r.office && i < d->r.form.n; i++)
        if (str_ends(d->r.form.all[i].path, STR(".telepon")) &&
            d->r.form.all[i].text.n > 0 && phone.n == 0)
            phone = d->r.form.all[i].text;
    if (phone.n > 0)
        TRY(web_whatsapp(
            v, phone,
            arena_fmt(v->c->mem,
                      say(v->c, "Kabar dari %.*s tentang %.*s. Lihat di %.*s",
                          "News from %.*s about %.*s. See %.*s"),
                      STR_ARG(city_name(v->c, v->world.city)),
                      STR_ARG(d->r.record.number),
                      STR_ARG(web_url(v, "/lacak/%.*s",
                                      STR_ARG(d->r.record.number)))),
            &href));
    web_put(v, v->page, "whatsapp", href);
    return E_OK;
}

static str channel_of(struct visit *v, const struct desk *d)
{
    struct ledger_event e;

    if (d->r.n_history == 0 ||
        ledger_event_by_id(v->c, v->on, v->world.ledger, d->r.history[0].event,
                           &e) != E_OK)
        return STR("");
    if (str_eq(ledger_fact(&e, "act"), STR("record.period")))
        return STR("");
    return web_word(v, str_eq(ledger_fact(&e, "channel"), STR("counter"))
                           ? "say_channel_counter"
                           : "say_channel_web");
}

static str act_href(struct visit *v, void *arg, str key)
{
    const struct desk *d = arg;
    const char *in = "";

    for (size_t i = 0; i < d->n; i++)
        if (is_tried(v, d, &d->choices[i]))
            in = inputs_of(v, &d->choices[i]);
    return web_on_page(v, (void *)(uintptr_t)in, key);
}

/* Where this one stands in the officer's list; before all where it does not.*/
static struct record_cursor place_in_list(const struct visit *v,
                                          const struct desk *d)
{
    int64_t due = d->r.record.due;
    bool waits = false;

    for (size_t i = 0; i < d->n; i++) {
        waits |= d->choices[i].why.n == 0 && shown_here(&d->choices[i]);
        for (size_t k = 0; k < d->r.n_branches; k++)
            if (d->r.branches[k].branch == d->choices[i].branch &&
                d->choices[i].branch != NULL && my_branch(v, &d->r.branches[k]))
                due = d->r.branches[k].due;
    }
    return waits ? record_behind(&d->r.record, due) : RECORD_FIRST;
}

/* The next that waits for this officer. */
static err put_next(struct visit *v, const struct desk *d)
{
    struct record_row *rows;
    size_t n;
    str next = STR("");

    TRY(record_worklist(v->c, &v->world, v->on, &d->actor, STR(""),
                        place_in_list(v, d), 2, &rows, &n, NULL));
    for (size_t i = 0; i < n && next.n == 0; i++)
        if (rows[i].record.id != d->r.record.id)
            next = web_to(v, BASE "/%.*s", STR_ARG(rows[i].record.number));
    web_put(v, v->page, "next", next);
    return E_OK;
}

static err show_record(struct visit *v, struct desk *d)
{
    struct data *merged;

    TRY(web_look(v));
    TRY(web_frame(v));
    v->title = arena_fmt(v->c->mem, "%.*s - %.*s", STR_ARG(d->r.record.number),
                         STR_ARG(app_say(v->c, d->r.app->title)));
    web_put_state(v, &d->r);
    put_due(v, &d->r);
    TRY(web_put_restricted(v, &d->r));
    web_put(v, v->page, "channel", channel_of(v, d));
    web_put_answers(v, &d->r, BASE);
    web_put_beside(v, &d->r, BASE);
    web_put_moments(v, &d->r);
    web_put_papers(v, &d->r, BASE);
    put_money(v, d);
    TRY(put_acts(v, d));
    TRY(put_alike(v, d));
    TRY(web_put_disposal(v, &d->r, &d->actor));
    put_again(v, d);
    TRY(put_whatsapp(v, d));
    TRY(web_put_untold(v, d->r.record.number));
    TRY(put_next(v, d));
    web_flag(v, v->page, "merged", false);
    if (d->r.record.into.n > 0) {
        merged = web_map(v, v->page, "merged");
        web_put(v, merged, "number", d->r.record.into);
        web_put(v, merged, "href",
                web_to(v, BASE "/%.*s", STR_ARG(d->r.record.into)));
    }
    web_put(v, v->page, "keeping",
            web_to(v, BASE "/%.*s/simpan", STR_ARG(d->r.record.number)));
    web_put(v, v->page, "held",
            d->r.record.erased ? web_word(v, "data_erased")
            : d->r.record.held.n > 0
                ? record_reason_name(v->c, d->r.record.held)
                : STR(""));
    if (d->f != NULL)
        web_wrong(v, d->f, act_href, d);
    web_back(v, web_to(v, "/kerja"));
    return web_show_as(v, d->f == NULL || d->f->n == 0 ? 200 : 422, "record");
}

err web_record(struct visit *v)
{
    struct desk d;

    TRY(open_record(v, &d));
    return show_record(v, &d);
}

/* ---- acting ------------------------------------------------------- */

/* Somebody acted since the page was opened: what they did, and the way back.*/
static err show_conflict(struct visit *v, const struct desk *d)
{
    const struct record_happening *h = &d->r.history[d->r.n_history - 1];
    struct data *list, *one, *link;

    TRY(web_frame(v));
    v->title = web_word(v, "say_conflict");
    web_put_word(v, v->page, "heading", "say_conflict");
    web_put_word(v, v->page, "say", "say_conflict_more");
    web_put(v, v->page, "mend", STR(""));
    list = web_list(v, v->page, "changes");
    one = web_item(v, list);
    web_put(v, one, "key", web_when(v, h->time));
    web_put(v, one, "value",
            arena_fmt(v->c->mem, "%.*s: %.*s",
                      STR_ARG(h->who.n > 0 ? h->who : h->office),
                      STR_ARG(app_say(v->c, d->r.state->label))));
    web_has(v, v->page, "changes");
    link = web_map(v, v->page, "link");
    web_put(v, link, "href",
            web_to(v, BASE "/%.*s", STR_ARG(d->r.record.number)));
    web_put(v, link, "text", d->r.record.number);
    return web_show_as(v, 409, "error");
}

static const struct app_action *chosen(const struct desk *d, str key,
                                       str branch)
{
    for (size_t i = 0; i < d->n; i++)
        if (str_eq(d->choices[i].action->key, key) &&
            (d->choices[i].branch == NULL ||
             str_eq(d->choices[i].branch->key, branch)))
            return d->choices[i].action;
    return NULL;
}

static err fill_deed(struct visit *v, struct desk *d, struct record_deed *deed,
                     const struct app_action *x, struct findings *f)
{
    struct app_pair *pairs;
    struct record_upload *uploads;

    TRY(web_version_sent(v, &deed->version));
    TRY(web_read_needs(v, x, &pairs, &deed->n_needs, &uploads, &deed->n_uploads,
                       f));
    deed->number = d->r.record.number;
    deed->action = x->key;
    deed->branch = web_sent(v, "branch");
    deed->needs = pairs;
    deed->uploads = uploads;
    deed->reason = web_sent(v, "reason");
    deed->actor = d->actor;
    if (!x->who.resident)
        deed->actor.channel = STR("web");
    return E_OK;
}

err web_record_do(struct visit *v)
{
    struct findings f = {0};
    struct record_deed deed = {0};
    struct record_outcome out;
    const struct app_action *x;
    struct desk d;
    bool more_rows;
    err e;

    TRY(open_record(v, &d));
    TRY(web_version_sent(v, &deed.version));
    x = chosen(&d, web_sent(v, "act"), web_sent(v, "branch"));
    if (x == NULL || deed.version != d.r.record.version)
        return show_conflict(v, &d);
    more_rows = web_rows_changed(v, x->needs, x->n_needs + x->n_changes);
    TRY(fill_deed(v, &d, &deed, x, &f));
    d.tried = x->key;
    d.f = &f;
    if (f.errors > 0 || more_rows)
        return show_record(v, &d);
    web_look_away(v);
    e = record_act(v->c, &v->world, &deed, &f, &out);
    web_own_names(x, &f);
    if (e == E_REFUSED && f.errors > 0)
        return show_record(v, &d);
    if (e == E_CONFLICT) {
        TRY(open_record(v, &d));
        return show_conflict(v, &d);
    }
    TRY(e);
    return web_go(v, BASE "/%.*s", STR_ARG(d.r.record.number));
}

/* ---- files -------------------------------------------------------- */

err web_record_file(struct visit *v)
{
    return web_send_record_file(v, v->part[1]);
}

err web_record_letter(struct visit *v)
{
    return web_send_record_file(
        v, arena_fmt(v->c->mem, "letters.%.*s", STR_ARG(v->part[1])));
}

/* How the letter would read that an act issues, for who is about to take it. */
err web_record_preview(struct visit *v)
{
    struct desk d;
    str pdf;
    err e;

    TRY(open_record(v, &d));
    TRY(web_heavy_begin(v));
    e = record_letter_foreseen(v->c, &v->world, v->on, &d.actor,
                               d.r.record.number, v->part[1], &pdf);
    web_heavy_end(v);
    TRY(e);
    v->reply.keep_out = true;
    return web_send(
        v, STR("application/pdf"), pdf,
        arena_fmt(v->c->mem, "rancangan-%.*s.pdf", STR_ARG(d.r.record.number)));
}
