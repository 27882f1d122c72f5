/* SPDX-License-Identifier: EUPL-1.2 */
/* The audit: whether the database still says what it said when it was signed.
 * Events against their entries, entries against tiles, the root against what
 * the signer signed, and the projections against a replay. */
#include "ledger/ledger_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define STRETCH 256
#define TOLD    200 /* findings of one audit */

struct audit {
    struct ctx *c; /* where the findings live */
    struct ledger *l;
    struct conn *on;
    struct findings *f;
    size_t told;
    int64_t lost_from, lost; /* leaves without facts, not accounted for yet */
};

static void tell(struct audit *a, str key, str what)
{
    if (a->told++ < TOLD)
        finding_add(a->c, a->f, FIND_ERROR, (struct place){.line = 0}, key,
                    "%.*s", STR_ARG(what));
}

static str event_key(struct audit *a, int64_t id)
{
    return arena_fmt(a->c->mem,
                     say(a->c, "tindakan %" PRId64, "event %" PRId64), id);
}

static void tell_event(struct audit *a, int64_t id, const char *what)
{
    tell(a, event_key(a, id), str_of(what));
}

/* ---- events against their entries --------------------------------- */

static err check_erased(struct ctx *c, struct audit *a,
                        const struct ledger_row *r)
{
    bool erased = false;
    int64_t slot;

    if (r->subject.p != NULL)
        TRY(ledger_subject(c, a->on, r->subject, &slot, &erased));
    if (!erased)
        tell_event(a, r->id,
                   say(a->c,
                       "Isian tersegelnya tidak dapat dibuka, padahal tidak "
                       "ada penghapusan yang tercatat.",
                       "Its sealed openings cannot be opened, though no "
                       "erasure is on record."));
    return E_OK;
}

static err check_openings(struct ctx *c, struct audit *a,
                          const struct ledger_row *r,
                          const struct ledger_opening *o, size_t n)
{
    bool shut = false;

    for (size_t i = 0; i < n; i++) {
        struct hash h;

        if (o[i].value.p == NULL) {
            shut = true;
            continue;
        }
        h = ledger_digest_of(c, o[i].salt, o[i].name, o[i].value);
        if (!seal_same(h.b, o[i].digest.b, SEAL_HASH))
            tell(a, event_key(a, r->id),
                 arena_fmt(a->c->mem,
                           say(a->c, "Isian %.*s tidak sesuai sidiknya.",
                               "Its fact %.*s does not fit its digest."),
                           STR_ARG(o[i].name)));
    }
    return shut ? check_erased(c, a, r) : E_OK;
}

static str fact_of(const struct ledger_opening *o, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(o[i].name, str_of(name)))
            return o[i].value;
    return (str){0};
}

/* A filler stands for an earlier day than that on which it was made. */
static bool time_fits(const struct ledger_row *r,
                      const struct ledger_entry_parts *parts,
                      const struct ledger_opening *o, size_t n)
{
    int64_t said;

    if (!time_parse_utc(fact_of(o, n, "time"), &said) || said < 0 ||
        parts->time_ms != ledger_cut(parts->class, r->sensitive != 0, said))
        return false;
    return said == r->time ||
           (said < r->time && str_eq(r->act, STR(LEDGER_FILLER)));
}

/* The columns say again what the facts and the entry say. */
static bool columns_fit(const struct ledger_row *r,
                        const struct ledger_entry_parts *parts,
                        const struct ledger_opening *o, size_t n)
{
    return r->class == (int64_t)parts->class &&
           r->office == (int64_t)parts->office &&
           str_eq(r->act, fact_of(o, n, "act")) &&
           str_eq(r->record, fact_of(o, n, "record"));
}

/* ---- regained entries --------------------------------------------- */

static void tell_lost(struct audit *a)
{
    if (a->lost > 0)
        tell(a,
             arena_fmt(a->c->mem, say(a->c, "entri %" PRId64, "entry %" PRId64),
                       a->lost_from),
             arena_fmt(a->c->mem,
                       say(a->c,
                           "%" PRId64 " tindakan mulai di sini tidak berisi, "
                           "padahal tidak ada pemulihan yang tercatat.",
                           "%" PRId64 " events from here on have no facts, "
                           "though no recovery is on record."),
                       a->lost));
    a->lost = 0;
}

