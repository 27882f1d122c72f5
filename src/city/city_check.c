/* SPDX-License-Identifier: EUPL-1.2 */
/* Checking what somebody wrote against a table of what may stand there. */
#include "city/city_priv.h"

/* ---- near words --------------------------------------------------- */

#define WORD_MOST 48

/* How many letters must be put in, taken out, changed or swapped. */
static size_t distance(str a, str b)
{
    size_t rows[3][WORD_MOST + 1];
    size_t *two = rows[0], *last = rows[1], *now = rows[2];

    if (a.n > WORD_MOST || b.n > WORD_MOST)
        return WORD_MOST;
    for (size_t j = 0; j <= b.n; j++)
        last[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t *spare = two;

        now[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t best = last[j - 1] + (a.p[i - 1] != b.p[j - 1]);

            best = last[j] + 1 < best ? last[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
                a.p[i - 2] == b.p[j - 1] && two[j - 2] + 1 < best)
                best = two[j - 2] + 1;
            now[j] = best;
        }
        two = last, last = now, now = spare;
    }
    return last[b.n];
}

static str nearest(str s, const str *names, size_t n)
{
    size_t least = s.n / 3 + 2;
    str best = STR("");

    for (size_t i = 0; i < n; i++) {
        size_t away = distance(s, names[i]);

        if (away < least)
            least = away, best = names[i];
    }
    return best;
}

#define SOUGHT_MOST 100

const char *city_perhaps(struct ctx *c, struct city_check *z, str s,
                         const str *names, size_t n)
{
    str near = z->f->n > SOUGHT_MOST ? STR("") : nearest(s, names, n);

    return near.n == 0 ? ""
                       : arena_fmt(c->mem,
                                   say(c, "Mungkin maksudnya \"%.*s\".",
                                       "Perhaps \"%.*s\" is meant."),
                                   STR_ARG(near))
                             .p;
}

/* ---- findings ----------------------------------------------------- */

str city_path(struct ctx *c, str head, str key)
{
    if (head.n == 0 || key.n == 0)
        return head.n == 0 ? key : head;
    return arena_fmt(c->mem, "%.*s.%.*s", STR_ARG(head), STR_ARG(key));
}

void city_wrong_at(struct ctx *c, struct city_check *z, struct place at,
                   str path, str key, const char *what, const char *mend)
{
    finding_add(c, z->f, FIND_ERROR, at, city_path(c, path, key), "%s", what)
        ->mend = str_of(mend);
}

bool city_key_fits(str s)
{
    if (s.n < 2 || s.n > 40 || s.p[0] == '-' || s.p[s.n - 1] == '-')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];

        if (!(ch >= 'a' && ch <= 'z') && !(ch >= '0' && ch <= '9') && ch != '-')
            return false;
    }
    return true;
}

/* ---- one value ---------------------------------------------------- */

struct at_key {
    struct city_check *z;
    const struct data *d;
    str path, key;
};

static void wrong(struct ctx *c, const struct at_key *a, const char *what,
                  const char *mend)
{
    city_wrong_at(c, a->z, a->d->at, a->path, a->key, what, mend);
}

static bool is_line(const struct data *d, bool lines)
{
    if (d->kind != DATA_TEXT || d->text.n == 0 || d->text.n > 2000)
        return false;
    for (size_t i = 0; i < d->text.n; i++) {
        if ((unsigned char)d->text.p[i] < ' ' &&
            !(lines && d->text.p[i] == '\n'))
            return false;
    }
    return true;
}

static void check_line(struct ctx *c, const struct at_key *a, bool lines)
{
    if (is_line(a->d, lines))
        return;
    if (lines)
        wrong(c, a, say(c, "Harus berupa teks.", "Must be text."), "");
    else
        wrong(c, a,
              say(c, "Harus berupa satu baris teks.",
                  "Must be one line of text."),
              "");
}

static bool language_fits(str s)
{
    return (s.n == 2 || s.n == 3) && city_key_fits(s);
}

static void check_words(struct ctx *c, const struct at_key *a)
{
    if (a->d->kind != DATA_MAP) {
        check_line(c, a, false);
        return;
    }
    if (data_get(a->d, STR("id")) == NULL)
        wrong(c, a,
              say(c, "Teks bahasa Indonesia tidak ada.",
                  "The Indonesian text is missing."),
              say(c, "Tulis {id: ..., en: ...}.", "Write {id: ..., en: ...}."));
    for (size_t i = 0; i < a->d->n; i++) {
        const struct data_pair *p = &a->d->pairs[i];
        struct at_key one = {a->z, p->value, city_path(c, a->path, a->key),
                             p->key};

        if (!language_fits(p->key))
            city_wrong_at(c, a->z, p->at, one.path, p->key,
                          say(c, "Ini bukan kode bahasa.",
                              "This is not the code of a language."),
                          say(c, "Pakai id atau en.", "Use id or en."));
        else
            check_line(c, &one, false);
    }
}

