/* SPDX-License-Identifier: EUPL-1.2 */
/* The log: tiles, checkpoints, receipts, and what they refuse. */
#include "tests/ledger/town.h"

static bool checkpoint(struct ctx *c, struct town *t)
{
    bool grown = false;

    CHECK_OK(ledger_checkpoint(c, t->ledger, &grown));
    return grown;
}

static str resource(struct ctx *c, struct town *t, const char *path)
{
    bool forever;
    str bytes = {0};

    if (!CHECK_OK(
            ledger_resource(c, t->ledger, str_of(path), &bytes, &forever)))
        return (str){0};
    CHECK(forever == !str_eq(str_of(path), STR("checkpoint")));
    return bytes;
}

static bool absent(struct ctx *c, struct town *t, const char *path)
{
    bool forever;
    str bytes;

    return ledger_resource(c, t->ledger, str_of(path), &bytes, &forever) ==
           E_NOT_FOUND;
}

static struct seal_checkpoint latest(struct ctx *c, struct town *t)
{
    struct seal_checkpoint p = {.size = 0};
    struct seal_verdict v;
    struct seal_note note;

    CHECK_OK(seal_note_read(c, resource(c, t, "checkpoint"), &note));
    CHECK_OK(seal_policy_check(c, t->policy, &note, &v));
    CHECK_OK(seal_checkpoint_read(c, note.text, &p));
    CHECK_STR(p.origin, "kota.example/log");
    return p;
}

/* RFC 6962, 2.1, word for word. */
static struct hash mth(const struct hash *leaves, size_t n)
{
    size_t k = 1;

    if (n == 0)
        return seal_empty_root();
    if (n == 1)
        return leaves[0];
    while (2 * k < n)
        k *= 2;
    return seal_node(mth(leaves, k), mth(leaves + k, n - k));
}

static const char *tile_path(struct ctx *c, const char *level, size_t n,
                             size_t width)
{
    str at = n < 1000 ? arena_fmt(c->mem, "tile/%s/%03zu", level, n)
                      : arena_fmt(c->mem, "tile/%s/x%03zu/%03zu", level,
                                  n / 1000, n % 1000);

    return width == 256 ? at.p : arena_fmt(c->mem, "%s.p/%zu", at.p, width).p;
}

/* Every hash of a level as the tiles serve it; entries against leaves. */
static void check_level(struct ctx *c, struct town *t, const char *level,
                        const struct hash *want, size_t n)
{
    for (size_t at = 0; at < n; at += 256) {
        size_t width = n - at < 256 ? n - at : 256;
        str got = resource(c, t, tile_path(c, level, at / 256, width));

        CHECK_I64((int64_t)got.n, (int64_t)width * SEAL_HASH);
        CHECK(got.n > 0 && memcmp(got.p, want + at, got.n) == 0);
    }
    CHECK(absent(c, t, tile_path(c, level, n / 256, n % 256 + 1)));
    CHECK(absent(c, t, tile_path(c, level, n / 256 + 1, 1)));
}

static struct hash *leaves_of(struct ctx *c, struct town *t, size_t n)
{
    struct hash *leaves = NEWS(c->mem, struct hash, n);

    for (size_t at = 0; at < n; at += 256) {
        size_t width = n - at < 256 ? n - at : 256;
        str got = resource(c, t, tile_path(c, "entries", at / 256, width));

        CHECK_I64((int64_t)got.n, (int64_t)width * (2 + LEDGER_ENTRY));
        for (size_t i = 0; i < width; i++) {
            str entry = str_slice(got, i * 48 + 2, i * 48 + 48);

            CHECK_I64(get_u16be(got.p + i * 48), LEDGER_ENTRY);
            leaves[at + i] = seal_leaf(entry);
        }
    }
    return leaves;
}

static void check_size(struct ctx *c, struct town *t, size_t n)
{
    struct seal_checkpoint p = latest(c, t);
    struct hash *level = leaves_of(c, t, n), root = mth(level, n);

    CHECK_I64((int64_t)p.size, (int64_t)n);
    CHECK(memcmp(root.b, p.root.b, SEAL_HASH) == 0);
    for (int l = 0; n > 0; l++, n /= 256) {
        check_level(c, t, arena_fmt(c->mem, "%d", l).p, level, n);
        for (size_t i = 0; i < n / 256; i++)
            level[i] = mth(level + 256 * i, 256);
    }
}

