/* SPDX-License-Identifier: EUPL-1.2 */
/* Periodic duties and pay runs: what the calendar opens by itself, rows that
 * are filled from the live entries of another app, and inputs that are frozen
 * with their digest. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

#include <stdlib.h>

/* ---- filling rows ------------------------------------------------- */

/* An entry of the other app, as its form says. */
struct member {
    str number;
    struct app_form form;
};

struct filling {
    const struct record_world *w;
    struct conn *tx;
    const struct app *app;
    const struct app_population *p;
    struct app_form *form;
    struct member *all;
    size_t n, room;
};

static err take_member(struct ctx *c, struct filling *u, str number)
{
    struct ledger_event *events;
    struct member m = {.number = number};
    size_t n;

    TRY(ledger_events_of(c, u->tx, u->w->ledger, number, &events, &n));
    record_fold(c, events, n, &m.form);
    ARENA_GROW(c->mem, u->all, u->n, u->room);
    u->all[u->n++] = m;
    return E_OK;
}

/* All of them are read before the first is looked into: one statement at a
 * time walks. */
static err find_members(struct ctx *c, struct filling *u, str is)
{
    size_t most = (size_t)u->p->into->max_rows, n = 0, room = 0;
    struct rows *rows;
    str *numbers = NULL;
    bool more;

    TRY(ROWS(c, u->tx, &record_population, &rows, TXT(u->p->app),
             TXT(u->p->field), TXT(is), I64(INT64_MAX)));
    while (n <= most) {
        TRY(store_next(rows, &more));
        if (!more)
            break;
        if (u->p->n_states > 0 &&
            str_among(store_str(rows, 1), u->p->states, u->p->n_states) < 0)
            continue;
        ARENA_GROW(c->mem, numbers, n, room);
        numbers[n++] = store_str(rows, 0);
    }
    if (n > most)
        return fail(c, E_TOO_BIG,
                    say(c,
                        "Ada lebih dari %zu orang, lebih banyak dari yang "
                        "dimuat tabelnya. Bagilah kantor ini menurut unitnya.",
                        "There are over %zu people, more than the table "
                        "holds. Split the office by its units."),
                    most);
    for (size_t i = 0; i < n; i++)
        TRY(take_member(c, u, numbers[i]));
    return E_OK;
}

/* What was asked in a person's row stays with the person. */
static size_t old_row(struct ctx *c, const struct filling *u,
                      const struct app_form *old, str key)
{
    size_t rows = app_rows(old, u->p->into);

    for (size_t r = 1; r <= rows && key.p != NULL; r++) {
        str had = app_form_text(old, app_cell(c, u->p->into, r, u->p->key).key);

        if (had.p != NULL && str_eq(had, key))
            return r;
    }
    return 0;
}

static str from_member(const struct filling *u, const struct member *m,
                       size_t column)
{
    for (size_t i = 0; i < u->p->n_values; i++)
        if (u->p->values[i].column == column)
            return app_form_text(&m->form, u->p->values[i].from);
    return (str){NULL, 0};
}

static bool filled_otherwise(const struct filling *u, size_t column)
{
    for (size_t i = 0; i < u->p->n_values; i++)
        if (u->p->values[i].column == column)
            return true;
    for (size_t i = 0; i < u->p->n_figures; i++)
        if (u->p->figures[i].column == column)
            return true;
    return u->p->into->columns[column].computed;
}

static void put_row(struct ctx *c, struct filling *u,
                    const struct app_form *old, const struct member *m,
                    size_t row)
{
    const struct app_field *d = u->p->into;
    size_t was = old_row(c, u, old, from_member(u, m, u->p->key));

    for (size_t i = 0; i < d->n_columns; i++) {
        str text = from_member(u, m, i);

        if (was > 0 && !filled_otherwise(u, i))
            text = app_form_text(old, app_cell(c, d, was, i).key);
        if (text.p != NULL)
            app_form_set(c, u->form, app_cell(c, d, row, i).key, text);
    }
}

static const struct app_link *link_of(const struct app *a, str key)
{
    size_t i = 0;

    while (!str_eq(a->links[i].key, key))
        i++; /* the checker has seen it */
    return &a->links[i];
}

static err put_figures(struct ctx *c, struct filling *u, size_t row, str own)
{
    for (size_t i = 0; i < u->p->n_figures; i++) {
        const struct app_link *l = link_of(u->app, u->p->figures[i].from);
        struct app_field cell =
            app_cell(c, u->p->into, row, u->p->figures[i].column);
        int64_t n;

        TRY(record_row_figure(c, u->w, u->tx, u->app, u->form, own, l, row,
                              &n));
        app_form_set(c, u->form, cell.key, arena_fmt(c->mem, "%" PRId64, n));
    }
    return E_OK;
}

err record_populate(struct ctx *c, const struct record_world *w,
                    struct conn *tx, const struct app *a,
                    const struct app_setting *with, str own,
                    struct app_form *form)
{
    struct filling u = {
        .w = w, .tx = tx, .app = a, .p = a->population, .form = form};
    struct app_form old = record_copy_form(c, form);
    str is = app_population_is(c, a, with, form);

