/* SPDX-License-Identifier: EUPL-1.2 */
/* rehearse: plays residents and officers through the engine: an app's
 * scenarios, and a training city's life of many days. Floor 7; uses the floors
 * below.
 *
 * A scenario is played in a scratch city of its own: every function that the
 * app names is mapped, each `function.duty` is a person of its own, the clock
 * is the scenario's. Nothing is written by other means than the engine's. */
#pragma once

#include "app/app.h"
#include "base/base.h"
#include "record/record.h"

struct rehearse_report {
    size_t scenarios, steps, failed;
};

/* Play the package's scenarios, or ONLY the one of this name, on archetype +
 * app alone, then, with an overlay, on the effective app: a difference whose
 * cause is an overlay line is a note that names the line. Each step that came
 * out otherwise is a finding with the place in scenario.yaml, what was expected
 * and what came. A scenario that names another app is played with it where it
 * lies beside the package; else a note says that it was not. E_BAD_INPUT where
 * the scenario itself cannot be read. */
err rehearse_app(struct ctx *c, const char *only, const struct app_package *p,
                 const struct app_overlay *overlay, struct findings *f,
                 struct rehearse_report *out) MUST_USE;

/* ---- a training city's days --------------------------------------- */

struct rehearse_plan {
    int64_t begin; /* the first day's morning, or any moment before */
    int days;
    size_t records; /* about so many are sent in, over all open apps */
    uint64_t seed;  /* the same seed, the same story */
    /* Plant one officer who takes an agent's records out of turn, at once. */
    bool plant;
    void (*progress)(void *arg, int day, size_t sent); /* or NULL */
    void *arg;
};

struct rehearse_days {
    size_t sent, acts, letters, lapsed, rated;
    size_t turned_down; /* what the engine refused: rules, four eyes */
    int64_t end;        /* the moment it came to */
    /* What was planted, for whoever wants to see whether it is found. */
    str officer, agent; /* pseudonym; the agent's name */
    size_t favours;
};

/* Residents send forms in, officers work through their lists, residents
 * complete what is returned, and some rate what is done: every act by the same
 * calls as a page, with the forms that each open app's scenarios know to hold,
 * brought to this city and day. Nothing is written by other means. E_REFUSED
 * where the city is no training city, no app is open, or nobody works there. */
err rehearse_days(struct ctx *c, const struct record_world *w,
                  const struct rehearse_plan *p,
                  struct rehearse_days *out) MUST_USE;
