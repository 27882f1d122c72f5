/* SPDX-License-Identifier: EUPL-1.2 */
/* A tree becomes a program of sets, forks and assertions, run by a Pike
 * machine: all threads step through the text together, so the time is text
 * times program whatever the pattern is. */
#include "cel/regex_priv.h"

/* ---- the program -------------------------------------------------- */

static uint16_t state(struct ctx *c, struct regex *p, struct state s)
{
    ARENA_GROW(c->mem, p->states, p->n, p->room);
    p->states[p->n] = s;
    return (uint16_t)p->n++;
}

static uint16_t emit(struct ctx *c, struct regex *p, const struct tree *t,
                     uint16_t next);

static uint16_t fork_to(struct ctx *c, struct regex *p, uint16_t x, uint16_t y)
{
    return state(c, p, (struct state){.op = STATE_FORK, .x = x, .y = y});
}

/* Built from behind: each piece knows where to go on. */
static uint16_t emit_repeat(struct ctx *c, struct regex *p,
                            const struct tree *t, uint16_t next)
{
    uint16_t start = next, loop;
    int copies = t->min;

    if (t->max == INFINITE) {
        loop = fork_to(c, p, next, next);
        start = emit(c, p, t->a, loop);
        p->states[loop].x = start;
        if (t->min == 0)
            start = loop;
        copies -= copies > 0;
    } else {
        for (int i = t->min; i < t->max; i++)
            start = fork_to(c, p, emit(c, p, t->a, start), next);
    }
    for (; copies > 0; copies--)
        start = emit(c, p, t->a, start);
    return start;
}

static uint16_t emit_either(struct ctx *c, struct regex *p,
                            const struct tree *t, uint16_t next)
{
    uint16_t start = emit(c, p, t->b, next);

    for (t = t->a; t->kind == TREE_EITHER; t = t->a)
        start = fork_to(c, p, emit(c, p, t->b, next), start);
    return fork_to(c, p, emit(c, p, t, next), start);
}

static uint16_t emit(struct ctx *c, struct regex *p, const struct tree *t,
                     uint16_t next)
{
    for (; t->kind == TREE_BOTH; t = t->a)
        next = emit(c, p, t->b, next);
    switch (t->kind) {
    case TREE_EMPTY:
    case TREE_BOTH:
        return next;
    case TREE_SET:
        return state(c, p,
                     (struct state){.op = STATE_SET, .x = next, .set = t->set});
    case TREE_EITHER:
        return emit_either(c, p, t, next);
    case TREE_REPEAT:
        return emit_repeat(c, p, t, next);
    case TREE_ASSERT:
        break;
    }
    return state(c, p,
                 (struct state){.op = STATE_ASSERT,
                                .assertion = (uint8_t)t->assertion,
                                .x = next});
}

const struct regex *cel_regex_new(struct ctx *c, str pattern, const char **why,
                                  size_t *at)
{
    struct regex *p = NEW(c->mem, struct regex);
    const struct tree *t = cel_regex_read(c, pattern, why, at, &p->n_ranges);

    if (t == NULL)
        return NULL;
    p->start = emit(c, p, t, state(c, p, (struct state){.op = STATE_MATCH}));
    return p;
}

size_t cel_regex_size(const struct regex *r)
{
    return r->n;
}

size_t cel_regex_bytes(const struct regex *r)
{
    return r->n * 2 * sizeof *r->states +
           r->n_ranges * 3 * sizeof(struct range);
}

/* ---- the machine -------------------------------------------------- */

/* Threads live at one place of the text. `mark` tells which states were
 * already entered there; `step` numbers the places. */
struct machine {
    const struct regex *r;
    uint32_t *mark;
    uint16_t *now, *seeds, *stack;
    size_t n_now, n_seeds;
    uint32_t step;
    uint32_t before, after; /* code points; NONE at the ends */
};

#define NONE UINT32_MAX

size_t cel_regex_scratch(const struct regex *r)
{
    return r->n * (sizeof(uint32_t) + 5 * sizeof(uint16_t)) + 16;
}

static bool is_word(uint32_t u)
{
    return u == '_' || (u >= '0' && u <= '9') || (u >= 'A' && u <= 'Z') ||
           (u >= 'a' && u <= 'z');
}

static bool asserted(const struct machine *x, enum assertion a)
{
    bool edge = is_word(x->before) != is_word(x->after);

    switch (a) {
    case AT_TEXT_START:
        return x->before == NONE;
    case AT_TEXT_END:
        return x->after == NONE;
    case AT_LINE_START:
        return x->before == NONE || x->before == '\n';
    case AT_LINE_END:
        return x->after == NONE || x->after == '\n';
    case AT_WORD:
        return edge;
    case NOT_AT_WORD:
        break;
    }
    return !edge;
}

/* Enter a state and all that it leads to without reading; true at a match. */
static bool enter(struct machine *x, uint16_t from)
{
    size_t n = 0;

    x->stack[n++] = from;
    while (n > 0) {
        uint16_t at = x->stack[--n];
        const struct state *s = &x->r->states[at];

        if (x->mark[at] == x->step)
            continue;
        x->mark[at] = x->step;
        if (s->op == STATE_MATCH)
            return true;
        if (s->op == STATE_SET) {
            x->now[x->n_now++] = at;
        } else if (s->op == STATE_FORK) {
            x->stack[n++] = s->y;
            x->stack[n++] = s->x;
        } else if (asserted(x, s->assertion)) {
            x->stack[n++] = s->x;
        }
    }
    return false;
}

static bool enter_all(struct machine *x)
{
    x->step++;
    x->n_now = 0;
    for (size_t i = 0; i < x->n_seeds; i++)
        if (enter(x, x->seeds[i]))
            return true;
    return enter(x, x->r->start);
}

bool cel_regex_match(const struct regex *r, str text, void *scratch)
{
    struct machine x = {.r = r, .mark = scratch, .before = NONE};
    size_t at = 0;

    x.now = (uint16_t *)(void *)(x.mark + r->n);
    x.seeds = x.now + r->n;
    x.stack = x.seeds + r->n;
    memset(x.mark, 0, r->n * sizeof *x.mark);
    for (;;) {
        x.after = at < text.n ? cel_point_at(text, &at) : NONE;
        if (enter_all(&x))
            return true;
        if (x.after == NONE)
            return false;
        x.n_seeds = 0;
        for (size_t i = 0; i < x.n_now; i++)
            if (cel_set_has(r->states[x.now[i]].set, x.after))
                x.seeds[x.n_seeds++] = r->states[x.now[i]].x;
        x.before = x.after;
    }
}
