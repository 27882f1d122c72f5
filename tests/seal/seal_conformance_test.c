/* SPDX-License-Identifier: EUPL-1.2 */
/* What others made to check implementations of these standards. */
#include "seal/seal.h"
#include "tests/test.h"

#include <sodium.h>
#include <zlib.h>

/* ---- as much JSON as these files need ----------------------------- */

/* What stands behind "key": in a flat object; empty where it is not there. */
static str json_at(struct ctx *c, str json, const char *key)
{
    str name = arena_fmt(c->mem, "\"%s\":", key);
    size_t at = str_find(json, name);

    return str_trim(str_slice(json, at + name.n, json.n));
}

static str json_text(struct ctx *c, str json, const char *key)
{
    str head, text, rest;

    str_cut(json_at(c, json, key), '"', &head, &rest);
    str_cut(rest, '"', &text, &rest);
    return text;
}

static uint64_t json_number(struct ctx *c, str json, const char *key)
{
    str s = json_at(c, json, key);
    uint64_t v = 0;

    for (size_t i = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
        v = v * 10 + (uint64_t)(s.p[i] - '0');
    return v;
}

static bool json_true(struct ctx *c, str json, const char *key)
{
    return str_starts(json_at(c, json, key), STR("true"));
}

/* Some roots in the vectors are shorter than a hash: they match none. */
static struct hash to_hash(struct ctx *c, str base64)
{
    struct hash h = {{0}};
    str raw = STR("");

    CHECK(seal_unbase64(c, base64, &raw));
    memcpy(h.b, raw.p, raw.n < SEAL_HASH ? raw.n : SEAL_HASH);
    return h;
}

static struct hash json_hash(struct ctx *c, str json, const char *key)
{
    return to_hash(c, json_text(c, json, key));
}

/* A list of hashes, or null. */
static size_t json_hashes(struct ctx *c, str json, const char *key,
                          struct hash *out, size_t most)
{
    str list = json_at(c, json, key), piece, head, rest;
    size_t n = 0;

    if (!str_starts(list, STR("[")))
        return 0;
    str_cut(list, ']', &list, &rest);
    while (str_cut(list, '"', &head, &rest) && n < most) {
        str_cut(rest, '"', &piece, &list);
        out[n++] = to_hash(c, piece);
    }
    return n;
}

/* ---- merkle ------------------------------------------------------- */

#define PATH 70

static bool inclusion_holds(struct ctx *c, str json)
{
    struct hash path[PATH];
    size_t n = json_hashes(c, json, "proof", path, PATH);

    /* An empty text is no hash: our readers refuse it before this. */
    if (json_text(c, json, "root").n == 0 ||
        json_text(c, json, "leafHash").n == 0)
        return false;
    return seal_included(
        json_hash(c, json, "leafHash"), json_number(c, json, "leafIdx"),
        json_number(c, json, "treeSize"), path, n, json_hash(c, json, "root"));
}

static bool consistency_holds(struct ctx *c, str json)
{
    struct hash path[PATH];
    size_t n = json_hashes(c, json, "proof", path, PATH);

    return seal_extends(
        json_number(c, json, "size1"), json_hash(c, json, "root1"),
        json_number(c, json, "size2"), json_hash(c, json, "root2"), path, n);
}

static int walk(struct ctx *c, const char *dir,
                bool (*holds)(struct ctx *c, str json))
{
    int count = 0;
    str *names, json;
    size_t n;

    CHECK_OK(file_list(c, dir, 0, &names, &n));
    for (size_t i = 0; i < n; i++) {
        const char *path = file_join(c, dir, names[i].p);

        if (file_is_dir(path)) {
            count += walk(c, path, holds);
            continue;
        }
        CHECK_OK(file_read(c, path, 1 << 20, &json));
        if (!CHECK(holds(c, json) == !json_true(c, json, "wantErr")))
            CHECK_STR(str_of(path), "a file that agrees");
        count++;
    }
    return count;
}

TEST(every_merkle_vector_is_judged_as_it_wants)
{
    const char *dir = test_conformance(c, "merkle");

    if (dir == NULL)
        return;
    CHECK_I64(walk(c, file_join(c, dir, "inclusion"), inclusion_holds), 65);
    CHECK_I64(walk(c, file_join(c, dir, "consistency"), consistency_holds), 57);
}

/* ---- ed25519 ------------------------------------------------------ */

static str unzip(struct ctx *c, const char *path)
{
    size_t most = (size_t)4 << 20;
    char *p = NEWS(c->mem, char, most);
    gzFile f = gzopen(path, "rb");
    int n = f == NULL ? -1 : gzread(f, p, (unsigned)most);

    CHECK(n > 0);
    if (f != NULL)
        gzclose(f);
    return (str){p, n < 0 ? 0 : (size_t)n};
}

/* The vector's signature stands on a note under the vector's key. Its message
 * is no note text, so libsodium is asked about the note's. */
static bool accepted(struct ctx *c, str vector, bool *note_agrees)
{
    unsigned char key[32], sig[64];
    str message = json_text(c, vector, "msg");
    struct seal_key k = {.name = STR("x"), .id = 1, .type = SEAL_ED25519};
    struct seal_line line = {k.name, 1, {(const char *)sig, sizeof sig}};
    struct seal_note note = {message, &line, 1};
    bool direct;

    CHECK(str_unhex(json_text(c, vector, "key"), key, sizeof key));
    CHECK(str_unhex(json_text(c, vector, "sig"), sig, sizeof sig));
    memcpy(k.public, key, sizeof key);
    direct = crypto_sign_verify_detached(sig, (const unsigned char *)message.p,
                                         message.n, key) == 0;
    *note_agrees = direct == (seal_note_word(&note, &k) == SEAL_SIGNED);
    return direct;
}

TEST(every_edge_case_signature_gets_libsodiums_answer)
{
    const char *path = test_conformance(c, "ed25519/ed25519vectors.json.gz");
    str json, vector;
    int all = 0, taken = 0;
    bool agrees;

    if (path == NULL)
        return;
    json = unzip(c, path);
    while (str_next(&json, '{', &vector)) {
        if (str_find(vector, STR("\"sig\"")) == vector.n)
            continue;
        all++;
        taken += accepted(c, vector, &agrees);
        CHECK(agrees);
    }
    CHECK_I64(all, 914);
    CHECK_I64(taken, 43);
}

/* ---- logs --------------------------------------------------------- */

/* The level-0 tile of a log of fewer than 256 entries. */
static err tile_subtree(struct ctx *c, void *arg, unsigned level, uint64_t n,
                        struct hash *out)
{
    const str *tile = arg;
    struct hash left, right;

    if (level == 0) {
        CHECK((n + 1) * SEAL_HASH <= tile->n);
        memcpy(out->b, tile->p + n * SEAL_HASH, SEAL_HASH);
        return E_OK;
    }
    TRY(tile_subtree(c, arg, level - 1, 2 * n, &left));
    TRY(tile_subtree(c, arg, level - 1, 2 * n + 1, &right));
    *out = seal_node(left, right);
    return E_OK;
}

static str text_of(struct ctx *c, const char *dir, const char *name)
{
    str bytes = STR("");

    CHECK_OK(file_read(c, file_join(c, dir, name), 1 << 20, &bytes));
    return bytes;
}

#define TESSERA                                                                \
    "example.com/log/testdata+33d7b496+"                                       \
    "AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"

static struct seal_checkpoint tessera_at(struct ctx *c, const char *dir, int i)
{
    struct seal_key k;
    struct seal_note note;
    struct seal_verdict v;
    const char *name = arena_fmt(c->mem, "checkpoint.%d", i).p;

    CHECK_OK(seal_vkey_read(c, STR(TESSERA), &k));
    CHECK_OK(seal_note_read(c, text_of(c, dir, name), &note));
    CHECK_OK(seal_policy_check(c, seal_policy_of(c, &k), &note, &v));
    CHECK_I64((int64_t)v.checkpoint.size, i);
    return v.checkpoint;
}

TEST(any_two_checkpoints_of_tesseras_log_are_consistent)
{
    const char *dir = test_conformance(c, "log/tessera/log");
    struct seal_checkpoint p[16];
    struct hash root, *path;
    str tile;
    size_t n;

    if (dir == NULL)
        return;
    tile = text_of(c, dir, "tile/0/000.p/15");
    for (int i = 0; i < 16; i++) {
        p[i] = tessera_at(c, dir, i);
        CHECK_OK(seal_tree_root(c, p[i].size, tile_subtree, &tile, &root));
        CHECK(seal_same(root.b, p[i].root.b, SEAL_HASH));
    }
    for (size_t i = 1; i < 16; i++)
        for (size_t j = i; j < 16; j++) {
            CHECK_OK(
                seal_prove_extension(c, i, j, tile_subtree, &tile, &path, &n));
            CHECK(seal_extends(i, p[i].root, j, p[j].root, path, n));
        }
}

TEST(every_entry_of_tesseras_log_is_included)
{
    const char *dir = test_conformance(c, "log/tessera/log");
    struct seal_checkpoint p;
    struct hash *path;
    str tile, entries;
    size_t n, at = 0;

    if (dir == NULL)
        return;
    p = tessera_at(c, dir, 15);
    tile = text_of(c, dir, "tile/0/000.p/15");
    entries = text_of(c, dir, "tile/entries/000.p/15");
    for (uint64_t i = 0; i < 15; i++) {
        size_t len = get_u16be(entries.p + at);
        str entry = str_slice(entries, at + 2, at + 2 + len);

        at += 2 + len;
        CHECK_OK(
            seal_prove_inclusion(c, i, 15, tile_subtree, &tile, &path, &n));
        CHECK(seal_included(seal_leaf(entry), i, 15, path, n, p.root));
    }
    CHECK_I64((int64_t)at, (int64_t)entries.n);
}

static struct seal_verdict worked_verdict(struct ctx *c, const char *dir,
                                          str bytes)
{
    struct seal_policy *p;
    struct seal_note note;
    struct seal_verdict v = {.n = 0};

    CHECK_OK(seal_policy_read(c, STR("policy"), text_of(c, dir, "policy"), &p));
    CHECK_OK(seal_note_read(c, bytes, &note));
    CHECK_STR(seal_note_show(c, &note), bytes.p);
    CHECK_OK(seal_policy_check(c, p, &note, &v));
    return v;
}

TEST(the_worked_checkpoints_are_signed_and_the_last_is_witnessed)
{
    const char *dir = test_conformance(c, "log/worked");
    struct seal_verdict v;

    if (dir == NULL)
        return;
    v = worked_verdict(c, dir, text_of(c, dir, "checkpoint"));
    CHECK(v.witnessed && v.n == 2 && v.checkpoint.size == 5);
    CHECK_I64((int64_t)v.oldest, 1767682861);
    v = worked_verdict(c, dir, text_of(c, dir, "checkpoint.3"));
    CHECK(!v.witnessed && !v.quorum_none && v.checkpoint.size == 3);
}

TEST(the_worked_receipt_proves_its_entry)
{
    static const char *const files[] = {"receipt-index3.tlog-proof",
                                        "opening-index3.tlog-proof"};
    const char *dir = test_conformance(c, "log/worked");
    struct seal_verdict v;
    struct seal_proof p;
    str bytes, entry;

    for (size_t i = 0; dir != NULL && i < COUNT(files); i++) {
        bytes = text_of(c, dir, files[i]);
        CHECK_OK(seal_proof_read(c, bytes, &p));
        CHECK_STR(seal_proof_show(c, &p), bytes.p);
        v = worked_verdict(c, dir, p.note);
        CHECK(v.witnessed && p.index == 3);
        CHECK(seal_unbase64(c, json_text(c, p.extra, "entry"), &entry));
        CHECK_I64((int64_t)entry.n, 46);
        CHECK(seal_included(seal_leaf(entry), p.index, v.checkpoint.size,
                            p.path, p.n, v.checkpoint.root));
    }
}

static void check_hashes(struct ctx *c, str vector, const char *key,
                         const struct hash *path, size_t n)
{
    struct hash want[PATH];

    CHECK_I64((int64_t)json_hashes(c, vector, key, want, PATH), (int64_t)n);
    for (size_t i = 0; i < n; i++)
        CHECK(seal_same(path[i].b, want[i].b, SEAL_HASH));
}

TEST(the_worked_roots_and_proofs_are_made_again)
{
    const char *dir = test_conformance(c, "log/worked");
    struct hash root, *path;
    str vector, tile;
    size_t n;

    if (dir == NULL)
        return;
    vector = text_of(c, dir, "vector.json");
    tile = text_of(c, dir, "tile/0/000.p/5");
    CHECK_OK(seal_tree_root(c, 3, tile_subtree, &tile, &root));
    CHECK_STR(seal_base64(c, root.b, SEAL_HASH),
              arena_str(c->mem, json_text(c, vector, "root_3")).p);
    CHECK_OK(seal_tree_root(c, 5, tile_subtree, &tile, &root));
    CHECK_STR(seal_base64(c, root.b, SEAL_HASH),
              arena_str(c->mem, json_text(c, vector, "root_5")).p);
    CHECK_OK(seal_prove_inclusion(c, 3, 5, tile_subtree, &tile, &path, &n));
    check_hashes(c, vector, "inclusion_3_of_5", path, n);
    CHECK_OK(seal_prove_extension(c, 3, 5, tile_subtree, &tile, &path, &n));
    check_hashes(c, vector, "consistency_3_to_5", path, n);
}

/* A field's digest is HMAC-SHA256(salt, "balai/field/v1" || u8 len || name ||
 * value): each one in the vector must come out again. */
TEST(every_field_digest_of_the_worked_log_is_made_again)
{
    const char *dir = test_conformance(c, "log/worked");
    str vector, field;
    int n = 0;

    if (dir == NULL)
        return;
    vector = text_of(c, dir, "vector.json");
    while (str_next(&vector, '{', &field)) {
        str name = json_text(c, field, "n"), value = json_text(c, field, "v");
        char len = (char)name.n;
        str parts[] = {STR_INIT("balai/field/v1"), {&len, 1}, name, value};
        str salt;
        struct hash h, want;

        if (str_find(field, STR("\"digest\":")) == field.n)
            continue;
        CHECK(seal_unbase64(c, json_text(c, field, "s"), &salt));
        h = seal_hmac(salt, parts, COUNT(parts));
        want = json_hash(c, field, "digest");
        CHECK(seal_same(h.b, want.b, SEAL_HASH));
        n++;
    }
    CHECK(n > 20);
}
