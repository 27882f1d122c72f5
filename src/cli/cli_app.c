/* SPDX-License-Identifier: EUPL-1.2 */
/* Commands on apps: check, play, install, localise, open. */
#include "cli/cli_priv.h"
#include "rehearse/rehearse.h"

#include <unistd.h>

/* ---- where the archetypes are ------------------------------------- */

err cli_base(struct cli *k, const char *app_dir, const char **out)
{
    const char *set = cli_option(k, "--base");
    const char *tries[] = {
        set,
        file_join(k->c, app_dir, "../../base"),
        "apps/base",
        "/usr/share/balai/apps/base",
    };

    for (size_t i = 0; i < COUNT(tries); i++)
        if (tries[i] != NULL && file_is_dir(tries[i])) {
            *out = tries[i];
            return E_OK;
        }
    return fail(k->c, E_NOT_FOUND, "%s",
                say(k->c, "Map pola tidak ditemukan. Sebutkan dengan --base.",
                    "The archetypes were not found. Name them with --base."));
}

static err read_package(struct cli *k, struct findings *f,
                        struct app_package **p)
{
    const char *base;

    TRY(cli_base(k, k->words[0], &base));
    return app_package_read(k->c, k->words[0], base, f, p);
}

/* ---- checking and playing ----------------------------------------- */

err cli_do_app_check(struct cli *k)
{
    struct findings f = {0};
    struct app_package *p;
    struct app *a;
    err e;

    e = read_package(k, &f, &p);
    if (e == E_OK)
        e = app_build(k->c, p, NULL, NULL, &f, &a);
    if (cli_findings(k, &f) > 0)
        return fail(k->c, E_REFUSED, say(k->c, "%zu kesalahan.", "%zu errors."),
                    f.errors);
    TRY(e);
    buf_fmt(&k->out, "%.*s %.*s %.*s\n", STR_ARG(a->id), STR_ARG(a->version),
            STR_ARG(app_package_tree(p)));
    return E_OK;
}

err cli_do_app_test(struct cli *k)
{
    const char *overlay = cli_option(k, "--overlay");
    struct rehearse_report r = {0};
    struct app_overlay *lay = NULL;
    struct findings f = {0};
    struct app_package *p;
    str bytes;
    err e;

    e = read_package(k, &f, &p);
    if (e == E_OK && overlay != NULL) {
        TRY(file_read(k->c, overlay, 1 << 20, &bytes));
        e = app_overlay_read(k->c, str_of(overlay), bytes, &f, &lay);
    }
    if (e == E_OK)
        e = rehearse_app(k->c, cli_option(k, "--only"), p, lay, &f, &r);
    cli_findings(k, &f);
    TRY(e);
    buf_fmt(&k->out,
            say(k->c, "%zu skenario, %zu langkah, %zu tidak sesuai\n",
                "%zu scenarios, %zu steps, %zu not as expected\n"),
            r.scenarios, r.steps, r.failed);
    if (r.failed > 0 || r.scenarios == 0)
        return fail(k->c, E_REFUSED, "%s",
                    say(k->c, "Aplikasi tidak berjalan seperti skenarionya.",
                        "The app does not do what its scenarios say."));
    return E_OK;
}

