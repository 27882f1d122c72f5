/* SPDX-License-Identifier: EUPL-1.2 */
/* Submitting and acting: one event each, and what it carries. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

/* ---- what both have in common ------------------------------------- */

/* The values of a form as facts; what lists filter by as one more. */
void record_say_form(struct ctx *c, struct ledger_event *e, const struct app *a,
                     const struct app_form *form)
{
    struct buf index = buf_new(c, 4096);

    for (size_t i = 0; i < form->n; i++)
        ledger_say_path(c, e, "fields", form->all[i].path, form->all[i].text);
    for (size_t i = 0; i < a->n_fields; i++) {
        const struct app_field *d = &a->fields[i];
        static const char *const parts[] = {"", ".region", ".titik"};

        for (size_t p = 0; d->indexed && p < COUNT(parts); p++) {
            str path = arena_fmt(c->mem, "%.*s%s", STR_ARG(d->key), parts[p]);

            if ((d->type == APP_PLACE) != (p > 0) ||
                app_form_text(form, path).p == NULL ||
                (p == 2 && a->merge_metres == 0))
                continue;
            buf_fmt(&index, "%s%.*s", index.n > 0 ? "," : "", STR_ARG(path));
        }
    }
    ledger_say(c, e, "index", buf_str(&index));
    if (a->population != NULL)
        ledger_say(c, e, "listed", app_listed(c, a->population->into, form));
}

/* `right` is NULL where no duty is asked: at a submission. */
static void say_actor(struct ctx *c, struct ledger_event *e,
                      const struct record_actor *actor, bool behalf,
                      const struct city_right *right)
{
    bool officer = actor->role == RECORD_OFFICER;

    ledger_say(c, e, "by", officer ? actor->pseudonym : STR("resident"));
    if (officer && behalf)
        ledger_say(c, e, "for", STR("resident"));
    else if (right != NULL)
        record_say_right(c, e, right);
    ledger_say(c, e, "channel",
               actor->channel.n > 0 ? actor->channel : STR("web"));
}

static err say_charge(struct ctx *c, const struct app_setting *with,
                      const struct app *a, const struct app_form *form,
                      struct ledger_event *e, int64_t *rupiah)
{
    *rupiah = 0;
    if (a->charge != NULL)
        TRY(app_charge(c, a, with, form, rupiah, NULL));
    ledger_say_i64(c, e, "charge", *rupiah);
    return E_OK;
}

/* ---- submitting --------------------------------------------------- */

struct submitting {
    const struct record_world *w;
    const struct record_submission *s;
    struct findings *f;
    struct app_form form;
    struct record_seen seen;
    struct app_setting with;
    struct ledger_event e;
    struct record_receipt *out;
    bool taken; /* somebody else has this number */
};

static str token_key(struct ctx *c, const struct record_world *w, str token)
{
    struct hash h = record_mac(w, "form-token", token);

    return arena_str(c->mem, (str){(const char *)h.b, sizeof h.b});
}

/* The first receipt of a token that was used before. */
static err used_before(struct ctx *c, struct conn *on, struct submitting *u,
                       bool *used)
{
    struct record_full full;
    struct rows *rows;

    *used = false;
    if (u->s->token.n == 0)
        return E_OK;
    TRY(ROWS(c, on, &record_token_by, &rows,
             BLOB(token_key(c, u->w, u->s->token))));
    TRY(store_next(rows, used));
    if (!*used)
        return E_OK;
    TRY(record_full_find(c, on, store_str(rows, 0), &full));
    *u->out = (struct record_receipt){
        .number = full.r.number,
        .code = record_code_of(c, u->w, u->s->token),
        .event = store_i64(rows, 1),
        .charge = full.r.charge,
        .due = full.r.due,
        .promise = full.r.promise,
        .again = true,
    };
    return E_OK;
}

err record_is_taken(struct ctx *c, struct conn *on, str number, bool *taken)
{
    struct rows *rows;

    TRY(ROWS(c, on, &record_id_of, &rows, TXT(number)));
    return store_next(rows, taken);
}

/* The code follows from the form's token, so that the same token again can be
 * answered the same although no code is kept; without one it is random. */
