/* SPDX-License-Identifier: EUPL-1.2 */
/* city: who and where. Regions, offices, functions, people and their duties,
 * calendars and deadlines, number registers, brand. Floor 4; uses base, data,
 * seal, store, ledger.
 *
 * What a city fills in is a set of items "KEY -> canonical JSON", each change
 * an event; `struct city` is an immutable snapshot made from them and shared
 * by threads. People are truth of their own: names and secrets never enter an
 * event, where an officer is "officer-17". Formats: docs/city-files.md. */
#pragma once

#include "base/base.h"
#include "data/data.h"
#include "ledger/ledger.h"
#include "store/store.h"

extern const struct ledger_applier city_appliers[];
extern const size_t city_appliers_n;

/* ---- regions (compiled in, from idn-area-data) -------------------- */

enum city_level {
    CITY_PROVINCE = 1, /* "32" */
    CITY_REGENCY,      /* "32.73": kota or kabupaten */
    CITY_DISTRICT,     /* "32.73.01": kecamatan */
    CITY_VILLAGE       /* "32.73.01.1001": kelurahan or desa */
};

struct city_region {
    str code, name;
    enum city_level level;
};

bool city_region_find(str code, struct city_region *out);
/* Is `code` the region `in` or inside it? By code, not by geometry. */
bool city_region_within(str code, str in);
str city_region_parent(str code); /* "" above a province */
/* The regions right below one, in code order; of "", the provinces. */
err city_region_below(struct ctx *c, str code, struct city_region **out,
                      size_t *n) MUST_USE;
/* All of a level inside one: the 151 villages of "32.73". */
err city_region_inside(struct ctx *c, str code, enum city_level level,
                       struct city_region **out, size_t *n) MUST_USE;
/* "Kelurahan Babakan Ciamis, Kecamatan Sumur Bandung" */
str city_region_show(struct ctx *c, str code);

/* ---- the snapshot ------------------------------------------------- */

struct city;

/* From the items in the database; an empty city has a code and nothing else.
 * It outlives contexts: city_free. */
err city_snapshot(struct ctx *c, struct conn *on, struct city **out) MUST_USE;
void city_free(struct city *k);
/* A city made of items alone, without a database: for rehearsals and tests.
 * Of two items with one key the last counts; those without a value are left
 * out. The item "founding" {code, domain, training} says which city it is. */
struct city_change;
err city_snapshot_of(struct ctx *c, const struct city_change *items, size_t n,
                     struct city **out) MUST_USE;

str city_code(const struct city *k);   /* "32.73" */
str city_domain(const struct city *k); /* "latihan.bandung.example" */
bool city_training(const struct city *k);
/* Where residents reach the portal, without a slash at the end:
 * "https://bandung.go.id". */
str city_home(struct ctx *c, const struct city *k);
/* "Kota Bandung", "Pemerintah Kota Bandung", in the context's language. */
str city_name(struct ctx *c, const struct city *k);
str city_government(struct ctx *c, const struct city *k);
int city_offset(const struct city *k); /* minutes east of UTC */
str city_zone(const struct city *k);   /* "WIB" */
/* Any item as data, by key: "city", "brand", "offices.dpmptsp",
 * "registers.izin", "calendar"; NULL where there is none. */
const struct data *city_item(const struct city *k, str key);

/* An office of the file, one that a rule "per: village" made, or "city": the
 * city itself, number 1, which is always there and has no parent. */
struct city_office {
    str key;         /* "dpmptsp"; a village office is "kel-3273011001" */
    uint32_t number; /* public, never reused; 0: it counts as its parent */
    str parent;      /* key, or empty */
    str region;      /* code, or empty for the whole city */
    str family;      /* the key of the rule that made it, or empty */
    int officers;    /* how many hold a duty here or below, at the snapshot */
    const struct data *name, *item;
};
const struct city_office *city_office(const struct city *k, str key);
str city_office_name(struct ctx *c, const struct city_office *o);
size_t city_offices(const struct city *k, const struct city_office **all);
/* The number that an entry of the log may show: the office's own or that of
 * the nearest office above it; 1, the city's, where under five officers hold
 * duties there; 0 for NULL. */
uint32_t city_office_public(const struct city *k, const struct city_office *o);

/* The office that carries a function for a place: the one office, or the one
 * of the region that `region` lies in. NULL where the function is not mapped,
 * or a region is needed and `region` is empty or outside. */
const struct city_office *city_office_for(const struct city *k, str function,
                                          str region);
