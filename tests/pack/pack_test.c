/* SPDX-License-Identifier: EUPL-1.2 */
#include "pack/pack.h"
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct pack_file some[] = {
    {STR_INIT("scenario.yaml"), STR_INIT("murah: []\n")},
    {STR_INIT("app.yaml"), STR_INIT("balai: 1\n")},
    {STR_INIT("LICENSE"), STR_INIT("EUPL-1.2\n")},
    {STR_INIT("i18n/en.yaml"), STR_INIT("")},
    {STR_INIT("app.yaml.txt"), STR_INIT("x")},
    {STR_INIT("izin-2_b.mustache"), STR_INIT("# {{title}}\n")},
};

static str some_archive(struct ctx *c)
{
    str archive = STR("");

    CHECK_OK(pack_write(c, some, COUNT(some), &archive));
    return archive;
}

TEST(pack_gives_back_its_files_in_the_order_of_names)
{
    struct pack_file *files;
    struct buf b = buf_new(c, 4096);
    size_t n;

    if (!CHECK_OK(pack_read(c, some_archive(c), &files, &n)))
        return;
    CHECK(n == COUNT(some));
    for (size_t i = 0; i < n; i++)
        buf_fmt(&b, "%.*s ", STR_ARG(files[i].name));
    CHECK_STR(buf_str(&b), "LICENSE app.yaml app.yaml.txt i18n/en.yaml "
                           "izin-2_b.mustache scenario.yaml ");
    CHECK_STR(files[1].bytes, "balai: 1\n");
    CHECK(files[1].bytes.p[files[1].bytes.n] == 0);
}

TEST(pack_of_nothing_is_two_empty_blocks)
{
    struct pack_file *files;
    str archive;
    size_t n = 9;

    CHECK_OK(pack_write(c, NULL, 0, &archive));
    CHECK(archive.n == 1024);
    CHECK_OK(pack_read(c, archive, &files, &n));
    CHECK(n == 0);
}

TEST(pack_does_not_depend_on_the_order_given)
{
    struct pack_file turned[COUNT(some)];
    str one = some_archive(c), two;

    for (size_t i = 0; i < COUNT(some); i++)
        turned[i] = some[COUNT(some) - 1 - i];
    CHECK_OK(pack_write(c, turned, COUNT(some), &two));
    CHECK(str_eq(one, two));
}

static err write_one(struct ctx *c, str name, str bytes)
{
    struct pack_file f = {name, bytes};
    str out;

    return pack_write(c, &f, 1, &out);
}

TEST(pack_refuses_names_that_could_do_harm)
{
    static const char *const wrong[] = {
        "",         "/a",      "../a",  "a/../b",  "a/./b",
        "./a",      "a//b",    "a/b/c", "a/",      "A",
        "a b",      "a\\b",    "c:a",   "a.",      "con",
        "nul.yaml", "x/aux.b", "lpt1",  "license", "License",
        "\xC3\xA9", "-a",      ".a",    "a/.b",    "a\n"};
    static const char *const right[] = {
        "a", "LICENSE", "a/b", "0-_.x", "console.yaml", "con-a", "x/license"};

    for (size_t i = 0; i < COUNT(wrong); i++)
        if (!CHECK(write_one(c, str_of(wrong[i]), STR("")) == E_BAD_INPUT))
            printf("  the name was \"%s\"\n", wrong[i]);
    CHECK(write_one(c, (str){"a\0b", 3}, STR("")) == E_BAD_INPUT);
    for (size_t i = 0; i < COUNT(right); i++)
        CHECK_OK(write_one(c, str_of(right[i]), STR("")));
    CHECK(write_one(c, STR("a\\b"), STR("")) == E_BAD_INPUT);
    CHECK_STR(c->why,
              "The file name \"a\\b\" cannot be used in a package. Use small "
              "letters, digits, dots, _ and -, and one folder at most.");
}

TEST(pack_refuses_two_files_of_one_name)
{
    struct pack_file same[] = {{STR_INIT("a"), STR_INIT("1")},
                               {STR_INIT("a"), STR_INIT("2")}};
    struct pack_file below[] = {{STR_INIT("a"), STR_INIT("1")},
                                {STR_INIT("a.x"), STR_INIT("2")},
                                {STR_INIT("a/b"), STR_INIT("3")}};
    str out;

    CHECK(pack_write(c, same, COUNT(same), &out) == E_BAD_INPUT);
    CHECK(pack_write(c, below, COUNT(below), &out) == E_BAD_INPUT);
}

