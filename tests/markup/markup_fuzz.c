/* SPDX-License-Identifier: EUPL-1.2 */
/* A template and its data, parted by a NUL; both modes. A template that is its
 * own partial must end too. */
#include "markup/markup.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

union self {
    const struct markup *is;
    void *arg;
};

static const struct markup *self(void *arg, str name)
{
    return name.n % 2 == 0 ? NULL : ((union self){.arg = arg}).is;
}

static void show(struct ctx *c, str text, const struct data *with,
                 enum markup_mode mode)
{
    struct findings f = {0};
    struct markup_name *names;
    union self m;
    size_t n;
    str out;
    err e = markup_parse(c, STR("fuzz"), text, mode, &f, &m.is);

    MUST((e == E_OK) == (f.errors == 0));
    if (e != E_OK)
        return;
    e = markup_show(c, m.is, with, self, m.arg, &out);
    MUST(e == E_OK || e == E_TOO_BIG);
    MUST(markup_names(c, m.is, &names, &n) == E_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct ctx c = {.mem = arena_new((size_t)1 << 28), .lang = STR("en")};
    str template, json;
    struct findings f = {0};
    struct data *with;

    str_cut((str){(const char *)bytes, n}, 0, &template, &json);
    if (json.n > 4096 ||
        data_read_json(&c, STR("fuzz"), json, &f, &with) != E_OK)
        with = NULL;
    show(&c, template, with, MARKUP_HTML);
    show(&c, template, with, MARKUP_TEXT);
    arena_free(c.mem);
    return 0;
}
