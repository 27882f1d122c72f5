/* SPDX-License-Identifier: EUPL-1.2 */
/* The two papers that the city prints on, and the last touch on a PDF. */
#include "letter/letter_priv.h"

#define BODY_MOST (256 << 10)

static const struct letter_sheet a4 = {.width = 595.276,
                                       .height = 841.89,
                                       .left = 68,
                                       .right = 57,
                                       .top = 42,
                                       .bottom = 48,
                                       .em = 11};
static const struct letter_sheet a5 = {.width = 419.528,
                                       .height = 595.276,
                                       .left = 34,
                                       .right = 34,
                                       .top = 28,
                                       .bottom = 34,
                                       .em = 9.5};

static err print(struct ctx *c, const struct letter_sheet *s,
                 const struct letter_frame *frame, str body, str *pdf)
{
    size_t points;

    if (body.n > BODY_MOST)
        return fail(c, E_TOO_BIG,
                    say(c, "Isi surat %zu bita; paling banyak %d.",
                        "A letter's text of %zu bytes; %d at most."),
                    body.n, BODY_MOST);
    if (!str_utf8(body, &points))
        return fail(c, E_BAD_INPUT, "%s",
                    say(c, "Isi surat bukan teks UTF-8.",
                        "The letter's text is not UTF-8."));
    return letter_draw(c, s, frame, body, pdf);
}

err letter_pdf(struct ctx *c, const struct letter_frame *frame, str body,
               str *pdf)
{
    return print(c, &a4, frame, body, pdf);
}

err letter_slip(struct ctx *c, const struct letter_frame *frame, str body,
                str *pdf)
{
    return print(c, &a5, frame, body, pdf);
}
