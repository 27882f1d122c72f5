/* SPDX-License-Identifier: EUPL-1.2 */
/* cel inside: source -> tree -> checked tree -> program -> value.
 *
 *   lex.c parse.c macro.c   text to struct node, macros already loops
 *   env.c type.c            what may be named, and its types
 *   check.c check_call.c    names, overloads and types; findings
 *   compile.c               struct node to struct cel_program
 *   vm.c price.c build.c    runs a program: fuel, memory, growing values
 *   value.c show.c          values: making, comparing, printing
 *   fn_*.c                  the functions of overloads.def
 *   decimal.c regex*.c zone.c  what the functions stand on */
#pragma once

#include "cel/cel.h"

/* ---- values inside ------------------------------------------------ */

/* Kinds that never leave the room: a slot not filled yet, and a list or map
 * under construction. */
enum { KIND_UNSET = 100, KIND_BUILDER };

/* A flag of a CEL_ERROR whose place is not known yet. */
enum { FLAG_FRESH = 1 };

enum fault {
#define FAULT(name, id, en) FAULT_##name,
#include "cel/faults.def"
#undef FAULT
    FAULT_COUNT
};

/* What the outside reads of a CEL_ERROR. Inside a run an error is lean:
 * aux is its fault, n its offset, v.p its detail (a str, or NULL). */
struct cel_error {
    str why;
    size_t offset;
};

struct cel_list {
    size_t n;
    const struct cel_value *items;
};

/* Pairs in the order of insertion; above a handful, a hash index of n <= 2^k/2
 * slots holds pair numbers from 1. */
struct cel_map {
    size_t n;
    const struct cel_value *pairs;
    const uint32_t *slots;
    size_t mask;
};

struct cel_ip {
    uint8_t bytes[16];
    int bits; /* 32 or 128 */
    int prefix;
};

__extension__ typedef __int128 i128;
__extension__ typedef unsigned __int128 u128;

enum fit { FIT_OK, FIT_OVERFLOW, FIT_DIVIDE };

/* Kinds by their names ("int", "google.protobuf.Timestamp"). */
str cel_kind_name(int kind);
struct cel_value cel_type_value(int kind);
int cel_kind_of_type(str name); /* -1 where none */

uint64_t cel_hash_key(struct cel_value key);
bool cel_key_kind(struct cel_value v);
bool cel_map_find(const struct cel_map *m, struct cel_value key, size_t *at);
/* -1, 0, 1, or 2 where they have no order (NaN, unlike kinds). */
int cel_compare(struct cel_value a, struct cel_value b);
bool cel_is_number(struct cel_value v);
bool cel_is_exact(struct cel_value v); /* int, decimal, money */

/* ---- decimals ----------------------------------------------------- */

#define DECIMAL_SCALE 9

struct cel_decimal cel_dec_trim(struct cel_decimal d);
enum fit cel_dec_add(struct cel_decimal a, struct cel_decimal b,
                     struct cel_decimal *out);
enum fit cel_dec_sub(struct cel_decimal a, struct cel_decimal b,
                     struct cel_decimal *out);
enum fit cel_dec_mul(struct cel_decimal a, struct cel_decimal b,
                     struct cel_decimal *out);
enum fit cel_dec_div(struct cel_decimal a, struct cel_decimal b,
                     struct cel_decimal *out);

/* How a quotient with a rest becomes whole. */
enum rounding { ROUND_HALF_EVEN, ROUND_HALF_AWAY, ROUND_UP, ROUND_DOWN };

/* d rounded to a multiple of `unit` (> 0). */
enum fit cel_dec_round(struct cel_decimal d, struct cel_decimal unit,
                       enum rounding how, struct cel_decimal *out);
bool cel_dec_int(struct cel_decimal d, int64_t *out); /* toward zero */
/* The text into `out` of at least 48 bytes; its length. */
size_t cel_dec_text(struct cel_decimal d, char *out);

/* ---- regular expressions ------------------------------------------ */

struct regex;

/* Compile RE2 syntax; NULL and a sentence piece in *why ("... at 3"). */
const struct regex *cel_regex_new(struct ctx *c, str pattern, const char **why,
                                  size_t *at);
