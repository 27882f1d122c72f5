/* SPDX-License-Identifier: EUPL-1.2 */
/* What a city has installed: events, their appliers, and the files. */
#include "app/app_priv.h"

#include "gen/app_migrate.h"
#include "gen/app_sql.h"

#define ARCHIVE_MOST ((size_t)2 << 20)

/* ---- files -------------------------------------------------------- */

err app_keep_file(struct ctx *c, struct conn *tx, str digest, str bytes)
{
    str frame;

    TRY(pack_squeeze(c, bytes, &frame));
    return RUN(c, tx, &app_file_add, TXT(digest), BLOB(frame));
}

static err fetch_frame(struct ctx *c, struct conn *on, str digest, str *frame)
{
    struct rows *rows;
    bool more;

    TRY(ROWS(c, on, &app_file_get, &rows, TXT(digest)));
    TRY(store_next(rows, &more));
    if (!more)
        return fail(c, E_NOT_FOUND,
                    say(c, "Berkas aplikasi %.*s tidak ada di basis data.",
                        "The app file %.*s is not in the database."),
                    STR_ARG(digest));
    *frame = store_str(rows, 0);
    return E_OK;
}

static err open_frame(struct ctx *c, str frame, str *bytes)
{
    return pack_unsqueeze(c, frame, ARCHIVE_MOST, bytes);
}

/* The statement and the frame go at once. */
static err fetch_file(struct ctx *c, struct conn *on, str digest, str *bytes)
{
    struct ctx brief = *c;
    str frame;
    err e;

    brief.mem = arena_new(4 * ARCHIVE_MOST);
    e = fetch_frame(&brief, on, digest, &frame);
    if (e == E_OK)
        e = open_frame(c, frame, bytes);
    else
        c->why = arena_str(c->mem, brief.why);
    arena_free(brief.mem);
    return e;
}

static err read_overlay(struct ctx *c, str id, str bytes, struct findings *f,
                        struct app_overlay **out)
{
    return app_overlay_read(
        c, arena_fmt(c->mem, "overlay/%.*s.yaml", STR_ARG(id)), bytes, f, out);
}

err app_load_package(struct ctx *c, struct conn *on, str tree,
                     enum app_load how, struct findings *f,
                     struct app_package **out)
{
    str archive;

    TRY(fetch_file(c, on, tree, &archive));
    return app_package_load(c, archive, how, f, out);
}

err app_load_overlay(struct ctx *c, struct conn *on, str digest, str id,
                     struct findings *f, struct app_overlay **out)
{
    str bytes;

    *out = NULL;
    if (digest.n == 0)
        return E_OK;
    TRY(fetch_file(c, on, digest, &bytes));
    return read_overlay(c, id, bytes, f, out);
}

err app_files_take(struct ctx *c, struct conn *on, const struct app_entry *e,
                   struct app_files *out)
{
    *out = (struct app_files){{NULL, 0}, {NULL, 0}};
    TRY(fetch_frame(c, on, e->tree, &out->package));
    return e->overlay.n == 0 ? E_OK
                             : fetch_frame(c, on, e->overlay, &out->overlay);
}

err app_files_open(struct ctx *c, const struct app_files *files, str id,
                   struct findings *f, struct app_package **p,
                   struct app_overlay **o)
{
    str bytes;

    *o = NULL;
    TRY(open_frame(c, files->package, &bytes));
    TRY(app_package_load(c, bytes, LOAD_LEAN, f, p));
    if (files->overlay.p == NULL)
        return E_OK;
    TRY(open_frame(c, files->overlay, &bytes));
    return read_overlay(c, id, bytes, f, o);
}

/* ---- what is in force --------------------------------------------- */

static err in_force(struct ctx *c, struct conn *on, str id,
                    struct app_entry *out, bool *there)
{
    struct rows *rows;

    *out = (struct app_entry){.id = id};
    TRY(ROWS(c, on, &app_now_get, &rows, TXT(id)));
    TRY(store_next(rows, there));
    if (!*there)
        return E_OK;
    out->version = store_str(rows, 0);
    out->tree = store_str(rows, 1);
    out->overlay = store_str(rows, 2);
    out->open = store_i64(rows, 3) != 0;
    return E_OK;
}

