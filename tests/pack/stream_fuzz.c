/* SPDX-License-Identifier: EUPL-1.2 */
/* A stream of files read whole and in pieces tells the same, and what was told
 * stays within what was announced. The input is what stands inside the frame,
 * and is taken as a frame too. */
#include "pack/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

#define MOST ((uint64_t)1 << 20)

struct told {
    uint64_t left, all, sum;
    bool open;
};

static err on_file(struct ctx *c, void *arg, str name, uint64_t size)
{
    struct told *t = arg;

    (void)c;
    MUST(pack_name_safe(name) && !t->open);
    t->left = size, t->open = true;
    t->all += size;
    t->sum = t->sum * 31 + name.n;
    MUST(t->all <= MOST);
    return E_OK;
}

static err on_bytes(struct ctx *c, void *arg, str piece)
{
    struct told *t = arg;

    (void)c;
    MUST(piece.n <= t->left);
    t->left -= piece.n;
    for (size_t i = 0; i < piece.n; i++)
        t->sum = t->sum * 31 + (unsigned char)piece.p[i];
    return E_OK;
}

static err on_done(struct ctx *c, void *arg)
{
    struct told *t = arg;

    (void)c;
    MUST(t->open && t->left == 0);
    t->open = false;
    return E_OK;
}

static err read_in(struct ctx *c, str s, size_t piece, struct told *t)
{
    const struct pack_taker taker = {on_file, on_bytes, on_done, t, MOST};
    struct pack_reader *r = pack_reader_new(c, &taker);

    *t = (struct told){0};
    for (size_t i = 0; i < s.n; i += piece)
        TRY(pack_reader_feed(c, r, str_slice(s, i, i + piece)));
    return pack_reader_end(c, r);
}

static void both_ways(struct ctx *c, str s)
{
    struct told whole, cut;
    err e = read_in(c, s, s.n + 1, &whole), f = read_in(c, s, 13, &cut);

    MUST(e == f);
    MUST(e != E_OK || whole.sum == cut.sum);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct ctx c = {.mem = arena_new((size_t)1 << 28), .lang = STR("en")};
    str all = {(const char *)bytes, n}, frame;

    both_ways(&c, all);
    if (pack_squeeze(&c, all, &frame) == E_OK)
        both_ways(&c, frame);
    arena_free(c.mem);
    return 0;
}
