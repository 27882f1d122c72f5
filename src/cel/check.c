/* SPDX-License-Identifier: EUPL-1.2 */
/* The checker: finds what each name is, which overload each call takes, and
 * the type of each part. Without `strict` it only finds names, as a parsed
 * but unchecked expression needs; every type is then dyn. */
#include "cel/check_priv.h"

/* ---- findings ----------------------------------------------------- */

static uint32_t leftmost(const struct node *n)
{
    uint32_t at = n->at;

    for (size_t i = 0; i < n->n; i++) {
        uint32_t below = leftmost(n->args[i]);

        at = below < at ? below : at;
    }
    return at;
}

str cel_check_source(const struct check *k, const struct node *n)
{
    return str_trim(str_slice(k->p->src, leftmost(n), n->end));
}

/* Looking for the nearest name is the dearest part of a finding: an author
 * reads no more than these. */
bool cel_check_suggests(struct check *k)
{
    return ++k->suggested <= 32;
}

str cel_check_mend(struct check *k, const struct nearest *near)
{
    if (near->best.n == 0)
        return STR("");
    return arena_fmt(k->c->mem,
                     say(k->c, "Maksud Anda %.*s?", "Did you mean %.*s?"),
                     STR_ARG(near->best));
}

/* ---- locals and facts --------------------------------------------- */

static uint32_t push_local(struct check *k, str name, const struct typ *type)
{
    ARENA_GROW(k->c->mem, k->locals, k->n_locals, k->locals_room);
    k->locals[k->n_locals++] = (struct local){name, type, k->slots};
    return k->slots++;
}

static const struct local *find_local(const struct check *k, str name)
{
    for (size_t i = k->n_locals; i > 0; i--)
        if (str_eq(k->locals[i - 1].name, name))
            return &k->locals[i - 1];
    return NULL;
}

static bool same_path(const struct node *a, const struct node *b)
{
    while (a->kind == NODE_SELECT && b->kind == NODE_SELECT &&
           str_eq(a->name, b->name)) {
        a = a->args[0];
        b = b->args[0];
    }
    return a->kind == NODE_NAME && b->kind == NODE_NAME && a->ref == b->ref &&
           a->ref != REF_NONE && a->slot == b->slot;
}

static void push_fact(struct check *k, struct node *filled)
{
    ARENA_GROW(k->c->mem, k->facts, k->n_facts, k->facts_room);
    k->facts[k->n_facts++] = filled;
}

/* has(e.f) proves e.f: a select of the same shape to compare with. */
static struct node *proved_by_has(struct check *k, struct node *has)
{
    struct node *n;

    if (has->name.n == 0)
        return has->args[0];
    n = NEW(k->c->mem, struct node);
    *n = *has;
    n->kind = NODE_SELECT;
    return n;
}

static bool is_null(const struct node *n)
{
    return n->kind == NODE_CONST && n->value.kind == CEL_NULL;
}

/* What is filled where `n` is `truth`. */
static void learn(struct check *k, struct node *n, bool truth)
{
    if (n->kind == NODE_HAS && truth) {
        push_fact(k, proved_by_has(k, n));
    } else if ((n->kind == NODE_AND && truth) ||
               (n->kind == NODE_OR && !truth)) {
        learn(k, n->args[0], truth);
        learn(k, n->args[1], truth);
    } else if (n->kind == NODE_CALL && str_eq(n->name, STR("!_"))) {
        learn(k, n->args[0], !truth);
    } else if (n->kind == NODE_CALL && n->n == 2 &&
               str_eq(n->name, truth ? STR("_!=_") : STR("_==_"))) {
        if (is_null(n->args[1]))
            push_fact(k, n->args[0]);
        else if (is_null(n->args[0]))
            push_fact(k, n->args[1]);
    }
}

/* The type of a name or field read here: not nullable where it is guarded. */
static const struct typ *as_known(struct check *k, const struct node *n,
                                  const struct typ *t)
{
    for (size_t i = 0; t->nullable && i < k->n_facts; i++)
        if (same_path(k->facts[i], n))
            return cel_typ_nullable(k->c, t, false);
    return t;
}

