/* SPDX-License-Identifier: EUPL-1.2 */
#include "data/data.h"
#include "tests/test.h"

#define FILE_NAME STR("app.yaml")

static struct data *read(struct ctx *c, const char *yaml, struct findings *f)
{
    struct data *d;

    (void)!data_read_yaml(c, FILE_NAME, str_of(yaml), f, &d);
    return d;
}

static struct data *good(struct ctx *c, const char *yaml)
{
    struct findings f = {0};
    struct data *d = read(c, yaml, &f);

    for (size_t i = 0; i < f.n; i++)
        CHECK_STR(finding_show(c, &f.all[i]), "nothing wrong");
    return d;
}

/* The findings, a line each, "line:col key what". */
static void faults(struct ctx *c, const char *yaml, const char *want)
{
    struct findings f = {0};
    struct buf b = buf_new(c, 1 << 16);
    struct data *d;
    err e = data_read_yaml(c, FILE_NAME, str_of(yaml), &f, &d);

    CHECK(e == (f.n == 0 ? E_OK : E_BAD_INPUT));
    for (size_t i = 0; i < f.n; i++) {
        CHECK_STR(f.all[i].at.file, "app.yaml");
        CHECK(f.all[i].mend.n > 0);
        buf_fmt(&b, "%s%d:%d %.*s %.*s", i == 0 ? "" : "\n", f.all[i].at.line,
                f.all[i].at.col, STR_ARG(f.all[i].key), STR_ARG(f.all[i].what));
    }
    CHECK_STR(buf_str(&b), want);
}

TEST(yaml_gives_a_tree_of_texts_with_their_places)
{
    struct data *d = good(c, "balai: 1\n"
                             "title: {id: Izin Reklame, en: 'Ad: permit'}\n"
                             "list:\n  - a\n  - b: 2\n");

    CHECK_STR(data_text(data_get(d, STR("balai"))), "1");
    CHECK_STR(data_text(data_at(d, STR("title.en"))), "Ad: permit");
    CHECK(data_at(d, STR("title.en"))->quoted);
    CHECK(!data_at(d, STR("title.id"))->quoted);
    CHECK(data_at(d, STR("title.nl")) == NULL);
    CHECK(data_at(d, STR("title.id.deeper")) == NULL);
    CHECK_I64(data_at(d, STR("title.id"))->at.line, 2);
    CHECK_I64(data_at(d, STR("title.id"))->at.col, 13);
    CHECK(data_get(d, STR("list"))->n == 2);
    CHECK_I64(d->pairs[2].at.line, 3);
    CHECK(data_text(NULL).p == NULL && data_text(d).p == NULL);
}

TEST(yaml_gives_blocks_and_quotes_as_text)
{
    struct data *d = good(c, "a: |\n  satu\n   dua\nb: >-\n  satu\n  dua\n"
                             "c: \"x\\ty\\u00e9\"\nd: 'it''s'\ne: ''\n");

    CHECK_STR(data_text(data_get(d, STR("a"))), "satu\n dua\n");
    CHECK_STR(data_text(data_get(d, STR("b"))), "satu dua");
    CHECK_STR(data_text(data_get(d, STR("c"))), "x\ty\xC3\xA9");
    CHECK_STR(data_text(data_get(d, STR("d"))), "it's");
    CHECK_STR(data_text(data_get(d, STR("e"))), "");
}

static void place_is(struct ctx *c, const struct data *d, size_t offset,
                     int line, int col)
{
    struct place p = data_place(d, offset);

    (void)c;
    CHECK_I64(p.line, line);
    CHECK_I64(p.col, col);
}

TEST(yaml_folds_single_quotes)
{
    struct data *d = good(c, "a: ''''''''''''''''''''''''''\n"
                             "b: 'x \n\n   y\n  z '\nc: 'x\r\n y'\n");

    CHECK_STR(data_text(data_get(d, STR("a"))), "''''''''''''");
    CHECK_STR(data_text(data_get(d, STR("b"))), "x\ny z ");
    CHECK_STR(data_text(data_get(d, STR("c"))), "x y");
}