/* A recovery accounts for just those that stand before it. */
static bool accounts(const struct audit *a, const struct ledger_opening *o,
                     size_t n)
{
    int64_t first, count;

    return str_is_i64(fact_of(o, n, "first"), &first) &&
           str_is_i64(fact_of(o, n, "count"), &count) &&
           first == a->lost_from && count == a->lost;
}

static void follow_lost(struct audit *a, const struct ledger_row *r,
                        const struct ledger_opening *o, size_t n)
{
    if (str_eq(r->act, STR(LEDGER_LOST)) && n == 0) {
        a->lost_from = a->lost == 0 ? r->leaf : a->lost_from;
        a->lost++;
        return;
    }
    if (str_eq(r->act, STR(LEDGER_REGAINED)) && accounts(a, o, n)) {
        finding_add(a->c, a->f, FIND_WARNING, (struct place){.line = 0},
                    event_key(a, r->id),
                    say(a->c,
                        "Isi %" PRId64 " tindakan hilang ketika basis data "
                        "dipulihkan; entrinya ada.",
                        "What %" PRId64 " events said was lost when the "
                        "database was restored; their entries are there."),
                    a->lost);
        a->lost = 0;
    }
    tell_lost(a);
}

/* ---- one event ---------------------------------------------------- */

static err check_row(struct ctx *c, struct audit *a, const struct ledger_row *r)
{
    struct ledger_entry_parts parts;
    struct ledger_opening *o;
    struct hash h;
    size_t n;

    if (ledger_row_open(c, a->l, r, &o, &n) != E_OK ||
        ledger_entry_read(c, r->entry, &parts) != E_OK) {
        tell_event(a, r->id, c->why.p);
        return E_OK;
    }
    follow_lost(a, r, o, n);
    if (str_eq(r->act, STR(LEDGER_LOST)) && n == 0)
        return E_OK;
    TRY(check_openings(c, a, r, o, n));
    h = ledger_commit(c, o, n);
    if (!seal_same(h.b, parts.commitment.b, SEAL_HASH))
        tell_event(a, r->id,
                   say(a->c,
                       "Isinya bukan isi yang dikomitkan entrinya: sesuatu "
                       "telah diubah.",
                       "What it says is not what its entry commits to: "
                       "something was changed."));
    if (!columns_fit(r, &parts, o, n) || !time_fits(r, &parts, o, n))
        tell_event(a, r->id,
                   say(a->c,
                       "Kolom-kolomnya (jenis, kantor, waktu, tindakan, nomor) "
                       "berbeda dari entri dan isiannya.",
                       "Its columns (class, office, time, act, record) differ "
                       "from its entry and facts."));
    if (r->leaf < 0 && !ledger_is_batched(parts.class))
        tell_event(a, r->id,
                   say(a->c, "Tindakan ini tidak ada dalam log.",
                       "It is not in the log."));
    return E_OK;
}

static void tell_gap(struct audit *a, int64_t from, int64_t to)
{
    for (int64_t id = from; id < to && a->told < TOLD; id++)
        tell_event(a, id,
                   say(a->c, "Tindakan ini hilang dari basis data.",
                       "It is missing from the database."));
}

static err check_some(struct ctx *c, struct audit *a, int64_t *id,
                      int64_t *time, size_t *n)
{
    struct ledger_row *rows;

    TRY(ledger_rows_after(c, a->on, *id, STRETCH, &rows, n));
    for (size_t i = 0; i < *n; i++) {
        tell_gap(a, *id + 1, rows[i].id);
        if (rows[i].time < *time)
            tell_event(a, rows[i].id,
                       say(a->c, "Waktunya sebelum tindakan sebelumnya.",
                           "Its time is before that of the event before."));
        *id = rows[i].id;
        *time = rows[i].time;
        TRY(check_row(c, a, &rows[i]));
    }
    return E_OK;
}

static err check_events(struct audit *a)
{
    int64_t id = 0, time = 0;
    size_t n;

    do {
        struct ctx in = ledger_inner(a->c);

        TRY(ledger_outer(a->c, &in, check_some(&in, a, &id, &time, &n)));
    } while (n > 0);
    tell_lost(a);
    return E_OK;
}

/* ---- entries against tiles ---------------------------------------- */

struct level {
    struct hash *roots; /* of the complete tiles, as computed */
    size_t n, room;
};

static void tell_tile(struct audit *a, unsigned level, uint64_t n,
                      const char *what)
{
    tell(a,
         arena_fmt(a->c->mem, say(a->c, "ubin %u/%" PRIu64, "tile %u/%" PRIu64),
                   level, n),
         str_of(what));
}

