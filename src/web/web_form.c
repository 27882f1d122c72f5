/* SPDX-License-Identifier: EUPL-1.2 */
/* A form, step by step. After each step what was typed is kept in a draft that
 * only this browser's cookie opens; whether a field applies is decided here,
 * between steps. */
#include "web/web_priv.h"

/* Kept in the draft beside the answers; no app can have such a path. */
#define NONCE STR("*nonce")

/* ---- opening and keeping ------------------------------------------ */

static bool at_counter(const struct visit *v)
{
    return str_starts(v->path, STR("/loket"));
}

static bool at_desk(const struct visit *v)
{
    return str_starts(v->path, STR(WEB_OWN_FORMS));
}

str web_who_files(struct visit *v, const struct app *a)
{
    static const struct {
        const char *id, *en;
    } words[] = {
        [APP_BY_RESIDENT] = {"Layanan ini diisi oleh warga.",
                             "Residents fill this in."},
        [APP_BY_OFFICER] = {"Laporan ini diisi pegawai pada ruang kerjanya.",
                            "Officers fill this in where they work."},
        [APP_BY_CALENDAR] = {"Berkas ini dibuka oleh kalender.",
                             "The calendar opens these records."},
    };

    return str_of(say(v->c, words[a->filed_by].id, words[a->filed_by].en));
}

/* What officers file for themselves is filed where they work, and nothing else
 * is. */
static err fits_place(struct visit *v, const struct app *a)
{
    if (a->filed_by == (at_desk(v) ? APP_BY_OFFICER : APP_BY_RESIDENT))
        return E_OK;
    return fail(v->c, E_NOT_FOUND, "%.*s", STR_ARG(web_who_files(v, a)));
}

static void new_nonce(struct visit *v, struct going *g)
{
    unsigned char bytes[16];

    ctx_random(v->c, bytes, sizeof bytes);
    g->nonce = seal_base64url(v->c, bytes, sizeof bytes);
}

/* The draft of the version that is current; another's answers are taken over
 * as far as they still have a field. */
static err load(struct visit *v, struct going *g)
{
    str nonce;
    err e;

    g->draft = (struct record_draft){0};
    if (v->s.brought) {
        TRY(web_look(v));
        e = record_draft_load(v->c, &v->world, v->on, g->token, &g->draft);
        if (e != E_OK && e != E_NOT_FOUND && e != E_TAMPERED)
            return e;
        g->found = e == E_OK;
        if (!g->found)
            g->draft = (struct record_draft){0};
    }
    web_form_begun(v, g);
    nonce = app_form_text(&g->draft.form, NONCE);
    if (nonce.p != NULL && nonce.n > 0)
        g->nonce = nonce;
    else
        new_nonce(v, g);
    return E_OK;
}

err web_form_open(struct visit *v, struct going *g)
{
    const struct app_entry *e;

    *g = (struct going){.behalf = at_counter(v), .number = STR("")};
    TRY(web_app(v, &e));
    if (!e->open)
        return fail(v->c, E_GONE, "%.*s", STR_ARG(web_word(v, "say_closed")));
    TRY(fits_place(v, e->app));
    web_session_need(v);
    g->app = e->app;
    g->desk = at_desk(v);
    g->base = arena_fmt(v->c->mem, "%s/%.*s",
                        g->behalf ? "/loket"
                        : g->desk ? WEB_OWN_FORMS
                                  : "/layanan",
                        STR_ARG(e->id));
    g->token = web_own_token(v, "draft", e->id);
    return load(v, g);
}

err web_form_keep(struct visit *v, struct going *g)
{
    g->draft.app = g->app->id;
    g->draft.tree = g->app->tree;
    g->draft.overlay = g->app->overlay;
    app_form_set(v->c, &g->draft.form, NONCE, g->nonce);
    web_look_away(v);
    return record_draft_save(v->c, &v->world, g->token, &g->draft);
}

/* ---- steps -------------------------------------------------------- */