size_t cel_regex_size(const struct regex *r);  /* its states */
size_t cel_regex_bytes(const struct regex *r); /* about what it took */
/* Bytes of scratch that a match needs. */
size_t cel_regex_scratch(const struct regex *r);
bool cel_regex_match(const struct regex *r, str text, void *scratch);

/* ---- zones -------------------------------------------------------- */

/* Seconds east of UTC at an instant; false where the zone is not known. With
 * `fixed` only Indonesia's zones and numeric ones, the same on each host. */
bool cel_zone_offset(struct ctx *c, str zone, int64_t seconds, bool fixed,
                     int *out);

/* ---- the run ------------------------------------------------------ */

struct vm {
    struct ctx *c;
    const struct cel_program *p;
    struct cel_value *r; /* registers */
    uint64_t fuel;
    size_t memory;
    bool dead; /* fuel or memory is spent: stop at once */
    enum fault spent;
    cel_resolve *resolve;
    void *arg;
    int offset_minutes;
};

typedef struct cel_value cel_fn(struct vm *m, const struct cel_value *a,
                                size_t n);

/* The run is out of fuel; false. */
bool cel_out_of_fuel(struct vm *m);

/* Pay before the work; false and dead where it cannot be paid. */
static inline bool cel_charge(struct vm *m, uint64_t fuel)
{
    if (fuel > m->fuel || m->dead)
        return cel_out_of_fuel(m);
    m->fuel -= fuel;
    return true;
}

/* Zeroed room within the cap, or NULL and dead. */
void *cel_take(struct vm *m, size_t bytes);
/* What a dead run returns. */
struct cel_value cel_spent(struct vm *m);

struct cel_value cel_oops(enum fault f);
struct cel_value cel_oops_about(struct vm *m, enum fault f, str detail);
struct cel_value cel_oops_value(struct vm *m, enum fault f, struct cel_value v);
struct cel_value cel_no_overload(struct vm *m, const struct cel_value *a,
                                 size_t n);

struct cel_value cel_text_new(struct vm *m, str s); /* a charged copy */
struct cel_value cel_text_room(struct vm *m, size_t n, char **out);
struct cel_value cel_list_new(struct vm *m, const struct cel_value *items,
                              size_t n); /* takes over the items */
struct cel_value cel_decimal_new(struct vm *m, struct cel_decimal d);
struct cel_value cel_fit(struct vm *m, enum fit f, struct cel_decimal d);
struct cel_value cel_optional(struct vm *m, struct cel_value v);
struct cel_value cel_none(void);

/* Lists and maps under construction. */
struct builder;
struct cel_value cel_build_list(struct vm *m);
struct cel_value cel_build_map(struct vm *m);
/* False, and *b an error, where it cannot be. */
bool cel_build_add(struct vm *m, struct cel_value *b, struct cel_value v);
bool cel_build_put(struct vm *m, struct cel_value *b, struct cel_value key,
                   struct cel_value v);
struct cel_value cel_build_done(struct vm *m, struct cel_value b);

/* Text of a value as string() has it; false where the kind has none. */
bool cel_plain_text(struct buf *b, struct cel_value v);
void cel_show_timestamp(struct buf *b, int64_t seconds, uint32_t nanos);
void cel_show_duration(struct buf *b, int64_t nanos);
void cel_show_double(struct buf *b, double d);
void cel_show_ip(struct buf *b, const struct cel_ip *ip);
bool cel_parse_double(str s, double *out);

/* ---- overloads ---------------------------------------------------- */

enum shape {
#define SHAPE(name, kind, text) SHAPE_##name,
#include "cel/shapes.def"
#undef SHAPE
    SHAPE_COUNT
};

enum { ANY_KIND = 255 };

enum style { STYLE_GLOBAL, STYLE_MEMBER };
enum in_env { IN_BOTH, IN_PLAIN, IN_APP };

/* What a call costs: one, and ... */
enum price {
    PRICE_ONE,     /* nothing more, or what the function pays itself */
    PRICE_TEXT,    /* one for 16 bytes of its texts */
    PRICE_ITEMS,   /* one an item of its lists and maps */
    PRICE_DEEP,    /* one an item at any depth, and its texts */
    PRICE_SQUARE,  /* its first argument by itself */
    PRICE_PRODUCT, /* its first argument times its second */
};