/* "own-office" needs no map and counts as mapped. */
bool city_function_mapped(const struct city *k, str function);
/* A function's title; the list of known functions is closed. */
bool city_function_known(str function);
str city_function_name(struct ctx *c, str function);
/* The names of all functions, sorted. */
const str *city_functions(size_t *n);
bool city_duty_known(str duty);
str city_duty_name(struct ctx *c, str duty);
const str *city_duty_list(size_t *n);

/* Has this city said (`silence_grants` in city.yaml) that what this app's law
 * grants by silence shall be put before the head to be stated? */
bool city_silence_grants(const struct city *k, str app);

/* A register of letter numbers. Who counts is the room `record`; this says
 * from where, and what to leave out. */
struct city_block {
    int64_t from, to;
};
struct city_register {
    str key, class, unit; /* "izin", "500.16.7.2", "DPMPTSP" */
    bool yearly;          /* begins anew each year */
    const struct data *item;
    const struct city_block *reserved; /* for paper, in order */
    size_t n;
};
bool city_register(const struct city *k, str key, struct city_register *out);
/* The number after `last` (0: none yet in this year, or at all where it does
 * not begin anew): from the start value, past the reserved blocks. */
int64_t city_register_next(const struct city_register *r, int year,
                           int64_t last);

/* ---- deadlines ---------------------------------------------------- */

enum city_unit {
    CITY_NONE,
    CITY_MINUTES, /* inside office hours */
    CITY_HOURS,   /* on the clock */
    CITY_WORKDAYS,
    CITY_DAYS, /* calendar days */
    CITY_MONTHS,
    CITY_BY_DATE /* "by 31 March": fixed, rolls nowhere */
};

struct city_span {
    enum city_unit unit;
    int n;
    int month, day; /* for CITY_BY_DATE */
};

/* "3 workdays", "1 workday", "72 hours", "30 days", "3 months", "10 minutes",
 * "by 31 March". */
bool city_span_read(str s, struct city_span *out);
str city_span_show(struct ctx *c, struct city_span s); /* "3 hari kerja" */

/* When a span that begins at `from` ends: the end of office hours of the last
 * working day; the same clock time for hours; the end of the day for days and
 * months (the last of a shorter month), and where the city's calendar says so
 * the end of the next working day after a free one. The day on which it begins
 * is day zero; what begins on a free day or after hours begins, with day one,
 * on the next working day. *why, where not NULL, explains the date. */
int64_t city_due(struct ctx *c, const struct city *k, struct city_span s,
                 int64_t from, str *why);
/* Working time between two instants, in microseconds; 0 where to <= from. */
int64_t city_worked(const struct city *k, int64_t from, int64_t to);
/* The instant at which `work` microseconds of working time have gone by since
 * `from`: what was left of a deadline when the clock stopped goes on here. */
int64_t city_after_work(const struct city *k, int64_t from, int64_t work);
/* Is it a working day? *holiday, where not NULL, names the free day, in
 * Indonesian, or is empty; borrowed from the snapshot. */
bool city_workday(const struct city *k, struct date d, str *holiday);

/* Dates and times as people read them, in the context's language:
 * "2 Maret 2026", "Senin, 2 Maret 2026", "2 Maret 2026 pukul 16.00 WIB",
 * "Senin, 2 Maret 2026 pukul 16.00 WIB", "lewat 2 jam", "3 hari lagi". */
str city_show_date(struct ctx *c, struct date d);
str city_show_day(struct ctx *c, struct date d);
str city_show_time(struct ctx *c, const struct city *k, int64_t instant);
str city_show_moment(struct ctx *c, const struct city *k, int64_t instant);
str city_show_until(struct ctx *c, const struct city *k, int64_t due);
/* "Rp1.440.000"; "1.234,5"; "satu juta ..." for letters. */
str city_show_money(struct ctx *c, int64_t rupiah);
str city_show_decimal(struct ctx *c, str canonical);
str city_spell_number(struct ctx *c, int64_t n); /* terbilang, Indonesian */
/* "2-4 Maret 2026", with an en dash. */
str city_show_dates(struct ctx *c, struct date from, struct date to);

/* ---- witnesses ---------------------------------------------------- */

/* Whoever cosigns this city's log (witness: the key of type 04, and where it
 * is asked), and whose log this city cosigns (neighbour: the log's key). */
enum city_party_kind { CITY_WITNESS, CITY_NEIGHBOUR };
struct city_party {
    str name; /* "bangka-selatan" */
    str vkey;
    str url;    /* of a witness: "https://bangkaselatan.go.id/saksi" */
    bool inner; /* its address may be a private one */
};
size_t city_parties(struct ctx *c, const struct city *k,
                    enum city_party_kind kind, struct city_party **out);
