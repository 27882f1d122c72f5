/* SPDX-License-Identifier: EUPL-1.2 */
/* Rows: a table of typed columns in every face, and the smaller new types. */
#include "tests/app/help.h"

#include <stdio.h>

static const char base[] =
    "balai: 1\narchetype: permit\nnoun: {id: permohonan, en: application}\n"
    "flow:\n"
    "  start: submitted\n"
    "  promise: 1 workday\n"
    "  states:\n"
    "    submitted: {who: desk, within: 1 workday, actions: {accept: {to: "
    "issued}}}\n"
    "    issued: {end: granted}\n";

#define HEAD                                                                   \
    "balai: 1\napp: kominfo/uji\nversion: 1.0.0\nextends: permit\n"            \
    "title: {id: Uji, en: Test}\nsummary: {id: Uji., en: Test.}\n"             \
    "function: communication\n"                                                \
    "privacy: {basis: consent, purpose: {id: Uji., en: Test.}, keep: 1 year "  \
    "after end, then: delete}\n"

static const char app[] = HEAD
    "fields:\n"
    "  diskon: {type: money, label: {id: Diskon, en: Discount}, optional: "
    "true}\n"
    "  rab:\n"
    "    type: rows\n"
    "    label: {id: Rincian, en: Budget}\n"
    "    min_rows: 1\n"
    "    max_rows: 3\n"
    "    columns:\n"
    "      uraian: {type: text, label: {id: Uraian, en: Item}, max_length: "
    "20}\n"
    "      jumlah: {type: integer, label: {id: Jumlah, en: Count}, min: 1}\n"
    "      harga: {type: money, label: {id: Harga, en: Price}}\n"
    "      mulai: {type: date, label: {id: Mulai, en: Start}, optional: "
    "true}\n"
    "      nilai: {type: money, label: {id: Nilai, en: Value}, value: \"harga "
    "* jumlah\"}\n"
    "  total: {type: money, label: {id: Total, en: Total}, value: \"sum(rab, "
    "r, r.nilai)\"}\n"
    "  terbesar: {type: boolean, label: {id: Besar, en: Large}, value: "
    "\"rab.exists(r, r.harga > money(1000000))\"}\n"
    "  kartu: {type: kk, label: {id: Nomor KK, en: Family card}, optional: "
    "true}\n"
    "  situs: {type: url, label: {id: Situs, en: Site}, optional: true}\n"
    "  izin: {type: record, label: {id: Nomor izin, en: Permit}, optional: "
    "true}\n"
    "  dinas: {type: office, label: {id: Dinas, en: Office}, optional: true}\n"
    "  pegawai: {type: officer, label: {id: Pegawai, en: Officer}, optional: "
    "true}\n"
    "  usaha: {type: business, label: {id: Usaha, en: Business}, ask: [nama, "
    "nib], optional: true}\n"
    "rules:\n"
    "  wajar: {check: \"total <= money(5000000)\", say: {id: Total terlalu "
    "besar., en: The total is too large.}}\n";

static const struct app *built(struct ctx *c, const char *text,
                               struct findings *f)
{
    struct app_package *p = NULL;
    struct app *a = NULL;

    c->lang = STR("id");
    if (help_written(c, text, base, NULL, NULL, f, &p) == E_OK &&
        app_build(c, p, NULL, NULL, f, &a) == E_OK)
        return a;
    return NULL;
}

static const struct app *build(struct ctx *c)
{
    struct findings f = {0};
    const struct app *a = built(c, app, &f);

    if (a == NULL)
        fprintf(stderr, "%s\n", help_findings(c, &f).p);
    MUST(a != NULL);
    return a;
}

#define TYPE_IN(form, f, ...)                                                  \
    do {                                                                       \
        struct app_pair pairs[] = {__VA_ARGS__};                               \
        struct app_setting set = help_setting(c);                              \
                                                                               \
        CHECK_OK(app_form_read(c, a, &set, app_field(a, STR("rab")), 1, pairs, \
                               COUNT(pairs), &(form), &(f)));                  \
    } while (0)
#define P(name, value)                                                         \
    {                                                                          \
        STR(name), STR(value)                                                  \
    }

