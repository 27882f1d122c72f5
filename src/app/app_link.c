/* SPDX-License-Identifier: EUPL-1.2 */
/* Links to other apps: what is taken from them, opened there, waits for them
 * or counts them. Always optional, so the other app is never asked for here;
 * app_obstacles() says what a chain lacks. */
#include "app/app_priv.h"

#define MATCH_MOST 2

/* What each kind takes beside `kind` and `app`, and what it cannot do without.
 * The order is that of enum app_link_kind. */
static const struct {
    const char *name, *takes, *needs;
} kinds[] = {
    {"prefill", "by values states", "by values"},
    {"opens", "on values due", "on values"},
    {"gate", "match states forbid blocks say", "match blocks say"},
    {"figure", "match states sum count from to", "match"},
};

static struct finding *fault(struct app_work *w, struct place at, str path,
                             const char *doc, const char *id, const char *en)
{
    struct finding *f =
        finding_add(w->c, w->f, FIND_ERROR, at, path, "%s", say(w->c, id, en));

    app_mend(w->c, f, doc, "%s", "");
    return f;
}

static bool kind_of(str name, enum app_link_kind *out)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (str_eq(name, str_of(kinds[i].name))) {
            *out = (enum app_link_kind)i;
            return true;
        }
    return false;
}

/* Keys of another kind say something that will not happen. */
static void check_keys(struct app_work *w, const struct data *def, str path,
                       enum app_link_kind kind)
{
    struct ctx *c = w->c;
    str rest = str_of(kinds[kind].needs), key;

    for (size_t i = 0; i < def->n; i++)
        if (!app_word_in("kind app", def->pairs[i].key) &&
            !app_word_in(kinds[kind].takes, def->pairs[i].key))
            app_mend(c,
                     finding_add(c, w->f, FIND_ERROR, def->pairs[i].at,
                                 app_path(c, path, def->pairs[i].key),
                                 say(c, "\"%.*s\" tidak berlaku untuk %s.",
                                     "\"%.*s\" does not fit a link of kind "
                                     "%s."),
                                 STR_ARG(def->pairs[i].key), kinds[kind].name),
                     "link-kind", say(c, "Yang berlaku: %s.", "What fits: %s."),
                     kinds[kind].takes);
    while (str_next(&rest, ' ', &key))
        if (data_get(def, key) == NULL)
            app_mend(c,
                     finding_add(
                         c, w->f, FIND_ERROR, def->at, app_path(c, path, key),
                         say(c, "\"%.*s\" belum ada.", "\"%.*s\" is missing."),
                         STR_ARG(key)),
                     "link-kind", "%s", "");
}

/* ---- values ------------------------------------------------------- */

/* A field of this app, or what an act asked, that is copied with its parts. */
static bool copied(const struct app_work *w, str name)
{
    str said =
        str_starts(name, STR("said.")) ? str_slice(name, 5, name.n) : STR("");

    for (size_t i = 0; i < w->n_said; i++)
        if (str_eq(w->said_fields[i].key, said))
            return true;
    return app_field(w->a, name) != NULL;
}

static bool part_path(str s)
{
    str head, tail;

    str_cut(s, '.', &head, &tail);
    return app_field_name_ok(head) && (tail.n == 0 || app_field_name_ok(tail));
}

/* Any of the usual results; a value of a list has no text of its own. */
static const struct cel_program *value_program(struct app_work *w,
                                               struct cel_env *env,
                                               const struct data *source,
                                               str path)
{
    static const enum app_type tries[] = {APP_TEXT,  APP_INTEGER, APP_DECIMAL,
                                          APP_MONEY, APP_BOOLEAN, APP_DATE};
    struct findings *all = w->f;
    const struct cel_program *p = NULL;

    for (size_t i = 0; i < COUNT(tries) && p == NULL; i++) {
        struct findings own = {0};

        w->f = &own;
        p = app_program(w, env, source, path, RESULT_FIELD, tries[i]);
    }
    w->f = all;
    return p != NULL
               ? p
               : app_program(w, env, source, path, RESULT_FIELD, APP_TEXT);
}

static void take_values(struct app_work *w, const struct data *map, str path,
                        struct app_link *l)
{
    struct ctx *c = w->c;
    size_t n = map != NULL && map->kind == DATA_MAP ? map->n : 0;
    struct app_link_value *all = NEWS(c->mem, struct app_link_value, n + 1);
    struct cel_env *env = l->kind == APP_OPENS           ? w->act_env
                          : app_row_figure(w->a, l->key) ? w->row_env
                                                         : w->link_env;

