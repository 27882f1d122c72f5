/* SPDX-License-Identifier: EUPL-1.2 */
/* gzip (RFC 1952), for pages and for what never changes. */
#include "web/web_priv.h"

#include <zlib.h>

#define LEVEL  6
#define WINDOW (15 + 16) /* with a gzip head */

/* Empty where it cannot be made smaller. */
str web_zip(struct ctx *c, str plain)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)plain.p};
    size_t room;
    char *out;
    bool done;

    if (plain.n < 256 || plain.n > UINT32_MAX ||
        deflateInit2(&z, LEVEL, Z_DEFLATED, WINDOW, 8, Z_DEFAULT_STRATEGY) !=
            Z_OK)
        return STR("");
    room = deflateBound(&z, plain.n);
    out = NEWS(c->mem, char, room + 1);
    z.avail_in = (uInt)plain.n;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)room;
    done = deflate(&z, Z_FINISH) == Z_STREAM_END;
    deflateEnd(&z);
    return done && z.total_out < plain.n ? (str){out, z.total_out} : STR("");
}
