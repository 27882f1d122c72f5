/* SPDX-License-Identifier: EUPL-1.2 */
/* A server on loopback that answers as a test wants it to. */
#pragma once

#include "tests/test.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

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

struct server_running {
    struct server s;
    pthread_t thread;
};

/* False where the client went away. */
static inline bool server_send(int fd, str bytes)
{
    for (size_t done = 0; done < bytes.n;) {
        ssize_t n = send(fd, bytes.p + done, bytes.n - done, MSG_NOSIGNAL);

        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

/* The whole request, by its Content-Length. */
static inline size_t server_receive(int fd, char *room, size_t most)
{
    size_t n = 0, want = most;

    while (n < want) {
        ssize_t r = recv(fd, room + n, want - n, 0);
        char *end, *length;

        if (r <= 0)
            break;
        n += (size_t)r;
        room[n] = 0;
        end = strstr(room, "\r\n\r\n");
        if (end == NULL)
            continue;
        length = strstr(room, "Content-Length: ");
        want = (size_t)(end + 4 - room) +
               (length == NULL ? 0 : strtoul(length + 16, NULL, 10));
        if (want > most)
            break;
    }
    return n;
}

static inline void *server_run(void *arg)
{
    struct server *s = arg;

    while (!atomic_load(&s->stopping)) {
        struct pollfd p = {.fd = s->fd, .events = POLLIN};
        size_t n;
        int fd;

        if (poll(&p, 1, 20) <= 0)
            continue;
        fd = accept(s->fd, NULL, NULL);
        if (fd < 0)
            continue;
        n = server_receive(fd, s->last, sizeof s->last - 1);
        s->last[n] = 0;
        atomic_fetch_add(&s->asked, 1);
        if (n > 0)
            s->answer(s, fd, (str){s->last, n});
        close(fd);
    }
    return NULL;
}

static inline void server_stop(void *it)
{
    struct server_running *r = it;

    atomic_store(&r->s.stopping, true);
    pthread_join(r->thread, NULL);
    close(r->s.fd);
    free(r);
}

/* Lives until c->mem goes. */
static inline struct server *
server_start(struct ctx *c, void (*answer)(struct server *s, int fd, str got))
{
    struct sockaddr_in in = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct server_running *r = calloc(1, sizeof *r);
    socklen_t n = sizeof in;

    MUST(r != NULL);
    r->s.answer = answer;
    r->s.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    MUST(r->s.fd >= 0);
    MUST(bind(r->s.fd, (struct sockaddr *)&in, sizeof in) == 0);
    MUST(listen(r->s.fd, 8) == 0);
    MUST(getsockname(r->s.fd, (struct sockaddr *)&in, &n) == 0);
    r->s.port = ntohs(in.sin_port);
    MUST(pthread_create(&r->thread, NULL, server_run, &r->s) == 0);
    arena_owns(c->mem, server_stop, r);
    return &r->s;
}

/* "http://127.0.0.1:PORT/path" */
static inline str server_url(struct ctx *c, const struct server *s,
                             const char *path)
{
    return arena_fmt(c->mem, "http://127.0.0.1:%u%s", (unsigned)s->port, path);
}
