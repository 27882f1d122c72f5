/* SPDX-License-Identifier: EUPL-1.2 */
/* Keeping and forgetting: what is kept long enough goes, what is held stays,
 * and what was erased is found nowhere. */
#include "insight/insight.h"
#include "record/record.h"
#include "tests/bandung.h"
#include "tests/town.h"

#include <stdio.h>

#define APP "sosial/titipan"

static const char *const files[][2] = {
    {"archetype.yaml",
     "balai: 1\n"
     "archetype: titip\n"
     "noun: {id: titipan, en: deposit}\n"
     "flow:\n"
     "  start: submitted\n"
     "  promise: 3 workdays\n"
     "  states:\n"
     "    submitted:\n"
     "      who: verifier\n"
     "      within: 1 workday\n"
     "      actions:\n"
     "        accept: {to: done, label: {id: Terima, en: Accept}, needs: "
     "{alasan: {type: longtext, label: {id: Alasan, en: Why}}}}\n"
     "    done: {label: {id: Selesai, en: Done}, who: verifier, end: granted, "
     "actions: {reopen: {to: submitted, label: {id: Buka, en: Reopen}}, "
     "drop: {to: gone, label: {id: Keluarkan, en: Take out}}}}\n"
     "    gone: {label: {id: Keluar, en: Gone}, end: removed}\n"},
    {"app.yaml",
     "balai: 1\n"
     "app: " APP "\n"
     "version: 1.0.0\n"
     "extends: titip\n"
     "title: {id: Titipan, en: Deposits}\n"
     "summary: {id: Titipan., en: Deposits.}\n"
     "function: licensing\n"
     "privacy: {basis: consent, purpose: {id: Uji., en: Test.}, keep: 1 year "
     "after end, then: delete}\n"
     "fields:\n"
     "  kunci: {type: text, label: {id: Kunci, en: Key}, index: true}\n"
     "  uraian: {type: longtext, label: {id: Uraian, en: Text}}\n"
     "  pemilik: {type: person, label: {id: Pemilik, en: Owner}}\n"
     "  surel: {type: email, label: {id: Surel, en: Mail}}\n"
     "  foto: {type: photo, label: {id: Foto, en: Photo}, accept: [png], "
     "max_mb: 1, optional: true}\n"},
    {"scenario.yaml", "satu:\n  - at: 2026-02-16T09:00\n"},
};

static void install(struct ctx *c, struct town *t, const char *more)
{
    const char *dir = test_folder(c);

    for (size_t i = 0; i < COUNT(files); i++)
        CHECK_OK(file_write(
            c, file_join(c, dir, files[i][0]),
            arena_fmt(c->mem, "%s%s", files[i][1],
                      strcmp(files[i][0], "app.yaml") == 0 ? more : ""),
            0644));
    town_install(c, t, dir, NULL);
}

static struct town *with_deposits(struct ctx *c)
{
    struct town *t = town_new(c);

    install(c, t, "");
    return t;
}

/* The same, but kept for the archive. */
static struct town *with_archived(struct ctx *c)
{
    static const char rule[] = "then: delete", other[] = "then: archive";
    struct town *t = town_new(c);
    const char *dir = test_folder(c);

    for (size_t i = 0; i < COUNT(files); i++) {
        const char *at = strstr(files[i][1], rule);
        str text = str_of(files[i][1]);

        if (at != NULL)
            text = arena_fmt(c->mem, "%.*s%s%s", (int)(at - files[i][1]),
                             files[i][1], other, at + sizeof rule - 1);
        CHECK_OK(file_write(c, file_join(c, dir, files[i][0]), text, 0644));
    }
    town_install(c, t, dir, NULL);
    return t;
}

/* ---- steps -------------------------------------------------------- */

/* A picture of the smallest size, with the planted text behind it. */
static str picture(struct ctx *c, int i)
{
    struct buf b = buf_new(c, 256);

    buf_raw(&b, (str){"\x89PNG\r\n\x1a\n", 8});
    buf_fmt(&b, "TANAM-gambar-%04d", i);
    return buf_str(&b);
}

static str submit(struct ctx *c, struct town *t, int i)
{
    str bytes = picture(c, i);
    str digest = seal_show_hash(c, seal_sha256(bytes));
    struct app_form form = town_form(
        c, arena_fmt(c->mem,
                     "kunci=TANAM-kunci-%04d uraian=TANAM-uraian-%04d "
                     "pemilik.nama=TANAM-nama-%04d "
                     "pemilik.nik=9999010101900001 "
                     "surel=tanam-surel-%04d@contoh.example foto=%.*s",
                     i, i, i, i, STR_ARG(digest))
               .p);
    struct record_upload up = {STR("foto"), STR("tanam.png"), STR("image/png"),
                               bytes};
    struct record_submission s = {
        .app = app_catalogue_find(t->w.apps, STR(APP))->app,
        .form = &form,
        .uploads = &up,
        .n_uploads = 1,
        .actor = {.role = RECORD_RESIDENT, .channel = STR("web")}};
    struct record_receipt r = {.number = STR("")};
    struct findings f = {0};

    if (!CHECK_OK(record_submit(c, &t->w, &s, &f, &r)))
        for (size_t k = 0; k < f.n; k++)
            printf("  %s\n", finding_show(c, &f.all[k]).p);
    return r.number;
}

