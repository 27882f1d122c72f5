/* SPDX-License-Identifier: EUPL-1.2 */
/* node: one running city. Lock, snapshots, clock, timers, control socket; the
 * web server over it. Floor 10; uses the floors below.
 *
 * A city is a folder: balai.db (truth and projections), keys (the subjects'
 * keys), signer (the online keys), secret (for codes and tokens), lock,
 * socket; clock where a training city's was moved; evidence.note where a
 * witness spoke against it, awaiting after a restore until one has answered.
 * One process has it at a time. */
#pragma once

#include "base/base.h"
#include "ledger/ledger.h"
#include "reader/reader.h"
#include "record/record.h"

struct node;

struct node_options {
    const char *dir;
    const struct ledger_applier *appliers; /* composed by cli */
    size_t n;
    const char *synchronous; /* NULL is FULL; else as in struct store_options,
                                for what may be played again */
    /* For a node that serves: the signer lives in a process of its own, and
     * what strangers send is read in others; all are jailed and end with this
     * one, so that no key is ever in this memory. To be opened while there is
     * one thread, by one that stays. `unjailed`: also where the kernel cannot
     * jail them. */
    bool apart, unjailed;
};

/* Make a new city in an empty or missing folder, with a signer of its own and
 * two administrators. Their one-time links' tokens are in links[2]. */
struct node_founding {
    str code, domain; /* "32.73", "bandung.go.id" */
    bool training;    /* puts "latihan." before the domain, for ever */
    int64_t ahead;    /* of a training city's clock, in microseconds; what is
                         founded is dated by c->now, which has it in already */
};
err node_found(struct ctx *c, const struct node_options *o,
               const struct node_founding *f, str links[2]) MUST_USE;

/* Lock and open the folder. E_BUSY where another process has it. */
err node_open(struct ctx *c, const struct node_options *o,
              struct node **out) MUST_USE;
void node_close(struct node *n);

const char *node_dir(const struct node *n);
struct store *node_store(struct node *n);
struct ledger *node_ledger(struct node *n);
struct signer *node_signer(struct node *n);

/* The city of this moment; given back when c->mem goes. */
err node_world(struct ctx *c, struct node *n,
               struct record_world *out) MUST_USE;
/* Make new snapshots after a change of city or apps. */
err node_refresh(struct ctx *c, struct node *n) MUST_USE;
/* Sign a checkpoint if the log has grown, then draw and seal letters. */
err node_tick(struct ctx *c, struct node *n) MUST_USE;

/* The node's clock: the system's, moved where a training city was told to;
 * then it stays so over restarts. */
int64_t node_now(const struct node *n);
err node_set_clock(struct ctx *c, struct node *n, int64_t instant) MUST_USE;

/* Have somebody's file read, by a node that was opened apart; reader_ask(). */
void node_have_read(struct ctx *c, struct node *n, const struct reader_job *job,
                    struct reader_got *out);

/* ---- serving ------------------------------------------------------ */

/* What a command answers; run inside the running node for a client. */
struct node_reply {
    int code;
    str out, err;
};
typedef struct node_reply node_command(struct ctx *c, struct node *n, int argc,
                                       char **argv);

struct node_serving {
    const char *address;
    uint16_t port;
    str url, proxy;
    const char *certificate, *key; /* PEM files, or NULL */
    node_command *command;         /* what the control socket runs */
    /* Called once when it listens, with the port. */
    void (*ready)(void *arg, uint16_t port);
    void *arg;
};

/* Serve until SIGINT or SIGTERM; SIGHUP reads the certificate and the city
 * anew. Under a service manager it takes the socket that it is given (then
 * address and port are not used), says when it is ready, and gives signs of
 * life as long as its timer gets its turns. */
err node_serve(struct ctx *c, struct node *n,
               const struct node_serving *s) MUST_USE;

/* Let the node that has `dir` run a command. E_NOT_FOUND: none runs there. */
err node_call(struct ctx *c, const char *dir, int argc, char **argv,
              struct node_reply *out) MUST_USE;

/* ---- witnesses ---------------------------------------------------- */

/* Why the last try to have the log cosigned by a witness failed, in
 * Indonesian; empty where it did not, or was not made since the start. */
#define NODE_WITNESS_WHY 256
void node_witness_why(struct node *n, str name, char why[NODE_WITNESS_WHY]);

/* ---- keeping ------------------------------------------------------ */

/* A consistent copy into a new folder `to`, as plain files: all that the city
 * is but its volatile tables, with what it published (repo/) and what it knows
 * of others (trust/); apart from the rest keys/, which is kept no longer than
 * 35 days elsewhere. A manifest.json in each says what must be there. */
