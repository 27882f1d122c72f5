/* SPDX-License-Identifier: EUPL-1.2 */
/* While the processing of a record is restricted, as its person asked, nobody
 * acts on it and no list shows it; who decides such requests can lift that. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

#define WHY_MOST 2000

/* ---- what it says ------------------------------------------------- */

err record_restricted_why(struct ctx *c, const struct record_world *w,
                          struct conn *on, const struct record *r, str *why)
{
    struct ledger_event e;

    *why = STR("");
    if (r->restricted == 0)
        return E_OK;
    TRY(ledger_event_by_id(c, on, w->ledger, r->restricted, &e));
    *why = arena_fmt(
        c->mem,
        say(c,
            "Pemrosesan berkas ini dibatasi sejak %.*s atas permintaan yang "
            "bersangkutan. Pembatasan dicabut oleh kepala perangkat daerah "
            "yang menangani berkas ini, atau oleh administrator.",
            "Processing of this record is restricted since %.*s, as its person "
            "asked. The head of an office that handled it, or an "
            "administrator, can lift that."),
        STR_ARG(
            city_show_date(c, time_local(e.time, city_offset(w->city), NULL))));
    return E_OK;
}

err record_not_restricted(struct ctx *c, const struct record_world *w,
                          struct conn *on, const struct record *r)
{
    str why;

    TRY(record_restricted_why(c, w, on, r, &why));
    return why.n == 0 ? E_OK : fail(c, E_CONFLICT, "%.*s", STR_ARG(why));
}

err record_restricted(struct ctx *c, const struct record_world *w,
                      struct conn *on, const struct record *r, str *why,
                      int64_t *since)
{
    struct ledger_event e;

    *why = STR(""), *since = 0;
    if (r->restricted == 0)
        return E_OK;
    TRY(ledger_event_by_id(c, on, w->ledger, r->restricted, &e));
    *since = e.time;
    if (ledger_fact(&e, "needs.alasan").p != NULL)
        *why = ledger_fact(&e, "needs.alasan");
    return E_OK;
}

/* ---- lifting ------------------------------------------------------ */

err record_may_lift(struct ctx *c, const struct record_world *w,
                    struct conn *on, const struct record_actor *actor,
                    const struct record *r, bool *may)
{
    struct record_request q = {.kind = STR("restrict")};
    struct record_decider d;
    struct ledger_event *events;
    size_t n;

    *may = false;
    TRY(record_decider_of(c, on, actor, &d));
    TRY(ledger_events_of(c, on, w->ledger, r->number, &events, &n));
    q.offices[0] = record_offices(c, events, n), q.offices[1] = r->office;
    *may = record_decider_may(&d, &q);
    return E_OK;
}

struct lifting {
    const struct record_world *w;
    const struct record_lifting *x;
    struct findings *f;
};

static err check(struct ctx *c, struct conn *tx, const struct lifting *u,
                 const struct record *r)
{
    bool may;

    TRY(record_may_lift(c, u->w, tx, &u->x->actor, r, &may));
    if (!may)
        return fail(c, E_FORBIDDEN, "%s",
                    say(c,
                        "Pembatasan hanya dapat dicabut oleh administrator "
                        "atau kepala perangkat daerah yang menangani berkas "
                        "ini.",
                        "A restriction is lifted by an administrator or the "
                        "head of an office that handled the record only."));
    if (r->restricted == 0)
        return fail(c, E_CONFLICT, "%s",
                    say(c, "Pemrosesan berkas ini tidak dibatasi.",
                        "Processing of this record is not restricted."));
    if (u->x->why.n > 0 && u->x->why.n <= WHY_MOST)
        return E_OK;
    finding_add(c, u->f, FIND_ERROR, (struct place){0}, STR("sebab"), "%s",
                say(c, "Tuliskan penjelasannya, paling banyak 2.000 huruf.",
                    "Explain it, in 2,000 letters at most."));
    return fail(c, E_REFUSED, "%s",
                say(c, "Ada yang belum lengkap.", "Something is missing."));
}

/* The dates stood still meanwhile: they go on with what was left of them. */
static err lift(struct ctx *c, struct conn *tx, void *arg)
{
    const struct lifting *u = arg;
    struct ledger_event e = {.class = LEDGER_CASE, .subject = u->x->number};
    const struct app *a;
    struct record r;

    TRY(record_find(c, tx, u->x->number, &r));
    TRY(check(c, tx, u, &r));
    TRY(record_app(c, u->w, tx, &r, &a));
    e.sensitive = a->sensitive;
    e.office =
        city_office_public(u->w->city, city_office(u->w->city, r.office));
    ledger_say(c, &e, "act", STR("record.freed"));
    ledger_say(c, &e, "record", r.number);
    ledger_say(c, &e, "app", r.app);
    ledger_say(c, &e, "by", u->x->actor.pseudonym);
    ledger_say(c, &e, "reason", STR(RECORD_RESTRICTION));
    ledger_say(c, &e, "needs.alasan", u->x->why);
    TRY(ledger_append(c, tx, u->w->ledger, &e));
    return record_move_dates(c, u->w, tx, r.number, STR(RECORD_RESTRICTION));
}

err record_lift(struct ctx *c, const struct record_world *w,
                const struct record_lifting *x, struct findings *f)
{
    struct lifting u = {w, x, f};

    return store_write(c, w->store, lift, &u);
}
