/* SPDX-License-Identifier: EUPL-1.2 */
/* Packages: an app's files, from a folder or an archive. */
#include "app/app_priv.h"

#define FILE_MOST  ((size_t)256 << 10)
#define FILES_MOST 64
#define WHOLE_MOST ((size_t)1 << 20) /* what an archive may hold */

str app_package_id(const struct app_package *p)
{
    return p->id;
}

str app_package_version(const struct app_package *p)
{
    return p->version;
}

str app_package_tree(const struct app_package *p)
{
    return p->tree;
}

str app_package_archive(const struct app_package *p)
{
    return p->archive;
}

str app_package_file(const struct app_package *p, str name)
{
    for (size_t i = 0; i < p->n; i++)
        if (str_eq(p->files[i].name, name))
            return p->files[i].bytes;
    return (str){NULL, 0};
}

const struct data *app_scenarios(const struct app_package *p)
{
    return p->scenarios;
}

/* ---- which files, and what is in them ----------------------------- */

static bool lang_file(str name)
{
    return str_starts(name, STR("i18n/")) && name.n == 12 &&
           str_ends(name, STR(".yaml"));
}

static bool name_allowed(str name)
{
    static const str own[] = {
        STR_INIT("app.yaml"),      STR_INIT("archetype.yaml"),
        STR_INIT("scenario.yaml"), STR_INIT("publiccode.yml"),
        STR_INIT("LICENSE"),
    };

    if (str_among(name, own, COUNT(own)) >= 0 || lang_file(name))
        return true;
    return str_ends(name, STR(".mustache")) && name.n > 9 &&
           app_name_ok(str_slice(name, 0, name.n - 9));
}

/* Direction marks can make a text read otherwise than it is. */
static bool has_bidi(str s)
{
    for (size_t i = 0; i + 2 < s.n; i++) {
        const unsigned char *p = (const unsigned char *)s.p + i;

        if (p[0] == 0xe2 && ((p[1] == 0x80 && p[2] >= 0xaa && p[2] <= 0xae) ||
                             (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9)))
            return true;
    }
    return false;
}

static bool has_control(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (((unsigned char)s.p[i] < 32 && s.p[i] != '\n' && s.p[i] != '\t') ||
            s.p[i] == 127)
            return true;
    return false;
}

static const char *text_fault(struct ctx *c, str s)
{
    if (s.n == 0 || s.p[s.n - 1] != '\n')
        return say(c, "tidak diakhiri baris baru",
                   "does not end with a line feed");
    if (!str_utf8(s, NULL) || !data_is_nfc(c, s))
        return say(c, "bukan UTF-8 dalam bentuk NFC", "is not UTF-8 in NFC");
    if (has_control(s) || has_bidi(s))
        return say(c, "berisi karakter kendali", "holds control characters");
    return NULL;
}

static void check_file(struct ctx *c, const struct pack_file *file, str shown,
                       struct findings *f)
{
    struct place at = {shown, 0, 0};
    const char *fault;

    if (!name_allowed(file->name)) {
        struct finding *bad = finding_add(
            c, f, FIND_ERROR, at, file->name,
            say(c, "Berkas ini tidak termasuk dalam sebuah aplikasi.",
                "This file does not belong in an app."));

        app_mend(c, bad, "files", "%s", "");
        return;
    }
    fault = text_fault(c, file->bytes);
    if (fault != NULL) {
        struct finding *bad =
            finding_add(c, f, FIND_ERROR, at, file->name,
                        say(c, "Berkas ini %s.", "This file %s."), fault);

        app_mend(c, bad, "files", "%s", "");
    }
}

/* ---- translations ------------------------------------------------- */

static void lay_text(struct ctx *c, struct data *merged, str lang,
                     const struct data_pair *pair, struct findings *f)
{
    struct data *map = data_at(merged, pair->key);
    struct app_shape shape;
    struct finding *at;

    if (map != NULL && map->kind == DATA_MAP &&
        app_shape_at(pair->key, &shape) &&
        (shape.kind == KIND_LANG || shape.kind == KIND_SAYS)) {
        data_put(c, map, lang, data_copy(c, pair->value));
        return;
    }
    at = finding_add(c, f, FIND_ERROR, pair->at, pair->key,
                     say(c, "Aplikasi ini tidak punya teks di jalur \"%.*s\".",
                         "The app has no text at the path \"%.*s\"."),
                     STR_ARG(pair->key));
    app_mend(c, at, "i18n", "%s", "");
}

static void lay_translation(struct ctx *c, struct data *merged,
                            const struct pack_file *file, str shown,
                            struct findings *f)
{
    str lang = str_slice(file->name, 5, 7);
    struct data *texts;

