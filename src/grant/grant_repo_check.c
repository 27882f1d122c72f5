/* SPDX-License-Identifier: EUPL-1.2 */
/* A repository folder, checked whole: read as a stranger's client would that
 * knows only its first root, then every file for itself. Ours have one form:
 * what is read is written again and compared, so that no byte can change. */
#include "grant/grant_priv.h"

#include <unistd.h>

struct check {
    const char *repo;
    struct grant_source folder;
    struct findings *f;
    struct grant_tuf tuf;
    struct grant_meta *roots; /* [i] is version i + 1 */
    size_t n_roots, room_roots;
    str *listed; /* files below targets/ that some edition here names */
    size_t n_listed, room_listed;
};

static void found(struct ctx *c, struct check *k, str file, str what)
{
    finding_add(c, k->f, FIND_ERROR, (struct place){file, 0, 0}, STR(""),
                "%.*s", STR_ARG(what));
}

static void not_ours(struct ctx *c, struct check *k, str file)
{
    found(c, k, file,
          str_of(say(c, "Berkas ini bukan bagian dari repositori.",
                     "This file is no part of the repository.")));
}

static void changed(struct ctx *c, struct check *k, str file)
{
    found(c, k, file,
          str_of(say(c,
                     "Berkas ini berubah: bukan seperti yang ditulis dan "
                     "ditandatangani.",
                     "This file was changed: it is not as it was written and "
                     "signed.")));
}

/* ---- one file of metadata ----------------------------------------- */

/* A lower-case signature of each key, by id, and each one holds. */
static bool all_sign(struct ctx *c, const struct grant_meta *m,
                     const struct grant_signers *by, size_t n_by)
{
    const struct data *sigs = data_get(m->file, STR("signatures"));
    str last = STR("");

    for (size_t i = 0; i < sigs->n; i++) {
        str id = grant_text(sigs->items[i], "keyid");
        bool holds = false;

        for (size_t j = 0; j < n_by && !holds; j++)
            holds = grant_key_signed(c, m, by[j], id);
        if (!holds || str_cmp(last, id) >= 0)
            return false;
        last = id;
    }
    return true;
}

static bool exact(struct ctx *c, const struct grant_meta *m)
{
    return data_has_canonical(m->file) &&
           str_eq(data_write_canonical(c, m->file), m->bytes);
}

/* Signed by as many as the threshold asks for, and no more. */
static bool signed_whole(struct ctx *c, const struct grant_meta *m,
                         struct grant_signers by)
{
    const struct data *sigs = data_get(m->file, STR("signatures"));

    return exact(c, m) && all_sign(c, m, &by, 1) &&
           (int64_t)sigs->n == grant_threshold(by);
}

static bool root_whole(struct ctx *c, const struct check *k,
                       const struct grant_meta *m)
{
    const struct grant_meta *before =
        m->version == 1 ? m : &k->roots[m->version - 2];
    struct grant_signers by[] = {grant_root_role(m, GRANT_TYPE_ROOT),
                                 grant_root_role(before, GRANT_TYPE_ROOT)};
    bool unknown;

    return exact(c, m) && all_sign(c, m, by, 2) &&
           grant_signed_by(c, m, by[0], &unknown) >= grant_threshold(by[0]) &&
           grant_signed_by(c, m, by[1], &unknown) >= grant_threshold(by[1]);
}

static err read_file(struct ctx *c, struct check *k, str name,
                     enum grant_type type, struct grant_meta *out)
{
    const char *path = arena_fmt(c->mem, "metadata/%.*s", STR_ARG(name)).p;
    str bytes;

    TRY(k->folder.fetch(c, k->folder.arg, path, GRANT_TARGETS_MOST, &bytes));
    return grant_meta_read(c, k->tuf.who, type, name, bytes, out);
}

/* ---- roots -------------------------------------------------------- */

