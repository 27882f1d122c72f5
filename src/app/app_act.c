/* SPDX-License-Identifier: EUPL-1.2 */
/* What an act sees beside the form: money so far, when the state was entered,
 * what acts before it asked, figures of other apps. And what it decides. */
#include "app/app_priv.h"

/* ---- names -------------------------------------------------------- */

static const struct {
    str name;
    enum cel_kind kind;
} seen[] = {
    {STR_INIT("charge"), CEL_MONEY},  {STR_INIT("paid"), CEL_MONEY},
    {STR_INIT("granted"), CEL_MONEY}, {STR_INIT("entered"), CEL_DATE},
    {STR_INIT("record"), CEL_STRING},
};

const struct cel_type *app_seen_type(struct ctx *c, size_t i, str *name)
{
    struct cel_type *t;

    if (i >= COUNT(seen))
        return NULL;
    t = NEW(c->mem, struct cel_type);
    t->kind = seen[i].kind;
    *name = seen[i].name;
    return t;
}

static struct app_field *known(const struct app_work *w, struct app_field *all,
                               str key)
{
    for (size_t i = 0; i < w->n_said; i++)
        if (str_eq(all[i].key, key))
            return &all[i];
    return NULL;
}

/* Texts and choices are read alike, also whole numbers and such of one kind;
 * what has parts or columns only as itself. */
static bool reads_alike(struct ctx *c, const struct app_field *a,
                        const struct app_field *b)
{
    enum cel_kind kind = app_type_cel(c, a)->kind;

    return a->type == b->type || (kind == app_type_cel(c, b)->kind &&
                                  kind != CEL_MAP && kind != CEL_LIST);
}

/* `said.NAME` has one type, whoever asked last. */
static void other_type(struct app_work *w, const struct app_field *d,
                       const struct app_field *first)
{
    app_mend(w->c,
             finding_add(w->c, w->f, FIND_ERROR, d->def->at,
                         app_path(w->c, STR("said"), d->key),
                         say(w->c,
                             "Yang ditanyakan di sini berjenis %s, tetapi di "
                             "tempat lain dengan nama yang sama %s.",
                             "What is asked here is of the type %s, but "
                             "elsewhere by the same name of %s."),
                         app_type_name(d->type), app_type_name(first->type)),
             "seen", "%s", "");
}

/* The first of a name gives its type; findings about it come with its own. */
static void collect(struct app_work *w, const struct data *needs,
                    struct app_field *all)
{
    struct findings quiet = {0};
    struct app_work look = *w;
    struct app_field *some;
    size_t n;

    look.f = &quiet;
    app_build_field_list(&look, needs, STR("said"), &some, &n);
    for (size_t i = 0; i < n; i++) {
        struct app_field *first = known(w, all, some[i].key);

        if (first == NULL)
            all[w->n_said++] = some[i];
        else if (!reads_alike(w->c, first, &some[i]))
            other_type(w, &some[i], first);
        else if (first->show == APP_OFFICE)
            first->show = some[i].show; /* a letter may hold that answer */
    }
}

static size_t many(const struct data *map)
{
    return map != NULL && map->kind == DATA_MAP ? map->n : 0;
}

/* Every map of needs in the flow; without `out` it counts their fields. */
static size_t each_needs(struct app_work *w, struct app_field *out)
{
    const struct data *states =
        data_get(data_get(w->tree, STR("flow")), STR("states"));
    static const char *const below[] = {"actions", "parallel"};
    size_t n = 0;

    for (size_t i = 0; i < many(states); i++) {
        const struct data *s = states->pairs[i].value;

        n += many(data_get(s, STR("needs")));
        if (out != NULL)
            collect(w, data_get(s, STR("needs")), out);
        for (size_t b = 0; b < COUNT(below); b++) {
            const struct data *all = data_get(s, str_of(below[b]));

            for (size_t k = 0; k < many(all); k++) {
                n += many(data_get(all->pairs[k].value, STR("needs")));
                if (out != NULL)
                    collect(w, data_get(all->pairs[k].value, STR("needs")),
                            out);
            }
        }
    }
    return n;
}

void app_build_said(struct app_work *w)
{
    struct ctx *c = w->c;
    struct app_field *all =
        NEWS(c->mem, struct app_field, each_needs(w, NULL) + 1);
    struct cel_type *t = NEW(c->mem, struct cel_type);
    struct cel_field *fields;

    w->said_fields = all;
    each_needs(w, all);
    fields = NEWS(c->mem, struct cel_field, w->n_said + 1);
    for (size_t i = 0; i < w->n_said; i++)
        if (app_field_name_ok(all[i].key))
            fields[t->n++] =
                (struct cel_field){all[i].key, app_type_cel(c, &all[i])};
    t->kind = CEL_MAP;
    t->fields = fields;
    w->said = t;
    w->inner->said = all;
    w->inner->n_said = w->n_said;
}

