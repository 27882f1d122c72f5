/* SPDX-License-Identifier: EUPL-1.2 */
/* record: the life of a record. Submit, act, deadlines, numbering, charges,
 * letters, drafts, lists. Floor 6; uses the floors below.
 *
 * A record moves only through its flow's actions. What it holds is folded from
 * its events, whose openings can be erased; the tables here are projections
 * that hold no personal text. One gate, record_view(), turns (actor, record)
 * into what that actor may see; no page, list or export goes around it. */
#pragma once

#include "app/app.h"
#include "base/base.h"
#include "city/city.h"
#include "ledger/ledger.h"
#include "seal/seal.h"
#include "store/store.h"

extern const struct ledger_applier record_appliers[];
extern const size_t record_appliers_n;

/* What an act happens in: one city, and the snapshots of this moment. */
struct record_world {
    struct store *store;
    struct ledger *ledger;
    struct signer *signer;
    const struct city *city;
    const struct app_catalogue *apps;
    int64_t edition;          /* of these two: another after each change */
    unsigned char secret[32]; /* the city's own, for codes and tokens */
};

/* A folder of its own to play or to measure in, outside a node. */
struct record_folder {
    const char *dir, *synchronous, *vfs; /* as in struct store_options */
    str domain;
    const struct ledger_applier *appliers; /* NULL: those of record_rooms() */
    size_t n;
    bool keeps_deleted; /* for fault tests, as in struct store_options */
};

/* The appliers of the rooms that carry a record: this one and those below. */
const struct ledger_applier *record_rooms(struct ctx *c, size_t *n);

/* Open or make what acts happen in, but for the snapshots; it goes with
 * c->mem. A folder without a signer gets one. */
err record_world_open(struct ctx *c, const struct record_folder *f,
                      struct record_world *out) MUST_USE;
/* New snapshots after a change; the former stay until c->mem goes. */
err record_world_look(struct ctx *c, struct record_world *w) MUST_USE;

/* ---- who ---------------------------------------------------------- */

/* RECORD_ARCHIVIST sees all of a record and does nothing: two administrators
 * who hand it over to the archive. */
enum record_role {
    RECORD_NOBODY,
    RECORD_RESIDENT,
    RECORD_OFFICER,
    RECORD_ARCHIVIST
};

struct record_actor {
    enum record_role role;
    int level;       /* 0 nobody, 1 a proved contact, 2 a proved person */
    str record;      /* the number that this resident proved with its code */
    int64_t officer; /* id, for RECORD_OFFICER */
    str pseudonym;   /* "officer-17" */
    str channel;     /* "web", "counter", "command" */
};

/* ---- numbers ------------------------------------------------------ */

/* "7K4M-2QX9-5": eight random symbols and a Luhn mod 32 check symbol. */
str record_number_new(struct ctx *c);
/* What a person typed, made canonical: lower case, blanks, O for 0, I and L
 * for 1. False where the check symbol does not fit. */
bool record_number_read(struct ctx *c, str typed, str *number);
bool record_code_read(struct ctx *c, str typed, str *code);

/* ---- a record ----------------------------------------------------- */

struct record {
    int64_t id, version; /* version rises by one with every act */
    str number, app, tree, overlay;
    str state, office, function, duty, region;
    int64_t submitted, entered; /* entered: the present state */
    int64_t due;                /* of the present state; 0 none */
    int64_t promise;            /* of the whole; moves while it is paused */
    int64_t paused;             /* since when the clock stands; 0 runs */
    int64_t lapse;              /* 0 none */
    int64_t ended;              /* 0 open */
    str result;                 /* of an end state */
    int64_t charge, paid;
    int64_t granted;       /* to be paid out; then `paid` counts towards it */
    str into;              /* merged into this number */
    str above, above_duty; /* the superior it is shown to besides, or empty */
    int64_t silent;        /* since when its promise is broken in silence */
    bool erased;           /* what was told in it is gone */
    str held;              /* why it is not to be erased: a key of
                              record_holds, or empty */
    int64_t restricted;    /* the event by which its processing is restricted:
                              nobody acts on it, no list shows it; or 0 */
};

