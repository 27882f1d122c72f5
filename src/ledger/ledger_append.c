/* SPDX-License-Identifier: EUPL-1.2 */
/* Appending: the event, its leaf, the tree's edge and the projections, all in
 * the caller's transaction. Nothing is remembered between two calls. */
#include "ledger/ledger_priv.h"

#include <stdlib.h>

#define FILL 4 /* a batch shows multiples of this, and never none */

/* ---- appliers ----------------------------------------------------- */

static bool takes(str pattern, str act)
{
    if (!str_ends(pattern, STR("*")))
        return str_eq(pattern, act);
    return pattern.n > 1 &&
           str_starts(act, str_slice(pattern, 0, pattern.n - 1));
}

/* An exact name goes before the head of one, and that before "*"; the
 * ledger's own acts are nobody's flow, so "*" does not get them. */
static ledger_apply *applier_of(const struct ledger *l, str act)
{
    ledger_apply *by_head = NULL, *rest = NULL;

    for (size_t i = 0; i < l->o.n; i++) {
        str pattern = str_of(l->o.appliers[i].act);

        if (str_eq(pattern, act))
            return l->o.appliers[i].apply;
        if (by_head == NULL && takes(pattern, act))
            by_head = l->o.appliers[i].apply;
        if (rest == NULL && str_eq(pattern, STR("*")))
            rest = l->o.appliers[i].apply;
    }
    if (by_head == NULL && !str_starts(act, STR("ledger.")))
        return rest;
    return by_head;
}

/* One decides, then those count that stand beside it. */
static err call_all(struct ctx *c, struct conn *tx, const struct ledger *l,
                    const struct ledger_event *e, ledger_apply *one)
{
    if (one != NULL)
        TRY(one(c, tx, e));
    for (size_t i = 0; i < l->o.n; i++)
        if (strcmp(l->o.appliers[i].act, "+") == 0)
            TRY(l->o.appliers[i].apply(c, tx, e));
    return E_OK;
}

/* The appliers' clock stands at the event's time, in the act as in replay. */
err ledger_call(struct ctx *c, struct conn *tx, const struct ledger *l,
                const struct ledger_event *e)
{
    str act = ledger_fact(e, "act");
    ledger_apply *apply = applier_of(l, act);
    struct ctx at = *c;
    err result;

    if (e->n == 0) /* a regained entry: nobody knows what it said */
        return E_OK;
    if (apply == NULL && !str_starts(act, STR("ledger.")))
        return fail(c, E_INTERNAL,
                    say(c, "Tidak ada bagian program yang mencatat \"%.*s\".",
                        "No part of the program applies \"%.*s\"."),
                    act.n > 80 ? 80 : (int)act.n, act.p);
    at.now = e->time;
    result = call_all(&at, tx, l, e, apply);
    c->why = at.why;
    return result;
}

/* ---- one event ---------------------------------------------------- */

static err erased(struct ctx *c, str subject)
{
    return fail(c, E_GONE,
                say(c,
                    "Data %.*s sudah dihapus; tidak ada isian baru di bawah "
                    "nama itu.",
                    "The data of %.*s were erased; nothing new can be kept "
                    "under that name."),
                subject.n > 80 ? 80 : (int)subject.n, subject.p);
}

err ledger_key_of(struct ctx *c, struct conn *tx, struct ledger *l, str subject,
                  int64_t *slot, unsigned char key[32])
{
    bool is_erased, gone;
    int64_t before;

    if (subject.n == 0)
        return fail(c, E_INTERNAL,
                    say(c, "Tindakan berisi data tanpa pemilik.",
                        "An act holds fields but names no subject."));
    TRY(ledger_subject(c, tx, subject, &before, &is_erased));
    if (is_erased)
        return erased(c, subject);
    if (before > 0) {
        *slot = before;
        TRY(ledger_keys_get(c, l->keys, before, key, &gone));
        if (!gone)
            return E_OK;
    }
    /* New, or its key was lost with the keys file: what comes can be kept. */
    TRY(ledger_keys_take(c, l->keys, slot));
    TRY(ledger_keys_get(c, l->keys, *slot, key, &gone));
    if (before > 0)
        return ledger_subject_move(c, tx, before, *slot);
    return ledger_subject_add(c, tx, *slot, subject);
}

