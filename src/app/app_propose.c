/* SPDX-License-Identifier: EUPL-1.2 */
/* No one alone: changes that wait for a second officer, and what was done to
 * an app so far. */
#include "app/app_priv.h"

#include "gen/app_sql.h"

#define NAMED_MOST 5

/* ---- lines -------------------------------------------------------- */

static struct app_change change_of(const struct app_line *line)
{
    static const enum app_deed deeds[] = {
        [OP_SET] = APP_SETS, [OP_ADD] = APP_ADDS, [OP_REMOVE] = APP_REMOVES};

    return (struct app_change){.deed = deeds[line->op],
                               .path = line->path,
                               .to = line->to,
                               .was = line->was,
                               .why = line->why,
                               .grave = app_line_grave(line)};
}

size_t app_overlay_lines(struct ctx *c, const struct app_overlay *o,
                         struct app_change **out)
{
    size_t n = o == NULL ? 0 : o->n;

    *out = NEWS(c->mem, struct app_change, n + 1);
    for (size_t i = 0; i < n; i++)
        (*out)[i] = change_of(&o->lines[i]);
    return n;
}

static const struct app_line *line_at(const struct app_overlay *o, str path)
{
    for (size_t i = 0; o != NULL && i < o->n; i++)
        if (str_eq(o->lines[i].path, path))
            return &o->lines[i];
    return NULL;
}

/* The same but for its reason and what it remembers. */
static bool says_the_same(const struct app_line *a, const struct app_line *b)
{
    struct app_shape s;

    if (a->op != b->op || !str_eq(a->after, b->after) ||
        (a->to == NULL) != (b->to == NULL))
        return false;
    if (a->to == NULL)
        return true;
    return app_shape_at(a->path, &s) ? app_same(s, a->to, b->to)
                                     : data_equal(a->to, b->to);
}

static bool remembers_the_same(const struct app_line *a,
                               const struct app_line *b)
{
    return a->was == NULL || b->was == NULL ? a->was == b->was
                                            : data_equal(a->was, b->was);
}

static const struct app_change *kept(struct ctx *c, const struct app_line *line)
{
    struct app_change *out;

    if (line == NULL)
        return NULL;
    out = NEW(c->mem, struct app_change);
    *out = change_of(line);
    return out;
}

size_t app_overlay_differ(struct ctx *c, const struct app_overlay *from,
                          const struct app_overlay *to,
                          struct app_differs **out)
{
    const struct app_overlay *const sides[] = {from, to};
    size_t n = 0, room = 0;

    *out = NULL;
    for (size_t side = 0; side < COUNT(sides); side++)
        for (size_t i = 0; sides[side] != NULL && i < sides[side]->n; i++) {
            str path = sides[side]->lines[i].path;
            const struct app_line *a = line_at(from, path);
            const struct app_line *b = line_at(to, path);
            bool same = a != NULL && b != NULL && says_the_same(a, b);

            if (a != NULL && (side == 1 || (same && remembers_the_same(a, b))))
                continue;
            ARENA_GROW(c->mem, *out, n, room);
            (*out)[n++] = (struct app_differs){
                .path = path,
                .from = kept(c, a),
                .to = kept(c, b),
                .settled = same,
                .grave = !same && ((a != NULL && app_line_grave(a)) ||
                                   (b != NULL && app_line_grave(b)))};
        }
    return n;
}

struct app_overlay *app_overlay_copy(struct ctx *c, const struct app_package *p,
                                     const struct app_overlay *o)
{
    struct app_overlay *copy = app_overlay_new(c, p);

    if (o == NULL)
        return copy;
    *copy = *o;
    copy->lines = NEWS(c->mem, struct app_line, o->n + 1);
    copy->room = o->n + 1;
    if (o->n > 0)
        memcpy(copy->lines, o->lines, o->n * sizeof *o->lines);
    return copy;
}

/* A line where it stood, so that two ways to one overlay give one file. */
static void put_line(struct ctx *c, struct app_overlay *o,
                     const struct app_line *line)
{
    for (size_t i = 0; i < o->n; i++)
        if (str_eq(o->lines[i].path, line->path)) {
            o->lines[i] = *line;
            return;
        }
    ARENA_GROW(c->mem, o->lines, o->n, o->room);
    o->lines[o->n++] = *line;
}

static void take_out(struct app_overlay *o, str path)
{
    for (size_t i = 0; i < o->n; i++)
        if (str_eq(o->lines[i].path, path)) {
            memmove(&o->lines[i], &o->lines[i + 1],
                    (o->n - i - 1) * sizeof o->lines[i]);
            o->n--;
            return;
        }
}

void app_overlay_carry(struct ctx *c, struct app_overlay *o,
                       const struct app_overlay *from,
                       const struct app_overlay *to, str path)
{
    struct app_differs *all;
    size_t n = app_overlay_differ(c, from, to, &all);

    for (size_t i = 0; i < n; i++) {
        const struct app_line *line = line_at(to, all[i].path);

        if (path.n > 0 && !str_eq(path, all[i].path))
            continue;
        if (line == NULL)
            take_out(o, all[i].path);
        else
            put_line(c, o, line);
    }
}

