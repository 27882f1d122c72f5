/* SPDX-License-Identifier: EUPL-1.2 */
/* A resident and officers, from the first page to the letter, over HTTP. */
#include "tests/shots.h"
#include "tests/web/site.h"

#include <stdio.h>

#define PERMIT "/layanan/penanaman-modal/izin-reklame"
#define REPORT "/layanan/kominfo/lapor-warga"

/* The village that stands first in the form. */
static const char *village(struct site *s)
{
    struct city_region *all;
    size_t n;

    MUST(city_region_inside(s->c, STR("32.73"), CITY_VILLAGE, &all, &n) ==
         E_OK);
    return arena_str(s->c->mem, all[0].code).p;
}

static struct seen step(struct browser *b, const char *path, const char *pairs,
                        const char *next)
{
    struct seen s;

    browser_get(b, path);
    s = browser_post(b, path, pairs);
    return browser_follow(b, &s, next);
}

/* What stands after a mark, `n` bytes of it. */
static const char *after(struct site *s, const struct seen *page,
                         const char *mark, size_t n)
{
    size_t at = str_find(page->body, str_of(mark)) + strlen(mark);

    return arena_str(s->c->mem, str_slice(page->body, at, at + n)).p;
}

static const char *number_of(struct site *s, const struct seen *receipt)
{
    return after(s, receipt, "id=\"nomor\">", 11);
}

static const char *code_of(struct site *s, const struct seen *receipt)
{
    return after(s, receipt, "id=\"kode\">", 9);
}

static const char *place(struct site *s, const char *more)
{
    return arena_fmt(s->c->mem,
                     "lokasi.region=%s&lokasi.patokan=Dekat+masjid%s",
                     village(s), more)
        .p;
}

/* All steps of a report, as far as the page that shows the answers. */
static struct seen fill_report(struct browser *b)
{
    struct site *s = b->site;
    struct seen page = browser_get(b, REPORT "/isi");

    browser_follow(b, &page, REPORT "/isi/masalah");
    step(b, REPORT "/isi/masalah",
         "kategori=jalan&uraian=Lubang+besar+di+depan+sekolah",
         REPORT "/isi/lokasi");
    step(b, REPORT "/isi/lokasi", place(s, ""), REPORT "/");
    step(b, REPORT "/isi/foto", "", REPORT "/isi/pelapor");
    return step(b, REPORT "/isi/pelapor",
                "pelapor.nama=Siti+Contoh&pelapor.telepon=0812-0000-0001",
                REPORT "/periksa");
}

static struct seen send_report(struct browser *b)
{
    struct seen page = fill_report(b);

    page = browser_post(b, REPORT "/periksa", "consent=1");
    return browser_follow(b, &page, "/tanda-terima/");
}

static struct seen act(struct browser *b, const char *number, const char *pairs)
{
    const char *at = arena_fmt(b->site->c->mem, "/kerja/berkas/%s", number).p;
    struct seen page = browser_get(b, at);

    page = browser_post(b, at, pairs);
    return browser_follow(b, &page, at);
}

static struct seen prove(struct browser *b, const char *number,
                         const char *code)
{
    struct seen page = browser_get(b, "/lacak");

    page = browser_post(
        b, "/lacak",
        arena_fmt(b->site->c->mem, "number=%s&code=%s", number, code).p);
    return browser_follow(b, &page, "/lacak/");
}

static err tick(struct ctx *c, struct site *s)
{
    int64_t done;
    bool grown;

    TRY(ledger_checkpoint(c, s->town->w.ledger, &grown));
    return record_seal_letters(c, &s->town->w, &done);
}