/* Compare a computed tile with the one that is kept; `leaves` names the events
 * of a tile of level 0. */
static err check_tile(struct ctx *c, struct audit *a, unsigned level,
                      uint64_t n, const struct hash *hashes,
                      const struct ledger_leaf *leaves)
{
    struct hash root, fold[LEDGER_TILE];
    str kept;
    err e = ledger_tile_find(c, a->on, level, n, &kept, &root);

    if (e == E_NOT_FOUND || e == E_TAMPERED) {
        tell_tile(a, level, n,
                  say(a->c, "Ubin ini hilang atau rusak.",
                      "It is missing or damaged."));
        return E_OK;
    }
    TRY(e);
    for (size_t i = 0; i < LEDGER_TILE && leaves != NULL; i++)
        if (memcmp(kept.p + i * SEAL_HASH, hashes[i].b, SEAL_HASH) != 0)
            tell_event(a, leaves[i].id,
                       say(a->c, "Entrinya bukan yang tercatat pada ubin log.",
                           "Its entry is not the one that the tile holds."));
    memcpy(fold, hashes, sizeof fold);
    if (memcmp(kept.p, hashes, kept.n) != 0 ||
        !seal_same(root.b, ledger_fold(fold, LEDGER_TILE).b, SEAL_HASH))
        tell_tile(a, level, n,
                  say(a->c, "Ubin ini bukan sidik dari entri di bawahnya.",
                      "It is not what the entries below it hash to."));
    return E_OK;
}

static void keep_root(struct ctx *c, struct level *up,
                      const struct hash *hashes)
{
    struct hash fold[LEDGER_TILE];

    memcpy(fold, hashes, sizeof fold);
    ARENA_GROW(c->mem, up->roots, up->n, up->room);
    up->roots[up->n++] = ledger_fold(fold, LEDGER_TILE);
}

/* One tile of leaves; *go is false at the end of the log. */
static err check_leaves(struct ctx *c, struct ctx *keep, struct audit *a,
                        uint64_t tile, struct level *up, bool *go)
{
    struct hash hashes[LEDGER_TILE];
    struct ledger_leaf *leaves;
    size_t n;

    TRY(ledger_leaves(c, a->on, tile * LEDGER_TILE, (tile + 1) * LEDGER_TILE,
                      &leaves, &n));
    for (size_t i = 0; i < n; i++) {
        if ((uint64_t)leaves[i].leaf != tile * LEDGER_TILE + i) {
            tell_event(a, leaves[i].id,
                       say(a->c, "Entri sebelum entrinya hilang dari log.",
                           "The entry before its own is missing from the "
                           "log."));
            *go = false;
            return E_OK;
        }
        hashes[i] = seal_leaf(leaves[i].entry);
    }
    *go = n == LEDGER_TILE;
    if (!*go)
        return E_OK;
    keep_root(keep, up, hashes);
    return check_tile(c, a, 0, tile, hashes, leaves);
}

static err check_stray(struct ctx *c, struct audit *a, unsigned level,
                       uint64_t from)
{
    uint64_t n;

    TRY(ledger_tile_stray(c, a->on, level, from, &n));
    if (n > 0)
        tell_tile(a, level, from,
                  say(a->c,
                      "Ubin ini ada, padahal log belum sepanjang itu: entri "
                      "telah hilang.",
                      "It is there, though the log is not that long: entries "
                      "are missing."));
    return E_OK;
}

static err check_tiles(struct ctx *c, struct audit *a)
{
    struct level now = {.n = 0};
    bool go = true;

    for (uint64_t tile = 0; go; tile++) {
        struct ctx in = ledger_inner(c);

        TRY(ledger_outer(c, &in, check_leaves(&in, c, a, tile, &now, &go)));
    }
    TRY(check_stray(c, a, 0, now.n));
    for (unsigned level = 1; level < 8; level++) {
        struct level up = {.n = 0};

        for (uint64_t n = 0; n < now.n / LEDGER_TILE; n++) {
            keep_root(c, &up, now.roots + n * LEDGER_TILE);
            TRY(check_tile(c, a, level, n, now.roots + n * LEDGER_TILE, NULL));
        }
        TRY(check_stray(c, a, level, up.n));
        now = up;
    }
    return E_OK;
}

/* ---- the root against what was signed ----------------------------- */

