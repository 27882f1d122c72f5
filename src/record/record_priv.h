/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of this room share. */
#pragma once

#include "record/record.h"

/* Kept where a state has no deadline, so that it sorts last. */
#define RECORD_NO_DUE INT64_MAX
/* As the tables keep it: what has no deadline (0) is due last. */
int64_t record_due_key(int64_t due);

#define RECORD_FILE_MOST ((size_t)10 << 20)

struct record_place {
    str office, function, duty, region;
};

/* A row with what record.h does not show. */
struct record_full {
    struct record r;
    str code, subject;
    int64_t waited;
    int64_t silence, escalate; /* when; 0 never */
};

/* How many columns it reads; a statement may select more behind them. */
#define RECORD_COLUMNS 34
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

/* In whose right an act was done, where it was not the officer's own. */
void record_say_right(struct ctx *c, struct ledger_event *e,
                      const struct city_right *right);
/* The same, read from the event. */
bool record_right_of(const struct ledger_event *e, struct city_right *out);
/* Was it the resident's act, done by an officer at the counter? */
bool record_at_hand(const struct ledger_event *e);
/* Has this officer acted on the record in one of these states? */
bool record_acted(const struct ledger_event *events, size_t n, str pseudonym,
                  const str *states, size_t n_states);

/* Who filed it for himself; empty where officers do not file this app. */
str record_filer(const struct app *a, const struct ledger_event *events,
                 size_t n);

/* Say on `e` everything that entering `to` decides: state, place, deadlines,
 * result, pause, wait, lapse. `was` is NULL at submission. */
struct record_entering {
    const struct app *app;
    const struct app_state *to;
    struct app_form *form; /* an entry is given its number here */
    bool changed;          /* who enters says the form again */
    const struct record_full *was;
    const struct ledger_event *events; /* for four eyes */
    size_t n_events;
    str actor;            /* the pseudonym of who acts now */
    str filer;            /* at submission: who files for himself, or empty */
    struct city_span due; /* instead of the state's own, where a link says so */
    const struct app_action *action; /* NULL where no action leads here */
    bool silent;                     /* the promise's silence has spoken */
    str above; /* the duty of the superior it goes to, or empty */
};
err record_enter(struct ctx *c, const struct record_world *w, struct conn *tx,
                 const struct record_entering *in,
                 struct ledger_event *e) MUST_USE;
/* The office that carries a function for this form, `own-office` too. */
const struct city_office *record_office_for(const struct record_world *w,
                                            const struct app *a,
                                            const struct app_form *form,
                                            str function, str region);
/* The office that `who` means for this record; past those that the four eyes
 * of `in->to` exclude. */
err record_place_of(struct ctx *c, const struct record_world *w,
                    struct conn *on, const struct record_entering *in,
                    const struct app_who *who, struct record_place *p) MUST_USE;

/* ---- handing on (record_disposal.c) ------------------------------- */

/* The one to whom it was handed, while he holds the duty; id 0 for nobody. */
err record_disposed_to(struct ctx *c, struct conn *on, const struct record *r,
                       struct city_officer *out) MUST_USE;
err record_apply_disposal(struct ctx *c, struct conn *tx,
                          const struct ledger_event *e) MUST_USE;

/* ---- branches (record_branch.c) ----------------------------------- */

/* Say the branches that wait in `to`, or that none does any more, and give the
 * latest of their deadlines; 0 where the state has none. */
err record_say_branches(struct ctx *c, const struct record_world *w,
                        struct conn *tx, const struct record_entering *in,
                        struct ledger_event *e, int64_t *due) MUST_USE;
/* Where the branches stand, by name. */
err record_branches(struct ctx *c, struct conn *on, const struct app_state *s,
                    const struct record *r, struct record_branch **out,
                    size_t *n) MUST_USE;
/* The deadlines of branches that wait, by the calendar of now: those that are
 * others ("KEY=DUE" joined by a comma), and the latest of all; 0 for none. */
err record_branches_anew(struct ctx *c, const struct record_world *w,
                         struct conn *on, const struct app *a,
                         const struct record *r,
                         const struct ledger_event *events, size_t n_events,
                         str *others, int64_t *latest) MUST_USE;