uint64_t cel_price(enum price price, const struct cel_value *a, size_t n);

struct overload {
    str name;
    uint8_t in, style, price, n;
    uint8_t params[4], result;
    cel_fn *fn;
};

/* Sorted by name, so that the overloads of a function stand together. */
extern const struct overload cel_overloads[];
extern const size_t cel_n_overloads;
extern const uint8_t cel_shape_kind[SHAPE_COUNT];
extern const char *const cel_shape_text[SHAPE_COUNT];

#define OVER(in, name, style, params, result, price, fn) cel_fn cel_fn_##fn;
#include "cel/overloads.def"
#undef OVER

/* ---- tree --------------------------------------------------------- */

enum node_kind {
    NODE_CONST,
    NODE_NAME,
    NODE_SELECT,
    NODE_HAS, /* has(e.f): args[0] is e */
    NODE_CALL,
    NODE_AND,
    NODE_OR,
    NODE_COND,
    NODE_LIST,
    NODE_MAP,
    NODE_LOOP, /* a macro over args[0]; see enum loop */
    NODE_BIND, /* args[0] named `name` in args[1] */
    NODE_OPT,  /* optMap, optFlatMap: args[0] unwrapped as `name` in args[1] */
    NODE_BLOCK /* args[0..n-2] are the slots, args[n-1] the result */
};

enum loop {
    LOOP_ALL,
    LOOP_EXISTS,
    LOOP_ONE,
    LOOP_MAP,
    LOOP_FILTER,
    LOOP_TO_LIST,
    LOOP_TO_MAP,
    LOOP_TO_ENTRY
};

/* What a name was found to be. */
enum ref { REF_NONE, REF_DECLARED, REF_LOCAL, REF_TODAY, REF_NOW };

struct node {
    uint8_t kind;
    uint8_t loop;
    uint8_t ref;
    bool optional; /* .?f; optMap rather than optFlatMap */
    bool rooted;   /* .name */
    bool member;   /* x.f() rather than f(x) */
    bool two;      /* a macro with two variables */
    bool maybe;    /* an item or a value of an entry behind a ? */
    bool maybes;   /* a list or map that has one */
    uint16_t height;
    uint32_t at, end; /* bytes of the source */
    uint32_t slot;    /* a declared variable's number, a local's number */
    str name, name2;
    struct cel_value value;
    struct node **args;
    size_t n, room;
    const struct typ *type;
    uint16_t group, hint; /* overloads.def: the function, the overload */
    uint32_t slot2;
};

enum { NO_HINT = 0xffff, NO_GROUP = 0xffff };

struct limits {
    size_t source, nodes, depth, height, code;
};

struct parse {
    struct ctx *c;
    const struct cel_env *env;
    str src;
    struct place at;
    struct findings *f;
    bool failed;
    bool strict;      /* with the checker */
    uint32_t n_slots; /* locals that the checker numbered */
};

/* NULL after a finding. */
struct node *cel_parse(struct parse *p);
void cel_finding(struct parse *p, enum severity s, size_t offset, str mend,
                 const char *fmt, ...) PRINTF(5, 6);
struct place cel_place(const struct parse *p, size_t offset);

/* ---- tokens ------------------------------------------------------- */

enum token_kind {
    TOKEN_END,
    TOKEN_NAME,
    TOKEN_QUOTED, /* `a-b` */
    TOKEN_INT,
    TOKEN_UINT,
    TOKEN_POINT, /* a number with a point or an exponent */
    TOKEN_STRING,
    TOKEN_BYTES,
    TOKEN_MARK, /* text is the operator */
    TOKEN_BAD   /* text is why; `at` is where */
};

struct token {
    enum token_kind kind;
    uint32_t at, end;
    str text; /* a name, an operator, a number, the unescaped string */
};

/* The token at or after `from`. */
struct token cel_lex(struct ctx *c, str src, size_t from);

/* ---- types -------------------------------------------------------- */

/* Kinds of a typ beyond enum cel_kind. */
enum { TYP_DYN = 64, TYP_VAR, TYP_ABSTRACT, TYP_WRONG };

struct typ {
    uint8_t kind;
    bool nullable;
    uint32_t var; /* of a TYP_VAR */
    str name;     /* of an abstract type, of a parameter in a declaration */
    const struct typ *of[3]; /* list: item; map: key, value; optional: value */
    uint8_t n;
    const struct cel_type *decl; /* a record's fields, a choice's options */
};

