/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/power.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SECTOR  512
#define REGIONS 16
#define SLOTS   8 /* SQLite's locks in the WAL index */

/* The cache and the platter of one file. */
struct bytes {
    unsigned char *now, *kept;
    bool *dirty; /* a sector each */
    size_t n_now, n_kept, room;
};

struct file {
    struct power *power;
    char name[512];
    struct bytes b, saved;
    bool gone;
    int shared, users; /* locks of the file; users of the WAL index */
    const void *holder;
    void *region[REGIONS];
    int readers[SLOTS];
    bool taken[SLOTS];
    struct file *next;
};

struct power {
    sqlite3_vfs vfs;
    struct file *files;
    enum power_fault fault;
    int64_t at, times, reads, writes, syncs, takes;
    uint64_t seed;
    bool dead, dark; /* nothing answers; the power went */
    bool whole, lies, hit;
    enum power_end end;
    int64_t end_at; /* so many writes and syncs after the hit */
    char name[32];
    pthread_mutex_t lock;
};

static pthread_mutex_t *locked(struct power *p)
{
    pthread_mutex_lock(&p->lock);
    return &p->lock;
}

static void unlock(pthread_mutex_t **lock)
{
    pthread_mutex_unlock(*lock);
}

/* One call of SQLite's at a time, to the end of the block. */
#define ALONE(p)                                                               \
    __attribute__((cleanup(unlock), unused)) pthread_mutex_t *alone = locked(p)

struct handle {
    sqlite3_file base;
    struct file *f;
    int level;
    bool psow, mapped;
    bool shares[SLOTS], takes[SLOTS];
};

static struct handle *handle(sqlite3_file *f)
{
    return (struct handle *)(void *)f;
}

static uint64_t roll(struct power *p)
{
    p->seed ^= p->seed >> 12, p->seed ^= p->seed << 25,
        p->seed ^= p->seed >> 27;
    return p->seed * UINT64_C(2685821657736338717) >> 16;
}

/* ---- bytes -------------------------------------------------------- */

static void *bigger(void *p, size_t before, size_t after)
{
    unsigned char *q = realloc(p, after);

    MUST(q != NULL);
    memset(q + before, 0, after - before);
    return q;
}

static void make_room(struct bytes *b, size_t n)
{
    size_t room = b->room == 0 ? (size_t)64 << 10 : b->room;

    while (room < n)
        room *= 2;
    if (room == b->room)
        return;
    b->now = bigger(b->now, b->room, room);
    b->kept = bigger(b->kept, b->room, room);
    b->dirty = bigger(b->dirty, b->room / SECTOR, room / SECTOR);
    b->room = room;
}

static void copy_bytes(struct bytes *to, const struct bytes *from)
{
    make_room(to, from->n_kept);
    if (to->room > 0) {
        memset(to->kept, 0, to->room);
        memset(to->now, 0, to->room);
        memset(to->dirty, 0, to->room / SECTOR);
    }
    if (from->n_kept > 0) {
        memcpy(to->kept, from->kept, from->n_kept);
        memcpy(to->now, from->kept, from->n_kept);
    }
    to->n_now = to->n_kept = from->n_kept;
}

static void free_bytes(struct bytes *b)
{
    free(b->now);
    free(b->kept);
    free(b->dirty);
    *b = (struct bytes){0};
}

static void mark(struct bytes *b, size_t from, size_t to)
{
    for (size_t i = from / SECTOR; i * SECTOR < to; i++)
        b->dirty[i] = true;
}

static void keep(struct bytes *b)
{
    for (size_t i = 0; i < b->room / SECTOR; i++)
        if (b->dirty[i])
            memcpy(b->kept + i * SECTOR, b->now + i * SECTOR, SECTOR);
    if (b->room > 0)
        memset(b->dirty, 0, b->room / SECTOR);
    b->n_kept = b->n_now;
}

/* ---- the plug ----------------------------------------------------- */

static void tear(struct power *p, unsigned char *kept, const unsigned char *now)
{
    size_t cut = roll(p) % SECTOR;

    switch (roll(p) % 4) {
    case 0: /* old */
        return;
    case 1: /* new */
        memcpy(kept, now, SECTOR);
        return;
    default:
        if (p->whole)
            for (size_t i = 0; i < SECTOR; i++)
                kept[i] = (unsigned char)roll(p);
        else if (roll(p) % 2 == 0)
            memcpy(kept, now, cut);
        else
            memcpy(kept + cut, now + cut, SECTOR - cut);
    }
}

