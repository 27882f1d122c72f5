/* SPDX-License-Identifier: EUPL-1.2 */
/* A city's own repository. What a client would see at once (a new root, the
 * timestamp) is held back until the client's own code has read the whole
 * edition; then the timestamp is written last. Power may go at any point: what
 * no timestamp names was never published. */
#include "grant/grant_priv.h"

#include "pack/pack.h"

#include <stdlib.h>
#include <unistd.h>

#define ROOT_LASTS      (730 * TIME_DAY)
#define TARGETS_LASTS   (365 * TIME_DAY)
#define SNAPSHOT_LASTS  (365 * TIME_DAY)
#define SNAPSHOT_RENEW  (60 * TIME_DAY)
#define TIMESTAMP_LASTS (14 * TIME_DAY)

/* An edition in the making. */
struct edition {
    const char *repo;
    struct signer *signer;
    struct grant_source folder;
    struct grant_tuf was; /* what is published; was.targets.file may be NULL */
    struct grant_meta root; /* in force with this edition */
    str new_root;           /* its bytes where it is new */
    int64_t targets;
    struct data *all; /* path -> target */
    str snapshot, timestamp;
    int64_t snapshot_version;
};

static const char *metadata_path(struct ctx *c, const char *repo,
                                 const char *name)
{
    return file_join(c, repo, arena_fmt(c->mem, "metadata/%s", name).p);
}

static const char *numbered(struct ctx *c, int64_t version, const char *role)
{
    return arena_fmt(c->mem, "%" PRId64 ".%s.json", version, role).p;
}

static err write_metadata(struct ctx *c, const struct edition *e,
                          const char *name, str bytes)
{
    return file_write(c, metadata_path(c, e->repo, name), bytes, 0644);
}

/* Metadata names whole seconds. */
static int64_t in(struct ctx *c, int64_t lasts)
{
    return (c->now / TIME_SECOND) * TIME_SECOND + lasts;
}

/* ---- what is there ------------------------------------------------ */

/* The highest N of "N.ROLE.json": a name is not used twice, even where a power
 * cut left a file that nothing names. */
static err last_version(struct ctx *c, const char *repo, const char *role,
                        int64_t *out)
{
    str tail = arena_fmt(c->mem, ".%s.json", role), *names;
    size_t n;

    *out = 0;
    TRY(file_list(c, file_join(c, repo, "metadata"), 'f', &names, &n));
    for (size_t i = 0; i < n; i++) {
        int64_t v;

        if (str_ends(names[i], tail) &&
            str_is_i64(str_slice(names[i], 0, names[i].n - tail.n), &v) &&
            v > *out && v < GRANT_NUMBER_MOST)
            *out = v;
    }
    return E_OK;
}

static err load_published(struct ctx *c, struct edition *e)
{
    str root, why = c->why;
    err x = e->folder.fetch(c, e->folder.arg, "metadata/1.root.json",
                            GRANT_ROOT_MOST, &root);

    if (x == E_NOT_FOUND) {
        c->why = why;
        return E_OK;
    }
    TRY(x);
    e->was.from = e->folder;
    e->was.who = str_of(e->repo);
    e->was.any_time = true;
    TRY(grant_tuf_begin(c, &e->was, root));
    return grant_tuf_refresh(c, &e->was);
}

static err make_folders(struct ctx *c, const char *repo)
{
    TRY(file_make_dir(c, repo, 0755));
    TRY(file_make_dir(c, file_join(c, repo, "metadata"), 0755));
    return file_make_dir(c, file_join(c, repo, "targets"), 0755);
}

/* ---- keys --------------------------------------------------------- */

static err too_few(struct ctx *c, const char *role, int need)
{
    return fail(c, E_FORBIDDEN,
                say(c,
                    "Edisi ini memerlukan %d kunci %s yang berbeda dari satu "
                    "upacara kunci.",
                    "This edition needs %d different %s keys of one key "
                    "ceremony."),
                need, role);
}

