/* SPDX-License-Identifier: EUPL-1.2 */
/* Building: merge, check, compile. Each step adds its findings, and none stops
 * at the first. */
#include "app/app_priv.h"

/* ---- fields ------------------------------------------------------- */

static enum app_show show_of(const struct data *def)
{
    str s = app_text(def, "show");

    return str_eq(s, STR("public"))   ? APP_PUBLIC
           : str_eq(s, STR("office")) ? APP_OFFICE
           : str_eq(s, STR("own"))    ? APP_OWN
                                      : APP_PARTIES;
}

static void take_options(struct app_work *w, const struct data *def, str path,
                         struct app_field *d)
{
    const struct data *map = data_get(def, STR("options"));
    struct ctx *c = w->c;
    struct app_option *options;

    if (d->type != APP_CHOICE && d->type != APP_CHOICES)
        return;
    if (map == NULL || map->kind != DATA_MAP || map->n == 0) {
        app_mend(c,
                 finding_add(c, w->f, FIND_ERROR, def->at,
                             app_path(c, path, STR("options")),
                             say(c, "Pilihannya belum ada.",
                                 "The options are missing.")),
                 "field-options", "%s", "");
        return;
    }
    options = NEWS(c->mem, struct app_option, map->n);
    for (size_t i = 0; i < map->n; i++)
        options[i] =
            (struct app_option){map->pairs[i].key, map->pairs[i].value};
    d->options = options;
    d->n_options = map->n;
}

static void take_size(struct app_work *w, const struct data *def,
                      struct app_field *d)
{
    struct cel_decimal mb;
    str text = app_text(def, "max_mb");

    (void)w;
    d->max_bytes = (int64_t)5 * 1000 * 1000;
    if (text.n > 0 && cel_decimal_read(text, &mb) && mb.scale <= 6) {
        for (; mb.scale < 6; mb.scale++)
            mb.coefficient *= 10;
        d->max_bytes = (int64_t)mb.coefficient;
    }
}

static void check_private(struct app_work *w, const struct data *def, str path,
                          const struct app_field *d)
{
    struct ctx *c = w->c;

    if (d->show != APP_PUBLIC || !app_field_private(d))
        return;
    app_mend(
        c,
        finding_add(c, w->f, FIND_ERROR, data_get(def, STR("show"))->at,
                    app_path(c, path, STR("show")),
                    say(c, "Isian jenis %s tidak pernah boleh dibaca umum.",
                        "A field of type %s can never be public."),
                    app_type_name(d->type)),
        "field-show",
        say(c, "Pakailah parties atau office.", "Use parties or office."));
}

static void check_bounds(struct app_work *w, const struct data *def, str path,
                         const struct app_field *d)
{
    static const char *const ends[] = {"min", "max"};
    struct ctx *c = w->c;

    for (size_t i = 0; i < COUNT(ends); i++) {
        str literal = app_text(def, ends[i]), out;

        if (literal.n == 0 || app_bound(c, NULL, d->type, literal, &out) ||
            !app_word_in("integer decimal money date",
                         str_of(app_type_name(d->type))))
            continue;
        app_mend(
            c,
            finding_add(c, w->f, FIND_ERROR, data_get(def, str_of(ends[i]))->at,
                        app_path(c, path, str_of(ends[i])),
                        say(c, "\"%.*s\" bukan nilai jenis %s.",
                            "\"%.*s\" is no value of type %s."),
                        STR_ARG(literal), app_type_name(d->type)),
            "field-min",
            say(c,
                "Tulislah satu nilai, atau today + 7 days untuk tanggal; yang "
                "lain adalah aturan (rules).",
                "Write a single value, or today + 7 days for a date; anything "
                "else is a rule."));
    }
}

