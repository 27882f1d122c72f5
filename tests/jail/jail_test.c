/* SPDX-License-Identifier: EUPL-1.2 */
/* Each role in a child of its own, doing what it may and what it may not. */
#include "jail/jail.h"
#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct cell {
    enum jail_role role;
    const char *dir; /* what it may write below; NULL: no file at all */
    const char *other;
    int (*try)(const struct cell *k); /* its answer is the child's */
};

#define NOT_JAILED 99

/* What the child answered, or minus the signal that ended it. */
static int outcome(struct ctx *c, const struct cell *k)
{
    const struct jail_path paths[] = {{k->dir, true}};
    int pair[2], status = 0;
    pid_t child;

    MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    child = jail_fork(pair[1]);
    MUST(child >= 0);
    if (child == 0) {
        const struct rlimit none = {0, 0};
        struct jail_got got;

        (void)setrlimit(RLIMIT_CORE, &none);
        if (jail_enter(c, k->role, paths, k->dir != NULL, &got) != E_OK ||
            !got.seccomp)
            _exit(NOT_JAILED);
        _exit(k->try(k));
    }
    close(pair[0]);
    close(pair[1]);
    MUST(waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int opens(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);

    return fd >= 0 ? 0 : errno;
}

static int try_socket(const struct cell *k)
{
    (void)k;
    return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 0 : errno;
}

static int try_exec(const struct cell *k)
{
    char *const argv[] = {(char[]){"true"}, NULL};

    (void)k;
    return execv("/bin/true", argv) == 0 ? 0 : errno;
}

static int try_fork(const struct cell *k)
{
    (void)k;
    return fork() >= 0 ? 0 : errno;
}

static int try_own(const struct cell *k)
{
    return opens(k->dir, O_RDONLY | O_DIRECTORY);
}

static int try_other(const struct cell *k)
{
    return opens(k->other, O_RDONLY);
}

static int try_passwords(const struct cell *k)
{
    (void)k;
    return opens("/etc/passwd", O_RDONLY);
}

static int try_write(const struct cell *k)
{
    struct ctx c = {.mem = arena_new((size_t)1 << 20)};
    const char *path = file_join(&c, k->dir, "note");
    err e = file_write(&c, path, STR("text"), 0600);

    return e == E_OK ? 0 : 1;
}

static int try_work(const struct cell *k)
{
    struct arena *a = arena_new((size_t)4 << 20);

    (void)k;
    for (int i = 0; i < 100; i++)
        (void)arena_fmt(a, "%d", i);
    arena_free(a);
    return write(STDERR_FILENO, "", 0) == 0 ? 0 : 1;
}

TEST(a_reader_may_work_and_nothing_else)
{
    struct cell k = {.role = JAIL_READER, .try = try_work};

    CHECK_I64(outcome(c, &k), 0);
    k.try = try_passwords;
    CHECK_I64(outcome(c, &k), -SIGSYS);
    k.try = try_socket;
    CHECK_I64(outcome(c, &k), -SIGSYS);
    k.try = try_exec;
    CHECK_I64(outcome(c, &k), -SIGSYS);
    k.try = try_fork;
    CHECK_I64(outcome(c, &k), -SIGSYS);
}

TEST(a_signer_has_its_folder_and_no_network)
{
    struct cell k = {.role = JAIL_SIGNER,
                     .dir = test_folder(c),
                     .other = test_folder(c),
                     .try = try_write};

    CHECK_I64(outcome(c, &k), 0);
    CHECK(file_exists(file_join(c, k.dir, "note")));
    k.try = try_own;
    CHECK_I64(outcome(c, &k), 0);
    k.try = try_socket;
    CHECK_I64(outcome(c, &k), -SIGSYS);
    k.try = try_exec;
    CHECK_I64(outcome(c, &k), -SIGSYS);
    if (jail_offered().landlock == 0) {
        test_skip("this kernel has no Landlock");
        return;
    }
    k.try = try_other;
    CHECK_I64(outcome(c, &k), EACCES);
    k.try = try_passwords;
    CHECK_I64(outcome(c, &k), EACCES);
}

TEST(a_node_cannot_start_another_program)
{
    struct cell k = {.role = JAIL_NODE, .try = try_exec};

    CHECK_I64(outcome(c, &k), EPERM);
    k.try = try_socket;
    CHECK_I64(outcome(c, &k), 0);
    k.try = try_passwords;
    CHECK_I64(outcome(c, &k), 0);
}

TEST(a_jail_without_its_folder_is_refused)
{
    struct jail_path gone = {file_join(c, test_folder(c), "gone"), true};
    struct cell k = {.role = JAIL_SIGNER, .dir = gone.path, .try = try_work};

    CHECK_I64(outcome(c, &k), NOT_JAILED);
}

static _Noreturn void for_ever(void)
{
    struct jail_limits l = {.seconds = 1};

    jail_limit(&l);
    for (volatile int64_t i = 0;; i++)
        continue;
}

/* Limits are set before the jail is shut, so this one is in none. */
TEST(a_child_that_computes_for_ever_is_ended)
{
    int pair[2], status = 0;
    pid_t child;

    MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    child = jail_fork(pair[1]);
    if (child == 0)
        for_ever();
    close(pair[0]);
    close(pair[1]);
    MUST(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL);
}