err record_apply_branches_moved(struct ctx *c, struct conn *tx,
                                const struct ledger_event *e) MUST_USE;
/* Did any of these events hand a branch to this office? */
bool record_branch_passed(const struct ledger_event *events, size_t n,
                          str office);
/* The office that the branch of the i-th event waited at; "" for none. */
str record_branch_office(const struct ledger_event *events, size_t i);
/* Has this officer acted for a branch since the record entered this state? */
bool record_branch_acted(const struct ledger_event *events, size_t n,
                         str pseudonym, str state);
err record_apply_branches(struct ctx *c, struct conn *tx,
                          const struct ledger_event *e) MUST_USE;

/* ---- what an act sees (record_seen.c) ----------------------------- */

/* What acts asked so far, the last of each name. */
void record_said(struct ctx *c, const struct ledger_event *events, size_t n,
                 struct app_form *said);
/* Put what one act asked over what was asked before. */
void record_say_over(struct ctx *c, const struct app_form *needs,
                     struct app_form *said);
struct record_seen {
    struct app_seen seen;
    struct app_form said, figures;
};
/* `r` is NULL at submission. */
err record_see(struct ctx *c, const struct record_world *w, struct conn *on,
               const struct app *a, const struct record *r,
               const struct ledger_event *events, size_t n,
               const struct app_form *form, struct record_seen *out) MUST_USE;

/* Where a record comes to that is led to `to`: past states that are not
 * entered. */
err record_arrive(struct ctx *c, const struct app *a,
                  const struct app_setting *with, const struct app_form *form,
                  const struct app_state **to) MUST_USE;

/* ---- links (record_link.c) ---------------------------------------- */

/* Figures of other apps for this form; `own` is left out of the count. */
err record_figures(struct ctx *c, const struct record_world *w, struct conn *on,
                   const struct app *a, const struct app_form *form, str own,
                   struct app_form *out) MUST_USE;
/* A figure of one of the population's rows. */
err record_row_figure(struct ctx *c, const struct record_world *w,
                      struct conn *on, const struct app *a,
                      const struct app_form *form, str own,
                      const struct app_link *l, size_t row,
                      int64_t *n) MUST_USE;
/* The gates that shut `block` ("submit" or an action): "links.KEY". */
err record_gates(struct ctx *c, const struct record_world *w, struct conn *on,
                 const struct app *a, const struct app_form *form, str own,
                 str block, struct findings *f) MUST_USE;

/* The record where a line of openings began: itself where none opened it. */
err record_eldest(struct ctx *c, struct conn *on, str number,
                  str *out) MUST_USE;
/* The kin of a record that the viewer may know of. */
err record_see_kin(struct ctx *c, const struct record_world *w, struct conn *on,
                   struct record_view *v) MUST_USE;

/* What follows by itself once the event that entered a state is appended:
 * records opened in other apps, and the steps that the system takes. *letter
 * is set where one of these issued one. `up` are the apps that led here. */
struct record_chain {
    const struct record_chain *up;
    str app;
};
err record_follow(struct ctx *c, const struct record_world *w, struct conn *tx,
                  str number, str from, const struct record_chain *up,
                  str *letter) MUST_USE;
/* Does anything follow in this app at all? */
bool record_follows(const struct app *a);

/* The form as facts, with what lists filter by. */
void record_say_form(struct ctx *c, struct ledger_event *e, const struct app *a,
                     const struct app_form *form);
struct app_form record_copy_form(struct ctx *c, const struct app_form *f);
/* The first facts of a record: number, app and code. */
void record_say_new(struct ctx *c, const struct record_world *w,
                    struct ledger_event *e, const struct app *a, str act,
                    str number, str code);
/* Fill the population's rows from the other app's live entries; what was asked
 * in somebody's row stays with him. */
err record_populate(struct ctx *c, const struct record_world *w,
                    struct conn *tx, const struct app *a,
                    const struct app_setting *with, str own,
                    struct app_form *form) MUST_USE;
/* The digest of what a frozen state holds. */
void record_say_frozen(struct ctx *c, const struct app_form *form,
                       struct ledger_event *e);
