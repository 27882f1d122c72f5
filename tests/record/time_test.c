/* SPDX-License-Identifier: EUPL-1.2 */
/* What the clock decides: superiors, silence, other calendars, and a clock
 * that jumps. It is Monday 2026-02-16, 09.00 in Bandung, a day of joint leave;
 * the 17th is a holiday. */
#include "record/record.h"
#include "tests/town.h"

static struct record found(struct ctx *c, struct town *t, str number)
{
    struct conn *on = town_read(c, t);
    struct record r = {.state = STR("")};

    CHECK_OK(record_find(c, on, number, &r));
    store_done(on);
    return r;
}

static struct record_ticked tick(struct ctx *c, struct town *t)
{
    struct record_ticked out = {.done = -1};

    CHECK_OK(record_tick(c, &t->w, &out));
    return out;
}

/* An officer says that it is this day. */
static struct record_ticked day(struct ctx *c, struct town *t, int64_t now)
{
    struct record_actor who = town_officer(c, t, "admin.satu");

    c->now = now;
    CHECK_OK(record_time_confirm(c, &t->w, &who));
    return tick(c, t);
}

static str last_act(struct ctx *c, struct town *t, str number,
                    struct ledger_event *last)
{
    struct conn *on = town_read(c, t);
    struct ledger_event *all;
    size_t n;

    CHECK_OK(ledger_events_of(c, on, t->w.ledger, number, &all, &n));
    store_done(on);
    *last = all[n - 1];
    return ledger_fact(last, "act");
}

static size_t waits_for(struct ctx *c, struct town *t, const char *login,
                        struct record_counts *counts)
{
    struct record_actor who = town_officer(c, t, login);
    struct conn *on = town_read(c, t);
    struct record_row *rows;
    size_t n;

    CHECK_OK(record_worklist(c, &t->w, on, &who, STR(""),
                             (struct record_cursor){0}, 10, &rows, &n, counts));
    store_done(on);
    return n;
}

/* ---- superiors ---------------------------------------------------- */

TEST(what_is_late_is_shown_to_the_head_who_may_act)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor head = town_officer(c, t, "kepala.izin");
    struct ledger_event last;
    struct record_counts counts;
    int64_t due = found(c, t, r.number).due;
    struct record_outcome out;

    day(c, t, due + TIME_MINUTE);
    CHECK_STR(found(c, t, r.number).above, "");
    CHECK(waits_for(c, t, "kepala.izin", &counts) == 0);
    CHECK(town_act(c, t, r.number, &head, "accept", NULL, NULL) == E_FORBIDDEN);
    CHECK_I64(day(c, t, due + TIME_DAY + TIME_HOUR).done, 1);
    CHECK_STR(last_act(c, t, r.number, &last), "record.escalated");
    CHECK_STR(ledger_fact(&last, "cause"), "deadline");
    CHECK_STR(found(c, t, r.number).above_duty, "head");
    CHECK_STR(found(c, t, r.number).state, "submitted");
    CHECK(waits_for(c, t, "kepala.izin", &counts) == 1);
    CHECK(counts.all == 1 && counts.late == 1);
    CHECK(waits_for(c, t, "periksa.izin", &counts) == 1);
    CHECK_I64(tick(c, t).done, 0); /* once a state */
    CHECK_OK(town_act(c, t, r.number, &head, "accept", NULL, &out));
    CHECK_STR(out.record.state, "survey");
    CHECK_STR(out.record.above, "");
    town_rebuilds(c, t);
}

/* ---- silence ------------------------------------------------------ */

