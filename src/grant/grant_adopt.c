/* SPDX-License-Identifier: EUPL-1.2 */
/* Taking a plan into the city: all of it in one transaction, or nothing. */
#include "grant/grant_priv.h"

static const struct finding *first_error(const struct findings *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->all[i].severity == FIND_ERROR)
            return &f->all[i];
    return NULL;
}

err grant_overlay_pinned(struct ctx *c, struct app_overlay *o, str tree,
                         struct app_overlay **out)
{
    struct findings f = {0};
    str file = STR("overlay.yaml"), bytes;
    struct data *root;

    *out = o;
    if (o == NULL)
        return E_OK;
    bytes = app_overlay_write(c, o);
    TRY(data_read_yaml(c, file, bytes, &f, &root));
    if (data_get(root, STR("of")) != NULL)
        return E_OK;
    data_put_after(c, root, STR("overlay"), STR("of"), data_new_text(c, tree));
    return app_overlay_read(c, file, data_write_yaml(c, root), &f, out);
}

/* Every app of the plan must be fit to go in, before any does. */
static err check_plan(struct ctx *c, const struct grant_plan *plan)
{
    for (size_t i = 0; i < plan->n; i++) {
        const struct grant_plan_app *p = &plan->apps[i];
        const struct finding *bad = first_error(&p->trouble);

        if (bad == NULL)
            continue;
        return fail(c, E_REFUSED,
                    say(c,
                        "%.*s tidak dapat diambil: %.*s Tidak ada yang diubah.",
                        "%.*s cannot be taken: %.*s Nothing was changed."),
                    STR_ARG(p->target->app), STR_ARG(bad->what));
    }
    return E_OK;
}

static err changed_meanwhile(struct ctx *c, str app)
{
    return fail(c, E_CONFLICT,
                say(c,
                    "%.*s berubah sejak rencana ini disusun. Silakan lihat "
                    "rencananya sekali lagi.",
                    "%.*s has changed since the plan was made. Look at the "
                    "plan again."),
                STR_ARG(app));
}

/* Is what was planned against still what is installed? */
static err check_still(struct ctx *c, struct conn *tx,
                       const struct grant_plan_app *p)
{
    struct app_package *now;
    struct app_overlay *overlay = NULL;
    str why = c->why;
    err e = app_installed_package(c, tx, p->target->app, &now, &overlay);

    if (e == E_NOT_FOUND) {
        c->why = why;
        return p->change == GRANT_NEW ? E_OK
                                      : changed_meanwhile(c, p->target->app);
    }
    TRY(e);
    if (p->change == GRANT_NEW)
        return changed_meanwhile(c, p->target->app);
    if (!str_eq(app_package_tree(now), p->was) ||
        (overlay == NULL) != (p->overlay == NULL) ||
        (overlay != NULL && !str_eq(app_overlay_write(c, overlay),
                                    app_overlay_write(c, p->overlay))))
        return changed_meanwhile(c, p->target->app);
    return E_OK;
}

static str giver_of(const struct grant_plan_app *p)
{
    str rest;

    if (p->deed != NULL)
        return grant_note_code(grant_note_value(p->deed, "giver"), &rest);
    /* Under the licence: whom the package itself names last. */
    return data_text(data_get(p->target->custom, STR("city")));
}

static err city_of(struct ctx *c, const struct grant_plan_app *p, str *out)
{
    struct grant_ancestor *all;
    size_t n;

    *out = giver_of(p);
    if (out->n > 0)
        return E_OK;
    TRY(grant_lineage(c, p->package, &all, &n));
    *out = n > 0 ? all[n - 1].city : STR("");
    return E_OK;
}

/* Before the next version comes, the overlay learns which one it was made
 * for; its lines stay the same. */
static err pin(struct ctx *c, struct conn *tx, struct ledger *l, str by,
               const struct grant_plan_app *p)
{
    bool done;

    return p->pinned == p->overlay
               ? E_OK
               : app_localise(c, tx, l, by, STR(""), p->pinned, &done);
}

static err take(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                const struct grant_adopting *a, const struct grant_plan_app *p)
{
    bool done;
    str city;

    if (p->change == GRANT_SAME || p->change == GRANT_OLDER)
        return E_OK;
    TRY(check_still(c, tx, p));
    TRY(pin(c, tx, l, by, p));
    TRY(app_install(c, tx, l, by, p->package, &done));
    if (!done)
        return changed_meanwhile(c, p->target->app);
    TRY(city_of(c, p, &city));
    return grant_log_taken(
        c, tx, l, p->change == GRANT_NEW ? "grant.adopted" : "grant.updated",
        by, p->package, city, p->deed, a->licence_reason);
}

static err carry_out(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                     const struct grant_title *t)
{
    bool holds;

    TRY(grant_note_holds(c, tx, t->accord, &holds));
    if (!holds)
        return fail(c, E_REFUSED, "%s",
                    say(c,
                        "Kesepakatan ini tidak lagi berlaku. Tidak ada yang "
                        "diubah.",
                        "This accord is no longer in force. Nothing was "
                        "changed."));
    return grant_log(c, tx, l, STR("grant.deed_in_force"), by, t->deed);
}

err grant_adopt(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                const struct grant_adopting *a, const struct grant_plan *plan)
{
    struct grant_title t;

    TRY(check_plan(c, plan));
    for (size_t i = 0; grant_title(a, i, &t); i++)
        TRY(carry_out(c, tx, l, by, &t));
    for (size_t i = 0; i < plan->n; i++)
        TRY(take(c, tx, l, by, a, &plan->apps[i]));
    for (size_t i = 0; i < plan->n; i++)
        grant_kept_drop(c, a->edition, plan->apps[i].target);
    return E_OK;
}
