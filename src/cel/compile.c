/* SPDX-License-Identifier: EUPL-1.2 */
/* The checked tree to register code. Constants and declared names have
 * registers of their own, numbered from the marks below until the end, when
 * it is known how many there are. */
#include "cel/cel_priv.h"

enum { CONST_MARK = 0x8000, VAR_MARK = 0xc000, MOST_REGS = 0x7000 };

/* Where a local lives; a lazy one is computed by the code at `sub`. */
struct slot {
    uint16_t reg;
    bool lazy;
    uint16_t sub;
};

struct gen {
    struct parse *p;
    struct ctx *c;
    struct insn *code;
    size_t n, room;
    uint32_t *places;
    size_t places_room;
    struct cel_value *consts;
    size_t n_consts, consts_room;
    str *vars;
    uint8_t *var_refs;
    size_t n_vars, vars_room, refs_room;
    str *names;
    size_t n_names, names_room;
    const struct regex **patterns;
    size_t n_patterns, patterns_room;
    struct slot *slots;
    size_t top, high; /* temporary registers in use; ever used */
};

static void to(struct gen *g, const struct node *n, uint16_t dst);

/* ---- emitting ----------------------------------------------------- */

static void too_long(struct gen *g)
{
    if (!g->p->failed)
        cel_finding(g->p, FIND_ERROR, 0, STR(""), "%s",
                    say(g->c, "Ungkapan ini terlalu panjang.",
                        "This expression has too many parts."));
}

static size_t emit(struct gen *g, const struct node *n, struct insn i)
{
    if (g->n >= g->p->env->limits.code) {
        too_long(g);
        return g->n - 1;
    }
    ARENA_GROW(g->c->mem, g->code, g->n, g->room);
    if (g->places_room < g->room) {
        g->places = arena_grow(g->c->mem, g->places, g->n, &g->places_room,
                               sizeof *g->places, _Alignof(uint32_t));
    }
    g->places[g->n] = n->at;
    g->code[g->n] = i;
    return g->n++;
}

static void land(struct gen *g, size_t jump)
{
    g->code[jump].c = (uint16_t)g->n;
}

static uint16_t take(struct gen *g)
{
    if (g->top >= MOST_REGS) {
        too_long(g);
        return 0;
    }
    g->top++;
    if (g->top > g->high)
        g->high = g->top;
    return (uint16_t)(g->top - 1);
}

static uint16_t constant(struct gen *g, struct cel_value v)
{
    if (g->n_consts >= VAR_MARK - CONST_MARK) {
        too_long(g);
        return CONST_MARK;
    }
    ARENA_GROW(g->c->mem, g->consts, g->n_consts, g->consts_room);
    g->consts[g->n_consts++] = v;
    return (uint16_t)(CONST_MARK + g->n_consts - 1);
}

static uint16_t field_name(struct gen *g, str name)
{
    for (size_t i = 0; i < g->n_names; i++)
        if (str_eq(g->names[i], name))
            return (uint16_t)i;
    ARENA_GROW(g->c->mem, g->names, g->n_names, g->names_room);
    g->names[g->n_names++] = arena_str(g->c->mem, name);
    return (uint16_t)(g->n_names - 1);
}

/* An error that happens when, and only when, it is reached. */
static uint16_t error_constant(struct gen *g, const struct node *n,
                               enum fault f)
{
    str *detail = NEW(g->c->mem, str);

    *detail = arena_str(g->c->mem, n->name);
    return constant(g, (struct cel_value){.kind = CEL_ERROR,
                                          .aux = (uint16_t)f,
                                          .n = n->at,
                                          .v.p = detail});
}

/* ---- names -------------------------------------------------------- */

