/* SPDX-License-Identifier: EUPL-1.2 */
/* What is found of pictures and documents, and what is kept of them. */
#include "reader/reader.h"
#include "tests/shots.h"
#include "tests/test.h"

#include <zlib.h>

static const struct verdict_name {
    enum reader_verdict v;
    const char *name;
} names[] = {
#define VERDICT(name, id, en) {READER_##name, #name},
#include "reader/verdict.def"
#undef VERDICT
};

static struct reader_got judge(struct ctx *c, str bytes, bool photo)
{
    struct reader_job job = {bytes, photo, (size_t)5 << 20};
    struct reader_got got;

    reader_judge(c, &job, &got);
    return got;
}

static str name_of(enum reader_verdict v)
{
    return str_of(names[v].name);
}

static bool has(str s, str what)
{
    return str_find(s, what) < s.n;
}

/* ---- photos ------------------------------------------------------- */

TEST(a_photo_keeps_nothing_of_its_camera)
{
    str sent = shot_jpeg(c, 80, 60, shot_exif(c, 1));
    struct reader_got got = judge(c, sent, true);
    struct seen_shot s;

    CHECK(has(sent, STR(SHOT_OWNER)) && has(sent, STR("Exif")));
    CHECK_STR(name_of(got.verdict), "FINE");
    CHECK(got.kind == READER_JPEG && got.width == 80 && got.height == 60);
    CHECK(!has(got.bytes, STR(SHOT_OWNER)) && !has(got.bytes, STR("Exif")));
    CHECK(!has(got.bytes, STR("\xff\xe1")) && !has(got.bytes, STR("\xff\xfe")));
    CHECK(shot_see(c, got.bytes, &s) && s.w == 80 && s.h == 60);
    CHECK(shot_colour(&s, 0.25, 0.25) == 'r');
    CHECK(shot_colour(&s, 0.75, 0.25) == 'g');
    CHECK(shot_colour(&s, 0.5, 0.75) == 'b');
}

/* CIPA DC-008, 4.6.4: where the first row and the first column are. */
TEST(a_photo_stands_upright_however_it_was_held)
{
    static const struct {
        uint32_t w;
        double rx, ry, gx, gy; /* where red and green are to be seen */
    } cases[] = {
        {0, 0, 0, 0, 0},      {80, .2, .2, .8, .2}, {80, .8, .2, .2, .2},
        {80, .8, .8, .2, .8}, {80, .2, .8, .8, .8}, {60, .2, .2, .2, .8},
        {60, .8, .2, .8, .8}, {60, .8, .8, .8, .2}, {60, .2, .8, .2, .2},
    };

    for (int turn = 1; turn <= 8; turn++) {
        str sent = shot_jpeg(c, 80, 60, shot_exif(c, turn));
        struct reader_got got = judge(c, sent, true);
        struct seen_shot s;

        CHECK_I64(got.width, cases[turn].w);
        if (!CHECK(shot_see(c, got.bytes, &s)))
            return;
        CHECK(shot_colour(&s, cases[turn].rx, cases[turn].ry) == 'r');
        CHECK(shot_colour(&s, cases[turn].gx, cases[turn].gy) == 'g');
    }
    CHECK_I64(judge(c, shot_jpeg(c, 80, 60, shot_exif(c, 9)), true).width, 80);
}

TEST(every_kind_of_picture_is_kept_as_jpeg)
{
    const struct {
        str bytes;
        char below; /* what half of a picture seen through shows */
    } cases[] = {
        {shot_png(c, 80, 60, false, false), 'b'},
        {shot_png(c, 80, 60, false, true), 'b'},
        {shot_png(c, 80, 60, true, false), 'w'},
        {shot_png(c, 80, 60, true, true), 'w'},
        {shot_webp(c, 80, 60), 'b'},
        {shot_progressive(c, 80, 60), 'b'},
        {shot_inks(c, 80, 60), 'b'},
        {shot_heic(c, 80, 60), 'b'},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reader_got got = judge(c, cases[i].bytes, false);
        struct seen_shot s;

        if (cases[i].bytes.n == 0) {
            test_skip("this machine writes no HEIC");
            continue;
        }
        CHECK_STR(name_of(got.verdict), "FINE");
        if (!CHECK(shot_see(c, got.bytes, &s)))
            return;
        CHECK(!has(got.bytes, STR(SHOT_OWNER)));
        CHECK(s.w == 80 && s.h == 60);
        CHECK(shot_colour(&s, 0.25, 0.25) == 'r');
        CHECK(shot_colour(&s, 0.75, 0.25) == 'g');
        CHECK(shot_colour(&s, 0.5, 0.75) == cases[i].below);
    }
}

