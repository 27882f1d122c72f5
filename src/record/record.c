/* SPDX-License-Identifier: EUPL-1.2 */
/* Submitting and acting: one event each, and what it carries. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

/* ---- what both have in common ------------------------------------- */

/* The values of a form as facts; what lists filter by as one more. */
static void say_form(struct ctx *c, struct ledger_event *e, const struct app *a,
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
}

static void say_actor(struct ctx *c, struct ledger_event *e,
                      const struct record_actor *actor, bool behalf)
{
    bool officer = actor->role == RECORD_OFFICER;

    ledger_say(c, e, "by", officer ? actor->pseudonym : STR("resident"));
    if (officer && behalf)
        ledger_say(c, e, "for", STR("resident"));
    ledger_say(c, e, "channel",
               actor->channel.n > 0 ? actor->channel : STR("web"));
}

static err say_charge(struct ctx *c, const struct record_world *w,
                      const struct app *a, const struct app_form *form,
                      const struct app_form *person, struct ledger_event *e,
                      int64_t *rupiah)
{
    struct app_setting with = record_setting(w, person);

    *rupiah = 0;
    if (a->charge != NULL)
        TRY(app_charge(c, a, &with, form, rupiah, NULL));
    ledger_say_i64(c, e, "charge", *rupiah);
    return E_OK;
}

/* ---- submitting --------------------------------------------------- */

struct submitting {
    const struct record_world *w;
    const struct record_submission *s;
    struct app_form form;
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

static err is_taken(struct ctx *c, struct conn *on, str number, bool *taken)
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

static void say_head(struct ctx *c, struct submitting *u)
{
    const struct app *a = u->s->app;
    struct record_receipt *out = u->out;
    struct ledger_event *e = &u->e;

    *e = (struct ledger_event){.class = LEDGER_CASE, .sensitive = a->sensitive};
    out->number = record_number_new(c);
    out->code = new_code(c, u);
    e->subject = out->number;
    ledger_say(c, e, "act", STR("submit"));
    ledger_say(c, e, "record", out->number);
    ledger_say(c, e, "app", a->id);
    ledger_say(c, e, "version", a->version);
    ledger_say(c, e, "tree", a->tree);
    ledger_say(c, e, "overlay", a->overlay);
    ledger_say(c, e, "code", record_code_kept(c, u->w, out->number, out->code));
    say_actor(c, e, &u->s->actor, u->s->behalf);
}

/* All that a submission says, before the writer's turn: it needs no other
 * statement's result, so the writer is left with writing. */
static err say_submission(struct ctx *c, struct submitting *u)
{
    const struct app *a = u->s->app;
    const struct app_state *start = app_state(a, a->start);
    struct record_entering in = {.app = a, .to = start, .form = &u->form};
    struct conn *on = NULL;

    MUST(start != NULL);
    say_head(c, u);
    TRY(say_charge(c, u->w, a, &u->form, u->s->person, &u->e, &u->out->charge));
    say_form(c, &u->e, a, &u->form);
    if (start->n_four_eyes > 0) /* who else is there, stands in the database */
        TRY(store_read(c, u->w->store, &on));
    TRY(record_enter(c, u->w, on, &in, &u->e));
    if (on != NULL)
        store_done(on);
    return ledger_prepare(c, &u->e);
}

static err submit(struct ctx *c, struct conn *tx, void *arg)
{
    struct submitting *u = arg;
    struct ledger_event *e = &u->e;
    bool used;

    u->taken = false;
    TRY(used_before(c, tx, u, &used));
    if (used)
        return E_OK;
    TRY(is_taken(c, tx, u->out->number, &u->taken));
    if (u->taken)
        return E_OK;
    TRY(ledger_append(c, tx, u->w->ledger, e));
    u->out->event = e->id;
    u->out->due = ledger_fact_time(e, "due");
    u->out->promise = ledger_fact_time(e, "promise");
    TRY(record_upload_add(c, u->w, tx, u->out->number, u->s->uploads,
                          u->s->n_uploads));
    if (u->s->token.n == 0)
        return E_OK;
    return RUN(c, tx, &record_token_add, BLOB(token_key(c, u->w, u->s->token)),
               TXT(u->out->number), I64(e->id), I64(c->now));
}

static struct app_form copy_form(struct ctx *c, const struct app_form *f)
{
    struct app_form copy = {0};

    for (size_t i = 0; i < f->n; i++)
        app_form_set(c, &copy, f->all[i].path, f->all[i].text);
    return copy;
}

static err refused(struct ctx *c, const struct findings *f)
{
    return fail(c, E_REFUSED,
                say(c, "Ada %zu isian yang perlu diperbaiki.",
                    "There are %zu answers to put right."),
                f->errors);
}

err record_submit(struct ctx *c, const struct record_world *w,
                  const struct record_submission *s, struct findings *f,
                  struct record_receipt *out)
{
    const struct app_entry *entry = app_catalogue_find(w->apps, s->app->id);
    struct app_setting with = record_setting(w, s->person);
    struct submitting u = {.w = w, .s = s, .out = out};
    size_t before = f->errors;

