/* SPDX-License-Identifier: EUPL-1.2 */
/* What stands between quotes in YAML 1.2.2 (sections 5.7, 7.3). libfyaml 0.7
 * finds where a quoted text ends, but loses letters of some: of five '' in a
 * row, and of lines that end in a backslash. */
#include "data/data_yaml_priv.h"

#include <utf8proc.h>

struct quoted {
    str src;
    size_t at;
    char *to;
    size_t n, floor; /* blanks below it were escaped: they stay */
};

static void put(struct quoted *q, int32_t point)
{
    utf8proc_ssize_t n =
        utf8proc_encode_char(point, (utf8proc_uint8_t *)q->to + q->n);

    q->n += n > 0 ? (size_t)n : 0;
}

/* Line breaks and the blanks around them: one is a space, or nothing behind a
 * backslash; n are n - 1 line feeds. */
static void fold(struct quoted *q, bool escaped)
{
    size_t breaks = 0;

    while (!escaped && q->n > q->floor && q->to[q->n - 1] == ' ')
        q->n--;
    for (; q->at < q->src.n; q->at++) {
        char ch = q->src.p[q->at];

        if (ch != ' ' && ch != '\r' && ch != '\n')
            break;
        breaks += ch == '\n';
    }
    if (breaks == 1 && !escaped)
        q->to[q->n++] = ' ';
    for (; breaks > 1; breaks--)
        q->to[q->n++] = '\n';
    q->floor = q->n;
}

static int hex_digit(char ch)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *at = ch == 0 ? NULL : strchr(digits, ch);

    if (at == NULL)
        return -1;
    return (int)(at - digits) - (at - digits > 15 ? 6 : 0);
}

/* `n` hexadecimal digits at `at`, or -1. */
static int64_t hex(str src, size_t at, size_t n)
{
    int64_t value = 0;

    for (size_t i = at; i < at + n; i++) {
        int digit = i < src.n ? hex_digit(src.p[i]) : -1;

        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* The number behind \x, \u or \U; two halves of a surrogate pair are one. */
static int32_t code(struct quoted *q, size_t digits)
{
    int64_t point = hex(q->src, q->at, digits), low;

    if (point < 0 || point > 0x10FFFF)
        return 0xFFFD;
    q->at += digits;
    if (point < 0xD800 || point > 0xDBFF)
        return (int32_t)point;
    low = hex(q->src, q->at + 2, 4);
    if (low < 0xDC00 || low > 0xDFFF)
        return 0xFFFD;
    q->at += 6;
    return (int32_t)(0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00));
}

/* Behind a backslash. What is no escape was refused by the scanner. */
static void escape(struct quoted *q)
{
    static const struct {
        char sign;
        int32_t point;
    } signs[] = {
        {'0', 0},      {'a', 7},      {'b', 8},     {'t', 9},    {'n', 10},
        {'v', 11},     {'f', 12},     {'r', 13},    {'e', 27},   {' ', ' '},
        {'"', '"'},    {'/', '/'},    {'\\', '\\'}, {'N', 0x85}, {'_', 0xA0},
        {'L', 0x2028}, {'P', 0x2029},
    };
    char sign = q->src.p[q->at++];

    if (sign == 'x' || sign == 'u' || sign == 'U')
        put(q, code(q, sign == 'x' ? 2 : sign == 'u' ? 4 : 8));
    for (size_t i = 0; i < COUNT(signs); i++)
        if (signs[i].sign == sign)
            put(q, signs[i].point);
    q->floor = q->n;
}

static void double_step(struct quoted *q)
{
    char ch = q->src.p[q->at];

    if (ch == '\n' || ch == '\r') {
        fold(q, false);
    } else if (ch != '\\' || q->at + 1 == q->src.n) {
        q->to[q->n++] = ch;
        q->at++;
    } else if (q->src.p[q->at + 1] == '\n' || q->src.p[q->at + 1] == '\r') {
        q->at++;
        fold(q, true);
    } else {
        q->at++;
        escape(q);
    }
}

static void single_step(struct quoted *q)
{
    char ch = q->src.p[q->at];

    if (ch == '\n' || ch == '\r') {
        fold(q, false);
        return;
    }
    q->to[q->n++] = ch;
    q->at += ch == '\'' ? 2 : 1;
}

str data_unquote(struct ctx *c, str src, bool single)
{
    /* An escape of two bytes gives three at most: \L. */
    struct quoted q = {.src = src, .to = NEWS(c->mem, char, src.n * 2 + 1)};

    while (q.at < src.n)
        if (single)
            single_step(&q);
        else
            double_step(&q);
    q.to[q.n] = 0;
    return (str){q.to, q.n};
}
