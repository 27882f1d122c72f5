/* SPDX-License-Identifier: EUPL-1.2 */
/* store: a city's database. Floor 2; uses base. Owns SQLite.
 *
 * One connection writes and checkpoints, no other does either. Writers queue:
 * what waits is committed together, each request in a savepoint of its own, so
 * a refused one rolls back alone; store_write() returns when its commit is
 * durable. Readers see a snapshot each.
 *
 * SQL stands in src/ROOM/ROOM.sql and nowhere else: only tools/mksql makes a
 * `struct query`, so no text can be executed that was put together at run
 * time. Tables stand in src/ROOM/migrate/NNNN_what.sql. */
#pragma once

#include "base/base.h"

struct store;
struct conn; /* inside one write, or one snapshot */
struct rows;

/* A statement; `types` has a letter a parameter: i i64, t text, b blob. */
struct query {
    const char *name, *types, *sql, *file;
    int line;
};

#define QUERY(id, types, at, text)                                             \
    static const struct query id __attribute__((used, section("balai_query"),  \
                                                aligned(sizeof(void *)))) = {  \
        #id, types, text, __FILE__, at}

/* A migration: `tables` has a line "NAME CLASS" for each table it makes, or
 * "NAME CLASS small" where a scan of it is no fault, or "NAME gone". */
struct migration {
    const char *name;
    int number;
    const char *tables, *sql;
};

#define MIGRATION(id, number, tables, sql)                                     \
    static const struct migration id                                           \
        __attribute__((used, section("balai_migration"),                       \
                       aligned(sizeof(void *)))) = {#id, number, tables, sql}

/* What a table is: rebuild replays projections, backup keeps truth. */
enum store_class { STORE_TRUTH, STORE_PROJECTION, STORE_VOLATILE };

/* ---- opening ------------------------------------------------------ */

struct store_options {
    const char *path;
    /* For fault tests; all zero is what a city uses. */
    const char *vfs;         /* another SQLite VFS */
    const char *synchronous; /* NULL is FULL; NORMAL and OFF lose commits */
    bool create;             /* make the file where it is missing */
    int64_t snapshot_most;   /* microseconds; 0 is five seconds */
    int64_t mend_again;      /* microseconds; 0 is a minute */
    bool torn_sectors;       /* the medium may tear a neighbour of what it
                              * writes: SD cards, cheap sticks (psow=0) */
    bool keeps_deleted;      /* what is deleted stays in the file's gaps */
};

/* Open, migrate to this program's newest number, and get ready to write.
 *     E_NEWER      the file was migrated by a newer balai; the sentence names
 *                  the numbers
 *     E_NOT_FOUND  there is no file, and `create` is not set
 * Where a sync had failed the database is written anew first; where that fails
 * it is opened to be read, STORE_HALTED.
 *     E_STORAGE    the disk or the file is at fault */
err store_open(struct ctx *c, const struct store_options *o,
               struct store **out) MUST_USE;
void store_close(struct store *s); /* the writer last; NULL is allowed */

/* The file in use. It is the path given until a sync has failed: then what the
 * disk holds can no longer be trusted, and the database is written anew beside
 * it and goes on there; the path given is a link to it from then on (see
 * store_mend.c). */
str store_path(struct store *s);

/* How well it writes. Whatever the state, it can be read. */
enum store_state {
    STORE_WELL,
    STORE_FAILING, /* the last commit failed (a full disk, say); it is tried
                    * again with the next */
    STORE_MENDING, /* a sync failed: the database is being written anew, and
                    * who wants to write is told to wait (E_BUSY) */
    STORE_HALTED,  /* that failed too: E_BUSY until it succeeds, which is tried
                    * each minute, and at each start */
};
/* *moves (NULL is allowed): how often it was written anew so far. */
enum store_state store_state(struct store *s, int64_t *moves);

/* Give the writer a thread of its own. Without it store_write() runs its
 * queue itself, which tests and simulations want. */
err store_start(struct ctx *c, struct store *s) MUST_USE;

/* Whether the last who had it open was stopped without closing it: a power
 * cut, a kill. Nothing acknowledged is lost; a store_check() is due. */
bool store_was_cut(const struct store *s);

/* SQLite's version, for doctor and the page about the program. */
str store_engine(void);

/* ---- writing and reading ------------------------------------------ */

/* Run work(c, tx, arg) in a savepoint of the next commit; return what it
 * returned, after the commit is durable. Where work fails, nothing of it
 * stays. E_STORAGE: the commit failed, nobody's write of it stays. E_BUSY: the
 * queue is full, or the disk is being mended. `work` runs on the writer's
 * thread while the caller waits. */
typedef err store_work(struct ctx *c, struct conn *tx, void *arg);
err store_write(struct ctx *c, struct store *s, store_work *work,
                void *arg) MUST_USE;

/* The same without waiting: done(job) is called once, on the thread that
 * commits, when the answer is in job->result; after that nothing touches the
 * job. Jobs are done in the order in which they were submitted. E_BUSY: the
 * queue is full, and done is not called. */
struct store_job {
    struct ctx *c;
    store_work *work;
    void *arg;
    void (*done)(struct store_job *job);
    err result;
    struct store_job *next; /* store's own */
};
err store_submit(struct store *s, struct store_job *job) MUST_USE;
/* Where no thread was started: commit what waits, at most one batch; or, where
 * nothing waits, copy the WAL into the file, as the thread does when idle. */
void store_step(struct store *s);

/* What was deleted leaves the WAL too, where its former pages stand until
 * others take their place: as soon as no reader holds them. In the file itself
 * what is deleted is overwritten. */
void store_forget(struct store *s);

/* How much was asked of the writer so far, and in how many batches. */
struct store_counts {
    int64_t requests, batches;
};
struct store_counts store_counts(struct store *s);

/* Grows with each commit, once it can be read and before anybody is answered:
 * what was read while it stays the same is still so. */
int64_t store_commits(const struct store *s);

/* Grows with every rollback: of one refused request, or of a batch that could
 * not be committed. Who keeps rows in memory from one write to the next (a
 * counter, the edge of a tree) keeps this beside them, and reads them anew
 * where it differs. */
int64_t store_era(const struct conn *tx);

/* A read-only snapshot of what is committed now, given back when c->mem goes or
 * by store_done(). */
err store_read(struct ctx *c, struct store *s, struct conn **out) MUST_USE;
void store_done(struct conn *reader);
/* A snapshot of more than five seconds is interrupted (E_BUSY), because it
 * holds the WAL; for an export or a replay, say so before. */
void store_patient(struct conn *reader);

struct arg {
    enum { ARG_NULL, ARG_I64, ARG_TEXT, ARG_BLOB } kind;
    int64_t i;
    str s;
};

#define NIL     ((struct arg){.kind = ARG_NULL})
#define I64(x)  ((struct arg){.kind = ARG_I64, .i = (x)})
#define TXT(x)  ((struct arg){.kind = ARG_TEXT, .s = (x)})
#define BLOB(x) ((struct arg){.kind = ARG_BLOB, .s = (x)})
/* NULL where the text has no pointer. */
#define TXT_OR_NIL(x)                                                          \
    ((struct arg){.kind = (x).p == NULL ? ARG_NULL : ARG_TEXT, .s = (x)})

/* Run `q`; the rows are c->mem's and valid until the write or snapshot ends.
 * A broken unique or foreign key is E_CONFLICT. Args are checked against the
 * declared types (MUST). */
err store_rows(struct ctx *c, struct conn *on, const struct query *q,
               const struct arg *args, size_t n, struct rows **out) MUST_USE;
#define ROWS(c, on, q, out, ...)                                               \
    store_rows((c), (on), (q), (struct arg[]){__VA_ARGS__},                    \
               COUNT(((struct arg[]){__VA_ARGS__})), (out))
#define ROWS0(c, on, q, out) store_rows((c), (on), (q), NULL, 0, (out))

/* Step to the next row; *more is false when there is none left.
 *     TRY(store_next(r, &more));
 *     while (more) {
 *         ...
 *         TRY(store_next(r, &more));
 *     }                                                                */
err store_next(struct rows *r, bool *more) MUST_USE;
int64_t store_i64(struct rows *r, int col); /* NULL is 0 */
str store_str(struct rows *r, int col);     /* copied; NULL has p == NULL */
bool store_is_null(struct rows *r, int col);

/* Run `q` to its end, for what it does. */
err store_run(struct ctx *c, struct conn *on, const struct query *q,
              const struct arg *args, size_t n) MUST_USE;
#define RUN(c, on, q, ...)                                                     \
    store_run((c), (on), (q), (struct arg[]){__VA_ARGS__},                     \
              COUNT(((struct arg[]){__VA_ARGS__})))
#define RUN0(c, on, q) store_run((c), (on), (q), NULL, 0)

int64_t store_last_id(struct conn *tx); /* of the last INSERT */
int64_t store_changes(struct conn *tx); /* rows the last statement changed */

/* ---- the whole ---------------------------------------------------- */

/* Every table that the migrations announce, in name order. */
struct store_table {
    str name;
    enum store_class class;
};
err store_tables(struct ctx *c, const struct store_table **out,
                 size_t *n) MUST_USE;

/* Give `sink` the rows of all tables of `class`: tables in name order, rows in
 * key order, each row as one run of bytes, the same on every machine: the
 * table's name and a NUL, then per column a letter (n null, i integer, r real,
 * t text, b blob), a u32be length and the bytes; an integer is 8 bytes, two's
 * complement, big-endian, a real its IEEE 754 bits likewise. */
typedef void store_sink(void *arg, str row);
err store_dump(struct ctx *c, struct conn *on, enum store_class class,
               store_sink *sink, void *arg) MUST_USE;

/* Was the file brought up to date since its projections were last made anew? A
 * table that a migration added is empty until they are. */
err store_owes_replay(struct ctx *c, struct store *s, bool *owes) MUST_USE;
/* Delete every row of the tables of `class`. Where those are the projections,
 * whoever does so makes them anew, and no replay is owed. */
err store_wipe(struct ctx *c, struct conn *tx, enum store_class class) MUST_USE;

/* A consistent copy of the running database in a new file (VACUUM INTO),
 * checked in full and synced; it appears under its name only when it is whole.
 *     E_CONFLICT  there is such a file already */
err store_backup(struct ctx *c, struct store *s, const char *path) MUST_USE;

/* Full integrity check; *trouble is empty where all is well. */
err store_check(struct ctx *c, struct store *s, str *trouble) MUST_USE;

/* For tests: prepare every statement of the program, and find those that scan
 * a table which is not announced as small, whose parameters are not those of
 * their text, and tables without an integer key or an announcement. */
err store_prepare_all(struct ctx *c, struct store *s,
                      struct findings *f) MUST_USE;
