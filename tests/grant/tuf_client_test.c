/* SPDX-License-Identifier: EUPL-1.2 */
/* The client workflow against a repository that can lie in every way. */
#include "tests/grant/tuf_sim.h"

static void edit(struct sim *s, const char *name, const char *from,
                 const char *to)
{
    str is = sim_get(s, name), tail;
    size_t at = str_find(is, str_of(from));

    MUST(at < is.n);
    tail = str_slice(is, at + strlen(from), is.n);
    sim_put(
        s, str_of(name),
        arena_fmt(s->c->mem, "%.*s%s%.*s", (int)at, is.p, to, STR_ARG(tail)));
}

#define REFUSED(s, e, sentence)                                                \
    do {                                                                       \
        CHECK(sim_refresh((s), NULL) == (e));                                  \
        CHECK_STR((s)->c->why, (sentence));                                    \
    } while (0)

/* ---- the plain way ------------------------------------------------ */

TEST(a_first_refresh_asks_for_four_files_in_order_and_keeps_them_as_they_came)
{
    struct sim *s = sim_new(c);
    struct grant_edition e;
    str kept;

    sim_target(s, &s->top[SIM_TARGETS], "a/b.txt", "isi");
    sim_next(s);
    CHECK_OK(sim_refresh(s, &e));
    CHECK_STR(s->asked, "2.root.json\ntimestamp.json\n2.snapshot.json\n"
                        "2.targets.json\n");
    CHECK(e.root == 1 && e.timestamp == 2 && e.snapshot == 2 && e.targets == 2);
    CHECK(e.n == 1);
    CHECK_STR(e.all[0].path, "a/b.txt");
    CHECK_STR(e.city, "Kota Bandung");
    CHECK(e.expires == s->top[SIM_TIMESTAMP].expires);
    CHECK_OK(
        file_read(c, file_join(c, s->trust, "targets.json"), 1 << 20, &kept));
    CHECK_STR(kept, sim_get(s, "metadata/2.targets.json").p);
}

TEST(where_nothing_is_new_two_files_are_asked_for)
{
    struct sim *s = sim_new(c);

    CHECK_OK(sim_refresh(s, NULL));
    CHECK_OK(sim_refresh(s, NULL));
    CHECK_STR(s->asked, "2.root.json\ntimestamp.json\n");
}

TEST(a_kept_root_that_is_damaged_is_refused_before_any_request)
{
    static const char *const wrong[] = {"", "{}", "{\"signed\":{}}", "x"};
    struct sim *s = sim_new(c);
    str root = sim_get(s, "metadata/1.root.json");
    const char *path = file_join(c, s->trust, "root.json");

    for (size_t i = 0; i < COUNT(wrong); i++) {
        CHECK_OK(file_write(c, path, str_of(wrong[i]), 0644));
        CHECK(sim_refresh(s, NULL) == E_BAD_INPUT);
        CHECK_STR(s->asked, "");
    }
    edit(s, "metadata/1.root.json", "\"threshold\":1", "\"threshold\":2");
    CHECK_OK(file_write(c, path, sim_get(s, "metadata/1.root.json"), 0644));
    CHECK(sim_refresh(s, NULL) == E_TAMPERED);
    CHECK_STR(s->asked, "");
    CHECK_OK(file_write(c, path, root, 0644));
    CHECK_OK(sim_refresh(s, NULL));
}

TEST(trust_begins_with_the_root_of_the_accord_and_is_never_overwritten)
{
    struct sim *s = sim_new(c);
    str root = sim_get(s, "metadata/1.root.json");
    struct hash h = seal_sha256(root);

    CHECK(grant_trust(c, s->trust, root, h) == E_CONFLICT);
    h.b[5] ^= 1;
    CHECK(grant_trust(c, file_join(c, test_folder(c), "19.03"), root, h) ==
          E_TAMPERED);
    CHECK_STR(c->why, "This root is not the one that the accord with 19.03 "
                      "names. Ask for it again, and compare the eight words "
                      "over the telephone.");
}

/* ---- root --------------------------------------------------------- */