TEST(a_report_goes_from_home_to_answer_and_is_closed_by_its_reporter)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s), other = site_browser(s);
    struct browser desk = site_browser(s), crew = site_browser(s);
    struct seen page = send_report(&b);
    const char *number = number_of(s, &page), *code = code_of(s, &page), *at;

    page = prove(&other, number, code);
    CHECK(seen_has(&page, "Siti Contoh"));
    browser_enter(&desk, "loket.lapor");
    page = browser_get(&desk, "/kerja");
    CHECK(seen_has(&page, number));
    page = act(&desk, number, "act=route");
    CHECK(seen_has(&page, "Diteruskan"));
    browser_enter(&crew, "lapangan.pu");
    act(&crew, number, "act=work");
    page = act(&crew, number, "act=answer&jawaban=Lubang+sudah+ditambal.");
    CHECK(seen_has(&page, "Lubang sudah ditambal."));
    at = arena_fmt(c->mem, "/lacak/%s/tindak/close", number).p;
    page = browser_get(&other, at);
    CHECK_I64(page.status, 200);
    page = browser_post(&other, at, "");
    page = browser_follow(&other, &page, "/lacak/");
    CHECK(seen_has(&page, "Selesai"));
}

/* The button leads into the form, its number filled in; once. */
TEST(a_service_that_has_ended_is_rated_by_the_button_on_its_page)
{
    static const char *const answers =
        "persyaratan=n4&prosedur=n4&waktu=n3&biaya=n4";
    struct site *s = site_new(c);
    struct browser own = site_browser(s);
    struct record_actor desk = town_officer(c, s->town, "loket.lapor"),
                        crew = town_officer(c, s->town, "lapangan.pu"), me;
    struct seen page;
    const char *number, *code, *at;

    town_install(c, s->town, "apps/sekretariat/survei-kepuasan", "apps/base");
    page = send_report(&own);
    number = number_of(s, &page), code = code_of(s, &page);
    me = (struct record_actor){.role = RECORD_RESIDENT,
                               .record = str_of(number)};
    CHECK_OK(town_act(c, s->town, me.record, &desk, "route", NULL, NULL));
    CHECK_OK(town_act(c, s->town, me.record, &crew, "answer",
                      "jawaban=Sudah ditambal.", NULL));
    CHECK_OK(town_act(c, s->town, me.record, &me, "close", NULL, NULL));
    page = prove(&own, number, code);
    CHECK(seen_has(&page, "/layanan/sekretariat/survei-kepuasan/isi"));
    CHECK(!seen_has(&page, "name=\"csrf\" value=\"\""));
    page = browser_post(&own, "/layanan/sekretariat/survei-kepuasan/isi",
                        arena_fmt(c->mem, "berkas=%s", number).p);
    page = browser_follow(&own, &page, "/layanan/sekretariat/survei-kepuasan/");
    CHECK(seen_has(&page, number));
    at = "/layanan/sekretariat/survei-kepuasan/isi/layanan";
    step(&own, at, arena_fmt(c->mem, "berkas=%s&%s", number, answers).p,
         "/layanan/sekretariat/survei-kepuasan/isi/petugas");
    step(&own, "/layanan/sekretariat/survei-kepuasan/isi/petugas",
         "produk=n4&kompetensi=n4&perilaku=n4&pengaduan=n4&sarana=n3",
         "/layanan/sekretariat/survei-kepuasan/periksa");
    page = browser_post(&own, "/layanan/sekretariat/survei-kepuasan/periksa",
                        "consent=1");
    browser_follow(&own, &page, "/tanda-terima/");
    page = prove(&own, number, code);
    CHECK(seen_has(&page, "Anda sudah menilai layanan ini"));
    CHECK(!seen_has(&page, "/layanan/sekretariat/survei-kepuasan/isi"));
}

/* A stranger who knows the number sees state and dates, and what is public. */
TEST(a_number_alone_opens_no_name)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s), stranger = site_browser(s);
    struct seen page = send_report(&b);
    const char *number = number_of(s, &page);

    page = browser_get(&stranger, arena_fmt(c->mem, "/lacak/%s", number).p);
    CHECK_I64(page.status, 200);
    CHECK(!seen_has(&page, "Siti"));
    CHECK(!seen_has(&page, "0812"));
    CHECK(seen_has(&page, "Jalan rusak"));
    page = browser_get(
        &stranger, arena_fmt(c->mem, "/lacak/%s/bukti.tlog-proof", number).p);
    CHECK_I64(page.status, 403);
    page =
        browser_get(&stranger, arena_fmt(c->mem, "/kerja/berkas/%s", number).p);
    CHECK_I64(page.status, 303);
    page = browser_get(&stranger, "/layanan/kominfo/lapor-warga/daftar");
    CHECK(seen_has(&page, number));
    CHECK(!seen_has(&page, "Siti"));
}

