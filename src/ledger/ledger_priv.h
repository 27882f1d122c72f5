/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of this room share. */
#pragma once

#include "ledger/ledger.h"

#include <pthread.h>
#include <stdatomic.h>

#define LEDGER_FACTS 4096 /* facts of an event */
#define LEDGER_BYTES                                                           \
    ((size_t)320 << 10)     /* of an event: its full opening must              \
                               fit a note of 1 MiB */
#define LEDGER_NAME     255 /* bytes of a name */
#define LEDGER_FILLER   "ledger.filler"
#define LEDGER_ERASED   "ledger.erased"
#define LEDGER_LOST     "ledger.lost" /* a regained entry; it has no facts */
#define LEDGER_REGAINED "ledger.regained"
#define LEDGER_BEHIND   "ledger.behind" /* the signer's file had gone back */
#define LEDGER_UNSAID   0 /* the event of an erasure that has none yet */

struct ledger_keys;

struct ledger {
    struct arena *mem;
    struct ledger_options o;
    struct ledger_keys *keys;
    pthread_mutex_t signing;   /* one checkpoint at a time */
    atomic_int stopped;        /* enum ledger_state, or 0 */
    atomic_bool behind;        /* the signer's file had gone back */
    atomic_bool contradicted;  /* ledger_judge() has seen evidence */
    atomic_bool held;          /* ledger_hold() */
    atomic_int_fast64_t swept; /* erasures up to this event have no key */
};

/* ---- ledger.c ----------------------------------------------------- */

/* The same context with an arena of its own; outer() frees it and hands on
 * the sentence. */
struct ctx ledger_inner(const struct ctx *c);
err ledger_outer(struct ctx *c, struct ctx *in, err e) MUST_USE;
/* The sentence of LEDGER_SHORTER or LEDGER_CHANGED. */
err ledger_stopped(struct ctx *c, enum ledger_state why);
/* E_CONFLICT where nothing may be appended. */
err ledger_going(struct ctx *c, struct ledger *l) MUST_USE;
/* Overwrite the keys of subjects whose erasure is committed. */
err ledger_sweep(struct ctx *c, struct ledger *l) MUST_USE;

/* ---- ledger_fact.c: names, values, commitments -------------------- */

struct ledger_opening {
    str name, value; /* value.p is NULL where it is erased */
    bool sealed;
    unsigned char salt[32];
    struct hash digest;
};

const struct ledger_fact *ledger_fact_at(const struct ledger_event *e,
                                         str name);

/* Bare names are plain, paths are sealed. */
bool ledger_is_path(str name);
bool ledger_is_name(str name); /* of name.def */
/* Canonical text: UTF-8 NFC, no control but LF and TAB. */
err ledger_value_check(struct ctx *c, str name, str value) MUST_USE;
err ledger_facts_check(struct ctx *c, const struct ledger_event *e) MUST_USE;

/* Salts are drawn and digests computed, in the order of the facts. */
struct ledger_opening *ledger_open_facts(struct ctx *c,
                                         const struct ledger_event *e);
struct hash ledger_commit(struct ctx *c, const struct ledger_opening *o,
                          size_t n);

/* The public part: 46 bytes. */
struct ledger_entry_parts {
    enum ledger_class class;
    uint32_t office;
    uint64_t time_ms;
    struct hash commitment;
};
bool ledger_is_batched(enum ledger_class k);
uint64_t ledger_cut(enum ledger_class k, bool sensitive, int64_t time);
str ledger_entry_show(struct ctx *c, const struct ledger_entry_parts *p);
err ledger_entry_read(struct ctx *c, str entry,
                      struct ledger_entry_parts *out) MUST_USE;

/* The columns `facts` and `sealed` (before it is boxed). */
str ledger_facts_show(struct ctx *c, const struct ledger_opening *o, size_t n);
str ledger_secrets_show(struct ctx *c, const struct ledger_opening *o,
                        size_t n);
/* False where the bytes are not what was written. */
bool ledger_facts_read(struct ctx *c, str facts, struct ledger_opening **out,
                       size_t *n);
bool ledger_secrets_read(str secrets, struct ledger_opening *o, size_t n);

/* ---- ledger_store.c: rows to structs ------------------------------ */

struct ledger_row {
    int64_t id, leaf; /* leaf is -1 for none */
    int64_t time, class, office, sensitive;
    str entry, act, record, subject, facts, sealed;
    int64_t slot; /* 0 for none */
};

struct ledger_edge {
    int64_t id, time; /* of the last event; 0 where there is none */
    uint64_t size;
};

err ledger_edge(struct ctx *c, struct conn *on,
                struct ledger_edge *out) MUST_USE;
err ledger_row_add(struct ctx *c, struct conn *tx,
                   const struct ledger_row *r) MUST_USE;
