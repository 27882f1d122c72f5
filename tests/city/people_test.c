/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/city/city_help.h"

/* ---- loading a folder into a database ----------------------------- */

struct load {
    struct hall *h;
    const struct city_change *changes;
    size_t n;
};

static err apply(struct ctx *c, struct conn *tx, void *arg)
{
    struct load *l = arg;

    return city_apply(c, tx, l->h->ledger, STR("officer-1"), l->changes, l->n);
}

static size_t load(struct ctx *c, struct hall *h, const char *dir)
{
    struct city_change *changes;
    struct findings f = {0};
    struct load l = {.h = h};

    if (!CHECK_OK(city_compare(c, h->city, dir, &f, &changes, &l.n)))
        return 0;
    l.changes = changes;
    CHECK_OK(store_write(c, h->store, apply, &l));
    help_look(c, h);
    return l.n;
}

static uint64_t log_size(struct ctx *c, struct hall *h)
{
    struct conn *on;
    uint64_t size = 0;

    CHECK_OK(store_read(c, h->store, &on));
    CHECK_OK(ledger_size(c, on, &size));
    store_done(on);
    return size;
}

TEST(a_folder_becomes_a_city_by_events_and_twice_is_nothing)
{
    struct hall *h = help_hall(c);
    uint64_t before = log_size(c, h);
    size_t n = load(c, h, "cities/bandung");

    CHECK(n > 100);
    CHECK_I64((int64_t)log_size(c, h), (int64_t)(before + n));
    CHECK_STR(city_office_for(h->city, STR("ward"), STR("32.73.19.1004"))->key,
              "kel-3273191004");
    CHECK(city_training(h->city));
    CHECK_STR(city_domain(h->city), "kota.example");
    CHECK_I64((int64_t)load(c, h, "cities/bandung"), 0);
    CHECK(store_write(c, h->store, help_found, h) == E_CONFLICT);
}

TEST(a_replay_gives_the_same_city)
{
    struct hall *h = help_hall(c);
    struct hash before, after;
    struct conn *on;
    int64_t replayed;

    load(c, h, "cities/bandung");
    CHECK_OK(store_read(c, h->store, &on));
    CHECK_OK(ledger_digest(c, on, &before));
    store_done(on);
    CHECK_OK(ledger_rebuild(c, h->ledger, &replayed));
    CHECK(replayed > 100);
    CHECK_OK(store_read(c, h->store, &on));
    CHECK_OK(ledger_digest(c, on, &after));
    store_done(on);
    CHECK(memcmp(&before, &after, sizeof before) == 0);
}

TEST(a_number_outlives_its_office)
{
    static const char first[] = "balai: 1\noffices:\n"
                                "  lama: {number: 10, name: Lama}\n";
    static const char second[] = "balai: 1\noffices:\n"
                                 "  baru: {number: 10, name: Baru}\n";
    struct hall *h = help_hall(c);
    const char *dir = test_folder(c), *file = file_join(c, dir, "offices.yaml");
    struct city_change *changes;
    struct findings f = {0};
    size_t n;

    CHECK_OK(file_write(c, file, str_of(first), 0600));
    CHECK_I64((int64_t)load(c, h, dir), 1);
    CHECK_OK(file_write(c, file, STR("balai: 1\noffices: {}\n"), 0600));
    CHECK_I64((int64_t)load(c, h, dir), 1);
    CHECK(city_office(h->city, STR("lama")) == NULL);
    CHECK_OK(file_write(c, file, str_of(second), 0600));
    CHECK(city_compare(c, h->city, dir, &f, &changes, &n) == E_BAD_INPUT);
    CHECK_STR(
        f.all[0].what,
        "This number is or was that of \"lama\" and is never used again.");
    CHECK_OK(file_write(c, file, str_of(first), 0600));
    CHECK_I64((int64_t)load(c, h, dir), 1);
}

/* ---- people ------------------------------------------------------- */

struct import {
    struct hall *h;
    str bytes;
    struct findings f;
    struct city_people_change *changes;
    size_t n;
};

static err import(struct ctx *c, struct conn *tx, void *arg)
{
    struct import *m = arg;

    return city_people_import(c, m->h->city, tx, tx, m->h->ledger,
                              STR("system"), STR("people.csv"), m->bytes, &m->f,
                              &m->changes, &m->n);
}

