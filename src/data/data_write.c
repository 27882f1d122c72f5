/* SPDX-License-Identifier: EUPL-1.2 */
/* A tree to JSON, canonical JSON and YAML. What is written comes from trees
 * whose size the readers bound, so the buffers need no ceiling of their own. */
#include "data/data_priv.h"

#include <stdlib.h>

enum { LINE_COLUMNS = 100 };

static struct buf writer(struct ctx *c)
{
    return buf_new(c, SIZE_MAX / 2);
}

/* ---- JSON ----------------------------------------------------------- */

static void json(struct buf *b, const struct data *d)
{
    switch (d->kind) {
    case DATA_NULL:
        buf_lit(b, "null");
        return;
    case DATA_BOOL:
    case DATA_NUMBER:
        buf_raw(b, d->text);
        return;
    case DATA_TEXT:
        buf_json(b, d->text);
        return;
    case DATA_LIST:
        buf_char(b, '[');
        for (size_t i = 0; i < d->n; i++) {
            buf_lit(b, i == 0 ? "" : ",");
            json(b, d->items[i]);
        }
        buf_char(b, ']');
        return;
    case DATA_MAP:
        break;
    }
    buf_char(b, '{');
    for (size_t i = 0; i < d->n; i++) {
        buf_lit(b, i == 0 ? "" : ",");
        buf_json(b, d->pairs[i].key);
        buf_char(b, ':');
        json(b, d->pairs[i].value);
    }
    buf_char(b, '}');
}

str data_write_json(struct ctx *c, const struct data *d)
{
    struct buf b = writer(c);

    json(&b, d);
    return buf_str(&b);
}

/* ---- canonical JSON -------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
    const struct data_pair *const *x = a, *const *y = b;

    return str_cmp((*x)->key, (*y)->key);
}

static void canonical_text(struct buf *b, str s)
{
    size_t from = 0;

    buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '"' || s.p[i] == '\\') {
            buf_raw(b, str_slice(s, from, i));
            buf_char(b, '\\');
            from = i;
        }
    buf_raw(b, str_slice(s, from, s.n));
    buf_char(b, '"');
}

static void canonical(struct ctx *c, struct buf *b, const struct data *d);

static void canonical_map(struct ctx *c, struct buf *b, const struct data *d)
{
    const struct data_pair **sorted =
        NEWS(c->mem, const struct data_pair *, d->n);

    for (size_t i = 0; i < d->n; i++)
        sorted[i] = &d->pairs[i];
    qsort(sorted, d->n, sizeof *sorted, by_key);
    buf_char(b, '{');
    for (size_t i = 0; i < d->n; i++) {
        buf_lit(b, i == 0 ? "" : ",");
        canonical_text(b, sorted[i]->key);
        buf_char(b, ':');
        canonical(c, b, sorted[i]->value);
    }
    buf_char(b, '}');
}

static void canonical(struct ctx *c, struct buf *b, const struct data *d)
{
    if (d->kind == DATA_MAP) {
        canonical_map(c, b, d);
    } else if (d->kind == DATA_LIST) {
        buf_char(b, '[');
        for (size_t i = 0; i < d->n; i++) {
            buf_lit(b, i == 0 ? "" : ",");
            canonical(c, b, d->items[i]);
        }
        buf_char(b, ']');
    } else if (d->kind == DATA_TEXT) {
        canonical_text(b, d->text);
    } else {
        buf_raw(b, d->kind == DATA_NULL ? STR("null") : d->text);
    }
}

str data_write_canonical(struct ctx *c, const struct data *d)
{
    struct buf b = writer(c);

    canonical(c, &b, d);
    return buf_str(&b);
}

static bool canonical_number(str s)
{
    const int64_t most = INT64_C(1) << 53;
    str digits = str_starts(s, STR("-")) ? str_slice(s, 1, s.n) : s;
    int64_t n;

    if (!str_is_i64(s, &n) || n <= -most || n >= most)
        return false;
    return digits.p[0] != '0' || s.n == 1;
}

bool data_has_canonical(const struct data *d)
{
    if (d->kind == DATA_NUMBER)
        return canonical_number(d->text);
    if (d->kind == DATA_TEXT)
        return !str_has(d->text, 0);
    for (size_t i = 0; d->kind == DATA_LIST && i < d->n; i++)
        if (!data_has_canonical(d->items[i]))
            return false;
    for (size_t i = 0; d->kind == DATA_MAP && i < d->n; i++)
        if (str_has(d->pairs[i].key, 0) ||
            !data_has_canonical(d->pairs[i].value))
            return false;
    return true;
}

/* ---- YAML: scalars ---------------------------------------------------- */

