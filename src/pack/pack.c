/* SPDX-License-Identifier: EUPL-1.2 */
/* The canonical ustar archive. */
#include "pack/pack.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    BLOCK = 512,
    MOST_FILES = 64,
    MOST_FILE = 256 << 10,
    MOST_ARCHIVE = 1 << 20,
    MOST_NAME = 99
};

/* POSIX.1-1988, with the numbers in the octal that GNU tar writes. */
struct header {
    char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8];
    char type, linkname[100], magic[6], version[2], uname[32], gname[32];
    char devmajor[8], devminor[8], prefix[155], pad[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a header is one block");

/* ---- names ---------------------------------------------------------- */

/* Windows keeps these for devices, with any ending. */
static bool is_device(str part)
{
    static const str devices[] = {
        STR_INIT("con"),  STR_INIT("prn"),  STR_INIT("aux"),  STR_INIT("nul"),
        STR_INIT("com1"), STR_INIT("com2"), STR_INIT("com3"), STR_INIT("com4"),
        STR_INIT("com5"), STR_INIT("com6"), STR_INIT("com7"), STR_INIT("com8"),
        STR_INIT("com9"), STR_INIT("lpt1"), STR_INIT("lpt2"), STR_INIT("lpt3"),
        STR_INIT("lpt4"), STR_INIT("lpt5"), STR_INIT("lpt6"), STR_INIT("lpt7"),
        STR_INIT("lpt8"), STR_INIT("lpt9")};
    str head, ending;

    str_cut(part, '.', &head, &ending);
    return str_among(head, devices, COUNT(devices)) >= 0;
}

static bool is_part(str part)
{
    static const char signs[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    const size_t alphanumeric = 36;

    for (size_t i = 0; i < part.n; i++)
        if (memchr(signs, part.p[i],
                   i == 0 ? alphanumeric : sizeof signs - 1) == NULL)
            return false;
    return part.n > 0 && part.p[part.n - 1] != '.' && !is_device(part);
}

/* On a disk that folds case, "license" would be LICENSE. */
static bool is_name(str name)
{
    str dir, file;

    if (str_eq(name, STR("LICENSE")))
        return true;
    if (name.n > MOST_NAME || str_eq(name, STR("license")))
        return false;
    if (!str_cut(name, '/', &dir, &file))
        return is_part(name);
    return is_part(dir) && is_part(file);
}

static err check_file(struct ctx *c, const struct pack_file *f)
{
    if (!is_name(f->name))
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "Nama berkas \"%.*s\" tidak dapat dipakai dalam "
                        "paket. Pakai huruf kecil, angka, titik, _ dan -, "
                        "paling banyak satu folder.",
                        "The file name \"%.*s\" cannot be used in a package. "
                        "Use small letters, digits, dots, _ and -, and one "
                        "folder at most."),
                    STR_ARG(f->name));
    if (f->bytes.n > MOST_FILE)
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "Berkas %.*s lebih besar dari 256 KiB. Perkecil atau "
                        "bagilah.",
                        "The file %.*s is larger than 256 KiB. Make it "
                        "smaller, or split it."),
                    STR_ARG(f->name));
    return E_OK;
}

/* Whether `name` lies in a folder whose name is that of the file `file`. */
static bool is_below(str name, str file)
{
    return str_starts(name, file) && name.n > file.n && name.p[file.n] == '/';
}

static int by_name(const void *a, const void *b)
{
    const struct pack_file *x = a, *y = b;

    return str_cmp(x->name, y->name);
}

static err check_files(struct ctx *c, const struct pack_file *sorted, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        TRY(check_file(c, &sorted[i]));
        for (size_t j = i + 1; j < n; j++)
            if (str_eq(sorted[i].name, sorted[j].name) ||
                is_below(sorted[j].name, sorted[i].name))
                return fail(c, E_BAD_INPUT,
                            say(c,
                                "Nama %.*s dipakai dua kali dalam paket ini. "
                                "Ganti salah satunya.",
                                "The name %.*s is used twice in this package. "
                                "Change one of them."),
                            STR_ARG(sorted[i].name));
    }
    return E_OK;
}

/* ---- writing -------------------------------------------------------- */

static void octal(char *to, size_t n, size_t value)
{
    to[n - 1] = 0;
    for (size_t i = n - 1; i-- > 0; value /= 8)
        to[i] = (char)('0' + value % 8);
}

static struct header header_of(const struct pack_file *f)
{
    struct header h = {.type = '0', .magic = "ustar", .version = {'0', '0'}};
    const unsigned char *bytes = (const unsigned char *)&h;
    unsigned sum = 0;

