/* SPDX-License-Identifier: EUPL-1.2 */
/* What a city has installed: events, catalogue, replay. */
#include "tests/app/help.h"

#include <pthread.h>

#include <stdio.h>

#define IZIN  "penanaman-modal/izin-reklame"
#define LAPOR "kominfo/lapor-warga"

struct shop {
    struct store *store;
    struct ledger *ledger;
    struct app_catalogue *apps;
    const struct city *city;
};

static void close_shop(void *it)
{
    struct shop *s = it;

    app_catalogue_free(s->apps);
    ledger_close(s->ledger);
    store_close(s->store);
}

static struct shop *open_shop(struct ctx *c)
{
    struct shop *s = NEW(c->mem, struct shop);
    struct store_options o = {.path = file_join(c, test_folder(c), "city.db"),
                              .synchronous = "OFF",
                              .create = true};
    struct ledger_options l = {.appliers = app_appliers, .n = app_appliers_n};

    c->lang = STR("id");
    arena_owns(c->mem, close_shop, s);
    CHECK_OK(store_open(c, &o, &s->store));
    l.store = s->store;
    CHECK_OK(ledger_open(c, &l, &s->ledger));
    s->city = help_city(c);
    return s;
}

static void look(struct ctx *c, struct shop *s)
{
    struct conn *on;

    app_catalogue_free(s->apps);
    s->apps = NULL;
    CHECK_OK(store_read(c, s->store, &on));
    CHECK_OK(app_catalogue_new(c, on, s->city, &s->apps));
    store_done(on);
}

/* ---- one write each ----------------------------------------------- */

struct deed {
    struct shop *s;
    const struct app_package *p;
    const struct app_overlay *o;
    const char *id;
    const struct app *app;
    struct findings f;
    bool done;
};

static err install(struct ctx *c, struct conn *tx, void *arg)
{
    struct deed *d = arg;

    return app_install(c, tx, d->s->ledger, STR("officer-1"), d->p, &d->done);
}

/* A tariff needs two: one proposes, the other agrees. */
static err localise(struct ctx *c, struct conn *tx, void *arg)
{
    struct deed *d = arg;

    TRY(app_propose(c, tx, d->s->ledger, STR("officer-1"), d->o, &d->done));
    return app_localise(c, tx, d->s->ledger, STR("officer-1"), STR("officer-2"),
                        d->o, &d->done);
}

static err localise_alone(struct ctx *c, struct conn *tx, void *arg)
{
    struct deed *d = arg;

    return app_localise(c, tx, d->s->ledger, STR("officer-1"), STR("officer-1"),
                        d->o, &d->done);
}

static err turn_on(struct ctx *c, struct conn *tx, void *arg)
{
    struct deed *d = arg;

    return app_open(c, tx, d->s->ledger, STR("officer-1"), str_of(d->id),
                    d->app, d->s->city, &d->f);
}

static err turn_off(struct ctx *c, struct conn *tx, void *arg)
{
    struct deed *d = arg;

    return app_close(c, tx, d->s->ledger, STR("officer-1"), str_of(d->id));
}

static err doing(struct ctx *c, struct shop *s, store_work *work,
                 struct deed *d)
{
    d->s = s;
    return store_write(c, s->store, work, d);
}

static void install_app(struct ctx *c, struct shop *s, const char *dir)
{
    struct deed d = {.p = help_package(c, dir)};

    CHECK_OK(doing(c, s, install, &d));
    CHECK(d.done);
}

/* ---- tests -------------------------------------------------------- */

TEST(an_app_is_installed_once_and_only_ever_upwards)
{
    struct shop *s = open_shop(c);
    struct deed d = {.p = help_package(c, IZIN)};
    const struct app_entry *e;

    CHECK_OK(doing(c, s, install, &d));
    CHECK(d.done);
    CHECK_OK(doing(c, s, install, &d));
    CHECK(!d.done);
    d.p = help_version(c, "1.1.0", "# changed\n");
    CHECK(doing(c, s, install, &d) == E_CONFLICT);
    CHECK(str_find(c->why, STR("Naikkan nomor versinya")) < c->why.n);
    d.p = help_version(c, "0.9.9", "");
    CHECK(doing(c, s, install, &d) == E_CONFLICT);
    d.p = help_version(c, "1.1.10", "");
    CHECK_OK(doing(c, s, install, &d));
    look(c, s);
    e = app_catalogue_find(s->apps, STR(IZIN));
    CHECK_STR(e->version, "1.1.10");
    CHECK(e->app != NULL && !e->open);
    CHECK(app_catalogue_find(s->apps, STR("kominfo/lain")) == NULL);
}