static void check_number(struct ctx *c, const struct at_key *a,
                         const struct city_field *field)
{
    int64_t v;

    if (a->d->kind == DATA_TEXT && str_is_i64(a->d->text, &v) &&
        v >= field->min && v <= field->max)
        return;
    wrong(c, a,
          arena_fmt(
              c->mem,
              say(c, "Harus bilangan bulat %" PRId64 " sampai %" PRId64 ".",
                  "Must be a whole number from %" PRId64 " to %" PRId64 "."),
              field->min, field->max)
              .p,
          "");
}

static void check_choice(struct ctx *c, const struct at_key *a,
                         const char *choices)
{
    str rest = str_of(choices), one;

    while (str_next(&rest, '|', &one)) {
        if (str_eq(data_text(a->d), one))
            return;
    }
    wrong(c, a,
          arena_fmt(c->mem,
                    say(c, "Harus salah satu dari %s.", "Must be one of %s."),
                    choices)
              .p,
          "");
}

static void check_region(struct ctx *c, const struct at_key *a)
{
    struct city_region r;
    str code = data_text(a->d);

    if (!city_region_find(code, &r))
        wrong(c, a,
              say(c, "Kode wilayah ini tidak ada.",
                  "There is no such region code."),
              say(c, "Contoh: 32.73.01.1001.", "Example: 32.73.01.1001."));
    else if (!city_region_within(code, city_code(a->z->k)))
        wrong(c, a,
              say(c, "Wilayah ini di luar kota ini.",
                  "This region is outside this city."),
              "");
}

static void check_value(struct ctx *c, const struct at_key *a,
                        const struct city_field *field)
{
    switch (field->kind) {
    case CITY_IS_TEXT:
    case CITY_IS_BLOCK:
        check_line(c, a, field->kind == CITY_IS_BLOCK);
        break;
    case CITY_IS_WORDS:
        check_words(c, a);
        break;
    case CITY_IS_NUMBER:
        check_number(c, a, field);
        break;
    case CITY_IS_KEY:
        if (!city_key_fits(data_text(a->d)))
            wrong(c, a,
                  say(c, "Harus 2 sampai 40 huruf kecil, angka, atau garis.",
                      "Must be 2 to 40 small letters, digits or dashes."),
                  "");
        break;
    case CITY_IS_CHOICE:
        check_choice(c, a, field->choices);
        break;
    case CITY_IS_REGION:
        check_region(c, a);
        break;
    case CITY_IS_MAP:
        if (a->d->kind != DATA_MAP)
            wrong(c, a,
                  say(c, "Harus berupa peta kunci dan nilai.",
                      "Must be a map of keys and values."),
                  "");
        break;
    case CITY_IS_ANY:
        break;
    }
}

/* ---- a map -------------------------------------------------------- */

static const struct city_field *field_of(const struct city_field *fields,
                                         size_t n, str key)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(fields[i].key, key))
            return &fields[i];
    }
    return NULL;
}

static void unknown_key(struct ctx *c, struct city_check *z,
                        const struct data_pair *p, str path,
                        const struct city_field *fields, size_t n)
{
    str *names = NEWS(c->mem, str, n + 1);
    const char *mend;

    for (size_t i = 0; i < n; i++)
        names[i] = fields[i].key;
    mend = city_perhaps(c, z, p->key, names, n);
    city_wrong_at(c, z, p->at, path, p->key,
                  say(c, "Kunci ini tidak dikenal.", "This key is not known."),
                  mend[0] != '\0' ? mend
                                  : say(c, "Lihat docs/city-files.md.",
                                        "See docs/city-files.md."));
}

bool city_too_long(struct ctx *c, struct city_check *z, const struct data *map,
                   str path, size_t most)
{
    if (map->n <= most)
        return false;
    finding_add(c, z->f, FIND_ERROR, map->at, path,
                say(c, "Paling banyak %d isian.", "At most %d entries."),
                (int)most);
    return true;
}

bool city_check_map(struct ctx *c, struct city_check *z, const struct data *map,
                    str path, const struct city_field *fields, size_t n)
{
    if (map->kind != DATA_MAP) {
        city_wrong_at(c, z, map->at, path, STR(""),
                      say(c, "Harus berupa peta kunci dan nilai.",
                          "Must be a map of keys and values."),
                      "");
        return false;
    }
    for (size_t i = 0; i < map->n; i++) {
        const struct data_pair *p = &map->pairs[i];
        const struct city_field *field = field_of(fields, n, p->key);
        struct at_key a = {z, p->value, path, p->key};

        if (field == NULL)
            unknown_key(c, z, p, path, fields, n);
        else
            check_value(c, &a, field);
    }
    for (size_t i = 0; i < n; i++) {
        if (fields[i].needed && data_get(map, fields[i].key) == NULL)
            city_wrong_at(c, z, map->at, path, fields[i].key,
                          say(c, "Kunci ini harus ada.", "This key is needed."),
                          say(c, "Tambahkan; lihat docs/city-files.md.",
                              "Add it; see docs/city-files.md."));
    }
    return true;
}
