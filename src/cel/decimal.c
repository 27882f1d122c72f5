/* SPDX-License-Identifier: EUPL-1.2 */
/* Decimals: a 128-bit coefficient and a scale of 0 to 9. Sums and products
 * that fit are exact; what a product has past nine places, and a quotient,
 * is rounded half to even. */
#include "cel/cel_priv.h"

static const int64_t tens[] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

/* 256 bits, the least significant limb first. */
struct wide {
    uint64_t limb[4];
};

static u128 magnitude(i128 i)
{
    return i < 0 ? -(u128)i : (u128)i;
}

static bool signed_fits(u128 m, bool negative, i128 *out)
{
    if (m >> 127 != 0)
        return false;
    *out = negative ? -(i128)m : (i128)m;
    return true;
}

static struct wide wide_mul(u128 a, u128 b)
{
    uint64_t x[2] = {(uint64_t)a, (uint64_t)(a >> 64)};
    uint64_t y[2] = {(uint64_t)b, (uint64_t)(b >> 64)};
    struct wide w = {{0}};

    for (int i = 0; i < 2; i++) {
        u128 carry = 0;

        for (int j = 0; j < 2; j++) {
            carry += (u128)x[i] * y[j] + w.limb[i + j];
            w.limb[i + j] = (uint64_t)carry;
            carry >>= 64;
        }
        w.limb[i + 2] += (uint64_t)carry;
    }
    return w;
}

static bool wide_bit(const struct wide *w, int i)
{
    return (w->limb[i / 64] >> (i % 64) & 1) != 0;
}

/* The quotient and the rest; false where it passes 128 bits. Bit by bit: the
 * divisor may have 127 bits, and this is the rare way. */
static bool wide_div(struct wide w, u128 by, u128 *quotient, u128 *rest)
{
    u128 q = 0, r = 0;

    for (int i = 255; i >= 0; i--) {
        bool carry = r >> 127 != 0;

        r = r << 1 | wide_bit(&w, i);
        if (q >> 127 != 0)
            return false;
        q <<= 1;
        if (carry || r >= by) {
            r -= by;
            q |= 1;
        }
    }
    *quotient = q;
    *rest = r;
    return true;
}

static bool mul_div(u128 a, u128 b, u128 by, u128 *quotient, u128 *rest)
{
    u128 product;

    if (__builtin_mul_overflow(a, b, &product))
        return wide_div(wide_mul(a, b), by, quotient, rest);
    *quotient = product / by;
    *rest = product % by;
    return true;
}

/* `q` with `rest` left of `by`, made whole. */
static u128 rounded(u128 q, u128 rest, u128 by, bool negative,
                    enum rounding how)
{
    u128 other = by - rest;

    switch (how) {
    case ROUND_HALF_EVEN:
        return q + (rest > other || (rest == other && (q & 1) != 0));
    case ROUND_HALF_AWAY:
        return q + (rest >= other);
    case ROUND_UP:
        return q + (rest != 0 && !negative);
    case ROUND_DOWN:
        break;
    }
    return q + (rest != 0 && negative);
}

struct cel_decimal cel_dec_trim(struct cel_decimal d)
{
    while (d.scale > 0 && d.coefficient == (int64_t)d.coefficient &&
           (int64_t)d.coefficient % 10 == 0) {
        d.coefficient = (int64_t)d.coefficient / 10;
        d.scale--;
    }
    while (d.scale > 0 && d.coefficient % 10 == 0) {
        d.coefficient /= 10;
        d.scale--;
    }
    return d;
}

static bool rescaled(struct cel_decimal d, int scale, i128 *out)
{
    return !__builtin_mul_overflow(d.coefficient, (i128)tens[scale - d.scale],
                                   out);
}

static enum fit sum(struct cel_decimal a, struct cel_decimal b, bool minus,
                    struct cel_decimal *out)
{
    int scale = a.scale > b.scale ? a.scale : b.scale;
    i128 x, y, z;

    if (!rescaled(a, scale, &x) || !rescaled(b, scale, &y) ||
        (minus ? __builtin_sub_overflow(x, y, &z)
               : __builtin_add_overflow(x, y, &z)) ||
        magnitude(z) >> 127 != 0)
        return FIT_OVERFLOW;
    *out = cel_dec_trim((struct cel_decimal){z, scale});
    return FIT_OK;
}

enum fit cel_dec_add(struct cel_decimal a, struct cel_decimal b,
                     struct cel_decimal *out)
{
    return sum(a, b, false, out);
}

enum fit cel_dec_sub(struct cel_decimal a, struct cel_decimal b,
                     struct cel_decimal *out)
{
    return sum(a, b, true, out);
}

enum fit cel_dec_mul(struct cel_decimal a, struct cel_decimal b,
                     struct cel_decimal *out)
{
    bool negative = (a.coefficient < 0) != (b.coefficient < 0);
    u128 q, rest, by;
    int past;

    past = a.scale + b.scale - DECIMAL_SCALE;
    if (past <= 0 &&
        !__builtin_mul_overflow(a.coefficient, b.coefficient,
                                &out->coefficient) &&
        magnitude(out->coefficient) >> 127 == 0) {
        out->scale = a.scale + b.scale;
        *out = cel_dec_trim(*out);
        return FIT_OK;
    }
    a = cel_dec_trim(a);
    b = cel_dec_trim(b);
    past = a.scale + b.scale - DECIMAL_SCALE;
    by = (u128)tens[past > 0 ? past : 0];
    if (!mul_div(magnitude(a.coefficient), magnitude(b.coefficient), by, &q,
                 &rest))
        return FIT_OVERFLOW;
    q = rounded(q, rest, by, negative, ROUND_HALF_EVEN);
    out->scale = past > 0 ? DECIMAL_SCALE : a.scale + b.scale;
    if (!signed_fits(q, negative, &out->coefficient))
        return FIT_OVERFLOW;
    *out = cel_dec_trim(*out);
    return FIT_OK;
}

