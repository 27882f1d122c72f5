/* SPDX-License-Identifier: EUPL-1.2 */
/* The files of Bangka Selatan are whole: with its people and overlays nothing
 * stands between the two granted apps and the public. */
#include "tests/grant/plan_help.h"

#define DIR "cities/bangka-selatan"

static err people(struct ctx *c, struct conn *tx, void *arg)
{
    struct shop *s = arg;
    struct city_people_change *changes;
    struct findings f = {0};
    str bytes;
    size_t n;

    TRY(file_read(c, DIR "/people.csv", 1 << 20, &bytes));
    return city_people_import(c, s->city, tx, tx, s->ledger, STR("officer-1"),
                              STR("people.csv"), bytes, &f, &changes, &n);
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
