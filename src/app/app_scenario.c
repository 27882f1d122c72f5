/* SPDX-License-Identifier: EUPL-1.2 */
/* scenario.yaml: its shape, and that it speaks of this app. The room
 * `rehearse` plays it. */
#include "app/app_priv.h"

#define STEPS_MOST 500

struct stage {
    struct app_work *w;
    str path;   /* "scenario.murah.3" */
    bool other; /* the step is about a record of another app */
};

static struct finding *fault(struct stage *x, struct place at, str key,
                             const char *id, const char *en)
{
    struct finding *f = finding_add(x->w->c, x->w->f, FIND_ERROR, at,
                                    app_path(x->w->c, x->path, key), "%s",
                                    say(x->w->c, id, en));

    app_mend(x->w->c, f, "scenario", "%s", "");
    return f;
}

static void unknown(struct stage *x, struct place at, str key, str word,
                    struct app_near *near, const char *id, const char *en)
{
    struct finding *f = fault(x, at, key, id, en);

    f->what = arena_fmt(x->w->c->mem, "%.*s: \"%.*s\".", STR_ARG(f->what),
                        STR_ARG(word));
    app_mend_near(x->w->c, f, "scenario", near);
}

static bool instant(str s)
{
    str day, time;
    struct date d;

    return str_cut(s, 'T', &day, &time) && time_parse_date(day, &d) &&
           time.n == 5 && time.p[2] == ':' &&
           app_all_digits(str_slice(time, 0, 2)) &&
           app_all_digits(str_slice(time, 3, 5));
}

/* ---- what is expected --------------------------------------------- */

static bool duty_ref(str s)
{
    str function, duty;

    return str_cut(s, '.', &function, &duty) && city_function_known(function) &&
           city_duty_known(duty);
}

/* A rule of the app, or of one of its actions. */
static bool rule_known(const struct app_work *w, str key)
{
    const struct app *a = w->a;

    if (data_get(data_get(w->tree, STR("rules")), key) != NULL)
        return true;
    for (size_t i = 0; i < a->n_states; i++)
        for (size_t k = 0; k < a->states[i].n_actions; k++)
            for (size_t r = 0; r < a->states[i].actions[k].n_rules; r++)
                if (str_eq(a->states[i].actions[k].rules[r].key, key))
                    return true;
    return false;
}

static void check_refused(struct stage *x, const struct data *map, str key)
{
    static const str heads[] = {STR_INIT("fields"), STR_INIT("rules"),
                                STR_INIT("needs"), STR_INIT("links")};

    if (map->kind != DATA_MAP) {
        fault(x, map->at, key, "Di sini diharapkan {rules.nama: kalimat}.",
              "{rules.name: sentence} is expected here.");
        return;
    }
    for (size_t i = 0; i < map->n; i++) {
        str rest = map->pairs[i].key, head;

        str_next(&rest, '.', &head);
        if (str_among(head, heads, COUNT(heads)) < 0)
            fault(x, map->pairs[i].at, map->pairs[i].key,
                  "Sebuah penolakan bernama fields.*, rules.*, needs.*, atau "
                  "links.*.",
                  "A refusal is named fields.*, rules.*, needs.* or links.*.");
        else if (!x->other && str_eq(head, STR("rules")) &&
                 !rule_known(x->w, rest)) {
            struct app_near near = app_near(rest);

            app_near_keys(&near, data_get(x->w->tree, STR("rules")));
            unknown(x, map->pairs[i].at, map->pairs[i].key, rest, &near,
                    "Aturan ini tidak ada", "There is no such rule");
        }
    }
}

static void check_state(struct stage *x, const struct data *v)
{
    str name = data_text(v);
    struct app_near near = app_near(name);

    if (x->other || app_state(x->w->a, name) != NULL)
        return;
    for (size_t i = 0; i < x->w->a->n_states; i++)
        app_near_try(&near, x->w->a->states[i].key);
    unknown(x, v->at, STR("expect.state"), name, &near, "Keadaan ini tidak ada",
            "There is no such state");
}

static void check_letter(struct stage *x, const struct data *v)
{
    str name = data_text(v);
    struct app_near near = app_near(name);

    for (size_t i = 0; !x->other && i < x->w->a->n_letters; i++) {
        if (str_eq(x->w->a->letters[i].key, name))
            return;
        app_near_try(&near, x->w->a->letters[i].key);
    }
    if (x->other)
        return;
    unknown(x, v->at, STR("expect.letter"), name, &near, "Surat ini tidak ada",
            "There is no such letter");
}

