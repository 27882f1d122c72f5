/* SPDX-License-Identifier: EUPL-1.2 */
/* Operators of plain CEL: arithmetic, order, equality, index, membership. */
#include "cel/fn_priv.h"

FN(identity)
{
    return a[0];
}

FN(negate_bool)
{
    return cel_bool(!a[0].v.b);
}

/* ---- int ---------------------------------------------------------- */

#define INT_OP(name, builtin)                                                  \
    FN(name)                                                                   \
    {                                                                          \
        int64_t out;                                                           \
                                                                               \
        if (builtin(a[0].v.i, a[1].v.i, &out))                                 \
            return cel_oops(FAULT_OVERFLOW);                                   \
        return cel_int(out);                                                   \
    }
INT_OP(add_int, __builtin_add_overflow)
INT_OP(subtract_int, __builtin_sub_overflow)
INT_OP(multiply_int, __builtin_mul_overflow)

FN(divide_int)
{
    if (a[1].v.i == 0)
        return cel_oops(FAULT_DIVIDE);
    if (a[0].v.i == INT64_MIN && a[1].v.i == -1)
        return cel_oops(FAULT_OVERFLOW);
    return cel_int(a[0].v.i / a[1].v.i);
}

FN(modulo_int)
{
    if (a[1].v.i == 0)
        return cel_oops(FAULT_DIVIDE);
    if (a[0].v.i == INT64_MIN && a[1].v.i == -1)
        return cel_oops(FAULT_OVERFLOW);
    return cel_int(a[0].v.i % a[1].v.i);
}

FN(negate_int)
{
    if (a[0].v.i == INT64_MIN)
        return cel_oops(FAULT_OVERFLOW);
    return cel_int(-a[0].v.i);
}

/* ---- uint --------------------------------------------------------- */

#define UINT_OP(name, builtin)                                                 \
    FN(name)                                                                   \
    {                                                                          \
        uint64_t out;                                                          \
                                                                               \
        if (builtin(a[0].v.u, a[1].v.u, &out))                                 \
            return cel_oops(FAULT_OVERFLOW);                                   \
        return cel_uint(out);                                                  \
    }
UINT_OP(add_uint, __builtin_add_overflow)
UINT_OP(subtract_uint, __builtin_sub_overflow)
UINT_OP(multiply_uint, __builtin_mul_overflow)

FN(divide_uint)
{
    if (a[1].v.u == 0)
        return cel_oops(FAULT_DIVIDE);
    return cel_uint(a[0].v.u / a[1].v.u);
}

FN(modulo_uint)
{
    if (a[1].v.u == 0)
        return cel_oops(FAULT_DIVIDE);
    return cel_uint(a[0].v.u % a[1].v.u);
}

/* ---- double: IEEE 754, without errors ----------------------------- */

FN(add_double)
{
    return cel_double(a[0].v.d + a[1].v.d);
}

FN(subtract_double)
{
    return cel_double(a[0].v.d - a[1].v.d);
}

FN(multiply_double)
{
    return cel_double(a[0].v.d * a[1].v.d);
}

__attribute__((no_sanitize("float-divide-by-zero"))) FN(divide_double)
{
    return cel_double(a[0].v.d / a[1].v.d);
}

FN(negate_double)
{
    return cel_double(-a[0].v.d);
}

/* ---- equality and order ------------------------------------------- */

FN(equal)
{
    return cel_bool(cel_equal(a[0], a[1]));
}

FN(not_equal)
{
    return cel_bool(!cel_equal(a[0], a[1]));
}

#define ORDER(name, holds)                                                     \
    FN(name)                                                                   \
    {                                                                          \
        int order;                                                             \
                                                                               \
        order = cel_compare(a[0], a[1]);                                       \
        return cel_bool(order != 2 && order holds);                            \
    }
ORDER(less, < 0)
ORDER(less_equal, <= 0)
ORDER(greater, > 0)
ORDER(greater_equal, >= 0)

/* ---- joining ------------------------------------------------------ */

FN(concat)
{
    char *p;
    struct cel_value v = cel_text_room(m, (size_t)a[0].n + a[1].n, &p);

    if (v.kind == CEL_ERROR)
        return v;
    memcpy(p, a[0].v.s, a[0].n);
    memcpy(p + a[0].n, a[1].v.s, a[1].n);
    v.kind = a[0].kind;
    return v;
}