err app_now_list(struct ctx *c, struct conn *on, struct app_entry **out,
                 size_t *n)
{
    struct rows *rows;
    size_t room = 0;
    bool more;

    *out = NULL;
    *n = 0;
    TRY(ROWS0(c, on, &app_now_all, &rows));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        (*out)[(*n)++] = (struct app_entry){.id = store_str(rows, 0),
                                            .version = store_str(rows, 1),
                                            .tree = store_str(rows, 2),
                                            .overlay = store_str(rows, 3),
                                            .open = store_i64(rows, 4) != 0};
    }
}

err app_now(struct ctx *c, struct conn *on, str id, struct app_entry *out)
{
    bool there;

    TRY(in_force(c, on, id, out, &there));
    return there ? E_OK
                 : fail(c, E_NOT_FOUND,
                        say(c, "Aplikasi %.*s belum dipasang.",
                            "The app %.*s is not installed."),
                        STR_ARG(id));
}

err app_installed_package(struct ctx *c, struct conn *on, str id,
                          struct app_package **p, struct app_overlay **o)
{
    struct findings f = {0};
    struct app_entry now;

    TRY(app_now(c, on, id, &now));
    TRY(app_load_package(c, on, now.tree, LOAD_WHOLE, &f, p));
    return app_load_overlay(c, on, now.overlay, id, &f, o);
}

/* ---- events ------------------------------------------------------- */

struct ledger_event app_config(struct ctx *c, const char *act, str by, str id)
{
    /* The city itself configures its apps. */
    struct ledger_event e = {.class = LEDGER_CONFIG, .office = 1};

    ledger_say(c, &e, "act", str_of(act));
    ledger_say(c, &e, "app", id);
    ledger_say(c, &e, "by", by);
    return e;
}

static int64_t version_part(str *rest)
{
    int64_t n = 0;
    str part;

    if (str_next(rest, '.', &part))
        str_is_i64(part, &n);
    return n;
}

