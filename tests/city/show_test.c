/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/city/city_help.h"

static const struct date day = {2026, 3, 2};

TEST(dates_are_written_as_people_write_them)
{
    struct city *k = help_folder(c, "32.73", NULL);
    int64_t t = help_at(k, "2026-03-02 16:00");

    c->lang = STR("id");
    CHECK_STR(city_show_date(c, day), "2 Maret 2026");
    CHECK_STR(city_show_day(c, day), "Senin, 2 Maret 2026");
    CHECK_STR(city_show_time(c, k, t), "2 Maret 2026 pukul 16.00 WIB");
    CHECK_STR(city_show_moment(c, k, t), "Senin, 2 Maret 2026 pukul 16.00 WIB");
    c->lang = STR("en");
    CHECK_STR(city_show_date(c, day), "2 March 2026");
    CHECK_STR(city_show_day(c, day), "Monday, 2 March 2026");
    CHECK_STR(city_show_time(c, k, t), "2 March 2026 at 16:00 WIB");
    CHECK_STR(city_show_moment(c, k, t), "Monday, 2 March 2026 at 16:00 WIB");
}

TEST(a_span_of_dates_says_each_part_once)
{
    c->lang = STR("id");
    CHECK_STR(city_show_dates(c, day, (struct date){2026, 3, 4}),
              "2\u20134 Maret 2026");
    CHECK_STR(city_show_dates(c, day, (struct date){2026, 4, 1}),
              "2 Maret \u2013 1 April 2026");
    CHECK_STR(city_show_dates(c, (struct date){2025, 12, 31}, day),
              "31 Desember 2025 \u2013 2 Maret 2026");
    CHECK_STR(city_show_dates(c, day, day), "2 Maret 2026");
}

TEST(money_and_decimals_have_their_dots)
{
    static const struct {
        int64_t rupiah;
        const char *id, *en;
    } all[] = {{0, "Rp0", "Rp0"},
               {999, "Rp999", "Rp999"},
               {1440000, "Rp1.440.000", "Rp1,440,000"},
               {-2500, "-Rp2.500", "-Rp2,500"},
               {INT64_MIN, "-Rp9.223.372.036.854.775.808",
                "-Rp9,223,372,036,854,775,808"}};

    for (size_t i = 0; i < COUNT(all); i++) {
        c->lang = STR("id");
        CHECK_STR(city_show_money(c, all[i].rupiah), all[i].id);
        c->lang = STR("en");
        CHECK_STR(city_show_money(c, all[i].rupiah), all[i].en);
    }
    CHECK_STR(city_show_decimal(c, STR("1234.5")), "1,234.5");
    c->lang = STR("id");
    CHECK_STR(city_show_decimal(c, STR("1234.5")), "1.234,5");
    CHECK_STR(city_show_decimal(c, STR("-0.25")), "-0,25");
    CHECK_STR(city_show_decimal(c, STR("8")), "8");
    CHECK_STR(city_show_decimal(c, STR("")), "");
}

TEST(numbers_are_spelt_in_words)
{
    static const struct {
        int64_t n;
        const char *words;
    } all[] = {
        {0, "nol"},
        {1, "satu"},
        {10, "sepuluh"},
        {11, "sebelas"},
        {12, "dua belas"},
        {19, "sembilan belas"},
        {20, "dua puluh"},
        {21, "dua puluh satu"},
        {100, "seratus"},
        {101, "seratus satu"},
        {111, "seratus sebelas"},
        {200, "dua ratus"},
        {999, "sembilan ratus sembilan puluh sembilan"},
        {1000, "seribu"},
        {1001, "seribu satu"},
        {1100, "seribu seratus"},
        {2000, "dua ribu"},
        {11000, "sebelas ribu"},
        {100000, "seratus ribu"},
        {101000, "seratus satu ribu"},
        {1000000, "satu juta"},
        {1001000, "satu juta seribu"},
        {1440000, "satu juta empat ratus empat puluh ribu"},
        {1000000000, "satu miliar"},
        {INT64_C(1000000000000), "satu triliun"},
        {INT64_C(2501000001011),
         "dua triliun lima ratus satu miliar seribu sebelas"},
        {-5, "minus lima"},
    };

    for (size_t i = 0; i < COUNT(all); i++)
        CHECK_STR(city_spell_number(c, all[i].n), all[i].words);
    CHECK(str_starts(city_spell_number(c, INT64_MIN),
                     STR("minus sembilan kuintiliun")));
}