static err bring(struct ctx *c, struct hall *h, str bytes, struct import *m)
{
    *m = (struct import){.h = h, .bytes = bytes};
    return store_write(c, h->store, import, m);
}

static struct hall *staffed(struct ctx *c)
{
    struct hall *h = help_hall(c);
    struct import m;
    str csv;

    load(c, h, "cities/bandung");
    CHECK_OK(file_read(c, "cities/bandung/people.csv", 1 << 20, &csv));
    CHECK_OK(bring(c, h, csv, &m));
    for (size_t i = 0; i < m.f.n; i++)
        printf("  %.*s\n", STR_ARG(finding_show(c, &m.f.all[i])));
    help_look(c, h);
    return h;
}

static bool holds(struct ctx *c, struct hall *h, const char *login,
                  const char *office, const char *duty)
{
    struct city_officer o;
    struct conn *on;
    bool yes = false;

    CHECK_OK(store_read(c, h->store, &on));
    CHECK_OK(city_officer_by_login(c, on, str_of(login), &o));
    CHECK_OK(city_holds(c, on, o.id, str_of(office), str_of(duty), &yes));
    store_done(on);
    return yes;
}

TEST(bandungs_people_come_in_and_twice_is_nothing)
{
    struct hall *h = staffed(c);
    struct city_officer *all, o;
    struct city_duty *duties;
    struct city_holding *held;
    struct import m;
    struct conn *on;
    size_t n, many = 0;
    str csv;

    CHECK_OK(file_read(c, "cities/bandung/people.csv", 1 << 20, &csv));
    CHECK_OK(bring(c, h, csv, &m));
    CHECK_I64((int64_t)m.n, 0);
    CHECK_OK(store_read(c, h->store, &on));
    CHECK_OK(city_officers(c, on, &all, &n));
    CHECK(n >= 14);
    for (size_t i = 1; i < n; i++)
        CHECK(str_cmp(all[i - 1].name, all[i].name) <= 0);
    CHECK_OK(city_officer_by_login(c, on, STR(" Loket.Lapor "), &o));
    CHECK_OK(city_duties(c, on, o.id, &duties, &n));
    CHECK_I64((int64_t)n, 3);
    CHECK_OK(city_holdings(c, on, &held, &many));
    for (size_t i = 0; i < many; i++) {
        n -= held[i].officer == o.id && held[i].active;
        CHECK(i == 0 ||
              str_cmp(held[i - 1].duty.office, held[i].duty.office) <= 0);
    }
    CHECK_I64((int64_t)n, 0);
    CHECK(!o.ready && o.active);
    CHECK_OK(city_holders(c, on, STR("bapenda"), STR("treasurer"), &all, &n));
    CHECK_I64((int64_t)n, 2);
    CHECK_OK(city_officer_by_pseudonym(c, on, all[1].pseudonym, &o));
    CHECK_STR(o.login, "bendahara");
    CHECK(city_officer_by_pseudonym(c, on, STR("resident"), &o) == E_NOT_FOUND);
    store_done(on);
}

TEST(a_dry_run_tells_the_same_and_changes_nothing)
{
    struct hall *h = help_hall(c);
    struct city_people_change *changes;
    struct findings f = {0};
    struct conn *on;
    size_t n;
    str csv;
    uint64_t before;

    load(c, h, "cities/bandung");
    before = log_size(c, h);
    CHECK_OK(file_read(c, "cities/bandung/people.csv", 1 << 20, &csv));
    CHECK_OK(store_read(c, h->store, &on));
    c->lang = STR("id");
    CHECK_OK(city_people_import(c, h->city, on, NULL, NULL, STR("system"),
                                STR("people.csv"), csv, &f, &changes, &n));
    store_done(on);
    CHECK_STR(changes[0].what, "Pegawai baru: Rani Kusumah.");
    CHECK_STR(changes[1].what,
              "Rani Kusumah menjadi administrator pada Pemerintah Kota "
              "Bandung.");
    CHECK_I64((int64_t)log_size(c, h), (int64_t)before);
}

#define HEAD "login,name,post,phone,email,office,duty\n"

