/* SPDX-License-Identifier: EUPL-1.2 */
/* Backups that are kept: sealed, tried, copied elsewhere, and let go in time.
 */
#include "node/node_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define LATE_AFTER (26 * TIME_HOUR)
#define KEY_MOST   ((size_t)4 << 10)
#define KEY_HEAD   "balai-backup-key 1\npublic "

enum { DATA, KEYS, KINDS };

static const char *const kinds[KINDS] = {[DATA] = "data", [KEYS] = "keys"};

/* ---- the key ------------------------------------------------------ */

err node_backup_key_make(struct ctx *c, const char *dir, str passphrase)
{
    const char *secret = file_join(c, dir, "backup.key");
    struct seal_secret *k = seal_secret_new(c);
    unsigned char public[32];
    str head, shut;

    if (passphrase.n < 12)
        return fail(c, E_BAD_INPUT, "%s",
                    say(c, "Frasa sandi kunci cadangan paling sedikit 12 bita.",
                        "The passphrase of a backup key has 12 bytes at "
                        "least."));
    if (file_exists(secret))
        return fail(c, E_CONFLICT,
                    say(c, "%s sudah ada. Kunci tidak pernah ditimpa.",
                        "%s is there already. Keys are never overwritten."),
                    secret);
    seal_secret_public(k, public);
    head = arena_fmt(c->mem, KEY_HEAD "%s\n",
                     seal_base64(c, public, sizeof public).p);
    TRY(seal_secret_shut(c, k, passphrase, head, &shut));
    TRY(file_make_dir(c, dir, 0700));
    TRY(file_write(c, file_join(c, dir, "backup.pub"), head, 0644));
    return file_write(
        c, secret,
        arena_fmt(c->mem, "%.*ssecret %.*s\n", STR_ARG(head), STR_ARG(shut)),
        0600);
}

static err no_key(struct ctx *c, const char *path)
{
    return fail(
        c, E_BAD_INPUT,
        say(c,
            "%s bukan kunci cadangan. Buatlah dengan: balai keys backup "
            "MAP.",
            "%s is no backup key. Make one with: balai keys backup "
            "DIR."),
        path);
}

/* What stands above the secret, which is empty in the public file. */
static err read_key(struct ctx *c, const char *path, str *head, str *secret,
                    unsigned char public[32])
{
    str bytes, rest, line, raw;

    TRY(file_read(c, path, KEY_MOST, &bytes));
    if (!str_starts(bytes, STR(KEY_HEAD)))
        return no_key(c, path);
    rest = str_slice(bytes, sizeof KEY_HEAD - 1, bytes.n);
    if (!str_cut(rest, '\n', &line, &rest) || !seal_unbase64(c, line, &raw) ||
        raw.n != 32)
        return no_key(c, path);
    memcpy(public, raw.p, 32);
    *head = str_slice(bytes, 0, bytes.n - rest.n);
    *secret = rest;
    return E_OK;
}

err node_backup_key_public(struct ctx *c, const char *path,
                           unsigned char public[32])
{
    str head, secret;

    return read_key(c, path, &head, &secret, public);
}

err node_backup_key_open(struct ctx *c, const char *path, str passphrase,
                         struct seal_secret **out)
{
    unsigned char public[32], its[32];
    str head, secret;

    TRY(read_key(c, path, &head, &secret, public));
    if (!str_starts(secret, STR("secret ")))
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "%s hanya memuat bagian publik. Pemulihan memerlukan "
                        "backup.key, yang disimpan di luar mesin ini.",
                        "%s holds the public half only. To restore takes "
                        "backup.key, which is kept away from this machine."),
                    path);
    secret = str_trim(str_slice(secret, 7, secret.n));
    TRY(seal_secret_open(c, secret, passphrase, head, out));
    seal_secret_public(*out, its);
    return memcmp(its, public, sizeof its) == 0 ? E_OK : no_key(c, path);
}

/* ---- names -------------------------------------------------------- */

