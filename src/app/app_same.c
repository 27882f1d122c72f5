/* SPDX-License-Identifier: EUPL-1.2 */
/* Equality as the schema types values, and the digest that follows from it. */
#include "app/app_priv.h"

static bool same_scalar(struct app_shape s, str a, str b)
{
    struct cel_decimal x, y;

    if (str_eq(a, b))
        return true;
    return app_kind_numeric(s.kind) && cel_decimal_read(a, &x) &&
           cel_decimal_read(b, &y) && cel_decimal_cmp(x, y) == 0;
}

static bool holds_item(const struct data *list, str item)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(data_text(list->items[i]), item))
            return true;
    return false;
}

static bool same_list(struct app_shape s, const struct data *a,
                      const struct data *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (s.kind == KIND_SET ? !holds_item(b, data_text(a->items[i])) ||
                                     !holds_item(a, data_text(b->items[i]))
                               : !app_same(s, a->items[i], b->items[i]))
            return false;
    return true;
}

bool app_same(struct app_shape s, const struct data *a, const struct data *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if ((a->kind == DATA_MAP) != (b->kind == DATA_MAP) ||
        (a->kind == DATA_LIST) != (b->kind == DATA_LIST))
        return false;
    if (a->kind == DATA_LIST)
        return same_list(s, a, b);
    if (a->kind != DATA_MAP)
        return same_scalar(s, data_text(a), data_text(b));
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        str key = a->pairs[i].key;

        if (!app_same(app_shape_or_text(s, key), a->pairs[i].value,
                      data_get(b, key)))
            return false;
    }
    return true;
}

/* The same value in one form: texts alone, numbers without idle zeros, sets
 * in order. */
static struct data *normal(struct ctx *c, struct app_shape s,
                           const struct data *d)
{
    struct data *out;
    struct cel_decimal x;
    str text = data_text(d);

    if (d->kind == DATA_MAP) {
        out = data_new(c, DATA_MAP);
        for (size_t i = 0; i < d->n; i++)
            data_put(c, out, d->pairs[i].key,
                     normal(c, app_shape_or_text(s, d->pairs[i].key),
                            d->pairs[i].value));
        return out;
    }
    if (d->kind == DATA_LIST) {
        out = data_new(c, DATA_LIST);
        for (size_t i = 0; i < d->n; i++)
            data_append(c, out, normal(c, s, d->items[i]));
        for (size_t i = 1; s.kind == KIND_SET && i < out->n; i++)
            for (size_t j = i; j > 0 && str_cmp(data_text(out->items[j - 1]),
                                                data_text(out->items[j])) > 0;
                 j--) {
                struct data *swap = out->items[j];

                out->items[j] = out->items[j - 1];
                out->items[j - 1] = swap;
            }
        return out;
    }
    if (text.p == NULL)
        text = STR("");
    if (app_kind_numeric(s.kind) && cel_decimal_read(text, &x))
        text = cel_decimal_show(c, x);
    return data_new_text(c, text);
}

str app_value_hash(struct ctx *c, struct app_shape s, const struct data *d)
{
    return seal_show_hash(
        c, seal_sha256(data_write_canonical(c, normal(c, s, d))));
}
