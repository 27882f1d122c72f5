/* SPDX-License-Identifier: EUPL-1.2 */
/* What the administrator's pages share: one installed app, all that a city
 * fills in for it, and what waits for a second officer. */
#pragma once

#include "web/web_priv.h"

/* Where an item stands; the words are ikut asal, disesuaikan, belum diisi,
 * bertentangan. */
enum local_state { LOCAL_ORIGIN, LOCAL_OURS, LOCAL_EMPTY, LOCAL_CONFLICT };
#define LOCAL_STATES 4

enum local_kind {
    LOCAL_FUNCTION,
    LOCAL_DUTY,
    LOCAL_LAW,
    LOCAL_TARIFF,
    LOCAL_TIME,
    LOCAL_KEEP,
    LOCAL_REGISTER,
    LOCAL_LETTERHEAD,
    LOCAL_CALENDAR,
    LOCAL_LINE
};

/* How a value is asked. */
enum local_ask { ASK_TEXT, ASK_MONEY, ASK_NUMBER, ASK_SPAN, ASK_KEEP };

/* One value of an item: a path of the overlay. */
struct local_slot {
    str path, label;
    enum local_ask ask;
    str origin, ours; /* canonical text; ours is what is in force */
    bool optional;
};

struct local_item {
    enum local_kind kind;
    str key;   /* in its address: "law.izin" */
    str about; /* what it is called inside: "izin", "licensing.verifier" */
    str name;  /* for people */
    str now;   /* what stands, in one line */
    enum local_state state;
    bool grave;  /* two officers decide */
    bool blocks; /* the app cannot open without it */
    bool waits;  /* a proposal touches it */
    struct local_slot *slots;
    size_t n, room;
};

struct local {
    str id;
    const struct app_entry *entry;
    struct app_package *package;
    struct app_overlay *overlay; /* in force; NULL: none */
    const struct app *app;       /* NULL where it does not build */
    struct app *origin;          /* without the overlay */
    struct findings trouble;     /* lines that do not fit this version */
    struct findings obstacles;
    bool waits;
    struct app_proposal proposal;
    struct app_overlay *proposed; /* NULL for none, or "back to the origin" */
    struct app_differs *pending;
    size_t n_pending;
    struct local_item *items;
    size_t n, room;
};

/* The app that the address names, all of the above. */
err web_local(struct visit *v, struct local **out) MUST_USE;
/* The same of a package that is not (yet) installed: nothing waits. */
err web_local_of(struct visit *v, struct app_package *p,
                 struct app_overlay *overlay, struct local **out) MUST_USE;
/* "32.73" is "Kota Bandung". */
str web_city_words(str code);
const struct local_item *web_local_item(const struct local *l, str key);
/* How many items are in a state; how many need nothing more. */
size_t web_local_count(const struct local *l, enum local_state s);
size_t web_local_done(const struct local *l);
str web_local_state(struct visit *v, enum local_state s);
const char *web_local_mood(enum local_state s);
str web_local_mark(enum local_state s); /* in addresses: "belum-diisi" */
/* A path of the overlay as people call it: "Tarif pajak (persen)". */
str web_local_path(struct visit *v, const struct local *l, str path);
/* A value at a path as people read it. */
str web_local_value(struct visit *v, const struct local *l, str path,
                    const struct data *value);
str web_local_show(struct visit *v, const struct local_slot *s, str value);
/* "function.duty" in words. */
str web_duty_words(struct visit *v, str function, str duty);
/* "officer-17" as officers know each other. */
str web_officer(struct visit *v, str pseudonym);
/* The lines of an overlay, their paths as this version calls them. */
size_t web_local_lines(struct visit *v, const struct local *l,
                       const struct app_overlay *o, struct app_change **out);
/* Does this path touch a value of the item? */
bool web_local_touched(const struct local_item *i, str path);
/* The line has no place in this version. */
bool web_local_gone(const struct finding *f);
/* What a line and this version do not agree about, in a sentence. */
str web_local_quarrel(struct visit *v, const struct local *l,
                      const struct finding *f);
/* Text that a rule's sentence says, without the word that names its kind. */
str web_plain(str what);

/* "dikembalikan_lalu_dilengkapi" as words. */
str web_words_of(struct visit *v, str key);
/* What lines of the overlay change: items {label, from, to, why, grave}. */
void web_put_differs(struct visit *v, const struct local *l, struct data *list,
                     const struct app_differs *all, size_t n);
/* "proposal": what waits for a second officer, or false. */
void web_put_proposal(struct visit *v, const struct local *l);

/* Lay `next` over the app: at once where one officer may, else as a proposal;
 * what waits by the same officer is brought along. *asked: it waits now. */
struct app_saving {
    const struct local *l;
    const struct app_overlay *next;
    bool asked, done;
};
err web_local_save(struct visit *v, struct app_saving *s) MUST_USE;
/* What the next change begins with: what is in force, or what waits by me. */
struct app_overlay *web_local_base(struct visit *v, const struct local *l);

/* The version of an app that a city's repository had when it was last looked
 * at; empty where nobody looked. */
str web_last_seen(struct visit *v, str city, str app);

/* The form of a function's item and what waits for it; and what was sent. */
err web_map_put(struct visit *v, const struct local_item *it,
                str action) MUST_USE;
err web_map_take(struct visit *v, const struct local_item *it,
                 const char **said) MUST_USE;

/* A register that is missing can be made from its item. */
bool web_register_asks(const struct local_item *it);
void web_register_put(struct visit *v);
err web_register_take(struct visit *v, const struct local_item *it) MUST_USE;

/* ---- work behind the page (web_job.c) ----------------------------- */

/* Something that takes more than a page may: it runs on a thread of its own,
 * with an arena and a context of its own, and its page looks again. */
struct job;
typedef err job_work(struct ctx *c, struct job *j, void *arg);
struct job_kept {
    bool ended;
    err result;
    str why;   /* a sentence where it failed */
    str said;  /* how far it is */
    void *arg; /* as the work left it; lives with the job */
    int64_t begun;
};
struct jobs;
struct jobs *web_jobs_new(void);
void web_jobs_free(struct jobs *j); /* waits for what runs */
struct jobs *web_jobs_of(struct web *w);
/* Begin: `make` fills an argument in the job's own arena. One of a kind runs
 * for an officer at a time: E_BUSY. */
err web_job_start(struct visit *v, str kind, job_work *work,
                  void *(*make)(struct ctx *c, struct visit *v, void *from),
                  void *from, str *token) MUST_USE;
/* Look at one's own; E_GONE where there is none (any more). The pointer stays
 * good until web_job_let(). */
err web_job_look(struct visit *v, str token, str kind,
                 struct job_kept *out) MUST_USE;
void web_job_say(struct job *j, const char *id, const char *en);
