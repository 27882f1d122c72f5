/* SPDX-License-Identifier: EUPL-1.2 */
/* Whatever changes something asks where the form came from; whatever is not
 * for everybody asks who comes. Walks the table of routes. */
#include "tests/web/site.h"

#include <stdio.h>

struct row {
    str method, path, who;
};

static bool next_row(str *rest, struct row *r)
{
    str line, tail;

    if (!str_next(rest, '\n', &line))
        return false;
    str_cut(line, ' ', &r->method, &tail);
    str_cut(tail, ' ', &r->path, &r->who);
    return true;
}

/* An address of this route: each part in braces becomes a word. */
static const char *address(struct ctx *c, str path)
{
    struct buf b = buf_new(c, 1024);

    for (size_t i = 0; i < path.n; i++) {
        if (path.p[i] != '{') {
            buf_char(&b, path.p[i]);
            continue;
        }
        while (path.p[i] != '}')
            i++;
        buf_lit(&b, "7K4M-2QX9-5");
    }
    return buf_str(&b).p;
}

enum trick { NO_COOKIE, NO_TOKEN, OTHERS_TOKEN, OLD_TOKEN, ORIGIN, SITE };

static struct seen play(struct site *s, struct browser *admin, enum trick trick,
                        const char *path)
{
    struct browser b = *admin, other = site_browser(s);
    struct browser old = *admin;

    switch (trick) {
    case NO_COOKIE:
        b.cookie = STR("");
        break;
    case NO_TOKEN:
        b.csrf = STR("");
        break;
    case OTHERS_TOKEN:
        browser_get(&other, "/lacak");
        b.csrf = other.csrf;
        break;
    case OLD_TOKEN:
        browser_get(&other, "/masuk");
        old = other;
        browser_enter(&other, "admin.dua");
        other.csrf = old.csrf;
        b = other;
        break;
    case ORIGIN:
        b.origin = "https://evil.example";
        break;
    case SITE:
        b.fetch_site = "cross-site";
        break;
    }
    return browser_post(&b, path, "x=1");
}

TEST(every_form_needs_the_token_of_the_page_that_it_stood_on)
{
    struct site *s = site_new(c);
    struct browser admin = site_browser(s);
    str rest = web_routes(c);
    struct row r;
    int n = 0;

    browser_enter(&admin, "admin.satu");
    browser_get(&admin, "/orang");
    while (next_row(&rest, &r)) {
        const char *path = address(c, r.path);
        bool other =
            str_eq(r.who, STR("desk")) || str_eq(r.who, STR("program"));

        if (!str_eq(r.method, STR("POST")) || other)
            continue;
        n++;
        for (int t = NO_COOKIE; t <= SITE; t++) {
            struct seen page;

            if (t == OLD_TOKEN && n > 2)
                continue; /* signing in costs; two are enough */
            page = play(s, &admin, (enum trick)t, path);
            if (!CHECK(page.status == 403 ||
                       (t == NO_COOKIE && page.status == 401)))
                printf("  %s with trick %d: %d\n", path, t, page.status);
        }
    }
    CHECK(n > 15);
}

TEST(a_form_of_this_very_page_passes)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct seen page;

    browser_get(&b, "/lacak");
    b.origin =
        arena_fmt(c->mem, "http://127.0.0.1:%u", (unsigned)web_port(s->web)).p;
    b.fetch_site = "same-origin";
    page = browser_post(&b, "/lacak", "number=1&code=2");
    CHECK_I64(page.status, 422);
    CHECK(seen_has(&page, "tidak cocok"));
}

TEST(nobody_comes_in_where_only_officers_may)
{
    struct site *s = site_new(c);
    struct browser stranger = site_browser(s), field = site_browser(s);
    str rest = web_routes(c);
    struct row r;

    browser_enter(&field, "lapangan.pu");
    while (next_row(&rest, &r)) {
        const char *path = address(c, r.path);
        struct seen out, in;

        if (str_eq(r.who, STR("anyone")) || !str_eq(r.method, STR("GET")))
            continue;
        out = browser_get(&stranger, path);
        if (!CHECK(out.status == 303) ||
            !CHECK(str_starts(out.location, STR("/masuk?next="))))
            printf("  %s: %d\n", path, out.status);
        in = browser_get(&field, path);
        if (!str_eq(r.who, STR("officer")) && !CHECK(in.status == 403))
            printf("  %s: %d for a field officer\n", path, in.status);
    }
}

