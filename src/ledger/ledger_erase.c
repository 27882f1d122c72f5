/* SPDX-License-Identifier: EUPL-1.2 */
/* Erasing, and erasing again what an older copy brought back. */
#include "ledger/ledger_priv.h"

#define STRETCH 4096 /* subjects between two queries */

static struct ledger_event erasure(struct ctx *c, str subject)
{
    struct ledger_event e = {.class = LEDGER_ERASURE};

    ledger_say(c, &e, "act", STR(LEDGER_ERASED));
    ledger_say(c, &e, "subject", subject);
    return e;
}

err ledger_erase(struct ctx *c, struct conn *tx, struct ledger *l,
                 const struct ledger_erasing *x)
{
    struct ledger_event e = erasure(c, x->subject);
    bool before;
    int64_t slot;

    TRY(ledger_subject(c, tx, x->subject, &slot, &before));
    if (before)
        return E_OK;
    if (slot == 0) {
        TRY(ledger_keys_take(c, l->keys, &slot));
        TRY(ledger_subject_add(c, tx, slot, x->subject));
    }
    ledger_say(c, &e, "reason", x->reason);
    ledger_say(c, &e, "by", x->by);
    ledger_say(c, &e, "with", x->with);
    TRY(ledger_append(c, tx, l, &e));
    return ledger_subject_erase(c, tx, slot, e.id);
}

err ledger_is_erased(struct ctx *c, struct conn *on, str subject, bool *erased)
{
    int64_t slot;

    return ledger_subject(c, on, subject, &slot, erased);
}

/* ---- again -------------------------------------------------------- */

static err find_in(struct ctx *c, struct ledger *l, struct conn *on, str **out,
                   size_t *n)
{
    size_t room = 0, got;
    int64_t slot = 0;

    do {
        struct ledger_gone *all;

        TRY(ledger_unerased_after(c, on, slot, STRETCH, &all, &got));
        for (size_t i = 0; i < got; i++) {
            slot = all[i].slot;
            if (!ledger_keys_forgot(c, l->keys, all[i].subject))
                continue;
            ARENA_GROW(c->mem, *out, *n, room);
            (*out)[(*n)++] = all[i].subject;
        }
    } while (got > 0);
    return E_OK;
}

err ledger_forgotten(struct ctx *c, struct ledger *l, const char *newer,
                     str **subjects, size_t *n)
{
    struct conn *on;
    err e;

    *subjects = NULL;
    *n = 0;
    if (newer != NULL)
        TRY(ledger_keys_learn(c, l->keys, newer));
    TRY(store_read(c, l->o.store, &on));
    store_patient(on);
    e = find_in(c, l, on, subjects, n);
    store_done(on);
    return e;
}

err ledger_erase_again(struct ctx *c, struct conn *tx, struct ledger *l,
                       str subject)
{
    bool before;
    int64_t slot;

    TRY(ledger_subject(c, tx, subject, &slot, &before));
    if (before || slot == 0)
        return E_OK;
    TRY(ledger_subject_erase(c, tx, slot, LEDGER_UNSAID));
    atomic_store(&l->swept, -1);
    return ledger_call_erasure(c, tx, l, subject);
}

err ledger_call_erasure(struct ctx *c, struct conn *tx, const struct ledger *l,
                        str subject)
{
    struct ledger_event e = erasure(c, subject);

    return ledger_call(c, tx, l, &e);
}

err ledger_erase_say(struct ctx *c, struct conn *tx, struct ledger *l,
                     str reason, size_t *n)
{
    struct ledger_gone *all;

    TRY(ledger_unsaid(c, tx, &all, n));
    for (size_t i = 0; i < *n; i++) {
        struct ledger_event e = erasure(c, all[i].subject);

        ledger_say(c, &e, "reason", reason);
        ledger_say(c, &e, "by", STR("system"));
        TRY(ledger_append(c, tx, l, &e));
        TRY(ledger_subject_erase(c, tx, all[i].slot, e.id));
    }
    return E_OK;
}