static bool same_ceremony(const struct grant_key *a, const struct grant_key *b)
{
    for (size_t i = 0; i < GRANT_ROLES; i++)
        for (size_t j = 0; j < GRANT_KEYS_MOST; j++)
            if (!seal_same(a->all[i][j].public, b->all[i][j].public, 32))
                return false;
    return true;
}

static err check_targets_keys(struct ctx *c, const struct grant_publish *p)
{
    const struct grant_key *const *k = p->targets;

    if (p->n_targets != GRANT_TARGETS_THRESHOLD || k[0]->nth == k[1]->nth ||
        k[0]->role != GRANT_TARGETS || k[1]->role != GRANT_TARGETS ||
        !same_ceremony(k[0], k[1]))
        return too_few(c, "targets", GRANT_TARGETS_THRESHOLD);
    return E_OK;
}

static bool in_role(struct ctx *c, const struct grant_meta *root,
                    enum grant_type type, const struct seal_key *key)
{
    const struct data *ids =
        data_get(grant_root_role(root, type).role, STR("keyids"));
    str id = grant_key_id(c, key->public);

    for (size_t i = 0; i < ids->n; i++)
        if (str_eq(ids->items[i]->text, id))
            return true;
    return false;
}

/* The root must know whoever signs under it. */
static err check_root_knows(struct ctx *c, const struct edition *e,
                            const struct grant_publish *p)
{
    static const enum grant_type types[] = {
        GRANT_TYPE_TARGETS, GRANT_TYPE_TARGETS, GRANT_TYPE_SNAPSHOT,
        GRANT_TYPE_TIMESTAMP};
    struct seal_key keys[COUNT(types)];

    grant_key_public(p->targets[0], &keys[0]);
    grant_key_public(p->targets[1], &keys[1]);
    seal_signer_key(p->signer, SEAL_SNAPSHOT, &keys[2]);
    seal_signer_key(p->signer, SEAL_TIMESTAMP, &keys[3]);
    for (size_t i = 0; i < COUNT(types); i++)
        if (!in_role(c, &e->root, types[i], &keys[i]))
            return fail(c, E_FORBIDDEN,
                        say(c,
                            "Kunci %.*s bukan kunci peran %.*s dalam root "
                            "%" PRId64
                            ". Terbitkan root baru dengan dua kunci root.",
                            "The key %.*s is not of the role %.*s in root "
                            "%" PRId64 ". Publish a new root with two root "
                            "keys."),
                        STR_ARG(keys[i].name),
                        STR_ARG(grant_type_name(types[i])), e->root.version);
    return E_OK;
}

/* ---- a new root --------------------------------------------------- */

/* Add keys of this root's root role until it has its threshold; a key that
 * serves both the old root and the new signs once. */
static bool choose(struct ctx *c, const struct grant_publish *p,
                   const struct grant_meta *root, const struct grant_key **set,
                   size_t *n)
{
    size_t have = 0;
    struct seal_key key;

    for (size_t i = 0; i < *n; i++) {
        grant_key_public(set[i], &key);
        have += in_role(c, root, GRANT_TYPE_ROOT, &key);
    }
    for (size_t i = 0; i < p->n_roots && have < GRANT_ROOT_THRESHOLD; i++) {
        bool there = p->roots[i]->role != GRANT_ROOT;

        grant_key_public(p->roots[i], &key);
        for (size_t j = 0; j < *n; j++) {
            struct seal_key other;

            grant_key_public(set[j], &other);
            there = there || seal_same(other.public, key.public, 32);
        }
        if (there || !in_role(c, root, GRANT_TYPE_ROOT, &key))
            continue;
        set[(*n)++] = p->roots[i];
        have++;
    }
    return have >= GRANT_ROOT_THRESHOLD;
}

/* Whose public halves the new root names: each role is described by its own
 * keys, root by those that are new to the root in force. So root and targets
 * are replaced together or apart; a first root is of one ceremony. */
