/* SPDX-License-Identifier: EUPL-1.2 */
/* Installed apps before their administrators: the list, one app with what is
 * still to be filled in, what waits for a second officer, its history, its
 * scenarios, and the door. */
#include "grant/grant.h"
#include "rehearse/rehearse.h"
#include "web/web_local.h"

#define PAST_SHOWN  30
#define LINES_SHOWN 20

static err by_officer(struct visit *v, const struct local *l)
{
    return web_go(v, "/aplikasi/%.*s", STR_ARG(l->id));
}

/* ---- the list ----------------------------------------------------- */

static const struct grant_taken *taken_of(const struct grant_taken *all,
                                          size_t n, str id)
{
    for (size_t i = n; i-- > 0;)
        if (str_eq(all[i].app, id))
            return &all[i];
    return NULL;
}

/* "32.73" is "Kota Bandung". */
str web_city_words(str code)
{
    struct city_region r;

    return city_region_find(code, &r) ? r.name : code;
}

static str origin_line(struct visit *v, const struct grant_taken *t)
{
    if (t == NULL)
        return str_of(say(v->c, "Buatan kota ini", "Made in this city"));
    return arena_fmt(v->c->mem,
                     t->deed.n > 0
                         ? say(v->c, "Hibah %.*s", "Granted by %.*s")
                         : say(v->c, "Dari %.*s, dengan lisensi publik",
                               "From %.*s, under the public licence"),
                     STR_ARG(web_city_words(t->city)));
}

/* Newer than ours, when its city's repository was last looked at; a city that
 * has not yet taken back what we improved is older. */
static str newer(struct visit *v, const struct app_brief *e,
                 const struct grant_taken *t)
{
    str version = t == NULL ? STR("") : web_last_seen(v, t->city, e->id);

    return version.n == 0 || app_version_cmp(version, e->version) <= 0
               ? STR("")
               : SAY(v, "say_newer", STR("version"), version);
}

static void put_entry(struct visit *v, struct data *list,
                      const struct app_brief *e, const struct grant_taken *t)
{
    struct data *one = web_item(v, list);
    str why = STR("");

    web_put(v, one, "href", web_to(v, "/aplikasi/%.*s", STR_ARG(e->id)));
    web_put(v, one, "name", e->builds ? app_say(v->c, e->title) : e->id);
    web_put(v, one, "version", e->version);
    web_put(v, one, "origin", origin_line(v, t));
    web_put(v, one, "newer", newer(v, e, t));
    for (size_t i = 0; !e->builds && i < e->trouble.n && why.n == 0; i++)
        if (e->trouble.all[i].severity == FIND_ERROR)
            why = e->trouble.all[i].what;
    web_put(v, one, "why", why);
    if (!e->builds)
        web_tag(v, one, "error", web_word(v, "say_app_broken"));
    else
        web_tag(v, one, e->open ? "ok" : "",
                web_word(v, e->open ? "say_app_open" : "say_app_closed"));
}

static void put_waits(struct visit *v, struct data *list,
                      const struct app_brief *e, const char *below, str by,
                      int64_t since)
{
    struct data *one = web_item(v, list);

    web_put(v, one, "href",
            web_to(v, "/aplikasi/%.*s%s", STR_ARG(e->id), below));
    web_put(v, one, "name", e->builds ? app_say(v->c, e->title) : e->id);
    web_put(v, one, "by", web_officer(v, by));
    web_put(v, one, "since", web_when(v, since));
}

static err put_waiting(struct visit *v)
{
    struct data *list = web_list(v, v->page, "waiting");
    const struct app_brief *all;
    size_t n = app_catalogue_all(v->world.apps, &all);

    for (size_t i = 0; i < n; i++) {
        struct app_undo_asked back;
        struct app_proposal p;
        bool waits;

        TRY(app_proposed(v->c, v->on, all[i].id, &p, &waits));
        if (waits)
            put_waits(v, list, &all[i], "", p.by, p.since);
        TRY(app_undo_waits(v->c, v->on, all[i].id, &back, &waits));
        if (waits)
            put_waits(v, list, &all[i], "/versi", back.by, back.since);
    }
    web_has(v, v->page, "waiting");
    return E_OK;
}

