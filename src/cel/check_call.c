/* SPDX-License-Identifier: EUPL-1.2 */
/* The checker's calls: which function, which overload. */
#include "cel/check_priv.h"

/* ---- which function ----------------------------------------------- */

static bool is_declared_fn(const struct cel_env *e, str name, bool member)
{
    for (size_t i = 0; i < e->n_fns; i++)
        if (str_eq(e->fns[i].name, name) && e->fns[i].member == member)
            return true;
    return false;
}

/* Whether overloads.def has the function in this flavour and style. */
static bool has_style(const struct check *k, uint16_t group, bool member)
{
    if (group == NO_GROUP)
        return false;
    for (size_t i = group; i < cel_n_overloads; i++) {
        const struct overload *o = &cel_overloads[i];

        if (!str_eq(o->name, cel_overloads[group].name))
            break;
        if (cel_in_env(k->p->env, o) && (o->style == STYLE_MEMBER) == member)
            return true;
    }
    return false;
}

static bool function_exists(struct check *k, struct node *n, str name,
                            bool member)
{
    uint16_t group = cel_group_find(name);

    if (has_style(k, group, member)) {
        n->group = group;
        n->name = name;
        return true;
    }
    if (!is_declared_fn(k->p->env, name, member))
        return false;
    n->name = name;
    return true;
}

/* The function by its name in the container and in each that holds it. */
static bool find_function(struct check *k, struct node *n, str name,
                          bool rooted)
{
    str space = rooted ? STR("") : k->p->env->container;

    while (space.n > 0) {
        if (function_exists(k, n,
                            arena_fmt(k->c->mem, "%.*s.%.*s", STR_ARG(space),
                                      STR_ARG(name)),
                            false))
            return true;
        while (space.n > 0 && space.p[space.n - 1] != '.')
            space.n--;
        space.n -= space.n > 0;
    }
    return function_exists(k, n, name, false);
}

/* math.abs(x) parses as abs(x) of `math`: first the whole path as a name. */
static bool find_spaced(struct check *k, struct node *n)
{
    bool rooted;
    str head;

    if (!n->member || !cel_check_dotted(k, n->args[0], &head, &rooted) ||
        !find_function(
            k, n,
            arena_fmt(k->c->mem, "%.*s.%.*s", STR_ARG(head), STR_ARG(n->name)),
            rooted))
        return false;
    n->member = false;
    n->args++;
    n->n--;
    return true;
}

static const struct typ *no_function(struct check *k, struct node *n)
{
    struct nearest near = {.to = n->name};

    n->group = NO_GROUP;
    if (!k->strict)
        return &cel_typ_dyn;
    for (size_t i = cel_check_suggests(k) ? 0 : cel_n_overloads;
         i < cel_n_overloads; i++)
        if (cel_in_env(k->p->env, &cel_overloads[i]) &&
            cel_overloads[i].name.p[0] != '_')
            cel_nearest(&near, cel_overloads[i].name);
    cel_finding(k->p, FIND_ERROR, n->at, cel_check_mend(k, &near),
                say(k->c, "Fungsi %.*s tidak dikenal.",
                    "The function %.*s is not known."),
                STR_ARG(n->name));
    return &cel_typ_wrong;
}

/* ---- which overload ----------------------------------------------- */

struct candidate {
    const struct typ *const *params;
    const struct typ *result;
    size_t n;
};

/* Whether the arguments fit; then *result is what the call gives. */
static bool fits(struct check *k, const struct node *n,
                 const struct candidate *o, const struct typ **result)
{
    struct fresh f = {.n = 0};
    size_t undo = k->t.n_undo;

    for (size_t i = 0; i < o->n; i++) {
        const struct typ *param = cel_typ_instance(&k->t, o->params[i], &f);

        if (!cel_typ_assign(&k->t, cel_typ_look(&k->t, n->args[i]->type),
                            param)) {
            while (k->t.n_undo > undo) {
                k->t.n_undo--;
                k->t.bound[k->t.undo[k->t.n_undo].var] =
                    k->t.undo[k->t.n_undo].was;
            }
            return false;
        }
    }
    *result = cel_typ_look(&k->t, cel_typ_instance(&k->t, o->result, &f));
    return true;
}

