/* SPDX-License-Identifier: EUPL-1.2 */
/* Connections, statements and rows: the one place where SQLite's calls and
 * codes are turned into the house's. */
#include "store/store_priv.h"

#include "gen/store_sql.h"

static int statement_for(struct link *l, const struct query *q,
                         struct statement **out);

/* ---- what went wrong ---------------------------------------------- */

/* From SQLite's codes, the narrow ones first. */
static const struct fault {
    int rc;
    err e;
    const char *id, *en;
} faults[] = {
    {SQLITE_CONSTRAINT_UNIQUE, E_CONFLICT,
     "Data dengan kunci yang sama sudah ada. Silakan muat ulang halaman.",
     "There is already one with the same key. Load the page again."},
    {SQLITE_CONSTRAINT_PRIMARYKEY, E_CONFLICT,
     "Data dengan kunci yang sama sudah ada. Silakan muat ulang halaman.",
     "There is already one with the same key. Load the page again."},
    {SQLITE_CONSTRAINT_ROWID, E_CONFLICT,
     "Data dengan kunci yang sama sudah ada. Silakan muat ulang halaman.",
     "There is already one with the same key. Load the page again."},
    {SQLITE_CONSTRAINT_FOREIGNKEY, E_CONFLICT,
     "Data yang dirujuk tidak ada, atau masih dirujuk data lain.",
     "What it refers to is not there, or others still refer to it."},
    {SQLITE_IOERR_NOMEM, E_BUSY,
     "Memori tidak cukup saat ini. Silakan coba lagi sebentar lagi.",
     "There is not enough memory just now. Try again in a moment."},
    {SQLITE_NOMEM, E_BUSY,
     "Memori tidak cukup saat ini. Silakan coba lagi sebentar lagi.",
     "There is not enough memory just now. Try again in a moment."},
    {SQLITE_FULL, E_STORAGE,
     "Ruang penyimpanan penuh. Kosongkan ruang, lalu coba lagi.",
     "The disk is full. Make room on it, then try again."},
    {SQLITE_READONLY, E_STORAGE,
     "Basis data tidak dapat ditulis. Periksa izin berkas dan cakramnya.",
     "The database cannot be written. Look at its permissions and its disk."},
    {SQLITE_CANTOPEN, E_STORAGE,
     "Basis data tidak dapat dibuka. Periksa letak dan izin berkasnya.",
     "The database cannot be opened. Look at its place and permissions."},
    {SQLITE_CORRUPT, E_STORAGE,
     "Basis data rusak. Jalankan balai doctor, lalu pulihkan dari cadangan.",
     "The database is damaged. Run balai doctor, then restore a backup."},
    {SQLITE_NOTADB, E_STORAGE, "Berkas ini bukan basis data. Periksa letaknya.",
     "This file is not a database. Look at its place."},
    {SQLITE_IOERR_FSYNC, E_STORAGE,
     "Cakram gagal menyimpan, sehingga tidak ada yang tersimpan. Silakan coba "
     "lagi sebentar lagi.",
     "The disk failed to save this, so nothing of it was kept. Try again in a "
     "moment."},
    {SQLITE_IOERR_DIR_FSYNC, E_STORAGE,
     "Cakram gagal menyimpan, sehingga tidak ada yang tersimpan. Silakan coba "
     "lagi sebentar lagi.",
     "The disk failed to save this, so nothing of it was kept. Try again in a "
     "moment."},
    {SQLITE_IOERR, E_STORAGE,
     "Cakram gagal membaca atau menulis. Periksa cakramnya.",
     "The disk failed to read or write. Look at the disk."},
    {SQLITE_BUSY, E_BUSY,
     "Basis data sedang dipakai. Silakan coba lagi sebentar lagi.",
     "The database is in use. Try again in a moment."},
    {SQLITE_LOCKED, E_BUSY,
     "Basis data sedang dipakai. Silakan coba lagi sebentar lagi.",
     "The database is in use. Try again in a moment."},
    {SQLITE_INTERRUPT, E_BUSY,
     "Pencarian ini terlalu lama. Silakan persempit, lalu coba lagi.",
     "This search took too long. Narrow it, then try again."},
    {SQLITE_TOOBIG, E_TOO_BIG, "Data ini terlalu besar untuk disimpan.",
     "This is too big to be kept."},
};

