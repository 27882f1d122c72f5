/* SPDX-License-Identifier: EUPL-1.2 */
#include "insight/insight.h"
#include "tests/town.h"

#define PERMIT STR("penanaman-modal/izin-reklame")
#define REPORT STR("kominfo/lapor-warga")

static struct insight_measure measure(struct ctx *c, struct town *t, str app)
{
    struct conn *on = town_read(c, t);
    struct insight_measure m;

    CHECK_OK(insight_service(c, on, app, &m));
    store_done(on);
    return m;
}

static struct record_receipt permit(struct ctx *c, struct town *t, int i)
{
    return town_permit(c, t, arena_fmt(c->mem, "token-%d", i).p);
}

/* ---- counting ----------------------------------------------------- */

TEST(what_is_submitted_is_open_and_what_is_issued_is_served)
{
    struct town *t = town_new(c);
    struct record_receipt a = permit(c, t, 1), b = permit(c, t, 2);
    struct insight_measure m = measure(c, t, PERMIT);

    CHECK(m.open == 2 && m.served == 0 && m.age[INSIGHT_WEEK] == 2);
    town_issue(c, t, a.number);
    m = measure(c, t, PERMIT);
    CHECK(m.open == 1 && m.served == 1 && m.on_time == 1 && m.refused == 0);
    CHECK(b.number.n > 0 && measure(c, t, REPORT).open == 0);
}

TEST(what_was_in_time_stays_in_time_when_it_is_revoked_later)
{
    struct town *t = town_new(c);
    struct record_receipt r = permit(c, t, 1);
    struct record_actor head = town_officer(c, t, "kepala.izin");
    struct insight_measure m;

    town_issue(c, t, r.number);
    c->now += 60 * TIME_DAY;
    CHECK_OK(
        town_act(c, t, r.number, &head, "revoke", "alasan=Melanggar.", NULL));
    m = measure(c, t, PERMIT);
    CHECK(m.served == 1 && m.on_time == 1 && m.open == 0);
}

TEST(what_waits_for_its_resident_is_told_apart_and_never_overdue)
{
    struct town *t = town_new(c);
    struct record_receipt a = permit(c, t, 1);
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct insight_measure m;

    permit(c, t, 2);
    CHECK_OK(
        town_act(c, t, a.number, &who, "return", "alasan=Lengkapi.", NULL));
    c->now += 40 * TIME_DAY;
    m = measure(c, t, PERMIT);
    CHECK(m.open == 2 && m.waiting == 1 && m.overdue == 1);
    CHECK(m.age[INSIGHT_QUARTER] == 2 && m.age[INSIGHT_WEEK] == 0);
}

TEST(a_report_counts_for_the_office_that_answered_it)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_complaint(c, t, "jalan");
    struct record_actor desk = town_officer(c, t, "loket.lapor");
    struct record_actor field = town_officer(c, t, "lapangan.pu");
    struct record_actor own = {.role = RECORD_RESIDENT, .record = r.number};
    struct insight_city all;
    struct conn *on;

    CHECK_OK(town_act(c, t, r.number, &desk, "route", NULL, NULL));
    CHECK_OK(town_act(c, t, r.number, &field, "answer",
                      "jawaban=Sudah ditambal.", NULL));
    CHECK_OK(town_act(c, t, r.number, &own, "close", NULL, NULL));
    on = town_read(c, t);
    CHECK_OK(insight_city(c, &t->w, on, &all));
    store_done(on);
    CHECK(all.n_services == 1 && all.n_offices == 1);
    CHECK(all.whole.served == 1 && all.services[0].m.on_time == 1);
    CHECK(all.offices[0].m.served == 1 && all.offices[0].m.open == 0);
}

static str parallel(struct ctx *c, struct town *t)
{
    struct app_form form = town_form(c, "badan=Y-1 ketua.nama=Siti~Contoh "
                                        "ketua.nik=9999010101900001");
    struct record_submission s = {
        .app = app_catalogue_find(t->w.apps, STR("sosial/satu"))->app,
        .form = &form};
    struct record_receipt r = {.number = STR("")};
    struct findings f = {0};

    CHECK_OK(record_submit(c, &t->w, &s, &f, &r));
    return r.number;
}

/* Parallel branches have no office between them, but somebody has them. */
TEST(a_record_in_parallel_branches_waits_for_no_resident)
{
    struct town *t = town_new(c);
    struct insight_city all;
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct conn *on;
    str number;

    town_structure(c, t);
    number = parallel(c, t);
    for (int i = 0; i < 2; i++) {
        on = town_read(c, t);
        CHECK_OK(insight_city(c, &t->w, on, &all));
        store_done(on);
        CHECK(all.whole.open == 1 && all.whole.waiting == 0);
        if (i == 0)
            CHECK_OK(town_act(c, t, number, &who, "suitable", NULL, NULL));
    }
}

TEST(what_ends_behind_its_promise_is_served_and_not_on_time)
{
    struct town *t = town_new(c);
    struct record_receipt r = permit(c, t, 1);

    c->now += 90 * TIME_DAY;
    town_issue(c, t, r.number);
    CHECK_I64(measure(c, t, PERMIT).served, 1);
    CHECK_I64(measure(c, t, PERMIT).on_time, 0);
}

TEST(a_year_later_the_figures_begin_anew)
{
    struct town *t = town_new(c);

    town_issue(c, t, permit(c, t, 1).number);
    CHECK_I64(measure(c, t, PERMIT).served, 1);
    c->now += 330 * TIME_DAY; /* January of the next year: still within */
    CHECK_I64(measure(c, t, PERMIT).served, 1);
    c->now += 36 * TIME_DAY;
    CHECK_I64(measure(c, t, PERMIT).served, 0);
}

/* ---- times -------------------------------------------------------- */

TEST(a_median_is_told_from_twenty_on)
{
    struct town *t = town_new(c);
    struct record_receipt all[INSIGHT_FEW];
    struct insight_measure m;

    CHECK_I64(insight_workday(c, t->w.city), 8 * TIME_HOUR);
    for (int i = 0; i < INSIGHT_FEW; i++)
        all[i] = permit(c, t, i);
    c->now += 2 * TIME_DAY + 30 * TIME_MINUTE; /* Monday is free, Tuesday too */
    for (int i = 0; i < INSIGHT_FEW; i++) {
        CHECK_I64(measure(c, t, PERMIT).median, 0);
        if (i == 17)
            c->now += TIME_DAY;
        town_issue(c, t, all[i].number);
    }
    m = measure(c, t, PERMIT);
    CHECK_I64(m.served, INSIGHT_FEW);
    CHECK_I64(m.median, 2 * TIME_HOUR);
    CHECK_I64(m.ninety, 10 * TIME_HOUR);
}

/* ---- truth -------------------------------------------------------- */

TEST(the_counts_are_what_a_replay_makes_of_the_events)
{
    struct town *t = town_new(c);
    struct record_receipt a = permit(c, t, 1), b = permit(c, t, 2);
    struct record_actor who = town_officer(c, t, "periksa.izin");

    town_issue(c, t, a.number);
    CHECK_OK(
        town_act(c, t, b.number, &who, "return", "alasan=Lengkapi.", NULL));
    town_rebuilds(c, t);
    CHECK(measure(c, t, PERMIT).served == 1 &&
          measure(c, t, PERMIT).waiting == 1);
}
