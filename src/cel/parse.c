/* SPDX-License-Identifier: EUPL-1.2 */
/* Tokens to a tree, by precedence (Pratt); macros are expanded in macro.c.
 * The first fault ends the parse: what follows it would be guesses. */
#include "cel/parse_priv.h"

#include <math.h>

struct place cel_place(const struct parse *p, size_t offset)
{
    struct place at = p->at;

    at.line = at.line > 0 ? at.line : 1;
    at.col = at.col > 0 ? at.col : 1;
    for (size_t i = 0; i < offset && i < p->src.n; i++) {
        if (p->src.p[i] == '\n')
            at.line++, at.col = 1;
        else
            at.col += ((unsigned char)p->src.p[i] & 0xc0) != 0x80;
    }
    return at;
}

void cel_finding(struct parse *p, enum severity s, size_t offset, str mend,
                 const char *fmt, ...)
{
    va_list ap;
    str what;

    va_start(ap, fmt);
    what = arena_vfmt(p->c->mem, fmt, ap);
    va_end(ap);
    finding_add(p->c, p->f, s, cel_place(p, offset), STR(""), "%.*s",
                STR_ARG(what))
        ->mend = mend;
    p->failed |= s == FIND_ERROR;
}

/* ---- tools -------------------------------------------------------- */

void cel_parse_stop(struct parser *s, size_t at, const char *what)
{
    if (!s->p->failed)
        cel_finding(s->p, FIND_ERROR, at, STR(""), "%s", what);
    s->tok = (struct token){.kind = TOKEN_END, .at = s->tok.at};
    s->stopped = true;
}

static void advance(struct parser *s)
{
    struct token t;

    if (s->stopped)
        return;
    t = cel_lex(s->p->c, s->p->src, s->tok.end);
    if (t.kind == TOKEN_BAD)
        cel_parse_stop(s, t.at, t.text.p);
    else
        s->tok = t;
}

static bool is_mark(const struct parser *s, const char *mark)
{
    return s->tok.kind == TOKEN_MARK && str_eq(s->tok.text, str_of(mark));
}

static bool accept(struct parser *s, const char *mark)
{
    if (!is_mark(s, mark))
        return false;
    advance(s);
    return true;
}

static void unexpected(struct parser *s)
{
    struct ctx *c = s->p->c;

    if (s->stopped)
        return;
    if (s->tok.kind == TOKEN_END)
        cel_parse_stop(s, s->tok.at,
                       say(c, "Ungkapan ini belum selesai.",
                           "The expression ends too early."));
    else
        cel_parse_stop(
            s, s->tok.at,
            arena_fmt(c->mem,
                      say(c, "\"%.*s\" tidak dapat berdiri di sini.",
                          "\"%.*s\" cannot stand here."),
                      STR_ARG(str_slice(s->p->src, s->tok.at, s->tok.end)))
                .p);
}

static void expect(struct parser *s, const char *mark)
{
    struct ctx *c = s->p->c;

    if (accept(s, mark) || s->stopped)
        return;
    cel_parse_stop(s, s->tok.at,
                   arena_fmt(c->mem,
                             say(c, "Di sini seharusnya ada \"%s\".",
                                 "A \"%s\" is missing here."),
                             mark)
                       .p);
}

struct node *cel_node(struct parser *s, enum node_kind kind, size_t at)
{
    struct node *n = NEW(s->p->c->mem, struct node);

    n->kind = (uint8_t)kind;
    n->at = n->end = (uint32_t)at;
    n->height = 1;
    n->group = NO_GROUP;
    n->hint = NO_HINT;
    if (++s->nodes > s->p->env->limits.nodes)
        cel_parse_stop(s, at,
                       say(s->p->c, "Ungkapan ini terlalu panjang.",
                           "This expression has too many parts."));
    return n;
}

void cel_node_add(struct parser *s, struct node *n, struct node *child)
{
    ARENA_GROW(s->p->c->mem, n->args, n->n, n->room);
    n->args[n->n++] = child;
    if (child->height >= n->height)
        n->height = (uint16_t)(child->height + 1);
    if (child->end > n->end)
        n->end = child->end;
    if (n->height > s->p->env->limits.height)
        cel_parse_stop(s, n->at,
                       say(s->p->c, "Ungkapan ini terlalu dalam bersarang.",
                           "This expression is nested too deeply."));
}

struct node *cel_node_call(struct parser *s, const char *name, size_t at,
                           struct node *a, struct node *b)
{
    struct node *n = cel_node(s, NODE_CALL, at);