static void take(struct check *k, const struct typ **so_far,
                 const struct typ *result)
{
    if (*so_far == NULL)
        *so_far = result;
    else if ((*so_far)->kind != TYP_DYN &&
             !cel_typ_same(cel_typ_final(&k->t, *so_far),
                           cel_typ_final(&k->t, result)))
        *so_far = &cel_typ_dyn;
}

static const struct typ *match_builtin(struct check *k, struct node *n)
{
    const struct typ *so_far = NULL, *result;

    if (n->group == NO_GROUP)
        return NULL;
    for (size_t i = n->group; i < cel_n_overloads; i++) {
        const struct overload *o = &cel_overloads[i];
        const struct typ *params[COUNT(o->params)];
        struct candidate as = {params, k->p->env->shapes[o->result], o->n};

        if (!str_eq(o->name, n->name))
            break;
        if (!cel_in_env(k->p->env, o) || o->n != n->n ||
            (o->style == STYLE_MEMBER) != n->member)
            continue;
        for (size_t j = 0; j < o->n; j++)
            params[j] = k->p->env->shapes[o->params[j]];
        if (!fits(k, n, &as, &result))
            continue;
        if (so_far == NULL)
            n->hint = (uint16_t)i;
        take(k, &so_far, result);
    }
    return so_far;
}

static const struct typ *match_declared(struct check *k, struct node *n)
{
    const struct cel_env *e = k->p->env;
    const struct typ *so_far = NULL, *result;

    for (size_t i = 0; i < e->n_fns; i++) {
        const struct declared_fn *fn = &e->fns[i];
        struct candidate as = {fn->params, fn->result, fn->n};

        if (str_eq(fn->name, n->name) && fn->member == n->member &&
            fn->n == n->n && fits(k, n, &as, &result))
            take(k, &so_far, result);
    }
    return so_far;
}

static str argument_types(struct check *k, const struct node *n)
{
    struct buf b = buf_new(k->c, 65536);

    for (size_t i = 0; i < n->n; i++) {
        if (i > 0)
            buf_lit(&b, ", ");
        buf_raw(&b, cel_typ_show(k->c, cel_typ_final(&k->t, n->args[i]->type)));
    }
    return b.over ? STR("...") : buf_str(&b);
}

/* "_+_" as the author wrote it. */
static str as_written(str name)
{
    static const str odd[][2] = {
        {STR_INIT("_[_]"), STR_INIT("[ ]")},
        {STR_INIT("_[?_]"), STR_INIT("[? ]")},
        {STR_INIT("@in"), STR_INIT("in")},
        {STR_INIT("math.@max"), STR_INIT("math.greatest")},
        {STR_INIT("math.@min"), STR_INIT("math.least")}};
    size_t from = 0, to = name.n;

    for (size_t i = 0; i < COUNT(odd); i++)
        if (str_eq(name, odd[i][0]))
            return odd[i][1];
    while (from < to && name.p[from] == '_')
        from++;
    while (to > from && name.p[to - 1] == '_')
        to--;
    return str_slice(name, from, to);
}

static const struct typ *no_overload(struct check *k, struct node *n)
{
    for (size_t i = 0; i < n->n; i++)
        if (cel_typ_look(&k->t, n->args[i]->type)->kind == TYP_WRONG)
            return &cel_typ_wrong;
    cel_finding(k->p, FIND_ERROR, n->at, STR(""),
                say(k->c, "%.*s tidak dapat dipakai untuk (%.*s).",
                    "%.*s does not work for (%.*s)."),
                STR_ARG(as_written(n->name)), STR_ARG(argument_types(k, n)));
    return &cel_typ_wrong;
}

/* ---- numbers of an app -------------------------------------------- */

static bool is_exact(const struct typ *t)
{
    return t->kind == CEL_INT || t->kind == CEL_DECIMAL || t->kind == CEL_MONEY;
}