    if (data_read_yaml(c, shown, file->bytes, f, &texts) != E_OK ||
        texts == NULL || texts->kind != DATA_MAP)
        return;
    for (size_t i = 0; i < texts->n; i++)
        lay_text(c, merged, lang, &texts->pairs[i], f);
}

/* ---- putting a package together ----------------------------------- */

struct making {
    struct app_package *p;
    struct findings *f;
    bool told; /* that there is no such archetype */
};

str app_package_shown(struct ctx *c, const struct app_package *p, str name)
{
    if (str_eq(name, STR("archetype.yaml")))
        return p->archetype_file;
    return p->folder == NULL ? name : str_of(file_join(c, p->folder, name.p));
}

/* Faults are findings; a tree may be there nevertheless. */
static struct data *read_part(struct ctx *c, const struct making *m,
                              const char *name)
{
    str bytes = app_package_file(m->p, str_of(name));
    struct data *d = NULL;

    if (bytes.p == NULL ||
        data_read_yaml(c, app_package_shown(c, m->p, str_of(name)), bytes, m->f,
                       &d) != E_OK)
        return d;
    return d;
}

/* The same for a tree that is only laid on another, in memory that goes; what
 * is said of a faulty one must stay. */
static struct data *read_for_now(struct ctx *c, struct ctx *scratch,
                                 const struct making *m, const char *name)
{
    str bytes = app_package_file(m->p, str_of(name));
    struct findings own = {0};
    struct data *d = NULL;

    if (bytes.p != NULL &&
        data_read_yaml(scratch, app_package_shown(c, m->p, str_of(name)), bytes,
                       &own, &d) == E_OK &&
        own.n == 0)
        return d;
    return read_part(c, m, name);
}

static void missing_part(struct ctx *c, const struct making *m,
                         const char *name)
{
    struct finding *at;

    if (app_package_file(m->p, str_of(name)).p != NULL)
        return;
    at = finding_add(
        c, m->f, FIND_ERROR,
        (struct place){app_package_shown(c, m->p, str_of(name)), 0, 0},
        str_of(name), say(c, "Berkas %s belum ada.", "The file %s is missing."),
        name);
    app_mend(c, at, "files", "%s", "");
}

/* Places outlive the trees they were read with. */
static void keep_place(struct place *at, const struct making *m, str app)
{
    at->file =
        str_eq(at->file, m->p->archetype_file) ? m->p->archetype_file : app;
}

static void keep_places(struct data *d, const struct making *m, str app)
{
    keep_place(&d->at, m, app);
    for (size_t i = 0; d->kind == DATA_MAP && i < d->n; i++) {
        keep_place(&d->pairs[i].at, m, app);
        keep_places(d->pairs[i].value, m, app);
    }
    for (size_t i = 0; d->kind == DATA_LIST && i < d->n; i++)
        keep_places(d->items[i], m, app);
}

static void check_names(struct ctx *c, const struct making *m,
                        const struct data *app, const struct data *archetype)
{
    const struct data *extends = data_get(app, STR("extends"));
    str want = data_text(extends);
    str is = data_text(data_get(archetype, STR("archetype")));
    struct place at;

    if (extends == NULL || archetype == NULL || str_eq(want, is))
        return;
    at = extends->at;
    keep_place(&at, m, app_package_shown(c, m->p, STR("app.yaml")));
    app_mend(c,
             finding_add(c, m->f, FIND_ERROR, at, STR("extends"),
                         say(c,
                             "Aplikasi ini meluaskan \"%.*s\", tetapi polanya "
                             "bernama \"%.*s\".",
                             "The app extends \"%.*s\", but its archetype is "
                             "named \"%.*s\"."),
                         STR_ARG(want), STR_ARG(is)),
             "app-extends", "%s", "");
}

static void merge_trees(struct ctx *c, struct making *m, struct ctx *scratch)
{
    struct app_package *p = m->p;
    const struct data *app = read_for_now(c, scratch, m, "app.yaml");
    const struct data *archetype =
        read_for_now(c, scratch, m, "archetype.yaml");

    check_names(c, m, app, archetype);
    if (app == NULL || app->kind != DATA_MAP)
        return;
    p->merged = app_lay(c, app_shape_root, archetype, app);
    keep_places(p->merged, m, app_package_shown(c, p, STR("app.yaml")));
}

