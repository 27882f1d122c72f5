/* SPDX-License-Identifier: EUPL-1.2 */
/* Fields that name what the database holds: records of other apps, and people
 * in office. Whether they are there, and how they are shown. */
#include "record/record_priv.h"

/* ---- people in office --------------------------------------------- */

/* "dinas.head" or "head": does this duty fit what the field asks? */
static bool duty_fits(const struct record_world *w, str who,
                      const struct city_duty *d)
{
    str function, duty;

    if (!str_cut(who, '.', &function, &duty))
        return str_eq(d->duty, who);
    return str_eq(d->duty, duty) &&
           (!city_function_mapped(w->city, function) ||
            str_eq(function, STR("own-office")) ||
            city_office_for(w->city, function, STR("")) == NULL ||
            city_office_for(w->city, function, STR("")) ==
                city_office(w->city, d->office));
}

err record_officers(struct ctx *c, const struct record_world *w,
                    struct conn *on, const struct app_field *d,
                    struct city_officer **out, size_t *n)
{
    str who = data_text(data_get(d->def, STR("who")));
    struct city_holding *held;
    struct city_officer *all;
    size_t many, n_held;

    *n = 0;
    TRY(city_officers(c, on, &all, &many));
    TRY(city_holdings(c, on, &held, &n_held));
    *out = NEWS(c->mem, struct city_officer, many + 1);
    for (size_t i = 0; i < many; i++) {
        bool fits = all[i].active && who.n == 0;

        for (size_t k = 0; k < n_held && all[i].active && !fits; k++)
            fits = held[k].officer == all[i].id &&
                   duty_fits(w, who, &held[k].duty);
        if (fits)
            (*out)[(*n)++] = all[i];
    }
    return E_OK;
}

/* ---- are they there? ---------------------------------------------- */

struct checking {
    const struct record_world *w;
    struct conn *on;
    const struct app_form *form;
    const char *head; /* of a finding's key */
    struct findings *f;
};

static void complain(struct ctx *c, const struct checking *k,
                     const struct app_field *d, str why)
{
    finding_add(c, k->f, FIND_ERROR, (struct place){0},
                arena_fmt(c->mem, "%s%.*s", k->head, STR_ARG(d->key)), "%.*s",
                STR_ARG(why));
}

static bool state_listed(const struct app_field *d, str state)
{
    const struct data *list = data_get(d->def, STR("states"));

    for (size_t i = 0; list != NULL && i < list->n; i++)
        if (str_eq(data_text(list->items[i]), state))
            return true;
    return list == NULL;
}

static err check_record(struct ctx *c, const struct checking *k,
                        const struct app_field *d, str number)
{
    str of = data_text(data_get(d->def, STR("of"))), label;
    struct record r = {.app = STR("")};
    const struct app *a;
    const struct app_state *s;
    err e = record_find(c, k->on, number, &r);

    if (e != E_OK && e != E_NOT_FOUND)
        return e;
    label = app_field_label(c, d);
    if (e == E_NOT_FOUND || (of.n > 0 && !str_eq(of, r.app))) {
        complain(c, k, d,
                 arena_fmt(c->mem,
                           say(c,
                               "%.*s: tidak ada berkas bernomor %.*s pada "
                               "layanan itu.",
                               "%.*s: that service has no record numbered "
                               "%.*s."),
                           STR_ARG(label), STR_ARG(number)));
        return E_OK;
    }
    if (state_listed(d, r.state))
        return E_OK;
    TRY(record_app(c, k->w, k->on, &r, &a));
    s = app_state(a, r.state);
    complain(c, k, d,
             arena_fmt(c->mem,
                       say(c,
                           "%.*s: berkas %.*s berkeadaan \"%.*s\", jadi belum "
                           "atau tidak lagi dapat dipakai.",
                           "%.*s: the record %.*s is in the state \"%.*s\", so "
                           "it cannot be used yet, or any more."),
                       STR_ARG(label), STR_ARG(number),
                       STR_ARG(s == NULL ? r.state : app_say(c, s->label))));
    return E_OK;
}

static err check_officer(struct ctx *c, const struct checking *k,
                         const struct app_field *d, str pseudonym)
{
    struct city_officer *all;
    size_t n;

    TRY(record_officers(c, k->w, k->on, d, &all, &n));
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].pseudonym, pseudonym))
            return E_OK;
    complain(c, k, d,
             arena_fmt(c->mem,
                       say(c,
                           "%.*s haruslah pegawai yang bertugas dan ada dalam "
                           "daftar.",
                           "%.*s must be somebody in office, of the list."),
                       STR_ARG(app_field_label(c, d))));
    return E_OK;
}

static err check_field(struct ctx *c, const struct checking *k,
                       const struct app_field *d)
{
    str text = app_form_text(k->form, d->key);

    if (text.p == NULL || (d->type != APP_RECORD && d->type != APP_OFFICER))
        return E_OK;
    return d->type == APP_RECORD ? check_record(c, k, d, text)
                                 : check_officer(c, k, d, text);
}