static str ended(struct ctx *c, struct town *t, int i)
{
    struct record_actor who = town_officer(c, t, "periksa.izin");
    str number = submit(c, t, i);

    CHECK_OK(town_act(c, t, number, &who, "accept",
                      arena_fmt(c->mem, "alasan=TANAM-alasan-%04d", i).p,
                      NULL));
    return number;
}

static struct record found(struct ctx *c, struct town *t, str number)
{
    struct conn *on = town_read(c, t);
    struct record r = {.state = STR("")};

    CHECK_OK(record_find(c, on, number, &r));
    store_done(on);
    return r;
}

/* An officer says that it is this day. */
static void day(struct ctx *c, struct town *t, int64_t now)
{
    struct record_actor who = town_officer(c, t, "admin.satu");
    struct record_ticked out;

    c->now = now;
    CHECK_OK(record_time_confirm(c, &t->w, &who));
    CHECK_OK(record_tick(c, &t->w, &out));
}

static int64_t retain(struct ctx *c, struct town *t, bool *whole)
{
    int64_t done = -1;

    CHECK_OK(record_retain(c, &t->w, &done, whole));
    return done;
}

static err erase(struct ctx *c, struct town *t, str number, const char *by,
                 const char *with, struct record_erased *out)
{
    const struct record_erasing x = {.number = number,
                                     .ground = STR("request"),
                                     .by = town_officer(c, t, by).pseudonym,
                                     .with =
                                         town_officer(c, t, with).pseudonym};

    return record_erase(c, &t->w, &x, out);
}

static void hold(struct ctx *c, struct town *t, str number, const char *key)
{
    const struct record_holding h = {.number = number,
                                     .key = str_of(key),
                                     .why = STR("Nomor perkara 12."),
                                     .actor = town_officer(c, t, "admin.satu")};
    struct findings f = {0};

    CHECK_OK(record_hold(c, &t->w, &h, &f));
}

/* ---- in time ------------------------------------------------------ */

TEST(what_was_kept_long_enough_is_erased_once_a_day_in_trusted_time_only)
{
    struct town *t = with_deposits(c);
    str old = ended(c, t, 1), young, again;
    bool whole;

    c->now += 300 * TIME_DAY;
    young = ended(c, t, 3);
    c->now += 66 * TIME_DAY; /* a year and a day */
    CHECK_I64(retain(c, t, &whole), 0);
    CHECK(!whole && !found(c, t, old).erased); /* nobody confirmed the date */
    day(c, t, c->now);
    CHECK_I64(retain(c, t, &whole), 1);
    CHECK(!whole && found(c, t, old).erased);
    CHECK_I64(retain(c, t, &whole), 0);
    CHECK(whole);
    CHECK(!found(c, t, young).erased);
    again = ended(c, t, 4);
    CHECK_I64(retain(c, t, &whole), 0);
    CHECK(whole); /* once a day */
    day(c, t, c->now + 300 * TIME_DAY);
    CHECK_I64(retain(c, t, &whole), 1);
    CHECK(found(c, t, young).erased && !found(c, t, again).erased);
    town_rebuilds(c, t);
}

TEST(a_record_is_kept_to_the_day_and_not_a_day_longer)
{
    struct town *t = with_deposits(c);
    str number = ended(c, t, 1);
    bool whole, archive;
    const struct app *a = app_catalogue_find(t->w.apps, STR(APP))->app;
    int64_t until =
        record_keep_until(&t->w, a, found(c, t, number).ended, &archive);

    CHECK(!archive);
    CHECK_STR(time_show_utc(c, until), "2027-02-16T17:00:00Z");
    day(c, t, until - TIME_MINUTE);
    CHECK_I64(retain(c, t, &whole), 0);
    day(c, t, until);
    CHECK_I64(retain(c, t, &whole), 1);
}

TEST(what_is_held_or_open_again_is_not_erased_and_what_is_released_is)
{
    struct town *t = with_deposits(c);
    struct record_actor who = town_officer(c, t, "periksa.izin");
    str held = ended(c, t, 1), reopened = ended(c, t, 2), why;
    struct conn *on;
    int64_t since;
    bool whole;

    hold(c, t, held, "lawsuit");
    c->now += 360 * TIME_DAY;
    CHECK_OK(town_act(c, t, reopened, &who, "reopen", NULL, NULL));
    day(c, t, c->now + 10 * TIME_DAY);
    CHECK_I64(retain(c, t, &whole), 0);
    on = town_read(c, t);
    CHECK_OK(record_held(c, &t->w, on, held, &why, &since));
    store_done(on);
    CHECK_STR(why, "Nomor perkara 12.");
    CHECK(since > 0);
    town_rebuilds(c, t);
    hold(c, t, held, "");
    day(c, t, c->now + TIME_DAY);
    CHECK_I64(retain(c, t, &whole), 1);
    CHECK(found(c, t, held).erased && !found(c, t, reopened).erased);
    town_rebuilds(c, t);
}

TEST(many_are_erased_some_at_a_time_and_what_is_held_is_not_looked_at_twice)
{
    struct town *t = with_deposits(c);
    int64_t all = 0, turns = 0;
    bool whole = false;

    for (int i = 0; i < 205; i++) {
        str number = ended(c, t, i);

        if (i < 3)
            hold(c, t, number, "audit");
    }
    day(c, t, c->now + 400 * TIME_DAY);
    for (; !whole && turns < 9; turns++)
        all += retain(c, t, &whole);
    CHECK(whole);
    CHECK_I64(all, 202);
    CHECK_I64(turns, 3); /* 200, 5, and the end */
}

