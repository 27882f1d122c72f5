/* SPDX-License-Identifier: EUPL-1.2 */
/* Is a password good enough? Length first; then what is left of it when words
 * that everybody tries, and words of this city and this officer, are struck
 * out. No rule about capitals and digits: those only make people write 1!. */
#include "city/city_priv.h"

#define SHORTEST 12
#define LONGEST  128
/* A letter of one's own counts two, a digit or mark one, and what only goes on
 * (aaa, 123) nothing. Ten are five letters, or ten random digits. */
#define ENOUGH 10

static const str common[] = {
#define COMMON(word) STR_INIT(word),
#include "city/common.def"
#undef COMMON
};

/* p4ssw0rd is password. */
static char letter_of(char ch)
{
    static const char from[] = "013457@$!", to[] = "oieastasi";
    const char *at = ch == '\0' ? NULL : strchr(from, ch);

    return at == NULL ? ch : to[at - from];
}

struct sieve {
    char *letters; /* with digits and marks put back */
    str plain;     /* folded */
    bool *struck;
};

/* Strike every place where the word stands. */
static void strike(struct sieve *s, str word)
{
    str rest = {s->letters, s->plain.n};
    size_t base = 0;

    while (word.n > 0) {
        size_t at = str_find(rest, word);

        if (at == rest.n)
            return;
        memset(s->struck + base + at, true, word.n);
        base += at + 1;
        rest = str_slice(rest, at + 1, rest.n);
    }
}

/* Each run of letters and digits in `text` with at least `least` of them. */
static void strike_words(struct ctx *c, struct sieve *s, str text, size_t least)
{
    str fold = data_fold(c, text);
    char *word = NEWS(c->mem, char, fold.n + 1);
    size_t from = 0;

    for (size_t i = 0; i < fold.n; i++)
        word[i] = letter_of(fold.p[i]); /* as the password is read */
    for (size_t i = 0; i <= fold.n; i++) {
        bool in = i < fold.n && ((fold.p[i] >= 'a' && fold.p[i] <= 'z') ||
                                 (fold.p[i] >= '0' && fold.p[i] <= '9'));
        if (in)
            continue;
        if (i - from >= least)
            strike(s, (str){word + from, i - from});
        from = i + 1;
    }
}

/* The length after which the text only repeats itself. */
static size_t period_of(str s)
{
    for (size_t d = 1; d <= s.n / 2; d++) {
        if (memcmp(s.p, s.p + d, s.n - d) == 0)
            return d;
    }
    return s.n;
}

static int units_of(const struct sieve *s)
{
    size_t n = period_of(s->plain);
    int sum = 0;

    for (size_t i = 0; i < n; i++) {
        int ch = (unsigned char)s->plain.p[i];
        int last = i > 0 ? (unsigned char)s->plain.p[i - 1] : -9;

        if (s->struck[i] || (ch & 0xc0) == 0x80)
            continue;
        if (ch - last <= 1 && last - ch <= 1)
            continue;
        sum += (ch >= 'a' && ch <= 'z') || ch >= 0xc0 ? 2 : 1;
    }
    return sum;
}

static int strength(struct ctx *c, const struct city *k,
                    const struct city_officer *o, str password)
{
    str plain = data_fold(c, password);
    struct sieve s = {.plain = plain,
                      .letters = NEWS(c->mem, char, plain.n + 1),
                      .struck = NEWS(c->mem, bool, plain.n + 1)};
    const struct data *name = data_get(city_item(k, STR("city")), STR("name"));

    for (size_t i = 0; i < plain.n; i++)
        s.letters[i] = letter_of(plain.p[i]);
    for (size_t i = 0; i < COUNT(common); i++)
        strike(&s, common[i]);
    strike_words(c, &s, city_text(c, name), 4);
    strike_words(c, &s, k->domain, 4);
    strike_words(c, &s, o->name, 3);
    strike_words(c, &s, o->login, 3);
    strike_words(c, &s, o->email, 4);
    return units_of(&s);
}

err city_password_check(struct ctx *c, const struct city *k,
                        const struct city_officer *o, str password)
{
    size_t points;

    if (!str_utf8(password, &points) || str_has(password, '\0'))
        return fail(c, E_REFUSED, "%s",
                    say(c, "Kata sandi berisi huruf yang tidak dapat dibaca.",
                        "The password has letters that cannot be read."));
    if (points < SHORTEST || points > LONGEST)
        return fail(c, E_REFUSED,
                    say(c, "Kata sandi harus %d sampai %d huruf.",
                        "A password has %d to %d characters."),
                    SHORTEST, LONGEST);
    if (strength(c, k, o, password) < ENOUGH)
        return fail(c, E_REFUSED, "%s",
                    say(c,
                        "Kata sandi ini mudah ditebak karena tersusun dari "
                        "kata umum, nama, atau urutan. Misalnya gabungkan "
                        "empat kata yang tidak berhubungan.",
                        "This password is easily guessed: it is made of common "
                        "words, names or runs. Join four unrelated words, for "
                        "example."));
    return E_OK;
}