/* The type of a part that must not be empty. */
const struct typ *cel_check_filled(struct check *k, struct node *n)
{
    const struct typ *t = cel_typ_look(&k->t, n->type);
    str s;

    if (!t->nullable)
        return t;
    s = cel_check_source(k, n);
    cel_finding(
        k->p, FIND_ERROR, leftmost(n),
        arena_fmt(k->c->mem,
                  say(k->c, "Tulis has(%.*s) && ..., atau %.*s.or(nilai).",
                      "Write has(%.*s) && ..., or %.*s.or(value)."),
                  STR_ARG(s), STR_ARG(s)),
        say(k->c, "%.*s boleh kosong, tetapi dipakai seolah terisi.",
            "%.*s may be empty, but is used as if filled in."),
        STR_ARG(s));
    return cel_typ_nullable(k->c, t, false);
}

/* ---- names -------------------------------------------------------- */

static const struct typ *type_constant(struct check *k, struct node *n,
                                       int kind)
{
    const struct typ *of = &cel_typ_dyn;

    if (kind == CEL_LIST || kind == CEL_OPTIONAL)
        of = cel_typ_new(k->c, kind, &cel_typ_dyn, NULL);
    else if (kind == CEL_MAP)
        of = cel_typ_new(k->c, kind, &cel_typ_dyn, &cel_typ_dyn);
    else
        of = cel_typ_basic(kind);
    n->kind = NODE_CONST;
    n->value = cel_type_value(kind);
    return cel_typ_new(k->c, CEL_TYPE, of, NULL);
}

static bool app_kind(int kind)
{
    return kind >= CEL_DECIMAL && kind <= CEL_PERIOD;
}

/* One candidate: a declared variable, a type, `today`; NULL where none. */
static const struct typ *known(struct check *k, struct node *n, str name)
{
    int at = cel_env_find(k->p->env, name), kind;

    if (at >= 0) {
        n->kind = NODE_NAME;
        n->ref = REF_DECLARED;
        n->slot = (uint32_t)at;
        return k->strict ? k->p->env->vars[at].type : &cel_typ_dyn;
    }
    if (k->app && str_eq(name, STR("today"))) {
        n->ref = REF_TODAY;
        return cel_typ_basic(CEL_DATE);
    }
    if (k->app && str_eq(name, STR("now"))) {
        n->ref = REF_NOW;
        return cel_typ_basic(CEL_TIMESTAMP);
    }
    kind = cel_kind_of_type(name);
    if (kind < 0 || (app_kind(kind) && !k->app))
        return NULL;
    return type_constant(k, n, kind);
}

/* `name` in the container and in each that holds it. */
static const struct typ *resolved(struct check *k, struct node *n, str name,
                                  bool rooted)
{
    str space = rooted ? STR("") : k->p->env->container;

    while (space.n > 0) {
        const struct typ *t = known(
            k, n,
            arena_fmt(k->c->mem, "%.*s.%.*s", STR_ARG(space), STR_ARG(name)));

        if (t != NULL)
            return t;
        while (space.n > 0 && space.p[space.n - 1] != '.')
            space.n--;
        space.n -= space.n > 0;
    }
    return known(k, n, name);
}

/* "a.b.c" of a chain of plain selections from a name that is no local. No
 * declared name has more parts than this. */
enum { MOST_PARTS = 16 };

static bool dotted(struct check *k, const struct node *n, str *out,
                   bool *rooted)
{
    str parts[MOST_PARTS];
    size_t many = 0;
    struct buf b = buf_new(k->c, 4096);

    for (; n->kind == NODE_SELECT && !n->optional; n = n->args[0]) {
        if (many == MOST_PARTS)
            return false;
        parts[many++] = n->name;
    }
    if (n->kind != NODE_NAME || n->ref != REF_NONE ||
        (!n->rooted && find_local(k, n->name) != NULL))
        return false;
    buf_raw(&b, n->name);
    while (many > 0) {
        buf_char(&b, '.');
        buf_raw(&b, parts[--many]);
    }
    *rooted = n->rooted;
    *out = b.over ? STR("") : buf_str(&b);
    return !b.over;
}

