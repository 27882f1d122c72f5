/* SPDX-License-Identifier: EUPL-1.2 */
/* Giving back: Bangka Selatan improves what Bandung gave, Bandung sees the
 * difference in words and takes it, and the credit is shown. */
#include "tests/grant/plan_help.h"

#define DINAS "Dinas Kominfo Kabupaten Bangka Selatan"

static struct app_package *with_line(struct ctx *c, const struct app_package *p,
                                     const char *city, const char *version,
                                     const char *credit)
{
    struct app_package *out = NULL;
    struct findings f = {0};

    if (!CHECK_OK(grant_lineage_add(c, p, str_of(city), str_of(version),
                                    str_of(credit), &f, &out)))
        help_print(c, &f);
    return out;
}

TEST(a_line_names_city_version_and_credit)
{
    struct app_package *p =
        with_line(c, shop_package(c, IZIN), BANDUNG, "1.1.0",
                  "Diskominfo Kota Bandung & mitra");
    struct grant_ancestor *all;
    size_t n;

    CHECK_OK(grant_lineage(c, p, &all, &n));
    CHECK_I64((int64_t)n, 1);
    CHECK_STR(all[0].city, BANDUNG);
    CHECK_STR(all[0].version, "1.1.0");
    CHECK_STR(all[0].credit, "Diskominfo Kota Bandung & mitra");
    CHECK_STR(all[0].tree, app_package_tree(p).p);
    CHECK_OK(grant_lineage(c, shop_package(c, LAPOR), &all, &n));
    CHECK_I64((int64_t)n, 0);
}

TEST(a_lineage_is_the_same_package_however_often_it_is_written)
{
    struct app_package *once =
        with_line(c, shop_package(c, IZIN), BANDUNG, "1.1.0", "Kota Bandung");
    struct app_package *twice =
        with_line(c, once, BANDUNG, "1.1.0", "Kota Bandung");

    CHECK_STR(app_package_tree(twice), app_package_tree(once).p);
}

/* What the standard of publiccode.yml demands (research: its mandatory keys),
 * and nothing that it does not know. */
TEST(publiccode_has_what_the_standard_demands)
{
    static const char *const must[] = {"publiccodeYmlVersion",
                                       "name",
                                       "url",
                                       "platforms",
                                       "developmentStatus",
                                       "softwareType",
                                       "description.id.longDescription",
                                       "description.en.features",
                                       "legal.license",
                                       "maintenance.type",
                                       "maintenance.contacts",
                                       "localisation.localisationReady",
                                       "localisation.availableLanguages"};
    struct app_package *p =
        with_line(c, shop_package(c, IZIN), BANDUNG, "1.1.0", "Kota Bandung");
    str bytes = app_package_file(p, STR("publiccode.yml")), text;
    struct findings f = {0};
    struct data *d;

    CHECK_OK(data_read_yaml(c, STR("publiccode.yml"), bytes, &f, &d));
    for (size_t i = 0; i < COUNT(must); i++)
        if (!CHECK(data_at(d, str_of(must[i])) != NULL))
            CHECK_STR(STR(""), must[i]);
    text = data_text(data_at(d, STR("description.id.longDescription")));
    CHECK(text.n >= 150 && text.n <= 10000);
    text = data_text(data_at(d, STR("description.en.longDescription")));
    CHECK(text.n >= 150 && text.n <= 10000);
    CHECK(data_text(data_at(d, STR("description.id.shortDescription"))).n <=
          150);
}

TEST(bad_lines_are_refused_in_words)
{
    struct app_package *p = shop_package(c, IZIN), *out;
    struct findings f = {0};

    CHECK(grant_lineage_add(c, p, STR("99.99"), STR("1.1.0"), STR("x"), &f,
                            &out) == E_BAD_INPUT);
    CHECK(grant_lineage_add(c, p, STR(BANDUNG), STR(""), STR("x"), &f, &out) ==
          E_BAD_INPUT);
    CHECK(grant_lineage_add(c, p, STR(BANDUNG), STR("1.1.0"), STR(""), &f,
                            &out) == E_BAD_INPUT);
    CHECK(grant_lineage_add(c, p, STR(BANDUNG), STR("x: {"), STR("x"), &f,
                            &out) != E_OK);
}