static void check_from(struct app_work *w, const struct data *def, str path,
                       const struct app_field *d)
{
    struct ctx *c = w->c;

    enum app_filer by = w->a->filed_by;
    bool whole = str_starts(path, STR("fields."));
    bool named = d->type == APP_OFFICER || d->type == APP_UNIT;
    bool known = whole && (by == APP_BY_OFFICER ||
                           (by == APP_BY_CALENDAR && d->type == APP_UNIT));

    if (d->from.n == 0 || (d->self ? named && known : !named))
        return;
    app_mend(c,
             finding_add(c, w->f, FIND_ERROR, data_get(def, STR("from"))->at,
                         app_path(c, path, STR("from")),
                         say(c, "\"%.*s\" tidak cocok di sini dengan jenis %s.",
                             "\"%.*s\" does not fit the type %s here."),
                         STR_ARG(d->from), app_type_name(d->type)),
             "field-from", "%s",
             d->self ? say(c,
                           "self memerlukan filed_by: officer; pegawai yang "
                           "mengisi, atau kantornya. Kantor juga dapat pada "
                           "yang dibuka kalender.",
                           "self needs filed_by: officer: who files, or the "
                           "office. An office fits where the calendar opens, "
                           "too.")
                     : "");
}

/* Rows are somebody's own by the first column that names an officer. */
static void check_own(struct app_work *w, const struct data *def, str path,
                      const struct app_field *d)
{
    size_t i = 0;

    while (i < d->n_columns && d->columns[i].type != APP_OFFICER)
        i++;
    if (d->show != APP_OWN || d->type != APP_ROWS || i < d->n_columns)
        return;
    app_mend(w->c,
             finding_add(w->c, w->f, FIND_ERROR, data_get(def, STR("show"))->at,
                         app_path(w->c, path, STR("show")),
                         say(w->c,
                             "Baris baru milik seseorang bila ada kolom jenis "
                             "officer.",
                             "Rows are somebody's own where a column is of "
                             "type officer.")),
             "field-show", "%s", "");
}

static void take_field(struct app_work *w, const struct data_pair *pair,
                       str path, struct app_field *d)
{
    const struct data *def = pair->value;

    d->key = pair->key;
    d->def = def;
    d->type = APP_TEXT;
    app_type_read(app_text(def, "type"), &d->type);
    d->optional = app_true(def, "optional");
    d->finished = app_true(def, "finished");
    d->acted = app_text(def, "acted");
    d->self = str_eq(app_text(def, "from"), STR("self"));
    d->computed = d->self || data_get(def, STR("value")) != NULL;
    d->show = show_of(def);
    d->from = app_text(def, "from");
    d->indexed = (app_true(def, "index") && d->type != APP_ROWS) ||
                 d->type == APP_CHOICE || d->type == APP_PLACE ||
                 d->type == APP_REGION || (d->self && d->type == APP_OFFICER);
    take_options(w, def, path, d);
    take_size(w, def, d);
    app_build_columns(w, def, path, d);
    check_from(w, def, path, d);
    check_own(w, def, path, d);
    check_private(w, def, path, d);
    check_bounds(w, def, path, d);
}

bool app_page_name(str name)
{
    return app_word_in("csrf token save version branch act reason baris", name);
}

void app_build_field_list(struct app_work *w, const struct data *map, str path,
                          struct app_field **out, size_t *n)
{
    *out = NULL;
    *n = 0;
    if (map == NULL || map->kind != DATA_MAP)
        return;
    *out = NEWS(w->c->mem, struct app_field, map->n + 1);
    for (size_t i = 0; i < map->n; i++) {
        const struct data_pair *p = &map->pairs[i];
        str here = app_path(w->c, path, p->key);

        if (p->value->kind != DATA_MAP)
            continue;
        take_field(w, p, here, &(*out)[(*n)++]);
        /* Also in needs and columns: an expression means these by them. */
        if ((app_word_in("tariff said figure today now true false null in",
                         p->key) &&
             !str_eq(path, STR("fields"))) ||
            (!str_ends(path, STR(".columns")) && app_page_name(p->key)))
            app_mend(w->c,
                     finding_add(w->c, w->f, FIND_ERROR, p->value->at, here,
                                 say(w->c, "Nama \"%.*s\" sudah berarti lain.",
                                     "The name \"%.*s\" is taken."),
                                 STR_ARG(p->key)),
                     "names", "%s", "");
    }
}

/* The key of a numbered register is given, not asked. */
static void note_numbered(struct app_work *w)
{
    const struct data *r = data_get(w->tree, STR("register"));

    if (data_get(r, STR("number")) == NULL)
        return;
    for (size_t i = 0; i < w->a->n_fields; i++)
        if (str_eq(w->a->fields[i].key, app_text(r, "key")))
            w->a->fields[i].computed = true;
}