static void check_charge(struct stage *x, const struct data *v)
{
    if (!app_all_digits(data_text(v)))
        fault(x, v->at, STR("expect.charge"),
              "Biaya ditulis dengan angka saja, misalnya 1440000.",
              "A charge is written in digits alone, such as 1440000.");
}

static void check_opens(struct stage *x, const struct data *v)
{
    for (size_t i = 0; v->kind == DATA_MAP && i < v->n; i++)
        if (!app_id_ok(v->pairs[i].key) ||
            !app_name_ok(data_text(v->pairs[i].value)))
            fault(x, v->pairs[i].at, STR("expect.opens"),
                  "opens: berisi SEKTOR/APLIKASI: nama.",
                  "opens: holds SECTOR/APP: name.");
    if (v->kind != DATA_MAP)
        fault(x, v->at, STR("expect.opens"),
              "opens: berisi SEKTOR/APLIKASI: nama.",
              "opens: holds SECTOR/APP: name.");
}

static void check_waits(struct stage *x, const struct data *v)
{
    if (v->kind != DATA_LIST)
        fault(x, v->at, STR("expect.waits"),
              "waits: adalah daftar nama cabang.",
              "waits: is a list of names of branches.");
}

static void check_says(struct stage *x, const struct data *v)
{
    const struct app *a = x->w->a;

    for (size_t i = 0; !x->other && v->kind == DATA_MAP && i < v->n; i++) {
        struct app_near near = app_near(v->pairs[i].key);
        str key, part;

        str_cut(v->pairs[i].key, '.', &key, &part);
        if (app_field(a, key) != NULL)
            continue;
        for (size_t k = 0; k < a->n_fields; k++)
            app_near_try(&near, a->fields[k].key);
        unknown(x, v->pairs[i].at, STR("expect.says"), key, &near,
                "Isian ini tidak ada", "There is no such field");
    }
    if (v->kind != DATA_MAP)
        fault(x, v->at, STR("expect.says"), "says: berisi isian: nilai.",
              "says: holds field: value.");
}

static void check_sees(struct stage *x, const struct data *v)
{
    for (size_t i = 0; v->kind == DATA_MAP && i < v->n; i++) {
        if (!duty_ref(v->pairs[i].key))
            fault(x, v->pairs[i].at, STR("expect.sees"),
                  "sees: berisi fungsi.tugas: {isian: nilai}.",
                  "sees: holds function.duty: {field: value}.");
        check_says(x, v->pairs[i].value);
    }
    if (v->kind != DATA_MAP)
        fault(x, v->at, STR("expect.sees"),
              "sees: berisi fungsi.tugas: {isian: nilai}.",
              "sees: holds function.duty: {field: value}.");
}

static void check_day(struct stage *x, const struct data *v)
{
    struct date d;

    if (!time_parse_date(data_text(v), &d))
        fault(x, v->at, STR("expect.valid_to"),
              "Hari terakhir ditulis seperti 2026-03-02.",
              "A last day is written like 2026-03-02.");
}

static void check_due(struct stage *x, const struct data *v)
{
    struct city_span span;

    if (!city_span_read(data_text(v), &span))
        fault(x, v->at, STR("expect.due"),
              "Tenggat ditulis seperti 1 workday atau 30 days.",
              "A deadline is written like 1 workday or 30 days.");
}

static void check_above(struct stage *x, const struct data *v)
{
    if (!city_duty_known(data_text(v)) && !str_eq(data_text(v), STR("none")))
        fault(x, v->at, STR("expect.above"),
              "above: adalah tugas atasan, atau none.",
              "above: is a superior's duty, or none.");
}

static void check_denied(struct stage *x, const struct data *v)
{
    if (!str_eq(data_text(v), STR("true")))
        fault(x, v->at, STR("expect.denied"), "denied: hanya dapat true.",
              "denied: can only be true.");
}

static void check_refused_some(struct stage *x, const struct data *v)
{
    check_refused(x, v, STR("expect.refused"));
}

static void check_refused_all(struct stage *x, const struct data *v)
{
    check_refused(x, v, STR("expect.refused_exactly"));
}

static void check_duplicates(struct stage *x, const struct data *v)
{
    if (v->kind != DATA_LIST)
        fault(x, v->at, STR("expect.duplicates"),
              "duplicates: adalah daftar nama catatan.",
              "duplicates: is a list of names of records.");
}

