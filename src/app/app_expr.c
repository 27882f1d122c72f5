/* SPDX-License-Identifier: EUPL-1.2 */
/* The app's expressions: what they may name, their types, and the order in
 * which computed fields are computed. */
#include "app/app_priv.h"

static bool same(struct cel_type *t, enum cel_kind kind)
{
    return t->dyn || t->kind == kind;
}

/* ---- the tariff --------------------------------------------------- */

static enum cel_kind tariff_kind(const struct data *t)
{
    str type = app_text(t, "type");

    return str_eq(type, STR("money"))     ? CEL_MONEY
           : str_eq(type, STR("integer")) ? CEL_INT
                                          : CEL_DECIMAL;
}

static enum app_leaf tariff_leaf(const struct data *t)
{
    enum cel_kind kind = tariff_kind(t);

    return kind == CEL_MONEY ? LEAF_MONEY
           : kind == CEL_INT ? LEAF_INTEGER
                             : LEAF_DECIMAL;
}

static struct cel_type *simple_type(struct ctx *c, enum cel_kind kind)
{
    struct cel_type *t = NEW(c->mem, struct cel_type);

    t->kind = kind;
    return t;
}

static const struct cel_type *tariff_type(struct ctx *c, const struct data *t)
{
    struct cel_type *value = simple_type(c, tariff_kind(t)), *map;

    if (data_get(t, STR("rows")) == NULL)
        return value;
    map = simple_type(c, CEL_MAP);
    map->key = simple_type(c, CEL_STRING);
    map->of = value;
    return map;
}

static void bad_tariff(struct app_work *w, const struct data *at, str path,
                       const struct data *t)
{
    struct ctx *c = w->c;

    app_mend(c,
             finding_add(c, w->f, FIND_ERROR, at->at, path,
                         say(c, "\"%.*s\" bukan nilai jenis %.*s.",
                             "\"%.*s\" is no value of type %.*s."),
                         STR_ARG(data_text(at)), STR_ARG(app_text(t, "type"))),
             "tariff-value",
             say(c, "Tulislah angka tanpa titik ribuan, misalnya 120000.",
                 "Write digits without separators, such as 120000."));
}

static struct cel_value tariff_scalar(struct app_work *w, const struct data *t,
                                      const struct data *v, str path)
{
    enum app_type type =
        tariff_kind(t) == CEL_DECIMAL ? APP_DECIMAL : APP_INTEGER;
    str out;

    if (v->kind == DATA_MAP || v->kind == DATA_LIST)
        return cel_null();
    if (!app_bound(w->c, NULL, type, data_text(v), &out) ||
        (tariff_kind(t) == CEL_MONEY && str_starts(out, STR("-")))) {
        bad_tariff(w, v, path, t);
        return cel_null();
    }
    return app_leaf_cel(w->c, tariff_leaf(t), out);
}

/* Rows by an option: all of them, and no other. */
static void check_rows(struct app_work *w, const struct data *t,
                       const struct data *rows, str path)
{
    struct ctx *c = w->c;
    const struct data *by = data_get(t, STR("by"));
    const struct app_field *d = app_field(w->a, app_text(t, "by"));

    if (by == NULL || d == NULL || d->type != APP_CHOICE) {
        app_mend(c,
                 finding_add(c, w->f, FIND_ERROR,
                             by == NULL ? rows->at : by->at,
                             app_path(c, path, STR("by")),
                             say(c, "by: haruslah isian jenis choice.",
                                 "by: must be a field of type choice.")),
                 "tariff-by", "%s", "");
        return;
    }
    for (size_t i = 0; i < d->n_options; i++)
        if (data_get(rows, d->options[i].key) == NULL)
            app_mend(
                c,
                finding_add(c, w->f, FIND_ERROR, rows->at,
                            app_path(c, path, STR("rows")),
                            say(c, "Tarif untuk pilihan \"%.*s\" belum ada.",
                                "The option \"%.*s\" has no row."),
                            STR_ARG(d->options[i].key)),
                "tariff-rows", "%s", "");
    for (size_t i = 0; i < rows->n; i++) {
        struct app_near near = app_near(rows->pairs[i].key);
        bool known = false;

        for (size_t k = 0; k < d->n_options; k++) {
            known |= str_eq(d->options[k].key, rows->pairs[i].key);
            app_near_try(&near, d->options[k].key);
        }
        if (!known)
            app_mend_near(c,
                          finding_add(c, w->f, FIND_ERROR, rows->pairs[i].at,
                                      app_path(c, path, STR("rows")),
                                      say(c,
                                          "Isian %.*s tidak punya pilihan "
                                          "\"%.*s\".",
                                          "The field %.*s has no option "
                                          "\"%.*s\"."),
                                      STR_ARG(d->key),
                                      STR_ARG(rows->pairs[i].key)),
                          "tariff-rows", &near);
    }
}

