/* SPDX-License-Identifier: EUPL-1.2 */
/* A parsed template: a flat list of what to do. */
#pragma once

#include "markup/markup.h"

enum { MARKUP_MOST_NESTED = 32 };

enum op_kind { OP_TEXT, OP_NAME, OP_RAW, OP_SECTION, OP_NOT, OP_PARTIAL };

struct op {
    enum op_kind kind;
    size_t end;       /* of a section: the first op behind it */
    str text;         /* what to show, or the name as written */
    const str *parts; /* of a dotted name; none for "." */
    size_t n;
    struct place at;
};

struct markup {
    enum markup_mode mode;
    const struct op *ops;
    size_t n;
};
