/* SPDX-License-Identifier: EUPL-1.2 */
/* The signer's file: lines of text, each closed by a check.
 *
 *     balai-signer 1
 *     key log bandung.example/log BASE64 CHECK
 *     checkpoint 5 BASE64 2026-01-05T02:02:11Z CHECK
 *
 * CHECK is the head of SHA-256(previous || words), so a line that was lost,
 * moved or changed is seen. The last line may be torn by a power cut: it was
 * not yet durable, so nothing was signed for it, and it is dropped. */
#include "seal/seal_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FORMAT 1
#define CHECK  16 /* hex digits of a check */

/* Past FILE_MOST the file is renewed with the lines of its last FILE_KEPT
 * bytes. The last checkpoint stands for those before it: it was signed only
 * because it extends them; so do the last words of the repository. */
#define FILE_MOST ((size_t)4 << 20)
#define FILE_KEPT ((size_t)1 << 20)
#define FILE_READ (2 * FILE_MOST)

static err failed(struct ctx *c, const char *path)
{
    return fail(c, E_STORAGE, "%s: %s.", path, strerror(errno));
}

static err damaged(struct ctx *c, const char *path, size_t line)
{
    return fail(c, E_TAMPERED,
                say(c,
                    "Berkas kunci %s rusak pada baris %zu. Jangan gunakan "
                    "salinan lama: log dapat bercabang. Jalankan pemulihan.",
                    "The signer's file %s is damaged at line %zu. Do not put "
                    "an old copy in its place, the log could fork; run the "
                    "recovery."),
                path, line);
}

/* ---- lines -------------------------------------------------------- */

/* The lines of a file being made, in memory that is wiped. */
struct lines {
    char *p;
    size_t n, room;
    struct hash chain;
};

static str first_line(void)
{
    return STR("balai-signer 1");
}

static struct hash next_check(struct hash chain, str words)
{
    return seal_sha256_of((str[]){{(const char *)chain.b, SEAL_HASH}, words},
                          2);
}

/* "words check\n"; `to` has room for words.n + CHECK + 3. */
static size_t write_line(char *to, str words, struct hash *chain)
{
    *chain = next_check(*chain, words);
    memcpy(to, words.p, words.n);
    to[words.n] = ' ';
    sodium_bin2hex(to + words.n + 1, CHECK + 1, chain->b, CHECK / 2);
    to[words.n + 1 + CHECK] = '\n';
    return words.n + 1 + CHECK + 1;
}

static void drop_secret(void *it)
{
    sodium_free(it);
}

static char *secret_bytes(struct ctx *c, size_t n)
{
    char *p;

    seal_ready();
    p = sodium_malloc(n);
    MUST(p != NULL);
    arena_owns(c->mem, drop_secret, p);
    return p;
}

static struct lines new_lines(struct ctx *c, size_t room)
{
    struct lines t = {.p = secret_bytes(c, room), .room = room};

    t.chain = seal_sha256(first_line());
    t.n = first_line().n;
    memcpy(t.p, first_line().p, t.n);
    t.p[t.n++] = '\n';
    return t;
}

static void add_line(struct lines *t, str words)
{
    MUST(t->n + words.n + CHECK + 3 <= t->room);
    t->n += write_line(t->p + t->n, words, &t->chain);
}

/* "words" of "words check". */
static str words_of(str line)
{
    return str_slice(line, 0, line.n < CHECK + 1 ? 0 : line.n - CHECK - 1);
}

bool seal_journal_next(str *text, str *words)
{
    str line;

    if (!str_next(text, '\n', &line))
        return false;
    *words = words_of(line);
    return true;
}

/* ---- reading ------------------------------------------------------ */

static err check_format(struct ctx *c, const char *path, str *rest)
{
    int64_t format;
    str line, head = STR("balai-signer ");

    if (!str_next(rest, '\n', &line) || !str_starts(line, head) ||
        !str_is_i64(str_slice(line, head.n, line.n), &format) || format < 1)
        return fail(c, E_BAD_INPUT,
                    say(c, "%s bukan berkas kunci balai.",
                        "%s is not a signer's file of balai."),
                    path);
    if (format > FORMAT)
        return fail(c, E_NEWER,
                    say(c,
                        "Berkas kunci %s berformat %" PRId64
                        "; balai ini hanya mengenal format %d. Silakan "
                        "gunakan balai yang lebih baru.",
                        "The signer's file %s has format %" PRId64
                        "; this balai knows format %d only. Use a newer "
                        "balai."),
                    path, format, FORMAT);
    return E_OK;
}

/* Keep of `text` the lines that are whole, each with its right check. */
static err check_lines(struct ctx *c, const char *path, str *text,
                       struct hash *chain)
{
    str rest = *text, line, words;
    size_t number = 1;
    char check[CHECK + 1];