/* The fields of a step that apply now, as one run. */
struct asked {
    const struct app_step *step;
    struct app_field *all;
    size_t n;
};

static struct asked ask(struct visit *v, const struct going *g,
                        const struct app_step *s)
{
    struct app_setting with = web_setting(v);
    struct asked a = {.step = s,
                      .all = NEWS(v->c->mem, struct app_field, s->n + 1)};

    for (size_t i = 0; i < s->n; i++) {
        const struct app_field *d = &g->app->fields[s->fields[i]];

        if (!d->computed &&
            app_field_applies(v->c, g->app, &with, &g->draft.form, d))
            a.all[a.n++] = *d;
    }
    return a;
}

static err find_step(struct visit *v, const struct going *g, str key,
                     size_t *at)
{
    for (*at = 0; *at < g->app->n_steps; ++*at)
        if (str_eq(g->app->steps[*at].key, key))
            return E_OK;
    return fail(v->c, E_NOT_FOUND, "%s",
                say(v->c, "Langkah ini tidak ada.", "There is no such step."));
}

/* Where it goes on behind step `at`: the next that asks something. */
static str after(struct visit *v, const struct going *g, size_t at)
{
    for (size_t i = at; i < g->app->n_steps; i++)
        if (ask(v, g, &g->app->steps[i]).n > 0)
            return arena_fmt(v->c->mem, "%.*s/isi/%.*s", STR_ARG(g->base),
                             STR_ARG(g->app->steps[i].key));
    return g->number.n > 0
               ? arena_fmt(v->c->mem, "%.*s/tindak/resubmit", STR_ARG(g->base))
               : arena_fmt(v->c->mem, "%.*s/periksa", STR_ARG(g->base));
}

static str before(struct visit *v, const struct going *g, size_t at)
{
    while (at-- > 0)
        if (ask(v, g, &g->app->steps[at]).n > 0)
            return web_to(v, "%.*s/isi/%.*s", STR_ARG(g->base),
                          STR_ARG(g->app->steps[at].key));
    return g->behalf         ? web_to(v, "/loket")
           : g->desk         ? web_to(v, "/kerja")
           : g->number.n > 0 ? web_to(v, "%.*s", STR_ARG(g->base))
                             : web_app_href(v, g->app->id);
}

static str progress(struct visit *v, const struct going *g, size_t at)
{
    int64_t n = 0, of = 0;

    for (size_t i = 0; i < g->app->n_steps; i++) {
        bool any = ask(v, g, &g->app->steps[i]).n > 0;

        of += any;
        n += any && i <= at;
    }
    return SAY(v, "say_step", STR("n"), web_number(v, n), STR("of"),
               web_number(v, of));
}

/* ---- what was typed ----------------------------------------------- */

struct typed {
    struct app_pair *all;
    size_t n, room;
};

static void add(struct visit *v, struct typed *t, str name, str value)
{
    ARENA_GROW(v->c->mem, t->all, t->n, t->room);
    t->all[t->n++] = (struct app_pair){name, value};
}

static bool is_file(const struct app_field *d)
{
    return d->type == APP_FILE || d->type == APP_PHOTO;
}

static bool of_field(str name, const struct app_field *d, const char *part)
{
    return name.n == d->key.n + strlen(part) && str_starts(name, d->key) &&
           str_ends(name, str_of(part));
}

/* Ours, not the app's; with "@" the records that were ticked. */
static bool ours(str name)
{
    return app_page_name(name) || str_starts(name, STR("@"));
}

/* A browser sends no digest of a file: it sends the file. Latitude and
 * longitude become one point. False: leave the pair out. */
static bool takes(const struct app_field *fields, size_t n, str name)
{
    for (size_t i = 0; i < n; i++) {
        const struct app_field *d = &fields[i];

        if (is_file(d) && (str_eq(name, d->key) || of_field(name, d, ".name") ||
                           of_field(name, d, ".size")))
            return false;
        if (d->type == APP_PLACE &&
            (of_field(name, d, ".lat") || of_field(name, d, ".lon") ||
             of_field(name, d, ".accuracy")))
            return false;
    }
    return !ours(name);
}