/* 2026-11-25T013000Z: a moment without what some file systems refuse. */
static str show_name(struct ctx *c, int64_t made)
{
    struct buf b = buf_new(c, 64);
    str t = time_show_utc(c, made);

    for (size_t i = 0; i < t.n; i++)
        if (t.p[i] != ':')
            buf_char(&b, t.p[i]);
    return buf_str(&b);
}

static bool read_name(struct ctx *c, str name, int64_t *made)
{
    return name.n == 18 && name.p[17] == 'Z' &&
           time_parse_utc(arena_fmt(c->mem, "%.13s:%.2s:%.2sZ", name.p,
                                    name.p + 13, name.p + 15),
                          made);
}

static const char *path_of(struct ctx *c, const char *dir, str name,
                           const char *kind)
{
    return file_join(c, dir,
                     arena_fmt(c->mem, "%.*s.%s", STR_ARG(name), kind).p);
}

/* ---- which stay --------------------------------------------------- */

/* The number of the day, week (from Monday) or month that a moment is in. */
static int64_t period(int64_t made, int offset, int which)
{
    int64_t of_day, days;
    struct date d = time_local(made, offset, &of_day);

    days = time_days(d);
    return which == 0   ? days
           : which == 1 ? (days + 3) / 7
                        : (int64_t)d.year * 12 + d.month;
}

static bool newest_of_its(const int64_t *made, size_t n, int offset, int which,
                          size_t at)
{
    for (size_t i = 0; i < n; i++)
        if (period(made[i], offset, which) == period(made[at], offset, which) &&
            (made[i] > made[at] || (made[i] == made[at] && i < at)))
            return false;
    return true;
}

void node_keep_which(const int64_t *made, size_t n, int offset, bool *keep)
{
    static const int most[] = {7, 4, 12};

    for (size_t i = 0; i < n; i++)
        keep[i] = false;
    for (int which = 0; which < 3; which++)
        for (size_t i = 0; i < n; i++) {
            int newer = 0;

            if (!newest_of_its(made, n, offset, which, i))
                continue;
            for (size_t k = 0; k < n; k++)
                newer += made[k] > made[i] &&
                         newest_of_its(made, n, offset, which, k);
            keep[i] = keep[i] || newer < most[which];
        }
}

struct found {
    str *names;
    int64_t *made;
    bool *keep;
    size_t n;
};

static err find_all(struct ctx *c, const char *dir, struct found *out)
{
    str *all, name, ending;
    size_t n;

    TRY(file_list(c, dir, 'f', &all, &n));
    *out =
        (struct found){NEWS(c->mem, str, n + 1), NEWS(c->mem, int64_t, n + 1),
                       NEWS(c->mem, bool, n + 1), 0};
    for (size_t i = 0; i < n; i++)
        if (str_cut(all[i], '.', &name, &ending) &&
            str_eq(ending, str_of(kinds[DATA])) &&
            read_name(c, name, &out->made[out->n]))
            out->names[out->n++] = name;
    return E_OK;
}

static size_t let_go(const char *path)
{
    return unlink(path) == 0 ? 1 : 0;
}

/* Of data by the table; of keys all that is older than 35 days, whatever the
 * table says: what was erased must not come back out of an old archive. */
static err prune(struct ctx *c, const char *dir, int offset, int64_t now,
                 size_t *gone)
{
    struct found f;
    str *all, name, ending;
    int64_t made;
    size_t n;

    TRY(find_all(c, dir, &f));
    node_keep_which(f.made, f.n, offset, f.keep);
    for (size_t i = 0; i < f.n; i++)
        if (!f.keep[i])
            *gone += let_go(path_of(c, dir, f.names[i], kinds[DATA]));
    TRY(file_list(c, dir, 'f', &all, &n));
    for (size_t i = 0; i < n; i++)
        if (str_cut(all[i], '.', &name, &ending) &&
            str_eq(ending, str_of(kinds[KEYS])) && read_name(c, name, &made) &&
            now - made > NODE_KEYS_KEPT)
            *gone += let_go(file_join(c, dir, all[i].p));
    for (size_t i = 0; i < n; i++)
        if (str_cut(all[i], '.', &name, &ending) &&
            str_eq(ending, STR("sha256")) && read_name(c, name, &made) &&
            !file_exists(path_of(c, dir, name, kinds[DATA])) &&
            !file_exists(path_of(c, dir, name, kinds[KEYS])))
            *gone += let_go(file_join(c, dir, all[i].p));
    return E_OK;
}

