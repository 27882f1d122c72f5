/* SPDX-License-Identifier: EUPL-1.2 */
/* The look behind the pages of adopting: which sticks there are, what accord
 * and deed say, whom to trust, the plan; and taking what was chosen, looked at
 * again, in one transaction. */
#include "web/web_adopt.h"

#define SEEN_MOST ((size_t)256 << 10)

/* ---- where the city keeps things ---------------------------------- */

/* The city's folder: that of its database. */
static const char *city_dir(struct ctx *c, const struct record_world *w)
{
    str path = store_path(w->store);
    size_t at = path.n;

    while (at > 0 && path.p[at - 1] != '/')
        at--;
    return at == 0 ? "." : arena_str(c->mem, str_slice(path, 0, at - 1)).p;
}

static const char *trust_dir(struct ctx *c, const struct record_world *w)
{
    return file_join(c, city_dir(c, w), "trust");
}

/* Where the last look at a city's repository went. */
static const char *source_file(struct ctx *c, const struct record_world *w,
                               str code)
{
    return file_join(c, trust_dir(c, w),
                     arena_fmt(c->mem, "%.*s.source", STR_ARG(code)).p);
}

/* ---- sticks ------------------------------------------------------- */

static bool holds_repository(struct ctx *c, const char *dir)
{
    return file_exists(file_join(c, dir, "repo/metadata/timestamp.json")) ||
           file_exists(file_join(c, dir, "metadata/timestamp.json"));
}

static void find_sticks(struct ctx *c, const char *dir, int deep,
                        struct sticks *out)
{
    str *names, why = c->why;
    size_t n;

    if (!file_is_dir(dir) || out->n == STICKS)
        return;
    if (holds_repository(c, dir)) {
        out->all[out->n++] = str_of(dir);
        return;
    }
    if (deep == 0 || file_list(c, dir, 'd', &names, &n) != E_OK) {
        c->why = why;
        return;
    }
    for (size_t i = 0; i < n && i < 100; i++)
        find_sticks(c, file_join(c, dir, names[i].p), deep - 1, out);
}

/* Where a system puts what is plugged in, and the folder `stik` of the city,
 * which who runs the server may fill or link. */
void web_sticks(struct ctx *c, const struct record_world *w, struct sticks *out)
{
    static const char *const places[] = {"/media", "/run/media", "/mnt"};

    out->n = 0;
    find_sticks(c, file_join(c, city_dir(c, w), "stik"), 1, out);
    for (size_t i = 0; i < COUNT(places); i++)
        find_sticks(c, places[i], 2, out);
}

bool web_among_sticks(struct ctx *c, const struct record_world *w, str dir)
{
    struct sticks s;

    web_sticks(c, w, &s);
    return str_among(dir, s.all, s.n) >= 0;
}

/* ---- what is looked at -------------------------------------------- */

void *web_adopting(struct ctx *c, struct visit *v, void *from)
{
    const struct look *u = from;
    struct look *out = NEW(c->mem, struct look);
    out->web = v->web;
    out->update = u->update, out->take = u->take;
    out->m =
        (struct grant_meeting){.where = arena_str(c->mem, u->m.where),
                               .deed = arena_str(c->mem, u->m.deed),
                               .deed_kept = arena_str(c->mem, u->m.deed_kept),
                               .giver = arena_str(c->mem, u->m.giver),
                               .licence = arena_str(c->mem, u->m.licence),
                               .root = arena_str(c->mem, u->m.root)};
    out->by = arena_str(c->mem, v->s.who.pseudonym);
    out->only = NEWS(c->mem, str, u->n_only + 1);
    out->trees = NEWS(c->mem, str, u->n_only + 1);
    for (size_t i = 0; i < u->n_only; i++) {
        out->only[i] = arena_str(c->mem, u->only[i]);
        out->trees[i] = arena_str(c->mem, u->trees[i]);
    }
    out->n_only = u->n_only;
    return out;
}

