/* SPDX-License-Identifier: EUPL-1.2 */
/* Very many apps, made of those that there are. */
#pragma once

#include "bench/bench.h"

/* `n` folders with an app each: those of apps/ in turn, the copies below `dir`
 * under other names, "SECTOR/APP-1" in the first round of copies. Round 0 is
 * apps/ itself; it begins with round `first`. */
const char **many_apps(struct ctx *c, const char *dir, size_t first, size_t n);