/* ---- values ------------------------------------------------------- */

static struct cel_value figures(struct ctx *c, const struct app *a,
                                const struct app_seen *s)
{
    struct cel_value *pairs =
        NEWS(c->mem, struct cel_value, a->n_links * 2 + 1);
    size_t n = 0;
    int64_t v;

    for (size_t i = 0; i < a->n_links; i++) {
        if (a->links[i].kind != APP_FIGURE)
            continue;
        pairs[n * 2] = cel_string(a->links[i].key);
        pairs[n * 2 + 1] =
            str_is_i64(app_form_text(s->figures, a->links[i].key), &v)
                ? cel_int(v)
                : cel_unknown();
        n++;
    }
    return cel_map_of(c, pairs, n);
}

static struct cel_value said(struct ctx *c, const struct app_scope *s)
{
    const struct app_inner *in = s->a->inner;
    struct cel_value *pairs =
        NEWS(c->mem, struct cel_value, in->n_said * 2 + 1);
    struct app_scope told = {.a = s->a,
                             .with = s->with,
                             .form = s->with->seen->said,
                             .fields = in->said,
                             .n = in->n_said,
                             .depth = s->depth,
                             .left = s->left};

    for (size_t i = 0; i < in->n_said; i++) {
        pairs[i * 2] = cel_string(in->said[i].key);
        pairs[i * 2 + 1] = app_field_value(c, &told, &in->said[i]);
    }
    return cel_map_of(c, pairs, in->n_said);
}

bool app_seen_value(struct ctx *c, const struct app_scope *s, str name,
                    struct cel_value *out)
{
    const struct app_seen *x = s->with == NULL ? NULL : s->with->seen;

    if (x == NULL)
        return false;
    if (str_eq(name, STR("charge")))
        *out = cel_money(x->charge);
    else if (str_eq(name, STR("paid")))
        *out = cel_money(x->paid);
    else if (str_eq(name, STR("granted")))
        *out = cel_money(x->granted);
    else if (str_eq(name, STR("entered")) && x->entered.year > 0)
        *out = cel_date(x->entered);
    else if (str_eq(name, STR("record")) && x->record.n > 0)
        *out = cel_string(x->record);
    else if (str_eq(name, STR("figure")) && x->figures != NULL)
        *out = figures(c, s->a, x);
    else if (str_eq(name, STR("said")) && x->said != NULL)
        *out = said(c, s);
    else
        return false;
    return true;
}

/* ---- deciding ----------------------------------------------------- */

bool app_state_applies(struct ctx *c, const struct app *a,
                       const struct app_setting *with,
                       const struct app_form *form, const struct app_state *s)
{
    struct app_scope scope = app_scope_of(a, with, form);
    struct cel_value v;

    if (s->when == NULL)
        return true;
    v = app_eval(c, &scope, s->when);
    return v.kind == CEL_BOOL && v.v.b;
}

/* What an action asked stands before the form's fields. */
static struct app_scope asked(const struct app *a,
                              const struct app_setting *with,
                              const struct app_form *needs,
                              const struct app_action *x,
                              const struct app_scope *form)
{
    return (struct app_scope){.a = a,
                              .with = with,
                              .form = needs,
                              .fields = x->needs,
                              .n = x->n_needs,
                              .outer = form};
}

void app_action_rules(struct ctx *c, const struct app *a,
                      const struct app_setting *with,
                      const struct app_form *form, const struct app_form *needs,
                      const struct app_action *x, struct findings *f)
{
    struct app_scope outer = app_scope_of(a, with, form);
    struct app_scope s = asked(a, with, needs, x, &outer);

    for (size_t i = 0; i < x->n_rules; i++) {
        struct cel_value v = app_eval(c, &s, x->rules[i].check);
        str key = app_path(c, STR("rules"), x->rules[i].key);

        if (v.kind == CEL_BOOL && !v.v.b)
            finding_add(c, f, FIND_ERROR, (struct place){0}, key, "%.*s",
                        STR_ARG(app_say(c, x->rules[i].say)));
        else if (v.kind == CEL_ERROR)
            finding_add(c, f, FIND_ERROR, (struct place){0}, key, "%.*s",
                        STR_ARG(cel_error_why(v, NULL)));
    }
}

