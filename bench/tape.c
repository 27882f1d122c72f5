/* SPDX-License-Identifier: EUPL-1.2 */
/* SQLite tells what it runs, and shows it with its values as literals; from
 * the text beside that one the values come back.
 *
 * A tape is one run of bytes: u8 'r' begins a request; u8 's', u8 statement,
 * u8 n is a statement, and n times u8 kind, u8 place, i64 or u32 and bytes its
 * values. */
#include "bench/bench.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define STATEMENTS 64
#define PLACES     64

struct tape {
    char *sql[STATEMENTS];
    size_t n_sql;
    unsigned char *p;
    size_t n, room;
    int64_t requests, statements;
    bool heard; /* a request has begun */
};

/* ---- writing ------------------------------------------------------ */

static void put(struct tape *t, const void *p, size_t n)
{
    if (t->n + n > t->room) {
        t->room = 2 * (t->n + n);
        t->p = realloc(t->p, t->room);
        MUST(t->p != NULL);
    }
    if (n > 0)
        memcpy(t->p + t->n, p, n);
    t->n += n;
}

static void put_byte(struct tape *t, size_t byte)
{
    unsigned char b = (unsigned char)byte;

    MUST(byte < 256);
    put(t, &b, 1);
}

static size_t number_of(struct tape *t, const char *sql)
{
    for (size_t i = 0; i < t->n_sql; i++)
        if (strcmp(t->sql[i], sql) == 0)
            return i;
    MUST(t->n_sql < STATEMENTS);
    t->sql[t->n_sql] = strdup(sql);
    MUST(t->sql[t->n_sql] != NULL);
    return t->n_sql++;
}

/* Of 'it''s', what stands between, with its quotes single. */
static const char *put_text(struct tape *t, const char *shown)
{
    size_t at = t->n;
    uint32_t n = 0;

    put(t, &n, sizeof n);
    for (shown++; shown[0] != '\'' || shown[1] == '\''; shown++, n++) {
        shown += shown[0] == '\'';
        put(t, shown, 1);
    }
    memcpy(t->p + at, &n, sizeof n);
    return shown + 1;
}

static const char *put_blob(struct tape *t, const char *shown)
{
    const char *from = shown + 2, *end = strchr(from, '\'');
    uint32_t n = (uint32_t)(end - from) / 2;

    put(t, &n, sizeof n);
    for (uint32_t i = 0; i < n; i++) {
        unsigned char byte;

        MUST(str_unhex((str){from + (size_t)2 * i, 2}, &byte, 1));
        put(t, &byte, 1);
    }
    return end + 1;
}

static const char *put_number(struct tape *t, const char *shown)
{
    char *end;
    int64_t v = strtoll(shown, &end, 10);

    MUST(end != shown);
    put(t, &v, sizeof v);
    return end;
}

/* One literal; returns what follows it. */
static const char *put_value(struct tape *t, const char *shown, size_t place)
{
    char kind = *shown == '\''  ? 't'
                : *shown == 'x' ? 'b'
                : *shown == 'N' ? 'n'
                                : 'i';

    put(t, &kind, 1);
    put_byte(t, place);
    switch (kind) {
    case 't':
        return put_text(t, shown);
    case 'b':
        return put_blob(t, shown);
    case 'n':
        return shown + strlen("NULL");
    default:
        return put_number(t, shown);
    }
}

/* The same parameter again has the same value: it is bound once. */
static void put_values(struct tape *t, sqlite3_stmt *st, const char *sql,
                       const char *shown)
{
    bool had[PLACES] = {false};
    size_t at = t->n, n = 0;

    put_byte(t, 0);
    while (*sql != 0) {
        char name[8];
        size_t len, place, before = t->n;

        if (*sql != '$') {
            MUST(*sql == *shown);
            sql++, shown++;
            continue;
        }
        len = 1 + strspn(sql + 1, "0123456789");
        MUST(len < sizeof name);
        (void)snprintf(name, sizeof name, "%.*s", (int)len, sql);
        place = (size_t)sqlite3_bind_parameter_index(st, name);
        MUST(place > 0 && place < PLACES);
        sql += len;
        shown = put_value(t, shown, place);
        if (had[place])
            t->n = before;
        n += !had[place];
        had[place] = true;
    }
    t->p[at] = (unsigned char)n;
}

/* ---- hearing ------------------------------------------------------ */

/* What SQLite calls at each opening takes no argument. */
static struct tape *_Atomic onto;

static const struct {
    str sql;
    bool begins;
} verbs[] = {
    {STR_INIT("SAVEPOINT"), true},  {STR_INIT("RELEASE"), false},
    {STR_INIT("BEGIN IMM"), false}, {STR_INIT("BEGIN"), true},
    {STR_INIT("COMMIT"), false},    {STR_INIT("ROLLBACK"), false},
};

static bool is_verb(struct tape *t, str sql)
{
    for (size_t i = 0; i < COUNT(verbs); i++)
        if (str_starts(sql, verbs[i].sql)) {
            if (verbs[i].begins) {
                put_byte(t, 'r');
                t->requests++;
                t->heard = true;
            }
            return true;
        }
    return false;
}

