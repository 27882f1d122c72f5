/* SPDX-License-Identifier: EUPL-1.2 */
/* Small words: languages, names, near names, mends. */
#include "app/app_priv.h"

str app_say(struct ctx *c, const struct data *map)
{
    str text = data_text(data_get(map, c->lang));

    return text.p != NULL ? text
                          : (text = data_text(data_get(map, STR("id"))),
                             text.p != NULL ? text : STR(""));
}

str app_text(const struct data *d, const char *key)
{
    str s = str_trim(data_text(data_get(d, str_of(key))));

    return s.p == NULL ? STR("") : s;
}

bool app_true(const struct data *d, const char *key)
{
    return str_eq(app_text(d, key), STR("true"));
}

str app_path(struct ctx *c, str path, str key)
{
    return path.n == 0
               ? key
               : arena_fmt(c->mem, "%.*s.%.*s", STR_ARG(path), STR_ARG(key));
}

bool app_word_in(const char *list, str w)
{
    str rest = str_of(list), word;

    while (str_next(&rest, ' ', &word))
        if (str_eq(word, w))
            return true;
    return false;
}

/* ---- near names --------------------------------------------------- */

#define NEAR_MOST 40

/* Edits that turn a into b, a swap of neighbours counting as one. */
static size_t distance(str a, str b)
{
    size_t row[3][NEAR_MOST + 1];

    for (size_t j = 0; j <= b.n; j++)
        row[0][j] = row[2][j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t *now = row[i % 3], *was = row[(i + 2) % 3];

        now[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t least = was[j - 1] + (a.p[i - 1] != b.p[j - 1]);

            least = was[j] + 1 < least ? was[j] + 1 : least;
            least = now[j - 1] + 1 < least ? now[j - 1] + 1 : least;
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
                a.p[i - 2] == b.p[j - 1] && row[(i + 1) % 3][j - 2] + 1 < least)
                least = row[(i + 1) % 3][j - 2] + 1;
            now[j] = least;
        }
    }
    return row[a.n % 3][b.n];
}

struct app_near app_near(str word)
{
    return (struct app_near){word, STR(""), word.n / 3 + 2};
}

void app_near_try(struct app_near *n, str candidate)
{
    size_t far;

    if (n->word.n == 0 || n->word.n > NEAR_MOST || candidate.n == 0 ||
        candidate.n > NEAR_MOST)
        return;
    far = distance(n->word, candidate);
    if (far < n->far)
        n->far = far, n->best = candidate;
}

void app_near_keys(struct app_near *n, const struct data *map)
{
    for (size_t i = 0; map != NULL && map->kind == DATA_MAP && i < map->n; i++)
        app_near_try(n, map->pairs[i].key);
}

void app_mend(struct ctx *c, struct finding *at, const char *doc,
              const char *fmt, ...)
{
    va_list ap;
    str first;

    va_start(ap, fmt);
    first = arena_vfmt(c->mem, fmt, ap);
    va_end(ap);
    at->mend = arena_fmt(c->mem,
                         say(c, "%.*s%sLihat docs/app-language.md#%s.",
                             "%.*s%sSee docs/app-language.md#%s."),
                         STR_ARG(first), first.n > 0 ? " " : "", doc);
}

void app_mend_near(struct ctx *c, struct finding *at, const char *doc,
                   const struct app_near *n)
{
    if (n->best.n > 0)
        app_mend(c, at, doc,
                 say(c, "Maksud Anda \"%.*s\"?", "Did you mean \"%.*s\"?"),
                 STR_ARG(n->best));
    else
        app_mend(c, at, doc, "%s", "");
}
