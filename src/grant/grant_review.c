/* SPDX-License-Identifier: EUPL-1.2 */
/* Looking at an offer, and taking it. Nothing of another city's is put under
 * our name unseen: each conflict is decided by somebody here. */
#include "grant/grant_priv.h"

/* ---- what is offered, and what we have ---------------------------- */

static err accord_holds(struct ctx *c, struct conn *on,
                        const struct grant_note *offer, struct findings *f)
{
    struct grant_note accord;
    size_t before = f->errors;
    bool holds;

    TRY(grant_note_load(c, on, grant_note_value(offer, "accord"), &accord));
    TRY(grant_note_holds(c, on, &accord, &holds));
    TRY(grant_deed_check(c, offer, &accord, f));
    if (holds && f->errors == before)
        return E_OK;
    return fail(c, E_REFUSED, "%s",
                say(c,
                    "Kesepakatan untuk tawaran ini tidak berlaku, atau tidak "
                    "mencakupnya. Tidak ada yang diubah.",
                    "The accord that this offer rests on is not in force, or "
                    "does not cover it. Nothing was changed."));
}

/* Is what is offered what we have, or already in it? */
static err has_it(struct ctx *c, const struct grant_review *r)
{
    str tree = app_package_tree(r->theirs);
    struct grant_ancestor *all;
    bool there = false;
    size_t n;

    TRY(grant_lineage(c, r->ours, &all, &n));
    for (size_t i = 0; i < n; i++)
        there |= str_eq(all[i].tree, tree);
    if (!there && !str_eq(app_package_tree(r->ours), tree))
        return E_OK;
    return fail(c, E_CONFLICT,
                say(c,
                    "Versi %.*s yang ditawarkan sudah termasuk dalam versi "
                    "kota ini.",
                    "The version %.*s that is offered is part of this city's "
                    "already."),
                STR_ARG(app_package_version(r->theirs)));
}

static err read_sides(struct ctx *c, struct conn *on, struct grant_review *r)
{
    str id, rest, version, tree, why = c->why;
    err e;

    id = grant_note_code(grant_note_value(&r->offer, "app"), &rest);
    version = grant_note_code(rest, &tree);
    (void)version;
    TRY(app_kept_package(c, on, tree, &r->theirs));
    e = app_installed_package(c, on, id, &r->ours, &r->overlay);
    if (e == E_NOT_FOUND) {
        c->why = why;
        return fail(c, E_REFUSED,
                    say(c,
                        "%.*s belum terpasang di kota ini. Ambillah dengan: "
                        "balai adopt SUMBER",
                        "%.*s is not installed in this city. Take it with: "
                        "balai adopt SOURCE"),
                    STR_ARG(id));
    }
    TRY(e);
    TRY(has_it(c, r));
    return grant_common(c, on, r->theirs, r->ours, &r->base);
}

/* ---- the merge and its choices ------------------------------------ */

/* The next one after both. */
static str next_version(struct ctx *c, const struct grant_review *r)
{
    str a = app_package_version(r->ours), b = app_package_version(r->theirs),
        v = app_version_cmp(a, b) < 0 ? b : a, major, rest, minor, patch;
    int64_t n = 0;

    str_cut(v, '.', &major, &rest);
    str_cut(rest, '.', &minor, &patch);
    str_is_i64(minor, &n);
    return arena_fmt(c->mem, "%.*s.%" PRId64 ".0", STR_ARG(major), n + 1);
}

static str usual_credit(struct ctx *c, const struct city *k)
{
    struct city_region r = {0};

    return city_region_find(city_code(k), &r)
               ? arena_fmt(c->mem, "Pemerintah %.*s", STR_ARG(r.name))
               : city_code(k);
}

static bool among(const struct findings *f, str key)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->all[i].key, key))
            return true;
    return false;
}

static err check_choices(struct ctx *c, const struct findings *all,
                         const str *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!among(all, keys[i]))
            return fail(c, E_BAD_INPUT,
                        say(c, "%.*s bukan perbedaan yang perlu diputuskan.",
                            "%.*s is no difference to decide about."),
                        STR_ARG(keys[i]));
    return E_OK;
}

/* Those about which nobody said anything. */
static struct findings undecided(struct ctx *c, const struct findings *all,
                                 const struct grant_choices *ch)
{
    struct findings out = {0};

    for (size_t i = 0; i < all->n; i++)
        if (str_among(all->all[i].key, ch->ours, ch->n_ours) < 0 &&
            str_among(all->all[i].key, ch->theirs, ch->n_theirs) < 0)
            finding_add(c, &out, FIND_WARNING, all->all[i].at, all->all[i].key,
                        "%.*s", STR_ARG(all->all[i].what));
    return out;
}

