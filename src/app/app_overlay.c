/* SPDX-License-Identifier: EUPL-1.2 */
/* Overlays: a city's own changes, each line with the value it replaced. */
#include "app/app_priv.h"

#define LINES_MOST 2000

str app_overlay_app(const struct app_overlay *o)
{
    return o->app;
}

const struct data *app_overlay_scenarios(const struct app_overlay *o)
{
    return o->scenarios;
}

static struct app_line *add_line(struct ctx *c, struct app_overlay *o)
{
    ARENA_GROW(c->mem, o->lines, o->n, o->room);
    o->lines[o->n] = (struct app_line){0};
    return &o->lines[o->n++];
}

/* ---- reading ------------------------------------------------------ */

static const struct {
    enum app_op op;
    const char *name, *keys;
} ops[] = {
    [OP_SET] = {OP_SET, "set", "to was why"},
    [OP_ADD] = {OP_ADD, "add", "to after was why"},
    [OP_REMOVE] = {OP_REMOVE, "remove", "was why"},
};

/* The sentences are literals without conversions. */
static void fault(struct ctx *c, struct findings *f, struct place at, str key,
                  const char *id, const char *en)
{
    app_mend(c, finding_add(c, f, FIND_ERROR, at, key, "%s", say(c, id, en)),
             "overlay", "%s", "");
}

static void unknown(struct ctx *c, struct findings *f,
                    const struct data_pair *pair, const char *words)
{
    struct app_near near = app_near(pair->key);
    str rest = str_of(words), word;

    while (str_next(&rest, ' ', &word))
        app_near_try(&near, word);
    app_mend_near(c,
                  finding_add(c, f, FIND_ERROR, pair->at, pair->key,
                              say(c, "Kunci \"%.*s\" tidak dikenal.",
                                  "The key \"%.*s\" is unknown."),
                              STR_ARG(pair->key)),
                  "overlay", &near);
}

static bool path_ok(str path)
{
    str key;
    int deep = 0;

    if (path.n == 0 || path.n > 200)
        return false;
    while (str_next(&path, '.', &key)) {
        if (!app_name_ok(key))
            return false;
        deep++;
    }
    return deep <= 12;
}

static void read_line(struct ctx *c, struct app_overlay *o, enum app_op op,
                      const struct data_pair *pair, struct findings *f)
{
    const struct data *v = pair->value;
    struct app_line *line;

    if (!path_ok(pair->key) || v->kind != DATA_MAP) {
        fault(c, f, pair->at, pair->key,
              "Sebuah baris berbentuk JALUR: {to: nilai, was: nilai lama}.",
              "A line has the form PATH: {to: value, was: old value}.");
        return;
    }
    for (size_t i = 0; i < v->n; i++)
        if (!app_word_in(ops[op].keys, v->pairs[i].key))
            unknown(c, f, &v->pairs[i], ops[op].keys);
    if (op != OP_REMOVE && data_get(v, STR("to")) == NULL)
        fault(c, f, pair->at, pair->key, "Nilai barunya (to:) belum ada.",
              "The new value (to:) is missing.");
    line = add_line(c, o);
    *line = (struct app_line){.op = op,
                              .path = pair->key,
                              .after = app_text(v, "after"),
                              .to = data_get(v, STR("to")),
                              .was = data_get(v, STR("was")),
                              .why = data_get(v, STR("why")),
                              .at = pair->at};
}

static void read_lines(struct ctx *c, struct app_overlay *o, enum app_op op,
                       const struct data *map, struct findings *f)
{
    if (map == NULL)
        return;
    if (map->kind != DATA_MAP || map->n > LINES_MOST) {
        fault(c, f, map->at, str_of(ops[op].name),
              "Di sini diharapkan baris-baris JALUR: {...}.",
              "Lines PATH: {...} are expected here.");
        return;
    }
    for (size_t i = 0; i < map->n; i++)
        read_line(c, o, op, &map->pairs[i], f);
}