err record_find(struct ctx *c, struct conn *on, str number,
                struct record *out) MUST_USE;

/* Does this code belong to the number? E_NOT_FOUND says the same for an
 * unknown number and a wrong code. On E_OK *actor is the record's resident at
 * level 1. */
err record_prove(struct ctx *c, const struct record_world *w, struct conn *on,
                 str number, str code, struct record_actor *actor) MUST_USE;

/* ---- submitting --------------------------------------------------- */

/* A file that a form's `sha256:HEX` stands for. */
struct record_upload {
    str path; /* "pbg" */
    str name, mime, bytes;
};

struct record_submission {
    const struct app *app;
    const struct app_form *form; /* app_form_finish()ed by record_submit */
    struct record_actor actor;
    bool behalf; /* an officer files for a resident who is present */
    str token;   /* of the form: the same again gets the first receipt */
    const struct app_form *person; /* level 2, or NULL */
    const struct record_upload *uploads;
    size_t n_uploads;
};

struct record_receipt {
    str number, code; /* the code is shown once, here, and never kept */
    int64_t event, charge, due, promise;
    bool again; /* this token had been used */
};

/* E_REFUSED with findings where the form does not hold; E_GONE where the app
 * is closed. */
err record_submit(struct ctx *c, const struct record_world *w,
                  const struct record_submission *s, struct findings *f,
                  struct record_receipt *out) MUST_USE;

/* Reports that may be the same: near the point, or in the same village, with
 * the same values of the app's `merge.same`; open, newest first. Of a register,
 * live entries whose numbers of `merge.close` are close as well. */
struct record_near {
    str number, state;
    const struct data *state_label;
    int64_t submitted;
    int metres; /* -1: same village */
};
err record_nearby(struct ctx *c, const struct record_world *w, struct conn *on,
                  const struct app *a, const struct app_form *form,
                  struct record_near **out, size_t *n) MUST_USE;

/* ---- acting ------------------------------------------------------- */

/* An action that the flow has in this state, and what stands in the way of
 * this actor; `why` is empty where the way is free. */
struct record_choice {
    const struct app_action *action; /* with the needs of its branch */
    const struct app_branch *branch; /* in a parallel state; else NULL */
    str why;
    struct city_right right;         /* of an officer: his own, or whose */
    const struct app_letter *letter; /* that it leads to, or NULL */
    bool out_of_turn; /* an older one waits: a reason must be chosen */
};
err record_choices(struct ctx *c, const struct record_world *w, struct conn *on,
                   const struct record *r, const struct app *a,
                   const struct record_actor *actor, struct record_choice **out,
                   size_t *n) MUST_USE;

/* Why a record may be taken out of turn: a closed list of keys. */
extern const struct words record_reasons; /* reason.def */
/* The name of such a key, or of a hold or a ground of an erasure; else empty.*/
str record_reason_name(struct ctx *c, str key);

/* ---- handing on --------------------------------------------------- */

/* A head of the office where a record waits for one duty, or above it, says
 * which holder of that duty shall do it (disposisi). Then the others may not,
 * until the record moves on, the head takes it back, or that officer holds the
 * duty no more; who stands in for that officer may. */
struct record_disposal {
    int64_t officer; /* 0: nobody in particular */
    str name;
    bool may;                     /* this actor may hand it on */
    struct city_officer *holders; /* to whom */
    size_t n;
};
err record_disposal(struct ctx *c, const struct record_world *w,
                    struct conn *on, const struct record *r,
                    const struct record_actor *actor,
                    struct record_disposal *out) MUST_USE;
