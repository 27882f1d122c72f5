/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/shots.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
#include <libheif/heif.h>
#include <png.h>
#include <qpdf/qpdf-c.h>
#include <webp/encode.h>

unsigned char *shot_pixels(struct ctx *c, uint32_t w, uint32_t h)
{
    unsigned char *px = NEWS(c->mem, unsigned char, (size_t)w *h * 3);
    uint32_t noise = 1;

    for (uint32_t y = 0; y < h; y++)
        for (uint32_t x = 0; x < w; x++) {
            unsigned char *p = px + ((size_t)y * w + x) * 3;
            int k = y >= h / 2 ? 2 : x >= w / 2 ? 1 : 0;

            noise = noise * 1664525 + 1013904223;
            p[k] = (unsigned char)(255 - (noise >> 28));
        }
    return px;
}

/* ---- EXIF --------------------------------------------------------- */

static void entry(struct buf *b, unsigned tag, unsigned type, uint32_t n,
                  uint32_t value)
{
    buf_u16be(b, (uint16_t)tag);
    buf_u16be(b, (uint16_t)type);
    buf_u32be(b, n);
    buf_u32be(b, value);
}

/* IFD0 at 8 with Artist, perhaps Orientation, and the pointer to the GPS
 * directory; after it that directory, and the texts. */
str shot_exif(struct ctx *c, int turn)
{
    static const str owner = STR_INIT(SHOT_OWNER "\0");
    struct buf b = buf_new(c, 1024);
    unsigned n = turn > 0 ? 3 : 2;
    uint32_t gps = 8 + 2 + 12 * n + 4, text = gps + 2 + 12 * 3 + 4;

    buf_raw(&b, STR("Exif\0\0MM\0*"));
    buf_u32be(&b, 8);
    buf_u16be(&b, (uint16_t)n);
    if (turn > 0)
        entry(&b, 0x0112, 3, 1, (uint32_t)turn << 16);
    entry(&b, 0x013b, 2, (uint32_t)owner.n, text);
    entry(&b, 0x8825, 4, 1, gps);
    buf_u32be(&b, 0);
    buf_u16be(&b, 3);
    entry(&b, 0x0001, 2, 2, 0x53000000); /* S */
    entry(&b, 0x0002, 5, 3, text + (uint32_t)owner.n);
    entry(&b, 0x0003, 2, 2, 0x45000000); /* E */
    buf_u32be(&b, 0);
    buf_raw(&b, owner);
    for (uint32_t i = 0; i < 6; i++)
        buf_u32be(&b, i % 2 == 0 ? 6 + i : 1);
    return buf_str(&b);
}

/* ---- JPEG --------------------------------------------------------- */

struct made {
    struct jpeg_compress_struct j;
    struct jpeg_error_mgr errors;
    unsigned char *bytes;
    unsigned long n;
};

static void begin(struct made *m, uint32_t w, uint32_t h, int channels,
                  J_COLOR_SPACE space)
{
    memset(m, 0, sizeof *m);
    m->j.err = jpeg_std_error(&m->errors);
    jpeg_create_compress(&m->j);
    jpeg_mem_dest(&m->j, &m->bytes, &m->n);
    m->j.image_width = w;
    m->j.image_height = h;
    m->j.input_components = channels;
    m->j.in_color_space = space;
    jpeg_set_defaults(&m->j);
    jpeg_set_quality(&m->j, 90, TRUE);
}

static str finish(struct ctx *c, struct made *m, unsigned char *px)
{
    size_t line = (size_t)m->j.image_width * (size_t)m->j.input_components;
    str out;

    while (m->j.next_scanline < m->j.image_height) {
        unsigned char *row = px + m->j.next_scanline * line;

        (void)jpeg_write_scanlines(&m->j, &row, 1);
    }
    jpeg_finish_compress(&m->j);
    jpeg_destroy_compress(&m->j);
    out = arena_str(c->mem, (str){(const char *)m->bytes, m->n});
    free(m->bytes);
    return out;
}

str shot_jpeg(struct ctx *c, uint32_t w, uint32_t h, str exif)
{
    static const str comment = STR_INIT("dipotret oleh " SHOT_OWNER);
    struct made m;

    begin(&m, w, h, 3, JCS_RGB);
    jpeg_start_compress(&m.j, TRUE);
    if (exif.n > 0)
        jpeg_write_marker(&m.j, JPEG_APP0 + 1, (const JOCTET *)exif.p,
                          (unsigned)exif.n);
    jpeg_write_marker(&m.j, JPEG_COM, (const JOCTET *)comment.p,
                      (unsigned)comment.n);
    return finish(c, &m, shot_pixels(c, w, h));
}

