/* SPDX-License-Identifier: EUPL-1.2 */
/* A merged tree as text again. What a side said stands as that side wrote it,
 * with the comments above it; only what neither wrote so is written anew. */
#include "grant/grant_priv.h"

#define TEXT_MOST ((size_t)1 << 20)

struct side {
    str *lines; /* from 1 */
    size_t n;
};

/* A map of a side, and the lines it may stand in: from `lo`, before `hi`. */
struct region {
    const struct side *side;
    const struct data *map;
    size_t lo, hi;
};

struct weaving {
    struct ctx *c;
    struct buf out;
};

static void split(struct ctx *c, struct side *s, str text)
{
    size_t room = 0;
    str line = STR("");

    *s = (struct side){0};
    if (str_ends(text, STR("\n")))
        text.n--;
    do {
        ARENA_GROW(c->mem, s->lines, s->n, room);
        s->lines[s->n++] = line;
    } while (str_next(&text, '\n', &line));
}

static size_t line_of(const struct region *r, size_t i)
{
    return (size_t)r->map->pairs[i].at.line;
}

static int indent_of(const struct region *r)
{
    return r->map->pairs[0].at.col - 1;
}

/* A map in block form, each key on a line of its own. */
static bool is_block(const struct region *r)
{
    size_t before = r->lo;

    if (r->map == NULL || r->map->kind != DATA_MAP || r->map->n == 0)
        return false;
    for (size_t i = 0; i < r->map->n; i++) {
        size_t at = line_of(r, i);

        if (at < before || at >= r->hi ||
            r->map->pairs[i].at.col != r->map->pairs[0].at.col)
            return false;
        before = at + 1;
    }
    return true;
}

static int blanks(str line)
{
    int n = 0;

    while ((size_t)n < line.n && line.p[n] == ' ')
        n++;
    return n;
}

/* An empty line, or a comment on the keys of this indentation. */
static bool belongs_below(str line, int indent)
{
    int n = blanks(line);

    return (size_t)n == line.n || (n == indent && line.p[n] == '#');
}

static size_t start_of(const struct region *r, size_t i)
{
    size_t at = line_of(r, i);

    if (i == 0)
        return r->lo;
    while (at - 1 > line_of(r, i - 1) &&
           belongs_below(r->side->lines[at - 1], indent_of(r)))
        at--;
    return at;
}

static size_t end_of(const struct region *r, size_t i)
{
    return i + 1 < r->map->n ? start_of(r, i + 1) : r->hi;
}

/* Where a key stands in a region; NULL where it is not written there as a line
 * of this indentation. */
static const struct data *find(const struct region *r, str key, int indent,
                               size_t *at)
{
    if (!is_block(r) || indent_of(r) != indent)
        return NULL;
    for (*at = 0; *at < r->map->n; ++*at)
        if (str_eq(r->map->pairs[*at].key, key))
            return r->map->pairs[*at].value;
    return NULL;
}

static struct region below(const struct region *r, size_t i)
{
    return (struct region){r->side, r->map->pairs[i].value, line_of(r, i) + 1,
                           end_of(r, i)};
}

static void copy_lines(struct weaving *w, const struct region *r, size_t from,
                       size_t to)
{
    for (size_t i = from; i < to; i++) {
        buf_raw(&w->out, r->side->lines[i]);
        buf_char(&w->out, '\n');
    }
}

static void write_anew(struct weaving *w, str key, const struct data *value,
                       int indent)
{
    struct data *one = data_new(w->c, DATA_MAP);
    str rest, line;

    data_put(w->c, one, key, data_copy(w->c, value));
    rest = data_write_yaml(w->c, one);
    while (str_next(&rest, '\n', &line)) {
        if (line.n > 0)
            buf_fmt(&w->out, "%*s%.*s", indent, "", STR_ARG(line));
        buf_char(&w->out, '\n');
    }
}

static void weave(struct weaving *w, const struct data *want,
                  const struct region *ours, const struct region *theirs,
                  int indent);

/* Changed inside: the key's own lines stay, what is below is woven. */
static bool weave_below(struct weaving *w, const struct data *value,
                        const struct region *ours, size_t o,
                        const struct region *theirs, const size_t *t)
{
    struct region here = below(ours, o), there = {0};

    if (value->kind != DATA_MAP || value->n == 0 || !is_block(&here))
        return false;
    if (t != NULL)
        there = below(theirs, *t);
    copy_lines(w, ours, start_of(ours, o), line_of(ours, o) + 1);
    weave(w, value, &here, &there, indent_of(&here));
    return true;
}

static void weave_key(struct weaving *w, str key, const struct data *value,
                      const struct region *ours, const struct region *theirs,
                      int indent)
{
    size_t o = 0, t = 0;
    const struct data *our = find(ours, key, indent, &o),
                      *their = find(theirs, key, indent, &t);

    if (our != NULL && data_equal(our, value)) {
        copy_lines(w, ours, start_of(ours, o), end_of(ours, o));
    } else if (their != NULL && data_equal(their, value)) {
        copy_lines(w, theirs, start_of(theirs, t), end_of(theirs, t));
    } else if (our == NULL || !weave_below(w, value, ours, o, theirs,
                                           their == NULL ? NULL : &t)) {
        if (our != NULL)
            copy_lines(w, ours, start_of(ours, o), line_of(ours, o));
        write_anew(w, key, value, indent);
    }
}

static void weave(struct weaving *w, const struct data *want,
                  const struct region *ours, const struct region *theirs,
                  int indent)
{
    for (size_t i = 0; i < want->n; i++)
        weave_key(w, want->pairs[i].key, want->pairs[i].value, ours, theirs,
                  indent);
}

err grant_weave(struct ctx *c, const struct data *want,
                const struct grant_text *ours, const struct grant_text *theirs,
                str *out)
{
    struct weaving w = {c, buf_new(c, TEXT_MOST)};
    struct findings ignored = {0};
    struct side a, b;
    struct data *again = NULL;
    str why = c->why;

    split(c, &a, ours->bytes);
    split(c, &b, theirs->bytes);
    weave(&w, want, &(struct region){&a, ours->tree, 1, a.n},
          &(struct region){&b, theirs->tree, 1, b.n}, 0);
    TRY(buf_done(c, &w.out, out));
    /* A form of YAML that this does not foresee loses its comments, never what
     * it says. */
    if (data_read_yaml(c, STR("app.yaml"), *out, &ignored, &again) != E_OK ||
        !data_equal(again, want)) {
        c->why = why;
        *out = data_write_yaml(c, want);
    }
    return E_OK;
}
