/* SPDX-License-Identifier: EUPL-1.2 */
/* Events: appended, applied, read back, sealed, erased, batched. */
#include "tests/ledger/town.h"

#include <stdio.h>

#define RECORD "7K4M-2QX9-5"
#define OTHER  "3HPW-8RD5-6"

static struct ledger_event event(struct ctx *c, struct town *t, int64_t id)
{
    struct ledger_event e = {.id = 0};
    struct conn *on;

    CHECK_OK(store_read(c, t->store, &on));
    CHECK_OK(ledger_event_by_id(c, on, t->ledger, id, &e));
    store_done(on);
    return e;
}

static struct ledger_event public(struct ctx *c, struct town *t)
{
    struct ledger_event *all;
    struct conn *on;
    size_t n;

    CHECK_OK(store_read(c, t->store, &on));
    CHECK_OK(ledger_public(c, on, 0, 1, &all, &n));
    store_done(on);
    return n == 1 ? all[0] : (struct ledger_event){.id = 0};
}

static void append(struct ctx *c, struct town *t, const char *act)
{
    struct ledger_event e = town_event(c, act, RECORD);

    CHECK_OK(town_append(c, t, &e));
}

TEST(every_class_has_a_word)
{
    CHECK_STR(str_of(ledger_class_name(LEDGER_CASE)), "case");
    CHECK_STR(str_of(ledger_class_name(LEDGER_RECOVERY)), "recovery");
    CHECK(ledger_class_name((enum ledger_class)99) == NULL);
}

TEST(an_event_is_appended_applied_and_read_back)
{
    struct town *t = town_open(c);
    struct ledger_event e = town_event(c, "submit", RECORD), back;

    CHECK_OK(town_append(c, t, &e));
    CHECK_I64(e.id, 1);
    CHECK_I64(e.leaf, 0);
    CHECK_I64(e.time, c->now);
    CHECK_I64(town_notes(c, t, 1, "Warga " RECORD), 1);
    back = event(c, t, 1);
    CHECK_I64((int64_t)back.n, (int64_t)e.n);
    for (size_t i = 0; i < back.n && i < e.n; i++) {
        CHECK(str_eq(back.facts[i].name, e.facts[i].name));
        CHECK(str_eq(back.facts[i].value, e.facts[i].value));
    }
    CHECK_STR(back.subject, RECORD);
    CHECK_STR(ledger_fact(&back, "time"), "2026-02-16T02:00:00Z");
    CHECK_I64(ledger_fact_time(&back, "time"), c->now);
    CHECK_I64(ledger_fact_i64(&back, "charge"), 1440000);
    CHECK(ledger_fact(&back, "due").p == NULL);
    CHECK(back.class == LEDGER_CASE);
    CHECK_I64(back.office, 1001);
}

TEST(the_events_of_a_record_come_in_their_order)
{
    struct town *t = town_open(c);
    struct ledger_event *all, other = town_event(c, "submit", OTHER);
    struct conn *on;
    size_t n;

    append(c, t, "submit");
    CHECK_OK(town_append(c, t, &other));
    append(c, t, "approve");
    CHECK_OK(store_read(c, t->store, &on));
    CHECK_OK(ledger_events_of(c, on, t->ledger, STR(RECORD), &all, &n));
    CHECK_I64((int64_t)n, 2);
    CHECK_STR(ledger_fact(&all[0], "act"), "submit");
    CHECK_STR(ledger_fact(&all[1], "act"), "approve");
    CHECK_I64(all[1].id, 3);
    CHECK_OK(ledger_events_of(c, on, t->ledger, STR("nobody"), &all, &n));
    CHECK_I64((int64_t)n, 0);
    CHECK(ledger_event_by_id(c, on, t->ledger, 9, &other) == E_NOT_FOUND);
}

TEST(an_empty_time_and_an_absent_value_are_told_apart)
{
    struct town *t = town_open(c);
    struct ledger_event e = town_event(c, "submit", RECORD), back;

    ledger_say_time(c, &e, "due", 0);
    ledger_say(c, &e, "lapse", (str){0});
    CHECK_OK(town_append(c, t, &e));
    back = event(c, t, 1);
    CHECK(ledger_fact(&back, "due").p != NULL);
    CHECK_I64(ledger_fact_time(&back, "due"), 0);
    CHECK(ledger_fact(&back, "lapse").p == NULL);
}

