/* SPDX-License-Identifier: EUPL-1.2 */
/* On a record's page: to whom a head handed it, and handing it on. */
#include "web/web_priv.h"

static void put_form(struct visit *v, const struct record_disposal *d)
{
    struct input who = {.name = "officer",
                        .in = "disposisi-",
                        .widget = "select",
                        .label = web_word(v, "say_dispose_to"),
                        .error = STR("")};
    struct input why = {.name = "reason",
                        .in = "disposisi-",
                        .widget = "select",
                        .label = web_word(v, "say_dispose_why"),
                        .error = STR("")};
    struct data *form = web_map(v, v->page, "dispose");
    struct data *list = web_list(v, form, "fields"), *field;

    field = web_input(v, &who);
    for (size_t i = 0; i < d->n; i++)
        web_put_select(v, field,
                       arena_fmt(v->c->mem, "%" PRId64, d->holders[i].id),
                       d->holders[i].name, d->holders[i].id == d->officer);
    data_append(v->c, list, field);
    field = web_input(v, &why);
    web_put_words(v, field, &record_disposal_reasons);
    data_append(v->c, list, field);
    web_flag(v, form, "handed", d->officer != 0);
}

err web_put_disposal(struct visit *v, const struct record_view *r,
                     const struct record_actor *actor)
{
    struct record_disposal d;

    TRY(record_disposal(v->c, &v->world, v->on, &r->record, actor, &d));
    web_put(v, v->page, "disposed",
            d.officer == 0 ? STR("")
                           : SAY(v, "say_disposed", STR("name"), d.name));
    web_flag(v, v->page, "dispose", false);
    web_put(
        v, v->page, "dispose_action",
        web_to(v, "/kerja/berkas/%.*s/disposisi", STR_ARG(r->record.number)));
    if (d.may && (d.n > 1 || d.officer != 0))
        put_form(v, &d);
    return E_OK;
}

err web_dispose(struct visit *v)
{
    struct record_actor actor;
    int64_t officer = 0;
    str number;

    TRY(web_number_part(v, v->part[0], &number));
    actor = web_actor(v, STR(""));
    if (!web_has_sent(v, "back") &&
        (!str_is_i64(web_sent(v, "officer"), &officer) || officer == 0))
        return fail(v->c, E_BAD_INPUT, "%s",
                    say(v->c,
                        "Pilihlah kepada siapa berkas ini didisposisikan.",
                        "Choose to whom the record is handed."));
    web_look_away(v);
    TRY(record_dispose(v->c, &v->world, &actor, number, officer,
                       web_sent(v, "reason")));
    return web_go(v, "/kerja/berkas/%.*s", STR_ARG(number));
}