extern const struct words record_disposal_reasons; /* disposal.def */
/* To `officer`, or back to all (0). An event, record.assigned or
 * record.released.
 *     E_FORBIDDEN  not a superior
 *     E_BAD_INPUT  no reason, or that officer does not hold the duty
 *     E_CONFLICT   he acted in an earlier step, or is away: says which; or the
 *                  record waits for nobody, or is handed to nobody */
err record_dispose(struct ctx *c, const struct record_world *w,
                   const struct record_actor *actor, str number,
                   int64_t officer, str reason) MUST_USE;

struct record_deed {
    str number;
    int64_t version; /* as it was read; -1: whatever it is */
    str action;
    str branch; /* for which one; empty: the first that is this actor's */
    struct record_actor actor;
    const struct app_pair *needs; /* what the action asks, as typed */
    size_t n_needs;
    const struct app_form *form; /* a resubmission's whole form, or NULL */
    const struct record_upload *uploads;
    size_t n_uploads;
    str reason; /* out of turn: a key of record_reasons */
};

struct record_outcome {
    struct record record;
    int64_t event;
    str letter; /* key of the letter that was issued, or empty */
};

/*     E_CONFLICT   somebody acted since; read again and show the change
 *     E_FORBIDDEN  not this actor, with the reason (four eyes ...)
 *     E_REFUSED    findings: what the action asks is missing or wrong */
err record_act(struct ctx *c, const struct record_world *w,
               const struct record_deed *d, struct findings *f,
               struct record_outcome *out) MUST_USE;

/* ---- seeing: the one gate ----------------------------------------- */

/* A value that an act changed. */
struct record_change {
    str label, was, now; /* empty: there was none, there is none */
};

struct record_happening {
    int64_t event, time;
    str act;                  /* the key */
    const struct data *label; /* the action's words, or NULL for our own */
    str state;
    const struct data *state_label;
    str office; /* name of the office that acted */
    str who;    /* the officer's name, and for whom he stood in: for officers */
    str reason; /* name of an out-of-turn reason */
    const struct data *branch_label; /* of a branch that acted, or NULL */
    struct app_shown
        *said; /* what the action asked, as far as it may be seen */
    size_t n_said;
    struct record_change *changed;
    size_t n_changed;
};

struct record_paper {
    str key, number;
    const struct data *title;
    int64_t issued;
    str valid_to;
    bool revoked, replaced, ready; /* ready: the PDF is sealed */
};

/* A branch of a parallel state. */
struct record_branch {
    const struct app_branch *branch;
    str office; /* key */
    str function, duty;
    int64_t entered, due; /* due: 0 none */
    bool done;
};

/* A record that opened this one, or was opened by it. */
struct record_kin {
    struct record record;
    const struct app *app;
    const struct app_state *state;
    bool parent;
};

struct record_view {
    struct record record;
    str why_due, why_promise; /* how the dates were found; for parties */
    const struct app *app;
    const struct app_state *state;
    bool parties; /* this actor sees more than the public */
    bool own;     /* an officer who filed it, or whom its rows name */
    bool office;  /* and is of an office of its flow */
    struct app_shown *fields;
    size_t n_fields;
    struct record_happening *history;
    size_t n_history;
    struct record_paper *papers;
    size_t n_papers;
    struct record_branch *branches;
    size_t n_branches;
    struct record_kin *kin; /* the parent first */
    size_t n_kin;
    struct app_form form; /* the visible values, canonical */
};

/* Never fails for want of rights: who has none sees state and dates. */
err record_view(struct ctx *c, const struct record_world *w, struct conn *on,
                const struct record_actor *actor, str number,
                struct record_view *out) MUST_USE;

/* What the letter says that this actor's act leads to, as a PDF: drawn as it
 * would be now, marked RANCANGAN, without number, code or seal; dots stand for
 * what the act has still to say. For who may take that act. E_NOT_FOUND. */
err record_letter_foreseen(struct ctx *c, const struct record_world *w,
                           struct conn *on, const struct record_actor *actor,
                           str number, str action, str *pdf) MUST_USE;

