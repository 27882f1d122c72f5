/* SPDX-License-Identifier: EUPL-1.2 */
/* Holding back and erasing: who may, what stands in the way, and what goes. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

#define DEEP 8 /* records that opened each other */

/* ---- words -------------------------------------------------------- */

static const struct word grounds[] = {
#define GROUND(key, asked, id, en) WORD_ROW(key, id, en)
#include "record/ground.def"
#undef GROUND
};
/* Those that officers may say come first. */
enum {
    ASKED = 0
#define GROUND(key, asked, id, en) +asked
#include "record/ground.def"
#undef GROUND
};
const struct words record_grounds = {grounds, ASKED};

static const struct word holds[] = {
#define HOLD(key, id, en) WORD_ROW(key, id, en)
#include "record/hold.def"
#undef HOLD
};
/* A restriction, the last, is asked for, not chosen. */
const struct words record_holds = {holds, COUNT(holds) - 1};

str record_reason_name(struct ctx *c, str key)
{
    const struct words all[] = {record_reasons, WORDS_IN(holds),
                                WORDS_IN(grounds)};
    str name = STR("");

    for (size_t i = 0; i < COUNT(all) && name.n == 0; i++)
        name = words_name(c, &all[i], key);
    return name;
}

/* ---- what stands in the way --------------------------------------- */

static err any(struct ctx *c, struct conn *on, const struct query *q,
               struct arg one, bool *is)
{
    struct rows *rows;

    TRY(store_rows(c, on, q, &one, 1, &rows));
    return store_next(rows, is);
}

static err in_force(struct ctx *c, const struct record_world *w,
                    struct conn *on, str number, bool *is)
{
    str today =
        time_show_date(c, time_local(c->now, city_offset(w->city), NULL));
    struct rows *rows;

    TRY(ROWS(c, on, &record_in_force, &rows, TXT(number), TXT(today)));
    return store_next(rows, is);
}

/* Granted, and not all of the money has come or gone. */
static bool pays_still(const struct record *r)
{
    return str_eq(r->result, STR("granted")) &&
           r->paid < (r->granted > 0 ? r->granted : r->charge);
}

err record_kept_why(struct ctx *c, const struct record_world *w,
                    struct conn *on, const struct record *r, bool early,
                    str *why)
{
    bool kin, live, letter = false;

    TRY(any(c, on, &record_kin_open, TXT(r->number), &kin));
    TRY(any(c, on, &record_is_live, I64(r->id), &live));
    if (early)
        TRY(in_force(c, w, on, r->number, &letter));
    *why = str_of(
        r->erased
            ? say(c, "Datanya sudah dihapus.", "Its data were erased already.")
        : r->held.n > 0 ? arena_fmt(c->mem, "%.*s.",
                                    STR_ARG(record_reason_name(c, r->held)))
                              .p
        : r->restricted != 0
            ? arena_fmt(c->mem, "%.*s.",
                        STR_ARG(record_reason_name(c, STR(RECORD_RESTRICTION))))
                  .p
        : r->ended == 0
            ? say(c, "Berkas ini masih berjalan.", "The record is still open.")
        : kin           ? say(c, "Berkas lain yang terkait masih berjalan.",
                              "Another record of the same chain is open.")
        : pays_still(r) ? say(c, "Pembayarannya belum selesai.",
                              "Its payment is not complete.")
        : live          ? say(c, "Masih berlaku dalam register.",
                              "It is a live entry of a register.")
        : letter
            ? say(c, "Suratnya masih berlaku.", "Its letter is still in force.")
            : "");
    return E_OK;
}

/* ---- holding ------------------------------------------------------ */

err record_may_hold(struct ctx *c, const struct record_world *w,
                    struct conn *on, const struct record_actor *actor,
                    const struct record *r, bool *may)
{
    struct ledger_event *events;
    struct city_duty *all;
    size_t n, n_events;

    *may = false;
    if (actor->role != RECORD_OFFICER)
        return E_OK;
    TRY(city_duties(c, on, actor->officer, &all, &n));
    TRY(ledger_events_of(c, on, w->ledger, r->number, &events, &n_events));
    for (size_t i = 0; i < n; i++) {
        *may |= str_eq(all[i].duty, STR("admin")) ||
                str_eq(all[i].duty, STR("auditor"));
        for (size_t k = 0;
             k < n_events && str_eq(all[i].duty, STR("head")) && !*may; k++)
            *may = str_eq(ledger_fact(&events[k], "office"), all[i].office);
    }
    return E_OK;
}

