/* SPDX-License-Identifier: EUPL-1.2 */
/* Signing, and when a note is in force. */
#include "tests/grant/note_help.h"

#include <stdio.h>
#include <stdlib.h>

static enum grant_force force(struct ctx *c, const struct grant_note *n,
                              size_t keys, struct findings *f)
{
    struct seal_key all[4];
    enum grant_force out = GRANT_DRAFT;

    help_hibah_keys(c, all);
    *f = (struct findings){0};
    CHECK_OK(grant_force(c, n, all, keys, c->now, f, &out));
    return out;
}

TEST(a_note_is_draft_then_offered_then_in_force)
{
    struct grant_accord a = help_accord(c);
    struct findings f;
    struct grant_note n;
    str note;

    CHECK_OK(grant_accord_draft(c, &a, &note));
    for (unsigned char i = 0; i < 4; i++) {
        n = help_read_note(c, note);
        CHECK(force(c, &n, 4, &f) == (i == 0 ? GRANT_DRAFT : GRANT_OFFERED));
        CHECK(help_says(&f, FIND_ERROR, "belum menandatangani"));
        note = help_sign(c, note, help_hibah[i], (unsigned char)(i + 1));
    }
    n = help_read_note(c, note);
    CHECK(force(c, &n, 4, &f) == GRANT_IN_FORCE);
    CHECK_I64((int64_t)f.n, 0);
}

TEST(all_four_keys_must_be_given)
{
    struct grant_note n = help_accord_note(c);
    struct findings f;

    for (size_t given = 0; given < 4; given++) {
        CHECK(force(c, &n, given, &f) == GRANT_OFFERED);
        CHECK(help_says(&f, FIND_ERROR, "belum lengkap"));
    }
}

TEST(one_city_alone_is_no_quorum_of_two)
{
    struct grant_note n = help_accord_note(c);
    struct seal_key keys[4] = {
        help_key(c, help_hibah[0], 1), help_key(c, help_hibah[1], 2),
        help_key(c, help_hibah[0], 1), help_key(c, help_hibah[1], 2)};
    struct findings f = {0};
    enum grant_force out;

    CHECK_OK(grant_force(c, &n, keys, 4, c->now, &f, &out));
    CHECK(out == GRANT_OFFERED);
}

TEST(an_accord_begins_and_ends_by_its_dates)
{
    struct grant_note n = help_accord_note(c);
    struct findings f;

    c->now = time_instant((struct date){2025, 12, 31}, 0, 420);
    CHECK(force(c, &n, 4, &f) == GRANT_OFFERED);
    CHECK(help_says(&f, FIND_ERROR, "baru berlaku"));
    c->now = time_instant((struct date){2031, 1, 1}, 0, 420);
    CHECK(force(c, &n, 4, &f) == GRANT_IN_FORCE);
    c->now = time_instant((struct date){2031, 1, 2}, 0, 420);
    CHECK(force(c, &n, 4, &f) == GRANT_ENDED);
    CHECK(help_says(&f, FIND_ERROR, "berakhir pada"));
}

TEST(one_party_ends_with_its_two_keys)
{
    struct grant_note n = help_accord_note(c), end;
    struct seal_key keys[2] = {help_key(c, help_hibah[2], 3),
                               help_key(c, help_hibah[3], 4)};
    struct findings f = {0};
    enum grant_force out;
    str note;

    CHECK_OK(grant_end_draft(c, &n, STR(BANGKA), STR("2026-02-16"), &note));
    note = help_sign(c, note, help_hibah[2], 3);
    end = help_read_note(c, note);
    CHECK_OK(grant_force(c, &end, keys, 2, c->now, &f, &out));
    CHECK(out == GRANT_OFFERED);
    f = (struct findings){0};
    end = help_read_note(c, help_sign(c, note, help_hibah[3], 4));
    CHECK_OK(grant_force(c, &end, keys, 2, c->now, &f, &out));
    CHECK(out == GRANT_ENDED);
    CHECK(grant_end_draft(c, &n, STR("31.71"), STR("2026-02-16"), &note) ==
          E_REFUSED);
}

/* Each byte of a signed accord, changed: refused, or not in force. */
TEST(no_flipped_byte_leaves_a_note_in_force)
{
    str all;
    struct grant_note n = help_accord_note(c);
    size_t forged = 0;

    all = grant_note_bytes(c, &n);
    for (size_t i = 0; i < all.n; i++) {
        char *p = NEWS(c->mem, char, all.n + 1);
        struct grant_note read;
        struct findings f;

        memcpy(p, all.p, all.n);
        p[i] = (char)(p[i] ^ 1);
        if (grant_note_read(c, (str){p, all.n}, &read) == E_OK)
            forged += force(c, &read, 4, &f) == GRANT_IN_FORCE;
    }
    CHECK_I64((int64_t)forged, 0);
}

/* ---- with keys from a ceremony ------------------------------------ */

static struct grant_key *stick(struct ctx *c, const char *dir,
                               enum grant_role role)
{
    struct grant_key *k = NULL;

