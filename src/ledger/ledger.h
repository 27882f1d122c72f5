/* SPDX-License-Identifier: EUPL-1.2 */
/* ledger: events, appliers and replay; the Merkle log over them. Floor 3; uses
 * base, store, seal, data.
 *
 * Every official act appends one event, in the same transaction that changes
 * the tables. An event carries results, never what to compute again: replay
 * evaluates nothing and sends nothing. Public is an entry of 46 bytes; what it
 * commits to is opened fact by fact. Facts with bare names (name.def) are kept
 * plain; facts by path (`fields.*`, `needs.*`) are personal until proved
 * otherwise, and sealed by a key per subject that can be erased, while the
 * commitment stays. Formats: docs/formats.md, DESIGN of the ledger. */
#pragma once

#include "base/base.h"
#include "seal/seal.h"
#include "store/store.h"

#define LEDGER_ENTRY 46

enum ledger_class {
#define CLASS(name, number, word) LEDGER_##name = number,
#include "ledger/class.def"
#undef CLASS
};
const char *ledger_class_name(enum ledger_class k); /* "case" */

/* One thing an event says. value.p is NULL where its opening was erased. */
struct ledger_fact {
    str name, value;
};

struct ledger_event {
    int64_t id;   /* from 1, in order; set by ledger_append */
    int64_t leaf; /* index in the log; -1 while it waits for a batch */
    int64_t time; /* microseconds, whole seconds; c->now where 0 */
    enum ledger_class class;
    uint32_t office; /* the public number; 0 nobody, 1 the city itself */
    bool sensitive;  /* public time cut to the hour, office becomes 0 */
    str subject;     /* whose key seals `fields.*`, `needs.*`: the record's
                        number, or "officer-17" */
    struct ledger_fact *facts;
    size_t n, room;
    struct ledger_opening *opened; /* what ledger_prepare() has done */
    size_t n_opened;
};

/* Add a fact. A bare name must stand in name.def and a name may occur once
 * (MUST); the value is canonical text, UTF-8 NFC. `time` is added by
 * ledger_append. A value with p == NULL adds nothing. */
void ledger_say(struct ctx *c, struct ledger_event *e, const char *name,
                str value);
void ledger_say_i64(struct ctx *c, struct ledger_event *e, const char *name,
                    int64_t value);
void ledger_say_time(struct ctx *c, struct ledger_event *e, const char *name,
                     int64_t instant); /* 0 says "" */
/* "fields." || path, and the like. */
void ledger_say_path(struct ctx *c, struct ledger_event *e, const char *head,
                     str path, str value);

/* What a fact says; p == NULL where it is absent or erased. To tell the two
 * apart, walk e->facts: an erased one stands there with its name. */
str ledger_fact(const struct ledger_event *e, const char *name);
int64_t ledger_fact_i64(const struct ledger_event *e, const char *name);
int64_t ledger_fact_time(const struct ledger_event *e, const char *name);

/* ---- appliers ----------------------------------------------------- */

/* Change the projections as the event says, and nothing else. The same
 * function serves the act itself and replay. */
typedef err ledger_apply(struct ctx *c, struct conn *tx,
                         const struct ledger_event *e);

/* Which function applies events whose act is `act`; a trailing "*" takes all
 * acts that begin so ("city.*"). One is called: the exact name, else the first
 * head that fits, else "*", since acts of a record's flow are the app's own
 * words. It sees c->now at the event's time, in replay too. The ledger's own
 * acts ("ledger.erased", with the fact `subject`) reach appliers by name or
 * head only, and need none. Appliers of "+" are called besides, after the one,
 * for every event: they count what others decide. */
struct ledger_applier {
    const char *act;
    ledger_apply *apply;
};

/* What several rooms apply, as one array in c->mem. */
struct ledger_room {
    const struct ledger_applier *all;
    size_t n;
};
const struct ledger_applier *ledger_join(struct ctx *c,
                                         const struct ledger_room *rooms,
                                         size_t n_rooms, size_t *n);

