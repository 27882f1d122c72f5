/* SPDX-License-Identifier: EUPL-1.2 */
/* Migrations: each runs once, in number order, in a transaction of its own. */
#include "store/store_priv.h"

#include "gen/store_migrate.h"

#include <stdlib.h>

/* The file's own mark, so that nothing else is taken for a city's database:
 * "bali". SQLite keeps it at byte 68. */
#define APPLICATION_ID 0x62616c69

/* Notices an edited text; that is all it is for (FNV-1a, 64 bits). */
static int64_t hash_of(const char *sql)
{
    uint64_t h = UINT64_C(14695981039346656037);
    int64_t signed_h;

    for (; *sql != '\0'; sql++)
        h = (h ^ (unsigned char)*sql) * UINT64_C(1099511628211);
    memcpy(&signed_h, &h, sizeof h);
    return signed_h;
}

static int by_number(const void *a, const void *b)
{
    int x = (*(const struct migration *const *)a)->number;
    int y = (*(const struct migration *const *)b)->number;

    return (x > y) - (x < y);
}

static err in_order(struct ctx *c, const struct migration ***out, size_t *n)
{
    const struct migration **all;

    *n = (size_t)(__stop_balai_migration - __start_balai_migration);
    all = NEWS(c->mem, const struct migration *, *n);
    for (size_t i = 0; i < *n; i++)
        all[i] = &__start_balai_migration[i];
    if (*n > 0)
        qsort(all, *n, sizeof(const struct migration *), by_number);
    for (size_t i = 1; i < *n; i++)
        if (all[i]->number == all[i - 1]->number)
            return fail(c, E_INTERNAL,
                        say(c, "Dua migrasi bernomor %d: %s dan %s.",
                            "Two migrations have number %d: %s and %s."),
                        all[i]->number, all[i - 1]->name, all[i]->name);
    *out = all;
    return E_OK;
}

static err newer(struct ctx *c, const char *path, int64_t theirs, int ours)
{
    return fail(
        c, E_NEWER,
        say(c,
            "%s dibuat oleh balai yang lebih baru: berkas itu memuat migrasi "
            "%" PRId64 ", program ini mengenal sampai %d. Pasanglah balai "
            "yang mengenal migrasi %" PRId64 ".",
            "%s was made by a newer balai: it holds migration %" PRId64
            ", this program knows them up to %d. Install a balai that knows "
            "migration %" PRId64 "."),
        path, theirs, ours, theirs);
}

/* What the program knows, beside what the file has seen. */
struct history {
    const char *path;
    const struct migration **all;
    bool *done; /* which of `all` the file has seen */
    size_t n, at;
};

static err compare_one(struct ctx *c, sqlite3_stmt *st, void *arg)
{
    struct history *h = arg;
    int64_t number = sqlite3_column_int64(st, 0);

    while (h->at < h->n && h->all[h->at]->number < number)
        h->at++;
    if (h->at == h->n || h->all[h->at]->number != number)
        return newer(c, h->path, number,
                     h->n == 0 ? 0 : h->all[h->n - 1]->number);
    if (sqlite3_column_int64(st, 2) != hash_of(h->all[h->at]->sql))
        return fail(
            c, E_INTERNAL,
            say(c,
                "Migrasi %s berbeda dari yang sudah dijalankan pada %s. "
                "Pasanglah balai yang membuatnya.",
                "Migration %s is not the one that %s has seen. Install the "
                "balai that made it."),
            h->all[h->at]->name, h->path);
    h->done[h->at] = true;
    return E_OK;
}

static err apply_inside(struct ctx *c, struct link *l,
                        const struct migration *m)
{
    struct conn tx = {.link = l};
    str broken;

    TRY(store_link_exec(c, l, m->sql));
    TRY(store_link_lines(c, l, "PRAGMA foreign_key_check", 1, &broken));
    if (broken.n > 0)
        return fail(c, E_INTERNAL,
                    say(c, "Migrasi %s memutus rujukan pada tabel %s.",
                        "Migration %s breaks references in table %s."),
                    m->name, broken.p);
    return RUN(c, &tx, store_verb(VERB_RECORD), I64(m->number),
               TXT(str_of(m->name)), I64(hash_of(m->sql)), I64(c->now));
}

static err apply(struct ctx *c, struct link *l, const struct migration *m)
{
    int rc = store_link_do(l, VERB_BEGIN);
    err e;

    if (rc != SQLITE_OK)
        return store_fault(c, l, rc, m->name);
    e = apply_inside(c, l, m);
    if (e == E_OK && (rc = store_link_do(l, VERB_COMMIT)) != SQLITE_OK)
        e = store_fault(c, l, rc, m->name);
    if (sqlite3_get_autocommit(l->db) == 0)
        (void)store_link_do(l, VERB_ROLLBACK);
    return e;
}

static err answer(struct ctx *c, struct link *l, const char *sql, int64_t *out)
{
    str s;

    TRY(store_link_lines(c, l, sql, 1, &s));
    return str_i64(c, s, out);
}

err store_ours(struct ctx *c, struct link *l, const char *path, bool *fresh)
{
    int64_t id, things;

    TRY(answer(c, l, "PRAGMA application_id", &id));
    TRY(answer(c, l, "SELECT count(*) FROM sqlite_schema", &things));
    *fresh = things == 0;
    if (*fresh || id == APPLICATION_ID)
        return E_OK;
    return fail(c, E_STORAGE,
                say(c, "%s bukan basis data balai. Periksa letaknya.",
                    "%s is not a database of balai. Look at its place."),
                path);
}

err store_migrate(struct ctx *c, struct link *l, const char *path, bool frozen)
{
    struct history h = {.path = path};
    bool fresh;

    TRY(in_order(c, &h.all, &h.n));
    h.done = NEWS(c->mem, bool, h.n);
    TRY(store_ours(c, l, path, &fresh));
    if (!fresh)
        TRY(store_link_each(c, l, store_verb(VERB_APPLIED)->sql, compare_one,
                            &h));
    /* A migration may rebuild a table; its references are checked whole. */
    TRY(store_link_exec(c, l, "PRAGMA foreign_keys = OFF"));
    if (fresh)
        TRY(store_link_exec(c, l, "PRAGMA application_id = 1650551913"));
    for (size_t i = 0; i < h.n; i++)
        if (!h.done[i]) {
            if (frozen)
                return fail(c, E_STORAGE,
                            say(c,
                                "Cakram pernah gagal menyimpan %s, basis data "
                                "belum dapat ditulis ulang, dan versi ini "
                                "harus mengubahnya. Sediakan ruang kosong "
                                "sebesar basis data, atau ganti cakramnya.",
                                "The disk once failed to save %s, the database "
                                "could not be written anew, and this version "
                                "must change it. Make as much room as it "
                                "takes, or change the disk."),
                            path);
            /* Before it, so that a power cut cannot forget it. */
            if (!fresh)
                TRY(store_link_exec(c, l, "PRAGMA user_version = 1"));
            TRY(apply(c, l, h.all[i]));
        }
    return store_link_exec(c, l, "PRAGMA foreign_keys = ON");
}

err store_owes_replay(struct ctx *c, struct store *s, bool *owes)
{
    int64_t version;

    TRY(answer(c, s->writer, "PRAGMA user_version", &version));
    *owes = version != 0;
    return E_OK;
}
