/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of this room share. */
#pragma once

#include "record/record.h"

/* Kept where a state has no deadline, so that it sorts last. */
#define RECORD_NO_DUE INT64_MAX

#define RECORD_FILE_MOST ((size_t)10 << 20)

struct record_place {
    str office, function, duty, region;
};

/* A row with what record.h does not show. */
struct record_full {
    struct record r;
    str code, subject;
    int64_t waited;
};

void record_row_read(struct rows *rows, struct record_full *out);
err record_full_find(struct ctx *c, struct conn *on, str number,
                     struct record_full *out) MUST_USE;

/* HMAC-SHA256 under the city's secret, of a purpose and a text. */
struct hash record_mac(const struct record_world *w, const char *purpose,
                       str text);
/* The tracking code that a form token stands for, and how it is kept. */
str record_code_of(struct ctx *c, const struct record_world *w, str token);
str record_code_kept(struct ctx *c, const struct record_world *w, str number,
                     str code);
/* The 128-bit token of a letter, base64url; kept as the hash of it. */
str record_letter_token(struct ctx *c, const struct record_world *w, str number,
                        str key, int64_t seq, str reg);
str record_token_kept(struct ctx *c, str token);

/* The values of a record, folded from its events. */
void record_fold(struct ctx *c, const struct ledger_event *events, size_t n,
                 struct app_form *form);
/* Facts "HEAD.path" of one event as a form. */
void record_facts(struct ctx *c, const struct ledger_event *e, const char *head,
                  struct app_form *form);

err record_app(struct ctx *c, const struct record_world *w, struct conn *on,
               const struct record *r, const struct app **out) MUST_USE;
struct app_setting record_setting(const struct record_world *w,
                                  const struct app_form *person);

/* Has this officer acted on the record in one of these states? */
bool record_acted(const struct ledger_event *events, size_t n, str pseudonym,
                  const str *states, size_t n_states);

/* Say on `e` everything that entering `to` decides: state, place, deadlines,
 * result, pause, wait, lapse. `was` is NULL at submission. */
struct record_entering {
    const struct app *app;
    const struct app_state *to;
    const struct app_form *form;
    const struct record_full *was;
    const struct ledger_event *events; /* for four eyes */
    size_t n_events;
    str actor; /* the pseudonym of who acts now */
};
err record_enter(struct ctx *c, const struct record_world *w, struct conn *tx,
                 const struct record_entering *in,
                 struct ledger_event *e) MUST_USE;

/* If entering `to` issues a letter, say it on `e`. */
err record_issue(struct ctx *c, const struct record_world *w, struct conn *tx,
                 const struct app *a, const struct app_state *to,
                 const struct app_form *form, str number,
                 struct ledger_event *e, str *letter) MUST_USE;

/* Keep a file under a path; an empty path is its digest. */
err record_file_keep(struct ctx *c, const struct record_world *w,
                     struct conn *tx, str number, str path,
                     const struct record_upload *u, str signature) MUST_USE;
err record_upload_add(struct ctx *c, const struct record_world *w,
                      struct conn *tx, str number,
                      const struct record_upload *all, size_t n) MUST_USE;
err record_upload_get(struct ctx *c, const struct record_world *w,
                      struct conn *on, str number, str path,
                      struct record_upload *out) MUST_USE;

/* Does the officer hold a duty at the counter of some office? */
err record_at_counter(struct ctx *c, struct conn *on,
                      const struct record_actor *actor, bool *is) MUST_USE;
