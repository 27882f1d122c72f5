/* SPDX-License-Identifier: EUPL-1.2 */
/* Commands of the city that takes: adopt, update. */
#include "cli/cli_priv.h"
#include "grant/grant.h"

#define NOTE_MOST ((size_t)1 << 20)

/* ---- the other city ----------------------------------------------- */

static err named_note(struct cli *k, const char *option, str *bytes)
{
    const char *path = cli_option(k, option);

    *bytes = STR("");
    return path == NULL ? E_OK : file_read(k->c, path, NOTE_MOST, bytes);
}

static err meet(struct cli *k, const struct record_world *w,
                struct grant_meeting *m)
{
    struct conn *on;
    err e;

    m->city = w->city;
    m->store = w->store;
    m->ledger = w->ledger;
    m->by = STR("system");
    m->words = str_of(cli_option(k, "--words"));
    m->dir = node_dir(k->node);
    m->where = str_of(k->words[0]);
    m->licence = str_of(cli_option(k, "--under-licence"));
    m->root = str_of(cli_option(k, "--root"));
    TRY(named_note(k, "--accord", &m->accord_named));
    TRY(named_note(k, "--deed", &m->deed));
    TRY(store_read(k->c, w->store, &on));
    e = grant_meet_notes(k->c, on, m);
    store_done(on);
    TRY(e);
    return grant_meet(k->c, m);
}

/* ---- adopting ----------------------------------------------------- */

static const char *change_name(const struct ctx *c, enum grant_change change)
{
    switch (change) {
    case GRANT_NEW:
        return say(c, "baru", "new");
    case GRANT_SAME:
        return say(c, "sudah ada", "here already");
    case GRANT_UPDATE:
        return say(c, "pembaruan", "update");
    case GRANT_OLDER:
        return say(c, "lebih tua dari milik kita", "older than ours");
    case GRANT_NOT_COVERED:
        return say(c, "di luar hibah", "not in the grant");
    case GRANT_DIFFERS:
        break;
    }
    return say(c, "versi sama, isi lain", "same version, other contents");
}

static void show_plan(struct cli *k, const struct grant_plan *plan)
{
    for (size_t i = 0; i < plan->n; i++) {
        const struct grant_plan_app *a = &plan->apps[i];

        buf_fmt(&k->out, "%.*s %.*s: %s\n", STR_ARG(a->target->app),
                STR_ARG(a->target->version), change_name(k->c, a->change));
        cli_findings(k, &a->effects);
        cli_findings(k, &a->trouble);
        if (a->package != NULL)
            cli_lineage(k, a->package);
    }
}

struct taking {
    struct record_world w;
    struct grant_meeting m;
    struct grant_adopting a;
    struct grant_plan plan;
};

static err take(struct ctx *c, struct conn *tx, void *arg)
{
    struct taking *u = arg;

    return grant_adopt(c, tx, u->w.ledger, STR("system"), &u->a, &u->plan);
}

static err plan_taking(struct cli *k, struct taking *u, struct findings *f)
{
    struct conn *on;
    str *only;
    err e;

    TRY(node_world(k->c, k->node, &u->w));
    TRY(meet(k, &u->w, &u->m));
    grant_meeting_adopts(&u->m, &u->a);
    TRY(cli_grant_list(k, "--apps", &only, &u->a.n_only));
    u->a.only = only;
    TRY(store_read(k->c, u->w.store, &on));
    store_patient(on);
    e = grant_plan(k->c, on, &u->a, f, &u->plan);
    store_done(on);
    return e;
}

/* The others are here already, or stay as they are. */
static size_t changed(const struct grant_plan *plan)
{
    size_t n = 0;

    for (size_t i = 0; i < plan->n; i++)
        n += plan->apps[i].change == GRANT_NEW ||
             plan->apps[i].change == GRANT_UPDATE;
    return n;
}

static err adopt(struct cli *k)
{
    struct taking u = {0};
    struct findings f = {0};
    err e = plan_taking(k, &u, &f);

    cli_findings(k, &f);
    TRY(e);
    show_plan(k, &u.plan);
    if (cli_option(k, "--dry-run") != NULL)
        return E_OK;
    TRY(store_write(k->c, u.w.store, take, &u));
    TRY(node_refresh(k->c, k->node));
    buf_fmt(&k->out,
            say(k->c, "%zu aplikasi diambil dari %.*s, edisi %" PRId64 ".\n",
                "%zu apps were taken from %.*s, edition %" PRId64 ".\n"),
            changed(&u.plan), STR_ARG(u.m.edition.city), u.m.edition.targets);
    return E_OK;
}

err cli_do_adopt(struct cli *k)
{
    return adopt(k);
}

err cli_do_update(struct cli *k)
{
    return adopt(k);
}