static void lose(struct power *p, struct bytes *b)
{
    size_t low = b->n_now < b->n_kept ? b->n_now : b->n_kept;
    size_t high = b->n_now < b->n_kept ? b->n_kept : b->n_now;

    for (size_t i = 0; i < b->room / SECTOR; i++)
        if (b->dirty[i])
            tear(p, b->kept + i * SECTOR, b->now + i * SECTOR);
    switch (roll(p) % 3) {
    case 0:
        b->n_kept = low;
        break;
    case 1:
        b->n_kept = high;
        break;
    default:
        b->n_kept = low + (high > low ? roll(p) % (high - low) : 0);
    }
    memset(b->kept + b->n_kept, 0, b->room - b->n_kept);
}

void power_cut(struct power *p)
{
    if (p->dark)
        return;
    p->dead = p->dark = true;
    for (struct file *f = p->files; f != NULL; f = f->next)
        if (!f->gone && f->b.room > 0)
            lose(p, &f->b);
}

void power_back(struct power *p)
{
    for (struct file *f = p->files; f != NULL; f = f->next) {
        MUST(f->users == 0 && f->shared == 0);
        if (f->gone || f->b.room == 0)
            continue;
        memcpy(f->b.now, f->b.kept, f->b.room);
        memset(f->b.dirty, 0, f->b.room / SECTOR);
        f->b.n_now = f->b.n_kept;
    }
    power_arm(p, POWER_CUT, 0, 0, 1);
}

static void end(struct power *p)
{
    if (p->end == POWER_DARK)
        power_cut(p);
    if (p->end == POWER_KILLED)
        p->dead = true;
}

/* One more chance: whether the fault strikes this one. */
static bool struck(struct power *p, enum power_fault fault, int64_t chance)
{
    bool hit = p->at > 0 && p->fault == fault && chance >= p->at &&
               chance < p->at + p->times;

    if (hit && fault == POWER_CUT)
        power_cut(p);
    if (hit && !p->hit && p->end_at == 0)
        end(p);
    p->hit = p->hit || hit;
    return hit;
}

/* One more write or sync: whether it finds nothing there. */
static bool gone(struct power *p)
{
    if (!p->dead && p->hit && p->end_at > 0 && --p->end_at == 0)
        end(p);
    return p->dead;
}

void power_arm(struct power *p, enum power_fault fault, int64_t n,
               int64_t times, uint64_t seed)
{
    p->whole = fault == POWER_TEAR;
    p->lies = fault == POWER_LIE;
    p->fault = p->whole || p->lies ? POWER_CUT : fault;
    p->hit = p->dead = p->dark = false;
    p->end = POWER_GOES_ON;
    p->end_at = 0;
    p->at = n;
    p->times = times;
    p->seed = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
    p->reads = p->writes = p->syncs = p->takes = 0;
}

void power_then(struct power *p, enum power_end end, int64_t n)
{
    p->end = end;
    p->end_at = n;
}

int64_t power_chances(const struct power *p, enum power_fault fault)
{
    switch (fault) {
    case POWER_SYNC:
    case POWER_QUIET:
        return p->syncs;
    case POWER_MEMORY:
        return p->takes;
    case POWER_READ:
        return p->reads;
    case POWER_WRITE:
    case POWER_FULL:
        return p->writes;
    case POWER_CUT:
    case POWER_TEAR:
    case POWER_LIE:
        break;
    }
    return p->writes + p->syncs;
}

bool power_gone(const struct power *p)
{
    return p->dead;
}

bool power_killed(const struct power *p)
{
    return p->dead && !p->dark;
}

void power_next(struct power *p)
{
    MUST(power_killed(p));
    for (struct file *f = p->files; f != NULL; f = f->next)
        MUST(f->users == 0 && f->shared == 0);
    power_arm(p, POWER_CUT, 0, 0, p->seed);
}

/* ---- a file ------------------------------------------------------- */

static int file_close(sqlite3_file *base)
{
    ALONE(handle(base)->f->power);
    struct handle *h = handle(base);

    if (h->level > SQLITE_LOCK_NONE)
        h->f->shared--;
    if (h->f->holder == h)
        h->f->holder = NULL;
    h->level = SQLITE_LOCK_NONE;
    return SQLITE_OK;
}