static const struct typ *undeclared(struct check *k, struct node *n)
{
    struct nearest near = {.to = n->name};

    if (!k->strict)
        return &cel_typ_dyn; /* an error when it is read */
    if (cel_check_suggests(k)) {
        for (size_t i = k->n_locals; i > 0; i--)
            cel_nearest(&near, k->locals[i - 1].name);
        for (size_t i = 0; i < k->p->env->n; i++)
            cel_nearest(&near, k->p->env->vars[i].name);
    }
    cel_finding(
        k->p, FIND_ERROR, n->at, cel_check_mend(k, &near),
        say(k->c, "Nama %.*s tidak dikenal.", "The name %.*s is not known."),
        STR_ARG(n->name));
    return &cel_typ_wrong;
}

static const struct typ *check_name(struct check *k, struct node *n)
{
    const struct local *local = n->rooted ? NULL : find_local(k, n->name);
    const struct typ *t;

    if (local != NULL) {
        n->ref = REF_LOCAL;
        n->slot = local->slot;
        return as_known(k, n, local->type);
    }
    t = resolved(k, n, n->name, n->rooted);
    return t != NULL ? as_known(k, n, t) : undeclared(k, n);
}

/* ---- fields ------------------------------------------------------- */

static const struct typ *field_of_record(struct check *k, struct node *n,
                                         const struct cel_type *record)
{
    struct nearest near = {.to = n->name};

    for (size_t i = 0; i < record->n; i++)
        if (str_eq(record->fields[i].name, n->name))
            return cel_typ_of(k->c, record->fields[i].type);
    if (cel_check_suggests(k))
        for (size_t i = 0; i < record->n; i++)
            cel_nearest(&near, record->fields[i].name);
    cel_finding(k->p, FIND_ERROR, n->at, cel_check_mend(k, &near),
                say(k->c, "%.*s tidak mempunyai isian %.*s.",
                    "%.*s has no field %.*s."),
                STR_ARG(cel_check_source(k, n->args[0])), STR_ARG(n->name));
    return &cel_typ_wrong;
}

static const struct typ *field_of(struct check *k, struct node *n,
                                  const struct typ *of)
{
    switch (of->kind) {
    case CEL_MAP:
        if (of->decl != NULL)
            return field_of_record(k, n, of->decl);
        return of->of[1];
    case TYP_VAR:
        cel_typ_assign(&k->t, &cel_typ_dyn, of);
        return &cel_typ_dyn;
    case TYP_DYN:
    case TYP_WRONG:
        return of;
    default:
        cel_finding(k->p, FIND_ERROR, n->at, STR(""),
                    say(k->c, "Nilai jenis %.*s tidak mempunyai isian.",
                        "A value of type %.*s has no fields."),
                    STR_ARG(cel_typ_show(k->c, cel_typ_final(&k->t, of))));
        return &cel_typ_wrong;
    }
}

static const struct typ *check_select(struct check *k, struct node *n)
{
    const struct typ *of, *t;
    bool rooted, optional = n->optional;
    str name;

    if (n->kind == NODE_SELECT && dotted(k, n, &name, &rooted)) {
        t = resolved(k, n, name, rooted);
        if (t != NULL)
            return as_known(k, n, t);
    }
    cel_check_node(k, n->args[0]);
    of = cel_check_filled(k, n->args[0]);
    if (of->kind == CEL_OPTIONAL) {
        of = cel_typ_look(&k->t, of->of[0]);
        optional = true;
    }
    t = field_of(k, n, of);
    if (n->kind == NODE_HAS)
        return cel_typ_basic(CEL_BOOL);
    if (optional && k->strict)
        return cel_typ_new(k->c, CEL_OPTIONAL, t, NULL);
    return as_known(k, n, t);
}

