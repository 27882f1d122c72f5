/* SPDX-License-Identifier: EUPL-1.2 */
/* app: the app language (format `balai: 1`). Read, check, extend, overlay,
 * compile; the catalogue of what a city has installed. Floor 5; uses base,
 * data, seal, pack, cel, markup, store, ledger, city, letter.
 *
 * An app is data. Effective app = archetype + app + overlay, merged by key;
 * then checked and compiled into `struct app`, immutable and shared by
 * threads. docs/app-language.md documents every key; findings cite it. */
#pragma once

#include "base/base.h"
#include "cel/cel.h"
#include "city/city.h"
#include "data/data.h"
#include "ledger/ledger.h"
#include "markup/markup.h"
#include "store/store.h"

extern const struct ledger_applier app_appliers[];
extern const size_t app_appliers_n;

/* A language map in the context's language, else in Indonesian; empty for
 * NULL. */
str app_say(struct ctx *c, const struct data *map);

/* The keys of the language: the anchor of docs/app-language.md that explains
 * the i-th, "field-label"; NULL behind the last. */
const char *app_language_key(struct ctx *c, size_t i);

/* ---- types -------------------------------------------------------- */

enum app_type {
#define TYPE(id, name, widget, never_public) APP_##id,
#include "app/type.def"
#undef TYPE
    APP_TYPE_COUNT
};
const char *app_type_name(enum app_type t);
const char *app_type_widget(enum app_type t);

/* ---- the compiled app --------------------------------------------- */

/* APP_OWN: of rows, each sees his own; who acts in the flow, and who audits,
 * all of them. */
enum app_show { APP_PARTIES, APP_OFFICE, APP_PUBLIC, APP_OWN };

/* Who begins a record: residents; officers, each for himself; or nobody but
 * the calendar, once a period. */
enum app_filer { APP_BY_RESIDENT, APP_BY_OFFICER, APP_BY_CALENDAR };

struct app_form;

#define APP_ROWS_MOST 200

struct app_option {
    str key;
    const struct data *label;
};

struct app_field {
    str key; /* the path too: "luas", and in an action "alasan" */
    enum app_type type;
    const struct data *def; /* label, hint, unit, accept, within ... */
    bool optional, computed, indexed; /* computed: by `value`, or numbered */
    str acted;     /* of a record: the field that says in which of its steps
                      whoever files acted; or empty */
    bool finished; /* of a record: it must have ended, and be one's own */
    enum app_show show;
    str from;  /* "profil-warga": prefilled at level 2 */
    bool self; /* the officer who files, or the office: never asked */
    const struct cel_program *when, *value; /* NULL where there is none */
    const struct app_option *options;
    size_t n_options;
    int64_t max_bytes;         /* of a file */
    struct app_field *columns; /* of rows */
    size_t n_columns;
    int64_t min_rows, max_rows;
    const struct app_field *table; /* of a cell: its rows; its key is then
                                      "rab.2.harga" */
    size_t row;                    /* which, from 1 */
};

/* The column of a row as a field of its own, which every function here takes;
 * `row` counts from 1. */
struct app_field app_cell(struct ctx *c, const struct app_field *d, size_t row,
                          size_t column);
/* Is `path` a cell of `d`, or below one? *rest is what comes behind it. */
bool app_cell_at(const struct app_field *d, str path, size_t *row,
                 size_t *column, str *rest);
/* What a field is called in messages: "Rincian, baris 2: Harga". */
str app_field_label(struct ctx *c, const struct app_field *d);
/* How many rows the form holds of it. */
size_t app_rows(const struct app_form *form, const struct app_field *d);

/* Who may act: the record's resident, or a duty of a function; a function may
 * be chosen by a field (`by`), whose rows name "function.duty". */
struct app_who {
    bool resident, system;
    bool listed; /* whoever the population's rows name */
    str function, duty;
    str by;
    const struct app_route *rows;
    size_t n;
};
struct app_route {
    str key; /* an option of the field; empty is `else` */
    str function, duty;
};

struct app_rule {
    str key;
    const struct cel_program *check;
    const struct data *say;
};

struct app_action {
    str key;
    const struct data *label; /* never NULL */
    str to;                   /* a state's key */
    struct app_who who;       /* the state's, unless it names its own */
    /* What it asks; and behind that, the fields of the form it changes. */
    const struct app_field *needs;
    size_t n_needs, n_changes;
    const struct cel_program *when; /* offered only then; NULL: always */
    str merges; /* the need that holds the number of the record that this one
                   is merged into, or empty */
    const struct app_rule *rules; /* over what it asks and the form */
    size_t n_rules;
    bool alone;    /* in a parallel state: moves it at once */
    bool computes; /* fills the population's rows anew */
    const struct cel_program *grants; /* fixes what is to be paid out */
    str pays; /* the need whose money it adds to `paid`, or empty */
    struct city_span until;   /* offered that long after the state was entered,
                                 its last day included; CITY_NONE: always */
    struct city_span extends; /* lengthens promise and deadline, once a record;
                                 CITY_NONE: does not */
};