static str new_code(struct ctx *c, const struct submitting *u)
{
    unsigned char bytes[16];

    if (u->s->token.n > 0)
        return record_code_of(c, u->w, u->s->token);
    ctx_random(c, bytes, sizeof bytes);
    return record_code_of(c, u->w, (str){(const char *)bytes, sizeof bytes});
}

void record_say_new(struct ctx *c, const struct record_world *w,
                    struct ledger_event *e, const struct app *a, str act,
                    str number, str code)
{
    e->subject = number;
    e->sensitive = a->sensitive;
    ledger_say(c, e, "act", act);
    ledger_say(c, e, "record", number);
    ledger_say(c, e, "app", a->id);
    ledger_say(c, e, "version", a->version);
    ledger_say(c, e, "tree", a->tree);
    ledger_say(c, e, "overlay", a->overlay);
    ledger_say(c, e, "code", record_code_kept(c, w, number, code));
}

/* A choice among the four points of a scale, n1 to n4. */
static bool is_element(const struct app_field *d)
{
    static const str scale[] = {STR_INIT("n1"), STR_INIT("n2"), STR_INIT("n3"),
                                STR_INIT("n4")};
    size_t fit = 0;

    for (size_t i = 0; i < d->n_options; i++)
        fit += str_among(d->options[i].key, scale, COUNT(scale)) >= 0;
    return d->type == APP_CHOICE && fit == COUNT(scale) && d->n_options == fit;
}

/* An answer about a finished record says which, and what counts in it. */
static void say_survey(struct ctx *c, struct ledger_event *e,
                       const struct app *a, const struct app_form *form)
{
    struct buf elements = buf_new(c, 16384);
    str about = STR("");

    for (size_t i = 0; i < a->n_fields; i++) {
        if (a->fields[i].finished && about.n == 0)
            about = app_form_text(form, a->fields[i].key);
        if (is_element(&a->fields[i]))
            buf_fmt(&elements, "%s%.*s", elements.n > 0 ? "," : "",
                    STR_ARG(a->fields[i].key));
    }
    if (about.n == 0)
        return;
    ledger_say(c, e, "reference", about);
    ledger_say(c, e, "elements", buf_str(&elements));
}

static void say_head(struct ctx *c, struct submitting *u)
{
    struct record_receipt *out = u->out;

    u->e = (struct ledger_event){.class = LEDGER_CASE};
    out->number = record_number_new(c);
    out->code = new_code(c, u);
    record_say_new(c, u->w, &u->e, u->s->app, STR("submit"), out->number,
                   out->code);
    say_actor(c, &u->e, &u->s->actor, u->s->behalf, NULL);
    say_survey(c, &u->e, u->s->app, &u->form);
}

static str filer_of(const struct submitting *u)
{
    return u->s->app->filed_by == APP_BY_OFFICER ? u->s->actor.pseudonym
                                                 : STR("");
}

/* All that a submission says, before the writer's turn: it needs no other
 * statement's result, so the writer is left with writing. */
static err say_submission(struct ctx *c, struct submitting *u)
{
    const struct app *a = u->s->app;
    const struct app_state *start = app_state(a, a->start);
    struct record_entering in = {
        .app = a, .to = start, .form = &u->form, .filer = filer_of(u)};
    struct conn *on = NULL;
    bool eyes;

    MUST(start != NULL);
    say_head(c, u);
    TRY(say_charge(c, &u->with, a, &u->form, &u->e, &u->out->charge));
    record_say_form(c, &u->e, a, &u->form);
    TRY(record_arrive(c, a, &u->with, &u->form, &in.to));
    eyes = in.to->n_four_eyes > 0 || in.filer.n > 0;
    if (eyes) /* who else is there, stands in the database */
        TRY(store_read(c, u->w->store, &on));
    TRY(record_enter(c, u->w, on, &in, &u->e));
    if (on != NULL)
        store_done(on);
    return ledger_prepare(c, &u->e);
}

/* What other records say about this form: those it is filled from, figures,
 * and gates. */
