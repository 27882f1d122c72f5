/* SPDX-License-Identifier: EUPL-1.2 */
/* web: the HTTP server, sessions, pages. Floor 9; uses the floors below. Owns
 * libmicrohttpd and zlib.
 *
 * One row of routes.def is one address: it makes prototype, router,
 * permission and CSRF check. A handler reads the request, asks the room below,
 * replies. Pages are whole without script. */
#pragma once

#include "base/base.h"
#include "reader/reader.h"
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
    /* What somebody sent, read in a process of its own: reader_ask(). */
    void (*read)(struct ctx *c, void *node, const struct reader_job *job,
                 struct reader_got *out);
    /* True where a step of the clock waits for an officer's word. */
    bool (*time_asked)(void *node);
    /* Why the city is read-only (rolled back, its disk), in the reader's
     * language, or NULL. */
    const char *(*read_only)(struct ctx *c, void *node);
    /* What administrators must see at once, in the reader's language (no
     * backup since yesterday), or NULL. */
    const char *(*alarm)(struct ctx *c, void *node);
    /* Residents are told unasked, by mail or message. */
    bool tells_by_mail, tells_by_message;
};

struct web_options {
    struct web_host host;
    const char *address; /* "127.0.0.1" */
    uint16_t port;       /* 0: the kernel chooses */
    int given;           /* a listening socket instead of these; 0: none */
    /* PEM files, for HTTPS without a proxy in front; NULL: plain HTTP. */
    const char *certificate, *key;
    /* How people reach it: "https://bandung.go.id", or
     * "http://bandung.localhost:8080" in training. Secure cookies and HSTS
     * follow from it. */
    str url;
    const char *repo; /* the folder that is published at /repo, or NULL */
    /* Believe X-Forwarded-For from this address; empty: nobody. */
    str proxy;
    /* How long a slow client is borne; 0: ten seconds. For tests. */
    int64_t patience;
};

struct web;
err web_start(struct ctx *c, const struct web_options *o,
              struct web **out) MUST_USE;
uint16_t web_port(const struct web *w);
/* Read the certificate anew and go on with it, on the same socket. Where it
 * cannot be read the old one stays. */
err web_renew(struct ctx *c, struct web *w) MUST_USE;
void web_stop(struct web *w); /* lets running requests end */

/* For tests: every route as "METHOD path who", one a line. "program" is nobody
 * with a session: such a route asks for no token. */
str web_routes(struct ctx *c);

/* ---- reading what a browser sends --------------------------------- */

/* The rules of requests, as functions of bytes: for tests and fuzzing. All
 * texts must be UTF-8 without NUL; every fault is E_BAD_INPUT. */

/* A raw request target: its path decoded once, its query as it is. Refused
 * are the absolute form, bytes that no address has, a bad escape, and an
 * escaped slash, backslash or control character. */
err web_read_target(struct ctx *c, str raw, str *path, str *query) MUST_USE;
/* application/x-www-form-urlencoded: at most 500 pairs. */
err web_read_pairs(struct ctx *c, str body, struct app_pair **out,
                   size_t *n) MUST_USE;
/* multipart/form-data: pairs, and files under their field's name (in `path`).
 * A file box that was left empty gives nothing. At most 500 parts. */
struct web_parts {
    struct app_pair *pairs;
    size_t n_pairs, room_pairs;
    struct record_upload *files;
    size_t n_files, room_files;
};
err web_read_parts(struct ctx *c, str body, str boundary,
                   struct web_parts *out) MUST_USE;
/* "a=1; b=2": false where the name is not there, or twice. */
bool web_read_cookie(str header, str name, str *value);
/* A media type with its boundary, when it is multipart/form-data. */
bool web_read_boundary(str type, str *boundary);
/* A file's name as it may be kept: its last part, without control characters
 * and marks that turn the direction of writing, at most 120 bytes. */
str web_file_name(struct ctx *c, str sent);
