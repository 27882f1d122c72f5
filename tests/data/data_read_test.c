/* SPDX-License-Identifier: EUPL-1.2 */
#include "data/data.h"
#include "tests/test.h"

typedef err reader(struct ctx *c, str file, str bytes, struct findings *f,
                   struct data **out);

static void fault_is(struct ctx *c, reader *read, str text, const char *want)
{
    struct findings f = {0};
    struct data *d;

    CHECK(read(c, STR("t"), text, &f, &d) == E_BAD_INPUT);
    if (CHECK(f.n >= 1) && CHECK(f.all[0].mend.n > 0))
        CHECK_STR(arena_fmt(c->mem, "%d:%d %.*s", f.all[0].at.line,
                            f.all[0].at.col, STR_ARG(f.all[0].what)),
                  want);
}

static struct data *read_csv(struct ctx *c, const char *text)
{
    struct findings f = {0};
    struct data *d = NULL;

    CHECK_OK(data_read_csv(c, STR("t.csv"), str_of(text), &f, &d));
    return d;
}

TEST(json_values_know_their_places)
{
    struct findings f = {0};
    struct data *d;

    CHECK_OK(data_read_json(c, STR("t"),
                            STR("{\"a\": [1,\n  {\"b\\\"\": \"\xC3\xA9\", "
                                "\"c\": 2.50}], \"d\": -0}"),
                            &f, &d));
    CHECK_STR(data_text(data_get(data_get(d, STR("a"))->items[1], STR("c"))),
              "2.50");
    CHECK_I64(data_get(data_get(d, STR("a"))->items[1], STR("c"))->at.line, 2);
    CHECK_I64(data_get(data_get(d, STR("a"))->items[1], STR("c"))->at.col, 21);
    CHECK_STR(data_text(data_get(d, STR("d"))), "-0");
    CHECK_I64(data_get(d, STR("d"))->at.col, 34);
}

TEST(json_that_lies_is_refused)
{
    fault_is(c, data_read_json, STR("{\"a\":1,\"a\":2}"),
             "1:10 A JSON key stands twice.");
    fault_is(c, data_read_json, STR("{\"a\":"),
             "1:5 This JSON breaks off here.");
    fault_is(c, data_read_json, STR("[1] 2"),
             "1:5 Something follows the JSON value.");
    fault_is(c, data_read_json, STR("[01]"),
             "1:2 This is not well-formed JSON.");
    fault_is(c, data_read_json, STR("[\"\\u0000\"]"),
             "1:9 A JSON text holds a NUL character.");
    fault_is(c, data_read_json, STR("[\"\xFF\"]"),
             "1:2 This JSON holds a byte that is not UTF-8.");
    fault_is(c, data_read_json, STR(""), "1:1 This JSON breaks off here.");
    fault_is(
        c, data_read_json,
        STR("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
            "]]]]]"),
        "0:0 This JSON is too large: at most 4 MiB, 32 levels and 65,536 "
        "values.");
}

TEST(json_has_a_number_of_values)
{
    struct buf b = buf_new(c, 1 << 20);

    buf_lit(&b, "[0");
    for (int i = 0; i < 65535; i++)
        buf_lit(&b, ",1");
    buf_lit(&b, "]");
    fault_is(c, data_read_json, buf_str(&b),
             "0:0 This JSON is too large: at most 4 MiB, 32 levels and 65,536 "
             "values.");
}

TEST(csv_is_a_list_of_maps)
{
    struct data *d = read_csv(c, "\xEF\xBB\xBFnama, nik\r\n"
                                 "\"Siti \"\"A\"\", S.H.\",9999\r\n\r\n"
                                 "e\xCC\x81,\"dua\nbaris\"");

    if (!CHECK(d != NULL && d->n == 2))
        return;
    CHECK_STR(data_text(data_get(d->items[0], STR("nama"))),
              "Siti \"A\", S.H.");
    CHECK_STR(data_text(data_get(d->items[0], STR("nik"))), "9999");
    CHECK_STR(data_text(data_get(d->items[1], STR("nama"))), "\xC3\xA9");
    CHECK_STR(data_text(data_get(d->items[1], STR("nik"))), "dua\nbaris");
    CHECK_I64(data_get(d->items[1], STR("nik"))->at.line, 4);
    CHECK_I64(data_get(d->items[0], STR("nik"))->at.col, 20);
}

TEST(csv_takes_the_semicolon_of_spreadsheets)
{
    struct data *d = read_csv(c, "a;b\n1,5;2\n;\n");

    CHECK(d->n == 2);
    CHECK_STR(data_text(data_get(d->items[0], STR("a"))), "1,5");
    CHECK_STR(data_text(data_get(d->items[1], STR("b"))), "");
}

TEST(csv_says_what_is_wrong_and_where)
{
    fault_is(c, data_read_csv, STR("a,b\n1\n"),
             "2:1 This line has 1 cells, the head has 2.");
    fault_is(c, data_read_csv, STR("a,b\n1,\"2\n3"),
             "2:3 The quote opened here is not closed.");
    fault_is(c, data_read_csv, STR("a,b\n\"1\"x,2\n"),
             "2:4 There is more text behind the closing quote.");
    fault_is(c, data_read_csv, STR("a,a\n"),
             "1:3 This column's name is empty or there already.");
    fault_is(c, data_read_csv, STR("a\n\xFF\n"), "2:1 This byte is not UTF-8.");
    fault_is(c, data_read_csv, STR(""),
             "0:0 This file is empty or larger than 16 MiB.");
}

TEST(text_is_put_into_one_form)
{
    str out;

    CHECK_OK(data_nfc(c, STR("e\xCC\x81"), &out));
    CHECK_STR(out, "\xC3\xA9");
    CHECK(data_nfc(c, STR("\xFF"), &out) == E_BAD_INPUT);
    CHECK(data_is_nfc(c, STR("abc \xC3\xA9")));
    CHECK(!data_is_nfc(c, STR("e\xCC\x81")));
    CHECK(!data_is_nfc(c, STR("\xE2\x84\xAB")));
    CHECK(!data_is_nfc(c, STR("\xC3")));
}

TEST(text_is_folded_for_searching)
{
    CHECK_STR(data_fold(c, STR("Nur'aini \xC3\x89")), "nur'aini e");
    CHECK_STR(data_fold(c, STR("NUR\xE2\x80\x99"
                               "AINI")),
              "nur'aini");
    CHECK_STR(data_fold(c, STR("Stra\xC3\x9F"
                               "e \xEF\xBC\xA1")),
              "strasse a");
    CHECK_STR(data_fold(c, STR("")), "");
    CHECK_STR(data_fold(c, STR("\xFF")), "");
}
