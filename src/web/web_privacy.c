/* SPDX-License-Identifier: EUPL-1.2 */
/* Personal data: what the city says of them, the register of processing, and
 * what is kept long enough. */
#include "web/web_priv.h"

#define REGISTER "/privasi/pemrosesan"
#define CSV_MOST ((size_t)8 << 20)
#define AHEAD    (30 * TIME_DAY)
#define RIPE     200   /* records that the page names */
#define COUNTED  20000 /* that it looks at */

/* ---- in words ----------------------------------------------------- */

str web_data_officer(struct visit *v)
{
    static const char *const lines[] = {"name", "phone", "email"};
    const struct data *dpo =
        data_get(city_item(v->world.city, STR("city")), STR("data_protection"));
    struct buf b = buf_new(v->c, 4096);

    for (size_t i = 0; i < COUNT(lines); i++) {
        str text = data_text(data_get(dpo, str_of(lines[i])));

        if (text.n > 0)
            buf_fmt(&b, "%s%.*s", b.n > 0 ? ", " : "", STR_ARG(text));
    }
    return buf_str(&b);
}

err web_privacy(struct visit *v)
{
    TRY(web_frame(v));
    web_put(v, v->page, "officer_contact", web_data_officer(v));
    web_put(v, v->page, "register", web_to(v, REGISTER));
    web_trail(v, STR(""), STR(""));
    return web_show(v, "privacy");
}

/* ---- the register of processing ----------------------------------- */

static str basis_of(struct visit *v, const struct app_brief *a)
{
    str key = a->privacy->basis;
    static const struct {
        str key;
        const char *id, *en;
    } all[] = {
        {STR_INIT("public-duty"), "Tugas untuk kepentingan umum",
         "A duty in the public interest"},
        {STR_INIT("legal-duty"), "Kewajiban hukum", "A legal duty"},
        {STR_INIT("consent"), "Persetujuan", "Consent"},
        {STR_INIT("contract"), "Perjanjian", "A contract"},
        {STR_INIT("vital-interest"), "Kepentingan vital", "A vital interest"},
    };

    for (size_t i = 0; i < COUNT(all); i++)
        if (str_eq(key, all[i].key))
            return str_of(say(v->c, all[i].id, all[i].en));
    return key;
}

static str kept_for(struct visit *v, const struct app_brief *a)
{
    int months = a->privacy->months;
    bool years = months % 12 == 0;

    return arena_fmt(
        v->c->mem,
        years
            ? say(v->c, "%d tahun sesudah selesai", "%d years after its end")
            : say(v->c, "%d bulan sesudah selesai", "%d months after its end"),
        years ? months / 12 : months);
}

static str then_of(struct visit *v, bool archive)
{
    return str_of(archive ? say(v->c, "Diserahkan ke arsip daerah",
                                "Handed over to the city's archive")
                          : say(v->c, "Dihapus", "Erased"));
}

/* One text a line, each once. */
static void line_of(struct buf *b, str text)
{
    str rest = {b->p, b->n}, one;

    while (str_next(&rest, '\n', &one))
        if (str_eq(one, text))
            return;
    if (text.n > 0)
        buf_fmt(b, "%s%.*s", b->n > 0 ? "\n" : "", STR_ARG(text));
}

static str asked(struct visit *v, const struct app_brief *a)
{
    struct buf b = buf_new(v->c, 1 << 16);

    for (size_t i = 0; i < a->n_asks; i++)
        line_of(&b, app_say(v->c, a->asks[i]));
    return buf_str(&b);
}

/* Whoever has it in a state of its flow. */
static str seen_by(struct visit *v, const struct app_brief *a)
{
    struct buf b = buf_new(v->c, 1 << 16);

    for (size_t i = 0; i < a->n_acting; i++)
        line_of(&b, city_function_name(v->c, a->acting[i].function));
    return buf_str(&b);
}

/* To whom they go beyond those offices. */
static str given_to(struct visit *v, const struct app_brief *a)
{
    struct buf b = buf_new(v->c, 1 << 16);

    for (size_t i = 0; i < a->n_gives; i++) {
        const struct app_brief *to =
            app_catalogue_brief(v->world.apps, a->gives[i]);

        if (to != NULL && to->open && to->builds)
            line_of(&b, app_say(v->c, to->title));
    }
    if (a->national.n > 0)
        line_of(&b, arena_fmt(v->c->mem,
                              say(v->c, "Sistem nasional: %.*s",
                                  "A national system: %.*s"),
                              STR_ARG(a->national)));
    return buf_str(&b);
}

