/* SPDX-License-Identifier: EUPL-1.2 */
/* Texts. Every index counts code points. */
#include "cel/fn_priv.h"

static bool is_tail(char ch)
{
    return ((unsigned char)ch & 0xc0) == 0x80;
}

/* The byte where code point number `point` begins; the end is one too. */
static bool byte_of(str s, int64_t point, size_t *out)
{
    size_t at = 0;

    if (point < 0)
        return false;
    for (; point > 0 && at < s.n; point--) {
        at++;
        while (at < s.n && is_tail(s.p[at]))
            at++;
    }
    *out = at;
    return point == 0;
}

static int64_t points_in(str s, size_t bytes)
{
    int64_t n = 0;

    for (size_t i = 0; i < bytes; i++)
        n += !is_tail(s.p[i]);
    return n;
}

static struct cel_value slice_of(struct cel_value v, size_t from, size_t to)
{
    return cel_string(str_slice(cel_text(v), from, to));
}

/* ---- questions ---------------------------------------------------- */

FN(contains)
{
    return cel_bool(a[1].n == 0 ||
                    memmem(a[0].v.s, a[0].n, a[1].v.s, a[1].n) != NULL);
}

FN(starts_with)
{
    return cel_bool(str_starts(cel_text(a[0]), cel_text(a[1])));
}

FN(ends_with)
{
    return cel_bool(str_ends(cel_text(a[0]), cel_text(a[1])));
}

/* A pattern that is no literal is compiled here, each time, and paid for. */
FN(matches)
{
    const struct regex *r;
    const char *why;
    size_t at;

    if (!cel_charge(m, (uint64_t)a[1].n * 4) ||
        cel_take(m, (size_t)a[1].n * 300) == NULL)
        return cel_spent(m);
    r = cel_regex_new(m->c, cel_text(a[1]), &why, &at);
    if (r == NULL)
        return cel_oops_about(m, FAULT_PATTERN, str_of(why));
    if (cel_take(m, cel_regex_bytes(r)) == NULL)
        return cel_spent(m);
    return cel_match(m, r, cel_text(a[0]));
}

/* ---- places ------------------------------------------------------- */

FN(char_at)
{
    size_t from, to;

    if (!byte_of(cel_text(a[0]), a[1].v.i, &from))
        return cel_oops_value(m, FAULT_INDEX, a[1]);
    if (!byte_of(str_slice(cel_text(a[0]), from, a[0].n), 1, &to))
        return cel_string(STR(""));
    return slice_of(a[0], from, from + to);
}

FN(index_of)
{
    str s = cel_text(a[0]), needle = cel_text(a[1]);
    size_t from = 0;
    const char *found;

    if (n == 3 && !byte_of(s, a[2].v.i, &from)) {
        if (a[2].v.i < 0)
            return cel_oops_value(m, FAULT_INDEX, a[2]);
        return needle.n == 0 ? cel_oops_value(m, FAULT_INDEX, a[2])
                             : cel_int(-1);
    }
    if (needle.n == 0)
        return cel_int(points_in(s, from));
    found = memmem(s.p + from, s.n - from, needle.p, needle.n);
    if (found == NULL)
        return cel_int(-1);
    return cel_int(points_in(s, (size_t)(found - s.p)));
}

FN(last_index_of)
{
    str s = cel_text(a[0]), needle = cel_text(a[1]);
    size_t from = s.n;

    if (n == 3 && !byte_of(s, a[2].v.i, &from))
        return cel_oops_value(m, FAULT_INDEX, a[2]);
    if (needle.n > s.n)
        return cel_int(-1);
    if (from > s.n - needle.n)
        from = s.n - needle.n;
    for (size_t at = from + 1; at > 0; at--)
        if (needle.n == 0 || memcmp(s.p + at - 1, needle.p, needle.n) == 0)
            return cel_int(points_in(s, at - 1));
    return cel_int(-1);
}

FN(substring)
{
    str s = cel_text(a[0]);
    size_t from, to = s.n;

    if (!byte_of(s, a[1].v.i, &from))
        return cel_oops_value(m, FAULT_INDEX, a[1]);
    if (n == 3 && !byte_of(s, a[2].v.i, &to))
        return cel_oops_value(m, FAULT_INDEX, a[2]);
    if (from > to)
        return cel_oops_value(m, FAULT_INDEX, a[1]);
    return slice_of(a[0], from, to);
}

/* ---- changing ----------------------------------------------------- */