TEST(the_tiles_and_the_root_are_right_at_every_size)
{
    static const size_t sizes[] = {0, 1, 2, 255, 256, 257, 511, 512, 600};
    struct town *t = town_open(c);
    size_t n = 0;

    for (size_t i = 0; i < COUNT(sizes); i++) {
        town_fill(c, t, sizes[i] - n);
        n = sizes[i];
        CHECK(checkpoint(c, t));
        CHECK(!checkpoint(c, t)); /* nothing new */
        check_size(c, t, n);
    }
    CHECK(!absent(c, t, "tile/0/000.p/1")); /* what once was stays */
    CHECK(!absent(c, t, "tile/entries/001.p/255"));
}

TEST(the_third_level_of_tiles_is_right)
{
    struct town *t = town_open(c);

    town_fill(c, t, 65535);
    CHECK(checkpoint(c, t));
    town_fill(c, t, 1);
    CHECK(checkpoint(c, t));
    check_size(c, t, 65536);
    town_fill(c, t, 1);
    CHECK(checkpoint(c, t));
    check_size(c, t, 65537);
}

TEST(a_path_that_is_no_resource_is_not_found)
{
    static const char *const paths[] = {
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/000/",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/1/",
        "tile/00/000.p/1",
        "tile/64/000.p/1",
        "tile/8/000.p/1",
        "tile/-1/000.p/1",
        "tile/0/x000/000",
        "tile/0/x000/000.p/1",
        "tile/0/x999/x999/x999/x999/x999/999",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/entry/000.p/1",
        "tile/entries/000",
        "checkpoints",
        "/checkpoint",
        "tile/0/000.p/1\n",
    };
    struct town *t = town_open(c);

    CHECK(absent(c, t, "checkpoint")); /* not yet */
    town_fill(c, t, 3);
    CHECK(absent(c, t, "tile/0/000.p/1"));
    CHECK(checkpoint(c, t));
    for (size_t i = 0; i < COUNT(paths); i++)
        CHECK(absent(c, t, paths[i]));
}

/* ---- checkpoints -------------------------------------------------- */

TEST(a_checkpoint_that_was_signed_and_not_published_is_published)
{
    struct town *t = town_open(c);
    struct seal_checkpoint p = {.origin = STR("kota.example/log"), .size = 2};
    str note;

    town_fill(c, t, 2);
    /* The power goes between the signature and its publication. */
    CHECK(checkpoint(c, t));
    p = latest(c, t);
    town_fill(c, t, 1);
    CHECK(checkpoint(c, t));
    note = resource(c, t, "checkpoint");
    town_reopen(c, t);
    CHECK(!checkpoint(c, t));
    CHECK_STR(resource(c, t, "checkpoint"), note.p);
    CHECK_I64((int64_t)p.size, 2);
}

TEST(a_database_that_went_back_takes_no_new_act)
{
    struct town *t = town_open(c);
    const char *old = file_join(c, t->dir, "old.db");
    struct ledger_event e = town_event(c, "submit", "7K4M-2QX9-5");
    struct findings f = {.n = 0};
    bool grown;

    town_fill(c, t, 3);
    CHECK(checkpoint(c, t));
    CHECK_OK(store_backup(c, t->store, old));
    town_fill(c, t, 1);
    CHECK(checkpoint(c, t));
    town_close(t);
    t->base = old;
    town_reopen(c, t);
    CHECK(town_append(c, t, &e) == E_CONFLICT);
    CHECK(str_find(c->why, STR("balai restore")) < c->why.n);
    CHECK(ledger_checkpoint(c, t->ledger, &grown) == E_CONFLICT);
    CHECK_I64((int64_t)latest(c, t).size, 3);
    CHECK_OK(ledger_audit(c, t->ledger, &f));
    CHECK(f.errors > 0);
}

struct regaining {
    struct town *t;
    str *entries;
    size_t n;
    str shown;
};

