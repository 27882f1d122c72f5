/* SPDX-License-Identifier: EUPL-1.2 */
/* A whole small city for tests: Bandung's files, people and apps, made by the
 * rooms' own means. It goes with c->mem. */
#pragma once

#include "record/record.h"
#include "tests/test.h"

struct town {
    struct record_world w;
};

/* The clock is the test's: Monday 2026-02-16, 09.00 WIB. */
struct town *town_new(struct ctx *c);
/* The same with the appliers of one more room; NULL: none. */
struct town *town_with(struct ctx *c, const struct ledger_room *more);
/* New snapshots after a change. */
void town_look(struct ctx *c, struct town *t);
/* A reader of the town's database, given back with c->mem. */
struct conn *town_read(struct ctx *c, struct town *t);
/* An officer of cities/bandung/people.csv as an actor. */
struct record_actor town_officer(struct ctx *c, struct town *t,
                                 const char *login);

/* Values by path, "jenis=papan panjang=4" with '~' for a blank, as an app's
 * whole form. */
struct app_form town_form(struct ctx *c, const char *values);
/* An advertising permit of 1,440,000 rupiah, submitted. */
struct record_receipt town_permit(struct ctx *c, struct town *t,
                                  const char *token);
/* A complaint of this category at the first village. */
struct record_receipt town_complaint(struct ctx *c, struct town *t,
                                     const char *category);
/* Act, with one need "key=value" or NULL. */
err town_act(struct ctx *c, struct town *t, str number,
             const struct record_actor *who, const char *action,
             const char *need, struct record_outcome *out);
/* All acts from submission to the issued letter. */
void town_issue(struct ctx *c, struct town *t, str number);
/* Install and open an app from a folder, its archetype from `base` (or inside
 * where NULL); what stands in the way is not asked. */
void town_install(struct ctx *c, struct town *t, const char *dir,
                  const char *base);
/* The two small apps of tests/structure: sosial/satu parts into the branches
 * berkas (periksa.izin) and tinjau (lapangan.pu), and once both have acted it
 * opens keuangan/dua. */
void town_structure(struct ctx *c, struct town *t);
/* Its person asks to restrict its processing, and this officer grants it. */
void town_restrict(struct ctx *c, struct town *t, str number,
                   const char *login);
/* This officer lifts that again. */
err town_lift(struct ctx *c, struct town *t, str number, const char *login,
              const char *why);
/* Forget a record, as its person may ask. */
void town_forget(struct ctx *c, struct town *t, str number);
/* The events alone give the same projections again: the digest is what it was
 * before a rebuild. */
void town_rebuilds(struct ctx *c, struct town *t);
