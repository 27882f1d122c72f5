/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of this room share. */
#pragma once

#include "app/app.h"
#include "pack/pack.h"
#include "seal/seal.h"

/* ---- the schema of the language (app_schema.c) -------------------- */

enum app_kind {
#define KIND(name, id, en) KIND_##name,
#include "app/kind.def"
#undef KIND
    KIND_COUNT
};

enum app_need { NEED_NO, NEED_YES, NEED_APP };

/* A key of the language: a row of schema.def. */
struct app_key {
    const char *node, *key;
    enum app_kind kind;
    const char *arg; /* permitted words, or the node below */
    enum app_need need;
    const char *where; /* the field types it fits, or empty: all */
};
extern const struct app_key app_schema[];
extern const size_t app_schema_n;

/* What is expected at a place of the tree. */
struct app_shape {
    enum app_kind kind;
    const char *arg;
    const struct app_key *row; /* of a keyed map's entry: the map's */
};
extern const struct app_shape app_shape_root; /* a whole app.yaml */
/* The shape below, under `key`; false where the language has no such key. */
bool app_shape_below(struct app_shape s, str key, struct app_shape *out);
/* The same, and a text where the language has no such key. */
struct app_shape app_shape_or_text(struct app_shape s, str key);
/* The shape at a path of the root. */
bool app_shape_at(str path, struct app_shape *out);
bool app_kind_numeric(enum app_kind k);

/* Check a merged tree (of an archetype alone: `whole` is false). False where a
 * map has so many names that looking further is no use. */
bool app_schema_check(struct ctx *c, const struct data *tree, bool whole,
                      struct findings *f);

/* Equal as the schema types it: 1.0 is 1.00, the order of keys is nothing. */
bool app_same(struct app_shape s, const struct data *a, const struct data *b);
/* "sha256:HEX" of a value's typed, canonical form. */
str app_value_hash(struct ctx *c, struct app_shape s, const struct data *d);

/* ---- saying what is wrong ----------------------------------------- */

/* Set a finding's mend to a sentence and the page that explains the key. */
void app_mend(struct ctx *c, struct finding *at, const char *doc,
              const char *fmt, ...) PRINTF(4, 5);
/* The nearest of the names to `word`, near enough to be a slip; else empty. */
struct app_near {
    str word, best;
    size_t far;
};
struct app_near app_near(str word);
void app_near_try(struct app_near *n, str candidate);
void app_near_keys(struct app_near *n, const struct data *map);
/* The usual mend for an unknown name. */
void app_mend_near(struct ctx *c, struct finding *at, const char *doc,
                   const struct app_near *n);
/* path + "." + key */
str app_path(struct ctx *c, str path, str key);
/* Is `w` one of the words in the blank-separated list? */
bool app_word_in(const char *list, str w);
bool app_name_ok(str s);       /* [a-z][a-z0-9_-]*, at most 40 */
bool app_field_name_ok(str s); /* [a-z][a-z0-9_]*: a name of expressions */
bool app_id_ok(str s);         /* SECTOR/APP */

/* ---- merging (app_merge.c) ---------------------------------------- */

/* `over` laid on `under`, by key. */
struct data *app_lay(struct ctx *c, struct app_shape s,
                     const struct data *under, const struct data *over);

/* ---- packages and overlays ---------------------------------------- */

struct app_package {
    str id, version, tree, archive;
    struct pack_file *files;
    size_t n;
    struct data *merged; /* archetype and app */
    const struct data *scenarios;
    str archetype_file; /* as places name it */
    const char *folder; /* where it was read from, or NULL */
    bool lean;          /* what was checked when it came in is not again */
};

/* How places name one of its files. */
str app_package_shown(struct ctx *c, const struct app_package *p, str name);

/* From an archive. What was checked when it was installed need not be again;
 * lean leaves out what only people and rehearsals read. */
enum app_load { LOAD_LEAN, LOAD_WHOLE, LOAD_CHECKED };
err app_package_load(struct ctx *c, str archive, enum app_load how,
                     struct findings *f, struct app_package **out) MUST_USE;