TEST(a_grey_page_stays_grey)
{
    struct reader_got got = judge(c, shot_grey(c, 80, 60), false);
    struct seen_shot s;

    CHECK(shot_see(c, got.bytes, &s) && s.channels == 1);
}

TEST(a_photo_fits_2048_pixels_and_a_page_4096)
{
    str wide = shot_jpeg(c, 5000, 40, STR(""));
    struct reader_got got = judge(c, wide, true);
    struct seen_shot s;

    CHECK_I64(got.width, 2048);
    CHECK_I64(got.height, 16);
    CHECK(shot_see(c, got.bytes, &s) && s.w == 2048 && s.h == 16);
    CHECK(shot_colour(&s, 0.25, 0.25) == 'r');
    CHECK(shot_colour(&s, 0.75, 0.25) == 'g');
    CHECK(shot_colour(&s, 0.9, 0.9) == 'b');
    CHECK_I64(judge(c, wide, false).width, 4096);
    got = judge(c, shot_png(c, 1, 9000, false, false), true);
    CHECK(got.width == 1 && got.height == 2048);
}

/* The mean of an area is exact: a board of black and white is grey. */
TEST(what_is_made_smaller_is_the_mean_of_its_area)
{
    str board = shot_png(c, 4096, 8, false, false);
    struct reader_got got = judge(c, board, true);
    struct seen_shot s;

    CHECK(shot_see(c, got.bytes, &s) && s.w == 2048 && s.h == 4);
    for (uint32_t x = 100; x < 900; x++) {
        int red = s.px[x * 3];

        CHECK(red >= 240 && red <= 255);
    }
}

TEST(a_picture_is_kept_as_small_as_the_field_wants)
{
    struct reader_job job = {shot_jpeg(c, 1500, 1500, STR("")), true, 0};
    struct reader_got best, less;

    job.most = (size_t)5 << 20;
    reader_judge(c, &job, &best);
    job.most = best.bytes.n - 1;
    reader_judge(c, &job, &less);
    CHECK_STR(name_of(less.verdict), "FINE");
    CHECK(less.bytes.n <= job.most);
    job.most = 2000;
    reader_judge(c, &job, &less);
    CHECK_STR(name_of(less.verdict), "LARGE");
    CHECK_I64((int64_t)less.bytes.n, 0);
}

/* ---- what is broken ------------------------------------------------ */

static str kinds_of(struct ctx *c, size_t i)
{
    switch (i) {
    case 0:
        return shot_jpeg(c, 40, 30, shot_exif(c, 6));
    case 1:
        return shot_progressive(c, 40, 30);
    case 2:
        return shot_png(c, 40, 30, true, true);
    case 3:
        return shot_webp(c, 40, 30);
    case 4:
        return shot_heic(c, 40, 30);
    case 5:
        return shot_pdf(c, STR(""), STR(""));
    default:
        return STR("");
    }
}

/* A copy of its own length, so that a byte read past its end is noticed. */
static struct reader_got judge_copy(struct ctx *c, str bytes)
{
    struct ctx own = {.mem = arena_new((size_t)256 << 20), .dice = c->dice};
    char *exact = __builtin_malloc(bytes.n + (bytes.n == 0));
    struct reader_got got;

    memcpy(exact, bytes.p, bytes.n);
    got = judge(&own, (str){exact, bytes.n}, true);
    if (got.bytes.n > 0)
        got.bytes = arena_str(c->mem, got.bytes);
    __builtin_free(exact);
    arena_free(own.mem);
    return got;
}

