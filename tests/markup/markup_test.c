/* SPDX-License-Identifier: EUPL-1.2 */
#include "markup/markup.h"
#include "tests/test.h"

static const struct data *json(struct ctx *c, const char *text)
{
    struct findings f = {0};
    struct data *d = NULL;

    CHECK_OK(data_read_json(c, STR("t.json"), str_of(text), &f, &d));
    return d;
}

static const struct markup *parsed(struct ctx *c, const char *text,
                                   enum markup_mode mode)
{
    const struct markup *m = NULL;
    struct findings f = {0};

    CHECK_OK(markup_parse(c, STR("t.html"), str_of(text), mode, &f, &m));
    return m;
}

/* The partial "p" is the template given as `arg`. */
static const struct markup *one_partial(void *arg, str name)
{
    return str_eq(name, STR("p")) ? arg : NULL;
}

static void shows(struct ctx *c, const char *text, const char *with,
                  const char *want)
{
    const struct markup *m = parsed(c, text, MARKUP_HTML);
    str out = STR("");

    if (m == NULL)
        return;
    CHECK_OK(markup_show(c, m, json(c, with), NULL, NULL, &out));
    CHECK_STR(out, want);
}

TEST(markup_fills_in_names)
{
    shows(c, "Halo", "{}", "Halo");
    shows(c, "Halo, {{nama}}.", "{\"nama\":\"Siti\"}", "Halo, Siti.");
    shows(c, "{{ nama }}|{{nama}}", "{\"nama\":\"x\"}", "x|x");
    shows(c, "[{{tiada}}]", "{}", "[]");
    shows(c, "{{a}} {{b}} {{n}}", "{\"a\":85,\"b\":1.50,\"n\":null}",
          "85 1.50 ");
    shows(c, "[{{m}}{{l}}]", "{\"m\":{\"a\":1},\"l\":[1]}", "[]");
    shows(c, "{{.}}", "\"x\"", "x");
    shows(c, "{", "{}", "{");
    shows(c, "", "{}", "");
}

TEST(markup_escapes_unless_told_otherwise)
{
    shows(c, "{{x}}", "{\"x\":\"& \\\" < > '\"}",
          "&amp; &quot; &lt; &gt; &#39;");
    shows(c, "{{{x}}}", "{\"x\":\"<b>\"}", "<b>");
    shows(c, "{{#l}}{{.}}{{{.}}}{{/l}}", "{\"l\":[\"<\"]}", "&lt;<");
}

TEST(markup_letters_are_not_escaped)
{
    const struct markup *m = parsed(c, "{{x}}", MARKUP_TEXT);
    str out;

    CHECK_OK(markup_show(c, m, json(c, "{\"x\":\"A & B\"}"), NULL, NULL, &out));
    CHECK_STR(out, "A & B");
}

TEST(markup_follows_dotted_names)
{
    shows(c, "{{a.b.c}}", "{\"a\":{\"b\":{\"c\":\"x\"}}}", "x");
    shows(c, "[{{a.b.c}}]", "{\"a\":{}}", "[]");
    shows(c, "[{{a.b}}]", "{\"a\":\"x\"}", "[]");
    shows(c, "{{#a.b}}{{c}}{{/a.b}}", "{\"a\":{\"b\":{\"c\":1}}}", "1");
    /* What the first part finds is not left again. */
    shows(c, "[{{#s}}{{a.b}}{{/s}}]", "{\"s\":{\"a\":{}},\"a\":{\"b\":\"no\"}}",
          "[]");
    shows(c, "{{#s}}{{a.b}}{{/s}}", "{\"s\":{\"x\":1},\"a\":{\"b\":\"up\"}}",
          "up");
}

