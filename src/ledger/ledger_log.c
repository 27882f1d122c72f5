/* SPDX-License-Identifier: EUPL-1.2 */
/* Checkpoints, and what the log serves (C2SP tlog-tiles). */
#include "ledger/ledger_priv.h"

/* ---- what was signed ---------------------------------------------- */

err ledger_signed(struct ctx *c, struct ledger *l, struct seal_checkpoint *out,
                  str *note)
{
    struct seal_note parts;

    *out = (struct seal_checkpoint){.root = seal_empty_root()};
    *note = (str){0};
    if (l->o.signer == NULL)
        return E_OK;
    TRY(seal_signer_last(c, l->o.signer, note));
    if (note->n == 0) {
        *note = (str){0};
        return E_OK;
    }
    TRY(seal_note_read(c, *note, &parts));
    return seal_checkpoint_read(c, parts.text, out);
}

/* A leaf or tile that is missing is a past that was changed too. */
static err compare(struct ctx *c, struct conn *on,
                   const struct seal_checkpoint *last, enum ledger_state *out)
{
    struct ledger_edge edge;
    struct hash root;
    err e;

    *out = LEDGER_SHORTER;
    TRY(ledger_edge(c, on, &edge));
    if (last->size > edge.size)
        return E_OK;
    e = ledger_root(c, on, last->size, &root);
    if (e != E_TAMPERED)
        TRY(e);
    *out = e == E_OK && seal_same(root.b, last->root.b, SEAL_HASH)
               ? LEDGER_GOES_ON
               : LEDGER_CHANGED;
    return E_OK;
}

err ledger_check_signed(struct ctx *c, struct ledger *l, struct conn *on)
{
    struct seal_checkpoint last;
    enum ledger_state state;
    uint64_t published;
    str note;

    TRY(ledger_signed(c, l, &last, &note));
    TRY(compare(c, on, &last, &state));
    atomic_store(&l->stopped, (int)state);
    if (state != LEDGER_GOES_ON)
        return ledger_stopped(c, state);
    TRY(ledger_published(c, on, &published, &note));
    if (l->o.signer != NULL && note.p != NULL && published > last.size)
        atomic_store(&l->behind, true);
    return E_OK;
}

/* ---- checkpoints -------------------------------------------------- */

struct next {
    struct seal_checkpoint checkpoint;
    int64_t day;
    bool due;    /* there is something to sign */
    bool behind; /* the signer's file is older than what is published */
    str note;
};

static err put_note(struct ctx *c, struct conn *tx, void *arg)
{
    const struct next *x = arg;

    return ledger_publish(c, tx, x->day, x->checkpoint.size, x->note);
}

/* Nothing where the log has not grown since the last was signed and
 * published; that is most times. */
static err look_on(struct ctx *c, struct ledger *l, struct conn *on,
                   struct next *x)
{
    struct seal_checkpoint last;
    struct ledger_edge edge;
    uint64_t size;
    str note;

    TRY(ledger_signed(c, l, &last, &note));
    TRY(ledger_edge(c, on, &edge));
    TRY(ledger_published(c, on, &size, &note));
    x->due = note.p == NULL || size != edge.size || size != last.size;
    if (x->due || ledger_state(l) != LEDGER_GOES_ON)
        TRY(ledger_check_signed(c, l, on));
    if (atomic_load(&l->held)) {
        x->due = false;
        return E_OK;
    }
    TRY(ledger_going(c, l));
    x->behind = note.p != NULL && size > last.size;
    x->checkpoint.size = edge.size;
    x->day = edge.time / TIME_DAY;
    return E_OK;
}

static err look(struct ctx *c, struct ledger *l, struct next *x)
{
    struct conn *on;
    err e;

    *x = (struct next){.due = false};
    TRY(store_read(c, l->o.store, &on));
    e = look_on(c, l, on, x);
    store_done(on);
    return e;
}

/* The signer is asked outside of any transaction: it writes to its own file.
 * What it signed and nobody published (a crash between the two) it signs
 * again, the same bytes. */
static err sign_on(struct ctx *c, struct ledger *l, struct conn *on,
                   struct next *x)
{
    struct ledger_tree tree = {.on = on};
    struct seal_checkpoint last;
    struct hash *path = NULL;
    struct seal_key key;
    size_t n = 0;
    str note;

    TRY(ledger_signed(c, l, &last, &note));
    seal_signer_key(l->o.signer, SEAL_LOG, &key);
    x->checkpoint.origin = key.name;
    TRY(seal_tree_root(c, x->checkpoint.size, ledger_subtree, &tree,
                       &x->checkpoint.root));
    if (last.size > 0 && last.size < x->checkpoint.size)
        TRY(seal_prove_extension(c, last.size, x->checkpoint.size,
                                 ledger_subtree, &tree, &path, &n));
    return seal_signer_checkpoint(c, l->o.signer, &x->checkpoint, path, n,
                                  &x->note);
}

