/* SPDX-License-Identifier: EUPL-1.2 */
/* The process that holds the keys. It trusts nothing of what it is asked: each
 * question is read to its last byte, and then asked of the signer as anybody
 * would who has it in the own process. */
#include "seal/seal_priv.h"

#define SERVE_ARENA ((size_t)256 << 20)

typedef err answer(struct ctx *c, struct signer *s, struct wire *in,
                   struct buf *out);

static err whole(struct ctx *c, const struct wire *in)
{
    return wire_whole(in)
               ? E_OK
               : fail(c, E_BAD_INPUT,
                      say(c, "Pertanyaan kepada penanda tangan tidak utuh.",
                          "The question to the signer is not whole."));
}

static err answer_keys(struct ctx *c, struct signer *s, struct wire *in,
                       struct buf *out)
{
    TRY(whole(c, in));
    for (size_t i = 0; i < SEAL_ROLES; i++)
        seal_put_key(out, &s->keys[i]);
    return E_OK;
}

static err answer_checkpoint(struct ctx *c, struct signer *s, struct wire *in,
                             struct buf *out)
{
    struct seal_checkpoint next = {.origin = wire_text(in)};
    const struct hash *path;
    size_t n;
    str note;

    next.size = wire_u64(in);
    next.root = seal_get_hash(in);
    path = seal_get_path(c, in, &n);
    TRY(whole(c, in));
    TRY(seal_signer_checkpoint(c, s, &next, path, n, &note));
    buf_text(out, note);
    return E_OK;
}

static err answer_last(struct ctx *c, struct signer *s, struct wire *in,
                       struct buf *out)
{
    str note;

    TRY(whole(c, in));
    TRY(seal_signer_last(c, s, &note));
    buf_text(out, note);
    return E_OK;
}

static err answer_watch(struct ctx *c, struct signer *s, struct wire *in,
                        struct buf *out)
{
    struct seal_key *all = NULL;
    size_t n = 0, room = 0;

    (void)out;
    while (!in->bad && in->rest.n > 0) {
        ARENA_GROW(c->mem, all, n, room);
        all[n++] = seal_get_key(c, in);
    }
    TRY(whole(c, in));
    return seal_signer_watch(c, s, all, n);
}

/* The size is told also where it refuses: the standard wants it so. */
static err answer_cosign(struct ctx *c, struct signer *s, struct wire *in,
                         struct buf *out)
{
    str request = wire_text(in);
    struct seal_cosigned done;
    err e;

    TRY(whole(c, in));
    e = seal_signer_cosign(c, s, request, &done);
    buf_text(out, done.lines);
    buf_u64be(out, done.size);
    return e;
}

static err answer_watched(struct ctx *c, struct signer *s, struct wire *in,
                          struct buf *out)
{
    struct seal_watched *all = NULL;
    size_t n = 0;

    TRY(whole(c, in));
    TRY(seal_signer_watched(c, s, &all, &n));
    for (size_t i = 0; i < n; i++) {
        buf_text(out, all[i].origin);
        buf_u32be(out, all[i].told);
        buf_u64be(out, all[i].size);
        seal_put_hash(out, all[i].root);
        buf_u64be(out, all[i].time);
        buf_text(out, all[i].note);
        buf_text(out, all[i].fork);
    }
    return E_OK;
}

static err answer_letter(struct ctx *c, struct signer *s, struct wire *in,
                         struct buf *out)
{
    str entry = wire_text(in), signature;
    uint64_t index = wire_u64(in);
    struct hash digest = seal_get_hash(in);
    size_t n;
    const struct hash *path = seal_get_path(c, in, &n);

    TRY(whole(c, in));
    TRY(seal_signer_letter(c, s, entry, index, path, n, digest, &signature));
    buf_text(out, signature);
    return E_OK;
}

static err answer_edition(struct ctx *c, struct signer *s, struct wire *in,
                          struct buf *out)
{
    bool snapshot = wire_u32(in) == SEAL_SAYS_SNAPSHOT;
    struct seal_edition next = {.version = (int64_t)wire_u64(in)};
    str json;

