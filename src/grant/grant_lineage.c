/* SPDX-License-Identifier: EUPL-1.2 */
/* Where an app came from. It stands in the package's publiccode.yml, which
 * catalogues of public code read: `url` is the package itself, `isBasedOn` the
 * versions that it was made from, each an address of ours:
 *
 *     balai://32.73/penanaman-modal/izin-reklame?version=1.0.0&tree=sha256:HEX
 *         &credit=Pemerintah%20Kota%20Bandung
 *
 * No member outside the standard (publiccode.yml 0.7.0) is used. */
#include "grant/grant_priv.h"

#include "pack/pack.h"

#define FILE_NAME   "publiccode.yml"
#define FILE_MOST   ((size_t)64 << 10)
#define LINES_MOST  100
#define CREDIT_MOST 200

/* ---- addresses ---------------------------------------------------- */

static int nibble(char ch)
{
    return ch >= '0' && ch <= '9'   ? ch - '0'
           : ch >= 'A' && ch <= 'F' ? ch - 'A' + 10
           : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10
                                    : -1;
}

/* Percent-decoded; what is no text is empty. */
static str decoded(struct ctx *c, str s)
{
    struct buf b = buf_new(c, CREDIT_MOST * 4);

    for (size_t i = 0; i < s.n; i++) {
        int high = -1, low = -1;

        if (s.p[i] == '%' && i + 2 < s.n) {
            high = nibble(s.p[i + 1]);
            low = nibble(s.p[i + 2]);
        }
        if (high >= 0 && low >= 0) {
            buf_char(&b, (char)(high * 16 + low));
            i += 2;
        } else {
            buf_char(&b, s.p[i]);
        }
    }
    return b.over || !str_utf8((str){b.p, b.n}, NULL) ? STR("") : buf_str(&b);
}

static void take_query(struct ctx *c, str query, struct grant_ancestor *out)
{
    str pair, name, value;

    while (str_next(&query, '&', &pair)) {
        str_cut(pair, '=', &name, &value);
        if (str_eq(name, STR("version")))
            out->version = value;
        else if (str_eq(name, STR("tree")))
            out->tree = value;
        else if (str_eq(name, STR("credit")))
            out->credit = decoded(c, value);
    }
}

/* An address of ours, for this app; others are none of our business. */
static bool read_address(struct ctx *c, str url, str app,
                         struct grant_ancestor *out)
{
    str head = STR("balai://"), rest, path, query;
    struct city_region r;
    struct hash h;

    *out = (struct grant_ancestor){
        .version = STR(""), .tree = STR(""), .credit = STR("")};
    if (!str_starts(url, head))
        return false;
    str_cut(str_slice(url, head.n, url.n), '/', &out->city, &rest);
    str_cut(rest, '?', &path, &query);
    take_query(c, query, out);
    return str_eq(path, app) && city_region_find(out->city, &r) &&
           out->version.n > 0 &&
           (out->tree.n == 0 || seal_read_hash(out->tree, &h));
}

static str write_address(struct ctx *c, str app, const struct grant_ancestor *a)
{
    struct buf b = buf_new(c, 4096);

    buf_fmt(&b, "balai://%.*s/%.*s?version=%.*s", STR_ARG(a->city),
            STR_ARG(app), STR_ARG(a->version));
    if (a->tree.n > 0)
        buf_fmt(&b, "&tree=%.*s", STR_ARG(a->tree));
    if (a->credit.n > 0) {
        buf_lit(&b, "&credit=");
        buf_url(&b, a->credit);
    }
    return buf_str(&b);
}

/* ---- reading ------------------------------------------------------ */

static struct data *publiccode(struct ctx *c, const struct app_package *p)
{
    str bytes = app_package_file(p, STR(FILE_NAME)), why = c->why;
    struct findings ignored = {0};
    struct data *d = NULL;

