/* SPDX-License-Identifier: EUPL-1.2 */
#include "seal/seal.h"
#include "tests/test.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST 40

/* A log of the city, and the signer that watches it. */
struct city {
    const char *path;
    struct signer *signer;
    str entries[MOST];
};

static err subtree(struct ctx *c, void *arg, unsigned level, uint64_t n,
                   struct hash *out)
{
    const struct city *city = arg;
    struct hash left, right;

    if (level == 0) {
        *out = seal_leaf(city->entries[n]);
        return E_OK;
    }
    TRY(subtree(c, arg, level - 1, 2 * n, &left));
    TRY(subtree(c, arg, level - 1, 2 * n + 1, &right));
    *out = seal_node(left, right);
    return E_OK;
}

static void close_city(void *it)
{
    seal_signer_close(((struct city *)it)->signer);
}

static struct city *city(struct ctx *c)
{
    struct city *t = NEW(c->mem, struct city);

    t->path = file_join(c, test_folder(c), "SIGNER");
    for (int i = 0; i < MOST; i++)
        t->entries[i] = arena_fmt(c->mem, "entry %d", i);
    CHECK_OK(seal_signer_create(c, t->path, STR("bandung.example")));
    CHECK_OK(seal_signer_open(c, t->path, &t->signer));
    arena_owns(c->mem, close_city, t);
    return t;
}

static err reopen(struct ctx *c, struct city *t)
{
    seal_signer_close(t->signer);
    t->signer = NULL;
    return seal_signer_open(c, t->path, &t->signer);
}

static err grow(struct ctx *c, struct city *t, uint64_t from, uint64_t to,
                str *note)
{
    struct seal_checkpoint next = {STR("bandung.example/log"), to, {{0}}};
    struct hash *path;
    size_t n;

    CHECK_OK(seal_tree_root(c, to, subtree, t, &next.root));
    CHECK_OK(seal_prove_extension(c, from, to, subtree, t, &path, &n));
    return seal_signer_checkpoint(c, t->signer, &next, path, n, note);
}

static bool is_signed(struct ctx *c, struct city *t, str note, uint64_t size)
{
    struct seal_key log;
    struct seal_note n;
    struct seal_verdict v;

    seal_signer_key(t->signer, SEAL_LOG, &log);
    return CHECK_OK(seal_note_read(c, note, &n)) &&
           CHECK_OK(seal_policy_check(c, seal_policy_of(c, &log), &n, &v)) &&
           v.checkpoint.size == size;
}

TEST(a_new_signer_has_three_keys_named_for_the_city)
{
    static const char *const names[] = {"bandung.example/log",
                                        "bandung.example/witness",
                                        "bandung.example/surat"};
    struct city *t = city(c);
    struct seal_key k[COUNT(names)], again;
    struct stat st;

    for (int i = 0; i < 3; i++) {
        seal_signer_key(t->signer, (enum seal_role)i, &k[i]);
        CHECK_STR(k[i].name, names[i]);
        CHECK_OK(seal_vkey_read(c, seal_vkey_show(c, &k[i]), &again));
    }
    CHECK(k[SEAL_WITNESS].type == SEAL_COSIGNATURE);
    CHECK(!seal_same(k[0].public, k[1].public, 32));
    CHECK(!seal_same(k[0].public, k[2].public, 32));
    CHECK(stat(t->path, &st) == 0 && (st.st_mode & 0777) == 0600);
}

TEST(a_log_that_grows_is_signed_and_a_restart_forgets_nothing)
{
    struct city *t = city(c);
    str note, last;

    CHECK_OK(seal_signer_last(c, t->signer, &last));
    CHECK_STR(last, "");
    CHECK_OK(grow(c, t, 0, 0, &note));
    CHECK(is_signed(c, t, note, 0));
    CHECK_OK(grow(c, t, 0, 3, &note));
    CHECK_OK(grow(c, t, 3, 3, &note)); /* the same again */
    CHECK_OK(grow(c, t, 3, 17, &note));
    CHECK(is_signed(c, t, note, 17));
    CHECK_OK(reopen(c, t));
    CHECK_OK(seal_signer_last(c, t->signer, &last));
    CHECK_STR(last, note.p);
    CHECK_OK(grow(c, t, 17, 40, &note));
    CHECK(is_signed(c, t, note, 40));
}

