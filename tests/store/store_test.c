/* SPDX-License-Identifier: EUPL-1.2 */
/* The database: what stays, what does not, who sees what. */
#include "store/store.h"
#include "tests/power.h"
#include "tests/test.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

MIGRATION(m_9000_test_store, 9000,
          "test_store_thing volatile\n"
          "test_store_part volatile\n"
          "test_store_kept volatile small\n"
          "test_store_brief volatile\n",
          "CREATE TABLE test_store_thing ("
          "    id    INTEGER PRIMARY KEY,"
          "    name  TEXT NOT NULL UNIQUE,"
          "    bytes BLOB"
          ") STRICT;"
          "CREATE TABLE test_store_part ("
          "    thing INTEGER NOT NULL REFERENCES test_store_thing (id)"
          "                  DEFERRABLE INITIALLY DEFERRED,"
          "    at    INTEGER NOT NULL,"
          "    PRIMARY KEY (thing, at)"
          ") STRICT, WITHOUT ROWID;"
          "CREATE TABLE test_store_kept ("
          "    id INTEGER PRIMARY KEY,"
          "    n  INTEGER NOT NULL"
          ") STRICT;"
          "CREATE TABLE test_store_brief (id INTEGER PRIMARY KEY) STRICT;");

MIGRATION(m_9001_test_store, 9001, "test_store_brief gone\n",
          "DROP TABLE test_store_brief;");

/* The parameters are out of order on purpose: they are bound by name. */
QUERY(add, "ti", __LINE__,
      "INSERT INTO test_store_thing (id, name) VALUES ($2, $1)");
QUERY(add_bytes, "tb", __LINE__,
      "INSERT INTO test_store_thing (name, bytes) VALUES ($1, $2)");
QUERY(add_new, "t", __LINE__,
      "INSERT INTO test_store_thing (name) VALUES ($1) RETURNING id");
QUERY(part, "ii", __LINE__,
      "INSERT INTO test_store_part (thing, at) VALUES ($1, $2)");
QUERY(by_name, "t", __LINE__,
      "SELECT id, name, bytes FROM test_store_thing WHERE name = $1");
QUERY(from, "i", __LINE__,
      "SELECT id, name FROM test_store_thing WHERE id >= $1 ORDER BY id");
QUERY(how_many, "", __LINE__,
      "SELECT count(*) FROM test_store_thing WHERE id > 0");
QUERY(rename_all, "t", __LINE__,
      "UPDATE test_store_thing SET name = $1 || id WHERE id > 0");
QUERY(count_up, "i", __LINE__,
      "INSERT INTO test_store_kept (id, n) VALUES ($1, 1)"
      " ON CONFLICT (id) DO UPDATE SET n = n + 1");
QUERY(counted, "", __LINE__, "SELECT sum(n) FROM test_store_kept");

static void close_store(void *s)
{
    store_close(s);
}

static const char *place_for(struct ctx *c)
{
    return file_join(c, test_folder(c), "balai.db");
}

static struct store *opened_at(struct ctx *c, const char *path)
{
    struct store_options o = {.path = path, .create = true};
    struct store *s = NULL;

    if (CHECK_OK(store_open(c, &o, &s)))
        arena_owns(c->mem, close_store, s);
    return s;
}

static struct store *opened(struct ctx *c)
{
    return opened_at(c, place_for(c));
}

/* ---- one request -------------------------------------------------- */

struct thing {
    int64_t id;
    str name;
    err then; /* what the work says at its end */
};

static err put(struct ctx *c, struct conn *tx, void *arg)
{
    const struct thing *t = arg;

    TRY(RUN(c, tx, &add, TXT(t->name), I64(t->id)));
    return t->then == E_OK ? E_OK : fail(c, t->then, "So it was asked.");
}

static int64_t count(struct ctx *c, struct conn *on)
{
    struct rows *r;
    bool more;

    CHECK_OK(ROWS0(c, on, &how_many, &r));
    CHECK_OK(store_next(r, &more));
    return more ? store_i64(r, 0) : -1;
}