/* Root `version` with new keys, signed by the old where asked. */
static void rotate_root(struct sim *s, bool old, size_t n, int64_t threshold)
{
    struct sim_role *r = &s->top[SIM_ROOT];
    struct sim_role before = *r;

    r->version++;
    sim_rekey(s, r, n, threshold);
    sim_write_root(s, before.keys, old ? before.n : 0);
}

TEST(roots_are_walked_one_by_one_each_signed_by_the_one_before)
{
    struct sim *s = sim_new(c);
    struct grant_edition e;

    rotate_root(s, true, 3, 2);
    rotate_root(s, true, 2, 1);
    s->top[SIM_ROOT].expires = c->now - TIME_DAY; /* on the way: fine */
    rotate_root(s, true, 1, 1);
    s->top[SIM_ROOT].expires = c->now + TIME_DAY;
    rotate_root(s, true, 3, 3);
    CHECK_OK(sim_refresh(s, &e));
    CHECK_I64(e.root, 5);
    CHECK_I64(sim_kept(s, "root"), 5);
    CHECK_STR(s->asked, "2.root.json\n3.root.json\n4.root.json\n5.root.json\n"
                        "6.root.json\ntimestamp.json\n1.snapshot.json\n"
                        "1.targets.json\n");
}

TEST(a_root_that_the_old_root_did_not_sign_is_refused)
{
    struct sim *s = sim_new(c);

    rotate_root(s, true, 1, 1);
    rotate_root(s, false, 1, 1);
    REFUSED(s, E_TAMPERED,
            "3.root.json is not what Kota Bandung signed: 0 of 1 needed "
            "signatures hold. Nothing was changed.");
    CHECK_I64(sim_kept(s, "root"), 2);
    CHECK_I64(sim_kept(s, "timestamp"), 0);
    c->lang = STR("id");
    REFUSED(s, E_TAMPERED,
            "Berkas 3.root.json bukan seperti yang ditandatangani Kota "
            "Bandung: 0 dari 1 tanda tangan yang diperlukan. Tidak ada yang "
            "diubah.");
}

TEST(a_root_that_does_not_reach_its_own_threshold_is_refused)
{
    struct sim *s = sim_new(c);
    struct sim_role *r = &s->top[SIM_ROOT];

    r->version = 2;
    r->keys[1] = sim_key(s);
    r->n = 2;
    r->threshold = 2;
    sim_put(s, STR("metadata/2.root.json"),
            sim_sign(s, sim_root_body(s), r->keys, 1));
    CHECK(sim_refresh(s, NULL) == E_TAMPERED);
    r->threshold = 3; /* that can never be reached */
    sim_write_root(s, NULL, 0);
    CHECK(sim_refresh(s, NULL) == E_TAMPERED);
    CHECK_I64(sim_kept(s, "root"), 1);
}

TEST(a_root_of_another_version_than_its_name_is_refused)
{
    struct sim *s = sim_new(c);

    s->top[SIM_ROOT].version = 3;
    sim_write_root(s, NULL, 0);
    sim_put(s, STR("metadata/2.root.json"), sim_get(s, "metadata/3.root.json"));
    REFUSED(s, E_TAMPERED,
            "2.root.json from Kota Bandung calls itself version "
            "3. Nothing was changed.");
    sim_put(s, STR("metadata/2.root.json"), sim_get(s, "metadata/1.root.json"));
    CHECK(sim_refresh(s, NULL) == E_TAMPERED);
}

TEST(an_expired_root_is_kept_and_stops_all_else)
{
    struct sim *s = sim_new(c);

    s->top[SIM_ROOT].version = 2;
    s->top[SIM_ROOT].expires = c->now;
    sim_write_root(s, NULL, 0);
    REFUSED(s, E_REFUSED,
            "2.root.json from Kota Bandung expired on "
            "2026-02-16. Nothing was changed.");
    CHECK_I64(sim_kept(s, "root"), 2);
    CHECK_I64(sim_kept(s, "timestamp"), 0);
}

TEST(no_more_roots_are_walked_than_a_refresh_may)
{
    struct sim *s = sim_new(c);

    for (int i = 0; i < 300; i++) {
        s->top[SIM_ROOT].version++;
        sim_write_root(s, NULL, 0);
    }
    CHECK_OK(sim_refresh(s, NULL));
    CHECK_I64(sim_kept(s, "root"), 257);
    CHECK_OK(sim_refresh(s, NULL)); /* and goes on from there */
    CHECK_I64(sim_kept(s, "root"), 301);
}

