/* SPDX-License-Identifier: EUPL-1.2 */
/* Taking apps of another city, and their updates: a look first, in words,
 * behind the page; then, if an administrator says so, all that was chosen in
 * one transaction. What was looked at is looked at again before it is taken. */
#include "grant/grant.h"
#include "web/web_local.h"

#define NOTE_MOST   ((size_t)1 << 20)
#define SOURCE_MOST 300
#define STICKS      20
#define REASON_MOST 400
#define SEEN_MOST   ((size_t)256 << 10)

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

struct sticks {
    str all[STICKS];
    size_t n;
};

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
static void all_sticks(struct ctx *c, const struct record_world *w,
                       struct sticks *out)
{
    static const char *const places[] = {"/media", "/run/media", "/mnt"};

    out->n = 0;
    find_sticks(c, file_join(c, city_dir(c, w), "stik"), 1, out);
    for (size_t i = 0; i < COUNT(places); i++)
        find_sticks(c, places[i], 2, out);
}

static bool among_sticks(struct ctx *c, const struct record_world *w, str dir)
{
    struct sticks s;

    all_sticks(c, w, &s);
    return str_among(dir, s.all, s.n) >= 0;
}

/* ---- what is looked at -------------------------------------------- */

struct look {
    struct web *web;
    bool update, take;
    str source;     /* an address, or the folder of a stick */
    str deed_bytes; /* uploaded; else `deed_digest` is known here */
    str deed_digest;
    str city;    /* whose notes; empty: anybody's, the newest */
    str licence; /* why it is taken without a deed */
    str by;
    str *only, *trees; /* what was chosen, as it was seen */
    size_t n_only;
    /* found */
    struct grant_note accord, deed;
    bool has_deed;
    str code;
    struct grant_source from;
    struct grant_edition edition;
    struct grant_adopting adopting;
    struct grant_plan plan;
    struct findings f;
};

static void *make_look(struct ctx *c, struct visit *v, void *from)
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

static bool by_line(str source)
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
    if (!by_line(u->source))
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

