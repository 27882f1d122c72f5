/* SPDX-License-Identifier: EUPL-1.2 */
/* seal: hashing, Merkle arithmetic and proofs, signed notes, the signer,
 * sealing, passwords, one-time codes. Floor 2; uses base. Owns libsodium and
 * OpenSSL. Standards: RFC 6962, C2SP signed-note, tlog-checkpoint,
 * tlog-cosignature, tlog-proof, tlog-policy, RFC 6238, RFC 9106.
 *
 * Ed25519 is verified by libsodium everywhere, since verifiers disagree on
 * edge cases and a log must look the same to all. */
#pragma once

#include "base/base.h"

#define SEAL_HASH 32

struct hash {
    unsigned char b[SEAL_HASH];
};

/* The operating system's randomness. */
const struct dice *seal_dice(void);

/* ---- bytes as text ------------------------------------------------ */

str seal_base64(struct ctx *c, const void *p, size_t n); /* padded, RFC 4648 */
bool seal_unbase64(struct ctx *c, str s, str *out);      /* strict, canonical */
str seal_base64url(struct ctx *c, const void *p, size_t n); /* unpadded */
bool seal_unbase64url(struct ctx *c, str s, str *out);
str seal_hex(struct ctx *c, const void *p, size_t n); /* lower case */
/* The same bytes? In constant time. */
bool seal_same(const void *a, const void *b, size_t n);
bool seal_same_str(str a, str b);

/* ---- hashing ------------------------------------------------------ */

struct hash seal_sha256(str s);
struct hash seal_sha256_of(const str *parts, size_t n);     /* concatenated */
struct hash seal_hmac(str key, const str *parts, size_t n); /* HMAC-SHA256 */
/* "sha256:HEX" */
str seal_show_hash(struct ctx *c, struct hash h);
bool seal_read_hash(str s, struct hash *out);

/* 64 bytes, for what others publish under it. */
#define SEAL_SHA512 64
void seal_sha512(str s, unsigned char out[SEAL_SHA512]);

/* A running SHA-256, for what is hashed row by row. */
struct seal_digest;
struct seal_digest *seal_digest_new(struct ctx *c);
void seal_digest_add(struct seal_digest *d, str s);
struct hash seal_digest_end(struct seal_digest *d);

/* ---- Merkle trees (RFC 6962, section 2.1) ------------------------- */

struct hash seal_leaf(str entry);                           /* 0x00 || entry */
struct hash seal_node(struct hash left, struct hash right); /* 0x01 || l || r */
struct hash seal_empty_root(void);                          /* SHA-256("") */

/* Does the path lead from the leaf to the root? (RFC 9162, 2.1.3.2) */
bool seal_included(struct hash leaf, uint64_t index, uint64_t size,
                   const struct hash *path, size_t n, struct hash root);
/* Does the newer root extend the older? (RFC 9162, 2.1.4.2.) Sizes of 0 are
 * the caller's: this answers false for them unless both trees are empty. */
bool seal_extends(uint64_t old_size, struct hash old_root, uint64_t size,
                  struct hash root, const struct hash *path, size_t n);

/* Where a tree's hashes come from: the hash of the perfect subtree of level
 * `level` (2^level leaves) number `n`. */
typedef err seal_subtree(struct ctx *c, void *arg, unsigned level, uint64_t n,
                         struct hash *out);
err seal_tree_root(struct ctx *c, uint64_t size, seal_subtree *get, void *arg,
                   struct hash *out) MUST_USE;
err seal_prove_inclusion(struct ctx *c, uint64_t index, uint64_t size,
                         seal_subtree *get, void *arg, struct hash **path,
                         size_t *n) MUST_USE;
err seal_prove_extension(struct ctx *c, uint64_t old_size, uint64_t size,
                         seal_subtree *get, void *arg, struct hash **path,
                         size_t *n) MUST_USE;

/* ---- keys and signed notes (C2SP signed-note) --------------------- */

enum { SEAL_ED25519 = 0x01, SEAL_COSIGNATURE = 0x04 };