TEST(a_csv_says_what_is_wrong_and_where)
{
    static const char csv[] = HEAD "x,Ani,,,,dpmptsp,desk\n"
                                   "ani.b,,,,,dpmptsp,desk\n"
                                   "budi.c,Budi,,12,,dpmptsp,desk\n"
                                   "cici.d,Cici,,,cici,dpmpts,boss\n"
                                   "dedi.e,Dedi,,,,dpmptsp,desk\n"
                                   "dedi.e,Dedy,,,,dpmptsp,head\n";
    static const char *const want[] = {
        "people.csv:2:1: error: login: A login is 3 to 40 small letters, "
        "digits, dots or dashes, such as the NIP.",
        "people.csv:3:7: error: name: A name is needed, of at most 120 "
        "letters.",
        "people.csv:4:14: error: phone: The phone number is not complete, such "
        "as 022 0000 0000.",
        "people.csv:5:15: error: email: The e-mail address is not complete, "
        "such as name@city.example.",
        "people.csv:5:20: error: office: There is no such office. balai "
        "city offices lists their keys.",
        "people.csv:5:27: error: duty: This duty is not known. Choose desk, "
        "verifier, field, head, secretary, treasurer, committee, staff, "
        "auditor or admin.",
        "people.csv:7:8: error: name: Differs from an earlier row with the "
        "same login. Make both the same.",
    };
    struct hall *h = help_hall(c);
    struct import m;
    uint64_t before;

    load(c, h, "cities/bandung");
    before = log_size(c, h);
    CHECK(bring(c, h, str_of(csv), &m) == E_BAD_INPUT);
    CHECK_I64((int64_t)m.f.n, (int64_t)COUNT(want));
    for (size_t i = 0; i < m.f.n && i < COUNT(want); i++)
        CHECK_STR(finding_show(c, &m.f.all[i]), want[i]);
    CHECK_I64((int64_t)log_size(c, h), (int64_t)before);
    CHECK(bring(c, h, STR("login,nama\nani.b,Ani\n"), &m) == E_BAD_INPUT);
    CHECK(bring(c, h, STR(""), &m) == E_BAD_INPUT || m.f.errors == 0);
}

TEST(a_mangled_csv_never_hurts)
{
    static const char odd[] = ",;\"\n\r\t=@09azA.\xc3\xff\0";
    struct hall *h = help_hall(c);
    struct conn *on;
    str csv;

    load(c, h, "cities/bandung");
    CHECK_OK(file_read(c, "cities/bandung/people.csv", 1 << 20, &csv));
    CHECK_OK(store_read(c, h->store, &on));
    for (int i = 0; i < 300; i++) {
        char *bytes = NEWS(c->mem, char, csv.n + 1);
        struct city_people_change *changes;
        struct findings f = {0};
        uint32_t r[6];
        size_t n;
        err e;

        ctx_random(c, r, sizeof r);
        memcpy(bytes, csv.p, csv.n);
        for (size_t j = 0; j < 6; j += 2)
            bytes[r[j] % csv.n] = odd[r[j + 1] % sizeof odd];
        e = city_people_import(
            c, h->city, on, NULL, NULL, STR("system"), STR("people.csv"),
            (str){bytes, i % 2 ? csv.n : r[0] % csv.n}, &f, &changes, &n);
        CHECK(e == E_OK || (e == E_BAD_INPUT && f.errors > 0));
    }
    store_done(on);
}

TEST(duties_become_what_the_file_says)
{
    struct hall *h = staffed(c);
    struct import m;

    CHECK(holds(c, h, "periksa.izin", "dpmptsp", "verifier"));
    CHECK_OK(bring(c, h,
                   STR(HEAD "periksa.izin,Asep Hidayat,Kepala Bidang,,,"
                            "dpmptsp,head\n"),
                   &m));
    CHECK_I64((int64_t)m.n, 4); /* written anew, given, two ended */
    CHECK(!holds(c, h, "periksa.izin", "dpmptsp", "verifier"));
    CHECK(!holds(c, h, "periksa.izin", "dpmptsp", "staff"));
    CHECK(holds(c, h, "periksa.izin", "dpmptsp", "head"));
    CHECK(holds(c, h, "loket.izin", "dpmptsp", "desk"));
}

TEST(the_last_administrator_cannot_be_removed)
{
    struct hall *h = staffed(c);
    struct import m;

    CHECK(bring(c, h,
                STR(HEAD "admin.satu,Rani Kusumah,,,,,\n"
                         "admin.dua,Dadan Permana,,,,,\n"),
                &m) == E_BAD_INPUT);
    CHECK_STR(m.f.all[0].what, "No administrator would be left.");
    CHECK_OK(bring(c, h, STR(HEAD "admin.satu,Rani Kusumah,,,,,\n"), &m));
    CHECK(bring(c, h, STR(HEAD "admin.dua,Dadan Permana,,,,,\n"), &m) ==
          E_BAD_INPUT);
    CHECK_OK(bring(c, h,
                   STR(HEAD "admin.dua,Dadan Permana,,,,,\n"
                            "admin.tiga,Wulan Sari,,,,city,admin\n"),
                   &m));
    CHECK(holds(c, h, "admin.tiga", "city", "admin"));
}

