/* SPDX-License-Identifier: EUPL-1.2 */
/* Who decides what a person asks about the data of a record, what he sees of
 * it, and how he is told before it is late. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

#define AT_ONCE 200

/* ---- as whom ------------------------------------------------------ */

err record_decider_of(struct ctx *c, struct conn *on,
                      const struct record_actor *actor,
                      struct record_decider *out)
{
    struct city_right *all = NULL;
    size_t n = 0, kept = 0;

    *out = (struct record_decider){.admin = false};
    if (actor->role == RECORD_OFFICER)
        TRY(city_rights(c, on, actor->officer, &all, &n));
    for (size_t i = 0; i < n; i++) {
        out->admin |= str_eq(all[i].duty.duty, STR("admin"));
        if (str_eq(all[i].duty.duty, STR("head")))
            all[kept++] = all[i];
    }
    out->all = all, out->n = kept;
    return E_OK;
}

static bool is_of(const struct record_request *q, str office)
{
    str rest = q->offices[0], one;

    if (str_eq(q->offices[1], office))
        return true;
    while (str_next(&rest, ',', &one))
        if (str_eq(one, office))
            return true;
    return false;
}

const struct city_right *record_decider_head(const struct record_decider *d,
                                             const struct record_request *q)
{
    for (size_t i = 0; i < d->n; i++)
        if (is_of(q, d->all[i].duty.office))
            return &d->all[i];
    return NULL;
}

static bool concerns(const struct record_decider *d,
                     const struct record_request *q)
{
    return d->admin || record_decider_head(d, q) != NULL;
}

bool record_decider_may(const struct record_decider *d,
                        const struct record_request *q)
{
    static const struct {
        str key;
        bool admin;
    } all[] = {
#define RIGHT(key, admin, id, en) {STR_INIT(key), admin},
#include "record/right.def"
#undef RIGHT
    };

    for (size_t i = 0; i < COUNT(all) && d->admin; i++)
        if (str_eq(q->kind, all[i].key) && all[i].admin)
            return true;
    return record_decider_head(d, q) != NULL;
}

/* Each once, in the order of the events. */
str record_offices(struct ctx *c, const struct ledger_event *events, size_t n)
{
    struct buf b = buf_new(c, 1 << 16);

    for (size_t i = 0; i < n; i++) {
        str office = ledger_fact(&events[i], "office"), rest = buf_str(&b), one;
        bool known = office.n == 0;

        while (!known && str_next(&rest, ',', &one))
            known = str_eq(one, office);
        if (!known)
            buf_fmt(&b, "%s%.*s", b.n > 0 ? "," : "", STR_ARG(office));
    }
    return buf_str(&b);
}

/* ---- all that wait ------------------------------------------------ */

err record_requests_open(struct ctx *c, struct conn *on,
                         const struct record_actor *actor, size_t most,
                         struct record_request **out, size_t *n)
{
    struct record_decider d;
    struct rows *rows;
    size_t room = 0;
    bool more = true;

    *out = NULL, *n = 0;
    TRY(record_decider_of(c, on, actor, &d));
    if (!d.admin && d.n == 0)
        return E_OK; /* most officers, on each page of their work */
    TRY(ROWS0(c, on, &record_requests_waiting, &rows));
    while (*n < most) {
        struct record_request q;

        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        record_request_row(rows, &q);
        q.may = record_decider_may(&d, &q);
        if (!concerns(&d, &q))
            continue;
        ARENA_GROW(c->mem, *out, *n, room);
        (*out)[(*n)++] = q;
    }
    return E_OK;
}

err record_requests_late(struct ctx *c, struct conn *on, int64_t *n)
{
    struct rows *rows;
    bool more;

    TRY(ROWS(c, on, &record_requests_late_count, &rows, I64(c->now)));
    TRY(store_next(rows, &more));
    *n = store_i64(rows, 0);
    return E_OK;
}

/* ---- one ---------------------------------------------------------- */

static err must_be_there(struct ctx *c, struct rows *rows)
{
    bool more;

    TRY(store_next(rows, &more));
    return more ? E_OK
                : fail(c, E_NOT_FOUND, "%s",
                       say(c, "Permintaan ini tidak ada.",
                           "There is no such request."));
}

/* All keys of offices, the present one last. */
static str offices_of(struct ctx *c, const struct record_request *q)
{
    return arena_fmt(c->mem, "%.*s,%.*s", STR_ARG(q->offices[0]),
                     STR_ARG(q->offices[1]));
}

static err look_for_heads(struct ctx *c, struct conn *on,
                          struct record_request *q)
{
    str rest = offices_of(c, q), office;
    struct city_officer *all;
    size_t n;

    q->vacant = true;
    while (q->vacant && str_next(&rest, ',', &office)) {
        TRY(city_holders(c, on, office, STR("head"), &all, &n));
        q->vacant = n == 0;
    }
    return E_OK;
}

err record_request_find(struct ctx *c, const struct record_world *w,
                        struct conn *on, const struct record_actor *actor,
                        int64_t id, struct record_request *out)
{
    struct record_decider d;
    struct rows *rows;

    TRY(ROWS(c, on, &record_request_by, &rows, I64(id)));
    TRY(must_be_there(c, rows));
    record_request_row(rows, out);
    TRY(record_decider_of(c, on, actor, &d));
    if (!concerns(&d, out))
        return fail(c, E_FORBIDDEN, "%s",
                    say(c,
                        "Permintaan ini diputuskan oleh administrator atau "
                        "kepala perangkat daerah yang menangani berkasnya.",
                        "This request is for an administrator or the head of "
                        "an office that handled the record."));
    out->may = record_decider_may(&d, out);
    TRY(look_for_heads(c, on, out));
    return record_request_words(c, w, on, actor, out);
}

