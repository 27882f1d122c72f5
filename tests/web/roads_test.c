/* SPDX-License-Identifier: EUPL-1.2 */
/* The one gate, from outside: every role walks every road of routes.def to the
 * record of every app in apps/, and no answer holds text that is not for it.
 * What is for whom is read from each app's own `show:`, not from the program.
 * A route that is not in the table below fails the test. */
#include "tests/web/planted.h"

#include <stdio.h>

/* ---- roads -------------------------------------------------------- */

/* What of a record may be met there: nothing, what everybody may see, or what
 * the role may see of this record. */
enum shows { NOTHING, LIST, GATE };

static const struct road {
    const char *route;
    enum shows shows;
} roads[] = {
    {"GET /", NOTHING},
    {"GET /cari", NOTHING},
    {"GET /tentang", NOTHING},
    {"GET /bantuan", NOTHING},
    {"GET /privasi", NOTHING},
    {"GET /aksesibilitas", NOTHING},
    {"GET /luring", NOTHING},
    {"GET /gaya/{file}", NOTHING},
    {"GET /kinerja", NOTHING},
    {"GET /kinerja/data.csv", NOTHING},
    {"GET /layanan/{sector}/{app}", NOTHING},
    {"GET /layanan/{sector}/{app}/daftar", LIST},
    {"GET /layanan/{sector}/{app}/isi", NOTHING},
    {"POST /layanan/{sector}/{app}/isi", NOTHING},
    {"GET /layanan/{sector}/{app}/isi/{step}", NOTHING},
    {"POST /layanan/{sector}/{app}/isi/{step}", NOTHING},
    {"GET /layanan/{sector}/{app}/lampiran/{path}", NOTHING},
    {"GET /layanan/{sector}/{app}/serupa", LIST},
    {"GET /layanan/{sector}/{app}/periksa", NOTHING},
    {"POST /layanan/{sector}/{app}/periksa", NOTHING},
    {"GET /tanda-terima/{nonce}", NOTHING},
    {"GET /tanda-terima/{nonce}/bukti", NOTHING},
    {"GET /tanda-terima/{nonce}/cetak", NOTHING},
    {"GET /lacak", NOTHING},
    {"POST /lacak", NOTHING},
    {"GET /lacak/{number}", GATE},
    {"GET /lacak/{number}/bukti.tlog-proof", GATE},
    {"GET /lacak/{number}/bukti-lengkap.tlog-proof", GATE},
    {"GET /lacak/{number}/lampiran/{path}", GATE},
    {"GET /lacak/{number}/surat/{key}", GATE},
    {"GET /lacak/{number}/tindak/{action}", GATE},
    {"POST /lacak/{number}/tindak/{action}", GATE},
    {"POST /lacak/{number}/kabar", GATE},
    {"GET /lacak/{number}/isi/{step}", GATE},
    {"POST /lacak/{number}/isi/{step}", GATE},
    {"GET /s/{token}", NOTHING},
    {"POST /s/{token}", NOTHING},
    {"GET /periksa", NOTHING},
    {"GET /log", NOTHING},
    {"GET /log/periksa", NOTHING},
    {"POST /log/periksa", NOTHING},
    {"GET /log/kunci", NOTHING},
    {"GET /log/kebijakan", NOTHING},
    {"GET /log/checkpoint", NOTHING},
    {"GET /log/tile/{*}", NOTHING},
    {"GET /repo/metadata/{file}", NOTHING},
    {"GET /repo/targets/{sector}/{file}", NOTHING},
    {"POST /saksi/add-checkpoint", NOTHING},
    {"GET /saksi/kunci", NOTHING},
    {"GET /saksi/{origin}/checkpoint", NOTHING},
    {"GET /masuk", NOTHING},
    {"POST /masuk", NOTHING},
    {"GET /masuk/tautan/{token}", NOTHING},
    {"POST /masuk/tautan/{token}", NOTHING},
    {"POST /keluar", NOTHING},
    {"GET /kerja", LIST},
    {"GET /kerja/tanggal", NOTHING},
    {"POST /kerja/tanggal", NOTHING},
    {"GET /kerja/berkas/{number}", GATE},
    {"POST /kerja/berkas/{number}", GATE},
    {"GET /kerja/berkas/{number}/lampiran/{path}", GATE},
    {"GET /kerja/berkas/{number}/surat/{key}", GATE},
    {"GET /pengawasan", NOTHING},
    {"GET /pengawasan/{id}", NOTHING},
    {"POST /pengawasan/{id}", NOTHING},
    {"GET /loket", NOTHING},
    {"GET /loket/{sector}/{app}/isi", NOTHING},
    {"POST /loket/{sector}/{app}/isi", NOTHING},
    {"GET /loket/{sector}/{app}/isi/{step}", NOTHING},
    {"POST /loket/{sector}/{app}/isi/{step}", NOTHING},
    {"GET /loket/{sector}/{app}/lampiran/{path}", NOTHING},
    {"GET /loket/{sector}/{app}/serupa", LIST},
    {"GET /loket/{sector}/{app}/periksa", NOTHING},
    {"POST /loket/{sector}/{app}/periksa", NOTHING},
    {"GET /orang", NOTHING},
    {"POST /orang", NOTHING},
    {"POST /orang/impor", NOTHING},
    {"POST /orang/terapkan", NOTHING},
    {"GET /orang/{id}", NOTHING},
    {"POST /orang/{id}/beri", NOTHING},
    {"POST /orang/{id}/akhiri", NOTHING},
    {"POST /orang/{id}/tautan", NOTHING},
    {"POST /orang/{id}/status", NOTHING},
    {"POST /orang/{id}/ubah", NOTHING},
    {"GET /aplikasi", NOTHING},
    {"GET /aplikasi/{sector}/{app}", NOTHING},
    {"GET /aplikasi/{sector}/{app}/butir/{key}", NOTHING},
    {"POST /aplikasi/{sector}/{app}/butir/{key}", NOTHING},
    {"POST /aplikasi/{sector}/{app}/usulan", NOTHING},
    {"POST /aplikasi/{sector}/{app}/batalkan", NOTHING},
    {"POST /aplikasi/{sector}/{app}/pintu", NOTHING},
    {"POST /aplikasi/{sector}/{app}/skenario", NOTHING},
    {"GET /aplikasi/{sector}/{app}/skenario/{token}", NOTHING},
    {"GET /aplikasi/{sector}/{app}/pratinjau", NOTHING},
    {"GET /aplikasi/{sector}/{app}/berkas", NOTHING},
    {"GET /adopsi", NOTHING},
    {"POST /adopsi", NOTHING},
    {"GET /adopsi/{token}", NOTHING},
    {"POST /adopsi/{token}/ambil", NOTHING},
    {"GET /pembaruan", NOTHING},
    {"POST /pembaruan", NOTHING},
};

