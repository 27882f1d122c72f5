/* SPDX-License-Identifier: EUPL-1.2 */
/* Commands of the city that takes: adopt, update. */
#include "cli/cli_priv.h"
#include "grant/grant.h"

/* ---- the other city ----------------------------------------------- */

struct partner {
    struct record_world w;
    struct grant_note accord, deed;
    bool has_deed;
    str code;          /* of the other city */
    const char *trust; /* where its metadata are kept */
    struct grant_source from;
    const char *carrier; /* the folder that came, or NULL: over the line */
    struct grant_edition edition;
};

/* A URL is the repository; a folder is it, or carries it in "repo", as
 * `balai grant` writes it. */
static void find_source(struct cli *k, struct partner *p, const char *where)
{
    const char *inside = file_join(k->c, where, "repo");

    if (strstr(where, "://") != NULL) {
        p->from = grant_from_url(k->c, str_of(where), city_training(p->w.city));
        return;
    }
    p->carrier = where;
    p->from = grant_from_folder(k->c, file_is_dir(inside) ? inside : where);
}

err cli_grant_other(struct cli *k, const struct city *own,
                    const struct grant_note *accord, str *other)
{
    bool ours = false;
    str code, name;

    *other = STR("");
    for (size_t i = 0; i < accord->n; i++) {
        if (!str_eq(accord->lines[i].key, STR("party")))
            continue;
        str_cut(accord->lines[i].value, ' ', &code, &name);
        if (str_eq(code, city_code(own)))
            ours = true;
        else
            *other = code;
    }
    if (ours && other->n > 0)
        return E_OK;
    return fail(k->c, E_REFUSED, "%s",
                say(k->c, "Kesepakatan ini bukan milik kota ini.",
                    "This accord is not this city's."));
}

/* ---- which notes -------------------------------------------------- */

/* Whose repository it says it is, unverified: only to choose among accords. */
static str claimed_city(struct cli *k, const struct partner *p)
{
    struct findings ignored = {0};
    struct data *d = NULL;
    str bytes, why = k->c->why;

    if (p->from.fetch(k->c, p->from.arg, "metadata/1.root.json", 1 << 20,
                      &bytes) != E_OK ||
        data_read_json(k->c, STR("root.json"), bytes, &ignored, &d) != E_OK)
        d = NULL;
    k->c->why = why;
    return data_text(data_at(d, STR("signed.balai.city")));
}

/* Of the kept accords in force the latest with that city, else the latest. */
static err kept_accord(struct cli *k, struct conn *on, struct partner *p,
                       const struct grant_known *all, size_t n, bool *found)
{
    str city = claimed_city(k, p);

    for (size_t i = n; i-- > 0;) {
        struct grant_note one;
        bool with;
        str name;

        if (!str_eq(all[i].kind, STR("accord")) ||
            all[i].force != GRANT_IN_FORCE)
            continue;
        TRY(grant_note_load(k->c, on, all[i].digest, &one));
        with = city.n > 0 && grant_note_party(&one, city, &name);
        if (!*found || with)
            p->accord = one;
        *found = true;
        if (with)
            break;
    }
    return E_OK;
}

/* The latest kept deed in force that gives to this city under the accord. */
static err kept_deed(struct cli *k, struct conn *on, struct partner *p,
                     const struct grant_known *all, size_t n)
{
    str accord = grant_note_digest(k->c, &p->accord), receiver, name;

    for (size_t i = n; i-- > 0 && !p->has_deed;) {
        if (!str_eq(all[i].kind, STR("deed")) || all[i].force != GRANT_IN_FORCE)
            continue;
        TRY(grant_note_load(k->c, on, all[i].digest, &p->deed));
        str_cut(grant_note_value(&p->deed, "receiver"), ' ', &receiver, &name);
        p->has_deed = str_eq(grant_note_value(&p->deed, "accord"), accord) &&
                      str_eq(receiver, city_code(p->w.city));
    }
    return E_OK;
}

/* A note named on the command line, else one that came along. */
static err note_at_hand(struct cli *k, const struct partner *p,
                        const char *option, const char *file,
                        struct grant_note *out, bool *found)
{
    const char *path = cli_option(k, option);

    if (path == NULL && p->carrier != NULL)
        path = file_join(k->c, p->carrier, file);
    if (cli_option(k, option) == NULL && (path == NULL || !file_exists(path)))
        return E_OK;
    *found = true;
    return cli_grant_note(k, path, out);
}

/* Named, else kept here, else brought along: an accord. For a deed, what came
 * along goes first: it belongs to what came. */