/* "CODE sha256:HEX VERSION" of the accord: the root to begin with. */
static err begin_trust(struct ctx *c, struct look *u, const char *trust)
{
    str code, rest, digest = STR(""), version = STR("1"), bytes, name;
    struct hash expected = {0};
    bool said = false;

    if (file_exists(file_join(c, trust, "root.json")))
        return E_OK;
    for (size_t i = 0; i < u->accord.n && !said; i++) {
        if (!str_eq(u->accord.lines[i].key, STR("root")))
            continue;
        str_cut(u->accord.lines[i].value, ' ', &code, &rest);
        str_cut(rest, ' ', &digest, &version);
        said = str_eq(code, u->code) && seal_read_hash(digest, &expected);
    }
    TRY(u->from.fetch(
        c, u->from.arg,
        arena_fmt(c->mem, "metadata/%.*s.root.json", STR_ARG(version)).p,
        NOTE_MOST, &bytes));
    TRY(grant_trust(c, trust, bytes, expected));
    return grant_note_party(&u->accord, u->code, &name)
               ? grant_trust_name(c, trust, name)
               : E_OK;
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
static str remembered(struct ctx *c, const struct record_world *w, str code,
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
    rest = remembered(v->c, &v->world, city, &source);
    while (str_next(&rest, '\n', &line))
        if (str_cut(line, ' ', &name, &version) && str_eq(name, app))
            return version;
    return STR("");
}

static err meet(struct ctx *c, const struct record_world *w, struct look *u)
{
    const char *all = trust_dir(c, w), *dir = u->source.p;
    const char *trust = file_join(c, all, arena_str(c->mem, u->code).p);

    if (!by_line(u->source) && file_is_dir(file_join(c, dir, "repo")))
        dir = file_join(c, dir, "repo");
    u->from = by_line(u->source)
                  ? grant_from_url(c, u->source, city_training(w->city))
                  : grant_from_folder(c, dir);
    TRY(file_make_dir(c, all, 0700));
    TRY(file_make_dir(c, trust, 0700));
    TRY(begin_trust(c, u, trust));
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

static err run_look(struct ctx *c, struct job *j, void *arg)
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

/* A stick goes by its own name. */
static str source_words(struct visit *v, str source)
{
    size_t at = source.n;

    if (by_line(source) || source.n == 0)
        return source;
    while (at > 0 && source.p[at - 1] != '/')
        at--;
    return arena_fmt(v->c->mem, say(v->c, "stik %.*s", "stick %.*s"),
                     STR_ARG(str_slice(source, at, source.n)));
}

/* ---- asking where ------------------------------------------------- */

static void ask_where(struct visit *v, struct data *list, str error)
{
    struct sticks sticks;
    struct data *stick;
    struct input address = {
        .name = "alamat",
        .label = str_of(say(v->c, "Alamat repositori", "Repository address")),
        .hint = str_of(say(v->c, "Misalnya https://bandung.go.id/repo",
                           "Such as https://bandung.go.id/repo")),
        .mode = "url",
        .value = str_slice(web_sent(v, "alamat"), 0, SOURCE_MOST),
        .error = error};
    struct input plugged = {.name = "stik",
                            .widget = "select",
                            .label =
                                str_of(say(v->c, "Atau stik yang terpasang",
                                           "Or a stick that is plugged in")),
                            .optional = true};

    data_append(v->c, list, web_input(v, &address));
    all_sticks(v->c, &v->world, &sticks);
    stick = web_input(v, &plugged);
    for (size_t i = 0; i < sticks.n; i++)
        web_put_select(v, stick, sticks.all[i], source_words(v, sticks.all[i]),
                       str_eq(sticks.all[i], web_sent(v, "stik")));
    if (sticks.n > 0)
        data_append(v->c, list, stick);
}

static err ask_deed(struct visit *v, struct data *list)
{
    struct grant_known *known;
    struct data *deed;
    struct input kept = {.name = "naskah",
                         .widget = "select",
                         .label = str_of(say(v->c, "Naskah hibah yang tercatat",
                                             "A deed that is kept here")),
                         .optional = true};
    size_t n;

    TRY(grant_notes(v->c, v->on, &known, &n));
    deed = web_input(v, &kept);
    for (size_t i = 0; i < n; i++)
        if (str_eq(known[i].kind, STR("deed")))
            web_put_select(v, deed, known[i].digest, known[i].number, false);
    if (data_get(deed, STR("options"))->n > 0)
        data_append(v->c, list, deed);
    return E_OK;
}

static void ask_more(struct visit *v, struct data *list)
{
    const struct input more[] = {
        {.name = "berkas",
         .widget = "file",
         .label = str_of(say(v->c, "Berkas naskah hibah", "The deed's file")),
         .hint = str_of(say(v->c,
                            "Dari stik, naskahnya (deed.note) terbaca sendiri.",
                            "From a stick, its deed (deed.note) is read by "
                            "itself.")),
         .accept = ".note",
         .optional = true},
        {.name = "lisensi",
         .label = str_of(say(v->c, "Alasan mengambil tanpa naskah hibah",
                             "Why you take it without a deed")),
         .hint = str_of(say(v->c,
                            "Hanya bila memakai lisensi publik; alasan ini "
                            "dicatat.",
                            "Only under the public licence; the reason is "
                            "kept.")),
         .optional = true},
    };

    for (size_t i = 0; i < COUNT(more); i++)
        data_append(v->c, list, web_input(v, &more[i]));
}

static err show_ask(struct visit *v, const struct findings *f)
{
    bool wrong = f != NULL && f->n > 0;
    struct data *list;

    TRY(web_look(v));
    TRY(web_frame(v));
    web_trail(v, web_to(v, "/aplikasi"), web_word(v, "apps"));
    list = web_list(v, v->page, "fields");
    ask_where(v, list, wrong ? f->all[0].what : STR(""));
    TRY(ask_deed(v, list));
    ask_more(v, list);
    web_put(v, v->page, "action", web_to(v, "/adopsi"));
    if (wrong)
        web_wrong(v, f, web_on_page, NULL);
    return web_show_as(v, wrong ? 422 : 200, "adopt");
}

err web_adopt(struct visit *v)
{
    return show_ask(v, NULL);
}

/* Only https; a training city also hears its own machine. A bare name means
 * its repository. */
static str address_of(struct visit *v, str typed)
{
    bool training = city_training(v->world.city);
    str head = STR("https://"), rest, host, port, path;

    if (training && str_starts(typed, STR("http://")))
        head = STR("http://");
    if (!str_starts(typed, head) || typed.n > SOURCE_MOST)
        return STR("");
    rest = str_slice(typed, head.n, typed.n);
    str_cut(rest, '/', &host, &path);
    str_cut(host, ':', &host, &port);
    if (host.n == 0 || str_has(typed, ' ') || str_has(typed, '@') ||
        (head.n == 7 && !str_eq(host, STR("127.0.0.1")) &&
         !str_eq(host, STR("localhost")) && !str_ends(host, STR(".localhost"))))
        return STR("");
    while (str_ends(typed, STR("/")))
        typed = str_slice(typed, 0, typed.n - 1);
    return path.n > 0 ? typed
                      : arena_fmt(v->c->mem, "%.*s/repo", STR_ARG(typed));
}

static err start_look(struct visit *v, struct look *u)
{
    str token;

    web_look_away(v);
    TRY(web_job_start(v, STR("adopsi"), run_look, make_look, u, &token));
    return web_go(v, "/adopsi/%.*s", STR_ARG(token));
}

err web_adopt_look(struct visit *v)
{
    const struct record_upload *file = web_file(v, STR("berkas"));
    str stick = web_sent(v, "stik");
    struct look u = {
        .licence = str_slice(str_trim(web_sent(v, "lisensi")), 0, REASON_MOST),
        .deed_digest = web_sent(v, "naskah")};
    struct findings f = {0};

    if (stick.n > 0 && among_sticks(v->c, &v->world, stick))
        u.source = stick;
    else
        u.source = address_of(v, str_trim(web_sent(v, "alamat")));
    if (file != NULL && file->bytes.n <= NOTE_MOST)
        u.deed_bytes = file->bytes;
    if (u.source.n > 0)
        return start_look(v, &u);
    finding_add(v->c, &f, FIND_ERROR, (struct place){0}, STR("alamat"), "%s",
                say(v->c,
                    "Tulislah alamat yang dimulai dengan https://, atau pilih "
                    "stik.",
                    "Write an address that begins with https://, or choose a "
                    "stick."));
    return show_ask(v, &f);
}

/* ---- the plan ----------------------------------------------------- */

static const struct {
    const char *mood, *id, *en;
} changes[] = {
    [GRANT_NEW] = {"ok", "Baru di sini", "New here"},
    [GRANT_SAME] = {"", "Sudah ada", "Here already"},
    [GRANT_UPDATE] = {"ok", "Pembaruan", "Update"},
    [GRANT_OLDER] = {"warn", "Lebih tua dari milik kita", "Older than ours"},
    [GRANT_NOT_COVERED] = {"warn", "Di luar naskah hibah", "Not in the deed"},
    [GRANT_DIFFERS] = {"error", "Versi sama, isi lain",
                       "Same version, other contents"},
};

static bool takeable(const struct grant_plan_app *p)
{
    return (p->change == GRANT_NEW || p->change == GRANT_UPDATE) &&
           p->trouble.errors == 0 && p->package != NULL;
}

static bool no_conflict(const struct grant_plan_app *p)
{
    for (size_t i = 0; i < p->trouble.n; i++)
        if (p->trouble.all[i].severity == FIND_WARNING)
            return false;
    return true;
}

static void put_findings(struct visit *v, struct data *to, const char *key,
                         const struct findings *f, bool risks)
{
    struct data *list = web_list(v, to, key);

    for (size_t i = 0; i < f->n; i++)
        if ((f->all[i].severity != FIND_NOTE) == risks)
            web_line(v, list, web_capital(v, web_plain(f->all[i].what)));
    web_has(v, to, key);
}

/* What this version says now where our line stands; three columns. */
static void put_conflict(struct visit *v, const struct local *l,
                         struct data *list, const struct finding *f)
{
    struct app_change *lines;
    size_t n = app_overlay_lines(v->c, l->overlay, &lines);
    struct data *one = web_item(v, list);

    web_put(v, one, "label", web_local_path(v, l, f->key));
    web_put(v, one, "say", web_local_quarrel(v, l, f));
    web_put(v, one, "was", STR(""));
    web_put(v, one, "theirs", STR(""));
    web_put(v, one, "ours", STR(""));
    for (size_t i = 0; i < n; i++) {
        const struct data *now = data_at(l->origin->effective, lines[i].path);

        if (!str_eq(lines[i].path, f->key))
            continue;
        web_put(v, one, "was", web_local_value(v, l, f->key, lines[i].was));
        web_put(v, one, "theirs",
                now == NULL ? str_of(say(v->c, "tidak ada lagi", "is gone"))
                            : web_local_value(v, l, f->key, now));
        web_put(v, one, "ours",
                lines[i].deed == APP_REMOVES
                    ? str_of(say(v->c, "dihapus", "removed"))
                    : web_local_value(v, l, f->key, lines[i].to));
    }
}

static void put_conflicts(struct visit *v, const struct local *l,
                          struct data *one)
{
    struct data *list = web_list(v, one, "conflicts");

    for (size_t i = 0; i < l->trouble.n; i++)
        if (l->trouble.all[i].severity == FIND_WARNING)
            put_conflict(v, l, list, &l->trouble.all[i]);
    web_has(v, one, "conflicts");
}

/* Functions, registers and laws that it needs of this city. */
static void put_needs(struct visit *v, const struct local *l, struct data *one)
{
    struct data *list = web_list(v, one, "needs");

    for (size_t i = 0; i < l->n; i++) {
        const struct local_item *it = &l->items[i];
        struct data *need;

        if (it->kind != LOCAL_FUNCTION && it->kind != LOCAL_REGISTER &&
            it->kind != LOCAL_LAW)
            continue;
        need = web_item(v, list);
        web_put(v, need, "name", it->name);
        web_put(v, need, "now", it->now);
        web_tag(v, need, web_local_mood(it->state),
                web_local_state(v, it->state));
    }
    web_has(v, one, "needs");
}

static err put_lineage(struct visit *v, struct data *one,
                       const struct app_package *p)
{
    struct buf b = buf_new(v->c, 1 << 14);
    struct grant_ancestor *all;
    size_t n;

    TRY(grant_lineage(v->c, p, &all, &n));
    for (size_t i = 0; i < n; i++)
        buf_fmt(&b, "%s%.*s %.*s%s%.*s%s", i > 0 ? " → " : "",
                STR_ARG(web_city_words(all[i].city)), STR_ARG(all[i].version),
                all[i].credit.n > 0 ? " (" : "", STR_ARG(all[i].credit),
                all[i].credit.n > 0 ? ")" : "");
    web_put(v, one, "lineage", buf_str(&b));
    return E_OK;
}

/* The parts of an app's card that need its package. */
static err put_package(struct visit *v, const struct grant_plan_app *p,
                       struct data *one)
{
    struct local *l;

    TRY(web_local_of(v, p->package, p->overlay, &l));
    web_put(v, one, "name", app_say(v->c, l->origin->title));
    web_put(v, one, "about", app_say(v->c, l->origin->summary));
    web_put(v, one, "brings",
            SAY(v, "say_brings", STR("fields"),
                web_number(v, (int64_t)l->origin->n_fields), STR("rules"),
                web_number(v, (int64_t)l->origin->n_rules), STR("letters"),
                web_number(v, (int64_t)l->origin->n_letters)));
    put_needs(v, l, one);
    put_conflicts(v, l, one);
    return put_lineage(v, one, p->package);
}

static err put_planned(struct visit *v, const struct look *u, size_t i,
                       struct data *list)
{
    const struct grant_plan_app *p = &u->plan.apps[i];
    struct data *one = web_item(v, list);
    static const char *const empty[] = {"about", "brings", "lineage"};
    static const char *const lists[] = {"needs", "conflicts"};

    for (size_t k = 0; k < COUNT(empty); k++)
        web_put(v, one, empty[k], STR(""));
    for (size_t k = 0; k < COUNT(lists); k++) {
        web_list(v, one, lists[k]);
        web_has(v, one, lists[k]);
    }
    web_put(v, one, "name", p->target->app);
    if (p->package != NULL)
        TRY(put_package(v, p, one));
    web_put(v, one, "box", arena_fmt(v->c->mem, "a%zu", i));
    web_put(v, one, "version", p->target->version);
    web_tag(v, one, changes[p->change].mood,
            str_of(say(v->c, changes[p->change].id, changes[p->change].en)));
    web_flag(v, one, "takeable", takeable(p));
    web_flag(
        v, one, "chosen",
        !str_eq(data_text(data_get(one, STR("has_conflicts"))), STR("true")));
    put_findings(v, one, "risks", &p->effects, true);
    put_findings(v, one, "effects", &p->effects, false);
    put_findings(v, one, "trouble",
                 p->package == NULL || p->trouble.errors > 0
                     ? &p->trouble
                     : &(struct findings){0},
                 true);
    return E_OK;
}

static void verdict(struct visit *v, struct data *list, const char *mood,
                    str text)
{
    struct data *one = web_item(v, list);

    web_tag(v, one, mood,
            str_of(say(v->c, mood[0] == 'o' ? "Sah" : "Perhatikan",
                       mood[0] == 'o' ? "Valid" : "Note")));
    web_put(v, one, "say", text);
}

static str date_words(struct visit *v, str date)
{
    struct date d;

    return time_parse_date(date, &d) ? city_show_date(v->c, d) : date;
}

static void put_verdicts(struct visit *v, const struct look *u)
{
    struct data *list = web_list(v, v->page, "verdicts");

    verdict(v, list, "ok",
            SAY(v, "say_accord_holds", STR("number"),
                grant_note_value(&u->accord, "number"), STR("city"),
                web_city_words(u->code)));
    if (u->has_deed)
        verdict(v, list, "ok",
                SAY(v, "say_deed_holds", STR("number"),
                    grant_note_value(&u->deed, "number"), STR("date"),
                    date_words(v, grant_note_value(&u->deed, "date"))));
    else
        verdict(v, list, "warn",
                SAY(v, "say_under_licence", STR("reason"), u->licence));
    verdict(v, list, "ok",
            SAY(v, "say_repo_whole", STR("n"),
                web_number(v, u->edition.targets), STR("until"),
                web_when(v, u->edition.expires)));
    web_put(v, v->page, "giver", web_city_words(u->code));
    web_put(v, v->page, "licence",
            u->has_deed ? grant_note_value(&u->deed, "licence")
                        : STR("EUPL-1.2"));
    web_put(v, v->page, "source", source_words(v, u->source));
}

static size_t count(const struct look *u, enum grant_change change)
{
    size_t n = 0;

    for (size_t i = 0; i < u->plan.n; i++)
        n += u->plan.apps[i].change == change;
    return n;
}

static err show_plan(struct visit *v, const struct look *u)
{
    struct data *list = web_list(v, v->page, "apps");
    size_t same = count(u, GRANT_SAME);
    bool any = false, calm = false, torn = false;

    put_verdicts(v, u);
    for (size_t i = 0; i < u->plan.n; i++) {
        bool may = takeable(&u->plan.apps[i]);

        any |= may;
        calm |= may && no_conflict(&u->plan.apps[i]);
        torn |= may && !no_conflict(&u->plan.apps[i]);
        if (u->plan.apps[i].change != GRANT_SAME)
            TRY(put_planned(v, u, i, list));
    }
    web_has(v, v->page, "apps");
    web_flag(v, v->page, "any", any);
    web_flag(v, v->page, "some", calm && torn);
    web_put(v, v->page, "same",
            same == 0
                ? STR("")
                : SAY(v, "say_same", STR("n"), web_number(v, (int64_t)same)));
    web_put(v, v->page, "action",
            web_to(v, "/adopsi/%.*s/ambil", STR_ARG(v->part[0])));
    web_put_word(v, v->page, "take", u->update ? "say_update" : "say_take");
    if (web_arg(v, "pilih").n > 0)
        web_notice(v, "warn", web_word(v, "say_choose_one"));
    return web_show(v, "adopt_plan");
}

/* ---- what came of it ---------------------------------------------- */

static err show_taken(struct visit *v, const struct look *u)
{
    struct data *list = web_list(v, v->page, "apps");

    TRY(web_look(v));
    for (size_t i = 0; i < u->plan.n; i++) {
        const struct app_entry *e =
            app_catalogue_find(v->world.apps, u->plan.apps[i].target->app);
        struct local *l;
        struct data *one;
        size_t left;

        if (e == NULL || u->plan.apps[i].package == NULL)
            continue;
        TRY(web_local_of(v, u->plan.apps[i].package, u->plan.apps[i].overlay,
                         &l));
        left = l->n - web_local_done(l);
        one = web_item(v, list);
        web_put(v, one, "name", app_say(v->c, l->origin->title));
        web_put(v, one, "version", e->version);
        web_put(v, one, "href", web_to(v, "/aplikasi/%.*s", STR_ARG(e->id)));
        web_put(v, one, "left",
                left == 0 ? web_word(v, "say_nothing_left")
                          : SAY(v, "say_left", STR("n"),
                                web_number(v, (int64_t)left)));
        web_tag(v, one, left == 0 ? "ok" : "warn",
                web_word(v, e->open ? "say_app_open" : "say_app_closed"));
    }
    web_put(v, v->page, "giver", web_city_words(u->code));
    web_put(v, v->page, "on", web_to(v, "/aplikasi"));
    return web_show(v, "adopt_done");
}

err web_adopt_page(struct visit *v)
{
    const struct look *u;
    struct job_kept k;

    TRY(web_job_look(v, v->part[0], STR("adopsi"), &k));
    TRY(web_frame(v));
    web_trail(v, web_to(v, "/aplikasi"), web_word(v, "apps"));
    web_put(v, v->page, "progress", k.said);
    web_put(v, v->page, "again", web_to(v, "%.*s", STR_ARG(v->path)));
    web_flag(v, v->page, "ended", k.ended);
    web_put(v, v->page, "failed", k.result == E_OK ? STR("") : k.why);
    web_put(v, v->page, "anew", web_to(v, "/adopsi"));
    if (!k.ended || k.result != E_OK)
        return web_show(v, "adopt_wait");
    u = k.arg;
    if (u->update)
        v->title = web_word(v, "updates");
    return u->take ? show_taken(v, u) : show_plan(v, u);
}

/* ---- taking ------------------------------------------------------- */

static void choose(struct visit *v, const struct look *seen, struct look *u)
{
    bool all = web_has_sent(v, "semua");

    u->only = NEWS(v->c->mem, str, seen->plan.n + 1);
    u->trees = NEWS(v->c->mem, str, seen->plan.n + 1);
    for (size_t i = 0; i < seen->plan.n; i++) {
        const struct grant_plan_app *p = &seen->plan.apps[i];

        if (!takeable(p) ||
            !(all ? no_conflict(p)
                  : web_has_sent(v, arena_fmt(v->c->mem, "a%zu", i).p)))
            continue;
        u->only[u->n_only] = p->target->app;
        u->trees[u->n_only++] = p->target->tree;
    }
}

err web_adopt_take(struct visit *v)
{
    const struct look *seen;
    struct look u;
    struct job_kept k;

    TRY(web_job_look(v, v->part[0], STR("adopsi"), &k));
    if (!k.ended || k.result != E_OK)
        return web_go(v, "/adopsi/%.*s", STR_ARG(v->part[0]));
    seen = k.arg;
    u = (struct look){.update = seen->update,
                      .take = true,
                      .source = seen->source,
                      .deed_bytes = seen->deed_bytes,
                      .deed_digest = seen->deed_digest,
                      .city = seen->city,
                      .licence = seen->licence};
    choose(v, seen, &u);
    if (seen->take || u.n_only == 0)
        return web_go(v, "/adopsi/%.*s?pilih=satu", STR_ARG(v->part[0]));
    return start_look(v, &u);
}

/* ---- updates ------------------------------------------------------ */

static void put_partner(struct visit *v, struct data *list, str code, size_t n)
{
    struct data *one = web_item(v, list);
    str source;

    remembered(v->c, &v->world, code, &source);
    web_put(v, one, "name", web_city_words(code));
    web_put(v, one, "code", code);
    web_put(v, one, "source", source_words(v, source));
    web_put(v, one, "count",
            SAY(v, "say_taken", STR("n"), web_number(v, (int64_t)n)));
}

static err show_updates(struct visit *v)
{
    struct grant_taken *all;
    struct data *list;
    size_t n;

    TRY(web_look(v));
    TRY(grant_taken(v->c, v->on, &all, &n));
    TRY(web_frame(v));
    web_trail(v, web_to(v, "/aplikasi"), web_word(v, "apps"));
    list = web_list(v, v->page, "partners");
    for (size_t i = 0; i < n; i++) {
        size_t many = 0, before = 0;

        for (size_t k = 0; k < n; k++) {
            many += str_eq(all[k].city, all[i].city);
            before += k < i && str_eq(all[k].city, all[i].city);
        }
        if (before == 0)
            put_partner(v, list, all[i].city, many);
    }
    web_has(v, v->page, "partners");
    web_put(v, v->page, "action", web_to(v, "/pembaruan"));
    web_put(v, v->page, "adopt", web_to(v, "/adopsi"));
    return web_show(v, "update");
}

err web_updates(struct visit *v)
{
    return show_updates(v);
}

err web_updates_look(struct visit *v)
{
    str code = web_sent(v, "kota");
    struct look u = {.update = true, .city = code};
    struct city_region r;

    if (!city_region_find(code, &r))
        return show_updates(v);
    remembered(v->c, &v->world, code, &u.source);
    if (u.source.n == 0)
        return web_go(v, "/adopsi");
    if (!by_line(u.source) && !among_sticks(v->c, &v->world, u.source))
        return fail(v->c, E_NOT_FOUND, "%s",
                    say(v->c,
                        "Stik itu tidak terpasang. Pasanglah, lalu coba lagi.",
                        "That stick is not plugged in. Plug it in and try "
                        "again."));
    return start_look(v, &u);
}
