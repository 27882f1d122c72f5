/* SPDX-License-Identifier: EUPL-1.2 */
/* Questions about borrowed bytes, and whole numbers read from them. */
#include "base/base.h"

str str_of(const char *z)
{
    return z == NULL ? STR("") : (str){z, strlen(z)};
}

bool str_eq(str a, str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

int str_cmp(str a, str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int first = n == 0 ? 0 : memcmp(a.p, b.p, n);

    return first != 0 ? first : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(str s, str head)
{
    return s.n >= head.n && str_eq(str_slice(s, 0, head.n), head);
}

bool str_ends(str s, str tail)
{
    return s.n >= tail.n && str_eq(str_slice(s, s.n - tail.n, s.n), tail);
}

bool str_has(str s, char ch)
{
    return s.n > 0 && memchr(s.p, ch, s.n) != NULL;
}

str str_slice(str s, size_t from, size_t to)
{
    if (to > s.n)
        to = s.n;
    if (from > to)
        from = to;
    return s.n == 0 ? s : (str){s.p + from, to - from};
}

static bool is_blank(char ch)
{
    return ch == ' ' || ch == '\t' || ch == '\r' || ch == '\n';
}

str str_trim(str s)
{
    size_t from = 0, to = s.n;

    while (from < to && is_blank(s.p[from]))
        from++;
    while (to > from && is_blank(s.p[to - 1]))
        to--;
    return str_slice(s, from, to);
}

bool str_cut(str s, char ch, str *head, str *tail)
{
    const char *at = s.n == 0 ? NULL : memchr(s.p, ch, s.n);
    size_t i = at == NULL ? s.n : (size_t)(at - s.p);

    *head = str_slice(s, 0, i);
    *tail = at == NULL ? STR("") : str_slice(s, i + 1, s.n);
    return at != NULL;
}

bool str_next(str *rest, char ch, str *piece)
{
    if (rest->n == 0)
        return false;
    str_cut(*rest, ch, piece, rest);
    return true;
}

size_t str_find(str s, str needle)
{
    for (size_t i = 0; i + needle.n <= s.n; i++)
        if (str_eq(str_slice(s, i, i + needle.n), needle))
            return i;
    return s.n;
}

int str_among(str s, const str *of, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(s, of[i]))
            return (int)i;
    return -1;
}

/* The length of the well-formed sequence at p, or 0 (RFC 3629, section 4). */
static size_t utf8_step(const unsigned char *p, size_t left)
{
    unsigned char low = 0x80, high = 0xBF;
    size_t n;

    if (p[0] < 0x80)
        return 1;
    if (p[0] < 0xC2 || p[0] > 0xF4)
        return 0;
    n = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (n > left)
        return 0;
    low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
    high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return n;
}

bool str_utf8(str s, size_t *points)
{
    size_t count = 0, step;

    for (size_t i = 0; i < s.n; i += step, count++) {
        step = utf8_step((const unsigned char *)s.p + i, s.n - i);
        if (step == 0)
            return false;
    }
    if (points != NULL)
        *points = count;
    return true;
}

bool str_is_i64(str s, int64_t *out)
{
    bool negative = s.n > 0 && s.p[0] == '-';
    int64_t v = 0;

    if (s.n == (negative ? 1u : 0u) || s.n > 20)
        return false;
    for (size_t i = negative ? 1 : 0; i < s.n; i++) {
        int digit = s.p[i] - '0';

        if (digit < 0 || digit > 9 || __builtin_mul_overflow(v, 10, &v) ||
            __builtin_sub_overflow(v, digit, &v))
            return false;
    }
    /* Built downwards, since INT64_MIN has no positive twin. */
    if (!negative && __builtin_sub_overflow(INT64_C(0), v, &v))
        return false;
    *out = v;
    return true;
}

err str_i64(struct ctx *c, str s, int64_t *out)
{
    if (str_is_i64(s, out))
        return E_OK;
    return fail(c, E_BAD_INPUT,
                say(c, "\"%.*s\" bukan bilangan bulat.",
                    "\"%.*s\" is not a whole number."),
                s.n > 40 ? 40 : (int)s.n, s.p);
}

static int hex_digit(char ch)
{
    if (ch >= '0' && ch <= '9')
        return ch - '0';
    if (ch >= 'a' && ch <= 'f')
        return ch - 'a' + 10;
    return -1;
}

bool str_unhex(str s, void *out, size_t n)
{
    unsigned char *bytes = out;

    if (s.n != 2 * n)
        return false;
    for (size_t i = 0; i < n; i++) {
        int high = hex_digit(s.p[2 * i]), low = hex_digit(s.p[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

uint64_t get_u64be(const void *p)
{
    return (uint64_t)get_u32be(p) << 32 | get_u32be((const char *)p + 4);
}

uint32_t get_u32be(const void *p)
{
    return (uint32_t)get_u16be(p) << 16 | get_u16be((const char *)p + 2);
}

uint16_t get_u16be(const void *p)
{
    const unsigned char *b = p;

    return (uint16_t)(b[0] << 8 | b[1]);
}
