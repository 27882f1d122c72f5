/* SPDX-License-Identifier: EUPL-1.2 */
/* Finding a service, and what a service is. */
#include "web/web_priv.h"

#define POPULAR     8
#define DRAFTS_MOST 50
#define PUBLIC_PAGE 20

/* ---- home --------------------------------------------------------- */

static void put_service(struct visit *v, struct data *to,
                        const struct app_brief *e)
{
    web_put(v, to, "href", web_app_href(v, e->id));
    web_put(v, to, "name", app_say(v->c, e->title));
    web_put(v, to, "about", app_say(v->c, e->summary));
}

static bool is_open(const struct app_brief *e)
{
    return e->open && e->builds && e->filed_by == APP_BY_RESIDENT;
}

/* Until visits are counted, the catalogue's order stands in for use: what is
 * open, complaints first. */
static void put_popular(struct visit *v, const struct app_brief *all, size_t n)
{
    struct data *popular = web_list(v, v->page, "popular");
    struct data *soon = web_list(v, v->page, "soon");

    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n; i++) {
            bool first =
                is_open(&all[i]) && str_eq(all[i].archetype, STR("complaint"));

            if (is_open(&all[i]) && first == (pass == 0) &&
                popular->n < POPULAR)
                put_service(v, web_item(v, popular), &all[i]);
        }
    for (size_t i = 0; popular->n == 0 && i < n; i++)
        if (all[i].builds && all[i].filed_by == APP_BY_RESIDENT)
            web_line(v, soon, app_say(v->c, all[i].title));
    web_has(v, v->page, "soon");
}

/* What this browser left half done. */
static err put_drafts(struct visit *v, const struct app_brief *all, size_t n)
{
    struct data *drafts = web_list(v, v->page, "drafts");

    for (size_t i = 0; v->s.brought && i < n && i < DRAFTS_MOST; i++) {
        struct record_draft d;
        struct data *one;
        err e;

        if (!is_open(&all[i]))
            continue;
        TRY(web_look(v));
        e = record_draft_load(v->c, &v->world, v->on,
                              web_own_token(v, "draft", all[i].id), &d);
        if (e == E_NOT_FOUND || e == E_TAMPERED)
            continue;
        TRY(e);
        one = web_item(v, drafts);
        web_put(v, one, "href",
                web_to(v, "/layanan/%.*s/isi", STR_ARG(all[i].id)));
        web_put(v, one, "name", app_say(v->c, all[i].title));
        web_put(v, one, "when",
                SAY(v, "say_draft_kept", STR("when"),
                    web_when(v, d.saved + 72 * TIME_HOUR)));
    }
    web_has(v, v->page, "drafts");
    return E_OK;
}

static str sector_of(str id)
{
    str sector, rest;

    str_cut(id, '/', &sector, &rest);
    return sector;
}

static void put_sectors(struct visit *v, const struct app_brief *all, size_t n,
                        const char *key, str here)
{
    struct data *list = web_list(v, v->page, key), *last = NULL;
    str sector = STR("");
    int64_t count = 0;

    for (size_t i = 0; i < n; i++) {
        if (!is_open(&all[i]))
            continue;
        if (!str_eq(sector_of(all[i].id), sector)) {
            sector = sector_of(all[i].id);
            count = 0;
            last = web_item(v, list);
            web_put(v, last, "href",
                    web_to(v, "/cari?bidang=%.*s", STR_ARG(sector)));
            web_put(v, last, "name", web_sector_name(v, sector));
            web_flag(v, last, "here", str_eq(sector, here));
        }
        web_put(v, last, "count", web_number(v, ++count));
    }
    web_has(v, v->page, key);
}

static void figure(struct visit *v, struct data *list, str value, str text)
{
    struct data *one = web_item(v, list);

    web_put(v, one, "value", value);
    web_put(v, one, "text", text);
}

static err put_figures(struct visit *v)
{
    struct data *list = web_list(v, v->page, "figures");
    struct insight_measure m;
    uint64_t size = 0;

    TRY(web_look(v));
    TRY(insight_whole(v->c, v->on, &m));
    if (web_percent(v, &m).n > 0)
        figure(v, list, web_percent(v, &m),
               str_of(say(v->c, "selesai tepat waktu", "done on time")));
    if (m.overdue > 0)
        figure(v, list, web_count(v, m.overdue),
               str_of(say(v->c, "terbuka, lewat janji", "open past promise")));
    TRY(ledger_size(v->c, v->on, &size));
    figure(v, list, web_number(v, m.open),
           str_of(say(v->c, "sedang dikerjakan", "being worked on")));
    figure(
        v, list, web_number(v, (int64_t)size),
        str_of(say(v->c, "tindakan di log publik", "acts in the public log")));
    web_has(v, v->page, "figures");
    return E_OK;
}

