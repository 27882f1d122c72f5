/* SPDX-License-Identifier: EUPL-1.2 */
/* Links to other apps: gates and figures, which look; prefill, which copies
 * what the actor may see; kin, which were opened by each other. All optional:
 * what is not there shuts nothing and counts nothing. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

#define KIN_DEEP 8

/* ---- looking ------------------------------------------------------ */

/* Microseconds at which a day begins here; the ends of time stand open. */
static int64_t begins(const struct record_world *w, struct date d, bool after)
{
    if (d.year <= 1)
        return INT64_MIN;
    if (d.year >= 9999)
        return INT64_MAX;
    return time_instant(time_date(time_days(d) + after), 0,
                        city_offset(w->city));
}

struct found {
    int64_t count, sum;
};

/* All values of the match must be known, or nothing is found. */
static err look_by(struct ctx *c, const struct record_world *w, struct conn *on,
                   const struct app *a, const struct app_form *form, str own,
                   const struct app_link *l, const struct app_form *by,
                   struct found *out)
{
    struct app_setting with = record_setting(w, NULL);
    struct app_form match = *by;
    struct date from, to;
    struct rows *rows;
    bool more;

    *out = (struct found){0};
    if (match.n < l->n_values || match.n == 0)
        return E_OK;
    app_link_days(c, a, &with, form, l, &from, &to);
    TRY(ROWS(c, on, &record_linked, &rows, TXT(l->app), TXT(match.all[0].path),
             TXT(match.all[0].text),
             TXT(match.n > 1 ? match.all[1].path : STR("")),
             TXT(match.n > 1 ? match.all[1].text : STR("")), TXT(l->sum),
             I64(begins(w, from, false)), I64(begins(w, to, true)), TXT(own)));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        if (l->n_states > 0 &&
            str_among(store_str(rows, 0), l->states, l->n_states) < 0)
            continue;
        out->count += store_i64(rows, 1);
        out->sum += store_i64(rows, 2);
    }
}

static err look(struct ctx *c, const struct record_world *w, struct conn *on,
                const struct app *a, const struct app_form *form, str own,
                const struct app_link *l, struct found *out)
{
    struct app_setting with = record_setting(w, NULL);
    struct app_form match = {0};

    app_link_values(c, a, &with, form, l, &match);
    return look_by(c, w, on, a, form, own, l, &match, out);
}

err record_row_figure(struct ctx *c, const struct record_world *w,
                      struct conn *on, const struct app *a,
                      const struct app_form *form, str own,
                      const struct app_link *l, size_t row, int64_t *n)
{
    struct app_setting with = record_setting(w, NULL);
    struct app_form match = {0};
    struct found found;

    app_row_link_values(c, a, &with, form, l, row, &match);
    TRY(look_by(c, w, on, a, form, own, l, &match, &found));
    *n = l->sum.n > 0 ? found.sum : found.count;
    return E_OK;
}

err record_figures(struct ctx *c, const struct record_world *w, struct conn *on,
                   const struct app *a, const struct app_form *form, str own,
                   struct app_form *out)
{
    for (size_t i = 0; i < a->n_links; i++) {
        const struct app_link *l = &a->links[i];
        struct found found;

        if (l->kind != APP_FIGURE || app_row_figure(a, l->key))
            continue;
        TRY(look(c, w, on, a, form, own, l, &found));
        app_form_set(c, out, l->key,
                     arena_fmt(c->mem, "%" PRId64,
                               l->sum.n > 0 ? found.sum : found.count));
    }
    return E_OK;
}

static bool is_open(const struct record_world *w, const struct app *a, str id)
{
    const struct app_entry *e = app_catalogue_find(w->apps, id);

    return str_eq(id, a->id) || (e != NULL && e->open);
}

err record_gates(struct ctx *c, const struct record_world *w, struct conn *on,
                 const struct app *a, const struct app_form *form, str own,
                 str block, struct findings *f)
{
    for (size_t i = 0; i < a->n_links; i++) {
        const struct app_link *l = &a->links[i];
        struct found found;

        if (l->kind != APP_GATE ||
            str_among(block, l->blocks, l->n_blocks) < 0 ||
            (!l->forbid && !is_open(w, a, l->app)))
            continue;
        TRY(look(c, w, on, a, form, own, l, &found));
        if (l->forbid == (found.count > 0))
            finding_add(c, f, FIND_ERROR, (struct place){0},
                        arena_fmt(c->mem, "links.%.*s", STR_ARG(l->key)),
                        "%.*s", STR_ARG(app_say(c, l->say)));
    }
    return E_OK;
}

/* Rules that hold or fail without a figure were told already. */
static bool told(const struct findings *f, str key)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->all[i].key, key))
            return true;
    return false;
}

