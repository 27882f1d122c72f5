/* SPDX-License-Identifier: EUPL-1.2 */
/* A copy of a city in a folder, and a city from such a copy. */
#include "node/node_priv.h"

#include "pack/pack.h"

#define MANIFEST      "manifest.json"
#define MANIFEST_MOST ((size_t)16 << 20)
#define DEEPEST       5

/* Under keys/ stands what is kept no longer than 35 days. The signer comes
 * first: what it has signed is committed, so the database copied afterwards
 * never holds less. Then the database: a key is durable before the event that
 * uses it, so the keys hold all that it needs. */
static const struct part {
    const char *from, *to;
    bool demanded;
} parts[] = {
    {NODE_SIGNER, "keys/signer", true},
    {NODE_DATABASE, NODE_DATABASE, true},
    {NODE_KEYS, "keys/subjects", true},
    {NODE_SECRET, NODE_SECRET, true},
    {NODE_CLOCK, NODE_CLOCK, false},
    {NODE_DELIVERY, NODE_DELIVERY, false},
    {NODE_EVIDENCE, NODE_EVIDENCE, false},
};

/* What the city publishes, and what it knows of others'. */
static const char *const folders[] = {"repo", "trust"};

/* ---- backup ------------------------------------------------------- */

static void digest_piece(void *arg, str piece)
{
    seal_digest_add(arg, piece);
}

err node_file_digest(struct ctx *c, const char *path, str *out)
{
    struct seal_digest *d = seal_digest_new(c);

    TRY(file_feed(c, path, digest_piece, d));
    *out = seal_show_hash(c, seal_digest_end(d));
    return E_OK;
}

err node_each_file(struct ctx *c, const char *dir, str below, int deep,
                   node_visit *visit, void *arg)
{
    const char *at = below.n == 0 ? dir : file_join(c, dir, below.p);
    str *names;
    size_t n;

    TRY(file_list(c, at, 0, &names, &n));
    for (size_t i = 0; i < n; i++) {
        str name = below.n == 0 ? names[i]
                                : arena_fmt(c->mem, "%.*s/%.*s", STR_ARG(below),
                                            STR_ARG(names[i]));

        if (!pack_name_safe(name))
            continue;
        if (!file_is_dir(file_join(c, dir, name.p)))
            TRY(visit(c, arg, name));
        else if (deep > 0)
            TRY(node_each_file(c, dir, name, deep - 1, visit, arg));
    }
    return E_OK;
}

err node_make_above(struct ctx *c, const char *dir, str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] == '/')
            TRY(file_make_dir(
                c,
                file_join(c, dir, arena_str(c->mem, str_slice(name, 0, i)).p),
                0700));
    return E_OK;
}

struct copying {
    const char *from, *to;
};

static err copy_one(struct ctx *c, void *arg, str name)
{
    const struct copying *u = arg;

    TRY(node_make_above(c, u->to, name));
    return file_copy(c, file_join(c, u->from, name.p),
                     file_join(c, u->to, name.p), 0600);
}

static err copy_part(struct ctx *c, struct node *n, const char *to,
                     const struct part *p)
{
    const char *from = file_join(c, n->dir, p->from);

    if (strcmp(p->from, NODE_DATABASE) == 0)
        return store_backup(c, n->store, file_join(c, to, p->to));
    if (!p->demanded && !file_exists(from))
        return E_OK;
    return file_copy(c, from, file_join(c, to, p->to), 0600);
}

struct listing {
    struct data *files;
    const char *dir;
    bool keys; /* those below keys/, or all others */
};

static err list_one(struct ctx *c, void *arg, str name)
{
    const struct listing *u = arg;
    str digest;

    if (str_ends(name, STR(MANIFEST)) ||
        str_starts(name, STR("keys/")) != u->keys)
        return E_OK;
    TRY(node_file_digest(c, file_join(c, u->dir, name.p), &digest));
    data_put_text(c, u->files, name, digest);
    return E_OK;
}

static err write_manifest(struct ctx *c, struct node *n, const char *to,
                          bool keys)
{
    struct data *all = data_new(c, DATA_MAP);
    struct listing u = {data_new(c, DATA_MAP), to, keys};
    str note;

    TRY(node_each_file(c, to, STR(""), DEEPEST, list_one, &u));
    TRY(seal_signer_last(c, n->signer, &note));
    data_put_text(c, all, STR("balai"), STR("1"));
    data_put_text(c, all, STR("made"), time_show_utc(c, time_system()));
    data_put_text(c, all, STR("checkpoint"), note);
    data_put(c, all, STR("files"), u.files);
    return file_write(c, file_join(c, to, keys ? "keys/" MANIFEST : MANIFEST),
                      data_write_json(c, all), 0600);
}

