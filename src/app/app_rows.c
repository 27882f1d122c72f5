/* SPDX-License-Identifier: EUPL-1.2 */
/* Rows: a field whose values are a table of typed columns. The field's own
 * path says how many rows there are; a cell stands below it, "rab.2.harga",
 * and is to everything else a field of its column's type. */
#include "app/app_priv.h"

/* ---- cells -------------------------------------------------------- */

struct app_field app_cell(struct ctx *c, const struct app_field *d, size_t row,
                          size_t column)
{
    struct app_field cell = d->columns[column];

    cell.key = arena_fmt(c->mem, "%.*s.%zu.%.*s", STR_ARG(d->key), row,
                         STR_ARG(d->columns[column].key));
    cell.table = d;
    cell.row = row;
    return cell;
}

struct app_field *app_row(struct ctx *c, const struct app_field *d, size_t row)
{
    struct app_field *cells = NEWS(c->mem, struct app_field, d->n_columns + 1);

    for (size_t i = 0; i < d->n_columns; i++)
        cells[i] = app_cell(c, d, row, i);
    return cells;
}

size_t app_rows(const struct app_form *form, const struct app_field *d)
{
    int64_t n = 0;

    if (!str_is_i64(app_form_text(form, d->key), &n) || n < 0)
        return 0;
    return n > APP_ROWS_MOST ? APP_ROWS_MOST : (size_t)n;
}

/* "2" of "2.harga": 1 to 200, written one way only. */
static bool row_number(str s, size_t *row)
{
    int64_t n;

    if (s.n == 0 || s.n > 3 || s.p[0] == '0' || !app_all_digits(s) ||
        !str_is_i64(s, &n) || n > APP_ROWS_MOST)
        return false;
    *row = (size_t)n;
    return true;
}

bool app_cell_at(const struct app_field *d, str path, size_t *row,
                 size_t *column, str *rest)
{
    str number, key, tail;

    if (!str_starts(path, d->key) || path.n <= d->key.n ||
        path.p[d->key.n] != '.' ||
        !str_cut(str_slice(path, d->key.n + 1, path.n), '.', &number, &tail) ||
        !row_number(number, row))
        return false;
    str_cut(tail, '.', &key, rest);
    for (*column = 0; *column < d->n_columns; ++*column)
        if (str_eq(d->columns[*column].key, key))
            return true;
    return false;
}

/* One look over the form: what each cell holds, NULL where it says nothing. */
const struct app_value **app_cells(struct ctx *c, const struct app_form *form,
                                   const struct app_field *d, size_t rows)
{
    const struct app_value **cells =
        NEWS(c->mem, const struct app_value *, rows * d->n_columns + 1);
    size_t row, column;
    str rest;

    for (size_t i = 0; i < form->n; i++)
        if (app_cell_at(d, form->all[i].path, &row, &column, &rest) &&
            row <= rows && rest.n == 0)
            cells[(row - 1) * d->n_columns + column] = &form->all[i];
    return cells;
}

void app_rows_drop(struct app_form *form, const struct app_field *d)
{
    size_t row, column, kept = 0;
    str rest;

    for (size_t i = 0; i < form->n; i++)
        if (!str_eq(form->all[i].path, d->key) &&
            !app_cell_at(d, form->all[i].path, &row, &column, &rest))
            form->all[kept++] = form->all[i];
    form->n = kept;
}

/* ---- what expressions see ----------------------------------------- */

/* The cells of one row by the bare names of their columns. */
static struct app_form row_form(struct ctx *c, const struct app_field *d,
                                const struct app_value *const *cells)
{
    struct app_form f = {.all = NEWS(c->mem, struct app_value, d->n_columns)};

    for (size_t i = 0; i < d->n_columns; i++)
        if (cells[i] != NULL)
            f.all[f.n++] =
                (struct app_value){d->columns[i].key, cells[i]->text};
    return f;
}

struct cel_value app_rows_value(struct ctx *c, const struct app_scope *s,
                                const struct app_field *d)
{
    size_t rows = app_rows(s->form, d), n = d->n_columns;
    const struct app_value **cells = app_cells(c, s->form, d, rows);
    struct cel_value *items = NEWS(c->mem, struct cel_value, rows + 1);
    struct cel_value *pairs = NEWS(c->mem, struct cel_value, 2 * n + 1);

    for (size_t r = 0; r < rows; r++) {
        struct app_form form = row_form(c, d, cells + r * n);
        struct app_scope row = *s;

        row.form = &form, row.fields = d->columns, row.n = n, row.outer = s;
        for (size_t i = 0; i < n; i++) {
            pairs[2 * i] = cel_string(d->columns[i].key);
            pairs[2 * i + 1] = app_field_value(c, &row, &d->columns[i]);
        }
        items[r] = cel_map_of(c, pairs, n);
    }
    return cel_list_of(c, items, rows);
}

