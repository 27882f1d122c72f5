/* SPDX-License-Identifier: EUPL-1.2 */
/* cel: the expression language. Floor 2; uses base.
 *
 * Common Expression Language (cel-spec, langdef.md) with a checker, a
 * compiler to register bytecode, and fuel charged before the work. Two
 * environments: plain CEL stays plain (the conformance suite); the app
 * environment adds decimal, money, date, period and `today`, and reads a
 * literal with a point as a decimal. `balai: 1` fixes the meaning of its
 * functions, rounding, fuel prices and limits (tests/cel/balai-1.cases).
 *
 * A program is immutable and shared by threads; an evaluation allocates in
 * its context alone. */
#pragma once

#include "base/base.h"

/* ---- values ------------------------------------------------------- */

enum cel_kind {
    CEL_NULL,
    CEL_BOOL,
    CEL_INT,
    CEL_UINT,
    CEL_DOUBLE,
    CEL_STRING,
    CEL_BYTES,
    CEL_LIST,
    CEL_MAP,
    CEL_TYPE,
    CEL_TIMESTAMP,
    CEL_DURATION,
    CEL_OPTIONAL,
    CEL_DECIMAL,
    CEL_MONEY,
    CEL_DATE,
    CEL_PERIOD, /* the app environment */
    CEL_NET_IP,
    CEL_NET_CIDR,
    CEL_UNKNOWN, /* not yet filled in: neither true nor false, no error */
    CEL_ERROR
};

struct cel_value; /* 16 bytes or so; see the constructors */
struct cel_list;
struct cel_map;
struct cel_error;

/* A decimal: coefficient * 10^-scale, 128 bits, scale 0 to 9. */
struct cel_decimal {
    __extension__ __int128 coefficient;
    int scale;
};

/* A span of the calendar: months and days, as written. */
struct cel_period {
    int32_t months, days;
};

struct cel_value {
    uint8_t kind; /* enum cel_kind */
    uint8_t flags;
    uint16_t aux;
    uint32_t n;
    union {
        bool b;
        int64_t i; /* int, money (whole rupiah), date (days since 1970),
                    * timestamp (seconds, with n nanoseconds), duration (ns) */
        uint64_t u;
        double d;
        const char *s; /* n bytes; string, bytes */
        const struct cel_decimal *decimal;
        struct cel_period period;
        const struct cel_list *list;
        const struct cel_map *map;
        const struct cel_error *error;
        const void *p;
    } v;
};

struct cel_value cel_null(void);
struct cel_value cel_bool(bool b);
struct cel_value cel_int(int64_t i);
struct cel_value cel_uint(uint64_t u);
struct cel_value cel_double(double d);
struct cel_value cel_string(str s); /* borrowed */
struct cel_value cel_money(int64_t rupiah);
struct cel_value cel_date(struct date d);
struct cel_value cel_bytes(str s); /* borrowed */
struct cel_value cel_timestamp(int64_t seconds, int32_t nanos);
struct cel_value cel_duration(int64_t nanos);
struct cel_value cel_unknown(void);
struct cel_value cel_decimal_of(struct ctx *c, struct cel_decimal d);
struct cel_value cel_list_of(struct ctx *c, const struct cel_value *items,
                             size_t n);
/* Pairs: keys and values alternate; a repeated key is MUST. */
struct cel_value cel_map_of(struct ctx *c, const struct cel_value *pairs,
                            size_t n);
/* Reading: the item at i; the value under a text key, CEL_NULL kind and false
 * where absent. */
size_t cel_size(struct cel_value v);
struct cel_value cel_item(struct cel_value list, size_t i);
bool cel_under(struct cel_value map, str key, struct cel_value *out);
str cel_text(struct cel_value string);
struct date cel_as_date(struct cel_value v);
struct cel_decimal cel_as_decimal(struct cel_value v); /* int and money too */
/* The sentence of a CEL_ERROR, and the offset in the source it points to. */
str cel_error_why(struct cel_value v, size_t *offset);

/* Decimals as text: "2.5", "1,234" is refused; at most 9 places. Canonical: no
 * exponent, no trailing zeros. */
bool cel_decimal_read(str s, struct cel_decimal *out);
str cel_decimal_show(struct ctx *c, struct cel_decimal d);
int cel_decimal_cmp(struct cel_decimal a, struct cel_decimal b);

