/* SPDX-License-Identifier: EUPL-1.2 */
/* letter: documents that the city issues, as PDF, and QR codes. Floor 3; uses
 * base, data, seal. Owns cairo, pango, qrencode.
 *
 * Equal facts give equal PDF bytes: no clock, no random id, fonts embedded.
 * Letterhead, number, date, signature block, seal and QR come from the frame;
 * the text comes from a template that yields plain text (docs/letters.md).
 * Any thread may print; the first letter of a thread takes some 20 ms, to find
 * the fonts, each next one 5. */
#pragma once

#include "base/base.h"

/* The frame of a letter. All texts are plain UTF-8; empty ones are left out. */
struct letter_frame {
    str government; /* "PEMERINTAH KOTA BANDUNG" */
    str office;     /* "DINAS PENANAMAN MODAL DAN ..." */
    str address;    /* one or two lines, parted by LF */
    str crest;      /* SVG of the safe subset, or empty */
    str colour;     /* "#0b6b4f": the line under the letterhead */
    str title;      /* "IZIN REKLAME" */
    str number;     /* "500.16.7.2/15/DPMPTSP" */
    str place;      /* "Bandung" */
    str date;       /* "2 Maret 2026" */
    str signer_title, signer_name, signer_id; /* post, name, NIP */
    str seal_note;   /* "Disegel secara elektronik oleh ..." */
    str verify_url;  /* in the QR code; holds the token */
    str verify_text; /* beside it: how to check */
    str lang;        /* "id" */
    str watermark;   /* "CONTOH" on training letters, or empty */
};

/* The body: paragraphs parted by an empty line, "# " heading, lines
 * "label : value" set as a table, "1. " and "a. " lists, **bold**, "\\" before
 * a character that shall mean nothing; four blanks before a line of code; "| a
 * | b |" two halves, for two who sign; a line with a form feed begins a page.
 * Returns the PDF (1.7, A4, tagged with title and language). E_REFUSED names a
 * character that no font can set; E_BAD_INPUT what is not UTF-8; E_TOO_BIG past
 * 20 pages or 256 KiB. */
err letter_pdf(struct ctx *c, const struct letter_frame *frame, str body,
               str *pdf) MUST_USE;

/* A fact for a body: on one line, and with nothing in it that a body would
 * read as a heading, row, item or bold. Every value that a person typed goes
 * through here before a template is filled. */
str letter_fact(struct ctx *c, str value);

/* A5 receipt for the counter: title, lines "label : value", QR, small print.*/
err letter_slip(struct ctx *c, const struct letter_frame *frame, str body,
                str *pdf) MUST_USE;

/* A QR code (level M) as an SVG of one path, with a quiet zone, for pages. */
err letter_qr_svg(struct ctx *c, str text, str title, str *svg) MUST_USE;

/* Is this SVG of the safe subset (svg, g, path, rect, circle, ellipse,
 * polygon, line with numbers and colours; no text, style, script, link,
 * reference)? Each fault is a finding. At most 32 KiB. */
err letter_crest_check(struct ctx *c, str file, str svg,
                       struct findings *f) MUST_USE;
