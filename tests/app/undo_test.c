/* SPDX-License-Identifier: EUPL-1.2 */
/* Going back to the version before: exactly what stood, as an act more. */
#include "tests/app/help.h"

#include <stdio.h>

#define IZIN   "penanaman-modal/izin-reklame"
#define TARIFF "tariff.nilai_sewa.rows.papan"
#define LAW    "law.izin.title.id"

struct desk {
    struct store *store;
    struct ledger *ledger;
    /* of the next act */
    const struct app_package *p;
    const struct app_overlay *o;
    struct app_back back;
    const char *by, *with;
    bool done;
};

static void close_desk(void *it)
{
    struct desk *d = it;

    ledger_close(d->ledger);
    store_close(d->store);
}

static struct desk *open_desk(struct ctx *c)
{
    struct desk *d = NEW(c->mem, struct desk);
    struct store_options o = {.path = file_join(c, test_folder(c), "city.db"),
                              .synchronous = "OFF",
                              .create = true};
    struct ledger_options l = {.appliers = app_appliers, .n = app_appliers_n};

    c->lang = STR("id");
    arena_owns(c->mem, close_desk, d);
    CHECK_OK(store_open(c, &o, &d->store));
    l.store = d->store;
    CHECK_OK(ledger_open(c, &l, &d->ledger));
    return d;
}

/* ---- acts --------------------------------------------------------- */

static err do_install(struct ctx *c, struct conn *tx, void *arg)
{
    struct desk *d = arg;

    return app_install(c, tx, d->ledger, STR("officer-1"), d->p, &d->done);
}

/* As an update does it: the overlay learns its version, then comes the next. */
static err do_update(struct ctx *c, struct conn *tx, void *arg)
{
    struct desk *d = arg;
    bool done;

    TRY(app_localise(c, tx, d->ledger, STR("officer-1"), STR(""), d->o, &done));
    return do_install(c, tx, arg);
}

static err do_localise(struct ctx *c, struct conn *tx, void *arg)
{
    struct desk *d = arg;
    bool done;

    TRY(app_propose(c, tx, d->ledger, STR("officer-1"), d->o, &done));
    return app_localise(c, tx, d->ledger, STR("officer-1"), STR("officer-2"),
                        d->o, &done);
}

static err do_propose(struct ctx *c, struct conn *tx, void *arg)
{
    struct desk *d = arg;

    return app_propose(c, tx, d->ledger, STR("officer-1"), d->o, &d->done);
}

static err do_undo(struct ctx *c, struct conn *tx, void *arg)
{
    struct desk *d = arg;

    return app_undo(c, tx, d->ledger, str_of(d->by), str_of(d->with),
                    help_city(c), &d->back);
}

static err do_ask(struct ctx *c, struct conn *tx, void *arg)
{
    struct desk *d = arg;

    return app_undo_propose(c, tx, d->ledger, str_of(d->by), &d->back);
}

static err do_withdraw(struct ctx *c, struct conn *tx, void *arg)
{
    struct desk *d = arg;

    return app_undo_withdraw(c, tx, d->ledger, str_of(d->by), STR(IZIN));
}

static void install(struct ctx *c, struct desk *d, const char *version)
{
    d->p = help_version(c, version, "");
    CHECK_OK(store_write(c, d->store, do_install, d));
    CHECK(d->done);
}

static err undo(struct ctx *c, struct desk *d, const char *by, const char *with)
{
    d->by = by, d->with = with;
    return store_write(c, d->store, do_undo, d);
}

/* ---- what stands -------------------------------------------------- */

static bool back(struct ctx *c, struct desk *d)
{
    struct conn *on;
    bool any;

    CHECK_OK(store_read(c, d->store, &on));
    CHECK_OK(app_way_back(c, on, STR(IZIN), &d->back, &any));
    store_done(on);
    return any;
}

static str in_force(struct ctx *c, struct desk *d, struct app_overlay **o)
{
    struct app_package *p;
    struct conn *on;

    CHECK_OK(store_read(c, d->store, &on));
    CHECK_OK(app_installed_package(c, on, STR(IZIN), &p, o));
    store_done(on);
    return app_package_version(p);
}