/* ---- timestamp ---------------------------------------------------- */

TEST(an_older_timestamp_is_refused)
{
    struct sim *s = sim_new(c);
    str old;

    sim_next(s);
    old = sim_get(s, "metadata/timestamp.json");
    sim_next(s);
    CHECK_OK(sim_refresh(s, NULL));
    sim_put(s, STR("metadata/timestamp.json"), old);
    REFUSED(s, E_CONFLICT,
            "This edition from Kota Bandung is older (timestamp version 2) "
            "than what you have (3). Nothing was changed.");
    CHECK_I64(sim_kept(s, "timestamp"), 3);
}

TEST(a_timestamp_that_names_an_older_snapshot_is_refused)
{
    struct sim *s = sim_new(c);

    sim_next(s);
    CHECK_OK(sim_refresh(s, NULL));
    s->top[SIM_TIMESTAMP].version = 9;
    s->top[SIM_SNAPSHOT].version = 1;
    sim_write_timestamp(s);
    REFUSED(s, E_CONFLICT,
            "This edition from Kota Bandung is older (snapshot version 1) "
            "than what you have (2). Nothing was changed.");
    CHECK_I64(sim_kept(s, "timestamp"), 2);
}

TEST(two_timestamps_of_one_version_are_one_the_first)
{
    struct sim *s = sim_new(c);
    str first_bytes = sim_get(s, "metadata/timestamp.json");
    struct grant_edition e;
    struct hash first;

    CHECK_OK(sim_refresh(s, &e));
    CHECK(!e.forked);
    s->top[SIM_SNAPSHOT].version = 2;
    sim_write_snapshot(s);
    sim_write_timestamp(s);
    CHECK_OK(sim_refresh(s, &e));
    CHECK_I64(e.snapshot, 1);
    CHECK_STR(s->asked, "2.root.json\ntimestamp.json\n");
    CHECK(e.forked); /* and that there are two can be told */
    first = seal_sha256(first_bytes);
    CHECK(seal_same(e.timestamp_digest.b, first.b, SEAL_HASH));
    first = seal_sha256(sim_get(s, "metadata/timestamp.json"));
    CHECK(seal_same(e.other.b, first.b, SEAL_HASH));
}

TEST(a_repository_that_says_nothing_new_is_frozen_and_that_is_said)
{
    struct sim *s = sim_new(c);

    CHECK_OK(sim_refresh(s, NULL));
    c->now += 31 * TIME_DAY;
    s->top[SIM_ROOT].version = 2;
    s->top[SIM_ROOT].expires = c->now + 30 * TIME_DAY;
    sim_write_root(s, NULL, 0);
    REFUSED(s, E_REFUSED,
            "No fresh statement from Kota Bandung: the last one (version 1) "
            "expired on 2026-03-18. Nothing was changed.");
    s->top[SIM_TIMESTAMP].version = 2; /* a new one that has expired too */
    sim_write_timestamp(s);
    CHECK(sim_refresh(s, NULL) == E_REFUSED);
    CHECK_I64(sim_kept(s, "timestamp"), 1);
    c->lang = STR("id");
    REFUSED(s, E_REFUSED,
            "Tidak ada pernyataan baru dari Kota Bandung: yang terakhir (versi "
            "2) kedaluwarsa pada 2026-03-18. Tidak ada yang diubah.");
}

TEST(an_expired_timestamp_is_replaced_by_a_fresh_one)
{
    struct sim *s = sim_new(c);

    CHECK_OK(sim_refresh(s, NULL));
    c->now += 31 * TIME_DAY;
    for (size_t i = 0; i < SIM_TYPES; i++)
        s->top[i].expires = c->now + TIME_DAY;
    s->top[SIM_ROOT].version = 2;
    sim_write_root(s, NULL, 0);
    sim_next(s);
    CHECK_OK(sim_refresh(s, NULL));
    CHECK_I64(sim_kept(s, "timestamp"), 2);
}