static struct record_ripeness ripe(struct ctx *c, struct town *t, int64_t until,
                                   size_t *n)
{
    struct record_ripeness *apps, none = {.erase = -1};
    struct record_ripe *all;
    struct conn *on = town_read(c, t);
    size_t n_apps;

    CHECK_OK(
        record_ripe(c, &t->w, on, until, 10, 1000, &all, n, &apps, &n_apps));
    store_done(on);
    for (size_t i = 0; i + 1 < *n; i++)
        CHECK(all[i].ended <= all[i + 1].ended);
    return n_apps == 1 ? apps[0] : none;
}

TEST(what_is_due_is_counted_before_it_is_done)
{
    struct town *t = with_deposits(c);
    struct record_ripeness r;
    size_t n;

    ended(c, t, 1), ended(c, t, 2);
    hold(c, t, ended(c, t, 3), "audit");
    submit(c, t, 4);
    ripe(c, t, c->now + 360 * TIME_DAY, &n);
    CHECK_I64((int64_t)n, 0);
    r = ripe(c, t, c->now + 370 * TIME_DAY, &n);
    CHECK_I64((int64_t)n, 3);
    CHECK_I64(r.erase, 2);
    CHECK_I64(r.wait, 1);
    CHECK_STR(r.app, APP);
}

/* ---- the archive -------------------------------------------------- */

static size_t to_archive(struct ctx *c, struct town *t)
{
    struct conn *on = town_read(c, t);
    struct record_ripe *all;
    size_t n;

    CHECK_OK(record_handover_due(c, &t->w, on, STR(APP), 100, &all, &n));
    store_done(on);
    return n;
}

static err hand_over(struct ctx *c, struct town *t, str number,
                     const char *with)
{
    const struct record_handing h = {.numbers = &number,
                                     .n = 1,
                                     .package = STR("sha256:00"),
                                     .by = STR("officer-1"),
                                     .with = str_of(with)};

    return record_handover(c, &t->w, &h);
}

static err receive(struct ctx *c, struct town *t, const char *package,
                   const char *receipt, int64_t *n)
{
    return record_handover_receive(c, &t->w, str_of(package), str_of(receipt),
                                   STR("officer-1"), STR("officer-2"), n);
}

TEST(what_goes_to_the_archive_stays_until_its_receipt_is_noted_and_then_goes)
{
    struct town *t = with_archived(c);
    str number = ended(c, t, 1), held = ended(c, t, 2);
    int64_t n;
    bool whole;

    hold(c, t, held, "audit");
    CHECK_I64((int64_t)to_archive(c, t), 0);
    CHECK(hand_over(c, t, number, "officer-2") == E_CONFLICT); /* too early */
    day(c, t, c->now + 370 * TIME_DAY);
    CHECK_I64(retain(c, t, &whole), 0);
    CHECK_I64((int64_t)to_archive(c, t), 1);
    CHECK(hand_over(c, t, number, "officer-1") == E_FORBIDDEN);
    CHECK(hand_over(c, t, held, "officer-2") == E_CONFLICT);
    CHECK(receive(c, t, "sha256:00", "BA-1", &n) == E_NOT_FOUND);
    CHECK_OK(hand_over(c, t, number, "officer-2"));
    CHECK_I64((int64_t)to_archive(c, t), 0);
    CHECK(hand_over(c, t, number, "officer-2") == E_CONFLICT); /* once */
    day(c, t, c->now + TIME_DAY);
    CHECK_I64(retain(c, t, &whole), 0);
    CHECK(receive(c, t, "sha256:00", "", &n) == E_BAD_INPUT);
    CHECK(receive(c, t, "sha256:01", "BA-1", &n) == E_NOT_FOUND);
    CHECK_OK(receive(c, t, "sha256:00", "BA-1", &n));
    CHECK_I64(n, 1);
    CHECK_OK(receive(c, t, "sha256:00", "BA-1", &n));
    CHECK_I64(n, 0);
    CHECK(!found(c, t, number).erased);
    day(c, t, c->now + TIME_DAY);
    CHECK_I64(retain(c, t, &whole), 1);
    CHECK(found(c, t, number).erased && !found(c, t, held).erased);
    town_rebuilds(c, t);
}

/* ---- two persons -------------------------------------------------- */

TEST(nobody_erases_alone_or_what_is_open_or_held)
{
    struct town *t = with_deposits(c);
    str done = ended(c, t, 2), number = submit(c, t, 1);
    struct record_erased out;

    CHECK(erase(c, t, done, "admin.satu", "admin.satu", &out) == E_FORBIDDEN);
    CHECK(erase(c, t, number, "admin.satu", "admin.dua", &out) == E_CONFLICT);
    hold(c, t, done, "investigation");
    CHECK(erase(c, t, done, "admin.satu", "admin.dua", &out) == E_CONFLICT);
    hold(c, t, done, "");
    CHECK_OK(erase(c, t, done, "admin.satu", "admin.dua", &out));
    CHECK_I64((int64_t)out.n, 1);
    CHECK(erase(c, t, done, "admin.satu", "admin.dua", &out) == E_CONFLICT);
    town_rebuilds(c, t);
}

