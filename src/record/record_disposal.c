/* SPDX-License-Identifier: EUPL-1.2 */
/* A head hands a record to one of those who hold the duty it waits for. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

/* ---- reasons ------------------------------------------------------ */

static const struct word reasons[] = {
#define DISPOSAL(key, id, en) WORD_ROW(key, id, en)
#include "record/disposal.def"
#undef DISPOSAL
};
const struct words record_disposal_reasons = WORDS_IN(reasons);

/* ---- to whom ------------------------------------------------------ */

err record_disposed_to(struct ctx *c, struct conn *on, const struct record *r,
                       struct city_officer *out)
{
    struct city_officer o;
    struct rows *rows;
    bool more, holds;

    *out = (struct city_officer){.id = 0};
    TRY(ROWS(c, on, &record_disposal_of, &rows, I64(r->id)));
    TRY(store_next(rows, &more));
    if (!more)
        return E_OK;
    TRY(city_holds(c, on, store_i64(rows, 0), r->office, r->duty, &holds));
    if (!holds)
        return E_OK; /* it binds nobody any more */
    TRY(city_officer_by_id(c, on, store_i64(rows, 0), &o));
    *out = o;
    return E_OK;
}

/* Waits it for one duty of one office? */
static bool waits(const struct record *r)
{
    return r->office.n > 0 && r->duty.n > 0 && r->ended == 0;
}

static err superior_by(struct ctx *c, const struct record_world *w,
                       struct conn *on, const struct record *r,
                       const struct record_actor *actor,
                       const struct city_right **by)
{
    struct city_right *mine;
    size_t n;

    *by = NULL;
    if (actor->role != RECORD_OFFICER || !waits(r))
        return E_OK;
    TRY(city_rights(c, on, actor->officer, &mine, &n));
    *by = city_superior(w->city, mine, n,
                        &(struct city_duty){r->office, r->duty});
    return E_OK;
}

err record_disposal(struct ctx *c, const struct record_world *w,
                    struct conn *on, const struct record *r,
                    const struct record_actor *actor,
                    struct record_disposal *out)
{
    const struct city_right *by;
    struct city_officer to;

    *out = (struct record_disposal){.name = STR("")};
    if (!waits(r))
        return E_OK;
    TRY(record_disposed_to(c, on, r, &to));
    out->officer = to.id;
    if (to.id != 0)
        out->name = to.name;
    TRY(superior_by(c, w, on, r, actor, &by));
    out->may = by != NULL && r->restricted == 0;
    return out->may
               ? city_holders(c, on, r->office, r->duty, &out->holders, &out->n)
               : E_OK;
}

/* ---- handing on --------------------------------------------------- */

struct disposing {
    const struct record_world *w;
    const struct record_actor *actor;
    str number, reason;
    int64_t officer;
    struct record_full full;
    const struct city_right *by;
};

static err must_hold(struct ctx *c, struct conn *tx, const struct disposing *u,
                     struct city_officer *to)
{
    const struct record *r = &u->full.r;
    bool holds;

    if (!words_have(&record_disposal_reasons, u->reason))
        return fail(c, E_BAD_INPUT, "%s",
                    say(c, "Pilihlah alasan disposisi.",
                        "Choose why it is handed on."));
    TRY(city_holds(c, tx, u->officer, r->office, r->duty, &holds));
    if (!holds)
        return fail(c, E_BAD_INPUT, "%s",
                    say(c,
                        "Pegawai ini tidak memegang tugas yang ditunggu "
                        "berkas. Silakan pilih pegawai lain.",
                        "This officer does not hold the duty that the record "
                        "waits for. Choose another."));
    return city_officer_by_id(c, tx, u->officer, to);
}