TEST(an_overlay_stays_over_the_next_version)
{
    struct shop *s = open_shop(c);
    struct app_package *p = help_package(c, IZIN);
    struct app_overlay *o = app_overlay_new(c, p), *kept;
    struct findings f = {0};
    struct deed d = {.o = o};
    const struct app_entry *e;
    struct conn *on;

    CHECK_OK(app_overlay_set(c, o, p, STR("tariff.nilai_sewa.rows.papan"),
                             STR("80000"), NULL, &f));
    CHECK(doing(c, s, localise, &d) == E_NOT_FOUND);
    install_app(c, s, IZIN);
    CHECK(doing(c, s, localise_alone, &d) == E_REFUSED);
    CHECK_OK(doing(c, s, localise, &d));
    CHECK(d.done);
    CHECK_OK(doing(c, s, localise, &d));
    CHECK(!d.done);
    d.p = help_version(c, "1.2.0", "");
    CHECK_OK(doing(c, s, install, &d));
    look(c, s);
    e = app_catalogue_find(s->apps, STR(IZIN));
    CHECK_STR(data_text(data_at(e->app->effective,
                                STR("tariff.nilai_sewa.rows.papan"))),
              "80000");
    CHECK(str_eq(e->app->overlay, e->overlay));
    CHECK_OK(store_read(c, s->store, &on));
    CHECK_OK(app_installed_package(c, on, STR(IZIN), &p, &kept));
    CHECK(str_eq(app_overlay_write(c, kept), app_overlay_write(c, o)));
    CHECK(app_installed_package(c, on, STR("a/b"), &p, &kept) == E_NOT_FOUND);
    store_done(on);
}

TEST(a_record_finds_the_version_it_froze)
{
    struct shop *s = open_shop(c);
    struct app_package *first = help_package(c, IZIN);
    struct deed d = {0};
    const struct app *a;
    struct conn *on;

    install_app(c, s, IZIN);
    d.p = help_version(c, "2.0.0", "");
    CHECK_OK(doing(c, s, install, &d));
    look(c, s);
    CHECK_OK(store_read(c, s->store, &on));
    CHECK_OK(app_frozen(c, on, s->apps, s->city, STR(IZIN),
                        app_package_tree(first), STR(""), &a));
    CHECK_STR(a->version, "1.1.0");
    CHECK_OK(app_frozen(c, on, s->apps, s->city, STR(IZIN),
                        app_package_tree(d.p), STR(""), &a));
    CHECK(a == app_catalogue_find(s->apps, STR(IZIN))->app);
    CHECK(app_frozen(c, on, s->apps, s->city, STR(IZIN), STR("sha256:0"),
                     STR(""), &a) == E_NOT_FOUND);
    store_done(on);
}

TEST(lists_say_of_an_app_what_it_says_itself)
{
    struct shop *s = open_shop(c);
    const struct app_brief *all;
    size_t n;

    install_app(c, s, IZIN);
    install_app(c, s, LAPOR);
    look(c, s);
    n = app_catalogue_all(s->apps, &all);
    for (size_t i = 0; i < n; i++) {
        const struct app_brief *b = &all[i];
        const struct app *a = app_catalogue_find(s->apps, b->id)->app;

        CHECK(b == app_catalogue_brief(s->apps, b->id) && b->builds);
        CHECK_STR(app_say(c, b->title), app_say(c, a->title).p);
        CHECK_STR(app_say(c, b->summary), app_say(c, a->summary).p);
        CHECK((b->fee == NULL) == (a->charge == NULL));
        CHECK_STR(b->function, a->function.p);
        CHECK_STR(b->archetype, a->archetype.p);
        CHECK(b->promise.unit == a->promise.unit &&
              b->promise.n == a->promise.n && b->filed_by == a->filed_by);
        CHECK(b->n_acting > 0);
    }
    CHECK(app_catalogue_brief(s->apps, STR("kominfo/lain")) == NULL);
}

struct asker {
    const struct app_catalogue *apps;
    const struct app *got;
};

static void *ask(void *arg)
{
    struct asker *x = arg;

    x->got = app_catalogue_find(x->apps, STR(IZIN))->app;
    return NULL;
}

