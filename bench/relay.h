/* SPDX-License-Identifier: EUPL-1.2 */
/* Stands between a client and a server on loopback and counts what goes over
 * the line, heads too. */
#pragma once

#include "base/base.h"

struct relay;
struct relay_count {
    int64_t connections, requests, up, down; /* bytes to and from the server */
};

/* Ends with c->mem. */
struct relay *relay_new(struct ctx *c, int port);
int relay_port(const struct relay *r);
/* What was counted since the last time. */
struct relay_count relay_take(struct relay *r);
