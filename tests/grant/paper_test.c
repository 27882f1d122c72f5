/* SPDX-License-Identifier: EUPL-1.2 */
/* Accord and deed on paper: equal, whole, and to be checked by what it says. */
#include "tests/grant/note_help.h"

#include <stdio.h>
#include <stdlib.h>

#define TREE                                                                   \
    "sha256:2222222222222222222222222222222222222222222222222222222222222222"

/* What the paper says, line by line; empty where no reader is here. */
static str said(struct ctx *c, str pdf)
{
    const char *file = file_join(c, test_folder(c), "paper.pdf");
    struct buf b = buf_new(c, 1 << 20);
    size_t n;
    FILE *p;
    char part[4096];

    if (system("command -v pdftotext >/dev/null 2>&1") != 0) {
        test_skip("pdftotext is not here");
        return STR("");
    }
    CHECK_OK(file_write(c, file, pdf, 0600));
    p = popen(arena_fmt(c->mem, "pdftotext -layout '%s' -", file).p, "r");
    while ((n = fread(part, 1, sizeof part, p)) > 0)
        buf_raw(&b, (str){part, n});
    CHECK_I64(pclose(p), 0);
    return buf_str(&b);
}

static bool holds(str s, const char *what)
{
    return str_find(s, str_of(what)) < s.n;
}

/* In print a long line is broken where it fits, and "fi" may be one sign. */
static bool reads(struct ctx *c, str s, const char *what)
{
    struct buf b = buf_new(c, 1 << 20);
    bool blank = false;

    for (size_t i = 0; i < s.n; i++) {
        bool space = strchr(" \n\f", s.p[i]) != NULL;
        str rest = str_slice(s, i, s.n);

        if (str_starts(rest, STR("\xEF\xAC\x81")) ||
            str_starts(rest, STR("\xEF\xAC\x82"))) {
            buf_lit(&b, rest.p[2] == '\x81' ? "fi" : "fl");
            i += 2;
            blank = false;
            continue;
        }
        if (!space || !blank)
            buf_char(&b, space ? ' ' : s.p[i]);
        blank = space;
    }
    return holds(buf_str(&b), what);
}

/* A deed of `apps` apps, with a working agreement; signed by the first `keys`
 * keys. */
static struct grant_note deed_of(struct ctx *c, const struct grant_note *accord,
                                 size_t apps, size_t keys)
{
    struct grant_target *all = NEWS(c->mem, struct grant_target, apps);
    struct grant_deed d = {.number = STR("1/HIBAH/II/2026"),
                           .date = STR("2026-02-10"),
                           .licence = STR("EUPL-1.2"),
                           .pks_number = STR("7/PKS/II/2026"),
                           .pks_date = STR("2026-02-05"),
                           .pks = STR("a scan"),
                           .accord = accord,
                           .giver = STR(BANDUNG),
                           .receiver = STR(BANGKA),
                           .root = STR("{\"bandung\":1}"),
                           .root_version = 1,
                           .apps = all,
                           .n_apps = apps};
    str note = STR("");

    for (size_t i = 0; i < apps; i++)
        all[i] = (struct grant_target){
            .app = arena_fmt(c->mem, "penanaman-modal/izin-nomor-%03zu", i),
            .version = STR("1.0.0"),
            .tree = STR(TREE)};
    CHECK_OK(grant_deed_draft(c, &d, &note));
    for (size_t i = 0; i < keys; i++)
        note = help_sign(c, note, help_hibah[i], (unsigned char)(i + 1));
    return help_read_note(c, note);
}

static str print(struct ctx *c, const struct grant_note *deed,
                 const struct grant_note *accord, bool minutes)
{
    struct grant_paper p = {.note = deed, .accord = accord, .minutes = minutes};
    str pdf = STR("");

    CHECK_OK(grant_paper(c, &p, &pdf));
    return pdf;
}

TEST(equal_notes_print_equal_bytes_and_another_signature_another_paper)
{
    struct grant_note accord = help_accord_note(c);
    struct grant_note deed = deed_of(c, &accord, 1, 2),
                      more = deed_of(c, &accord, 1, 3);
    str first = print(c, &deed, &accord, false), again, other;

    c->now += 400 * TIME_DAY;
    c->lang = STR("en");
    again = print(c, &deed, &accord, false);
    CHECK(str_eq(first, again));
    other = print(c, &more, &accord, false);
    CHECK(!str_eq(first, other));
}

TEST(a_deed_prints_as_naskah_hibah_with_its_eight_words)
{
    struct grant_note accord = help_accord_note(c);
    struct grant_note deed = deed_of(c, &accord, 2, 3);
    str text = said(c, print(c, &deed, &accord, false));
    const char *const facts[] = {
        "NASKAH HIBAH",
        "Nomor: 1/HIBAH/II/2026",
        "Pemerintah Kota Bandung (kode wilayah 32.73)",
        "Pemerintah Kabupaten Bangka Selatan (kode wilayah 19.03)",
        "Kesepakatan Bersama Nomor 1/KB/II/2026",
        "Perjanjian Kerja Sama Nomor 7/PKS/II/2026 tanggal 5 Februari 2026",
        "penanaman-modal/izin-nomor-001 versi 1.0.0",
        TREE,
        "selama 12 bulan",
        "bertanggal 10 Februari 2026",
        "bandung.example/hibah/1+1263a11f+",
        "https://bandung.example/kerja-sama/",
    };

    if (text.n == 0)
        return;
    for (size_t i = 0; i < COUNT(facts); i++)
        if (!CHECK(reads(c, text, facts[i])))
            fprintf(stderr, "  lacks %s\n", facts[i]);
    CHECK(reads(c, text, grant_words(c, deed.text).p));
    CHECK(reads(c, text, "belum menandatangani"));
    CHECK(!reads(c, text, "BERITA ACARA SERAH TERIMA"));
}

