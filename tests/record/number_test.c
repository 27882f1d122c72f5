/* SPDX-License-Identifier: EUPL-1.2 */
#include "record/record.h"
#include "tests/test.h"

TEST(a_number_is_read_as_it_is_said_over_the_telephone)
{
    static const char *const said[] = {"7K4M-2QX9-5", "7k4m2qx95",
                                       "7K4M 2QX9 5", " 7k4m-2qx9-5 "};
    str number;

    for (size_t i = 0; i < COUNT(said); i++)
        if (CHECK(record_number_read(c, str_of(said[i]), &number)))
            CHECK_STR(number, "7K4M-2QX9-5");
    CHECK(record_number_read(c, STR("3hpw8rd5v"), &number));
    CHECK_STR(number, "3HPW-8RD5-V");
}

TEST(letters_that_are_mistaken_for_digits_are_put_right)
{
    str code;

    CHECK(record_code_read(c, STR("oil0-2345"), &code));
    CHECK_STR(code, "0110-2345");
    CHECK(!record_code_read(c, STR("UUUU-2345"), &code));
    CHECK(!record_code_read(c, STR("1234-567"), &code));
    CHECK(!record_code_read(c, STR("1234-56789"), &code));
}

/* Luhn mod 32 finds every wrong symbol, and nearly every swap of two. */
TEST(a_number_with_one_wrong_symbol_is_refused)
{
    static const char symbols[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    str number = record_number_new(c), got;
    size_t wrong = 0;

    for (size_t i = 0; i < number.n; i++)
        for (const char *s = symbols; *s != 0; s++) {
            char z[12];

            memcpy(z, number.p, number.n);
            z[number.n] = 0;
            if (z[i] == '-' || z[i] == *s)
                continue;
            z[i] = *s;
            wrong += record_number_read(c, str_of(z), &got);
        }
    CHECK_I64((int64_t)wrong, 0);
    CHECK(record_number_read(c, number, &got) && str_eq(got, number));
    CHECK(!record_number_read(c, STR(""), &got));
    CHECK(!record_number_read(c, STR("7K4M-2QX9-55"), &got));
}

TEST(every_reason_to_go_out_of_turn_is_said_in_both_languages)
{
    CHECK(record_reasons.n >= 5);
    for (size_t i = 0; i < record_reasons.n; i++) {
        str key = record_reasons.all[i].key, en, id;

        c->lang = STR("en");
        en = record_reason_name(c, key);
        c->lang = STR("id");
        id = record_reason_name(c, key);
        CHECK(en.n > 0 && id.n > 0 && !str_eq(en, id));
    }
    CHECK(record_reason_name(c, STR("")).n == 0);
    CHECK(record_reason_name(c, STR("favour")).n == 0);
}
