/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of this room share. */
#pragma once

#include "grant/grant.h"

/* ---- keys (grant_key.c) ------------------------------------------- */

#define GRANT_ROLES             3 /* of enum grant_role */
#define GRANT_ROOT_KEYS         3
#define GRANT_TARGETS_KEYS      2
#define GRANT_KEYS_MOST         3 /* of one role */
#define GRANT_ROOT_THRESHOLD    2
#define GRANT_TARGETS_THRESHOLD 2
#define GRANT_KEY_SUFFIX        ".key"

/* A key knows the public halves of all that were made with it: the first root
 * is signed by two of three, and names the third. */
struct grant_key {
    str city, domain;
    enum grant_role role;
    size_t nth; /* from 1 */
    struct seal_key all[GRANT_ROLES][GRANT_KEYS_MOST];
    struct seal_secret *secret;
};

/* An Ed25519 signature over exactly these bytes. The name of a hibah key is
 * "DOMAIN/hibah/1" or "DOMAIN/hibah/2"; grant_key_public() gives it. */
err grant_key_sign(struct ctx *c, const struct grant_key *k, str message,
                   unsigned char sig[64]) MUST_USE;

/* ---- metadata, read (grant_tuf.c) --------------------------------- */

enum grant_type {
    GRANT_TYPE_ROOT,
    GRANT_TYPE_TARGETS, /* delegated ones too */
    GRANT_TYPE_SNAPSHOT,
    GRANT_TYPE_TIMESTAMP
};
str grant_type_name(enum grant_type type);

/* Ceilings where no length is known. */
#define GRANT_ROOT_MOST      ((size_t)512000)
#define GRANT_TIMESTAMP_MOST ((size_t)16384)
#define GRANT_SNAPSHOT_MOST  ((size_t)2000000)
#define GRANT_TARGETS_MOST   ((size_t)5000000)
#define GRANT_PACKAGE_MOST   ((size_t)4 << 20)
#define GRANT_ARCHIVE_MOST   ((size_t)1 << 20)
#define GRANT_EDITION_MOST   ((int64_t)64 << 20) /* of all packages */
#define GRANT_APP_SUFFIX     ".tar.zst"
#define GRANT_STEPS_MOST     256 /* roots in one refresh */
#define GRANT_SEARCH_MOST    32  /* roles in one look-up */
#define GRANT_BITS_MOST      32  /* of the number of a bin, TAP 15 */
#define GRANT_NUMBER_MOST    (INT64_C(1) << 53)

struct grant_meta {
    str who;                 /* whose it is, in words */
    str name;                /* "3.root.json" */
    str bytes;               /* as received */
    str text;                /* what is signed, canonical */
    const struct data *file; /* NULL: there is none */
    const struct data *body; /* "signed" */
    int64_t version, expires;
};

/* Read one file and check its shape. E_BAD_INPUT: not well-formed;
 * E_NEWER: a spec_version or type that this balai does not know. */
err grant_meta_read(struct ctx *c, str who, enum grant_type type, str name,
                    str bytes, struct grant_meta *out) MUST_USE;

/* A kind of key. Balai takes Ed25519 alone; a program that checks whether this
 * workflow is the standard's brings the standard's others, in a table of its
 * own (tests/tuf/tuf_scheme.c). */
struct grant_scheme {
    const char *type, *name; /* "ed25519", "ed25519" */
    /* The public half as bytes of one form, so that a key counts once whatever
     * its id; false: it is none. */
    bool (*key)(struct ctx *c, str public, str *key);
    bool (*holds)(struct ctx *c, str key, str message, str sig);
};
struct grant_schemes {
    const struct grant_scheme *all;
    size_t n;
};

/* Who may sign: `keys` by id, and `role` with its keyids and threshold. */
struct grant_signers {
    const struct data *keys, *role;
    const struct grant_schemes *also; /* beside Ed25519; NULL: none */
};
struct grant_signers grant_root_role(const struct grant_meta *root,
                                     enum grant_type type);
/* How many distinct keys of the role have signed. A signature that is wrong,
 * empty, foreign or of an unknown scheme is skipped. `unknown`: there was a key
 * of the role whose scheme we do not know. */
