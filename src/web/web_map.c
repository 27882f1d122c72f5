/* SPDX-License-Identifier: EUPL-1.2 */
/* Which office carries a function: chosen from a list, by two officers. */
#include "web/web_local.h"

/* ---- the page ----------------------------------------------------- */

static void put_choice(struct visit *v, const struct local_item *it,
                       const struct app_map *waiting)
{
    const struct data *item =
        city_item(v->world.city,
                  arena_fmt(v->c->mem, "functions.%.*s", STR_ARG(it->about)));
    str chosen = waiting != NULL ? waiting->office : data_text(item);
    struct data *list = web_list(v, v->page, "fields"), *field;
    struct input in = {
        .name = "kantor", .widget = "select", .label = web_word(v, "office")};
    const struct city_office *all;
    size_t n = city_offices(v->world.city, &all);

    field = web_input(v, &in);
    for (size_t i = 0; i < n; i++)
        if (all[i].family.n == 0 && all[i].number != 1)
            web_put_select(v, field, all[i].key,
                           city_office_name(v->c, &all[i]),
                           str_eq(all[i].key, chosen));
    data_append(v->c, list, field);
    web_flag(v, v->page, "editable", true);
    web_put_word(v, v->page, "save", "say_propose");
}

static void put_waiting(struct visit *v, const struct local_item *it,
                        const struct app_map *m, str action)
{
    bool mine = str_eq(m->by, v->s.who.pseudonym);
    struct data *p = web_map(v, v->page, "proposal");
    struct data *line = web_item(v, web_list(v, p, "lines"));

    web_put(v, p, "say",
            SAY(v, "say_proposal", STR("who"), web_officer(v, m->by),
                STR("when"), web_when(v, m->since)));
    web_put(v, line, "label", it->name);
    web_put(v, line, "from",
            it->now.n > 0 ? it->now : web_word(v, "say_local_empty"));
    web_put(v, line, "to", web_office(v, m->office));
    web_put(v, line, "why", STR(""));
    web_flag(v, line, "grave", true);
    web_flag(v, p, "mine", mine);
    web_flag(v, p, "agree", !mine);
    web_flag(v, p, "again", false);
    web_put(v, p, "stale", STR(""));
    web_put(v, p, "action", action);
    web_put(v, p, "digest", m->office);
}

err web_map_put(struct visit *v, const struct local_item *it, str action)
{
    struct app_map m;
    bool waits;

    TRY(app_map_proposed(v->c, v->on, it->about, &m, &waits));
    put_choice(v, it, waits ? &m : NULL);
    if (waits)
        put_waiting(v, it, &m, action);
    return E_OK;
}

/* ---- what is done ------------------------------------------------- */

struct mapping {
    struct visit *v;
    str function, office;
};

static err propose(struct ctx *c, struct conn *tx, void *arg)
{
    struct mapping *u = arg;

    return app_map_propose(c, tx, u->v->world.ledger, u->v->s.who.pseudonym,
                           u->v->world.city, u->function, u->office);
}

static err agree(struct ctx *c, struct conn *tx, void *arg)
{
    struct mapping *u = arg;

    return app_map_agree(c, tx, u->v->world.ledger, u->v->s.who.pseudonym,
                         u->v->world.city, u->function, u->office);
}

static err withdraw(struct ctx *c, struct conn *tx, void *arg)
{
    struct mapping *u = arg;

    return app_map_withdraw(c, tx, u->v->world.ledger, u->v->s.who.pseudonym,
                            u->function);
}

err web_map_take(struct visit *v, const struct local_item *it,
                 const char **said)
{
    str answer = web_sent(v, "jawab");
    bool yes = str_eq(answer, STR("setuju")), asks = answer.n == 0;
    struct mapping u = {v, it->about, web_sent(v, asks ? "kantor" : "usulan")};

    *said = asks ? "usul" : yes ? "ya" : "tarik";
    web_look_away(v);
    TRY(store_write(v->c, v->world.store,
                    asks  ? propose
                    : yes ? agree
                          : withdraw,
                    &u));
    return web_refresh(v);
}