static err look_around(struct ctx *c, struct submitting *u, struct conn *on)
{
    const struct app *a = u->s->app;

    TRY(record_prefill(c, u->w, on, a, &u->s->actor, &u->form));
    TRY(record_see(c, u->w, on, a, NULL, NULL, 0, &u->form, &u->seen));
    u->with.seen = &u->seen.seen;
    TRY(record_check_refs(c, u->w, on, a->fields, a->n_fields, &u->form,
                          "fields.", u->f));
    TRY(record_check_finished(c, u->w, on, u->s, &u->form, u->f));
    TRY(record_check_acted(c, u->w, on, a->fields, a->n_fields,
                           u->s->actor.pseudonym, &u->form, "fields.", u->f));
    return record_gates(c, u->w, on, a, &u->form, STR(""), STR("submit"), u->f);
}

/* Two who send at once look at the same snapshot; the second is stopped here,
 * where one writes at a time. */
static err look_again(struct ctx *c, struct submitting *u, struct conn *tx)
{
    struct findings shut = {0};

    TRY(record_gates(c, u->w, tx, u->s->app, &u->form, STR(""), STR("submit"),
                     &shut));
    if (shut.n == 0)
        return E_OK;
    for (size_t i = 0; i < shut.n; i++)
        finding_add(c, u->f, FIND_ERROR, (struct place){0}, shut.all[i].key,
                    "%.*s", STR_ARG(shut.all[i].what));
    return fail(c, E_REFUSED, "%.*s", STR_ARG(shut.all[0].what));
}

static err refused(struct ctx *c, const struct findings *f)
{
    return fail(c, E_REFUSED,
                say(c, "Ada %zu isian yang perlu diperbaiki.",
                    "There are %zu answers to put right."),
                f->errors);
}

static err submit(struct ctx *c, struct conn *tx, void *arg)
{
    struct submitting *u = arg;
    struct ledger_event *e = &u->e;
    size_t before = u->f->errors;
    bool used;

    u->taken = false;
    TRY(record_not_parked(c, tx));
    TRY(used_before(c, tx, u, &used));
    if (used)
        return E_OK;
    TRY(record_is_taken(c, tx, u->out->number, &u->taken));
    if (u->taken)
        return E_OK;
    if (u->s->app->n_links > 0)
        TRY(look_again(c, u, tx));
    TRY(record_check_unique(c, u->w, tx, u->s->app, &u->form, 0,
                            u->s->actor.role == RECORD_OFFICER, u->f));
    if (u->f->errors > before)
        return refused(c, u->f);
    TRY(ledger_append(c, tx, u->w->ledger, e));
    u->out->event = e->id;
    if (record_follows(u->s->app))
        TRY(record_follow(c, u->w, tx, u->out->number, STR(""), NULL,
                          &(str){0}));
    u->out->due = ledger_fact_time(e, "due");
    u->out->promise = ledger_fact_time(e, "promise");
    TRY(record_upload_add(c, u->w, tx, u->out->number, u->s->uploads,
                          u->s->n_uploads));
    if (u->s->token.n == 0)
        return E_OK;
    return RUN(c, tx, &record_token_add, BLOB(token_key(c, u->w, u->s->token)),
               TXT(u->out->number), I64(e->id), I64(c->now));
}

struct app_form record_copy_form(struct ctx *c, const struct app_form *f)
{
    struct app_form copy = {0};

    for (size_t i = 0; i < f->n; i++)
        app_form_set(c, &copy, f->all[i].path, f->all[i].text);
    return copy;
}

/* Where somebody works: the first office where he has a duty, the city itself
 * only where there is no other. */
static str works_at(const struct city_duty *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!str_eq(all[i].office, STR("city")))
            return all[i].office;
    return all[0].office;
}

