/* SPDX-License-Identifier: EUPL-1.2 */
/* Bytes as text, strictly: one text for the same bytes and no other. */
#include "seal/seal_priv.h"

#include <sodium.h>

void seal_ready(void)
{
    MUST(sodium_init() >= 0);
}

static str encode(struct ctx *c, const void *p, size_t n, int variant)
{
    size_t room = sodium_base64_encoded_len(n, variant);
    char *z = NEWS(c->mem, char, room);

    sodium_bin2base64(z, room, p, n, variant);
    return str_of(z);
}

/* libsodium refuses white space, wrong padding and stray trailing bits, but
 * 1.0.18 takes some bytes over 0x7F for letters. */
static bool decode_into(str s, int variant, unsigned char *bin, size_t room,
                        size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] > 0x7F)
            return false;
    return s.n == 0 ||
           sodium_base642bin(bin, room, s.p, s.n, NULL, n, NULL, variant) == 0;
}

static bool decode(struct ctx *c, str s, int variant, str *out)
{
    size_t room = s.n / 4 * 3 + 3, n;
    unsigned char *bin = NEWS(c->mem, unsigned char, room + 1);

    if (!decode_into(s, variant, bin, room, &n))
        return false;
    *out = (str){(const char *)bin, n};
    return true;
}

str seal_base64(struct ctx *c, const void *p, size_t n)
{
    return encode(c, p, n, sodium_base64_VARIANT_ORIGINAL);
}

bool seal_unbase64(struct ctx *c, str s, str *out)
{
    return decode(c, s, sodium_base64_VARIANT_ORIGINAL, out);
}

str seal_base64url(struct ctx *c, const void *p, size_t n)
{
    return encode(c, p, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool seal_unbase64url(struct ctx *c, str s, str *out)
{
    return decode(c, s, sodium_base64_VARIANT_URLSAFE_NO_PADDING, out);
}

str seal_base32(struct ctx *c, const void *p, size_t n)
{
    static const char symbols[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const unsigned char *bytes = p;
    char *z = NEWS(c->mem, char, (n * 8 + 4) / 5 + 1);
    unsigned acc = 0, bits = 0;
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        acc = (acc << 8 | bytes[i]) & 0xFFF;
        for (bits += 8; bits >= 5; bits -= 5)
            z[at++] = symbols[acc >> (bits - 5) & 31];
    }
    if (bits > 0)
        z[at++] = symbols[acc << (5 - bits) & 31];
    return (str){z, at};
}

str seal_hex(struct ctx *c, const void *p, size_t n)
{
    struct buf b = buf_new(c, 2 * n);

    buf_hex(&b, p, n);
    return buf_str(&b);
}

bool seal_base64_32(str s, unsigned char out[32])
{
    size_t n;

    return decode_into(s, sodium_base64_VARIANT_ORIGINAL, out, 32, &n) &&
           n == 32;
}

bool seal_decimal(str s, uint64_t *out)
{
    int64_t v;

    if (s.n == 0 || s.p[0] == '-' || (s.p[0] == '0' && s.n > 1) ||
        !str_is_i64(s, &v))
        return false;
    *out = (uint64_t)v;
    return true;
}

bool seal_same(const void *a, const void *b, size_t n)
{
    return sodium_memcmp(a, b, n) == 0;
}

bool seal_same_str(str a, str b)
{
    return a.n == b.n && (a.n == 0 || seal_same(a.p, b.p, a.n));
}
