/* SPDX-License-Identifier: EUPL-1.2 */
/* Two cities' changes of one app, brought together: file by file, the files of
 * YAML by key. */
#include "grant/grant_priv.h"

#include "pack/pack.h"

#define LINEAGE    "publiccode.yml" /* written anew */
#define APP_FILE   "app.yaml"
#define FILES_MOST 128
#define SHOWN_MOST 120
#define PAST_MOST  1000

/* ---- the common ancestor ------------------------------------------ */

struct known {
    const struct grant_ancestor *all; /* of our lineage */
    size_t n;
    const struct app_past *past;
    size_t n_past;
};

static bool knows(const struct known *k, str tree)
{
    for (size_t i = 0; i < k->n; i++)
        if (str_eq(k->all[i].tree, tree))
            return true;
    for (size_t i = 0; i < k->n_past; i++)
        if (str_eq(k->past[i].tree, tree))
            return true;
    return false;
}

/* E_NOT_FOUND only leads to an older one. */
static err load_kept(struct ctx *c, struct conn *on, str tree,
                     struct app_package **out)
{
    str why = c->why;
    err e = app_kept_package(c, on, tree, out);

    if (e != E_NOT_FOUND)
        return e;
    c->why = why;
    *out = NULL;
    return E_OK;
}

err grant_common(struct ctx *c, struct conn *on,
                 const struct app_package *theirs,
                 const struct app_package *ours, struct app_package **out)
{
    struct grant_ancestor *all, *own;
    struct app_past *past;
    struct known k = {0};
    size_t n;

    *out = NULL;
    TRY(grant_lineage(c, theirs, &all, &n));
    TRY(grant_lineage(c, ours, &own, &k.n));
    TRY(app_past(c, on, app_package_id(ours), 0, PAST_MOST, &past, &k.n_past));
    k.all = own;
    k.past = past;
    for (size_t i = n; i-- > 0 && *out == NULL;)
        if (all[i].tree.n > 0 && knows(&k, all[i].tree))
            TRY(load_kept(c, on, all[i].tree, out));
    return E_OK;
}

/* ---- conflicts ---------------------------------------------------- */

struct three {
    struct ctx *c;
    const struct grant_three *t;
    struct findings *conflicts;
    str file;
};

static str key_of(struct three *x, str path)
{
    return str_eq(x->file, STR(APP_FILE))
               ? path
               : arena_fmt(x->c->mem, "%.*s:%.*s", STR_ARG(x->file),
                           STR_ARG(path));
}

static bool theirs_stands(const struct three *x, str key)
{
    return str_among(key, x->t->theirs_at, x->t->n_theirs_at) >= 0;
}

/* A value in a line, cut at a letter's edge. */
static str shown(struct ctx *c, const struct data *d)
{
    str s = d == NULL ? str_of(say(c, "tidak ada", "absent"))
                      : data_write_json(c, d);

    if (s.n <= SHOWN_MOST)
        return s;
    s.n = SHOWN_MOST;
    while (s.n > 0 && ((unsigned char)s.p[s.n] & 0xC0) == 0x80)
        s.n--;
    return arena_fmt(c->mem, "%.*s...", STR_ARG(s));
}

static void conflict(struct three *x, str path, const struct data *theirs,
                     const struct data *ours)
{
    struct ctx *c = x->c;

    finding_add(c, x->conflicts, FIND_WARNING, (struct place){0},
                key_of(x, path),
                say(c, "Milik kita: %.*s. Milik mereka: %.*s.",
                    "Ours: %.*s. Theirs: %.*s."),
                STR_ARG(shown(c, ours)), STR_ARG(shown(c, theirs)));
}

static void file_conflict(struct three *x)
{
    finding_add(x->c, x->conflicts, FIND_WARNING, (struct place){0}, x->file,
                "%s",
                say(x->c, "Kedua pihak mengubah berkas ini.",
                    "Both sides changed this file."));
}

/* ---- files of YAML ------------------------------------------------ */

/* Our value at this path made theirs: then nothing is left to differ about. */
static void yield(struct three *x, struct data *ours, const struct data *theirs,
                  str path)
{
    const struct data *value = data_at(theirs, path);
    struct data *in = ours;
    str key, rest = path, head;

    while (in != NULL && str_cut(rest, '.', &head, &key)) {
        in = data_get(in, head);
        rest = key;
    }
    if (in == NULL || in->kind != DATA_MAP)
        return;
    if (value == NULL)
        data_drop(in, rest);
    else
        data_put(x->c, in, rest, data_copy(x->c, value));
}

static void yield_all(struct three *x, struct data *ours,
                      const struct data *theirs)
{
    for (size_t i = 0; i < x->t->n_theirs_at; i++) {
        str key = x->t->theirs_at[i], file, path;

        if (!str_cut(key, ':', &file, &path)) {
            file = STR(APP_FILE);
            path = key;
        }
        if (str_eq(file, x->file))
            yield(x, ours, theirs, path);
    }
}