TEST(pack_has_its_limits)
{
    static const char much[(256 << 10) + 1];
    struct pack_file files[65];
    char names[65][4];
    str out;

    for (int i = 0; i < 65; i++) {
        int n = snprintf(names[i], sizeof names[i], "f%02d", i);

        files[i] = (struct pack_file){{names[i], (size_t)n}, STR("")};
    }
    CHECK_OK(pack_write(c, files, 64, &out));
    CHECK(pack_write(c, files, 65, &out) == E_BAD_INPUT);
    CHECK(write_one(c, STR("a"), (str){much, sizeof much}) == E_BAD_INPUT);
    CHECK_OK(write_one(c, STR("a"), (str){much, sizeof much - 1}));
    for (int i = 0; i < 4; i++)
        files[i].bytes = (str){much, sizeof much - 1};
    CHECK(pack_write(c, files, 4, &out) == E_BAD_INPUT);
    CHECK_OK(pack_write(c, files, 3, &out));
    for (size_t i = 0; i < 2; i++)
        CHECK(write_one(c,
                        str_slice(STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                      "aaaaaaaaaaaaaaaaaaaa"),
                                  0, 99 + i),
                        STR("")) == (i == 0 ? E_OK : E_BAD_INPUT));
}

TEST(pack_accepts_no_changed_byte_and_no_changed_length)
{
    str archive = some_archive(c);
    char *p = NEWS(c->mem, char, archive.n + 512);
    struct pack_file *files;
    size_t n, other = 0;
    str again;

    memcpy(p, archive.p, archive.n);
    for (size_t i = 0; i < archive.n; i++)
        for (int bit = 0; bit < 8; bit++) {
            struct arena *mem = arena_new(1 << 20);
            struct ctx one = *c;

            one.mem = mem;
            p[i] = (char)(p[i] ^ (1 << bit));
            if (pack_read(&one, (str){p, archive.n}, &files, &n) == E_OK) {
                other++;
                CHECK_OK(pack_write(&one, files, n, &again));
                CHECK(!str_eq(again, archive));
            }
            p[i] = archive.p[i];
            arena_free(mem);
        }
    CHECK(other > 0); /* letters of the files themselves */
    for (size_t i = 0; i < archive.n; i++)
        CHECK(pack_read(c, (str){p, i}, &files, &n) == E_BAD_INPUT);
    CHECK(pack_read(c, (str){p, archive.n + 1}, &files, &n) == E_BAD_INPUT);
    CHECK(pack_read(c, (str){p, archive.n + 512}, &files, &n) == E_BAD_INPUT);
}

TEST(pack_says_where_an_archive_departs)
{
    str archive = some_archive(c);
    char *p = NEWS(c->mem, char, archive.n);
    struct pack_file *files;
    size_t n;

    memcpy(p, archive.p, archive.n);
    p[512 + 100] = 'x';
    CHECK(pack_read(c, (str){p, archive.n}, &files, &n) == E_BAD_INPUT);
    CHECK_STR(c->why,
              "This archive is not in the canonical form from byte 612 on. Ask "
              "its city to publish the package again.");
}

/* ---- another writer -------------------------------------------------- */

