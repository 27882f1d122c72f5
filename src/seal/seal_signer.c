/* SPDX-License-Identifier: EUPL-1.2 */
/* The signer: what it signs, and what it refuses to. */
#include "seal/seal_priv.h"

#include <limits.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>

#define NAME_ROOM 256

/* In the file a key is "key WORD NAME SEED". */
static const struct role {
    const char *word, *suffix;
    uint8_t type;
} roles[] = {
    [SEAL_LOG] = {"log", "/log", SEAL_ED25519},
    [SEAL_WITNESS] = {"witness", "/witness", SEAL_COSIGNATURE},
    [SEAL_LETTER] = {"letter", "/surat", SEAL_ED25519},
    [SEAL_SNAPSHOT] = {"snapshot", "/snapshot", SEAL_ED25519},
    [SEAL_TIMESTAMP] = {"timestamp", "/timestamp", SEAL_ED25519},
};

struct own_key {
    struct seal_key key;
    char name[NAME_ROOM];
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
};

/* Lies in memory that is locked, fenced, and wiped when it is closed. */
struct here {
    struct signer base;
    pthread_mutex_t lock; /* one question at a time */
    char path[PATH_MAX];
    struct seal_journal journal;
    struct own_key keys[COUNT(roles)];
    uint64_t size; /* of the last checkpoint signed */
    struct hash root;
    bool signed_any;
    struct seal_said said[SEAL_SAYS]; /* of the repository */
    struct seal_watch *watch;         /* the logs of others */
};

static struct here *here(struct signer *s)
{
    return (struct here *)(void *)s;
}

/* ---- making ------------------------------------------------------- */

/* A public host name; what is derived from it goes into paths and keys. */
static bool domain_ok(str s)
{
    if (s.n == 0 || s.n > 240 || str_find(s, STR("..")) < s.n)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        bool inner = i > 0 && i + 1 < s.n;

        if (!(ch >= 'a' && ch <= 'z') && !(ch >= '0' && ch <= '9') &&
            !(inner && (ch == '.' || ch == '-')))
            return false;
    }
    return true;
}

#define WORDS_ROOM (NAME_ROOM + 80)

static str new_key(struct ctx *c, const struct role *r, str domain, char *room)
{
    unsigned char seed[crypto_sign_SEEDBYTES];
    char base64[48];
    int n;

    ctx_random(c, seed, sizeof seed);
    sodium_bin2base64(base64, sizeof base64, seed, sizeof seed,
                      sodium_base64_VARIANT_ORIGINAL);
    n = snprintf(room, WORDS_ROOM, "key %s %.*s%s %s", r->word, STR_ARG(domain),
                 r->suffix, base64);
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(base64, sizeof base64);
    return (str){room, (size_t)n};
}

err seal_signer_create(struct ctx *c, const char *path, str domain)
{
    char room[COUNT(roles)][WORDS_ROOM];
    str words[COUNT(roles)];
    err e;

    if (!domain_ok(domain))
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "\"%.*s\" bukan nama host: huruf kecil, angka, titik, "
                        "dan tanda hubung saja, tanpa port.",
                        "\"%.*s\" is no host name: small letters, digits, dots "
                        "and hyphens only, without a port."),
                    domain.n > 80 ? 80 : (int)domain.n, domain.p);
    seal_ready();
    for (size_t i = 0; i < COUNT(roles); i++)
        words[i] = new_key(c, &roles[i], domain, room[i]);
    e = seal_journal_create(c, path, words, COUNT(words));
    sodium_memzero(room, sizeof room);
    return e;
}

/* ---- opening ------------------------------------------------------ */

/* "WORD NAME SEED" */
static bool read_key(struct here *s, str words)
{
    unsigned char seed[crypto_sign_SEEDBYTES];
    str word, name, base64;
    size_t i = 0;
    struct own_key *k;

    str_cut(words, ' ', &word, &words);
    str_cut(words, ' ', &name, &base64);
    while (i < COUNT(roles) && !str_eq(word, str_of(roles[i].word)))
        i++;
    if (i == COUNT(roles) || !seal_name_ok(name) || name.n >= NAME_ROOM ||
        !seal_base64_32(base64, seed))
        return false;
    k = &s->keys[i];
    if (k->key.name.n > 0 && !str_eq(k->key.name, name))
        return false; /* renewed, a key keeps its name, which others hold */
    if (k->key.name.n == 0)
        memcpy(k->name, name.p, name.n);
    k->key =
        (struct seal_key){.name = {k->name, name.n}, .type = roles[i].type};
    crypto_sign_seed_keypair(k->key.public, k->secret, seed);
    k->key.id = seal_key_id(k->key.name, k->key.type, k->key.public);
    sodium_memzero(seed, sizeof seed);
    return true;
}

