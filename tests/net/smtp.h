/* SPDX-License-Identifier: EUPL-1.2 */
/* A mail server on loopback that takes what a test lets it take. */
#pragma once

#include "tests/net/server.h"

struct smtp {
    int fd;
    uint16_t port;
    const char *rcpt; /* its answer to RCPT TO; NULL: "250 ok" */
    const char *only; /* to addresses that hold this; NULL: to all */
    atomic_int taken;
    atomic_bool stopping;
    char from[256], to[256], data[65536];
};

struct smtp_running {
    struct smtp s;
    pthread_t thread;
};

static inline bool smtp_line(int fd, char *room, size_t most)
{
    size_t n = 0;

    while (n + 1 < most && recv(fd, room + n, 1, 0) == 1)
        if (room[n++] == '\n') {
            room[n] = 0;
            return true;
        }
    return false;
}

/* The letter until the line with a single dot. */
static inline void smtp_data(struct smtp *s, int fd)
{
    char line[2048];
    size_t n = 0;

    while (smtp_line(fd, line, sizeof line) && strcmp(line, ".\r\n") != 0) {
        const char *from =
            line[0] == '.' ? line + 1 : line; /* RFC 5321 4.5.2 */
        size_t more = strlen(from);

        if (n + more < sizeof s->data)
            memcpy(s->data + n, from, more + 1), n += more;
    }
    atomic_fetch_add(&s->taken, 1);
}

static inline void smtp_talk(struct smtp *s, int fd)
{
    char line[2048];
    bool open = server_send(fd, STR("220 surat.example ESMTP\r\n"));

    while (open && smtp_line(fd, line, sizeof line)) {
        str got = str_of(line), answer = STR("250 ok\r\n");

        if (str_starts(got, STR("MAIL FROM:")))
            strcpy(s->from, line + 10);
        if (str_starts(got, STR("RCPT TO:"))) {
            strcpy(s->to, line + 8);
            if (s->rcpt != NULL &&
                (s->only == NULL || strstr(s->to, s->only) != NULL))
                answer = str_of(s->rcpt);
        }
        if (str_starts(got, STR("DATA"))) {
            server_send(fd, STR("354 go on\r\n"));
            smtp_data(s, fd);
        }
        open = !str_starts(got, STR("QUIT"));
        server_send(fd, open ? answer : STR("221 bye\r\n"));
    }
}

static inline void *smtp_run(void *arg)
{
    struct smtp *s = arg;

    while (!atomic_load(&s->stopping)) {
        struct pollfd p = {.fd = s->fd, .events = POLLIN};
        struct timeval limit = {.tv_sec = 20};
        int fd;

        if (poll(&p, 1, 20) <= 0 || (fd = accept(s->fd, NULL, NULL)) < 0)
            continue;
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        smtp_talk(s, fd);
        close(fd);
    }
    return NULL;
}

static inline void smtp_stop(void *it)
{
    struct smtp_running *r = it;

    atomic_store(&r->s.stopping, true);
    pthread_join(r->thread, NULL);
    close(r->s.fd);
    free(r);
}

/* Lives until c->mem goes. */
static inline struct smtp *smtp_start(struct ctx *c)
{
    struct sockaddr_in in = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct smtp_running *r = calloc(1, sizeof *r);
    socklen_t n = sizeof in;

    MUST(r != NULL);
    r->s.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    MUST(r->s.fd >= 0 && bind(r->s.fd, (struct sockaddr *)&in, n) == 0 &&
         listen(r->s.fd, 8) == 0 &&
         getsockname(r->s.fd, (struct sockaddr *)&in, &n) == 0);
    r->s.port = ntohs(in.sin_port);
    MUST(pthread_create(&r->thread, NULL, smtp_run, &r->s) == 0);
    arena_owns(c->mem, smtp_stop, r);
    return &r->s;
}
