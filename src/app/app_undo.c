/* SPDX-License-Identifier: EUPL-1.2 */
/* The way back from a version: the pair of version and overlay that stood
 * before it, byte for byte, as an act more. Nothing is taken out of the past:
 * records begun on what is undone keep their version. */
#include "app/app_priv.h"

#include "gen/app_sql.h"

/* ---- what stood before -------------------------------------------- */

struct stood {
    int64_t event, time; /* the installing that took its place */
    str version, tree, overlay;
};

/* The versions below the one in force, as the past is read from its start. */
struct walk {
    struct ctx *c;
    struct conn *on;
    str id;
    struct stood *below;
    size_t n, room;
    bool any; /* one is in force */
    str version, tree, overlay;
    int64_t pinned; /* the last act, where it only changed the overlay */
    str before_pin; /* and the overlay before it */
    str asked;      /* was this tree undone? */
    int64_t undone; /* when, last; 0: never */
};

/* Did it only learn which version it was made for? Before the next version an
 * update says so, and undoing takes that back as well. */
static err only_pinned(struct walk *w, bool *yes)
{
    struct app_overlay *was, *now;
    struct findings f = {0};

    *yes = false;
    if (w->before_pin.n == 0 || w->overlay.n == 0)
        return E_OK;
    TRY(app_load_overlay(w->c, w->on, w->before_pin, w->id, &f, &was));
    TRY(app_load_overlay(w->c, w->on, w->overlay, w->id, &f, &now));
    if (was->of.n > 0 || now->of.n == 0)
        return E_OK;
    was->of = now->of;
    *yes = str_eq(app_overlay_digest(w->c, was), w->overlay);
    return E_OK;
}

static err step_up(struct walk *w, int64_t event, int64_t time, str version,
                   str tree)
{
    bool pinned = false;

    if (w->any) {
        if (w->pinned == event - 1)
            TRY(only_pinned(w, &pinned));
        ARENA_GROW(w->c->mem, w->below, w->n, w->room);
        w->below[w->n++] = (struct stood){event, time, w->version, w->tree,
                                          pinned ? w->before_pin : w->overlay};
    }
    w->any = true;
    w->version = version;
    w->tree = tree;
    return E_OK;
}

static void step_down(struct walk *w, int64_t time, str version, str tree,
                      str overlay)
{
    if (str_eq(w->tree, w->asked))
        w->undone = time;
    if (w->n > 0)
        w->n--;
    w->version = version;
    w->tree = tree;
    w->overlay = overlay;
}

static err walk(struct walk *w)
{
    struct rows *rows;
    bool more;

    TRY(ROWS(w->c, w->on, &app_past_ways, &rows, TXT(w->id)));
    for (;;) {
        int64_t event, time;
        str act, overlay;

        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        event = store_i64(rows, 0);
        act = store_str(rows, 1);
        overlay = store_str(rows, 4);
        time = store_i64(rows, 5);
        if (str_eq(act, STR("app.installed"))) {
            TRY(step_up(w, event, time, store_str(rows, 2),
                        store_str(rows, 3)));
        } else if (str_eq(act, STR("app.undone"))) {
            step_down(w, time, store_str(rows, 2), store_str(rows, 3), overlay);
        } else {
            w->pinned = event;
            w->before_pin = w->overlay;
            w->overlay = overlay;
        }
    }
}

err app_way_back(struct ctx *c, struct conn *on, str id, struct app_back *out,
                 bool *any)
{
    struct walk w = {.c = c, .on = on, .id = id};
    struct app_entry now;
    const struct stood *s;

    *out = (struct app_back){.id = id};
    TRY(app_now(c, on, id, &now));
    TRY(walk(&w));
    *any = w.n > 0;
    if (!*any)
        return E_OK;
    s = &w.below[w.n - 1];
    *out = (struct app_back){.id = id,
                             .version = s->version,
                             .tree = s->tree,
                             .overlay = s->overlay,
                             .was_version = now.version,
                             .was = now.tree,
                             .was_overlay = now.overlay,
                             .event = s->event,
                             .since = s->time};
    return E_OK;
}

