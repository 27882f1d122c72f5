/* SPDX-License-Identifier: EUPL-1.2 */
/* Letters: when they are issued, how long they hold, and that their template
 * names nothing that will not be there. */
#include "app/app_priv.h"

static const str facts[] = {
#define FACT(name, what) STR_INIT(name),
#include "app/fact.def"
#undef FACT
};

static const str facets[] = {
#define FACET(name, example) STR_INIT(#name),
#include "app/facet.def"
#undef FACET
};

/* Inside {{#rab}}..{{/rab}}: a column, or the row's number. */
static bool column_known(const struct app_field *d, str name)
{
    for (size_t i = 0; i < d->n_columns; i++)
        if (str_eq(d->columns[i].key, name))
            return true;
    return d->type == APP_ROWS && str_eq(name, STR("no"));
}

/* What some action asks, if parties may read the answer: a letter is theirs. */
static bool said_known(const struct app_work *w, str path)
{
    const struct app_part *parts;
    str name, part;

    str_cut(path, '.', &name, &part);
    for (size_t i = 0; i < w->n_said; i++) {
        const struct app_field *d = &w->said_fields[i];
        size_t n = app_parts(d->type, &parts);

        if (!str_eq(d->key, name) || d->show == APP_OFFICE)
            continue;
        for (size_t k = 0; k < n; k++)
            if (str_eq(part, str_of(parts[k].name)) &&
                app_part_asked(d, &parts[k]))
                return true;
    }
    return false;
}

/* "luas", "pemohon.nama", "law.izin", "said.alasan", "record" */
static bool fact_known(const struct app_work *w, str name, str within)
{
    str key, part;
    const struct app_field *d;
    const struct app_part *parts;
    size_t n;

    if (str_among(name, facts, COUNT(facts)) >= 0)
        return true;
    if (str_cut(name, '.', &key, &part) && str_eq(key, STR("law")))
        return data_get(data_get(w->tree, STR("law")), part) != NULL;
    if (str_eq(key, STR("said")))
        return said_known(w, part);
    d = app_field(w->a, within);
    if (d != NULL && column_known(d, name))
        return true;
    d = app_field(w->a, key);
    if (d == NULL)
        return false;
    n = app_parts(d->type, &parts);
    for (size_t i = 0; i < n; i++)
        if (str_eq(str_of(parts[i].name), part))
            return app_part_asked(d, &parts[i]);
    return false;
}

static void near_facts(const struct app_work *w, struct app_near *near)
{
    for (size_t i = 0; i < COUNT(facts); i++)
        app_near_try(near, facts[i]);
    for (size_t i = 0; i < w->a->n_fields; i++) {
        const struct app_part *parts;
        size_t n = app_parts(w->a->fields[i].type, &parts);

        for (size_t k = 0; k < n; k++)
            app_near_try(near,
                         app_part_path(w->c, &w->a->fields[i], &parts[k]));
    }
}

static void check_template(struct app_work *w, const struct markup *m)
{
    struct ctx *c = w->c;
    struct markup_name *names;
    size_t n;

    if (markup_names(c, m, &names, &n) != E_OK)
        return;
    for (size_t i = 0; i < n; i++) {
        struct app_near near = app_near(names[i].name);

        if (fact_known(w, names[i].name, names[i].within))
            continue;
        near_facts(w, &near);
        app_mend_near(c,
                      finding_add(c, w->f, FIND_ERROR, names[i].at,
                                  names[i].name,
                                  say(c,
                                      "Templat surat menyebut \"%.*s\", yang "
                                      "tidak ada pada aplikasi ini.",
                                      "The letter's template names \"%.*s\", "
                                      "which the app does not have."),
                                  STR_ARG(names[i].name)),
                      "letter-template", &near);
    }
}