/* Open what the calendar asks for, in trusted time only. */
err record_open_periods(struct ctx *c, const struct record_world *w,
                        int64_t *done) MUST_USE;
/* Where a letter's paper is kept; `whose` where each has one of his own. */
str record_paper_path(struct ctx *c, str key, int64_t event, str whose);
/* A number that no record has. */
err record_number_free(struct ctx *c, struct conn *on, str *number) MUST_USE;
/* Does another record have this number? */
err record_is_taken(struct ctx *c, struct conn *on, str number,
                    bool *taken) MUST_USE;

/* Registers (record_entry.c). Was the record a live entry, and does it become
 * one? */
err record_becomes(struct ctx *c, struct conn *on,
                   const struct record_entering *in, bool *was,
                   bool *becomes) MUST_USE;
/* What another live entry holds already is a finding. */
err record_check_unique(struct ctx *c, const struct record_world *w,
                        struct conn *on, const struct app *a,
                        const struct app_form *form, int64_t id, bool officer,
                        struct findings *f) MUST_USE;
/* Part of record_enter(). */
err record_say_entry(struct ctx *c, const struct record_world *w,
                     struct conn *tx, const struct record_entering *in,
                     struct ledger_event *e) MUST_USE;
err record_apply_entry(struct ctx *c, struct conn *tx,
                       const struct ledger_event *e, int64_t id) MUST_USE;

/* The city's number register of this key; E_REFUSED. */
err record_book(struct ctx *c, const struct record_world *w, str key,
                struct city_register *out) MUST_USE;
/* A number from its template: what the register and the form know, and seq. */
err record_show_number(struct ctx *c, const struct markup *number,
                       const struct data *known, int64_t seq, struct date day,
                       str *out) MUST_USE;
str record_check_of(struct ctx *c, int64_t n); /* a check symbol */
str record_upper(struct ctx *c, str s);        /* ASCII letters */

/* ---- keeping (record_erase.c, record_retain.c) -------------------- */

/* E_CONFLICT with the sentence of record_restricted_why(). */
err record_not_restricted(struct ctx *c, const struct record_world *w,
                          struct conn *on, const struct record *r) MUST_USE;
/* Where its dates are others than its events make them by now, say so:
 * `record.moved`, for this cause (record_moved.c). */
err record_move_dates(struct ctx *c, const struct record_world *w,
                      struct conn *tx, str number, str cause) MUST_USE;
/* Drafts whose time is over go. */
err record_draft_expire(struct ctx *c, struct conn *tx) MUST_USE;
/* record_erase() in the caller's transaction. */
err record_erase_in(struct ctx *c, const struct record_world *w,
                    struct conn *tx, const struct record_erasing *x,
                    struct record_erased *out) MUST_USE;
/* Was it handed over to the archive, and received there? */
err record_handed(struct ctx *c, struct conn *on, str number, bool *handed,
                  bool *received) MUST_USE;
err record_apply_handover(struct ctx *c, struct conn *tx,
                          const struct ledger_event *e) MUST_USE;
/* The form that an event says is the record's from now on. */
err record_apply_corrected(struct ctx *c, struct conn *tx,
                           const struct ledger_event *e) MUST_USE;
err record_apply_right(struct ctx *c, struct conn *tx,
                       const struct ledger_event *e) MUST_USE;
/* What was read of a request is completed: its words, and what this officer
 * may see of them. */
err record_request_words(struct ctx *c, const struct record_world *w,
                         struct conn *on, const struct record_actor *actor,
                         struct record_request *q) MUST_USE;
void record_request_row(struct rows *rows, struct record_request *out);
/* As whom an actor decides what persons ask; `of` goes with c->mem. */
struct record_decider {
    bool admin;
    const struct city_right *all;
    size_t n;
};
err record_decider_of(struct ctx *c, struct conn *on,
                      const struct record_actor *actor,
                      struct record_decider *out) MUST_USE;
/* By which of his rights he is head of an office of this request; or NULL. */
const struct city_right *record_decider_head(const struct record_decider *d,
                                             const struct record_request *q);
/* May he decide one of this kind about a record of these offices? */
bool record_decider_may(const struct record_decider *d,
                        const struct record_request *q);
