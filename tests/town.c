/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/town.h"

#include <stdio.h>

static const struct ledger_applier *appliers(struct ctx *c, size_t *n)
{
    const struct {
        const struct ledger_applier *all;
        size_t n;
    } rooms[] = {{city_appliers, city_appliers_n},
                 {app_appliers, app_appliers_n},
                 {record_appliers, record_appliers_n}};
    struct ledger_applier *out = NEWS(c->mem, struct ledger_applier, 64);

    *n = 0;
    for (size_t i = 0; i < COUNT(rooms); i++)
        for (size_t k = 0; k < rooms[i].n; k++)
            out[(*n)++] = rooms[i].all[k];
    return out;
}

static void close_store(void *it)
{
    store_close(it);
}

static void close_signer(void *it)
{
    seal_signer_close(it);
}

static void close_ledger(void *it)
{
    ledger_close(it);
}

static void free_city(void *it)
{
    city_free(it);
}

static void free_apps(void *it)
{
    app_catalogue_free(it);
}

void town_look(struct ctx *c, struct town *t)
{
    struct conn *on;

    CHECK_OK(store_read(c, t->w.store, &on));
    CHECK_OK(city_snapshot(c, on, &t->city));
    arena_owns(c->mem, free_city, t->city);
    CHECK_OK(app_catalogue_new(c, on, t->city, &t->apps));
    arena_owns(c->mem, free_apps, t->apps);
    store_done(on);
    t->w.city = t->city, t->w.apps = t->apps;
}

struct conn *town_read(struct ctx *c, struct town *t)
{
    struct conn *on;

    MUST(store_read(c, t->w.store, &on) == E_OK);
    return on;
}

/* ---- filling ------------------------------------------------------ */

static const char *const apps[] = {"apps/penanaman-modal/izin-reklame",
                                   "apps/kominfo/lapor-warga"};

struct filling {
    struct town *t;
    struct findings f;
};

static err fill(struct ctx *c, struct conn *tx, void *arg)
{
    struct filling *u = arg;
    struct ledger *l = u->t->w.ledger;
    struct city_change *changes;
    struct city *k;
    size_t n;

    TRY(city_found(c, tx, l, STR("32.73"), STR("bandung.example"), false));
    TRY(city_snapshot(c, tx, &k));
    arena_owns(c->mem, free_city, k);
    TRY(city_compare(c, k, "cities/bandung", &u->f, &changes, &n));
    return city_apply(c, tx, l, STR("system"), changes, n);
}

static err people(struct ctx *c, struct conn *tx, void *arg)
{
    struct filling *u = arg;
    struct city_people_change *changes;
    str csv;
    size_t n;

    TRY(file_read(c, "cities/bandung/people.csv", 1 << 20, &csv));
    return city_people_import(c, u->t->city, tx, tx, u->t->w.ledger,
                              STR("system"), STR("people.csv"), csv, &u->f,
                              &changes, &n);
}

/* Opened without the gate: what a city must name first is tested elsewhere. */
static err install(struct ctx *c, struct conn *tx, void *arg)
{
    struct filling *u = arg;

    for (size_t i = 0; i < COUNT(apps); i++) {
        struct ledger_event e = {.class = LEDGER_CONFIG, .office = 1};
        struct app_package *p;
        bool done;

        TRY(app_package_read(c, apps[i], "apps/base", &u->f, &p));
        TRY(app_install(c, tx, u->t->w.ledger, STR("system"), p, &done));
        ledger_say(c, &e, "act", STR("app.opened"));
        ledger_say(c, &e, "app", app_package_id(p));
        ledger_say(c, &e, "by", STR("system"));
        TRY(ledger_append(c, tx, u->t->w.ledger, &e));
    }
    return E_OK;
}

static void open_town(struct ctx *c, struct town *t)
{
    const char *dir = test_folder(c), *signer = file_join(c, dir, "signer");
    struct store_options so = {.path = file_join(c, dir, "balai.db"),
                               .synchronous = "OFF",
                               .create = true};
    struct ledger_options lo = {.keys = file_join(c, dir, "keys")};

    lo.appliers = appliers(c, &lo.n);
    MUST(store_open(c, &so, &t->w.store) == E_OK);
    arena_owns(c->mem, close_store, t->w.store);
    MUST(seal_signer_create(c, signer, STR("bandung.example")) == E_OK);
    MUST(seal_signer_open(c, signer, &t->w.signer) == E_OK);
    arena_owns(c->mem, close_signer, t->w.signer);
    lo.store = t->w.store, lo.signer = t->w.signer;
    MUST(ledger_open(c, &lo, &t->w.ledger) == E_OK);
    arena_owns(c->mem, close_ledger, t->w.ledger);
    ctx_random(c, t->w.secret, sizeof t->w.secret);
}

