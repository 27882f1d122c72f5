/* SPDX-License-Identifier: EUPL-1.2 */
/* A template's text to its list of ops. */
#include "markup/markup_priv.h"

enum { MOST_BYTES = 1 << 18, MOST_FAULTS = 100 };

/* A section whose end is not read yet. */
struct open {
    size_t op;
    str name;
};

struct parser {
    struct ctx *c;
    struct findings *found;
    str text;
    size_t at, shown; /* where we read; where text not yet shown begins */
    struct place place;
    size_t placed; /* the byte that `place` tells */
    enum markup_mode mode;
    struct op *ops;
    size_t n, room;
    struct open open[MARKUP_MOST_NESTED];
    size_t depth, beyond, errors;
};

/* One {{tag}}. */
struct tag {
    size_t from, to; /* with its braces */
    char sign;       /* # ^ / ! > { or 0 */
    str name;
    struct place at;
};

static void fault(struct parser *p, struct place at, str key, const char *what,
                  const char *mend)
{
    if (p->errors++ < MOST_FAULTS)
        finding_add(p->c, p->found, FIND_ERROR, at, key, "%s", what)->mend =
            str_of(mend);
}

static const char *in(const struct parser *p, const char *id, const char *en)
{
    return str_eq(p->c->lang, STR("en")) ? en : id;
}

/* The place of a byte; asked for in rising order. */
static struct place place_of(struct parser *p, size_t at)
{
    for (; p->placed < at; p->placed++) {
        char ch = p->text.p[p->placed];

        if (ch == '\n') {
            p->place.line++;
            p->place.col = 1;
        } else if (((unsigned char)ch & 0xC0) != 0x80) {
            p->place.col++;
        }
    }
    return p->place;
}

/* ---- names ---------------------------------------------------------- */

static bool is_name_char(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
           (ch >= '0' && ch <= '9') || ch == '_' || ch == '-';
}

/* A dotted path, or "."; '/' too in the name of a partial. */
static bool is_name(str s, bool partial)
{
    char before = '.';

    if (str_eq(s, STR(".")))
        return !partial;
    for (size_t i = 0; i < s.n; before = s.p[i++])
        if (!is_name_char(s.p[i]) && !(partial && s.p[i] == '/') &&
            (s.p[i] != '.' || before == '.'))
            return false;
    return before != '.';
}

static void split(struct parser *p, struct op *op)
{
    str rest = op->text, part, *parts;
    size_t n = 1;

    if (str_eq(op->text, STR(".")))
        return;
    for (size_t i = 0; i < rest.n; i++)
        n += rest.p[i] == '.';
    parts = NEWS(p->c->mem, str, n);
    while (str_next(&rest, '.', &part))
        parts[op->n++] = part;
    op->parts = parts;
}

/* ---- ops ------------------------------------------------------------ */

static struct op *add(struct parser *p, enum op_kind kind, str text,
                      struct place at)
{
    ARENA_GROW(p->c->mem, p->ops, p->n, p->room);
    p->ops[p->n] = (struct op){.kind = kind, .text = text, .at = at};
    return &p->ops[p->n++];
}

static void add_text(struct parser *p, size_t to)
{
    if (to > p->shown)
        add(p, OP_TEXT, str_slice(p->text, p->shown, to), p->place);
}

static void open_section(struct parser *p, const struct tag *t)
{
    if (p->depth == MARKUP_MOST_NESTED) {
        if (p->beyond++ == 0)
            fault(p, t->at, t->name,
                  in(p, "Lebih dari 32 bagian di dalam bagian.",
                     "More than 32 sections within sections."),
                  in(p, "Ratakan susunannya.", "Make it flatter."));
        return;
    }
    split(p, add(p, t->sign == '#' ? OP_SECTION : OP_NOT, t->name, t->at));
    p->open[p->depth++] = (struct open){p->n - 1, t->name};
}

static void close_section(struct parser *p, const struct tag *t)
{
    const struct open *last = &p->open[p->depth == 0 ? 0 : p->depth - 1];

    if (p->beyond > 0) {
        p->beyond--;
        return;
    }
    if (p->depth == 0) {
        fault(p, t->at, t->name,
              in(p, "Bagian ini tidak pernah dibuka.",
                 "This section was never opened."),
              in(p, "Hapus tanda ini, atau tulis {{#nama}} di depannya.",
                 "Take this tag out, or write {{#name}} before it."));
        return;
    }
    if (!str_eq(last->name, t->name))
        fault(p, t->at, t->name,
              in(p, "Yang harus ditutup di sini adalah bagian lain.",
                 "Another section is to be closed here."),
              arena_fmt(p->c->mem,
                        say(p->c, "Tulis {{/%.*s}}.", "Write {{/%.*s}}."),
                        STR_ARG(last->name))
                  .p);
    p->ops[last->op].end = p->n;
    p->depth--;
}

/* ---- tags ----------------------------------------------------------- */

static void refuse_in_letter(struct parser *p, const struct tag *t)
{
    fault(p, t->at, t->name,
          in(p, "Tanda {{{...}}} dan {{> ...}} tidak dipakai dalam surat.",
             "{{{...}}} and {{> ...}} are not used in a letter."),
          in(p, "Tulis {{nama}}.", "Write {{name}}."));
}

