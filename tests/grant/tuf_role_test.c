/* SPDX-License-Identifier: EUPL-1.2 */
/* Delegated roles, and the bytes of targets. */
#include "tests/grant/tuf_sim.h"

#include "pack/pack.h"

#include <unistd.h>

static struct sim_role *top(struct sim *s)
{
    return &s->top[SIM_TARGETS];
}

/* Look for a path after a refresh; *asked is what the look-up fetched. */
static err look(struct sim *s, const char *path, struct grant_target *t)
{
    struct ctx *c = s->c;
    struct grant_edition e;

    CHECK_OK(sim_refresh(s, &e));
    s->asked = STR("");
    return grant_find(c, &e, str_of(path), t);
}

#define LOOKED(s, path, e, order)                                              \
    do {                                                                       \
        struct grant_target t_;                                                \
        CHECK(look((s), (path), &t_) == (e));                                  \
        CHECK_STR((s)->asked, (order));                                        \
    } while (0)

/* ---- the order ---------------------------------------------------- */

TEST(roles_are_looked_into_in_pre_order_depth_first)
{
    struct sim *s = sim_new(c);
    struct sim_role *a = sim_delegate(s, top(s), "a", "*", false);
    struct sim_role *d;

    sim_delegate(s, top(s), "b", "*", false);
    sim_delegate(s, a, "c", "*", false);
    d = sim_delegate(s, a, "d", "*", false);
    sim_delegate(s, d, "e", "*", false);
    sim_next(s);
    LOOKED(s, "x", E_NOT_FOUND,
           "1.a.json\n1.c.json\n1.d.json\n1.e.json\n1.b.json\n");
    CHECK_STR(c->why, "Kota Bandung publishes no x.");
    /* All are kept now: nothing is asked for. */
    LOOKED(s, "x", E_NOT_FOUND, "");
}

TEST(a_terminating_role_ends_the_search_for_what_it_matches)
{
    struct sim *s = sim_new(c);
    struct sim_role *a = sim_delegate(s, top(s), "a", "*", false);

    sim_delegate(s, top(s), "b", "*", false);
    sim_delegate(s, a, "c", "*.txt", true);
    sim_delegate(s, a, "d", "*", false);
    sim_next(s);
    LOOKED(s, "x.txt", E_NOT_FOUND, "1.a.json\n1.c.json\n");
    s = sim_new(c);
    a = sim_delegate(s, top(s), "a", "*", false);
    sim_delegate(s, top(s), "b", "*", false);
    sim_delegate(s, a, "c", "*.txt", true);
    sim_delegate(s, a, "d", "*", false);
    sim_next(s);
    LOOKED(s, "x.pdf", E_NOT_FOUND, "1.a.json\n1.d.json\n1.b.json\n");
}

TEST(a_circle_of_roles_is_walked_once)
{
    struct sim *s = sim_new(c);
    struct sim_role *a = sim_delegate(s, top(s), "a", "*", false);
    struct sim_role *b = sim_delegate(s, a, "b", "*", false);

    sim_delegate(s, b, "a", "*", false);
    sim_delegate(s, b, "b", "*", false);
    sim_delegate(s, b, "c", "*", false);
    sim_next(s);
    LOOKED(s, "x", E_NOT_FOUND, "1.a.json\n1.b.json\n1.c.json\n");
}

TEST(at_most_32_roles_are_looked_into)
{
    struct sim *s = sim_new(c);
    struct sim_role *r = top(s);
    struct grant_target t;
    str rest;
    size_t n = 0;

    for (int i = 0; i < 40; i++)
        r = sim_delegate(s, r, arena_fmt(c->mem, "r%d", i).p, "*", false);
    sim_target(s, r, "x", "isi");
    sim_next(s);
    CHECK(look(s, "x", &t) == E_NOT_FOUND);
    rest = s->asked;
    for (str line; str_next(&rest, '\n', &line);)
        n++;
    CHECK_I64((int64_t)n, 32);
}

