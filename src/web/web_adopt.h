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
/* An address, not a folder. */
bool web_by_line(str source);
/* Where the last look at this city's repository went, or empty; what was seen
 * there stands behind it, a line an app. */
str web_remembered_source(struct ctx *c, const struct record_world *w, str code,
                          str *source);

/* A look at what another city gives; then (take) all of it in one write. */
struct look {
    struct web *web;
    bool update, take;
    str source;     /* an address, or the folder of a stick */
    str deed_bytes; /* uploaded; else `deed_digest` is known here */
    str deed_digest;
    str city;    /* whose notes; empty: anybody's, the newest */
    str licence; /* why it is taken without a deed */
    str by;
    str *only, *trees; /* what was chosen, as it was seen */
    size_t n_only;
    /* found */
    struct grant_note accord, deed;
    bool has_deed;
    str code;
    struct grant_source from;
    struct grant_edition edition;
    struct grant_adopting adopting;
    struct grant_plan plan;
    struct findings f;
};

/* What a job is made from, and what it does. */
void *web_adopting(struct ctx *c, struct visit *v, void *from);
err web_adopt_run(struct ctx *c, struct job *j, void *arg) MUST_USE;
