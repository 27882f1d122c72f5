/* SPDX-License-Identifier: EUPL-1.2 */
/* Running a program. One small function an instruction; errors and unknowns
 * are values that flow through registers, so nothing unwinds. Fuel is paid on
 * the language, not on instructions: one for each function, operator,
 * selection, item and walked element (docs/expressions.md). */
#include "cel/cel_priv.h"

typedef size_t op_fn(struct vm *m, const struct insn *i, size_t pc);

static bool is_bad(struct cel_value v)
{
    return v.kind >= CEL_UNKNOWN;
}

/* The place of a new error is the instruction that made it. */
static struct cel_value placed(struct vm *m, size_t pc, struct cel_value v)
{
    if (v.kind == CEL_ERROR && (v.flags & FLAG_FRESH) != 0) {
        v.flags = 0;
        v.n = m->p->places[pc];
    }
    return v;
}

static void set(struct vm *m, const struct insn *i, size_t pc,
                struct cel_value v)
{
    m->r[i->dst] = placed(m, pc, v);
}

/* ---- names -------------------------------------------------------- */

/* A failure of the host's own (a computed field that failed) is passed on. */
static struct cel_value taken_in(struct vm *m, struct cel_value v)
{
    struct cel_value lean;

    if (v.kind != CEL_ERROR)
        return v;
    lean = cel_oops_about(m, FAULT_GIVEN, v.v.error->why);
    return lean;
}

static struct cel_value today(struct vm *m)
{
    return cel_date(time_local(m->c->now, m->offset_minutes, NULL));
}

static struct cel_value now(struct vm *m)
{
    int64_t s = m->c->now / TIME_SECOND, rest = m->c->now % TIME_SECOND;

    if (rest < 0)
        rest += TIME_SECOND, s--;
    return cel_timestamp(s, (int32_t)(rest * 1000));
}

static size_t op_load(struct vm *m, const struct insn *i, size_t pc)
{
    if (m->r[i->dst].kind != KIND_UNSET)
        return pc + 1;
    switch (m->p->var_refs[i->c]) {
    case REF_TODAY:
        set(m, i, pc, today(m));
        break;
    case REF_NOW:
        set(m, i, pc, now(m));
        break;
    default:
        set(m, i, pc, taken_in(m, m->resolve(m->c, m->arg, m->p->vars[i->c])));
    }
    return pc + 1;
}

static size_t op_move(struct vm *m, const struct insn *i, size_t pc)
{
    m->r[i->dst] = m->r[i->a];
    return pc + 1;
}

/* ---- calls -------------------------------------------------------- */

/* What arguments that are no values make of a call: unknown before error. */
static bool spoiled(const struct cel_value *a, size_t n, struct cel_value *out)
{
    bool bad = false;

    for (size_t i = 0; i < n; i++) {
        if (!is_bad(a[i]))
            continue;
        if (!bad || a[i].kind == CEL_UNKNOWN)
            *out = a[i];
        bad = true;
    }
    return bad;
}

static bool accepts(const struct overload *o, const struct cel_value *a,
                    size_t n)
{
    if (o->n != n)
        return false;
    for (size_t i = 0; i < n; i++) {
        uint8_t kind = cel_shape_kind[o->params[i]];

        if (kind != a[i].kind && kind != ANY_KIND)
            return false;
    }
    return true;
}

static struct cel_value paid(struct vm *m, const struct overload *o,
                             const struct cel_value *a, size_t n)
{
    uint64_t price = o->price == PRICE_ONE ? 1 : cel_price(o->price, a, n);

    if (!cel_charge(m, price))
        return cel_spent(m);
    return o->fn(m, a, n);
}

struct cel_value cel_call(struct vm *m, uint16_t group, uint16_t hint,
                          const struct cel_value *a, size_t n)
{
    enum in_env not_here = m->p->app ? IN_PLAIN : IN_APP;
    struct cel_value v;

    if (spoiled(a, n, &v))
        return cel_charge(m, 1) ? v : cel_spent(m);
    if (hint != NO_HINT && accepts(&cel_overloads[hint], a, n))
        return paid(m, &cel_overloads[hint], a, n);
    for (size_t i = group; i < cel_n_overloads; i++) {
        const struct overload *o = &cel_overloads[i];

        if (!str_eq(o->name, cel_overloads[group].name))
            break;
        if (o->in != not_here && accepts(o, a, n))
            return paid(m, o, a, n);
    }
    return cel_charge(m, 1) ? cel_no_overload(m, a, n) : cel_spent(m);
}