struct holding {
    const struct record_world *w;
    const struct record_holding *h;
    struct findings *f;
};

static err check_hold(struct ctx *c, struct conn *tx, const struct holding *u,
                      const struct record *r)
{
    bool may;

    TRY(record_may_hold(c, u->w, tx, &u->h->actor, r, &may));
    if (!may)
        return fail(c, E_FORBIDDEN, "%s",
                    say(c,
                        "Berkas hanya dapat ditahan oleh administrator, "
                        "auditor, atau kepala perangkat daerahnya.",
                        "A record is held by an administrator, an auditor, or "
                        "the head of its office only."));
    if (r->erased)
        return fail(
            c, E_GONE, "%s",
            say(c, "Datanya sudah dihapus.", "Its data were erased already."));
    if (u->h->key.n > 0 && !words_have(&record_holds, u->h->key))
        finding_add(c, u->f, FIND_ERROR, (struct place){0}, STR("reason"), "%s",
                    say(c, "Pilih alasan penahanan.", "Choose the reason."));
    if (u->h->why.n == 0 || u->h->why.n > 2000)
        finding_add(c, u->f, FIND_ERROR, (struct place){0}, STR("alasan"), "%s",
                    say(c, "Tuliskan penjelasannya, paling banyak 2.000 huruf.",
                        "Explain it, in 2,000 letters at most."));
    if (u->f->errors > 0)
        return fail(c, E_REFUSED, "%s",
                    say(c, "Ada yang belum lengkap.", "Something is missing."));
    return E_OK;
}

static err hold(struct ctx *c, struct conn *tx, void *arg)
{
    const struct holding *u = arg;
    struct ledger_event e = {.class = LEDGER_CASE, .subject = u->h->number};
    const struct app *a;
    struct record r;

    TRY(record_find(c, tx, u->h->number, &r));
    TRY(check_hold(c, tx, u, &r));
    if (str_eq(r.held, u->h->key))
        return E_OK;
    TRY(record_app(c, u->w, tx, &r, &a));
    e.sensitive = a->sensitive;
    e.office =
        city_office_public(u->w->city, city_office(u->w->city, r.office));
    ledger_say(c, &e, "act",
               u->h->key.n > 0 ? STR("record.held") : STR("record.freed"));
    ledger_say(c, &e, "record", u->h->number);
    ledger_say(c, &e, "app", r.app);
    ledger_say(c, &e, "by", u->h->actor.pseudonym);
    if (u->h->key.n > 0)
        ledger_say(c, &e, "reason", u->h->key);
    ledger_say(c, &e, "needs.alasan", u->h->why);
    return ledger_append(c, tx, u->w->ledger, &e);
}

err record_hold(struct ctx *c, const struct record_world *w,
                const struct record_holding *h, struct findings *f)
{
    struct holding u = {w, h, f};

    return store_write(c, w->store, hold, &u);
}

err record_held(struct ctx *c, const struct record_world *w, struct conn *on,
                str number, str *why, int64_t *since)
{
    struct ledger_event e;
    struct rows *rows;
    int64_t event;
    bool more;

    *why = STR("");
    *since = 0;
    TRY(ROWS(c, on, &record_held_by, &rows, TXT(number)));
    TRY(store_next(rows, &more));
    event = more ? store_i64(rows, 0) : 0;
    if (event == 0)
        return E_OK;
    TRY(ledger_event_by_id(c, on, w->ledger, event, &e));
    *since = e.time;
    if (ledger_fact(&e, "needs.alasan").p != NULL)
        *why = ledger_fact(&e, "needs.alasan");
    return E_OK;
}

/* ---- erasing ------------------------------------------------------ */

/* What holds text beside the openings goes by hand; what is made from them, by
 * the appliers of "ledger.erased". */
static err drop_files(struct ctx *c, struct conn *tx, str number)
{
    TRY(RUN(c, tx, &record_undrawn_drop_of, TXT(number)));
    return RUN(c, tx, &record_files_drop, TXT(number));
}

err record_erase_one(struct ctx *c, const struct record_world *w,
                     struct conn *tx, const struct record_erasing *x)
{
    const struct ledger_erasing e = {.subject = x->number,
                                     .reason = x->ground,
                                     .by = x->by,
                                     .with = x->with.n == 0 ? (str){NULL, 0}
                                                            : x->with};

    TRY(drop_files(c, tx, x->number));
    return ledger_erase(c, tx, w->ledger, &e);
}

struct erasing {
    const struct record_world *w;
    const struct record_erasing *x;
    struct record_erased *out;
};

