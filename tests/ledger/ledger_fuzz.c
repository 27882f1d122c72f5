/* SPDX-License-Identifier: EUPL-1.2 */
/* The bytes as a receipt, and as what a receipt opens, which base64 would
 * otherwise keep from the fuzzer. */
#include "ledger/ledger.h"

#define LOG_KEY                                                                \
    "kota.example/log+1208cc59+AaUHrnuD0iieU6J5Lp0gRlyAVmuVtdhPkssiU/6j+g92"
#define NOTE                                                                   \
    "kota.example/log\n1\n"                                                    \
    "Xb4pfoud8FV6QuHnGJcBtBi/66LVzT9i0jfFv+Oj9pY=\n\n"                         \
    "\xE2\x80\x94 kota.example/log "                                           \
    "EgjMWfw0ZzwmtZBQnAtgilp6kM1J7CncWHYRnh0JC3AbnHelkTq0mFJpMO0hlkO0CqdL0TiZ" \
    "SQGPIG19thqIiQRH3Ac=\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* What verifies opens each name once and says where it stands; what does not
 * says why. */
static void feed(struct ctx *c, str receipt, const struct seal_policy *policy)
{
    struct ledger_told told;
    err e = ledger_verify(c, receipt, policy, &told);

    if (e != E_OK) {
        MUST(c->why.n > 0);
        return;
    }
    MUST(told.index < told.verdict.checkpoint.size);
    MUST(ledger_class_name(told.class) != NULL);
    for (size_t i = 0; i < told.n; i++)
        for (size_t k = 0; k < i; k++)
            MUST(!str_eq(told.open[i].name, told.open[k].name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct ctx c = {.mem = arena_new((size_t)1 << 28),
                    .dice = seal_dice(),
                    .lang = STR("en")};
    str bytes = {(const char *)data, n};
    struct seal_proof proof = {.extra = bytes, .note = STR(NOTE)};
    struct seal_key key;

    MUST(seal_vkey_read(&c, STR(LOG_KEY), &key) == E_OK);
    feed(&c, bytes, seal_policy_of(&c, &key));
    c.why = STR("");
    if (n <= (size_t)1 << 19)
        feed(&c, seal_proof_show(&c, &proof), seal_policy_of(&c, &key));
    arena_free(c.mem);
    return 0;
}
