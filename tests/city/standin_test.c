/* SPDX-License-Identifier: EUPL-1.2 */
/* Who is away, who stands in, and who may say so. */
#include "tests/town.h"

#include <stdio.h>

struct say {
    struct town *t;
    const char *by, *absent, *standing; /* logins; NULL nobody */
    const char *office, *duty;
    const char *first, *last;
    struct city_absence a;
    bool end;
};

static int64_t id_of(struct ctx *c, struct conn *on, const char *login)
{
    struct city_officer o = {.id = 0};

    if (login != NULL)
        CHECK_OK(city_officer_by_login(c, on, str_of(login), &o));
    return o.id;
}

static err say_it(struct ctx *c, struct conn *tx, void *arg)
{
    struct say *s = arg;
    struct city_officer by;
    struct date first = {0}, last = {0};

    TRY(city_officer_by_login(c, tx, str_of(s->by), &by));
    if (s->end)
        return city_absence_end(c, tx, s->t->w.ledger, s->t->w.city, &by,
                                s->a.id);
    s->a.absent = id_of(c, tx, s->absent);
    s->a.standing = id_of(c, tx, s->standing);
    if (s->office != NULL)
        s->a.of = (struct city_duty){str_of(s->office), str_of(s->duty)};
    if (s->a.kind.n == 0)
        s->a.kind = STR("leave");
    time_parse_date(str_of(s->first), &first);
    time_parse_date(str_of(s->last), &last);
    return city_absence_begin(c, tx, s->t->w.ledger, s->t->w.city, &by, &s->a,
                              first, last);
}

static err name(struct ctx *c, struct say *s)
{
    return store_write(c, s->t->w.store, say_it, s);
}

/* Does this officer act there now; in whose right? */
static int64_t rights(struct ctx *c, struct town *t, const char *login,
                      const char *office, const char *duty,
                      struct city_right *first)
{
    struct conn *on = town_read(c, t);
    struct city_duty d = {str_of(office), str_of(duty)};
    struct city_right *all;
    size_t n = 0;

    CHECK_OK(city_rights_at(c, on, id_of(c, on, login), &d, &all, &n));
    if (n > 0 && first != NULL)
        *first = all[0];
    store_done(on);
    return (int64_t)n;
}

#define ON(day) (time_instant((struct date){2026, 2, day}, 9 * TIME_HOUR, 420))

TEST(a_stand_in_acts_from_the_first_day_to_the_last_and_no_longer)
{
    struct town *t = town_new(c);
    struct say s = {t,    "kepala.izin", "kepala.izin", "periksa.izin",
                    NULL, NULL,          "2026-02-17",  "2026-02-18",
                    {0},  false};
    struct city_right r;

    CHECK_OK(name(c, &s));
    CHECK_I64(rights(c, t, "periksa.izin", "dpmptsp", "head", NULL), 0);
    c->now = time_instant((struct date){2026, 2, 17}, 0, 420);
    CHECK_I64(rights(c, t, "periksa.izin", "dpmptsp", "head", &r), 1);
    CHECK(!r.own);
    CHECK_STR(city_right_show(c, &r), "standing in for Ratna Dewi");
    c->now = time_instant((struct date){2026, 2, 19}, 0, 420) - 1;
    CHECK_I64(rights(c, t, "periksa.izin", "dpmptsp", "head", NULL), 1);
    c->now++;
    CHECK_I64(rights(c, t, "periksa.izin", "dpmptsp", "head", NULL), 0);
    /* His own duties were his own all the time. */
    CHECK_I64(rights(c, t, "periksa.izin", "dpmptsp", "verifier", &r), 1);
    CHECK(r.own);
    town_rebuilds(c, t);
}