TEST(only_who_may_holds_a_record_and_says_why)
{
    struct town *t = with_deposits(c);
    struct record_holding h = {.number = ended(c, t, 1),
                               .key = STR("lawsuit"),
                               .why = STR("Perkara."),
                               .actor = town_officer(c, t, "loket.lapor")};
    struct findings f = {0};

    CHECK(record_hold(c, &t->w, &h, &f) == E_FORBIDDEN);
    h.actor = town_officer(c, t, "kepala.izin");
    h.key = STR("restriction"), h.why = STR("");
    CHECK(record_hold(c, &t->w, &h, &f) == E_REFUSED);
    CHECK_I64((int64_t)f.n, 2);
}

/* ---- what a record opened ----------------------------------------- */

static str child_of(struct ctx *c, struct town *t, str number)
{
    struct record_actor auditor = town_officer(c, t, "pemeriksa");
    struct conn *on = town_read(c, t);
    struct record_view v;

    CHECK_OK(record_view(c, &t->w, on, &auditor, number, &v));
    store_done(on);
    CHECK_I64((int64_t)v.n_kin, 1);
    return v.n_kin > 0 ? v.kin[0].record.number : STR("");
}

static str pair(struct ctx *c, struct town *t)
{
    struct app_form form =
        town_form(c, "badan=Karang~Taruna ketua.nama=Siti~Contoh "
                     "ketua.nik=9999010101900001");
    struct record_submission s = {
        .app = app_catalogue_find(t->w.apps, STR("sosial/satu"))->app,
        .form = &form,
        .actor = {.role = RECORD_RESIDENT, .channel = STR("web")}};
    struct record_actor one = town_officer(c, t, "periksa.izin"),
                        two = town_officer(c, t, "lapangan.pu");
    struct record_receipt r = {.number = STR("")};
    struct findings f = {0};

    CHECK_OK(record_submit(c, &t->w, &s, &f, &r));
    CHECK_OK(town_act(c, t, r.number, &one, "suitable", NULL, NULL));
    CHECK_OK(town_act(c, t, r.number, &two, "suitable", NULL, NULL));
    return r.number;
}

/* The two of tests/structure, but nothing is to be paid. */
static struct town *with_chain(struct ctx *c)
{
    static const char *const all[] = {"tata/app.yaml", "lapor/app.yaml"};
    static const char money[] = ", grants: \"money(1000)\"";
    const char *base = test_folder(c);
    struct town *t = town_new(c);

    for (size_t i = 0; i < COUNT(all); i++) {
        const char *to = file_join(c, base, all[i]);
        char *at;
        str text;

        CHECK_OK(file_read(c, file_join(c, "tests/structure/base", all[i]),
                           1 << 16, &text));
        at = strstr(text.p, money);
        if (at != NULL)
            memset(at, ' ', sizeof money - 1);
        CHECK_OK(file_make_dir(c, file_join(c, base, i == 0 ? "tata" : "lapor"),
                               0700));
        CHECK_OK(file_write(c, to, text, 0644));
    }
    town_install(c, t, "tests/structure/keuangan/dua", base);
    town_install(c, t, "tests/structure/sosial/satu", base);
    return t;
}

TEST(a_record_waits_for_the_one_it_opened_and_takes_its_copies_along)
{
    struct town *t = with_chain(c);
    struct record_erased out;
    str parent, child;

    parent = pair(c, t);
    child = child_of(c, t, parent);
    CHECK(!found(c, t, child).erased);
    CHECK(erase(c, t, parent, "admin.satu", "admin.dua", &out) == E_CONFLICT);
    c->now += 61 * TIME_DAY; /* it lapses */
    day(c, t, c->now);
    CHECK(found(c, t, child).ended > 0);
    CHECK_OK(erase(c, t, parent, "admin.satu", "admin.dua", &out));
    CHECK_I64((int64_t)out.n, 2);
    CHECK(found(c, t, parent).erased && found(c, t, child).erased);
    town_rebuilds(c, t);
}

TEST(a_copy_that_is_held_stays_and_it_is_said)
{
    struct town *t = with_chain(c);
    struct record_erased out;
    str parent, child;

    parent = pair(c, t);
    child = child_of(c, t, parent);
    day(c, t, c->now + 61 * TIME_DAY);
    hold(c, t, child, "audit");
    CHECK_OK(erase(c, t, parent, "admin.satu", "admin.dua", &out));
    CHECK_I64((int64_t)out.n, 1);
    CHECK_I64((int64_t)out.n_kept, 1);
    CHECK(str_eq(out.kept[0].number, child));
    CHECK_STR(out.kept[0].why, "An audit.");
    CHECK(!found(c, t, child).erased);
}

/* ---- nowhere ------------------------------------------------------ */

/* How often the folder's files hold these bytes, as they are. */
static int64_t hits(struct ctx *c, const char *dir, str what)
{
    int64_t n = 0;
    str *names, bytes;
    size_t n_names;

    CHECK_OK(file_list(c, dir, 'f', &names, &n_names));
    CHECK(n_names > 2);
    for (size_t i = 0; i < n_names; i++) {
        struct ctx in = *c;

        in.mem = arena_new((size_t)1 << 30);
        CHECK_OK(
            file_read(&in, file_join(&in, dir, names[i].p), 1 << 28, &bytes));
        for (size_t at = 0; at + what.n <= bytes.n; at++) {
            const char *p =
                memchr(bytes.p + at, what.p[0], bytes.n - what.n - at + 1);

            if (p == NULL)
                break;
            at = (size_t)(p - bytes.p);
            n += memcmp(p, what.p, what.n) == 0;
        }
        arena_free(in.mem);
    }
    return n;
}

