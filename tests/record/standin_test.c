/* SPDX-License-Identifier: EUPL-1.2 */
/* Records in another's stead, and records that a head hands on. */
#include "record/record.h"

#include "tests/town.h"

#include <stdio.h>
#include <string.h>

struct naming {
    struct town *t;
    struct record_actor by, absent, standing;
};

static err begin(struct ctx *c, struct conn *tx, void *arg)
{
    struct naming *u = arg;
    struct city_officer by;
    struct city_absence a = {.absent = u->absent.officer,
                             .standing = u->standing.officer,
                             .of = {STR(""), STR("")},
                             .kind = STR("travel")};

    TRY(city_officer_by_id(c, tx, u->by.officer, &by));
    return city_absence_begin(c, tx, u->t->w.ledger, u->t->w.city, &by, &a,
                              (struct date){2026, 2, 16},
                              (struct date){2026, 2, 27});
}

static void stands_in(struct ctx *c, struct town *t, const char *absent,
                      const char *standing)
{
    struct naming u = {t, town_officer(c, t, "admin.satu"),
                       town_officer(c, t, absent),
                       town_officer(c, t, standing)};

    CHECK_OK(store_write(c, t->w.store, begin, &u));
}

static struct ledger_event last_event(struct ctx *c, struct town *t, str number)
{
    struct conn *on = town_read(c, t);
    struct ledger_event *all, none = {0};
    size_t n = 0;

    CHECK_OK(ledger_events_of(c, on, t->w.ledger, number, &all, &n));
    store_done(on);
    return n > 0 ? all[n - 1] : none;
}

TEST(a_stand_in_acts_and_the_event_says_who_and_for_whom)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor who = town_officer(c, t, "lapangan.pu");
    struct record_actor absent = town_officer(c, t, "periksa.izin");
    struct record_view v;
    struct record_counts counts;
    struct record_row *rows;
    struct ledger_event e;
    struct conn *on;
    size_t n;

    CHECK(town_act(c, t, r.number, &who, "accept", NULL, NULL) == E_FORBIDDEN);
    stands_in(c, t, "periksa.izin", "lapangan.pu");
    on = town_read(c, t);
    CHECK_OK(record_worklist(c, &t->w, on, &who, STR(""), RECORD_FIRST, 50,
                             &rows, &n, &counts));
    if (CHECK(n == 1))
        CHECK_STR(rows[0].stead, "standing in for Asep Hidayat");
    CHECK_I64(counts.all, 1);
    store_done(on);
    CHECK_OK(town_act(c, t, r.number, &who, "accept", NULL, NULL));
    e = last_event(c, t, r.number);
    CHECK(str_eq(ledger_fact(&e, "by"), who.pseudonym));
    CHECK(str_eq(ledger_fact(&e, "for"), absent.pseudonym));
    CHECK_STR(ledger_fact(&e, "as"), "plh");
    on = town_read(c, t);
    CHECK_OK(record_view(c, &t->w, on, &absent, r.number, &v));
    CHECK_STR(v.history[1].who,
              "Ujang Suherman (standing in for Asep Hidayat)");
    store_done(on);
    town_rebuilds(c, t);
}

TEST(his_own_duty_comes_first_and_says_nothing_of_another)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct ledger_event e;

    stands_in(c, t, "kepala.izin", "periksa.izin");
    CHECK_OK(town_act(c, t, r.number, &who, "accept", NULL, NULL));
    e = last_event(c, t, r.number);
    CHECK(ledger_fact(&e, "as").p == NULL && ledger_fact(&e, "for").p == NULL);
}

TEST(a_stand_in_who_prepared_a_record_does_not_decide_it)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct record_actor field = town_officer(c, t, "lapangan.pu");
    struct record_actor head = town_officer(c, t, "kepala.izin");

    stands_in(c, t, "kepala.izin", "periksa.izin");
    CHECK_OK(town_act(c, t, r.number, &who, "accept", NULL, NULL));
    CHECK_OK(town_act(c, t, r.number, &field, "suitable",
                      "hasil_survei=Lokasi aman.", NULL));
    CHECK(town_act(c, t, r.number, &who, "approve", NULL, NULL) == E_FORBIDDEN);
    CHECK(str_starts(c->why, STR("You acted in an earlier step")));
    /* Another person decides. */
    CHECK_OK(town_act(c, t, r.number, &head, "approve", NULL, NULL));
}

struct giving {
    struct town *t;
    struct record_actor who;
    const char *duty;
};

static err give(struct ctx *c, struct conn *tx, void *arg)
{
    struct giving *g = arg;

    return city_duty_give(c, tx, g->t->w.ledger, STR("system"), g->who.officer,
                          STR("dpmptsp"), str_of(g->duty));
}