err web_apps(struct visit *v)
{
    struct grant_taken *taken;
    const struct app_brief *all;
    struct data *list;
    size_t n = app_catalogue_all(v->world.apps, &all), m;

    TRY(web_look(v));
    TRY(grant_taken(v->c, v->on, &taken, &m));
    TRY(web_frame(v));
    list = web_list(v, v->page, "rows");
    for (size_t i = 0; i < n; i++)
        put_entry(v, list, &all[i], taken_of(taken, m, all[i].id));
    web_flag(v, v->page, "found", n > 0);
    TRY(put_waiting(v));
    web_put(v, v->page, "adopt", web_to(v, "/adopsi"));
    web_put(v, v->page, "update", web_to(v, "/pembaruan"));
    return web_show(v, "apps");
}

/* ---- what waits --------------------------------------------------- */

/* Before our first line there stood what it replaced. */
static str stood(struct visit *v, const struct local *l,
                 const struct app_differs *d)
{
    if (d->from != NULL && d->from->deed == APP_REMOVES)
        return str_of(say(v->c, "dihapus", "removed"));
    if (d->from != NULL)
        return web_local_value(v, l, d->path, d->from->to);
    return d->to == NULL || d->to->was == NULL
               ? web_local_value(v, l, d->path, NULL)
               : arena_fmt(v->c->mem, say(v->c, "%.*s (asal)", "%.*s (origin)"),
                           STR_ARG(web_local_value(v, l, d->path, d->to->was)));
}

/* A conflict was settled for what we had: the origin says another thing now. */
static str still_ours(struct visit *v, const struct local *l,
                      const struct app_change *to)
{
    return to->was == NULL
               ? str_of(say(v->c, "tetap milik kita", "ours stays"))
               : arena_fmt(v->c->mem,
                           say(v->c, "tetap milik kita; asal kini %.*s",
                               "ours stays; the origin now says %.*s"),
                           STR_ARG(web_local_value(v, l, to->path, to->was)));
}

void web_put_differs(struct visit *v, const struct local *l, struct data *list,
                     const struct app_differs *all, size_t n)
{
    for (size_t i = 0; i < n && i < LINES_SHOWN; i++) {
        struct data *one = web_item(v, list);
        str path = app_overlay_path(v->c, l->package, all[i].path);

        web_put(v, one, "label", web_local_path(v, l, path));
        web_put(v, one, "from", stood(v, l, &all[i]));
        web_put(
            v, one, "to",
            all[i].settled ? still_ours(v, l, all[i].to)
            : all[i].to != NULL && all[i].to->deed == APP_REMOVES
                ? str_of(say(v->c, "dihapus", "removed"))
                : web_local_value(v, l, all[i].path,
                                  all[i].to == NULL ? NULL : all[i].to->to));
        web_put(v, one, "why",
                all[i].to == NULL ? STR("") : app_say(v->c, all[i].to->why));
        web_flag(v, one, "grave", all[i].grave);
    }
}

void web_put_proposal(struct visit *v, const struct local *l)
{
    bool mine = l->waits && str_eq(l->proposal.by, v->s.who.pseudonym);
    struct data *p;

    if (!l->waits) {
        web_flag(v, v->page, "proposal", false);
        return;
    }
    p = web_map(v, v->page, "proposal");
    web_put(v, p, "say",
            SAY(v, "say_proposal", STR("who"), web_officer(v, l->proposal.by),
                STR("when"), web_when(v, l->proposal.since)));
    web_put_differs(v, l, web_list(v, p, "lines"), l->pending, l->n_pending);
    web_flag(v, p, "mine", mine);
    web_flag(v, p, "agree", !mine && !l->proposal.stale);
    web_flag(v, p, "again", mine && l->proposal.stale);
    web_put(v, p, "stale",
            l->proposal.stale ? web_word(v, "say_proposal_stale") : STR(""));
    web_put(v, p, "action", web_to(v, "/aplikasi/%.*s/usulan", STR_ARG(l->id)));
    web_put(v, p, "digest",
            l->proposal.overlay.n == 0 ? STR("asal") : l->proposal.overlay);
}

