/* SPDX-License-Identifier: EUPL-1.2 */
/* What expressions see of a form, and running them. */
#include "app/app_priv.h"

/* Fields read each other's `when` and `value`; the checker refuses circles, so
 * this only stops what an unchecked program could do. */
#define DEPTH_MOST 24
/* Fields that ask after each other twice would double the work at each. */
#define EVALS_MOST 4000

static int offset_of(const struct app_setting *with)
{
    return with != NULL && with->city != NULL ? city_offset(with->city)
                                              : 7 * 60;
}

static struct cel_value resolve(struct ctx *c, void *arg, str name);

struct cel_value app_eval(struct ctx *c, struct app_scope *s,
                          const struct cel_program *p)
{
    struct app_scope own = *s;
    int left = EVALS_MOST;

    if (own.left == NULL)
        own.left = &left;
    if (own.depth > DEPTH_MOST || --*own.left < 0)
        return cel_unknown();
    return cel_eval(c, p, resolve, &own, offset_of(own.with), NULL);
}

static struct cel_value deeper(struct ctx *c, const struct app_scope *s,
                               const struct cel_program *p)
{
    struct app_scope below = *s;

    below.depth++;
    return app_eval(c, &below, p);
}

/* Nothing there: hidden is null, computed is computed, else not yet filled. */
static struct cel_value absent(struct ctx *c, const struct app_scope *s,
                               const struct app_field *d)
{
    if (d->when != NULL) {
        struct cel_value v = deeper(c, s, d->when);

        if (v.kind == CEL_BOOL && !v.v.b)
            return cel_null();
    }
    return d->value != NULL ? deeper(c, s, d->value) : cel_unknown();
}

static struct cel_value record_value(struct ctx *c, const struct app_scope *s,
                                     const struct app_field *d,
                                     const struct app_part *parts, size_t n)
{
    struct cel_value pairs[16];
    size_t many = 0, found = 0, filled = 0;

    MUST(n <= COUNT(pairs) / 2);
    for (size_t i = 0; i < n; i++) {
        const struct app_value *v;

        if (!app_part_asked(d, &parts[i]))
            continue;
        v = app_form_find(s->form, app_part_path(c, d, &parts[i]));
        found += v != NULL;
        filled += v != NULL && v->text.p != NULL;
        pairs[many++] = cel_string(
            parts[i].name[0] == '\0' ? STR("digest") : str_of(parts[i].name));
        pairs[many++] = v == NULL || v->text.p == NULL
                            ? cel_null()
                            : app_leaf_cel(c, parts[i].leaf, v->text);
    }
    if (found == 0)
        return absent(c, s, d);
    return filled == 0 ? cel_null() : cel_map_of(c, pairs, many / 2);
}

struct cel_value app_field_value(struct ctx *c, const struct app_scope *s,
                                 const struct app_field *d)
{
    const struct app_part *parts;
    size_t n = app_parts(d->type, &parts);
    const struct app_value *v;

    if (n > 1)
        return record_value(c, s, d, parts, n);
    v = app_form_find(s->form, d->key);
    if (v == NULL)
        return absent(c, s, d);
    if (v->text.p == NULL)
        return cel_null();
    return d->type == APP_ROWS ? app_rows_value(c, s, d)
                               : app_leaf_cel(c, parts->leaf, v->text);
}

static struct cel_value resolve(struct ctx *c, void *arg, str name)
{
    const struct app_scope *s = arg;
    struct cel_value seen;

    for (; s != NULL; s = s->outer) {
        for (size_t i = 0; i < s->n; i++)
            if (str_eq(s->fields[i].key, name))
                return app_field_value(c, s, &s->fields[i]);
        if (s->outer == NULL && str_eq(name, STR("tariff")))
            return s->a->inner->tariff;
        if (s->outer == NULL && app_seen_value(c, s, name, &seen))
            return seen;
    }
    return cel_unknown();
}

/* ---- asking ------------------------------------------------------- */

struct app_scope app_scope_of(const struct app *a,
                              const struct app_setting *with,
                              const struct app_form *form)
{
    return (struct app_scope){.a = a,
                              .with = with,
                              .form = form,
                              .fields = a->fields,
                              .n = a->n_fields};
}

/* An action's needs see each other, not the form's fields. A field may be a
 * copy that a caller made; what it was compiled from tells which it is. */
static bool stands_in(const struct app_field *all, size_t n,
                      const struct app_field *d, struct app_scope *s)
{
    for (size_t i = 0; i < n; i++)
        if (all[i].def == d->def) {
            s->fields = all;
            s->n = n;
            return true;
        }
    return false;
}

static void find_needs(const struct app *a, const struct app_field *d,
                       struct app_scope *s)
{
    for (size_t i = 0; i < a->n_states; i++) {
        const struct app_state *state = &a->states[i];

        for (size_t k = 0; k < state->n_actions; k++)
            if (stands_in(state->actions[k].needs, state->actions[k].n_needs, d,
                          s))
                return;
        for (size_t k = 0; k < state->n_branches; k++)
            if (stands_in(state->branches[k].needs, state->branches[k].n_needs,
                          d, s))
                return;
    }
}

