/* SPDX-License-Identifier: EUPL-1.2 */
/* Copies, checks of the file, and checks of the program's own SQL. */
#include "store/store_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* ---- backup ------------------------------------------------------- */

static void close_link(void *l)
{
    store_link_close(l);
}

/* A connection of one's own, for what takes long or cannot be in a
 * transaction; closed when c->mem goes. */
static err own_reader(struct ctx *c, const struct store *s, const char *file,
                      struct link **out)
{
    TRY(store_link_open(c, s, file, LINK_READER, out));
    arena_owns(c->mem, close_link, *out);
    return E_OK;
}

static err sync_folder_of(struct ctx *c, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dir =
        slash == NULL
            ? "."
            : arena_str(c->mem, (str){path, (size_t)(slash - path) + 1}).p;
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 ? -1 : fsync(fd);

    if (fd >= 0)
        close(fd);
    return rc == 0 ? E_OK : fail(c, E_STORAGE, "%s: %s.", dir, strerror(errno));
}

static err backup(struct ctx *c, struct store *s, const char *part)
{
    struct link *l, *copy;
    sqlite3_vfs *vfs = sqlite3_vfs_find(s->vfs);

    (void)vfs->xDelete(vfs, part, 0);
    TRY(own_reader(c, s, store_path(s).p, &l));
    TRY(store_link_exec(c, l, "PRAGMA query_only = OFF"));
    TRY(store_copy(c, s, l, part));
    TRY(own_reader(c, s, part, &copy));
    return store_sound(c, copy, part);
}

err store_backup(struct ctx *c, struct store *s, const char *path)
{
    const char *part = arena_fmt(c->mem, "%s.part", path).p;
    struct ctx inner = *c; /* its connections end before the rename */
    err e;

    if (file_exists(path))
        return fail(c, E_CONFLICT,
                    say(c, "%s sudah ada. Pilihlah nama lain.",
                        "%s is already there. Choose another name."),
                    path);
    inner.mem = arena_new((size_t)64 << 20);
    e = backup(&inner, s, part);
    if (e != E_OK)
        c->why = arena_str(c->mem, inner.why);
    arena_free(inner.mem);
    if (e != E_OK) {
        (void)unlink(part);
        return e;
    }
    if (rename(part, path) != 0)
        return fail(c, E_STORAGE, "%s: %s.", path, strerror(errno));
    return sync_folder_of(c, path);
}

/* ---- the file ----------------------------------------------------- */

err store_check(struct ctx *c, struct store *s, str *trouble)
{
    struct link *l;
    str lines, broken;

    *trouble = STR("");
    TRY(own_reader(c, s, store_path(s).p, &l));
    TRY(store_link_lines(c, l, "PRAGMA integrity_check(100)", 100, &lines));
    if (!str_eq(lines, STR("ok")))
        *trouble = lines;
    TRY(store_link_lines(c, l, "PRAGMA foreign_key_check", 100, &broken));
    if (broken.n > 0)
        *trouble = arena_fmt(c->mem,
                             say(c, "%.*s\nRujukan terputus pada tabel:\n%.*s",
                                 "%.*s\nBroken references in table:\n%.*s"),
                             STR_ARG(*trouble), STR_ARG(broken));
    return E_OK;
}

/* ---- the program's SQL -------------------------------------------- */

struct looking {
    struct ctx *c;
    struct link *l;
    struct findings *f;
    const struct announced *all;
    size_t n;
};

static struct place at(const struct query *q)
{
    return (struct place){.file = str_of(q->file), .line = q->line};
}

static const struct announced *announced(const struct looking *k, str name)
{
    for (size_t i = 0; i < k->n; i++)
        if (str_eq(k->all[i].table.name, name))
            return &k->all[i];
    return NULL;
}

static bool is_blank(char ch)
{
    return ch == ' ' || ch == '\n' || ch == '\t' || ch == ',' || ch == '(' ||
           ch == ')';
}

static str next_word(str *rest)
{
    size_t from = 0, to;

    while (from < rest->n && is_blank(rest->p[from]))
        from++;
    for (to = from; to < rest->n && !is_blank(rest->p[to]);)
        to++;
    str word = str_slice(*rest, from, to);
    *rest = str_slice(*rest, to, rest->n);
    return word;
}

/* The plan speaks of a table by its alias: find `TABLE [AS] alias` in the
 * text. NULL is a subquery, a CTE or a function. */
static const struct announced *scanned(const struct looking *k, const char *sql,
                                       str alias)
{
    const struct announced *table = announced(k, alias), *seen = NULL;
    str rest = str_of(sql);

    for (str word; table == NULL && (word = next_word(&rest)).n > 0;) {
        if (seen != NULL && str_eq(word, alias))
            table = seen;
        else if (seen == NULL || !str_eq(word, STR("AS")))
            seen = announced(k, word);
    }
    return table;
}

