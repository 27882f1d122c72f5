/* SPDX-License-Identifier: EUPL-1.2 */
/* Lists of records: they show what is never personal. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

#include <math.h>
#include <stdlib.h>

#define NEAR_LOOK 200
#define NEAR_SHOW 10

/* Of what is late and shown to a superior, so many are counted. */
#define ABOVE_MOST 1000

/* ---- one row ------------------------------------------------------ */

/* The choices of "kategori=jalan,lokasi.region=32..." in words, those that are
 * public or all, and the texts that are public: by them people know a record.
 * The place stands in the record itself. */
static str subject_words(struct ctx *c, const struct app *a, str subject,
                         bool all)
{
    struct buf b = buf_new(c, 4096);
    str pair, key, text;

    while (a != NULL && str_next(&subject, ',', &pair)) {
        const struct app_field *d;

        str_cut(pair, '=', &key, &text);
        d = app_field(a, key);
        if (d == NULL || (!all && d->show != APP_PUBLIC))
            continue;
        if (d->type == APP_TEXT && d->show == APP_PUBLIC)
            buf_fmt(&b, "%s%.*s", b.n > 0 ? ", " : "", STR_ARG(text));
        for (size_t i = 0; i < d->n_options; i++)
            if (str_eq(d->options[i].key, text))
                buf_fmt(&b, "%s%.*s", b.n > 0 ? ", " : "",
                        STR_ARG(app_say(c, d->options[i].label)));
    }
    return buf_str(&b);
}

static bool place_is_public(const struct app *a)
{
    for (size_t i = 0; a != NULL && i < a->n_fields; i++)
        if ((a->fields[i].type == APP_PLACE ||
             a->fields[i].type == APP_REGION) &&
            a->fields[i].show == APP_PUBLIC)
            return true;
    return false;
}

/* For everybody, or (all) for officers who work on it. */
static err read_row(struct ctx *c, const struct record_world *w,
                    struct conn *on, struct rows *rows, bool all,
                    struct record_row *out)
{
    struct record_full full;

    record_row_read(rows, &full);
    *out = (struct record_row){.record = full.r, .stead = STR("")};
    if (record_app(c, w, on, &full.r, &out->app) != E_OK)
        out->app = NULL; /* an app that no longer builds still has its rows */
    out->subject = subject_words(c, out->app, full.subject, all);
    if (!all && !place_is_public(out->app))
        out->record.region = STR("");
    out->overdue = full.r.due != 0 && full.r.due < c->now;
    return E_OK;
}

/* ---- the worklist ------------------------------------------------- */

struct worklist {
    const struct record_world *w;
    struct conn *on;
    str app;
    struct record_cursor after;
    size_t most;
    struct record_row *all;
    size_t n, room;
    struct record_counts *counts;
    int64_t today, week;
};

int64_t record_due_key(int64_t due)
{
    return due == 0 ? RECORD_NO_DUE : due;
}

struct record_cursor record_behind(const struct record *r, int64_t due)
{
    return (struct record_cursor){record_due_key(due), r->id};
}

