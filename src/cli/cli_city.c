/* SPDX-License-Identifier: EUPL-1.2 */
/* Commands on the city itself: found, load, people, keep. */
#include "cli/cli_priv.h"

#include <stdio.h>
#include <stdlib.h>

#define LINK_LIFE (72 * TIME_HOUR)

size_t cli_findings(struct cli *k, const struct findings *f)
{
    static const enum severity order[] = {FIND_ERROR, FIND_WARNING, FIND_NOTE};

    for (size_t s = 0; s < COUNT(order); s++)
        for (size_t i = 0; i < f->n; i++)
            if (f->all[i].severity == order[s])
                buf_fmt(&k->out, "%.*s\n",
                        STR_ARG(finding_show(k->c, &f->all[i])));
    return f->errors;
}

/* A training city may begin on an earlier day, so that what is played in it
 * ends today. Its zone is not known yet: midnight UTC is a morning in all of
 * Indonesia. */
static err founding_clock(struct cli *k, struct node_founding *f)
{
    const char *set = cli_option(k, "--clock");
    struct date d;

    if (set == NULL)
        return E_OK;
    if (!f->training || !time_parse_date(str_of(set), &d))
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c,
                        "--clock menyebut hari pertama kota latihan, misalnya "
                        "--training --clock 2026-08-03.",
                        "--clock names a training city's first day, such as "
                        "--training --clock 2026-08-03."));
    f->ahead = time_instant(d, 0, 0) - k->c->now;
    k->c->now += f->ahead;
    return E_OK;
}

err cli_do_init(struct cli *k)
{
    struct node_options o = cli_node_options(k);
    const char *city = cli_option(k, "--city");
    const char *domain = cli_option(k, "--domain");
    struct node_founding f = {.code = str_of(city),
                              .domain = str_of(domain),
                              .training = cli_option(k, "--training") != NULL};
    str links[2], name;

    TRY(founding_clock(k, &f));
    if (city == NULL || domain == NULL)
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c,
                        "Sebutkan --city KODE dan --domain NAMA, misalnya "
                        "--city 32.73 --domain bandung.go.id.",
                        "Name --city CODE and --domain NAME, such as "
                        "--city 32.73 --domain bandung.go.id."));
    TRY(node_found(k->c, &o, &f, links));
    name = arena_fmt(k->c->mem, "%s%s", f.training ? "latihan." : "", domain);
    buf_fmt(&k->out,
            say(k->c,
                "Kota %s dibuat di %s, bernama %.*s untuk selamanya.\n"
                "Dua administrator menetapkan kata sandi lewat tautan ini, "
                "sekali pakai, dalam 72 jam:\n",
                "City %s was made in %s, named %.*s for ever.\n"
                "Two administrators set their passwords by these links, once, "
                "within 72 hours:\n"),
            city, k->dir, STR_ARG(name));
    for (int i = 0; i < 2; i++)
        buf_fmt(&k->out, "  admin%d  https://%.*s/masuk/tautan/%.*s\n", i + 1,
                STR_ARG(name), STR_ARG(links[i]));
    return E_OK;
}

/* ---- loading ------------------------------------------------------ */

static err load_overlays(struct cli *k, const char *dir, bool dry,
                         struct findings *f, int64_t *changed);

struct loading {
    struct cli *k;
    const struct city_change *changes;
    size_t n;
};

static err apply_changes(struct ctx *c, struct conn *tx, void *arg)
{
    struct loading *u = arg;

    return city_apply(c, tx, node_ledger(u->k->node), STR("system"), u->changes,
                      u->n);
}

static void show_change(struct cli *k, const struct city_change *d)
{
    buf_fmt(&k->out, "  %s %.*s\n",
            d->value == NULL ? "-"
            : d->was == NULL ? "+"
                             : "~",
            STR_ARG(d->key));
}