static void check_stands(struct ctx *c, struct desk *d, const char *version,
                         str overlay)
{
    struct app_overlay *o;

    CHECK_STR(in_force(c, d, &o), version);
    CHECK(o == NULL ? overlay.n == 0
                    : str_eq(app_overlay_write(c, o), overlay));
}

static struct app_overlay *with_line(struct ctx *c, struct desk *d,
                                     const char *path, const char *value)
{
    struct app_overlay *now, *o;
    struct findings f = {0};
    struct app_package *p;
    struct conn *on;

    CHECK_OK(store_read(c, d->store, &on));
    CHECK_OK(app_installed_package(c, on, STR(IZIN), &p, &now));
    store_done(on);
    o = app_overlay_copy(c, p, now);
    CHECK_OK(app_overlay_set(c, o, p, str_of(path), str_of(value), NULL, &f));
    return o;
}

/* The same lines without `of:`, as a city's file says them. */
static struct app_overlay *bare(struct ctx *c, const struct app_overlay *o)
{
    str text = app_overlay_write(c, o);
    size_t at = str_find(text, STR("of: "));
    struct findings f = {0};
    struct app_overlay *out;
    str head = str_slice(text, 0, at), line, rest;

    str_cut(str_slice(text, at, text.n), '\n', &line, &rest);
    CHECK_OK(app_overlay_read(
        c, STR("overlay.yaml"),
        arena_fmt(c->mem, "%.*s%.*s", STR_ARG(head), STR_ARG(rest)), &f, &out));
    return out;
}

static void localise(struct ctx *c, struct desk *d, const struct app_overlay *o)
{
    d->o = o;
    CHECK_OK(store_write(c, d->store, do_localise, d));
}

/* ---- tests -------------------------------------------------------- */

TEST(the_version_before_comes_back_and_the_one_before_that)
{
    struct desk *d = open_desk(c);
    struct conn *on;
    int64_t when;

    install(c, d, "1.1.0");
    CHECK(!back(c, d));
    install(c, d, "1.2.0");
    install(c, d, "1.3.0");
    CHECK(back(c, d));
    CHECK_STR(d->back.version, "1.2.0");
    CHECK_OK(undo(c, d, "officer-1", ""));
    check_stands(c, d, "1.2.0", STR(""));
    /* What was seen is not what there is any more. */
    CHECK(undo(c, d, "officer-1", "") == E_CONFLICT);
    CHECK(back(c, d));
    CHECK_STR(d->back.version, "1.1.0");
    CHECK_OK(undo(c, d, "officer-1", ""));
    check_stands(c, d, "1.1.0", STR(""));
    CHECK(!back(c, d));
    /* It may be taken once more, and is known as what was undone. */
    install(c, d, "1.3.0");
    CHECK_OK(store_read(c, d->store, &on));
    CHECK_OK(app_was_undone(c, on, STR(IZIN), app_package_tree(d->p), &when));
    CHECK(when > 0);
    CHECK_OK(app_was_undone(c, on, STR(IZIN),
                            app_package_tree(help_version(c, "1.1.0", "")),
                            &when));
    CHECK(when == 0);
    store_done(on);
    CHECK(back(c, d));
    CHECK_STR(d->back.version, "1.1.0");
}

TEST(the_overlay_comes_back_byte_for_byte_with_the_version)
{
    struct desk *d = open_desk(c);
    struct app_overlay *first, *pinned;
    str was;

    install(c, d, "1.1.0");
    pinned = with_line(c, d, LAW, "Perda 1");
    first = bare(c, pinned);
    was = app_overlay_write(c, first);
    CHECK(str_find(was, STR("of: ")) == was.n);
    localise(c, d, first);
    d->o = pinned;
    d->p = help_version(c, "1.2.0", "");
    CHECK_OK(store_write(c, d->store, do_update, d));
    check_stands(c, d, "1.2.0", app_overlay_write(c, pinned));
    localise(c, d, with_line(c, d, LAW, "Perda 2"));
    CHECK(back(c, d));
    CHECK_OK(undo(c, d, "officer-1", ""));
    check_stands(c, d, "1.1.0", was);
}