/* ---- one app ------------------------------------------------------ */

static const enum local_state shown_order[] = {LOCAL_CONFLICT, LOCAL_EMPTY,
                                               LOCAL_OURS, LOCAL_ORIGIN};

static void put_item(struct visit *v, const struct local *l, struct data *list,
                     const struct local_item *it)
{
    struct data *one = web_item(v, list);

    web_put(v, one, "href",
            web_to(v, "/aplikasi/%.*s/butir/%.*s", STR_ARG(l->id),
                   STR_ARG(web_query_of(v, it->key))));
    web_put(v, one, "name", it->name);
    web_put(v, one, "now", it->now);
    web_put(v, one, "who",
            web_word(v, it->grave ? "say_two_decide" : "say_one_decides"));
    web_tag(v, one, web_local_mood(it->state), web_local_state(v, it->state));
    web_flag(v, one, "waits", it->waits);
    web_flag(v, one, "blocks", it->blocks);
}

/* What blocks the opening comes first, then the rest by state. */
static void put_items(struct visit *v, const struct local *l, str only)
{
    struct data *list = web_list(v, v->page, "items");

    for (size_t s = 0; s < COUNT(shown_order); s++)
        for (int blocks = 1; blocks >= 0; blocks--)
            for (size_t i = 0; i < l->n; i++)
                if (l->items[i].state == shown_order[s] &&
                    l->items[i].blocks == (blocks == 1) &&
                    (only.n == 0 ||
                     str_eq(only, web_local_mark(shown_order[s]))))
                    put_item(v, l, list, &l->items[i]);
    web_has(v, v->page, "items");
}

static void put_filter(struct visit *v, const struct local *l,
                       struct data *list, str mark, str name, size_t count,
                       str only)
{
    struct data *one = web_item(v, list);

    web_put(v, one, "href",
            mark.n == 0 ? web_to(v, "/aplikasi/%.*s", STR_ARG(l->id))
                        : web_to(v, "/aplikasi/%.*s?keadaan=%.*s",
                                 STR_ARG(l->id), STR_ARG(mark)));
    web_put(v, one, "name", name);
    web_put(v, one, "count", web_number(v, (int64_t)count));
    web_flag(v, one, "here", str_eq(mark, only));
}

static void put_filters(struct visit *v, const struct local *l, str only)
{
    struct data *list = web_list(v, v->page, "filters");

    put_filter(v, l, list, STR(""), web_word(v, "say_all_items"), l->n, only);
    for (size_t s = 0; s < COUNT(shown_order); s++)
        put_filter(v, l, list, web_local_mark(shown_order[s]),
                   web_local_state(v, shown_order[s]),
                   web_local_count(l, shown_order[s]), only);
}

/* Lines that this version has no place for: named, and out of force. */
static void put_trouble(struct visit *v, const struct local *l)
{
    struct data *list = web_list(v, v->page, "trouble");

    for (size_t i = 0; i < l->trouble.n; i++) {
        const struct finding *f = &l->trouble.all[i];
        struct data *one;

        if (f->severity == FIND_NOTE)
            continue;
        one = web_item(v, list);
        web_put(v, one, "label", web_local_path(v, l, f->key));
        web_put(v, one, "say", web_local_quarrel(v, l, f));
    }
    web_has(v, v->page, "trouble");
}

/* ---- history ------------------------------------------------------ */

static const struct {
    const char *act, *id, *en;
} acts[] = {
    {"app.installed", "Dipasang", "Installed"},
    {"app.localised", "Disesuaikan", "Localised"},
    {"app.localise_proposed", "Diusulkan", "Proposed"},
    {"app.localise_withdrawn", "Usulan ditarik atau ditolak",
     "Proposal withdrawn or refused"},
    {"app.opened", "Dibuka untuk umum", "Opened to the public"},
    {"app.closed", "Ditutup", "Closed"},
    {"app.undone", "Dikembalikan ke versi", "Brought back to version"},
    {"app.undo_proposed", "Pengembalian versi diusulkan",
     "Going back a version proposed"},
    {"app.undo_withdrawn", "Pengembalian versi ditarik atau ditolak",
     "Going back a version withdrawn or refused"},
};

