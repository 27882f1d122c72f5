/* SPDX-License-Identifier: EUPL-1.2 */
/* Merkle arithmetic: RFC 6962, section 2.1, which RFC 9162 repeats with the
 * two verification algorithms. */
#include "seal/seal_priv.h"

struct hash seal_leaf(str entry)
{
    return seal_sha256_of((str[]){{"\0", 1}, entry}, 2);
}

struct hash seal_node(struct hash left, struct hash right)
{
    char both[1 + 2 * SEAL_HASH] = {1};

    memcpy(both + 1, left.b, SEAL_HASH);
    memcpy(both + 1 + SEAL_HASH, right.b, SEAL_HASH);
    return seal_sha256((str){both, sizeof both});
}

struct hash seal_empty_root(void)
{
    return seal_sha256(STR(""));
}

static bool same(struct hash a, struct hash b)
{
    return seal_same(a.b, b.b, SEAL_HASH);
}

/* Up one level, and past the levels where the node has no sibling. */
static void climb(uint64_t *fn, uint64_t *sn)
{
    while ((*fn & 1) == 0 && *fn != 0)
        *fn >>= 1, *sn >>= 1;
}

bool seal_included(struct hash leaf, uint64_t index, uint64_t size,
                   const struct hash *path, size_t n, struct hash root)
{
    uint64_t fn = index, sn = size - 1;
    struct hash r = leaf;

    if (index >= size)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) == 1 || fn == sn) {
            r = seal_node(path[i], r);
            climb(&fn, &sn);
        } else {
            r = seal_node(r, path[i]);
        }
        fn >>= 1, sn >>= 1;
    }
    return sn == 0 && same(r, root);
}

/* The loop of 2.1.4.2 from `first`, the hash that both trees share. */
static bool grows(uint64_t fn, uint64_t sn, struct hash first,
                  const struct hash *path, size_t n, struct hash old_root,
                  struct hash root)
{
    struct hash fr = first, sr = first;

    for (size_t i = 0; i < n; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) == 1 || fn == sn) {
            fr = seal_node(path[i], fr);
            sr = seal_node(path[i], sr);
            climb(&fn, &sn);
        } else {
            sr = seal_node(sr, path[i]);
        }
        fn >>= 1, sn >>= 1;
    }
    return sn == 0 && same(fr, old_root) && same(sr, root);
}

bool seal_extends(uint64_t old_size, struct hash old_root, uint64_t size,
                  struct hash root, const struct hash *path, size_t n)
{
    uint64_t fn = old_size - 1, sn = size - 1;

    if (old_size == 0)
        return size == 0 && n == 0 && same(old_root, root) &&
               same(root, seal_empty_root());
    if (old_size > size)
        return false;
    if (old_size == size)
        return n == 0 && same(old_root, root);
    while ((fn & 1) == 1)
        fn >>= 1, sn >>= 1;
    /* A power of two is a node of the new tree too: its root comes first. */
    if ((old_size & (old_size - 1)) == 0)
        return grows(fn, sn, old_root, path, n, old_root, root);
    return n > 0 && grows(fn, sn, path[0], path + 1, n - 1, old_root, root);
}

/* ---- making proofs ------------------------------------------------ */

struct tree {
    struct ctx *c;
    seal_subtree *get;
    void *arg;
};

static unsigned log2_floor(uint64_t n)
{
    return 63 - (unsigned)__builtin_clzll(n);
}

/* The largest power of two below n; n is at least 2. */
static uint64_t split_of(uint64_t n)
{
    return UINT64_C(1) << log2_floor(n - 1);
}

/* The hash of leaves [lo, hi), a node of the tree: perfect subtrees from the
 * left, joined from the right. `lo` is a multiple of the largest of them. */
static err range_root(const struct tree *t, uint64_t lo, uint64_t hi,
                      struct hash *out)
{
    struct hash pieces[SEAL_PATH_MOST];
    size_t n = 0;

    while (lo < hi) {
        unsigned level = log2_floor(hi - lo);

        TRY(t->get(t->c, t->arg, level, lo >> level, &pieces[n++]));
        lo += UINT64_C(1) << level;
    }
    *out = pieces[--n];
    while (n > 0)
        *out = seal_node(pieces[--n], *out);
    return E_OK;
}

err seal_tree_root(struct ctx *c, uint64_t size, seal_subtree *get, void *arg,
                   struct hash *out)
{
    const struct tree t = {c, get, arg};

    if (size > 0)
        return range_root(&t, 0, size, out);
    *out = seal_empty_root();
    return E_OK;
}

/* A proof under construction: from the root down, so backwards. */
struct proof {
    struct hash at[SEAL_PATH_MOST];
    size_t n;
};

static err push(const struct tree *t, struct proof *p, uint64_t lo, uint64_t hi)
{
    return range_root(t, lo, hi, &p->at[p->n++]);
}

static void hand_over(struct ctx *c, const struct proof *p, struct hash **path,
                      size_t *n)
{
    *path = NEWS(c->mem, struct hash, p->n);
    *n = p->n;
    for (size_t i = 0; i < p->n; i++)
        (*path)[i] = p->at[p->n - 1 - i];
}

err seal_prove_inclusion(struct ctx *c, uint64_t index, uint64_t size,
                         seal_subtree *get, void *arg, struct hash **path,
                         size_t *n)
{
    const struct tree t = {c, get, arg};
    uint64_t lo = 0, hi = size;
    struct proof p = {.n = 0};

    if (index >= size)
        return fail(c, E_NOT_FOUND,
                    say(c,
                        "Log berisi %" PRIu64 " tindakan; nomor %" PRIu64
                        " tidak ada di dalamnya.",
                        "The log has %" PRIu64 " entries; number %" PRIu64
                        " is not among them."),
                    size, index);
    while (hi - lo > 1) {
        uint64_t mid = lo + split_of(hi - lo);

        if (index < mid) {
            TRY(push(&t, &p, mid, hi));
            hi = mid;
        } else {
            TRY(push(&t, &p, lo, mid));
            lo = mid;
        }
    }
    hand_over(c, &p, path, n);
    return E_OK;
}

err seal_prove_extension(struct ctx *c, uint64_t old_size, uint64_t size,
                         seal_subtree *get, void *arg, struct hash **path,
                         size_t *n)
{
    const struct tree t = {c, get, arg};
    uint64_t lo = 0, hi = size;
    struct proof p = {.n = 0};

    if (old_size > size)
        return fail(
            c, E_NOT_FOUND,
            say(c, "Log berisi %" PRIu64 " tindakan, belum %" PRIu64 ".",
                "The log has %" PRIu64 " entries, not yet %" PRIu64 "."),
            size, old_size);
    while (old_size > 0 && old_size < hi) {
        uint64_t mid = lo + split_of(hi - lo);

        if (old_size <= mid) {
            TRY(push(&t, &p, mid, hi));
            hi = mid;
        } else {
            TRY(push(&t, &p, lo, mid));
            lo = mid;
        }
    }
    /* The old tree's last node, unless it is the old tree itself. */
    if (old_size > 0 && lo > 0)
        TRY(push(&t, &p, lo, hi));
    hand_over(c, &p, path, n);
    return E_OK;
}
