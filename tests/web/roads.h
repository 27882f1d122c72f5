/* SPDX-License-Identifier: EUPL-1.2 */
/* Every road of routes.def, and who walks it: for tests that ask something of
 * every answer. A part in braces becomes every word that it may stand for with
 * the app at hand: each step, action, field and letter. */
#pragma once

#include "tests/web/planted.h"

/* What of a record may be met there: nothing, what everybody may see, or what
 * the role may see of this record. */
enum shows { NOTHING, LIST, GATE };
struct road {
    const char *route; /* "GET /lacak/{number}", as web_routes() has it */
    enum shows shows;
};
const struct road *roads_all(size_t *n);

struct role {
    const char *name, *login; /* login NULL: no officer */
    int proves;               /* 0 no record, 1 this one, 2 another */
    const char *sees;         /* at the gate: P, R, O, W of planted.h */
};
const struct role *roads_roles(size_t *n);
const struct role *roads_role(const char *name);

struct walk {
    struct planted *city;
    const struct role *role;
    struct browser browser;
    size_t app; /* the record at hand is this app's */
    void (*meet)(struct walk *w, const struct road *r, const char *path,
                 const struct seen *s);
    void *arg;
};
/* An officer is signed in, a resident proves the record of each app anew. */
struct walk walk_as(struct planted *city, const struct role *role);
/* All roads to the record of w->app; what is the same for all apps is walked
 * with the first. What is posted is for those who may not act: others would
 * move the record under our feet. */
void walk_app(struct walk *w);