TEST(versions_that_were_run_up_are_forgotten_when_the_keys_change)
{
    static const enum sim_type changed[] = {SIM_TIMESTAMP, SIM_SNAPSHOT};

    for (size_t i = 0; i < COUNT(changed); i++) {
        struct sim *s = sim_new(c);
        struct grant_edition e;

        s->top[SIM_TIMESTAMP].version = s->top[SIM_SNAPSHOT].version = 900000;
        sim_write_snapshot(s);
        sim_write_timestamp(s);
        CHECK_OK(sim_refresh(s, NULL));
        s->top[SIM_TIMESTAMP].version = s->top[SIM_SNAPSHOT].version = 2;
        sim_write_snapshot(s);
        sim_write_timestamp(s);
        CHECK(sim_refresh(s, NULL) == E_CONFLICT);
        sim_rekey(s, &s->top[changed[i]], 1, 1);
        s->top[SIM_ROOT].version = 2;
        sim_write_root(s, NULL, 0);
        sim_write_snapshot(s);
        sim_write_timestamp(s);
        CHECK_OK(sim_refresh(s, &e));
        CHECK(e.timestamp == 2 && e.snapshot == 2);
    }
}

TEST(a_machine_that_believes_in_1970_is_told_so)
{
    struct sim *s = sim_new(c);

    c->now = 0;
    REFUSED(s, E_REFUSED,
            "This machine's clock is wrong: it says 1970-01-01. "
            "Set it, then try again.");
    CHECK_STR(s->asked, "");
}

TEST(what_was_made_for_a_stick_is_not_taken_over_the_line)
{
    struct sim *s = sim_new(c);
    struct sim_role *r = &s->top[SIM_TIMESTAMP];
    struct data *body, *meta = data_new(c, DATA_MAP);
    struct data *one = data_new(c, DATA_MAP);

    r->version = 2;
    body = sim_body(s, "timestamp", r);
    data_put_i64(c, one, STR("version"), 1);
    data_put(c, meta, STR("snapshot.json"), one);
    data_put(c, body, STR("meta"), meta);
    data_put_text(c, body, STR("carrier"), STR("stick"));
    sim_put(s, STR("metadata/timestamp.json"),
            sim_sign(s, body, r->keys, r->n));
    s->source.line = true;
    REFUSED(s, E_TAMPERED,
            "Kota Bandung sent over the line a statement that was made for a "
            "carrier. Nothing was changed.");
    s->source.line = false;
    CHECK_OK(sim_refresh(s, NULL));
}

/* ---- snapshot and targets ----------------------------------------- */

TEST(parts_of_two_editions_are_refused)
{
    struct sim *s = sim_new(c);
    str old;

    s->hashes = true;
    sim_next(s);
    old = sim_get(s, "metadata/2.snapshot.json");
    edit(s, "metadata/2.snapshot.json", "\"version\":2,", "\"version\":3,");
    REFUSED(s, E_TAMPERED,
            "The repository of Kota Bandung holds parts of two different "
            "editions: 2.snapshot.json is not the one that this edition names. "
            "Nothing was changed.");
    CHECK_I64(sim_kept(s, "timestamp"), 2);
    CHECK_I64(sim_kept(s, "snapshot"), 0);
    sim_put(s, STR("metadata/2.snapshot.json"), old);
    sim_put(s, STR("metadata/2.targets.json"),
            sim_get(s, "metadata/1.targets.json"));
    CHECK(sim_refresh(s, NULL) == E_TAMPERED);
    CHECK_I64(sim_kept(s, "snapshot"), 2);
    CHECK_I64(sim_kept(s, "targets"), 0);
}

TEST(without_hashes_a_version_that_does_not_fit_is_refused_all_the_same)
{
    struct sim *s = sim_new(c);

    sim_next(s);
    sim_put(s, STR("metadata/2.targets.json"),
            sim_get(s, "metadata/1.targets.json"));
    CHECK(sim_refresh(s, NULL) == E_TAMPERED);
    s = sim_new(c);
    sim_next(s);
    sim_put(s, STR("metadata/2.snapshot.json"),
            sim_get(s, "metadata/1.snapshot.json"));
    CHECK(sim_refresh(s, NULL) == E_TAMPERED);
}

