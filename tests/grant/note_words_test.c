/* SPDX-License-Identifier: EUPL-1.2 */
/* The words for the telephone: what words.txt promises, for ever. */
#include "tests/grant/note_help.h"

static str list(struct ctx *c)
{
    str s = STR("");

    CHECK_OK(file_read(c, "src/grant/words.txt", 1 << 20, &s));
    return s;
}

TEST(the_words_are_2048_sorted_short_and_apart_by_four_letters)
{
    str rest = list(c), word, before = STR("");
    size_t n = 0;

    while (str_next(&rest, '\n', &word)) {
        n++;
        CHECK(word.n >= 4 && word.n <= 8);
        for (size_t i = 0; i < word.n; i++)
            CHECK(word.p[i] >= 'a' && word.p[i] <= 'z');
        CHECK(str_cmp(before, word) < 0);
        CHECK(!str_eq(str_slice(before, 0, 4), str_slice(word, 0, 4)));
        before = word;
    }
    CHECK_I64((int64_t)n, 2048);
}

/* What sounds alike on the telephone: v and f, z and s, kh and k, sy and s,
 * doubled letters, an h that is not heard. */
static str heard(struct ctx *c, str w)
{
    struct buf b = buf_new(c, 40);
    char last = 0;

    for (size_t i = 0; i < w.n; i++) {
        char ch = w.p[i] == 'v' ? 'f' : w.p[i] == 'z' ? 's' : w.p[i];
        bool mute = (ch == 'h' && (i + 1 == w.n || last == 'k')) ||
                    (ch == 'y' && last == 's');

        if (!mute && ch != last) {
            buf_char(&b, ch);
            last = ch;
        }
    }
    return buf_str(&b);
}

TEST(no_two_words_sound_the_same)
{
    str rest = list(c), word, *all = NEWS(c->mem, str, 2048);
    size_t n = 0;

    while (str_next(&rest, '\n', &word) && n < 2048)
        all[n++] = heard(c, word);
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++)
            if (str_eq(all[i], all[k]))
                CHECK_STR(all[i], "");
}

/* The list is frozen with v1 of the notes: these bytes, no others. */
TEST(the_words_are_frozen)
{
    struct hash h = seal_sha256(list(c));

    CHECK_STR(
        seal_show_hash(c, h),
        "sha256:"
        "99c6aa02791b009bfa01f758e597eeb7473f21e0a8a8cf47a9812d9b659f35fa");
}

/* Worked with another program: SHA-256 of nothing begins e3b0c442 98fc1c14
 * 9afbf4, eleven bits a word. */
TEST(eight_words_are_the_first_88_bits)
{
    CHECK_STR(grant_words(c, STR("")),
              "tawa lotus arti dekan rintik alur kerbau lega");
    CHECK(!str_eq(grant_words(c, STR("")), grant_words(c, STR("a"))));
}
