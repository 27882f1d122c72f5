/* SPDX-License-Identifier: EUPL-1.2 */
/* Bandung takes an app of Bangka Selatan through the pages, makes it its own,
 * updates it, and settles what both had changed, one by one. */
#include "tests/grant/plan_help.h"
#include "tests/grant/tuf_city.h"
#include "tests/web/site.h"

#include <stdio.h>

#define BALIHO "penanaman-modal/izin-baliho"
#define APP    "/aplikasi/" BALIHO

struct fair {
    struct ctx *c;
    struct site *site;
    struct browser admin;
    struct tuf_city *giver;
    struct app_package *first;
    const char *stick;
    struct grant_note accord, note;
    const struct app_overlay *overlay;
    const struct app_package *package;
    const char *act;
};

/* ---- what Bangka Selatan gives ------------------------------------ */

static str root_of(struct fair *f)
{
    struct ctx *c = f->c;
    str root = STR("");

    CHECK_OK(file_read(c, file_join(c, f->giver->repo, "metadata/1.root.json"),
                       1 << 20, &root));
    return root;
}

static err log_note(struct ctx *c, struct conn *tx, void *arg)
{
    struct fair *f = arg;

    return grant_log(c, tx, f->site->town->w.ledger, str_of(f->act),
                     STR("system"), &f->note);
}

static void agree(struct fair *f)
{
    struct ctx *c = f->c;
    static const char *const steps[] = {
        "grant.accord_drafted", "grant.accord_signed", "grant.accord_in_force"};
    struct grant_accord a = help_accord(c);
    str note = STR("");

    a.parties[1].root = root_of(f);
    CHECK_OK(grant_accord_draft(c, &a, &note));
    f->accord = f->note = help_read_note(c, help_sign_all(c, note));
    for (size_t i = 0; i < COUNT(steps); i++) {
        f->act = steps[i];
        CHECK_OK(store_write(c, f->site->town->w.store, log_note, f));
    }
}

static void deed_on_the_stick(struct fair *f)
{
    struct ctx *c = f->c;
    struct grant_target app = {.app = app_package_id(f->first),
                               .version = app_package_version(f->first),
                               .tree = app_package_tree(f->first)};
    struct grant_deed d = {.number = STR("7/HIBAH/II/2026"),
                           .date = STR("2026-02-10"),
                           .licence = STR("EUPL-1.2"),
                           .accord = &f->accord,
                           .giver = STR(BANGKA),
                           .receiver = STR(BANDUNG),
                           .root = root_of(f),
                           .root_version = 1,
                           .apps = &app,
                           .n_apps = 1};
    struct grant_note deed;
    str note = STR("");

    CHECK_OK(grant_deed_draft(c, &d, &note));
    deed = help_read_note(c, help_sign_all(c, note));
    CHECK_OK(file_write(c, file_join(c, f->stick, "deed.note"),
                        grant_note_bytes(c, &deed), 0644));
}

static const char *stick_of(struct fair *f)
{
    struct ctx *c = f->c;
    str db = store_path(f->site->town->w.store), dir = db;
    const char *all;

    while (!str_ends(dir, STR("/")))
        dir = str_slice(dir, 0, dir.n - 1);
    all = arena_fmt(c->mem, "%.*sstik", STR_ARG(dir)).p;
    CHECK_OK(file_make_dir(c, all, 0755));
    CHECK_OK(file_make_dir(c, file_join(c, all, "bangka"), 0755));
    return file_join(c, all, "bangka");
}

static void publish(struct fair *f, size_t roots, struct app_package *p)
{
    struct ctx *c = f->c;
    int64_t edition;

    CHECK_OK(tuf_publish(c, f->giver, roots, &p, 1, &edition));
}

static struct fair *fair_new(struct ctx *c)
{
    struct fair *f = NEW(c->mem, struct fair);

    f->c = c;
    f->site = site_new(c);
    f->admin = site_browser(f->site);
    browser_enter(&f->admin, "admin.satu");
    f->giver = tuf_city_of(c, BANGKA, "bangka-selatan.example");
    f->stick = stick_of(f);
    f->giver->repo = file_join(c, f->stick, "repo");
    f->first = shop_changed(c,
                            shop_changed(c, shop_package(c, IZIN), "1.1.0",
                                         "app: " IZIN, "app: " BALIHO),
                            "1.1.0", "id: Izin Reklame", "id: Izin Baliho");
    publish(f, 2, f->first);
    agree(f);
    deed_on_the_stick(f);
    return f;
}

/* ---- pages -------------------------------------------------------- */

/* A look runs behind the page; ask until it has ended. */
static struct seen looked(struct fair *f, const struct seen *first)
{
    struct seen page = browser_follow(&f->admin, first, "/adopsi/");
    int looks = 0;

