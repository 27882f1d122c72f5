/* SPDX-License-Identifier: EUPL-1.2 */
/* Who is away, and who stands in: an officer for himself, a superior or the
 * personnel office for others. */
#include "web/web_priv.h"

#define STAFF 200

struct desk_of {
    struct city_officer who; /* of whom this page tells; id 0: vacant posts */
    struct city_right *mine;
    size_t n_mine;
    struct city_holding *held; /* of all, by office and duty */
    size_t n_held;
    struct city_absence *all;
    size_t n_all;
    const struct findings *f; /* of what was tried */
    bool vacant;              /* it was tried for a vacant post */
};

/* ---- who is whose ------------------------------------------------- */

static bool mine_to_say(const struct visit *v, const struct desk_of *d,
                        const struct city_holding *h)
{
    return city_is_personnel(v->world.city, d->mine, d->n_mine) ||
           city_superior(v->world.city, d->mine, d->n_mine, &h->duty) != NULL;
}

static bool oversees(const struct visit *v, const struct desk_of *d)
{
    bool head = city_is_personnel(v->world.city, d->mine, d->n_mine);

    for (size_t i = 0; i < d->n_mine && !head; i++)
        head = d->mine[i].own && str_eq(d->mine[i].duty.duty, STR("head"));
    return head;
}

/* The officer of `untuk`, or whoever asks. */
static err open_desk(struct visit *v, str whose, struct desk_of *d)
{
    int64_t id = v->s.officer, typed;
    bool may;

    *d = (struct desk_of){.n_held = 0};
    if (whose.n > 0 && str_is_i64(whose, &typed))
        id = typed;
    TRY(web_look(v));
    TRY(city_officer_by_id(v->c, v->on, id, &d->who));
    TRY(city_rights(v->c, v->on, v->s.officer, &d->mine, &d->n_mine));
    TRY(city_may_name(v->c, v->world.city, v->on, v->s.officer, id,
                      &(struct city_duty){STR(""), STR("")}, &may));
    if (!may)
        return fail(v->c, E_FORBIDDEN, "%s",
                    say(v->c,
                        "Ketidakhadiran pegawai ini dicatat olehnya sendiri, "
                        "atasannya, atau bagian kepegawaian.",
                        "That this officer is away is for the officer, a "
                        "superior, or the personnel office to say."));
    TRY(city_holdings(v->c, v->on, &d->held, &d->n_held));
    return city_absences(v->c, v->on, 0, &d->all, &d->n_all);
}

/* ---- what stands -------------------------------------------------- */

static str days_of(struct visit *v, const struct city_absence *a)
{
    int offset = city_offset(v->world.city);

    return city_show_dates(v->c, time_local(a->begins, offset, NULL),
                           time_local(a->ends - TIME_SECOND, offset, NULL));
}

static str duty_of(struct visit *v, const struct city_absence *a)
{
    return a->of.duty.n == 0
               ? web_word(v, "say_away_all_duties")
               : arena_fmt(v->c->mem, "%.*s, %.*s",
                           STR_ARG(city_duty_name(v->c, a->of.duty)),
                           STR_ARG(web_office(v, a->of.office)));
}

static str told_of(struct visit *v, const struct city_absence *a)
{
    if (a->absent == 0)
        return arena_fmt(v->c->mem, "Plt. %.*s: %.*s", STR_ARG(duty_of(v, a)),
                         STR_ARG(a->stand));
    if (a->standing == 0)
        return web_word(v, "say_away_nobody");
    return arena_fmt(v->c->mem, "Plh. %.*s: %.*s", STR_ARG(a->stand),
                     STR_ARG(duty_of(v, a)));
}

/* `named`: a list of several persons says who is away. */
static void put_absence(struct visit *v, struct data *list,
                        const struct city_absence *a, bool named, bool may)
{
    struct data *one = web_item(v, list);
    bool now = a->begins <= v->c->now;

    web_put(v, one, "name", named ? a->name : STR(""));
    web_put(v, one, "kind", web_capital(v, city_absence_name(v->c, a->kind)));
    web_put(v, one, "days", days_of(v, a));
    web_put(v, one, "told", told_of(v, a));
    web_tag(v, one, now ? "warn" : "",
            web_word(v, now ? "say_away_now" : "say_away_later"));
    web_flag(v, one, "may", may);
    data_put_i64(v->c, one, STR("id"), a->id);
}

static void put_standing(struct visit *v, const struct desk_of *d)
{
    struct data *own = web_list(v, v->page, "absences");
    struct data *in = web_list(v, v->page, "standing");

    for (size_t i = 0; i < d->n_all; i++) {
        const struct city_absence *a = &d->all[i];

        if (a->absent == d->who.id)
            put_absence(v, own, a, false, true);
        else if (a->standing == d->who.id)
            put_absence(v, in, a, true, false);
    }
    web_has(v, v->page, "absences");
    web_has(v, v->page, "standing");
}