static int64_t count_now(struct ctx *c, struct store *s)
{
    struct conn *on;
    int64_t n = -1;

    if (CHECK_OK(store_read(c, s, &on))) {
        n = count(c, on);
        store_done(on);
    }
    return n;
}

TEST(what_was_written_is_read)
{
    struct store *s = opened(c);
    struct thing t = {.id = 7, .name = STR("tujuh")};
    struct conn *on;
    struct rows *r;
    bool more;

    CHECK_OK(store_write(c, s, put, &t));
    CHECK_OK(store_read(c, s, &on));
    CHECK_OK(ROWS(c, on, &by_name, &r, TXT(STR("tujuh"))));
    CHECK_OK(store_next(r, &more));
    CHECK(more);
    CHECK_I64(store_i64(r, 0), 7);
    CHECK_STR(store_str(r, 1), "tujuh");
    CHECK(store_is_null(r, 2) && store_str(r, 2).p == NULL);
    CHECK_OK(store_next(r, &more));
    CHECK(!more);
    CHECK_OK(store_next(r, &more)); /* and stays at its end */
    CHECK(!more);
}

static err put_odd(struct ctx *c, struct conn *tx, void *arg)
{
    (void)arg;
    TRY(RUN(c, tx, &add_bytes, TXT(STR("")), BLOB(STR(""))));
    CHECK_I64(store_changes(tx), 1);
    TRY(RUN(c, tx, &add_bytes, TXT(STR("a\0b")), NIL));
    CHECK_I64(store_last_id(tx), 2);
    return RUN(c, tx, &add_bytes, TXT(((str){NULL, 0})), NIL);
}

TEST(an_empty_text_is_a_text_and_a_nul_is_a_letter)
{
    struct store *s = opened(c);
    struct conn *on;
    struct rows *r;
    bool more;

    CHECK(store_write(c, s, put_odd, NULL) == E_CONFLICT); /* "" twice */
    CHECK_I64(count_now(c, s), 0);
    CHECK_OK(store_read(c, s, &on));
    CHECK_OK(ROWS(c, on, &by_name, &r, TXT(STR("a\0b"))));
    CHECK_OK(store_next(r, &more));
    CHECK(!more);
}

static err put_returning(struct ctx *c, struct conn *tx, void *arg)
{
    struct rows *r;
    bool more;

    TRY(ROWS(c, tx, &add_new, &r, TXT(STR("baru"))));
    TRY(store_next(r, &more));
    *(int64_t *)arg = store_i64(r, 0);
    return E_OK; /* the rows are still open: the write's end closes them */
}

TEST(a_write_may_leave_its_rows_open)
{
    struct store *s = opened(c);
    int64_t id = 0;

    CHECK_OK(store_write(c, s, put_returning, &id));
    CHECK_I64(id, 1);
    CHECK_I64(count_now(c, s), 1);
}

static err how_many_from(struct ctx *c, struct conn *on, int64_t id, int64_t *n)
{
    struct rows *r;
    bool more;

    TRY(ROWS(c, on, &from, &r, I64(id)));
    TRY(store_next(r, &more));
    while (more) {
        ++*n;
        TRY(store_next(r, &more));
    }
    return E_OK;
}

/* The same statement is read by two at once, one inside the other. */
static err pairs(struct ctx *c, struct conn *on, int64_t *n)
{
    struct rows *r;
    bool more;

    TRY(ROWS(c, on, &from, &r, I64(0)));
    TRY(store_next(r, &more));
    while (more) {
        TRY(how_many_from(c, on, store_i64(r, 0), n));
        TRY(store_next(r, &more));
    }
    return E_OK;
}

TEST(a_statement_can_be_read_inside_itself)
{
    struct store *s = opened(c);
    struct conn *on;
    int64_t n = 0;

    for (int64_t i = 1; i <= 4; i++) {
        struct thing t = {.id = i, .name = arena_fmt(c->mem, "%d", (int)i)};

        CHECK_OK(store_write(c, s, put, &t));
    }
    CHECK_OK(store_read(c, s, &on));
    CHECK_OK(pairs(c, on, &n));
    CHECK_I64(n, 4 + 3 + 2 + 1);
}

