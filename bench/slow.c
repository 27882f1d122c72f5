/* SPDX-License-Identifier: EUPL-1.2 */
/* A disk like this machine's, on which a sync takes longer: what SQLite opens
 * is opened by its usual means, and only the sync is stood in for. */
#include "bench/bench.h"

#include <unistd.h>

static struct {
    sqlite3_vfs vfs, *usual;
    sqlite3_io_methods methods;
    const sqlite3_io_methods *below;
    _Atomic int64_t longer;
} slow;

static int sync_late(sqlite3_file *f, int flags)
{
    int rc = slow.below->xSync(f, flags);

    (void)usleep((useconds_t)slow.longer);
    return rc;
}

static int open_late(sqlite3_vfs *vfs, const char *name, sqlite3_file *out,
                     int flags, int *got)
{
    int rc = slow.usual->xOpen(slow.usual, name, out, flags, got);

    (void)vfs;
    if (rc != SQLITE_OK || out->pMethods == NULL)
        return rc;
    if (slow.below == NULL) {
        slow.below = out->pMethods;
        slow.methods = *out->pMethods;
        slow.methods.xSync = sync_late;
    }
    if (out->pMethods == slow.below)
        out->pMethods = &slow.methods;
    return rc;
}

void bench_slow(int64_t longer)
{
    slow.longer = longer;
    if (slow.usual != NULL)
        return;
    slow.usual = sqlite3_vfs_find(NULL);
    slow.vfs = *slow.usual;
    slow.vfs.zName = "slow";
    slow.vfs.xOpen = open_late;
    MUST(sqlite3_vfs_register(&slow.vfs, 1) == SQLITE_OK);
}
