/* SPDX-License-Identifier: EUPL-1.2 */
/* format(): %s %d %f %e %x %X %o %b and %%, with .N for f and e. */
#include "cel/fn_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_PLACES = 1000, MOST_DEPTH = 32 };

/* A clause that is being filled: what it may take is asked here. */
struct clause {
    struct vm *m;
    struct buf *b;
    char kind;
    int places;
    const char *wrong; /* what went wrong, or NULL */
};

static void text_of(struct clause *f, struct cel_value v, int depth);

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

static void list_text(struct clause *f, const struct cel_list *list, int depth)
{
    buf_char(f->b, '[');
    for (size_t i = 0; i < list->n && cel_charge(f->m, 1); i++) {
        buf_lit(f->b, i > 0 ? ", " : "");
        text_of(f, list->items[i], depth + 1);
    }
    buf_char(f->b, ']');
}

/* Sorted by the printed key, so that equal maps print alike. */
static void map_text(struct clause *f, const struct cel_map *map, int depth)
{
    str *entries = cel_take(f->m, (map->n + 1) * sizeof *entries);
    struct buf *out = f->b;

    if (entries == NULL)
        return;
    for (size_t i = 0; i < map->n; i++) {
        struct buf one = buf_new(f->m->c, 4096);

        if (!cel_charge(f->m, 1) || cel_take(f->m, 128) == NULL)
            return;
        f->b = &one;
        text_of(f, map->pairs[2 * i], depth + 1);
        buf_lit(&one, ": ");
        text_of(f, map->pairs[2 * i + 1], depth + 1);
        f->b = out;
        out->over |= one.over;
        entries[i] = one.over ? STR("") : buf_str(&one);
    }
    qsort(entries, map->n, sizeof *entries, by_text);
    buf_char(out, '{');
    for (size_t i = 0; i < map->n; i++) {
        buf_lit(out, i > 0 ? ", " : "");
        buf_raw(out, entries[i]);
    }
    buf_char(out, '}');
}

static void text_of(struct clause *f, struct cel_value v, int depth)
{
    if (depth > MOST_DEPTH)
        f->wrong = "%s";
    else if (v.kind == CEL_NULL)
        buf_lit(f->b, "null");
    else if (v.kind == CEL_LIST)
        list_text(f, v.v.list, depth);
    else if (v.kind == CEL_MAP)
        map_text(f, v.v.map, depth);
    else if ((v.kind == CEL_BYTES && !str_utf8(cel_text(v), NULL)) ||
             !cel_plain_text(f->b, v))
        f->wrong = "%s";
}

/* ---- numbers ------------------------------------------------------ */

static bool is_odd_double(struct cel_value v)
{
    return v.kind == CEL_DOUBLE && (isnan(v.v.d) || isinf(v.v.d));
}

static void whole_text(struct clause *f, struct cel_value v)
{
    if (is_odd_double(v) || v.kind == CEL_DOUBLE || v.kind == CEL_DECIMAL ||
        v.kind == CEL_INT || v.kind == CEL_UINT || v.kind == CEL_MONEY)
        cel_plain_text(f->b, v);
    else
        f->wrong = "%d";
}

static void fixed_text(struct clause *f, struct cel_value v)
{
    char text[1500];
    double d;

    if (is_odd_double(v)) {
        cel_show_double(f->b, v.v.d);
        return;
    }
    if (v.kind == CEL_DOUBLE) {
        d = v.v.d;
    } else if (v.kind == CEL_UINT) {
        d = (double)v.v.u;
    } else if (cel_is_exact(v)) {
        struct cel_decimal x = cel_as_decimal(v);

        d = (double)x.coefficient / pow(10, x.scale);
    } else {
        f->wrong = f->kind == 'f' ? "%f" : "%e";
        return;
    }
    if (f->kind == 'f')
        snprintf(text, sizeof text, "%.*f", f->places, d);
    else
        snprintf(text, sizeof text, "%.*e", f->places, d);
    buf_lit(f->b, text);
}

