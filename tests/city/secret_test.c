/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/city/city_help.h"

static const unsigned char seed[20] = "abcdefghijklmnopqrs";
#define GOOD "kuda terbang biru sepatu"

struct officer_act {
    struct hall *h;
    int64_t officer;
    str token;
};

static err add_officer(struct ctx *c, struct conn *tx, void *arg)
{
    struct officer_act *a = arg;
    struct city_officer o = {.login = STR("Rani.K"),
                             .name = STR("Rani Kusumah"),
                             .post = STR("Pranata Komputer"),
                             .phone = STR(""),
                             .email = STR("")};

    TRY(city_officer_add(c, tx, a->h->ledger, &o, &a->officer));
    return city_link_make(c, tx, a->officer, TIME_HOUR, &a->token);
}

static err make_link(struct ctx *c, struct conn *tx, void *arg)
{
    struct officer_act *a = arg;

    return city_link_make(c, tx, a->officer, TIME_HOUR, &a->token);
}

static str code_now(struct ctx *c)
{
    return arena_fmt(c->mem, "%06u",
                     seal_totp(seed, c->now / TIME_SECOND / 30));
}

/* An officer with a link in the hand. */
static struct officer_act invited(struct ctx *c)
{
    struct officer_act a = {.h = help_hall(c)};

    CHECK_OK(store_write(c, a.h->store, add_officer, &a));
    return a;
}

/* One who has used it. */
static struct officer_act enrolled(struct ctx *c)
{
    struct officer_act a = invited(c);
    int64_t who;

    CHECK_OK(city_enrol(c, a.h->store, a.h->city, a.token, STR(GOOD), seed,
                        code_now(c), &who));
    CHECK_I64(who, a.officer);
    c->now += TIME_MINUTE;
    return a;
}

static err look(struct ctx *c, struct officer_act *a, int64_t *who)
{
    struct conn *on;
    err e;

    CHECK_OK(store_read(c, a->h->store, &on));
    e = city_link_look(c, on, a->token, who);
    store_done(on);
    return e;
}

TEST(a_link_works_once_and_dies_of_age)
{
    struct officer_act a = invited(c);
    str first = a.token;
    int64_t who;

    CHECK_I64((int64_t)a.token.n, 43);
    CHECK_OK(look(c, &a, &who));
    CHECK_I64(who, a.officer);
    CHECK_OK(store_write(c, a.h->store, make_link, &a));
    CHECK(!str_eq(first, a.token));
    CHECK_OK(look(c, &a, &who));
    a.token = first; /* replaced */
    CHECK(look(c, &a, &who) == E_GONE);
    CHECK_OK(store_write(c, a.h->store, make_link, &a));
    CHECK_OK(city_enrol(c, a.h->store, a.h->city, a.token, STR(GOOD), seed,
                        code_now(c), &who));
    CHECK(look(c, &a, &who) == E_GONE);
    CHECK(city_enrol(c, a.h->store, a.h->city, a.token, STR(GOOD), seed,
                     code_now(c), &who) == E_GONE);
    CHECK_OK(store_write(c, a.h->store, make_link, &a));
    c->now += TIME_HOUR;
    CHECK(look(c, &a, &who) == E_GONE);
    a.token = STR("");
    CHECK(look(c, &a, &who) == E_GONE);
}

static err use_link(struct ctx *c, struct conn *tx, void *arg)
{
    struct officer_act *a = arg;

    return city_link_use(c, tx, a->h->city, a->token, STR(GOOD), seed,
                         code_now(c));
}

TEST(enrolling_needs_a_good_password_and_the_right_code)
{
    struct officer_act a = invited(c);
    int64_t who;

    CHECK(city_enrol(c, a.h->store, a.h->city, a.token, STR("pendek"), seed,
                     code_now(c), &who) == E_REFUSED);
    CHECK(city_enrol(c, a.h->store, a.h->city, a.token, STR(GOOD), seed,
                     STR("000000"), &who) == E_REFUSED);
    CHECK_STR(c->why, "The code does not fit. Look at your phone's clock and "
                      "enter the code that shows now.");
    CHECK_OK(look(c, &a, &who)); /* still there */
    CHECK_OK(store_write(c, a.h->store, use_link, &a));
    CHECK(look(c, &a, &who) == E_GONE);
}

