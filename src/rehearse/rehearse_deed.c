/* SPDX-License-Identifier: EUPL-1.2 */
/* What residents and officers do in a simulation, by the calls of a page. */
#include "rehearse/rehearse_days.h"

/* ---- sending in --------------------------------------------------- */

static str invented_name(struct ctx *c, struct days *s)
{
    static const char *const first[] = {"Siti",  "Asep",  "Dewi",    "Budi",
                                        "Rina",  "Agus",  "Nuraini", "Ujang",
                                        "Lilis", "Hasan", "Maya",    "Joko"};
    static const char *const last[] = {"Contoh",  "Rahmawati", "Hidayat",
                                       "Permana", "Kusumah",   "Saputra",
                                       "Lestari", "Wijaya"};

    return arena_fmt(c->mem, "%s %s",
                     first[rehearse_days_pick(s, COUNT(first))],
                     last[rehearse_days_pick(s, COUNT(last))]);
}

/* Thrown below the sum of all weights. */
static const struct service *thrown_at(const struct days *s, size_t thrown)
{
    const struct service *it = s->services;

    for (; thrown >= it->weight; it++)
        thrown -= it->weight;
    return it;
}

static int64_t today_of(const struct ctx *c, const struct days *s)
{
    int64_t of_day;

    return time_days(time_local(c->now, city_offset(s->w->city), &of_day));
}

static bool is_agents(struct days *s, const struct service *it)
{
    return s->bribed_app == it->app && rehearse_days_pick(s, s->one_in) == 0;
}

static void sent(struct ctx *c, struct days *s, str number, bool favoured)
{
    ARENA_GROW(s->c->mem, s->known, s->n_known, s->room_known);
    s->known[s->n_known] = arena_str(s->c->mem, number);
    if (favoured)
        rehearse_days_expect(
            s,
            city_after_work(s->w->city, c->now,
                            (20 + (int64_t)rehearse_days_pick(s, 60)) *
                                TIME_SECOND),
            FAVOUR, s->n_known);
    rehearse_days_expect(
        s, c->now + TIME_DAY * (1 + (int64_t)rehearse_days_pick(s, 4)), ANSWER,
        s->n_known);
    s->n_known++;
    s->out->sent++;
}

/* "AB-12345" with other digits at its end, at most six of them. */
static str other_digits(struct ctx *c, struct days *s, str text)
{
    char *p = NEWS(c->mem, char, text.n + 1);

    memcpy(p, text.p, text.n);
    for (size_t i = text.n; i-- > 0 && text.n - i <= 6;) {
        if (p[i] < '0' || p[i] > '9')
            break;
        p[i] = (char)('0' + rehearse_days_pick(s, 10));
    }
    return (str){p, text.n};
}

/* What one live entry alone may hold must not be every resident's. */
static void vary(struct ctx *c, struct days *s, const struct app *a,
                 struct app_form *form)
{
    const struct app_registry *r = a->registry;

    for (size_t k = 0; r != NULL && k < r->n_unique; k++)
        for (size_t i = 0; i < form->n; i++) {
            str key, part, path = form->all[i].path;
            const struct app_field *d;

            str_cut(path, '.', &key, &part);
            d = app_field(a, key);
            if (d != NULL && form->all[i].text.n > 0 &&
                (d->type == APP_TEXT || d->type == APP_ROWS) &&
                app_path_fits(path, r->unique[k]))
                form->all[i].text = other_digits(c, s, form->all[i].text);
        }
}

err rehearse_days_send(struct ctx *c, struct days *s, size_t thrown)
{
    const struct service *it = thrown_at(s, thrown);
    const struct sample *of =
        &it->samples.forms[rehearse_days_pick(s, it->samples.n_forms)];
    bool favoured = is_agents(s, it);
    struct app_form form = {0},
                    person = rehearse_person(
                        c, 1 + (int64_t)rehearse_days_pick(s, 100000),
                        favoured ? s->out->agent : invented_name(c, s));
    str village = s->villages[rehearse_days_pick(s, s->n_villages)].code;
    struct app_setting with = {.city = s->w->city, .person = &person};
    struct findings f = {0};
    struct record_receipt receipt;
    struct record_submission in = {
        .app = it->app,
        .form = &form,
        .person = &person,
        .actor = {.role = RECORD_RESIDENT, .level = 2, .channel = STR("web")}};
    err e;

    TRY(rehearse_read(c, it->app, &with,
                      rehearse_moved(c, of, village, today_of(c, s)), &form,
                      &f));
    vary(c, s, it->app, &form);
    e = record_submit(c, s->w, &in, &f, &receipt);
    if (e == E_OK)
        sent(c, s, receipt.number, favoured);
    else
        s->out->turned_down++;
    return e == E_REFUSED || e == E_CONFLICT ? E_OK : e;
}

