/* SPDX-License-Identifier: EUPL-1.2 */
/* Text under construction; each escaper is named for where its text goes. */
#include "base/base.h"

#include <stdio.h>

struct buf buf_new(struct ctx *c, size_t most)
{
    return (struct buf){.mem = c->mem, .most = most};
}

/* Room for n more bytes and a NUL, or NULL with the buffer marked. */
static char *room_for(struct buf *b, size_t n)
{
    size_t want;
    char *bigger;

    if (b->over || n > b->most - b->n) {
        b->over = true;
        return NULL;
    }
    if (b->n + n + 1 > b->room) {
        want = b->room == 0 ? 64 : b->room * 2;
        b->room = want > b->n + n + 1 ? want : b->n + n + 1;
        bigger = arena_take(b->mem, b->room, 1, 1);
        if (b->n > 0)
            memcpy(bigger, b->p, b->n);
        b->p = bigger;
    }
    return b->p + b->n;
}

void buf_raw(struct buf *b, str s)
{
    char *to = room_for(b, s.n);

    if (to == NULL || s.n == 0)
        return;
    memcpy(to, s.p, s.n);
    b->n += s.n;
}

void buf_lit(struct buf *b, const char *z)
{
    buf_raw(b, str_of(z));
}

void buf_char(struct buf *b, char ch)
{
    buf_raw(b, (str){&ch, 1});
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    buf_raw(b, arena_vfmt(b->mem, fmt, ap));
    va_end(ap);
}

static const char *html_entity(char ch)
{
    switch (ch) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void buf_html(struct buf *b, str s)
{
    size_t from = 0;

    for (size_t i = 0; i < s.n; i++) {
        const char *entity = html_entity(s.p[i]);

        if (entity == NULL)
            continue;
        buf_raw(b, str_slice(s, from, i));
        buf_lit(b, entity);
        from = i + 1;
    }
    buf_raw(b, str_slice(s, from, s.n));
}

void buf_url(struct buf *b, str s)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789-._~";

    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];

        if (ch != 0 && strchr(plain, ch) != NULL)
            buf_char(b, (char)ch);
        else
            buf_fmt(b, "%%%02X", ch);
    }
}

static void json_char(struct buf *b, unsigned char ch)
{
    switch (ch) {
    case '"':
        buf_lit(b, "\\\"");
        return;
    case '\\':
        buf_lit(b, "\\\\");
        return;
    case '\n':
        buf_lit(b, "\\n");
        return;
    default:
        if (ch < 0x20 || ch == '<' || ch == '>' || ch == '&')
            buf_fmt(b, "\\u%04x", ch);
        else
            buf_char(b, (char)ch);
    }
}

void buf_json(struct buf *b, str s)
{
    buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++)
        json_char(b, (unsigned char)s.p[i]);
    buf_char(b, '"');
}

void buf_csv(struct buf *b, str s)
{
    bool defuse = s.n > 0 && strchr("=+-@\t\r", s.p[0]) != NULL;

    buf_lit(b, defuse ? "\"'" : "\"");
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_char(b, '"');
        buf_char(b, s.p[i]);
    }
    buf_char(b, '"');
}

void buf_hex(struct buf *b, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    char pair[3];

    for (size_t i = 0; i < n; i++) {
        snprintf(pair, sizeof pair, "%02x", p[i]);
        buf_raw(b, (str){pair, 2});
    }
}

void buf_u16be(struct buf *b, uint16_t v)
{
    char p[2] = {(char)(v >> 8), (char)v};

    buf_raw(b, (str){p, sizeof p});
}

void buf_u32be(struct buf *b, uint32_t v)
{
    buf_u16be(b, (uint16_t)(v >> 16));
    buf_u16be(b, (uint16_t)v);
}

void buf_u64be(struct buf *b, uint64_t v)
{
    buf_u32be(b, (uint32_t)(v >> 32));
    buf_u32be(b, (uint32_t)v);
}

void buf_text(struct buf *b, str s)
{
    buf_u32be(b, (uint32_t)s.n);
    buf_raw(b, s);
}

err buf_done(struct ctx *c, struct buf *b, str *out)
{
    if (b->over)
        return fail(
            c, E_TOO_BIG,
            say(c, "Isinya melebihi %zu bita.", "It is longer than %zu bytes."),
            b->most);
    *out = buf_str(b);
    return E_OK;
}

str buf_str(struct buf *b)
{
    MUST(!b->over);
    if (b->p == NULL)
        return STR("");
    b->p[b->n] = 0;
    return (str){b->p, b->n};
}