static int64_t planted(struct ctx *c, const char *dir, int i)
{
    static const char *const kinds[] = {"TANAM-kunci",  "TANAM-uraian",
                                        "TANAM-nama",   "tanam-surel",
                                        "TANAM-gambar", "TANAM-alasan"};
    int64_t n = 0;

    for (size_t k = 0; k < COUNT(kinds); k++)
        n += hits(c, dir, arena_fmt(c->mem, "%s-%04d", kinds[k], i));
    return n;
}

#define MANY 120

struct plot {
    struct town *t;
    const char *dir;
    str numbers[MANY];
};

static struct plot plant(struct ctx *c, bool keeps_deleted, const char *more)
{
    struct plot p = {.t = NEW(c->mem, struct town), .dir = test_folder(c)};
    struct record_folder f = {.dir = p.dir,
                              .synchronous = "OFF",
                              .domain = STR("bandung.example"),
                              .keeps_deleted = keeps_deleted};
    struct findings found = {0};

    f.appliers = insight_rooms(c, &f.n);
    MUST(record_world_open(c, &f, &p.t->w) == E_OK);
    CHECK_OK(bandung_fill(c, &p.t->w, &found));
    install(c, p.t, more);
    for (int i = 0; i < MANY; i++)
        p.numbers[i] = ended(c, p.t, i);
    return p;
}

/* Every third one, so that what stays lies beside what goes. */
static void erase_some(struct ctx *c, struct plot *p)
{
    struct record_erased out;
    bool grown;

    for (int i = 0; i < MANY; i += 3)
        CHECK_OK(
            erase(c, p->t, p->numbers[i], "admin.satu", "admin.dua", &out));
    CHECK_OK(ledger_checkpoint(c, p->t->w.ledger, &grown));
    store_step(p->t->w.store);
}

static int64_t left(struct ctx *c, const struct plot *p)
{
    int64_t n = 0;

    for (int i = 0; i < MANY; i += 3)
        n += planted(c, p->dir, i);
    return n;
}

/* Of the keys that are zeros now, how many stand somewhere as they were. */
static int64_t keys_left(struct ctx *c, const struct plot *p, str before)
{
    int64_t n = 0, gone = 0;
    str now;

    CHECK_OK(file_read(c, file_join(c, p->dir, "keys"), 1 << 24, &now));
    for (size_t at = 64; at + 64 <= before.n; at += 64) {
        if (memcmp(before.p + at, now.p + at, 32) == 0)
            continue;
        gone++;
        n += hits(c, p->dir, (str){before.p + at, 32});
    }
    CHECK(gone >= MANY / 3);
    return n;
}

static struct ledger_event last_event(struct ctx *c, struct town *t, str number)
{
    struct conn *on = town_read(c, t);
    struct ledger_event *all, none = {0};
    size_t n;

    CHECK_OK(ledger_events_of(c, on, t->w.ledger, number, &all, &n));
    store_done(on);
    return n > 0 ? all[n - 1] : none;
}

TEST(what_was_erased_is_found_in_no_file_and_every_proof_still_holds)
{
    struct plot p = plant(c, false, "");
    struct ledger_event e = last_event(c, p.t, p.numbers[0]);
    struct findings f = {0};
    struct ledger_told told;
    struct seal_key key;
    str receipt, keys;
    bool grown;

    CHECK_OK(ledger_checkpoint(c, p.t->w.ledger, &grown));
    CHECK_OK(ledger_receipt(c, p.t->w.ledger, e.id, true, &receipt));
    CHECK_OK(file_read(c, file_join(c, p.dir, "keys"), 1 << 24, &keys));
    CHECK(left(c, &p) > 0);
    erase_some(c, &p);
    CHECK_I64(left(c, &p), 0);
    CHECK_I64(keys_left(c, &p, keys), 0);
    CHECK(planted(c, p.dir, 1) > 0); /* others still stand where they did */

    /* The tree, the other fields, and the citizen's own receipt. */
    CHECK_OK(ledger_audit(c, p.t->w.ledger, &f));
    CHECK_I64((int64_t)f.errors, 0);
    e = last_event(c, p.t, p.numbers[1]);
    CHECK_STR(ledger_fact(&e, "needs.alasan"), "TANAM-alasan-0001");
    e = last_event(c, p.t, p.numbers[0]);
    CHECK(ledger_fact(&e, "needs.alasan").p == NULL);
    CHECK_STR(ledger_fact(&e, "act"), "accept");
    seal_signer_key(p.t->w.signer, SEAL_LOG, &key);
    CHECK_OK(ledger_verify(c, receipt, seal_policy_of(c, &key), &told));
    town_rebuilds(c, p.t);
    store_forget(p.t->w.store);
    store_step(p.t->w.store);
    CHECK_I64(left(c, &p), 0);
}

/* What an entry is known by, shows to all and holds alone. */
static const char entries[] =
    "  nomor: {type: text, label: {id: Nomor, en: Number}, show: public}\n"
    "  jenis: {type: text, max_length: 40, label: {id: Jenis, en: Kind}, "
    "show: public, value: \"kunci\"}\n"
    "register: {key: nomor, number: \"{{unit}}-{{seq4}}{{check}}\", book: "
    "izin, "
    "entry: done, unique: [surel], public: [nomor, jenis]}\n";

