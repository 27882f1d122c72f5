/* SPDX-License-Identifier: EUPL-1.2 */
/* The administrator's pages: what is still to be filled in, one thing a page,
 * two officers for what is grave, undo, and the door. */
#include "tests/web/site.h"

#include <stdio.h>

#define IZIN  "/aplikasi/penanaman-modal/izin-reklame"
#define TARIF IZIN "/butir/tarif.nilai_sewa"
#define HUKUM IZIN "/butir/hukum.izin"
#define PAPAN "tariff.nilai_sewa.rows.papan"

#define ROWS_OF_TARIFF(papan)                                                  \
    PAPAN "=" papan "&tariff.nilai_sewa.rows.videotron=600.000"                \
          "&tariff.nilai_sewa.rows.kain=32000&alasan=Perda+2+Tahun+2026"

static const char *hidden(struct ctx *c, const struct seen *s, const char *name)
{
    const char *mark = arena_fmt(c->mem, "name=\"%s\" value=\"", name).p;
    size_t at = str_find(s->body, str_of(mark));
    str rest = str_slice(s->body, at + strlen(mark), s->body.n), value, tail;

    str_cut(rest, '"', &value, &tail);
    return arena_str(c->mem, value).p;
}

static struct seen see(struct browser *b, const struct seen *s)
{
    return browser_follow(b, s, "/aplikasi");
}

TEST(the_checklist_of_a_permit_names_all_that_a_city_fills_in)
{
    static const char *const items[] = {"butir/fungsi.licensing",
                                        "butir/fungsi.public-works",
                                        "butir/fungsi.revenue",
                                        "butir/tugas.licensing.verifier",
                                        "butir/tugas.licensing.head",
                                        "butir/tugas.public-works.field",
                                        "butir/tugas.revenue.treasurer",
                                        "butir/hukum.izin",
                                        "butir/hukum.pajak",
                                        "butir/tarif.nilai_sewa",
                                        "butir/tarif.persen",
                                        "butir/tenggat",
                                        "butir/simpan",
                                        "butir/buku.izin",
                                        "butir/kop",
                                        "butir/kalender"};
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct seen page;

    browser_enter(&b, "admin.satu");
    page = browser_get(&b, "/aplikasi");
    CHECK(seen_has(&page, "Izin Reklame"));
    CHECK(seen_has(&page, "Terbuka untuk umum"));
    page = browser_get(&b, IZIN);
    CHECK_I64(page.status, 200);
    for (size_t i = 0; i < COUNT(items); i++) {
        if (!CHECK(seen_has(&page, items[i])))
            printf("  %s\n", items[i]);
        CHECK_I64(
            browser_get(&b, arena_fmt(c->mem, IZIN "/%s", items[i]).p).status,
            200);
    }
    CHECK(seen_has(&page, "14 dari 16 sudah beres"));
    CHECK(seen_has(&page, "Rp120.000"));
    page = browser_get(&b, IZIN "?keadaan=belum-diisi");
    CHECK(seen_has(&page, "butir/hukum.izin"));
    CHECK(!seen_has(&page, "butir/tarif.persen"));
    page = browser_get(&b, "/en" IZIN);
    CHECK(seen_has(&page, "14 of 16 are settled"));
    page = browser_get(&b, IZIN "/butir/tarif.tidak-ada");
    CHECK_I64(page.status, 404);
}

TEST(a_law_is_named_by_one_officer_and_can_be_undone)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct seen page;

    browser_enter(&b, "admin.satu");
    browser_get(&b, HUKUM);
    page = browser_post(&b, HUKUM, "law.izin.title.id=Perda+Kota+5");
    CHECK_I64(page.status, 422);
    CHECK(seen_has(&page, "Sebutkan alasan"));
    CHECK(seen_has(&page, "value=\"Perda Kota 5\""));
    page = browser_post(&b, HUKUM,
                        "law.izin.title.id=%5B%22Perda%27s+%3Cb%3E&"
                        "law.izin.title.en=&law.izin.number=&alasan=baru");
    page = see(&b, &page);
    CHECK(seen_has(&page, "Tersimpan dan berlaku"));
    CHECK(seen_has(&page, "[&quot;Perda&#39;s &lt;b&gt;"));
    CHECK(seen_has(&page, "Disesuaikan"));
    page = browser_get(&b, IZIN);
    CHECK(seen_has(&page, "15 dari 16 sudah beres"));
    page = browser_post(
        &b, IZIN "/batalkan",
        arena_fmt(c->mem, "event=%s", hidden(c, &page, "event")).p);
    page = see(&b, &page);
    CHECK(seen_has(&page, "14 dari 16 sudah beres"));
}