err record_foresee(struct ctx *c, const struct record_world *w, struct conn *on,
                   const struct app *a, const struct app_form *form,
                   struct findings *f)
{
    struct app_setting with = record_setting(w, NULL);
    struct findings rules = {0};
    struct record_seen seen;

    TRY(record_gates(c, w, on, a, form, STR(""), STR("submit"), f));
    TRY(record_see(c, w, on, a, NULL, NULL, 0, form, &seen));
    with.seen = &seen.seen;
    app_form_rules(c, a, &with, form, &rules);
    for (size_t i = 0; i < rules.n; i++)
        if (!told(f, rules.all[i].key))
            finding_add(c, f, FIND_ERROR, (struct place){0}, rules.all[i].key,
                        "%.*s", STR_ARG(rules.all[i].what));
    return E_OK;
}

/* ---- prefill ------------------------------------------------------ */

static err prefill_one(struct ctx *c, const struct record_world *w,
                       struct conn *on, const struct app *a,
                       const struct record_actor *actor,
                       const struct app_link *l, struct app_form *form)
{
    struct app_setting with = record_setting(w, NULL);
    struct record_view v;
    struct app_form got = {0};
    str number;
    err e;

    if (!record_number_read(c, app_form_text(form, l->by), &number))
        return E_OK;
    e = record_view(c, w, on, actor, number, &v);
    if (e == E_NOT_FOUND)
        return E_OK;
    TRY(e);
    if (!str_eq(v.record.app, l->app) || v.record.restricted != 0 ||
        (l->n_states > 0 &&
         str_among(v.record.state, l->states, l->n_states) < 0))
        return E_OK;
    app_link_values(c, a, &with, &v.form, l, &got);
    for (size_t i = 0; i < got.n; i++)
        app_form_set(c, form, got.all[i].path, got.all[i].text);
    return E_OK;
}

err record_prefill(struct ctx *c, const struct record_world *w, struct conn *on,
                   const struct app *a, const struct record_actor *actor,
                   struct app_form *form)
{
    for (size_t i = 0; i < a->n_links; i++)
        if (a->links[i].kind == APP_PREFILL)
            TRY(prefill_one(c, w, on, a, actor, &a->links[i], form));
    return E_OK;
}

/* ---- kin ---------------------------------------------------------- */

/* The record that opened this one; empty where none did. */
static err parent_of(struct ctx *c, struct conn *on, str number, str *out)
{
    struct rows *rows;
    bool more;

    TRY(ROWS(c, on, &record_link_parent, &rows, TXT(number)));
    TRY(store_next(rows, &more));
    *out = more ? store_str(rows, 0) : STR("");
    return E_OK;
}

/* Links form no circle: a record is opened once, when it begins. */
err record_eldest(struct ctx *c, struct conn *on, str number, str *out)
{
    str up;

    *out = number;
    for (int i = 0; i < KIN_DEEP; i++) {
        TRY(parent_of(c, on, *out, &up));
        if (up.n == 0)
            return E_OK;
        *out = up;
    }
    return E_OK;
}

err record_are_kin(struct ctx *c, struct conn *on, str one, str other,
                   bool *kin)
{
    str a, b;

    TRY(record_eldest(c, on, one, &a));
    TRY(record_eldest(c, on, other, &b));
    *kin = str_eq(a, b);
    return E_OK;
}

static err see_one(struct ctx *c, const struct record_world *w, struct conn *on,
                   str number, bool parent, struct record_view *v, size_t *room)
{
    struct record_kin k = {.parent = parent};

    TRY(record_find(c, on, number, &k.record));
    if (record_app(c, w, on, &k.record, &k.app) != E_OK)
        return E_OK; /* an app that no longer builds hides no other's record */
    if ((k.app->sensitive || k.record.restricted != 0) && !v->parties)
        return E_OK;
    k.state = app_state(k.app, k.record.state);
    MUST(k.state != NULL);
    ARENA_GROW(c->mem, v->kin, v->n_kin, *room);
    v->kin[v->n_kin++] = k;
    return E_OK;
}

err record_see_kin(struct ctx *c, const struct record_world *w, struct conn *on,
                   struct record_view *v)
{
    str number = v->record.number, up, *all = NULL;
    size_t n = 0, room = 0, room_kin = 0;
    struct rows *rows;
    bool more;

    if ((v->app->sensitive || v->record.restricted != 0) && !v->parties)
        return E_OK;
    TRY(parent_of(c, on, number, &up));
    if (up.n > 0)
        TRY(see_one(c, w, on, up, true, v, &room_kin));
    TRY(ROWS(c, on, &record_link_children, &rows, TXT(number)));
    while (store_next(rows, &more) == E_OK && more) {
        ARENA_GROW(c->mem, all, n, room);
        all[n++] = store_str(rows, 0);
    }
    for (size_t i = 0; i < n; i++)
        TRY(see_one(c, w, on, all[i], false, v, &room_kin));
    return E_OK;
}