TEST(nobody_hands_on_a_decision_that_is_not_his_to_take)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor who = town_officer(c, t, "loket.izin");
    struct record_actor head = town_officer(c, t, "kepala.izin");
    struct record_actor field = town_officer(c, t, "lapangan.pu");
    struct giving g = {t, head, "verifier"};

    CHECK_OK(store_write(c, t->w.store, give, &g));
    CHECK_OK(town_act(c, t, r.number, &head, "accept", NULL, NULL));
    CHECK_OK(town_act(c, t, r.number, &field, "suitable",
                      "hasil_survei=Lokasi aman.", NULL));
    /* The head prepared it: it went to the office above, or waits for another
     * person; her stand-in is none of these. */
    stands_in(c, t, "kepala.izin", "loket.izin");
    CHECK(town_act(c, t, r.number, &who, "approve", NULL, NULL) == E_FORBIDDEN);
    CHECK(town_act(c, t, r.number, &head, "approve", NULL, NULL) ==
          E_FORBIDDEN);
}

/* ---- letters ------------------------------------------------------ */

/* A PDF's text, or NULL where nothing here reads one. */
static const char *pdf_text(struct ctx *c, str pdf)
{
    const char *file = file_join(c, test_folder(c), "letter.pdf");
    struct buf out = buf_new(c, 1 << 16);
    char block[4096];
    size_t n;
    FILE *p;

    CHECK_OK(file_write(c, file, pdf, 0600));
    p = popen(arena_fmt(c->mem, "pdftotext -raw '%s' - 2>&1", file).p, "r");
    while (p != NULL && (n = fread(block, 1, sizeof block, p)) > 0)
        buf_raw(&out, (str){block, n});
    if (p == NULL || pclose(p) != 0) {
        test_skip("pdftotext is not here");
        return NULL;
    }
    return buf_str(&out).p;
}

static const char *letter_text(struct ctx *c, struct town *t, str number)
{
    struct record_actor own = {.role = RECORD_RESIDENT, .record = number};
    struct record_upload pdf;
    struct record_view v;
    struct conn *on;
    int64_t done;
    bool grown;

    CHECK_OK(ledger_checkpoint(c, t->w.ledger, &grown));
    CHECK_OK(record_seal_letters(c, &t->w, &done));
    on = town_read(c, t);
    CHECK_OK(record_view(c, &t->w, on, &own, number, &v));
    if (!CHECK(v.n_papers == 1))
        return NULL;
    CHECK_OK(record_file(
        c, &t->w, on, &own, number,
        arena_fmt(c->mem, "letters.%.*s", STR_ARG(v.papers[0].key)), &pdf));
    store_done(on);
    return pdf_text(c, pdf.bytes);
}

TEST(a_letter_bears_the_absent_ones_post_and_the_name_of_who_stood_in)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor secretary = town_officer(c, t, "kepala.pu");
    static const struct {
        const char *who, *action, *need;
    } acts[] = {{"periksa.izin", "accept", NULL},
                {"lapangan.pu", "suitable", "hasil_survei=Lokasi aman."}};
    struct record_actor cash = town_officer(c, t, "bendahara");
    const char *text;

    stands_in(c, t, "kepala.izin", "kepala.pu");
    for (size_t i = 0; i < COUNT(acts); i++) {
        struct record_actor who = town_officer(c, t, acts[i].who);

        CHECK_OK(
            town_act(c, t, r.number, &who, acts[i].action, acts[i].need, NULL));
    }
    CHECK_OK(town_act(c, t, r.number, &secretary, "approve", NULL, NULL));
    CHECK_OK(town_act(c, t, r.number, &cash, "settle", "bukti=B-1", NULL));
    text = letter_text(c, t, r.number);
    if (text == NULL)
        return;
    CHECK(strstr(text, "Plh. Kepala Dinas Penanaman Modal") != NULL);
    CHECK(strstr(text, "Lilis Nuraini") != NULL);
    CHECK(strstr(text, "Ratna Dewi") == NULL);
}

struct vacating {
    struct town *t;
    struct record_actor head, by, standing;
};

static err vacate_work(struct ctx *c, struct conn *tx, void *arg)
{
    struct vacating *u = arg;
    struct city_absence a = {.standing = u->standing.officer,
                             .of = {STR("dpmptsp"), STR("head")}};
    struct city_officer by;

    TRY(city_duty_end(c, tx, u->t->w.ledger, STR("system"), u->head.officer,
                      a.of.office, a.of.duty));
    TRY(city_officer_by_id(c, tx, u->by.officer, &by));
    return city_absence_begin(c, tx, u->t->w.ledger, u->t->w.city, &by, &a,
                              (struct date){2026, 2, 16},
                              (struct date){2026, 4, 30});
}

