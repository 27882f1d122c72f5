/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of the room share: text to blocks (letter_body.c), blocks to
 * lines (letter_set.c), lines to pages (letter_page.c), the crest
 * (letter_crest.c, letter_path.c), the code (letter_qr.c). */
#pragma once

#include "letter/letter.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#define LETTER_PAGES 20

/* A paper size. Lengths are points; type and gaps are in `em`. */
struct letter_sheet {
    double width, height;
    double left, right, top, bottom; /* margins */
    double em;
};

/* ---- the text ----------------------------------------------------- */

enum letter_kind {
    LETTER_PARAGRAPH,
    LETTER_HEADING,
    LETTER_ROW,  /* label : value */
    LETTER_ITEM, /* 1. or a. */
    LETTER_CODE, /* four blanks before it: as it stands, line by line */
    LETTER_PAIR, /* | left | right: two centred halves, for two who sign */
    LETTER_KINDS
};

struct letter_block {
    enum letter_kind kind;
    bool inner;      /* an "a." item stands one step further in */
    bool first;      /* begins a group: an empty line was before it */
    bool anew;       /* begins a page: a form feed was before it */
    str label, text; /* label: of a row, or "1." of an item */
};

/* The blocks of a body; never fails, since every text is a letter. */
void letter_read_body(struct ctx *c, str body, struct letter_block **out,
                      size_t *n);

/* ---- setting type ------------------------------------------------- */

/* A text and how it is set. */
struct letter_type {
    str text;
    const char *font; /* family */
    double size, width;
    PangoAlignment align;
    bool bold, justify;
    bool marked; /* ** and \ mean something: body text */
};

/* One line of the page: up to a label, a colon and a value side by side. */
struct letter_line {
    struct {
        PangoLayoutLine *line;
        double x;
    } part[3];
    size_t parts;
    double gap, height, baseline; /* space above, own height, from its top */
    bool keep;                    /* no page ends after it */
    bool anew;                    /* a page begins with it */
    size_t block;                 /* lines of one block are one element */
};

/* A layout context without hinting, so that lines break alike anywhere. */
PangoContext *letter_pango(struct ctx *c, str lang);
/* E_REFUSED names the character that no font can set. */
err letter_set(struct ctx *c, PangoContext *pango, const struct letter_type *t,
               PangoLayout **out) MUST_USE;
double letter_height(PangoLayout *l); /* in points */
err letter_set_body(struct ctx *c, PangoContext *pango,
                    const struct letter_sheet *s,
                    const struct letter_block *blocks, size_t n,
                    struct letter_line **out, size_t *lines) MUST_USE;

/* ---- pages -------------------------------------------------------- */

err letter_draw(struct ctx *c, const struct letter_sheet *s,
                const struct letter_frame *f, str body, str *pdf) MUST_USE;

/* The document as cairo wrote it, with its language, version 1.7 and without
 * a creation date, as an incremental update. */
err letter_finish(struct ctx *c, str drawn, str lang, str *pdf) MUST_USE;

/* ---- the crest ---------------------------------------------------- */

struct letter_crest;

/* Reads a crest; NULL in *out where there were errors. */
err letter_read_crest(struct ctx *c, str file, str svg, struct findings *f,
                      const struct letter_crest **out) MUST_USE;
/* Into a box, as large as fits, centred. currentColor is black. */
void letter_draw_crest(cairo_t *cr, const struct letter_crest *crest, double x,
                       double y, double w, double h);

enum { LETTER_MOVE = 'M', LETTER_LINE = 'L', LETTER_CURVE = 'C', LETTER_END };

/* An absolute step of an outline: M, L: 2 numbers; C: 6; END closes. */
struct letter_step {
    int op;
    double v[6];
};

struct letter_outline {
    struct letter_step *steps;
    size_t n, room;
};

void letter_add_step(struct ctx *c, struct letter_outline *o, int op,
                     const double *v);
/* An elliptical arc from (x0,y0), SVG 1.1 appendix F.6, as curves. */
void letter_add_arc(struct ctx *c, struct letter_outline *o, const double *from,
                    const double *arc);
/* Path data. False, with *at the offset of the fault, where it is malformed. */
bool letter_read_path(struct ctx *c, str d, struct letter_outline *o,
                      size_t *at);
/* A number as SVG writes it, at *at of s; moves *at. */
bool letter_read_number(str s, size_t *at, double *out);

/* ---- the code ----------------------------------------------------- */

struct letter_qr {
    int side; /* modules, without quiet zone */
    const unsigned char *module;
};

err letter_make_qr(struct ctx *c, str text, struct letter_qr *out) MUST_USE;
bool letter_qr_dark(const struct letter_qr *q, int x, int y);
void letter_draw_qr(cairo_t *cr, const struct letter_qr *q, double x, double y,
                    double size);