static bool own_field(const struct app *a, const struct app_field *d)
{
    const struct app_field *own = app_field(a, d->key);

    return own != NULL && own->def == d->def;
}

bool app_field_applies(struct ctx *c, const struct app *a,
                       const struct app_setting *with,
                       const struct app_form *form, const struct app_field *d)
{
    struct app_scope s = app_scope_of(a, with, form);
    struct cel_value v;

    if (d->when == NULL)
        return true;
    if (!own_field(a, d))
        find_needs(a, d, &s);
    v = app_eval(c, &s, d->when);
    return v.kind != CEL_BOOL || v.v.b;
}

bool app_action_applies(struct ctx *c, const struct app *a,
                        const struct app_setting *with,
                        const struct app_form *form, const struct app_action *x)
{
    struct app_scope s = app_scope_of(a, with, form);
    struct cel_value v;

    if (x->when == NULL)
        return true;
    v = app_eval(c, &s, x->when);
    return v.kind == CEL_BOOL && v.v.b;
}

static void add_rule(struct ctx *c, const struct app_rule *r, str sentence,
                     struct findings *f)
{
    finding_add(c, f, FIND_ERROR, (struct place){0},
                app_path(c, STR("rules"), r->key), "%.*s", STR_ARG(sentence));
}

void app_form_rules(struct ctx *c, const struct app *a,
                    const struct app_setting *with, const struct app_form *form,
                    struct findings *f)
{
    struct app_scope s = app_scope_of(a, with, form);

    for (size_t i = 0; i < a->n_rules; i++) {
        struct cel_value v = app_eval(c, &s, a->rules[i].check);

        if (v.kind == CEL_BOOL && !v.v.b)
            add_rule(c, &a->rules[i], app_say(c, a->rules[i].say), f);
        else if (v.kind == CEL_ERROR)
            add_rule(c, &a->rules[i], cel_error_why(v, NULL), f);
    }
}

/* ---- charges ------------------------------------------------------ */

static bool path_char(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '_' ||
           ch == '.';
}

/* The label of a tariff, or of a field, for the formula. */
static str term_label(struct ctx *c, const struct app *a, str name)
{
    const struct app_field *d;
    str head, tail;

    if (str_cut(name, '.', &head, &tail) && str_eq(head, STR("tariff"))) {
        const struct data *t =
            data_get(data_get(a->effective, STR("tariff")), tail);
        str label = app_say(c, data_get(t, STR("label")));

        return label.n > 0 ? label : tail;
    }
    d = app_field(a, head);
    return d == NULL ? name : app_say(c, data_get(d->def, STR("label")));
}

static str show_term(struct ctx *c, const struct app *a,
                     const struct app_form *form, str name)
{
    const struct app_field *d = app_field(a, name);
    const struct data *t;
    const struct app_part *parts;
    str text, head, tail;

    if (d != NULL && app_parts(d->type, &parts) == 1) {
        text = app_form_text(form, d->key);
        return text.p == NULL ? STR("?")
                              : app_leaf_show(c, d, parts->leaf, text);
    }
    if (!str_cut(name, '.', &head, &tail))
        return name;
    t = data_get(data_get(a->effective, STR("tariff")), tail);
    text = app_text(t, "value");
    if (data_get(t, STR("rows")) != NULL)
        text = app_text(data_get(t, STR("rows")),
                        app_form_text(form, app_text(t, "by")).p == NULL
                            ? ""
                            : app_form_text(form, app_text(t, "by")).p);
    if (str_eq(app_text(t, "type"), STR("money"))) {
        int64_t n = 0;

        return str_is_i64(text, &n) ? city_show_money(c, n) : text;
    }
    return city_show_decimal(c, text);
}

/* One name of the source, with the "[...]" behind it left out. */
static str take_name(str *rest)
{
    size_t n = 0;
    str name;

    while (n < rest->n && path_char(rest->p[n]))
        n++;
    name = str_slice(*rest, 0, n);
    if (n < rest->n && rest->p[n] == '[')
        while (n < rest->n && rest->p[n++] != ']')
            ;
    *rest = str_slice(*rest, n, rest->n);
    return name;
}

/* Rounding stands outermost; it is told in words instead. */
static const struct {
    str call;
    const char *id, *en;
} rounds[] = {
    {STR_INIT("round_up("), "dibulatkan ke atas ke", "rounded up to"},
    {STR_INIT("round_down("), "dibulatkan ke bawah ke", "rounded down to"},
    {STR_INIT("round("), "dibulatkan ke", "rounded to"},
};