struct seal_key {
    str name;
    uint32_t id;
    uint8_t type; /* SEAL_ED25519 or SEAL_COSIGNATURE */
    unsigned char public[32];
};

/* "name+hex8(id)+base64(type || key)"; the id is recomputed and compared. */
err seal_vkey_read(struct ctx *c, str vkey, struct seal_key *out) MUST_USE;
str seal_vkey_show(struct ctx *c, const struct seal_key *k);

struct seal_line {
    str name;
    uint32_t id;
    str blob; /* the signature behind the key id */
};

struct seal_note {
    str text; /* ends with LF; what is signed */
    struct seal_line *lines;
    size_t n;
};

err seal_note_read(struct ctx *c, str bytes, struct seal_note *out) MUST_USE;
str seal_note_show(struct ctx *c, const struct seal_note *n);

/* What one key says of a note. Unknown keys are ignored; a known key whose
 * signature is wrong spoils the note. */
enum seal_word { SEAL_SILENT, SEAL_SIGNED, SEAL_FORGED };
enum seal_word seal_note_word(const struct seal_note *n,
                              const struct seal_key *k);
/* The time of a key's valid cosignature, Unix seconds; 0 where none. */
uint64_t seal_note_cosigned(const struct seal_note *n,
                            const struct seal_key *k);

struct seal_checkpoint {
    str origin;
    uint64_t size;
    struct hash root;
};

err seal_checkpoint_read(struct ctx *c, str text,
                         struct seal_checkpoint *out) MUST_USE;
str seal_checkpoint_show(struct ctx *c, const struct seal_checkpoint *p);

/* ---- policy (C2SP tlog-policy) and proof (C2SP tlog-proof) --------- */

struct seal_policy;
err seal_policy_read(struct ctx *c, str file, str text,
                     struct seal_policy **out) MUST_USE;
/* A policy of one log key and no witness. */
struct seal_policy *seal_policy_of(struct ctx *c, const struct seal_key *log);

/* Whom a policy names. */
struct seal_party {
    str name; /* a witness's in the policy; a log's is its key's */
    struct seal_key key;
    str url; /* empty where the line has none */
};
const struct seal_party *seal_policy_logs(const struct seal_policy *p,
                                          size_t *n);
const struct seal_party *seal_policy_witnesses(const struct seal_policy *p,
                                               size_t *n);

struct seal_verdict {
    struct seal_checkpoint checkpoint;
    bool witnessed;       /* the quorum holds, and is not `none` */
    bool quorum_none;     /* the policy names no witness */
    const str *witnesses; /* the names whose cosignature is valid */
    size_t n;
    uint64_t oldest, newest; /* their times, Unix seconds */
};

/* Is the checkpoint note signed by the policy's log, and by whom witnessed?
 * E_TAMPERED with the reason. An unmet quorum is no failure here: see
 * `witnessed`. */
err seal_policy_check(struct ctx *c, const struct seal_policy *p,
                      const struct seal_note *note,
                      struct seal_verdict *out) MUST_USE;

struct seal_proof {
    str extra; /* decoded; empty where there is none */
    uint64_t index;
    struct hash *path;
    size_t n;
    str note; /* the checkpoint as text, signatures included */
};

err seal_proof_read(struct ctx *c, str bytes, struct seal_proof *out) MUST_USE;
str seal_proof_show(struct ctx *c, const struct seal_proof *p);

/* ---- the signer --------------------------------------------------- */

/* Holds a city's online keys in a file of its own (SIGNER of the city's
 * folder), with the last checkpoint and a journal. It has no "sign these
 * bytes": each question is checked against what it signed before, so that it
 * cannot be made to fork the log. The file is never restored from a backup.
 * May be asked from any thread. */
struct signer;

/* Make the keys NAME/log, NAME/witness, NAME/surat for the letter seal, and
 * NAME/snapshot and NAME/timestamp for the repository.
 *     E_BAD_INPUT  the domain is no host name
 *     E_CONFLICT   the file is there already; it stays as it is */
