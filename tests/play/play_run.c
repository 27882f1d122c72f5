/* SPDX-License-Identifier: EUPL-1.2 */
/* The program under test, as processes. */
#include "tests/play/play.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
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

bool play_spawn(struct play *p, struct play_city *k, const str *options,
                size_t n)
{
    const char *shell[PLAY_MOST_WORDS + 3] = {
        "/bin/sh", "-c",
        arena_fmt(p->c->mem, "ulimit %.*s && exec \"$0\" \"$@\"",
                  STR_ARG(k->limits))
            .p};
    const char **argv = shell + 3;
    static const char *const serve[] = {"-C", "", "serve", "--port", "0"};

    argv[0] = p->balai;
    for (size_t i = 0; i < COUNT(serve); i++)
        argv[1 + i] = serve[i];
    argv[2] = k->dir.p;
    for (size_t i = 0; i < n; i++)
        argv[6 + i] = options[i].p;
    if (k->frail) { /* it stands beside the program */
        const char *slash = strrchr(p->balai, '/');

        argv[0] = arena_fmt(p->c->mem, "%.*s/frail", (int)(slash - p->balai),
                            p->balai)
                      .p;
        setenv("BALAI_FRAIL", file_join(p->c, p->dir, "fault"), 1);
    }
    k->pid = spawn(p, k->limits.n > 0 ? shell : argv, false, &k->out);
    return k->pid != 0 || play_fails(p, "%s cannot be started", argv[0]);
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