/* The words read back give the number: a second, unlike algorithm. */
static int64_t unspell(str s)
{
    static const struct {
        str word;
        int64_t value;
    } ones[] = {{STR_INIT("satu"), 1},     {STR_INIT("dua"), 2},
                {STR_INIT("tiga"), 3},     {STR_INIT("empat"), 4},
                {STR_INIT("lima"), 5},     {STR_INIT("enam"), 6},
                {STR_INIT("tujuh"), 7},    {STR_INIT("delapan"), 8},
                {STR_INIT("sembilan"), 9}, {STR_INIT("sepuluh"), 10},
                {STR_INIT("sebelas"), 11}, {STR_INIT("seratus"), 100}},
      powers[] = {{STR_INIT("ribu"), 1000},
                  {STR_INIT("juta"), 1000000},
                  {STR_INIT("miliar"), 1000000000},
                  {STR_INIT("triliun"), INT64_C(1000000000000)}};
    int64_t sum = 0, group = 0, digit = 0;
    str word;

    while (str_next(&s, ' ', &word)) {
        for (size_t i = 0; i < COUNT(ones); i++) {
            if (str_eq(word, ones[i].word))
                group += digit, digit = ones[i].value;
        }
        if (str_eq(word, STR("belas")))
            digit += 10;
        if (str_eq(word, STR("puluh")))
            digit *= 10;
        if (str_eq(word, STR("ratus")))
            digit *= 100;
        if (str_eq(word, STR("seribu")))
            sum += 1000;
        for (size_t i = 0; i < COUNT(powers); i++) {
            if (str_eq(word, powers[i].word)) {
                sum += (group + digit) * powers[i].value;
                group = digit = 0;
            }
        }
    }
    return sum + group + digit;
}

TEST(spelt_numbers_read_back_as_the_same_number)
{
    for (int i = 0; i < 3000; i++) {
        uint64_t r;
        int64_t n;

        ctx_random(c, &r, sizeof r);
        n = (int64_t)(r % UINT64_C(1000000000000000)) >> (i % 50);
        if (n > 0 && !CHECK_I64(unspell(city_spell_number(c, n)), n))
            return;
    }
}

TEST(time_left_is_told_in_the_greatest_unit)
{
    struct city *k = help_folder(c, "32.73", NULL);
    static const struct {
        const char *due, *id, *en;
    } all[] = {{"2026-02-16 09:00", "sekarang", "now"},
               {"2026-02-16 09:20", "20 menit lagi", "in 20 minutes"},
               {"2026-02-16 16:00", "7 jam lagi", "in 7 hours"},
               {"2026-02-17 08:00", "besok", "tomorrow"},
               {"2026-02-19 16:00", "3 hari lagi", "in 3 days"},
               {"2026-02-16 07:00", "lewat 2 jam", "2 hours late"},
               {"2026-02-16 08:59", "lewat 1 menit", "1 minute late"},
               {"2026-02-13 08:00", "lewat 3 hari", "3 days late"}};

    for (size_t i = 0; i < COUNT(all); i++) {
        int64_t due = help_at(k, all[i].due);

        c->lang = STR("id");
        CHECK_STR(city_show_until(c, k, due), all[i].id);
        c->lang = STR("en");
        CHECK_STR(city_show_until(c, k, due), all[i].en);
    }
    CHECK_STR(city_show_until(c, k, 0), "");
}
