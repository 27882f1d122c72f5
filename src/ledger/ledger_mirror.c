/* SPDX-License-Identifier: EUPL-1.2 */
/* What a log serves, as who keeps a copy of it reads it (tlog-tiles). */
#include "ledger/ledger_priv.h"

/* "x001/x234/067": groups of three digits, all but the last marked. */
static void show_n(struct buf *b, uint64_t n, bool last)
{
    if (n >= 1000)
        show_n(b, n / 1000, false);
    buf_fmt(b, last ? "%03u" : "x%03u/", (unsigned)(n % 1000));
}

str ledger_bundle_path(struct ctx *c, uint64_t at, uint64_t size)
{
    struct buf b = buf_new(c, 128);
    uint64_t n = at / LEDGER_TILE, left = size - n * LEDGER_TILE;

    buf_lit(&b, "tile/entries/");
    show_n(&b, n, true);
    if (left < LEDGER_TILE)
        buf_fmt(&b, ".p/%u", (unsigned)left);
    return buf_str(&b);
}

err ledger_bundle_read(struct ctx *c, str bytes, str entries[LEDGER_TILE],
                       size_t *n)
{
    for (*n = 0; bytes.n > 0; (*n)++) {
        size_t size = bytes.n < 2 ? bytes.n : get_u16be(bytes.p);

        if (bytes.n < 2 || bytes.n - 2 < size || *n == LEDGER_TILE)
            return fail(c, E_BAD_INPUT, "%s",
                        say(c, "Ini bukan ubin entri sebuah log.",
                            "This is no tile of a log's entries."));
        entries[*n] = str_slice(bytes, 2, 2 + size);
        bytes = str_slice(bytes, 2 + size, bytes.n);
    }
    return E_OK;
}