static str act_words(struct visit *v, const struct app_past *p)
{
    for (size_t i = 0; i < COUNT(acts); i++)
        if (str_eq(p->act, str_of(acts[i].act)))
            return p->version.n == 0
                       ? str_of(say(v->c, acts[i].id, acts[i].en))
                       : arena_fmt(v->c->mem, "%s %.*s",
                                   say(v->c, acts[i].id, acts[i].en),
                                   STR_ARG(p->version));
    return p->act;
}

static str persons(struct visit *v, const struct app_past *p)
{
    if (p->with.n == 0 || str_eq(p->with, STR("system")))
        return web_officer(v, p->by);
    return arena_fmt(v->c->mem,
                     say(v->c, "diusulkan %.*s, disetujui %.*s",
                         "proposed by %.*s, agreed by %.*s"),
                     STR_ARG(web_officer(v, p->by)),
                     STR_ARG(web_officer(v, p->with)));
}

static bool localised(const struct app_past *p)
{
    return str_eq(p->act, STR("app.localised"));
}

static bool undone(const struct app_past *p)
{
    return str_eq(p->act, STR("app.undone"));
}

/* The overlay that was in force before this act. */
static str overlay_before(const struct app_past *all, size_t n, size_t at)
{
    for (size_t i = at + 1; i < n; i++)
        if (localised(&all[i]) || undone(&all[i]))
            return all[i].overlay;
    return STR("");
}

static err put_change(struct visit *v, const struct local *l, struct data *one,
                      const struct app_past *p, str before)
{
    struct app_overlay *from, *to;
    struct app_differs *all;
    struct data *lines = web_list(v, one, "lines");
    size_t n;

    TRY(app_kept_overlay(v->c, v->on, l->id, before, &from));
    TRY(app_kept_overlay(v->c, v->on, l->id, p->overlay, &to));
    n = app_overlay_differ(v->c, from, to, &all);
    web_put_differs(v, l, lines, all, n);
    web_flag(v, one, "undo", localised(p) && n > 0);
    return E_OK;
}

static err put_past(struct visit *v, const struct local *l)
{
    struct data *list = web_list(v, v->page, "past");
    struct app_past *all;
    struct app_back to;
    bool any;
    size_t n;

    TRY(app_way_back(v->c, v->on, l->id, &to, &any));
    TRY(app_past(v->c, v->on, l->id, 0, 10 * PAST_SHOWN, &all, &n));
    for (size_t i = 0; i < n && i < PAST_SHOWN; i++) {
        struct data *one = web_item(v, list);

        web_put(v, one, "what", act_words(v, &all[i]));
        web_put(v, one, "by", persons(v, &all[i]));
        web_put(v, one, "when", web_when(v, all[i].time));
        web_put(v, one, "event",
                arena_fmt(v->c->mem, "%" PRId64, all[i].event));
        web_list(v, one, "lines");
        web_flag(v, one, "undo", false);
        web_put(v, one, "back",
                any && all[i].event == to.event
                    ? web_to(v, "/aplikasi/%.*s/versi", STR_ARG(l->id))
                    : STR(""));
        if (localised(&all[i]) || undone(&all[i]) ||
            str_eq(all[i].act, STR("app.localise_proposed")))
            TRY(put_change(v, l, one, &all[i], overlay_before(all, n, i)));
    }
    web_put(v, v->page, "back_words",
            any ? SAY(v, "say_back_to", STR("version"), to.version) : STR(""));
    web_put(v, v->page, "undo_action",
            web_to(v, "/aplikasi/%.*s/batalkan", STR_ARG(l->id)));
    return E_OK;
}

/* Somebody asks to go back a version: read on its own page. */
static err put_back_asked(struct visit *v, const struct local *l)
{
    struct app_undo_asked asked;
    bool waits;

    TRY(app_undo_waits(v->c, v->on, l->id, &asked, &waits));
    web_put(v, v->page, "back_asked",
            waits
                ? SAY(v, "say_back_asked", STR("who"), web_officer(v, asked.by),
                      STR("when"), web_when(v, asked.since))
                : STR(""));
    web_put(v, v->page, "back_href",
            web_to(v, "/aplikasi/%.*s/versi", STR_ARG(l->id)));
    return E_OK;
}

