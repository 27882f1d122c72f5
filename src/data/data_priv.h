/* SPDX-License-Identifier: EUPL-1.2 */
/* What the readers and writers of data share. */
#pragma once

#include "data/data.h"

enum {
    MOST_DEPTH = 32,
    MOST_FAULTS = 100, /* then a reader stops looking for more */
    MOST_KEY = 256,    /* bytes; YAML itself ends at 1,024 */
    MOST_VALUES = 1 << 16,
    MOST_YAML = 1 << 20,
    MOST_JSON = 1 << 22,
    MOST_CSV = 1 << 24,
    MOST_CELL = 1 << 16,
    MOST_CELLS = 1 << 19
};

/* What is being read, and what was wrong with it so far. */
struct data_source {
    struct ctx *c;
    str file;
    struct findings found;
};

bool data_tired(const struct data_source *s); /* MOST_FAULTS reached */
void data_fault(struct data_source *s, struct place at, str key, str what,
                const char *mend);

/* A copy of `text` that a parser may read: well-formed, without control or
 * direction characters, and where it is strict without tabs. Each that was
 * there is a fault and a space now, so that places stay and the reading goes
 * on. Strictly, a line that is not in NFC is a fault too, and a line of blanks
 * is an empty line (libfyaml loses a text that ends in some). */
str data_clean(struct data_source *s, str text, bool strict);

str data_skip_bom(str text); /* word processors put one first */

/* Hand the faults on, sorted by place; E_BAD_INPUT with the first in words
 * where there is one. */
err data_finish(struct data_source *s, struct findings *to);

bool data_is_scalar(const struct data *d);
/* What other readers of YAML take for null when it has no quotes. */
bool data_looks_null(str plain);

/* Put a pair or an item last without looking for the key. */
void data_add(struct ctx *c, struct data *map, str key, struct place at,
              struct data *value);

/* One code point of s at *at, which it moves; -1 and one byte on where it is
 * not UTF-8. */
int32_t data_point(str s, size_t *at);
/* Whether a code point is read by no eye: controls but TAB, LF and CR,
 * direction and line separators, the byte order mark. */
bool data_hidden(int32_t point);
size_t data_columns(str s); /* code points, as data_point counts them */