static size_t op_call1(struct vm *m, const struct insn *i, size_t pc)
{
    set(m, i, pc, cel_call(m, i->c, i->fn, &m->r[i->a], 1));
    return pc + 1;
}

static size_t op_call2(struct vm *m, const struct insn *i, size_t pc)
{
    struct cel_value a[2] = {m->r[i->a], m->r[i->b]};

    set(m, i, pc, cel_call(m, i->c, i->fn, a, 2));
    return pc + 1;
}

static size_t op_calln(struct vm *m, const struct insn *i, size_t pc)
{
    set(m, i, pc, cel_call(m, i->c, i->fn, &m->r[i->a], i->n));
    return pc + 1;
}

struct cel_value cel_match(struct vm *m, const struct regex *r, str text)
{
    void *scratch;

    if (!cel_charge(m, (text.n + 1) * cel_regex_size(r) / 64 + 1))
        return cel_spent(m);
    scratch = cel_take(m, cel_regex_scratch(r));
    if (scratch == NULL)
        return cel_spent(m);
    return cel_bool(cel_regex_match(r, text, scratch));
}

static size_t op_match(struct vm *m, const struct insn *i, size_t pc)
{
    struct cel_value a = m->r[i->a];

    if (!is_bad(a))
        a = a.kind == CEL_STRING
                ? cel_match(m, m->p->patterns[i->c], cel_text(a))
                : cel_no_overload(m, &a, 1);
    set(m, i, pc, a);
    return pc + 1;
}

/* ---- selection ---------------------------------------------------- */

static struct cel_value field(struct vm *m, struct cel_value of, str name)
{
    struct cel_value v;

    if (of.kind != CEL_MAP) {
        if (of.kind == CEL_NULL && m->p->app)
            return cel_oops(FAULT_EMPTY);
        return cel_oops_about(m, FAULT_NO_FIELDS, cel_kind_name(of.kind));
    }
    if (!cel_under(of, name, &v))
        return cel_oops_about(m, FAULT_NO_KEY, name);
    return v;
}

/* In an optional, selection goes on inside and stays optional. */
static struct cel_value optional_field(struct vm *m, struct cel_value of,
                                       str name)
{
    struct cel_value v;

    if (of.kind == CEL_OPTIONAL) {
        if (of.v.p == NULL)
            return of;
        of = *(const struct cel_value *)of.v.p;
    }
    if (of.kind != CEL_MAP)
        return field(m, of, name);
    return cel_under(of, name, &v) ? cel_optional(m, v) : cel_none();
}

static size_t op_select(struct vm *m, const struct insn *i, size_t pc)
{
    struct cel_value of = m->r[i->a];
    str name = m->p->names[i->c];

    if (!cel_charge(m, 1))
        of = cel_spent(m);
    if (!is_bad(of))
        of = of.kind == CEL_OPTIONAL ? optional_field(m, of, name)
                                     : field(m, of, name);
    set(m, i, pc, of);
    return pc + 1;
}

static size_t op_select_opt(struct vm *m, const struct insn *i, size_t pc)
{
    struct cel_value of = m->r[i->a];

    if (!cel_charge(m, 1))
        of = cel_spent(m);
    if (!is_bad(of))
        of = optional_field(m, of, m->p->names[i->c]);
    set(m, i, pc, of);
    return pc + 1;
}

/* In an app an empty field is not there, and an unfilled one not known. */
static struct cel_value is_filled(struct vm *m, struct cel_value v)
{
    if (is_bad(v))
        return v;
    return cel_bool(v.kind != CEL_NULL || !m->p->app);
}

