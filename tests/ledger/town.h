/* SPDX-License-Identifier: EUPL-1.2 */
/* A little city with a log, for the tests of the ledger. */
#pragma once

#include "ledger/ledger.h"
#include "tests/test.h"

struct town {
    const char *dir, *keys, *base, *signing;
    struct store *store;
    struct signer *signer;
    struct ledger *ledger;
    struct seal_policy *policy; /* its log, no witness */
};

/* Its appliers keep a note of each event in test_ledger_note: the text of
 * fields.nama, until its subject is erased. The act "balk" is refused by its
 * applier after it has written. */
struct town *town_open(struct ctx *c);                      /* kota.example */
struct town *town_named(struct ctx *c, const char *domain); /* another */
/* The node stops and starts. */
void town_reopen(struct ctx *c, struct town *t);
void town_close(struct town *t);
/* A second life of the town, with database, keys and signer as they are. */
struct town *town_twin(struct ctx *c, struct town *of);

/* An event of the record with one plain and one sealed fact. */
struct ledger_event town_event(struct ctx *c, const char *act,
                               const char *record);
err town_append(struct ctx *c, struct town *t, struct ledger_event *e);
/* n events of the record 7K4M-2QX9-5 in one commit; aborts where it fails. */
void town_fill(struct ctx *c, struct town *t, size_t n);
err town_erase(struct ctx *c, struct town *t, const char *subject);
err town_batch(struct ctx *c, struct town *t);

/* What somebody with the database's file could do. */
enum town_crime {
    TOWN_FACT,    /* a fact of event 2 */
    TOWN_SEALED,  /* what is sealed of event 2 is dropped */
    TOWN_ENTRY,   /* the entry of event 2 is that of event 1 */
    TOWN_OFFICE,  /* the office of event 2 */
    TOWN_TIME,    /* the time of event 2 */
    TOWN_REMOVE,  /* event 2 */
    TOWN_LAST,    /* the last event */
    TOWN_TILE,    /* a hash in tile 0/0 */
    TOWN_NO_TILE, /* tile 0/0 */
    TOWN_LOST,    /* event 2 is made one whose facts are lost */
    TOWN_ROW,     /* a text in the projection */
    TOWN_NO_ROW,  /* a row less in the projection */
    TOWN_NEW_ROW  /* a row more in the projection */
};
void town_commit_crime(struct ctx *c, struct town *t, enum town_crime crime);

/* How often the note of event `id` says `text`; notes in all with id 0. */
int64_t town_notes(struct ctx *c, struct town *t, int64_t id, const char *text);
str town_digest(struct ctx *c, struct town *t);
uint64_t town_size(struct ctx *c, struct town *t);
