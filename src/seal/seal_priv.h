/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of seal share. */
#pragma once

#include "seal/seal.h"

#include <pthread.h>

/* Ceilings for what comes from outside. */
#define SEAL_NOTE_MOST                                                         \
    ((size_t)1 << 20)      /* bytes of a note, proof or policy                 \
                            */
#define SEAL_NOTE_SIGS 100 /* signature lines of a note */
#define SEAL_PATH_MOST 64  /* hashes of a Merkle proof */

#define SEAL_SIG 64 /* bytes of an Ed25519 signature */

/* libsodium chooses its fast code once; safe from any thread. */
void seal_ready(void);

/* A key name: not empty, UTF-8, no white space, no control, no '+'. */
bool seal_name_ok(str s);
uint32_t seal_key_id(str name, uint8_t type, const unsigned char public[32]);
bool seal_ed25519_holds(const unsigned char public[32], str message, str sig);

/* What the key says, and the newest time of its cosignatures. Every line under
 * its name and id must hold, also a second one. */
enum seal_word seal_note_ask(const struct seal_note *n,
                             const struct seal_key *k, uint64_t *newest);

/* The X25519 half that goes with an offline key. */
void seal_secret_curve(const struct seal_secret *k, unsigned char secret[32]);

/* A cosignature signs its time and the text of a checkpoint, which is short:
 * longer texts than this are not cosigned here. */
#define SEAL_COSIGNED_MOST ((size_t)8192)
struct seal_cosign_message {
    char p[SEAL_COSIGNED_MOST + 64];
    size_t n;
};
/* False where the text is too long. */
bool seal_cosign_message(struct seal_cosign_message *m, uint64_t time,
                         str text);

/* A decimal without leading zeros, at most INT64_MAX. */
bool seal_decimal(str s, uint64_t *out);
/* 32 bytes of canonical base64. */
bool seal_base64_32(str s, unsigned char out[32]);

/* ---- the signer's file (seal_journal.c) --------------------------- */

/* Lines of text, each closed by a check that chains it to the one before. The
 * file is locked while open. */
struct seal_journal {
    const char *path;
    int fd;
    struct hash chain;
    size_t size;
    bool broken; /* a write failed: what the disk holds is unknown */
};

/* The lines of a new file; made from words, `n` of them. E_CONFLICT where
 * there is one already. */
err seal_journal_create(struct ctx *c, const char *path, const str *words,
                        size_t n) MUST_USE;
/* Lock, check and renew the file. The text, each line's words and check, lies
 * in memory that is wiped when c->mem goes. On error it is closed. */
err seal_journal_open(struct ctx *c, const char *path, struct seal_journal *j,
                      str *text) MUST_USE;
/* The words of the next line; false at the end. */
bool seal_journal_next(str *text, str *words);
/* Add a line; durable when it returns E_OK. */
err seal_journal_append(struct ctx *c, struct seal_journal *j,
                        str words) MUST_USE;
void seal_journal_close(struct seal_journal *j);

/* ---- what the signer says of the repository (seal_edition.c) ------- */

enum seal_says { SEAL_SAYS_SNAPSHOT, SEAL_SAYS_TIMESTAMP, SEAL_SAYS };

/* The last said: "VERSION BELOW BASE64 TIME" in the journal. */
struct seal_said {
    int64_t version, below;
    struct hash digest; /* of the file's bytes */
};
bool seal_said_read(str words, struct seal_said *out);
str seal_said_show(struct ctx *c, enum seal_says what,
                   const struct seal_said *said);
/* May this follow what was said? `said` holds both, SEAL_SAYS of them. */
err seal_edition_check(struct ctx *c, enum seal_says what,
                       const struct seal_edition *next,
                       const struct seal_said *said) MUST_USE;
/* Under a version that was said before: are they the same words? */
err seal_edition_same(struct ctx *c, enum seal_says what,
                      const struct seal_said *again,
                      const struct seal_said *said) MUST_USE;
/* What is signed, and the file around it. */
str seal_edition_text(struct ctx *c, enum seal_says what,
                      const struct seal_edition *e);
