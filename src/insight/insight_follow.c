/* SPDX-License-Identifier: EUPL-1.2 */
/* Counting as it happens: what an event changes in this room's tables. */
#include "insight/insight_priv.h"

#include "gen/insight_migrate.h"
#include "gen/insight_sql.h"

/* Where a record is, or was until this event. */
struct stay {
    int64_t id;
    str app, office, held, state;
    int64_t came, entered, promised, due;
    bool open, counted;
};

str insight_said(const struct ledger_event *e, const char *name)
{
    str s = ledger_fact(e, name);

    return s.p == NULL ? STR("") : s;
}

int64_t insight_month(int64_t instant)
{
    struct date d = time_local(instant, 0, NULL);

    return (int64_t)d.year * 12 + d.month - 1;
}

static int64_t day_of(int64_t instant)
{
    return instant == 0 ? 0 : time_days(time_local(instant, 0, NULL));
}

/* ---- rows --------------------------------------------------------- */

static err find(struct ctx *c, struct conn *tx, str number, struct stay *out,
                bool *found)
{
    struct rows *r;

    TRY(ROWS(c, tx, &insight_stay_present, &r, TXT(number)));
    TRY(store_next(r, found));
    if (!*found)
        return E_OK;
    *out = (struct stay){.id = store_i64(r, 0),
                         .app = store_str(r, 1),
                         .office = store_str(r, 2),
                         .held = store_str(r, 3),
                         .state = store_str(r, 4),
                         .came = store_i64(r, 5),
                         .entered = store_i64(r, 6),
                         .promised = store_i64(r, 7),
                         .open = store_i64(r, 8) != 0,
                         .counted = store_i64(r, 9) != 0,
                         .due = store_i64(r, 10)};
    return E_OK;
}

static err enter(struct ctx *c, struct conn *tx, str number,
                 const struct stay *s)
{
    return RUN(c, tx, &insight_stay_add, I64(s->id), TXT(number), TXT(s->app),
               TXT(s->office), TXT(s->held), TXT(s->state), I64(s->came),
               I64(s->entered), I64(s->promised), I64(s->open), I64(s->counted),
               I64(s->due));
}

static err open_more(struct ctx *c, struct conn *tx, const struct stay *s)
{
    return RUN(c, tx, &insight_open_add, TXT(s->app), TXT(s->office),
               I64(day_of(s->came)), I64(day_of(s->promised)));
}

static err open_less(struct ctx *c, struct conn *tx, const struct stay *s)
{
    int64_t came = day_of(s->came), promised = day_of(s->promised);

    TRY(RUN(c, tx, &insight_open_take, TXT(s->app), TXT(s->office), I64(came),
            I64(promised)));
    return RUN(c, tx, &insight_open_drop, TXT(s->app), TXT(s->office),
               I64(came), I64(promised));
}

static bool counts_alike(const struct stay *a, const struct stay *b)
{
    return a->open == b->open && str_eq(a->office, b->office) &&
           day_of(a->promised) == day_of(b->promised);
}

static err recount(struct ctx *c, struct conn *tx, const struct stay *was,
                   const struct stay *is)
{
    if (counts_alike(was, is))
        return E_OK;
    if (was->open)
        TRY(open_less(c, tx, was));
    return is->open ? open_more(c, tx, is) : E_OK;
}

/* ---- endings ------------------------------------------------------ */

bool insight_served(str result)
{
    static const str all[] = {STR_INIT("granted"), STR_INIT("refused"),
                              STR_INIT("answered")};

    return str_among(result, all, COUNT(all)) >= 0;
}

static err count_end(struct ctx *c, struct conn *tx,
                     const struct ledger_event *e, const struct stay *was)
{
    int64_t promise = ledger_fact_time(e, "promise");
    int64_t month = insight_month(e->time);
    str result = insight_said(e, "result");

    TRY(RUN(c, tx, &insight_ended_add, I64(month), TXT(was->app),
            TXT(was->held), TXT(result),
            I64(promise != 0 && e->time > promise)));
    if (!insight_served(result))
        return E_OK;
    return RUN(c, tx, &insight_took_add, I64(month), TXT(was->app),
               TXT(was->held), I64(insight_step(ledger_fact_i64(e, "wait"))));
}

/* ---- events ------------------------------------------------------- */