/* A file of a record, through the same gate. */
err record_file(struct ctx *c, const struct record_world *w, struct conn *on,
                const struct record_actor *actor, str number, str path,
                struct record_upload *out) MUST_USE;

/* Are two records the same, or did one open the other? Who proved one with its
 * code is the resident of both. */
err record_are_kin(struct ctx *c, struct conn *on, str one, str other,
                   bool *kin) MUST_USE;

/* What other records would say against this form if it were sent now: gates
 * ("links.KEY"), and rules over figures ("rules.KEY"). */
err record_foresee(struct ctx *c, const struct record_world *w, struct conn *on,
                   const struct app *a, const struct app_form *form,
                   struct findings *f) MUST_USE;

/* Fill what prefill links take from records that this actor may see: what was
 * there before gives way. Call it when a form was read. */
err record_prefill(struct ctx *c, const struct record_world *w, struct conn *on,
                   const struct app *a, const struct record_actor *actor,
                   struct app_form *form) MUST_USE;

/* ---- what the calendar opened --------------------------------------- */

/* The newest record that the calendar opened for an office (empty: for the
 * city). E_NOT_FOUND. */
err record_of_period(struct ctx *c, struct conn *on, str app, str office,
                     str *number) MUST_USE;

/* ---- an officer's own ---------------------------------------------- */

/* A record that an officer filed, or whose rows name him; `state` is NULL where
 * today's app knows it no longer. */
struct record_mine {
    str number;
    const struct app *app;
    const struct app_state *state;
    int64_t submitted;
};
/* Newest first, at most `most` of each app that officers file. */
err record_filed(struct ctx *c, const struct record_world *w, struct conn *on,
                 str pseudonym, size_t most, struct record_mine **out,
                 size_t *n) MUST_USE;
/* Newest first: the records whose population names this officer. */
err record_slips(struct ctx *c, const struct record_world *w, struct conn *on,
                 str pseudonym, size_t most, struct record_mine **out,
                 size_t *n) MUST_USE;
/* Newest first: what an officer filed since then for residents who were there.
 */
err record_at_desk(struct ctx *c, const struct record_world *w, struct conn *on,
                   str pseudonym, int64_t since, size_t most,
                   struct record_mine **out, size_t *n) MUST_USE;

/* ---- what fields name --------------------------------------------- */

/* Whom a field of type officer may name: by name. */
err record_officers(struct ctx *c, const struct record_world *w,
                    struct conn *on, const struct app_field *d,
                    struct city_officer **out, size_t *n) MUST_USE;
/* Records and officers that the form names, are they there? Findings carry
 * `head` and the field's key. */
bool record_has_refs(const struct app_field *fields, size_t n);
err record_check_refs(struct ctx *c, const struct record_world *w,
                      struct conn *on, const struct app_field *fields, size_t n,
                      const struct app_form *form, const char *head,
                      struct findings *f) MUST_USE;
/* Do the records that the form rests on tell of an act of `who` that stands?
 * The step's field is filled where there is one only. */
err record_check_acted(struct ctx *c, const struct record_world *w,
                       struct conn *on, const struct app_field *fields,
                       size_t n, str who, struct app_form *form,
                       const char *head, struct findings *f) MUST_USE;
/* Put names for keys, as far as everybody may know them, and for an office. */
err record_show_refs(struct ctx *c, const struct record_world *w,
                     struct conn *on, bool office, struct app_shown *all,
                     size_t n) MUST_USE;

/* ---- lists -------------------------------------------------------- */

struct record_row {
    struct record record;
    const struct app *app;           /* NULL where it no longer builds */
    const struct app_branch *branch; /* that waits; its due, office, duty */
    str subject;      /* from public or office fields, never personal */
    str stead;        /* "Plh., menggantikan ...", or empty: one's own duty */
    int64_t disposed; /* to this officer; 0: to nobody in particular */
    bool overdue;
};