static const struct typ *check_has(struct check *k, struct node *n)
{
    if (n->name.n > 0)
        return check_select(k, n);
    cel_check_node(k, n->args[0]);
    return cel_typ_basic(CEL_BOOL);
}

/* ---- operators that do not evaluate all --------------------------- */

void cel_check_expect(struct check *k, struct node *n, int kind)
{
    const struct typ *t = cel_check_filled(k, n);

    if (!k->strict || cel_typ_assign(&k->t, t, cel_typ_basic(kind)))
        return;
    cel_finding(k->p, FIND_ERROR, leftmost(n), STR(""),
                say(k->c, "Di sini perlu nilai %.*s, bukan %.*s.",
                    "A value of type %.*s is needed here, not %.*s."),
                STR_ARG(cel_kind_name(kind)),
                STR_ARG(cel_typ_show(k->c, cel_typ_final(&k->t, t))));
}

static const struct typ *check_logic(struct check *k, struct node *n)
{
    size_t facts = k->n_facts;

    cel_check_node(k, n->args[0]);
    learn(k, n->args[0], n->kind == NODE_AND);
    cel_check_node(k, n->args[1]);
    k->n_facts = facts;
    cel_check_expect(k, n->args[0], CEL_BOOL);
    cel_check_expect(k, n->args[1], CEL_BOOL);
    return cel_typ_basic(CEL_BOOL);
}

static const struct typ *check_cond(struct check *k, struct node *n)
{
    size_t facts = k->n_facts;
    const struct typ *a, *b, *v;

    cel_check_node(k, n->args[0]);
    learn(k, n->args[0], true);
    cel_check_node(k, n->args[1]);
    k->n_facts = facts;
    learn(k, n->args[0], false);
    cel_check_node(k, n->args[2]);
    k->n_facts = facts;
    cel_check_expect(k, n->args[0], CEL_BOOL);
    cel_check_level(k, n->args + 1, 2);
    a = n->args[1]->type;
    b = n->args[2]->type;
    v = cel_typ_fresh(&k->t);
    if (cel_typ_assign(&k->t, cel_typ_nullable(k->c, a, false), v) &&
        cel_typ_assign(&k->t, cel_typ_nullable(k->c, b, false), v))
        return cel_typ_nullable(k->c, cel_typ_look(&k->t, v),
                                a->nullable || b->nullable);
    if (k->app && (is_null(n->args[1]) || is_null(n->args[2])))
        return cel_typ_nullable(k->c, is_null(n->args[1]) ? b : a, true);
    if (!k->strict)
        return &cel_typ_dyn;
    cel_finding(k->p, FIND_ERROR, n->at, STR(""),
                say(k->c, "Kedua pilihan berbeda jenis: %.*s dan %.*s.",
                    "The two choices differ in type: %.*s and %.*s."),
                STR_ARG(cel_typ_show(k->c, cel_typ_final(&k->t, a))),
                STR_ARG(cel_typ_show(k->c, cel_typ_final(&k->t, b))));
    return &cel_typ_wrong;
}

/* ---- literals ----------------------------------------------------- */

static const struct typ *check_const(struct check *k, const struct node *n)
{
    return k->strict ? cel_typ_basic(n->value.kind) : &cel_typ_dyn;
}

static const struct typ *item_type(struct check *k, struct node *n)
{
    const struct typ *t = cel_typ_look(&k->t, n->type), *of;

    if (!n->maybe || !k->strict)
        return t;
    of = cel_typ_fresh(&k->t);
    if (cel_typ_assign(&k->t, t, cel_typ_new(k->c, CEL_OPTIONAL, of, NULL)))
        return cel_typ_look(&k->t, of);
    cel_finding(k->p, FIND_ERROR, leftmost(n), STR(""), "%s",
                say(k->c, "Sesudah ? di sini perlu nilai pilihan.",
                    "An optional is needed after this ?."));
    return &cel_typ_wrong;
}