/* "SIZE ROOT TIME" */
static bool read_checkpoint(struct here *s, str words)
{
    str size, root, time;

    str_cut(words, ' ', &size, &words);
    str_cut(words, ' ', &root, &time);
    s->signed_any = true;
    return seal_decimal(size, &s->size) && seal_base64_32(root, s->root.b);
}

static bool read_words(struct ctx *c, struct here *s, str words)
{
    str kind, rest;

    str_cut(words, ' ', &kind, &rest);
    if (str_eq(kind, STR("key")))
        return read_key(s, rest);
    if (str_eq(kind, STR("checkpoint")))
        return read_checkpoint(s, rest);
    if (str_eq(kind, STR("snapshot")))
        return seal_said_read(rest, &s->said[SEAL_SAYS_SNAPSHOT]);
    if (str_eq(kind, STR("timestamp")))
        return seal_said_read(rest, &s->said[SEAL_SAYS_TIMESTAMP]);
    if (str_eq(kind, STR("cosigned")))
        return seal_watch_read(c, s->watch, rest, false);
    if (str_eq(kind, STR("forked")))
        return seal_watch_read(c, s->watch, rest, true);
    return str_eq(kind, STR("letter"));
}

/* The last line of a key in the file is the one that counts. */
static err add_key(struct ctx *c, struct here *s, size_t role)
{
    str log = s->keys[SEAL_LOG].key.name, words, kind, rest;
    str domain = str_slice(log, 0, log.n - strlen(roles[SEAL_LOG].suffix));
    char room[WORDS_ROOM];
    err e;

    words = new_key(c, &roles[role], domain, room);
    e = seal_journal_append(c, &s->journal, words);
    str_cut(words, ' ', &kind, &rest);
    MUST(e != E_OK || read_key(s, rest));
    sodium_memzero(room, sizeof room);
    return e;
}

/* A file made before the repository had its keys gets them when it is next
 * opened. */
static err add_missing(struct ctx *c, struct here *s)
{
    for (size_t i = SEAL_SNAPSHOT; i <= SEAL_TIMESTAMP; i++)
        if (s->keys[i].key.name.n == 0)
            TRY(add_key(c, s, i));
    return E_OK;
}

static err load(struct ctx *c, struct here *s, const char *path)
{
    str text, words;
    bool ok = true;

    if (strlen(path) >= sizeof s->path)
        return fail(c, E_BAD_INPUT,
                    say(c, "Nama berkas kunci terlalu panjang.",
                        "The name of the signer's file is too long."));
    memcpy(s->path, path, strlen(path));
    TRY(seal_journal_open(c, s->path, &s->journal, &text));
    while (ok && seal_journal_next(&text, &words))
        ok = read_words(c, s, words);
    for (size_t i = SEAL_LOG; i <= SEAL_LETTER; i++)
        ok = ok && s->keys[i].key.name.n > strlen(roles[i].suffix);
    if (!ok)
        return fail(c, E_BAD_INPUT,
                    say(c, "Berkas kunci %s tidak lengkap.",
                        "The signer's file %s is incomplete."),
                    path);
    return add_missing(c, s);
}

static void close_here(struct signer *it)
{
    struct here *s = here(it);

    seal_journal_close(&s->journal);
    seal_watch_free(s->watch);
    pthread_mutex_destroy(&s->lock);
    pthread_mutex_destroy(&it->known);
    sodium_free(s);
}

/* ---- checkpoints -------------------------------------------------- */

static str sign(struct ctx *c, const struct own_key *k, str message)
{
    unsigned char *sig = NEWS(c->mem, unsigned char, SEAL_SIG);

    crypto_sign_detached(sig, NULL, (const unsigned char *)message.p, message.n,
                         k->secret);
    return (str){(const char *)sig, SEAL_SIG};
}

