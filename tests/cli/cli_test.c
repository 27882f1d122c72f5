/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/test.h"

static const struct {
    const char *words, *args, *options, *id, *en;
} commands[] = {
#define COMMAND(words, where, name, args, options, id, en)                     \
    {words, args, options, id, en},
#include "cli/command.def"
#undef COMMAND
};

TEST(every_command_is_explained_in_both_languages)
{
    for (size_t i = 0; i < COUNT(commands); i++) {
        CHECK(strlen(commands[i].id) > 10 && strlen(commands[i].en) > 5);
        CHECK(strcmp(commands[i].id, commands[i].en) != 0);
        CHECK(strchr(commands[i].id, '\n') == NULL);
    }
}

TEST(no_two_commands_have_the_same_words)
{
    for (size_t i = 0; i < COUNT(commands); i++)
        for (size_t k = i + 1; k < COUNT(commands); k++)
            CHECK(strcmp(commands[i].words, commands[k].words) != 0);
}

TEST(options_are_written_as_the_reader_of_the_table_expects)
{
    for (size_t i = 0; i < COUNT(commands); i++) {
        str rest = str_of(commands[i].options), one;

        while (str_next(&rest, ' ', &one))
            CHECK(str_starts(one, STR("--")) && one.n > 3);
        for (const char *p = commands[i].args; *p != 0; p++)
            CHECK(*p == ' ' || *p == '[' || *p == ']' || *p == '=' ||
                  (*p >= 'A' && *p <= 'Z'));
    }
}