/* The step that a record's field rests on is told by a text of the form. */
static void check_acted(struct app_work *w, const struct app_field *d)
{
    const struct data *at = data_get(d->def, STR("acted"));
    const struct app_field *step = app_field(w->a, d->acted);
    str path =
        app_path(w->c, app_path(w->c, STR("fields"), d->key), STR("acted"));

    if (d->acted.n == 0 ||
        (step != NULL && step->type == APP_TEXT && !step->computed &&
         w->a->filed_by == APP_BY_OFFICER))
        return;
    app_mend(w->c,
             finding_add(w->c, w->f, FIND_ERROR, at->at, path,
                         say(w->c,
                             "acted: menyebut isian jenis text, pada aplikasi "
                             "yang diisi pegawai.",
                             "acted: names a field of type text, in an app "
                             "that officers file.")),
             "field-acted", "%s", "");
}

static void build_fields(struct app_work *w)
{
    app_build_field_list(w, data_get(w->tree, STR("fields")), STR("fields"),
                         &w->a->fields, &w->a->n_fields);
    for (size_t i = 0; i < w->a->n_fields; i++)
        check_acted(w, &w->a->fields[i]);
    note_numbered(w);
}

/* ---- what statistics need ----------------------------------------- */

static struct app_field *own_field(struct app_work *w, str key)
{
    for (size_t i = 0; i < w->a->n_fields; i++)
        if (str_eq(w->a->fields[i].key, key))
            return &w->a->fields[i];
    return NULL;
}

void app_unknown_field(struct app_work *w, const struct data *at, str path,
                       str key, const char *doc)
{
    struct ctx *c = w->c;
    struct app_near near = app_near(key);
    struct finding *f =
        finding_add(c, w->f, FIND_ERROR, at->at, path,
                    say(c, "Aplikasi ini tidak punya isian \"%.*s\".",
                        "The app has no field \"%.*s\"."),
                    STR_ARG(key));

    app_near_keys(&near, data_get(w->tree, STR("fields")));
    if (strcmp(doc, "insight-by") == 0)
        app_near_try(&near, STR("region"));
    app_mend_near(c, f, doc, &near);
}

static void index_listed(struct app_work *w, const char *node, const char *key)
{
    const struct data *list =
        data_get(data_get(w->tree, str_of(node)), str_of(key));

    for (size_t i = 0; list != NULL && list->kind == DATA_LIST && i < list->n;
         i++) {
        str name = data_text(list->items[i]);
        struct app_field *d = own_field(w, name);

        if (d != NULL)
            d->indexed = !app_field_private(d) && d->type != APP_ROWS;
        else if (!(strcmp(node, "insight") == 0 && strcmp(key, "by") == 0 &&
                   str_eq(name, STR("region"))))
            app_unknown_field(w, list->items[i],
                              arena_fmt(w->c->mem, "%s.%s", node, key), name,
                              arena_fmt(w->c->mem, "%s-%s", node, key).p);
    }
}

static void build_merge(struct app_work *w)
{
    const struct data *merge = data_get(w->tree, STR("merge"));
    const struct data *same = data_get(merge, STR("same"));
    str near = app_text(merge, "near"), number, unit;
    int64_t metres = 0;
    str *keys;

    index_listed(w, "insight", "measure");
    index_listed(w, "insight", "by");
    index_listed(w, "merge", "same");
    if (str_cut(near, ' ', &number, &unit) && str_is_i64(number, &metres))
        w->a->merge_metres = (int)metres;
    app_build_close(w);
    if (same == NULL || same->kind != DATA_LIST)
        return;
    keys = NEWS(w->c->mem, str, same->n + 1);
    for (size_t i = 0; i < same->n; i++)
        keys[w->a->n_merge_same++] = data_text(same->items[i]);
    w->a->merge_same = keys;
}

/* ---- laws, charge, privacy, nation -------------------------------- */