TEST(what_is_ended_ends_at_once_and_only_once)
{
    struct town *t = town_new(c);
    struct say s = {t,    "kepala.izin", "kepala.izin", "periksa.izin",
                    NULL, NULL,          "2026-02-16",  "2026-03-18",
                    {0},  false};

    CHECK_OK(name(c, &s));
    CHECK_I64(rights(c, t, "periksa.izin", "dpmptsp", "head", NULL), 1);
    s.end = true;
    s.by = "periksa.izin"; /* who stands in does not shake it off */
    CHECK(name(c, &s) == E_FORBIDDEN);
    s.by = "kepala.izin";
    CHECK_OK(name(c, &s));
    CHECK_I64(rights(c, t, "periksa.izin", "dpmptsp", "head", NULL), 0);
    CHECK(name(c, &s) == E_NOT_FOUND);
    town_rebuilds(c, t);
}

TEST(one_duty_can_be_handed_over_and_the_others_stay)
{
    struct town *t = town_new(c);
    struct say s = {
        t,      "loket.lapor", "loket.lapor", "loket.izin", "diskominfo",
        "desk", "2026-02-16",  "2026-02-20",  {0},          false};

    CHECK_OK(name(c, &s));
    CHECK_I64(rights(c, t, "loket.izin", "diskominfo", "desk", NULL), 1);
    CHECK_I64(rights(c, t, "loket.izin", "diskominfo", "verifier", NULL), 0);
    /* The other one to somebody else, in the same days. */
    s.standing = "kepala.lapor", s.duty = "verifier";
    CHECK_OK(name(c, &s));
    s.standing = "kepala.izin", s.office = NULL;
    s.a.of = (struct city_duty){STR(""), STR("")};
    CHECK(name(c, &s) == E_CONFLICT);
    town_rebuilds(c, t);
}

TEST(it_is_the_officer_a_superior_or_the_personnel_office_who_says_so)
{
    static const struct {
        const char *by;
        err want;
    } all[] = {{"kepala.izin", E_OK},
               {"periksa.izin", E_OK},
               {"kepala.daerah", E_OK},
               {"pegawai.periksa", E_OK},
               {"admin.satu", E_OK},
               {"loket.izin", E_FORBIDDEN},
               {"kepala.lapor", E_FORBIDDEN},
               {"pemeriksa", E_FORBIDDEN},
               {"sekretaris.daerah", E_FORBIDDEN}};
    struct town *t = town_new(c);

    for (size_t i = 0; i < COUNT(all); i++) {
        struct say s = {t,    all[i].by, "periksa.izin", "loket.izin",
                        NULL, NULL,      "2026-02-17",   "2026-02-18",
                        {0},  false};

        CHECK(name(c, &s) == all[i].want);
        s.end = true;
        if (all[i].want == E_OK)
            CHECK_OK(name(c, &s));
    }
}

TEST(nobody_stands_in_for_what_is_not_held_or_is_bound_to_the_person)
{
    static const struct {
        const char *absent, *standing, *office, *duty, *first, *last, *say;
    } all[] = {
        {"kepala.izin", "kepala.izin", NULL, NULL, "2026-02-17", "2026-02-18",
         "The stand-in must be another person."},
        {"kepala.izin", "loket.izin", "dpmptsp", "verifier", "2026-02-17",
         "2026-02-18", "The officer who is away does not hold this duty."},
        {"admin.dua", "loket.izin", NULL, NULL, "2026-02-17", "2026-02-18",
         "The officer who is away does not hold this duty."},
        {"admin.dua", "loket.izin", "city", "admin", "2026-02-17", "2026-02-18",
         "The duties of administrators and auditors are bound"},
        {"pemeriksa", "loket.izin", "inspektorat", "auditor", "2026-02-17",
         "2026-02-18", "The duties of administrators and auditors are bound"},
        {"kepala.izin", "loket.izin", NULL, NULL, "2026-02-18", "2026-02-17",
         "The last day is before the first."},
        {"kepala.izin", "loket.izin", NULL, NULL, "2026-02-14", "2026-02-15",
         "The last day is over."},
        {"kepala.izin", "loket.izin", NULL, NULL, "2026-02-16", "2026-05-19",
         "At most 92 days."},
        {"kepala.izin", "loket.izin", NULL, NULL, "", "2026-05-19",
         "The date is not complete."},
        {NULL, "loket.izin", "dpmptsp", "head", "2026-02-17", "2026-02-18",
         "Somebody holds this duty, so it is not vacant."},
        {NULL, NULL, "dpmptsp", "secretary", "2026-02-17", "2026-02-18",
         "For a vacant post, choose who acts."},
        {NULL, "loket.izin", "dpmptsp", "king", "2026-02-17", "2026-02-18",
         "The officer who is away does not hold this duty."},
    };
    struct town *t = town_new(c);

    for (size_t i = 0; i < COUNT(all); i++) {
        struct say s = {t,
                        "admin.satu",
                        all[i].absent,
                        all[i].standing,
                        all[i].office,
                        all[i].duty,
                        all[i].first,
                        all[i].last,
                        {0},
                        false};

        CHECK(name(c, &s) == E_BAD_INPUT);
        if (!CHECK(str_starts(c->why, str_of(all[i].say))))
            printf("  %zu: %.*s\n", i, STR_ARG(c->why));
    }
}

