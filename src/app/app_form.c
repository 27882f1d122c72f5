/* SPDX-License-Identifier: EUPL-1.2 */
/* Forms: what was typed into canonical values, and a form made whole. */
#include "app/app_priv.h"

/* ---- a form as such ----------------------------------------------- */

static struct app_value *value_at(const struct app_form *f, str path)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->all[i].path, path))
            return &f->all[i];
    return NULL;
}

const struct app_value *app_form_find(const struct app_form *f, str path)
{
    return value_at(f, path);
}

str app_form_text(const struct app_form *f, str path)
{
    const struct app_value *v = value_at(f, path);

    return v == NULL ? (str){NULL, 0} : v->text;
}

void app_form_set(struct ctx *c, struct app_form *f, str path, str text)
{
    struct app_value *v = value_at(f, path);
    str own = text.p == NULL ? text : arena_str(c->mem, text);

    if (v != NULL) {
        v->text = own;
        return;
    }
    ARENA_GROW(c->mem, f->all, f->n, f->room);
    f->all[f->n++] = (struct app_value){arena_str(c->mem, path), own};
}

void app_form_drop(struct app_form *f, str path)
{
    struct app_value *v = value_at(f, path);
    size_t at;

    if (v == NULL)
        return;
    at = (size_t)(v - f->all);
    memmove(v, v + 1, (f->n - at - 1) * sizeof *v);
    f->n--;
}

static void drop_field(struct ctx *c, struct app_form *form,
                       const struct app_field *d)
{
    const struct app_part *parts;
    size_t n = app_parts(d->type, &parts);

    if (d->type == APP_ROWS)
        app_rows_drop(form, d);
    for (size_t i = 0; i < n; i++)
        app_form_drop(form, app_part_path(c, d, &parts[i]));
}

/* ---- reading what was typed --------------------------------------- */

/* What came of one part; `bad` is kept until it is known whether the field
 * applies at all. */
struct part_read {
    enum app_fault fault;
    bool given; /* somebody sent it */
};

struct reading {
    struct ctx *c;
    const struct app *a;
    const struct app_setting *with;
    const struct app_field *fields;
    size_t n_fields;
    const struct app_pair *pairs;
    size_t n;
    struct app_form *form;
    struct findings *f;
};

static const struct app_pair *pair_of(const struct reading *r, str name)
{
    const struct app_pair *last = NULL;

    for (size_t i = 0; i < r->n; i++)
        if (str_eq(r->pairs[i].name, name))
            last = &r->pairs[i];
    return last;
}

static bool date_box(str part)
{
    return part.n == 1 && strchr("dmy", part.p[0]) != NULL;
}

static bool names_part(const struct app_field *d, str part)
{
    const struct app_part *parts;
    size_t n = app_parts(d->type, &parts);

    if (d->type == APP_ROWS)
        return part.n == 0; /* cells are asked for by cell_known() */
    if (d->type == APP_DATE && date_box(part))
        return true;
    for (size_t i = 0; i < n; i++)
        if (str_eq(str_of(parts[i].name), part))
            return app_part_asked(d, &parts[i]);
    return false;
}

static bool cell_known(const struct app_field *d, str name)
{
    size_t row, column;
    str rest;

    return app_cell_at(d, name, &row, &column, &rest) &&
           !d->columns[column].computed &&
           names_part(&d->columns[column], rest);
}

/* A table that was emptied says its own name, and nothing. */
static bool name_known(const struct reading *r, str name)
{
    str key, part;

    str_cut(name, '.', &key, &part);
    for (size_t i = 0; i < r->n_fields; i++)
        if (str_eq(r->fields[i].key, key))
            return r->fields[i].type == APP_ROWS
                       ? part.n == 0 || cell_known(&r->fields[i], name)
                       : !r->fields[i].computed &&
                             names_part(&r->fields[i], part);
    return false;
}

static void refuse_unknown(const struct reading *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (!name_known(r, r->pairs[i].name))
            finding_add(r->c, r->f, FIND_ERROR, (struct place){0},
                        r->pairs[i].name,
                        say(r->c, "Isian \"%.*s\" tidak ada pada langkah ini.",
                            "There is no field \"%.*s\" in this step."),
                        STR_ARG(str_slice(r->pairs[i].name, 0, 60)));
}

