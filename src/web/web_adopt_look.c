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
    out->source = arena_str(c->mem, u->source);
    out->deed_bytes = arena_str(c->mem, u->deed_bytes);
    out->deed_digest = arena_str(c->mem, u->deed_digest);
    out->city = arena_str(c->mem, u->city);
    out->licence = arena_str(c->mem, u->licence);
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

bool web_by_line(str source)
{
    return str_find(source, STR("://")) < source.n;
}

static err read_note(struct ctx *c, const char *dir, const char *name,
                     struct grant_note *out, bool *there)
{
    const char *path = file_join(c, dir, name);
    str bytes;

    *there = file_exists(path);
    if (!*there)
        return E_OK;
    TRY(file_read(c, path, NOTE_MOST, &bytes));
    return grant_note_read(c, bytes, out);
}

/* An accord with this city, or a deed that it gave. */
static bool from_city(const struct grant_note *note, str city)
{
    str code, name;

    if (city.n == 0)
        return true;
    if (!str_eq(note->kind, STR("deed")))
        return grant_note_party(note, city, &name);
    str_cut(grant_note_value(note, "giver"), ' ', &code, &name);
    return str_eq(code, city);
}

/* The newest note of a kind that is logged as in force. */
static err kept_note(struct ctx *c, struct conn *on, const char *kind, str city,
                     struct grant_note *out, bool *found)
{
    struct grant_known *all;
    size_t n;

    *found = false;
    TRY(grant_notes(c, on, &all, &n));
    for (size_t i = n; i-- > 0 && !*found;) {
        if (!str_eq(all[i].kind, str_of(kind)) ||
            all[i].force != GRANT_IN_FORCE)
            continue;
        TRY(grant_note_load(c, on, all[i].digest, out));
        *found = from_city(out, city);
    }
    return E_OK;
}

static err find_deed(struct ctx *c, struct conn *on, struct look *u)
{
    if (u->licence.n > 0)
        return E_OK;
    u->has_deed = true;
    if (u->deed_bytes.n > 0)
        return grant_note_read(c, u->deed_bytes, &u->deed);
    if (u->deed_digest.n > 0)
        return grant_note_load(c, on, u->deed_digest, &u->deed);
    if (!web_by_line(u->source))
        return read_note(c, u->source.p, "deed.note", &u->deed, &u->has_deed);
    return kept_note(c, on, "deed", u->city, &u->deed, &u->has_deed);
}

static err load_accord(struct ctx *c, struct conn *on, struct look *u)
{
    bool found = false;

    if (u->has_deed && !str_eq(u->deed.kind, STR("deed")))
        return fail(
            c, E_BAD_INPUT, "%s",
            say(c, "Berkas ini bukan naskah hibah.", "This file is no deed."));
    if (u->has_deed)
        return grant_note_load(c, on, grant_note_value(&u->deed, "accord"),
                               &u->accord);
    TRY(kept_note(c, on, "accord", u->city, &u->accord, &found));
    if (found)
        return E_OK;
    return fail(c, E_REFUSED, "%s",
                say(c,
                    "Kota ini belum mempunyai kesepakatan yang berlaku dengan "
                    "kota lain.",
                    "This city has no accord in force with another city."));
}

/* Its root is trusted for good, so it must hold before that. */
static err find_accord(struct ctx *c, struct conn *on, struct look *u)
{
    bool holds;

    TRY(load_accord(c, on, u));
    TRY(grant_note_holds(c, on, &u->accord, &holds));
    if (holds)
        return E_OK;
    return fail(c, E_REFUSED, "%s",
                say(c,
                    "Kesepakatan ini belum tercatat berlaku di log kota ini, "
                    "atau sudah diakhiri.",
                    "This accord is not logged as in force in this city, or "
                    "was ended."));
}

/* The other party of the accord. */
static err find_party(struct ctx *c, const struct record_world *w,
                      struct look *u)
{
    str code, name;

    for (size_t i = 0; i < u->accord.n; i++) {
        if (!str_eq(u->accord.lines[i].key, STR("party")))
            continue;
        str_cut(u->accord.lines[i].value, ' ', &code, &name);
        if (!str_eq(code, city_code(w->city)))
            u->code = code;
    }
    if (u->code.n > 0)
        return E_OK;
    return fail(c, E_REFUSED, "%s",
                say(c, "Kesepakatan ini bukan milik kota ini.",
                    "This accord is not this city's."));
}

/* Where it was, and which versions were there: "APP VERSION" a line. */
static err remember(struct ctx *c, const struct record_world *w,
                    const struct look *u)
{
    struct buf b = buf_new(c, SEEN_MOST);
    str text;

    buf_fmt(&b, "%.*s\n", STR_ARG(u->source));
    for (size_t i = 0; i < u->edition.n; i++)
        buf_fmt(&b, "%.*s %.*s\n", STR_ARG(u->edition.all[i].app),
                STR_ARG(u->edition.all[i].version));
    TRY(buf_done(c, &b, &text));
    return file_write(c, source_file(c, w, u->code), text, 0600);
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

static err meet(struct ctx *c, const struct record_world *w, struct look *u)
{
    const char *all = trust_dir(c, w), *dir = u->source.p;
    const char *trust = file_join(c, all, arena_str(c->mem, u->code).p);

    if (!web_by_line(u->source) && file_is_dir(file_join(c, dir, "repo")))
        dir = file_join(c, dir, "repo");
    u->from = web_by_line(u->source)
                  ? grant_from_url(c, u->source, city_training(w->city))
                  : grant_from_folder(c, dir);
    TRY(grant_trust_by_accord(c, &(struct grant_trusting){.store = w->store,
                                                          .ledger = w->ledger,
                                                          .by = u->by,
                                                          .all = all,
                                                          .code = u->code,
                                                          .from = &u->from}));
    TRY(grant_refresh(c, trust, &u->from, &u->edition));
    return remember(c, w, u);
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

    u->adopting = (struct grant_adopting){.city = w->city,
                                          .edition = &u->edition,
                                          .from = &u->from,
                                          .accord = &u->accord,
                                          .deed = u->has_deed ? &u->deed : NULL,
                                          .licence_reason = u->licence,
                                          .only = u->only,
                                          .n_only = u->n_only};
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
    e = find_deed(c, on, u);
    if (e == E_OK)
        e = find_accord(c, on, u);
    store_done(on);
    TRY(e);
    TRY(find_party(c, &w, u));
    web_job_say(j, "Memeriksa tanda tangan repositori ...",
                "Checking the repository's signatures ...");
    TRY(meet(c, &w, u));
    web_job_say(j, "Memeriksa setiap aplikasi ...", "Checking each app ...");
    TRY(plan_it(c, &w, u));
    if (!u->take)
        return E_OK;
    TRY(as_seen(c, u));
    web_job_say(j, "Memasang ...", "Installing ...");
    TRY(store_write(c, w.store, take_all, u));
    return h->refresh(c, h->node);
}