err cli_do_city_load(struct cli *k)
{
    bool dry = cli_option(k, "--dry-run") != NULL;
    struct loading u = {.k = k};
    struct findings f = {0};
    struct city_change *changes;
    struct record_world w;
    int64_t overlays = 0;
    err e;

    TRY(node_world(k->c, k->node, &w));
    e = city_compare(k->c, w.city, k->words[0], &f, &changes, &u.n);
    cli_findings(k, &f);
    TRY(e);
    u.changes = changes;
    for (size_t i = 0; i < u.n && i < 40; i++)
        show_change(k, &changes[i]);
    if (u.n > 40)
        buf_fmt(&k->out, say(k->c, "  dan %zu lagi\n", "  and %zu more\n"),
                u.n - 40);
    if (!dry && u.n > 0) {
        TRY(store_write(k->c, w.store, apply_changes, &u));
        TRY(node_refresh(k->c, k->node));
    }
    f = (struct findings){0};
    e = load_overlays(k, k->words[0], dry, &f, &overlays);
    cli_findings(k, &f);
    TRY(e);
    if (!dry && overlays > 0)
        TRY(node_refresh(k->c, k->node));
    buf_fmt(&k->out,
            dry ? say(k->c, "%zu perubahan, belum disimpan (--dry-run).\n",
                      "%zu changes, not kept (--dry-run).\n")
                : say(k->c, "%zu perubahan disimpan.\n",
                      "%zu changes were kept.\n"),
            u.n + (size_t)overlays);
    return E_OK;
}

struct overlaying {
    struct cli *k;
    const struct app_overlay *overlay;
    bool done;
};

static err localise_one(struct ctx *c, struct conn *tx, void *arg)
{
    struct overlaying *u = arg;

    return app_localise(c, tx, node_ledger(u->k->node), STR("system"),
                        (str){NULL, 0}, u->overlay, &u->done);
}

static err load_overlay(struct cli *k, const struct record_world *w,
                        const char *path, bool dry, struct findings *f,
                        int64_t *changed)
{
    struct overlaying u = {.k = k};
    struct app_overlay *o;
    str bytes;

    TRY(file_read(k->c, path, 1 << 20, &bytes));
    TRY(app_overlay_read(k->c, str_of(path), bytes, f, &o));
    u.overlay = o;
    if (app_catalogue_brief(w->apps, app_overlay_app(o)) == NULL) {
        finding_add(k->c, f, FIND_NOTE, (struct place){.file = str_of(path)},
                    app_overlay_app(o), "%s",
                    say(k->c,
                        "Aplikasi ini belum terpasang; penyesuaiannya dimuat "
                        "sesudah terpasang.",
                        "This app is not installed; its overlay is loaded "
                        "once it is."));
        return E_OK;
    }
    if (!dry)
        TRY(store_write(k->c, node_store(k->node), localise_one, &u));
    *changed += dry || u.done;
    if (dry || u.done)
        buf_fmt(&k->out, "  ~ overlay %.*s\n", STR_ARG(app_overlay_app(o)));
    return E_OK;
}

/* overlay/SECTOR/APP.yaml; the app must be installed. */
static err load_overlays(struct cli *k, const char *dir, bool dry,
                         struct findings *f, int64_t *changed)
{
    const char *top = file_join(k->c, dir, "overlay");
    struct record_world w;
    str *sectors, *files;
    size_t n, m;

    if (!file_is_dir(top))
        return E_OK;
    TRY(node_world(k->c, k->node, &w));
    TRY(file_list(k->c, top, 'd', &sectors, &n));
    for (size_t i = 0; i < n; i++) {
        const char *sector = file_join(k->c, top, sectors[i].p);

        TRY(file_list(k->c, sector, 'f', &files, &m));
        for (size_t j = 0; j < m; j++)
            if (str_ends(files[j], STR(".yaml")))
                TRY(load_overlay(k, &w, file_join(k->c, sector, files[j].p),
                                 dry, f, changed));
    }
    return E_OK;
}

