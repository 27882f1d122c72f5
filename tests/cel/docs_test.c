/* SPDX-License-Identifier: EUPL-1.2 */
/* docs/expressions.md: every example gives what it says, and every function
 * of the language stands there. */
#include "cel/cel.h"
#include "tests/test.h"

#include <stdio.h>

/* ---- the app of the page ------------------------------------------ */

static const struct cel_type decimal = {.kind = CEL_DECIMAL};
static const struct cel_type text = {.kind = CEL_STRING};
static const struct cel_type whole = {.kind = CEL_INT};
static const struct cel_type money = {.kind = CEL_MONEY};
static const struct cel_type day = {.kind = CEL_DATE};
static const struct cel_type maybe = {.kind = CEL_STRING, .nullable = true};
static const str options[] = {STR_INIT("papan"), STR_INIT("videotron"),
                              STR_INIT("kain")};
static const struct cel_type choice = {
    .kind = CEL_STRING, .options = options, .n_options = COUNT(options)};
static const struct cel_type sewa = {
    .kind = CEL_MAP, .key = &text, .of = &money};
static const struct cel_field tariff_fields[] = {
    {STR_INIT("nilai_sewa"), &sewa}, {STR_INIT("persen"), &decimal}};
static const struct cel_type tariff = {
    .kind = CEL_MAP, .fields = tariff_fields, .n = COUNT(tariff_fields)};
static const struct cel_field row_fields[] = {{STR_INIT("harga"), &whole},
                                              {STR_INIT("jumlah"), &whole}};
static const struct cel_type row = {
    .kind = CEL_MAP, .fields = row_fields, .n = COUNT(row_fields)};
static const struct cel_type rows = {.kind = CEL_LIST, .of = &row};

static const struct {
    str name;
    const struct cel_type *type;
    const char *value; /* an expression */
} names[] = {
    {STR_INIT("panjang"), &decimal, "4.0"},
    {STR_INIT("lebar"), &decimal, "2.0"},
    {STR_INIT("luas"), &decimal, "8.0"},
    {STR_INIT("bulan"), &whole, "6"},
    {STR_INIT("mulai"), &day, "date('2026-03-02')"},
    {STR_INIT("jenis"), &choice, "'papan'"},
    {STR_INIT("nama"), &text, "'Siti Rahmawati'"},
    {STR_INIT("catatan"), &maybe, "null"},
    {STR_INIT("pbg"), &whole, NULL},
    {STR_INIT("tariff"), &tariff,
     "{'nilai_sewa': {'papan': money(120000)}, 'persen': 25.0}"},
    {STR_INIT("rows"), &rows,
     "[{'harga': 100, 'jumlah': 2}, {'harga': 50, 'jumlah': 3}]"},
};

static struct cel_value resolve(struct ctx *c, void *arg, str name)
{
    const struct cel_program *p;
    struct findings f = {0};

    for (size_t i = 0; i < COUNT(names); i++)
        if (str_eq(names[i].name, name) && names[i].value != NULL &&
            cel_compile(c, arg, str_of(names[i].value), (struct place){0}, &f,
                        NULL, &p) == E_OK)
            return cel_eval(c, p, resolve, arg, 420, NULL);
    return cel_unknown();
}

static bool example(struct ctx *c, struct cel_env *e, str line, int number)
{
    size_t at = str_find(line, STR(" // "));
    str expr = str_trim(str_slice(line, 0, at)), got;
    str want = str_trim(str_slice(line, at + 4, line.n));
    const struct cel_program *p;
    struct findings f = {0};

    if (cel_compile(c, e, expr, (struct place){0}, &f, NULL, &p) == E_OK)
        got = cel_show(c, cel_eval(c, p, resolve, e, 420, NULL));
    else
        got = c->why;
    if (!str_eq(got, want))
        printf("  docs/expressions.md:%d: %.*s gives %.*s\n", number,
               STR_ARG(expr), STR_ARG(got));
    return str_eq(got, want);
}

static str page(struct ctx *c)
{
    str bytes = {0};

    CHECK_OK(file_read(c, "docs/expressions.md", (size_t)1 << 20, &bytes));
    return bytes;
}

TEST(every_example_of_the_page_on_expressions_gives_what_it_says)
{
    struct cel_env *e = cel_env_new(c, CEL_APP);
    str bytes = page(c), line;
    bool inside = false;
    int number = 0, run = 0;

    for (size_t i = 0; i < COUNT(names); i++)
        cel_env_declare(c, e, names[i].name, names[i].type);
    while (str_next(&bytes, '\n', &line)) {
        number++;
        if (str_starts(line, STR("```"))) {
            inside = str_eq(line, STR("```cel"));
        } else if (inside) {
            CHECK(example(c, e, line, number));
            run++;
        }
    }
    CHECK(run > 60);
}

TEST(every_function_of_an_app_stands_on_the_page_with_its_types)
{
    str bytes = page(c), name, last = STR(""), signature;
    size_t i = 0;

    for (; cel_signature(c, CEL_APP, i, &name, &signature); i++) {
        bool there = str_find(bytes, signature) < bytes.n;

        if (!there)
            printf("  %.*s\n", STR_ARG(signature));
        CHECK(there);
        CHECK(str_cmp(last, name) <= 0);
        last = name;
    }
    CHECK(i > 150);
}
