/* SPDX-License-Identifier: EUPL-1.2 */
/* A training city's days: the same story from the same seed, and nothing that
 * a real city would not hold. */
#include "insight/insight.h"
#include "rehearse/rehearse.h"
#include "tests/bandung.h"
#include "tests/test.h"

struct playing {
    struct record_world w;
    struct rehearse_days out;
    struct insight_measure permits, complaints;
};

static err measure(struct ctx *c, struct playing *p)
{
    struct conn *on;

    TRY(store_read(c, p->w.store, &on));
    TRY(insight_service(c, on, STR("penanaman-modal/izin-reklame"),
                        &p->permits));
    TRY(insight_service(c, on, STR("kominfo/lapor-warga"), &p->complaints));
    store_done(on);
    return E_OK;
}

static struct playing *play(struct ctx *c, uint64_t seed, bool plant)
{
    struct playing *p = NEW(c->mem, struct playing);
    struct rehearse_plan plan = {.begin = c->now,
                                 .days = 6,
                                 .records = 60,
                                 .seed = seed,
                                 .plant = plant};
    struct findings f = {0};

    MUST(bandung_open(c, test_folder(c), "OFF", &p->w) == E_OK);
    CHECK_OK(bandung_train(c, &p->w, &f));
    CHECK_OK(rehearse_days(c, &p->w, &plan, &p->out));
    CHECK_OK(measure(c, p));
    return p;
}

TEST(the_same_seed_plays_the_same_days)
{
    struct playing *one = play(c, 7, false), *two = play(c, 7, false),
                   *other = play(c, 8, false);

    CHECK(one->out.sent == 60 && one->out.acts > 100);
    CHECK_I64((int64_t)one->out.turned_down, 0);
    CHECK(memcmp(&one->permits, &two->permits, sizeof one->permits) == 0);
    CHECK(memcmp(&one->complaints, &two->complaints, sizeof one->complaints) ==
          0);
    CHECK(one->out.acts == two->out.acts && one->out.end == two->out.end);
    CHECK(one->out.acts != other->out.acts ||
          memcmp(&one->complaints, &other->complaints,
                 sizeof one->complaints) != 0);
}

TEST(what_was_played_stands_up_to_an_audit)
{
    struct playing *p = play(c, 3, true);
    struct findings f = {0};

    CHECK(p->out.officer.n > 0 && p->out.agent.n > 0);
    c->now = p->out.end;
    CHECK_OK(ledger_audit(c, p->w.ledger, &f));
    CHECK_I64((int64_t)f.errors, 0);
}

TEST(a_real_city_is_never_played)
{
    struct record_world w;
    struct rehearse_plan plan = {.begin = c->now, .days = 1, .records = 1};
    struct rehearse_days out;
    struct findings f = {0};

    MUST(bandung_open(c, test_folder(c), "OFF", &w) == E_OK);
    CHECK_OK(bandung_fill(c, &w, &f));
    CHECK(rehearse_days(c, &w, &plan, &out) == E_REFUSED);
    CHECK(str_find(c->why, STR("training")) < c->why.n);
}