TEST(a_snapshot_in_which_a_file_went_back_or_vanished_is_refused)
{
    struct sim *s = sim_new(c);

    sim_delegate(s, &s->top[SIM_TARGETS], "peran", "*", false);
    sim_next(s);
    CHECK_OK(sim_refresh(s, NULL));
    s->top[SIM_TARGETS].version = 1;
    s->top[SIM_SNAPSHOT].version = s->top[SIM_TIMESTAMP].version = 3;
    sim_write_snapshot(s);
    sim_write_timestamp(s);
    REFUSED(s, E_CONFLICT,
            "This edition from Kota Bandung is older (targets.json version 1) "
            "than what you have (2). Nothing was changed.");
    s->top[SIM_TARGETS].version = 2;
    s->n_roles = 0;
    sim_write_snapshot(s);
    sim_write_timestamp(s);
    REFUSED(s, E_CONFLICT,
            "This edition from Kota Bandung names peran.json no "
            "more. Nothing was changed.");
    CHECK_I64(sim_kept(s, "snapshot"), 2);
    CHECK_I64(sim_kept(s, "timestamp"), 3);
}

TEST(expired_snapshots_and_targets_are_refused_and_not_kept)
{
    for (enum sim_type i = SIM_TARGETS; i <= SIM_SNAPSHOT; i++) {
        struct sim *s = sim_new(c);

        s->top[i].expires = c->now;
        sim_next(s);
        CHECK(sim_refresh(s, NULL) == E_REFUSED);
        CHECK_I64(sim_kept(s, i == SIM_TARGETS ? "targets" : "snapshot"), 0);
    }
}

TEST(what_is_endless_is_stopped_at_its_ceiling)
{
    struct sim *s = sim_new(c);
    char *big = NEWS(c->mem, char, 6000001);
    str all = {big, 6000000};

    memset(big, ' ', all.n);
    sim_put(s, STR("metadata/timestamp.json"), all);
    REFUSED(s, E_TOO_BIG,
            "Kota Bandung sent more than it may for "
            "metadata/timestamp.json; stopped at 16384 bytes.");
    sim_write_timestamp(s);
    sim_put(s, STR("metadata/1.snapshot.json"), all);
    REFUSED(s, E_TOO_BIG,
            "Kota Bandung sent more than it may for "
            "metadata/1.snapshot.json; stopped at 2000000 "
            "bytes.");
    sim_write_snapshot(s);
    sim_put(s, STR("metadata/1.targets.json"), all);
    CHECK(sim_refresh(s, NULL) == E_TOO_BIG);
    sim_put(s, STR("metadata/2.root.json"), all);
    REFUSED(s, E_TOO_BIG,
            "Kota Bandung sent more than it may for "
            "metadata/2.root.json; stopped at 512000 bytes.");
    s = sim_new(c);
    s->hashes = true;
    sim_next(s);
    sim_put(s, STR("metadata/2.targets.json"),
            arena_fmt(c->mem, "%s ", sim_get(s, "metadata/2.targets.json").p));
    CHECK(sim_refresh(s, NULL) == E_TOO_BIG);
}

TEST(what_is_missing_is_named)
{
    static const char *const missing[] = {"metadata/timestamp.json",
                                          "metadata/1.snapshot.json",
                                          "metadata/1.targets.json"};

    for (size_t i = 0; i < COUNT(missing); i++) {
        struct sim *s = sim_new(c);

        sim_put(s, str_of(missing[i]), (str){NULL, 0});
        CHECK(sim_refresh(s, NULL) == E_NOT_FOUND);
        CHECK_STR(c->why, arena_fmt(c->mem,
                                    "The repository of Kota Bandung "
                                    "lacks %s.",
                                    missing[i])
                              .p);
    }
}

/* ---- signatures --------------------------------------------------- */

