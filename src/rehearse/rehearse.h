/* SPDX-License-Identifier: EUPL-1.2 */
/* rehearse: plays residents and officers through the engine. An app's
 * scenarios here; a training city's simulated year later. Floor 7; uses the
 * floors below.
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
 * and what came. E_BAD_INPUT where the scenario itself cannot be read. */
err rehearse_app(struct ctx *c, const char *only, const struct app_package *p,
                 const struct app_overlay *overlay, struct findings *f,
                 struct rehearse_report *out) MUST_USE;