struct cel_value app_row_eval(struct ctx *c, const struct app_scope *s,
                              const struct app_field *d, size_t row,
                              const struct cel_program *p)
{
    size_t n = d->n_columns;
    struct app_form form = {.all = NEWS(c->mem, struct app_value, n)};
    struct app_scope in = *s;

    for (size_t i = 0; i < n; i++) {
        struct app_field cell = app_cell(c, d, row, i);
        const struct app_value *v = app_form_find(s->form, cell.key);

        if (v != NULL)
            form.all[form.n++] = (struct app_value){d->columns[i].key, v->text};
    }
    in.form = &form, in.fields = d->columns, in.n = n, in.outer = s;
    return app_eval(c, &in, p);
}

const struct cel_type *app_rows_type(struct ctx *c, const struct app_field *d,
                                     bool nullable)
{
    struct cel_type *list = NEW(c->mem, struct cel_type);
    struct cel_type *row = NEW(c->mem, struct cel_type);
    struct cel_field *fields = NEWS(c->mem, struct cel_field, d->n_columns + 1);

    for (size_t i = 0; i < d->n_columns; i++)
        fields[i] = (struct cel_field){d->columns[i].key,
                                       app_type_cel(c, &d->columns[i])};
    *row =
        (struct cel_type){.kind = CEL_MAP, .fields = fields, .n = d->n_columns};
    *list =
        (struct cel_type){.kind = CEL_LIST, .of = row, .nullable = nullable};
    return list;
}

/* ---- what was typed ----------------------------------------------- */

/* A row is there where anything was typed into it. */
static size_t typed_rows(const struct app_pair *pairs, size_t n,
                         const struct app_field *d, bool *there)
{
    size_t row, column, last = 0;
    str rest;

    for (size_t i = 0; i < n; i++)
        if (app_cell_at(d, pairs[i].name, &row, &column, &rest) &&
            str_trim(pairs[i].value).n > 0) {
            there[row] = true;
            last = row > last ? row : last;
        }
    return last;
}

static size_t of_row(const struct app_pair *pairs, size_t n,
                     const struct app_field *d, size_t want,
                     struct app_pair *out)
{
    size_t row, column, many = 0;
    str rest;

    for (size_t i = 0; i < n; i++)
        if (app_cell_at(d, pairs[i].name, &row, &column, &rest) && row == want)
            out[many++] = pairs[i];
    return many;
}

/* Rows left empty are left out, so that the others move up; what is wrong is
 * said of the row as it was typed. */
size_t app_rows_read(struct ctx *c, const struct app_field *d,
                     const struct app_pair *pairs, size_t n,
                     app_read_cells *read, const void *arg,
                     struct app_form *form)
{
    bool there[APP_ROWS_MOST + 1] = {false};
    struct app_pair *own = NEWS(c->mem, struct app_pair, n + 1);
    size_t last = typed_rows(pairs, n, d, there), kept = 0;

    app_rows_drop(form, d);
    for (size_t row = 1; row <= last; row++) {
        struct app_field *cells;
        struct app_form got = {0};

        if (!there[row])
            continue;
        cells = app_row(c, d, row);
        read(arg, cells, d->n_columns, own, of_row(pairs, n, d, row, own),
             &got);
        kept++;
        for (size_t i = 0; i < d->n_columns; i++) {
            const struct app_value *v = app_form_find(&got, cells[i].key);

            if (v != NULL)
                app_form_set(c, form, app_cell(c, d, kept, i).key, v->text);
        }
    }
    if (kept > 0)
        app_form_set(c, form, d->key, arena_fmt(c->mem, "%zu", kept));
    return kept;
}

/* ---- showing ------------------------------------------------------ */