static str officer_of(const struct ledger_event *e)
{
    str by = insight_said(e, "by");

    return str_starts(by, STR("officer-")) ? by : STR("");
}

/* Who holds it: of parallel branches, "KEY=OFFICE/FUNCTION/DUTY/DUE,...", the
 * first, until all have acted; nobody while its resident must act. */
static str holder_of(const struct ledger_event *e, const struct stay *was)
{
    str office = insight_said(e, "office"), key, rest;

    if (office.n > 0)
        return office;
    if (insight_said(e, "branch").n > 0 &&
        str_eq(insight_said(e, "state"), was->state))
        return was->office;
    str_cut(insight_said(e, "branches"), '=', &key, &rest);
    str_cut(rest, '/', &office, &rest);
    return office;
}

/* What the event says of the stay that follows `was`; silence changes nothing,
 * since some events move a deadline alone. */
static struct stay stay_after(const struct ledger_event *e,
                              const struct stay *was)
{
    struct stay s = *was;

    if (insight_said(e, "state").n > 0) {
        s.state = insight_said(e, "state");
        s.office = holder_of(e, was);
        s.open = insight_said(e, "result").n == 0;
    }
    if (s.office.n > 0 && s.open)
        s.held = s.office;
    if (ledger_fact(e, "promise").p != NULL &&
        (s.promised != 0 || insight_said(e, "state").n > 0))
        s.promised = ledger_fact_time(e, "promise");
    if (ledger_fact(e, "due").p != NULL)
        s.due = ledger_fact_time(e, "due");
    if (ledger_fact_time(e, "paused") != 0)
        s.promised = 0;
    return s;
}

static err follow_submit(struct ctx *c, struct conn *tx,
                         const struct ledger_event *e, str number)
{
    struct stay none = {.app = insight_said(e, "app"),
                        .office = STR(""),
                        .held = STR(""),
                        .came = e->time,
                        .entered = e->time,
                        .open = true};
    struct stay s = stay_after(e, &none);

    s.id = e->id, s.counted = !s.open;
    TRY(enter(c, tx, number, &s));
    TRY(insight_count_reply(c, tx, e, number));
    /* What ends as it is sent, an answer to a survey, no office served. */
    return s.open ? open_more(c, tx, &s) : E_OK;
}

static err follow_act(struct ctx *c, struct conn *tx,
                      const struct ledger_event *e, str number)
{
    struct stay was, is;
    bool found;

    TRY(find(c, tx, number, &was, &found));
    if (!found)
        return E_OK;
    is = stay_after(e, &was);
    TRY(recount(c, tx, &was, &is));
    if (was.open && !is.open && !was.counted) {
        is.counted = true;
        TRY(count_end(c, tx, e, &was));
    }
    if (str_eq(is.state, was.state))
        return RUN(c, tx, &insight_stay_change, I64(was.id), TXT(is.office),
                   TXT(is.held), I64(is.promised), I64(is.due));
    TRY(RUN(c, tx, &insight_stay_leave, I64(was.id), I64(e->time),
            TXT(officer_of(e))));
    is.id = e->id, is.entered = e->time;
    return enter(c, tx, number, &is);
}

static err follow(struct ctx *c, struct conn *tx, const struct ledger_event *e)
{
    str act = insight_said(e, "act"), number = insight_said(e, "record");

    if (str_eq(act, STR("ledger.erased")))
        return insight_drop_reply(c, tx, insight_said(e, "subject"));
    if (number.n == 0)
        return E_OK;
    if (str_eq(act, STR("take")))
        return RUN(c, tx, &insight_stay_reason, TXT(number),
                   TXT(insight_said(e, "reason")));
    /* A record begins with its form, or is opened by another one. */
    return str_eq(act, STR("submit")) || str_eq(act, STR("record.opened")) ||
                   str_eq(act, STR("record.period"))
               ? follow_submit(c, tx, e, number)
               : follow_act(c, tx, e, number);
}

const struct ledger_applier insight_appliers[] = {
    {"flag.*", insight_apply_flag}, {"+", follow}};
const size_t insight_appliers_n = COUNT(insight_appliers);

const struct ledger_applier *insight_rooms(struct ctx *c, size_t *n)
{
    struct ledger_room rooms[] = {{0}, {insight_appliers, insight_appliers_n}};

    rooms[0].all = record_rooms(c, &rooms[0].n);
    return ledger_join(c, rooms, COUNT(rooms), n);
}
