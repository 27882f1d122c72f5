/* SPDX-License-Identifier: EUPL-1.2 */
/* Apps and a city whose every word begins with a text of the test's: as what
 * another city grants, and what an administrator types, could. */
#pragma once

#include "tests/web/site.h"

/* A copy of apps/, of a later version; returns its folder. */
const char *spiked_apps(struct ctx *c, str head);
/* The city's, offices' and officers' names. */
void spiked_city(struct ctx *c, struct site *s, str head);