static void read_head(struct ctx *c, struct app_overlay *o,
                      const struct data *root, struct findings *f)
{
    static const char words[] = "balai overlay of set add remove scenario";
    struct hash h;

    for (size_t i = 0; i < root->n; i++)
        if (!app_word_in(words, root->pairs[i].key))
            unknown(c, f, &root->pairs[i], words);
    if (!str_eq(app_text(root, "balai"), STR("1")))
        fault(c, f, root->at, STR("balai"), "Baris pertama haruslah balai: 1.",
              "The first line must be balai: 1.");
    o->app = app_text(root, "overlay");
    if (!app_id_ok(o->app))
        fault(c, f, root->at, STR("overlay"),
              "overlay: menyebut SEKTOR/APLIKASI yang disesuaikan.",
              "overlay: names the SECTOR/APP that is changed.");
    o->of = app_text(root, "of");
    if (o->of.n > 0 && !seal_read_hash(o->of, &h))
        fault(c, f, data_get(root, STR("of"))->at, STR("of"),
              "of: berbentuk sha256: dan 64 angka heksadesimal.",
              "of: has the form sha256: and 64 hexadecimal digits.");
    o->scenarios = data_get(root, STR("scenario"));
}

err app_overlay_read(struct ctx *c, str file, str bytes, struct findings *f,
                     struct app_overlay **out)
{
    struct app_overlay *o = NEW(c->mem, struct app_overlay);
    size_t before = f->errors;
    struct data *root = NULL;
    err e = data_read_yaml(c, file, bytes, f, &root);

    *out = NULL;
    if (e != E_OK && e != E_BAD_INPUT)
        return e;
    o->file = file;
    if (root != NULL && root->kind == DATA_MAP) {
        read_head(c, o, root, f);
        for (size_t i = 0; i < COUNT(ops); i++)
            read_lines(c, o, ops[i].op, data_get(root, str_of(ops[i].name)), f);
    } else if (f->errors == before) {
        fault(c, f, (struct place){file, 1, 1}, STR("overlay"),
              "Berkas penyesuaian ini kosong.", "The overlay file is empty.");
    }
    if (f->errors > before)
        return fail(
            c, E_BAD_INPUT,
            say(c, "%.*s mempunyai %zu kesalahan.", "%.*s has %zu faults."),
            STR_ARG(file), f->errors - before);
    *out = o;
    return E_OK;
}

/* ---- writing ------------------------------------------------------ */

static struct data *line_data(struct ctx *c, const struct app_line *line)
{
    struct data *d = data_new(c, DATA_MAP);

    if (line->to != NULL)
        data_put(c, d, STR("to"), data_copy(c, line->to));
    if (line->was != NULL)
        data_put(c, d, STR("was"), data_copy(c, line->was));
    if (line->after.n > 0)
        data_put_text(c, d, STR("after"), line->after);
    if (line->why != NULL)
        data_put(c, d, STR("why"), data_copy(c, line->why));
    return d;
}

str app_overlay_write(struct ctx *c, const struct app_overlay *o)
{
    struct data *root = data_new(c, DATA_MAP);

    data_put_text(c, root, STR("balai"), STR("1"));
    data_put_text(c, root, STR("overlay"), o->app);
    if (o->of.n > 0)
        data_put_text(c, root, STR("of"), o->of);
    for (size_t k = 0; k < COUNT(ops); k++) {
        struct data *map = data_new(c, DATA_MAP);

        for (size_t i = 0; i < o->n; i++)
            if (o->lines[i].op == ops[k].op)
                data_put(c, map, o->lines[i].path, line_data(c, &o->lines[i]));
        if (map->n > 0)
            data_put(c, root, str_of(ops[k].name), map);
    }
    if (o->scenarios != NULL)
        data_put(c, root, STR("scenario"), data_copy(c, o->scenarios));
    return data_write_yaml(c, root);
}

