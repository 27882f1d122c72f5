/* SPDX-License-Identifier: EUPL-1.2 */
/* Many at once: acts, checkpoints, receipts and boxes on threads of their
 * own. */
#include "tests/ledger/town.h"

#include <pthread.h>
#include <stdatomic.h>

#define WRITERS 4
#define ACTS    60

struct crowd {
    struct town *t;
    atomic_int next, running, failed;
};

/* The test's seeded dice are nobody else's: a thread draws its own. */
static struct ctx own(struct arena *mem)
{
    return (struct ctx){.mem = mem,
                        .now = INT64_C(1771207200) * TIME_SECOND,
                        .lang = STR("en"),
                        .dice = seal_dice()};
}

static err one_act(struct ctx *c, struct crowd *w, int me, int i)
{
    str record = arena_fmt(c->mem, "W%d-%d", me, i / 3), about = STR("foto"),
        boxed, back;
    struct ledger_event e =
        town_event(c, i % 7 == 6 ? "balk" : "submit", record.p);
    err result = town_append(c, w->t, &e);

    if (i % 7 == 6)
        return result == E_REFUSED ? E_OK : E_INTERNAL;
    TRY(result);
    TRY(ledger_box(c, w->t->ledger, record, about, record, &boxed));
    TRY(ledger_unbox(c, w->t->ledger, record, about, boxed, &back));
    return str_eq(back, record) ? E_OK : E_INTERNAL;
}

static void *act(void *arg)
{
    struct crowd *w = arg;
    int me = atomic_fetch_add(&w->next, 1);

    for (int i = 0; i < ACTS; i++) {
        struct ctx c = own(arena_new((size_t)1 << 26));

        if (one_act(&c, w, me, i) != E_OK)
            atomic_fetch_add(&w->failed, 1);
        arena_free(c.mem);
    }
    atomic_fetch_sub(&w->running, 1);
    return NULL;
}

/* Checkpoints grow, and whatever one covers has a receipt. */
static void *watch(void *arg)
{
    struct crowd *w = arg;
    int64_t id = 1;

    while (atomic_load(&w->running) > 0) {
        struct ctx c = own(arena_new((size_t)1 << 28));
        struct ledger_told told;
        bool grown;
        str receipt;

        if (ledger_checkpoint(&c, w->t->ledger, &grown) != E_OK)
            atomic_fetch_add(&w->failed, 1);
        if (ledger_receipt(&c, w->t->ledger, id, true, &receipt) == E_OK) {
            if (ledger_verify(&c, receipt, w->t->policy, &told) != E_OK)
                atomic_fetch_add(&w->failed, 1);
            id++;
        }
        arena_free(c.mem);
    }
    return NULL;
}

TEST(many_at_once_make_one_log)
{
    struct town *t = town_open(c);
    struct crowd w = {.t = t};
    pthread_t threads[WRITERS + 1];
    struct findings f = {.n = 0};
    bool grown;

    CHECK_OK(store_start(c, t->store));
    atomic_store(&w.running, WRITERS);
    for (int i = 0; i < WRITERS; i++)
        MUST(pthread_create(&threads[i], NULL, act, &w) == 0);
    MUST(pthread_create(&threads[WRITERS], NULL, watch, &w) == 0);
    for (int i = 0; i <= WRITERS; i++)
        MUST(pthread_join(threads[i], NULL) == 0);
    CHECK_I64(atomic_load(&w.failed), 0);
    CHECK_I64((int64_t)town_size(c, t), WRITERS * (ACTS - ACTS / 7));
    CHECK_OK(ledger_checkpoint(c, t->ledger, &grown));
    CHECK_OK(ledger_audit(c, t->ledger, &f));
    CHECK_I64((int64_t)f.n, 0);
}