/* ---- who is refused ----------------------------------------------- */

TEST(the_same_key_twice_is_a_conflict)
{
    struct store *s = opened(c);
    struct thing t = {.id = 1, .name = STR("satu")};

    CHECK_OK(store_write(c, s, put, &t));
    CHECK(store_write(c, s, put, &t) == E_CONFLICT);
    CHECK(c->why.n > 0);
    t.id = 2;
    CHECK(store_write(c, s, put, &t) == E_CONFLICT);
    CHECK_I64(count_now(c, s), 1);
}

static err refer(struct ctx *c, struct conn *tx, void *arg)
{
    (void)arg;
    return RUN(c, tx, &part, I64(99), I64(1));
}

struct pending {
    struct store_job job;
    struct thing thing;
    size_t answered;
};

static void note(struct store_job *job)
{
    ((struct pending *)(void *)job)->answered++;
}

static void submit(struct ctx *c, struct store *s, struct pending *p,
                   store_work *work)
{
    p->job = (struct store_job){
        .c = c, .work = work, .arg = &p->thing, .done = note};
    CHECK_OK(store_submit(s, &p->job));
}

TEST(a_refused_request_rolls_back_alone)
{
    struct store *s = opened(c);
    struct pending p[5] = {
        {.thing = {1, STR("satu"), E_OK}},
        {.thing = {2, STR("dua"), E_REFUSED}},
        {.thing = {3, STR("satu"), E_OK}}, /* the name is taken */
        {.thing = {4, STR("empat"), E_OK}},
        {.thing = {5, STR("lima"), E_OK}},
    };

    for (size_t i = 0; i < COUNT(p); i++)
        submit(c, s, &p[i], i == 3 ? refer : put); /* refers to nobody */
    CHECK_I64(count_now(c, s), 0);
    store_step(s);
    for (size_t i = 0; i < COUNT(p); i++)
        CHECK(p[i].answered == 1);
    CHECK(p[0].job.result == E_OK);
    CHECK(p[1].job.result == E_REFUSED);
    CHECK(p[2].job.result == E_CONFLICT);
    CHECK(p[3].job.result == E_CONFLICT);
    CHECK(p[4].job.result == E_OK);
    CHECK_I64(count_now(c, s), 2);
}

TEST(the_queue_has_an_end)
{
    struct store *s = opened(c);
    struct pending *p = NEWS(c->mem, struct pending, 5000);
    size_t n = 0, answered = 0;

    for (; n < 5000; n++) {
        p[n].thing = (struct thing){.id = (int64_t)n + 1,
                                    .name = arena_fmt(c->mem, "%zu", n)};
        p[n].job = (struct store_job){
            .c = c, .work = put, .arg = &p[n].thing, .done = note};
        if (store_submit(s, &p[n].job) != E_OK)
            break;
    }
    CHECK_I64((int64_t)n, 4096);
    CHECK_STR(c->why, "The service is busy. Try again in a moment.");
    for (int i = 0; i < 16; i++)
        store_step(s);
    for (size_t i = 0; i < n; i++)
        answered += p[i].answered == 1 && p[i].job.result == E_OK;
    CHECK_I64((int64_t)answered, 4096);
    CHECK_I64(count_now(c, s), 4096);
}

struct line {
    struct store_job job;
    int64_t *turn, mine;
};

static err take_a_turn(struct ctx *c, struct conn *tx, void *arg)
{
    struct line *l = arg;

    (void)c, (void)tx;
    l->mine = ++*l->turn;
    return E_OK;
}

static void nothing(struct store_job *job)
{
    (void)job;
}

TEST(requests_are_done_in_the_order_of_their_coming)
{
    struct store *s = opened(c);
    struct line *all = NEWS(c->mem, struct line, 1000);
    struct thing last = {.id = 1, .name = STR("satu")};
    int64_t turn = 0;

    CHECK_OK(store_start(c, s));
    for (int i = 0; i < 1000; i++) {
        all[i].turn = &turn;
        all[i].job = (struct store_job){
            .c = c, .work = take_a_turn, .arg = &all[i], .done = nothing};
        CHECK_OK(store_submit(s, &all[i].job));
    }
    CHECK_OK(store_write(c, s, put, &last));
    for (int i = 0; i < 1000; i++)
        CHECK(all[i].mine == i + 1);
}