static str sent(const struct visit *v, const struct app_field *d,
                const char *part)
{
    for (size_t i = 0; i < v->n_form; i++)
        if (of_field(v->form[i].name, d, part))
            return str_trim(v->form[i].value);
    return STR("");
}

static void add_point(struct visit *v, struct typed *t,
                      const struct app_field *d)
{
    str lat = sent(v, d, ".lat"), lon = sent(v, d, ".lon");

    if (d->type != APP_PLACE || (lat.n == 0 && lon.n == 0))
        return;
    add(v, t, arena_fmt(v->c->mem, "%.*s.titik", STR_ARG(d->key)),
        arena_fmt(v->c->mem, "%.*s,%.*s", STR_ARG(lat), STR_ARG(lon)));
}

struct uploads {
    struct record_upload *all;
    size_t n, room;
};

static void keep_upload(struct visit *v, struct uploads *u,
                        const struct record_upload *one)
{
    for (size_t i = 0; i < u->n; i++)
        if (str_eq(u->all[i].path, one->path)) {
            u->all[i] = *one;
            return;
        }
    ARENA_GROW(v->c->mem, u->all, u->n, u->room);
    u->all[u->n++] = *one;
}

static err add_file(struct visit *v, struct typed *t, const struct app_field *d,
                    struct uploads *u, struct findings *f)
{
    const struct record_upload *up = is_file(d) ? web_file(v, d->key) : NULL;
    struct record_upload kept;
    str key = d->key;
    bool taken;

    if (up == NULL)
        return E_OK;
    kept = *up;
    kept.path = key;
    TRY(web_read_upload(v, d, &kept, f, &taken));
    if (!taken)
        return E_OK;
    keep_upload(v, u, &kept);
    add(v, t, key, seal_show_hash(v->c, seal_sha256(kept.bytes)));
    add(v, t, arena_fmt(v->c->mem, "%.*s.name", STR_ARG(key)), kept.name);
    add(v, t, arena_fmt(v->c->mem, "%.*s.size", STR_ARG(key)),
        arena_fmt(v->c->mem, "%zu", kept.bytes.n));
    return E_OK;
}

static bool takes_many(const struct app_field *d, str name)
{
    size_t row, column;
    str rest;

    if (app_cell_at(d, name, &row, &column, &rest))
        return d->columns[column].type == APP_CHOICES;
    return d->type == APP_CHOICES && str_eq(d->key, name);
}

/* Only boxes to tick may come twice. */
static err no_doubles(struct visit *v, const struct app_field *fields, size_t n)
{
    for (size_t i = 0; i < v->n_form; i++)
        for (size_t k = i + 1; k < v->n_form; k++) {
            bool choices = false;

            if (!str_eq(v->form[i].name, v->form[k].name))
                continue;
            for (size_t m = 0; m < n; m++)
                choices |= takes_many(&fields[m], v->form[i].name);
            if (!choices)
                return fail(v->c, E_BAD_INPUT, "%s",
                            say(v->c, "Satu isian dikirim dua kali.",
                                "One field was sent twice."));
        }
    return E_OK;
}

static err gather(struct visit *v, const struct app_field *fields, size_t n,
                  struct typed *t, struct uploads *u, struct findings *f)
{
    TRY(no_doubles(v, fields, n));
    for (size_t i = 0; i < v->n_form; i++)
        if (takes(fields, n, v->form[i].name))
            add(v, t, v->form[i].name, v->form[i].value);
    for (size_t i = 0; i < n; i++) {
        add_point(v, t, &fields[i]);
        TRY(add_file(v, t, &fields[i], u, f));
    }
    return E_OK;
}