int64_t grant_signed_by(struct ctx *c, const struct grant_meta *m,
                        struct grant_signers by, bool *unknown);
int64_t grant_threshold(struct grant_signers by);
/* Has this key of the role signed, in lower-case hex? */
bool grant_key_signed(struct ctx *c, const struct grant_meta *m,
                      struct grant_signers by, str id);
/* E_TAMPERED unless the threshold is reached. */
err grant_meta_signed(struct ctx *c, const struct grant_meta *m,
                      struct grant_signers by) MUST_USE;

/* What a timestamp or snapshot says of a file, or targets of a target. */
struct grant_info {
    int64_t version, length; /* length < 0: not said */
    const struct data *hashes;
};
bool grant_meta_info(const struct grant_meta *m, str file,
                     struct grant_info *out);
/* Every hash that we know holds, and there is one. True where `hashes` is
 * NULL. */
bool grant_hashes_hold(const struct data *hashes, str bytes);

str grant_text(const struct data *map, const char *key);
int64_t grant_number(const struct data *map, const char *key); /* or -1 */

/* ---- the client (grant_client.c) ---------------------------------- */

struct grant_role_meta {
    str name;
    struct grant_meta meta;
};

struct grant_tuf {
    const char *trust; /* where it is kept; NULL: nowhere */
    struct grant_source from;
    str who;
    const struct grant_schemes *also; /* as in grant_signers */
    bool any_time; /* a publisher's own look: expiry does not count */
    str reading;   /* the file in hand, for findings */
    bool forked;   /* two timestamps of one version were seen */
    struct hash other;
    struct grant_meta root, timestamp, snapshot, targets;
    struct grant_role_meta *roles; /* delegated ones */
    size_t n_roles, room_roles;
};

/* Begin from the root that is kept in `trust`, or from these bytes. */
err grant_tuf_begin(struct ctx *c, struct grant_tuf *t, str root) MUST_USE;
err grant_tuf_refresh(struct ctx *c, struct grant_tuf *t) MUST_USE;
/* Follow the roots, each signed by the one before, up to version `to` or to
 * the last that is there. */
err grant_tuf_walk(struct ctx *c, struct grant_tuf *t, int64_t to) MUST_USE;
/* A file that is listed, within its length and with its hashes. */
err grant_tuf_load_targets(struct ctx *c, struct grant_tuf *t, str role,
                           struct grant_signers by,
                           struct grant_meta *out) MUST_USE;
/* The look-up, and its shape for the tests of patterns. */
err grant_tuf_find(struct ctx *c, struct grant_tuf *t, str path,
                   struct grant_target *out) MUST_USE;
err grant_tuf_all(struct ctx *c, struct grant_tuf *t,
                  struct grant_edition *out) MUST_USE;
bool grant_path_matches(str path, str pattern);
/* A target as its role has it. */
err grant_target_read(struct ctx *c, const struct grant_tuf *t, str path,
                      const struct data *def,
                      struct grant_target *out) MUST_USE;

/* ---- making metadata (grant_tuf_make.c) --------------------------- */

/* What an app's target says of itself. */
struct data *grant_custom(struct ctx *c, const struct app_package *p);
str grant_licence(struct ctx *c, const struct app_package *p); /* SPDX */
struct data *grant_key_object(struct ctx *c, const unsigned char public[32]);
str grant_key_id(struct ctx *c, const unsigned char public[32]);
/* A body with what all roles have, and a root's whole: the keys of this key's
 * ceremony, and the signer's. */
struct data *grant_body(struct ctx *c, enum grant_type type, int64_t version,
                        int64_t expires);
struct data *grant_root_body(struct ctx *c, const struct grant_key *of,
                             struct signer *signer, int64_t version,
                             int64_t expires);
/* The file: `body` signed by these keys, by id; canonical. */
str grant_meta_write(struct ctx *c, const struct data *body,
                     const struct grant_key *const *keys, size_t n);

/* ---- notes (grant_note*.c) ---------------------------------------- */

