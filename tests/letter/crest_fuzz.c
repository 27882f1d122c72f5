/* SPDX-License-Identifier: EUPL-1.2 */
/* Any bytes as a crest: checked without harm, and drawn where accepted. */
#include "letter/letter.h"

static void same(const struct dice *d, void *out, size_t n)
{
    (void)d;
    memset(out, 7, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const struct dice dice = {same};
    struct ctx c = {.mem = arena_new((size_t)256 << 20), .dice = &dice};
    str svg = arena_str(c.mem, (str){(const char *)data, n});
    struct letter_frame frame = {.crest = svg, .title = STR("x")};
    struct findings f = {0};
    str pdf;

    if (letter_crest_check(&c, STR("crest"), svg, &f) == E_OK && f.errors == 0)
        MUST(letter_slip(&c, &frame, STR("a : b"), &pdf) == E_OK);
    arena_free(c.mem);
    return 0;
}
