/* SPDX-License-Identifier: EUPL-1.2 */
/* A city made for playing: made by the engine's own means, never by writing
 * tables, and gone when the play is over. */
#include "rehearse/rehearse_priv.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The first regency by code: an app must not contain its city, so any does. */
#define STAGE_CODE   "11.01"
#define STAGE_DOMAIN "latihan.contoh.example"

/* ---- a folder ----------------------------------------------------- */

static int remove_one(const char *path, const struct stat *st, int kind,
                      struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    return remove(path);
}

static void remove_folder(void *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static err make_folder(struct ctx *c, const char **out)
{
    const char *tmp = getenv("TMPDIR");
    str path = arena_fmt(c->mem, "%s/balai-XXXXXX", tmp == NULL ? "/tmp" : tmp);
    char *z = NEWS(c->mem, char, path.n + 1);

    memcpy(z, path.p, path.n);
    if (mkdtemp(z) == NULL)
        return fail(c, E_STORAGE,
                    say(c, "Map sementara %s tidak dapat dibuat.",
                        "The folder %s cannot be made."),
                    z);
    arena_owns(c->mem, remove_folder, z);
    *out = z;
    return E_OK;
}

/* ---- its files ---------------------------------------------------- */

/* All apps on the stage: what they name, each once. */
struct needed {
    str *functions, *registers;
    size_t n_functions, room_functions, n_registers, room_registers;
};

static void need(struct ctx *c, const struct app *a, struct needed *n)
{
    for (size_t i = 0; i < a->n_functions; i++) {
        if (str_among(a->functions[i], n->functions, n->n_functions) >= 0)
            continue;
        ARENA_GROW(c->mem, n->functions, n->n_functions, n->room_functions);
        n->functions[n->n_functions++] = a->functions[i];
    }
    for (size_t i = 0; i < a->n_books; i++) {
        str key = a->books[i];

        if (str_among(key, n->registers, n->n_registers) >= 0)
            continue;
        ARENA_GROW(c->mem, n->registers, n->n_registers, n->room_registers);
        n->registers[n->n_registers++] = key;
    }
}

static err write_offices(struct ctx *c, const char *dir, const struct needed *n)
{
    struct buf offices = buf_new(c, 1 << 20), map = buf_new(c, 1 << 20);

    buf_lit(&offices, "balai: 1\noffices:\n");
    buf_lit(&map, "balai: 1\nfunctions:\n");
    for (size_t i = 0; i < n->n_functions; i++) {
        str name = n->functions[i];

        buf_fmt(&offices, "  %.*s: {number: %zu, name: {id: %.*s}}\n",
                STR_ARG(name), 101 + i, STR_ARG(city_function_name(c, name)));
        if (!str_eq(name, STR("own-office"))) /* it needs no map */
            buf_fmt(&map, "  %.*s: %.*s\n", STR_ARG(name), STR_ARG(name));
    }
    TRY(file_write(c, file_join(c, dir, "offices.yaml"), buf_str(&offices),
                   0600));
    return file_write(c, file_join(c, dir, "functions.yaml"), buf_str(&map),
                      0600);
}

static err write_registers(struct ctx *c, const char *dir,
                           const struct needed *n)
{
    struct buf b = buf_new(c, 1 << 20);

    if (n->n_registers == 0)
        return E_OK;
    buf_lit(&b, "balai: 1\nregisters:\n");
    for (size_t i = 0; i < n->n_registers; i++)
        buf_fmt(&b,
                "  %.*s: {title: {id: Buku nomor}, class: '000', unit: "
                "CONTOH, reset: never}\n",
                STR_ARG(n->registers[i]));
    return file_write(c, file_join(c, dir, "registers.yaml"), buf_str(&b),
                      0600);
}

static err write_calendar(struct ctx *c, const char *dir)
{
    return file_write(c, file_join(c, dir, "calendar.yaml"),
                      STR("balai: 1\n"
                          "hours:\n"
                          "  monday: 08:00-12:00, 13:00-16:00\n"
                          "  tuesday: 08:00-12:00, 13:00-16:00\n"
                          "  wednesday: 08:00-12:00, 13:00-16:00\n"
                          "  thursday: 08:00-12:00, 13:00-16:00\n"
                          "  friday: 08:00-11:30, 13:00-16:00\n"
                          "holidays: {}\n"),
                      0600);
}

/* ---- filling ------------------------------------------------------ */

struct setting_up {
    struct stage *s;
    const struct city_change *changes;
    size_t n;
    const struct app_package *package;
    const struct app_overlay *overlay;
    struct app_package **others;
    size_t n_others;
};

static err found(struct ctx *c, struct conn *tx, void *arg)
{
    struct setting_up *u = arg;

    return city_found(c, tx, u->s->w.ledger, STR(STAGE_CODE), STR(STAGE_DOMAIN),
                      true);
}

/* Opened without asking what stands in the way: local laws and people are
 * what the adopting city fills in, not what a scenario proves. */
static err open_app(struct ctx *c, struct conn *tx, struct setting_up *u,
                    const struct app_package *p)
{
    struct ledger_event e = {.class = LEDGER_CONFIG, .office = 1};
    bool done;

    TRY(app_install(c, tx, u->s->w.ledger, STR("system"), p, &done));
    ledger_say(c, &e, "act", STR("app.opened"));
    ledger_say(c, &e, "app", app_package_id(p));
    ledger_say(c, &e, "by", STR("system"));
    return ledger_append(c, tx, u->s->w.ledger, &e);
}

static err install(struct ctx *c, struct conn *tx, void *arg)
{
    struct setting_up *u = arg;
    bool done;

    TRY(city_apply(c, tx, u->s->w.ledger, STR("system"), u->changes, u->n));
    TRY(open_app(c, tx, u, u->package));
    for (size_t i = 0; i < u->n_others; i++)
        TRY(open_app(c, tx, u, u->others[i]));
    return u->overlay == NULL
               ? E_OK
               : app_localise(c, tx, u->s->w.ledger, STR("system"),
                              STR("system"), u->overlay, &done);
}

static err fill(struct ctx *c, const char *dir, struct setting_up *u,
                const struct app *a, struct findings *f)
{
    struct city_change *changes;
    struct needed needed = {0};
    struct app *other;

    need(c, a, &needed);
    for (size_t i = 0; i < u->n_others; i++) {
        TRY(app_build(c, u->others[i], NULL, NULL, f, &other));
        need(c, other, &needed);
    }
    TRY(store_write(c, u->s->w.store, found, u));
    TRY(record_world_look(c, &u->s->w));
    TRY(write_offices(c, dir, &needed));
    TRY(write_registers(c, dir, &needed));
    TRY(write_calendar(c, dir));
    TRY(city_compare(c, u->s->w.city, dir, f, &changes, &u->n));
    u->changes = changes;
    TRY(store_write(c, u->s->w.store, install, u));
    return record_world_look(c, &u->s->w);
}

/* ---- other apps --------------------------------------------------- */

struct others {
    const struct app_package *p;
    struct findings *f;
    struct app_package **all;
    size_t n, room;
};

static err take_other(struct ctx *c, struct others *o, str id)
{
    struct app_package *other;

    if (id.n == 0 || str_eq(id, app_package_id(o->p)))
        return E_OK;
    for (size_t i = 0; i < o->n; i++)
        if (str_eq(app_package_id(o->all[i]), id))
            return E_OK;
    TRY(app_package_beside(c, o->p, id, o->f, &other));
    ARENA_GROW(c->mem, o->all, o->n, o->room);
    o->all[o->n++] = other;
    return E_OK;
}

/* Those that a step acts on, and those in which it expects a record. */
static err take_step(struct ctx *c, struct others *o, const struct data *step)
{
    const struct data *opens =
        data_get(data_get(step, STR("expect")), STR("opens"));

    for (size_t i = 0; i < step->n; i++)
        TRY(take_other(c, o,
                       data_text(data_get(step->pairs[i].value, STR("app")))));
    for (size_t i = 0; opens != NULL && i < opens->n; i++)
        TRY(take_other(c, o, opens->pairs[i].key));
    return E_OK;
}

err rehearse_others(struct ctx *c, const struct app_package *p,
                    const struct data *steps, struct findings *f,
                    struct app_package ***out, size_t *n)
{
    struct others o = {.p = p, .f = f};

    *out = NULL, *n = 0;
    for (size_t i = 0; i < steps->n; i++)
        TRY(take_step(c, &o, steps->items[i]));
    *out = o.all, *n = o.n;
    return E_OK;
}

/* ---- people ------------------------------------------------------- */

struct hiring {
    struct stage *s;
    str role, office, duty;
    struct city_officer o;
};

static err hire(struct ctx *c, struct conn *tx, void *arg)
{
    struct hiring *u = arg;

    if (u->o.id == 0)
        TRY(city_officer_add(c, tx, u->s->w.ledger, &u->o, &u->o.id));
    TRY(city_duty_give(c, tx, u->s->w.ledger, STR("system"), u->o.id, u->office,
                       u->duty));
    return city_officer_by_id(c, tx, u->o.id, &u->o);
}

static struct cast *find_cast(struct stage *s, str role)
{
    for (size_t i = 0; i < s->n_cast; i++)
        if (str_eq(s->cast[i].role, role))
            return &s->cast[i];
    return NULL;
}

static err cast_role(struct ctx *c, struct stage *s, str role)
{
    struct hiring u = {.s = s, .role = role};

    if (find_cast(s, role) != NULL)
        return E_OK;
    str_cut(role, '.', &u.office, &u.duty);
    if (city_office(s->w.city, u.office) == NULL || !city_duty_known(u.duty))
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "Pelaku \"%.*s\" bukan fungsi.tugas yang disebut "
                        "aplikasi ini.",
                        "The role \"%.*s\" is no function.duty that this app "
                        "names."),
                    STR_ARG(role));
    u.o = (struct city_officer){
        .login = arena_fmt(c->mem, "pemain.%zu", s->n_cast + 1),
        .name = arena_fmt(c->mem, "Pemain %.*s", STR_ARG(role)),
        .post = STR("Pemain"),
        .active = true};
    TRY(store_write(c, s->w.store, hire, &u));
    ARENA_GROW(c->mem, s->cast, s->n_cast, s->room_cast);
    s->cast[s->n_cast++] = (struct cast){role, u.o.id, u.o.pseudonym};
    return E_OK;
}