static struct cel_value tariff_value(struct app_work *w, const struct data *t,
                                     str path)
{
    struct ctx *c = w->c;
    const struct data *rows = data_get(t, STR("rows"));
    const struct data *value = data_get(t, STR("value"));
    struct cel_value *pairs;

    if (rows == NULL && value == NULL) {
        app_mend(c,
                 finding_add(c, w->f, FIND_ERROR, t->at, path,
                             say(c, "Tarif ini belum berisi nilai.",
                                 "The tariff has no value.")),
                 "tariff-value",
                 say(c, "Tambahkan value: atau by: dan rows:.",
                     "Add value:, or by: and rows:."));
        return cel_null();
    }
    if (rows == NULL)
        return tariff_scalar(w, t, value, app_path(c, path, STR("value")));
    if (rows->kind != DATA_MAP)
        return cel_null();
    check_rows(w, t, rows, path);
    pairs = NEWS(c->mem, struct cel_value, rows->n * 2 + 1);
    for (size_t i = 0; i < rows->n; i++) {
        pairs[i * 2] = cel_string(rows->pairs[i].key);
        pairs[i * 2 + 1] = tariff_scalar(
            w, t, rows->pairs[i].value,
            app_path(c, app_path(c, path, STR("rows")), rows->pairs[i].key));
    }
    return cel_map_of(c, pairs, rows->n);
}

static const struct cel_type *build_tariff(struct app_work *w)
{
    struct ctx *c = w->c;
    const struct data *all = data_get(w->tree, STR("tariff"));
    size_t n = all != NULL && all->kind == DATA_MAP ? all->n : 0, many = 0;
    struct cel_value *pairs = NEWS(c->mem, struct cel_value, n * 2 + 1);
    struct cel_field *fields = NEWS(c->mem, struct cel_field, n + 1);
    struct cel_type *type = simple_type(c, CEL_MAP);

    for (size_t i = 0; i < n; i++) {
        const struct data *t = all->pairs[i].value;

        if (t->kind != DATA_MAP)
            continue;
        fields[many] = (struct cel_field){all->pairs[i].key, tariff_type(c, t)};
        pairs[many * 2] = cel_string(all->pairs[i].key);
        pairs[many * 2 + 1] =
            tariff_value(w, t, app_path(c, STR("tariff"), all->pairs[i].key));
        many++;
    }
    w->inner->tariff = cel_map_of(c, pairs, many);
    type->fields = fields;
    type->n = many;
    return type;
}

/* ---- environments ------------------------------------------------- */

static void declare(struct app_work *w, struct cel_env *e,
                    const struct app_field *d)
{
    if (app_field_name_ok(d->key) && !str_eq(d->key, STR("tariff")))
        cel_env_declare(w->c, e, d->key, app_type_cel(w->c, d));
}

static struct cel_env *new_env(struct app_work *w, const struct app_field *all,
                               size_t n)
{
    struct cel_env *e = cel_env_new(w->c, CEL_APP);

    for (size_t i = 0; i < n; i++)
        declare(w, e, &all[i]);
    return e;
}

static bool among(const struct app_field *all, size_t n, str key)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].key, key))
            return true;
    return false;
}

