/* SPDX-License-Identifier: EUPL-1.2 */
/* docs/app-language.md explains every key, has every anchor that a message
 * cites, and its example is an app. */
#include "tests/app/help.h"

#include <stdio.h>

static str page(struct ctx *c)
{
    str text = STR("");

    CHECK_OK(file_read(c, "docs/app-language.md", 1 << 20, &text));
    return text;
}

static bool has_anchor(struct ctx *c, str text, str anchor)
{
    str want = arena_fmt(c->mem, "<a id=\"%.*s\"></a>", STR_ARG(anchor));

    if (str_find(text, want) < text.n)
        return true;
    fprintf(stderr, "  no anchor %.*s\n", STR_ARG(anchor));
    return false;
}

TEST(every_key_of_the_language_is_explained)
{
    str text = page(c);
    const char *key;

    for (size_t i = 0; (key = app_language_key(c, i)) != NULL; i++)
        CHECK(has_anchor(c, text, str_of(key)));
}

TEST(every_page_that_a_message_cites_is_there)
{
    str text = page(c), rest, head, tail;

    CHECK_OK(file_read(c, "tests/app/broken.en.txt", 1 << 20, &rest));
    while (str_cut(rest, '#', &head, &tail)) {
        size_t n = 0;

        while (n < tail.n &&
               ((tail.p[n] >= 'a' && tail.p[n] <= 'z') || tail.p[n] == '-' ||
                tail.p[n] == '_' || (tail.p[n] >= '0' && tail.p[n] <= '9')))
            n++;
        CHECK(has_anchor(c, text, str_slice(tail, 0, n)));
        rest = tail;
    }
}

/* The fenced block that begins with "# NAME". */
static str block(struct ctx *c, const char *name)
{
    str text = page(c);
    str head = arena_fmt(c->mem, "```yaml\n# %s\n", name);
    size_t from = str_find(text, head);
    str rest = str_slice(text, from + 8, text.n);

    CHECK(from < text.n);
    return arena_str(c->mem, str_slice(rest, 0, str_find(rest, STR("```"))));
}

TEST(the_example_is_an_app_and_its_overlay_fits)
{
    static const char *const names[] = {"app.yaml", "archetype.yaml",
                                        "scenario.yaml"};
    const char *dir = test_folder(c);
    struct findings f = {0};
    struct app_package *p = NULL;
    struct app_overlay *o;
    struct app *a;

    for (size_t i = 0; i < COUNT(names); i++)
        CHECK_OK(file_write(c, file_join(c, dir, names[i]), block(c, names[i]),
                            0600));
    CHECK_OK(app_package_read(c, dir, NULL, &f, &p));
    CHECK_STR(help_findings(c, &f), "");
    if (p == NULL)
        return;
    CHECK_OK(app_overlay_read(c, STR("overlay.yaml"), block(c, "overlay.yaml"),
                              &f, &o));
    CHECK_OK(app_build(c, p, o, NULL, &f, &a));
    CHECK_STR(help_findings(c, &f), "");
}