TEST(rows_are_read_into_numbered_cells_and_gaps_close)
{
    const struct app *a = build(c);
    struct app_form form = {0};
    struct findings f = {0};

    app_form_set(c, &form, STR("rab"), STR("3"));
    app_form_set(c, &form, STR("rab.3.uraian"), STR("lama"));
    TYPE_IN(form, f, P("rab.1.uraian", ""), P("rab.1.jumlah", " "),
            P("rab.2.uraian", "Pasir"), P("rab.2.jumlah", "1.200"),
            P("rab.2.harga", "Rp 1.000"), P("rab.2.mulai.d", "2"),
            P("rab.2.mulai.m", "maret"), P("rab.2.mulai.y", "2026"));
    CHECK_STR(help_findings(c, &f), "");
    CHECK_STR(app_form_text(&form, STR("rab")), "1");
    CHECK_STR(app_form_text(&form, STR("rab.1.uraian")), "Pasir");
    CHECK_STR(app_form_text(&form, STR("rab.1.jumlah")), "1200");
    CHECK_STR(app_form_text(&form, STR("rab.1.mulai")), "2026-03-02");
    CHECK(app_form_find(&form, STR("rab.3.uraian")) == NULL);
}

TEST(what_is_wrong_names_the_row_as_typed_and_the_column)
{
    const struct app *a = build(c);
    struct app_form form = {0};
    struct findings f = {0};

    TYPE_IN(form, f, P("rab.2.uraian", "Pasir"), P("rab.2.jumlah", "0"),
            P("rab.2.harga", ""), P("rab.2.nilai", "9"),
            P("rab.2.warna", "biru"), P("rab.02.uraian", "x"),
            P("rab.201.uraian", "x"), P("rab", "7"));
    CHECK_STR(help_what(&f, "rab.2.jumlah"),
              "Rincian, baris 2: Jumlah paling sedikit 1.");
    CHECK_STR(help_what(&f, "rab.2.harga"),
              "Rincian, baris 2: Harga belum diisi.");
    CHECK_STR(help_what(&f, "rab.2.nilai"),
              "Isian \"rab.2.nilai\" tidak ada pada langkah ini.");
    CHECK(help_what(&f, "rab.2.warna").n > 0);
    CHECK(help_what(&f, "rab.02.uraian").n > 0);
    CHECK(help_what(&f, "rab.201.uraian").n > 0);
    CHECK_STR(app_form_text(&form, STR("rab.1.uraian")), "Pasir");
}

TEST(rows_are_neither_too_few_nor_too_many)
{
    const struct app *a = build(c);
    struct app_form form = {0};
    struct findings f = {0};

    TYPE_IN(form, f, P("rab.1.uraian", ""));
    CHECK_STR(help_what(&f, "rab"), "Rincian belum berisi satu baris pun.");
    f = (struct findings){0};
    TYPE_IN(form, f, P("rab.1.uraian", "a"), P("rab.2.uraian", "a"),
            P("rab.3.uraian", "a"), P("rab.4.uraian", "a"));
    CHECK_STR(help_what(&f, "rab"), "Rincian paling banyak 3 baris.");
    CHECK_STR(app_form_text(&form, STR("rab")), "4");
}

static struct app_form whole(struct ctx *c, const struct app *a,
                             const char *price, struct findings *f)
{
    struct app_setting with = help_setting(c);
    struct app_form form = {0};

    TYPE_IN(form, *f, P("rab.1.uraian", "Pasir"), P("rab.1.jumlah", "8"),
            P("rab.1.harga", "1000"), P("rab.2.uraian", "Batu"),
            P("rab.2.jumlah", "2"), {STR("rab.2.harga"), str_of(price)});
    app_form_set(c, &form, STR("rab.1.nilai"), STR("999"));
    app_form_set(c, &form, STR("rab.9.uraian"), STR("asing"));
    CHECK_OK(app_form_finish(c, a, &with, &form, f));
    return form;
}