TEST(markup_sections_repeat_lists_and_enter_maps)
{
    shows(c, "{{#l}}({{n}}){{/l}}", "{\"l\":[{\"n\":1},{\"n\":2}]}", "(1)(2)");
    shows(c, "{{#l}}{{.}},{{/l}}", "{\"l\":[1,\"b\",true]}", "1,b,true,");
    shows(c, "{{#l}}{{#.}}{{.}}{{/.}};{{/l}}", "{\"l\":[[1,2],[3]]}", "12;3;");
    shows(c, "{{#m}}{{a}}{{b}}{{/m}}", "{\"m\":{\"a\":1},\"b\":2}", "12");
    shows(c, "{{#l}}{{name}}{{x}}{{/l}}",
          "{\"x\":\"!\",\"name\":\"out\",\"l\":[{\"name\":\"in\"},{}]}",
          "in!out!");
    shows(c, "{{#a}}{{#b}}{{x}}{{y}}{{/b}}{{/a}}",
          "{\"a\":{\"x\":1,\"y\":2},\"b\":{\"x\":3}}", "32");
}

TEST(markup_knows_what_is_false)
{
    static const char *const falses[] = {"{}", "{\"x\":false}", "{\"x\":null}",
                                         "{\"x\":\"\"}", "{\"x\":[]}"};
    static const char *const trues[] = {"{\"x\":true}",      "{\"x\":0}",
                                        "{\"x\":\"false\"}", "{\"x\":{}}",
                                        "{\"x\":[0]}",       "{\"x\":\" \"}"};

    for (size_t i = 0; i < COUNT(falses); i++)
        shows(c, "{{#x}}yes{{/x}}{{^x}}no{{/x}}", falses[i], "no");
    for (size_t i = 0; i < COUNT(trues); i++)
        shows(c, "{{#x}}yes{{/x}}{{^x}}no{{/x}}", trues[i], "yes");
}

TEST(markup_tags_that_stand_alone_take_their_line_away)
{
    shows(c, "a\n  {{#x}}\nb\n\t{{/x}}\nc\n", "{\"x\":true}", "a\nb\nc\n");
    shows(c, "a\r\n{{#x}}\r\nb\r\n{{/x}}\r\n", "{\"x\":true}", "a\r\nb\r\n");
    shows(c, "{{#x}}\nb\n{{/x}}", "{\"x\":true}", "b\n");
    shows(c, "a\n  {{! words\n over lines }}\nb", "{}", "a\nb");
    shows(c, " {{#x}} b {{/x}}\n", "{\"x\":true}", "  b \n");
    shows(c, "  {{x}}\n", "{\"x\":1}", "  1\n");
    shows(c, "a {{! words }} b", "{}", "a  b");
}

TEST(markup_partials_see_what_is_around_them)
{
    const struct markup *p = parsed(c, "<{{x}}>\n", MARKUP_HTML);
    const struct markup *m =
        parsed(c, "{{#l}}\n  {{> p}}\n{{/l}}\n[{{>none}}]", MARKUP_HTML);
    union {
        const struct markup *is;
        void *arg;
    } as = {p};
    str out = STR("");

    CHECK_OK(markup_show(c, m, json(c, "{\"l\":[{\"x\":1},{\"x\":2}]}"),
                         one_partial, as.arg, &out));
    CHECK_STR(out, "<1>\n<2>\n[]");
}

TEST(markup_ends_whatever_it_is_given)
{
    const struct markup *self = parsed(c, "{{>p}}", MARKUP_HTML);
    const struct markup *deep = parsed(
        c, "{{#l}}{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}{{/l}}{{/l}}", MARKUP_HTML);
    const struct markup *long_one =
        parsed(c, "{{#l}}{{#l}}{{#l}}{{x}}{{/l}}{{/l}}{{/l}}", MARKUP_HTML);
    struct data *d = data_new(c, DATA_MAP), *list = data_new(c, DATA_LIST);
    union {
        const struct markup *is;
        void *arg;
    } as = {self};
    str out;

    for (int i = 0; i < 50; i++)
        data_append(c, list, data_new_i64(c, i));
    data_put(c, d, STR("l"), list);
    data_put_text(c, d, STR("x"), arena_fmt(c->mem, "%01000d", 7));
    CHECK(markup_show(c, self, d, one_partial, as.arg, &out) == E_TOO_BIG);
    CHECK(markup_show(c, deep, d, NULL, NULL, &out) == E_TOO_BIG);
    CHECK(markup_show(c, long_one, d, NULL, NULL, &out) == E_TOO_BIG);
}