/* a / b at `scale`, or false where it does not fit. */
static bool divided(struct cel_decimal a, struct cel_decimal b, int scale,
                    struct cel_decimal *out)
{
    bool negative = (a.coefficient < 0) != (b.coefficient < 0);
    int up = scale + b.scale - a.scale;
    u128 q, rest, by = magnitude(b.coefficient);

    /* A negative power of ten goes to the divisor. */
    if (up < 0 && __builtin_mul_overflow(by, (u128)tens[-up], &by))
        return false;
    /* `up` reaches 18, the table 9. */
    if (up > DECIMAL_SCALE) {
        if (!mul_div(magnitude(a.coefficient),
                     (u128)tens[DECIMAL_SCALE] * (u128)tens[up - DECIMAL_SCALE],
                     by, &q, &rest))
            return false;
    } else if (!mul_div(magnitude(a.coefficient), (u128)tens[up > 0 ? up : 0],
                        by, &q, &rest)) {
        return false;
    }
    q = rounded(q, rest, by, negative, ROUND_HALF_EVEN);
    out->scale = scale;
    return signed_fits(q, negative, &out->coefficient);
}

enum fit cel_dec_div(struct cel_decimal a, struct cel_decimal b,
                     struct cel_decimal *out)
{
    if (b.coefficient == 0)
        return FIT_DIVIDE;
    for (int scale = DECIMAL_SCALE; scale >= 0; scale--) {
        if (divided(a, b, scale, out)) {
            *out = cel_dec_trim(*out);
            return FIT_OK;
        }
    }
    return FIT_OVERFLOW;
}

enum fit cel_dec_round(struct cel_decimal d, struct cel_decimal unit,
                       enum rounding how, struct cel_decimal *out)
{
    int scale = d.scale > unit.scale ? d.scale : unit.scale;
    bool negative = d.coefficient < 0;
    u128 q;
    i128 x, by;

    if (unit.coefficient <= 0)
        return FIT_DIVIDE;
    if (!rescaled(d, scale, &x) || !rescaled(unit, scale, &by))
        return FIT_OVERFLOW;
    q = rounded(magnitude(x) / (u128)by, magnitude(x) % (u128)by, (u128)by,
                negative, how);
    if (__builtin_mul_overflow(q, (u128)by, &q) ||
        !signed_fits(q, negative, &out->coefficient))
        return FIT_OVERFLOW;
    out->scale = scale;
    *out = cel_dec_trim(*out);
    return FIT_OK;
}

bool cel_dec_int(struct cel_decimal d, int64_t *out)
{
    i128 whole = d.coefficient / tens[d.scale];

    *out = (int64_t)whole;
    return whole == *out;
}

int cel_decimal_cmp(struct cel_decimal a, struct cel_decimal b)
{
    int scale = a.scale > b.scale ? a.scale : b.scale;
    i128 x, y;

    if ((a.coefficient < 0) != (b.coefficient < 0))
        return a.coefficient < 0 ? -1 : 1;
    /* What does not fit at the common scale is the longer of the two. */
    if (!rescaled(a, scale, &x))
        return a.coefficient < 0 ? -1 : 1;
    if (!rescaled(b, scale, &y))
        return a.coefficient < 0 ? 1 : -1;
    return (x > y) - (x < y);
}

/* ---- text --------------------------------------------------------- */

static bool digits(str s, size_t *at, int most, struct cel_decimal *d)
{
    size_t from = *at;

    for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; ++*at)
        if (*at - from >= (size_t)most ||
            __builtin_mul_overflow(d->coefficient, (i128)10, &d->coefficient) ||
            __builtin_add_overflow(d->coefficient, (i128)(s.p[*at] - '0'),
                                   &d->coefficient))
            return false;
    return *at > from;
}

bool cel_decimal_read(str s, struct cel_decimal *out)
{
    struct cel_decimal d = {0};
    bool negative = s.n > 0 && s.p[0] == '-';
    size_t at = negative, point;

    if (!digits(s, &at, 64, &d))
        return false;
    if (at < s.n && s.p[at] == '.') {
        point = ++at;
        if (!digits(s, &at, DECIMAL_SCALE, &d))
            return false;
        d.scale = (int)(at - point);
    }
    if (at != s.n)
        return false;
    if (negative)
        d.coefficient = -d.coefficient;
    *out = cel_dec_trim(d);
    return true;
}

size_t cel_dec_text(struct cel_decimal d, char *out)
{
    char back[64];
    size_t n = 0, len = 0;
    u128 m;

    d = cel_dec_trim(d);
    m = magnitude(d.coefficient);
    for (int k = 0; m != 0 || k <= d.scale; k++) {
        if (k == d.scale && k > 0)
            back[n++] = '.';
        back[n++] = (char)('0' + (int)(m % 10));
        m /= 10;
    }
    if (d.coefficient < 0)
        out[len++] = '-';
    while (n > 0)
        out[len++] = back[--n];
    out[len] = 0;
    return len;
}

str cel_decimal_show(struct ctx *c, struct cel_decimal d)
{
    char text[64];

    return arena_str(c->mem, (str){text, cel_dec_text(d, text)});
}