    CHECK_OK(grant_key_open(c, dir, role, STR("kata sandi panjang"), &k));
    return k;
}

TEST(a_key_signs_what_waits_for_it_and_only_once)
{
    const char *dirs[7];
    str pass[7], note, twice;
    struct grant_ceremony k = {.city = STR(BANDUNG),
                               .domain = STR("bandung.example"),
                               .dirs = dirs,
                               .n = 7,
                               .passphrases = pass};
    struct grant_accord a = help_accord(c);
    struct seal_key public;
    struct grant_key *first;
    struct grant_note n;

    for (size_t i = 0; i < 7; i++) {
        dirs[i] = test_folder(c);
        pass[i] = STR("kata sandi panjang");
    }
    CHECK_OK(grant_keys_make(c, &k));
    first = stick(c, dirs[3], GRANT_HIBAH);
    CHECK_OK(grant_accord_draft(c, &a, &note));
    CHECK(grant_note_sign(c, note, first, &twice) == E_FORBIDDEN);
    CHECK(str_find(c->why, STR("tidak disebut")) < c->why.n);

    grant_key_public(first, &public);
    a.parties[0].hibah[0] = seal_vkey_show(c, &public);
    CHECK_OK(grant_accord_draft(c, &a, &note));
    CHECK_OK(grant_note_sign(c, note, first, &note));
    n = help_read_note(c, note);
    CHECK_I64((int64_t)n.note.n, 1);
    CHECK(seal_note_word(&n.note, &public) == SEAL_SIGNED);
    CHECK(grant_note_sign(c, note, first, &twice) == E_CONFLICT);
    CHECK(grant_note_sign(c, note, stick(c, dirs[0], GRANT_ROOT), &twice) ==
          E_FORBIDDEN);
    CHECK(str_find(c->why, STR("bukan kunci hibah")) < c->why.n);
}

/* ---- a citizen's check -------------------------------------------- */

static void put(struct ctx *c, const char *dir, const char *name, str bytes)
{
    CHECK_OK(file_write(c, file_join(c, dir, name), bytes, 0644));
}

static int recipe(struct ctx *c, const char *dir, const char *file)
{
    str script = grant_note_recipe(c, str_of(file), STR("kota.vkey"));

    put(c, dir, "periksa.sh",
        arena_fmt(c->mem, "cd '%s' || exit 9\nset -e\n%.*s", dir,
                  STR_ARG(script)));
    /* The test's own script, in the test's own folder. */
    return system(
        arena_fmt(c->mem, "sh '%s/periksa.sh' >/dev/null 2>&1", dir).p);
}

TEST(anybody_checks_a_note_with_six_lines_of_standard_tools)
{
    const char *dir = test_folder(c);
    struct grant_note n = help_accord_note(c);
    struct seal_key k = help_key(c, help_hibah[2], 3);
    str bytes = grant_note_bytes(c, &n);
    char *changed = NEWS(c->mem, char, bytes.n + 1);
    size_t lines = 0;
    str script = grant_note_recipe(c, STR("a.note"), STR("kota.vkey")), line;

    if (system("command -v openssl awk sed base64 >/dev/null 2>&1") != 0) {
        test_skip("openssl, awk, sed and base64 are not all here");
        return;
    }
    while (str_next(&script, '\n', &line))
        lines++;
    CHECK_I64((int64_t)lines, 6);
    put(c, dir, "kota.vkey",
        arena_fmt(c->mem, "%.*s\n", STR_ARG(seal_vkey_show(c, &k))));
    put(c, dir, "accord.note", bytes);
    CHECK_I64(recipe(c, dir, "accord.note"), 0);
    memcpy(changed, bytes.p, bytes.n);
    changed[str_find(bytes, STR("2031"))] = '3';
    put(c, dir, "changed.note", (str){changed, bytes.n});
    CHECK(recipe(c, dir, "changed.note") != 0);
}

/* A shell that parts at every plus would drop it. */
TEST(the_six_lines_take_a_key_that_ends_with_a_plus)
{
    const char *dir = test_folder(c);
    struct grant_accord a = help_accord(c);
    struct seal_key k;
    unsigned char n = 0;
    str note, vkey;

    if (system("command -v openssl awk sed base64 >/dev/null 2>&1") != 0) {
        test_skip("openssl, awk, sed and base64 are not all here");
        return;
    }
    do {
        k = help_key(c, help_hibah[0], ++n);
        vkey = seal_vkey_show(c, &k);
    } while (vkey.p[vkey.n - 1] != '+' && n < 255);
    CHECK(n < 255);
    CHECK_OK(grant_accord_draft(c, &a, &note));
    put(c, dir, "kota.vkey", arena_fmt(c->mem, "%.*s\n", STR_ARG(vkey)));
    put(c, dir, "accord.note", help_sign(c, note, help_hibah[0], n));
    CHECK_I64(recipe(c, dir, "accord.note"), 0);
}
