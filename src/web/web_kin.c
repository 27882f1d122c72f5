/* SPDX-License-Identifier: EUPL-1.2 */
/* What stands beside a record: branches that wait side by side, records that
 * it opened or that opened it, and what is paid out of what was granted. */
#include "web/web_priv.h"

static void put_branch(struct visit *v, struct data *list,
                       const struct record_branch *b)
{
    struct data *one = web_item(v, list);

    web_put(v, one, "name", app_say(v->c, b->branch->label));
    web_put(v, one, "office", web_office(v, b->office));
    web_flag(v, one, "done", b->done);
    web_put(v, one, "due",
            b->due > 0 && !b->done
                ? SAY(v, "say_due", STR("when"), web_when(v, b->due))
                : STR(""));
}

static void put_kin(struct visit *v, struct data *list,
                    const struct record_kin *k, const char *base)
{
    struct data *one = web_item(v, list);

    web_put(v, one, "href",
            web_to(v, "%s/%.*s", base, STR_ARG(k->record.number)));
    web_put(v, one, "number", k->record.number);
    web_put(v, one, "service", app_say(v->c, k->app->title));
    web_put(v, one, "state", app_say(v->c, k->state->label));
    web_put(v, one, "when",
            k->record.ended == 0 && k->record.due > 0
                ? SAY(v, "say_due", STR("when"), web_when(v, k->record.due))
                : web_when(v, k->record.submitted));
}

/* What is granted stands in public where the sum of the charge does not. */
static void put_grant(struct visit *v, const struct record_view *r)
{
    const struct record *x = &r->record;
    struct data *grant;

    web_flag(v, v->page, "grant", false);
    if (x->granted == 0)
        return;
    grant = web_map(v, v->page, "grant");
    web_put(v, grant, "text", city_show_money(v->c, x->granted));
    web_put(
        v, grant, "paid",
        x->paid >= x->granted
            ? web_word(v, "say_grant_all")
            : arena_fmt(v->c->mem,
                        say(v->c, "Dibayar %.*s, sisa %.*s.",
                            "%.*s paid, %.*s left."),
                        STR_ARG(city_show_money(v->c, x->paid)),
                        STR_ARG(city_show_money(v->c, x->granted - x->paid))));
}

void web_put_beside(struct visit *v, const struct record_view *r,
                    const char *base)
{
    struct data *branches = web_list(v, v->page, "branches");
    struct data *kin = web_list(v, v->page, "kin");

    for (size_t i = 0; i < r->n_branches; i++)
        put_branch(v, branches, &r->branches[i]);
    web_has(v, v->page, "branches");
    for (size_t i = 0; i < r->n_kin; i++)
        put_kin(v, kin, &r->kin[i], base);
    web_has(v, v->page, "kin");
    put_grant(v, r);
}

/* Who proved a record is the resident of those that it opened, too. */
err web_kin_actor(struct visit *v, str number, struct record_actor *actor)
{
    bool kin;

    if (actor->role != RECORD_NOBODY || v->s.proof.n == 0)
        return E_OK;
    TRY(record_are_kin(v->c, v->on, v->s.proof, number, &kin));
    if (!kin)
        return E_OK;
    *actor = web_actor(v, v->s.proof);
    actor->record = number;
    return E_OK;
}
