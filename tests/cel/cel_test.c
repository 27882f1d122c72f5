/* SPDX-License-Identifier: EUPL-1.2 */
/* What the room tells beside values: findings with their places, the type of
 * the result, the names that are read, and values made by hand. */
#include "cel/cel.h"
#include "tests/test.h"

static const struct cel_type decimal = {.kind = CEL_DECIMAL};
static const struct cel_type text = {.kind = CEL_STRING};
static const struct cel_type maybe_text = {.kind = CEL_STRING,
                                           .nullable = true};
static const str options[] = {STR_INIT("papan"), STR_INIT("videotron")};
static const struct cel_type choice = {
    .kind = CEL_STRING, .options = options, .n_options = COUNT(options)};
static const struct cel_field person_fields[] = {
    {STR_INIT("nama"), &text}, {STR_INIT("telepon"), &maybe_text}};
static const struct cel_type person = {
    .kind = CEL_MAP, .fields = person_fields, .n = COUNT(person_fields)};
static const struct cel_type maybe_person = {.kind = CEL_MAP,
                                             .fields = person_fields,
                                             .n = COUNT(person_fields),
                                             .nullable = true};

static struct cel_env *environment(struct ctx *c)
{
    struct cel_env *e = cel_env_new(c, CEL_APP);

    cel_env_declare(c, e, STR("panjang"), &decimal);
    cel_env_declare(c, e, STR("lebar"), &decimal);
    cel_env_declare(c, e, STR("jenis"), &choice);
    cel_env_declare(c, e, STR("pemohon"), &person);
    cel_env_declare(c, e, STR("saksi"), &maybe_person);
    return e;
}

/* All findings of an expression that stands at line 7, column 12. */
static str findings(struct ctx *c, const char *expr)
{
    const struct cel_program *p;
    struct findings f = {0};
    struct buf b = buf_new(c, (size_t)1 << 20);
    err e = cel_compile(c, environment(c), str_of(expr),
                        (struct place){STR("app.yaml"), 7, 12}, &f, NULL, &p);

    CHECK((e == E_BAD_INPUT) == (f.errors > 0));
    for (size_t i = 0; i < f.n; i++) {
        buf_lit(&b, i > 0 ? "\n" : "");
        buf_raw(&b, finding_show(c, &f.all[i]));
    }
    return buf_str(&b);
}

TEST(a_finding_names_file_line_column_and_the_mend)
{
    CHECK_STR(findings(c, "panjang * lebarr"),
              "app.yaml:7:22: error: The name lebarr is not known. Did you "
              "mean lebar?");
    CHECK_STR(findings(c, "panjang >\n  lebarr"),
              "app.yaml:8:3: error: The name lebarr is not known. Did you "
              "mean lebar?");
    CHECK_STR(findings(c, "pemohon.nma == ''"),
              "app.yaml:7:20: error: pemohon has no field nma. Did you mean "
              "nama?");
    CHECK_STR(findings(c, "jenis == 'vidiotron'"),
              "app.yaml:7:21: error: \"vidiotron\" is not one of the choices "
              "papan, videotron. Did you mean videotron?");
    CHECK_STR(findings(c, "panjang * lebar"), "");
}

TEST(an_app_is_warned_of_months_that_count_from_zero)
{
    const struct cel_program *p;
    struct findings f = {0};

    CHECK_OK(cel_compile(c, environment(c), STR("now.getMonth() == 0"),
                         (struct place){0}, &f, NULL, &p));
    CHECK(f.n == 1 && f.errors == 0);
    CHECK_STR(finding_show(c, &f.all[0]),
              "1:5: warning: getMonth() counts from 0. Use "
              "month(date(...)).");
}

TEST(all_faults_of_an_expression_are_found_in_one_run)
{
    CHECK_STR(findings(c, "panjangg > 1 && lebarr > 2"),
              "app.yaml:7:12: error: The name panjangg is not known. Did you "
              "mean panjang?\n"
              "app.yaml:7:28: error: The name lebarr is not known. Did you "
              "mean lebar?");
}

TEST(an_app_author_reads_findings_in_indonesian)
{
    c->lang = STR("id");
    CHECK_STR(findings(c, "panjang * lebarr"),
              "app.yaml:7:22: salah: Nama lebarr tidak dikenal. Maksud Anda "
              "lebar?");
    CHECK_STR(findings(c, "panjang + jenis"),
              "app.yaml:7:20: salah: + tidak dapat dipakai untuk (decimal, "
              "string).");
    CHECK_STR(findings(c, "size(pemohon.telepon) > 3"),
              "app.yaml:7:17: salah: pemohon.telepon boleh kosong, tetapi "
              "dipakai seolah terisi. Tulis has(pemohon.telepon) && ..., atau "
              "pemohon.telepon.or(nilai).");
}