static const struct fault *fault_of(int rc)
{
    for (size_t i = 0; i < COUNT(faults); i++)
        if (faults[i].rc == rc)
            return &faults[i];
    return rc == (rc & 0xff) ? NULL : fault_of(rc & 0xff);
}

void store_link_saw(struct link *l, int rc)
{
    l->fault = rc;
    if (rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC)
        l->unsynced = true;
}

err store_fault(struct ctx *c, struct link *l, int rc, const char *what)
{
    const struct fault *f = fault_of(rc);

    store_link_saw(l, rc);
    if (f == NULL)
        return fail(
            c, E_INTERNAL,
            say(c, "Pernyataan %s gagal: %s.", "Statement %s failed: %s."),
            what, sqlite3_errmsg(l->db));
    return fail(c, f->e, "%s", say(c, f->id, f->en));
}

/* ---- opening ------------------------------------------------------ */

#define CACHE_AND_TRUST                                                        \
    "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"                 \
    "PRAGMA trusted_schema = OFF; PRAGMA wal_autocheckpoint = 0;"

static const char for_writer[] =
    "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL;"
    "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384;"
    "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;" CACHE_AND_TRUST;

/* Readers share the kernel's pages through a map that they cannot write. */
static const char for_reader[] =
    "PRAGMA query_only = ON; PRAGMA mmap_size = 268435456;"
    "PRAGMA cache_size = -2048;" CACHE_AND_TRUST;

static const struct sync {
    const char *name, *pragma;
} syncs[] = {
    {"FULL", "PRAGMA synchronous = FULL"},
    {"NORMAL", "PRAGMA synchronous = NORMAL"},
    {"OFF", "PRAGMA synchronous = OFF"},
};

static const char *sync_pragma(const char *name)
{
    for (size_t i = 0; name != NULL && i < COUNT(syncs); i++)
        if (strcmp(syncs[i].name, name) == 0)
            return syncs[i].pragma;
    MUST(name == NULL);
    return syncs[0].pragma;
}

static int committed(void *it, sqlite3 *db, const char *schema, int pages)
{
    struct link *l = it;

    (void)db, (void)schema;
    if (pages < l->wal_pages) /* the WAL began anew */
        l->wal_copied = 0, l->wal_due = CHECKPOINT_PAGES;
    l->wal_pages = pages;
    return SQLITE_OK;
}

/* A page that cannot be made in seconds must not hold the WAL. */
static int too_long(void *it)
{
    const struct link *l = it;

    return l->until != 0 && time_monotonic() > l->until;
}

