/* SPDX-License-Identifier: EUPL-1.2 */
/* Optionals, and lists as a whole. */
#include "cel/fn_priv.h"

#include <stdlib.h>

/* ---- optionals ---------------------------------------------------- */

FN(optional_of)
{
    return cel_optional(m, a[0]);
}

FN(optional_none)
{
    return cel_none();
}

static bool is_zero(struct cel_value v)
{
    switch (v.kind) {
    case CEL_NULL:
        return true;
    case CEL_BOOL:
        return !v.v.b;
    case CEL_DOUBLE:
        return v.v.d == 0;
    case CEL_STRING:
    case CEL_BYTES:
    case CEL_LIST:
    case CEL_MAP:
        return v.n == 0;
    case CEL_INT:
    case CEL_UINT:
    case CEL_DURATION:
    case CEL_MONEY:
        return v.v.i == 0;
    case CEL_DECIMAL:
        return v.v.decimal->coefficient == 0;
    case CEL_TIMESTAMP: /* the first second of the year 1 */
        return v.v.i == INT64_C(-62135596800) && v.n == 0;
    default:
        return false;
    }
}

FN(optional_of_non_zero)
{
    return is_zero(a[0]) ? cel_none() : cel_optional(m, a[0]);
}

FN(has_value)
{
    return cel_bool(a[0].v.p != NULL);
}

FN(value)
{
    if (a[0].v.p == NULL)
        return cel_oops(FAULT_NONE);
    return *(const struct cel_value *)a[0].v.p;
}

FN(or_optional)
{
    return a[0].v.p != NULL ? a[0] : a[1];
}

FN(or_value)
{
    return a[0].v.p != NULL ? *(const struct cel_value *)a[0].v.p : a[1];
}

/* ---- lists -------------------------------------------------------- */

FN(first)
{
    return a[0].n == 0 ? cel_none() : cel_optional(m, a[0].v.list->items[0]);
}

FN(last)
{
    return a[0].n == 0 ? cel_none()
                       : cel_optional(m, a[0].v.list->items[a[0].n - 1]);
}

static struct cel_value *items_for(struct vm *m, size_t n)
{
    if (!cel_charge(m, n))
        return NULL;
    return cel_take(m, n * sizeof(struct cel_value));
}

FN(range)
{
    struct cel_value *items;
    int64_t count = a[0].v.i;

    if (count < 0)
        return cel_oops_value(m, FAULT_ARGUMENT, a[0]);
    if (count > UINT32_MAX || (items = items_for(m, (size_t)count)) == NULL) {
        cel_charge(m, UINT64_MAX); /* more than any run can pay */
        return cel_spent(m);
    }
    for (int64_t i = 0; i < count; i++)
        items[i] = cel_int(i);
    return cel_list_new(m, items, (size_t)count);
}

FN(reverse_list)
{
    const struct cel_list *list = a[0].v.list;
    struct cel_value *items = items_for(m, list->n);

    if (items == NULL)
        return cel_spent(m);
    for (size_t i = 0; i < list->n; i++)
        items[i] = list->items[list->n - 1 - i];
    return cel_list_new(m, items, list->n);
}

/* Shares the items: nothing ever writes to them. */
FN(slice)
{
    const struct cel_list *list = a[0].v.list;
    int64_t from = a[1].v.i, to = a[2].v.i;

    if (from < 0 || to < from || to > (int64_t)list->n)
        return cel_oops_value(m, FAULT_INDEX, a[from < 0 ? 1 : 2]);
    return cel_list_new(m, list->items + from, (size_t)(to - from));
}

FN(flatten)
{
    const struct cel_list *list = a[0].v.list;
    struct cel_value out = cel_build_list(m);

    for (size_t i = 0; i < list->n && out.kind != CEL_ERROR; i++) {
        struct cel_value v = list->items[i];

        if (v.kind != CEL_LIST)
            return cel_no_overload(m, &v, 1);
        for (uint32_t j = 0; j < v.n; j++)
            if (!cel_charge(m, 1) ||
                !cel_build_add(m, &out, v.v.list->items[j]))
                return cel_spent(m);
    }
    return cel_build_done(m, out);
}

static bool among(struct cel_value v, const struct cel_value *items, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cel_equal(v, items[i]))
            return true;
    return false;
}

FN(distinct)
{
    const struct cel_list *list = a[0].v.list;
    struct cel_value *items = items_for(m, list->n);
    size_t kept = 0;

    if (items == NULL)
        return cel_spent(m);
    for (size_t i = 0; i < list->n; i++) {
        if (!cel_charge(m, kept))
            return cel_spent(m);
        if (!among(list->items[i], items, kept))
            items[kept++] = list->items[i];
    }
    return cel_list_new(m, items, kept);
}

static int by_order(const void *a, const void *b)
{
    const struct cel_value *x = a, *y = b;

    return cel_compare(*x, *y);
}

/* All of one ordered kind, so that the order is total. */
FN(sort)
{
    const struct cel_list *list = a[0].v.list;
    struct cel_value *items = items_for(m, list->n * 8);

    if (items == NULL)
        return cel_spent(m);
    for (size_t i = 0; i < list->n; i++) {
        items[i] = list->items[i];
        if (cel_compare(items[i], items[0]) == 2 ||
            cel_compare(items[i], items[i]) == 2)
            return cel_no_overload(m, &items[i], 1);
    }
    if (list->n > 1)
        qsort(items, list->n, sizeof *items, by_order);
    return cel_list_new(m, items, list->n);
}

/* ---- lists as sets ------------------------------------------------ */

static bool holds_all(struct cel_value a, struct cel_value b)
{
    for (size_t i = 0; i < b.n; i++)
        if (!among(b.v.list->items[i], a.v.list->items, a.n))
            return false;
    return true;
}

FN(set_contains)
{
    return cel_bool(holds_all(a[0], a[1]));
}

FN(set_equivalent)
{
    return cel_bool(holds_all(a[0], a[1]) && holds_all(a[1], a[0]));
}

FN(set_intersects)
{
    for (size_t i = 0; i < a[0].n; i++)
        if (among(a[0].v.list->items[i], a[1].v.list->items, a[1].n))
            return cel_bool(true);
    return cel_bool(false);
}
