/* SPDX-License-Identifier: EUPL-1.2 */
#include "seal/seal.h"
#include "tests/test.h"

#define MOST 70

struct leaves {
    struct hash at[MOST];
};

static err subtree(struct ctx *c, void *arg, unsigned level, uint64_t n,
                   struct hash *out)
{
    const struct leaves *leaves = arg;
    struct hash left, right;

    if (level == 0) {
        CHECK(n < MOST);
        *out = leaves->at[n];
        return E_OK;
    }
    TRY(subtree(c, arg, level - 1, 2 * n, &left));
    TRY(subtree(c, arg, level - 1, 2 * n + 1, &right));
    *out = seal_node(left, right);
    return E_OK;
}

static struct leaves *grow(struct ctx *c)
{
    struct leaves *leaves = NEW(c->mem, struct leaves);

    for (size_t i = 0; i < MOST; i++)
        leaves->at[i] = seal_leaf(arena_fmt(c->mem, "entry %zu", i));
    return leaves;
}

/* MTH of RFC 6962, section 2.1, word for word. */
static struct hash mth(const struct hash *d, size_t n)
{
    size_t k = 1;

    if (n == 0)
        return seal_empty_root();
    if (n == 1)
        return d[0];
    while (2 * k < n)
        k *= 2;
    return seal_node(mth(d, k), mth(d + k, n - k));
}

TEST(a_root_is_the_tree_hash_of_rfc_6962)
{
    struct leaves *leaves = grow(c);
    struct hash got, want;

    for (size_t n = 0; n < MOST; n++) {
        want = mth(leaves->at, n);
        CHECK_OK(seal_tree_root(c, n, subtree, leaves, &got));
        CHECK(seal_same(got.b, want.b, SEAL_HASH));
    }
}

TEST(every_entry_is_proved_in_every_tree_and_nothing_else_is)
{
    struct leaves *leaves = grow(c);
    struct hash root, *path;
    size_t n;

    for (size_t size = 1; size < MOST; size++) {
        CHECK_OK(seal_tree_root(c, size, subtree, leaves, &root));
        for (size_t i = 0; i < size; i++) {
            CHECK_OK(
                seal_prove_inclusion(c, i, size, subtree, leaves, &path, &n));
            CHECK(seal_included(leaves->at[i], i, size, path, n, root));
            CHECK(!seal_included(leaves->at[(i + 1) % MOST], i, size, path, n,
                                 root));
            CHECK(!seal_included(leaves->at[i], i + 1, size, path, n, root));
            CHECK(n == 0 ||
                  !seal_included(leaves->at[i], i, size, path, n - 1, root));
        }
    }
}

TEST(every_tree_extends_every_smaller_one_and_no_forged_one)
{
    struct leaves *leaves = grow(c);
    struct hash old, root, *path;
    size_t n;

    for (size_t size = 1; size < MOST; size++) {
        CHECK_OK(seal_tree_root(c, size, subtree, leaves, &root));
        for (size_t m = 1; m <= size; m++) {
            CHECK_OK(seal_tree_root(c, m, subtree, leaves, &old));
            CHECK_OK(
                seal_prove_extension(c, m, size, subtree, leaves, &path, &n));
            CHECK(seal_extends(m, old, size, root, path, n));
            old.b[7] ^= 1;
            CHECK(!seal_extends(m, old, size, root, path, n));
        }
    }
}

TEST(an_empty_tree_extends_itself_only)
{
    struct hash none = seal_empty_root(), other = seal_leaf(STR("x")), *path;
    struct leaves *leaves = grow(c);
    size_t n;

    CHECK(seal_extends(0, none, 0, none, NULL, 0));
    CHECK(!seal_extends(0, other, 0, other, NULL, 0));
    CHECK(!seal_extends(0, none, 1, other, NULL, 0));
    CHECK(!seal_extends(1, other, 0, none, NULL, 0));
    CHECK(!seal_included(other, 0, 0, NULL, 0, none));
    CHECK_OK(seal_prove_extension(c, 0, 5, subtree, leaves, &path, &n));
    CHECK_I64((int64_t)n, 0);
}

TEST(a_proof_of_what_is_not_there_says_so)
{
    struct leaves *leaves = grow(c);
    struct hash *path;
    size_t n;

    CHECK(seal_prove_inclusion(c, 5, 5, subtree, leaves, &path, &n) ==
          E_NOT_FOUND);
    CHECK_STR(c->why, "The log has 5 entries; number 5 is not among them.");
    CHECK(seal_prove_extension(c, 6, 5, subtree, leaves, &path, &n) ==
          E_NOT_FOUND);
    CHECK_STR(c->why, "The log has 5 entries, not yet 6.");
}

static err perfect(struct ctx *c, void *arg, unsigned level, uint64_t n,
                   struct hash *out)
{
    (void)c, (void)n;
    *out = ((const struct hash *)arg)[level];
    return E_OK;
}

TEST(a_tree_of_two_to_the_sixty_third_leaves_is_proved_too)
{
    struct hash levels[64], root, *path;
    size_t n;

    /* All leaves are alike, so a level has one hash. */
    levels[0] = seal_leaf(STR("x"));
    for (size_t i = 1; i < COUNT(levels); i++)
        levels[i] = seal_node(levels[i - 1], levels[i - 1]);
    CHECK_OK(seal_tree_root(c, INT64_MAX, perfect, levels, &root));
    CHECK_OK(seal_prove_inclusion(c, INT64_MAX - 7, INT64_MAX, perfect, levels,
                                  &path, &n));
    CHECK(seal_included(levels[0], INT64_MAX - 7, INT64_MAX, path, n, root));
    CHECK_OK(seal_prove_extension(c, UINT64_C(1) << 62, INT64_MAX, perfect,
                                  levels, &path, &n));
    CHECK(
        seal_extends(UINT64_C(1) << 62, levels[62], INT64_MAX, root, path, n));
}