static uint16_t variable(struct gen *g, const struct node *n)
{
    static const str today = STR_INIT("today"), now = STR_INIT("now");
    str name = n->ref == REF_TODAY ? today
               : n->ref == REF_NOW ? now
                                   : g->p->env->vars[n->slot].name;
    size_t i = 0;

    while (i < g->n_vars &&
           !(g->var_refs[i] == n->ref && str_eq(g->vars[i], name)))
        i++;
    if (i == g->n_vars) {
        ARENA_GROW(g->c->mem, g->vars, g->n_vars, g->vars_room);
        ARENA_GROW(g->c->mem, g->var_refs, g->n_vars, g->refs_room);
        g->vars[i] = arena_str(g->c->mem, name);
        g->var_refs[i] = n->ref;
        g->n_vars++;
    }
    emit(g, n,
         (struct insn){
             .op = OP_LOAD, .dst = (uint16_t)(VAR_MARK + i), .c = (uint16_t)i});
    return (uint16_t)(VAR_MARK + i);
}

static uint16_t name(struct gen *g, const struct node *n)
{
    const struct slot *slot;

    if (n->ref == REF_NONE)
        return error_constant(g, n, FAULT_UNDECLARED);
    if (n->ref != REF_LOCAL)
        return variable(g, n);
    slot = &g->slots[n->slot];
    if (slot->lazy)
        emit(g, n,
             (struct insn){.op = OP_LAZY, .dst = slot->reg, .c = slot->sub});
    return slot->reg;
}

/* ---- literals ----------------------------------------------------- */

static bool literal(struct gen *g, const struct node *n, struct cel_value *out);

static bool literal_list(struct gen *g, const struct node *n,
                         struct cel_value *out)
{
    struct cel_value *items = NEWS(g->c->mem, struct cel_value, n->n + 1);

    for (size_t i = 0; i < n->n; i++)
        if (!literal(g, n->args[i], &items[i]))
            return false;
    *out = cel_list_of(g->c, items, n->n);
    return true;
}

/* Not where a key is impossible or stands twice: that is for the run. */
static bool literal_map(struct gen *g, const struct node *n,
                        struct cel_value *out)
{
    struct vm m = {.c = g->c, .fuel = UINT64_MAX, .memory = SIZE_MAX / 2};
    struct cel_value key, v;

    *out = cel_build_map(&m);
    for (size_t i = 0; i < n->n; i += 2)
        if (!literal(g, n->args[i], &key) || !literal(g, n->args[i + 1], &v) ||
            !cel_build_put(&m, out, key, v))
            return false;
    *out = cel_build_done(&m, *out);
    return true;
}

/* A literal of literals is made once, here. */
static bool literal(struct gen *g, const struct node *n, struct cel_value *out)
{
    if (n->kind == NODE_CONST) {
        *out = n->value;
        return true;
    }
    if (n->maybes)
        return false;
    return (n->kind == NODE_LIST && literal_list(g, n, out)) ||
           (n->kind == NODE_MAP && literal_map(g, n, out));
}

/* The register that holds the value; a new one unless it has one. */
static uint16_t value(struct gen *g, const struct node *n)
{
    struct cel_value v;
    uint16_t r;

    if (literal(g, n, &v))
        return constant(g, v);
    if (n->kind == NODE_NAME)
        return name(g, n);
    r = take(g);
    to(g, n, r);
    g->top = (size_t)r + 1;
    return r;
}

/* ---- calls -------------------------------------------------------- */

static bool all_constant(const struct node *n)
{
    for (size_t i = 0; i < n->n; i++)
        if (n->args[i]->kind != NODE_CONST)
            return false;
    return n->n > 0;
}

/* Literals that cannot work are found here: date('2026-02-30'), 1 / 0. */
static void try_literals(struct gen *g, const struct node *n)
{
    struct cel_program p = {.app = true};
    struct vm m = {.c = g->c, .p = &p, .fuel = 10000, .memory = 65536};
    struct cel_value a[4], v;

    if (!g->p->strict || g->p->env->flavour != CEL_APP || !all_constant(n) ||
        n->n > COUNT(a))
        return;
    for (size_t i = 0; i < n->n; i++)
        a[i] = n->args[i]->value;
    v = cel_call(&m, n->group, n->hint, a, n->n);
    if (v.kind == CEL_ERROR && !m.dead)
        cel_finding(g->p, FIND_ERROR, n->at, STR(""), "%.*s",
                    STR_ARG(cel_error_why(cel_error_out(g->c, v), NULL)));
}

