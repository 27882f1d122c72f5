/* SPDX-License-Identifier: EUPL-1.2 */
/* No one alone: what is grave is proposed by one officer and agreed to by
 * another, exactly as it was proposed. */
#include "tests/app/help.h"

#include <stdio.h>

#define IZIN   "penanaman-modal/izin-reklame"
#define TARIFF "tariff.nilai_sewa.rows.papan"
#define LAW    "law.izin.title.id"

struct desk {
    struct store *store;
    struct ledger *ledger;
    struct app_package *p;
    /* of the next act */
    const char *by, *with;
    const struct app_overlay *o;
    bool done;
};

static void close_desk(void *it)
{
    struct desk *d = it;

    ledger_close(d->ledger);
    store_close(d->store);
}

static err install(struct ctx *c, struct conn *tx, void *arg)
{
    struct desk *d = arg;

    return app_install(c, tx, d->ledger, STR("officer-1"), d->p, &d->done);
}

static struct desk *open_desk(struct ctx *c)
{
    struct desk *d = NEW(c->mem, struct desk);
    struct store_options o = {.path = file_join(c, test_folder(c), "city.db"),
                              .synchronous = "OFF",
                              .create = true};
    struct ledger_options l = {.appliers = app_appliers, .n = app_appliers_n};

    arena_owns(c->mem, close_desk, d);
    CHECK_OK(store_open(c, &o, &d->store));
    l.store = d->store;
    CHECK_OK(ledger_open(c, &l, &d->ledger));
    d->p = help_package(c, IZIN);
    CHECK_OK(store_write(c, d->store, install, d));
    return d;
}

/* ---- acts --------------------------------------------------------- */

static err do_propose(struct ctx *c, struct conn *tx, void *arg)
{
    struct desk *d = arg;

    return app_propose(c, tx, d->ledger, str_of(d->by), d->o, &d->done);
}

static err do_localise(struct ctx *c, struct conn *tx, void *arg)
{
    struct desk *d = arg;

    return app_localise(c, tx, d->ledger, str_of(d->by), str_of(d->with), d->o,
                        &d->done);
}

static err do_withdraw(struct ctx *c, struct conn *tx, void *arg)
{
    struct desk *d = arg;

    return app_withdraw(c, tx, d->ledger, str_of(d->by), STR(IZIN), &d->done);
}

static err do_open(struct ctx *c, struct conn *tx, void *arg)
{
    struct desk *d = arg;
    struct ledger_event e = {.class = LEDGER_CONFIG, .office = 1};

    ledger_say(c, &e, "act", STR("app.opened"));
    ledger_say(c, &e, "app", STR(IZIN));
    ledger_say(c, &e, "by", STR("officer-1"));
    return ledger_append(c, tx, d->ledger, &e);
}

static err propose(struct ctx *c, struct desk *d, const char *by,
                   const struct app_overlay *o)
{
    d->by = by, d->o = o;
    return store_write(c, d->store, do_propose, d);
}

static err localise(struct ctx *c, struct desk *d, const char *by,
                    const char *with, const struct app_overlay *o)
{
    d->by = by, d->with = with, d->o = o;
    return store_write(c, d->store, do_localise, d);
}

/* What is in force, with one line more. */
static struct app_overlay *now_with(struct ctx *c, struct desk *d,
                                    const char *path, const char *value)
{
    struct app_overlay *in_force, *o;
    struct findings f = {0};
    struct app_package *p;
    struct conn *on;

    CHECK_OK(store_read(c, d->store, &on));
    CHECK_OK(app_installed_package(c, on, STR(IZIN), &p, &in_force));
    store_done(on);
    o = app_overlay_copy(c, p, in_force);
    CHECK_OK(app_overlay_set(c, o, p, str_of(path), str_of(value), NULL, &f));
    return o;
}

static bool waits(struct ctx *c, struct desk *d, struct app_proposal *p)
{
    struct conn *on;
    bool yes;

    CHECK_OK(store_read(c, d->store, &on));
    CHECK_OK(app_proposed(c, on, STR(IZIN), p, &yes));
    store_done(on);
    return yes;
}

/* ---- tests -------------------------------------------------------- */

TEST(one_officer_alone_may_name_a_law_but_not_set_a_tariff)
{
    struct desk *d = open_desk(c);

    CHECK_OK(localise(c, d, "officer-1", "", now_with(c, d, LAW, "Perda 1")));
    CHECK(d->done);
    CHECK(localise(c, d, "officer-1", "", now_with(c, d, TARIFF, "80000")) ==
          E_REFUSED);
    CHECK(str_find(c->why, STR(TARIFF)) < c->why.n);
    CHECK(str_find(c->why, STR(LAW)) == c->why.n);
}

TEST(two_officers_set_a_tariff_exactly_as_it_was_proposed)
{
    struct desk *d = open_desk(c);
    struct app_overlay *o = now_with(c, d, TARIFF, "80000");
    struct app_overlay *other = now_with(c, d, TARIFF, "8000");
    struct app_proposal p;

    CHECK(localise(c, d, "officer-1", "officer-2", o) == E_REFUSED);
    CHECK_OK(propose(c, d, "officer-1", o));
    CHECK(waits(c, d, &p) && str_eq(p.by, STR("officer-1")) && !p.stale);
    CHECK(localise(c, d, "officer-1", "officer-1", o) == E_REFUSED);
    CHECK(localise(c, d, "officer-2", "officer-1", o) == E_REFUSED);
    CHECK(localise(c, d, "officer-1", "officer-2", other) == E_REFUSED);
    CHECK(localise(c, d, "officer-1", "", o) == E_REFUSED);
    CHECK_OK(localise(c, d, "officer-1", "officer-2", o));
    CHECK(d->done);
    CHECK(!waits(c, d, &p));
    CHECK_OK(localise(c, d, "officer-1", "officer-2", o));
    CHECK(!d->done);
}