static int by_due(const void *a, const void *b)
{
    const struct record *x = &((const struct record_row *)a)->record;
    const struct record *y = &((const struct record_row *)b)->record;

    if (record_due_key(x->due) != record_due_key(y->due))
        return record_due_key(x->due) < record_due_key(y->due) ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static err count_duty(struct ctx *c, struct worklist *l, bool branches,
                      const struct city_duty *d)
{
    struct rows *rows;
    bool more;

    TRY(ROWS(c, l->on, branches ? &record_branch_count : &record_waiting_count,
             &rows, TXT(d->office), TXT(d->duty), I64(c->now), I64(l->today),
             I64(l->week), TXT(l->app)));
    TRY(store_next(rows, &more));
    if (!more)
        return E_OK;
    l->counts->late += store_i64(rows, 0);
    l->counts->today += store_i64(rows, 1);
    l->counts->week += store_i64(rows, 2);
    l->counts->all += store_i64(rows, 3);
    return E_OK;
}

/* What was counted for the record's own duty is not counted again. */
static err count_above(struct ctx *c, struct worklist *l,
                       const struct city_duty *d, const struct city_right *mine,
                       size_t n)
{
    struct rows *rows;
    bool more;

    TRY(ROWS(c, l->on, &record_above_brief, &rows, TXT(d->office), TXT(d->duty),
             TXT(l->app), I64(ABOVE_MOST)));
    for (;;) {
        bool counted = false;
        int64_t due;

        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        due = store_i64(rows, 0);
        for (size_t i = 0; i < n; i++)
            counted |= str_eq(mine[i].duty.office, store_str(rows, 1)) &&
                       str_eq(mine[i].duty.duty, store_str(rows, 2));
        if (counted)
            continue;
        l->counts->late += due < c->now;
        l->counts->today += due >= c->now && due < l->today;
        l->counts->week += due >= c->now && due < l->week;
        l->counts->all++;
    }
}

static err count_all(struct ctx *c, struct worklist *l,
                     const struct city_duty *d, bool branches,
                     const struct city_right *mine, size_t n)
{
    TRY(count_duty(c, l, false, d));
    TRY(count_above(c, l, d, mine, n));
    return branches ? count_duty(c, l, true, d) : E_OK;
}

/* A row of a branch names it behind the record's own columns. */
static void take_branch(struct rows *rows, struct record_row *row)
{
    const struct app_state *s =
        row->app == NULL ? NULL : app_state(row->app, row->record.state);

    row->branch =
        s == NULL ? NULL : app_branch(s, store_str(rows, RECORD_COLUMNS));
}

/* What a duty has to do: its records, the branches that wait for it, and what
 * is late elsewhere and shown to it. */
static err list_duty(struct ctx *c, struct worklist *l, const struct query *q,
                     const struct city_right *right)
{
    const struct city_duty *d = &right->duty;
    str stead = city_right_show(c, right);
    struct rows *rows;
    bool more;

    TRY(ROWS(c, l->on, q, &rows, TXT(d->office), TXT(d->duty),
             I64(l->after.due), I64(l->after.id), I64((int64_t)l->most),
             TXT(l->app)));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, l->all, l->n, l->room);
        TRY(read_row(c, l->w, l->on, rows, true, &l->all[l->n++]));
        l->all[l->n - 1].stead = stead;
        if (q == &record_branch_page)
            take_branch(rows, &l->all[l->n - 1]);
        else
            l->all[l->n - 1].disposed = store_i64(rows, RECORD_COLUMNS);
    }
}

/* Only a city whose apps part into branches looks for them. */
static bool parts(const struct record_world *w)
{
    const struct app_brief *all;
    size_t n = app_catalogue_all(w->apps, &all);

    for (size_t i = 0; i < n; i++)
        if (all[i].parts)
            return true;
    return false;
}

/* Whoever holds both duties, the record's and the superior's, has it once. */
static void drop_twins(struct worklist *l)
{
    size_t n = 0;

    for (size_t i = 0; i < l->n; i++)
        if (n == 0 || l->all[n - 1].record.id != l->all[i].record.id ||
            l->all[n - 1].branch != l->all[i].branch)
            l->all[n++] = l->all[i];
    l->n = n;
}

/* The same duty by a further right: it stood in the list already. */
static bool again(const struct city_right *all, size_t i)
{
    return i > 0 && str_eq(all[i].duty.office, all[i - 1].duty.office) &&
           str_eq(all[i].duty.duty, all[i - 1].duty.duty);
}

err record_worklist(struct ctx *c, const struct record_world *w,
                    struct conn *on, const struct record_actor *actor, str app,
                    struct record_cursor after, size_t most,
                    struct record_row **out, size_t *n,
                    struct record_counts *counts)
{
    int offset = city_offset(w->city);
    int64_t day = time_days(time_local(c->now, offset, NULL));
    struct worklist l = {.w = w,
                         .on = on,
                         .app = app,
                         .after = after,
                         .most = most,
                         .counts = counts,
                         .today = time_instant(time_date(day + 1), 0, offset),
                         .week = time_instant(time_date(day + 7), 0, offset)};
    struct city_right *rights;
    bool branches = parts(w);
    size_t n_rights;

