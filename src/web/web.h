/* SPDX-License-Identifier: EUPL-1.2 */
/* web: the HTTP server, sessions, pages. Floor 9; uses the floors below. Owns
 * libmicrohttpd and zlib.
 *
 * One row of routes.def is one address: it makes prototype, router,
 * permission and CSRF check. A handler reads the request, asks the room below,
 * replies. Pages are whole without script. */
#pragma once

#include "base/base.h"
#include "record/record.h"

/* What the node lends to the server. */
struct web_host {
    void *node;
    /* The city of this moment; given back when c->mem goes. */
    err (*world)(struct ctx *c, void *node, struct record_world *out);
    /* After a change of city or apps: new snapshots for those who come. */
    err (*refresh)(struct ctx *c, void *node);
    /* Sign a checkpoint and seal letters now, not at the next tick. */
    err (*nudge)(struct ctx *c, void *node);
    int64_t (*now)(void *node);
    /* True where a step of the clock waits for an officer's word. */
    bool (*time_asked)(void *node);
    /* A sentence when the city is read-only (rolled back, disk), or NULL. */
    const char *(*read_only)(void *node);
};

struct web_options {
    struct web_host host;
    const char *address; /* "127.0.0.1" */
    uint16_t port;       /* 0: the kernel chooses */
    /* How people reach it: "https://bandung.go.id", or
     * "http://bandung.localhost:8080" in training. Secure cookies and HSTS
     * follow from it. */
    str url;
    /* Believe X-Forwarded-For and -Proto from this address; empty: nobody. */
    str proxy;
};

struct web;
err web_start(struct ctx *c, const struct web_options *o,
              struct web **out) MUST_USE;
uint16_t web_port(const struct web *w);
void web_stop(struct web *w); /* lets running requests end */

/* For tests: every route as "METHOD path who", one a line. */
str web_routes(struct ctx *c);
