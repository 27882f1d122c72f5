/* SPDX-License-Identifier: EUPL-1.2 */
/* The subjects' keys, in a file of their own, so that forgetting somebody is
 * overwriting 32 bytes.
 *
 * The file is an array of slots of 64 bytes: key[32], tag[32]; slot 0 is the
 * head. Keys are drawn a block at a time, before anybody needs them: an append
 * takes one that is durable already and waits for no second sync. Which
 * subject has which slot stands in the database, in the transaction of the
 * event; slots for attachments are tagged here with the hash of their subject,
 * since a box may be made outside any transaction. A key of zeros is gone. */
#include "ledger/ledger_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define SLOT       64
#define TAG        32
#define BLOCK      1024 /* slots that are drawn at once */
#define HEAD       "balai/keys/v1\n"
#define INDEX_LOG  6                 /* the index begins with 64 places */
#define NEWER_MOST ((size_t)1 << 30) /* bytes of another keys file */

struct place_of {
    unsigned char tag[TAG];
    int64_t slot; /* 0: an empty place */
};

struct ledger_keys {
    struct arena *mem;
    const char *path;
    int fd;
    pthread_mutex_t lock;
    int64_t slots; /* in the file, the head included */
    int64_t next;  /* the first slot that nobody has */
    struct place_of *index;
    size_t n, room; /* of the index; room is a power of two */
};

static const unsigned char nothing[SLOT];

static err failed(struct ctx *c, const struct ledger_keys *k)
{
    return fail(c, E_STORAGE, "%s: %s.", k->path, strerror(errno));
}

/* ---- bytes -------------------------------------------------------- */

static err get(struct ctx *c, const struct ledger_keys *k, int64_t at,
               void *out, size_t n)
{
    for (size_t got = 0; got < n;) {
        ssize_t r =
            pread(k->fd, (char *)out + got, n - got, (off_t)at + (off_t)got);

        if (r < 0 && errno == EINTR)
            continue;
        if (r == 0)
            errno = EIO;
        if (r <= 0)
            return failed(c, k);
        got += (size_t)r;
    }
    return E_OK;
}

static err put(struct ctx *c, const struct ledger_keys *k, int64_t at,
               const void *bytes, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t w = pwrite(k->fd, (const char *)bytes + done, n - done,
                           (off_t)at + (off_t)done);

        if (w < 0 && errno == EINTR)
            continue;
        if (w < 0)
            return failed(c, k);
        done += (size_t)w;
    }
    return E_OK;
}

static err sync_file(struct ctx *c, const struct ledger_keys *k)
{
    return fdatasync(k->fd) == 0 ? E_OK : failed(c, k);
}

/* ---- the index of tags -------------------------------------------- */

static void tag_of(str subject, unsigned char tag[TAG])
{
    struct hash h =
        seal_sha256_of((str[]){STR("balai/subject/v1\n"), subject}, 2);

    memcpy(tag, h.b, TAG);
}

/* The place of the tag, or the empty one where it would stand. */
static struct place_of *find(const struct ledger_keys *k,
                             const unsigned char tag[TAG])
{
    size_t at = (size_t)get_u64be(tag) & (k->room - 1);

    while (k->index[at].slot != 0 && memcmp(k->index[at].tag, tag, TAG) != 0)
        at = (at + 1) & (k->room - 1);
    return &k->index[at];
}

static void note(struct ledger_keys *k, const unsigned char tag[TAG],
                 int64_t slot)
{
    struct place_of *p;

    if (2 * (k->n + 1) > k->room) {
        const struct place_of *old = k->index;
        size_t n = k->room;

        k->room *= 2;
        k->index = NEWS(k->mem, struct place_of, k->room);
        for (size_t i = 0; i < n; i++)
            if (old[i].slot != 0)
                *find(k, old[i].tag) = old[i];
    }
    p = find(k, tag);
    k->n += p->slot == 0;
    memcpy(p->tag, tag, TAG);
    p->slot = slot;
}

/* ---- opening ------------------------------------------------------ */

static err bad_file(struct ctx *c, const struct ledger_keys *k)
{
    return fail(c, E_STORAGE,
                say(c,
                    "%s bukan berkas kunci balai. Silakan kembalikan berkas "
                    "yang benar dari arsip kunci.",
                    "%s is not a keys file of balai. Put back the right one "
                    "from the archive of keys."),
                k->path);
}

static err missing(struct ctx *c, const char *path)
{
    return fail(c, E_STORAGE,
                say(c,
                    "Berkas kunci %s tidak ada; tanpa berkas itu isian warga "
                    "tidak dapat dibuka. Silakan kembalikan dari arsip kunci. "
                    "Bila arsipnya tidak ada lagi, buatlah berkas kosong "
                    "dengan nama itu: isian lama lalu dianggap terhapus.",
                    "The keys file %s is missing; without it nothing that "
                    "residents entered can be opened. Put it back from the "
                    "archive of keys. Where there is none left, make an empty "
                    "file of that name: old fields then count as erased."),
                path);
}