TEST(what_an_entry_of_a_register_held_is_found_in_no_file)
{
    struct plot p = plant(c, false, entries);
    struct ledger_event e = last_event(c, p.t, p.numbers[0]);
    struct record_actor who = town_officer(c, p.t, "periksa.izin");
    str mark = ledger_fact(&e, "unique.surel");

    CHECK(mark.n == 32 && hits(c, p.dir, mark) > 0);
    for (int i = 0; i < MANY; i += 3)
        CHECK_OK(town_act(c, p.t, p.numbers[i], &who, "drop", NULL, NULL));
    CHECK(left(c, &p) > 0);
    erase_some(c, &p);
    CHECK_I64(hits(c, p.dir, mark), 0);
    CHECK_I64(left(c, &p), 0);
    CHECK(planted(c, p.dir, 1) > 0);
    town_rebuilds(c, p.t);
}

TEST(a_database_that_keeps_what_is_deleted_is_found_out)
{
    struct plot p = plant(c, true, "");

    erase_some(c, &p);
    CHECK(left(c, &p) > 0);
}

TEST(a_backup_made_after_holds_nothing_of_it_and_attachments_are_gone)
{
    struct plot p = plant(c, false, "");
    struct record_actor own = {
        .role = RECORD_RESIDENT, .level = 1, .record = p.numbers[0]};
    const char *copies = test_folder(c);
    struct record_upload up;
    struct conn *on;

    on = town_read(c, p.t);
    CHECK_OK(record_file(c, &p.t->w, on, &own, p.numbers[0], STR("foto"), &up));
    CHECK_STR(up.bytes, picture(c, 0).p);
    store_done(on);
    erase_some(c, &p);
    for (int i = 0; i < 3; i++)
        CHECK_OK(store_backup(
            c, p.t->w.store,
            file_join(c, copies, arena_fmt(c->mem, "%d.db", i).p)));
    CHECK_I64(planted(c, copies, 0), 0);
    on = town_read(c, p.t);
    CHECK(record_file(c, &p.t->w, on, &own, p.numbers[0], STR("foto"), &up) ==
          E_NOT_FOUND);
    store_done(on);
}

/* ---- rights ------------------------------------------------------- */

static err ask(struct ctx *c, struct town *t, str number, const char *kind,
               const char *path, const char *value, struct findings *f)
{
    const struct record_ask x = {.number = number,
                                 .kind = str_of(kind),
                                 .path = str_of(path),
                                 .value = str_of(value),
                                 .why = STR("Salah tulis."),
                                 .actor = {.role = RECORD_RESIDENT,
                                           .level = 1,
                                           .record = number,
                                           .channel = STR("web")}};

    return record_ask(c, &t->w, &x, f);
}

static struct record_request asked(struct ctx *c, struct town *t, str number)
{
    struct conn *on = town_read(c, t);
    struct record_request *all, none = {0};
    size_t n;

    CHECK_OK(record_requests_of(c, &t->w, on, number, &all, &n));
    store_done(on);
    CHECK(n > 0);
    return n > 0 ? all[0] : none;
}

static err decide(struct ctx *c, struct town *t, int64_t id, const char *login,
                  bool yes, const char *why, struct findings *f)
{
    const struct record_answer x = {.id = id,
                                    .yes = yes,
                                    .why = str_of(why),
                                    .actor = town_officer(c, t, login)};

    return record_answer(c, &t->w, &x, f);
}

static str value_of(struct ctx *c, struct town *t, str number, const char *path)
{
    struct record_actor own = {.role = RECORD_RESIDENT, .record = number};
    struct conn *on = town_read(c, t);
    struct record_view v;
    str text;

    CHECK_OK(record_view(c, &t->w, on, &own, number, &v));
    store_done(on);
    text = app_form_text(&v.form, str_of(path));
    return text.p == NULL ? STR("") : text;
}

TEST(a_correction_is_asked_checked_decided_and_replayed)
{
    struct town *t = with_deposits(c);
    str number = submit(c, t, 1);
    struct findings f = {0};
    struct record_request q;

    CHECK(ask(c, t, number, "correct", "foto", "x", &f) == E_REFUSED);
    f = (struct findings){0};
    CHECK(ask(c, t, number, "correct", "pemilik.nik", "12", &f) == E_REFUSED);
    CHECK_I64((int64_t)f.n, 1);
    CHECK_STR(f.n > 0 ? f.all[0].key : STR(""), "nilai");
    f = (struct findings){0};
    CHECK_OK(ask(c, t, number, "correct", "pemilik.nama", "Siti Aminah", &f));
    CHECK(ask(c, t, number, "correct", "uraian", "x", &f) == E_CONFLICT);
    q = asked(c, t, number);
    CHECK_I64(q.due - q.asked, 72 * TIME_HOUR);
    CHECK_STR(q.value, "Siti Aminah");
    CHECK(decide(c, t, q.id, "loket.lapor", true, "", &f) == E_FORBIDDEN);
    CHECK_OK(decide(c, t, q.id, "kepala.izin", true, "", &f));
    CHECK_STR(value_of(c, t, number, "pemilik.nama"), "Siti Aminah");
    CHECK_STR(value_of(c, t, number, "uraian"), "TANAM-uraian-0001");
    CHECK(decide(c, t, q.id, "kepala.izin", true, "", &f) == E_CONFLICT);
    CHECK_STR(asked(c, t, number).result, "granted");
    town_rebuilds(c, t);
}

