/* SPDX-License-Identifier: EUPL-1.2 */
/* Macros: calls that the parser turns into loops, bindings and tests. */
#include "cel/parse_priv.h"

static const struct {
    str name;
    uint8_t n, vars, loop;
} loops[] = {
#define MACRO(name, n, vars, loop) {STR_INIT(name), n, vars, loop},
#include "cel/macros.def"
#undef MACRO
};

static bool is_call(const struct node *n, const char *name, size_t args)
{
    return n->n == args && str_eq(n->name, str_of(name));
}

/* `of.name` where `of` is a plain name: cel.bind, math.greatest. */
static bool is_spaced(const struct node *n, const char *space, const char *name)
{
    const struct node *of = n->args[0];

    return of->kind == NODE_NAME && !of->rooted &&
           str_eq(of->name, str_of(space)) && str_eq(n->name, str_of(name));
}

static str variable(struct parser *s, const struct node *n)
{
    if (n->kind == NODE_NAME && !n->rooted &&
        !str_eq(n->name, STR("__result__")))
        return n->name;
    if (!s->stopped)
        cel_parse_stop(s, n->at,
                       say(s->p->c, "Di sini seharusnya ada satu nama saja.",
                           "A single plain name must stand here."));
    return STR("");
}

static struct node *has(struct parser *s, struct node *call)
{
    struct node *of = call->args[0];
    bool app = s->p->env->flavour == CEL_APP;

    if (of->kind == NODE_SELECT && !of->optional) {
        of->kind = NODE_HAS;
        return of;
    }
    if (app && of->kind == NODE_NAME) {
        call->kind = NODE_HAS;
        call->name = STR("");
        return call;
    }
    if (!s->stopped)
        cel_parse_stop(s, of->at,
                       app ? say(s->p->c,
                                 "has() menerima nama isian, seperti "
                                 "has(pemohon.nama).",
                                 "has() takes the name of a field, such as "
                                 "has(pemohon.nama).")
                           : say(s->p->c, "has() menerima e.f saja.",
                                 "has() takes e.f only."));
    return call;
}

/* sum(l, x, e) is sum(l.map(x, e)); count(l, x, p) is count(l.filter(x, p)). */
static struct node *over(struct parser *s, struct node *call, enum loop loop)
{
    struct node *walk = cel_node(s, NODE_LOOP, call->at);

    walk->loop = (uint8_t)loop;
    walk->name = variable(s, call->args[1]);
    cel_node_add(s, walk, call->args[0]);
    cel_node_add(s, walk, call->args[2]);
    call->n = 0;
    cel_node_add(s, call, walk);
    return call;
}

struct node *cel_macro_global(struct parser *s, struct node *call)
{
    if (s->p->env->no_macros || call->rooted)
        return call;
    if (is_call(call, "has", 1))
        return has(s, call);
    if (s->p->env->flavour == CEL_APP && is_call(call, "sum", 3))
        return over(s, call, LOOP_MAP);
    if (s->p->env->flavour == CEL_APP && is_call(call, "count", 3))
        return over(s, call, LOOP_FILTER);
    return call;
}

static struct node *loop_of(struct parser *s, struct node *call, size_t i)
{
    size_t vars = loops[i].vars;

    call->kind = NODE_LOOP;
    call->loop = loops[i].loop;
    call->two = vars == 2;
    call->name = variable(s, call->args[1]);
    if (vars == 2)
        call->name2 = variable(s, call->args[2]);
    if (vars == 2 && str_eq(call->name, call->name2) && !s->stopped)
        cel_parse_stop(s, call->args[2]->at,
                       say(s->p->c, "Kedua nama ini harus berbeda.",
                           "These two names must differ."));
    memmove(call->args + 1, call->args + 1 + vars,
            (call->n - 1 - vars) * sizeof *call->args);
    call->n -= vars;
    if (call->loop == LOOP_TO_ENTRY &&
        call->args[call->n - 1]->kind != NODE_MAP && !s->stopped)
        cel_parse_stop(s, call->args[call->n - 1]->at,
                       say(s->p->c, "Di sini seharusnya ada {kunci: nilai}.",
                           "A {key: value} must stand here."));
    return call;
}

static struct node *bind(struct parser *s, struct node *call)
{
    call->kind = NODE_BIND;
    call->name = variable(s, call->args[1]);
    memmove(call->args, call->args + 2, 2 * sizeof *call->args);
    call->n = 2;
    return call;
}

static struct node *opt_map(struct parser *s, struct node *call)
{
    call->optional = str_eq(call->name, STR("optMap"));
    call->kind = NODE_OPT;
    call->name = variable(s, call->args[1]);
    call->args[1] = call->args[2];
    call->n = 2;
    return call;
}

/* cel.block([slots], e): the slots are named @0, @1 ... in each other and e. */
static struct node *block(struct parser *s, struct node *call)
{
    struct node *slots = call->args[1], *e = call->args[2];

    if (slots->kind != NODE_LIST) {
        cel_parse_stop(s, slots->at, "cel.block([...], e)");
        return call;
    }
    call->kind = NODE_BLOCK;
    call->n = 0;
    for (size_t i = 0; i < slots->n; i++)
        cel_node_add(s, call, slots->args[i]);
    cel_node_add(s, call, e);
    return call;
}

/* cel.index(0) and cel.iterVar(0, 1) are names. */
static struct node *made_name(struct parser *s, struct node *call)
{
    struct buf b = buf_new(s->p->c, 256);

    buf_lit(&b, call->n == 2 ? "@" : "@it");
    for (size_t i = 1; i < call->n; i++) {
        if (call->args[i]->kind != NODE_CONST ||
            call->args[i]->value.kind != CEL_INT) {
            cel_parse_stop(s, call->at, "cel.index(0), cel.iterVar(0, 0)");
            return call;
        }
        buf_fmt(&b, ":%" PRId64, call->args[i]->value.v.i);
    }
    call->kind = NODE_NAME;
    call->name = buf_str(&b);
    call->n = 0;
    return call;
}

/* math.greatest(a, b, c) is greatest(greatest(a, b), c). */
static struct node *folded(struct parser *s, struct node *call)
{
    struct node *n = call->args[1];
    const char *name =
        str_eq(call->name, STR("greatest")) ? "math.@max" : "math.@min";

    if (call->n == 2)
        return cel_node_call(s, name, call->at, n, NULL);
    for (size_t i = 2; i < call->n; i++)
        n = cel_node_call(s, name, call->at, n, call->args[i]);
    return n;
}

struct node *cel_macro_member(struct parser *s, struct node *call)
{
    if (s->p->env->no_macros || s->stopped)
        return call;
    for (size_t i = 0; i < COUNT(loops); i++)
        if (call->n == (size_t)loops[i].n + 1 &&
            str_eq(call->name, loops[i].name))
            return loop_of(s, call, i);
    if (call->n == 3 && (str_eq(call->name, STR("optMap")) ||
                         str_eq(call->name, STR("optFlatMap"))))
        return opt_map(s, call);
    if (call->n == 4 && is_spaced(call, "cel", "bind"))
        return bind(s, call);
    if (call->n == 3 && is_spaced(call, "cel", "block"))
        return block(s, call);
    if ((call->n == 2 && is_spaced(call, "cel", "index")) ||
        (call->n == 3 && is_spaced(call, "cel", "iterVar")))
        return made_name(s, call);
    if (call->n >= 2 && (is_spaced(call, "math", "greatest") ||
                         is_spaced(call, "math", "least")))
        return folded(s, call);
    return call;
}