static const struct typ *joined(struct check *k, struct node *n, size_t from,
                                size_t step)
{
    const struct typ *t = NULL;

    for (size_t i = from; i < n->n; i += step)
        t = cel_typ_join(&k->t, t, item_type(k, n->args[i]));
    return t == NULL ? cel_typ_fresh(&k->t) : t;
}

static const struct typ *check_list(struct check *k, struct node *n)
{
    for (size_t i = 0; i < n->n; i++)
        cel_check_node(k, n->args[i]);
    cel_check_level(k, n->args, n->n);
    return cel_typ_new(k->c, CEL_LIST, joined(k, n, 0, 1), NULL);
}

static void check_key(struct check *k, struct node *n)
{
    const struct typ *t = cel_check_filled(k, n);

    if (!k->strict || t->kind >= TYP_DYN || t->kind == CEL_BOOL ||
        t->kind == CEL_INT || t->kind == CEL_UINT || t->kind == CEL_STRING)
        return;
    cel_finding(k->p, FIND_ERROR, leftmost(n), STR(""),
                say(k->c, "Nilai jenis %.*s tidak dapat menjadi kunci.",
                    "A value of type %.*s cannot be a key."),
                STR_ARG(cel_typ_show(k->c, cel_typ_final(&k->t, t))));
    n->type = &cel_typ_wrong; /* or types of types could double each time */
}

static const struct typ *check_map(struct check *k, struct node *n)
{
    const struct typ *key;

    for (size_t i = 0; i < n->n; i++)
        cel_check_node(k, n->args[i]);
    for (size_t i = 0; i < n->n; i += 2)
        check_key(k, n->args[i]);
    key = joined(k, n, 0, 2);
    return cel_typ_new(k->c, CEL_MAP, key, joined(k, n, 1, 2));
}

/* ---- loops and bindings ------------------------------------------- */

/* What the one or two variables of a loop are. */
static void range_types(struct check *k, struct node *n, const struct typ **a,
                        const struct typ **b)
{
    const struct typ *t = cel_check_filled(k, n->args[0]);

    *a = *b = &cel_typ_dyn;
    switch (t->kind) {
    case CEL_LIST:
        *a = n->two ? cel_typ_basic(CEL_INT) : t->of[0];
        *b = t->of[0];
        return;
    case CEL_MAP:
        *a = t->of[0];
        *b = t->of[1];
        return;
    case TYP_VAR:
        cel_typ_assign(&k->t, &cel_typ_dyn, t);
        return;
    case TYP_DYN:
    case TYP_WRONG:
        return;
    default:
        cel_finding(k->p, FIND_ERROR, leftmost(n->args[0]), STR(""),
                    say(k->c, "Di sini perlu daftar, bukan %.*s.",
                        "A list or a map is needed here, not %.*s."),
                    STR_ARG(cel_typ_show(k->c, cel_typ_final(&k->t, t))));
    }
}

static const struct typ *loop_result(struct check *k, struct node *n,
                                     const struct typ *key,
                                     const struct typ *item)
{
    const struct typ *t = n->args[n->n - 1]->type;

    switch ((enum loop)n->loop) {
    case LOOP_ALL:
    case LOOP_EXISTS:
    case LOOP_ONE:
        return cel_typ_basic(CEL_BOOL);
    case LOOP_FILTER:
        return cel_typ_new(k->c, CEL_LIST, item, NULL);
    case LOOP_MAP:
    case LOOP_TO_LIST:
        return cel_typ_new(k->c, CEL_LIST, t, NULL);
    case LOOP_TO_MAP:
        return cel_typ_new(k->c, CEL_MAP, key, t);
    case LOOP_TO_ENTRY:
        break;
    }
    return t;
}

static const struct typ *check_loop(struct check *k, struct node *n)
{
    size_t locals = k->n_locals;
    const struct typ *a, *b;
    bool predicate = n->loop <= LOOP_ONE || n->loop == LOOP_FILTER;

    cel_check_node(k, n->args[0]);
    range_types(k, n, &a, &b);
    n->slot = push_local(k, n->name, a);
    if (n->two)
        n->slot2 = push_local(k, n->name2, b);
    for (size_t i = 1; i < n->n; i++) {
        cel_check_node(k, n->args[i]);
        if (predicate || (i == 1 && n->n == 3))
            cel_check_expect(k, n->args[i], CEL_BOOL);
    }
    k->n_locals = locals;
    return k->strict ? loop_result(k, n, a, a) : &cel_typ_dyn;
}

