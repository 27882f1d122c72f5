/* SPDX-License-Identifier: EUPL-1.2 */
/* Forms: every type, as people type it, and every message. */
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
    "  teks: {type: text, label: {id: Teks, en: Text}, min_length: 2, "
    "max_length: 5}\n"
    "  panjang: {type: longtext, label: {id: Uraian, en: Story}, max_length: "
    "10}\n"
    "  bulat: {type: integer, label: {id: Jumlah, en: Count}, min: 1, max: "
    "5000}\n"
    "  angka: {type: decimal, label: {id: Lebar, en: Width}, unit: m, min: "
    "0.1, max: 50}\n"
    "  uang: {type: money, label: {id: Harga, en: Price}, max: 5000000}\n"
    "  benar: {type: boolean, label: {id: Setuju, en: Agreed}}\n"
    "  pilih: {type: choice, label: {id: Warna, en: Colour}, options: {merah: "
    "{id: Merah, en: Red}, biru: {id: Biru, en: Blue}}}\n"
    "  pilihan: {type: choices, label: {id: Hari, en: Days}, options: {senin: "
    "{id: Senin, en: Monday}, jumat: {id: Jumat, en: Friday}}}\n"
    "  tanggal: {type: date, label: {id: Mulai, en: Start}, min: today, max: "
    "today + 30 days}\n"
    "  jam: {type: time, label: {id: Pukul, en: Time}}\n"
    "  nik: {type: nik, label: {id: NIK, en: NIK}}\n"
    "  nib: {type: nib, label: {id: NIB, en: NIB}}\n"
    "  npwp: {type: npwp, label: {id: NPWP, en: NPWP}}\n"
    "  telepon: {type: phone, label: {id: Telepon, en: Telephone}}\n"
    "  surel: {type: email, label: {id: Surel, en: E-mail}}\n"
    "  wilayah: {type: region, label: {id: Kelurahan, en: Village}, within: "
    "city}\n"
    "  nilai: {type: rating, label: {id: Nilai, en: Rating}}\n"
    "  lokasi: {type: place, label: {id: Lokasi, en: Place}, within: city, "
    "need: [region, patokan]}\n"
    "  berkas: {type: file, label: {id: Akta, en: Deed}, accept: [pdf], "
    "max_mb: 0.5}\n"
    "  foto: {type: photo, label: {id: Foto, en: Photo}, optional: true}\n"
    "  orang: {type: person, label: {id: Pemohon, en: Applicant}}\n"
    "  saksi: {type: person, label: {id: Saksi, en: Witness}, optional: "
    "true}\n"
    "  dua: {type: decimal, label: {id: Dua kali, en: Twice}, value: \"angka * "
    "2.0\"}\n";

static const struct app *build(struct ctx *c, const char *text)
{
    struct findings f = {0};
    struct app_package *p = NULL;
    struct app *a = NULL;

    c->lang = STR("id");
    if (!CHECK_OK(help_written(c, text, base, NULL, NULL, &f, &p)) ||
        !CHECK_OK(app_build(c, p, NULL, NULL, &f, &a)))
        fprintf(stderr, "%s\n", help_findings(c, &f).p);
    MUST(a != NULL);
    return a;
}

TEST(values_are_read_as_they_are_written_in_indonesia)
{
    static const char *const rows[][3] = {
        {"teks", " Abc ", "Abc"},
        {"panjang", "a\r\nb\rc", "a\nb\nc"},
        {"bulat", "1.200", "1200"},
        {"bulat", "0012", "12"},
        {"angka", "2,5", "2.5"},
        {"angka", "2,50", "2.5"},
        {"angka", "7", "7"},
        {"uang", "Rp1.440.000", "1440000"},
        {"uang", "Rp 1.440.000,00", "1440000"},
        {"uang", "rp. 1.440.000,-", "1440000"},
        {"uang", "1440000", "1440000"},
        {"uang", "1.200", "1200"},
        {"benar", "ya", "true"},
        {"benar", "Tidak", "false"},
        {"pilih", "biru", "biru"},
        {"pilihan", "senin,jumat", "jumat,senin"},
        {"tanggal", "2026-03-02", "2026-03-02"},
        {"tanggal", "2/3/2026", "2026-03-02"},
        {"tanggal", "2-3-26", "2026-03-02"},
        {"tanggal", "2 Maret 2026", "2026-03-02"},
        {"tanggal", "2 mar 2026", "2026-03-02"},
        {"jam", "13.05", "13:05"},
        {"jam", "9:00", "09:00"},
        {"nik", "9999 0101 0190 0001", "9999010101900001"},
        {"nik", "9999.0141.0190.0001", "9999014101900001"},
        {"nib", "9999-0000-00001", "9999000000001"},
        {"npwp", "09.254.294.3-407.000", "092542943407000"},
        {"telepon", "0812-3456-7890", "+6281234567890"},
        {"telepon", "(022) 420 1234", "+62224201234"},
        {"telepon", "62 812 3456 7890", "+6281234567890"},
        {"telepon", "+65 6123 4567", "+6561234567"},
        {"surel", "Siti@contoh.example", "Siti@contoh.example"},
        {"wilayah", "32.73.01.1001", "32.73.01.1001"},
        {"nilai", "4", "4"},
        {"lokasi.titik", "-6.917400, 107.61910001", "-6.9174,107.6191"},
    };
    const struct app *a = build(c, app);

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_STR(help_typed(c, a, rows[i][0], rows[i][1]), rows[i][2]);
}

