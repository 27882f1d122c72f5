/* SPDX-License-Identifier: EUPL-1.2 */
/* An officer's worklist as a page, over HTTP, signed in, beside what no such
 * page can do without. */
#pragma once

#include "bench/town.h"

/* Let the verifier in, in a city that is closed and whose clock shows `now`. */
void page_sign_in(struct ctx *c, const char *city, int64_t now);
/* Draw it once, for a tape. */
void page_once(struct ctx *c, struct town *t, int64_t now);
/* Serve `t` and measure; `sql` has the statements of the list alone, for `raw`.
 */
void page_measure(struct ctx *c, const char *dir, struct town *t, int64_t now,
                  sqlite3 *raw, const struct tape *sql);