struct app;
struct app_state;
/* May it be taken on several records at once? It prepares: it asks nothing of
 * one person, moves no money, leads to a state that waits, issues no letter,
 * and stands in no state of four eyes, branches, or an end. */
bool app_action_many(const struct app *a, const struct app_state *s,
                     const struct app_action *x);

/* One of several who must act in a parallel state, in any order. */
struct app_branch {
    str key;
    const struct data *label; /* never NULL */
    struct app_who who;
    struct city_span within;
    const struct app_field *needs; /* asked beside the action's */
    size_t n_needs;
};

/* What an unkept promise means. GRANT: only with a law and the city's own yes,
 * and only as a statement that the head confirms; else it escalates. */
enum app_silence {
    APP_SILENCE_NONE,
    APP_SILENCE_ESCALATE,
    APP_SILENCE_REFUSE,
    APP_SILENCE_GRANT
};

/* An action whose `to` is its own state leaves the state's clocks alone, unless
 * it extends them. */
struct app_state {
    str key;
    const struct data *label; /* never NULL */
    const struct data *def;
    struct app_who who;
    const struct cel_program *when; /* entered only then; else `otherwise` */
    str otherwise;
    const struct app_branch *branches; /* a parallel state has some */
    size_t n_branches;
    struct city_span within;         /* CITY_NONE: no deadline of its own */
    bool stopped;                    /* the promise's clock stands */
    bool frozen;                     /* the form's digest is said on entering */
    struct city_span escalate_after; /* since `within` passed */
    str escalate_to;                 /* a duty there or above, or empty */
    struct city_span lapse_after;
    const struct cel_program *lapse_at; /* the last day it stands, or NULL */
    str lapse_to;
    const struct city_span *reminds; /* how long before it lapses */
    size_t n_reminds;
    const str *four_eyes; /* states whose actor may not act here */
    size_t n_four_eyes;
    str end; /* what it counts as, or empty */
    bool appeal;
    const struct app_action *actions;
    size_t n_actions;
};

struct app_step {
    str key;
    const struct data *title;
    const size_t *fields; /* indices into app.fields */
    size_t n;
};

struct app_close {
    str field;
    struct cel_decimal most;
};

struct app_letter {
    str key, at; /* issued on entering state `at` */
    const struct data *title;
    const struct markup *body;
    str register_key;
    str function; /* whose letterhead it has; empty: who holds the record */
    const struct markup *number; /* {{class}}/{{seq}}/{{unit}} */
    const struct cel_program *valid_from, *valid_for;
    bool until_lapse; /* it holds as long as its state stands */
    const str *again; /* acts that stay in the state and issue it anew */
    size_t n_again;
    bool acted; /* issued by those acts alone, never on entering */
    const struct app_field *each; /* rows: one paper for each whom they name,
                                     with his own rows; or NULL */
};

/* What moves between apps; always optional. A `match` holds where the other
 * app's indexed field says what the expression gives. */
enum app_link_kind { APP_PREFILL, APP_OPENS, APP_GATE, APP_FIGURE };

struct app_link_value {
    str name;                       /* prefill: a field of its own; else one of
                                       the other app's, or a part of it */
    str from;                       /* prefill: a field there; opens: a field
                                       or "said.NEED" that is copied whole */
    const struct cel_program *expr; /* else */
};

struct app_link {
    str key;
    enum app_link_kind kind;
    str app; /* the other's id; a gate or figure may look at its own */
    str by;  /* prefill: the field that holds its number */
    str on;  /* opens: on entering this state */
    struct city_span due; /* opens: of the other's first state */
    const struct app_link_value *values;
    size_t n_values; /* of prefill and opens; else of `match`, at most 2 */
    const str *states;
    size_t n_states; /* 0: in any */
    bool forbid;
    const str *blocks; /* "submit" or actions */
    size_t n_blocks;
    const struct data *say;
    str sum; /* the field that a figure adds up; empty: it counts */
    const struct cel_program *from, *to; /* days of submission, or NULL */
};

/* Records that last: live from their first coming to `entry` until an end that
 * is not "granted". No two live entries share their `key`, or any other path
 * of `unique` (key first). */
struct app_registry {
    str key, entry;
    const str *unique;
    size_t n_unique;
    const str *listed; /* fields of the public list; none: there is no list */
    size_t n_listed;
    const struct markup *number; /* gives the key its value, or NULL */
    str book;                    /* the city's number register for it */
};