/* The first press changed the key, as its proof was taken: the form of before
 * is refused, and with the new key it gets the same receipt. */
TEST(a_form_that_is_sent_again_gets_the_first_receipt)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s), twin;
    struct seen first, again;
    str token;

    fill_report(&b);
    token = b.token;
    twin = b;
    first = browser_post(&b, REPORT "/periksa", "consent=1");
    CHECK_I64(first.status, 303);
    /* Back, and sent again from the page as it stood, with the new cookie. */
    twin.cookie = b.cookie;
    again = browser_post(&twin, REPORT "/periksa", "consent=1");
    CHECK_I64(again.status, 303);
    CHECK(str_eq(again.location, first.location));
    browser_get(&b, "/lacak");
    b.token = token;
    again = browser_post(&b, REPORT "/periksa", "consent=1");
    CHECK_I64(again.status, 303);
    CHECK(str_eq(again.location, first.location));
}

TEST(a_step_that_is_wrong_is_shown_again_with_what_was_typed)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct seen page;

    browser_get(&b, REPORT "/isi/masalah");
    page = browser_post(&b, REPORT "/isi/masalah", "kategori=&uraian=Pendek");
    CHECK_I64(page.status, 422);
    CHECK(seen_has(&page, "Pendek"));
    CHECK(seen_has(&page, "href=\"#f-kategori\""));
    CHECK(seen_has(&page, "id=\"f-kategori-galat\""));
    CHECK(seen_has(&page, "Perlu diperbaiki"));
    /* A rule that these answers break is said at once. */
    browser_get(&b, REPORT "/isi/masalah");
    page = browser_post(&b, REPORT "/isi/masalah",
                        "kategori=darurat&uraian=Ada+kebakaran+di+sini");
    CHECK_I64(page.status, 422);
    CHECK(seen_has(&page, "112"));
}

/* ---- a permit ----------------------------------------------------- */

static struct seen send_permit(struct browser *b)
{
    struct site *s = b->site;
    struct seen page = browser_get(b, PERMIT "/isi");

    browser_follow(b, &page, PERMIT "/isi/pemohon");
    step(b, PERMIT "/isi/pemohon",
         "pemohon.nama=Siti+Contoh&pemohon.nik=9999010101900001",
         PERMIT "/isi/reklame");
    step(b, PERMIT "/isi/reklame", "jenis=papan&panjang=4&lebar=2",
         PERMIT "/isi/lokasi");
    step(b, PERMIT "/isi/lokasi", place(s, ""), PERMIT "/isi/waktu");
    page = step(b, PERMIT "/isi/waktu",
                "mulai.d=2&mulai.m=3&mulai.y=2026&bulan=6", PERMIT "/periksa");
    CHECK(seen_has(&page, "Rp1.440.000"));
    page = browser_post(b, PERMIT "/periksa", "");
    CHECK_I64(page.status, 422);
    CHECK(seen_has(&page, "href=\"#f-consent\""));
    page = browser_post(b, PERMIT "/periksa", "consent=1");
    return browser_follow(b, &page, "/tanda-terima/");
}

static void officer_acts(struct site *s, const char *login, const char *number,
                         const char *pairs)
{
    struct browser b = site_browser(s);

    browser_enter(&b, login);
    act(&b, number, pairs);
}