err web_home(struct visit *v)
{
    const struct app_brief *all;
    size_t n = app_catalogue_all(v->world.apps, &all);
    const struct data *brand = city_item(v->world.city, STR("brand"));

    TRY(web_frame(v));
    web_put(v, v->page, "lead", app_say(v->c, data_get(brand, STR("motto"))));
    web_put(v, v->page, "closed", STR(""));
    put_popular(v, all, n);
    TRY(put_drafts(v, all, n));
    put_sectors(v, all, n, "sectors", STR(""));
    TRY(put_figures(v));
    return web_show(v, "home");
}

/* ---- search ------------------------------------------------------- */

static str carrying_office(struct visit *v, str function)
{
    const struct city_office *o =
        city_office_for(v->world.city, function, STR(""));

    return o == NULL ? city_function_name(v->c, function)
                     : city_office_name(v->c, o);
}

static void put_result(struct visit *v, struct data *list,
                       const struct app_brief *e)
{
    struct data *one = web_item(v, list);

    put_service(v, one, e);
    web_put(v, one, "office", carrying_office(v, e->function));
    web_put(v, one, "promise", city_span_show(v->c, e->promise));
    web_put(v, one, "fee", web_fee(v, e->fee));
}

static err found(struct visit *v, str words, str sector,
                 const struct app_brief ***out, size_t *n)
{
    const struct app_brief *all;
    size_t many = app_catalogue_all(v->world.apps, &all);

    if (words.n > 0)
        return app_catalogue_search(v->c, v->world.apps, words, out, n);
    *out = NEWS(v->c->mem, const struct app_brief *, many + 1);
    *n = 0;
    for (size_t i = 0; i < many; i++)
        if (sector.n == 0 || str_eq(sector_of(all[i].id), sector))
            (*out)[(*n)++] = &all[i];
    return E_OK;
}

static void put_near(struct visit *v, const struct app_brief *all, size_t n)
{
    struct data *near = web_list(v, v->page, "near");

    for (size_t i = 0; i < n && near->n < 3; i++)
        if (is_open(&all[i]))
            put_service(v, web_item(v, near), &all[i]);
}

err web_search(struct visit *v)
{
    str words = str_slice(str_trim(web_arg(v, "q")), 0, 200);
    str sector = web_arg(v, "bidang");
    const struct app_brief **hits, *all;
    size_t n, many = app_catalogue_all(v->world.apps, &all);
    struct data *results;

    TRY(web_frame(v));
    TRY(found(v, words, sector, &hits, &n));
    results = web_list(v, v->page, "results");
    for (size_t i = 0; i < n; i++)
        if (is_open(hits[i]))
            put_result(v, results, hits[i]);
    web_put(v, v->page, "q", words);
    web_flag(v, v->page, "found", results->n > 0);
    web_put(v, v->page, "count",
            results->n == 1 ? web_word(v, "say_results_one")
                            : SAY(v, "say_results", STR("n"),
                                  web_number(v, (int64_t)results->n)));
    put_sectors(v, all, many, "filters", sector);
    put_near(v, all, many);
    web_flag(v, v->page, "pages", false);
    web_trail(v, STR(""), STR(""));
    return web_show(v, "search");
}

/* ---- a service ---------------------------------------------------- */

static str optional_mark(struct visit *v, const struct app_field *d)
{
    if (data_get(d->def, STR("when")) != NULL)
        return str_of(say(v->c, " (bila disyaratkan)", " (where required)"));
    return d->optional
               ? arena_fmt(v->c->mem, " %.*s", STR_ARG(web_word(v, "optional")))
               : STR("");
}

/* What a person or a file must bring: "Pemohon (nama, NIK)", "PBG (PDF, JPG,
 * paling besar 5 MB)". */
