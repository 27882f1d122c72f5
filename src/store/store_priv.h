/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of this room share. */
#pragma once

#include "store/store.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#define BATCH_MOST       256  /* requests in one commit */
#define QUEUE_MOST       4096 /* requests that wait */
#define READERS_MOST     256  /* snapshots at one time */
#define READERS_KEPT     16   /* connections that stay open for the next */
#define CHECKPOINT_PAGES 1024 /* 4 MB: copied between two batches */
#define ROW_BYTES        ((size_t)64 << 20)
#define SNAPSHOT_MOST    (5 * TIME_SECOND)
#define MEND_AGAIN       TIME_MINUTE

/* The sections that the linker gathers; absent where nothing is in them. */
extern const struct query __start_balai_query[] __attribute__((weak));
extern const struct query __stop_balai_query[] __attribute__((weak));
extern const struct migration __start_balai_migration[] __attribute__((weak));
extern const struct migration __stop_balai_migration[] __attribute__((weak));

/* One prepared statement. A query that is asked again while its rows are
 * still being read gets a spare. */
struct statement {
    sqlite3_stmt *st;
    int *at; /* SQLite's index of $1, $2 ...; 0 where the text has it not */
    bool busy;
    struct statement *spare;
};

/* One SQLite connection. */
struct link {
    sqlite3 *db;
    struct arena *mem;
    struct statement *all; /* by place in the section */
    int64_t number;        /* which file of the store it reads */
    int64_t until;         /* when a snapshot is cut short; 0 is never */
    int wal_pages;         /* in the WAL after the last commit */
    int wal_copied;        /* of these, in the file too */
    int wal_due;           /* when to copy again */
    int fault;             /* SQLite's code of the last failure */
    bool unsynced;         /* a sync failed: see store_mend.c */
    struct link *next;     /* in the pool */
};

/* A loan of a connection: one request, or one snapshot. */
struct conn {
    struct store *store;
    struct link *link; /* NULL when given back */
    struct rows *open;
    struct conn *prev, *next; /* the snapshots that are out */
};

struct rows {
    struct ctx *c;
    struct conn *on;
    const struct query *q;
    struct statement *statement; /* NULL when closed */
    struct rows *prev, *next;
    bool ended;
};

struct store {
    struct arena *mem;
    const char *path; /* as given; store_mend.c says what lies beside it */
    const char *file; /* the file in use */
    const char *vfs, *synchronous;
    bool torn_sectors, was_cut;
    const struct dice *dice;
    int64_t opened, snapshot_most;

    _Atomic int64_t commits;
    struct link *writer;
    int64_t era;                   /* rollbacks so far */
    bool noted;                    /* a failed sync is noted beside the file */
    int64_t mend_next, mend_again; /* monotonic; how long until then */
    bool wal_warned;               /* the log has its line about a long WAL */
    bool keeps_deleted;            /* for fault tests */
    atomic_bool forgetting;        /* the WAL is to be emptied */

    pthread_mutex_t turn; /* who commits when there is no thread */
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t work;
    struct store_job *first, **last;
    size_t waiting;
    struct store_counts counts;
    enum store_state state; /* the writer sets it */
    bool started, stopping;
    pthread_t thread;

    struct link *idle; /* readers */
    struct conn *out;
    size_t n_idle, n_out;
    int64_t number; /* of the file in use; grows when one is written anew */
};

/* ---- store_link.c: connections and statements --------------------- */

enum link_kind { LINK_WRITER, LINK_READER };

err store_link_open(struct ctx *c, const struct store *s, const char *file,
                    enum link_kind kind, struct link **out) MUST_USE;
void store_link_close(struct link *l); /* NULL is allowed */

/* SQLite's answer as the house's error, with a sentence. The only place that
 * knows its codes. `what` is the statement's name. */
err store_fault(struct ctx *c, struct link *l, int rc, const char *what);

/* Remember a code, above all that a sync failed. store_fault() does. */
void store_link_saw(struct link *l, int rc);

/* The statements of store.sql. */
enum verb {
    VERB_BEGIN,
    VERB_COMMIT,
    VERB_ROLLBACK,
    VERB_MARK,
    VERB_KEEP,
    VERB_UNDO,
    VERB_LOOK,
    VERB_ANCHOR,
    VERB_APPLIED,
    VERB_RECORD,
};
const struct query *store_verb(enum verb v);

/* Run one that takes nothing; SQLite's code, SQLITE_OK when it went well. */
int store_link_do(struct link *l, enum verb v);

/* Run text that is not a query of a room: pragmas, migrations, and the
 * statements over all tables, whose names come from the announcements. */
err store_link_exec(struct ctx *c, struct link *l, const char *sql) MUST_USE;

/* The lines that a pragma or a check answers with, at most `most`. */
err store_link_lines(struct ctx *c, struct link *l, const char *sql,
                     size_t most, str *out) MUST_USE;

/* Give `row` each row of such text, until it fails. */
typedef err store_link_row(struct ctx *c, sqlite3_stmt *st, void *arg);
err store_link_each(struct ctx *c, struct link *l, const char *sql,
                    store_link_row *row, void *arg) MUST_USE;

/* Close what is still open on a loan. */
void store_conn_end(struct conn *on);

/* ---- store_migrate.c ---------------------------------------------- */

/* Whether the file is new; one that is neither new nor ours is refused. */
err store_ours(struct ctx *c, struct link *l, const char *path,
               bool *fresh) MUST_USE;
/* `frozen`: E_STORAGE where there is anything to do. */
err store_migrate(struct ctx *c, struct link *l, const char *path,
                  bool frozen) MUST_USE;

/* ---- store_read.c ------------------------------------------------- */

void store_readers_trim(struct store *s); /* those that idle */
void store_readers_close(struct store *s);

/* ---- store_write.c ------------------------------------------------ */

void store_writer_init(struct store *s);
void store_writer_stop(struct store *s); /* commits what waits, ends */

/* ---- store_dump.c ------------------------------------------------- */

struct announced {
    struct store_table table;
    bool small;
};
err store_announced(struct ctx *c, const struct announced **out,
                    size_t *n) MUST_USE;

/* ---- store_mend.c: after a failed sync ---------------------------- */

/* The file in use: `path`, or `path.N` after N moves. */
void store_mend_find(struct ctx *c, struct store *s);
/* Before anything else: a restart must not trust the kernel's cache. */
void store_mend_note(struct store *s);
bool store_mend_noted(struct ctx *c, const struct store *s);
/* Write the database anew and go on there; or halt. */
void store_mend(struct store *s);
void store_state_set(struct store *s, enum store_state state);

/* Copy the whole of `from` into a new file, synced (VACUUM INTO). */
err store_copy(struct ctx *c, const struct store *s, struct link *from,
               const char *file) MUST_USE;
/* E_STORAGE where a full check finds anything wrong. */
err store_sound(struct ctx *c, struct link *l, const char *file) MUST_USE;