static err merge(struct ctx *c, const struct city *k,
                 const struct grant_choices *ch, struct grant_review *r)
{
    struct grant_three t = {
        .base = r->base,
        .theirs = r->theirs,
        .ours = r->ours,
        .line = {city_code(k),
                 ch->version.n > 0 ? ch->version : next_version(c, r), STR(""),
                 ch->credit.n > 0 ? ch->credit : usual_credit(c, k)}};
    struct findings all = {0}, left = {0};

    r->merged = true;
    TRY(grant_three(c, &t, &all, &r->trouble, &r->result));
    TRY(check_choices(c, &all, ch->ours, ch->n_ours));
    TRY(check_choices(c, &all, ch->theirs, ch->n_theirs));
    r->conflicts = undecided(c, &all, ch);
    if (ch->n_theirs == 0)
        return E_OK;
    t.theirs_at = ch->theirs;
    t.n_theirs_at = ch->n_theirs;
    return grant_three(c, &t, &left, &r->trouble, &r->result);
}

/* ---- what it means ------------------------------------------------ */

static err build(struct ctx *c, const struct app_package *p,
                 const struct app_overlay *o, const struct city *k,
                 struct findings *f, struct app **out)
{
    str why = c->why;
    err e = app_build(c, p, o, k, f, out);

    if (e != E_BAD_INPUT)
        return e;
    c->why = why;
    *out = NULL;
    return E_OK;
}

static err tell(struct ctx *c, const struct city *k, struct grant_review *r)
{
    struct findings ignored = {0};
    struct app_overlay *pinned;
    struct app *was, *now;

    TRY(grant_overlay_pinned(c, r->overlay, app_package_tree(r->ours),
                             &pinned));
    TRY(build(c, r->result, pinned, k, &r->trouble, &now));
    TRY(build(c, r->ours, r->overlay, k, &ignored, &was));
    if (now == NULL)
        return E_OK;
    TRY(grant_meaning(c, was, now, &r->effects));
    TRY(grant_lineage_told(c, r->ours, r->result, &r->effects));
    grant_risks_first(&r->effects, 0);
    return E_OK;
}

err grant_review(struct ctx *c, struct conn *on, const struct city *k,
                 str number, const struct grant_choices *choices,
                 struct grant_review *out)
{
    *out = (struct grant_review){0};
    TRY(grant_offer_find(c, on, k, number, &out->offer));
    TRY(accord_holds(c, on, &out->offer, &out->trouble));
    TRY(read_sides(c, on, out));
    if (out->base != NULL &&
        str_eq(app_package_tree(out->base), app_package_tree(out->ours)))
        out->result = out->theirs;
    else
        TRY(merge(c, k, choices, out));
    return tell(c, k, out);
}

/* ---- taking ------------------------------------------------------- */

static err check_decided(struct ctx *c, const struct grant_review *r)
{
    if (r->conflicts.n > 0)
        return fail(c, E_REFUSED,
                    say(c,
                        "%zu perbedaan belum diputuskan, misalnya %.*s. "
                        "Sebutkan dengan --ours atau --theirs. Tidak ada yang "
                        "diubah.",
                        "%zu differences are not decided, such as %.*s. Name "
                        "them with --ours or --theirs. Nothing was changed."),
                    r->conflicts.n, STR_ARG(r->conflicts.all[0].key));
    for (size_t i = 0; i < r->trouble.n; i++)
        if (r->trouble.all[i].severity == FIND_ERROR)
            return fail(c, E_REFUSED,
                        say(c, "%.*s Tidak ada yang diubah.",
                            "%.*s Nothing was changed."),
                        STR_ARG(r->trouble.all[i].what));
    return E_OK;
}

static err check_still(struct ctx *c, struct conn *tx,
                       const struct grant_review *r)
{
    struct app_package *now;
    struct app_overlay *o = NULL;

    TRY(app_installed_package(c, tx, app_package_id(r->ours), &now, &o));
    if (str_eq(app_package_tree(now), app_package_tree(r->ours)) &&
        (o == NULL) == (r->overlay == NULL) &&
        (o == NULL ||
         str_eq(app_overlay_write(c, o), app_overlay_write(c, r->overlay))))
        return E_OK;
    return fail(c, E_CONFLICT,
                say(c,
                    "%.*s berubah sementara itu. Silakan lihat tawarannya "
                    "sekali lagi.",
                    "%.*s has changed meanwhile. Look at the offer again."),
                STR_ARG(app_package_id(r->ours)));
}

err grant_take(struct ctx *c, struct conn *tx, struct ledger *l, str by,
               const struct grant_review *r, str answer)
{
    struct app_overlay *pinned;
    struct grant_note note;
    bool done;
    str rest,
        giver = grant_note_code(grant_note_value(&r->offer, "giver"), &rest);

    TRY(check_decided(c, r));
    TRY(check_still(c, tx, r));
    TRY(grant_overlay_pinned(c, r->overlay, app_package_tree(r->ours),
                             &pinned));
    if (pinned != r->overlay)
        TRY(app_localise(c, tx, l, by, STR(""), pinned, &done));
    TRY(app_install(c, tx, l, by, r->result, &done));
    /* A merge is this city's own version; else it is theirs. */
    TRY(grant_log_taken(c, tx, l, r->merged ? "grant.merged" : "grant.updated",
                        by, r->result, giver, &r->offer, STR("")));
    TRY(grant_note_read(c, answer, &note));
    return grant_log(c, tx, l, STR("grant.answer_drafted"), by, &note);
}
