/* SPDX-License-Identifier: EUPL-1.2 */
/* JPEG, by libjpeg-turbo: both ways. */
#include "reader/reader_priv.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jerror.h>
#include <jpeglib.h>

#define EXIF (JPEG_APP0 + 1)

/* What the library calls when it gives up: it knows no other way out. */
struct trouble {
    struct jpeg_error_mgr base;
    jmp_buf out;
    bool lost; /* some of the picture is not there */
};

static _Noreturn void give_up(j_common_ptr j)
{
    longjmp(((struct trouble *)(void *)j->err)->out, 1);
}

static void say_nothing(j_common_ptr j)
{
    (void)j;
}

/* The library paints over what is lost, so that a cut photo looks whole to it;
 * cameras' harmless oddities are warnings too, and are none of ours. */
static void weigh(j_common_ptr j, int level)
{
    struct trouble *t = (struct trouble *)(void *)j->err;
    int code = j->err->msg_code;

    if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER ||
                      code == JWRN_HUFF_BAD_CODE || code == JWRN_MUST_RESYNC))
        t->lost = true;
}

static struct jpeg_error_mgr *watched(struct trouble *t)
{
    jpeg_std_error(&t->base);
    t->base.error_exit = give_up;
    t->base.output_message = say_nothing;
    t->base.emit_message = weigh;
    t->lost = false;
    return &t->base;
}

/* ---- reading ------------------------------------------------------ */

/* Each scan of a progressive picture goes over all of it, be it ever so short
 * in the file: a few kB can say thousands. No camera writes more than ten. */
#define SCANS_MOST 64

static void count_scans(j_common_ptr j)
{
    if (((j_decompress_ptr)(void *)j)->input_scan_number > SCANS_MOST)
        give_up(j);
}

static int turn_of(const struct jpeg_decompress_struct *j)
{
    const struct jpeg_marker_struct *m = j->marker_list;

    for (; m != NULL; m = m->next) {
        str s = {(const char *)m->data, m->data_length};

        if (m->marker == EXIF && str_starts(s, STR("Exif\0\0")))
            return reader_exif_turn(str_slice(s, 6, s.n));
    }
    return 1;
}

/* The library halves while it decodes, which is quicker by far. */
static void prepare(struct jpeg_decompress_struct *j, uint32_t most)
{
    uint32_t longest =
        j->image_width > j->image_height ? j->image_width : j->image_height;

    j->scale_num = 1;
    j->scale_denom = 1;
    while (j->scale_denom < 8 && longest / (j->scale_denom * 2) >= most)
        j->scale_denom *= 2;
    j->out_color_space = j->jpeg_color_space == JCS_GRAYSCALE ? JCS_GRAYSCALE
                         : j->num_components == 4             ? JCS_CMYK
                                                              : JCS_RGB;
}

/* Inks as Adobe writes them, which is upside down, and nobody else does. */
static void from_inks(unsigned char *row, uint32_t n)
{
    unsigned char *to = row;

    for (uint32_t i = 0; i < n; i++, row += 4)
        for (uint32_t k = 0; k < 3; k++)
            *to++ = (unsigned char)(row[k] * row[3] / 255);
}

static void read_rows(struct ctx *c, struct jpeg_decompress_struct *j,
                      uint32_t most, struct shot *out)
{
    uint32_t w = j->output_width, n = (uint32_t)j->output_components;
    unsigned char *row = NEWS(c->mem, unsigned char, (size_t)w *n);
    struct shrink s =
        reader_shrink_new(c, w, j->output_height, n == 4 ? 3 : n, most);

    while (j->output_scanline < j->output_height) {
        (void)jpeg_read_scanlines(j, &row, 1);
        if (n == 4)
            from_inks(row, w);
        reader_shrink_row(&s, row);
    }
    out->picture = s.to;
}

static enum reader_verdict decode(struct ctx *c,
                                  struct jpeg_decompress_struct *j,
                                  uint32_t most, struct shot *out)
{
    jpeg_save_markers(j, EXIF, 0xffff);
    (void)jpeg_read_header(j, TRUE);
    if (!reader_picture_fits(j->image_width, j->image_height))
        return READER_HUGE;
    out->turn = turn_of(j);
    prepare(j, most);
    (void)jpeg_start_decompress(j);
    read_rows(c, j, most, out);
    (void)jpeg_finish_decompress(j);
    return READER_FINE;
}

enum reader_verdict reader_jpeg_shoot(struct ctx *c, str bytes, uint32_t most,
                                      struct shot *out)
{
    struct jpeg_decompress_struct j = {.err = NULL};
    struct jpeg_progress_mgr scans = {.progress_monitor = count_scans};
    enum reader_verdict v;
    struct trouble t;

    j.err = watched(&t);
    if (setjmp(t.out) != 0) {
        jpeg_destroy_decompress(&j);
        return READER_BROKEN;
    }
    jpeg_create_decompress(&j);
    j.progress = &scans;
    jpeg_mem_src(&j, (const unsigned char *)bytes.p, bytes.n);
    v = decode(c, &j, most, out);
    jpeg_destroy_decompress(&j);
    return v == READER_FINE && t.lost ? READER_BROKEN : v;
}

/* ---- writing ------------------------------------------------------ */

static void setup(struct jpeg_compress_struct *j, const struct picture *p,
                  int quality, bool fine)
{
    j->image_width = p->w;
    j->image_height = p->h;
    j->input_components = (int)p->channels;
    j->in_color_space = p->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(j);
    jpeg_set_quality(j, quality, TRUE);
    j->optimize_coding = TRUE;
    if (fine)
        j->comp_info[0].h_samp_factor = j->comp_info[0].v_samp_factor = 1;
}

static void write_rows(struct jpeg_compress_struct *j, const struct picture *p)
{
    jpeg_start_compress(j, TRUE);
    while (j->next_scanline < j->image_height) {
        unsigned char *row =
            p->px + (size_t)j->next_scanline * p->w * p->channels;

        (void)jpeg_write_scanlines(j, &row, 1);
    }
    jpeg_finish_compress(j);
}

/* Only memory can be wanting here, and then the process has to end. */
str reader_jpeg_make(struct ctx *c, const struct picture *p, int quality,
                     bool fine)
{
    struct jpeg_compress_struct j = {.err = NULL};
    struct jpeg_error_mgr quiet;
    unsigned char *bytes = NULL;
    unsigned long n = 0;
    str made;

    j.err = jpeg_std_error(&quiet);
    jpeg_create_compress(&j);
    jpeg_mem_dest(&j, &bytes, &n);
    setup(&j, p, quality, fine);
    write_rows(&j, p);
    jpeg_destroy_compress(&j);
    made = arena_str(c->mem, (str){(const char *)bytes, n});
    free(bytes);
    return made;
}