int app_version_cmp(str a, str b)
{
    for (int i = 0; i < 3; i++) {
        int64_t x = version_part(&a), y = version_part(&b);

        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

static err check_version(struct ctx *c, const struct app_package *p,
                         const struct app_entry *now)
{
    int how = app_version_cmp(p->version, now->version);

    if (how < 0)
        return fail(c, E_CONFLICT,
                    say(c, "%.*s %.*s sudah dipasang; versi %.*s lebih rendah.",
                        "%.*s %.*s is installed; version %.*s is lower."),
                    STR_ARG(p->id), STR_ARG(now->version), STR_ARG(p->version));
    if (how == 0)
        return fail(c, E_CONFLICT,
                    say(c,
                        "%.*s %.*s sudah dipasang dengan isi lain (%.*s). "
                        "Naikkan nomor versinya.",
                        "%.*s %.*s is installed with other contents (%.*s). "
                        "Raise its version."),
                    STR_ARG(p->id), STR_ARG(now->version), STR_ARG(now->tree));
    return E_OK;
}

err app_install(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                const struct app_package *p, bool *done)
{
    struct app_entry now;
    struct ledger_event e;
    bool there;

    *done = false;
    TRY(in_force(c, tx, p->id, &now, &there));
    if (there && str_eq(now.tree, p->tree))
        return E_OK;
    if (there)
        TRY(check_version(c, p, &now));
    TRY(app_keep_file(c, tx, p->tree, p->archive));
    e = app_config(c, "app.installed", by, p->id);
    ledger_say(c, &e, "version", p->version);
    ledger_say(c, &e, "tree", p->tree);
    if (there && now.overlay.n > 0)
        ledger_say(c, &e, "overlay", now.overlay);
    *done = true;
    return ledger_append(c, tx, l, &e);
}

str app_overlay_digest(struct ctx *c, const struct app_overlay *o)
{
    return o->n == 0 ? STR("")
                     : seal_show_hash(c, seal_sha256(app_overlay_write(c, o)));
}

err app_fits_still(struct ctx *c, struct conn *tx, const struct app_entry *now,
                   const struct app_overlay *o)
{
    struct findings f = {0};
    struct app_overlay *was;
    struct app_package *p;

    if (o->of.n == 0 || str_eq(o->of, now->tree))
        return E_OK; /* made for this very version: it builds, or was refused */
    TRY(app_load_package(c, tx, now->tree, LOAD_LEAN, &f, &p));
    TRY(app_load_overlay(c, tx, now->overlay, o->app, &f, &was));
    return app_check_parked(c, p, was, o);
}

err app_localise(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                 str with, const struct app_overlay *o, bool *done)
{
    struct app_entry now;
    struct ledger_event e;
    str digest = app_overlay_digest(c, o);

    *done = false;
    TRY(app_now(c, tx, o->app, &now));
    if (str_eq(digest, now.overlay))
        return E_OK;
    TRY(app_may_localise(c, tx, by, with, &now, o, digest));
    TRY(app_fits_still(c, tx, &now, o));
    if (o->n > 0)
        TRY(app_keep_file(c, tx, digest, app_overlay_write(c, o)));
    e = app_config(c, "app.localised", by, o->app);
    ledger_say(c, &e, "tree", now.tree);
    ledger_say(c, &e, "overlay", digest);
    if (with.n > 0)
        ledger_say(c, &e, "with", with);
    *done = true;
    return ledger_append(c, tx, l, &e);
}

err app_open(struct ctx *c, struct conn *tx, struct ledger *l, str by, str id,
             const struct app *a, const struct city *k, struct findings *f)
{
    struct app_entry now;
    struct ledger_event e;
    size_t before = f->errors;

    TRY(app_now(c, tx, id, &now));
    if (now.open)
        return E_OK;
    TRY(app_obstacles(c, tx, a, k, f));
    if (f->errors > before)
        return fail(c, E_REFUSED,
                    say(c,
                        "%.*s belum dapat dibuka: masih ada %zu hal yang perlu "
                        "dibereskan.",
                        "%.*s cannot be opened yet: %zu things stand in the "
                        "way."),
                    STR_ARG(id), f->errors - before);
    e = app_config(c, "app.opened", by, id);
    ledger_say(c, &e, "tree", now.tree);
    if (now.overlay.n > 0)
        ledger_say(c, &e, "overlay", now.overlay);
    return ledger_append(c, tx, l, &e);
}

err app_close(struct ctx *c, struct conn *tx, struct ledger *l, str by, str id)
{
    struct app_entry now;
    struct ledger_event e;

    TRY(app_now(c, tx, id, &now));
    if (!now.open)
        return E_OK;
    e = app_config(c, "app.closed", by, id);
    return ledger_append(c, tx, l, &e);
}

/* ---- appliers ----------------------------------------------------- */

static err apply_installed(struct ctx *c, struct conn *tx,
                           const struct ledger_event *e)
{
    TRY(RUN(c, tx, &app_now_install, TXT(ledger_fact(e, "app")),
            TXT(ledger_fact(e, "version")), TXT(ledger_fact(e, "tree")),
            I64(e->time)));
    return app_remember(c, tx, e);
}

static err apply_localised(struct ctx *c, struct conn *tx,
                           const struct ledger_event *e)
{
    TRY(RUN(c, tx, &app_now_localise, TXT(ledger_fact(e, "app")),
            TXT(ledger_fact(e, "overlay")), I64(e->time)));
    /* What another officer agreed to waits no longer. */
    if (ledger_fact(e, "with").n > 0)
        TRY(app_drop_proposal(c, tx, ledger_fact(e, "app")));
    return app_remember(c, tx, e);
}

static err turn(struct ctx *c, struct conn *tx, const struct ledger_event *e,
                bool open)
{
    TRY(RUN(c, tx, &app_now_open, TXT(ledger_fact(e, "app")), I64(open),
            I64(e->time)));
    return app_remember(c, tx, e);
}

static err apply_opened(struct ctx *c, struct conn *tx,
                        const struct ledger_event *e)
{
    return turn(c, tx, e, true);
}

static err apply_closed(struct ctx *c, struct conn *tx,
                        const struct ledger_event *e)
{
    return turn(c, tx, e, false);
}

const struct ledger_applier app_appliers[] = {
    {"app.installed", apply_installed},
    {"app.localise_proposed", app_apply_proposed},
    {"app.localise_withdrawn", app_apply_withdrawn},
    {"app.localised", apply_localised},
    {"city.map_proposed", app_apply_map_proposed},
    {"city.map_agreed", app_apply_map_settled},
    {"city.map_withdrawn", app_apply_map_settled},
    {"app.opened", apply_opened},
    {"app.closed", apply_closed},
    {"app.undone", app_apply_undone},
    {"app.undo_proposed", app_apply_undo_proposed},
    {"app.undo_withdrawn", app_apply_undo_withdrawn},
};
const size_t app_appliers_n = COUNT(app_appliers);