TEST(the_first_role_that_has_a_target_decides_it)
{
    struct sim *s = sim_new(c);
    struct sim_role *a = sim_delegate(s, top(s), "a", "dir/*", false);
    struct sim_role *b = sim_delegate(s, top(s), "b", "dir/*", false);
    struct grant_edition e;
    struct grant_target t;
    str bytes;

    sim_target(s, a, "dir/x", "dari a");
    sim_target(s, b, "dir/x", "dari b");
    sim_target(s, b, "dir/y", "dari b");
    sim_target(s, b, "luar/z", "dari b"); /* not delegated to it */
    sim_target(s, top(s), "luar/t", "dari atas");
    sim_next(s);
    CHECK_OK(sim_refresh(s, &e));
    CHECK_OK(grant_find(c, &e, STR("dir/x"), &t));
    CHECK_OK(grant_fetch_target(c, &s->source, &t, &bytes));
    CHECK_STR(bytes, "dari a");
    CHECK(grant_find(c, &e, STR("luar/z"), &t) == E_NOT_FOUND);
    CHECK_I64((int64_t)e.n, 1);
    CHECK_OK(grant_delegated(c, &e));
    CHECK_I64((int64_t)e.n, 3);
    CHECK_STR(e.all[0].path, "dir/x");
    CHECK_STR(e.all[1].path, "dir/y");
    CHECK_STR(e.all[2].path, "luar/t");
}

