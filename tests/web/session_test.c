/* SPDX-License-Identifier: EUPL-1.2 */
/* What holds for every answer of every road, and for whoever comes and goes:
 * asking writes nothing, the headers that protect are there, no address leads
 * out of the city, and a session is new for who becomes more or less. */
#include "tests/web/roads.h"

#include <stdio.h>

/* ---- every road --------------------------------------------------- */

static str plain(const struct plant *p)
{
    return arena_fmt(p->c->mem, "Isi %.*s", STR_ARG(p->path));
}

static bool has(const struct seen *s, const char *text)
{
    return str_find(s->head, str_of(text)) < s->head.n;
}

static void check_head(const struct walk *w, const char *path,
                       const struct seen *s)
{
    bool bare = str_starts(str_of(path), STR("/repo/")); /* for programs */
    bool ok = CHECK(!seen_has(s, "name=\"csrf\" value=\"\""));

    if (bare)
        ok &= CHECK(has(s, "Content-Security-Policy: default-src 'none'")) &
              CHECK(has(s, "X-Content-Type-Options: nosniff")) &
              CHECK(!has(s, "Set-Cookie: "));
    else
        ok &= CHECK(seen_lacks(s) == NULL);
    if (!bare && w->role->login != NULL && !has(s, "immutable"))
        ok &= CHECK(has(s, "Cache-Control: no-store"));
    if (has(s, "Set-Cookie: "))
        ok &= CHECK(has(s, "; HttpOnly; SameSite=Lax"));
    if (s->body.n > 0)
        ok &= CHECK(has(s, "Content-Type: "));
    if (has(s, "Content-Type: text/"))
        ok &= CHECK(has(s, "charset=utf-8"));
    if (s->location.n > 0)
        ok &= CHECK(s->location.p[0] == '/') &&
              CHECK(!str_starts(s->location, STR("//")));
    if (!ok)
        printf("  %s, %s: %d\n%.*s\n", w->role->name, path, s->status,
               STR_ARG(s->head));
}

/* A GET that writes could be made by any page that shows an image. */
static void check_answer(struct walk *w, const struct road *r, const char *path,
                         const struct seen *s)
{
    int64_t *writes = w->arg;
    int64_t now = store_counts(w->city->site->town->w.store).requests;

    if (*writes >= 0 && str_starts(str_of(r->route), STR("GET ")) &&
        !CHECK_I64(now, *writes))
        printf("  %s, GET %s writes\n", w->role->name, path);
    *writes = now;
    check_head(w, path, s);
}

TEST(cve_2026_23622_no_address_that_is_asked_for_writes)
{
    struct planted *city = planted_new(c, plain);
    int64_t writes;
    size_t n;
    const struct role *all = roads_roles(&n);

    for (size_t i = 0; i < n; i++) {
        struct walk w = walk_as(city, &all[i]);

        /* One app is enough: the handlers are the same for all. What came
         * before the first answer is who signed in or showed a code. */
        w.meet = check_answer, w.arg = &writes;
        writes = -1;
        walk_app(&w);
    }
}

/* ---- leading elsewhere -------------------------------------------- */

TEST(no_spelling_of_next_leads_out_of_the_city)
{
    static const char *const all[] = {
        "//evil.example",         "///evil.example",
        "////evil.example",       "/\\evil.example",
        "\\\\evil.example",       "\\/evil.example",
        "/\\/evil.example",       "//evil.example/%2e%2e",
        "/%2fevil.example",       "/%2Fevil.example",
        "/%5cevil.example",       "/%5Cevil.example",
        "%2f%2fevil.example",     "/.//evil.example\\",
        "https://evil.example",   "HTTPS://evil.example",
        "https:evil.example",     "https:/evil.example",
        "https:\\\\evil.example", "http://evil.example",
        "ftp://evil.example",     "javascript:alert(1)",
        "JavaScript:alert(1)",    "java\tscript:alert(1)",
        "data:text/html,x",       "vbscript:x",
        "evil.example",           ".evil.example",
        "@evil.example",          "://evil.example",
        ":evil.example",          "?x=//evil.example",
        "#//evil.example",        " //evil.example",
        "\t//evil.example",       "/\t/evil.example",
        "/\n/evil.example",       "/\r\nX-Jahat: 1",
        "/%0d%0aX-Jahat:1",       "/%09/evil.example",
        "/%00/evil.example",      "/kerja\r\nSet-Cookie: balai=x"};
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    int n = 0;

    browser_enter(&b, "lapangan.pu");
    browser_get(&b, "/kerja");
    browser_post(&b, "/keluar", "");
    for (size_t i = 0; i < COUNT(all); i++, n++) {
        struct buf pairs = buf_new(c, 1024);
        struct seen page;

        s->now += 31 * TIME_SECOND;
        browser_get(&b, "/masuk");
        buf_fmt(&pairs,
                "login=lapangan.pu&password=" BROWSER_PASSWORD
                "&code=%06u&next=",
                browser_code(&b));
        buf_url(&pairs, str_of(all[i]));
        page = browser_post(&b, "/masuk", buf_str(&pairs).p);
        if (!CHECK_I64(page.status, 303) ||
            !CHECK(str_eq(page.location, STR("/kerja"))) ||
            !CHECK(!has(&page, "Jahat")) || !CHECK(!has(&page, "balai=x")))
            printf("  %s: %d %.*s\n", all[i], page.status,
                   STR_ARG(page.location));
        browser_get(&b, "/kerja");
        browser_post(&b, "/keluar", "");
    }
    CHECK(n >= 40);
}

