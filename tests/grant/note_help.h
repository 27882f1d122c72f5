/* SPDX-License-Identifier: EUPL-1.2 */
/* Two cities with their keys, an accord and a deed, for the tests of notes. */
#pragma once

#include "grant/grant.h"
#include "tests/test.h"

#define BANDUNG "32.73"
#define BANGKA  "19.03"
#define IZIN    "penanaman-modal/izin-reklame"
#define LAPOR   "kominfo/lapor-warga"

/* The n-th test key: its seed is n thirty-two times. */
struct seal_key help_key(struct ctx *c, const char *name, unsigned char n);
/* Add its signature to a note or a draft. */
str help_sign(struct ctx *c, str note, const char *name, unsigned char n);

/* Keys 1 and 2 are Bandung's hibah keys, 3 and 4 Bangka Selatan's. */
extern const char *const help_hibah[4];
void help_hibah_keys(struct ctx *c, struct seal_key out[4]);
str help_sign_all(struct ctx *c, str note);

/* Bandung and Bangka Selatan, 2026 to 2031, sector penanaman-modal. The
 * context speaks Indonesian from here on. */
struct grant_accord help_accord(struct ctx *c);
struct grant_note help_accord_note(struct ctx *c); /* in force */
/* Of one app with this tree; in force. */
struct grant_note help_deed_note(struct ctx *c, const struct grant_note *accord,
                                 const char *giver, const char *receiver,
                                 const char *number, const char *version,
                                 str tree);
struct grant_note help_read_note(struct ctx *c, str bytes);
/* Is there a finding whose sentence, key or place holds this? */
bool help_says(const struct findings *f, enum severity severity,
               const char *what);
void help_print(struct ctx *c, const struct findings *f);