/* Who files for himself, and from which office. */
static err know_filer(struct ctx *c, struct submitting *u)
{
    const struct record_actor *actor = &u->s->actor;
    struct city_duty *duties;
    struct conn *on;
    size_t n;
    err e;

    if (u->s->app->filed_by == APP_BY_CALENDAR)
        return fail(c, E_FORBIDDEN, "%s",
                    say(c, "Berkas ini dibuka oleh kalender.",
                        "The calendar opens these records."));
    if (u->s->app->filed_by != APP_BY_OFFICER)
        return E_OK;
    if (actor->role != RECORD_OFFICER || u->s->behalf)
        return fail(c, E_FORBIDDEN, "%s",
                    say(c, "Laporan ini diisi oleh pegawai untuk dirinya.",
                        "Officers fill this in, for themselves."));
    TRY(store_read(c, u->w->store, &on));
    e = city_duties(c, on, actor->officer, &duties, &n);
    store_done(on);
    TRY(e);
    if (n == 0)
        return fail(c, E_FORBIDDEN, "%s",
                    say(c, "Anda belum bertugas pada kantor mana pun.",
                        "You have no duty at any office yet."));
    for (size_t i = 0; i < u->s->app->n_fields; i++) {
        const struct app_field *d = &u->s->app->fields[i];

        if (d->self)
            app_form_set(c, &u->form, d->key,
                         d->type == APP_OFFICER ? actor->pseudonym
                                                : works_at(duties, n));
    }
    return E_OK;
}

err record_submit(struct ctx *c, const struct record_world *w,
                  const struct record_submission *s, struct findings *f,
                  struct record_receipt *out)
{
    const struct app_entry *entry = app_catalogue_find(w->apps, s->app->id);
    struct submitting u = {.w = w, .s = s, .f = f, .out = out};
    size_t before = f->errors;
    struct conn *on;
    err e;

    *out = (struct record_receipt){0};
    if (entry == NULL || !entry->open)
        return fail(c, E_GONE,
                    say(c, "Layanan ini belum dibuka atau sudah ditutup.",
                        "This service is not open, or was closed."));
    u.form = record_copy_form(c, s->form);
    if (s->app->registry != NULL && s->app->registry->number != NULL)
        app_form_drop(&u.form, s->app->registry->key); /* it is given */
    u.with = record_setting(w, s->person);
    TRY(know_filer(c, &u));
    if (s->app->n_links > 0 ||
        record_has_refs(s->app->fields, s->app->n_fields)) {
        TRY(store_read(c, w->store, &on));
        e = look_around(c, &u, on);
        store_done(on);
        TRY(e);
    }
    TRY(app_form_finish(c, s->app, &u.with, &u.form, f));
    if (f->errors > before)
        return refused(c, f);
    do {
        TRY(say_submission(c, &u));
        TRY(store_write(c, w->store, submit, &u));
    } while (u.taken);
    return E_OK;
}

/* ---- acting ------------------------------------------------------- */

struct acting {
    const struct record_world *w;
    const struct record_deed *d;
    struct findings *f;
    struct record_outcome *out;
    struct record_full was;
    const struct app *app;
    const struct app_state *from, *to;
    const struct app_action *action;
    const struct app_branch *branch;
    struct city_right right; /* in which the action is taken */
    bool joins; /* the others have acted: this one moves the record */
    struct ledger_event *events;
    size_t n_events;
    struct app_form form, needs;
    struct record_seen seen;
    struct app_setting with;
    int64_t granted, amount;
    bool resent, changed, behalf; /* the whole form anew; some of it */
};

static err unchanged(struct ctx *c, const struct acting *u)
{
    if (u->d->version >= 0 && u->d->version != u->was.r.version)
        return fail(c, E_CONFLICT,
                    say(c,
                        "Berkas %.*s sudah diubah orang lain. Muat ulang "
                        "halaman ini, lalu periksa keadaannya.",
                        "Somebody acted on %.*s meanwhile. Load the page "
                        "again and look at its state."),
                    STR_ARG(u->was.r.number));
    return E_OK;
}

static err find_action(struct ctx *c, struct acting *u)
{
    u->from = app_state(u->app, u->was.r.state);
    MUST(u->from != NULL);
    u->action = app_action(u->from, u->d->action);
    if (u->action == NULL)
        return fail(c, E_CONFLICT,
                    say(c, "Tindakan %.*s tidak ada pada keadaan %.*s.",
                        "There is no action %.*s in the state %.*s."),
                    STR_ARG(u->d->action), STR_ARG(app_say(c, u->from->label)));
    u->to = app_state(u->app, u->action->to);
    MUST(u->to != NULL);
    return E_OK;
}