enum app_op { OP_SET, OP_ADD, OP_REMOVE };

struct app_line {
    enum app_op op;
    str path, after;
    struct data *to, *was, *why;
    struct place at;
};

struct app_overlay {
    str file, app, of;
    struct app_line *lines;
    size_t n, room;
    const struct data *scenarios;
};

/* Does the line need a second person? */
bool app_line_grave(const struct app_line *line);
/* Lay the overlay on a merged tree; each line that does not fit is a finding.*/
struct data *app_overlay_lay(struct ctx *c, const struct app_package *p,
                             const struct app_overlay *o, struct findings *f);

/* ---- the database (app_store.c) ----------------------------------- */

/* A package that was checked when it was installed; E_NOT_FOUND. */
err app_load_package(struct ctx *c, struct conn *on, str tree,
                     enum app_load how, struct findings *f,
                     struct app_package **out) MUST_USE;
/* NULL for an empty digest. */
err app_load_overlay(struct ctx *c, struct conn *on, str digest, str id,
                     struct findings *f, struct app_overlay **out) MUST_USE;

/* The squeezed files of an app in force; overlay.p is NULL where none is. */
struct app_files {
    str package, overlay;
};
err app_files_take(struct ctx *c, struct conn *on, const struct app_entry *e,
                   struct app_files *out) MUST_USE;
err app_files_open(struct ctx *c, const struct app_files *files, str id,
                   struct findings *f, struct app_package **p,
                   struct app_overlay **o) MUST_USE;
/* The same bytes again are the same row. */
err app_keep_file(struct ctx *c, struct conn *tx, str digest,
                  str bytes) MUST_USE;
/* "sha256:HEX" of the file form; empty where the overlay has no lines. */
str app_overlay_digest(struct ctx *c, const struct app_overlay *o);
/* What is in force; E_NOT_FOUND where the app is not installed. */
err app_now(struct ctx *c, struct conn *on, str id,
            struct app_entry *out) MUST_USE;
struct ledger_event app_config(struct ctx *c, const char *act, str by, str id);
/* May `by` change what is in force to `o`, with whom? (app_propose.c) */
err app_may_localise(struct ctx *c, struct conn *tx, str by, str with,
                     const struct app_entry *now, const struct app_overlay *o,
                     str digest) MUST_USE;
/* Does every line of `o` that was in force stay so? (app_store.c) */
err app_fits_still(struct ctx *c, struct conn *tx, const struct app_entry *now,
                   const struct app_overlay *o) MUST_USE;
/* A fact of an event; empty where it has none. */
str app_fact(const struct ledger_event *e, const char *name);
/* A line of the history, and the appliers of the two events. */
err app_remember(struct ctx *c, struct conn *tx,
                 const struct ledger_event *e) MUST_USE;
err app_apply_proposed(struct ctx *c, struct conn *tx,
                       const struct ledger_event *e) MUST_USE;
err app_apply_withdrawn(struct ctx *c, struct conn *tx,
                        const struct ledger_event *e) MUST_USE;
err app_apply_map_proposed(struct ctx *c, struct conn *tx,
                           const struct ledger_event *e) MUST_USE;
err app_apply_map_settled(struct ctx *c, struct conn *tx,
                          const struct ledger_event *e) MUST_USE;
err app_drop_proposal(struct ctx *c, struct conn *tx, str id) MUST_USE;
/* May `by` change these lines, some of them grave, without a second person?
 * Only the owner of the folder, and not always. */
err app_may_alone(struct ctx *c, struct conn *tx, str by, str id,
                  const struct app_differs *all, size_t n) MUST_USE;
err app_apply_undone(struct ctx *c, struct conn *tx,
                     const struct ledger_event *e) MUST_USE;
err app_apply_undo_proposed(struct ctx *c, struct conn *tx,
                            const struct ledger_event *e) MUST_USE;
err app_apply_undo_withdrawn(struct ctx *c, struct conn *tx,
                             const struct ledger_event *e) MUST_USE;
err app_now_list(struct ctx *c, struct conn *on, struct app_entry **out,
                 size_t *n) MUST_USE;