TEST(many_who_ask_at_once_get_one_app)
{
    struct shop *s = open_shop(c);
    struct asker all[8];
    pthread_t threads[8];

    install_app(c, s, IZIN);
    look(c, s);
    for (size_t i = 0; i < COUNT(all); i++) {
        all[i] = (struct asker){s->apps, NULL};
        MUST(pthread_create(&threads[i], NULL, ask, &all[i]) == 0);
    }
    for (size_t i = 0; i < COUNT(all); i++) {
        MUST(pthread_join(threads[i], NULL) == 0);
        CHECK(all[i].got != NULL && all[i].got == all[0].got);
    }
    CHECK_STR(all[0].got->id, IZIN);
}

TEST(an_app_opens_only_when_nothing_stands_in_the_way)
{
    struct shop *s = open_shop(c);
    struct deed d = {.id = IZIN};

    install_app(c, s, IZIN);
    look(c, s);
    d.app = app_catalogue_find(s->apps, STR(IZIN))->app;
    CHECK(doing(c, s, turn_on, &d) == E_REFUSED);
    CHECK_STR(help_findings(c, &d.f),
              "salah: functions.licensing: Fungsi licensing (Perizinan) belum "
              "dipetakan ke kantor. Isilah pada functions.yaml.\n"
              "salah: functions.public-works: Fungsi public-works (Pekerjaan "
              "umum) belum dipetakan ke kantor. Isilah pada functions.yaml.\n"
              "salah: functions.revenue: Fungsi revenue (Pendapatan daerah) "
              "belum dipetakan ke kantor. Isilah pada functions.yaml.\n"
              "salah: law.izin: Dasar hukum daerah belum disebut: Perda "
              "tentang Penyelenggaraan Reklame. Isilah law.izin.title dengan "
              "nama dan nomor peraturannya.\n"
              "salah: law.pajak: Dasar hukum daerah belum disebut: Perda "
              "tentang Pajak Daerah dan Retribusi Daerah. Isilah "
              "law.pajak.title dengan nama dan nomor peraturannya.\n"
              "salah: registers.izin: Buku nomor surat \"izin\" belum ada. "
              "Isilah pada registers.yaml.\n");
    CHECK_OK(doing(c, s, turn_off, &d));
    look(c, s);
    CHECK(!app_catalogue_find(s->apps, STR(IZIN))->open);
}

TEST(replay_gives_the_same_apps)
{
    struct shop *s = open_shop(c);
    struct hash before, after;
    struct conn *on;
    int64_t n;

    install_app(c, s, IZIN);
    install_app(c, s, LAPOR);
    CHECK_OK(store_read(c, s->store, &on));
    CHECK_OK(ledger_digest(c, on, &before));
    store_done(on);
    CHECK_OK(ledger_rebuild(c, s->ledger, &n));
    CHECK_I64(n, 2);
    CHECK_OK(store_read(c, s->store, &on));
    CHECK_OK(ledger_digest(c, on, &after));
    store_done(on);
    CHECK(seal_same(&before, &after, sizeof before));
}

TEST(the_catalogue_is_searched_by_the_beginnings_of_words)
{
    static const struct {
        const char *words, *first;
        size_t n;
    } rows[] = {{"reklame", IZIN, 1},     {"REKL", IZIN, 1},
                {"lapor", LAPOR, 1},      {"lubang", LAPOR, 1},
                {"izin papan", IZIN, 1},  {"izin lubang", "", 0},
                {"klame", "", 0},         {"", "", 0},
                {"jalan rusak", LAPOR, 1}};
    struct shop *s = open_shop(c);
    const struct app_brief **found, *all;
    size_t n;

    install_app(c, s, IZIN);
    install_app(c, s, LAPOR);
    look(c, s);
    CHECK_I64((int64_t)app_catalogue_all(s->apps, &all), 2);
    CHECK_STR(all[0].id, LAPOR);
    for (size_t i = 0; i < COUNT(rows); i++) {
        CHECK_OK(app_catalogue_search(c, s->apps, str_of(rows[i].words), &found,
                                      &n));
        CHECK_I64((int64_t)n, (int64_t)rows[i].n);
        if (n > 0)
            CHECK_STR(found[0]->id, rows[i].first);
    }
    c->lang = STR("en");
    CHECK_OK(app_catalogue_search(c, s->apps, STR("pothole"), &found, &n));
    CHECK_I64((int64_t)n, 1);
}