TEST(what_cannot_be_taken_is_refused_with_the_label)
{
    static const char *const rows[][3] = {
        {"teks", "", "Teks belum diisi."},
        {"teks", "a", "Teks paling sedikit 2 huruf."},
        {"teks", "abcdef", "Teks paling banyak 5 huruf."},
        {"teks", "a\tb", "Teks berisi karakter yang tidak dapat dicetak."},
        {"panjang", "12345678901", "Uraian paling banyak 10 huruf."},
        {"bulat", "1,5", "Jumlah haruslah bilangan bulat, misalnya 12."},
        {"bulat", "1.20", "Jumlah haruslah bilangan bulat, misalnya 12."},
        {"bulat", "0", "Jumlah paling sedikit 1."},
        {"bulat", "5001", "Jumlah paling banyak 5.000."},
        {"angka", "1.5",
         "Lebar dapat dibaca dua cara: tulislah tanda desimal "
         "dengan koma (1,5) dan ribuan tanpa titik (1200)."},
        {"angka", "1.200",
         "Lebar dapat dibaca dua cara: tulislah tanda "
         "desimal dengan koma (1,5) dan ribuan tanpa titik "
         "(1200)."},
        {"angka", "dua", "Lebar haruslah angka, misalnya 2,5."},
        {"angka", "0", "Lebar paling sedikit 0,1 m, misalnya 2,5."},
        {"angka", "50,01", "Lebar paling banyak 50 m."},
        {"uang", "1.44",
         "Harga haruslah rupiah tanpa sen, misalnya "
         "1.440.000."},
        {"uang", "6000000", "Harga paling banyak Rp5.000.000."},
        {"benar", "", "Setuju belum dijawab."},
        {"benar", "mungkin", "Setuju dijawab dengan ya atau tidak."},
        {"pilih", "", "Warna belum dipilih."},
        {"pilih", "hijau", "Warna haruslah salah satu pilihan dalam daftar."},
        {"pilihan", "rabu", "Hari hanya boleh berisi pilihan dalam daftar."},
        {"tanggal", "31/2/2026",
         "Mulai haruslah tanggal, misalnya 2 Maret "
         "2026."},
        {"tanggal", "15/2/2026", "Mulai paling awal 16 Februari 2026."},
        {"tanggal", "1/4/2026", "Mulai paling akhir 18 Maret 2026."},
        {"jam", "25.00", "Pukul haruslah pukul, misalnya 13.05."},
        {"nik", "123", "NIK kurang dari 16 angka."},
        {"nik", "99990101019000012", "NIK lebih dari 16 angka."},
        {"nik", "9999019901900001",
         "NIK tidak tampak seperti NIK; periksalah "
         "angka tanggal lahirnya."},
        {"nik", "abc", "NIK terdiri atas 16 angka seperti pada KTP."},
        {"telepon", "0812", "Telepon terlalu pendek untuk nomor telepon."},
        {"telepon", "812345678901",
         "Telepon tidak tampak seperti nomor "
         "telepon Indonesia."},
        {"surel", "siti",
         "Surel haruslah alamat surel, misalnya "
         "nama@contoh.id."},
        {"wilayah", "32.73",
         "Kelurahan haruslah kelurahan atau desa, bukan "
         "wilayah yang lebih besar."},
        {"wilayah", "19.03.01.1001",
         "Kelurahan haruslah di dalam wilayah Kota "
         "Bandung."},
        {"nilai", "6", "Nilai dinilai dengan 1 sampai 5."},
        {"lokasi.titik", "51.5,-0.1",
         "Lokasi: titik di peta di luar "
         "Indonesia."},
        {"berkas", "sha256:1", "Akta tidak dapat dibaca; unggahlah kembali."},
        {"orang.nik", "1", "Pemohon: NIK kurang dari 16 angka."},
    };
    const struct app *a = build(c, app);

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_STR(help_typed(c, a, rows[i][0], rows[i][1]), rows[i][2]);
    c->lang = STR("en");
    CHECK_STR(help_typed(c, a, "bulat", "0"), "Count must be 1 or more.");
    CHECK_STR(help_typed(c, a, "orang.nama", ""),
              "Applicant: full name is missing.");
}

