/* SPDX-License-Identifier: EUPL-1.2 */
/* Promised beside measured: on a service's page, and of the whole city. */
#include "web/web_priv.h"

#define SHARE_WIDTH 300
#define CSV_MOST    ((size_t)1 << 20)

/* ---- words -------------------------------------------------------- */

/* Rounded up, as a promise is read: in hours below a working day. */
static str working_time(struct visit *v, int64_t micros)
{
    int64_t day = insight_workday(v->c, v->world.city);
    int64_t unit = micros < day ? TIME_HOUR : day;

    return arena_fmt(
        v->c->mem,
        unit == TIME_HOUR
            ? say(v->c, "%" PRId64 " jam kerja", "%" PRId64 " working hours")
            : say(v->c, "%" PRId64 " hari kerja", "%" PRId64 " working days"),
        (micros + unit - 1) / unit);
}

/* A small number could be somebody. */
str web_count(struct visit *v, int64_t n)
{
    return n > 0 && n < INSIGHT_HIDDEN
               ? arena_fmt(v->c->mem, "< %d", INSIGHT_HIDDEN)
               : web_number(v, n);
}

/* Rounded down: not all is not 100%. */
str web_percent(struct visit *v, const struct insight_measure *m)
{
    return m->served < INSIGHT_FEW ? STR("")
                                   : arena_fmt(v->c->mem, "%" PRId64 "%%",
                                               m->on_time * 100 / m->served);
}

static str time_or_none(struct visit *v, int64_t micros)
{
    return micros == 0 ? STR("") : working_time(v, micros);
}

/* ---- a service's page --------------------------------------------- */

/* The share bar that `say` puts into words. */
static void put_share(struct visit *v, struct data *box,
                      const struct insight_measure *m)
{
    int64_t yes = m->on_time * SHARE_WIDTH / m->served;

    web_put(v, box, "say",
            SAY(v, "say_measured", STR("ok"), web_number(v, m->on_time),
                STR("n"), web_number(v, m->served)));
    data_put_i64(v->c, box, STR("on_time"), yes);
    data_put_i64(v->c, box, STR("late"), SHARE_WIDTH - yes);
    web_put(v, box, "on_time_text",
            SAY(v, "say_on_time", STR("n"), web_number(v, m->on_time)));
    web_put(
        v, box, "late_text",
        SAY(v, "say_late", STR("n"), web_number(v, m->served - m->on_time)));
}

static void put_line(struct visit *v, struct data *list, const char *key,
                     str value)
{
    struct data *one = web_item(v, list);

    web_put_word(v, one, "key", key);
    web_put(v, one, "value", value);
}

static void put_box(struct visit *v, const struct insight_measure *m)
{
    struct data *box, *rows;

    if (m->served < INSIGHT_FEW) {
        web_flag(v, v->page, "measured", false);
        return;
    }
    box = web_map(v, v->page, "measured");
    put_share(v, box, m);
    rows = web_list(v, box, "rows");
    put_line(v, rows, "half_within", working_time(v, m->median));
    put_line(v, rows, "ninety_within", working_time(v, m->ninety));
    put_line(v, rows, "now_open", web_count(v, m->open));
    put_line(v, rows, "now_overdue", web_count(v, m->overdue));
}

static void put_facts(struct visit *v, const struct app *a,
                      const struct insight_measure *m)
{
    struct data *facts = web_map(v, v->page, "facts");
    bool known = m->served >= INSIGHT_FEW;

    web_put(v, facts, "promise", city_span_show(v->c, a->promise));
    web_put(v, facts, "promise_note",
            a->promises != NULL ? web_small(v, app_say(v->c, a->promises))
                                : web_word(v, "say_promise_note"));
    web_put(v, facts, "measured",
            known ? working_time(v, m->median)
                  : str_of(say(v->c, "Belum terukur", "Not measured yet")));
    web_put(v, facts, "measured_note",
            web_word(v, known ? "say_measured_note" : "say_not_measured"));
    web_put(v, facts, "measured_kind",
            !known                             ? STR("")
            : m->on_time * 10 >= m->served * 9 ? STR("ok")
                                               : STR("warn"));
    web_put(v, facts, "fee", web_fee(v, app_fee(a)));
    web_put(v, facts, "fee_note",
            a->charge == NULL ? STR("")
                              : str_of(say(v->c, "dihitung dari isian Anda",
                                           "computed from your answers")));
}

err web_put_measured(struct visit *v, const struct app *a)
{
    struct insight_measure m;

    TRY(insight_service(v->c, v->on, a->id, &m));
    put_facts(v, a, &m);
    put_box(v, &m);
    return E_OK;
}

