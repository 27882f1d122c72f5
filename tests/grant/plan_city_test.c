/* SPDX-License-Identifier: EUPL-1.2 */
/* The files of Bangka Selatan are whole: with its people and overlays nothing
 * stands between the two granted apps and the public. */
#include "tests/grant/plan_help.h"

#define DIR "cities/bangka-selatan"

static err people_of(struct ctx *c, struct conn *tx, struct shop *s,
                     const char *dir)
{
    struct city_people_change *changes;
    struct findings f = {0};
    str bytes;
    size_t n;

    TRY(file_read(c, file_join(c, dir, "people.csv"), 1 << 20, &bytes));
    return city_people_import(c, s->city, tx, tx, s->ledger, STR("officer-1"),
                              STR("people.csv"), bytes, &f, &changes, &n);
}

static err people(struct ctx *c, struct conn *tx, void *arg)
{
    return people_of(c, tx, arg, DIR);
}

static const struct app *localised(struct ctx *c, struct shop *s,
                                   const char *app)
{
    struct app_package *p = shop_package(c, app);
    struct findings f = {0};
    struct app_overlay *o;
    struct app *a = NULL;
    str bytes;

    CHECK_OK(shop_install(c, s, p));
    CHECK_OK(file_read(c, arena_fmt(c->mem, DIR "/overlay/%s.yaml", app).p,
                       1 << 20, &bytes));
    CHECK_OK(app_overlay_read(c, STR("overlay.yaml"), bytes, &f, &o));
    /* The file stands in the one form that the program writes. */
    CHECK_STR(app_overlay_write(c, o), bytes.p);
    CHECK_OK(shop_localise(c, s, o));
    if (!CHECK_OK(app_build(c, p, o, s->city, &f, &a)))
        help_print(c, &f);
    return a;
}

TEST(bangka_selatan_can_open_both_apps)
{
    static const char *const apps[] = {IZIN, LAPOR};
    struct shop *s = shop_new(c, BANGKA, "bangka-selatan");

    CHECK_OK(store_write(c, s->store, people, s));
    for (size_t i = 0; i < COUNT(apps); i++) {
        const struct app *a = localised(c, s, apps[i]);
        struct findings f = {0};

        CHECK_OK(app_obstacles(c, shop_read(c, s), a, s->city, &f));
        CHECK_I64((int64_t)f.errors, 0);
        help_print(c, &f);
    }
}

TEST(bangka_selatan_has_its_own_board_rate_and_no_video_screen)
{
    struct shop *s = shop_new(c, BANGKA, "bangka-selatan");
    const struct app *a = localised(c, s, IZIN);
    const struct app_field *kind = app_field(a, STR("jenis"));

    CHECK_STR(
        data_text(data_at(a->effective, STR("tariff.nilai_sewa.rows.papan"))),
        "80000");
    CHECK_I64((int64_t)kind->n_options, 2);
}

/* ---- one illness stops nothing ------------------------------------ */

static err people_bandung(struct ctx *c, struct conn *tx, void *arg)
{
    return people_of(c, tx, arg, "cities/bandung");
}

/* The hints of every app that there is, as doctor collects them. */
static void hints(struct ctx *c, struct shop *s, struct findings *f)
{
    struct findings quiet = {0};
    str *sectors, *apps;
    struct app *a;
    size_t n, m;

    CHECK_OK(file_list(c, "apps", 'd', &sectors, &n));
    for (size_t i = 0; i < n; i++) {
        if (str_eq(sectors[i], STR("base")))
            continue;
        CHECK_OK(
            file_list(c, file_join(c, "apps", sectors[i].p), 'd', &apps, &m));
        for (size_t k = 0; k < m; k++) {
            const char *id = file_join(c, sectors[i].p, apps[k].p);

            CHECK_OK(
                app_build(c, shop_package(c, id), NULL, s->city, &quiet, &a));
            CHECK_OK(app_hang_on_one(c, shop_read(c, s), a, s->city, f));
        }
    }
}

TEST(no_duty_of_either_city_hangs_on_one_person)
{
    struct shop *west = shop_new(c, BANDUNG, "bandung");
    struct shop *east = shop_new(c, BANGKA, "bangka-selatan");
    struct findings f = {0};

    CHECK_OK(store_write(c, west->store, people_bandung, west));
    CHECK_OK(store_write(c, east->store, people, east));
    hints(c, west, &f);
    hints(c, east, &f);
    CHECK_I64((int64_t)f.n, 0);
    help_print(c, &f);
}

static err one_is_ill(struct ctx *c, struct conn *tx, void *arg)
{
    struct shop *s = arg;
    struct city_officer o;

    TRY(city_officer_by_login(c, tx, STR("bendahara.bapenda"), &o));
    return city_duty_end(c, tx, s->ledger, STR("officer-1"), o.id,
                         STR("bapenda"), STR("treasurer"));
}

TEST(a_duty_that_hangs_on_one_person_is_a_hint_and_no_fault)
{
    struct shop *s = shop_new(c, BANDUNG, "bandung");
    struct findings f = {0};

    CHECK_OK(store_write(c, s->store, people_bandung, s));
    CHECK_OK(store_write(c, s->store, one_is_ill, s));
    hints(c, s, &f);
    CHECK_I64((int64_t)f.errors, 0);
    if (!CHECK_I64((int64_t)f.n, 1))
        return;
    CHECK(f.all[0].severity == FIND_NOTE);
    CHECK_STR(f.all[0].key, "duties.revenue.treasurer");
    CHECK_STR(f.all[0].what,
              "Tugas bendahara pada fungsi Pendapatan daerah dipegang satu "
              "orang saja di 1 kantor, misalnya Badan Pendapatan Daerah.");
}