/* ---- building ----------------------------------------------------- */

/* What a compiled app keeps to itself. */
struct app_inner {
    struct cel_value tariff;
    const struct app_field *said; /* what acts ask, each name once */
    size_t n_said;
    const size_t *order; /* all fields, what others read first */
    str archetype_file, overlay_file;
};

/* Everything a build has at hand. */
struct app_work {
    struct ctx *c;
    struct findings *f;
    const struct app_package *p;
    const struct app_overlay *o;
    const struct city *k;
    struct data *tree;
    struct app *a;
    struct app_inner *inner;
    struct cel_env *env;      /* the fields, tariff, figures */
    struct cel_env *act_env;  /* and what an act sees beside the form */
    struct cel_env *link_env; /* what a link sees: no figures */
    struct cel_env *row_env;  /* that, and the columns of the population */
    const struct cel_type *tariff, *figure, *said; /* NULL: there are none */
    const struct app_field *said_fields;
    size_t n_said;
};

/* The build itself: the app is that of `overlay`, of whose lines only those of
 * `laid` are in force. */
err app_build_laid(struct ctx *c, const struct app_package *p,
                   const struct app_overlay *overlay,
                   const struct app_overlay *laid, const struct city *k,
                   struct findings *f, struct app **out) MUST_USE;
/* What of an overlay made for another version fits this one (app_park.c): `o`
 * itself, or one without the lines that are parked, each a warning. */
const struct app_overlay *app_overlay_park(struct ctx *c,
                                           const struct app_package *p,
                                           const struct app_overlay *o,
                                           struct findings *f);
/* A change may not park a line: E_REFUSED names it. */
err app_check_parked(struct ctx *c, const struct app_package *p,
                     const struct app_overlay *now,
                     const struct app_overlay *next) MUST_USE;

/* Each adds its findings; none stops at the first. */
void app_build_env(struct app_work *w);
void app_build_programs(struct app_work *w);
void app_build_steps(struct app_work *w);
void app_build_flow(struct app_work *w);
void app_build_letters(struct app_work *w);
/* Of the flow what the clock decides (app_time.c): of an action, of a state,
 * and of the whole once its states are there. */
void app_take_action_time(struct app_work *w, const struct data *def, str path,
                          struct app_action *x);
void app_take_state_time(struct app_work *w, const struct data *def, str path,
                         struct app_state *s);
void app_build_time(struct app_work *w);
/* The name of a state that exists; else a finding, and empty. */
str app_state_name(struct app_work *w, const struct data *at, str path,
                   const char *doc);
/* What people call an action or a state that has no label of its own; NULL
 * where the name is not a usual one. */
struct data *app_usual_label(struct ctx *c, str key);
void app_build_links(struct app_work *w);
/* What the calendar opens, and rows that are filled (app_pay.c). */
void app_build_period(struct app_work *w);
void app_build_population(struct app_work *w);
void app_check_pay(struct app_work *w);
void app_population_lacks(struct ctx *c, const struct app_population *p,
                          const struct app *there, struct findings *f);
void app_check_links(struct app_work *w);
/* What a link lacks in a city, as notes; `there` is NULL where the other app is
 * not open. */
void app_link_lacks(struct ctx *c, const struct app_link *l,
                    const struct app *there, struct findings *f);
void app_build_registry(struct app_work *w);
/* `merge.close`, and what `merge` needs (app_registry.c). */
void app_build_close(struct app_work *w);
/* `changes` of an action, behind its needs (app_registry.c). */
void app_take_changes(struct app_work *w, const struct data *action, str path,
                      struct app_action *x);
/* `lapses` and `reminds` of a state (app_registry.c). */
void app_take_lapse(struct app_work *w, const struct data *state, str path,
                    struct app_state *s);
/* May a number hold this field's value, and does no formula everybody reads
 * give away a personal one (app_origin.c)? */
bool app_number_takes(struct app_work *w, const struct app_field *d);
void app_check_origins(struct app_work *w);
/* A number's template, whose names are of facet.def; `more`, where not NULL,
 * knows others, or has said what is wrong with them. */