struct duty_act {
    struct hall *h;
    const char *login, *office, *duty;
    enum { GIVE, END, CLOSE, OPEN } what;
};

static err act_on_duty(struct ctx *c, struct conn *tx, void *arg)
{
    struct duty_act *a = arg;
    struct city_officer o;

    TRY(city_officer_by_login(c, tx, str_of(a->login), &o));
    if (a->what == CLOSE || a->what == OPEN)
        return city_officer_turn(c, tx, a->h->ledger, STR("officer-1"), o.id,
                                 a->what == OPEN);
    return (a->what == GIVE ? city_duty_give : city_duty_end)(
        c, tx, a->h->ledger, STR("officer-1"), o.id, str_of(a->office),
        str_of(a->duty));
}

TEST(duties_are_given_and_ended_one_by_one)
{
    struct hall *h = staffed(c);
    struct duty_act a = {h, "loket.izin", "dpmptsp", "verifier", GIVE};
    uint64_t before = log_size(c, h);

    CHECK_OK(store_write(c, h->store, act_on_duty, &a));
    CHECK_OK(store_write(c, h->store, act_on_duty, &a));
    CHECK_I64((int64_t)log_size(c, h), (int64_t)before + 1);
    CHECK(holds(c, h, "loket.izin", "dpmptsp", "verifier"));
    a.what = END;
    CHECK_OK(store_write(c, h->store, act_on_duty, &a));
    CHECK_OK(store_write(c, h->store, act_on_duty, &a));
    CHECK(!holds(c, h, "loket.izin", "dpmptsp", "verifier"));
    a = (struct duty_act){h, "loket.izin", "dpmptsp", "king", GIVE};
    CHECK(store_write(c, h->store, act_on_duty, &a) == E_BAD_INPUT);
    a.login = "nobody";
    CHECK(store_write(c, h->store, act_on_duty, &a) == E_NOT_FOUND);
}

TEST(who_is_closed_holds_nothing_until_opened)
{
    struct hall *h = staffed(c);
    struct duty_act a = {h, "loket.izin", "", "", CLOSE};

    CHECK_OK(store_write(c, h->store, act_on_duty, &a));
    CHECK(!holds(c, h, "loket.izin", "dpmptsp", "desk"));
    a.what = OPEN;
    CHECK_OK(store_write(c, h->store, act_on_duty, &a));
    CHECK(holds(c, h, "loket.izin", "dpmptsp", "desk"));
    a = (struct duty_act){h, "admin.satu", "", "", CLOSE};
    CHECK_OK(store_write(c, h->store, act_on_duty, &a));
    a.login = "admin.dua";
    CHECK(store_write(c, h->store, act_on_duty, &a) == E_REFUSED);
    a = (struct duty_act){h, "admin.dua", "city", "admin", END};
    CHECK(store_write(c, h->store, act_on_duty, &a) == E_REFUSED);
}

TEST(small_offices_hide_behind_the_city_in_the_log)
{
    struct hall *h = staffed(c);
    struct import m;
    const struct city_office *o = city_office(h->city, STR("satpol-pp"));

    CHECK_I64(o->officers, 2);
    CHECK_I64(city_office_public(h->city, o), 1);
    CHECK_OK(bring(c, h,
                   STR(HEAD "satu.x,Satu,,,,satpol-pp,staff\n"
                            "dua.x,Dua,,,,satpol-pp,staff\n"
                            "empat.x,Empat,,,,satpol-pp,staff\n"
                            "tiga.x,Tiga,,,,kel-3273191004,staff\n"),
                   &m));
    help_look(c, h);
    o = city_office(h->city, STR("satpol-pp"));
    CHECK_I64(o->officers, 5);
    CHECK_I64(city_office_public(h->city, o), o->number);
    o = city_office(h->city, STR("kec-327319"));
    CHECK_I64(o->officers, 1); /* of its ward */
    CHECK_I64(city_office_public(h->city, o), 1);
    CHECK_I64(city_office_public(h->city, NULL), 0);
}