    n->name = str_of(name);
    cel_node_add(s, n, a);
    if (b != NULL)
        cel_node_add(s, n, b);
    return n;
}

static struct node *expression(struct parser *s);

/* ---- literals ----------------------------------------------------- */

static bool whole(str text, uint64_t *out)
{
    bool hex = str_starts(text, STR("0x"));

    *out = 0;
    for (size_t i = hex ? 2 : 0; i < text.n; i++) {
        char ch = text.p[i];
        uint64_t d = (uint64_t)(ch <= '9' ? ch - '0' : (ch | 32) - 'a' + 10);

        if (__builtin_mul_overflow(*out, hex ? 16u : 10u, out) ||
            __builtin_add_overflow(*out, d, out))
            return false;
    }
    return true;
}

static bool int_literal(str text, bool negative, struct cel_value *out)
{
    uint64_t u;

    if (!whole(text, &u) || u > (uint64_t)INT64_MAX + negative)
        return false;
    *out = cel_int(negative ? (int64_t)(0 - u) : (int64_t)u);
    return true;
}

/* In an app a number with a point is a decimal, read from its digits. */
static bool point_literal(struct parser *s, str text, bool negative,
                          struct cel_value *out)
{
    struct cel_decimal d;
    double f;

    if (s->p->env->flavour == CEL_APP) {
        if (text.p[0] == '.')
            text = arena_fmt(s->p->c->mem, "0%.*s", STR_ARG(text));
        if (!cel_decimal_read(text, &d))
            return false;
        d.coefficient = negative ? -d.coefficient : d.coefficient;
        *out = cel_decimal_of(s->p->c, d);
        return true;
    }
    if (!cel_parse_double(text, &f) || isinf(f))
        return false;
    *out = cel_double(negative ? -f : f);
    return true;
}

static struct node *number(struct parser *s, bool negative, size_t at)
{
    struct node *n = cel_node(s, NODE_CONST, at);
    bool ok;

    if (s->tok.kind == TOKEN_INT) {
        ok = int_literal(s->tok.text, negative, &n->value);
    } else if (s->tok.kind == TOKEN_UINT) {
        n->value.kind = CEL_UINT;
        ok = whole(s->tok.text, &n->value.v.u);
    } else {
        ok = point_literal(s, s->tok.text, negative, &n->value);
    }
    n->end = s->tok.end;
    if (!ok)
        cel_parse_stop(s, at,
                       say(s->p->c,
                           "Angka ini terlalu besar atau terlalu rinci.",
                           "This number is too big or has too many places."));
    advance(s);
    return n;
}

static struct node *text_literal(struct parser *s)
{
    struct node *n = cel_node(s, NODE_CONST, s->tok.at);

    n->value = s->tok.kind == TOKEN_STRING ? cel_string(s->tok.text)
                                           : cel_bytes(s->tok.text);
    n->end = s->tok.end;
    advance(s);
    return n;
}

/* ---- lists, maps, arguments --------------------------------------- */

static void add_item(struct parser *s, struct node *n, bool maybe)
{
    struct node *item = expression(s);

    item->maybe = maybe;
    n->maybes |= maybe;
    cel_node_add(s, n, item);
}

static struct node *list(struct parser *s)
{
    struct node *n = cel_node(s, NODE_LIST, s->tok.at);

    advance(s);
    if (is_mark(s, ",")) /* the reference grammar takes [,] */
        advance(s);
    else
        while (!is_mark(s, "]") && !s->stopped) {
            add_item(s, n, accept(s, "?"));
            if (!accept(s, ","))
                break;
        }
    n->end = s->tok.end;
    expect(s, "]");
    return n;
}

static struct node *map(struct parser *s)
{
    struct node *n = cel_node(s, NODE_MAP, s->tok.at);

    advance(s);
    if (is_mark(s, ","))
        advance(s);
    else
        while (!is_mark(s, "}") && !s->stopped) {
            bool maybe = accept(s, "?");

            cel_node_add(s, n, expression(s));
            expect(s, ":");
            add_item(s, n, maybe);
            if (!accept(s, ","))
                break;
        }
    n->end = s->tok.end;
    expect(s, "}");
    return n;
}

/* After the opening parenthesis. */
static void arguments(struct parser *s, struct node *call)
{
    if (!is_mark(s, ")"))
        do
            cel_node_add(s, call, expression(s));
        while (accept(s, ","));
    call->end = s->tok.end;
    expect(s, ")");
}

/* ---- names -------------------------------------------------------- */

