/* SPDX-License-Identifier: EUPL-1.2 */
/* A disk in memory that can lose its power, for SQLite to stand on.
 *
 * A write goes to the cache; only a sync takes it to the platter. When the
 * power goes, each sector that was written and not synced is old, new or torn,
 * and the length of a file is anything between the synced and the last one.
 * After a sync that failed, the cache keeps the bytes and calls them clean, as
 * Linux does: later syncs succeed and do not write them. */
#pragma once

#include "base/base.h"

struct power;

enum power_fault {
    POWER_CUT,   /* at the n-th write, truncation or sync: the power goes */
    POWER_SYNC,  /* the n-th sync fails, and its bytes never reach the disk */
    POWER_READ,  /* the n-th read fails */
    POWER_WRITE, /* the n-th write fails */
    POWER_FULL,  /* the n-th write finds no room */
    POWER_TEAR,  /* as POWER_CUT, and a torn sector is noise from end to end */
    POWER_LIE,   /* as POWER_CUT, of a disk that said it had synced, and lied */
    POWER_MEMORY, /* SQLite's n-th request for memory finds none; only where
                   * power_memory() came first */
    POWER_QUIET, /* as POWER_SYNC, told as any write that fails: weakened, since
                  * nobody can know what it was */
};

/* What may come after the fault: the power goes, or the process is killed and
 * what it wrote stays in the cache. */
enum power_end { POWER_GOES_ON, POWER_DARK, POWER_KILLED };

/* Freed with c->mem, after every database on it is closed. */
struct power *power_new(struct ctx *c);
const char *power_vfs(const struct power *p); /* for store_options.vfs */

/* As it was when it was last saved, without faults. */
void power_save(struct power *p);
void power_load(struct power *p);

/* From here on: `fault` at its n-th chance (0 is never), `times` in a row. */
void power_arm(struct power *p, enum power_fault fault, int64_t n,
               int64_t times, uint64_t seed);
/* And then: at the n-th write, truncation or sync after the fault struck; 0 is
 * at once. */
void power_then(struct power *p, enum power_end end, int64_t n);
int64_t power_chances(const struct power *p, enum power_fault fault);
/* Nothing is read or written any more: the power has gone, or the process was
 * killed. */
bool power_gone(const struct power *p);
bool power_killed(const struct power *p);
/* Another process, on the same machine that never lost its power. */
void power_next(struct power *p);

/* Pull the plug now. */
void power_cut(struct power *p);
/* Power again: what is on the platter is what is there. */
void power_back(struct power *p);

/* From here on SQLite's memory can run out, in this whole process: for a child
 * that ends with its test. No database may be open. */
void power_memory(struct power *p);
