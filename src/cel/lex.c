/* SPDX-License-Identifier: EUPL-1.2 */
/* Text to tokens. The text is valid UTF-8 (cel_parse asks once). */
#include "cel/cel_priv.h"

struct lexer {
    struct ctx *c;
    str src;
    size_t at;
};

static struct token bad(size_t at, const char *why)
{
    return (struct token){.kind = TOKEN_BAD,
                          .at = (uint32_t)at,
                          .end = (uint32_t)at,
                          .text = str_of(why)};
}

static char peek(const struct lexer *l, size_t ahead)
{
    return l->at + ahead < l->src.n ? l->src.p[l->at + ahead] : 0;
}

static bool is_digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

static bool is_alpha(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_';
}

static int hex_value(char ch)
{
    if (is_digit(ch))
        return ch - '0';
    if (ch >= 'a' && ch <= 'f')
        return ch - 'a' + 10;
    return ch >= 'A' && ch <= 'F' ? ch - 'A' + 10 : -1;
}

static void skip_blanks(struct lexer *l)
{
    for (; l->at < l->src.n; l->at++) {
        char ch = l->src.p[l->at];

        if (ch == '/' && peek(l, 1) == '/') {
            while (l->at < l->src.n && l->src.p[l->at] != '\n')
                l->at++;
            if (l->at == l->src.n)
                return;
        } else if (ch != ' ' && ch != '\t' && ch != '\n' && ch != '\f' &&
                   ch != '\r') {
            return;
        }
    }
}

/* ---- numbers ------------------------------------------------------ */

static void skip_digits(struct lexer *l)
{
    while (is_digit(peek(l, 0)))
        l->at++;
}

static bool exponent_follows(const struct lexer *l)
{
    char sign = peek(l, 1);

    if (peek(l, 0) != 'e' && peek(l, 0) != 'E')
        return false;
    return is_digit(sign) ||
           ((sign == '+' || sign == '-') && is_digit(peek(l, 2)));
}

static struct token number(struct lexer *l)
{
    size_t from = l->at;
    enum token_kind kind = TOKEN_INT;

    if (peek(l, 0) == '0' && peek(l, 1) == 'x' && hex_value(peek(l, 2)) >= 0) {
        for (l->at += 2; hex_value(peek(l, 0)) >= 0;)
            l->at++;
    } else {
        skip_digits(l);
        if (peek(l, 0) == '.' && is_digit(peek(l, 1))) {
            kind = TOKEN_POINT;
            l->at++;
            skip_digits(l);
        }
        if (exponent_follows(l)) {
            kind = TOKEN_POINT;
            l->at += 2;
            skip_digits(l);
        }
    }
    str text = str_slice(l->src, from, l->at);

    if (kind == TOKEN_INT && (peek(l, 0) == 'u' || peek(l, 0) == 'U')) {
        kind = TOKEN_UINT;
        l->at++;
    }
    if (is_alpha(peek(l, 0)))
        return bad(l->at, say(l->c, "Angka ini tidak dapat dibaca.",
                              "This number cannot be read."));
    return (struct token){kind, (uint32_t)from, (uint32_t)l->at, text};
}

/* ---- strings ------------------------------------------------------ */

static void put_point(struct buf *b, uint32_t u)
{
    char p[4];
    size_t n;

    if (u < 0x80) {
        p[0] = (char)u, n = 1;
    } else if (u < 0x800) {
        p[0] = (char)(0xc0 | u >> 6), n = 2;
    } else if (u < 0x10000) {
        p[0] = (char)(0xe0 | u >> 12), n = 3;
    } else {
        p[0] = (char)(0xf0 | u >> 18), n = 4;
    }
    for (size_t i = 1; i < n; i++)
        p[i] = (char)(0x80 | (u >> (6 * (n - 1 - i)) & 0x3f));
    buf_raw(b, (str){p, n});
}

/* n digits of base 8 or 16 at the lexer's place. */
static bool digits_of(struct lexer *l, int n, int base, uint32_t *out)
{
    *out = 0;
    for (int i = 0; i < n; i++) {
        int d = hex_value(peek(l, 0));

        if (d < 0 || d >= base)
            return false;
        *out = *out * (uint32_t)base + (uint32_t)d;
        l->at++;
    }
    return true;
}

static const struct {
    char ch;
    uint8_t digits, base;
    bool octet; /* in bytes it is one octet; otherwise not allowed there */
} numeric[] = {{'x', 2, 16, true},
               {'X', 2, 16, true},
               {'u', 4, 16, false},
               {'U', 8, 16, false}};

static bool numeric_escape(struct lexer *l, struct buf *b, bool bytes, char ch)
{
    uint32_t u;

    if (ch >= '0' && ch <= '3') {
        l->at--;
        if (!digits_of(l, 3, 8, &u))
            return false;
    } else {
        size_t i = 0;

        while (i < COUNT(numeric) && numeric[i].ch != ch)
            i++;
        if (i == COUNT(numeric) || (bytes && !numeric[i].octet) ||
            !digits_of(l, numeric[i].digits, numeric[i].base, &u))
            return false;
    }
    if (u > 0x10ffff || (u >= 0xd800 && u < 0xe000))
        return false;
    if (bytes)
        buf_char(b, (char)u);
    else
        put_point(b, u);
    return true;
}

