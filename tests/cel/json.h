/* SPDX-License-Identifier: EUPL-1.2 */
/* A reader for the JSON of the conformance suite, small and strict enough for
 * it: the suite needs NUL in texts, and the room stands below every reader. */
#pragma once

#include "base/base.h"

enum json_kind {
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_TEXT,
    JSON_LIST,
    JSON_MAP
};

struct json {
    enum json_kind kind;
    bool yes;
    str text;            /* of a text or number */
    str *keys;           /* of a map */
    struct json **items; /* of a list or map */
    size_t n, room, keys_room;
};

/* NULL where it cannot be read. */
struct json *json_read(struct ctx *c, str bytes);
/* NULL where absent. */
const struct json *json_get(const struct json *map, const char *key);
str json_text(const struct json *map, const char *key);