TEST(columns_are_computed_row_by_row_and_summed)
{
    const struct app *a = build(c);
    struct findings f = {0};
    struct app_form form = whole(c, a, "2.000", &f);

    CHECK_STR(help_findings(c, &f), "");
    CHECK_STR(app_form_text(&form, STR("rab.1.nilai")), "8000");
    CHECK_STR(app_form_text(&form, STR("rab.2.nilai")), "4000");
    CHECK_STR(app_form_text(&form, STR("total")), "12000");
    CHECK_STR(app_form_text(&form, STR("terbesar")), "false");
    CHECK(app_form_find(&form, STR("rab.9.uraian")) == NULL);
    whole(c, a, "2.500.001", &f);
    CHECK_STR(help_what(&f, "rules.wajar"), "Total terlalu besar.");
}

/* Its events hold no empty values. */
TEST(a_cell_left_empty_is_null_again_when_the_form_comes_back)
{
    const struct app *a = build(c);
    struct findings f = {0};
    struct app_form form = whole(c, a, "2.000", &f), back = {0};
    const struct app_value *is;

    for (size_t i = 0; i < form.n; i++)
        if (form.all[i].text.p != NULL)
            app_form_set(c, &back, form.all[i].path, form.all[i].text);
    CHECK(app_form_find(&back, STR("rab.1.mulai")) == NULL);
    app_form_whole(c, a, &back);
    is = app_form_find(&back, STR("rab.1.mulai"));
    CHECK(is != NULL && is->text.p == NULL);
    CHECK(app_form_find(&back, STR("rab.3.mulai")) == NULL);
}

TEST(rows_are_shown_as_a_table_and_given_back_as_typed)
{
    const struct app *a = build(c);
    const struct app_field *d = app_field(a, STR("rab"));
    struct app_setting with = help_setting(c);
    struct findings f = {0};
    struct app_form form = whole(c, a, "2.000", &f), again = {0};
    struct app_shown *shown;
    struct app_pair *pairs;
    size_t n;

    CHECK_OK(app_show(c, a, d, &form, &shown, &n));
    CHECK_I64((int64_t)n, 1);
    CHECK_STR(shown[0].text, "2 baris");
    if (!CHECK(shown[0].table != NULL))
        return;
    CHECK_I64((int64_t)shown[0].table->n_rows, 2);
    CHECK_STR(shown[0].table->labels[4], "Nilai");
    CHECK_STR(shown[0].table->texts[5], "Batu");
    CHECK_STR(shown[0].table->texts[9], "Rp4.000");
    CHECK_STR(shown[0].table->texts[3], "");
    CHECK_OK(app_form_raw(c, d, &form, &pairs, &n));
    CHECK_OK(app_form_read(c, a, &with, d, 1, pairs, n, &again, &f));
    CHECK_STR(help_findings(c, &f), "");
    CHECK_STR(app_form_text(&again, STR("rab.2.harga")), "2000");
}

TEST(a_scenario_says_rows_as_a_list_and_an_invented_form_has_some)
{
    const struct app *a = build(c);
    const struct app_field *d = app_field(a, STR("rab"));
    struct app_setting with = help_setting(c);
    struct findings f = {0};
    struct app_form form = {0};
    struct app_pair *pairs;
    struct data *values;
    size_t n;

    CHECK_OK(data_read_yaml(
        c, STR("s.yaml"),
        STR("rab:\n  - {uraian: Pasir, jumlah: 8, harga: 1000}\n"
            "  - {uraian: Batu, jumlah: 2, harga: 500, mulai: 2026-03-02}\n"),
        &f, &values));
    CHECK_OK(app_form_pairs(c, d, 1, values, &pairs, &n));
    CHECK_OK(app_form_read(c, a, &with, d, 1, pairs, n, &form, &f));
    CHECK_STR(help_findings(c, &f), "");
    CHECK_STR(app_form_text(&form, STR("rab.2.mulai")), "2026-03-02");
    form = (struct app_form){0};
    app_fake(c, d, with.city, &form);
    CHECK_STR(app_form_text(&form, STR("rab")), "1");
    CHECK(app_form_text(&form, STR("rab.1.harga")).n > 0);
    CHECK(app_form_find(&form, STR("rab.1.nilai")) == NULL);
}

