/* SPDX-License-Identifier: EUPL-1.2 */
/* Cases of three lines: an expression, what it knows, what it gives.
 *
 * The second line is "-" or parts separated by "; ":
 *     name: type = expression     a name ("type?" may be empty; the
 *                                 expression may be `unknown`)
 *     fuel N, memory N            the limits of the run
 *     unchecked                   without the checker
 * The third is the value as cel_show() has it, "error: ..." for a failure of
 * the run, or "finding: [line:col] ..." for one of the check. Lines that begin
 * with "#" and empty lines part the cases. */
#include "cel/cel.h"
#include "tests/test.h"

#include <stdio.h>

struct known {
    str name;
    struct cel_value value;
};

struct one {
    struct ctx *c;
    struct cel_env *env;
    struct known known[16];
    size_t n;
    struct cel_limits limits;
    bool unchecked;
};

static struct cel_value resolve(struct ctx *c, void *arg, str name)
{
    struct one *o = arg;

    (void)c;
    for (size_t i = 0; i < o->n; i++)
        if (str_eq(o->known[i].name, name))
            return o->known[i].value;
    return cel_unknown();
}

static struct cel_value value_of(struct one *o, str expr)
{
    const struct cel_program *p;
    struct findings f = {0};

    if (str_eq(expr, STR("unknown")))
        return cel_unknown();
    if (cel_compile(o->c, o->env, expr, (struct place){0}, &f, NULL, &p) !=
        E_OK) {
        printf("  %.*s\n", STR_ARG(o->c->why));
        return cel_null();
    }
    return cel_eval(o->c, p, resolve, o, 420, NULL);
}

/* "name: type? = expr" */
static bool know(struct one *o, str part)
{
    struct cel_type *t = NEW(o->c->mem, struct cel_type);
    str name, rest, type, expr;
    bool nullable;

    if (!str_cut(part, ':', &name, &rest) ||
        !str_cut(rest, '=', &type, &expr) || o->n == COUNT(o->known))
        return false;
    type = str_trim(type);
    nullable = str_ends(type, STR("?"));
    if (!cel_type_read(o->c, str_slice(type, 0, type.n - nullable), t))
        return false;
    t->nullable = nullable;
    o->known[o->n].value = value_of(o, str_trim(expr));
    o->known[o->n++].name = str_trim(name);
    cel_env_declare(o->c, o->env, str_trim(name), t);
    return true;
}

static bool set_up(struct one *o, str context)
{
    str part, word, number;
    int64_t n;

    if (str_eq(context, STR("-")))
        return true;
    while (str_next(&context, ';', &part)) {
        part = str_trim(part);
        o->unchecked |= str_eq(part, STR("unchecked"));
        if (o->unchecked ||
            (!str_has(part, ':') && str_cut(part, ' ', &word, &number) &&
             str_is_i64(number, &n))) {
            if (str_starts(part, STR("fuel")))
                o->limits.fuel = (uint64_t)n;
            if (str_starts(part, STR("memory")))
                o->limits.memory = (size_t)n;
        } else if (!know(o, part)) {
            return false;
        }
    }
    return true;
}

static str found(struct one *o, const struct findings *f)
{
    const struct finding *first = &f->all[0];

    return arena_fmt(o->c->mem, "finding: [%d:%d] %.*s%s%.*s", first->at.line,
                     first->at.col, STR_ARG(first->what),
                     first->mend.n > 0 ? " " : "", STR_ARG(first->mend));
}

static str outcome(struct one *o, str expr)
{
    const struct cel_program *p;
    struct findings f = {0};
    err e = o->unchecked ? cel_compile_unchecked(o->c, o->env, expr,
                                                 (struct place){0}, &f, &p)
                         : cel_compile(o->c, o->env, expr, (struct place){0},
                                       &f, NULL, &p);

    if (e != E_OK)
        return found(o, &f);
    return cel_show(o->c, cel_eval(o->c, p, resolve, o, 420, &o->limits));
}

static bool run_case(struct ctx *c, enum cel_flavour flavour, const char *file,
                     int line, const str *lines)
{
    struct one o = {.c = c, .env = cel_env_new(c, flavour)};
    str got;

    if (!set_up(&o, lines[1])) {
        printf("  %s:%d: the context cannot be read\n", file, line + 1);
        return false;
    }
    got = outcome(&o, lines[0]);
    if (str_eq(got, lines[2]))
        return true;
    printf("  %s:%d: %.*s\n    gave %.*s\n    want %.*s\n", file, line,
           STR_ARG(lines[0]), STR_ARG(got), STR_ARG(lines[2]));
    return false;
}

static void run_file(struct ctx *c, const char *file, enum cel_flavour flavour)
{
    str bytes, line, lines[3];
    size_t have = 0, cases = 0, right = 0;
    int number = 0;

    if (!CHECK_OK(file_read(c, file, (size_t)1 << 20, &bytes)))
        return;
    while (str_next(&bytes, '\n', &line)) {
        number++;
        if (have == 0 && (line.n == 0 || line.p[0] == '#'))
            continue;
        lines[have++] = line;
        if (have < 3)
            continue;
        have = 0;
        cases++;
        right += run_case(c, flavour, file, number - 2, lines);
    }
    printf("  %s: %zu of %zu\n", file, right, cases);
    CHECK(cases > 0 && have == 0);
    CHECK_I64((int64_t)right, (int64_t)cases);
}

TEST(what_balai_1_promises_of_expressions_is_kept)
{
    run_file(c, "tests/cel/balai-1.cases", CEL_APP);
}

TEST(plain_cel_keeps_the_corners_that_the_suite_leaves_out)
{
    run_file(c, "tests/cel/plain.cases", CEL_PLAIN);
}
