/* SPDX-License-Identifier: EUPL-1.2 */
/* What makes an app its own: a scenario fails when it is taken away. */
#include "rehearse/rehearse.h"
#include "tests/test.h"

#include <stdio.h>

#define HIBAH "sosial/hibah-masyarakat"
#define LAPOR "keuangan/pertanggungjawaban-hibah"

#define KERJA "kepegawaian/kinerja-harian"
#define TPP   "kepegawaian/tambahan-penghasilan"

static const char *const apps[] = {HIBAH, LAPOR, KERJA, TPP,
                                   "kepegawaian/data-pegawai"};

/* The text with `put` (or nothing) for what stands from `from` to `to`. */
static str without(struct ctx *c, str text, const char *from, const char *to,
                   const char *put)
{
    size_t at = str_find(text, str_of(from));
    str rest = str_slice(text, at, text.n);
    size_t end = str_find(rest, str_of(to));

    CHECK(at < text.n && end < rest.n);
    return arena_fmt(c->mem, "%.*s%s%.*s", STR_ARG(str_slice(text, 0, at)),
                     put == NULL ? "" : put,
                     STR_ARG(str_slice(rest, end, rest.n)));
}

static const char *folder(struct ctx *c, const char *in, const char *name)
{
    const char *dir = file_join(c, in, name);

    if (!file_is_dir(dir))
        CHECK_OK(file_make_dir(c, dir, 0700));
    return dir;
}

static void copy(struct ctx *c, const char *from, const char *to)
{
    str *names, text;
    size_t n;

    CHECK_OK(file_list(c, from, 'f', &names, &n));
    for (size_t i = 0; i < n; i++) {
        CHECK_OK(file_read(c, file_join(c, from, names[i].p), 1 << 20, &text));
        CHECK_OK(file_write(c, file_join(c, to, names[i].p), text, 0600));
    }
}

/* A catalogue of its own, with these apps and their patterns. */
static const char *catalogue(struct ctx *c)
{
    static const char *const bases[] = {"aid", "report", "register", "payrun"};
    const char *dir = test_folder(c), *base = folder(c, dir, "base");

    for (size_t i = 0; i < COUNT(bases); i++)
        copy(c, file_join(c, "apps/base", bases[i]), folder(c, base, bases[i]));
    for (size_t i = 0; i < COUNT(apps); i++) {
        str sector, app;

        str_cut(str_of(apps[i]), '/', &sector, &app);
        folder(c, dir, arena_fmt(c->mem, "%.*s", STR_ARG(sector)).p);
        copy(c, file_join(c, "apps", apps[i]), folder(c, dir, apps[i]));
    }
    return dir;
}

struct taken {
    const char *app, *scenario, *from, *to, *put;
};

static void fails_without(struct ctx *c, const char *dir, const struct taken *t)
{
    const char *here = file_join(c, dir, t->app);
    const char *file = file_join(c, here, "app.yaml");
    struct rehearse_report r = {0};
    struct findings f = {0};
    struct app_package *p;
    str whole;

    CHECK_OK(file_read(c, file, 1 << 20, &whole));
    CHECK_OK(
        file_write(c, file, without(c, whole, t->from, t->to, t->put), 0600));
    if (CHECK_OK(app_package_read(c, here, file_join(c, dir, "base"), &f, &p)))
        CHECK_OK(rehearse_app(c, t->scenario, p, NULL, &f, &r));
    if (!CHECK(r.scenarios == 1 && r.failed == 1))
        printf("  %s holds without %s\n", t->scenario, t->from);
    CHECK_OK(file_write(c, file, whole, 0600));
}

TEST(each_scenario_fails_where_what_makes_the_app_its_own_is_taken_away)
{
    static const struct taken all[] = {
        {.app = HIBAH,
         .scenario = "laporan_terbuka_menghalangi",
         .from = "  laporan_terbuka:\n",
         .to = "  tahun_lalu:\n"},
        {.app = HIBAH,
         .scenario = "dua_tahun_berturut_turut",
         .from = "  tahun_lalu:\n",
         .to = "  sekali_setahun:\n"},
        {.app = HIBAH,
         .scenario = "sekali_setahun",
         .from = "  sekali_setahun:\n",
         .to = "  laporan_diterima:\n"},
        {.app = HIBAH,
         .scenario = "sisa_ditagih_kembali",
         .from = "  laporan_diterima:\n",
         .to = "  uang_kembali:\n"},
        {.app = HIBAH,
         .scenario = "laporan_terlambat",
         .from = "    due: by 10 January\n",
         .to = "    values:\n"},
        {.app = HIBAH,
         .scenario = "jumlah_hanya_turun",
         .from = "check: \"sum(rincian, r, r.jumlah) <= said.saran\"",
         .to = "\n",
         .put = "check: \"true\""},
        {.app = HIBAH,
         .scenario = "empat_mata",
         .from = "      four_eyes: [reviews]\n",
         .to = "      actions:"},
        {.app = LAPOR,
         .scenario = "belanja_di_luar_rincian",
         .from = "check: \"belanja.all(b, b.baris > size",
         .to = "\n",
         .put = "check: \"true\""},
        {.app = LAPOR,
         .scenario = "sisa_dikembalikan",
         .from = "        claim: {label: {id: Tagih sisa",
         .to = "        close:"},
        {.app = KERJA,
         .scenario = "lewat_tiga_hari_kerja_tidak_dihitung",
         .from = "      lapses: {after: 3 workdays, to: missing}\n",
         .to = "      actions:"},
        {.app = KERJA,
         .scenario = "sehari_paling_banyak_450_menit",
         .from = "check: \"figure.hari_itu + menit",
         .to = "\n",
         .put = "check: \"true\""},
        {.app = KERJA,
         .scenario = "satu_langkah_dihitung_sekali",
         .from = "  sekali_sebuah_langkah:\n",
         .to = "  # Once the month"},
        {.app = KERJA,
         .scenario = "pengembalian_dihitung_selama_berlaku",
         .from = "    acted: langkah\n",
         .to = "  langkah:\n"},
        {.app = KERJA,
         .scenario = "lembur_memerlukan_orang_kedua",
         .from = "      when: \"lembur\"\n",
         .to = "      otherwise: accepted",
         .put = "      when: \"false\"\n"},
        {.app = TPP,
         .scenario = "sebulan_sampai_dibayar",
         .from = "    show: own\n    columns:\n      pegawai: {type: officer, "
                 "label: {id: Pegawai, en: Officer}}\n      tanggal: {type: "
                 "date, label: {id: Tanggal, en: Day}, max: today}\n  "
                 "hukuman:",
         .to = "    columns:"},
        {.app = TPP,
         .scenario = "sebulan_sampai_dibayar",
         .from = "value: \"round_down(disiplin + produktivitas)\"",
         .to = "}\n",
         .put = "value: \"pagu\""},
        {.app = TPP,
         .scenario = "sebulan_sampai_dibayar",
         .from = "check: \"jumlah == jumlah_dibayar\"",
         .to = "\n",
         .put = "check: \"true\""},
        {.app = TPP,
         .scenario = "tunda_dan_koreksi",
         .from = "tunda != null && tunda.exists",
         .to = " ? bersih",
         .put = "false"},
    };
    const char *dir = catalogue(c);

    c->now = time_system();
    for (size_t i = 0; i < COUNT(all); i++)
        fails_without(c, dir, &all[i]);
}
