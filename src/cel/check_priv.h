/* SPDX-License-Identifier: EUPL-1.2 */
/* What the checker's two files share: check.c walks, check_call.c resolves
 * calls. */
#pragma once

#include "cel/cel_priv.h"

struct local {
    str name;
    const struct typ *type;
    uint32_t slot;
};

struct check {
    struct parse *p;
    struct ctx *c;
    struct types t;
    bool strict, app;
    struct local *locals;
    size_t n_locals, locals_room;
    uint32_t slots;      /* handed out so far */
    struct node **facts; /* names and fields known to be filled in here */
    size_t n_facts, facts_room;
    size_t suggested;
};

void cel_check_node(struct check *k, struct node *n);
/* The type of a part that must not be empty; a finding where it may be. */
const struct typ *cel_check_filled(struct check *k, struct node *n);
/* A finding unless the part is of this kind. */
void cel_check_expect(struct check *k, struct node *n, int kind);
/* In an app, bring numbers that meet in one place to one type. */
void cel_check_level(struct check *k, struct node **nodes, size_t n);
const struct typ *cel_check_call(struct check *k, struct node *n);
bool cel_check_dotted(struct check *k, const struct node *n, str *out,
                      bool *rooted);
str cel_check_source(const struct check *k, const struct node *n);
/* Whether to look for the nearest name once more. */
bool cel_check_suggests(struct check *k);
str cel_check_mend(struct check *k, const struct nearest *near);
