/* SPDX-License-Identifier: EUPL-1.2 */
/* The first byte picks the reader; what can be read must be written so that
 * reading it again gives the same, and what cannot must say why. */
#include "data/data.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

typedef err reader(struct ctx *c, str file, str bytes, struct findings *f,
                   struct data **out);

static struct data *again(struct ctx *c, reader *read, str text)
{
    struct findings f = {0};
    struct data *d;

    MUST(read(c, STR("again"), text, &f, &d) == E_OK);
    return d;
}

static void check_yaml(struct ctx *c, const struct data *d)
{
    str written = data_write_yaml(c, d);
    const struct data *back;

    if (written.n > (size_t)1 << 20)
        return;
    back = again(c, data_read_yaml, written);
    MUST(data_equal(d, back));
    MUST(str_eq(data_write_yaml(c, back), written));
}

static void check_places(const struct data *d)
{
    if (d->kind == DATA_TEXT)
        MUST(data_place(d, d->text.n).line >= d->at.line);
    for (size_t i = 0; d->kind == DATA_LIST && i < d->n; i++)
        check_places(d->items[i]);
    for (size_t i = 0; d->kind == DATA_MAP && i < d->n; i++)
        check_places(d->pairs[i].value);
}

static void read_one(struct ctx *c, unsigned which, str text)
{
    static reader *const readers[] = {data_read_yaml, data_read_json,
                                      data_read_csv};
    struct findings f = {0};
    struct data *d;
    err e = readers[which](c, STR("fuzz"), text, &f, &d);

    MUST((e == E_OK) == (f.errors == 0));
    for (size_t i = 0; i < f.n; i++)
        MUST(f.all[i].what.n > 0 && f.all[i].mend.n > 0);
    if (e != E_OK)
        return;
    check_places(d);
    if (which == 0)
        check_yaml(c, d);
    if (which == 1)
        MUST(data_equal(d, again(c, data_read_json, data_write_json(c, d))));
    (void)data_write_canonical(c, d);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct ctx c = {.mem = arena_new((size_t)1 << 30), .lang = STR("en")};

    if (n > 0)
        read_one(&c, bytes[0] % 3, (str){(const char *)bytes + 1, n - 1});
    arena_free(c.mem);
    return 0;
}