/* ---- coming and going --------------------------------------------- */

/* The part of the cookie that names the session. */
static str key_of(const struct browser *b)
{
    str device, key;

    str_cut(b->cookie, '.', &device, &key);
    return key;
}

/* GLPI, FixMyStreet 3.0: who planted a session was in with its owner. */
TEST(cve_2026_23624_a_session_that_was_planted_is_not_signed_in)
{
    struct site *s = site_new(c);
    struct record_receipt r = town_complaint(c, s->town, "jalan");
    struct browser b = site_browser(s), planted;
    struct seen page;

    browser_get(&b, "/lacak");
    planted = b;
    browser_enter(&b, "lapangan.pu");
    CHECK(!str_eq(key_of(&b), key_of(&planted)));
    page = browser_get(&planted, "/kerja");
    CHECK_I64(page.status, 303);

    b = site_browser(s);
    browser_get(&b, "/lacak");
    planted = b;
    page = browser_post(&b, "/lacak",
                        arena_fmt(c->mem, "number=%.*s&code=%.*s",
                                  STR_ARG(r.number), STR_ARG(r.code))
                            .p);
    CHECK_I64(page.status, 303);
    CHECK(!str_eq(key_of(&b), key_of(&planted)));
    page = browser_get(&planted, page.location.p);
    CHECK(!seen_has(&page, "Asep Contoh"));
}

TEST(who_signs_out_leaves_nothing_that_works)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s), copy;
    struct seen page;

    browser_enter(&b, "admin.satu");
    browser_get(&b, "/orang");
    copy = b;
    browser_post(&b, "/keluar", "");
    CHECK(!str_eq(key_of(&b), key_of(&copy)));
    page = browser_get(&copy, "/orang");
    CHECK_I64(page.status, 303);
    page = browser_post(&copy, "/orang", "login=baru.saja&name=Baru+Saja");
    CHECK(page.status == 401 || page.status == 403);
}

/* Who no longer holds a duty may not use it from the next request on. */
TEST(a_duty_that_ended_opens_no_page_of_a_session_that_goes_on)
{
    struct site *s = site_new(c);
    struct browser one = site_browser(s), two = site_browser(s);
    struct record_actor admin = town_officer(c, s->town, "admin.dua");
    struct seen page;

    browser_enter(&one, "admin.satu");
    browser_enter(&two, "admin.dua");
    CHECK_I64(browser_get(&two, "/orang").status, 200);
    browser_get(&one, "/orang");
    page = browser_post(
        &one, arena_fmt(c->mem, "/orang/%" PRId64 "/akhiri", admin.officer).p,
        "duty=city/admin");
    CHECK_I64(page.status, 303);
    CHECK_I64(browser_get(&two, "/orang").status, 403);
    CHECK_I64(browser_get(&two, "/kerja").status, 200);
}

TEST(a_city_reached_by_https_keeps_its_cookie_to_itself)
{
    struct site *s = site_open(
        c, &(struct web_options){.url = STR("https://bandung.example")});
    struct browser b = site_browser(s);
    struct seen page = browser_get(&b, "/lacak");

    CHECK(has(&page, "Set-Cookie: __Host-balai="));
    CHECK(has(&page, "; Path=/; Max-Age="));
    CHECK(has(&page, "; HttpOnly; SameSite=Lax; Secure"));
    CHECK(has(&page, "Strict-Transport-Security: max-age=31536000; "
                     "includeSubDomains"));
}