static bool typed_about(const struct typed *t, str key)
{
    for (size_t i = 0; i < t->n; i++)
        if (str_eq(t->all[i].name, key) ||
            (str_starts(t->all[i].name, key) && t->all[i].name.p[key.n] == '.'))
            return true;
    return false;
}

/* Boxes without a tick send nothing; on a page that showed them that is an
 * answer. A file that is not sent again stays. */
static void add_unticked(struct visit *v, const struct app_action *x,
                         struct typed *t)
{
    for (size_t i = x->n_needs; i < x->n_needs + x->n_changes; i++) {
        const struct app_field *d = &x->needs[i];

        if (d->type != APP_FILE && d->type != APP_PHOTO &&
            !typed_about(t, d->key))
            add(v, t, d->key, STR(""));
    }
}

err web_read_needs(struct visit *v, const struct app_action *x,
                   struct app_pair **pairs, size_t *n,
                   struct record_upload **uploads, size_t *n_uploads,
                   struct findings *f)
{
    struct typed t = {0};
    struct uploads u = {0};

    TRY(gather(v, x->needs, x->n_needs + x->n_changes, &t, &u, f));
    add_unticked(v, x, &t);
    *pairs = t.all, *n = t.n;
    *uploads = u.all, *n_uploads = u.n;
    return E_OK;
}

/* What an action changes is shown with what it holds, until something is
 * sent. */
err web_held(struct visit *v, const struct app_action *x,
             const struct app_form *form, struct app_pair **pairs, size_t *n)
{
    struct typed t = {0};

    for (size_t i = x->n_needs; i < x->n_needs + x->n_changes; i++) {
        struct app_pair *raw;
        size_t many;

        TRY(app_form_raw(v->c, &x->needs[i], form, &raw, &many));
        for (size_t k = 0; k < many; k++)
            add(v, &t, raw[k].name, raw[k].value);
    }
    *pairs = t.all, *n = t.n;
    return E_OK;
}

/* A change stands on the act's own page, under its name alone. */
void web_own_names(const struct app_action *x, struct findings *f)
{
    static const str head = STR_INIT("fields.");

    for (size_t i = 0; i < f->n; i++) {
        str key = f->all[i].key, own;

        if (!str_starts(key, head))
            continue;
        own = str_slice(key, head.n, key.n);
        for (size_t k = x->n_needs; k < x->n_needs + x->n_changes; k++)
            if (str_eq(own, x->needs[k].key) ||
                (str_starts(own, x->needs[k].key) &&
                 own.p[x->needs[k].key.n] == '.'))
                f->all[i].key = own;
    }
}

/* ---- showing a step ----------------------------------------------- */

static err stored(struct visit *v, const struct asked *a,
                  const struct app_form *form, struct typed *t)
{
    for (size_t i = 0; i < a->n; i++) {
        struct app_pair *raw;
        size_t n;

        TRY(app_form_raw(v->c, &a->all[i], form, &raw, &n));
        for (size_t k = 0; k < n; k++)
            add(v, t, raw[k].name, raw[k].value);
    }
    return E_OK;
}

/* The charge so far, when it can be computed. */
static void put_estimate(struct visit *v, const struct going *g)
{
    struct app_setting with = web_setting(v);
    struct app_form whole = web_copy_form(v->c, &g->draft.form);
    struct findings f = {0};
    struct data *box;
    int64_t rupiah;
    str formula, why = v->c->why;

    web_flag(v, v->page, "estimate", false);
    if (g->app->charge == NULL)
        return;
    if (app_form_finish(v->c, g->app, &with, &whole, &f) != E_OK && f.n == 0)
        return;
    if (app_charge(v->c, g->app, &with, &whole, &rupiah, &formula) == E_OK &&
        rupiah > 0) {
        box = web_map(v, v->page, "estimate");
        web_put(v, box, "text", city_show_money(v->c, rupiah));
        web_put(v, box, "formula", formula);
    }
    v->c->why = why;
}

