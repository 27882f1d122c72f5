/* SPDX-License-Identifier: EUPL-1.2 */
/* Types: assignability with type variables, joins, text. After the reference
 * checker (cel-go): a variable takes the first type it meets and widens to a
 * less specific one; dyn goes anywhere. */
#include "cel/cel_priv.h"

const struct typ cel_typ_dyn = {.kind = TYP_DYN};
const struct typ cel_typ_wrong = {.kind = TYP_WRONG};

static const struct typ basic[CEL_ERROR] = {
#define T(k) [k] = {.kind = k}
    T(CEL_NULL),     T(CEL_BOOL),      T(CEL_INT),    T(CEL_UINT),
    T(CEL_DOUBLE),   T(CEL_STRING),    T(CEL_BYTES),  T(CEL_TYPE),
    T(CEL_DURATION), T(CEL_TIMESTAMP), T(CEL_NET_IP), T(CEL_NET_CIDR),
    T(CEL_DECIMAL),  T(CEL_MONEY),     T(CEL_DATE),   T(CEL_PERIOD),
#undef T
};

const struct typ *cel_typ_basic(int kind)
{
    MUST(kind >= 0 && kind < CEL_ERROR && basic[kind].kind == kind);
    return &basic[kind];
}

const struct typ *cel_typ_new(struct ctx *c, int kind, const struct typ *a,
                              const struct typ *b)
{
    struct typ *t = NEW(c->mem, struct typ);

    t->kind = (uint8_t)kind;
    t->of[0] = a;
    t->of[1] = b;
    t->n = (uint8_t)((a != NULL) + (b != NULL));
    return t;
}

static const struct typ *or_dyn(struct ctx *c, const struct cel_type *t)
{
    return t == NULL ? &cel_typ_dyn : cel_typ_of(c, t);
}

static const struct typ *abstract_of(struct ctx *c, const struct cel_type *t)
{
    struct typ *out = NEW(c->mem, struct typ);

    out->kind = TYP_ABSTRACT;
    out->name = arena_str(c->mem, t->name);
    for (size_t i = 0; i < t->n && i < COUNT(out->of); i++)
        out->of[out->n++] = cel_typ_of(c, t->fields[i].type);
    return out;
}

static struct typ *container_of_types(struct ctx *c, const struct cel_type *t)
{
    struct typ *out = NEW(c->mem, struct typ);

    out->kind = (uint8_t)t->kind;
    if (t->kind == CEL_MAP && t->fields != NULL) {
        out->of[0] = cel_typ_basic(CEL_STRING);
        out->of[1] = &cel_typ_dyn;
        out->n = 2;
        out->decl = t;
    } else if (t->kind == CEL_MAP) {
        out->of[0] = or_dyn(c, t->key);
        out->of[1] = or_dyn(c, t->of);
        out->n = 2;
    } else {
        out->of[0] = or_dyn(c, t->of);
        out->n = 1;
    }
    return out;
}

static struct typ *typ_of(struct ctx *c, const struct cel_type *t)
{
    struct typ *out = NEW(c->mem, struct typ);

    int kind = (int)t->kind;

    if (kind == CEL_LIST || kind == CEL_MAP || kind == CEL_OPTIONAL ||
        kind == CEL_TYPE)
        return container_of_types(c, t);
    *out = kind < CEL_UNKNOWN ? *cel_typ_basic(kind) : cel_typ_dyn;
    if (kind == CEL_STRING && t->n_options > 0)
        out->decl = t;
    return out;
}

const struct typ *cel_typ_of(struct ctx *c, const struct cel_type *t)
{
    struct typ *out;

    if (t->dyn)
        return &cel_typ_dyn;
    if (t->kind == CEL_TYPE && t->param) {
        out = NEW(c->mem, struct typ);
        *out = (struct typ){.kind = TYP_VAR, .name = t->name};
        return out;
    }
    if (t->kind == CEL_TYPE && t->name.n > 0)
        return abstract_of(c, t);
    out = typ_of(c, t);
    out->nullable = t->nullable;
    return out;
}

struct cel_type *cel_typ_public(struct ctx *c, const struct typ *t)
{
    struct cel_type *out = NEW(c->mem, struct cel_type);
    struct cel_field *fields;

