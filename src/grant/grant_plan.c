/* SPDX-License-Identifier: EUPL-1.2 */
/* What an adoption or an update would do, before it is done. Nothing here
 * changes anything. */
#include "grant/grant_priv.h"

#define ZONE (7 * 60) /* as grant_note_force.c counts days */

struct planning {
    struct ctx *c;
    struct conn *on;
    const struct grant_adopting *a;
    struct findings *f;
    struct grant_source from; /* where packages are fetched */
};

bool grant_title(const struct grant_adopting *a, size_t i,
                 struct grant_title *out)
{
    if (a->deed == NULL || i > a->n_also)
        return false;
    *out = i == 0 ? (struct grant_title){a->accord, a->deed} : a->also[i - 1];
    return true;
}

/* ---- may it be adopted at all? ------------------------------------ */

static err refused(struct planning *x, const char *id, const char *en)
{
    return fail(x->c, E_REFUSED, "%s", say(x->c, id, en));
}

/* Signed by all, by date, and the accord logged here. */
static err in_force(struct planning *x, const struct grant_title *t,
                    const struct grant_note *n)
{
    struct ctx *c = x->c;
    enum grant_force force;
    struct seal_key *keys;
    size_t many;

    TRY(grant_note_keys(c, t->accord, "hibah", STR(""), &keys, &many));
    TRY(grant_force(c, n, keys, many, c->now, x->f, &force));
    if (force == GRANT_IN_FORCE)
        return E_OK;
    return fail(c, E_REFUSED,
                say(c,
                    "Naskah %.*s belum atau tidak lagi berlaku. Tidak ada yang "
                    "diubah.",
                    "The note %.*s is not, or no longer, in force. Nothing was "
                    "changed."),
                STR_ARG(grant_note_value(n, "number")));
}

/* The accord's keys are trusted because this city signed and logged it. */
static err accord_known(struct planning *x, const struct grant_title *t)
{
    bool holds;

    TRY(grant_note_holds(x->c, x->on, t->accord, &holds));
    if (holds)
        return E_OK;
    return refused(x,
                   "Kesepakatan ini belum tercatat berlaku di log kota ini, "
                   "atau sudah diakhiri.",
                   "This accord is not logged as in force in this city, or was "
                   "ended.");
}

static err check_receiver(struct planning *x, const struct grant_note *deed)
{
    struct ctx *c = x->c;
    str name, code = grant_note_code(grant_note_value(deed, "receiver"), &name);

    if (str_eq(code, city_code(x->a->city)))
        return E_OK;
    return fail(c, E_REFUSED,
                say(c,
                    "Naskah hibah ini untuk %.*s (%.*s), bukan untuk kota ini.",
                    "This deed is for %.*s (%.*s), not for this city."),
                STR_ARG(name), STR_ARG(code));
}

/* "sha256:HEX 7": the edition may not be older than the deed's root, and of
 * the same number it is the same. */
static err check_root(struct planning *x, const struct grant_note *deed)
{
    const struct grant_tuf *t = x->a->edition->tuf;
    struct ctx *c = x->c;
    int64_t version = 0;
    str digest, number;

    str_cut(grant_note_value(deed, "root"), ' ', &digest, &number);
    str_is_i64(number, &version);
    if (t != NULL && t->root.version == version &&
        !str_eq(digest, seal_show_hash(c, seal_sha256(t->root.bytes))))
        return refused(x,
                       "Repositori ini berakar lain daripada yang disebut "
                       "naskah hibahnya. Tidak ada yang diubah.",
                       "This repository has another root than its deed names. "
                       "Nothing was changed.");
    if (x->a->edition->root >= version)
        return E_OK;
    return fail(c, E_REFUSED,
                say(c,
                    "Repositori ini lebih lama (root %" PRId64
                    ") daripada naskah hibahnya (root %" PRId64 ").",
                    "This repository is older (root %" PRId64
                    ") than its deed (root %" PRId64 ")."),
                x->a->edition->root, version);
}

static err check_title(struct planning *x, const struct grant_title *t)
{
    size_t before = x->f->errors;

    TRY(in_force(x, t, t->accord));
    TRY(accord_known(x, t));
    TRY(in_force(x, t, t->deed));
    TRY(grant_deed_check(x->c, t->deed, t->accord, x->f));
    if (x->f->errors > before)
        return refused(x,
                       "Naskah hibah ini tidak cocok dengan kesepakatannya. "
                       "Tidak ada yang diubah.",
                       "This deed does not fit its accord. Nothing was "
                       "changed.");
    TRY(check_receiver(x, t->deed));
    return check_root(x, t->deed);
}