struct cel_env *app_build_scope(struct app_work *w,
                                const struct app_field *needs, size_t n,
                                bool act)
{
    struct ctx *c = w->c;
    struct cel_env *e = new_env(w, needs, n);
    const struct cel_type *t;
    str name;

    for (size_t i = 0; i < w->a->n_fields; i++)
        if (!among(needs, n, w->a->fields[i].key))
            declare(w, e, &w->a->fields[i]);
    if (w->tariff->n > 0)
        cel_env_declare(c, e, STR("tariff"), w->tariff);
    if (w->figure->n > 0)
        cel_env_declare(c, e, STR("figure"), w->figure);
    for (size_t i = 0; act && (t = app_seen_type(c, i, &name)) != NULL; i++)
        if (!among(needs, n, name))
            cel_env_declare(c, e, name, t);
    if (act && w->said->n > 0)
        cel_env_declare(c, e, STR("said"), w->said);
    return e;
}

/* Each a whole number, by the name of its link. */
static const struct cel_type *build_figures(struct app_work *w)
{
    const struct data *all = data_get(w->tree, STR("links"));
    size_t n = all != NULL && all->kind == DATA_MAP ? all->n : 0;
    struct cel_field *fields = NEWS(w->c->mem, struct cel_field, n + 1);
    struct cel_type *t = simple_type(w->c, CEL_MAP);

    for (size_t i = 0; i < n; i++)
        if (str_eq(app_text(all->pairs[i].value, "kind"), STR("figure")))
            fields[t->n++] = (struct cel_field){all->pairs[i].key,
                                                simple_type(w->c, CEL_INT)};
    t->fields = fields;
    return t;
}

static void reserved_names(struct app_work *w)
{
    struct ctx *c = w->c;
    const struct data *fields = data_get(w->tree, STR("fields"));

    for (size_t i = 0; i < w->a->n_fields; i++) {
        str key = w->a->fields[i].key;

        if (!app_word_in("tariff today now law record number submitted date "
                         "office city charge paid granted entered said "
                         "figure true false null in",
                         key))
            continue;
        app_mend(c,
                 finding_add(c, w->f, FIND_ERROR, data_get(fields, key)->at,
                             app_path(c, STR("fields"), key),
                             say(c, "Nama \"%.*s\" sudah berarti lain.",
                                 "The name \"%.*s\" is taken."),
                             STR_ARG(key)),
                 "names", "%s", "");
    }
}

void app_build_env(struct app_work *w)
{
    reserved_names(w);
    w->tariff = build_tariff(w);
    w->figure = build_figures(w);
    app_build_said(w);
    w->env = app_build_scope(w, NULL, 0, false);
    w->act_env = app_build_scope(w, NULL, 0, true);
}

/* ---- programs ----------------------------------------------------- */

static bool takes(enum app_type type, struct cel_type *t)
{
    static const uint8_t want[APP_TYPE_COUNT] = {
        [APP_TEXT] = CEL_STRING,     [APP_INTEGER] = CEL_INT,
        [APP_DECIMAL] = CEL_DECIMAL, [APP_MONEY] = CEL_MONEY,
        [APP_BOOLEAN] = CEL_BOOL,    [APP_DATE] = CEL_DATE,
    };

    if (type == APP_DECIMAL && t->kind == CEL_INT)
        return true;
    return same(t, (enum cel_kind)want[type]);
}

static bool fits(enum app_result want, enum app_type type, struct cel_type *t)
{
    static const uint8_t kinds[] = {
        [RESULT_BOOL] = CEL_BOOL,
        [RESULT_MONEY] = CEL_MONEY,
        [RESULT_DATE] = CEL_DATE,
        [RESULT_PERIOD] = CEL_PERIOD,
    };

    return want == RESULT_FIELD
               ? takes(type, t)
               : !t->nullable && same(t, (enum cel_kind)kinds[want]);
}

static const char *wanted(struct ctx *c, enum app_result want,
                          enum app_type type)
{
    static const struct {
        const char *id, *en;
    } words[] = {
        [RESULT_BOOL] = {"benar atau salah", "true or false"},
        [RESULT_MONEY] = {"uang; pakailah round, round_up, atau round_down",
                          "money; use round, round_up or round_down"},
        [RESULT_DATE] = {"tanggal", "a date"},
        [RESULT_PERIOD] = {"lama waktu, misalnya months(bulan)",
                           "a period, such as months(bulan)"},
    };