static int heard(unsigned what, void *unused, void *statement, void *text)
{
    struct tape *t = atomic_load(&onto);
    sqlite3_stmt *st = statement;
    const char *sql = sqlite3_sql(st);
    char *shown;

    (void)what, (void)unused, (void)text;
    if (t == NULL || is_verb(t, str_of(sql)) || !t->heard)
        return 0;
    shown = sqlite3_expanded_sql(st);
    MUST(shown != NULL);
    put_byte(t, 's');
    put_byte(t, number_of(t, sql));
    put_values(t, st, sql, shown);
    t->statements++;
    sqlite3_free(shown);
    return 0;
}

static int opened(sqlite3 *db, const char **why, const void *api)
{
    (void)why, (void)api;
    return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, heard, NULL);
}

/* SQLite's type for an entry point says nothing of its arguments. */
static void (*entry(void))(void)
{
    return (void (*)(void))opened;
}

void tape_hear(void)
{
    MUST(sqlite3_auto_extension(entry()) == SQLITE_OK);
}

void tape_onto(struct tape *t)
{
    atomic_store(&onto, t);
}

void tape_deaf(void)
{
    tape_onto(NULL);
    (void)sqlite3_cancel_auto_extension(entry());
}

struct tape *tape_new(void)
{
    struct tape *t = calloc(1, sizeof *t);

    MUST(t != NULL);
    return t;
}

void tape_free(struct tape *t)
{
    for (size_t i = 0; i < t->n_sql; i++)
        free(t->sql[i]);
    free(t->p);
    free(t);
}

int64_t tape_requests(const struct tape *t)
{
    return t->requests;
}

int64_t tape_statements(const struct tape *t)
{
    return t->statements;
}

/* ---- playing ------------------------------------------------------ */

struct player {
    const struct tape *t;
    sqlite3 *db;
    sqlite3_stmt *all[STATEMENTS], *begin, *commit;
    size_t at;
};

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st;

    MUST(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st,
                            NULL) == SQLITE_OK);
    return st;
}

struct player *player_new(const struct tape *t, sqlite3 *db)
{
    struct player *p = calloc(1, sizeof *p);

    MUST(p != NULL);
    *p = (struct player){.t = t, .db = db};
    for (size_t i = 0; i < t->n_sql; i++)
        p->all[i] = prepared(db, t->sql[i]);
    p->begin = prepared(db, "BEGIN");
    p->commit = prepared(db, "COMMIT");
    return p;
}

void player_free(struct player *p)
{
    for (size_t i = 0; i < p->t->n_sql; i++)
        (void)sqlite3_finalize(p->all[i]);
    (void)sqlite3_finalize(p->begin);
    (void)sqlite3_finalize(p->commit);
    free(p);
}

static void step(const struct player *p, sqlite3_stmt *st)
{
    int rc;

    do
        rc = sqlite3_step(st);
    while (rc == SQLITE_ROW);
    if (rc != SQLITE_DONE) {
        fprintf(stderr, "bench: %s\n", sqlite3_errmsg(p->db));
        exit(1);
    }
    (void)sqlite3_reset(st);
}

static void take(struct player *p, void *out, size_t n)
{
    MUST(p->at + n <= p->t->n);
    memcpy(out, p->t->p + p->at, n);
    p->at += n;
}

static size_t take_byte(struct player *p)
{
    MUST(p->at < p->t->n);
    return p->t->p[p->at++];
}

static int bind_run(struct player *p, sqlite3_stmt *st, int place, bool text)
{
    const char *from;
    uint32_t n;

    take(p, &n, sizeof n);
    from = (const char *)p->t->p + p->at;
    p->at += n;
    return text ? sqlite3_bind_text(st, place, from, (int)n, SQLITE_STATIC)
                : sqlite3_bind_blob(st, place, from, (int)n, SQLITE_STATIC);
}

static int bind_one(struct player *p, sqlite3_stmt *st)
{
    size_t kind = take_byte(p);
    int place = (int)take_byte(p);
    int64_t v;

    if (kind == 'n')
        return sqlite3_bind_null(st, place);
    if (kind != 'i')
        return bind_run(p, st, place, kind == 't');
    take(p, &v, sizeof v);
    return sqlite3_bind_int64(st, place, v);
}

static void one_request(struct player *p)
{
    MUST(take_byte(p) == 'r');
    while (p->at < p->t->n && p->t->p[p->at] == 's') {
        sqlite3_stmt *st;

        p->at++;
        st = p->all[take_byte(p)];
        for (size_t n = take_byte(p); n > 0; n--)
            MUST(bind_one(p, st) == SQLITE_OK);
        step(p, st);
    }
}

void player_run(struct player *p, int64_t n, double batch)
{
    double due = 0;

    for (int64_t i = 0; i < n;) {
        step(p, p->begin);
        for (due += batch; i < n && (double)i < due; i++)
            one_request(p);
        step(p, p->commit);
    }
}

void player_rewind(struct player *p)
{
    p->at = 0;
}

bool player_at_end(const struct player *p)
{
    return p->at == p->t->n;
}