static void put_step(struct visit *v, const struct going *g, size_t at,
                     const struct asked *a, const struct filling *x)
{
    const struct app_step *s = &g->app->steps[at];
    struct data *fields = web_list(v, v->page, "fields");
    bool files = false;

    for (size_t i = 0; i < a->n; i++) {
        data_append(v->c, fields, web_field(v, &a->all[i], x));
        files |= is_file(&a->all[i]);
    }
    v->title =
        arena_fmt(v->c->mem, "%.*s - %.*s", STR_ARG(app_say(v->c, s->title)),
                  STR_ARG(app_say(v->c, g->app->title)));
    web_put(v, v->page, "service", app_say(v->c, g->app->title));
    web_put(v, v->page, "progress", progress(v, g, at));
    web_put(v, v->page, "heading", app_say(v->c, s->title));
    web_put(v, v->page, "action",
            web_to(v, "%.*s/isi/%.*s", STR_ARG(g->base), STR_ARG(s->key)));
    web_put(v, v->page, "form_token", g->nonce);
    web_put(v, v->page, "version", web_form_mark(v, g));
    web_put(v, v->page, "draft_note",
            SAY(v, "say_draft_kept", STR("when"),
                web_when(v, v->c->now + 72 * TIME_HOUR)));
    web_flag(v, v->page, "behalf", g->behalf);
    web_flag(v, v->page, "multipart", files);
    web_back(v, before(v, g, at));
}

err web_form_step(struct visit *v, struct going *g, str key,
                  const struct findings *f)
{
    struct typed t = {0};
    struct filling x = {.form = &g->draft.form, .own = !g->behalf, .f = f};
    struct asked a;
    size_t at;

    TRY(find_step(v, g, key, &at));
    a = ask(v, g, &g->app->steps[at]);
    TRY(web_frame(v));
    if (f == NULL)
        TRY(stored(v, &a, &g->draft.form, &t));
    x.pairs = f == NULL ? t.all : v->form;
    x.n = f == NULL ? t.n : v->n_form;
    put_step(v, g, at, &a, &x);
    if (f == NULL)
        put_estimate(v, g);
    else
        web_flag(v, v->page, "estimate", false);
    if (f != NULL)
        web_wrong(v, f, web_on_page, NULL);
    web_put(v, v->page, "csrf", web_csrf(v));
    return web_show_as(v, f == NULL || f->n == 0 ? 200 : 422, "step");
}

/* ---- taking a step ------------------------------------------------ */

static bool has_key(const struct findings *f, str key)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->all[i].key, key))
            return true;
    return false;
}

/* The rules that this step's answers break: those that fail now, and did not
 * fail while the step was unanswered. */
static void blame_rules(struct visit *v, const struct going *g,
                        const struct asked *a, struct findings *f)
{
    struct app_setting with = web_setting(v);
    struct app_form without = web_copy_form(v->c, &g->draft.form);
    struct findings now = {0}, then = {0};

    for (size_t i = 0; i < a->n; i++)
        for (size_t k = without.n; k-- > 0;) {
            str path = without.all[k].path, head, tail;

            str_cut(path, '.', &head, &tail);
            if (str_eq(head, a->all[i].key))
                app_form_drop(&without, path);
        }
    app_form_rules(v->c, g->app, &with, &g->draft.form, &now);
    app_form_rules(v->c, g->app, &with, &without, &then);
    for (size_t i = 0; i < now.n; i++)
        if (!has_key(&then, now.all[i].key))
            finding_add(v->c, f, now.all[i].severity, now.all[i].at,
                        now.all[i].key, "%.*s", STR_ARG(now.all[i].what));
}

static bool asks_place(const struct asked *a)
{
    for (size_t i = 0; i < a->n; i++)
        if (a->all[i].type == APP_PLACE)
            return true;
    return false;
}

static err look_nearby(struct visit *v, const struct going *g, bool *any)
{
    struct record_near *near;
    size_t n;

    TRY(web_look(v));
    TRY(record_nearby(v->c, &v->world, v->on, g->app, &g->draft.form, &near,
                      &n));
    *any = n > 0;
    return E_OK;
}