/* A date moved by a period, as `d + p` has it: months first, to the last day
 * of a shorter month, then days. False outside the years 1 to 9999. */
bool cel_date_plus(struct date d, struct cel_period p, struct date *out);

/* ---- environments ------------------------------------------------- */

enum cel_flavour { CEL_PLAIN, CEL_APP };

/* A type: `of` and `key` for list, map and optional; a CEL_MAP with `fields`
 * is a record whose keys are declared. */
struct cel_type {
    enum cel_kind kind;
    bool dyn;      /* any; kind is ignored */
    bool nullable; /* may be null: an optional field */
    const struct cel_type *key, *of;
    const struct cel_field *fields;
    size_t n;
    const str *options; /* a choice's keys: a string of a closed set */
    size_t n_options;
    /* A CEL_TYPE with a name is an abstract type, its parameters in `fields`
     * ("tuple(int, string)"); with `param` the name is a type parameter of a
     * function's declaration. */
    str name;
    bool param;
};

struct cel_field {
    str name;
    const struct cel_type *type;
};

struct cel_limits {
    uint64_t fuel; /* 0 is the default: 100,000; see docs/expressions.md */
    size_t memory; /* 0 is the default: 256 KiB */
};

struct cel_env;
struct cel_env *cel_env_new(struct ctx *c, enum cel_flavour flavour);
void cel_env_declare(struct ctx *c, struct cel_env *e, str name,
                     const struct cel_type *type);
/* The container in which names are looked up first ("com.example"). */
void cel_env_container(struct ctx *c, struct cel_env *e, str container);
/* Without macros: their names are ordinary, unknown functions. */
void cel_env_no_macros(struct cel_env *e);
/* One overload of a function that the checker knows and nobody can run: for
 * expressions that are only checked. */
void cel_env_function(struct ctx *c, struct cel_env *e, str name, bool member,
                      const struct cel_type *const *params, size_t n,
                      const struct cel_type *result);

/* A type from its text, "map(string, list(int))", and back. A capital alone
 * ("T") is a type parameter. */
bool cel_type_read(struct ctx *c, str text, struct cel_type *out);
str cel_type_show(struct ctx *c, const struct cel_type *t);

/* ---- programs ----------------------------------------------------- */

struct cel_program;

/* Parse, check and compile. Each fault is a finding whose place is (file,
 * line, column) of the source counted from `at`; `mend` says the nearest name
 * where a name is unknown. *type, where not NULL, is the result's type.
 * E_BAD_INPUT where there was an error. The program borrows nothing and lives
 * in c->mem. */
err cel_compile(struct ctx *c, const struct cel_env *e, str source,
                struct place at, struct findings *f, struct cel_type *type,
                const struct cel_program **out) MUST_USE;

/* The same without the checker, for the conformance suite. */
err cel_compile_unchecked(struct ctx *c, const struct cel_env *e, str source,
                          struct place at, struct findings *f,
                          const struct cel_program **out) MUST_USE;

/* The value of a declared name. Called once a name and evaluation. */
typedef struct cel_value cel_resolve(struct ctx *c, void *arg, str name);

/* Evaluate. The result may be CEL_ERROR (its sentence inside) or CEL_UNKNOWN;
 * `today` and `now` come from c->now at `offset_minutes` from UTC. Fuel or
 * memory spent is a CEL_ERROR too: an expression never fails the call. */
struct cel_value cel_eval(struct ctx *c, const struct cel_program *p,
                          cel_resolve *resolve, void *arg, int offset_minutes,
                          const struct cel_limits *limits);

/* The declared names a program reads: the order of computed fields, and what
 * a form must have. */
err cel_names(struct ctx *c, const struct cel_program *p, str **names,
              size_t *n) MUST_USE;
/* The program as a listing of its bytecode. */
str cel_explain(struct ctx *c, const struct cel_program *p);

/* A value as text for people and cases: strings quoted, maps sorted. */
str cel_show(struct ctx *c, struct cel_value v);
/* CEL equality, for tests and engines; false for unlike kinds. */
bool cel_equal(struct cel_value a, struct cel_value b);

/* Every function of a flavour, one overload at a time: the i-th from 0, as
 * "sum" and "sum(list(money)) -> money"; false past the last. Operators are
 * left out. For documentation and for completing what an author types. */
bool cel_signature(struct ctx *c, enum cel_flavour flavour, size_t i, str *name,
                   str *text);
