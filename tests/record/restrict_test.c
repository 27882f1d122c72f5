/* SPDX-License-Identifier: EUPL-1.2 */
/* A record whose person asked to have its processing restricted: nobody acts
 * on it, no list shows it, its dates stand still, until that is lifted. */
#include "record/record.h"
#include "tests/town.h"

#define PERMIT "penanaman-modal/izin-reklame"
#define REPORT "kominfo/lapor-warga"

static struct record found(struct ctx *c, struct town *t, str number)
{
    struct conn *on = town_read(c, t);
    struct record r = {.state = STR("")};

    CHECK_OK(record_find(c, on, number, &r));
    store_done(on);
    return r;
}

/* An officer says that it is this day. */
static int64_t day(struct ctx *c, struct town *t, int64_t now)
{
    struct record_actor who = town_officer(c, t, "admin.satu");
    struct record_ticked out = {.done = -1};

    c->now = now;
    CHECK_OK(record_time_confirm(c, &t->w, &who));
    CHECK_OK(record_tick(c, &t->w, &out));
    return out.done;
}

static struct record_view view(struct ctx *c, struct town *t,
                               const struct record_actor *who, str number)
{
    struct conn *on = town_read(c, t);
    struct record_view v = {.n_fields = 0};

    CHECK_OK(record_view(c, &t->w, on, who, number, &v));
    store_done(on);
    return v;
}

/* What is said of this act where it is told; else "none". */
static str moment(struct ctx *c, struct town *t, const struct record_actor *who,
                  str number, const char *act)
{
    struct record_view v = view(c, t, who, number);

    for (size_t i = 0; i < v.n_history; i++)
        if (str_eq(v.history[i].act, str_of(act)))
            return v.history[i].n_said > 0 ? v.history[i].said[0].text
                                           : STR("");
    return STR("none");
}

/* ---- acts --------------------------------------------------------- */

TEST(nobody_acts_on_what_is_restricted_and_each_is_told_why)
{
    struct town *t = town_new(c);
    str number = town_permit(c, t, "token-1").number;
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct record_actor head = town_officer(c, t, "kepala.izin");
    struct record_actor own = {.role = RECORD_RESIDENT, .record = number};

    town_restrict(c, t, number, "kepala.izin");
    CHECK(town_act(c, t, number, &who, "accept", NULL, NULL) == E_FORBIDDEN);
    CHECK_STR(c->why,
              "Processing of this record is restricted since 16 February "
              "2026, as its person asked. The head of an office that "
              "handled it, or an administrator, can lift that.");
    CHECK(town_act(c, t, number, &own, "withdraw", NULL, NULL) == E_FORBIDDEN);
    CHECK(str_starts(c->why, STR("Processing of this record is")));
    CHECK(record_dispose(c, &t->w, &head, number, who.officer, STR("load")) ==
          E_CONFLICT);
    CHECK(str_starts(c->why, STR("Processing of this record is")));
    CHECK_STR(found(c, t, number).state, "submitted");
    CHECK_OK(town_lift(c, t, number, "kepala.izin", "Datanya sudah benar."));
    CHECK_OK(town_act(c, t, number, &who, "accept", NULL, NULL));
    town_rebuilds(c, t);
}

TEST(who_may_restrict_may_lift_it_and_says_why)
{
    struct town *t = town_new(c);
    str number = town_permit(c, t, "token-1").number;

    CHECK(town_lift(c, t, number, "admin.satu", "Selesai.") == E_CONFLICT);
    town_restrict(c, t, number, "kepala.izin");
    CHECK(town_lift(c, t, number, "periksa.izin", "Selesai.") == E_FORBIDDEN);
    CHECK(town_lift(c, t, number, "kepala.pu", "Selesai.") == E_FORBIDDEN);
    CHECK(town_lift(c, t, number, "admin.satu", "") == E_REFUSED);
    CHECK(found(c, t, number).restricted != 0);
    CHECK_OK(town_lift(c, t, number, "admin.satu", "Selesai."));
    CHECK_I64(found(c, t, number).restricted, 0);
    town_rebuilds(c, t);
}