static str details(struct visit *v, const struct app_field *d)
{
    bool person = d->type == APP_PERSON;
    const struct data *list =
        data_get(d->def, person ? STR("need") : STR("accept"));
    struct buf b = buf_new(v->c, 1024);

    if (person && list == NULL)
        return STR(" (nama, NIK)");
    if (!person && d->type != APP_FILE)
        return STR("");
    for (size_t i = 0; list != NULL && i < list->n; i++)
        buf_fmt(&b, "%s%.*s", i > 0 ? ", " : " (",
                STR_ARG(data_text(list->items[i])));
    if (!person && d->max_bytes > 0)
        buf_fmt(&b,
                say(v->c, "%spaling besar %" PRId64 " MB",
                    "%sat most %" PRId64 " MB"),
                b.n > 0 ? ", " : " (", d->max_bytes / 1000000);
    if (b.n > 0)
        buf_char(&b, ')');
    return buf_str(&b);
}

static void put_needed(struct visit *v, const struct app *a)
{
    struct data *list = web_list(v, v->page, "needed");

    for (size_t i = 0; i < a->n_fields; i++) {
        const struct app_field *d = &a->fields[i];
        str label = app_say(v->c, data_get(d->def, STR("label")));

        if (!d->computed)
            web_line(v, list,
                     arena_fmt(v->c->mem, "%.*s%.*s%.*s", STR_ARG(label),
                               STR_ARG(details(v, d)),
                               STR_ARG(optional_mark(v, d))));
    }
}

static str tariff_value(struct visit *v, const struct data *t, str text)
{
    bool money = str_eq(data_text(data_get(t, STR("type"))), STR("money"));
    int64_t n;

    return money && str_is_i64(text, &n) ? city_show_money(v->c, n)
                                         : city_show_decimal(v->c, text);
}

/* "Nilai sewa: Papan" */
static str row_label(struct visit *v, const struct app *a, const struct data *t,
                     str label, str row)
{
    const struct app_field *by =
        app_field(a, data_text(data_get(t, STR("by"))));

    for (size_t i = 0; by != NULL && i < by->n_options; i++)
        if (str_eq(by->options[i].key, row))
            row = app_say(v->c, by->options[i].label);
    return arena_fmt(v->c->mem, "%.*s: %.*s", STR_ARG(label), STR_ARG(row));
}

static void fee_line(struct visit *v, struct data *list, str key, str value)
{
    struct data *one = web_item(v, list);

    web_put(v, one, "key", key);
    web_put(v, one, "value", value);
}

static void put_tariff(struct visit *v, const struct app *a)
{
    struct data *list = web_list(v, v->page, "fee_lines");
    const struct data *tariff = data_get(a->effective, STR("tariff"));

    for (size_t i = 0; tariff != NULL && i < tariff->n; i++) {
        const struct data *t = tariff->pairs[i].value;
        const struct data *rows = data_get(t, STR("rows"));
        str label = app_say(v->c, data_get(t, STR("label")));
        str value = data_text(data_get(t, STR("value")));

        for (size_t k = 0; rows != NULL && k < rows->n; k++)
            fee_line(v, list, row_label(v, a, t, label, rows->pairs[k].key),
                     tariff_value(v, t, data_text(rows->pairs[k].value)));
        if (value.n > 0)
            fee_line(v, list, label, tariff_value(v, t, value));
    }
    web_has(v, v->page, "fee_lines");
}

static str law_line(struct visit *v, const struct data *law)
{
    str title = app_say(v->c, data_get(law, STR("title")));
    str number = data_text(data_get(law, STR("number")));

    return number.n == 0 ? title
                         : arena_fmt(v->c->mem, "%.*s, %.*s", STR_ARG(title),
                                     STR_ARG(number));
}

static void put_laws(struct visit *v, const struct app *a)
{
    struct data *list = web_list(v, v->page, "laws");
    const struct data *laws = data_get(a->effective, STR("law"));
    str charged = data_text(data_get(a->charge_def, STR("law")));

    web_put(v, v->page, "fee_law", STR(""));
    for (size_t i = 0; laws != NULL && i < laws->n; i++) {
        str line = law_line(v, laws->pairs[i].value);

        web_line(v, list, line);
        if (charged.p != NULL && str_eq(laws->pairs[i].key, charged))
            web_put(v, v->page, "fee_law", line);
    }
    web_has(v, v->page, "laws");
}

/* What a record that succeeds ends with: not the letters that undo it. */
static str product(struct visit *v, const struct app *a)
{
    struct buf b = buf_new(v->c, 4096);

    for (size_t i = 0; i < a->n_letters; i++) {
        const struct app_state *s = app_state(a, a->letters[i].at);

        if (s != NULL && str_eq(s->end, STR("granted")))
            buf_fmt(&b, "%s%.*s", b.n > 0 ? ", " : "",
                    STR_ARG(app_say(v->c, a->letters[i].title)));
    }
    return b.n > 0 ? buf_str(&b)
                   : str_of(say(v->c, "Jawaban dan tindak lanjut.",
                                "An answer, and what follows from it."));
}