static size_t op_has(struct vm *m, const struct insn *i, size_t pc)
{
    struct cel_value of = m->r[i->a], v;
    str name = m->p->names[i->c];

    if (!cel_charge(m, 1))
        of = cel_spent(m);
    if (of.kind == CEL_OPTIONAL) {
        v = optional_field(m, of, name);
        of = is_bad(v) ? v : cel_bool(v.v.p != NULL);
    } else if (of.kind == CEL_MAP) {
        of = cel_under(of, name, &v) ? is_filled(m, v) : cel_bool(false);
    } else if (!is_bad(of)) {
        of = field(m, of, name);
    }
    set(m, i, pc, of);
    return pc + 1;
}

static size_t op_has_value(struct vm *m, const struct insn *i, size_t pc)
{
    set(m, i, pc, is_filled(m, m->r[i->a]));
    return pc + 1;
}

/* ---- literals ----------------------------------------------------- */

static size_t op_list(struct vm *m, const struct insn *i, size_t pc)
{
    set(m, i, pc, cel_build_list(m));
    return pc + 1;
}

static size_t op_map(struct vm *m, const struct insn *i, size_t pc)
{
    set(m, i, pc, cel_build_map(m));
    return pc + 1;
}

/* The value of an optional entry: false where there is none to add. */
static bool entry(struct vm *m, const struct insn *i, struct cel_value *v)
{
    if (i->n == 0 || is_bad(*v))
        return true;
    if (v->kind != CEL_OPTIONAL) {
        *v = cel_no_overload(m, v, 1);
        return true;
    }
    if (v->v.p == NULL)
        return false;
    *v = *(const struct cel_value *)v->v.p;
    return true;
}

/* Whether the builder is lost to the bad value v. */
static bool lost(struct vm *m, const struct insn *i, size_t pc,
                 struct cel_value v)
{
    if (!is_bad(v))
        return false;
    set(m, i, pc, v);
    return true;
}

static size_t op_add(struct vm *m, const struct insn *i, size_t pc)
{
    struct cel_value v = m->r[i->a];

    if (!cel_charge(m, 1) || !entry(m, i, &v))
        return pc + 1;
    if (lost(m, i, pc, v) || !cel_build_add(m, &m->r[i->dst], v))
        return i->c;
    return pc + 1;
}

static size_t op_put(struct vm *m, const struct insn *i, size_t pc)
{
    struct cel_value key = m->r[i->a], v = m->r[i->b];

    if (!cel_charge(m, 1))
        return pc + 1;
    if (lost(m, i, pc, key))
        return i->c;
    if (!entry(m, i, &v))
        return pc + 1;
    if (lost(m, i, pc, v) || !cel_build_put(m, &m->r[i->dst], key, v)) {
        m->r[i->dst] = placed(m, pc, m->r[i->dst]);
        return i->c;
    }
    return pc + 1;
}

static size_t op_put_all(struct vm *m, const struct insn *i, size_t pc)
{
    struct cel_value from = m->r[i->a];

    if (lost(m, i, pc, from))
        return i->c;
    MUST(from.kind == CEL_MAP); /* the parser saw a map literal */
    for (size_t j = 0; j < from.v.map->n && cel_charge(m, 1); j++)
        if (!cel_build_put(m, &m->r[i->dst], from.v.map->pairs[2 * j],
                           from.v.map->pairs[2 * j + 1])) {
            m->r[i->dst] = placed(m, pc, m->r[i->dst]);
            return i->c;
        }
    return pc + 1;
}

static size_t op_done(struct vm *m, const struct insn *i, size_t pc)
{
    set(m, i, pc, cel_build_done(m, m->r[i->dst]));
    return pc + 1;
}

/* ---- conditions --------------------------------------------------- */

static size_t op_jump(struct vm *m, const struct insn *i, size_t pc)
{
    (void)m, (void)pc;
    return i->c;
}

static size_t op_jump_false(struct vm *m, const struct insn *i, size_t pc)
{
    return m->r[i->a].kind == CEL_BOOL && !m->r[i->a].v.b ? i->c : pc + 1;
}

static size_t op_jump_true(struct vm *m, const struct insn *i, size_t pc)
{
    return m->r[i->a].kind == CEL_BOOL && m->r[i->a].v.b ? i->c : pc + 1;
}