static bool check_roots(struct ctx *c, struct check *k)
{
    for (int64_t v = 1; v <= k->tuf.root.version; v++) {
        str name = arena_fmt(c->mem, "%" PRId64 ".root.json", v);
        str file = arena_fmt(c->mem, "metadata/%.*s", STR_ARG(name));
        struct grant_meta m;

        if (read_file(c, k, name, GRANT_TYPE_ROOT, &m) != E_OK) {
            found(c, k, file, c->why);
            return false;
        }
        if (m.version != v || !root_whole(c, k, &m)) {
            changed(c, k, file);
            return false;
        }
        ARENA_GROW(c->mem, k->roots, k->n_roots, k->room_roots);
        k->roots[k->n_roots++] = m;
    }
    return true;
}

/* ---- the other metadata ------------------------------------------- */

static const char *hash_name(struct ctx *c, str path, str hex)
{
    str sector, name;

    str_cut(path, '/', &sector, &name);
    return arena_fmt(c->mem, "%.*s/%.*s.%.*s", STR_ARG(sector), STR_ARG(hex),
                     STR_ARG(name))
        .p;
}

static void list_targets(struct ctx *c, struct check *k,
                         const struct grant_meta *m)
{
    const struct data *all = data_get(m->body, STR("targets"));

    for (size_t i = 0; i < all->n; i++) {
        str hex =
            grant_text(data_get(all->pairs[i].value, STR("hashes")), "sha256");

        ARENA_GROW(c->mem, k->listed, k->n_listed, k->room_listed);
        k->listed[k->n_listed++] = str_of(hash_name(c, all->pairs[i].key, hex));
    }
}

static void check_numbered(struct ctx *c, struct check *k, str name,
                           enum grant_type type)
{
    str file = arena_fmt(c->mem, "metadata/%.*s", STR_ARG(name));
    str own = type == GRANT_TYPE_TIMESTAMP ? STR("timestamp.json") : STR("");
    struct grant_meta m;
    bool ok = false;

    if (read_file(c, k, name, type, &m) != E_OK) {
        found(c, k, file, c->why);
        return;
    }
    if (own.n == 0)
        own = arena_fmt(c->mem, "%" PRId64 ".%.*s.json", m.version,
                        STR_ARG(grant_type_name(type)));
    /* An edition from before a rotation was signed under an older root. */
    for (size_t i = 0; i < k->n_roots && !ok; i++)
        ok = signed_whole(c, &m, grant_root_role(&k->roots[i], type));
    if (!ok || !str_eq(own, name))
        changed(c, k, file);
    else if (type == GRANT_TYPE_TARGETS)
        list_targets(c, k, &m);
}

static void check_name(struct ctx *c, struct check *k, str name)
{
    static const struct {
        str tail;
        enum grant_type type;
    } kinds[] = {
        {STR_INIT("timestamp.json"), GRANT_TYPE_TIMESTAMP},
        {STR_INIT(".snapshot.json"), GRANT_TYPE_SNAPSHOT},
        {STR_INIT(".targets.json"), GRANT_TYPE_TARGETS},
    };
    str root = STR(".root.json");
    int64_t v;

    if (str_ends(name, root)) { /* seen in check_roots(), if it is one */
        if (!str_is_i64(str_slice(name, 0, name.n - root.n), &v) || v < 1 ||
            v > k->tuf.root.version)
            not_ours(c, k, arena_fmt(c->mem, "metadata/%.*s", STR_ARG(name)));
        return;
    }
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (str_ends(name, kinds[i].tail)) {
            check_numbered(c, k, name, kinds[i].type);
            return;
        }
    not_ours(c, k, arena_fmt(c->mem, "metadata/%.*s", STR_ARG(name)));
}

/* ---- targets ------------------------------------------------------ */

static void check_app(struct ctx *c, struct check *k,
                      const struct grant_target *t)
{
    struct app_package *p;

    if (grant_fetch_app(c, &k->folder, t, k->f, &p) != E_OK)
        found(c, k, t->file, c->why);
    else if (!data_equal(t->custom, grant_custom(c, p)))
        found(c, k, t->file,
              str_of(say(c, "Keterangan paket ini bukan miliknya.",
                         "What is said of this package is not so.")));
}

/* A file that an older edition names is no app of this one: its name says what
 * its bytes must be. */