struct remembered {
    int64_t era;
    struct thing thing;
};

static err remember(struct ctx *c, struct conn *tx, void *arg)
{
    struct remembered *r = arg;

    r->era = store_era(tx);
    return put(c, tx, &r->thing);
}

TEST(who_remembers_rows_learns_of_a_rollback)
{
    struct store *s = opened(c);
    struct remembered a = {.thing = {1, STR("satu"), E_OK}};
    struct remembered b = {.thing = {2, STR("dua"), E_REFUSED}};
    struct remembered d = {.thing = {3, STR("tiga"), E_OK}};

    CHECK_OK(store_write(c, s, remember, &a));
    CHECK(store_write(c, s, remember, &b) == E_REFUSED);
    CHECK_OK(store_write(c, s, remember, &d));
    CHECK(a.era == b.era);
    CHECK(d.era > b.era);
}

/* ---- snapshots ---------------------------------------------------- */

TEST(a_reader_sees_its_snapshot)
{
    struct store *s = opened(c);
    struct thing t = {.id = 1, .name = STR("satu")};
    struct conn *before, *after;

    CHECK_OK(store_read(c, s, &before));
    CHECK_OK(store_write(c, s, put, &t));
    CHECK_I64(count(c, before), 0);
    CHECK_OK(store_read(c, s, &after));
    CHECK_I64(count(c, after), 1);
    CHECK_I64(count(c, before), 0);
    store_done(before);
    CHECK_OK(store_read(c, s, &before));
    CHECK_I64(count(c, before), 1);
}

TEST(a_reader_cannot_write)
{
    struct store *s = opened(c);
    struct conn *on;

    CHECK_OK(store_read(c, s, &on));
    CHECK(RUN(c, on, &add, TXT(STR("x")), I64(1)) == E_STORAGE);
    CHECK_I64(count(c, on), 0);
}

TEST(a_snapshot_that_lasts_is_cut_short_unless_it_said_so)
{
    struct store_options o = {
        .path = place_for(c), .create = true, .snapshot_most = 1};
    struct store *s = NULL;
    struct conn *on, *patient;
    struct rows *r;

    CHECK_OK(store_open(c, &o, &s));
    arena_owns(c->mem, close_store, s);
    CHECK_OK(store_read(c, s, &on));
    CHECK_OK(store_read(c, s, &patient));
    store_patient(patient);
    for (int64_t t = time_monotonic(); time_monotonic() <= t + 1;)
        continue;
    CHECK(ROWS0(c, on, &how_many, &r) == E_BUSY);
    CHECK_I64(count(c, patient), 0);
}

TEST(snapshots_have_an_end)
{
    struct store *s = opened(c);
    struct conn *on;
    int n = 0;

    while (n < 1000 && store_read(c, s, &on) == E_OK)
        n++;
    CHECK_I64(n, 256);
    store_done(on);
    CHECK_OK(store_read(c, s, &on));
}

/* ---- threads ------------------------------------------------------ */

struct crowd {
    struct store *s;
    int64_t first;
    int n, bad;
};

static void *write_many(void *arg)
{
    struct crowd *w = arg;
    struct ctx c = {.mem = arena_new((size_t)64 << 20), .lang = STR("en")};

    for (int i = 0; i < w->n; i++) {
        struct thing t = {.id = w->first + i};

        t.name = arena_fmt(c.mem, "%" PRId64, t.id);
        t.then = i % 10 == 9 ? E_REFUSED : E_OK;
        w->bad += store_write(&c, w->s, put, &t) != t.then;
    }
    arena_free(c.mem);
    return NULL;
}

