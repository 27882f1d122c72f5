/* SPDX-License-Identifier: EUPL-1.2 */
/* All tables at once: what they are, their rows as bytes, and their end. */
#include "store/store_priv.h"

#include <stdlib.h>

/* ---- what the migrations announce --------------------------------- */

static const struct {
    str name;
    enum store_class class;
} classes[] = {
    {STR_INIT("truth"), STORE_TRUTH},
    {STR_INIT("projection"), STORE_PROJECTION},
    {STR_INIT("volatile"), STORE_VOLATILE},
};

/* One line: "NAME CLASS", "NAME CLASS small" or "NAME gone". */
struct line {
    int number;
    struct announced a;
    bool gone;
};

static void read_line(str text, int number, struct line *out)
{
    str word;

    *out = (struct line){.number = number};
    MUST(str_next(&text, ' ', &out->a.table.name));
    MUST(str_next(&text, ' ', &word));
    out->gone = str_eq(word, STR("gone"));
    for (size_t i = 0; i < COUNT(classes); i++)
        if (str_eq(word, classes[i].name))
            out->a.table.class = classes[i].class;
    out->a.small = str_next(&text, ' ', &word) && str_eq(word, STR("small"));
}

/* By name, then the later migration first: it has the last word. */
static int by_name(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    int order = str_cmp(x->a.table.name, y->a.table.name);

    return order != 0 ? order
                      : (x->number < y->number) - (x->number > y->number);
}

err store_announced(struct ctx *c, const struct announced **out, size_t *n)
{
    struct line *all = NULL;
    struct announced *kept;
    size_t lines = 0, room = 0;

    for (const struct migration *m = __start_balai_migration;
         m < __stop_balai_migration; m++) {
        str rest = str_of(m->tables), text;

        while (str_next(&rest, '\n', &text)) {
            ARENA_GROW(c->mem, all, lines, room);
            read_line(text, m->number, &all[lines++]);
        }
    }
    if (lines > 0)
        qsort(all, lines, sizeof *all, by_name);
    kept = NEWS(c->mem, struct announced, lines);
    *n = 0;
    for (size_t i = 0; i < lines; i++)
        if (!all[i].gone &&
            (i == 0 || !str_eq(all[i].a.table.name, all[i - 1].a.table.name)))
            kept[(*n)++] = all[i].a;
    *out = kept;
    return E_OK;
}

err store_tables(struct ctx *c, const struct store_table **out, size_t *n)
{
    const struct announced *all;
    struct store_table *tables;

    TRY(store_announced(c, &all, n));
    tables = NEWS(c->mem, struct store_table, *n);
    for (size_t i = 0; i < *n; i++)
        tables[i] = all[i].table;
    *out = tables;
    return E_OK;
}

/* ---- rows as bytes ------------------------------------------------ */

static void put_run(struct buf *b, char letter, const void *p, size_t n)
{
    buf_char(b, letter);
    buf_u32be(b, (uint32_t)n);
    buf_raw(b, (str){p, n});
}

static void put_u64(struct buf *b, char letter, const void *v)
{
    uint64_t bits;

    memcpy(&bits, v, sizeof bits);
    buf_char(b, letter);
    buf_u32be(b, 8);
    buf_u64be(b, bits);
}

static void put_column(struct buf *b, sqlite3_stmt *st, int i)
{
    int64_t whole;
    double real;

    switch (sqlite3_column_type(st, i)) {
    case SQLITE_NULL:
        put_run(b, 'n', "", 0);
        return;
    case SQLITE_INTEGER:
        whole = sqlite3_column_int64(st, i);
        put_u64(b, 'i', &whole);
        return;
    case SQLITE_FLOAT:
        real = sqlite3_column_double(st, i);
        put_u64(b, 'r', &real);
        return;
    case SQLITE_TEXT:
        put_run(b, 't', sqlite3_column_text(st, i),
                (size_t)sqlite3_column_bytes(st, i));
        return;
    default:
        put_run(b, 'b', sqlite3_column_blob(st, i),
                (size_t)sqlite3_column_bytes(st, i));
    }
}

/* What one row may take on top of its columns' bytes. */
#define ROW_MOST (2 * ROW_BYTES)

/* The columns of a table's key, quoted, in key order; a search index has none
 * but its row's number. */
static err key_of(struct ctx *c, struct link *l, str table, str *out)
{
    const char *sql =
        arena_fmt(c->mem,
                  "SELECT coalesce(group_concat('\"' || name || '\"'), 'rowid')"
                  "  FROM (SELECT name FROM pragma_table_info('%.*s')"
                  "         WHERE pk > 0 ORDER BY pk)",
                  STR_ARG(table))
            .p;

    return store_link_lines(c, l, sql, 1, out);
}

struct dumping {
    str table;
    struct buf row; /* one for all rows: a dump must not fill memory */
    store_sink *sink;
    void *arg;
};

static err dump_row(struct ctx *c, sqlite3_stmt *st, void *arg)
{
    struct dumping *d = arg;
    str row;

    d->row.n = 0;
    buf_raw(&d->row, d->table);
    buf_char(&d->row, '\0');
    for (int i = 0; i < sqlite3_column_count(st); i++)
        put_column(&d->row, st, i);
    TRY(buf_done(c, &d->row, &row));
    d->sink(d->arg, row);
    return E_OK;
}

static err dump_table(struct ctx *c, struct link *l, struct dumping *d)
{
    str key;

    TRY(key_of(c, l, d->table, &key));
    return store_link_each(c, l,
                           arena_fmt(c->mem,
                                     "SELECT * FROM \"%.*s\" ORDER BY %.*s",
                                     STR_ARG(d->table), STR_ARG(key))
                               .p,
                           dump_row, d);
}

err store_dump(struct ctx *c, struct conn *on, enum store_class class,
               store_sink *sink, void *arg)
{
    struct dumping d = {.row = buf_new(c, ROW_MOST), .sink = sink, .arg = arg};
    const struct announced *all;
    size_t n;

    MUST(on->link != NULL);
    on->link->until = 0;
    TRY(store_announced(c, &all, &n));
    for (size_t i = 0; i < n; i++)
        if (all[i].table.class == class) {
            d.table = all[i].table.name;
            TRY(dump_table(c, on->link, &d));
        }
    return E_OK;
}

/* References between the tables are looked at when all rows are gone. */
err store_wipe(struct ctx *c, struct conn *tx, enum store_class class)
{
    const struct announced *all;
    size_t n;

    MUST(tx->link != NULL);
    TRY(store_announced(c, &all, &n));
    TRY(store_link_exec(c, tx->link, "PRAGMA defer_foreign_keys = ON"));
    for (size_t i = 0; i < n; i++)
        if (all[i].table.class == class)
            TRY(store_link_exec(c, tx->link,
                                arena_fmt(c->mem, "DELETE FROM \"%.*s\"",
                                          STR_ARG(all[i].table.name))
                                    .p));
    return class == STORE_PROJECTION
               ? store_link_exec(c, tx->link, "PRAGMA user_version = 0")
               : E_OK;
}