    *chain = seal_sha256(first_line());
    while (str_has(rest, '\n')) {
        str_next(&rest, '\n', &line);
        number++;
        words = words_of(line);
        *chain = next_check(*chain, words);
        sodium_bin2hex(check, sizeof check, chain->b, CHECK / 2);
        if (words.n == 0 || line.p[words.n] != ' ' ||
            !seal_same(line.p + words.n + 1, check, CHECK))
            return damaged(c, path, number);
    }
    *text = str_slice(*text, 0, text->n - rest.n);
    return E_OK;
}

static err read_file(struct ctx *c, const char *path, int fd, str *out)
{
    struct stat st;
    char *p;
    size_t got = 0;

    if (fstat(fd, &st) != 0)
        return failed(c, path);
    if ((uintmax_t)st.st_size > FILE_READ)
        return fail(c, E_TOO_BIG,
                    say(c, "Berkas kunci %s melebihi %zu bita.",
                        "The signer's file %s is over %zu bytes."),
                    path, FILE_READ);
    p = secret_bytes(c, (size_t)st.st_size + 1);
    while (got < (size_t)st.st_size) {
        ssize_t r = pread(fd, p + got, (size_t)st.st_size - got, (off_t)got);

        if (r < 0 && errno != EINTR)
            return failed(c, path);
        if (r == 0)
            break;
        got += r < 0 ? 0 : (size_t)r;
    }
    *out = (str){p, got};
    return E_OK;
}

/* ---- writing ------------------------------------------------------ */

static bool write_all(int fd, str bytes)
{
    for (size_t done = 0; done < bytes.n;) {
        ssize_t w = write(fd, bytes.p + done, bytes.n - done);

        if (w < 0 && errno != EINTR)
            return false;
        done += w < 0 ? 0 : (size_t)w;
    }
    return true;
}

static bool sync_folder_of(struct ctx *c, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dir =
        slash == NULL
            ? "."
            : arena_fmt(c->mem, "%.*s", (int)(slash - path) + 1, path).p;
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return ok;
}

err seal_journal_create(struct ctx *c, const char *path, const str *words,
                        size_t n)
{
    struct lines t = new_lines(c, 4096);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok;

    if (fd < 0 && errno == EEXIST)
        return fail(c, E_CONFLICT,
                    say(c,
                        "Berkas kunci %s sudah ada. Kunci yang ada tidak "
                        "pernah ditimpa.",
                        "The signer's file %s exists already. Keys are never "
                        "overwritten."),
                    path);
    if (fd < 0)
        return failed(c, path);
    for (size_t i = 0; i < n; i++)
        add_line(&t, words[i]);
    ok = write_all(fd, (str){t.p, t.n}) && fsync(fd) == 0;
    if (close(fd) == 0 && ok && sync_folder_of(c, path))
        return E_OK;
    unlink(path);
    return failed(c, path);
}

/* The last line of such a subject is in force: a kind alone, or the kind and
 * the name that follows it. */
static const struct {
    str head;
    bool named;
} in_force[] = {
    {STR_INIT("checkpoint "), false}, {STR_INIT("snapshot "), false},
    {STR_INIT("timestamp "), false},  {STR_INIT("cosigned "), true},
    {STR_INIT("forked "), true},
};

/* Empty for a line that is history once it is written. */
static str subject_of(str words)
{
    str name, rest;

    for (size_t i = 0; i < COUNT(in_force); i++) {
        str head = in_force[i].head;

        if (!str_starts(words, head))
            continue;
        str_cut(str_slice(words, head.n, words.n), ' ', &name, &rest);
        return str_slice(words, 0, head.n + (in_force[i].named ? name.n : 0));
    }
    return STR("");
}

struct last {
    str subject;
    size_t at; /* where its last line begins */
};

/* A handful: a city cosigns few logs. */
static struct last *last_lines(struct ctx *c, str text, size_t *n)
{
    str rest = text, words, subject;
    struct last *all = NULL;
    size_t from = 0, room = 0, i;

    *n = 0;
    for (; seal_journal_next(&rest, &words); from = text.n - rest.n) {
        subject = subject_of(words);
        if (subject.n == 0)
            continue;
        for (i = 0; i < *n && !str_eq(all[i].subject, subject);)
            i++;
        if (i == *n) {
            ARENA_GROW(c->mem, all, *n, room);
            *n += 1;
        }
        all[i] = (struct last){subject, from};
    }
    return all;
}

static struct lines kept_lines(struct ctx *c, str text)
{
    struct lines t = new_lines(c, text.n + 64);
    size_t cut = text.n > FILE_MOST ? text.n - FILE_KEPT : 0;
    size_t from = 0, n;
    const struct last *force = last_lines(c, text, &n);
    str rest = text, words;