err seal_signer_create(struct ctx *c, const char *path, str domain) MUST_USE;
/* The file is locked until it is closed.
 *     E_NOT_FOUND  there is none
 *     E_BUSY       another process, or this one, has it open for a second
 *     E_FORBIDDEN  others may read it (its mode is not 0600)
 *     E_NEWER      made by a newer balai
 *     E_TAMPERED   a line was changed or lost */
err seal_signer_open(struct ctx *c, const char *path,
                     struct signer **out) MUST_USE;
void seal_signer_close(struct signer *s); /* NULL is fine */

/* The same in a process of its own, which alone holds the keys. It answers what
 * it is asked at `fd`, a stream socket, until the other end is closed; a file
 * that cannot be opened is told to whoever asks. What is signed is dated by
 * clock(), in a training city by who asks. */
void seal_signer_serve(struct ctx *c, const char *path, int64_t (*clock)(void),
                       int fd);
/* What it answers to one question; c->now is its clock. */
str seal_signer_answer(struct ctx *c, struct signer *s, str question);
/* A signer that is asked there: all below is the same for both. connect() gives
 * a socket with such a process at its other end, newly started, which is closed
 * here, or an error, which is handed on. It is called again when that process
 * has ended, and what was asked is asked once more; logs that it was told to
 * watch, it is told again. A new process with other keys is E_CONFLICT; one
 * that does not answer is E_BUSY. */
typedef err seal_connect(struct ctx *c, void *arg, int *fd);
err seal_signer_reach(struct ctx *c, seal_connect *connect, void *arg,
                      struct signer **out) MUST_USE;

enum seal_role {
    SEAL_LOG,
    SEAL_WITNESS,
    SEAL_LETTER,
    SEAL_SNAPSHOT,
    SEAL_TIMESTAMP
};
void seal_signer_key(struct signer *s, enum seal_role role,
                     struct seal_key *out); /* borrowed from the signer */

/* Sign the next checkpoint of the own log. Demands that it extends the last
 * one signed (path: proof of extension; empty from size 0); compare-and-swap
 * in the signer's file and fsync come before the signature.
 * The same checkpoint again gives the same note.
 *     E_CONFLICT   smaller than the last, or does not extend it: rolled back
 *     E_FORBIDDEN  of another log
 *     E_STORAGE    not written; nothing is signed until it is opened again */
err seal_signer_checkpoint(struct ctx *c, struct signer *s,
                           const struct seal_checkpoint *next,
                           const struct hash *path, size_t n,
                           str *note) MUST_USE;
/* The last checkpoint signed, as a note; empty text before the first. */
err seal_signer_last(struct ctx *c, struct signer *s, str *note) MUST_USE;

/* ---- the signer as a witness (C2SP tlog-witness) ------------------- */

/* Which logs it may cosign; replaces what it was told before. What it cosigned
 * of each stays in its file, also while a log is not among them.
 *     E_BAD_INPUT  a key is no log's (type 01), is the own log's, its name is
 *                  over 1,024 bytes, or there are over 256 */
err seal_signer_watch(struct ctx *c, struct signer *s,
                      const struct seal_key *logs, size_t n) MUST_USE;

/* Answer the body of an "add-checkpoint": the log's own signature, the size
 * that was cosigned last, and the proof of extension from there are demanded;
 * the checkpoint is durable before the cosignature exists. err_http() gives
 * the very status of the standard:
 *     E_BAD_INPUT  malformed, or the old size is over the new one
 *     E_FORBIDDEN  not signed with the key that the log is known by
 *     E_NOT_FOUND  a log that it was not told of
 *     E_CONFLICT   the old size is another: out->size is the right one
 *     E_REFUSED    the proof does not hold. Two roots of one size, both signed
 *                  by the log, are kept as evidence
 *     E_STORAGE    not written: nothing is signed */
struct seal_cosigned {
    str lines; /* of the signature, what a witness answers */
    uint64_t size;
};
err seal_signer_cosign(struct ctx *c, struct signer *s, str request,
                       struct seal_cosigned *out) MUST_USE;

