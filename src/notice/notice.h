/* SPDX-License-Identifier: EUPL-1.2 */
/* notice: telling residents, unasked, how their record stands: by mail, and by
 * a gateway for text messages; and officers, by mail, of requests about data
 * that are or will soon be late. Floor 7; uses the floors below.
 *
 * The log of events is the outbox: what was committed is told, nothing else
 * is, and no act waits for a server. A follower reads new events behind a
 * cursor and keeps what must be told, without address or text, until a server
 * took it; both are read from the record at the moment of sending, so that an
 * erased record has nothing left to send. One that is stuck blocks no other.
 * Replay and restore send nothing. A training city sends nothing. */
#pragma once

#include "base/base.h"
#include "ledger/ledger.h"
#include "net/net.h"
#include "record/record.h"

extern const struct ledger_applier notice_appliers[];
extern const size_t notice_appliers_n;

/* ---- by which servers --------------------------------------------- */

/* How this machine reaches people, from DIR/delivery.yaml
 * (docs/delivery.md): off without it. It holds a password, so a file that
 * others may read is refused. */
struct notice_via {
    bool mail, message;
    struct net_postbox postbox;
    str from;   /* the sender's address */
    str url;    /* of the gateway for text messages */
    bool inner; /* its address may be a private one */
    const struct net_header *headers;
    size_t n_headers;
    const struct data *body; /* JSON; "{{to}}" and "{{text}}" stand in texts */
    const atomic_bool *stop; /* end the turn soon once it is true; or NULL */
};
err notice_via_read(struct ctx *c, const char *path, struct findings *f,
                    struct notice_via *out) MUST_USE;

/* ---- what a resident wants ---------------------------------------- */

struct notice_wish {
    bool mail, message;
    str lang; /* "id" or "en" */
};
/* Without one: mail and messages, in Indonesian. */
err notice_wish_of(struct ctx *c, struct conn *on, str number,
                   struct notice_wish *out) MUST_USE;
/* An event, `notice.wish`, by the record's resident or at the counter.
 * E_FORBIDDEN for others, E_BAD_INPUT for another language. */
err notice_wish_set(struct ctx *c, const struct record_world *w,
                    const struct record_actor *actor, str number,
                    const struct notice_wish *wish) MUST_USE;

/* ---- sending ------------------------------------------------------ */

/* Read the new events, and keep what must be told; *more is true where there
 * are more than one turn takes. */
err notice_gather(struct ctx *c, const struct record_world *w,
                  const struct notice_via *via, bool *more) MUST_USE;
/* Send what is due, a few at a time; *sent counts. What is no longer so is
 * dropped; what is refused for good is kept as failed. */
err notice_send(struct ctx *c, const struct record_world *w,
                const struct notice_via *via, size_t *sent) MUST_USE;

/* After a restore: what waited then is not sent, and nothing of the past. */
err notice_forget(struct ctx *c, struct store *s) MUST_USE;

/* By which ways this record's resident can be reached at all: an address was
 * given. */
err notice_reaches(struct ctx *c, const struct record_world *w, struct conn *on,
                   str number, bool *mail, bool *message) MUST_USE;
/* Did the last word to this record's resident not get through? *why is empty
 * where it did, or nothing was sent. For officers. */
err notice_failed(struct ctx *c, struct conn *on, str number,
                  str *why) MUST_USE;
/* How the outbox is. */
struct notice_state {
    int64_t waiting, failed;
    int64_t since; /* the oldest that waits; 0 none */
};
err notice_state(struct ctx *c, struct conn *on,
                 struct notice_state *out) MUST_USE;

/* The message as it is sent, for pages that show it and for tests. */
enum notice_kind {
#define KIND(name, ...) NOTICE_##name,
#include "notice/kind.def"
#undef KIND
    NOTICE_KINDS
};
struct notice_letter {
    str subject, body; /* plain text; the body ends with a line feed */
    str text;          /* the same in one line, for a phone */
};
err notice_write(struct ctx *c, const struct record_world *w, struct conn *on,
                 str number, enum notice_kind kind,
                 struct notice_letter *out) MUST_USE;
