/* SPDX-License-Identifier: EUPL-1.2 */
/* Pages of taking apps of another city, and their updates: a look first, in
 * words; then, if an administrator says so, what was chosen. */
#include "web/web_adopt.h"

#define SOURCE_MOST 300
#define REASON_MOST 400

/* A stick goes by its own name. */
static str source_words(struct visit *v, str source)
{
    size_t at = source.n;

    if (grant_by_line(source) || source.n == 0)
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
    web_sticks(v->c, &v->world, &sticks);
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
        {.name = "akar",
         .label = str_of(say(v->c, "Akar repositori yang dipercaya",
                             "The repository's root that you trust")),
         .hint = str_of(say(v->c,
                            "Hanya tanpa kesepakatan: sha256:... atau delapan "
                            "kata, dibacakan kota pemberi lewat telepon.",
                            "Only without an accord: sha256:... or eight "
                            "words, read to you by the giver over the "
                            "telephone.")),
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
    TRY(web_job_start(v, STR("adopsi"), web_adopt_run, web_adopting, u,
                      &token));
    return web_go(v, "/adopsi/%.*s", STR_ARG(token));
}

err web_adopt_look(struct visit *v)
{
    const struct record_upload *file = web_file(v, STR("berkas"));
    str stick = web_sent(v, "stik");
    struct look u = {
        .m = {.licence =
                  str_slice(str_trim(web_sent(v, "lisensi")), 0, REASON_MOST),
              .root = str_slice(str_trim(web_sent(v, "akar")), 0, REASON_MOST),
              .deed_kept = web_sent(v, "naskah")}};
    struct findings f = {0};

    if (stick.n > 0 && web_among_sticks(v->c, &v->world, stick))
        u.m.where = stick;
    else
        u.m.where = address_of(v, str_trim(web_sent(v, "alamat")));
    if (file != NULL && file->bytes.n <= NOTE_MOST)
        u.m.deed = file->bytes;
    if (u.m.where.n > 0)
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
    size_t n = web_local_lines(v, l, l->overlay, &lines);
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

    TRY(web_local_of(v, p->package, p->pinned, &l));
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
            u->m.has_accord ? SAY(v, "say_accord_holds", STR("number"),
                                  grant_note_value(&u->m.accord, "number"),
                                  STR("city"), web_city_words(u->m.code))
                            : SAY(v, "say_root_named", STR("city"),
                                  web_city_words(u->m.code)));
    for (size_t i = 0; i < u->m.n_titles; i++) {
        const struct grant_note *deed = u->m.titles[i].deed;

        verdict(v, list, "ok",
                SAY(v, "say_deed_holds", STR("number"),
                    grant_note_value(deed, "number"), STR("date"),
                    date_words(v, grant_note_value(deed, "date"))));
    }
    if (u->m.n_titles == 0)
        verdict(v, list, "warn",
                SAY(v, "say_under_licence", STR("reason"), u->m.licence));
    verdict(v, list, "ok",
            SAY(v, "say_repo_whole", STR("n"),
                web_number(v, u->m.edition.targets), STR("until"),
                web_when(v, u->m.edition.expires)));
    web_put(v, v->page, "giver", web_city_words(u->m.code));
    web_put(v, v->page, "licence",
            u->m.n_titles > 0 ? grant_note_value(u->m.titles[0].deed, "licence")
                              : STR("EUPL-1.2"));
    web_put(v, v->page, "source", source_words(v, u->m.where));
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
    const struct web_host *h = &web_options_of(v->web)->host;
    struct data *list = web_list(v, v->page, "apps");

    /* The job may have ended after this request began. */
    web_look_away(v);
    TRY(h->world(v->c, h->node, &v->world));
    TRY(web_look(v));
    for (size_t i = 0; i < u->plan.n; i++) {
        const struct app_entry *e =
            app_catalogue_find(v->world.apps, u->plan.apps[i].target->app);
        struct local *l;
        struct data *one;
        size_t left;

        if (e == NULL || u->plan.apps[i].package == NULL)
            continue;
        TRY(web_local_of(v, u->plan.apps[i].package, u->plan.apps[i].pinned,
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
    web_put(v, v->page, "giver", web_city_words(u->m.code));
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
    u = (struct look){.update = seen->update, .take = true, .m = seen->m};
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

    web_remembered_source(v->c, &v->world, code, &source);
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
    struct look u = {.update = true, .m = {.giver = code}};
    struct city_region r;

    if (!city_region_find(code, &r))
        return show_updates(v);
    web_remembered_source(v->c, &v->world, code, &u.m.where);
    if (u.m.where.n == 0)
        return web_go(v, "/adopsi");
    if (!grant_by_line(u.m.where) &&
        !web_among_sticks(v->c, &v->world, u.m.where))
        return fail(v->c, E_NOT_FOUND, "%s",
                    say(v->c,
                        "Stik itu tidak terpasang. Pasanglah, lalu coba lagi.",
                        "That stick is not plugged in. Plug it in and try "
                        "again."));
    return start_look(v, &u);
}
