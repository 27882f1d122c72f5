/* SPDX-License-Identifier: EUPL-1.2 */
/* Back to the version of an app before. */
#include "cli/cli_priv.h"

struct undoing {
    struct cli *k;
    struct record_world w;
    struct app_back to;
    bool any;
    struct app_differs *lines;
    size_t n;
    struct findings effects;
};

/* What changes in meaning; nothing where one of the two does not build. */
static err meaning(struct undoing *u, struct conn *on)
{
    struct ctx *c = u->k->c;
    const struct app_entry *now = app_catalogue_find(u->w.apps, u->to.id);
    struct findings f = {0};
    struct app_package *p;
    struct app_overlay *o;
    struct app *then;

    TRY(app_back_load(c, on, &u->to, &p, &o));
    if (now == NULL || now->app == NULL ||
        app_build(c, p, o, u->w.city, &f, &then) != E_OK)
        return E_OK; /* app_undo() says why */
    return grant_meaning(c, now->app, then, &u->effects);
}

static err look(struct undoing *u, struct conn *on)
{
    bool grave;

    TRY(app_way_back(u->k->c, on, u->to.id, &u->to, &u->any));
    if (!u->any)
        return E_OK;
    TRY(app_back_lines(u->k->c, on, &u->to, &u->lines, &u->n, &grave));
    return meaning(u, on);
}

static err undo(struct ctx *c, struct conn *tx, void *arg)
{
    struct undoing *u = arg;

    return app_undo(c, tx, u->w.ledger, STR("system"), STR(""), u->w.city,
                    &u->to);
}

static void tell(const struct undoing *u, bool done)
{
    struct cli *k = u->k;

    buf_fmt(&k->out,
            done ? say(k->c, "%.*s: kembali dari %.*s ke %.*s.\n",
                       "%.*s: back from %.*s to %.*s.\n")
                 : say(k->c, "%.*s: akan kembali dari %.*s ke %.*s.\n",
                       "%.*s: would go back from %.*s to %.*s.\n"),
            STR_ARG(u->to.id), STR_ARG(u->to.was_version),
            STR_ARG(u->to.version));
    cli_findings(k, &u->effects);
    for (size_t i = 0; i < u->n; i++)
        buf_fmt(
            &k->out,
            say(k->c, "  penyesuaian: %.*s\n", "  line of the city: %.*s\n"),
            STR_ARG(u->lines[i].path));
}

err cli_do_undo(struct cli *k)
{
    struct undoing u = {.k = k, .to.id = str_of(k->words[0])};
    bool dry = cli_option(k, "--dry-run") != NULL;
    struct conn *on;
    err e;

    TRY(node_world(k->c, k->node, &u.w));
    TRY(store_read(k->c, u.w.store, &on));
    e = look(&u, on);
    store_done(on);
    TRY(e);
    if (!u.any)
        return fail(k->c, E_NOT_FOUND,
                    say(k->c,
                        "%.*s belum pernah diperbarui; tidak ada versi "
                        "sebelumnya.",
                        "%.*s was never updated; there is no version before."),
                    STR_ARG(u.to.id));
    if (!dry) {
        TRY(store_write(k->c, u.w.store, undo, &u));
        TRY(node_refresh(k->c, k->node));
    }
    tell(&u, !dry);
    return E_OK;
}
