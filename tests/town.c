/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/town.h"

#include "tests/bandung.h"

#include <stdio.h>

void town_look(struct ctx *c, struct town *t)
{
    CHECK_OK(record_world_look(c, &t->w));
}

struct conn *town_read(struct ctx *c, struct town *t)
{
    struct conn *on;

    MUST(store_read(c, t->w.store, &on) == E_OK);
    return on;
}

struct town *town_new(struct ctx *c)
{
    return town_with(c, NULL);
}

struct town *town_with(struct ctx *c, const struct ledger_room *more)
{
    struct town *t = NEW(c->mem, struct town);
    struct findings f = {0};

    MUST(bandung_open_with(c, test_folder(c), "OFF", more, &t->w) == E_OK);
    CHECK_OK(bandung_fill(c, &t->w, &f));
    for (size_t i = 0; i < f.n; i++)
        if (f.all[i].severity == FIND_ERROR)
            printf("  %s\n", finding_show(c, &f.all[i]).p);
    return t;
}

/* ---- people and forms --------------------------------------------- */

struct record_actor town_officer(struct ctx *c, struct town *t,
                                 const char *login)
{
    struct record_actor a;

    CHECK_OK(bandung_officer(c, &t->w, login, &a));
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
        .app = app_catalogue_find(t->w.apps, str_of(app))->app,
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

/* ---- more apps ---------------------------------------------------- */

struct opening {
    struct town *t;
    const struct app_package *p;
};

static err open_app(struct ctx *c, struct conn *tx, void *arg)
{
    struct opening *u = arg;
    struct ledger_event e = {.class = LEDGER_CONFIG, .office = 1};
    bool done;

    TRY(app_install(c, tx, u->t->w.ledger, STR("system"), u->p, &done));
    ledger_say(c, &e, "act", STR("app.opened"));
    ledger_say(c, &e, "app", app_package_id(u->p));
    ledger_say(c, &e, "by", STR("system"));
    return ledger_append(c, tx, u->t->w.ledger, &e);
}

void town_install(struct ctx *c, struct town *t, const char *dir,
                  const char *base)
{
    struct findings f = {0};
    struct app_package *p = NULL;
    struct opening u = {.t = t};

    if (!CHECK_OK(app_package_read(c, dir, base, &f, &p)))
        for (size_t i = 0; i < f.n; i++)
            printf("  %s\n", finding_show(c, &f.all[i]).p);
    u.p = p;
    CHECK_OK(store_write(c, t->w.store, open_app, &u));
    town_look(c, t);
}

void town_structure(struct ctx *c, struct town *t)
{
    town_install(c, t, "tests/structure/keuangan/dua", "tests/structure/base");
    town_install(c, t, "tests/structure/sosial/satu", "tests/structure/base");
}

/* ---- keeping ------------------------------------------------------ */

void town_restrict(struct ctx *c, struct town *t, str number, const char *login)
{
    const struct record_ask ask = {.number = number,
                                   .kind = STR("restrict"),
                                   .why = STR("Data saya keliru."),
                                   .actor = {.role = RECORD_RESIDENT,
                                             .level = 1,
                                             .record = number,
                                             .channel = STR("web")}};
    struct record_answer yes = {.yes = true,
                                .actor = town_officer(c, t, login)};
    struct record_request *all = NULL;
    struct findings f = {0};
    struct conn *on;
    size_t n = 0;

    CHECK_OK(record_ask(c, &t->w, &ask, &f));
    on = town_read(c, t);
    CHECK_OK(record_requests_of(c, &t->w, on, number, &all, &n));
    store_done(on);
    yes.id = n > 0 ? all[0].id : 0;
    CHECK_OK(record_answer(c, &t->w, &yes, &f));
}

err town_lift(struct ctx *c, struct town *t, str number, const char *login,
              const char *why)
{
    const struct record_lifting x = {.number = number,
                                     .why = str_of(why),
                                     .actor = town_officer(c, t, login)};
    struct findings f = {0};

    return record_lift(c, &t->w, &x, &f);
}

struct forgetting {
    struct town *t;
    str number;
};

static err forget(struct ctx *c, struct conn *tx, void *arg)
{
    struct forgetting *u = arg;

    return ledger_erase(c, tx, u->t->w.ledger,
                        &(struct ledger_erasing){.subject = u->number});
}

void town_forget(struct ctx *c, struct town *t, str number)
{
    struct forgetting u = {t, number};

    CHECK_OK(store_write(c, t->w.store, forget, &u));
}

static struct hash digest_of(struct ctx *c, struct town *t)
{
    struct conn *on = town_read(c, t);
    struct hash h = {{0}};

    CHECK_OK(ledger_digest(c, on, &h));
    store_done(on);
    return h;
}

void town_rebuilds(struct ctx *c, struct town *t)
{
    struct hash before = digest_of(c, t), after;
    int64_t replayed;

    CHECK_OK(ledger_rebuild(c, t->w.ledger, &replayed));
    CHECK(replayed > 0);
    after = digest_of(c, t);
    CHECK(memcmp(before.b, after.b, sizeof before.b) == 0);
}
