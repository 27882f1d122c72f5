/* SPDX-License-Identifier: EUPL-1.2 */
/* The watchdog against slow clients. It only shuts a connection down; closing
 * it stays the library's. */
#include "web/web_gate.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#define LOOK_EVERY INT64_C(200000000) /* nanoseconds */
#define HEAD_MOST  (10 * TIME_SECOND)
#define BODY_GRACE (5 * TIME_SECOND)
#define BODY_RATE  1024 /* bytes a second, on the average */

struct watched {
    struct watched *next, **at;
    int fd;
    atomic_int phase;
    _Atomic int64_t since; /* of the phase */
    _Atomic size_t bytes;
    bool shut;
};

struct watch {
    pthread_mutex_t guard;
    pthread_t thread;
    atomic_bool stop;
    struct watched *all;
};

static bool too_slow(const struct watched *it, int64_t now)
{
    int64_t spent = now - atomic_load(&it->since);
    int64_t bytes = (int64_t)atomic_load(&it->bytes);

    switch ((enum watched_phase)atomic_load(&it->phase)) {
    case WATCH_HEAD:
        return spent > HEAD_MOST;
    case WATCH_BODY:
        return spent > BODY_GRACE &&
               bytes < (spent - BODY_GRACE) / TIME_SECOND * BODY_RATE;
    case WATCH_IDLE:
    case WATCH_WORK:
        break;
    }
    return false;
}

static void look_at_all(struct watch *w)
{
    int64_t now = time_monotonic();

    pthread_mutex_lock(&w->guard);
    for (struct watched *it = w->all; it != NULL; it = it->next)
        if (!it->shut && too_slow(it, now)) {
            it->shut = true;
            shutdown(it->fd, SHUT_RDWR);
            LOG(LOG_INFO, "web", "slow_client",
                LOG_I64("phase", atomic_load(&it->phase)));
        }
    pthread_mutex_unlock(&w->guard);
}

static void *keep_looking(void *arg)
{
    struct watch *w = arg;
    struct timespec pause = {.tv_nsec = LOOK_EVERY};

    while (!atomic_load(&w->stop)) {
        look_at_all(w);
        nanosleep(&pause, NULL);
    }
    return NULL;
}

struct watch *web_watch_new(void)
{
    struct watch *w = calloc(1, sizeof *w);

    MUST(w != NULL);
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
    atomic_store(&it->since, time_monotonic());
    atomic_store(&it->bytes, 0);
    atomic_store(&it->phase, phase);
}

void web_watch_bytes(struct watched *it, size_t n)
{
    if (it != NULL)
        atomic_fetch_add(&it->bytes, n);
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