str seal_edition_file(struct ctx *c, const unsigned char public[32], str text,
                      str sig);

/* ---- what the signer says of other logs (seal_cosign.c) ------------ */

struct seal_watch; /* the logs it was told of, and what it cosigned */
struct seal_watch *seal_watch_new(void);
void seal_watch_free(struct seal_watch *w);
/* "ORIGIN TIME BASE64" in the journal, of a note signed by that log: what was
 * cosigned, or the evidence of a fork. */
bool seal_watch_read(struct ctx *c, struct seal_watch *w, str words, bool fork);
void seal_watch_tell(struct seal_watch *w, const struct seal_key *logs,
                     size_t n);

struct seal_asked {
    size_t log;            /* which of the watch */
    struct seal_note note; /* the text and the log's own line */
    bool again;            /* the very checkpoint that was cosigned last */
    bool fork;             /* evidence that is not kept yet */
};
/* May this be cosigned? *size is what was cosigned last, also where E_CONFLICT
 * is the answer; asked->fork goes with E_REFUSED. */
err seal_watch_ask(struct ctx *c, const struct seal_watch *w, str request,
                   struct seal_asked *out, uint64_t *size) MUST_USE;
/* The journal's words for it, and what is kept once they are durable. */
str seal_watch_words(struct ctx *c, const struct seal_asked *a, uint64_t time);
void seal_watch_keep(struct ctx *c, struct seal_watch *w,
                     const struct seal_asked *a, uint64_t time);
/* Each log, its note as the log signed it. */
void seal_watch_list(struct ctx *c, const struct seal_watch *w,
                     struct seal_watched **out, size_t *n);

/* ---- the signer, here or in another process ------------------------ */

enum { SEAL_ROLES = SEAL_TIMESTAMP + 1 };

/* What a signer does; seal.h says what each means. `edition` is of the
 * repository: seal_signer_snapshot() and seal_signer_timestamp(). */
struct seal_does {
    err (*checkpoint)(struct ctx *c, struct signer *s,
                      const struct seal_checkpoint *next,
                      const struct hash *path, size_t n, str *note);
    err (*last)(struct ctx *c, struct signer *s, str *note);
    err (*watch)(struct ctx *c, struct signer *s, const struct seal_key *logs,
                 size_t n);
    err (*cosign)(struct ctx *c, struct signer *s, str request,
                  struct seal_cosigned *out);
    err (*watched)(struct ctx *c, struct signer *s, struct seal_watched **out,
                   size_t *n);
    err (*letter)(struct ctx *c, struct signer *s, str entry, uint64_t index,
                  const struct hash *path, size_t n, struct hash digest,
                  str *signature);
    err (*edition)(struct ctx *c, struct signer *s, enum seal_says what,
                   const struct seal_edition *next, str *json);
    err (*said)(struct ctx *c, struct signer *s, int64_t versions[SEAL_SAYS]);
    err (*renew)(struct ctx *c, struct signer *s);
    void (*close)(struct signer *s);
};

/* The head of both kinds. */
struct signer {
    const struct seal_does *does;
    pthread_mutex_t known; /* guards the keys: two of them may be renewed */
    struct seal_key keys[SEAL_ROLES]; /* the public halves */
};
void seal_signer_begin(struct signer *s, const struct seal_does *does);
/* Those of the repository are these now; a key keeps its name. */
void seal_signer_know(struct signer *s, const struct seal_key *keys);

/* ---- questions and answers (seal_wire.c) --------------------------- */

#define SEAL_FRAME_MOST    ((size_t)16 << 20)
#define SEAL_KEY_NAME_MOST 1024

void seal_put_hash(struct buf *b, struct hash h);
void seal_put_path(struct buf *b, const struct hash *path, size_t n);
void seal_put_key(struct buf *b, const struct seal_key *k);
struct hash seal_get_hash(struct wire *w);
struct hash *seal_get_path(struct ctx *c, struct wire *w, size_t *n);
struct seal_key seal_get_key(struct ctx *c, struct wire *w);
