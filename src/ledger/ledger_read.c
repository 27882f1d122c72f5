/* SPDX-License-Identifier: EUPL-1.2 */
/* Reading events back. */
#include "ledger/ledger_priv.h"

static err damaged(struct ctx *c, int64_t id)
{
    return fail(c, E_TAMPERED,
                say(c,
                    "Isi tindakan %" PRId64 " dalam basis data rusak. Silakan "
                    "jalankan pemeriksaan log.",
                    "What the database holds of event %" PRId64
                    " is damaged. Run an audit of the log."),
                id);
}

static err unseal(struct ctx *c, struct ledger *l, const struct ledger_row *r,
                  struct ledger_opening *o, size_t n)
{
    unsigned char key[32];
    bool gone;
    str secrets;
    err e;

    if (r->sealed.p == NULL)
        return E_OK;
    TRY(ledger_keys_get(c, l->keys, r->slot, key, &gone));
    if (gone)
        return E_OK;
    e = seal_unbox(c, key, r->entry, r->sealed, &secrets);
    explicit_bzero(key, sizeof key);
    if (e != E_OK || !ledger_secrets_read(secrets, o, n))
        return damaged(c, r->id);
    return E_OK;
}

err ledger_row_open(struct ctx *c, struct ledger *l, const struct ledger_row *r,
                    struct ledger_opening **out, size_t *n)
{
    if (!ledger_facts_read(c, r->facts, out, n))
        return damaged(c, r->id);
    return unseal(c, l, r, *out, *n);
}

/* Texts end with a NUL, in replay as in the act. */
static void read_facts(struct ctx *c, const struct ledger_opening *o, size_t n,
                       struct ledger_event *out)
{
    out->facts = NEWS(c->mem, struct ledger_fact, n);
    out->n = out->room = n;
    for (size_t i = 0; i < n; i++)
        out->facts[i] = (struct ledger_fact){
            arena_str(c->mem, o[i].name),
            o[i].value.p == NULL ? o[i].value : arena_str(c->mem, o[i].value)};
}

err ledger_row_event(struct ctx *c, struct ledger *l,
                     const struct ledger_row *r, struct ledger_event *out)
{
    struct ledger_opening *o;
    size_t n;

    TRY(ledger_row_open(c, l, r, &o, &n));
    *out = (struct ledger_event){.id = r->id,
                                 .leaf = r->leaf,
                                 .time = r->time,
                                 .class = (enum ledger_class)r->class,
                                 .office = (uint32_t)r->office,
                                 .sensitive = r->sensitive != 0,
                                 .subject = r->subject};
    read_facts(c, o, n, out);
    return E_OK;
}

err ledger_event_by_id(struct ctx *c, struct conn *on, struct ledger *l,
                       int64_t id, struct ledger_event *out)
{
    struct ledger_row r;

    TRY(ledger_row_find(c, on, id, &r));
    return ledger_row_event(c, l, &r, out);
}

static err read_events(struct ctx *c, struct ledger *l,
                       const struct ledger_row *rows, size_t n,
                       struct ledger_event **out)
{
    *out = NEWS(c->mem, struct ledger_event, n);
    for (size_t i = 0; i < n; i++)
        TRY(ledger_row_event(c, l, &rows[i], &(*out)[i]));
    return E_OK;
}

err ledger_events_of(struct ctx *c, struct conn *on, struct ledger *l,
                     str record, struct ledger_event **out, size_t *n)
{
    struct ledger_row *rows;

    TRY(ledger_rows_of(c, on, record, &rows, n));
    return read_events(c, l, rows, *n, out);
}

err ledger_events_after(struct ctx *c, struct conn *on, struct ledger *l,
                        int64_t id, size_t most, struct ledger_event **out,
                        size_t *n)
{
    struct ledger_row *rows;

    TRY(ledger_rows_after(c, on, id, (int64_t)most, &rows, n));
    return read_events(c, l, rows, *n, out);
}

err ledger_public(struct ctx *c, struct conn *on, int64_t before, size_t most,
                  struct ledger_event **out, size_t *n)
{
    struct ledger_entry_parts parts;
    struct ledger_leaf *leaves;

    TRY(ledger_newest(c, on, before, most, &leaves, n));
    *out = NEWS(c->mem, struct ledger_event, *n);
    for (size_t i = 0; i < *n; i++) {
        TRY(ledger_entry_read(c, leaves[i].entry, &parts));
        (*out)[i] =
            (struct ledger_event){.id = leaves[i].id,
                                  .leaf = leaves[i].leaf,
                                  .class = parts.class,
                                  .office = parts.office,
                                  .time = (int64_t)parts.time_ms * 1000};
    }
    return E_OK;
}

err ledger_size(struct ctx *c, struct conn *on, uint64_t *size)
{
    struct ledger_edge edge;

    TRY(ledger_edge(c, on, &edge));
    *size = edge.size;
    return E_OK;
}

err ledger_last(struct ctx *c, struct conn *on, int64_t *id)
{
    struct ledger_edge edge;

    TRY(ledger_edge(c, on, &edge));
    *id = edge.id;
    return E_OK;
}
