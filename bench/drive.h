/* SPDX-License-Identifier: EUPL-1.2 */
/* A server under load, as a browser and wrk see it, and nginx beside it. */
#pragma once

#include "bench/bench.h"

#include <sys/types.h>

/* A program; it ends with this one, however that ends. */
pid_t drive_spawn(const char *const *argv, int *out);
void drive_stop(pid_t pid);
/* All that it says, or its first line. */
str drive_hear(struct ctx *c, int fd, bool all);

/* `balai serve` of this folder, on a port that was free. */
struct drive_city {
    pid_t pid;
    int out, port;
};
struct drive_city drive_city(struct ctx *c, const char *dir);

/* A page's bytes, asked for with these header lines ("Cookie: a\r\n"); it must
 * be there. */
str drive_get(struct ctx *c, int port, const char *path, const char *head);

/* Whether wrk and nginx are there. */
bool drive_can(struct ctx *c);
/* nginx serves `page` as /page.html. */
struct drive_nginx {
    pid_t pid;
    int out, port;
};
struct drive_nginx drive_nginx(struct ctx *c, const char *dir, str page);

/* Answers a second to so many at one time, each of them good; `head` is a
 * header line or NULL. */
double drive_wrk(struct ctx *c, int port, const char *path, int crowd,
                 const char *head);

/* What `name` stands before in this file of /proc, over a process and all that
 * it started; *unread of them may not be asked. */
double drive_sum(struct ctx *c, pid_t first, const char *file, const char *name,
                 int *unread);