    if (t->decl != NULL)
        *out = *t->decl;
    out->nullable = t->nullable;
    if (t->kind == TYP_ABSTRACT) {
        fields = NEWS(c->mem, struct cel_field, (size_t)t->n + 1);
        for (size_t i = 0; i < t->n; i++)
            fields[i].type = cel_typ_public(c, t->of[i]);
        out->kind = CEL_TYPE;
        out->name = t->name;
        out->fields = fields;
        out->n = t->n;
        return out;
    }
    out->dyn = t->kind >= TYP_DYN;
    out->kind = out->dyn ? CEL_NULL : (enum cel_kind)t->kind;
    if (t->decl == NULL && t->n == 2)
        out->key = cel_typ_public(c, t->of[0]);
    if (t->decl == NULL && t->n > 0)
        out->of = cel_typ_public(c, t->of[t->n - 1]);
    return out;
}

/* ---- variables ---------------------------------------------------- */

const struct typ *cel_typ_fresh(struct types *t)
{
    struct typ *v = NEW(t->c->mem, struct typ);

    ARENA_GROW(t->c->mem, t->bound, t->n, t->room);
    *v = (struct typ){.kind = TYP_VAR, .var = (uint32_t)t->n};
    t->bound[t->n++] = NULL;
    return v;
}

static const struct typ *parameter(struct types *t, str name, struct fresh *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->names[i], name))
            return f->vars[i];
    if (f->n == COUNT(f->names))
        return &cel_typ_dyn;
    f->names[f->n] = name;
    f->vars[f->n] = cel_typ_fresh(t);
    return f->vars[f->n++];
}

static bool has_parameters(const struct typ *d)
{
    if (d->kind == TYP_VAR)
        return true;
    for (size_t i = 0; i < d->n; i++)
        if (has_parameters(d->of[i]))
            return true;
    return false;
}

const struct typ *cel_typ_instance(struct types *t, const struct typ *d,
                                   struct fresh *f)
{
    struct typ *out;

    if (d->kind == TYP_VAR)
        return parameter(t, d->name, f);
    if (!has_parameters(d))
        return d;
    out = NEW(t->c->mem, struct typ);
    *out = *d;
    for (size_t i = 0; i < d->n; i++)
        out->of[i] = cel_typ_instance(t, d->of[i], f);
    return out;
}

static void bind(struct types *t, uint32_t var, const struct typ *to)
{
    ARENA_GROW(t->c->mem, t->undo, t->n_undo, t->undo_room);
    t->undo[t->n_undo++] = (struct undo){var, t->bound[var]};
    t->bound[var] = to;
}

const struct typ *cel_typ_look(struct types *t, const struct typ *a)
{
    while (a->kind == TYP_VAR && t->bound[a->var] != NULL)
        a = t->bound[a->var];
    return a;
}

/* The last variable of a chain; the type itself where it is none. */
static const struct typ *root_of(struct types *t, const struct typ *a)
{
    while (a->kind == TYP_VAR && t->bound[a->var] != NULL &&
           t->bound[a->var]->kind == TYP_VAR)
        a = t->bound[a->var];
    return a;
}

/* Whether binding root variable `var` to `in` would make a circle. */
static bool occurs(struct types *t, const struct typ *var, const struct typ *in)
{
    in = root_of(t, in);
    if (in->kind == TYP_VAR) {
        if (in->var == var->var)
            return true;
        in = t->bound[in->var];
        if (in == NULL)
            return false;
    }
    for (size_t i = 0; i < in->n; i++)
        if (occurs(t, var, in->of[i]))
            return true;
    return false;
}

/* ---- comparing ---------------------------------------------------- */

bool cel_typ_same(const struct typ *a, const struct typ *b)
{
    if (a == b)
        return true;
    if (a->kind != b->kind || a->n != b->n || a->var != b->var ||
        a->nullable != b->nullable || !str_eq(a->name, b->name) ||
        (a->kind == CEL_MAP && a->decl != b->decl))
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!cel_typ_same(a->of[i], b->of[i]))
            return false;
    return true;
}

static bool is_wild(const struct typ *a)
{
    return a->kind == TYP_DYN || a->kind == TYP_WRONG;
}