    if (bytes.p == NULL || bytes.n > FILE_MOST)
        return NULL;
    if (data_read_yaml(c, STR(FILE_NAME), bytes, &ignored, &d) != E_OK)
        d = NULL;
    c->why = why; /* a publiccode.yml of another kind is no failure */
    return d != NULL && d->kind == DATA_MAP ? d : NULL;
}

struct reading {
    struct ctx *c;
    str app;
    struct grant_ancestor *all;
    size_t n, room;
};

static void take_one(struct reading *r, str url)
{
    struct grant_ancestor a;

    if (r->n >= LINES_MOST || !read_address(r->c, url, r->app, &a))
        return;
    ARENA_GROW(r->c->mem, r->all, r->n, r->room);
    r->all[r->n++] = a;
}

/* As written: the ancestors, and behind them the package itself, whose tree
 * no file of it can hold. *own: it stands there. */
static struct reading read_lines(struct ctx *c, const struct app_package *p,
                                 bool *own)
{
    const struct data *d = publiccode(c, p), *based;
    struct reading r = {.c = c, .app = app_package_id(p)};
    size_t ancestors;

    based = data_get(d, STR("isBasedOn"));
    if (based != NULL && based->kind == DATA_LIST)
        for (size_t i = 0; i < based->n; i++)
            take_one(&r, data_text(based->items[i]));
    else
        take_one(&r, data_text(based));
    ancestors = r.n;
    take_one(&r, data_text(data_get(d, STR("url"))));
    *own = r.n > ancestors;
    return r;
}

err grant_lineage(struct ctx *c, const struct app_package *p,
                  struct grant_ancestor **out, size_t *n)
{
    bool own;
    struct reading r = read_lines(c, p, &own);

    if (own && str_eq(r.all[r.n - 1].version, app_package_version(p)))
        r.all[r.n - 1].tree = app_package_tree(p);
    *out = r.all;
    *n = r.n;
    return E_OK;
}

struct data *grant_lineage_data(struct ctx *c, const struct app_package *p)
{
    struct grant_ancestor *all;
    struct data *list;
    size_t n;

    if (grant_lineage(c, p, &all, &n) != E_OK || n == 0)
        return NULL;
    list = data_new(c, DATA_LIST);
    for (size_t i = 0; i < n; i++) {
        struct data *d = data_new(c, DATA_MAP);

        data_put_text(c, d, STR("city"), all[i].city);
        data_put_text(c, d, STR("version"), all[i].version);
        if (all[i].tree.n > 0)
            data_put_text(c, d, STR("tree"), all[i].tree);
        if (all[i].credit.n > 0)
            data_put_text(c, d, STR("credit"), all[i].credit);
        data_append(c, list, d);
    }
    return list;
}

/* ---- writing ------------------------------------------------------ */

static struct data *words_list(struct ctx *c, const struct app_package *p,
                               const struct grant_ancestor *all, size_t n)
{
    struct data *list = data_new(c, DATA_LIST);

    for (size_t i = 0; i < n; i++)
        data_append(
            c, list,
            data_new_text(c, write_address(c, app_package_id(p), &all[i])));
    return list;
}

/* At most `most` bytes, never a part of a letter. */
static str head_of(str s, size_t most)
{
    if (s.n <= most)
        return s;
    while (most > 0 && ((unsigned char)s.p[most] & 0xC0) == 0x80)
        most--;
    return str_slice(s, 0, most);
}

