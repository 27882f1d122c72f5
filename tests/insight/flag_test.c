/* SPDX-License-Identifier: EUPL-1.2 */
/* A flag from the acts of a month to the answer that closes it. */
#include "insight/insight.h"
#include "tests/town.h"

#define PERMITS 50

static err give_duty(struct ctx *c, struct conn *tx, void *arg)
{
    struct town *t = arg;
    struct record_actor who = town_officer(c, t, "bendahara");

    return city_duty_give(c, tx, t->w.ledger, STR("system"), who.officer,
                          STR("inspektorat"), STR("auditor"));
}

/* Fifty permits come in, and the verifier takes the newest first, one a
 * second. */
static struct town *hurried(struct ctx *c)
{
    struct record_receipt r[PERMITS];
    struct town *t = town_new(c);
    struct record_actor who = town_officer(c, t, "periksa.izin");

    for (int i = 0; i < PERMITS; i++) {
        c->now += TIME_SECOND;
        r[i] = town_permit(c, t, arena_fmt(c->mem, "token-%d", i).p);
    }
    c->now += 2 * TIME_DAY + TIME_HOUR;
    for (int i = PERMITS; i-- > 0;) {
        struct record_deed d = {.number = r[i].number,
                                .version = -1,
                                .action = STR("accept"),
                                .actor = who,
                                .reason = STR("order")};
        struct record_outcome out;
        struct findings f = {0};

        c->now += TIME_SECOND;
        CHECK_OK(record_act(c, &t->w, &d, &f, &out));
    }
    CHECK_OK(store_write(c, t->w.store, give_duty, t));
    c->now += 31 * TIME_DAY; /* the month is over */
    return t;
}

TEST(a_month_is_flagged_once_and_answered_by_two)
{
    struct town *t = hurried(c);
    struct record_actor one = town_officer(c, t, "pemeriksa"),
                        two = town_officer(c, t, "bendahara"),
                        head = town_officer(c, t, "kepala.izin");
    struct conn *on;
    struct insight_flag *all, got;
    int64_t raised;
    size_t n;
    str answer;

    CHECK_OK(insight_tick(c, &t->w, &raised));
    CHECK_I64(raised, INSIGHT_KINDS);
    CHECK_OK(insight_tick(c, &t->w, &raised));
    CHECK_I64(raised, 0);
    on = town_read(c, t);
    CHECK(insight_flags(c, &t->w, on, &head, 0, 10, &all, &n) == E_FORBIDDEN);
    CHECK_OK(insight_flags(c, &t->w, on, &one, 0, 10, &all, &n));
    store_done(on);
    if (!CHECK(n == INSIGHT_KINDS))
        return;
    CHECK(all[1].kind == INSIGHT_OUT_OF_TURN && all[1].found == PERMITS - 5);
    CHECK(all[0].kind == INSIGHT_UNREAD && all[0].acts == PERMITS);
    CHECK(insight_flag_close(c, &t->w, &two, all[0].id, STR("explained"),
                             STR("Belum.")) == E_CONFLICT);
    CHECK(insight_flag_ask(c, &t->w, &head, all[0].id) == E_FORBIDDEN);
    CHECK_OK(insight_flag_ask(c, &t->w, &one, all[0].id));
    CHECK(insight_flag_ask(c, &t->w, &two, all[0].id) == E_CONFLICT);
    CHECK(insight_flag_close(c, &t->w, &one, all[0].id, STR("explained"),
                             STR("Sendiri.")) == E_FORBIDDEN);
    CHECK(insight_flag_close(c, &t->w, &two, all[0].id, STR("innocent"),
                             STR("x")) == E_BAD_INPUT);
    CHECK(insight_flag_close(c, &t->w, &two, all[0].id, STR("explained"),
                             STR(" ")) == E_BAD_INPUT);
    CHECK_OK(insight_flag_close(c, &t->w, &two, all[0].id, STR("explained"),
                                STR("Berkas dibaca sehari sebelumnya.")));
    on = town_read(c, t);
    CHECK_OK(insight_flag_find(c, &t->w, on, &one, all[0].id, &got));
    CHECK(got.asked != 0 && got.closed != 0);
    CHECK_STR(got.closer, two.pseudonym.p);
    CHECK_OK(insight_flag_answer(c, &t->w, on, &got, &answer));
    CHECK_STR(answer, "Berkas dibaca sehari sebelumnya.");
    store_done(on);
}

TEST(a_month_that_goes_on_is_not_weighed_yet)
{
    struct town *t = hurried(c);
    int64_t raised;

    c->now -= 31 * TIME_DAY;
    CHECK_OK(insight_tick(c, &t->w, &raised));
    CHECK_I64(raised, 0);
    c->now += 31 * TIME_DAY;
    CHECK_OK(insight_tick(c, &t->w, &raised));
    CHECK_I64(raised, INSIGHT_KINDS);
}

TEST(nobody_answers_for_himself)
{
    struct town *t = hurried(c);
    struct record_actor self = town_officer(c, t, "pemeriksa");
    struct insight_flag *all;
    struct conn *on;
    int64_t raised;
    size_t n;

    CHECK_OK(insight_tick(c, &t->w, &raised));
    on = town_read(c, t);
    CHECK_OK(insight_flags(c, &t->w, on, &self, 0, 10, &all, &n));
    store_done(on);
    self.pseudonym = all[0].officer; /* an auditor who was flagged */
    CHECK(insight_flag_ask(c, &t->w, &self, all[0].id) == E_FORBIDDEN);
}

TEST(flags_leave_no_trace_in_the_public_log_before_the_daily_batch)
{
    struct town *t = hurried(c);
    struct conn *on = town_read(c, t);
    uint64_t before, after;
    int64_t raised;

    CHECK_OK(ledger_size(c, on, &before));
    store_done(on);
    CHECK_OK(insight_tick(c, &t->w, &raised));
    on = town_read(c, t);
    CHECK_OK(ledger_size(c, on, &after));
    store_done(on);
    CHECK(raised == INSIGHT_KINDS && before == after);
}

TEST(flags_replay_from_their_events)
{
    struct town *t = hurried(c);
    struct record_actor one = town_officer(c, t, "pemeriksa");
    struct insight_flag *all;
    struct conn *on;
    int64_t n_raised;
    size_t count;

    CHECK_OK(insight_tick(c, &t->w, &n_raised));
    on = town_read(c, t);
    CHECK_OK(insight_flags(c, &t->w, on, &one, 0, 10, &all, &count));
    store_done(on);
    CHECK_OK(insight_flag_ask(c, &t->w, &one, all[0].id));
    town_rebuilds(c, t);
}
