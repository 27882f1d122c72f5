/* SPDX-License-Identifier: EUPL-1.2 */
/* People and duties: who is there, who may do what, and duties that hang on
 * one person or none. */
#include "web/web_priv.h"

#include <stdlib.h>

#define LINK_LIFE (72 * TIME_HOUR)
#define PEOPLE    200

struct changing {
    struct visit *v;
    int64_t officer;
    const struct city_officer *o;
    str office, duty, bytes, token;
    bool active;
    struct findings f;
    struct city_people_change *plan;
    size_t n;
};

static err officer_part(struct visit *v, struct city_officer *o)
{
    int64_t id;

    TRY(str_i64(v->c, v->part[0], &id));
    TRY(web_look(v));
    return city_officer_by_id(v->c, v->on, id, o);
}

static str by_me(const struct visit *v)
{
    return v->s.who.pseudonym;
}

/* ---- the list ----------------------------------------------------- */

static void put_standing(struct visit *v, struct data *to,
                         const struct city_officer *o)
{
    if (!o->active)
        web_tag(v, to, "", web_word(v, "say_inactive"));
    else if (!o->ready)
        web_tag(v, to, "warn", web_word(v, "say_not_ready"));
    else
        web_tag(v, to, "ok", web_word(v, "say_ready"));
}

/* Everybody's duties, read once a page. */
struct held {
    struct city_holding *all;
    size_t n;
    struct city_absence *away;
    size_t n_away;
};

static err duties_line(struct visit *v, const struct held *h, int64_t officer,
                       str *out)
{
    struct buf b = buf_new(v->c, 1 << 16);

    for (size_t i = 0; i < h->n; i++)
        if (h->all[i].officer == officer)
            buf_fmt(&b, "%s%.*s, %.*s", b.n > 0 ? "; " : "",
                    STR_ARG(city_duty_name(v->c, h->all[i].duty.duty)),
                    STR_ARG(web_office(v, h->all[i].duty.office)));
    return buf_done(v->c, &b, out);
}

static err put_person(struct visit *v, struct data *list, const struct held *h,
                      const struct city_officer *o)
{
    struct data *one = web_item(v, list);
    str duties;

    TRY(duties_line(v, h, o->id, &duties));
    web_put(v, one, "href", web_to(v, "/orang/%" PRId64, o->id));
    web_put(v, one, "name", o->name);
    web_put(v, one, "login", o->login);
    web_put(v, one, "post", o->post);
    web_put(v, one, "duties",
            duties.n > 0 ? duties : web_word(v, "duties_none"));
    put_standing(v, one, o);
    return E_OK;
}

/* ---- duties held by one or none ----------------------------------- */

static int compare_duty(const void *x, const void *y)
{
    const struct city_duty *a = x, *b = y;
    int by = str_cmp(a->office, b->office);

    return by != 0 ? by : str_cmp(a->duty, b->duty);
}

/* Is he there, or somebody in his stead? */
static bool covered(const struct visit *v, const struct held *h,
                    const struct city_holding *one)
{
    const struct city_absence *in = city_standing_in(
        h->away, h->n_away, one->officer, &one->duty, v->c->now);

    return city_away(h->away, h->n_away, one->officer, v->c->now) == NULL ||
           (in != NULL &&
            city_away(h->away, h->n_away, in->standing, v->c->now) == NULL);
}

static str away_words(struct visit *v, const struct held *h,
                      const struct city_holding *one)
{
    const struct city_absence *a =
        city_away(h->away, h->n_away, one->officer, v->c->now);

    return a == NULL
               ? one->name
               : SAY(v, "say_holder_away", STR("name"), one->name, STR("until"),
                     city_show_date(v->c, time_local(a->ends - TIME_SECOND,
                                                     city_offset(v->world.city),
                                                     NULL)));
}

/* Does a duty hang on one active holder, or on none who is there? Then *who is
 * its holder, in words; empty for nobody. */
static bool alone(struct visit *v, const struct held *h,
                  const struct city_duty *d, str *who)
{
    const struct city_holding *at =
        bsearch(d, h->all, h->n, sizeof *h->all, compare_duty);
    size_t i, active = 0, there = 0;
    const struct city_absence *acting =
        city_standing_in(h->away, h->n_away, 0, d, v->c->now);

    *who = acting == NULL
               ? STR("")
               : arena_fmt(v->c->mem, "Plt. %.*s", STR_ARG(acting->stand));
    if (at == NULL)
        return true;
    for (i = (size_t)(at - h->all); i > 0; i--)
        if (compare_duty(&h->all[i - 1].duty, d) != 0)
            break;
    for (; i < h->n && compare_duty(&h->all[i].duty, d) == 0; i++) {
        if (!h->all[i].active)
            continue;
        active++;
        there += covered(v, h, &h->all[i]);
        *who = covered(v, h, &h->all[i]) ? h->all[i].name
                                         : away_words(v, h, &h->all[i]);
    }
    return active < 2 || there == 0;
}