TEST(minutes_wait_until_the_receiver_has_verified)
{
    struct grant_note accord = help_accord_note(c);
    struct grant_note offered = deed_of(c, &accord, 1, 3),
                      deed = deed_of(c, &accord, 1, 4);
    struct grant_paper p = {
        .note = &offered, .accord = &accord, .minutes = true};
    str pdf, text;

    CHECK_I64(grant_paper(c, &p, &pdf), E_REFUSED);
    CHECK(holds(c->why, "belum berlaku"));
    text = said(c, print(c, &deed, &accord, true));
    if (text.n == 0)
        return;
    CHECK(reads(c, text, "BERITA ACARA SERAH TERIMA"));
    CHECK(reads(c, text, "Yang menerima, PIHAK KEDUA"));
    CHECK(!reads(c, text, "belum menandatangani"));
}

TEST(four_hundred_apps_stand_in_an_annex)
{
    struct grant_note accord = help_accord_note(c);
    struct grant_note deed = deed_of(c, &accord, 400, 4);
    str text = said(c, print(c, &deed, &accord, false));

    if (text.n == 0)
        return;
    CHECK(reads(c, text, "Lampiran: daftar 400 aplikasi"));
    CHECK(reads(c, text, "400 penanaman-modal/izin-nomor-399 versi 1.0.0"));
}

TEST(an_accord_prints_its_text_and_no_other)
{
    struct grant_accord a = help_accord(c);
    struct grant_note accord = help_accord_note(c);
    struct grant_paper p = {.note = &accord};
    str pdf, named, note, text;

    CHECK_OK(grant_paper(c, &p, &pdf)); /* made from its terms */
    p.prose = a.prose;
    CHECK_OK(grant_paper(c, &p, &named));
    CHECK(str_eq(pdf, named));
    p.prose = STR("# Another\n");
    CHECK_I64(grant_paper(c, &p, &pdf), E_TAMPERED);
    a.prose = STR("# Our own\n\n1. terms\n");
    CHECK_OK(grant_accord_draft(c, &a, &note));
    accord = help_read_note(c, note);
    p.prose = STR("");
    CHECK_I64(grant_paper(c, &p, &pdf), E_REFUSED);
    CHECK(holds(c->why, "--text"));
    text = said(c, named);
    if (text.n == 0)
        return;
    CHECK(reads(c, text, "KESEPAKATAN BERSAMA"));
    CHECK(reads(c, text, "Pasal 9: Penutup"));
}

/* The commands as printed, typed off the paper into a shell. */
TEST(the_recipe_on_the_paper_checks_the_note)
{
    struct grant_note accord = help_accord_note(c);
    struct grant_note deed = deed_of(c, &accord, 12, 4);
    struct seal_key k = help_key(c, help_hibah[3], 4);
    str text = said(c, print(c, &deed, &accord, false));
    str bytes = grant_note_bytes(c, &deed);
    const char *dir = test_folder(c), *run;
    char *changed = NEWS(c->mem, char, bytes.n + 1);
    size_t from = str_find(text, STR("name=$(")),
           to = str_find(text, STR("sed -n 1,4p text"));

    if (text.n == 0 ||
        system("command -v openssl awk sed base64 >/dev/null 2>&1") != 0)
        return;
    CHECK(from < to && to < text.n);
    CHECK_OK(file_write(
        c, file_join(c, dir, "recipe.sh"),
        arena_fmt(c->mem, "set -e\n%.*s\n", STR_ARG(str_slice(text, from, to))),
        0600));
    CHECK_OK(file_write(
        c, file_join(c, dir, "kunci.vkey"),
        arena_fmt(c->mem, "%.*s\n", STR_ARG(seal_vkey_show(c, &k))), 0600));
    run = arena_fmt(c->mem, "cd '%s' && sh recipe.sh >out 2>&1", dir).p;
    CHECK_OK(file_write(c, file_join(c, dir, "hibah.note"), bytes, 0600));
    if (!CHECK_I64(system(run), 0))
        CHECK_I64(system(arena_fmt(c->mem, "cat '%s/recipe.sh' '%s/out' >&2",
                                   dir, dir)
                             .p),
                  0);
    memcpy(changed, bytes.p, bytes.n);
    changed[str_find(bytes, STR("EUPL"))] = 'F';
    CHECK_OK(file_write(c, file_join(c, dir, "hibah.note"),
                        (str){changed, bytes.n}, 0600));
    CHECK(system(run) != 0);
}
