/* SPDX-License-Identifier: EUPL-1.2 */
/* Showing a template, and telling which names it uses. */
#include "markup/markup_priv.h"

enum {
    MOST_SHOWN = 4 << 20,
    MOST_PARTIALS = 16,
    MOST_STEPS = 1000000,
};

/* The values of the sections around us, innermost first. */
struct scope {
    const struct data *value;
    const struct scope *around;
};

struct show {
    struct ctx *c;
    struct buf out;
    markup_partials *partials;
    void *arg;
    size_t steps, nested;
};

/* The first part is sought outwards; what it finds is not left again. */
static const struct data *find(const struct scope *in, const struct op *op)
{
    const struct data *d = NULL;

    if (op->n == 0)
        return in->value;
    for (; in != NULL && d == NULL; in = in->around)
        d = data_get(in->value, op->parts[0]);
    for (size_t i = 1; i < op->n && d != NULL; i++)
        d = data_get(d, op->parts[i]);
    return d;
}

static bool is_false(const struct data *d)
{
    if (d == NULL || d->kind == DATA_NULL)
        return true;
    if (d->kind == DATA_BOOL)
        return str_eq(d->text, STR("false"));
    if (d->kind == DATA_LIST)
        return d->n == 0;
    return d->kind == DATA_TEXT && d->text.n == 0;
}

static err run(struct show *s, const struct markup *m, size_t from, size_t to,
               const struct scope *in);

static err section(struct show *s, const struct markup *m, size_t at,
                   const struct scope *in)
{
    const struct op *op = &m->ops[at];
    struct scope inner = {find(in, op), in};
    const struct data *list = inner.value;

    if (is_false(list) != (op->kind == OP_NOT))
        return E_OK;
    if (op->kind == OP_NOT)
        return run(s, m, at + 1, op->end, in);
    if (list->kind != DATA_LIST)
        return run(s, m, at + 1, op->end, &inner);
    for (size_t i = 0; i < list->n; i++) {
        inner.value = list->items[i];
        TRY(run(s, m, at + 1, op->end, &inner));
    }
    return E_OK;
}

static err partial(struct show *s, const struct op *op, const struct scope *in)
{
    const struct markup *m =
        s->partials == NULL ? NULL : s->partials(s->arg, op->text);

    if (m == NULL)
        return E_OK;
    if (s->nested == MOST_PARTIALS)
        return fail(s->c, E_TOO_BIG,
                    say(s->c, "Pola %.*s bersarang lebih dari 16 kali.",
                        "The template %.*s is nested more than 16 times."),
                    STR_ARG(op->text));
    s->nested++;
    TRY(run(s, m, 0, m->n, in));
    s->nested--;
    return E_OK;
}

/* Also an iteration that shows nothing is a step, or lists within lists would
 * turn for ever behind an empty body. */
static err count_step(struct show *s)
{
    if (++s->steps <= MOST_STEPS)
        return E_OK;
    return fail(s->c, E_TOO_BIG,
                say(s->c, "Pola ini memerlukan lebih dari sejuta langkah.",
                    "This template takes more than a million steps."));
}

static err run(struct show *s, const struct markup *m, size_t from, size_t to,
               const struct scope *in)
{
    TRY(count_step(s));
    for (size_t i = from; i < to && !s->out.over; i++) {
        const struct op *op = &m->ops[i];

        TRY(count_step(s));
        switch (op->kind) {
        case OP_TEXT:
            buf_raw(&s->out, op->text);
            break;
        case OP_NAME:
            if (m->mode == MARKUP_HTML)
                buf_html(&s->out, data_text(find(in, op)));
            else
                buf_raw(&s->out, data_text(find(in, op)));
            break;
        case OP_RAW:
            buf_raw(&s->out, data_text(find(in, op)));
            break;
        case OP_SECTION:
        case OP_NOT:
            TRY(section(s, m, i, in));
            i = op->end - 1;
            break;
        case OP_PARTIAL:
            TRY(partial(s, op, in));
            break;
        }
    }
    return E_OK;
}

err markup_show(struct ctx *c, const struct markup *m, const struct data *with,
                markup_partials *partials, void *arg, str *out)
{
    struct show s = {.c = c,
                     .out = buf_new(c, MOST_SHOWN),
                     .partials = partials,
                     .arg = arg};
    struct scope all = {with, NULL};

    TRY(run(&s, m, 0, m->n, &all));
    return buf_done(c, &s.out, out);
}

/* The sections around the op that is looked at, outermost first. */
struct around {
    const struct op *sections[MARKUP_MOST_NESTED];
    size_t n;
};

static void enter(struct around *a, const struct markup *m, size_t at)
{
    while (a->n > 0 && a->sections[a->n - 1]->end <= at)
        a->n--;
    if (at > 0 && m->ops[at - 1].kind == OP_SECTION && m->ops[at - 1].end > at)
        a->sections[a->n++] = &m->ops[at - 1];
}

err markup_names(struct ctx *c, const struct markup *m,
                 struct markup_name **out, size_t *n)
{
    struct markup_name *names = NULL;
    struct around a = {.n = 0};
    size_t room = 0;

    *n = 0;
    for (size_t i = 0; i < m->n; i++) {
        const struct op *op = &m->ops[i];

        enter(&a, m, i);
        if (op->kind == OP_TEXT || op->kind == OP_PARTIAL)
            continue;
        ARENA_GROW(c->mem, names, *n, room);
        names[(*n)++] = (struct markup_name){
            .name = op->text,
            .within = a.n == 0 ? STR("") : a.sections[a.n - 1]->text,
            .at = op->at,
            .section = op->kind == OP_SECTION || op->kind == OP_NOT};
    }
    *out = names;
    return E_OK;
}