FN(concat_lists)
{
    size_t x = a[0].v.list->n, y = a[1].v.list->n;
    struct cel_value *items;

    items = cel_take(m, (x + y) * sizeof *items);
    if (items == NULL)
        return cel_spent(m);
    if (x > 0)
        memcpy(items, a[0].v.list->items, x * sizeof *items);
    if (y > 0)
        memcpy(items + x, a[1].v.list->items, y * sizeof *items);
    return cel_list_new(m, items, x + y);
}

/* ---- index and membership ----------------------------------------- */

/* A whole number of any kind; false for 1.5 and 'a'. */
static bool as_index(struct cel_value v, int64_t *out)
{
    if (v.kind == CEL_INT) {
        *out = v.v.i;
        return true;
    }
    if (v.kind == CEL_UINT) {
        *out = v.v.u > INT64_MAX ? -1 : (int64_t)v.v.u;
        return true;
    }
    if (v.kind != CEL_DOUBLE || !(v.v.d > -0x1p63 && v.v.d < 0x1p63))
        return false;
    *out = (int64_t)v.v.d;
    return (double)*out == v.v.d;
}

static struct cel_value item_at(struct vm *m, struct cel_value list,
                                struct cel_value at, bool *found)
{
    int64_t i;

    *found = false;
    if (!as_index(at, &i))
        return cel_oops_value(m, FAULT_INDEX, at);
    if (i < 0 || (uint64_t)i >= list.v.list->n)
        return cel_oops_value(m, FAULT_INDEX, at);
    *found = true;
    return list.v.list->items[i];
}

static bool possible_key(struct cel_value v)
{
    return cel_is_number(v) || v.kind == CEL_BOOL || v.kind == CEL_STRING;
}

static struct cel_value entry_of(struct vm *m, struct cel_value map,
                                 struct cel_value key, bool *found)
{
    size_t at;

    *found = false;
    if (!possible_key(key))
        return cel_oops_value(m, FAULT_KEY_KIND, key);
    if (!cel_map_find(map.v.map, key, &at))
        return cel_oops_value(m, FAULT_NO_KEY, key);
    *found = true;
    return map.v.map->pairs[2 * at + 1];
}

static struct cel_value at_index(struct vm *m, struct cel_value of,
                                 struct cel_value at, bool *found)
{
    *found = false;
    if (of.kind == CEL_LIST)
        return item_at(m, of, at, found);
    if (of.kind == CEL_MAP)
        return entry_of(m, of, at, found);
    return cel_no_overload(m, &of, 1);
}

FN(index_list)
{
    bool found;

    return item_at(m, a[0], a[1], &found);
}

FN(index_map)
{
    bool found;

    return entry_of(m, a[0], a[1], &found);
}

/* An absent item or entry is none; an impossible index stays an error. */
static struct cel_value found_or_none(struct vm *m, struct cel_value v,
                                      bool found)
{
    if (found)
        return cel_optional(m, v);
    if (v.aux == FAULT_INDEX || v.aux == FAULT_NO_KEY)
        return cel_none();
    return v;
}

FN(find_index)
{
    bool found;
    struct cel_value v = at_index(m, a[0], a[1], &found);

    return found_or_none(m, v, found);
}

FN(index_optional)
{
    bool found;
    struct cel_value v;

    if (a[0].v.p == NULL)
        return a[0];
    v = at_index(m, *(const struct cel_value *)a[0].v.p, a[1], &found);
    return found_or_none(m, v, found);
}

/* An item that is not filled in yet could be the one. */
FN(in_list)
{
    const struct cel_list *list = a[1].v.list;
    bool unknown = false;

    for (size_t i = 0; i < list->n; i++) {
        if (cel_equal(a[0], list->items[i]))
            return cel_bool(true);
        unknown |= list->items[i].kind == CEL_UNKNOWN;
    }
    return unknown ? cel_unknown() : cel_bool(false);
}

FN(in_map)
{
    size_t at;

    return cel_bool(cel_map_find(a[1].v.map, a[0], &at));
}

FN(size)
{
    return cel_int((int64_t)cel_size(a[0]));
}

FN(type)
{
    return cel_type_value(a[0].kind);
}