/* ---- holds and erasure -------------------------------------------- */

static void hold(struct ctx *c, struct town *t, str number, const char *key)
{
    const struct record_holding h = {.number = number,
                                     .key = str_of(key),
                                     .why = STR("Nomor perkara 12."),
                                     .actor = town_officer(c, t, "admin.satu")};
    struct findings f = {0};

    CHECK_OK(record_hold(c, &t->w, &h, &f));
}

TEST(a_hold_comes_and_goes_and_the_restriction_stays)
{
    struct town *t = town_new(c);
    str number = town_permit(c, t, "token-1").number;

    town_restrict(c, t, number, "kepala.izin");
    hold(c, t, number, "audit");
    CHECK_STR(found(c, t, number).held, "audit");
    CHECK(found(c, t, number).restricted != 0);
    hold(c, t, number, "");
    CHECK_STR(found(c, t, number).held, "");
    CHECK(found(c, t, number).restricted != 0);
    CHECK_OK(town_lift(c, t, number, "kepala.izin", "Selesai."));
    town_rebuilds(c, t);
}

struct freeing {
    struct town *t;
    str number;
};

static err free_it(struct ctx *c, struct conn *tx, void *arg)
{
    const struct freeing *u = arg;
    struct ledger_event e = {.class = LEDGER_CASE, .subject = u->number};

    ledger_say(c, &e, "act", STR("record.freed"));
    ledger_say(c, &e, "record", u->number);
    ledger_say(c, &e, "by", STR("officer-1"));
    return ledger_append(c, tx, u->t->w.ledger, &e);
}

/* When a restriction was a hold, releasing it named no reason. */
TEST(an_older_log_lifts_a_restriction_as_it_did_a_hold)
{
    struct town *t = town_new(c);
    struct freeing u = {t, town_permit(c, t, "token-1").number};

    town_restrict(c, t, u.number, "kepala.izin");
    CHECK_OK(store_write(c, t->w.store, free_it, &u));
    CHECK_I64(found(c, t, u.number).restricted, 0);
    town_rebuilds(c, t);
}

static err erase(struct ctx *c, struct town *t, str number, const char *ground)
{
    const struct record_erasing x = {
        .number = number,
        .ground = str_of(ground),
        .by = town_officer(c, t, "admin.satu").pseudonym,
        .with = town_officer(c, t, "admin.dua").pseudonym};
    struct record_erased out;

    return record_erase(c, &t->w, &x, &out);
}

TEST(what_is_restricted_is_erased_when_its_person_asks_and_not_else)
{
    struct town *t = town_new(c);
    str number = town_permit(c, t, "token-1").number;
    struct record_actor who = town_officer(c, t, "periksa.izin");

    CHECK_OK(
        town_act(c, t, number, &who, "refuse", "alasan=Tidak lengkap.", NULL));
    town_restrict(c, t, number, "kepala.izin");
    CHECK(erase(c, t, number, "unlawful") == E_CONFLICT);
    CHECK_STR(c->why, "Processing is restricted, as the person asked.");
    CHECK_OK(erase(c, t, number, "request"));
    CHECK(found(c, t, number).erased);
    CHECK_I64(found(c, t, number).restricted, 0);
    town_rebuilds(c, t);
}

/* ---- time --------------------------------------------------------- */

TEST(its_dates_stand_still_and_go_on_with_what_was_left)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record was = found(c, t, r.number), is;
    struct record_actor own = {.role = RECORD_RESIDENT, .record = r.number};
    struct record_actor nobody = {.role = RECORD_NOBODY};
    int64_t start = c->now;

    town_restrict(c, t, r.number, "kepala.izin");
    CHECK_I64(day(c, t, start + 14 * TIME_DAY), 0);
    is = found(c, t, r.number);
    CHECK(is.due == was.due && is.silent == 0 && is.above.n == 0);
    CHECK_OK(town_lift(c, t, r.number, "kepala.izin", "Selesai."));
    is = found(c, t, r.number);
    CHECK(is.due > c->now && is.promise > is.due);
    CHECK_I64(city_worked(t->w.city, c->now, is.due),
              city_worked(t->w.city, start, was.due));
    CHECK_I64(city_worked(t->w.city, c->now, is.promise),
              city_worked(t->w.city, start, was.promise));
    CHECK_STR(moment(c, t, &own, r.number, "restriction.freed"), "Selesai.");
    CHECK_STR(moment(c, t, &nobody, r.number, "restriction.freed"), "none");
    CHECK_STR(moment(c, t, &nobody, r.number, "restriction.moved"), "none");
    CHECK(str_find(view(c, t, &own, r.number).why_promise,
                   STR("Stood still from")) > 0);
    CHECK_I64(day(c, t, is.due + 3 * TIME_DAY), 1); /* and the clock decides */
    town_rebuilds(c, t);
}

