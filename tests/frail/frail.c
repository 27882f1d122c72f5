/* SPDX-License-Identifier: EUPL-1.2 */
/* balai on a disk that fails, for plays: the program itself, and under its
 * database a disk that does what the file named by $BALAI_FRAIL says, looked at
 * before each write and sync:
 *
 *     sync       a sync fails, each of them
 *     sync-once  the next one fails, and the word is taken away
 *     full       there is no room
 *     broken     a write fails
 *     late       what a sync should have made durable stays in the process for
 *                some commits more: a kill loses them, as if they had been
 *                answered before they were made
 *
 * Anything else, or no such file: a disk like any other. */
#include "cli/cli.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HELD 400 /* writes: some thirty commits */

/* Writes to the WAL that have not left the process; the disk below has one
 * database. */
struct held {
    sqlite3_int64 at;
    int n;
    void *bytes;
};

struct frail {
    sqlite3_vfs vfs, *below;
    const char *word;
    pthread_mutex_t lock;
    struct held *held;
    size_t n, room;
};

struct handle {
    sqlite3_file base;
    struct frail *on;
    bool wal;
    /* The file below follows. */
};

static struct handle *handle(sqlite3_file *f)
{
    return (struct handle *)(void *)f;
}

static sqlite3_file *below(sqlite3_file *f)
{
    return (sqlite3_file *)(void *)(handle(f) + 1);
}

static bool told(const struct frail *d, const char *word)
{
    char got[16] = {0};
    int fd = open(d->word, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0)
        return false;
    n = read(fd, got, sizeof got - 1);
    close(fd);
    return n > 0 && strcmp(got, word) == 0;
}

/* ---- what is held back -------------------------------------------- */

static int hold(struct frail *d, const void *in, int n, sqlite3_int64 at)
{
    void *bytes = malloc((size_t)n);

    if (d->n == d->room) {
        d->room = d->room == 0 ? 64 : d->room * 2;
        d->held = realloc(d->held, d->room * sizeof *d->held);
    }
    MUST(bytes != NULL && d->held != NULL);
    memcpy(bytes, in, (size_t)n);
    d->held[d->n++] = (struct held){at, n, bytes};
    return SQLITE_OK;
}

/* Let the first `most` go. */
static int let_go(struct frail *d, sqlite3_file *f, size_t most)
{
    int rc = SQLITE_OK;

    for (size_t i = 0; i < most; i++) {
        if (rc == SQLITE_OK)
            rc = f->pMethods->xWrite(f, d->held[i].bytes, d->held[i].n,
                                     d->held[i].at);
        free(d->held[i].bytes);
    }
    if (most > 0)
        memmove(d->held, d->held + most, (d->n - most) * sizeof *d->held);
    d->n -= most;
    return rc;
}

static void lay_over(const struct frail *d, char *out, int n, sqlite3_int64 at)
{
    for (size_t i = 0; i < d->n; i++) {
        const struct held *h = &d->held[i];
        sqlite3_int64 from = h->at > at ? h->at : at;
        sqlite3_int64 to = h->at + h->n < at + n ? h->at + h->n : at + n;

        if (from < to)
            memcpy(out + (from - at), (char *)h->bytes + (from - h->at),
                   (size_t)(to - from));
    }
}

/* ---- a file ------------------------------------------------------- */

static int file_close(sqlite3_file *f)
{
    return below(f)->pMethods->xClose(below(f));
}

static int file_size(sqlite3_file *f, sqlite3_int64 *out)
{
    struct frail *d = handle(f)->on;
    int rc = below(f)->pMethods->xFileSize(below(f), out);

    if (!handle(f)->wal)
        return rc;
    pthread_mutex_lock(&d->lock);
    for (size_t i = 0; i < d->n; i++)
        if (d->held[i].at + d->held[i].n > *out)
            *out = d->held[i].at + d->held[i].n;
    pthread_mutex_unlock(&d->lock);
    return rc;
}

static int file_read_at(sqlite3_file *f, void *out, int n, sqlite3_int64 at)
{
    struct frail *d = handle(f)->on;
    sqlite3_int64 size;
    int rc = below(f)->pMethods->xRead(below(f), out, n, at);

    if (!handle(f)->wal || (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ))
        return rc;
    pthread_mutex_lock(&d->lock);
    lay_over(d, out, n, at);
    pthread_mutex_unlock(&d->lock);
    (void)file_size(f, &size);
    return size >= at + n ? SQLITE_OK : rc;
}

