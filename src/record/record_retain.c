/* SPDX-License-Identifier: EUPL-1.2 */
/* Retention: what an app says of how long its records are kept, enforced. Once
 * a day, in trusted time, all that have ended are looked at by an index, app by
 * app as the records froze it; each erasure is an event of its own. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

#define AT_ONCE 200 /* records that one turn looks at */

/* ---- dates -------------------------------------------------------- */

static struct date plus_months(struct date d, int n)
{
    int months = d.year * 12 + d.month - 1 + n, most;

    d.year = months / 12;
    d.month = months % 12 + 1;
    most = time_month_days(d.year, d.month);
    if (d.day > most)
        d.day = most;
    return d;
}

int64_t record_keep_until(const struct record_world *w, const struct app *a,
                          int64_t ended, bool *archive)
{
    int offset = city_offset(w->city);
    struct date d = time_local(ended, offset, NULL);

    *archive = a->privacy != NULL && a->privacy->archive;
    if (a->privacy == NULL || ended == 0)
        return 0;
    return time_instant(plus_months(d, a->privacy->months), 0, offset) +
           TIME_DAY;
}

/* What ended before this moment may be over by `until`: a day too many at the
 * end of a short month, which record_keep_until() then judges. */
static int64_t ended_before(const struct record_world *w, const struct app *a,
                            int64_t until)
{
    int offset = city_offset(w->city);
    struct date d = time_local(until, offset, NULL);

    d = plus_months(d, -a->privacy->months);
    return time_instant(d, 0, offset) + TIME_DAY;
}

/* ---- walking ------------------------------------------------------ */

/* Where a walk over all that has ended stands: apps in order, each as records
 * froze it, and in an app the oldest first. */
struct walk {
    const struct record_world *w;
    str app, tree, overlay;
    int64_t ended, id;
    const struct app *of; /* NULL: it keeps them for good, or does not build */
};

static err next_app(struct ctx *c, struct conn *on, struct walk *k, bool *more)
{
    struct record r = {0};
    struct rows *rows;

    TRY(ROWS(c, on, &record_keep_group, &rows, TXT(k->app), TXT(k->tree),
             TXT(k->overlay)));
    TRY(store_next(rows, more));
    if (!*more)
        return E_OK;
    *k = (struct walk){.w = k->w,
                       .app = store_str(rows, 0),
                       .tree = store_str(rows, 1),
                       .overlay = store_str(rows, 2)};
    r.app = k->app, r.tree = k->tree, r.overlay = k->overlay;
    if (record_app(c, k->w, on, &r, &k->of) != E_OK)
        k->of = NULL; /* doctor tells of apps that no longer build */
    if (k->of != NULL && k->of->privacy == NULL)
        k->of = NULL;
    return E_OK;
}

/* Some of the app's records that ended so long ago, behind where k stands. */
static err next_page(struct ctx *c, struct conn *on, struct walk *k,
                     int64_t until, size_t most, str **numbers, size_t *n)
{
    struct rows *rows;
    size_t room = 0;
    bool more;

    *numbers = NULL;
    *n = 0;
    if (k->of == NULL)
        return E_OK;
    TRY(ROWS(c, on, &record_keep_page, &rows, TXT(k->app), TXT(k->tree),
             TXT(k->overlay), I64(k->ended), I64(k->id),
             I64(ended_before(k->w, k->of, until)), I64((int64_t)most)));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *numbers, *n, room);
        (*numbers)[(*n)++] = store_str(rows, 0);
        k->ended = store_i64(rows, 1), k->id = store_i64(rows, 2);
    }
}

/* ---- what is over ------------------------------------------------- */

/* What the archive has is erased like the rest; what is on its way waits. */
static err judge_archive(struct ctx *c, struct conn *on, str number,
                         struct record_ripe *out)
{
    bool handed, received;

    TRY(record_handed(c, on, number, &handed, &received));
    out->archive = !received;
    if (handed && !received && out->why.n == 0)
        out->why =
            str_of(say(c, "Sudah diserahkan; tanda terima arsip belum dicatat.",
                       "It was handed over; the archive's receipt is not noted "
                       "yet."));
    return E_OK;
}

