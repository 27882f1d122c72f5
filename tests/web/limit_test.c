/* SPDX-License-Identifier: EUPL-1.2 */
/* Who fails too often waits, is told until when, and makes nobody else wait. */
#include "tests/web/site.h"

#include <stdio.h>

#define PROXY "127.0.0.1"

static struct site *behind_a_proxy(struct ctx *c)
{
    return site_open(c, &(struct web_options){.proxy = STR(PROXY)});
}

static struct browser from(struct site *s, int address)
{
    struct browser b = site_browser(s);

    b.forwarded = arena_fmt(s->c->mem, "198.51.%d.%d", 100 + address / 200,
                            1 + address % 200)
                      .p;
    return b;
}

static struct seen try_code(struct browser *b, const char *number,
                            const char *code)
{
    browser_get(b, "/lacak");
    return browser_post(
        b, "/lacak",
        arena_fmt(b->site->c->mem, "number=%s&code=%s", number, code).p);
}

static struct seen try_name(struct browser *b, const char *login, unsigned code)
{
    browser_get(b, "/masuk");
    return browser_post(b, "/masuk",
                        arena_fmt(b->site->c->mem,
                                  "login=%s&password=" BROWSER_PASSWORD
                                  "&code=%06u",
                                  login, code)
                            .p);
}

static bool says_when(const struct seen *s)
{
    return s->status == 429 && seen_has(s, "coba lagi") &&
           seen_has(s, "2026") &&
           str_find(s->head, STR("Retry-After: ")) < s->head.n;
}

TEST(wrong_codes_for_one_number_end_and_its_resident_still_comes_in)
{
    struct site *s = behind_a_proxy(c);
    struct record_receipt r = town_complaint(c, s->town, "jalan");
    struct browser owner = from(s, 300);
    struct seen page;
    int let = 0, first = 0;

    for (int i = 0; i < 200; i++) {
        struct browser b = from(s, i % 20);

        page = try_code(&b, r.number.p, "00000000");
        let += page.status == 422;
        first += i < 20 && page.status == 422;
        CHECK(page.status == 422 || says_when(&page));
    }
    CHECK_I64(first, 20);
    CHECK(let < 30);
    page = try_code(&owner, r.number.p, r.code.p);
    CHECK_I64(page.status, 303);
}

TEST(who_is_right_does_not_wear_out_an_address)
{
    struct site *s = behind_a_proxy(c);
    struct record_receipt r = town_complaint(c, s->town, "jalan");

    for (int i = 0; i < 40; i++) {
        struct browser b = from(s, 1);

        if (!CHECK_I64(try_code(&b, r.number.p, r.code.p).status, 303))
            break;
    }
}

TEST(wrong_codes_from_one_address_end_and_another_address_goes_on)
{
    struct site *s = behind_a_proxy(c);
    struct browser one = from(s, 1), other = from(s, 2);
    struct seen page = {0};
    int let = 0;

    for (int i = 0; i < 60; i++) {
        page = try_code(&one, record_number_new(c).p, "00000000");
        let += page.status == 422;
    }
    CHECK_I64(let, 20);
    CHECK(says_when(&page));
    CHECK_I64(try_code(&other, record_number_new(c).p, "0").status, 422);
    s->now += TIME_MINUTE;
    CHECK_I64(try_code(&one, record_number_new(c).p, "0").status, 422);
}

/* An address that the proxy did not add counts for nothing. */
TEST(nobody_forwards_himself_to_another_address)
{
    struct site *s = site_new(c);
    struct seen page = {0};

    for (int i = 0; i < 30; i++) {
        struct browser b = from(s, i);

        page = try_code(&b, record_number_new(c).p, "00000000");
    }
    CHECK_I64(page.status, 429);
    s = behind_a_proxy(c);
    for (int i = 0; i < 30; i++) {
        struct browser b = site_browser(s);

        b.forwarded = arena_fmt(c->mem, "203.0.113.%d, 198.51.100.1", i).p;
        page = try_code(&b, record_number_new(c).p, "00000000");
    }
    CHECK_I64(page.status, 429);
}

TEST(links_that_nobody_made_end_in_a_wait)
{
    struct site *s = behind_a_proxy(c);
    struct browser b = from(s, 1), other = from(s, 2);
    struct seen page = {0};
    int let = 0;

    for (int i = 0; i < 20; i++) {
        page = browser_get(&b, arena_fmt(c->mem, "/masuk/tautan/%d", i).p);
        let += page.status == 410;
    }
    CHECK_I64(let, 10);
    CHECK(says_when(&page));
    browser_enter(&other, "lapangan.pu");
}

TEST(strangers_guesses_keep_no_officer_from_his_own_browser)
{
    struct site *s = behind_a_proxy(c);
    struct browser own = from(s, 1), elsewhere = from(s, 2);
    struct seen page = {0};
    int let = 0;

    browser_enter(&own, "lapangan.pu");
    browser_get(&own, "/kerja");
    browser_post(&own, "/keluar", "");
    for (int i = 0; i < 40; i++) {
        struct browser b = from(s, 10 + i);

        s->now += TIME_SECOND;
        page = try_name(&b, "lapangan.pu", 0);
        let += page.status == 422;
    }
    CHECK(let < 12);
    CHECK(page.status == 429 && seen_has(&page, "detik"));
    page = try_name(&elsewhere, "lapangan.pu", browser_code(&own));
    CHECK_I64(page.status, 429);
    s->now += 31 * TIME_SECOND;
    page = try_name(&own, "lapangan.pu", browser_code(&own));
    CHECK_I64(page.status, 303);
    /* And nobody waits long: after a quarter of an hour any browser may try. */
    s->now += 15 * TIME_MINUTE;
    elsewhere.key = own.key;
    page = try_name(&elsewhere, "lapangan.pu", browser_code(&elsewhere));
    CHECK_I64(page.status, 303);
}