/* Three boxes, or one text. */
static struct part_read read_date(const struct reading *r,
                                  const struct app_field *d, str *out)
{
    static const char *const boxes[] = {".d", ".m", ".y"};
    const struct app_pair *one = pair_of(r, d->key);
    str box[3];
    bool any = false, given = one != NULL;

    for (size_t i = 0; i < 3; i++) {
        const struct app_pair *p = pair_of(
            r, arena_fmt(r->c->mem, "%.*s%s", STR_ARG(d->key), boxes[i]));

        box[i] = p == NULL ? STR("") : str_trim(p->value);
        any |= box[i].n > 0;
        given |= p != NULL;
    }
    if (any)
        return (struct part_read){
            app_read_day(r->c, box[0], box[1], box[2], out), true};
    if (one == NULL)
        return (struct part_read){FAULT_MISSING, given};
    return (struct part_read){app_leaf_read(r->c, LEAF_DATE, one->value, out),
                              given};
}

/* Every checked box sends its own pair. */
static struct part_read read_choices(const struct reading *r,
                                     const struct app_field *d, str *out)
{
    struct buf b = buf_new(r->c, 4096);
    bool given = false;
    str all;

    for (size_t i = 0; i < r->n; i++)
        if (str_eq(r->pairs[i].name, d->key)) {
            str v = str_trim(r->pairs[i].value);

            given = true;
            if (v.n > 0)
                buf_fmt(&b, "%s%.*s", b.n > 0 ? "," : "", STR_ARG(v));
        }
    if (buf_done(r->c, &b, &all) != E_OK)
        return (struct part_read){FAULT_LARGE, given};
    return (struct part_read){app_leaf_read(r->c, LEAF_CHOICES, all, out),
                              given};
}

static struct part_read read_part(const struct reading *r,
                                  const struct app_field *d,
                                  const struct app_part *p, str *out)
{
    const struct app_pair *pair;

    if (d->type == APP_DATE)
        return read_date(r, d, out);
    if (d->type == APP_CHOICES)
        return read_choices(r, d, out);
    pair = pair_of(r, app_part_path(r->c, d, p));
    if (pair == NULL)
        return (struct part_read){FAULT_MISSING, false};
    return (struct part_read){app_leaf_read(r->c, p->leaf, pair->value, out),
                              true};
}

/* A proved person's own row fills what was left empty. */
static bool prefill(struct ctx *c, const struct app_setting *with,
                    const struct app_field *d, const struct app_part *p,
                    struct app_form *form)
{
    str known;

    if (d->from.n == 0 || with == NULL || with->person == NULL)
        return false;
    known = app_form_text(with->person, str_of(p->name));
    if (known.p == NULL || known.n == 0)
        return false;
    app_form_set(c, form, app_part_path(c, d, p), known);
    return true;
}

/* An upload outlives a step that says nothing about it. */
static bool kept(const struct app_field *d, const struct part_read *got)
{
    return (d->type == APP_FILE || d->type == APP_PHOTO) && !got->given;
}

static void complain(struct ctx *c, struct findings *f,
                     const struct app_field *d, const struct app_part *p,
                     enum app_fault fault, str limit, str key)
{
    finding_add(c, f, FIND_ERROR, (struct place){0}, key, "%.*s",
                STR_ARG(app_leaf_message(c, p->leaf, fault,
                                         app_part_label(c, d, p), limit)));
}

struct field_read {
    struct part_read parts[8];
    size_t filled;
};

static app_read_cells read_cells;

static void take_rows(const struct reading *r, const struct app_field *d,
                      struct field_read *got)
{
    size_t n = app_rows_read(r->c, d, r->pairs, r->n, read_cells, r, r->form);

    got->parts[0] =
        (struct part_read){n > 0 ? FAULT_NONE : FAULT_MISSING, true};
    got->filled = n > 0;
}

static void take_field(const struct reading *r, const struct app_field *d,
                       struct field_read *got)
{
    const struct app_part *parts;
    size_t n = app_parts(d->type, &parts);

