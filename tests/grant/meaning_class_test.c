/* SPDX-License-Identifier: EUPL-1.2 */
/* Each way in which an app may take more than it needs is told, as a risk,
 * with the labels of the app, in both languages. */
#include "tests/grant/plan_help.h"

#define KAPAL "kelautan-perikanan/register-kapal-nelayan"

static struct app *built(struct ctx *c, const struct app_package *p)
{
    struct findings f = {0};
    struct app *a = NULL;

    if (!CHECK_OK(app_build(c, p, NULL, NULL, &f, &a)))
        help_print(c, &f);
    return a;
}

static struct findings meaning(struct ctx *c, const struct app_package *p,
                               const char *from, const char *to)
{
    struct findings f = {0};
    struct app *was = built(c, p),
               *now = built(c, shop_changed(c, p, "1.1.0", from, to));

    CHECK_OK(grant_meaning(c, was, now, &f));
    return f;
}

static const struct {
    const char *app, *from, *to;
    enum severity severity;
    const char *id, *en;
} classes[] = {
    {IZIN, "  luas: {type",
     "  surel: {type: email, label: {id: Surel, en: E-mail}}\n  luas: {type",
     FIND_WARNING, "Meminta satu data pribadi lagi: Surel.",
     "Asks for one more personal datum: E-mail."},
    {IZIN, "  luas: {type",
     "  tinggi: {type: decimal, label: {id: Tinggi, en: Height}}\n  luas: "
     "{type",
     FIND_WARNING, "Isian baru yang wajib diisi: Tinggi.",
     "A new field that must be filled: Height."},
    {LAPOR, "    optional: true\n    max_mb: 8", "    max_mb: 8", FIND_WARNING,
     "Isian \"Foto\" kini wajib diisi.", "The field \"Photo\" must now be"},
    {LAPOR, "    ask: [nama, telepon, surel]\n",
     "    ask: [nama, nik, telepon, surel]\n", FIND_WARNING,
     "kini menanyakan lebih banyak data", "now asks for more"},
    {IZIN, "    type: file\n", "    type: file\n    show: office\n", FIND_NOTE,
     "kini lebih tertutup", "Fewer people see"},
    {IZIN, "  panjang: {type: decimal,",
     "  panjang: {show: public, type: decimal,", FIND_WARNING,
     "Isian \"Panjang\" menjadi terbuka untuk umum.",
     "The field \"Length\" becomes public."},
    {IZIN, "papan: 120000", "papan: 60000", FIND_WARNING,
     "(Papan)\" berubah dari Rp120.000 menjadi Rp60.000.",
     "(Board)\" changes from Rp120,000 to Rp60,000."},
    {IZIN, "value: 25}", "value: 30}", FIND_WARNING,
     "Besaran \"Tarif pajak (persen)\" berubah dari 25 menjadi 30.",
     "changes from 25 to 30."},
    {IZIN, "* bulan * tariff.persen", "* tariff.persen", FIND_WARNING,
     "Rumus biaya berubah", "The formula of the charge changes"},
    {IZIN, "who: public-works.field", "who: licensing.field", FIND_WARNING,
     "Yang bertindak pada tahap \"Survei lapangan\" berubah dari",
     "Who acts in \"Site survey\" changes from"},
    {IZIN, "within: 2 workdays", "within: 1 workday", FIND_WARNING,
     "Tenggat tahap \"Survei lapangan\" menjadi lebih pendek",
     "The deadline of \"Site survey\" becomes shorter"},
    {IZIN, "within: 2 workdays", "within: 9 workdays", FIND_WARNING,
     "menjadi lebih panjang", "becomes longer"},
    {IZIN, "keep: 5 years after end", "keep: 30 years after end", FIND_WARNING,
     "Masa simpan data berubah dari", "How long data are kept changes from"},
    {IZIN, "then: archive", "then: delete", FIND_WARNING, "Setelah masa simpan",
     "After their time"},
    {IZIN, "Memproses izin reklame.", "Menawarkan iklan.", FIND_WARNING,
     "Tujuan penggunaan data pribadi berubah",
     "What personal data are used for"},
    {LAPOR, "mode: front", "mode: mirror", FIND_WARNING, "sistem nasional",
     "national system"},
    {LAPOR, "jalan: public-works.field", "jalan: public-order.field",
     FIND_WARNING, "Yang bertindak pada tahap", "Who acts in"},
    {IZIN, "  states:\n    issued:",
     "  on_silence: refuse\n  states:\n    issued:", FIND_WARNING,
     "Bila janji lewat tanpa keputusan", "When the promise passes in silence"},
    {IZIN, "when: \"today >= mulai + months(bulan)\"",
     "when: \"today >= mulai\"", FIND_WARNING,
     "Syarat tindakan \"Perintahkan pembongkaran\" berubah",
     "When \"Order the takedown\" may be done"},
    {IZIN, "Untuk reklame lebih dari 24 m2.", "Lihat https://iklan.example/.",
     FIND_WARNING, "Memuat alamat di luar kota: Lihat https://iklan.example/.",
     "Names an address outside the city"},
    {IZIN, "valid: {from: \"mulai\", for: \"months(bulan)\"}",
     "valid: {from: \"mulai\", for: \"months(12)\"}", FIND_WARNING,
     "Masa berlaku surat \"Izin Reklame\" berubah", "How long the letter"},
    {IZIN, "luas <= 50.0", "luas <= 500.0", FIND_WARNING,
     "diperiksa dengan cara lain: Videotron paling besar 50 m2.",
     "checked in another way: A videotron may be 50 m2"},
    {IZIN, "kain: {id: Kain, en: Cloth}", "kain: {id: Spanduk, en: Banner}",
     FIND_NOTE, "dari Kain menjadi Spanduk", "from Cloth to Banner"},
    {IZIN, "insight: {measure: [luas],", "insight: {measure: [luas, bulan],",
     FIND_NOTE, "Berubah dari luas menjadi luas, bulan.",
     "Changes from luas to luas, bulan."},
    {KAPAL, "kelas_gt, alat_tangkap]", "gt_taksiran, alat_tangkap]",
     FIND_WARNING, "Daftar umumnya memuat isian lain",
     "Its public list holds other fields"},
    {KAPAL, "  unique: [mesin.seri]\n", "", FIND_WARNING,
     "Yang hanya boleh dimiliki satu entri", "What one entry alone may hold"},
    {KAPAL, "changes: [alat_tangkap]", "changes: [alat_tangkap, awak]",
     FIND_WARNING, "mengubah isian lain", "changes other fields"},
    {KAPAL, "reminds: [60 days, 30 days, 7 days]", "reminds: [7 days]",
     FIND_NOTE, "Pengingat sebelum keadaan", "Reminders before the state"},
};

