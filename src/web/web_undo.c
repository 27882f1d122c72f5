/* SPDX-License-Identifier: EUPL-1.2 */
/* Going back to the version before: what that changes, read first; then done,
 * or asked of a second officer. */
#include "grant/grant.h"
#include "web/web_local.h"

/* What the page shows, and what the answer rests on. */
struct going_back {
    struct local *l;
    bool any;
    struct app_back to;
    struct app_undo_asked asked;
    bool waits;
    struct app_differs *lines;
    size_t n;
    bool grave;
};

static err look(struct visit *v, struct going_back *g)
{
    TRY(web_local(v, &g->l));
    TRY(app_way_back(v->c, v->on, g->l->id, &g->to, &g->any));
    TRY(app_undo_waits(v->c, v->on, g->l->id, &g->asked, &g->waits));
    return g->any ? app_back_lines(v->c, v->on, &g->to, &g->lines, &g->n,
                                   &g->grave)
                  : E_OK;
}

/* Nobody goes back from anything else than what was shown. */
static str seen_mark(struct visit *v, const struct going_back *g)
{
    return arena_fmt(v->c->mem, "%" PRId64 " %.*s %.*s", g->to.event,
                     STR_ARG(g->to.was), STR_ARG(g->to.was_overlay));
}

/* ---- showing ------------------------------------------------------ */

static void put_effects(struct visit *v, const char *key,
                        const struct findings *f, bool risks)
{
    struct data *list = web_list(v, v->page, key);

    for (size_t i = 0; i < f->n; i++)
        if ((f->all[i].severity != FIND_NOTE) == risks)
            web_line(v, list, web_capital(v, web_plain(f->all[i].what)));
    web_has(v, v->page, key);
}

/* What residents and officers will notice; and why it does not build here any
 * more, where it does not. */
static err put_meaning(struct visit *v, const struct going_back *g,
                       bool *builds)
{
    struct findings f = {0}, effects = {0};
    struct app_package *p;
    struct app_overlay *o;
    struct app *then = NULL;
    str unfit = STR("");
    err e;

    TRY(app_back_load(v->c, v->on, &g->to, &p, &o));
    e = app_build(v->c, p, o, v->world.city, &f, &then);
    if (e != E_OK && e != E_BAD_INPUT)
        return e;
    *builds = e == E_OK;
    for (size_t i = 0; !*builds && i < f.n && unfit.n == 0; i++)
        if (f.all[i].severity == FIND_ERROR)
            unfit = web_plain(f.all[i].what);
    if (*builds && g->l->app != NULL)
        TRY(grant_meaning(v->c, g->l->app, then, &effects));
    web_put(v, v->page, "unfit", unfit);
    put_effects(v, "risks", &effects, true);
    put_effects(v, "effects", &effects, false);
    return E_OK;
}

static void put_asked(struct visit *v, const struct going_back *g)
{
    bool mine = str_eq(g->asked.by, v->s.who.pseudonym);
    struct data *p;

    if (!g->waits) {
        web_flag(v, v->page, "asked", false);
        return;
    }
    p = web_map(v, v->page, "asked");
    web_put(v, p, "say",
            SAY(v, "say_back_asked", STR("who"), web_officer(v, g->asked.by),
                STR("when"), web_when(v, g->asked.since)));
    web_put(v, p, "stale",
            g->asked.stale ? web_word(v, "say_back_stale") : STR(""));
    web_flag(v, p, "agree", !mine && !g->asked.stale);
    web_flag(v, p, "mine", mine);
}

static err show(struct visit *v, const struct going_back *g,
                const struct findings *f)
{
    bool builds = false, wrong = f != NULL && f->n > 0;

    TRY(web_frame(v));
    web_trail(v, web_to(v, "/aplikasi/%.*s", STR_ARG(g->l->id)),
              app_say(v->c, g->l->origin->title));
    v->title = SAY(v, "say_back_title", STR("version"), g->to.version);
    web_put(v, v->page, "heading", v->title);
    web_put(v, v->page, "about",
            SAY(v, "say_back_about", STR("now"), g->to.was_version,
                STR("version"), g->to.version, STR("when"),
                web_when(v, g->to.since)));
    TRY(put_meaning(v, g, &builds));
    web_put_differs(v, g->l, web_list(v, v->page, "lines"), g->lines, g->n);
    web_has(v, v->page, "lines");
    put_asked(v, g);
    web_flag(v, v->page, "may",
             builds && (!g->waits || g->asked.stale || !g->grave));
    web_put(v, v->page, "two",
            g->grave ? web_word(v, "say_back_two") : STR(""));
    web_put(v, v->page, "do", g->grave ? STR("usul") : STR("kembali"));
    web_put(v, v->page, "do_words",
            web_word(v, g->grave ? "say_back_propose" : "say_back_do"));
    web_put(v, v->page, "seen", seen_mark(v, g));
    web_put(v, v->page, "action",
            web_to(v, "/aplikasi/%.*s/versi", STR_ARG(g->l->id)));
    web_put(v, v->page, "on", web_to(v, "/aplikasi/%.*s", STR_ARG(g->l->id)));
    if (wrong)
        web_wrong(v, f, web_on_page, NULL);
    return web_show_as(v, wrong ? 422 : 200, "app_back");
}