/* Run a shell line in `dir`; its exit code. */
static int shell(struct ctx *c, const char *dir, const char *line)
{
    str whole = arena_fmt(c->mem, "cd '%s' && %s", dir, line);
    int status;

    fflush(stdout);
    status = system(whole.p);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(pack_writes_what_gnu_tar_writes)
{
    const char *dir = test_folder(c);
    str theirs;

    if (shell(c, dir, "tar --version 2>/dev/null | grep -q 'GNU tar'") != 0) {
        test_skip("no GNU tar here");
        return;
    }
    CHECK_OK(file_make_dir(c, file_join(c, dir, "i18n"), 0755));
    for (size_t i = 0; i < COUNT(some); i++)
        CHECK_OK(file_write(c, file_join(c, dir, some[i].name.p), some[i].bytes,
                            0600));
    CHECK(shell(c, dir,
                "LC_ALL=C tar --sort=name --format=ustar --owner=:0 --group=:0 "
                "--numeric-owner --mode=0644 --mtime=@0 -b1 -cf all.tar "
                "$(find . -type f | sed 's|^./||' | LC_ALL=C sort)") == 0);
    CHECK_OK(file_read(c, file_join(c, dir, "all.tar"), 1 << 20, &theirs));
    CHECK(str_eq(theirs, some_archive(c)));
}

/* ---- the frame ------------------------------------------------------- */

TEST(squeezed_bytes_come_back)
{
    static const char zeros[300000];
    const str of[] = {STR(""), STR("a"), some_archive(c),
                      (str){zeros, sizeof zeros}};
    str frame, back;

    for (size_t i = 0; i < COUNT(of); i++) {
        CHECK_OK(pack_squeeze(c, of[i], &frame));
        CHECK_OK(pack_unsqueeze(c, frame, of[i].n, &back));
        CHECK(str_eq(back, of[i]));
        if (of[i].n > 0)
            CHECK(pack_unsqueeze(c, frame, of[i].n - 1, &back) == E_TOO_BIG);
    }
}

static void frame_refused(struct ctx *c, str frame, const char *why)
{
    str back;

    CHECK(pack_unsqueeze(c, frame, 1 << 20, &back) == E_BAD_INPUT);
    CHECK_STR(c->why,
              arena_fmt(c->mem, "This compressed data is refused: %s.", why).p);
}

static str joined(struct ctx *c, str a, str b)
{
    struct buf both = buf_new(c, 1 << 20);

    buf_raw(&both, a);
    buf_raw(&both, b);
    return buf_str(&both);
}

TEST(squeezed_bytes_are_one_frame_and_nothing_else)
{
    static const char cut[] = "it is broken or cut, or data follow it";
    static const char skip[] = "\x50\x2A\x4D\x18\x01\x00\x00\x00x";
    str frame, skipped = {skip, sizeof skip - 1};

    CHECK_OK(pack_squeeze(c, some_archive(c), &frame));
    frame_refused(c, STR(""), "it is no zstd frame");
    frame_refused(c, some_archive(c), "it is no zstd frame");
    frame_refused(c, joined(c, frame, STR("x")), cut);
    frame_refused(c, joined(c, frame, frame), cut);
    frame_refused(c, joined(c, frame, skipped), cut);
    frame_refused(c, joined(c, skipped, frame), "it is no zstd frame");
    frame_refused(c, str_slice(frame, 0, frame.n - 1), cut);
}

/* Headers by hand, RFC 8878 3.1.1.1; the descriptor is the fifth byte. */
TEST(squeezed_bytes_have_a_size_a_checksum_and_no_dictionary)
{
    frame_refused(c, (str){"\x28\xB5\x2F\xFD\x20\x01\x09\x00\x00x", 10},
                  "it has no checksum");
    frame_refused(c, (str){"\x28\xB5\x2F\xFD\x04\x00\x09\x00\x00x\0\0\0\0", 14},
                  "it does not tell its size");
    frame_refused(c, (str){"\x28\xB5\x2F\xFD\x25\x01\x01\x09\x00\x00x", 11},
                  "it uses a dictionary");
    frame_refused(c, (str){"\x28\xB5\x2F\xFD\x34\x01\x09\x00\x00x", 10},
                  "a reserved bit is set");
    frame_refused(c, (str){"\x28\xB5\x2F\xFD\x84\x51\x01\x00\x00\x00", 10},
                  "its window is larger than 1 MiB");
    frame_refused(c, (str){"\x28\xB5\x2F\xFD\x24\x01\x09\x00\x00x\0\0\0\0", 14},
                  "its contents are broken");
}

/* Zstd has bits that mean nothing, so a changed frame may hold what it held;
 * that the frame itself is the same is for the repository's hash to tell. */
TEST(squeezed_bytes_never_become_other_bytes)
{
    str archive = some_archive(c), frame, back;
    char *p;

    CHECK_OK(pack_squeeze(c, archive, &frame));
    p = NEWS(c->mem, char, frame.n);
    memcpy(p, frame.p, frame.n);
    for (size_t i = 0; i < frame.n; i++)
        for (int bit = 0; bit < 8; bit++) {
            p[i] = (char)(p[i] ^ (1 << bit));
            if (pack_unsqueeze(c, (str){p, frame.n}, 1 << 20, &back) == E_OK)
                CHECK(str_eq(back, archive));
            p[i] = frame.p[i];
        }
}