/* May this actor, now? Out of turn only with a reason. */
static err allowed(struct ctx *c, struct conn *tx, struct acting *u,
                   bool *out_of_turn)
{
    const struct record_choice *mine = NULL;
    struct record_choice *all;
    size_t n;

    TRY(record_choices(c, u->w, tx, &u->was.r, u->app, &u->d->actor, &all, &n));
    for (size_t i = n; i-- > 0;) {
        bool fits =
            str_eq(all[i].action->key, u->action->key) &&
            (u->d->branch.n == 0 || (all[i].branch != NULL &&
                                     str_eq(all[i].branch->key, u->d->branch)));

        if (fits && (mine == NULL || all[i].why.n == 0 || mine->why.n > 0))
            mine = &all[i];
    }
    if (mine == NULL)
        return fail(c, E_CONFLICT, "%s",
                    say(c, "Tindakan ini belum dapat diambil.",
                        "This action cannot be taken yet."));
    if (mine->why.n > 0)
        return fail(c, E_FORBIDDEN, "%.*s", STR_ARG(mine->why));
    u->action = mine->action;
    u->branch = mine->branch;
    u->right = mine->right;
    *out_of_turn = mine->out_of_turn;
    if (mine->out_of_turn && record_reason_name(c, u->d->reason).n == 0)
        finding_add(c, u->f, FIND_ERROR, (struct place){0}, STR("reason"), "%s",
                    say(c,
                        "Ada berkas yang lebih lama menunggu. Pilih alasan "
                        "mendahulukan berkas ini.",
                        "An older record waits. Choose why this one comes "
                        "first."));
    return E_OK;
}

/* A merge names the record it goes into: of the same app, and another. */
static err check_merge(struct ctx *c, struct conn *tx, struct acting *u)
{
    str key = u->action->merges, typed, number = STR("");
    struct record into = {.app = STR("")};
    bool fits;

    if (key.n == 0)
        return E_OK;
    typed = app_form_text(&u->needs, key);
    fits = record_number_read(c, typed, &number) &&
           !str_eq(number, u->was.r.number);
    if (fits) {
        err e = record_find(c, tx, number, &into);

        if (e != E_OK && e != E_NOT_FOUND)
            return e;
        fits = e == E_OK && str_eq(into.app, u->was.r.app) &&
               into.into.n == 0; /* or two would point at each other */
    }
    if (fits) {
        app_form_set(c, &u->needs, key, number);
        return E_OK;
    }
    if (typed.n > 0)
        finding_add(c, u->f, FIND_ERROR, (struct place){0},
                    arena_fmt(c->mem, "needs.%.*s", STR_ARG(key)), "%s",
                    say(c,
                        "Nomor induk harus nomor laporan lain pada layanan "
                        "yang sama.",
                        "The main number must be another report of the same "
                        "service."));
    return E_OK;
}

/* What is paid in, or out of what was granted, is never more than is open. */
static void check_pays(struct ctx *c, struct acting *u)
{
    const struct record *r = &u->was.r;
    int64_t open = (r->granted > 0 ? r->granted : r->charge) - r->paid;
    str text = app_form_text(&u->needs, u->action->pays);

    if (u->action->pays.n == 0 || !str_is_i64(text, &u->amount))
        return;
    if (u->amount > 0 && u->amount <= open)
        return;
    finding_add(c, u->f, FIND_ERROR, (struct place){0},
                arena_fmt(c->mem, "needs.%.*s", STR_ARG(u->action->pays)),
                say(c, "Jumlahnya lebih dari Rp0 dan paling banyak %.*s.",
                    "The sum is over Rp0 and at most %.*s."),
                STR_ARG(city_show_money(c, open)));
}

static err check_asked(struct ctx *c, struct conn *tx, struct acting *u)
{
    size_t before = u->f->errors;

    TRY(check_merge(c, tx, u));
    check_pays(c, u);
    if (u->f->errors > before)
        return E_OK;
    app_action_rules(c, u->app, &u->with, &u->form, &u->needs, u->action, u->f);
    if (u->f->errors > before || u->action->grants == NULL)
        return E_OK;
    return app_granted(c, u->app, &u->with, &u->form, &u->needs, u->action,
                       &u->granted);
}