    next.below = (int64_t)wire_u64(in);
    next.digest = seal_get_hash(in);
    next.length = (int64_t)wire_u64(in);
    next.expires = (int64_t)wire_u64(in);
    next.stick = wire_u32(in) != 0;
    TRY(whole(c, in));
    TRY(snapshot ? seal_signer_snapshot(c, s, &next, &json)
                 : seal_signer_timestamp(c, s, &next, &json));
    buf_text(out, json);
    return E_OK;
}

static err answer_said(struct ctx *c, struct signer *s, struct wire *in,
                       struct buf *out)
{
    int64_t snapshot, timestamp;

    TRY(whole(c, in));
    TRY(seal_signer_said(c, s, &snapshot, &timestamp));
    buf_u64be(out, (uint64_t)snapshot);
    buf_u64be(out, (uint64_t)timestamp);
    return E_OK;
}

static err answer_renew(struct ctx *c, struct signer *s, struct wire *in,
                        struct buf *out)
{
    TRY(whole(c, in));
    TRY(seal_signer_renew(c, s));
    return answer_keys(c, s, in, out);
}

static answer *const answers[] = {
#define ASK(name) answer_##name,
#include "seal/ask.def"
#undef ASK
};

/* The end of the year 9999. */
#define CLOCK_LAST (INT64_C(253402300799) * TIME_SECOND)

/* A training city's clock is where its people put it; every other signer goes
 * by its own, so that nobody who asks in the node's name can date what it
 * says. */
static int64_t clock_of(const struct signer *s, int64_t own, int64_t asked)
{
    bool training = str_starts(s->keys[SEAL_LOG].name, STR("latihan."));

    return training && asked >= 0 && asked <= CLOCK_LAST ? asked : own;
}

str seal_signer_answer(struct ctx *c, struct signer *s, str question)
{
    struct wire in = {.rest = question};
    struct buf told = buf_new(c, SEAL_FRAME_MOST);
    struct buf out = buf_new(c, 2 * SEAL_FRAME_MOST);
    uint32_t which = wire_u32(&in);
    err e, over;
    str body;

    c->now = clock_of(s, c->now, (int64_t)wire_u64(&in));
    c->lang = wire_text(&in);
    in.bad = in.bad || which >= COUNT(answers);
    e = in.bad ? whole(c, &in) : answers[which](c, s, &in, &told);
    over = buf_done(c, &told, &body);
    if (over != E_OK)
        e = over, body = STR("");
    buf_u32be(&out, (uint32_t)e);
    buf_text(&out, e == E_OK ? STR("") : c->why);
    buf_raw(&out, body);
    return buf_str(&out);
}

/* One that cannot be opened says why, to whoever asks. */
static str refuse(struct ctx *c, err e, str why)
{
    struct buf out = buf_new(c, SEAL_FRAME_MOST);

    buf_u32be(&out, (uint32_t)e);
    buf_text(&out, why);
    return buf_str(&out);
}

static err serve_one(const struct ctx *base, struct signer *s, err opened,
                     int64_t now, int fd)
{
    struct ctx c = *base;
    str question;
    err e;

    c.mem = arena_new(SERVE_ARENA);
    c.now = now;
    e = wire_recv(&c, fd, SEAL_FRAME_MOST, &question);
    if (e == E_OK)
        e = wire_send(&c, fd,
                      opened == E_OK ? seal_signer_answer(&c, s, question)
                                     : refuse(&c, opened, base->why));
    arena_free(c.mem);
    return e;
}

void seal_signer_serve(struct ctx *c, const char *path, int64_t (*clock)(void),
                       int fd)
{
    struct signer *s = NULL;
    err opened = seal_signer_open(c, path, &s);

    while (serve_one(c, s, opened, clock(), fd) == E_OK)
        continue;
    seal_signer_close(s);
}