TEST(a_file_that_is_cut_anywhere_is_refused)
{
    for (size_t i = 0; i < 6; i++) {
        str whole = kinds_of(c, i);
        size_t step = whole.n / 150 + 1;

        for (size_t n = 0; n + 4 < whole.n; n += step)
            if (!CHECK(judge_copy(c, str_slice(whole, 0, n)).verdict !=
                       READER_FINE))
                CHECK_I64((int64_t)n, (int64_t)i);
    }
}

/* Whatever it is taken for: it is judged, and what is kept can be seen. */
TEST(a_bit_that_flips_does_no_harm)
{
    for (size_t i = 0; i < 6; i++) {
        str whole = kinds_of(c, i);
        size_t step = whole.n / 150 + 1;

        for (size_t n = 0; n < whole.n; n += step) {
            char *p = NEWS(c->mem, char, whole.n);
            struct reader_got got;
            struct seen_shot s;

            memcpy(p, whole.p, whole.n);
            p[n] = (char)(p[n] ^ (1 << n % 8));
            got = judge_copy(c, (str){p, whole.n});
            if (got.verdict == READER_FINE && got.kind == READER_JPEG)
                CHECK(shot_see(c, got.bytes, &s));
        }
    }
}

TEST(what_is_no_picture_is_known_by_its_first_bytes)
{
    static const str others[] = {STR_INIT("GIF89a\1\0\1\0"),
                                 STR_INIT("<svg xmlns='x'/>"),
                                 STR_INIT("<html>%PDF-1.7"),
                                 STR_INIT("RIFF\4\0\0\0AVI LIST"),
                                 STR_INIT("\0\0\0\x18"
                                          "ftypisom"),
                                 STR_INIT("\0\0\0\x18"
                                          "ftypavif"),
                                 STR_INIT("PK\3\4"),
                                 STR_INIT("\xff\xd8"),
                                 STR_INIT("")};

    for (size_t i = 0; i < COUNT(others); i++) {
        CHECK(reader_kind_of(others[i]) == READER_OTHER);
        CHECK_STR(name_of(judge(c, others[i], true).verdict), "BROKEN");
    }
    CHECK(reader_kind_of(shot_heic(c, 40, 30)) == READER_HEIC ||
          shot_heic(c, 40, 30).n == 0);
}

/* ---- bombs -------------------------------------------------------- */

static str patched(struct ctx *c, str bytes, size_t at, str with)
{
    char *p = NEWS(c->mem, char, bytes.n + 1);

    MUST(at + with.n <= bytes.n);
    memcpy(p, bytes.p, bytes.n);
    memcpy(p + at, with.p, with.n);
    return (str){p, bytes.n};
}

/* Its length, its name and its body, then its checksum. */
static void chunk(struct buf *b, str named)
{
    uLong sum = crc32(0, (const Bytef *)named.p, (uInt)named.n);

    buf_u32be(b, (uint32_t)named.n - 4);
    buf_raw(b, named);
    buf_u32be(b, (uint32_t)sum);
}

TEST(a_png_of_50000_by_50000_pixels_is_refused_unread)
{
    struct buf b = buf_new(c, 256);

    buf_raw(&b, STR("\x89PNG\r\n\x1a\n"));
    chunk(&b, STR("IHDR\0\0\xc3\x50\0\0\xc3\x50\x08\x02\0\0\0"));
    chunk(&b, STR("IDAT"));
    chunk(&b, STR("IEND"));
    CHECK_STR(name_of(judge(c, buf_str(&b), true).verdict), "HUGE");
}

TEST(a_jpeg_of_65500_by_65500_pixels_is_refused_unread)
{
    str small = shot_jpeg(c, 40, 30, STR(""));
    size_t frame = str_find(small, STR("\xff\xc0"));

    CHECK_STR(
        name_of(judge(c, patched(c, small, frame + 5, STR("\xff\xdc\xff\xdc")),
                      true)
                    .verdict),
        "HUGE");
}

/* A lossless WebP (RFC 9649, 3.4) says 16384 x 16384 in four bytes. */
TEST(a_webp_of_16384_by_16384_pixels_is_refused_unread)
{
    static const str head = STR_INIT("RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0"
                                     "\x2f\xff\xff\xff\x0f\0\0\0\0\0\0\0\0\0");

    CHECK_STR(name_of(judge(c, head, true).verdict), "HUGE");
}