/* ---- offices ------------------------------------------------------ */

static bool holds(str text, str part)
{
    return part.n == 0 || str_find(text, part) < text.n;
}

/* What people.csv names an office by: those of a rule stand in no file. */
err cli_do_city_offices(struct cli *k)
{
    str word = str_of(k->words[0] == NULL ? "" : k->words[0]);
    str asked = data_fold(k->c, word);
    const struct city_office *all;
    struct record_world w;
    size_t n, shown = 0;

    TRY(node_world(k->c, k->node, &w));
    n = city_offices(w.city, &all);
    for (size_t i = 0; i < n; i++) {
        str name = city_office_name(k->c, &all[i]);

        if (!holds(data_fold(k->c, name), asked) && !holds(all[i].key, asked))
            continue;
        buf_fmt(&k->out, "%-18.*s %.*s\n", STR_ARG(all[i].key), STR_ARG(name));
        shown++;
    }
    if (shown == 0)
        return fail(k->c, E_NOT_FOUND,
                    say(k->c, "Tidak ada perangkat daerah dengan kata %.*s.",
                        "There is no office with the word %.*s."),
                    STR_ARG(word));
    return E_OK;
}

/* ---- people ------------------------------------------------------- */

struct importing {
    struct cli *k;
    struct record_world w;
    str file, bytes;
    bool dry;
    struct findings f;
    struct city_people_change *changes;
    size_t n;
};

static err import(struct ctx *c, struct conn *tx, void *arg)
{
    struct importing *u = arg;

    return city_people_import(c, u->w.city, tx, u->dry ? NULL : tx, u->w.ledger,
                              STR("system"), u->file, u->bytes, &u->f,
                              &u->changes, &u->n);
}

err cli_do_people_import(struct cli *k)
{
    struct importing u = {.k = k,
                          .file = str_of(k->words[0]),
                          .dry = cli_option(k, "--dry-run") != NULL};
    err e;

    TRY(node_world(k->c, k->node, &u.w));
    TRY(file_read(k->c, k->words[0], 8 << 20, &u.bytes));
    e = store_write(k->c, u.w.store, import, &u);
    cli_findings(k, &u.f);
    TRY(e);
    for (size_t i = 0; i < u.n; i++)
        buf_fmt(&k->out, "  %.*s\n", STR_ARG(u.changes[i].what));
    buf_fmt(&k->out,
            u.dry ? say(k->c, "%zu perubahan, belum disimpan (--dry-run).\n",
                        "%zu changes, not kept (--dry-run).\n")
                  : say(k->c, "%zu perubahan disimpan.\n",
                        "%zu changes were kept.\n"),
            u.n);
    return u.dry ? E_OK : node_refresh(k->c, k->node);
}

struct linking {
    const char *login;
    str token;
};

static err link_for(struct ctx *c, struct conn *tx, void *arg)
{
    struct linking *u = arg;
    struct city_officer *all;
    size_t n;

    TRY(city_officers(c, tx, &all, &n));
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].login, str_of(u->login)))
            return city_link_make(c, tx, all[i].id, LINK_LIFE, &u->token);
    return fail(c, E_NOT_FOUND,
                say(c, "Tidak ada pegawai dengan nama masuk %s.",
                    "There is no officer with the login %s."),
                u->login);
}

err cli_do_people_link(struct cli *k)
{
    struct linking u = {.login = k->words[0]};
    struct record_world w;

    TRY(node_world(k->c, k->node, &w));
    TRY(store_write(k->c, w.store, link_for, &u));
    buf_fmt(&k->out, "%.*s/masuk/tautan/%.*s\n",
            STR_ARG(city_home(k->c, w.city)), STR_ARG(u.token));
    return E_OK;
}

/* ---- keeping ------------------------------------------------------ */

