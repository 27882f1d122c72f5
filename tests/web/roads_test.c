/* SPDX-License-Identifier: EUPL-1.2 */
/* The one gate, from outside: every role walks every road of routes.def to the
 * record of every app in apps/, and no answer holds text that is not for it.
 * What is for whom is read from each app's own `show:`, not from the program.
 * A route that is not in the table of roads fails the test. */
#include "tests/web/roads.h"

#include <stdio.h>

/* ---- roads -------------------------------------------------------- */

static const struct road *road_of(str route)
{
    size_t n;
    const struct road *all = roads_all(&n);

    for (size_t i = 0; i < n; i++)
        if (str_eq(route, str_of(all[i].route)))
            return &all[i];
    return NULL;
}

TEST(every_route_has_its_place_in_the_table_of_roads)
{
    str rest = web_routes(c), line, route, who;
    size_t n = 0, known;

    roads_all(&known);
    for (; str_next(&rest, '\n', &line); n++) {
        size_t cut = line.n;

        while (line.p[cut - 1] != ' ')
            cut--;
        route = str_slice(line, 0, cut - 1);
        who = str_slice(line, cut, line.n);
        if (!CHECK(road_of(route) != NULL))
            printf("  %.*s (%.*s): say in tests/web/roads.c what it may show\n",
                   STR_ARG(route), STR_ARG(who));
    }
    CHECK_I64((int64_t)n, (int64_t)known);
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

/* ---- judging ------------------------------------------------------ */

struct matrix {
    const struct role *judged; /* by what this role may see */
    bool tell;
    int asked, wrong;
    int met[128]; /* P, R, O of the record at hand */
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
    const struct matrix *m = w->arg;

    switch (r->shows) {
    case NOTHING:
        return false;
    case LIST:
        return show == 'P';
    case GATE:
        break;
    }
    return show == 'P' ||
           (app == w->app && strchr(m->judged->sees, show) != NULL);
}

static void judge(struct walk *w, const struct road *r, const char *path,
                  const struct seen *s)
{
    struct matrix *m = w->arg;
    str body = unfolded(w->city->site->c, s);

    m->asked++;
    if (m->tell && !CHECK(s->status < 500 || s->status == 503))
        printf("  %s: %d\n", path, s->status);
    for (size_t i = 0; i + 4 < body.n; i++) {
        char show = body.p[i + 2];
        const char *sign = strchr(signs, body.p[i + 3]);
        size_t app;

        if (!str_starts(str_slice(body, i, body.n), STR(MARK)) ||
            strchr("PROW", show) == NULL || sign == NULL)
            continue;
        app = (size_t)(sign - signs);
        if (app == w->app)
            m->met[(int)show]++;
        if (may_meet(w, r, show, app))
            continue;
        m->wrong++;
        if (m->tell && !CHECK(!"text that is not for this role"))
            printf("  %s, %s: %.*s\n", w->role->name, path,
                   STR_ARG(str_slice(body, i, i + 40)));
    }
    if (m->tell && r->shows != NOTHING && w->role->login == NULL &&
        !CHECK(str_find(body, STR("Asep Hidayat")) == body.n))
        printf("  %s, %s names the officer\n", w->role->name, path);
}

/* ---- the matrix --------------------------------------------------- */

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
    const struct matrix *m = w->arg;
    const struct planted_app *a = &w->city->all[w->app];

    for (const char *show = w->role->sees; *show != '\0'; show++)
        if (a->n[(int)*show] > 0 && !CHECK(m->met[(int)*show] > 0))
            printf("  %s met none of %d %c of %.*s\n", w->role->name,
                   a->n[(int)*show], *show, STR_ARG(a->app->id));
}

TEST(no_road_of_any_app_shows_any_role_what_is_not_for_it)
{
    struct planted *city = planted_new(c, marker);
    struct matrix m = {.tell = true};
    size_t n;
    const struct role *all = roads_roles(&n);

    CHECK(city->n >= 2);
    for (size_t i = 0; i < n; i++) {
        struct walk w = walk_as(city, &all[i]);

        w.meet = judge, w.arg = &m;
        m.judged = &all[i];
        for (w.app = 0; w.app < city->n; w.app++) {
            int64_t version = version_of(city, w.app);

            memset(m.met, 0, sizeof m.met);
            walk_app(&w);
            check_met(&w);
            CHECK_I64(version_of(city, w.app), version);
        }
    }
    CHECK(m.asked > 1000);
    printf("       roads: %d answers to %zu roles on records of %zu apps\n",
           (int)m.asked, n, city->n);
}

/* The weakened setting: an auditor's answers, judged as a stranger's. */
TEST(the_matrix_finds_what_is_shown_to_the_wrong_one)
{
    struct planted *city = planted_new(c, marker);
    struct matrix m = {.judged = roads_role("stranger")};
    struct walk w = walk_as(city, roads_role("auditor"));

    w.meet = judge, w.arg = &m;
    for (w.app = 0; w.app < city->n; w.app++) {
        const struct planted_app *a = &city->all[w.app];

        m.wrong = 0;
        walk_app(&w);
        CHECK(m.wrong > 0 || a->n['R'] + a->n['O'] == 0);
    }
}