/* Bangka Selatan took 1.1.0 and made 1.2.0 of it. */
static struct app_package *improved(struct ctx *c, const struct app_package *p,
                                    struct shop *bangka)
{
    struct app_package *better =
        shop_changed(c, p, "1.2.0", "  luas: {type",
                     "  tinggi: {type: decimal, label: {id: Tinggi tiang, en: "
                     "Height of the pole}, unit: m, optional: true}\n"
                     "  luas: {type");
    struct app_package *out = NULL;
    struct findings f = {0};

    if (!CHECK_OK(grant_offer(c, shop_read(c, bangka), better, bangka->city,
                              STR(DINAS), &f, &out)))
        help_print(c, &f);
    return out;
}

static void take(struct ctx *c, struct shop *s, const struct grant_note *accord,
                 const struct grant_note *deed, const struct app_package *p,
                 struct grant_plan *plan)
{
    struct stall *stall = stall_new(c);
    struct grant_adopting a = {.city = s->city,
                               .edition = &stall->edition,
                               .from = &stall->source,
                               .accord = accord,
                               .deed = deed,
                               .licence_reason = STR("")};
    struct findings f = {0};
    struct conn *on;

    stall_put(c, stall, p);
    on = shop_read(c, s);
    if (!CHECK_OK(grant_plan(c, on, &a, &f, plan)))
        help_print(c, &f);
    store_done(on);
    CHECK_OK(shop_adopt(c, s, &a, plan));
}

TEST(what_the_second_city_does_better_comes_back_with_credit)
{
    struct app_package *first =
        with_line(c, shop_package(c, IZIN), BANDUNG, "1.1.0", "Kota Bandung");
    struct grant_note accord = help_accord_note(c), there, back;
    struct shop *bangka = shop_new(c, BANGKA, "bangka-selatan");
    struct shop *bandung = shop_new(c, BANDUNG, "bandung");
    struct app_package *better, *now;
    struct grant_ancestor *all;
    struct app_overlay *o;
    struct grant_plan plan;
    struct grant_taken *taken;
    size_t n;

    CHECK_OK(shop_install(c, bandung, first));
    shop_accord(c, bandung, &accord);
    shop_accord(c, bangka, &accord);
    there = help_deed_note(c, &accord, BANDUNG, BANGKA, "1/HIBAH/II/2026",
                           "1.1.0", app_package_tree(first));
    take(c, bangka, &accord, &there, first, &plan);

    better = improved(c, first, bangka);
    CHECK_OK(shop_install(c, bangka, better));
    back = help_deed_note(c, &accord, BANGKA, BANDUNG, "2/HIBAH/II/2026",
                          "1.2.0", app_package_tree(better));
    take(c, bandung, &accord, &back, better, &plan);
    CHECK(plan.apps[0].change == GRANT_UPDATE);
    CHECK(help_says(&plan.apps[0].effects, FIND_NOTE,
                    "Isian baru yang boleh dikosongkan: Tinggi tiang."));
    CHECK(help_says(&plan.apps[0].effects, FIND_NOTE,
                    "Versi 1.2.0 dibuat oleh " DINAS "."));
    CHECK(!help_says(&plan.apps[0].effects, FIND_WARNING, "lineage"));

    CHECK_OK(
        app_installed_package(c, shop_read(c, bandung), STR(IZIN), &now, &o));
    CHECK_OK(grant_lineage(c, now, &all, &n));
    CHECK_I64((int64_t)n, 2);
    CHECK_STR(all[0].city, BANDUNG);
    CHECK_STR(all[0].tree, app_package_tree(first).p);
    CHECK_STR(all[0].credit, "Kota Bandung");
    CHECK_STR(all[1].city, BANGKA);
    CHECK_STR(all[1].credit, DINAS);
    CHECK_OK(grant_taken(c, shop_read(c, bandung), &taken, &n));
    CHECK_STR(taken[0].city, BANGKA);
}

