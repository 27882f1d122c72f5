/* SPDX-License-Identifier: EUPL-1.2 */
/* What differs in meaning between two effective apps: the two trees are walked
 * together, and grant_meaning.def says of each difference what it means. What
 * no row knows is told by its path: nothing that changed stays unsaid. */
#include "grant/grant_meaning.h"

#define SILENT                                                                 \
    {                                                                          \
        FIND_NOTE, true, NULL                                                  \
    }
#define NOTE                                                                   \
    {                                                                          \
        FIND_NOTE, false, NULL                                                 \
    }
#define RISK                                                                   \
    {                                                                          \
        FIND_WARNING, false, NULL                                              \
    }
#define JUDGE(name)                                                            \
    {                                                                          \
        FIND_WARNING, false, grant_judge_##name                                \
    }

static const struct grant_row {
    const char *path, *how;
    struct {
        enum severity severity;
        bool silent;
        grant_judge *judge;
    } weight;
    const char *id, *en;
} rows[] = {
#define MEANING(path, how, weight, id, en) {path, how, weight, id, en},
#include "grant/grant_meaning.def"
#undef MEANING
};

#undef SILENT
#undef NOTE
#undef RISK
#undef JUDGE

/* ---- finding the row ---------------------------------------------- */

static bool path_fits(str pattern, str path)
{
    str want, is;

    while (str_next(&pattern, '.', &want)) {
        if (!str_next(&path, '.', &is) ||
            (!str_eq(want, STR("*")) && !str_eq(want, is)))
            return false;
    }
    return path.n == 0;
}

/* A field that a state or an action asks is a field. */
static str as_field(struct ctx *c, str path)
{
    str needs = STR(".needs.");
    size_t at = str_find(path, needs);

    return at == path.n || !str_starts(path, STR("flow."))
               ? path
               : arena_fmt(c->mem, "fields.%.*s",
                           STR_ARG(str_slice(path, at + needs.n, path.n)));
}

static const struct grant_row *row_for(const struct grant_change_at *d)
{
    str path = as_field(d->c, d->path);
    char how = d->was == NULL ? 'A' : d->now == NULL ? 'R' : 'C';

    for (size_t i = 0; i < COUNT(rows); i++)
        if (strchr(rows[i].how, how) != NULL &&
            path_fits(str_of(rows[i].path), path))
            return &rows[i];
    return NULL;
}

/* ---- saying it ---------------------------------------------------- */

void grant_tell(struct grant_change_at *d, enum severity severity,
                const char *id, const char *en)
{
    struct ctx *c = d->c;
    struct place at = d->now != NULL   ? d->now->at
                      : d->was != NULL ? d->was->at
                                       : (struct place){0};
    str rest = str_of(say(c, id, en)), piece;
    struct buf b = buf_new(c, 8192);
    str told;

    while (str_next(&rest, '{', &piece)) {
        str word, after;

        if (!str_cut(piece, '}', &word, &after)) {
            buf_raw(&b, piece);
            continue;
        }
        buf_raw(&b, str_eq(word, STR("what"))  ? grant_label(d)
                    : str_eq(word, STR("was")) ? grant_value_said(d, d->was)
                                               : grant_value_said(d, d->now));
        buf_raw(&b, after);
    }
    if (buf_done(c, &b, &told) != E_OK)
        told = d->path; /* longer than a page can show: named, at least */
    finding_add(c, d->f, severity, at, d->path, "%.*s", STR_ARG(told));
}

static void unknown(struct grant_change_at *d)
{
    grant_tell(d, FIND_NOTE, "Berubah dari {was} menjadi {now}.",
               "Changes from {was} to {now}.");
}

/* ---- walking ------------------------------------------------------ */

/* {id: ..., en: ...} is one text. */
static bool is_words(const struct data *d)
{
    if (d == NULL || d->kind != DATA_MAP || data_get(d, STR("id")) == NULL)
        return false;
    for (size_t i = 0; i < d->n; i++)
        if (d->pairs[i].key.n != 2 || data_text(d->pairs[i].value).p == NULL)
            return false;
    return true;
}

/* "1.50" and "1.5", "5.0" and "5": the same figure. */
static str figure(str s)
{
    bool point = false;

    for (size_t i = 0; i < s.n; i++) {
        if ((s.p[i] < '0' || s.p[i] > '9') && s.p[i] != '.' && s.p[i] != '-')
            return s;
        point = point || s.p[i] == '.';
    }
    while (point && s.n > 0 && s.p[s.n - 1] == '0')
        s.n--;
    return point && s.n > 0 && s.p[s.n - 1] == '.' ? str_slice(s, 0, s.n - 1)
                                                   : s;
}

static bool same(const struct data *a, const struct data *b)
{
    str x = data_text(a), y = data_text(b);

    if (a == NULL || b == NULL)
        return a == b;
    if (x.p != NULL && y.p != NULL)
        return str_eq(figure(x), figure(y));
    return data_equal(a, b);
}