TEST(yaml_places_reach_into_expressions)
{
    struct data *d = good(c, "a: luas > 24\n"
                             "b: \"jenis \xC3\xA9 == 1\"\n"
                             "c: |\n  satu\n    dua + tiga\n\n  empat\n"
                             "d: \"x\\ty\"\n"
                             "e: >-\n  luas\n  * 2\n"
                             "f: >-\n  luas * 2\n"
                             "g: |2\n    dua\n");

    place_is(c, data_get(d, STR("a")), 5, 1, 9);
    place_is(c, data_get(d, STR("b")), 9, 2, 13);
    place_is(c, data_get(d, STR("c")), 0, 4, 3);
    place_is(c, data_get(d, STR("c")), 11, 5, 9);
    place_is(c, data_get(d, STR("c")), 20, 7, 4);
    place_is(c, data_get(d, STR("c")), 999, 8, 3);
    place_is(c, data_get(d, STR("d")), 2, 8, 5);
    place_is(c, data_get(d, STR("e")), 5, 10, 3);
    place_is(c, data_get(d, STR("f")), 5, 13, 8);
    place_is(c, data_get(d, STR("g")), 2, 15, 5);
}

TEST(yaml_refuses_all_that_is_clever)
{
    faults(c, "a: &x 1\n", "1:4 a Anchors (&) are not used here.");
    faults(c, "a: *x\n", "1:4 a Aliases (*) are not used here.");
    faults(c, "a: !!str 1\n",
           "1:4 a A ! before a value is a YAML tag, which is not used here.");
    faults(c, "<<: 1\n", "1:1 << Merge keys (<<) are not used here.");
    faults(c, "a: 1\nb: 2\na: 3\n",
           "3:1 a The key \"a\" is already on line 1.");
    faults(c, "a: 1\n---\nb: 2\n", "2:1  A second document (---) begins here.");
    faults(c, "%YAML 1.1\n---\na: 1\n",
           "1:1  YAML directives (%) are not used here.");
    faults(c, "? [a]\n: b\n",
           "1:3  A map or a list stands where a key belongs.");
    faults(c, "a:\tb\n", "1:3  There is a tab here.");
    faults(c, "", "1:1  This file is empty.");
    faults(c, "# nothing\n", "1:1  This file is empty.");
    faults(c, "'': a\n", "1:2  This key is empty.");
    faults(c, "a: >\n  x\n   y\n  z\n",
           "2:1 a A line of a > text stands further in than the first.");
}

TEST(yaml_refuses_nothing_behind_a_key)
{
    faults(c, "a:\nb: 1\n", "1:1 a Nothing stands behind it.");
    faults(c, "a: {b: , c}\n",
           "1:5 a.b Nothing stands behind it.\n"
           "1:10 a.c Nothing stands behind it.");
    faults(c, "a: null\nb: ~\n",
           "1:4 a There is no null here.\n"
           "2:4 b There is no null here.");
    faults(c, "a: [x, y]\nb: 'null'\nc: ''\n", "");
}

TEST(yaml_refuses_bytes_that_lie)
{
    faults(c, "a: \xFF\n", "1:4  This byte is not UTF-8.");
    faults(c, "a: e\xCC\x81\n",
           "1:1  Accented letters in this line are not in NFC.");
    faults(c, "a: x\xE2\x80\xAEy\n",
           "1:5  There is a character here that nobody can see (U+202E).");
    faults(c, "a: \"x\\0y\"\n", "1:5 a This text holds a control character.");
    faults(c, "a: \"e\\u0301\"\n", "1:5 a This text is not in NFC.");
    CHECK_STR(data_text(data_get(good(c, "\xEF\xBB\xBF"
                                         "a: b\r\n"),
                                 STR("a"))),
              "b");
}