/* What the lines of one note must say together. */
err grant_note_sense(struct ctx *c, const struct grant_note *n) MUST_USE;
/* The code of the city that signs it alone; empty where both do. */
str grant_note_signer(const struct grant_note *n);
/* "DOMAIN/hibah/1" or "/2": its domain. */
bool grant_hibah_domain(str name, int which, str *domain);
/* A drafted text, read as anybody would: what is drafted is valid. */
err grant_note_drafted(struct ctx *c, struct buf *b, str *note) MUST_USE;
void grant_sort(str *values, size_t n); /* by their bytes */
/* "key value" lines, sorted by their bytes. */
void grant_note_lines(struct buf *b, const char *key, str *values, size_t n);
/* How many lines have this key. */
size_t grant_note_count(const struct grant_note *n, str key);
/* The line that names a PDF, where there is one. */
void grant_copy_line(struct ctx *c, struct buf *b, str copy, const char *name);
/* The first word of a value, and what follows. */
str grant_note_code(str value, str *rest);

/* ---- lineage (grant_lineage.c) ------------------------------------ */

/* `custom.lineage` of a target: [{city, version, tree, credit}]; NULL where
 * the package has none. */
struct data *grant_lineage_data(struct ctx *c, const struct app_package *p);
/* Whom a new version credits, newest first, and whom it no longer does
 * although ours did (a warning). `was` may be NULL. */
err grant_lineage_told(struct ctx *c, const struct app_package *was,
                       const struct app_package *now,
                       struct findings *f) MUST_USE;

/* ---- packages on their way (grant_kept.c) -------------------------- */

/* The source, with packages that came over the line kept until they are taken:
 * what is kept is not fetched again. At most 64 MiB of one city; what the
 * edition no longer lists goes. A folder is left as it is. */
struct grant_source grant_kept(struct ctx *c, const struct grant_edition *e,
                               const struct grant_source *from);
void grant_kept_drop(struct ctx *c, const struct grant_edition *e,
                     const struct grant_target *t);

/* The line "version: X" of an app.yaml, with another version. */
str grant_with_version(struct ctx *c, str app, str version);
/* `merged` with the lineage of both that it was made of, and `line` for
 * itself. */
err grant_lineage_join(struct ctx *c, const struct app_package *merged,
                       const struct app_package *ours,
                       const struct app_package *theirs,
                       const struct grant_ancestor *line, struct findings *f,
                       struct app_package **out) MUST_USE;

/* ---- three ways (grant_three.c, grant_weave.c) -------------------- */

struct grant_text {
    str bytes;
    const struct data *tree;
};
/* `want` as text: in the words, the order and with the comments of those two
 * wherever they say it. */
err grant_weave(struct ctx *c, const struct data *want,
                const struct grant_text *ours, const struct grant_text *theirs,
                str *out) MUST_USE;

/* ---- rows (grant_store.c) ----------------------------------------- */

/* What was taken of one app; false where nothing was. */
err grant_taken_of(struct ctx *c, struct conn *on, str app,
                   struct grant_taken *out, bool *there) MUST_USE;
/* Whether a note of this kind and number with another text is known here. */
err grant_note_clash(struct ctx *c, struct conn *on, const struct grant_note *n,
                     bool *clash) MUST_USE;
/* The event of an adoption or update. */
err grant_log_taken(struct ctx *c, struct conn *tx, struct ledger *l,
                    const char *act, str by, const struct app_package *p,
                    str city, const struct grant_note *deed,
                    str reason) MUST_USE;
/* When a note came as far as it is; 0 where it is not known. */
err grant_since(struct ctx *c, struct conn *on, str digest,
                int64_t *since) MUST_USE;
/* The event of a root that an accord replaced. */
err grant_log_root(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                   str city, const struct grant_note *accord) MUST_USE;

/* ---- titles (grant_plan.c) ---------------------------------------- */

/* The i-th deed with its accord; false past the last, and where the licence is
 * the reason. */
bool grant_title(const struct grant_adopting *a, size_t i,
                 struct grant_title *out);

/* ---- overlays (grant_adopt.c) ------------------------------------- */

/* The overlay with the version that its lines were written against: without
 * `of` they would be held against the next one. *out is `o` where it says so
 * already (or is NULL). */
err grant_overlay_pinned(struct ctx *c, struct app_overlay *o, str tree,
                         struct app_overlay **out) MUST_USE;

/* Risks before notes, each in the order in which they were found. */
void grant_risks_first(struct findings *f, size_t from);