static bool goes_deeper(const struct grant_change_at *d)
{
    return !is_words(d->was) && !is_words(d->now) &&
           (d->was == NULL || d->was->kind == DATA_MAP) &&
           (d->now == NULL || d->now->kind == DATA_MAP);
}

static void walk(struct grant_change_at d);

static void walk_below(const struct grant_change_at *d)
{
    const struct data *sides[] = {d->now, d->was};

    for (size_t s = 0; s < COUNT(sides); s++)
        for (size_t i = 0; sides[s] != NULL && i < sides[s]->n; i++) {
            str key = sides[s]->pairs[i].key;
            struct grant_change_at below = *d;

            if (s == 1 && data_get(d->now, key) != NULL)
                continue; /* seen from the other side */
            below.was = data_get(d->was, key);
            below.now = data_get(d->now, key);
            below.path = d->path.n == 0
                             ? key
                             : arena_fmt(d->c->mem, "%.*s.%.*s",
                                         STR_ARG(d->path), STR_ARG(key));
            walk(below);
        }
}

static void walk(struct grant_change_at d)
{
    const struct grant_row *row;

    if (same(d.was, d.now))
        return;
    row = row_for(&d);
    if (row == NULL ||
        (row->weight.judge == NULL && !row->weight.silent && d.was != NULL &&
         d.now != NULL && goes_deeper(&d) && !str_ends(d.path, STR("who")))) {
        if (goes_deeper(&d))
            walk_below(&d);
        else
            unknown(&d);
    } else if (row->weight.judge != NULL) {
        row->weight.judge(&d, row->id, row->en);
    } else if (!row->weight.silent) {
        grant_tell(&d, row->weight.severity, row->id, row->en);
    }
}

/* ---- addresses that lead outside ---------------------------------- */

static bool has_address(str s)
{
    return str_find(s, STR("://")) < s.n || str_find(s, STR("www.")) < s.n;
}

/* Every new text that names an address, wherever it stands. */
static void addresses(struct grant_change_at d)
{
    str text = data_text(d.now);

    if (d.now == NULL || same(d.was, d.now))
        return;
    if (text.p != NULL && has_address(text))
        grant_tell(&d, FIND_WARNING, "Memuat alamat di luar kota: {now}",
                   "Names an address outside the city: {now}");
    for (size_t i = 0; d.now->kind == DATA_MAP && i < d.now->n; i++) {
        struct grant_change_at below = d;

        below.now = d.now->pairs[i].value;
        below.was = data_get(d.was, d.now->pairs[i].key);
        below.path =
            arena_fmt(d.c->mem, "%.*s%s%.*s", STR_ARG(d.path),
                      d.path.n == 0 ? "" : ".", STR_ARG(d.now->pairs[i].key));
        addresses(below);
    }
}

/* ---- an app that is new here -------------------------------------- */

/* What it will ask, cost and issue, for who decides whether to take it. */
static void introduce(struct grant_change_at d)
{
    for (size_t i = 0; i < d.to->n_fields; i++) {
        const struct app_field *field = &d.to->fields[i];
        struct grant_change_at at = d;

        if (!grant_personal(field->type))
            continue;
        at.path = arena_fmt(d.c->mem, "fields.%.*s", STR_ARG(field->key));
        at.now = field->def;
        grant_tell(&at, FIND_WARNING,
                   "Meminta data pribadi dari warga: {what}.",
                   "Asks residents for personal data: {what}.");
    }
    d.path = STR("charge");
    d.now = data_get(d.to->effective, STR("charge"));
    if (d.now != NULL)
        grant_tell(&d, FIND_WARNING, "Layanan ini berbayar: {what}.",
                   "The service has a charge: {what}.");
    for (size_t i = 0; i < d.to->n_letters; i++) {
        d.path =
            arena_fmt(d.c->mem, "letters.%.*s", STR_ARG(d.to->letters[i].key));
        d.now = data_at(d.to->effective, d.path);
        grant_tell(&d, FIND_NOTE, "Menerbitkan surat: {what}.",
                   "Issues a letter: {what}.");
    }
}

/* ---- the whole ---------------------------------------------------- */

void grant_risks_first(struct findings *f, size_t from)
{
    for (size_t i = from + 1; i < f->n; i++)
        for (size_t k = i;
             k > from && f->all[k - 1].severity > f->all[k].severity; k--) {
            struct finding swap = f->all[k];

            f->all[k] = f->all[k - 1];
            f->all[k - 1] = swap;
        }
}

err grant_meaning(struct ctx *c, const struct app *was, const struct app *now,
                  struct findings *f)
{
    struct grant_change_at d = {
        .c = c, .f = f, .from = was, .to = now, .path = STR("")};
    size_t before = f->n;

    if (was == NULL) {
        introduce(d);
    } else {
        d.was = was->effective;
        d.now = now->effective;
        walk(d);
        addresses(d);
    }
    grant_risks_first(f, before);
    return E_OK;
}