static err check_rows(struct ctx *c, const struct checking *k,
                      const struct app_field *d)
{
    size_t rows = app_rows(k->form, d);

    for (size_t i = 0; i < d->n_columns; i++) {
        enum app_type t = d->columns[i].type;

        for (size_t r = 1; r <= rows && (t == APP_RECORD || t == APP_OFFICER);
             r++) {
            struct app_field cell = app_cell(c, d, r, i);

            TRY(check_field(c, k, &cell));
        }
    }
    return E_OK;
}

err record_check_refs(struct ctx *c, const struct record_world *w,
                      struct conn *on, const struct app_field *fields, size_t n,
                      const struct app_form *form, const char *head,
                      struct findings *f)
{
    struct checking k = {w, on, form, head, f};

    for (size_t i = 0; i < n; i++)
        TRY(fields[i].type == APP_ROWS ? check_rows(c, &k, &fields[i])
                                       : check_field(c, &k, &fields[i]));
    return E_OK;
}

static bool is_own(const struct record_submission *s, str number)
{
    return s->behalf || s->actor.level >= 2 || str_eq(s->actor.record, number);
}

/* A survey is answered about a record that has ended, by its own resident. */
err record_check_finished(struct ctx *c, const struct record_world *w,
                          struct conn *on, const struct record_submission *s,
                          const struct app_form *form, struct findings *f)
{
    struct checking k = {w, on, form, "fields.", f};

    for (size_t i = 0; i < s->app->n_fields; i++) {
        const struct app_field *d = &s->app->fields[i];
        str number = app_form_text(form, d->key);
        struct record r;
        err e;

        if (number.n == 0 || !d->finished)
            continue;
        e = record_find(c, on, number, &r);
        if (e == E_NOT_FOUND)
            continue; /* said already */
        TRY(e);
        if (r.ended != 0 && is_own(s, number))
            continue;
        complain(c, &k, d,
                 arena_fmt(c->mem,
                           r.ended == 0
                               ? say(c,
                                     "%.*s: berkas itu belum selesai. "
                                     "Penilaian diberikan sesudah layanan "
                                     "selesai.",
                                     "%.*s: that record has not ended. A "
                                     "service is rated when it is done.")
                               : say(c,
                                     "%.*s: buka dahulu berkas itu pada laman "
                                     "lacak dengan kodenya.",
                                     "%.*s: open that record on the tracking "
                                     "page first, with its code."),
                           STR_ARG(app_field_label(c, d))));
    }
    return E_OK;
}

/* ---- the acts that a claim rests on -------------------------------- */

/* Steps of a record in which somebody acted, by the name that its own version
 * gives them, each once. */
struct acts {
    str all[32];
    size_t n;
};

/* A return stands unless another officer took it back before the resident
 * answered: who returned it wrongly has done nothing that counts. */
static bool stands(const struct app *a, const struct ledger_event *events,
                   size_t n, size_t i)
{
    str to = ledger_fact(&events[i], "state");
    const struct app_state *s = app_state(a, to);

    if (s == NULL || !s->who.resident || s->end.n > 0)
        return true;
    for (size_t k = i + 1; k < n; k++)
        if (str_eq(ledger_fact(&events[k], "from"), to)) {
            str by = ledger_fact(&events[k], "by");

            return str_eq(by, STR("resident")) || str_eq(by, STR("system")) ||
                   str_eq(by, record_filer(a, events, n)) ||
                   record_at_hand(&events[k]);
        }
    return true;
}

/* A step that waits for whoever filed is no officer's: taking a return back is
 * not one more. */
static bool officers_step(const struct app *a, str from)
{
    const struct app_state *s = app_state(a, from);

    return s == NULL || !s->who.resident;
}

/* Indonesian, whoever reads: the same step has one name. */
static str step_name(const struct app *a, str key)
{
    const struct app_state *s = app_state(a, key);
    str name = s == NULL ? STR("") : data_text(data_get(s->label, STR("id")));

    return name.n > 0 ? name : key;
}

static err find_acts(struct ctx *c, const struct checking *k, str number,
                     str who, struct acts *out)
{
    struct ledger_event *events;
    struct record r;
    const struct app *a;
    size_t n;
    err e = record_find(c, k->on, number, &r);

    out->n = 0;
    if (e == E_NOT_FOUND)
        return E_OK; /* said already */
    TRY(e);
    TRY(record_app(c, k->w, k->on, &r, &a));
    TRY(ledger_events_of(c, k->on, k->w->ledger, number, &events, &n));
    for (size_t i = 0; i < n && out->n < COUNT(out->all); i++) {
        str from = ledger_fact(&events[i], "from"), name;

        if (from.p == NULL || !str_eq(ledger_fact(&events[i], "by"), who) ||
            record_at_hand(&events[i]) || !officers_step(a, from) ||
            !stands(a, events, n, i))
            continue;
        name = step_name(a, from);
        if (str_among(name, out->all, out->n) < 0)
            out->all[out->n++] = name;
    }
    return E_OK;
}