/* Without an ancestor nobody knows who changed what: each difference is a
 * conflict, and ours stands. */
static void two_ways(struct three *x, const struct data *theirs,
                     const struct data *ours, str path)
{
    struct ctx *c = x->c;

    if (theirs != NULL && ours != NULL && data_equal(theirs, ours))
        return;
    if (theirs == NULL || ours == NULL || theirs->kind != DATA_MAP ||
        ours->kind != DATA_MAP) {
        conflict(x, path, theirs, ours);
        return;
    }
    for (int side = 0; side < 2; side++) {
        const struct data *of = side == 0 ? ours : theirs;

        for (size_t i = 0; i < of->n; i++) {
            str key = of->pairs[i].key;

            if (side == 1 && data_get(ours, key) != NULL)
                continue;
            two_ways(x, data_get(theirs, key), data_get(ours, key),
                     path.n == 0 ? key
                                 : arena_fmt(c->mem, "%.*s.%.*s", STR_ARG(path),
                                             STR_ARG(key)));
        }
    }
}

static const struct data *merged(struct three *x, const struct data *base,
                                 const struct data *theirs,
                                 const struct data *ours)
{
    struct findings f = {0};
    const struct data *out;

    if (x->t->base == NULL) {
        two_ways(x, theirs, ours, STR(""));
        return ours;
    }
    out = app_merge(x->c, base, theirs, ours, &f);
    for (size_t i = 0; i < f.n; i++)
        conflict(x, f.all[i].key, data_at(theirs, f.all[i].key),
                 data_at(ours, f.all[i].key));
    return out;
}

static err read_tree(struct three *x, str bytes, struct grant_text *out)
{
    struct findings ignored = {0};
    struct data *d = NULL;

    out->bytes = str_eq(x->file, STR(APP_FILE))
                     ? grant_with_version(x->c, bytes, x->t->line.version)
                     : bytes;
    TRY(data_read_yaml(x->c, x->file, out->bytes, &ignored, &d));
    out->tree = d;
    return E_OK;
}

static err merge_yaml(struct three *x, str base, str theirs, str ours, str *out)
{
    struct grant_text b = {0}, t, o;
    struct data *ours_now;

    if (base.p != NULL)
        TRY(read_tree(x, base, &b));
    TRY(read_tree(x, theirs, &t));
    TRY(read_tree(x, ours, &o));
    ours_now = data_copy(x->c, o.tree);
    yield_all(x, ours_now, t.tree);
    return grant_weave(x->c, merged(x, b.tree, t.tree, ours_now), &o, &t, out);
}

/* ---- file by file ------------------------------------------------- */

static bool same(str a, str b)
{
    return (a.p == NULL) == (b.p == NULL) && str_eq(a, b);
}

/* *out is without bytes where the file is gone. */
static err merge_file(struct three *x, str *out)
{
    str theirs = app_package_file(x->t->theirs, x->file),
        ours = app_package_file(x->t->ours, x->file), base = {NULL, 0};
    bool three = x->t->base != NULL;

    if (three)
        base = app_package_file(x->t->base, x->file);
    *out = ours;
    if (same(theirs, ours) || (three && same(base, theirs)))
        return E_OK;
    if (theirs_stands(x, x->file) || (three && same(base, ours))) {
        *out = theirs;
        return E_OK;
    }
    if (str_ends(x->file, STR(".yaml")) && theirs.p != NULL && ours.p != NULL)
        return merge_yaml(x, base, theirs, ours, out);
    file_conflict(x);
    return E_OK;
}

static err names_of(struct ctx *c, const struct app_package *p, str *names,
                    size_t *n)
{
    struct pack_file *files;
    size_t many;

    TRY(pack_read(c, app_package_archive(p), &files, &many));
    for (size_t i = 0; i < many && *n < FILES_MOST; i++)
        if (!str_eq(files[i].name, STR(LINEAGE)) &&
            str_among(files[i].name, names, *n) < 0)
            names[(*n)++] = files[i].name;
    return E_OK;
}

err grant_three(struct ctx *c, const struct grant_three *t,
                struct findings *conflicts, struct findings *f,
                struct app_package **out)
{
    struct three x = {c, t, conflicts, STR("")};
    struct pack_file files[FILES_MOST];
    struct app_package *whole;
    str names[FILES_MOST], archive, bytes;
    size_t n = 0, n_names = 0;

    TRY(names_of(c, t->ours, names, &n_names));
    TRY(names_of(c, t->theirs, names, &n_names));
    for (size_t i = 0; i < n_names; i++) {
        x.file = names[i];
        TRY(merge_file(&x, &bytes));
        if (bytes.p != NULL)
            files[n++] = (struct pack_file){names[i], bytes};
    }
    TRY(pack_write(c, files, n, &archive));
    TRY(app_package_open(c, archive, f, &whole));
    return grant_lineage_join(c, whole, t->ours, t->theirs, &t->line, f, out);
}
