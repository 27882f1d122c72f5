/* SPDX-License-Identifier: EUPL-1.2 */
/* Which time may decide: a date that an officer confirmed, by a clock that has
 * not jumped since. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

/* A clock that is right does not step by more than this between two ticks. */
#define STEP_MOST TIME_HOUR
/* A node may have been off for so long before its clock is in doubt. */
#define OFF_MOST (31 * TIME_DAY)

static str today(struct ctx *c, const struct record_world *w)
{
    return time_show_date(c, time_local(c->now, city_offset(w->city), NULL));
}

err record_time_trusted(struct ctx *c, const struct record_world *w,
                        struct conn *on, bool *trusted)
{
    struct rows *rows;

    TRY(ROWS(c, on, &record_day_is, &rows, TXT(today(c, w))));
    return store_next(rows, trusted);
}

/* ---- the clock ---------------------------------------------------- */

struct clock {
    const struct record_world *w;
    int64_t seen, parked; /* 0: never; it runs */
    int64_t least, most;  /* steps that are none */
};

static err clock_get(struct ctx *c, struct conn *on, struct clock *k)
{
    struct rows *rows;
    bool more;

    TRY(ROWS0(c, on, &record_clock_get, &rows));
    TRY(store_next(rows, &more));
    MUST(more);
    k->seen = store_i64(rows, 0);
    k->parked = store_i64(rows, 1);
    return E_OK;
}

static bool jumped(const struct clock *k, int64_t now)
{
    return k->seen != 0 &&
           (now < k->seen + k->least || now > k->seen + k->most);
}

/* What was seen last stays while the clock is in doubt: when it is put right,
 * everything goes on by itself. */
static err watch(struct ctx *c, struct conn *tx, void *arg)
{
    struct clock *k = arg;
    bool trusted;

    TRY(clock_get(c, tx, k));
    TRY(record_time_trusted(c, k->w, tx, &trusted));
    if (trusted && c->now > k->seen)
        k->most = INT64_MAX / 2; /* on, to a date that somebody confirmed */
    if (jumped(k, c->now))
        k->parked = k->parked == 0 ? c->now : k->parked;
    else
        k->parked = 0, k->seen = c->now;
    return RUN(c, tx, &record_clock_set, I64(k->seen), I64(k->parked));
}

static err look_at_clock(struct ctx *c, const struct record_world *w,
                         int64_t most, bool *parked)
{
    struct clock k = {.w = w, .least = -STEP_MOST, .most = most};

    TRY(store_write(c, w->store, watch, &k));
    *parked = k.parked != 0;
    return E_OK;
}

err record_time_start(struct ctx *c, const struct record_world *w)
{
    bool parked;

    return look_at_clock(c, w, OFF_MOST, &parked);
}

static err set_watch(struct ctx *c, struct conn *tx, void *arg)
{
    (void)arg;
    return RUN(c, tx, &record_clock_set, I64(c->now), I64(0));
}

err record_time_moved(struct ctx *c, const struct record_world *w)
{
    return store_write(c, w->store, set_watch, NULL);
}

err record_time_parked(struct ctx *c, struct conn *on, bool *parked)
{
    struct clock k = {0};

    TRY(clock_get(c, on, &k));
    *parked = k.parked != 0;
    return E_OK;
}

err record_not_parked(struct ctx *c, struct conn *on)
{
    bool parked;

    TRY(record_time_parked(c, on, &parked));
    if (!parked)
        return E_OK;
    return fail(c, E_BUSY, "%s",
                say(c,
                    "Jam peladen berubah mendadak. Tindakan baru menunggu "
                    "sampai seorang petugas memastikan tanggal hari ini; "
                    "silakan coba lagi nanti.",
                    "The server's clock has jumped. New acts wait until an "
                    "officer has confirmed today's date; please try again "
                    "later."));
}

/* ---- confirming --------------------------------------------------- */

struct confirming {
    const struct record_world *w;
    const struct record_actor *actor;
};

static err confirm(struct ctx *c, struct conn *tx, void *arg)
{
    const struct confirming *u = arg;
    struct ledger_event e = {.class = LEDGER_CONFIG, .office = 1};
    bool already;

    TRY(record_time_trusted(c, u->w, tx, &already));
    TRY(RUN(c, tx, &record_clock_set, I64(c->now), I64(0)));
    if (already)
        return E_OK;
    ledger_say(c, &e, "act", STR("time.confirm"));
    ledger_say(c, &e, "value", today(c, u->w));
    ledger_say(c, &e, "by", u->actor->pseudonym);
    return ledger_append(c, tx, u->w->ledger, &e);
}

err record_time_confirm(struct ctx *c, const struct record_world *w,
                        const struct record_actor *actor)
{
    struct confirming u = {w, actor};

    if (actor->role != RECORD_OFFICER)
        return fail(c, E_FORBIDDEN, "%s",
                    say(c, "Tanggal hanya dapat dikonfirmasi oleh petugas.",
                        "Only an officer can confirm the date."));
    return store_write(c, w->store, confirm, &u);
}

/* ---- a tick ------------------------------------------------------- */

/* Nothing decides by a calendar that is out of date: first all open deadlines
 * follow it. */
err record_tick(struct ctx *c, const struct record_world *w,
                struct record_ticked *out)
{
    struct conn *on;
    bool trusted, whole;
    err e;

    *out = (struct record_ticked){0};
    TRY(look_at_clock(c, w, STEP_MOST, &out->parked));
    if (out->parked)
        return E_OK;
    TRY(record_follow_calendar(c, w, &out->moved, &whole));
    if (!whole)
        return E_OK;
    TRY(store_read(c, w->store, &on));
    e = record_time_trusted(c, w, on, &trusted);
    store_done(on);
    TRY(e);
    if (!trusted)
        return E_OK;
    TRY(record_fire(c, w, &out->done));
    TRY(record_open_periods(c, w, &out->done));
    TRY(record_remind(c, w, &out->done));
    return record_right_warn(c, w, &out->done);
}