err web_back_page(struct visit *v)
{
    struct going_back g = {0};

    TRY(look(v, &g));
    return g.any ? show(v, &g, NULL)
                 : web_go(v, "/aplikasi/%.*s", STR_ARG(g.l->id));
}

/* ---- doing -------------------------------------------------------- */

struct answering {
    struct visit *v;
    const struct going_back *g;
};

static err go_back(struct ctx *c, struct conn *tx, void *arg)
{
    struct answering *u = arg;

    return app_undo(c, tx, u->v->world.ledger, u->v->s.who.pseudonym, STR(""),
                    u->v->world.city, &u->g->to);
}

static err agree(struct ctx *c, struct conn *tx, void *arg)
{
    struct answering *u = arg;

    return app_undo(c, tx, u->v->world.ledger, u->g->asked.by,
                    u->v->s.who.pseudonym, u->v->world.city, &u->g->to);
}

static err propose(struct ctx *c, struct conn *tx, void *arg)
{
    struct answering *u = arg;

    return app_undo_propose(c, tx, u->v->world.ledger, u->v->s.who.pseudonym,
                            &u->g->to);
}

static err withdraw(struct ctx *c, struct conn *tx, void *arg)
{
    struct answering *u = arg;

    return app_undo_withdraw(c, tx, u->v->world.ledger, u->v->s.who.pseudonym,
                             u->g->l->id);
}

static const struct {
    const char *answer;
    store_work *work;
    const char *said;
} answers[] = {
    {"kembali", go_back, "versi"},
    {"setuju", agree, "versi"},
    {"usul", propose, "usul"},
    {"tarik", withdraw, "tarik"},
};

static err answered(struct visit *v, const struct going_back *g, size_t i)
{
    struct answering u = {v, g};

    web_look_away(v);
    TRY(store_write(v->c, v->world.store, answers[i].work, &u));
    TRY(web_refresh(v));
    return web_go(v, "/aplikasi/%.*s?tersimpan=%s", STR_ARG(g->l->id),
                  answers[i].said);
}

/* What the room below refuses is said on this page, of what there is now. */
static err refused(struct visit *v, err e)
{
    struct going_back g = {0};
    struct findings f = {0};
    str why = v->c->why;

    if (e != E_REFUSED && e != E_CONFLICT)
        return e;
    finding_add(v->c, &f, FIND_ERROR, (struct place){0}, STR("rules"), "%.*s",
                STR_ARG(why));
    web_look_away(v);
    TRY(look(v, &g));
    return g.any ? show(v, &g, &f)
                 : web_go(v, "/aplikasi/%.*s", STR_ARG(g.l->id));
}

err web_back_take(struct visit *v)
{
    struct going_back g = {0};
    str said = web_sent(v, "jawab");
    err e = E_OK;

    TRY(look(v, &g));
    if (!g.any)
        return web_go(v, "/aplikasi/%.*s", STR_ARG(g.l->id));
    if (!str_eq(web_sent(v, "dilihat"), seen_mark(v, &g)))
        return refused(v, fail(v->c, E_CONFLICT, "%s",
                               say(v->c,
                                   "Aplikasi ini berubah sejak Anda "
                                   "melihatnya. Bacalah sekali lagi.",
                                   "This app has changed since you looked. "
                                   "Read it again.")));
    for (size_t i = 0; i < COUNT(answers); i++)
        if (str_eq(said, str_of(answers[i].answer))) {
            e = answered(v, &g, i);
            return e == E_OK ? E_OK : refused(v, e);
        }
    return show(v, &g, NULL);
}
