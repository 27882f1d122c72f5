/* SPDX-License-Identifier: EUPL-1.2 */
/* The conformance suite of CEL: every case that needs no protobuf. The number
 * that pass is kept; a case that stops passing fails the test. */
#include "cel/cel.h"
#include "tests/cel/json.h"
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* See conformance.md. */
enum { PASSING = 1209, CASES = 1209 };

struct binding {
    str name;
    struct cel_value value;
};

struct bindings {
    struct binding *all;
    size_t n;
};

static struct cel_value resolve(struct ctx *c, void *arg, str name)
{
    struct bindings *b = arg;

    (void)c;
    for (size_t i = 0; i < b->n; i++)
        if (str_eq(b->all[i].name, name))
            return b->all[i].value;
    return cel_unknown();
}

/* ---- VALUE -------------------------------------------------------- */

static str base64(struct ctx *c, str s)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    char *out = NEWS(c->mem, char, s.n + 1);
    uint32_t bits = 0;
    size_t n = 0, n_bits = 0;

    for (size_t i = 0; i < s.n && s.p[i] != '='; i++) {
        bits = bits << 6 | (uint32_t)(strchr(digits, s.p[i]) - digits);
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            out[n++] = (char)(bits >> n_bits);
        }
    }
    return (str){out, n};
}

static struct cel_value value_of(struct ctx *c, const struct json *j);

static struct cel_value list_of(struct ctx *c, const struct json *j)
{
    struct cel_value *items = NEWS(c->mem, struct cel_value, j->n + 1);

    for (size_t i = 0; i < j->n; i++)
        items[i] = value_of(c, j->items[i]);
    return cel_list_of(c, items, j->n);
}

static struct cel_value map_of(struct ctx *c, const struct json *j)
{
    struct cel_value *pairs = NEWS(c->mem, struct cel_value, 2 * j->n + 1);

    for (size_t i = 0; i < j->n; i++) {
        pairs[2 * i] = value_of(c, j->items[i]->items[0]);
        pairs[2 * i + 1] = value_of(c, j->items[i]->items[1]);
    }
    return cel_map_of(c, pairs, j->n);
}

/* "123.321456789s" in nanoseconds. */
static int64_t nanos_of(str s)
{
    double d = strtod(s.p, NULL);
    int64_t whole = (int64_t)d;
    str head, tail;
    int64_t part = 0;

    str_cut(s, '.', &head, &tail);
    for (size_t i = 0; i < 9; i++)
        part = part * 10 + (i + 1 < tail.n ? tail.p[i] - '0' : 0);
    return whole * 1000000000 + (d < 0 ? -part : part);
}

static struct cel_value type_named(str name)
{
    struct cel_value v = cel_string(name);

    v.kind = CEL_TYPE;
    return v;
}

static struct cel_value value_of(struct ctx *c, const struct json *j)
{
    str kind = j->keys[0];
    const struct json *of = j->items[0];

    if (str_eq(kind, STR("null")))
        return cel_null();
    if (str_eq(kind, STR("bool")))
        return cel_bool(of->yes);
    if (str_eq(kind, STR("int")))
        return cel_int(strtoll(of->text.p, NULL, 10));
    if (str_eq(kind, STR("uint")))
        return cel_uint(strtoull(of->text.p, NULL, 10));
    if (str_eq(kind, STR("double")))
        return cel_double(strtod(of->text.p, NULL));
    if (str_eq(kind, STR("string")))
        return cel_string(of->text);
    if (str_eq(kind, STR("bytes")))
        return cel_bytes(base64(c, of->text));
    if (str_eq(kind, STR("list")))
        return list_of(c, of);
    if (str_eq(kind, STR("map")))
        return map_of(c, of);
    if (str_eq(kind, STR("duration")))
        return cel_duration(nanos_of(of->text));
    return type_named(of->text);
}

/* ---- strict comparison -------------------------------------------- */

static bool same(struct ctx *c, struct cel_value a, struct cel_value b);

static bool same_lists(struct ctx *c, struct cel_value a, struct cel_value b)
{
    for (size_t i = 0; i < cel_size(a); i++)
        if (!same(c, cel_item(a, i), cel_item(b, i)))
            return false;
    return true;
}

static bool same(struct ctx *c, struct cel_value a, struct cel_value b)
{
    if (a.kind != b.kind)
        return false;
    if (a.kind == CEL_DOUBLE && isnan(a.v.d) && isnan(b.v.d))
        return true;
    if (a.kind == CEL_LIST)
        return cel_size(a) == cel_size(b) && same_lists(c, a, b);
    if (a.kind == CEL_MAP) /* the texts tell 1 from 1u */
        return str_eq(cel_show(c, a), cel_show(c, b));
    return cel_equal(a, b);
}

/* ---- one case ----------------------------------------------------- */

