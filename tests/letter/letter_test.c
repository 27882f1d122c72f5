/* SPDX-License-Identifier: EUPL-1.2 */
/* Letters, read back by other people's programs. */
#include "letter/letter.h"
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>

static const char crest[] =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 36 40\">"
    "<path fill=\"#0b6b4f\" d=\"M18 0 36 6v14c0 9-7 16-18 "
    "20C7 36 0 29 0 20V6z\"/><g stroke=\"#ffd84d\" stroke-width=\"1.5\">"
    "<circle cx=\"18\" cy=\"20\" r=\"8\" fill=\"none\"/></g></svg>";

static struct letter_frame frame_of(void)
{
    return (struct letter_frame){
        .government = STR("PEMERINTAH KOTA BANDUNG"),
        .office = STR("DINAS PENANAMAN MODAL DAN PELAYANAN TERPADU SATU PINTU"),
        .address = STR("Jalan Contoh Nomor 1, Kota Bandung 40111"),
        .crest = str_of(crest),
        .colour = STR("#0b6b4f"),
        .title = STR("IZIN REKLAME"),
        .number = STR("500.16.7.2/15/DPMPTSP"),
        .place = STR("Bandung"),
        .date = STR("2 Maret 2026"),
        .signer_title = STR("Kepala Dinas,"),
        .signer_name = STR("Ahmad Fauzi, S.H."),
        .signer_id = STR("198704122010011003"),
        .seal_note = STR("Disegel secara elektronik oleh Kota Bandung"),
        .verify_url = STR("https://bandung.example/s/4f7Qk2mZ9xW1rT6yB3nHcA"),
        .verify_text = STR("Pindai kode ini untuk memeriksa surat."),
        .lang = STR("id"),
    };
}

static const char body[] =
    "Dengan ini diberikan **izin** kepada:\n\n"
    "Nama : Siti Rahmawati\nNIK : 9999********0001\nPemilik lahan : \n\n"
    "# Ketentuan\n\n1. memelihara reklame\ndengan baik;\n2. membongkarnya.\n";

/* What a shell command prints, with `FILE` as $1; NULL where a tool is
 * missing, after a line that says so. */
static const char *shell(struct ctx *c, const char *tool, const char *command,
                         str pdf)
{
    const char *file = file_join(c, test_folder(c), "letter.pdf");
    char block[4096];
    struct buf out = buf_new(c, 8 << 20);
    size_t n;
    FILE *p;

    if (system(arena_fmt(c->mem, "command -v %s >/dev/null", tool).p) != 0) {
        test_skip(arena_fmt(c->mem, "%s is not installed", tool).p);
        return NULL;
    }
    if (!CHECK_OK(file_write(c, file, pdf, 0600)))
        return NULL;
    p = popen(arena_fmt(c->mem, "set -- '%s'; %s", file, command).p, "r");
    while ((n = fread(block, 1, sizeof block, p)) > 0)
        buf_raw(&out, (str){block, n});
    buf_fmt(&out, "exit %d\n", pclose(p));
    return buf_str(&out).p;
}

/* Do the texts follow each other in `all`? */
static bool in_order(const char *all, const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n && all != NULL; i++) {
        const char *at = strstr(all, texts[i]);
        if (at == NULL)
            fprintf(stderr, "missing or out of order: %s\n", texts[i]);
        all = at;
    }
    return all != NULL;
}

TEST(a_letter_reads_in_order)
{
    static const char *const texts[] = {"PEMERINTAH KOTA BANDUNG",
                                        "PENANAMAN MODAL",
                                        "Jalan Contoh",
                                        "IZIN REKLAME",
                                        "Nomor: 500.16.7.2/15/DPMPTSP",
                                        "diberikan izin kepada",
                                        "Nama",
                                        "Siti Rahmawati",
                                        "9999********0001",
                                        "Ketentuan",
                                        "memelihara reklame dengan baik;",
                                        "membongkarnya",
                                        "Bandung, 2 Maret 2026",
                                        "Kepala Dinas",
                                        "Disegel secara elektronik",
                                        "Ahmad Fauzi, S.H.",
                                        "NIP 19870412 201001 1 003",
                                        "Pindai kode ini"};
    struct letter_frame f = frame_of();
    const char *text;
    str pdf;

    if (!CHECK_OK(letter_pdf(c, &f, str_of(body), &pdf)))
        return;
    text = shell(c, "pdftotext", "pdftotext -raw \"$1\" -", pdf);
    if (text != NULL) {
        CHECK(in_order(text, texts, COUNT(texts)));
        CHECK(strstr(text, "**izin**") == NULL);
    }
}