static void harden(struct link *l, enum link_kind kind)
{
    static const struct {
        int option, value;
    } all[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    };

    for (size_t i = 0; i < COUNT(all); i++)
        (void)sqlite3_db_config(l->db, all[i].option, all[i].value, NULL);
    /* One connection checkpoints, no other does: the WAL-reset fault of
     * SQLite before 3.51.3 needs two. The writer truncates by itself. */
    (void)sqlite3_db_config(l->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    (void)sqlite3_limit(l->db, SQLITE_LIMIT_LENGTH, (int)ROW_BYTES);
    (void)sqlite3_busy_timeout(l->db, kind == LINK_WRITER ? 100 : 2000);
    if (kind == LINK_READER)
        sqlite3_progress_handler(l->db, 20000, too_long, l);
}

/* What begins and ends a transaction is prepared beforehand: where memory has
 * run out, to roll back must not need any. */
static err get_ready(struct ctx *c, struct link *l)
{
    struct statement *t;
    int rc = SQLITE_OK;

    for (int v = VERB_BEGIN; v <= VERB_LOOK && rc == SQLITE_OK; v++)
        rc = statement_for(l, store_verb((enum verb)v), &t);
    return rc == SQLITE_OK ? E_OK : store_fault(c, l, rc, "begin");
}

static err set_up(struct ctx *c, const struct store *s, struct link *l,
                  enum link_kind kind)
{
    int off = 0;
    bool fresh;
    str mode;

    harden(l, kind);
    TRY(get_ready(c, l));
    if (s->torn_sectors)
        (void)sqlite3_file_control(l->db, "main",
                                   SQLITE_FCNTL_POWERSAFE_OVERWRITE, &off);
    if (kind == LINK_READER)
        return store_link_exec(c, l, for_reader);
    TRY(store_ours(c, l, s->path, &fresh)); /* before it is touched */
    TRY(store_link_exec(c, l, for_writer));
    if (s->keeps_deleted)
        TRY(store_link_exec(c, l, "PRAGMA secure_delete = OFF"));
    sqlite3_wal_hook(l->db, committed, l); /* autocheckpoint takes it away */
    TRY(store_link_exec(c, l, sync_pragma(s->synchronous)));
    TRY(store_link_lines(c, l, "PRAGMA journal_mode", 1, &mode));
    if (!str_eq(mode, STR("wal")))
        return fail(c, E_STORAGE,
                    say(c,
                        "%s: sistem berkas ini tidak mendukung WAL. Pindahkan "
                        "ke cakram setempat.",
                        "%s: this file system cannot do WAL. Move it to a "
                        "local disk."),
                    s->path);
    return E_OK;
}

err store_link_open(struct ctx *c, const struct store *s, const char *file,
                    enum link_kind kind, struct link **out)
{
    struct arena *mem = arena_new((size_t)16 << 20);
    struct link *l = NEW(mem, struct link);
    size_t n = (size_t)(__stop_balai_query - __start_balai_query);
    int flags =
        SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
        (kind == LINK_READER ? SQLITE_OPEN_READONLY
                             : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    int rc = sqlite3_open_v2(file, &l->db, flags, s->vfs);
    err e;

    *out = NULL;
    l->mem = mem;
    l->all = NEWS(mem, struct statement, n);
    l->wal_due = CHECKPOINT_PAGES;
    e = rc == SQLITE_OK ? set_up(c, s, l, kind) : store_fault(c, l, rc, "open");
    if (e == E_OK)
        *out = l;
    else
        store_link_close(l);
    return e;
}

void store_link_close(struct link *l)
{
    size_t n = (size_t)(__stop_balai_query - __start_balai_query);

    if (l == NULL)
        return;
    for (size_t i = 0; i < n; i++)
        for (struct statement *t = &l->all[i]; t != NULL; t = t->spare)
            (void)sqlite3_finalize(t->st);
    MUST(sqlite3_close(l->db) == SQLITE_OK);
    arena_free(l->mem);
}

/* ---- text that is not a query ------------------------------------- */

err store_link_exec(struct ctx *c, struct link *l, const char *sql)
{
    int rc = sqlite3_exec(l->db, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? E_OK : store_fault(c, l, rc, sql);
}

err store_link_each(struct ctx *c, struct link *l, const char *sql,
                    store_link_row *row, void *arg)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v3(l->db, sql, -1, 0, &st, NULL);
    err e = E_OK;

    while (rc == SQLITE_OK && e == E_OK) {
        rc = sqlite3_step(st);
        if (rc == SQLITE_ROW) {
            e = row(c, st, arg);
            rc = SQLITE_OK;
        }
    }
    if (rc != SQLITE_OK && rc != SQLITE_DONE)
        e = store_fault(c, l, rc, sql);
    (void)sqlite3_finalize(st);
    return e;
}

struct lines {
    struct buf text;
    size_t n, most;
};

static err one_line(struct ctx *c, sqlite3_stmt *st, void *arg)
{
    struct lines *into = arg;

    (void)c;
    if (into->n++ >= into->most)
        return E_OK;
    if (into->text.n > 0)
        buf_char(&into->text, '\n');
    buf_raw(&into->text, str_of((const char *)sqlite3_column_text(st, 0)));
    return E_OK;
}

err store_link_lines(struct ctx *c, struct link *l, const char *sql,
                     size_t most, str *out)
{
    struct lines into = {buf_new(c, (size_t)1 << 20), 0, most};

    TRY(store_link_each(c, l, sql, one_line, &into));
    return buf_done(c, &into.text, out);
}

/* ---- statements --------------------------------------------------- */

const struct query *store_verb(enum verb v)
{
    static const struct query *const all[] = {
        [VERB_BEGIN] = &store_begin,       [VERB_COMMIT] = &store_commit,
        [VERB_ROLLBACK] = &store_rollback, [VERB_MARK] = &store_mark,
        [VERB_KEEP] = &store_keep,         [VERB_UNDO] = &store_undo,
        [VERB_LOOK] = &store_look,         [VERB_ANCHOR] = &store_anchor,
        [VERB_APPLIED] = &store_applied,   [VERB_RECORD] = &store_record,
    };

    return all[v];
}

/* `$n` is found by its name: an engine may number them by first use. */
static void find_parameters(struct link *l, struct statement *t, size_t n)
{
    char name[24];

    if (t->at == NULL)
        t->at = NEWS(l->mem, int, n + 1);
    for (size_t i = 0; i < n; i++) {
        (void)sqlite3_snprintf((int)sizeof name, name, "$%d", (int)i + 1);
        t->at[i] = sqlite3_bind_parameter_index(t->st, name);
    }
}

/* A free instance of `q` on this connection, prepared once. */
static int statement_for(struct link *l, const struct query *q,
                         struct statement **out)
{
    struct statement *t;
    int rc;

    MUST(q >= __start_balai_query && q < __stop_balai_query);
    t = &l->all[q - __start_balai_query];
    while (t->busy) {
        if (t->spare == NULL)
            t->spare = NEW(l->mem, struct statement);
        t = t->spare;
    }
    *out = t;
    if (t->st != NULL)
        return SQLITE_OK;
    rc = sqlite3_prepare_v3(l->db, q->sql, -1, SQLITE_PREPARE_PERSISTENT,
                            &t->st, NULL);
    if (rc == SQLITE_OK)
        find_parameters(l, t, strlen(q->types));
    return rc;
}

int store_link_do(struct link *l, enum verb v)
{
    struct statement *t;
    int rc = statement_for(l, store_verb(v), &t);

    if (rc != SQLITE_OK)
        return rc;
    rc = sqlite3_step(t->st);
    (void)sqlite3_reset(t->st);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* ---- binding ------------------------------------------------------ */

static bool fits(char type, const struct arg *a)
{
    switch (a->kind) {
    case ARG_NULL:
        return true;
    case ARG_I64:
        return type == 'i';
    case ARG_TEXT:
        return type == 't';
    case ARG_BLOB:
        return type == 'b';
    }
    return false;
}

static int bind_one(sqlite3_stmt *st, int at, const struct arg *a,
                    sqlite3_destructor_type keep)
{
    switch (a->kind) {
    case ARG_NULL:
        return sqlite3_bind_null(st, at);
    case ARG_I64:
        return sqlite3_bind_int64(st, at, a->i);
    case ARG_TEXT: /* an empty text is not NULL, whatever its pointer */
        return sqlite3_bind_text64(st, at, a->s.n == 0 ? "" : a->s.p, a->s.n,
                                   keep, SQLITE_UTF8);
    case ARG_BLOB:
        return a->s.n == 0 ? sqlite3_bind_zeroblob(st, at, 0)
                           : sqlite3_bind_blob64(st, at, a->s.p, a->s.n, keep);
    }
    return SQLITE_MISUSE;
}

static int bind(struct statement *t, const struct query *q,
                const struct arg *args, size_t n, sqlite3_destructor_type keep)
{
    int rc = SQLITE_OK;

    MUST(strlen(q->types) == n);
    for (size_t i = 0; rc == SQLITE_OK && i < n; i++) {
        MUST(fits(q->types[i], &args[i]));
        if (t->at[i] > 0)
            rc = bind_one(t->st, t->at[i], &args[i], keep);
    }
    return rc;
}

/* ---- rows --------------------------------------------------------- */

static void rows_close(struct rows *r)
{
    if (r->statement == NULL)
        return;
    (void)sqlite3_reset(r->statement->st);
    r->statement->busy = false;
    r->statement = NULL;
    *(r->prev == NULL ? &r->on->open : &r->prev->next) = r->next;
    if (r->next != NULL)
        r->next->prev = r->prev;
}

static void rows_drop(void *r)
{
    rows_close(r);
}

void store_conn_end(struct conn *on)
{
    while (on->open != NULL)
        rows_close(on->open);
}

/* A statement of `q` with its arguments, ready to be stepped. */
static err ready(struct ctx *c, struct conn *on, const struct query *q,
                 const struct arg *args, size_t n, sqlite3_destructor_type keep,
                 struct statement **out)
{
    int rc;

    MUST(on->link != NULL);
    rc =
        too_long(on->link) ? SQLITE_INTERRUPT : statement_for(on->link, q, out);
    if (rc == SQLITE_OK)
        rc = bind(*out, q, args, n, keep);
    return rc == SQLITE_OK ? E_OK : store_fault(c, on->link, rc, q->name);
}

err store_rows(struct ctx *c, struct conn *on, const struct query *q,
               const struct arg *args, size_t n, struct rows **out)
{
    struct rows *r = NEW(c->mem, struct rows);
    struct statement *t;

    TRY(ready(c, on, q, args, n, SQLITE_TRANSIENT, &t));
    *r = (struct rows){
        .c = c, .on = on, .q = q, .statement = t, .next = on->open};
    if (on->open != NULL)
        on->open->prev = r;
    on->open = r;
    t->busy = true;
    arena_owns(c->mem, rows_drop, r);
    *out = r;
    return E_OK;
}

err store_next(struct rows *r, bool *more)
{
    int rc;

    *more = false;
    if (r->ended)
        return E_OK;
    MUST(r->statement != NULL); /* the write or snapshot has ended */
    rc = sqlite3_step(r->statement->st);
    *more = rc == SQLITE_ROW;
    if (*more)
        return E_OK;
    r->ended = true;
    rows_close(r);
    return rc == SQLITE_DONE ? E_OK
                             : store_fault(r->c, r->on->link, rc, r->q->name);
}

static sqlite3_stmt *current(struct rows *r, int col)
{
    MUST(r->statement != NULL && col >= 0 &&
         col < sqlite3_data_count(r->statement->st));
    return r->statement->st;
}

int64_t store_i64(struct rows *r, int col)
{
    return sqlite3_column_int64(current(r, col), col);
}

bool store_is_null(struct rows *r, int col)
{
    return sqlite3_column_type(current(r, col), col) == SQLITE_NULL;
}

str store_str(struct rows *r, int col)
{
    sqlite3_stmt *st = current(r, col);
    int type = sqlite3_column_type(st, col);
    const void *p;

    if (type == SQLITE_NULL)
        return (str){NULL, 0};
    p = type == SQLITE_BLOB ? sqlite3_column_blob(st, col)
                            : (const void *)sqlite3_column_text(st, col);
    return arena_str(r->c->mem,
                     (str){p, (size_t)sqlite3_column_bytes(st, col)});
}

err store_run(struct ctx *c, struct conn *on, const struct query *q,
              const struct arg *args, size_t n)
{
    struct statement *t;
    int rc;

    TRY(ready(c, on, q, args, n, SQLITE_STATIC, &t));
    do
        rc = sqlite3_step(t->st);
    while (rc == SQLITE_ROW);
    (void)sqlite3_reset(t->st);
    return rc == SQLITE_DONE ? E_OK : store_fault(c, on->link, rc, q->name);
}

int64_t store_last_id(struct conn *tx)
{
    return sqlite3_last_insert_rowid(tx->link->db);
}

int64_t store_changes(struct conn *tx)
{
    return sqlite3_changes64(tx->link->db);
}

int64_t store_era(const struct conn *tx)
{
    return tx->store->era;
}