TEST(weak_passwords_are_refused_whatever_their_marks)
{
    static const char *const weak[] = {
        "pendek",         "11 huruf ok",      "passwordpassword",
        "P4ssw0rd1234!",  "bandungbandung",   "Bandung2026!!",
        "B4ndung-Ju4ra",  "qwertyuiop123",    "123456789012",
        "aaaaaaaaaaaaaa", "abcdefghijklmnop", "xkqzxkqzxkqzxkqz",
        "Rahasia123456",  "rani.kusumah.1",   "kusumah19870412",
        "kota.example1",  "admin-admin-1",    "indonesiaraya45",
        "............",   "januari-februari"};
    static const char *const strong[] = {
        GOOD, "mZ8-qq1v-Lr0x", "correct horse battery staple", "839204718365",
        "\xe6\xb5\xb7\xe7\xbe\x8e\xe7\x94\xb2\xe4\xb9\x99"
        "\xe4\xb8\x99\xe4\xb8\x81\xe6\x88\x8a\xe5\xb7\xb1"
        "\xe5\xba\x9a\xe8\xbe\x9b\xe5\xa3\xac\xe7\x99\xb8"};
    struct city *k = help_folder(c, "32.73", NULL);
    struct city_officer o = {.login = STR("rani.k"),
                             .name = STR("Rani Kusumah"),
                             .email = STR("rani@kota.example")};

    for (size_t i = 0; i < COUNT(weak); i++) {
        if (!CHECK(city_password_check(c, k, &o, str_of(weak[i])) == E_REFUSED))
            CHECK_STR(str_of(weak[i]), "refused");
    }
    for (size_t i = 0; i < COUNT(strong); i++)
        CHECK_OK(city_password_check(c, k, &o, str_of(strong[i])));
    CHECK(city_password_check(c, k, &o, STR("\xff\xfe kuda terbang")) ==
          E_REFUSED);
}

/* Struck as it is read: a 4 in both is an a in both. */
TEST(a_password_is_not_the_sign_in_name_though_it_has_digits)
{
    struct city *k = help_folder(c, "32.73", NULL);
    struct city_officer o = {.login = STR("s1t1r4hm4w4t1"),
                             .name = STR("Rani Kusumah"),
                             .email = STR("r@bandung.example")};

    CHECK(city_password_check(c, k, &o, STR("x9-s1t1r4hm4w4t1")) == E_REFUSED);
    o.login = STR("rani.k");
    CHECK_OK(city_password_check(c, k, &o, STR("x9-s1t1r4hm4w4t1")));
}

static err enter_now(struct ctx *c, struct officer_act *a, const char *login,
                     const char *password, str code, int64_t *who)
{
    return city_enter(c, a->h->store, str_of(login), str_of(password), code,
                      STR(""), who);
}

TEST(a_password_and_a_code_let_in_and_the_code_only_once)
{
    struct officer_act a = enrolled(c);
    int64_t who = 0;
    str code = code_now(c);

    CHECK_OK(enter_now(c, &a, "rani.k", GOOD, code, &who));
    CHECK_I64(who, a.officer);
    CHECK(enter_now(c, &a, "rani.k", GOOD, code, &who) == E_UNAUTHORIZED);
    c->now += 30 * TIME_SECOND;
    CHECK_OK(enter_now(c, &a, " RANI.K", GOOD, code_now(c), &who));
}

