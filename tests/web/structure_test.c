/* SPDX-License-Identifier: EUPL-1.2 */
/* Branches and kin on pages: each officer acts for one's own branch, and who
 * proved a record walks to the one that it opened. */
#include "tests/web/site.h"

#define SERVICE "/layanan/sosial/satu"

/* What stands after a mark, `n` bytes of it. */
static const char *after(struct site *s, const struct seen *page,
                         const char *mark, size_t n)
{
    size_t at = str_find(page->body, str_of(mark)) + strlen(mark);

    return arena_str(s->c->mem, str_slice(page->body, at, at + n)).p;
}

/* A proposal by the pages; its number. */
static const char *propose(struct site *s, struct browser *b)
{
    struct seen page = browser_get(b, SERVICE "/isi");

    page = browser_get(b, arena_str(s->c->mem, page.location).p);
    page = browser_post(b, SERVICE "/isi/badan", "badan=Y-1");
    browser_follow(b, &page, SERVICE);
    page = browser_post(
        b, SERVICE "/isi/ketua",
        "ketua.nama=Siti+Contoh&ketua.nik=9999010101900001&ketua.alamat="
        "Jalan+1&ketua.telepon=081200000001&ketua.surel=a%40contoh.example");
    browser_follow(b, &page, SERVICE "/periksa");
    page = browser_post(b, SERVICE "/periksa", "consent=1");
    page = browser_follow(b, &page, "/tanda-terima/");
    return after(s, &page, "id=\"nomor\">", 11);
}

static struct site *site_with_both(struct ctx *c)
{
    struct site *s = site_new(c);

    c->lang = STR("id");
    town_structure(c, s->town);
    return s;
}

TEST(an_officer_acts_for_the_own_branch_and_is_not_offered_the_other)
{
    struct site *s = site_with_both(c);
    struct browser b = site_browser(s), desk = site_browser(s);
    const char *number = propose(s, &b);
    const char *at = arena_fmt(c->mem, "/kerja/berkas/%s", number).p;
    struct seen page;

    browser_enter(&desk, "periksa.izin");
    page = browser_get(&desk, "/kerja");
    CHECK(seen_has(&page, number));
    page = browser_get(&desk, at);
    CHECK(seen_has(&page, "name=\"branch\" value=\"berkas\""));
    CHECK(!seen_has(&page, "name=\"branch\" value=\"tinjau\""));
    page = browser_post(&desk, at, "act=suitable&branch=berkas");
    CHECK_I64(page.status, 303);
    page = browser_get(&desk, at);
    CHECK(!seen_has(&page, "name=\"branch\""));
    page = browser_get(&desk, "/kerja");
    CHECK(!seen_has(&page, number));
    page = browser_get(&desk, at);
    page = browser_post(&desk, at, "act=suitable&branch=tinjau&version=2");
    CHECK_I64(page.status, 403);
}

TEST(who_proved_a_record_is_the_resident_of_the_one_that_it_opened)
{
    struct site *s = site_with_both(c);
    struct browser b = site_browser(s), stranger = site_browser(s);
    const char *number = propose(s, &b), *child;
    static const char *const people[] = {"periksa.izin", "lapangan.pu"};
    static const char *const branches[] = {"berkas", "tinjau"};
    struct seen page;

    for (size_t i = 0; i < COUNT(people); i++) {
        struct browser officer = site_browser(s);
        const char *at = arena_fmt(c->mem, "/kerja/berkas/%s", number).p;

        browser_enter(&officer, people[i]);
        browser_get(&officer, at);
        page = browser_post(
            &officer, at,
            arena_fmt(c->mem, "act=suitable&branch=%s", branches[i]).p);
        CHECK_I64(page.status, 303);
    }
    page = browser_get(&b, arena_fmt(c->mem, "/lacak/%s", number).p);
    CHECK(seen_has(&page, "<h3><a href=\"/lacak/"));
    child = after(s, &page, "<h3><a href=\"/lacak/", 11);
    page = browser_get(&b, arena_fmt(c->mem, "/lacak/%s", child).p);
    CHECK(seen_has(&page, "Siti Contoh") && seen_has(&page, number));
    CHECK(seen_has(&page, "/tindak/resubmit"));
    page = browser_get(&stranger, arena_fmt(c->mem, "/lacak/%s", child).p);
    CHECK(!seen_has(&page, "Siti Contoh") && seen_has(&page, "Y-1"));
    CHECK(!seen_has(&page, "/tindak/resubmit"));
}
