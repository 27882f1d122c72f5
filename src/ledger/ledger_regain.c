/* SPDX-License-Identifier: EUPL-1.2 */
/* After an older database was put back: the entries that the signer signed
 * and the database no longer holds. Whoever kept a copy may bring them, since
 * the signed root proves them; what they committed to is lost. */
#include "ledger/ledger_priv.h"

static err regain_one(struct ctx *c, struct conn *tx, str entry,
                      struct ledger_edge *edge)
{
    struct ledger_entry_parts parts;
    struct ledger_row row;
    int64_t time;

    TRY(ledger_entry_read(c, entry, &parts));
    time = (int64_t)parts.time_ms * 1000;
    edge->time = time > edge->time ? time : edge->time;
    row = (struct ledger_row){.id = ++edge->id,
                              .leaf = (int64_t)edge->size++,
                              .time = edge->time,
                              .class = parts.class,
                              .office = parts.office,
                              .entry = entry,
                              .act = STR(LEDGER_LOST),
                              .facts = ledger_facts_show(c, NULL, 0)};
    TRY(ledger_row_add(c, tx, &row));
    return ledger_grow(c, tx, edge->size);
}

static err check_regained(struct ctx *c, struct conn *tx,
                          const struct seal_checkpoint *last)
{
    struct ledger_tree tree = {.on = tx};
    struct hash root;

    TRY(seal_tree_root(c, last->size, ledger_subtree, &tree, &root));
    if (seal_same(root.b, last->root.b, SEAL_HASH))
        return E_OK;
    return fail(c, E_TAMPERED,
                say(c,
                    "Entri-entri ini bukan yang ditandatangani. Silakan ambil "
                    "dari salinan lain.",
                    "These are not the entries that were signed. Take them "
                    "from another copy."));
}

static err count(struct ctx *c, uint64_t have, uint64_t want)
{
    if (have == want && want > 0)
        return E_OK;
    return fail(c, want == 0 ? E_CONFLICT : E_BAD_INPUT,
                say(c,
                    "Basis data kekurangan %" PRIu64
                    " entri log, bukan %" PRIu64 ".",
                    "The database lacks %" PRIu64
                    " entries of the log, not %" PRIu64 "."),
                want, have);
}

/* The longest that is known to be signed: by the signer here, or as somebody
 * shows it who kept it while the signer's own file went back too. */
static err longest(struct ctx *c, struct ledger *l, str shown,
                   struct seal_checkpoint *out)
{
    struct seal_checkpoint its;
    struct seal_note read;
    str note;

    TRY(ledger_signed(c, l, out, &note));
    if (shown.n == 0)
        return E_OK;
    TRY(ledger_read_own(c, l, shown, &read, &its));
    if (its.size > out->size)
        *out = its;
    return E_OK;
}

err ledger_regain(struct ctx *c, struct conn *tx, struct ledger *l,
                  const struct ledger_regained *r)
{
    struct ledger_event e = {.class = LEDGER_RECOVERY, .office = 1};
    struct seal_checkpoint last;
    struct ledger_edge edge;
    uint64_t first;

    TRY(longest(c, l, r->shown, &last));
    TRY(ledger_edge(c, tx, &edge));
    first = edge.size;
    TRY(count(c, r->n, last.size > first ? last.size - first : 0));
    for (size_t i = 0; i < r->n; i++)
        TRY(regain_one(c, tx, r->entries[i], &edge));
    TRY(check_regained(c, tx, &last));
    ledger_say(c, &e, "act", STR(LEDGER_REGAINED));
    ledger_say(c, &e, "by", r->by);
    ledger_say(c, &e, "with", r->with);
    ledger_say_i64(c, &e, "first", (int64_t)first);
    ledger_say_i64(c, &e, "count", (int64_t)r->n);
    return ledger_append_anyway(c, tx, l, &e);
}
