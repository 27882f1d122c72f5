/* SPDX-License-Identifier: EUPL-1.2 */
/* Unicode: normal form, folding, and what no eye can read. */
#include "data/data_priv.h"

#include <utf8proc.h>

int32_t data_point(str s, size_t *at)
{
    utf8proc_int32_t point;
    utf8proc_ssize_t n =
        utf8proc_iterate((const utf8proc_uint8_t *)s.p + *at,
                         (utf8proc_ssize_t)(s.n - *at), &point);

    *at += n > 0 ? (size_t)n : 1;
    return n > 0 ? point : -1;
}

size_t data_columns(str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

bool data_hidden(int32_t point)
{
    static const struct {
        int32_t from, to;
    } hidden[] = {
        {0x00, 0x08},     {0x0B, 0x0C},       {0x0E, 0x1F},
        {0x7F, 0x9F},     {0x200E, 0x200F},   {0x2028, 0x202E},
        {0x2060, 0x206F}, {0xFEFF, 0xFEFF},   {0xFFF9, 0xFFFB},
        {0xFFFE, 0xFFFF}, {0xE0000, 0xE007F},
    };

    for (size_t i = 0; i < COUNT(hidden); i++)
        if (point >= hidden[i].from && point <= hidden[i].to)
            return true;
    return false;
}

bool data_looks_null(str plain)
{
    static const str nulls[] = {STR_INIT("~"), STR_INIT("null"),
                                STR_INIT("Null"), STR_INIT("NULL")};

    return plain.n == 0 || str_among(plain, nulls, COUNT(nulls)) >= 0;
}

/* Decompose as `how` says, and compose. The library's own call would put the
 * result outside the arena. */
static err recode(struct ctx *c, str s, unsigned how, str *out)
{
    utf8proc_option_t options = (utf8proc_option_t)how;
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)s.p;
    utf8proc_ssize_t room, n;
    utf8proc_int32_t *points;

    room = utf8proc_decompose(bytes, (utf8proc_ssize_t)s.n, NULL, 0, options);
    if (room < 0)
        return fail(c, E_BAD_INPUT,
                    say(c, "Teks ini bukan UTF-8 yang sah.",
                        "This text is not well-formed UTF-8."));
    points = NEWS(c->mem, utf8proc_int32_t, (size_t)room + 1);
    n = utf8proc_decompose(bytes, (utf8proc_ssize_t)s.n, points, room, options);
    MUST(n == room);
    n = utf8proc_reencode(points, n, options);
    MUST(n >= 0);
    *out = (str){(const char *)points, (size_t)n};
    return E_OK;
}

/* Below U+0300, whose first byte is 0xCC, every text is in NFC. */
static bool plainly_nfc(str s)
{
    size_t points;

    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0xCC)
            return false;
    return str_utf8(s, &points);
}

err data_nfc(struct ctx *c, str s, str *out)
{
    if (plainly_nfc(s)) {
        *out = arena_str(c->mem, s);
        return E_OK;
    }
    return recode(c, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE, out);
}

bool data_is_nfc(struct ctx *c, str s)
{
    str nfc;

    if (plainly_nfc(s))
        return true;
    return recode(c, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE, &nfc) == E_OK &&
           str_eq(s, nfc);
}

/* Curved and modifier apostrophes and the grave accent, which phones and word
 * processors put into names like Nur'aini, and the straight one for all. */
static void straighten(struct buf *b, str s)
{
    for (size_t i = 0, from = 0; i < s.n; from = i) {
        int32_t point = data_point(s, &i);

        if (point == 0x2018 || point == 0x2019 || point == 0x02BC ||
            point == 0x02BB || point == '`')
            buf_char(b, '\'');
        else
            buf_raw(b, str_slice(s, from, i));
    }
}

str data_fold(struct ctx *c, str s)
{
    struct buf b = buf_new(c, SIZE_MAX / 2);
    str folded;

    if (recode(c, s,
               UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE |
                   UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE,
               &folded) != E_OK)
        return STR("");
    straighten(&b, folded);
    return buf_str(&b);
}