TEST(time_never_goes_back_and_has_whole_seconds)
{
    struct town *t = town_open(c);
    struct ledger_event e = town_event(c, "submit", RECORD);

    c->now += 1234567;
    CHECK_OK(town_append(c, t, &e));
    CHECK_I64(e.time, c->now / TIME_SECOND * TIME_SECOND);
    e = town_event(c, "approve", RECORD);
    e.time = c->now - TIME_DAY;
    CHECK_OK(town_append(c, t, &e));
    CHECK_I64(e.time, c->now / TIME_SECOND * TIME_SECOND);
}

TEST(public_time_is_cut_and_a_sensitive_event_names_no_office)
{
    struct town *t = town_open(c);
    struct ledger_event e = town_event(c, "submit", RECORD), seen;

    c->now += 44 * TIME_MINUTE;
    CHECK_OK(town_append(c, t, &e));
    seen = public(c, t);
    CHECK_I64(seen.office, 1001);
    CHECK_STR(time_show_utc(c, seen.time), "2026-02-16T02:30:00Z");
    CHECK_I64((int64_t)seen.n, 0);
    e = town_event(c, "submit", OTHER);
    e.sensitive = true;
    CHECK_OK(town_append(c, t, &e));
    CHECK_I64(e.office, 0);
    seen = public(c, t);
    CHECK_I64(seen.office, 0);
    CHECK_I64(seen.leaf, 1);
    CHECK_STR(time_show_utc(c, seen.time), "2026-02-16T02:00:00Z");
}

TEST(an_exact_name_goes_before_a_head_and_that_before_the_rest)
{
    struct town *t = town_open(c);

    append(c, t, "town.exact");
    append(c, t, "town.other");
    append(c, t, "town");
    CHECK_I64(town_notes(c, t, 1, "town.exact"), 1);
    CHECK_I64(town_notes(c, t, 2, "town.other"), 1);
    CHECK_I64(town_notes(c, t, 3, "Warga " RECORD), 1);
}

/* ---- refusals ----------------------------------------------------- */

TEST(a_refused_event_leaves_nothing_behind)
{
    struct town *t = town_open(c);
    struct ledger_event e;
    struct findings f = {.n = 0};

    /* At the edge of a tile, and with a subject that nobody has seen. */
    town_fill(c, t, 255);
    e = town_event(c, "balk", OTHER);
    CHECK(town_append(c, t, &e) == E_REFUSED);
    CHECK_STR(c->why, "Not today.");
    CHECK_I64(e.id, 0);
    CHECK(ledger_fact(&e, "time").p == NULL);
    CHECK_I64((int64_t)town_size(c, t), 255);
    CHECK_I64(town_notes(c, t, 0, ""), 255);
    append(c, t, "approve");
    CHECK(town_append(c, t, &e) == E_REFUSED);
    e = town_event(c, "submit", OTHER);
    CHECK_OK(town_append(c, t, &e));
    CHECK_I64(e.id, 257);
    CHECK_I64(e.leaf, 256);
    CHECK_OK(ledger_audit(c, t->ledger, &f));
    CHECK_I64((int64_t)f.n, 0);
}

TEST(a_value_that_is_no_canonical_text_is_refused)
{
    static const str bad[] = {STR_INIT("a\rb"), STR_INIT("a\0b"),
                              STR_INIT("\xFF"), STR_INIT("e\xCC\x81"),
                              STR_INIT("\x7F")};
    struct town *t = town_open(c);

    for (size_t i = 0; i < COUNT(bad); i++) {
        struct ledger_event e = town_event(c, "submit", RECORD);

        ledger_say_path(c, &e, "fields", STR("catatan"), bad[i]);
        CHECK(town_append(c, t, &e) == E_BAD_INPUT);
        CHECK(str_find(c->why, STR("fields.catatan")) < c->why.n);
    }
    CHECK_I64((int64_t)town_size(c, t), 0);
}

TEST(more_than_an_act_may_hold_is_refused)
{
    struct town *t = town_open(c);
    struct ledger_event e = town_event(c, "submit", RECORD);
    char *big = NEWS(c->mem, char, 400001);

    memset(big, 'a', 400000);
    ledger_say_path(c, &e, "fields", STR("catatan"), (str){big, 400000});
    CHECK(town_append(c, t, &e) == E_TOO_BIG);
    e = town_event(c, "submit", RECORD);
    ledger_say_path(c, &e, "fields", (str){big, 300}, STR("x"));
    CHECK(town_append(c, t, &e) == E_TOO_BIG);
}

TEST(sealed_facts_need_a_subject)
{
    struct town *t = town_open(c);
    struct ledger_event e = town_event(c, "submit", RECORD);

    e.subject = STR("");
    CHECK(town_append(c, t, &e) == E_INTERNAL);
}

/* ---- keys --------------------------------------------------------- */