/* What the calendar opens by itself, once a period and office. */
struct app_period {
    bool yearly, per_office;
    bool last; /* it is about the period before */
    int day;   /* of the month, or of January */
    str into;  /* the date field that says the period's first day, or empty */
};

/* A column that is filled, and from where: a path there, or a link. */
struct app_filled {
    size_t column;
    str from;
};

/* Rows that are filled from another app's records. */
struct app_population {
    str app;
    str field; /* an indexed one there, which must say what `is` gives */
    const struct cel_program *is;
    const str *states;
    size_t n_states; /* 0: in any */
    const struct app_field *into;
    size_t key; /* the column that tells the rows apart: of type officer */
    const struct app_filled *values, *figures;
    size_t n_values, n_figures;
};

/* Why personal data are processed, and how long they are kept after a record's
 * end; `archive`: then they are handed over, not erased. */
struct app_privacy {
    str basis; /* "consent" */
    const struct data *purpose;
    int months;
    bool archive;
};

struct app {
    str id;      /* "penanaman-modal/izin-reklame" */
    str version; /* "1.0.0" */
    str tree;    /* "sha256:HEX" of the package */
    str overlay; /* "sha256:HEX" of the overlay's file form, or empty */
    str archetype;
    const struct data *effective; /* the merged tree, for pages */
    const struct data *title, *summary, *noun;
    const struct data *promises; /* what `promise` is about, or NULL */
    str function;
    bool sensitive;
    enum app_filer filed_by;
    const struct data *national;       /* or NULL */
    const struct app_privacy *privacy; /* NULL: no personal data are asked */
    struct app_field *fields;
    size_t n_fields;
    struct app_step *steps;
    size_t n_steps;
    struct app_rule *rules;
    size_t n_rules;
    const struct cel_program *charge; /* NULL: free of charge */
    const struct data *charge_def;    /* kind, law, title */
    str start;                        /* the first state */
    struct city_span promise;
    enum app_silence on_silence; /* when the promise passed unkept */
    str silent_to;               /* the state it goes to, or empty */
    struct app_state *states;
    size_t n_states;
    struct app_letter *letters;
    size_t n_letters;
    const struct app_link *links;
    size_t n_links;
    const struct app_period *period;         /* or NULL */
    const struct app_population *population; /* or NULL */
    int merge_metres; /* duplicates nearer than this are offered; 0: none */
    const str *merge_same;
    size_t n_merge_same;
    const struct app_close *merge_close; /* numbers that may differ so far */
    size_t n_merge_close;
    const struct app_registry *registry; /* NULL: records that end */
    const str *books; /* every number register of the city that it names */
    size_t n_books;
    const str *functions; /* every function the app names */
    size_t n_functions;
    const struct app_inner *inner; /* the room's own */
};

const struct app_state *app_state(const struct app *a, str key);
const struct app_action *app_action(const struct app_state *s, str key);
const struct app_field *app_field(const struct app *a, str key);
const struct app_branch *app_branch(const struct app_state *s, str key);
/* The action as a branch asks it, with the branch's needs behind its own; `x`
 * itself where there are none. */
const struct app_action *app_action_in(struct ctx *c,
                                       const struct app_action *x,
                                       const struct app_branch *b);

/* Where an effective value came from: "archetype", "app", "overlay". */
str app_origin(const struct app *a, str path);

/* ---- packages, overlays, building --------------------------------- */

/* A package: the files of an app with its archetype inside as archetype.yaml.
 * Its identity is `tree`, the SHA-256 of its canonical archive. */
struct app_package;
str app_package_id(const struct app_package *p);             /* "SECTOR/APP" */
str app_package_version(const struct app_package *p);        /* "1.0.0" */
str app_package_tree(const struct app_package *p);           /* "sha256:HEX" */
str app_package_archive(const struct app_package *p);        /* uncompressed */
str app_package_file(const struct app_package *p, str name); /* or p == NULL */
/* What comes from another city must not name it: each place that holds its
 * name or code is an error. Building looks for the receiver's own. */
void app_check_giver(struct ctx *c, const struct app_package *p, str code,
                     struct findings *f);

/* From a folder SECTOR/APP; the archetype from BASE/NAME/app.yaml. Every fault
 * of every file is a finding; E_BAD_INPUT where there was an error. */
err app_package_read(struct ctx *c, const char *dir, const char *base,
                     struct findings *f, struct app_package **out) MUST_USE;
/* Another app of the same catalogue, where `p` was read from a folder of one;
 * E_NOT_FOUND where none of that id lies beside it. */
