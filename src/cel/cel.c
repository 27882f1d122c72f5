/* SPDX-License-Identifier: EUPL-1.2 */
/* The doors of the room: compile, and what a program tells of itself. */
#include "cel/cel_priv.h"

static err compile(struct ctx *c, struct parse *p, struct cel_type *type,
                   const struct cel_program **out)
{
    size_t first = p->f->n;
    struct node *root = cel_parse(p);
    const struct typ *t;

    *out = NULL;
    if (root != NULL && cel_check(p, root, p->strict, &t)) {
        *out = cel_gen(p, root);
        if (*out != NULL && type != NULL)
            *type = *cel_typ_public(c, t);
    }
    if (*out != NULL)
        return E_OK;
    while (p->f->all[first].severity != FIND_ERROR)
        first++;
    return fail(c, E_BAD_INPUT, "%.*s",
                STR_ARG(finding_show(c, &p->f->all[first])));
}

err cel_compile(struct ctx *c, const struct cel_env *e, str source,
                struct place at, struct findings *f, struct cel_type *type,
                const struct cel_program **out)
{
    struct parse p = {.c = c, .env = e, .src = source, .at = at, .f = f};

    p.strict = true;
    return compile(c, &p, type, out);
}

err cel_compile_unchecked(struct ctx *c, const struct cel_env *e, str source,
                          struct place at, struct findings *f,
                          const struct cel_program **out)
{
    struct parse p = {.c = c, .env = e, .src = source, .at = at, .f = f};

    return compile(c, &p, NULL, out);
}

err cel_names(struct ctx *c, const struct cel_program *p, str **names,
              size_t *n)
{
    *names = NEWS(c->mem, str, p->n_vars + 1);
    *n = 0;
    for (size_t i = 0; i < p->n_vars; i++)
        if (p->var_refs[i] == REF_DECLARED)
            (*names)[(*n)++] = p->vars[i];
    return E_OK;
}

/* ---- the listing -------------------------------------------------- */

static void show_register(struct ctx *c, struct buf *b,
                          const struct cel_program *p, uint16_t r)
{
    if (r < p->n_consts && p->consts[r].kind != CEL_ERROR)
        buf_raw(b, cel_show(c, p->consts[r]));
    else if (r >= p->n_consts && r < p->n_consts + p->n_vars)
        buf_raw(b, p->vars[r - p->n_consts]);
    else
        buf_fmt(b, "r%zu", r - p->n_consts - p->n_vars);
}

str cel_explain(struct ctx *c, const struct cel_program *p)
{
    static const char *const names[OP_COUNT] = {
#define OP(name) [OP_##name] = #name,
#include "cel/ops.def"
#undef OP
    };
    struct buf b = buf_new(c, (size_t)1 << 20);

    for (size_t i = 0; i < p->n; i++) {
        const struct insn *in = &p->code[i];
        bool call = in->op >= OP_CALL1 && in->op <= OP_CALLN;

        buf_fmt(&b, "%4zu  %-10s ", i, names[in->op]);
        show_register(c, &b, p, in->dst);
        buf_lit(&b, " <- ");
        show_register(c, &b, p, in->a);
        buf_lit(&b, ", ");
        show_register(c, &b, p, in->b);
        if (call)
            buf_fmt(&b, "  %.*s", STR_ARG(cel_overloads[in->c].name));
        else
            buf_fmt(&b, "  %u", in->c);
        buf_char(&b, '\n');
    }
    return b.over ? STR("...") : buf_str(&b);
}
