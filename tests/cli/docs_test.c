/* SPDX-License-Identifier: EUPL-1.2 */
/* docs/operations.md and the guides: every command and every option has its
 * place in one of them. */
#include "tests/test.h"

#include <stdio.h>

static const struct {
    const char *words, *options;
} commands[] = {
#define COMMAND(words, where, name, args, options, id, en) {words, options},
#include "cli/command.def"
#undef COMMAND
};

static str pages(struct ctx *c)
{
    static const char *const folders[] = {"docs", "docs/guide"};
    struct buf all = buf_new(c, 4 << 20);
    str *names, text;
    size_t n;

    for (size_t d = 0; d < COUNT(folders); d++) {
        CHECK_OK(file_list(c, folders[d], 'f', &names, &n));
        for (size_t i = 0; i < n; i++)
            if (str_ends(names[i], STR(".md"))) {
                CHECK_OK(file_read(c, file_join(c, folders[d], names[i].p),
                                   1 << 20, &text));
                buf_fmt(&all, "%.*s\n", STR_ARG(text));
            }
    }
    return buf_str(&all);
}

static bool stands(str text, str what)
{
    bool there = str_find(text, what) < text.n;

    if (!there)
        printf("  no page of docs/ says %.*s\n", STR_ARG(what));
    return there;
}

TEST(every_command_and_option_has_a_place_in_a_guide)
{
    str text = pages(c), rest, option;

    for (size_t i = 0; i < COUNT(commands); i++) {
        CHECK(stands(text, arena_fmt(c->mem, "balai %s", commands[i].words)));
        rest = str_of(commands[i].options);
        while (str_next(&rest, ' ', &option))
            CHECK(stands(text, str_ends(option, STR("="))
                                   ? str_slice(option, 0, option.n - 1)
                                   : option));
    }
}
