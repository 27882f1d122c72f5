/* SPDX-License-Identifier: EUPL-1.2 */
/* One run over a broken app names every fault, in both languages. */
#include "tests/app/help.h"

#include <stdio.h>

static void compare(struct ctx *c, const char *lang)
{
    const char *file = arena_fmt(c->mem, "tests/app/broken.%s.txt", lang).p;
    struct findings f = {0};
    struct app_package *p;
    str want = STR(""), got;

    c->lang = str_of(lang);
    CHECK(app_package_read(c, "tests/app/broken", NULL, &f, &p) == E_BAD_INPUT);
    got = help_findings(c, &f);
    CHECK_OK(file_read(c, file, 1 << 20, &want));
    if (!CHECK(str_eq(got, want)))
        fprintf(stderr, "--- what %s should say:\n%s---\n", file, got.p);
    CHECK(f.errors >= 40);
}

TEST(every_fault_of_a_broken_app_is_named_in_indonesian)
{
    compare(c, "id");
}

TEST(every_fault_of_a_broken_app_is_named_in_english)
{
    compare(c, "en");
}