/* The duties of a function that open apps name. */
static void put_duty(struct visit *v, const struct held *h, struct data *list,
                     str function, str duty)
{
    const struct city_office *o =
        city_office_for(v->world.city, function, STR(""));
    struct data *one;
    str who, key;

    if (o == NULL || duty.n == 0 ||
        !alone(v, h, &(struct city_duty){o->key, duty}, &who))
        return;
    key = arena_fmt(v->c->mem, "%.*s/%.*s", STR_ARG(o->key), STR_ARG(duty));
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(data_text(data_get(list->items[i], STR("key"))), key))
            return;
    one = web_item(v, list);
    web_put(v, one, "key", key);
    web_put(v, one, "office", city_office_name(v->c, o));
    web_put(v, one, "duty", city_duty_name(v->c, duty));
    web_put(v, one, "who", who);
}

static void put_alone(struct visit *v, const struct held *h)
{
    struct data *list = web_list(v, v->page, "alone");
    const struct app_brief *all;
    size_t n = app_catalogue_all(v->world.apps, &all);

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < all[i].n_acting; k++)
            put_duty(v, h, list, all[i].acting[k].function,
                     all[i].acting[k].duty);
    /* A flag is taken up by one auditor and closed by another. */
    put_duty(v, h, list, STR("inspectorate"), STR("auditor"));
    web_has(v, v->page, "alone");
}

/* ---- the page ----------------------------------------------------- */

static void put_add(struct visit *v, const struct city_officer *o,
                    const char *key, bool with_login)
{
    const struct input in[] = {
        {.name = "login", .label = web_word(v, "say_login"), .value = o->login},
        {.name = "name",
         .label = str_of(say(v->c, "Nama", "Name")),
         .value = o->name},
        {.name = "post",
         .label = str_of(say(v->c, "Jabatan", "Post")),
         .value = o->post,
         .optional = true},
        {.name = "phone",
         .label = str_of(say(v->c, "Telepon", "Telephone")),
         .value = o->phone,
         .type = "tel",
         .mode = "tel",
         .optional = true},
        {.name = "email",
         .label = str_of(say(v->c, "Surel", "E-mail")),
         .value = o->email,
         .type = "email",
         .mode = "email",
         .optional = true},
    };
    struct data *list = web_list(v, v->page, key);

    for (size_t i = with_login ? 0 : 1; i < COUNT(in); i++)
        data_append(v->c, list, web_input(v, &in[i]));
}

static void put_import(struct visit *v)
{
    struct input file = {.name = "file",
                         .widget = "file",
                         .label = str_of(say(v->c, "Berkas CSV", "CSV file")),
                         .accept = ".csv"};

    web_put_input(v, v->page, "file", &file);
    web_put(v, v->page, "action", web_to(v, "/orang/impor"));
    web_list(v, v->page, "plan");
    web_list(v, v->page, "plan_faults");
    web_has(v, v->page, "plan");
    web_has(v, v->page, "plan_faults");
    web_put(v, v->page, "plan_action", web_to(v, "/orang/terapkan"));
    web_put(v, v->page, "plan_token", STR(""));
}

static err begin_people(struct visit *v, const struct city_officer *typed)
{
    struct city_officer *all;
    struct data *rows;
    struct held h;
    int64_t at = 0;
    size_t n, from;

    if (web_arg(v, "dari").n > 0 && !str_is_i64(web_arg(v, "dari"), &at))
        at = 0;
    TRY(web_look(v));
    TRY(city_officers(v->c, v->on, &all, &n));
    TRY(city_holdings(v->c, v->on, &h.all, &h.n));
    TRY(city_absences(v->c, v->on, 0, &h.away, &h.n_away));
    from = at > 0 && (size_t)at < n ? (size_t)at : 0;
    TRY(web_frame(v));
    rows = web_list(v, v->page, "rows");
    for (size_t i = from; i < n && i < from + PEOPLE; i++)
        TRY(put_person(v, rows, &h, &all[i]));
    web_flag(v, v->page, "found", n > 0);
    web_put(v, v->page, "count",
            n == 1 ? web_word(v, "say_people_one")
                   : SAY(v, "say_people", STR("n"), web_number(v, (int64_t)n)));
    put_alone(v, &h);
    put_import(v);
    put_add(v, typed, "add", true);
    web_put(v, v->page, "add_action", web_to(v, "/orang"));
    web_flag(v, v->page, "link", false);
    web_put_pages(v, from + PEOPLE < n
                         ? web_to(v, "/orang?dari=%zu", from + PEOPLE)
                         : STR(""));
    return E_OK;
}