TEST(what_lists_find_a_record_by_follows_its_correction)
{
    struct town *t = with_deposits(c);
    str number = submit(c, t, 1);
    struct findings f = {0};

    CHECK_OK(ask(c, t, number, "correct", "kunci", "KUNCI-BARU", &f));
    CHECK_OK(decide(c, t, asked(c, t, number).id, "kepala.izin", true, "", &f));
    CHECK_STR(value_of(c, t, number, "kunci"), "KUNCI-BARU");
    town_rebuilds(c, t);
}

TEST(an_erasure_that_is_asked_takes_two_and_a_refusal_says_why)
{
    struct town *t = with_deposits(c);
    str number = ended(c, t, 1), other = ended(c, t, 2);
    struct findings f = {0};
    struct record_request q;

    CHECK_OK(ask(c, t, number, "erase", "", "", &f));
    q = asked(c, t, number);
    CHECK_OK(decide(c, t, q.id, "admin.satu", true, "", &f));
    CHECK(!found(c, t, number).erased);
    CHECK(asked(c, t, number).first.n > 0);
    CHECK(decide(c, t, q.id, "admin.satu", true, "", &f) == E_FORBIDDEN);
    CHECK_OK(decide(c, t, q.id, "kepala.izin", true, "", &f));
    CHECK(found(c, t, number).erased);
    CHECK_STR(asked(c, t, number).result, "granted");
    CHECK(ask(c, t, number, "erase", "", "", &f) == E_GONE);

    CHECK_OK(ask(c, t, other, "erase", "", "", &f));
    q = asked(c, t, other);
    CHECK(decide(c, t, q.id, "admin.satu", false, "", &f) == E_REFUSED);
    CHECK_OK(decide(c, t, q.id, "admin.satu", false, "Wajib disimpan.", &f));
    CHECK_STR(asked(c, t, other).said, "Wajib disimpan.");
    CHECK(!found(c, t, other).erased);
    town_rebuilds(c, t);
}

TEST(a_restriction_holds_the_record_until_it_is_lifted)
{
    struct town *t = with_deposits(c);
    str number = ended(c, t, 1);
    struct findings f = {0};
    bool whole;

    CHECK_OK(ask(c, t, number, "restrict", "", "", &f));
    CHECK_OK(decide(c, t, asked(c, t, number).id, "admin.satu", true, "", &f));
    CHECK(found(c, t, number).restricted != 0);
    day(c, t, c->now + 400 * TIME_DAY);
    CHECK_I64(retain(c, t, &whole), 0);
    CHECK_OK(town_lift(c, t, number, "admin.satu", "Sudah benar."));
    CHECK_I64(found(c, t, number).restricted, 0);
    day(c, t, c->now + TIME_DAY);
    CHECK_I64(retain(c, t, &whole), 1);
    town_rebuilds(c, t);
}

static struct record_request seen(struct ctx *c, struct town *t, int64_t id,
                                  const char *login)
{
    struct record_actor who = town_officer(c, t, login);
    struct conn *on = town_read(c, t);
    struct record_request q = {0};

    CHECK_OK(record_request_find(c, &t->w, on, &who, id, &q));
    store_done(on);
    return q;
}

TEST(who_decides_a_correction_sees_the_field_both_values_and_nobody_else_does)
{
    struct town *t = with_deposits(c);
    str number = submit(c, t, 1);
    struct findings f = {0};
    struct record_request q;
    int64_t id;

    CHECK_OK(ask(c, t, number, "correct", "pemilik.nama", "Siti Aminah", &f));
    id = asked(c, t, number).id;
    q = seen(c, t, id, "kepala.izin");
    CHECK(q.may && !q.hidden);
    CHECK_STR(q.label, "Owner: full name");
    CHECK_STR(q.now, "TANAM-nama-0001");
    CHECK_STR(q.then, "Siti Aminah");
    q = seen(c, t, id, "admin.satu");
    CHECK(!q.may && q.hidden);
    CHECK_STR(q.label, "Owner: full name");
    CHECK(q.now.n == 0 && q.then.n == 0 && q.value.n == 0 && q.why.n == 0);
    CHECK(decide(c, t, id, "admin.satu", true, "", &f) == E_FORBIDDEN);
    CHECK(decide(c, t, id, "admin.satu", false, "Tidak.", &f) == E_FORBIDDEN);
    CHECK_STR(asked(c, t, number).result, "");
}

static err end_head(struct ctx *c, struct conn *tx, void *arg)
{
    struct town *t = arg;
    struct record_actor head = town_officer(c, t, "kepala.izin");

    return city_duty_end(c, tx, t->w.ledger, STR("system"), head.officer,
                         STR("dpmptsp"), STR("head"));
}

TEST(a_correction_that_no_head_can_decide_is_said_to_wait_for_one)
{
    struct town *t = with_deposits(c);
    str number = submit(c, t, 1);
    struct findings f = {0};
    int64_t id;

    CHECK_OK(ask(c, t, number, "correct", "uraian", "Lain.", &f));
    id = asked(c, t, number).id;
    CHECK(!seen(c, t, id, "admin.satu").vacant);
    CHECK_OK(store_write(c, t->w.store, end_head, t));
    CHECK(seen(c, t, id, "admin.satu").vacant);
    CHECK(decide(c, t, id, "kepala.izin", true, "", &f) == E_FORBIDDEN);
}