TEST(an_overlay_that_said_its_version_itself_stays_as_it_was)
{
    struct desk *d = open_desk(c);
    struct app_overlay *o;

    install(c, d, "1.1.0");
    o = with_line(c, d, LAW, "Perda 1");
    localise(c, d, o);
    install(c, d, "1.2.0");
    CHECK(back(c, d));
    CHECK_OK(undo(c, d, "officer-1", ""));
    check_stands(c, d, "1.1.0", app_overlay_write(c, o));
}

TEST(grave_lines_that_come_back_need_a_second_officer)
{
    struct desk *d = open_desk(c);
    struct app_undo_asked asked;
    struct conn *on;
    bool waits;

    install(c, d, "1.1.0");
    install(c, d, "1.2.0");
    localise(c, d, with_line(c, d, TARIFF, "80000"));
    CHECK(back(c, d));
    CHECK(undo(c, d, "officer-1", "") == E_REFUSED);
    CHECK(str_find(c->why, STR(TARIFF)) < c->why.n);
    /* Nobody asked yet; nobody agrees with himself, or in another's name. */
    CHECK(undo(c, d, "officer-1", "officer-2") == E_CONFLICT);
    CHECK_OK(store_write(c, d->store, do_ask, d));
    CHECK(undo(c, d, "officer-1", "officer-1") == E_REFUSED);
    CHECK(undo(c, d, "officer-2", "officer-1") == E_CONFLICT);
    d->by = "officer-2";
    CHECK(store_write(c, d->store, do_ask, d) == E_CONFLICT);
    CHECK_OK(store_write(c, d->store, do_withdraw, d));
    CHECK(undo(c, d, "officer-1", "officer-2") == E_CONFLICT);
    d->by = "officer-1";
    CHECK_OK(store_write(c, d->store, do_ask, d));
    /* A change meanwhile makes what was asked stale. */
    localise(c, d, with_line(c, d, TARIFF, "90000"));
    CHECK(undo(c, d, "officer-1", "officer-2") == E_CONFLICT);
    CHECK(back(c, d));
    CHECK(undo(c, d, "officer-1", "officer-2") == E_CONFLICT);
    d->by = "officer-2";
    CHECK_OK(store_write(c, d->store, do_ask, d));
    CHECK_OK(undo(c, d, "officer-2", "officer-1"));
    check_stands(c, d, "1.1.0", STR(""));
    CHECK_OK(store_read(c, d->store, &on));
    CHECK_OK(app_undo_waits(c, on, STR(IZIN), &asked, &waits));
    CHECK(!waits);
    store_done(on);
}

TEST(a_change_of_lines_that_waited_is_stale_after_going_back)
{
    struct desk *d = open_desk(c);
    struct app_proposal p;
    struct conn *on;
    bool waits;

    install(c, d, "1.1.0");
    install(c, d, "1.2.0");
    d->o = with_line(c, d, TARIFF, "80000");
    CHECK_OK(store_write(c, d->store, do_propose, d));
    CHECK(back(c, d));
    CHECK_OK(undo(c, d, "officer-1", ""));
    CHECK_OK(store_read(c, d->store, &on));
    CHECK_OK(app_proposed(c, on, STR(IZIN), &p, &waits));
    CHECK(waits && p.stale);
    store_done(on);
}

TEST(replay_gives_what_stands_after_going_back)
{
    struct desk *d = open_desk(c);
    struct hash before, after;
    struct conn *on;
    int64_t n;

    install(c, d, "1.1.0");
    localise(c, d, with_line(c, d, TARIFF, "80000"));
    install(c, d, "1.2.0");
    CHECK(back(c, d));
    CHECK_OK(undo(c, d, "officer-1", ""));
    install(c, d, "1.3.0");
    localise(c, d, with_line(c, d, TARIFF, "90000"));
    CHECK(back(c, d));
    d->by = "officer-1";
    CHECK_OK(store_write(c, d->store, do_ask, d));
    CHECK_OK(store_read(c, d->store, &on));
    CHECK_OK(ledger_digest(c, on, &before));
    store_done(on);
    CHECK_OK(ledger_rebuild(c, d->ledger, &n));
    CHECK_OK(store_read(c, d->store, &on));
    CHECK_OK(ledger_digest(c, on, &after));
    store_done(on);
    CHECK(seal_same(&before, &after, sizeof before));
}