/* The long description that the standard asks for, 150 characters at least. */
static struct data *description(struct ctx *c, str title, str summary,
                                const char *lang)
{
    bool id = strcmp(lang, "id") == 0;
    struct data *d = data_new(c, DATA_MAP), *features = data_new(c, DATA_LIST);

    data_put_text(c, d, STR("localisedName"), title);
    data_put_text(c, d, STR("shortDescription"), head_of(summary, 150));
    data_put_text(
        c, d, STR("longDescription"),
        arena_fmt(c->mem,
                  id ? "%.*s Aplikasi ini dijalankan dengan balai, dapat "
                       "dihibahkan kepada kota lain, dan disesuaikan tarif, "
                       "dasar hukum, serta perangkat daerahnya tanpa mengubah "
                       "aplikasi asalnya."
                     : "%.*s The app runs on balai, can be granted to another "
                       "city, and takes that city's own tariffs, laws and "
                       "offices without a change to the app itself, so that "
                       "updates keep them.",
                  STR_ARG(summary)));
    data_append(c, features, data_new_text(c, summary));
    data_put(c, d, STR("features"), features);
    return d;
}

static struct data *maintenance(struct ctx *c, const struct grant_ancestor *all,
                                size_t n)
{
    struct data *d = data_new(c, DATA_MAP), *list = data_new(c, DATA_LIST);

    data_put_text(c, d, STR("type"), STR("internal"));
    for (size_t i = n; i-- > 0;) {
        struct data *who = data_new(c, DATA_MAP);
        struct city_region r = {0};

        if (all[i].credit.n == 0)
            continue;
        data_put_text(c, who, STR("name"), all[i].credit);
        if (city_region_find(all[i].city, &r))
            data_put_text(c, who, STR("affiliation"), r.name);
        data_append(c, list, who);
    }
    data_put(c, d, STR("contacts"), list);
    return d;
}

static struct data *scalar_list(struct ctx *c, const char *a, const char *b)
{
    struct data *list = data_new(c, DATA_LIST);

    data_append(c, list, data_new_text(c, str_of(a)));
    if (b != NULL)
        data_append(c, list, data_new_text(c, str_of(b)));
    return list;
}

static struct data *map_of(struct ctx *c, const char *key, struct data *value)
{
    struct data *d = data_new(c, DATA_MAP);

    data_put(c, d, str_of(key), value);
    return d;
}

static str in_language(const struct data *map, const char *lang)
{
    str s = data_text(data_get(map, str_of(lang)));

    return s.p == NULL ? data_text(data_get(map, STR("id"))) : s;
}

static void describe(struct ctx *c, struct data *root, const struct data *app)
{
    static const char *const langs[] = {"id", "en"};
    const struct data *title = data_get(app, STR("title")),
                      *summary = data_get(app, STR("summary"));
    struct data *all = data_new(c, DATA_MAP);

    for (size_t i = 0; i < COUNT(langs); i++)
        data_put(c, all, str_of(langs[i]),
                 description(c, in_language(title, langs[i]),
                             in_language(summary, langs[i]), langs[i]));
    data_put(c, root, STR("description"), all);
}

/* The file anew from the app and its lineage; the last is the package. */
static str write_file(struct ctx *c, const struct app_package *p,
                      const struct data *app, str version,
                      const struct grant_ancestor *all, size_t n)
{
    struct data *root = data_new(c, DATA_MAP), *local = data_new(c, DATA_MAP);

    data_put_text(c, root, STR("publiccodeYmlVersion"), STR("0.7.0"));
    data_put_text(c, root, STR("name"),
                  in_language(data_get(app, STR("title")), "id"));
    data_put_text(c, root, STR("url"),
                  write_address(c, app_package_id(p), &all[n - 1]));
    if (n > 1)
        data_put(c, root, STR("isBasedOn"), words_list(c, p, all, n - 1));
    data_put_text(c, root, STR("softwareVersion"), version);
    data_put(c, root, STR("platforms"), scalar_list(c, "web", NULL));
    data_put_text(c, root, STR("developmentStatus"), STR("stable"));
    data_put_text(c, root, STR("softwareType"), STR("configurationFiles"));
    describe(c, root, app);
    data_put(c, root, STR("legal"),
             map_of(c, "license", data_new_text(c, STR("EUPL-1.2"))));
    data_put(c, root, STR("maintenance"), maintenance(c, all, n));
    data_put_bool(c, local, STR("localisationReady"), true);
    data_put(c, local, STR("availableLanguages"), scalar_list(c, "id", "en"));
    data_put(c, root, STR("localisation"), local);
    return data_write_yaml(c, root);
}