static err check_notes(struct planning *x)
{
    struct grant_title t;

    if (x->a->deed == NULL || x->a->accord == NULL)
        return x->a->licence_reason.n > 0
                   ? E_OK
                   : refused(x,
                             "Mengambil aplikasi memerlukan kesepakatan dan "
                             "naskah hibah yang berlaku, atau alasan untuk "
                             "memakai lisensi publik.",
                             "To take an app needs an accord and a deed in "
                             "force, or a reason to use the public licence.");
    for (size_t i = 0; grant_title(x->a, i, &t); i++)
        TRY(check_title(x, &t));
    return E_OK;
}

/* ---- which apps --------------------------------------------------- */

static bool wanted(const struct grant_adopting *a, str app)
{
    str sector, rest;

    str_cut(app, '/', &sector, &rest);
    for (size_t i = 0; i < a->n_only; i++)
        if (str_eq(a->only[i], app) || str_eq(a->only[i], sector))
            return true;
    return a->n_only == 0;
}

/* The deed's line for an app: version and tree. */
static bool deed_line(const struct grant_note *deed, str app, str *version,
                      str *tree)
{
    for (size_t i = 0; deed != NULL && i < deed->n; i++) {
        str rest;

        if (!str_eq(deed->lines[i].key, STR("app")) ||
            !str_eq(grant_note_code(deed->lines[i].value, &rest), app))
            continue;
        str_cut(rest, ' ', version, tree);
        return true;
    }
    return false;
}

/* The last day on which improvements are given under the deed. */
static struct date supported_until(const struct grant_title *a)
{
    struct date d = {1, 1, 1};
    int64_t months = 0;
    str number, unit;

    time_parse_date(grant_note_value(a->deed, "date"), &d);
    str_cut(grant_note_value(a->accord, "support"), ' ', &number, &unit);
    str_is_i64(number, &months);
    d.year += (int)((d.month - 1 + months) / 12);
    d.month = (int)((d.month - 1 + months) % 12) + 1;
    if (d.day > time_month_days(d.year, d.month))
        d.day = time_month_days(d.year, d.month);
    return d;
}

/* The city whose repository this is: its root says so, signed. */
static bool givers_own(const struct grant_adopting *a,
                       const struct grant_note *deed)
{
    const struct grant_tuf *t = a->edition->tuf;
    str rest, giver = grant_note_code(grant_note_value(deed, "giver"), &rest);

    return t != NULL &&
           str_eq(data_text(data_at(t->root.body, STR("balai.city"))), giver);
}

/* By the very tree that the deed names, or as a later version of it from the
 * giver's own repository while the giver supports it. */
static bool covers(struct planning *x, const struct grant_title *by,
                   const struct grant_target *t)
{
    struct date until;
    str version, tree;

    if (!deed_line(by->deed, t->app, &version, &tree))
        return false;
    if (str_eq(tree, t->tree))
        return true;
    until = supported_until(by);
    return givers_own(x->a, by->deed) &&
           app_version_cmp(t->version, version) > 0 &&
           time_days(time_local(x->c->now, ZONE, NULL)) <= time_days(until);
}

/* By the first deed that does; under the public licence, with a reason, by
 * none. */
static bool covered(struct planning *x, const struct grant_target *t,
                    const struct grant_note **deed)
{
    struct grant_title by;

    *deed = NULL;
    for (size_t i = 0; grant_title(x->a, i, &by); i++)
        if (covers(x, &by, t)) {
            *deed = by.deed;
            return true;
        }
    return x->a->deed == NULL;
}

static void not_there(struct planning *x, str app)
{
    struct ctx *c = x->c;

    finding_add(c, x->f, FIND_ERROR, (struct place){0}, app,
                say(c, "Repositori ini tidak memuat %.*s.",
                    "This repository does not hold %.*s."),
                STR_ARG(app));
}

static const struct grant_target *target_of(const struct grant_edition *e,
                                            str app)
{
    for (size_t i = 0; i < e->n; i++)
        if (str_eq(e->all[i].app, app))
            return &e->all[i];
    return NULL;
}

static bool any_of(const struct grant_edition *e, str sector)
{
    for (size_t i = 0; i < e->n; i++) {
        str rest, head;

        if (str_cut(e->all[i].app, '/', &head, &rest) && str_eq(head, sector))
            return true;
    }
    return false;
}

