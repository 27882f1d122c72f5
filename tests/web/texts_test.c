/* SPDX-License-Identifier: EUPL-1.2 */
/* The words of the pages: every language has the same keys, every template
 * finds its own, and nobody keeps a word that no page shows. */
#include "data/data.h"
#include "tests/test.h"

#include <stdio.h>

#define TEMPLATES "web/templates"
#define TEXTS     "web/i18n"
#define MOST      (1 << 20)

/* The key that a "{{t.KEY}}" at the start of `s` names, or empty. */
static str key_at(str s)
{
    size_t n = 0;

    if (!str_starts(s, STR("{{t.")))
        return (str){0};
    s = str_slice(s, 4, s.n);
    n = str_find(s, STR("}}"));
    return n == s.n ? (str){0} : str_slice(s, 0, n);
}

/* A template begins with what it is given, in one comment; nothing of that is
 * shown, as it would be behind "{{! a list of {b}}". */
static bool begins_well(str text)
{
    size_t end = str_find(text, STR("}}"));
    str rest = str_slice(text, end, text.n);

    return str_starts(text, STR("{{!")) &&
           (str_starts(rest, STR("}}\n{{")) || str_starts(rest, STR("}}\n<")));
}

/* All templates as one text; false where there are none, or no checkout. */
static bool all_templates(struct ctx *c, str *out)
{
    struct buf b = buf_new(c, MOST);
    str *names, text;
    size_t n;

    if (!file_is_dir(TEMPLATES)) {
        test_skip("not run from the checkout");
        return false;
    }
    CHECK_OK(file_list(c, TEMPLATES, 'f', &names, &n));
    for (size_t i = 0; i < n; i++) {
        CHECK_OK(
            file_read(c, file_join(c, TEMPLATES, names[i].p), MOST, &text));
        if (!CHECK(begins_well(text)))
            fprintf(stderr, "%.*s\n", STR_ARG(names[i]));
        buf_raw(&b, text);
    }
    return CHECK_OK(buf_done(c, &b, out));
}

static struct data *words_of(struct ctx *c, str file)
{
    const char *path = file_join(c, TEXTS, file.p);
    struct findings f = {0};
    struct data *words = NULL;
    str text;

    CHECK_OK(file_read(c, path, MOST, &text));
    CHECK_OK(data_read_yaml(c, file, text, &f, &words));
    CHECK(f.errors == 0);
    return words;
}

TEST(every_word_that_a_template_asks_for_exists)
{
    struct data *words;
    str text, key;

    if (!all_templates(c, &text))
        return;
    words = words_of(c, STR("id.yaml"));
    for (size_t i = 0; i < text.n; i++) {
        key = key_at(str_slice(text, i, text.n));
        if (key.n > 0 && !CHECK(data_get(words, key) != NULL))
            fprintf(stderr, "no word for %.*s\n", STR_ARG(key));
    }
}

TEST(every_word_is_shown_somewhere)
{
    struct data *words;
    str text;

    if (!all_templates(c, &text))
        return;
    words = words_of(c, STR("id.yaml"));
    for (size_t i = 0; i < words->n; i++) {
        str key = words->pairs[i].key;
        str tag = arena_fmt(c->mem, "{{t.%.*s}}", STR_ARG(key));
        if (!str_starts(key, STR("say_")) &&
            !CHECK(str_find(text, tag) < text.n))
            fprintf(stderr, "nobody shows %.*s\n", STR_ARG(key));
    }
}

/* The words in braces that the program replaces, in any order. */
static bool same_blanks(str a, str b)
{
    for (size_t i = 0; i < a.n; i++) {
        str rest = str_slice(a, i, a.n);
        size_t end = str_find(rest, STR("}"));
        if (a.p[i] == '{' && str_find(b, str_slice(rest, 0, end + 1)) == b.n)
            return false;
    }
    return true;
}

TEST(every_language_says_the_same_things)
{
    struct data *first, *other;
    str *names, text;
    size_t n;

    if (!all_templates(c, &text))
        return;
    first = words_of(c, STR("id.yaml"));
    CHECK_OK(file_list(c, TEXTS, 'f', &names, &n));
    CHECK(n >= 2);
    for (size_t k = 0; k < n; k++) {
        other = words_of(c, names[k]);
        CHECK_I64((int64_t)other->n, (int64_t)first->n);
        for (size_t i = 0; i < first->n; i++) {
            const struct data *word = data_get(other, first->pairs[i].key);
            str said = first->pairs[i].value->text;
            if (!CHECK(word != NULL && word->text.n > 0 &&
                       same_blanks(said, word->text) &&
                       same_blanks(word->text, said)))
                fprintf(stderr, "%.*s: %.*s\n", STR_ARG(names[k]),
                        STR_ARG(first->pairs[i].key));
        }
    }
}

TEST(no_template_holds_style_or_script_of_its_own)
{
    static const str bad[] = {
        STR_INIT(" style="),         STR_INIT("<style"),
        STR_INIT(" onclick"),        STR_INIT("javascript:"),
        STR_INIT("<script>"),        STR_INIT("<b>"),
        STR_INIT("placeholder="),    STR_INIT("disabled"),
        STR_INIT("type=\"number\""), STR_INIT("required")};
    str text;

    if (!all_templates(c, &text))
        return;
    for (size_t i = 0; i < COUNT(bad); i++)
        if (!CHECK(str_find(text, bad[i]) == text.n))
            fprintf(stderr, "found %.*s\n", STR_ARG(bad[i]));
}
