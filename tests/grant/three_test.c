/* SPDX-License-Identifier: EUPL-1.2 */
/* Two cities changed one app: what neither of them may lose. */
#include "tests/grant/plan_help.h"

#define DINAS "Dinas Kominfo Kabupaten Bangka Selatan"

/* The origin's, Bangka Selatan's from it, and the origin's next. */
struct fork {
    struct app_package *base, *theirs, *ours;
};

static const char PIER[] = "      # Boats land here too.\n"
                           "      dermaga: {id: Dermaga, en: Pier}\n"
                           "      air: {id: Air bersih";

static struct app_package *line(struct ctx *c, const struct app_package *p,
                                const char *city, const char *version)
{
    struct app_package *out = NULL;
    struct findings f = {0};

    CHECK_OK(grant_lineage_add(c, p, str_of(city), str_of(version), STR(DINAS),
                               &f, &out));
    return out;
}

static struct fork fork_new(struct ctx *c, const char *from, const char *to)
{
    struct app_package *base =
        line(c, shop_package(c, LAPOR), BANDUNG, "1.1.0");

    return (struct fork){
        base,
        line(c,
             shop_changed(c, base, "1.2.0", "      air: {id: Air bersih", PIER),
             BANGKA, "1.2.0"),
        shop_changed(c, base, "1.3.0", from, to)};
}

static struct app_package *three(struct ctx *c, const struct fork *k,
                                 struct findings *conflicts, const str *theirs,
                                 size_t n)
{
    struct grant_three t = {
        .base = k->base,
        .theirs = k->theirs,
        .ours = k->ours,
        .theirs_at = theirs,
        .n_theirs_at = n,
        .line = {STR(BANDUNG), STR("1.4.0"), STR(""), STR("Kota Bandung")}};
    struct app_package *out = NULL;
    struct findings f = {0};

    if (!CHECK_OK(grant_three(c, &t, conflicts, &f, &out)))
        help_print(c, &f);
    return out;
}

static bool has(const struct app_package *p, const char *text)
{
    str app = app_package_file(p, STR("app.yaml"));

    return str_find(app, str_of(text)) < app.n;
}

TEST(what_both_cities_changed_comes_back_with_the_comments_of_both)
{
    struct fork k = fork_new(c, "max_mb: 8", "max_mb: 6");
    struct findings conflicts = {0};
    struct app_package *p = three(c, &k, &conflicts, NULL, 0);

    CHECK_I64((int64_t)conflicts.n, 0);
    CHECK_STR(app_package_version(p), "1.4.0");
    CHECK(has(p, "    max_mb: 6\n"));
    CHECK(has(p, "      # Boats land here too.\n"
                 "      dermaga: {id: Dermaga, en: Pier}\n"));
    CHECK(has(p, "# Any problem on a map, sent by category"));
    /* Nothing else was written anew. */
    CHECK_I64((int64_t)app_package_file(p, STR("app.yaml")).n,
              (int64_t)app_package_file(k.theirs, STR("app.yaml")).n);
}

TEST(the_lineage_of_a_merge_names_both_parents)
{
    struct fork k = fork_new(c, "max_mb: 8", "max_mb: 6");
    struct findings conflicts = {0};
    struct grant_ancestor *all;
    size_t n;

    CHECK_OK(grant_lineage(c, three(c, &k, &conflicts, NULL, 0), &all, &n));
    if (!CHECK_I64((int64_t)n, 4))
        return;
    CHECK_STR(all[1].version, "1.3.0");
    CHECK_STR(all[1].tree, app_package_tree(k.ours).p);
    CHECK_STR(all[2].city, BANGKA);
    CHECK_STR(all[2].tree, app_package_tree(k.theirs).p);
    CHECK_STR(all[2].credit, DINAS);
    CHECK_STR(all[3].version, "1.4.0");
}

TEST(what_both_changed_differently_is_asked_and_either_can_stand)
{
    struct fork k = fork_new(c, "      air: {id: Air bersih",
                             "      dermaga: {id: Pelabuhan, en: Harbour}\n"
                             "      air: {id: Air bersih");
    str at[] = {STR_INIT("fields.kategori.options.dermaga.id"),
                STR_INIT("fields.kategori.options.dermaga.en")};
    struct findings asked = {0}, left = {0};
    struct app_package *p;

    c->lang = STR("id");
    p = three(c, &k, &asked, NULL, 0);
    CHECK_I64((int64_t)asked.n, 2);
    CHECK_STR(asked.all[0].key, at[0].p);
    CHECK(help_says(&asked, FIND_WARNING,
                    "Milik kita: \"Pelabuhan\". Milik mereka: \"Dermaga\"."));
    CHECK(has(p, "dermaga: {id: Pelabuhan, en: Harbour}"));
    p = three(c, &k, &left, at, 2);
    CHECK_I64((int64_t)left.n, 0);
    CHECK(has(p, "dermaga: {id: Dermaga, en: Pier}"));
}

TEST(without_a_common_ancestor_every_difference_is_asked)
{
    struct fork k = fork_new(c, "max_mb: 8", "max_mb: 6");
    struct findings conflicts = {0};
    struct app_package *p;

    k.base = NULL;
    p = three(c, &k, &conflicts, NULL, 0);
    CHECK_I64((int64_t)conflicts.n, 2);
    CHECK(has(p, "max_mb: 6"));
    CHECK(!has(p, "dermaga"));
}

/* As Bangka Selatan makes it: from a folder, after it took what Bandung has. */
static struct app_package *offered(struct ctx *c, const struct fork *k)
{
    struct shop *bangka = shop_new(c, BANGKA, "bangka-selatan");
    struct app_package *out = NULL;
    struct findings f = {0};
    struct conn *on;

    CHECK_OK(shop_install(c, bangka, k->base));
    on = shop_read(c, bangka);
    CHECK_OK(grant_offer(c, on,
                         shop_changed(c, shop_package(c, LAPOR), "1.2.0",
                                      "      air: {id: Air bersih", PIER),
                         bangka->city, STR(DINAS), &f, &out));
    store_done(on);
    return out;
}

TEST(the_newest_version_that_both_know_is_found_by_its_tree)
{
    struct fork k = fork_new(c, "max_mb: 8", "max_mb: 6");
    struct shop *bandung = shop_new(c, BANDUNG, "bandung");
    struct app_package *found;
    struct conn *on;

    CHECK_OK(shop_install(c, bandung, k.base));
    CHECK_OK(shop_install(c, bandung, k.ours));
    on = shop_read(c, bandung);
    CHECK_OK(grant_common(c, on, offered(c, &k), k.ours, &found));
    if (CHECK(found != NULL))
        CHECK_STR(app_package_tree(found), app_package_tree(k.base).p);
    CHECK_OK(grant_common(c, on, shop_package(c, LAPOR), k.ours, &found));
    CHECK(found == NULL);
    store_done(on);
}