err rehearse_cast(struct ctx *c, struct stage *s, str role, str duty_of,
                  struct record_actor *out)
{
    const struct cast *who;

    TRY(cast_role(c, s, role));
    who = find_cast(s, role);
    if (!str_eq(role, duty_of)) {
        struct hiring u = {.s = s, .o = {.id = who->officer}};

        TRY(cast_role(c, s, duty_of));
        who = find_cast(s, role);
        str_cut(duty_of, '.', &u.office, &u.duty);
        TRY(store_write(c, s->w.store, hire, &u));
    }
    *out = (struct record_actor){.role = RECORD_OFFICER,
                                 .officer = who->officer,
                                 .pseudonym = who->pseudonym,
                                 .channel = STR("command")};
    return E_OK;
}

static bool is_role(str key)
{
    return str_has(key, '.') && !str_starts(key, STR("resident"));
}

static err cast_step(struct ctx *c, struct stage *s, const struct data *step)
{
    const struct data *sees =
        data_get(data_get(step, STR("expect")), STR("sees"));

    for (size_t i = 0; i < step->n; i++) {
        str key = step->pairs[i].key;
        size_t as = str_find(key, STR(" as "));

        if (!is_role(key))
            continue;
        TRY(cast_role(c, s, str_slice(key, 0, as)));
        if (as < key.n)
            TRY(cast_role(c, s, str_slice(key, as + 4, key.n)));
    }
    for (size_t i = 0; sees != NULL && i < sees->n; i++)
        TRY(cast_role(c, s, sees->pairs[i].key));
    return E_OK;
}

