/* SPDX-License-Identifier: EUPL-1.2 */
/* With a real repository: a later version comes under the same deed while the
 * giver supports it, and only from the giver's own repository. */
#include "tests/grant/plan_help.h"
#include "tests/grant/tuf_city.h"

struct line {
    struct shop *shop;
    struct tuf_city *giver;
    struct grant_source from;
    struct grant_edition now;
    const char *trust;
    str root;
    struct grant_note accord, deed;
};

static void publish(struct ctx *c, struct line *l, size_t roots,
                    struct app_package *p)
{
    int64_t edition;

    CHECK_OK(tuf_publish(c, l->giver, roots, &p, 1, &edition));
    CHECK_OK(grant_refresh(c, l->trust, &l->from, &l->now));
}

static struct grant_note deed_of(struct ctx *c, const struct line *l,
                                 const struct app_package *p)
{
    struct grant_target app = {.app = app_package_id(p),
                               .version = app_package_version(p),
                               .tree = app_package_tree(p)};
    struct grant_deed d = {.number = STR("1/HIBAH/II/2026"),
                           .date = STR("2026-02-10"),
                           .licence = STR("EUPL-1.2"),
                           .accord = &l->accord,
                           .giver = STR(BANDUNG),
                           .receiver = STR(BANGKA),
                           .root = l->root,
                           .root_version = 1,
                           .apps = &app,
                           .n_apps = 1};
    str note = STR("");

    CHECK_OK(grant_deed_draft(c, &d, &note));
    return help_read_note(c, help_sign_all(c, note));
}

static struct line *begin(struct ctx *c, struct app_package *p)
{
    struct line *l = NEW(c->mem, struct line);
    int64_t edition;

    l->shop = shop_new(c, BANGKA, "bangka-selatan");
    l->giver = tuf_city(c);
    CHECK_OK(tuf_publish(c, l->giver, 2, &p, 1, &edition));
    l->from = grant_from_folder(c, l->giver->repo);
    l->trust = file_join(c, test_folder(c), BANDUNG);
    CHECK_OK(l->from.fetch(c, l->from.arg, "metadata/1.root.json", 1 << 20,
                           &l->root));
    CHECK_OK(grant_trust(c, l->trust, l->root, seal_sha256(l->root)));
    CHECK_OK(grant_refresh(c, l->trust, &l->from, &l->now));
    l->accord = help_accord_note(c);
    shop_accord(c, l->shop, &l->accord);
    l->deed = deed_of(c, l, p);
    return l;
}

static struct grant_plan planned(struct ctx *c, struct line *l,
                                 struct grant_adopting *a)
{
    struct conn *on = shop_read(c, l->shop);
    struct grant_plan p = {0};
    struct findings f = {0};

    *a = (struct grant_adopting){.city = l->shop->city,
                                 .edition = &l->now,
                                 .from = &l->from,
                                 .accord = &l->accord,
                                 .deed = &l->deed,
                                 .licence_reason = STR("")};
    if (!CHECK_OK(grant_plan(c, on, a, &f, &p)))
        help_print(c, &f);
    store_done(on);
    return p;
}

TEST(an_update_comes_under_the_deed_while_the_giver_supports_it)
{
    struct app_package *first = shop_package(c, IZIN), *next;
    struct line *l = begin(c, first);
    struct grant_adopting a;
    struct grant_plan p = planned(c, l, &a);

    CHECK_I64((int64_t)p.n, 1);
    CHECK_OK(shop_adopt(c, l->shop, &a, &p));
    next = shop_changed(c, first, "1.2.0", "max_mb: 5", "max_mb: 8");
    publish(c, l, 0, next);
    p = planned(c, l, &a);
    CHECK(p.n == 1 && p.apps[0].change == GRANT_UPDATE);

    /* 10 February 2027 is the last day of twelve months. */
    c->now = time_instant((struct date){2027, 2, 10}, 0, 420);
    p = planned(c, l, &a);
    CHECK(p.n == 1 && p.apps[0].change == GRANT_UPDATE);
    c->now = time_instant((struct date){2027, 2, 11}, 0, 420);
    p = planned(c, l, &a);
    CHECK(p.n == 1 && p.apps[0].change == GRANT_NOT_COVERED);
    c->now = time_instant((struct date){2026, 2, 16}, 0, 420);
    p = planned(c, l, &a);
    CHECK_OK(shop_adopt(c, l->shop, &a, &p));
}

TEST(a_repository_with_another_root_is_not_the_deeds)
{
    struct app_package *first = shop_package(c, IZIN);
    struct line *l = begin(c, first);
    struct conn *on;
    struct grant_adopting a = {.city = l->shop->city,
                               .edition = &l->now,
                               .from = &l->from,
                               .accord = &l->accord,
                               .deed = &l->deed,
                               .licence_reason = STR("")};
    struct findings f = {0};
    struct grant_plan p;

    l->root = STR("{\"another\":1}");
    l->deed = deed_of(c, l, first);
    on = shop_read(c, l->shop);
    CHECK(grant_plan(c, on, &a, &f, &p) == E_REFUSED);
    CHECK(str_find(c->why, STR("berakar lain")) < c->why.n);
    store_done(on);
}
