/* SPDX-License-Identifier: EUPL-1.2 */
/* Between the two halves of patterns: regex.c reads one into a tree,
 * regex_run.c makes a program of it and runs that. */
#pragma once

#include "cel/cel_priv.h"

enum { INFINITE = -1 }; /* of a repeat's max */

struct range {
    uint32_t low, high;
};

/* A set of code points: a map for ASCII, sorted ranges for the rest. */
struct set {
    uint64_t ascii[2];
    struct range *ranges;
    size_t n, room;
};

enum tree_kind {
    TREE_EMPTY,
    TREE_SET,
    TREE_BOTH,   /* a then b */
    TREE_EITHER, /* a or b */
    TREE_REPEAT, /* a, min to max times */
    TREE_ASSERT
};

enum assertion {
    AT_TEXT_START,
    AT_TEXT_END,
    AT_LINE_START,
    AT_LINE_END,
    AT_WORD,
    NOT_AT_WORD
};

struct tree {
    enum tree_kind kind;
    enum assertion assertion;
    struct set *set;
    const struct tree *a, *b;
    int min, max;
};

enum state_op { STATE_SET, STATE_FORK, STATE_ASSERT, STATE_MATCH };

struct state {
    uint8_t op, assertion;
    uint16_t x, y; /* where to go on; a fork has two */
    const struct set *set;
};

struct regex {
    struct state *states;
    size_t n, room;
    uint16_t start;
    size_t n_ranges; /* what the sets took */
};

/* The pattern as a tree of at most 2,000 states, or NULL and why. */
const struct tree *cel_regex_read(struct ctx *c, str pattern, const char **why,
                                  size_t *at, size_t *n_ranges);
bool cel_set_has(const struct set *s, uint32_t u);
/* The code point at *at, which moves past it; the text is UTF-8. */
uint32_t cel_point_at(str s, size_t *at);