err cli_do_app_new(struct cli *k)
{
    const char *extends = cli_option(k, "--extends"), *base;
    const char *dir = k->words[0], *above;
    str name = str_of(dir), sector, app;
    size_t cut = name.n;

    if (extends == NULL)
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c, "Sebutkan polanya, misalnya --extends permit.",
                        "Name the archetype, such as --extends permit."));
    TRY(cli_base(k, dir, &base));
    if (!file_is_dir(file_join(k->c, base, extends)))
        return fail(k->c, E_NOT_FOUND,
                    say(k->c, "Tidak ada pola %s di %s.",
                        "There is no archetype %s in %s."),
                    extends, base);
    while (cut > 0 && name.p[cut - 1] != '/')
        cut--;
    app = str_slice(name, cut, name.n);
    sector = str_slice(name, 0, cut > 0 ? cut - 1 : 0);
    above = arena_str(k->c->mem, sector).p;
    cut = sector.n;
    while (cut > 0 && sector.p[cut - 1] != '/')
        cut--;
    sector = str_slice(sector, cut, sector.n);
    if (app.n == 0 || sector.n == 0 || file_exists(dir))
        return fail(k->c, E_BAD_INPUT,
                    say(k->c, "%s: berikan map baru BIDANG/APLIKASI.",
                        "%s: give a new folder SECTOR/APP."),
                    dir);
    if (!file_is_dir(above))
        TRY(file_make_dir(k->c, above, 0755));
    TRY(file_make_dir(k->c, dir, 0755));
    TRY(file_write(
        k->c, file_join(k->c, dir, "app.yaml"),
        arena_fmt(
            k->c->mem,
            "balai: 1\napp: %.*s/%.*s\nversion: 0.1.0\nextends: %s\n"
            "title: {id: Judul layanan, en: Title of the service}\n"
            "summary: {id: Satu kalimat tentang layanan ini., en: One "
            "sentence about this service.}\n"
            "function: communication\n"
            "fields:\n"
            "  perihal: {type: text, label: {id: Perihal, en: Subject}}\n",
            STR_ARG(sector), STR_ARG(app), extends),
        0644));
    TRY(file_write(k->c, file_join(k->c, dir, "scenario.yaml"),
                   STR("berhasil:\n"
                       "  - at: 2026-02-16T09:00\n"
                       "  - resident: {submit: {perihal: Contoh}}\n"),
                   0644));
    buf_fmt(&k->out,
            say(k->c, "%s dibuat. Lanjutkan dengan: balai app check %s\n",
                "%s was made. Go on with: balai app check %s\n"),
            dir, dir);
    return E_OK;
}

/* ---- installing --------------------------------------------------- */

struct changing {
    struct cli *k;
    struct record_world w;
    const struct app_package *package;
    struct app_overlay *overlay;
    const struct app *app;
    struct findings f;
    str id;
    bool done;
};

static err install(struct ctx *c, struct conn *tx, void *arg)
{
    struct changing *u = arg;

    return app_install(c, tx, u->w.ledger, STR("system"), u->package, &u->done);
}

/* The package with a line of lineage, for whoever is named with --credit. */
static err give_credit(struct cli *k, struct changing *u,
                       struct app_package **p)
{
    const char *credit = cli_option(k, "--credit");
    struct conn *on;
    err e;

    if (credit == NULL)
        return E_OK;
    TRY(store_read(k->c, u->w.store, &on));
    e = grant_offer(k->c, on, *p, u->w.city, str_of(credit), &u->f, p);
    store_done(on);
    return e;
}

err cli_do_app_install(struct cli *k)
{
    struct changing u = {.k = k};
    struct app_package *p;
    struct app *a;
    err e;

    TRY(node_world(k->c, k->node, &u.w));
    e = read_package(k, &u.f, &p);
    if (e == E_OK && u.f.errors == 0)
        e = give_credit(k, &u, &p);
    if (e == E_OK)
        e = app_build(k->c, p, NULL, u.w.city, &u.f, &a);
    if (cli_findings(k, &u.f) > 0)
        return fail(k->c, E_REFUSED,
                    say(k->c, "%zu kesalahan; tidak ada yang dipasang.",
                        "%zu errors; nothing was installed."),
                    u.f.errors);
    TRY(e);
    u.package = p;
    TRY(store_write(k->c, u.w.store, install, &u));
    TRY(node_refresh(k->c, k->node));
    buf_fmt(&k->out,
            u.done ? say(k->c, "%.*s %.*s terpasang.\n",
                         "%.*s %.*s is installed.\n")
                   : say(k->c, "%.*s %.*s sudah terpasang.\n",
                         "%.*s %.*s was installed already.\n"),
            STR_ARG(a->id), STR_ARG(a->version));
    return E_OK;
}

void cli_lineage(struct cli *k, const struct app_package *p)
{
    struct grant_ancestor *from;
    size_t n = 0;

    if (grant_lineage(k->c, p, &from, &n) != E_OK)
        return;
    for (size_t i = 0; i < n; i++)
        buf_fmt(&k->out,
                say(k->c, "  asal-usul: %.*s %.*s, %.*s\n",
                    "  lineage: %.*s %.*s, %.*s\n"),
                STR_ARG(from[i].city), STR_ARG(from[i].version),
                STR_ARG(from[i].credit));
}