TEST(each_class_of_change_is_told_in_both_languages)
{
    static const char *const apps[] = {IZIN, LAPOR, KAPAL};
    const struct app_package *packages[COUNT(apps)];

    for (size_t k = 0; k < COUNT(apps); k++)
        packages[k] = shop_package(c, apps[k]);
    for (size_t i = 0; i < COUNT(classes); i++) {
        const struct app_package *p = NULL;

        for (size_t k = 0; k < COUNT(apps); k++)
            if (strcmp(classes[i].app, apps[k]) == 0)
                p = packages[k];
        for (int k = 0; k < 2; k++) {
            const char *want = k == 0 ? classes[i].id : classes[i].en;
            struct findings f;

            c->lang = k == 0 ? STR("id") : STR("en");
            f = meaning(c, p, classes[i].from, classes[i].to);
            if (!CHECK(help_says(&f, classes[i].severity, want))) {
                CHECK_STR(STR(""), want);
                help_print(c, &f);
            }
        }
    }
}

TEST(four_eyes_that_are_removed_are_a_risk)
{
    struct app_package *izin = shop_package(c, IZIN);
    struct findings f = {0};
    struct app *was = built(c, izin), *now = built(c, izin);
    struct data *tree = data_copy(c, now->effective);

    c->lang = STR("id");
    CHECK(data_drop(data_at(tree, STR("flow.states.approval")),
                    STR("four_eyes")));
    now->effective = tree;
    CHECK_OK(grant_meaning(c, was, now, &f));
    CHECK(help_says(&f, FIND_WARNING, "Pemeriksaan oleh dua orang berkurang"));
}

TEST(the_same_app_means_the_same)
{
    struct app_package *izin = shop_package(c, IZIN);
    struct findings f = {0};

    CHECK_OK(grant_meaning(c, built(c, izin), built(c, izin), &f));
    CHECK_I64((int64_t)f.n, 0);
}

TEST(risks_come_first)
{
    struct app_package *izin = shop_package(c, IZIN);
    struct findings f =
        meaning(c, izin,
                "title: {id: Izin Reklame, en: Advertising permit}\nsummary: "
                "{id: 'Izin memasang reklame tetap atau insidental.'",
                "title: {id: Izin Iklan, en: Advertising permit}\nsensitive: "
                "true\nsummary: {id: 'Izin memasang reklame.'");
    bool notes = false;

    CHECK(f.n >= 3);
    for (size_t i = 0; i < f.n; i++) {
        notes = notes || f.all[i].severity == FIND_NOTE;
        CHECK(!notes || f.all[i].severity == FIND_NOTE);
    }
}

/* Nothing that differs goes unsaid: change each scalar of the tree in turn. */
static void each_scalar(struct ctx *c, const struct app *was, struct app *now,
                        struct data *root, struct data *d, size_t *silent)
{
    for (size_t i = 0; d->kind == DATA_MAP && i < d->n; i++) {
        struct data *v = d->pairs[i].value;
        static const str quiet[] = {STR_INIT("balai"),   STR_INIT("app"),
                                    STR_INIT("version"), STR_INIT("joint"),
                                    STR_INIT("insert"),  STR_INIT("archetype")};

        if (str_among(d->pairs[i].key, quiet, COUNT(quiet)) >= 0)
            continue;
        if (v->kind == DATA_TEXT) {
            struct findings f = {0};
            str had = v->text;

            v->text = STR("qqqq");
            now->effective = root;
            CHECK_OK(grant_meaning(c, was, now, &f));
            *silent += f.n == 0;
            if (f.n == 0)
                CHECK_STR(d->pairs[i].key, "to be told");
            v->text = had;
        }
        each_scalar(c, was, now, root, v, silent);
    }
}

TEST(nothing_that_changed_stays_unsaid)
{
    struct app_package *izin = shop_package(c, IZIN);
    struct app *was = built(c, izin), *now = built(c, izin);
    struct data *root = data_copy(c, was->effective);
    size_t silent = 0;

    each_scalar(c, was, now, root, root, &silent);
    CHECK_I64((int64_t)silent, 0);
}
