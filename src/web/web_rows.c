/* SPDX-License-Identifier: EUPL-1.2 */
/* Tables in forms: rows that are added and taken away without script, and the
 * same rows as a table to read. */
#include "web/web_priv.h"

#define BUTTON STR("baris")
#define ADD    STR("tambah")
#define REMOVE STR("hapus")

/* ---- how many rows there are on the page --------------------------- */

static size_t typed_rows(const struct app_field *d, const struct app_pair *all,
                         size_t n)
{
    size_t row, column, last = 0;
    str rest;

    for (size_t i = 0; i < n; i++)
        if (app_cell_at(d, all[i].name, &row, &column, &rest) && row > last)
            last = row;
    return last;
}

static size_t shown_rows(const struct app_field *d, const struct filling *x)
{
    size_t n = typed_rows(d, x->pairs, x->n);
    size_t least = d->min_rows > 1 ? (size_t)d->min_rows : 1;

    return n > least ? n : least;
}

/* ---- the form ----------------------------------------------------- */

static str button(struct visit *v, const struct app_field *d, str what,
                  size_t row)
{
    return arena_fmt(v->c->mem, "%.*s.%.*s.%zu", STR_ARG(d->key), STR_ARG(what),
                     row);
}

static str row_id(struct visit *v, const struct app_field *d,
                  const struct filling *x, size_t row)
{
    return web_field_id(v, x->in,
                        arena_fmt(v->c->mem, "%.*s.%zu", STR_ARG(d->key), row));
}

static void put_row(struct visit *v, struct data *list,
                    const struct app_field *d, const struct filling *x,
                    size_t row, bool only)
{
    struct data *one = web_item(v, list), *parts;

    web_put(v, one, "rid", row_id(v, d, x, row));
    web_put(v, one, "heading",
            SAY(v, "say_row", STR("n"), web_number(v, (int64_t)row)));
    web_put(v, one, "remove", only ? STR("") : button(v, d, REMOVE, row));
    web_put(v, one, "remove_text",
            SAY(v, "say_remove_row", STR("n"), web_number(v, (int64_t)row)));
    parts = web_list(v, one, "parts");
    for (size_t i = 0; i < d->n_columns; i++) {
        struct app_field cell = app_cell(v->c, d, row, i);

        if (!cell.computed)
            data_append(v->c, parts, web_field(v, &cell, x));
    }
}

void web_put_rows(struct visit *v, struct data *to, const struct app_field *d,
                  const struct filling *x)
{
    struct data *list = web_list(v, to, "rows_typed");
    size_t n = shown_rows(d, x);

    for (size_t row = 1; row <= n; row++)
        put_row(v, list, d, x, row, n == 1);
    web_put(v, to, "add",
            n < (size_t)d->max_rows ? button(v, d, ADD, n) : STR(""));
    web_put(v, to, "next", row_id(v, d, x, n + 1));
}

/* ---- rows that come and go ---------------------------------------- */

static void add_row(struct visit *v, const struct app_field *d, size_t after)
{
    struct app_pair *all = NEWS(v->c->mem, struct app_pair, v->n_form + 1);

    for (size_t i = 0; i < v->n_form; i++)
        all[i] = v->form[i];
    all[v->n_form] =
        (struct app_pair){arena_fmt(v->c->mem, "%.*s.%zu.%.*s", STR_ARG(d->key),
                                    after + 1, STR_ARG(d->columns[0].key)),
                          STR("")};
    v->form = all;
    v->n_form++;
}

/* The rows behind it move up. */
static void remove_row(struct visit *v, const struct app_field *d, size_t gone)
{
    struct app_pair *all = NEWS(v->c->mem, struct app_pair, v->n_form + 1);
    size_t row, column, n = 0;
    str rest;

    for (size_t i = 0; i < v->n_form; i++) {
        struct app_pair p = v->form[i];

        if (app_cell_at(d, p.name, &row, &column, &rest)) {
            if (row == gone)
                continue;
            if (row > gone)
                p.name =
                    arena_fmt(v->c->mem, "%.*s%s%.*s",
                              STR_ARG(app_cell(v->c, d, row - 1, column).key),
                              rest.n > 0 ? "." : "", STR_ARG(rest));
        }
        all[n++] = p;
    }
    v->form = all;
    v->n_form = n;
}

bool web_rows_changed(struct visit *v, const struct app_field *fields, size_t n)
{
    str sent = web_sent(v, "baris"), key, tail, what, number;
    int64_t row;

    if (sent.n == 0 || !str_cut(sent, '.', &key, &tail) ||
        !str_cut(tail, '.', &what, &number) || !str_is_i64(number, &row) ||
        row < 1 || row > APP_ROWS_MOST)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (fields[i].type != APP_ROWS || !str_eq(fields[i].key, key))
            continue;
        if (str_eq(what, ADD) && row < fields[i].max_rows)
            add_row(v, &fields[i], (size_t)row);
        else if (str_eq(what, REMOVE))
            remove_row(v, &fields[i], (size_t)row);
        return true;
    }
    return false;
}

/* ---- as a table --------------------------------------------------- */

static bool numeric(enum app_type t)
{
    return t == APP_INTEGER || t == APP_DECIMAL || t == APP_MONEY;
}

void web_put_table(struct visit *v, struct data *row, const struct app_shown *s)
{
    const struct app_table *t = s->table;
    struct data *table, *head, *lines;

    web_flag(v, row, "table", false);
    if (t == NULL)
        return;
    web_put(v, row, "value", STR(""));
    table = web_map(v, row, "table");
    head = web_list(v, table, "head");
    for (size_t i = 0; i < t->n_columns; i++)
        web_line(v, head, t->labels[i]);
    lines = web_list(v, table, "lines");
    for (size_t r = 0; r < t->n_rows; r++) {
        struct data *line = web_item(v, lines), *cells;

        web_put(v, line, "no", web_number(v, (int64_t)r + 1));
        cells = web_list(v, line, "cells");
        for (size_t i = 0; i < t->n_columns; i++) {
            struct data *cell = web_item(v, cells);

            web_put(v, cell, "text", t->texts[r * t->n_columns + i]);
            web_flag(v, cell, "number", numeric(t->columns[i].type));
        }
    }
}

/* ---- whom and which office ---------------------------------------- */

err web_put_officers(struct visit *v, struct data *field,
                     const struct app_field *d, str chosen)
{
    struct city_officer *all;
    size_t n;

    if (v->s.officer == 0)
        return E_OK; /* who works here is not for everybody to list */
    TRY(web_look(v));
    TRY(record_officers(v->c, &v->world, v->on, d, &all, &n));
    for (size_t i = 0; i < n; i++)
        web_put_select(v, field, all[i].pseudonym,
                       all[i].post.n == 0 ? all[i].name
                                          : arena_fmt(v->c->mem, "%.*s, %.*s",
                                                      STR_ARG(all[i].name),
                                                      STR_ARG(all[i].post)),
                       str_eq(all[i].pseudonym, chosen));
    return E_OK;
}

void web_put_offices(struct visit *v, struct data *field, str chosen)
{
    const struct city_office *all;
    size_t n = city_offices(v->world.city, &all);

    for (size_t i = 0; i < n; i++)
        web_put_select(v, field, all[i].key, city_office_name(v->c, &all[i]),
                       str_eq(all[i].key, chosen));
}