static err make(struct ctx *c, const struct ledger_keys *k, int64_t used)
{
    char head[SLOT] = HEAD;

    ctx_random(c, head + 32, 32);
    TRY(put(c, k, 0, head, sizeof head));
    if (used > 0 && ftruncate(k->fd, (off_t)(used + 1) * SLOT) != 0)
        return failed(c, k);
    return fsync(k->fd) == 0 ? E_OK : failed(c, k);
}

static err open_file(struct ctx *c, struct ledger_keys *k, int64_t used)
{
    if (k->path == NULL) { /* a rehearsal: the keys live as long as it does */
        k->path = "keys";
        k->fd = memfd_create("balai-keys", MFD_CLOEXEC);
        return k->fd >= 0 ? E_OK : failed(c, k);
    }
    if (!file_exists(k->path)) {
        if (used > 0)
            return missing(c, k->path);
        TRY(file_write(c, k->path, STR(""), 0600));
    }
    k->fd = open(k->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    return k->fd >= 0 ? E_OK : failed(c, k);
}

/* Find the tagged slots, a block at a time. */
static err scan(struct ctx *c, struct ledger_keys *k)
{
    unsigned char(*block)[SLOT] =
        arena_take(c->mem, BLOCK, SLOT, _Alignof(unsigned char));

    for (int64_t from = 1; from < k->slots; from += BLOCK) {
        int64_t n = k->slots - from < BLOCK ? k->slots - from : BLOCK;

        TRY(get(c, k, from * SLOT, block, (size_t)n * SLOT));
        for (int64_t i = 0; i < n; i++) {
            if (memcmp(block[i] + 32, nothing, TAG) == 0)
                continue;
            note(k, block[i] + 32, from + i);
            if (from + i >= k->next)
                k->next = from + i + 1;
        }
    }
    return E_OK;
}

static err load(struct ctx *c, struct ledger_keys *k, int64_t used)
{
    char head[SLOT];
    off_t end;

    TRY(open_file(c, k, used));
    end = lseek(k->fd, 0, SEEK_END);
    if (end == 0)
        TRY(make(c, k, used));
    end = lseek(k->fd, 0, SEEK_END);
    if (end < SLOT)
        return bad_file(c, k);
    TRY(get(c, k, 0, head, sizeof head));
    if (memcmp(head, HEAD, sizeof HEAD - 1) != 0)
        return bad_file(c, k);
    k->slots = (int64_t)end / SLOT;
    k->next = used + 1;
    return scan(c, k);
}

err ledger_keys_open(struct ctx *c, const char *path, int64_t used,
                     struct ledger_keys **out)
{
    struct arena *mem = arena_new((size_t)2 << 30);
    struct ledger_keys *k = NEW(mem, struct ledger_keys);
    err e;

    k->mem = mem;
    k->fd = -1;
    k->path = path == NULL ? NULL : arena_str(mem, str_of(path)).p;
    k->room = (size_t)1 << INDEX_LOG;
    k->index = NEWS(mem, struct place_of, k->room);
    MUST(pthread_mutex_init(&k->lock, NULL) == 0);
    e = load(c, k, used);
    if (e != E_OK)
        ledger_keys_close(k);
    else
        *out = k;
    return e;
}

void ledger_keys_close(struct ledger_keys *k)
{
    if (k == NULL)
        return;
    if (k->fd >= 0)
        close(k->fd);
    pthread_mutex_destroy(&k->lock);
    arena_free(k->mem);
}

/* ---- keys --------------------------------------------------------- */

/* The file grows by a block of fresh keys, durable before any is used. */
static err draw(struct ctx *c, struct ledger_keys *k)
{
    unsigned char(*block)[SLOT] =
        arena_take(c->mem, BLOCK, SLOT, _Alignof(unsigned char));
    int64_t from = k->next > k->slots ? k->next : k->slots;

    for (size_t i = 0; i < BLOCK; i++)
        ctx_random(c, block[i], 32);
    TRY(put(c, k, from * SLOT, block, BLOCK * SLOT));
    explicit_bzero(block, (size_t)BLOCK * SLOT);
    TRY(sync_file(c, k));
    k->slots = from + BLOCK;
    return E_OK;
}

/* The next free slot. A slot whose key is gone belonged to somebody in a past
 * that the database no longer knows (an older copy was put back). */
static err next_slot(struct ctx *c, struct ledger_keys *k, int64_t *slot)
{
    unsigned char bytes[SLOT];

    do {
        if (k->next >= k->slots)
            TRY(draw(c, k));
        TRY(get(c, k, k->next * SLOT, bytes, sizeof bytes));
        *slot = k->next++;
    } while (memcmp(bytes, nothing, 32) == 0);
    return E_OK;
}

err ledger_keys_take(struct ctx *c, struct ledger_keys *k, int64_t *slot)
{
    err e;

    pthread_mutex_lock(&k->lock);
    e = next_slot(c, k, slot);
    pthread_mutex_unlock(&k->lock);
    return e;
}

err ledger_keys_get(struct ctx *c, struct ledger_keys *k, int64_t slot,
                    unsigned char key[32], bool *gone)
{
    err e = E_OK;

    memset(key, 0, 32);
    pthread_mutex_lock(&k->lock);
    if (slot > 0 && slot < k->slots)
        e = get(c, k, slot * SLOT, key, 32);
    pthread_mutex_unlock(&k->lock);
    *gone = memcmp(key, nothing, 32) == 0;
    return e;
}

static err tag_new(struct ctx *c, struct ledger_keys *k,
                   const unsigned char tag[TAG], int64_t *slot)
{
    TRY(next_slot(c, k, slot));
    TRY(put(c, k, *slot * SLOT + 32, tag, TAG));
    TRY(sync_file(c, k));
    note(k, tag, *slot);
    return E_OK;
}

err ledger_keys_of(struct ctx *c, struct ledger_keys *k, str subject, bool make,
                   int64_t *slot)
{
    unsigned char tag[TAG];
    err e = E_OK;

    tag_of(subject, tag);
    pthread_mutex_lock(&k->lock);
    *slot = find(k, tag)->slot;
    if (*slot == 0 && make)
        e = tag_new(c, k, tag, slot);
    pthread_mutex_unlock(&k->lock);
    return e;
}

/* A tag stays behind, so that nobody is given a new key under that name. */
static err forget(struct ctx *c, struct ledger_keys *k, int64_t slot,
                  str subject)
{
    unsigned char tag[TAG];
    int64_t files;

    tag_of(subject, tag);
    files = find(k, tag)->slot;
    if (files == 0)
        TRY(tag_new(c, k, tag, &files));
    TRY(put(c, k, files * SLOT, nothing, 32));
    if (slot > 0 && slot < k->slots)
        TRY(put(c, k, slot * SLOT, nothing, 32));
    return sync_file(c, k);
}

err ledger_keys_forget(struct ctx *c, struct ledger_keys *k, int64_t slot,
                       str subject)
{
    unsigned char key[32];
    bool gone;
    int64_t files;
    err e;

    /* At every start all erasures are looked at again. */
    TRY(ledger_keys_get(c, k, slot, key, &gone));
    TRY(ledger_keys_of(c, k, subject, false, &files));
    if (gone && files > 0) {
        TRY(ledger_keys_get(c, k, files, key, &gone));
        if (gone)
            return E_OK;
    }
    pthread_mutex_lock(&k->lock);
    e = forget(c, k, slot, subject);
    pthread_mutex_unlock(&k->lock);
    return e;
}

bool ledger_keys_forgot(struct ctx *c, struct ledger_keys *k, str subject)
{
    unsigned char key[32];
    int64_t slot;
    bool gone = false;

    return ledger_keys_of(c, k, subject, false, &slot) == E_OK && slot > 0 &&
           ledger_keys_get(c, k, slot, key, &gone) == E_OK && gone;
}

/* The tag alone is taken over: which slots of this file are the subject's, its
 * database knows. */
static err learn(struct ctx *c, struct ledger_keys *k,
                 const unsigned char tag[TAG])
{
    int64_t slot = find(k, tag)->slot;

    if (slot == 0)
        TRY(tag_new(c, k, tag, &slot));
    return put(c, k, slot * SLOT, nothing, 32);
}

err ledger_keys_learn(struct ctx *c, struct ledger_keys *k, const char *path)
{
    err e = E_OK;
    str bytes;

    TRY(file_read(c, path, NEWER_MOST, &bytes));
    if (bytes.n < SLOT || bytes.n % SLOT != 0 || !str_starts(bytes, STR(HEAD)))
        return bad_file(c, &(struct ledger_keys){.path = path});
    pthread_mutex_lock(&k->lock);
    for (size_t at = SLOT; at < bytes.n && e == E_OK; at += SLOT)
        if (memcmp(bytes.p + at, nothing, 32) == 0 &&
            memcmp(bytes.p + at + 32, nothing, TAG) != 0)
            e = learn(c, k, (const unsigned char *)bytes.p + at + 32);
    if (e == E_OK)
        e = sync_file(c, k);
    pthread_mutex_unlock(&k->lock);
    return e;
}
