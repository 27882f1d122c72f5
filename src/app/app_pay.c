/* SPDX-License-Identifier: EUPL-1.2 */
/* What the calendar opens by itself, and rows that are filled from the live
 * entries of another app: periodic duties and pay runs. */
#include "app/app_priv.h"

static void fault(struct app_work *w, const struct data *at, str path,
                  const char *doc, const char *id, const char *en)
{
    app_mend(w->c,
             finding_add(w->c, w->f, FIND_ERROR, at->at, path, "%s",
                         say(w->c, id, en)),
             doc, "%s", "");
}

/* ---- what the calendar opens -------------------------------------- */

static bool has_own_office(const struct app *a)
{
    for (size_t i = 0; i < a->n_fields; i++)
        if (a->fields[i].type == APP_UNIT && a->fields[i].self)
            return true;
    return false;
}

static void check_period(struct app_work *w, const struct data *def,
                         const struct app_period *p)
{
    const struct app_field *d = app_field(w->a, p->into);
    const struct data *into = data_get(def, STR("into"));

    if (p->day < 1 || p->day > 28)
        fault(w, def, STR("opens.on"), "period-on",
              "on: adalah tanggal 1 sampai 28.", "on: is a day from 1 to 28.");
    if (into != NULL && (d == NULL || d->type != APP_DATE))
        fault(w, into, STR("opens.into"), "period-into",
              "into: haruslah isian jenis date.",
              "into: must be a field of type date.");
    if (p->per_office && !has_own_office(w->a))
        fault(w, def, STR("opens.per"), "period-per",
              "Satu berkas tiap kantor memerlukan isian jenis office dengan "
              "from: self.",
              "One record an office needs a field of type office with from: "
              "self.");
    if (data_get(w->tree, STR("filed_by")) != NULL)
        fault(w, data_get(w->tree, STR("filed_by")), STR("filed_by"),
              "app-filed_by", "Yang dibuka kalender tidak diajukan siapa pun.",
              "What the calendar opens is filed by nobody.");
}

void app_build_period(struct app_work *w)
{
    const struct data *def = data_get(w->tree, STR("opens"));
    struct app_period *p;
    int64_t day = 1;

    if (def == NULL || def->kind != DATA_MAP)
        return;
    p = NEW(w->c->mem, struct app_period);
    str_is_i64(app_text(def, "on"), &day);
    *p = (struct app_period){
        .yearly = str_eq(app_text(def, "every"), STR("year")),
        .per_office = str_eq(app_text(def, "per"), STR("office")),
        .last = str_eq(app_text(def, "of"), STR("last")),
        .day = day >= 0 && day <= 31 ? (int)day : 0,
        .into = app_text(def, "into")};
    check_period(w, def, p);
    w->a->period = p;
}

bool app_period_now(struct ctx *c, const struct app_period *p,
                    struct date today, str *name, struct date *first)
{
    int months;

    if (today.day < p->day && (!p->yearly || today.month == 1))
        return false;
    months = today.year * 12 + (p->yearly ? 0 : today.month - 1);
    months -= !p->last ? 0 : p->yearly ? 12 : 1;
    *first = (struct date){months / 12, months % 12 + 1, 1};
    *name = p->yearly
                ? arena_fmt(c->mem, "%04d", first->year)
                : arena_fmt(c->mem, "%04d-%02d", first->year, first->month);
    return true;
}

/* ---- a population ------------------------------------------------- */

static bool column_at(const struct app_field *d, str key, size_t *at)
{
    for (*at = 0; d != NULL && *at < d->n_columns; ++*at)
        if (str_eq(d->columns[*at].key, key))
            return true;
    return false;
}

static void no_column(struct app_work *w, const struct data *at, str path,
                      const struct app_field *d, str key, const char *doc)
{
    struct app_near near = app_near(key);

    for (size_t i = 0; d != NULL && i < d->n_columns; i++)
        app_near_try(&near, d->columns[i].key);
    app_mend_near(w->c,
                  finding_add(w->c, w->f, FIND_ERROR, at->at, path,
                              say(w->c, "Tabel itu tidak punya kolom \"%.*s\".",
                                  "That table has no column \"%.*s\"."),
                              STR_ARG(key)),
                  doc, &near);
}

/* What fills a column is not computed as well. */
static struct app_filled *take_filled(struct app_work *w,
                                      const struct data *def, const char *key,
                                      const struct app_field *d, size_t *n)
{
    const struct data *map = data_get(def, str_of(key));
    size_t many = map != NULL && map->kind == DATA_MAP ? map->n : 0;
    struct app_filled *all = NEWS(w->c->mem, struct app_filled, many + 1);
    const char *doc = arena_fmt(w->c->mem, "population-%s", key).p;

    for (size_t i = 0; i < many; i++) {
        str path = arena_fmt(w->c->mem, "population.%s.%.*s", key,
                             STR_ARG(map->pairs[i].key));
        size_t at;

        if (!column_at(d, map->pairs[i].key, &at))
            no_column(w, map->pairs[i].value, path, d, map->pairs[i].key, doc);
        else if (d->columns[at].computed)
            fault(w, map->pairs[i].value, path, doc,
                  "Kolom ini sudah dihitung dengan value.",
                  "This column is computed by value already.");
        else
            all[(*n)++] =
                (struct app_filled){at, data_text(map->pairs[i].value)};
    }
    return all;
}

