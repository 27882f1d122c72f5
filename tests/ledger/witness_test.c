/* SPDX-License-Identifier: EUPL-1.2 */
/* Two cities that watch each other's log, without a network between them. */
#include "tests/ledger/town.h"

static struct seal_key key_of(struct town *t, enum seal_role role)
{
    struct seal_key k;

    seal_signer_key(t->signer, role, &k);
    return k;
}

static void trust(struct ctx *c, struct town *witness, struct town *log)
{
    struct seal_key k = key_of(log, SEAL_LOG);

    CHECK_OK(seal_signer_watch(c, witness->signer, &k, 1));
}

/* The town's log, witnessed by any of the others. */
static struct seal_policy *policy_of(struct ctx *c, struct town *t,
                                     struct town *const *others, size_t n,
                                     const char *least)
{
    struct seal_key log = key_of(t, SEAL_LOG);
    struct buf b = buf_new(c, 8192);
    struct seal_policy *p = NULL;

    buf_fmt(&b, "log %s\n", seal_vkey_show(c, &log).p);
    for (size_t i = 0; i < n; i++) {
        struct seal_key k = key_of(others[i], SEAL_WITNESS);

        buf_fmt(&b, "witness w%zu %s\n", i, seal_vkey_show(c, &k).p);
    }
    buf_fmt(&b, "group saksi %s", least);
    for (size_t i = 0; i < n; i++)
        buf_fmt(&b, " w%zu", i);
    buf_lit(&b, "\nquorum saksi\n");
    CHECK_OK(seal_policy_read(c, STR("policy"), buf_str(&b), &p));
    return p;
}

static str tip(struct ctx *c, struct town *t)
{
    bool grown, forever;
    str note = {0};

    CHECK_OK(ledger_checkpoint(c, t->ledger, &grown));
    CHECK_OK(ledger_resource(c, t->ledger, STR("checkpoint"), &note, &forever));
    return note;
}

/* One round of what the node does over HTTP: *size is what the witness has. */
static str ask(struct ctx *c, struct town *log, struct town *witness, str note,
               uint64_t *size)
{
    struct seal_cosigned got;
    str request;
    err e;

    for (int turn = 0; turn < 2; turn++) {
        CHECK_OK(ledger_ask(c, log->ledger, note, *size, &request));
        e = seal_signer_cosign(c, witness->signer, request, &got);
        if (e == E_OK)
            return arena_fmt(c->mem, "%.*s%.*s", STR_ARG(note),
                             STR_ARG(got.lines));
        CHECK(e == E_CONFLICT);
        *size = got.size;
    }
    CHECK(false);
    return note;
}

static bool receipt_witnessed(struct ctx *c, struct town *t, int64_t id,
                              const struct seal_policy *p)
{
    struct ledger_told told;
    str receipt;

    return CHECK_OK(ledger_receipt(c, t->ledger, id, false, &receipt)) &&
           CHECK_OK(ledger_verify(c, receipt, p, &told)) &&
           told.verdict.witnessed;
}

TEST(two_towns_cosign_each_other_and_their_receipts_say_so)
{
    struct town *t[2] = {town_named(c, "bandung.example"),
                         town_named(c, "selatan.example")};

    for (int i = 0; i < 2; i++)
        trust(c, t[i], t[1 - i]);
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < 2; i++) {
            struct seal_policy *p = policy_of(c, t[i], &t[1 - i], 1, "any");
            uint64_t size = 0;
            str note;

            town_fill(c, t[i], 7);
            note = tip(c, t[i]);
            CHECK(!receipt_witnessed(c, t[i], 7 * round + 7, p));
            note = ask(c, t[i], t[1 - i], note, &size);
            CHECK_I64((int64_t)size, 7 * round);
            CHECK_OK(ledger_keep_cosigned(c, t[i]->ledger, p, note));
            CHECK(receipt_witnessed(c, t[i], 7 * round + 7, p));
            CHECK(receipt_witnessed(c, t[i], 1, p));
            CHECK_STR(tip(c, t[i]), note.p); /* served as it is kept */
        }
}

