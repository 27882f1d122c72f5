/* SPDX-License-Identifier: EUPL-1.2 */
/* Pictures made smaller and turned upright. */
#include "reader/reader_priv.h"

bool reader_picture_fits(uint64_t w, uint64_t h)
{
    return w > 0 && h > 0 && w <= SIDE_MOST && h <= SIDE_MOST &&
           w * h <= READER_PIXELS;
}

struct picture reader_picture_new(struct ctx *c, uint32_t w, uint32_t h,
                                  uint32_t channels)
{
    MUST(reader_picture_fits(w, h) && (channels == 1 || channels == 3));
    return (struct picture){
        w, h, channels, NEWS(c->mem, unsigned char, (size_t)w *h *channels)};
}

/* ---- the mean of an area ------------------------------------------ */

static uint32_t scaled(uint32_t side, uint32_t most, uint32_t longest)
{
    uint32_t n = (uint32_t)(((uint64_t)side * most + longest / 2) / longest);

    return n > 0 ? n : 1;
}

struct shrink reader_shrink_new(struct ctx *c, uint32_t w, uint32_t h,
                                uint32_t channels, uint32_t most)
{
    uint32_t longest = w > h ? w : h;
    struct shrink s = {.w = w, .h = h};

    if (most > longest)
        most = longest;
    s.to = reader_picture_new(c, scaled(w, most, longest),
                              scaled(h, most, longest), channels);
    s.across = NEWS(c->mem, uint32_t, (size_t)s.to.w * channels);
    s.down = NEWS(c->mem, uint32_t, (size_t)s.to.w * channels);
    return s;
}

/* A pixel that comes in is as wide as `to.w` units, one that goes out as `w`;
 * so nothing is ever rounded but the mean. Means have 8 bits more. */
static void squeeze_row(struct shrink *s, const unsigned char *row)
{
    uint32_t n = s->to.channels, part = 0, sum[3];
    uint32_t *out = s->across;

    for (uint32_t x = 0; x < s->to.w; x++) {
        uint32_t left = s->w;

        memset(sum, 0, sizeof sum);
        while (left > 0) {
            uint32_t take = s->to.w - part < left ? s->to.w - part : left;

            for (uint32_t k = 0; k < n; k++)
                sum[k] += row[k] * take;
            left -= take;
            part += take;
            if (part == s->to.w)
                part = 0, row += n;
        }
        for (uint32_t k = 0; k < n; k++)
            *out++ = (uint32_t)(((uint64_t)sum[k] << 8) / s->w);
    }
}

static void put_row(struct shrink *s)
{
    size_t n = (size_t)s->to.w * s->to.channels;
    unsigned char *out = s->to.px + s->row * n;

    for (size_t i = 0; i < n; i++) {
        uint32_t mean = (s->down[i] / s->h + 128) >> 8;

        out[i] = (unsigned char)(mean < 255 ? mean : 255);
    }
    memset(s->down, 0, n * sizeof *s->down);
    s->filled = 0;
    s->row++;
}

static void stack_row(struct shrink *s)
{
    size_t n = (size_t)s->to.w * s->to.channels;
    uint32_t left = s->to.h;

    while (left > 0) {
        uint32_t room = s->h - s->filled, take = room < left ? room : left;

        for (size_t i = 0; i < n; i++)
            s->down[i] += s->across[i] * take;
        s->filled += take;
        left -= take;
        if (s->filled == s->h)
            put_row(s);
    }
}

void reader_shrink_row(struct shrink *s, const unsigned char *row)
{
    size_t n = (size_t)s->to.w * s->to.channels;

    if (s->w == s->to.w && s->h == s->to.h) {
        memcpy(s->to.px + s->row++ * n, row, n);
        return;
    }
    squeeze_row(s, row);
    stack_row(s);
}

struct picture reader_picture_shrink(struct ctx *c, const struct picture *p,
                                     uint32_t most)
{
    struct shrink s = reader_shrink_new(c, p->w, p->h, p->channels, most);

    for (uint32_t y = 0; y < p->h; y++)
        reader_shrink_row(&s, p->px + (size_t)y * p->w * p->channels);
    return s.to;
}

void reader_picture_flatten(unsigned char *row, uint32_t n, uint32_t channels)
{
    uint32_t colours = channels - 1;
    unsigned char *to = row;

    if (channels != 2 && channels != 4)
        return;
    for (uint32_t i = 0; i < n; i++, row += channels) {
        uint32_t alpha = row[colours];

        for (uint32_t k = 0; k < colours; k++)
            *to++ =
                (unsigned char)((row[k] * alpha + 255 * (255 - alpha) + 127) /
                                255);
    }
}

/* ---- upright ------------------------------------------------------ */

/* Which pixel of the one that lies stands at (x, y) of the one that stands:
 * across and down exchanged, then each counted from the other end. */
static const struct turn {
    bool swap, from_right, from_below;
} turns[] = {
    {false, false, false}, {false, false, false}, {false, true, false},
    {false, true, true},   {false, false, true},  {true, false, false},
    {true, false, true},   {true, true, true},    {true, true, false},
};

static const unsigned char *lying(const struct picture *p, const struct turn *t,
                                  uint32_t x, uint32_t y)
{
    uint32_t u = t->swap ? y : x, v = t->swap ? x : y;

    if (t->from_right)
        u = p->w - 1 - u;
    if (t->from_below)
        v = p->h - 1 - v;
    return p->px + ((size_t)v * p->w + u) * p->channels;
}

struct picture reader_picture_upright(struct ctx *c, const struct picture *p,
                                      int turn)
{
    const struct turn *t = &turns[turn >= 1 && turn <= 8 ? turn : 1];
    struct picture up;
    unsigned char *to;

    if (t == &turns[1])
        return *p;
    up = reader_picture_new(c, t->swap ? p->h : p->w, t->swap ? p->w : p->h,
                            p->channels);
    to = up.px;
    for (uint32_t y = 0; y < up.h; y++)
        for (uint32_t x = 0; x < up.w; x++, to += up.channels)
            memcpy(to, lying(p, t, x, y), up.channels);
    return up;
}
