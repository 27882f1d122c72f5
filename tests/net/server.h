/* SPDX-License-Identifier: EUPL-1.2 */
/* A server on loopback that answers as a test wants it to. */
#pragma once

#include "tests/test.h"

#include <stdatomic.h>

struct server {
    int fd;
    uint16_t port;
    /* Answers one request whose head (and body, where it has one) is `got`;
     * the connection ends afterwards. */
    void (*answer)(struct server *s, int fd, str got);
    atomic_int asked;
    atomic_bool stopping;
    char last[4096]; /* what was asked last, NUL-terminated */
};

/* Lives until c->mem goes. */
struct server *server_start(struct ctx *c,
                            void (*answer)(struct server *s, int fd, str got));
/* False where the client went away. */
bool server_send(int fd, str bytes);
/* "http://127.0.0.1:PORT/path" */
str server_url(struct ctx *c, const struct server *s, const char *path);