static void broken(struct ctx *c, const char *columns, const char *key,
                   const char *what)
{
    struct findings f = {0};
    str text = arena_fmt(c->mem,
                         HEAD "fields:\n  x: {type: money, label: {id: X, en: "
                              "X}}\n  rab:\n    type: rows\n    label: {id: "
                              "R, en: R}\n%s",
                         columns);

    CHECK(built(c, text.p, &f) == NULL);
    CHECK_STR(help_what(&f, key), what);
}

TEST(a_table_that_cannot_be_is_refused_when_it_is_built)
{
    broken(c, "    max_rows: 3\n", "fields.rab.columns", "Kolomnya belum ada.");
    broken(c, "    columns: {a: {type: person, label: {id: A, en: A}}}\n",
           "fields.rab.columns.a.type",
           "Kolom tidak dapat berjenis \"person\".");
    broken(c,
           "    columns: {a: {type: money, label: {id: A, en: A}, value: b}, "
           "b: {type: money, label: {id: B, en: B}, value: a}}\n",
           "fields.rab.columns.a", "Kolom ini menunggu dirinya sendiri.");
    broken(c,
           "    max_rows: 201\n    columns: {a: {type: money, label: {id: A, "
           "en: A}}}\n",
           "fields.rab.max_rows",
           "Jumlah baris adalah 1 sampai 200, dan min_rows tidak lebih dari "
           "max_rows.");
    broken(c,
           "    show: public\n    columns: {a: {type: nik, label: {id: A, "
           "en: A}}}\n",
           "fields.rab.show",
           "Isian jenis rows tidak pernah boleh dibaca umum.");
    broken(c,
           "    columns: {a: {type: money, label: {id: A, en: A}, value: "
           "\"x + c\"}}\n",
           "fields.rab.columns.a.value", "Nama c tidak dikenal.");
}

TEST(the_smaller_types_read_and_refuse)
{
    static const char *const rows[][3] = {
        {"kartu", "9999 0101 0115 0001", "9999010101150001"},
        {"kartu", "9999014101150001",
         "Nomor KK tidak tampak seperti nomor KK; periksalah angka tanggal "
         "terbitnya."},
        {"kartu", "12", "Nomor KK kurang dari 16 angka."},
        {"situs", " https://contoh.example/a?b=1 ",
         "https://contoh.example/a?b=1"},
        {"situs", "javascript:alert(1)",
         "Situs haruslah diawali https:// atau http://."},
        {"situs", "https://siti@contoh.example/",
         "Situs haruslah alamat situs, misalnya https://contoh.id."},
        {"situs", "https://localhost",
         "Situs haruslah alamat situs, misalnya https://contoh.id."},
        {"situs", "https://contoh.example\xE2\x80\xAE/",
         "Situs haruslah alamat situs, misalnya https://contoh.id."},
        {"situs", "https://.contoh.example/",
         "Situs haruslah alamat situs, misalnya https://contoh.id."},
        {"situs", "https://a.b/\"x",
         "Situs haruslah alamat situs, misalnya https://contoh.id."},
        {"izin", "0000 0000 0", "0000-0000-0"},
        {"izin", "oooo-oooo-o", "0000-0000-0"},
        {"izin", "0000-0000-1",
         "Nomor izin tidak cocok dengan angka pemeriksanya; periksalah ketikan "
         "Anda."},
        {"izin", "123", "Nomor izin kurang dari 9 huruf dan angka."},
        {"izin", "0000-0000-0*",
         "Nomor izin haruslah nomor berkas, misalnya 7K4M-2QX9-5."},
        {"dinas", "bukan-kantor", "Dinas haruslah salah satu kantor kota ini."},
        {"pegawai", "officer-17", "officer-17"},
        {"pegawai", "officer-017",
         "Pegawai tidak dapat dibaca; pilihlah dari daftar."},
        {"pegawai", "officer-",
         "Pegawai tidak dapat dibaca; pilihlah dari daftar."},
        {"pegawai", "siti",
         "Pegawai tidak dapat dibaca; pilihlah dari daftar."},
        {"usaha.nib", "123", "Usaha: NIB kurang dari 13 angka."},
        {"usaha.alamat", "x",
         "Isian \"usaha.alamat\" tidak ada pada langkah ini."},
    };
    const struct app *a = build(c);

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_STR(help_typed(c, a, rows[i][0], rows[i][1]), rows[i][2]);
}