TEST(a_permit_is_returned_mended_and_issued_as_a_letter_that_verifies)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s), nobody = site_browser(s);
    struct seen page = send_permit(&b);
    const char *number = number_of(s, &page), *at, *letter;

    officer_acts(s, "periksa.izin", number,
                 "act=return&alasan=Ukuran+perlu+dicek.");
    page = browser_get(&b, arena_fmt(c->mem, "/lacak/%s", number).p);
    CHECK(seen_has(&page, "Ukuran perlu dicek."));
    at = arena_fmt(c->mem, "/lacak/%s/isi/reklame", number).p;
    page = browser_get(&b, at);
    CHECK(seen_has(&page, "value=\"4\""));
    step(&b, at, "jenis=papan&panjang=5&lebar=2",
         arena_fmt(c->mem, "/lacak/%s/tindak/resubmit", number).p);
    at = arena_fmt(c->mem, "/lacak/%s/tindak/resubmit", number).p;
    page = browser_get(&b, at);
    CHECK(seen_has(&page, "Rp1.800.000"));
    page = browser_post(&b, at, "");
    browser_follow(&b, &page, "/lacak/");
    officer_acts(s, "periksa.izin", number, "act=accept");
    officer_acts(s, "lapangan.pu", number,
                 "act=suitable&hasil_survei=Lokasi+aman.");
    officer_acts(s, "kepala.izin", number, "act=approve");
    officer_acts(s, "bendahara", number, "act=settle&bukti=BANK-0001");
    CHECK_OK(tick(c, s));
    page = browser_get(&b, arena_fmt(c->mem, "/lacak/%s", number).p);
    at = arena_fmt(c->mem, "href=\"/lacak/%s/surat/", number).p;
    if (!CHECK(seen_has(&page, at))) {
        printf("%.*s\n", STR_ARG(page.body));
        return;
    }
    letter = after(s, &page, at, 40);
    letter = arena_fmt(c->mem, "/lacak/%s/surat/%.*s", number,
                       (int)str_find(str_of(letter), STR("\"")), letter)
                 .p;
    page = browser_get(&b, letter);
    CHECK_I64(page.status, 200);
    CHECK(str_starts(page.body, STR("%PDF-1.")));
    page = browser_get(&nobody, letter);
    CHECK_I64(page.status, 404);
    page = browser_get(&nobody, "/periksa?nomor=tidak-ada");
    CHECK(seen_has(&page, "Surat ini tidak dikenal"));
}

TEST(a_proof_of_sending_is_checked_on_the_page_for_it)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s), other = site_browser(s);
    struct seen page = send_report(&b), proof;

    CHECK(seen_has(&page, "Bukti siap dalam beberapa detik") ||
          !seen_has(&page, "/bukti\""));
    CHECK_OK(tick(c, s));
    proof = browser_get(
        &b,
        arena_fmt(c->mem, "/lacak/%s/bukti.tlog-proof", number_of(s, &page)).p);
    CHECK(str_starts(proof.body, STR("c2sp.org/tlog-proof@v1")));
    browser_get(&other, "/log/periksa");
    page = browser_upload(&other, "/log/periksa", "file", "x.tlog-proof",
                          proof.body);
    CHECK_I64(page.status, 200);
    CHECK(seen_has(&page, "Bukti ini benar"));
    browser_get(&other, "/log/periksa");
    page = browser_upload(&other, "/log/periksa", "file", "x.tlog-proof",
                          str_slice(proof.body, 0, proof.body.n - 9));
    CHECK(seen_has(&page, "Bukti ini tidak dapat dibenarkan"));
}

TEST(a_photo_is_kept_with_the_draft_and_reaches_the_record)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    str png = shot_png(c, 64, 48, false, false);
    struct seen page;

    browser_get(&b, REPORT "/isi/foto");
    page = browser_upload(&b, REPORT "/isi/foto", "foto", "a.png",
                          STR("#!/bin/sh\n"));
    CHECK_I64(page.status, 422);
    browser_get(&b, REPORT "/isi/foto");
    page =
        browser_upload(&b, REPORT "/isi/foto", "foto", "../../b%22.png", png);
    CHECK_I64(page.status, 303);
    page = browser_get(&b, REPORT "/isi/foto");
    CHECK(seen_has(&page, "class=\"kept\""));
    page = browser_get(&b, REPORT "/lampiran/foto");
    CHECK_I64(page.status, 200);
    CHECK(str_starts(page.body, STR("\xff\xd8\xff")));
    CHECK(str_find(page.body, STR(SHOT_OWNER)) == page.body.n);
    CHECK(str_find(page.head, STR("Content-Type: image/jpeg\r\n")) <
          page.head.n);
    CHECK(str_find(page.head, STR("attachment; filename=\"b.jpg\"")) <
          page.head.n);
}

/* What comes in is read to the end, and where it is not taken the page says
 * why, keeps the rest, and shows what was sent before. */