err app_was_undone(struct ctx *c, struct conn *on, str id, str tree,
                   int64_t *when)
{
    struct walk w = {.c = c, .on = on, .id = id, .asked = tree};

    TRY(walk(&w));
    *when = w.undone;
    return E_OK;
}

err app_back_load(struct ctx *c, struct conn *on, const struct app_back *b,
                  struct app_package **p, struct app_overlay **o)
{
    struct findings f = {0};

    TRY(app_load_package(c, on, b->tree, LOAD_WHOLE, &f, p));
    return app_load_overlay(c, on, b->overlay, b->id, &f, o);
}

/* ---- who may ------------------------------------------------------ */

err app_back_lines(struct ctx *c, struct conn *on, const struct app_back *b,
                   struct app_differs **all, size_t *n, bool *grave)
{
    struct app_overlay *now, *then;
    struct findings f = {0};

    TRY(app_load_overlay(c, on, b->was_overlay, b->id, &f, &now));
    TRY(app_load_overlay(c, on, b->overlay, b->id, &f, &then));
    *n = app_overlay_differ(c, now, then, all);
    *grave = false;
    for (size_t i = 0; i < *n; i++)
        *grave |= (*all)[i].grave;
    return E_OK;
}

err app_undo_waits(struct ctx *c, struct conn *on, str id,
                   struct app_undo_asked *out, bool *waits)
{
    struct app_back b;
    struct rows *rows;
    bool any;

    *out = (struct app_undo_asked){0};
    TRY(ROWS(c, on, &app_undo_get, &rows, TXT(id)));
    TRY(store_next(rows, waits));
    if (!*waits)
        return E_OK;
    out->tree = store_str(rows, 0);
    out->by = store_str(rows, 3);
    out->since = store_i64(rows, 4);
    TRY(app_way_back(c, on, id, &b, &any));
    out->stale = !any || !str_eq(b.tree, out->tree) ||
                 !str_eq(b.was, store_str(rows, 1)) ||
                 !str_eq(b.was_overlay, store_str(rows, 2));
    return E_OK;
}

static err changed_meanwhile(struct ctx *c, str id)
{
    return fail(c, E_CONFLICT,
                say(c,
                    "%.*s berubah sejak Anda melihatnya. Lihatlah sekali lagi "
                    "sebelum mengembalikan versinya.",
                    "%.*s has changed since you looked. Look again before you "
                    "go back a version."),
                STR_ARG(id));
}

/* Is the way back still the one that was seen? */
static err check_seen(struct ctx *c, struct conn *tx, const struct app_back *b)
{
    struct app_back now;
    bool any;

    TRY(app_way_back(c, tx, b->id, &now, &any));
    if (!any || now.event != b->event || !str_eq(now.tree, b->tree) ||
        !str_eq(now.overlay, b->overlay) || !str_eq(now.was, b->was) ||
        !str_eq(now.was_overlay, b->was_overlay))
        return changed_meanwhile(c, b->id);
    return E_OK;
}

/* What was in force once may not build here any more: another office, a newer
 * rule of the language. */
static err check_builds(struct ctx *c, struct conn *tx, const struct city *k,
                        const struct app_back *b)
{
    struct findings f = {0};
    struct app_package *p;
    struct app_overlay *o;
    struct app *a;
    err e;

    TRY(app_back_load(c, tx, b, &p, &o));
    e = app_build(c, p, o, k, &f, &a);
    for (size_t i = 0; e == E_BAD_INPUT && i < f.n; i++)
        if (f.all[i].severity == FIND_ERROR)
            return fail(c, E_REFUSED,
                        say(c,
                            "%.*s %.*s tidak dapat lagi disusun di kota ini: "
                            "%.*s Tidak ada yang diubah.",
                            "%.*s %.*s does not build in this city any more: "
                            "%.*s Nothing was changed."),
                        STR_ARG(b->id), STR_ARG(b->version),
                        STR_ARG(f.all[i].what));
    return e;
}

