/* SPDX-License-Identifier: EUPL-1.2 */
/* Invented people, and the forms they write. */
#include "rehearse/rehearse_priv.h"
#include "seal/seal.h"

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

/* "akta.pdf" stands for a file of that name, in a field of any file type. */
static void stand_in(struct ctx *c, struct data *values, const char *key,
                     str name)
{
    str digest = seal_show_hash(c, seal_sha256(name));

    if (str_starts(name, STR("sha256:")))
        return;
    data_put_text(c, values, str_of(key), digest);
    data_put_text(c, values, arena_fmt(c->mem, "%s.name", key), name);
    data_put_text(c, values, arena_fmt(c->mem, "%s.size", key), STR("1000"));
}

void rehearse_files(struct ctx *c, const struct app_field *fields, size_t n,
                    struct data *values)
{
    for (size_t i = 0; i < n; i++) {
        const struct data *d = data_get(values, fields[i].key);

        if ((fields[i].type == APP_FILE || fields[i].type == APP_PHOTO) &&
            d != NULL && d->kind == DATA_TEXT)
            stand_in(c, values,
                     arena_fmt(c->mem, "%.*s", STR_ARG(fields[i].key)).p,
                     d->text);
    }
}

err rehearse_read(struct ctx *c, const struct app *a,
                  const struct app_setting *with, const struct data *given,
                  struct app_form *form, struct findings *f)
{
    struct app_field *named = NEWS(c->mem, struct app_field, a->n_fields);
    struct data *values = data_copy(c, given);
    struct app_pair *pairs;
    size_t n, n_named = 0;

    for (size_t i = 0; i < a->n_fields; i++)
        if (data_get(given, a->fields[i].key) != NULL ||
            (a->fields[i].from.n > 0 && form->n == 0))
            named[n_named++] = a->fields[i];
    rehearse_files(c, named, n_named, values);
    TRY(app_form_pairs(c, named, n_named, values, &pairs, &n));
    return app_form_read(c, a, with, named, n_named, pairs, n, form, f);
}