static err sign(struct ctx *c, struct ledger *l, struct next *x)
{
    struct conn *on;
    err e;

    TRY(store_read(c, l->o.store, &on));
    e = sign_on(c, l, on, x);
    store_done(on);
    if (e == E_CONFLICT) /* changed since it was looked at */
        atomic_store(&l->stopped, LEDGER_CHANGED);
    return e;
}

/* It was not the database that went back, or the signer would know more; so
 * the signer is told anew, and everybody is told that it happened. */
static err say_behind(struct ctx *c, struct conn *tx, void *arg)
{
    struct ledger_event e = {.class = LEDGER_RECOVERY, .office = 1};
    struct ledger *l = arg;
    struct seal_checkpoint last;
    uint64_t published;
    str note;

    TRY(ledger_signed(c, l, &last, &note));
    TRY(ledger_published(c, tx, &published, &note));
    ledger_say(c, &e, "act", STR(LEDGER_BEHIND));
    ledger_say(c, &e, "by", STR("system"));
    ledger_say_i64(c, &e, "first", (int64_t)last.size);
    ledger_say_i64(c, &e, "count", (int64_t)(published - last.size));
    return ledger_append(c, tx, l, &e);
}

static err checkpoint_in(struct ctx *c, struct ledger *l, bool *grown)
{
    struct next x;

    TRY(ledger_sweep(c, l));
    TRY(look(c, l, &x));
    if (x.due && x.behind) {
        LOG(LOG_ERROR, "ledger", "the signer's file went back",
            LOG_I64("size", (int64_t)x.checkpoint.size));
        TRY(store_write(c, l->o.store, say_behind, l));
        TRY(look(c, l, &x));
    }
    if (!x.due)
        return E_OK;
    TRY(sign(c, l, &x));
    TRY(store_write(c, l->o.store, put_note, &x));
    *grown = true;
    return E_OK;
}

err ledger_checkpoint(struct ctx *c, struct ledger *l, bool *grown)
{
    struct ctx in;
    err e;

    *grown = false;
    if (l->o.signer == NULL)
        return E_OK;
    in = ledger_inner(c);
    pthread_mutex_lock(&l->signing);
    e = checkpoint_in(&in, l, grown);
    pthread_mutex_unlock(&l->signing);
    return ledger_outer(c, &in, e);
}

/* ---- for the signer ----------------------------------------------- */

static err too_early(struct ctx *c)
{
    return fail(c, E_BUSY,
                say(c,
                    "Tindakan ini belum tercakup checkpoint. Silakan coba lagi "
                    "sebentar lagi.",
                    "No checkpoint covers this act yet. Try again in a "
                    "moment."));
}

err ledger_prove(struct ctx *c, struct conn *on, const struct ledger_row *r,
                 uint64_t size, struct hash **path, size_t *n)
{
    struct ledger_tree tree = {.on = on};

    if (r->leaf < 0)
        return fail(c, E_BUSY,
                    say(c,
                        "Tindakan jenis ini masuk log sekali sehari. Silakan "
                        "coba lagi besok.",
                        "Acts of this kind enter the log once a day. Try again "
                        "tomorrow."));
    if ((uint64_t)r->leaf >= size)
        return too_early(c);
    return seal_prove_inclusion(c, (uint64_t)r->leaf, size, ledger_subtree,
                                &tree, path, n);
}

err ledger_entry(struct ctx *c, struct ledger *l, int64_t id, str *entry,
                 uint64_t *index, struct hash **path, size_t *n)
{
    struct seal_checkpoint last;
    struct ledger_row r;
    struct conn *on;
    str note;
    err e;

    TRY(ledger_signed(c, l, &last, &note));
    TRY(store_read(c, l->o.store, &on));
    e = ledger_row_find(c, on, id, &r);
    if (e == E_OK)
        e = ledger_prove(c, on, &r, last.size, path, n);
    store_done(on);
    TRY(e);
    *entry = r.entry;
    *index = (uint64_t)r.leaf;
    return E_OK;
}

/* ---- what is served ----------------------------------------------- */

struct tile_path {
    bool entries;
    unsigned level;
    uint64_t n;
    size_t width; /* 256, or that of a partial tile */
};

/* A number without leading zeros, of at most 3 digits. */
static bool small_number(str s, unsigned *out)
{
    *out = 0;
    if (s.n == 0 || s.n > 3 || (s.n > 1 && s.p[0] == '0'))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        *out = *out * 10 + (unsigned)(s.p[i] - '0');
    }
    return true;
}