static err second_may(struct ctx *c, struct conn *tx, str by, str with, str id)
{
    struct app_undo_asked asked;
    bool waits;

    if (str_eq(by, with))
        return fail(c, E_REFUSED, "%s",
                    say(c, "Orang kedua haruslah orang lain.",
                        "The second person must be another one."));
    TRY(app_undo_waits(c, tx, id, &asked, &waits));
    return waits && !asked.stale && str_eq(asked.by, by)
               ? E_OK
               : changed_meanwhile(c, id);
}

static err check_who(struct ctx *c, struct conn *tx, str by, str with,
                     const struct app_back *b)
{
    struct app_differs *all;
    bool grave;
    size_t n;

    if (with.n > 0)
        return second_may(c, tx, by, with, b->id);
    TRY(app_back_lines(c, tx, b, &all, &n, &grave));
    return grave ? app_may_alone(c, tx, by, b->id, all, n) : E_OK;
}

/* ---- doing -------------------------------------------------------- */

err app_undo(struct ctx *c, struct conn *tx, struct ledger *l, str by, str with,
             const struct city *k, const struct app_back *b)
{
    struct ledger_event e;

    TRY(check_seen(c, tx, b));
    TRY(check_who(c, tx, by, with, b));
    TRY(check_builds(c, tx, k, b));
    e = app_config(c, "app.undone", by, b->id);
    ledger_say(c, &e, "version", b->version);
    ledger_say(c, &e, "tree", b->tree);
    ledger_say(c, &e, "overlay", b->overlay);
    ledger_say(c, &e, "was", b->was);
    if (with.n > 0)
        ledger_say(c, &e, "with", with);
    return ledger_append(c, tx, l, &e);
}

err app_undo_propose(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                     const struct app_back *b)
{
    struct app_undo_asked asked;
    struct ledger_event e;
    bool waits;

    TRY(check_seen(c, tx, b));
    TRY(app_undo_waits(c, tx, b->id, &asked, &waits));
    if (waits && !asked.stale)
        return str_eq(asked.by, by)
                   ? E_OK
                   : fail(c, E_CONFLICT,
                          say(c,
                              "Untuk %.*s sudah ada usulan pegawai lain yang "
                              "menunggu. Setujui atau tolak dahulu.",
                              "Another officer's proposal waits for %.*s. "
                              "Agree to it or refuse it first."),
                          STR_ARG(b->id));
    e = app_config(c, "app.undo_proposed", by, b->id);
    ledger_say(c, &e, "tree", b->tree);
    ledger_say(c, &e, "was", b->was);
    ledger_say(c, &e, "overlay", b->was_overlay);
    return ledger_append(c, tx, l, &e);
}

err app_undo_withdraw(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                      str id)
{
    struct app_undo_asked asked;
    struct ledger_event e;
    bool waits;

    TRY(app_undo_waits(c, tx, id, &asked, &waits));
    if (!waits)
        return E_OK;
    e = app_config(c, "app.undo_withdrawn", by, id);
    ledger_say(c, &e, "tree", asked.tree);
    return ledger_append(c, tx, l, &e);
}

/* ---- appliers ----------------------------------------------------- */

err app_apply_undone(struct ctx *c, struct conn *tx,
                     const struct ledger_event *e)
{
    TRY(RUN(c, tx, &app_now_undo, TXT(app_fact(e, "app")),
            TXT(app_fact(e, "version")), TXT(app_fact(e, "tree")),
            TXT(app_fact(e, "overlay")), I64(e->time)));
    TRY(RUN(c, tx, &app_undo_drop, TXT(app_fact(e, "app"))));
    return app_remember(c, tx, e);
}

err app_apply_undo_proposed(struct ctx *c, struct conn *tx,
                            const struct ledger_event *e)
{
    TRY(RUN(c, tx, &app_undo_set, TXT(app_fact(e, "app")),
            TXT(app_fact(e, "tree")), TXT(app_fact(e, "was")),
            TXT(app_fact(e, "overlay")), TXT(app_fact(e, "by")), I64(e->time)));
    return app_remember(c, tx, e);
}

err app_apply_undo_withdrawn(struct ctx *c, struct conn *tx,
                             const struct ledger_event *e)
{
    TRY(RUN(c, tx, &app_undo_drop, TXT(app_fact(e, "app"))));
    return app_remember(c, tx, e);
}
