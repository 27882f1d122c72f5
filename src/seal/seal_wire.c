/* SPDX-License-Identifier: EUPL-1.2 */
/* What a question to the signer and its answer are made of. */
#include "seal/seal_priv.h"

void seal_put_hash(struct buf *b, struct hash h)
{
    buf_raw(b, (str){(const char *)h.b, SEAL_HASH});
}

void seal_put_path(struct buf *b, const struct hash *path, size_t n)
{
    buf_u64be(b, n);
    for (size_t i = 0; i < n; i++)
        seal_put_hash(b, path[i]);
}

void seal_put_key(struct buf *b, const struct seal_key *k)
{
    buf_text(b, k->name);
    buf_u32be(b, k->id);
    buf_u32be(b, k->type);
    buf_raw(b, (str){(const char *)k->public, sizeof k->public});
}

struct hash seal_get_hash(struct wire *w)
{
    struct hash h = {{0}};
    str s = wire_raw(w, SEAL_HASH);

    if (!w->bad)
        memcpy(h.b, s.p, SEAL_HASH);
    return h;
}

struct hash *seal_get_path(struct ctx *c, struct wire *w, size_t *n)
{
    uint64_t count = wire_u64(w);
    struct hash *path = NEWS(c->mem, struct hash, SEAL_PATH_MOST);

    w->bad = w->bad || count > SEAL_PATH_MOST;
    *n = w->bad ? 0 : (size_t)count;
    for (size_t i = 0; i < *n; i++)
        path[i] = seal_get_hash(w);
    return path;
}

struct seal_key seal_get_key(struct ctx *c, struct wire *w)
{
    str name = wire_text(w), public;
    struct seal_key k = {.name = STR("")};
    uint32_t type;

    w->bad = w->bad || name.n > SEAL_KEY_NAME_MOST;
    if (!w->bad)
        k.name = arena_str(c->mem, name);
    k.id = wire_u32(w);
    type = wire_u32(w);
    public = wire_raw(w, sizeof k.public);
    w->bad = w->bad || type > UINT8_MAX;
    k.type = (uint8_t)type;
    if (!w->bad)
        memcpy(k.public, public.p, sizeof k.public);
    return k;
}
