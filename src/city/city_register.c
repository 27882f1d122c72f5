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

/* Nobody reserves more blocks in a year. */
#define BLOCKS 64

bool city_register(struct ctx *c, const struct city *k, str key,
                   struct city_register *out)
{
    const struct data *item = city_item(k, city_path(c, STR("registers"), key));
    const struct data *blocks = data_get(item, STR("reserved"));
    struct city_block *all = NEWS(c->mem, struct city_block, BLOCKS);

    if (item == NULL)
        return false;
    *out = (struct city_register){
        .key = key,
        .class = data_text(
            data_get(item, STR("class"))),
            .unit = data_text(data_get(item, STR("unit"))),
                              .yearly = str_eq(data_text(
                                  data_get(item, STR("reset"))), STR("yearly")),
                                               .item = item, .reserved = all};
    for (size_t i = 0; i < city_count(blocks) && out->n < BLOCKS; i++)
        out->n += city_block_read(data_text(city_one(blocks, i)), &all[out->n]);
    return true;
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