TEST(three_boxes_make_a_date)
{
    const struct app *a = build(c, app);
    struct app_setting with = help_setting(c);
    struct app_pair boxes[] = {{STR("tanggal.d"), STR("2")},
                               {STR("tanggal.m"), STR("maret")},
                               {STR("tanggal.y"), STR("2026")}};
    struct app_form form = {0};
    struct findings f = {0};

    CHECK_OK(app_form_read(c, a, &with, app_field(a, STR("tanggal")), 1, boxes,
                           3, &form, &f));
    CHECK_STR(app_form_text(&form, STR("tanggal")), "2026-03-02");
    boxes[2].value = STR("");
    CHECK_OK(app_form_read(c, a, &with, app_field(a, STR("tanggal")), 1, boxes,
                           3, &form, &f));
    CHECK_STR(help_what(&f, "tanggal"),
              "Mulai haruslah tanggal, misalnya 2 Maret 2026.");
    CHECK(app_form_find(&form, STR("tanggal")) == NULL);
}

TEST(unknown_and_computed_inputs_are_refused)
{
    static const char *const names[] = {"tidak_ada", "dua",   "orang.umur",
                                        "teks.d",    "orang", ""};
    const struct app *a = build(c, app);
    struct app_setting with = help_setting(c);

    for (size_t i = 0; i < COUNT(names); i++) {
        struct app_pair pair = {str_of(names[i]), STR("1")};
        struct app_form form = {0};
        struct findings f = {0};

        CHECK_OK(app_form_read(c, a, &with, a->fields, a->n_fields, &pair, 1,
                               &form, &f));
        CHECK_STR(f.all[0].key, names[i]);
        CHECK(str_starts(f.all[0].what, STR("Isian \"")));
    }
}

TEST(an_optional_person_is_whole_or_not_at_all)
{
    const struct app *a = build(c, app);
    struct app_setting with = help_setting(c);
    const struct app_field *d = app_field(a, STR("saksi"));
    struct app_pair name = {STR("saksi.nama"), STR("")};
    struct app_form form = {0};
    struct findings f = {0};

    CHECK_OK(app_form_read(c, a, &with, d, 1, &name, 1, &form, &f));
    CHECK_I64((int64_t)f.n, 0);
    CHECK(app_form_find(&form, STR("saksi.nik")) != NULL);
    CHECK(app_form_text(&form, STR("saksi.nik")).p == NULL);
    name.value = STR("Budi");
    CHECK_OK(app_form_read(c, a, &with, d, 1, &name, 1, &form, &f));
    CHECK_STR(help_what(&f, "saksi.nik"), "Saksi: NIK belum diisi.");
}

TEST(a_value_is_given_back_as_it_would_be_typed)
{
    static const char *const names[] = {
        "teks",    "panjang", "bulat", "angka",  "uang",  "benar", "pilih",
        "pilihan", "tanggal", "jam",   "nik",    "nib",   "npwp",  "telepon",
        "surel",   "wilayah", "nilai", "lokasi", "orang", "berkas"};
    const struct app *a = build(c, app);
    struct app_setting with = help_setting(c);

    for (size_t i = 0; i < COUNT(names); i++) {
        const struct app_field *d = app_field(a, str_of(names[i]));
        struct app_form form = {0}, again = {0};
        struct findings f = {0};
        struct app_pair *pairs;
        size_t n;

        app_fake(c, d, with.city, &form);
        if (d->type == APP_TEXT)
            app_form_set(c, &form, d->key, STR("Abc"));
        if (d->type == APP_LONGTEXT)
            app_form_set(c, &form, d->key, STR("a\nb"));
        CHECK(form.n > 0);
        CHECK_OK(app_form_raw(c, d, &form, &pairs, &n));
        CHECK_OK(app_form_read(c, a, &with, d, 1, pairs, n, &again, &f));
        CHECK_STR(help_findings(c, &f), "");
        for (size_t k = 0; k < form.n; k++)
            CHECK_STR(app_form_text(&again, form.all[k].path),
                      form.all[k].text.p);
    }
}