struct town *town_new(struct ctx *c)
{
    struct town *t = NEW(c->mem, struct town);
    struct filling u = {.t = t};

    open_town(c, t);
    CHECK_OK(store_write(c, t->w.store, fill, &u));
    town_look(c, t);
    CHECK_OK(store_write(c, t->w.store, people, &u));
    CHECK_OK(store_write(c, t->w.store, install, &u));
    for (size_t i = 0; i < u.f.n; i++)
        if (u.f.all[i].severity == FIND_ERROR)
            printf("  %s\n", finding_show(c, &u.f.all[i]).p);
    town_look(c, t);
    return t;
}

/* ---- people and forms --------------------------------------------- */

struct record_actor town_officer(struct ctx *c, struct town *t,
                                 const char *login)
{
    struct conn *on = town_read(c, t);
    struct record_actor a = {.role = RECORD_OFFICER, .channel = STR("web")};
    struct city_officer *all;
    size_t n;

    CHECK_OK(city_officers(c, on, &all, &n));
    store_done(on);
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].login, str_of(login))) {
            a.officer = all[i].id;
            a.pseudonym = all[i].pseudonym;
        }
    MUST(a.officer != 0);
    return a;
}

struct app_form town_form(struct ctx *c, const char *values)
{
    str rest = str_of(values), pair, path, text;
    struct app_form f = {0};

    while (str_next(&rest, ' ', &pair)) {
        char *z;

        str_cut(pair, '=', &path, &text);
        z = NEWS(c->mem, char, text.n + 1);
        for (size_t i = 0; i < text.n; i++)
            z[i] = text.p[i] == '~' ? ' ' : text.p[i];
        app_form_set(c, &f, path, (str){z, text.n});
    }
    return f;
}

static struct record_receipt send(struct ctx *c, struct town *t,
                                  const char *app, const char *values,
                                  const char *token)
{
    struct app_form form = town_form(c, values);
    struct record_receipt out = {.number = STR("")};
    struct findings f = {0};
    struct record_submission s = {
        .app = app_catalogue_find(t->apps, str_of(app))->app,
        .form = &form,
        .token = str_of(token),
        .actor = {.role = RECORD_RESIDENT, .channel = STR("web")}};

    CHECK_OK(record_submit(c, &t->w, &s, &f, &out));
    for (size_t i = 0; i < f.n; i++)
        printf("  %s\n", finding_show(c, &f.all[i]).p);
    return out;
}

struct record_receipt town_permit(struct ctx *c, struct town *t,
                                  const char *token)
{
    return send(c, t, "penanaman-modal/izin-reklame",
                "pemohon.nama=Siti~Contoh pemohon.nik=9999010101900001 "
                "pemohon.alamat=Jalan~Contoh~1 "
                "pemohon.telepon=+6281200000000 jenis=papan "
                "lokasi.region=32.73.01.1001 lokasi.patokan=Depan~taman "
                "panjang=4 lebar=2 mulai=2026-03-02 bulan=6",
                token);
}

struct record_receipt town_complaint(struct ctx *c, struct town *t,
                                     const char *category)
{
    return send(c, t, "kominfo/lapor-warga",
                arena_fmt(c->mem,
                          "kategori=%s uraian=Lubang~besar~di~tengah~jalan. "
                          "lokasi.region=32.73.01.1001 "
                          "lokasi.patokan=Depan~taman "
                          "pelapor.nama=Asep~Contoh",
                          category)
                    .p,
                "");
}

err town_act(struct ctx *c, struct town *t, str number,
             const struct record_actor *who, const char *action,
             const char *need, struct record_outcome *out)
{
    struct record_outcome ignored;
    struct findings f = {0};
    struct app_pair pair;
    struct record_deed d = {.number = number,
                            .version = -1,
                            .action = str_of(action),
                            .actor = *who,
                            .needs = &pair};

    if (need != NULL) {
        str_cut(str_of(need), '=', &pair.name, &pair.value);
        d.n_needs = 1;
    }
    return record_act(c, &t->w, &d, &f, out == NULL ? &ignored : out);
}

void town_issue(struct ctx *c, struct town *t, str number)
{
    static const struct {
        const char *who, *action, *need;
    } acts[] = {
        {"periksa.izin", "accept", NULL},
        {"lapangan.pu", "suitable", "hasil_survei=Lokasi aman."},
        {"kepala.izin", "approve", NULL},
        {"bendahara", "settle", "bukti=BANK-0001"},
    };

    for (size_t i = 0; i < COUNT(acts); i++) {
        struct record_actor who = town_officer(c, t, acts[i].who);

        CHECK_OK(
            town_act(c, t, number, &who, acts[i].action, acts[i].need, NULL));
    }
}