static bool pattern(struct gen *g, const struct node *n, uint16_t dst)
{
    const struct node *literal = n->args[1];
    const char *why;
    size_t at, mark = g->top;
    const struct regex *r;

    if (n->n != 2 || !str_eq(n->name, STR("matches")) ||
        literal->kind != NODE_CONST || literal->value.kind != CEL_STRING)
        return false;
    r = cel_regex_new(g->c, cel_text(literal->value), &why, &at);
    if (r == NULL) {
        if (g->p->strict)
            cel_finding(g->p, FIND_ERROR, literal->at, STR(""),
                        say(g->c, "Pola ini, pada huruf ke-%zu, %s.",
                            "This pattern, at character %zu, %s."),
                        at + 1, why);
        return g->p->strict; /* unchecked, it fails when it is reached */
    }
    ARENA_GROW(g->c->mem, g->patterns, g->n_patterns, g->patterns_room);
    g->patterns[g->n_patterns++] = r;
    emit(g, n,
         (struct insn){.op = OP_MATCH,
                       .dst = dst,
                       .a = value(g, n->args[0]),
                       .c = (uint16_t)(g->n_patterns - 1)});
    g->top = mark;
    return true;
}

static void call_many(struct gen *g, const struct node *n, uint16_t dst)
{
    size_t base = g->top;

    for (size_t i = 0; i < n->n; i++)
        take(g);
    for (size_t i = 0; i < n->n; i++) {
        g->top = base + n->n;
        to(g, n->args[i], (uint16_t)(base + i));
    }
    emit(g, n,
         (struct insn){.op = OP_CALLN,
                       .n = (uint8_t)n->n,
                       .dst = dst,
                       .a = (uint16_t)base,
                       .c = n->group,
                       .fn = n->hint});
}

static void call(struct gen *g, const struct node *n, uint16_t dst)
{
    size_t mark = g->top;
    struct insn i = {.op = n->n == 1 ? OP_CALL1 : OP_CALL2,
                     .dst = dst,
                     .c = n->group,
                     .fn = n->hint};

    if (n->group == NO_GROUP || n->n > 200) {
        emit(g, n,
             (struct insn){.op = OP_MOVE,
                           .dst = dst,
                           .a = error_constant(g, n, FAULT_NO_FUNCTION)});
        return;
    }
    if (n->n == 2 && pattern(g, n, dst))
        return;
    try_literals(g, n);
    if (n->n == 0 || n->n > 2) {
        call_many(g, n, dst);
    } else {
        i.a = value(g, n->args[0]);
        if (n->n == 2)
            i.b = value(g, n->args[1]);
        emit(g, n, i);
    }
    g->top = mark;
}

/* ---- selections, conditions --------------------------------------- */

static void select_field(struct gen *g, const struct node *n, uint16_t dst)
{
    enum op op = n->kind == NODE_HAS ? n->name.n == 0 ? OP_HAS_VALUE : OP_HAS
                 : n->optional       ? OP_SELECT_OPT
                                     : OP_SELECT;
    size_t mark = g->top;
    uint16_t of = value(g, n->args[0]);

    emit(g, n,
         (struct insn){.op = (uint8_t)op,
                       .dst = dst,
                       .a = of,
                       .c = field_name(g, n->name)});
    g->top = mark;
}

static void logic(struct gen *g, const struct node *n, uint16_t dst)
{
    bool both = n->kind == NODE_AND;
    size_t mark = g->top, jump;
    uint16_t b;

    to(g, n->args[0], dst);
    jump = emit(
        g, n,
        (struct insn){.op = both ? OP_JUMP_FALSE : OP_JUMP_TRUE, .a = dst});
    b = value(g, n->args[1]);
    emit(g, n,
         (struct insn){
             .op = both ? OP_AND : OP_OR, .dst = dst, .a = dst, .b = b});
    land(g, jump);
    g->top = mark;
}

