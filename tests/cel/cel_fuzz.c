/* SPDX-License-Identifier: EUPL-1.2 */
/* Any text as an expression, in both flavours, checked and unchecked: it
 * compiles or is a finding, runs or is an error, within its limits. */
#include "cel/cel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct cel_value resolve(struct ctx *c, void *arg, str name)
{
    static const struct cel_value none = {.kind = CEL_NULL};

    (void)arg;
    if (str_eq(name, STR("i")))
        return cel_int(7);
    if (str_eq(name, STR("s")))
        return cel_string(STR("papan"));
    if (str_eq(name, STR("d")))
        return cel_date((struct date){2026, 3, 2});
    if (str_eq(name, STR("l")))
        return cel_list_of(c, &none, 1);
    return str_eq(name, STR("u")) ? cel_unknown() : cel_null();
}

static struct cel_env *environment(struct ctx *c, enum cel_flavour flavour)
{
    static const struct cel_type types[] = {
        {.kind = CEL_INT},  {.kind = CEL_STRING},
        {.kind = CEL_DATE}, {.kind = CEL_LIST},
        {.dyn = true},      {.kind = CEL_DECIMAL, .nullable = true}};
    static const str names[] = {STR_INIT("i"), STR_INIT("s"), STR_INIT("d"),
                                STR_INIT("l"), STR_INIT("u"), STR_INIT("o")};
    struct cel_env *e = cel_env_new(c, flavour);

    for (size_t i = 0; i < COUNT(types); i++)
        cel_env_declare(c, e, names[i], &types[i]);
    return e;
}

static void run(struct ctx *c, const struct cel_env *e, str source,
                bool unchecked)
{
    static const struct cel_limits limits = {.fuel = 20000,
                                             .memory = (size_t)64 * 1024};
    struct findings f = {0};
    const struct cel_program *p;
    err got =
        unchecked
            ? cel_compile_unchecked(c, e, source, (struct place){0}, &f, &p)
            : cel_compile(c, e, source, (struct place){0}, &f, NULL, &p);

    if (got != E_OK) {
        MUST(f.errors > 0);
        return;
    }
    cel_show(c, cel_eval(c, p, resolve, NULL, 420, &limits));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    for (int flavour = CEL_PLAIN; flavour <= CEL_APP; flavour++) {
        struct ctx c = {.mem = arena_new((size_t)1 << 30),
                        .now = INT64_C(1771207200) * TIME_SECOND,
                        .lang = STR("en")};
        struct cel_env *e = environment(&c, (enum cel_flavour)flavour);
        str source = arena_str(c.mem, (str){(const char *)data, n});

        run(&c, e, source, false);
        run(&c, e, source, true);
        arena_free(c.mem);
    }
    return 0;
}