err app_package_beside(struct ctx *c, const struct app_package *p, str id,
                       struct findings *f, struct app_package **out) MUST_USE;
/* From a canonical archive that holds its archetype. */
err app_package_open(struct ctx *c, str archive, struct findings *f,
                     struct app_package **out) MUST_USE;

/* The file form of an overlay, read and written byte-stable. */
struct app_overlay;
err app_overlay_read(struct ctx *c, str file, str bytes, struct findings *f,
                     struct app_overlay **out) MUST_USE;
str app_overlay_write(struct ctx *c, const struct app_overlay *o);
str app_overlay_app(const struct app_overlay *o);
/* A new overlay for a package, or one with a line more: `set` PATH to VALUE
 * (YAML flow or plain text), remembering what it replaced. E_BAD_INPUT names a
 * path that the app lacks, with the nearest. */
struct app_overlay *app_overlay_new(struct ctx *c, const struct app_package *p);
err app_overlay_set(struct ctx *c, struct app_overlay *o,
                    const struct app_package *p, str path, str value,
                    const struct data *why, struct findings *f) MUST_USE;

/* Does a line of the overlay touch a charge, who may act, four eyes, silence,
 * a deadline, visibility or retention? Those need a second person. */
bool app_overlay_grave(const struct app_overlay *o);

/* The lines of an overlay, each a view of it; NULL has none. */
enum app_deed { APP_SETS, APP_ADDS, APP_REMOVES };
struct app_change {
    enum app_deed deed;
    str path;
    const struct data *to;        /* NULL where it removes */
    const struct data *was, *why; /* or NULL */
    bool grave;                   /* needs a second person */
};
size_t app_overlay_lines(struct ctx *c, const struct app_overlay *o,
                         struct app_change **out);
/* Where two overlays of an app do not say the same (either may be NULL): their
 * lines for one path; a NULL side has none. Reasons do not count. */
struct app_differs {
    str path;
    const struct app_change *from, *to;
    bool settled; /* they say the same, and remember another value */
    bool grave;
};
size_t app_overlay_differ(struct ctx *c, const struct app_overlay *from,
                          const struct app_overlay *to,
                          struct app_differs **out);
/* Make again in `o` what led from `from` to `to`, at `path` or (empty)
 * everywhere: to undo, and to bring a proposal up to date. */
void app_overlay_carry(struct ctx *c, struct app_overlay *o,
                       const struct app_overlay *from,
                       const struct app_overlay *to, str path);
/* The path of a line as this version of the app calls it (its `renamed`). The
 * line keeps its own name; the three below find it by either. */
str app_overlay_path(struct ctx *c, const struct app_package *p, str path);
/* Back to the origin at this path; false where no line says otherwise. */
bool app_overlay_back(struct ctx *c, struct app_overlay *o,
                      const struct app_package *p, str path);
/* Ours stays against this version too: the line does the same in the same
 * place, and remembers what this version says there. E_BAD_INPUT where it has
 * no such part any more. */
err app_overlay_keep(struct ctx *c, struct app_overlay *o,
                     const struct app_package *p, str path) MUST_USE;
/* Another overlay of the same lines; of NULL, one without lines. */
struct app_overlay *app_overlay_copy(struct ctx *c, const struct app_package *p,
                                     const struct app_overlay *o);

/* Three-way merge by key of two app.yaml trees with a common ancestor (each
 * may be NULL: absent): what one side changed is taken, what both changed
 * alike too; where they changed it differently `ours` stands and a finding
 * (FIND_WARNING) names the path and "both-changed", "delete-modify" or
 * "modify-delete". NULL where everything is gone. */
struct data *app_merge(struct ctx *c, const struct data *base,
                       const struct data *theirs, const struct data *ours,
                       struct findings *conflicts);

/* The app's own scenarios, scenario.yaml as data: NAME -> list of steps. Their
 * shape has been checked. NULL for a package without. */
const struct data *app_scenarios(const struct app_package *p);
/* The scenarios that a city keeps in its overlay, or NULL. */
const struct data *app_overlay_scenarios(const struct app_overlay *o);

/* Merge, check and compile. `overlay` may be NULL. `k`, where not NULL, lets
 * the checker refuse the origin's own name and code, and name unmapped
 * functions. The app lives in c->mem. */
err app_build(struct ctx *c, const struct app_package *p,
              const struct app_overlay *overlay, const struct city *k,
              struct findings *f, struct app **out) MUST_USE;

/* ---- record numbers ----------------------------------------------- */

/* Crockford's base 32: no I, L, O, U. */
extern const char app_number_symbols[33];
char app_check_symbol(const char eight[8]);
/* What is typed, without blanks and dashes, upper case, with the letters that
 * are mistaken for digits put right. Fills at most `most`; returns how many
 * there were, or -1 for a symbol that cannot be one. */