/* Where each app came from: city by city, and who is credited. */
static err list_origin(struct cli *k, struct conn *on, str app)
{
    struct app_overlay *overlay;
    struct app_package *p;
    struct grant_taken *taken;
    size_t n;

    TRY(app_installed_package(k->c, on, app, &p, &overlay));
    TRY(grant_taken(k->c, on, &taken, &n));
    cli_lineage(k, p);
    for (size_t i = 0; i < n; i++)
        if (str_eq(taken[i].app, app))
            buf_fmt(&k->out,
                    say(k->c, "  diambil dari %.*s: versi %.*s, %s\n",
                        "  taken from %.*s: version %.*s, %s\n"),
                    STR_ARG(taken[i].city), STR_ARG(taken[i].version),
                    taken[i].deed.n > 0
                        ? say(k->c, "dengan naskah hibah", "under a deed")
                        : say(k->c, "menurut lisensi publik",
                              "under the public licence"));
    return E_OK;
}

static err list_origins(struct cli *k, const struct record_world *w, str app)
{
    struct conn *on;
    err e;

    TRY(store_read(k->c, w->store, &on));
    e = list_origin(k, on, app);
    store_done(on);
    return e;
}

err cli_do_app_list(struct cli *k)
{
    const struct app_brief *all;
    struct record_world w;
    size_t n;

    TRY(node_world(k->c, k->node, &w));
    n = app_catalogue_all(w.apps, &all);
    for (size_t i = 0; i < n; i++) {
        buf_fmt(&k->out, "%-40s %-8s %s\n", all[i].id.p, all[i].version.p,
                all[i].open ? say(k->c, "terbuka", "open")
                            : say(k->c, "tertutup", "closed"));
        cli_findings(k, &all[i].trouble);
        TRY(list_origins(k, &w, all[i].id));
    }
    if (n == 0)
        buf_lit(&k->out, say(k->c,
                             "Belum ada aplikasi. Pasang dengan: balai app "
                             "install MAP\n",
                             "No apps yet. Install one with: balai app "
                             "install DIR\n"));
    return E_OK;
}

/* ---- showing ------------------------------------------------------ */

static void show_tree(struct cli *k, const struct app *a, const struct data *d,
                      str path)
{
    if (d->kind == DATA_MAP) {
        for (size_t i = 0; i < d->n; i++)
            show_tree(k, a, d->pairs[i].value,
                      arena_fmt(k->c->mem, "%.*s%s%.*s", STR_ARG(path),
                                path.n > 0 ? "." : "",
                                STR_ARG(d->pairs[i].key)));
        return;
    }
    buf_fmt(&k->out, "%-10s %.*s: ", app_origin(a, path).p, STR_ARG(path));
    buf_raw(&k->out,
            d->kind == DATA_LIST ? data_write_json(k->c, d) : data_text(d));
    buf_lit(&k->out, "\n");
}

static err find_entry(struct cli *k, const struct record_world *w, str id,
                      const struct app_entry **out)
{
    *out = app_catalogue_find(w->apps, id);
    if (*out == NULL)
        return fail(k->c, E_NOT_FOUND,
                    say(k->c,
                        "Aplikasi %.*s belum terpasang. Lihat: balai app list",
                        "The app %.*s is not installed. See: balai app list"),
                    STR_ARG(id));
    return E_OK;
}

err cli_do_app_show(struct cli *k)
{
    const struct app_entry *entry;
    struct record_world w;

    TRY(node_world(k->c, k->node, &w));
    TRY(find_entry(k, &w, str_of(k->words[0]), &entry));
    buf_fmt(&k->out, "%.*s %.*s %.*s\n", STR_ARG(entry->id),
            STR_ARG(entry->version), STR_ARG(entry->tree));
    cli_findings(k, &entry->trouble);
    if (entry->app != NULL)
        show_tree(k, entry->app, entry->app->effective, STR(""));
    return E_OK;
}

/* ---- localising, opening ------------------------------------------ */