    if (is.p == NULL)
        return fail(c, E_REFUSED, "%s",
                    say(c, "Belum jelas siapa saja yang dihitung.",
                        "Who is to be counted is not known yet."));
    TRY(find_members(c, &u, is));
    app_rows_drop(form, u.p->into);
    app_form_set(c, form, u.p->into->key,
                 u.n == 0 ? (str){NULL, 0} : arena_fmt(c->mem, "%zu", u.n));
    for (size_t r = 1; r <= u.n; r++)
        put_row(c, &u, &old, &u.all[r - 1], r);
    for (size_t r = 1; r <= u.n; r++)
        TRY(put_figures(c, &u, r, own));
    return E_OK;
}

/* ---- freezing ----------------------------------------------------- */

static int by_path(const void *a, const void *b)
{
    return str_cmp(((const struct app_value *)a)->path,
                   ((const struct app_value *)b)->path);
}

/* Of what a state freezes: "path=text", a line each, sorted by path. Whoever
 * holds the form can compute it again. */
void record_say_frozen(struct ctx *c, const struct app_form *form,
                       struct ledger_event *e)
{
    struct app_form sorted = record_copy_form(c, form);
    struct buf b = buf_new(c, (size_t)1 << 20);

    if (sorted.n > 1)
        qsort(sorted.all, sorted.n, sizeof *sorted.all, by_path);
    for (size_t i = 0; i < sorted.n; i++)
        if (sorted.all[i].text.p != NULL)
            buf_fmt(&b, "%.*s=%.*s\n", STR_ARG(sorted.all[i].path),
                    STR_ARG(sorted.all[i].text));
    /* Sealed: of a short form, who has the digest could guess the text. */
    ledger_say_path(c, e, "frozen", STR("inputs"),
                    seal_show_hash(c, seal_sha256(buf_str(&b))));
}

/* ---- what the calendar opens -------------------------------------- */

struct opening {
    const struct record_world *w;
    const struct app *app;
    str period, office;
    struct date first;
    str *done;
    size_t n_done;
};

static void first_form(struct ctx *c, const struct opening *u,
                       struct app_form *form)
{
    for (size_t i = 0; i < u->app->n_fields; i++) {
        const struct app_field *d = &u->app->fields[i];

        if (d->self && d->type == APP_UNIT && u->office.n > 0)
            app_form_set(c, form, d->key, u->office);
    }
    if (u->app->period->into.n > 0)
        app_form_set(c, form, u->app->period->into,
                     time_show_date(c, u->first));
}

static err open_one(struct ctx *c, struct conn *tx, void *arg)
{
    struct opening *u = arg;
    struct record_entering in = {.app = u->app,
                                 .to = app_state(u->app, u->app->start)};
    struct app_setting with = record_setting(u->w, NULL);
    struct ledger_event e = {.class = LEDGER_CASE};
    struct app_form form = {0};
    struct findings later = {0};
    unsigned char dice[16];
    str number;

    MUST(in.to != NULL);
    TRY(record_number_free(c, tx, &number));
    ctx_random(c, dice, sizeof dice);
    record_say_new(
        c, u->w, &e, u->app, STR("record.period"), number,
        record_code_of(c, u->w, (str){(const char *)dice, sizeof dice}));
    ledger_say(c, &e, "by", STR("system"));
    ledger_say(c, &e, "period", u->period);
    ledger_say(c, &e, "own", u->office);
    first_form(c, u, &form);
    if (u->app->population != NULL)
        TRY(record_populate(c, u->w, tx, u->app, &with, number, &form));
    TRY(app_form_finish(c, u->app, &with, &form, &later));
    ledger_say_i64(c, &e, "charge", 0);
    in.form = &form;
    TRY(record_arrive(c, u->app, &with, &form, &in.to));
    TRY(record_enter(c, u->w, tx, &in, &e));
    record_say_form(c, &e, u->app, &form);
    TRY(ledger_append(c, tx, u->w->ledger, &e));
    return record_follow(c, u->w, tx, number, STR(""), NULL, &(str){0});
}

/* Which offices have it already. */
static err find_done(struct ctx *c, struct conn *on, struct opening *u)
{
    struct rows *rows;
    size_t room = 0;
    bool more;

    u->done = NULL, u->n_done = 0;
    TRY(ROWS(c, on, &record_periods, &rows, TXT(u->app->id), TXT(u->period)));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, u->done, u->n_done, room);
        u->done[u->n_done++] = store_str(rows, 0);
    }
}

/* Each office where somebody has the duty of the first state; where one record
 * stands for the city, none by name. */
static err find_offices(struct ctx *c, struct conn *on, const struct opening *u,
                        str **out, size_t *n)
{
    const struct app_state *start = app_state(u->app, u->app->start);

    if (u->app->period->per_office)
        return city_offices_with(c, on, start->who.duty, out, n);
    *out = NEWS(c->mem, str, 1);
    (*out)[0] = STR("");
    *n = 1;
    return E_OK;
}

