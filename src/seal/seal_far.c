/* SPDX-License-Identifier: EUPL-1.2 */
/* The signer of another process: one question and one answer at a time. A
 * question is its number, the clock and the language of who asks, and what is
 * asked; an answer is an error, its sentence, and what was asked for. A
 * question may be asked twice, since each says the same again or is refused:
 * so what was asked of a signer that ended is asked of the next. */
#include "seal/seal_priv.h"

#include <pthread.h>
#include <unistd.h>

enum {
#define ASK(name) ASK_##name,
#include "seal/ask.def"
#undef ASK
};

struct far {
    struct signer base;
    struct arena *mem;    /* of itself and the keys' names */
    pthread_mutex_t lock; /* one question at a time */
    seal_connect *connect;
    void *arg;
    int fd;             /* -1: it must be reached again */
    struct arena *told; /* of what it was told to watch: a new one is told it
                         * again */
    str watch;
};

static struct far *far(struct signer *s)
{
    return (struct far *)(void *)s;
}

/* ---- reaching it -------------------------------------------------- */

static struct buf question(struct ctx *c, uint32_t which)
{
    struct buf b = buf_new(c, SEAL_FRAME_MOST);

    buf_u32be(&b, which);
    buf_u64be(&b, (uint64_t)c->now);
    buf_text(&b, c->lang);
    return b;
}

static err silent(struct ctx *c)
{
    return fail(c, E_BUSY,
                say(c,
                    "Penanda tangan kota tidak menjawab. Silakan coba lagi "
                    "sebentar lagi.",
                    "The city's signer does not answer. Try again in a "
                    "moment."));
}

static err not_whole(struct ctx *c)
{
    return fail(c, E_INTERNAL,
                say(c, "Jawaban penanda tangan tidak utuh.",
                    "The signer's answer is not whole."));
}

static void hang_up(struct far *f)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
}

/* E_GONE where the process ended; any failure hangs up. */
static err exchange(struct ctx *c, struct far *f, struct buf *b,
                    struct wire *reply)
{
    str bytes;
    err e = buf_done(c, b, &bytes);

    *reply = (struct wire){.bad = true};
    TRY(e);
    e = wire_send(c, f->fd, bytes);
    if (e == E_OK)
        e = wire_recv(c, f->fd, 2 * SEAL_FRAME_MOST, &reply->rest);
    reply->bad = e != E_OK;
    if (e != E_OK)
        hang_up(f);
    return e;
}

/* The error and its sentence; what was asked for is left in *reply. */
static err read_reply(struct ctx *c, struct wire *reply)
{
    uint32_t e = wire_u32(reply);
    str why = wire_text(reply);

    if (reply->bad || e >= ERR_COUNT) {
        reply->bad = true;
        return not_whole(c);
    }
    if (e != E_OK)
        c->why = why;
    return (err)e;
}

/* Those of the repository may be others: they were renewed, and the asker
 * never heard the answer. The root says whether they count. */
static bool same_keys(const struct seal_key *a, const struct seal_key *b)
{
    for (size_t i = 0; i < SEAL_ROLES; i++)
        if (!str_eq(a[i].name, b[i].name) || a[i].type != b[i].type ||
            (i < SEAL_SNAPSHOT &&
             !seal_same(a[i].public, b[i].public, sizeof a[i].public)))
            return false;
    return true;
}

static err get_keys(struct ctx *c, struct far *f)
{
    struct buf b = question(c, ASK_keys);
    struct seal_key keys[SEAL_ROLES];
    struct ctx own = *c;
    struct wire reply;
    bool first = f->base.keys[0].name.n == 0;

    TRY(exchange(c, f, &b, &reply));
    TRY(read_reply(c, &reply));
    own.mem = first ? f->mem : c->mem;
    for (size_t i = 0; i < SEAL_ROLES; i++)
        keys[i] = seal_get_key(&own, &reply);
    if (!wire_whole(&reply) || keys[0].name.n == 0)
        return not_whole(c);
    if (first)
        memcpy(f->base.keys, keys, sizeof keys);
    if (!same_keys(f->base.keys, keys))
        return fail(c, E_CONFLICT,
                    say(c,
                        "Berkas kunci kota diganti selagi balai berjalan. "
                        "Silakan jalankan ulang balai.",
                        "The signer's file was replaced while balai runs. "
                        "Start balai again."));
    seal_signer_know(&f->base, keys);
    return E_OK;
}