/* What was cosigned of each log, in no order. */
struct seal_watched {
    str origin;
    bool told;     /* may be cosigned now */
    uint64_t size; /* 0 with time 0: nothing yet */
    struct hash root;
    uint64_t time; /* of the newest cosignature, Unix seconds */
    str note;      /* the checkpoint with both signatures; may be empty */
    str fork;      /* the evidence: another note of that log; mostly empty */
};
err seal_signer_watched(struct ctx *c, struct signer *s,
                        struct seal_watched **out, size_t *n) MUST_USE;

/* ---- letters ------------------------------------------------------ */

/* Seal a letter: a detached Ed25519 signature with the letter key over
 * "balai/letter/v1\n" || entry || digest, where `entry` is the ledger entry of
 * the issuing event and the path proves it under the last signed checkpoint.
 * Gives 64 bytes. E_TAMPERED where the proof does not hold. An entry has 1 to
 * 1,024 bytes. */
err seal_signer_letter(struct ctx *c, struct signer *s, str entry,
                       uint64_t index, const struct hash *path, size_t n,
                       struct hash digest, str *signature) MUST_USE;
bool seal_letter_holds(const struct seal_key *letter, str entry,
                       struct hash digest, str signature);

/* ---- the repository ----------------------------------------------- */

/* The two online roles of the city's TUF repository (specification 1.0.34).
 * Each question prints the metadata itself, in canonical JSON, so that these
 * keys can say nothing else. What was said is journalled first: a version
 * never goes back, nor does the version of what it vouches for, and one
 * version never says two things. The same question again gives the same
 * bytes.
 *     E_CONFLICT   a version that went back, or was said otherwise; a snapshot
 *                  that is not the one signed last
 *     E_BAD_INPUT  it expires already, or later than may be: a snapshot after
 *                  366 days, a timestamp after 14, on a stick after 90 */
struct seal_edition {
    int64_t version;    /* its own, from 1 */
    int64_t below;      /* of targets.json, or of snapshot.json */
    struct hash digest; /* of that file, and its length */
    int64_t length;
    int64_t expires;
    bool stick; /* a timestamp that travels on a carrier, not on the line */
};
err seal_signer_snapshot(struct ctx *c, struct signer *s,
                         const struct seal_edition *next, str *json) MUST_USE;
err seal_signer_timestamp(struct ctx *c, struct signer *s,
                          const struct seal_edition *next, str *json) MUST_USE;
/* The versions said last; 0 before the first. */
err seal_signer_said(struct ctx *c, struct signer *s, int64_t *snapshot,
                     int64_t *timestamp) MUST_USE;

/* New keys for these two roles, in the place of those that may be stolen; the
 * log, the witness and the letters keep theirs. They are worth nothing until
 * the holders of root keys sign a root that names them, so whoever asks in the
 * city's name gains nothing. What was said stays said: versions go on. */
err seal_signer_renew(struct ctx *c, struct signer *s) MUST_USE;

/* ---- offline keys ------------------------------------------------- */

/* A secret Ed25519 key that a person keeps, away from every node: it signs
 * what its holder asks. Lies in memory that is locked, fenced, and wiped when
 * c->mem goes. */
struct seal_secret;
struct seal_secret *seal_secret_new(struct ctx *c);
/* Of a seed that is known elsewhere (test vectors). */
struct seal_secret *seal_secret_of(struct ctx *c, const unsigned char seed[32]);
void seal_secret_public(const struct seal_secret *k, unsigned char public[32]);
/* 64 bytes. */
str seal_secret_sign(struct ctx *c, const struct seal_secret *k, str message);
bool seal_signature_holds(const unsigned char public[32], str message,
                          str signature);

/* Sealed by a passphrase: "argon2id m=KIB t=PASSES SALT BOX", base64; the box
 * as of seal_box(), bound to `about`. E_TAMPERED where the passphrase is
 * another or a letter was changed. */
err seal_secret_shut(struct ctx *c, const struct seal_secret *k, str passphrase,
                     str about, str *out) MUST_USE;