/* n becomes decimal(n) or money(n). */
static void convert(struct check *k, struct node **n, int kind)
{
    struct node *call;
    const struct typ *was = cel_typ_look(&k->t, (*n)->type);

    if (was->kind == kind || was->nullable)
        return;
    if ((*n)->kind == NODE_CONST && (*n)->value.kind == CEL_INT) {
        int64_t i = (*n)->value.v.i;

        (*n)->value = kind == CEL_MONEY
                          ? cel_money(i)
                          : cel_decimal_of(k->c, (struct cel_decimal){i, 0});
        (*n)->type = cel_typ_basic(kind);
        return;
    }
    call = NEW(k->c->mem, struct node);
    *call = (struct node){.kind = NODE_CALL,
                          .at = (*n)->at,
                          .end = (*n)->end,
                          .height = (uint16_t)((*n)->height + 1),
                          .name = cel_kind_name(kind),
                          .group = NO_GROUP,
                          .hint = NO_HINT,
                          .maybe = (*n)->maybe,
                          .args = NEW(k->c->mem, struct node *),
                          .n = 1};
    call->args[0] = *n;
    call->group = cel_group_find(call->name);
    call->type = cel_typ_basic(kind);
    *n = call;
}

void cel_check_level(struct check *k, struct node **nodes, size_t n)
{
    bool seen[CEL_ERROR] = {false};

    if (!k->app || !k->strict)
        return;
    for (size_t i = 0; i < n; i++) {
        const struct typ *t = cel_typ_look(&k->t, nodes[i]->type);

        if (!is_exact(t))
            return;
        seen[t->kind] = true;
    }
    for (size_t i = 0; i < n; i++) {
        if (seen[CEL_DECIMAL])
            convert(k, &nodes[i], CEL_DECIMAL);
        else if (seen[CEL_MONEY])
            convert(k, &nodes[i], CEL_MONEY);
    }
}

/* ---- choices ------------------------------------------------------ */

static void check_option(struct check *k, const struct node *text,
                         const struct cel_type *choice)
{
    struct nearest near = {.to = cel_text(text->value)};
    struct buf b = buf_new(k->c, 4096);

    if (text->kind != NODE_CONST || text->value.kind != CEL_STRING ||
        str_among(near.to, choice->options, choice->n_options) >= 0)
        return;
    for (size_t i = 0; i < choice->n_options; i++) {
        buf_fmt(&b, "%s%.*s", i > 0 ? ", " : "", STR_ARG(choice->options[i]));
        cel_nearest(&near, choice->options[i]);
    }
    cel_finding(k->p, FIND_ERROR, text->at, cel_check_mend(k, &near),
                say(k->c, "\"%.*s\" bukan pilihannya; pilihannya %.*s.",
                    "\"%.*s\" is not one of the choices %.*s."),
                STR_ARG(near.to), STR_ARG(b.over ? STR("...") : buf_str(&b)));
}

/* jenis == 'papan', jenis in ['papan', 'kain']. */
static void check_choice(struct check *k, const struct node *a,
                         const struct node *b)
{
    const struct typ *t = cel_typ_look(&k->t, a->type);

    if (t->kind != CEL_STRING || t->decl == NULL)
        return;
    if (b->kind == NODE_LIST)
        for (size_t i = 0; i < b->n; i++)
            check_option(k, b->args[i], t->decl);
    else
        check_option(k, b, t->decl);
}

/* ---- empty arguments ---------------------------------------------- */

/* Functions that know what to do with an empty field. */
static const str take_empty[] = {STR_INIT("_==_"), STR_INIT("_!=_"),
                                 STR_INIT("@in"),  STR_INIT("or"),
                                 STR_INIT("dyn"),  STR_INIT("type")};

static void check_empty(struct check *k, struct node *n)
{
    bool takes = str_among(n->name, take_empty, COUNT(take_empty)) >= 0;

    for (size_t i = 0; i < n->n; i++) {
        struct node *a = n->args[i];
        const struct typ *t = cel_typ_look(&k->t, a->type);

        if (!t->nullable || (takes && str_eq(n->name, STR("dyn"))))
            continue;
        a->type =
            takes ? cel_typ_nullable(k->c, t, false) : cel_check_filled(k, a);
    }
}

static bool is_null_test(struct check *k, const struct node *n)
{
    for (size_t i = 0; i < 2; i++)
        if (n->args[i]->kind == NODE_CONST &&
            n->args[i]->value.kind == CEL_NULL &&
            cel_typ_look(&k->t, n->args[1 - i]->type)->nullable)
            return true;
    return false;
}

/* Equality in an app: numbers of any exact kind, and null where a field may
 * be empty. */
