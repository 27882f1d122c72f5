/* SPDX-License-Identifier: EUPL-1.2 */
/* One zstd frame, and nothing that could be something else. */
#include "pack/pack.h"

#include <zstd.h>

enum { LEVEL = 19, WINDOW_LOG = 20 };

static size_t compress(ZSTD_CCtx *z, char *to, size_t room, str bytes)
{
    ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel, LEVEL);
    ZSTD_CCtx_setParameter(z, ZSTD_c_windowLog, WINDOW_LOG);
    ZSTD_CCtx_setParameter(z, ZSTD_c_contentSizeFlag, 1);
    ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
    ZSTD_CCtx_setParameter(z, ZSTD_c_dictIDFlag, 0);
    return ZSTD_compress2(z, to, room, bytes.p, bytes.n);
}

err pack_squeeze(struct ctx *c, str bytes, str *out)
{
    size_t room = ZSTD_compressBound(bytes.n), n;
    char *to = NEWS(c->mem, char, room + 1);
    ZSTD_CCtx *z = ZSTD_createCCtx();

    MUST(z != NULL);
    n = compress(z, to, room, bytes);
    ZSTD_freeCCtx(z);
    if (ZSTD_isError(n))
        return fail(c, E_INTERNAL,
                    say(c, "Data tidak dapat dimampatkan (%s).",
                        "The data could not be compressed (%s)."),
                    ZSTD_getErrorName(n));
    *out = (str){to, n};
    return E_OK;
}

static err refuse(struct ctx *c, const char *id, const char *en)
{
    return fail(c, E_BAD_INPUT,
                say(c, "Data termampatkan ini ditolak: %s.",
                    "This compressed data is refused: %s."),
                str_eq(c->lang, STR("en")) ? en : id);
}

/* RFC 8878, 3.1.1.1.2: 2^(10 + exponent), and mantissa eighths of it more. */
static bool window_fits(unsigned char descriptor)
{
    uint64_t base = UINT64_C(1) << (10 + (descriptor >> 3));

    return base + base / 8 * (descriptor & 7) <= UINT64_C(1) << WINDOW_LOG;
}

/* RFC 8878, 3.1.1.1: the magic number and the frame header descriptor. The
 * library would also read older formats, and ignore the unused bit. */
static err check_header(struct ctx *c, str frame)
{
    static const unsigned char magic[] = {0x28, 0xB5, 0x2F, 0xFD};
    const unsigned char *p = (const unsigned char *)frame.p;
    bool single;

    if (frame.n < 6 || memcmp(p, magic, sizeof magic) != 0)
        return refuse(c, "bukan bingkai zstd", "it is no zstd frame");
    single = (p[4] & 0x20) != 0;
    if ((p[4] & 0x18) != 0)
        return refuse(c, "bit cadangan terpakai", "a reserved bit is set");
    if ((p[4] & 0x04) == 0)
        return refuse(c, "tanpa jumlah uji", "it has no checksum");
    if ((p[4] & 0x03) != 0)
        return refuse(c, "memakai kamus", "it uses a dictionary");
    if (!single && !window_fits(p[5]))
        return refuse(c, "jendela lebih dari 1 MiB",
                      "its window is larger than 1 MiB");
    return E_OK;
}

err pack_unsqueeze(struct ctx *c, str frame, size_t most, str *out)
{
    unsigned long long size;
    size_t n;
    char *to;

    TRY(check_header(c, frame));
    size = ZSTD_getFrameContentSize(frame.p, frame.n);
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR)
        return refuse(c, "tanpa ukuran isi", "it does not tell its size");
    if (size > most)
        return fail(c, E_TOO_BIG,
                    say(c, "Isinya %llu bita; paling banyak %zu.",
                        "It holds %llu bytes; at most %zu are taken."),
                    size, most);
    if (ZSTD_findFrameCompressedSize(frame.p, frame.n) != frame.n)
        return refuse(c, "rusak, terpotong, atau ada data di belakangnya",
                      "it is broken or cut, or data follow it");
    to = NEWS(c->mem, char, (size_t)size + 1);
    n = ZSTD_decompress(to, (size_t)size, frame.p, frame.n);
    if (ZSTD_isError(n) || n != size)
        return refuse(c, "isinya rusak", "its contents are broken");
    *out = (str){to, n};
    return E_OK;
}