static struct cel_value not_bool(struct vm *m, struct cel_value v)
{
    if (is_bad(v))
        return v;
    return cel_oops(v.kind == CEL_NULL && m->p->app ? FAULT_EMPTY
                                                    : FAULT_NOT_BOOL);
}

static size_t op_need_bool(struct vm *m, const struct insn *i, size_t pc)
{
    if (m->r[i->a].kind == CEL_BOOL)
        return pc + 1;
    set(m, i, pc, not_bool(m, m->r[i->a]));
    return i->c;
}

/* `decides` is what settles the matter whatever the other side is. */
static struct cel_value logic(struct vm *m, struct cel_value a,
                              struct cel_value b, bool decides)
{
    if ((a.kind == CEL_BOOL && a.v.b == decides) ||
        (b.kind == CEL_BOOL && b.v.b == decides))
        return cel_bool(decides);
    if (a.kind == CEL_UNKNOWN || b.kind == CEL_UNKNOWN)
        return cel_unknown();
    if (a.kind != CEL_BOOL)
        return not_bool(m, a);
    return b.kind == CEL_BOOL ? b : not_bool(m, b);
}

static size_t op_and(struct vm *m, const struct insn *i, size_t pc)
{
    set(m, i, pc, logic(m, m->r[i->a], m->r[i->b], false));
    return pc + 1;
}

static size_t op_or(struct vm *m, const struct insn *i, size_t pc)
{
    set(m, i, pc, logic(m, m->r[i->a], m->r[i->b], true));
    return pc + 1;
}

/* ---- walks -------------------------------------------------------- */

static size_t op_iter(struct vm *m, const struct insn *i, size_t pc)
{
    struct cel_value of = m->r[i->a];

    if (of.kind == CEL_LIST || of.kind == CEL_MAP) {
        m->r[i->dst] = of;
        m->r[i->dst + 1] = cel_int(0);
        return pc + 1;
    }
    if (!is_bad(of))
        of = of.kind == CEL_NULL && m->p->app
                 ? cel_oops(FAULT_EMPTY)
                 : cel_oops_about(m, FAULT_NOT_LIST, cel_kind_name(of.kind));
    m->r[i->b] = placed(m, pc, of);
    return i->c;
}

static size_t op_next(struct vm *m, const struct insn *i, size_t pc)
{
    struct cel_value of = m->r[i->dst], *at = &m->r[i->dst + 1];
    size_t k = (size_t)at->v.i++;

    if (k >= of.n)
        return i->c;
    cel_charge(m, 1);
    if (of.kind == CEL_LIST) {
        m->r[i->a] = cel_int((int64_t)k);
        m->r[i->b] = of.v.list->items[k];
    } else {
        m->r[i->a] = of.v.map->pairs[2 * k];
        m->r[i->b] = of.v.map->pairs[2 * k + (i->n != 0)];
    }
    return pc + 1;
}

static size_t op_one(struct vm *m, const struct insn *i, size_t pc)
{
    struct cel_value v = m->r[i->a];

    if (v.kind != CEL_BOOL) {
        set(m, i, pc, not_bool(m, v));
        return i->c;
    }
    m->r[i->dst].v.i += v.v.b;
    return pc + 1;
}

static size_t op_is_one(struct vm *m, const struct insn *i, size_t pc)
{
    m->r[i->dst] = cel_bool(m->r[i->dst].v.i == 1);
    return pc + 1;
}

/* ---- bindings ----------------------------------------------------- */

static size_t op_reset(struct vm *m, const struct insn *i, size_t pc)
{
    m->r[i->dst].kind = KIND_UNSET;
    return pc + 1;
}

static size_t op_lazy(struct vm *m, const struct insn *i, size_t pc)
{
    if (m->r[i->dst].kind != KIND_UNSET)
        return pc + 1;
    m->r[i->dst + 1] = cel_int((int64_t)pc + 1);
    return i->c;
}

static size_t op_back(struct vm *m, const struct insn *i, size_t pc)
{
    (void)pc;
    m->r[i->dst] = m->r[i->a];
    return (size_t)m->r[i->dst + 1].v.i;
}