static void check_old_file(struct ctx *c, struct check *k, str file)
{
    str path = arena_fmt(c->mem, "targets/%.*s", STR_ARG(file)), bytes;
    str sector, hex, rest;

    str_cut(file, '/', &sector, &rest);
    str_cut(rest, '.', &hex, &rest);
    if (k->folder.fetch(c, k->folder.arg, path.p, GRANT_PACKAGE_MOST, &bytes) !=
        E_OK)
        found(c, k, path, c->why);
    else if (!str_eq(hex, seal_hex(c, seal_sha256(bytes).b, SEAL_HASH)))
        changed(c, k, path);
}

static void check_sector(struct ctx *c, struct check *k, str sector)
{
    const char *dir = file_join(
        c, k->repo, arena_fmt(c->mem, "targets/%.*s", STR_ARG(sector)).p);
    str *names;
    size_t n = 0;

    if (file_list(c, dir, 0, &names, &n) != E_OK)
        found(c, k, sector, c->why);
    for (size_t i = 0; i < n; i++) {
        str file =
            arena_fmt(c->mem, "%.*s/%.*s", STR_ARG(sector), STR_ARG(names[i]));

        if (str_among(file, k->listed, k->n_listed) < 0)
            not_ours(c, k, arena_fmt(c->mem, "targets/%.*s", STR_ARG(file)));
    }
}

static void check_targets(struct ctx *c, struct check *k)
{
    struct grant_edition now;
    str *names;
    size_t n = 0;

    if (grant_tuf_all(c, &k->tuf, &now) != E_OK) {
        found(c, k, STR("metadata/targets.json"), c->why);
        return;
    }
    for (size_t i = 0; i < now.n; i++)
        check_app(c, k, &now.all[i]);
    for (size_t i = 0; i < k->n_listed; i++)
        check_old_file(c, k, k->listed[i]);
    if (file_list(c, file_join(c, k->repo, "targets"), 0, &names, &n) != E_OK)
        found(c, k, STR("targets"), c->why);
    for (size_t i = 0; i < n; i++)
        check_sector(c, k, names[i]);
}

/* ---- all of it ---------------------------------------------------- */

static err as_stranger(struct ctx *c, struct check *k)
{
    str root;

    k->tuf.reading = STR("metadata/1.root.json");
    TRY(k->folder.fetch(c, k->folder.arg, k->tuf.reading.p, GRANT_ROOT_MOST,
                        &root));
    TRY(grant_tuf_begin(c, &k->tuf, root));
    return grant_tuf_refresh(c, &k->tuf);
}

static void check_folder(struct ctx *c, struct check *k)
{
    str *names;
    size_t n = 0;

    if (!check_roots(c, k))
        return;
    if (file_list(c, file_join(c, k->repo, "metadata"), 0, &names, &n) != E_OK)
        found(c, k, STR("metadata"), c->why);
    for (size_t i = 0; i < n; i++)
        check_name(c, k, names[i]);
    n = 0;
    if (file_list(c, k->repo, 0, &names, &n) != E_OK)
        found(c, k, STR("."), c->why);
    for (size_t i = 0; i < n; i++)
        if (!str_eq(names[i], STR("metadata")) &&
            !str_eq(names[i], STR("targets")))
            not_ours(c, k, names[i]);
    check_targets(c, k);
}

err grant_check(struct ctx *c, const char *repo, struct findings *f)
{
    struct check k = {.repo = repo, .f = f};
    size_t before = f->errors;

    k.folder = grant_from_folder(c, repo);
    k.tuf = (struct grant_tuf){.from = k.folder, .who = str_of(repo)};
    if (as_stranger(c, &k) != E_OK)
        found(c, &k, k.tuf.reading, c->why);
    else
        check_folder(c, &k);
    if (f->errors == before)
        return E_OK;
    return fail(c, E_TAMPERED,
                say(c, "Repositori %s tidak utuh: %.*s",
                    "The repository %s is not whole: %.*s"),
                repo, STR_ARG(f->all[f->n - 1].what));
}
