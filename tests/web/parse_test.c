/* SPDX-License-Identifier: EUPL-1.2 */
/* What a browser sends, byte by byte. */
#include "tests/test.h"
#include "web/web.h"

TEST(a_target_is_decoded_once)
{
    str path, query;

    CHECK_OK(web_read_target(c, STR("/a%20b/c?d=%41"), &path, &query));
    CHECK_STR(path, "/a b/c");
    CHECK_STR(query, "d=%41");
    CHECK_OK(web_read_target(c, STR("/%252e"), &path, &query));
    CHECK_STR(path, "/%2e");
    CHECK(web_read_target(c, STR("*"), &path, &query) == E_BAD_INPUT);
    CHECK(web_read_target(c, STR(""), &path, &query) == E_BAD_INPUT);
    CHECK(web_read_target(c, STR("/a b"), &path, &query) == E_BAD_INPUT);
    CHECK(web_read_target(c, STR("/%2f"), &path, &query) == E_BAD_INPUT);
    CHECK(web_read_target(c, STR("/%"), &path, &query) == E_BAD_INPUT);
}

TEST(pairs_are_read_with_plus_as_a_blank)
{
    struct app_pair *all;
    size_t n;

    CHECK_OK(web_read_pairs(c, STR("a=1+2&b=%C3%A9&c=&d"), &all, &n));
    CHECK_I64((int64_t)n, 4);
    CHECK_STR(all[0].value, "1 2");
    CHECK_STR(all[1].value, "é");
    CHECK_STR(all[2].value, "");
    CHECK_STR(all[3].name, "d");
    CHECK(web_read_pairs(c, STR("a=%00"), &all, &n) == E_BAD_INPUT);
    CHECK(web_read_pairs(c, STR("a=%FF"), &all, &n) == E_BAD_INPUT);
    CHECK(web_read_pairs(c, STR("=1"), &all, &n) == E_BAD_INPUT);
    CHECK(web_read_pairs(c, STR("a=%4"), &all, &n) == E_BAD_INPUT);
}

TEST(more_pairs_than_a_form_has_are_refused)
{
    struct buf b = buf_new(c, 1 << 16);
    struct app_pair *all;
    size_t n;

    for (int i = 0; i < 501; i++)
        buf_fmt(&b, "a%d=1&", i);
    CHECK(web_read_pairs(c, buf_str(&b), &all, &n) == E_BAD_INPUT);
}

#define PART(name, more, value)                                                \
    "--x\r\nContent-Disposition: form-data; name=\"" name "\"" more            \
    "\r\n\r\n" value "\r\n"

TEST(parts_are_pairs_and_files)
{
    struct web_parts p;

    CHECK_OK(web_read_parts(
        c,
        STR(PART("a", "", "satu\r\ndua")
                PART("f", "; filename=\"C:\\\\x\\\\y%22.pdf\"", "%PDF")
                    PART("g", "; filename=\"\"", "") "--x--\r\n"),
        STR("x"), &p));
    CHECK_I64((int64_t)p.n_pairs, 1);
    CHECK_STR(p.pairs[0].value, "satu\r\ndua");
    CHECK_I64((int64_t)p.n_files, 1);
    CHECK_STR(p.files[0].path, "f");
    CHECK_STR(p.files[0].name, "y.pdf");
    CHECK_STR(p.files[0].bytes, "%PDF");
}

TEST(parts_that_are_damaged_are_refused)
{
    static const char *const wrong[] = {
        "",
        "--x",
        "--x\r\n",
        "--x--\r\nmore",
        "junk\r\n" PART("a", "", "1") "--x--",
        PART("a", "", "1"),
        PART("a", "", "1") "--y--",
        PART("", "", "1") "--x--",
        "--x\r\n\r\n1\r\n--x--",
        "--x\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--x--",
        "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--",
        "--x\r\nContent-Disposition: form-data; name=\"a\"; "
        "name=\"b\"\r\n\r\n1\r\n--x--",
        "--x\r\nX-Odd: 1\r\nContent-Disposition: form-data; "
        "name=\"a\"\r\n\r\n1\r\n--x--",
        "--x\nContent-Disposition: form-data; name=\"a\"\n\n1\n--x--",
    };
    struct web_parts p;

    for (size_t i = 0; i < COUNT(wrong); i++)
        CHECK(web_read_parts(c, str_of(wrong[i]), STR("x"), &p) == E_BAD_INPUT);
}

TEST(a_boundary_comes_from_its_media_type_alone)
{
    str b;

    CHECK(web_read_boundary(STR("multipart/form-data; boundary=ab-12"), &b));
    CHECK_STR(b, "ab-12");
    CHECK(web_read_boundary(STR("Multipart/Form-Data;boundary=\"a b\""), &b) ==
          false);
    CHECK(web_read_boundary(STR("multipart/mixed; boundary=a"), &b) == false);
    CHECK(web_read_boundary(STR("multipart/form-data"), &b) == false);
    CHECK(web_read_boundary(STR("multipart/form-data; boundary="), &b) ==
          false);
}

TEST(a_cookie_is_read_once_or_not_at_all)
{
    str v;

    CHECK(web_read_cookie(STR("a=1; balai=x.y; c=3"), STR("balai"), &v));
    CHECK_STR(v, "x.y");
    CHECK(!web_read_cookie(STR("balai=1; balai=2"), STR("balai"), &v));
    CHECK(!web_read_cookie(STR("xbalai=1"), STR("balai"), &v));
    CHECK(!web_read_cookie(STR(""), STR("balai"), &v));
}

TEST(a_file_name_keeps_its_last_part_and_no_tricks)
{
    CHECK_STR(web_file_name(c, STR("../../etc/passwd")), "passwd");
    CHECK_STR(web_file_name(c, STR("C:\\Temp\\foto.jpg")), "foto.jpg");
    CHECK_STR(web_file_name(c, STR("a\r\nX: 1.pdf")), "aX: 1.pdf");
    CHECK_STR(web_file_name(c, STR("a\xE2\x80\xAEgpj.exe")), "agpj.exe");
    CHECK_STR(web_file_name(c, STR("/")), "berkas");
    CHECK(web_file_name(c, arena_fmt(c->mem, "%0300d", 1)).n == 120);
}
