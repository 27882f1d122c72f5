/* SPDX-License-Identifier: EUPL-1.2 */
/* Merging by key. The six properties hold for any three trees; the trees here
 * are random, out of the words of the language and some that are not. */
#include "tests/app/help.h"

#include <stdio.h>

static const struct data *yaml(struct ctx *c, const char *text)
{
    struct findings f = {0};
    struct data *d = NULL;

    CHECK_OK(data_read_yaml(c, STR("t.yaml"), str_of(text), &f, &d));
    return d;
}

static str shown(struct ctx *c, const struct data *d)
{
    return d == NULL ? STR("nothing") : data_write_json(c, d);
}

static uint32_t roll(struct ctx *c, uint32_t below)
{
    uint32_t n;

    ctx_random(c, &n, sizeof n);
    return n % below;
}

/* ---- random trees ------------------------------------------------- */

static const char *const keys[] = {"fields", "rules", "a", "b", "c", "label"};
static const char *const values[] = {"1", "2", "x", "1.0", "1.00"};

static struct data *random_tree(struct ctx *c, int deep)
{
    struct data *d;

    if (deep == 0 || roll(c, 3) == 0)
        return data_new_text(c, str_of(values[roll(c, COUNT(values))]));
    d = data_new(c, DATA_MAP);
    for (uint32_t i = roll(c, 4); i > 0; i--)
        data_put(c, d, str_of(keys[roll(c, COUNT(keys))]),
                 random_tree(c, deep - 1));
    return d;
}

/* A copy with some things changed, added and taken away. */
static struct data *changed(struct ctx *c, const struct data *d, int deep)
{
    struct data *out;

    if (d->kind != DATA_MAP || deep == 0)
        return roll(c, 4) == 0 ? random_tree(c, 1) : data_copy(c, d);
    out = data_new(c, DATA_MAP);
    for (size_t i = 0; i < d->n; i++) {
        uint32_t fate = roll(c, 8);

        if (fate > 0)
            data_put(c, out, d->pairs[i].key,
                     fate < 4 ? changed(c, d->pairs[i].value, deep - 1)
                              : data_copy(c, d->pairs[i].value));
    }
    if (roll(c, 3) == 0)
        data_put(c, out, str_of(keys[roll(c, COUNT(keys))]), random_tree(c, 1));
    return out;
}

static struct data *root(struct ctx *c)
{
    struct data *d = data_new(c, DATA_MAP);

    for (size_t i = 0; i < 3; i++)
        data_put(c, d, str_of(keys[i]), random_tree(c, 3));
    return d;
}

static bool same_paths(const struct findings *a, const struct findings *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        bool found = false;

        for (size_t k = 0; k < b->n; k++)
            found |= str_eq(a->all[i].key, b->all[k].key);
        if (!found)
            return false;
    }
    return true;
}

static bool holds(struct ctx *c, const struct data *b, const struct data *t,
                  const struct data *o)
{
    struct findings no = {0}, one = {0}, two = {0}, three = {0};
    struct data *m, *swapped;
    bool ok = true;

    ok &= CHECK(data_equal(app_merge(c, b, b, o, &no), o));
    ok &= CHECK(data_equal(app_merge(c, b, t, b, &no), t));
    ok &= CHECK(data_equal(app_merge(c, b, t, t, &no), t));
    ok &= CHECK_I64((int64_t)no.n, 0);
    m = app_merge(c, b, t, o, &one);
    swapped = app_merge(c, b, o, t, &two);
    ok &= CHECK(same_paths(&one, &two));
    if (one.n == 0)
        ok &= CHECK(data_equal(m, swapped));
    ok &= CHECK(data_equal(app_merge(c, t, t, m, &three), m));
    return ok;
}

TEST(the_six_properties_of_a_merge_hold_for_random_trees)
{
    size_t conflicts = 0;

    for (int i = 0; i < 3000; i++) {
        struct ctx own = *c;
        const struct data *b, *t, *o;
        struct findings f = {0};
        bool ok;

        own.mem = arena_new(8 << 20);
        b = root(&own);
        t = changed(&own, b, 4);
        o = changed(&own, b, 4);
        ok = holds(&own, b, t, o);
        app_merge(&own, b, t, o, &f);
        conflicts += f.n > 0;
        if (!ok)
            fprintf(stderr, "base %s\ntheirs %s\nours %s\n", shown(&own, b).p,
                    shown(&own, t).p, shown(&own, o).p);
        arena_free(own.mem);
        if (!ok)
            return;
    }
    CHECK(conflicts > 300 && conflicts < 2900);
}

