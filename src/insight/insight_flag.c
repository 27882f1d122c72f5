/* SPDX-License-Identifier: EUPL-1.2 */
/* Flags: raised by a timer, taken up and closed by two of the inspectorate.
 * Each step is an event of the daily batch, so that the public log tells
 * neither whom nor when. */
#include "insight/insight_priv.h"

#include "gen/insight_sql.h"

#define MILLION     1000000.0
#define ANSWER_MOST 4000

/* ---- tables ------------------------------------------------------- */

static const struct {
    const char *key, *id, *en, *means_id, *means_en, *how_id, *how_en, *from_id,
        *from_en;
    int64_t acts, found;
} rules[] = {
#define FLAG(name, key, id, en, mid, men, fid, fen, sid, sen, acts, found)     \
    [INSIGHT_##name] = {key, id, en, mid, men, fid, fen, sid, sen, acts, found},
#include "insight/flag.def"
#undef FLAG
};

struct insight_rule insight_rule(struct ctx *c, enum insight_kind kind)
{
    MUST(kind < INSIGHT_KINDS);
    return (struct insight_rule){
        .key = str_of(rules[kind].key),
        .name = str_of(say(c, rules[kind].id, rules[kind].en)),
        .means = str_of(say(c, rules[kind].means_id, rules[kind].means_en)),
        .formula = str_of(say(c, rules[kind].how_id, rules[kind].how_en)),
        .source = str_of(say(c, rules[kind].from_id, rules[kind].from_en)),
        .acts = rules[kind].acts,
        .found = rules[kind].found};
}

static const struct word outcomes[] = {
#define OUTCOME(key, id, en) WORD_ROW(key, id, en)
#include "insight/outcome.def"
#undef OUTCOME
};
const struct words insight_outcomes = WORDS_IN(outcomes);

/* ---- the month's acts --------------------------------------------- */

/* The shortest that it takes to read any record of an app: what every one
 * holds, so that no honest reader is quicker. */
static int64_t reading_of(const struct app *a)
{
    int64_t seconds = 30;

    for (size_t i = 0; a != NULL && i < a->n_fields; i++) {
        const struct app_field *d = &a->fields[i];

        if (!d->optional && !d->computed && d->when == NULL)
            seconds += d->type == APP_FILE || d->type == APP_PHOTO ? 30 : 5;
    }
    return a == NULL ? 0 : (seconds < 120 ? seconds : 120) * TIME_SECOND;
}

static int64_t month_start(int64_t month)
{
    struct date d = {
        .year = (int)(month / 12), .month = (int)(month % 12) + 1, .day = 1};

    return time_instant(d, 0, 0);
}

static void read_act(const struct record_world *w, struct rows *r,
                     struct insight_act *a)
{
    const struct app_entry *e;
    int64_t left = store_i64(r, 7);

    *a = (struct insight_act){.record = store_str(r, 0),
                              .app = store_str(r, 1),
                              .office = store_str(r, 2),
                              .state = store_str(r, 3),
                              .officer = store_str(r, 4),
                              .reason = store_str(r, 5),
                              .came = store_i64(r, 8),
                              .due = store_i64(r, 9),
                              .entered = store_i64(r, 6),
                              .left = left == 0 ? INT64_MAX : left};
    e = app_catalogue_find(w->apps, a->app);
    a->reading = e == NULL ? 0 : reading_of(e->app);
}

/* What was left after the month still waited in it. */
static void hide_later(struct insight_act *all, size_t n, int64_t end)
{
    for (size_t i = 0; i < n; i++)
        if (all[i].left >= end)
            all[i].left = INT64_MAX;
}

err insight_acts(struct ctx *c, const struct record_world *w, struct conn *on,
                 int64_t month, struct insight_act **out, size_t *n)
{
    int64_t end = month_start(month + 1);
    struct rows *r;
    bool more;
    size_t room = 0;

    *out = NULL, *n = 0;
    TRY(ROWS(c, on, &insight_stays, &r, I64(month_start(month)), I64(end)));
    for (;;) {
        TRY(store_next(r, &more));
        if (!more)
            break;
        ARENA_GROW(c->mem, *out, *n, room);
        read_act(w, r, &(*out)[(*n)++]);
    }
    hide_later(*out, *n, end);
    insight_judge(c, w->city, *out, *n);
    return E_OK;
}

/* ---- raising ------------------------------------------------------ */

struct raising {
    const struct record_world *w;
    enum insight_kind kind;
    const struct insight_suspect *s;
    int64_t month;
    bool done;
};

static str figures(struct ctx *c, const struct raising *u)
{
    struct data *all = data_new(c, DATA_MAP);

    data_put_i64(c, all, STR("acts"), u->s->acts);
    data_put_i64(c, all, STR("found"), u->s->found);
    data_put_i64(c, all, STR("month"), u->month);
    data_put_i64(c, all, STR("peers"), (int64_t)(u->s->peers * MILLION));
    data_put_i64(c, all, STR("q"), (int64_t)(u->s->q * MILLION));
    return data_write_json(c, all);
}

static err raise_one(struct ctx *c, struct conn *tx, void *arg)
{
    struct ledger_event e = {.class = LEDGER_FLAG};
    struct raising *u = arg;
    struct rows *r;
    bool raised;

    TRY(ROWS(c, tx, &insight_flag_is, &r, TXT(str_of(rules[u->kind].key)),
             TXT(u->s->officer), I64(u->month)));
    TRY(store_next(r, &raised));
    if (raised)
        return E_OK;
    ledger_say(c, &e, "act", STR("flag.raised"));
    ledger_say(c, &e, "key", str_of(rules[u->kind].key));
    ledger_say(c, &e, "officer", u->s->officer);
    ledger_say(c, &e, "value", figures(c, u));
    ledger_say(c, &e, "by", STR("system"));
    u->done = true;
    return ledger_append(c, tx, u->w->ledger, &e);
}

static err tick_month(struct ctx *c, const struct record_world *w,
                      int64_t month, int64_t *raised)
{
    struct insight_suspect *all;
    struct insight_act *acts;
    struct conn *on;
    size_t n, count;
    err e;

    TRY(store_read(c, w->store, &on));
    store_patient(on);
    e = insight_acts(c, w, on, month, &acts, &n);
    store_done(on);
    TRY(e);
    for (int kind = 0; kind < INSIGHT_KINDS; kind++) {
        insight_weigh(c, acts, n, (enum insight_kind)kind, &all, &count);
        for (size_t i = 0; i < count; i++) {
            struct raising u = {.w = w,
                                .kind = (enum insight_kind)kind,
                                .s = &all[i],
                                .month = month};

            if (all[i].flagged)
                TRY(store_write(c, w->store, raise_one, &u));
            *raised += u.done;
        }
    }
    return E_OK;
}

/* Only a month that has ended: looked at anew each day while it grows, one in
 * eight honest ones would cross the line at some time, not one in fifty. */
err insight_tick(struct ctx *c, const struct record_world *w, int64_t *raised)
{
    *raised = 0;
    return tick_month(c, w, insight_month(c->now) - 1, raised);
}

/* ---- applying ----------------------------------------------------- */

static int64_t number_in(const struct data *all, const char *key)
{
    int64_t n = 0;

    return str_is_i64(data_text(data_get(all, str_of(key))), &n) ? n : 0;
}

static err apply_raised(struct ctx *c, struct conn *tx,
                        const struct ledger_event *e)
{
    struct findings f = {0};
    struct data *all = NULL;

    TRY(data_read_json(c, STR("flag"), insight_said(e, "value"), &f, &all));
    return RUN(c, tx, &insight_flag_add, I64(e->id),
               TXT(insight_said(e, "key")), TXT(insight_said(e, "officer")),
               I64(number_in(all, "month")), I64(number_in(all, "acts")),
               I64(number_in(all, "found")), I64(number_in(all, "peers")),
               I64(number_in(all, "q")), I64(e->time));
}

static int64_t flag_of(const struct ledger_event *e)
{
    int64_t id = 0;

    return str_is_i64(insight_said(e, "reference"), &id) ? id : 0;
}

err insight_apply_flag(struct ctx *c, struct conn *tx,
                       const struct ledger_event *e)
{
    str act = insight_said(e, "act");

    if (str_eq(act, STR("flag.raised")))
        return apply_raised(c, tx, e);
    if (str_eq(act, STR("flag.asked")))
        return RUN(c, tx, &insight_flag_asked, I64(flag_of(e)), I64(e->time),
                   TXT(insight_said(e, "by")));
    return RUN(c, tx, &insight_flag_closed, I64(flag_of(e)), I64(e->time),
               TXT(insight_said(e, "by")), TXT(insight_said(e, "reason")),
               I64(e->id));
}

/* ---- reading ------------------------------------------------------ */

err insight_may(struct ctx *c, const struct record_world *w, struct conn *on,
                const struct record_actor *actor, bool *may)
{
    const struct city_office *o =
        city_office_for(w->city, STR("inspectorate"), STR(""));

    *may = false;
    if (actor->role != RECORD_OFFICER || o == NULL)
        return E_OK;
    return city_holds(c, on, actor->officer, o->key, STR("auditor"), may);
}

static err must_may(struct ctx *c, const struct record_world *w,
                    struct conn *on, const struct record_actor *actor)
{
    bool may;

    TRY(insight_may(c, w, on, actor, &may));
    return may ? E_OK
               : fail(c, E_FORBIDDEN, "%s",
                      say(c, "Tanda periksa hanya untuk auditor inspektorat.",
                          "Flags are for the inspectorate's auditors only."));
}

static void read_flag(struct rows *r, struct insight_flag *f)
{
    str key = store_str(r, 1);

    *f = (struct insight_flag){.id = store_i64(r, 0),
                               .officer = store_str(r, 2),
                               .month = store_i64(r, 3),
                               .acts = store_i64(r, 4),
                               .found = store_i64(r, 5),
                               .peers = (double)store_i64(r, 6) / MILLION,
                               .q = (double)store_i64(r, 7) / MILLION,
                               .raised = store_i64(r, 8),
                               .asked = store_i64(r, 9),
                               .asker = store_str(r, 10),
                               .closed = store_i64(r, 11),
                               .closer = store_str(r, 12),
                               .outcome = store_str(r, 13),
                               .answer = store_i64(r, 14)};
    for (int k = 0; k < INSIGHT_KINDS; k++)
        if (str_eq(key, str_of(rules[k].key)))
            f->kind = (enum insight_kind)k;
}

err insight_flags(struct ctx *c, const struct record_world *w, struct conn *on,
                  const struct record_actor *actor, int64_t before, size_t most,
                  struct insight_flag **out, size_t *n)
{
    struct rows *r;
    bool more;
    size_t room = 0;

    *out = NULL, *n = 0;
    TRY(must_may(c, w, on, actor));
    TRY(ROWS(c, on, &insight_flag_page, &r,
             I64(before > 0 ? before : INT64_MAX), I64((int64_t)most)));
    for (;;) {
        TRY(store_next(r, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        read_flag(r, &(*out)[(*n)++]);
    }
}

static err find_flag(struct ctx *c, struct conn *on, int64_t id,
                     struct insight_flag *out)
{
    struct rows *r;
    bool found;

    TRY(ROWS(c, on, &insight_flag_by, &r, I64(id)));
    TRY(store_next(r, &found));
    if (!found)
        return fail(
            c, E_NOT_FOUND, "%s",
            say(c, "Tanda periksa ini tidak ada.", "There is no such flag."));
    read_flag(r, out);
    return E_OK;
}

err insight_flag_find(struct ctx *c, const struct record_world *w,
                      struct conn *on, const struct record_actor *actor,
                      int64_t id, struct insight_flag *out)
{
    TRY(must_may(c, w, on, actor));
    return find_flag(c, on, id, out);
}

err insight_flag_answer(struct ctx *c, const struct record_world *w,
                        struct conn *on, const struct insight_flag *f, str *out)
{
    struct ledger_event e;

    *out = STR("");
    if (f->answer == 0)
        return E_OK;
    TRY(ledger_event_by_id(c, on, w->ledger, f->answer, &e));
    *out = insight_said(&e, "needs.jawaban");
    return E_OK;
}

/* ---- taking up, closing ------------------------------------------- */

struct looking {
    const struct record_world *w;
    const struct record_actor *actor;
    int64_t id;
    str outcome, answer;
    struct insight_flag f;
};

static err open_flag(struct ctx *c, struct conn *tx, struct looking *u)
{
    TRY(insight_flag_find(c, u->w, tx, u->actor, u->id, &u->f));
    if (str_eq(u->f.officer, u->actor->pseudonym))
        return fail(c, E_FORBIDDEN, "%s",
                    say(c,
                        "Tanda periksa ini tentang Anda; auditor lain yang "
                        "menanganinya.",
                        "This flag is about you; another auditor handles it."));
    if (u->f.closed != 0)
        return fail(c, E_CONFLICT, "%s",
                    say(c, "Tanda periksa ini sudah ditutup.",
                        "This flag is closed already."));
    return E_OK;
}

static void say_flag(struct ctx *c, const struct looking *u, const char *act,
                     struct ledger_event *e)
{
    ledger_say(c, e, "act", str_of(act));
    ledger_say(c, e, "reference", arena_fmt(c->mem, "%" PRId64, u->id));
    ledger_say(c, e, "by", u->actor->pseudonym);
}

static err ask(struct ctx *c, struct conn *tx, void *arg)
{
    struct ledger_event e = {.class = LEDGER_FLAG};
    struct looking *u = arg;

    TRY(open_flag(c, tx, u));
    if (u->f.asked != 0)
        return fail(c, E_CONFLICT, "%s",
                    say(c, "Tanda periksa ini sudah ditangani.",
                        "This flag was taken up already."));
    say_flag(c, u, "flag.asked", &e);
    return ledger_append(c, tx, u->w->ledger, &e);
}

err insight_flag_ask(struct ctx *c, const struct record_world *w,
                     const struct record_actor *actor, int64_t id)
{
    struct looking u = {.w = w, .actor = actor, .id = id};

    return store_write(c, w->store, ask, &u);
}

static err close_it(struct ctx *c, struct conn *tx, void *arg)
{
    struct ledger_event e = {.class = LEDGER_FLAG};
    struct looking *u = arg;

    TRY(open_flag(c, tx, u));
    if (u->f.asked == 0)
        return fail(c, E_CONFLICT, "%s",
                    say(c,
                        "Tangani dahulu tanda periksa ini; orang lain yang "
                        "menutupnya.",
                        "Take this flag up first; another person closes it."));
    if (str_eq(u->f.asker, u->actor->pseudonym))
        return fail(c, E_FORBIDDEN, "%s",
                    say(c,
                        "Anda yang menangani tanda periksa ini; orang lain "
                        "yang menutupnya.",
                        "You took this flag up; another person closes it."));
    e.subject = u->f.officer;
    say_flag(c, u, "flag.closed", &e);
    ledger_say(c, &e, "officer", u->f.officer);
    ledger_say(c, &e, "reason", u->outcome);
    ledger_say_path(c, &e, "needs", STR("jawaban"), u->answer);
    return ledger_append(c, tx, u->w->ledger, &e);
}

err insight_flag_close(struct ctx *c, const struct record_world *w,
                       const struct record_actor *actor, int64_t id,
                       str outcome, str answer)
{
    struct looking u = {w, actor, id, outcome, str_trim(answer), {0}};
    size_t points;

    if (!words_have(&insight_outcomes, outcome))
        return fail(c, E_BAD_INPUT, "%s",
                    say(c, "Pilih hasil pemeriksaan.", "Choose an outcome."));
    if (u.answer.n == 0 || !str_utf8(u.answer, &points) || points > ANSWER_MOST)
        return fail(c, E_BAD_INPUT,
                    say(c, "Tuliskan jawabannya, paling banyak %d huruf.",
                        "Write the answer, at most %d characters."),
                    ANSWER_MOST);
    return store_write(c, w->store, close_it, &u);
}