static err described(struct ctx *c, const struct edition *e,
                     const struct grant_publish *p, struct grant_key *out)
{
    const struct grant_key *root = NULL;

    for (size_t i = 0; i < p->n_roots; i++) {
        struct seal_key key;

        if (!str_eq(p->roots[i]->city, p->targets[0]->city) ||
            !str_eq(p->roots[i]->domain, p->targets[0]->domain) ||
            (e->was.root.file == NULL &&
             !same_ceremony(p->roots[i], p->targets[0])))
            return too_few(c, "root", GRANT_ROOT_THRESHOLD);
        grant_key_public(p->roots[i], &key);
        if (root == NULL && e->was.root.file != NULL &&
            !in_role(c, &e->was.root, GRANT_TYPE_ROOT, &key))
            root = p->roots[i];
    }
    if (root == NULL)
        root = p->roots[0];
    *out = *p->targets[0];
    memcpy(out->all[GRANT_ROOT], root->all[GRANT_ROOT],
           sizeof out->all[GRANT_ROOT]);
    return E_OK;
}

static err make_root(struct ctx *c, struct edition *e,
                     const struct grant_publish *p)
{
    int64_t version = e->was.root.file == NULL ? 1 : e->was.root.version + 1;
    struct grant_key of;
    struct data *body;
    const struct grant_key **set =
        NEWS(c->mem, const struct grant_key *, p->n_roots + 1);
    str name = str_of(numbered(c, version, "root")), plain;
    size_t n = 0;

    TRY(described(c, e, p, &of));
    body = grant_root_body(c, &of, p->signer, version, in(c, ROOT_LASTS));
    plain = grant_meta_write(c, body, NULL, 0);
    TRY(grant_meta_read(c, p->targets[0]->city, GRANT_TYPE_ROOT, name, plain,
                        &e->root));
    if (!choose(c, p, &e->root, set, &n) ||
        (e->was.root.file != NULL && !choose(c, p, &e->was.root, set, &n)))
        return too_few(c, "root", GRANT_ROOT_THRESHOLD);
    e->new_root = grant_meta_write(c, body, set, n);
    return grant_meta_read(c, p->targets[0]->city, GRANT_TYPE_ROOT, name,
                           e->new_root, &e->root);
}

static err settle_root(struct ctx *c, struct edition *e,
                       const struct grant_publish *p)
{
    if (p->n_roots > 0)
        TRY(make_root(c, e, p));
    else if (e->was.root.file != NULL)
        e->root = e->was.root;
    else
        return fail(c, E_FORBIDDEN,
                    say(c,
                        "Repositori ini belum punya root. Edisi pertama "
                        "memerlukan dua kunci root.",
                        "This repository has no root yet. The first edition "
                        "needs two root keys."));
    return check_root_knows(c, e, p);
}

/* ---- targets ------------------------------------------------------ */

static const struct data *published(const struct edition *e, str path)
{
    return data_get(data_get(e->was.targets.body, STR("targets")), path);
}

static str target_name(struct ctx *c, str path, str hex)
{
    str sector, name;

    str_cut(path, '/', &sector, &name);
    return arena_fmt(c->mem, "targets/%.*s/%.*s.%.*s", STR_ARG(sector),
                     STR_ARG(hex), STR_ARG(name));
}

/* Squeezing is slow and depends on the version of zstd: what is published
 * stays as it is while its tree does. */
static bool reuse(struct ctx *c, const struct edition *e, str path, str tree,
                  const struct data **def)
{
    str why = c->why, hex, bytes;
    bool ok;

    *def = published(e, path);
    if (!str_eq(grant_text(data_get(*def, STR("custom")), "tree"), tree))
        return false;
    hex = grant_text(data_get(*def, STR("hashes")), "sha256");
    ok = e->folder.fetch(c, e->folder.arg, target_name(c, path, hex).p,
                         GRANT_PACKAGE_MOST, &bytes) == E_OK &&
         str_eq(hex, seal_hex(c, seal_sha256(bytes).b, SEAL_HASH));
    c->why = why;
    return ok;
}