    if (d->type == APP_ROWS) {
        take_rows(r, d, got);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        str path = app_part_path(r->c, d, &parts[i]), text;

        if (!app_part_asked(d, &parts[i])) {
            got->parts[i].fault = FAULT_NONE;
            continue;
        }
        got->parts[i] = read_part(r, d, &parts[i], &text);
        if (kept(d, &got->parts[i]) && app_form_text(r->form, path).p != NULL)
            got->parts[i].fault = FAULT_NONE;
        else if (got->parts[i].fault == FAULT_NONE)
            app_form_set(r->c, r->form, path, text);
        else if (got->parts[i].fault == FAULT_MISSING &&
                 prefill(r->c, r->with, d, &parts[i], r->form))
            got->parts[i].fault = FAULT_NONE;
        else
            app_form_drop(r->form, path);
        got->filled += got->parts[i].fault != FAULT_MISSING;
    }
}

/* What a leaf holds where the app sets no limit of its own. */
static str most_of(struct ctx *c, const struct app_field *d, enum app_leaf leaf)
{
    if (leaf == LEAF_MONEY)
        return app_leaf_show(c, d, leaf, STR("999999999999999"));
    if (leaf == LEAF_INTEGER || leaf == LEAF_DECIMAL)
        return app_leaf_show(c, d, leaf, STR("999999999999999999"));
    return STR("5000"); /* characters, of four bytes at most */
}

static void judge_part(const struct reading *r, const struct app_field *d,
                       const struct app_part *p, enum app_fault fault,
                       bool filled)
{
    struct ctx *c = r->c;
    str path = app_part_path(c, d, p), text = app_form_text(r->form, path);
    str limit = STR("");
    bool needed = app_part_needed(d, p) && (!d->optional || filled);

    if (fault == FAULT_NONE && text.p != NULL)
        fault = app_leaf_check(c, r->with, d, p, text, &limit);
    if (fault == FAULT_MISSING && !needed) {
        app_form_set(c, r->form, path, (str){NULL, 0});
        return;
    }
    if (fault == FAULT_NONE)
        return;
    if (fault == FAULT_LARGE && limit.n == 0)
        limit = most_of(c, d, p->leaf);
    if (d->type != APP_ROWS) /* its rows stand, however many */
        app_form_drop(r->form, path);
    complain(c, r->f, d, p, fault, limit, path);
}