static void refused(struct ctx *c, const char *text, enum markup_mode mode,
                    const char *want)
{
    struct buf b = buf_new(c, 4096);
    const struct markup *m;
    struct findings f = {0};

    CHECK(markup_parse(c, STR("t"), str_of(text), mode, &f, &m) == E_BAD_INPUT);
    CHECK(m == NULL);
    for (size_t i = 0; i < f.n; i++) {
        CHECK(f.all[i].mend.n > 0);
        buf_fmt(&b, "%s%d:%d %.*s %.*s", i == 0 ? "" : "\n", f.all[i].at.line,
                f.all[i].at.col, STR_ARG(f.all[i].key), STR_ARG(f.all[i].what));
    }
    CHECK_STR(buf_str(&b), want);
}

TEST(markup_says_what_is_wrong_and_where)
{
    refused(c, "a\n\xC3\xA9 {{x", MARKUP_HTML, "2:3  This {{ is not closed.");
    refused(c, "{{#a}}\n{{#b}}", MARKUP_HTML,
            "1:1 a This section is not closed.\n"
            "2:1 b This section is not closed.");
    refused(c, "{{/a}} {{#b}}{{/c}} {{x y}} {{=<% %>=}}", MARKUP_HTML,
            "1:1 a This section was never opened.\n"
            "1:14 c Another section is to be closed here.\n"
            "1:21 x y What stands in {{...}} is no name.\n"
            "1:29 =<% %>= What stands in {{...}} is no name.");
    refused(c, "{{}} {{a..b}} {{.a}} {{&a}}", MARKUP_HTML,
            "1:1  What stands in {{...}} is no name.\n"
            "1:6 a..b What stands in {{...}} is no name.\n"
            "1:15 .a What stands in {{...}} is no name.\n"
            "1:22 &a What stands in {{...}} is no name.");
    refused(c, "{{{a}}} {{>b}}", MARKUP_TEXT,
            "1:1 a {{{...}}} and {{> ...}} are not used in a letter.\n"
            "1:9 b {{{...}}} and {{> ...}} are not used in a letter.");
    refused(c, "\xFF", MARKUP_HTML,
            "0:0  This template is not UTF-8, or larger than 256 KiB.");
}

TEST(markup_has_a_depth)
{
    struct buf b = buf_new(c, 4096);
    const struct markup *m;
    struct findings f = {0};

    for (int i = 0; i < 40; i++)
        buf_lit(&b, "{{#a}}");
    for (int i = 0; i < 40; i++)
        buf_lit(&b, "{{/a}}");
    CHECK(markup_parse(c, STR("t"), buf_str(&b), MARKUP_HTML, &f, &m) ==
          E_BAD_INPUT);
    CHECK(f.n == 1 && f.all[0].at.col == 32 * 6 + 1);
}

TEST(markup_tells_the_names_it_uses)
{
    const struct markup *m = parsed(
        c, "{{a}}\n{{#l}}{{x.y}}{{^n}}{{z}}{{/n}}{{/l}}{{b}}", MARKUP_TEXT);
    struct buf b = buf_new(c, 4096);
    struct markup_name *names;
    size_t n;

    CHECK_OK(markup_names(c, m, &names, &n));
    for (size_t i = 0; i < n; i++)
        buf_fmt(&b, "%d:%d %s%.*s/%.*s ", names[i].at.line, names[i].at.col,
                names[i].section ? "#" : "", STR_ARG(names[i].within),
                STR_ARG(names[i].name));
    CHECK_STR(buf_str(&b),
              "1:1 /a 2:1 #/l 2:7 l/x.y 2:14 #l/n 2:20 l/z 2:37 /b ");
}
