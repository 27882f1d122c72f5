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
/* The regions right below one, in code order. */
err city_region_below(struct ctx *c, str code, struct city_region **out,
                      size_t *n) MUST_USE;
/* "Kelurahan Babakan Ciamis, Kecamatan Sumur Bandung" */
str city_region_show(struct ctx *c, str code);

/* ---- the snapshot ------------------------------------------------- */

struct city;

/* From the items in the database; an empty city has a code and nothing else.
 * It outlives contexts: city_free. */
err city_snapshot(struct ctx *c, struct conn *on, struct city **out) MUST_USE;
void city_free(struct city *k);

str city_code(const struct city *k);   /* "32.73" */
str city_domain(const struct city *k); /* "latihan.bandung.example" */
bool city_training(const struct city *k);
/* "Kota Bandung", "Pemerintah Kota Bandung", in the context's language. */
str city_name(struct ctx *c, const struct city *k);
str city_government(struct ctx *c, const struct city *k);
int city_offset(const struct city *k); /* minutes east of UTC */
str city_zone(const struct city *k);   /* "WIB" */
/* Any item as data, by key: "city", "brand", "offices.dpmptsp",
 * "registers.izin", "calendar"; NULL where there is none. */
const struct data *city_item(const struct city *k, str key);

struct city_office {
    str key;         /* "dpmptsp"; a village office is "kel-3273011001" */
    uint32_t number; /* public, never reused */
    str parent;      /* key, or empty */
    str region;      /* code, or empty for the whole city */
    const struct data *name, *item;
};
const struct city_office *city_office(const struct city *k, str key);
str city_office_name(struct ctx *c, const struct city_office *o);
size_t city_offices(const struct city *k, const struct city_office **all);

/* The office that carries a function for a place: the one office, or the one
 * of the region that `region` lies in. NULL where the function is not mapped,
 * or a region is needed and `region` is empty or outside. */
const struct city_office *city_office_for(const struct city *k, str function,
                                          str region);
bool city_function_mapped(const struct city *k, str function);
/* A function's title; the list of known functions is closed. */
bool city_function_known(str function);
str city_function_name(struct ctx *c, str function);
bool city_duty_known(str duty);
str city_duty_name(struct ctx *c, str duty);

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
 * months (the last of a shorter month). What begins outside office hours
 * begins on the next working day. *why, where not NULL, explains the date. */
int64_t city_due(struct ctx *c, const struct city *k, struct city_span s,
                 int64_t from, str *why);
/* Working time between two instants, in microseconds. */
int64_t city_worked(const struct city *k, int64_t from, int64_t to);
bool city_workday(const struct city *k, struct date d, str *holiday);

/* Dates and times as people read them, in the context's language:
 * "2 Maret 2026", "Senin, 2 Maret 2026", "2 Maret 2026 pukul 16.00 WIB",
 * "lewat 2 jam", "3 hari lagi". */
str city_show_date(struct ctx *c, struct date d);
str city_show_day(struct ctx *c, struct date d);
str city_show_time(struct ctx *c, const struct city *k, int64_t instant);
str city_show_until(struct ctx *c, const struct city *k, int64_t due);
/* "Rp1.440.000"; "1.234,5"; "satu juta ..." for letters. */
str city_show_money(struct ctx *c, int64_t rupiah);
str city_show_decimal(struct ctx *c, str canonical);
str city_spell_number(struct ctx *c, int64_t n); /* terbilang, Indonesian */

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
err city_officers(struct ctx *c, struct conn *on, struct city_officer **out,
                  size_t *n) MUST_USE; /* by name */
err city_duties(struct ctx *c, struct conn *on, int64_t officer,
                struct city_duty **out, size_t *n) MUST_USE;
err city_holds(struct ctx *c, struct conn *on, int64_t officer, str office,
               str duty, bool *holds) MUST_USE;
/* Who holds a duty: for escalation, and to find duties that nobody holds. */
err city_holders(struct ctx *c, struct conn *on, str office, str duty,
                 struct city_officer **out, size_t *n) MUST_USE;

/* People by CSV: login,name,post,phone,email,office,duty (one row a duty);
 * compares, collects findings, applies in one write where `tx` is not NULL.
 * Twice is nothing. */
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

/* Add an officer without duties; returns the id. */
err city_officer_add(struct ctx *c, struct conn *tx, struct ledger *l,
                     const struct city_officer *o, int64_t *id) MUST_USE;

/* ---- sign-in ------------------------------------------------------ */

/* A one-time link token (256 bits, base64url) with which an officer sets a
 * password and a second factor; it dies on use or after `life`. */
err city_link_make(struct ctx *c, struct conn *tx, int64_t officer,
                   int64_t life, str *token) MUST_USE;
err city_link_look(struct ctx *c, struct conn *on, str token,
                   int64_t *officer) MUST_USE;
/* Set the secrets and burn the link. E_REFUSED names a weak password (under
 * 12 characters, common, or made of city, app or own name) or a wrong code. */
err city_link_use(struct ctx *c, struct conn *tx, const struct city *k,
                  str token, str password, const unsigned char seed[20],
                  str code) MUST_USE;

/* Password and second factor. E_UNAUTHORIZED says the same for an unknown
 * name, a wrong password and a wrong code, after the same work; E_TOO_MANY
 * says when to try again (per account; doubling to 15 minutes). Argon2id runs
 * outside the write: call city_sign_in_check first, then city_sign_in. */
struct city_try {
    int64_t officer; /* 0: unknown */
    bool password, known;
};
err city_sign_in_check(struct ctx *c, struct conn *on, str login, str password,
                       struct city_try *out) MUST_USE;
err city_sign_in(struct ctx *c, struct conn *tx, const struct city_try *t,
                 str code, int64_t *officer) MUST_USE;