static void look_at_plan(struct looking *k, const struct query *q, str detail)
{
    str rest = detail, alias;
    const struct announced *table;

    if (!str_starts(detail, STR("SCAN ")) ||
        str_find(detail, STR(" USING ")) < detail.n)
        return;
    (void)next_word(&rest);
    alias = next_word(&rest);
    table = scanned(k, q->sql, alias);
    if (table == NULL || table->small)
        return;
    finding_add(k->c, k->f, FIND_ERROR, at(q), str_of(q->name),
                say(k->c, "Seluruh tabel %.*s dibaca.",
                    "It reads the whole of table %.*s."),
                STR_ARG(table->table.name))
        ->mend = str_of(
        say(k->c,
            "Beri indeks, batasi dengan kunci (id > $1), atau umumkan tabelnya "
            "kecil (small).",
            "Give it an index, bound it by the key (id > $1), or announce the "
            "table as small."));
}

static void look_at_parameters(struct looking *k, const struct query *q,
                               sqlite3_stmt *st)
{
    int declared = (int)strlen(q->types);

    for (int i = 1; i <= declared; i++) {
        const char *name = arena_fmt(k->c->mem, "$%d", i).p;

        if (sqlite3_bind_parameter_index(st, name) == 0)
            finding_add(k->c, k->f, FIND_ERROR, at(q), str_of(q->name),
                        say(k->c, "%s dideklarasikan tetapi tidak dipakai.",
                            "%s is declared and not used."),
                        name);
    }
    for (int i = 1; i <= sqlite3_bind_parameter_count(st); i++) {
        const char *name = sqlite3_bind_parameter_name(st, i);
        int64_t number = 0;

        if (name == NULL || name[0] != '$' ||
            !str_is_i64(str_of(name + 1), &number) || number < 1 ||
            number > declared)
            finding_add(k->c, k->f, FIND_ERROR, at(q), str_of(q->name),
                        say(k->c, "Parameter %s tidak dideklarasikan.",
                            "Parameter %s is not declared."),
                        name == NULL ? "?" : name);
    }
}

static void look_at(struct looking *k, const struct query *q)
{
    const char *sql = arena_fmt(k->c->mem, "EXPLAIN QUERY PLAN %s", q->sql).p;
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v3(k->l->db, sql, -1, 0, &st, NULL);

    if (rc != SQLITE_OK) {
        finding_add(k->c, k->f, FIND_ERROR, at(q), str_of(q->name), "%s.",
                    sqlite3_errmsg(k->l->db));
        return;
    }
    look_at_parameters(k, q, st);
    while (sqlite3_step(st) == SQLITE_ROW)
        look_at_plan(k, q, str_of((const char *)sqlite3_column_text(st, 3)));
    (void)sqlite3_finalize(st);
}

static err look_at_table(struct ctx *c, sqlite3_stmt *st, void *arg)
{
    struct looking *k = arg;
    str name =
        arena_str(c->mem, str_of((const char *)sqlite3_column_text(st, 0)));

    if (announced(k, name) == NULL)
        finding_add(c, k->f, FIND_ERROR, (struct place){0}, name,
                    say(c, "Tabel ini tidak diumumkan.",
                        "This table is not announced."));
    if (sqlite3_column_int(st, 1) == 0)
        finding_add(c, k->f, FIND_ERROR, (struct place){0}, name,
                    say(c,
                        "Tabel ini tanpa INTEGER PRIMARY KEY dan tidak "
                        "WITHOUT ROWID.",
                        "This table has no INTEGER PRIMARY KEY and is not "
                        "WITHOUT ROWID."));
    return E_OK;
}

/* VACUUM may number bare rows anew, and a dump needs an order. */
static const char tables[] =
    "SELECT l.name,"
    "       l.wr OR (SELECT count(*) = 1 AND max(i.type) = 'INTEGER'"
    "                  FROM pragma_table_info(l.name) AS i WHERE i.pk > 0)"
    "  FROM pragma_table_list AS l"
    " WHERE l.schema = 'main' AND l.type = 'table'"
    "   AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

err store_prepare_all(struct ctx *c, struct store *s, struct findings *f)
{
    struct looking k = {.c = c, .f = f};

    TRY(own_reader(c, s, store_path(s).p, &k.l));
    TRY(store_announced(c, &k.all, &k.n));
    for (const struct query *q = __start_balai_query; q < __stop_balai_query;
         q++)
        look_at(&k, q);
    return store_link_each(c, k.l, tables, look_at_table, &k);
}