    for (size_t i = 0; i < n; i++) {
        const struct data_pair *p = &map->pairs[i];
        struct app_link_value *v = &all[l->n_values++];
        str here = app_path(c, path, p->key),
            text = str_trim(data_text(p->value));

        *v = (struct app_link_value){.name = p->key, .from = STR("")};
        if (l->kind == APP_PREFILL || (l->kind == APP_OPENS && copied(w, text)))
            v->from = text;
        else
            v->expr = value_program(w, env, p->value, here);
        if (l->kind == APP_PREFILL && app_field(w->a, p->key) == NULL)
            app_unknown_field(w, p->value, here, p->key, "link-values");
        if (l->kind == APP_PREFILL && !part_path(text))
            fault(w, p->value->at, here, "link-values",
                  "Prefill menyebut nama isian aplikasi lain.",
                  "A prefill names a field of the other app.");
    }
    l->values = all;
}

static const str *take_list(struct app_work *w, const struct data *list,
                            size_t *n)
{
    size_t many = list != NULL && list->kind == DATA_LIST ? list->n : 0;
    str *all = NEWS(w->c->mem, str, many + 1);

    for (size_t i = 0; i < many; i++)
        all[(*n)++] = data_text(list->items[i]);
    return all;
}

/* ---- one link ----------------------------------------------------- */

static void check_blocks(struct app_work *w, const struct data *def, str path,
                         const struct app_link *l)
{
    struct ctx *c = w->c;
    const struct app *a = w->a;

    for (size_t i = 0; i < l->n_blocks; i++) {
        struct app_near near = app_near(l->blocks[i]);
        bool known = str_eq(l->blocks[i], STR("submit")), decides = false;

        for (size_t s = 0; s < a->n_states; s++)
            for (size_t k = 0; k < a->states[s].n_actions; k++) {
                app_near_try(&near, a->states[s].actions[k].key);
                if (str_eq(a->states[s].actions[k].key, l->blocks[i])) {
                    known = true;
                    decides |= a->states[s].actions[k].who.system;
                }
            }
        if (decides)
            fault(w, data_get(def, STR("blocks"))->at,
                  app_path(c, path, STR("blocks")), "link-blocks",
                  "Tindakan yang berjalan sendiri tidak dapat ditahan; "
                  "gunakan when:.",
                  "An action that happens by itself cannot be held; use "
                  "when:.");
        if (!known)
            app_mend_near(c,
                          finding_add(c, w->f, FIND_ERROR,
                                      data_get(def, STR("blocks"))->at,
                                      app_path(c, path, STR("blocks")),
                                      say(c,
                                          "Alur ini tidak punya tindakan "
                                          "\"%.*s\".",
                                          "The flow has no action \"%.*s\"."),
                                      STR_ARG(l->blocks[i])),
                          "link-blocks", &near);
    }
}

static void check_link(struct app_work *w, const struct data *def, str path,
                       const struct app_link *l)
{
    struct ctx *c = w->c;
    const struct data *match = data_get(def, STR("match"));

    if (l->kind == APP_PREFILL && l->by.n > 0 && app_field(w->a, l->by) == NULL)
        app_unknown_field(w, data_get(def, STR("by")),
                          app_path(c, path, STR("by")), l->by, "link-by");
    if (l->kind == APP_OPENS && l->on.n > 0 && app_state(w->a, l->on) == NULL)
        fault(w, data_get(def, STR("on"))->at, app_path(c, path, STR("on")),
              "link-on", "Alur ini tidak punya keadaan itu.",
              "The flow has no such state.");
    if (match != NULL && match->kind == DATA_MAP &&
        (match->n == 0 || match->n > MATCH_MOST))
        fault(w, match->at, app_path(c, path, STR("match")), "link-match",
              "match: berisi satu atau dua isian.",
              "match: holds one or two fields.");
    if (str_eq(l->app, w->a->id) &&
        (l->kind == APP_PREFILL || l->kind == APP_OPENS))
        fault(w, def->at, path, "link-app",
              "Aplikasi tidak mengisi atau membuka dirinya sendiri.",
              "An app neither fills nor opens itself.");
    if (l->kind == APP_FIGURE && l->sum.n > 0 && app_true(def, "count"))
        fault(w, def->at, path, "link-sum", "sum: atau count:, bukan keduanya.",
              "sum: or count:, not both.");
    check_blocks(w, def, path, l);
}

static void take_link(struct app_work *w, const struct data_pair *pair,
                      struct app_link *l)
{
    struct ctx *c = w->c;
    const struct data *def = pair->value;
    str path = app_path(c, STR("links"), pair->key);
    bool fills;

