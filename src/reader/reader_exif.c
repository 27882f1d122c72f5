/* SPDX-License-Identifier: EUPL-1.2 */
/* The one thing that is read of what a camera writes beside a picture. */
#include "reader/reader_priv.h"

#define ORIENTATION 0x0112

static uint32_t number(str s, size_t at, size_t bytes, bool big)
{
    uint32_t v = 0;

    for (size_t i = 0; i < bytes; i++) {
        size_t from = big ? at + i : at + bytes - 1 - i;

        v = v << 8 | (unsigned char)s.p[from];
    }
    return v;
}

int reader_exif_turn(str tiff)
{
    bool big = str_starts(tiff, STR("MM"));
    uint32_t at, n;

    if (tiff.n < 8 || (!big && !str_starts(tiff, STR("II"))))
        return 1;
    at = number(tiff, 4, 4, big);
    if (at > tiff.n - 2)
        return 1;
    n = number(tiff, at, 2, big);
    for (uint32_t i = 0; i < n && at + 2 + 12 * (i + 1) <= tiff.n; i++) {
        size_t entry = at + 2 + 12 * (size_t)i;

        if (number(tiff, entry, 2, big) == ORIENTATION)
            return (int)number(tiff, entry + 8, 2, big);
    }
    return 1;
}