TEST(values_are_shown_as_people_read_them)
{
    static const char *const rows[][3] = {
        {"angka", "2.5", "2,5 m"},
        {"uang", "1440000", "Rp1.440.000"},
        {"benar", "true", "Ya"},
        {"pilih", "biru", "Biru"},
        {"pilihan", "jumat,senin", "Jumat, Senin"},
        {"tanggal", "2026-03-02", "2 Maret 2026"},
        {"jam", "13:05", "pukul 13.05"},
        {"nik", "9999010101900001", "9999 0101 0190 0001"},
        {"telepon", "+6281234567890", "0812-3456-7890"},
        {"nilai", "4", "4 dari 5"},
    };
    const struct app *a = build(c, app);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct app_form form = {0};
        struct app_shown *shown;
        size_t n;

        app_form_set(c, &form, str_of(rows[i][0]), str_of(rows[i][1]));
        CHECK_OK(app_show(c, a, app_field(a, str_of(rows[i][0])), &form, &shown,
                          &n));
        CHECK_I64((int64_t)n, 1);
        CHECK_STR(shown[0].text, rows[i][2]);
    }
}

TEST(a_place_and_a_file_are_shown_by_their_parts)
{
    const struct app *a = build(c, app);
    struct app_form form = {0};
    struct app_shown *shown;
    size_t n;

    app_form_set(c, &form, STR("lokasi.region"), STR("32.73.01.1001"));
    app_form_set(c, &form, STR("lokasi.patokan"), STR("Depan pasar"));
    app_form_set(c, &form, STR("lokasi.titik"), (str){NULL, 0});
    CHECK_OK(app_show(c, a, app_field(a, STR("lokasi")), &form, &shown, &n));
    CHECK_I64((int64_t)n, 2);
    CHECK_STR(shown[0].label, "Lokasi: kelurahan atau desa");
    CHECK_STR(shown[1].path, "lokasi.patokan");
    app_form_set(c, &form, STR("berkas"),
                 STR("sha256:00000000000000000000000000000000000000000000000000"
                     "00000000000000"));
    app_form_set(c, &form, STR("berkas.name"), STR("akta.pdf"));
    app_form_set(c, &form, STR("berkas.size"), STR("1440000"));
    CHECK_OK(app_show(c, a, app_field(a, STR("berkas")), &form, &shown, &n));
    CHECK_I64((int64_t)n, 1);
    CHECK(shown[0].file);
    CHECK_STR(shown[0].text, "akta.pdf (1,4 MB)");
}

TEST(a_file_is_judged_by_its_bytes_and_its_size)
{
    const struct app *a = build(c, app);
    const struct app_field *pdf = app_field(a, STR("berkas"));
    const struct app_field *photo = app_field(a, STR("foto"));
    char *big = NEWS(c->mem, char, 600001);
    struct findings f = {0};
    str mime;

    memcpy(big, "%PDF-1.7", 8);
    CHECK(app_file_accepts(c, pdf, STR("%PDF-1.4\n"), &mime, &f));
    CHECK_STR(mime, "application/pdf");
    CHECK(app_file_accepts(c, photo, STR("\xff\xd8\xff\xe0"), &mime, &f));
    CHECK(app_file_accepts(c, photo, STR("RIFF\1\1\1\1WEBPVP8 "), &mime, &f));
    CHECK_STR(mime, "image/webp");
    CHECK_I64((int64_t)f.n, 0);
    CHECK(!app_file_accepts(c, pdf, STR("\x89PNG\r\n\x1a\n"), &mime, &f));
    CHECK(!app_file_accepts(c, photo, STR("<svg>"), &mime, &f));
    CHECK(!app_file_accepts(c, pdf, STR(""), &mime, &f));
    CHECK(!app_file_accepts(c, pdf, (str){big, 600000}, &mime, &f));
    CHECK_STR(help_findings(c, &f),
              "salah: berkas: Akta haruslah berkas pdf.\n"
              "salah: foto: Foto haruslah berkas jpg, png, webp.\n"
              "salah: berkas: Akta kosong; unggahlah kembali.\n"
              "salah: berkas: Akta paling besar 0,5 MB.\n");
}

TEST(steps_make_themselves)
{
    const struct app *a = build(c, app);
    static const size_t sizes[] = {5, 5, 5, 2, 1, 1, 1, 1, 1};

    CHECK_I64((int64_t)a->n_steps, COUNT(sizes));
    for (size_t i = 0; i < a->n_steps && i < COUNT(sizes); i++)
        CHECK_I64((int64_t)a->steps[i].n, (int64_t)sizes[i]);
    CHECK_STR(a->steps[4].key, "lokasi");
}

