/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of the room city share. */
#pragma once

#include "city/city.h"

/* ---- the snapshot's inside ---------------------------------------- */

#define CITY_SPANS 4 /* working spans a day: a lunch break or two */

struct city_item_row {
    str key;
    const struct data *value;
};

/* A rule that makes an office for each region of a level. */
struct city_family {
    str key;
    enum city_level level;
    const struct city_office **members; /* by region code */
    size_t n;
};

/* What a function is mapped to: offices and families, tried in order. */
struct city_target {
    const struct city_office *office; /* or: */
    const struct city_family *family;
};
struct city_map {
    const struct city_target *targets;
    size_t n;
};

struct city_number_row {
    uint32_t number;
    str office;
};

/* Microseconds since local midnight. */
struct city_hours {
    int64_t from, to;
};
struct city_weekday {
    struct city_hours spans[CITY_SPANS];
    int n;
};
struct city_holiday {
    int64_t day; /* days since 1970 */
    bool joint;  /* joint leave, not a national holiday */
    const struct data *name;
};
struct city_calendar {
    struct city_weekday week[7]; /* from Sunday */
    const struct city_holiday *holidays;
    size_t n;
    bool roll; /* days and months that end on a free day roll forward */
};

struct city {
    struct arena *mem;
    str code, domain, zone;
    bool training;
    int offset;
    const struct city_item_row *items; /* by key */
    size_t n_items;
    struct city_office *offices; /* by key */
    size_t n_offices;
    const struct city_family *families;
    size_t n_families;
    struct city_map *maps; /* one a function, in the order of function.def */
    const struct city_number_row *numbers;
    size_t n_numbers;
    struct city_register *registers;
    size_t n_registers;
    struct city_calendar calendar;
};

/* ---- regions ------------------------------------------------------ */

size_t city_code_length(enum city_level level);
const char *city_zone_of(str code); /* "WIB", by province */

/* ---- small words -------------------------------------------------- */

/* The index in function.def, or -1. */
int city_function_index(str name);
/* A text, or a map of languages: the reader's, or Indonesian, or the first. */
str city_text(const struct ctx *c, const struct data *d);
/* The offset of WIB, WITA, WIT in minutes; 0 for what is none. */
int city_zone_offset(str zone);
/* A whole number in a scalar, or `otherwise`. */
int64_t city_int(const struct data *d, int64_t otherwise);
/* The map under a key; NULL where there is none, or what is no map. */
struct data *city_map_at(const struct data *d, str key);
/* The pieces of "a", or of [a, b]: how many, and the one at `i`. */
size_t city_count(const struct data *d);
const struct data *city_one(const struct data *d, size_t i);

/* ---- calendar ----------------------------------------------------- */

/* "07:30-12:00, 13:00-16:00": ordered, not touching, within a day. */
bool city_hours_read(str s, struct city_weekday *out);
extern const str city_weekdays[7]; /* "sunday" ... as the file has them */
void city_calendar_build(struct ctx *c, const struct data *item,
                         struct city_calendar *out);

/* "Maret" of 3, in the reader's language; back from either, 0 for none. */
const char *city_month_name(const struct ctx *c, int month);
int city_month_read(str s);

/* ---- offices ------------------------------------------------------ */

/* The offices that items "offices.*" stand for, the city itself among them,
 * and the families, into `k` (whose items are there). */
void city_offices_build(struct ctx *c, struct city *k);
void city_maps_build(struct ctx *c, struct city *k);
void city_registers_build(struct ctx *c, struct city *k);
/* "kel-3273011001": prefix and the digits of the code. */
str city_member_key(struct ctx *c, str prefix, str code);
/* "per: village" and the like. */
bool city_level_read(str s, enum city_level *out);
/* Is this region one that a rule's `kind` takes? Empty takes all. */
bool city_kind_takes(str kind, str code);

const struct city_office *city_family_member(const struct city *k, str family,
                                             str region);
/* Offices with fewer officers are not told apart in the log. */
#define CITY_SMALL 5