TEST(a_part_that_may_be_empty_needs_a_guard_at_every_step)
{
    CHECK(findings(c, "saksi.nama == 'Budi'").n > 0);
    CHECK_STR(findings(c, "has(saksi) && saksi.nama == 'Budi'"), "");
    CHECK(findings(c, "has(saksi) && saksi.telepon.size() > 3").n > 0);
    CHECK_STR(findings(c, "has(saksi) && has(saksi.telepon) && "
                          "saksi.telepon.size() > 3"),
              "");
    CHECK_STR(findings(c, "!has(saksi) || saksi.nama != ''"), "");
    CHECK_STR(findings(c, "saksi == null ? '' : saksi.nama"), "");
}

TEST(a_program_tells_its_type_and_the_names_it_reads)
{
    const struct cel_program *p;
    struct cel_type t;
    struct findings f = {0};
    str *names;
    size_t n;

    CHECK_OK(cel_compile(c, environment(c),
                         STR("lebar > 2 ? panjang * lebar : 1"),
                         (struct place){0}, &f, &t, &p));
    CHECK(t.kind == CEL_DECIMAL && !t.nullable);
    CHECK_OK(cel_names(c, p, &names, &n));
    CHECK_I64((int64_t)n, 2);
    CHECK_STR(names[0], "lebar");
    CHECK_STR(names[1], "panjang");
    CHECK_OK(cel_compile(c, environment(c), STR("today + days(1)"),
                         (struct place){0}, &f, &t, &p));
    CHECK(t.kind == CEL_DATE);
    CHECK_OK(cel_names(c, p, &names, &n));
    CHECK_I64((int64_t)n, 0);
    CHECK_OK(cel_compile(c, environment(c), STR("pemohon.telepon"),
                         (struct place){0}, &f, &t, &p));
    CHECK(t.kind == CEL_STRING && t.nullable);
    CHECK_OK(cel_compile(c, environment(c), STR("pemohon"), (struct place){0},
                         &f, &t, &p));
    CHECK(t.kind == CEL_MAP && t.n == 2 && t.fields == person_fields);
}

TEST(a_type_is_read_from_its_text_and_shown_again)
{
    static const char *const texts[] = {"int",
                                        "map(string, list(decimal))",
                                        "optional_type(money)",
                                        "tuple(int, T)",
                                        "dyn",
                                        "type(string)",
                                        "timestamp"};
    struct cel_type t;

    for (size_t i = 0; i < COUNT(texts); i++) {
        CHECK(cel_type_read(c, str_of(texts[i]), &t));
        CHECK_STR(cel_type_show(c, &t), texts[i]);
    }
    CHECK(!cel_type_read(c, STR("list("), &t));
    CHECK(!cel_type_read(c, STR("map(a, b, c, d)"), &t));
    CHECK(!cel_type_read(c, STR(""), &t));
}

static struct cel_value failing(struct ctx *c, void *arg, str name)
{
    (void)arg, (void)name;
    return cel_decimal_of(c, (struct cel_decimal){0, 0});
}

TEST(an_error_keeps_the_place_it_came_from)
{
    const struct cel_program *p;
    struct findings f = {0};
    struct cel_value v;
    size_t offset;

    CHECK_OK(cel_compile(c, environment(c), STR("1 > 2 || 3 / panjang > 1"),
                         (struct place){0}, &f, NULL, &p));
    v = cel_eval(c, p, failing, NULL, 420, NULL);
    CHECK(v.kind == CEL_ERROR);
    CHECK_STR(cel_error_why(v, &offset), "Division by zero.");
    CHECK_I64((int64_t)offset, 11);
}