TEST(every_refusal_says_the_same)
{
    struct officer_act a = enrolled(c);
    int64_t who;
    str same;

    CHECK(enter_now(c, &a, "nobody", GOOD, code_now(c), &who) ==
          E_UNAUTHORIZED);
    same = c->why;
    CHECK(enter_now(c, &a, "rani.k", "another one", code_now(c), &who) ==
          E_UNAUTHORIZED);
    CHECK_STR(c->why, same.p);
    CHECK(enter_now(c, &a, "rani.k", GOOD, STR("12"), &who) == E_UNAUTHORIZED);
    CHECK_STR(c->why, same.p);
    CHECK(enter_now(c, &a, "", "", STR(""), &who) == E_UNAUTHORIZED);
    CHECK_STR(c->why, same.p);
}

static int tries_let_through(struct ctx *c, struct officer_act *a,
                             const char *login)
{
    int let = 0;
    int64_t who;

    /* A guess a second for an hour. */
    for (int i = 0; i < 3600; i++) {
        err e = enter_now(c, a, login, "wrong", STR("000000"), &who);

        let += e == E_UNAUTHORIZED;
        c->now += TIME_SECOND;
    }
    return let;
}

static err close_officer(struct ctx *c, struct conn *tx, void *arg)
{
    struct officer_act *a = arg;

    return city_officer_turn(c, tx, a->h->ledger, STR("officer-2"), a->officer,
                             false);
}

TEST(guessing_is_slowed_to_a_crawl_for_known_and_unknown_names)
{
    struct officer_act a = enrolled(c);
    int64_t who, at = c->now;
    int known = tries_let_through(c, &a, "rani.k"), unknown;

    CHECK(enter_now(c, &a, "rani.k", GOOD, code_now(c), &who) == E_TOO_MANY);
    CHECK(str_starts(c->why, STR("Too many attempts. Try again in ")));
    CHECK_OK(city_enter(c, a.h->store, STR("rani.k"), STR(GOOD), code_now(c),
                        STR("peramban rani"), &who));
    c->now = at;
    unknown = tries_let_through(c, &a, "nobody");
    CHECK(known < 30);
    CHECK_I64(known, unknown);
    c->now += 15 * TIME_MINUTE;
    CHECK(enter_now(c, &a, "nobody", "wrong", STR("0"), &who) ==
          E_UNAUTHORIZED);
}

/* A browser that is known has its own count: it is no way around. */
TEST(guessing_from_a_known_browser_is_slowed_too)
{
    struct officer_act a = enrolled(c);
    int64_t who;
    int let = 0;

    for (int i = 0; i < 60; i++) {
        let += city_enter(c, a.h->store, STR("rani.k"), STR("wrong"),
                          STR("000000"), STR("peramban rani"),
                          &who) == E_UNAUTHORIZED;
        c->now += TIME_SECOND;
    }
    CHECK(let < 12);
    CHECK(city_enter(c, a.h->store, STR("rani.k"), STR(GOOD), code_now(c),
                     STR("peramban rani"), &who) == E_TOO_MANY);
    CHECK_OK(enter_now(c, &a, "rani.k", GOOD, code_now(c), &who));
}

TEST(who_is_closed_cannot_sign_in)
{
    struct officer_act a = enrolled(c);
    int64_t who;

    CHECK_OK(store_write(c, a.h->store, close_officer, &a));
    CHECK(enter_now(c, &a, "rani.k", GOOD, code_now(c), &who) ==
          E_UNAUTHORIZED);
    CHECK(store_write(c, a.h->store, make_link, &a) == E_REFUSED);
}

TEST(a_login_is_taken_once_and_fits)
{
    struct officer_act a = invited(c);

    CHECK(store_write(c, a.h->store, add_officer, &a) == E_CONFLICT);
    CHECK_STR(c->why, "The login \"rani.k\" is taken.");
}

TEST(every_statement_of_the_city_is_prepared_and_scans_nothing_large)
{
    struct hall *h = help_hall(c);
    struct findings f = {0};

    CHECK_OK(store_prepare_all(c, h->store, &f));
    for (size_t i = 0; i < f.n; i++)
        printf("  %.*s\n", STR_ARG(finding_show(c, &f.all[i])));
    CHECK_I64((int64_t)f.n, 0);
}