TEST(
    a_promise_that_passes_in_silence_is_an_event_and_the_head_sees_it_till_the_end)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor who = town_officer(c, t, "lapangan.pu");
    struct record_actor first = town_officer(c, t, "periksa.izin");
    struct ledger_event last;
    struct record got;

    CHECK_OK(town_act(c, t, r.number, &first, "accept", NULL, NULL));
    c->now = r.promise + TIME_MINUTE;
    CHECK_I64(tick(c, t).done, 0); /* a date that nobody confirmed */
    day(c, t, c->now);
    got = found(c, t, r.number);
    CHECK(got.silent == c->now / TIME_SECOND * TIME_SECOND);
    CHECK_STR(got.state, "survey");
    CHECK_STR(last_act(c, t, r.number, &last), "record.silent");
    CHECK_STR(ledger_fact(&last, "cause"), "promise");
    CHECK_OK(town_act(c, t, r.number, &who, "suitable",
                      "hasil_survei=Lokasi aman.", NULL));
    got = found(c, t, r.number);
    CHECK_STR(got.state, "approval");
    CHECK(got.above.n > 0 && got.silent != 0);
    CHECK_I64(tick(c, t).done, 0); /* silence speaks once */
    town_rebuilds(c, t);
}

TEST(silence_says_nothing_while_the_resident_must_act)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor who = town_officer(c, t, "periksa.izin");

    CHECK_OK(town_act(c, t, r.number, &who, "return", "alasan=Patokan.", NULL));
    CHECK_I64(day(c, t, r.promise + 2 * TIME_DAY).done, 0);
    CHECK_I64(found(c, t, r.number).silent, 0);
}

/* ---- what a law grants by silence --------------------------------- */

static const char pattern[] =
    "balai: 1\narchetype: aid\nnoun: {id: usulan, en: proposal}\n"
    "flow:\n"
    "  start: submitted\n"
    "  promise: 3 workdays\n"
    "  on_silence: grant\n"
    "  law: cipta\n"
    "  silent: deemed\n"
    "  states:\n"
    "    submitted: {who: verifier, within: 1 workday, actions: {accept: {to: "
    "issued}, refuse: {to: refused}}}\n"
    "    deemed: {label: {id: Dianggap dikabulkan, en: Deemed granted}, who: "
    "head, within: 1 workday, actions: {approve: {to: issued}}}\n"
    "    issued: {end: granted}\n"
    "    refused: {end: refused}\n";

static const char service[] =
    "balai: 1\napp: penanaman-modal/uji\nversion: 1.0.0\nextends: aid\n"
    "title: {id: Uji, en: Test}\nsummary: {id: Uji., en: Test.}\n"
    "function: licensing\n"
    "law: {cipta: {title: {id: Undang-undang, en: A law}}}\n"
    "fields: {isi: {type: text, label: {id: Isi, en: Text}}}\n";

static const char scenario[] =
    "satu:\n  - at: 2026-02-16T09:00\n  - resident: {submit: {isi: Ya}}\n"
    "    expect: {state: submitted}\n";

struct opening {
    struct town *t;
    struct app_package *p;
    bool yes;
};

static err open_it(struct ctx *c, struct conn *tx, void *arg)
{
    struct opening *u = arg;
    struct ledger_event e = {.class = LEDGER_CONFIG, .office = 1};
    struct city_change change = {.key = STR("city")};
    struct data *item = data_copy(c, city_item(u->t->w.city, STR("city")));
    struct data *list = data_new(c, DATA_LIST);
    bool done;

    data_append(c, list, data_new_text(c, STR("penanaman-modal/uji")));
    data_put(c, item, STR("silence_grants"), list);
    change.was = city_item(u->t->w.city, STR("city"));
    change.value = item;
    if (u->yes)
        TRY(city_apply(c, tx, u->t->w.ledger, STR("officer-1"), &change, 1));
    TRY(app_install(c, tx, u->t->w.ledger, STR("officer-1"), u->p, &done));
    ledger_say(c, &e, "act", STR("app.opened"));
    ledger_say(c, &e, "app", app_package_id(u->p));
    ledger_say(c, &e, "by", STR("officer-1"));
    return ledger_append(c, tx, u->t->w.ledger, &e);
}