struct ledger_options {
    struct store *store;
    struct signer *signer; /* NULL: appends, but publishes no checkpoint */
    const char *keys; /* the file of the subjects' keys, made if missing; NULL
                         keeps them in memory, for rehearsals */
    const struct ledger_applier *appliers; /* borrowed */
    size_t n;
};

/* E_STORAGE where the keys file is missing or not one, though the database
 * needs it. Where the signer signed a longer log than the database holds, or
 * another, the ledger opens for reading and every append is E_CONFLICT. */
struct ledger;
enum ledger_state {
    LEDGER_GOES_ON,
    LEDGER_SHORTER, /* the database lacks entries that were signed */
    LEDGER_CHANGED, /* it holds others than those that were signed */
};
err ledger_open(struct ctx *c, const struct ledger_options *o,
                struct ledger **out) MUST_USE;
void ledger_close(struct ledger *l);
/* Whether acts are taken, and why not; looked at when it is opened and at each
 * checkpoint. */
enum ledger_state ledger_state(const struct ledger *l);
/* Whether, since it was opened, the signer's own file was found older than what
 * the database shows it has signed: somebody put an old copy in its place. The
 * next checkpoint teaches it what it signed, and an event "ledger.behind" says
 * so; what else it knew is lost: which letters it sealed, and what it cosigned
 * of other cities. */
bool ledger_signer_was_behind(const struct ledger *l);

/* Check the facts said so far, and draw their salts and compute their digests,
 * before the writer's turn; what is said after it is left to ledger_append().
 * For acts that come in numbers: the writer is one, who prepares are many. */
err ledger_prepare(struct ctx *c, struct ledger_event *e) MUST_USE;

/* Append the event, its leaf and the tree's edge, and apply it; to be called
 * inside store_write. Time never goes back: an earlier one is held at the
 * last event's. Sets e->id, e->leaf, e->time, e->office and adds the fact
 * `time`; where it fails the event stays as it was. Tips, flags and erasures
 * get no leaf before ledger_batch().
 *     E_BAD_INPUT  a value is no canonical text
 *     E_TOO_BIG    over 320 KiB or 4,096 facts
 *     E_GONE       sealed facts for an erased subject
 *     E_CONFLICT   the database went back behind what was signed */
err ledger_append(struct ctx *c, struct conn *tx, struct ledger *l,
                  struct ledger_event *e) MUST_USE;

/* Give the tips, flags and erasures up to yesterday their leaves, among fillers
 * that look the same (4, 8, 12 ... of each class a day), each day since the
 * last batch, also those on which nothing ran: a day that only had fillers when
 * there was something would tell so. At most LEDGER_BATCH_DAYS at a time, the
 * oldest first. Nothing where it was done already: to be called on a timer. */
#define LEDGER_BATCH_DAYS 31
err ledger_batch(struct ctx *c, struct conn *tx, struct ledger *l) MUST_USE;

/* ---- reading ------------------------------------------------------ */

err ledger_event_by_id(struct ctx *c, struct conn *on, struct ledger *l,
                       int64_t id, struct ledger_event *out) MUST_USE;
/* All events of a record, oldest first. */
err ledger_events_of(struct ctx *c, struct conn *on, struct ledger *l,
                     str record, struct ledger_event **out, size_t *n) MUST_USE;
/* Events behind this one, oldest first, of all records; and the last one's id,
 * 0 where there is none. For who follows what happened. */
err ledger_events_after(struct ctx *c, struct conn *on, struct ledger *l,
                        int64_t id, size_t most, struct ledger_event **out,
                        size_t *n) MUST_USE;
err ledger_last(struct ctx *c, struct conn *on, int64_t *id) MUST_USE;
/* What the public may see of the log, newest first, before the leaf `before`
 * (0: the end): leaf, class, office and the cut time; facts stay empty.
 * A page shows the leaf: the id of a tip would tell when it came. */
err ledger_public(struct ctx *c, struct conn *on, int64_t before, size_t most,
                  struct ledger_event **out, size_t *n) MUST_USE;
err ledger_size(struct ctx *c, struct conn *on, uint64_t *size) MUST_USE;

/* ---- coming back ------------------------------------------------- */