str shot_progressive(struct ctx *c, uint32_t w, uint32_t h)
{
    struct made m;

    begin(&m, w, h, 3, JCS_RGB);
    jpeg_simple_progression(&m.j);
    jpeg_start_compress(&m.j, TRUE);
    return finish(c, &m, shot_pixels(c, w, h));
}

str shot_grey(struct ctx *c, uint32_t w, uint32_t h)
{
    struct made m;

    begin(&m, w, h, 1, JCS_GRAYSCALE);
    jpeg_start_compress(&m.j, TRUE);
    return finish(c, &m, shot_pixels(c, w, h));
}

/* As Adobe has it: 255 is no ink. */
str shot_inks(struct ctx *c, uint32_t w, uint32_t h)
{
    unsigned char *rgb = shot_pixels(c, w, h);
    unsigned char *px = NEWS(c->mem, unsigned char, (size_t)w *h * 4);
    struct made m;

    for (size_t i = 0; i < (size_t)w * h; i++) {
        memcpy(px + 4 * i, rgb + 3 * i, 3);
        px[4 * i + 3] = 255;
    }
    begin(&m, w, h, 4, JCS_CMYK);
    m.j.write_Adobe_marker = TRUE;
    jpeg_start_compress(&m.j, TRUE);
    return finish(c, &m, px);
}

struct broken {
    struct jpeg_error_mgr base;
    jmp_buf out;
};

static _Noreturn void give_up(j_common_ptr j)
{
    longjmp(((struct broken *)(void *)j->err)->out, 1);
}

bool shot_see(struct ctx *c, str jpeg, struct seen_shot *out)
{
    struct jpeg_decompress_struct j = {.err = NULL};
    struct broken t;

    j.err = jpeg_std_error(&t.base);
    t.base.error_exit = give_up;
    if (setjmp(t.out) != 0) {
        jpeg_destroy_decompress(&j);
        return false;
    }
    jpeg_create_decompress(&j);
    jpeg_mem_src(&j, (const unsigned char *)jpeg.p, jpeg.n);
    (void)jpeg_read_header(&j, TRUE);
    (void)jpeg_start_decompress(&j);
    out->w = j.output_width;
    out->h = j.output_height;
    out->channels = (uint32_t)j.output_components;
    out->px =
        NEWS(c->mem, unsigned char, (size_t)out->w * out->h * out->channels);
    while (j.output_scanline < j.output_height) {
        unsigned char *row =
            out->px + (size_t)j.output_scanline * out->w * out->channels;

        (void)jpeg_read_scanlines(&j, &row, 1);
    }
    (void)jpeg_finish_decompress(&j);
    jpeg_destroy_decompress(&j);
    return true;
}

char shot_colour(const struct seen_shot *s, double x, double y)
{
    size_t at = (size_t)(y * s->h) * s->w + (size_t)(x * s->w);
    const unsigned char *p = s->px + at * s->channels;

    if (s->channels != 3)
        return '?';
    if (p[0] > 200 && p[1] > 200 && p[2] > 200)
        return 'w';
    for (int k = 0; k < 3; k++)
        if (p[k] > 180 && p[(k + 1) % 3] < 80 && p[(k + 2) % 3] < 80)
            return "rgb"[k];
    return '?';
}

/* ---- PNG, WebP, HEIC ---------------------------------------------- */

static void collect(png_structp png, png_bytep p, size_t n)
{
    buf_raw(png_get_io_ptr(png), (str){(const char *)p, n});
}

static void flushed(png_structp png)
{
    (void)png;
}

static unsigned char *with_alpha(struct ctx *c, const unsigned char *rgb,
                                 uint32_t w, uint32_t h)
{
    unsigned char *px = NEWS(c->mem, unsigned char, (size_t)w *h * 4);

    for (size_t i = 0; i < (size_t)w * h; i++) {
        memcpy(px + 4 * i, rgb + 3 * i, 3);
        px[4 * i + 3] = i / w < h / 2 ? 255 : 0;
    }
    return px;
}

static void write_png(png_structp png, png_infop info, unsigned char *px,
                      uint32_t w, uint32_t h, bool alpha, bool laced)
{
    png_text text = {.compression = PNG_TEXT_COMPRESSION_NONE,
                     .key = (char[]){"Author"},
                     .text = (char[]){SHOT_OWNER}};
    size_t line = (size_t)w * (alpha ? 4 : 3);
    int passes;

    png_set_IHDR(png, info, w, h, 8,
                 alpha ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB,
                 laced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_text(png, info, &text, 1);
    png_set_compression_level(png, 1);
    png_write_info(png, info);
    passes = png_set_interlace_handling(png);
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < h; y++)
            png_write_row(png, px + y * line);
    png_write_end(png, info);
}