static err tell_watch(struct ctx *c, struct far *f)
{
    struct buf b = question(c, ASK_watch);
    struct wire reply;

    buf_raw(&b, f->watch);
    TRY(exchange(c, f, &b, &reply));
    return read_reply(c, &reply);
}

static err reach(struct ctx *c, struct far *f)
{
    err e = f->connect(c, f->arg, &f->fd);

    if (e == E_OK)
        e = get_keys(c, f);
    if (e == E_OK)
        e = tell_watch(c, f);
    if (e != E_OK)
        hang_up(f);
    return e == E_GONE ? silent(c) : e;
}

static err ask_locked(struct ctx *c, struct far *f, struct buf *b,
                      struct wire *reply)
{
    err e = E_GONE;

    for (int tries = 0; tries < 2 && e == E_GONE; tries++) {
        if (f->fd < 0)
            TRY(reach(c, f));
        e = exchange(c, f, b, reply);
    }
    if (e == E_GONE || e == E_BUSY)
        return silent(c);
    return e == E_OK ? read_reply(c, reply) : e;
}

static err ask(struct ctx *c, struct signer *s, struct buf *b,
               struct wire *reply)
{
    struct far *f = far(s);
    err e;

    *reply = (struct wire){.bad = true};
    pthread_mutex_lock(&f->lock);
    e = ask_locked(c, f, b, reply);
    pthread_mutex_unlock(&f->lock);
    return e;
}

/* An answer that is one text. */
static err ask_text(struct ctx *c, struct signer *s, struct buf *b, str *out)
{
    struct wire reply;

    *out = STR("");
    TRY(ask(c, s, b, &reply));
    *out = arena_str(c->mem, wire_text(&reply));
    return wire_whole(&reply) ? E_OK : not_whole(c);
}

/* ---- the questions ------------------------------------------------ */

static err checkpoint_far(struct ctx *c, struct signer *s,
                          const struct seal_checkpoint *next,
                          const struct hash *path, size_t n, str *note)
{
    struct buf b = question(c, ASK_checkpoint);

    buf_text(&b, next->origin);
    buf_u64be(&b, next->size);
    seal_put_hash(&b, next->root);
    seal_put_path(&b, path, n);
    return ask_text(c, s, &b, note);
}

static err last_far(struct ctx *c, struct signer *s, str *note)
{
    struct buf b = question(c, ASK_last);

    return ask_text(c, s, &b, note);
}

static void remember_watch(struct far *f, str keys)
{
    struct arena *before = f->told;

    f->told = arena_new(keys.n + 4096);
    f->watch = arena_str(f->told, keys);
    if (before != NULL)
        arena_free(before);
}

/* One that is away is told when it is back. */
static err watch_far(struct ctx *c, struct signer *s,
                     const struct seal_key *logs, size_t n)
{
    struct far *f = far(s);
    struct buf keys = buf_new(c, SEAL_FRAME_MOST);
    err e = E_OK;

    for (size_t i = 0; i < n; i++)
        seal_put_key(&keys, &logs[i]);
    pthread_mutex_lock(&f->lock);
    remember_watch(f, buf_str(&keys));
    if (f->fd >= 0)
        e = tell_watch(c, f);
    pthread_mutex_unlock(&f->lock);
    return e == E_GONE || e == E_BUSY ? E_OK : e;
}

static err cosign_far(struct ctx *c, struct signer *s, str request,
                      struct seal_cosigned *out)
{
    struct buf b = question(c, ASK_cosign);
    struct wire reply;
    err e;

    *out = (struct seal_cosigned){STR(""), 0};
    buf_text(&b, request);
    e = ask(c, s, &b, &reply);
    if (reply.bad || reply.rest.n == 0) /* it never came to the question */
        return e;
    out->lines = arena_str(c->mem, wire_text(&reply));
    out->size = wire_u64(&reply);
    return wire_whole(&reply) ? e : not_whole(c);
}

static struct seal_watched get_watched(struct ctx *c, struct wire *reply)
{
    struct seal_watched w = {.origin = arena_str(c->mem, wire_text(reply))};

