/* SPDX-License-Identifier: EUPL-1.2 */
/* A record whose processing is restricted: what its pages say of it, and how
 * that ends. */
#include "web/web_priv.h"

/* Its parties read it; strangers do not learn what somebody asked. */
err web_put_restricted(struct visit *v, const struct record_view *r)
{
    str why = STR("");

    if (r->parties)
        TRY(record_restricted_why(v->c, &v->world, v->on, &r->record, &why));
    web_put(v, v->page, "restricted", why);
    return E_OK;
}

err web_put_lifting(struct visit *v, const struct record_view *r, str wrong)
{
    struct record_actor me = web_actor(v, STR(""));
    struct input why = {.name = "sebab",
                        .widget = "longtext",
                        .label = web_word(v, "say_lift_why"),
                        .value = web_sent(v, "sebab"),
                        .error = wrong};
    int64_t since;
    bool may;
    str said, still;

    TRY(record_restricted_why(v->c, &v->world, v->on, &r->record, &still));
    TRY(record_restricted(v->c, &v->world, v->on, &r->record, &said, &since));
    TRY(record_may_lift(v->c, &v->world, v->on, &me, &r->record, &may));
    web_put(v, v->page, "restricted", still);
    web_put(v, v->page, "restricted_said", r->office || may ? said : STR(""));
    web_flag(v, v->page, "may_lift", may && r->record.restricted != 0);
    data_append(v->c, web_list(v, v->page, "lifting"), web_input(v, &why));
    return E_OK;
}

err web_lift(struct visit *v, str number, struct findings *f)
{
    const struct record_lifting x = {.number = number,
                                     .why = str_trim(web_sent(v, "sebab")),
                                     .actor = web_actor(v, STR(""))};

    return record_lift(v->c, &v->world, &x, f);
}
