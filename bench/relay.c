/* SPDX-License-Identifier: EUPL-1.2 */
#include "bench/relay.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINES 64

struct relay {
    int listening, port, to;
    pthread_t thread;
    atomic_bool stopping;
    atomic_llong connections, requests, up, down;
};

struct line {
    int client, server; /* client < 0: free */
};

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int at_once(int fd)
{
    int on = 1;

    MUST(fd >= 0);
    MUST(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
    return fd;
}

static void open_line(struct relay *r, struct line *all)
{
    struct sockaddr_in in = loopback(r->to);
    int client = at_once(accept(r->listening, NULL, NULL));
    size_t i = 0;

    while (i < LINES && all[i].client >= 0)
        i++;
    MUST(i < LINES);
    all[i].client = client;
    all[i].server = at_once(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    MUST(connect(all[i].server, (struct sockaddr *)&in, sizeof in) == 0);
    atomic_fetch_add(&r->connections, 1);
}

/* A client of ours sends a head in one piece, and nothing behind it. */
static bool pass(struct relay *r, int from, int to, bool up)
{
    char piece[1 << 16];
    ssize_t n = recv(from, piece, sizeof piece, 0);

    if (n <= 0)
        return false;
    atomic_fetch_add(up ? &r->up : &r->down, n);
    if (up && n > 4 && memcmp(piece, "GET ", 4) == 0)
        atomic_fetch_add(&r->requests, 1);
    for (ssize_t done = 0, sent; done < n; done += sent) {
        sent = send(to, piece + done, (size_t)(n - done), MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
    }
    return true;
}

static void serve_line(struct relay *r, struct line *l, short up, short down)
{
    if ((up == 0 || pass(r, l->client, l->server, true)) &&
        (down == 0 || pass(r, l->server, l->client, false)))
        return;
    close(l->client);
    close(l->server);
    l->client = l->server = -1;
}

static void *run(void *arg)
{
    struct relay *r = arg;
    struct line all[LINES];
    struct pollfd p[2 * LINES + 1];

    for (size_t i = 0; i < LINES; i++)
        all[i] = (struct line){-1, -1};
    while (!atomic_load(&r->stopping)) {
        p[2 * LINES] = (struct pollfd){.fd = r->listening, .events = POLLIN};
        for (size_t i = 0; i < LINES; i++) {
            p[2 * i] = (struct pollfd){.fd = all[i].client, .events = POLLIN};
            p[2 * i + 1] =
                (struct pollfd){.fd = all[i].server, .events = POLLIN};
        }
        if (poll(p, COUNT(p), 20) <= 0)
            continue;
        for (size_t i = 0; i < LINES; i++)
            if (all[i].client >= 0)
                serve_line(r, &all[i], p[2 * i].revents, p[2 * i + 1].revents);
        if (p[2 * LINES].revents != 0)
            open_line(r, all);
    }
    return NULL;
}

static void stop(void *it)
{
    struct relay *r = it;

    atomic_store(&r->stopping, true);
    pthread_join(r->thread, NULL);
    close(r->listening);
    free(r);
}

struct relay *relay_new(struct ctx *c, int port)
{
    struct relay *r = calloc(1, sizeof *r);
    struct sockaddr_in in = loopback(0);
    socklen_t n = sizeof in;

    MUST(r != NULL);
    r->to = port;
    r->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    MUST(r->listening >= 0);
    MUST(bind(r->listening, (struct sockaddr *)&in, sizeof in) == 0);
    MUST(listen(r->listening, LINES) == 0);
    MUST(getsockname(r->listening, (struct sockaddr *)&in, &n) == 0);
    r->port = ntohs(in.sin_port);
    MUST(pthread_create(&r->thread, NULL, run, r) == 0);
    arena_owns(c->mem, stop, r);
    return r;
}

int relay_port(const struct relay *r)
{
    return r->port;
}

struct relay_count relay_take(struct relay *r)
{
    return (struct relay_count){
        atomic_exchange(&r->connections, 0), atomic_exchange(&r->requests, 0),
        atomic_exchange(&r->up, 0), atomic_exchange(&r->down, 0)};
}