struct types {
    struct ctx *c;
    const struct typ **bound; /* by variable */
    size_t n, room;
    struct undo {
        uint32_t var;
        const struct typ *was;
    } * undo;
    size_t n_undo, undo_room;
};

extern const struct typ cel_typ_dyn, cel_typ_wrong;
const struct typ *cel_typ_basic(int kind);
const struct typ *cel_typ_new(struct ctx *c, int kind, const struct typ *a,
                              const struct typ *b);
const struct typ *cel_typ_of(struct ctx *c, const struct cel_type *t);
struct cel_type *cel_typ_public(struct ctx *c, const struct typ *t);
const struct typ *cel_typ_fresh(struct types *t);
/* A declared type with its parameters replaced by fresh variables; `names`
 * and `vars` carry them from parameter to parameter of one overload. */
struct fresh {
    str names[8];
    const struct typ *vars[8];
    size_t n;
};
const struct typ *cel_typ_instance(struct types *t, const struct typ *d,
                                   struct fresh *f);
bool cel_typ_assign(struct types *t, const struct typ *a, const struct typ *b);
const struct typ *cel_typ_join(struct types *t, const struct typ *a,
                               const struct typ *b);
const struct typ *cel_typ_look(struct types *t, const struct typ *a);
const struct typ *cel_typ_final(struct types *t, const struct typ *a);
bool cel_typ_same(const struct typ *a, const struct typ *b);
const struct typ *cel_typ_nullable(struct ctx *c, const struct typ *t, bool on);
str cel_typ_show(struct ctx *c, const struct typ *t);

/* ---- environment -------------------------------------------------- */

struct declared {
    str name;
    const struct typ *type;
};

struct declared_fn {
    str name;
    bool member;
    const struct typ **params;
    size_t n;
    const struct typ *result;
};

struct cel_env {
    enum cel_flavour flavour;
    bool no_macros;
    str container;
    struct limits limits;
    struct declared *vars;
    size_t n, room;
    struct declared_fn *fns;
    size_t n_fns, fns_room;
    const struct typ *shapes[SHAPE_COUNT]; /* the types of overloads.def */
};

int cel_env_find(const struct cel_env *e, str name); /* -1 */
/* The first overload of a function in overloads.def, or NO_GROUP. */
uint16_t cel_group_find(str name);
bool cel_in_env(const struct cel_env *e, const struct overload *o);
/* The nearest of the names that callers offer one by one. */
struct nearest {
    str to, best;
    size_t distance;
};
void cel_nearest(struct nearest *n, str candidate);

/* Resolve names and types of the tree; false after findings. `strict` is the
 * checker; without it everything is dyn and only names are resolved. */
bool cel_check(struct parse *p, struct node *root, bool strict,
               const struct typ **type);

/* ---- programs ----------------------------------------------------- */

enum op {
#define OP(name) OP_##name,
#include "cel/ops.def"
#undef OP
    OP_COUNT
};

/* dst, a, b, c are registers unless ops.def says otherwise. */
struct insn {
    uint8_t op, n;
    uint16_t dst, a, b, c, fn;
};

struct cel_program {
    const struct insn *code;
    const uint32_t *places;
    size_t n;
    const struct cel_value *consts; /* the first registers */
    size_t n_consts;
    str *vars;         /* the next registers: declared names */
    uint8_t *var_refs; /* enum ref: declared, today, now */
    size_t n_vars;
    size_t n_regs;
    const struct regex **patterns;
    size_t n_patterns;
    str *names; /* fields that instructions select */
    size_t n_names;
    uint16_t result;
    bool app;
};

/* NULL after a finding. */
const struct cel_program *cel_gen(struct parse *p, struct node *root);

/* Call a function by its kinds at run time; the hint is tried first. */
struct cel_value cel_call(struct vm *m, uint16_t group, uint16_t hint,
                          const struct cel_value *a, size_t n);
/* Whether the pattern is found, paid for. */
struct cel_value cel_match(struct vm *m, const struct regex *r, str text);
/* An error made ready for the outside. */
struct cel_value cel_error_out(struct ctx *c, struct cel_value lean);