/* A record that was named fills what comes after, as far as this browser may
 * see it. */
static err fill_from_refs(struct visit *v, struct going *g,
                          const struct findings *f)
{
    struct record_actor actor = web_actor(v, v->s.proof);

    return f->errors > 0 ? E_OK
                         : record_prefill(v->c, &v->world, v->on, g->app,
                                          &actor, &g->draft.form);
}

/* Read one step into the draft and keep it; *next stays empty where the step
 * is shown again with what is wrong. */
static err take(struct visit *v, struct going *g, size_t at, str *next,
                struct findings *f)
{
    struct app_setting with = web_setting(v);
    struct asked a = ask(v, g, &g->app->steps[at]);
    struct uploads u = {g->draft.uploads, g->draft.n_uploads,
                        g->draft.n_uploads};
    struct typed t = {0};
    bool near = false;
    size_t refused; /* files: what is typed can wait, they would be lost */
    err e;

    TRY(gather(v, a.all, a.n, &t, &u, f));
    refused = f->errors;
    e = app_form_read(v->c, g->app, &with, a.all, a.n, t.all, t.n,
                      &g->draft.form, f);
    if (e != E_OK && e != E_REFUSED)
        return e;
    g->draft.uploads = u.all, g->draft.n_uploads = u.n;
    if (record_has_refs(a.all, a.n)) {
        TRY(web_look(v));
        TRY(record_check_refs(v->c, &v->world, v->on, a.all, a.n,
                              &g->draft.form, "", f));
        TRY(record_check_acted(v->c, &v->world, v->on, a.all, a.n,
                               v->s.who.pseudonym, &g->draft.form, "", f));
        TRY(fill_from_refs(v, g, f));
    }
    if (f->errors == 0)
        blame_rules(v, g, &a, f);
    TRY(web_form_keep(v, g));
    *next = STR("");
    if (web_has_sent(v, "save") && refused == 0) {
        *next = g->behalf         ? STR("/loket")
                : g->desk         ? STR("/kerja")
                : g->number.n > 0 ? g->base
                                  : arena_fmt(v->c->mem, "/layanan/%.*s",
                                              STR_ARG(g->app->id));
        return E_OK;
    }
    if (f->errors > 0)
        return E_OK;
    if (g->number.n == 0 && g->app->merge_metres > 0 && asks_place(&a))
        TRY(look_nearby(v, g, &near));
    *next = near ? arena_fmt(v->c->mem, "%.*s/serupa", STR_ARG(g->base))
                 : after(v, g, at + 1);
    return E_OK;
}

/* A row more or less: what was typed is kept, and nothing is said of it. */
static err show_rows_anew(struct visit *v, struct going *g, size_t at, str key,
                          str *next)
{
    struct findings f = {0}, none = {0};

    TRY(take(v, g, at, next, &f));
    *next = STR("");
    return web_form_step(v, g, key, &none);
}

err web_form_read(struct visit *v, struct going *g, str key, str *next)
{
    struct findings f = {0};
    struct asked a;
    size_t at;

    TRY(find_step(v, g, key, &at));
    a = ask(v, g, &g->app->steps[at]);
    if (web_rows_changed(v, a.all, a.n))
        return show_rows_anew(v, g, at, key, next);
    TRY(take(v, g, at, next, &f));
    return next->n > 0 ? E_OK : web_form_step(v, g, key, &f);
}

/* ---- handlers ----------------------------------------------------- */

err web_form_show(struct visit *v)
{
    struct going g;

    TRY(web_form_open(v, &g));
    return web_form_step(v, &g, v->part[2], NULL);
}

/* The page was another version's: what it asked and this one asks too is kept,
 * and all answers are looked through. */