TEST(a_tariff_waits_for_another_administrator)
{
    struct site *s = site_new(c);
    struct browser one = site_browser(s), two = site_browser(s);
    struct seen page;
    const char *digest;

    browser_enter(&one, "admin.satu");
    browser_enter(&two, "admin.dua");
    browser_get(&one, TARIF);
    page = browser_post(&one, TARIF, ROWS_OF_TARIFF("tiga"));
    CHECK_I64(page.status, 422);
    CHECK(seen_has(&page, "Isilah dengan angka"));
    page = browser_post(&one, TARIF, ROWS_OF_TARIFF("Rp+80.000"));
    page = see(&one, &page);
    CHECK(seen_has(&page, "administrator lain menyetujuinya"));
    CHECK(seen_has(&page, "Rp80.000"));
    digest = hidden(c, &page, "usulan");
    page = browser_post(&one, IZIN "/usulan",
                        arena_fmt(c->mem, "jawab=setuju&usulan=%s", digest).p);
    CHECK_I64(page.status, 422);
    CHECK(seen_has(&page, "Orang kedua haruslah orang lain"));
    page = browser_get(&two, "/aplikasi");
    CHECK(seen_has(&page, "Menunggu orang kedua"));
    page = browser_get(&two, IZIN);
    CHECK(seen_has(&page, "Setujui"));
    page =
        browser_post(&two, IZIN "/usulan", "jawab=setuju&usulan=sha256:lain");
    CHECK_I64(page.status, 422);
    page = browser_post(&two, IZIN "/usulan",
                        arena_fmt(c->mem, "jawab=setuju&usulan=%s", digest).p);
    page = see(&two, &page);
    CHECK(seen_has(&page, "Papan Rp80.000"));
    CHECK(!seen_has(&page, "name=\"usulan\""));
    CHECK(seen_has(&page, "disetujui"));
    page = browser_get(&two, TARIF);
    CHECK(seen_has(&page, "warga membayar Rp960.000; menurut nilai asal "
                          "Rp1.440.000"));
}

TEST(a_proposal_is_refused_withdrawn_and_brought_up_to_date)
{
    struct site *s = site_new(c);
    struct browser one = site_browser(s), two = site_browser(s);
    struct seen page;

    browser_enter(&one, "admin.satu");
    browser_enter(&two, "admin.dua");
    browser_get(&one, TARIF);
    page = browser_post(&one, TARIF, ROWS_OF_TARIFF("80000"));
    page = see(&one, &page);
    browser_get(&two, TARIF);
    page = browser_post(&two, TARIF, ROWS_OF_TARIFF("90000"));
    CHECK_I64(page.status, 422);
    CHECK(seen_has(&page, "usulan pegawai lain"));
    browser_get(&two, HUKUM);
    page = browser_post(&two, HUKUM, "law.izin.title.id=Perda&alasan=baru");
    page = see(&two, &page);
    page = browser_get(&two, IZIN);
    CHECK(seen_has(&page, "perlu mengusulkannya kembali"));
    CHECK(!seen_has(&page, "value=\"setuju\""));
    page = browser_get(&one, IZIN);
    page = browser_post(
        &one, IZIN "/usulan",
        arena_fmt(c->mem, "jawab=ulang&usulan=%s", hidden(c, &page, "usulan"))
            .p);
    page = see(&one, &page);
    page = browser_get(&two, IZIN);
    CHECK(seen_has(&page, "value=\"setuju\""));
    page = browser_post(
        &two, IZIN "/usulan",
        arena_fmt(c->mem, "jawab=tolak&usulan=%s", hidden(c, &page, "usulan"))
            .p);
    page = see(&two, &page);
    CHECK(!seen_has(&page, "name=\"usulan\""));
    CHECK(seen_has(&page, "Papan Rp120.000"));
    CHECK(seen_has(&page, "Usulan ditarik atau ditolak"));
}

