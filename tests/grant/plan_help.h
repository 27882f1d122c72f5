/* SPDX-License-Identifier: EUPL-1.2 */
/* A city with a database, and a repository in memory, for the tests of plans.
 */
#pragma once

#include "tests/grant/note_help.h"

struct shop {
    struct store *store;
    struct ledger *ledger;
    struct city *city;
};

/* A city of these files ("bandung", "bangka-selatan") by its code. The context
 * speaks Indonesian from here on. */
struct shop *shop_new(struct ctx *c, const char *code, const char *dir);
struct conn *shop_read(struct ctx *c, struct shop *s);
/* Log a step of a note. */
err shop_log(struct ctx *c, struct shop *s, const char *act,
             const struct grant_note *n);
/* Drafted, signed and in force. */
void shop_accord(struct ctx *c, struct shop *s, const struct grant_note *n);
err shop_install(struct ctx *c, struct shop *s, const struct app_package *p);
err shop_localise(struct ctx *c, struct shop *s, const struct app_overlay *o);
err shop_adopt(struct ctx *c, struct shop *s, const struct grant_adopting *a,
               const struct grant_plan *plan);
str shop_digest(struct ctx *c, struct shop *s);

/* An app of apps/, or of apps/ with its app.yaml's first `from` replaced by
 * `to` and another version. */
struct app_package *shop_package(struct ctx *c, const char *app);
struct app_package *shop_changed(struct ctx *c, const struct app_package *p,
                                 const char *version, const char *from,
                                 const char *to);
/* The same for several places at once. */
struct shop_edit {
    const char *from, *to;
};
struct app_package *shop_edited(struct ctx *c, const struct app_package *p,
                                const char *version,
                                const struct shop_edit *edits, size_t n_edits);

/* A giver's edition in memory. */
struct stall {
    struct grant_edition edition;
    struct grant_source source;
    str bytes[8];
};
struct stall *stall_new(struct ctx *c);
void stall_put(struct ctx *c, struct stall *s, const struct app_package *p);