err web_people(struct visit *v)
{
    struct city_officer none = {0};

    TRY(begin_people(v, &none));
    return web_show(v, "people");
}

/* ---- adding and editing ------------------------------------------- */

static struct city_officer typed_person(const struct visit *v)
{
    return (struct city_officer){.login = str_trim(web_sent(v, "login")),
                                 .name = str_trim(web_sent(v, "name")),
                                 .post = str_trim(web_sent(v, "post")),
                                 .phone = str_trim(web_sent(v, "phone")),
                                 .email = str_trim(web_sent(v, "email")),
                                 .active = true};
}

static err add_person(struct ctx *c, struct conn *tx, void *arg)
{
    struct changing *u = arg;

    return city_officer_add(c, tx, u->v->world.ledger, u->o, &u->officer);
}

/* A refusal of the room below belongs to the form that caused it. */
static err wrong_person(struct visit *v, const struct city_officer *o, str why)
{
    struct findings f = {0};

    TRY(begin_people(v, o));
    finding_add(v->c, &f, FIND_ERROR, (struct place){0}, STR("login"), "%.*s",
                STR_ARG(why));
    web_wrong(v, &f, web_on_page, NULL);
    return web_show_as(v, 422, "people");
}

static bool typed_wrong(err e)
{
    return e == E_REFUSED || e == E_BAD_INPUT || e == E_CONFLICT;
}

err web_person_add(struct visit *v)
{
    struct city_officer o = typed_person(v);
    struct changing u = {.v = v, .o = &o};
    err e;

    web_look_away(v);
    e = store_write(v->c, v->world.store, add_person, &u);
    if (typed_wrong(e))
        return wrong_person(v, &o, v->c->why);
    TRY(e);
    return web_go(v, "/orang/%" PRId64, u.officer);
}

/* ---- import ------------------------------------------------------- */

static err import_people(struct ctx *c, struct conn *tx, void *arg)
{
    struct changing *u = arg;
    const struct record_world *w = &u->v->world;

    return city_people_import(c, w->city, tx, tx, w->ledger, by_me(u->v),
                              STR("people.csv"), u->bytes, &u->f, &u->plan,
                              &u->n);
}

/* The file waits, sealed, for the second press; nothing has changed yet. */
static err keep_file(struct visit *v, str bytes, str *nonce)
{
    unsigned char random[16];
    struct record_upload file = {.path = STR("file"),
                                 .name = STR("people.csv"),
                                 .mime = STR("text/csv"),
                                 .bytes = bytes};
    struct record_draft d = {.app = STR("*people"),
                             .tree = STR(""),
                             .overlay = STR(""),
                             .uploads = &file,
                             .n_uploads = 1};

    ctx_random(v->c, random, sizeof random);
    *nonce = seal_base64url(v->c, random, sizeof random);
    web_look_away(v);
    return record_draft_save(v->c, &v->world,
                             web_own_token(v, "people", *nonce), &d);
}

static void put_faults(struct visit *v, const struct findings *f)
{
    struct data *list = web_list(v, v->page, "plan_faults");

    for (size_t i = 0; i < f->n && i < 100; i++)
        web_line(v, list, finding_show(v->c, &f->all[i]));
    web_has(v, v->page, "plan_faults");
}