/* ---- laying it over an app ---------------------------------------- */

struct laying {
    struct ctx *c;
    struct findings *f;
    const struct app_package *p;
    struct data *tree;
    bool same_version; /* written against this very version */
};

str app_overlay_path(struct ctx *c, const struct app_package *p, str path)
{
    const struct data *map = data_get(p->merged, STR("renamed"));

    for (size_t i = 0; map != NULL && map->kind == DATA_MAP && i < map->n;
         i++) {
        str old = map->pairs[i].key, now = data_text(map->pairs[i].value);

        if (str_eq(path, old))
            return now;
        if (str_starts(path, old) && path.n > old.n && path.p[old.n] == '.')
            return arena_fmt(c->mem, "%.*s%.*s", STR_ARG(now),
                             STR_ARG(str_slice(path, old.n, path.n)));
    }
    return path;
}

static void split(str path, str *above, str *key)
{
    size_t at = path.n;

    while (at > 0 && path.p[at - 1] != '.')
        at--;
    *key = str_slice(path, at, path.n);
    *above = str_slice(path, 0, at == 0 ? 0 : at - 1);
}

static struct data *node_at(struct data *tree, str path)
{
    return path.n == 0 ? tree : data_at(tree, path);
}

/* The deepest map that the path reaches, and the name that is not there. */
static struct app_near nearest(struct data *tree, str path)
{
    struct app_near near = {0};
    struct data *here = tree;
    str key;

    while (str_next(&path, '.', &key)) {
        struct data *below = data_get(here, key);

        if (below == NULL) {
            near = app_near(key);
            app_near_keys(&near, here);
            return near;
        }
        here = below;
    }
    return near;
}

static void dangling(struct laying *l, const struct app_line *line, str path)
{
    struct ctx *c = l->c;
    struct app_near near = nearest(l->tree, path);

    app_mend_near(
        c,
        finding_add(
            c, l->f, l->same_version ? FIND_ERROR : FIND_WARNING, line->at,
            path,
            say(c,
                "dangling: versi ini tidak punya \"%.*s\"; baris ini tidak "
                "berlaku.",
                "dangling: this version has no \"%.*s\"; the line does "
                "nothing."),
            STR_ARG(path)),
        "overlay", &near);
}

static void redundant(struct laying *l, const struct app_line *line, str path)
{
    struct ctx *c = l->c;

    app_mend(
        c,
        finding_add(
            c, l->f, FIND_NOTE, line->at, path,
            say(c, "redundant: versi ini sudah sama dengan penyesuaian Anda.",
                "redundant: this version already says what yours says.")),
        "overlay", say(c, "Baris ini boleh dihapus.", "The line may go."));
}

static str short_of(struct ctx *c, struct app_shape s, const struct data *d)
{
    str text = data_text(d);

    return text.p != NULL && text.n <= 60 ? text : app_value_hash(c, s, d);
}

/* Is what stands there still what the line replaced? */
static void compare(struct laying *l, const struct app_line *line,
                    struct app_shape s, str path, const struct data *now)
{
    struct ctx *c = l->c;
    str now_text = short_of(c, s, now);
    struct finding *at;

    if (line->was != NULL &&
        (app_same(s, line->was, now) ||
         str_eq(data_text(line->was), app_value_hash(c, s, now))))
        return;
    if (line->to != NULL && app_same(s, line->to, now)) {
        redundant(l, line, path);
        return;
    }
    if (line->was == NULL)
        at = finding_add(c, l->f, FIND_ERROR, line->at, path,
                         say(c, "Nilai yang diganti (was:) belum ada.",
                             "The value it replaces (was:) is missing."));
    else if (l->same_version)
        at = finding_add(
            c, l->f, FIND_ERROR, line->was->at, path,
            say(c, "Baris ini mengingat %.*s, tetapi aplikasinya berisi %.*s.",
                "The line remembers %.*s, but the app says %.*s."),
            STR_ARG(short_of(c, s, line->was)), STR_ARG(now_text));
    else
        at = finding_add(
            c, l->f, FIND_WARNING, line->was->at, path,
            say(c,
                "both-changed: penyesuaian ini menggantikan %.*s, tetapi versi "
                "ini berisi %.*s; nilai Anda tetap berlaku.",
                "both-changed: the line replaced %.*s, but this version says "
                "%.*s; yours stands."),
            STR_ARG(short_of(c, s, line->was)), STR_ARG(now_text));
    app_mend(c, at, "overlay",
             say(c, "Tulislah was: %.*s.", "Write was: %.*s."),
             STR_ARG(now_text));
}