TEST(a_log_that_went_back_is_not_signed)
{
    struct city *t = city(c);
    str note;

    CHECK_OK(grow(c, t, 0, 5, &note));
    for (int restart = 0; restart < 2; restart++) {
        CHECK(grow(c, t, 0, 4, &note) == E_CONFLICT);
        CHECK_STR(c->why, "The log has 4 entries, but 5 were signed: the "
                          "database went back to an older state. Run balai "
                          "restore.");
        CHECK(grow(c, t, 0, 0, &note) == E_CONFLICT);
        CHECK_OK(reopen(c, t));
    }
}

TEST(a_log_whose_past_was_changed_is_not_signed)
{
    struct city *t = city(c);
    str note;

    CHECK_OK(grow(c, t, 0, 5, &note));
    t->entries[2] = STR("another");
    CHECK(grow(c, t, 5, 5, &note) == E_CONFLICT);
    CHECK_STR(c->why, "The log of 5 entries does not continue the one that was "
                      "signed at 5: its past was changed. Run balai restore.");
    CHECK(grow(c, t, 5, 9, &note) == E_CONFLICT);
    CHECK(grow(c, t, 4, 9, &note) == E_CONFLICT);
    CHECK(grow(c, t, 0, 9, &note) == E_CONFLICT);
    t->entries[2] = STR("entry 2");
    CHECK_OK(grow(c, t, 5, 9, &note));
}

TEST(a_signer_signs_its_own_log_only)
{
    struct city *t = city(c);
    struct seal_checkpoint p = {STR("lain.example/log"), 0, seal_empty_root()};
    struct hash one = seal_leaf(STR("x"));
    str note;

    CHECK(seal_signer_checkpoint(c, t->signer, &p, NULL, 0, &note) ==
          E_FORBIDDEN);
    CHECK_STR(c->why,
              "This signer signs for the log bandung.example/log only.");
    p.origin = STR("bandung.example/log");
    p.root = one;
    CHECK(seal_signer_checkpoint(c, t->signer, &p, NULL, 0, &note) ==
          E_CONFLICT);
    p.size = 1;
    CHECK(seal_signer_checkpoint(c, t->signer, &p, &one, 1, &note) ==
          E_CONFLICT);
    CHECK_OK(seal_signer_checkpoint(c, t->signer, &p, NULL, 0, &note));
}

TEST(keys_are_never_overwritten_and_a_domain_is_a_host_name)
{
    static const char *const wrong[] = {"",
                                        "Bandung.example",
                                        "bandung.example:80",
                                        "a/b",
                                        "-a",
                                        "a.",
                                        "a..b",
                                        "a b",
                                        "\xC3\xA9.example"};
    struct city *t = city(c);
    const char *other = file_join(c, test_folder(c), "SIGNER");

    CHECK(seal_signer_create(c, t->path, STR("bandung.example")) == E_CONFLICT);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        CHECK(seal_signer_create(c, other, str_of(wrong[i])) == E_BAD_INPUT);
        CHECK(!file_exists(other));
    }
    CHECK_OK(seal_signer_create(c, other, STR("latihan.bandung.example")));
}

TEST(a_signer_that_is_open_cannot_be_opened_again)
{
    struct city *t = city(c);
    struct signer *second;
    str note;

    CHECK(seal_signer_open(c, t->path, &second) == E_BUSY);
    CHECK_STR(c->why, arena_fmt(c->mem,
                                "The signer's file %s is in use by another "
                                "process.",
                                t->path)
                          .p);
    CHECK_OK(grow(c, t, 0, 1, &note));
    CHECK(seal_signer_open(c, t->path, &second) == E_BUSY);
    CHECK(second == NULL);
}

TEST(a_signers_file_that_others_can_read_is_refused)
{
    struct city *t = city(c);

    CHECK(chmod(t->path, 0640) == 0);
    CHECK(reopen(c, t) == E_FORBIDDEN);
    CHECK_STR(c->why, arena_fmt(c->mem,
                                "Others can read the signer's file %s. Run: "
                                "chmod 600 %s.",
                                t->path, t->path)
                          .p);
}