/* ---- who is told -------------------------------------------------- */

static void add_each_once(struct ctx *c, const struct city_officer *all,
                          size_t n, struct city_officer **out, size_t *count,
                          size_t *room)
{
    for (size_t i = 0; i < n; i++) {
        bool known = !all[i].active;

        for (size_t k = 0; k < *count && !known; k++)
            known = (*out)[k].id == all[i].id;
        if (known)
            continue;
        ARENA_GROW(c->mem, *out, *count, *room);
        (*out)[(*count)++] = all[i];
    }
}

/* Who stands in for one of them now. */
static err add_standing(struct ctx *c, struct conn *on, str office,
                        const struct city_officer *heads, size_t n,
                        struct city_officer **out, size_t *count, size_t *room)
{
    const struct city_duty d = {office, STR("head")};

    for (size_t i = 0; i < n; i++) {
        const struct city_absence *a;
        struct city_absence *all;
        struct city_officer o;
        size_t n_all;

        TRY(city_absences(c, on, heads[i].id, &all, &n_all));
        a = city_standing_in(all, n_all, heads[i].id, &d, c->now);
        if (a == NULL || a->standing == 0)
            continue;
        TRY(city_officer_by_id(c, on, a->standing, &o));
        add_each_once(c, &o, 1, out, count, room);
    }
    return E_OK;
}

err record_request_deciders(struct ctx *c, struct conn *on, int64_t id,
                            struct city_officer **out, size_t *n)
{
    struct record_request q;
    struct city_officer *some;
    struct rows *rows;
    size_t n_some, room = 0;
    str rest, one;

    *out = NULL, *n = 0;
    TRY(ROWS(c, on, &record_request_by, &rows, I64(id)));
    TRY(must_be_there(c, rows));
    record_request_row(rows, &q);
    rest = offices_of(c, &q);
    while (str_next(&rest, ',', &one)) {
        if (one.n == 0)
            continue;
        TRY(city_holders(c, on, one, STR("head"), &some, &n_some));
        add_each_once(c, some, n_some, out, n, &room);
        TRY(add_standing(c, on, one, some, n_some, out, n, &room));
    }
    TRY(city_holders(c, on, STR("city"), STR("admin"), &some, &n_some));
    add_each_once(c, some, n_some, out, n, &room);
    return E_OK;
}

/* ---- in time ------------------------------------------------------ */

/* Once before, once when it is late. What comes late itself, because nobody
 * had confirmed the date, is told as it is by then. */
static const struct warning {
    int64_t level, before;
    const char *act;
} warnings[] = {
    {2, 0, "right.late"},
    {1, RECORD_RIGHT_SOON, "right.soon"},
};

struct warning_one {
    const struct record_world *w;
    const struct warning *of;
    int64_t id;
    bool done;
};

static err warn(struct ctx *c, struct conn *tx, void *arg)
{
    struct warning_one *u = arg;
    struct ledger_event e = {.class = LEDGER_CASE};
    struct record_request q;
    const struct app *a;
    struct record r;
    struct rows *rows;

    TRY(ROWS(c, tx, &record_request_by, &rows, I64(u->id)));
    TRY(must_be_there(c, rows));
    record_request_row(rows, &q);
    if (q.decided != 0)
        return E_OK; /* meanwhile */
    TRY(record_find(c, tx, q.record, &r));
    TRY(record_app(c, u->w, tx, &r, &a));
    e.subject = q.record;
    e.sensitive = a->sensitive;
    e.office =
        city_office_public(u->w->city, city_office(u->w->city, r.office));
    ledger_say(c, &e, "act", str_of(u->of->act));
    ledger_say(c, &e, "record", q.record);
    ledger_say(c, &e, "app", r.app);
    ledger_say(c, &e, "by", STR("system"));
    ledger_say(c, &e, "key", q.kind);
    ledger_say(c, &e, "reference", arena_fmt(c->mem, "%" PRId64, q.id));
    ledger_say_time(c, &e, "due", q.due);
    ledger_say_i64(c, &e, "count", u->of->level);
    u->done = true;
    return ledger_append(c, tx, u->w->ledger, &e);
}

static err to_warn(struct ctx *c, const struct record_world *w,
                   const struct warning *of, int64_t *ids, size_t *n)
{
    struct conn *on;
    struct rows *rows;
    bool more = true;
    err e;

    *n = 0;
    TRY(store_read(c, w->store, &on));
    e = ROWS(c, on, &record_requests_to_warn, &rows, I64(of->level),
             I64(c->now + of->before), I64(AT_ONCE));
    while (e == E_OK && *n < AT_ONCE && (e = store_next(rows, &more)) == E_OK &&
           more)
        ids[(*n)++] = store_i64(rows, 0);
    store_done(on);
    return e;
}

err record_right_warn(struct ctx *c, const struct record_world *w,
                      int64_t *done)
{
    int64_t ids[AT_ONCE];
    size_t n;

    for (size_t k = 0; k < COUNT(warnings); k++) {
        TRY(to_warn(c, w, &warnings[k], ids, &n));
        for (size_t i = 0; i < n; i++) {
            struct warning_one u = {w, &warnings[k], ids[i], false};
            err e = store_write(c, w->store, warn, &u);

            /* One bad record must not keep all others. */
            if (e != E_OK)
                LOG(LOG_ERROR, "record", "warning_failed",
                    LOG_LIT("why", err_name(e)));
            *done += e == E_OK && u.done;
        }
    }
    return E_OK;
}