/* After an older database was put back: take in the entries of 46 bytes that
 * were signed behind its end, all of them, in order, from whoever kept a copy.
 * A signed root proves them: the signer's last, or a longer one of this log
 * that somebody shows. Each becomes an event without facts, and an event
 * "ledger.regained" by two officers says so; the next checkpoint lets acts in
 * again.
 *     E_CONFLICT   nothing is missing
 *     E_BAD_INPUT  not so many are missing, or one is no entry
 *     E_TAMPERED   they are not those that were signed; what is shown is not of
 *                  this log */
struct ledger_regained {
    str by, with;
    str shown; /* a checkpoint, or empty */
    const str *entries;
    size_t n;
};
err ledger_regain(struct ctx *c, struct conn *tx, struct ledger *l,
                  const struct ledger_regained *r) MUST_USE;
/* What a witness held against this log is in it now: forget that it was held.
 * E_CONFLICT where it is not. */
err ledger_reconcile(struct ctx *c, struct ledger *l, str note) MUST_USE;

/* ---- the log ------------------------------------------------------ */

/* Sign and publish a checkpoint if the log has grown since the last, or if
 * there is none; overwrite the keys of erased subjects. Never inside
 * store_write.  E_CONFLICT  the log is not what was signed: see restore */
err ledger_checkpoint(struct ctx *c, struct ledger *l, bool *grown) MUST_USE;

/* What the log serves, by its path below NAME/log: "checkpoint",
 * "tile/0/x001/234.p/8", "tile/entries/000". E_NOT_FOUND where there is none
 * (yet). *forever: may be cached for ever. */
err ledger_resource(struct ctx *c, struct ledger *l, str path, str *bytes,
                    bool *forever) MUST_USE;

/* For who keeps a copy of a log: the path below NAME/log of the bundle that
 * holds entry `at` of a log of `size` > at, and the entries in one.
 *     E_BAD_INPUT  no bundle */
#define LEDGER_TILE 256 /* entries of a complete bundle, hashes of a tile */
str ledger_bundle_path(struct ctx *c, uint64_t at, uint64_t size);
err ledger_bundle_read(struct ctx *c, str bytes, str entries[LEDGER_TILE],
                       size_t *n) MUST_USE;

/* The receipt of an event: a tlog-proof that opens act, record, app and time,
 * or everything that is not erased where `full`. E_BUSY until a checkpoint
 * covers it: within a second. */
err ledger_receipt(struct ctx *c, struct ledger *l, int64_t id, bool full,
                   str *out) MUST_USE;
/* An event's entry, and its path under the last checkpoint, for the signer. */
err ledger_entry(struct ctx *c, struct ledger *l, int64_t id, str *entry,
                 uint64_t *index, struct hash **path, size_t *n) MUST_USE;

struct ledger_told {
    struct seal_verdict verdict;
    uint64_t index;
    enum ledger_class class;
    uint32_t office;
    int64_t time; /* the public, cut one */
    struct ledger_fact *open;
    size_t n, shut; /* how many facts stay shut */
};

/* Check a receipt against a policy, offline: format, openings, commitment,
 * inclusion, signatures. E_BAD_INPUT or E_TAMPERED with the reason. */
err ledger_verify(struct ctx *c, str receipt, const struct seal_policy *policy,
                  struct ledger_told *out) MUST_USE;

/* ---- witnesses ---------------------------------------------------- */

/* What a witness is asked (C2SP tlog-witness): the checkpoint, a note of this
 * log, with the proof of extension from the size that the witness has.
 * E_CONFLICT where that is the larger. */
err ledger_ask(struct ctx *c, struct ledger *l, str note, uint64_t old,
               str *request) MUST_USE;
/* Keep a note of this log with the cosignatures of others: receipts carry it,
 * and it is served while it is the newest. One that satisfies the policy gives
 * way only to another that does; one without a valid witness is not kept.
 *     E_TAMPERED  it is not what this log says, or a signature is wrong */
err ledger_keep_cosigned(struct ctx *c, struct ledger *l,
                         const struct seal_policy *policy, str note) MUST_USE;
/* The newest that is kept; empty where there is none. */
err ledger_last_cosigned(struct ctx *c, struct ledger *l, str *note) MUST_USE;