str shot_png(struct ctx *c, uint32_t w, uint32_t h, bool alpha, bool laced)
{
    png_structp png =
        png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    struct buf b = buf_new(c, (size_t)64 << 20);
    unsigned char *px = shot_pixels(c, w, h);

    png_set_write_fn(png, &b, collect, flushed);
    write_png(png, info, alpha ? with_alpha(c, px, w, h) : px, w, h, alpha,
              laced);
    png_destroy_write_struct(&png, &info);
    return buf_str(&b);
}

str shot_webp(struct ctx *c, uint32_t w, uint32_t h)
{
    uint8_t *bytes = NULL;
    size_t n = WebPEncodeRGB(shot_pixels(c, w, h), (int)w, (int)h, (int)w * 3,
                             90, &bytes);
    str out = arena_str(c->mem, (str){(const char *)bytes, n});

    WebPFree(bytes);
    return out;
}

static struct heif_error keep(struct heif_context *heif, const void *p,
                              size_t n, void *to)
{
    (void)heif;
    buf_raw(to, (str){p, n});
    return (struct heif_error){heif_error_Ok, heif_suberror_Unspecified, ""};
}

static struct heif_image *heif_pixels(struct ctx *c, uint32_t w, uint32_t h)
{
    unsigned char *px = shot_pixels(c, w, h), *to;
    struct heif_image *i = NULL;
    int stride;

    MUST(heif_image_create((int)w, (int)h, heif_colorspace_RGB,
                           heif_chroma_interleaved_RGB, &i)
             .code == heif_error_Ok);
    MUST(heif_image_add_plane(i, heif_channel_interleaved, (int)w, (int)h, 8)
             .code == heif_error_Ok);
    to = heif_image_get_plane(i, heif_channel_interleaved, &stride);
    for (uint32_t y = 0; y < h; y++)
        memcpy(to + y * (size_t)stride, px + (size_t)y * w * 3, (size_t)w * 3);
    return i;
}

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#else
#define __lsan_disable() (void)0
#define __lsan_enable()  (void)0
#endif

/* Empty where this machine cannot write any. The encoder keeps a few kB for
 * good, which is none of our business. */
str shot_heic(struct ctx *c, uint32_t w, uint32_t h)
{
    struct heif_context *heif = heif_context_alloc();
    struct heif_image *i = heif_pixels(c, w, h);
    struct heif_image_handle *kept = NULL;
    struct heif_encoder *by = NULL;
    struct heif_writer to = {.writer_api_version = 1, .write = keep};
    str exif = shot_exif(c, 6);
    struct buf b = buf_new(c, (size_t)64 << 20);

    __lsan_disable();
    if (heif_context_get_encoder_for_format(heif, heif_compression_HEVC, &by)
            .code == heif_error_Ok) {
        MUST(heif_context_encode_image(heif, i, by, NULL, &kept).code ==
             heif_error_Ok);
        (void)heif_context_add_exif_metadata(heif, kept, exif.p, (int)exif.n);
        MUST(heif_context_write(heif, &to, &b).code == heif_error_Ok);
        heif_image_handle_release(kept);
        heif_encoder_release(by);
    }
    __lsan_enable();
    heif_image_release(i);
    heif_context_free(heif);
    return buf_str(&b);
}

/* ---- PDF ---------------------------------------------------------- */

/* Without a table of objects: every reader finds them by themselves. */
str shot_pdf(struct ctx *c, str root, str more)
{
    struct buf b = buf_new(c, (size_t)1 << 20);

    buf_lit(&b, "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R ");
    buf_raw(&b, root);
    buf_lit(&b, " >>\nendobj\n"
                "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
                "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] "
                ">>\nendobj\n");
    buf_raw(&b, more);
    buf_lit(&b, "trailer\n<< /Root 1 0 R /Size 99 >>\nstartxref\n0\n%%EOF\n");
    return buf_str(&b);
}

str shot_pdf_locked(struct ctx *c, str plain)
{
    qpdf_data q = qpdf_init();
    str out;

    qpdf_set_suppress_warnings(q, QPDF_TRUE);
    MUST((qpdf_read_memory(q, "plain", plain.p, plain.n, NULL) & QPDF_ERRORS) ==
         0);
    MUST((qpdf_init_write_memory(q) & QPDF_ERRORS) == 0);
    qpdf_set_r6_encryption_parameters2(
        q, "rahasia", "pemilik", QPDF_TRUE, QPDF_TRUE, QPDF_TRUE, QPDF_TRUE,
        QPDF_TRUE, QPDF_TRUE, qpdf_r3p_full, QPDF_TRUE);
    MUST((qpdf_write(q) & QPDF_ERRORS) == 0);
    out = arena_str(c->mem, (str){(const char *)qpdf_get_buffer(q),
                                  qpdf_get_buffer_length(q)});
    qpdf_cleanup(&q);
    return out;
}