static void put_office(struct visit *v, const struct app *a)
{
    const struct city_office *o =
        city_office_for(v->world.city, a->function, STR(""));
    struct buf b = buf_new(v->c, 4096);

    buf_raw(&b, carrying_office(v, a->function));
    if (o != NULL && data_text(data_get(o->item, STR("address"))).n > 0)
        buf_fmt(&b, "\n%.*s",
                STR_ARG(data_text(data_get(o->item, STR("address")))));
    web_put(v, v->page, "office", buf_str(&b));
    web_put(
        v, v->page, "hours",
        str_of(say(v->c, "Buka pada jam kerja.", "Open during office hours.")));
}

/* A register shows its live entries, and no list of what came in. */
static bool has_entries(const struct app *a)
{
    return a->registry != NULL && a->registry->n_listed > 0 && !a->sensitive;
}

static bool any_public(const struct app *a)
{
    if (a->registry != NULL)
        return false;
    for (size_t i = 0; i < a->n_fields; i++)
        if (a->fields[i].show == APP_PUBLIC)
            return !a->sensitive;
    return false;
}

static err put_own_draft(struct visit *v, const struct app *a)
{
    struct record_draft d;
    err e;

    web_put(v, v->page, "draft", STR(""));
    if (!v->s.brought)
        return E_OK;
    e = record_draft_load(v->c, &v->world, v->on,
                          web_own_token(v, "draft", a->id), &d);
    if (e == E_OK)
        web_put(v, v->page, "draft",
                web_to(v, "/layanan/%.*s/isi", STR_ARG(a->id)));
    return e == E_NOT_FOUND || e == E_TAMPERED ? E_OK : e;
}

static void put_service_texts(struct visit *v, const struct app *a)
{
    web_put(v, v->page, "name", app_say(v->c, a->title));
    web_put(v, v->page, "about", app_say(v->c, a->summary));
    web_put(v, v->page, "start",
            web_to(v, "/layanan/%.*s/isi", STR_ARG(a->id)));
    web_put(v, v->page, "start_text",
            SAY(v, "say_start", STR("noun"), web_noun(v, a)));
    web_put(v, v->page, "minutes",
            SAY(v, "say_minutes", STR("n"),
                web_number(v, (int64_t)(a->n_steps * 2 + 2))));
    web_put(v, v->page, "closed",
            a->filed_by == APP_BY_RESIDENT ? web_word(v, "say_closed")
                                           : web_who_files(v, a));
    web_flag(v, v->page, "instead", false);
    web_put(v, v->page, "product", product(v, a));
    web_put(v, v->page, "complaints",
            str_of(say(v->c,
                       "Sampaikan lewat laman pengaduan, di loket, atau kepada "
                       "Ombudsman.",
                       "Through the complaints page, at the counter, or to the "
                       "Ombudsman.")));
    web_put(v, v->page, "reviewed",
            arena_fmt(v->c->mem, "%.*s %.*s", STR_ARG(web_word(v, "version")),
                      STR_ARG(a->version)));
    web_put(v, v->page, "national",
            a->national == NULL
                ? STR("")
                : str_of(say(v->c,
                             "Layanan ini berdiri di depan sistem nasional; "
                             "nomornya tampil bila sudah ada.",
                             "This service stands in front of a national "
                             "system; its number is shown when there is "
                             "one.")));
    web_put(v, v->page, "public_list",
            any_public(a) ? web_to(v, "/layanan/%.*s/daftar", STR_ARG(a->id))
                          : STR(""));
    web_put(v, v->page, "register_list",
            has_entries(a) ? web_to(v, "/layanan/%.*s/daftar", STR_ARG(a->id))
                           : STR(""));
}

static err put_service_page(struct visit *v)
{
    const struct app_entry *e;

    TRY(web_app(v, &e));
    TRY(web_look(v));
    TRY(web_frame(v));
    v->title = app_say(v->c, e->app->title);
    put_service_texts(v, e->app);
    web_flag(v, v->page, "open",
             e->open && e->app->filed_by == APP_BY_RESIDENT);
    TRY(put_own_draft(v, e->app));
    TRY(web_put_measured(v, e->app));
    put_needed(v, e->app);
    web_steps_of_flow(v, e->app, web_list(v, v->page, "happens"), STR(""));
    put_tariff(v, e->app);
    put_laws(v, e->app);
    put_office(v, e->app);
    web_trail(v, web_to(v, "/cari?bidang=%.*s", STR_ARG(v->part[0])),
              web_sector_name(v, v->part[0]));
    return E_OK;
}

