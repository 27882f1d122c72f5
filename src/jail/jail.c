/* SPDX-License-Identifier: EUPL-1.2 */
#include "jail/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- system calls ------------------------------------------------- */

#if defined(__SANITIZE_ADDRESS__)
#define JAIL_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define JAIL_SANITIZED 1
#endif
#endif

enum may { NO, YES, THREAD };

static const struct call {
    const char *name;
    enum may may[3]; /* by role */
} calls[] = {
#define CALL(name, node, signer, reader) {#name, {node, signer, reader}},
#include "jail/call.def"
#undef CALL
#ifdef JAIL_SANITIZED /* looks for leaks at the end; in no release */
    {"getdents", {YES, NO, NO}},
    {"ptrace", {YES, NO, NO}},
#endif
};

static const uint32_t otherwise[] = {
    [JAIL_NODE] = SCMP_ACT_ERRNO(EPERM),
    [JAIL_SIGNER] = SCMP_ACT_KILL_PROCESS,
    [JAIL_READER] = SCMP_ACT_KILL_PROCESS,
};

/* A thread shares all that its process has given up; a process of its own is
 * not made. What the newer call asks for lies in memory, where no filter sees
 * it: it is said not to be there, and the C library takes the older. */
static int allow_one(scmp_filter_ctx f, int number, enum may may)
{
    const struct scmp_arg_cmp thread =
        SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);

    if (may == NO)
        return 0;
    if (may == YES)
        return seccomp_rule_add(f, SCMP_ACT_ALLOW, number, 0);
    if (number == SCMP_SYS(clone3))
        return seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), number, 0);
    return seccomp_rule_add(f, SCMP_ACT_ALLOW, number, 1, thread);
}

/* A call that this processor does not have is no loss. */
static int allow(scmp_filter_ctx f, enum jail_role role)
{
    for (size_t i = 0; i < COUNT(calls); i++) {
        int number = seccomp_syscall_resolve_name(calls[i].name);
        int rc = 0;

        if (number != __NR_SCMP_ERROR)
            rc = allow_one(f, number, calls[i].may[role]);
        if (rc != 0)
            return rc;
    }
    return 0;
}

static bool shut_calls(enum jail_role role)
{
    scmp_filter_ctx f = seccomp_init(otherwise[role]);
    bool ok = f != NULL && allow(f, role) == 0 && seccomp_load(f) == 0;

    if (f != NULL)
        seccomp_release(f);
    return ok;
}

/* ---- files -------------------------------------------------------- */

/* Newer than the header of Debian 12. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

#define READS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FILES                                                                  \
    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |            \
     LANDLOCK_ACCESS_FS_TRUNCATE | LANDLOCK_ACCESS_FS_EXECUTE)
#define WRITES                                                                 \
    (READS | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE |     \
     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE |            \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR |             \
     LANDLOCK_ACCESS_FS_MAKE_SOCK)
#define ALL                                                                    \
    (WRITES | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |      \
     LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |            \
     LANDLOCK_ACCESS_FS_MAKE_SYM)

static int landlock_version(void)
{
    long v = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0,
                     LANDLOCK_CREATE_RULESET_VERSION);

    return v > 0 ? (int)v : 0;
}

/* A kernel refuses rights that it does not know. */
static uint64_t known(int version, uint64_t rights)
{
    return version >= 3 ? rights : rights & ~LANDLOCK_ACCESS_FS_TRUNCATE;
}

static err open_path(struct ctx *c, int rules, int version,
                     const struct jail_path *p)
{
    int fd = open(p->path, O_PATH | O_CLOEXEC);
    struct landlock_path_beneath_attr beneath = {
        .allowed_access = known(version, p->writes ? WRITES : READS),
        .parent_fd = fd};
    struct stat st;
    long rc;

    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0)
            close(fd);
        return fail(c, E_NOT_FOUND, "%s: %s.", p->path, strerror(errno));
    }
    if (!S_ISDIR(st.st_mode))
        beneath.allowed_access &= FILES;
    rc = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
                 &beneath, 0);
    close(fd);
    return rc == 0 ? E_OK
                   : fail(c, E_STORAGE, "Landlock %s: %s.", p->path,
                          strerror(errno));
}

static err shut_files(struct ctx *c, int version, const struct jail_path *paths,
                      size_t n)
{
    struct landlock_ruleset_attr attr = {.handled_access_fs =
                                             known(version, ALL)};
    int rules =
        (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    err e = E_OK;

    if (rules < 0)
        return fail(c, E_STORAGE, "Landlock: %s.", strerror(errno));
    for (size_t i = 0; i < n && e == E_OK; i++)
        e = open_path(c, rules, version, &paths[i]);
    if (e == E_OK && syscall(SYS_landlock_restrict_self, rules, 0) != 0)
        e = fail(c, E_STORAGE, "Landlock: %s.", strerror(errno));
    close(rules);
    return e;
}

/* ---- all of it ---------------------------------------------------- */

struct jail_got jail_offered(void)
{
    return (struct jail_got){.landlock = landlock_version(),
                             .seccomp = seccomp_api_get() >= 1};
}

err jail_enter(struct ctx *c, enum jail_role role,
               const struct jail_path *paths, size_t n, struct jail_got *got)
{
    struct jail_got offered = jail_offered();

    *got = (struct jail_got){.landlock = 0};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fail(c, E_STORAGE, "no_new_privs: %s.", strerror(errno));
    if (role != JAIL_NODE && offered.landlock > 0) {
        TRY(shut_files(c, offered.landlock, paths, n));
        got->landlock = offered.landlock;
    }
    got->seccomp = offered.seccomp && shut_calls(role);
    return E_OK;
}

/* The sanitizer's shadow alone is terabytes of address space. */
#ifdef JAIL_SANITIZED
#define SHADOWED true
#else
#define SHADOWED false
#endif

void jail_limit(const struct jail_limits *l)
{
    const struct rlimit none = {0, 0};
    const struct rlimit bytes = {l->bytes, l->bytes};
    const struct rlimit seconds = {(rlim_t)l->seconds, (rlim_t)l->seconds};

    (void)setrlimit(RLIMIT_CORE, &none);
    if (l->bytes > 0 && !SHADOWED)
        (void)setrlimit(RLIMIT_AS, &bytes);
    if (l->seconds > 0)
        (void)setrlimit(RLIMIT_CPU, &seconds);
}

/* ---- a child ------------------------------------------------------ */

/* The other processes of this user cannot look into it, nor does a fault write
 * its memory to a disk. */
static void part(int fd, pid_t parent)
{
    int null;

    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent)
        _exit(1); /* it ended before this could be asked for */
    null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
        dup2(null, STDOUT_FILENO) < 0)
        _exit(1);
    if ((fd > STDERR_FILENO + 1 &&
         close_range(STDERR_FILENO + 1, (unsigned)fd - 1, 0) != 0) ||
        close_range((unsigned)fd + 1, ~0U, 0) != 0)
        _exit(1);
    (void)signal(SIGINT, SIG_IGN); /* for all of a group: the node says when */
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
}

int jail_fork(int fd)
{
    pid_t parent = getpid();
    pid_t child = fork();

    if (child == 0)
        part(fd, parent);
    return child;
}