static err regain(struct ctx *c, struct conn *tx, void *arg)
{
    const struct regaining *x = arg;

    const struct ledger_regained r = {STR("officer-1"), STR("officer-2"),
                                      x->shown, x->entries, x->n};

    return ledger_regain(c, tx, x->t->ledger, &r);
}

/* A mirror keeps what the log served; then the database goes back. */
static struct regaining go_back(struct ctx *c, struct town *t, size_t keep,
                                size_t more)
{
    struct regaining x = {t, NEWS(c->mem, str, more), more, STR("")};
    const char *old = file_join(c, t->dir, "old.db");
    size_t n = keep + more;
    str served;

    town_fill(c, t, keep);
    CHECK(checkpoint(c, t));
    CHECK_OK(store_backup(c, t->store, old));
    town_fill(c, t, more);
    CHECK(checkpoint(c, t));
    served = resource(c, t, tile_path(c, "entries", 0, n));
    for (size_t i = 0; i < more; i++)
        x.entries[i] =
            str_slice(served, (keep + i) * 48 + 2, (keep + i) * 48 + 48);
    town_close(t);
    t->base = old;
    town_reopen(c, t);
    return x;
}

TEST(what_a_mirror_kept_brings_a_log_back)
{
    struct town *t = town_open(c);
    struct regaining x = go_back(c, t, 3, 4);
    struct ledger_event e = town_event(c, "submit", "7K4M-2QX9-5");
    struct findings f = {.n = 0};
    int64_t replayed;
    str receipt, digest;
    bool grown;

    x.n = 3;
    CHECK(store_write(c, t->store, regain, &x) == E_BAD_INPUT);
    x.n = 4;
    CHECK(town_append(c, t, &e) == E_CONFLICT);
    CHECK_OK(store_write(c, t->store, regain, &x));
    CHECK(store_write(c, t->store, regain, &x) == E_CONFLICT);
    CHECK_I64((int64_t)town_size(c, t), 8);
    CHECK_OK(ledger_checkpoint(c, t->ledger, &grown));
    CHECK(grown);
    CHECK_OK(town_append(c, t, &e));
    CHECK(ledger_receipt(c, t->ledger, 5, true, &receipt) == E_GONE);
    CHECK_OK(ledger_receipt(c, t->ledger, 8, true, &receipt));
    CHECK_OK(ledger_audit(c, t->ledger, &f));
    CHECK_I64((int64_t)f.errors, 0);
    CHECK_I64((int64_t)f.n, 1);
    CHECK_STR(f.all[0].what, "What 4 events said was lost when the database "
                             "was restored; their entries are there.");
    digest = town_digest(c, t);
    CHECK_OK(ledger_rebuild(c, t->ledger, &replayed));
    CHECK_STR(town_digest(c, t), digest.p);
}

TEST(entries_that_were_not_signed_bring_nothing_back)
{
    struct town *t = town_open(c);
    struct regaining x = go_back(c, t, 3, 4);
    str swapped = x.entries[0];

    x.entries[0] = x.entries[1];
    x.entries[1] = swapped;
    CHECK(store_write(c, t->store, regain, &x) == E_TAMPERED);
    x.entries[2] = STR("short");
    CHECK(store_write(c, t->store, regain, &x) == E_BAD_INPUT);
    CHECK_I64((int64_t)town_size(c, t), 3);
}

TEST(a_log_whose_past_was_changed_gets_no_signature)
{
    struct town *t = town_open(c);
    struct ledger_event e = town_event(c, "submit", "7K4M-2QX9-5");
    bool grown;

    town_fill(c, t, 3);
    CHECK(checkpoint(c, t));
    town_commit_crime(c, t, TOWN_ENTRY);
    town_fill(c, t, 1);
    CHECK(ledger_checkpoint(c, t->ledger, &grown) == E_CONFLICT);
    CHECK(!grown);
    CHECK(ledger_state(t->ledger) == LEDGER_CHANGED);
    CHECK(town_append(c, t, &e) == E_CONFLICT);
    CHECK(str_find(c->why, STR("past of the log was changed")) < c->why.n);
    CHECK(ledger_checkpoint(c, t->ledger, &grown) == E_CONFLICT);
    town_reopen(c, t); /* and after a start, before any checkpoint */
    CHECK(ledger_state(t->ledger) == LEDGER_CHANGED);
    CHECK(town_append(c, t, &e) == E_CONFLICT);
}