err node_backup(struct ctx *c, struct node *n, const char *to) MUST_USE;
/* A city from such a copy, in a new folder; everything is checked first, and
 * replayed. Where it has witnesses it is read-only until one of them has
 * answered, since only they know what was signed after the backup;
 * `unwitnessed` lets it go on without, for a city whose witnesses are gone. */
struct node_restoring {
    const char *from;
    bool unwitnessed;
    bool move; /* the copy is used up: for one that is of no other use */
    const char *newer; /* the keys file of a later backup, or NULL: who was
                          erased since is erased here again */
};
struct node_restored {
    int64_t events;
    size_t erased;  /* subjects that were erased again */
    bool behind;    /* the signer has signed more than this backup holds */
    bool awaiting;  /* a witness */
    bool published; /* there is a repository */
    str log;        /* the key of the log, to be compared by who knows it */
};
err node_restore(struct ctx *c, const struct node_options *o,
                 const struct node_restoring *r,
                 struct node_restored *out) MUST_USE;

/* What a witness holds against this city; empty where nothing. */
err node_evidence(struct ctx *c, struct node *n, str *note) MUST_USE;
/* After ledger_regain(): sign what is whole again; acts are taken from here
 * on. E_CONFLICT where it is not. */
err node_regained(struct ctx *c, struct node *n) MUST_USE;

/* ---- the nightly backup ------------------------------------------- */

/* The key that opens backups: made once, kept by persons away from the node,
 * sealed by a passphrase; the node has the public half only. Writes
 * backup.key and backup.pub into `dir`. E_CONFLICT: there is one already. */
err node_backup_key_make(struct ctx *c, const char *dir,
                         str passphrase) MUST_USE;
err node_backup_key_public(struct ctx *c, const char *path,
                           unsigned char public[32]) MUST_USE;
/* E_TAMPERED: another passphrase, or a changed file. */
err node_backup_key_open(struct ctx *c, const char *path, str passphrase,
                         struct seal_secret **out) MUST_USE;

/* Put the copy that stands in `staged` into two archives, sealed to `public`:
 * NAME.keys and NAME.data, with NAME.sha256, NAME being the moment in UTC.
 * Then read them back from the disk, restore a city from them in `scratch`,
 * replay it, and only then copy them to the other folders and let old ones go
 * there and here. `staged` and `scratch` are removed in any case.
 *     E_TAMPERED  what was written is not what came back
 *     E_STORAGE   one of the folders cannot be written; `also` names it where
 *                 the first is well nevertheless */
struct node_keeping {
    const char *staged, *scratch;
    const char *to, *const *also;
    size_t n_also;
    unsigned char public[32];
};
struct node_kept {
    str name;
    uint64_t bytes; /* of both archives */
    int64_t events;
    size_t gone; /* files of older ones */
    str also;    /* which folder could not be written, and why; or empty */
};
err node_keep(struct ctx *c, const struct node_options *o,
              const struct node_keeping *k, struct node_kept *out) MUST_USE;

/* Which backups stay, by the moments at which they were made, in any order:
 * the newest of each of the last 7 days, 4 weeks and 12 months that have one,
 * at this offset from UTC, in minutes. */
void node_keep_which(const int64_t *made, size_t n, int offset, bool *keep);
#define NODE_KEYS_KEPT (35 * TIME_DAY)

/* The backup that a word on the command line means: an archive, or the newest
 * in a folder; the keys beside it, or else the oldest that are newer; and the
 * newest keys of all, which know who was erased since, or NULL where those are
 * the same. E_NOT_FOUND says what is missing. */
struct node_found {
    const char *data, *keys, *newest;
    const char *plain; /* a keys file as it is, that knows more; or NULL */
};
err node_find_kept(struct ctx *c, const char *word,
                   struct node_found *out) MUST_USE;
/* A city from these, as of node_restore(). */
err node_restore_kept(struct ctx *c, const struct node_options *o,
                      const struct node_found *from,
                      const struct seal_secret *k, bool unwitnessed,
                      struct node_restored *out) MUST_USE;

/* The last backup that was read back and held. */
struct node_last {
    int64_t made; /* by the system's clock; 0: none yet */
    bool late;    /* none in the last 26 hours */
    str also;     /* why a second target was not written; mostly empty */
};
err node_last_kept(struct ctx *c, const char *dir,
                   struct node_last *out) MUST_USE;

/* How the city is: each trouble is a finding, each good sign a note. */
err node_doctor(struct ctx *c, struct node *n, struct findings *f) MUST_USE;
