/* SPDX-License-Identifier: EUPL-1.2 */
/* What stands between an app and the public. */
#include "app/app_priv.h"

struct opening {
    struct ctx *c;
    struct conn *on;
    const struct app *a;
    const struct city *k;
    struct findings *f;
    /* What is asked of each duty that the app needs. */
    err (*duty)(struct opening *x, str function, str duty);
    const struct city_holding *held;
    size_t n_held;
};

static struct finding *obstacle(struct opening *x, str key, str what)
{
    return finding_add(x->c, x->f, FIND_ERROR, (struct place){0}, key, "%.*s",
                       STR_ARG(what));
}

static void check_functions(struct opening *x)
{
    struct ctx *c = x->c;

    for (size_t i = 0; i < x->a->n_functions; i++) {
        str name = x->a->functions[i];
        struct finding *f;

        if (city_function_mapped(x->k, name))
            continue;
        f = obstacle(
            x, arena_fmt(c->mem, "functions.%.*s", STR_ARG(name)),
            arena_fmt(c->mem,
                      say(c, "Fungsi %.*s (%.*s) belum dipetakan ke kantor.",
                          "The function %.*s (%.*s) is not mapped to an "
                          "office."),
                      STR_ARG(name), STR_ARG(city_function_name(c, name))));
        f->mend = str_of(say(c, "Isilah pada functions.yaml.",
                             "Fill it in in functions.yaml."));
    }
}

/* Is this an office that carries the function? Where the function is one
 * office's, that one alone. */
static bool carries(const struct opening *x, str function,
                    const struct city_office *o)
{
    const struct city_office *one =
        city_office_for(x->k, function, city_code(x->k));

    if (one == NULL)
        one = city_office_for(x->k, function, STR(""));
    if (one != NULL)
        return o == one;
    return o->region.n > 0 && city_office_for(x->k, function, o->region) == o;
}

static err anybody(struct opening *x, str function, str duty, bool *found)
{
    const struct city_office *all;
    struct city_officer *holders;
    size_t n = city_offices(x->k, &all), many = 0;

    *found = false;
    for (size_t i = 0; i < n && !*found; i++) {
        if (!carries(x, function, &all[i]))
            continue;
        TRY(city_holders(x->c, x->on, all[i].key, duty, &holders, &many));
        *found = many > 0;
    }
    return E_OK;
}

static bool told(const struct findings *f, str key)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->all[i].key, key))
            return true;
    return false;
}

static str key_of(struct ctx *c, str function, str duty)
{
    return arena_fmt(c->mem, "duties.%.*s.%.*s", STR_ARG(function),
                     STR_ARG(duty));
}

static err check_duty(struct opening *x, str function, str duty)
{
    struct ctx *c = x->c;
    str key = key_of(c, function, duty);
    struct finding *f;
    bool found;

    TRY(anybody(x, function, duty, &found));
    if (found)
        return E_OK;
    f = obstacle(x, key,
                 arena_fmt(c->mem,
                           say(c,
                               "Tugas %.*s pada fungsi %.*s belum dipegang "
                               "siapa pun.",
                               "Nobody holds the duty %.*s of the function "
                               "%.*s."),
                           STR_ARG(city_duty_name(c, duty)),
                           STR_ARG(city_function_name(c, function))));
    f->mend = str_of(say(c, "Berikan tugas itu kepada seorang pegawai.",
                         "Give the duty to an officer."));
    return E_OK;
}

static size_t active_at(const struct opening *x, str office, str duty)
{
    size_t n = 0;

    for (size_t i = 0; i < x->n_held; i++)
        n += x->held[i].active && str_eq(x->held[i].duty.office, office) &&
             str_eq(x->held[i].duty.duty, duty);
    return n;
}

/* Of an office where nobody holds it nothing is said: it serves no one yet. Its
 * head is one person by law, for whom another stands in. */
static err hint_duty(struct opening *x, str function, str duty)
{
    struct ctx *c = x->c;
    const struct city_office *all, *at = NULL;
    size_t n = city_offices(x->k, &all), alone = 0;

    if (str_eq(duty, STR("head")))
        return E_OK;
    for (size_t i = 0; i < n; i++) {
        if (!carries(x, function, &all[i]) ||
            active_at(x, all[i].key, duty) != 1)
            continue;
        at = &all[i];
        alone++;
    }
    if (alone == 0)
        return E_OK;
    finding_add(c, x->f, FIND_NOTE, (struct place){0},
                key_of(c, function, duty),
                say(c,
                    "Tugas %.*s pada fungsi %.*s dipegang satu orang saja di "
                    "%zu kantor, misalnya %.*s.",
                    "One person alone holds the duty %.*s of the function "
                    "%.*s. Offices: %zu, such as %.*s."),
                STR_ARG(city_duty_name(c, duty)),
                STR_ARG(city_function_name(c, function)), alone,
                STR_ARG(city_office_name(c, at)))
        ->mend = str_of(say(c, "Berikan juga kepada pegawai kedua.",
                            "Give it to a second officer too."));
    return E_OK;
}