static void merge_parts(struct ctx *c, struct making *m, enum app_load how)
{
    struct app_package *p = m->p;
    struct ctx scratch = *c;

    scratch.mem = arena_new((size_t)256 << 20);
    merge_trees(c, m, &scratch);
    arena_free(scratch.mem);
    if (how != LOAD_LEAN)
        p->scenarios = read_part(c, m, "scenario.yaml");
    for (size_t i = 0; p->merged != NULL && i < p->n; i++)
        if (lang_file(p->files[i].name))
            lay_translation(c, p->merged, &p->files[i],
                            app_package_shown(c, p, p->files[i].name), m->f);
    p->id = data_text(data_get(p->merged, STR("app")));
    p->version = data_text(data_get(p->merged, STR("version")));
}

static err faulty(struct ctx *c, const struct findings *f)
{
    return fail(c, E_BAD_INPUT,
                say(c, "Aplikasi ini mempunyai %zu kesalahan.",
                    "The app has %zu faults."),
                f->errors);
}

/* Read, merge, and to be checked build it once to find every fault. */
static err make_package(struct ctx *c, struct making *m, enum app_load how)
{
    size_t before = m->f->errors, first = m->f->n;
    struct app *built;

    for (size_t i = 0; how == LOAD_CHECKED && i < m->p->n; i++)
        check_file(c, &m->p->files[i],
                   app_package_shown(c, m->p, m->p->files[i].name), m->f);
    missing_part(c, m, "app.yaml");
    if (!m->told)
        missing_part(c, m, "archetype.yaml");
    missing_part(c, m, "scenario.yaml");
    merge_parts(c, m, how);
    if (how == LOAD_CHECKED && m->p->merged != NULL) {
        err e = app_build(c, m->p, NULL, NULL, m->f, &built);

        if (e != E_OK && e != E_BAD_INPUT)
            return e;
    }
    app_sort_findings(c, m->f, first);
    return m->f->errors > before || m->p->merged == NULL ? faulty(c, m->f)
                                                         : E_OK;
}

/* ---- from a folder ------------------------------------------------ */

static void take_file(struct app_package *p, str name, str bytes)
{
    if (p->n < FILES_MOST)
        p->files[p->n++] = (struct pack_file){name, bytes};
}

static err read_files(struct ctx *c, struct app_package *p, const char *dir,
                      const char *prefix)
{
    str *names;
    size_t n;

    TRY(file_list(c, dir, 'f', &names, &n));
    if (n + p->n > FILES_MOST - 1)
        return fail(c, E_TOO_BIG,
                    say(c,
                        "%s berisi lebih dari %d berkas. Sebuah aplikasi "
                        "cukup dengan beberapa.",
                        "%s holds more than %d files. An app needs a few."),
                    dir, FILES_MOST - 1);
    for (size_t i = 0; i < n; i++) {
        size_t whole = 0;
        str bytes;

        TRY(file_read(c, file_join(c, dir, names[i].p), FILE_MOST, &bytes));
        for (size_t k = 0; k < p->n; k++)
            whole += p->files[k].bytes.n;
        if (whole + bytes.n > WHOLE_MOST)
            return fail(c, E_TOO_BIG,
                        say(c, "%s berisi lebih dari 1 MB.",
                            "%s holds more than 1 MB."),
                        dir);
        take_file(p, arena_fmt(c->mem, "%s%.*s", prefix, STR_ARG(names[i])),
                  bytes);
    }
    return E_OK;
}

static err unknown_archetype(struct ctx *c, struct making *m, const char *base,
                             const struct data *extends)
{
    str name = data_text(extends), *names;
    struct app_near near = app_near(name);
    size_t n = 0;

    if (file_is_dir(base))
        TRY(file_list(c, base, 'd', &names, &n));
    for (size_t i = 0; i < n; i++)
        app_near_try(&near, names[i]);
    app_mend_near(c,
                  finding_add(c, m->f, FIND_ERROR, extends->at, STR("extends"),
                              say(c, "Pola \"%.*s\" tidak ada di %s.",
                                  "There is no archetype \"%.*s\" in %s."),
                              STR_ARG(name), base),
                  "app-extends", &near);
    m->told = true;
    return E_OK;
}

/* What the app extends; NULL where it does not say, which is a fault that the
 * whole reading finds. */
static const struct data *extends_of(struct ctx *c, const struct making *m)
{
    str mine = app_package_file(m->p, STR("app.yaml"));
    struct findings ignored = {0};
    struct data *app = NULL, *extends;

    if (mine.p == NULL ||
        (data_read_yaml(c, app_package_shown(c, m->p, STR("app.yaml")), mine,
                        &ignored, &app) != E_OK &&
         app == NULL))
        return NULL;
    extends = data_get(app, STR("extends"));
    return data_text(extends).p != NULL && app_name_ok(data_text(extends))
               ? extends
               : NULL;
}

