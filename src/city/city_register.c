/* SPDX-License-Identifier: EUPL-1.2 */
/* Registers of letter numbers: where they start, and what is kept for paper. */
#include "city/city_priv.h"

bool city_block_read(str s, struct city_block *out)
{
    str from, to;

    if (!str_cut(s, '-', &from, &to))
        to = from;
    return str_is_i64(str_trim(from), &out->from) &&
           str_is_i64(str_trim(to), &out->to) && out->from >= 1 &&
           out->to >= out->from && out->to <= 999999999;
}

static void build_one(struct ctx *c, str key, const struct data *item,
                      struct city_register *out)
{
    const struct data *blocks = data_get(item, STR("reserved"));
    size_t n = city_count(blocks);
    struct city_block *all = NEWS(c->mem, struct city_block, n + 1);

    *out = (struct city_register){
        .key = key,
        .class = data_text(data_get(item, STR("class"))),
        .unit = data_text(data_get(item, STR("unit"))),
        .yearly =
            str_eq(data_text(data_get(item, STR("reset"))), STR("yearly")),
        .item = item,
        .reserved = all};
    for (size_t i = 0; i < n; i++)
        out->n += city_block_read(data_text(city_one(blocks, i)), &all[out->n]);
}

void city_registers_build(struct ctx *c, struct city *k)
{
    str head = STR("registers.");

    k->registers = NEWS(c->mem, struct city_register, k->n_items + 1);
    for (size_t i = 0; i < k->n_items; i++) {
        str key = k->items[i].key;

        if (str_starts(key, head))
            build_one(c, str_slice(key, head.n, key.n), k->items[i].value,
                      &k->registers[k->n_registers++]);
    }
}

bool city_register(const struct city *k, str key, struct city_register *out)
{
    for (size_t i = 0; i < k->n_registers; i++) {
        if (str_eq(k->registers[i].key, key)) {
            *out = k->registers[i];
            return true;
        }
    }
    return false;
}

int64_t city_register_next(const struct city_register *r, int year,
                           int64_t last)
{
    const struct data *start = data_get(r->item, STR("start"));
    int64_t next = last + 1, first = city_int(start, 1);

    for (size_t i = 0; start != NULL && i < start->n; i++) {
        int64_t of;

        if (start->kind == DATA_MAP && str_is_i64(start->pairs[i].key, &of) &&
            of == year)
            first = city_int(start->pairs[i].value, 1);
    }
    next = next < first ? first : next;
    for (size_t i = 0; i < r->n; i++) {
        if (next >= r->reserved[i].from && next <= r->reserved[i].to)
            next = r->reserved[i].to + 1;
    }
    return next;
}