int app_symbols(str typed, char *out, int most);
/* "7K4M-2QX9-5"; false where the check symbol does not fit. */
/* Does a page put a field of this name into its forms? Then no app may. */
bool app_page_name(str name);
bool app_number_read(struct ctx *c, str typed, str *number);

/* ---- forms -------------------------------------------------------- */

/* Letters of a field that a register's number may hold, at most. */
#define APP_NUMBER_FACT 40

/* Values by path, in canonical text (DESIGN, section 7): "luas" -> "8",
 * "pemohon.nik", "lokasi.region". text.p == NULL: left empty (null). A path
 * that is not there is unknown, or absent where `when` hides it. */
struct app_value {
    str path, text;
};
struct app_form {
    struct app_value *all;
    size_t n, room;
};
const struct app_value *app_form_find(const struct app_form *f, str path);
void app_form_set(struct ctx *c, struct app_form *f, str path, str text);
void app_form_drop(struct app_form *f, str path);
str app_form_text(const struct app_form *f, str path); /* or p == NULL */

/* What an act sees beside the form: money so far, the day the state was
 * entered, what acts before it asked (the last of a name), and figures of
 * other apps, by their names. What is not there is unknown. */
struct app_seen {
    str record; /* its own number; empty before it has one */
    int64_t charge, paid, granted;
    struct date entered;
    const struct app_form *said;    /* or NULL */
    const struct app_form *figures; /* whole numbers; or NULL */
};

/* What the rules may see beside the form. */
struct app_setting {
    const struct city *city;
    const struct app_form *person; /* a level-2 person's own row: "nama",
                                      "nik" ...; NULL below level 2 */
    const struct app_seen *seen;   /* or NULL */
};

/* Read what a browser (or a scenario) sent, name=value pairs with the names
 * of docs/app-language.md ("mulai.d", "lokasi.region"), into canonical values
 * of the given fields of `form`. Unknown and computed names are refused. Each
 * finding's key is the input's name, its sentence holds the label; what is
 * wrong with a form is no failure: E_OK says that it was read. A part that
 * does not hold is left out of `form`; one that may be empty and is, is null.
 * A file that nothing was said about stays as it was. */
struct app_pair {
    str name, value;
};
err app_form_read(struct ctx *c, const struct app *a,
                  const struct app_setting *with,
                  const struct app_field *fields, size_t n_fields,
                  const struct app_pair *pairs, size_t n, struct app_form *form,
                  struct findings *f) MUST_USE;

/* The same from a scenario's `submit` or `with`: canonical values by path
 * ("2.5", "2026-03-02", {region: ...}) as the pairs a browser would send. */
err app_form_pairs(struct ctx *c, const struct app_field *fields,
                   size_t n_fields, const struct data *values,
                   struct app_pair **out, size_t *n) MUST_USE;

/* Which fields of a step apply now (`when`): unknown counts as applying. */
bool app_field_applies(struct ctx *c, const struct app *a,
                       const struct app_setting *with,
                       const struct app_form *form, const struct app_field *d);

/* Is this action offered for this form today? True where it has no `when`. */
bool app_action_applies(struct ctx *c, const struct app *a,
                        const struct app_setting *with,
                        const struct app_form *form,
                        const struct app_action *x);

/* Is this state entered? True where it has no `when`; what is unknown is not.*/
bool app_state_applies(struct ctx *c, const struct app *a,
                       const struct app_setting *with,
                       const struct app_form *form, const struct app_state *s);
/* The rules of an action over what it asked and the form: "rules.KEY". */
void app_action_rules(struct ctx *c, const struct app *a,
                      const struct app_setting *with,
                      const struct app_form *form, const struct app_form *needs,
                      const struct app_action *x, struct findings *f);
/* What an action grants, in whole rupiah: E_REFUSED where it gives none. */
err app_granted(struct ctx *c, const struct app *a,
                const struct app_setting *with, const struct app_form *form,
                const struct app_form *needs, const struct app_action *x,
                int64_t *rupiah) MUST_USE;
/* What a link's values give, in canonical text by their names; what is unknown
 * or null is left out. For a prefill `form` is the other record's. */
void app_link_values(struct ctx *c, const struct app *a,
                     const struct app_setting *with,
                     const struct app_form *form, const struct app_link *l,
                     struct app_form *out);
/* Is this figure one of a row, with what it matches seen from that row? */
bool app_row_figure(const struct app *a, str link);
void app_row_link_values(struct ctx *c, const struct app *a,
                         const struct app_setting *with,
                         const struct app_form *form, const struct app_link *l,
                         size_t row, struct app_form *out);