static err lay(struct ctx *c, struct conn *tx, void *arg)
{
    struct changing *u = arg;

    return app_localise(c, tx, u->w.ledger, STR("system"), (str){NULL, 0},
                        u->overlay, &u->done);
}

static err installed(struct cli *k, struct changing *u, struct app_package **p)
{
    struct conn *on;
    err e;

    TRY(store_read(k->c, u->w.store, &on));
    e = app_installed_package(k->c, on, u->id, p, &u->overlay);
    store_done(on);
    TRY(e);
    if (u->overlay == NULL)
        u->overlay = app_overlay_new(k->c, *p);
    return E_OK;
}

err cli_do_app_overlay(struct cli *k)
{
    struct changing u = {.k = k, .id = str_of(k->words[0])};
    struct app_package *p;

    TRY(node_world(k->c, k->node, &u.w));
    TRY(installed(k, &u, &p));
    buf_raw(&k->out, app_overlay_write(k->c, u.overlay));
    return E_OK;
}

static const struct data *why_of(struct cli *k)
{
    const char *why = cli_option(k, "--why");
    struct data *map;

    if (why == NULL)
        return NULL;
    map = data_new(k->c, DATA_MAP);
    data_put_text(k->c, map, STR("id"), str_of(why));
    return map;
}

err cli_do_localise(struct cli *k)
{
    struct changing u = {.k = k, .id = str_of(k->words[0])};
    struct app_package *p;
    struct app *a;
    str path, value;
    err e;

    TRY(node_world(k->c, k->node, &u.w));
    if (!str_cut(str_of(k->words[1]), '=', &path, &value))
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c,
                        "Tulislah JALUR=NILAI, misalnya "
                        "tariff.persen.value=20.",
                        "Write PATH=VALUE, such as tariff.persen.value=20."));
    TRY(installed(k, &u, &p));
    e = app_overlay_set(k->c, u.overlay, p, path, value, why_of(k), &u.f);
    if (e == E_OK)
        e = app_build(k->c, p, u.overlay, u.w.city, &u.f, &a);
    if (cli_findings(k, &u.f) > 0)
        return fail(k->c, E_REFUSED,
                    say(k->c, "%zu kesalahan; tidak ada yang diubah.",
                        "%zu errors; nothing was changed."),
                    u.f.errors);
    TRY(e);
    TRY(store_write(k->c, u.w.store, lay, &u));
    TRY(node_refresh(k->c, k->node));
    buf_fmt(&k->out, "%.*s: %.*s = %.*s\n", STR_ARG(u.id), STR_ARG(path),
            STR_ARG(value));
    return E_OK;
}

static err open_app(struct ctx *c, struct conn *tx, void *arg)
{
    struct changing *u = arg;

    return app_open(c, tx, u->w.ledger, STR("system"), u->id, u->app, u->w.city,
                    &u->f);
}

static err close_app(struct ctx *c, struct conn *tx, void *arg)
{
    struct changing *u = arg;

    return app_close(c, tx, u->w.ledger, STR("system"), u->id);
}

static err turn(struct cli *k, store_work *work, const char *done)
{
    struct changing u = {.k = k, .id = str_of(k->words[0])};
    const struct app_entry *entry;
    err e;

    TRY(node_world(k->c, k->node, &u.w));
    TRY(find_entry(k, &u.w, u.id, &entry));
    u.app = entry->app;
    if (u.app == NULL) {
        cli_findings(k, &entry->trouble);
        return fail(k->c, E_REFUSED, "%s",
                    say(k->c, "Aplikasi ini tidak dapat disusun di sini.",
                        "This app does not build here."));
    }
    e = store_write(k->c, u.w.store, work, &u);
    cli_findings(k, &u.f);
    TRY(e);
    TRY(node_refresh(k->c, k->node));
    buf_fmt(&k->out, "%.*s: %s.\n", STR_ARG(u.id), done);
    return E_OK;
}

err cli_do_open(struct cli *k)
{
    return turn(k, open_app, say(k->c, "terbuka untuk umum", "open"));
}

err cli_do_close(struct cli *k)
{
    return turn(k, close_app, say(k->c, "tertutup", "closed"));
}