/* Where it was, and which versions were there: "APP VERSION" a line. */
static err remember(struct ctx *c, const struct record_world *w,
                    const struct look *u)
{
    struct buf b = buf_new(c, SEEN_MOST);
    str text;

    buf_fmt(&b, "%.*s\n", STR_ARG(u->m.where));
    for (size_t i = 0; i < u->m.edition.n; i++)
        buf_fmt(&b, "%.*s %.*s\n", STR_ARG(u->m.edition.all[i].app),
                STR_ARG(u->m.edition.all[i].version));
    TRY(buf_done(c, &b, &text));
    return file_write(c, source_file(c, w, u->m.code), text, 0600);
}

/* What remember() wrote; empty where there is none. */
str web_remembered_source(struct ctx *c, const struct record_world *w, str code,
                          str *source)
{
    const char *path = source_file(c, w, code);
    str text = STR(""), why = c->why, rest = STR("");

    if (!file_exists(path) || file_read(c, path, SEEN_MOST, &text) != E_OK) {
        c->why = why;
        text = STR("");
    }
    str_cut(text, '\n', source, &rest);
    return rest;
}

str web_last_seen(struct visit *v, str city, str app)
{
    struct city_region r;
    str source, rest, line, name, version;

    if (!city_region_find(city, &r))
        return STR("");
    rest = web_remembered_source(v->c, &v->world, city, &source);
    while (str_next(&rest, '\n', &line))
        if (str_cut(line, ' ', &name, &version) && str_eq(name, app))
            return version;
    return STR("");
}

/* Chosen were those very trees; another day's are looked at anew. */
static err as_seen(struct ctx *c, const struct look *u)
{
    for (size_t i = 0; i < u->plan.n; i++) {
        const struct grant_target *t = u->plan.apps[i].target;
        int at = str_among(t->app, u->only, u->n_only);

        if (at < 0 || !str_eq(u->trees[at], t->tree))
            return fail(c, E_CONFLICT, "%s",
                        say(c,
                            "Isi repositori berubah sejak Anda melihatnya. "
                            "Silakan lihat sekali lagi. Tidak ada yang diubah.",
                            "The repository has changed since you looked. "
                            "Please look again. Nothing was changed."));
    }
    return E_OK;
}

static err take_all(struct ctx *c, struct conn *tx, void *arg)
{
    struct look *u = arg;
    const struct web_host *h = &web_options_of(u->web)->host;
    struct record_world w;

    TRY(h->world(c, h->node, &w));
    return grant_adopt(c, tx, w.ledger, u->by, &u->adopting, &u->plan);
}

static err plan_it(struct ctx *c, const struct record_world *w, struct look *u)
{
    struct conn *on;
    err e;

    grant_meeting_adopts(&u->m, &u->adopting);
    u->adopting.only = u->only;
    u->adopting.n_only = u->n_only;
    TRY(store_read(c, w->store, &on));
    store_patient(on);
    e = grant_plan(c, on, &u->adopting, &u->f, &u->plan);
    store_done(on);
    if (e == E_REFUSED && u->f.n > 0)
        return fail(c, e, "%.*s", STR_ARG(u->f.all[0].what));
    return e;
}

err web_adopt_run(struct ctx *c, struct job *j, void *arg)
{
    struct look *u = arg;
    const struct web_host *h = &web_options_of(u->web)->host;
    struct record_world w;
    struct conn *on;
    err e;

    web_job_say(j, "Membaca kesepakatan dan naskah hibah ...",
                "Reading accord and deed ...");
    TRY(h->world(c, h->node, &w));
    TRY(store_read(c, w.store, &on));
    store_patient(on);
    u->m.city = w.city;
    u->m.store = w.store;
    u->m.ledger = w.ledger;
    u->m.by = u->by;
    u->m.dir = city_dir(c, &w);
    e = grant_meet_notes(c, on, &u->m);
    store_done(on);
    TRY(e);
    web_job_say(j, "Memeriksa tanda tangan repositori ...",
                "Checking the repository's signatures ...");
    TRY(grant_meet(c, &u->m));
    TRY(remember(c, &w, u));
    web_job_say(j, "Memeriksa setiap aplikasi ...", "Checking each app ...");
    TRY(plan_it(c, &w, u));
    if (!u->take)
        return E_OK;
    TRY(as_seen(c, u));
    web_job_say(j, "Memasang ...", "Installing ...");
    TRY(store_write(c, w.store, take_all, u));
    return h->refresh(c, h->node);
}
