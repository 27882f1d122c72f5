/* SPDX-License-Identifier: EUPL-1.2 */
/* What is read as an archive is canonical; what is read as a frame squeezes
 * and comes back. */
#include "pack/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void read_archive(struct ctx *c, str archive)
{
    struct pack_file *files;
    size_t n;
    str again;

    if (pack_read(c, archive, &files, &n) != E_OK)
        return;
    MUST(pack_write(c, files, n, &again) == E_OK);
    MUST(str_eq(again, archive));
}

static void read_frame(struct ctx *c, str frame)
{
    str inside, again, back;

    if (pack_unsqueeze(c, frame, (size_t)1 << 20, &inside) != E_OK)
        return;
    MUST(pack_squeeze(c, inside, &again) == E_OK);
    MUST(pack_unsqueeze(c, again, inside.n, &back) == E_OK);
    MUST(str_eq(inside, back));
    read_archive(c, inside);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct ctx c = {.mem = arena_new((size_t)1 << 28), .lang = STR("en")};
    str all = {(const char *)bytes, n};

    read_archive(&c, all);
    read_frame(&c, all);
    arena_free(c.mem);
    return 0;
}