TEST(the_door_opens_only_when_nothing_stands_in_the_way)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct seen page;

    browser_enter(&b, "admin.satu");
    browser_get(&b, IZIN);
    page = browser_post(&b, IZIN "/pintu", "pintu=tutup");
    page = see(&b, &page);
    CHECK(seen_has(&page, "ditutup bagi permohonan baru"));
    page = browser_post(&b, IZIN "/pintu", "pintu=buka");
    CHECK_I64(page.status, 422);
    CHECK(seen_has(&page, "Dasar hukum daerah belum disebut"));
    CHECK(seen_has(&page, "href=\"" HUKUM "\""));
    browser_post(&b, HUKUM, "law.izin.title.id=Perda+1&alasan=baru");
    browser_post(&b, IZIN "/butir/hukum.pajak",
                 "law.pajak.title.id=Perda+2&alasan=baru");
    browser_get(&b, IZIN);
    page = browser_post(&b, IZIN "/pintu", "pintu=buka");
    page = see(&b, &page);
    CHECK(seen_has(&page, "Layanan ini terbuka untuk umum"));
    page = browser_get(&b, IZIN "/pratinjau");
    CHECK(seen_has(&page, "Pratinjau"));
    CHECK(seen_has(&page, "Perda 1"));
    page = browser_get(&b, IZIN "/berkas");
    CHECK(seen_has(&page, "to: Perda 1"));
}

TEST(scenarios_are_played_with_our_values_behind_the_page)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct seen page, first;
    int looks = 0;

    browser_enter(&b, "admin.satu");
    browser_get(&b, IZIN);
    first = browser_post(&b, IZIN "/skenario", "");
    page = see(&b, &first);
    while (seen_has(&page, "Lihat lagi") && looks++ < 20000)
        page = browser_get(&b, arena_str(c->mem, first.location).p);
    CHECK(seen_has(&page, "Semua skenario berjalan"));
    CHECK(seen_has(&page, "Dikembalikan lalu dilengkapi"));
    page = browser_get(&b, IZIN "/skenario/tidak-ada");
    CHECK_I64(page.status, 410);
}

/* ---- other cities ------------------------------------------------- */

/* A look runs behind the page; ask until it has ended. */
static struct seen looked(struct ctx *c, struct browser *b,
                          const struct seen *first)
{
    struct seen page = browser_follow(b, first, "/adopsi/");
    int looks = 0;

    while (seen_has(&page, "Lihat lagi") && looks++ < 20000)
        page = browser_get(b, arena_str(c->mem, first->location).p);
    return page;
}

TEST(apps_are_taken_from_an_https_address_or_a_stick_that_is_there)
{
    static const char *const wrong[] = {"alamat=http://bandung.example/repo",
                                        "alamat=ftp://x/repo",
                                        "alamat=https://",
                                        "alamat=https://a@b/repo",
                                        "alamat=",
                                        "stik=/etc",
                                        "stik=/etc/passwd&alamat=file:///etc"};
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct seen page;

    browser_enter(&b, "admin.satu");
    page = browser_get(&b, "/adopsi");
    CHECK_I64(page.status, 200);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        page = browser_post(&b, "/adopsi", wrong[i]);
        if (!CHECK_I64(page.status, 422))
            printf("  %s\n", wrong[i]);
        CHECK(seen_has(&page, "dimulai dengan https://"));
    }
    page = browser_get(&b, "/adopsi/tidak-ada");
    CHECK_I64(page.status, 410);
    page = browser_get(&b, "/pembaruan");
    CHECK_I64(page.status, 200);
    CHECK(seen_has(&page, "Belum ada aplikasi yang diambil"));
    page = browser_post(&b, "/pembaruan", "kota=../../etc");
    CHECK_I64(page.status, 200);
}