typedef bool app_facet_known(struct app_work *w, const struct data *number,
                             str name);
const struct markup *app_number_template(struct app_work *w,
                                         const struct data *number, str path,
                                         const char *doc,
                                         app_facet_known *more);
void app_check_flow(struct app_work *w);
void app_check_home(struct app_work *w);
void app_check_scenarios(struct app_work *w);

/* The app has no such field: a finding at `at`. */
void app_unknown_field(struct app_work *w, const struct data *at, str path,
                       str key, const char *doc);
/* Compile the fields below a map ("fields" or some "needs"). */
void app_build_field_list(struct app_work *w, const struct data *map, str path,
                          struct app_field **out, size_t *n);
/* The programs of an action's needs, in an environment of their own. */
void app_build_needs_programs(struct app_work *w, struct app_field *needs,
                              size_t n, str path);
/* Compile one expression and demand a kind of result. */
enum app_result {
    RESULT_BOOL,
    RESULT_MONEY,
    RESULT_DATE,
    RESULT_PERIOD,
    RESULT_FIELD /* what the field's type takes */
};
const struct cel_program *app_program(struct app_work *w, struct cel_env *env,
                                      const struct data *source, str path,
                                      enum app_result want, enum app_type type);

/* An environment: needs, then the fields they do not hide, tariff, figures;
 * `act`: also what an act sees beside the form. */
struct cel_env *app_build_scope(struct app_work *w,
                                const struct app_field *needs, size_t n,
                                bool act);
/* Rules below a map; their programs in `env`. */
void app_build_rules(struct app_work *w, const struct data *all, str path,
                     struct cel_env *env, struct app_rule **out, size_t *n);
/* What acts ask, each name once: `said.NAME` (app_act.c). */
void app_build_said(struct app_work *w);
const struct cel_type *app_seen_type(struct ctx *c, size_t i, str *name);
/* A name that an act sees beside the form; false where it is none. */
struct app_scope;
bool app_seen_value(struct ctx *c, const struct app_scope *s, str name,
                    struct cel_value *out);

/* Put the inserted states on their joints. */
void app_insert_states(struct app_work *w);

/* Put the findings from `from` on in the order of the text. */
void app_sort_findings(struct ctx *c, struct findings *f, size_t from);

/* Text of a key below, or empty. */
str app_text(const struct data *d, const char *key);
bool app_true(const struct data *d, const char *key);

/* ---- types (app_type.c, app_leaf.c) ------------------------------- */

/* A value that stands alone in a form: a field of a simple type, or a part of
 * a composite one. */
enum app_leaf {
#define LEAF(name, ...) LEAF_##name,
#include "app/leaf.def"
#undef LEAF
    LEAF_COUNT
};

struct app_part {
    const char *name; /* "nama"; empty for the field itself */
    enum app_leaf leaf;
    const char *id, *en; /* its label; empty for the field's own */
    bool need;           /* unless `need:` says otherwise */
};
bool app_type_private(enum app_type t);            /* never public */
bool app_field_private(const struct app_field *d); /* it, or a column of it */
bool app_type_read(str s, enum app_type *out);
/* The parts of a type, in order. */
size_t app_parts(enum app_type t, const struct app_part **out);
/* Those a field asks for; `need` tells which must be filled. */
bool app_part_asked(const struct app_field *d, const struct app_part *p);
bool app_part_needed(const struct app_field *d, const struct app_part *p);
str app_part_path(struct ctx *c, const struct app_field *d,
                  const struct app_part *p);
str app_part_label(struct ctx *c, const struct app_field *d,
                   const struct app_part *p);

enum app_fault {
    FAULT_NONE,
    FAULT_MISSING,
    FAULT_MALFORMED,
    FAULT_SMALL,
    FAULT_LARGE,
    FAULT_DENIED,
    FAULT_UNCLEAR /* may be read in two ways: ask */
};

/* Read what a person typed into canonical text. */
enum app_fault app_leaf_read(struct ctx *c, enum app_leaf leaf, str typed,
                             str *canonical);