static err check_version(struct ctx *c, const struct edition *e, str path,
                         const struct app_package *p)
{
    const struct data *was = data_get(published(e, path), STR("custom"));

    if (!str_eq(grant_text(was, "version"), app_package_version(p)) ||
        str_eq(grant_text(was, "tree"), app_package_tree(p)))
        return E_OK;
    return fail(c, E_CONFLICT,
                say(c,
                    "%.*s versi %.*s sudah diterbitkan dengan isi lain. "
                    "Naikkan versinya, lalu terbitkan lagi.",
                    "%.*s version %.*s was published with other content. Raise "
                    "its version, then publish again."),
                STR_ARG(app_package_id(p)), STR_ARG(app_package_version(p)));
}

/* Canonical JSON holds a control character raw, which no JSON reader takes. */
static err check_custom(struct ctx *c, const struct app_package *p,
                        const struct data *custom)
{
    str text = data_write_canonical(c, custom);

    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < ' ')
            return fail(c, E_BAD_INPUT,
                        say(c,
                            "Asal-usul atau lisensi %.*s memuat karakter "
                            "kendali. Perbaiki publiccode.yml aplikasi itu.",
                            "The lineage or licence of %.*s holds a control "
                            "character. Mend its publiccode.yml."),
                        STR_ARG(app_package_id(p)));
    return E_OK;
}

static err write_target(struct ctx *c, const struct edition *e, str path,
                        const struct app_package *p, struct data **def)
{
    struct data *d = data_new(c, DATA_MAP), *hashes = data_new(c, DATA_MAP);
    str frame, hex, sector, name;

    TRY(pack_squeeze(c, app_package_archive(p), &frame));
    hex = seal_hex(c, seal_sha256(frame).b, SEAL_HASH);
    str_cut(path, '/', &sector, &name);
    TRY(file_make_dir(
        c,
        file_join(c, e->repo,
                  arena_fmt(c->mem, "targets/%.*s", STR_ARG(sector)).p),
        0755));
    TRY(file_write(c, file_join(c, e->repo, target_name(c, path, hex).p), frame,
                   0644));
    data_put_i64(c, d, STR("length"), (int64_t)frame.n);
    data_put_text(c, hashes, STR("sha256"), hex);
    data_put(c, d, STR("hashes"), hashes);
    data_put(c, d, STR("custom"), grant_custom(c, p));
    *def = d;
    return check_custom(c, p, data_get(d, STR("custom")));
}

static err add_app(struct ctx *c, struct edition *e,
                   const struct app_package *p)
{
    str path =
        arena_fmt(c->mem, "%.*s" GRANT_APP_SUFFIX, STR_ARG(app_package_id(p)));
    const struct data *old;
    struct data *def;

    if (data_get(e->all, path) != NULL)
        return fail(c, E_BAD_INPUT,
                    say(c, "%.*s disebut dua kali.", "%.*s is named twice."),
                    STR_ARG(app_package_id(p)));
    TRY(check_version(c, e, path, p));
    if (reuse(c, e, path, app_package_tree(p), &old))
        def = data_copy(c, old);
    else
        TRY(write_target(c, e, path, p, &def));
    data_put(c, e->all, path, def);
    return E_OK;
}

static err write_targets(struct ctx *c, struct edition *e,
                         const struct grant_publish *p)
{
    struct data *body;
    str bytes;

    e->all = data_new(c, DATA_MAP);
    for (size_t i = 0; i < p->n_apps; i++)
        TRY(add_app(c, e, p->apps[i]));
    TRY(last_version(c, e->repo, "targets", &e->targets));
    e->targets++;
    body = grant_body(c, GRANT_TYPE_TARGETS, e->targets, in(c, TARGETS_LASTS));
    data_put(c, body, STR("targets"), e->all);
    bytes = grant_meta_write(c, body, p->targets, p->n_targets);
    return write_metadata(c, e, numbered(c, e->targets, "targets"), bytes);
}

/* ---- snapshot and timestamp --------------------------------------- */

static err next_version(struct ctx *c, const struct edition *e,
                        enum grant_type type, int64_t *out)
{
    int64_t snapshot, timestamp;