static err judge(struct ctx *c, const struct walk *k, struct conn *on,
                 str number, int64_t by, struct record_ripe *out, bool *over)
{
    struct record r;

    TRY(record_find(c, on, number, &r));
    *out =
        (struct record_ripe){.number = number, .app = k->of, .ended = r.ended};
    out->until = record_keep_until(k->w, k->of, r.ended, &out->archive);
    *over = out->until > 0 && out->until <= by && !r.erased;
    if (!*over)
        return E_OK;
    TRY(record_kept_why(c, k->w, on, &r, false, &out->why));
    return out->archive ? judge_archive(c, on, number, out) : E_OK;
}

struct ripening {
    struct record_ripe *all;
    size_t n, room, most;
    struct record_ripeness *apps;
    size_t n_apps, room_apps;
    size_t left; /* to be counted */
};

static void count_one(struct ctx *c, struct ripening *u,
                      const struct record_ripe *one)
{
    struct record_ripeness *of;

    if (u->n_apps == 0 || !str_eq(u->apps[u->n_apps - 1].app, one->app->id)) {
        ARENA_GROW(c->mem, u->apps, u->n_apps, u->room_apps);
        u->apps[u->n_apps++] = (struct record_ripeness){
            .app = one->app->id, .title = one->app->title};
    }
    of = &u->apps[u->n_apps - 1];
    of->wait += one->why.n > 0;
    of->archive += one->why.n == 0 && one->archive;
    of->erase += one->why.n == 0 && !one->archive;
}

static err count_page(struct ctx *c, struct conn *on, struct walk *k,
                      int64_t until, struct ripening *u, size_t *n)
{
    str *numbers;

    TRY(next_page(c, on, k, until, u->left < AT_ONCE ? u->left : AT_ONCE,
                  &numbers, n));
    for (size_t i = 0; i < *n; i++) {
        struct record_ripe one;
        bool over;

        TRY(judge(c, k, on, numbers[i], until, &one, &over));
        u->left--;
        if (!over)
            continue;
        count_one(c, u, &one);
        if (u->n >= u->most)
            continue;
        ARENA_GROW(c->mem, u->all, u->n, u->room);
        u->all[u->n++] = one;
    }
    return E_OK;
}

err record_ripe(struct ctx *c, const struct record_world *w, struct conn *on,
                int64_t until, size_t most, size_t count,
                struct record_ripe **out, size_t *n,
                struct record_ripeness **apps, size_t *n_apps)
{
    struct walk k = {
        .w = w, .app = STR(""), .tree = STR(""), .overlay = STR("")};
    struct ripening u = {.most = most, .left = count};
    bool more = true;
    size_t some;

    while (more && u.left > 0) {
        TRY(next_app(c, on, &k, &more));
        do
            TRY(count_page(c, on, &k, until, &u, &some));
        while (more && some > 0 && u.left > 0);
    }
    *out = u.all, *n = u.n;
    *apps = u.apps, *n_apps = u.n_apps;
    return E_OK;
}

/* ---- for the archive ---------------------------------------------- */

static err due_page(struct ctx *c, struct conn *on, struct walk *k,
                    struct ripening *u, size_t *n)
{
    str *numbers;

    TRY(next_page(c, on, k, c->now, AT_ONCE, &numbers, n));
    for (size_t i = 0; i < *n && u->n < u->most; i++) {
        struct record_ripe one;
        bool over;

        TRY(judge(c, k, on, numbers[i], c->now, &one, &over));
        if (!over || !one.archive || one.why.n > 0)
            continue;
        ARENA_GROW(c->mem, u->all, u->n, u->room);
        u->all[u->n++] = one;
    }
    return E_OK;
}

err record_handover_due(struct ctx *c, const struct record_world *w,
                        struct conn *on, str app, size_t most,
                        struct record_ripe **out, size_t *n)
{
    struct walk k = {
        .w = w, .app = STR(""), .tree = STR(""), .overlay = STR("")};
    struct ripening u = {.most = most};
    bool more = true;
    size_t some;

    while (more && u.n < most) {
        TRY(next_app(c, on, &k, &more));
        if (!str_eq(k.app, app))
            continue;
        do
            TRY(due_page(c, on, &k, &u, &some));
        while (more && some > 0 && u.n < most);
    }
    *out = u.all, *n = u.n;
    return E_OK;
}

/* ---- every day ---------------------------------------------------- */

struct turn {
    struct walk k;
    str today, day; /* the day that is through, or under way */
    str *numbers;
    size_t n;
    int64_t done;
};