/* A record of an app whose law grants by silence. */
static struct record_receipt asked_in_silence(struct ctx *c, struct town *t,
                                              bool yes)
{
    const char *dir = test_folder(c);
    struct opening u = {.t = t, .yes = yes};
    struct app_form form = town_form(c, "isi=Ya");
    struct record_submission s = {.form = &form};
    struct record_receipt r = {.number = STR("")};
    struct findings f = {0};

    CHECK_OK(
        file_write(c, file_join(c, dir, "app.yaml"), str_of(service), 0600));
    CHECK_OK(file_write(c, file_join(c, dir, "archetype.yaml"), str_of(pattern),
                        0600));
    CHECK_OK(file_write(c, file_join(c, dir, "scenario.yaml"), str_of(scenario),
                        0600));
    MUST(app_package_read(c, dir, NULL, &f, &u.p) == E_OK);
    CHECK_OK(store_write(c, t->w.store, open_it, &u));
    town_look(c, t);
    s.app = app_catalogue_find(t->w.apps, STR("penanaman-modal/uji"))->app;
    CHECK_OK(record_submit(c, &t->w, &s, &f, &r));
    return r;
}

/* The same when its promise has passed. */
static str silence_of(struct ctx *c, struct town *t, bool yes)
{
    struct record_receipt r = asked_in_silence(c, t, yes);

    CHECK_I64(day(c, t, r.promise + TIME_MINUTE).done, 1);
    return r.number;
}

TEST(silence_grants_nothing_by_itself_and_only_where_the_city_said_yes)
{
    struct town *t = town_new(c);
    struct record_actor head = town_officer(c, t, "kepala.izin");
    struct ledger_event last;
    struct record_outcome out;
    str number = silence_of(c, t, true);
    struct record r = found(c, t, number);

    CHECK_STR(last_act(c, t, number, &last), "record.silence_granted");
    CHECK_STR(r.state, "deemed");
    CHECK(r.ended == 0 && r.silent != 0 && r.above.n == 0);
    CHECK_STR(r.duty, "head");
    CHECK_I64(tick(c, t).done, 0); /* it waits for the head, however long */
    CHECK_OK(town_act(c, t, number, &head, "approve", NULL, &out));
    CHECK_STR(out.record.result, "granted");
    town_rebuilds(c, t);
}

TEST(without_the_citys_yes_silence_only_escalates)
{
    struct town *t = town_new(c);
    struct ledger_event last;
    str number = silence_of(c, t, false);
    struct record r = found(c, t, number);

    CHECK_STR(last_act(c, t, number, &last), "record.silent");
    CHECK_STR(r.state, "submitted");
    CHECK_STR(r.above_duty, "head");
    CHECK(r.ended == 0);
}

/* ---- the calendar ------------------------------------------------- */

static err set_calendar(struct ctx *c, struct conn *tx, void *arg)
{
    struct town *t = arg;
    struct city_change change = {.key = STR("calendar")};
    struct data *item = data_copy(c, city_item(t->w.city, STR("calendar")));
    struct data *days = data_get(item, STR("holidays")), *name;

    name = data_new(c, DATA_MAP);
    data_put_text(c, name, STR("id"), STR("Hari pemilihan"));
    data_put(c, days, STR("2026-02-18"), name);
    change.was = city_item(t->w.city, STR("calendar"));
    change.value = item;
    return city_apply(c, tx, t->w.ledger, STR("officer-1"), &change, 1);
}