static void name_fault(struct parser *p, const struct tag *t)
{
    fault(p, t->at, t->name,
          in(p, "Di dalam {{...}} bukan nama.",
             "What stands in {{...}} is no name."),
          in(p,
             "Tulis nama isian, misalnya {{pemohon.nama}}; huruf, angka, _, - "
             "dan titik.",
             "Write the name of a field, as {{pemohon.nama}}; letters, "
             "digits, _, - and dots."));
}

static void take(struct parser *p, const struct tag *t)
{
    if (t->sign == '!')
        return;
    if (!is_name(t->name, t->sign == '>'))
        name_fault(p, t);
    else if (p->mode == MARKUP_TEXT && (t->sign == '{' || t->sign == '>'))
        refuse_in_letter(p, t);
    else if (t->sign == '#' || t->sign == '^')
        open_section(p, t);
    else if (t->sign == '/')
        close_section(p, t);
    else if (t->sign == '>')
        add(p, OP_PARTIAL, t->name, t->at);
    else
        split(p, add(p, t->sign == '{' ? OP_RAW : OP_NAME, t->name, t->at));
}

/* Read the tag whose braces begin at p->at; false where it has no end. */
static bool read_tag(struct parser *p, struct tag *t)
{
    str rest = str_slice(p->text, p->at + 2, p->text.n), inner;
    char first = rest.n > 0 ? rest.p[0] : 0;
    str close = first == '{' ? STR("}}}") : STR("}}");
    size_t end = str_find(rest, close);

    *t = (struct tag){.from = p->at, .at = place_of(p, p->at)};
    if (end == rest.n) {
        fault(p, t->at, STR(""),
              in(p, "Tanda {{ ini tidak ditutup.", "This {{ is not closed."),
              in(p, "Tulis }} di belakang namanya.",
                 "Write }} behind the name."));
        return false;
    }
    inner = str_slice(rest, 0, end);
    if (first != 0 && memchr("#^/!>{", first, 6) != NULL) {
        t->sign = first;
        inner = str_slice(inner, 1, inner.n);
    }
    t->name = str_trim(inner);
    t->to = p->at + 2 + end + close.n;
    return true;
}

static bool is_blank(char ch)
{
    return ch == ' ' || ch == '\t';
}

/* A tag that shows nothing and stands alone takes its whole line away. */
static void take_line(const struct parser *p, struct tag *t)
{
    size_t from = t->from, to = t->to;

    if (t->sign == 0 || t->sign == '{')
        return;
    while (from > 0 && is_blank(p->text.p[from - 1]))
        from--;
    while (to < p->text.n && is_blank(p->text.p[to]))
        to++;
    if (to + 1 < p->text.n && p->text.p[to] == '\r' &&
        p->text.p[to + 1] == '\n')
        to++;
    if ((from > 0 && p->text.p[from - 1] != '\n') ||
        (to < p->text.n && p->text.p[to] != '\n'))
        return;
    t->from = from;
    t->to = to < p->text.n ? to + 1 : to;
}

static void read_all(struct parser *p)
{
    struct tag t;

    for (;;) {
        p->at += str_find(str_slice(p->text, p->at, p->text.n), STR("{{"));
        if (p->at >= p->text.n || !read_tag(p, &t))
            break;
        take_line(p, &t);
        add_text(p, t.from);
        take(p, &t);
        p->at = p->shown = t.to;
    }
    add_text(p, p->text.n);
    for (size_t i = 0; i < p->depth; i++)
        fault(p, p->ops[p->open[i].op].at, p->open[i].name,
              in(p, "Bagian ini tidak ditutup.", "This section is not closed."),
              in(p, "Tulis {{/nama}} pada akhirnya.",
                 "Write {{/name}} at its end."));
}

err markup_parse(struct ctx *c, str file, str text, enum markup_mode mode,
                 struct findings *f, const struct markup **out)
{
    struct parser *p = NEW(c->mem, struct parser);
    struct markup *m = NEW(c->mem, struct markup);
    size_t points;

    *p = (struct parser){.c = c,
                         .found = f,
                         .text = text,
                         .mode = mode,
                         .place = {arena_str(c->mem, file), 1, 1}};
    *out = NULL;
    if (text.n > MOST_BYTES || !str_utf8(text, &points))
        fault(p, (struct place){p->place.file, 0, 0}, STR(""),
              in(p, "Pola ini bukan UTF-8, atau lebih besar dari 256 KiB.",
                 "This template is not UTF-8, or larger than 256 KiB."),
              in(p, "Simpan sebagai UTF-8, dan pendekkan.",
                 "Save it as UTF-8, and shorten it."));
    else
        read_all(p);
    if (p->errors > 0)
        return fail(c, E_BAD_INPUT,
                    say(c, "Ada %zu kesalahan pada pola %.*s.",
                        "There are %zu faults in the template %.*s."),
                    p->errors, STR_ARG(p->place.file));
    *m = (struct markup){mode, p->ops, p->n};
    *out = m;
    return E_OK;
}