static void remains(struct ctx *c, struct record_erased *out, str number,
                    str why)
{
    ARENA_GROW(c->mem, out->kept, out->n_kept, out->room_kept);
    out->kept[out->n_kept++] = (struct record_remains){number, why};
}

/* A copy in another record is kept for as long as law says that app must, else
 * it goes too. */
static err kept_by_rule(struct ctx *c, struct erasing *u, struct conn *tx,
                        const struct record *r, str *why)
{
    const struct app *a;

    TRY(record_kept_why(c, u->w, tx, r, true, why));
    if (why->n > 0)
        return E_OK;
    TRY(record_app(c, u->w, tx, r, &a));
    if (a->privacy != NULL && str_eq(a->privacy->basis, STR("legal-duty")))
        *why = str_of(say(c, "Disimpan karena kewajiban hukum.",
                          "It is kept by a legal duty."));
    return E_OK;
}

static err erase_with(struct ctx *c, struct erasing *u, struct conn *tx,
                      str number, int deep);

static err erase_children(struct ctx *c, struct erasing *u, struct conn *tx,
                          str number, int deep)
{
    struct rows *rows;
    bool more;

    TRY(ROWS(c, tx, &record_link_children, &rows, TXT(number)));
    for (;;) {
        struct record child;
        str why;

        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        TRY(record_find(c, tx, store_str(rows, 0), &child));
        if (child.erased)
            continue;
        TRY(kept_by_rule(c, u, tx, &child, &why));
        if (why.n > 0 || deep == 0)
            remains(c, u->out, child.number, why);
        else
            TRY(erase_with(c, u, tx, child.number, deep - 1));
    }
}

static err erase_with(struct ctx *c, struct erasing *u, struct conn *tx,
                      str number, int deep)
{
    struct record_erasing one = *u->x;

    one.number = number;
    ARENA_GROW(c->mem, u->out->numbers, u->out->n, u->out->room);
    u->out->numbers[u->out->n++] = number;
    TRY(record_erase_one(c, u->w, tx, &one));
    return erase_children(c, u, tx, number, deep);
}

err record_erase_in(struct ctx *c, const struct record_world *w,
                    struct conn *tx, const struct record_erasing *x,
                    struct record_erased *out)
{
    struct erasing u = {w, x, out};
    struct record r;
    str why;

    *out = (struct record_erased){0};
    TRY(record_find(c, tx, x->number, &r));
    if (str_eq(x->ground, STR("request")))
        r.restricted = 0; /* who asked for less asks for all of it now */
    TRY(record_kept_why(c, w, tx, &r, true, &why));
    if (why.n > 0)
        return fail(c, E_CONFLICT, "%.*s", STR_ARG(why));
    return erase_with(c, &u, tx, r.number, DEEP);
}

static err erase(struct ctx *c, struct conn *tx, void *arg)
{
    const struct erasing *u = arg;

    return record_erase_in(c, u->w, tx, u->x, u->out);
}

err record_erase(struct ctx *c, const struct record_world *w,
                 const struct record_erasing *x, struct record_erased *out)
{
    struct erasing u = {w, x, out};

    if (!words_have(&record_grounds, x->ground))
        return fail(c, E_BAD_INPUT, "%s",
                    say(c, "Sebutkan dasarnya: request, consent, unlawful.",
                        "Name the ground: request, consent, unlawful."));
    if (x->by.n == 0 || x->with.n == 0 || str_eq(x->by, x->with))
        return fail(c, E_FORBIDDEN, "%s",
                    say(c, "Dua orang yang berbeda menghapus, bukan satu.",
                        "Two persons erase, not one."));
    TRY(store_write(c, w->store, erase, &u));
    store_forget(w->store);
    return E_OK;
}

/* ---- again -------------------------------------------------------- */

struct repeating {
    const struct record_world *w;
    const str *all;
    size_t n;
};

static err again(struct ctx *c, struct conn *tx, void *arg)
{
    const struct repeating *u = arg;

    for (size_t i = 0; i < u->n; i++) {
        TRY(drop_files(c, tx, u->all[i]));
        TRY(ledger_erase_again(c, tx, u->w->ledger, u->all[i]));
    }
    return E_OK;
}

err record_erase_again(struct ctx *c, const struct record_world *w,
                       const char *keys, size_t *n)
{
    struct repeating u = {.w = w};
    str *all;

    TRY(ledger_forgotten(c, w->ledger, keys, &all, n));
    u.all = all, u.n = *n;
    if (*n == 0)
        return E_OK;
    TRY(store_write(c, w->store, again, &u));
    store_forget(w->store);
    return E_OK;
}
