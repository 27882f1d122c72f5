/* SPDX-License-Identifier: EUPL-1.2 */
/* A served city with every app of apps/ open, and one record of each with text
 * planted in every field and in all that every action asks. The records are
 * said to the ledger as the engine says them, so that no app's rules need to
 * be known, and a new app is taken in by itself. */
#pragma once

#include "tests/web/site.h"

/* Who may see a field, as its own `show:` says: P everybody, R its resident
 * and the offices of its flow, O those offices alone. */
struct plant {
    struct ctx *c;
    int app;   /* which of the city's */
    char show; /* P, R, O */
    str path;  /* "pemohon.nama" */
};
/* The text for one part. */
typedef str plant_text(const struct plant *p);

#define PLANTED_MOST 64
struct planted {
    struct site *site;
    struct planted_app {
        const struct app *app;
        str number, code;
        int n[128]; /* parts planted, by P, R, O */
    } all[PLANTED_MOST];
    size_t n;
};

/* The office that every record is at, and who works there. */
#define PLANTED_OFFICE   "dpmptsp"
#define PLANTED_OFFICER  "periksa.izin"
#define PLANTED_HEAD     "kepala.izin"
#define PLANTED_STRANGER "lapangan.taman" /* an officer elsewhere */

struct planted *planted_new(struct ctx *c, plant_text *text);
/* The same where every word that apps, city and people's names are made of
 * begins with `head`, as if another city had granted such apps. */
struct planted *planted_spiked(struct ctx *c, plant_text *text, str head);
