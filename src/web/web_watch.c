/* SPDX-License-Identifier: EUPL-1.2 */
/* The watchdog against slow clients. It only shuts a connection down; closing
 * it stays the library's. */
#include "web/web_gate.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#define LOOKS   50   /* in one patience */
#define AT_ONCE 1024 /* bytes a second */

struct watched {
    struct watched *next, **at;
    int fd;
    atomic_int phase;
    _Atomic int64_t since; /* of the phase */
    _Atomic int64_t bytes; /* of the body */
    bool shut;
    /* The stretch that is being measured; the watching thread's own. */
    int64_t phase_seen, from, bytes_then;
};

struct watch {
    pthread_mutex_t guard;
    pthread_t thread;
    atomic_bool stop;
    int64_t patience;
    struct watched *all;
};

/* How much of what was sent has arrived. What the peer's kernel took counts,
 * so a reader who stops is found once its buffers are full. */
static int64_t arrived(int fd)
{
    struct tcp_info i = {0};
    socklen_t n = sizeof i;

    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &i, &n) == 0
               ? (int64_t)i.tcpi_bytes_acked
               : 0;
}

/* Bytes that nobody took yet: then we are slow, not they. */
static bool waits_for_us(int fd)
{
    char one;

    return recv(fd, &one, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

/* Stretch by stretch: who sent much at first earned no rest from it. */
static bool stands_still(struct watched *it, int64_t since, int64_t bytes,
                         int64_t stretch, int64_t now)
{
    bool slow;

    if (it->phase_seen != since) {
        it->phase_seen = since;
        it->from = now;
        it->bytes_then = bytes;
    }
    if (now - it->from < stretch)
        return false;
    slow = bytes - it->bytes_then < stretch * AT_ONCE / TIME_SECOND;
    it->from = now;
    it->bytes_then = bytes;
    return slow;
}

static bool too_slow(struct watched *it, int64_t patience, int64_t now)
{
    int64_t since = atomic_load(&it->since);

    switch ((enum watched_phase)atomic_load(&it->phase)) {
    case WATCH_HEAD:
        return now - since > patience && !waits_for_us(it->fd);
    case WATCH_IDLE:
        return now - since > 4 * patience && !waits_for_us(it->fd);
    case WATCH_BODY:
        return stands_still(it, since, atomic_load(&it->bytes), 2 * patience,
                            now) &&
               !waits_for_us(it->fd);
    case WATCH_ANSWER:
        return stands_still(it, since, arrived(it->fd), 2 * patience, now);
    case WATCH_WORK:
        break;
    }
    return false;
}

/* At once, with what still waits to be sent: the kernel would keep megabytes
 * for who reads a byte a second. */
static void shut(struct watched *it)
{
    struct linger none = {.l_onoff = 1};

    it->shut = true;
    setsockopt(it->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    shutdown(it->fd, SHUT_RDWR);
    LOG(LOG_INFO, "web", "slow_client",
        LOG_I64("phase", atomic_load(&it->phase)));
}

static void look_at_all(struct watch *w)
{
    int64_t now = time_monotonic();

    pthread_mutex_lock(&w->guard);
    for (struct watched *it = w->all; it != NULL; it = it->next)
        if (!it->shut && too_slow(it, w->patience, now))
            shut(it);
    pthread_mutex_unlock(&w->guard);
}

static void *keep_looking(void *arg)
{
    struct watch *w = arg;
    int64_t ns = w->patience / LOOKS * 1000;
    struct timespec pause = {.tv_sec = ns / 1000000000,
                             .tv_nsec = ns % 1000000000};

    while (!atomic_load(&w->stop)) {
        look_at_all(w);
        nanosleep(&pause, NULL);
    }
    return NULL;
}

struct watch *web_watch_new(int64_t patience)
{
    struct watch *w = calloc(1, sizeof *w);

    MUST(w != NULL);
    w->patience = patience;
    pthread_mutex_init(&w->guard, NULL);
    MUST(pthread_create(&w->thread, NULL, keep_looking, w) == 0);
    return w;
}

void web_watch_free(struct watch *w)
{
    if (w == NULL)
        return;
    atomic_store(&w->stop, true);
    pthread_join(w->thread, NULL);
    pthread_mutex_destroy(&w->guard);
    free(w);
}

void web_watch_phase(struct watched *it, enum watched_phase phase)
{
    if (it == NULL)
        return;
    atomic_store(&it->bytes, 0);
    atomic_store(&it->since, time_monotonic());
    atomic_store(&it->phase, phase);
}

void web_watch_bytes(struct watched *it, size_t n)
{
    if (it != NULL)
        atomic_fetch_add(&it->bytes, (int64_t)n);
}

struct watched *web_watch_open(struct watch *w, int fd)
{
    struct watched *it = calloc(1, sizeof *it);

    MUST(it != NULL);
    it->fd = fd;
    web_watch_phase(it, WATCH_HEAD);
    pthread_mutex_lock(&w->guard);
    it->next = w->all;
    it->at = &w->all;
    if (w->all != NULL)
        w->all->at = &it->next;
    w->all = it;
    pthread_mutex_unlock(&w->guard);
    return it;
}

void web_watch_close(struct watch *w, struct watched *it)
{
    pthread_mutex_lock(&w->guard);
    *it->at = it->next;
    if (it->next != NULL)
        it->next->at = it->at;
    pthread_mutex_unlock(&w->guard);
    free(it);
}