static err put_lineage(struct visit *v, const struct local *l)
{
    struct data *list = web_list(v, v->page, "lineage");
    struct grant_ancestor *all;
    size_t n;

    TRY(grant_lineage(v->c, l->package, &all, &n));
    for (size_t i = 0; i < n; i++)
        web_line(v, list,
                 arena_fmt(v->c->mem, "%.*s %.*s%s%.*s",
                           STR_ARG(web_city_words(all[i].city)),
                           STR_ARG(all[i].version),
                           all[i].credit.n > 0 ? ", " : "",
                           STR_ARG(all[i].credit)));
    web_has(v, v->page, "lineage");
    return E_OK;
}

/* ---- the page of one app ------------------------------------------ */

static void put_door(struct visit *v, const struct local *l)
{
    bool ready = l->app != NULL && l->obstacles.errors == 0;

    web_flag(v, v->page, "open", l->entry->open);
    web_flag(v, v->page, "ready", ready);
    web_tag(v, v->page, l->entry->open ? "ok" : "",
            web_word(v, l->entry->open ? "say_app_open" : "say_app_closed"));
    web_put(v, v->page, "door",
            l->entry->open ? web_word(v, "say_door_open")
            : ready        ? web_word(v, "say_door_ready")
                           : SAY(v, "say_door_shut", STR("n"),
                                 web_number(v, (int64_t)l->obstacles.errors)));
    web_put(v, v->page, "door_action",
            web_to(v, "/aplikasi/%.*s/pintu", STR_ARG(l->id)));
    web_put(v, v->page, "play_action",
            web_to(v, "/aplikasi/%.*s/skenario", STR_ARG(l->id)));
    web_put(v, v->page, "preview",
            l->app == NULL
                ? STR("")
                : web_to(v, "/aplikasi/%.*s/pratinjau", STR_ARG(l->id)));
    web_put(v, v->page, "file",
            l->overlay == NULL
                ? STR("")
                : web_to(v, "/aplikasi/%.*s/berkas", STR_ARG(l->id)));
}

/* What a chain of apps lacks stops nothing, and is told. */
static void put_chain(struct visit *v, const struct local *l)
{
    struct data *list = web_list(v, v->page, "chain");

    for (size_t i = 0; i < l->obstacles.n; i++)
        if (l->obstacles.all[i].severity == FIND_NOTE)
            web_line(v, list, l->obstacles.all[i].what);
    web_has(v, v->page, "chain");
}

/* An obstacle leads to the item that clears it. */
static str near_obstacle(struct visit *v, void *arg, str key)
{
    static const struct {
        const char *head, *item;
    } all[] = {{"functions.", "fungsi."},
               {"duties.", "tugas."},
               {"law.", "hukum."},
               {"registers.", "buku."}};
    const struct local *l = arg;

    for (size_t i = 0; i < COUNT(all); i++)
        if (str_starts(key, str_of(all[i].head)))
            return web_to(v, "/aplikasi/%.*s/butir/%s%.*s", STR_ARG(l->id),
                          all[i].item,
                          STR_ARG(str_slice(key, strlen(all[i].head), key.n)));
    return STR("");
}

static void put_said(struct visit *v)
{
    static const struct {
        const char *mark, *word;
    } all[] = {{"ya", "say_local_saved"},        {"usul", "say_local_asked"},
               {"tarik", "say_local_withdrawn"}, {"tetap", "say_local_same"},
               {"versi", "say_back_done"},       {"buka", "say_door_opened"},
               {"tutup", "say_door_closed"}};
    str said = web_arg(v, "tersimpan");

    for (size_t i = 0; i < COUNT(all); i++)
        if (str_eq(said, str_of(all[i].mark)))
            web_notice(v, "ok", web_word(v, all[i].word));
}

