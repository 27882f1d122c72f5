/* SPDX-License-Identifier: EUPL-1.2 */
/* The program under test, as processes. */
#include "tests/play/play.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Spawn with standard output, and where `both` error output too, in a pipe. */
static pid_t spawn(struct play *p, const char *const *argv, bool both, int *out)
{
    posix_spawn_file_actions_t acts;
    char *args[PLAY_MOST_WORDS + 8];
    int ends[2], n = 0;
    pid_t pid = 0;

    for (; argv[n] != NULL; n++)
        args[n] = (char *)(uintptr_t)argv[n];
    args[n] = NULL;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return 0;
    posix_spawn_file_actions_init(&acts);
    posix_spawn_file_actions_adddup2(&acts, ends[1], 1);
    if (both)
        posix_spawn_file_actions_adddup2(&acts, ends[1], 2);
    else
        posix_spawn_file_actions_addopen(&acts, 2,
                                         file_join(p->c, p->dir, "log"),
                                         O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (posix_spawn(&pid, args[0], &acts, NULL, args, environ) != 0)
        pid = 0;
    posix_spawn_file_actions_destroy(&acts);
    close(ends[1]);
    *out = ends[0];
    return pid;
}

static bool read_some(int fd, int64_t deadline, struct buf *b)
{
    struct pollfd f = {.fd = fd, .events = POLLIN};
    char piece[4096];
    int64_t left = (deadline - time_monotonic()) / 1000;
    ssize_t n;

    if (left <= 0 || poll(&f, 1, (int)left) <= 0)
        return false;
    n = read(fd, piece, sizeof piece);
    if (n <= 0)
        return false;
    buf_raw(b, (str){piece, (size_t)n});
    return true;
}

bool play_run(struct play *p, const char *const *argv)
{
    struct buf b = buf_new(p->c, 64 << 20);
    int64_t deadline = time_monotonic() + 120 * TIME_SECOND;
    int out, status;
    pid_t pid = spawn(p, argv, true, &out);

    if (pid == 0)
        return play_fails(p, "%s cannot be started", argv[0]);
    while (read_some(out, deadline, &b))
        continue;
    close(out);
    if (time_monotonic() >= deadline)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    p->code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    p->body = buf_str(&b);
    p->headers = STR("");
    return true;
}

bool play_shell(struct play *p, const char *words)
{
    const char *argv[] = {
        "/bin/sh", "-c", arena_fmt(p->c->mem, "cd '%s' && %s", p->dir, words).p,
        NULL};

    return play_run(p, argv);
}

/* What stands beside the program under test. */
static const char *beside(struct play *p, const char *name)
{
    const char *slash = strrchr(p->balai, '/');

    return arena_fmt(p->c->mem, "%.*s/%s", (int)(slash - p->balai), p->balai,
                     name)
        .p;
}

/* balai serve, within the city's limits; where the unit was made too, as in the
 * house, under its list of system calls. */
static pid_t spawn_city(struct play *p, struct play_city *k, const str *options,
                        size_t n, const char *without)
{
    const char *argv[PLAY_MOST_WORDS] = {
        "/bin/sh", "-c",
        arena_fmt(p->c->mem, "ulimit %.*s && exec \"$0\" \"$@\"",
                  STR_ARG(k->limits))
            .p};
    const char *unit = beside(p, "../systemd/balai.service");
    const char *under[] = {beside(p, "play"), PLAY_UNDER, without, unit};
    const char *serve[] = {k->frail ? beside(p, "frail") : p->balai,
                           "-C",
                           k->dir.p,
                           "serve",
                           "--port",
                           "0"};
    size_t at = 3;

    for (size_t i = 0; i < COUNT(under) && file_exists(unit); i++)
        argv[at++] = under[i];
    for (size_t i = 0; i < COUNT(serve); i++)
        argv[at++] = serve[i];
    for (size_t i = 0; i < n; i++)
        argv[at++] = options[i].p;
    if (k->frail)
        setenv("BALAI_FRAIL", file_join(p->c, p->dir, "fault"), 1);
    return spawn(p, k->limits.n > 0 ? argv : argv + 3, false, &k->out);
}

bool play_spawn(struct play *p, struct play_city *k, const str *options,
                size_t n)
{
    k->pid = spawn_city(p, k, options, n, "");
    return k->pid != 0 || play_fails(p, "%s cannot be started", p->balai);
}

bool play_start(struct play *p, struct play_city *k, const str *options,
                size_t n)
{
    struct buf b = buf_new(p->c, 1 << 16);
    int64_t deadline = time_monotonic() + 6 * PLAY_DEADLINE;
    int64_t port;
    str line, word = STR("");

    if (!play_spawn(p, k, options, n))
        return false;
    while (!str_has((str){b.p, b.n}, '\n'))
        if (!read_some(k->out, deadline, &b))
            return play_fails(p, "the city did not come up; see %s/log",
                              p->dir);
    str_cut(buf_str(&b), '\n', &line, &word);
    while (str_next(&line, ' ', &word))
        continue;
    if (!str_is_i64(word, &port))
        return play_fails(p, "no port in \"%.*s\"", STR_ARG(buf_str(&b)));
    k->port = (int)port;
    return true;
}

bool play_starve(struct play *p, struct play_city *k, str call)
{
    struct buf b = buf_new(p->c, 1 << 16);
    int64_t deadline = time_monotonic() + 6 * PLAY_DEADLINE;
    int status = 0;

    k->pid = spawn_city(p, k, NULL, 0, call.p);
    while (k->pid != 0 && !str_has((str){b.p, b.n}, '\n') &&
           read_some(k->out, deadline, &b))
        continue;
    if (k->pid == 0 || b.n > 0)
        return play_fails(p, "it came up without %.*s", STR_ARG(call));
    (void)kill(k->pid, SIGKILL);
    while (waitpid(k->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    close(k->out);
    k->pid = 0;
    return true;
}

bool play_stop(struct play *p, struct play_city *k, int which)
{
    int status;

    if (k->pid == 0)
        return play_fails(p, "%.*s does not run", STR_ARG(k->name));
    kill(k->pid, which);
    while (waitpid(k->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    close(k->out);
    k->pid = 0;
    if (which == SIGTERM && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
        return play_fails(p, "%.*s ended with %d; see %s/log", STR_ARG(k->name),
                          status, p->dir);
    return true;
}

/* ---- the processes below a city ----------------------------------- */

/* "PID (NAME) STATE PPID ..." of /proc/PID/stat; 0 where it is gone. */
static pid_t parent_of(pid_t pid, char name[64])
{
    char path[64], line[512] = "";
    int parent = 0;
    FILE *f;

    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    f = fopen(path, "re");
    if (f == NULL)
        return 0;
    if (fgets(line, sizeof line, f) == NULL ||
        sscanf(line, "%*d (%63[^)]) %*c %d", name, &parent) != 2)
        parent = 0;
    (void)fclose(f);
    return parent;
}

static bool is_below(pid_t pid, pid_t city)
{
    char name[64];

    for (int deep = 0; pid > 1 && deep < 4; deep++) {
        pid = parent_of(pid, name);
        if (pid == city)
            return true;
    }
    return false;
}

/* Of the city's helpers, the one of this name that is not `but`; 0: none. */
static pid_t helper(const struct play_city *k, str name, pid_t but)
{
    DIR *d = opendir("/proc");
    pid_t found = 0;

    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
        pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);
        char is[64] = "";

        if (pid > 0 && pid != but && parent_of(pid, is) > 0 &&
            str_eq(str_of(is), name) && is_below(pid, k->pid))
            found = pid;
    }
    if (d != NULL)
        (void)closedir(d);
    return found;
}

bool play_kill_helper(struct play *p, struct play_city *k, str name)
{
    int64_t deadline = time_monotonic() + PLAY_DEADLINE;
    pid_t pid = helper(k, name, 0);

    if (pid == 0 || kill(pid, SIGKILL) != 0)
        return play_fails(p, "%.*s has no %.*s", STR_ARG(k->name),
                          STR_ARG(name));
    while (helper(k, name, pid) == 0)
        if (time_monotonic() > deadline)
            return play_fails(p, "%.*s was not started anew", STR_ARG(name));
    return true;
}
