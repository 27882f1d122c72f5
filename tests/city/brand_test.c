/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/city/city_help.h"

TEST(all_4096_colours_are_made_safe)
{
    for (int rgb = 0; rgb < 4096; rgb++) {
        str colour = arena_fmt(c->mem, "#%03x", (unsigned)rgb);
        struct city_brand b;

        if (!CHECK_OK(city_brand_of(c, colour, &b)))
            return;
        if (city_contrast(b.colour, b.ink) < 450 ||
            city_contrast(b.text_light, STR("#f5f7f5")) < 450 ||
            city_contrast(b.text_light, STR("#ffffff")) < 450 ||
            city_contrast(b.text_dark, STR("#161d1a")) < 450 ||
            city_contrast(b.text_dark, STR("#0e1311")) < 450) {
            CHECK_STR(colour, "safe");
            return;
        }
    }
}

TEST(the_examples_of_the_rule_come_out_as_written)
{
    static const struct {
        const char *colour, *ink, *light, *dark;
        bool header_only;
    } all[] = {
        {"#ffd400", "#000000", "#866f00", "#ffd400", false},
        {"#0a2a66", "#ffffff", "#0a2a66", "#7f8398", false},
        {"#c8102e", "#ffffff", "#c8102e", "#d0636a", true},
        {"#0b6b4f", "#ffffff", "#0b6b4f", NULL, false},
        {"#808080", NULL, NULL, NULL, false},
    };
    struct city_brand b;

    for (size_t i = 0; i < COUNT(all); i++) {
        CHECK_OK(city_brand_of(c, str_of(all[i].colour), &b));
        CHECK_STR(b.colour, all[i].colour);
        if (all[i].ink != NULL)
            CHECK_STR(b.ink, all[i].ink);
        if (all[i].light != NULL)
            CHECK_STR(b.text_light, all[i].light);
        if (all[i].dark != NULL)
            CHECK_STR(b.text_dark, all[i].dark);
        CHECK(b.header_only == all[i].header_only);
    }
}

TEST(what_is_no_colour_is_refused)
{
    static const char *const wrong[] = {"",       "#",       "#12", "#1234",
                                        "0b6b4f", "#0b6b4g", "red", "#0b6b4f0"};
    struct city_brand b;

    for (size_t i = 0; i < COUNT(wrong); i++)
        CHECK(city_brand_of(c, str_of(wrong[i]), &b) == E_BAD_INPUT);
    CHECK(city_contrast(STR("x"), STR("#fff")) == 0);
    CHECK_I64(city_contrast(STR("#000"), STR("#ffffff")), 2100);
}