/* Where a list goes on: behind the last row seen. */
struct record_cursor {
    int64_t due, id;
};
#define RECORD_FIRST ((struct record_cursor){INT64_MIN, 0})
/* Behind a record that is due then (0: it has no deadline). */
struct record_cursor record_behind(const struct record *r, int64_t due);

struct record_counts {
    int64_t late, today, week, all;
};

/* What waits for this officer, over all apps: the oldest due first. `app`
 * narrows where not empty; `counts` may be NULL. */
err record_worklist(struct ctx *c, const struct record_world *w,
                    struct conn *on, const struct record_actor *actor, str app,
                    struct record_cursor after, size_t most,
                    struct record_row **out, size_t *n,
                    struct record_counts *counts) MUST_USE;

/* What everybody may see of an app whose fields are public: newest first. Of a
 * register nothing: what is not entered yet is nobody's, see
 * record_entries().*/
err record_public(struct ctx *c, const struct record_world *w, struct conn *on,
                  str app, int64_t before, size_t most, struct record_row **out,
                  size_t *n) MUST_USE;

/* The live entries of a register with a public list, by their key: only what
 * everybody may see, and only what the app showed when the entry was made.
 * `begins` narrows to keys that begin so. */
struct record_entry_cursor {
    str key; /* of the last one seen; empty to begin */
    int64_t record;
};
struct record_item {
    struct record record;
    const struct app *app; /* NULL where it no longer builds */
    str key;
    struct app_shown *shown;
    size_t n_shown, room;
};
err record_entries(struct ctx *c, const struct record_world *w, struct conn *on,
                   str app, struct record_entry_cursor after, str begins,
                   size_t most, struct record_item **out, size_t *n) MUST_USE;

/* ---- letters ------------------------------------------------------ */

enum record_verdict {
    RECORD_UNKNOWN,
    RECORD_VALID,
    RECORD_REVOKED,
    RECORD_EXPIRED,
    RECORD_NOT_YET,
    RECORD_REPLACED, /* a later letter took its place */
    RECORD_SAMPLE    /* of a training city */
};

struct record_check {
    enum record_verdict verdict;
    /* By token only; empty when asked by number. */
    str kind, number, holder /* masked */, office, digest;
    str instead; /* the number of the letter that replaced it, or empty */
    int64_t issued;
    str valid_from, valid_to;
};

err record_check_token(struct ctx *c, const struct record_world *w,
                       struct conn *on, str token,
                       struct record_check *out) MUST_USE;
err record_check_number(struct ctx *c, const struct record_world *w,
                        struct conn *on, str number,
                        struct record_check *out) MUST_USE;

/* Draw and seal the letters whose act a checkpoint covers; *done counts them.
 * The node calls it after each checkpoint. */
err record_seal_letters(struct ctx *c, const struct record_world *w,
                        int64_t *done) MUST_USE;

/* ---- time that decides -------------------------------------------- */

/* Is today a date that an officer confirmed, by a clock that has not jumped
 * since? All timers that decide wait for it. */
err record_time_trusted(struct ctx *c, const struct record_world *w,
                        struct conn *on, bool *trusted) MUST_USE;
/* Did the clock jump, so that all waits for somebody to look at it? */
err record_time_parked(struct ctx *c, struct conn *on, bool *parked) MUST_USE;
/* An officer says that this is the date; what was parked goes on. */
err record_time_confirm(struct ctx *c, const struct record_world *w,
                        const struct record_actor *actor) MUST_USE;
/* A node that starts: how long it was off is no jump of the clock, unless it
 * went back by over an hour, or on by over a month. */
err record_time_start(struct ctx *c, const struct record_world *w) MUST_USE;

/* A training city's clock was moved on purpose: that is no jump. */
err record_time_moved(struct ctx *c, const struct record_world *w) MUST_USE;