static const str keywords[] = {STR_INIT("true"), STR_INIT("false"),
                               STR_INIT("null"), STR_INIT("in")};
static const str reserved[] = {
    STR_INIT("as"),        STR_INIT("break"),  STR_INIT("const"),
    STR_INIT("continue"),  STR_INIT("else"),   STR_INIT("for"),
    STR_INIT("function"),  STR_INIT("if"),     STR_INIT("import"),
    STR_INIT("let"),       STR_INIT("loop"),   STR_INIT("package"),
    STR_INIT("namespace"), STR_INIT("return"), STR_INIT("var"),
    STR_INIT("void"),      STR_INIT("while")};

static struct node *constant(struct parser *s, struct cel_value v)
{
    struct node *n = cel_node(s, NODE_CONST, s->tok.at);

    n->value = v;
    n->end = s->tok.end;
    advance(s);
    return n;
}

static struct node *name(struct parser *s, bool rooted)
{
    int keyword = str_among(s->tok.text, keywords, COUNT(keywords));
    struct node *n;

    if (s->tok.kind != TOKEN_NAME || keyword == 3 || (rooted && keyword >= 0)) {
        unexpected(s);
        return cel_node(s, NODE_CONST, s->tok.at);
    }
    if (keyword >= 0)
        return constant(s, keyword == 2 ? cel_null() : cel_bool(keyword == 0));
    if (str_among(s->tok.text, reserved, COUNT(reserved)) >= 0)
        unexpected(s);
    n = cel_node(s, NODE_NAME, s->tok.at);
    n->name = s->tok.text;
    n->rooted = rooted;
    n->end = s->tok.end;
    advance(s);
    if (!accept(s, "("))
        return n;
    n->kind = NODE_CALL;
    arguments(s, n);
    return cel_macro_global(s, n);
}

static struct node *primary(struct parser *s)
{
    struct node *n;

    switch (s->tok.kind) {
    case TOKEN_INT:
    case TOKEN_UINT:
    case TOKEN_POINT:
        return number(s, false, s->tok.at);
    case TOKEN_STRING:
    case TOKEN_BYTES:
        return text_literal(s);
    case TOKEN_NAME:
        return name(s, false);
    case TOKEN_MARK:
        if (accept(s, ".")) {
            return name(s, true);
        } else if (accept(s, "(")) {
            n = expression(s);
            expect(s, ")");
            return n;
        }
        if (is_mark(s, "["))
            return list(s);
        if (is_mark(s, "{"))
            return map(s);
        break;
    case TOKEN_QUOTED:
    case TOKEN_END:
    case TOKEN_BAD:
        break;
    }
    unexpected(s);
    return cel_node(s, NODE_CONST, s->tok.at);
}

/* ---- members ------------------------------------------------------ */

/* After the dot. */
static struct node *selected(struct parser *s, struct node *of)
{
    bool optional = accept(s, "?");
    struct node *n = cel_node(s, NODE_SELECT, s->tok.at);
    bool plain = s->tok.kind == TOKEN_NAME;

    if ((!plain && s->tok.kind != TOKEN_QUOTED) ||
        (plain && str_among(s->tok.text, keywords, COUNT(keywords)) >= 0)) {
        unexpected(s);
        return of;
    }
    n->name = s->tok.text;
    n->end = s->tok.end;
    n->optional = optional;
    cel_node_add(s, n, of);
    advance(s);
    if (optional || !plain || !accept(s, "("))
        return n;
    n->kind = NODE_CALL;
    n->member = true;
    arguments(s, n);
    return cel_macro_member(s, n);
}

static struct node *indexed(struct parser *s, struct node *of)
{
    size_t at = s->tok.at;
    bool optional;
    struct node *n;

    advance(s);
    optional = accept(s, "?");
    n = cel_node_call(s, optional ? "_[?_]" : "_[_]", at, of, expression(s));
    n->end = s->tok.end;
    expect(s, "]");
    return n;
}

static bool is_dotted(const struct node *n)
{
    while (n->kind == NODE_SELECT && !n->optional)
        n = n->args[0];
    return n->kind == NODE_NAME;
}

static struct node *member(struct parser *s, struct node *n)
{
    while (!s->stopped) {
        if (accept(s, "."))
            n = selected(s, n);
        else if (is_mark(s, "["))
            n = indexed(s, n);
        else
            break;
    }
    if (is_mark(s, "{") && is_dotted(n))
        cel_parse_stop(s, s->tok.at,
                       say(s->p->c, "Pesan protobuf tidak didukung di sini.",
                           "Protobuf messages are not supported."));
    return n;
}

