/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of this room share. */
#pragma once

#include "jail/jail.h"
#include "node/node.h"
#include "notice/notice.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>

/* City and catalogue of one moment; the last who lets go frees them. */
struct snapshot {
    atomic_int holders;
    struct city *city;
    struct app_catalogue *apps;
    int64_t edition;
};

/* Who started this process and wants to hear of it; fd -1: nobody. */
struct service {
    int fd;
    struct sockaddr_un to;
    socklen_t n;
    int64_t every; /* microseconds between signs of life; 0: none wanted */
};

struct node {
    char *dir;
    int lock;                   /* a descriptor that holds the folder */
    struct jail_keeper *keeper; /* of the helpers; NULL: there are none, and the
                                 * signer is in this process */
    struct store *store;
    struct signer *signer;
    struct ledger *ledger;
    unsigned char secret[32];
    pthread_mutex_t guard; /* of `now` below */
    struct snapshot *now;
    pthread_mutex_t ticking;    /* one checkpoint at a time */
    pthread_mutex_t refreshing; /* one at a time, or the older might win */
    _Atomic int64_t ahead;      /* of the system's clock, in microseconds */
    atomic_bool rolled_back;    /* the signer knows more than the database */
    atomic_bool forked;         /* somebody holds another past, signed by us */
    atomic_bool awaiting;       /* restored, and no witness has answered yet */
    struct asking *asking;      /* the witnesses */
    const struct notice_via *via; /* while it serves */
    pthread_t telling;
    bool tells;
    atomic_bool stopping;
    atomic_bool alone;       /* its helpers are gone: it stops */
    struct service service;  /* while it serves */
    const char *certificate; /* of the server; NULL: none, or a proxy's */
};

#define NODE_ARENA ((size_t)256 << 20)

/* The names of a city's files. */
#define NODE_DATABASE "balai.db"
#define NODE_KEYS     "keys"
#define NODE_SIGNER   "signer"
#define NODE_SECRET   "secret"
#define NODE_LOCK     "lock"
#define NODE_SOCKET   "socket"
#define NODE_CLOCK    "clock" /* of a training city: how far it is ahead */
/* A checkpoint that speaks against this city; it was restored, and a witness
 * must say yes. */
#define NODE_DELIVERY "delivery.yaml" /* how it reaches people, if it does */
#define NODE_EVIDENCE "evidence.note"
#define NODE_AWAITING "awaiting"

/* A context of its own for a thread's turn; end with arena_free(c.mem). */
struct ctx node_ctx(struct node *n);

err node_keep_clock(struct ctx *c, const char *dir, int64_t ahead) MUST_USE;
err node_lock(struct ctx *c, const char *dir, int *fd) MUST_USE;

/* How residents are told: `via` lives in c->mem. E_BAD_INPUT, E_FORBIDDEN where
 * delivery.yaml cannot be used. */
err node_notice_read(struct ctx *c, struct node *n) MUST_USE;
/* Tell them, from a thread of its own, until it stops. */
void node_notice_start(struct node *n);
void node_notice_stop(struct node *n);

/* ---- node_helper.c ------------------------------------------------ */

/* To be called while there is one thread, no database and no key. */
err node_helpers_start(struct ctx *c, struct node *n, bool unjailed) MUST_USE;
/* The signer of the process that they started, into n->signer. */
err node_reach_signer(struct ctx *c, struct node *n) MUST_USE;
/* E_INTERNAL once there can be no helper any more. */
err node_helpers_live(struct ctx *c, struct node *n) MUST_USE;

/* The control socket: a thread that runs commands for clients. */
struct control;
err node_control_start(struct ctx *c, struct node *n, node_command *run,
                       struct control **out) MUST_USE;
void node_control_stop(struct control *k);

/* ---- node_witness.c ----------------------------------------------- */

/* The thread that asks the witnesses of this city's log. */
struct asking *node_asking_new(void);
void node_asking_free(struct asking *a);
void node_asking_start(struct node *n);
void node_asking_stop(struct node *n); /* once n->stopping is set */

/* Hand the signer the keys of the logs that this city cosigns. */
err node_tell_neighbours(struct ctx *c, struct node *n,
                         const struct city *city) MUST_USE;
/* What a witness held against this city before: read-only while it does not
 * agree with what is here, else forgotten. */
err node_weigh_evidence(struct ctx *c, struct node *n) MUST_USE;
/* One has answered, or what it holds is in the log now. */
void node_await_no_more(struct ctx *c, struct node *n);
/* A restored city with witnesses takes no act until one has answered. */
err node_await_witness(struct ctx *c, struct node *n) MUST_USE;

/* ---- node_service.c ----------------------------------------------- */

/* The one socket that the service manager opened for us; 0 where none. */
err node_given_socket(struct ctx *c, int *fd) MUST_USE;
void node_service_open(struct service *s);
/* "READY=1", "RELOADING=1", "STOPPING=1", "WATCHDOG=1" */
void node_service_tell(const struct service *s, const char *state);
void node_service_close(struct service *s);

/* ---- node_doctor.c ------------------------------------------------ */

/* What ails the disk under the database, in the reader's language; `what` is
 * NULL where nothing does. Urgent: writing is in trouble now. */
struct node_ill {
    const char *what, *mend;
    bool urgent;
};
struct node_ill node_disk(struct ctx *c, struct node *n);

/* ---- keeping ------------------------------------------------------ */

#define NODE_KEPT "backed-up" /* when, in UTC, by the system's clock */

err node_file_digest(struct ctx *c, const char *path, str *out) MUST_USE;

/* Every file below a folder by its name from there, in the order of names;
 * `below` is where to begin, empty for the folder itself. */
typedef err node_visit(struct ctx *c, void *arg, str name);
err node_each_file(struct ctx *c, const char *dir, str below, int deep,
                   node_visit *visit, void *arg) MUST_USE;

/* An archive of the files below `dir` whose names begin with keys/, or of all
 * others, sealed; written all or nothing. *again reads it while c->mem lives.
 */
struct node_archive {
    const char *path;
    str kind; /* "data" or "keys" */
};
err node_archive_write(struct ctx *c, const struct node_archive *a,
                       const char *dir, const unsigned char public[32],
                       struct seal_stream **again, uint64_t *size) MUST_USE;
/* Its files into the folder `to`: by the key, or by `of` that wrote it. */
err node_archive_read(struct ctx *c, const struct node_archive *a,
                      const struct seal_secret *k, const struct seal_stream *of,
                      const char *to) MUST_USE;
/* The folders above a name, below `dir`. */
err node_make_above(struct ctx *c, const char *dir, str name) MUST_USE;
