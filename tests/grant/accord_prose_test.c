/* SPDX-License-Identifier: EUPL-1.2 */
/* The agreement in words: whole, Indonesian, and bound to the note. */
#include "tests/grant/note_help.h"

static bool holds(str s, const char *what)
{
    return str_find(s, str_of(what)) < s.n;
}

TEST(the_text_says_the_terms_in_indonesian)
{
    struct grant_accord a = help_accord(c);
    str in_english;

    CHECK(holds(a.prose, "# Kesepakatan Bersama"));
    CHECK(holds(a.prose, "Nomor: 1/KB/II/2026"));
    CHECK(holds(a.prose, "**Pemerintah Kabupaten Bangka Selatan** (19.03)"));
    CHECK(holds(a.prose, "sejak tanggal 1 Januari 2026 sampai dengan tanggal "
                         "1 Januari 2031"));
    CHECK(holds(a.prose, "selama 12 bulan"));
    CHECK(holds(a.prose, "aplikasi bidang `penanaman-modal`"));
    for (int i = 1; i <= 9; i++)
        CHECK(holds(a.prose, arena_fmt(c->mem, "## Pasal %d: ", i).p));
    c->lang = STR("en");
    CHECK_OK(grant_accord_prose(c, &a, &in_english));
    CHECK_STR(in_english, a.prose.p);
}

TEST(the_note_carries_the_digest_of_the_text)
{
    struct grant_accord a = help_accord(c);
    struct grant_note n = help_accord_note(c);

    CHECK_STR(grant_note_value(&n, "text"),
              arena_fmt(c->mem, "%.*s kesepakatan.md",
                        STR_ARG(seal_show_hash(c, seal_sha256(a.prose))))
                  .p);
}

TEST(an_accord_without_text_or_scope_is_refused)
{
    struct grant_accord a = help_accord(c);
    str note;

    a.prose = STR("");
    CHECK(grant_accord_draft(c, &a, &note) == E_BAD_INPUT);
    a = help_accord(c);
    a.n_scope = 0;
    CHECK(grant_accord_draft(c, &a, &note) == E_BAD_INPUT);
}