    TRY(seal_signer_said(c, e->signer, &snapshot, &timestamp));
    if (type == GRANT_TYPE_TIMESTAMP) {
        *out = e->was.timestamp.file == NULL ? 0 : e->was.timestamp.version;
        *out = (timestamp > *out ? timestamp : *out) + 1;
        return E_OK;
    }
    TRY(last_version(c, e->repo, "snapshot", out));
    *out = (snapshot > *out ? snapshot : *out) + 1;
    return E_OK;
}

static err make_snapshot(struct ctx *c, struct edition *e)
{
    struct seal_edition next = {.below = e->targets,
                                .expires = in(c, SNAPSHOT_LASTS)};
    str bytes;

    TRY(file_read(c,
                  metadata_path(c, e->repo, numbered(c, e->targets, "targets")),
                  GRANT_TARGETS_MOST, &bytes));
    TRY(next_version(c, e, GRANT_TYPE_SNAPSHOT, &next.version));
    next.digest = seal_sha256(bytes);
    next.length = (int64_t)bytes.n;
    TRY(seal_signer_snapshot(c, e->signer, &next, &e->snapshot));
    e->snapshot_version = next.version;
    return write_metadata(c, e, numbered(c, next.version, "snapshot"),
                          e->snapshot);
}

static err make_timestamp(struct ctx *c, struct edition *e)
{
    struct seal_edition next = {.below = e->snapshot_version,
                                .digest = seal_sha256(e->snapshot),
                                .length = (int64_t)e->snapshot.n,
                                .expires = in(c, TIMESTAMP_LASTS)};

    TRY(next_version(c, e, GRANT_TYPE_TIMESTAMP, &next.version));
    return seal_signer_timestamp(c, e->signer, &next, &e->timestamp);
}

/* ---- the look before, and the write ------------------------------- */

/* The folder as it will be. */
static err fetch_pending(struct ctx *c, void *arg, const char *path,
                         size_t most, str *bytes)
{
    const struct edition *e = arg;
    const char *root =
        arena_fmt(c->mem, "metadata/%" PRId64 ".root.json", e->root.version).p;

    if (e->new_root.n > 0 && str_eq(str_of(path), str_of(root)))
        *bytes = e->new_root;
    else if (str_eq(str_of(path), STR("metadata/timestamp.json")))
        *bytes = e->timestamp;
    else
        return e->folder.fetch(c, e->folder.arg, path, most, bytes);
    return bytes->n > most ? E_TOO_BIG : E_OK;
}

/* A city that publishes what its own client refuses locks others out. */
static err look(struct ctx *c, struct edition *e)
{
    struct grant_tuf t = {.from = {fetch_pending, e, false},
                          .who = str_of(e->repo)};
    struct grant_edition all;
    str root;

    TRY(fetch_pending(c, e, "metadata/1.root.json", GRANT_ROOT_MOST, &root));
    TRY(grant_tuf_begin(c, &t, root));
    TRY(grant_tuf_refresh(c, &t));
    TRY(grant_tuf_all(c, &t, &all));
    for (size_t i = 0; i < all.n; i++) {
        str bytes;

        TRY(grant_fetch_target(c, &t.from, &all.all[i], &bytes));
    }
    return E_OK;
}

static err finish(struct ctx *c, struct edition *e)
{
    TRY(make_timestamp(c, e));
    TRY(look(c, e));
    if (e->new_root.n > 0)
        TRY(write_metadata(c, e, numbered(c, e->root.version, "root"),
                           e->new_root));
    return write_metadata(c, e, "timestamp.json", e->timestamp);
}

/* ---- clearing up -------------------------------------------------- */

static bool is_kept(const struct edition *e, struct ctx *c, str name)
{
    const int64_t kept[][2] = {
        {e->was.targets.version, e->was.snapshot.version},
        {e->targets, e->snapshot_version},
    };

    if (str_eq(name, STR("timestamp.json")) ||
        str_ends(name, STR(".root.json")))
        return true;
    for (size_t i = 0; i < COUNT(kept); i++)
        if (str_eq(name, str_of(numbered(c, kept[i][0], "targets"))) ||
            str_eq(name, str_of(numbered(c, kept[i][1], "snapshot"))))
            return true;
    return false;
}

