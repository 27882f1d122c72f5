/* SPDX-License-Identifier: EUPL-1.2 */
/* The text of a letter, cut into blocks: docs/letters.md. */
#include "letter/letter_priv.h"

#define LABEL_MOST 64 /* a longer one is a sentence with a colon in it */

static str joined(struct ctx *c, str a, str b)
{
    return a.n == 0 ? b
                    : arena_fmt(c->mem, "%.*s %.*s", STR_ARG(a), STR_ARG(b));
}

/* "1. " to "999. ", or "a. ": the length of the mark, 0 where there is none. */
static size_t item_mark(str line, bool *inner)
{
    size_t n = 0;

    while (n < line.n && n < 3 && line.p[n] >= '0' && line.p[n] <= '9')
        n++;
    *inner = n == 0;
    if (n == 0 && line.n > 0 && line.p[0] >= 'a' && line.p[0] <= 'z')
        n = 1;
    return n > 0 && str_starts(str_slice(line, n, line.n), STR(". ")) ? n + 1
                                                                      : 0;
}

static struct letter_block classify(str line)
{
    struct letter_block b = {.kind = LETTER_PARAGRAPH, .text = str_trim(line)};
    size_t mark = item_mark(line, &b.inner), colon = str_find(line, STR(" : "));

    if (str_starts(line, STR("    "))) {
        b.kind = LETTER_CODE;
        b.text = str_slice(line, 4, line.n);
    } else if (str_starts(line, STR("|"))) {
        size_t bar;

        line = str_trim(line);
        if (str_ends(line, STR(" |")))
            line = str_slice(line, 0, line.n - 2);
        bar = str_find(line, STR(" | "));
        b.kind = LETTER_PAIR;
        b.label = str_trim(str_slice(line, 1, bar));
        b.text =
            str_trim(str_slice(line, bar < line.n ? bar + 3 : bar, line.n));
    } else if (str_starts(line, STR("# "))) {
        b.kind = LETTER_HEADING;
        b.text = str_trim(str_slice(line, 2, line.n));
    } else if (mark > 0) {
        b.kind = LETTER_ITEM;
        b.label = str_slice(line, 0, mark);
        b.text = str_trim(str_slice(line, mark, line.n));
    } else if (colon > 0 && colon < line.n && colon <= LABEL_MOST) {
        b.kind = LETTER_ROW;
        b.label = str_trim(str_slice(line, 0, colon));
        b.text = str_trim(str_slice(line, colon + 3, line.n));
    }
    return b;
}

/* A plain line goes on with the block before it; a heading is one line. */
static bool goes_on(const struct letter_block *last,
                    const struct letter_block *b)
{
    return !b->first && b->kind == LETTER_PARAGRAPH &&
           last->kind != LETTER_HEADING && last->kind != LETTER_CODE &&
           last->kind != LETTER_PAIR;
}

void letter_read_body(struct ctx *c, str body, struct letter_block **out,
                      size_t *n)
{
    struct letter_block *all = NULL, b;
    size_t room = 0;
    bool apart = true, anew = false;
    str line;

    *n = 0;
    while (body.n > 0) {
        str_cut(body, '\n', &line, &body);
        if (str_trim(line).n == 0 || str_eq(line, STR("\f"))) {
            apart = true;
            anew = anew || str_find(line, STR("\f")) < line.n;
            continue;
        }
        b = classify(line);
        b.first = apart;
        b.anew = anew;
        apart = anew = false;
        if (*n > 0 && goes_on(&all[*n - 1], &b)) {
            all[*n - 1].text = joined(c, all[*n - 1].text, b.text);
            continue;
        }
        ARENA_GROW(c->mem, all, *n, room);
        all[(*n)++] = b;
    }
    *out = all;
}

str letter_fact(struct ctx *c, str value)
{
    struct buf b = buf_new(c, 2 * value.n);
    bool blank = false;

    for (size_t i = 0; i < value.n; i++) {
        char ch = value.p[i];
        bool space = strchr(" \t\r\n\v\f", ch) != NULL && ch != '\0';

        if (blank && !space && b.n > 0)
            buf_char(&b, ' ');
        if (!space && ch != '\0' && strchr("\\*#:.|", ch) != NULL)
            buf_char(&b, '\\');
        if (!space)
            buf_char(&b, ch);
        blank = space;
    }
    return buf_str(&b);
}
