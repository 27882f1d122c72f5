/* SPDX-License-Identifier: EUPL-1.2 */
/* The counter: an officer files for a resident who is present, or opens what
 * the resident brings. The steps are those of web_form.c, under /loket. */
#include "web/web_priv.h"

#define TODAY 20

static void put_services(struct visit *v)
{
    struct data *list = web_list(v, v->page, "services");
    const struct app_brief *all;
    size_t n = app_catalogue_all(v->world.apps, &all);

    for (size_t i = 0; i < n; i++) {
        struct data *one;

        if (!all[i].open || !all[i].builds ||
            all[i].filed_by != APP_BY_RESIDENT)
            continue;
        one = web_item(v, list);
        web_put(v, one, "href",
                web_to(v, "/loket/%.*s/isi", STR_ARG(all[i].id)));
        web_put(v, one, "name", app_say(v->c, all[i].title));
        web_put(v, one, "about", app_say(v->c, all[i].summary));
        web_put(v, one, "promise", city_span_show(v->c, all[i].promise));
    }
    web_flag(v, v->page, "found", list->n > 0);
}

/* What this officer filed today, to open it again. */
static err put_today(struct visit *v)
{
    int offset = city_offset(v->world.city);
    int64_t morning =
        time_instant(time_local(v->c->now, offset, NULL), 0, offset);
    struct data *list = web_list(v, v->page, "today"), *one;
    struct record_mine *all;
    size_t n;

    TRY(web_look(v));
    TRY(record_at_desk(v->c, &v->world, v->on, v->s.who.pseudonym, morning,
                       TODAY, &all, &n));
    for (size_t i = 0; i < n; i++) {
        one = web_item(v, list);
        web_put(v, one, "href",
                web_to(v, "/kerja/berkas/%.*s", STR_ARG(all[i].number)));
        web_put(v, one, "number", all[i].number);
        web_put(v, one, "service",
                all[i].app == NULL ? STR("")
                                   : app_say(v->c, all[i].app->title));
        web_put(v, one, "when", web_when(v, all[i].submitted));
    }
    web_has(v, v->page, "today");
    return E_OK;
}

static err show_counter(struct visit *v, str typed, str wrong)
{
    struct findings f = {0};
    struct input in = {.name = "nomor",
                       .label = web_word(v, "record_number"),
                       .hint = web_word(v, "say_number_hint"),
                       .value = typed,
                       .error = wrong,
                       .width = "w20"};

    TRY(web_frame(v));
    if (wrong.n > 0) {
        finding_add(v->c, &f, FIND_ERROR, (struct place){0}, STR("nomor"),
                    "%.*s", STR_ARG(wrong));
        web_wrong(v, &f, web_on_page, NULL);
    }
    put_services(v);
    web_put_input(v, v->page, "number", &in);
    web_put(v, v->page, "action", web_to(v, "/loket"));
    TRY(put_today(v));
    return web_show_as(v, wrong.n > 0 ? 422 : 200, "counter");
}

err web_counter(struct visit *v)
{
    str typed = str_slice(web_arg(v, "nomor"), 0, 40), number;
    struct record r;
    err e;

    if (typed.n == 0)
        return show_counter(v, typed, STR(""));
    if (!record_number_read(v->c, typed, &number))
        return show_counter(
            v, typed,
            str_of(say(v->c,
                       "Nomor ini tidak lengkap atau salah ketik. Periksa "
                       "tanda terimanya.",
                       "This number is incomplete or mistyped. Look at the "
                       "receipt.")));
    TRY(web_look(v));
    e = record_find(v->c, v->on, number, &r);
    if (e == E_NOT_FOUND)
        return show_counter(v, typed,
                            str_of(say(v->c,
                                       "Berkas dengan nomor ini tidak "
                                       "ada.",
                                       "There is no record of this number.")));
    TRY(e);
    return web_go(v, "/kerja/berkas/%.*s", STR_ARG(number));
}