/* ---- by example --------------------------------------------------- */

TEST(a_conflict_is_named_and_ours_stands)
{
    struct findings f = {0};
    const struct data *b = yaml(c, "fields: {a: {max: 1}, b: {max: 1}}\n");
    const struct data *t = yaml(c, "fields: {a: {max: 2}}\n");
    const struct data *o = yaml(c, "fields: {a: {max: 3}, b: {max: 5}}\n");
    struct data *m = app_merge(c, b, t, o, &f);

    CHECK_STR(data_text(data_at(m, STR("fields.a.max"))), "3");
    CHECK_STR(data_text(data_at(m, STR("fields.b.max"))), "5");
    CHECK_I64((int64_t)f.n, 2);
    CHECK_STR(f.all[0].key, "fields.a.max");
    CHECK(str_starts(f.all[0].what, STR("both-changed")));
    CHECK_STR(f.all[1].key, "fields.b");
    CHECK(str_starts(f.all[1].what, STR("delete-modify")));
}

TEST(numbers_are_compared_as_numbers_and_texts_as_texts)
{
    struct findings f = {0};
    const struct data *b = yaml(c, "fields: {a: {max: 1.0, unit: '1.0'}}\n");
    const struct data *t = yaml(c, "fields: {a: {max: 1.00, unit: '1.0'}}\n");
    const struct data *o = yaml(c, "fields: {a: {max: 2, unit: '1.0'}}\n");

    CHECK_STR(
        data_text(data_at(app_merge(c, b, t, o, &f), STR("fields.a.max"))),
        "2");
    CHECK_I64((int64_t)f.n, 0);
    t = yaml(c, "fields: {a: {max: 1.0, unit: '1.00'}}\n");
    o = yaml(c, "fields: {a: {max: 1.0, unit: '2'}}\n");
    app_merge(c, b, t, o, &f);
    CHECK_I64((int64_t)f.n, 1);
}

TEST(sets_unite_and_lists_do_not)
{
    struct findings f = {0};
    const struct data *b = yaml(c, "fields: {a: {accept: [pdf, jpg]}}\n");
    const struct data *t = yaml(c, "fields: {a: {accept: [pdf, jpg, png]}}\n");
    const struct data *o = yaml(c, "fields: {a: {accept: [pdf, webp]}}\n");
    struct data *m = app_merge(c, b, t, o, &f);

    CHECK_STR(data_write_json(c, data_at(m, STR("fields.a.accept"))),
              "[\"pdf\",\"png\",\"webp\"]");
    CHECK_I64((int64_t)f.n, 0);
}

TEST(a_new_key_stands_behind_its_nearest_neighbour)
{
    struct findings f = {0};
    const struct data *b = yaml(c, "fields: {a: {}, b: {}, c: {}}\n");
    const struct data *t = yaml(c, "fields: {c: {}, a: {}, b: {}, z: {}}\n");
    const struct data *o = yaml(c, "fields: {a: {}, x: {}, b: {}, c: {}}\n");
    struct data *m = app_merge(c, b, t, o, &f);

    CHECK_STR(data_write_json(c, m),
              "{\"fields\":{\"c\":{},\"a\":{},\"x\":{},\"b\":{},\"z\":{}}}");
}

TEST(languages_merge_one_by_one)
{
    struct findings f = {0};
    const struct data *b = yaml(c, "title: {id: Izin, en: Permit}\n");
    const struct data *t = yaml(c, "title: {id: Izin Usaha, en: Permit}\n");
    const struct data *o = yaml(c, "title: {id: Izin, en: Licence}\n");

    CHECK_STR(data_write_json(c, app_merge(c, b, t, o, &f)),
              "{\"title\":{\"id\":\"Izin Usaha\",\"en\":\"Licence\"}}");
    CHECK_I64((int64_t)f.n, 0);
}