TEST(a_log_that_lost_an_entry_gets_no_signature)
{
    struct town *t = town_open(c);
    struct ledger_event e = town_event(c, "submit", "7K4M-2QX9-5");
    bool grown;

    town_fill(c, t, 3);
    CHECK(checkpoint(c, t));
    town_commit_crime(c, t, TOWN_REMOVE);
    town_fill(c, t, 1);
    CHECK(ledger_checkpoint(c, t->ledger, &grown) == E_CONFLICT);
    town_reopen(c, t);
    CHECK(ledger_state(t->ledger) == LEDGER_CHANGED);
    CHECK(town_append(c, t, &e) == E_CONFLICT);
}

/* What was published, in the signer's own name, says what it signed. */
TEST(a_signer_s_file_that_went_back_is_told_what_it_signed)
{
    struct town *t = town_open(c);
    const char *old = file_join(c, t->dir, "old.signer");
    struct seal_checkpoint before;
    struct ledger_event *all;
    struct findings f = {.n = 0};
    struct conn *on;
    size_t n;

    town_fill(c, t, 3);
    CHECK(checkpoint(c, t));
    CHECK_OK(file_copy(c, t->signing, old, 0600));
    town_fill(c, t, 4);
    CHECK(checkpoint(c, t));
    before = latest(c, t);
    CHECK(!ledger_signer_was_behind(t->ledger));
    town_close(t);
    t->signing = old;
    town_reopen(c, t);
    CHECK(ledger_signer_was_behind(t->ledger));
    CHECK(ledger_state(t->ledger) == LEDGER_GOES_ON);
    CHECK(checkpoint(c, t));
    CHECK(!checkpoint(c, t));
    CHECK_I64((int64_t)latest(c, t).size, (int64_t)before.size + 1);
    CHECK_OK(store_read(c, t->store, &on));
    CHECK_OK(ledger_public(c, on, 0, 1, &all, &n));
    CHECK_OK(ledger_event_by_id(c, on, t->ledger, 8, &all[0]));
    store_done(on);
    CHECK_STR(ledger_fact(&all[0], "act"), "ledger.behind");
    CHECK_I64(ledger_fact_i64(&all[0], "first"), 3);
    CHECK_I64(ledger_fact_i64(&all[0], "count"), 4);
    CHECK_OK(ledger_audit(c, t->ledger, &f));
    CHECK_I64((int64_t)f.n, 0);
    town_reopen(c, t);
    CHECK(!ledger_signer_was_behind(t->ledger));
}

/* ---- receipts ----------------------------------------------------- */

static str opened(const struct ledger_told *t, const char *name)
{
    struct ledger_event e = {.facts = t->open, .n = t->n};

    return ledger_fact(&e, name);
}

TEST(the_receipt_of_every_event_verifies_at_every_size)
{
    static const size_t sizes[] = {1, 2, 3, 7, 256, 300};
    struct town *t = town_open(c);
    struct ledger_told told;
    size_t n = 0;
    str receipt;

    for (size_t i = 0; i < COUNT(sizes); i++) {
        town_fill(c, t, sizes[i] - n);
        n = sizes[i];
        CHECK(ledger_receipt(c, t->ledger, (int64_t)n, false, &receipt) ==
              E_BUSY);
        CHECK(checkpoint(c, t));
        for (size_t id = 1; id <= n; id++) {
            CHECK_OK(ledger_receipt(c, t->ledger, (int64_t)id, id % 2 == 0,
                                    &receipt));
            CHECK_OK(ledger_verify(c, receipt, t->policy, &told));
            CHECK_I64((int64_t)told.index, (int64_t)id - 1);
            CHECK_I64((int64_t)told.n, id % 2 == 0 ? 6 : 4);
            CHECK_I64((int64_t)told.shut, id % 2 == 0 ? 0 : 2);
        }
    }
    CHECK(ledger_receipt(c, t->ledger, 999, false, &receipt) == E_NOT_FOUND);
}