err web_service(struct visit *v)
{
    TRY(put_service_page(v));
    return web_show(v, "service");
}

/* The real page, before the app is open: for who fills it in. */
err web_app_preview(struct visit *v)
{
    TRY(put_service_page(v));
    web_notice(v, "", web_word(v, "say_preview"));
    web_trail(v, web_to(v, "/aplikasi/%.*s", STR_ARG(web_app_id(v))),
              web_word(v, "apps"));
    return web_show(v, "service");
}

/* ---- what came in ------------------------------------------------- */

static void put_public_row(struct visit *v, struct data *list,
                           const struct record_row *r)
{
    struct data *one = web_item(v, list);
    const struct app_state *s =
        r->app == NULL ? NULL : app_state(r->app, r->record.state);

    web_put(v, one, "href",
            web_to(v, "/lacak/%.*s", STR_ARG(r->record.number)));
    web_put(v, one, "number", r->record.number);
    web_put(v, one, "about", r->subject.n > 0 ? r->subject : r->record.number);
    web_put(v, one, "where",
            r->record.region.n > 0 ? city_region_show(v->c, r->record.region)
                                   : web_office(v, r->record.office));
    web_put(v, one, "when", web_when(v, r->record.submitted));
    web_tag(v, one, r->record.ended > 0 ? "ok" : "",
            s == NULL ? r->record.state : app_say(v->c, s->label));
}

err web_public_list(struct visit *v)
{
    const struct app_entry *e;
    struct record_row *rows;
    struct data *list, *start;
    int64_t before = 0;
    size_t n;

    TRY(web_app(v, &e));
    if (has_entries(e->app))
        return web_entries(v, e);
    if (!any_public(e->app))
        return fail(v->c, E_NOT_FOUND, "%s",
                    say(v->c, "Layanan ini tidak punya daftar umum.",
                        "This service has no public list."));
    if (web_arg(v, "sebelum").n > 0)
        TRY(str_i64(v->c, web_arg(v, "sebelum"), &before));
    TRY(web_look(v));
    TRY(record_public(v->c, &v->world, v->on, e->id, before, PUBLIC_PAGE, &rows,
                      &n));
    TRY(web_frame(v));
    web_put(v, v->page, "heading", app_say(v->c, e->app->title));
    web_put(v, v->page, "lead", app_say(v->c, e->app->summary));
    list = web_list(v, v->page, "rows");
    for (size_t i = 0; i < n; i++)
        put_public_row(v, list, &rows[i]);
    web_flag(v, v->page, "found", n > 0);
    web_flag(v, v->page, "start", false);
    if (e->open && e->app->filed_by == APP_BY_RESIDENT) {
        start = web_map(v, v->page, "start");
        web_put(v, start, "href",
                web_to(v, "/layanan/%.*s/isi", STR_ARG(e->id)));
        web_put(v, start, "text",
                SAY(v, "say_start", STR("noun"), web_noun(v, e->app)));
    }
    web_list(v, v->page, "filters");
    web_has(v, v->page, "filters");
    web_put_pages(v, n == PUBLIC_PAGE
                         ? web_to(v, "/layanan/%.*s/daftar?sebelum=%" PRId64,
                                  STR_ARG(e->id), rows[n - 1].record.id)
                         : STR(""));
    web_trail(v, web_app_href(v, e->id), app_say(v->c, e->app->title));
    return web_show(v, "public_list");
}

/* ---- texts -------------------------------------------------------- */

static err text_page(struct visit *v, const char *template)
{
    TRY(web_frame(v));
    web_trail(v, STR(""), STR(""));
    return web_show(v, template);
}

err web_about(struct visit *v)
{
    struct seal_key key;

    TRY(web_frame(v));
    seal_signer_key(v->world.signer, SEAL_LOG, &key);
    web_put(v, v->page, "version", STR("1"));
    web_put(v, v->page, "origin", key.name);
    web_trail(v, STR(""), STR(""));
    return web_show(v, "about");
}

err web_help(struct visit *v)
{
    return text_page(v, "help");
}

err web_accessibility(struct visit *v)
{
    return text_page(v, "accessibility");
}

err web_offline(struct visit *v)
{
    return text_page(v, "offline");
}