TEST(each_role_is_refused_when_another_key_signed_it)
{
    static const char *const files[] = {"metadata/1.targets.json",
                                        "metadata/1.snapshot.json",
                                        "metadata/timestamp.json"};

    for (enum sim_type i = SIM_TARGETS; i <= SIM_TIMESTAMP; i++) {
        struct sim *s = sim_new(c);

        sim_rekey(s, &s->top[i], 1, 1);
        sim_write_targets(s, &s->top[SIM_TARGETS]);
        sim_write_snapshot(s);
        sim_write_timestamp(s);
        REFUSED(s, E_TAMPERED,
                arena_fmt(c->mem,
                          "%s is not what Kota Bandung signed: 0 of 1 needed "
                          "signatures hold. Nothing was changed.",
                          files[i - SIM_TARGETS] + strlen("metadata/"))
                    .p);
        CHECK_I64(sim_kept(s, i == SIM_TARGETS    ? "targets"
                              : i == SIM_SNAPSHOT ? "snapshot"
                                                  : "timestamp"),
                  0);
    }
}

/* Root 2 in which the timestamp role is as `def` says, JSON. */
static void timestamp_role(struct sim *s, struct data *keys, str ids,
                           int64_t threshold)
{
    struct data *body, *role = data_new(s->c, DATA_MAP), *list;
    struct data *old;
    struct findings f = {0};

    MUST(data_read_json(s->c, STR("ids"), ids, &f, &list) == E_OK);
    s->top[SIM_ROOT].version = 2;
    body = sim_root_body(s);
    data_put(s->c, role, STR("keyids"), list);
    data_put_i64(s->c, role, STR("threshold"), threshold);
    data_put(s->c, data_get(body, STR("roles")), STR("timestamp"), role);
    old = data_get(body, STR("keys"));
    for (size_t i = 0; keys != NULL && i < keys->n; i++)
        data_put(s->c, old, keys->pairs[i].key, keys->pairs[i].value);
    sim_put(s, STR("metadata/2.root.json"),
            sim_sign(s, body, s->top[SIM_ROOT].keys, 1));
}

TEST(a_key_counts_once_however_often_it_is_named)
{
    struct sim *s = sim_new(c);
    struct seal_secret *k = s->top[SIM_TIMESTAMP].keys[0];
    str id = sim_key_id(s, k), other, file;
    struct data *twin = sim_key_object(s, k), *keys = data_new(c, DATA_MAP);

    timestamp_role(s, NULL, arena_fmt(c->mem, "[\"%s\",\"%s\"]", id.p, id.p),
                   2);
    CHECK(sim_refresh(s, NULL) == E_TAMPERED);
    /* The same key under a second id, which is right for its object. */
    s = sim_new(c);
    data_put_text(c, twin, STR("catatan"), STR("kembar"));
    other = seal_hex(c, seal_sha256(data_write_canonical(c, twin)).b, 32);
    data_put(c, keys, other, twin);
    timestamp_role(s, keys, arena_fmt(c->mem, "[\"%s\",\"%s\"]", id.p, other.p),
                   2);
    file = sim_get(s, "metadata/timestamp.json");
    edit(s, "metadata/timestamp.json", "{\"signatures\":[",
         arena_fmt(c->mem, "{\"signatures\":[{\"keyid\":\"%s\",\"sig\":%.*s,",
                   other.p, 131, file.p + str_find(file, STR("\"sig\":")) + 6)
             .p);
    CHECK(sim_refresh(s, NULL) == E_TAMPERED);
    CHECK_STR(c->why, "timestamp.json is not what Kota Bandung signed: 1 of 2 "
                      "needed signatures hold. Nothing was changed.");
}

TEST(a_key_whose_id_is_not_its_hash_does_not_count)
{
    struct sim *s = sim_new(c);
    struct data *keys = data_new(c, DATA_MAP);
    struct seal_secret *k = s->top[SIM_TIMESTAMP].keys[0];
    str id = sim_key_id(s, k);

    data_put(c, keys, STR("salah"), sim_key_object(s, k));
    timestamp_role(s, keys, STR("[\"salah\"]"), 1);
    edit(s, "metadata/timestamp.json", id.p, "salah");
    CHECK(sim_refresh(s, NULL) == E_TAMPERED);
    /* Beside a right one it is no harm. */
    s = sim_new(c);
    timestamp_role(s, keys, arena_fmt(c->mem, "[\"salah\",\"%s\"]", id.p), 1);
    CHECK_OK(sim_refresh(s, NULL));
}