TEST(what_was_late_before_stays_late)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record was = found(c, t, r.number);

    c->now = was.due + TIME_HOUR;
    town_restrict(c, t, r.number, "kepala.izin");
    c->now += 2 * TIME_DAY;
    CHECK_OK(town_lift(c, t, r.number, "kepala.izin", "Selesai."));
    CHECK_I64(found(c, t, r.number).due, was.due);
    town_rebuilds(c, t);
}

TEST(a_younger_record_is_not_out_of_turn_before_it)
{
    struct town *t = town_new(c);
    str first = town_permit(c, t, "token-1").number, second;
    struct record_actor who = town_officer(c, t, "periksa.izin");

    c->now += TIME_MINUTE;
    second = town_permit(c, t, "token-2").number;
    CHECK(town_act(c, t, second, &who, "accept", NULL, NULL) == E_REFUSED);
    town_restrict(c, t, first, "kepala.izin");
    CHECK_OK(town_act(c, t, second, &who, "accept", NULL, NULL));
}

/* ---- who sees it -------------------------------------------------- */

static size_t public_rows(struct ctx *c, struct town *t)
{
    struct conn *on = town_read(c, t);
    struct record_row *rows;
    size_t n = 99;

    CHECK_OK(
        record_public(c, &t->w, on, STR(REPORT), INT64_MAX, 10, &rows, &n));
    store_done(on);
    return n;
}

static size_t nearby(struct ctx *c, struct town *t)
{
    const struct app *a = app_catalogue_find(t->w.apps, STR(REPORT))->app;
    struct app_form form =
        town_form(c, "kategori=jalan lokasi.region=32.73.01.1001");
    struct conn *on = town_read(c, t);
    struct record_near *near;
    size_t n = 99;

    CHECK_OK(record_nearby(c, &t->w, on, a, &form, &near, &n));
    store_done(on);
    return n;
}

TEST(no_list_shows_it_and_its_own_page_does)
{
    struct town *t = town_new(c);
    str number = town_complaint(c, t, "jalan").number;
    struct record_actor nobody = {.role = RECORD_NOBODY};
    struct record_actor own = {.role = RECORD_RESIDENT, .record = number};
    struct record_actor who = town_officer(c, t, "loket.lapor");
    struct record_row *rows;
    struct conn *on;
    size_t n;

    CHECK(public_rows(c, t) == 1 && nearby(c, t) == 1);
    CHECK(view(c, t, &nobody, number).n_fields > 0);
    town_restrict(c, t, number, "kepala.lapor");
    CHECK(public_rows(c, t) == 0 && nearby(c, t) == 0);
    CHECK_I64((int64_t)view(c, t, &nobody, number).n_fields, 0);
    CHECK(view(c, t, &nobody, number).form.n == 0);
    CHECK(view(c, t, &own, number).n_fields > 2);
    on = town_read(c, t);
    CHECK_OK(record_worklist(c, &t->w, on, &who, STR(""), RECORD_FIRST, 50,
                             &rows, &n, NULL));
    CHECK(n == 1 && rows[0].record.restricted != 0);
    store_done(on);
    CHECK_OK(town_lift(c, t, number, "kepala.lapor", "Selesai."));
    CHECK(public_rows(c, t) == 1 && nearby(c, t) == 1);
    CHECK(view(c, t, &nobody, number).n_fields > 0);
}