static bool about(str name, const struct app_field *d)
{
    return str_eq(name, d->key) ||
           (str_starts(name, d->key) && name.p[d->key.n] == '.');
}

/* What was sent for one of these fields. */
static size_t pairs_for(const struct acting *u, const struct app_field *all,
                        size_t n, struct app_pair *out)
{
    size_t many = 0;

    for (size_t i = 0; i < u->d->n_needs; i++)
        for (size_t k = 0; k < n; k++)
            if (about(u->d->needs[i].name, &all[k])) {
                out[many++] = u->d->needs[i];
                break;
            }
    return many;
}

/* Fields of the form that the action changes; one that nothing is said about
 * stays as it is. */
static err read_changes(struct ctx *c, struct conn *tx, struct acting *u)
{
    const struct app_action *x = u->action;
    struct app_field *named = NEWS(c->mem, struct app_field, x->n_changes + 1);
    struct app_pair *pairs = NEWS(c->mem, struct app_pair, u->d->n_needs + 1);
    size_t before = u->f->errors, n = 0;

    for (size_t i = x->n_needs; i < x->n_needs + x->n_changes; i++)
        if (pairs_for(u, &x->needs[i], 1, pairs) > 0)
            named[n++] = x->needs[i];
    u->changed = n > 0;
    if (n == 0)
        return E_OK;
    TRY(app_form_read(c, u->app, &u->with, named, n, pairs,
                      pairs_for(u, named, n, pairs), &u->form, u->f));
    TRY(record_check_refs(c, u->w, tx, named, n, &u->form, "", u->f));
    return u->f->errors > before
               ? E_OK
               : app_form_finish(c, u->app, &u->with, &u->form, u->f);
}

/* A number that was given stays, whatever is sent. */
static void keep_number(struct ctx *c, const struct acting *u,
                        struct app_form *form)
{
    const struct app_registry *r = u->app->registry;

    if (r == NULL || r->number == NULL)
        return;
    app_form_drop(form, r->key);
    if (app_form_text(&u->form, r->key).p != NULL)
        app_form_set(c, form, r->key, app_form_text(&u->form, r->key));
}

static err read_resent(struct ctx *c, struct conn *tx, struct acting *u)
{
    struct app_form sent = record_copy_form(c, u->d->form);

    keep_number(c, u, &sent);
    u->form = sent;
    u->resent = true;
    TRY(record_prefill(c, u->w, tx, u->app, &u->d->actor, &u->form));
    TRY(record_check_refs(c, u->w, tx, u->app->fields, u->app->n_fields,
                          &u->form, "fields.", u->f));
    TRY(record_check_acted(c, u->w, tx, u->app->fields, u->app->n_fields,
                           record_filer(u->app, u->events, u->n_events),
                           &u->form, "fields.", u->f));
    return app_form_finish(c, u->app, &u->with, &u->form, u->f);
}

static err read_needs(struct ctx *c, struct conn *tx, struct acting *u)
{
    const struct app_action *x = u->action;
    struct app_pair *pairs = NEWS(c->mem, struct app_pair, u->d->n_needs + 1);
    const struct app_pair *sent = u->d->needs;
    size_t n = u->d->n_needs;

    if (x->n_changes > 0) { /* else a stranger's name is refused here */
        n = pairs_for(u, x->needs, x->n_needs, pairs);
        sent = pairs;
    }
    TRY(app_form_read(c, u->app, &u->with, x->needs, x->n_needs, sent, n,
                      &u->needs, u->f));
    return record_check_refs(c, u->w, tx, x->needs, x->n_needs, &u->needs,
                             "needs.", u->f);
}

/* All rows anew, from what stands now. */
static err compute(struct ctx *c, struct conn *tx, struct acting *u)
{
    if (!u->action->computes || u->f->errors > 0)
        return E_OK;
    TRY(record_populate(c, u->w, tx, u->app, &u->with, u->was.r.number,
                        &u->form));
    u->changed = true;
    return app_form_finish(c, u->app, &u->with, &u->form, u->f);
}