/* ---- the whole city ----------------------------------------------- */

static void put_name(struct visit *v, struct data *one,
                     const struct insight_line *l, bool office)
{
    const struct app_brief *e =
        office ? NULL : app_catalogue_brief(v->world.apps, l->key);
    const struct app_brief *a = e == NULL || !e->builds ? NULL : e;
    bool small = office && str_eq(l->key, STR("city"));

    web_put(v, one, "name",
            small       ? web_word(v, "say_small_offices")
            : office    ? web_office(v, l->key)
            : a == NULL ? l->key
                        : app_say(v->c, a->title));
    web_put(v, one, "href", a == NULL ? STR("") : web_app_href(v, l->key));
    web_put(v, one, "promise",
            a == NULL || a->promise.unit == CITY_NONE
                ? STR("")
                : city_span_show(v->c, a->promise));
}

static void put_measures(struct visit *v, struct data *one,
                         const struct insight_measure *m)
{
    static const char *const ages[] = {"week", "month", "quarter", "older"};
    bool known = m->served >= INSIGHT_FEW;

    web_put(v, one, "served", web_count(v, m->served));
    web_put(v, one, "share", web_percent(v, m));
    web_put(v, one, "late",
            known ? web_number(v, m->served - m->on_time) : STR(""));
    web_put(v, one, "refused", known ? web_number(v, m->refused) : STR(""));
    web_put(v, one, "half", time_or_none(v, m->median));
    web_put(v, one, "ninety", time_or_none(v, m->ninety));
    web_put(v, one, "open", web_count(v, m->open));
    web_put(v, one, "waiting", web_count(v, m->waiting));
    web_put(v, one, "overdue", web_count(v, m->overdue));
    for (size_t i = 0; i < INSIGHT_AGES; i++)
        web_put(v, one, ages[i], web_count(v, m->age[i]));
}

static void put_lines(struct visit *v, const char *key,
                      const struct insight_line *all, size_t n, bool office)
{
    struct data *list = web_list(v, v->page, key);

    for (size_t i = 0; i < n; i++) {
        struct data *one = web_item(v, list);

        put_name(v, one, &all[i], office);
        put_measures(v, one, &all[i].m);
    }
    web_has(v, v->page, key);
}

/* A bar for each service that can be measured. */
static void put_bars(struct visit *v, const struct insight_city *all)
{
    struct data *list = web_list(v, v->page, "bars");

    for (size_t i = 0; i < all->n_services; i++) {
        const struct insight_line *l = &all->services[i];
        struct data *one;

        if (l->m.served < INSIGHT_FEW)
            continue;
        one = web_item(v, list);
        put_name(v, one, l, false);
        put_share(v, one, &l->m);
        web_put(v, one, "share", web_percent(v, &l->m));
    }
    web_has(v, v->page, "bars");
}

/* ---- satisfaction ------------------------------------------------- */

static str hundredths(struct visit *v, int64_t n)
{
    return city_show_decimal(
        v->c, arena_fmt(v->c->mem, "%" PRId64 ".%02" PRId64, n / 100, n % 100));
}

static str element_name(struct visit *v, const struct insight_survey *s,
                        str key)
{
    const struct app_entry *e = app_catalogue_find(v->world.apps, s->app);
    const struct app_field *d =
        e == NULL || e->app == NULL ? NULL : app_field(e->app, key);

    return d == NULL ? key : app_field_label(v->c, d);
}

/* Is the i-th among the two lowest? Of equals the first ones are. */
static bool is_lowest(const struct insight_survey *s, size_t i)
{
    const struct insight_element *e = &s->elements[i];
    int below = 0;

    for (size_t k = 0; k < s->n_elements; k++) {
        const struct insight_element *o = &s->elements[k];
        int64_t other = o->sum * e->n, own = e->sum * o->n; /* by their means */

        below += other < own || (other == own && k < i);
    }
    return below < 2;
}

static void put_survey(struct visit *v, struct data *one,
                       const struct insight_survey *s)
{
    struct data *elements = web_list(v, one, "elements");
    int64_t index = insight_index(s);
    const struct insight_line office = {.key = s->office};
    bool known = s->n >= INSIGHT_FEW;

    put_name(v, one, &office, true);
    web_put(v, one, "n", web_count(v, s->n));
    web_put(v, one, "index", known ? hundredths(v, index) : STR(""));
    web_put(v, one, "grade",
            known ? arena_fmt(v->c->mem, "%c", insight_grade(index)) : STR(""));
    for (size_t i = 0; known && i < s->n_elements; i++) {
        const struct insight_element *e = &s->elements[i];
        struct data *row = web_item(v, elements);

        web_put(v, row, "name", element_name(v, s, e->key));
        web_put(v, row, "mean",
                hundredths(v, (200 * e->sum + e->n) / (2 * e->n)));
        web_flag(v, row, "lowest", is_lowest(s, i));
    }
    web_has(v, one, "elements");
}