/* What the other app's field must say; p == NULL where it is not known. */
str app_population_is(struct ctx *c, const struct app *a,
                      const struct app_setting *with,
                      const struct app_form *form);
/* The period that `today` is in, once its day has come: its name ("2026-03" or
 * "2026") and its first day. */
bool app_period_now(struct ctx *c, const struct app_period *p,
                    struct date today, str *name, struct date *first);
/* Whom rows name in their first column of type officer, each once, joined by a
 * comma; is he one of them? `d` may be NULL: nobody. */
str app_listed(struct ctx *c, const struct app_field *d,
               const struct app_form *form);
bool app_is_listed(struct ctx *c, const struct app_field *d,
                   const struct app_form *form, str who);
/* The field whose rows are an app's population, or NULL. */
const struct app_field *app_population(const struct app *a);
/* Leave only the rows whose first column of type officer says `who`. */
void app_own_rows(struct ctx *c, const struct app_field *d, str who,
                  struct app_form *form);
void app_rows_drop(struct app_form *form, const struct app_field *d);

/* The days of submission between which a figure counts, both included. */
void app_link_days(struct ctx *c, const struct app *a,
                   const struct app_setting *with, const struct app_form *form,
                   const struct app_link *l, struct date *from,
                   struct date *to);

/* The rules that fail already on a form half filled, so that a step can say
 * so at once. Findings carry "rules.KEY". */
void app_form_rules(struct ctx *c, const struct app *a,
                    const struct app_setting *with, const struct app_form *form,
                    struct findings *f);

/* Does the field take this file? Judged by its first bytes (reader_kind_of())
 * and its size, never by its name; *mime is its type where known. Where not,
 * `f` gets a finding under the field's key. Whether it is what it says is for
 * reader_ask(). */
bool app_file_accepts(struct ctx *c, const struct app_field *d, str bytes,
                      str *mime, struct findings *f);

/* Make a form whole: drop what is hidden, compute what is computed in
 * dependency order, demand what is required, run the rules. Findings carry
 * keys "fields.luas" and "rules.videotron_max"; E_OK as above. */
err app_form_finish(struct ctx *c, const struct app *a,
                    const struct app_setting *with, struct app_form *form,
                    struct findings *f) MUST_USE;

/* A form that was finished once and comes back from its events, which hold no
 * empty values: what is not there was left empty, and so is null. */
void app_form_whole(struct ctx *c, const struct app *a, struct app_form *form);

/* The charge in whole rupiah, and its formula in words; E_REFUSED where it
 * cannot be computed yet. 0 where the app has none. */
err app_charge(struct ctx *c, const struct app *a,
               const struct app_setting *with, const struct app_form *form,
               int64_t *rupiah, str *formula) MUST_USE;

/* A letter's first and last day from its programs; *holds is false where it
 * has none and holds for good. E_REFUSED where they give no stretch of days. */
err app_letter_valid(struct ctx *c, const struct app *a,
                     const struct app_setting *with,
                     const struct app_form *form, const struct app_letter *l,
                     bool *holds, struct date *from, struct date *to) MUST_USE;

/* The last day of a state that `lapses: {at: ...}`, seen from the day in
 * with->seen; E_REFUSED where the form gives none. */
err app_lapse_day(struct ctx *c, const struct app *a,
                  const struct app_setting *with, const struct app_form *form,
                  const struct app_state *s, struct date *out) MUST_USE;

/* Does the path of a value belong to this one of `unique`? Rows count each. */
bool app_path_fits(str path, str named);

/* Rows as people read them: texts[row * n_columns + column]. */
struct app_table {
    const struct app_field *columns;
    str *labels, *texts;
    size_t n_columns, n_rows;
};

/* One part of a value as people read it. */
struct app_shown {
    str path, label, text;
    enum app_type type;
    bool file; /* text is the file's name or size; path leads to it */
    struct app_table *table; /* of rows; text is then "3 baris". Else NULL */
};
/* All parts of a field's value that are filled, in order. */
err app_show(struct ctx *c, const struct app *a, const struct app_field *d,
             const struct app_form *form, struct app_shown **out,
             size_t *n) MUST_USE;

/* The raw input values that give a canonical value back, to fill a form. */
err app_form_raw(struct ctx *c, const struct app_field *d,
                 const struct app_form *form, struct app_pair **out,
                 size_t *n) MUST_USE;

/* A well-formed invented value, for scenarios and training. */
void app_fake(struct ctx *c, const struct app_field *d, const struct city *k,
              struct app_form *form);

/* The office that `own-office` means: what the form's field of type office with
 * `from: self` holds; empty where there is none. */