static const struct {
    str key;
    void (*check)(struct stage *x, const struct data *v);
} wishes[] = {
    {STR_INIT("state"), check_state},
    {STR_INIT("charge"), check_charge},
    {STR_INIT("paid"), check_charge},
    {STR_INIT("granted"), check_charge},
    {STR_INIT("opens"), check_opens},
    {STR_INIT("waits"), check_waits},
    {STR_INIT("due"), check_due},
    {STR_INIT("promise"), check_due},
    {STR_INIT("above"), check_above},
    {STR_INIT("letter"), check_letter},
    {STR_INIT("replaced"), check_letter},
    {STR_INIT("valid_to"), check_day},
    {STR_INIT("says"), check_says},
    {STR_INIT("sees"), check_sees},
    {STR_INIT("reminded"), check_charge},
    {STR_INIT("refused"), check_refused_some},
    {STR_INIT("refused_exactly"), check_refused_all},
    {STR_INIT("denied"), check_denied},
    {STR_INIT("duplicates"), check_duplicates},
};

static void check_expect(struct stage *x, const struct data *d)
{
    if (d->kind != DATA_MAP) {
        fault(x, d->at, STR("expect"), "expect: berisi {state: ...}.",
              "expect: holds {state: ...}.");
        return;
    }
    for (size_t i = 0; i < d->n; i++) {
        struct app_near near = app_near(d->pairs[i].key);
        size_t k = 0;

        while (k < COUNT(wishes) && !str_eq(wishes[k].key, d->pairs[i].key))
            app_near_try(&near, wishes[k++].key);
        if (k < COUNT(wishes))
            wishes[k].check(x, d->pairs[i].value);
        else
            unknown(x, d->pairs[i].at, STR("expect"), d->pairs[i].key, &near,
                    "Kunci tidak dikenal", "Unknown key");
    }
}

/* ---- who does what ------------------------------------------------ */

/* "resident", "resident.2", "licensing.head", "licensing.head as X.Y" */
static bool actor_ok(str s)
{
    size_t as = str_find(s, STR(" as "));

    if (str_eq(s, STR("resident")))
        return true;
    if (str_starts(s, STR("resident.")))
        return app_all_digits(str_slice(s, 9, s.n)) && s.n <= 11;
    if (as == s.n)
        return duty_ref(s);
    return duty_ref(str_slice(s, 0, as)) && duty_ref(str_slice(s, as + 4, s.n));
}

static void check_values(struct stage *x, const struct data *map)
{
    for (size_t i = 0;
         !x->other && map != NULL && map->kind == DATA_MAP && i < map->n; i++) {
        str key = map->pairs[i].key;
        const struct app_field *d = app_field(x->w->a, key);
        struct app_near near = app_near(key);

        if (d != NULL && !d->computed)
            continue;
        app_near_keys(&near, data_get(x->w->tree, STR("fields")));
        unknown(
            x, map->pairs[i].at, STR("submit"), key, &near,
            d == NULL ? "Isian ini tidak ada" : "Isian ini dihitung sendiri",
            d == NULL ? "There is no such field" : "This field is computed");
    }
}

static bool branch_asks(const struct app_branch *b, str need)
{
    for (size_t i = 0; i < b->n_needs; i++)
        if (str_eq(b->needs[i].key, need))
            return true;
    return false;
}

/* Some action of that name, and that it asks for what is given. */
static void check_deed(struct stage *x, const struct data *name,
                       const struct data *with)
{
    const struct app *a = x->w->a;
    str key = data_text(name);
    struct app_near near = app_near(key);
    bool found = x->other;

    for (size_t i = 0; i < a->n_states && !found; i++)
        for (size_t k = 0; k < a->states[i].n_actions; k++) {
            app_near_try(&near, a->states[i].actions[k].key);
            found |= str_eq(a->states[i].actions[k].key, key);
        }
    if (!found) {
        unknown(x, name->at, STR("do"), key, &near, "Tindakan ini tidak ada",
                "There is no such action");
        return;
    }
    for (size_t i = 0;
         !x->other && with != NULL && with->kind == DATA_MAP && i < with->n;
         i++) {
        str need = with->pairs[i].key;
        bool asked = false;

        near = app_near(need);
        for (size_t s = 0; s < a->n_states; s++) {
            const struct app_action *act = app_action(&a->states[s], key);

            for (size_t k = 0; act != NULL && k < act->n_needs + act->n_changes;
                 k++) {
                app_near_try(&near, act->needs[k].key);
                asked |= str_eq(act->needs[k].key, need);
            }
            for (size_t b = 0; b < a->states[s].n_branches; b++)
                asked |= branch_asks(&a->states[s].branches[b], need);
        }
        if (!asked)
            unknown(x, with->pairs[i].at, STR("with"), need, &near,
                    "Tindakan ini tidak menanyakannya",
                    "The action does not ask for it");
    }
}