/* ---- making one --------------------------------------------------- */

struct making {
    const struct node_options *o;
    const struct node_keeping *k;
    struct seal_stream *again[KINDS];
    int offset;
};

static err read_offset(struct ctx *c, const struct node_options *o,
                       const char *dir, struct making *m)
{
    struct node_options at = *o;
    struct record_world w;
    struct node *n;
    err e;

    at.dir = dir;
    TRY(node_open(c, &at, &n));
    e = node_world(c, n, &w);
    m->offset = e == E_OK ? city_offset(w.city) : 0;
    /* The snapshot is let go before its city is. */
    node_close(n);
    return e;
}

/* A whole city out of what lies on the disk now, played again. */
static err try_it(struct ctx *c, struct making *m, str name, int64_t *events)
{
    const char *copy = file_join(c, m->k->scratch, "copy");
    struct node_options o = *m->o;
    const struct node_restoring r = {
        .from = copy, .unwitnessed = true, .move = true};
    struct node_restored back;

    file_remove_tree(m->k->scratch);
    TRY(file_make_dir(c, m->k->scratch, 0700));
    TRY(file_make_dir(c, copy, 0700));
    for (int i = 0; i < KINDS; i++) {
        const struct node_archive a = {path_of(c, m->k->to, name, kinds[i]),
                                       str_of(kinds[i])};

        TRY(node_archive_read(c, &a, NULL, m->again[i], copy));
    }
    o.dir = file_join(c, m->k->scratch, "city");
    TRY(node_restore(c, &o, &r, &back));
    *events = back.events;
    return read_offset(c, m->o, o.dir, m);
}

static err write_digests(struct ctx *c, const char *dir, str name)
{
    struct buf b = buf_new(c, 1 << 10);
    str digest;

    for (int i = 0; i < KINDS; i++) {
        TRY(node_file_digest(c, path_of(c, dir, name, kinds[i]), &digest));
        buf_fmt(&b, "%.*s  %.*s.%s\n",
                STR_ARG(str_slice(digest, sizeof "sha256:" - 1, digest.n)),
                STR_ARG(name), kinds[i]);
    }
    return file_write(c, path_of(c, dir, name, "sha256"), buf_str(&b), 0600);
}

static err copy_file(struct ctx *c, const char *from, const char *to, str name,
                     const char *kind)
{
    const char *source = path_of(c, from, name, kind),
               *target = path_of(c, to, name, kind);
    const char *beside = arena_fmt(c->mem, "%s.new", target).p;
    str want, got;
    err e;

    unlink(beside);
    e = file_copy(c, source, beside, 0600);
    if (e == E_OK)
        e = node_file_digest(c, source, &want);
    if (e == E_OK)
        e = node_file_digest(c, beside, &got);
    if (e == E_OK && !str_eq(want, got))
        e = fail(c, E_TAMPERED,
                 say(c, "%s tidak sama dengan aslinya sesudah disalin.",
                     "%s is not the same after it was copied."),
                 target);
    if (e == E_OK)
        e = file_move(c, beside, target);
    if (e != E_OK)
        unlink(beside);
    return e;
}

static err copy_all(struct ctx *c, const struct making *m, const char *to,
                    struct node_kept *out)
{
    for (int i = 0; i < KINDS; i++)
        TRY(copy_file(c, m->k->to, to, out->name, kinds[i]));
    TRY(copy_file(c, m->k->to, to, out->name, "sha256"));
    return prune(c, to, m->offset, time_system(), &out->gone);
}