err web_people_check(struct visit *v)
{
    const struct record_upload *file = web_file(v, STR("file"));
    struct city_officer none = {0};
    struct changing u = {.v = v};
    struct data *plan;
    str nonce;
    err e;

    if (file == NULL)
        return wrong_person(
            v, &none,
            str_of(say(v->c, "Pilih berkas CSV-nya.", "Choose the CSV file.")));
    TRY(web_look(v));
    e = city_people_import(v->c, v->world.city, v->on, NULL, v->world.ledger,
                           by_me(v), STR("people.csv"), file->bytes, &u.f,
                           &u.plan, &u.n);
    if (e != E_OK && !typed_wrong(e))
        return e;
    TRY(begin_people(v, &none));
    if (u.f.errors > 0 || e != E_OK) {
        put_faults(v, &u.f);
        return web_show_as(v, 422, "people");
    }
    plan = web_list(v, v->page, "plan");
    for (size_t i = 0; i < u.n && i < PEOPLE; i++)
        web_line(v, plan, u.plan[i].what);
    if (u.n == 0)
        web_notice(v, "",
                   str_of(say(v->c, "Tidak ada yang berubah.",
                              "Nothing would change.")));
    web_has(v, v->page, "plan");
    TRY(keep_file(v, file->bytes, &nonce));
    web_put(v, v->page, "plan_token", nonce);
    return web_show_as(v, 200, "people");
}

err web_people_apply(struct visit *v)
{
    struct changing u = {.v = v};
    struct record_draft d;
    str token = web_own_token(v, "people", web_sent(v, "token"));

    TRY(web_look(v));
    TRY(record_draft_load(v->c, &v->world, v->on, token, &d));
    if (d.n_uploads != 1)
        return fail(v->c, E_GONE, "%s",
                    say(v->c, "Berkas ini sudah tidak tersimpan.",
                        "The file is no longer kept."));
    u.bytes = d.uploads[0].bytes;
    web_look_away(v);
    TRY(store_write(v->c, v->world.store, import_people, &u));
    TRY(record_draft_drop(v->c, &v->world, token));
    TRY(web_refresh(v));
    return web_go(v, "/orang");
}

/* ---- one officer -------------------------------------------------- */

static err put_duties(struct visit *v, const struct city_officer *o)
{
    struct data *list = web_list(v, v->page, "duties");
    struct city_duty *all;
    size_t n;

    TRY(city_duties(v->c, v->on, o->id, &all, &n));
    for (size_t i = 0; i < n; i++) {
        struct data *one = web_item(v, list);

        web_put(v, one, "duty", city_duty_name(v->c, all[i].duty));
        web_put(v, one, "office", web_office(v, all[i].office));
        web_put(v, one, "since", STR(""));
        web_put(v, one, "action",
                web_to(v, "/orang/%" PRId64 "/akhiri", o->id));
        web_put(v, one, "key",
                arena_fmt(v->c->mem, "%.*s/%.*s", STR_ARG(all[i].office),
                          STR_ARG(all[i].duty)));
        web_put(v, one, "hint", STR(""));
    }
    web_has(v, v->page, "duties");
    return E_OK;
}

static void put_give(struct visit *v)
{
    struct input in_office = {
        .name = "office", .widget = "select", .label = web_word(v, "office")};
    struct input in_duty = {.name = "give",
                            .widget = "select",
                            .label = str_of(say(v->c, "Tugas", "Duty"))};
    struct data *list = web_list(v, v->page, "give");
    struct data *office = web_input(v, &in_office);
    struct data *duty = web_input(v, &in_duty);
    const struct city_office *offices;
    const str *duties;
    size_t n = city_offices(v->world.city, &offices), m;

    for (size_t i = 0; i < n; i++)
        web_put_select(v, office, offices[i].key,
                       city_office_name(v->c, &offices[i]), false);
    duties = city_duty_list(&m);
    for (size_t i = 0; i < m; i++)
        web_put_select(v, duty, duties[i], city_duty_name(v->c, duties[i]),
                       false);
    data_append(v->c, list, office);
    data_append(v->c, list, duty);
}

static err show_person(struct visit *v, str wrong)
{
    struct findings f = {0};
    struct city_officer o;

    TRY(officer_part(v, &o));
    TRY(web_frame(v));
    v->title = o.name;
    web_put(v, v->page, "name", o.name);
    web_put(v, v->page, "login", o.login);
    web_put(v, v->page, "post", o.post);
    web_put(v, v->page, "phone", o.phone);
    web_put(v, v->page, "email", o.email);
    put_standing(v, v->page, &o);
    TRY(put_duties(v, &o));
    put_give(v);
    put_add(v, &o, "edit", false);
    web_put(v, v->page, "give_action",
            web_to(v, "/orang/%" PRId64 "/beri", o.id));
    web_put(v, v->page, "link_action",
            web_to(v, "/orang/%" PRId64 "/tautan", o.id));
    web_put(v, v->page, "active_action",
            web_to(v, "/orang/%" PRId64 "/status", o.id));
    web_put(v, v->page, "edit_action",
            web_to(v, "/orang/%" PRId64 "/ubah", o.id));
    web_flag(v, v->page, "active", o.active);
    web_back(v, web_to(v, "/orang"));
    if (wrong.n > 0) {
        finding_add(v->c, &f, FIND_ERROR, (struct place){0}, STR("rules."),
                    "%.*s", STR_ARG(wrong));
        web_wrong(v, &f, web_on_page, NULL);
    }
    return web_show_as(v, wrong.n > 0 ? 422 : 200, "person");
}

