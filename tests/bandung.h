/* SPDX-License-Identifier: EUPL-1.2 */
/* Bandung as cities/bandung and its two apps make it, by the rooms' own means:
 * for tests and measurements. All of it goes with c->mem. */
#pragma once

#include "record/record.h"

/* Open or make the rooms in `dir`; look or fill comes next. */
err bandung_open(struct ctx *c, const char *dir, const char *synchronous,
                 struct record_world *out) MUST_USE;
/* The same with the appliers of one more room; NULL: none. */
err bandung_open_with(struct ctx *c, const char *dir, const char *synchronous,
                      const struct ledger_room *more,
                      struct record_world *out) MUST_USE;
/* Found the city: its files, people, and apps open to the public. */
err bandung_fill(struct ctx *c, struct record_world *w,
                 struct findings *f) MUST_USE;
/* The same, a training city. */
err bandung_train(struct ctx *c, struct record_world *w,
                  struct findings *f) MUST_USE;
/* An officer of cities/bandung/people.csv as an actor. */
err bandung_officer(struct ctx *c, const struct record_world *w,
                    const char *login, struct record_actor *out) MUST_USE;