TEST(two_administrators_do_not_erase_without_the_head_who_answers_for_it)
{
    struct town *t = with_deposits(c);
    str number = ended(c, t, 1);
    struct findings f = {0};
    int64_t id;

    CHECK_OK(ask(c, t, number, "erase", "", "", &f));
    id = asked(c, t, number).id;
    CHECK_OK(decide(c, t, id, "admin.satu", true, "", &f));
    CHECK(decide(c, t, id, "admin.dua", true, "", &f) == E_FORBIDDEN);
    CHECK(!found(c, t, number).erased);
    CHECK_OK(decide(c, t, id, "kepala.izin", true, "", &f));
    CHECK(found(c, t, number).erased);
    town_rebuilds(c, t);
}

static size_t open_to(struct ctx *c, struct town *t, const char *login)
{
    struct record_actor who = town_officer(c, t, login);
    struct conn *on = town_read(c, t);
    struct record_request *all;
    size_t n;

    CHECK_OK(record_requests_open(c, on, &who, 200, &all, &n));
    store_done(on);
    return n;
}

TEST(what_waits_is_listed_for_who_decides_it_and_for_no_other_officer)
{
    struct town *t = with_deposits(c);
    struct findings f = {0};

    for (int i = 0; i < 40; i++)
        CHECK_OK(ask(c, t, submit(c, t, i), "erase", "", "", &f));
    CHECK_I64((int64_t)open_to(c, t, "loket.lapor"), 0);
    CHECK_I64((int64_t)open_to(c, t, "kepala.pu"), 0);
    CHECK_I64((int64_t)open_to(c, t, "admin.satu"), 40);
    CHECK_I64((int64_t)open_to(c, t, "kepala.izin"), 40);
}

static size_t spoken(struct ctx *c, struct town *t, str number, const char *act)
{
    struct conn *on = town_read(c, t);
    struct ledger_event *all;
    size_t n, found = 0;

    CHECK_OK(ledger_events_of(c, on, t->w.ledger, number, &all, &n));
    store_done(on);
    for (size_t i = 0; i < n; i++)
        found += str_eq(ledger_fact(&all[i], "act"), str_of(act));
    return found;
}

static int64_t late(struct ctx *c, struct town *t)
{
    struct conn *on = town_read(c, t);
    int64_t n = -1;

    CHECK_OK(record_requests_late(c, on, &n));
    store_done(on);
    return n;
}

TEST(a_request_is_spoken_of_once_before_it_is_late_and_once_when_it_is)
{
    struct town *t = with_deposits(c);
    str number = submit(c, t, 1);
    struct record_ticked out;
    struct findings f = {0};

    day(c, t, c->now);
    CHECK_OK(ask(c, t, number, "restrict", "", "", &f));
    day(c, t, c->now + 47 * TIME_HOUR);
    CHECK_I64((int64_t)spoken(c, t, number, "right.soon"), 0);
    for (int i = 0; i < 14; i++) { /* into a day that nobody has confirmed */
        c->now += TIME_HOUR - TIME_SECOND;
        CHECK_OK(record_tick(c, &t->w, &out));
        CHECK_I64((int64_t)spoken(c, t, number, "right.soon"), i < 1 ? 0 : 1);
    }
    CHECK_I64(late(c, t), 0);
    for (int i = 0; i < 3; i++)
        day(c, t, c->now + 12 * TIME_HOUR);
    CHECK_I64(late(c, t), 1);
    CHECK_I64((int64_t)spoken(c, t, number, "right.soon"), 1);
    CHECK_I64((int64_t)spoken(c, t, number, "right.late"), 1);
    CHECK_OK(decide(c, t, asked(c, t, number).id, "kepala.izin", false,
                    "Tidak.", &f));
    CHECK_I64(late(c, t), 0);
    town_rebuilds(c, t);
}

TEST(nobody_is_told_that_a_request_is_late_before_the_date_is_confirmed)
{
    struct town *t = with_deposits(c);
    str number = submit(c, t, 1);
    struct record_ticked out;
    struct findings f = {0};

    day(c, t, c->now);
    CHECK_OK(ask(c, t, number, "restrict", "", "", &f));
    for (int i = 0; i < 80; i++) {
        c->now += TIME_HOUR - TIME_SECOND;
        CHECK_OK(record_tick(c, &t->w, &out));
    }
    CHECK_I64((int64_t)spoken(c, t, number, "right.late"), 0);
    day(c, t, c->now);
    CHECK_I64((int64_t)spoken(c, t, number, "right.late"), 1);
    CHECK_I64((int64_t)spoken(c, t, number, "right.soon"), 0);
}

TEST(only_who_proved_the_record_asks_about_it)
{
    struct town *t = with_deposits(c);
    str number = ended(c, t, 1);
    struct record_ask x = {.number = number,
                           .kind = STR("erase"),
                           .why = STR("Tidak perlu lagi."),
                           .actor = {.role = RECORD_NOBODY}};
    struct findings f = {0};

    CHECK(record_ask(c, &t->w, &x, &f) == E_FORBIDDEN);
    x.actor = town_officer(c, t, "admin.satu");
    CHECK(record_ask(c, &t->w, &x, &f) == E_FORBIDDEN);
    x.actor = (struct record_actor){.role = RECORD_RESIDENT,
                                    .record = STR("7K4M-2QX9-5")};
    CHECK(record_ask(c, &t->w, &x, &f) == E_FORBIDDEN);
}
