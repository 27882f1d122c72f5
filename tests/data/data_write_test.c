/* SPDX-License-Identifier: EUPL-1.2 */
#include "data/data.h"
#include "tests/test.h"

static struct data *yaml(struct ctx *c, str text)
{
    struct findings f = {0};
    struct data *d = NULL;

    if (!CHECK_OK(data_read_yaml(c, STR("t.yaml"), text, &f, &d)))
        return NULL;
    return d;
}

static struct data *json(struct ctx *c, str text)
{
    struct findings f = {0};
    struct data *d = NULL;

    CHECK_OK(data_read_json(c, STR("t.json"), text, &f, &d));
    return d;
}

/* What stands comes back byte for byte. */
static void stays(struct ctx *c, const char *text)
{
    struct data *d = yaml(c, str_of(text));

    if (d != NULL)
        CHECK_STR(data_write_yaml(c, d), text);
}

TEST(yaml_of_an_overlay_stays_byte_for_byte)
{
    stays(c,
          "balai: 1\n"
          "overlay: penanaman-modal/izin-reklame\n"
          "of: sha256:9c1f\n"
          "set:\n"
          "  tariff.nilai_sewa.rows.papan: {to: 80000, was: 120000, why: {id: "
          "Perda Pajak Daerah Kabupaten}}\n"
          "  fields.pbg.max_mb: {to: 10, was: 5, why: {id: Pindaian dari pulau "
          "besar}}\n"
          "add:\n"
          "  fields.desa_saksi: {to: {type: person, label: {id: Saksi dari "
          "desa}}, after: lokasi}\n"
          "remove:\n"
          "  rules.videotron_max: {was: sha256:41d0, why: {id: Tidak ada "
          "videotron}}\n");
}

TEST(yaml_of_an_app_stays_byte_for_byte)
{
    stays(c,
          "title: {id: Izin Reklame, en: Advertising permit}\n"
          "empty: {}\n"
          "none: []\n"
          "fields:\n"
          "  luas: {type: decimal, value: panjang * lebar}\n"
          "  pbg: {type: file, when: luas > 24.0, accept: [pdf, jpg]}\n"
          "check: jenis != 'videotron' || luas <= 50.0\n"
          "plain: say \"yes\"\n"
          "say: \"a: b\"\n"
          "quote: '\"yes\" he said'\n"
          "text: |\n"
          "  Satu baris.\n"
          "\n"
          "    Dan satu lagi.\n"
          "kept: |-\n"
          "  a\n"
          "  b\n"
          "number: \"{{class}}/{{seq}}/{{unit}}\"\n"
          "list:\n"
          "  - {at: 2026-02-16T09:00}\n"
          "  - a\n"
          "  - - b\n"
          "    - |\n"
          "      c\n"
          "      d\n"
          "words: [\"null\", ~x, \"~\", true, '', -1, \"-\", \"a, b\", a:b]\n");
}

TEST(yaml_breaks_a_line_that_would_be_too_long)
{
    struct data *d = data_new(c, DATA_MAP);
    struct data *m = data_new(c, DATA_MAP);

    for (int i = 0; i < 9; i++)
        data_put_text(c, m, arena_fmt(c->mem, "key%d", i), STR("value"));
    data_put(c, d, STR("m"), m);
    CHECK_STR(data_write_yaml(c, d),
              "m:\n  key0: value\n  key1: value\n  key2: value\n"
              "  key3: value\n  key4: value\n  key5: value\n"
              "  key6: value\n  key7: value\n  key8: value\n");
}

TEST(yaml_of_an_empty_map_never_breaks_its_line)
{
    struct data *d = data_new(c, DATA_MAP);
    str key = arena_fmt(c->mem, "%0120d", 7);

    data_put(c, d, key, data_new(c, DATA_MAP));
    CHECK_STR(data_write_yaml(c, d),
              arena_fmt(c->mem, "%.*s: {}\n", STR_ARG(key)).p);
}

TEST(canonical_json_is_that_of_the_update_framework)
{
    struct data *d =
        json(c, STR("{\"version\": 3, \"_type\": \"timestamp\",\n"
                    " \"meta\": {\"snapshot.json\": {\"version\": 2}},"
                    " \"expires\": \"2026-12-01T00:00:00Z\","
                    " \"spec_version\": \"1.0.34\"}"));
    struct data *odd =
        json(c, STR("[\"a\\\"\\\\\\n\\u00e9\", true, null, -5]"));

    CHECK_STR(data_write_canonical(c, d),
              "{\"_type\":\"timestamp\",\"expires\":\"2026-12-01T00:00:00Z\","
              "\"meta\":{\"snapshot.json\":{\"version\":2}},\"spec_version\":"
              "\"1.0.34\",\"version\":3}");
    CHECK_STR(data_write_canonical(c, odd),
              "[\"a\\\"\\\\\n\xC3\xA9\",true,null,-5]");
    CHECK(data_has_canonical(d) && data_has_canonical(odd));
}

TEST(canonical_json_has_no_reals_and_no_large_numbers)
{
    static const char *const wrong[] = {"1.5", "1e3", "-0", "9007199254740992",
                                        "[{\"a\":[0.1]}]"};

    for (size_t i = 0; i < COUNT(wrong); i++)
        CHECK(!data_has_canonical(json(c, str_of(wrong[i]))));
    CHECK(data_has_canonical(json(c, STR("[0,-1,9007199254740991]"))));
}

TEST(canonical_json_sorts_by_code_point)
{
    CHECK_STR(data_write_canonical(
                  c, json(c, STR("{\"\xF0\x9F\x98\x80\":1,\"\xEF\xBF\xBC\":2,"
                                 "\"b\":3,\"B\":4}"))),
              "{\"B\":4,\"b\":3,\"\xEF\xBF\xBC\":2,\"\xF0\x9F\x98\x80\":1}");
}