    while (seen_has(&page, "Lihat lagi") && looks++ < 20000)
        page = browser_get(&f->admin, arena_str(f->c->mem, first->location).p);
    return page;
}

static void shows(const struct seen *page, const char *const *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!CHECK(seen_has(page, all[i])))
            printf("  %s\n%.*s\n", all[i], STR_ARG(page->body));
}
#define SHOWS(page, ...)                                                       \
    shows((page), (const char *const[]){__VA_ARGS__},                          \
          COUNT(((const char *const[]){__VA_ARGS__})))

static struct seen look_at_stick(struct fair *f)
{
    struct ctx *c = f->c;
    struct buf b = buf_new(c, 4096);
    struct seen first, page = browser_get(&f->admin, "/adopsi");

    SHOWS(&page, "stik bangka");
    buf_lit(&b, "stik=");
    buf_url(&b, str_of(f->stick));
    first = browser_post(&f->admin, "/adopsi", buf_str(&b).p);
    return looked(f, &first);
}

/* What the plan page says, taken by its button. */
static struct seen take(struct fair *f, const struct seen *plan)
{
    str from = str_slice(plan->body,
                         str_find(plan->body, STR("action=\"/adopsi/")) + 8,
                         plan->body.n),
        action, rest;
    struct seen first;

    str_cut(from, '"', &action, &rest);
    first = browser_post(&f->admin, arena_str(f->c->mem, action).p, "a0=ya");
    return looked(f, &first);
}

static void adopt(struct fair *f)
{
    struct seen page = look_at_stick(f);

    page = take(f, &page);
    SHOWS(&page, "Aplikasi sudah terpasang", "Izin Baliho");
}

TEST(an_app_is_looked_at_and_taken_from_a_stick_through_the_pages)
{
    struct fair *f = fair_new(c);
    struct seen page = look_at_stick(f);

    SHOWS(&page, "Izin Baliho", "Baru di sini", "1/KB/II/2026",
          "7/HIBAH/II/2026", "Kabupaten Bangka Selatan", "stik bangka",
          "Pajak reklame", "EUPL-1.2");
    page = take(f, &page);
    SHOWS(&page, "Aplikasi sudah terpasang", "Izin Baliho", "1.1.0");
    page = browser_get(&f->admin, "/aplikasi");
    SHOWS(&page, "Izin Baliho", "Hibah Kabupaten Bangka Selatan");
    page = look_at_stick(f);
    CHECK(!seen_has(&page, "Baru di sini"));
    SHOWS(&page, "aplikasi lain sudah sama");
}

/* ---- what Bandung changes, and what comes from Bangka Selatan ------ */

static err lay(struct ctx *c, struct conn *tx, void *arg)
{
    struct fair *f = arg;
    bool done;

    return app_localise(c, tx, f->site->town->w.ledger, STR("system"), STR(""),
                        f->overlay, &done);
}

static str digest_of_rule(struct ctx *c, const struct app_package *p)
{
    struct findings f = {0};
    struct app_overlay *o;
    struct app *a;
    size_t at;

    CHECK_OK(
        app_overlay_read(c, STR("o.yaml"),
                         STR("balai: 1\noverlay: " BALIHO
                             "\nremove: {rules.videotron_max: {was: lama}}\n"),
                         &f, &o));
    CHECK(app_build(c, p, o, NULL, &f, &a) != E_OK);
    at = str_find(f.all[0].mend, STR("sha256:"));
    return str_slice(f.all[0].mend, at, at + 71);
}

static void localise(struct fair *f)
{
    struct ctx *c = f->c;
    struct findings found = {0};
    struct app_overlay *o = NULL;

    if (!CHECK_OK(app_overlay_read(
            c, STR("o.yaml"),
            arena_fmt(
                c->mem,
                "balai: 1\noverlay: " BALIHO "\n"
                "set:\n"
                "  tariff.persen.value: {to: 20, was: 25, why: {id: Perda "
                "9}}\n"
                "  fields.pbg.max_mb: {to: 10, was: 5, why: {id: Pindaian}}\n"
                "add:\n"
                "  fields.saksi: {to: {type: text, label: {id: Saksi kita, "
                "en: Our witness}, optional: true}, after: lokasi, why: {id: "
                "Kebiasaan}}\n"
                "remove:\n"
                "  rules.videotron_max: {was: %.*s, why: {id: Tanpa batas}}\n",
                STR_ARG(digest_of_rule(c, f->first))),
            &found, &o)))
        help_print(c, &found);
    f->overlay = o;
    CHECK_OK(store_write(c, f->site->town->w.store, lay, f));
    town_look(c, f->site->town);
}

