/* SPDX-License-Identifier: EUPL-1.2 */
/* After a failed sync. The kernel has dropped the pages that it could not
 * write and says that all is well from then on, so neither carrying on nor
 * opening the file again is safe: both lose acknowledged commits at the next
 * power cut. What this process reads is still the truth, so everything is
 * written afresh into another file, and the city goes on there.
 *
 * After N such moves the database P is a link to P.N, the file in use: whoever
 * asks for P by name gets it, and one rename switches. P-unsynced beside it is
 * the note that a move is due. */
#include "store/store_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char *beside(struct ctx *c, const struct store *s,
                          const char *what)
{
    return arena_fmt(c->mem, "%s-%s", s->path, what).p;
}

static const char *numbered(struct arena *a, const struct store *s, int64_t n)
{
    return n == 0 ? s->path : arena_fmt(a, "%s.%" PRId64, s->path, n).p;
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

/* With what SQLite keeps beside it. The name of the first is the link now. */
static void remove_file(const struct store *s, int64_t n)
{
    static const char *const tails[] = {"-wal", "-shm", ""};
    sqlite3_vfs *vfs = sqlite3_vfs_find(s->vfs);
    struct arena *a = arena_new((size_t)1 << 20);
    const char *file = numbered(a, s, n);

    for (size_t i = 0; i < COUNT(tails) - (n == 0); i++)
        (void)vfs->xDelete(vfs, arena_fmt(a, "%s%s", file, tails[i]).p, 1);
    arena_free(a);
}

/* 0 where `path` is the file itself, or a link of the administrator's. */
static int64_t moves_of(struct ctx *c, const char *path)
{
    char to[PATH_MAX];
    ssize_t n = readlink(path, to, sizeof to);
    str mine = arena_fmt(c->mem, "%s.", name_of(path)), target;
    int64_t moves;

    if (n <= 0 || (size_t)n == sizeof to)
        return 0;
    target = (str){to, (size_t)n};
    return str_starts(target, mine) &&
                   str_is_i64(str_slice(target, mine.n, target.n), &moves)
               ? moves
               : 0;
}

void store_mend_find(struct ctx *c, struct store *s)
{
    s->number = moves_of(c, s->path);
    s->file = numbered(s->mem, s, s->number);
    if (s->number > 0) /* a move may have been cut short after its switch */
        remove_file(s, s->number - 1);
}

/* The store's own small context: nobody's request pays for a move. */
static struct ctx own(const struct store *s)
{
    return (struct ctx){.mem = arena_new((size_t)64 << 20),
                        .dice = s->dice,
                        .now = s->opened,
                        .lang = STR("en")};
}

void store_mend_note(struct store *s)
{
    struct ctx c = own(s);

    if (!s->noted) {
        LOG(LOG_ERROR, "store", "a sync failed; writing stops",
            LOG_I64("file", s->number));
        s->noted =
            file_write(&c, beside(&c, s, "unsynced"), STR("1\n"), 0600) == E_OK;
    }
    arena_free(c.mem);
}

bool store_mend_noted(struct ctx *c, const struct store *s)
{
    return file_exists(beside(c, s, "unsynced"));
}

err store_copy(struct ctx *c, const struct store *s, struct link *from,
               const char *file)
{
    sqlite3_stmt *st = NULL;
    int rc;

    if (s->vfs == NULL) { /* or it would be readable for all */
        int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

        if (fd < 0)
            return fail(c, E_STORAGE, "%s: %s.", file, strerror(errno));
        close(fd);
    }
    rc = sqlite3_prepare_v3(from->db, "VACUUM INTO $1", -1, 0, &st, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(st, 1, file, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(st);
    (void)sqlite3_finalize(st);
    return rc == SQLITE_DONE ? E_OK : store_fault(c, from, rc, "VACUUM INTO");
}

/* The whole of `file` in order, or E_STORAGE. */
err store_sound(struct ctx *c, struct link *l, const char *file)
{
    str said;

    TRY(store_link_lines(c, l, "PRAGMA integrity_check(20)", 20, &said));
    if (str_eq(said, STR("ok")))
        return E_OK;
    return fail(
        c, E_STORAGE,
        say(c, "Salinan %s tidak utuh: %s.", "The copy %s is not sound: %s."),
        file, said.p);
}

/* All at once, or not at all: whoever starts next looks at this link. */
static err point_to(struct ctx *c, const struct store *s, const char *file)
{
    const char *link = beside(c, s, "link");

    (void)unlink(link);
    if (symlink(name_of(file), link) != 0)
        return fail(c, E_STORAGE, "%s: %s.", link, strerror(errno));
    return file_move(c, link, s->path);
}

static void switch_to(struct store *s, struct link *l, const char *file,
                      int64_t n)
{
    struct link *before = s->writer;

    pthread_mutex_lock(&s->lock);
    s->writer = l;
    s->file = file;
    s->number = n; /* readers of the old file are closed as they return */
    pthread_mutex_unlock(&s->lock);
    store_link_close(before);
    store_readers_trim(s);
    remove_file(s, n - 1);
    LOG(LOG_WARN, "store", "the database was written anew", LOG_I64("file", n));
}

/* A copy that cannot fit would take the last room from everybody else. */
static err look_for_room(struct ctx *c, const struct store *s)
{
    struct statvfs v;
    struct stat st;

    if (s->vfs != NULL || stat(s->file, &st) != 0 ||
        statvfs(s->file, &v) != 0 ||
        (uint64_t)v.f_bavail * v.f_frsize > (uint64_t)st.st_size)
        return E_OK;
    return fail(c, E_STORAGE, "there is no room for a second %s", s->file);
}

static err move(struct ctx *c, struct store *s)
{
    int64_t n = s->number + 1;
    const char *file = numbered(s->mem, s, n);
    struct link *l;
    err e;

    remove_file(s, n); /* what an earlier move left */
    TRY(look_for_room(c, s));
    e = store_copy(c, s, s->writer, file);
    if (e == E_OK)
        e = store_link_open(c, s, file, LINK_WRITER, &l);
    if (e != E_OK) {
        remove_file(s, n);
        return e;
    }
    e = store_sound(c, l, file);
    if (e == E_OK)
        e = point_to(c, s, file);
    if (e != E_OK) {
        store_link_close(l);
        remove_file(s, n);
        return e;
    }
    switch_to(s, l, file, n);
    return E_OK;
}

/* Where not even the note can be stored, a move that succeeds is as good. */
void store_mend(struct store *s)
{
    struct ctx c = own(s);
    err e;

    store_mend_note(s);
    e = move(&c, s);
    if (e == E_OK) {
        s->noted = false;
        (void)unlink(beside(&c, s, "unsynced"));
    } else {
        LOG(LOG_ERROR, "store", "the database could not be written anew",
            LOG_I64("code", s->writer->fault));
    }
    s->mend_next = e == E_OK ? 0 : time_monotonic() + s->mend_again;
    store_state_set(s, e == E_OK ? STORE_WELL : STORE_HALTED);
    arena_free(c.mem);
}