TEST(two_threads_write_and_one_reads)
{
    struct store *s = opened(c);
    struct crowd w[2] = {{s, 1, 1000, 0}, {s, 100001, 1000, 0}};
    pthread_t t[2];
    int64_t last = 0;

    CHECK_OK(store_start(c, s));
    for (size_t i = 0; i < COUNT(w); i++)
        MUST(pthread_create(&t[i], NULL, write_many, &w[i]) == 0);
    for (int i = 0; i < 200; i++) {
        int64_t n = count_now(c, s);

        CHECK(n >= last);
        last = n;
    }
    for (size_t i = 0; i < COUNT(w); i++) {
        MUST(pthread_join(t[i], NULL) == 0);
        CHECK(w[i].bad == 0);
    }
    CHECK_I64(count_now(c, s), 1800);
}

/* ---- when the machine has no more --------------------------------- */

TEST(where_memory_runs_out_a_request_is_refused_whole)
{
    struct store *s = opened(c);
    int64_t kept = 0, refused = 0;
    int hushed = test_hush();

    for (int64_t i = 0; i < 60; i++) {
        struct thing t = {.id = i + 1};
        err e;

        t.name = arena_fmt(c->mem, "%d", (int)i);
        sqlite3_hard_heap_limit64(sqlite3_memory_used() + i * 500);
        e = store_write(c, s, put, &t);
        sqlite3_hard_heap_limit64(0);
        CHECK(e == E_OK || e == E_BUSY);
        kept += e == E_OK;
        refused += e != E_OK;
    }
    test_speak(hushed);
    CHECK(kept > 0 && refused > 0);
    CHECK_I64(count_now(c, s), kept);
}

