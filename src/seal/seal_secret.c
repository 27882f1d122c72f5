/* SPDX-License-Identifier: EUPL-1.2 */
/* Randomness, sealed boxes, passwords and one-time codes. */
#include "seal/seal_priv.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

/* ---- randomness --------------------------------------------------- */

static void fill(const struct dice *d, void *out, size_t n)
{
    (void)d;
    seal_ready();
    randombytes_buf(out, n);
}

const struct dice *seal_dice(void)
{
    static const struct dice system = {fill};

    return &system;
}

/* ---- boxes -------------------------------------------------------- */

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG   crypto_aead_xchacha20poly1305_ietf_ABYTES

static const unsigned char *bytes_of(str s)
{
    return (const unsigned char *)s.p;
}

static err does_not_open(struct ctx *c)
{
    return fail(c, E_TAMPERED,
                say(c,
                    "Isi tersegel tidak dapat dibuka: kuncinya lain, atau "
                    "isinya telah berubah.",
                    "The sealed content does not open: the key is another, or "
                    "the content was changed."));
}

str seal_box(struct ctx *c, const unsigned char key[32], str about, str plain)
{
    size_t n = NONCE + plain.n + TAG;
    unsigned char *box = NEWS(c->mem, unsigned char, n + 1);

    seal_ready();
    ctx_random(c, box, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        box + NONCE, NULL, bytes_of(plain), plain.n, bytes_of(about), about.n,
        NULL, box, key);
    return (str){(const char *)box, n};
}

err seal_unbox(struct ctx *c, const unsigned char key[32], str about, str boxed,
               str *plain)
{
    size_t n = boxed.n - NONCE - TAG;
    unsigned char *out;

    if (boxed.n < NONCE + TAG)
        return does_not_open(c);
    seal_ready();
    out = NEWS(c->mem, unsigned char, n + 1);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            out, NULL, NULL, bytes_of(boxed) + NONCE, boxed.n - NONCE,
            bytes_of(about), about.n, bytes_of(boxed), key) != 0)
        return does_not_open(c);
    *plain = (str){(const char *)out, n};
    return E_OK;
}

void seal_pair(struct ctx *c, unsigned char public[32],
               unsigned char secret[32])
{
    unsigned char seed[crypto_box_SEEDBYTES];

    seal_ready();
    ctx_random(c, seed, sizeof seed);
    crypto_box_seed_keypair(public, secret, seed);
    sodium_memzero(seed, sizeof seed);
}

bool seal_public_ok(const unsigned char public[32])
{
    static const unsigned char any[32] = {1};
    unsigned char shared[32];

    seal_ready();
    return crypto_scalarmult(shared, any, public) == 0;
}

/* The bytes of crypto_box_seal(), with the one-time pair from the context's
 * dice and not from libsodium's own. */
str seal_box_to(struct ctx *c, const unsigned char public[32], str plain)
{
    size_t n = plain.n + crypto_box_SEALBYTES;
    unsigned char *box = NEWS(c->mem, unsigned char, n + 1);
    unsigned char once[32], nonce[crypto_box_NONCEBYTES];
    crypto_generichash_state h;

    seal_pair(c, box, once);
    crypto_generichash_init(&h, NULL, 0, sizeof nonce);
    crypto_generichash_update(&h, box, 32);
    crypto_generichash_update(&h, public, 32);
    crypto_generichash_final(&h, nonce, sizeof nonce);
    /* Fails only where seal_public_ok() does. */
    MUST(crypto_box_easy(box + 32, bytes_of(plain), plain.n, nonce, public,
                         once) == 0);
    sodium_memzero(once, sizeof once);
    return (str){(const char *)box, n};
}

err seal_unbox_with(struct ctx *c, const unsigned char public[32],
                    const unsigned char secret[32], str boxed, str *plain)
{
    size_t n = boxed.n - crypto_box_SEALBYTES;
    unsigned char *out;

    if (boxed.n < crypto_box_SEALBYTES)
        return does_not_open(c);
    seal_ready();
    out = NEWS(c->mem, unsigned char, n + 1);
    if (crypto_box_seal_open(out, bytes_of(boxed), boxed.n, public, secret) !=
        0)
        return does_not_open(c);
    *plain = (str){(const char *)out, n};
    return E_OK;
}

/* ---- passwords ---------------------------------------------------- */

#define PASSWORD_MOST 1024

/* OWASP ASVS 5.0, appendix C; `true` is an officer's. */
static const struct cost {
    unsigned long long passes;
    size_t memory;
} costs[] = {[false] = {2, (size_t)19 << 20}, [true] = {3, (size_t)64 << 20}};

