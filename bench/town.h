/* SPDX-License-Identifier: EUPL-1.2 */
/* A city to measure: Bandung's files, people and two apps, filled through the
 * engine with records of which one in twenty is still open. Its clock is its
 * own, so that every run meets the same deadlines. */
#pragma once

#include "bench/bench.h"
#include "insight/insight.h"
#include "record/record.h"

#define TOWN_CROWD 64 /* people who send at one time */

struct town {
    struct ctx c; /* all of it goes with c.mem */
    const char *dir;
    struct record_world w;
    const struct app *permit, *complaint;
    struct record_actor verifier, desk;
    struct city_region *villages;
    size_t n_villages;
};

/* Make one in `dir` and fill it with `n` records; numbers[i] is in c->mem. */
void town_fill(struct ctx *c, const char *dir, int64_t n, str *numbers);

/* A copy of what the engine needs to go on in another folder; the city must
 * be closed. */
void town_copy(struct ctx *c, const char *from, const char *to);

/* `synchronous` NULL is what a city uses. */
struct town *town_open(const char *dir, const char *synchronous);
void town_close(struct town *t);

/* Submit the `i`-th: a permit and a complaint by turns. Returns its number. */
str town_send(struct town *t, struct ctx *c, int64_t i);
/* The clock when the `i`-th comes. */
int64_t town_clock(int64_t i);