    if (counts != NULL)
        *counts = (struct record_counts){0};
    *n = 0, *out = NULL;
    if (actor->role != RECORD_OFFICER)
        return E_OK;
    TRY(city_rights(c, on, actor->officer, &rights, &n_rights));
    for (size_t i = 0; i < n_rights; i++) {
        const struct city_duty *d = &rights[i].duty;

        if (again(rights, i))
            continue;
        if (counts != NULL)
            TRY(count_all(c, &l, d, branches, rights, n_rights));
        TRY(list_duty(c, &l, &record_waiting_page, &rights[i]));
        TRY(list_duty(c, &l, &record_above_page, &rights[i]));
        if (branches)
            TRY(list_duty(c, &l, &record_branch_page, &rights[i]));
    }
    if (l.n > 0)
        qsort(l.all, l.n, sizeof *l.all, by_due);
    drop_twins(&l);
    *out = l.all;
    *n = l.n < most ? l.n : most;
    return E_OK;
}

/* ---- what everybody may see --------------------------------------- */

err record_public(struct ctx *c, const struct record_world *w, struct conn *on,
                  str app, int64_t before, size_t most, struct record_row **out,
                  size_t *n)
{
    const struct app_entry *e = app_catalogue_find(w->apps, app);
    struct rows *rows;
    bool more, any = false;
    size_t room = 0;

    *n = 0, *out = NULL;
    for (size_t i = 0; e != NULL && e->app != NULL && i < e->app->n_fields; i++)
        any |= e->app->fields[i].show == APP_PUBLIC;
    if (!any || e->app->sensitive || e->app->registry != NULL)
        return E_OK;
    TRY(ROWS(c, on, &record_public_page, &rows, TXT(app),
             I64(before > 0 ? before : INT64_MAX), I64((int64_t)most)));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        TRY(read_row(c, w, on, rows, false, &(*out)[(*n)++]));
    }
}

/* ---- duplicates --------------------------------------------------- */

struct nearby {
    const struct record_world *w;
    const struct app *app;
    const struct app_form *form;
    double lat, lon;
    struct record_near *all;
    size_t n, room;
};

static bool read_point(str text, double *lat, double *lon)
{
    char z[64];
    char *end;

    if (text.p == NULL || text.n >= sizeof z)
        return false;
    memcpy(z, text.p, text.n);
    z[text.n] = 0;
    *lat = strtod(z, &end);
    if (end == z || *end != ',')
        return false;
    *lon = strtod(end + 1, &end);
    return *end == 0;
}

/* Metres between two points so near that the earth is flat: an
 * equirectangular projection on a sphere of 6,371,008.8 m. */
static double metres_between(double lat1, double lon1, double lat2, double lon2)
{
    const double degree = 3.14159265358979323846 / 180, radius = 6371008.8;
    double x = (lon2 - lon1) * degree * cos((lat1 + lat2) / 2 * degree);
    double y = (lat2 - lat1) * degree;

    return sqrt(x * x + y * y) * radius;
}

/* Do the values that must be the same stand in the row's subject? */
static str in_subject(str subject, str key)
{
    str pair, path, text;

    while (str_next(&subject, ',', &pair)) {
        str_cut(pair, '=', &path, &text);
        if (str_eq(path, key))
            return text;
    }
    return (str){NULL, 0};
}

static bool same_values(const struct nearby *u, str subject)
{
    for (size_t i = 0; i < u->app->n_merge_same; i++) {
        str key = u->app->merge_same[i], theirs = in_subject(subject, key);

        if (theirs.p == NULL || !str_eq(theirs, app_form_text(u->form, key)))
            return false;
    }
    return true;
}

/* In billionths, nine places being the most a decimal has; false where that is
 * too much for a measure. */
static bool billionths(struct cel_decimal d, int64_t *out)
{
    if (d.coefficient > INT64_MAX || d.coefficient < -INT64_MAX)
        return false;
    *out = (int64_t)d.coefficient;
    for (int i = d.scale; i < 9; i++)
        if (__builtin_mul_overflow(*out, 10, out))
            return false;
    return true;
}

static bool within_of(struct cel_decimal a, struct cel_decimal b,
                      struct cel_decimal most)
{
    int64_t x, y, z, apart;