TEST(where_files_run_out_readers_wait_and_writers_go_on)
{
    struct store *s = opened(c);
    struct thing t = {.id = 1, .name = STR("satu")};
    struct rlimit before, few = {0, 0};
    struct conn *on;

    CHECK_OK(store_write(c, s, put, &t));
    MUST(getrlimit(RLIMIT_NOFILE, &before) == 0);
    few.rlim_max = before.rlim_max;
    MUST(setrlimit(RLIMIT_NOFILE, &few) == 0);
    CHECK(store_read(c, s, &on) == E_STORAGE);
    t = (struct thing){.id = 2, .name = STR("dua")};
    CHECK_OK(store_write(c, s, put, &t));
    MUST(setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK_I64(count_now(c, s), 2);
}

/* ---- opening ------------------------------------------------------ */

static void by_hand(const char *path, const char *sql)
{
    sqlite3 *db;

    MUST(sqlite3_open(path, &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
    MUST(sqlite3_close(db) == SQLITE_OK);
}

static err reopen(struct ctx *c, const char *path)
{
    struct store_options o = {.path = path};
    struct store *s = NULL;
    err e = store_open(c, &o, &s);

    store_close(s);
    return e;
}

static const char *made(struct ctx *c)
{
    const char *path = place_for(c);
    struct store_options o = {.path = path, .create = true};
    struct store *s = NULL;

    CHECK_OK(store_open(c, &o, &s));
    store_close(s);
    return path;
}

TEST(opening_again_changes_nothing)
{
    const char *path = made(c);
    str before, after;

    CHECK_OK(file_read(c, path, 1 << 24, &before));
    CHECK_OK(reopen(c, path));
    CHECK_OK(file_read(c, path, 1 << 24, &after));
    CHECK(str_eq(before, after));
}

TEST(a_file_that_is_not_there_is_not_made_by_itself)
{
    CHECK(reopen(c, place_for(c)) == E_NOT_FOUND);
    CHECK(str_has(c->why, '/'));
}

TEST(a_database_is_for_its_owner_alone)
{
    struct stat st;

    CHECK(stat(made(c), &st) == 0 && (st.st_mode & 0777) == 0600);
}

/* As if the power had gone between the failed sync and its cure. */
TEST(a_database_whose_sync_failed_is_written_anew_at_the_start)
{
    const char *path = place_for(c);
    const char *note = arena_fmt(c->mem, "%s-unsynced", path).p;
    struct store *s = opened_at(c, path);
    struct thing t = {.id = 1, .name = STR("satu")};
    struct stat st;
    struct store_options o = {.path = path};

    log_limit(LOG_ERROR);
    CHECK_OK(store_write(c, s, put, &t));
    CHECK_OK(file_write(c, note, STR("1\n"), 0600));
    for (int i = 1; i <= 2; i++) {
        const char *moved = arena_fmt(c->mem, "%s.1", path).p;

        CHECK_OK(store_open(c, &o, &s));
        CHECK_STR(store_path(s), moved);
        CHECK(stat(moved, &st) == 0 && (st.st_mode & 0777) == 0600);
        CHECK_I64(count_now(c, s), 1);
        store_close(s);
        CHECK(!file_exists(note) && file_exists(path));
        CHECK(lstat(path, &st) == 0 && S_ISLNK(st.st_mode));
    }
    log_limit(LOG_INFO);
}

TEST(a_newer_file_is_refused_with_its_number)
{
    const char *path = made(c);

    by_hand(path, "INSERT INTO store_migration VALUES (12345, 'x', 0, 0)");
    CHECK(reopen(c, path) == E_NEWER);
    CHECK(str_find(c->why, STR("12345")) < c->why.n);
}

TEST(a_migration_that_was_edited_is_refused)
{
    const char *path = made(c);

    by_hand(path, "UPDATE store_migration SET hash = 1 WHERE number = 9001");
    CHECK(reopen(c, path) == E_INTERNAL);
    CHECK(str_find(c->why, STR("m_9001")) < c->why.n);
}

static err wipe_projections(struct ctx *c, struct conn *tx, void *arg)
{
    (void)arg;
    return store_wipe(c, tx, STORE_PROJECTION);
}

TEST(a_missing_migration_is_applied)
{
    const char *path = made(c);

    by_hand(path, "DELETE FROM store_migration WHERE number = 9001;"
                  "CREATE TABLE test_store_brief (id INTEGER PRIMARY KEY)");
    CHECK_OK(reopen(c, path));
    CHECK_OK(reopen(c, path));
}

TEST(a_file_that_was_brought_up_to_date_owes_a_replay_until_it_is_done)
{
    const char *path = made(c);
    const struct store_options o = {.path = path};
    struct store *s;
    bool owes;

    CHECK_OK(store_open(c, &o, &s));
    CHECK_OK(store_owes_replay(c, s, &owes));
    CHECK(!owes);
    store_close(s);
    by_hand(path, "DELETE FROM store_migration WHERE number = 9001;"
                  "CREATE TABLE test_store_brief (id INTEGER PRIMARY KEY)");
    CHECK_OK(reopen(c, path));
    CHECK_OK(store_open(c, &o, &s)); /* still, though it was stopped between */
    CHECK_OK(store_owes_replay(c, s, &owes));
    CHECK(owes);
    CHECK_OK(store_write(c, s, wipe_projections, NULL));
    CHECK_OK(store_owes_replay(c, s, &owes));
    CHECK(!owes);
    store_close(s);
}

TEST(another_programs_database_is_refused)
{
    const char *path = place_for(c);
    str before, after;

    by_hand(path, "CREATE TABLE other (id INTEGER PRIMARY KEY)");
    CHECK_OK(file_read(c, path, 1 << 20, &before));
    CHECK(reopen(c, path) == E_STORAGE);
    CHECK_OK(file_read(c, path, 1 << 20, &after));
    CHECK(str_eq(before, after)); /* it was not touched */
    CHECK_OK(file_write(c, path,
                        STR("SQLite it is not, whatever it is named."
                            " Nor is it so short that it is empty."),
                        0600));
    CHECK(reopen(c, path) == E_STORAGE);
}

/* ---- the whole ---------------------------------------------------- */

TEST(every_statement_can_be_prepared_and_finds_its_rows)
{
    struct store *s = opened(c);
    struct findings f = {0};

    CHECK_OK(store_prepare_all(c, s, &f));
    for (size_t i = 0; i < f.n; i++)
        printf("  %.*s\n", STR_ARG(finding_show(c, &f.all[i])));
    CHECK(f.errors == 0);
}

TEST(tables_are_listed_by_name_without_those_that_went)
{
    const struct store_table *t;
    size_t n, ours = 0;

    CHECK_OK(store_tables(c, &t, &n));
    for (size_t i = 0; i < n; i++) {
        CHECK(i == 0 || str_cmp(t[i - 1].name, t[i].name) < 0);
        if (str_starts(t[i].name, STR("test_store_"))) {
            CHECK(t[i].class == STORE_VOLATILE);
            CHECK(!str_eq(t[i].name, STR("test_store_brief")));
            ours++;
        }
    }
    CHECK(ours >= 3);
}

static void gather(void *arg, str row)
{
    if (str_starts(row, STR("test_store_t")))
        buf_raw(arg, row);
}

static str dumped(struct ctx *c, struct store *s)
{
    struct buf b = buf_new(c, 1 << 20);
    struct conn *on;

    CHECK_OK(store_read(c, s, &on));
    CHECK_OK(store_dump(c, on, STORE_VOLATILE, gather, &b));
    store_done(on);
    return buf_str(&b);
}

TEST(a_dump_is_the_same_whatever_the_order_of_writing)
{
    struct store *a = opened(c), *b = opened(c);
    struct thing one = {.id = 1, .name = STR("z")};
    struct thing two = {.id = 258, .name = STR("a")};
    static const char want[] = "test_store_thing\0"
                               "i\0\0\0\10\0\0\0\0\0\0\0\1"
                               "t\0\0\0\1z"
                               "n\0\0\0\0"
                               "test_store_thing\0"
                               "i\0\0\0\10\0\0\0\0\0\0\1\2"
                               "t\0\0\0\1a"
                               "n\0\0\0";
    str got;

    CHECK_OK(store_write(c, a, put, &one));
    CHECK_OK(store_write(c, a, put, &two));
    CHECK_OK(store_write(c, b, put, &two));
    CHECK_OK(store_write(c, b, put, &one));
    got = dumped(c, a);
    CHECK(str_eq(got, (str){want, sizeof want}));
    CHECK(str_eq(got, dumped(c, b)));
}

static err wipe(struct ctx *c, struct conn *tx, void *arg)
{
    (void)arg;
    TRY(RUN(c, tx, &part, I64(1), I64(1)));
    return store_wipe(c, tx, STORE_VOLATILE);
}

TEST(wiping_a_class_leaves_the_others)
{
    const char *path = place_for(c);
    struct store *s = opened_at(c, path);
    struct thing t = {.id = 1, .name = STR("satu")};

    CHECK_OK(store_write(c, s, put, &t));
    CHECK_OK(store_write(c, s, wipe, NULL));
    CHECK_I64(count_now(c, s), 0);
    store_step(s);
    CHECK_OK(store_write(c, s, put, &t)); /* the schema stands */
}

TEST(a_backup_is_whole_while_others_write)
{
    struct store *s = opened(c), *copy;
    const char *path = place_for(c);
    struct crowd w = {s, 1, 500, 0};
    pthread_t t;
    str trouble;

    CHECK_OK(store_start(c, s));
    MUST(pthread_create(&t, NULL, write_many, &w) == 0);
    CHECK_OK(store_backup(c, s, path));
    MUST(pthread_join(t, NULL) == 0);
    CHECK(store_backup(c, s, path) == E_CONFLICT);
    copy = opened_at(c, path);
    CHECK_OK(store_check(c, copy, &trouble));
    CHECK(trouble.n == 0);
    CHECK(count_now(c, copy) <= 450);
    CHECK_I64(count_now(c, s), 450);
}

TEST(a_damaged_file_is_found)
{
    const char *path = made(c);
    struct store_options o = {0};
    struct store *s;
    err e;
    str bytes, trouble = STR("");
    char *p;

    s = opened_at(c, path);
    for (int64_t i = 1; i < 400; i++) {
        struct thing t = {.id = i, .name = arena_fmt(c->mem, "n%d", (int)i)};

        CHECK_OK(store_write(c, s, put, &t));
    }
    CHECK_OK(store_check(c, s, &trouble));
    CHECK(trouble.n == 0);
    CHECK_OK(store_backup(c, s, arena_fmt(c->mem, "%s.copy", path).p));
    CHECK_OK(
        file_read(c, arena_fmt(c->mem, "%s.copy", path).p, 1 << 24, &bytes));
    p = NEWS(c->mem, char, bytes.n);
    memcpy(p, bytes.p, bytes.n);
    for (size_t i = bytes.n / 2; i < bytes.n; i += 64)
        p[i] = (char)(p[i] ^ 0x55);
    CHECK_OK(file_write(c, arena_fmt(c->mem, "%s.bad", path).p,
                        (str){p, bytes.n}, 0600));
    /* At the door already where the damage meets what is read there. */
    o.path = arena_fmt(c->mem, "%s.bad", path).p;
    e = store_open(c, &o, &s);
    if (e == E_OK) {
        arena_owns(c->mem, close_store, s);
        e = store_check(c, s, &trouble);
    }
    CHECK(e == E_STORAGE || trouble.n > 0);
}

/* ---- many rows ---------------------------------------------------- */

static err fill(struct ctx *c, struct conn *tx, void *arg)
{
    int64_t from_id = *(int64_t *)arg;

    for (int64_t i = from_id; i < from_id + 500; i++) {
        struct thing t = {.id = i};
        char name[24];
        int n = snprintf(name, sizeof name, "%" PRId64, i);

        t.name = (str){name, (size_t)n};
        TRY(put(c, tx, &t));
    }
    return E_OK;
}

static err rename_them(struct ctx *c, struct conn *tx, void *arg)
{
    const int *turn = arg; /* or SQLite would leave equal bytes alone */

    return RUN(c, tx, &rename_all,
               TXT(*turn % 2 == 0 ? STR("an even and longer name ")
                                  : STR("the odd name, longer yet ")));
}

TEST(the_wal_is_kept_short_by_the_writer)
{
    const char *path = place_for(c);
    struct store *s = opened_at(c, path);
    const char *wal = arena_fmt(c->mem, "%s-wal", path).p;
    struct stat st;

    for (int64_t i = 1; i < 5000; i += 500)
        CHECK_OK(store_write(c, s, fill, &i));
    for (int i = 0; i < 10; i++)
        CHECK_OK(store_write(c, s, rename_them, &i));
    CHECK(stat(wal, &st) == 0 && st.st_size < 6 << 20);
    CHECK_I64(count_now(c, s), 5000);
}

TEST(a_reader_that_lasts_stops_nobody_and_the_wal_begins_anew_after_it)
{
    const char *path = place_for(c);
    struct store *s = opened_at(c, path);
    const char *wal = arena_fmt(c->mem, "%s-wal", path).p;
    struct stat pinned, after;
    struct conn *on;

    for (int64_t i = 1; i < 3000; i += 500)
        CHECK_OK(store_write(c, s, fill, &i));
    CHECK_OK(store_read(c, s, &on));
    for (int i = 0; i < 30; i++)
        CHECK_OK(store_write(c, s, rename_them, &i));
    CHECK_I64(count(c, on), 3000);
    store_done(on);
    CHECK(stat(wal, &pinned) == 0 && pinned.st_size > 5 << 20);
    for (int i = 0; i < 30; i++)
        CHECK_OK(store_write(c, s, rename_them, &i));
    CHECK(stat(wal, &after) == 0 &&
          after.st_size <= pinned.st_size + (6 << 20));
}

static err count_in_memory(struct ctx *c, struct conn *tx, void *arg)
{
    return RUN(c, tx, &count_up, I64(*(int64_t *)arg));
}

TEST(an_aggregate_over_a_small_table_is_allowed)
{
    struct store *s = opened(c);
    struct conn *on;
    struct rows *r;
    bool more;

    for (int64_t i = 0; i < 6; i++)
        CHECK_OK(store_write(c, s, count_in_memory, &(int64_t){i % 2}));
    CHECK_OK(store_read(c, s, &on));
    CHECK_OK(ROWS0(c, on, &counted, &r));
    CHECK_OK(store_next(r, &more));
    CHECK_I64(store_i64(r, 0), 6);
}
