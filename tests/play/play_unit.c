/* SPDX-License-Identifier: EUPL-1.2 */
/* The list of system calls of the systemd unit, as the service manager lays it
 * on the program that it starts. */
#include "tests/play/play.h"

#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <unistd.h>

#define UNIT_MOST ((size_t)1 << 20)

/* What systemd adds to every list that allows: systemd.exec(5). */
static const char *const implicit[] = {"execve", "sigreturn"};

/* What the sanitizers of this build do at the end, to look for leaks. */
static const char *const sanitizers[] = {"ptrace", "getdents"};

static int allow(scmp_filter_ctx f, const char *name, str without)
{
    int number = seccomp_syscall_resolve_name(name);

    if (number == __NR_SCMP_ERROR || str_eq(str_of(name), without))
        return 0;
    return seccomp_rule_add(f, SCMP_ACT_ALLOW, number, 0);
}

static int allow_all(scmp_filter_ctx f, const char *const *names, size_t n,
                     str without)
{
    int rc = 0;

    for (size_t i = 0; i < n && rc == 0; i++)
        rc = allow(f, names[i], without);
    return rc;
}

static int allow_words(struct ctx *c, scmp_filter_ctx f, str words, str without)
{
    str word;
    int rc = 0;

    while (rc == 0 && str_next(&words, ' ', &word))
        rc = allow(f, arena_str(c->mem, word).p, without);
    return rc;
}

static err confine(struct ctx *c, str unit, str without)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    str line, head = STR("SystemCallFilter="), words;
    int rc = f == NULL ? -ENOMEM : 0, lines = 0;

    while (rc == 0 && str_next(&unit, '\n', &line)) {
        if (!str_starts(line, head))
            continue;
        words = str_slice(line, head.n, line.n);
        MUST(!str_has(words, '@') && !str_has(words, '~'));
        rc = allow_words(c, f, words, without);
        lines++;
    }
    if (rc == 0)
        rc = allow_all(f, implicit, COUNT(implicit), without);
    if (rc == 0)
        rc = allow_all(f, sanitizers, COUNT(sanitizers), without);
    if (rc == 0 && lines > 0)
        rc = seccomp_load(f);
    seccomp_release(f);
    return rc == 0 && lines > 0 ? E_OK
                                : fail(c, E_BAD_INPUT, "%d lines of calls: %s.",
                                       lines, strerror(-rc));
}

int play_under_unit(struct ctx *c, const char *without, char **argv)
{
    str unit;

    if (file_read(c, argv[0], UNIT_MOST, &unit) != E_OK ||
        confine(c, unit, str_of(without)) != E_OK)
        fprintf(stderr, "play: %s: %.*s\n", argv[0], STR_ARG(c->why));
    else
        execv(argv[1], argv + 1);
    return 127;
}