/* ---- files -------------------------------------------------------- */

/* What a key may hold. */
enum city_kind {
    CITY_IS_TEXT,   /* one line */
    CITY_IS_WORDS,  /* a line, or one a language: {id: ..., en: ...} */
    CITY_IS_BLOCK,  /* lines */
    CITY_IS_NUMBER, /* whole, within [min, max] */
    CITY_IS_KEY,    /* a-z 0-9 -, 2 to 40 */
    CITY_IS_CHOICE, /* one of `choices`, parted by | */
    CITY_IS_REGION, /* a code in this city */
    CITY_IS_MAP,
    CITY_IS_ANY /* looked at elsewhere */
};
struct city_field {
    str key;
    enum city_kind kind;
    bool needed;
    int64_t min, max;
    const char *choices;
};
#define FIELD(name, is)                                                        \
    {                                                                          \
        .key = STR_INIT(name), .kind = CITY_IS_##is                            \
    }
#define NEEDED(name, is)                                                       \
    {                                                                          \
        .key = STR_INIT(name), .kind = CITY_IS_##is, .needed = true            \
    }
#define CHOICE(name, of, need)                                                 \
    {                                                                          \
        .key = STR_INIT(name), .kind = CITY_IS_CHOICE, .needed = need,         \
        .choices = of                                                          \
    }
#define WHOLE(name, least, greatest, need)                                     \
    {                                                                          \
        .key = STR_INIT(name), .kind = CITY_IS_NUMBER, .needed = need,         \
        .min = least, .max = greatest                                          \
    }

struct city_check {
    const struct city *k;
    struct findings *f;
    const char *dir;            /* where the crest is */
    const struct data *offices; /* as the folder's file has them, or NULL */
};

/* Check a map key by key against `fields`: kinds, missing keys, unknown keys
 * with the nearest known one. `path` names the map in findings. False where it
 * is no map. */
bool city_check_map(struct ctx *c, struct city_check *z, const struct data *map,
                    str path, const struct city_field *fields, size_t n);
/* A finding about `path`.`key` at `at`; both sentences in both languages. */
void city_wrong_at(struct ctx *c, struct city_check *z, struct place at,
                   str path, str key, const char *what, const char *mend);
bool city_key_fits(str s);
/* 'Perhaps "offices" is meant.' of the nearest of n names, where it is near
 * enough; else empty. After many findings nobody reads on, and none is sought:
 * that bounds what a hostile file costs. */
const char *city_perhaps(struct ctx *c, struct city_check *z, str s,
                         const str *names, size_t n);
/* Is the map longer than any city's? Then that is the one finding. */
bool city_too_long(struct ctx *c, struct city_check *z, const struct data *map,
                   str path, size_t most);
/* "offices.dpmptsp" */
str city_path(struct ctx *c, str head, str key);

/* What a file comes to: items to be set. */
struct city_draft {
    struct city_change *all;
    size_t n, room;
};
void city_draft_put(struct ctx *c, struct city_draft *d, str key,
                    const struct data *value);
/* "201-250", or one number. */
bool city_block_read(str s, struct city_block *out);
void city_check_offices(struct ctx *c, struct city_check *z,
                        const struct data *doc, struct city_draft *d);

/* ---- people ------------------------------------------------------- */

/* What is wrong with what is written of an officer: a column and a sentence
 * in two languages; NULL where all is well. */
struct city_wrong {
    const char *column, *id, *en;
};
const struct city_wrong *city_officer_wrong(const struct city_officer *o);
/* Trimmed and composed, the login in small letters. */
err city_officer_tidy(struct ctx *c, struct city_officer *o);
/* A login as it is compared: without blanks around, in small letters. */
str city_small_letters(struct ctx *c, str s);
err city_officer_add_by(struct ctx *c, struct conn *tx, struct ledger *l,
                        str by, struct city_officer o, int64_t *id);

/* ---- brand -------------------------------------------------------- */

/* "#rgb" or "#rrggbb" as "#rrggbb". */
bool city_colour_read(struct ctx *c, str s, str *out);