/* Box what is sealed under the subject's key, bound to the entry. */
static err seal_facts(struct ctx *c, struct conn *tx, struct ledger *l,
                      const struct ledger_event *e,
                      const struct ledger_opening *o, struct ledger_row *row)
{
    str secrets = ledger_secrets_show(c, o, e->n);
    unsigned char key[32];

    if (secrets.p == NULL)
        return E_OK;
    TRY(ledger_key_of(c, tx, l, e->subject, &row->slot, key));
    row->sealed = seal_box(c, key, row->entry, secrets);
    explicit_bzero(key, sizeof key);
    return E_OK;
}

/* Keep the event in the table; `public` is its cut time. */
static err keep(struct ctx *c, struct conn *tx, struct ledger *l,
                const struct ledger_event *e, uint64_t public, str *entry)
{
    struct ledger_opening *o = ledger_open_facts(c, e);
    struct ledger_entry_parts parts = {.class = e->class,
                                       .office = e->office,
                                       .time_ms = public,
                                       .commitment = ledger_commit(c, o, e->n)};
    struct ledger_row row = {.id = e->id,
                             .leaf = e->leaf,
                             .time = e->time,
                             .class = e->class,
                             .office = e->office,
                             .sensitive = e->sensitive,
                             .entry = ledger_entry_show(c, &parts),
                             .act = ledger_fact(e, "act"),
                             .record = ledger_fact(e, "record"),
                             .facts = ledger_facts_show(c, o, e->n)};

    TRY(seal_facts(c, tx, l, e, o, &row));
    *entry = row.entry;
    return ledger_row_add(c, tx, &row);
}

/* Time never goes back, and has whole seconds: what replay is told must stand
 * in the commitment. */
static int64_t time_of(const struct ctx *c, const struct ledger_event *e,
                       const struct ledger_edge *edge)
{
    int64_t time = e->time == 0 ? c->now : e->time;

    if (time < edge->time)
        time = edge->time;
    MUST(time >= 0);
    return time - time % TIME_SECOND;
}

static void number(struct ctx *c, struct ledger_event *e,
                   const struct ledger_edge *edge)
{
    bool hidden = e->sensitive || ledger_is_batched(e->class);

    MUST(ledger_class_name(e->class) != NULL);
    e->id = edge->id + 1;
    e->leaf = ledger_is_batched(e->class) ? -1 : (int64_t)edge->size;
    e->time = time_of(c, e, edge);
    e->office = hidden ? 0 : e->office;
}

/* A copy with room of its own: a refused event stays as its caller made it. */
static struct ledger_event copy(struct ctx *c, const struct ledger_event *e)
{
    struct ledger_event full = *e;

    full.room = e->n + 1;
    full.facts = NEWS(c->mem, struct ledger_fact, full.room);
    if (e->n > 0)
        memcpy(full.facts, e->facts, e->n * sizeof *e->facts);
    return full;
}

err ledger_append_anyway(struct ctx *c, struct conn *tx, struct ledger *l,
                         struct ledger_event *e)
{
    struct ledger_event full = copy(c, e);
    struct ledger_edge edge;
    str entry;

    MUST(ledger_fact(e, "act").p != NULL);
    TRY(ledger_facts_check(c, e));
    TRY(ledger_edge(c, tx, &edge));
    number(c, &full, &edge);
    ledger_say_time(c, &full, "time", full.time);
    TRY(keep(c, tx, l, &full, ledger_cut(full.class, full.sensitive, full.time),
             &entry));
    if (full.leaf >= 0)
        TRY(ledger_grow(c, tx, edge.size + 1));
    TRY(ledger_call(c, tx, l, &full));
    *e = full;
    return E_OK;
}

err ledger_append(struct ctx *c, struct conn *tx, struct ledger *l,
                  struct ledger_event *e)
{
    TRY(ledger_going(c, l));
    return ledger_append_anyway(c, tx, l, e);
}

/* ---- the daily batch ---------------------------------------------- */