static err read_asked(struct ctx *c, struct conn *tx, struct acting *u)
{
    TRY(record_see(c, u->w, tx, u->app, &u->was.r, u->events, u->n_events,
                   &u->form, &u->seen));
    u->with = record_setting(u->w, NULL);
    u->with.seen = &u->seen.seen;
    TRY(read_needs(c, tx, u));
    if (u->d->form != NULL && u->action->who.resident)
        TRY(read_resent(c, tx, u));
    else
        TRY(read_changes(c, tx, u));
    TRY(compute(c, tx, u));
    return check_asked(c, tx, u);
}

/* Where the act leads: nowhere yet, while other branches have not acted; else
 * past the states that are not entered. */
static err find_way(struct ctx *c, struct conn *tx, struct acting *u)
{
    struct record_branch *all;
    size_t n, open = 0;

    TRY(record_branches(c, tx, u->from, &u->was.r, &all, &n));
    for (size_t i = 0; i < n; i++)
        open += !all[i].done && all[i].branch != u->branch;
    if (u->branch != NULL && open > 0 && !u->action->alone) {
        u->to = u->from;
        return E_OK;
    }
    record_say_over(c, &u->needs, &u->seen.said);
    u->seen.seen.paid += u->amount;
    if (u->action->grants != NULL)
        u->seen.seen.granted = u->granted;
    return record_arrive(c, u->app, &u->with, &u->form, &u->to);
}

/* What a claim rests on must still stand when it is granted. */
static err check_claim(struct ctx *c, struct conn *tx, struct acting *u)
{
    str filer = record_filer(u->app, u->events, u->n_events);

    if (filer.n == 0 || (!str_eq(u->to->end, STR("answered")) &&
                         !str_eq(u->to->end, STR("granted"))))
        return E_OK;
    return record_check_acted(c, u->w, tx, u->app->fields, u->app->n_fields,
                              filer, &u->form, "fields.", u->f);
}

/* What another entry holds already; looked for where the form is new, and
 * where the record becomes an entry. */
static err check_alone(struct ctx *c, struct conn *tx, struct acting *u)
{
    const struct record_entering in = {
        .app = u->app, .to = u->to, .form = &u->form, .was = &u->was};
    bool was, becomes;

    TRY(record_becomes(c, tx, &in, &was, &becomes));
    if (!becomes && !u->resent && !u->changed)
        return E_OK;
    return record_check_unique(c, u->w, tx, u->app, &u->form, u->was.r.id,
                               u->d->actor.role == RECORD_OFFICER, u->f);
}

static bool is_payment(const struct acting *u)
{
    return u->app->charge != NULL && u->action->pays.n == 0 &&
           str_eq(app_who(u->app, &u->action->who, &u->form).duty,
                  STR("treasurer"));
}

static err say_money(struct ctx *c, struct acting *u, struct ledger_event *e)
{
    int64_t rupiah = u->was.r.charge;

    if (u->action->grants != NULL)
        ledger_say_i64(c, e, "granted", u->granted);
    if (u->resent)
        return say_charge(c, &u->with, u->app, &u->form, e, &rupiah);
    ledger_say_i64(c, e, "charge", rupiah);
    if (!is_payment(u) && u->action->pays.n == 0)
        return E_OK;
    e->class = LEDGER_FEE;
    ledger_say_i64(c, e, "amount",
                   u->action->pays.n > 0 ? u->amount : rupiah - u->was.r.paid);
    return E_OK;
}

static err say_act(struct ctx *c, struct conn *tx, struct acting *u,
                   struct ledger_event *e)
{
    struct record_entering in = {.app = u->app,
                                 .to = u->to,
                                 .form = &u->form,
                                 .changed = u->resent || u->changed,
                                 .was = &u->was,
                                 .events = u->events,
                                 .n_events = u->n_events,
                                 .actor = u->d->actor.pseudonym,
                                 .action = u->action};