static err check_root(struct ctx *c, struct audit *a, const char *whose,
                      const struct seal_checkpoint *p)
{
    struct ledger_tree tree = {.on = a->on};
    struct ledger_edge edge;
    struct hash root;
    err e;

    TRY(ledger_edge(c, a->on, &edge));
    e = p->size > edge.size
            ? E_TAMPERED
            : seal_tree_root(c, p->size, ledger_subtree, &tree, &root);
    if (e == E_TAMPERED ||
        (e == E_OK && !seal_same(root.b, p->root.b, SEAL_HASH))) {
        tell(a, str_of(whose),
             arena_fmt(a->c->mem,
                       say(a->c,
                           "Log dalam basis data (%" PRIu64
                           " entri) tidak menghasilkan akar yang "
                           "ditandatangani pada %" PRIu64 " entri.",
                           "The log in the database (%" PRIu64
                           " entries) does not lead to the root that was "
                           "signed at %" PRIu64 " entries."),
                       edge.size, p->size));
        return E_OK;
    }
    return e;
}

static err check_signed(struct ctx *c, struct audit *a)
{
    struct seal_checkpoint p;
    struct seal_note note;
    uint64_t size;
    str text;

    TRY(ledger_signed(c, a->l, &p, &text));
    if (text.p != NULL)
        TRY(check_root(c, a, say(c, "penanda tangan", "signer"), &p));
    TRY(ledger_published(c, a->on, &size, &text));
    if (text.p == NULL)
        return E_OK;
    if (seal_note_read(c, text, &note) != E_OK ||
        seal_checkpoint_read(c, note.text, &p) != E_OK || p.size != size) {
        tell(a, STR("checkpoint"), arena_str(a->c->mem, c->why));
        return E_OK;
    }
    return check_root(c, a, "checkpoint", &p);
}

/* ---- projections against a replay --------------------------------- */

/* The hashes of all rows, sorted; only those that differ are looked at again,
 * so an audit needs 32 bytes a row. */
struct seen {
    struct ctx *c;
    struct hash *all;
    size_t n, room;
};

static void see(void *arg, str row)
{
    struct seen *s = arg;

    ARENA_GROW(s->c->mem, s->all, s->n, s->room);
    s->all[s->n++] = seal_sha256(row);
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct hash));
}

static err see_all(struct ctx *c, struct conn *on, struct seen *s)
{
    *s = (struct seen){.c = c};
    TRY(store_dump(c, on, STORE_PROJECTION, see, s));
    if (s->n > 1)
        qsort(s->all, s->n, sizeof *s->all, by_bytes);
    return E_OK;
}

/* What stands in `a` and not in `b`. */
static struct seen without(struct ctx *c, const struct seen *a,
                           const struct seen *b)
{
    struct seen out = {.c = c};
    size_t k = 0;

    for (size_t i = 0; i < a->n; i++) {
        while (k < b->n && by_bytes(&b->all[k], &a->all[i]) < 0)
            k++;
        if (k < b->n && by_bytes(&b->all[k], &a->all[i]) == 0)
            continue;
        ARENA_GROW(c->mem, out.all, out.n, out.room);
        out.all[out.n++] = a->all[i];
    }
    return out;
}

struct naming {
    struct audit *a;
    const struct seen *which;
    const char *what;
    str *names; /* told already: a changed row differs on both sides */
    size_t n, room;
};

/* "record 17": the table and the first column of its key. */
static str name_row(struct ctx *c, str row)
{
    size_t end = strnlen(row.p, row.n);
    str rest = str_slice(row, end + 1, row.n), value;
    uint32_t n = rest.n < 5 ? 0 : get_u32be(rest.p + 1);

    value = str_slice(rest, 5, 5 + (size_t)n);
    if (rest.n >= 13 && rest.p[0] == 'i')
        return arena_fmt(c->mem, "%.*s %" PRId64, (int)end, row.p,
                         (int64_t)get_u64be(value.p));
    if (rest.n >= 5 && rest.p[0] == 't' && n <= 80)
        return arena_fmt(c->mem, "%.*s %.*s", (int)end, row.p, STR_ARG(value));
    return arena_fmt(c->mem, "%.*s", (int)end, row.p);
}