static void choose(struct gen *g, const struct node *n, uint16_t dst)
{
    size_t mark = g->top, bad, no, end;
    uint16_t cond = value(g, n->args[0]);

    bad = emit(g, n->args[0],
               (struct insn){.op = OP_NEED_BOOL, .dst = dst, .a = cond});
    no = emit(g, n, (struct insn){.op = OP_JUMP_FALSE, .a = cond});
    g->top = mark;
    to(g, n->args[1], dst);
    end = emit(g, n, (struct insn){.op = OP_JUMP});
    land(g, no);
    to(g, n->args[2], dst);
    land(g, end);
    land(g, bad);
    g->top = mark;
}

/* ---- lists and maps ------------------------------------------------ */

/* Jumps to one place, met before the place is known. */
struct exits {
    size_t *at;
    size_t n, room;
};

static void exit_at(struct gen *g, struct exits *x, size_t jump)
{
    ARENA_GROW(g->c->mem, x->at, x->n, x->room);
    x->at[x->n++] = jump;
}

static void land_all(struct gen *g, const struct exits *x)
{
    for (size_t i = 0; i < x->n; i++)
        land(g, x->at[i]);
}

static void list(struct gen *g, const struct node *n, uint16_t dst)
{
    struct exits bad = {0};
    size_t mark = g->top;

    emit(g, n, (struct insn){.op = OP_LIST, .dst = dst});
    for (size_t i = 0; i < n->n; i++) {
        uint16_t r = value(g, n->args[i]);
        bool optional = n->args[i]->maybe;

        exit_at(g, &bad,
                emit(g, n->args[i],
                     (struct insn){
                         .op = OP_ADD, .n = optional, .dst = dst, .a = r}));
        g->top = mark;
    }
    emit(g, n, (struct insn){.op = OP_DONE, .dst = dst});
    land_all(g, &bad);
}

static void map(struct gen *g, const struct node *n, uint16_t dst)
{
    struct exits bad = {0};
    size_t mark = g->top;

    emit(g, n, (struct insn){.op = OP_MAP, .dst = dst});
    for (size_t i = 0; i < n->n; i += 2) {
        uint16_t key = value(g, n->args[i]), v = value(g, n->args[i + 1]);
        bool optional = n->args[i + 1]->maybe;

        exit_at(g, &bad,
                emit(g, n->args[i],
                     (struct insn){.op = OP_PUT,
                                   .n = optional,
                                   .dst = dst,
                                   .a = key,
                                   .b = v}));
        g->top = mark;
    }
    emit(g, n, (struct insn){.op = OP_DONE, .dst = dst});
    land_all(g, &bad);
}

/* ---- loops -------------------------------------------------------- */

struct walk {
    const struct node *n;
    uint16_t acc, key, item;
    size_t next;       /* the instruction that fetches the next item */
    struct exits done; /* to the end of the walk */
    struct exits bad;  /* past it: the accumulator is the result */
};

static void walk_test(struct gen *g, struct walk *w)
{
    static const uint8_t ops[][2] = {[LOOP_ALL] = {OP_AND, OP_JUMP_FALSE},
                                     [LOOP_EXISTS] = {OP_OR, OP_JUMP_TRUE}};
    uint16_t r = value(g, w->n->args[1]);

    if (w->n->loop == LOOP_ONE) {
        exit_at(
            g, &w->bad,
            emit(g, w->n, (struct insn){.op = OP_ONE, .dst = w->acc, .a = r}));
        return;
    }
    emit(g, w->n,
         (struct insn){
             .op = ops[w->n->loop][0], .dst = w->acc, .a = w->acc, .b = r});
    exit_at(
        g, &w->done,
        emit(g, w->n, (struct insn){.op = ops[w->n->loop][1], .a = w->acc}));
}

/* Go on to the next item where the predicate is false. */
static void walk_filter(struct gen *g, struct walk *w, const struct node *p)
{
    uint16_t r = value(g, p);

    exit_at(
        g, &w->bad,
        emit(g, p, (struct insn){.op = OP_NEED_BOOL, .dst = w->acc, .a = r}));
    emit(g, p,
         (struct insn){.op = OP_JUMP_FALSE, .a = r, .c = (uint16_t)w->next});
}