static err take_outdated(struct visit *v, struct going *g)
{
    struct app_setting with = web_setting(v);
    struct findings ignored = {0}; /* the page of all answers says it */
    struct uploads u = {g->draft.uploads, g->draft.n_uploads,
                        g->draft.n_uploads};
    struct typed t = {0}, still = {0};
    struct app_field *all;
    size_t n;
    err e;

    all = web_form_still(v, g, &n);
    TRY(gather(v, all, n, &t, &u, &ignored));
    for (size_t i = 0; i < t.n; i++)
        for (size_t k = 0; k < n; k++)
            if (str_eq(t.all[i].name, all[k].key) ||
                (str_starts(t.all[i].name, all[k].key) &&
                 t.all[i].name.p[all[k].key.n] == '.')) {
                add(v, &still, t.all[i].name, t.all[i].value);
                break;
            }
    e = app_form_read(v->c, g->app, &with, all, n, still.all, still.n,
                      &g->draft.form, &ignored);
    if (e != E_OK && e != E_REFUSED && e != E_BAD_INPUT)
        return e;
    g->draft.uploads = u.all, g->draft.n_uploads = u.n;
    TRY(web_form_mark_begun(v, g));
    return web_go(v, "%.*s/periksa", STR_ARG(g->base));
}

err web_form_take(struct visit *v)
{
    struct going g;
    str next;

    TRY(web_form_open(v, &g));
    if (web_has_sent(v, "version") && web_form_outdated(v, &g))
        return take_outdated(v, &g);
    TRY(web_form_read(v, &g, v->part[2], &next));
    return next.n == 0 ? E_OK : web_go(v, "%.*s", STR_ARG(next));
}

err web_form_start(struct visit *v)
{
    struct going g;

    TRY(web_form_open(v, &g));
    if (!g.found)
        return web_go(v, "%.*s", STR_ARG(after(v, &g, 0)));
    TRY(web_frame(v));
    web_put(v, v->page, "service", app_say(v->c, g.app->title));
    web_put(v, v->page, "saved",
            SAY(v, "say_draft_kept", STR("when"),
                web_when(v, g.draft.saved + 72 * TIME_HOUR)));
    web_put(v, v->page, "changed",
            str_eq(g.draft.tree, g.app->tree) &&
                    str_eq(g.draft.overlay, g.app->overlay)
                ? STR("")
                : str_of(say(v->c,
                             "Layanan ini berubah sejak itu. Periksa kembali "
                             "isian Anda.",
                             "This service has changed since. Please look "
                             "through your answers.")));
    web_put(v, v->page, "go_on", web_to(v, "%.*s", STR_ARG(after(v, &g, 0))));
    web_put(v, v->page, "action", web_to(v, "%.*s/isi", STR_ARG(g.base)));
    web_put(v, v->page, "csrf", web_csrf(v));
    return web_show(v, "resume");
}

err web_form_anew(struct visit *v)
{
    struct going g;

    TRY(web_form_open(v, &g));
    web_look_away(v);
    TRY(record_draft_drop(v->c, &v->world, g.token));
    g.draft = (struct record_draft){0};
    for (size_t i = 0; i < g.app->n_fields; i++) {
        const struct app_field *d = &g.app->fields[i];
        str typed =
                web_sent(v, arena_fmt(v->c->mem, "%.*s", STR_ARG(d->key)).p),
            number;

        if (d->finished && record_number_read(v->c, typed, &number)) {
            app_form_set(v->c, &g.draft.form, d->key, number);
            TRY(web_form_keep(v, &g));
        }
    }
    return web_go(v, "%.*s", STR_ARG(after(v, &g, 0)));
}

err web_form_file(struct visit *v)
{
    struct going g;

    TRY(web_form_open(v, &g));
    for (size_t i = 0; i < g.draft.n_uploads; i++)
        if (str_eq(g.draft.uploads[i].path, v->part[2]))
            return web_send_upload(v, &g.draft.uploads[i]);
    return fail(v->c, E_NOT_FOUND, "%s",
                say(v->c, "Berkas ini tidak ada.", "There is no such file."));
}