/* A second target that fails is said, and the backup is kept nevertheless. */
static err copy_elsewhere(struct ctx *c, const struct making *m,
                          struct node_kept *out)
{
    err worst = E_OK;

    out->also = STR("");
    for (size_t i = 0; i < m->k->n_also; i++) {
        err e = copy_all(c, m, m->k->also[i], out);

        if (e == E_OK)
            continue;
        worst = e;
        out->also = arena_fmt(c->mem, "%.*s%s%.*s", STR_ARG(out->also),
                              out->also.n > 0 ? " " : "", STR_ARG(c->why));
    }
    return worst;
}

static err make(struct ctx *c, struct making *m, struct node_kept *out)
{
    int64_t made = time_system();
    err e;

    out->name = show_name(c, made);
    TRY(file_make_dir(c, m->k->to, 0700));
    for (int i = 0; i < KINDS; i++) {
        const struct node_archive a = {
            path_of(c, m->k->to, out->name, kinds[i]), str_of(kinds[i])};
        uint64_t size;

        TRY(node_archive_write(c, &a, m->k->staged, m->k->public, &m->again[i],
                               &size));
        out->bytes += size;
    }
    file_remove_tree(m->k->staged);
    TRY(try_it(c, m, out->name, &out->events));
    TRY(write_digests(c, m->k->to, out->name));
    e = copy_elsewhere(c, m, out);
    TRY(file_write(c, file_join(c, m->o->dir, NODE_KEPT),
                   arena_fmt(c->mem, "%.*s\n%.*s%s",
                             STR_ARG(time_show_utc(c, made)),
                             STR_ARG(out->also), out->also.n > 0 ? "\n" : ""),
                   0600));
    TRY(prune(c, m->k->to, m->offset, made, &out->gone));
    return e;
}

err node_keep(struct ctx *c, const struct node_options *o,
              const struct node_keeping *k, struct node_kept *out)
{
    struct making m = {.o = o, .k = k};
    err e;

    *out = (struct node_kept){0};
    e = make(c, &m, out);
    file_remove_tree(k->staged);
    file_remove_tree(k->scratch);
    return e;
}

/* ---- coming back -------------------------------------------------- */

static err newest(struct ctx *c, const char *dir, str *name)
{
    struct found f;

    TRY(find_all(c, dir, &f));
    if (f.n == 0)
        return fail(c, E_NOT_FOUND,
                    say(c,
                        "Tidak ada cadangan di %s: baik manifest.json maupun "
                        "arsip .data.",
                        "There is no backup in %s: neither a manifest.json nor "
                        "a .data archive."),
                    dir);
    *name = f.names[0];
    for (size_t i = 1; i < f.n; i++)
        if (str_cmp(*name, f.names[i]) < 0)
            *name = f.names[i];
    return E_OK;
}

/* Keys only ever grow but for what was erased, so newer ones open older data;
 * older ones would lack some. */
static err keys_for(struct ctx *c, const char *dir, str name,
                    struct node_found *out)
{
    str *all, at, ending, best = STR(""), last = STR("");
    int64_t made;
    size_t n;

    TRY(file_list(c, dir, 'f', &all, &n)); /* in the order of names */
    for (size_t i = 0; i < n; i++) {
        if (!str_cut(all[i], '.', &at, &ending) ||
            !str_eq(ending, str_of(kinds[KEYS])) || !read_name(c, at, &made) ||
            str_cmp(at, name) < 0)
            continue;
        best = best.n == 0 ? at : best;
        last = at;
    }
    if (best.n == 0)
        return fail(c, E_NOT_FOUND,
                    say(c,
                        "Untuk %.*s.data tidak ada arsip .keys yang sama tua "
                        "atau lebih baru di %s. Arsip itu disimpan 35 hari; "
                        "salinlah yang terakhir ke sana.",
                        "For %.*s.data there is no .keys archive as old or "
                        "newer in %s. They are kept for 35 days; copy the last "
                        "one there."),
                    STR_ARG(name), dir);
    out->keys = path_of(c, dir, best, kinds[KEYS]);
    if (!str_eq(best, last))
        out->newest = path_of(c, dir, last, kinds[KEYS]);
    return E_OK;
}