static struct cel_value cased(struct vm *m, struct cel_value v, char first,
                              char last)
{
    char *p;
    struct cel_value out = cel_text_room(m, v.n, &p);

    for (uint32_t i = 0; out.kind == CEL_STRING && i < v.n; i++)
        p[i] =
            (char)(v.v.s[i] ^ (v.v.s[i] >= first && v.v.s[i] <= last ? 32 : 0));
    return out;
}

FN(lower_ascii)
{
    return cased(m, a[0], 'A', 'Z');
}

FN(upper_ascii)
{
    return cased(m, a[0], 'a', 'z');
}

FN(reverse_string)
{
    str s = cel_text(a[0]);
    char *p;
    struct cel_value out = cel_text_room(m, s.n, &p);
    size_t at = s.n;

    if (out.kind != CEL_STRING)
        return out;
    for (size_t from = 0; from < s.n;) {
        size_t to = from + 1;

        while (to < s.n && is_tail(s.p[to]))
            to++;
        at -= to - from;
        memcpy(p + at, s.p + from, to - from);
        from = to;
    }
    return out;
}

/* Unicode's White_Space at `s`: its length in bytes, or 0. */
static size_t blank_at(str s)
{
    static const str wide[] = {
        STR_INIT("\xc2\x85"),     STR_INIT("\xc2\xa0"),
        STR_INIT("\xe1\x9a\x80"), STR_INIT("\xe2\x80\xa8"),
        STR_INIT("\xe2\x80\xa9"), STR_INIT("\xe2\x80\xaf"),
        STR_INIT("\xe2\x81\x9f"), STR_INIT("\xe3\x80\x80")};

    if (s.n > 0 && (s.p[0] == ' ' || (s.p[0] >= '\t' && s.p[0] <= '\r')))
        return 1;
    if (s.n >= 3 && memcmp(s.p, "\xe2\x80", 2) == 0 &&
        (unsigned char)s.p[2] <= 0x8a)
        return 3;
    for (size_t i = 0; i < COUNT(wide); i++)
        if (str_starts(s, wide[i]))
            return wide[i].n;
    return 0;
}

FN(trim)
{
    str s = cel_text(a[0]);
    size_t from = 0, to = s.n, n_blank;

    while ((n_blank = blank_at(str_slice(s, from, s.n))) > 0)
        from += n_blank;
    while (to > from) {
        size_t last = to - 1;

        while (last > from && is_tail(s.p[last]))
            last--;
        if (blank_at(str_slice(s, last, to)) != to - last)
            break;
        to = last;
    }
    return slice_of(a[0], from, to);
}

/* ---- many parts --------------------------------------------------- */

#define FORMAT_MOST ((size_t)65536)

/* Text of a length not known before, within the run's cap. */
static struct buf text_begin(struct vm *m)
{
    size_t most = m->memory / 4;

    return buf_new(m->c, most < FORMAT_MOST ? most : FORMAT_MOST);
}

static struct cel_value text_end(struct vm *m, struct buf *b)
{
    if (b->over || !cel_charge(m, b->n / 16)) {
        m->spent = m->dead ? m->spent : FAULT_MEMORY;
        m->dead = true;
        return cel_spent(m);
    }
    m->memory -= b->room * 2 < m->memory ? b->room * 2 : m->memory;
    return cel_string(buf_str(b));
}

/* Where `needle` next stands at or after `at`; an empty one stands between
 * code points. */
static bool next_place(str s, str needle, size_t at, bool first, size_t *out)
{
    const char *found;

    if (needle.n > 0) {
        found =
            at > s.n ? NULL : memmem(s.p + at, s.n - at, needle.p, needle.n);
        *out = found == NULL ? 0 : (size_t)(found - s.p);
        return found != NULL;
    }
    if (!first)
        do
            at++;
        while (at < s.n && is_tail(s.p[at]));
    *out = at;
    return at <= s.n;
}

FN(replace)
{
    str s = cel_text(a[0]), old = cel_text(a[1]);
    int64_t left = n == 4 ? a[3].v.i : -1;
    struct buf b = text_begin(m);
    size_t from = 0, at;

    if (old.n == 0 && str_eq(old, cel_text(a[2])))
        return a[0];
    for (bool first = true;
         left != 0 && next_place(s, old, from, first, &at) && !b.over;
         first = false, left--) {
        buf_raw(&b, str_slice(s, from, at));
        buf_raw(&b, cel_text(a[2]));
        from = at + old.n;
    }
    buf_raw(&b, str_slice(s, from, s.n));
    return text_end(m, &b);
}