/* Equal to b, or less specific. */
static bool as_general(const struct typ *a, const struct typ *b)
{
    if (a->kind == TYP_DYN || a->kind == TYP_VAR)
        return true;
    if (b->kind == TYP_DYN || b->kind == TYP_VAR || a->kind != b->kind ||
        a->n != b->n || !str_eq(a->name, b->name))
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!as_general(a->of[i], b->of[i]))
            return false;
    return true;
}

static const struct typ *more_general(const struct typ *a, const struct typ *b)
{
    return as_general(a, b) ? a : b;
}

static bool assign(struct types *t, const struct typ *a, const struct typ *b);

/* Give variable b the type a; *had tells that it had one that does not fit. */
static bool substitutes(struct types *t, const struct typ *a,
                        const struct typ *b, bool *had)
{
    const struct typ *now, *wider, *var;

    var = a = root_of(t, a);
    b = root_of(t, b);
    now = t->bound[b->var];
    *had = true;
    if (cel_typ_same(a, b))
        return true;
    if (now == NULL) {
        *had = false;
        if (occurs(t, b, a))
            return false;
        bind(t, b->var, a);
        return true;
    }
    if (a->kind == TYP_VAR && t->bound[a->var] == NULL) {
        if (occurs(t, a, b))
            return false;
        bind(t, a->var, b);
        return true;
    }
    a = cel_typ_look(t, a);
    if (cel_typ_same(a, now))
        return true;
    if (!assign(t, a, now))
        return false;
    wider = more_general(a, now);
    if (!occurs(t, b, wider))
        bind(t, b->var, wider);
    /* Two variables that met widen together from now on. */
    if (var->kind == TYP_VAR && !occurs(t, var, b))
        bind(t, var->var, b);
    return true;
}

/* null goes, for old times' sake, to these. */
static bool takes_null(const struct typ *b)
{
    return b->kind == CEL_NULL || b->kind == CEL_TIMESTAMP ||
           b->kind == CEL_DURATION || b->kind == CEL_OPTIONAL ||
           b->kind == TYP_ABSTRACT || b->nullable;
}

static bool assign(struct types *t, const struct typ *a, const struct typ *b)
{
    bool had;

    if (b->kind == TYP_VAR) {
        if (substitutes(t, a, b, &had))
            return true;
        if (had)
            return false;
    }
    if (a->kind == TYP_VAR)
        return substitutes(t, b, a, &had);
    if (is_wild(a) || is_wild(b))
        return true;
    if (a->kind == CEL_NULL)
        return takes_null(b);
    if (b->kind == CEL_NULL)
        return takes_null(a);
    if (a->kind != b->kind || !str_eq(a->name, b->name))
        return false;
    if (a->kind == CEL_TYPE)
        return true;
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!assign(t, a->of[i], b->of[i]))
            return false;
    return true;
}

bool cel_typ_assign(struct types *t, const struct typ *a, const struct typ *b)
{
    size_t from = t->n_undo;

    if (assign(t, a, b))
        return true;
    while (t->n_undo > from) {
        t->n_undo--;
        t->bound[t->undo[t->n_undo].var] = t->undo[t->n_undo].was;
    }
    return false;
}

const struct typ *cel_typ_nullable(struct ctx *c, const struct typ *t, bool on)
{
    struct typ *out;

    if (t->nullable == on || is_wild(t) || t->kind == TYP_VAR ||
        t->kind == CEL_NULL)
        return t;
    out = NEW(c->mem, struct typ);
    *out = *t;
    out->nullable = on;
    return out;
}

const struct typ *cel_typ_join(struct types *t, const struct typ *a,
                               const struct typ *b)
{
    const struct typ *wide;

    if (a == NULL)
        return b;
    if (!cel_typ_assign(t, a, b))
        return &cel_typ_dyn;
    wide = more_general(a, b);
    if (wide->kind == CEL_NULL) /* null beside an optional is an optional */
        wide = wide == a ? b : a;
    return cel_typ_nullable(t->c, wide, a->nullable || b->nullable);
}

