/* SPDX-License-Identifier: EUPL-1.2 */
/* The tree: finding, building, comparing. */
#include "data/data_priv.h"

#include <stdlib.h>

static int by_key(const void *a, const void *b)
{
    return str_cmp(((const struct data_pair *)a)->key,
                   ((const struct data_pair *)b)->key);
}

/* Where a key stands in a map; n where it does not. */
static size_t seat_of(const struct data *map, str key)
{
    const struct data_pair it = {.key = key}, *found;
    size_t i = 0;

    if (map->sorted && map->n > 0) {
        found = bsearch(&it, map->pairs, map->n, sizeof it, by_key);
        return found == NULL ? map->n : (size_t)(found - map->pairs);
    }
    while (i < map->n && !str_eq(map->pairs[i].key, key))
        i++;
    return i;
}

struct data *data_get(const struct data *map, str key)
{
    size_t at;

    if (map == NULL || map->kind != DATA_MAP)
        return NULL;
    at = seat_of(map, key);
    return at == map->n ? NULL : map->pairs[at].value;
}

struct data *data_at(const struct data *map, str path)
{
    struct data *below = NULL;
    str key;

    while (str_next(&path, '.', &key)) {
        below = data_get(map, key);
        map = below;
    }
    return below;
}

bool data_is_scalar(const struct data *d)
{
    return d->kind != DATA_MAP && d->kind != DATA_LIST;
}

str data_text(const struct data *d)
{
    if (d == NULL || d->kind == DATA_NULL || !data_is_scalar(d))
        return (str){NULL, 0};
    return d->text;
}

struct place data_place(const struct data *d, size_t offset)
{
    struct place at = d->at;
    size_t from = 0;

    if (!d->literal || at.line == 0)
        return at;
    offset = offset > d->text.n ? d->text.n : offset;
    for (size_t i = 0; i < offset; i++)
        if (d->text.p[i] == '\n') {
            from = i + 1;
            at.line++;
        }
    at.col += (int)data_columns(str_slice(d->text, from, offset));
    return at;
}

/* ---- building ----------------------------------------------------- */

struct data *data_new(struct ctx *c, enum data_kind kind)
{
    struct data *d = NEW(c->mem, struct data);

    d->kind = kind;
    return d;
}

struct data *data_new_text(struct ctx *c, str s)
{
    struct data *d = data_new(c, DATA_TEXT);

    d->text = arena_str(c->mem, s);
    return d;
}

struct data *data_new_i64(struct ctx *c, int64_t n)
{
    struct data *d = data_new(c, DATA_NUMBER);

    d->text = arena_fmt(c->mem, "%" PRId64, n);
    return d;
}

struct data *data_new_bool(struct ctx *c, bool yes)
{
    struct data *d = data_new(c, DATA_BOOL);

    d->text = yes ? STR("true") : STR("false");
    return d;
}

void data_add(struct ctx *c, struct data *map, str key, struct place at,
              struct data *value)
{
    ARENA_GROW(c->mem, map->pairs, map->n, map->room);
    map->pairs[map->n++] = (struct data_pair){key, at, value};
    map->sorted = false;
}

void data_append(struct ctx *c, struct data *list, struct data *item)
{
    MUST(list->kind == DATA_LIST);
    ARENA_GROW(c->mem, list->items, list->n, list->room);
    list->items[list->n++] = item;
}

void data_put(struct ctx *c, struct data *map, str key, struct data *value)
{
    size_t at;

    MUST(map->kind == DATA_MAP);
    at = seat_of(map, key);
    if (at < map->n)
        map->pairs[at].value = value;
    else
        data_add(c, map, arena_str(c->mem, key), value->at, value);
}

void data_put_text(struct ctx *c, struct data *map, str key, str text)
{
    data_put(c, map, key, data_new_text(c, text));
}

void data_put_i64(struct ctx *c, struct data *map, str key, int64_t n)
{
    data_put(c, map, key, data_new_i64(c, n));
}

void data_put_bool(struct ctx *c, struct data *map, str key, bool yes)
{
    data_put(c, map, key, data_new_bool(c, yes));
}

void data_put_after(struct ctx *c, struct data *map, str after, str key,
                    struct data *value)
{
    struct data_pair moved;
    size_t from, to;

    data_put(c, map, key, value);
    from = seat_of(map, key);
    to = seat_of(map, after);
    if (to == map->n || to == from)
        return;
    moved = map->pairs[from];
    data_drop(map, key);
    to = seat_of(map, after) + 1;
    memmove(&map->pairs[to + 1], &map->pairs[to],
            (map->n - to) * sizeof *map->pairs);
    map->pairs[to] = moved;
    map->n++;
    map->sorted = false;
}

bool data_drop(struct data *map, str key)
{
    size_t at;

    MUST(map->kind == DATA_MAP);
    at = seat_of(map, key);
    if (at == map->n)
        return false;
    map->n--;
    memmove(&map->pairs[at], &map->pairs[at + 1],
            (map->n - at) * sizeof *map->pairs);
    return true;
}

void data_sort(struct data *map)
{
    MUST(map->kind == DATA_MAP);
    if (map->n > 0)
        qsort(map->pairs, map->n, sizeof *map->pairs, by_key);
    map->sorted = true;
}

struct data *data_copy(struct ctx *c, const struct data *d)
{
    struct data *copy = data_new(c, d->kind);

    copy->quoted = d->quoted;
    copy->literal = d->literal;
    copy->at = d->at;
    copy->text = d->text.p == NULL ? d->text : arena_str(c->mem, d->text);
    for (size_t i = 0; d->kind == DATA_LIST && i < d->n; i++)
        data_append(c, copy, data_copy(c, d->items[i]));
    for (size_t i = 0; d->kind == DATA_MAP && i < d->n; i++)
        data_add(c, copy, arena_str(c->mem, d->pairs[i].key), d->pairs[i].at,
                 data_copy(c, d->pairs[i].value));
    return copy;
}

/* Two maps from one hand mostly have their keys in the same order: look there
 * first, so that comparing them costs no search. */
static const struct data *same_key(const struct data *map, size_t at, str key)
{
    if (str_eq(map->pairs[at].key, key))
        return map->pairs[at].value;
    return data_get(map, key);
}

bool data_equal(const struct data *a, const struct data *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (a->kind != b->kind)
        return false;
    if (data_is_scalar(a))
        return a->kind == DATA_NULL || str_eq(a->text, b->text);
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        if (a->kind == DATA_LIST && !data_equal(a->items[i], b->items[i]))
            return false;
        if (a->kind == DATA_MAP &&
            !data_equal(a->pairs[i].value, same_key(b, i, a->pairs[i].key)))
            return false;
    }
    return true;
}
