/* SPDX-License-Identifier: EUPL-1.2 */
/* Lines of an overlay that do not fit a later version: a local rule over a
 * field that went. One line does not stop the app, nor the update that brought
 * it: it is parked, out of force and said, until somebody settles it. What a
 * version was localised with itself is never parked: that is refused. */
#include "app/app_priv.h"

#define TRIAL_MOST ((size_t)64 << 20)

struct parking {
    struct ctx *c;
    const struct app_package *p;
    const struct app_overlay *o;
    bool *in; /* of each line: it is in force */
};

static struct app_overlay *taken(struct ctx *c, const struct parking *x)
{
    struct app_overlay *out = NEW(c->mem, struct app_overlay);

    *out = *x->o;
    out->n = 0;
    out->room = x->o->n;
    out->lines = NEWS(c->mem, struct app_line, x->o->n + 1);
    for (size_t i = 0; i < x->o->n; i++)
        if (x->in[i])
            out->lines[out->n++] = x->o->lines[i];
    return out;
}

/* Does the app build with the lines that are in? What it says where not comes
 * in `why`, if asked for. Without the city: whether a line fits is a matter of
 * version and overlay alone, so that it is the same for every record. */
static bool fits(const struct parking *x, str *why)
{
    struct ctx trial = *x->c;
    struct findings f = {0};
    struct app *a;
    bool good;

    trial.mem = arena_new(TRIAL_MOST);
    good = app_build_laid(&trial, x->p, taken(&trial, x), taken(&trial, x),
                          NULL, &f, &a) == E_OK;
    for (size_t i = 0; !good && why != NULL && i < f.n; i++)
        if (f.all[i].severity == FIND_ERROR) {
            *why = arena_str(x->c->mem, f.all[i].what);
            break;
        }
    arena_free(trial.mem);
    return good;
}

static void turn(const struct parking *x, size_t from, size_t to, bool in)
{
    for (size_t i = from; i < to; i++)
        x->in[i] = in;
}

/* Take all of the run that fits beside what is in; by halves, so that few
 * faulty lines among many cost few builds. */
static void take_run(const struct parking *x, size_t from, size_t to)
{
    size_t half = from + (to - from) / 2;

    turn(x, from, to, true);
    if (fits(x, NULL))
        return;
    turn(x, from, to, false);
    if (to - from == 1)
        return;
    take_run(x, from, half);
    take_run(x, half, to);
}

/* A line that needs a later one fits once that is in. */
static void take_late(const struct parking *x)
{
    bool more = true;

    while (more) {
        more = false;
        for (size_t i = 0; i < x->o->n; i++) {
            if (x->in[i])
                continue;
            x->in[i] = true;
            if (fits(x, NULL))
                more = true;
            else
                x->in[i] = false;
        }
    }
}

static void tell(const struct parking *x, size_t i, struct findings *f)
{
    const struct app_line *line = &x->o->lines[i];
    struct ctx *c = x->c;
    str why = STR("");

    x->in[i] = true;
    fits(x, &why);
    x->in[i] = false;
    app_mend(c,
             finding_add(c, f, FIND_WARNING, line->at,
                         app_overlay_path(c, x->p, line->path),
                         say(c,
                             "parked: baris ini tidak cocok lagi dengan versi "
                             "ini, jadi disimpan tanpa berlaku. %.*s",
                             "parked: the line does not fit this version any "
                             "more, so it is kept without effect. %.*s"),
                         STR_ARG(why)),
             "overlay", "%s",
             say(c, "Ubah atau hapus baris ini.", "Change or drop the line."));
}

static bool elder(const struct app_overlay *o, const struct app_package *p)
{
    return o->n > 0 && o->of.n > 0 && !str_eq(o->of, p->tree);
}

/* *x with the lines in force; false: all of them are, or none can help. */
static bool park(struct parking *x)
{
    size_t n = x->o->n;

    x->in = NEWS(x->c->mem, bool, n + 1);
    turn(x, 0, n, true);
    if (fits(x, NULL))
        return false;
    turn(x, 0, n, false);
    if (!fits(x, NULL))
        return false; /* the fault is the version's own */
    take_run(x, 0, n);
    take_late(x);
    return true;
}

const struct app_overlay *app_overlay_park(struct ctx *c,
                                           const struct app_package *p,
                                           const struct app_overlay *o,
                                           struct findings *f)
{
    struct parking x = {.c = c, .p = p, .o = o};

    if (o == NULL || !elder(o, p) || !park(&x))
        return o;
    for (size_t i = 0; i < o->n; i++)
        if (!x.in[i])
            tell(&x, i, f);
    return taken(c, &x);
}

/* ---- changing lines ----------------------------------------------- */

static bool parked_in(const struct parking *x, bool any, str path)
{
    for (size_t i = 0; any && i < x->o->n; i++)
        if (!x->in[i] && str_eq(x->o->lines[i].path, path))
            return true;
    return false;
}

err app_check_parked(struct ctx *c, const struct app_package *p,
                     const struct app_overlay *now,
                     const struct app_overlay *next)
{
    struct parking was = {.c = c, .p = p, .o = now},
                   will = {.c = c, .p = p, .o = next};
    bool had;

    if (!elder(next, p) || !park(&will))
        return E_OK;
    had = now != NULL && elder(now, p) && park(&was);
    for (size_t i = 0; i < next->n; i++) {
        str path = next->lines[i].path, why = STR("");

        if (will.in[i] || parked_in(&was, had, path))
            continue;
        will.in[i] = true;
        fits(&will, &why);
        return fail(c, E_REFUSED,
                    say(c,
                        "%.*s: dengan perubahan ini baris %.*s membuat "
                        "aplikasi tidak dapat disusun. %.*s",
                        "%.*s: with this change the line %.*s makes the app "
                        "unsound. %.*s"),
                    STR_ARG(next->app), STR_ARG(path), STR_ARG(why));
    }
    return E_OK;
}
