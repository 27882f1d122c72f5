/* SPDX-License-Identifier: EUPL-1.2 */
/* Who and what there is to play with, in the city as it stands. */
#include "rehearse/rehearse_days.h"

/* ---- services ----------------------------------------------------- */

/* How often people use services of a kind, roughly; others count 2. */
static size_t weight_of(const struct app *a)
{
    static const struct {
        str archetype;
        size_t weight;
    } table[] = {
        {STR_INIT("complaint"), 10}, {STR_INIT("certificate"), 8},
        {STR_INIT("permit"), 4},     {STR_INIT("correspondence"), 2},
        {STR_INIT("survey"), 0}, /* asked after a service, not out of nothing */
    };

    for (size_t i = 0; i < COUNT(table); i++)
        if (str_eq(table[i].archetype, a->archetype))
            return table[i].weight;
    return 2;
}

static err know_service(struct ctx *c, struct days *s, struct conn *on,
                        const struct app_entry *e)
{
    struct service *it = &s->services[s->n_services];
    struct app_package *p;
    struct app_overlay *o;

    *it = (struct service){.app = e->app, .weight = weight_of(e->app)};
    TRY(app_installed_package(c, on, e->id, &p, &o));
    rehearse_learn(c, app_scenarios(p), &it->samples);
    if (it->samples.n_forms == 0)
        it->weight = 0; /* only officers begin it: still worked on */
    s->weight += it->weight;
    s->n_services++;
    return E_OK;
}

static err know_services(struct ctx *c, struct days *s, struct conn *on)
{
    const struct app_brief *all;
    size_t n = app_catalogue_all(s->w->apps, &all);

    s->services = NEWS(c->mem, struct service, n + 1);
    for (size_t i = 0; i < n; i++)
        if (all[i].open && all[i].builds)
            TRY(know_service(c, s, on,
                             app_catalogue_find(s->w->apps, all[i].id)));
    return E_OK;
}

/* ---- people ------------------------------------------------------- */

static err hire(struct ctx *c, struct days *s, struct conn *on,
                const struct city_officer *o)
{
    struct city_duty *duties;
    bool works = false;
    size_t n;

    TRY(city_duties(c, on, o->id, &duties, &n));
    for (size_t i = 0; o->active && i < n; i++)
        works |= !str_eq(duties[i].duty, STR("admin")) &&
                 !str_eq(duties[i].duty, STR("auditor"));
    if (!works)
        return E_OK;
    ARENA_GROW(c->mem, s->workers, s->n_workers, s->room_workers);
    s->workers[s->n_workers++] =
        (struct record_actor){.role = RECORD_OFFICER,
                              .level = 2,
                              .officer = o->id,
                              .pseudonym = o->pseudonym,
                              .channel = STR("web")};
    return E_OK;
}

static err hire_all(struct ctx *c, struct days *s, struct conn *on)
{
    struct city_officer *all;
    size_t n;

    TRY(city_officers(c, on, &all, &n));
    for (size_t i = 0; i < n; i++)
        TRY(hire(c, s, on, &all[i]));
    return E_OK;
}

/* ---- the planted one ---------------------------------------------- */

/* One in so many of what the officer looks at is the agent's: some twelve in
 * all, but never more than one in three or fewer than one in fifty. */
static size_t share_of(const struct days *s, const struct service *it)
{
    size_t n = s->p->records * it->weight / s->weight / 12;

    return n < 3 ? 3 : n > 50 ? 50 : n;
}

/* The officer who is first to look at what costs the applicant money. */
static err plant(struct ctx *c, struct days *s, struct conn *on)
{
    for (size_t i = 0; i < s->n_services; i++) {
        const struct app *a = s->services[i].app;
        const struct app_state *first = app_state(a, a->start);
        const struct city_office *o;

        if (a->charge == NULL || s->services[i].weight == 0 || first == NULL)
            continue;
        o = city_office_for(s->w->city, first->who.function, STR(""));
        for (size_t k = 0; o != NULL && k < s->n_workers; k++) {
            bool holds;

            TRY(city_holds(c, on, s->workers[k].officer, o->key,
                           first->who.duty, &holds));
            if (!holds)
                continue;
            s->briber = k, s->bribed_app = a;
            s->one_in = share_of(s, &s->services[i]);
            s->out->officer = s->workers[k].pseudonym;
            s->out->agent = STR("Hendra Calo");
            return E_OK;
        }
    }
    return fail(c, E_REFUSED, "%s",
                say(c,
                    "Tidak ada layanan berbiaya dengan petugas pemeriksa; "
                    "tidak ada yang dapat disisipkan.",
                    "No service with a charge has an officer who checks it; "
                    "nothing can be planted."));
}

static err cast(struct ctx *c, struct days *s, struct conn *on)
{
    struct city_region *villages;

    TRY(know_services(c, s, on));
    TRY(hire_all(c, s, on));
    TRY(city_region_inside(c, city_code(s->w->city), CITY_VILLAGE, &villages,
                           &s->n_villages));
    s->villages = villages;
    return s->p->plant ? plant(c, s, on) : E_OK;
}

err rehearse_days_cast(struct ctx *c, struct days *s)
{
    struct conn *on;
    err e;

    TRY(store_read(c, s->w->store, &on));
    e = cast(c, s, on);
    store_done(on);
    return e;
}
