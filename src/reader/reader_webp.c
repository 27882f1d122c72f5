/* SPDX-License-Identifier: EUPL-1.2 */
/* WebP, by libwebp. */
#include "reader/reader_priv.h"

#include <webp/decode.h>

static uint32_t number(const char *p)
{
    const unsigned char *b = (const unsigned char *)p;

    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
           (uint32_t)b[3] << 24;
}

/* The EXIF chunk of the container (RFC 9649, 2.7.1.5); some write JPEG's
 * heading before it. */
static int turn_of(str bytes)
{
    str rest = str_slice(bytes, 12, bytes.n);

    while (rest.n >= 8) {
        size_t n = number(rest.p + 4);
        str body = str_slice(rest, 8, n < rest.n - 8 ? 8 + n : rest.n);

        if (str_starts(rest, STR("EXIF")))
            return reader_exif_turn(str_starts(body, STR("Exif\0\0"))
                                        ? str_slice(body, 6, body.n)
                                        : body);
        rest = str_slice(rest, 8 + body.n + (n & 1), rest.n);
    }
    return 1;
}

static void take(struct ctx *c, const WebPDecBuffer *from, uint32_t channels,
                 uint32_t most, struct shot *out)
{
    uint32_t w = (uint32_t)from->width, h = (uint32_t)from->height;
    struct shrink s = reader_shrink_new(c, w, h, 3, most);

    for (uint32_t y = 0; y < h; y++) {
        unsigned char *row =
            from->u.RGBA.rgba + (size_t)y * (size_t)from->u.RGBA.stride;

        reader_picture_flatten(row, w, channels);
        reader_shrink_row(&s, row);
    }
    out->picture = s.to;
}

enum reader_verdict reader_webp_shoot(struct ctx *c, str bytes, uint32_t most,
                                      struct shot *out)
{
    const uint8_t *p = (const uint8_t *)bytes.p;
    enum reader_verdict v = READER_BROKEN;
    WebPDecoderConfig how;

    MUST(WebPInitDecoderConfig(&how));
    if (WebPGetFeatures(p, bytes.n, &how.input) != VP8_STATUS_OK)
        return READER_BROKEN;
    if (how.input.has_animation)
        return READER_MOVING;
    if (!reader_picture_fits((uint64_t)how.input.width,
                             (uint64_t)how.input.height))
        return READER_HUGE;
    how.output.colorspace = how.input.has_alpha ? MODE_RGBA : MODE_RGB;
    if (WebPDecode(p, bytes.n, &how) == VP8_STATUS_OK) {
        take(c, &how.output, how.input.has_alpha ? 4 : 3, most, out);
        out->turn = turn_of(bytes);
        v = READER_FINE;
    }
    WebPFreeDecBuffer(&how.output);
    return v;
}