TEST(foreign_empty_and_wrong_signatures_are_skipped)
{
    static const char *const added[] = {
        "{\"keyid\":\"asing\",\"sig\":\"00\"},",
        "{\"keyid\":\"kosong\",\"sig\":\"\"},",
        "{\"keyid\":\"rusak\",\"sig\":\"bukan hex\"},",
        "{\"keyid\":\"lain\",\"sig\":\"00\",\"method\":\"x\"},",
    };

    for (size_t i = 0; i < COUNT(added); i++) {
        struct sim *s = sim_new(c);

        edit(s, "metadata/timestamp.json", "\"signatures\":[",
             arena_fmt(c->mem, "\"signatures\":[%s", added[i]).p);
        CHECK_OK(sim_refresh(s, NULL));
    }
}

TEST(one_key_id_twice_among_the_signatures_spoils_the_file)
{
    struct sim *s = sim_new(c);
    str id = sim_key_id(s, s->top[SIM_TIMESTAMP].keys[0]);

    edit(s, "metadata/timestamp.json", "\"signatures\":[",
         arena_fmt(c->mem, "\"signatures\":[{\"keyid\":\"%s\",\"sig\":\"\"},",
                   id.p)
             .p);
    REFUSED(s, E_BAD_INPUT,
            "timestamp.json from Kota Bandung is not well-formed: one key has "
            "signed twice. Nothing was changed.");
}

TEST(a_scheme_that_we_do_not_know_asks_for_a_newer_balai)
{
    struct sim *s = sim_new(c);
    struct data *keys = data_new(c, DATA_MAP), *key;
    str id;

    key = sim_key_object(s, s->top[SIM_TIMESTAMP].keys[0]);
    data_put_text(c, key, STR("scheme"), STR("ed25519-lama"));
    id = seal_hex(c, seal_sha256(data_write_canonical(c, key)).b, 32);
    data_put(c, keys, id, key);
    timestamp_role(s, keys, arena_fmt(c->mem, "[\"%s\"]", id.p), 1);
    REFUSED(s, E_NEWER,
            "The repository of Kota Bandung needs a newer balai "
            "(timestamp.json).");
}

/* ---- shape -------------------------------------------------------- */

TEST(metadata_of_the_wrong_shape_is_refused_with_what_is_wrong)
{
    static const struct {
        const char *from, *to;
        err e;
        const char *why;
    } wrong[] = {
        {"\"spec_version\":\"1.0.34\"", "\"spec_version\":\"2.0.0\"", E_NEWER,
         "The repository of Kota Bandung needs a newer balai "
         "(timestamp.json)."},
        {"\"_type\":\"timestamp\"", "\"_type\":\"baru\"", E_NEWER,
         "The repository of Kota Bandung needs a newer balai "
         "(timestamp.json)."},
        {"\"_type\":\"timestamp\"", "\"_type\":\"snapshot\"", E_BAD_INPUT,
         "timestamp.json from Kota Bandung is not well-formed: it holds a "
         "snapshot. Nothing was changed."},
        {"\"version\":1,", "\"version\":0,", E_BAD_INPUT,
         "timestamp.json from Kota Bandung is not well-formed: \"version\" is "
         "missing or of the wrong form. Nothing was changed."},
        {"\"version\":1,", "\"version\":1.0,", E_BAD_INPUT,
         "timestamp.json from Kota Bandung is not well-formed: it has no "
         "canonical form. Nothing was changed."},
        {"\"version\":1,", "\"version\":1,\"version\":1,", E_BAD_INPUT,
         "timestamp.json from Kota Bandung is not well-formed: A JSON key "
         "stands twice. Nothing was changed."},
        {"\"expires\":\"2026", "\"expires\":\"26", E_BAD_INPUT,
         "timestamp.json from Kota Bandung is not well-formed: \"expires\" is "
         "missing or of the wrong form. Nothing was changed."},
        {"\"snapshot.json\"", "\"lain.json\"", E_BAD_INPUT,
         "timestamp.json from Kota Bandung is not well-formed: \"meta\" is "
         "missing or of the wrong form. Nothing was changed."},
        {"\"signatures\":[{", "\"signatures\":[[],{", E_BAD_INPUT,
         "timestamp.json from Kota Bandung is not well-formed: \"signatures\" "
         "is missing or of the wrong form. Nothing was changed."},
    };

    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct sim *s = sim_new(c);

        edit(s, "metadata/timestamp.json", wrong[i].from, wrong[i].to);
        REFUSED(s, wrong[i].e, wrong[i].why);
        CHECK_I64(sim_kept(s, "timestamp"), 0);
    }
}