err ledger_row_find(struct ctx *c, struct conn *on, int64_t id,
                    struct ledger_row *out) MUST_USE;
err ledger_rows_after(struct ctx *c, struct conn *on, int64_t id, int64_t most,
                      struct ledger_row **out, size_t *n) MUST_USE;
err ledger_rows_of(struct ctx *c, struct conn *on, str record,
                   struct ledger_row **out, size_t *n) MUST_USE;

struct ledger_leaf {
    int64_t leaf, id;
    str entry;
};
/* Leaves from `from` to before `to`, as far as there are. */
err ledger_leaves(struct ctx *c, struct conn *on, uint64_t from, uint64_t to,
                  struct ledger_leaf **out, size_t *n) MUST_USE;
err ledger_newest(struct ctx *c, struct conn *on, int64_t before, size_t most,
                  struct ledger_leaf **out, size_t *n) MUST_USE;

struct ledger_waiting {
    int64_t id, time, class, leaf;
    str entry;
};
err ledger_waiting(struct ctx *c, struct conn *tx, int64_t before,
                   struct ledger_waiting **out, size_t *n) MUST_USE;
err ledger_place(struct ctx *c, struct conn *tx, int64_t id,
                 uint64_t leaf) MUST_USE;
/* The last day whose batch is in the log; 0 before the first. */
err ledger_last_batch(struct ctx *c, struct conn *tx, int64_t *day) MUST_USE;
err ledger_batch_add(struct ctx *c, struct conn *tx, int64_t day,
                     int64_t id) MUST_USE;

/* *slot is 0 where the subject has none yet. */
err ledger_subject(struct ctx *c, struct conn *on, str subject, int64_t *slot,
                   bool *erased) MUST_USE;
err ledger_subject_add(struct ctx *c, struct conn *tx, int64_t slot,
                       str subject) MUST_USE;
/* Its old key was lost: the subject goes on with another. */
err ledger_subject_move(struct ctx *c, struct conn *tx, int64_t from,
                        int64_t to) MUST_USE;
err ledger_subject_erase(struct ctx *c, struct conn *tx, int64_t slot,
                         int64_t event) MUST_USE;
err ledger_highest_slot(struct ctx *c, struct conn *on, int64_t *slot) MUST_USE;
struct ledger_gone {
    int64_t slot, event;
    str subject;
};
err ledger_gone_after(struct ctx *c, struct conn *on, int64_t event,
                      struct ledger_gone **out, size_t *n) MUST_USE;
/* Subjects that are not erased, by slot, behind this one. */
err ledger_unerased_after(struct ctx *c, struct conn *on, int64_t slot,
                          int64_t most, struct ledger_gone **out,
                          size_t *n) MUST_USE;
/* Subjects whose erasure has no event yet. */
err ledger_unsaid(struct ctx *c, struct conn *on, struct ledger_gone **out,
                  size_t *n) MUST_USE;

/* The 256 hashes of a complete tile; E_NOT_FOUND where it is not complete. */
err ledger_tile_find(struct ctx *c, struct conn *on, unsigned level, uint64_t n,
                     str *hashes, struct hash *root) MUST_USE;
err ledger_tile_add(struct ctx *c, struct conn *tx, unsigned level, uint64_t n,
                    struct hash root, str hashes) MUST_USE;
/* Roots of complete tiles of `level` from `from` to before `to`. */
err ledger_tile_roots(struct ctx *c, struct conn *on, unsigned level,
                      uint64_t from, uint64_t to, struct hash *out,
                      size_t *n) MUST_USE;
/* How many tiles of `level` are kept from number `from` on. */
err ledger_tile_stray(struct ctx *c, struct conn *on, unsigned level,
                      uint64_t from, uint64_t *n) MUST_USE;

/* The newest published note; note.p is NULL where there is none. */
err ledger_published(struct ctx *c, struct conn *on, uint64_t *size,
                     str *note) MUST_USE;
err ledger_publish(struct ctx *c, struct conn *tx, int64_t day, uint64_t size,
                   str note) MUST_USE;
/* The same of the notes that witnesses cosigned. */
err ledger_cosigned(struct ctx *c, struct conn *on, uint64_t *size,
                    str *note) MUST_USE;
err ledger_cosigned_add(struct ctx *c, struct conn *tx, int64_t day,
                        uint64_t size, str note) MUST_USE;

/* ---- ledger_tree.c ------------------------------------------------ */

/* Reads the tree through the tiles, some of which it keeps. */
struct ledger_tree {
    struct conn *on;
    struct {
        bool used;
        unsigned level;
        uint64_t n;
        size_t width;
        struct hash *hashes;
    } kept[8];
    size_t next;
};
seal_subtree ledger_subtree; /* arg is a struct ledger_tree */