/* A duty of whichever office filed is no one office's to lack. */
static err ask_duty(struct opening *x, str function, str duty)
{
    if (told(x->f, key_of(x->c, function, duty)) || function.n == 0 ||
        duty.n == 0 || str_eq(function, STR("own-office")) ||
        !city_function_mapped(x->k, function))
        return E_OK;
    return x->duty(x, function, duty);
}

static err check_who(struct opening *x, const struct app_who *who)
{
    if (who->resident || who->system)
        return E_OK;
    if (who->n == 0)
        return ask_duty(x, who->function, who->duty);
    for (size_t i = 0; i < who->n; i++)
        TRY(ask_duty(x, who->rows[i].function, who->rows[i].duty));
    return E_OK;
}

static err check_people(struct opening *x)
{
    for (size_t i = 0; i < x->a->n_states; i++) {
        const struct app_state *s = &x->a->states[i];

        for (size_t k = 0; k < s->n_actions; k++)
            TRY(check_who(x, &s->actions[k].who));
        for (size_t k = 0; k < s->n_branches; k++)
            TRY(check_who(x, &s->branches[k].who));
    }
    return E_OK;
}

static bool from_overlay(const struct app *a, const struct data *d)
{
    if (a->inner->overlay_file.n > 0 &&
        str_eq(d->at.file, a->inner->overlay_file))
        return true;
    for (size_t i = 0; d->kind == DATA_MAP && i < d->n; i++)
        if (from_overlay(a, d->pairs[i].value))
            return true;
    return false;
}

static void check_laws(struct opening *x)
{
    struct ctx *c = x->c;
    const struct data *law = data_get(x->a->effective, STR("law"));

    for (size_t i = 0; law != NULL && i < law->n; i++) {
        const struct data *one = law->pairs[i].value;
        str key = law->pairs[i].key;
        struct finding *f;

        if (!app_true(one, "local") || from_overlay(x->a, one))
            continue;
        f = obstacle(
            x, arena_fmt(c->mem, "law.%.*s", STR_ARG(key)),
            arena_fmt(c->mem,
                      say(c, "Dasar hukum daerah belum disebut: %.*s.",
                          "The local law is not named: %.*s."),
                      STR_ARG(app_say(c, data_get(one, STR("title"))))));
        f->mend = arena_fmt(
            c->mem,
            say(c, "Isilah law.%.*s.title dengan nama dan nomor peraturannya.",
                "Fill in law.%.*s.title with the law's name and number."),
            STR_ARG(key));
    }
}

static void check_registers(struct opening *x)
{
    struct ctx *c = x->c;

    for (size_t i = 0; i < x->a->n_books; i++) {
        str key = x->a->books[i];
        struct city_register r;
        struct finding *f;

        if (city_register(x->k, key, &r))
            continue;
        f = obstacle(x, arena_fmt(c->mem, "registers.%.*s", STR_ARG(key)),
                     arena_fmt(c->mem,
                               say(c, "Buku nomor surat \"%.*s\" belum ada.",
                                   "The number register \"%.*s\" is missing."),
                               STR_ARG(key)));
        f->mend = str_of(say(c, "Isilah pada registers.yaml.",
                             "Fill it in in registers.yaml."));
    }
}

/* The other app as it is in force; NULL where it is not open. */
static err app_there(struct opening *x, str id, const struct app **out)
{
    struct findings quiet = {0};
    struct app_package *p;
    struct app_overlay *o;
    struct app_entry now;
    struct app *there = NULL;
    err e = app_now(x->c, x->on, id, &now);

    *out = NULL;
    if (e == E_NOT_FOUND || (e == E_OK && !now.open))
        return E_OK;
    TRY(e);
    TRY(app_installed_package(x->c, x->on, id, &p, &o));
    e = app_build(x->c, p, o, NULL, &quiet, &there);
    *out = there;
    return e == E_BAD_INPUT ? E_OK : e;
}

/* What a chain lacks is told, and stops nothing. */
static err check_links(struct opening *x)
{
    const struct app *there = NULL;
    str last = STR("");

    for (size_t i = 0; i < x->a->n_links; i++) {
        const struct app_link *l = &x->a->links[i];

        if (str_eq(l->app, x->a->id))
            continue;
        if (!str_eq(l->app, last))
            TRY(app_there(x, l->app, &there));
        last = l->app;
        app_link_lacks(x->c, l, there, x->f);
    }
    if (x->a->population == NULL)
        return E_OK;
    TRY(app_there(x, x->a->population->app, &there));
    app_population_lacks(x->c, x->a->population, there, x->f);
    return E_OK;
}

err app_obstacles(struct ctx *c, struct conn *on, const struct app *a,
                  const struct city *k, struct findings *f)
{
    struct opening x = {
        .c = c, .on = on, .a = a, .k = k, .f = f, .duty = check_duty};

    check_functions(&x);
    TRY(check_people(&x));
    check_laws(&x);
    check_registers(&x);
    return check_links(&x);
}

err app_hang_on_one(struct ctx *c, struct conn *on, const struct app *a,
                    const struct city *k, struct findings *f)
{
    struct opening x = {
        .c = c, .on = on, .a = a, .k = k, .f = f, .duty = hint_duty};
    struct city_holding *held;

    TRY(city_holdings(c, on, &held, &x.n_held));
    x.held = held;
    return check_people(&x);
}