/* ---- choosing ----------------------------------------------------- */

/* How likely an action is, by where it leads: most records go on, some come
 * back to the resident, few are refused; nobody undoes what has ended. */
static size_t weight_of(const struct app *a, const struct app_state *from,
                        const struct app_action *x)
{
    static const str bad[] = {STR_INIT("refused"),   STR_INIT("revoked"),
                              STR_INIT("withdrawn"), STR_INIT("lapsed"),
                              STR_INIT("removed"),   STR_INIT("merged")};
    const struct app_state *to = app_state(a, x->to);

    if (x->merges.n > 0 || to == NULL || from->end.n > 0)
        return 0;
    if (to == from)
        return 1;
    if (str_among(to->end, bad, COUNT(bad)) >= 0)
        return 6;
    return to->who.resident && to->end.n == 0 ? 10 : 84;
}

static const struct record_choice *choose(struct days *s, const struct app *a,
                                          const struct app_state *from,
                                          const struct record_choice *all,
                                          size_t n)
{
    size_t sum = 0, thrown;

    for (size_t i = 0; i < n; i++)
        if (all[i].why.n == 0)
            sum += weight_of(a, from, all[i].action);
    if (sum == 0)
        return NULL;
    thrown = rehearse_days_pick(s, sum);
    for (size_t i = 0; i < n; i++) {
        size_t w = all[i].why.n == 0 ? weight_of(a, from, all[i].action) : 0;

        if (thrown < w)
            return &all[i];
        thrown -= w;
    }
    return NULL;
}

/* ---- acting ------------------------------------------------------- */

static const struct sample *sample_of(const struct days *s, const struct app *a,
                                      str action)
{
    for (size_t i = 0; i < s->n_services; i++)
        for (size_t k = 0; k < s->services[i].samples.n_acts; k++)
            if (str_eq(s->services[i].app->id, a->id) &&
                str_eq(s->services[i].samples.acts[k].action, action))
                return &s->services[i].samples.acts[k];
    return NULL;
}

static err answer_needs(struct ctx *c, struct days *s, const struct app *a,
                        const struct record *r, const struct app_action *x,
                        struct record_deed *d)
{
    const struct sample *of = sample_of(s, a, x->key);
    struct app_form faked = {0};
    struct app_pair *pairs;
    struct data *given;

    if (x->n_needs == 0)
        return E_OK;
    if (of != NULL && of->values != NULL) {
        given = rehearse_moved(c, of, r->region, today_of(c, s));
        TRY(app_form_pairs(c, x->needs, x->n_needs, given, &pairs,
                           &d->n_needs));
        d->needs = pairs;
        return E_OK;
    }
    for (size_t i = 0; i < x->n_needs; i++)
        if (!x->needs[i].optional)
            app_fake(c, &x->needs[i], s->w->city, &faked);
    pairs = NEWS(c->mem, struct app_pair, faked.n + 1);
    for (size_t i = 0; i < faked.n; i++)
        pairs[i] = (struct app_pair){faked.all[i].path, faked.all[i].text};
    d->needs = pairs, d->n_needs = faked.n;
    return E_OK;
}

struct looked {
    struct record r;
    const struct app *app;
    const struct record_choice *chosen;
};

static err look(struct ctx *c, struct days *s, struct conn *on,
                const struct record_actor *actor, str number,
                struct looked *out)
{
    struct record_choice *all;
    size_t n;

    TRY(record_find(c, on, number, &out->r));
    TRY(app_frozen(c, on, s->w->apps, s->w->city, out->r.app, out->r.tree,
                   out->r.overlay, &out->app));
    TRY(record_choices(c, s->w, on, &out->r, out->app, actor, &all, &n));
    out->chosen =
        choose(s, out->app, app_state(out->app, out->r.state), all, n);
    return E_OK;
}