static void name_one(void *arg, str row)
{
    struct naming *w = arg;
    struct hash h = seal_sha256(row);
    str name;

    if (w->which->n == 0 || w->a->told >= TOLD ||
        bsearch(&h, w->which->all, w->which->n, sizeof h, by_bytes) == NULL)
        return;
    name = name_row(w->a->c, row);
    if (str_among(name, w->names, w->n) >= 0)
        return;
    ARENA_GROW(w->a->c->mem, w->names, w->n, w->room);
    w->names[w->n++] = name;
    tell(w->a, name, str_of(w->what));
}

static err compare(struct ctx *c, struct audit *a, struct conn *scratch)
{
    struct seen live, made, extra, lacking;
    struct naming w = {.a = a, .which = &extra};

    TRY(see_all(c, a->on, &live));
    TRY(see_all(c, scratch, &made));
    extra = without(c, &live, &made);
    lacking = without(c, &made, &live);
    if (extra.n + lacking.n == 0)
        return E_OK;
    w.what = say(a->c, "Baris ini bukan yang dihasilkan oleh tindakan.",
                 "This row is not what the events make of it.");
    TRY(store_dump(c, a->on, STORE_PROJECTION, name_one, &w));
    w.which = &lacking;
    w.what = say(a->c, "Baris ini dihasilkan oleh tindakan tetapi tidak ada.",
                 "The events make this row, and it is not there.");
    return store_dump(c, scratch, STORE_PROJECTION, name_one, &w);
}

struct replaying {
    struct audit *a;
    int64_t id;
    size_t n;
};

static err replay_some(struct ctx *c, struct conn *tx, void *arg)
{
    struct replaying *r = arg;

    return ledger_replay(c, r->a->l, r->a->on, tx, &r->id, &r->n);
}

static err replay_into(struct ctx *c, struct audit *a, struct store *scratch)
{
    struct replaying r = {.a = a};
    struct conn *on;

    do {
        err e = store_write(c, scratch, replay_some, &r);

        if (e != E_OK) {
            tell_event(a, r.id,
                       arena_fmt(a->c->mem,
                                 say(a->c, "Tidak dapat diulang: %.*s",
                                     "It cannot be replayed: %.*s"),
                                 STR_ARG(c->why))
                           .p);
            return E_OK;
        }
    } while (r.n > 0);
    TRY(store_read(c, scratch, &on));
    store_patient(on);
    return compare(c, a, on);
}

static err with_scratch(struct ctx *c, struct audit *a, const char *folder)
{
    const struct store_options o = {.path = file_join(c, folder, "scratch"),
                                    .synchronous = "OFF",
                                    .create = true};
    struct store *scratch;
    struct ctx in;
    err e;

    TRY(store_open(c, &o, &scratch));
    in = ledger_inner(c);
    e = ledger_outer(c, &in, replay_into(&in, a, scratch));
    store_close(scratch);
    return e;
}

static err check_projections(struct ctx *c, struct audit *a)
{
    static const char *const files[] = {"scratch", "scratch-wal",
                                        "scratch-shm"};
    const char *keys = a->l->o.keys;
    str at = arena_fmt(c->mem, "%s.audit-XXXXXX",
                       keys == NULL ? P_tmpdir "/balai" : keys);
    char *folder = NEWS(c->mem, char, at.n + 1);
    err e;

    memcpy(folder, at.p, at.n);
    if (mkdtemp(folder) == NULL)
        return fail(c, E_STORAGE,
                    say(c, "Folder sementara %s tidak dapat dibuat.",
                        "The temporary folder %s cannot be made."),
                    folder);
    e = with_scratch(c, a, folder);
    for (size_t i = 0; i < COUNT(files); i++)
        unlink(file_join(c, folder, files[i]));
    rmdir(folder);
    return e;
}

/* ---- all of it ---------------------------------------------------- */

static err audit_in(struct ctx *c, struct audit *a)
{
    TRY(store_read(c, a->l->o.store, &a->on));
    store_patient(a->on);
    TRY(check_events(a));
    TRY(check_tiles(c, a));
    TRY(check_signed(c, a));
    return check_projections(c, a);
}

err ledger_audit(struct ctx *c, struct ledger *l, struct findings *f)
{
    struct audit a = {.c = c, .l = l, .f = f};
    struct ctx in = ledger_inner(c);
    err e = ledger_outer(c, &in, audit_in(&in, &a));

    if (a.told > TOLD)
        finding_add(c, f, FIND_NOTE, (struct place){.line = 0}, STR(""),
                    say(c, "Masih ada %zu temuan lagi.",
                        "There are %zu findings more."),
                    a.told - TOLD);
    return e;
}
