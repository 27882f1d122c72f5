/* SPDX-License-Identifier: EUPL-1.2 */
/* How often one may fail: a bucket of tokens for each address, and one for
 * each thing that is guessed at, in memory. Tables have a fixed size; who would
 * push out another's bucket finds one that is full anyway. */
#include "web/web_priv.h"

#include <pthread.h>
#include <stdlib.h>

#define BUCKETS 8192
#define PROBES  8

struct rule {
    int burst;     /* failures at once */
    int64_t every; /* a new one each */
};

/* One's own address, and what is guessed at. Passwords have their delays in
 * the room `city`, links are 256 bits each. */
static const struct {
    struct rule from, at;
} rules[LIMIT_COUNT] = {
    [LIMIT_SIGN_IN] = {.from = {30, 20 * TIME_SECOND}},
    [LIMIT_LINK] = {.from = {10, TIME_MINUTE}},
    [LIMIT_TRACK] = {{20, 30 * TIME_SECOND}, {10, TIME_MINUTE}},
    [LIMIT_LETTER] = {.from = {20, 30 * TIME_SECOND}},
    [LIMIT_UPLOAD] = {.from = {60, 10 * TIME_SECOND}},
};

struct bucket {
    uint64_t who; /* 0: free */
    int64_t full; /* when it will have all its tokens again */
};

struct limits {
    pthread_mutex_t guard;
    struct bucket from[BUCKETS], at[BUCKETS];
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
static uint64_t name_of(str who, enum web_limit what)
{
    uint64_t h = UINT64_C(14695981039346656037) + (uint64_t)what;

    for (size_t i = 0; i < who.n; i++)
        h = (h ^ (unsigned char)who.p[i]) * UINT64_C(1099511628211);
    return h == 0 ? 1 : h;
}

static struct bucket *bucket_of(struct bucket *all, uint64_t who, int64_t now)
{
    struct bucket *best = NULL;

    for (size_t i = 0; i < PROBES; i++) {
        struct bucket *b = &all[(who + i) % BUCKETS];

        if (b->who == who)
            return b;
        if (best == NULL || b->full < best->full)
            best = b;
    }
    *best = (struct bucket){who, now};
    return best;
}

/* When it is full, as of now. What is further off than an empty bucket was
 * counted by a clock that has been put back since: nobody waits for that. */
static int64_t full_at(const struct bucket *b, const struct rule *r,
                       int64_t now)
{
    return b->full > now && b->full <= now + r->burst * r->every ? b->full
                                                                 : now;
}

/* How long until a token is there; 0: now. */
static int64_t wait_for(const struct bucket *b, const struct rule *r,
                        int64_t now)
{
    int64_t from = full_at(b, r, now);
    int64_t wait = from + r->every - now - r->burst * r->every;

    return wait > 0 ? wait : 0;
}

/* How much was taken: less than a token from a bucket that has none left. */
static int64_t take(struct bucket *b, const struct rule *r, int64_t now)
{
    int64_t most = now + r->burst * r->every, before = full_at(b, r, now);

    b->full = before + r->every < most ? before + r->every : most;
    return b->full - before;
}

static err too_many(struct visit *v, int64_t wait, bool number)
{
    str when = web_when(v, v->c->now + wait + TIME_MINUTE - 1);

    v->reply.retry = (wait + TIME_SECOND - 1) / TIME_SECOND;
    if (number)
        return fail(v->c, E_TOO_MANY,
                    say(v->c,
                        "Terlalu banyak kode yang salah untuk nomor ini. "
                        "Silakan coba lagi %.*s.",
                        "Too many wrong codes for this number. Please try "
                        "again %.*s."),
                    STR_ARG(when));
    return fail(v->c, E_TOO_MANY,
                say(v->c,
                    "Terlalu banyak percobaan yang gagal dari alamat ini. "
                    "Silakan coba lagi %.*s.",
                    "Too many failed attempts from this address. Please try "
                    "again %.*s."),
                STR_ARG(when));
}

/* An address that did not fail lately may always try: what strangers guess at
 * elsewhere locks nobody out. */
err web_limit_take(struct visit *v, enum web_limit what, str about)
{
    struct limits *l = web_limits_of(v->web);
    const struct rule *from = &rules[what].from, *at = &rules[what].at;
    int64_t now = v->c->now, own, other = 0;
    struct bucket *mine, *its = NULL;

    pthread_mutex_lock(&l->guard);
    mine = bucket_of(l->from, name_of(v->address, what), now);
    own = wait_for(mine, from, now);
    if (about.n > 0 && at->burst > 0) {
        its = bucket_of(l->at, name_of(about, what), now);
        other = full_at(mine, from, now) > now ? wait_for(its, at, now) : 0;
    }
    if (own == 0 && other == 0) {
        v->taken[0] = take(mine, from, now);
        v->taken[1] = its == NULL ? 0 : take(its, at, now);
    }
    pthread_mutex_unlock(&l->guard);
    return own == 0 && other == 0
               ? E_OK
               : too_many(v, own > other ? own : other, other > own);
}

void web_limit_give(struct visit *v, enum web_limit what, str about)
{
    struct limits *l = web_limits_of(v->web);

    pthread_mutex_lock(&l->guard);
    bucket_of(l->from, name_of(v->address, what), v->c->now)->full -=
        v->taken[0];
    if (v->taken[1] > 0)
        bucket_of(l->at, name_of(about, what), v->c->now)->full -= v->taken[1];
    pthread_mutex_unlock(&l->guard);
}