TEST(a_photo_that_cannot_be_read_is_refused_at_its_field)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    str jpeg = shot_jpeg(c, 64, 48, STR(""));
    struct seen page;

    browser_get(&b, REPORT "/isi/foto");
    page = browser_upload(&b, REPORT "/isi/foto", "foto", "a.jpg", jpeg);
    CHECK_I64(page.status, 303);
    browser_get(&b, REPORT "/isi/foto");
    page = browser_upload(&b, REPORT "/isi/foto", "foto", "b.jpg",
                          str_slice(jpeg, 0, jpeg.n / 2));
    CHECK_I64(page.status, 422);
    CHECK(seen_has(&page, "tidak dapat dibuka: berkasnya rusak, terpotong"));
    CHECK(seen_has(&page, "class=\"kept\"") && seen_has(&page, "a.jpg"));
    page = browser_get(&b, REPORT "/lampiran/foto");
    CHECK_I64(page.status, 200);
}

/* "Save and return later" keeps what was typed, right or wrong; a file that was
 * not taken could only be lost by it. */
TEST(a_refused_photo_is_told_also_to_who_returns_later)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct seen page;

    browser_get(&b, REPORT "/isi/foto");
    b.button = "save";
    page = browser_upload(&b, REPORT "/isi/foto", "foto", "a.jpg",
                          STR("\xff\xd8\xff no more"));
    CHECK_I64(page.status, 422);
    CHECK(seen_has(&page, "tidak dapat dibuka"));
    page = browser_upload(&b, REPORT "/isi/foto", "foto", "a.jpg",
                          shot_grey(c, 9, 9));
    CHECK_I64(page.status, 303);
    CHECK_STR(page.location, REPORT);
}

/* ASVS 5.0, 3.2.1: a file is no part of a page, whoever would make it one. */
TEST(a_file_is_handed_out_alone_and_in_a_sandbox)
{
    static const struct {
        const char *dest;
        int status;
    } cases[] = {{"document", 200}, {"empty", 200},  {"image", 403},
                 {"iframe", 403},   {"script", 403}, {"object", 403}};
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct seen page;

    browser_get(&b, REPORT "/isi/foto");
    (void)browser_upload(&b, REPORT "/isi/foto", "foto", "a.jpg",
                         shot_jpeg(c, 64, 48, STR("")));
    for (size_t i = 0; i < COUNT(cases); i++) {
        b.fetch_dest = cases[i].dest;
        page = browser_get(&b, REPORT "/lampiran/foto");
        CHECK_I64(page.status, cases[i].status);
    }
    b.fetch_dest = NULL;
    page = browser_get(&b, REPORT "/lampiran/foto");
    CHECK(str_find(page.head, STR("frame-ancestors 'none'; sandbox\r\n")) <
          page.head.n);
    CHECK(str_find(page.head, STR("X-Content-Type-Options: nosniff")) <
          page.head.n);
    CHECK(str_find(page.head, STR("Cache-Control: no-store")) < page.head.n);
}

/* pretix, osTicket 2615: a file was fetched by its id alone. Here it is read
 * through its record, or through the draft of the very browser. */
TEST(cve_2026_9712_an_attachment_is_for_those_who_see_its_record)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s), stranger = site_browser(s);
    struct browser desk = site_browser(s), elsewhere = site_browser(s);
    str png = shot_png(c, 64, 48, false, false);
    struct seen page;
    const char *public, *own;

    fill_report(&b);
    browser_get(&b, REPORT "/isi/foto");
    page = browser_upload(&b, REPORT "/isi/foto", "foto", "a.png", png);
    CHECK_I64(page.status, 303);
    browser_get(&stranger, REPORT "/isi/foto");
    CHECK_I64(browser_get(&stranger, REPORT "/lampiran/foto").status, 404);
    browser_get(&b, REPORT "/periksa");
    page = browser_post(&b, REPORT "/periksa", "consent=1");
    page = browser_follow(&b, &page, "/tanda-terima/");
    public =
        arena_fmt(c->mem, "/lacak/%s/lampiran/foto", number_of(s, &page)).p;
    own =
        arena_fmt(c->mem, "/kerja/berkas/%s/lampiran/foto", number_of(s, &page))
            .p;
    page = browser_get(&b, public);
    CHECK_I64(page.status, 200);
    CHECK(str_starts(page.body, STR("\xff\xd8\xff")));
    CHECK_I64(browser_get(&stranger, public).status, 404);
    browser_enter(&elsewhere, "lapangan.taman");
    CHECK_I64(browser_get(&elsewhere, public).status, 404);
    CHECK_I64(browser_get(&elsewhere, own).status, 404);
    browser_enter(&desk, "loket.lapor");
    CHECK_I64(browser_get(&desk, own).status, 200);
}

