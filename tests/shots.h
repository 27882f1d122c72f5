/* SPDX-License-Identifier: EUPL-1.2 */
/* Pictures and documents as telephones, scanners and villains make them. */
#pragma once

#include "base/base.h"

/* Red in the upper left corner, green in the upper right one, blue below, with
 * some noise, so that nothing is too easy to encode. RGB, in c->mem. */
unsigned char *shot_pixels(struct ctx *c, uint32_t w, uint32_t h);

/* What a camera writes into EXIF: how it was held, who has it and where it was;
 * `turn` 0 leaves the orientation out. A segment's body, "Exif\0\0" first. */
str shot_exif(struct ctx *c, int turn);
#define SHOT_OWNER "PEMILIK-KAMERA-9999010101900001"

/* With a segment APP1 where `exif` is not empty, a comment, and quality 90. */
str shot_jpeg(struct ctx *c, uint32_t w, uint32_t h, str exif);
str shot_progressive(struct ctx *c, uint32_t w, uint32_t h);
str shot_grey(struct ctx *c, uint32_t w, uint32_t h);
str shot_inks(struct ctx *c, uint32_t w, uint32_t h); /* CMYK */
/* With a text chunk that names the owner; `alpha`: half of it is seen through;
 * interlaced where asked. */
str shot_png(struct ctx *c, uint32_t w, uint32_t h, bool alpha, bool laced);
str shot_webp(struct ctx *c, uint32_t w, uint32_t h);
str shot_heic(struct ctx *c, uint32_t w, uint32_t h);

/* The pixels of a JPEG: what an officer's browser will show. */
struct seen_shot {
    uint32_t w, h, channels;
    unsigned char *px;
};
bool shot_see(struct ctx *c, str jpeg, struct seen_shot *out);
/* 'r', 'g', 'b', 'w' or '?', of the pixel at this part of width and height. */
char shot_colour(const struct seen_shot *s, double x, double y);

/* A document of one page out of numbered objects: 1 is the catalogue, 2 the
 * pages, 3 the page; `more` are the others, whole ("4 0 obj ... endobj\n"),
 * and `root` goes into the catalogue. */
str shot_pdf(struct ctx *c, str root, str more);
str shot_pdf_locked(struct ctx *c, str plain);