TEST(a_missing_newer_or_foreign_file_is_refused_with_the_reason)
{
    struct city *t = city(c);
    const char *dir = test_folder(c);
    const char *path = file_join(c, dir, "S");
    struct signer *s;

    (void)t;
    CHECK(seal_signer_open(c, path, &s) == E_NOT_FOUND);
    CHECK_OK(file_write(c, path, STR("balai-signer 2\nwhatever\n"), 0600));
    CHECK(seal_signer_open(c, path, &s) == E_NEWER);
    CHECK_STR(c->why, arena_fmt(c->mem,
                                "The signer's file %s has format 2; this balai "
                                "knows format 1 only. Use a newer balai.",
                                path)
                          .p);
    CHECK_OK(file_write(c, path, STR("hello\n"), 0600));
    CHECK(seal_signer_open(c, path, &s) == E_BAD_INPUT);
    CHECK_OK(file_write(c, path, STR("balai-signer 1\n"), 0600));
    CHECK(seal_signer_open(c, path, &s) == E_BAD_INPUT);
    CHECK_STR(c->why,
              arena_fmt(c->mem, "The signer's file %s is incomplete.", path).p);
    CHECK(seal_signer_open(c, dir, &s) != E_OK);
}

TEST(one_flipped_bit_in_a_signers_file_is_refused)
{
    struct city *t = city(c);
    str bytes, note;
    char *copy;
    size_t taken = 0;

    CHECK_OK(grow(c, t, 0, 5, &note));
    CHECK_OK(grow(c, t, 5, 9, &note));
    seal_signer_close(t->signer);
    CHECK_OK(file_read(c, t->path, 1 << 16, &bytes));
    copy = NEWS(c->mem, char, bytes.n);
    /* But the very last LF: without it the line counts as torn. */
    for (size_t i = 0; i + 1 < bytes.n; i++) {
        memcpy(copy, bytes.p, bytes.n);
        copy[i] = (char)(copy[i] ^ 1 << i % 8);
        CHECK_OK(file_write(c, t->path, (str){copy, bytes.n}, 0600));
        taken += seal_signer_open(c, t->path, &t->signer) == E_OK;
        seal_signer_close(t->signer);
    }
    CHECK_I64((int64_t)taken, 0);
    t->signer = NULL;
}

TEST(a_line_torn_by_a_power_cut_was_never_signed_and_is_dropped)
{
    struct city *t = city(c);
    str before, after, note;

    CHECK_OK(grow(c, t, 0, 5, &note));
    CHECK_OK(file_read(c, t->path, 1 << 16, &before));
    CHECK_OK(grow(c, t, 5, 9, &note));
    seal_signer_close(t->signer);
    CHECK_OK(file_read(c, t->path, 1 << 16, &after));
    for (size_t n = before.n; n < after.n; n++) {
        CHECK_OK(file_write(c, t->path, str_slice(after, 0, n), 0600));
        CHECK_OK(seal_signer_open(c, t->path, &t->signer));
        CHECK_OK(seal_signer_last(c, t->signer, &note));
        CHECK(is_signed(c, t, note, 5));
        seal_signer_close(t->signer);
    }
    CHECK_OK(seal_signer_open(c, t->path, &t->signer));
    CHECK_OK(grow(c, t, 5, 9, &note));
}

/* The file may not grow past `most` bytes: the disk is full. */
static void disk_of(size_t most)
{
    struct rlimit l;

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &l);
    l.rlim_cur = most == 0 ? l.rlim_max : most;
    setrlimit(RLIMIT_FSIZE, &l);
}