TEST(a_sign_in_goes_only_to_pages_of_this_city)
{
    static const char *const elsewhere[] = {
        "//evil.example",       "/%5Cevil.example",  "/%09/evil.example",
        "https://evil.example", "/%2f/evil.example", "evil.example",
        "javascript:alert(1)",  "/\\evil.example",   "/%0d%0aX:1"};
    struct site *s = site_new(c);

    for (size_t i = 0; i < COUNT(elsewhere); i++) {
        struct browser b = site_browser(s);
        struct buf path = buf_new(c, 1024);
        struct seen page;

        buf_lit(&path, "/masuk?next=");
        buf_url(&path, str_of(elsewhere[i]));
        page = browser_get(&b, buf_str(&path).p);
        if (!CHECK(seen_has(&page, "name=\"next\" value=\"\"")))
            printf("  %s\n", elsewhere[i]);
    }
}

TEST(an_officer_is_out_after_thirty_minutes_or_when_told_so)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s), copy;
    struct seen page;

    browser_enter(&b, "lapangan.pu");
    s->now += 29 * TIME_MINUTE;
    page = browser_get(&b, "/kerja");
    CHECK_I64(page.status, 200);
    s->now += 29 * TIME_MINUTE;
    page = browser_get(&b, "/kerja");
    CHECK_I64(page.status, 200);
    s->now += 31 * TIME_MINUTE;
    page = browser_get(&b, "/kerja");
    CHECK_I64(page.status, 303);
    browser_enter(&b, "lapangan.pu");
    copy = b;
    browser_get(&b, "/kerja");
    page = browser_post(&b, "/keluar", "");
    CHECK_I64(page.status, 303);
    CHECK(str_find(page.head, STR("Clear-Site-Data:")) < page.head.n);
    page = browser_get(&copy, "/kerja");
    CHECK_I64(page.status, 303);
}

TEST(guesses_at_sign_in_look_alike_and_end_in_a_wait)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct seen page = {0};
    int tries = 0;

    browser_get(&b, "/masuk");
    page = browser_post(&b, "/masuk", "login=admin.satu&password=x&code=1");
    CHECK_I64(page.status, 422);
    CHECK(seen_has(&page, "tidak cocok"));
    browser_get(&b, "/masuk");
    page = browser_post(&b, "/masuk", "login=siapa.itu&password=x&code=1");
    CHECK_I64(page.status, 422);
    CHECK(seen_has(&page, "tidak cocok"));
    for (; tries < 60 && page.status != 429; tries++) {
        browser_get(&b, "/masuk");
        page = browser_post(
            &b, "/masuk",
            arena_fmt(c->mem, "login=orang%d&password=x&code=1", tries).p);
    }
    CHECK_I64(page.status, 429);
    CHECK(tries < 40);
    CHECK(str_find(page.head, STR("Retry-After:")) < page.head.n);
}

/* The address of this page in the other language. */
static const char *other_language(struct ctx *c, const struct seen *page)
{
    size_t at = str_find(page->body, STR("hreflang=\""));
    str rest = str_slice(page->body, 0, at), value, tail;

    if (at == page->body.n)
        return NULL;
    for (at = rest.n; at > 0 && rest.p[at - 1] != '<'; at--)
        continue;
    rest = str_slice(page->body, at, page->body.n);
    at = str_find(rest, STR("href=\"")) + 6;
    str_cut(str_slice(rest, at, rest.n), '"', &value, &tail);
    return arena_str(c->mem, value).p;
}

TEST(a_page_that_was_posted_has_an_address_in_the_other_language)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    str rest = web_routes(c);
    struct row r;
    int n = 0;

    browser_enter(&b, "admin.satu");
    while (next_row(&rest, &r)) {
        struct seen page, other;
        const char *to;

        if (!str_eq(r.method, STR("POST")) || str_eq(r.who, STR("program")) ||
            str_eq(r.path, STR("/keluar")))
            continue;
        browser_get(&b, "/orang");
        page = browser_post(&b, address(c, r.path), "x=1");
        to = other_language(c, &page);
        if (to == NULL)
            continue;
        n++;
        other = browser_get(&b, to);
        if (!CHECK(other.status != 405) ||
            !CHECK(str_starts(str_of(to), STR("/en"))))
            printf("  %.*s: %s is %d\n", STR_ARG(r.path), to, other.status);
    }
    CHECK(n > 15);
}