    memcpy(h.name, f->name.p, f->name.n);
    octal(h.mode, sizeof h.mode, 0644);
    octal(h.uid, sizeof h.uid, 0);
    octal(h.gid, sizeof h.gid, 0);
    octal(h.size, sizeof h.size, f->bytes.n);
    octal(h.mtime, sizeof h.mtime, 0);
    octal(h.devmajor, sizeof h.devmajor, 0);
    octal(h.devminor, sizeof h.devminor, 0);
    memset(h.sum, ' ', sizeof h.sum);
    for (size_t i = 0; i < sizeof h; i++)
        sum += bytes[i];
    octal(h.sum, sizeof h.sum - 1, sum);
    return h;
}

static void put_file(struct buf *b, const struct pack_file *f)
{
    static const char zeros[BLOCK];
    struct header h = header_of(f);

    buf_raw(b, (str){(const char *)&h, sizeof h});
    buf_raw(b, f->bytes);
    if (f->bytes.n % BLOCK != 0)
        buf_raw(b, (str){zeros, BLOCK - f->bytes.n % BLOCK});
}

static err too_much(struct ctx *c)
{
    return fail(c, E_BAD_INPUT,
                say(c,
                    "Paket memuat paling banyak 64 berkas dan 1 MiB. Keluarkan "
                    "yang tidak perlu.",
                    "A package holds at most 64 files and 1 MiB. Take out what "
                    "is not needed."));
}

err pack_write(struct ctx *c, const struct pack_file *files, size_t n, str *out)
{
    static const char end[2 * BLOCK];
    struct pack_file *sorted;
    struct buf b = buf_new(c, MOST_ARCHIVE);

    if (n > MOST_FILES)
        return too_much(c);
    sorted = NEWS(c->mem, struct pack_file, n);
    if (n > 0)
        memcpy(sorted, files, n * sizeof *files);
    qsort(sorted, n, sizeof *sorted, by_name);
    TRY(check_files(c, sorted, n));
    for (size_t i = 0; i < n; i++)
        put_file(&b, &sorted[i]);
    buf_raw(&b, (str){end, sizeof end});
    if (b.over)
        return too_much(c);
    return buf_done(c, &b, out);
}

/* ---- reading -------------------------------------------------------- */

static err not_canonical(struct ctx *c, size_t at)
{
    return fail(c, E_BAD_INPUT,
                say(c,
                    "Arsip ini tidak dalam bentuk baku mulai bita %zu. Minta "
                    "kota asalnya menerbitkan ulang paket ini.",
                    "This archive is not in the canonical form from byte %zu "
                    "on. Ask its city to publish the package again."),
                at);
}

static bool read_octal(const char *p, size_t n, size_t *out)
{
    *out = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        if (p[i] < '0' || p[i] > '7')
            return false;
        *out = *out * 8 + (size_t)(p[i] - '0');
    }
    return true;
}

/* The file at *at, which moves behind it. Only what cannot be done without is
 * looked at here: writing again shows the rest. */
static err next_file(struct ctx *c, str archive, size_t *at,
                     struct pack_file *out)
{
    struct header h;
    size_t size, room;

    if (archive.n - *at < BLOCK)
        return not_canonical(c, *at);
    memcpy(&h, archive.p + *at, sizeof h);
    room = archive.n - *at - BLOCK;
    if (!read_octal(h.size, sizeof h.size, &size) || size > room ||
        (size + BLOCK - 1) / BLOCK * BLOCK > room)
        return not_canonical(c, *at);
    out->name = arena_str(c->mem, (str){h.name, strnlen(h.name, MOST_NAME)});
    out->bytes =
        arena_str(c->mem, str_slice(archive, *at + BLOCK, *at + BLOCK + size));
    *at += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
    return E_OK;
}

static size_t first_difference(str a, str b)
{
    size_t i = 0;

    while (i < a.n && i < b.n && a.p[i] == b.p[i])
        i++;
    return i;
}

err pack_read(struct ctx *c, str archive, struct pack_file **files, size_t *n)
{
    struct pack_file *found = NEWS(c->mem, struct pack_file, MOST_FILES);
    size_t many = 0, at = 0;
    str again;

    if (archive.n > MOST_ARCHIVE)
        return too_much(c);
    while (at < archive.n && archive.p[at] != 0) {
        if (many == MOST_FILES)
            return too_much(c);
        TRY(next_file(c, archive, &at, &found[many++]));
    }
    TRY(pack_write(c, found, many, &again));
    if (!str_eq(archive, again))
        return not_canonical(c, first_difference(archive, again));
    *files = found;
    *n = many;
    return E_OK;
}