TEST(a_proposal_can_be_withdrawn_and_only_its_maker_replaces_it)
{
    struct desk *d = open_desk(c);
    struct app_overlay *o = now_with(c, d, TARIFF, "80000");
    struct app_overlay *better = now_with(c, d, TARIFF, "90000");
    struct app_proposal p;

    CHECK_OK(propose(c, d, "officer-1", o));
    CHECK_OK(propose(c, d, "officer-1", o));
    CHECK(!d->done);
    CHECK(propose(c, d, "officer-2", better) == E_CONFLICT);
    CHECK_OK(propose(c, d, "officer-1", better));
    CHECK(localise(c, d, "officer-1", "officer-2", o) == E_REFUSED);
    d->by = "officer-2";
    CHECK_OK(store_write(c, d->store, do_withdraw, d));
    CHECK(d->done && !waits(c, d, &p));
    CHECK_OK(store_write(c, d->store, do_withdraw, d));
    CHECK(!d->done);
    CHECK(localise(c, d, "officer-1", "officer-2", better) == E_REFUSED);
}

TEST(a_proposal_made_against_another_overlay_is_made_again)
{
    struct desk *d = open_desk(c);
    struct app_overlay *o = now_with(c, d, TARIFF, "80000");
    struct app_overlay *anew;
    struct app_proposal p;

    CHECK_OK(propose(c, d, "officer-1", o));
    CHECK_OK(localise(c, d, "officer-2", "", now_with(c, d, LAW, "Perda 1")));
    CHECK(waits(c, d, &p) && p.stale);
    CHECK(localise(c, d, "officer-1", "officer-2", o) == E_CONFLICT);
    anew = now_with(c, d, LAW, "Perda 1");
    app_overlay_carry(c, anew, NULL, o, STR(""));
    CHECK_OK(propose(c, d, "officer-1", anew));
    CHECK_OK(localise(c, d, "officer-1", "officer-2", anew));
    anew = now_with(c, d, TARIFF, "80000");
    CHECK(str_find(app_overlay_write(c, anew), STR("Perda 1")) <
          app_overlay_write(c, anew).n);
}

TEST(the_owner_of_the_folder_sets_a_city_up_until_the_app_was_open)
{
    struct desk *d = open_desk(c);

    CHECK_OK(localise(c, d, "system", "", now_with(c, d, TARIFF, "80000")));
    CHECK_OK(store_write(c, d->store, do_open, d));
    CHECK(localise(c, d, "system", "", now_with(c, d, TARIFF, "70000")) ==
          E_REFUSED);
    CHECK(str_find(c->why, STR(TARIFF)) < c->why.n);
    CHECK(localise(c, d, "system", "officer-2",
                   now_with(c, d, TARIFF, "70000")) == E_REFUSED);
    CHECK_OK(localise(c, d, "system", "", now_with(c, d, LAW, "Perda 2")));
}

TEST(a_change_is_undone_by_carrying_it_backwards)
{
    struct desk *d = open_desk(c);
    struct app_overlay *first = now_with(c, d, TARIFF, "80000"), *second, *now;
    struct app_differs *all;
    struct findings f = {0};

    CHECK_OK(localise(c, d, "system", "", first));
    second = now_with(c, d, TARIFF, "70000");
    CHECK_OK(
        app_overlay_set(c, second, d->p, STR(LAW), STR("Perda 1"), NULL, &f));
    CHECK_I64((int64_t)app_overlay_differ(c, first, second, &all), 2);
    CHECK(all[0].grave && !all[1].grave && all[1].from == NULL);
    now = app_overlay_copy(c, d->p, second);
    app_overlay_carry(c, now, second, first, STR(TARIFF));
    CHECK_I64((int64_t)app_overlay_differ(c, first, now, &all), 1);
    CHECK_STR(all[0].path, LAW);
    app_overlay_carry(c, now, second, first, STR(""));
    CHECK_STR(app_overlay_write(c, now), app_overlay_write(c, first).p);
    CHECK(app_overlay_back(c, now, d->p, STR(TARIFF)));
    CHECK(!app_overlay_back(c, now, d->p, STR(TARIFF)));
}

TEST(the_history_tells_who_and_a_replay_gives_it_again)
{
    struct desk *d = open_desk(c);
    struct app_overlay *o = now_with(c, d, TARIFF, "80000");
    struct hash before, after;
    struct app_past *all;
    struct conn *on;
    int64_t replayed;
    size_t n;

    CHECK_OK(propose(c, d, "officer-1", o));
    CHECK_OK(localise(c, d, "officer-1", "officer-2", o));
    CHECK_OK(propose(c, d, "officer-2", now_with(c, d, TARIFF, "70000")));
    CHECK_OK(store_read(c, d->store, &on));
    CHECK_OK(app_past(c, on, STR(IZIN), 0, 10, &all, &n));
    CHECK_I64((int64_t)n, 4);
    CHECK_STR(all[1].act, "app.localised");
    CHECK_STR(all[1].by, "officer-1");
    CHECK_STR(all[1].with, "officer-2");
    CHECK_OK(app_past(c, on, STR(IZIN), all[1].event, 10, &all, &n));
    CHECK_I64((int64_t)n, 2);
    CHECK_OK(ledger_digest(c, on, &before));
    store_done(on);
    CHECK_OK(ledger_rebuild(c, d->ledger, &replayed));
    CHECK_OK(store_read(c, d->store, &on));
    CHECK_OK(ledger_digest(c, on, &after));
    store_done(on);
    CHECK(seal_same(&before, &after, sizeof before));
}