static str take_rounding(struct ctx *c, str *source)
{
    size_t comma = source->n;
    int64_t unit;

    while (comma > 0 && source->p[comma - 1] != ',')
        comma--;
    for (size_t i = 0; i < COUNT(rounds) && comma > 0; i++) {
        str last = str_trim(str_slice(*source, comma, source->n));

        if (!str_starts(*source, rounds[i].call) || !str_ends(last, STR(")")) ||
            !str_is_i64(str_slice(last, 0, last.n - 1), &unit))
            continue;
        *source = str_slice(*source, rounds[i].call.n, comma - 1);
        return arena_fmt(c->mem, ", %s %.*s",
                         say(c, rounds[i].id, rounds[i].en),
                         STR_ARG(city_show_money(c, unit)));
    }
    return STR("");
}

/* The expression with its values: "Nilai sewa Rp120.000 × Luas 8 m2 ...". */
static str formula_of(struct ctx *c, const struct app *a,
                      const struct app_form *form, int64_t total)
{
    str rest = app_text(data_get(a->effective, STR("charge")), "amount");
    str rounded = take_rounding(c, &rest);
    struct buf b = buf_new(c, 8192);

    while (rest.n > 0) {
        char ch = rest.p[0];

        if (ch >= 'a' && ch <= 'z') {
            str name = take_name(&rest);

            if (app_field(a, name) != NULL || str_starts(name, STR("tariff.")))
                buf_fmt(&b, "%.*s %.*s", STR_ARG(term_label(c, a, name)),
                        STR_ARG(show_term(c, a, form, name)));
            else
                buf_raw(&b, name);
            continue;
        }
        if (ch == '*')
            buf_lit(&b, "×");
        else if (ch == '/')
            buf_lit(&b, "÷");
        else
            buf_char(&b, ch);
        rest = str_slice(rest, 1, rest.n);
    }
    buf_fmt(&b, "%.*s = %.*s", STR_ARG(rounded),
            STR_ARG(city_show_money(c, total)));
    return b.over ? city_show_money(c, total) : buf_str(&b);
}

err app_charge(struct ctx *c, const struct app *a,
               const struct app_setting *with, const struct app_form *form,
               int64_t *rupiah, str *formula)
{
    struct app_scope s = app_scope_of(a, with, form);
    struct cel_value v;

    *rupiah = 0;
    if (formula != NULL)
        *formula = STR("");
    if (a->charge == NULL)
        return E_OK;
    v = app_eval(c, &s, a->charge);
    if (v.kind == CEL_ERROR)
        return fail(c, E_REFUSED,
                    say(c, "Biaya tidak dapat dihitung: %.*s",
                        "The charge cannot be computed: %.*s"),
                    STR_ARG(cel_error_why(v, NULL)));
    if (v.kind != CEL_MONEY || v.v.i < 0)
        return fail(c, E_REFUSED, "%s",
                    say(c, "Biaya belum dapat dihitung: isian belum lengkap.",
                        "The charge cannot be computed yet: the form is not "
                        "complete."));
    *rupiah = v.v.i;
    if (formula != NULL)
        *formula = formula_of(c, a, form, *rupiah);
    return E_OK;
}

/* ---- validity of letters ------------------------------------------ */

err app_letter_valid(struct ctx *c, const struct app *a,
                     const struct app_setting *with,
                     const struct app_form *form, const struct app_letter *l,
                     bool *holds, struct date *from, struct date *to)
{
    struct app_scope s = app_scope_of(a, with, form);
    struct cel_value begin, span;

    *holds = l->valid_from != NULL && l->valid_for != NULL;
    if (!*holds)
        return E_OK;
    begin = app_eval(c, &s, l->valid_from);
    span = app_eval(c, &s, l->valid_for);
    if (begin.kind == CEL_DATE)
        *from = cel_as_date(begin);
    if (begin.kind != CEL_DATE || span.kind != CEL_PERIOD ||
        !cel_date_plus(*from, span.v.period, to) ||
        time_days(*to) <= time_days(*from))
        return fail(c, E_REFUSED, "%s",
                    say(c,
                        "Masa berlaku surat tidak dapat dihitung; periksa "
                        "tanggal mulai dan lamanya.",
                        "The letter's validity cannot be computed; check the "
                        "date it begins and how long it holds."));
    /* The last day is the one before the same day of the month. */
    *to = time_date(time_days(*to) - 1);
    return E_OK;
}

err app_lapse_day(struct ctx *c, const struct app *a,
                  const struct app_setting *with, const struct app_form *form,
                  const struct app_state *s, struct date *out)
{
    struct app_scope scope = app_scope_of(a, with, form);
    struct cel_value v;

    v = app_eval(c, &scope, s->lapse_at);
    if (v.kind != CEL_DATE)
        return fail(c, E_REFUSED,
                    say(c,
                        "Hari terakhir keadaan %.*s tidak dapat dihitung dari "
                        "isian.",
                        "The last day of the state %.*s cannot be computed "
                        "from the answers."),
                    STR_ARG(app_say(c, s->label)));
    *out = cel_as_date(v);
    return E_OK;
}
