/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of a simulation share. */
#pragma once

#include "rehearse/rehearse_priv.h"

enum coming_kind { SEND, WORK, ANSWER, FAVOUR, MORNING };

/* Something that will happen: `who` is a worker, a record we know, a day, or
 * (SEND) a throw that decides the app. */
struct coming {
    int64_t at;
    uint64_t order; /* what was expected first happens first */
    enum coming_kind kind;
    size_t who;
};

struct days {
    struct ctx *c; /* of the whole simulation */
    const struct record_world *w;
    const struct rehearse_plan *p;
    struct rehearse_days *out;
    uint64_t dice;
    int64_t first, end; /* the first day since 1970; an instant */
    /* A heap by time. */
    struct coming *coming;
    size_t n_coming, room_coming;
    uint64_t order;
    struct service {
        const struct app *app;
        struct sampled samples;
        size_t weight;
    } * services;
    size_t n_services, weight; /* of all */
    struct record_actor *workers;
    size_t n_workers, room_workers;
    const struct city_region *villages;
    size_t n_villages;
    /* Records that residents look after. */
    str *known;
    size_t n_known, room_known;
    int64_t *stuck; /* records that nobody could move on */
    size_t n_stuck, room_stuck;
    size_t briber;                /* a worker */
    const struct app *bribed_app; /* NULL: nobody is planted */
    size_t one_in;                /* of its records is the agent's */
};

uint64_t rehearse_days_roll(struct days *s);
size_t rehearse_days_pick(struct days *s, size_t n); /* 0 to n - 1 */
/* Past the end nothing happens any more. */
void rehearse_days_expect(struct days *s, int64_t at, enum coming_kind kind,
                          size_t who);

/* Who works here, which services are open, where people live. */
err rehearse_days_cast(struct ctx *c, struct days *s) MUST_USE;
/* A resident sends a form in; the throw decides of which app. */
err rehearse_days_send(struct ctx *c, struct days *s, size_t thrown) MUST_USE;
/* The resident of a record we know does what waits for him, if he cares. */
err rehearse_days_answer(struct ctx *c, struct days *s, size_t which) MUST_USE;
/* This actor takes one of the actions that the way is free for; *done is false
 * where there is none, or the engine refused. */
err rehearse_days_act(struct ctx *c, struct days *s,
                      const struct record_actor *actor, str number,
                      bool *done) MUST_USE;
