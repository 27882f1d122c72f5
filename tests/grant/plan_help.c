/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/grant/plan_help.h"

#include "pack/pack.h"

static void close_shop(void *it)
{
    struct shop *s = it;

    city_free(s->city);
    ledger_close(s->ledger);
    store_close(s->store);
}

/* ---- a city ------------------------------------------------------- */

struct founding {
    struct shop *s;
    const char *code, *dir;
};

static err found(struct ctx *c, struct conn *tx, void *arg)
{
    struct founding *f = arg;

    return city_found(c, tx, f->s->ledger, str_of(f->code), STR("kota.example"),
                      true);
}

static err load(struct ctx *c, struct conn *tx, void *arg)
{
    struct founding *f = arg;
    struct findings found = {0};
    struct city_change *changes;
    size_t n;

    TRY(city_compare(c, f->s->city, f->dir, &found, &changes, &n));
    return city_apply(c, tx, f->s->ledger, STR("officer-1"), changes, n);
}

struct conn *shop_read(struct ctx *c, struct shop *s)
{
    struct conn *on = NULL;

    CHECK_OK(store_read(c, s->store, &on));
    return on;
}

static void look(struct ctx *c, struct shop *s)
{
    struct conn *on = shop_read(c, s);

    city_free(s->city);
    s->city = NULL;
    CHECK_OK(city_snapshot(c, on, &s->city));
    store_done(on);
}

static struct ledger_applier *appliers(struct ctx *c, size_t *n)
{
    const struct {
        const struct ledger_applier *all;
        size_t n;
    } rooms[] = {{city_appliers, city_appliers_n},
                 {app_appliers, app_appliers_n},
                 {grant_appliers, grant_appliers_n}};
    struct ledger_applier *out = NEWS(c->mem, struct ledger_applier, 64);

    *n = 0;
    for (size_t i = 0; i < COUNT(rooms); i++)
        for (size_t k = 0; k < rooms[i].n; k++)
            out[(*n)++] = rooms[i].all[k];
    return out;
}

struct shop *shop_new(struct ctx *c, const char *code, const char *dir)
{
    struct shop *s = NEW(c->mem, struct shop);
    struct store_options o = {.path = file_join(c, test_folder(c), "city.db"),
                              .synchronous = "OFF",
                              .create = true};
    struct ledger_options l = {.store = NULL};
    struct founding f = {s, code, file_join(c, "cities", dir)};

    c->lang = STR("id");
    arena_owns(c->mem, close_shop, s);
    CHECK_OK(store_open(c, &o, &s->store));
    l.store = s->store;
    l.appliers = appliers(c, &l.n);
    CHECK_OK(ledger_open(c, &l, &s->ledger));
    CHECK_OK(store_write(c, s->store, found, &f));
    look(c, s);
    CHECK_OK(store_write(c, s->store, load, &f));
    look(c, s);
    return s;
}

/* ---- one write each ----------------------------------------------- */

struct doing {
    struct shop *s;
    const char *act;
    const struct grant_note *note;
    const struct app_package *package;
    const struct app_overlay *overlay;
    const struct grant_adopting *adopting;
    const struct grant_plan *plan;
};

static err do_log(struct ctx *c, struct conn *tx, void *arg)
{
    struct doing *d = arg;

    return grant_log(c, tx, d->s->ledger, str_of(d->act), STR("officer-1"),
                     d->note);
}

static err do_install(struct ctx *c, struct conn *tx, void *arg)
{
    struct doing *d = arg;
    bool done;

    return app_install(c, tx, d->s->ledger, STR("officer-1"), d->package,
                       &done);
}

/* Who owns the folder of a training city localises alone. */
static err do_localise(struct ctx *c, struct conn *tx, void *arg)
{
    struct doing *d = arg;
    bool done;

    return app_localise(c, tx, d->s->ledger, STR("system"), STR(""), d->overlay,
                        &done);
}

static err do_adopt(struct ctx *c, struct conn *tx, void *arg)
{
    struct doing *d = arg;

    return grant_adopt(c, tx, d->s->ledger, STR("officer-1"), d->adopting,
                       d->plan);
}

err shop_log(struct ctx *c, struct shop *s, const char *act,
             const struct grant_note *n)
{
    struct doing d = {.s = s, .act = act, .note = n};

    return store_write(c, s->store, do_log, &d);
}

void shop_accord(struct ctx *c, struct shop *s, const struct grant_note *n)
{
    CHECK_OK(shop_log(c, s, "grant.accord_drafted", n));
    CHECK_OK(shop_log(c, s, "grant.accord_signed", n));
    CHECK_OK(shop_log(c, s, "grant.accord_in_force", n));
}

err shop_install(struct ctx *c, struct shop *s, const struct app_package *p)
{
    struct doing d = {.s = s, .package = p};

    return store_write(c, s->store, do_install, &d);
}