struct record_ticked {
    bool parked;   /* the clock jumped: nothing happens, and nothing is taken,
                      until somebody has confirmed the date */
    int64_t done;  /* how many lapsed, went to a superior, were silent, or were
                      reminded */
    int64_t moved; /* how many got other dates by a new calendar */
};
/* What is due now. First a step of the clock by over an hour since the last
 * tick, on no confirmed date or backwards, parks all. Then open deadlines
 * follow a changed calendar. Then, in trusted time only, what the flow says of
 * late records: escalation, silence, lapse; and reminders of what will lapse;
 * each is an event. That of a reminder, `remind`, names whom: the fact `for`
 * says resident, or `office` and `duty` say whose duty it is. What persons ask
 * about their data is spoken of once before it is late, `right.soon`, and once
 * when it is, `right.late`; `reference` is the request. */
err record_tick(struct ctx *c, const struct record_world *w,
                struct record_ticked *out) MUST_USE;

/* ---- keeping and forgetting --------------------------------------- */

/* Why a record is held back: keys that an officer may choose. */
extern const struct words record_holds; /* hold.def */
/* On what ground two officers may erase: keys. */
extern const struct words record_grounds; /* ground.def */

/* Hold a record back from being erased, with a key of record_holds and a
 * sentence, or release it (key empty): `record.held`, `record.freed`. By an
 * administrator, an auditor, or the head of an office of its flow.
 *     E_FORBIDDEN  others
 *     E_REFUSED    findings
 *     E_GONE       it is erased */
struct record_holding {
    str number, key, why;
    struct record_actor actor;
};
err record_hold(struct ctx *c, const struct record_world *w,
                const struct record_holding *h, struct findings *f) MUST_USE;
/* What the hold says in words, and since when. */
err record_held(struct ctx *c, const struct record_world *w, struct conn *on,
                str number, str *why, int64_t *since) MUST_USE;
/* May this officer hold it? */
err record_may_hold(struct ctx *c, const struct record_world *w,
                    struct conn *on, const struct record_actor *actor,
                    const struct record *r, bool *may) MUST_USE;

/* What stands in the way of erasing it today; empty where nothing. `early` says
 * that its time is not over: then a letter that holds stands in the way too. */
err record_kept_why(struct ctx *c, const struct record_world *w,
                    struct conn *on, const struct record *r, bool early,
                    str *why) MUST_USE;

/* Forget what was told in a record: openings, files, drawn letters, what lists
 * and gates find it by. Its events stay, and so does every receipt. A record
 * that it opened holds copies of its own: where its time to be kept is not set
 * by law it goes with it, unless something stands in its way; then `kept` says
 * what. Two different officers.
 *     E_CONFLICT   something stands in the way
 *     E_FORBIDDEN  one person alone
 *     E_BAD_INPUT  no ground of record_grounds */
struct record_erasing {
    str number, ground;
    str by, with; /* pseudonyms */
};
struct record_remains {
    str number, why;
};
struct record_erased {
    str *numbers; /* erased with it, itself first */
    size_t n, room;
    struct record_remains *kept;
    size_t n_kept, room_kept;
};
err record_erase(struct ctx *c, const struct record_world *w,
                 const struct record_erasing *x,
                 struct record_erased *out) MUST_USE;
/* After an older copy was put back: erase what was erased since, as the keys
 * file of a later backup tells (NULL: only this city's own). */
err record_erase_again(struct ctx *c, const struct record_world *w,
                       const char *keys, size_t *n) MUST_USE;

/* When the time is over that an app keeps a record which ended then, by the
 * city's days: 0 where the app keeps it for good. *archive: it is handed over
 * then, and stays until it was. */
int64_t record_keep_until(const struct record_world *w, const struct app *a,
                          int64_t ended, bool *archive);

/* Records whose time is over by `until`, and what becomes of them, as the app
 * that each froze says: by app, the oldest first. */
