/* SPDX-License-Identifier: EUPL-1.2 */
/* The live entries of a register, for everybody. */
#include "web/web_priv.h"

#define ENTRIES_PAGE 50
#define KEY_MOST     80

/* Keys are in capitals; what people type is not. */
static str typed_key(struct visit *v)
{
    str q = str_slice(str_trim(web_arg(v, "nomor")), 0, KEY_MOST);
    char *p = NEWS(v->c->mem, char, q.n + 1);

    for (size_t i = 0; i < q.n; i++)
        p[i] = q.p[i] >= 'a' && q.p[i] <= 'z' ? (char)(q.p[i] - 'a' + 'A')
                                              : q.p[i];
    return (str){p, q.n};
}

/* Where the next page begins: "KEY" and the record behind it. */
static err cursor(struct visit *v, struct record_entry_cursor *out)
{
    *out = (struct record_entry_cursor){.key = STR("")};
    if (web_arg(v, "sesudah").n == 0)
        return E_OK;
    out->key = str_slice(web_arg(v, "sesudah"), 0, 400);
    return str_i64(v->c, web_arg(v, "berkas"), &out->record);
}

static void put_entry(struct visit *v, struct data *list,
                      const struct record_item *it)
{
    struct data *one = web_item(v, list), *said;
    const struct app_state *s =
        it->app == NULL ? NULL : app_state(it->app, it->record.state);

    web_put(v, one, "href",
            web_to(v, "/lacak/%.*s", STR_ARG(it->record.number)));
    web_put(v, one, "key", it->key);
    web_tag(v, one, str_eq(it->record.result, STR("granted")) ? "ok" : "",
            s == NULL ? it->record.state : app_say(v->c, s->label));
    said = web_list(v, one, "said");
    for (size_t i = 0; i < it->n_shown; i++) {
        struct data *line;

        if (str_eq(it->shown[i].text, it->key))
            continue;
        line = web_item(v, said);
        web_put(v, line, "key", it->shown[i].label);
        web_put(v, line, "value", it->shown[i].text);
    }
}

static str next_page(struct visit *v, const struct app_entry *e, str q,
                     const struct record_item *last)
{
    return web_to(
        v, "/layanan/%.*s/daftar?nomor=%.*s&sesudah=%.*s&berkas=%" PRId64,
        STR_ARG(e->id), STR_ARG(web_query_of(v, q)),
        STR_ARG(web_query_of(v, last->key)), last->record.id);
}

err web_entries(struct visit *v, const struct app_entry *e)
{
    struct record_entry_cursor after;
    struct record_item *all;
    str q = typed_key(v);
    struct data *list;
    size_t n;

    TRY(cursor(v, &after));
    TRY(web_look(v));
    TRY(record_entries(v->c, &v->world, v->on, e->id, after, q, ENTRIES_PAGE,
                       &all, &n));
    TRY(web_frame(v));
    v->title = app_say(v->c, e->app->title);
    web_put(v, v->page, "heading", v->title);
    web_put(v, v->page, "lead", app_say(v->c, e->app->summary));
    web_put(v, v->page, "action",
            web_to(v, "/layanan/%.*s/daftar", STR_ARG(e->id)));
    web_put(v, v->page, "q", q);
    list = web_list(v, v->page, "rows");
    for (size_t i = 0; i < n; i++)
        put_entry(v, list, &all[i]);
    web_flag(v, v->page, "found", n > 0);
    web_put(v, v->page, "empty",
            q.n > 0 ? web_word(v, "say_register_none")
                    : web_word(v, "say_register_empty"));
    web_put_pages(v, n == ENTRIES_PAGE ? next_page(v, e, q, &all[n - 1])
                                       : STR(""));
    web_trail(v, web_app_href(v, e->id), v->title);
    return web_show(v, "register_list");
}
