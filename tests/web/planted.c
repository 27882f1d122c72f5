/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/web/planted.h"

#include "tests/web/spiked.h"

#include <stdio.h>

/* ---- all apps ----------------------------------------------------- */

struct opening {
    const struct record_world *w;
    const char *dir, *base;
    struct findings f;
};

static err open_one(struct ctx *c, struct conn *tx, void *arg)
{
    struct opening *u = arg;
    struct ledger_event e = {.class = LEDGER_CONFIG, .office = 1};
    struct app_package *p;
    bool done;

    TRY(app_package_read(c, u->dir, u->base, &u->f, &p));
    TRY(app_install(c, tx, u->w->ledger, STR("system"), p, &done));
    if (!done)
        return E_OK; /* the town has it open */
    ledger_say(c, &e, "act", STR("app.opened"));
    ledger_say(c, &e, "app", app_package_id(p));
    ledger_say(c, &e, "by", STR("system"));
    return ledger_append(c, tx, u->w->ledger, &e);
}

static void open_sector(struct ctx *c, struct site *s, const char *sector,
                        const char *base)
{
    str *apps;
    size_t n;

    CHECK_OK(file_list(c, sector, 'd', &apps, &n));
    for (size_t i = 0; i < n; i++) {
        struct opening u = {.w = &s->town->w,
                            .dir = file_join(c, sector, apps[i].p),
                            .base = base};

        if (CHECK_OK(store_write(c, s->town->w.store, open_one, &u)))
            continue;
        for (size_t k = 0; k < u.f.n; k++)
            printf("  %s\n", finding_show(c, &u.f.all[k]).p);
    }
}

static void open_all(struct ctx *c, struct site *s, const char *apps)
{
    str *sectors;
    size_t n;

    CHECK_OK(file_list(c, apps, 'd', &sectors, &n));
    for (size_t i = 0; i < n; i++)
        if (!str_eq(sectors[i], STR("base")))
            open_sector(c, s, file_join(c, apps, sectors[i].p),
                        file_join(c, apps, "base"));
    town_look(c, s->town);
}

/* ---- text in every part ------------------------------------------- */

struct planting {
    struct ctx *c;
    struct site *site;
    struct planted_app *at;
    int index;
    plant_text *text;
    str officer;
};

/* The definition's own word, not what the program made of it. */
static char shown_to(const struct app_field *d)
{
    str show = data_text(data_get(d->def, STR("show")));

    return str_eq(show, STR("public"))   ? 'P'
           : str_eq(show, STR("office")) ? 'O'
           : str_eq(show, STR("own"))    ? 'W'
                                         : 'R';
}

static bool is_written(enum app_type type)
{
    static const enum app_type all[] = {APP_TEXT,    APP_LONGTEXT, APP_NIK,
                                        APP_PHONE,   APP_EMAIL,    APP_PERSON,
                                        APP_BUSINESS};

    for (size_t i = 0; i < COUNT(all); i++)
        if (type == all[i])
            return true;
    return false;
}

/* Does this part hold what a person wrote? */
static bool is_text(const struct app_field *d, str path)
{
    if (d->type == APP_PLACE)
        return str_ends(path, STR(".patokan"));
    for (size_t i = 0; i < d->n_columns; i++)
        if (path.n > d->columns[i].key.n && str_ends(path, d->columns[i].key) &&
            path.p[path.n - d->columns[i].key.n - 1] == '.')
            return is_written(d->columns[i].type);
    return is_written(d->type);
}

static void plant_parts(struct planting *u, struct ledger_event *e,
                        const char *head, const struct app_field *d)
{
    struct app_form form = {0};

    app_fake(u->c, d, u->site->town->w.city, &form);
    if (d->type == APP_PLACE)
        app_form_set(u->c, &form,
                     arena_fmt(u->c->mem, "%.*s.patokan", STR_ARG(d->key)),
                     STR("x"));
    for (size_t i = 0; i < form.n; i++) {
        struct plant p = {u->c, u->index, shown_to(d), form.all[i].path};
        bool text = is_text(d, p.path);

        if (text)
            u->at->n[(int)p.show]++;
        ledger_say_path(u->c, e, head, p.path,
                        text ? u->text(&p) : form.all[i].text);
    }
}