static const struct markup *take_template(struct app_work *w,
                                          const struct data *def, str path)
{
    struct ctx *c = w->c;
    const struct data *named = data_get(def, STR("template"));
    str name = data_text(named), text;
    const struct markup *m = NULL;
    size_t before = w->f->errors;

    if (named == NULL || name.p == NULL)
        return NULL;
    text = app_package_file(w->p, name);
    if (text.p == NULL) {
        app_mend(c,
                 finding_add(c, w->f, FIND_ERROR, named->at,
                             app_path(c, path, STR("template")),
                             say(c, "Berkas %.*s belum ada di folder aplikasi.",
                                 "There is no file %.*s in the app's folder."),
                             STR_ARG(name)),
                 "letter-template", "%s", "");
        return NULL;
    }
    if (markup_parse(c, app_package_shown(c, w->p, name), text, MARKUP_TEXT,
                     w->f, &m) != E_OK ||
        w->f->errors > before)
        return NULL;
    check_template(w, m);
    return m;
}

static bool facet_known(struct app_work *w, const struct data *number, str name,
                        app_facet_known *more)
{
    return str_among(name, facets, COUNT(facets)) >= 0 ||
           (more != NULL && more(w, number, name));
}

static void unknown_facet(struct app_work *w, const struct data *number,
                          str path, const char *doc, str name)
{
    struct ctx *c = w->c;
    struct app_near near = app_near(name);

    for (size_t k = 0; k < COUNT(facets); k++)
        app_near_try(&near, facets[k]);
    app_mend_near(c,
                  finding_add(c, w->f, FIND_ERROR, number->at, path,
                              say(c, "Nomor tidak mengenal \"{{%.*s}}\".",
                                  "A number has no \"{{%.*s}}\"."),
                              STR_ARG(name)),
                  doc, &near);
}

const struct markup *app_number_template(struct app_work *w,
                                         const struct data *number, str path,
                                         const char *doc, app_facet_known *more)
{
    struct ctx *c = w->c;
    const struct markup *m = NULL;
    struct markup_name *names;
    struct findings own = {0};
    bool seq = false;
    size_t n;

    if (number == NULL || data_text(number).p == NULL ||
        markup_parse(c, number->at.file, data_text(number), MARKUP_TEXT, &own,
                     &m) != E_OK ||
        markup_names(c, m, &names, &n) != E_OK)
        n = 0;
    for (size_t i = 0; i < own.n; i++)
        finding_add(c, w->f, FIND_ERROR, number->at, path, "%.*s",
                    STR_ARG(own.all[i].what));
    for (size_t i = 0; i < n; i++) {
        seq |= str_eq(names[i].name, STR("seq")) ||
               str_eq(names[i].name, STR("seq4"));
        if (!facet_known(w, number, names[i].name, more))
            unknown_facet(w, number, path, doc, names[i].name);
    }
    if (m != NULL && !seq)
        app_mend(c,
                 finding_add(c, w->f, FIND_ERROR, number->at, path,
                             say(c, "Nomor tanpa {{seq}} akan kembar.",
                                 "Without {{seq}} numbers would be alike.")),
                 doc, "%s", "");
    return m;
}

/* An act that stays where the letter is issued may issue it anew. */
static void take_again(struct app_work *w, const struct data *def, str path,
                       struct app_letter *l)
{
    const char *key_of = data_get(def, STR("by")) != NULL ? "by" : "again";
    const struct data *list = data_get(def, str_of(key_of));
    const struct app_state *s = app_state(w->a, l->at);
    str *all;

    l->acted = strcmp(key_of, "by") == 0;
    if (list == NULL || list->kind != DATA_LIST)
        return;
    all = NEWS(w->c->mem, str, list->n + 1);
    for (size_t i = 0; i < list->n; i++) {
        str key = data_text(list->items[i]);
        const struct app_action *x = s == NULL ? NULL : app_action(s, key);

        all[l->n_again++] = key;
        if (s == NULL || (x != NULL && str_eq(x->to, s->key)))
            continue;
        app_mend(w->c,
                 finding_add(w->c, w->f, FIND_ERROR, list->items[i]->at,
                             app_path(w->c, path, str_of(key_of)),
                             say(w->c,
                                 "\"%.*s\" bukan tindakan yang tetap pada "
                                 "keadaan surat ini.",
                                 "\"%.*s\" is no act that stays in the "
                                 "letter's state."),
                             STR_ARG(key)),
                 arena_fmt(w->c->mem, "letter-%s", key_of).p, "%s", "");
    }
    l->again = all;
}