    return want == RESULT_FIELD ? app_type_name(type)
                                : say(c, words[want].id, words[want].en);
}

const struct cel_program *app_program(struct app_work *w, struct cel_env *env,
                                      const struct data *source, str path,
                                      enum app_result want, enum app_type type)
{
    struct ctx *c = w->c;
    const struct cel_program *p = NULL;
    struct findings own = {0};
    struct cel_type t = {0};
    err e;

    if (source == NULL || source->kind == DATA_MAP || source->kind == DATA_LIST)
        return NULL;
    e = cel_compile(c, env, data_text(source), data_place(source, 0), &own, &t,
                    &p);
    for (size_t i = 0; i < own.n; i++) {
        struct finding *at =
            finding_add(c, w->f, own.all[i].severity, own.all[i].at, path,
                        "%.*s", STR_ARG(own.all[i].what));

        app_mend(c, at, "expressions", "%.*s", STR_ARG(own.all[i].mend));
    }
    if (e != E_OK)
        return NULL;
    if (!fits(want, type, &t)) {
        app_mend(c,
                 finding_add(c, w->f, FIND_ERROR, source->at, path,
                             say(c, "Rumus ini haruslah menghasilkan %s.",
                                 "The expression must give %s."),
                             wanted(c, want, type)),
                 "expressions", "%s",
                 want != RESULT_FIELD && t.nullable
                     ? say(c,
                           "Isian ini boleh kosong; tanyakan dahulu dengan "
                           "has(...).",
                           "This field may be empty; ask with has(...) first.")
                     : "");
        return NULL;
    }
    return p;
}

static void field_programs(struct app_work *w, struct cel_env *env,
                           struct app_field *all, size_t n, str path)
{
    for (size_t i = 0; i < n; i++) {
        struct app_field *d = &all[i];
        str here = app_path(w->c, path, d->key);

        d->when = app_program(w, env, data_get(d->def, STR("when")),
                              app_path(w->c, here, STR("when")), RESULT_BOOL,
                              d->type);
        d->value = app_program(w, env, data_get(d->def, STR("value")),
                               app_path(w->c, here, STR("value")), RESULT_FIELD,
                               d->type);
        app_build_column_programs(w, d, here);
    }
}

static bool computes_cells(const struct app_field *d)
{
    for (size_t i = 0; i < d->n_columns; i++)
        if (data_get(d->columns[i].def, STR("value")) != NULL)
            return true;
    return false;
}

void app_build_needs_programs(struct app_work *w, struct app_field *needs,
                              size_t n, str path)
{
    bool any = false;

    for (size_t i = 0; i < n; i++)
        any |= needs[i].type == APP_ROWS ||
               data_get(needs[i].def, STR("when")) != NULL ||
               data_get(needs[i].def, STR("value")) != NULL;
    if (any)
        field_programs(w, new_env(w, needs, n), needs, n, path);
    for (size_t i = 0; i < n; i++)
        if (needs[i].computed || computes_cells(&needs[i]))
            app_mend(w->c,
                     finding_add(w->c, w->f, FIND_ERROR, needs[i].def->at,
                                 app_path(w->c, path, needs[i].key),
                                 say(w->c,
                                     "Yang ditanyakan sebuah tindakan tidak "
                                     "dapat dihitung.",
                                     "What an action asks cannot be "
                                     "computed.")),
                     "action-needs", "%s", "");
}

/* ---- the order of fields ------------------------------------------ */

struct ordering {
    struct app_work *w;
    size_t *order, n;
    unsigned char *mark; /* 1: being visited, 2: done */
    size_t *trail, deep;
};

static size_t index_of(const struct app *a, str key)
{
    size_t i = 0;

    while (i < a->n_fields && !str_eq(a->fields[i].key, key))
        i++;
    return i;
}