/* Ed25519 has no randomness: the same checkpoint gets the same bytes. */
static str sign_last(struct ctx *c, const struct here *s)
{
    const struct own_key *k = &s->keys[SEAL_LOG];
    const struct seal_checkpoint last = {k->key.name, s->size, s->root};
    str text = seal_checkpoint_show(c, &last);
    struct seal_line line = {k->key.name, k->key.id, sign(c, k, text)};
    struct seal_note note = {text, &line, 1};

    return seal_note_show(c, &note);
}

static bool follows(const struct here *s, const struct seal_checkpoint *next,
                    const struct hash *path, size_t n)
{
    if (next->size == 0)
        return n == 0 &&
               seal_same(next->root.b, seal_empty_root().b, SEAL_HASH);
    if (s->size == 0)
        return n == 0;
    return seal_extends(s->size, s->root, next->size, next->root, path, n);
}

static err may_sign(struct ctx *c, const struct here *s,
                    const struct seal_checkpoint *next, const struct hash *path,
                    size_t n)
{
    const struct seal_key *k = &s->keys[SEAL_LOG].key;

    if (!str_eq(next->origin, k->name) || next->size > INT64_MAX)
        return fail(c, E_FORBIDDEN,
                    say(c, "Penanda tangan ini hanya untuk log %.*s.",
                        "This signer signs for the log %.*s only."),
                    STR_ARG(k->name));
    if (next->size < s->size)
        return fail(c, E_CONFLICT,
                    say(c,
                        "Log berisi %" PRIu64 " tindakan, padahal %" PRIu64
                        " sudah ditandatangani: basis data mundur ke keadaan "
                        "lama. Silakan jalankan balai restore.",
                        "The log has %" PRIu64 " entries, but %" PRIu64
                        " were signed: the database went back to an older "
                        "state. Run balai restore."),
                    next->size, s->size);
    if (!follows(s, next, path, n))
        return fail(c, E_CONFLICT,
                    say(c,
                        "Log dengan %" PRIu64 " tindakan bukan lanjutan dari "
                        "log yang ditandatangani pada %" PRIu64
                        ": isinya berubah. Silakan jalankan balai restore.",
                        "The log of %" PRIu64 " entries does not continue the "
                        "one that was signed at %" PRIu64
                        ": its past was changed. Run balai restore."),
                    next->size, s->size);
    return E_OK;
}

/* Durable before any signature exists; nothing to write for what was signed
 * before. */
static err record(struct ctx *c, struct here *s,
                  const struct seal_checkpoint *next)
{
    if (s->signed_any && next->size == s->size)
        return E_OK;
    TRY(seal_journal_append(c, &s->journal,
                            arena_fmt(c->mem, "checkpoint %" PRIu64 " %s %s",
                                      next->size,
                                      seal_base64(c, next->root.b, SEAL_HASH).p,
                                      time_show_utc(c, c->now).p)));
    s->size = next->size;
    s->root = next->root;
    s->signed_any = true;
    return E_OK;
}

static err checkpoint_here(struct ctx *c, struct signer *it,
                           const struct seal_checkpoint *next,
                           const struct hash *path, size_t n, str *note)
{
    struct here *s = here(it);
    err e;

    pthread_mutex_lock(&s->lock);
    e = may_sign(c, s, next, path, n);
    if (e == E_OK)
        e = record(c, s, next);
    if (e == E_OK)
        *note = sign_last(c, s);
    pthread_mutex_unlock(&s->lock);
    return e;
}

static err last_here(struct ctx *c, struct signer *it, str *note)
{
    struct here *s = here(it);

    pthread_mutex_lock(&s->lock);
    *note = s->signed_any ? sign_last(c, s) : STR("");
    pthread_mutex_unlock(&s->lock);
    return E_OK;
}

/* ---- cosigning ---------------------------------------------------- */

static err watch_here(struct ctx *c, struct signer *it,
                      const struct seal_key *logs, size_t n)
{
    struct here *s = here(it);

    (void)c;
    pthread_mutex_lock(&s->lock);
    seal_watch_tell(s->watch, logs, n);
    pthread_mutex_unlock(&s->lock);
    return E_OK;
}

