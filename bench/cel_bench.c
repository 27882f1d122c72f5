/* SPDX-License-Identifier: EUPL-1.2 */
/* Nanoseconds an evaluation and a compilation of typical rules takes, fuel
 * on, names resolved from the host each time; the best of five rounds. */
#include "cel/cel.h"

#include <stdio.h>

enum { ROUNDS = 5, EVALS = 200000, COMPILES = 5000, AN_ARENA = 500 };

static const struct cel_type decimal = {.kind = CEL_DECIMAL};
static const struct cel_type text = {.kind = CEL_STRING};
static const struct cel_type whole = {.kind = CEL_INT};
static const struct cel_type money = {.kind = CEL_MONEY};
static const struct cel_type day = {.kind = CEL_DATE};
static const struct cel_type sewa = {
    .kind = CEL_MAP, .key = &text, .of = &money};
static const struct cel_field row_fields[] = {{STR_INIT("harga"), &whole},
                                              {STR_INIT("jumlah"), &whole}};
static const struct cel_type row = {
    .kind = CEL_MAP, .fields = row_fields, .n = COUNT(row_fields)};
static const struct cel_type rows = {.kind = CEL_LIST, .of = &row};

static const struct {
    str name;
    const struct cel_type *type;
    const char *value;
} names[] = {
    {STR_INIT("luas"), &decimal, "8.5"},
    {STR_INIT("panjang"), &decimal, "4.25"},
    {STR_INIT("lebar"), &decimal, "2.0"},
    {STR_INIT("bulan"), &whole, "6"},
    {STR_INIT("umur"), &whole, "34"},
    {STR_INIT("jenis"), &text, "'papan'"},
    {STR_INIT("wilayah"), &text, "'32.73.01.1001'"},
    {STR_INIT("mulai"), &day, "date('2026-03-02')"},
    {STR_INIT("sewa"), &sewa,
     "{'videotron': money(600000), 'kain': money(32000), "
     "'papan': money(120000)}"},
    {STR_INIT("rows"), &rows,
     "[1,2,3,4,5,6,7,8,9,10].map(i, {'harga': i * 1000, 'jumlah': i})"},
};

static const char *const rules[] = {
    "jenis != 'videotron' || luas <= 50.0",
    "panjang * lebar",
    "round_up(sewa[jenis] * luas * bulan * 25.0 / 100, 100)",
    "umur >= 17 && umur < 60 && jenis != '' && "
    "wilayah.startsWith('32.73') && bulan > 0",
    "jenis in ['papan', 'kain', 'baliho']",
    "mulai >= today + days(14)",
    "rows.all(r, r.harga * r.jumlah <= 1000000)",
    "sum(rows, r, r.harga * r.jumlah)",
};

struct host {
    struct cel_value values[COUNT(names)];
};

static struct cel_value resolve(struct ctx *c, void *arg, str name)
{
    struct host *h = arg;

    (void)c;
    for (size_t i = 0; i < COUNT(names); i++)
        if (str_eq(names[i].name, name))
            return h->values[i];
    return cel_unknown();
}

static const struct cel_program *
compiled(struct ctx *c, const struct cel_env *e, const char *rule)
{
    struct findings f = {0};
    const struct cel_program *p;

    MUST(cel_compile(c, e, str_of(rule), (struct place){0}, &f, NULL, &p) ==
         E_OK);
    return p;
}

static double best_eval(const struct cel_program *p, struct host *h)
{
    double best = 1e12;

    for (int round = 0; round < ROUNDS; round++) {
        int64_t from = time_monotonic();

        for (int i = 0; i < EVALS; i += AN_ARENA) {
            struct ctx c = {.mem = arena_new((size_t)1 << 30),
                            .now = INT64_C(1771207200) * TIME_SECOND};

            for (int k = 0; k < AN_ARENA; k++)
                MUST(cel_eval(&c, p, resolve, h, 420, NULL).kind != CEL_ERROR);
            arena_free(c.mem);
        }
        double ns = (double)(time_monotonic() - from) * 1000 / EVALS;

        best = ns < best ? ns : best;
    }
    return best;
}

static double best_compile(const struct cel_env *e, const char *rule)
{
    double best = 1e12;

    for (int round = 0; round < ROUNDS; round++) {
        int64_t from = time_monotonic();

        for (int i = 0; i < COMPILES; i += AN_ARENA / 10) {
            struct ctx c = {.mem = arena_new((size_t)1 << 30)};

            for (int k = 0; k < AN_ARENA / 10; k++)
                compiled(&c, e, rule);
            arena_free(c.mem);
        }
        double ns = (double)(time_monotonic() - from) * 1000 / COMPILES;

        best = ns < best ? ns : best;
    }
    return best;
}

int main(void)
{
    struct ctx c = {.mem = arena_new((size_t)1 << 30),
                    .now = INT64_C(1771207200) * TIME_SECOND};
    struct cel_env *e = cel_env_new(&c, CEL_APP);
    struct host h = {0};

    for (size_t i = 0; i < COUNT(names); i++) {
        h.values[i] = cel_eval(&c, compiled(&c, e, names[i].value), resolve, &h,
                               420, NULL);
        cel_env_declare(&c, e, names[i].name, names[i].type);
    }
    printf("%12s %12s\n", "eval ns", "compile ns");
    for (size_t i = 0; i < COUNT(rules); i++)
        printf("%12.0f %12.0f  %s\n", best_eval(compiled(&c, e, rules[i]), &h),
               best_compile(e, rules[i]), rules[i]);
    arena_free(c.mem);
    return 0;
}
