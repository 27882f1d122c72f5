/* SPDX-License-Identifier: EUPL-1.2 */
/* Streams to a key that is elsewhere: libsodium's secretstream
 * (XChaCha20-Poly1305 with a ratchet) under a key of its own, which is sealed
 * to the public half of an offline key (X25519). */
#include "seal/seal_priv.h"

#include <sodium.h>

#define TAG  crypto_secretstream_xchacha20poly1305_ABYTES
#define HEAD crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define KEY  crypto_secretstream_xchacha20poly1305_KEYBYTES

_Static_assert(SEAL_STREAM_HEAD == KEY + crypto_box_SEALBYTES + HEAD,
               "as the header says");
_Static_assert(SEAL_STREAM_TAG == TAG, "as the header says");

struct seal_stream {
    crypto_secretstream_xchacha20poly1305_state state;
    unsigned char key[KEY];
    unsigned char head[SEAL_STREAM_HEAD]; /* the box, then the library's own */
    str about;
    unsigned char piece[SEAL_PIECE + TAG];
};

static void drop_stream(void *it)
{
    sodium_free(it);
}

static struct seal_stream *new_stream(struct ctx *c, str about)
{
    struct seal_stream *s;

    seal_ready();
    s = sodium_malloc(sizeof *s);
    MUST(s != NULL);
    arena_owns(c->mem, drop_stream, s);
    s->about = arena_str(c->mem, about);
    return s;
}

static const unsigned char *bytes_of(str s)
{
    return (const unsigned char *)s.p;
}

static const unsigned char *own_head(const struct seal_stream *s)
{
    return s->head + SEAL_STREAM_HEAD - HEAD;
}

err seal_stream_to(struct ctx *c, const unsigned char public[32], str about,
                   struct seal_stream **out, str *head)
{
    struct seal_stream *s = new_stream(c, about);
    unsigned char x[32];
    str box;

    if (crypto_sign_ed25519_pk_to_curve25519(x, public) != 0 ||
        !seal_public_ok(x))
        return fail(c, E_BAD_INPUT, "%s",
                    say(c, "Kunci publik ini tidak dapat dipakai.",
                        "This public key cannot be used."));
    ctx_random(c, s->key, sizeof s->key);
    box = seal_box_to(c, x, (str){(const char *)s->key, sizeof s->key});
    memcpy(s->head, box.p, box.n);
    /* The library draws its nonce itself. */
    crypto_secretstream_xchacha20poly1305_init_push(
        &s->state, s->head + SEAL_STREAM_HEAD - HEAD, s->key);
    *head = (str){(const char *)s->head, SEAL_STREAM_HEAD};
    *out = s;
    return E_OK;
}

static err no_stream(struct ctx *c)
{
    return fail(c, E_TAMPERED, "%s",
                say(c,
                    "Tidak dapat dibuka dengan kunci ini: kuncinya lain, atau "
                    "isinya telah berubah.",
                    "It does not open with this key: the key is another, or "
                    "the content was changed."));
}

static err begin_reading(struct ctx *c, struct seal_stream *s)
{
    return crypto_secretstream_xchacha20poly1305_init_pull(
               &s->state, own_head(s), s->key) == 0
               ? E_OK
               : no_stream(c);
}

err seal_stream_from(struct ctx *c, const struct seal_secret *k, str about,
                     str head, struct seal_stream **out)
{
    struct seal_stream *s = new_stream(c, about);
    unsigned char public[32], x[32], *secret = sodium_malloc(32);
    bool opens;

    MUST(secret != NULL);
    seal_secret_curve(k, secret);
    seal_secret_public(k, public);
    opens = head.n == SEAL_STREAM_HEAD &&
            crypto_sign_ed25519_pk_to_curve25519(x, public) == 0 &&
            crypto_box_seal_open(s->key, bytes_of(head),
                                 SEAL_STREAM_HEAD - HEAD, x, secret) == 0;
    sodium_free(secret);
    if (!opens)
        return no_stream(c);
    memcpy(s->head, head.p, SEAL_STREAM_HEAD);
    *out = s;
    return begin_reading(c, s);
}

err seal_stream_again(struct ctx *c, const struct seal_stream *of, str head,
                      struct seal_stream **out)
{
    if (!str_eq(head, (str){(const char *)of->head, SEAL_STREAM_HEAD}))
        return no_stream(c);
    *out = new_stream(c, of->about);
    memcpy((*out)->key, of->key, sizeof of->key);
    memcpy((*out)->head, of->head, sizeof of->head);
    return begin_reading(c, *out);
}

str seal_stream_shut(struct seal_stream *s, str piece, bool last)
{
    unsigned long long n = 0;

    MUST(piece.n <= SEAL_PIECE);
    crypto_secretstream_xchacha20poly1305_push(
        &s->state, s->piece, &n, bytes_of(piece), piece.n, bytes_of(s->about),
        s->about.n, last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
    return (str){(const char *)s->piece, (size_t)n};
}

err seal_stream_open(struct ctx *c, struct seal_stream *s, str boxed,
                     str *piece, bool *last)
{
    unsigned long long n = 0;
    unsigned char tag = 0;

    if (boxed.n < TAG || boxed.n > SEAL_PIECE + TAG ||
        crypto_secretstream_xchacha20poly1305_pull(
            &s->state, s->piece, &n, &tag, bytes_of(boxed), boxed.n,
            bytes_of(s->about), s->about.n) != 0)
        return no_stream(c);
    *piece = (str){(const char *)s->piece, (size_t)n};
    *last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    return E_OK;
}