/* ---- the form ----------------------------------------------------- */

static const struct {
    const char *key, *id, *en;
} dates[] = {{"mulai", "Hari pertama", "First day"},
             {"sampai", "Hari terakhir", "Last day"}};

static void make_dates(struct visit *v, struct app_field out[2])
{
    for (size_t i = 0; i < COUNT(dates); i++) {
        struct data *def = data_new(v->c, DATA_MAP);
        struct data *label = data_new(v->c, DATA_MAP);

        data_put_text(v->c, label, STR("id"), str_of(dates[i].id));
        data_put_text(v->c, label, STR("en"), str_of(dates[i].en));
        data_put(v->c, def, STR("label"), label);
        out[i] = (struct app_field){
            .key = str_of(dates[i].key), .type = APP_DATE, .def = def};
    }
}

static void put_dates(struct visit *v, struct data *list, const char *in,
                      bool tried, const struct findings *f)
{
    static const struct app_form none;
    struct filling x = {.pairs = tried ? v->form : NULL,
                        .n = tried ? v->n_form : 0,
                        .form = &none,
                        .f = tried ? f : NULL,
                        .in = in};
    struct app_field fields[COUNT(dates)];

    make_dates(v, fields);
    for (size_t i = 0; i < COUNT(dates); i++)
        data_append(v->c, list, web_field(v, &fields[i], &x));
}

static struct data *select_of(struct visit *v, const char *in, const char *name,
                              str label, str hint, bool optional)
{
    struct input i = {.name = name,
                      .in = in,
                      .widget = "select",
                      .label = label,
                      .hint = hint,
                      .optional = optional};

    return web_input(v, &i);
}

/* Do two offices stand beside or right above each other? */
static bool near(const struct visit *v, str one, str other)
{
    const struct city_office *a = city_office(v->world.city, one);
    const struct city_office *b = city_office(v->world.city, other);

    return a != NULL && b != NULL &&
           (a == b || str_eq(a->parent, b->key) || str_eq(b->parent, a->key) ||
            (a->parent.n > 0 && str_eq(a->parent, b->parent)));
}

static bool is_near(const struct visit *v, const struct desk_of *d, str office)
{
    for (size_t i = 0; i < d->n_held; i++)
        if (d->held[i].officer == d->who.id &&
            near(v, d->held[i].duty.office, office))
            return true;
    return false;
}

static bool offered(const struct data *options, str id)
{
    for (size_t i = 0; i < options->n; i++)
        if (str_eq(data_text(data_get(options->items[i], STR("option"))), id))
            return true;
    return false;
}

/* Colleagues of the same office and of those beside and above it. */
static void put_colleagues(struct visit *v, const struct desk_of *d,
                           struct data *field)
{
    const struct data *options = data_get(field, STR("options"));

    for (size_t i = 0; i < d->n_held && options->n < STAFF; i++) {
        const struct city_holding *h = &d->held[i];
        str id = arena_fmt(v->c->mem, "%" PRId64, h->officer);

        if (h->active && h->officer != d->who.id && !offered(options, id) &&
            is_near(v, d, h->duty.office))
            web_put_select(v, field, id, h->name,
                           str_eq(id, web_sent(v, "standing")));
    }
}

static void put_own_duties(struct visit *v, const struct desk_of *d,
                           struct data *field)
{
    for (size_t i = 0; i < d->n_held; i++) {
        const struct city_duty *h = &d->held[i].duty;
        str key = arena_fmt(v->c->mem, "%.*s/%.*s", STR_ARG(h->office),
                            STR_ARG(h->duty));

        if (d->held[i].officer == d->who.id && city_duty_passes(h->duty))
            web_put_select(v, field, key,
                           arena_fmt(v->c->mem, "%.*s, %.*s",
                                     STR_ARG(city_duty_name(v->c, h->duty)),
                                     STR_ARG(web_office(v, h->office))),
                           str_eq(key, web_sent(v, "duty")));
    }
}

static struct data *login_field(struct visit *v, const char *in, bool optional,
                                bool tried)
{
    struct input i = {.name = "login",
                      .in = in,
                      .label = web_word(v, "say_away_login"),
                      .hint = web_word(v, "say_away_login_hint"),
                      .value = tried ? web_sent(v, "login") : STR(""),
                      .optional = optional};

    return web_input(v, &i);
}