static struct app_shape shape_of(str path)
{
    struct app_shape s;

    return app_shape_at(path, &s) ? s : (struct app_shape){KIND_TEXT, "", NULL};
}

static void lay_set(struct laying *l, const struct app_line *line, str path)
{
    str above, key;
    struct data *now = node_at(l->tree, path);

    if (now == NULL) {
        dangling(l, line, path);
        return;
    }
    compare(l, line, shape_of(path), path, now);
    split(path, &above, &key);
    data_put(l->c, node_at(l->tree, above), key, data_copy(l->c, line->to));
}

static void lay_add(struct laying *l, const struct app_line *line, str path)
{
    struct ctx *c = l->c;
    str above, key;
    struct data *map, *now = node_at(l->tree, path);

    split(path, &above, &key);
    map = node_at(l->tree, above);
    if (map == NULL || map->kind != DATA_MAP) {
        dangling(l, line, path);
        return;
    }
    if (now != NULL && app_same(shape_of(path), now, line->to)) {
        redundant(l, line, path);
        return;
    }
    if (now != NULL && line->was != NULL)
        compare(l, line, shape_of(path), path, now);
    else if (now != NULL)
        app_mend(
            c,
            finding_add(c, l->f, l->same_version ? FIND_ERROR : FIND_WARNING,
                        line->at, path,
                        say(c,
                            "both-added: versi ini juga punya \"%.*s\"; nilai "
                            "Anda tetap berlaku.",
                            "both-added: this version has \"%.*s\" too; yours "
                            "stands."),
                        STR_ARG(path)),
            "overlay",
            say(c, "Pakailah set: untuk mengubahnya.",
                "Use set: to change it."));
    if (line->after.n > 0)
        data_put_after(c, map, line->after, key, data_copy(c, line->to));
    else
        data_put(c, map, key, data_copy(c, line->to));
}

static void lay_remove(struct laying *l, const struct app_line *line, str path)
{
    str above, key;
    struct data *now = node_at(l->tree, path);

    if (now == NULL) {
        if (l->same_version)
            dangling(l, line, path);
        else
            redundant(l, line, path);
        return;
    }
    compare(l, line, shape_of(path), path, now);
    split(path, &above, &key);
    data_drop(node_at(l->tree, above), key);
}

struct data *app_overlay_lay(struct ctx *c, const struct app_package *p,
                             const struct app_overlay *o, struct findings *f)
{
    struct laying l = {c, f, p, data_copy(c, p->merged),
                       o->of.n == 0 || str_eq(o->of, p->tree)};

    for (size_t i = 0; i < o->n; i++) {
        const struct app_line *line = &o->lines[i];
        str path = app_overlay_path(c, p, line->path);

        if (line->op == OP_SET)
            lay_set(&l, line, path);
        else if (line->op == OP_ADD)
            lay_add(&l, line, path);
        else
            lay_remove(&l, line, path);
    }
    return l.tree;
}

/* ---- making one --------------------------------------------------- */

struct app_overlay *app_overlay_new(struct ctx *c, const struct app_package *p)
{
    struct app_overlay *o = NEW(c->mem, struct app_overlay);

    o->file = arena_fmt(c->mem, "overlay/%.*s.yaml", STR_ARG(p->id));
    o->app = p->id;
    o->of = p->tree;
    return o;
}