static bool sums_up(enum app_type t)
{
    return t == APP_INTEGER || t == APP_DECIMAL || t == APP_MONEY;
}

static void check_figures(struct app_work *w, const struct data *def,
                          const struct app_population *p)
{
    const struct data *links = data_get(w->tree, STR("links"));

    for (size_t i = 0; i < p->n_figures; i++) {
        const struct data *link = data_get(links, p->figures[i].from);
        const struct app_field *d = &p->into->columns[p->figures[i].column];

        if (!str_eq(app_text(link, "kind"), STR("figure")))
            fault(w, data_get(def, STR("figures")),
                  app_path(w->c, STR("population.figures"), d->key),
                  "population-figures",
                  "Yang disebut haruslah sambungan jenis figure.",
                  "It must be a link of kind figure.");
        if (!sums_up(d->type))
            fault(w, data_get(def, STR("figures")),
                  app_path(w->c, STR("population.figures"), d->key),
                  "population-figures",
                  "Kolomnya haruslah jenis integer, decimal, atau money.",
                  "The column must be of type integer, decimal or money.");
    }
}

static void take_match(struct app_work *w, const struct data *def,
                       struct app_population *p)
{
    const struct data *match = data_get(def, STR("match"));
    str path = STR("population.match");

    if (match == NULL || match->kind != DATA_MAP || match->n != 1) {
        fault(w, def, path, "population-match", "match: berisi satu isian.",
              "match: holds one field.");
        return;
    }
    p->field = match->pairs[0].key;
    p->is = app_program(w, w->env, match->pairs[0].value,
                        app_path(w->c, path, p->field), RESULT_FIELD, APP_TEXT);
}

static void take_states(struct app_work *w, const struct data *def,
                        struct app_population *p)
{
    const struct data *list = data_get(def, STR("states"));
    size_t n = list != NULL && list->kind == DATA_LIST ? list->n : 0;
    str *all = NEWS(w->c->mem, str, n + 1);

    for (size_t i = 0; i < n; i++)
        all[p->n_states++] = data_text(list->items[i]);
    p->states = all;
}

static void check_key(struct app_work *w, const struct data *def,
                      const struct app_population *p)
{
    const struct data *at = data_get(def, STR("key"));
    bool filled = false;

    for (size_t i = 0; i < p->n_values; i++)
        filled |= p->values[i].column == p->key;
    if (!filled || p->into->columns[p->key].type != APP_OFFICER)
        fault(w, at == NULL ? def : at, STR("population.key"), "population-key",
              "key: haruslah kolom jenis officer yang diisi oleh values.",
              "key: must be a column of type officer that values fills.");
}

void app_build_population(struct app_work *w)
{
    const struct data *def = data_get(w->tree, STR("population"));
    struct app_population *p;
    str key = app_text(def, "key");

    if (def == NULL || def->kind != DATA_MAP)
        return;
    p = NEW(w->c->mem, struct app_population);
    p->app = app_text(def, "app");
    p->into = app_field(w->a, app_text(def, "into"));
    if (p->into == NULL || p->into->type != APP_ROWS) {
        fault(w, def, STR("population.into"), "population-into",
              "into: haruslah isian jenis rows.",
              "into: must be a field of type rows.");
        return;
    }
    if (!column_at(p->into, key, &p->key)) {
        no_column(w, def, STR("population.key"), p->into, key,
                  "population-key");
        return;
    }
    p->values = take_filled(w, def, "values", p->into, &p->n_values);
    p->figures = take_filled(w, def, "figures", p->into, &p->n_figures);
    take_match(w, def, p);
    take_states(w, def, p);
    check_key(w, def, p);
    check_figures(w, def, p);
    w->a->population = p;
}

bool app_row_figure(const struct app *a, str link)
{
    const struct app_population *p = a->population;

    for (size_t i = 0; p != NULL && i < p->n_figures; i++)
        if (str_eq(p->figures[i].from, link))
            return true;
    return false;
}

/* What a chain lacks is told as a link's is. */
void app_population_lacks(struct ctx *c, const struct app_population *p,
                          const struct app *there, struct findings *f)
{
    struct app_link_value *values =
        NEWS(c->mem, struct app_link_value, p->n_values + 1);
    struct app_link by = {.key = STR("population"),
                          .kind = APP_PREFILL,
                          .app = p->app,
                          .values = values,
                          .n_values = p->n_values,
                          .states = p->states,
                          .n_states = p->n_states};
    const struct app_link_value match = {.name = p->field};
    struct app_link is = {.key = STR("population"),
                          .kind = APP_FIGURE,
                          .app = p->app,
                          .values = &match,
                          .n_values = 1};

    for (size_t i = 0; i < p->n_values; i++)
        values[i].from = p->values[i].from;
    app_link_lacks(c, &by, there, f);
    if (there != NULL)
        app_link_lacks(c, &is, there, f);
}