static err look_for(struct ctx *c, struct opening *u, str **offices, size_t *n)
{
    struct conn *on;
    err e;

    TRY(store_read(c, u->w->store, &on));
    e = find_done(c, on, u);
    if (e == E_OK)
        e = find_offices(c, on, u, offices, n);
    store_done(on);
    return e;
}

/* One write each: a machine that stops in between goes on where it was. */
static err open_app(struct ctx *c, const struct record_world *w,
                    const struct app *a, int64_t *done)
{
    struct date today = time_local(c->now, city_offset(w->city), NULL);
    struct opening u = {.w = w, .app = a};
    str *offices;
    size_t n;

    if (!app_period_now(c, a->period, today, &u.period, &u.first))
        return E_OK;
    TRY(look_for(c, &u, &offices, &n));
    for (size_t i = 0; i < n; i++) {
        if (str_among(offices[i], u.done, u.n_done) >= 0 ||
            (offices[i].n > 0 && city_office(w->city, offices[i]) == NULL))
            continue;
        u.office = offices[i];
        TRY(store_write(c, w->store, open_one, &u));
        ++*done;
    }
    return E_OK;
}

err record_open_periods(struct ctx *c, const struct record_world *w,
                        int64_t *done)
{
    const struct app_brief *all;
    size_t n = app_catalogue_all(w->apps, &all);

    for (size_t i = 0; i < n; i++) {
        err e;

        if (!all[i].open || all[i].filed_by != APP_BY_CALENDAR)
            continue;
        e = open_app(c, w, app_catalogue_find(w->apps, all[i].id)->app, done);
        if (e == E_REFUSED) /* what it lacks, the administrator reads */
            LOG(LOG_WARN, "record", "period_not_opened",
                LOG_LIT("why", err_name(e)));
        else
            TRY(e);
    }
    return E_OK;
}

err record_of_period(struct ctx *c, struct conn *on, str app, str office,
                     str *number)
{
    struct rows *rows;
    bool more;

    TRY(ROWS(c, on, &record_period_last, &rows, TXT(app), TXT(office)));
    TRY(store_next(rows, &more));
    if (!more)
        return fail(c, E_NOT_FOUND, "%s",
                    say(c, "Kalender belum membuka berkas untuk kantor itu.",
                        "The calendar has opened no record for that office."));
    *number = store_str(rows, 0);
    return E_OK;
}

/* ---- an officer's own ---------------------------------------------- */

struct mine {
    struct record_mine *all;
    size_t n, room;
};

/* Columns: number, app, state, submitted. Apps that are gone show nothing. */
static err take_mine(struct ctx *c, const struct record_world *w,
                     struct rows *rows, struct mine *out)
{
    bool more;

    for (;;) {
        const struct app_entry *e;

        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        e = app_catalogue_find(w->apps, store_str(rows, 1));
        if (e == NULL || e->app == NULL)
            continue;
        ARENA_GROW(c->mem, out->all, out->n, out->room);
        out->all[out->n++] = (struct record_mine){
            store_str(rows, 0), e->app, app_state(e->app, store_str(rows, 2)),
            store_i64(rows, 3)};
    }
}

/* The field that says who filed it. */
static str filer_field(const struct app *a)
{
    for (size_t i = 0; i < a->n_fields; i++)
        if (a->fields[i].self && a->fields[i].type == APP_OFFICER)
            return a->fields[i].key;
    return STR("");
}

err record_filed(struct ctx *c, const struct record_world *w, struct conn *on,
                 str pseudonym, size_t most, struct record_mine **out,
                 size_t *n)
{
    const struct app_brief *all;
    size_t many = app_catalogue_all(w->apps, &all);
    struct mine mine = {0};
    const struct app *a;
    struct rows *rows;

    for (size_t i = 0; i < many; i++) {
        if (!all[i].builds || all[i].filed_by != APP_BY_OFFICER)
            continue;
        a = app_catalogue_find(w->apps, all[i].id)->app;
        TRY(ROWS(c, on, &record_filed_by, &rows, TXT(a->id),
                 TXT(filer_field(a)), TXT(pseudonym), I64((int64_t)most)));
        TRY(take_mine(c, w, rows, &mine));
    }
    *out = mine.all, *n = mine.n;
    return E_OK;
}

err record_slips(struct ctx *c, const struct record_world *w, struct conn *on,
                 str pseudonym, size_t most, struct record_mine **out,
                 size_t *n)
{
    struct mine mine = {0};
    struct rows *rows;

    TRY(ROWS(c, on, &record_slips_of, &rows, TXT(pseudonym),
             I64((int64_t)most)));
    TRY(take_mine(c, w, rows, &mine));
    *out = mine.all, *n = mine.n;
    return E_OK;
}

err record_at_desk(struct ctx *c, const struct record_world *w, struct conn *on,
                   str pseudonym, int64_t since, size_t most,
                   struct record_mine **out, size_t *n)
{
    struct mine mine = {0};
    struct rows *rows;

    TRY(ROWS(c, on, &record_desk_of, &rows, TXT(pseudonym), I64(since),
             I64((int64_t)most)));
    TRY(take_mine(c, w, rows, &mine));
    *out = mine.all, *n = mine.n;
    return E_OK;
}