static bool three_digits(str s, uint64_t *n)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        *n = *n * 10 + (uint64_t)(s.p[i] - '0');
    }
    return s.n == 3;
}

/* "x001/x234/067", and what follows it. */
static bool read_n(str *rest, uint64_t *n)
{
    *n = 0;
    for (int groups = 0; groups < 6; groups++) {
        bool more = str_starts(*rest, STR("x"));
        str digits = str_slice(*rest, more, more + (size_t)3);

        if (!three_digits(digits, n) || (groups == 0 && more && *n == 0))
            return false;
        *rest = str_slice(*rest, more + (size_t)3, rest->n);
        if (!more)
            return true;
        if (!str_starts(*rest, STR("/")))
            return false;
        *rest = str_slice(*rest, 1, rest->n);
    }
    return false;
}

static bool read_tile_path(str path, struct tile_path *out)
{
    unsigned width = LEDGER_TILE;
    str level, rest;

    if (!str_cut(path, '/', &level, &rest))
        return false;
    out->entries = str_eq(level, STR("entries"));
    out->level = 0;
    if (!out->entries && (!small_number(level, &out->level) || out->level > 63))
        return false;
    if (!read_n(&rest, &out->n))
        return false;
    if (str_starts(rest, STR(".p/"))) {
        if (!small_number(str_slice(rest, 3, rest.n), &width) || width == 0 ||
            width >= LEDGER_TILE)
            return false;
    } else if (rest.n > 0) {
        return false;
    }
    out->width = width;
    return true;
}

static err no_such(struct ctx *c, str path)
{
    return fail(c, E_NOT_FOUND,
                say(c, "Log tidak memuat %.*s.", "The log has no %.*s."),
                path.n > 80 ? 80 : (int)path.n, path.p);
}

static err serve_entries(struct ctx *c, struct conn *on,
                         const struct tile_path *t, str *bytes)
{
    struct buf b = buf_new(c, (size_t)LEDGER_TILE * (2 + UINT16_MAX));
    struct ledger_leaf *leaves;
    uint64_t from = t->n * LEDGER_TILE;
    size_t n;

    TRY(ledger_leaves(c, on, from, from + t->width, &leaves, &n));
    for (size_t i = 0; i < n; i++) {
        buf_u16be(&b, (uint16_t)leaves[i].entry.n);
        buf_raw(&b, leaves[i].entry);
    }
    if (n != t->width)
        return fail(c, E_TAMPERED,
                    say(c, "Entri log hilang dari basis data.",
                        "Entries of the log are missing from the database."));
    return buf_done(c, &b, bytes);
}

static err serve_hashes(struct ctx *c, struct conn *on,
                        const struct tile_path *t, str *bytes)
{
    struct ledger_tree tree = {.on = on};
    struct hash *hashes;
    size_t width;

    TRY(ledger_tile(c, &tree, t->level, t->n, &hashes, &width));
    if (width < t->width)
        return fail(c, E_TAMPERED,
                    say(c, "Ubin log hilang dari basis data.",
                        "Tiles of the log are missing from the database."));
    *bytes = arena_str(c->mem,
                       (str){(const char *)hashes, t->width * sizeof *hashes});
    return E_OK;
}

/* Only what a published checkpoint covers is served. */
static err serve(struct ctx *c, struct conn *on, str path, str *bytes,
                 bool *forever)
{
    struct tile_path t;
    uint64_t size, there;
    str note, cosigned;

    TRY(ledger_published(c, on, &size, &note));
    if (str_eq(path, STR("checkpoint")) && note.p != NULL) {
        TRY(ledger_cosigned(c, on, &there, &cosigned));
        *bytes = cosigned.p != NULL && there == size ? cosigned : note;
        return E_OK;
    }
    if (!str_starts(path, STR("tile/")) ||
        !read_tile_path(str_slice(path, 5, path.n), &t))
        return no_such(c, path);
    there = t.level < 8 ? size >> (8 * t.level) : 0;
    if (there < t.width || (there - t.width) / LEDGER_TILE < t.n)
        return no_such(c, path);
    *forever = true;
    return t.entries ? serve_entries(c, on, &t, bytes)
                     : serve_hashes(c, on, &t, bytes);
}

err ledger_resource(struct ctx *c, struct ledger *l, str path, str *bytes,
                    bool *forever)
{
    struct conn *on;
    err e;

    *forever = false;
    TRY(store_read(c, l->o.store, &on));
    e = serve(c, on, path, bytes, forever);
    store_done(on);
    return e;
}