TEST(a_newer_checkpoint_does_not_take_the_witnesses_from_a_receipt)
{
    struct town *t = town_open(c), *w = town_named(c, "saksi.example");
    struct seal_policy *p = policy_of(c, t, &w, 1, "any");
    uint64_t size = 0;
    str note;

    trust(c, w, t);
    town_fill(c, t, 5);
    note = ask(c, t, w, tip(c, t), &size);
    CHECK_OK(ledger_keep_cosigned(c, t->ledger, p, note));
    town_fill(c, t, 3);
    CHECK(!str_eq(tip(c, t), note));
    CHECK(receipt_witnessed(c, t, 5, p));
    CHECK(!receipt_witnessed(c, t, 6, p));
    town_reopen(c, t);
    CHECK(receipt_witnessed(c, t, 5, p));
    CHECK_OK(ledger_last_cosigned(c, t->ledger, &note));
    CHECK(note.n > 0);
}

TEST(a_quorum_gives_way_only_to_a_quorum)
{
    struct town *t = town_open(c);
    struct town *w[2] = {town_named(c, "saksi.example"),
                         town_named(c, "provinsi.example")};
    struct seal_policy *p = policy_of(c, t, w, 2, "all");
    uint64_t size[2] = {0, 0};
    str note, kept;

    trust(c, w[0], t);
    trust(c, w[1], t);
    town_fill(c, t, 2);
    note = ask(c, t, w[0], tip(c, t), &size[0]);
    CHECK_OK(ledger_keep_cosigned(c, t->ledger, p, note));
    CHECK(!receipt_witnessed(c, t, 1, p)); /* one of two, and yet kept */
    CHECK_OK(ledger_last_cosigned(c, t->ledger, &kept));
    CHECK(str_eq(kept, note));
    note = ask(c, t, w[1], note, &size[1]);
    CHECK_OK(ledger_keep_cosigned(c, t->ledger, p, note));
    CHECK(receipt_witnessed(c, t, 1, p));
    town_fill(c, t, 2);
    note = ask(c, t, w[0], tip(c, t), &size[0]);
    CHECK_OK(ledger_keep_cosigned(c, t->ledger, p, note));
    CHECK(receipt_witnessed(c, t, 1, p));
}

TEST(what_is_kept_is_this_logs_and_holds)
{
    struct town *t = town_open(c), *w = town_named(c, "saksi.example");
    struct town *other = town_named(c, "lain.example");
    struct seal_policy *p = policy_of(c, t, &w, 1, "any");
    uint64_t size = 0;
    str note, kept;
    char *bad;

    trust(c, w, t);
    town_fill(c, t, 5);
    town_fill(c, other, 5);
    CHECK(ledger_keep_cosigned(c, t->ledger, p, tip(c, other)) == E_TAMPERED);
    CHECK_OK(ledger_keep_cosigned(c, t->ledger, p, tip(c, t)));
    CHECK_OK(ledger_last_cosigned(c, t->ledger, &kept));
    CHECK(kept.n == 0); /* nobody cosigned it */
    note = ask(c, t, w, tip(c, t), &size);
    bad = NEWS(c->mem, char, note.n + 1);
    memcpy(bad, note.p, note.n);
    bad[note.n - 20] = bad[note.n - 20] == 'A' ? 'B' : 'A';
    CHECK(ledger_keep_cosigned(c, t->ledger, p, (str){bad, note.n}) ==
          E_TAMPERED);
    CHECK_OK(ledger_last_cosigned(c, t->ledger, &kept));
    CHECK(kept.n == 0);
    CHECK_OK(ledger_keep_cosigned(c, t->ledger, p, note));
}