struct app_table *app_show_rows(struct ctx *c, const struct app_field *d,
                                const struct app_form *form)
{
    struct app_table *t = NEW(c->mem, struct app_table);
    const struct app_value **cells;
    size_t n = d->n_columns;

    *t = (struct app_table){.columns = d->columns,
                            .labels = NEWS(c->mem, str, n + 1),
                            .n_columns = n,
                            .n_rows = app_rows(form, d)};
    t->texts = NEWS(c->mem, str, t->n_rows * n + 1);
    cells = app_cells(c, form, d, t->n_rows);
    for (size_t i = 0; i < n; i++)
        t->labels[i] = app_say(c, data_get(d->columns[i].def, STR("label")));
    for (size_t i = 0; i < t->n_rows * n; i++) {
        const struct app_field *column = &d->columns[i % n];
        const struct app_part *part;

        app_parts(column->type, &part);
        t->texts[i] =
            cells[i] == NULL || cells[i]->text.p == NULL
                ? STR("")
                : app_leaf_show(c, column, part->leaf, cells[i]->text);
    }
    return t;
}

/* ---- building ----------------------------------------------------- */

#define ROWS_USUAL   50
#define COLUMNS_MOST 24
#define CELLS_MOST   2000 /* what one event holds */

static int64_t whole(const struct data *def, const char *key, int64_t usual)
{
    int64_t n;

    return str_is_i64(app_text(def, key), &n) ? n : usual;
}

static void fault(struct app_work *w, const struct data *at, str path,
                  const char *doc, const char *text)
{
    app_mend(w->c,
             finding_add(w->c, w->f, FIND_ERROR, at->at, path, "%s", text), doc,
             "%s", "");
}

void app_build_columns(struct app_work *w, const struct data *def, str path,
                       struct app_field *d)
{
    struct ctx *c = w->c;
    const struct data *columns = data_get(def, STR("columns"));
    str below = app_path(c, path, STR("columns"));

    if (d->type != APP_ROWS)
        return;
    app_build_field_list(w, columns, below, &d->columns, &d->n_columns);
    d->min_rows = whole(def, "min_rows", d->optional ? 0 : 1);
    d->max_rows = whole(def, "max_rows", ROWS_USUAL);
    if (d->n_columns == 0)
        fault(w, def, below, "field-columns",
              say(c, "Kolomnya belum ada.", "The columns are missing."));
    if (d->max_rows < 1 || d->max_rows > APP_ROWS_MOST ||
        d->min_rows > d->max_rows)
        fault(w, def, app_path(c, path, STR("max_rows")), "field-max_rows",
              say(c,
                  "Jumlah baris adalah 1 sampai 200, dan min_rows tidak "
                  "lebih dari max_rows.",
                  "Rows number 1 to 200, and min_rows is no more than "
                  "max_rows."));
    if (d->n_columns > COLUMNS_MOST ||
        (int64_t)d->n_columns * d->max_rows > CELLS_MOST)
        fault(w, def, below, "field-columns",
              say(c,
                  "Tabel ini terlalu besar: paling banyak 24 kolom, dan "
                  "kolom kali max_rows paling banyak 2000.",
                  "The table is too large: at most 24 columns, and columns "
                  "times max_rows at most 2000."));
}

/* Columns that wait for each other in a circle would never be computed.
 * mark: 1 is being visited, 2 is done. */
static bool waits(struct app_work *w, const struct app_field *d, size_t at,
                  unsigned char *mark)
{
    str *names;
    size_t n;
    bool circle = mark[at] == 1;

    if (mark[at] != 0 || d->columns[at].value == NULL ||
        cel_names(w->c, d->columns[at].value, &names, &n) != E_OK)
        return circle;
    mark[at] = 1;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < d->n_columns; k++)
            if (str_eq(d->columns[k].key, names[i]))
                circle |= waits(w, d, k, mark);
    mark[at] = 2;
    return circle;
}

void app_build_column_programs(struct app_work *w, struct app_field *d,
                               str path)
{
    struct ctx *c = w->c;
    unsigned char *mark;
    struct cel_env *env;

    if (d->type != APP_ROWS)
        return;
    mark = NEWS(c->mem, unsigned char, d->n_columns + 1);
    env = app_build_scope(w, d->columns, d->n_columns, false);
    for (size_t i = 0; i < d->n_columns; i++) {
        struct app_field *column = &d->columns[i];
        str here = app_path(c, app_path(c, path, STR("columns")), column->key);

        column->value = app_program(w, env, data_get(column->def, STR("value")),
                                    app_path(c, here, STR("value")),
                                    RESULT_FIELD, column->type);
    }
    for (size_t i = 0; i < d->n_columns; i++)
        if (waits(w, d, i, mark))
            fault(w, d->columns[i].def,
                  app_path(c, app_path(c, path, STR("columns")),
                           d->columns[i].key),
                  "column-value",
                  say(c, "Kolom ini menunggu dirinya sendiri.",
                      "This column waits for itself."));
}