static int file_write_at(sqlite3_file *f, const void *in, int n,
                         sqlite3_int64 at)
{
    struct frail *d = handle(f)->on;
    int rc;

    if (told(d, "full"))
        return SQLITE_FULL;
    if (told(d, "broken"))
        return SQLITE_IOERR_WRITE;
    if (!handle(f)->wal)
        return below(f)->pMethods->xWrite(below(f), in, n, at);
    pthread_mutex_lock(&d->lock);
    rc = told(d, "late") || d->n > 0
             ? hold(d, in, n, at)
             : below(f)->pMethods->xWrite(below(f), in, n, at);
    pthread_mutex_unlock(&d->lock);
    return rc;
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    struct frail *d = handle(f)->on;
    int rc = SQLITE_OK;

    if (handle(f)->wal) {
        pthread_mutex_lock(&d->lock);
        rc = let_go(d, below(f), d->n);
        pthread_mutex_unlock(&d->lock);
    }
    return rc == SQLITE_OK ? below(f)->pMethods->xTruncate(below(f), size) : rc;
}

static int file_sync(sqlite3_file *f, int flags)
{
    struct frail *d = handle(f)->on;
    bool once = told(d, "sync-once");
    int rc = SQLITE_OK;

    if (once)
        (void)unlink(d->word);
    if (once || told(d, "sync"))
        return SQLITE_IOERR_FSYNC;
    if (handle(f)->wal) {
        pthread_mutex_lock(&d->lock);
        rc = let_go(d, below(f),
                    !told(d, "late") ? d->n
                    : d->n > HELD    ? d->n - HELD
                                     : 0);
        pthread_mutex_unlock(&d->lock);
    }
    return rc == SQLITE_OK ? below(f)->pMethods->xSync(below(f), flags) : rc;
}

static int file_lock(sqlite3_file *f, int level)
{
    return below(f)->pMethods->xLock(below(f), level);
}

static int file_unlock(sqlite3_file *f, int level)
{
    return below(f)->pMethods->xUnlock(below(f), level);
}

static int file_reserved(sqlite3_file *f, int *out)
{
    return below(f)->pMethods->xCheckReservedLock(below(f), out);
}

static int file_control(sqlite3_file *f, int op, void *arg)
{
    return below(f)->pMethods->xFileControl(below(f), op, arg);
}

static int file_sector(sqlite3_file *f)
{
    return below(f)->pMethods->xSectorSize(below(f));
}

static int file_character(sqlite3_file *f)
{
    return below(f)->pMethods->xDeviceCharacteristics(below(f));
}

static int shm_map(sqlite3_file *f, int i, int size, int extend,
                   void volatile **out)
{
    return below(f)->pMethods->xShmMap(below(f), i, size, extend, out);
}

static int shm_lock(sqlite3_file *f, int from, int n, int flags)
{
    return below(f)->pMethods->xShmLock(below(f), from, n, flags);
}

static void shm_barrier(sqlite3_file *f)
{
    below(f)->pMethods->xShmBarrier(below(f));
}

static int shm_unmap(sqlite3_file *f, int delete_it)
{
    return below(f)->pMethods->xShmUnmap(below(f), delete_it);
}

static int map_fetch(sqlite3_file *f, sqlite3_int64 at, int n, void **out)
{
    return below(f)->pMethods->xFetch(below(f), at, n, out);
}

static int map_unfetch(sqlite3_file *f, sqlite3_int64 at, void *p)
{
    return below(f)->pMethods->xUnfetch(below(f), at, p);
}

static const sqlite3_io_methods methods = {
    .iVersion = 3,
    .xClose = file_close,
    .xRead = file_read_at,
    .xWrite = file_write_at,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_character,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
    .xFetch = map_fetch,
    .xUnfetch = map_unfetch,
};

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *out,
                     int flags, int *out_flags)
{
    struct frail *d = vfs->pAppData;
    struct handle *h = handle(out);
    int rc;

    *h = (struct handle){.on = d, .wal = (flags & SQLITE_OPEN_WAL) != 0};
    rc = d->below->xOpen(d->below, name, below(out), flags, out_flags);
    if (below(out)->pMethods != NULL)
        h->base.pMethods = &methods;
    return rc;
}

int main(int argc, char **argv)
{
    static struct frail disk; /* SQLite keeps its address */
    sqlite3_vfs *usual = sqlite3_vfs_find(NULL);

    MUST(usual != NULL && getenv("BALAI_FRAIL") != NULL);
    disk.word = getenv("BALAI_FRAIL");
    disk.below = usual;
    disk.vfs = *usual;
    disk.vfs.zName = "frail";
    disk.vfs.pAppData = &disk;
    disk.vfs.xOpen = disk_open;
    disk.vfs.szOsFile = usual->szOsFile + (int)sizeof(struct handle);
    MUST(pthread_mutex_init(&disk.lock, NULL) == 0);
    MUST(sqlite3_vfs_register(&disk.vfs, 1) == SQLITE_OK);
    return cli_run(argc - 1, argv + 1);
}
