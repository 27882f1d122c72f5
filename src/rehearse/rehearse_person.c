/* SPDX-License-Identifier: EUPL-1.2 */
/* Invented people, and the forms they write. */
#include "rehearse/rehearse_priv.h"

struct app_form rehearse_person(struct ctx *c, int64_t n, str name)
{
    static const struct {
        const char *path, *value;
    } all[] = {
        {"alamat", "Jalan Contoh Nomor 1"},
        {"telepon", "+6281200000000"},
        {"surel", "warga@contoh.example"},
    };
    struct app_form f = {0};

    app_form_set(c, &f, STR("nama"), name);
    for (size_t i = 0; i < COUNT(all); i++)
        app_form_set(c, &f, str_of(all[i].path), str_of(all[i].value));
    app_form_set(c, &f, STR("nik"),
                 arena_fmt(c->mem, "99990101%02" PRId64 "90%04" PRId64,
                           1 + n / 9999 % 12, 1 + (n - 1) % 9999));
    return f;
}

err rehearse_read(struct ctx *c, const struct app *a,
                  const struct app_setting *with, const struct data *given,
                  struct app_form *form, struct findings *f)
{
    struct app_field *named = NEWS(c->mem, struct app_field, a->n_fields);
    struct app_pair *pairs;
    size_t n, n_named = 0;

    for (size_t i = 0; i < a->n_fields; i++)
        if (data_get(given, a->fields[i].key) != NULL ||
            (a->fields[i].from.n > 0 && form->n == 0))
            named[n_named++] = a->fields[i];
    TRY(app_form_pairs(c, named, n_named, given, &pairs, &n));
    return app_form_read(c, a, with, named, n_named, pairs, n, form, f);
}