/* A scan of a progressive picture, said again and again: each goes over the
 * whole picture, and takes a few bytes of the file. (ITU-T T.81, G.1.2.1.2:
 * this one refines what stands for the means of all three colours.) */
static str with_scans(struct ctx *c, int n)
{
    static const str refines = STR_INIT("\0\0\x10");
    str whole = shot_progressive(c, 40, 30), rest;
    struct buf b = buf_new(c, (size_t)4 << 20);
    size_t at = 0, end;

    do {
        at++;
        at += str_find(str_slice(whole, at, whole.n), STR("\xff\xda"));
    } while (!str_eq(str_slice(whole, at + 11, at + 14), refines));
    rest = str_slice(whole, at, whole.n);
    end = str_find(rest, STR("\xff\xc4"));
    buf_raw(&b, str_slice(whole, 0, at));
    for (int i = 0; i < n; i++)
        buf_raw(&b, str_slice(rest, 0, end));
    buf_raw(&b, str_slice(rest, end, rest.n));
    return buf_str(&b);
}

TEST(a_picture_of_endless_scans_is_refused)
{
    CHECK_STR(name_of(judge(c, with_scans(c, 20), true).verdict), "FINE");
    CHECK_STR(name_of(judge(c, with_scans(c, 100), true).verdict), "BROKEN");
}

/* It says its size in each `ispe` (ISO 23008-12, 6.5.3). */
TEST(a_heic_that_says_it_is_huge_is_refused)
{
    str small = shot_heic(c, 40, 30);
    char *p = NEWS(c->mem, char, small.n + 1);

    if (small.n == 0) {
        test_skip("this machine writes no HEIC");
        return;
    }
    memcpy(p, small.p, small.n);
    for (size_t i = 0; i + 16 < small.n; i++)
        if (memcmp(p + i, "ispe", 4) == 0)
            memcpy(p + i + 8, "\0\0\x75\0\0\0\x75\0", 8);
    CHECK_STR(name_of(judge(c, (str){p, small.n}, true).verdict), "HUGE");
}

/* ---- documents ----------------------------------------------------- */

static str verdict_of_pdf(struct ctx *c, const char *root, const char *more)
{
    return name_of(
        judge(c, shot_pdf(c, str_of(root), str_of(more)), false).verdict);
}

TEST(a_plain_document_is_kept_to_the_byte)
{
    struct reader_got got =
        judge(c, shot_pdf(c, STR("/OpenAction [3 0 R /Fit]"), STR("")), false);

    CHECK_STR(name_of(got.verdict), "FINE");
    CHECK(got.kind == READER_PDF && got.pages == 1 && got.bytes.n == 0);
    CHECK_STR(verdict_of_pdf(c, "/Names 4 0 R /AcroForm 5 0 R",
                             "4 0 obj\n<< /Dests << /Names [] >> >>\nendobj\n"
                             "5 0 obj\n<< /Fields [] /SigFlags 3 >>\nendobj\n"),
              "FINE");
    CHECK_STR(
        verdict_of_pdf(c, "/OpenAction << /S /URI /URI (https://x.id) >>", ""),
        "FINE");
}