TEST(a_letter_is_sound_titled_and_in_its_language)
{
    struct letter_frame f = frame_of();
    const char *said;
    str pdf;

    CHECK_OK(letter_pdf(c, &f, str_of(body), &pdf));
    said = shell(c, "qpdf", "qpdf --check \"$1\" 2>&1", pdf);
    CHECK(said == NULL || strstr(said, "exit 0") != NULL);
    said = shell(c, "pdfinfo", "pdfinfo \"$1\"", pdf);
    if (said != NULL) {
        CHECK(strstr(said, "IZIN REKLAME 500.16.7.2/15/DPMPTSP") != NULL);
        CHECK(strstr(said, "1.7") != NULL);
        CHECK(strstr(said, "A4") != NULL);
        CHECK(strstr(said, "CreationDate") == NULL);
    }
    CHECK(str_find(pdf, STR("/Lang (id)")) < pdf.n);
}

TEST(every_font_of_a_letter_is_inside_it)
{
    struct letter_frame f = frame_of();
    const char *said;
    str pdf;

    CHECK_OK(letter_pdf(c, &f, str_of(body), &pdf));
    said = shell(c, "pdffonts",
                 "pdffonts \"$1\" | awk 'NR > 2 && $(NF - 4) != \"yes\"'", pdf);
    if (said != NULL)
        CHECK_STR(str_of(said), "exit 0\n");
}

TEST(equal_facts_give_equal_bytes)
{
    struct letter_frame f = frame_of();
    str one, two;

    CHECK_OK(letter_pdf(c, &f, str_of(body), &one));
    c->now += 3 * TIME_DAY;
    CHECK_OK(letter_pdf(c, &f, str_of(body), &two));
    CHECK(str_eq(one, two));
    f.number = STR("500.16.7.2/16/DPMPTSP");
    CHECK_OK(letter_pdf(c, &f, str_of(body), &two));
    CHECK(!str_eq(one, two));
}

TEST(a_telephone_reads_the_code_of_a_printed_letter)
{
    struct letter_frame f = frame_of();
    const char *said;
    str pdf;

    CHECK_OK(letter_pdf(c, &f, str_of(body), &pdf));
    said = shell(c, "zbarimg",
                 "pdftoppm -r 150 -png \"$1\" \"$1\" && "
                 "zbarimg -q --raw \"$1\"-1.png 2>/dev/null",
                 pdf);
    if (said != NULL)
        CHECK(str_starts(str_of(said), f.verify_url));
}

TEST(a_training_letter_says_so_on_every_page)
{
    struct letter_frame f = frame_of();
    const char *said;
    str pdf;

    f.watermark = STR("CONTOH");
    CHECK_OK(letter_pdf(c, &f, str_of(body), &pdf));
    said = shell(c, "pdftotext", "pdftotext \"$1\" - | grep -c CONTOH", pdf);
    if (said != NULL)
        CHECK_STR(str_of(said), "1\nexit 0\n");
}

TEST(every_letter_of_european_latin_prints)
{
    struct letter_frame f = frame_of();
    struct buf b = buf_new(c, 8192);
    str pdf;

    for (unsigned ch = 0xa1; ch < 0x250; ch++)
        if (ch != 0xad)
            buf_fmt(&b, "%c%c ", 0xc0 | ch >> 6, 0x80 | (ch & 0x3f));
    CHECK_OK(letter_pdf(c, &f, buf_str(&b), &pdf));
    f.signer_name = STR("Ōē Šïti Ñurul’aini bin Ḥāfiẓ");
    CHECK_OK(letter_pdf(c, &f, str_of(body), &pdf));
}

TEST(a_letter_names_the_character_that_no_font_has)
{
    struct letter_frame f = frame_of();
    str pdf;

    CHECK(letter_pdf(c, &f, STR("Nama : Budi \xf3\xbf\xbf\xbd"), &pdf) ==
          E_REFUSED);
    CHECK(str_find(c->why, STR("U+FFFFD")) < c->why.n);
    CHECK(letter_pdf(c, &f, STR("bunyi \a"), &pdf) == E_REFUSED);
    CHECK(str_find(c->why, STR("U+0007")) < c->why.n);
    f.signer_name = STR("\xf3\xbf\xbf\xbd");
    CHECK(letter_pdf(c, &f, str_of(body), &pdf) == E_REFUSED);
    CHECK(letter_pdf(c, &f, STR("bukan \xff teks"), &pdf) == E_BAD_INPUT);
}

