/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of this room share. */
#pragma once

#include "rehearse/rehearse.h"

/* A city made for playing: its folder goes with the context. */
struct stage {
    struct record_world w;
    const struct app *app;
    struct cast {
        str role; /* "licensing.head" */
        int64_t officer;
        str pseudonym;
    } * cast;
    size_t n_cast, room_cast;
};

/* Set the stage for a package: offices, functions, registers, the app open,
 * and a person for every role that the scenarios name. */
err rehearse_stage(struct ctx *c, const struct app_package *p,
                   const struct app_overlay *overlay,
                   const struct data *scenarios, struct findings *f,
                   struct stage *out) MUST_USE;
/* The person of a role; gives them the duty of `duty_of` as well, where that
 * is another ("licensing.head as licensing.verifier"). */
err rehearse_cast(struct ctx *c, struct stage *s, str role, str duty_of,
                  struct record_actor *out) MUST_USE;

/* Play one scenario; *passed is false where a step came out otherwise, and
 * `f` then names it. */
err rehearse_play(struct ctx *c, struct stage *s, str name,
                  const struct data *steps, const struct app *plain,
                  struct findings *f, size_t *n_steps, bool *passed) MUST_USE;