TEST(a_receipt_opens_no_more_than_it_should)
{
    struct town *t = town_open(c);
    struct ledger_event e = town_event(c, "submit", "7K4M-2QX9-5");
    struct ledger_told told;
    str plain, full;

    ledger_say_path(c, &e, "fields", STR("catatan"),
                    STR("\"Satu\"\\\n\tdua <b> & \xC3\xA9"));
    CHECK_OK(town_append(c, t, &e));
    CHECK(checkpoint(c, t));
    CHECK_OK(ledger_receipt(c, t->ledger, 1, false, &plain));
    CHECK_OK(ledger_verify(c, plain, t->policy, &told));
    CHECK_STR(opened(&told, "act"), "submit");
    CHECK_STR(opened(&told, "record"), "7K4M-2QX9-5");
    CHECK_STR(opened(&told, "app"), "penanaman-modal/izin-reklame");
    CHECK_STR(opened(&told, "time"), "2026-02-16T02:00:00Z");
    CHECK(told.verdict.quorum_none && !told.verdict.witnessed);
    CHECK_I64(told.office, 1001);
    CHECK_OK(ledger_receipt(c, t->ledger, 1, true, &full));
    CHECK_OK(ledger_verify(c, full, t->policy, &told));
    CHECK_STR(opened(&told, "fields.catatan"),
              "\"Satu\"\\\n\tdua <b> & \xC3\xA9");
    CHECK_OK(town_erase(c, t, "7K4M-2QX9-5"));
    CHECK_OK(ledger_verify(c, full, t->policy, &told)); /* it is theirs */
    CHECK_OK(ledger_receipt(c, t->ledger, 1, true, &full));
    CHECK_OK(ledger_verify(c, full, t->policy, &told));
    CHECK(opened(&told, "fields.catatan").p == NULL);
    CHECK_I64((int64_t)told.shut, 2);
    CHECK_I64((int64_t)told.n, 5);
}

TEST(the_largest_event_still_has_a_receipt)
{
    struct town *t = town_open(c);
    struct ledger_event e = town_event(c, "submit", "7K4M-2QX9-5");
    struct ledger_told told;
    size_t n = 320000;
    char *lines = NEWS(c->mem, char, n + 1);
    str full;

    memset(lines, '\n', n);
    ledger_say_path(c, &e, "fields", STR("catatan"), (str){lines, n});
    CHECK_OK(town_append(c, t, &e));
    CHECK(checkpoint(c, t));
    CHECK_OK(ledger_receipt(c, t->ledger, 1, true, &full));
    CHECK_OK(ledger_verify(c, full, t->policy, &told));
    CHECK_I64((int64_t)opened(&told, "fields.catatan").n, (int64_t)n);
}

/* A receipt whose extra is changed. */
static str with_extra(struct ctx *c, str receipt, const char *from,
                      const char *to)
{
    struct buf b = buf_new(c, 1 << 20);
    struct seal_proof p;
    size_t at;

    CHECK_OK(seal_proof_read(c, receipt, &p));
    at = str_find(p.extra, str_of(from));
    CHECK(at < p.extra.n);
    buf_raw(&b, str_slice(p.extra, 0, at));
    buf_lit(&b, to);
    buf_raw(&b, str_slice(p.extra, at + strlen(from), p.extra.n));
    p.extra = buf_str(&b);
    return seal_proof_show(c, &p);
}