FN(split)
{
    str s = cel_text(a[0]), by = cel_text(a[1]);
    int64_t left = n == 3 ? a[2].v.i : -1;
    struct cel_value list = cel_build_list(m);
    size_t from = 0, at;

    if (list.kind == CEL_ERROR)
        return cel_spent(m);
    if (left == 0 || (by.n == 0 && s.n == 0))
        return cel_build_done(m, list);
    while ((left < 0 || left > 1) && next_place(s, by, from, false, &at) &&
           (by.n > 0 || at < s.n)) {
        if (!cel_charge(m, 1) ||
            !cel_build_add(m, &list, slice_of(a[0], from, at)))
            return cel_spent(m);
        from = at + by.n;
        left -= left > 0;
    }
    cel_build_add(m, &list, slice_of(a[0], from, s.n));
    return cel_build_done(m, list);
}

FN(join)
{
    const struct cel_list *list = a[0].v.list;
    struct buf b = text_begin(m);

    for (size_t i = 0; i < list->n && !b.over; i++) {
        if (list->items[i].kind != CEL_STRING)
            return cel_no_overload(m, &list->items[i], 1);
        if (i > 0 && n == 2)
            buf_raw(&b, cel_text(a[1]));
        buf_raw(&b, cel_text(list->items[i]));
    }
    return text_end(m, &b);
}

/* ---- quote -------------------------------------------------------- */

/* The length of the code point at `s`, or 0 where it is no UTF-8. */
static size_t point_length(str s)
{
    for (size_t n = 1; n <= 4 && n <= s.n; n++)
        if (str_utf8(str_slice(s, 0, n), NULL))
            return n;
    return 0;
}

FN(quote)
{
    static const char plain[] = "\a\b\f\n\r\t\v\\\"", coded[] = "abfnrtv\\\"";
    str s = cel_text(a[0]);
    struct buf b = text_begin(m);

    buf_char(&b, '"');
    for (size_t i = 0; i < s.n && !b.over;) {
        const char *special = s.p[i] == 0 ? NULL : strchr(plain, s.p[i]);
        size_t length = point_length(str_slice(s, i, s.n));

        if (special != NULL)
            buf_fmt(&b, "\\%c", coded[special - plain]);
        else if (length == 0)
            buf_lit(&b, "\xef\xbf\xbd");
        else
            buf_raw(&b, str_slice(s, i, i + length));
        i += length == 0 ? 1 : length;
    }
    buf_char(&b, '"');
    return text_end(m, &b);
}

/* ---- base64 ------------------------------------------------------- */

static const char digits64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz0123456789+/";

FN(base64_encode)
{
    const unsigned char *s = (const unsigned char *)a[0].v.s;
    size_t n_out = ((size_t)a[0].n + 2) / 3 * 4, at = 0;
    char *p;
    struct cel_value out = cel_text_room(m, n_out, &p);

    if (out.kind != CEL_STRING)
        return out;
    for (size_t i = 0; i < a[0].n; i += 3) {
        size_t left = a[0].n - i;
        uint32_t u = (uint32_t)s[i] << 16 |
                     (left > 1 ? (uint32_t)s[i + 1] << 8 : 0) |
                     (left > 2 ? (uint32_t)s[i + 2] : 0);

        for (size_t j = 0; j < 4; j++)
            p[at++] = j <= left ? digits64[u >> (18 - 6 * j) & 63] : '=';
    }
    return out;
}

/* Padded, or without any padding. */
FN(base64_decode)
{
    str s = cel_text(a[0]);
    size_t at = 0;
    uint32_t bits = 0;
    int n_bits = 0;
    char *p;
    struct cel_value out = cel_text_room(m, s.n, &p);

    if (out.kind != CEL_STRING)
        return out;
    if (s.n % 4 == 0 && str_ends(s, STR("=")))
        s = str_slice(s, 0, s.n - (str_ends(s, STR("==")) ? 2 : 1));
    for (size_t i = 0; i < s.n; i++) {
        const char *digit = s.p[i] == 0 ? NULL : strchr(digits64, s.p[i]);

        if (digit == NULL)
            return cel_oops_about(m, FAULT_CONVERT, STR("base64"));
        bits = bits << 6 | (uint32_t)(digit - digits64);
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            p[at++] = (char)(bits >> n_bits);
            bits &= (1u << n_bits) - 1;
        }
    }
    if (bits != 0 || s.n % 4 == 1)
        return cel_oops_about(m, FAULT_CONVERT, STR("base64"));
    out = cel_bytes((str){p, at});
    return out;
}