static void stand(struct planting *u, struct ledger_event *e)
{
    const struct app *a = u->at->app;

    e->class = LEDGER_CASE;
    e->subject = u->at->number;
    ledger_say(u->c, e, "record", u->at->number);
    ledger_say(u->c, e, "app", a->id);
    ledger_say(u->c, e, "state", a->start);
    ledger_say(u->c, e, "office", STR(PLANTED_OFFICE));
    ledger_say(u->c, e, "function", a->function);
    ledger_say(u->c, e, "duty", STR("verifier"));
    ledger_say(u->c, e, "region", STR("32.73.01.1001"));
}

static err submit(struct ctx *c, struct conn *tx, struct planting *u)
{
    const struct app *a = u->at->app;
    struct record_world *w = &u->site->town->w;
    struct ledger_event e = {0};
    struct buf index = buf_new(c, 4096);
    str both = arena_fmt(c->mem, "%.*s %.*s", STR_ARG(u->at->number),
                         STR_ARG(u->at->code));
    str code[] = {STR("balai/code-kept/v1\n"), both};

    ledger_say(c, &e, "act", STR("submit"));
    stand(u, &e);
    ledger_say(c, &e, "version", a->version);
    ledger_say(c, &e, "tree", a->tree);
    ledger_say(c, &e, "overlay", a->overlay);
    ledger_say(c, &e, "by", STR("resident"));
    ledger_say(c, &e, "code",
               seal_show_hash(c, seal_hmac((str){(const char *)w->secret, 32},
                                           code, COUNT(code))));
    for (size_t i = 0; i < a->n_fields; i++) {
        plant_parts(u, &e, "fields", &a->fields[i]);
        if (a->fields[i].indexed)
            buf_fmt(&index, "%s%.*s", index.n > 0 ? "," : "",
                    STR_ARG(a->fields[i].key));
    }
    ledger_say(c, &e, "index", buf_str(&index));
    return ledger_append(c, tx, w->ledger, &e);
}

static err act(struct ctx *c, struct conn *tx, struct planting *u,
               const struct app_state *from, const struct app_action *x)
{
    struct ledger_event e = {0};

    ledger_say(c, &e, "act", x->key);
    stand(u, &e);
    ledger_say(c, &e, "from", from->key);
    ledger_say(c, &e, "by", u->officer);
    for (size_t i = 0; i < x->n_needs; i++)
        plant_parts(u, &e, "needs", &x->needs[i]);
    return ledger_append(c, tx, u->site->town->w.ledger, &e);
}

static err live(struct ctx *c, struct conn *tx, void *arg)
{
    struct planting *u = arg;
    const struct app *a = u->at->app;

    u->c = c; /* the write has an arena of its own */
    TRY(submit(c, tx, u));
    for (size_t i = 0; i < a->n_states; i++)
        for (size_t k = 0; k < a->states[i].n_actions; k++)
            if (a->states[i].actions[k].n_needs > 0)
                TRY(act(c, tx, u, &a->states[i], &a->states[i].actions[k]));
    return E_OK;
}

static struct planted *plant_all(struct ctx *c, struct site *s,
                                 plant_text *text)
{
    struct planted *p = NEW(c->mem, struct planted);
    struct planting u = {.c = c, .site = s, .text = text};
    const struct app_brief *all;
    size_t n = app_catalogue_all(s->town->w.apps, &all);

    p->site = s;
    u.officer = town_officer(c, s->town, PLANTED_OFFICER).pseudonym;
    MUST(n <= PLANTED_MOST);
    for (size_t i = 0; i < n; i++) {
        u.at = &p->all[p->n];
        u.index = (int)p->n++;
        *u.at = (struct planted_app){
            .app = app_catalogue_find(s->town->w.apps, all[i].id)->app,
            .number = record_number_new(c),
            .code = STR("AAAA-AAAA")};
        if (!CHECK(all[i].builds) ||
            !CHECK_OK(store_write(c, s->town->w.store, live, &u)))
            printf("  %.*s: %s\n", STR_ARG(all[i].id), c->why.p);
    }
    return p;
}

struct planted *planted_new(struct ctx *c, plant_text *text)
{
    struct site *s = site_new(c);

    open_all(c, s, "apps");
    return plant_all(c, s, text);
}

struct planted *planted_spiked(struct ctx *c, plant_text *text, str head)
{
    struct site *s = site_new(c);

    spiked_city(c, s, head);
    open_all(c, s, spiked_apps(c, head));
    return plant_all(c, s, text);
}