/* The line that lies on this path, by whichever of its names. */
static struct app_line *line_for(struct ctx *c, struct app_overlay *o,
                                 const struct app_package *p, str path)
{
    for (size_t i = 0; i < o->n; i++)
        if (str_eq(o->lines[i].path, path) ||
            str_eq(app_overlay_path(c, p, o->lines[i].path), path))
            return &o->lines[i];
    return NULL;
}

static void settle_places(struct data *d, str file)
{
    d->at = (struct place){file, 0, 0};
    for (size_t i = 0; d->kind == DATA_MAP && i < d->n; i++) {
        d->pairs[i].at = d->at;
        settle_places(d->pairs[i].value, file);
    }
    for (size_t i = 0; d->kind == DATA_LIST && i < d->n; i++)
        settle_places(d->items[i], file);
}

/* YAML where it looks like a map, a list or a quoted text, else as it is. */
static err read_value(struct ctx *c, const struct app_overlay *o, str value,
                      struct findings *f, struct data **out)
{
    struct data *d;

    if (value.n > 0 && strchr("{['\"", value.p[0]) != NULL) {
        TRY(data_read_yaml(
            c, o->file, arena_fmt(c->mem, "v: %.*s\n", STR_ARG(value)), f, &d));
        *out = data_get(d, STR("v"));
    } else {
        *out = data_new_text(c, value);
    }
    MUST(*out != NULL);
    settle_places(*out, o->file);
    return E_OK;
}

static err no_such_path(struct ctx *c, const struct app_package *p, str path)
{
    struct app_near near = nearest(data_copy(c, p->merged), path);

    return fail(
        c, E_BAD_INPUT,
        say(c, "%.*s tidak punya \"%.*s\".%s%.*s%s",
            "%.*s has no \"%.*s\".%s%.*s%s"),
        STR_ARG(p->id), STR_ARG(path),
        near.best.n == 0 ? "" : say(c, " Maksud Anda \"", " Did you mean \""),
        STR_ARG(near.best), near.best.n == 0 ? "" : "\"?");
}

/* The value there before any overlay: what `was` remembers. */
static struct data *remembered(struct ctx *c, struct app_shape s,
                               const struct data *now)
{
    str text = data_text(now);

    return text.p != NULL && text.n <= 200
               ? data_new_text(c, text)
               : data_new_text(c, app_value_hash(c, s, now));
}

static void drop_line(struct app_overlay *o, struct app_line *line)
{
    size_t at = (size_t)(line - o->lines);

    memmove(line, line + 1, (o->n - at - 1) * sizeof *line);
    o->n--;
}

static err value_fits(struct ctx *c, const struct data *to,
                      const struct data *now, str path)
{
    bool map = to->kind == DATA_MAP || to->kind == DATA_LIST;

    if (now == NULL || (now->kind == DATA_MAP || now->kind == DATA_LIST) == map)
        return E_OK;
    return fail(c, E_BAD_INPUT,
                now->kind == DATA_MAP
                    ? say(c,
                          "%.*s adalah kumpulan; sebutlah satu nilai di "
                          "dalamnya.",
                          "%.*s is a map; name one value inside it.")
                    : say(c, "%.*s memuat satu nilai, bukan kumpulan.",
                          "%.*s holds a single value, not a map."),
                STR_ARG(path));
}