/* All that Bandung has made its own is another thing there too. */
static struct app_package *next_of(struct fair *f)
{
    static const struct shop_edit edits[] = {
        {"value: 25", "value: 30"},
        {"luas <= 50.0", "luas <= 40.0"},
        {"    max_mb: 5", "    max_mb: 6"},
        {"  pbg:\n", "  saksi: {type: text, label: {id: Saksi mereka, en: "
                     "Their witness}, optional: true}\n  imb:\n"},
        {"[pbg]", "[imb]"},
        {"\nsteps:", "\nrenamed: {fields.pbg: fields.imb}\n\nsteps:"},
        {"[mulai, bulan]", "[mulai, bulan, saksi]"}};

    return shop_edited(f->c, f->first, "1.2.0", edits, COUNT(edits));
}

static struct seen look_for_updates(struct fair *f)
{
    struct seen page = browser_get(&f->admin, "/pembaruan"), first;

    SHOWS(&page, "Kabupaten Bangka Selatan", "stik bangka");
    first = browser_post(&f->admin, "/pembaruan", "kota=" BANGKA);
    return looked(f, &first);
}

static str overlay_of(struct fair *f)
{
    struct ctx *c = f->c;
    struct app_overlay *o = NULL;
    struct app_package *p;

    CHECK_OK(app_installed_package(c, town_read(c, f->site->town), STR(BALIHO),
                                   &p, &o));
    return o == NULL ? STR("") : app_overlay_write(c, o);
}

/* The item says its conflict and is answered; what it says afterwards. */
static struct seen settle(struct fair *f, const char *item, const char *path,
                          const char *how)
{
    struct ctx *c = f->c;
    const char *at = arena_fmt(c->mem, APP "/butir/%s", item).p;
    struct seen page = browser_get(&f->admin, at);

    SHOWS(&page, arena_fmt(c->mem, "name=\"jalur\" value=\"%s\"", path).p);
    page = browser_post(&f->admin, at,
                        arena_fmt(c->mem, "jalur=%s&pilih=%s", path, how).p);
    page = browser_follow(&f->admin, &page, APP);
    SHOWS(&page, "Tersimpan");
    return page;
}

TEST(an_update_shows_each_conflict_and_settling_loses_no_decision)
{
    struct fair *f = fair_new(c);
    struct seen page;
    str o;

    adopt(f);
    localise(f);
    publish(f, 0, next_of(f));
    page = look_for_updates(f);
    SHOWS(&page, "Pembaruan", "Saksi kita", "Saksi mereka", "dihapus",
          "<dd>25</dd>", "<dd>30</dd>", "<dd>20</dd>", "<dd>5</dd>",
          "<dd>6</dd>", "<dd>10</dd>");
    page = take(f, &page);
    SHOWS(&page, "Izin Baliho", "1.2.0");

    settle(f, "tarif.persen", "tariff.persen.value", "milik-kita");
    settle(f, "baris.rules.videotron_max", "rules.videotron_max", "milik-kita");
    settle(f, "baris.fields.saksi", "fields.saksi", "milik-kita");
    settle(f, "baris.fields.imb.max_mb", "fields.imb.max_mb", "asal");

    o = overlay_of(f);
    CHECK(str_find(o, STR("tariff.persen.value: {to: 20, was: 30, why: {id: "
                          "Perda 9}}")) < o.n);
    CHECK(str_find(o, STR("remove:\n  rules.videotron_max:")) < o.n);
    CHECK(str_find(o, STR("add:\n  fields.saksi:")) < o.n);
    CHECK(str_find(o, STR("after: lokasi")) < o.n);
    CHECK(str_find(o, STR("Kebiasaan")) < o.n);
    CHECK(str_find(o, STR("max_mb")) == o.n);
    page = browser_get(&f->admin, APP);
    SHOWS(&page, "Bertentangan <span>0</span>");
    SHOWS(&page, "dihapus → tetap milik kita", "asal kini 30");
}

/* ---- what is newer ------------------------------------------------- */

static err install(struct ctx *c, struct conn *tx, void *arg)
{
    struct fair *f = arg;
    bool done;

    return app_install(c, tx, f->site->town->w.ledger, STR("system"),
                       f->package, &done);
}

TEST(a_version_that_is_lower_than_ours_is_not_called_newer)
{
    struct fair *f = fair_new(c);
    struct seen page;

    adopt(f);
    page = browser_get(&f->admin, "/aplikasi");
    CHECK(!seen_has(&page, "tersedia"));
    f->package = shop_changed(c, f->first, "1.3.0", "max_mb: 5", "max_mb: 7");
    CHECK_OK(store_write(c, f->site->town->w.store, install, f));
    town_look(c, f->site->town);
    page = browser_get(&f->admin, "/aplikasi");
    CHECK(!seen_has(&page, "Versi 1.1.0 tersedia"));

    publish(f, 0,
            shop_changed(c, f->first, "1.10.0", "max_mb: 5", "max_mb: 9"));
    look_at_stick(f);
    page = browser_get(&f->admin, "/aplikasi");
    SHOWS(&page, "Versi 1.10.0 tersedia");
}