static void put_form(struct visit *v, const struct desk_of *d)
{
    struct data *list = web_list(v, v->page, "fields"), *field;
    bool tried = d->f != NULL && !d->vacant;

    field = select_of(v, NULL, "kind", web_word(v, "say_away_kind"), STR(""),
                      false);
    for (size_t i = 0; i < city_absence_kinds.n; i++) {
        str kind = city_absence_kinds.all[i].key;

        web_put_select(v, field, kind,
                       web_capital(v, city_absence_name(v->c, kind)),
                       str_eq(kind, web_sent(v, "kind")));
    }
    data_append(v->c, list, field);
    put_dates(v, list, NULL, tried, d->f);
    field = select_of(v, NULL, "duty", web_word(v, "say_away_duty"),
                      web_word(v, "say_away_duty_hint"), true);
    put_own_duties(v, d, field);
    data_append(v->c, list, field);
    field = select_of(v, NULL, "standing", web_word(v, "say_away_standin"),
                      web_word(v, "say_away_standin_hint"), true);
    put_colleagues(v, d, field);
    data_append(v->c, list, field);
    data_append(v->c, list, login_field(v, NULL, true, tried));
}

static void put_vacant(struct visit *v, const struct desk_of *d)
{
    struct data *list = web_list(v, v->page, "vacant"), *field;
    bool tried = d->f != NULL && d->vacant;
    const char *in = "plt-";
    const str *duties;
    size_t n;

    field = select_of(v, in, "office", web_word(v, "office"), STR(""), false);
    web_put_offices(v, field, web_sent(v, "office"));
    data_append(v->c, list, field);
    field = select_of(v, in, "give", str_of(say(v->c, "Tugas", "Duty")),
                      STR(""), false);
    duties = city_duty_list(&n);
    for (size_t i = 0; i < n; i++)
        if (city_duty_passes(duties[i]))
            web_put_select(v, field, duties[i], city_duty_name(v->c, duties[i]),
                           str_eq(duties[i], web_sent(v, "give")));
    data_append(v->c, list, field);
    data_append(v->c, list, login_field(v, in, false, tried));
    put_dates(v, list, in, tried, d->f);
}

/* ---- others ------------------------------------------------------- */

static void put_staff(struct visit *v, const struct desk_of *d)
{
    struct data *list = web_list(v, v->page, "staff");
    struct data *away = web_list(v, v->page, "others");

    for (size_t i = 0; i < d->n_held && list->n < STAFF; i++) {
        const struct city_holding *h = &d->held[i];
        str href = web_to(v, "/ketidakhadiran?untuk=%" PRId64, h->officer);
        bool again =
            !h->active || h->officer == v->s.officer || !mine_to_say(v, d, h);
        struct data *one;

        for (size_t k = 0; k < list->n && !again; k++)
            again =
                str_eq(data_text(data_get(list->items[k], STR("href"))), href);
        if (again)
            continue;
        one = web_item(v, list);
        web_put(v, one, "href", href);
        web_put(v, one, "name", h->name);
        web_put(v, one, "office", web_office(v, h->duty.office));
    }
    for (size_t i = 0; i < d->n_all; i++) {
        const struct city_absence *a = &d->all[i];
        bool mine = a->absent == 0 &&
                    mine_to_say(v, d, &(struct city_holding){.duty = a->of});

        for (size_t k = 0; k < d->n_held && !mine; k++)
            mine = d->held[k].officer == a->absent &&
                   mine_to_say(v, d, &d->held[k]);
        if (mine && a->absent != d->who.id)
            put_absence(v, away, a, true, true);
    }
    web_has(v, v->page, "staff");
    web_has(v, v->page, "others");
}

/* ---- the page ----------------------------------------------------- */

static err show(struct visit *v, const struct desk_of *d)
{
    bool own = d->who.id == v->s.officer;

    TRY(web_frame(v));
    web_put(v, v->page, "name", own ? STR("") : d->who.name);
    data_put_i64(v->c, v->page, STR("whose"), d->who.id);
    web_put(v, v->page, "action", web_to(v, "/ketidakhadiran"));
    web_put(v, v->page, "end_action", web_to(v, "/ketidakhadiran/akhiri"));
    put_standing(v, d);
    put_form(v, d);
    web_flag(v, v->page, "oversees", own && oversees(v, d));
    if (own && oversees(v, d)) {
        put_staff(v, d);
        put_vacant(v, d);
    }
    web_back(v, own ? web_to(v, "/kerja") : web_to(v, "/ketidakhadiran"));
    if (d->f != NULL)
        web_wrong(v, d->f, web_on_page,
                  d->vacant ? (void *)(uintptr_t) "plt-" : NULL);
    return web_show_as(v, d->f == NULL ? 200 : 422, "away");
}

err web_away(struct visit *v)
{
    struct desk_of d;

    TRY(open_desk(v, web_arg(v, "untuk"), &d));
    return show(v, &d);
}

/* ---- saying so ---------------------------------------------------- */

