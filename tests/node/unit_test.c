/* SPDX-License-Identifier: EUPL-1.2 */
/* The system calls of the unit as it is made, against those of call.def as the
 * compiler reads it: one list, and no other. */
#include "base/base.h"
#include "tests/test.h"

#include <stdio.h>

enum { NO, YES, THREAD };

static const struct call {
    const char *name;
    int node;
} calls[] = {
#define CALL(name, node, signer, reader) {#name, node},
#include "jail/call.def"
#undef CALL
};

/* What a helper needs to shut itself in further, which the node does not. */
static const char *const shutting[] = {"seccomp", "landlock_create_ruleset",
                                       "landlock_add_rule",
                                       "landlock_restrict_self"};

static str made_unit(struct ctx *c)
{
    FILE *f = popen("tools/unit etc/systemd/balai.service.in /usr/bin", "r");
    struct buf b = buf_new(c, 1 << 16);
    char line[8192];

    MUST(f != NULL);
    while (fgets(line, sizeof line, f) != NULL)
        buf_lit(&b, line);
    CHECK_I64(pclose(f), 0);
    return buf_str(&b);
}

/* All words of all its lines. */
static size_t filter_of(str unit, str words[256])
{
    str line, word, head = STR("SystemCallFilter=");
    size_t n = 0;

    while (str_next(&unit, '\n', &line)) {
        if (!str_starts(line, head))
            continue;
        line = str_slice(line, head.n, line.n);
        while (n < 256 && str_next(&line, ' ', &word))
            words[n++] = word;
    }
    return n;
}

TEST(the_units_list_of_system_calls_is_the_programs_own)
{
    str words[256];
    size_t n = filter_of(made_unit(c), words), want = COUNT(shutting);

    for (size_t i = 0; i < COUNT(calls); i++) {
        CHECK((str_among(str_of(calls[i].name), words, n) >= 0) ==
              (calls[i].node == YES));
        want += calls[i].node == YES;
    }
    for (size_t i = 0; i < COUNT(shutting); i++)
        CHECK(str_among(str_of(shutting[i]), words, n) >= 0);
    CHECK_I64((int64_t)n, (int64_t)want);
}