    return billionths(a, &x) && billionths(b, &y) && billionths(most, &z) &&
           !__builtin_sub_overflow(x, y, &apart) && apart <= z && -apart <= z;
}

/* No further apart than the app says, each. */
static bool close_values(const struct nearby *u, str subject)
{
    for (size_t i = 0; i < u->app->n_merge_close; i++) {
        const struct app_close *k = &u->app->merge_close[i];
        str theirs = in_subject(subject, k->field);
        struct cel_decimal a, b;

        if (theirs.p == NULL || !cel_decimal_read(theirs, &a) ||
            app_form_text(u->form, k->field).p == NULL ||
            !cel_decimal_read(app_form_text(u->form, k->field), &b) ||
            !within_of(a, b, k->most))
            return false;
    }
    return true;
}

static err near_rows(struct ctx *c, struct nearby *u, struct rows *rows,
                     bool point)
{
    bool more;

    while (u->n < NEAR_SHOW) {
        double lat, lon, metres = -1;
        const struct app_state *state;

        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        if (!same_values(u, store_str(rows, 6)) ||
            !close_values(u, store_str(rows, 6)))
            continue;
        if (point && read_point(store_str(rows, 5), &lat, &lon))
            metres = metres_between(u->lat, u->lon, lat, lon);
        if (point && (metres < 0 || metres > u->app->merge_metres))
            continue;
        state = app_state(u->app, store_str(rows, 1));
        ARENA_GROW(c->mem, u->all, u->n, u->room);
        u->all[u->n++] = (struct record_near){
            .number = store_str(rows, 0),
            .state = store_str(rows, 1),
            .state_label = state == NULL ? NULL : state->label,
            .submitted = store_i64(rows, 4),
            .metres = point ? (int)lround(metres) : -1};
    }
    return E_OK;
}

static const struct app_field *place_field(const struct app *a)
{
    for (size_t i = 0; i < a->n_fields; i++)
        if (a->fields[i].type == APP_PLACE)
            return &a->fields[i];
    return NULL;
}

/* Of a register, live entries that are alike. */
static err near_entries(struct ctx *c, struct conn *on, struct nearby *u)
{
    str key = u->app->merge_same[0], text = app_form_text(u->form, key);
    struct rows *rows;

    if (text.p == NULL)
        return E_OK;
    TRY(ROWS(c, on, &record_near_entry, &rows, TXT(u->app->id), TXT(key),
             TXT(text), I64(NEAR_LOOK)));
    return near_rows(c, u, rows, false);
}

err record_nearby(struct ctx *c, const struct record_world *w, struct conn *on,
                  const struct app *a, const struct app_form *form,
                  struct record_near **out, size_t *n)
{
    struct nearby u = {.w = w, .app = a, .form = form};
    const struct app_field *place = place_field(a);
    struct rows *rows;
    str point, region;

    *out = NULL, *n = 0;
    if (a->registry != NULL && a->n_merge_same > 0) {
        TRY(near_entries(c, on, &u));
        *out = u.all, *n = u.n;
        return E_OK;
    }
    if (a->merge_metres == 0 || place == NULL)
        return E_OK;
    point = arena_fmt(c->mem, "%.*s.titik", STR_ARG(place->key));
    region = arena_fmt(c->mem, "%.*s.region", STR_ARG(place->key));
    if (read_point(app_form_text(form, point), &u.lat, &u.lon)) {
        int64_t mid = (int64_t)(u.lat * 1e6), band = a->merge_metres * 10;

        TRY(ROWS(c, on, &record_near_point, &rows, TXT(a->id), TXT(point),
                 I64(mid - band), I64(mid + band), I64(NEAR_LOOK)));
        TRY(near_rows(c, &u, rows, true));
    } else if (app_form_text(form, region).p != NULL) {
        TRY(ROWS(c, on, &record_near_region, &rows, TXT(a->id), TXT(region),
                 TXT(app_form_text(form, region)), I64(NEAR_LOOK)));
        TRY(near_rows(c, &u, rows, false));
    }
    *out = u.all, *n = u.n;
    return E_OK;
}
