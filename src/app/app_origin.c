/* SPDX-License-Identifier: EUPL-1.2 */
/* Where a field's text comes from: what persons type of themselves does not
 * leave by a number that others keep, or by a formula that everybody reads. */
#include "app/app_priv.h"

typedef bool field_is(const struct app_field *d);

/* Which fields were looked at, by their place in the app. */
struct tracing {
    struct app_work *w;
    field_is *like;
    bool *seen;
};

static bool leads_to(struct tracing *t, const struct cel_program *p)
{
    str *names;
    size_t n;

    if (p == NULL || cel_names(t->w->c, p, &names, &n) != E_OK)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct app_field *from = app_field(t->w->a, names[i]);
        size_t at = from == NULL ? 0 : (size_t)(from - t->w->a->fields);

        if (from == NULL || t->seen[at])
            continue;
        t->seen[at] = true;
        if (t->like(from) || leads_to(t, from->value))
            return true;
    }
    return false;
}

/* Is any field that a formula is computed from, at whatever depth, like that?
 */
static bool rests_on(struct app_work *w, const struct cel_program *p,
                     field_is *like)
{
    struct tracing t = {w, like, NEWS(w->c->mem, bool, w->a->n_fields + 1)};

    return leads_to(&t, p);
}

/* ---- numbers ------------------------------------------------------ */

/* What a person can only pick, or is a fact of the city. */
static bool is_picked(const struct app_field *d)
{
    static const enum app_type all[] = {APP_BOOLEAN, APP_CHOICE, APP_CHOICES,
                                        APP_DATE,    APP_RATING, APP_REGION,
                                        APP_UNIT};

    for (size_t i = 0; i < COUNT(all); i++)
        if (d->type == all[i])
            return true;
    return false;
}

static bool counts(const struct app_field *d)
{
    return d->type == APP_INTEGER || d->type == APP_DECIMAL ||
           d->type == APP_MONEY;
}

/* A number that everybody reads anyhow hides no more in another. */
static bool is_typed(const struct app_field *d)
{
    return data_get(d->def, STR("value")) == NULL && !is_picked(d) &&
           !(counts(d) && d->show == APP_PUBLIC);
}

/* A formula may look at other records, whose figures are not ours to show. */
static bool looks_elsewhere(struct app_work *w, const struct app_field *d)
{
    static const str fixed[] = {STR_INIT("tariff"), STR_INIT("today"),
                                STR_INIT("now")};
    str *names;
    size_t n;

    if (d->value == NULL || cel_names(w->c, d->value, &names, &n) != E_OK)
        return false;
    for (size_t i = 0; i < n; i++)
        if (app_field(w->a, names[i]) == NULL &&
            str_among(names[i], fixed, COUNT(fixed)) < 0)
            return true;
    return false;
}

static bool fits_a_number(const struct app_field *d)
{
    int64_t most;

    return d->type == APP_CHOICE || d->type == APP_DATE ||
           d->type == APP_REGION || d->type == APP_UNIT ||
           d->type == APP_INTEGER ||
           (d->type == APP_TEXT &&
            str_is_i64(app_text(d->def, "max_length"), &most) &&
            most <= APP_NUMBER_FACT);
}

bool app_number_takes(struct app_work *w, const struct app_field *d)
{
    return !d->optional && data_get(d->def, STR("when")) == NULL &&
           d->show == APP_PUBLIC && fits_a_number(d) && !is_typed(d) &&
           !looks_elsewhere(w, d) && !rests_on(w, d->value, is_typed);
}

/* ---- formulas that everybody reads -------------------------------- */

/* How many rows there are, or what they come to, names nobody. */
static bool is_private_alone(const struct app_field *d)
{
    return d->type != APP_ROWS && app_field_private(d);
}

static void check_formula(struct app_work *w, const struct app_field *d,
                          str path)
{
    if (d->type == APP_BOOLEAN ||
        !rests_on(w, d->value,
                  counts(d) ? is_private_alone : app_field_private))
        return;
    app_mend(w->c,
             finding_add(w->c, w->f, FIND_ERROR,
                         data_get(d->def, STR("value"))->at,
                         app_path(w->c, path, STR("value")), "%s",
                         say(w->c,
                             "Rumus ini membaca isian pribadi, padahal "
                             "hasilnya dibaca umum.",
                             "This formula reads a personal field, and "
                             "everybody reads what it gives.")),
             "field-show", "%s",
             say(w->c, "Hapuslah show: public, atau hitunglah dari isian lain.",
                 "Drop show: public, or compute it from other fields."));
}

void app_check_origins(struct app_work *w)
{
    for (size_t i = 0; i < w->a->n_fields; i++) {
        const struct app_field *d = &w->a->fields[i];
        str path = app_path(w->c, STR("fields"), d->key);

        if (d->show != APP_PUBLIC)
            continue;
        check_formula(w, d, path);
        for (size_t k = 0; k < d->n_columns; k++)
            check_formula(w, &d->columns[k],
                          app_path(w->c, app_path(w->c, path, STR("columns")),
                                   d->columns[k].key));
    }
}