/* "— NAME/witness BASE64\n": the time and the signature over both. */
static struct seal_line cosignature(struct ctx *c, const struct here *s,
                                    str text, uint64_t time)
{
    const struct own_key *k = &s->keys[SEAL_WITNESS];
    struct buf blob = buf_new(c, 8 + SEAL_SIG);
    struct seal_cosign_message m;

    MUST(seal_cosign_message(&m, time, text));
    buf_u64be(&blob, time);
    buf_raw(&blob, sign(c, k, (str){m.p, m.n}));
    return (struct seal_line){k->key.name, k->key.id, buf_str(&blob)};
}

static err cosign(struct ctx *c, struct here *s, str request,
                  struct seal_cosigned *out)
{
    uint64_t time = (uint64_t)(c->now / TIME_SECOND);
    struct seal_asked a;
    struct seal_line line;
    struct seal_note alone = {STR(""), &line, 1};
    err e = seal_watch_ask(c, s->watch, request, &a, &out->size);
    str lines;

    if (e != E_OK && !a.fork)
        return e;
    if (!a.again)
        TRY(seal_journal_append(c, &s->journal, seal_watch_words(c, &a, time)));
    seal_watch_keep(c, s->watch, &a, time);
    TRY(e);
    line = cosignature(c, s, a.note.text, time);
    lines = seal_note_show(c, &alone);
    out->lines = str_slice(lines, 1, lines.n); /* without the empty line */
    return E_OK;
}

static err cosign_here(struct ctx *c, struct signer *it, str request,
                       struct seal_cosigned *out)
{
    struct here *s = here(it);
    err e;

    *out = (struct seal_cosigned){STR(""), 0};
    pthread_mutex_lock(&s->lock);
    e = cosign(c, s, request, out);
    pthread_mutex_unlock(&s->lock);
    return e;
}

/* Ed25519 has no randomness: the cosignature is the one that was given. */
static err add_cosignature(struct ctx *c, const struct here *s,
                           struct seal_watched *w)
{
    struct seal_line lines[2];
    struct seal_note note;

    if (w->note.n == 0)
        return E_OK;
    TRY(seal_note_read(c, w->note, &note));
    lines[0] = note.lines[0];
    lines[1] = cosignature(c, s, note.text, w->time);
    note.lines = lines, note.n = 2;
    w->note = seal_note_show(c, &note);
    return E_OK;
}

static err watched_here(struct ctx *c, struct signer *it,
                        struct seal_watched **out, size_t *n)
{
    struct here *s = here(it);
    err e = E_OK;

    pthread_mutex_lock(&s->lock);
    seal_watch_list(c, s->watch, out, n);
    for (size_t i = 0; e == E_OK && i < *n; i++)
        e = add_cosignature(c, s, &(*out)[i]);
    pthread_mutex_unlock(&s->lock);
    return e;
}

/* ---- letters ------------------------------------------------------ */

#define LETTER_HEAD "balai/letter/v1\n"
#define ENTRY_MOST  1024

/* What a letter's seal signs. Unambiguous, since the digest has a fixed
 * length. Empty where the entry is no entry. */
struct letter_message {
    char p[sizeof LETTER_HEAD - 1 + ENTRY_MOST + SEAL_HASH];
    size_t n;
};

static bool make_message(struct letter_message *m, str entry,
                         struct hash digest)
{
    str head = STR(LETTER_HEAD);

    if (entry.n == 0 || entry.n > ENTRY_MOST)
        return false;
    memcpy(m->p, head.p, head.n);
    memcpy(m->p + head.n, entry.p, entry.n);
    memcpy(m->p + head.n + entry.n, digest.b, SEAL_HASH);
    m->n = head.n + entry.n + SEAL_HASH;
    return true;
}

/* The words of the journal's line are written before the seal exists, so
 * that every seal of this key is known. */
static err seal_letter(struct ctx *c, struct here *s, uint64_t index,
                       const struct letter_message *m, struct hash digest,
                       str *signature)
{
    TRY(seal_journal_append(c, &s->journal,
                            arena_fmt(c->mem, "letter %" PRIu64 " %s %s", index,
                                      seal_hex(c, digest.b, SEAL_HASH).p,
                                      time_show_utc(c, c->now).p)));
    *signature = sign(c, &s->keys[SEAL_LETTER], (str){m->p, m->n});
    return E_OK;
}

static err letter_here(struct ctx *c, struct signer *it, str entry,
                       uint64_t index, const struct hash *path, size_t n,
                       struct hash digest, str *signature)
{
    struct here *s = here(it);
    struct letter_message m;
    err e;

