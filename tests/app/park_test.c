/* SPDX-License-Identifier: EUPL-1.2 */
/* A line that a later version has no room for does not stop the app. */
#include "tests/app/help.h"

#include <stdio.h>

#define IZIN "penanaman-modal/izin-reklame"
#define OTHER                                                                  \
    "balai: 1\noverlay: " IZIN "\nof: sha256:"                                 \
    "00000000000000000000000000000000000000000000000000000000000000aa\n"

/* A rule of the city over a field that this version has not. */
#define OF_A_FIELD_THAT_WENT                                                   \
    "  rules.lokal: {to: {check: hilang > 5, say: {id: Terlalu kecil., en: "   \
    "Too small.}}}\n"

static struct app_overlay *read(struct ctx *c, const char *text)
{
    struct findings f = {0};
    struct app_overlay *o = NULL;

    c->lang = STR("en");
    if (!CHECK_OK(app_overlay_read(c, STR("o.yaml"), str_of(text), &f, &o)))
        fprintf(stderr, "%s\n", help_findings(c, &f).p);
    return o;
}

/* The paths that are parked, joined by blanks. */
static str parked(struct ctx *c, const struct findings *f)
{
    str out = STR("");

    for (size_t i = 0; i < f->n; i++)
        if (str_starts(f->all[i].what, STR("parked:")))
            out = arena_fmt(c->mem, "%.*s%s%.*s", STR_ARG(out),
                            out.n > 0 ? " " : "", STR_ARG(f->all[i].key));
    return out;
}

static str build(struct ctx *c, const char *text, struct app **a)
{
    struct app_package *p = help_package(c, IZIN);
    struct app_overlay *o = read(c, text);
    struct findings f = {0};

    if (!CHECK_OK(app_build(c, p, o, NULL, &f, a)))
        fprintf(stderr, "%s\n", help_findings(c, &f).p);
    CHECK(f.errors == 0 && c->why.n == 0);
    if (*a != NULL)
        CHECK(str_eq((*a)->overlay,
                     seal_show_hash(c, seal_sha256(app_overlay_write(c, o)))));
    return parked(c, &f);
}

TEST(a_rule_over_a_field_that_went_is_parked_and_the_rest_stands)
{
    struct app_package *p = help_package(c, IZIN);
    struct findings f = {0};
    struct app *a;

    CHECK_OK(
        app_build(c, p,
                  read(c, OTHER "set:\n"
                                "  fields.pbg.max_mb: {to: 10, was: 5}\n"
                                "add:\n"
                                "  fields.saksi: {to: {type: text, label: {id: "
                                "Saksi, en: Witness}}}\n" OF_A_FIELD_THAT_WENT),
                  NULL, &f, &a));
    CHECK_STR(parked(c, &f), "rules.lokal");
    CHECK_STR(data_text(data_at(a->effective, STR("fields.pbg.max_mb"))), "10");
    CHECK(app_field(a, STR("saksi")) != NULL);
    CHECK(data_at(a->effective, STR("rules.lokal")) == NULL);
    /* It says which, why, and that it waits. */
    CHECK(str_find(help_what(&f, "rules.lokal"), STR("hilang")) <
          help_what(&f, "rules.lokal").n);
    CHECK(str_find(help_what(&f, "rules.lokal"), STR("without effect")) <
          help_what(&f, "rules.lokal").n);
}

TEST(a_line_that_takes_away_what_the_app_needs_is_parked)
{
    struct app *a = NULL;

    CHECK_STR(build(c,
                    OTHER "set:\n"
                          "  fields.pbg.max_mb: {to: 10, was: 5}\n"
                          "remove:\n"
                          "  fields.panjang: {was: sha256:ab}\n"
                          "  rules.videotron_max: {was: sha256:ab}\n",
                    &a),
              "fields.panjang");
    CHECK(a != NULL && app_field(a, STR("panjang")) != NULL);
    CHECK_I64((int64_t)a->n_rules, 0);
}

TEST(lines_that_need_each_other_are_not_parked_with_the_faulty_one)
{
    struct app *a = NULL;

    /* The rule comes first and needs the field that comes last. */
    CHECK_STR(build(c,
                    OTHER "set:\n"
                          "  rules.videotron_max.check: {to: saksi != 'x', "
                          "was: jenis != 'videotron' || luas <= 50.0}\n"
                          "add:\n" OF_A_FIELD_THAT_WENT
                          "  rules.lain: {to: {check: tiada > 5, say: {id: "
                          "Salah., en: Wrong.}}}\n"
                          "  fields.saksi: {to: {type: text, label: {id: "
                          "Saksi, en: Witness}}}\n",
                    &a),
              "rules.lokal rules.lain");
    CHECK(a != NULL && app_field(a, STR("saksi")) != NULL);
    CHECK_STR(
        data_text(data_at(a->effective, STR("rules.videotron_max.check"))),
        "saksi != 'x'");
}

TEST(a_line_made_for_this_very_version_is_refused_not_parked)
{
    struct app_package *p = help_package(c, IZIN);
    struct findings f = {0};
    struct app *a;

    CHECK(app_build(c, p,
                    read(c, "balai: 1\noverlay: " IZIN
                            "\nadd:\n" OF_A_FIELD_THAT_WENT),
                    NULL, &f, &a) == E_BAD_INPUT);
    CHECK_STR(parked(c, &f), "");
    CHECK(f.errors > 0);
}

/* ---- what no change may do ---------------------------------------- */

struct desk {
    struct store *store;
    struct ledger *ledger;
    const struct app_package *p;
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

static err localise(struct ctx *c, struct conn *tx, void *arg)
{
    struct desk *d = arg;

    return app_localise(c, tx, d->ledger, STR("officer-1"), STR(""), d->o,
                        &d->done);
}

static err propose(struct ctx *c, struct conn *tx, void *arg)
{
    struct desk *d = arg;

    return app_propose(c, tx, d->ledger, STR("officer-1"), d->o, &d->done);
}

TEST(no_change_of_lines_parks_another)
{
    static const char rule[] = "  rules.saksi: {to: {check: saksi != 'x', say: "
                               "{id: Salah., en: Wrong.}}}\n",
                      field[] = "  fields.saksi: {to: {type: text, label: {id: "
                                "Saksi, en: Witness}}}\n";
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
    d->o = read(c, arena_fmt(c->mem, "%sadd:\n%s%s%s", OTHER, field, rule,
                             OF_A_FIELD_THAT_WENT)
                       .p);
    CHECK(store_write(c, d->store, localise, d) == E_REFUSED);
    CHECK(str_find(c->why, STR("rules.lokal")) < c->why.n);
    d->o = read(c, arena_fmt(c->mem, "%sadd:\n%s%s", OTHER, field, rule).p);
    CHECK_OK(store_write(c, d->store, localise, d));
    /* Without its field the rule would be out of force unseen. */
    d->o = read(c, arena_fmt(c->mem, "%sadd:\n%s", OTHER, rule).p);
    CHECK(store_write(c, d->store, localise, d) == E_REFUSED);
    CHECK(str_find(c->why, STR("rules.saksi")) < c->why.n);
    CHECK(store_write(c, d->store, propose, d) == E_REFUSED);
    d->o = read(c, arena_fmt(c->mem, "%sadd:\n%s", OTHER, field).p);
    CHECK_OK(store_write(c, d->store, localise, d));
}