static err show_app(struct visit *v, const struct findings *f)
{
    struct local *l;
    size_t done;
    str only = web_arg(v, "keadaan");

    TRY(web_local(v, &l));
    done = web_local_done(l);
    TRY(web_frame(v));
    v->title = app_say(v->c, l->origin->title);
    web_trail(v, web_to(v, "/aplikasi"), web_word(v, "apps"));
    web_put(v, v->page, "name", v->title);
    web_put(v, v->page, "about", app_say(v->c, l->origin->summary));
    web_put(v, v->page, "version", l->entry->version);
    web_put(v, v->page, "progress",
            SAY(v, "say_local_done", STR("done"), web_number(v, (int64_t)done),
                STR("n"), web_number(v, (int64_t)l->n)));
    data_put_i64(v->c, v->page, STR("done"),
                 l->n == 0 ? 300 : (int64_t)(done * 300 / l->n));
    data_put_i64(v->c, v->page, STR("rest"),
                 l->n == 0 ? 0 : 300 - (int64_t)(done * 300 / l->n));
    put_door(v, l);
    put_chain(v, l);
    web_put_proposal(v, l);
    TRY(put_back_asked(v, l));
    put_trouble(v, l);
    put_filters(v, l, only);
    put_items(v, l, only);
    TRY(put_past(v, l));
    TRY(put_lineage(v, l));
    put_said(v);
    if (f != NULL && f->n > 0)
        web_wrong(v, f, near_obstacle, l);
    return web_show_as(v, f != NULL && f->n > 0 ? 422 : 200, "app_admin");
}

err web_app_page(struct visit *v)
{
    return show_app(v, NULL);
}

/* What the room below refuses is said on the app's page. */
static err refused(struct visit *v, err e)
{
    struct findings f = {0};
    str why = v->c->why;

    if (e != E_REFUSED && e != E_CONFLICT)
        return e;
    finding_add(v->c, &f, FIND_ERROR, (struct place){0}, STR("rules"), "%.*s",
                STR_ARG(why));
    web_look_away(v);
    return show_app(v, &f);
}

/* ---- the second officer ------------------------------------------- */

struct answering {
    struct visit *v;
    const struct local *l;
    const struct app_overlay *next;
    bool done;
};

static err agree(struct ctx *c, struct conn *tx, void *arg)
{
    struct answering *u = arg;

    return app_localise(c, tx, u->v->world.ledger, u->l->proposal.by,
                        u->v->s.who.pseudonym, u->next, &u->done);
}

static err withdraw(struct ctx *c, struct conn *tx, void *arg)
{
    struct answering *u = arg;

    return app_withdraw(c, tx, u->v->world.ledger, u->v->s.who.pseudonym,
                        u->l->id, &u->done);
}

/* The same change against what is in force by now. */
static err propose_again(struct visit *v, const struct local *l)
{
    struct app_saving s = {.l = l};
    struct app_overlay *was, *next;

    TRY(app_kept_overlay(v->c, v->on, l->id, l->proposal.was, &was));
    next = app_overlay_copy(v->c, l->package, l->overlay);
    app_overlay_carry(v->c, next, was, l->proposed, STR(""));
    s.next = next;
    TRY(web_local_save(v, &s));
    return web_go(v, "/aplikasi/%.*s?tersimpan=%s", STR_ARG(l->id),
                  s.asked ? "usul" : "ya");
}

static err answer(struct visit *v, const struct local *l, str said)
{
    struct answering u = {.v = v, .l = l, .next = l->proposed};
    bool yes = str_eq(said, STR("setuju"));

    if (str_eq(said, STR("ulang")))
        return propose_again(v, l);
    if (u.next == NULL)
        u.next = app_overlay_new(v->c, l->package);
    web_look_away(v);
    TRY(store_write(v->c, v->world.store, yes ? agree : withdraw, &u));
    TRY(web_refresh(v));
    return web_go(v, "/aplikasi/%.*s?tersimpan=%s", STR_ARG(l->id),
                  yes ? "ya" : "tarik");
}

