/* SPDX-License-Identifier: EUPL-1.2 */
/* Opening and closing. */
#include "store/store_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* A city's database is its own: nobody else may read it. The WAL takes these
 * permissions over from the file. */
static err make_file(struct ctx *c, const struct store *s)
{
    int fd;

    if (s->vfs != NULL)
        return E_OK;
    fd = open(s->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(c, E_STORAGE, "%s: %s.", s->file, strerror(errno));
    close(fd);
    return E_OK;
}

static err find_file(struct ctx *c, struct store *s, bool create)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(s->vfs);
    int there = 0;

    MUST(vfs != NULL);
    store_mend_find(c, s);
    (void)vfs->xAccess(vfs, s->file, SQLITE_ACCESS_EXISTS, &there);
    if (there)
        return E_OK;
    if (create && s->number == 0)
        return make_file(c, s);
    return fail(c, E_NOT_FOUND,
                say(c,
                    "Basis data %s tidak ada. Periksa foldernya, atau jalankan "
                    "balai init.",
                    "There is no database %s. Look at the folder, or run "
                    "balai init."),
                s->file);
}

/* Migrations are synced once at their end: a power cut before that only means
 * that some run again. */
static err migrate(struct ctx *c, struct store *s)
{
    bool full = s->synchronous == NULL;

    if (full)
        TRY(store_link_exec(c, s->writer, "PRAGMA synchronous = NORMAL"));
    TRY(store_migrate(c, s->writer, s->file, false));
    if (!full)
        return E_OK;
    TRY(store_link_exec(c, s->writer, "PRAGMA synchronous = FULL"));
    return store_link_exec(c, s->writer, "PRAGMA wal_checkpoint(TRUNCATE)");
}

/* Who closes the store leaves an empty WAL. */
static err look_back(struct ctx *c, struct store *s)
{
    int pages = 0;
    int rc = sqlite3_wal_checkpoint_v2(s->writer->db, NULL,
                                       SQLITE_CHECKPOINT_PASSIVE, &pages, NULL);

    s->was_cut = pages > 0;
    return rc == SQLITE_OK ? E_OK : store_fault(c, s->writer, rc, "checkpoint");
}

static err prepare(struct ctx *c, struct store *s, bool create)
{
    TRY(find_file(c, s, create));
    TRY(store_link_open(c, s, s->file, LINK_WRITER, &s->writer));
    if (store_mend_noted(c, s)) {
        s->noted = true;
        store_mend(s);
    }
    if (s->state == STORE_HALTED) /* as it is, to be read */
        return store_migrate(c, s->writer, s->path, true);
    TRY(look_back(c, s));
    return migrate(c, s);
}

err store_open(struct ctx *c, const struct store_options *o, struct store **out)
{
    struct arena *mem = arena_new((size_t)16 << 20);
    struct store *s = NEW(mem, struct store);
    err e;

    *s = (struct store){.mem = mem,
                        .dice = c->dice,
                        .opened = c->now,
                        .snapshot_most = o->snapshot_most > 0 ? o->snapshot_most
                                                              : SNAPSHOT_MOST,
                        .mend_again =
                            o->mend_again > 0 ? o->mend_again : MEND_AGAIN,
                        .torn_sectors = o->torn_sectors,
                        .keeps_deleted = o->keeps_deleted};
    s->path = arena_str(mem, str_of(o->path)).p;
    if (o->vfs != NULL)
        s->vfs = arena_str(mem, str_of(o->vfs)).p;
    if (o->synchronous != NULL)
        s->synchronous = arena_str(mem, str_of(o->synchronous)).p;
    store_writer_init(s);
    e = prepare(c, s, o->create);
    if (e != E_OK) {
        store_close(s);
        return e;
    }
    *out = s;
    return E_OK;
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    store_writer_stop(s);
    arena_free(s->mem);
}

str store_path(struct store *s)
{
    const char *file;

    pthread_mutex_lock(&s->lock);
    file = s->file;
    pthread_mutex_unlock(&s->lock);
    return str_of(file);
}

enum store_state store_state(struct store *s, int64_t *moves)
{
    enum store_state state;

    pthread_mutex_lock(&s->lock);
    state = s->state;
    if (moves != NULL)
        *moves = s->number;
    pthread_mutex_unlock(&s->lock);
    return state;
}

void store_state_set(struct store *s, enum store_state state)
{
    pthread_mutex_lock(&s->lock);
    s->state = state;
    pthread_mutex_unlock(&s->lock);
}

bool store_was_cut(const struct store *s)
{
    return s->was_cut;
}

str store_engine(void)
{
    return str_of(sqlite3_libversion());
}
