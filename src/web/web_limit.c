/* SPDX-License-Identifier: EUPL-1.2 */
/* How often one address may try: a bucket of tokens for each, in memory. The
 * table has a fixed size; who would push out another's bucket finds one that
 * is full anyway. */
#include "web/web_priv.h"

#include <pthread.h>
#include <stdlib.h>

#define BUCKETS 8192
#define PROBES  8

static const struct {
    int burst;     /* tries at once */
    int64_t every; /* a new one each */
} rules[LIMIT_COUNT] = {
    [LIMIT_SIGN_IN] = {30, 20 * TIME_SECOND},
    [LIMIT_TRACK] = {20, 30 * TIME_SECOND},
    [LIMIT_UPLOAD] = {60, 10 * TIME_SECOND},
};

struct bucket {
    uint64_t who; /* 0: free */
    int64_t full; /* when it will have all its tokens again */
};

struct limits {
    pthread_mutex_t guard;
    struct bucket all[BUCKETS];
};

struct limits *web_limits_new(void)
{
    struct limits *l = calloc(1, sizeof *l);

    MUST(l != NULL);
    pthread_mutex_init(&l->guard, NULL);
    return l;
}

void web_limits_free(struct limits *l)
{
    if (l == NULL)
        return;
    pthread_mutex_destroy(&l->guard);
    free(l);
}

/* FNV-1a is enough: a stranger who aims at another's bucket must own an
 * address that collides in all probes. */
static uint64_t name_of(str address, enum web_limit what)
{
    uint64_t h = UINT64_C(14695981039346656037) + (uint64_t)what;

    for (size_t i = 0; i < address.n; i++)
        h = (h ^ (unsigned char)address.p[i]) * UINT64_C(1099511628211);
    return h == 0 ? 1 : h;
}

static struct bucket *bucket_of(struct limits *l, uint64_t who, int64_t now)
{
    struct bucket *best = NULL;

    for (size_t i = 0; i < PROBES; i++) {
        struct bucket *b = &l->all[(who + i) % BUCKETS];

        if (b->who == who)
            return b;
        if (best == NULL || b->full < best->full)
            best = b;
    }
    *best = (struct bucket){who, now};
    return best;
}

err web_limit_take(struct visit *v, enum web_limit what)
{
    struct limits *l = web_limits_of(v->web);
    int64_t now = v->c->now, every = rules[what].every, wait;
    struct bucket *b;

    pthread_mutex_lock(&l->guard);
    b = bucket_of(l, name_of(v->address, what), now);
    if (b->full < now)
        b->full = now;
    wait = b->full + every - now - rules[what].burst * every;
    if (wait <= 0)
        b->full += every;
    pthread_mutex_unlock(&l->guard);
    if (wait <= 0)
        return E_OK;
    v->reply.retry = (wait + TIME_SECOND - 1) / TIME_SECOND;
    return fail(v->c, E_TOO_MANY,
                say(v->c,
                    "Terlalu banyak percobaan dari alamat ini. Silakan coba "
                    "lagi %.*s.",
                    "Too many attempts from this address. Please try again "
                    "%.*s."),
                STR_ARG(web_when(v, now + wait)));
}

void web_limit_give(struct visit *v, enum web_limit what)
{
    struct limits *l = web_limits_of(v->web);

    pthread_mutex_lock(&l->guard);
    bucket_of(l, name_of(v->address, what), v->c->now)->full -=
        rules[what].every;
    pthread_mutex_unlock(&l->guard);
}