static void judge_field(const struct reading *r, const struct app_field *d,
                        const struct field_read *got)
{
    const struct app_part *parts;
    size_t n = app_parts(d->type, &parts);

    if (!app_field_applies(r->c, r->a, r->with, r->form, d)) {
        drop_field(r->c, r->form, d);
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (app_part_asked(d, &parts[i]))
            judge_part(r, d, &parts[i], got->parts[i].fault, got->filled > 0);
}

static void read_all(const struct reading *r)
{
    struct field_read *got =
        NEWS(r->c->mem, struct field_read, r->n_fields + 1);

    for (size_t i = 0; i < r->n_fields; i++)
        if (!r->fields[i].computed)
            take_field(r, &r->fields[i], &got[i]);
    /* Whether a field applies may hang on any other: judged when all are in.*/
    for (size_t i = 0; i < r->n_fields; i++)
        if (!r->fields[i].computed)
            judge_field(r, &r->fields[i], &got[i]);
}

static void read_cells(const void *arg, const struct app_field *cells, size_t n,
                       const struct app_pair *pairs, size_t n_pairs,
                       struct app_form *form)
{
    struct reading row = *(const struct reading *)arg;

    row.fields = cells, row.n_fields = n;
    row.pairs = pairs, row.n = n_pairs;
    row.form = form;
    read_all(&row);
}

err app_form_read(struct ctx *c, const struct app *a,
                  const struct app_setting *with,
                  const struct app_field *fields, size_t n_fields,
                  const struct app_pair *pairs, size_t n, struct app_form *form,
                  struct findings *f)
{
    struct reading r = {c, a, with, fields, n_fields, pairs, n, form, f};

    refuse_unknown(&r);
    read_all(&r);
    return E_OK;
}

/* ---- making a form whole ------------------------------------------ */

struct finishing {
    struct ctx *c;
    const struct app *a;
    const struct app_setting *with;
    struct app_form *form;
    struct findings *f;
};

static str fields_key(struct ctx *c, str path)
{
    return arena_fmt(c->mem, "fields.%.*s", STR_ARG(path));
}

/* Put what was computed, a field of its own or a cell. */
static void put_computed(struct finishing *x, const struct app_field *d,
                         struct cel_value v)
{
    const struct app_part *parts;
    str text;

    app_parts(d->type, &parts);
    if (v.kind == CEL_ERROR) {
        finding_add(x->c, x->f, FIND_ERROR, (struct place){0},
                    fields_key(x->c, d->key),
                    say(x->c, "%.*s tidak dapat dihitung: %.*s",
                        "%.*s cannot be computed: %.*s"),
                    STR_ARG(app_part_label(x->c, d, parts)),
                    STR_ARG(cel_error_why(v, NULL)));
        return;
    }
    text = app_leaf_of_cel(x->c, parts->leaf, v);
    if (text.p != NULL || v.kind == CEL_NULL)
        app_form_set(x->c, x->form, d->key, text);
}

static void compute(struct finishing *x, const struct app_field *d)
{
    struct app_scope s = app_scope_of(x->a, x->with, x->form);

    app_form_drop(x->form, d->key);
    put_computed(x, d, app_eval(x->c, &s, d->value));
}

/* Computed cells see each other only as what they were computed from. */
static void compute_rows(struct finishing *x, const struct app_field *d)
{
    size_t rows = app_rows(x->form, d);
    struct app_scope s = app_scope_of(x->a, x->with, x->form);

    for (size_t r = 1; r <= rows; r++) {
        for (size_t i = 0; i < d->n_columns; i++)
            if (d->columns[i].computed)
                app_form_drop(x->form, app_cell(x->c, d, r, i).key);
        for (size_t i = 0; i < d->n_columns; i++)
            if (d->columns[i].computed) {
                struct app_field cell = app_cell(x->c, d, r, i);

                put_computed(x, &cell,
                             app_row_eval(x->c, &s, d, r, d->columns[i].value));
            }
    }
}

static void settle(struct finishing *x, const struct app_field *d)
{
    const struct app_part *parts;
    size_t n = app_parts(d->type, &parts);

    if (!app_field_applies(x->c, x->a, x->with, x->form, d)) {
        drop_field(x->c, x->form, d);
        return;
    }
    if (d->computed) {
        if (d->value != NULL) /* a register's number stands as it was given */
            compute(x, d);
        return;
    }
    if (d->type == APP_ROWS)
        compute_rows(x, d);
    for (size_t i = 0; i < n; i++) {
        str path = app_part_path(x->c, d, &parts[i]);

        if (!app_part_asked(d, &parts[i]))
            app_form_drop(x->form, path);
        else if (app_form_text(x->form, path).p == NULL)
            prefill(x->c, x->with, d, &parts[i], x->form);
    }
}

static size_t filled_parts(struct finishing *x, const struct app_field *d)
{
    const struct app_part *parts;
    size_t n = app_parts(d->type, &parts), filled = 0;

    for (size_t i = 0; i < n; i++)
        filled +=
            app_form_text(x->form, app_part_path(x->c, d, &parts[i])).p != NULL;
    return filled;
}

static void demand(struct finishing *x, const struct app_field *d)
{
    const struct app_part *parts;
    size_t n = app_parts(d->type, &parts), filled = filled_parts(x, d);

    if (d->computed || !app_field_applies(x->c, x->a, x->with, x->form, d))
        return;
    for (size_t r = 1; d->type == APP_ROWS && r <= app_rows(x->form, d); r++)
        for (size_t k = 0; k < d->n_columns; k++) {
            struct app_field cell = app_cell(x->c, d, r, k);

            demand(x, &cell);
        }
    for (size_t i = 0; i < n; i++) {
        str path = app_part_path(x->c, d, &parts[i]), limit = STR("");
        str text = app_form_text(x->form, path);
        enum app_fault fault = FAULT_NONE;

        if (!app_part_asked(d, &parts[i]))
            continue;
        if (text.p != NULL)
            fault = app_leaf_check(x->c, x->with, d, &parts[i], text, &limit);
        else if (app_part_needed(d, &parts[i]) && (!d->optional || filled > 0))
            fault = FAULT_MISSING;
        else
            app_form_set(x->c, x->form, path, text);
        if (fault != FAULT_NONE)
            complain(x->c, x->f, d, &parts[i], fault, limit,
                     fields_key(x->c, path));
    }
}

/* Of a row that is there, and the cell itself. */
static bool own_cell(const struct app_form *form, const struct app_field *d,
                     str path)
{
    size_t row, column;
    str rest;

    return app_cell_at(d, path, &row, &column, &rest) && rest.n == 0 &&
           row <= app_rows(form, d);
}

/* What no field of this app asks has no business in its form. */
static void drop_strangers(struct finishing *x)
{
    for (size_t i = x->form->n; i-- > 0;) {
        str key, part, path = x->form->all[i].path;
        const struct app_field *d;

        str_cut(path, '.', &key, &part);
        d = app_field(x->a, key);
        if (d == NULL || (d->type == APP_ROWS && part.n > 0
                              ? !own_cell(x->form, d, path)
                              : date_box(part) || !names_part(d, part)))
            app_form_drop(x->form, path);
    }
}

/* A cell that was left empty, in a row that is there. */
static void whole_rows(struct ctx *c, const struct app_field *d,
                       struct app_form *form)
{
    size_t rows = d->type == APP_ROWS ? app_rows(form, d) : 0;

    for (size_t row = 1; row <= rows; row++)
        for (size_t k = 0; k < d->n_columns; k++) {
            str path = arena_fmt(c->mem, "%.*s.%zu.%.*s", STR_ARG(d->key), row,
                                 STR_ARG(d->columns[k].key));

            if (d->columns[k].value == NULL &&
                app_form_find(form, path) == NULL)
                app_form_set(c, form, path, (str){NULL, 0});
        }
}

void app_form_whole(struct ctx *c, const struct app *a, struct app_form *form)
{
    for (size_t i = 0; i < a->n_fields; i++) {
        const struct app_field *d = &a->fields[i];
        const struct app_part *parts;
        size_t n = app_parts(d->type, &parts);

        whole_rows(c, d, form);
        for (size_t k = 0; d->value == NULL && k < n; k++) {
            str path = app_part_path(c, d, &parts[k]);

            if (app_part_asked(d, &parts[k]) &&
                app_form_find(form, path) == NULL)
                app_form_set(c, form, path, (str){NULL, 0});
        }
    }
}

err app_form_finish(struct ctx *c, const struct app *a,
                    const struct app_setting *with, struct app_form *form,
                    struct findings *f)
{
    struct finishing x = {c, a, with, form, f};

    drop_strangers(&x);
    for (size_t i = 0; i < a->n_fields; i++)
        settle(&x, &a->fields[a->inner->order[i]]);
    for (size_t i = 0; i < a->n_fields; i++)
        demand(&x, &a->fields[i]);
    app_form_rules(c, a, with, form, f);
    return E_OK;
}

/* ---- showing, giving back, inventing ------------------------------ */

static bool is_file(const struct app_field *d)
{
    return d->type == APP_FILE || d->type == APP_PHOTO;
}

static str file_words(struct ctx *c, const struct app_field *d,
                      const struct app_form *form)
{
    str name = app_form_text(form, app_path(c, d->key, STR("name")));
    str size = app_form_text(form, app_path(c, d->key, STR("size")));
    str bytes =
        size.p == NULL ? STR("") : app_leaf_show(c, d, LEAF_FILESIZE, size);

    if (name.p == NULL || name.n == 0)
        return bytes.n > 0 ? bytes : str_of(say(c, "berkas", "file"));
    return bytes.n == 0 ? name
                        : arena_fmt(c->mem, "%.*s (%.*s)", STR_ARG(name),
                                    STR_ARG(bytes));
}

err app_show(struct ctx *c, const struct app *a, const struct app_field *d,
             const struct app_form *form, struct app_shown **out, size_t *n)
{
    const struct app_part *parts;
    size_t many = app_parts(d->type, &parts);

    (void)a;
    *out = NEWS(c->mem, struct app_shown, many);
    *n = 0;
    for (size_t i = 0; i < many; i++) {
        str path = app_part_path(c, d, &parts[i]);
        str text = app_form_text(form, path);

        if (text.p == NULL || text.n == 0 || (is_file(d) && i > 0))
            continue;
        (*out)[(*n)++] = (struct app_shown){
            path,
            app_part_label(c, d, &parts[i]),
            is_file(d) ? file_words(c, d, form)
                       : app_leaf_show(c, d, parts[i].leaf, text),
            d->type,
            is_file(d),
            d->type == APP_ROWS ? app_show_rows(c, d, form) : NULL};
    }
    return E_OK;
}

struct pairs {
    struct app_pair *all;
    size_t n, room;
};

static void add_pair(struct ctx *c, struct pairs *p, str name, str value)
{
    ARENA_GROW(c->mem, p->all, p->n, p->room);
    p->all[p->n++] = (struct app_pair){name, value};
}

static void raw_date(struct ctx *c, struct pairs *p, const struct app_field *d,
                     str text)
{
    struct date day;

    if (!time_parse_date(text, &day))
        return;
    add_pair(c, p, app_path(c, d->key, STR("d")),
             arena_fmt(c->mem, "%d", day.day));
    add_pair(c, p, app_path(c, d->key, STR("m")),
             arena_fmt(c->mem, "%d", day.month));
    add_pair(c, p, app_path(c, d->key, STR("y")),
             arena_fmt(c->mem, "%d", day.year));
}

static void raw_field(struct ctx *c, struct pairs *p, const struct app_field *d,
                      const struct app_form *form);

static void raw_rows(struct ctx *c, struct pairs *p, const struct app_field *d,
                     const struct app_form *form)
{
    size_t rows = app_rows(form, d);

    for (size_t r = 1; r <= rows; r++)
        for (size_t i = 0; i < d->n_columns; i++) {
            struct app_field cell = app_cell(c, d, r, i);

            if (!cell.computed)
                raw_field(c, p, &cell, form);
        }
}

static void raw_part(struct ctx *c, struct pairs *p, const struct app_field *d,
                     const struct app_part *part, str text)
{
    str path = app_part_path(c, d, part), key;

    if (part->leaf == LEAF_DATE)
        raw_date(c, p, d, text);
    else if (part->leaf == LEAF_CHOICES)
        while (str_next(&text, ',', &key))
            add_pair(c, p, path, key);
    else
        add_pair(c, p, path, app_leaf_raw(c, part->leaf, text));
}

static void raw_field(struct ctx *c, struct pairs *p, const struct app_field *d,
                      const struct app_form *form)
{
    const struct app_part *parts;
    size_t many = app_parts(d->type, &parts);

    if (d->type == APP_ROWS) {
        raw_rows(c, p, d, form);
        return;
    }
    for (size_t i = 0; i < many; i++) {
        str text = app_form_text(form, app_part_path(c, d, &parts[i]));

        if (text.p != NULL)
            raw_part(c, p, d, &parts[i], text);
    }
}

err app_form_raw(struct ctx *c, const struct app_field *d,
                 const struct app_form *form, struct app_pair **out, size_t *n)
{
    struct pairs p = {0};

    raw_field(c, &p, d, form);
    *out = p.all;
    *n = p.n;
    return E_OK;
}

static void pair_below(struct ctx *c, struct pairs *p,
                       const struct app_field *d, str key,
                       const struct data *v);

static const struct app_field *column_of(const struct app_field *d, str key)
{
    for (size_t i = 0; i < d->n_columns; i++)
        if (str_eq(d->columns[i].key, key))
            return &d->columns[i];
    return NULL;
}

/* A list of maps, one a row. */
static void pair_rows(struct ctx *c, struct pairs *p, const struct app_field *d,
                      const struct data *list)
{
    for (size_t r = 0; list->kind == DATA_LIST && r < list->n; r++) {
        const struct data *row = list->items[r];

        for (size_t i = 0; row->kind == DATA_MAP && i < row->n; i++) {
            const struct app_field *column = column_of(d, row->pairs[i].key);
            struct app_field cell = {0};
            str path = arena_fmt(c->mem, "%.*s.%zu.%.*s", STR_ARG(d->key),
                                 r + 1, STR_ARG(row->pairs[i].key));

            if (column != NULL)
                cell = app_cell(c, d, r + 1, (size_t)(column - d->columns));
            pair_below(c, p, column == NULL ? NULL : &cell, path,
                       row->pairs[i].value);
        }
    }
}

static void pair_below(struct ctx *c, struct pairs *p,
                       const struct app_field *d, str key, const struct data *v)
{
    const struct app_part *parts;
    size_t many = d == NULL ? 0 : app_parts(d->type, &parts);
    struct buf list = buf_new(c, (size_t)2 << 20); /* a file is at most half */

    if (d != NULL && d->type == APP_ROWS) {
        pair_rows(c, p, d, v);
        if (v->n == 0)
            add_pair(c, p, key, STR(""));
        return;
    }
    for (size_t i = 0; v->kind == DATA_MAP && i < v->n; i++) {
        str path = app_path(c, key, v->pairs[i].key);
        bool known = false;

        for (size_t k = 0; k < many && !known; k++)
            if (str_eq(str_of(parts[k].name), v->pairs[i].key)) {
                raw_part(c, p, d, &parts[k], data_text(v->pairs[i].value));
                known = true;
            }
        if (!known)
            add_pair(c, p, path, data_text(v->pairs[i].value));
    }
    for (size_t i = 0; v->kind == DATA_LIST && i < v->n; i++)
        buf_fmt(&list, "%s%.*s", i > 0 ? "," : "",
                STR_ARG(data_text(v->items[i])));
    if (v->kind == DATA_MAP)
        return;
    if (many > 0)
        raw_part(c, p, d, &parts[0],
                 v->kind == DATA_LIST ? buf_str(&list) : data_text(v));
    else
        add_pair(c, p, key, data_text(v));
}

err app_form_pairs(struct ctx *c, const struct app_field *fields,
                   size_t n_fields, const struct data *values,
                   struct app_pair **out, size_t *n)
{
    struct pairs p = {0};

    for (size_t i = 0;
         values != NULL && values->kind == DATA_MAP && i < values->n; i++) {
        const struct app_field *d = NULL;

        for (size_t k = 0; k < n_fields; k++)
            if (str_eq(fields[k].key, values->pairs[i].key))
                d = &fields[k];
        pair_below(c, &p, d, values->pairs[i].key, values->pairs[i].value);
    }
    *out = p.all;
    *n = p.n;
    return E_OK;
}

void app_fake(struct ctx *c, const struct app_field *d, const struct city *k,
              struct app_form *form)
{
    const struct app_part *parts;
    size_t n = app_parts(d->type, &parts);

    for (size_t i = 0; !d->computed && i < n; i++) {
        str text;

        if (!app_part_asked(d, &parts[i]))
            continue;
        text = app_leaf_fake(c, d, &parts[i], k);
        if (text.n > 0)
            app_form_set(c, form, app_part_path(c, d, &parts[i]), text);
    }
    for (size_t r = 1; d->type == APP_ROWS && r <= app_rows(form, d); r++)
        for (size_t i = 0; i < d->n_columns; i++) {
            struct app_field cell = app_cell(c, d, r, i);

            app_fake(c, &cell, k, form);
        }
}

/* ---- where it belongs --------------------------------------------- */

str app_region(const struct app *a, const struct app_form *form)
{
    for (size_t i = 0; i < a->n_fields; i++) {
        const struct app_field *d = &a->fields[i];

        for (size_t k = 0; k < form->n; k++) {
            str path = form->all[k].path;
            bool own = d->type == APP_REGION && str_eq(path, d->key);
            bool part =
                d->type == APP_PLACE && str_starts(path, d->key) &&
                str_eq(str_slice(path, d->key.n, path.n), STR(".region"));

            if ((own || part) && form->all[k].text.p != NULL)
                return form->all[k].text;
        }
    }
    return STR("");
}

str app_own_office(const struct app *a, const struct app_form *form)
{
    for (size_t i = 0; i < a->n_fields; i++)
        if (a->fields[i].type == APP_UNIT && a->fields[i].self) {
            str key = app_form_text(form, a->fields[i].key);

            return key.p == NULL ? STR("") : key;
        }
    return STR("");
}

struct app_route app_who(const struct app *a, const struct app_who *who,
                         const struct app_form *form)
{
    str key = who->by.n == 0 ? STR("") : app_form_text(form, who->by);
    const struct app_route *other = NULL;

    (void)a;
    for (size_t i = 0; i < who->n; i++) {
        if (who->rows[i].key.n == 0)
            other = &who->rows[i];
        else if (key.p != NULL && str_eq(who->rows[i].key, key))
            return who->rows[i];
    }
    return other != NULL
               ? *other
               : (struct app_route){STR(""), who->function, who->duty};
}