/* ---- actions that compute, states that freeze ---------------------- */

static void check_action(struct app_work *w, const struct app_state *s,
                         const struct app_action *x)
{
    str path = arena_fmt(w->c->mem, "flow.states.%.*s.actions.%.*s",
                         STR_ARG(s->key), STR_ARG(x->key));
    bool rows = w->a->population != NULL;

    if (x->computes && !rows)
        fault(w, s->def, path, "action-computes",
              "Tidak ada population untuk dihitung.",
              "There is no population to compute.");
    if (x->computes && x->who.resident)
        fault(w, s->def, path, "action-computes",
              "Yang menghitung adalah petugas.",
              "It is an officer who computes.");
    if (s->frozen && (x->computes || x->n_changes > 0))
        fault(w, s->def, path, "state-frozen",
              "Yang dibekukan tidak dihitung dan tidak diubah lagi.",
              "What is frozen is neither computed nor changed.");
    if (x->who.listed && !rows)
        fault(w, s->def, path, "who-listed", "listed memerlukan population.",
              "listed needs a population.");
    if (x->who.listed && !s->frozen)
        fault(w, s->def, path, "who-listed",
              "Yang ada di daftar berbicara atas baris yang dibekukan.",
              "Whom the list names speaks of rows that are frozen.");
}

static void check_state(struct app_work *w, const struct app_state *s)
{
    str path = arena_fmt(w->c->mem, "flow.states.%.*s", STR_ARG(s->key));

    if (s->who.listed)
        fault(w, s->def, path, "who-listed",
              "listed hanya untuk tindakan, bukan untuk keadaan.",
              "listed is for actions only, not for states.");
    for (size_t i = 0; i < s->n_actions; i++)
        check_action(w, s, &s->actions[i]);
}

/* Whose duty its first state is, finds the offices. */
static void check_start(struct app_work *w)
{
    const struct app_state *s = app_state(w->a, w->a->start);

    if (w->a->period != NULL && s != NULL &&
        (s->who.resident || s->who.duty.n == 0))
        fault(w, s->def,
              arena_fmt(w->c->mem, "flow.states.%.*s", STR_ARG(s->key)),
              "app-opens", "Yang dibuka kalender menunggu sebuah tugas.",
              "What the calendar opens waits for a duty.");
}

void app_check_pay(struct app_work *w)
{
    for (size_t i = 0; i < w->a->n_states; i++)
        check_state(w, &w->a->states[i]);
    check_start(w);
}

/* ---- whom rows name ----------------------------------------------- */

const struct app_field *app_population(const struct app *a)
{
    return a->population == NULL ? NULL : a->population->into;
}

static size_t names_column(const struct app_field *d)
{
    size_t i = 0;

    while (i < d->n_columns && d->columns[i].type != APP_OFFICER)
        i++;
    return i;
}

bool app_is_listed(struct ctx *c, const struct app_field *d,
                   const struct app_form *form, str who)
{
    size_t rows = d == NULL ? 0 : app_rows(form, d);
    size_t key = d == NULL ? 0 : names_column(d);

    for (size_t r = 1; r <= rows && who.n > 0 && key < d->n_columns; r++)
        if (str_eq(app_form_text(form, app_cell(c, d, r, key).key), who))
            return true;
    return false;
}

str app_listed(struct ctx *c, const struct app_field *d,
               const struct app_form *form)
{
    size_t rows = d == NULL ? 0 : app_rows(form, d), n = 0;
    size_t key = d == NULL ? 0 : names_column(d);
    struct buf b = buf_new(c, (size_t)APP_ROWS_MOST * 40);
    str *seen = NEWS(c->mem, str, rows + 1);

    for (size_t r = 1; r <= rows && key < d->n_columns; r++) {
        str who = app_form_text(form, app_cell(c, d, r, key).key);

        if (who.n == 0 || who.n >= 40 || str_among(who, seen, n) >= 0)
            continue;
        seen[n++] = who;
        buf_fmt(&b, "%s%.*s", n > 1 ? "," : "", STR_ARG(who));
    }
    return buf_str(&b);
}

/* The rows of one person, counted anew. */
void app_own_rows(struct ctx *c, const struct app_field *d, str who,
                  struct app_form *form)
{
    size_t rows = app_rows(form, d), kept = 0, key = names_column(d);
    struct app_form own = {0};

    for (size_t r = 1; r <= rows && key < d->n_columns; r++) {
        if (who.n == 0 ||
            !str_eq(app_form_text(form, app_cell(c, d, r, key).key), who))
            continue;
        kept++;
        for (size_t i = 0; i < d->n_columns; i++) {
            const struct app_value *v =
                app_form_find(form, app_cell(c, d, r, i).key);

            if (v != NULL)
                app_form_set(c, &own, app_cell(c, d, kept, i).key, v->text);
        }
    }
    app_rows_drop(form, d);
    app_form_drop(form, d->key);
    for (size_t i = 0; i < own.n; i++)
        app_form_set(c, form, own.all[i].path, own.all[i].text);
    if (kept > 0)
        app_form_set(c, form, d->key, arena_fmt(c->mem, "%zu", kept));
}