TEST(nothing_is_signed_when_the_disk_is_full_until_it_is_opened_again)
{
    struct city *t = city(c);
    struct stat st;
    str note, none = STR("");

    CHECK_OK(grow(c, t, 0, 5, &note));
    CHECK(stat(t->path, &st) == 0);
    disk_of((size_t)st.st_size + 10);
    CHECK(grow(c, t, 5, 9, &none) == E_STORAGE);
    CHECK_STR(none, "");
    disk_of(0);
    CHECK(grow(c, t, 5, 9, &none) == E_STORAGE);
    CHECK_STR(none, "");
    CHECK_OK(seal_signer_last(c, t->signer, &note));
    CHECK(is_signed(c, t, note, 5));
    CHECK_OK(reopen(c, t));
    CHECK_OK(grow(c, t, 5, 9, &note));
}

/* As the signer chains its lines: each check is the head of
 * SHA-256(previous || words). */
static str lengthen(struct ctx *c, str file, const char *words, int times)
{
    struct buf b = buf_new(c, 1 << 24);
    struct hash chain;
    str rest = file, line;

    str_next(&rest, '\n', &line);
    chain = seal_sha256(line);
    buf_raw(&b, file);
    while (str_next(&rest, '\n', &line) || times-- > 0) {
        bool old = line.n > 0;
        str parts[] = {{(const char *)chain.b, SEAL_HASH}, str_of(words)};

        if (old)
            parts[1] = str_slice(line, 0, line.n - 17);
        chain = seal_sha256_of(parts, 2);
        if (!old)
            buf_fmt(&b, "%s %s\n", words, seal_hex(c, chain.b, 8).p);
        line = STR("");
    }
    return buf_str(&b);
}

TEST(a_long_journal_is_cut_and_the_checkpoint_in_force_stays)
{
    struct city *t = city(c);
    struct stat st;
    str note, last, bytes;

    CHECK_OK(grow(c, t, 0, 3, &note));
    CHECK_OK(grow(c, t, 3, 5, &note));
    seal_signer_close(t->signer);
    CHECK_OK(file_read(c, t->path, 1 << 16, &bytes));
    bytes = lengthen(c, bytes, "letter 3 00 2026-01-05T02:02:11Z", 90000);
    CHECK_OK(file_write(c, t->path, bytes, 0600));
    CHECK_OK(seal_signer_open(c, t->path, &t->signer));
    CHECK(stat(t->path, &st) == 0 && st.st_size < 2 << 20 &&
          st.st_size > 1 << 19);
    CHECK_OK(seal_signer_last(c, t->signer, &last));
    CHECK_STR(last, note.p);
    CHECK_OK(reopen(c, t));
    CHECK(grow(c, t, 0, 4, &note) == E_CONFLICT);
    CHECK_OK(grow(c, t, 5, 9, &note));
}

TEST(a_letter_is_sealed_for_a_logged_act_only)
{
    struct city *t = city(c);
    struct seal_key letter, log;
    struct hash *path, digest = seal_sha256(STR("%PDF-1.7 contoh"));
    size_t n;
    str note, sig;

    CHECK_OK(grow(c, t, 0, 5, &note));
    seal_signer_key(t->signer, SEAL_LETTER, &letter);
    seal_signer_key(t->signer, SEAL_LOG, &log);
    CHECK_OK(seal_prove_inclusion(c, 3, 5, subtree, t, &path, &n));
    CHECK_OK(seal_signer_letter(c, t->signer, t->entries[3], 3, path, n, digest,
                                &sig));
    CHECK_I64((int64_t)sig.n, 64);
    CHECK(seal_letter_holds(&letter, t->entries[3], digest, sig));
    CHECK(!seal_letter_holds(&log, t->entries[3], digest, sig));
    CHECK(!seal_letter_holds(&letter, t->entries[2], digest, sig));
    CHECK(!seal_letter_holds(&letter, STR(""), digest, sig));
    digest.b[0] ^= 1;
    CHECK(!seal_letter_holds(&letter, t->entries[3], digest, sig));
    CHECK(seal_signer_letter(c, t->signer, t->entries[2], 3, path, n, digest,
                             &sig) == E_TAMPERED);
    CHECK_STR(c->why, "The letter was not sealed: the act that issues it is "
                      "not proved to be in the signed log.");
    CHECK(seal_signer_letter(c, t->signer, STR(""), 3, path, n, digest, &sig) ==
          E_TAMPERED);
    CHECK_OK(reopen(c, t)); /* the journal with its letter is read again */
}