err app_granted(struct ctx *c, const struct app *a,
                const struct app_setting *with, const struct app_form *form,
                const struct app_form *needs, const struct app_action *x,
                int64_t *rupiah)
{
    struct app_scope outer = app_scope_of(a, with, form);
    struct app_scope s = asked(a, with, needs, x, &outer);
    struct cel_value v = app_eval(c, &s, x->grants);

    *rupiah = 0;
    if (v.kind == CEL_MONEY && v.v.i >= 0) {
        *rupiah = v.v.i;
        return E_OK;
    }
    if (v.kind == CEL_ERROR)
        return fail(c, E_REFUSED,
                    say(c, "Jumlah yang diberikan tidak dapat dihitung: %.*s",
                        "What is granted cannot be computed: %.*s"),
                    STR_ARG(cel_error_why(v, NULL)));
    return fail(c, E_REFUSED, "%s",
                say(c,
                    "Jumlah yang diberikan belum dapat dihitung: isian belum "
                    "lengkap.",
                    "What is granted cannot be computed yet: the form is not "
                    "complete."));
}

/* ---- links -------------------------------------------------------- */

/* The canonical text of a value that stands alone; p == NULL for none. */
static str text_of(struct ctx *c, struct cel_value v)
{
    switch ((int)v.kind) {
    case CEL_STRING:
        return cel_text(v);
    case CEL_INT:
    case CEL_MONEY:
        return arena_fmt(c->mem, "%" PRId64, v.v.i);
    case CEL_DECIMAL:
        return cel_decimal_show(c, cel_as_decimal(v));
    case CEL_BOOL:
        return v.v.b ? STR("true") : STR("false");
    case CEL_DATE:
        return time_show_date(c, cel_as_date(v));
    default:
        return (str){NULL, 0};
    }
}

/* All parts and rows of a value, under another name. */
static void copy_whole(struct ctx *c, const struct app_form *from, str name,
                       str as, struct app_form *out)
{
    for (size_t i = 0; from != NULL && i < from->n; i++) {
        str path = from->all[i].path;

        if (from->all[i].text.p == NULL || !str_starts(path, name) ||
            (path.n > name.n && path.p[name.n] != '.'))
            continue;
        app_form_set(c, out,
                     arena_fmt(c->mem, "%.*s%.*s", STR_ARG(as),
                               STR_ARG(str_slice(path, name.n, path.n))),
                     from->all[i].text);
    }
}

void app_link_values(struct ctx *c, const struct app *a,
                     const struct app_setting *with,
                     const struct app_form *form, const struct app_link *l,
                     struct app_form *out)
{
    struct app_scope s = app_scope_of(a, with, form);
    const struct app_form *told =
        with == NULL || with->seen == NULL ? NULL : with->seen->said;

    for (size_t i = 0; i < l->n_values; i++) {
        const struct app_link_value *v = &l->values[i];
        bool is_said = str_starts(v->from, STR("said."));
        str text;

        if (v->from.n > 0) {
            copy_whole(c, is_said ? told : form,
                       str_slice(v->from, is_said ? 5 : 0, v->from.n), v->name,
                       out);
            continue;
        }
        text = text_of(c, app_eval(c, &s, v->expr));
        if (text.p != NULL)
            app_form_set(c, out, v->name, text);
    }
}

void app_row_link_values(struct ctx *c, const struct app *a,
                         const struct app_setting *with,
                         const struct app_form *form, const struct app_link *l,
                         size_t row, struct app_form *out)
{
    struct app_scope s = app_scope_of(a, with, form);

    for (size_t i = 0; i < l->n_values; i++) {
        str text = text_of(c, app_row_eval(c, &s, a->population->into, row,
                                           l->values[i].expr));

        if (text.p != NULL)
            app_form_set(c, out, l->values[i].name, text);
    }
}

str app_population_is(struct ctx *c, const struct app *a,
                      const struct app_setting *with,
                      const struct app_form *form)
{
    struct app_scope s = app_scope_of(a, with, form);

    return text_of(c, app_eval(c, &s, a->population->is));
}

void app_link_days(struct ctx *c, const struct app *a,
                   const struct app_setting *with, const struct app_form *form,
                   const struct app_link *l, struct date *from, struct date *to)
{
    struct app_scope s = app_scope_of(a, with, form);
    struct cel_value v;

    *from = (struct date){1, 1, 1};
    *to = (struct date){9999, 12, 31};
    if (l->from != NULL) {
        v = app_eval(c, &s, l->from);
        if (v.kind == CEL_DATE)
            *from = cel_as_date(v);
    }
    if (l->to != NULL) {
        v = app_eval(c, &s, l->to);
        if (v.kind == CEL_DATE)
            *to = cel_as_date(v);
    }
}