TEST(a_document_that_does_something_is_refused)
{
    static const struct {
        const char *root, *more, *verdict;
    } cases[] = {
        {"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>", "",
         "SCRIPT"},
        {"/OpenAction << /S /J#61vaScript >>", "", "SCRIPT"},
        {"/OpenAction << /S /URI /Next [<< /S /JavaScript >>] >>", "",
         "SCRIPT"},
        {"/Names << /J#61vaScript 4 0 R >>",
         "4 0 obj\n<< /Names [(a) 5 0 R] >>\nendobj\n", "SCRIPT"},
        {"/AcroForm << /XFA 4 0 R >>", "4 0 obj\n[]\nendobj\n", "SCRIPT"},
        /* of another generation than 0 */
        {"/OpenAction 4 7 R", "4 7 obj\n<< /S /JavaScript >>\nendobj\n",
         "SCRIPT"},
        {"/OpenAction 4 0 R",
         "4 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj\n", "LAUNCH"},
        {"/OpenAction << /S /SubmitForm /F (https://x.id) >>", "", "LAUNCH"},
        {"/Names << /EmbeddedFiles << /Names [] >> >>", "", "EMBEDS"},
        {"/AF [<< /Type /Filespec /EF << /F 4 0 R >> >>]", "", "EMBEDS"},
        {"/X 4 0 R",
         "4 0 obj\n<< /Type /EmbeddedFile /Length 2 >>\nstream\nMZ\n"
         "endstream\nendobj\n",
         "EMBEDS"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_STR(verdict_of_pdf(c, cases[i].root, cases[i].more),
                  cases[i].verdict);
}

/* An object may stand inside a stream, where no search of the bytes would
 * find it once it is compressed; here it is not, to be readable. */
TEST(a_program_inside_a_stream_of_objects_is_found)
{
    static const char head[] =
        "%PDF-1.7\n"
        "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
        "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\n"
        "endobj\n"
        "4 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Length 76 >>\nstream\n"
        "1 0 << /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScr#69pt "
        ">> >>    \nendstream\nendobj\n";
    struct buf b = buf_new(c, 4096);
    size_t at[5] = {0}, table;

    for (int i = 2; i <= 4; i++)
        at[i] = str_find(str_of(head), arena_fmt(c->mem, "\n%d 0 obj", i)) + 1;
    buf_lit(&b, head);
    table = b.n;
    buf_lit(&b, "5 0 obj\n<< /Type /XRef /Size 6 /W [1 2 1] /Root 1 0 R "
                "/Length 24 >>\nstream\n");
    buf_raw(&b, STR("\0\0\0\0\2\0\4\0"));
    for (int i = 2; i <= 5; i++) {
        buf_char(&b, 1);
        buf_u16be(&b, (uint16_t)(i < 5 ? at[i] : table));
        buf_char(&b, 0);
    }
    buf_fmt(&b, "\nendstream\nendobj\nstartxref\n%zu\n%%%%EOF\n", table);
    CHECK_STR(name_of(judge(c, buf_str(&b), false).verdict), "SCRIPT");
}

TEST(a_locked_document_is_refused)
{
    str plain = shot_pdf(c, STR(""), STR(""));

    CHECK_STR(name_of(judge(c, shot_pdf_locked(c, plain), false).verdict),
              "LOCKED");
}

/* A document that is something else too: what a browser, or an archiver,
 * would make of the same bytes. */
TEST(a_document_with_another_file_behind_it_is_refused)
{
    str plain = shot_pdf(c, STR(""), STR(""));
    static const char *const tails[] = {
        "<html><script>alert(1)</script></html>", "PK\x05\x06", "x"};

    for (size_t i = 0; i < COUNT(tails); i++)
        CHECK_STR(
            name_of(judge(c,
                          arena_fmt(c->mem, "%.*s%s", STR_ARG(plain), tails[i]),
                          false)
                        .verdict),
            "TAIL");
    CHECK_STR(
        name_of(
            judge(c, STR("%PDF-1.7\n<html></html>\n%%EOF\n"), false).verdict),
        "BROKEN");
    CHECK_STR(
        name_of(judge(c, arena_fmt(c->mem, "%.*s\r\n ", STR_ARG(plain)), false)
                    .verdict),
        "FINE");
}

/* ---- what is said -------------------------------------------------- */

TEST(each_verdict_says_what_is_wrong_and_how_to_mend_it)
{
    for (int v = READER_BROKEN; v < READER_VERDICTS; v++) {
        str id, en;

        c->lang = STR("id");
        id = reader_says(c, (enum reader_verdict)v, STR("Foto rumah"));
        c->lang = STR("en");
        en = reader_says(c, (enum reader_verdict)v, STR("House"));
        CHECK(str_starts(id, STR("Foto rumah ")) && str_ends(id, STR(".")));
        CHECK(has(id, STR("Silakan")));
        CHECK(has(en, STR("Please")));
        CHECK(str_starts(en, STR("House ")) && str_ends(en, STR(".")));
    }
}