/* ---- what hangs on what ------------------------------------------- */

static const char chain[] = HEAD
    "fields:\n"
    "  d: {type: decimal, label: {id: D, en: D}, value: \"c + 1.0\"}\n"
    "  c: {type: decimal, label: {id: C, en: C}, value: \"a * b\"}\n"
    "  a: {type: decimal, label: {id: A, en: A}}\n"
    "  b: {type: decimal, label: {id: B, en: B}}\n"
    "  besar: {type: boolean, label: {id: Besar, en: Big}, when: \"d > "
    "10.0\"}\n"
    "  izin: {type: text, label: {id: Izin, en: Permit}, when: \"besar == "
    "true\"}\n"
    "  catatan: {type: text, label: {id: Catatan, en: Note}, optional: true}\n"
    "rules:\n"
    "  catatan: {check: \"catatan == null || size(catatan) > 3\", say: {id: "
    "Catatan terlalu pendek., en: Note too short.}}\n";

static struct app_form filled(struct ctx *c, const char *a, const char *b)
{
    struct app_form form = {0};

    app_form_set(c, &form, STR("a"), str_of(a));
    app_form_set(c, &form, STR("b"), str_of(b));
    return form;
}

TEST(computed_fields_are_computed_in_the_order_they_need)
{
    const struct app *a = build(c, chain);
    struct app_setting with = help_setting(c);
    struct app_form form = filled(c, "2", "2.5");
    struct findings f = {0};

    CHECK_OK(app_form_finish(c, a, &with, &form, &f));
    CHECK_STR(help_findings(c, &f), "");
    CHECK_STR(app_form_text(&form, STR("d")), "6");
    CHECK(app_form_find(&form, STR("besar")) == NULL);
    CHECK(app_form_find(&form, STR("catatan")) != NULL);
    CHECK(app_form_text(&form, STR("catatan")).p == NULL);
}

TEST(hidden_is_absent_and_what_hangs_on_it_too)
{
    const struct app *a = build(c, chain);
    struct app_setting with = help_setting(c);
    struct app_form form = filled(c, "2", "2");
    struct findings f = {0};

    app_form_set(c, &form, STR("besar"), STR("true"));
    app_form_set(c, &form, STR("izin"), STR("Lama"));
    app_form_set(c, &form, STR("asing"), STR("x"));
    CHECK_OK(app_form_finish(c, a, &with, &form, &f));
    CHECK_STR(help_findings(c, &f), "");
    CHECK(app_form_find(&form, STR("besar")) == NULL);
    CHECK(app_form_find(&form, STR("izin")) == NULL);
    CHECK(app_form_find(&form, STR("asing")) == NULL);
    form = filled(c, "4", "4");
    CHECK_OK(app_form_finish(c, a, &with, &form, &f));
    CHECK_STR(help_findings(c, &f),
              "salah: fields.besar: Besar belum dijawab.\n"
              "salah: fields.izin: Izin belum diisi.\n");
}

TEST(not_yet_filled_is_neither_shown_nor_hidden_for_sure)
{
    const struct app *a = build(c, chain);
    struct app_setting with = help_setting(c);
    struct app_form form = {0};
    struct findings f = {0};

    CHECK(app_field_applies(c, a, &with, &form, app_field(a, STR("besar"))));
    app_form_rules(c, a, &with, &form, &f);
    CHECK_I64((int64_t)f.n, 0);
    form = filled(c, "1", "1");
    CHECK(!app_field_applies(c, a, &with, &form, app_field(a, STR("besar"))));
    CHECK(!app_field_applies(c, a, &with, &form, app_field(a, STR("izin"))));
}

TEST(a_rule_sees_null_where_nothing_was_written)
{
    const struct app *a = build(c, chain);
    struct app_setting with = help_setting(c);
    struct app_form form = filled(c, "1", "1");
    struct findings f = {0};

    app_form_set(c, &form, STR("catatan"), STR("ab"));
    CHECK_OK(app_form_finish(c, a, &with, &form, &f));
    CHECK_STR(help_what(&f, "rules.catatan"), "Catatan terlalu pendek.");
}

TEST(a_number_out_of_the_decimal_range_is_a_finding_not_a_stop)
{
    const struct app *a = build(c, chain);
    struct app_setting with = help_setting(c);
    struct app_form form = filled(c, "999999999999999999.999999999",
                                  "999999999999999999.999999999");
    struct findings f = {0};

    CHECK_OK(app_form_finish(c, a, &with, &form, &f));
    CHECK(
        str_starts(help_what(&f, "fields.c"), STR("C tidak dapat dihitung: ")));
}
