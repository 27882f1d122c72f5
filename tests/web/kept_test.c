/* SPDX-License-Identifier: EUPL-1.2 */
/* Pages that are the same for all are sent again: as long as nothing changed,
 * for a second, and to nobody who brings a cookie. That the city can only be
 * read is no write: it tells a page that was drawn from one that was kept. */
#include "tests/web/site.h"

#define PAGE "/log"

static bool told(struct site *s)
{
    struct browser b = site_browser(s);
    struct seen page = browser_get(&b, PAGE);

    CHECK_I64(page.status, 200);
    CHECK(seen_lacks(&page) == NULL);
    CHECK(!seen_has(&page, "Set-Cookie"));
    return seen_has(&page, "ikan-tanda");
}

static struct site *kept_once(struct ctx *c)
{
    struct site *s = site_new(c);

    CHECK(!told(s));
    s->read_only = "ikan-tanda";
    CHECK(!told(s)); /* the page as it was sent before */
    return s;
}

TEST(a_page_for_all_is_kept_for_a_second)
{
    struct site *s = kept_once(c);

    s->now += TIME_SECOND - 1;
    CHECK(!told(s));
    s->now += 1;
    CHECK(told(s));
}

TEST(a_clock_that_goes_back_keeps_nothing)
{
    struct site *s = kept_once(c);

    s->now -= 1;
    CHECK(told(s));
}

static err nothing(struct ctx *c, struct conn *tx, void *arg)
{
    (void)c, (void)tx, (void)arg;
    return E_OK;
}

TEST(whatever_is_written_is_seen_at_once)
{
    struct site *s = kept_once(c);

    CHECK_OK(store_write(c, s->town->w.store, nothing, NULL));
    CHECK(told(s));
}

TEST(whatever_is_set_is_seen_at_once)
{
    struct site *s = kept_once(c);

    s->town->w.edition++;
    CHECK(told(s));
}

TEST(whoever_brings_a_cookie_gets_a_page_of_ones_own)
{
    struct site *s = kept_once(c);
    struct browser b = site_browser(s);
    struct seen page;

    browser_get(&b, "/lacak"); /* a form, and so a cookie */
    CHECK(b.cookie.n > 0);
    page = browser_get(&b, PAGE);
    CHECK(seen_has(&page, "ikan-tanda"));
}

TEST(languages_and_packings_are_kept_apart)
{
    struct site *s = kept_once(c);
    struct browser b = site_browser(s);
    struct seen page = browser_get(&b, "/en" PAGE);
    str plain = site_raw(s, STR("GET " PAGE " HTTP/1.1\r\nHost: other.example"
                                "\r\nConnection: close\r\n\r\n"));

    CHECK(seen_has(&page, "ikan-tanda"));
    CHECK(str_find(plain, STR("ikan-tanda")) < plain.n);
    s->read_only = NULL;
    page = browser_get(&b, "/en" PAGE);
    CHECK(seen_has(&page, "ikan-tanda"));
}