/* ---- what waits --------------------------------------------------- */

err app_proposed(struct ctx *c, struct conn *on, str id,
                 struct app_proposal *out, bool *waits)
{
    struct app_entry now;
    struct rows *rows;

    *out = (struct app_proposal){0};
    TRY(ROWS(c, on, &app_proposal_get, &rows, TXT(id)));
    TRY(store_next(rows, waits));
    if (!*waits)
        return E_OK;
    out->overlay = store_str(rows, 0);
    out->was = store_str(rows, 1);
    out->tree = store_str(rows, 2);
    out->by = store_str(rows, 3);
    out->since = store_i64(rows, 4);
    TRY(app_now(c, on, id, &now));
    out->stale = !str_eq(out->was, now.overlay) || !str_eq(out->tree, now.tree);
    return E_OK;
}

err app_kept_overlay(struct ctx *c, struct conn *on, str id, str digest,
                     struct app_overlay **out)
{
    struct findings f = {0};

    return app_load_overlay(c, on, digest, id, &f, out);
}

err app_kept_package(struct ctx *c, struct conn *on, str tree,
                     struct app_package **out)
{
    struct findings f = {0};

    return app_load_package(c, on, tree, LOAD_WHOLE, &f, out);
}

err app_keep_package(struct ctx *c, struct conn *tx,
                     const struct app_package *p)
{
    return app_keep_file(c, tx, p->tree, p->archive);
}

err app_was_open(struct ctx *c, struct conn *on, str id, bool *yes)
{
    struct rows *rows;

    TRY(ROWS(c, on, &app_past_ever, &rows, TXT(id)));
    return store_next(rows, yes);
}

/* ---- who may ------------------------------------------------------ */

/* The lines that need a second person, for a sentence. */
static str grave_lines(struct ctx *c, const struct app_differs *all, size_t n)
{
    struct buf b = buf_new(c, 4096);
    size_t named = 0, more = 0;

    for (size_t i = 0; i < n; i++) {
        if (!all[i].grave)
            continue;
        if (named++ < NAMED_MOST)
            buf_fmt(&b, "%s%.*s", b.n > 0 ? ", " : "", STR_ARG(all[i].path));
        else
            more++;
    }
    if (more > 0)
        buf_fmt(&b, say(c, ", dan %zu lagi", ", and %zu more"), more);
    return buf_str(&b);
}

static err owner_may(struct ctx *c, struct conn *tx, str id, str lines)
{
    struct city *k;
    bool opened, training;

    TRY(app_was_open(c, tx, id, &opened));
    if (!opened)
        return E_OK;
    TRY(city_snapshot(c, tx, &k));
    training = city_training(k);
    city_free(k);
    if (training)
        return E_OK;
    return fail(c, E_REFUSED,
                say(c,
                    "%.*s sudah pernah dibuka untuk umum; %.*s hanya dapat "
                    "diubah oleh dua pegawai: seorang mengusulkan dan seorang "
                    "lagi menyetujui di laman aplikasi.",
                    "%.*s has been open to the public; %.*s can be changed by "
                    "two officers only: one proposes and another agrees, on "
                    "the app's page."),
                STR_ARG(id), STR_ARG(lines));
}

static err not_as_proposed(struct ctx *c, str id)
{
    return fail(c, E_REFUSED,
                say(c,
                    "Yang menunggu persetujuan untuk %.*s bukan penyesuaian "
                    "ini. Muatlah kembali laman aplikasi.",
                    "What waits for %.*s is not this overlay. Load the app's "
                    "page again."),
                STR_ARG(id));
}

static err second_may(struct ctx *c, struct conn *tx, str by, str with, str id,
                      str digest)
{
    struct app_proposal p;
    bool waits;

    if (str_eq(by, with))
        return fail(c, E_REFUSED, "%s",
                    say(c, "Orang kedua haruslah orang lain.",
                        "The second person must be another one."));
    TRY(app_proposed(c, tx, id, &p, &waits));
    if (!waits || !str_eq(p.by, by) || !str_eq(p.overlay, digest))
        return not_as_proposed(c, id);
    if (p.stale)
        return fail(c, E_CONFLICT,
                    say(c,
                        "%.*s berubah sejak usulan ini dibuat. Pengusulnya "
                        "perlu mengusulkannya kembali.",
                        "%.*s has changed since this was proposed. Whoever "
                        "proposed it must do so again."),
                    STR_ARG(id));
    return E_OK;
}

err app_may_alone(struct ctx *c, struct conn *tx, str by, str id,
                  const struct app_differs *all, size_t n)
{
    if (str_eq(by, STR("system")))
        return owner_may(c, tx, id, grave_lines(c, all, n));
    return fail(c, E_REFUSED,
                say(c,
                    "Perlu orang kedua: %.*s menyangkut biaya, siapa yang "
                    "berwenang, tenggat, keterbukaan, atau masa simpan.",
                    "A second person is needed: %.*s is about charge, who may "
                    "act, deadlines, visibility or retention."),
                STR_ARG(grave_lines(c, all, n)));
}

