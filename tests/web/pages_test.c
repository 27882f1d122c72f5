/* SPDX-License-Identifier: EUPL-1.2 */
/* Every page, asked for over HTTP. */
#include "tests/web/site.h"

#include <stdio.h>

TEST(every_page_that_needs_nothing_is_there_in_both_languages)
{
    static const char *const pages[] = {"/",
                                        "/cari",
                                        "/cari?q=reklame",
                                        "/cari?bidang=kominfo",
                                        "/tentang",
                                        "/bantuan",
                                        "/privasi",
                                        "/aksesibilitas",
                                        "/luring",
                                        "/lacak",
                                        "/periksa",
                                        "/kinerja",
                                        "/log",
                                        "/masuk",
                                        "/log/periksa",
                                        "/layanan/kominfo/lapor-warga",
                                        "/layanan/penanaman-modal/izin-reklame",
                                        "/layanan/kominfo/lapor-warga/daftar"};
    struct site *s = site_new(c);

    for (size_t i = 0; i < COUNT(pages); i++) {
        struct browser b = site_browser(s);
        const char *en = arena_fmt(c->mem, "/en%s",
                                   strcmp(pages[i], "/") == 0 ? "" : pages[i])
                             .p;
        struct seen id = browser_get(&b, pages[i]);
        struct seen other = browser_get(&b, en);

        CHECK(seen_has(&id, "<html lang=\"id\">"));
        CHECK(seen_has(&other, "<html lang=\"en\">"));
        if (!CHECK(id.status == 200) || !CHECK(other.status == 200))
            printf("  %s: %d %d\n%.*s\n", pages[i], id.status, other.status,
                   STR_ARG(id.body));
    }
}

/* ---- hostile text ------------------------------------------------- */

#define EVIL "\"'><script>x(1)</script><b id=jahat>"

/* The hostile text stands in the page, and never as an element. */
static void check_page(const struct seen *page, const char *where)
{
    if (!CHECK(!seen_has(page, "<script>x")) ||
        !CHECK(!seen_has(page, "<b id=jahat")) ||
        !CHECK(!seen_has(page, " style=")) ||
        !CHECK(!seen_has(page, " onclick")))
        printf("  %s: %d\n", where, page->status);
}

static const char *evil_query(struct ctx *c, const char *path)
{
    struct buf b = buf_new(c, 1024);

    buf_lit(&b, path);
    buf_url(&b, STR(EVIL));
    return buf_str(&b).p;
}

TEST(hostile_text_in_an_address_stays_text)
{
    static const char *const pages[] = {
        "/cari?q=",          "/cari?bidang=",
        "/lacak?nomor=",     "/periksa?nomor=",
        "/masuk?next=",      "/tidak-ada/",
        "/lacak/",           "/s/",
        "/layanan/kominfo/", "/tanda-terima/",
        "/log/tile/",        "/layanan/kominfo/lapor-warga/daftar?sebelum=",
        "/log?sebelum="};
    struct site *s = site_new(c);

    for (size_t i = 0; i < COUNT(pages); i++) {
        struct browser b = site_browser(s);
        struct seen page = browser_get(&b, evil_query(c, pages[i]));

        check_page(&page, pages[i]);
        CHECK(page.status < 500);
    }
}

TEST(hostile_text_in_each_field_stays_text)
{
    static const struct {
        const char *path, *names;
    } forms[] = {
        {"/layanan/kominfo/lapor-warga/isi/masalah", "kategori uraian"},
        {"/layanan/kominfo/lapor-warga/isi/lokasi",
         "lokasi.region lokasi.patokan lokasi.lat lokasi.lon"},
        {"/layanan/kominfo/lapor-warga/isi/pelapor",
         "pelapor.nama pelapor.telepon pelapor.surel"},
        {"/layanan/penanaman-modal/izin-reklame/isi/reklame",
         "jenis panjang lebar"},
        {"/layanan/penanaman-modal/izin-reklame/isi/waktu",
         "mulai.d mulai.m mulai.y bulan"},
        {"/layanan/penanaman-modal/izin-reklame/isi/pemohon",
         "pemohon.nama pemohon.nik pemohon.alamat pemohon.telepon"},
        {"/lacak", "number code"},
        {"/masuk", "login password code next"},
        {"/log/periksa", "receipt"},
    };
    struct site *s = site_new(c);

    for (size_t i = 0; i < COUNT(forms); i++) {
        struct browser b = site_browser(s);
        struct buf pairs = buf_new(c, 1 << 16);
        str names = str_of(forms[i].names), name;
        struct seen page = browser_get(&b, forms[i].path);

        CHECK_I64(page.status, 200);
        while (str_next(&names, ' ', &name)) {
            buf_fmt(&pairs, "%s%.*s=", pairs.n > 0 ? "&" : "", STR_ARG(name));
            buf_url(&pairs, STR(EVIL));
        }
        page = browser_post(&b, forms[i].path, buf_str(&pairs).p);
        CHECK(page.status < 500);
        check_page(&page, forms[i].path);
        page = browser_get(&b, forms[i].path);
        check_page(&page, forms[i].path);
    }
}

