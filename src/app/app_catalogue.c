/* SPDX-License-Identifier: EUPL-1.2 */
/* The catalogue: what is installed, compiled once and shared. */
#include "app/app_priv.h"

#define CATALOGUE_MOST ((size_t)1 << 30)

struct listing {
    str title[2], rest[2]; /* folded: Indonesian, English */
};

struct app_catalogue {
    struct arena *mem;
    struct app_entry *all;
    struct listing *texts;
    size_t n;
};

/* ---- making ------------------------------------------------------- */

static str folded(struct ctx *c, const struct data *map, const char *lang)
{
    struct ctx in = *c;

    in.lang = str_of(lang);
    return data_fold(c, app_say(&in, map));
}

static void take_texts(struct ctx *c, const struct app *a, struct listing *l)
{
    static const char *const langs[] = {"id", "en"};

    for (size_t i = 0; i < 2; i++) {
        str words = folded(c, data_get(a->effective, STR("words")), langs[i]);
        str summary = folded(c, a->summary, langs[i]);

        l->title[i] = folded(c, a->title, langs[i]);
        l->rest[i] =
            arena_fmt(c->mem, "%.*s %.*s", STR_ARG(summary), STR_ARG(words));
    }
}

/* An app that no longer builds stands in the list with its trouble. */
static err build_entry(struct ctx *c, struct conn *on, const struct city *k,
                       struct app_entry *entry, struct listing *texts)
{
    struct app_package *p;
    struct app_overlay *o;
    struct app *a = NULL;
    err e =
        app_load_package(c, on, entry->tree, LOAD_LEAN, &entry->trouble, &p);

    if (e == E_OK)
        e = app_load_overlay(c, on, entry->overlay, entry->id, &entry->trouble,
                             &o);
    if (e == E_OK)
        e = app_build(c, p, o, k, &entry->trouble, &a);
    if (e == E_STORAGE)
        return e;
    if (e != E_OK && entry->trouble.errors == 0)
        finding_add(c, &entry->trouble, FIND_ERROR, (struct place){0},
                    entry->id, "%.*s", STR_ARG(c->why));
    if (e == E_OK)
        take_texts(c, a, texts);
    entry->app = a;
    return E_OK;
}

/* The rows are read in the caller's memory; what stays is copied. */
static err list_entries(struct ctx *c, struct conn *on, struct app_catalogue *t)
{
    struct app_entry *all;

    TRY(app_now_list(c, on, &all, &t->n));
    t->all = NEWS(t->mem, struct app_entry, t->n + 1);
    t->texts = NEWS(t->mem, struct listing, t->n + 1);
    for (size_t i = 0; i < t->n; i++)
        t->all[i] =
            (struct app_entry){.id = arena_str(t->mem, all[i].id),
                               .version = arena_str(t->mem, all[i].version),
                               .tree = arena_str(t->mem, all[i].tree),
                               .overlay = arena_str(t->mem, all[i].overlay),
                               .open = all[i].open};
    return E_OK;
}

err app_catalogue_new(struct ctx *c, struct conn *on, const struct city *k,
                      struct app_catalogue **out)
{
    struct arena *mem = arena_new(CATALOGUE_MOST);
    struct app_catalogue *t = NEW(mem, struct app_catalogue);
    struct ctx own = *c;
    err e;

    own.mem = t->mem = mem;
    *out = NULL;
    e = list_entries(c, on, t);
    for (size_t i = 0; e == E_OK && i < t->n; i++) {
        e = build_entry(&own, on, k, &t->all[i], &t->texts[i]);
        if (e != E_OK)
            c->why = arena_str(c->mem, own.why);
    }
    if (e != E_OK) {
        arena_free(mem);
        return e;
    }
    *out = t;
    return E_OK;
}

void app_catalogue_free(struct app_catalogue *t)
{
    if (t != NULL)
        arena_free(t->mem);
}

size_t app_catalogue_all(const struct app_catalogue *t,
                         const struct app_entry **all)
{
    *all = t->all;
    return t->n;
}

const struct app_entry *app_catalogue_find(const struct app_catalogue *t,
                                           str id)
{
    size_t from = 0, to = t->n;

    while (from < to) {
        size_t mid = from + (to - from) / 2;
        int how = str_cmp(t->all[mid].id, id);

        if (how == 0)
            return &t->all[mid];
        if (how < 0)
            from = mid + 1;
        else
            to = mid;
    }
    return NULL;
}

/* ---- searching ---------------------------------------------------- */

static bool begins_word(str text, str word)
{
    size_t at = 0;

    while (at + word.n <= text.n) {
        size_t found = str_find(str_slice(text, at, text.n), word);

        if (found == text.n - at)
            return false;
        at += found;
        if (at == 0 || text.p[at - 1] == ' ' || text.p[at - 1] == '-' ||
            text.p[at - 1] == '(')
            return true;
        at++;
    }
    return false;
}

/* 0 where a word is missing; a word of the title counts more. */
static int score(const struct listing *l, size_t lang, str words)
{
    int sum = 0;
    str word;

    while (str_next(&words, ' ', &word)) {
        if (word.n == 0)
            continue;
        if (begins_word(l->title[lang], word))
            sum += str_starts(l->title[lang], word) ? 4 : 3;
        else if (begins_word(l->rest[lang], word))
            sum += 1;
        else
            return 0;
    }
    return sum;
}

err app_catalogue_search(struct ctx *c, const struct app_catalogue *t,
                         str words, const struct app_entry ***out, size_t *n)
{
    str folded_words = data_fold(c, str_slice(words, 0, 200));
    size_t lang = str_eq(c->lang, STR("en")) ? 1 : 0;
    int *scores = NEWS(c->mem, int, t->n + 1);

    *out = NEWS(c->mem, const struct app_entry *, t->n + 1);
    *n = 0;
    for (size_t i = 0; i < t->n; i++) {
        int is =
            t->all[i].app == NULL ? 0 : score(&t->texts[i], lang, folded_words);
        size_t at = *n;

        if (is == 0)
            continue;
        for (; at > 0 && scores[at - 1] < is; at--) {
            scores[at] = scores[at - 1];
            (*out)[at] = (*out)[at - 1];
        }
        scores[at] = is;
        (*out)[at] = &t->all[i];
        ++*n;
    }
    return E_OK;
}

/* ---- the version a record froze ----------------------------------- */

err app_frozen(struct ctx *c, struct conn *on, const struct app_catalogue *t,
               const struct city *k, str id, str tree, str overlay,
               const struct app **out)
{
    const struct app_entry *now = app_catalogue_find(t, id);
    struct findings f = {0};
    struct app_package *p;
    struct app_overlay *o;
    struct app *a;

    if (now != NULL && now->app != NULL && str_eq(now->tree, tree) &&
        str_eq(now->overlay, overlay)) {
        *out = now->app;
        return E_OK;
    }
    TRY(app_load_package(c, on, tree, LOAD_LEAN, &f, &p));
    TRY(app_load_overlay(c, on, overlay, id, &f, &o));
    TRY(app_build(c, p, o, k, &f, &a));
    *out = a;
    return E_OK;
}