/* What the calendar opened, and by which name it is known from now on. */
static void check_calendar(struct stage *x, const struct data_pair *pair)
{
    const struct data *d = pair->value;
    bool known = d->kind == DATA_MAP && app_name_ok(app_text(d, "as")) &&
                 city_function_known(app_text(d, "office"));

    for (size_t i = 0; known && i < d->n; i++)
        known = app_word_in("as office app", d->pairs[i].key);
    if (!known)
        fault(x, pair->at, pair->key,
              "calendar: berisi {as: nama, office: fungsi}.",
              "calendar: holds {as: name, office: function}.");
}

static void check_actor(struct stage *x, const struct data_pair *pair)
{
    const struct data *d = pair->value;
    const struct data *deed = data_get(d, STR("do"));
    const struct data *submit = data_get(d, STR("submit"));

    if (!actor_ok(pair->key))
        fault(x, pair->at, pair->key,
              "Pelaku adalah resident, resident.2, atau fungsi.tugas.",
              "An actor is resident, resident.2, or function.duty.");
    if (d->kind != DATA_MAP || (deed == NULL && submit == NULL)) {
        fault(x, pair->at, pair->key,
              "Pelaku melakukan sesuatu: {submit: ...} atau {do: ...}.",
              "An actor does something: {submit: ...} or {do: ...}.");
        return;
    }
    for (size_t i = 0; i < d->n; i++)
        if (!app_word_in("do submit with on as reason app branch",
                         d->pairs[i].key)) {
            struct app_near near = app_near(d->pairs[i].key);

            unknown(x, d->pairs[i].at, pair->key, d->pairs[i].key, &near,
                    "Kunci tidak dikenal", "Unknown key");
        }
    check_values(x, submit);
    if (deed != NULL)
        check_deed(x, deed, data_get(d, STR("with")));
}

/* Does somebody in this step act on another app? */
static bool about_other(const struct stage *x, const struct data *step)
{
    for (size_t i = 0; i < step->n; i++) {
        str id = app_text(step->pairs[i].value, "app");

        if (id.n > 0 && !str_eq(id, x->w->a->id))
            return true;
    }
    return false;
}

static void check_step(struct stage *x, const struct data *step)
{
    struct city_span span;
    size_t actors = 0;

    if (step->kind != DATA_MAP || step->n == 0) {
        fault(x, step->at, STR("step"), "Sebuah langkah adalah {siapa: apa}.",
              "A step is {who: what}.");
        return;
    }
    x->other = about_other(x, step);
    for (size_t i = 0; i < step->n; i++) {
        const struct data_pair *pair = &step->pairs[i];

        if (str_eq(pair->key, STR("at"))) {
            if (!instant(data_text(pair->value)))
                fault(x, pair->at, pair->key,
                      "Waktu ditulis seperti 2026-02-16T09:00.",
                      "A time is written like 2026-02-16T09:00.");
        } else if (str_eq(pair->key, STR("wait"))) {
            if (!city_span_read(data_text(pair->value), &span))
                fault(x, pair->at, pair->key,
                      "Lama waktu ditulis seperti 3 workdays.",
                      "A span is written like 3 workdays.");
        } else if (str_eq(pair->key, STR("expect"))) {
            check_expect(x, pair->value);
        } else if (str_eq(pair->key, STR("calendar"))) {
            check_calendar(x, pair);
        } else {
            actors++;
            check_actor(x, pair);
        }
    }
    if (actors > 1)
        fault(x, step->at, STR("step"), "Satu langkah, satu pelaku.",
              "One step, one actor.");
}

static void check_scenario(struct app_work *w, const struct data_pair *pair)
{
    struct ctx *c = w->c;
    struct stage x = {.w = w, .path = app_path(c, STR("scenario"), pair->key)};
    const struct data *steps = pair->value;

    if (steps->kind != DATA_LIST || steps->n == 0 || steps->n > STEPS_MOST) {
        fault(&x, pair->at, STR("steps"),
              "Sebuah skenario adalah daftar langkah.",
              "A scenario is a list of steps.");
        return;
    }
    for (size_t i = 0; i < steps->n; i++) {
        x.path =
            arena_fmt(c->mem, "scenario.%.*s.%zu", STR_ARG(pair->key), i + 1);
        check_step(&x, steps->items[i]);
    }
}

void app_check_scenarios(struct app_work *w)
{
    const struct data *all = w->p->scenarios;
    struct stage x = {.w = w, .path = STR("scenario")};

    if (all == NULL)
        return; /* a missing or broken file is a finding of its own */
    if (all->kind != DATA_MAP || all->n == 0) {
        fault(&x, all->at, STR("steps"),
              "scenario.yaml berisi NAMA: daftar langkah.",
              "scenario.yaml holds NAME: a list of steps.");
        return;
    }
    for (size_t i = 0; i < all->n; i++)
        check_scenario(w, &all->pairs[i]);
}
