/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of the play runner share. A play drives the real program:
 * commands, HTTP, kills, tampering. docs: `build/asan/play --help`. */
#pragma once

#include "base/base.h"

#include <sys/types.h>

#define PLAY_MOST_WORDS 48
#define PLAY_DEADLINE   (10 * TIME_SECOND)

struct play_city {
    str name, dir, code, domain;
    pid_t pid; /* 0: not running */
    int out;   /* its standard output */
    int port;
    str limits; /* of the shell's ulimit, empty: none */
    bool frail; /* on a disk that fails as the play's file `fault` says */
};

/* One browser: its cookies, by city and name. */
struct play_browser {
    str who;
    struct play_cookie {
        str city, name, value;
    } cookies[32];
    size_t n;
};

struct play {
    struct ctx *c;
    const char *balai, *root; /* the program, the checkout */
    const char *file, *dir;   /* of the play; its own folder */
    int line;
    str title;
    struct play_city cities[4];
    size_t n_cities;
    struct play_browser browsers[16];
    size_t n_browsers;
    struct play_browser *browser;
    struct play_var {
        str name, value;
    } vars[64];
    size_t n_vars;
    /* The last answer. */
    int status, code; /* of HTTP, of a command */
    str path, headers, body;
    int64_t began; /* by `measure` */
    str request;   /* shown when the play fails */
    str failure;
};

/* Give up with a sentence; returns false for the verb. */
bool play_fails(struct play *p, const char *fmt, ...) PRINTF(2, 3);
struct play_city *play_city(struct play *p, str name);
str play_var(const struct play *p, str name);
void play_set(struct play *p, str name, str value);

/* ---- processes (play_run.c) --------------------------------------- */

bool play_run(struct play *p, const char *const *argv);
/* Commands of the shell, in the play's folder. */
bool play_shell(struct play *p, const char *words);
bool play_start(struct play *p, struct play_city *k, const str *options,
                size_t n);
bool play_stop(struct play *p, struct play_city *k, int signal);
/* The same, without waiting until it serves. */
bool play_spawn(struct play *p, struct play_city *k, const str *options,
                size_t n);
/* SIGKILL to a process below it, by the name that ps shows. */
bool play_kill_helper(struct play *p, struct play_city *k, str name);
/* Start it without one system call of the unit's: it must not come up. */
bool play_starve(struct play *p, struct play_city *k, str call);

/* `play PLAY_UNDER CALL UNIT PROGRAM ...` becomes that program under the unit's
 * SystemCallFilter, less CALL where it is not empty (play_unit.c). */
#define PLAY_UNDER "--under-unit"
int play_under_unit(struct ctx *c, const char *without, char **argv);

/* balai -C DIR WORDS LAST, which must end with 0; DIR and LAST may be NULL. */
bool play_balai(struct play *p, const char *dir, const char *words,
                const char *last);

/* ---- the grant (play_grant.c) ------------------------------------- */

/* Seven offline keys in keys/NAME, and the first edition of its apps. */
bool play_ceremony(struct play *p, const struct play_city *k);
/* The next edition, of all apps or of those named. */
bool play_publish(struct play *p, const struct play_city *k, str apps);
/* accord.note: signed by all four, kept by both cities. */
bool play_accord(struct play *p, const struct play_city *a,
                 const struct play_city *b);
/* A deed of the giver's edition, signed by all four, kept by both. */
bool play_deed(struct play *p, str file, const struct play_city *giver,
               const struct play_city *receiver, str number);

/* ---- kills (play_kill.c) ------------------------------------------ */

/* Residents who report at once while the city is killed so often, and then ask
 * for each receipt they were given; the answer is one line of what was found,
 * "... 0 lost, 0 doubled ...". $number and $kode are one of them. */
bool play_kills(struct play *p, struct play_city *k, int kills, int clients);

/* ---- HTTP (play_http.c) ------------------------------------------- */

struct play_pair {
    str name, value;
};
/* One request, following 303 and 302 inside the city. */
bool play_request(struct play *p, struct play_city *k, const char *method,
                  str path, const struct play_pair *form, size_t n);
/* The n-th form with method="post" of the last page, or that of an act: its
 * action, and its fields as a browser would send them untouched. */
bool play_form(struct play *p, str which, str *action, struct play_pair *fields,
               size_t *n, size_t most);
/* What stands between them in the answer. */
bool play_between(const struct play *p, const char *before, const char *after,
                  str *out);
bool play_flood(struct play *p, struct play_city *k, str path, int n, str text);