    w.told = wire_u32(reply) != 0;
    w.size = wire_u64(reply);
    w.root = seal_get_hash(reply);
    w.time = wire_u64(reply);
    w.note = arena_str(c->mem, wire_text(reply));
    w.fork = arena_str(c->mem, wire_text(reply));
    return w;
}

static err watched_far(struct ctx *c, struct signer *s,
                       struct seal_watched **out, size_t *n)
{
    struct buf b = question(c, ASK_watched);
    struct wire reply;
    size_t room = 0;

    *out = NULL;
    *n = 0;
    TRY(ask(c, s, &b, &reply));
    while (!reply.bad && reply.rest.n > 0) {
        ARENA_GROW(c->mem, *out, *n, room);
        (*out)[(*n)++] = get_watched(c, &reply);
    }
    return wire_whole(&reply) ? E_OK : not_whole(c);
}

static err letter_far(struct ctx *c, struct signer *s, str entry,
                      uint64_t index, const struct hash *path, size_t n,
                      struct hash digest, str *signature)
{
    struct buf b = question(c, ASK_letter);

    buf_text(&b, entry);
    buf_u64be(&b, index);
    seal_put_hash(&b, digest);
    seal_put_path(&b, path, n);
    TRY(ask_text(c, s, &b, signature));
    return signature->n == SEAL_SIG ? E_OK : not_whole(c);
}

static err edition_far(struct ctx *c, struct signer *s, enum seal_says what,
                       const struct seal_edition *next, str *json)
{
    struct buf b = question(c, ASK_edition);

    buf_u32be(&b, (uint32_t)what);
    buf_u64be(&b, (uint64_t)next->version);
    buf_u64be(&b, (uint64_t)next->below);
    seal_put_hash(&b, next->digest);
    buf_u64be(&b, (uint64_t)next->length);
    buf_u64be(&b, (uint64_t)next->expires);
    buf_u32be(&b, next->stick);
    return ask_text(c, s, &b, json);
}

static err said_far(struct ctx *c, struct signer *s,
                    int64_t versions[SEAL_SAYS])
{
    struct buf b = question(c, ASK_said);
    struct wire reply;

    TRY(ask(c, s, &b, &reply));
    for (size_t i = 0; i < SEAL_SAYS; i++)
        versions[i] = (int64_t)wire_u64(&reply);
    return wire_whole(&reply) ? E_OK : not_whole(c);
}

static err renew_far(struct ctx *c, struct signer *s)
{
    struct buf b = question(c, ASK_renew);
    struct seal_key keys[SEAL_ROLES];
    struct wire reply;

    TRY(ask(c, s, &b, &reply));
    for (size_t i = 0; i < SEAL_ROLES; i++)
        keys[i] = seal_get_key(c, &reply);
    if (!wire_whole(&reply) || !same_keys(s->keys, keys))
        return not_whole(c);
    seal_signer_know(s, keys);
    return E_OK;
}

static void close_far(struct signer *s)
{
    struct far *f = far(s);

    hang_up(f);
    pthread_mutex_destroy(&f->lock);
    pthread_mutex_destroy(&s->known);
    if (f->told != NULL)
        arena_free(f->told);
    arena_free(f->mem);
}

static const struct seal_does does = {
    .checkpoint = checkpoint_far,
    .last = last_far,
    .watch = watch_far,
    .cosign = cosign_far,
    .watched = watched_far,
    .letter = letter_far,
    .edition = edition_far,
    .said = said_far,
    .renew = renew_far,
    .close = close_far,
};

err seal_signer_reach(struct ctx *c, seal_connect *connect, void *arg,
                      struct signer **out)
{
    struct arena *mem = arena_new((size_t)64 << 10);
    struct far *f = NEW(mem, struct far);
    err e;

    *out = NULL;
    seal_signer_begin(&f->base, &does);
    f->mem = mem;
    f->connect = connect;
    f->arg = arg;
    f->fd = -1;
    MUST(pthread_mutex_init(&f->lock, NULL) == 0);
    e = reach(c, f);
    if (e != E_OK)
        close_far(&f->base);
    else
        *out = &f->base;
    return e;
}