err node_find_kept(struct ctx *c, const char *word, struct node_found *out)
{
    const char *slash = strrchr(word, '/'), *dir = word;
    str name;

    if (!file_is_dir(word) && str_ends(str_of(word), STR(".data"))) {
        dir = slash == NULL
                  ? "."
                  : arena_str(c->mem, (str){word, (size_t)(slash - word)}).p;
        name = str_of(slash == NULL ? word : slash + 1);
        name = str_slice(name, 0, name.n - sizeof ".data" + 1);
    } else {
        TRY(newest(c, word, &name));
    }
    *out = (struct node_found){.data = path_of(c, dir, name, kinds[DATA])};
    return keys_for(c, dir, name, out);
}

/* Data and keys into `copy`; the newest keys, where they are others, below it.
 */
static err unpack(struct ctx *c, const struct node_found *from,
                  const struct seal_secret *k, const char *copy,
                  const char **newer)
{
    const char *later = file_join(c, copy, "newer");
    const struct {
        struct node_archive archive;
        const char *to;
    } all[] = {{{from->data, str_of(kinds[DATA])}, copy},
               {{from->keys, str_of(kinds[KEYS])}, copy},
               {{from->newest, str_of(kinds[KEYS])}, later}};

    *newer = NULL;
    for (size_t i = 0; i < COUNT(all); i++) {
        if (all[i].archive.path == NULL)
            continue;
        TRY(file_make_dir(c, all[i].to, 0700));
        TRY(node_archive_read(c, &all[i].archive, k, NULL, all[i].to));
        if (all[i].to == later)
            *newer = file_join(c, later, "keys/subjects");
    }
    return E_OK;
}

err node_restore_kept(struct ctx *c, const struct node_options *o,
                      const struct node_found *from,
                      const struct seal_secret *k, bool unwitnessed,
                      struct node_restored *out)
{
    const char *copy = file_join(c, o->dir, "restoring");
    struct node_restoring r = {
        .from = copy, .unwitnessed = unwitnessed, .move = true};
    err e;

    if (file_exists(file_join(c, o->dir, NODE_DATABASE)))
        return fail(c, E_CONFLICT,
                    say(c, "Map %s sudah berisi kota. Pilih map lain.",
                        "The folder %s holds a city already. Choose another."),
                    o->dir);
    TRY(file_make_dir(c, o->dir, 0700));
    file_remove_tree(copy);
    e = unpack(c, from, k, copy, &r.newer);
    if (from->plain != NULL)
        r.newer = from->plain;
    if (e == E_OK)
        e = node_restore(c, o, &r, out);
    file_remove_tree(copy);
    return e;
}

/* ---- how old ------------------------------------------------------ */

err node_last_kept(struct ctx *c, const char *dir, struct node_last *out)
{
    const char *path = file_join(c, dir, NODE_KEPT);
    int64_t since = 0;
    struct stat st;
    str bytes, line;

    *out = (struct node_last){.also = STR("")};
    if (file_exists(path)) {
        TRY(file_read(c, path, 1 << 16, &bytes));
        str_cut(bytes, '\n', &line, &out->also);
        out->also = str_trim(out->also);
        if (!time_parse_utc(line, &out->made))
            out->made = 0;
    }
    /* A city of today is not late yet: its secret is as old as the folder. */
    since = out->made;
    if (since == 0 && stat(file_join(c, dir, NODE_SECRET), &st) == 0)
        since = (int64_t)st.st_mtime * TIME_SECOND;
    out->late = time_system() - since > LATE_AFTER;
    return E_OK;
}