static const enum ledger_class batched[] = {LEDGER_FLAG, LEDGER_ERASURE,
                                            LEDGER_TIP};

struct batch {
    struct ledger *l;
    struct conn *tx;
    struct ledger_waiting *all;
    size_t n, room;
    size_t waiting; /* of them were there before the fillers */
    int64_t last;   /* the id of the last filler */
};

static err fill_one(struct ctx *c, struct batch *b, enum ledger_class k,
                    int64_t day)
{
    struct ledger_event e = {.class = k};
    struct ledger_edge edge;
    str entry;

    TRY(ledger_edge(c, b->tx, &edge));
    number(c, &e, &edge);
    ledger_say(c, &e, "act", STR(LEDGER_FILLER));
    ledger_say_time(c, &e, "time", day * TIME_DAY);
    TRY(keep(c, b->tx, b->l, &e, ledger_cut(k, false, day * TIME_DAY), &entry));
    ARENA_GROW(c->mem, b->all, b->n, b->room);
    b->all[b->n++] = (struct ledger_waiting){
        .id = e.id, .time = day * TIME_DAY, .class = k, .entry = entry};
    b->last = e.id;
    return E_OK;
}

/* Each class of a day comes as a multiple of FILL, with one filler at least,
 * so that the log tells neither whether there was one nor how many. */
static err fill_day(struct ctx *c, struct batch *b, int64_t day)
{
    for (size_t i = 0; i < COUNT(batched); i++) {
        size_t have = 0;

        for (size_t k = 0; k < b->waiting; k++)
            have += b->all[k].time / TIME_DAY == day &&
                    b->all[k].class == (int64_t)batched[i];
        for (size_t k = have % FILL; k < FILL; k++)
            TRY(fill_one(c, b, batched[i], day));
    }
    return ledger_batch_add(c, b->tx, day, b->last);
}

/* Commitments are random, so their order tells nothing. */
static int by_commitment(const void *a, const void *b)
{
    const struct ledger_waiting *x = a, *y = b;

    return memcmp(x->entry.p + 14, y->entry.p + 14, SEAL_HASH);
}

static err place_all(struct ctx *c, struct batch *b)
{
    struct ledger_edge edge;

    qsort(b->all, b->n, sizeof *b->all, by_commitment);
    TRY(ledger_edge(c, b->tx, &edge));
    for (size_t i = 0; i < b->n; i++) {
        if (b->all[i].entry.n != LEDGER_ENTRY)
            return fail(c, E_TAMPERED,
                        say(c, "Entri tindakan %" PRId64 " rusak.",
                            "The entry of event %" PRId64 " is damaged."),
                        b->all[i].id);
        TRY(ledger_place(c, b->tx, b->all[i].id, edge.size + i));
        TRY(ledger_grow(c, b->tx, edge.size + i + 1));
    }
    return E_OK;
}

/* The first day that has no batch yet: behind the last one, or that of the
 * first event. */
static err first_day(struct ctx *c, struct conn *tx, int64_t *day)
{
    struct ledger_row r;

    TRY(ledger_last_batch(c, tx, day));
    if (*day > 0) {
        *day += 1;
        return E_OK;
    }
    TRY(ledger_row_find(c, tx, 1, &r));
    *day = r.time / TIME_DAY;
    return E_OK;
}

err ledger_batch(struct ctx *c, struct conn *tx, struct ledger *l)
{
    struct batch b = {.l = l, .tx = tx};
    struct ledger_edge edge;
    int64_t day, end;

    TRY(ledger_going(c, l));
    TRY(ledger_edge(c, tx, &edge));
    if (edge.id == 0)
        return E_OK;
    TRY(first_day(c, tx, &day));
    end = (c->now > edge.time ? c->now : edge.time) / TIME_DAY;
    if (end > day + LEDGER_BATCH_DAYS)
        end = day + LEDGER_BATCH_DAYS;
    if (day >= end)
        return E_OK;
    TRY(ledger_waiting(c, tx, end * TIME_DAY, &b.all, &b.n));
    b.room = b.waiting = b.n;
    for (; day < end; day++)
        TRY(fill_day(c, &b, day));
    return place_all(c, &b);
}