static int file_read_at(sqlite3_file *base, void *out, int n, sqlite3_int64 at)
{
    ALONE(handle(base)->f->power);
    struct power *p = handle(base)->f->power;
    const struct bytes *b = &handle(base)->f->b;
    size_t from = (size_t)at, want = (size_t)n, have;

    p->reads++;
    if (p->dead || struck(p, POWER_READ, p->reads))
        return SQLITE_IOERR_READ;
    have = from >= b->n_now ? 0 : b->n_now - from;
    have = have < want ? have : want;
    if (have > 0)
        memcpy(out, b->now + from, have);
    memset((char *)out + have, 0, want - have);
    return have == want ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int file_write_at(sqlite3_file *base, const void *in, int n,
                         sqlite3_int64 at)
{
    ALONE(handle(base)->f->power);
    struct file *f = handle(base)->f;
    struct power *p = f->power;
    size_t from = (size_t)at, to = from + (size_t)n;

    if (gone(p))
        return SQLITE_IOERR_WRITE;
    p->writes++;
    if (struck(p, POWER_WRITE, p->writes))
        return SQLITE_IOERR_WRITE;
    if (struck(p, POWER_FULL, p->writes))
        return SQLITE_FULL;
    make_room(&f->b, to);
    memcpy(f->b.now + from, in, (size_t)n);
    mark(&f->b, from, to);
    if (to > f->b.n_now)
        f->b.n_now = to;
    return struck(p, POWER_CUT, p->writes + p->syncs) ? SQLITE_IOERR_WRITE
                                                      : SQLITE_OK;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    ALONE(handle(base)->f->power);
    struct file *f = handle(base)->f;
    struct power *p = f->power;
    size_t n = (size_t)size;

    if (gone(p))
        return SQLITE_IOERR_TRUNCATE;
    p->writes++;
    if (n < f->b.n_now) {
        memset(f->b.now + n, 0, f->b.n_now - n);
        mark(&f->b, n, f->b.n_now);
    }
    make_room(&f->b, n);
    f->b.n_now = n;
    return struck(p, POWER_CUT, p->writes + p->syncs) ? SQLITE_IOERR_TRUNCATE
                                                      : SQLITE_OK;
}

static int file_sync(sqlite3_file *base, int flags)
{
    ALONE(handle(base)->f->power);
    struct file *f = handle(base)->f;
    struct power *p = f->power;

    (void)flags;
    if (gone(p))
        return SQLITE_IOERR;
    p->syncs++;
    if (struck(p, POWER_CUT, p->writes + p->syncs))
        return SQLITE_IOERR;
    if (struck(p, POWER_SYNC, p->syncs) || struck(p, POWER_QUIET, p->syncs)) {
        if (f->b.room > 0)
            memset(f->b.dirty, 0, f->b.room / SECTOR);
        return p->fault == POWER_SYNC ? SQLITE_IOERR_FSYNC : SQLITE_IOERR_WRITE;
    }
    if (!p->lies)
        keep(&f->b);
    return SQLITE_OK;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *size)
{
    ALONE(handle(base)->f->power);
    *size = (sqlite3_int64)handle(base)->f->b.n_now;
    return SQLITE_OK;
}

static int file_lock(sqlite3_file *base, int level)
{
    ALONE(handle(base)->f->power);
    struct handle *h = handle(base);
    struct file *f = h->f;

    if (level <= h->level)
        return SQLITE_OK;
    if (f->holder != NULL && f->holder != h)
        return SQLITE_BUSY;
    if (level == SQLITE_LOCK_EXCLUSIVE && f->shared > 1)
        return SQLITE_BUSY;
    if (h->level == SQLITE_LOCK_NONE)
        f->shared++;
    if (level > SQLITE_LOCK_SHARED)
        f->holder = h;
    h->level = level;
    return SQLITE_OK;
}

static int file_unlock(sqlite3_file *base, int level)
{
    ALONE(handle(base)->f->power);
    struct handle *h = handle(base);

    if (level >= h->level)
        return SQLITE_OK;
    if (h->f->holder == h)
        h->f->holder = NULL;
    if (level == SQLITE_LOCK_NONE)
        h->f->shared--;
    h->level = level;
    return SQLITE_OK;
}

static int file_reserved(sqlite3_file *base, int *out)
{
    ALONE(handle(base)->f->power);
    *out = handle(base)->f->holder != NULL;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *base, int op, void *arg)
{
    int *on = arg;

    if (op != SQLITE_FCNTL_POWERSAFE_OVERWRITE)
        return SQLITE_NOTFOUND;
    if (*on >= 0)
        handle(base)->psow = *on != 0;
    *on = handle(base)->psow;
    return SQLITE_OK;
}

static int file_sector(sqlite3_file *base)
{
    (void)base;
    return SECTOR;
}

static int file_character(sqlite3_file *base)
{
    return handle(base)->psow ? SQLITE_IOCAP_POWERSAFE_OVERWRITE : 0;
}

/* ---- the WAL index ------------------------------------------------ */

static int shm_map(sqlite3_file *base, int i, int size, int extend,
                   void volatile **out)
{
    ALONE(handle(base)->f->power);
    struct handle *h = handle(base);
    struct file *f = h->f;

    MUST(i < REGIONS);
    f->users += !h->mapped;
    h->mapped = true;
    if (f->region[i] == NULL && extend)
        f->region[i] = calloc(1, (size_t)size);
    *out = f->region[i];
    return SQLITE_OK;
}

static int turn_lock(sqlite3_file *base, int from, int n, int flags)
{
    struct handle *h = handle(base);
    struct file *f = h->f;
    bool share = (flags & SQLITE_SHM_SHARED) != 0;

    for (int i = from; i < from + n && (flags & SQLITE_SHM_LOCK) != 0; i++)
        if ((f->taken[i] && !h->takes[i]) ||
            (!share && f->readers[i] > h->shares[i]))
            return SQLITE_BUSY;
    for (int i = from; i < from + n; i++) {
        bool lock = (flags & SQLITE_SHM_LOCK) != 0;

        if (share && h->shares[i] != lock) {
            f->readers[i] += lock ? 1 : -1;
            h->shares[i] = lock;
        } else if (!share && h->takes[i] != lock) {
            f->taken[i] = h->takes[i] = lock;
        }
    }
    return SQLITE_OK;
}

static int shm_lock(sqlite3_file *base, int from, int n, int flags)
{
    ALONE(handle(base)->f->power);

    return turn_lock(base, from, n, flags);
}

static void shm_barrier(sqlite3_file *base)
{
    ALONE(handle(base)->f->power);
}

static int shm_unmap(sqlite3_file *base, int delete_it)
{
    ALONE(handle(base)->f->power);
    struct handle *h = handle(base);

    (void)delete_it;
    if (!h->mapped)
        return SQLITE_OK;
    (void)turn_lock(base, 0, SLOTS, SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED);
    (void)turn_lock(base, 0, SLOTS, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
    h->mapped = false;
    if (--h->f->users > 0)
        return SQLITE_OK;
    for (int i = 0; i < REGIONS; i++) {
        free(h->f->region[i]);
        h->f->region[i] = NULL;
    }
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
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
};

/* ---- the disk ----------------------------------------------------- */

static struct file *find(struct power *p, const char *name)
{
    for (struct file *f = p->files; f != NULL; f = f->next)
        if (!f->gone && strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *out,
                     int flags, int *out_flags)
{
    ALONE(vfs->pAppData);
    struct power *p = vfs->pAppData;
    struct handle *h = handle(out);
    struct file *f = name == NULL ? NULL : find(p, name);

    out->pMethods = NULL;
    if (p->dead || (f == NULL && (flags & SQLITE_OPEN_CREATE) == 0))
        return SQLITE_CANTOPEN;
    if (f == NULL) {
        f = calloc(1, sizeof *f);
        MUST(f != NULL);
        f->power = p;
        (void)snprintf(f->name, sizeof f->name, "%s", name == NULL ? "" : name);
        f->next = p->files;
        p->files = f;
    }
    *h = (struct handle){.base = {&methods}, .f = f, .psow = true};
    if (out_flags != NULL)
        *out_flags = flags;
    return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    ALONE(vfs->pAppData);
    struct power *p = vfs->pAppData;
    struct file *f = find(p, name);

    (void)sync_folder;
    if (p->dead)
        return SQLITE_IOERR_DELETE;
    if (f == NULL)
        return SQLITE_IOERR_DELETE_NOENT;
    f->gone = true; /* who has it open goes on with it */
    return SQLITE_OK;
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    ALONE(vfs->pAppData);
    (void)flags;
    *out = find(vfs->pAppData, name) != NULL;
    return SQLITE_OK;
}

static int disk_full_name(sqlite3_vfs *vfs, const char *name, int n, char *out)
{
    (void)vfs;
    (void)sqlite3_snprintf(n, out, "%s", name);
    return SQLITE_OK;
}

static int disk_random(sqlite3_vfs *vfs, int n, char *out)
{
    ALONE(vfs->pAppData);
    for (int i = 0; i < n; i++)
        out[i] = (char)roll(vfs->pAppData);
    return n;
}

static int disk_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

static int disk_time(sqlite3_vfs *vfs, double *out)
{
    (void)vfs;
    *out = 2461087.5;
    return SQLITE_OK;
}

static int disk_error(sqlite3_vfs *vfs, int n, char *out)
{
    (void)vfs, (void)n, (void)out;
    return 0;
}

static void power_free(void *it)
{
    struct power *p = it;

    (void)sqlite3_vfs_unregister(&p->vfs);
    pthread_mutex_destroy(&p->lock);
    for (struct file *f = p->files, *next; f != NULL; f = next) {
        next = f->next;
        free_bytes(&f->b);
        free_bytes(&f->saved);
        free(f);
    }
    free(p);
}

struct power *power_new(struct ctx *c)
{
    struct power *p = calloc(1, sizeof *p);

    MUST(p != NULL);
    (void)snprintf(p->name, sizeof p->name, "power-%p", (void *)p);
    p->vfs = (sqlite3_vfs){.iVersion = 1,
                           .szOsFile = (int)sizeof(struct handle),
                           .mxPathname = 500,
                           .zName = p->name,
                           .pAppData = p,
                           .xOpen = disk_open,
                           .xDelete = disk_delete,
                           .xAccess = disk_access,
                           .xFullPathname = disk_full_name,
                           .xRandomness = disk_random,
                           .xSleep = disk_sleep,
                           .xCurrentTime = disk_time,
                           .xGetLastError = disk_error};
    MUST(pthread_mutex_init(&p->lock, NULL) == 0);
    power_arm(p, POWER_CUT, 0, 0, 1);
    MUST(sqlite3_vfs_register(&p->vfs, 0) == SQLITE_OK);
    arena_owns(c->mem, power_free, p);
    return p;
}

const char *power_vfs(const struct power *p)
{
    return p->name;
}

void power_save(struct power *p)
{
    for (struct file *f = p->files; f != NULL; f = f->next)
        if (!f->gone)
            copy_bytes(&f->saved, &f->b);
}

void power_load(struct power *p)
{
    for (struct file *f = p->files, **at = &p->files; f != NULL; f = *at) {
        MUST(f->users == 0 && f->shared == 0);
        if (f->saved.room == 0) { /* made since, or gone before */
            *at = f->next;
            free_bytes(&f->b);
            free(f);
            continue;
        }
        f->gone = false;
        copy_bytes(&f->b, &f->saved);
        at = &f->next;
    }
    power_arm(p, POWER_CUT, 0, 0, 1);
}

/* ---- memory ------------------------------------------------------- */

/* SQLite asks for memory without saying for which disk. */
static struct {
    sqlite3_mem_methods usual;
    struct power *of;
} memory;

static bool is_short(void)
{
    return struck(memory.of, POWER_MEMORY, ++memory.of->takes);
}

static void *take_memory(int n)
{
    return is_short() ? NULL : memory.usual.xMalloc(n);
}

static void *take_more(void *p, int n)
{
    return is_short() ? NULL : memory.usual.xRealloc(p, n);
}

void power_memory(struct power *p)
{
    sqlite3_mem_methods mine;

    MUST(sqlite3_vfs_unregister(&p->vfs) == SQLITE_OK);
    MUST(sqlite3_shutdown() == SQLITE_OK);
    MUST(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory.usual) == SQLITE_OK);
    mine = memory.usual;
    mine.xMalloc = take_memory;
    mine.xRealloc = take_more;
    memory.of = p;
    MUST(sqlite3_config(SQLITE_CONFIG_MALLOC, &mine) == SQLITE_OK);
    MUST(sqlite3_vfs_register(&p->vfs, 0) == SQLITE_OK);
}