err shop_localise(struct ctx *c, struct shop *s, const struct app_overlay *o)
{
    struct doing d = {.s = s, .overlay = o};

    return store_write(c, s->store, do_localise, &d);
}

err shop_adopt(struct ctx *c, struct shop *s, const struct grant_adopting *a,
               const struct grant_plan *plan)
{
    struct doing d = {.s = s, .adopting = a, .plan = plan};

    return store_write(c, s->store, do_adopt, &d);
}

str shop_digest(struct ctx *c, struct shop *s)
{
    struct conn *on = shop_read(c, s);
    struct hash h = {0};

    CHECK_OK(ledger_digest(c, on, &h));
    store_done(on);
    return seal_show_hash(c, h);
}

/* ---- packages ----------------------------------------------------- */

struct app_package *shop_package(struct ctx *c, const char *app)
{
    struct app_package *p = NULL;
    struct findings f = {0};

    if (!CHECK_OK(app_package_read(c, file_join(c, "apps", app), "apps/base",
                                   &f, &p)))
        help_print(c, &f);
    return p;
}

static str replaced(struct ctx *c, str s, str from, str to)
{
    size_t at = str_find(s, from);

    CHECK(at < s.n);
    return arena_fmt(c->mem, "%.*s%.*s%.*s", (int)at, s.p, STR_ARG(to),
                     STR_ARG(str_slice(s, at + from.n, s.n)));
}

struct app_package *shop_changed(struct ctx *c, const struct app_package *p,
                                 const char *version, const char *from,
                                 const char *to)
{
    return shop_edited(c, p, version, &(struct shop_edit){from, to}, 1);
}

struct app_package *shop_edited(struct ctx *c, const struct app_package *p,
                                const char *version,
                                const struct shop_edit *edits, size_t n_edits)
{
    struct app_package *out = NULL;
    struct findings f = {0};
    struct pack_file *files;
    str archive;
    size_t n;

    CHECK_OK(pack_read(c, app_package_archive(p), &files, &n));
    for (size_t i = 0; i < n; i++)
        if (str_eq(files[i].name, STR("app.yaml"))) {
            files[i].bytes =
                replaced(c, files[i].bytes,
                         arena_fmt(c->mem, "version: %.*s",
                                   STR_ARG(app_package_version(p))),
                         arena_fmt(c->mem, "version: %s", version));
            for (size_t k = 0; k < n_edits; k++)
                files[i].bytes =
                    replaced(c, files[i].bytes, str_of(edits[k].from),
                             str_of(edits[k].to));
        }
    CHECK_OK(pack_write(c, files, n, &archive));
    if (!CHECK_OK(app_package_open(c, archive, &f, &out)))
        help_print(c, &f);
    return out;
}

/* ---- an edition --------------------------------------------------- */

static err fetch(struct ctx *c, void *arg, const char *path, size_t most,
                 str *bytes)
{
    struct stall *s = arg;

    for (size_t i = 0; i < s->edition.n; i++)
        if (str_eq(s->edition.all[i].file, str_of(path)) &&
            s->bytes[i].n <= most) {
            *bytes = s->bytes[i];
            return E_OK;
        }
    return fail(c, E_NOT_FOUND, "There is no %s.", path);
}

struct stall *stall_new(struct ctx *c)
{
    struct stall *s = NEW(c->mem, struct stall);

    s->edition = (struct grant_edition){.root = 1,
                                        .targets = 1,
                                        .snapshot = 1,
                                        .timestamp = 1,
                                        .city = STR("Kota Bandung")};
    s->edition.all = NEWS(c->mem, struct grant_target, COUNT(s->bytes));
    s->source = (struct grant_source){.fetch = fetch, .arg = s};
    return s;
}

void stall_put(struct ctx *c, struct stall *s, const struct app_package *p)
{
    struct grant_target *t = &s->edition.all[s->edition.n];
    struct data *custom = data_new(c, DATA_MAP),
                *hashes = data_new(c, DATA_MAP);
    str frame = STR("");

    MUST(s->edition.n < COUNT(s->bytes));
    CHECK_OK(pack_squeeze(c, app_package_archive(p), &frame));
    *t = (struct grant_target){
        .app = app_package_id(p),
        .version = app_package_version(p),
        .tree = app_package_tree(p),
        .path = arena_fmt(c->mem, "%.*s.tar.zst", STR_ARG(app_package_id(p))),
        .file = arena_fmt(c->mem, "targets/%zu", s->edition.n),
        .length = (int64_t)frame.n,
        .sha256 = seal_sha256(frame),
        .city = STR("Kota Bandung"),
        .custom = custom,
        .hashes = hashes};
    data_put_text(c, hashes, STR("sha256"),
                  seal_hex(c, t->sha256.b, sizeof t->sha256.b));
    data_put_i64(c, custom, STR("size"), (int64_t)app_package_archive(p).n);
    data_put_text(c, custom, STR("tree"), t->tree);
    s->bytes[s->edition.n++] = frame;
}