err node_backup(struct ctx *c, struct node *n, const char *to)
{
    if (file_exists(to))
        return fail(c, E_CONFLICT,
                    say(c, "%s sudah ada. Pilih nama map yang baru.",
                        "%s is there already. Choose a new folder's name."),
                    to);
    TRY(file_make_dir(c, to, 0700));
    TRY(file_make_dir(c, file_join(c, to, "keys"), 0700));
    for (size_t i = 0; i < COUNT(parts); i++)
        TRY(copy_part(c, n, to, &parts[i]));
    for (size_t i = 0; i < COUNT(folders); i++) {
        struct copying u = {n->dir, to};

        if (file_is_dir(file_join(c, n->dir, folders[i])))
            TRY(node_each_file(c, n->dir, str_of(folders[i]), DEEPEST, copy_one,
                               &u));
    }
    TRY(write_manifest(c, n, to, true));
    return write_manifest(c, n, to, false);
}

/* ---- restore ------------------------------------------------------ */

static err check_file(struct ctx *c, const char *from, str name, str want)
{
    str got;

    if (!pack_name_safe(name))
        return fail(c, E_BAD_INPUT,
                    say(c, "%s/%s menyebut nama yang tidak sah.",
                        "%s/%s lists a name that is not allowed."),
                    from, MANIFEST);
    TRY(node_file_digest(c, file_join(c, from, arena_str(c->mem, name).p),
                         &got));
    if (!str_eq(want, got))
        return fail(c, E_TAMPERED,
                    say(c,
                        "%s/%.*s tidak sama dengan yang dicatat saat "
                        "dicadangkan. Gunakan cadangan yang lain.",
                        "%s/%.*s is not what was noted when it was backed up. "
                        "Use another backup."),
                    from, STR_ARG(name));
    return E_OK;
}

static err read_manifest(struct ctx *c, const char *from, const char *name,
                         const struct data **files)
{
    const char *path = file_join(c, from, name);
    struct findings f = {0};
    struct data *all;
    str bytes;

    TRY(file_read(c, path, MANIFEST_MOST, &bytes));
    TRY(data_read_json(c, str_of(path), bytes, &f, &all));
    if (!str_eq(data_text(data_get(all, STR("balai"))), STR("1")))
        return fail(c, E_NEWER,
                    say(c,
                        "%s dibuat oleh balai yang lebih baru. Pasang versi "
                        "itu untuk memulihkannya.",
                        "%s was made by a newer balai. Install that version "
                        "to restore it."),
                    path);
    *files = data_get(all, STR("files"));
    return E_OK;
}

/* Where a file of a backup belongs in a city. */
static str place_of(str name)
{
    for (size_t i = 0; i < COUNT(parts); i++)
        if (str_eq(name, str_of(parts[i].to)))
            return str_of(parts[i].from);
    return name;
}

static err bring(struct ctx *c, const struct node_restoring *r, const char *dir,
                 str name)
{
    str to = place_of(name);
    const char *from = file_join(c, r->from, arena_str(c->mem, name).p);

    TRY(node_make_above(c, dir, to));
    return r->move ? file_move(c, from, file_join(c, dir, to.p))
                   : file_copy(c, from, file_join(c, dir, to.p), 0600);
}

static size_t count_of(const struct data *files)
{
    return files != NULL && files->kind == DATA_MAP ? files->n : 0;
}

static bool has_all(const struct data *data, const struct data *keys)
{
    for (size_t i = 0; i < COUNT(parts); i++)
        if (parts[i].demanded && data_get(data, str_of(parts[i].to)) == NULL &&
            data_get(keys, str_of(parts[i].to)) == NULL)
            return false;
    return true;
}