struct record_ripe {
    str number;
    const struct app *app;
    int64_t ended, until;
    bool archive;
    str why; /* it is not erased, or empty */
};
struct record_ripeness {
    str app;
    const struct data *title;
    int64_t erase, archive, wait; /* wait: something stands in the way */
};
/* At most `most` of them, and how many of each app among the first `count`. */
err record_ripe(struct ctx *c, const struct record_world *w, struct conn *on,
                int64_t until, size_t most, size_t count,
                struct record_ripe **out, size_t *n,
                struct record_ripeness **apps, size_t *n_apps) MUST_USE;

/* Erase what is over by now, in trusted time only, some at a time: once a day
 * all are looked at. *done counts the erased; *whole: today's are through. */
err record_retain(struct ctx *c, const struct record_world *w, int64_t *done,
                  bool *whole) MUST_USE;

/* ---- handing over to the archive ---------------------------------- */

/* All that this view shows, as JSON has it: fields, history, letters. */
struct data *record_copy(struct ctx *c, const struct record_view *v);

/* Records of an app whose time is over, that go to the archive, that nothing
 * holds back, and that were not handed over yet; the oldest first. */
err record_handover_due(struct ctx *c, const struct record_world *w,
                        struct conn *on, str app, size_t most,
                        struct record_ripe **out, size_t *n) MUST_USE;
/* They stand in the package whose SHA256SUMS has this digest: an event each,
 * `archive.handed`, all or none. By two officers. E_CONFLICT: one of them does
 * not go to the archive any more. */
struct record_handing {
    const str *numbers;
    size_t n;
    str package; /* sha256:HEX */
    str by, with;
};
err record_handover(struct ctx *c, const struct record_world *w,
                    const struct record_handing *h) MUST_USE;
/* How many of a package's records were handed over, and received. */
err record_handover_state(struct ctx *c, struct conn *on, str package,
                          int64_t *handed, int64_t *received) MUST_USE;
/* The archive's receipt, by its number, is noted for each of them:
 * `archive.received`. From then on they are erased as what is not archived is,
 * in time and where nothing holds them. E_NOT_FOUND: no such package. *n counts
 * those that were not noted before. */
err record_handover_receive(struct ctx *c, const struct record_world *w,
                            str package, str receipt, str by, str with,
                            int64_t *n) MUST_USE;

/* ---- a person's rights -------------------------------------------- */

/* What may be asked about a record's data, and its name. */
extern const struct words record_rights;     /* right.def */
#define RECORD_RIGHT_WITHIN (72 * TIME_HOUR) /* by the clock, also at night */
#define RECORD_RIGHT_SOON   (24 * TIME_HOUR) /* before it is late */

/* A value that may be corrected by asking: one part of a field that is typed
 * or chosen, as the person sees it. */
bool record_can_correct(const struct app *a, str path);

/* Ask, by the record's resident or at the counter: `right.asked`, decided
 * within three times 24 hours. A correction names the path of a value and what
 * it should say; it is checked as if it were typed.
 *     E_FORBIDDEN  others
 *     E_REFUSED    findings
 *     E_CONFLICT   the same is asked already
 *     E_GONE       the data are erased */
struct record_ask {
    str number, kind; /* a key of record_rights */
    str path, value, why;
    struct record_actor actor;
};
err record_ask(struct ctx *c, const struct record_world *w,
               const struct record_ask *x, struct findings *f) MUST_USE;

struct record_request {
    int64_t id;
    str record, kind, asker; /* resident, or an officer's pseudonym */
    int64_t asked, due;
    str first; /* who said yes, where two must; or empty */
    int64_t decided;
    str result; /* granted, refused; empty while it is open */
    int64_t answer;
    str offices[2]; /* keys: that handled it before, by commas; that has it */
    /* For who decides it, and for its person; empty where they are erased, or
     * may not be shown. */
    str label; /* of the field: the app's words, for everybody */
    str path, value, why, said;
    str now, then; /* what the field says, and should, as people read it */
    bool may;      /* this officer is one of those who decide it */
    bool hidden;   /* and may not see what is asked: then he cannot grant it */
    bool vacant;   /* no such office has a head: one must be named first */
};
/* Of a record, newest first, for its parties. */
err record_requests_of(struct ctx *c, const struct record_world *w,
                       struct conn *on, str number, struct record_request **out,
                       size_t *n) MUST_USE;