static str reason(struct days *s, const struct record_choice *x)
{
    return x->out_of_turn
               ? record_reasons.all[rehearse_days_pick(s, record_reasons.n)].key
               : STR("");
}

err rehearse_days_act(struct ctx *c, struct days *s,
                      const struct record_actor *actor, str number, bool *done)
{
    struct looked l = {.chosen = NULL};
    struct record_outcome out;
    struct findings f = {0};
    struct record_deed d = {.number = number, .version = -1, .actor = *actor};
    struct conn *on;
    err e;

    *done = false;
    TRY(store_read(c, s->w->store, &on));
    e = look(c, s, on, actor, number, &l);
    store_done(on);
    TRY(e);
    if (l.chosen == NULL)
        return E_OK;
    d.action = l.chosen->action->key;
    d.reason = reason(s, l.chosen);
    TRY(answer_needs(c, s, l.app, &l.r, l.chosen->action, &d));
    e = record_act(c, s->w, &d, &f, &out);
    *done = e == E_OK;
    s->out->acts += e == E_OK;
    s->out->letters += e == E_OK && out.letter.n > 0;
    s->out->turned_down += e != E_OK;
    return e == E_REFUSED || e == E_CONFLICT || e == E_FORBIDDEN ? E_OK : e;
}

/* ---- residents ---------------------------------------------------- */

/* Of four answers the third most often; of what came late, one lower. */
static str opinion(struct days *s, const struct app_field *d, bool late)
{
    size_t n = d->n_options, thrown = rehearse_days_pick(s, 10);
    size_t down = thrown < 2 ? 0 : thrown < 7 ? 1 : thrown < 9 ? 2 : 3;

    down += late;
    return d->options[down < n ? n - 1 - down : 0].key;
}

/* The first open service that asks about a finished record; NULL: none. */
static const struct app *survey_of(const struct days *s, size_t *about)
{
    for (size_t i = 0; i < s->n_services; i++)
        for (size_t k = 0; k < s->services[i].app->n_fields; k++)
            if (s->services[i].app->fields[k].finished) {
                *about = k;
                return s->services[i].app;
            }
    return NULL;
}

static err rate(struct ctx *c, struct days *s, const struct record *r)
{
    size_t about;
    const struct app *a = survey_of(s, &about);
    struct app_form form = {0};
    struct findings f = {0};
    struct record_receipt receipt;
    struct record_submission in = {
        .app = a,
        .form = &form,
        .actor = {.role = RECORD_RESIDENT, .level = 2, .channel = STR("web")}};
    err e;

    if (a == NULL || str_eq(a->id, r->app))
        return E_OK;
    app_form_set(c, &form, a->fields[about].key, r->number);
    for (size_t i = 0; i < a->n_fields; i++)
        if (a->fields[i].type == APP_CHOICE)
            app_form_set(c, &form, a->fields[i].key,
                         opinion(s, &a->fields[i],
                                 r->promise != 0 && r->ended > r->promise));
    e = record_submit(c, s->w, &in, &f, &receipt);
    s->out->rated += e == E_OK;
    s->out->turned_down += e != E_OK;
    return e == E_REFUSED || e == E_CONFLICT ? E_OK : e;
}

/* Two in three look again every few days until it has ended, and one in three
 * of these then says how it was; the others let it lapse. */
err rehearse_days_answer(struct ctx *c, struct days *s, size_t which)
{
    str number = s->known[which];
    struct record_actor own = {.role = RECORD_RESIDENT,
                               .level = 2,
                               .record = number,
                               .channel = STR("web")};
    struct record r;
    struct conn *on;
    bool done = false;
    err e;

    TRY(store_read(c, s->w->store, &on));
    e = record_find(c, on, number, &r);
    store_done(on);
    TRY(e);
    if (rehearse_days_pick(s, 3) == 0)
        return E_OK;
    if (r.ended != 0)
        return rehearse_days_pick(s, 3) == 0 ? rate(c, s, &r) : E_OK;
    if (r.office.n == 0)
        TRY(rehearse_days_act(c, s, &own, number, &done));
    rehearse_days_expect(
        s, c->now + TIME_DAY * (2 + (int64_t)rehearse_days_pick(s, 5)), ANSWER,
        which);
    return E_OK;
}