static void vacate(struct ctx *c, struct town *t)
{
    struct vacating u = {t, town_officer(c, t, "kepala.izin"),
                         town_officer(c, t, "kepala.daerah"),
                         town_officer(c, t, "kepala.pu")};

    CHECK_OK(store_write(c, t->w.store, vacate_work, &u));
}

TEST(of_a_vacant_post_the_letter_says_plt_and_the_event_names_nobody_else)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor acting = town_officer(c, t, "kepala.pu");
    struct record_actor first = town_officer(c, t, "periksa.izin");
    struct record_actor field = town_officer(c, t, "lapangan.pu");
    struct record_actor cash = town_officer(c, t, "bendahara");
    struct ledger_event e;
    const char *text;

    CHECK_OK(town_act(c, t, r.number, &first, "accept", NULL, NULL));
    CHECK_OK(town_act(c, t, r.number, &field, "suitable",
                      "hasil_survei=Lokasi aman.", NULL));
    vacate(c, t);
    CHECK_OK(town_act(c, t, r.number, &acting, "approve", NULL, NULL));
    e = last_event(c, t, r.number);
    CHECK_STR(ledger_fact(&e, "as"), "plt");
    CHECK(ledger_fact(&e, "for").p == NULL);
    CHECK_OK(town_act(c, t, r.number, &cash, "settle", "bukti=B-1", NULL));
    text = letter_text(c, t, r.number);
    if (text != NULL)
        CHECK(strstr(text, "Plt. Kepala Dinas Penanaman Modal") != NULL &&
              strstr(text, "Lilis Nuraini") != NULL);
    town_rebuilds(c, t);
}

/* The draft that an officer opens before an act; NULL where there is none. */
static const char *draft_text(struct ctx *c, struct town *t, str number,
                              const char *login, const char *action)
{
    struct record_actor who = town_officer(c, t, login);
    struct conn *on = town_read(c, t);
    str pdf = STR("");
    err e = record_letter_foreseen(c, &t->w, on, &who, number, str_of(action),
                                   &pdf);

    store_done(on);
    CHECK(e == E_OK || e == E_NOT_FOUND);
    return e == E_OK ? pdf_text(c, pdf) : NULL;
}

TEST(who_decides_reads_the_letter_before_it_is_issued)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor desk = town_officer(c, t, "periksa.izin");
    struct record_actor field = town_officer(c, t, "lapangan.pu");
    struct record_actor head = town_officer(c, t, "kepala.izin");
    const char *text;

    CHECK(draft_text(c, t, r.number, "kepala.izin", "approve") == NULL);
    CHECK_OK(town_act(c, t, r.number, &desk, "accept", NULL, NULL));
    CHECK_OK(town_act(c, t, r.number, &field, "suitable",
                      "hasil_survei=Lokasi aman.", NULL));
    CHECK(draft_text(c, t, r.number, "periksa.izin", "approve") == NULL);
    CHECK(draft_text(c, t, r.number, "kepala.izin", "reject") == NULL);
    text = draft_text(c, t, r.number, "kepala.izin", "approve");
    if (text == NULL)
        return;
    CHECK(strstr(text, "RANCANGAN") != NULL && strstr(text, "…") != NULL);
    CHECK(strstr(text, "Ratna Dewi") != NULL);
    CHECK(strstr(text, "Disegel") == NULL && strstr(text, "CONTOH") == NULL);
    /* Whoever takes the payment reads the head's name, not his own. */
    CHECK_OK(town_act(c, t, r.number, &head, "approve", NULL, NULL));
    text = draft_text(c, t, r.number, "bendahara", "settle");
    CHECK(text != NULL && strstr(text, "Ratna Dewi") != NULL);
}

/* ---- handing on --------------------------------------------------- */

/* Two who hold the verifier's duty, and a record that waits for it. */
struct office {
    struct town *t;
    struct record_actor head, one, two;
    str number;
};

static struct office office_of_two(struct ctx *c)
{
    struct town *t = town_new(c);
    struct office o = {t, town_officer(c, t, "kepala.izin"),
                       town_officer(c, t, "periksa.izin"),
                       town_officer(c, t, "loket.izin"), STR("")};
    struct giving g = {t, o.two, "verifier"};

    CHECK_OK(store_write(c, t->w.store, give, &g));
    o.number = town_permit(c, t, "token-1").number;
    return o;
}

static err hand(struct ctx *c, const struct office *o,
                const struct record_actor *by, const struct record_actor *to,
                const char *reason)
{
    return record_dispose(c, &o->t->w, by, o->number,
                          to == NULL ? 0 : to->officer, str_of(reason));
}

