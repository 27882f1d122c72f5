/* SPDX-License-Identifier: EUPL-1.2 */
/* Between the YAML reader and the mending of broken syntax. */
#pragma once

#include "data/data_priv.h"

/* The text that is read: a copy, from which broken values are taken out. */
struct yaml_text {
    char *p;
    size_t n;
    int mended[20]; /* lines, from 1 */
    size_t mends;
};

/* Where the syntax broke. Lines and columns from 1. */
struct yaml_break {
    const char *message; /* libfyaml's */
    int line, col;
    struct place opened; /* the outermost open { or [; line 0 is none */
    str path;
};

/* The text that stands between 'single' or "double" quotes as `src`. */
str data_unquote(struct ctx *c, str src, bool single);

/* A fault that says in a person's words what broke. */
void data_explain(struct data_source *s, const struct yaml_break *at);
/* Take the broken value out of the text; false when there is no more to be
 * gained by reading it again. */
bool data_mend(struct yaml_text *text, const struct yaml_break *at);
bool data_mended(const struct yaml_text *text, int line);
