/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/net/server.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct running {
    struct server s;
    pthread_t thread;
};

bool server_send(int fd, str bytes)
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
static size_t receive(int fd, char *room, size_t most)
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

static void *serve(void *arg)
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
        n = receive(fd, s->last, sizeof s->last - 1);
        s->last[n] = 0;
        atomic_fetch_add(&s->asked, 1);
        if (n > 0)
            s->answer(s, fd, (str){s->last, n});
        close(fd);
    }
    return NULL;
}

static void stop(void *it)
{
    struct running *r = it;

    atomic_store(&r->s.stopping, true);
    pthread_join(r->thread, NULL);
    close(r->s.fd);
    free(r);
}

struct server *server_start(struct ctx *c,
                            void (*answer)(struct server *s, int fd, str got))
{
    struct sockaddr_in in = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct running *r = calloc(1, sizeof *r);
    socklen_t n = sizeof in;

    MUST(r != NULL);
    r->s.answer = answer;
    r->s.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    MUST(r->s.fd >= 0);
    MUST(bind(r->s.fd, (struct sockaddr *)&in, sizeof in) == 0);
    MUST(listen(r->s.fd, 8) == 0);
    MUST(getsockname(r->s.fd, (struct sockaddr *)&in, &n) == 0);
    r->s.port = ntohs(in.sin_port);
    MUST(pthread_create(&r->thread, NULL, serve, &r->s) == 0);
    arena_owns(c->mem, stop, r);
    return &r->s;
}

str server_url(struct ctx *c, const struct server *s, const char *path)
{
    return arena_fmt(c->mem, "http://127.0.0.1:%u%s", (unsigned)s->port, path);
}