/* Digits of base 2, 8 or 16. */
static void based_text(struct clause *f, bool minus, uint64_t u)
{
    const char *digits =
        f->kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    unsigned base = f->kind == 'b' ? 2 : f->kind == 'o' ? 8 : 16;
    char text[66];
    size_t at = sizeof text;

    do {
        text[--at] = digits[u % base];
        u /= base;
    } while (u != 0);
    if (minus)
        buf_char(f->b, '-');
    buf_raw(f->b, (str){text + at, sizeof text - at});
}

static void hex_bytes(struct clause *f, str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (f->kind == 'x')
            buf_hex(f->b, s.p + i, 1);
        else
            buf_fmt(f->b, "%02X", (unsigned char)s.p[i]);
    }
}

static void bits_text(struct clause *f, struct cel_value v)
{
    if (v.kind == CEL_INT)
        based_text(f, v.v.i < 0,
                   v.v.i < 0 ? 0 - (uint64_t)v.v.i : (uint64_t)v.v.i);
    else if (v.kind == CEL_UINT)
        based_text(f, false, v.v.u);
    else if (v.kind == CEL_BOOL && f->kind == 'b')
        based_text(f, false, v.v.b);
    else if ((v.kind == CEL_STRING || v.kind == CEL_BYTES) &&
             (f->kind == 'x' || f->kind == 'X') && cel_charge(f->m, v.n / 4))
        hex_bytes(f, cel_text(v));
    else
        f->wrong = f->kind == 'b' ? "%b" : f->kind == 'o' ? "%o" : "%x";
}

static void fill(struct clause *f, struct cel_value v)
{
    switch (f->kind) {
    case 's':
        text_of(f, v, 0);
        return;
    case 'd':
        whole_text(f, v);
        return;
    case 'f':
    case 'e':
        fixed_text(f, v);
        return;
    default:
        bits_text(f, v);
    }
}

/* ---- the text ----------------------------------------------------- */

/* After the %: ".3" where it stands, and the letter; false where unknown. */
static bool read_clause(str s, size_t *at, struct clause *f)
{
    bool places = *at < s.n && s.p[*at] == '.';
    size_t from;

    f->places = 6;
    if (places) {
        f->places = 0;
        for (from = ++*at; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9' &&
                           f->places <= MOST_PLACES;
             ++*at)
            f->places = f->places * 10 + (s.p[*at] - '0');
        if (*at == from || f->places > MOST_PLACES)
            return false;
    }
    f->kind = *at < s.n ? s.p[(*at)++] : 0;
    return f->kind != 0 && strchr(places ? "fe" : "sdfexXob", f->kind) != NULL;
}

static struct cel_value finished(struct vm *m, struct buf *b)
{
    if (b->over && !m->dead) {
        m->spent = FAULT_MEMORY;
        m->dead = true;
    }
    if (m->dead || !cel_charge(m, b->n / 16))
        return cel_spent(m);
    m->memory -= b->room * 2 < m->memory ? b->room * 2 : m->memory;
    return cel_string(buf_str(b));
}

FN(format)
{
    str s = cel_text(a[0]);
    const struct cel_list *args = a[1].v.list;
    struct buf b = buf_new(m->c, m->memory / 4 < 65536 ? m->memory / 4 : 65536);
    struct clause f = {.m = m, .b = &b};
    size_t next = 0;

    for (size_t i = 0; i < s.n && !m->dead && !b.over;) {
        if (s.p[i] != '%') {
            buf_char(&b, s.p[i++]);
            continue;
        }
        if (++i < s.n && s.p[i] == '%') {
            buf_char(&b, s.p[i++]);
            continue;
        }
        if (!read_clause(s, &i, &f))
            return cel_oops_about(m, FAULT_FORMAT, STR("%?"));
        if (next >= args->n)
            return cel_oops_value(m, FAULT_INDEX, cel_int((int64_t)next));
        cel_charge(m, 1);
        fill(&f, args->items[next++]);
        if (f.wrong != NULL)
            return cel_oops_about(
                m, FAULT_FORMAT,
                arena_fmt(m->c->mem, "%s (%.*s)", f.wrong,
                          STR_ARG(cel_kind_name(args->items[next - 1].kind))));
    }
    return finished(m, &b);
}