    for (; seal_journal_next(&rest, &words); from = text.n - rest.n) {
        bool kept = from >= cut || str_starts(words, STR("key "));

        for (size_t i = 0; i < n; i++)
            kept = kept || from == force[i].at;
        if (kept)
            add_line(&t, words);
    }
    return t;
}

/* Write the file anew beside itself and put it in its place, locked. What a
 * failed sync left in the old one does not count any more. */
static err renew(struct ctx *c, struct seal_journal *j, const struct lines *t)
{
    const char *beside = arena_fmt(c->mem, "%s.new", j->path).p;
    int fd =
        open(beside, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);

    if (fd < 0)
        return failed(c, beside);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 || fchmod(fd, 0600) != 0 ||
        !write_all(fd, (str){t->p, t->n}) || fsync(fd) != 0 ||
        rename(beside, j->path) != 0) {
        err e = failed(c, beside);

        unlink(beside);
        close(fd);
        return e;
    }
    close(j->fd);
    j->fd = fd;
    j->chain = t->chain;
    j->size = t->n;
    j->broken = !sync_folder_of(c, j->path);
    return j->broken ? failed(c, j->path) : E_OK;
}

/* ---- open, append, close ------------------------------------------ */

/* A signer whose node was killed ends a moment after it. */
static bool lock_soon(int fd)
{
    const struct timespec moment = {.tv_nsec = 20000000};
    int tries = 50;

    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (tries-- == 0)
            return false;
        (void)nanosleep(&moment, NULL);
    }
    return true;
}

static err lock(struct ctx *c, struct seal_journal *j)
{
    struct stat mine, there;

    j->fd = open(j->path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    if (j->fd < 0 && errno == ENOENT)
        return fail(c, E_NOT_FOUND,
                    say(c,
                        "Berkas kunci %s tidak ada. Kota ini tidak dapat "
                        "menandatangani tanpa berkas itu.",
                        "The signer's file %s is missing. This city cannot "
                        "sign without it."),
                    j->path);
    if (j->fd < 0 || fstat(j->fd, &mine) != 0)
        return failed(c, j->path);
    /* Renewed between open and lock: the other process has the new one. */
    if (!lock_soon(j->fd) || stat(j->path, &there) != 0 ||
        mine.st_ino != there.st_ino)
        return fail(c, E_BUSY,
                    say(c, "Berkas kunci %s sedang dipakai proses lain.",
                        "The signer's file %s is in use by another process."),
                    j->path);
    if (!S_ISREG(mine.st_mode) || (mine.st_mode & 077) != 0)
        return fail(c, E_FORBIDDEN,
                    say(c,
                        "Berkas kunci %s dapat dibaca orang lain. Silakan "
                        "jalankan: chmod 600 %s.",
                        "Others can read the signer's file %s. Run: chmod "
                        "600 %s."),
                    j->path, j->path);
    return E_OK;
}

/* The checked text of the file, and the file renewed. */
static err load(struct ctx *c, struct seal_journal *j, str *text)
{
    struct lines t;

    TRY(read_file(c, j->path, j->fd, text));
    TRY(check_format(c, j->path, text));
    TRY(check_lines(c, j->path, text, &j->chain));
    t = kept_lines(c, *text);
    return renew(c, j, &t);
}

err seal_journal_open(struct ctx *c, const char *path, struct seal_journal *j,
                      str *text)
{
    err e;

    *j = (struct seal_journal){.path = path, .fd = -1};
    e = lock(c, j);
    if (e == E_OK)
        e = load(c, j, text);
    if (e != E_OK)
        seal_journal_close(j);
    return e;
}

err seal_journal_append(struct ctx *c, struct seal_journal *j, str words)
{
    char *line = NEWS(c->mem, char, words.n + CHECK + 3);
    struct hash chain;
    str text;
    size_t n;
    bool ok;

    if (j->broken)
        return fail(c, E_STORAGE,
                    say(c,
                        "Berkas kunci %s gagal ditulis sebelumnya. Silakan "
                        "periksa media simpannya, lalu jalankan ulang balai.",
                        "Writing the signer's file %s failed before. Check "
                        "its disk, then start balai again."),
                    j->path);
    if (j->size > FILE_MOST)
        TRY(load(c, j, &text));
    chain = j->chain;
    n = write_line(line, words, &chain);
    /* fdatasync() also makes the file's new length durable. */
    ok = write_all(j->fd, (str){line, n}) && fdatasync(j->fd) == 0;
    sodium_memzero(line, n); /* it may hold a key */
    if (!ok) {
        j->broken = true;
        return failed(c, j->path);
    }
    j->chain = chain;
    j->size += n;
    return E_OK;
}

void seal_journal_close(struct seal_journal *j)
{
    if (j->fd >= 0)
        close(j->fd);
    j->fd = -1;
}