const struct typ *cel_typ_final(struct types *t, const struct typ *a)
{
    struct typ *out;

    a = cel_typ_look(t, a);
    if (a->kind == TYP_VAR)
        return &cel_typ_dyn;
    if (a->n == 0)
        return a;
    out = NEW(t->c->mem, struct typ);
    *out = *a;
    for (size_t i = 0; i < a->n; i++)
        out->of[i] = cel_typ_final(t, a->of[i]);
    return out;
}

/* ---- text --------------------------------------------------------- */

static str typ_name(const struct typ *t)
{
    if (t->kind == TYP_ABSTRACT || t->kind == TYP_VAR)
        return t->name;
    if (t->kind == CEL_TIMESTAMP)
        return STR("timestamp");
    if (t->kind == CEL_DURATION)
        return STR("duration");
    return t->kind >= TYP_DYN ? STR("dyn") : cel_kind_name(t->kind);
}

static void show(struct buf *b, const struct typ *t)
{
    buf_raw(b, typ_name(t));
    for (size_t i = 0; i < t->n; i++) {
        buf_lit(b, i == 0 ? "(" : ", ");
        show(b, t->of[i]);
    }
    if (t->n > 0)
        buf_char(b, ')');
}

str cel_typ_show(struct ctx *c, const struct typ *t)
{
    struct buf b = buf_new(c, 4096);

    show(&b, t);
    return b.over ? STR("...") : buf_str(&b);
}

str cel_type_show(struct ctx *c, const struct cel_type *t)
{
    return cel_typ_show(c, cel_typ_of(c, t));
}

static bool read_type(struct ctx *c, str *rest, int depth,
                      struct cel_type *out);

/* "(T, U)" after a name. */
static bool read_parameters(struct ctx *c, str *rest, int depth,
                            const struct cel_type **of, size_t most, size_t *n)
{
    *n = 0;
    if (!str_starts(*rest, STR("(")))
        return true;
    do {
        struct cel_type *t = NEW(c->mem, struct cel_type);

        *rest = str_slice(*rest, 1, rest->n);
        if (*n == most || !read_type(c, rest, depth + 1, t))
            return false;
        of[(*n)++] = t;
    } while (str_starts(*rest, STR(",")));
    if (!str_starts(*rest, STR(")")))
        return false;
    *rest = str_trim(str_slice(*rest, 1, rest->n));
    return true;
}

static int kind_named(str name)
{
    if (str_eq(name, STR("timestamp")))
        return CEL_TIMESTAMP;
    if (str_eq(name, STR("duration")))
        return CEL_DURATION;
    return cel_kind_of_type(name);
}

static void abstract_type(struct ctx *c, struct cel_type *out, str name,
                          const struct cel_type *const *of, size_t n)
{
    struct cel_field *fields = NEWS(c->mem, struct cel_field, n + 1);

    for (size_t i = 0; i < n; i++)
        fields[i].type = of[i];
    out->kind = CEL_TYPE;
    out->name = arena_str(c->mem, name);
    out->param = name.n == 1 && name.p[0] >= 'A' && name.p[0] <= 'Z';
    out->fields = fields;
    out->n = n;
}

static bool read_type(struct ctx *c, str *rest, int depth, struct cel_type *out)
{
    const struct cel_type *of[3];
    size_t end = 0, n;
    str name;
    int kind;

    *rest = str_trim(*rest);
    while (end < rest->n && strchr("(), ", rest->p[end]) == NULL)
        end++;
    name = str_slice(*rest, 0, end);
    *rest = str_trim(str_slice(*rest, end, rest->n));
    if (end == 0 || depth > 16 ||
        !read_parameters(c, rest, depth, of, COUNT(of), &n))
        return false;
    *out = (struct cel_type){.dyn = str_eq(name, STR("dyn"))};
    kind = kind_named(name);
    if (out->dyn)
        return n == 0;
    if (kind < 0) {
        abstract_type(c, out, name, of, n);
        return true;
    }
    out->kind = (enum cel_kind)kind;
    out->key = n == 2 ? of[0] : NULL;
    out->of = n > 0 ? of[n - 1] : NULL;
    return n <= 2;
}

bool cel_type_read(struct ctx *c, str text, struct cel_type *out)
{
    return read_type(c, &text, 0, out) && text.n == 0;
}