    l->key = pair->key;
    if (!kind_of(app_text(def, "kind"), &l->kind))
        return; /* a word that is none is a finding of the schema */
    l->app = app_text(def, "app");
    l->by = app_text(def, "by");
    l->on = app_text(def, "on");
    city_span_read(app_text(def, "due"), &l->due);
    fills = l->kind == APP_PREFILL || l->kind == APP_OPENS;
    take_values(w, data_get(def, fills ? STR("values") : STR("match")),
                app_path(c, path, fills ? STR("values") : STR("match")), l);
    l->states = take_list(w, data_get(def, STR("states")), &l->n_states);
    l->forbid = app_true(def, "forbid");
    l->blocks = take_list(w, data_get(def, STR("blocks")), &l->n_blocks);
    l->say = data_get(def, STR("say"));
    l->sum = app_text(def, "sum");
    l->from =
        app_program(w, w->link_env, data_get(def, STR("from")),
                    app_path(c, path, STR("from")), RESULT_DATE, APP_DATE);
    l->to = app_program(w, w->link_env, data_get(def, STR("to")),
                        app_path(c, path, STR("to")), RESULT_DATE, APP_DATE);
    check_keys(w, def, path, l->kind);
    check_link(w, def, path, l);
}

void app_build_links(struct app_work *w)
{
    const struct data *all = data_get(w->tree, STR("links"));
    size_t n = all != NULL && all->kind == DATA_MAP ? all->n : 0;
    struct app_link *links = NEWS(w->c->mem, struct app_link, n + 1);
    const struct cel_type *figure = w->figure;
    const struct app_population *rows = w->a->population;
    struct cel_type none = {.kind = CEL_MAP};

    /* No figure waits for another: what a link looks for is asked first. */
    w->figure = &none;
    w->link_env = app_build_scope(w, NULL, 0, false);
    if (rows != NULL)
        w->row_env = app_build_scope(w, rows->into->columns,
                                     rows->into->n_columns, false);
    w->figure = figure;

    for (size_t i = 0; i < n; i++)
        if (all->pairs[i].value->kind == DATA_MAP)
            take_link(w, &all->pairs[i], &links[w->a->n_links++]);
    w->a->links = links;
}

/* ---- what the chain lacks ----------------------------------------- */

/* "pemohon.nama" is indexed where "pemohon" is. */
static const struct app_field *field_there(const struct app *b, str path)
{
    str head, tail;

    str_cut(path, '.', &head, &tail);
    return app_field(b, head);
}

static void lacks(struct ctx *c, const struct app_link *l, str what,
                  struct findings *f)
{
    finding_add(c, f, FIND_NOTE, (struct place){0},
                app_path(c, STR("links"), l->key), "%.*s", STR_ARG(what));
}

static void check_names(struct ctx *c, const struct app_link *l,
                        const struct app *b, struct findings *f)
{
    bool looks = l->kind == APP_GATE || l->kind == APP_FIGURE;

    for (size_t i = 0; i < l->n_values; i++) {
        str name =
            l->kind == APP_PREFILL ? l->values[i].from : l->values[i].name;
        const struct app_field *d = field_there(b, name);

        if (d == NULL || (looks && !d->indexed))
            lacks(c, l,
                  arena_fmt(c->mem,
                            d == NULL
                                ? say(c, "%.*s tidak punya isian %.*s.",
                                      "%.*s has no field %.*s.")
                                : say(c,
                                      "%.*s tidak mengindeks isian %.*s; "
                                      "tambahkan index: true.",
                                      "%.*s does not index the field %.*s; "
                                      "add index: true."),
                            STR_ARG(l->app), STR_ARG(name)),
                  f);
    }
    for (size_t i = 0; i < l->n_states; i++)
        if (app_state(b, l->states[i]) == NULL)
            lacks(c, l,
                  arena_fmt(c->mem,
                            say(c, "%.*s tidak punya keadaan %.*s.",
                                "%.*s has no state %.*s."),
                            STR_ARG(l->app), STR_ARG(l->states[i])),
                  f);
}

void app_link_lacks(struct ctx *c, const struct app_link *l,
                    const struct app *there, struct findings *f)
{
    if (there != NULL)
        check_names(c, l, there, f);
    else
        lacks(c, l,
              arena_fmt(c->mem,
                        say(c,
                            "%.*s belum dipasang atau belum dibuka; "
                            "sambungan ini belum bekerja.",
                            "%.*s is not installed or not open; this link "
                            "does nothing yet."),
                        STR_ARG(l->app)),
              f);
}

/* An app knows itself: what it asks of its own records must be there. */
void app_check_links(struct app_work *w)
{
    struct findings own = {0};

    for (size_t i = 0; i < w->a->n_links; i++)
        if (str_eq(w->a->links[i].app, w->a->id))
            check_names(w->c, &w->a->links[i], w->a, &own);
    for (size_t i = 0; i < own.n; i++)
        app_mend(w->c,
                 finding_add(w->c, w->f, FIND_ERROR,
                             data_get(w->tree, STR("links"))->at,
                             own.all[i].key, "%.*s", STR_ARG(own.all[i].what)),
                 "link-match", "%s", "");
}
