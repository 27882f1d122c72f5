/* SPDX-License-Identifier: EUPL-1.2 */
/* Merging by key: an app laid on its archetype, and two cities' changes. */
#include "app/app_priv.h"

static bool both_maps(const struct data *a, const struct data *b)
{
    return a != NULL && b != NULL && a->kind == DATA_MAP && b->kind == DATA_MAP;
}

/* The key of `of` that stands nearest before `at` and is in `map` already. */
static str predecessor(const struct data *of, size_t at, const struct data *map)
{
    while (at-- > 0)
        if (data_get(map, of->pairs[at].key) != NULL)
            return of->pairs[at].key;
    return (str){NULL, 0};
}

/* Put a key only `of` has after its nearest predecessor there; last where it
 * has none. The pair keeps its place in the source. */
static void put_in_order(struct ctx *c, struct data *map, const struct data *of,
                         size_t at, struct data *value)
{
    str before = predecessor(of, at, map), key = of->pairs[at].key;

    if (before.p == NULL)
        data_put(c, map, key, value);
    else
        data_put_after(c, map, before, key, value);
    for (size_t i = 0; i < map->n; i++)
        if (str_eq(map->pairs[i].key, key))
            map->pairs[i].at = of->pairs[at].at;
}

static struct data *empty_map(struct ctx *c, struct place at)
{
    struct data *d = data_new(c, DATA_MAP);

    d->at = at;
    return d;
}

/* Additions of both; a set has no order to fight over. */
static struct data *unite(struct ctx *c, const struct data *under,
                          const struct data *over)
{
    struct data *out = data_copy(c, under);

    out->at = over->at;
    for (size_t i = 0; i < over->n; i++) {
        bool there = false;

        for (size_t k = 0; k < out->n && !there; k++)
            there = str_eq(data_text(out->items[k]), data_text(over->items[i]));
        if (!there)
            data_append(c, out, data_copy(c, over->items[i]));
    }
    return out;
}

struct data *app_lay(struct ctx *c, struct app_shape s,
                     const struct data *under, const struct data *over)
{
    struct data *out;

    if (over == NULL || under == NULL)
        return data_copy(c, over == NULL ? under : over);
    if (s.kind == KIND_SET && under->kind == DATA_LIST &&
        over->kind == DATA_LIST)
        return unite(c, under, over);
    /* Who acts is said anew as a whole: a route is no part of a duty. */
    if (!both_maps(under, over) || s.kind == KIND_WHO)
        return data_copy(c, over);
    out = empty_map(c, over->at);
    for (size_t i = 0; i < under->n; i++) {
        str key = under->pairs[i].key;

        put_in_order(c, out, under, i,
                     app_lay(c, app_shape_or_text(s, key),
                             under->pairs[i].value, data_get(over, key)));
    }
    for (size_t i = 0; i < over->n; i++)
        if (data_get(under, over->pairs[i].key) == NULL)
            put_in_order(c, out, over, i, data_copy(c, over->pairs[i].value));
    return out;
}

/* ---- three ways --------------------------------------------------- */

struct three {
    struct ctx *c;
    struct findings *f;
};

static struct data *merge(struct three *m, struct app_shape s,
                          const struct data *base, const struct data *theirs,
                          const struct data *ours, str path);

static void conflict(struct three *m, str path, const struct data *theirs,
                     const struct data *ours)
{
    struct ctx *c = m->c;
    const char *kind = theirs == NULL ? "delete-modify"
                       : ours == NULL ? "modify-delete"
                                      : "both-changed";

    finding_add(c, m->f, FIND_WARNING,
                ours != NULL     ? ours->at
                : theirs != NULL ? theirs->at
                                 : (struct place){0},
                path,
                say(c, "%s: kedua pihak mengubahnya; nilai kita tetap berlaku.",
                    "%s: both sides changed it; ours stands."),
                kind);
}

/* Their order is the backbone. */
static struct data *merge_maps(struct three *m, struct app_shape s,
                               const struct data *base,
                               const struct data *theirs,
                               const struct data *ours, str path)
{
    struct data *out = empty_map(m->c, ours->at);

    for (size_t i = 0; i < theirs->n; i++) {
        str key = theirs->pairs[i].key;
        struct data *v = merge(m, app_shape_or_text(s, key),
                               data_get(base, key), theirs->pairs[i].value,
                               data_get(ours, key), app_path(m->c, path, key));

        if (v != NULL)
            put_in_order(m->c, out, theirs, i, v);
    }
    for (size_t i = 0; i < ours->n; i++) {
        str key = ours->pairs[i].key;
        struct data *v;

        if (data_get(theirs, key) != NULL)
            continue;
        v = merge(m, app_shape_or_text(s, key), data_get(base, key), NULL,
                  ours->pairs[i].value, app_path(m->c, path, key));
        if (v != NULL)
            put_in_order(m->c, out, ours, i, v);
    }
    return out;
}

/* A set: what either added, without what either took away. */
static struct data *merge_sets(struct ctx *c, const struct data *base,
                               const struct data *theirs,
                               const struct data *ours)
{
    struct data *all = unite(c, theirs, ours);
    struct data *out = data_new(c, DATA_LIST);

    out->at = ours->at;
    for (size_t i = 0; i < all->n; i++) {
        str item = data_text(all->items[i]);
        const struct data *sides[] = {base, theirs, ours};
        bool in[3] = {false};

        for (size_t k = 0; k < 3; k++)
            for (size_t j = 0; sides[k] != NULL && j < sides[k]->n; j++)
                in[k] |= str_eq(data_text(sides[k]->items[j]), item);
        if (!in[0] || (in[1] && in[2]))
            data_append(c, out, all->items[i]);
    }
    return out;
}

static bool all_lists(const struct data *base, const struct data *theirs,
                      const struct data *ours)
{
    return theirs != NULL && ours != NULL && theirs->kind == DATA_LIST &&
           ours->kind == DATA_LIST && (base == NULL || base->kind == DATA_LIST);
}

static struct data *merge(struct three *m, struct app_shape s,
                          const struct data *base, const struct data *theirs,
                          const struct data *ours, str path)
{
    const struct data *take = NULL;

    if (app_same(s, theirs, ours) || app_same(s, base, ours))
        take = theirs;
    else if (app_same(s, base, theirs))
        take = ours;
    else if (both_maps(theirs, ours) && s.kind != KIND_WHO)
        return merge_maps(m, s,
                          base != NULL && base->kind == DATA_MAP ? base : NULL,
                          theirs, ours, path);
    else if (s.kind == KIND_SET && all_lists(base, theirs, ours))
        return merge_sets(m->c, base, theirs, ours);
    else {
        conflict(m, path, theirs, ours);
        take = ours;
    }
    return take == NULL ? NULL : data_copy(m->c, take);
}

struct data *app_merge(struct ctx *c, const struct data *base,
                       const struct data *theirs, const struct data *ours,
                       struct findings *conflicts)
{
    struct three m = {c, conflicts};

    return merge(&m, app_shape_root, base, theirs, ours, STR(""));
}