err seal_password_hash(struct ctx *c, str password, bool strong, str *out)
{
    const struct cost *cost = &costs[strong];
    unsigned char salt[crypto_pwhash_SALTBYTES], hash[32];
    char salt64[32], hash64[48];

    if (password.n > PASSWORD_MOST)
        return fail(
            c, E_BAD_INPUT,
            say(c, "Kata sandi terlalu panjang.", "The password is too long."));
    seal_ready();
    ctx_random(c, salt, sizeof salt);
    if (crypto_pwhash(hash, sizeof hash, password.n == 0 ? "" : password.p,
                      password.n, salt, cost->passes, cost->memory,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(c, E_BUSY,
                    say(c,
                        "Memori untuk memeriksa kata sandi tidak cukup; "
                        "silakan coba lagi sebentar lagi.",
                        "There is not enough memory to check a password; try "
                        "again in a moment."));
    sodium_bin2base64(salt64, sizeof salt64, salt, sizeof salt,
                      sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    sodium_bin2base64(hash64, sizeof hash64, hash, sizeof hash,
                      sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    *out = arena_fmt(c->mem, "$argon2id$v=19$m=%zu,t=%llu,p=1$%s$%s",
                     cost->memory >> 10, cost->passes, salt64, hash64);
    return E_OK;
}

/* libsodium reads a NUL-terminated text in a buffer of a fixed size. */
static bool as_pwhash(str hash, char out[crypto_pwhash_STRBYTES])
{
    memset(out, 0, crypto_pwhash_STRBYTES);
    if (hash.n == 0 || hash.n >= crypto_pwhash_STRBYTES)
        return false;
    memcpy(out, hash.p, hash.n);
    return true;
}

bool seal_password_holds(str hash, str password)
{
    char z[crypto_pwhash_STRBYTES];

    seal_ready();
    return password.n <= PASSWORD_MOST && as_pwhash(hash, z) &&
           crypto_pwhash_str_verify(z, password.n == 0 ? "" : password.p,
                                    password.n) == 0;
}

bool seal_password_stale(str hash, bool strong)
{
    char z[crypto_pwhash_STRBYTES];

    seal_ready();
    return !as_pwhash(hash, z) ||
           crypto_pwhash_str_needs_rehash(z, costs[strong].passes,
                                          costs[strong].memory) != 0;
}

/* ---- one-time codes ----------------------------------------------- */

#define STEP   30
#define DIGITS 6

str seal_totp_uri(struct ctx *c, const unsigned char seed[SEAL_TOTP_SEED],
                  str issuer, str account)
{
    struct buf b = buf_new(c, SIZE_MAX / 2);

    buf_lit(&b, "otpauth://totp/");
    buf_url(&b, issuer);
    buf_char(&b, ':');
    buf_url(&b, account);
    buf_lit(&b, "?secret=");
    buf_raw(&b, seal_base32(c, seed, SEAL_TOTP_SEED));
    buf_lit(&b, "&issuer=");
    buf_url(&b, issuer);
    return buf_str(&b);
}

/* RFC 4226, section 5.3. */
unsigned seal_totp(const unsigned char seed[SEAL_TOTP_SEED], int64_t counter)
{
    unsigned char moving[8], mac[20];
    unsigned at;

    for (unsigned i = 0; i < 8; i++)
        moving[i] = (unsigned char)((uint64_t)counter >> (56 - 8 * i));
    MUST(HMAC(EVP_sha1(), seed, SEAL_TOTP_SEED, moving, sizeof moving, mac,
              NULL) != NULL);
    at = mac[19] & 15;
    return (get_u32be(mac + at) & 0x7fffffff) % 1000000;
}

static bool read_code(str code, unsigned *out)
{
    *out = 0;
    for (size_t i = 0; i < code.n; i++) {
        if (code.p[i] < '0' || code.p[i] > '9')
            return false;
        *out = *out * 10 + (unsigned)(code.p[i] - '0');
    }
    return code.n == DIGITS;
}

/* One step either side, as RFC 6238, section 5.2, recommends: telephones run
 * behind, and ahead. */
bool seal_totp_holds(const unsigned char seed[SEAL_TOTP_SEED], str code,
                     int64_t unix_seconds, int64_t *last)
{
    int64_t now = unix_seconds / STEP;
    unsigned given;

    if (code.n != DIGITS || !read_code(code, &given))
        return false;
    for (int64_t at = now - 1; at <= now + 1; at++) {
        unsigned right = seal_totp(seed, at);

        if (at > *last && seal_same(&right, &given, sizeof right)) {
            *last = at;
            return true;
        }
    }
    return false;
}