    *out = (struct record_receipt){0};
    if (entry == NULL || !entry->open)
        return fail(c, E_GONE,
                    say(c, "Layanan ini belum dibuka atau sudah ditutup.",
                        "This service is not open, or was closed."));
    u.form = copy_form(c, s->form);
    TRY(app_form_finish(c, s->app, &with, &u.form, f));
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
    struct ledger_event *events;
    size_t n_events;
    struct app_form form, needs;
    bool new_form, behalf;
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
    for (size_t i = 0; i < n; i++)
        if (all[i].action == u->action)
            mine = &all[i];
    if (mine == NULL)
        return fail(c, E_CONFLICT, "%s",
                    say(c, "Tindakan ini belum dapat diambil.",
                        "This action cannot be taken yet."));
    if (mine->why.n > 0)
        return fail(c, E_FORBIDDEN, "%.*s", STR_ARG(mine->why));
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

static err read_asked(struct ctx *c, struct conn *tx, struct acting *u)
{
    struct app_setting with = record_setting(u->w, NULL);

    TRY(app_form_read(c, u->app, &with, u->action->needs, u->action->n_needs,
                      u->d->needs, u->d->n_needs, &u->needs, u->f));
    TRY(check_merge(c, tx, u));
    if (u->d->form == NULL || !u->action->who.resident)
        return E_OK;
    u->form = copy_form(c, u->d->form);
    u->new_form = true;
    return app_form_finish(c, u->app, &with, &u->form, u->f);
}

static bool is_payment(const struct acting *u)
{
    return u->app->charge != NULL &&
           str_eq(app_who(u->app, &u->action->who, &u->form).duty,
                  STR("treasurer"));
}

static err say_money(struct ctx *c, struct acting *u, struct ledger_event *e)
{
    int64_t rupiah = u->was.r.charge;

    if (u->new_form)
        return say_charge(c, u->w, u->app, &u->form, NULL, e, &rupiah);
    ledger_say_i64(c, e, "charge", rupiah);
    if (!is_payment(u))
        return E_OK;
    e->class = LEDGER_FEE;
    ledger_say_i64(c, e, "amount", rupiah - u->was.r.paid);
    ledger_say(c, e, "reference", app_form_text(&u->needs, STR("bukti")));
    return E_OK;
}

static err say_act(struct ctx *c, struct conn *tx, struct acting *u,
                   struct ledger_event *e)
{
    struct record_entering in = {.app = u->app,
                                 .to = u->to,
                                 .form = &u->form,
                                 .was = &u->was,
                                 .events = u->events,
                                 .n_events = u->n_events,
                                 .actor = u->d->actor.pseudonym};

    e->subject = u->was.r.number;
    ledger_say(c, e, "act", u->action->key);
    ledger_say(c, e, "record", u->was.r.number);
    ledger_say(c, e, "app", u->was.r.app);
    ledger_say(c, e, "from", u->from->key);
    say_actor(c, e, &u->d->actor, u->behalf);
    TRY(say_money(c, u, e));
    if (u->new_form)
        say_form(c, e, u->app, &u->form);
    for (size_t i = 0; i < u->needs.n; i++)
        ledger_say_path(c, e, "needs", u->needs.all[i].path,
                        u->needs.all[i].text);
    if (u->action->merges.n > 0)
        ledger_say(c, e, "into", app_form_text(&u->needs, u->action->merges));
    TRY(record_enter(c, u->w, tx, &in, e));
    return record_issue(c, u->w, tx, u->app, u->to, &u->form, u->was.r.number,
                        e, &u->out->letter);
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
    ledger_say(c, &e, "reason", u->d->reason);
    return ledger_append(c, tx, u->w->ledger, &e);
}

static err act(struct ctx *c, struct conn *tx, void *arg)
{
    struct acting *u = arg;
    struct ledger_event e = {.class = LEDGER_CASE};
    size_t before = u->f->errors;
    bool out_of_turn = false;

    TRY(record_full_find(c, tx, u->d->number, &u->was));
    TRY(unchanged(c, u));
    TRY(record_app(c, u->w, tx, &u->was.r, &u->app));
    TRY(find_action(c, u));
    TRY(ledger_events_of(c, tx, u->w->ledger, u->was.r.number, &u->events,
                         &u->n_events));
    record_fold(c, u->events, u->n_events, &u->form);
    TRY(allowed(c, tx, u, &out_of_turn));
    TRY(record_at_counter(c, tx, &u->d->actor, &u->behalf));
    u->behalf = u->behalf && u->action->who.resident;
    TRY(read_asked(c, tx, u));
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