/* The change that adds or replaces one, or drops it, for city_apply().
 * E_BAD_INPUT, E_CONFLICT, E_NOT_FOUND, E_TOO_BIG with the reason. */
err city_party_set(struct ctx *c, const struct city *k,
                   enum city_party_kind kind, const struct city_party *p,
                   struct city_change *out) MUST_USE;
err city_party_drop(struct ctx *c, const struct city *k,
                    enum city_party_kind kind, str name,
                    struct city_change *out) MUST_USE;
/* This city's policy (C2SP tlog-policy): its log, its witnesses, of whom any
 * one is enough; `quorum none` where there is none. `url` of the log may be
 * empty. */
str city_policy(struct ctx *c, const struct city *k, str log, str url);

/* ---- changing a city ---------------------------------------------- */

/* A change of one item; value NULL drops it. */
struct city_change {
    str key;
    const struct data *was, *value;
};

/* Compare the files of a folder (city.yaml, offices.yaml, functions.yaml,
 * calendar.yaml, registers.yaml, brand.yaml) with a snapshot. Every fault is
 * a finding with its place; E_BAD_INPUT where there was an error. Overlays
 * belong to the room `app`. Nothing is changed. */
err city_compare(struct ctx *c, const struct city *k, const char *dir,
                 struct findings *f, struct city_change **out,
                 size_t *n) MUST_USE;
/* Apply the changes, an event each, inside one write. `by` is a pseudonym. */
err city_apply(struct ctx *c, struct conn *tx, struct ledger *l, str by,
               const struct city_change *changes, size_t n) MUST_USE;

/* The items that a new city begins with: code, domain, training, name from
 * the region tree, zone from the province. */
err city_found(struct ctx *c, struct conn *tx, struct ledger *l, str code,
               str domain, bool training) MUST_USE;
/* The same items, for city_snapshot_of. */
err city_founding(struct ctx *c, str code, str domain, bool training,
                  struct city_change **out, size_t *n) MUST_USE;

/* ---- brand -------------------------------------------------------- */

struct city_brand {
    str colour;                /* "#0b6b4f" */
    str ink;                   /* text on it: "#ffffff" or "#000000" */
    str text_light, text_dark; /* the colour as text, made safe */
    bool header_only;          /* too near error red for buttons */
    str crest;                 /* SVG of a safe subset, or empty */
};
/* Any colour is made safe: WCAG 4.5:1 in both themes (docs/city-files.md). */
err city_brand(struct ctx *c, const struct city *k,
               struct city_brand *out) MUST_USE;
/* The same for one colour, "#rgb" or "#rrggbb"; E_BAD_INPUT for what is none.
 * The crest is left alone. */
err city_brand_of(struct ctx *c, str colour, struct city_brand *out) MUST_USE;
/* WCAG's ratio of two colours "#rrggbb", in hundredths, rounded down; 0 for
 * what is no colour. */
int city_contrast(str a, str b);

/* ---- people ------------------------------------------------------- */

struct city_officer {
    int64_t id;
    str pseudonym; /* "officer-17": the only name an event knows */
    str login;     /* NIP or a chosen name */
    str name, phone, email, post;
    bool active;
    bool ready; /* has set a password and a second factor */
};

struct city_duty {
    str office, duty;
};

err city_officer_by_id(struct ctx *c, struct conn *on, int64_t id,
                       struct city_officer *out) MUST_USE;
err city_officer_by_pseudonym(struct ctx *c, struct conn *on, str pseudonym,
                              struct city_officer *out) MUST_USE;
/* As typed: capitals and blanks around do not count. */
err city_officer_by_login(struct ctx *c, struct conn *on, str login,
                          struct city_officer *out) MUST_USE;
err city_officers(struct ctx *c, struct conn *on, struct city_officer **out,
                  size_t *n) MUST_USE; /* by name */
err city_duties(struct ctx *c, struct conn *on, int64_t officer,
                struct city_duty **out, size_t *n) MUST_USE;
/* All duties of all officers, sorted by office and duty. */
struct city_holding {
    struct city_duty duty;
    int64_t officer;
    str name;
    bool active;
};
err city_holdings(struct ctx *c, struct conn *on, struct city_holding **out,
                  size_t *n) MUST_USE;
/* The offices where somebody active holds this duty, sorted. */
err city_offices_with(struct ctx *c, struct conn *on, str duty, str **out,
                      size_t *n) MUST_USE;