static err choose_notes(struct cli *k, struct partner *p)
{
    bool named = cli_option(k, "--accord") != NULL, accord = false;
    struct grant_known *all;
    struct conn *on;
    size_t n;
    err e;

    TRY(store_read(k->c, p->w.store, &on));
    e = grant_notes(k->c, on, &all, &n);
    if (e == E_OK && !named)
        e = kept_accord(k, on, p, all, n, &accord);
    if (e == E_OK && !accord)
        e = note_at_hand(k, p, "--accord", "accord.note", &p->accord, &accord);
    if (e == E_OK && !accord)
        e = fail(k->c, E_REFUSED, "%s",
                 say(k->c,
                     "Belum ada kesepakatan yang berlaku di kota ini. "
                     "Catatlah dengan: balai accord keep FILE",
                     "No accord is in force in this city. Log one with: balai "
                     "accord keep FILE"));
    if (e == E_OK)
        e = note_at_hand(k, p, "--deed", "deed.note", &p->deed, &p->has_deed);
    if (e == E_OK && !p->has_deed)
        e = kept_deed(k, on, p, all, n);
    store_done(on);
    return e;
}

/* Its root is trusted for good, so an accord must hold before that. */
static err accord_holds(struct cli *k, struct partner *p)
{
    struct conn *on;
    bool holds;
    err e;

    TRY(store_read(k->c, p->w.store, &on));
    e = grant_note_holds(k->c, on, &p->accord, &holds);
    store_done(on);
    TRY(e);
    if (holds)
        return E_OK;
    return fail(k->c, E_REFUSED, "%s",
                say(k->c,
                    "Kesepakatan ini belum tercatat berlaku di log kota ini, "
                    "atau sudah diakhiri. Catatlah dengan: balai accord keep "
                    "FILE",
                    "This accord is not logged as in force in this city, or "
                    "was ended. Log it with: balai accord keep FILE"));
}

static err meet(struct cli *k, struct partner *p, const char *where)
{
    struct grant_trusting t = {.by = STR("system"),
                               .all =
                                   file_join(k->c, node_dir(k->node), "trust"),
                               .from = &p->from,
                               .words = str_of(cli_option(k, "--words"))};

    TRY(node_world(k->c, k->node, &p->w));
    find_source(k, p, where);
    TRY(choose_notes(k, p));
    TRY(cli_grant_other(k, p->w.city, &p->accord, &p->code));
    TRY(accord_holds(k, p));
    t.store = p->w.store, t.ledger = p->w.ledger, t.code = p->code;
    TRY(grant_trust_by_accord(k->c, &t));
    p->trust = arena_fmt(k->c->mem, "%s/%.*s", t.all, STR_ARG(p->code)).p;
    return grant_refresh(k->c, p->trust, &p->from, &p->edition);
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
    struct partner p;
    struct grant_adopting a;
    struct grant_plan plan;
};

static err take(struct ctx *c, struct conn *tx, void *arg)
{
    struct taking *u = arg;

    return grant_adopt(c, tx, u->p.w.ledger, STR("system"), &u->a, &u->plan);
}

static err plan_taking(struct cli *k, struct taking *u, struct findings *f)
{
    const char *licence = cli_option(k, "--under-licence");
    struct conn *on;
    str *only;
    err e;

    TRY(meet(k, &u->p, k->words[0]));
    TRY(cli_grant_list(k, "--apps", &only, &u->a.n_only));
    u->a.only = only;
    u->a.city = u->p.w.city;
    u->a.edition = &u->p.edition;
    u->a.from = &u->p.from;
    u->a.accord = &u->p.accord;
    u->a.deed = u->p.has_deed && licence == NULL ? &u->p.deed : NULL;
    u->a.licence_reason = str_of(licence);
    TRY(store_read(k->c, u->p.w.store, &on));
    e = grant_plan(k->c, on, &u->a, f, &u->plan);
    store_done(on);
    return e;
}

static size_t changed(const struct grant_plan *plan)
{
    size_t n = 0;

    for (size_t i = 0; i < plan->n; i++)
        n += plan->apps[i].change != GRANT_SAME;
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
    TRY(store_write(k->c, u.p.w.store, take, &u));
    TRY(node_refresh(k->c, k->node));
    buf_fmt(&k->out,
            say(k->c, "%zu aplikasi diambil dari %.*s, edisi %" PRId64 ".\n",
                "%zu apps were taken from %.*s, edition %" PRId64 ".\n"),
            changed(&u.plan), STR_ARG(u.p.edition.city), u.p.edition.targets);
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
