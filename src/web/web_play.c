/* SPDX-License-Identifier: EUPL-1.2 */
/* An app's scenarios under the city's own values, before it opens: played by
 * the real engine, told one by one in words. */
#include "rehearse/rehearse.h"
#include "web/web_local.h"

struct played {
    str name;
    bool ours; /* differs, because of our own values */
    bool failed;
    struct findings f;
};

struct playing {
    struct web *web;
    str id;
    struct played *all;
    size_t n;
};

static err play_one(struct ctx *c, const struct app_package *p,
                    const struct app_overlay *lay, struct played *one)
{
    struct rehearse_report r;

    TRY(rehearse_app(c, one->name.p, p, lay, &one->f, &r));
    one->failed = r.failed > 0;
    one->ours = one->f.n > 0 && !one->failed;
    return E_OK;
}

static err play(struct ctx *c, struct job *j, void *arg)
{
    struct playing *u = arg;
    const struct web_host *h = &web_options_of(u->web)->host;
    const struct data *names;
    struct record_world w;
    struct app_package *p;
    struct app_overlay *lay;
    struct conn *on;
    err e;

    web_job_say(j, "Memainkan skenario ...", "Playing the scenarios ...");
    TRY(h->world(c, h->node, &w));
    TRY(store_read(c, w.store, &on));
    e = app_installed_package(c, on, u->id, &p, &lay);
    store_done(on);
    TRY(e);
    names = app_scenarios(p);
    u->all = NEWS(c->mem, struct played, names == NULL ? 1 : names->n + 1);
    for (size_t i = 0; names != NULL && i < names->n; i++) {
        u->all[u->n].name = arena_str(c->mem, names->pairs[i].key);
        TRY(play_one(c, p, lay, &u->all[u->n]));
        u->n++;
    }
    return E_OK;
}

static void *make_play(struct ctx *c, struct visit *v, void *from)
{
    struct playing *u = NEW(c->mem, struct playing);

    u->web = v->web;
    u->id = arena_str(c->mem, *(str *)from);
    return u;
}

err web_app_play(struct visit *v)
{
    str id = web_app_id(v), token;

    if (app_catalogue_brief(v->world.apps, id) == NULL)
        return fail(v->c, E_NOT_FOUND, "%s",
                    say(v->c, "Aplikasi ini belum terpasang di kota ini.",
                        "This app is not installed in this city."));
    TRY(web_job_start(v, STR("skenario"), play, make_play, &id, &token));
    return web_go(v, "/aplikasi/%.*s/skenario/%.*s", STR_ARG(id),
                  STR_ARG(token));
}

/* ---- the result --------------------------------------------------- */

/* A note names an overlay line; people know it by its words. */
static str told(struct visit *v, const struct local *l, const struct finding *f)
{
    struct app_change *lines;
    size_t n = app_overlay_lines(v->c, l->overlay, &lines);

    for (size_t i = 0; f->severity == FIND_NOTE && i < n; i++)
        if (str_find(f->what, lines[i].path) < f->what.n)
            return arena_fmt(v->c->mem,
                             say(v->c, "Hasilnya lain karena nilai kita: %.*s.",
                                 "It comes out otherwise because of our "
                                 "value: %.*s."),
                             STR_ARG(web_local_path(v, l, lines[i].path)));
    return f->what;
}

static void put_played(struct visit *v, const struct local *l,
                       struct data *list, const struct played *p)
{
    struct data *one = web_item(v, list), *said;

    web_put(v, one, "name", web_words_of(v, p->name));
    web_tag(v, one, p->failed ? "error" : "ok",
            web_word(v, p->failed ? "say_play_failed"
                        : p->ours ? "say_play_ours"
                                  : "say_play_passed"));
    said = web_list(v, one, "said");
    for (size_t i = 0; i < p->f.n && i < 10; i++)
        web_line(v, said, told(v, l, &p->f.all[i]));
}

static err show_played(struct visit *v, const struct local *l,
                       const struct job_kept *k)
{
    const struct playing *u = k->arg;
    struct data *list = web_list(v, v->page, "results");
    size_t failed = 0;

    for (size_t i = 0; k->ended && k->result == E_OK && i < u->n; i++) {
        put_played(v, l, list, &u->all[i]);
        failed += u->all[i].failed;
    }
    web_has(v, v->page, "results");
    web_flag(v, v->page, "ended", k->ended);
    web_put(v, v->page, "failed", k->result == E_OK ? STR("") : k->why);
    web_put(v, v->page, "progress", k->said);
    web_put(v, v->page, "verdict",
            !k->ended || k->result != E_OK ? STR("")
            : failed == 0                  ? web_word(v, "say_play_all_passed")
                          : SAY(v, "say_play_some_failed", STR("n"),
                                web_number(v, (int64_t)failed)));
    web_put(v, v->page, "again", web_to(v, "%.*s", STR_ARG(v->path)));
    web_put(v, v->page, "on", web_to(v, "/aplikasi/%.*s", STR_ARG(l->id)));
    return web_show(v, "app_admin_played");
}

err web_app_played(struct visit *v)
{
    struct job_kept k;
    struct local *l;

    TRY(web_job_look(v, v->part[2], STR("skenario"), &k));
    TRY(web_local(v, &l));
    TRY(web_frame(v));
    web_trail(v, web_to(v, "/aplikasi"), web_word(v, "apps"));
    web_trail(v, web_to(v, "/aplikasi/%.*s", STR_ARG(l->id)),
              app_say(v->c, l->origin->title));
    web_put(v, v->page, "name", app_say(v->c, l->origin->title));
    return show_played(v, l, &k);
}