TEST(json_is_written_compact_in_its_order)
{
    static const char *const same[] = {
        "{\"b\":[1,2.50,-1e9,true,null],\"a\":{\"x\":\"\\n\\u003c\"}}", "\"x\"",
        "[]", "{}", "7"};

    for (size_t i = 0; i < COUNT(same); i++)
        CHECK_STR(data_write_json(c, json(c, str_of(same[i]))), same[i]);
}

/* ---- generated trees ------------------------------------------------- */

static size_t roll(struct ctx *c, size_t sides)
{
    uint16_t n;

    ctx_random(c, &n, sizeof n);
    return n % sides;
}

static str any_text(struct ctx *c)
{
    static const char *const bits[] = {
        "a",   "b c", " ",    "\n", ": ",   "#",      " #",         "'",
        "\"",  "\\",  "{",    "}",  "[",    "]",      ",",          "-",
        "?",   "!",   "&",    "*",  "|",    ">",      "%",          "@",
        "`",   "~",   "null", "\t", "é",    "\u200E", "\u2028",     "\u20AC",
        ":",   "---", "...",  "<<", "true", "12.5",   "\U0001F600", "\u00A0",
        "  x", "y  ", "\n\n", "= ", "="};
    struct buf b = buf_new(c, 4096);
    size_t n = roll(c, 6);

    for (size_t i = 0; i < n; i++)
        buf_lit(&b, bits[roll(c, COUNT(bits))]);
    return buf_str(&b);
}

static str any_key(struct ctx *c, size_t i)
{
    str head = any_text(c), tail = any_text(c);

    return arena_fmt(c->mem, "%.*s%zu%.*s", STR_ARG(head), i, STR_ARG(tail));
}

static struct data *any_tree(struct ctx *c, size_t depth)
{
    struct data *d;
    size_t kind = depth == 0 ? roll(c, 2) + 1 : roll(c, depth > 5 ? 1 : 4);

    if (kind == 0 || kind == 3)
        return data_new_text(c, any_text(c));
    d = data_new(c, kind == 1 ? DATA_MAP : DATA_LIST);
    for (size_t i = roll(c, 6); i > 0; i--) {
        if (kind == 1)
            data_put(c, d, any_key(c, i), any_tree(c, depth + 1));
        else
            data_append(c, d, any_tree(c, depth + 1));
    }
    return d;
}

TEST(yaml_gives_back_every_generated_tree)
{
    for (int i = 0; i < 3000; i++) {
        struct data *d = any_tree(c, 0);
        str written = data_write_yaml(c, d);
        struct data *back = yaml(c, written);

        if (!CHECK(data_equal(d, back)) ||
            !CHECK(str_eq(data_write_yaml(c, back), written))) {
            CHECK_STR(written, "the same tree");
            return;
        }
    }
}

TEST(json_gives_back_every_generated_tree)
{
    for (int i = 0; i < 1000; i++) {
        struct data *d = any_tree(c, 0);
        struct data *back = json(c, data_write_json(c, d));

        if (!CHECK(data_equal(d, back)))
            return;
    }
}

TEST(a_map_keeps_its_order_when_it_is_changed)
{
    struct data *d = json(c, STR("{\"a\":1,\"b\":2,\"c\":3}"));

    data_put_text(c, d, STR("b"), STR("x"));
    data_put_i64(c, d, STR("d"), -4);
    data_put_after(c, d, STR("a"), STR("n"), data_new_bool(c, true));
    data_put_after(c, d, STR("zz"), STR("a"), data_new_i64(c, 5));
    data_put_after(c, d, STR("d"), STR("n"), data_new_bool(c, false));
    CHECK(data_drop(d, STR("c")));
    CHECK(!data_drop(d, STR("c")));
    CHECK_STR(data_write_json(c, d),
              "{\"a\":5,\"b\":\"x\",\"d\":-4,\"n\":false}");
    CHECK(data_equal(d, data_copy(c, d)));
    CHECK(data_equal(json(c, STR("{\"a\":1,\"b\":[2]}")),
                     json(c, STR("{\"b\":[2],\"a\":1}"))));
    CHECK(!data_equal(json(c, STR("1")), json(c, STR("\"1\""))));
    CHECK(!data_equal(json(c, STR("{\"a\":1}")), json(c, STR("{\"b\":1}"))));
}

TEST(a_sorted_map_finds_what_it_has_also_after_it_is_changed)
{
    struct data *d = data_new(c, DATA_MAP);

    data_sort(d);
    CHECK(data_get(d, STR("k0")) == NULL);
    for (int i = 0; i < 100; i++) {
        str key = arena_fmt(c->mem, "k%d", 37 * i % 100);

        data_put_i64(c, d, key, i);
        CHECK(data_get(d, key) != NULL);
        if (i == 50)
            data_sort(d);
    }
    data_sort(d);
    data_put_after(c, d, STR("k99"), STR("k10"), data_new_i64(c, 10));
    for (int i = 0; i < 100; i++)
        CHECK(data_get(d, arena_fmt(c->mem, "k%d", i)) != NULL);
    data_sort(d);
    for (int i = 0; i < 100; i++)
        CHECK(data_get(d, arena_fmt(c->mem, "k%d", i)) != NULL);
    CHECK(data_get(d, STR("k")) == NULL && data_get(d, STR("k100")) == NULL);
    CHECK(data_drop(d, STR("k7")));
    CHECK(data_get(d, STR("k7")) == NULL && data_get(d, STR("k8")) != NULL);
}
