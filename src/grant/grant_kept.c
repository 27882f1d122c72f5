/* SPDX-License-Identifier: EUPL-1.2 */
/* Packages that came over the line, kept beside what is trusted until they are
 * taken: a link that breaks is gone on with, and who looks first and then takes
 * fetches once. Nothing is believed because it is kept: a file's name is its
 * hash, and whoever reads it judges it as if it had just come. So it need not
 * be synced either. */
#include "grant/grant_priv.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEPT_MOST ((size_t)64 << 20) /* of one city */

struct keeper {
    const char *dir;
    struct grant_source from, folder;
    size_t held;
};

/* "targets/SECTOR/HASH.NAME": the SHA-256 that consistent snapshots have. */
static bool hash_of(str path, str *hex)
{
    struct hash h;
    str part = STR(""), rest;

    if (!str_starts(path, STR("targets/")))
        return false;
    while (str_next(&path, '/', &part))
        continue;
    return str_cut(part, '.', hex, &rest) && hex->n == sizeof h.b * 2 &&
           str_unhex(*hex, h.b, sizeof h.b);
}

static bool holds(struct ctx *c, str hex, str bytes)
{
    struct hash h = seal_sha256(bytes);

    return str_eq(hex, seal_hex(c, h.b, sizeof h.b));
}

static bool find(struct ctx *c, const struct keeper *k, str hex, size_t most,
                 str *bytes)
{
    str why = c->why;
    err e = k->folder.fetch(c, k->folder.arg, arena_str(c->mem, hex).p, most,
                            bytes);

    c->why = why; /* that it is not kept is no failure */
    return e == E_OK && holds(c, hex, *bytes);
}

/* What cannot be kept is fetched again, no more. */
static void keep(struct ctx *c, struct keeper *k, str hex, str bytes)
{
    const char *path = file_join(c, k->dir, arena_str(c->mem, hex).p);
    bool whole;
    int fd;

    if (k->held + bytes.n > KEPT_MOST)
        return;
    fd =
        open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    whole = write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n;
    close(fd);
    if (whole)
        k->held += bytes.n;
    else
        (void)unlink(path);
}

static err fetch(struct ctx *c, void *arg, const char *path, size_t most,
                 str *bytes)
{
    struct keeper *k = arg;
    str hex;

    if (!hash_of(str_of(path), &hex))
        return k->from.fetch(c, k->from.arg, path, most, bytes);
    if (find(c, k, hex, most, bytes))
        return E_OK;
    TRY(k->from.fetch(c, k->from.arg, path, most, bytes));
    if (holds(c, hex, *bytes))
        keep(c, k, hex, *bytes);
    return E_OK;
}

static const char *folder_of(struct ctx *c, const struct grant_edition *e)
{
    return e->tuf == NULL || e->tuf->trust == NULL
               ? NULL
               : file_join(c, e->tuf->trust, "targets");
}

static bool listed(const struct grant_edition *e, str hex)
{
    str its;

    for (size_t i = 0; i < e->n; i++)
        if (hash_of(e->all[i].file, &its) && str_eq(its, hex))
            return true;
    return false;
}

/* What the edition no longer lists goes; the rest counts. */
static err sweep(struct ctx *c, struct keeper *k, const struct grant_edition *e)
{
    str *names;
    size_t n;

    TRY(file_list(c, k->dir, 'f', &names, &n));
    for (size_t i = 0; i < n; i++) {
        const char *path = file_join(c, k->dir, names[i].p);
        struct stat st;

        if (!listed(e, names[i]))
            (void)unlink(path);
        else if (lstat(path, &st) == 0)
            k->held += (size_t)st.st_size;
    }
    return E_OK;
}

struct grant_source grant_kept(struct ctx *c, const struct grant_edition *e,
                               const struct grant_source *from)
{
    const char *dir = folder_of(c, e);
    struct keeper *k;
    str why = c->why;

    if (!from->line || dir == NULL)
        return *from;
    k = NEW(c->mem, struct keeper);
    *k = (struct keeper){
        .dir = dir, .from = *from, .folder = grant_from_folder(c, dir)};
    if ((!file_is_dir(dir) && file_make_dir(c, dir, 0700) != E_OK) ||
        sweep(c, k, e) != E_OK) {
        c->why = why;
        return *from;
    }
    return (struct grant_source){fetch, k, true};
}

void grant_kept_drop(struct ctx *c, const struct grant_edition *e,
                     const struct grant_target *t)
{
    const char *dir = folder_of(c, e);
    str hex;

    if (dir != NULL && hash_of(t->file, &hex))
        (void)unlink(file_join(c, dir, arena_str(c->mem, hex).p));
}
