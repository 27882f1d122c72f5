/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/city/city_help.h"

TEST(a_region_is_found_by_its_code_at_every_level)
{
    static const struct {
        const char *code, *name;
        enum city_level level;
    } all[] = {{"11", "Aceh", CITY_PROVINCE},
               {"32", "Jawa Barat", CITY_PROVINCE},
               {"32.73", "Kota Bandung", CITY_REGENCY},
               {"19.03", "Kabupaten Bangka Selatan", CITY_REGENCY},
               {"73.10", "Kabupaten Pangkajene dan Kepulauan", CITY_REGENCY},
               {"31", "DKI Jakarta", CITY_PROVINCE},
               {"32.73.19", "Sumur Bandung", CITY_DISTRICT},
               {"32.73.19.1004", "Babakan Ciamis", CITY_VILLAGE},
               {"35.13.15.2017", "Soka'an", CITY_VILLAGE}};
    struct city_region r;

    for (size_t i = 0; i < COUNT(all); i++) {
        CHECK(city_region_find(str_of(all[i].code), &r));
        CHECK_STR(r.name, all[i].name);
        CHECK_STR(r.code, all[i].code);
        CHECK(r.level == all[i].level);
    }
}

TEST(what_is_no_region_is_not_found)
{
    static const char *const wrong[] = {"",
                                        "3",
                                        "00",
                                        "99",
                                        "32.",
                                        "32.7",
                                        "32.73.",
                                        "32.73.99",
                                        "32.73.19.100",
                                        "32.73.19.9999",
                                        "32.73.19.10044",
                                        "99.99",
                                        "3273",
                                        "\t",
                                        "32\tJawa",
                                        "32.73.19.1004x"};
    struct city_region r;

    for (size_t i = 0; i < COUNT(wrong); i++)
        CHECK(!city_region_find(str_of(wrong[i]), &r));
}

TEST(every_region_is_found_again_and_has_a_parent)
{
    struct city_region *all, r, up;
    size_t n, counts[5] = {0};

    for (int level = CITY_PROVINCE; level <= CITY_VILLAGE; level++) {
        CHECK_OK(
            city_region_inside(c, STR(""), (enum city_level)level, &all, &n));
        counts[level] = n;
        for (size_t i = 0; i < n; i++) {
            str parent = city_region_parent(all[i].code);

            if (!city_region_find(all[i].code, &r) ||
                !str_eq(r.name, all[i].name) ||
                (level > CITY_PROVINCE && !city_region_find(parent, &up)) ||
                !str_utf8(r.name, NULL) || r.name.n == 0) {
                CHECK_STR(all[i].code, "found with a parent");
                return;
            }
        }
    }
    CHECK_I64((int64_t)counts[CITY_PROVINCE], 38);
    CHECK_I64((int64_t)counts[CITY_REGENCY], 514);
    CHECK_I64((int64_t)counts[CITY_DISTRICT], 7277);
    CHECK_I64((int64_t)counts[CITY_VILLAGE], 83763);
}

TEST(bandung_has_30_districts_and_151_villages)
{
    struct city_region *all;
    size_t n;

    CHECK_OK(city_region_below(c, STR("32.73"), &all, &n));
    CHECK_I64((int64_t)n, 30);
    CHECK_STR(all[0].code, "32.73.01");
    CHECK_OK(city_region_inside(c, STR("32.73"), CITY_VILLAGE, &all, &n));
    CHECK_I64((int64_t)n, 151);
    CHECK_OK(city_region_below(c, STR("32.73.19.1004"), &all, &n));
    CHECK_I64((int64_t)n, 0);
    CHECK_OK(city_region_below(c, STR("nowhere"), &all, &n));
    CHECK_I64((int64_t)n, 0);
}

TEST(a_region_lies_within_another_by_whole_parts_of_its_code)
{
    CHECK(city_region_within(STR("32.73.01"), STR("32.73")));
    CHECK(city_region_within(STR("32.73"), STR("32.73")));
    CHECK(city_region_within(STR("32.73"), STR("32")));
    CHECK(!city_region_within(STR("32.73"), STR("32.7")));
    CHECK(!city_region_within(STR("32"), STR("32.73")));
    CHECK(!city_region_within(STR("32.73"), STR("")));
    CHECK(city_region_parent(STR("32")).n == 0);
    CHECK_STR(city_region_parent(STR("32.73.01.1001")), "32.73.01");
}

TEST(a_region_is_shown_with_the_one_around_it)
{
    CHECK_STR(city_region_show(c, STR("32.73.19.1004")),
              "Kelurahan Babakan Ciamis, Kecamatan Sumur Bandung");
    CHECK_STR(city_region_show(c, STR("32.73.19")),
              "Kecamatan Sumur Bandung, Kota Bandung");
    CHECK_STR(city_region_show(c, STR("32.73")),
              "Kota Bandung, Provinsi Jawa Barat");
    CHECK_STR(city_region_show(c, STR("32")), "Provinsi Jawa Barat");
    CHECK_STR(city_region_show(c, STR("11.01.01.2001")),
              "Desa Keude Bakongan, Kecamatan Bakongan");
    CHECK_STR(city_region_show(c, STR("x")), "x");
}
