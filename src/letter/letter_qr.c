/* SPDX-License-Identifier: EUPL-1.2 */
/* QR codes, level M: on paper as rectangles, in pages as one SVG path. */
#include "letter/letter_priv.h"

#include <errno.h>
#include <qrencode.h>

#define QUIET 4 /* modules of white around it, ISO/IEC 18004 */

static void drop(void *code)
{
    QRcode_free(code);
}

err letter_make_qr(struct ctx *c, str text, struct letter_qr *out)
{
    QRcode *code;

    if (text.n == 0 || text.n > 1024)
        return fail(c, E_TOO_BIG,
                    say(c, "Isi kode QR %zu bita; 1 sampai 1024 yang dapat.",
                        "A QR code of %zu bytes; 1 to 1024 are possible."),
                    text.n);
    code = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0,
                             QR_ECLEVEL_M);
    MUST(code != NULL); /* 1024 bytes fit in version 25 */
    arena_owns(c->mem, drop, code);
    *out = (struct letter_qr){.side = code->width, .module = code->data};
    return E_OK;
}

bool letter_qr_dark(const struct letter_qr *q, int x, int y)
{
    return q->module[y * q->side + x] & 1;
}

/* The length of the dark run that begins at (x, y), 0 where it is white. */
static int run(const struct letter_qr *q, int x, int y)
{
    int n = 0;

    while (x + n < q->side && letter_qr_dark(q, x + n, y))
        n++;
    return n;
}

void letter_draw_qr(cairo_t *cr, const struct letter_qr *q, double x, double y,
                    double size)
{
    double unit = size / q->side;
    int n;

    cairo_set_source_rgb(cr, 0, 0, 0);
    for (int j = 0; j < q->side; j++)
        for (int i = 0; i < q->side; i += n + 1)
            if ((n = run(q, i, j)) > 0)
                cairo_rectangle(cr, x + i * unit, y + j * unit, n * unit, unit);
    cairo_fill(cr);
}

err letter_qr_svg(struct ctx *c, str text, str title, str *svg)
{
    struct buf b = buf_new(c, 128 << 10);
    struct letter_qr q;
    int side, n;

    TRY(letter_make_qr(c, text, &q));
    side = q.side + 2 * QUIET;
    buf_fmt(&b,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"qr\" "
            "viewBox=\"0 0 %d %d\" role=\"img\" "
            "shape-rendering=\"crispEdges\" aria-label=\"",
            side, side);
    buf_html(&b, title);
    buf_fmt(&b, "\"><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/><path d=\"",
            side, side);
    for (int j = 0; j < q.side; j++)
        for (int i = 0; i < q.side; i += n + 1)
            if ((n = run(&q, i, j)) > 0)
                buf_fmt(&b, "M%d %dh%dv1h-%dz", i + QUIET, j + QUIET, n, n);
    buf_lit(&b, "\"/></svg>");
    return buf_done(c, &b, svg);
}