TEST(unknown_members_belong_to_what_is_signed_and_do_no_harm)
{
    struct sim *s = sim_new(c);
    struct sim_role *r = &s->top[SIM_TARGETS];
    struct data *body;
    str whole;

    r->version = 2;
    body = sim_body(s, "targets", r);
    data_put(c, body, STR("targets"), r->targets);
    data_put_text(c, body, STR("x-catatan"), STR("baris\nbaru \"kutip\""));
    sim_put(s, STR("metadata/2.targets.json"), sim_sign(s, body, r->keys, 1));
    s->top[SIM_SNAPSHOT].version = s->top[SIM_TIMESTAMP].version = 2;
    sim_write_snapshot(s);
    sim_write_timestamp(s);
    whole = sim_get(s, "metadata/2.targets.json");
    edit(s, "metadata/2.targets.json", "kutip", "kuti?");
    CHECK(sim_refresh(s, NULL) == E_TAMPERED);
    sim_put(s, STR("metadata/2.targets.json"), whole);
    CHECK_OK(sim_refresh(s, NULL));
}

TEST(the_worked_sample_of_canonical_json_has_these_bytes)
{
    static const char *const text =
        "{\"_type\":\"timestamp\",\"expires\":\"2026-12-01T00:00:00Z\","
        "\"meta\":{\"snapshot.json\":{\"version\":2}},\"spec_version\":"
        "\"1.0.34\",\"version\":3}";
    unsigned char seed[32];
    struct sim *s = sim_new(c);
    struct seal_secret *k;
    struct findings f = {0};
    struct data *d;

    memset(seed, 1, sizeof seed);
    k = seal_secret_of(c, seed);
    CHECK_STR(sim_key_id(s, k), "7ab6b86cb2c9684b0ddc10896153aa2595decf4d4327a5"
                                "ff1a8ab7422c828b12");
    CHECK_OK(data_read_json(c, STR("x"), str_of(text), &f, &d));
    CHECK_STR(data_write_canonical(c, d), text);
    CHECK_STR(seal_hex(c, seal_sha256(str_of(text)).b, 32),
              "8662c3f045b26df0792f3ed768aaf98637ee84afaee7edb25aaa490bf0acbce"
              "1");
    CHECK_STR(
        seal_hex(c, seal_secret_sign(c, k, str_of(text)).p, 64),
        "6f714a924148a180c20fddcaeffd1139d69e1ce29f537c0291ea750632346d06"
        "c1bc866af475ecfe453254d48588fa5796865f061f63265c2a2076cc8f7bb108");
}

/* ---- whose -------------------------------------------------------- */

TEST(the_folder_of_another_city_is_called_by_its_name)
{
    struct sim *s = sim_new(c), *other = sim_new(c);
    const char *path = file_join(c, s->trust, "root.json");

    s->city = STR("32.73");
    sim_write_root(s, NULL, 0);
    CHECK_OK(file_write(c, path, sim_get(s, "metadata/1.root.json"), 0644));
    other->city = STR("36.71");
    other->seeds = 100;
    for (size_t i = 0; i < SIM_TYPES; i++)
        sim_rekey(other, &other->top[i], 1, 1);
    sim_write_root(other, NULL, 0);
    sim_next(other);
    s->source.arg = other;
    REFUSED(s, E_TAMPERED,
            "This repository is from 36.71, not from 32.73. "
            "Nothing was changed.");
    other->top[SIM_ROOT].version = 2;
    sim_write_root(other, NULL, 0);
    REFUSED(s, E_TAMPERED,
            "This repository is from 36.71, not from 32.73. "
            "Nothing was changed.");
}
