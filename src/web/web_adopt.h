/* SPDX-License-Identifier: EUPL-1.2 */
/* Taking apps of another city: what the job behind the pages and the pages
 * themselves share. */
#pragma once

#include "grant/grant.h"
#include "web/web_local.h"

#define STICKS    20
#define NOTE_MOST ((size_t)1 << 20)

/* Folders that hold a repository, where a system puts what is plugged in, and
 * in the folder `stik` of the city, which who runs the server may fill. */
struct sticks {
    str all[STICKS];
    size_t n;
};

void web_sticks(struct ctx *c, const struct record_world *w,
                struct sticks *out);
bool web_among_sticks(struct ctx *c, const struct record_world *w, str dir);
/* Where the last look at this city's repository went, or empty; what was seen
 * there stands behind it, a line an app. */
str web_remembered_source(struct ctx *c, const struct record_world *w, str code,
                          str *source);

/* A look at what another city gives; then (take) all of it in one write. */
struct look {
    struct web *web;
    bool update, take;
    struct grant_meeting m; /* where, by which notes; and what was met */
    str by;
    str *only, *trees; /* what was chosen, as it was seen */
    size_t n_only;
    /* found */
    struct grant_adopting adopting;
    struct grant_plan plan;
    struct findings f;
};

/* What a job is made from, and what it does. */
void *web_adopting(struct ctx *c, struct visit *v, void *from);
err web_adopt_run(struct ctx *c, struct job *j, void *arg) MUST_USE;