/* ---- the package with another file -------------------------------- */

/* The line "version: X" of the root, with another version; comments stay. */
str grant_with_version(struct ctx *c, str app, str version)
{
    struct buf b = buf_new(c, (size_t)1 << 20);
    str rest = app, line;

    while (rest.n > 0) {
        bool whole = str_cut(rest, '\n', &line, &rest);

        if (str_starts(line, STR("version:")))
            buf_fmt(&b, "version: %.*s", STR_ARG(version));
        else
            buf_raw(&b, line);
        if (whole)
            buf_char(&b, '\n');
    }
    return buf_str(&b);
}

static err repack(struct ctx *c, const struct app_package *p, str version,
                  str code, struct findings *f, struct app_package **out)
{
    struct pack_file *files, *all;
    bool there = false;
    str archive;
    size_t n;

    TRY(pack_read(c, app_package_archive(p), &files, &n));
    all = NEWS(c->mem, struct pack_file, n + 1);
    memcpy(all, files, n * sizeof *all);
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].name, STR(FILE_NAME))) {
            all[i].bytes = code;
            there = true;
        } else if (str_eq(all[i].name, STR("app.yaml"))) {
            all[i].bytes = grant_with_version(c, all[i].bytes, version);
        }
    if (!there)
        all[n++] = (struct pack_file){STR(FILE_NAME), code};
    TRY(pack_write(c, all, n, &archive));
    return app_package_open(c, archive, f, out);
}

static err check_line(struct ctx *c, str city, str version, str credit)
{
    struct city_region r;

    if (!city_region_find(city, &r))
        return fail(
            c, E_BAD_INPUT,
            say(c, "%.*s bukan kode wilayah.", "%.*s is no region code."),
            STR_ARG(city));
    if (version.n == 0 || version.n > 30)
        return fail(c, E_BAD_INPUT, "%s",
                    say(c, "Versi berbentuk tiga bilangan, misalnya 1.1.0.",
                        "A version has three numbers, such as 1.1.0."));
    if (credit.n == 0 || credit.n > CREDIT_MOST || !str_utf8(credit, NULL))
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "Sebutkan siapa yang membuatnya, paling banyak %d "
                        "huruf.",
                        "Say who made it, in at most %d letters."),
                    CREDIT_MOST);
    return E_OK;
}

static bool alike(const struct grant_ancestor *a,
                  const struct grant_ancestor *b)
{
    return str_eq(a->city, b->city) && str_eq(a->version, b->version);
}

/* The lines in order, the last of them the package itself. */
static err write_lineage(struct ctx *c, const struct app_package *p,
                         const struct grant_ancestor *all, size_t n,
                         struct findings *f, struct app_package **out)
{
    struct findings ignored = {0};
    struct data *app = NULL;
    str version = all[n - 1].version;

    TRY(data_read_yaml(c, STR("app.yaml"), app_package_file(p, STR("app.yaml")),
                       &ignored, &app));
    return repack(c, p, version, write_file(c, p, app, version, all, n), f,
                  out);
}

/* What went before, oldest first. */
struct past {
    const struct grant_ancestor *all;
    size_t n;
};

/* A version that is known keeps its place and says what we know now. */
static size_t put_line(struct grant_ancestor *all, size_t n,
                       const struct grant_ancestor *line)
{
    for (size_t i = 0; i < n; i++)
        if (alike(&all[i], line)) {
            all[i] = *line;
            return n;
        }
    all[n] = *line;
    return n + 1;
}

