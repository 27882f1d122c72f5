/* SPDX-License-Identifier: EUPL-1.2 */
/* Any bytes as a note: read or refused with a sentence, and what was read is
 * shown as it was. */
#include "grant/grant.h"
#include "seal/seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct ctx c = {.mem = arena_new((size_t)64 << 20), .dice = seal_dice()};
    struct grant_note note, again;

    if (grant_note_read(&c, (str){(const char *)p, n}, &note) == E_OK) {
        MUST(grant_note_read(&c, grant_note_bytes(&c, &note), &again) == E_OK);
        MUST(str_eq(note.text, again.text) && note.n == again.n);
        MUST(grant_words(&c, note.text).n > 0);
    } else {
        MUST(c.why.n > 0);
    }
    arena_free(c.mem);
    return 0;
}
