/* SPDX-License-Identifier: EUPL-1.2 */
#include "bench/many.h"

/* A copy of an app under another name is another app to the catalogue. */
static const char *copy_app(struct ctx *c, const char *from, const char *to,
                            str id)
{
    str *names;
    size_t n;

    bench_must(c, file_make_dir(c, to, 0700));
    bench_must(c, file_list(c, from, 'f', &names, &n));
    for (size_t i = 0; i < n; i++) {
        str text;

        bench_must(
            c, file_read(c, file_join(c, from, names[i].p), 1 << 20, &text));
        if (str_eq(names[i], STR("app.yaml"))) {
            size_t at = str_find(text, STR("\napp: "));
            str rest = str_slice(text, at + 1, text.n);
            size_t end = str_find(rest, STR("\n"));

            text =
                arena_fmt(c->mem, "%.*sapp: %.*s%.*s", (int)at + 1, text.p,
                          STR_ARG(id), STR_ARG(str_slice(rest, end, rest.n)));
        }
        bench_must(c, file_write(c, file_join(c, to, names[i].p), text, 0600));
    }
    return to;
}

const char **many_apps(struct ctx *c, const char *dir, size_t first,
                       size_t most)
{
    const char **out = NEWS(c->mem, const char *, most);
    str *sectors, *names;
    size_t n, m, got = 0;

    bench_must(c, file_list(c, "apps", 'd', &sectors, &n));
    for (size_t copy = first; got < most; copy++)
        for (size_t i = 0; i < n; i++) {
            const char *sector = file_join(c, "apps", sectors[i].p);

            if (str_eq(sectors[i], STR("base")))
                continue;
            bench_must(c, file_list(c, sector, 'd', &names, &m));
            for (size_t k = 0; k < m && got < most; k++) {
                str id = arena_fmt(c->mem, "%.*s/%.*s-%zu", STR_ARG(sectors[i]),
                                   STR_ARG(names[k]), copy);
                const char *from = file_join(c, sector, names[k].p);
                const char *to = arena_fmt(c->mem, "%s/app-%zu", dir, got).p;

                out[got++] = copy == 0 ? from : copy_app(c, from, to, id);
            }
        }
    return out;
}