static err add_line(struct ctx *c, const struct app_package *p, struct past had,
                    const struct grant_ancestor *before,
                    const struct grant_ancestor *line, struct findings *f,
                    struct app_package **out)
{
    struct grant_ancestor *all;
    size_t n = 0;

    TRY(check_line(c, line->city, line->version, line->credit));
    all = NEWS(c->mem, struct grant_ancestor, had.n + 2);
    for (size_t i = 0; i < had.n; i++)
        if (!alike(&had.all[i], line))
            all[n++] = had.all[i];
    if (before != NULL)
        n = put_line(all, n, before);
    all[n++] = *line;
    return write_lineage(c, p, all, n, f, out);
}

static struct past own_past(struct ctx *c, const struct app_package *p)
{
    bool own;
    struct reading r = read_lines(c, p, &own);

    return (struct past){r.all, r.n};
}

err grant_lineage_add(struct ctx *c, const struct app_package *p, str city,
                      str version, str credit, struct findings *f,
                      struct app_package **out)
{
    struct grant_ancestor line = {
        .city = city, .version = version, .tree = STR(""), .credit = credit};

    return add_line(c, p, own_past(c, p), NULL, &line, f, out);
}

/* ---- two parents --------------------------------------------------- */

static size_t put_all(struct grant_ancestor *to, size_t n,
                      const struct grant_ancestor *all, size_t many)
{
    for (size_t i = 0; i < many; i++) {
        bool there = false;

        for (size_t k = 0; k < n && !there; k++)
            there = alike(&to[k], &all[i]);
        if (!there)
            to[n++] = all[i];
    }
    return n;
}

err grant_lineage_join(struct ctx *c, const struct app_package *merged,
                       const struct app_package *ours,
                       const struct app_package *theirs,
                       const struct grant_ancestor *line, struct findings *f,
                       struct app_package **out)
{
    struct city_region r = {0};
    struct grant_ancestor own = {line->city, app_package_version(ours),
                                 app_package_tree(ours), STR("")};
    struct grant_ancestor *us, *them, *all;
    size_t n = 0, us_n, them_n;

    TRY(check_line(c, line->city, line->version, line->credit));
    TRY(grant_lineage(c, ours, &us, &us_n));
    TRY(grant_lineage(c, theirs, &them, &them_n));
    all = NEWS(c->mem, struct grant_ancestor, us_n + them_n + 2);
    n = put_all(all, n, us, us_n);
    /* What we have may be a version of somebody else's, taken as it came. */
    if (n == 0 || !str_eq(all[n - 1].tree, own.tree)) {
        if (city_region_find(own.city, &r))
            own.credit = arena_fmt(c->mem, "Pemerintah %.*s", STR_ARG(r.name));
        n = put_line(all, n, &own);
    }
    n = put_all(all, n, them, them_n);
    all[n++] = *line;
    return write_lineage(c, merged, all, n, f, out);
}

/* ---- what a new version says of its origin ------------------------ */

static str who_made(struct ctx *c, const struct grant_ancestor *a)
{
    struct city_region r = {0};

    if (a->credit.n > 0)
        return a->credit;
    return city_region_find(a->city, &r) ? r.name : arena_str(c->mem, a->city);
}

/* An ancestor of ours that the new version no longer names. */
static void left_out(struct ctx *c, const struct grant_ancestor *a,
                     const struct grant_ancestor *all, size_t n,
                     struct findings *f)
{
    for (size_t i = 0; i < n; i++)
        if (alike(a, &all[i]))
            return;
    finding_add(c, f, FIND_WARNING, (struct place){0}, STR("lineage"),
                say(c,
                    "Asal-usulnya tidak lagi menyebut versi %.*s dari %.*s "
                    "(%.*s).",
                    "Its lineage no longer names version %.*s of %.*s (%.*s)."),
                STR_ARG(a->version), STR_ARG(a->city), STR_ARG(who_made(c, a)));
}

