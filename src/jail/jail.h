/* SPDX-License-Identifier: EUPL-1.2 */
/* jail: what a process gives up for good before it does anything a stranger
 * could turn against it. Floor 2; uses base. Owns libseccomp.
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