/* All that concern this officer, the first due first, without their words: of
 * his office's records as a head or one who stands in for him, of all records
 * as an administrator. */
err record_requests_open(struct ctx *c, struct conn *on,
                         const struct record_actor *actor, size_t most,
                         struct record_request **out, size_t *n) MUST_USE;
/* How many are open and late. */
err record_requests_late(struct ctx *c, struct conn *on, int64_t *n) MUST_USE;
/* E_NOT_FOUND; E_FORBIDDEN for whom it does not concern. */
err record_request_find(struct ctx *c, const struct record_world *w,
                        struct conn *on, const struct record_actor *actor,
                        int64_t id, struct record_request *out) MUST_USE;
/* Who is to be told of an open request: the heads who decide it, who stands in
 * for them, and the administrators; each once. */
err record_request_deciders(struct ctx *c, struct conn *on, int64_t id,
                            struct city_officer **out, size_t *n) MUST_USE;

/* Decide, as right.def says: what is corrected, the head of an office that
 * handled the record, who sees it; a restriction, an administrator too; to
 * erase takes two, one of them such a head. Never who asked at the counter. A
 * no says why. A yes corrects at once (the former value stays sealed in its
 * event), or holds the record, or erases it once two have said it.
 *     E_FORBIDDEN, E_CONFLICT (decided already; something stands in the way),
 *     E_REFUSED    findings */
struct record_answer {
    int64_t id;
    bool yes;
    str why;
    struct record_actor actor;
};
err record_answer(struct ctx *c, const struct record_world *w,
                  const struct record_answer *x, struct findings *f) MUST_USE;

/* The `reason` of record.held and record.freed where they tell of it. */
#define RECORD_RESTRICTION "restriction"
/* Why nobody may act on a record while its processing is restricted, and who
 * can lift that; empty where it is not. */
err record_restricted_why(struct ctx *c, const struct record_world *w,
                          struct conn *on, const struct record *r,
                          str *why) MUST_USE;
/* What was said when a record's processing was restricted, and since when. */
err record_restricted(struct ctx *c, const struct record_world *w,
                      struct conn *on, const struct record *r, str *why,
                      int64_t *since) MUST_USE;
/* End a restriction, with a sentence: `record.freed`, reason `restriction`; the
 * dates go on with the time that was left. By whoever may grant one.
 *     E_FORBIDDEN  others
 *     E_CONFLICT   there is none
 *     E_REFUSED    findings */
struct record_lifting {
    str number, why;
    struct record_actor actor;
};
err record_lift(struct ctx *c, const struct record_world *w,
                const struct record_lifting *x, struct findings *f) MUST_USE;
err record_may_lift(struct ctx *c, const struct record_world *w,
                    struct conn *on, const struct record_actor *actor,
                    const struct record *r, bool *may) MUST_USE;

/* ---- drafts ------------------------------------------------------- */

/* A form half filled, kept 72 hours under a token that only its owner's
 * browser has; sealed by a key made from it. */
struct record_draft {
    str app, tree, overlay;
    struct app_form form;
    struct record_upload *uploads; /* name, mime, bytes */
    size_t n_uploads;
    int64_t saved;
};
err record_draft_save(struct ctx *c, const struct record_world *w, str token,
                      const struct record_draft *d) MUST_USE;
err record_draft_load(struct ctx *c, const struct record_world *w,
                      struct conn *on, str token,
                      struct record_draft *out) MUST_USE;
err record_draft_drop(struct ctx *c, const struct record_world *w,
                      str token) MUST_USE;