static bool names_target(const struct data *targets, str file)
{
    for (size_t i = 0; targets != NULL && i < targets->n; i++) {
        str hex = grant_text(data_get(targets->pairs[i].value, STR("hashes")),
                             "sha256");

        if (str_starts(file, hex))
            return true;
    }
    return false;
}

static void clear_sector(struct ctx *c, const struct edition *e, str sector)
{
    const char *dir = file_join(
        c, e->repo, arena_fmt(c->mem, "targets/%.*s", STR_ARG(sector)).p);
    const struct data *was = data_get(e->was.targets.body, STR("targets"));
    str *names;
    size_t n = 0;

    if (file_list(c, dir, 'f', &names, &n) != E_OK)
        return;
    for (size_t i = 0; i < n; i++)
        if (!names_target(was, names[i]) && !names_target(e->all, names[i]))
            unlink(file_join(c, dir, names[i].p));
    rmdir(dir); /* where nothing is left in it */
}

/* The edition before stays, for whoever is reading it; older ones go. That is
 * housekeeping: the edition is out, whatever comes of it. */
static void clear_old(struct ctx *c, const struct edition *e)
{
    const char *metadata = file_join(c, e->repo, "metadata");
    str *names, why = c->why;
    size_t n = 0;

    if (file_list(c, metadata, 'f', &names, &n) == E_OK)
        for (size_t i = 0; i < n; i++)
            if (!is_kept(e, c, names[i]))
                unlink(file_join(c, metadata, names[i].p));
    n = 0;
    if (file_list(c, file_join(c, e->repo, "targets"), 'd', &names, &n) == E_OK)
        for (size_t i = 0; i < n; i++)
            clear_sector(c, e, names[i]);
    c->why = why;
}

/* ---- the front door ----------------------------------------------- */

err grant_publish(struct ctx *c, const struct grant_publish *p,
                  int64_t *edition)
{
    struct edition *e = NEW(c->mem, struct edition);
    err x;

    e->repo = p->repo;
    e->signer = p->signer;
    e->folder = grant_from_folder(c, p->repo);
    TRY(check_targets_keys(c, p));
    if (p->online && p->n_roots == 0)
        return too_few(c, "root", GRANT_ROOT_THRESHOLD);
    TRY(make_folders(c, p->repo));
    x = load_published(c, e);
    /* A new root mends what a power cut between it and its timestamp left. */
    if (x != E_OK && (p->n_roots == 0 || e->was.root.file == NULL))
        return x;
    TRY(settle_root(c, e, p));
    if (p->online) {
        /* Not before the root keys at hand were seen to suffice. */
        TRY(seal_signer_renew(c, p->signer));
        TRY(settle_root(c, e, p));
    }
    TRY(write_targets(c, e, p));
    TRY(make_snapshot(c, e));
    TRY(finish(c, e));
    if (x == E_OK)
        clear_old(c, e);
    *edition = e->targets;
    return E_OK;
}

err grant_renew(struct ctx *c, const char *repo, struct signer *signer)
{
    struct edition *e = NEW(c->mem, struct edition);

    e->repo = repo;
    e->signer = signer;
    e->folder = grant_from_folder(c, repo);
    TRY(load_published(c, e));
    if (e->was.root.file == NULL)
        return fail(c, E_NOT_FOUND,
                    say(c, "%s belum berisi repositori.",
                        "%s holds no repository yet."),
                    repo);
    e->root = e->was.root;
    e->targets = e->was.targets.version;
    e->snapshot = e->was.snapshot.bytes;
    e->snapshot_version = e->was.snapshot.version;
    if (e->was.snapshot.expires - c->now < SNAPSHOT_RENEW)
        TRY(make_snapshot(c, e));
    return finish(c, e);
}