/* What was asked for by name must be there. */
static void check_asked(struct planning *x)
{
    const struct grant_adopting *a = x->a;
    struct grant_title by;

    for (size_t i = 0; i < a->n_only; i++)
        if (str_has(a->only[i], '/') ? target_of(a->edition, a->only[i]) == NULL
                                     : !any_of(a->edition, a->only[i]))
            not_there(x, a->only[i]);
    for (size_t k = 0; grant_title(a, k, &by); k++)
        for (size_t i = 0; i < by.deed->n; i++) {
            str rest, app = grant_note_code(by.deed->lines[i].value, &rest);

            if (str_eq(by.deed->lines[i].key, STR("app")) && wanted(a, app) &&
                target_of(a->edition, app) == NULL)
                not_there(x, app);
        }
}

/* ---- one app ------------------------------------------------------ */

struct installed {
    struct app_package *package; /* NULL: not installed */
    struct app_overlay *overlay;
};

static err installed_of(struct planning *x, str app, struct installed *out)
{
    str why = x->c->why;
    err e =
        app_installed_package(x->c, x->on, app, &out->package, &out->overlay);

    if (e != E_NOT_FOUND)
        return e;
    x->c->why = why; /* that it is not installed is no failure here */
    *out = (struct installed){0};
    return E_OK;
}

static enum grant_change change_of(struct planning *x,
                                   const struct grant_target *t,
                                   const struct installed *now,
                                   const struct grant_note **deed)
{
    int how;

    if (now->package != NULL && str_eq(app_package_tree(now->package), t->tree))
        return GRANT_SAME;
    if (!covered(x, t, deed))
        return GRANT_NOT_COVERED;
    if (now->package == NULL)
        return GRANT_NEW;
    how = app_version_cmp(t->version, app_package_version(now->package));
    return how > 0 ? GRANT_UPDATE : how < 0 ? GRANT_OLDER : GRANT_DIFFERS;
}

/* Obstacles do not stop an adoption: the app stays closed until they are
 * out of the way. */
static err obstacles(struct planning *x, const struct app *now,
                     struct findings *trouble)
{
    struct findings f = {0};

    TRY(app_obstacles(x->c, x->on, now, x->a->city, &f));
    for (size_t i = 0; i < f.n; i++) {
        struct finding *at =
            finding_add(x->c, trouble, FIND_NOTE, f.all[i].at, f.all[i].key,
                        "%.*s", STR_ARG(f.all[i].what));

        at->mend = f.all[i].mend;
    }
    return E_OK;
}

/* A build whose faults are findings; *out is NULL where there are errors. */
static err build(struct planning *x, const struct app_package *p,
                 const struct app_overlay *o, struct findings *f,
                 struct app **out)
{
    str why = x->c->why;
    err e = app_build(x->c, p, o, x->a->city, f, out);

    if (e != E_BAD_INPUT)
        return e;
    x->c->why = why;
    *out = NULL;
    return E_OK;
}

/* Texts of letters are no part of an app's tree. */
static void letter_texts(struct planning *x, const struct app *now,
                         const struct app_package *was,
                         const struct app_package *p, struct findings *effects)
{
    struct ctx *c = x->c;

    for (size_t i = 0; i < now->n_letters; i++) {
        const struct app_letter *l = &now->letters[i];
        str file = data_text(
            data_at(now->effective, arena_fmt(c->mem, "letters.%.*s.template",
                                              STR_ARG(l->key))));
        str before = app_package_file(was, file);

        if (before.p == NULL || str_eq(before, app_package_file(p, file)))
            continue;
        finding_add(c, effects, FIND_NOTE, (struct place){0},
                    arena_fmt(c->mem, "letters.%.*s", STR_ARG(l->key)),
                    say(c, "Bunyi surat \"%.*s\" berubah.",
                        "The text of the letter \"%.*s\" changes."),
                    STR_ARG(app_say(c, l->title)));
    }
}

static err compare(struct planning *x, const struct installed *had,
                   struct grant_plan_app *out)
{
    struct app *was = NULL, *now;
    struct findings ignored = {0};

    TRY(build(x, out->package, out->pinned, &out->trouble, &now));
    if (now == NULL)
        return E_OK;
    if (had->package != NULL)
        TRY(build(x, had->package, had->overlay, &ignored, &was));
    TRY(grant_meaning(x->c, was, now, &out->effects));
    TRY(grant_lineage_told(x->c, had->package, out->package, &out->effects));
    grant_risks_first(&out->effects, 0);
    if (had->package != NULL)
        letter_texts(x, now, had->package, out->package, &out->effects);
    return obstacles(x, now, &out->trouble);
}