/* From and for, or as long as the state stands. */
static void take_valid(struct app_work *w, const struct data *def, str path,
                       struct app_letter *l)
{
    struct ctx *c = w->c;
    const struct data *valid = data_get(def, STR("valid"));
    str below = app_path(c, path, STR("valid"));

    if (valid == NULL || valid->kind != DATA_MAP)
        return;
    l->valid_from =
        app_program(w, w->env, data_get(valid, STR("from")),
                    app_path(c, below, STR("from")), RESULT_DATE, APP_DATE);
    l->valid_for =
        app_program(w, w->env, data_get(valid, STR("for")),
                    app_path(c, below, STR("for")), RESULT_PERIOD, APP_DATE);
    l->until_lapse = data_get(valid, STR("until")) != NULL;
    if ((data_get(valid, STR("from")) == NULL) == l->until_lapse &&
        (data_get(valid, STR("for")) == NULL) == l->until_lapse)
        return;
    app_mend(c,
             finding_add(c, w->f, FIND_ERROR, valid->at, below, "%s",
                         say(c, "Masa berlaku disebut sekali.",
                             "How long it holds is said once.")),
             "valid", "%s",
             say(c, "Pakailah from: dan for:, atau until: lapse.",
                 "Use from: and for:, or until: lapse."));
}

/* One paper each, for whom the rows name. */
static void take_each(struct app_work *w, const struct data *def, str path,
                      struct app_letter *l)
{
    const struct data *each = data_get(def, STR("each"));
    const struct app_field *d = app_field(w->a, data_text(each));

    if (each == NULL)
        return;
    if (d != NULL && d->type == APP_ROWS && d->show == APP_OWN)
        l->each = d;
    else
        app_mend(w->c,
                 finding_add(w->c, w->f, FIND_ERROR, each->at,
                             app_path(w->c, path, STR("each")),
                             say(w->c,
                                 "each: menyebut isian jenis rows dengan "
                                 "show: own.",
                                 "each: names a field of type rows with show: "
                                 "own.")),
                 "letter-each", "%s", "");
}

static void take_letter(struct app_work *w, const struct data_pair *pair,
                        struct app_letter *l)
{
    struct ctx *c = w->c;
    const struct data *def = pair->value;
    const struct data *at = data_get(def, STR("at"));
    str path = app_path(c, STR("letters"), pair->key);

    l->key = pair->key;
    l->at = data_text(at);
    l->title = data_get(def, STR("title"));
    if (l->title == NULL)
        l->title = w->a->title;
    if (at != NULL && app_state(w->a, l->at) == NULL) {
        struct app_near near = app_near(l->at);

        for (size_t i = 0; i < w->a->n_states; i++)
            app_near_try(&near, w->a->states[i].key);
        app_mend_near(c,
                      finding_add(c, w->f, FIND_ERROR, at->at,
                                  app_path(c, path, STR("at")),
                                  say(c,
                                      "Alur ini tidak punya keadaan "
                                      "\"%.*s\".",
                                      "The flow has no state \"%.*s\"."),
                                  STR_ARG(l->at)),
                      "letter-at", &near);
    }
    l->body = take_template(w, def, path);
    l->register_key = app_text(def, "register");
    l->function = app_text(def, "function");
    l->number = app_number_template(w, data_get(def, STR("number")),
                                    app_path(c, path, STR("number")),
                                    "letter-number", NULL);
    take_valid(w, def, path, l);
    take_again(w, def, path, l);
    take_each(w, def, path, l);
}

void app_build_letters(struct app_work *w)
{
    const struct data *all = data_get(w->tree, STR("letters"));
    size_t n = all != NULL && all->kind == DATA_MAP ? all->n : 0;

    w->a->letters = NEWS(w->c->mem, struct app_letter, n + 1);
    for (size_t i = 0; i < n; i++)
        if (all->pairs[i].value->kind == DATA_MAP)
            take_letter(w, &all->pairs[i], &w->a->letters[w->a->n_letters++]);
}