TEST(events_are_read_after_a_restart)
{
    struct town *t = town_open(c);
    struct ledger_event e;

    append(c, t, "submit");
    town_reopen(c, t);
    append(c, t, "approve");
    for (int64_t id = 1; id <= 2; id++) {
        e = event(c, t, id);
        CHECK_STR(ledger_fact(&e, "fields.nama"), "Warga " RECORD);
    }
}

static err open_again(struct ctx *c, struct town *t)
{
    const struct store_options s = {.path = t->base, .synchronous = "OFF"};
    struct ledger_options o = {.keys = t->keys};
    err e;

    town_close(t);
    CHECK_OK(store_open(c, &s, &t->store));
    o.store = t->store;
    e = ledger_open(c, &o, &t->ledger);
    ledger_close(t->ledger);
    t->ledger = NULL;
    return e;
}

TEST(a_missing_keys_file_is_said_and_an_empty_one_counts_as_erased)
{
    struct town *t = town_open(c);
    struct ledger_event e;

    append(c, t, "submit");
    CHECK_OK(file_write(c, t->keys,
                        STR("nothing of the kind, and longer than "
                            "the head of such a file has to be"),
                        0600));
    CHECK(open_again(c, t) == E_STORAGE);
    CHECK(remove(t->keys) == 0);
    CHECK(open_again(c, t) == E_STORAGE);
    CHECK(str_find(c->why, STR("Put it back")) < c->why.n);
    CHECK_OK(file_write(c, t->keys, STR(""), 0600));
    town_reopen(c, t);
    e = event(c, t, 1);
    CHECK(ledger_fact(&e, "fields.nama").p == NULL);
    CHECK_STR(ledger_fact(&e, "act"), "submit");
    append(c, t, "approve"); /* life goes on, with a new key */
    e = event(c, t, 2);
    CHECK_STR(ledger_fact(&e, "fields.nama"), "Warga " RECORD);
    town_reopen(c, t);
    e = event(c, t, 2);
    CHECK_STR(ledger_fact(&e, "fields.nama"), "Warga " RECORD);
}

TEST(boxes_open_for_their_subject_until_it_is_erased)
{
    struct town *t = town_open(c);
    str about = STR("foto"), plain = STR("\x89PNG"), boxed, back;

    CHECK_OK(ledger_box(c, t->ledger, STR(RECORD), about, plain, &boxed));
    CHECK(str_find(boxed, plain) == boxed.n);
    CHECK_OK(ledger_unbox(c, t->ledger, STR(RECORD), about, boxed, &back));
    CHECK(str_eq(back, plain));
    town_reopen(c, t);
    CHECK_OK(ledger_unbox(c, t->ledger, STR(RECORD), about, boxed, &back));
    CHECK(ledger_unbox(c, t->ledger, STR(RECORD), STR("x"), boxed, &back) !=
          E_OK);
    CHECK(ledger_unbox(c, t->ledger, STR(RECORD), about, STR("short"), &back) ==
          E_TAMPERED);
    append(c, t, "submit");
    CHECK_OK(town_erase(c, t, RECORD));
    CHECK(ledger_unbox(c, t->ledger, STR(RECORD), about, boxed, &back) ==
          E_GONE);
    CHECK(ledger_box(c, t->ledger, STR(RECORD), about, plain, &boxed) ==
          E_GONE);
    CHECK_OK(ledger_box(c, t->ledger, STR(OTHER), about, plain, &boxed));
    town_reopen(c, t);
    CHECK_OK(ledger_unbox(c, t->ledger, STR(OTHER), about, boxed, &back));
    CHECK(ledger_box(c, t->ledger, STR(RECORD), about, plain, &boxed) ==
          E_GONE);
}

struct boxing {
    struct town *t;
    str boxed;
};

static err box_and_append(struct ctx *c, struct conn *tx, void *arg)
{
    struct boxing *x = arg;
    struct ledger_event e = town_event(c, "submit", RECORD);

    TRY(ledger_box_within(c, tx, x->t->ledger, STR(RECORD), STR("foto"),
                          STR("plain"), &x->boxed));
    return ledger_append(c, tx, x->t->ledger, &e);
}

TEST(a_box_in_the_transaction_has_the_key_of_the_events)
{
    struct town *t = town_open(c);
    struct boxing x = {.t = t};
    struct ledger_event e;
    str back;

    CHECK_OK(store_write(c, t->store, box_and_append, &x));
    town_reopen(c, t);
    CHECK_OK(
        ledger_unbox(c, t->ledger, STR(RECORD), STR("foto"), x.boxed, &back));
    CHECK_STR(back, "plain");
    e = event(c, t, 1);
    CHECK_STR(ledger_fact(&e, "fields.nama"), "Warga " RECORD);
    CHECK_OK(town_erase(c, t, RECORD));
    CHECK(ledger_unbox(c, t->ledger, STR(RECORD), STR("foto"), x.boxed,
                       &back) == E_GONE);
    CHECK(store_write(c, t->store, box_and_append, &x) == E_GONE);
}