static size_t op_unwrap(struct vm *m, const struct insn *i, size_t pc)
{
    struct cel_value of = m->r[i->a];

    if (of.kind == CEL_OPTIONAL && of.v.p != NULL) {
        m->r[i->dst] = *(const struct cel_value *)of.v.p;
        return pc + 1;
    }
    if (of.kind != CEL_OPTIONAL && !is_bad(of))
        of = cel_no_overload(m, &of, 1);
    m->r[i->b] = placed(m, pc, of);
    return i->c;
}

static size_t op_wrap(struct vm *m, const struct insn *i, size_t pc)
{
    set(m, i, pc, cel_optional(m, m->r[i->a]));
    return pc + 1;
}

static size_t op_need_opt(struct vm *m, const struct insn *i, size_t pc)
{
    struct cel_value v = m->r[i->a];

    if (v.kind != CEL_OPTIONAL && !is_bad(v))
        v = cel_no_overload(m, &v, 1);
    set(m, i, pc, v);
    return pc + 1;
}

static size_t op_end(struct vm *m, const struct insn *i, size_t pc)
{
    (void)i, (void)pc;
    return m->p->n;
}

/* ---- the run ------------------------------------------------------ */

static op_fn *const ops[OP_COUNT] = {
    [OP_LOAD] = op_load,
    [OP_MOVE] = op_move,
    [OP_CALL1] = op_call1,
    [OP_CALL2] = op_call2,
    [OP_CALLN] = op_calln,
    [OP_MATCH] = op_match,
    [OP_SELECT] = op_select,
    [OP_SELECT_OPT] = op_select_opt,
    [OP_HAS] = op_has,
    [OP_HAS_VALUE] = op_has_value,
    [OP_LIST] = op_list,
    [OP_ADD] = op_add,
    [OP_MAP] = op_map,
    [OP_PUT] = op_put,
    [OP_PUT_ALL] = op_put_all,
    [OP_DONE] = op_done,
    [OP_JUMP] = op_jump,
    [OP_JUMP_FALSE] = op_jump_false,
    [OP_JUMP_TRUE] = op_jump_true,
    [OP_NEED_BOOL] = op_need_bool,
    [OP_AND] = op_and,
    [OP_OR] = op_or,
    [OP_ITER] = op_iter,
    [OP_NEXT] = op_next,
    [OP_ONE] = op_one,
    [OP_IS_ONE] = op_is_one,
    [OP_RESET] = op_reset,
    [OP_LAZY] = op_lazy,
    [OP_BACK] = op_back,
    [OP_UNWRAP] = op_unwrap,
    [OP_WRAP] = op_wrap,
    [OP_NEED_OPT] = op_need_opt,
    [OP_END] = op_end,
};

static struct cel_value run(struct vm *m)
{
    const struct cel_program *p = m->p;
    size_t pc = 0, last = 0;
    struct cel_value v;

    if (p->n_consts > 0)
        memcpy(m->r, p->consts, p->n_consts * sizeof *m->r);
    for (size_t i = 0; i < p->n_vars; i++)
        m->r[p->n_consts + i].kind = KIND_UNSET;
    while (pc < p->n && !m->dead) {
        last = pc;
        pc = ops[p->code[pc].op](m, &p->code[pc], pc);
    }
    v = m->dead ? placed(m, last, cel_spent(m)) : m->r[p->result];
    return v.kind == CEL_ERROR ? cel_error_out(m->c, v) : v;
}

struct cel_value cel_eval(struct ctx *c, const struct cel_program *p,
                          cel_resolve *resolve, void *arg, int offset_minutes,
                          const struct cel_limits *limits)
{
    struct cel_value few[32];
    struct vm m = {.c = c,
                   .p = p,
                   .r = few,
                   .fuel = 100000,
                   .memory = (size_t)256 * 1024,
                   .resolve = resolve,
                   .arg = arg,
                   .offset_minutes = offset_minutes};

    if (limits != NULL && limits->fuel > 0)
        m.fuel = limits->fuel;
    if (limits != NULL && limits->memory > 0)
        m.memory = limits->memory;
    if (p->n_regs > COUNT(few))
        m.r = NEWS(c->mem, struct cel_value, p->n_regs);
    return run(&m);
}