err app_may_localise(struct ctx *c, struct conn *tx, str by, str with,
                     const struct app_entry *now, const struct app_overlay *o,
                     str digest)
{
    struct app_overlay *in_force;
    struct app_differs *all;
    bool grave = false;
    size_t n;

    if (str_eq(by, STR("system")))
        with = (str){0}; /* the folder's owner is nobody's second person */
    if (with.n > 0)
        return second_may(c, tx, by, with, o->app, digest);
    TRY(app_kept_overlay(c, tx, o->app, now->overlay, &in_force));
    n = app_overlay_differ(c, in_force, o, &all);
    for (size_t i = 0; i < n; i++)
        grave |= all[i].grave;
    return grave ? app_may_alone(c, tx, by, o->app, all, n) : E_OK;
}

/* ---- proposing ---------------------------------------------------- */

err app_propose(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                const struct app_overlay *o, bool *done)
{
    str digest = app_overlay_digest(c, o);
    struct app_proposal p;
    struct app_entry now;
    struct ledger_event e;
    bool waits;

    *done = false;
    TRY(app_now(c, tx, o->app, &now));
    TRY(app_proposed(c, tx, o->app, &p, &waits));
    if (str_eq(digest, now.overlay))
        return E_OK;
    if (waits && !p.stale && str_eq(p.by, by) && str_eq(p.overlay, digest))
        return E_OK;
    if (waits && !str_eq(p.by, by))
        return fail(c, E_CONFLICT,
                    say(c,
                        "Untuk %.*s sudah ada usulan pegawai lain yang "
                        "menunggu. Setujui atau tolak dahulu.",
                        "Another officer's proposal waits for %.*s. Agree to "
                        "it or refuse it first."),
                    STR_ARG(o->app));
    TRY(app_fits_still(c, tx, &now, o));
    if (o->n > 0)
        TRY(app_keep_file(c, tx, digest, app_overlay_write(c, o)));
    e = app_config(c, "app.localise_proposed", by, o->app);
    ledger_say(c, &e, "tree", now.tree);
    ledger_say(c, &e, "was", now.overlay);
    ledger_say(c, &e, "overlay", digest);
    *done = true;
    return ledger_append(c, tx, l, &e);
}

err app_withdraw(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                 str id, bool *done)
{
    struct app_proposal p;
    struct ledger_event e;

    TRY(app_proposed(c, tx, id, &p, done));
    if (!*done)
        return E_OK;
    e = app_config(c, "app.localise_withdrawn", by, id);
    ledger_say(c, &e, "overlay", p.overlay);
    return ledger_append(c, tx, l, &e);
}

/* ---- appliers ----------------------------------------------------- */

err app_drop_proposal(struct ctx *c, struct conn *tx, str id)
{
    return RUN(c, tx, &app_proposal_drop, TXT(id));
}

str app_fact(const struct ledger_event *e, const char *name)
{
    str value = ledger_fact(e, name);

    return value.p == NULL ? STR("") : value;
}

err app_remember(struct ctx *c, struct conn *tx, const struct ledger_event *e)
{
    return RUN(c, tx, &app_past_add, I64(e->id), TXT(app_fact(e, "app")),
               TXT(app_fact(e, "act")), TXT(app_fact(e, "by")),
               TXT(app_fact(e, "with")), TXT(app_fact(e, "version")),
               TXT(app_fact(e, "tree")), TXT(app_fact(e, "overlay")),
               I64(e->time));
}

err app_apply_proposed(struct ctx *c, struct conn *tx,
                       const struct ledger_event *e)
{
    TRY(RUN(c, tx, &app_proposal_set, TXT(app_fact(e, "app")),
            TXT(app_fact(e, "overlay")), TXT(app_fact(e, "was")),
            TXT(app_fact(e, "tree")), TXT(app_fact(e, "by")), I64(e->time)));
    return app_remember(c, tx, e);
}

err app_apply_withdrawn(struct ctx *c, struct conn *tx,
                        const struct ledger_event *e)
{
    TRY(app_drop_proposal(c, tx, app_fact(e, "app")));
    return app_remember(c, tx, e);
}

/* ---- history ------------------------------------------------------ */

err app_past(struct ctx *c, struct conn *on, str id, int64_t before,
             size_t most, struct app_past **out, size_t *n)
{
    struct rows *rows;
    bool more;

    *n = 0;
    *out = NEWS(c->mem, struct app_past, most + 1);
    TRY(ROWS(c, on, &app_past_of, &rows, TXT(id),
             I64(before == 0 ? INT64_MAX : before), I64((int64_t)most)));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        (*out)[(*n)++] = (struct app_past){.event = store_i64(rows, 0),
                                           .act = store_str(rows, 1),
                                           .by = store_str(rows, 2),
                                           .with = store_str(rows, 3),
                                           .version = store_str(rows, 4),
                                           .tree = store_str(rows, 5),
                                           .overlay = store_str(rows, 6),
                                           .time = store_i64(rows, 7)};
    }
}