/* The archetype that `extends` names, unless the folder brings its own. */
static err read_archetype(struct ctx *c, struct making *m, const char *base)
{
    const struct data *extends = extends_of(c, m);
    str bytes;

    if (app_package_file(m->p, STR("archetype.yaml")).p != NULL) {
        m->p->archetype_file =
            str_of(file_join(c, m->p->folder, "archetype.yaml"));
        return E_OK;
    }
    if (base == NULL || extends == NULL)
        return E_OK;
    m->p->archetype_file = str_of(file_join(
        c, base,
        arena_fmt(c->mem, "%.*s/app.yaml", STR_ARG(data_text(extends))).p));
    if (!file_exists(m->p->archetype_file.p))
        return unknown_archetype(c, m, base, extends);
    TRY(file_read(c, m->p->archetype_file.p, FILE_MOST, &bytes));
    take_file(m->p, STR("archetype.yaml"), bytes);
    return E_OK;
}

/* An archetype alone can be checked, never installed. */
static err only_archetype(struct ctx *c, const struct making *m)
{
    struct data *d = read_part(c, m, "app.yaml");

    if (d != NULL)
        (void)app_schema_check(c, d, false, m->f);
    if (d == NULL || m->f->errors > 0)
        return faulty(c, m->f);
    return fail(c, E_REFUSED,
                say(c,
                    "%s adalah pola: sah, tetapi hanya untuk diluaskan oleh "
                    "aplikasi lain.",
                    "%s is an archetype: sound, but only to be extended by "
                    "apps."),
                m->p->folder);
}

static bool is_archetype(struct ctx *c, const struct app_package *p)
{
    struct findings ignored = {0};
    struct data *d = NULL;
    str mine = app_package_file(p, STR("app.yaml"));

    if (mine.p == NULL ||
        (data_read_yaml(c, STR("app.yaml"), mine, &ignored, &d) != E_OK &&
         d == NULL))
        return false;
    return data_get(d, STR("archetype")) != NULL &&
           data_get(d, STR("app")) == NULL;
}

err app_package_read(struct ctx *c, const char *dir, const char *base,
                     struct findings *f, struct app_package **out)
{
    struct app_package *p = NEW(c->mem, struct app_package);
    struct making m = {.p = p, .f = f};
    const char *i18n = file_join(c, dir, "i18n");

    *out = NULL;
    p->files = NEWS(c->mem, struct pack_file, FILES_MOST);
    p->archetype_file = STR("archetype.yaml");
    p->folder = dir;
    if (!file_is_dir(dir))
        return fail(c, E_NOT_FOUND,
                    say(c, "Folder aplikasi %s tidak ada.",
                        "There is no app folder %s."),
                    dir);
    TRY(read_files(c, p, dir, ""));
    if (file_is_dir(i18n))
        TRY(read_files(c, p, i18n, "i18n/"));
    if (is_archetype(c, p))
        return only_archetype(c, &m);
    TRY(read_archetype(c, &m, base));
    TRY(make_package(c, &m, LOAD_CHECKED));
    TRY(pack_write(c, p->files, p->n, &p->archive));
    p->tree = seal_show_hash(c, seal_sha256(p->archive));
    *out = p;
    return E_OK;
}

/* ---- from an archive ---------------------------------------------- */

err app_package_load(struct ctx *c, str archive, enum app_load how,
                     struct findings *f, struct app_package **out)
{
    struct app_package *p = NEW(c->mem, struct app_package);
    struct making m = {.p = p, .f = f};

    *out = NULL;
    p->archetype_file = STR("archetype.yaml");
    p->lean = how == LOAD_LEAN;
    TRY(pack_read(c, archive, &p->files, &p->n));
    TRY(make_package(c, &m, how));
    p->archive = archive;
    p->tree = seal_show_hash(c, seal_sha256(archive));
    *out = p;
    return E_OK;
}

err app_package_open(struct ctx *c, str archive, struct findings *f,
                     struct app_package **out)
{
    return app_package_load(c, archive, LOAD_CHECKED, f, out);
}

/* ---- beside ------------------------------------------------------- */

err app_package_beside(struct ctx *c, const struct app_package *p, str id,
                       struct findings *f, struct app_package **out)
{
    const char *root, *dir;

    *out = NULL;
    if (p->folder != NULL && app_id_ok(id)) {
        root = file_join(c, p->folder, "../..");
        dir = file_join(c, root, arena_fmt(c->mem, "%.*s", STR_ARG(id)).p);
        if (file_exists(file_join(c, dir, "app.yaml")))
            return app_package_read(c, dir, file_join(c, root, "base"), f, out);
    }
    return fail(c, E_NOT_FOUND,
                say(c, "Aplikasi %.*s tidak ada di katalog ini.",
                    "The app %.*s is not in this catalogue."),
                STR_ARG(id));
}