static str purpose_of(struct visit *v, const struct app_brief *a)
{
    return app_say(v->c, a->privacy->purpose);
}

static str then_of_app(struct visit *v, const struct app_brief *a)
{
    return then_of(v, a->privacy->archive);
}

static str name_of(struct visit *v, const struct app_brief *a)
{
    return app_say(v->c, a->title);
}

/* What the page and the file say of each app, in this order. */
static const struct {
    const char *key, *head;
    str (*say)(struct visit *v, const struct app_brief *a);
} columns[] = {
    {"name", "layanan", name_of},      {"purpose", "tujuan", purpose_of},
    {"basis", "dasar", basis_of},      {"asked", "data", asked},
    {"seen", "dilihat_oleh", seen_by}, {"given", "diteruskan_ke", given_to},
    {"keep", "masa_simpan", kept_for}, {"then", "sesudahnya", then_of_app},
};

static bool is_listed(const struct app_brief *a)
{
    return a->open && a->builds && a->privacy != NULL;
}

err web_processing(struct visit *v)
{
    const struct app_brief *all;
    size_t n = app_catalogue_all(v->world.apps, &all);
    struct data *list;

    TRY(web_frame(v));
    list = web_list(v, v->page, "rows");
    for (size_t i = 0; i < n; i++) {
        struct data *one;

        if (!is_listed(&all[i]))
            continue;
        one = web_item(v, list);
        web_put(v, one, "href", web_app_href(v, all[i].id));
        for (size_t k = 0; k < COUNT(columns); k++)
            web_put(v, one, columns[k].key, columns[k].say(v, &all[i]));
    }
    web_has(v, v->page, "rows");
    web_put(v, v->page, "csv", web_to(v, REGISTER ".csv"));
    web_trail(v, web_to(v, "/privasi"), web_word(v, "privacy"));
    return web_show(v, "processing");
}

err web_processing_csv(struct visit *v)
{
    struct buf b = buf_new(v->c, CSV_MOST);
    const struct app_brief *all;
    size_t n = app_catalogue_all(v->world.apps, &all);

    buf_raw(&b, STR("aplikasi"));
    for (size_t k = 0; k < COUNT(columns); k++)
        buf_fmt(&b, ",%s", columns[k].head);
    buf_raw(&b, STR("\r\n"));
    for (size_t i = 0; i < n; i++) {
        if (!is_listed(&all[i]))
            continue;
        buf_csv(&b, all[i].id);
        for (size_t k = 0; k < COUNT(columns); k++) {
            buf_char(&b, ',');
            buf_csv(&b, columns[k].say(v, &all[i]));
        }
        buf_raw(&b, STR("\r\n"));
    }
    return web_send(v, STR("text/csv; charset=utf-8"), buf_str(&b),
                    STR("pemrosesan.csv"));
}

/* ---- what is kept long enough ------------------------------------- */

static void put_ripe(struct visit *v, struct data *one,
                     const struct record_ripe *r)
{
    web_put(v, one, "number", r->number);
    web_put(v, one, "href", web_to(v, "/lacak/%.*s", STR_ARG(r->number)));
    web_put(v, one, "name", app_say(v->c, r->app->title));
    web_put(v, one, "ended", web_when(v, r->ended));
    web_put(v, one, "until", web_when(v, r->until));
    web_put(v, one, "then", then_of(v, r->archive));
    web_put(v, one, "why", r->why);
}

err web_retention(struct visit *v)
{
    struct record_ripeness *apps;
    struct record_ripe *all;
    struct data *list;
    size_t n, n_apps;

    TRY(web_look(v));
    TRY(record_ripe(v->c, &v->world, v->on, v->c->now + AHEAD, RIPE, COUNTED,
                    &all, &n, &apps, &n_apps));
    TRY(web_frame(v));
    list = web_list(v, v->page, "apps");
    for (size_t i = 0; i < n_apps; i++) {
        struct data *one = web_item(v, list);

        web_put(v, one, "name", app_say(v->c, apps[i].title));
        web_put(v, one, "erase", web_number(v, apps[i].erase));
        web_put(v, one, "archive", web_number(v, apps[i].archive));
        web_put(v, one, "wait", web_number(v, apps[i].wait));
    }
    web_has(v, v->page, "apps");
    list = web_list(v, v->page, "ripe");
    for (size_t i = 0; i < n; i++)
        put_ripe(v, web_item(v, list), &all[i]);
    web_has(v, v->page, "ripe");
    return web_show(v, "retention");
}