static err put_surveys(struct visit *v)
{
    struct data *list = web_list(v, v->page, "surveys");
    struct insight_survey *all;
    size_t n;

    TRY(insight_surveys(v->c, &v->world, v->on, &all, &n));
    for (size_t i = 0; i < n; i++)
        put_survey(v, web_item(v, list), &all[i]);
    web_has(v, v->page, "surveys");
    return E_OK;
}

/* What is done on time says nothing of what waits past its promise. */
static str overdue_words(struct visit *v, const struct insight_measure *m)
{
    return m->overdue == 0
               ? STR("")
               : SAY(v, "say_overdue_open", STR("n"), web_count(v, m->overdue));
}

err web_performance(struct visit *v)
{
    struct insight_city all;

    TRY(web_look(v));
    TRY(insight_city(v->c, &v->world, v->on, &all));
    TRY(web_frame(v));
    web_put(
        v, v->page, "lead",
        SAY(v, "say_performance", STR("city"), city_name(v->c, v->world.city)));
    web_put(v, v->page, "found",
            all.whole.served < INSIGHT_FEW
                ? STR("")
                : SAY(v, "say_measured", STR("ok"),
                      web_number(v, all.whole.on_time), STR("n"),
                      web_number(v, all.whole.served)));
    web_put(v, v->page, "overdue", overdue_words(v, &all.whole));
    web_put(v, v->page, "csv", web_to(v, "/kinerja/data.csv"));
    put_bars(v, &all);
    put_lines(v, "services", all.services, all.n_services, false);
    put_lines(v, "offices", all.offices, all.n_offices, true);
    TRY(put_surveys(v));
    return web_show(v, "performance");
}

/* ---- the same figures for programs -------------------------------- */

/* What is not told stays empty, so that a column is all numbers. */
static void number(struct buf *b, int64_t n, bool known)
{
    if (known)
        buf_fmt(b, ",%" PRId64, n);
    else
        buf_raw(b, STR(","));
}

/* A count that could be somebody: too small, it is not told. */
static void small_number(struct buf *b, int64_t n)
{
    number(b, n, n == 0 || n >= INSIGHT_HIDDEN);
}

static void hours(struct buf *b, int64_t micros)
{
    number(b, (micros + TIME_HOUR - 1) / TIME_HOUR, micros > 0);
}

static void csv_line(struct visit *v, struct buf *b, const char *kind,
                     const struct insight_line *l)
{
    const struct insight_measure *m = &l->m;
    struct data *one = data_new(v->c, DATA_MAP);
    bool known = m->served >= INSIGHT_FEW;

    put_name(v, one, l, kind[0] == 'p');
    buf_fmt(b, "%s,%.*s,", kind, STR_ARG(l->key));
    buf_csv(b, data_text(data_get(one, STR("name"))));
    buf_raw(b, STR(","));
    buf_csv(b, data_text(data_get(one, STR("promise"))));
    small_number(b, m->served);
    number(b, m->on_time, known);
    number(b, m->refused, known);
    hours(b, m->median);
    hours(b, m->ninety);
    small_number(b, m->open);
    small_number(b, m->waiting);
    small_number(b, m->overdue);
    for (size_t i = 0; i < INSIGHT_AGES; i++)
        small_number(b, m->age[i]);
    buf_raw(b, STR("\r\n"));
}

err web_performance_csv(struct visit *v)
{
    struct buf b = buf_new(v->c, CSV_MOST);
    struct insight_city all;

    TRY(web_look(v));
    TRY(insight_city(v->c, &v->world, v->on, &all));
    buf_raw(&b, STR("jenis,kunci,nama,janji,selesai,tepat_waktu,ditolak,"
                    "median_jam_kerja,p90_jam_kerja,terbuka,menunggu_warga,"
                    "lewat_janji,umur_0_7_hari,umur_8_30_hari,"
                    "umur_31_90_hari,umur_lebih_90_hari\r\n"));
    for (size_t i = 0; i < all.n_services; i++)
        csv_line(v, &b, "layanan", &all.services[i]);
    for (size_t i = 0; i < all.n_offices; i++)
        csv_line(v, &b, "perangkat_daerah", &all.offices[i]);
    return web_send(v, STR("text/csv; charset=utf-8"), buf_str(&b),
                    STR("kinerja.csv"));
}