/* A note that somebody else holds, said to be of this log.
 *     E_OK         it agrees with what is here
 *     E_TAMPERED   this log's key has not signed it: it proves nothing
 *     E_CONFLICT   it is signed by this log, and of a longer log (*forked is
 *                  false: the city was rolled back), or of another past. From
 *                  now on nothing is appended or signed. Keep the note: it is
 *                  the evidence, to be judged again at each start */
err ledger_judge(struct ctx *c, struct ledger *l, str note,
                 bool *forked) MUST_USE;
/* While it is held nothing is appended (E_BUSY) or signed: for a city that was
 * restored, until a witness has told that nothing is missing. */
void ledger_hold(struct ledger *l, bool held);

/* ---- keeping ------------------------------------------------------ */

/* Forget a subject: its key and sealed openings go, its commitments stay; the
 * erasure is an event itself ("ledger.erased"). The key is overwritten after
 * the commit: at the next checkpoint, box, unbox or start. Nothing where the
 * subject was erased before. */
struct ledger_erasing {
    str subject;
    str reason;   /* a fixed key: on what ground; or p == NULL */
    str by, with; /* who decided; or p == NULL */
};
err ledger_erase(struct ctx *c, struct conn *tx, struct ledger *l,
                 const struct ledger_erasing *x) MUST_USE;
/* Is the subject erased? */
err ledger_is_erased(struct ctx *c, struct conn *on, str subject,
                     bool *erased) MUST_USE;

/* After an older database was put back: the subjects that it holds and that
 * were erased since, as a keys file tells. Its slots of the erased are zeros
 * with a tag; so this ledger's own file tells, and that of `newer`, a keys file
 * of a later backup, or NULL, whose erasures are taken over into it. */
err ledger_forgotten(struct ctx *c, struct ledger *l, const char *newer,
                     str **subjects, size_t *n) MUST_USE;
/* Forget such a subject at once: sealed openings and projections go, in replay
 * too. The event follows with ledger_erase_say(), once acts are taken again:
 * what was signed behind this database must come back first. */
err ledger_erase_again(struct ctx *c, struct conn *tx, struct ledger *l,
                       str subject) MUST_USE;
/* Say those erasures, an event each, with this ground; *n counts them. */
err ledger_erase_say(struct ctx *c, struct conn *tx, struct ledger *l,
                     str reason, size_t *n) MUST_USE;

/* Seal or open other bytes under a subject's key (attachments); also inside
 * store_write, and before the subject's first event. E_GONE where the subject
 * was erased. */
err ledger_box(struct ctx *c, struct ledger *l, str subject, str about,
               str plain, str *boxed) MUST_USE;
/* The same in the transaction that stores the box: it takes the key of the
 * subject's events, and needs no sync of its own as ledger_box() does for a
 * subject that it has not seen. */
err ledger_box_within(struct ctx *c, struct conn *tx, struct ledger *l,
                      str subject, str about, str plain, str *boxed) MUST_USE;
err ledger_unbox(struct ctx *c, struct ledger *l, str subject, str about,
                 str boxed, str *plain) MUST_USE;

/* Drop the projections and replay every event. *replayed counts them. */
err ledger_rebuild(struct ctx *c, struct ledger *l, int64_t *replayed) MUST_USE;
/* SHA-256 over the projections' rows in key order. */
err ledger_digest(struct ctx *c, struct conn *on, struct hash *out) MUST_USE;

/* Recompute every leaf from the database's own openings, every tile and the
 * root, compare them with what the signer signed, and the projections with a
 * replay of all events into a scratch database. Each thing that does not hold
 * is a finding that names the event or the table and row. */
err ledger_audit(struct ctx *c, struct ledger *l, struct findings *f) MUST_USE;

/* The commitment to facts with their salts, for tests and the worked example:
 * digest = HMAC-SHA256(salt, "balai/field/v1" || u8 len || name || value). */
struct hash ledger_digest_of(struct ctx *c, const unsigned char salt[32],
                             str name, str value);
struct hash ledger_commitment(struct ctx *c, struct hash *digests, size_t n);