static bool compares(struct check *k, const struct node *n, bool null_test)
{
    const struct typ *a, *b;

    if (!k->app || n->n != 2)
        return false;
    a = cel_typ_look(&k->t, n->args[0]->type);
    b = cel_typ_look(&k->t, n->args[1]->type);
    if (str_eq(n->name, STR("@in")))
        return b->kind == CEL_LIST && is_exact(a) &&
               is_exact(cel_typ_look(&k->t, b->of[0]));
    if (!str_eq(n->name, STR("_==_")) && !str_eq(n->name, STR("_!=_")))
        return false;
    return null_test || (is_exact(a) && is_exact(b));
}

/* Functions whose arguments must be of one type. */
static const str of_one_type[] = {STR_INIT("between"), STR_INIT("min"),
                                  STR_INIT("max")};

/* x.or(0), lookup(t, k, 0): the default takes the other's type. */
static void level_default(struct check *k, struct node *n)
{
    const struct typ *t;
    size_t at = 1;

    if (!k->app || !k->strict)
        return;
    if (n->n > 1 && str_among(n->name, of_one_type, COUNT(of_one_type)) >= 0)
        cel_check_level(k, n->args, n->n);
    t = n->n == 0 ? &cel_typ_dyn : cel_typ_look(&k->t, n->args[0]->type);
    if (str_eq(n->name, STR("lookup")) && n->n == 3 && t->kind == CEL_MAP) {
        t = cel_typ_look(&k->t, t->of[1]);
        at = 2;
    } else if (!str_eq(n->name, STR("or")) || n->n != 2) {
        return;
    }
    if (is_exact(t) && is_exact(cel_typ_look(&k->t, n->args[at]->type)) &&
        (t->kind == CEL_DECIMAL || t->kind == CEL_MONEY))
        convert(k, &n->args[at], t->kind);
}

/* ---- traps -------------------------------------------------------- */

/* Plain CEL counts these from 0, which no one expects of a month. */
static void warn_of_traps(struct check *k, const struct node *n)
{
    static const str from_zero[][2] = {
        {STR_INIT("getMonth"), STR_INIT("month(date(...))")},
        {STR_INIT("getDayOfMonth"), STR_INIT("day(date(...))")},
        {STR_INIT("getDayOfYear"), STR_INIT("day(date(...))")}};

    for (size_t i = 0; k->app && i < COUNT(from_zero); i++)
        if (str_eq(n->name, from_zero[i][0]))
            cel_finding(
                k->p, FIND_WARNING, n->at,
                arena_fmt(k->c->mem, say(k->c, "Pakai %.*s.", "Use %.*s."),
                          STR_ARG(from_zero[i][1])),
                say(k->c, "%.*s() menghitung dari 0.", "%.*s() counts from 0."),
                STR_ARG(n->name));
}

/* ---- calls -------------------------------------------------------- */

static const struct typ *checked(struct check *k, struct node *n)
{
    bool null_test = k->app && n->n == 2 && is_null_test(k, n);
    bool or_empty = str_eq(n->name, STR("or")) && n->n == 2 &&
                    cel_typ_look(&k->t, n->args[1]->type)->nullable;
    const struct typ *t, *declared;

    if (k->app && n->n == 2 && n->hint == NO_HINT &&
        str_among(n->name, take_empty, 3) >= 0) {
        check_choice(k, n->args[0], n->args[1]);
        check_choice(k, n->args[1], n->args[0]);
    }
    check_empty(k, n);
    level_default(k, n);
    warn_of_traps(k, n);
    if (compares(k, n, null_test))
        return cel_typ_basic(CEL_BOOL);
    t = match_builtin(k, n);
    declared = match_declared(k, n);
    if (declared != NULL)
        take(k, &t, declared);
    if (t == NULL)
        return no_overload(k, n);
    return or_empty ? cel_typ_nullable(k->c, t, true) : t;
}

const struct typ *cel_check_call(struct check *k, struct node *n)
{
    bool found = find_spaced(k, n) ||
                 (n->member ? function_exists(k, n, n->name, true)
                            : find_function(k, n, n->name, n->rooted));

    for (size_t i = 0; i < n->n; i++)
        cel_check_node(k, n->args[i]);
    if (!found)
        return no_function(k, n);
    return k->strict ? checked(k, n) : &cel_typ_dyn;
}