str app_own_office(const struct app *a, const struct app_form *form);

/* The region code that a form names: of its `place` or `region` field; empty
 * where there is none. */
str app_region(const struct app *a, const struct app_form *form);

/* Which function and duty a `who` means for this form. */
struct app_route app_who(const struct app *a, const struct app_who *who,
                         const struct app_form *form);

/* ---- what a city has installed ------------------------------------ */

/* What a service costs, in a line: its charge's title; NULL where it is free.*/
const struct data *app_fee(const struct app *a);

/* What lists say of an app. */
struct app_brief {
    str id, version, tree, overlay;
    bool open;
    bool builds;             /* here and now; the rest only where it does */
    struct findings trouble; /* why it is closed, or does not build */
    const struct data *title, *summary;
    const struct data *fee; /* the charge's title, or NULL where it is free */
    str archetype, function;
    struct city_span promise;
    enum app_filer filed_by;
    bool sensitive;
    bool parts; /* somewhere into branches */
    str rates;  /* the field that asks for a finished record, or empty */
    struct app_route
        *acting; /* who has it in its states; some more than once */
    size_t n_acting;
    const struct app_privacy *privacy; /* NULL: no personal data are asked */
    const struct data **asks;          /* labels of what it asks */
    size_t n_asks;
    str *gives; /* other apps whose records it opens, with what it copies */
    size_t n_gives;
    str national; /* the system of the nation that it hands on to, or empty */
};

/* An app, compiled. */
struct app_entry {
    str id, version, tree, overlay;
    bool open;
    const struct app *app; /* NULL where it does not build here any more */
    struct findings trouble;
};

/* Made at start and after each change, swapped whole; any thread may ask. All
 * that it gives lives as long as the catalogue, which rests on the city `k`. An
 * app is compiled when it is first asked for by its id, and stays so. */
struct app_catalogue;
err app_catalogue_new(struct ctx *c, struct conn *on, const struct city *k,
                      struct app_catalogue **out) MUST_USE;
void app_catalogue_free(struct app_catalogue *t);
size_t app_catalogue_all(const struct app_catalogue *t,
                         const struct app_brief **all); /* by id */
/* NULL where it is not installed. */
const struct app_brief *app_catalogue_brief(const struct app_catalogue *t,
                                            str id);
const struct app_entry *app_catalogue_find(const struct app_catalogue *t,
                                           str id);
/* Search titles, summaries and `words:` in the context's language; folded,
 * every word must begin a word there; best first. */
err app_catalogue_search(struct ctx *c, const struct app_catalogue *t,
                         str words, const struct app_brief ***out,
                         size_t *n) MUST_USE;

/* The version a record froze: the current one, or an older one, which is
 * compiled from the database when it is first asked for. It lives as long as
 * the catalogue or c->mem, whichever is shorter: only so many older ones are
 * kept beside the catalogue. */
err app_frozen(struct ctx *c, struct conn *on, const struct app_catalogue *t,
               const struct city *k, str id, str tree, str overlay,
               const struct app **out) MUST_USE;

/* Install a package or its next version: `app.installed` with tree and
 * version. A lower version, or the same version with another tree, is
 * E_CONFLICT. Twice is nothing (*done is false). */
err app_install(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                const struct app_package *p, bool *done) MUST_USE;
/* Lay an overlay over the installed version: `app.localised`. Where its lines
 * on charge, who may act, four eyes, silence, a deadline, visibility or
 * retention are not those in force, `with` must be another officer than `by`,
 * and what waits must be this very overlay, proposed by `by`: else E_REFUSED
 * names the lines. "system", who owns the folder, may do so alone in a
 * training city and as long as the app was never opened. */
err app_localise(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                 str with, const struct app_overlay *o, bool *done) MUST_USE;
/* Ask a second officer: `app.localise_proposed`. One change an app waits at a
 * time; the officer's next takes its place, another's is E_CONFLICT. */
err app_propose(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                const struct app_overlay *o, bool *done) MUST_USE;
/* Take it back, or refuse it: `app.localise_withdrawn`. */
err app_withdraw(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                 str id, bool *done) MUST_USE;
struct app_proposal {
    str overlay, was, tree; /* digests; `was` and tree it was made against */
    str by;                 /* "officer-17" */
    int64_t since;
    bool stale; /* version or overlay are others by now: to be made again */
};
/* What waits for a second officer; false: nothing. */
err app_proposed(struct ctx *c, struct conn *on, str id,
                 struct app_proposal *out, bool *waits) MUST_USE;
/* An overlay that was in force or proposed, by its digest; NULL for none. */
err app_kept_overlay(struct ctx *c, struct conn *on, str id, str digest,
                     struct app_overlay **out) MUST_USE;