static const struct typ *check_bind(struct check *k, struct node *n)
{
    size_t locals = k->n_locals;

    cel_check_node(k, n->args[0]);
    n->slot = push_local(k, n->name, n->args[0]->type);
    cel_check_node(k, n->args[1]);
    k->n_locals = locals;
    return n->args[1]->type;
}

static const struct typ *check_opt(struct check *k, struct node *n)
{
    const struct typ *of = cel_typ_fresh(&k->t), *t;
    size_t locals = k->n_locals;

    cel_check_node(k, n->args[0]);
    if (!cel_typ_assign(&k->t, cel_check_filled(k, n->args[0]),
                        cel_typ_new(k->c, CEL_OPTIONAL, of, NULL)))
        cel_finding(k->p, FIND_ERROR, n->at, STR(""), "%s",
                    say(k->c, "optMap() perlu nilai pilihan.",
                        "optMap() needs an optional."));
    n->slot = push_local(k, n->name, cel_typ_look(&k->t, of));
    cel_check_node(k, n->args[1]);
    k->n_locals = locals;
    t = n->args[1]->type;
    if (!k->strict)
        return &cel_typ_dyn;
    return n->optional ? cel_typ_new(k->c, CEL_OPTIONAL, t, NULL) : t;
}

static const struct typ *check_block(struct check *k, struct node *n)
{
    size_t locals = k->n_locals;

    n->slot = k->slots;
    k->slots += (uint32_t)n->n;
    for (size_t i = 0; i < n->n; i++) {
        str name = arena_fmt(k->c->mem, "@:%zu", i);

        cel_check_node(k, n->args[i]);
        ARENA_GROW(k->c->mem, k->locals, k->n_locals, k->locals_room);
        k->locals[k->n_locals++] =
            (struct local){name, n->args[i]->type, n->slot + (uint32_t)i};
    }
    k->n_locals = locals;
    return n->args[n->n - 1]->type;
}

/* ---- the walk ----------------------------------------------------- */

static const struct typ *check(struct check *k, struct node *n)
{
    switch ((enum node_kind)n->kind) {
    case NODE_CONST:
        return check_const(k, n);
    case NODE_NAME:
        return check_name(k, n);
    case NODE_SELECT:
        return check_select(k, n);
    case NODE_HAS:
        return check_has(k, n);
    case NODE_CALL:
        return cel_check_call(k, n);
    case NODE_AND:
    case NODE_OR:
        return check_logic(k, n);
    case NODE_COND:
        return check_cond(k, n);
    case NODE_LIST:
        return check_list(k, n);
    case NODE_MAP:
        return check_map(k, n);
    case NODE_LOOP:
        return check_loop(k, n);
    case NODE_BIND:
        return check_bind(k, n);
    case NODE_OPT:
        return check_opt(k, n);
    case NODE_BLOCK:
        break;
    }
    return check_block(k, n);
}

void cel_check_node(struct check *k, struct node *n)
{
    const struct typ *t = check(k, n);

    n->type = k->strict ? t : &cel_typ_dyn;
}

bool cel_check_dotted(struct check *k, const struct node *n, str *out,
                      bool *rooted)
{
    return dotted(k, n, out, rooted);
}

bool cel_check(struct parse *p, struct node *root, bool strict,
               const struct typ **type)
{
    struct check k = {.p = p,
                      .c = p->c,
                      .t = {.c = p->c},
                      .strict = strict,
                      .app = p->env->flavour == CEL_APP};

    cel_check_node(&k, root);
    *type = cel_typ_final(&k.t, root->type);
    p->n_slots = k.slots;
    return !p->failed;
}