/* A field that no step asks, a computed one, and a digest without its file. */
TEST(a_form_takes_only_what_it_asked)
{
    static const char *const wrong[] = {
        "jenis=papan&panjang=4&lebar=2&luas=1",
        "jenis=papan&panjang=4&lebar=2&admin=1",
        "jenis=papan&jenis=kain&panjang=4&lebar=2",
        "jenis=papan&panjang=4&lebar=2&pemohon.nik=9999010101900001"};
    struct site *s = site_new(c);
    struct browser b = site_browser(s);

    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct seen page;

        browser_get(&b, "/layanan/penanaman-modal/izin-reklame/isi/reklame");
        page = browser_post(
            &b, "/layanan/penanaman-modal/izin-reklame/isi/reklame", wrong[i]);
        CHECK(page.status == 422 || page.status == 400);
    }
}

/* ---- no key is shown ---------------------------------------------- */

TEST(style_and_script_come_for_ever_and_pages_fit_the_first_flight)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct seen page = browser_get(&b, "/"), sheet;
    size_t at = str_find(page.body, STR("/gaya/balai-"));
    const char *path = arena_str(c->mem, str_slice(page.body, at, at + 24)).p;

    sheet = browser_get(&b, path);
    CHECK_I64(sheet.status, 200);
    CHECK(str_find(sheet.head, STR("immutable")) < sheet.head.n);
    CHECK(page.body.n < 16000);
    CHECK(str_find(page.head, STR("Set-Cookie")) == page.head.n);
}

TEST(a_city_that_can_only_be_read_says_so)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct seen page;

    browser_get(&b, "/lacak");
    s->read_only = "Kota ini hanya dapat dibaca.";
    page = browser_post(&b, "/lacak", "number=1&code=1");
    CHECK_I64(page.status, 503);
    CHECK(seen_has(&page, "hanya dapat dibaca"));
}

/* ---- administrators ----------------------------------------------- */

TEST(an_administrator_gives_and_ends_duties_and_makes_links)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct seen page;
    const char *at;
    size_t from;

    browser_enter(&b, "admin.satu");
    browser_get(&b, "/orang");
    page = browser_post(&b, "/orang", "login=baru.orang&name=Orang+Baru");
    page = browser_follow(&b, &page, "/orang/");
    CHECK(seen_has(&page, "Orang Baru"));
    from = str_find(page.body, STR("/orang/"));
    CHECK(from < page.body.n);
    from = str_find(page.body, STR("/beri\""));
    at = page.body.p + from;
    while (at[-1] != '"')
        at--;
    at = arena_str(c->mem, (str){at, (size_t)(page.body.p + from - at)}).p;
    page = browser_post(&b, arena_fmt(c->mem, "%s/beri", at).p,
                        "office=dsdabm&give=field");
    page = browser_follow(&b, &page, "/orang/");
    CHECK(seen_has(&page, "name=\"duty\" value=\"dsdabm/field\""));
    page = browser_post(&b, arena_fmt(c->mem, "%s/akhiri", at).p,
                        "duty=dsdabm/field");
    page = browser_follow(&b, &page, "/orang/");
    CHECK(!seen_has(&page, "value=\"dsdabm/field\""));
    page = browser_post(&b, arena_fmt(c->mem, "%s/tautan", at).p, "");
    CHECK_I64(page.status, 200);
    CHECK(seen_has(&page, "/masuk/tautan/"));
    page = browser_get(&b, at);
    page = browser_post(&b, arena_fmt(c->mem, "%s/status", at).p, "");
    page = browser_follow(&b, &page, "/orang/");
    CHECK(seen_has(&page, "Nonaktif") || seen_has(&page, "nonaktif"));
}

TEST(people_are_imported_after_a_look)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct seen page;

    browser_enter(&b, "admin.satu");
    browser_get(&b, "/orang");
    page = browser_upload(&b, "/orang/impor", "file", "people.csv",
                          STR("login,name,post,phone,email,office,duty\n"
                              "tambahan,Orang Tambahan,Staf,,,dsdabm,staff\n"));
    CHECK_I64(page.status, 200);
    CHECK(seen_has(&page, "Orang Tambahan"));
    page = browser_post(&b, "/orang/terapkan", "");
    page = browser_follow(&b, &page, "/orang");
    CHECK(seen_has(&page, "tambahan"));
    page = browser_upload(&b, "/orang/impor", "file", "people.csv",
                          STR("login,name\nx,y\n"));
    CHECK_I64(page.status, 422);
}