/* The page says which proposal it showed: nobody agrees to another. */
err web_proposal_answer(struct visit *v)
{
    struct local *l;
    str seen = web_sent(v, "usulan");
    err e;

    TRY(web_local(v, &l));
    if (!l->waits)
        return by_officer(v, l);
    if (!str_eq(seen,
                l->proposal.overlay.n == 0 ? STR("asal") : l->proposal.overlay))
        e = fail(v->c, E_CONFLICT, "%s",
                 say(v->c,
                     "Usulan ini sudah berubah. Bacalah sekali lagi sebelum "
                     "menyetujui.",
                     "The proposal has changed. Read it again before you "
                     "agree."));
    else
        e = answer(v, l, web_sent(v, "jawab"));
    return e == E_OK ? E_OK : refused(v, e);
}

/* ---- undo --------------------------------------------------------- */

static err undo(struct visit *v, const struct local *l, int64_t event)
{
    struct app_saving s = {.l = l};
    struct app_overlay *from, *to, *next;
    struct app_past *all;
    size_t n;

    TRY(app_past(v->c, v->on, l->id, 0, 10 * PAST_SHOWN, &all, &n));
    for (size_t i = 0; i < n; i++) {
        if (all[i].event != event || !localised(&all[i]))
            continue;
        TRY(app_kept_overlay(v->c, v->on, l->id, all[i].overlay, &from));
        TRY(app_kept_overlay(v->c, v->on, l->id, overlay_before(all, n, i),
                             &to));
        next = web_local_base(v, l);
        app_overlay_carry(v->c, next, from, to, STR(""));
        s.next = next;
        TRY(web_local_save(v, &s));
        return web_go(v, "/aplikasi/%.*s?tersimpan=%s", STR_ARG(l->id),
                      s.asked  ? "usul"
                      : s.done ? "ya"
                               : "tetap");
    }
    return by_officer(v, l);
}

err web_local_undo(struct visit *v)
{
    struct local *l;
    int64_t event;
    err e;

    TRY(web_local(v, &l));
    TRY(str_i64(v->c, web_sent(v, "event"), &event));
    e = undo(v, l, event);
    return e == E_OK ? E_OK : refused(v, e);
}

/* ---- the door ----------------------------------------------------- */

struct turning {
    struct visit *v;
    const struct local *l;
    struct findings f;
};

static err open_it(struct ctx *c, struct conn *tx, void *arg)
{
    struct turning *u = arg;

    return app_open(c, tx, u->v->world.ledger, u->v->s.who.pseudonym, u->l->id,
                    u->l->app, u->v->world.city, &u->f);
}

static err close_it(struct ctx *c, struct conn *tx, void *arg)
{
    struct turning *u = arg;

    return app_close(c, tx, u->v->world.ledger, u->v->s.who.pseudonym,
                     u->l->id);
}

err web_app_turn(struct visit *v)
{
    struct turning u = {.v = v};
    bool opens = str_eq(web_sent(v, "pintu"), STR("buka"));
    struct local *l;
    err e;

    TRY(web_local(v, &l));
    u.l = l;
    if (opens && l->app == NULL)
        return refused(v, fail(v->c, E_REFUSED, "%s",
                               say(v->c,
                                   "Aplikasi ini belum dapat disusun di sini; "
                                   "bereskan dahulu butir yang bertentangan.",
                                   "This app does not build here; settle the "
                                   "conflicts first.")));
    web_look_away(v);
    e = store_write(v->c, v->world.store, opens ? open_it : close_it, &u);
    if (e == E_REFUSED && u.f.errors > 0)
        return show_app(v, &u.f);
    TRY(e);
    TRY(web_refresh(v));
    return web_go(v, "/aplikasi/%.*s?tersimpan=%s", STR_ARG(l->id),
                  opens ? "buka" : "tutup");
}

/* ---- the overlay as a file ---------------------------------------- */

err web_local_file(struct visit *v)
{
    struct local *l;
    str sector, app;

    TRY(web_local(v, &l));
    str_cut(l->id, '/', &sector, &app);
    if (l->overlay == NULL)
        return fail(v->c, E_NOT_FOUND, "%s",
                    say(v->c, "Aplikasi ini belum disesuaikan.",
                        "This app has not been localised."));
    v->reply.keep_out = true;
    return web_send(v, STR("application/yaml"),
                    app_overlay_write(v->c, l->overlay),
                    arena_fmt(v->c->mem, "%.*s.yaml", STR_ARG(app)));
}
