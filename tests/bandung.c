/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/bandung.h"

#include "insight/insight.h"

#define DOMAIN STR("bandung.example")

err bandung_open_with(struct ctx *c, const char *dir, const char *synchronous,
                      const struct ledger_room *more, struct record_world *out)
{
    struct record_folder f = {
        .dir = dir, .synchronous = synchronous, .domain = DOMAIN};
    struct ledger_room rooms[2];

    rooms[0].all = insight_rooms(c, &rooms[0].n);
    rooms[1] = more != NULL ? *more : (struct ledger_room){0};
    f.appliers = ledger_join(c, rooms, COUNT(rooms), &f.n);
    return record_world_open(c, &f, out);
}

err bandung_open(struct ctx *c, const char *dir, const char *synchronous,
                 struct record_world *out)
{
    return bandung_open_with(c, dir, synchronous, NULL, out);
}

/* ---- filling ------------------------------------------------------ */

struct filling {
    const struct record_world *w;
    struct findings *f;
    bool training;
};

static err found(struct ctx *c, struct conn *tx, void *arg)
{
    struct filling *u = arg;

    return city_found(c, tx, u->w->ledger, STR("32.73"), DOMAIN, u->training);
}

static err load(struct ctx *c, struct conn *tx, void *arg)
{
    struct filling *u = arg;
    struct city_change *changes;
    size_t n;

    TRY(city_compare(c, u->w->city, "cities/bandung", u->f, &changes, &n));
    return city_apply(c, tx, u->w->ledger, STR("system"), changes, n);
}

static err people(struct ctx *c, struct conn *tx, void *arg)
{
    struct filling *u = arg;
    struct city_people_change *changes;
    str csv;
    size_t n;

    TRY(file_read(c, "cities/bandung/people.csv", 1 << 20, &csv));
    return city_people_import(c, u->w->city, tx, tx, u->w->ledger,
                              STR("system"), STR("people.csv"), csv, u->f,
                              &changes, &n);
}

/* Opened without the gate: what a city must name first is tested elsewhere. */
static err install(struct ctx *c, struct conn *tx, void *arg)
{
    static const char *const apps[] = {"apps/penanaman-modal/izin-reklame",
                                       "apps/kominfo/lapor-warga"};
    struct filling *u = arg;

    for (size_t i = 0; i < COUNT(apps); i++) {
        struct ledger_event e = {.class = LEDGER_CONFIG, .office = 1};
        struct app_package *p;
        bool done;

        TRY(app_package_read(c, apps[i], "apps/base", u->f, &p));
        TRY(app_install(c, tx, u->w->ledger, STR("system"), p, &done));
        ledger_say(c, &e, "act", STR("app.opened"));
        ledger_say(c, &e, "app", app_package_id(p));
        ledger_say(c, &e, "by", STR("system"));
        TRY(ledger_append(c, tx, u->w->ledger, &e));
    }
    return E_OK;
}

static err fill(struct ctx *c, struct record_world *w, bool training,
                struct findings *f)
{
    static err (*const steps[])(struct ctx *, struct conn *,
                                void *) = {found, load, people, install};
    struct filling u = {.w = w, .f = f, .training = training};

    for (size_t i = 0; i < COUNT(steps); i++) {
        TRY(store_write(c, w->store, steps[i], &u));
        TRY(record_world_look(c, w));
    }
    return E_OK;
}

err bandung_fill(struct ctx *c, struct record_world *w, struct findings *f)
{
    return fill(c, w, false, f);
}

err bandung_train(struct ctx *c, struct record_world *w, struct findings *f)
{
    return fill(c, w, true, f);
}

err bandung_officer(struct ctx *c, const struct record_world *w,
                    const char *login, struct record_actor *out)
{
    struct city_officer *all;
    struct conn *on;
    size_t n;

    *out = (struct record_actor){.role = RECORD_OFFICER, .channel = STR("web")};
    TRY(store_read(c, w->store, &on));
    TRY(city_officers(c, on, &all, &n));
    store_done(on);
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].login, str_of(login))) {
            out->officer = all[i].id;
            out->pseudonym = all[i].pseudonym;
        }
    MUST(out->officer != 0);
    return E_OK;
}
