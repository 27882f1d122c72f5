/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of this room share. */
#pragma once

#include "rehearse/rehearse.h"

/* A city made for playing: its folder goes with the context. */
struct stage {
    struct record_world w;
    const struct app *app; /* whose scenarios are played */
    struct cast {
        str role; /* "licensing.head" */
        int64_t officer;
        str pseudonym;
    } * cast;
    size_t n_cast, room_cast;
};

/* The other apps that a scenario's steps name; E_NOT_FOUND where one does not
 * lie beside the package. */
err rehearse_others(struct ctx *c, const struct app_package *p,
                    const struct data *steps, struct findings *f,
                    struct app_package ***out, size_t *n) MUST_USE;
/* Set the stage for a package: offices, functions, registers, the app open,
 * and a person for every role that the scenarios name; with the other apps
 * that they name. */
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

/* ---- what scenarios teach ----------------------------------------- */

/* A form, or what an action was answered with, that held in a scenario. */
struct sample {
    str action;                /* empty for a form */
    const struct data *values; /* or NULL */
    int64_t day;               /* the scenario's, in days since 1970 */
};
struct sampled {
    struct sample *forms, *acts;
    size_t n_forms, room_forms, n_acts, room_acts;
};
/* What the scenarios show to hold; values are borrowed from them. */
void rehearse_learn(struct ctx *c, const struct data *scenarios,
                    struct sampled *s);
/* A copy, its dates as far from `today` as they were from the sample's day,
 * its places in this village. */
struct data *rehearse_moved(struct ctx *c, const struct sample *s, str village,
                            int64_t today);
/* An invented person of level 2: the n-th. The impossible region 99 keeps the
 * number from being anybody's. */
struct app_form rehearse_person(struct ctx *c, int64_t n, str name);
/* Files by their names: a digest and a size that stand for nothing. */
void rehearse_files(struct ctx *c, const struct app_field *fields, size_t n,
                    struct data *values);
/* Read what is given over what is in `form`: only the fields named, and those
 * a person's own row fills, so that what is missing is found by the finish. */
err rehearse_read(struct ctx *c, const struct app *a,
                  const struct app_setting *with, const struct data *given,
                  struct app_form *form, struct findings *f) MUST_USE;