static bool at_number(const struct parser *s)
{
    return s->tok.kind == TOKEN_INT || s->tok.kind == TOKEN_POINT;
}

static struct node *unary(struct parser *s)
{
    size_t at = s->tok.at, run = 0;
    const char *op = is_mark(s, "!") ? "!" : "-";
    struct node *n;

    while (accept(s, op))
        run++;
    /* The last minus before a number belongs to the number. */
    if (run > 0 && op[0] == '-' && at_number(s)) {
        n = member(s, number(s, true, s->tok.at - 1));
        run--;
    } else {
        n = member(s, primary(s));
    }
    for (; run > 0 && !s->stopped; run--)
        n = cel_node_call(s, op[0] == '!' ? "!_" : "-_", at, n, NULL);
    return n;
}

/* ---- operators ---------------------------------------------------- */

enum { BIND_OR = 1, BIND_AND, BIND_RELATION, BIND_SUM, BIND_PRODUCT };

static const struct {
    str mark;
    const char *function;
    int binds;
} operators[] = {
    {STR_INIT("||"), "_||_", BIND_OR},
    {STR_INIT("&&"), "_&&_", BIND_AND},
    {STR_INIT("=="), "_==_", BIND_RELATION},
    {STR_INIT("!="), "_!=_", BIND_RELATION},
    {STR_INIT("<"), "_<_", BIND_RELATION},
    {STR_INIT("<="), "_<=_", BIND_RELATION},
    {STR_INIT(">"), "_>_", BIND_RELATION},
    {STR_INIT(">="), "_>=_", BIND_RELATION},
    {STR_INIT("in"), "@in", BIND_RELATION},
    {STR_INIT("+"), "_+_", BIND_SUM},
    {STR_INIT("-"), "_-_", BIND_SUM},
    {STR_INIT("*"), "_*_", BIND_PRODUCT},
    {STR_INIT("/"), "_/_", BIND_PRODUCT},
    {STR_INIT("%"), "_%_", BIND_PRODUCT},
};

static int operator_at(const struct parser *s)
{
    if (s->tok.kind != TOKEN_MARK && s->tok.kind != TOKEN_NAME)
        return -1;
    for (size_t i = 0; i < COUNT(operators); i++)
        if (str_eq(s->tok.text, operators[i].mark))
            return (int)i;
    return -1;
}

static struct node *binary(struct parser *s, int least)
{
    struct node *n = unary(s);

    for (int op = operator_at(s); op >= 0 && operators[op].binds >= least;
         op = operator_at(s)) {
        size_t at = s->tok.at;

        advance(s);
        n = cel_node_call(s, operators[op].function, at, n,
                          binary(s, operators[op].binds + 1));
        if (operators[op].binds <= BIND_AND)
            n->kind = operators[op].binds == BIND_AND ? NODE_AND : NODE_OR;
    }
    return n;
}

static struct node *expression(struct parser *s)
{
    struct node *n, *cond;
    size_t at;

    if (++s->depth > s->p->env->limits.depth)
        cel_parse_stop(s, s->tok.at,
                       say(s->p->c, "Ungkapan ini terlalu dalam bersarang.",
                           "This expression is nested too deeply."));
    n = binary(s, BIND_OR);
    at = s->tok.at;
    if (accept(s, "?")) {
        cond = cel_node(s, NODE_COND, at);
        cel_node_add(s, cond, n);
        cel_node_add(s, cond, binary(s, BIND_OR));
        expect(s, ":");
        cel_node_add(s, cond, expression(s));
        n = cond;
    }
    s->depth--;
    return n;
}

struct node *cel_parse(struct parse *p)
{
    struct parser s = {.p = p};
    struct node *n;

    if (p->src.n > p->env->limits.source) {
        cel_finding(p, FIND_ERROR, 0, STR(""),
                    say(p->c, "Ungkapan ini melebihi %zu bita.",
                        "The expression is longer than %zu bytes."),
                    p->env->limits.source);
        return NULL;
    }
    if (!str_utf8(p->src, NULL)) {
        cel_finding(p, FIND_ERROR, 0, STR(""), "%s",
                    say(p->c, "Ungkapan ini bukan teks UTF-8.",
                        "The expression is no UTF-8 text."));
        return NULL;
    }
    advance(&s);
    n = expression(&s);
    if (!s.stopped && s.tok.kind != TOKEN_END)
        unexpected(&s);
    return p->failed || s.stopped ? NULL : n;
}
