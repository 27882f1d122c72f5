/* SPDX-License-Identifier: EUPL-1.2 */
/* The tree, through its tiles (C2SP tlog-tiles): 256 hashes wide, so a proof
 * reads few rows. A tile is kept when it is complete; the hashes of one that
 * still grows are computed from the entries, or from the tiles below. Nothing
 * of the tree is in memory between two calls, so a request that rolls back
 * leaves nothing behind. */
#include "ledger/ledger_priv.h"

struct hash ledger_fold(struct hash *hashes, size_t n)
{
    for (; n > 1; n /= 2)
        for (size_t i = 0; i < n / 2; i++)
            hashes[i] = seal_node(hashes[2 * i], hashes[2 * i + 1]);
    return hashes[0];
}

/* The leaf hashes from `from`, at most a tile of them. */
static err hash_entries(struct ctx *c, struct conn *on, uint64_t from,
                        struct hash *out, size_t *n)
{
    struct ledger_leaf *leaves;

    TRY(ledger_leaves(c, on, from, from + LEDGER_TILE, &leaves, n));
    for (size_t i = 0; i < *n; i++) {
        if ((uint64_t)leaves[i].leaf != from + i)
            return fail(c, E_TAMPERED,
                        say(c, "Entri %" PRIu64 " tidak ada dalam log.",
                            "Entry %" PRIu64 " is missing from the log."),
                        from + i);
        out[i] = seal_leaf(leaves[i].entry);
    }
    return E_OK;
}

/* What tile n of a level is made of, as far as it is there. */
static err gather(struct ctx *c, struct conn *on, unsigned level, uint64_t n,
                  struct hash *out, size_t *width)
{
    uint64_t from = n * LEDGER_TILE;

    if (level == 0)
        return hash_entries(c, on, from, out, width);
    return ledger_tile_roots(c, on, level - 1, from, from + LEDGER_TILE, out,
                             width);
}

err ledger_grow(struct ctx *c, struct conn *tx, uint64_t size)
{
    struct hash *hashes;
    size_t width;

    for (unsigned level = 0; size > 0 && size % LEDGER_TILE == 0; level++) {
        str bytes;

        size /= LEDGER_TILE;
        hashes = NEWS(c->mem, struct hash, LEDGER_TILE);
        TRY(gather(c, tx, level, size - 1, hashes, &width));
        if (width != LEDGER_TILE)
            return fail(c, E_TAMPERED,
                        say(c, "Ubin %u/%" PRIu64 " tidak lengkap.",
                            "Tile %u/%" PRIu64 " lacks hashes."),
                        level, size - 1);
        bytes = arena_str(
            c->mem, (str){(const char *)hashes, LEDGER_TILE * sizeof *hashes});
        TRY(ledger_tile_add(c, tx, level, size - 1,
                            ledger_fold(hashes, LEDGER_TILE), bytes));
    }
    return E_OK;
}

static err load(struct ctx *c, struct conn *on, unsigned level, uint64_t n,
                struct hash *out, size_t *width)
{
    struct hash root;
    str bytes;
    err e = ledger_tile_find(c, on, level, n, &bytes, &root);

    if (e == E_NOT_FOUND)
        return gather(c, on, level, n, out, width);
    TRY(e);
    memcpy(out, bytes.p, bytes.n);
    *width = LEDGER_TILE;
    return E_OK;
}

err ledger_tile(struct ctx *c, struct ledger_tree *t, unsigned level,
                uint64_t n, struct hash **hashes, size_t *width)
{
    size_t at = t->next;

    for (size_t i = 0; i < COUNT(t->kept); i++)
        if (t->kept[i].used && t->kept[i].level == level && t->kept[i].n == n) {
            *hashes = t->kept[i].hashes;
            *width = t->kept[i].width;
            return E_OK;
        }
    if (t->kept[at].hashes == NULL)
        t->kept[at].hashes = NEWS(c->mem, struct hash, LEDGER_TILE);
    t->kept[at].used = false;
    TRY(load(c, t->on, level, n, t->kept[at].hashes, width));
    t->kept[at].used = true;
    t->kept[at].level = level;
    t->kept[at].n = n;
    t->kept[at].width = *width;
    *hashes = t->kept[at].hashes;
    t->next = (at + 1) % COUNT(t->kept);
    return E_OK;
}

/* Level L of the tree lies in tiles of level L / 8: its node is folded from
 * the 2^(L mod 8) hashes that lie over it there. */
err ledger_subtree(struct ctx *c, void *arg, unsigned level, uint64_t n,
                   struct hash *out)
{
    struct hash fold[LEDGER_TILE / 2], *hashes;
    size_t span = (size_t)1 << (level % 8), width;
    uint64_t first = n * span;
    size_t at = (size_t)(first % LEDGER_TILE);

    TRY(ledger_tile(c, arg, level / 8, first / LEDGER_TILE, &hashes, &width));
    if (at + span > width)
        return fail(c, E_TAMPERED,
                    say(c, "Log lebih pendek dari yang dikatakan checkpoint.",
                        "The log is shorter than its checkpoint says."));
    memcpy(fold, hashes + at, span * sizeof *fold);
    *out = ledger_fold(fold, span);
    return E_OK;
}

err ledger_root(struct ctx *c, struct conn *on, uint64_t size, struct hash *out)
{
    struct ledger_tree tree = {.on = on};

    return seal_tree_root(c, size, ledger_subtree, &tree, out);
}