/* Everybody is there before the first step: four eyes look for a second
 * person when a state is entered, not when somebody acts. */
static err cast_all(struct ctx *c, struct stage *s,
                    const struct data *scenarios)
{
    for (size_t i = 0; i < scenarios->n; i++) {
        const struct data *steps = scenarios->pairs[i].value;

        for (size_t k = 0; k < steps->n; k++)
            TRY(cast_step(c, s, steps->items[k]));
    }
    return E_OK;
}

/* Nothing here outlives the play, so nothing waits for the disk. */
static err open_world(struct ctx *c, const char *dir, struct record_world *w)
{
    const struct record_folder f = {
        .dir = dir, .synchronous = "OFF", .domain = STR(STAGE_DOMAIN)};

    return record_world_open(c, &f, w);
}

err rehearse_stage(struct ctx *c, const struct app_package *p,
                   const struct app_overlay *overlay,
                   const struct data *scenarios, struct findings *f,
                   struct stage *out)
{
    struct setting_up u = {.s = out, .package = p, .overlay = overlay};
    const struct app_entry *entry;
    const char *dir = NULL;
    struct app *a;

    *out = (struct stage){0};
    for (size_t i = 0; i < scenarios->n; i++)
        TRY(rehearse_others(c, p, scenarios->pairs[i].value, f, &u.others,
                            &u.n_others));
    TRY(app_build(c, p, overlay, NULL, f, &a));
    TRY(make_folder(c, &dir));
    TRY(open_world(c, dir, &out->w));
    TRY(fill(c, dir, &u, a, f));
    TRY(cast_all(c, out, scenarios));
    entry = app_catalogue_find(out->w.apps, app_package_id(p));
    if (entry == NULL || entry->app == NULL)
        return fail(c, E_BAD_INPUT, "%s",
                    say(c, "Aplikasi ini tidak dapat dibuka untuk dimainkan.",
                        "This app cannot be opened to be played."));
    out->app = entry->app;
    return E_OK;
}
