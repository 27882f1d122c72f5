/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/app/help.h"

#include <stdio.h>

struct app_package *help_package(struct ctx *c, const char *dir)
{
    struct findings f = {0};
    struct app_package *p = NULL;

    if (!CHECK_OK(app_package_read(c, file_join(c, "apps", dir), "apps/base",
                                   &f, &p)))
        fprintf(stderr, "%s\n", help_findings(c, &f).p);
    return p;
}

struct app_package *help_version(struct ctx *c, const char *version,
                                 const char *more)
{
    struct app_package *p = help_package(c, "penanaman-modal/izin-reklame"),
                       *out;
    str text = app_package_file(p, STR("app.yaml"));
    size_t at = str_find(text, STR("version: 1.1.0"));
    const char *dir = test_folder(c);
    static const char *const names[] = {"archetype.yaml", "scenario.yaml",
                                        "izin.mustache", "perintah.mustache"};
    struct findings f = {0};

    text = arena_fmt(c->mem, "%.*sversion: %s%.*s%s",
                     STR_ARG(str_slice(text, 0, at)), version,
                     STR_ARG(str_slice(text, at + 14, text.n)), more);
    CHECK_OK(file_write(c, file_join(c, dir, "app.yaml"), text, 0600));
    for (size_t i = 0; i < COUNT(names); i++)
        CHECK_OK(file_write(c, file_join(c, dir, names[i]),
                            app_package_file(p, str_of(names[i])), 0600));
    if (!CHECK_OK(app_package_read(c, dir, NULL, &f, &out)))
        fprintf(stderr, "%s\n", help_findings(c, &f).p);
    return out;
}

const struct app *help_app(struct ctx *c, const char *dir,
                           const struct app_overlay *o)
{
    struct findings f = {0};
    struct app_package *p = help_package(c, dir);
    struct app *a = NULL;

    c->lang = STR("id");
    if (p != NULL && !CHECK_OK(app_build(c, p, o, NULL, &f, &a)))
        fprintf(stderr, "%s\n", help_findings(c, &f).p);
    return a;
}

static void drop_city(void *k)
{
    city_free(k);
}

const struct city *help_city(struct ctx *c)
{
    struct city_change *items;
    struct city *k = NULL;
    size_t n;

    CHECK_OK(
        city_founding(c, STR("32.73"), STR("kota.example"), true, &items, &n));
    CHECK_OK(city_snapshot_of(c, items, n, &k));
    MUST(k != NULL);
    arena_owns(c->mem, drop_city, k);
    return k;
}

struct app_setting help_setting(struct ctx *c)
{
    return (struct app_setting){.city = help_city(c)};
}

str help_findings(struct ctx *c, const struct findings *f)
{
    struct buf b = buf_new(c, 1 << 20);

    for (size_t i = 0; i < f->n; i++)
        buf_fmt(&b, "%.*s\n", STR_ARG(finding_show(c, &f->all[i])));
    return buf_str(&b);
}

str help_what(const struct findings *f, const char *key)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->all[i].key, str_of(key)))
            return f->all[i].what;
    return STR("");
}

err help_read(struct ctx *c, const struct app *a, const struct app_form *person,
              const char *const *pairs, size_t n, struct app_form *form,
              struct findings *f)
{
    struct app_setting with = help_setting(c);
    struct app_pair *all = NEWS(c->mem, struct app_pair, n + 1);

    with.person = person;
    for (size_t i = 0; i < n; i++)
        str_cut(str_of(pairs[i]), '=', &all[i].name, &all[i].value);
    return app_form_read(c, a, &with, a->fields, a->n_fields, all, n, form, f);
}

static void put(struct ctx *c, const char *dir, const char *name,
                const char *bytes)
{
    if (bytes != NULL)
        CHECK_OK(file_write(c, file_join(c, dir, name), str_of(bytes), 0644));
}

err help_written(struct ctx *c, const char *app, const char *base,
                 const char *more, const char *more_bytes, struct findings *f,
                 struct app_package **out)
{
    const char *dir = test_folder(c), *below;

    put(c, dir, "app.yaml", app);
    put(c, dir, "archetype.yaml", base);
    put(c, dir, "scenario.yaml",
        "satu:\n  - at: 2026-02-16T09:00\n"
        "  - resident: {submit: {}}\n    expect: {state: submitted}\n");
    if (more != NULL) {
        below = strchr(more, '/');
        if (below != NULL)
            CHECK_OK(file_make_dir(
                c,
                file_join(
                    c, dir,
                    arena_fmt(c->mem, "%.*s", (int)(below - more), more).p),
                0755));
        put(c, dir, more, more_bytes);
    }
    return app_package_read(c, dir, NULL, f, out);
}

str help_faults(struct ctx *c, const char *app, const char *base,
                const struct app **out)
{
    struct findings f = {0};
    struct app_package *p;
    struct buf b = buf_new(c, 1 << 16);
    struct app *a = NULL;

    c->lang = STR("id");
    if (help_written(c, app, base, NULL, NULL, &f, &p) == E_OK)
        CHECK_OK(app_build(c, p, NULL, NULL, &f, &a));
    for (size_t i = 0; i < f.n; i++)
        buf_fmt(&b, "%.*s: %.*s\n", STR_ARG(f.all[i].key),
                STR_ARG(f.all[i].what));
    if (out != NULL)
        *out = a;
    return buf_str(&b);
}

void help_refusals(struct ctx *c, const char *head, const char *base,
                   const struct help_fault *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        CHECK_STR(help_faults(c,
                              arena_fmt(c->mem, "%s%s", head, rows[i].rest).p,
                              base, NULL),
                  rows[i].want);
}

str help_typed(struct ctx *c, const struct app *a, const char *name,
               const char *value)
{
    struct app_setting with = help_setting(c);
    struct app_pair pair = {str_of(name), str_of(value)};
    struct app_form form = {0};
    struct findings f = {0};
    str key, part, what;

    str_cut(pair.name, '.', &key, &part);
    CHECK_OK(
        app_form_read(c, a, &with, app_field(a, key), 1, &pair, 1, &form, &f));
    what = help_what(&f, name);
    return what.n > 0 ? what : app_form_text(&form, pair.name);
}