err app_overlay_set(struct ctx *c, struct app_overlay *o,
                    const struct app_package *p, str path, str value,
                    const struct data *why, struct findings *f)
{
    struct app_shape s;
    struct data *now, *to, *above_now;
    struct app_line *line;
    str above, key;
    bool added;

    if (!path_ok(path) || !app_shape_at(path, &s))
        return no_such_path(c, p, path);
    TRY(read_value(c, o, value, f, &to));
    now = data_at(p->merged, path);
    /* A plain text for a text per language is its Indonesian. */
    if ((s.kind == KIND_LANG || s.kind == KIND_SAYS) && to->kind == DATA_TEXT)
        return app_overlay_set(c, o, p, app_path(c, path, STR("id")), value,
                               why, f);
    split(path, &above, &key);
    above_now = above.n == 0 ? NULL : data_at(p->merged, above);
    if (now == NULL && (above_now == NULL || above_now->kind != DATA_MAP))
        return no_such_path(c, p, path);
    TRY(value_fits(c, to, now, path));
    line = line_for(c, o, p, path);
    if (now != NULL && app_same(s, now, to)) {
        if (line != NULL)
            drop_line(o, line);
        return E_OK;
    }
    if (line == NULL) {
        if (o->n >= LINES_MOST)
            return fail(c, E_TOO_BIG,
                        say(c, "Penyesuaian ini sudah berisi %d baris.",
                            "The overlay already has %d lines."),
                        LINES_MOST);
        line = add_line(c, o);
    }
    /* A line that was there keeps its name and its place: to change a value is
     * to move nothing. */
    added = now == NULL || (line->path.n > 0 && line->op == OP_ADD);
    *line = (struct app_line){
        .op = added ? OP_ADD : OP_SET,
        .path = line->path.n > 0 ? line->path : arena_str(c->mem, path),
        .after = added ? line->after : STR(""),
        .to = to,
        .was = now == NULL ? NULL : remembered(c, s, now),
        .why = why == NULL ? NULL : data_copy(c, why),
        .at = {o->file, 0, 0}};
    return E_OK;
}

bool app_overlay_back(struct ctx *c, struct app_overlay *o,
                      const struct app_package *p, str path)
{
    struct app_line *line = line_for(c, o, p, path);

    if (line != NULL)
        drop_line(o, line);
    return line != NULL;
}

err app_overlay_keep(struct ctx *c, struct app_overlay *o,
                     const struct app_package *p, str path)
{
    struct app_line *line = line_for(c, o, p, path);
    const struct data *now;
    str above, key;

    if (line == NULL)
        return no_such_path(c, p, path);
    path = app_overlay_path(c, p, line->path);
    split(path, &above, &key);
    now = data_at(p->merged, path);
    if (now == NULL &&
        (line->op != OP_ADD || (above.n > 0 && !data_at(p->merged, above))))
        return no_such_path(c, p, path);
    line->was = now == NULL ? NULL : remembered(c, shape_of(path), now);
    return E_OK;
}

/* ---- what needs a second person ----------------------------------- */

bool app_line_grave(const struct app_line *line)
{
    static const str heads[] = {
        STR_INIT("charge"),    STR_INIT("tariff"),   STR_INIT("privacy"),
        STR_INIT("flow"),      STR_INIT("national"), STR_INIT("function"),
        STR_INIT("sensitive"), STR_INIT("register"), STR_INIT("links"),
        STR_INIT("filed_by"),  STR_INIT("opens"),    STR_INIT("population")};
    /* Of a field: who sees it, who may answer, what gates find by it. */
    static const str keys[] = {STR_INIT("show"), STR_INIT("finished"),
                               STR_INIT("who"),  STR_INIT("states"),
                               STR_INIT("of"),   STR_INIT("index"),
                               STR_INIT("from"), STR_INIT("acted")};
    str rest = line->path, key, above, last;
    bool grave;

    str_next(&rest, '.', &key);
    split(line->path, &above, &last);
    grave = str_among(key, heads, COUNT(heads)) >= 0 ||
            str_among(last, keys, COUNT(keys)) >= 0;
    for (size_t i = 0; i < COUNT(keys); i++)
        grave |= line->to != NULL && data_get(line->to, keys[i]) != NULL;
    return grave;
}

bool app_overlay_grave(const struct app_overlay *o)
{
    for (size_t i = 0; i < o->n; i++)
        if (app_line_grave(&o->lines[i]))
            return true;
    return false;
}