TEST(what_a_head_hands_to_one_the_others_may_not_do)
{
    struct office o = office_of_two(c);
    struct record_counts counts;
    struct record_row *rows;
    struct record_view v;
    struct conn *on;
    size_t n;

    CHECK_OK(hand(c, &o, &o.head, &o.two, "load"));
    CHECK(town_act(c, o.t, o.number, &o.one, "accept", NULL, NULL) ==
          E_FORBIDDEN);
    CHECK_STR(c->why, "This record was handed to Sinta Maharani.");
    on = town_read(c, o.t);
    CHECK_OK(record_worklist(c, &o.t->w, on, &o.one, STR(""), RECORD_FIRST, 50,
                             &rows, &n, &counts));
    CHECK(n == 1 && rows[0].disposed == o.two.officer);
    CHECK_OK(record_view(c, &o.t->w, on, &o.head, o.number, &v));
    CHECK_STR(v.history[1].reason, "Sinta Maharani: To spread the work");
    store_done(on);
    CHECK_OK(town_act(c, o.t, o.number, &o.two, "accept", NULL, NULL));
    town_rebuilds(c, o.t);
}

TEST(a_record_is_taken_back_or_goes_back_when_the_duty_ends)
{
    struct office o = office_of_two(c);
    struct record_disposal d;
    struct record r;
    struct conn *on;

    CHECK(hand(c, &o, &o.head, NULL, "") == E_CONFLICT);
    CHECK_OK(hand(c, &o, &o.head, &o.two, "load"));
    CHECK_OK(hand(c, &o, &o.head, NULL, ""));
    CHECK_OK(hand(c, &o, &o.head, &o.one, "skill"));
    stands_in(c, o.t, "periksa.izin", "lapangan.pu");
    on = town_read(c, o.t);
    CHECK_OK(record_find(c, on, o.number, &r));
    CHECK_OK(record_disposal(c, &o.t->w, on, &r, &o.head, &d));
    CHECK(d.may && d.n == 3 && d.officer == o.one.officer);
    CHECK_OK(record_disposal(c, &o.t->w, on, &r, &o.two, &d));
    CHECK(!d.may && d.n == 0);
    store_done(on);
    /* Who stands in for him may; the other holder may not. */
    CHECK(town_act(c, o.t, o.number, &o.two, "accept", NULL, NULL) ==
          E_FORBIDDEN);
    {
        struct record_actor field = town_officer(c, o.t, "lapangan.pu");

        CHECK_OK(town_act(c, o.t, o.number, &field, "return",
                          "alasan=Foto kurang jelas.", NULL));
    }
    on = town_read(c, o.t);
    CHECK_OK(record_find(c, on, o.number, &r));
    CHECK_OK(record_disposal(c, &o.t->w, on, &r, &o.head, &d));
    CHECK(d.officer == 0 && !d.may); /* it waits for the resident */
    store_done(on);
    town_rebuilds(c, o.t);
}

TEST(a_record_is_handed_only_by_a_superior_to_who_could_do_it)
{
    struct office o = office_of_two(c);
    struct record_actor mayor = town_officer(c, o.t, "kepala.daerah");
    struct record_actor field = town_officer(c, o.t, "lapangan.pu");
    struct record_actor resident = {.role = RECORD_RESIDENT,
                                    .record = o.number};

    CHECK(hand(c, &o, &o.one, &o.two, "load") == E_FORBIDDEN);
    CHECK(hand(c, &o, &field, &o.two, "load") == E_FORBIDDEN);
    CHECK(hand(c, &o, &resident, &o.two, "load") == E_FORBIDDEN);
    CHECK(hand(c, &o, &o.head, &field, "load") == E_BAD_INPUT);
    CHECK(hand(c, &o, &o.head, &o.two, "whim") == E_BAD_INPUT);
    CHECK_OK(hand(c, &o, &mayor, &o.two, "load"));
    stands_in(c, o.t, "periksa.izin", "lapangan.pu");
    CHECK(hand(c, &o, &o.head, &o.one, "load") == E_CONFLICT);
    CHECK_STR(c->why, "Asep Hidayat is away until 27 February 2026.");
}

TEST(what_was_handed_to_another_makes_nobody_late_in_the_queue)
{
    struct office o = office_of_two(c);
    struct record_receipt later;
    struct record_choice *all;
    struct record r;
    struct conn *on;
    size_t n;

    c->now += TIME_MINUTE;
    later = town_permit(c, o.t, "token-2");
    on = town_read(c, o.t);
    CHECK_OK(record_find(c, on, later.number, &r));
    CHECK_OK(record_choices(
        c, &o.t->w, on, &r,
        app_catalogue_find(o.t->w.apps, STR("penanaman-modal/izin-reklame"))
            ->app,
        &o.one, &all, &n));
    CHECK(n > 0 && all[0].out_of_turn);
    store_done(on);
    CHECK_OK(hand(c, &o, &o.head, &o.two, "load"));
    CHECK_OK(town_act(c, o.t, later.number, &o.one, "accept", NULL, NULL));
}