/* The city's people work in a folder that never held a publiccode.yml. */
static struct app_package *next_from_folder(struct ctx *c, struct shop *s,
                                            const char *version)
{
    struct app_package *out = NULL,
                       *p = shop_changed(c, shop_package(c, IZIN), version,
                                         "max_mb: 5", "max_mb: 8");
    struct findings f = {0};

    if (!CHECK_OK(
            grant_offer(c, shop_read(c, s), p, s->city, STR(DINAS), &f, &out)))
        help_print(c, &f);
    return out;
}

TEST(a_version_from_a_folder_without_lineage_keeps_whom_the_last_one_credits)
{
    struct app_package *first = with_line(c, shop_package(c, IZIN), BANDUNG,
                                          "1.1.0", "Diskominfo Kota Bandung"),
                       *next;
    struct grant_note accord = help_accord_note(c), deed;
    struct shop *bangka = shop_new(c, BANGKA, "bangka-selatan");
    struct grant_ancestor *all;
    struct grant_plan plan;
    size_t n;

    shop_accord(c, bangka, &accord);
    deed = help_deed_note(c, &accord, BANDUNG, BANGKA, "1/HIBAH/II/2026",
                          "1.1.0", app_package_tree(first));
    take(c, bangka, &accord, &deed, first, &plan);
    CHECK_OK(shop_install(c, bangka, next_from_folder(c, bangka, "1.2.0")));
    next = next_from_folder(c, bangka, "1.3.0");
    CHECK_OK(grant_lineage(c, next, &all, &n));
    if (!CHECK_I64((int64_t)n, 3))
        return;
    CHECK_STR(all[0].credit, "Diskominfo Kota Bandung");
    CHECK_STR(all[0].tree, app_package_tree(first).p);
    CHECK_STR(all[1].version, "1.2.0");
    CHECK(all[1].tree.n > 0);
    CHECK_STR(all[2].version, "1.3.0");
    CHECK_STR(all[2].credit, DINAS);
}

TEST(a_lineage_that_was_stripped_is_a_risk)
{
    struct app_package *first =
        with_line(c, shop_package(c, IZIN), BANDUNG, "1.1.0", "Kota Bandung");
    struct app_package *bare = shop_changed(c, shop_package(c, IZIN), "1.2.0",
                                            "max_mb: 5", "max_mb: 8");
    struct shop *bandung = shop_new(c, BANDUNG, "bandung");
    struct grant_note accord = help_accord_note(c), back;
    struct grant_plan plan;

    CHECK_OK(shop_install(c, bandung, first));
    shop_accord(c, bandung, &accord);
    back = help_deed_note(c, &accord, BANGKA, BANDUNG, "2/HIBAH/II/2026",
                          "1.2.0", app_package_tree(bare));
    take(c, bandung, &accord, &back, bare, &plan);
    CHECK(help_says(&plan.apps[0].effects, FIND_WARNING,
                    "tidak lagi menyebut versi 1.1.0 dari 32.73"));
}

TEST(what_was_not_improved_is_not_given_back)
{
    struct app_package *first = shop_package(c, IZIN), *out;
    struct grant_note accord = help_accord_note(c), deed;
    struct shop *bangka = shop_new(c, BANGKA, "bangka-selatan");
    struct findings f = {0};
    struct grant_plan plan;

    shop_accord(c, bangka, &accord);
    deed = help_deed_note(c, &accord, BANDUNG, BANGKA, "1/HIBAH/II/2026",
                          "1.1.0", app_package_tree(first));
    take(c, bangka, &accord, &deed, first, &plan);
    CHECK(grant_offer(c, shop_read(c, bangka), first, bangka->city, STR(DINAS),
                      &f, &out) == E_REFUSED);
}
