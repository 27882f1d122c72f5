/* SPDX-License-Identifier: EUPL-1.2 */
/* What web.c and web_gate.c share: the head of a request as it came. */
#pragma once

#include "web/web_priv.h"

#include <microhttpd.h>

struct gate_text {
    str text;
    int times;
};

struct gate_head {
    struct gate_text host, length, transfer, type, cookie, origin, site, dest,
        encodings, if_none_match, forwarded;
};

const char *web_gate(struct MHD_Connection *http, const char *version,
                     struct gate_head *h);

/* ---- slow clients -------------------------------------------------- */

/* libmicrohttpd's time-out is for idle clients: one byte a second holds a
 * connection for ever. A thread looks at all of them and shuts those that take
 * too long for a head, or send a body or take an answer too slowly.
 *
 * All of it is told in one span, the patience: the first head has it once; a
 * kept connection four times, from one answer to the next head's end (the
 * library closes a silent one after three); bodies and answers must have gone
 * on by a kilobyte a second in each stretch of two. */
#define WEB_PATIENCE (10 * TIME_SECOND)
struct watch;
struct watched;
struct watch *web_watch_new(int64_t patience);
void web_watch_free(struct watch *w);
struct watched *web_watch_open(struct watch *w, int fd);
void web_watch_close(struct watch *w, struct watched *it);
enum watched_phase {
    WATCH_IDLE,
    WATCH_HEAD,
    WATCH_BODY,
    WATCH_WORK, /* ours: as long as it takes */
    WATCH_ANSWER
};
void web_watch_phase(struct watched *it, enum watched_phase phase);
void web_watch_bytes(struct watched *it, size_t n);
