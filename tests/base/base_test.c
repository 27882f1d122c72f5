/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/test.h"

TEST(a_date_goes_to_days_and_back_over_four_centuries)
{
    for (int64_t days = -200000; days < 200000; days += 7) {
        struct date d = time_date(days);

        CHECK(time_valid(d) && time_days(d) == days);
    }
    CHECK_I64(time_days((struct date){1970, 1, 1}), 0);
    CHECK_I64(time_days((struct date){2000, 2, 29}), 11016);
    CHECK_I64(time_weekday(time_days((struct date){2026, 11, 25})), 3);
}

TEST(dates_and_instants_are_read_strictly)
{
    static const char *const wrong[] = {"2026-2-03",   "2026-02-30",
                                        "0000-01-01",  "2026-13-01",
                                        "2026-02-01 ", "-026-01-01"};
    struct date d;
    int64_t t;

    CHECK(time_parse_date(STR("2024-02-29"), &d) && d.day == 29);
    for (size_t i = 0; i < COUNT(wrong); i++)
        CHECK(!time_parse_date(str_of(wrong[i]), &d));
    CHECK(time_parse_utc(STR("2026-01-05T02:02:11Z"), &t));
    CHECK_I64(t / TIME_SECOND, 1767578531);
    CHECK_STR(time_show_utc(c, t), "2026-01-05T02:02:11Z");
    CHECK(!time_parse_utc(STR("2026-01-05T24:00:00Z"), &t));
    CHECK(!time_parse_utc(STR("2026-01-05T02:02:60Z"), &t));
}

TEST(an_instant_before_1970_has_a_local_date_too)
{
    int64_t of_day;
    struct date d = time_local(-1, 0, &of_day);

    CHECK(d.year == 1969 && d.month == 12 && d.day == 31);
    CHECK_I64(of_day, TIME_DAY - 1);
}

TEST(whole_numbers_are_checked_to_the_last_digit)
{
    int64_t v;

    CHECK(str_is_i64(STR("-9223372036854775808"), &v) && v == INT64_MIN);
    CHECK(str_is_i64(STR("9223372036854775807"), &v) && v == INT64_MAX);
    CHECK(!str_is_i64(STR("9223372036854775808"), &v));
    CHECK(!str_is_i64(STR(""), &v) && !str_is_i64(STR("-"), &v));
    CHECK(!str_is_i64(STR("+5"), &v) && !str_is_i64(STR("1 "), &v));
    CHECK(str_i64(c, STR("dua"), &v) == E_BAD_INPUT);
    CHECK_STR(c->why, "\"dua\" is not a whole number.");
}

TEST(a_sentence_comes_in_the_readers_language)
{
    int64_t v;

    c->lang = STR("id");
    CHECK(str_i64(c, STR("x"), &v) == E_BAD_INPUT);
    CHECK_STR(c->why, "\"x\" bukan bilangan bulat.");
}

TEST(utf8_is_checked_as_rfc_3629_says)
{
    size_t n;

    CHECK(str_utf8(STR("Nur\xE2\x80\x99"
                       "aini \xF0\x9F\x8C\x8A"),
                   &n) &&
          n == 10);
    CHECK(!str_utf8(STR("\xC0\xAF"), NULL));
    CHECK(!str_utf8(STR("\xED\xA0\x80"), NULL));
    CHECK(!str_utf8(STR("\xF4\x90\x80\x80"), NULL));
    CHECK(!str_utf8(STR("\xE2\x80"), NULL));
}

TEST(each_escaper_is_safe_for_its_place)
{
    struct buf b = buf_new(c, 1000);

    buf_html(&b, STR("<a href=\"x\">'&"));
    buf_char(&b, '|');
    buf_url(&b, STR("a b/\xC3\xA9"));
    buf_char(&b, '|');
    buf_json(&b, STR("</script>\"\\\n\x01"));
    buf_char(&b, '|');
    buf_csv(&b, STR("=SUM(\"A1\")"));
    CHECK_STR(buf_str(&b),
              "&lt;a href=&quot;x&quot;&gt;&#39;&amp;|a%20b%2F%C3%A9|"
              "\"\\u003c/script\\u003e\\\"\\\\\\n\\u0001\"|"
              "\"'=SUM(\"\"A1\"\")\"");
}

TEST(a_buffer_past_its_ceiling_says_so_once)
{
    struct buf b = buf_new(c, 4);
    str s;

    buf_lit(&b, "abc");
    buf_lit(&b, "de");
    buf_lit(&b, "f");
    CHECK(buf_done(c, &b, &s) == E_TOO_BIG);
    CHECK_STR(c->why, "It is longer than 4 bytes.");
}

static void count(void *it)
{
    ++*(int *)it;
}

TEST(an_arena_releases_what_it_was_given)
{
    struct arena *a = arena_new(1 << 20);
    int n = 0;

    arena_owns(a, count, &n);
    arena_owns(a, count, &n);
    arena_free(a);
    CHECK_I64(n, 2);
}

TEST(a_file_is_written_whole_or_not_at_all)
{
    const char *dir = test_folder(c);
    const char *path = file_join(c, dir, "a");
    str got, *names;
    size_t n;

    CHECK_OK(file_write(c, path, STR("satu"), 0600));
    CHECK_OK(file_write(c, path, STR("dua"), 0600));
    CHECK_OK(file_read(c, path, 100, &got));
    CHECK_STR(got, "dua");
    CHECK(file_read(c, path, 2, &got) == E_TOO_BIG);
    CHECK(file_read(c, file_join(c, dir, "b"), 9, &got) == E_NOT_FOUND);
    CHECK(file_read(c, dir, 9, &got) == E_BAD_INPUT);
    CHECK_OK(file_list(c, dir, 'f', &names, &n));
    CHECK(n == 1 && str_eq(names[0], STR("a")));
}

TEST(a_finding_names_place_key_and_mend)
{
    struct findings f = {0};
    struct finding *one;

    one = finding_add(c, &f, FIND_ERROR, (struct place){STR("app.yaml"), 3, 7},
                      STR("fields.luas"), "There is no field \"luass\".");
    one->mend = STR("Did you mean \"luas\"?");
    CHECK_STR(finding_show(c, one),
              "app.yaml:3:7: error: fields.luas: There is "
              "no field \"luass\". Did you mean \"luas\"?");
    CHECK_I64((int64_t)f.errors, 1);
}

TEST(a_file_is_copied_whole_and_never_over_another)
{
    const char *dir = test_folder(c);
    const char *a = file_join(c, dir, "a"), *b = file_join(c, dir, "b");
    str got;

    CHECK_OK(file_write(c, a, STR("isi"), 0600));
    CHECK_OK(file_copy(c, a, b, 0600));
    CHECK_OK(file_read(c, b, 100, &got));
    CHECK_STR(got, "isi");
    CHECK(file_copy(c, a, b, 0600) == E_STORAGE);
}
