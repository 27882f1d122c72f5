/* SPDX-License-Identifier: EUPL-1.2 */
/* What the parser and its macros share. */
#pragma once

#include "cel/cel_priv.h"

struct parser {
    struct parse *p;
    struct token tok;
    size_t nodes, depth;
    bool stopped;
};

/* Report, and make every loop of the parser end. */
void cel_parse_stop(struct parser *s, size_t at, const char *what);

struct node *cel_node(struct parser *s, enum node_kind kind, size_t at);
void cel_node_add(struct parser *s, struct node *n, struct node *child);
struct node *cel_node_call(struct parser *s, const char *name, size_t at,
                           struct node *a, struct node *b);

/* A call that may be a macro: what it becomes. */
struct node *cel_macro_global(struct parser *s, struct node *call);
struct node *cel_macro_member(struct parser *s, struct node *call);