TEST(a_letter_has_twenty_pages_at_most)
{
    struct letter_frame f = frame_of();
    struct buf b = buf_new(c, 1 << 20);
    const char *said;
    str pdf;

    for (int i = 0; i < 300; i++)
        buf_fmt(&b, "%d. butir yang pendek\n\n", i % 1000);
    CHECK_OK(letter_pdf(c, &f, buf_str(&b), &pdf));
    said = shell(c, "pdftotext",
                 "pdftotext \"$1\" - | grep -E '^Halaman' | tail -1", pdf);
    if (said != NULL)
        CHECK(str_starts(str_of(said), STR("Halaman ")));
    for (int i = 0; i < 700; i++)
        buf_fmt(&b, "%d. butir yang pendek\n\n", i % 1000);
    CHECK(letter_pdf(c, &f, buf_str(&b), &pdf) == E_TOO_BIG);
    for (int i = 0; i < 60000; i++)
        buf_lit(&b, "kata ");
    CHECK(letter_pdf(c, &f, buf_str(&b), &pdf) == E_TOO_BIG);
}

TEST(a_signature_never_stands_alone_on_a_page)
{
    struct letter_frame f = frame_of();

    /* Somewhere in here the text just fills the page. */
    for (int lines = 20; lines < 40; lines++) {
        struct buf b = buf_new(c, 8192);
        const char *last;
        str pdf;

        for (int i = 0; i < lines; i++)
            buf_fmt(&b, "Butir %d : nilai\n", i);
        CHECK_OK(letter_pdf(c, &f, buf_str(&b), &pdf));
        last = shell(c, "pdftotext",
                     "n=$(pdfinfo \"$1\" | awk '/^Pages/ {print $2}'); "
                     "pdftotext -f $n \"$1\" - | grep -c Butir",
                     pdf);
        if (last == NULL)
            return;
        CHECK(last[0] != '0');
    }
}

TEST(a_fact_cannot_write_the_letter)
{
    struct letter_frame f = frame_of();
    str evil = STR("Budi**\n# SAH\nNomor : 1\n1. \\boleh");
    str safe = letter_fact(c, evil), pdf;
    const char *said;

    CHECK(!str_has(safe, '\n'));
    CHECK_OK(letter_pdf(c, &f, arena_fmt(c->mem, "Nama : %.*s", STR_ARG(safe)),
                        &pdf));
    said = shell(c, "pdftotext", "pdftotext -layout \"$1\" -", pdf);
    if (said != NULL)
        CHECK(strstr(said, "Budi** # SAH Nomor : 1 1. \\boleh") != NULL);
}

TEST(a_slip_is_a5_and_needs_no_signature)
{
    struct letter_frame f = {.government = STR("Pemerintah Kota Bandung"),
                             .title = STR("Tanda terima"),
                             .verify_url = STR("https://bandung.example/l"),
                             .date = STR("2 Maret 2026 pukul 10.15 WIB"),
                             .lang = STR("id")};
    const char *said;
    str pdf;

    CHECK_OK(letter_slip(c, &f, STR("Nomor : 7K4M-2QX9-5\nKode : AB"), &pdf));
    said = shell(c, "pdfinfo", "pdfinfo \"$1\"; pdftotext \"$1\" -", pdf);
    if (said != NULL) {
        CHECK(strstr(said, "419.528 x 595.276") != NULL);
        CHECK(strstr(said, "7K4M-2QX9-5") != NULL);
        CHECK(strstr(said, "2 Maret 2026") != NULL);
    }
    CHECK_OK(letter_slip(c, &(struct letter_frame){.lang = STR("en")}, (str){0},
                         &pdf));
}

TEST(a_code_for_pages_is_one_path_with_a_name)
{
    str svg;

    CHECK_OK(
        letter_qr_svg(c, STR("otpauth://totp/balai"), STR("Kode \"A\""), &svg));
    CHECK(str_starts(svg, STR("<svg ")));
    CHECK(str_find(svg, STR("aria-label=\"Kode &quot;A&quot;\"")) < svg.n ||
          str_find(svg, STR("aria-label=\"Kode &#34;A&#34;\"")) < svg.n);
    CHECK(letter_qr_svg(c, (str){0}, STR("x"), &svg) == E_TOO_BIG);
}

/* ---- crests ------------------------------------------------------- */

