/* SPDX-License-Identifier: EUPL-1.2 */
/* One archive of a backup: a line that says what it is, then a sealed stream
 * of files (docs/formats.md). */
#include "node/node_priv.h"

#include "pack/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_LINE "balai-backup 1 "
#define DEEPEST   6
#define BOXED     (SEAL_PIECE + SEAL_STREAM_TAG)
/* What one archive may unpack to: more than any city has, less than what
 * would make a size overflow. */
#define BYTES_MOST ((uint64_t)1 << 44)

static err disk_fails(struct ctx *c, const char *path)
{
    return fail(c, errno == ENOENT ? E_NOT_FOUND : E_STORAGE, "%s: %s.", path,
                strerror(errno));
}

static err write_all(struct ctx *c, int fd, const char *path, str s)
{
    while (s.n > 0) {
        ssize_t n = write(fd, s.p, s.n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return disk_fails(c, path);
        s = str_slice(s, (size_t)n, s.n);
    }
    return E_OK;
}

/* What both archives are bound to: an archive of keys never passes for one of
 * data. */
static str head_of(struct ctx *c, str kind)
{
    return arena_fmt(c->mem, HEAD_LINE "%.*s\n", STR_ARG(kind));
}

/* ---- writing ------------------------------------------------------ */

struct shutting {
    const char *path, *dir;
    int fd;
    bool keys;
    struct seal_stream *seal;
    struct pack_writer *pack;
    struct ctx *c; /* of a file that is being fed */
    err e;
    size_t n; /* waiting; shut once more comes, since the last says so */
    char waiting[SEAL_PIECE];
};

static err shut(struct ctx *c, struct shutting *u, bool last)
{
    str boxed = seal_stream_shut(u->seal, (str){u->waiting, u->n}, last);

    u->n = 0;
    return write_all(c, u->fd, u->path, boxed);
}

static err take_packed(struct ctx *c, void *arg, str s)
{
    struct shutting *u = arg;

    while (s.n > 0) {
        size_t room, n;

        if (u->n == SEAL_PIECE)
            TRY(shut(c, u, false));
        room = SEAL_PIECE - u->n;
        n = s.n < room ? s.n : room;
        memcpy(u->waiting + u->n, s.p, n);
        u->n += n;
        s = str_slice(s, n, s.n);
    }
    return E_OK;
}

static void feed(void *arg, str piece)
{
    struct shutting *u = arg;

    if (u->e == E_OK)
        u->e = pack_writer_bytes(u->c, u->pack, piece);
}

static err add_file(struct ctx *c, void *arg, str name)
{
    struct shutting *u = arg;
    const char *path = file_join(c, u->dir, name.p);
    struct stat st;

    if (str_starts(name, STR("keys/")) != u->keys)
        return E_OK;
    if (stat(path, &st) != 0)
        return disk_fails(c, path);
    TRY(pack_writer_file(c, u->pack, name, (uint64_t)st.st_size));
    u->c = c, u->e = E_OK;
    TRY(file_feed(c, path, feed, u));
    return u->e;
}

struct names {
    str *all;
    size_t n, room;
};

static err note_name(struct ctx *c, void *arg, str name)
{
    struct names *u = arg;

    ARENA_GROW(c->mem, u->all, u->n, u->room);
    u->all[u->n++] = name;
    return E_OK;
}

static int by_bytes(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

/* A walk goes folder by folder; an archive by the bytes of whole names. */
static err add_all(struct ctx *c, struct shutting *u)
{
    struct names names = {0};

    TRY(node_each_file(c, u->dir, STR(""), DEEPEST, note_name, &names));
    if (names.n > 0)
        qsort(names.all, names.n, sizeof *names.all, by_bytes);
    for (size_t i = 0; i < names.n; i++)
        TRY(add_file(c, u, names.all[i]));
    TRY(pack_writer_end(c, u->pack));
    return shut(c, u, true);
}

err node_archive_write(struct ctx *c, const struct node_archive *a,
                       const char *dir, const unsigned char public[32],
                       struct seal_stream **again, uint64_t *size)
{
    struct shutting *u = NEW(c->mem, struct shutting);
    str line = head_of(c, a->kind), head;
    struct stat st = {0};
    err e;

    u->dir = dir, u->keys = str_eq(a->kind, STR("keys"));
    u->path = arena_fmt(c->mem, "%s.new", a->path).p;
    u->pack = pack_writer_new(c, take_packed, u);
    TRY(seal_stream_to(c, public, line, &u->seal, &head));
    u->fd = open(u->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (u->fd < 0)
        return disk_fails(c, u->path);
    e = write_all(c, u->fd, u->path, line);
    if (e == E_OK)
        e = write_all(c, u->fd, u->path, head);
    if (e == E_OK)
        e = add_all(c, u);
    /* What is read back should come from the disk, not from memory. */
    if (e == E_OK && (fsync(u->fd) != 0 || fstat(u->fd, &st) != 0))
        e = disk_fails(c, u->path);
    posix_fadvise(u->fd, 0, 0, POSIX_FADV_DONTNEED);
    close(u->fd);
    if (e == E_OK)
        e = file_move(c, u->path, a->path);
    if (e != E_OK)
        unlink(u->path);
    *again = u->seal, *size = (uint64_t)st.st_size;
    return e;
}

/* ---- reading ------------------------------------------------------ */

struct opening {
    const char *path, *to;
    int in, out;
    const char *name; /* of the file that is being written */
    struct seal_stream *seal;
    struct pack_reader *pack;
    char boxed[BOXED];
};

static err begin_file(struct ctx *c, void *arg, str name, uint64_t size)
{
    struct opening *u = arg;

    (void)size;
    name = arena_str(c->mem, name);
    TRY(node_make_above(c, u->to, name));
    u->name = file_join(c, u->to, name.p);
    u->out = open(u->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                  0600);
    return u->out < 0 ? disk_fails(c, u->name) : E_OK;
}

static err write_bytes(struct ctx *c, void *arg, str piece)
{
    struct opening *u = arg;

    return write_all(c, u->out, u->name, piece);
}

static err end_file(struct ctx *c, void *arg)
{
    struct opening *u = arg;
    bool well = fsync(u->out) == 0;

    well = close(u->out) == 0 && well;
    u->out = -1;
    return well ? E_OK : disk_fails(c, u->name);
}

/* As many bytes as there are, up to `most`. */
static err read_some(struct ctx *c, struct opening *u, size_t most, str *out)
{
    size_t n = 0;

    while (n < most) {
        ssize_t r = read(u->in, u->boxed + n, most - n);

        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return disk_fails(c, u->path);
        if (r == 0)
            break;
        n += (size_t)r;
    }
    *out = (str){u->boxed, n};
    return E_OK;
}

static err read_head(struct ctx *c, struct opening *u, str kind,
                     const struct seal_secret *k, const struct seal_stream *of)
{
    str line = head_of(c, kind), got;

    TRY(read_some(c, u, line.n, &got));
    if (!str_eq(got, line))
        return fail(c,
                    str_starts(got, STR("balai-backup ")) &&
                            !str_starts(got, STR(HEAD_LINE))
                        ? E_NEWER
                        : E_BAD_INPUT,
                    say(c,
                        "%s bukan arsip cadangan jenis \"%.*s\" yang dikenal "
                        "versi ini.",
                        "%s is no backup archive of the kind \"%.*s\" that "
                        "this version knows."),
                    u->path, STR_ARG(kind));
    TRY(read_some(c, u, SEAL_STREAM_HEAD, &got));
    return of != NULL ? seal_stream_again(c, of, got, &u->seal)
                      : seal_stream_from(c, k, line, got, &u->seal);
}

static err read_pieces(struct ctx *c, struct opening *u)
{
    str boxed, piece;
    bool last = false;

    while (!last) {
        TRY(read_some(c, u, BOXED, &boxed));
        TRY(seal_stream_open(c, u->seal, boxed, &piece, &last));
        TRY(pack_reader_feed(c, u->pack, piece));
    }
    TRY(read_some(c, u, 1, &boxed));
    if (boxed.n > 0)
        return fail(c, E_TAMPERED,
                    say(c, "Ada bita sesudah akhir %s.",
                        "There are bytes behind the end of %s."),
                    u->path);
    return pack_reader_end(c, u->pack);
}

err node_archive_read(struct ctx *c, const struct node_archive *a,
                      const struct seal_secret *k, const struct seal_stream *of,
                      const char *to)
{
    struct opening *u = NEW(c->mem, struct opening);
    const struct pack_taker taker = {begin_file, write_bytes, end_file, u,
                                     BYTES_MOST};
    str why;
    err e;

    u->path = a->path, u->to = to, u->out = -1;
    u->pack = pack_reader_new(c, &taker);
    u->in = open(a->path, O_RDONLY | O_CLOEXEC);
    if (u->in < 0)
        return disk_fails(c, a->path);
    e = read_head(c, u, a->kind, k, of);
    if (e == E_OK)
        e = read_pieces(c, u);
    close(u->in);
    if (u->out >= 0)
        close(u->out);
    if (e != E_TAMPERED)
        return e;
    why = c->why;
    return fail(c, e, "%s: %.*s", a->path, STR_ARG(why));
}