/* Could he do it at all: is he there, and do four eyes let him? */
static err must_be_free(struct ctx *c, struct conn *tx,
                        const struct disposing *u,
                        const struct city_officer *to)
{
    const struct app *a;
    const struct app_state *s;
    const struct city_absence *away;
    struct city_absence *all;
    struct ledger_event *events;
    size_t n, n_events;

    TRY(record_app(c, u->w, tx, &u->full.r, &a));
    TRY(ledger_events_of(c, tx, u->w->ledger, u->number, &events, &n_events));
    s = app_state(a, u->full.r.state);
    if (s != NULL && record_acted(events, n_events, to->pseudonym, s->four_eyes,
                                  s->n_four_eyes))
        return fail(c, E_CONFLICT,
                    say(c,
                        "%.*s sudah bertindak pada langkah sebelumnya; langkah "
                        "ini memerlukan orang kedua.",
                        "%.*s acted in an earlier step; this one needs a "
                        "second person."),
                    STR_ARG(to->name));
    TRY(city_absences(c, tx, to->id, &all, &n));
    away = city_away(all, n, to->id, c->now);
    if (away == NULL)
        return E_OK;
    return fail(
        c, E_CONFLICT,
        say(c, "%.*s tidak di tempat sampai %.*s.", "%.*s is away until %.*s."),
        STR_ARG(to->name),
        STR_ARG(city_show_date(c, time_local(away->ends - TIME_SECOND,
                                             city_offset(u->w->city), NULL))));
}

static err tell(struct ctx *c, struct conn *tx, const struct disposing *u,
                const struct city_officer *to)
{
    const struct record *r = &u->full.r;
    const struct city_office *o = city_office(u->w->city, r->office);
    const struct app *a;
    struct ledger_event e = {.class = LEDGER_ASSIGNMENT,
                             .office = city_office_public(u->w->city, o),
                             .subject = r->number};

    TRY(record_app(c, u->w, tx, r, &a));
    e.sensitive = a->sensitive;
    ledger_say(c, &e, "act",
               u->officer != 0 ? STR("record.assigned")
                               : STR("record.released"));
    ledger_say(c, &e, "record", r->number);
    ledger_say(c, &e, "app", r->app);
    ledger_say(c, &e, "by", u->actor->pseudonym);
    record_say_right(c, &e, u->by);
    if (u->officer != 0) {
        ledger_say(c, &e, "officer", to->pseudonym);
        ledger_say(c, &e, "reason", u->reason);
    }
    return ledger_append(c, tx, u->w->ledger, &e);
}

static err dispose(struct ctx *c, struct conn *tx, void *arg)
{
    struct disposing *u = arg;
    struct city_officer to, now;

    TRY(record_not_parked(c, tx));
    TRY(record_full_find(c, tx, u->number, &u->full));
    TRY(record_not_restricted(c, u->w, tx, &u->full.r));
    TRY(superior_by(c, u->w, tx, &u->full.r, u->actor, &u->by));
    if (u->by == NULL)
        return fail(c, E_FORBIDDEN, "%s",
                    say(c,
                        "Berkas ini hanya dapat didisposisikan oleh pimpinan "
                        "perangkat daerah yang memegangnya.",
                        "Only a head of the office that holds this record can "
                        "hand it on."));
    TRY(record_disposed_to(c, tx, &u->full.r, &now));
    if (now.id == u->officer)
        return u->officer != 0 ? E_OK
                               : fail(c, E_CONFLICT, "%s",
                                      say(c, "Berkas ini tidak didisposisikan.",
                                          "This record is handed to nobody."));
    if (u->officer == 0)
        return tell(c, tx, u, NULL);
    TRY(must_hold(c, tx, u, &to));
    TRY(must_be_free(c, tx, u, &to));
    return tell(c, tx, u, &to);
}

err record_dispose(struct ctx *c, const struct record_world *w,
                   const struct record_actor *actor, str number,
                   int64_t officer, str reason)
{
    struct disposing u = {.w = w,
                          .actor = actor,
                          .number = number,
                          .officer = officer,
                          .reason = reason};

    return store_write(c, w->store, dispose, &u);
}

/* ---- applying ----------------------------------------------------- */

err record_apply_disposal(struct ctx *c, struct conn *tx,
                          const struct ledger_event *e)
{
    str who = ledger_fact(e, "officer");
    int64_t id = 0;

    str_is_i64(str_slice(who, strlen("officer-"), who.n), &id);
    return id == 0 ? RUN(c, tx, &record_disposal_drop,
                         TXT(ledger_fact(e, "record")))
                   : RUN(c, tx, &record_disposal_put,
                         TXT(ledger_fact(e, "record")), I64(id));
}