TEST(a_holiday_that_is_added_later_moves_what_is_open_and_says_why)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor own = {.role = RECORD_RESIDENT, .record = r.number};
    struct record_receipt done = town_permit(c, t, "token-2");
    struct record_actor second = {.role = RECORD_RESIDENT,
                                  .record = done.number};
    struct ledger_event last;
    struct record_view v;
    struct conn *on;

    c->lang = STR("id");
    CHECK_OK(town_act(c, t, done.number, &second, "withdraw", NULL, NULL));
    CHECK_I64(tick(c, t).moved, 0);
    CHECK_STR(time_show_utc(c, found(c, t, r.number).due),
              "2026-02-18T09:00:00Z");
    CHECK_OK(store_write(c, t->w.store, set_calendar, t));
    town_look(c, t);
    CHECK_I64(tick(c, t).moved, 1);
    CHECK_I64(tick(c, t).moved, 0);
    CHECK_STR(time_show_utc(c, found(c, t, r.number).due),
              "2026-02-19T09:00:00Z");
    CHECK_STR(last_act(c, t, r.number, &last), "record.moved");
    CHECK_STR(ledger_fact(&last, "cause"), "calendar");
    CHECK(ledger_fact_time(&last, "silence") ==
          ledger_fact_time(&last, "promise"));
    CHECK_STR(last_act(c, t, done.number, &last), "withdraw");
    on = town_read(c, t);
    CHECK_OK(record_view(c, &t->w, on, &own, r.number, &v));
    CHECK(str_find(v.why_due, STR("Hari pemilihan")) < v.why_due.n);
    CHECK(str_find(v.why_promise, STR("5 hari kerja")) < v.why_promise.n);
    store_done(on);
    town_rebuilds(c, t);
}

/* Sent back on Monday at ten, completed at ten of a later day: what is left of
 * the five working days goes on then. Monday is joint leave, Tuesday a holiday,
 * so the first of the five is Wednesday. */
TEST(a_promise_that_stood_over_a_holiday_goes_on_with_what_was_left)
{
    static const struct {
        int days;
        const char *promise;
    } all[] = {
        {0, "2026-02-24T09:00:00Z"}, /* as it was: the 24th, at four */
        {1, "2026-02-24T09:00:00Z"}, /* the free day was none of its time */
        {2, "2026-02-25T03:00:00Z"}, /* two and a half hours of Wednesday */
        {4, "2026-02-27T03:00:00Z"},
        {7, "2026-03-02T03:00:00Z"}, /* Friday has its own hours */
    };

    for (size_t i = 0; i < COUNT(all); i++) {
        struct town *t = town_new(c);
        struct record_receipt r = town_permit(c, t, "token-1");
        struct record_actor who = town_officer(c, t, "periksa.izin");
        struct record_actor own = {.role = RECORD_RESIDENT, .record = r.number};
        struct record_outcome out;

        c->now += TIME_HOUR;
        CHECK_OK(
            town_act(c, t, r.number, &who, "return", "alasan=Peta.", NULL));
        c->now += all[i].days * TIME_DAY;
        CHECK_OK(town_act(c, t, r.number, &own, "resubmit", NULL, &out));
        CHECK_STR(time_show_utc(c, out.record.promise), all[i].promise);
        c->now -= TIME_HOUR + all[i].days * TIME_DAY;
    }
}

TEST(every_pause_is_in_the_explanation_of_a_promise)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct record_actor own = {.role = RECORD_RESIDENT, .record = r.number};
    struct record_actor nobody = {.role = RECORD_NOBODY};
    struct record_view v;
    struct conn *on;

    c->lang = STR("id");
    CHECK_OK(town_act(c, t, r.number, &who, "return", "alasan=Patokan.", NULL));
    c->now += 3 * TIME_DAY;
    CHECK_OK(town_act(c, t, r.number, &own, "resubmit", NULL, NULL));
    on = town_read(c, t);
    CHECK_OK(record_view(c, &t->w, on, &own, r.number, &v));
    CHECK(str_find(v.why_promise, STR("Berhenti dari")) < v.why_promise.n);
    CHECK(str_find(v.why_promise, STR("Berlaku:")) == v.why_promise.n);
    CHECK(
        str_ends(v.why_promise,
                 arena_fmt(c->mem, "menjadi %s.",
                           city_show_time(c, t->w.city, v.record.promise).p)));
    CHECK_OK(record_view(c, &t->w, on, &nobody, r.number, &v));
    CHECK(v.why_promise.n == 0 && v.why_due.n == 0);
    store_done(on);
}

