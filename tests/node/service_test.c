/* SPDX-License-Identifier: EUPL-1.2 */
/* A node under a service manager: a real process, started as systemd starts
 * it, with a socket as descriptor 3 and a place to tell. */
#include "node/node.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE 60 /* seconds for one message */

struct manager {
    int listener, told; /* what it opened */
    uint16_t port;
    const char *where; /* NOTIFY_SOCKET */
    pid_t child;
};

static void ready(void *arg, uint16_t port)
{
    (void)arg, (void)port;
}

static int listen_somewhere(int domain, uint16_t *port)
{
    struct sockaddr_in in = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6,
                               .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    socklen_t n = sizeof in;
    int fd = socket(domain, SOCK_STREAM, 0);

    if (domain == AF_INET6) {
        CHECK(bind(fd, (struct sockaddr *)&six, sizeof six) == 0);
        CHECK(listen(fd, 8) == 0);
        return fd;
    }
    CHECK(bind(fd, (struct sockaddr *)&in, sizeof in) == 0);
    CHECK(listen(fd, 8) == 0);
    CHECK(getsockname(fd, (struct sockaddr *)&in, &n) == 0);
    *port = ntohs(in.sin_port);
    return fd;
}

static struct manager new_manager(struct ctx *c)
{
    struct manager m = {.where = file_join(c, test_folder(c), "tell")};
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    const struct timeval limit = {.tv_sec = PATIENCE};

    m.listener = listen_somewhere(AF_INET, &m.port);
    m.told = socket(AF_UNIX, SOCK_DGRAM, 0);
    memcpy(a.sun_path, m.where, strlen(m.where) + 1);
    CHECK(bind(m.told, (struct sockaddr *)&a, sizeof a) == 0);
    setsockopt(m.told, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return m;
}

static void hand_over(const struct manager *m, const char *sockets)
{
    char pid[24];

    snprintf(pid, sizeof pid, "%d", (int)getpid());
    MUST(dup2(m->listener, 3) == 3);
    setenv("LISTEN_FDS", sockets, 1);
    setenv("LISTEN_PID", pid, 1);
    setenv("NOTIFY_SOCKET", m->where, 1);
    setenv("WATCHDOG_PID", pid, 1);
    setenv("WATCHDOG_USEC", "300000", 1);
}

/* The child: exits with the error that serving ended with. */
_Noreturn static void serve(struct ctx *c, const struct manager *m,
                            const struct node_options *o, const char *sockets)
{
    struct node_serving s = {.address = "127.0.0.1", .ready = ready};
    struct node *n;
    err e;

    /* The sockets stand above what a database opens first. */
    hand_over(m, sockets);
    e = node_open(c, o, &n);
    if (e == E_OK) {
        e = node_serve(c, n, &s);
        node_close(n);
    }
    _exit(e);
}

static void start(struct ctx *c, struct manager *m,
                  const struct node_options *o, const char *sockets)
{
    m->child = fork();
    if (m->child == 0)
        serve(c, m, o, sockets);
    CHECK(m->child > 0);
}

/* Messages until `want`; false where it did not come. */
static bool hears(const struct manager *m, const char *want)
{
    for (int i = 0; i < 1000; i++) {
        char text[64] = "";

        if (recv(m->told, text, sizeof text - 1, 0) <= 0)
            return false;
        if (strcmp(text, want) == 0)
            return true;
    }
    return false;
}

static bool answers(uint16_t port)
{
    struct sockaddr_in in = {.sin_family = AF_INET,
                             .sin_port = htons(port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const char ask[] = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    char got[16] = "";
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool well = connect(fd, (struct sockaddr *)&in, sizeof in) == 0 &&
                write(fd, ask, sizeof ask - 1) > 0 &&
                recv(fd, got, 12, MSG_WAITALL) == 12;

    close(fd);
    return well && memcmp(got, "HTTP/1.1 200", 12) == 0;
}

static int ended(struct manager *m)
{
    int status = -1;

    MUST(waitpid(m->child, &status, 0) == m->child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int end_of(struct manager *m)
{
    int status = ended(m);

    close(m->listener), close(m->told);
    return status;
}

static struct node_options new_city(struct ctx *c)
{
    const struct node_founding f = {.code = STR("32.73"),
                                    .domain = STR("bandung.example")};
    struct node_options o = {.dir = file_join(c, test_folder(c), "kota")};
    str links[2];

    o.appliers = record_rooms(c, &o.n);
    CHECK_OK(node_found(c, &o, &f, links));
    return o;
}

TEST(under_a_service_manager_it_takes_the_socket_and_tells_how_it_is)
{
    struct node_options o = new_city(c);
    struct manager m = new_manager(c);

    start(c, &m, &o, "1");
    CHECK(hears(&m, "READY=1"));
    CHECK(answers(m.port));
    CHECK(hears(&m, "WATCHDOG=1"));
    kill(m.child, SIGHUP);
    CHECK(hears(&m, "RELOADING=1"));
    CHECK(hears(&m, "READY=1"));
    CHECK(answers(m.port));
    kill(m.child, SIGTERM);
    CHECK(hears(&m, "STOPPING=1"));
    CHECK_I64(end_of(&m), E_OK);
}

TEST(its_port_outlives_it_for_the_one_that_is_started_next)
{
    struct node_options o = new_city(c);
    struct manager m = new_manager(c);

    for (int i = 0; i < 2; i++) {
        start(c, &m, &o, "1");
        CHECK(hears(&m, "READY=1"));
        CHECK(answers(m.port));
        kill(m.child, SIGTERM);
        CHECK_I64(i == 0 ? ended(&m) : end_of(&m), E_OK);
    }
}

TEST(more_sockets_than_one_or_one_of_another_kind_is_said_at_the_start)
{
    struct node_options o = new_city(c);
    struct manager two = new_manager(c), six = new_manager(c);

    start(c, &two, &o, "2");
    CHECK_I64(end_of(&two), E_BAD_INPUT);
    close(six.listener);
    six.listener = listen_somewhere(AF_INET6, &six.port);
    start(c, &six, &o, "1");
    CHECK_I64(end_of(&six), E_BAD_INPUT);
}