static str act_names(struct ctx *c, const struct acts *acts)
{
    struct buf b = buf_new(c, 8192);

    for (size_t i = 0; i < acts->n; i++)
        buf_fmt(&b, "%s%.*s", i > 0 ? "; " : "", STR_ARG(acts->all[i]));
    return buf_str(&b);
}

/* Named as it is called, or left empty where there is only one. */
static void choose_act(struct ctx *c, const struct checking *k,
                       const struct app_field *d, const struct acts *acts,
                       struct app_form *form)
{
    struct app_field step = *d;
    str typed = app_form_text(form, d->acted);

    step.key = d->acted;
    for (size_t i = 0; i < acts->n; i++)
        if (typed.n == 0 ? acts->n == 1
                         : str_eq(data_fold(c, str_trim(typed)),
                                  data_fold(c, acts->all[i]))) {
            app_form_set(c, form, d->acted, acts->all[i]);
            return;
        }
    if (acts->n == 0)
        complain(c, k, d,
                 str_of(say(c,
                            "Berkas ini tidak mencatat tindakan Anda yang "
                            "berlaku, jadi tidak dapat menjadi dasar menit.",
                            "The record tells of no act of yours that stands, "
                            "so no minutes can rest on it.")));
    else
        complain(c, k, &step,
                 arena_fmt(c->mem,
                           say(c,
                               "Sebutkan langkah tempat Anda bertindak pada "
                               "berkas ini: %.*s.",
                               "Name the step in which you acted on the "
                               "record: %.*s."),
                           STR_ARG(act_names(c, acts))));
}

err record_check_acted(struct ctx *c, const struct record_world *w,
                       struct conn *on, const struct app_field *fields,
                       size_t n, str who, struct app_form *form,
                       const char *head, struct findings *f)
{
    struct checking k = {w, on, form, head, f};
    struct acts acts;

    for (size_t i = 0; i < n; i++) {
        str number = app_form_text(form, fields[i].key);

        if (fields[i].acted.n == 0 || number.n == 0)
            continue;
        TRY(find_acts(c, &k, number, who, &acts));
        choose_act(c, &k, &fields[i], &acts, form);
    }
    return E_OK;
}

bool record_has_refs(const struct app_field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (fields[i].type == APP_RECORD || fields[i].type == APP_OFFICER ||
            record_has_refs(fields[i].columns, fields[i].n_columns))
            return true;
    return false;
}

/* ---- how they are shown ------------------------------------------- */

/* The number, and how the record stands where everybody may know that. */
static err show_record(struct ctx *c, const struct record_world *w,
                       struct conn *on, str *text)
{
    const struct app_state *s;
    const struct app *a;
    struct record r;
    err e = record_find(c, on, *text, &r);

    if (e == E_NOT_FOUND)
        return E_OK;
    TRY(e);
    TRY(record_app(c, w, on, &r, &a));
    s = app_state(a, r.state);
    if (s != NULL && !a->sensitive)
        *text = arena_fmt(c->mem, "%.*s (%.*s)", STR_ARG(*text),
                          STR_ARG(app_say(c, s->label)));
    return E_OK;
}

/* An officer's name is for officers; others read the post. */
static err show_officer(struct ctx *c, struct conn *on, bool office, str *text)
{
    struct city_officer o;
    err e = city_officer_by_pseudonym(c, on, *text, &o);

    if (e == E_NOT_FOUND)
        return E_OK;
    TRY(e);
    *text = office ? o.name
            : o.post.n > 0
                ? o.post
                : str_of(say(c, "pegawai yang ditunjuk", "an officer"));
    return E_OK;
}

static err show_one(struct ctx *c, const struct record_world *w,
                    struct conn *on, bool office, enum app_type t, str *text)
{
    const struct city_office *o;

    if (text->n == 0)
        return E_OK;
    if (t == APP_RECORD)
        return show_record(c, w, on, text);
    if (t == APP_OFFICER)
        return show_officer(c, on, office, text);
    if (t == APP_UNIT && (o = city_office(w->city, *text)) != NULL)
        *text = city_office_name(c, o);
    return E_OK;
}

err record_show_refs(struct ctx *c, const struct record_world *w,
                     struct conn *on, bool office, struct app_shown *all,
                     size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct app_table *t = all[i].table;

        TRY(show_one(c, w, on, office, all[i].type, &all[i].text));
        for (size_t k = 0; t != NULL && k < t->n_rows * t->n_columns; k++)
            TRY(show_one(c, w, on, office, t->columns[k % t->n_columns].type,
                         &t->texts[k]));
    }
    return E_OK;
}
