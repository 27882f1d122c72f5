/* SPDX-License-Identifier: EUPL-1.2 */
/* Cities for the tests of the room city. */
#pragma once

#include "city/city.h"
#include "tests/test.h"

#include <stdio.h>

static inline void help_drop(void *k)
{
    city_free(k);
}

/* The city of a folder, without a database; NULL after a failed check. */
static inline struct city *help_folder(struct ctx *c, const char *code,
                                       const char *dir)
{
    struct city_change *found, *changes, *all;
    struct findings f = {0};
    struct city *k, *whole;
    size_t n_found, n;
    err e;

    if (!CHECK_OK(city_founding(c, str_of(code), STR("kota.example"), false,
                                &found, &n_found)) ||
        !CHECK_OK(city_snapshot_of(c, found, n_found, &k)))
        return NULL;
    arena_owns(c->mem, help_drop, k);
    if (dir == NULL)
        return k;
    e = city_compare(c, k, dir, &f, &changes, &n);
    for (size_t i = 0; i < f.n && e != E_OK; i++)
        printf("  %.*s\n", STR_ARG(finding_show(c, &f.all[i])));
    if (!CHECK_OK(e))
        return NULL;
    all = NEWS(c->mem, struct city_change, n_found + n);
    memcpy(all, found, n_found * sizeof *all);
    memcpy(all + n_found, changes, n * sizeof *all);
    if (!CHECK_OK(city_snapshot_of(c, all, n_found + n, &whole)))
        return NULL;
    arena_owns(c->mem, help_drop, whole);
    return whole;
}

static inline struct city *help_bandung(struct ctx *c)
{
    return help_folder(c, "32.73", "cities/bandung");
}

/* A city of `code` whose calendar.yaml is `yaml`. */
static inline struct city *help_calendar(struct ctx *c, const char *code,
                                         const char *yaml)
{
    const char *dir = test_folder(c);

    CHECK_OK(
        file_write(c, file_join(c, dir, "calendar.yaml"), str_of(yaml), 0600));
    return help_folder(c, code, dir);
}

/* "2026-03-13 16:30" in the city's zone, as an instant. */
static inline int64_t help_at(const struct city *k, const char *local)
{
    struct date d = {0};
    int h = 0, m = 0;

    sscanf(local, "%d-%d-%d %d:%d", &d.year, &d.month, &d.day, &h, &m);
    return time_instant(d, h * TIME_HOUR + m * TIME_MINUTE, city_offset(k));
}

/* The same backwards. */
static inline str help_local(struct ctx *c, const struct city *k,
                             int64_t instant)
{
    int64_t of_day;
    struct date d = time_local(instant, city_offset(k), &of_day);

    return arena_fmt(c->mem, "%04d-%02d-%02d %02d:%02d", d.year, d.month, d.day,
                     (int)(of_day / TIME_HOUR),
                     (int)(of_day / TIME_MINUTE % 60));
}

/* ---- a city with a database --------------------------------------- */

struct hall {
    struct store *store;
    struct ledger *ledger;
    struct city *city; /* the last snapshot */
};

static inline void help_close(void *hall)
{
    struct hall *h = hall;

    city_free(h->city);
    ledger_close(h->ledger);
    store_close(h->store);
}

static inline err help_found(struct ctx *c, struct conn *tx, void *arg)
{
    struct hall *h = arg;

    return city_found(c, tx, h->ledger, STR("32.73"), STR("kota.example"),
                      true);
}

/* Look again at what stands. */
static inline struct city *help_look(struct ctx *c, struct hall *h)
{
    struct conn *on;

    city_free(h->city);
    h->city = NULL;
    if (CHECK_OK(store_read(c, h->store, &on))) {
        CHECK_OK(city_snapshot(c, on, &h->city));
        store_done(on);
    }
    return h->city;
}

/* Kota Bandung, founded, without offices. */
static inline struct hall *help_hall(struct ctx *c)
{
    struct hall *h = NEW(c->mem, struct hall);
    struct store_options s = {.path = file_join(c, test_folder(c), "city.db"),
                              .synchronous = "OFF",
                              .create = true};
    struct ledger_options o = {.appliers = city_appliers, .n = city_appliers_n};

    arena_owns(c->mem, help_close, h);
    CHECK_OK(store_open(c, &s, &h->store));
    o.store = h->store;
    CHECK_OK(ledger_open(c, &o, &h->ledger));
    CHECK_OK(store_write(c, h->store, help_found, h));
    help_look(c, h);
    return h;
}
