/* SPDX-License-Identifier: EUPL-1.2 */
/* What somebody with the database's file could do, and what the audit says. */
#include "tests/ledger/town.h"

static bool says(struct ctx *c, const struct findings *f, const char *key,
                 const char *what)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->all[i].key, str_of(key)) &&
            str_find(f->all[i].what, str_of(what)) < f->all[i].what.n)
            return true;
    for (size_t i = 0; i < f->n; i++)
        CHECK_STR(finding_show(c, &f->all[i]), key);
    return false;
}

TEST(the_audit_of_an_honest_log_finds_nothing)
{
    struct town *t = town_open(c);
    struct findings f = {.n = 0};
    bool grown;

    CHECK_OK(ledger_audit(c, t->ledger, &f)); /* of nothing, too */
    town_fill(c, t, 300);
    CHECK_OK(ledger_checkpoint(c, t->ledger, &grown));
    town_fill(c, t, 20);
    CHECK_OK(ledger_audit(c, t->ledger, &f));
    CHECK_I64((int64_t)f.n, 0);
}

TEST(the_audit_names_what_was_changed)
{
    static const struct {
        enum town_crime crime;
        const char *key, *what;
    } cases[] = {
        {TOWN_FACT, "event 2", "something was changed"},
        {TOWN_SEALED, "event 2", "no erasure is on record"},
        {TOWN_ENTRY, "event 2", "is damaged"},
        {TOWN_ENTRY, "event 2", "not the one that the tile holds"},
        {TOWN_OFFICE, "event 2", "Its columns"},
        {TOWN_TIME, "event 2", "Its columns"},
        {TOWN_REMOVE, "event 2", "missing from the database"},
        {TOWN_REMOVE, "event 3", "The entry before its own is missing"},
        {TOWN_LAST, "signer",
         "(259 entries) does not lead to the root that "
         "was signed at 260"},
        {TOWN_LAST, "checkpoint", "does not lead to the root"},
        {TOWN_TILE, "tile 0/0", "not what the entries below it hash to"},
        {TOWN_TILE, "event 1", "not the one that the tile holds"},
        {TOWN_NO_TILE, "tile 0/0", "missing or damaged"},
        {TOWN_LOST, "entry 1", "no recovery is on record"},
        {TOWN_LOST, "test_ledger_note 2", "not what the events make of it"},
        {TOWN_ROW, "test_ledger_note 2", "not what the events make of it"},
        {TOWN_NO_ROW, "test_ledger_note 2", "it is not there"},
        {TOWN_NEW_ROW, "test_ledger_note 7777", "not what the events make"},
    };
    bool grown;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct town *t = town_open(c);
        struct findings f = {.n = 0};

        town_fill(c, t, 260);
        CHECK_OK(ledger_checkpoint(c, t->ledger, &grown));
        town_commit_crime(c, t, cases[i].crime);
        CHECK_OK(ledger_audit(c, t->ledger, &f));
        CHECK(f.errors > 0);
        CHECK(says(c, &f, cases[i].key, cases[i].what));
        town_close(t);
    }
}

TEST(an_audit_leaves_no_file_behind)
{
    struct town *t = town_open(c);
    struct findings f = {.n = 0};
    size_t before, after;
    str *names;

    town_fill(c, t, 3);
    CHECK_OK(file_list(c, t->dir, 0, &names, &before));
    CHECK_OK(ledger_audit(c, t->ledger, &f));
    CHECK_OK(file_list(c, t->dir, 0, &names, &after));
    CHECK_I64((int64_t)after, (int64_t)before);
}

TEST(a_rebuild_gives_the_same_digest_and_mends_the_projections)
{
    struct town *t = town_open(c);
    int64_t replayed;
    str digest;

    town_fill(c, t, 600);
    digest = town_digest(c, t);
    CHECK_OK(ledger_rebuild(c, t->ledger, &replayed));
    CHECK_I64(replayed, 600);
    CHECK_STR(town_digest(c, t), digest.p);
    town_commit_crime(c, t, TOWN_ROW);
    CHECK(!str_eq(town_digest(c, t), digest));
    CHECK_OK(ledger_rebuild(c, t->ledger, &replayed));
    CHECK_STR(town_digest(c, t), digest.p);
}

TEST(the_rooms_statements_can_be_prepared_and_scan_nothing)
{
    struct town *t = town_open(c);
    struct findings f = {.n = 0};

    CHECK_OK(store_prepare_all(c, t->store, &f));
    for (size_t i = 0; i < f.n; i++)
        if (str_find(f.all[i].at.file, STR("ledger")) < f.all[i].at.file.n ||
            str_find(f.all[i].key, STR("ledger")) < f.all[i].key.n)
            CHECK_STR(finding_show(c, &f.all[i]), "");
}
