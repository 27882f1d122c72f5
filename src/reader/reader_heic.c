/* SPDX-License-Identifier: EUPL-1.2 */
/* HEIC, as telephones write it, by libheif. */
#include "reader/reader_priv.h"

#include <libheif/heif.h>

/* It looks for plugins on the disk, which it cannot do in the jail. */
void reader_heic_ready(void)
{
    (void)heif_init(NULL);
}

static bool ok(struct heif_error e)
{
    return e.code == heif_error_Ok;
}

static enum reader_verdict take(struct ctx *c, const struct heif_image *i,
                                uint32_t most, struct shot *out)
{
    int w = heif_image_get_width(i, heif_channel_interleaved);
    int h = heif_image_get_height(i, heif_channel_interleaved);
    int stride = 0;
    const uint8_t *px =
        heif_image_get_plane_readonly(i, heif_channel_interleaved, &stride);
    struct shrink s;

    if (px == NULL || w <= 0 || h <= 0 || stride < 3 * w)
        return READER_BROKEN;
    if (!reader_picture_fits((uint64_t)w, (uint64_t)h))
        return READER_HUGE;
    s = reader_shrink_new(c, (uint32_t)w, (uint32_t)h, 3, most);
    for (int y = 0; y < h; y++)
        reader_shrink_row(&s, px + (size_t)y * (size_t)stride);
    out->picture = s.to;
    out->turn = 1; /* the library has turned it */
    return READER_FINE;
}

static enum reader_verdict decode(struct ctx *c,
                                  const struct heif_image_handle *h,
                                  uint32_t most, struct shot *out)
{
    struct heif_image *i = NULL;
    enum reader_verdict v = READER_BROKEN;

    if (!reader_picture_fits((uint64_t)heif_image_handle_get_width(h),
                             (uint64_t)heif_image_handle_get_height(h)))
        return READER_HUGE;
    if (ok(heif_decode_image(h, &i, heif_colorspace_RGB,
                             heif_chroma_interleaved_RGB, NULL)))
        v = take(c, i, most, out);
    heif_image_release(i);
    return v;
}

enum reader_verdict reader_heic_shoot(struct ctx *c, str bytes, uint32_t most,
                                      struct shot *out)
{
    struct heif_context *heif = heif_context_alloc();
    struct heif_image_handle *h = NULL;
    enum reader_verdict v = READER_BROKEN;

    MUST(heif != NULL);
    heif_context_set_max_decoding_threads(heif, 0);
    if (ok(heif_context_read_from_memory_without_copy(heif, bytes.p, bytes.n,
                                                      NULL)) &&
        ok(heif_context_get_primary_image_handle(heif, &h)))
        v = decode(c, h, most, out);
    heif_image_handle_release(h);
    heif_context_free(heif);
    return v;
}
