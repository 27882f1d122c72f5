/* SPDX-License-Identifier: EUPL-1.2 */
/* An app must not contain its city: names, codes, telephones, accounts and
 * coordinates belong to the city that runs it, not to what it gives away. */
#include "app/app_priv.h"

struct search {
    struct app_work *w;
    struct ctx scratch; /* for what is folded, and dropped */
    str names[4];       /* the city's own, folded */
    size_t n;
    bool names_only;
};

static bool digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

static bool word_edge(str s, size_t at)
{
    char ch = at < s.n ? s.p[at] : ' ';

    return !((ch >= 'a' && ch <= 'z') || digit(ch));
}

static bool holds_word(str folded, str word)
{
    str rest = folded;
    size_t base = 0;

    while (word.n > 0 && rest.n >= word.n) {
        size_t at = str_find(rest, word);

        if (at == rest.n)
            return false;
        if ((base + at == 0 || word_edge(folded, base + at - 1)) &&
            word_edge(folded, base + at + word.n))
            return true;
        base += at + 1;
        rest = str_slice(rest, at + 1, rest.n);
    }
    return false;
}

/* A run of digits with the separators of telephone numbers and accounts. */
static bool long_number(str s)
{
    for (size_t i = 0; i < s.n;) {
        size_t digits = 0, k = i;
        bool lead = s.p[i] == '0' || s.p[i] == '+';

        if (!digit(s.p[i]) && s.p[i] != '+') {
            i++;
            continue;
        }
        for (; k < s.n && (digit(s.p[k]) || strchr("+-. ()", s.p[k]) != NULL);
             k++)
            digits += digit(s.p[k]);
        if (digits >= 10 || (lead && digits >= 8))
            return true;
        i = k > i ? k : i + 1;
    }
    return false;
}

/* "-6.9174, 107.6191" */
static bool coordinates(str s)
{
    for (size_t i = 0; i + 4 < s.n; i++) {
        size_t k = i + 1;

        if (s.p[i] != '.')
            continue;
        while (k < s.n && digit(s.p[k]))
            k++;
        if (k - i > 4 && i > 0 && digit(s.p[i - 1]) && k < s.n &&
            strchr(", ", s.p[k]) != NULL) {
            str rest = str_trim(str_slice(s, k + 1, s.n));

            if (rest.n > 4 && (digit(rest.p[0]) || rest.p[0] == '-') &&
                str_has(rest, '.'))
                return true;
        }
    }
    return false;
}

static const char *what_of(struct search *x, str text)
{
    struct ctx *c = x->w->c;
    str folded = data_fold(&x->scratch, text);

    for (size_t i = 0; i < x->n; i++)
        if (holds_word(folded, x->names[i]))
            return say(c, "nama atau kode kota asal",
                       "the name or code of its city");
    if (x->names_only)
        return NULL;
    if (coordinates(text))
        return say(c, "koordinat", "coordinates");
    return long_number(text) ? say(c, "nomor telepon atau rekening",
                                   "a telephone or account number")
                             : NULL;
}

static void look(struct search *x, const struct data *at, str path, str text)
{
    struct ctx *c = x->w->c;
    const char *what = what_of(x, text);

    if (what == NULL)
        return;
    app_mend(c,
             finding_add(c, x->w->f, FIND_ERROR, at->at, path,
                         say(c, "Aplikasi tidak boleh memuat %s.",
                             "An app must not contain %s."),
                         what),
             "local",
             say(c, "Pindahkan ke penyesuaian kota.",
                 "Move it into the city's overlay."));
}

/* What a city lays over an app is its own, and so is what is marked local. */
static bool local(const struct search *x, const struct data *d)
{
    return app_true(d, "local") ||
           (x->w->o != NULL && str_eq(d->at.file, x->w->o->file));
}

/* Bounds and expressions are numbers and names, not places. */
static bool no_text(str key)
{
    return app_word_in("min max value when check amount from for", key);
}

static void walk(struct search *x, const struct data *d, str path)
{
    struct ctx *c = x->w->c;

    if (local(x, d))
        return;
    if (d->kind == DATA_MAP) {
        for (size_t i = 0; i < d->n; i++)
            if (!no_text(d->pairs[i].key))
                walk(x, d->pairs[i].value, app_path(c, path, d->pairs[i].key));
    }
    for (size_t i = 0; d->kind == DATA_LIST && i < d->n; i++)
        walk(x, d->items[i], path);
    if (d->kind != DATA_MAP && d->kind != DATA_LIST)
        look(x, d, path, data_text(d));
}

static void add_name(struct search *x, str name)
{
    if (name.n > 2 && x->n < COUNT(x->names))
        x->names[x->n++] = data_fold(x->w->c, name);
}

/* "Kota Bandung" and "Bandung"; "32.73". */
static void add_names(struct search *x, str code)
{
    struct ctx *c = x->w->c;
    struct city_region r;
    str kind, name;

    if (!city_region_find(code, &r))
        return;
    add_name(x, r.code);
    add_name(x, r.name);
    if (str_cut(r.name, ' ', &kind, &name) &&
        (str_eq(data_fold(c, kind), STR("kota")) ||
         str_eq(data_fold(c, kind), STR("kabupaten"))))
        add_name(x, name);
}

/* Tariffs, laws marked local and expressions are left out: the first two are
 * the city's, the last name fields alone. */
static void search(struct search *x)
{
    static const str parts[] = {
        STR_INIT("title"), STR_INIT("summary"), STR_INIT("words"),
        STR_INIT("law"),   STR_INIT("privacy"), STR_INIT("fields"),
        STR_INIT("steps"), STR_INIT("rules"),   STR_INIT("charge"),
        STR_INIT("flow"),  STR_INIT("letters"), STR_INIT("noun"),
    };
    const struct app_work *w = x->w;

    for (size_t i = 0; i < COUNT(parts); i++) {
        const struct data *d = data_get(w->tree, parts[i]);

        if (d != NULL)
            walk(x, d, parts[i]);
    }
    for (size_t i = 0; i < w->p->n; i++) {
        struct data text = {
            .kind = DATA_TEXT,
            .at = {app_package_shown(w->c, w->p, w->p->files[i].name), 0, 0},
            .text = w->p->files[i].bytes};

        if (str_ends(w->p->files[i].name, STR(".mustache")))
            look(x, &text, w->p->files[i].name, text.text);
    }
}

static void search_for(struct app_work *w, str code, bool names_only)
{
    struct search x = {.w = w, .scratch = *w->c, .names_only = names_only};

    x.scratch.mem = arena_new((size_t)64 << 20);
    add_names(&x, code);
    search(&x);
    arena_free(x.scratch.mem);
}

void app_check_home(struct app_work *w)
{
    if (!w->p->lean)
        search_for(w, w->k == NULL ? STR("") : city_code(w->k), false);
}

void app_check_giver(struct ctx *c, const struct app_package *p, str code,
                     struct findings *f)
{
    struct app_work w = {.c = c, .f = f, .p = p, .tree = p->merged};

    search_for(&w, code, true);
}
