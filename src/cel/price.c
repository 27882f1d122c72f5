/* SPDX-License-Identifier: EUPL-1.2 */
/* What a call costs, by the price in its row of overloads.def, and paid
 * before it runs. `balai: 1` fixes these: see docs/expressions.md. */
#include "cel/cel_priv.h"

enum { MOST_DEPTH = 32 };

static bool is_text(struct cel_value v)
{
    return v.kind == CEL_STRING || v.kind == CEL_BYTES;
}

static bool is_many(struct cel_value v)
{
    return v.kind == CEL_LIST || v.kind == CEL_MAP;
}

static bool is_deep(struct cel_value v)
{
    return is_many(v) || (v.kind == CEL_OPTIONAL && v.v.p != NULL);
}

static uint64_t text_price(struct cel_value v)
{
    return is_text(v) ? v.n / 16 : 0;
}

/* Everything below a value: one an item, a text by its bytes. A list may stand
 * in another more than once, so what is too deep to count costs more than any
 * run can pay. */
static uint64_t deep_price(struct cel_value v, int depth)
{
    uint64_t sum = text_price(v);

    if (!is_deep(v))
        return sum;
    if (depth > MOST_DEPTH)
        return UINT32_MAX;
    if (v.kind == CEL_OPTIONAL)
        return deep_price(*(const struct cel_value *)v.v.p, depth + 1);
    for (uint32_t i = 0; i < v.n && sum < 1000000; i++)
        sum += 1 + deep_price(v.kind == CEL_LIST ? v.v.list->items[i]
                                                 : v.v.map->pairs[2 * i + 1],
                              depth + 1);
    return sum;
}

/* How often the work on a is done for the work on b: items are compared to
 * their depth. */
static uint64_t width(struct cel_value v)
{
    return (is_text(v) ? v.n / 16 : deep_price(v, 0)) + 1;
}

uint64_t cel_price(enum price price, const struct cel_value *a, size_t n)
{
    uint64_t sum = 1;

    switch (price) {
    case PRICE_ONE:
        return 1;
    case PRICE_TEXT:
        for (size_t i = 0; i < n; i++)
            sum += text_price(a[i]);
        return sum;
    case PRICE_ITEMS:
        for (size_t i = 0; i < n; i++)
            sum += is_many(a[i]) ? a[i].n : 0;
        return sum;
    case PRICE_DEEP:
        for (size_t i = 0; i < n; i++)
            if (is_text(a[i]) || is_deep(a[i]))
                sum += deep_price(a[i], 0);
        return sum;
    case PRICE_SQUARE:
        return 1 + width(a[0]) * width(a[0]);
    case PRICE_PRODUCT:
        break;
    }
    return 1 + width(a[0]) * width(a[1]);
}