TEST(every_refusal_of_a_receipt_has_its_own_sentence)
{
    static const struct {
        const char *from, *to, *why;
    } cases[] = {
        {"{\"balai\":1", "{\"balai\":2", "at byte 1 of its extra"},
        {"{\"balai\"", " {\"balai\"", "at byte 1 of its extra"},
        {"\"entry\":\"", "\"entry\":\"AA", "46 bytes in base64"},
        {"\"entry\":\"AQ", "\"entry\":\"Ag", "uses format 2"},
        {"\"entry\":\"AQEA", "\"entry\":\"AWMA", "uses class 99"},
        {"\"n\":\"act\"", "\"n\":\"acts\"", "opens \"acts\", a name"},
        {"\"n\":\"act\"", "\"n\":\"record\"", "opens record twice"},
        {"\"v\":\"submit\"", "\"v\":\"revoke\"", "something was changed"},
        {"\"v\":\"submit\"", "\"v\":\"sub\\u006dit\"", "a closing quote"},
        {"\"v\":\"submit\"", "\"v\":\"sub\x01mit\"", "a closing quote"},
        {"\"v\":\"submit\"", "\"v\":\"sub\xFFmit\"", "no canonical text"},
        {"\"v\":\"submit\"", "\"v\":\"submit\",\"w\":\"\"", "should be }"},
        {"\"s\":\"", "\"s\":\"!", "32 bytes in base64"},
        {"],\"shut\":[", "],\"shut\":[\"\"", "32 bytes in base64"},
        {"]}", "]}\n", "the end of the line"},
        {"]}", "", "should be ]"},
        {"]}", "]", "should be }"},
    };
    struct town *t = town_open(c);
    struct ledger_told told;
    str good;

    town_fill(c, t, 5);
    CHECK(checkpoint(c, t));
    CHECK_OK(ledger_receipt(c, t->ledger, 3, false, &good));
    for (size_t i = 0; i < COUNT(cases); i++) {
        str bad = with_extra(c, good, cases[i].from, cases[i].to);
        err e = ledger_verify(c, bad, t->policy, &told);

        CHECK(e == E_BAD_INPUT || e == E_TAMPERED);
        if (!CHECK(str_find(c->why, str_of(cases[i].why)) < c->why.n))
            CHECK_STR(c->why, cases[i].why);
    }
}

TEST(a_receipt_does_not_verify_elsewhere_or_for_another_log)
{
    struct town *t = town_open(c), *other = town_open(c);
    struct ledger_told told;
    struct seal_proof p;
    str good;

    town_fill(c, t, 5);
    CHECK(checkpoint(c, t));
    CHECK_OK(ledger_receipt(c, t->ledger, 3, false, &good));
    CHECK(ledger_verify(c, good, other->policy, &told) == E_TAMPERED);
    CHECK_OK(seal_proof_read(c, good, &p));
    p.index = 3;
    CHECK(ledger_verify(c, seal_proof_show(c, &p), t->policy, &told) ==
          E_TAMPERED);
    CHECK(str_find(c->why, STR("at place 3")) < c->why.n);
    p.index = 2;
    p.extra = STR("");
    CHECK(ledger_verify(c, seal_proof_show(c, &p), t->policy, &told) ==
          E_BAD_INPUT);
    CHECK(str_find(c->why, STR("no extra line")) < c->why.n);
}

/* Made in 2026 with a key that is gone: what a resident holds must verify with
 * every later version. */
TEST(receipts_of_the_first_version_verify)
{
    static const char *const files[] = {"receipt-1", "receipt-4", "receipt-5",
                                        "opening-1", "opening-4", "opening-5"};
    struct ledger_told told;
    struct seal_key key;
    str receipt;

    CHECK_OK(seal_vkey_read(c,
                            STR("kota.example/log+1208cc59+AaUHrnuD0iieU6J5Lp0g"
                                "RlyAVmuVtdhPkssiU/6j+g92"),
                            &key));
    for (size_t i = 0; i < COUNT(files); i++) {
        CHECK_OK(file_read(c,
                           arena_fmt(c->mem,
                                     "tests/fuzz/ledger/corpus/%s.tlog-proof",
                                     files[i])
                               .p,
                           1 << 20, &receipt));
        CHECK_OK(ledger_verify(c, receipt, seal_policy_of(c, &key), &told));
        CHECK_STR(opened(&told, "act"), "submit");
        CHECK_I64((int64_t)told.verdict.checkpoint.size, 5);
    }
}

TEST(a_letter_is_sealed_for_an_entry_of_the_log)
{
    struct town *t = town_open(c);
    struct hash digest = seal_sha256(STR("%PDF"));
    struct hash *path;
    uint64_t index;
    str entry, sig;
    size_t n;

    town_fill(c, t, 5);
    CHECK(ledger_entry(c, t->ledger, 5, &entry, &index, &path, &n) == E_BUSY);
    CHECK(checkpoint(c, t));
    CHECK_OK(ledger_entry(c, t->ledger, 5, &entry, &index, &path, &n));
    CHECK_I64((int64_t)index, 4);
    CHECK_OK(
        seal_signer_letter(c, t->signer, entry, index, path, n, digest, &sig));
}