struct saying {
    struct visit *v;
    struct city_absence a;
    struct date first, last;
    int64_t id; /* to be ended */
};

static err begin(struct ctx *c, struct conn *tx, void *arg)
{
    struct saying *u = arg;

    return city_absence_begin(c, tx, u->v->world.ledger, u->v->world.city,
                              &u->v->s.who, &u->a, u->first, u->last);
}

static err end(struct ctx *c, struct conn *tx, void *arg)
{
    struct saying *u = arg;

    return city_absence_end(c, tx, u->v->world.ledger, u->v->world.city,
                            &u->v->s.who, u->id);
}

/* Read as an app's dates are; what does not fit is a finding. */
static err read_dates(struct visit *v, struct saying *u, struct findings *f)
{
    static const struct app no_app;
    struct app_pair *pairs = NEWS(v->c->mem, struct app_pair, v->n_form + 1);
    struct app_setting with = web_setting(v);
    struct app_field fields[COUNT(dates)];
    struct app_form form = {0};
    size_t n = 0;

    for (size_t i = 0; i < v->n_form; i++)
        if (str_starts(v->form[i].name, STR("mulai")) ||
            str_starts(v->form[i].name, STR("sampai")))
            pairs[n++] = v->form[i];
    make_dates(v, fields);
    TRY(app_form_read(v->c, &no_app, &with, fields, COUNT(fields), pairs, n,
                      &form, f));
    time_parse_date(app_form_text(&form, fields[0].key), &u->first);
    time_parse_date(app_form_text(&form, fields[1].key), &u->last);
    return E_OK;
}

/* Chosen from the list, or by a login that was typed. */
static err read_standing(struct visit *v, struct saying *u, struct findings *f)
{
    str chosen = web_sent(v, "standing"),
        login = str_trim(web_sent(v, "login"));
    struct city_officer o;
    err e;

    if (login.n == 0) {
        if (chosen.n > 0 && !str_is_i64(chosen, &u->a.standing))
            u->a.standing = -1; /* nobody's id */
        return E_OK;
    }
    e = city_officer_by_login(v->c, v->on, login, &o);
    if (e == E_OK)
        u->a.standing = o.id;
    else if (e == E_NOT_FOUND)
        finding_add(v->c, f, FIND_ERROR, (struct place){0}, STR("login"), "%s",
                    say(v->c, "Tidak ada pegawai dengan nama masuk ini.",
                        "No officer has this login."));
    return e == E_NOT_FOUND ? E_OK : e;
}

static str fault_key(const struct visit *v, err e)
{
    return e == E_CONFLICT && web_sent(v, "login").n > 0 ? STR("login")
                                                         : STR("mulai");
}

static err try_it(struct visit *v, struct desk_of *d, struct saying *u,
                  struct findings *f)
{
    err e;

    TRY(read_dates(v, u, f));
    TRY(read_standing(v, u, f));
    if (f->errors == 0) {
        web_look_away(v);
        e = store_write(v->c, v->world.store, begin, u);
        if (e == E_OK)
            return d->who.id == v->s.officer
                       ? web_go(v, "/ketidakhadiran")
                       : web_go(v, "/ketidakhadiran?untuk=%" PRId64, d->who.id);
        if (e != E_BAD_INPUT && e != E_CONFLICT && e != E_NOT_FOUND)
            return e;
        finding_add(v->c, f, FIND_ERROR, (struct place){0}, fault_key(v, e),
                    "%.*s", STR_ARG(v->c->why));
    }
    TRY(web_look(v));
    d->f = f;
    return show(v, d);
}

err web_away_say(struct visit *v)
{
    struct saying u = {.v = v};
    struct findings f = {0};
    struct desk_of d;
    bool vacant = web_has_sent(v, "office");

    TRY(open_desk(v, vacant ? STR("") : web_sent(v, "untuk"), &d));
    d.vacant = vacant;
    if (vacant) {
        u.a.of = (struct city_duty){web_sent(v, "office"), web_sent(v, "give")};
    } else {
        u.a.absent = d.who.id;
        u.a.kind = web_sent(v, "kind");
        str_cut(web_sent(v, "duty"), '/', &u.a.of.office, &u.a.of.duty);
    }
    return try_it(v, &d, &u, &f);
}

err web_away_end(struct visit *v)
{
    struct saying u = {.v = v};
    int64_t whose;

    TRY(str_i64(v->c, web_sent(v, "id"), &u.id));
    TRY(str_i64(v->c, web_sent(v, "untuk"), &whose));
    web_look_away(v);
    TRY(store_write(v->c, v->world.store, end, &u));
    return whose == v->s.officer
               ? web_go(v, "/ketidakhadiran")
               : web_go(v, "/ketidakhadiran?untuk=%" PRId64, whose);
}