err seal_secret_open(struct ctx *c, str shut, str passphrase, str about,
                     struct seal_secret **out) MUST_USE;

/* ---- secrets ------------------------------------------------------ */

/* XChaCha20-Poly1305: nonce[24] || ciphertext || tag, bound to `about`, which
 * is not inside: say there what the box is ("opening/17/nama"), so that no box
 * passes for another. A key is 32 bytes of ctx_random(). Throwing it away
 * erases what it sealed. E_TAMPERED where it does not open. */
str seal_box(struct ctx *c, const unsigned char key[32], str about, str plain);
err seal_unbox(struct ctx *c, const unsigned char key[32], str about, str boxed,
               str *plain) MUST_USE;
/* To a public key (X25519), for backups: only the secret half opens it. A
 * public key that comes from outside passes seal_public_ok() first. */
bool seal_public_ok(const unsigned char public[32]);
void seal_pair(struct ctx *c, unsigned char public[32],
               unsigned char secret[32]);
str seal_box_to(struct ctx *c, const unsigned char public[32], str plain);
err seal_unbox_with(struct ctx *c, const unsigned char public[32],
                    const unsigned char secret[32], str boxed,
                    str *plain) MUST_USE;

/* ---- streams ------------------------------------------------------ */

/* What is too large to be held, to the public half of an offline key (Ed25519;
 * its X25519 form is used), so that the writer can never read it later: a head,
 * then pieces of SEAL_PIECE bytes, of which the last says that it is. Each
 * piece is bound to all before it and to `about`. */
#define SEAL_PIECE       65536
#define SEAL_STREAM_HEAD 104
#define SEAL_STREAM_TAG  17 /* what each piece grows by */
struct seal_stream;
/* E_BAD_INPUT: no such public key. */
err seal_stream_to(struct ctx *c, const unsigned char public[32], str about,
                   struct seal_stream **out, str *head) MUST_USE;
/* E_TAMPERED: another key, or a changed head. */
err seal_stream_from(struct ctx *c, const struct seal_secret *k, str about,
                     str head, struct seal_stream **out) MUST_USE;
/* Read what `of` writes, while it lives: to see that it was written well. */
err seal_stream_again(struct ctx *c, const struct seal_stream *of, str head,
                      struct seal_stream **out) MUST_USE;
/* The next piece, sealed or opened; valid until the next call. Opening: what
 * ends without a last piece was cut. E_TAMPERED. */
str seal_stream_shut(struct seal_stream *s, str piece, bool last);
err seal_stream_open(struct ctx *c, struct seal_stream *s, str boxed,
                     str *piece, bool *last) MUST_USE;

/* ---- certificates ------------------------------------------------- */

/* Until when the first certificate of a PEM file is valid. E_BAD_INPUT. */
err seal_certificate_until(struct ctx *c, str pem, int64_t *until) MUST_USE;

/* Argon2id (RFC 9106); `strong` for officers: t=3, 64 MiB, else t=2, 19 MiB.
 * The text carries its parameters. */
err seal_password_hash(struct ctx *c, str password, bool strong,
                       str *out) MUST_USE; /* E_BAD_INPUT past 1,024 bytes */
bool seal_password_holds(str hash, str password);
bool seal_password_stale(str hash, bool strong);

/* TOTP (RFC 6238): SHA-1, 30 s, 6 digits. */
#define SEAL_TOTP_SEED 20
str seal_totp_uri(struct ctx *c, const unsigned char seed[SEAL_TOTP_SEED],
                  str issuer, str account); /* otpauth:// */
str seal_base32(struct ctx *c, const void *p, size_t n);
unsigned seal_totp(const unsigned char seed[SEAL_TOTP_SEED], int64_t counter);
/* Accepts the current step and one either side, and only counters after *last,
 * which it moves: a code works once, and none older than it after it. */
bool seal_totp_holds(const unsigned char seed[SEAL_TOTP_SEED], str code,
                     int64_t unix_seconds, int64_t *last);
