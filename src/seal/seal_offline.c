/* SPDX-License-Identifier: EUPL-1.2 */
/* Secret keys that persons keep, each sealed by a passphrase. */
#include "seal/seal_priv.h"

#include <sodium.h>

/* RFC 9106, section 4, the second recommended choice. */
#define PASSES     3
#define MEMORY_KIB 65536

/* What a file from outside may make us spend. */
#define PASSES_MOST     16
#define MEMORY_KIB_MOST ((int64_t)1 << 20)
#define PASSPHRASE_MOST 1024

struct seal_secret {
    unsigned char seed[crypto_sign_SEEDBYTES];
    unsigned char public[crypto_sign_PUBLICKEYBYTES];
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
};

static void drop_secret(void *it)
{
    sodium_free(it);
}

struct seal_secret *seal_secret_of(struct ctx *c, const unsigned char seed[32])
{
    struct seal_secret *k;

    seal_ready();
    k = sodium_malloc(sizeof *k);
    MUST(k != NULL);
    arena_owns(c->mem, drop_secret, k);
    memcpy(k->seed, seed, sizeof k->seed);
    crypto_sign_seed_keypair(k->public, k->secret, seed);
    return k;
}

struct seal_secret *seal_secret_new(struct ctx *c)
{
    unsigned char seed[crypto_sign_SEEDBYTES];
    struct seal_secret *k;

    ctx_random(c, seed, sizeof seed);
    k = seal_secret_of(c, seed);
    sodium_memzero(seed, sizeof seed);
    return k;
}

void seal_secret_public(const struct seal_secret *k, unsigned char public[32])
{
    memcpy(public, k->public, sizeof k->public);
}

void seal_secret_curve(const struct seal_secret *k, unsigned char secret[32])
{
    MUST(crypto_sign_ed25519_sk_to_curve25519(secret, k->secret) == 0);
}

str seal_secret_sign(struct ctx *c, const struct seal_secret *k, str message)
{
    unsigned char *sig = NEWS(c->mem, unsigned char, SEAL_SIG);

    crypto_sign_detached(sig, NULL, (const unsigned char *)message.p, message.n,
                         k->secret);
    return (str){(const char *)sig, SEAL_SIG};
}

bool seal_signature_holds(const unsigned char public[32], str message,
                          str signature)
{
    return seal_ed25519_holds(public, message, signature);
}

/* ---- sealed by a passphrase --------------------------------------- */

struct cost {
    int64_t memory, passes;
    unsigned char salt[crypto_pwhash_SALTBYTES];
};

static err derive(struct ctx *c, const struct cost *cost, str passphrase,
                  unsigned char key[32])
{
    if (passphrase.n == 0 || passphrase.n > PASSPHRASE_MOST)
        return fail(c, E_BAD_INPUT,
                    say(c, "Frasa sandi harus 1 sampai %d bita.",
                        "A passphrase has 1 to %d bytes."),
                    PASSPHRASE_MOST);
    seal_ready();
    if (crypto_pwhash(key, 32, passphrase.p, passphrase.n, cost->salt,
                      (unsigned long long)cost->passes,
                      (size_t)cost->memory << 10,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(c, E_BUSY,
                    say(c,
                        "Memori untuk membuka kunci tidak cukup: perlu "
                        "%" PRId64 " MiB.",
                        "There is not enough memory to open the key: it takes "
                        "%" PRId64 " MiB."),
                    cost->memory >> 10);
    return E_OK;
}

err seal_secret_shut(struct ctx *c, const struct seal_secret *k, str passphrase,
                     str about, str *out)
{
    struct cost cost = {.memory = MEMORY_KIB, .passes = PASSES};
    unsigned char key[32];
    str box;

    ctx_random(c, cost.salt, sizeof cost.salt);
    TRY(derive(c, &cost, passphrase, key));
    box = seal_box(c, key, about, (str){(const char *)k->seed, sizeof k->seed});
    sodium_memzero(key, sizeof key);
    *out = arena_fmt(c->mem, "argon2id m=%d t=%d %s %s", MEMORY_KIB, PASSES,
                     seal_base64(c, cost.salt, sizeof cost.salt).p,
                     seal_base64(c, box.p, box.n).p);
    return E_OK;
}

static bool read_cost(str word, const char *head, int64_t most, int64_t *out)
{
    return str_starts(word, str_of(head)) &&
           str_is_i64(str_slice(word, 2, word.n), out) && *out > 0 &&
           *out <= most;
}

static bool read_shut(struct ctx *c, str shut, struct cost *cost, str *box)
{
    str kind, memory, passes, salt, raw;

    str_cut(shut, ' ', &kind, &shut);
    str_cut(shut, ' ', &memory, &shut);
    str_cut(shut, ' ', &passes, &shut);
    str_cut(shut, ' ', &salt, &shut);
    if (!str_eq(kind, STR("argon2id")) ||
        !read_cost(memory, "m=", MEMORY_KIB_MOST, &cost->memory) ||
        !read_cost(passes, "t=", PASSES_MOST, &cost->passes) ||
        cost->memory < 8 || !seal_unbase64(c, salt, &raw) ||
        raw.n != sizeof cost->salt)
        return false;
    memcpy(cost->salt, raw.p, raw.n);
    return seal_unbase64(c, shut, box);
}

err seal_secret_open(struct ctx *c, str shut, str passphrase, str about,
                     struct seal_secret **out)
{
    struct cost cost;
    unsigned char key[32];
    str box, seed;
    err e;

    if (!read_shut(c, shut, &cost, &box))
        return fail(c, E_TAMPERED,
                    say(c, "Isi tersegel kunci ini tidak dapat dibaca.",
                        "The sealed part of this key cannot be read."));
    TRY(derive(c, &cost, passphrase, key));
    e = seal_unbox(c, key, about, box, &seed);
    sodium_memzero(key, sizeof key);
    if (e != E_OK || seed.n != crypto_sign_SEEDBYTES)
        return fail(c, E_TAMPERED,
                    say(c,
                        "Frasa sandi tidak cocok dengan kunci ini, atau "
                        "berkas kuncinya berubah.",
                        "The passphrase does not fit this key, or its file "
                        "was changed."));
    *out = seal_secret_of(c, (const unsigned char *)seed.p);
    /* What seal_unbox() took from the arena is ours to wipe. */
    sodium_memzero((void *)(uintptr_t)seed.p, seed.n);
    return E_OK;
}
