/* SPDX-License-Identifier: EUPL-1.2 */
/* Rows to structs, and back: the room's only SQL. */
#include "ledger/ledger_priv.h"

#include "gen/ledger_migrate.h"
#include "gen/ledger_sql.h"

/* ---- events ------------------------------------------------------- */

err ledger_edge(struct ctx *c, struct conn *on, struct ledger_edge *out)
{
    struct rows *r;
    bool more;

    *out = (struct ledger_edge){0};
    TRY(ROWS0(c, on, &event_edge, &r));
    TRY(store_next(r, &more));
    if (!more)
        return E_OK;
    out->id = store_i64(r, 0);
    out->time = store_i64(r, 1);
    out->size = store_is_null(r, 2) ? 0 : (uint64_t)store_i64(r, 2) + 1;
    /* An open cursor would stand in the way of the insert that follows. */
    return store_next(r, &more);
}

err ledger_row_add(struct ctx *c, struct conn *tx, const struct ledger_row *r)
{
    return RUN(c, tx, &event_add, I64(r->id), r->leaf < 0 ? NIL : I64(r->leaf),
               I64(r->time), I64(r->class), I64(r->office), I64(r->sensitive),
               BLOB(r->entry), TXT(r->act), TXT_OR_NIL(r->record),
               r->slot == 0 ? NIL : I64(r->slot), BLOB(r->facts),
               r->sealed.p == NULL ? NIL : BLOB(r->sealed));
}

static void read_row(struct rows *r, struct ledger_row *out)
{
    *out = (struct ledger_row){
        .id = store_i64(r, 0),
        .leaf = store_is_null(r, 1) ? -1 : store_i64(r, 1),
        .time = store_i64(r, 2),
        .class = store_i64(r, 3),
        .office = store_i64(r, 4),
        .sensitive = store_i64(r, 5),
        .entry = store_str(r, 6),
        .act = store_str(r, 7),
        .record = store_str(r, 8),
        .slot = store_i64(r, 9),
        .facts = store_str(r, 10),
        .sealed = store_str(r, 11),
        .subject = store_str(r, 12),
    };
}

err ledger_row_find(struct ctx *c, struct conn *on, int64_t id,
                    struct ledger_row *out)
{
    struct rows *r;
    bool more;

    TRY(ROWS(c, on, &event_by_id, &r, I64(id)));
    TRY(store_next(r, &more));
    if (!more)
        return fail(c, E_NOT_FOUND,
                    say(c, "Tindakan %" PRId64 " tidak ada.",
                        "There is no event %" PRId64 "."),
                    id);
    read_row(r, out);
    return store_next(r, &more);
}

