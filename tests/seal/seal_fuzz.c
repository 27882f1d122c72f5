/* SPDX-License-Identifier: EUPL-1.2 */
/* Every reader of seal on the same bytes; what it takes it must write again,
 * byte for byte. */
#include "seal/seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void feed_note(struct ctx *c, str bytes)
{
    struct seal_note note;
    struct seal_checkpoint p;
    struct seal_verdict v;
    struct seal_key k = {.name = STR("a.example/log"), .type = SEAL_ED25519};

    if (seal_note_read(c, bytes, &note) != E_OK)
        return;
    MUST(str_eq(seal_note_show(c, &note), bytes));
    for (size_t i = 0; i < note.n && i < 4; i++) {
        k.name = note.lines[i].name;
        k.id = note.lines[i].id;
        k.type = note.lines[i].blob.n == 64 ? SEAL_ED25519 : SEAL_COSIGNATURE;
        MUST(seal_note_word(&note, &k) == SEAL_FORGED);
    }
    MUST(seal_policy_check(c, seal_policy_of(c, &k), &note, &v) != E_OK);
    if (seal_checkpoint_read(c, note.text, &p) == E_OK)
        MUST(str_starts(note.text, seal_checkpoint_show(c, &p)));
}

static void feed_proof(struct ctx *c, str bytes)
{
    struct seal_proof p;

    if (seal_proof_read(c, bytes, &p) == E_OK)
        MUST(str_eq(seal_proof_show(c, &p), bytes));
}

static void feed_base64(struct ctx *c, str bytes)
{
    str raw;

    if (seal_unbase64(c, bytes, &raw))
        MUST(str_eq(seal_base64(c, raw.p, raw.n), bytes));
    if (seal_unbase64url(c, bytes, &raw))
        MUST(str_eq(seal_base64url(c, raw.p, raw.n), bytes));
}

static void feed_vkey(struct ctx *c, str bytes)
{
    struct seal_key k;

    if (seal_vkey_read(c, bytes, &k) == E_OK)
        MUST(str_eq(seal_vkey_show(c, &k), bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct ctx c = {.mem = arena_new((size_t)1 << 28),
                    .dice = seal_dice(),
                    .lang = STR("en")};
    str bytes = {(const char *)data, n};
    struct seal_policy *policy;
    err e;

    feed_note(&c, bytes);
    feed_proof(&c, bytes);
    feed_base64(&c, bytes);
    feed_vkey(&c, bytes);
    e = seal_policy_read(&c, STR("policy"), bytes, &policy);
    MUST(e == E_OK || c.why.n > 0);
    seal_password_holds(str_slice(bytes, 0, 16), bytes);
    arena_free(c.mem);
    return 0;
}
