/* SPDX-License-Identifier: EUPL-1.2 */
/* PNG, by libpng. */
#include "reader/reader_priv.h"

#include <setjmp.h>

#include <png.h>

#define CHUNK_MOST ((png_alloc_size_t)4 << 20)

/* What is read, and where from. */
struct source {
    struct ctx *c;
    str rest;
    uint32_t most;
    png_structp png;
    png_infop info;
};

static void feed(png_structp png, png_bytep to, size_t n)
{
    struct source *s = png_get_io_ptr(png);

    if (n > s->rest.n)
        png_error(png, "cut short");
    memcpy(to, s->rest.p, n);
    s->rest = str_slice(s->rest, n, s->rest.n);
}

static _Noreturn void give_up(png_structp png, png_const_charp why)
{
    (void)why;
    png_longjmp(png, 1);
}

static void say_nothing(png_structp png, png_const_charp why)
{
    (void)png;
    (void)why;
}

static int turn_of(const struct source *s)
{
    png_bytep bytes = NULL;
    png_uint_32 n = 0;

    if (png_get_eXIf_1(s->png, s->info, &n, &bytes) == 0)
        return 1;
    return reader_exif_turn((str){(const char *)bytes, n});
}

/* An interlaced picture comes in seven passes over the whole; one pass else. */
static void read_rows(struct source *s, uint32_t w, uint32_t h,
                      struct shot *out)
{
    uint32_t n = png_get_channels(s->png, s->info);
    int passes = png_set_interlace_handling(s->png);
    size_t line = (size_t)w * n, kept = passes > 1 ? h : 1;
    unsigned char *px = NEWS(s->c->mem, unsigned char, line *kept);
    struct shrink small =
        reader_shrink_new(s->c, w, h, n <= 2 ? 1 : 3, s->most);

    for (int pass = 1; pass < passes; pass++)
        for (uint32_t y = 0; y < h; y++)
            png_read_row(s->png, px + y * line, NULL);
    for (uint32_t y = 0; y < h; y++) {
        unsigned char *row = px + (passes > 1 ? y * line : 0);

        png_read_row(s->png, row, NULL);
        reader_picture_flatten(row, w, n);
        reader_shrink_row(&small, row);
    }
    out->picture = small.to;
}

static enum reader_verdict decode(struct source *s, struct shot *out)
{
    uint32_t w, h;

    png_set_user_limits(s->png, 0x7fffffff, 0x7fffffff); /* judged below */
    png_set_chunk_malloc_max(s->png, CHUNK_MOST);
    png_read_info(s->png, s->info);
    w = png_get_image_width(s->png, s->info);
    h = png_get_image_height(s->png, s->info);
    if (!reader_picture_fits(w, h))
        return READER_HUGE;
    png_set_expand(s->png);
    png_set_scale_16(s->png);
    (void)png_set_interlace_handling(s->png);
    png_read_update_info(s->png, s->info);
    read_rows(s, w, h, out);
    png_read_end(s->png, s->info);
    out->turn = turn_of(s);
    return READER_FINE;
}

static enum reader_verdict try(struct source *s, struct shot *out)
{
    if (setjmp(png_jmpbuf(s->png)) != 0)
        return READER_BROKEN;
    return decode(s, out);
}

enum reader_verdict reader_png_shoot(struct ctx *c, str bytes, uint32_t most,
                                     struct shot *out)
{
    struct source s = {.c = c, .rest = bytes, .most = most};
    enum reader_verdict v;

    s.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, give_up,
                                   say_nothing);
    MUST(s.png != NULL);
    s.info = png_create_info_struct(s.png);
    MUST(s.info != NULL);
    png_set_read_fn(s.png, &s, feed);
    v = try(&s, out);
    png_destroy_read_struct(&s.png, &s.info, NULL);
    return v;
}