static const struct road *road_of(str route)
{
    for (size_t i = 0; i < COUNT(roads); i++)
        if (str_eq(route, str_of(roads[i].route)))
            return &roads[i];
    return NULL;
}

TEST(every_route_has_its_place_in_the_table_of_roads)
{
    str rest = web_routes(c), line, route, who;
    size_t n = 0;

    for (; str_next(&rest, '\n', &line); n++) {
        size_t cut = line.n;

        while (line.p[cut - 1] != ' ')
            cut--;
        route = str_slice(line, 0, cut - 1);
        who = str_slice(line, cut, line.n);
        if (!CHECK(road_of(route) != NULL))
            printf("  %.*s (%.*s): say in roads[] what it may show\n",
                   STR_ARG(route), STR_ARG(who));
    }
    CHECK_I64((int64_t)n, (int64_t)COUNT(roads));
}

/* ---- planted text ------------------------------------------------- */

/* "~~Rb-pemohon.nama": for whom, and of which app; four signs that stay
 * together where numbers are written in fours. */
#define MARK "~~"
static const char signs[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

static str marker(const struct plant *p)
{
    MUST((size_t)p->app < sizeof signs - 1);
    return arena_fmt(p->c->mem, MARK "%c%c-%.*s", p->show, signs[p->app],
                     STR_ARG(p->path));
}

/* ---- roles -------------------------------------------------------- */

static const struct role {
    const char *name, *login; /* login NULL: no officer */
    int proves;               /* 0 no record, 1 this one, 2 another */
    const char *sees;         /* at the gate */
} roles[] = {
    {"stranger", NULL, 0, "P"},
    {"resident of the record", NULL, 1, "PR"},
    {"resident of another record", NULL, 2, "P"},
    {"officer elsewhere", PLANTED_STRANGER, 0, "P"},
    {"desk elsewhere", "loket.lapor", 0, "P"},
    {"administrator", "admin.satu", 0, "P"},
    {"desk of the office", "loket.izin", 0, "PRO"},
    {"officer of the flow", PLANTED_OFFICER, 0, "PRO"},
    {"head", PLANTED_HEAD, 0, "PRO"},
    {"auditor", "pemeriksa", 0, "PRO"},
};
#define STRANGER (&roles[0])
#define AUDITOR  (&roles[COUNT(roles) - 1])

struct walk {
    struct planted *city;
    const struct role *role, *judged; /* who walks, and as whom */
    struct browser browser;
    size_t app;
    int asked, wrong;
    int met[128]; /* P, R, O of this record at its own pages */
};

/* All that stands in an answer, and in a proof that it carries. */
static str unfolded(struct ctx *c, const struct seen *s)
{
    size_t at = str_find(s->body, STR("\nextra ")) + 7;
    str line, rest, plain;

    if (at > s->body.n)
        return s->body;
    str_cut(str_slice(s->body, at, s->body.n), '\n', &line, &rest);
    return seal_unbase64(c, line, &plain) ? plain : s->body;
}

static bool may_meet(const struct walk *w, const struct road *r, char show,
                     size_t app)
{
    switch (r->shows) {
    case NOTHING:
        return false;
    case LIST:
        return show == 'P';
    case GATE:
        break;
    }
    return show == 'P' ||
           (app == w->app && strchr(w->judged->sees, show) != NULL);
}

static void judge(struct walk *w, const struct road *r, const char *path,
                  const struct seen *s, bool tell)
{
    str body = unfolded(w->city->site->c, s);

    w->asked++;
    if (tell && !CHECK(s->status < 500 || s->status == 503))
        printf("  %s: %d\n", path, s->status);
    for (size_t i = 0; i + 4 < body.n; i++) {
        char show = body.p[i + 2];
        const char *sign = strchr(signs, body.p[i + 3]);
        size_t app;

        if (!str_starts(str_slice(body, i, body.n), STR(MARK)) ||
            (show != 'P' && show != 'R' && show != 'O') || sign == NULL)
            continue;
        app = (size_t)(sign - signs);
        if (app == w->app)
            w->met[(int)show]++;
        if (may_meet(w, r, show, app))
            continue;
        w->wrong++;
        if (tell && !CHECK(!"text that is not for this role"))
            printf("  %s, %s: %.*s\n", w->role->name, path,
                   STR_ARG(str_slice(body, i, i + 40)));
    }
    if (tell && r->shows != NOTHING && w->role->login == NULL &&
        !CHECK(str_find(body, STR("Asep Hidayat")) == body.n))
        printf("  %s, %s names the officer\n", w->role->name, path);
}

/* ---- addresses ---------------------------------------------------- */

#define WAYS 64

/* All words that a part in braces may stand for with this app. */
static size_t words_of(struct walk *w, str part, str out[WAYS])
{
    const struct planted_app *p = &w->city->all[w->app];
    const struct app *a = p->app;
    size_t n = 0;

    if (str_eq(part, STR("number")))
        out[n++] = p->number;
    else if (str_eq(part, STR("action")))
        for (size_t i = 0; i < a->n_states; i++)
            for (size_t k = 0; k < a->states[i].n_actions && n < WAYS; k++)
                if (str_among(a->states[i].actions[k].key, out, n) < 0)
                    out[n++] = a->states[i].actions[k].key;
    if (str_eq(part, STR("step")))
        for (size_t i = 0; i < a->n_steps && n < WAYS; i++)
            out[n++] = a->steps[i].key;
    if (str_eq(part, STR("path")))
        for (size_t i = 0; i < a->n_fields && n < WAYS; i++)
            out[n++] = a->fields[i].key;
    if (str_eq(part, STR("key")))
        for (size_t i = 0; i < a->n_letters && n < WAYS; i++)
            out[n++] = arena_fmt(w->city->site->c->mem, "%.*s.1",
                                 STR_ARG(a->letters[i].key));
    if (str_eq(part, STR("id")) || str_eq(part, STR("file")))
        out[n++] = STR("1");
    if (n == 0)
        out[n++] = STR("0000000000000000000000");
    return n;
}

static void visit(struct walk *w, const struct road *r, const char *method,
                  str path, bool tell)
{
    const char *z = arena_str(w->city->site->c->mem, path).p;
    struct seen s;

    if (strcmp(method, "GET") == 0)
        s = browser_get(&w->browser, z);
    else
        s = browser_post(&w->browser, z, "act=accept&reason=danger&x=1");
    judge(w, r, z, &s, tell);
}

/* Every address that the pattern makes, part by part. */
static void walk_road(struct walk *w, const struct road *r, const char *method,
                      str head, str rest, bool tell)
{
    struct ctx *c = w->city->site->c;
    str before, tail, part, words[WAYS], sector, app;
    size_t n;

    if (!str_cut(rest, '{', &before, &tail)) {
        visit(w, r, method,
              arena_fmt(c->mem, "%.*s%.*s", STR_ARG(head), STR_ARG(rest)),
              tell);
        return;
    }
    str_cut(tail, '}', &part, &rest);
    str_cut(w->city->all[w->app].app->id, '/', &sector, &app);
    n = words_of(w, part, words);
    if (str_eq(part, STR("sector")))
        words[0] = sector;
    if (str_eq(part, STR("app")))
        words[0] = app;
    for (size_t i = 0; i < n; i++)
        walk_road(w, r, method,
                  arena_fmt(c->mem, "%.*s%.*s%.*s", STR_ARG(head),
                            STR_ARG(before), STR_ARG(words[i])),
                  rest, tell);
}

static bool about_an_app(const char *route)
{
    return strstr(route, "{number}") != NULL || strstr(route, "{app}") != NULL;
}

/* What is the same for all apps is walked with the first. What is posted is
 * for those who may not act; others would move the record under our feet. */
static bool is_walked(const struct walk *w, const struct road *r)
{
    if (strncmp(r->route, "POST ", 5) == 0)
        return strstr(r->route, "{number}") != NULL &&
               strlen(w->role->sees) == 1;
    return w->app == 0 || about_an_app(r->route);
}

static void walk_all(struct walk *w, bool tell)
{
    for (size_t i = 0; i < COUNT(roads); i++) {
        str method, path;

        if (!is_walked(w, &roads[i]))
            continue;
        str_cut(str_of(roads[i].route), ' ', &method, &path);
        walk_road(w, &roads[i], method.p[0] == 'G' ? "GET" : "POST", STR(""),
                  path, tell);
    }
}

/* ---- the matrix --------------------------------------------------- */

static void prove(struct walk *w)
{
    const struct planted *city = w->city;
    size_t which = (w->app + (w->role->proves == 2)) % city->n;
    const struct planted_app *a = &city->all[which];
    struct seen s;

    w->browser = site_browser(city->site);
    browser_get(&w->browser, "/lacak");
    if (w->role->proves == 0)
        return;
    s = browser_post(&w->browser, "/lacak",
                     arena_fmt(city->site->c->mem, "number=%.*s&code=%.*s",
                               STR_ARG(a->number), STR_ARG(a->code))
                         .p);
    CHECK_I64(s.status, 303);
}

static struct walk walk_as(struct planted *city, const struct role *role,
                           const struct role *judged)
{
    struct walk w = {.city = city, .role = role, .judged = judged};

    if (role->login != NULL) {
        w.browser = site_browser(city->site);
        browser_enter(&w.browser, role->login);
    }
    return w;
}

static int64_t version_of(struct planted *city, size_t app)
{
    struct ctx *c = city->site->c;
    struct conn *on = town_read(c, city->site->town);
    struct record r = {0};

    CHECK_OK(record_find(c, on, city->all[app].number, &r));
    store_done(on);
    return r.version;
}

/* Whoever may see it does meet it: else nothing was planted where we look. */
static void check_met(const struct walk *w)
{
    const struct planted_app *a = &w->city->all[w->app];

    for (const char *show = w->role->sees; *show != '\0'; show++)
        if (a->n[(int)*show] > 0 && !CHECK(w->met[(int)*show] > 0))
            printf("  %s met none of %d %c of %.*s\n", w->role->name,
                   a->n[(int)*show], *show, STR_ARG(a->app->id));
}

TEST(no_road_of_any_app_shows_any_role_what_is_not_for_it)
{
    struct planted *city = planted_new(c, marker);
    int asked = 0;

    CHECK(city->n >= 2);
    for (size_t i = 0; i < COUNT(roles); i++) {
        struct walk w = walk_as(city, &roles[i], &roles[i]);

        for (w.app = 0; w.app < city->n; w.app++) {
            int64_t version = version_of(city, w.app);

            memset(w.met, 0, sizeof w.met);
            if (roles[i].login == NULL)
                prove(&w);
            walk_all(&w, true);
            check_met(&w);
            CHECK_I64(version_of(city, w.app), version);
        }
        asked += w.asked;
    }
    CHECK(asked > 1000);
    printf("  %d answers, %zu apps, %zu roles\n", asked, city->n, COUNT(roles));
}

/* The weakened setting: an auditor's answers, judged as a stranger's. */
TEST(the_matrix_finds_what_is_shown_to_the_wrong_one)
{
    struct planted *city = planted_new(c, marker);
    struct walk w = walk_as(city, AUDITOR, STRANGER);

    for (w.app = 0; w.app < city->n; w.app++) {
        const struct planted_app *a = &city->all[w.app];

        w.wrong = 0;
        walk_all(&w, false);
        CHECK(w.wrong > 0 || a->n['R'] + a->n['O'] == 0);
    }
}