static void check_law(struct app_work *w, const char *node)
{
    struct ctx *c = w->c;
    const struct data *law = data_get(w->tree, STR("law"));
    const struct data *named =
        data_get(data_get(w->tree, str_of(node)), STR("law"));
    struct app_near near;
    str key = data_text(named);

    if (named == NULL || data_get(law, key) != NULL)
        return;
    near = app_near(key);
    app_near_keys(&near, law);
    app_mend_near(c,
                  finding_add(c, w->f, FIND_ERROR, named->at,
                              arena_fmt(c->mem, "%s.law", node),
                              say(c, "Dasar hukum \"%.*s\" tidak ada di law.",
                                  "There is no law \"%.*s\" below law."),
                              STR_ARG(key)),
                  "app-law", &near);
}

static bool personal(const struct app *a)
{
    for (size_t i = 0; i < a->n_fields; i++)
        if (app_field_private(&a->fields[i]))
            return true;
    return false;
}

static void check_privacy(struct app_work *w)
{
    struct ctx *c = w->c;

    if (!personal(w->a) || data_get(w->tree, STR("privacy")) != NULL)
        return;
    app_mend(c,
             finding_add(c, w->f, FIND_ERROR, w->tree->at, STR("privacy"),
                         say(c,
                             "Aplikasi ini meminta data pribadi, tetapi belum "
                             "menyebut dasar, tujuan, dan masa simpannya.",
                             "The app asks for personal data, but names no "
                             "basis, purpose and end.")),
             "app-privacy",
             say(c, "Tambahkan privacy: {basis, purpose, keep, then}.",
                 "Add privacy: {basis, purpose, keep, then}."));
}

/* "5 years after end", as the schema has checked it. */
static int months_of(str keep)
{
    str n, unit;
    int64_t many = 0;

    str_cut(keep, ' ', &n, &unit);
    if (!str_is_i64(n, &many))
        return 0;
    return (int)many * (str_starts(unit, STR("year")) ? 12 : 1);
}

static void take_privacy(struct app_work *w)
{
    const struct data *def = data_get(w->tree, STR("privacy"));
    struct app_privacy *p;

    if (def == NULL)
        return;
    p = NEW(w->c->mem, struct app_privacy);
    p->basis = data_text(data_get(def, STR("basis")));
    p->purpose = data_get(def, STR("purpose"));
    p->months = months_of(data_text(data_get(def, STR("keep"))));
    p->archive = str_eq(data_text(data_get(def, STR("then"))), STR("archive"));
    w->a->privacy = p;
}

static bool asked_somewhere(const struct app *a, str need)
{
    for (size_t i = 0; i < a->n_states; i++)
        for (size_t k = 0; k < a->states[i].n_actions; k++)
            for (size_t j = 0; j < a->states[i].actions[k].n_needs; j++)
                if (str_eq(a->states[i].actions[k].needs[j].key, need))
                    return true;
    return false;
}

static void check_national_number(struct app_work *w,
                                  const struct data *national)
{
    struct ctx *c = w->c;
    const struct data *number = data_get(national, STR("number"));

    if (number == NULL || asked_somewhere(w->a, data_text(number)))
        return;
    app_mend(c,
             finding_add(c, w->f, FIND_ERROR, number->at,
                         STR("national.number"),
                         say(c, "Tidak ada tindakan yang menanyakan \"%.*s\".",
                             "No action asks for \"%.*s\"."),
                         STR_ARG(data_text(number))),
             "national-number", "%s", "");
}

/* A national system issues; such an app only stands before it. */
static void check_national(struct app_work *w)
{
    struct ctx *c = w->c;
    const struct data *national = data_get(w->tree, STR("national"));
    const struct data *letters = data_get(w->tree, STR("letters"));

    w->a->national = national;
    check_national_number(w, national);
    if (national == NULL || letters == NULL || letters->n == 0)
        return;
    app_mend(c,
             finding_add(c, w->f, FIND_ERROR, letters->at, STR("letters"),
                         say(c,
                             "Aplikasi yang berdiri di depan sistem nasional "
                             "tidak menerbitkan surat sendiri.",
                             "An app in front of a national system issues no "
                             "letter of its own.")),
             "app-national", "%s", "");
}

