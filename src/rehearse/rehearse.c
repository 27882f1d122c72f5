/* SPDX-License-Identifier: EUPL-1.2 */
/* All scenarios of a package: alone, then under a city's overlay. */
#include "rehearse/rehearse_priv.h"

/* A scenario is played in a context of its own, so that a long catalogue does
 * not fill one arena with its cities. */
#define PLAY_ARENA ((size_t)512 << 20)

struct plays {
    const char *only; /* one scenario's name, or NULL */
    const struct app_package *package;
    const struct app_overlay *overlay;
    struct findings *f;
    struct rehearse_report *out;
};

/* Findings of an inner context, copied out of it. */
static void take_findings(struct ctx *c, const struct findings *from,
                          struct findings *to)
{
    for (size_t i = 0; i < from->n; i++) {
        const struct finding *g = &from->all[i];
        struct place at = {arena_str(c->mem, g->at.file), g->at.line,
                           g->at.col};

        finding_add(c, to, g->severity, at, arena_str(c->mem, g->key), "%.*s",
                    STR_ARG(g->what))
            ->mend = arena_str(c->mem, g->mend);
    }
}

/* The stage is set the day before the scenario's first `at:`, since the time
 * of events never goes back. */
static int64_t day_before(const struct data *steps, int64_t otherwise)
{
    struct date d;

    if (steps->n == 0 ||
        !time_parse_date(
            str_slice(data_text(data_get(steps->items[0], STR("at"))), 0, 10),
            &d))
        return otherwise;
    return time_instant(time_date(time_days(d) - 1), 0, 0);
}

/* Play one scenario on a stage of its own. */
static err play_alone(struct ctx *c, const struct plays *u,
                      const struct app_overlay *overlay,
                      const struct data_pair *scenario, struct findings *f,
                      size_t *steps, bool *passed)
{
    struct ctx in = {.mem = arena_new(PLAY_ARENA),
                     .now = day_before(scenario->value, c->now),
                     .lang = STR("id"),
                     .dice = c->dice};
    struct data one = {.kind = DATA_MAP, .n = 1};
    struct findings inner = {0};
    struct data_pair pair = *scenario;
    struct app *plain = NULL;
    struct stage s;
    err e;

    one.pairs = &pair;
    e = rehearse_stage(&in, u->package, overlay, &one, &inner, &s);
    if (e == E_OK && overlay != NULL)
        e = app_build(&in, u->package, NULL, NULL, &inner, &plain);
    inner = e == E_OK ? (struct findings){0} : inner;
    if (e == E_OK)
        e = rehearse_play(&in, &s, scenario->key, scenario->value, plain,
                          &inner, steps, passed);
    take_findings(c, &inner, f);
    if (e != E_OK)
        e = fail(c, e, "%.*s", STR_ARG(in.why));
    arena_free(in.mem);
    return e;
}

/* ---- which overlay line is the cause ------------------------------ */

static const char *const kinds[] = {"set", "add", "remove"};

/* The overlay without one line, or NULL where that cannot be. */
static struct app_overlay *without(struct ctx *c, const struct app_overlay *o,
                                   const char *kind, str path)
{
    struct findings f = {0};
    struct app_overlay *less;
    struct data *tree;

    if (data_read_yaml(c, STR("overlay"), app_overlay_write(c, o), &f, &tree) !=
            E_OK ||
        !data_drop(data_get(tree, str_of(kind)), path))
        return NULL;
    if (data_get(tree, str_of(kind))->n == 0)
        data_drop(tree, str_of(kind));
    return app_overlay_read(c, STR("overlay"), data_write_yaml(c, tree), &f,
                            &less) == E_OK
               ? less
               : NULL;
}

/* Does the scenario hold when this one line is taken out? Then the line is
 * the cause, and the difference is what the city wanted. */
static bool explained_by(struct ctx *c, const struct plays *u,
                         const struct data_pair *scenario, const char *kind,
                         str path)
{
    struct app_overlay *less = without(c, u->overlay, kind, path);
    struct findings f = {0};
    size_t steps = 0;
    bool passed = false;

    return less != NULL &&
           play_alone(c, u, less, scenario, &f, &steps, &passed) == E_OK &&
           passed;
}

static err explain(struct ctx *c, const struct plays *u,
                   const struct data_pair *scenario, bool *explained)
{
    struct findings f = {0};
    struct data *tree;

    *explained = false;
    TRY(data_read_yaml(c, STR("overlay"), app_overlay_write(c, u->overlay), &f,
                       &tree));
    for (size_t k = 0; k < COUNT(kinds); k++) {
        const struct data *lines = data_get(tree, str_of(kinds[k]));

        for (size_t i = 0; lines != NULL && i < lines->n; i++) {
            str path = lines->pairs[i].key;

            if (!explained_by(c, u, scenario, kinds[k], path))
                continue;
            finding_add(c, u->f, FIND_NOTE, scenario->at, scenario->key,
                        say(c, "Berbeda karena penyesuaian %s.%.*s.",
                            "Differs because of the overlay line %s.%.*s."),
                        kinds[k], STR_ARG(path));
            *explained = true;
        }
    }
    return E_OK;
}

/* ---- all ---------------------------------------------------------- */

/* A scenario that walks through other apps too is played where they lie beside
 * this one; a city that took only a part of a chain has none. */
static bool all_there(struct ctx *c, const struct plays *u,
                      const struct data_pair *scenario)
{
    struct app_package **others;
    struct findings quiet = {0};
    size_t n;
    err e =
        rehearse_others(c, u->package, scenario->value, &quiet, &others, &n);

    if (e == E_NOT_FOUND)
        finding_add(c, u->f, FIND_NOTE, scenario->at, scenario->key,
                    say(c, "Tidak dimainkan: %.*s", "Not played: %.*s"),
                    STR_ARG(c->why));
    return e != E_NOT_FOUND;
}

static err play_one(struct ctx *c, const struct plays *u,
                    const struct data_pair *scenario)
{
    struct findings f = {0};
    bool passed = false, explained = false;
    err e;

    if (u->only != NULL && !str_eq(scenario->key, str_of(u->only)))
        return E_OK;
    if (!all_there(c, u, scenario))
        return E_OK;
    u->out->scenarios++;
    e = play_alone(c, u, u->overlay, scenario, &f, &u->out->steps, &passed);
    if (!passed && u->overlay != NULL)
        TRY(explain(c, u, scenario, &explained));
    if (passed || explained)
        return E_OK;
    u->out->failed++;
    take_findings(c, &f, u->f);
    return e == E_OK || f.n > 0 ? E_OK : e;
}

static err play_all(struct ctx *c, const struct plays *u,
                    const struct data *scenarios)
{
    for (size_t i = 0; scenarios != NULL && i < scenarios->n; i++)
        TRY(play_one(c, u, &scenarios->pairs[i]));
    return E_OK;
}

err rehearse_app(struct ctx *c, const char *only, const struct app_package *p,
                 const struct app_overlay *overlay, struct findings *f,
                 struct rehearse_report *out)
{
    struct plays u = {.only = only, .package = p, .f = f, .out = out};

    *out = (struct rehearse_report){0};
    TRY(play_all(c, &u, app_scenarios(p)));
    if (overlay == NULL)
        return E_OK;
    u.overlay = overlay;
    TRY(play_all(c, &u, app_scenarios(p)));
    return play_all(c, &u, app_overlay_scenarios(overlay));
}