/* Hashes of a tile, as many as there are (0 to 256). */
err ledger_tile(struct ctx *c, struct ledger_tree *t, unsigned level,
                uint64_t n, struct hash **hashes, size_t *width) MUST_USE;
/* The root of 2^k hashes, folded in place. */
struct hash ledger_fold(struct hash *hashes, size_t n);
/* Keep the tiles that became complete when the log grew to `size`. */
err ledger_grow(struct ctx *c, struct conn *tx, uint64_t size) MUST_USE;

/* ---- ledger_log.c ------------------------------------------------- */

/* What the signer signed last; size 0 and note.p NULL before the first. */
/* A note that this log itself signed. */
err ledger_read_own(struct ctx *c, struct ledger *l, str text,
                    struct seal_note *note, struct seal_checkpoint *p) MUST_USE;
err ledger_signed(struct ctx *c, struct ledger *l, struct seal_checkpoint *out,
                  str *note) MUST_USE;
/* Whether the database holds what was signed, and unchanged; E_CONFLICT where
 * it does not, and nothing is appended from then on until it does. */
err ledger_check_signed(struct ctx *c, struct ledger *l,
                        struct conn *on) MUST_USE;
/* The root of the first `size` leaves; there must be as many. */
err ledger_root(struct ctx *c, struct conn *on, uint64_t size,
                struct hash *out) MUST_USE;
/* The path of an event's leaf in the tree of `size`; E_BUSY where it is not
 * in there yet. */
err ledger_prove(struct ctx *c, struct conn *on, const struct ledger_row *r,
                 uint64_t size, struct hash **path, size_t *n) MUST_USE;

/* ---- ledger_keys.c ------------------------------------------------ */

/* `used`: the highest slot that the database names. */
err ledger_keys_open(struct ctx *c, const char *path, int64_t used,
                     struct ledger_keys **out) MUST_USE;
void ledger_keys_close(struct ledger_keys *k);
/* A slot that nobody has, whose key is durable. */
err ledger_keys_take(struct ctx *c, struct ledger_keys *k,
                     int64_t *slot) MUST_USE;
/* *gone: the key was erased (or never was). */
err ledger_keys_get(struct ctx *c, struct ledger_keys *k, int64_t slot,
                    unsigned char key[32], bool *gone) MUST_USE;
/* The subject's slot for attachments, taken where `make` and there is none;
 * 0 where there is none. */
err ledger_keys_of(struct ctx *c, struct ledger_keys *k, str subject, bool make,
                   int64_t *slot) MUST_USE;
/* Overwrite the key in `slot` and that of the subject's attachments. */
err ledger_keys_forget(struct ctx *c, struct ledger_keys *k, int64_t slot,
                       str subject) MUST_USE;

/* Was this subject's key overwritten under its tag? */
bool ledger_keys_forgot(struct ctx *c, struct ledger_keys *k, str subject);
/* Who is erased in another keys file, by tag, is erased in this one. */
err ledger_keys_learn(struct ctx *c, struct ledger_keys *k,
                      const char *path) MUST_USE;

/* ---- ledger_read.c ------------------------------------------------ */

/* The openings of a row, with what is sealed where its key is there. */
err ledger_row_open(struct ctx *c, struct ledger *l, const struct ledger_row *r,
                    struct ledger_opening **out, size_t *n) MUST_USE;
err ledger_row_event(struct ctx *c, struct ledger *l,
                     const struct ledger_row *r,
                     struct ledger_event *out) MUST_USE;

/* ---- ledger_append.c ---------------------------------------------- */

/* The key of a subject's openings, which gets one where it has none; E_GONE
 * where it was erased. */
err ledger_key_of(struct ctx *c, struct conn *tx, struct ledger *l, str subject,
                  int64_t *slot, unsigned char key[32]) MUST_USE;
/* ledger_append() also where the database lacks what was signed. */
err ledger_append_anyway(struct ctx *c, struct conn *tx, struct ledger *l,
                         struct ledger_event *e) MUST_USE;
/* Call the applier of the event's act. */
err ledger_call(struct ctx *c, struct conn *tx, const struct ledger *l,
                const struct ledger_event *e) MUST_USE;
/* The same for an erasure that has no event yet. */
err ledger_call_erasure(struct ctx *c, struct conn *tx, const struct ledger *l,
                        str subject) MUST_USE;

/* ---- ledger_replay.c ---------------------------------------------- */

/* Apply a stretch of the events that `from` holds behind *id, which moves, to
 * the projections in `tx`; *n is how many there were. */
err ledger_replay(struct ctx *c, struct ledger *l, struct conn *from,
                  struct conn *tx, int64_t *id, size_t *n) MUST_USE;