static err read_rows(struct ctx *c, struct rows *r, struct ledger_row **out,
                     size_t *n)
{
    size_t room = 0;
    bool more;

    *out = NULL;
    *n = 0;
    for (;;) {
        TRY(store_next(r, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        read_row(r, &(*out)[(*n)++]);
    }
}

err ledger_rows_after(struct ctx *c, struct conn *on, int64_t id, int64_t most,
                      struct ledger_row **out, size_t *n)
{
    struct rows *r;

    TRY(ROWS(c, on, &event_after, &r, I64(id), I64(most)));
    return read_rows(c, r, out, n);
}

err ledger_rows_of(struct ctx *c, struct conn *on, str record,
                   struct ledger_row **out, size_t *n)
{
    struct rows *r;

    TRY(ROWS(c, on, &event_of_record, &r, TXT(record)));
    return read_rows(c, r, out, n);
}

/* ---- the log's order ---------------------------------------------- */

static err read_leaves(struct ctx *c, struct rows *r, const int cols[3],
                       struct ledger_leaf **out, size_t *n)
{
    size_t room = 0;
    bool more;

    *out = NULL;
    *n = 0;
    for (;;) {
        TRY(store_next(r, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        (*out)[(*n)++] = (struct ledger_leaf){.leaf = store_i64(r, cols[0]),
                                              .id = store_i64(r, cols[1]),
                                              .entry = store_str(r, cols[2])};
    }
}

err ledger_leaves(struct ctx *c, struct conn *on, uint64_t from, uint64_t to,
                  struct ledger_leaf **out, size_t *n)
{
    struct rows *r;

    TRY(ROWS(c, on, &event_entries, &r, I64((int64_t)from), I64((int64_t)to)));
    return read_leaves(c, r, (const int[3]){0, 2, 1}, out, n);
}

err ledger_newest(struct ctx *c, struct conn *on, int64_t before, size_t most,
                  struct ledger_leaf **out, size_t *n)
{
    struct rows *r;

    TRY(ROWS(c, on, &event_newest, &r, I64(before > 0 ? before : INT64_MAX),
             I64((int64_t)most)));
    return read_leaves(c, r, (const int[3]){1, 0, 2}, out, n);
}

/* ---- batches ------------------------------------------------------ */

err ledger_waiting(struct ctx *c, struct conn *tx, int64_t before,
                   struct ledger_waiting **out, size_t *n)
{
    size_t room = 0;
    struct rows *r;
    bool more;

    *out = NULL;
    *n = 0;
    TRY(ROWS(c, tx, &event_waiting, &r, I64(before)));
    for (;;) {
        TRY(store_next(r, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        (*out)[(*n)++] = (struct ledger_waiting){.id = store_i64(r, 0),
                                                 .time = store_i64(r, 1),
                                                 .class = store_i64(r, 2),
                                                 .entry = store_str(r, 3)};
    }
}

err ledger_place(struct ctx *c, struct conn *tx, int64_t id, uint64_t leaf)
{
    return RUN(c, tx, &event_place, I64(id), I64((int64_t)leaf));
}

err ledger_last_batch(struct ctx *c, struct conn *tx, int64_t *day)
{
    struct rows *r;
    bool more;

    TRY(ROWS0(c, tx, &batch_last, &r));
    TRY(store_next(r, &more));
    *day = store_i64(r, 0);
    return E_OK;
}

err ledger_batch_add(struct ctx *c, struct conn *tx, int64_t day, int64_t id)
{
    return RUN(c, tx, &batch_add, I64(day), I64(id));
}

/* ---- subjects ----------------------------------------------------- */

err ledger_subject(struct ctx *c, struct conn *on, str name, int64_t *slot,
                   bool *erased)
{
    struct rows *r;
    bool more;

    *slot = 0;
    *erased = false;
    TRY(ROWS(c, on, &subject_find, &r, TXT(name)));
    TRY(store_next(r, &more));
    if (!more)
        return E_OK;
    *slot = store_i64(r, 0);
    *erased = !store_is_null(r, 1);
    return store_next(r, &more);
}

err ledger_subject_add(struct ctx *c, struct conn *tx, int64_t slot, str name)
{
    return RUN(c, tx, &subject_add, I64(slot), TXT(name));
}

err ledger_subject_move(struct ctx *c, struct conn *tx, int64_t from,
                        int64_t to)
{
    return RUN(c, tx, &subject_move, I64(from), I64(to));
}

err ledger_subject_erase(struct ctx *c, struct conn *tx, int64_t slot,
                         int64_t event)
{
    TRY(RUN(c, tx, &subject_unseal, I64(slot)));
    return RUN(c, tx, &subject_erase, I64(slot), I64(event));
}

err ledger_highest_slot(struct ctx *c, struct conn *on, int64_t *slot)
{
    struct rows *r;
    bool more;

    TRY(ROWS0(c, on, &subject_highest, &r));
    TRY(store_next(r, &more));
    *slot = more ? store_i64(r, 0) : 0;
    return E_OK;
}

static err read_gone(struct ctx *c, struct rows *r, struct ledger_gone **out,
                     size_t *n)
{
    size_t room = 0;
    bool more;

    *out = NULL;
    *n = 0;
    for (;;) {
        TRY(store_next(r, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        (*out)[(*n)++] = (struct ledger_gone){.slot = store_i64(r, 0),
                                              .subject = store_str(r, 1),
                                              .event = store_i64(r, 2)};
    }
}

err ledger_gone_after(struct ctx *c, struct conn *on, int64_t event,
                      struct ledger_gone **out, size_t *n)
{
    struct rows *r;

    TRY(ROWS(c, on, &subject_erased_after, &r, I64(event)));
    return read_gone(c, r, out, n);
}

err ledger_unerased_after(struct ctx *c, struct conn *on, int64_t slot,
                          int64_t most, struct ledger_gone **out, size_t *n)
{
    struct rows *r;

    TRY(ROWS(c, on, &subject_unerased_after, &r, I64(slot), I64(most)));
    return read_gone(c, r, out, n);
}

err ledger_unsaid(struct ctx *c, struct conn *on, struct ledger_gone **out,
                  size_t *n)
{
    struct rows *r;

    TRY(ROWS(c, on, &subject_unsaid, &r, I64(LEDGER_UNSAID)));
    return read_gone(c, r, out, n);
}

/* ---- tiles and notes ---------------------------------------------- */

static bool as_hash(str s, struct hash *out)
{
    if (s.n != SEAL_HASH)
        return false;
    memcpy(out->b, s.p, SEAL_HASH);
    return true;
}

static err bad_tile(struct ctx *c, unsigned level, uint64_t n)
{
    return fail(c, E_TAMPERED,
                say(c,
                    "Ubin %u/%" PRIu64 " dalam basis data rusak. Silakan "
                    "jalankan pemeriksaan log.",
                    "Tile %u/%" PRIu64 " in the database is damaged. Run an "
                    "audit of the log."),
                level, n);
}

err ledger_tile_find(struct ctx *c, struct conn *on, unsigned level, uint64_t n,
                     str *hashes, struct hash *root)
{
    struct rows *r;
    bool more;

    TRY(ROWS(c, on, &tile_find, &r, I64(level), I64((int64_t)n)));
    TRY(store_next(r, &more));
    if (!more)
        return E_NOT_FOUND;
    *hashes = store_str(r, 0);
    if (hashes->n != (size_t)LEDGER_TILE * SEAL_HASH ||
        !as_hash(store_str(r, 1), root))
        return bad_tile(c, level, n);
    return E_OK;
}

err ledger_tile_add(struct ctx *c, struct conn *tx, unsigned level, uint64_t n,
                    struct hash root, str hashes)
{
    return RUN(c, tx, &tile_add, I64(level), I64((int64_t)n),
               BLOB(((str){(const char *)root.b, SEAL_HASH})), BLOB(hashes));
}

err ledger_tile_roots(struct ctx *c, struct conn *on, unsigned level,
                      uint64_t from, uint64_t to, struct hash *out, size_t *n)
{
    struct rows *r;
    bool more;

    *n = 0;
    TRY(ROWS(c, on, &tile_roots, &r, I64(level), I64((int64_t)from),
             I64((int64_t)to)));
    for (;;) {
        TRY(store_next(r, &more));
        if (!more)
            return E_OK;
        if (!as_hash(store_str(r, 0), &out[*n]))
            return bad_tile(c, level, from + *n);
        (*n)++;
    }
}

err ledger_tile_stray(struct ctx *c, struct conn *on, unsigned level,
                      uint64_t from, uint64_t *n)
{
    struct rows *r;
    bool more;

    TRY(ROWS(c, on, &tile_stray, &r, I64(level), I64((int64_t)from)));
    TRY(store_next(r, &more));
    *n = (uint64_t)store_i64(r, 0);
    return E_OK;
}

/* The row of a query that gives size and note. */
static err newest_note(struct ctx *c, struct conn *on, const struct query *q,
                       uint64_t *size, str *note)
{
    struct rows *r;
    bool more;

    *size = 0;
    *note = (str){0};
    TRY(ROWS0(c, on, q, &r));
    TRY(store_next(r, &more));
    if (!more)
        return E_OK;
    *size = (uint64_t)store_i64(r, 0);
    *note = store_str(r, 1);
    return E_OK;
}

err ledger_published(struct ctx *c, struct conn *on, uint64_t *size, str *note)
{
    return newest_note(c, on, &checkpoint_newest, size, note);
}

err ledger_publish(struct ctx *c, struct conn *tx, int64_t day, uint64_t size,
                   str note)
{
    return RUN(c, tx, &checkpoint_add, I64(day), I64((int64_t)size), TXT(note));
}

err ledger_cosigned(struct ctx *c, struct conn *on, uint64_t *size, str *note)
{
    return newest_note(c, on, &cosigned_newest, size, note);
}

err ledger_cosigned_add(struct ctx *c, struct conn *tx, int64_t day,
                        uint64_t size, str note)
{
    return RUN(c, tx, &cosigned_add, I64(day), I64((int64_t)size), TXT(note));
}