struct run {
    struct ctx *c;
    const struct json *test;
    struct cel_env *env;
    struct bindings bindings;
    str got;
};

static void declare_function(struct run *r, const struct json *d)
{
    const struct json *overloads = json_get(d, "overloads");

    for (size_t i = 0; i < overloads->n; i++) {
        const struct json *o = overloads->items[i], *p = json_get(o, "params");
        const struct cel_type *params[8];
        struct cel_type types[8], result;

        for (size_t k = 0; k < p->n && k < COUNT(types); k++) {
            MUST(cel_type_read(r->c, p->items[k]->text, &types[k]));
            params[k] = &types[k];
        }
        MUST(cel_type_read(r->c, json_text(o, "result"), &result));
        cel_env_function(r->c, r->env, json_text(d, "name"),
                         json_get(o, "receiver_style")->yes, params, p->n,
                         &result);
    }
}

static void declare(struct run *r)
{
    const struct json *env = json_get(r->test, "type_env"),
                      *bound = json_get(r->test, "bindings");
    static const struct cel_type dyn = {.dyn = true};
    size_t n = bound == NULL ? 0 : bound->n;

    r->bindings.all = NEWS(r->c->mem, struct binding, n + 1);
    r->bindings.n = n;
    for (size_t i = 0; i < n; i++) {
        r->bindings.all[i] =
            (struct binding){bound->keys[i], value_of(r->c, bound->items[i])};
        cel_env_declare(r->c, r->env, bound->keys[i], &dyn);
    }
    for (size_t i = 0; env != NULL && i < env->n; i++) {
        const struct json *d = env->items[i];
        struct cel_type t;

        if (json_get(d, "overloads") != NULL) {
            declare_function(r, d);
            continue;
        }
        MUST(cel_type_read(r->c, json_text(d, "type"), &t));
        cel_env_declare(r->c, r->env, json_text(d, "name"), &t);
    }
}

static bool compiled(struct run *r, struct cel_type *t,
                     const struct cel_program **p)
{
    struct findings f = {0};
    str expr = json_text(r->test, "expr");
    err e = json_get(r->test, "disable_check") != NULL
                ? cel_compile_unchecked(r->c, r->env, expr, (struct place){0},
                                        &f, p)
                : cel_compile(r->c, r->env, expr, (struct place){0}, &f, t, p);

    if (e != E_OK)
        r->got = r->c->why;
    return e == E_OK;
}

static bool passes(struct run *r)
{
    const struct json *wanted = json_get(r->test, "value"),
                      *typed = json_get(r->test, "typed_result");
    const struct cel_program *p;
    struct cel_type t;
    struct cel_value v;
    bool fails = json_get(r->test, "eval_error") != NULL;

    declare(r);
    if (!compiled(r, &t, &p))
        return fails;
    if (typed != NULL) {
        r->got = cel_type_show(r->c, &t);
        if (!str_eq(r->got, json_text(typed, "deduced_type")))
            return false;
        wanted = json_get(typed, "result");
    }
    if (json_get(r->test, "check_only") != NULL)
        return true;
    v = cel_eval(r->c, p, resolve, &r->bindings, 0, NULL);
    r->got = cel_show(r->c, v);
    if (fails)
        return v.kind == CEL_ERROR;
    return wanted != NULL && same(r->c, v, value_of(r->c, wanted));
}

static bool run_case(struct ctx *c, const struct json *test)
{
    struct run r = {.c = c, .test = test};
    bool ok;

    r.env = cel_env_new(c, CEL_PLAIN);
    cel_env_container(c, r.env, json_text(test, "container"));
    if (json_get(test, "disable_macros") != NULL)
        cel_env_no_macros(r.env);
    ok = passes(&r);
    if (!ok)
        printf("  %.*s: %.*s gave %.*s\n", STR_ARG(json_text(test, "id")),
               STR_ARG(json_text(test, "expr")), STR_ARG(r.got));
    return ok;
}

TEST(every_conformance_case_that_passed_still_passes)
{
    const char *folder = test_conformance(c, "cel");
    size_t passing = 0, cases = 0, n;
    str *names, bytes;

    if (folder == NULL)
        return;
    CHECK_OK(file_list(c, folder, 'f', &names, &n));
    for (size_t i = 0; i < n; i++) {
        struct json *tests;

        if (!str_ends(names[i], STR(".json")))
            continue;
        CHECK_OK(file_read(c, file_join(c, folder, names[i].p), (size_t)1 << 20,
                           &bytes));
        tests = json_read(c, bytes);
        CHECK(tests != NULL);
        for (size_t k = 0; tests != NULL && k < tests->n; k++) {
            passing += run_case(c, tests->items[k]);
            cases++;
        }
    }
    printf("  %zu of %zu conformance cases pass\n", passing, cases);
    CHECK_I64((int64_t)cases, CASES);
    CHECK(passing >= PASSING);
}
