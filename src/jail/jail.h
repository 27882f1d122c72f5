/* SPDX-License-Identifier: EUPL-1.2 */
/* jail: what a process gives up for good before it does anything a stranger
 * could turn against it, and the helpers that live so: small processes beside
 * the one that serves. Floor 2; uses base. Owns libseccomp.
 *
 * Landlock leaves it the files that it is given and no others; seccomp leaves
 * it the system calls of its column in call.def. Both hold for every child,
 * and nothing takes them back. A kernel that has neither is not a reason to
 * leave a city without service: what was had is told, and doctor shows it. */
#pragma once

#include "base/base.h"

enum jail_role {
    JAIL_NODE,   /* a forbidden call fails with EPERM: the node goes on */
    JAIL_SIGNER, /* a forbidden call ends the process */
    JAIL_READER, /* likewise; it has no files at all */
};

/* A file or a folder with all below it. */
struct jail_path {
    const char *path;
    bool writes; /* also make, change and remove */
};

struct jail_got {
    int landlock; /* the version of the kernel's Landlock; 0: no file is shut */
    bool seccomp;
};

/* From here on for good, for this process and its children; to be called while
 * there is one thread. The node names no paths: its files are not narrowed,
 * since administrators name folders on commands. The others keep only what
 * they name.
 *     E_NOT_FOUND  one of the paths is not there
 *     E_STORAGE    the kernel refused in the middle: the process must end */
err jail_enter(struct ctx *c, enum jail_role role,
               const struct jail_path *paths, size_t n,
               struct jail_got *got) MUST_USE;

/* At most so much memory and processor time, no core file, no new files. */
struct jail_limits {
    size_t bytes; /* of address space; 0: as before */
    int seconds;  /* of processor time; 0: as before */
};
void jail_limit(const struct jail_limits *l);

/* What this kernel would give, without entering. */
struct jail_got jail_offered(void);

/* A child that ends with the thread that made it: 0 in the child, its number
 * here, -1 where there can be none. The child keeps of the open files only
 * `fd` and standard error. To be called before threads hold locks: it may go
 * on to allocate. */
int jail_fork(int fd);

/* ---- helpers ------------------------------------------------------ */

/* A helper is a process that does one kind of work behind a socket: the signer,
 * a reader of a stranger's file. It is made by the keeper, which is forked
 * while there is one thread, no database and no key, so that no helper was
 * ever in a memory that holds any; it is jailed before it reads the first
 * byte; and it ends with its keeper, which ends with its node. */
struct jail_helper {
    const char *name; /* what ps shows: "balai-signer"; 15 bytes at most */
    enum jail_role role;
    struct jail_limits limits;
    const struct jail_path *paths;
    size_t n;
    /* There is one at a time, which lives long: a new one ends the one before,
     * and where they keep ending they are started at growing intervals, from
     * half a second to a minute. Otherwise: one for each call. */
    bool alone;
    int lives; /* not alone: ended after so many seconds; 0: whenever it ends */
    /* Until the other end of `fd` is closed; wire_recv() and wire_send(). It
     * is in nobody's context: it makes its own. */
    void (*work)(const void *arg, int fd);
    const void *arg;
};

/* The helpers and what they point to stay as they are from here on: the keeper
 * has its own copy. `unjailed` lets them run too where the kernel has no
 * Landlock or no seccomp, for whoever said so. To be called while there is one
 * thread, by one that stays. E_BUSY: there can be no process. */
struct jail_keeper;
err jail_keeper_start(struct ctx *c, const struct jail_helper *helpers,
                      size_t n, bool unjailed,
                      struct jail_keeper **out) MUST_USE;
/* A socket to a new helper, which is jailed by now; the caller closes it. Its
 * patience is 20 seconds each way. From any thread.
 *     E_FORBIDDEN  this kernel cannot jail it
 *     E_NOT_FOUND  one of its paths is not there
 *     E_BUSY       it ended just now, or the keeper did: later */
err jail_keeper_call(struct ctx *c, struct jail_keeper *k, size_t which,
                     int *fd) MUST_USE;
/* What the last helper that was started is jailed by. */
struct jail_got jail_keeper_got(struct jail_keeper *k);
/* False once the keeper is gone, and all helpers with it. */
bool jail_keeper_lives(struct jail_keeper *k);
void jail_keeper_stop(struct jail_keeper *k); /* NULL is fine */