/* Not an error of the app: it stays closed until the city maps them. */
static void tell_unmapped(struct app_work *w)
{
    struct ctx *c = w->c;

    for (size_t i = 0; w->k != NULL && i < w->a->n_functions; i++) {
        str name = w->a->functions[i];

        if (city_function_known(name) && !city_function_mapped(w->k, name))
            app_mend(c,
                     finding_add(
                         c, w->f, FIND_WARNING, w->tree->at,
                         arena_fmt(c->mem, "functions.%.*s", STR_ARG(name)),
                         say(c,
                             "Fungsi %.*s belum dipetakan ke kantor; aplikasi "
                             "ini tetap tertutup.",
                             "The function %.*s is not mapped to an office; "
                             "the app stays closed."),
                         STR_ARG(name)),
                     "functions", "%s", "");
    }
}

/* ---- the whole ---------------------------------------------------- */

/* The digest of the overlay's file form; an overlay without lines is none. */
static str overlay_digest(struct ctx *c, const struct app_overlay *o)
{
    return o == NULL || o->n == 0
               ? STR("")
               : seal_show_hash(c, seal_sha256(app_overlay_write(c, o)));
}

static void take_names(struct app_work *w)
{
    struct app *a = w->a;
    const struct data *t = w->tree;

    a->id = w->p->id.p == NULL ? STR("") : w->p->id;
    a->version = w->p->version.p == NULL ? STR("") : w->p->version;
    a->tree = w->p->tree.p == NULL ? STR("") : w->p->tree;
    a->archetype = app_text(t, "extends");
    a->title = data_get(t, STR("title"));
    a->summary = data_get(t, STR("summary"));
    a->noun = data_get(t, STR("noun"));
    a->function = app_text(t, "function");
    a->sensitive = app_true(t, "sensitive");
    a->filed_by = data_get(t, STR("opens")) != NULL ? APP_BY_CALENDAR
                  : str_eq(app_text(t, "filed_by"), STR("officer"))
                      ? APP_BY_OFFICER
                      : APP_BY_RESIDENT;
    a->effective = t;
    a->inner = w->inner;
    a->overlay = overlay_digest(w->c, w->o);
    w->inner->archetype_file = w->p->archetype_file;
    w->inner->overlay_file = w->o == NULL ? STR("") : w->o->file;
}

/* A key that stands twice is a fault of its own; going on to the others needs
 * it once. Maps too large for names hold none that is compiled. */
#define TWINS_MOST 1000

static void drop_twins(struct data *d)
{
    size_t n = 0;

    for (size_t i = 0; d->kind == DATA_LIST && i < d->n; i++)
        drop_twins(d->items[i]);
    if (d->kind != DATA_MAP || d->n > TWINS_MOST)
        return;
    for (size_t i = 0; i < d->n; i++) {
        bool twin = false;

        for (size_t k = 0; k < n && !twin; k++)
            twin = str_eq(d->pairs[k].key, d->pairs[i].key);
        if (twin)
            continue;
        drop_twins(d->pairs[i].value);
        d->pairs[n++] = d->pairs[i];
    }
    d->n = n;
}

static void build_all(struct app_work *w)
{
    drop_twins(w->tree);
    app_insert_states(w);
    take_names(w);
    build_fields(w);
    build_merge(w);
    check_law(w, "charge");
    check_law(w, "flow");
    check_privacy(w);
    take_privacy(w);
    app_build_env(w);
    app_build_programs(w);
    app_check_origins(w);
    app_build_flow(w); /* what an action changes are fields, whole */
    check_national(w);
    app_build_steps(w);
    app_build_letters(w);
    app_build_period(w);
    app_build_population(w);
    app_build_links(w);
    app_build_registry(w);
    app_check_flow(w);
    app_check_links(w);
    app_check_pay(w);
    app_check_home(w);
    tell_unmapped(w);
    if (w->o == NULL)
        app_check_scenarios(w);
}

/* By file, line and column: a person mends from the top down. */
static bool stands_before(const struct place *a, const struct place *b)
{
    int how = str_cmp(a->file, b->file);

    if (how != 0)
        return how < 0;
    return a->line < b->line || (a->line == b->line && a->col < b->col);
}

/* Merge sort: a hostile app has very many faults. */
static void sort_run(struct finding *all, struct finding *spare, size_t n)
{
    size_t half = n / 2, left = 0, right = half;

    if (n < 2)
        return;
    sort_run(all, spare, half);
    sort_run(all + half, spare, n - half);
    memcpy(spare, all, n * sizeof *all);
    for (size_t i = 0; i < n; i++) {
        bool take_right =
            left == half ||
            (right < n && stands_before(&spare[right].at, &spare[left].at));

        all[i] = spare[take_right ? right++ : left++];
    }
}