err web_person(struct visit *v)
{
    return show_person(v, STR(""));
}

/* Run a change; what the room below refuses is said on the person's page. */
static err change(struct visit *v, store_work *work, struct changing *u)
{
    err e;

    web_look_away(v);
    e = store_write(v->c, v->world.store, work, u);
    if (typed_wrong(e))
        return show_person(v, v->c->why);
    TRY(e);
    TRY(web_refresh(v));
    return web_go(v, "/orang/%" PRId64, u->officer);
}

static err give_duty(struct ctx *c, struct conn *tx, void *arg)
{
    struct changing *u = arg;

    return city_duty_give(c, tx, u->v->world.ledger, by_me(u->v), u->officer,
                          u->office, u->duty);
}

static err end_duty(struct ctx *c, struct conn *tx, void *arg)
{
    struct changing *u = arg;

    return city_duty_end(c, tx, u->v->world.ledger, by_me(u->v), u->officer,
                         u->office, u->duty);
}

static err turn_person(struct ctx *c, struct conn *tx, void *arg)
{
    struct changing *u = arg;

    TRY(city_officer_turn(c, tx, u->v->world.ledger, by_me(u->v), u->officer,
                          u->active));
    return u->active ? E_OK : web_session_end_all(c, tx, u->officer);
}

static err edit_person(struct ctx *c, struct conn *tx, void *arg)
{
    struct changing *u = arg;

    return city_officer_edit(c, tx, u->v->world.ledger, by_me(u->v), u->o);
}

static err make_link(struct ctx *c, struct conn *tx, void *arg)
{
    struct changing *u = arg;

    return city_link_make(c, tx, u->officer, LINK_LIFE, &u->token);
}

err web_duty_give(struct visit *v)
{
    struct changing u = {.v = v};
    struct city_officer o;

    TRY(officer_part(v, &o));
    u.officer = o.id;
    u.office = web_sent(v, "office");
    u.duty = web_sent(v, "give");
    if (city_office(v->world.city, u.office) == NULL ||
        !city_duty_known(u.duty))
        return show_person(
            v, str_of(say(v->c, "Pilih perangkat daerah dan tugasnya.",
                          "Choose the office and the duty.")));
    return change(v, give_duty, &u);
}

err web_duty_end(struct visit *v)
{
    struct changing u = {.v = v};
    struct city_officer o;

    TRY(officer_part(v, &o));
    u.officer = o.id;
    str_cut(web_sent(v, "duty"), '/', &u.office, &u.duty);
    return change(v, end_duty, &u);
}

err web_person_turn(struct visit *v)
{
    struct changing u = {.v = v};
    struct city_officer o;

    TRY(officer_part(v, &o));
    u.officer = o.id;
    u.active = !o.active;
    return change(v, turn_person, &u);
}

err web_person_edit(struct visit *v)
{
    struct city_officer o, typed = typed_person(v);
    struct changing u = {.v = v, .o = &typed};

    TRY(officer_part(v, &o));
    u.officer = typed.id = o.id;
    return change(v, edit_person, &u);
}

/* Shown once, on this page; only its hash is kept. */
err web_link_make(struct visit *v)
{
    struct city_officer o, none = {0};
    struct changing u = {.v = v};
    struct data *link;

    TRY(officer_part(v, &o));
    u.officer = o.id;
    web_look_away(v);
    TRY(store_write(v->c, v->world.store, make_link, &u));
    TRY(begin_people(v, &none));
    link = web_map(v, v->page, "link");
    web_put(v, link, "name", o.name);
    web_put(v, link, "href",
            web_url(v, "/masuk/tautan/%.*s", STR_ARG(u.token)));
    web_put(v, link, "until",
            arena_fmt(v->c->mem,
                      say(v->c, "Berlaku sampai %.*s.", "Valid until %.*s."),
                      STR_ARG(web_when(v, v->c->now + LINK_LIFE))));
    return web_show_as(v, 200, "people");
}
