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
