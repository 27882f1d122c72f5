/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of this room share: pictures on their way from one form to
 * another. Each foreign library has a file of its own. */
#pragma once

#include "reader/reader.h"

/* A side that no picture needs; sums of a row stay within 32 bits below it. */
#define SIDE_MOST 30000

/* Rows from the top, pixels of 1 (grey) or 3 (RGB) bytes, nothing between. */
struct picture {
    uint32_t w, h, channels;
    unsigned char *px;
};

/* May it be decoded, by what it says of itself? */
bool reader_picture_fits(uint64_t w, uint64_t h);
struct picture reader_picture_new(struct ctx *c, uint32_t w, uint32_t h,
                                  uint32_t channels);

/* ---- reader_shrink.c ---------------------------------------------- */

/* Rows go in, a smaller picture comes out: each of its pixels is the mean of
 * the area that it covers. Never enlarges. */
struct shrink {
    struct picture to;
    uint32_t w, h; /* of what comes in */
    uint32_t *across, *down;
    uint32_t filled, row; /* how much of which row is there */
};
struct shrink reader_shrink_new(struct ctx *c, uint32_t w, uint32_t h,
                                uint32_t channels, uint32_t most);
void reader_shrink_row(struct shrink *s, const unsigned char *row);
/* A row of n pixels, with alpha or without, over white paper; in place. */
void reader_picture_flatten(unsigned char *row, uint32_t n, uint32_t channels);
struct picture reader_picture_shrink(struct ctx *c, const struct picture *p,
                                     uint32_t most);
/* As it is to be seen, by EXIF's Orientation (1 to 8; others are 1). */
struct picture reader_picture_upright(struct ctx *c, const struct picture *p,
                                      int turn);

/* ---- reader_exif.c ------------------------------------------------ */

/* Orientation from TIFF's first directory (CIPA DC-008, 4.6.4), or 1. */
int reader_exif_turn(str tiff);

/* ---- one form each ------------------------------------------------ */

/* A decoded picture, at most `most` pixels at its long side or a little more,
 * and how it is to be turned. */
struct shot {
    struct picture picture;
    int turn;
};
typedef enum reader_verdict shoot(struct ctx *c, str bytes, uint32_t most,
                                  struct shot *out);
shoot reader_jpeg_shoot, reader_png_shoot, reader_webp_shoot, reader_heic_shoot;

/* Baseline JPEG; `fine` keeps colours as sharp as brightness. */
str reader_jpeg_make(struct ctx *c, const struct picture *p, int quality,
                     bool fine);

void reader_heic_ready(void);
enum reader_verdict reader_pdf_judge(struct ctx *c, str bytes, uint32_t *pages);