/* ---- a clock that jumps ------------------------------------------- */

TEST(a_clock_ten_years_forward_grants_nothing_and_takes_nothing)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor who = town_officer(c, t, "periksa.izin");
    int64_t right = c->now;
    struct record_ticked ticked;

    CHECK(!day(c, t, right).parked);
    CHECK_OK(town_act(c, t, r.number, &who, "return", "alasan=Patokan.", NULL));
    c->now = right + 3653 * TIME_DAY;
    ticked = tick(c, t);
    CHECK(ticked.parked && ticked.done == 0 && ticked.moved == 0);
    CHECK_STR(found(c, t, r.number).state, "returned");
    CHECK(town_act(c, t, r.number, &who, "accept", NULL, NULL) == E_BUSY);
    /* Put right, nothing waits for ten years to pass. */
    c->now = right + 20 * TIME_MINUTE;
    CHECK(!tick(c, t).parked);
    CHECK(town_act(c, t, r.number, &who, "accept", NULL, NULL) == E_CONFLICT);
}

/* The law grants by silence, the city has said yes, and the clock says that the
 * promise passed years ago: nothing is granted, not after a restart either. */
TEST(silence_by_a_clock_ten_years_forward_grants_nothing)
{
    struct town *t = town_new(c);
    struct record_receipt r = asked_in_silence(c, t, true);
    int64_t right = c->now;
    struct record_ticked ticked;

    CHECK(!day(c, t, right).parked);
    c->now = right + 3653 * TIME_DAY;
    for (int i = 0; i < 3; i++) {
        ticked = tick(c, t);
        CHECK(ticked.parked && ticked.done == 0 && ticked.moved == 0);
        CHECK_OK(record_time_start(c, &t->w));
        c->now += TIME_DAY; /* and it runs on */
    }
    CHECK_STR(found(c, t, r.number).state, "submitted");
    CHECK_I64(found(c, t, r.number).silent, 0);
    c->now = right + 20 * TIME_MINUTE;
    CHECK_OK(record_time_start(c, &t->w));
    CHECK_I64(tick(c, t).done, 0);
    CHECK_STR(found(c, t, r.number).state, "submitted");
    /* In the time that is so, it is granted: the test has teeth. */
    CHECK_I64(day(c, t, r.promise + TIME_MINUTE).done, 1);
    CHECK_STR(found(c, t, r.number).state, "deemed");
}

TEST(a_clock_that_went_back_parks_all_until_somebody_looks)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct conn *on;
    bool trusted;

    day(c, t, c->now);
    c->now -= 2 * TIME_HOUR; /* on the very date that was confirmed */
    CHECK(tick(c, t).parked);
    on = town_read(c, t);
    CHECK_OK(record_time_trusted(c, &t->w, on, &trusted));
    CHECK(!trusted);
    store_done(on);
    CHECK(town_act(c, t, r.number, &who, "accept", NULL, NULL) == E_BUSY);
    CHECK_OK(record_time_confirm(c, &t->w, &who));
    CHECK(!tick(c, t).parked);
    CHECK_OK(town_act(c, t, r.number, &who, "accept", NULL, NULL));
}

TEST(a_node_that_was_off_for_a_weekend_starts_and_one_of_ten_years_asks)
{
    struct town *t = town_new(c);

    CHECK(!tick(c, t).parked);
    c->now += 3 * TIME_DAY;
    CHECK_OK(record_time_start(c, &t->w));
    CHECK(!tick(c, t).parked);
    c->now += 3653 * TIME_DAY;
    CHECK_OK(record_time_start(c, &t->w));
    CHECK(tick(c, t).parked);
}