/* What follows a backslash. */
static bool escape(struct lexer *l, struct buf *b, bool bytes)
{
    static const char from[] = "abfnrtv\\?\"'`";
    static const char to[] = "\a\b\f\n\r\t\v\\?\"'`";
    char ch = peek(l, 0);
    const char *simple = ch == 0 ? NULL : strchr(from, ch);

    l->at++;
    if (simple == NULL)
        return numeric_escape(l, b, bytes, ch);
    buf_char(b, to[simple - from]);
    return true;
}

static bool closes(const struct lexer *l, char quote, bool triple)
{
    return peek(l, 0) == quote &&
           (!triple || (peek(l, 1) == quote && peek(l, 2) == quote));
}

static struct token quoted(struct lexer *l, size_t from, bool raw, bool bytes)
{
    char quote = peek(l, 0);
    bool triple = peek(l, 1) == quote && peek(l, 2) == quote;
    struct buf b = buf_new(l->c, l->src.n * 4 + 4);
    size_t begin;

    l->at += triple ? 3 : 1;
    while (!closes(l, quote, triple)) {
        char ch = peek(l, 0);

        begin = l->at;
        if (l->at >= l->src.n || (!triple && (ch == '\n' || ch == '\r')))
            return bad(from, say(l->c, "Tanda kutip ini tidak ditutup.",
                                 "This quotation mark is not closed."));
        l->at++;
        if (ch != '\\' || raw)
            buf_char(&b, ch);
        else if (!escape(l, &b, bytes))
            return bad(begin, say(l->c,
                                  "Urutan setelah garis miring terbalik ini "
                                  "tidak dikenal.",
                                  "This backslash sequence is not known."));
    }
    l->at += triple ? 3 : 1;
    return (struct token){bytes ? TOKEN_BYTES : TOKEN_STRING, (uint32_t)from,
                          (uint32_t)l->at, buf_str(&b)};
}

/* r'..' b'..' br'..': whether a prefix of letters leads to a quote. */
static bool string_follows(const struct lexer *l, size_t *prefix, bool *raw,
                           bool *bytes)
{
    size_t n = 0;

    *bytes = peek(l, 0) == 'b' || peek(l, 0) == 'B';
    n += *bytes;
    *raw = peek(l, n) == 'r' || peek(l, n) == 'R';
    n += *raw;
    *prefix = n;
    return peek(l, n) == '\'' || peek(l, n) == '"';
}

/* ---- names and marks ---------------------------------------------- */

static struct token name(struct lexer *l)
{
    size_t from = l->at;

    while (is_alpha(peek(l, 0)) || is_digit(peek(l, 0)))
        l->at++;
    return (struct token){TOKEN_NAME, (uint32_t)from, (uint32_t)l->at,
                          str_slice(l->src, from, l->at)};
}

static struct token back_quoted(struct lexer *l)
{
    size_t from = l->at++;

    while (peek(l, 0) != 0 && (is_alpha(peek(l, 0)) || is_digit(peek(l, 0)) ||
                               strchr(".-/ ", peek(l, 0)) != NULL))
        l->at++;
    if (peek(l, 0) != '`' || l->at == from + 1)
        return bad(from, say(l->c, "Nama di antara ` ini tidak dapat dibaca.",
                             "This name between ` cannot be read."));
    l->at++;
    return (struct token){TOKEN_QUOTED, (uint32_t)from, (uint32_t)l->at,
                          str_slice(l->src, from + 1, l->at - 1)};
}

static struct token mark(struct lexer *l)
{
    static const char two[][3] = {"&&", "||", "==", "!=", "<=", ">="};
    size_t from = l->at, n = 0;

    for (size_t i = 0; i < COUNT(two); i++)
        if (peek(l, 0) == two[i][0] && peek(l, 1) == two[i][1])
            n = 2;
    if (n == 0 && peek(l, 0) != 0 &&
        strchr("+-*/%!<>?:.,()[]{}=", peek(l, 0)) != NULL)
        n = 1;
    if (n == 0)
        return bad(from, say(l->c, "Tanda ini tidak dikenal.",
                             "This character is not known."));
    l->at += n;
    return (struct token){TOKEN_MARK, (uint32_t)from, (uint32_t)l->at,
                          str_slice(l->src, from, l->at)};
}

struct token cel_lex(struct ctx *c, str src, size_t from)
{
    struct lexer l = {c, src, from};
    size_t prefix;
    bool raw, bytes;

    skip_blanks(&l);
    from = l.at;
    if (l.at == src.n)
        return (struct token){TOKEN_END, (uint32_t)from, (uint32_t)from,
                              STR("")};
    if (is_digit(peek(&l, 0)) || (peek(&l, 0) == '.' && is_digit(peek(&l, 1))))
        return number(&l);
    if (string_follows(&l, &prefix, &raw, &bytes)) {
        l.at += prefix;
        return quoted(&l, from, raw, bytes);
    }
    if (is_alpha(peek(&l, 0)))
        return name(&l);
    return peek(&l, 0) == '`' ? back_quoted(&l) : mark(&l);
}
