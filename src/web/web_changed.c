/* SPDX-License-Identifier: EUPL-1.2 */
/* A form that was begun, or shown, under another version of its service than
 * the one in force: what was typed is kept as far as it still has a field, and
 * the page that shows all answers says once what has changed. */
#include "grant/grant.h"
#include "web/web_local.h"

/* Kept in the draft beside the answers; no app can have such a path. Its value
 * is "TREE OVERLAY", or empty where the version before is not known. */
#define BEGUN STR("*begun")

#define CHANGES_SHOWN 8

/* What a page says of the version that it shows; one that has a hidden field
 * of that name sends it back. */
str web_form_mark(struct visit *v, const struct going *g)
{
    struct hash h =
        seal_sha256(arena_fmt(v->c->mem, "%.*s %.*s", STR_ARG(g->app->tree),
                              STR_ARG(g->app->overlay)));

    return seal_base64url(v->c, h.b, 12);
}

static bool same_version(const struct going *g)
{
    return str_eq(g->draft.tree, g->app->tree) &&
           str_eq(g->draft.overlay, g->app->overlay);
}

/* Once a draft was another version's it stays known until it is sent. */
void web_form_begun(struct visit *v, struct going *g)
{
    if (g->found && !same_version(g) &&
        app_form_find(&g->draft.form, BEGUN) == NULL)
        app_form_set(v->c, &g->draft.form, BEGUN,
                     arena_fmt(v->c->mem, "%.*s %.*s", STR_ARG(g->draft.tree),
                               STR_ARG(g->draft.overlay)));
}

/* Was the page that sent this another version's? */
bool web_form_outdated(struct visit *v, struct going *g)
{
    str sent = web_sent(v, "version");

    if (sent.n > 0)
        return !str_eq(sent, web_form_mark(v, g));
    return app_form_find(&g->draft.form, BEGUN) != NULL;
}

/* ---- what changed ------------------------------------------------- */

/* The differences in meaning; none where the version before cannot be built
 * any more. */
static err differences(struct visit *v, const struct going *g,
                       struct findings *out)
{
    str begun = app_form_text(&g->draft.form, BEGUN), tree, overlay;
    str why = v->c->why;
    const struct app *was;
    err e;

    if (begun.n == 0)
        return E_OK;
    str_cut(begun, ' ', &tree, &overlay);
    TRY(web_look(v));
    e = app_frozen(v->c, v->on, v->world.apps, v->world.city, g->app->id, tree,
                   overlay, &was);
    v->c->why = why;
    return e == E_OK ? grant_meaning(v->c, was, g->app, out) : E_OK;
}

err web_form_put_changed(struct visit *v, const struct going *g)
{
    struct findings f = {0};
    struct data *box, *list;

    if (app_form_find(&g->draft.form, BEGUN) == NULL) {
        web_flag(v, v->page, "changed", false);
        return E_OK;
    }
    TRY(differences(v, g, &f));
    box = web_map(v, v->page, "changed");
    list = web_list(v, box, "lines");
    for (size_t i = 0; i < f.n && i < CHANGES_SHOWN; i++)
        web_line(v, list, web_capital(v, web_plain(f.all[i].what)));
    web_has(v, box, "lines");
    return E_OK;
}

/* ---- answers of a page of another version ------------------------- */

static bool typed_about(const struct visit *v, const struct app_field *d)
{
    for (size_t i = 0; i < v->n_form; i++) {
        str name = v->form[i].name;

        if (str_eq(name, d->key) ||
            (str_starts(name, d->key) && name.n > d->key.n &&
             name.p[d->key.n] == '.'))
            return true;
    }
    return web_file(v, d->key) != NULL;
}

/* The fields of this version that the page of another asked as well. */
struct app_field *web_form_still(struct visit *v, const struct going *g,
                                 size_t *n)
{
    struct app_field *all =
        NEWS(v->c->mem, struct app_field, g->app->n_fields + 1);

    *n = 0;
    for (size_t i = 0; i < g->app->n_fields; i++)
        if (!g->app->fields[i].computed && typed_about(v, &g->app->fields[i]))
            all[(*n)++] = g->app->fields[i];
    return all;
}

err web_form_mark_begun(struct visit *v, struct going *g)
{
    if (app_form_find(&g->draft.form, BEGUN) == NULL)
        app_form_set(v->c, &g->draft.form, BEGUN, STR(""));
    return web_form_keep(v, g);
}
