/* SPDX-License-Identifier: EUPL-1.2 */
/* Replay: the projections again, from the events alone. */
#include "ledger/ledger_priv.h"

#define STRETCH 256 /* events between two arenas */

/* ---- the digest of the projections -------------------------------- */

static void add_row(void *digest, str row)
{
    seal_digest_add(digest, row);
}

err ledger_digest(struct ctx *c, struct conn *on, struct hash *out)
{
    struct ctx in = ledger_inner(c);
    struct seal_digest *d = seal_digest_new(&in);
    err e = store_dump(&in, on, STORE_PROJECTION, add_row, d);

    *out = seal_digest_end(d);
    return ledger_outer(c, &in, e);
}

/* ---- replay ------------------------------------------------------- */

/* Behind the last event: erasures that have none yet. */
static err replay_unsaid(struct ctx *c, struct ledger *l, struct conn *from,
                         struct conn *tx)
{
    struct ledger_gone *all;
    size_t n;

    TRY(ledger_unsaid(c, from, &all, &n));
    for (size_t i = 0; i < n; i++)
        TRY(ledger_call_erasure(c, tx, l, all[i].subject));
    return E_OK;
}

/* One stretch of events behind *id, which moves; *n is how many there were. */
static err replay_some(struct ctx *c, struct ledger *l, struct conn *from,
                       struct conn *tx, int64_t *id, size_t *n)
{
    struct ledger_event e;
    struct ledger_row *rows;

    TRY(ledger_rows_after(c, from, *id, STRETCH, &rows, n));
    for (size_t i = 0; i < *n; i++) {
        *id = rows[i].id;
        TRY(ledger_row_event(c, l, &rows[i], &e));
        TRY(ledger_call(c, tx, l, &e));
    }
    return *n > 0 ? E_OK : replay_unsaid(c, l, from, tx);
}

err ledger_replay(struct ctx *c, struct ledger *l, struct conn *from,
                  struct conn *tx, int64_t *id, size_t *n)
{
    struct ctx in = ledger_inner(c);

    return ledger_outer(c, &in, replay_some(&in, l, from, tx, id, n));
}

struct rebuild {
    struct ledger *l;
    int64_t replayed;
};

static err rebuild(struct ctx *c, struct conn *tx, void *arg)
{
    struct rebuild *r = arg;
    int64_t id = 0;
    size_t n;

    r->replayed = 0;
    TRY(store_wipe(c, tx, STORE_PROJECTION));
    do {
        err e = ledger_replay(c, r->l, tx, tx, &id, &n);

        if (e != E_OK)
            return fail(c, e,
                        say(c, "Tindakan %" PRId64 " tidak dapat diulang: %.*s",
                            "Event %" PRId64 " cannot be replayed: %.*s"),
                        id, STR_ARG(c->why));
        r->replayed += (int64_t)n;
    } while (n > 0);
    return E_OK;
}

/* In one transaction: readers see the old projections until the new ones are
 * whole, and where an event cannot be applied the old ones stay. */
err ledger_rebuild(struct ctx *c, struct ledger *l, int64_t *replayed)
{
    struct rebuild r = {.l = l};

    TRY(store_write(c, l->o.store, rebuild, &r));
    *replayed = r.replayed;
    return E_OK;
}