TEST(patterns_match_part_by_part)
{
    static const struct {
        const char *pattern, *path;
        bool yes;
    } cases[] = {
        {"*", "a", true},
        {"*", "a/b", false},
        {"*/*", "a/b", true},
        {"a/*", "a/b.txt", true},
        {"a/*", "a/b/c", false},
        {"a/*.txt", "a/.txt", true},
        {"a/b?c", "a/bxc", true},
        {"a/b?c", "a/bc", false},
        {"?", "/", false},
        {"A", "a", false},
        {"[ab]", "a", false},
        {"[ab]", "[ab]", true},
        {"*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
        {"**x", "abcx", true},
        {"", "a", false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sim *s = sim_new(c);
        struct sim_role *a =
            sim_delegate(s, top(s), "a", cases[i].pattern, false);
        struct grant_target t;

        sim_target(s, a, cases[i].path, "isi");
        sim_next(s);
        CHECK(look(s, cases[i].path, &t) ==
              (cases[i].yes ? E_OK : E_NOT_FOUND));
    }
}

TEST(a_role_may_take_paths_by_the_head_of_their_hash)
{
    struct sim *s = sim_new(c);
    struct sim_role *a = sim_delegate(s, top(s), "a", "*", false);
    struct data *def = data_get(top(s)->delegations, STR("roles"))->items[0];
    struct data *heads = data_new(c, DATA_LIST);
    struct grant_target t;
    str hex = seal_hex(c, seal_sha256(STR("dir/x")).b, 32);

    data_drop(def, STR("paths"));
    data_append(c, heads, data_new_text(c, str_slice(hex, 0, 3)));
    data_put(c, def, STR("path_hash_prefixes"), heads);
    sim_target(s, a, "dir/x", "isi");
    sim_target(s, a, "dir/y", "isi");
    sim_next(s);
    CHECK_OK(look(s, "dir/x", &t));
    CHECK(look(s, "dir/y", &t) == E_NOT_FOUND);
}

/* `top` delegates to "bin-N" alone, each signed by the key of the first. */
static struct data *sim_bins(struct sim *s, int64_t bits,
                             struct sim_role **bins, const char *const *names)
{
    struct sim_role *t = top(s);
    struct data *all, *def;

    for (size_t i = 0; i < (size_t)1 << bits; i++) {
        bins[i] = sim_delegate(s, t, names[i], "*", false);
        bins[i]->keys[0] = bins[0]->keys[0];
    }
    all = t->delegations;
    def = data_copy(s->c, data_get(all, STR("roles"))->items[0]);
    data_drop(def, STR("name"));
    data_drop(def, STR("terminating"));
    data_drop(def, STR("paths"));
    data_put_text(s->c, def, STR("name_prefix"), STR("bin"));
    data_put_i64(s->c, def, STR("bit_length"), bits);
    data_drop(all, STR("roles"));
    data_put(s->c, all, STR("succinct_roles"), def);
    return all;
}

TEST(many_targets_may_stand_in_bins_that_are_numbered_by_their_hash)
{
    static const char *const names[] = {"bin-0", "bin-1", "bin-2", "bin-3"};
    static const char *const paths[] = {"a/1", "a/2", "a/3", "a/4",
                                        "a/5", "a/6", "a/7", "a/8"};
    struct sim *s = sim_new(c);
    struct sim_role *bins[4];
    struct grant_edition e;
    struct grant_target t;
    size_t away = 0;

    sim_bins(s, 2, bins, names);
    for (size_t i = 0; i < COUNT(paths); i++) {
        size_t at = seal_sha256(str_of(paths[i])).b[0] >> 6;

        sim_target(s, bins[at], paths[i], "isi");
        away = (at + 1) % 4;
    }
    /* Listed by a bin that it does not belong to. */
    sim_target(s, bins[away], "a/8", "lain");
    sim_next(s);
    CHECK_OK(sim_refresh(s, &e));
    for (size_t i = 0; i < COUNT(paths); i++)
        CHECK_OK(grant_find(c, &e, str_of(paths[i]), &t));
    CHECK_I64(t.length, 3);
    CHECK(grant_find(c, &e, STR("a/9"), &t) == E_NOT_FOUND);
    CHECK_OK(grant_delegated(c, &e));
    CHECK_I64((int64_t)e.n, (int64_t)COUNT(paths));
}

TEST(bins_of_the_wrong_shape_are_refused)
{
    static const char *const names[] = {"bin-0", "bin-1"};
    static const struct {
        const char *key, *value;
    } wrong[] = {{"bit_length", "0"},
                 {"bit_length", "33"},
                 {"name_prefix", ""},
                 {"threshold", "0"}};

    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct sim *s = sim_new(c);
        struct sim_role *bins[2];
        struct data *def =
            data_get(sim_bins(s, 1, bins, names), STR("succinct_roles"));
        int64_t number;

        if (str_is_i64(str_of(wrong[i].value), &number))
            data_put_i64(c, def, str_of(wrong[i].key), number);
        else
            data_put_text(c, def, str_of(wrong[i].key), str_of(wrong[i].value));
        sim_next(s);
        CHECK(sim_refresh(s, NULL) == E_BAD_INPUT);
    }
}

/* ---- keys --------------------------------------------------------- */

TEST(a_role_that_is_kept_is_judged_again_for_another_delegator)
{
    struct sim *s = sim_new(c);
    struct sim_role *a = sim_delegate(s, top(s), "a", "a/*", false);
    struct sim_role *b = sim_delegate(s, top(s), "b", "b/*", false);
    struct sim_role *x = sim_delegate(s, a, "x", "*/*", false);
    struct seal_secret *right = x->keys[0];
    struct grant_edition e;
    struct grant_target t;

    sim_delegate(s, b, "x", "*/*", false);
    x->keys[0] = sim_key(s); /* b's idea of x has another key */
    b->delegations = NULL;
    sim_delegate(s, b, "x", "*/*", false);
    x->keys[0] = right;
    sim_target(s, x, "a/1", "isi");
    sim_target(s, x, "b/1", "isi");
    sim_next(s);
    CHECK_OK(sim_refresh(s, &e));
    CHECK_OK(grant_find(c, &e, STR("a/1"), &t));
    CHECK(grant_find(c, &e, STR("b/1"), &t) == E_TAMPERED);
    CHECK_STR(c->why, "1.x.json is not what Kota Bandung signed: 0 of 1 needed "
                      "signatures hold. Nothing was changed.");
    CHECK_OK(grant_find(c, &e, STR("a/1"), &t));
}

TEST(a_role_that_the_snapshot_does_not_name_is_not_asked_for)
{
    struct sim *s = sim_new(c);

    sim_delegate(s, top(s), "a", "*", false);
    s->n_roles = 0;
    sim_next(s);
    LOOKED(s, "x", E_TAMPERED, "");
    CHECK_STR(c->why, "The edition from Kota Bandung does not name the role a "
                      "that it delegates to.");
}

TEST(a_role_of_another_version_or_that_has_expired_is_refused)
{
    struct sim *s = sim_new(c);
    struct sim_role *a = sim_delegate(s, top(s), "a", "*", false);
    struct grant_target t;

    sim_next(s);
    a->version = 2;
    sim_write_targets(s, a);
    sim_put(s, STR("metadata/1.a.json"), sim_get(s, "metadata/2.a.json"));
    CHECK(look(s, "x", &t) == E_TAMPERED);
    a->version = 1;
    a->expires = c->now - 1;
    sim_write_targets(s, a);
    CHECK(look(s, "x", &t) == E_REFUSED);
}

TEST(names_of_roles_stay_within_the_folder)
{
    static const struct {
        const char *role, *asked;
    } names[] = {
        {"/delegatedrole", "1.%2Fdelegatedrole.json\n"},
        {"../delegatedrole", "1...%2Fdelegatedrole.json\n"},
        {"?", "1.%3F.json\n"},
        {"#", "1.%23.json\n"},
        {"..", "1....json\n"},
        {"peran é", "1.peran%20%C3%A9.json\n"},
    };

    for (size_t i = 0; i < COUNT(names); i++) {
        struct sim *s = sim_new(c);
        str *kept;
        size_t n;

        sim_delegate(s, top(s), names[i].role, "*", false);
        sim_next(s);
        LOOKED(s, "x", E_NOT_FOUND, names[i].asked);
        LOOKED(s, "x", E_NOT_FOUND, "");
        CHECK_OK(file_list(c, s->trust, 'f', &kept, &n));
        CHECK(n >= 5);
        unlink(file_join(c, s->trust, "name"));
    }
}

TEST(a_delegation_may_not_call_itself_root)
{
    static const char *const names[] = {"root", "targets", "snapshot",
                                        "timestamp", ""};

    for (size_t i = 0; i < COUNT(names); i++) {
        struct sim *s = sim_new(c);

        sim_delegate(s, top(s), names[i], "*", false);
        sim_next(s);
        s->n_roles = 0;
        sim_write_targets(s, top(s));
        sim_write_snapshot(s);
        sim_write_timestamp(s);
        CHECK(sim_refresh(s, NULL) == E_BAD_INPUT);
    }
}

/* ---- bytes -------------------------------------------------------- */

static struct sim *with_target(struct ctx *c, struct grant_target *t, str *file)
{
    struct sim *s = sim_new(c);

    sim_target(s, top(s), "a/x.txt", "isi yang ditandatangani");
    sim_next(s);
    CHECK_OK(look(s, "a/x.txt", t));
    *file = t->file;
    return s;
}

TEST(a_target_that_was_swapped_or_cut_is_not_what_was_signed)
{
    static const char *const wrong[] = {"isi yang ditandatangano",
                                        "isi yang ditandatangan",
                                        "isi yang ditandatanganiX", ""};
    struct grant_target t;
    str file, bytes = STR("");
    struct sim *s = with_target(c, &t, &file);

    CHECK_OK(grant_fetch_target(c, &s->source, &t, &bytes));
    CHECK_STR(bytes, "isi yang ditandatangani");
    for (size_t i = 0; i < COUNT(wrong); i++) {
        sim_put(s, file, str_of(wrong[i]));
        CHECK(grant_fetch_target(c, &s->source, &t, &bytes) == E_TAMPERED);
        CHECK_STR(c->why, "a/x.txt from Kota Bandung is not what Kota Bandung "
                          "signed. Nothing was changed.");
    }
    sim_put(s, file, (str){NULL, 0});
    CHECK(grant_fetch_target(c, &s->source, &t, &bytes) == E_NOT_FOUND);
}

TEST(every_known_hash_must_hold_and_one_must_be_known)
{
    static const struct {
        const char *sha256, *sha512, *other;
        bool right;
    } cases[] = {
        {"y", "", "", true},   {"", "y", "", true},   {"y", "y", "x", true},
        {"y", "n", "", false}, {"n", "y", "", false}, {"", "", "x", false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sim *s = sim_new(c);
        struct data *def = data_new(c, DATA_MAP), *h = data_new(c, DATA_MAP);
        struct grant_edition e;
        unsigned char sha512[SEAL_SHA512];
        struct hash sha256 = seal_sha256(STR("isi"));
        str bytes;

        seal_sha512(STR("isi"), sha512);
        sha256.b[0] ^= cases[i].sha256[0] == 'n';
        sha512[0] ^= cases[i].sha512[0] == 'n';
        if (cases[i].sha256[0] != 0)
            data_put_text(c, h, STR("sha256"), seal_hex(c, sha256.b, 32));
        if (cases[i].sha512[0] != 0)
            data_put_text(c, h, STR("sha512"), seal_hex(c, sha512, 64));
        if (cases[i].other[0] != 0)
            data_put_text(c, h, STR("md4"), STR("00"));
        data_put_i64(c, def, STR("length"), 3);
        data_put(c, def, STR("hashes"), h);
        data_put(c, top(s)->targets, STR("x"), def);
        sim_next(s);
        CHECK_OK(sim_refresh(s, &e));
        sim_put(s, e.all[0].file, STR("isi"));
        CHECK(grant_fetch_target(c, &s->source, &e.all[0], &bytes) ==
              (cases[i].right ? E_OK : E_TAMPERED));
    }
}

/* A target that says it is an app of this tree and size. */
static err fetch_as_app(struct ctx *c, str frame, const char *tree,
                        int64_t size)
{
    struct sim *s = sim_new(c);
    struct data *def, *custom = data_new(c, DATA_MAP);
    struct data *hashes = data_new(c, DATA_MAP);
    struct findings f = {0};
    struct grant_target t;
    struct app_package *p;

    sim_target(s, top(s), "s/x.tar.zst", "x");
    def = data_get(top(s)->targets, STR("s/x.tar.zst"));
    data_put_text(c, custom, STR("app"), STR("s/x"));
    data_put_text(c, custom, STR("version"), STR("1.0.0"));
    data_put_text(c, custom, STR("tree"), str_of(tree));
    data_put_i64(c, custom, STR("size"), size);
    data_put(c, def, STR("custom"), custom);
    data_put_i64(c, def, STR("length"), (int64_t)frame.n);
    data_put_text(c, hashes, STR("sha256"),
                  seal_hex(c, seal_sha256(frame).b, 32));
    data_put(c, def, STR("hashes"), hashes);
    sim_next(s);
    CHECK_OK(look(s, "s/x.tar.zst", &t));
    sim_put(s, t.file, frame);
    return grant_fetch_app(c, &s->source, &t, &f, &p);
}

TEST(a_bomb_or_another_tree_is_no_package)
{
    char *zeros = NEWS(c->mem, char, (size_t)3 << 20);
    str frame, small;

    CHECK_OK(pack_squeeze(c, (str){zeros, (size_t)3 << 20}, &frame));
    CHECK(fetch_as_app(c, frame, "sha256:00", 3 << 20) == E_BAD_INPUT);
    CHECK(str_starts(c->why, STR("s/x from Kota Bandung is not a balai "
                                 "package: ")));
    CHECK(fetch_as_app(c, STR("bukan zstd"), "sha256:00", 9) == E_BAD_INPUT);
    CHECK_OK(pack_squeeze(c, STR("isi"), &small));
    CHECK(fetch_as_app(c, small, "sha256:00", 3) == E_BAD_INPUT);
    CHECK_STR(c->why, "s/x from Kota Bandung is not a balai package: it holds "
                      "another tree than it is listed with.");
    CHECK(fetch_as_app(c, small, seal_show_hash(c, seal_sha256(STR("isi"))).p,
                       4) == E_BAD_INPUT);
    CHECK(fetch_as_app(c, small, seal_show_hash(c, seal_sha256(STR("isi"))).p,
                       3) == E_BAD_INPUT); /* the right tree, and no archive */
}

TEST(a_listed_target_over_the_ceiling_is_not_asked_for)
{
    struct sim *s = sim_new(c);
    struct grant_target t;
    str bytes;

    sim_target(s, top(s), "x", "isi");
    data_put_i64(c, data_get(top(s)->targets, STR("x")), STR("length"),
                 INT64_C(1) << 40);
    sim_next(s);
    CHECK_OK(look(s, "x", &t));
    CHECK(grant_fetch_target(c, &s->source, &t, &bytes) == E_TOO_BIG);
    CHECK_STR(s->asked, "");
}

/* ---- folders ------------------------------------------------------ */

TEST(a_folder_gives_plain_files_below_itself_and_follows_no_link)
{
    const char *dir = test_folder(c);
    struct grant_source from = grant_from_folder(c, dir);
    static const char *const outside[] = {
        "", "/", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", "./a"};
    str bytes;

    CHECK_OK(file_make_dir(c, file_join(c, dir, "metadata"), 0755));
    CHECK_OK(file_write(c, file_join(c, dir, "metadata/a"), STR("isi"), 0644));
    CHECK(symlink("a", file_join(c, dir, "metadata/l")) == 0);
    CHECK(symlink("metadata", file_join(c, dir, "m")) == 0);
    CHECK_OK(from.fetch(c, from.arg, "metadata/a", 3, &bytes));
    CHECK_STR(bytes, "isi");
    CHECK(from.fetch(c, from.arg, "metadata/a", 2, &bytes) == E_TOO_BIG);
    CHECK(from.fetch(c, from.arg, "metadata/b", 9, &bytes) == E_NOT_FOUND);
    CHECK(from.fetch(c, from.arg, "metadata", 9, &bytes) == E_TAMPERED);
    CHECK(from.fetch(c, from.arg, "metadata/l", 9, &bytes) == E_TAMPERED);
    CHECK_STR(c->why, arena_fmt(c->mem,
                                "%s holds a link where a file should be "
                                "(metadata/l).",
                                dir)
                          .p);
    CHECK(from.fetch(c, from.arg, "m/a", 9, &bytes) == E_TAMPERED);
    for (size_t i = 0; i < COUNT(outside); i++)
        CHECK(from.fetch(c, from.arg, outside[i], 9, &bytes) == E_BAD_INPUT);
}