/* Whether a text has what only "..." can carry: hidden characters and tabs,
 * and line breaks unless a block takes them. */
static bool needs_escape(str s, bool breaks_too)
{
    for (size_t i = 0; i < s.n;) {
        int32_t point = data_point(s, &i);

        if (data_hidden(point) || point == '\t' || point == '\r' ||
            (point == '\n' && breaks_too))
            return true;
    }
    return false;
}

static bool plain_start(str s)
{
    if (memchr(",[]{}#&*!|>'\"%@` ", s.p[0], 17) != NULL)
        return false;
    if (str_starts(s, STR("---")) || str_starts(s, STR("...")))
        return false;
    return memchr("-?:", s.p[0], 3) == NULL ||
           (s.n > 1 && memchr(" ,[]{}", s.p[1], 6) == NULL);
}

static bool is_plain(str s, bool flow)
{
    if (data_looks_null(s) || str_eq(s, STR("<<")) || !plain_start(s) ||
        s.p[s.n - 1] == ' ' || s.p[s.n - 1] == ':' || needs_escape(s, true))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char next = i + 1 < s.n ? s.p[i + 1] : ' ';

        if (s.p[i] == ':' &&
            (next == ' ' || (flow && memchr(",[]{}", next, 5))))
            return false;
        if (s.p[i] == ' ' && next == '#')
            return false;
        if (flow && memchr(",[]{}", s.p[i], 5) != NULL)
            return false;
    }
    return true;
}

static void escape(struct buf *b, str s)
{
    buf_char(b, '"');
    for (size_t i = 0, from = 0; i < s.n; from = i) {
        int32_t point = data_point(s, &i);

        if (point == '"' || point == '\\')
            buf_fmt(b, "\\%c", (char)point);
        else if (point == '\n')
            buf_lit(b, "\\n");
        else if (point == '\t')
            buf_lit(b, "\\t");
        else if (point > 0xFFFF && data_hidden(point))
            buf_fmt(b, "\\U%08X", (unsigned)point);
        else if (point == '\r' || data_hidden(point))
            buf_fmt(b, "\\u%04X", (unsigned)point);
        else
            buf_raw(b, str_slice(s, from, i));
    }
    buf_char(b, '"');
}

static void quote(struct buf *b, str s)
{
    bool slashes = str_has(s, '"') || str_has(s, '\\');

    if (s.n > 0 && (needs_escape(s, true) || !slashes || str_has(s, '\''))) {
        escape(b, s);
        return;
    }
    buf_char(b, '\'');
    buf_raw(b, s);
    buf_char(b, '\'');
}

static void scalar(struct buf *b, str s, bool flow)
{
    if (is_plain(s, flow))
        buf_raw(b, s);
    else
        quote(b, s);
}

/* ---- YAML: one line ---------------------------------------------------- */

static void flow(struct buf *b, const struct data *d)
{
    bool map = d->kind == DATA_MAP;

    if (data_is_scalar(d)) {
        scalar(b, data_text(d), true);
        return;
    }
    buf_char(b, map ? '{' : '[');
    for (size_t i = 0; i < d->n && !b->over; i++) {
        buf_lit(b, i == 0 ? "" : ", ");
        if (map) {
            scalar(b, d->pairs[i].key, true);
            buf_lit(b, ": ");
        }
        flow(b, map ? d->pairs[i].value : d->items[i]);
    }
    buf_char(b, map ? '}' : ']');
}

static bool has_break(const struct data *d)
{
    if (data_is_scalar(d))
        return str_has(data_text(d), '\n');
    for (size_t i = 0; i < d->n; i++)
        if (has_break(d->kind == DATA_MAP ? d->pairs[i].value : d->items[i]))
            return true;
    return false;
}

static bool scalars_only(const struct data *d)
{
    for (size_t i = 0; i < d->n; i++)
        if (!data_is_scalar(d->kind == DATA_MAP ? d->pairs[i].value
                                                : d->items[i]))
            return false;
    return true;
}

/* ---- YAML: blocks ------------------------------------------------------- */

struct yaml {
    struct ctx *c;
    struct buf out;
    size_t line; /* where the line that is being written begins */
};