/* In his or her own right: who stands in for another holds nothing. */
err city_holds(struct ctx *c, struct conn *on, int64_t officer, str office,
               str duty, bool *holds) MUST_USE;
/* Who holds a duty, and who acts for a vacant post now: for escalation, and to
 * find duties that nobody holds. */
err city_holders(struct ctx *c, struct conn *on, str office, str duty,
                 struct city_officer **out, size_t *n) MUST_USE;

/* People by CSV: login,name,post,phone,email,office,duty (one row a duty);
 * compares, collects findings, applies in one write where `tx` is not NULL.
 * For each login in the file, what is written and which duties are held become
 * what the file says; who is not in it stays as is. Twice is nothing. */
struct city_people_change {
    str what; /* a sentence without personal data but the name */
};
err city_people_import(struct ctx *c, const struct city *k, struct conn *on,
                       struct conn *tx, struct ledger *l, str by, str file,
                       str bytes, struct findings *f,
                       struct city_people_change **out, size_t *n) MUST_USE;
/* Give or end one duty; the last holder of `admin` cannot be removed. */
err city_duty_give(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                   int64_t officer, str office, str duty) MUST_USE;
err city_duty_end(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                  int64_t officer, str office, str duty) MUST_USE;

/* ---- who is away, and who stands in ------------------------------- */

/* An officer is away from a day to a day; another may stand in for one or all
 * of his or her duties (Plh.), and where nobody holds a duty an acting officer
 * may be named for it (Plt.). It ends by itself: with its last day, when the
 * one who is away no longer holds the duty, when somebody is given a vacant
 * one. Nobody gives what he does not hold, so a stand-in can name none; admin
 * and auditor are never handed on. */
#define CITY_AWAY_DAYS 92

struct city_absence {
    int64_t id;          /* of the event that began it */
    int64_t absent;      /* 0: the post is vacant, and `standing` acts (Plt.) */
    int64_t standing;    /* 0: nobody stands in */
    str name, stand;     /* their names, or empty */
    struct city_duty of; /* empty: all duties of the absent one */
    str kind;            /* a key of city_absence_kinds, or "vacant" */
    int64_t begins, ends; /* `ends` is the first moment it no longer holds */
};
extern const struct words city_absence_kinds; /* absence.def */
str city_absence_name(struct ctx *c, str kind);

/* In whose right an officer acts: his own, that of one for whom he stands in,
 * or of a vacant post (absent 0). */
struct city_right {
    struct city_duty duty;
    bool own;
    int64_t absent;
    str name; /* of the absent one */
};
/* All that an officer may do now, by office and duty; his own right first. */
err city_rights(struct ctx *c, struct conn *on, int64_t officer,
                struct city_right **out, size_t *n) MUST_USE;
/* The same for one duty of one office; n is 0 where he may not. */
err city_rights_at(struct ctx *c, struct conn *on, int64_t officer,
                   const struct city_duty *d, struct city_right **out,
                   size_t *n) MUST_USE;
/* "Plh. menggantikan Ratna Dewi", "Plt."; empty for his own right. */
str city_right_show(struct ctx *c, const struct city_right *r);

/* By which of these rights an officer is above a duty: as head of the office,
 * of one above it, or of the region. Nobody is his own superior. NULL for
 * none. */
const struct city_right *city_superior(const struct city *k,
                                       const struct city_right *mine, size_t n,
                                       const struct city_duty *d);

/* Do these rights make one of the personnel office, or an administrator? */
bool city_is_personnel(const struct city *k, const struct city_right *mine,
                       size_t n);
/* Can another stand in for this duty? */
bool city_duty_passes(str duty);

/* What holds now or later: of this officer, away or standing in; of all (0). */
err city_absences(struct ctx *c, struct conn *on, int64_t officer,
                  struct city_absence **out, size_t *n) MUST_USE;
/* What of `all` holds at an instant and hands this duty of this officer (0: of
 * a vacant post) to another: the first, or NULL. */
const struct city_absence *city_standing_in(const struct city_absence *all,
                                            size_t n, int64_t officer,
                                            const struct city_duty *d,
                                            int64_t at);
/* Is the officer away then? The last of what says so, or NULL. */
const struct city_absence *city_away(const struct city_absence *all, size_t n,
                                     int64_t officer, int64_t at);

/* May this officer, in his own right, say of that one that he is away, and who
 * stands in: himself, a head above all that he does, the personnel office, an
 * administrator. With absent 0, of the vacant duty `d`. */