TEST(nothing_is_read_of_a_city_without_an_accord)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s), other = site_browser(s);
    struct seen page, first;

    browser_enter(&b, "admin.satu");
    browser_get(&b, "/adopsi");
    first = browser_post(&b, "/adopsi", "alamat=https://bandung.example");
    page = looked(c, &b, &first);
    CHECK_I64(page.status, 200);
    CHECK(seen_has(&page, "belum mempunyai kesepakatan"));
    browser_enter(&other, "admin.dua");
    page = browser_get(&other, arena_str(c->mem, first.location).p);
    CHECK_I64(page.status, 410);
}

TEST(the_office_of_a_function_is_changed_by_two)
{
    static const char fungsi[] = IZIN "/butir/fungsi.revenue";
    struct site *s = site_new(c);
    struct browser one = site_browser(s), two = site_browser(s);
    struct seen page;

    browser_enter(&one, "admin.satu");
    browser_enter(&two, "admin.dua");
    page = browser_get(&one, fungsi);
    CHECK(seen_has(&page, "Badan Pendapatan Daerah"));
    page = browser_post(&one, fungsi, "kantor=tidak-ada");
    CHECK_I64(page.status, 422);
    page = browser_post(&one, fungsi, "kantor=bkad");
    page = see(&one, &page);
    CHECK(seen_has(&page, "administrator lain menyetujuinya"));
    page = browser_post(&one, fungsi, "jawab=setuju&usulan=bkad");
    CHECK_I64(page.status, 422);
    page = browser_get(&two, fungsi);
    CHECK(seen_has(&page, "value=\"setuju\""));
    page = browser_post(&two, fungsi, "jawab=setuju&usulan=bapenda");
    CHECK_I64(page.status, 422);
    page = browser_post(&two, fungsi, "jawab=setuju&usulan=bkad");
    page = see(&two, &page);
    CHECK(!seen_has(&page, "name=\"usulan\""));
    page = browser_get(&two, IZIN);
    CHECK(!seen_has(&page, "Badan Pendapatan Daerah"));
}

struct dropping {
    struct town *t;
};

static err drop_register(struct ctx *c, struct conn *tx, void *arg)
{
    struct dropping *u = arg;
    struct city_change d = {.key = STR("registers.izin")};

    return city_apply(c, tx, u->t->w.ledger, STR("system"), &d, 1);
}

TEST(a_missing_register_is_made_from_the_checklist)
{
    static const char buku[] = IZIN "/butir/buku.izin";
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct dropping u = {s->town};
    struct seen page;

    CHECK_OK(store_write(c, s->town->w.store, drop_register, &u));
    town_look(c, s->town);
    browser_enter(&b, "admin.satu");
    page = browser_get(&b, buku);
    CHECK(seen_has(&page, "Kode klasifikasi"));
    page = browser_post(&b, buku, "kode=%3Cb%3E&unit=X&awal=1");
    CHECK_I64(page.status, 422);
    page = browser_post(&b, buku, "kode=500.1&unit=PTSP&awal=0");
    CHECK_I64(page.status, 422);
    page = browser_post(&b, buku, "kode=500.1&unit=PTSP&awal=42");
    page = see(&b, &page);
    CHECK(seen_has(&page, "500.1/42/PTSP"));
    CHECK(!seen_has(&page, "Kode klasifikasi"));
}

TEST(what_is_alarming_stands_in_red_on_administrators_pages_alone)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct seen page;

    browser_enter(&b, "admin.satu");
    page = browser_get(&b, "/orang");
    CHECK(!seen_has(&page, "Tidak ada cadangan"));
    s->alarm = "Tidak ada cadangan dalam 26 jam terakhir.";
    page = browser_get(&b, "/orang");
    CHECK(seen_has(&page, "<div class=\"notice error\"><p>Tidak ada cadangan"));
    page = browser_get(&b, "/kerja");
    CHECK(page.status == 200 && !seen_has(&page, "Tidak ada cadangan"));
    page = browser_get(&b, "/");
    CHECK(page.status == 200 && !seen_has(&page, "Tidak ada cadangan"));
}
