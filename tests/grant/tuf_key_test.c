/* SPDX-License-Identifier: EUPL-1.2 */
/* Offline keys: made once, opened by their passphrase alone. */
#include "tests/grant/tuf_city.h"

#include <sys/stat.h>

static err make(struct ctx *c, const char *const *dirs, size_t n,
                const char *word)
{
    str words[8];

    for (size_t i = 0; i < n; i++)
        words[i] = str_of(word);
    return grant_keys_make(c, &(struct grant_ceremony){STR("32.73"),
                                                       STR("bandung.example"),
                                                       dirs, n, words});
}

TEST(a_ceremony_writes_seven_keys_that_their_passphrase_opens)
{
    static const char *const names[] = {
        "bandung.example/root/1",    "bandung.example/root/2",
        "bandung.example/root/3",    "bandung.example/targets/1",
        "bandung.example/targets/2",
    };
    struct tuf_city *t = tuf_city(c);
    struct seal_key k, again;
    struct stat st;

    for (size_t i = 0; i < 3; i++) {
        grant_key_public(t->roots[i], &k);
        CHECK_STR(k.name, names[i]);
        CHECK_OK(seal_vkey_read(c, seal_vkey_show(c, &k), &again));
    }
    for (size_t i = 0; i < 2; i++) {
        struct grant_key *hibah;

        grant_key_public(t->targets[i], &k);
        CHECK_STR(k.name, names[3 + i]);
        CHECK_OK(grant_key_open(c, t->dirs[3 + i], GRANT_HIBAH,
                                STR(TUF_PASSPHRASE), &hibah));
        grant_key_public(hibah, &k);
        CHECK_STR(k.name,
                  arena_fmt(c->mem, "bandung.example/hibah/%zu", i + 1).p);
    }
    CHECK(stat(file_join(c, t->dirs[0], "root-1.key"), &st) == 0 &&
          (st.st_mode & 0777) == 0600);
}

TEST(a_wrong_passphrase_role_or_folder_opens_nothing)
{
    struct tuf_city *t = tuf_city(c);
    struct grant_key *k = NULL;
    const char *path = file_join(c, t->dirs[0], "root-1.key");

    CHECK(grant_key_open(c, t->dirs[0], GRANT_ROOT, STR("kunci latihan 2027"),
                         &k) == E_TAMPERED);
    CHECK_STR(c->why, arena_fmt(c->mem,
                                "The key %s does not open: the passphrase is "
                                "another, or the file was changed.",
                                path)
                          .p);
    CHECK(grant_key_open(c, t->dirs[0], GRANT_HIBAH, STR(TUF_PASSPHRASE), &k) ==
          E_NOT_FOUND);
    CHECK_STR(
        c->why,
        arena_fmt(c->mem, "The folder %s holds no hibah key.", t->dirs[0]).p);
    CHECK(grant_key_open(c, path, GRANT_HIBAH, STR(TUF_PASSPHRASE), &k) ==
          E_BAD_INPUT);
    CHECK_STR(c->why,
              arena_fmt(c->mem, "%s is a root key, not a hibah key.", path).p);
    CHECK(grant_key_open(c, file_join(c, t->dir, "x"), GRANT_ROOT,
                         STR(TUF_PASSPHRASE), &k) == E_NOT_FOUND);
    CHECK(k == NULL);
    CHECK_OK(grant_key_open(c, path, GRANT_ROOT, STR(TUF_PASSPHRASE), &k));
}

TEST(one_folder_may_hold_all_keys_and_is_never_written_twice)
{
    const char *dir = file_join(c, test_folder(c), "stik");
    const char *dirs[] = {dir, dir, dir, dir, dir, dir, dir};
    struct grant_key *first, *second;
    struct seal_key a, b;
    str *names;
    size_t n;

    CHECK(make(c, dirs, 7, "sebelas hur") == E_BAD_INPUT);
    CHECK_STR(c->why, arena_fmt(c->mem,
                                "The passphrase for %s is too short: at least "
                                "12 characters.",
                                dir)
                          .p);
    CHECK(make(c, dirs, 6, TUF_PASSPHRASE) == E_BAD_INPUT);
    CHECK_OK(make(c, dirs, 7, TUF_PASSPHRASE));
    CHECK_OK(file_list(c, dir, 'f', &names, &n));
    CHECK_I64((int64_t)n, 7);
    CHECK_OK(grant_key_open(c, dir, GRANT_ROOT, STR(TUF_PASSPHRASE), &first));
    CHECK_OK(grant_key_open(c, file_join(c, dir, "root-2.key"), GRANT_ROOT,
                            STR(TUF_PASSPHRASE), &second));
    grant_key_public(first, &a);
    grant_key_public(second, &b);
    CHECK(!seal_same(a.public, b.public, 32));
    CHECK(make(c, dirs, 7, TUF_PASSPHRASE) == E_CONFLICT);
    CHECK_STR(c->why, arena_fmt(c->mem,
                                "The folder %s holds a key already "
                                "(hibah-1.key). Keys are never overwritten; "
                                "use an empty folder.",
                                dir)
                          .p);
}

TEST(a_key_file_in_which_a_letter_changed_does_not_open)
{
    struct tuf_city *t = tuf_city(c);
    const char *path = file_join(c, t->dirs[0], "root-1.key");
    struct grant_key *k;
    str bytes;
    char *copy;
    size_t opened = 0;

    CHECK_OK(file_read(c, path, 1 << 16, &bytes));
    copy = NEWS(c->mem, char, bytes.n);
    for (size_t i = 0; i < bytes.n; i += 41) {
        memcpy(copy, bytes.p, bytes.n);
        copy[i] = (char)(copy[i] ^ 1);
        CHECK_OK(file_write(c, path, (str){copy, bytes.n}, 0600));
        opened += grant_key_open(c, path, GRANT_ROOT, STR(TUF_PASSPHRASE),
                                 &k) == E_OK;
    }
    CHECK_I64((int64_t)opened, 0);
    CHECK_OK(file_write(c, path, STR("balai-key 2\n"), 0600));
    CHECK(grant_key_open(c, path, GRANT_ROOT, STR(TUF_PASSPHRASE), &k) ==
          E_NEWER);
    CHECK_OK(file_write(c, path, STR("halo\n"), 0600));
    CHECK(grant_key_open(c, path, GRANT_ROOT, STR(TUF_PASSPHRASE), &k) ==
          E_BAD_INPUT);
}