TEST(a_witness_that_has_more_is_not_asked)
{
    struct town *t = town_open(c);
    str request;

    town_fill(c, t, 3);
    CHECK(ledger_ask(c, t->ledger, tip(c, t), 4, &request) == E_CONFLICT);
    CHECK_OK(ledger_ask(c, t->ledger, tip(c, t), 3, &request));
    CHECK(str_starts(request, STR("old 3\n\n")));
    CHECK_OK(ledger_ask(c, t->ledger, tip(c, t), 0, &request));
    CHECK(str_starts(request, STR("old 0\n\n")));
}

/* ---- rolled back, forked ------------------------------------------ */

static err append_one(struct ctx *c, struct town *t)
{
    struct ledger_event e = town_event(c, "submit", "7K4M-2QX9-5");

    return town_append(c, t, &e);
}

TEST(a_city_put_back_with_its_signer_learns_it_from_a_witness)
{
    struct town *t = town_open(c), *old;
    bool forked = true;
    str later;

    town_fill(c, t, 3);
    tip(c, t);
    old = town_twin(c, t);
    town_fill(c, t, 4);
    later = tip(c, t);
    CHECK_OK(ledger_judge(c, t->ledger, later, &forked));
    CHECK(!forked);
    CHECK_OK(append_one(c, old)); /* nobody has told it */
    CHECK(ledger_judge(c, old->ledger, later, &forked) == E_CONFLICT);
    CHECK(!forked);
    CHECK(str_find(c->why, STR("7 entries")) < c->why.n);
    CHECK(append_one(c, old) == E_CONFLICT);
    CHECK(str_find(c->why, STR("restore")) < c->why.n);
    CHECK(ledger_checkpoint(c, old->ledger, &forked) == E_CONFLICT);
    CHECK_OK(append_one(c, t));
}

TEST(two_lives_of_one_city_are_a_fork)
{
    struct town *t = town_open(c), *other;
    bool forked = false, grown;
    str theirs;

    town_fill(c, t, 3);
    tip(c, t);
    other = town_twin(c, t);
    town_fill(c, t, 2);
    town_fill(c, other, 2);
    theirs = tip(c, other);
    tip(c, t);
    CHECK(ledger_judge(c, t->ledger, theirs, &forked) == E_CONFLICT);
    CHECK(forked);
    CHECK(append_one(c, t) == E_CONFLICT);
    CHECK(ledger_checkpoint(c, t->ledger, &grown) == E_CONFLICT);
    /* At the next start the evidence is judged again. */
    town_reopen(c, t);
    CHECK(ledger_judge(c, t->ledger, theirs, &forked) == E_CONFLICT);
    CHECK(append_one(c, t) == E_CONFLICT);
}

TEST(what_this_log_has_not_signed_stops_nothing)
{
    struct town *t = town_open(c), *same = town_open(c);
    bool forked;

    town_fill(c, t, 3);
    tip(c, t);
    town_fill(c, same, 9); /* the same name, another key */
    CHECK(ledger_judge(c, t->ledger, tip(c, same), &forked) == E_TAMPERED);
    CHECK(ledger_judge(c, t->ledger, STR("no note"), &forked) == E_TAMPERED);
    CHECK(!forked);
    CHECK_OK(append_one(c, t));
}

TEST(a_log_that_is_held_takes_nothing_and_signs_nothing)
{
    struct town *t = town_open(c);
    bool grown;
    str before;

    town_fill(c, t, 3);
    before = tip(c, t);
    town_fill(c, t, 1);
    ledger_hold(t->ledger, true);
    CHECK(append_one(c, t) == E_BUSY);
    CHECK(str_find(c->why, STR("awaits its witnesses")) < c->why.n);
    CHECK_OK(ledger_checkpoint(c, t->ledger, &grown));
    CHECK(!grown);
    CHECK_STR(tip(c, t), before.p);
    ledger_hold(t->ledger, false);
    CHECK_OK(append_one(c, t));
    CHECK(!str_eq(tip(c, t), before));
}