static void say_circle(struct ordering *o, size_t again)
{
    struct ctx *c = o->w->c;
    const struct app *a = o->w->a;
    struct buf b = buf_new(c, (size_t)250 * 48); /* fields, by their names */
    size_t from = 0;

    while (from < o->deep && o->trail[from] != again)
        from++;
    for (size_t i = from; i < o->deep; i++)
        buf_fmt(&b, "%.*s -> ", STR_ARG(a->fields[o->trail[i]].key));
    buf_fmt(&b, "%.*s", STR_ARG(a->fields[again].key));
    app_mend(c,
             finding_add(c, o->w->f, FIND_ERROR, a->fields[again].def->at,
                         app_path(c, STR("fields"), a->fields[again].key),
                         say(c, "Isian ini saling menunggu: %.*s.",
                             "These fields wait for each other: %.*s."),
                         STR_ARG(buf_str(&b))),
             "field-value", "%s", "");
}

static void visit(struct ordering *o, size_t i);

/* A column's name stands before the field's of that name. */
static bool is_column(const struct app_field *d, str name)
{
    for (size_t i = 0; i < d->n_columns; i++)
        if (str_eq(d->columns[i].key, name))
            return true;
    return false;
}

static void visit_names(struct ordering *o, const struct app_field *d,
                        const struct cel_program *p)
{
    str *names;
    size_t n;

    if (p == NULL || cel_names(o->w->c, p, &names, &n) != E_OK)
        return;
    for (size_t i = 0; i < n; i++) {
        size_t to = index_of(o->w->a, names[i]);

        if (to < o->w->a->n_fields && !is_column(d, names[i]))
            visit(o, to);
    }
}

static void visit(struct ordering *o, size_t i)
{
    const struct app_field *d = &o->w->a->fields[i];

    if (o->mark[i] == 1)
        say_circle(o, i);
    if (o->mark[i] != 0)
        return;
    o->mark[i] = 1;
    o->trail[o->deep++] = i;
    visit_names(o, d, d->when);
    visit_names(o, d, d->value);
    for (size_t k = 0; k < d->n_columns; k++)
        visit_names(o, d, d->columns[k].value);
    o->deep--;
    o->mark[i] = 2;
    o->order[o->n++] = i;
}

static void order_fields(struct app_work *w)
{
    size_t n = w->a->n_fields + 1;
    struct ordering o = {.w = w,
                         .order = NEWS(w->c->mem, size_t, n),
                         .mark = NEWS(w->c->mem, unsigned char, n),
                         .trail = NEWS(w->c->mem, size_t, n)};

    for (size_t i = 0; i < w->a->n_fields; i++)
        visit(&o, i);
    w->inner->order = o.order;
}

/* ---- rules and charge --------------------------------------------- */

void app_build_rules(struct app_work *w, const struct data *all, str path,
                     struct cel_env *env, struct app_rule **out, size_t *n)
{
    size_t many = all != NULL && all->kind == DATA_MAP ? all->n : 0;

    *n = 0;
    *out = NEWS(w->c->mem, struct app_rule, many + 1);
    for (size_t i = 0; i < many; i++) {
        const struct data *r = all->pairs[i].value;
        str here = app_path(w->c, path, all->pairs[i].key);

        (*out)[(*n)++] =
            (struct app_rule){all->pairs[i].key,
                              app_program(w, env, data_get(r, STR("check")),
                                          app_path(w->c, here, STR("check")),
                                          RESULT_BOOL, APP_BOOLEAN),
                              data_get(r, STR("say"))};
    }
}

void app_build_programs(struct app_work *w)
{
    const struct data *charge = data_get(w->tree, STR("charge"));

    field_programs(w, w->env, w->a->fields, w->a->n_fields, STR("fields"));
    order_fields(w);
    app_build_rules(w, data_get(w->tree, STR("rules")), STR("rules"), w->env,
                    &w->a->rules, &w->a->n_rules);
    w->a->charge_def = charge;
    w->a->charge = app_program(w, w->env, data_get(charge, STR("amount")),
                               STR("charge.amount"), RESULT_MONEY, APP_MONEY);
}
