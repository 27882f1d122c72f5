/* SPDX-License-Identifier: EUPL-1.2 */
/* A resident and officers, from the first page to the letter, over HTTP. */
#include "tests/web/site.h"

#include <stdio.h>

#define PERMIT "/layanan/penanaman-modal/izin-reklame"
#define REPORT "/layanan/kominfo/lapor-warga"

/* The village that stands first in the form. */
static const char *village(struct site *s)
{
    struct city_region *all;
    size_t n;

    MUST(E_OK ==
         city_region_inside(s->c, STR("32.73"), CITY_VILLAGE, &all, &n));
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

static const char *number_of(struct site *s, const struct seen *receipt)
{
    size_t at = str_find(receipt->body, STR("id=\"nomor\">"));

    return arena_str(s->c->mem, str_slice(receipt->body, at + 11, at + 22)).p;
}

static const char *code_of(struct site *s, const struct seen *receipt)
{
    size_t at = str_find(receipt->body, STR("id=\"kode\">"));

    return arena_str(s->c->mem, str_slice(receipt->body, at + 10, at + 19)).p;
}

static struct seen send_report(struct browser *b)
{
    struct site *s = b->site;
    struct seen page;

    page = browser_get(b, REPORT "/isi");
    browser_follow(b, &page, REPORT "/isi/masalah");
    step(b, REPORT "/isi/masalah",
         "kategori=jalan&uraian=Lubang+besar+di+depan+sekolah",
         REPORT "/isi/lokasi");
    step(b, REPORT "/isi/lokasi",
         arena_fmt(s->c->mem, "lokasi.region=%s&lokasi.patokan=Dekat+masjid",
                   village(s))
             .p,
         REPORT "/");
    step(b, REPORT "/isi/foto", "", REPORT "/isi/pelapor");
    page = step(b, REPORT "/isi/pelapor",
                "pelapor.nama=Siti+Contoh&pelapor.telepon=0812-0000-0001",
                REPORT "/periksa");
    CHECK(seen_has(&page, "Siti Contoh"));
    page = browser_post(b, REPORT "/periksa", "consent=1");
    return browser_follow(b, &page, "/tanda-terima/");
}

TEST(a_report_goes_from_home_to_answer_and_is_closed_by_its_reporter)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s), desk = site_browser(s);
    struct seen page = send_report(&b);
    const char *number = number_of(s, &page), *code = code_of(s, &page), *at;
    struct browser other = site_browser(s);

    CHECK_I64(page.status, 200);
    page = browser_get(&other, "/lacak");
    page = browser_post(&other, "/lacak",
                        arena_fmt(c->mem, "number=%s&code=%s", number, code).p);
    page = browser_follow(&other, &page, "/lacak/");
    CHECK(seen_has(&page, "Siti Contoh"));
    browser_enter(&desk, "loket.lapor");
    page = browser_get(&desk, "/kerja");
    CHECK(seen_has(&page, number));
    at = arena_fmt(c->mem, "/kerja/berkas/%s", number).p;
    page = browser_get(&desk, at);
    CHECK_I64(page.status, 200);
    page = browser_post(&desk, at, "act=route");
    page = browser_follow(&desk, &page, at);
    CHECK(seen_has(&page, "Diteruskan"));
}