static void new_line(struct yaml *y, size_t indent)
{
    buf_char(&y->out, '\n');
    y->line = y->out.n;
    for (size_t i = 0; i < indent; i++)
        buf_char(&y->out, ' ');
}

/* Whether the rule of data.h lets a value stand in one line at all. */
static bool may_be_line(const struct data *d, size_t level)
{
    return level > 0 && d->n <= LINE_COLUMNS &&
           (level > 1 || scalars_only(d)) && !has_break(d);
}

/* The value in one line, if it may stand and fits there. */
static bool in_one_line(struct yaml *y, const struct data *d, size_t level)
{
    str so_far = {y->out.p + y->line, y->out.n - y->line};
    size_t used = data_columns(so_far) + 1;
    struct buf b = buf_new(y->c, (size_t)LINE_COLUMNS * 4);

    if (d->n == 0) {
        buf_lit(&y->out, d->kind == DATA_MAP ? " {}" : " []");
        return true;
    }
    if (used >= LINE_COLUMNS || !may_be_line(d, level))
        return false;
    flow(&b, d);
    if (b.over || used + data_columns((str){b.p, b.n}) > LINE_COLUMNS)
        return false;
    buf_char(&y->out, ' ');
    buf_raw(&y->out, buf_str(&b));
    return true;
}

/* Whether a text can stand as a | block: it has lines, none of which would
 * need escaping, hide the indentation, or hold nothing but blanks. */
static bool is_block(str s)
{
    str line, rest = s;

    if (!str_has(s, '\n') || s.p[0] == ' ' || s.p[0] == '\n' ||
        str_ends(s, STR("\n\n")) || needs_escape(s, false))
        return false;
    while (str_next(&rest, '\n', &line))
        if (line.n > 0 && str_trim(line).n == 0)
            return false;
    return true;
}

static void block_text(struct yaml *y, str s, size_t indent)
{
    str line;

    buf_lit(&y->out, str_ends(s, STR("\n")) ? " |" : " |-");
    while (str_next(&s, '\n', &line)) {
        new_line(y, line.n > 0 ? indent : 0);
        buf_raw(&y->out, line);
    }
}

static void value(struct yaml *y, const struct data *d, size_t indent,
                  size_t level);

static void block_map(struct yaml *y, const struct data *d, size_t indent,
                      size_t level)
{
    for (size_t i = 0; i < d->n; i++) {
        if (i > 0)
            new_line(y, indent);
        scalar(&y->out, d->pairs[i].key, false);
        buf_char(&y->out, ':');
        value(y, d->pairs[i].value, indent, level + 1);
    }
}

static void block_list(struct yaml *y, const struct data *d, size_t indent,
                       size_t level)
{
    for (size_t i = 0; i < d->n; i++) {
        const struct data *item = d->items[i];

        if (i > 0)
            new_line(y, indent);
        buf_char(&y->out, '-');
        if (data_is_scalar(item) || in_one_line(y, item, level + 1)) {
            if (data_is_scalar(item))
                value(y, item, indent, level + 1);
            continue;
        }
        buf_char(&y->out, ' ');
        if (item->kind == DATA_MAP)
            block_map(y, item, indent + 2, level + 1);
        else
            block_list(y, item, indent + 2, level + 1);
    }
}

/* What stands behind "key:" or "-", with the space or line break before it. */
static void value(struct yaml *y, const struct data *d, size_t indent,
                  size_t level)
{
    if (data_is_scalar(d)) {
        if (is_block(data_text(d))) {
            block_text(y, data_text(d), indent + 2);
            return;
        }
        buf_char(&y->out, ' ');
        scalar(&y->out, data_text(d), false);
    } else if (!in_one_line(y, d, level)) {
        new_line(y, indent + 2);
        if (d->kind == DATA_MAP)
            block_map(y, d, indent + 2, level);
        else
            block_list(y, d, indent + 2, level);
    }
}

str data_write_yaml(struct ctx *c, const struct data *d)
{
    struct yaml y = {.c = c, .out = writer(c)};

    if (data_is_scalar(d))
        quote(&y.out, data_text(d));
    else if (d->n == 0)
        buf_lit(&y.out, d->kind == DATA_MAP ? "{}" : "[]");
    else if (d->kind == DATA_MAP)
        block_map(&y, d, 0, 0);
    else
        block_list(&y, d, 0, 0);
    buf_char(&y.out, '\n');
    return buf_str(&y.out);
}