TEST(decimals_are_read_strictly_and_shown_canonically)
{
    static const struct {
        const char *in, *out;
    } good[] = {{"2.50", "2.5"},
                {"-0.5", "-0.5"},
                {"007", "7"},
                {"0.000000001", "0.000000001"},
                {"-0", "0"},
                {"1000000.0", "1000000"},
                {"170141183460469231731687303715884105727",
                 "170141183460469231731687303715884105727"}};
    static const char *const bad[] = {
        "",
        "1,5",
        "1.",
        ".5",
        "1e3",
        " 1",
        "+1",
        "1.0000000000",
        "--1",
        "-",
        "170141183460469231731687303715884105728"};
    struct cel_decimal d;

    for (size_t i = 0; i < COUNT(good); i++) {
        CHECK(cel_decimal_read(str_of(good[i].in), &d));
        CHECK_STR(cel_decimal_show(c, d), good[i].out);
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        CHECK(!cel_decimal_read(str_of(bad[i]), &d));
    CHECK(cel_decimal_cmp((struct cel_decimal){15, 1},
                          (struct cel_decimal){1500, 3}) == 0);
    CHECK(cel_decimal_cmp((struct cel_decimal){-15, 1},
                          (struct cel_decimal){1, 0}) < 0);
}

TEST(a_date_moves_by_a_period_as_in_an_expression)
{
    struct date d;

    CHECK(cel_date_plus((struct date){2026, 1, 31}, (struct cel_period){1, 1},
                        &d));
    CHECK(d.year == 2026 && d.month == 3 && d.day == 1);
    CHECK(!cel_date_plus((struct date){9999, 12, 31}, (struct cel_period){0, 1},
                         &d));
}

TEST(maps_find_their_keys_by_worth_however_many_they_are)
{
    struct cel_value pairs[200], v;

    for (size_t i = 0; i < 100; i++) {
        pairs[2 * i] = cel_string(arena_fmt(c->mem, "kunci-%zu", i));
        pairs[2 * i + 1] = cel_int((int64_t)i);
    }
    for (size_t n = 0; n <= 100; n += 20) {
        struct cel_value map = cel_map_of(c, pairs, n);

        CHECK_I64((int64_t)cel_size(map), (int64_t)n);
        CHECK(cel_under(map, STR("kunci-19"), &v) == (n > 19));
        CHECK(!cel_under(map, STR("kunci-100"), &v) && v.kind == CEL_NULL);
    }
}

TEST(a_hostile_expression_is_refused_before_it_is_deep)
{
    struct buf b = buf_new(c, 100000);

    for (int i = 0; i < 3000; i++)
        buf_lit(&b, "!!(");
    CHECK(str_find(findings(c, buf_str(&b).p), STR("nested too deeply")) <
              5000 ||
          str_find(findings(c, buf_str(&b).p), STR("longer")) < 5000);
    b = buf_new(c, 100000);
    for (int i = 0; i < 1000; i++)
        buf_lit(&b, "1 + ");
    buf_lit(&b, "1");
    CHECK(findings(c, buf_str(&b).p).n > 0);
}

static str result(struct ctx *c, enum cel_flavour flavour, str expr)
{
    const struct cel_program *p;
    struct findings f = {0};

    if (cel_compile(c, cel_env_new(c, flavour), expr, (struct place){0}, &f,
                    NULL, &p) != E_OK)
        return c->why;
    return cel_show(c, cel_eval(c, p, failing, NULL, 420, NULL));
}

TEST(any_white_space_or_comment_may_part_two_tokens)
{
    static const char *const tokens[] = {
        "{", "'a'", ":", "[",  "1", ",", "2.5",  ",",  "-", "3",    "]", "}",
        ".", "a",   "[", "0",  "]", "+", "1",    "<",  "(", "true", "?", "5",
        ":", "2",   ")", "&&", "!", "(", "b'x'", "==", "b", "'y'",  ")"};
    static const char *const gaps[] = {" ",  "\t",   "\n",     "\f",
                                       "\r", "\r\n", "// x\n", " \t\n"};

    for (size_t g = 0; g < COUNT(gaps); g++) {
        struct buf b = buf_new(c, 4096);

        for (size_t i = 0; i < COUNT(tokens); i++) {
            buf_lit(&b, tokens[i]);
            /* b'y' is one token: its prefix stands at the quote. */
            buf_lit(&b, strcmp(tokens[i], "b") == 0 ? "" : gaps[g]);
        }
        CHECK_STR(result(c, CEL_APP, buf_str(&b)), "true");
    }
}

TEST(doubling_lists_end_at_the_memory_cap)
{
    struct buf b = buf_new(c, 4096);

    str got;

    buf_lit(&b, "['xxxxxxxxxxxxxxxx']");
    for (int i = 0; i < 25; i++)
        buf_lit(&b, ".map(x, x + x + x + x)");
    got = result(c, CEL_PLAIN, buf_str(&b));
    CHECK_STR(got, "error: This calculation needs too much memory and was "
                   "stopped.");
}

TEST(loops_in_loops_end_by_fuel_or_are_too_deep)
{
    for (int depth = 5; depth <= 30; depth += 5) {
        struct buf b = buf_new(c, 8192);
        str got;

        for (int i = 0; i < depth; i++)
            buf_fmt(&b, "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(a%d, ", i);
        buf_lit(&b, "a0 >= 0");
        for (int i = 0; i < depth; i++)
            buf_char(&b, ')');
        got = result(c, CEL_APP, buf_str(&b));
        CHECK(str_find(got, STR("too long")) < got.n);
    }
}

/* A list that holds another twice is small to keep and large to compare. */
TEST(what_stands_in_itself_many_times_is_priced_by_its_depth)
{
    struct buf b = buf_new(c, 8192);
    str got;

    buf_lit(&b, "cel.bind(a0, [1], ");
    for (int i = 1; i < 24; i++)
        buf_fmt(&b, "cel.bind(a%d, [a%d, a%d], ", i, i - 1, i - 1);
    buf_lit(&b, "[a23, a23].distinct().size() == 1");
    for (int i = 0; i < 24; i++)
        buf_char(&b, ')');
    got = result(c, CEL_APP, buf_str(&b));
    CHECK(str_find(got, STR("too long")) < got.n);
}

/* The figures that docs/expressions.md gives, from both sides. */
TEST(sets_reach_as_far_as_the_docs_say)
{
    static const struct {
        int many;
        const char *item;
        bool reached;
    } rows[] = {{250, "i", true},
                {320, "i", false},
                {60, "{\"a\": i, \"b\": i, \"c\": i, \"d\": i}", true},
                {80, "{\"a\": i, \"b\": i, \"c\": i, \"d\": i}", false}};

    for (size_t k = 0; k < COUNT(rows); k++) {
        struct buf b = buf_new(c, 8192);

        buf_lit(&b, "[");
        for (int i = 0; i < rows[k].many; i++)
            buf_fmt(&b, "%s%d", i > 0 ? "," : "", i);
        buf_fmt(&b, "].map(i, %s).distinct().size()", rows[k].item);
        if (rows[k].reached)
            CHECK_STR(result(c, CEL_APP, buf_str(&b)),
                      arena_fmt(c->mem, "%d", rows[k].many).p);
        else
            CHECK(str_find(result(c, CEL_APP, buf_str(&b)), STR("too long")) <
                  result(c, CEL_APP, buf_str(&b)).n);
    }
}

TEST(selections_chains_and_choices_reach_the_depths_that_cel_asks_for)
{
    struct buf b = buf_new(c, 8192);

    for (int i = 0; i < 24; i++)
        buf_fmt(&b, "%d == 99 ? %d : ", i, i);
    buf_lit(&b, "7");
    CHECK_STR(result(c, CEL_APP, buf_str(&b)), "7");
    b = buf_new(c, 8192);
    for (int i = 0; i < 200; i++)
        buf_lit(&b, "false || ");
    buf_lit(&b, "true");
    CHECK_STR(result(c, CEL_APP, buf_str(&b)), "true");
}

/* Within a second and a few megabytes, whatever 8 KiB of text say. */
TEST(a_hostile_expression_costs_little_to_refuse)
{
    static const char *const pieces[] = {".tiga_puluh_huruf_panjang_sekali",
                                         " + tidak_ada",
                                         "[0]",
                                         ".f()",
                                         " && has(saksi.nama)",
                                         " in [1]",
                                         " ? 1 : 2",
                                         ".or(1)",
                                         " == 'papann'",
                                         " + [",
                                         ".map(x, x",
                                         " + cel.bind(y, 1, y)"};
    int64_t from = time_monotonic();
    size_t used = arena_used(c->mem);

    for (size_t i = 0; i < COUNT(pieces); i++) {
        struct buf b = buf_new(c, 16384);

        buf_lit(&b, "jenis");
        while (b.n + strlen(pieces[i]) < 8192)
            buf_lit(&b, pieces[i]);
        findings(c, buf_str(&b).p);
    }
    CHECK(time_monotonic() - from < 10 * TIME_SECOND);
    CHECK(arena_used(c->mem) - used < (size_t)64 << 20);
}

TEST(the_listing_of_a_program_shows_what_it_does)
{
    const struct cel_program *p;
    struct findings f = {0};

    CHECK_OK(cel_compile(c, environment(c), STR("panjang * 2"),
                         (struct place){0}, &f, NULL, &p));
    CHECK_STR(cel_explain(c, p), "   0  LOAD       panjang <- r0, r0  0\n"
                                 "   1  CALL2      r0 <- panjang, 2  _*_\n"
                                 "   2  END        r0 <- r0, r0  0\n");
}