err city_may_name(struct ctx *c, const struct city *k, struct conn *on,
                  int64_t by, int64_t absent, const struct city_duty *d,
                  bool *may) MUST_USE;
/* From the first day to the last, both included; begins, ends, id and names
 * of `a` are set here. An event, absence.begin.
 *     E_FORBIDDEN  not this officer's to say
 *     E_BAD_INPUT  says what does not fit: the same person, days that are
 *                  over, in the wrong order or too many, a duty that the
 *                  absent one does not hold or that is not vacant
 *     E_CONFLICT   another stands in already, or the stand-in is away himself:
 *                  names who and until when */
err city_absence_begin(struct ctx *c, struct conn *tx, struct ledger *l,
                       const struct city *k, const struct city_officer *by,
                       struct city_absence *a, struct date first,
                       struct date last) MUST_USE;
/* At once: absence.end. Whoever may name may end. E_NOT_FOUND where it is
 * over or never was. */
err city_absence_end(struct ctx *c, struct conn *tx, struct ledger *l,
                     const struct city *k, const struct city_officer *by,
                     int64_t id) MUST_USE;
/* "officer-17", by which events know an officer. */
str city_pseudonym(struct ctx *c, int64_t officer);

/* Add an officer without duties; returns the id. `login` is 3 to 40 of
 * a-z 0-9 . - _ (capitals are made small). */
err city_officer_add(struct ctx *c, struct conn *tx, struct ledger *l,
                     const struct city_officer *o, int64_t *id) MUST_USE;
/* Set name, post, phone and email of the officer o->id. */
err city_officer_edit(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                      const struct city_officer *o) MUST_USE;
/* May sign in, or may no longer (links die with it). The last administrator
 * stays. The caller ends the officer's sessions in the same write. */
err city_officer_turn(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                      int64_t officer, bool active) MUST_USE;

/* ---- sign-in ------------------------------------------------------ */

/* A one-time link token (256 bits, base64url) with which an officer sets a
 * password and a second factor; it dies on use or after `life`. An officer has
 * one link at a time: the newest. */
err city_link_make(struct ctx *c, struct conn *tx, int64_t officer,
                   int64_t life, str *token) MUST_USE;
/* Whose a link is. E_GONE: used, replaced, or too old. */
err city_link_look(struct ctx *c, struct conn *on, str token,
                   int64_t *officer) MUST_USE;
/* Set the secrets and burn the link. E_REFUSED names a weak password (under
 * 12 characters, common, or made of city, app or own name) or a wrong code.
 * Argon2id runs inside the write here; city_enrol() keeps it outside. */
err city_link_use(struct ctx *c, struct conn *tx, const struct city *k,
                  str token, str password, const unsigned char seed[20],
                  str code) MUST_USE;
/* The same in a write of its own, with Argon2id outside it. */
err city_enrol(struct ctx *c, struct store *s, const struct city *k, str token,
               str password, const unsigned char seed[20], str code,
               int64_t *officer) MUST_USE;
/* Is the password good enough for this officer? E_REFUSED says what to do. */
err city_password_check(struct ctx *c, const struct city *k,
                        const struct city_officer *o, str password) MUST_USE;

/* Password and second factor, in one call: what web uses. `device` is the mark
 * of a browser from which this name signed in before, or empty; it has delays
 * of its own, so that guesses by strangers do not make its owner wait.
 *     E_UNAUTHORIZED  the same for an unknown name, a wrong password, a wrong
 *                     code, one that was used, an officer who may no longer,
 *                     after the same work; the failure is kept
 *     E_TOO_MANY      says when to try again (per name; doubling to 15
 *                     minutes) */
err city_enter(struct ctx *c, struct store *s, str login, str password,
               str code, str device, int64_t *officer) MUST_USE;

/* Its parts. city_sign_in_check runs Argon2id and belongs outside the write;
 * city_sign_in spends the code. Where that answers E_UNAUTHORIZED the caller
 * keeps the failure with city_sign_in_failed in a write that succeeds: what a
 * failing write did is rolled back. */
struct city_try {
    int64_t officer;         /* 0: unknown */
    bool password;           /* it was right */
    unsigned char login[32]; /* SHA-256 of name and device: delays go by it */
};
err city_sign_in_check(struct ctx *c, struct conn *on, str login, str password,
                       struct city_try *out) MUST_USE;
err city_sign_in(struct ctx *c, struct conn *tx, const struct city_try *t,
                 str code, int64_t *officer) MUST_USE;
err city_sign_in_failed(struct ctx *c, struct conn *tx,
                        const struct city_try *t) MUST_USE;
