/* SPDX-License-Identifier: EUPL-1.2 */
/* Files whole: read with a ceiling, written all or nothing. */
#include "base/base.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static err failed(struct ctx *c, const char *path)
{
    int e = errno;

    if (e == ENOENT)
        return fail(c, E_NOT_FOUND,
                    say(c, "%s tidak ada.", "%s does not exist."), path);
    return fail(c, E_STORAGE, "%s: %s.", path, strerror(e));
}

static err read_all(struct ctx *c, int fd, const char *path, size_t n, str *out)
{
    char *p = NEWS(c->mem, char, n + 1);
    size_t got = 0;

    while (got < n) {
        ssize_t r = read(fd, p + got, n - got);

        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return failed(c, path);
        if (r == 0)
            break;
        got += (size_t)r;
    }
    *out = (str){p, got};
    return E_OK;
}

static err read_plain(struct ctx *c, int fd, const char *path, size_t most,
                      str *out)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return failed(c, path);
    if (!S_ISREG(st.st_mode))
        return fail(c, E_BAD_INPUT,
                    say(c, "%s bukan berkas biasa.", "%s is not a plain file."),
                    path);
    if ((uintmax_t)st.st_size > most)
        return fail(c, E_TOO_BIG,
                    say(c, "%s melebihi %zu bita.", "%s is over %zu bytes."),
                    path, most);
    return read_all(c, fd, path, (size_t)st.st_size, out);
}

err file_read(struct ctx *c, const char *path, size_t most, str *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    err e;

    if (fd < 0)
        return failed(c, path);
    e = read_plain(c, fd, path, most, out);
    close(fd);
    return e;
}

static bool write_all(int fd, str bytes)
{
    for (size_t done = 0; done < bytes.n;) {
        ssize_t w = write(fd, bytes.p + done, bytes.n - done);

        if (w < 0 && errno == EINTR)
            continue;
        if (w < 0)
            return false;
        done += (size_t)w;
    }
    return true;
}

/* The folder's entry must be durable too, or a power cut takes the name. */
static bool sync_folder(struct ctx *c, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dir =
        slash == NULL ? "."
        : slash == path
            ? "/"
            : arena_fmt(c->mem, "%.*s", (int)(slash - path), path).p;
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return ok;
}

err file_write(struct ctx *c, const char *path, str bytes, unsigned mode)
{
    const char *beside = arena_fmt(c->mem, "%s.new", path).p;
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    bool ok;

    if (fd < 0)
        return failed(c, beside);
    ok = write_all(fd, bytes) && fsync(fd) == 0;
    if (close(fd) != 0 || !ok || rename(beside, path) != 0 ||
        !sync_folder(c, path)) {
        err e = failed(c, path);

        unlink(beside);
        return e;
    }
    return E_OK;
}

err file_feed(struct ctx *c, const char *path,
              void (*sink)(void *arg, str piece), void *arg)
{
    char piece[1 << 16];
    ssize_t r;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return failed(c, path);
    do {
        r = read(fd, piece, sizeof piece);
        if (r > 0)
            sink(arg, (str){piece, (size_t)r});
    } while (r > 0 || (r < 0 && errno == EINTR));
    explicit_bzero(piece, sizeof piece); /* it may have held a key */
    if (r < 0) {
        err e = failed(c, path);

        close(fd);
        return e;
    }
    close(fd);
    return E_OK;
}

struct copying {
    int fd;
    bool ok;
};

static void write_piece(void *arg, str piece)
{
    struct copying *to = arg;

    to->ok = to->ok && write_all(to->fd, piece);
}

err file_copy(struct ctx *c, const char *from, const char *to, unsigned mode)
{
    struct copying out = {
        .fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode),
        .ok = true};
    err e;

    if (out.fd < 0)
        return failed(c, to);
    e = file_feed(c, from, write_piece, &out);
    out.ok = out.ok && fsync(out.fd) == 0;
    if (close(out.fd) != 0 || !out.ok || !sync_folder(c, to))
        e = e == E_OK ? failed(c, to) : e;
    return e;
}

err file_move(struct ctx *c, const char *from, const char *to)
{
    if (rename(from, to) != 0 || !sync_folder(c, to))
        return failed(c, to);
    return E_OK;
}

static int remove_one(const char *path, const struct stat *st, int kind,
                      struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    return remove(path);
}

void file_remove_tree(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

static bool is_kind(struct ctx *c, const char *dir, const char *name, int kind)
{
    struct stat st;

    if (name[0] == '.')
        return false;
    if (kind == 0)
        return true;
    if (stat(file_join(c, dir, name), &st) != 0)
        return false;
    return kind == 'd' ? S_ISDIR(st.st_mode) : S_ISREG(st.st_mode);
}

err file_list(struct ctx *c, const char *path, int kind, str **names, size_t *n)
{
    size_t room = 0;
    DIR *d = opendir(path);

    *names = NULL;
    *n = 0;
    if (d == NULL)
        return failed(c, path);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        if (!is_kind(c, path, e->d_name, kind))
            continue;
        ARENA_GROW(c->mem, *names, *n, room);
        (*names)[(*n)++] = arena_str(c->mem, str_of(e->d_name));
    }
    closedir(d);
    if (*n > 0)
        qsort(*names, *n, sizeof **names, by_name);
    return E_OK;
}

err file_make_dir(struct ctx *c, const char *path, unsigned mode)
{
    if (mkdir(path, mode) != 0 && !(errno == EEXIST && file_is_dir(path)))
        return failed(c, path);
    return E_OK;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool file_is_dir(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

const char *file_join(struct ctx *c, const char *dir, const char *name)
{
    return arena_fmt(c->mem, "%s/%s", dir, name).p;
}