static void other_licence(struct ctx *c, const struct app_package *was,
                          const struct app_package *now, struct findings *f)
{
    str had = grant_licence(c, was), has = grant_licence(c, now);

    if (str_eq(had, has))
        return;
    finding_add(c, f, FIND_WARNING, (struct place){0}, STR("licence"),
                say(c, "Lisensinya berubah dari %.*s menjadi %.*s.",
                    "Its licence changes from %.*s to %.*s."),
                STR_ARG(had), STR_ARG(has));
}

err grant_lineage_told(struct ctx *c, const struct app_package *was,
                       const struct app_package *now, struct findings *f)
{
    struct grant_ancestor *had, *has;
    size_t had_n = 0, n;

    TRY(grant_lineage(c, now, &has, &n));
    if (was != NULL) {
        TRY(grant_lineage(c, was, &had, &had_n));
        other_licence(c, was, now, f);
    }
    for (size_t i = 0; i < had_n; i++)
        left_out(c, &had[i], has, n, f);
    for (size_t i = n; i-- > 0;)
        finding_add(c, f, FIND_NOTE, (struct place){0}, STR("lineage"),
                    say(c, "Versi %.*s dibuat oleh %.*s.",
                        "Version %.*s was made by %.*s."),
                    STR_ARG(has[i].version), STR_ARG(who_made(c, &has[i])));
    return E_OK;
}

/* ---- giving back -------------------------------------------------- */

/* A folder is seldom written with its lines: then they are those of what is
 * installed here, so that no credit is lost on the way. */
static err past_of(struct ctx *c, struct conn *on, const struct app_package *p,
                   struct past *out)
{
    struct app_package *installed;
    struct grant_ancestor *all;
    struct app_overlay *o;
    str why = c->why;
    err e;

    *out = own_past(c, p);
    if (out->n > 0)
        return E_OK;
    e = app_installed_package(c, on, app_package_id(p), &installed, &o);
    if (e == E_NOT_FOUND) {
        c->why = why;
        return E_OK;
    }
    TRY(e);
    TRY(grant_lineage(c, installed, &all, &out->n));
    out->all = all;
    return E_OK;
}

/* The credit that the version carried when it was taken; else the region's
 * own name. */
static str credit_of(struct ctx *c, struct past had,
                     const struct grant_taken *t)
{
    struct city_region r = {0};

    for (size_t i = 0; i < had.n; i++)
        if (str_eq(had.all[i].city, t->city) &&
            str_eq(had.all[i].version, t->version))
            return had.all[i].credit;
    return city_region_find(t->city, &r)
               ? arena_fmt(c->mem, "Pemerintah %.*s", STR_ARG(r.name))
               : t->city;
}

err grant_offer(struct ctx *c, struct conn *on, const struct app_package *p,
                const struct city *k, str credit, struct findings *f,
                struct app_package **out)
{
    struct grant_ancestor line = {.city = city_code(k),
                                  .version = app_package_version(p),
                                  .tree = STR(""),
                                  .credit = credit},
                          before;
    struct grant_taken taken;
    struct past had;
    bool there;

    TRY(past_of(c, on, p, &had));
    TRY(grant_taken_of(c, on, app_package_id(p), &taken, &there));
    if (!there)
        return add_line(c, p, had, NULL, &line, f, out);
    if (str_eq(taken.tree, app_package_tree(p)))
        return fail(c, E_REFUSED,
                    say(c,
                        "%.*s %.*s masih sama dengan yang diterima dari %.*s; "
                        "belum ada yang dapat dikembalikan.",
                        "%.*s %.*s is still what came from %.*s; there is "
                        "nothing to give back yet."),
                    STR_ARG(app_package_id(p)), STR_ARG(taken.version),
                    STR_ARG(taken.city));
    before = (struct grant_ancestor){taken.city, taken.version, taken.tree,
                                     credit_of(c, had, &taken)};
    return add_line(c, p, had, &before, &line, f, out);
}