/* Check a canonical text against the field's bounds; *limit is what to say. */
enum app_fault app_leaf_check(struct ctx *c, const struct app_setting *with,
                              const struct app_field *d,
                              const struct app_part *p, str text, str *limit);
/* The field's own message, holding its label. */
str app_leaf_message(struct ctx *c, enum app_leaf leaf, enum app_fault fault,
                     str label, str limit);
str app_leaf_show(struct ctx *c, const struct app_field *d, enum app_leaf leaf,
                  str text);
str app_leaf_raw(struct ctx *c, enum app_leaf leaf, str text);
struct cel_value app_leaf_cel(struct ctx *c, enum app_leaf leaf, str text);
/* Canonical text of a computed value; p == NULL where it cannot be. */
str app_leaf_of_cel(struct ctx *c, enum app_leaf leaf, struct cel_value v);
str app_leaf_fake(struct ctx *c, const struct app_field *d,
                  const struct app_part *p, const struct city *k);
/* What Indonesians type (app_number.c). */
bool app_all_digits(str s);
str app_digits(struct ctx *c, str s, const char *separators);
enum app_fault app_read_integer(struct ctx *c, str s, str *out);
enum app_fault app_read_decimal(struct ctx *c, str s, str *out);
enum app_fault app_read_money(struct ctx *c, str s, str *out);
enum app_fault app_read_date(struct ctx *c, str s, str *out);
enum app_fault app_read_day(struct ctx *c, str day, str month, str year,
                            str *out);
enum app_fault app_read_time(struct ctx *c, str s, str *out);

/* A literal of `min:` or `max:`: "0.1", "today", "today + 7 days". */
bool app_bound(struct ctx *c, const struct app_setting *with,
               enum app_type type, str literal, str *canonical);

/* The type of a field for expressions. */
const struct cel_type *app_type_cel(struct ctx *c, const struct app_field *d);
/* Its value; `siblings` are the fields it stands among. */
struct app_scope {
    const struct app *a;
    const struct app_setting *with;
    const struct app_form *form;
    const struct app_field *fields;
    size_t n;
    int depth;
    int *left; /* evaluations that the outermost one may still cause */
    const struct app_scope *outer; /* where else a name is looked for */
};

/* ---- rows (app_rows.c) -------------------------------------------- */

/* All cells of one row. */
struct app_field *app_row(struct ctx *c, const struct app_field *d, size_t row);
const struct app_value **app_cells(struct ctx *c, const struct app_form *form,
                                   const struct app_field *d, size_t rows);
/* Reads the cells of one row, as the fields of a form are read. */
typedef void app_read_cells(const void *arg, const struct app_field *cells,
                            size_t n, const struct app_pair *pairs,
                            size_t n_pairs, struct app_form *form);
/* How many rows were typed; they are in the form. */
size_t app_rows_read(struct ctx *c, const struct app_field *d,
                     const struct app_pair *pairs, size_t n,
                     app_read_cells *read, const void *arg,
                     struct app_form *form);
struct app_table *app_show_rows(struct ctx *c, const struct app_field *d,
                                const struct app_form *form);
struct cel_value app_rows_value(struct ctx *c, const struct app_scope *s,
                                const struct app_field *d);
/* A program that sees the row's columns first, and then what `s` sees. */
struct cel_value app_row_eval(struct ctx *c, const struct app_scope *s,
                              const struct app_field *d, size_t row,
                              const struct cel_program *p);
const struct cel_type *app_rows_type(struct ctx *c, const struct app_field *d,
                                     bool nullable);
void app_build_columns(struct app_work *w, const struct data *def, str path,
                       struct app_field *d);
void app_build_column_programs(struct app_work *w, struct app_field *d,
                               str path);

struct app_scope app_scope_of(const struct app *a,
                              const struct app_setting *with,
                              const struct app_form *form);
/* The value of a field of the scope. */
struct cel_value app_field_value(struct ctx *c, const struct app_scope *s,
                                 const struct app_field *d);
struct cel_value app_eval(struct ctx *c, struct app_scope *s,
                          const struct cel_program *p);