static size_t faults(struct ctx *c, const char *svg)
{
    struct findings f = {0};

    CHECK_OK(letter_crest_check(c, STR("crest.svg"), str_of(svg), &f));
    for (size_t i = 0; i < f.n; i++)
        CHECK(f.all[i].what.n > 0 && f.all[i].mend.n > 0 &&
              f.all[i].at.line > 0);
    return f.errors;
}

TEST(a_plain_crest_is_accepted)
{
    CHECK(faults(c, crest) == 0);
    CHECK(faults(c,
                 "<svg viewBox='0 0 9 9'>"
                 "<g fill=\"none\" stroke=\"currentColor\">"
                 "<path d=\"m1 1l.5.5-1e0,2H3v2q1 1 2 0t1-1s1 1 2 2"
                 "a2 1 30 013 2A1 1 0 1 0 2 2z\"/>"
                 "<rect x=\"1\" y=\"1\" width=\"3\" height=\"2\" rx=\"1\"/>"
                 "<ellipse cx=\"3\" cy=\"3\" rx=\"2\" ry=\"1\"/>"
                 "<polygon points=\"0,0 3,0 3,3\"/>"
                 "<line x1=\"0\" y1=\"0\" x2=\"9\" y2=\"9\"/></g></svg>") == 0);
}

TEST(a_crest_holds_nothing_that_acts_or_loads)
{
    static const char *const bad[] = {
        "<script>alert(1)</script>",
        "<path d=\"M0 0\" onload=\"alert(1)\"/>",
        "<image href=\"http://x.example/\"/>",
        "<use href=\"#a\"/>",
        "<a href=\"javascript:alert(1)\"><path d=\"M0 0\"/></a>",
        "<path d=\"M0 0\" style=\"fill:url(#a)\"/>",
        "<path d=\"M0 0\" fill=\"url(#a)\"/>",
        "<path d=\"M0 0\" class=\"a\"/>",
        "<path d=\"M0 0\" transform=\"scale(2)\"/>",
        "<foreignObject/>",
        "<text>x</text>",
        "words",
        "<style>*{}</style>",
        "<path d=\"M0 0 &amp;\"/>",
        "<![CDATA[x]]>",
        "<path d=\"L0 0\"/>",
        "<path d=\"M0 0 1\"/>",
        "<path d=\"M0 0 99999999 1\"/>",
        "<path d=\"M0 0z1\"/>",
        "<g opacity=\"2\"/>",
        "<g>",
        "</g>",
        "<svg/>",
        "<path d='M0 0'",
    };

    for (size_t i = 0; i < COUNT(bad); i++) {
        str svg =
            arena_fmt(c->mem, "<svg viewBox=\"0 0 9 9\">\n%s</svg>", bad[i]);
        if (!CHECK(faults(c, svg.p) > 0))
            fprintf(stderr, "accepted: %s\n", bad[i]);
    }
    CHECK(faults(c, "") > 0);
    CHECK(faults(c, "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg/>") > 0);
    CHECK(faults(c, "<svg><path d=\"M0 0\"/></svg>") > 0);
    CHECK(faults(c, "<svg viewBox=\"0 0 9 9\"/><svg/>") > 0);
    CHECK(faults(c, "<svg viewBox=\"0 0 9 9\">\xff</svg>") > 0);
}

TEST(a_crest_that_is_cut_anywhere_never_hurts)
{
    for (size_t n = 0; n < sizeof crest - 1; n++) {
        str cut = arena_str(c->mem, (str){crest, n});
        CHECK(faults(c, cut.p) > 0);
    }
}

TEST(a_crest_is_small_and_shallow)
{
    struct buf b = buf_new(c, 64 << 10);
    struct findings f = {0};

    buf_lit(&b, "<svg viewBox=\"0 0 9 9\">");
    for (int i = 0; i < 40; i++)
        buf_lit(&b, "<g>");
    CHECK(faults(c, buf_str(&b).p) > 0);
    while (b.n < 33 << 10)
        buf_lit(&b, "<path d=\"M0 0\"/>");
    CHECK(letter_crest_check(c, STR("c"), buf_str(&b), &f) == E_TOO_BIG);
}

TEST(a_letter_refuses_a_crest_that_is_not_safe)
{
    struct letter_frame f = frame_of();
    str pdf;

    f.crest = STR("<svg viewBox=\"0 0 9 9\"><script/></svg>");
    CHECK(letter_pdf(c, &f, str_of(body), &pdf) == E_BAD_INPUT);
    CHECK(str_find(c->why, STR("script")) < c->why.n);
}