static void walk_collect(struct gen *g, struct walk *w)
{
    const struct node *n = w->n, *last = n->args[n->n - 1];
    struct insn i = {.op = OP_ADD, .dst = w->acc, .a = w->item};

    if (n->loop == LOOP_FILTER || n->n == 3)
        walk_filter(g, w, n->args[1]);
    if (n->loop != LOOP_FILTER)
        i.a = value(g, last);
    if (n->loop == LOOP_TO_MAP) {
        i.op = OP_PUT;
        i.b = i.a;
        i.a = w->key;
    } else if (n->loop == LOOP_TO_ENTRY) {
        i.op = OP_PUT_ALL;
    }
    exit_at(g, &w->bad, emit(g, last, i));
}

static struct insn walk_start(struct gen *g, const struct node *n, uint16_t acc)
{
    switch ((enum loop)n->loop) {
    case LOOP_ALL:
        return (struct insn){
            .op = OP_MOVE, .dst = acc, .a = constant(g, cel_bool(true))};
    case LOOP_EXISTS:
        return (struct insn){
            .op = OP_MOVE, .dst = acc, .a = constant(g, cel_bool(false))};
    case LOOP_ONE:
        return (struct insn){
            .op = OP_MOVE, .dst = acc, .a = constant(g, cel_int(0))};
    case LOOP_TO_MAP:
    case LOOP_TO_ENTRY:
        return (struct insn){.op = OP_MAP, .dst = acc};
    case LOOP_MAP:
    case LOOP_FILTER:
    case LOOP_TO_LIST:
        break;
    }
    return (struct insn){.op = OP_LIST, .dst = acc};
}

/* Two registers of state, then the variables; the walk over a list or map. */
static void loop(struct gen *g, const struct node *n, uint16_t dst)
{
    size_t mark = g->top;
    uint16_t range = value(g, n->args[0]), state = take(g);
    struct walk w = {.n = n, .acc = dst};
    bool test = n->loop <= LOOP_ONE;

    take(g);
    w.key = take(g);
    w.item = take(g);
    g->slots[n->slot] = (struct slot){.reg = n->two ? w.key : w.item};
    if (n->two)
        g->slots[n->slot2] = (struct slot){.reg = w.item};
    exit_at(
        g, &w.bad,
        emit(g, n->args[0],
             (struct insn){.op = OP_ITER, .dst = state, .a = range, .b = dst}));
    emit(g, n, walk_start(g, n, dst));
    w.next = emit(
        g, n,
        (struct insn){
            .op = OP_NEXT, .n = n->two, .dst = state, .a = w.key, .b = w.item});
    exit_at(g, &w.done, w.next);
    if (test)
        walk_test(g, &w);
    else
        walk_collect(g, &w);
    emit(g, n, (struct insn){.op = OP_JUMP, .c = (uint16_t)w.next});
    land_all(g, &w.done);
    if (n->loop == LOOP_ONE || !test)
        emit(g, n, (struct insn){.op = test ? OP_IS_ONE : OP_DONE, .dst = dst});
    land_all(g, &w.bad);
    g->top = mark;
}

/* ---- bindings ----------------------------------------------------- */

/* The slot's code stands here and runs at its first use. What it uses stays
 * reserved, since it may run in the middle of anything that follows. */
static void lazy(struct gen *g, const struct node *init, uint32_t slot)
{
    uint16_t reg = take(g), r;
    size_t over, high = g->high;

    take(g); /* where to come back to */
    emit(g, init, (struct insn){.op = OP_RESET, .dst = reg});
    over = emit(g, init, (struct insn){.op = OP_JUMP});
    g->slots[slot] =
        (struct slot){.reg = reg, .lazy = true, .sub = (uint16_t)g->n};
    g->high = g->top;
    r = value(g, init);
    emit(g, init, (struct insn){.op = OP_BACK, .dst = reg, .a = r});
    g->top = g->high;
    g->high = high > g->high ? high : g->high;
    land(g, over);
}