TEST(an_officer_files_for_a_resident_at_the_counter)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct seen page;
    const char *slip;

    browser_enter(&b, "loket.lapor");
    page = browser_get(&b, "/loket");
    CHECK(seen_has(&page, "/loket/kominfo/lapor-warga/isi"));
    step(&b, "/loket/kominfo/lapor-warga/isi/masalah",
         "kategori=sampah&uraian=Tumpukan+sampah+di+pasar",
         "/loket/kominfo/lapor-warga/isi/lokasi");
    step(&b, "/loket/kominfo/lapor-warga/isi/lokasi", place(s, ""), "/loket/");
    step(&b, "/loket/kominfo/lapor-warga/isi/foto", "", "/loket/");
    page =
        step(&b, "/loket/kominfo/lapor-warga/isi/pelapor",
             "pelapor.nama=Asep+Contoh", "/loket/kominfo/lapor-warga/periksa");
    page = browser_post(&b, "/loket/kominfo/lapor-warga/periksa", "consent=1");
    page = browser_follow(&b, &page, "/tanda-terima/");
    CHECK(seen_has(&page, "/cetak?loket=1"));
    slip = arena_fmt(c->mem, "/tanda-terima/%s/cetak?loket=1",
                     after(s, &page, "/tanda-terima/", 22))
               .p;
    page = browser_get(&b, slip);
    CHECK_I64(page.status, 200);
    CHECK(str_starts(page.body, STR("%PDF-1.")));
    /* Whoever sits down there next does not get the last resident's code. */
    browser_get(&b, "/kerja");
    CHECK_I64(browser_post(&b, "/keluar", "").status, 303);
    page = browser_get(&b, slip);
    CHECK(!str_starts(page.body, STR("%PDF-1.")));
}

TEST(two_officers_who_act_at_once_see_each_other)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s), one = site_browser(s), two;
    struct seen page = send_report(&b);
    const char *at =
        arena_fmt(c->mem, "/kerja/berkas/%s", number_of(s, &page)).p;

    browser_enter(&one, "loket.lapor");
    two = one;
    browser_get(&one, at);
    browser_get(&two, at);
    page = browser_post(&one, at, "act=route");
    CHECK_I64(page.status, 303);
    page = browser_post(&two, at, "act=return&alasan=Kurang");
    CHECK_I64(page.status, 409);
    CHECK(seen_has(&page, "Nenden Saputri"));
}

/* The note that a record was taken out of turn has no office; the act that
 * follows it has. */
TEST(an_act_out_of_turn_asks_why_and_says_whose_it_was)
{
    struct site *s = site_new(c);
    struct browser one = site_browser(s), two = site_browser(s);
    struct browser desk = site_browser(s);
    struct seen page = send_report(&one);
    const char *number, *at;

    s->now += TIME_MINUTE;
    page = send_report(&two);
    number = number_of(s, &page);
    at = arena_fmt(c->mem, "/kerja/berkas/%s", number).p;
    browser_enter(&desk, "loket.lapor");
    browser_get(&desk, at);
    page = browser_post(&desk, at, "act=route");
    CHECK_I64(page.status, 422);
    CHECK(seen_has(&page, "href=\"#f-route-reason\""));
    CHECK(seen_has(&page, "id=\"f-route-reason\""));
    page = act(&desk, number, "act=route&reason=danger");
    CHECK(seen_has(&page, "Membahayakan jiwa"));
    page = browser_get(&two, arena_fmt(c->mem, "/lacak/%s", number).p);
    CHECK(str_find(str_slice(page.body,
                             str_find(page.body, STR("Teruskan ke petugas")),
                             page.body.n),
                   STR("Dinas Komunikasi dan Informatika</p>")) < 200);
}