/* A package that was installed or kept at any time, by its tree; E_NOT_FOUND.
 * To keep one installs nothing. */
err app_kept_package(struct ctx *c, struct conn *on, str tree,
                     struct app_package **out) MUST_USE;
err app_keep_package(struct ctx *c, struct conn *tx,
                     const struct app_package *p) MUST_USE;
/* What was done to an app, newest first, before the event `before` (0: the
 * end). */
struct app_past {
    int64_t event, time;
    str act, by, with; /* "app.localised", "officer-17" */
    str version, tree, overlay;
};
err app_past(struct ctx *c, struct conn *on, str id, int64_t before,
             size_t most, struct app_past **out, size_t *n) MUST_USE;
/* The function map is decided by two as well: `city.map_proposed`, then
 * `city.map_agreed` and `city.set`, or `city.map_withdrawn`. The second says
 * which office was seen. E_BAD_INPUT, E_CONFLICT, E_REFUSED as above. */
struct app_map {
    str office, by;
    int64_t since;
};
err app_map_proposed(struct ctx *c, struct conn *on, str function,
                     struct app_map *out, bool *waits) MUST_USE;
err app_map_propose(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                    const struct city *k, str function, str office) MUST_USE;
err app_map_agree(struct ctx *c, struct conn *tx, struct ledger *l, str with,
                  const struct city *k, str function, str office) MUST_USE;
err app_map_withdraw(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                     str function) MUST_USE;

/* The way back from the version in force to the one before it, with the
 * overlay as it stood then; *any is false where there is none before. */
struct app_back {
    str id;
    str version, tree, overlay;        /* to come; overlay is empty for none */
    str was_version, was, was_overlay; /* in force: version and digests */
    int64_t event, since; /* the installing that is undone, and when */
};
err app_way_back(struct ctx *c, struct conn *on, str id, struct app_back *out,
                 bool *any) MUST_USE;
err app_back_load(struct ctx *c, struct conn *on, const struct app_back *b,
                  struct app_package **p, struct app_overlay **o) MUST_USE;
/* The lines of the overlay that going back changes; grave ones need two. */
err app_back_lines(struct ctx *c, struct conn *on, const struct app_back *b,
                   struct app_differs **all, size_t *n, bool *grave) MUST_USE;
/* Go back: `app.undone`. Records that began on what is undone keep it. What
 * was seen must be what there is (E_CONFLICT); what does not build here is
 * E_REFUSED; and for grave lines `with` agrees to what `by` has proposed. */
err app_undo(struct ctx *c, struct conn *tx, struct ledger *l, str by, str with,
             const struct city *k, const struct app_back *b) MUST_USE;
/* Ask a second officer: `app.undo_proposed`; and take it back, or refuse it:
 * `app.undo_withdrawn`. */
err app_undo_propose(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                     const struct app_back *b) MUST_USE;
err app_undo_withdraw(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                      str id) MUST_USE;
struct app_undo_asked {
    str tree, by; /* to go back to; "officer-17" */
    int64_t since;
    bool stale; /* what is in force is another by now */
};
err app_undo_waits(struct ctx *c, struct conn *on, str id,
                   struct app_undo_asked *out, bool *waits) MUST_USE;
/* Was this version in force here, and undone? When, last; 0: never. */
err app_was_undone(struct ctx *c, struct conn *on, str id, str tree,
                   int64_t *when) MUST_USE;
int app_version_cmp(str a, str b); /* by its three numbers */

/* Was it ever open to the public? */
err app_was_open(struct ctx *c, struct conn *on, str id, bool *yes) MUST_USE;
err app_installed_package(struct ctx *c, struct conn *on, str id,
                          struct app_package **p,
                          struct app_overlay **o) MUST_USE;
/* What stands between an app and the public: functions not mapped, offices
 * whose duty nobody holds, laws not named, registers missing. */
err app_obstacles(struct ctx *c, struct conn *on, const struct app *a,
                  const struct city *k, struct findings *f) MUST_USE;
/* Hints, no obstacles: which of its duties hang on one active person in an
 * office that serves, so that one illness would stop it there. */
err app_hang_on_one(struct ctx *c, struct conn *on, const struct app *a,
                    const struct city *k, struct findings *f) MUST_USE;
/* Open to the public or close: `app.opened`, `app.closed`. E_REFUSED with
 * the obstacles in `f`. */
err app_open(struct ctx *c, struct conn *tx, struct ledger *l, str by, str id,
             const struct app *a, const struct city *k,
             struct findings *f) MUST_USE;
err app_close(struct ctx *c, struct conn *tx, struct ledger *l, str by,
              str id) MUST_USE;