TEST(no_chain_no_circle_and_no_two_at_once)
{
    struct town *t = town_new(c);
    struct say s = {t,    "admin.satu", "kepala.izin", "periksa.izin",
                    NULL, NULL,         "2026-02-16",  "2026-02-27",
                    {0},  false};

    CHECK_OK(name(c, &s));
    /* A second one in the same days, by a sentence that says which. */
    s.standing = "loket.izin", s.first = "2026-02-27", s.last = "2026-03-02";
    CHECK(name(c, &s) == E_CONFLICT);
    CHECK_STR(c->why, "Asep Hidayat has been named for this duty from "
                      "16 February 2026 to 27 February 2026 already. End that "
                      "first.");
    s.first = "2026-02-28";
    CHECK_OK(name(c, &s));
    /* Back and forth: who is away stands in for nobody. */
    s = (struct say){t,    "admin.satu", "periksa.izin", "kepala.izin", NULL,
                     NULL, "2026-02-20", "2026-02-21",   {0},           false};
    CHECK(name(c, &s) == E_CONFLICT);
    CHECK_STR(c->why, "Ratna Dewi is away himself from 16 February 2026 to "
                      "27 February 2026. Choose another officer.");
    /* Who stands in passes on his own duties, never the one he stands in for.*/
    s.by = "periksa.izin", s.standing = "loket.izin";
    CHECK_OK(name(c, &s));
    c->now = ON(20);
    CHECK_I64(rights(c, t, "loket.izin", "dpmptsp", "verifier", NULL), 1);
    CHECK_I64(rights(c, t, "loket.izin", "dpmptsp", "head", NULL), 0);
    s = (struct say){t,         "periksa.izin", "periksa.izin", "lapangan.pu",
                     "dpmptsp", "head",         "2026-02-23",   "2026-02-24",
                     {0},       false};
    CHECK(name(c, &s) == E_BAD_INPUT);
    /* As head in another's stead he is no superior who could name somebody. */
    s = (struct say){t,    "periksa.izin", "loket.izin", "lapangan.pu", NULL,
                     NULL, "2026-02-23",   "2026-02-24", {0},           false};
    CHECK(name(c, &s) == E_FORBIDDEN);
    town_rebuilds(c, t);
}

TEST(an_absence_without_a_stand_in_is_known_and_one_can_be_named_later)
{
    struct town *t = town_new(c);
    struct say s = {t,    "kepala.izin", "kepala.izin", NULL, NULL,
                    NULL, "2026-02-16",  "2026-02-20",  {0},  false};
    struct city_duty head = {STR("dpmptsp"), STR("head")};
    struct city_absence *all;
    struct conn *on;
    size_t n;

    CHECK_OK(name(c, &s));
    CHECK(name(c, &s) == E_CONFLICT);
    s.standing = "periksa.izin", s.first = "2026-02-17";
    CHECK_OK(name(c, &s));
    on = town_read(c, t);
    CHECK_OK(city_absences(c, on, 0, &all, &n));
    CHECK_I64((int64_t)n, 2);
    CHECK(city_away(all, n, s.a.absent, ON(16)) != NULL);
    CHECK(city_away(all, n, s.a.absent, ON(21)) == NULL);
    CHECK(city_away(all, n, s.a.standing, ON(17)) == NULL);
    CHECK(city_standing_in(all, n, s.a.absent, &head, ON(16)) == NULL);
    CHECK(city_standing_in(all, n, s.a.absent, &head, ON(17)) != NULL);
    store_done(on);
    town_rebuilds(c, t);
}