TEST(a_rehearsal_keeps_its_keys_in_memory)
{
    struct town *t = town_open(c);
    struct ledger_options o = {.store = t->store};
    struct ledger *l;
    str boxed, back;
    bool grown;

    CHECK_OK(ledger_open(c, &o, &l));
    CHECK_OK(ledger_box(c, l, STR(RECORD), STR(""), STR("x"), &boxed));
    CHECK_OK(ledger_unbox(c, l, STR(RECORD), STR(""), boxed, &back));
    CHECK_STR(back, "x");
    CHECK_OK(ledger_checkpoint(c, l, &grown));
    CHECK(!grown);
    ledger_close(l);
}

/* ---- erasing ------------------------------------------------------ */

/* How many slots of the keys file have no key but a past. */
static str keys_of(struct ctx *c, struct town *t)
{
    str bytes = {0};

    CHECK_OK(file_read(c, t->keys, 1 << 20, &bytes));
    return bytes;
}

TEST(an_erased_subject_is_forgotten_and_its_commitments_stay)
{
    struct town *t = town_open(c);
    struct ledger_event e;
    struct findings f = {.n = 0};
    int64_t replayed;
    str before, after, digest;
    bool grown;

    append(c, t, "submit");
    e = town_event(c, "submit", OTHER);
    CHECK_OK(town_append(c, t, &e));
    before = keys_of(c, t);
    CHECK_OK(town_erase(c, t, RECORD));
    CHECK_OK(town_erase(c, t, RECORD)); /* once is enough */
    CHECK_OK(ledger_checkpoint(c, t->ledger, &grown));
    after = keys_of(c, t);
    CHECK(memcmp(before.p + 64, after.p + 64, 32) != 0);
    CHECK(memcmp(before.p + 128, after.p + 128, 64) == 0);
    e = event(c, t, 1);
    CHECK(ledger_fact(&e, "fields.nama").p == NULL);
    CHECK_STR(e.facts[4].name, "fields.nama");
    CHECK_STR(ledger_fact(&e, "record"), RECORD);
    e = event(c, t, 2);
    CHECK_STR(ledger_fact(&e, "fields.nama"), "Warga " OTHER);
    e = event(c, t, 3);
    CHECK(e.class == LEDGER_ERASURE);
    CHECK_I64(e.leaf, -1);
    CHECK_STR(ledger_fact(&e, "subject"), RECORD);
    CHECK_OK(ledger_audit(c, t->ledger, &f));
    CHECK_I64((int64_t)f.n, 0);
    digest = town_digest(c, t);
    CHECK_OK(ledger_rebuild(c, t->ledger, &replayed));
    CHECK_I64(replayed, 3);
    CHECK_STR(town_digest(c, t), digest.p);
    e = town_event(c, "approve", RECORD);
    CHECK(town_append(c, t, &e) == E_GONE);
}

TEST(a_key_that_outlived_its_erasure_goes_at_the_next_start)
{
    struct town *t = town_open(c);
    str before, after;

    append(c, t, "submit");
    before = keys_of(c, t);
    CHECK_OK(town_erase(c, t, RECORD));
    CHECK(memcmp(before.p + 64, keys_of(c, t).p + 64, 32) == 0);
    town_reopen(c, t);
    after = keys_of(c, t);
    CHECK(memcmp(before.p + 64, after.p + 64, 32) != 0);
}

struct erasing {
    struct town *t;
};

static err erase_and_fail(struct ctx *c, struct conn *tx, void *arg)
{
    struct erasing *x = arg;

    TRY(ledger_erase(c, tx, x->t->ledger,
                     &(struct ledger_erasing){.subject = STR(RECORD)}));
    return fail(c, E_REFUSED, "No.");
}

TEST(an_erasure_that_rolls_back_has_forgotten_nobody)
{
    struct town *t = town_open(c);
    struct erasing x = {t};
    struct ledger_event e;
    bool grown;

    append(c, t, "submit");
    CHECK(store_write(c, t->store, erase_and_fail, &x) == E_REFUSED);
    CHECK_OK(ledger_checkpoint(c, t->ledger, &grown));
    town_reopen(c, t);
    e = event(c, t, 1);
    CHECK_STR(ledger_fact(&e, "fields.nama"), "Warga " RECORD);
    append(c, t, "approve");
}