err cli_do_rebuild(struct cli *k)
{
    int64_t replayed;

    TRY(ledger_rebuild(k->c, node_ledger(k->node), &replayed));
    TRY(node_refresh(k->c, k->node));
    buf_fmt(&k->out,
            say(k->c, "%" PRId64 " tindakan diputar ulang.\n",
                "%" PRId64 " events were replayed.\n"),
            replayed);
    return E_OK;
}

err cli_do_db_digest(struct cli *k)
{
    struct hash h;
    struct conn *on;

    TRY(store_read(k->c, node_store(k->node), &on));
    TRY(ledger_digest(k->c, on, &h));
    store_done(on);
    buf_fmt(&k->out, "%.*s\n", STR_ARG(seal_show_hash(k->c, h)));
    return E_OK;
}

static bool read_moment(str text, int offset, int64_t *out)
{
    struct date d;
    int64_t h, m;

    if (text.n != 16 || !time_parse_date(str_slice(text, 0, 10), &d) ||
        !str_is_i64(str_slice(text, 11, 13), &h) || h < 0 || h > 23 ||
        !str_is_i64(str_slice(text, 14, 16), &m) || m < 0 || m > 59)
        return false;
    *out = time_instant(d, h * TIME_HOUR + m * TIME_MINUTE, offset);
    return true;
}

err cli_move_clock(struct cli *k, const struct record_world *w, int64_t instant)
{
    TRY(node_set_clock(k->c, k->node, instant));
    k->c->now = node_now(k->node);
    return record_time_moved(k->c, w);
}

err cli_do_clock(struct cli *k)
{
    struct record_world w;
    str text = str_of(k->words[0]);
    int64_t instant = time_system();

    TRY(node_world(k->c, k->node, &w));
    if (!str_eq(text, STR("sekarang")) && !str_eq(text, STR("now")) &&
        !read_moment(text, city_offset(w.city), &instant))
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c,
                        "Tulislah seperti 2026-03-02T09:00, atau sekarang.",
                        "Write it like 2026-03-02T09:00, or now."));
    TRY(cli_move_clock(k, &w, instant));
    buf_fmt(&k->out, "%.*s\n",
            STR_ARG(city_show_time(k->c, w.city, node_now(k->node))));
    return E_OK;
}

/* ---- serving ------------------------------------------------------ */

node_command *cli_in_node(void);

static void say_ready(void *arg, uint16_t port)
{
    struct cli *k = arg;

    printf(say(k->c, "balai melayani pada porta %u\n",
               "balai serves on port %u\n"),
           (unsigned)port);
    fflush(stdout);
}

static err port_of(struct cli *k, uint16_t *port)
{
    const char *set = cli_option(k, "--port");
    int64_t v = 8080;

    if (set != NULL && (!str_is_i64(str_of(set), &v) || v < 0 || v > 65535))
        return fail(k->c, E_BAD_INPUT,
                    say(k->c, "--port %s: bukan nomor porta.",
                        "--port %s: not a port number."),
                    set);
    *port = (uint16_t)v;
    return E_OK;
}

err cli_do_serve(struct cli *k)
{
    struct node_options o = cli_node_options(k);
    const char *address = cli_option(k, "--address");
    struct node_serving s = {.address = address == NULL ? "127.0.0.1" : address,
                             .url = str_of(cli_option(k, "--url")),
                             .proxy = str_of(cli_option(k, "--proxy")),
                             .certificate = cli_option(k, "--certificate"),
                             .key = cli_option(k, "--key"),
                             .command = cli_in_node(),
                             .ready = say_ready,
                             .arg = k};
    err e;

    o.apart = true;
    o.unjailed = cli_option(k, "--unjailed") != NULL;
    TRY(port_of(k, &s.port));
    TRY(node_open(k->c, &o, &k->node));
    e = node_serve(k->c, k->node, &s);
    node_close(k->node);
    return e;
}

err cli_do_version(struct cli *k)
{
    buf_fmt(&k->out, "balai %s\n", cli_version_text);
    return E_OK;
}