struct giving {
    struct town *t;
    const char *login, *office, *duty;
    bool end, close;
};

static err give(struct ctx *c, struct conn *tx, void *arg)
{
    struct giving *g = arg;
    int64_t id = id_of(c, tx, g->login);

    if (g->close)
        return city_officer_turn(c, tx, g->t->w.ledger, STR("system"), id,
                                 false);
    return (g->end ? city_duty_end
                   : city_duty_give)(c, tx, g->t->w.ledger, STR("system"), id,
                                     str_of(g->office), str_of(g->duty));
}

TEST(a_vacant_post_has_an_acting_officer_until_somebody_is_given_it)
{
    struct town *t = town_new(c);
    struct say s = {t,
                    "kepala.daerah",
                    NULL,
                    "periksa.izin",
                    "dpmptsp",
                    "head",
                    "2026-02-16",
                    "2026-05-01",
                    {0},
                    false};
    struct giving g = {t, "kepala.izin", "dpmptsp", "head", true, false};
    struct city_officer *holders;
    struct city_right r;
    struct conn *on;
    size_t n;

    CHECK(name(c, &s) == E_BAD_INPUT);
    CHECK_OK(store_write(c, t->w.store, give, &g));
    CHECK_OK(name(c, &s));
    CHECK_I64(rights(c, t, "periksa.izin", "dpmptsp", "head", &r), 1);
    CHECK(!r.own && r.absent == 0);
    CHECK_STR(city_right_show(c, &r), "acting, vacant post");
    on = town_read(c, t);
    CHECK_OK(city_holders(c, on, STR("dpmptsp"), STR("head"), &holders, &n));
    CHECK_I64((int64_t)n, 1);
    CHECK_STR(holders[0].login, "periksa.izin");
    store_done(on);
    g = (struct giving){t, "kepala.lapor", "dpmptsp", "head", false, false};
    CHECK_OK(store_write(c, t->w.store, give, &g));
    CHECK_I64(rights(c, t, "periksa.izin", "dpmptsp", "head", NULL), 0);
    town_rebuilds(c, t);
}

TEST(who_no_longer_holds_a_duty_or_is_closed_hands_nothing_on)
{
    struct town *t = town_new(c);
    struct say s = {t,    "admin.satu", "kepala.izin", "periksa.izin",
                    NULL, NULL,         "2026-02-16",  "2026-02-27",
                    {0},  false};
    struct giving g = {t, "kepala.izin", "dpmptsp", "head", true, false};

    CHECK_OK(name(c, &s));
    CHECK_OK(store_write(c, t->w.store, give, &g));
    CHECK_I64(rights(c, t, "periksa.izin", "dpmptsp", "head", NULL), 0);
    g.end = false;
    CHECK_OK(store_write(c, t->w.store, give, &g));
    CHECK_I64(rights(c, t, "periksa.izin", "dpmptsp", "head", NULL), 1);
    g.close = true;
    CHECK_OK(store_write(c, t->w.store, give, &g));
    CHECK_I64(rights(c, t, "periksa.izin", "dpmptsp", "head", NULL), 0);
    s.first = "2026-03-02", s.last = "2026-03-03";
    CHECK(name(c, &s) == E_BAD_INPUT);
    g.login = "periksa.izin";
    CHECK_OK(store_write(c, t->w.store, give, &g));
    CHECK_I64(rights(c, t, "periksa.izin", "dpmptsp", "verifier", NULL), 0);
}