static err where(struct ctx *c, struct conn *on, struct turn *u)
{
    struct walk *k = &u->k;
    struct record r = {0};
    struct rows *rows;
    bool more;

    TRY(ROWS0(c, on, &record_keeper_get, &rows));
    TRY(store_next(rows, &more));
    MUST(more);
    u->day = store_str(rows, 0);
    if (str_eq(u->day, u->today) || !str_starts(u->day, STR("+")) ||
        !str_ends(u->day, u->today))
        return E_OK; /* through, or to begin anew */
    k->app = store_str(rows, 1), k->tree = store_str(rows, 2);
    k->overlay = store_str(rows, 3);
    k->ended = store_i64(rows, 4), k->id = store_i64(rows, 5);
    r.app = k->app, r.tree = k->tree, r.overlay = k->overlay;
    if (k->app.n == 0 || record_app(c, k->w, on, &r, &k->of) != E_OK ||
        k->of->privacy == NULL)
        k->of = NULL;
    return E_OK;
}

/* The next of them; *more is false at the end of all. */
static err gather(struct ctx *c, struct conn *on, struct turn *u, bool *more)
{
    *more = true;
    u->n = 0;
    while (u->n == 0 && *more) {
        TRY(next_page(c, on, &u->k, c->now, AT_ONCE, &u->numbers, &u->n));
        if (u->n == 0)
            TRY(next_app(c, on, &u->k, more));
    }
    return E_OK;
}

static err note_turn(struct ctx *c, struct conn *tx, void *arg)
{
    const struct turn *u = arg;
    const struct walk *k = &u->k;

    TRY(record_draft_expire(c, tx));
    return RUN(c, tx, &record_keeper_set, TXT(u->day), TXT(k->app),
               TXT(k->tree), TXT(k->overlay), I64(k->ended), I64(k->id));
}

struct retaining {
    const struct walk *k;
    str number;
    bool done;
};

static err retain_one(struct ctx *c, struct conn *tx, void *arg)
{
    struct retaining *u = arg;
    const struct record_erasing x = {.number = u->number,
                                     .ground = STR("retention"),
                                     .by = STR("system"),
                                     .with = STR("")};
    struct record_ripe one;
    bool over;

    TRY(judge(c, u->k, tx, u->number, c->now, &one, &over));
    u->done = over && !one.archive && one.why.n == 0;
    return u->done ? record_erase_one(c, u->k->w, tx, &x) : E_OK;
}

static void retain_all(struct ctx *c, struct turn *u)
{
    for (size_t i = 0; i < u->n; i++) {
        struct retaining one = {&u->k, u->numbers[i], false};
        err e = store_write(c, u->k.w->store, retain_one, &one);

        /* One bad record must not keep all others. */
        if (e != E_OK)
            LOG(LOG_ERROR, "record", "retention_failed",
                LOG_LIT("why", err_name(e)));
        u->done += e == E_OK && one.done;
    }
}

static err may_retain(struct ctx *c, const struct record_world *w,
                      struct conn *on, bool *may)
{
    bool parked;

    TRY(record_time_parked(c, on, &parked));
    *may = false;
    return parked ? E_OK : record_time_trusted(c, w, on, may);
}

err record_retain(struct ctx *c, const struct record_world *w, int64_t *done,
                  bool *whole)
{
    str today =
        time_show_date(c, time_local(c->now, city_offset(w->city), NULL));
    struct turn u = {
        .k = {.w = w, .app = STR(""), .tree = STR(""), .overlay = STR("")},
        .today = today};
    struct conn *on;
    bool may, more = true;
    err e;

    *done = 0;
    *whole = false;
    TRY(store_read(c, w->store, &on));
    e = may_retain(c, w, on, &may);
    if (e == E_OK && may)
        e = where(c, on, &u);
    *whole = e == E_OK && may && str_eq(u.day, today);
    if (e == E_OK && may && !*whole)
        e = gather(c, on, &u, &more);
    store_done(on);
    TRY(e);
    if (!may || *whole)
        return E_OK;
    retain_all(c, &u);
    *whole = !more;
    u.day = more ? arena_fmt(c->mem, "+%.*s", STR_ARG(today)) : today;
    TRY(store_write(c, w->store, note_turn, &u));
    *done = u.done;
    if (u.done > 0)
        store_forget(w->store);
    return E_OK;
}
