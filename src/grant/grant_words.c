/* SPDX-License-Identifier: EUPL-1.2 */
/* Eight words to read over the telephone: 88 bits of a text's SHA-256, eleven
 * a word, the first bit first. words.txt is frozen for ever. */
#include "grant/grant_priv.h"

#define WORDS 2048
#define BITS  11
#define SAID  8

static const char *const words[] = {
#include "gen/grant_words.h"
};
_Static_assert(COUNT(words) == WORDS, "a word for each eleven bits");

static unsigned bits_at(const unsigned char *p, unsigned from)
{
    unsigned v = 0;

    for (unsigned i = from; i < from + BITS; i++)
        v = v << 1 | ((unsigned)p[i / 8] >> (7 - i % 8) & 1U);
    return v;
}

str grant_words(struct ctx *c, str text)
{
    struct hash h = seal_sha256(text);
    struct buf b = buf_new(c, 200);

    for (unsigned i = 0; i < SAID; i++)
        buf_fmt(&b, "%s%s", i == 0 ? "" : " ", words[bits_at(h.b, i * BITS)]);
    return buf_str(&b);
}