    pthread_mutex_lock(&s->lock);
    if (make_message(&m, entry, digest) &&
        seal_included(seal_leaf(entry), index, s->size, path, n, s->root))
        e = seal_letter(c, s, index, &m, digest, signature);
    else
        e = fail(c, E_TAMPERED,
                 say(c,
                     "Surat tidak disegel: tindakan penerbitannya tidak "
                     "terbukti ada di dalam log yang ditandatangani.",
                     "The letter was not sealed: the act that issues it is "
                     "not proved to be in the signed log."));
    pthread_mutex_unlock(&s->lock);
    return e;
}

/* ---- the repository ----------------------------------------------- */

static err state(struct ctx *c, struct here *s, enum seal_says what,
                 const struct seal_edition *next, str *json)
{
    const struct own_key *k =
        &s->keys[what == SEAL_SAYS_SNAPSHOT ? SEAL_SNAPSHOT : SEAL_TIMESTAMP];
    struct seal_said said = {next->version, next->below, {{0}}};
    str text;

    TRY(seal_edition_check(c, what, next, s->said));
    text = seal_edition_text(c, what, next);
    *json = seal_edition_file(c, k->key.public, text, sign(c, k, text));
    said.digest = seal_sha256(*json);
    if (next->version == s->said[what].version)
        return seal_edition_same(c, what, &said, s->said);
    TRY(seal_journal_append(c, &s->journal, seal_said_show(c, what, &said)));
    s->said[what] = said;
    return E_OK;
}

static err edition_here(struct ctx *c, struct signer *it, enum seal_says what,
                        const struct seal_edition *next, str *json)
{
    struct here *s = here(it);
    err e;
    str out = STR("");

    pthread_mutex_lock(&s->lock);
    e = state(c, s, what, next, &out);
    pthread_mutex_unlock(&s->lock);
    *json = e == E_OK ? out : STR("");
    return e;
}

static err said_here(struct ctx *c, struct signer *it,
                     int64_t versions[SEAL_SAYS])
{
    struct here *s = here(it);

    (void)c;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < SEAL_SAYS; i++)
        versions[i] = s->said[i].version;
    pthread_mutex_unlock(&s->lock);
    return E_OK;
}

static err renew_here(struct ctx *c, struct signer *it)
{
    struct here *s = here(it);
    struct seal_key now[SEAL_ROLES];
    err e = E_OK;

    pthread_mutex_lock(&s->lock);
    for (size_t i = SEAL_SNAPSHOT; e == E_OK && i <= SEAL_TIMESTAMP; i++)
        e = add_key(c, s, i);
    for (size_t i = 0; i < SEAL_ROLES; i++)
        now[i] = s->keys[i].key;
    seal_signer_know(it, now);
    pthread_mutex_unlock(&s->lock);
    return e;
}

bool seal_letter_holds(const struct seal_key *letter, str entry,
                       struct hash digest, str signature)
{
    struct letter_message m;

    return letter->type == SEAL_ED25519 && make_message(&m, entry, digest) &&
           seal_ed25519_holds(letter->public, (str){m.p, m.n}, signature);
}

/* ---- the signer of this process ------------------------------------ */

static const struct seal_does does = {
    .checkpoint = checkpoint_here,
    .last = last_here,
    .watch = watch_here,
    .cosign = cosign_here,
    .watched = watched_here,
    .letter = letter_here,
    .edition = edition_here,
    .said = said_here,
    .renew = renew_here,
    .close = close_here,
};

err seal_signer_open(struct ctx *c, const char *path, struct signer **out)
{
    struct here *s;
    err e;

    *out = NULL;
    seal_ready();
    s = sodium_malloc(sizeof *s);
    MUST(s != NULL);
    memset(s, 0, sizeof *s);
    seal_signer_begin(&s->base, &does);
    s->journal.fd = -1;
    s->watch = seal_watch_new();
    MUST(pthread_mutex_init(&s->lock, NULL) == 0);
    e = load(c, s, path);
    for (size_t i = 0; i < COUNT(roles); i++)
        s->base.keys[i] = s->keys[i].key;
    if (e != E_OK)
        close_here(&s->base);
    else
        *out = &s->base;
    return e;
}