TEST(yaml_says_to_quote_what_breaks_an_expression)
{
    faults(c, "a: x ? y : z\n",
           "1:10 a A colon and a space stand within a value without quotes.");
    faults(c, "a: !jenis == 'x'\n",
           "1:4 a A ! before a value is a YAML tag, which is not used here.");
    faults(c, "a: {v: f(x, y)}\n", "1:13 a.y) Nothing stands behind it.");
    faults(c, "a: 'x' == y\n",
           "1:8 a There is more text behind the closing quote.");
    faults(c, "a: {v: x ? y : z}\n",
           "1:14 a.v Within {...} or [...] a comma is missing, or a text that "
           "holds : or , has no quotes.");
    faults(c, "a: %x\n",
           "1:4 a This value without quotes holds a sign that "
           "means something in YAML.");
}

TEST(yaml_names_every_fault_in_one_run)
{
    faults(c,
           "a: b: c\n"
           "d:\n"
           "  e: \"x\" y\n"
           "  f: &q 1\n"
           "  g: {h: 1, i: [2, 3}\n"
           "j:\n"
           "k: 1\n"
           "k: 2\n"
           "l: \tx\n"
           "m: @n\n"
           "n: last\n",
           "1:5 a A colon and a space stand within a value without quotes.\n"
           "3:10 d.e There is more text behind the closing quote.\n"
           "4:6 d.f Anchors (&) are not used here.\n"
           "5:6 d.g.i[2] The { or [ opened here is not closed as it should "
           "be.\n"
           "6:1 j Nothing stands behind it.\n"
           "8:1 k The key \"k\" is already on line 7.\n"
           "9:4  There is a tab here.\n"
           "10:4 m This value without quotes holds a sign that means "
           "something in YAML.");
}

TEST(yaml_faults_carry_nothing_to_a_terminal)
{
    faults(c, "\"x\\e[31m\\ny\": &a 1\n",
           "1:2  This text holds a control character.\n"
           "1:15 x?[31m?y Anchors (&) are not used here.");
}

TEST(yaml_decodes_quoted_texts)
{
    struct data *d =
        good(c, "a: \"\\x41\\u00e9\\U0001F600\\ud83d\\uDE00\\L\\/\"\n"
                "b: \"x \\\n\n\n   y\\ \n  z]|\"\n"
                "c: \"\\\\\\\n  zbc\"\n");

    CHECK_STR(data_text(data_get(d, STR("a"))),
              "A\u00e9\U0001F600\U0001F600\u2028/");
    CHECK_STR(data_text(data_get(d, STR("b"))), "x \n\ny  z]|");
    CHECK_STR(data_text(data_get(d, STR("c"))), "\\zbc");
    faults(c, "a: \"\\q\"\n",
           "1:5 a There is an unknown backslash sequence "
           "within \"...\".");
}

TEST(yaml_speaks_indonesian)
{
    struct findings f = {0};
    struct data *d;

    c->lang = STR("id");
    CHECK(data_read_yaml(c, FILE_NAME, STR("a:\n"), &f, &d) == E_BAD_INPUT);
    CHECK_STR(c->why, "app.yaml:1:1: salah: a: Kunci ini tidak bernilai. Tulis "
                      "nilainya, '' untuk teks kosong, atau hapus kunci ini.");
}

TEST(yaml_has_a_depth_and_a_size)
{
    struct findings f = {0};
    struct data *d;
    struct buf b = buf_new(c, 1 << 22);

    for (int i = 0; i < 31; i++)
        buf_char(&b, '[');
    buf_lit(&b, "x");
    for (int i = 0; i < 31; i++)
        buf_char(&b, ']');
    good(c, buf_str(&b).p);
    faults(c,
           "a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
           "]]]\nb:\n",
           "1:35 a[1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1]"
           "[1][1][1][1][1][1][1][1][1][1][1] Deeper than 32 levels.\n"
           "2:1 b Nothing stands behind it.");
    while (b.n < ((size_t)1 << 20))
        buf_lit(&b, "# more and more\n");
    CHECK(data_read_yaml(c, FILE_NAME, buf_str(&b), &f, &d) == E_BAD_INPUT);
    CHECK_STR(f.all[0].what, "This file is larger than 1 MiB.");
}
