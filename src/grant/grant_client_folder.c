/* SPDX-License-Identifier: EUPL-1.2 */
/* A repository in a folder, or on a stick that a stranger filled: only names
 * that we ask for are opened, part by part, and no link is followed. A file is
 * read once, and what was read is what is verified. */
#include "grant/grant_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)

static err cannot(struct ctx *c, const char *dir, const char *path, int number)
{
    if (number == ENOENT || number == ENOTDIR)
        return fail(c, E_NOT_FOUND,
                    say(c, "%s/%s tidak ada.", "%s/%s does not exist."), dir,
                    path);
    if (number == ELOOP)
        return fail(c, E_TAMPERED,
                    say(c,
                        "%s berisi tautan di tempat yang seharusnya berkas "
                        "(%s).",
                        "%s holds a link where a file should be (%s)."),
                    dir, path);
    return fail(c, E_STORAGE, "%s/%s: %s.", dir, path, strerror(number));
}

/* A path of ours has parts, none of them empty or made of dots. */
static bool path_ok(str path)
{
    str part;

    if (path.n == 0 || path.p[path.n - 1] == '/' || str_has(path, 0))
        return false;
    while (str_next(&path, '/', &part))
        if (part.n == 0 || str_eq(part, STR(".")) || str_eq(part, STR("..")))
            return false;
    return true;
}

/* ENOTDIR is what O_DIRECTORY says of a link. */
static int open_part(int at, const char *name, bool last)
{
    struct stat st;
    int fd = openat(at, name, OPEN_FLAGS | (last ? 0 : O_DIRECTORY));

    if (fd < 0 && errno == ENOTDIR &&
        fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode))
        errno = ELOOP;
    return fd;
}

/* The descriptor of dir/path, or -1 with errno. */
static int open_below(struct ctx *c, const char *dir, str path)
{
    int fd = open(dir, O_RDONLY | O_CLOEXEC | O_DIRECTORY), next;
    str part;

    while (fd >= 0 && str_next(&path, '/', &part)) {
        int saved;

        next = open_part(fd, arena_str(c->mem, part).p, path.n == 0);
        saved = errno;
        close(fd);
        errno = saved;
        fd = next;
    }
    return fd;
}

/* Up to most + 1 bytes: one more than may be says that there is more. */
static ssize_t read_most(int fd, char *p, size_t most)
{
    size_t got = 0;

    while (got <= most) {
        ssize_t r = read(fd, p + got, most + 1 - got);

        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return -1;
        if (r == 0)
            break;
        got += (size_t)r;
    }
    return (ssize_t)got;
}

static err read_open(struct ctx *c, int fd, const char *dir, const char *path,
                     size_t most, str *bytes)
{
    struct stat st;
    ssize_t got;
    size_t room;
    char *p;

    if (fstat(fd, &st) != 0)
        return cannot(c, dir, path, errno);
    if (!S_ISREG(st.st_mode))
        return fail(
            c, E_TAMPERED,
            say(c, "%s/%s bukan berkas biasa.", "%s/%s is not a plain file."),
            dir, path);
    if ((uintmax_t)st.st_size > most)
        return fail(
            c, E_TOO_BIG,
            say(c, "%s/%s melebihi %zu bita.", "%s/%s is over %zu bytes."), dir,
            path, most);
    room = (size_t)st.st_size;
    p = NEWS(c->mem, char, room + 2);
    got = read_most(fd, p, room);
    if (got < 0)
        return cannot(c, dir, path, errno);
    if ((size_t)got != room)
        return fail(c, E_CONFLICT,
                    say(c, "%s/%s berubah selagi dibaca.",
                        "%s/%s changed while it was read."),
                    dir, path);
    p[got] = 0;
    *bytes = (str){p, (size_t)got};
    return E_OK;
}

static err fetch(struct ctx *c, void *arg, const char *path, size_t most,
                 str *bytes)
{
    const char *dir = arg;
    int fd;
    err e;

    if (!path_ok(str_of(path)))
        return fail(c, E_BAD_INPUT,
                    say(c, "Nama \"%s\" tidak boleh ada dalam repositori.",
                        "No file of a repository may be called \"%s\"."),
                    path);
    fd = open_below(c, dir, str_of(path));
    if (fd < 0)
        return cannot(c, dir, path, errno);
    e = read_open(c, fd, dir, path, most, bytes);
    close(fd);
    return e;
}

struct grant_source grant_from_folder(struct ctx *c, const char *dir)
{
    str copy = arena_str(c->mem, str_of(dir));

    return (struct grant_source){fetch, (void *)(uintptr_t)copy.p, false};
}
