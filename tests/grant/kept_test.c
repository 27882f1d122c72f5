/* SPDX-License-Identifier: EUPL-1.2 */
/* Packages over the line: fetched once, gone on with after a link broke, and
 * judged anew each time. */
#include "tests/grant/plan_help.h"
#include "tests/grant/tuf_city.h"

#include <stdio.h>

/* A repository over a line that may break, and counts. */
struct lane {
    struct grant_source folder;
    int packages, breaks_after; /* 0: never */
};

static err fetch(struct ctx *c, void *arg, const char *path, size_t most,
                 str *bytes)
{
    struct lane *l = arg;

    if (str_starts(str_of(path), STR("targets/"))) {
        if (l->breaks_after > 0 && l->packages == l->breaks_after)
            return fail(c, E_BUSY, "the line broke");
        l->packages++;
    }
    return l->folder.fetch(c, l->folder.arg, path, most, bytes);
}

struct taking {
    struct shop *shop;
    struct tuf_city *giver;
    struct app_package *apps[3];
    const char *trust;
    struct lane lane;
    struct grant_source from;
    struct grant_edition edition;
    struct grant_adopting a;
    struct grant_plan plan;
};

static void publish(struct ctx *c, struct taking *t, size_t n_roots)
{
    int64_t edition;

    CHECK_OK(tuf_publish(c, t->giver, n_roots, t->apps, 3, &edition));
}

static struct taking *taking_new(struct ctx *c)
{
    struct taking *t = NEW(c->mem, struct taking);
    str root;

    t->shop = shop_new(c, "19.03", "bangka-selatan");
    c->now = time_system();
    t->giver = tuf_city(c);
    t->apps[0] = tuf_small_app(c, "satu", "1.0.0");
    t->apps[1] = tuf_small_app(c, "dua", "1.0.0");
    t->apps[2] = tuf_small_app(c, "tiga", "1.0.0");
    publish(c, t, 2);
    t->trust = file_join(c, test_folder(c), "trust");
    CHECK_OK(file_read(c, file_join(c, t->giver->repo, "metadata/1.root.json"),
                       1 << 20, &root));
    CHECK_OK(grant_trust(c, t->trust, root, seal_sha256(root)));
    t->lane.folder = grant_from_folder(c, t->giver->repo);
    t->from = (struct grant_source){fetch, &t->lane, true};
    return t;
}

/* A look: refreshed, planned; so many packages went over the line. */
static err look(struct ctx *c, struct taking *t, int *packages)
{
    struct findings f = {0};
    struct conn *on;
    err e;

    t->lane.packages = 0;
    CHECK_OK(grant_refresh(c, t->trust, &t->from, &t->edition));
    t->a = (struct grant_adopting){.city = t->shop->city,
                                   .edition = &t->edition,
                                   .from = &t->from,
                                   .licence_reason = STR("uji")};
    on = shop_read(c, t->shop);
    e = grant_plan(c, on, &t->a, &f, &t->plan);
    store_done(on);
    *packages = t->lane.packages;
    return e;
}

static size_t kept(struct ctx *c, const struct taking *t, str **names)
{
    size_t n = 0;

    CHECK_OK(file_list(c, file_join(c, t->trust, "targets"), 'f', names, &n));
    return n;
}

TEST(who_looks_and_then_takes_fetches_once)
{
    struct taking *t = taking_new(c);
    int packages;
    str *names;

    CHECK_OK(look(c, t, &packages));
    CHECK_I64(packages, 3);
    CHECK_OK(look(c, t, &packages));
    CHECK_I64(packages, 0);
    CHECK_I64((int64_t)kept(c, t, &names), 3);
    CHECK_OK(shop_adopt(c, t->shop, &t->a, &t->plan));
    CHECK_I64((int64_t)kept(c, t, &names), 0);
    CHECK_OK(look(c, t, &packages));
    CHECK_I64(packages, 0);
}

TEST(a_line_that_broke_is_gone_on_with)
{
    struct taking *t = taking_new(c);
    int packages;

    t->lane.breaks_after = 2;
    CHECK(look(c, t, &packages) == E_BUSY);
    t->lane.breaks_after = 0;
    CHECK_OK(look(c, t, &packages));
    CHECK_I64(packages, 1);
}

/* Whoever writes into the folder changes nothing but what is fetched. */
TEST(what_is_kept_is_not_believed)
{
    struct taking *t = taking_new(c);
    const char *path;
    int packages;
    str *names, bytes;

    CHECK_OK(look(c, t, &packages));
    CHECK_I64((int64_t)kept(c, t, &names), 3);
    path = file_join(c, file_join(c, t->trust, "targets"), names[0].p);
    CHECK_OK(file_read(c, path, 1 << 20, &bytes));
    ((char *)(uintptr_t)bytes.p)[bytes.n / 2] ^= 1;
    CHECK_OK(file_write(c, path, bytes, 0600));
    CHECK_OK(look(c, t, &packages));
    CHECK_I64(packages, 1);
    CHECK(t->plan.apps[0].trouble.errors == 0);
    CHECK_OK(look(c, t, &packages));
    CHECK_I64(packages, 0);
}

TEST(what_is_listed_no_more_is_kept_no_more)
{
    struct taking *t = taking_new(c);
    int packages;
    str *names;

    CHECK_OK(look(c, t, &packages));
    t->apps[0] = tuf_small_app(c, "satu", "1.0.1");
    publish(c, t, 0);
    CHECK_OK(look(c, t, &packages));
    CHECK_I64(packages, 1);
    CHECK_I64((int64_t)kept(c, t, &names), 3);
}

TEST(a_folder_is_there_and_nothing_of_it_is_kept)
{
    struct taking *t = taking_new(c);
    int packages;

    t->from.line = false;
    CHECK_OK(look(c, t, &packages));
    CHECK(!file_is_dir(file_join(c, t->trust, "targets")));
}
