/* SPDX-License-Identifier: EUPL-1.2 */
/* net: asking other servers over HTTP, and handing mail to one over SMTP.
 * Floor 2; uses base. Owns libcurl.
 *
 * What is asked may be named by somebody else, so the address that is really
 * connected to decides, not the name: inner networks are closed unless the
 * caller opens them. One handle a call, nothing shared unless the caller holds
 * a line: any thread may ask. No cookies, no netrc, no proxy of the
 * environment, nothing decompressed that was not asked to be. */
#pragma once

#include "base/base.h"

#include <stdatomic.h>

struct net_header {
    str name, value;
};

/* A line that is held over many asks of one thread, so that they share their
 * connection. It was judged when it was opened; a line serves asks of one
 * `allow_private` alone (MUST). It ends with c->mem. */
struct net_line;
struct net_line *net_line_new(struct ctx *c, bool allow_private);

struct net_ask {
    str url; /* http or https, without user, password or fragment */
    const struct net_header *headers;
    size_t n_headers;
    str type, body; /* of a POST: what is sent */
    size_t most;    /* bytes of the answer's body */
    int64_t limit;  /* for the whole of it, microseconds; 0 is ten seconds */
    /* Loopback and private addresses too: training cities, and partners that
     * are listed as such. Link-local and multicast ones stay closed. */
    bool allow_private;
    struct net_line *line; /* NULL: a connection of its own */
    /* Ask for gzip: `most` is of what comes out, and of what comes in. */
    bool gzip;
    /* Give up within a second once it is true; NULL: never. */
    const atomic_bool *stop;
};

struct net_answer {
    int status;
    str type, body; /* Content-Type, empty where there is none */
};

/* Ask and wait for the whole answer, whatever its status. A redirection is
 * followed three times at most, within the same host, and never from https
 * back to http; a POST is sent again only where the answer is 307 or 308.
 *     E_BAD_INPUT  the URL is none that we ask
 *     E_FORBIDDEN  its address, or where it redirects to, is closed to us
 *     E_TOO_BIG    the answer is over `most`
 *     E_TAMPERED   the server's certificate does not hold
 *     E_BUSY       unreachable, too slow (under 100 bytes a second for a
 *                  minute, or over the limit), no HTTP, or stopped */
err net_get(struct ctx *c, const struct net_ask *ask,
            struct net_answer *out) MUST_USE;
err net_post(struct ctx *c, const struct net_ask *ask,
             struct net_answer *out) MUST_USE;

/* The parts of a URL that may be asked; E_BAD_INPUT says what is amiss. */
struct net_url {
    bool tls;
    str host; /* small letters, as it will be looked up */
    uint16_t port;
    str path; /* "/" at least; without the query */
    bool query;
};
err net_url_read(struct ctx *c, str url, struct net_url *out) MUST_USE;

/* May a numeric address be connected to? False for what is none. */
bool net_address_open(str address, bool allow_private);

/* ---- mail --------------------------------------------------------- */

/* The server that takes our mail. */
struct net_postbox {
    str server;         /* "smtps://HOST", or "smtp://HOST:587" with STARTTLS */
    str user, password; /* empty: without */
    bool plain;         /* without TLS where the server has none */
    bool allow_private;
    const atomic_bool *stop;
};
/* E_BAD_INPUT where the address of the server is none; *host as it is shown. */
err net_postbox_check(struct ctx *c, const struct net_postbox *p,
                      str *host) MUST_USE;

/* A plain text in one language, to one address. */
struct net_mail {
    str from, from_name, to; /* addresses without names: NAME@DOMAIN */
    str lang;                /* "id" or "en" */
    str subject, body;       /* UTF-8; lines end with a line feed */
};
/* The ASCII part of RFC 5321's addresses, with a domain of two labels. */
bool net_mail_address(str s);
/* The message as it is sent (RFC 5322). No value can end a header: texts stand
 * in encoded words, addresses are checked. E_BAD_INPUT, E_TOO_BIG. */
err net_mail_write(struct ctx *c, const struct net_mail *m, str *out) MUST_USE;
/* Hand it over and wait until the server has taken it.
 *     E_BAD_INPUT  an address or the server's is wrong
 *     E_REFUSED    the server will never take this letter
 *     E_TOO_MANY   nor this one now: a mailbox that is full, a grey list
 *     E_FORBIDDEN  it takes none of ours: its address is closed to us, no TLS,
 *                  no such user, the sender is not let
 *     E_TAMPERED   its certificate does not hold
 *     E_BUSY       try again later */
err net_mail_send(struct ctx *c, const struct net_postbox *p,
                  const struct net_mail *m) MUST_USE;
