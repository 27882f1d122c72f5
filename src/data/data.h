/* SPDX-License-Identifier: EUPL-1.2 */
/* data: a tree of values with the places they were written at, read from and
 * written to YAML and JSON. Floor 2; uses base. Owns libfyaml, jansson,
 * utf8proc.
 *
 * YAML: a safe part of it. No anchors, aliases, tags, merge keys, duplicate
 * keys or null; UTF-8 in NFC; depth 32; 1 MiB. Every scalar is a DATA_TEXT: it
 * gets its type from the schema that reads it, never from how it looks. A line
 * of blanks is an empty line; the lines of a > text have one indentation.
 *
 * A reader takes at most 65,536 values (CSV: 524,288 cells in 16 MiB), JSON
 * at most 4 MiB and the same depth, and reports at most some 100 faults. From
 * the arena it takes some 250 bytes a value and a few times the text: 20 MiB
 * for the worst of YAML. */
#pragma once

#include "base/base.h"

enum data_kind {
    DATA_NULL,   /* JSON only */
    DATA_BOOL,   /* JSON only; text is "true" or "false" */
    DATA_NUMBER, /* JSON only; text is as written */
    DATA_TEXT,
    DATA_LIST,
    DATA_MAP
};

struct data {
    enum data_kind kind;
    bool quoted;  /* a scalar that stood in quotes, or as a block */
    bool literal; /* its text stands in the source letter by letter */
    bool sorted;  /* a map, by data_sort() */
    struct place at;
    str text;                /* of a scalar */
    struct data_pair *pairs; /* of a map, in the order written */
    struct data **items;     /* of a list */
    size_t n, room;
};

struct data_pair {
    str key;
    struct place at;
    struct data *value;
};

/* Read one document. Every fault becomes a finding with its place and mend,
 * all in one run, in the order of the text; E_BAD_INPUT where there was an
 * error. `file` names the text in places. Where only values are at fault (a
 * tag, a key twice), *out is nevertheless the tree, for a checker that goes on
 * to its own findings; where the syntax is broken it is NULL. */
err data_read_yaml(struct ctx *c, str file, str bytes, struct findings *f,
                   struct data **out) MUST_USE;
err data_read_json(struct ctx *c, str file, str bytes, struct findings *f,
                   struct data **out) MUST_USE;

/* A value below a map by its key, or by a path of keys "flow.states.submitted"
 * or NULL. NULL maps and scalars have none. */
struct data *data_get(const struct data *map, str key);
struct data *data_at(const struct data *map, str path);
/* The text of a scalar; empty (p == NULL) for NULL and for what is none. */
str data_text(const struct data *d);

/* The place of byte `offset` of a scalar's text, for messages inside an
 * expression; the scalar's own place where the text was folded or escaped. */
struct place data_place(const struct data *d, size_t offset);

/* ---- building ----------------------------------------------------- */

struct data *data_new(struct ctx *c, enum data_kind kind);
struct data *data_new_text(struct ctx *c, str s);
struct data *data_new_i64(struct ctx *c, int64_t n); /* a DATA_NUMBER */
struct data *data_new_bool(struct ctx *c, bool yes);
/* Put or replace; the key's order stays, a new key comes last. */
void data_put(struct ctx *c, struct data *map, str key, struct data *value);
void data_put_text(struct ctx *c, struct data *map, str key, str text);
void data_put_i64(struct ctx *c, struct data *map, str key, int64_t n);
void data_put_bool(struct ctx *c, struct data *map, str key, bool yes);
/* Put behind the key `after`; last where there is no such key. */
void data_put_after(struct ctx *c, struct data *map, str after, str key,
                    struct data *value);
bool data_drop(struct data *map, str key);
/* Put a map's keys into order, so that in a big one that is only read a key is
 * found by halves; until the next key is put. */
void data_sort(struct data *map);
void data_append(struct ctx *c, struct data *list, struct data *item);
struct data *data_copy(struct ctx *c, const struct data *d);
/* Equal by kind and value; the order of a map's keys does not count. */
bool data_equal(const struct data *a, const struct data *b);

/* ---- writing ------------------------------------------------------ */

/* Compact JSON in the order that stands. */
str data_write_json(struct ctx *c, const struct data *d);
/* Canonical JSON as TUF has it (the OLPC dialect: keys sorted by code point,
 * no white space, only \\ and \" escaped), for what is hashed or signed. */
str data_write_canonical(struct ctx *c, const struct data *d);
/* Whether it has a canonical form: whole numbers within 53 bits, written
 * without a plus, a leading zero or an exponent, and texts without NUL. */
bool data_has_canonical(const struct data *d);
/* YAML, byte-stable: writing what was read from it gives the same bytes. One
 * value has one form:
 * - A map or list stands in one line, {a: 1, b: 2} or [1, 2], when that line
 *   takes at most 100 columns, no text in it has a line break, and it holds
 *   scalars only or stands at least two keys below the root. Else it is a
 *   block, indented by two. The root is always a block; {} and [] are empty.
 * - A scalar is plain unless reading that would not give it back; then it
 *   stands in "double quotes", or in 'single quotes' where that saves
 *   backslashes. A text of several lines in a block is a | or |- block.
 * A null, which YAML here lacks, is written ''. */
str data_write_yaml(struct ctx *c, const struct data *d);

/* ---- text --------------------------------------------------------- */

/* NFC (Unicode 15, utf8proc); E_BAD_INPUT where it is not UTF-8. */
err data_nfc(struct ctx *c, str s, str *out) MUST_USE;
bool data_is_nfc(struct ctx *c, str s);
/* Lower case without marks, for searching: "Nur'aini É" is "nur'aini e";
 * curved apostrophes are straight. Empty where it is not UTF-8. */
str data_fold(struct ctx *c, str s);

/* ---- CSV ---------------------------------------------------------- */

/* RFC 4180 with a head line, UTF-8 (a byte order mark is skipped), ',' or ';'
 * as the head line uses: a list of maps, each value with its place. Cells are
 * put into NFC, names in the head trimmed, empty lines skipped. */
err data_read_csv(struct ctx *c, str file, str bytes, struct findings *f,
                  struct data **out) MUST_USE;