/* What we have in a later version stays ours and stops nothing else, unless it
 * was asked for by its name. */
static void refuse_change(struct planning *x, struct grant_plan_app *p,
                          const struct installed *had)
{
    struct ctx *c = x->c;
    str ours =
        had->package == NULL ? STR("") : app_package_version(had->package);
    bool left = p->change == GRANT_OLDER &&
                str_among(p->target->app, x->a->only, x->a->n_only) < 0;
    const char *why;

    if (p->change == GRANT_NOT_COVERED)
        why = say(c, "tidak tercakup oleh naskah hibah yang berlaku",
                  "is not covered by a deed in force");
    else if (p->change == GRANT_OLDER)
        why = say(c, "lebih lama daripada versi kota ini",
                  "is older than this city's version");
    else
        why = say(c,
                  "berisi lain daripada versi bernomor sama milik kota ini; "
                  "mintalah kota pemberi menaikkan nomornya",
                  "has other contents than this city's version of that "
                  "number; ask the giver to raise it");
    finding_add(c, &p->trouble, left ? FIND_NOTE : FIND_ERROR,
                (struct place){0}, p->target->app, "%.*s %.*s %s%s%.*s%s.",
                STR_ARG(p->target->app), STR_ARG(p->target->version), why,
                ours.n == 0 ? "" : " (", STR_ARG(ours), ours.n == 0 ? "" : ")");
}

/* What was taken once and undone is offered again, and told. */
static err tell_undone(struct planning *x, const struct grant_target *t,
                       struct findings *effects)
{
    struct ctx *c = x->c;
    struct date day;
    int64_t when;

    TRY(app_was_undone(c, x->on, t->app, t->tree, &when));
    if (when == 0)
        return E_OK;
    day = time_local(when, ZONE, NULL);
    finding_add(c, effects, FIND_WARNING, (struct place){0}, t->app,
                say(c,
                    "Versi ini pernah dipasang di sini dan dibatalkan, %.*s.",
                    "This version was installed here and undone, %.*s."),
                STR_ARG(city_show_date(c, day)));
    return E_OK;
}

static err plan_app(struct planning *x, const struct grant_target *t,
                    struct grant_plan_app *out)
{
    struct installed had = {0};

    *out = (struct grant_plan_app){.target = t};
    TRY(installed_of(x, t->app, &had));
    out->overlay = had.overlay;
    out->was = had.package == NULL ? STR("") : app_package_tree(had.package);
    TRY(grant_overlay_pinned(x->c, had.overlay, out->was, &out->pinned));
    out->change = change_of(x, t, &had, &out->deed);
    switch (out->change) {
    case GRANT_SAME:
        out->package = had.package;
        return E_OK;
    case GRANT_NEW:
    case GRANT_UPDATE:
        TRY(tell_undone(x, t, &out->effects));
        TRY(grant_fetch_app(x->c, &x->from, t, &out->trouble, &out->package));
        return compare(x, &had, out);
    case GRANT_OLDER:
    case GRANT_NOT_COVERED:
    case GRANT_DIFFERS:
        refuse_change(x, out, &had);
        return E_OK;
    }
    return E_OK;
}

/* Without names, what the deeds name; under the licence, all there is. */
static bool chosen(const struct grant_adopting *a, str app)
{
    struct grant_title by;
    str version, tree;

    if (a->n_only > 0 || a->deed == NULL)
        return wanted(a, app);
    for (size_t i = 0; grant_title(a, i, &by); i++)
        if (deed_line(by.deed, app, &version, &tree))
            return true;
    return false;
}

err grant_plan(struct ctx *c, struct conn *on, const struct grant_adopting *a,
               struct findings *f, struct grant_plan *out)
{
    struct planning x = {c, on, a, f, grant_kept(c, a->edition, a->from)};
    size_t before = f->errors;

    *out = (struct grant_plan){0};
    TRY(check_notes(&x));
    check_asked(&x);
    if (f->errors > before)
        return refused(&x,
                       "Sebagian aplikasi yang diminta tidak ada di "
                       "repositori ini. Tidak ada yang diubah.",
                       "Some of the apps asked for are not in this "
                       "repository. Nothing was changed.");
    out->apps = NEWS(c->mem, struct grant_plan_app, a->edition->n + 1);
    for (size_t i = 0; i < a->edition->n; i++)
        if (chosen(a, a->edition->all[i].app))
            TRY(plan_app(&x, &a->edition->all[i], &out->apps[out->n++]));
    return E_OK;
}