static void bind(struct gen *g, const struct node *n, uint16_t dst)
{
    size_t mark = g->top;

    lazy(g, n->args[0], n->slot);
    to(g, n->args[1], dst);
    g->top = mark;
}

static void block(struct gen *g, const struct node *n, uint16_t dst)
{
    size_t mark = g->top;

    for (size_t i = 0; i + 1 < n->n; i++)
        lazy(g, n->args[i], n->slot + (uint32_t)i);
    to(g, n->args[n->n - 1], dst);
    g->top = mark;
}

static void opt_map(struct gen *g, const struct node *n, uint16_t dst)
{
    size_t mark = g->top, none;
    uint16_t of = value(g, n->args[0]), x = take(g), r;

    g->slots[n->slot] = (struct slot){.reg = x};
    none =
        emit(g, n, (struct insn){.op = OP_UNWRAP, .dst = x, .a = of, .b = dst});
    r = value(g, n->args[1]);
    emit(g, n,
         (struct insn){
             .op = n->optional ? OP_WRAP : OP_NEED_OPT, .dst = dst, .a = r});
    land(g, none);
    g->top = mark;
}

/* ---- the walk ----------------------------------------------------- */

static void to(struct gen *g, const struct node *n, uint16_t dst)
{
    struct cel_value v;

    if (literal(g, n, &v)) {
        emit(g, n,
             (struct insn){.op = OP_MOVE, .dst = dst, .a = constant(g, v)});
        return;
    }
    switch ((enum node_kind)n->kind) {
    case NODE_CONST: /* was a literal */
    case NODE_NAME:
        emit(g, n, (struct insn){.op = OP_MOVE, .dst = dst, .a = value(g, n)});
        return;
    case NODE_SELECT:
    case NODE_HAS:
        select_field(g, n, dst);
        return;
    case NODE_CALL:
        call(g, n, dst);
        return;
    case NODE_AND:
    case NODE_OR:
        logic(g, n, dst);
        return;
    case NODE_COND:
        choose(g, n, dst);
        return;
    case NODE_LIST:
        list(g, n, dst);
        return;
    case NODE_MAP:
        map(g, n, dst);
        return;
    case NODE_LOOP:
        loop(g, n, dst);
        return;
    case NODE_BIND:
        bind(g, n, dst);
        return;
    case NODE_OPT:
        opt_map(g, n, dst);
        return;
    case NODE_BLOCK:
        break;
    }
    block(g, n, dst);
}

/* Constants first, then declared names, then temporaries. */
static uint16_t settled(const struct gen *g, uint16_t r)
{
    if (r >= VAR_MARK)
        return (uint16_t)(g->n_consts + (size_t)(r - VAR_MARK));
    if (r >= CONST_MARK)
        return (uint16_t)(r - CONST_MARK);
    return (uint16_t)(g->n_consts + g->n_vars + r);
}

const struct cel_program *cel_gen(struct parse *p, struct node *root)
{
    struct gen g = {.p = p, .c = p->c};
    struct cel_program *out = NEW(p->c->mem, struct cel_program);
    uint16_t result;

    g.slots = NEWS(p->c->mem, struct slot, (size_t)p->n_slots + 1);
    result = value(&g, root);
    emit(&g, root, (struct insn){.op = OP_END});
    if (p->failed)
        return NULL;
    for (size_t i = 0; i < g.n; i++) {
        g.code[i].dst = settled(&g, g.code[i].dst);
        g.code[i].a = settled(&g, g.code[i].a);
        g.code[i].b = settled(&g, g.code[i].b);
    }
    *out = (struct cel_program){
        .code = g.code,
        .places = g.places,
        .n = g.n,
        .consts = g.consts,
        .n_consts = g.n_consts,
        .vars = g.vars,
        .var_refs = g.var_refs,
        .n_vars = g.n_vars,
        .n_regs = g.n_consts + g.n_vars + g.high + 1,
        .patterns = g.patterns,
        .n_patterns = g.n_patterns,
        .names = g.names,
        .n_names = g.n_names,
        .result = settled(&g, result),
        .app = p->env->flavour == CEL_APP,
    };
    return out;
}