/* Tell who decides of requests that are late, or will be within a day. */
err record_right_warn(struct ctx *c, const struct record_world *w,
                      int64_t *done) MUST_USE;
/* The offices that handled a record, joined by a comma. */
str record_offices(struct ctx *c, const struct ledger_event *events, size_t n);
/* In the caller's transaction: one record, on a ground. */
err record_erase_one(struct ctx *c, const struct record_world *w,
                     struct conn *tx, const struct record_erasing *x) MUST_USE;

/* ---- time (record_time.c) ----------------------------------------- */

struct record_times {
    int64_t due, promise, paused, lapse, wait;
    int64_t silence, escalate; /* when; 0 never */
};
/* What entering a state, or staying in it, makes of a record's times. */
err record_times_of(struct ctx *c, const struct record_world *w,
                    const struct record_entering *in,
                    struct record_times *out) MUST_USE;
/* A deadline that was counted from `entered`, with what restrictions since then
 * have stopped. */
int64_t record_due_stood(const struct record_world *w,
                         const struct ledger_event *events, size_t n,
                         int64_t entered, int64_t due);
/* A deadline by another calendar: later is later, earlier is earlier, and
 * nobody is late by it who was not before. */
int64_t record_due_moved(int64_t was, int64_t now_due, int64_t now);
/* The same dates by the calendar of now, from their spans and starts; none is
 * taken back behind now, and a lapse never comes earlier. */
struct record_times
record_times_anew(struct ctx *c, const struct record_world *w,
                  const struct app *a, const struct record_full *was,
                  const struct ledger_event *events, size_t n);
/* Say what the clock will decide, and to whom a late record is shown besides:
 * all of it where there is or was anything. */
err record_say_time(struct ctx *c, const struct record_world *w,
                    struct conn *on, const struct record_entering *in,
                    const struct record_place *p, const struct record_times *t,
                    struct ledger_event *e) MUST_USE;
/* Why this action cannot be taken any more, by the clock; empty where it can.*/
str record_too_late(struct ctx *c, const struct record_world *w,
                    const struct app *a, const struct record *r,
                    const struct ledger_event *events, size_t n,
                    const struct app_action *x);
/* How the dates were found, in sentences. */
void record_explain(struct ctx *c, const struct record_world *w,
                    const struct app *a, const struct record *r,
                    const struct ledger_event *events, size_t n, str *due,
                    str *promise);

/* ---- timers ------------------------------------------------------- */

/* E_BUSY while the clock is in doubt. */
err record_not_parked(struct ctx *c, struct conn *on) MUST_USE;
/* Count open deadlines by the calendar of now; *whole: all are. */
err record_follow_calendar(struct ctx *c, const struct record_world *w,
                           int64_t *moved, bool *whole) MUST_USE;
/* Let happen what is due: escalation, silence, lapse. */
err record_fire(struct ctx *c, const struct record_world *w,
                int64_t *done) MUST_USE;
/* Part of record_enter(): when it is told that the record will lapse. */
void record_say_reminds(struct ctx *c, const struct record_world *w,
                        const struct record_entering *in, int64_t lapse,
                        struct ledger_event *e);
/* Tell whoever may act of what will lapse. */
err record_remind(struct ctx *c, const struct record_world *w,
                  int64_t *done) MUST_USE;

/* The letter that entering `state` issues; by an act that stays there, the one
 * that this act issues (empty: it does not stay). NULL where none is. */
const struct app_letter *record_letter_at(const struct app *a, str state,
                                          str act);
/* If entering `to` issues a letter, or `act` does that stays there (empty: it
 * does not stay), say it on `e`. */
err record_issue(struct ctx *c, const struct record_world *w, struct conn *tx,
                 const struct app *a, const struct app_state *to, str act,
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

/* Has each record that a survey is about ended, and is it the sender's own?
 * What is wrong is a finding. */
err record_check_finished(struct ctx *c, const struct record_world *w,
                          struct conn *on, const struct record_submission *s,
                          const struct app_form *form,
                          struct findings *f) MUST_USE;

/* Does the officer hold a duty at the counter of some office? */
err record_at_counter(struct ctx *c, struct conn *on,
                      const struct record_actor *actor, bool *is) MUST_USE;
