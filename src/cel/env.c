/* SPDX-License-Identifier: EUPL-1.2 */
/* What an expression may name: declared variables, the functions of
 * overloads.def in this flavour, and those that only the checker knows. */
#include "cel/cel_priv.h"

const struct overload cel_overloads[] = {
/* clang-format off */
#define G              STYLE_GLOBAL
#define M              STYLE_MEMBER
#define P0()           0, {0}
#define P1(a)          1, {SHAPE_##a}
#define P2(a, b)       2, {SHAPE_##a, SHAPE_##b}
#define P3(a, b, d)    3, {SHAPE_##a, SHAPE_##b, SHAPE_##d}
#define P4(a, b, d, e) 4, {SHAPE_##a, SHAPE_##b, SHAPE_##d, SHAPE_##e}
#define OVER(in, name, style, params, result, price, fn)                       \
    {STR_INIT(name), IN_##in, style, PRICE_##price, params, SHAPE_##result,    \
     cel_fn_##fn},
/* clang-format on */
#include "cel/overloads.def"
#undef OVER
#undef G
#undef M
};

const size_t cel_n_overloads = COUNT(cel_overloads);

const uint8_t cel_shape_kind[SHAPE_COUNT] = {
#define SHAPE(name, kind, text) kind,
#include "cel/shapes.def"
#undef SHAPE
};

const char *const cel_shape_text[SHAPE_COUNT] = {
#define SHAPE(name, kind, text) text,
#include "cel/shapes.def"
#undef SHAPE
};

static const struct limits plain_limits = {
    .source = 65536, .nodes = 8192, .depth = 128, .height = 512, .code = 60000};
static const struct limits app_limits = {
    .source = 8192, .nodes = 2048, .depth = 64, .height = 256, .code = 60000};

struct cel_env *cel_env_new(struct ctx *c, enum cel_flavour flavour)
{
    struct cel_env *e = NEW(c->mem, struct cel_env);
    struct cel_type t;

    e->flavour = flavour;
    e->limits = flavour == CEL_APP ? app_limits : plain_limits;
    for (size_t i = 0; i < SHAPE_COUNT; i++) {
        MUST(cel_type_read(c, str_of(cel_shape_text[i]), &t));
        e->shapes[i] = cel_typ_of(c, &t);
    }
    return e;
}

void cel_env_declare(struct ctx *c, struct cel_env *e, str name,
                     const struct cel_type *type)
{
    int at = cel_env_find(e, name);
    struct declared d = {arena_str(c->mem, name), cel_typ_of(c, type)};

    if (at >= 0) {
        e->vars[at] = d;
        return;
    }
    ARENA_GROW(c->mem, e->vars, e->n, e->room);
    e->vars[e->n++] = d;
}

void cel_env_container(struct ctx *c, struct cel_env *e, str container)
{
    e->container = arena_str(c->mem, container);
}

void cel_env_no_macros(struct cel_env *e)
{
    e->no_macros = true;
}

void cel_env_function(struct ctx *c, struct cel_env *e, str name, bool member,
                      const struct cel_type *const *params, size_t n,
                      const struct cel_type *result)
{
    struct declared_fn *fn;

    ARENA_GROW(c->mem, e->fns, e->n_fns, e->fns_room);
    fn = &e->fns[e->n_fns++];
    *fn =
        (struct declared_fn){.name = arena_str(c->mem, name),
                             .member = member,
                             .params = NEWS(c->mem, const struct typ *, n + 1),
                             .n = n,
                             .result = cel_typ_of(c, result)};
    for (size_t i = 0; i < n; i++)
        fn->params[i] = cel_typ_of(c, params[i]);
}

int cel_env_find(const struct cel_env *e, str name)
{
    for (size_t i = 0; i < e->n; i++)
        if (str_eq(e->vars[i].name, name))
            return (int)i;
    return -1;
}

uint16_t cel_group_find(str name)
{
    size_t low = 0, high = cel_n_overloads;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (str_cmp(cel_overloads[mid].name, name) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == cel_n_overloads || !str_eq(cel_overloads[low].name, name))
        return NO_GROUP;
    return (uint16_t)low;
}

bool cel_in_env(const struct cel_env *e, const struct overload *o)
{
    return o->in == IN_BOTH || (o->in == IN_APP) == (e->flavour == CEL_APP);
}

static bool is_spelled(const struct overload *o, enum cel_flavour flavour)
{
    return (o->in == IN_BOTH || (o->in == IN_APP) == (flavour == CEL_APP)) &&
           !str_has(o->name, '@') && !str_ends(o->name, STR("_"));
}

static str signature(struct ctx *c, const struct overload *o)
{
    struct buf b = buf_new(c, 1024);
    size_t from = o->style == STYLE_MEMBER;

    if (from == 1)
        buf_fmt(&b, "%s.", cel_shape_text[o->params[0]]);
    buf_fmt(&b, "%.*s(", STR_ARG(o->name));
    for (size_t i = from; i < o->n; i++)
        buf_fmt(&b, "%s%s", i > from ? ", " : "", cel_shape_text[o->params[i]]);
    buf_fmt(&b, ") -> %s", cel_shape_text[o->result]);
    return buf_str(&b);
}

bool cel_signature(struct ctx *c, enum cel_flavour flavour, size_t i, str *name,
                   str *text)
{
    for (size_t at = 0; at < cel_n_overloads; at++) {
        const struct overload *o = &cel_overloads[at];

        if (!is_spelled(o, flavour) || i-- > 0)
            continue;
        *name = o->name;
        *text = signature(c, o);
        return true;
    }
    return false;
}

/* ---- the nearest name --------------------------------------------- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Damerau's distance (optimal string alignment), capped at 64 bytes. */
static size_t distance(str a, str b)
{
    size_t row[3][66];

    if (a.n > 64 || b.n > 64)
        return SIZE_MAX;
    for (size_t j = 0; j <= b.n; j++)
        row[1][j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t *above = row[i % 3], *now = row[(i + 1) % 3];
        const size_t *before = row[(i + 2) % 3];

        now[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            now[j] = least(least(above[j] + 1, now[j - 1] + 1),
                           above[j - 1] + (a.p[i - 1] != b.p[j - 1]));
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
                a.p[i - 2] == b.p[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return row[(a.n + 1) % 3][b.n];
}

/* Only what could be a slip of the hand: a third of the letters. */
void cel_nearest(struct nearest *n, str candidate)
{
    size_t most = n->to.n < 3 ? 1 : n->to.n / 3 + 1, d;

    if (candidate.n > n->to.n + most || n->to.n > candidate.n + most)
        return;
    d = distance(n->to, candidate);
    if (d <= most && (n->best.n == 0 || d < n->distance)) {
        n->best = candidate;
        n->distance = d;
    }
}