    e->subject = u->was.r.number;
    ledger_say(c, e, "act", u->action->key);
    ledger_say(c, e, "record", u->was.r.number);
    ledger_say(c, e, "app", u->was.r.app);
    ledger_say(c, e, "from", u->from->key);
    if (u->branch != NULL)
        ledger_say(c, e, "branch", u->branch->key);
    say_actor(c, e, &u->d->actor, u->behalf, &u->right);
    TRY(say_money(c, u, e));
    for (size_t i = 0; i < u->needs.n; i++)
        ledger_say_path(c, e, "needs", u->needs.all[i].path,
                        u->needs.all[i].text);
    if (u->action->merges.n > 0)
        ledger_say(c, e, "into", app_form_text(&u->needs, u->action->merges));
    TRY(record_enter(c, u->w, tx, &in, e));
    if (in.changed)
        record_say_form(c, e, u->app, &u->form);
    return record_issue(c, u->w, tx, u->app, u->to,
                        u->to == u->from ? u->action->key : STR(""), &u->form,
                        u->was.r.number, e, &u->out->letter);
}

/* That a record was taken out of turn is an event of its own. */
static err log_turn(struct ctx *c, struct conn *tx, struct acting *u)
{
    const struct city_office *o = city_office(u->w->city, u->was.r.office);
    struct ledger_event e = {.class = LEDGER_ASSIGNMENT,
                             .office = city_office_public(u->w->city, o),
                             .sensitive = u->app->sensitive,
                             .subject = u->was.r.number};

    ledger_say(c, &e, "act", STR("take"));
    ledger_say(c, &e, "record", u->was.r.number);
    ledger_say(c, &e, "app", u->was.r.app);
    ledger_say(c, &e, "by", u->d->actor.pseudonym);
    record_say_right(c, &e, &u->right);
    ledger_say(c, &e, "reason", u->d->reason);
    return ledger_append(c, tx, u->w->ledger, &e);
}

static err act(struct ctx *c, struct conn *tx, void *arg)
{
    struct acting *u = arg;
    struct ledger_event e = {.class = LEDGER_CASE};
    size_t before = u->f->errors;
    bool out_of_turn = false;

    TRY(record_not_parked(c, tx));
    TRY(record_full_find(c, tx, u->d->number, &u->was));
    TRY(unchanged(c, u));
    TRY(record_app(c, u->w, tx, &u->was.r, &u->app));
    TRY(find_action(c, u));
    TRY(ledger_events_of(c, tx, u->w->ledger, u->was.r.number, &u->events,
                         &u->n_events));
    record_fold(c, u->events, u->n_events, &u->form);
    app_form_whole(c, u->app, &u->form);
    TRY(allowed(c, tx, u, &out_of_turn));
    TRY(record_at_counter(c, tx, &u->d->actor, &u->behalf));
    u->behalf = u->behalf && u->action->who.resident;
    TRY(read_asked(c, tx, u));
    if (u->f->errors == before)
        TRY(find_way(c, tx, u));
    TRY(check_claim(c, tx, u));
    TRY(check_alone(c, tx, u));
    if (u->f->errors > before)
        return refused(c, u->f);
    if (out_of_turn)
        TRY(log_turn(c, tx, u));
    e.sensitive = u->app->sensitive;
    TRY(say_act(c, tx, u, &e));
    TRY(ledger_append(c, tx, u->w->ledger, &e));
    u->out->event = e.id;
    if (u->out->letter.n > 0)
        TRY(RUN(c, tx, &record_undrawn_add, I64(e.id)));
    TRY(record_upload_add(c, u->w, tx, u->was.r.number, u->d->uploads,
                          u->d->n_uploads));
    if (record_follows(u->app))
        TRY(record_follow(c, u->w, tx, u->was.r.number, u->from->key, NULL,
                          &u->out->letter));
    return record_find(c, tx, u->was.r.number, &u->out->record);
}

err record_act(struct ctx *c, const struct record_world *w,
               const struct record_deed *d, struct findings *f,
               struct record_outcome *out)
{
    struct acting u = {.w = w, .d = d, .f = f, .out = out};

    *out = (struct record_outcome){.letter = STR("")};
    return store_write(c, w->store, act, &u);
}