/* A backup of an older balai lists all files in one manifest. */
static err read_manifests(struct ctx *c, const struct node_restoring *r,
                          const struct data *all[2])
{
    all[1] = NULL;
    TRY(read_manifest(c, r->from, MANIFEST, &all[0]));
    if (file_exists(file_join(c, r->from, "keys/" MANIFEST)))
        TRY(read_manifest(c, r->from, "keys/" MANIFEST, &all[1]));
    if (!has_all(all[0], all[1]))
        return fail(c, E_TAMPERED,
                    say(c,
                        "Cadangan di %s tidak lengkap: basis data, kunci, "
                        "signer atau secret tidak ada.",
                        "The backup in %s is not whole: database, keys, signer "
                        "or secret are missing."),
                    r->from);
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < count_of(all[k]); i++)
            TRY(check_file(c, r->from, all[k]->pairs[i].key,
                           data_text(all[k]->pairs[i].value)));
    return E_OK;
}

/* The database comes last: until then the folder is no city, and what is left
 * of a restore that was cut off is neither opened nor in the way. */
static err copy_back(struct ctx *c, const char *dir,
                     const struct node_restoring *r)
{
    const struct data *all[2];

    TRY(read_manifests(c, r, all));
    TRY(file_make_dir(c, dir, 0700));
    if (!r->unwitnessed)
        TRY(file_write(c, file_join(c, dir, NODE_AWAITING),
                       time_show_utc(c, c->now), 0600));
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < count_of(all[k]); i++)
            if (!str_eq(all[k]->pairs[i].key, STR(NODE_DATABASE)))
                TRY(bring(c, r, dir, all[k]->pairs[i].key));
    return bring(c, r, dir, STR(NODE_DATABASE));
}

/* What was erased since the copy was made does not come back with it. */
static err erase_again(struct ctx *c, struct node *n,
                       const struct node_restoring *r,
                       struct node_restored *out)
{
    struct record_world w;

    TRY(node_world(c, n, &w));
    return record_erase_again(c, &w, r->newer, &out->erased);
}

static err digest_now(struct ctx *c, struct node *n, struct hash *out)
{
    struct conn *on;

    TRY(store_read(c, n->store, &on));
    store_patient(on);
    TRY(ledger_digest(c, on, out));
    store_done(on);
    return E_OK;
}

static err check_restored(struct ctx *c, struct node *n,
                          const struct node_restoring *r,
                          struct node_restored *out)
{
    struct hash before, after;
    struct seal_key key;
    bool grown;
    err e;

    TRY(erase_again(c, n, r, out));
    TRY(digest_now(c, n, &before));
    TRY(ledger_rebuild(c, n->ledger, &out->events));
    TRY(digest_now(c, n, &after));
    if (memcmp(before.b, after.b, sizeof before.b) != 0)
        return fail(c, E_TAMPERED, "%s",
                    say(c,
                        "Isi cadangan tidak sama dengan tindakan yang "
                        "tercatat di dalamnya.",
                        "The backup does not hold what its own events say."));
    TRY(notice_forget(c, n->store));
    e = ledger_checkpoint(c, n->ledger, &grown);
    seal_signer_key(n->signer, SEAL_LOG, &key);
    out->log = seal_vkey_show(c, &key);
    out->published = file_is_dir(file_join(c, n->dir, "repo"));
    out->awaiting = atomic_load(&n->awaiting);
    out->behind = e == E_CONFLICT;
    return e == E_CONFLICT ? E_OK : e;
}

err node_restore(struct ctx *c, const struct node_options *o,
                 const struct node_restoring *r, struct node_restored *out)
{
    struct node *n;
    err e;

    *out = (struct node_restored){0};
    if (file_exists(file_join(c, o->dir, NODE_DATABASE)))
        return fail(c, E_CONFLICT,
                    say(c, "Map %s sudah berisi kota. Pilih map lain.",
                        "The folder %s holds a city already. Choose another."),
                    o->dir);
    TRY(copy_back(c, o->dir, r));
    TRY(node_open(c, o, &n));
    e = check_restored(c, n, r, out);
    node_close(n);
    return e;
}

/* Where a witness spoke against the restored city, its word is the answer that
 * the city was waiting for. */
static err reconcile(struct ctx *c, struct node *n)
{
    str note;

    TRY(node_evidence(c, n, &note));
    if (note.n == 0)
        return E_OK;
    TRY(ledger_reconcile(c, n->ledger, note));
    node_await_no_more(c, n);
    return E_OK;
}

err node_regained(struct ctx *c, struct node *n)
{
    TRY(reconcile(c, n));
    atomic_store(&n->rolled_back, false);
    TRY(node_tick(c, n));
    TRY(node_weigh_evidence(c, n));
    return node_refresh(c, n);
}