/* ---- the daily batch ---------------------------------------------- */

static void count_classes(struct ctx *c, struct town *t, size_t counts[13])
{
    struct ledger_event *all;
    struct conn *on;
    size_t n;

    memset(counts, 0, 13 * sizeof *counts);
    CHECK_OK(store_read(c, t->store, &on));
    CHECK_OK(ledger_public(c, on, 0, 1000, &all, &n));
    store_done(on);
    for (size_t i = 0; i < n; i++) {
        counts[all[i].class]++;
        CHECK_I64(all[i].leaf, (int64_t)(n - 1 - i));
        if (all[i].class == LEDGER_ERASURE) {
            CHECK_I64(all[i].time % TIME_DAY, 0); /* no more than the day */
            CHECK_I64(all[i].office, 0);
        }
    }
}

TEST(erasures_enter_the_log_once_a_day_among_fillers)
{
    struct town *t = town_open(c);
    struct findings f = {.n = 0};
    struct ledger_told told;
    bool grown;
    str receipt;

    append(c, t, "submit");
    CHECK_OK(town_erase(c, t, RECORD));
    CHECK_OK(town_batch(c, t)); /* there was no yesterday */
    CHECK_I64((int64_t)town_size(c, t), 1);
    CHECK_OK(ledger_checkpoint(c, t->ledger, &grown));
    CHECK(ledger_receipt(c, t->ledger, 2, false, &receipt) == E_BUSY);
    c->now += TIME_DAY;
    CHECK_OK(town_batch(c, t));
    CHECK_OK(town_batch(c, t)); /* it was done already */
    CHECK_I64((int64_t)town_size(c, t), 1 + 12);
    CHECK_OK(ledger_checkpoint(c, t->ledger, &grown));
    CHECK_OK(ledger_receipt(c, t->ledger, 2, true, &receipt));
    CHECK_OK(ledger_verify(c, receipt, t->policy, &told));
    CHECK(told.class == LEDGER_ERASURE);
    CHECK(told.index >= 1);
    CHECK_OK(ledger_audit(c, t->ledger, &f));
    CHECK_I64((int64_t)f.n, 0);
    CHECK_I64(town_notes(c, t, 0, ""), 1); /* fillers are applied nowhere */
}

TEST(a_batch_hides_how_many_there_were)
{
    struct town *t = town_open(c);
    static const size_t many[] = {0, 3, 4, 7};
    size_t counts[13];

    for (size_t k = 0; k < COUNT(many); k++) {
        struct town *u = k == 0 ? t : town_open(c);

        append(c, u, "submit");
        for (size_t i = 0; i < many[k]; i++)
            CHECK_OK(town_erase(c, u, arena_fmt(c->mem, "warga-%zu", i).p));
        c->now += TIME_DAY;
        CHECK_OK(town_batch(c, u));
        c->now -= TIME_DAY;
        count_classes(c, u, counts);
        CHECK_I64((int64_t)counts[LEDGER_ERASURE], many[k] < 4 ? 4 : 8);
        CHECK_I64((int64_t)counts[LEDGER_TIP], 4);
        CHECK_I64((int64_t)counts[LEDGER_FLAG], 4);
    }
}

TEST(days_on_which_the_node_was_off_get_their_fillers_too)
{
    struct town *t = town_open(c);
    struct findings f = {.n = 0};
    size_t counts[13];

    append(c, t, "submit");
    CHECK_OK(town_erase(c, t, RECORD));
    c->now += 5 * TIME_DAY;
    CHECK_OK(town_batch(c, t));
    count_classes(c, t, counts);
    CHECK_I64((int64_t)counts[LEDGER_ERASURE], 5 * 4);
    CHECK_I64((int64_t)counts[LEDGER_FLAG], 5 * 4);
    CHECK_I64((int64_t)counts[LEDGER_TIP], 5 * 4);
    CHECK_OK(town_batch(c, t));
    CHECK_I64((int64_t)town_size(c, t), 1 + 5 * 12);
    CHECK_OK(ledger_audit(c, t->ledger, &f));
    CHECK_I64((int64_t)f.n, 0);
}

TEST(a_year_off_is_filled_a_month_at_a_time)
{
    struct town *t = town_open(c);

    append(c, t, "submit");
    c->now += 100 * TIME_DAY;
    for (int64_t days = LEDGER_BATCH_DAYS; days < 100 + LEDGER_BATCH_DAYS;
         days += LEDGER_BATCH_DAYS) {
        CHECK_OK(town_batch(c, t));
        CHECK_I64((int64_t)town_size(c, t), 1 + 12 * (days < 100 ? days : 100));
    }
}