void app_sort_findings(struct ctx *c, struct findings *f, size_t from)
{
    size_t n = f->n - from;

    if (n > 1)
        sort_run(f->all + from, NEWS(c->mem, struct finding, n), n);
}

err app_build_laid(struct ctx *c, const struct app_package *p,
                   const struct app_overlay *overlay,
                   const struct app_overlay *laid, const struct city *k,
                   struct findings *f, struct app **out)
{
    struct app_work w = {.c = c, .f = f, .p = p, .o = overlay, .k = k};
    size_t before = f->errors, first = f->n;

    *out = NULL;
    w.a = NEW(c->mem, struct app);
    w.inner = NEW(c->mem, struct app_inner);
    w.tree = overlay == NULL ? data_copy(c, p->merged)
                             : app_overlay_lay(c, p, laid, f);
    if (app_schema_check(c, w.tree, true, f))
        build_all(&w);
    app_sort_findings(c, f, first);
    if (f->errors > before)
        return fail(
            c, E_BAD_INPUT,
            say(c, "%.*s mempunyai %zu kesalahan.", "%.*s has %zu faults."),
            STR_ARG(p->id), f->errors - before);
    *out = w.a;
    return E_OK;
}

err app_build(struct ctx *c, const struct app_package *p,
              const struct app_overlay *overlay, const struct city *k,
              struct findings *f, struct app **out)
{
    const struct app_overlay *laid;
    struct findings before = *f;
    str why = c->why;
    err e = app_build_laid(c, p, overlay, overlay, k, f, out);

    if (e != E_BAD_INPUT || overlay == NULL)
        return e;
    laid = app_overlay_park(c, p, overlay, &before);
    if (laid == overlay)
        return e;
    *f = before;
    c->why = why;
    return app_build_laid(c, p, overlay, laid, k, f, out);
}

/* ---- reading a built app ------------------------------------------ */

const struct app_state *app_state(const struct app *a, str key)
{
    for (size_t i = 0; i < a->n_states; i++)
        if (str_eq(a->states[i].key, key))
            return &a->states[i];
    return NULL;
}

const struct app_action *app_action(const struct app_state *s, str key)
{
    for (size_t i = 0; i < s->n_actions; i++)
        if (str_eq(s->actions[i].key, key))
            return &s->actions[i];
    return NULL;
}

const struct app_branch *app_branch(const struct app_state *s, str key)
{
    for (size_t i = 0; i < s->n_branches; i++)
        if (str_eq(s->branches[i].key, key))
            return &s->branches[i];
    return NULL;
}

const struct app_action *app_action_in(struct ctx *c,
                                       const struct app_action *x,
                                       const struct app_branch *b)
{
    struct app_action *whole;
    struct app_field *needs;

    if (b == NULL || b->n_needs == 0)
        return x;
    whole = NEW(c->mem, struct app_action);
    /* What the action changes stands behind what it asks. */
    needs =
        NEWS(c->mem, struct app_field, x->n_needs + b->n_needs + x->n_changes);
    for (size_t i = 0; i < x->n_needs; i++)
        needs[i] = x->needs[i];
    for (size_t i = 0; i < b->n_needs; i++)
        needs[x->n_needs + i] = b->needs[i];
    for (size_t i = 0; i < x->n_changes; i++)
        needs[x->n_needs + b->n_needs + i] = x->needs[x->n_needs + i];
    *whole = *x;
    whole->needs = needs;
    whole->n_needs = x->n_needs + b->n_needs;
    return whole;
}

const struct app_field *app_field(const struct app *a, str key)
{
    for (size_t i = 0; i < a->n_fields; i++)
        if (str_eq(a->fields[i].key, key))
            return &a->fields[i];
    return NULL;
}

str app_origin(const struct app *a, str path)
{
    const struct data *d = data_at(a->effective, path);

    if (d == NULL)
        return STR("");
    if (a->inner->overlay_file.n > 0 &&
        str_eq(d->at.file, a->inner->overlay_file))
        return STR("overlay");
    return str_eq(d->at.file, a->inner->archetype_file) ? STR("archetype")
                                                        : STR("app");
}
