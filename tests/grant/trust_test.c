/* SPDX-License-Identifier: EUPL-1.2 */
/* By which accord another city's root is trusted, and how it is replaced. */
#include "tests/grant/plan_help.h"
#include "tests/grant/tuf_city.h"

struct reading {
    struct shop *shop;
    const char *all;
    struct grant_source from;
    const char *repo;
    int asked; /* files fetched since the last look */
};

static err counted(struct ctx *c, void *arg, const char *path, size_t most,
                   str *bytes)
{
    struct reading *r = arg;
    struct grant_source folder = grant_from_folder(c, r->repo);

    r->asked++;
    return folder.fetch(c, folder.arg, path, most, bytes);
}

static struct reading *reading(struct ctx *c)
{
    struct reading *r = NEW(c->mem, struct reading);

    r->shop = shop_new(c, BANGKA, "bangka-selatan");
    r->all = file_join(c, test_folder(c), "trust");
    r->from = (struct grant_source){counted, r, false};
    c->lang = STR("en");
    return r;
}

static err look(struct ctx *c, struct reading *r, const char *repo, str words)
{
    r->repo = repo;
    r->asked = 0;
    return grant_trust_by_accord(
        c, &(struct grant_trusting){.store = r->shop->store,
                                    .ledger = r->shop->ledger,
                                    .by = STR("officer-1"),
                                    .all = r->all,
                                    .code = STR(BANDUNG),
                                    .from = &r->from,
                                    .words = words});
}

static str root_of(struct ctx *c, const char *repo, const char *name)
{
    str bytes = STR("");

    CHECK_OK(file_read(
        c, file_join(c, repo, arena_fmt(c->mem, "metadata/%s", name).p),
        1 << 20, &bytes));
    return bytes;
}

static struct tuf_city *published(struct ctx *c)
{
    struct tuf_city *t = tuf_city(c);
    struct app_package *app = tuf_small_app(c, "satu", "1.0.0");
    int64_t edition;

    CHECK_OK(tuf_publish(c, t, 2, &app, 1, &edition));
    return t;
}

/* In force here, from this day on, naming this root. */
static struct grant_note accord(struct ctx *c, struct reading *r,
                                const char *number, const char *from, str root,
                                int64_t version)
{
    struct grant_accord a = help_accord(c);
    struct grant_note n;
    str note = STR("");

    a.number = str_of(number);
    a.from = str_of(from);
    a.parties[0].root = root;
    a.parties[0].root_version = version;
    CHECK_OK(grant_accord_draft(c, &a, &note));
    n = help_read_note(c, help_sign_all(c, note));
    shop_accord(c, r->shop, &n);
    c->lang = STR("en");
    return n;
}

static bool trusts(struct ctx *c, const struct reading *r, str root)
{
    str kept = STR("");

    return file_read(c, file_join(c, r->all, BANDUNG "/root.json"), 1 << 20,
                     &kept) == E_OK &&
           str_eq(kept, root);
}

TEST(trust_begins_by_an_accord_and_by_nothing_else)
{
    struct tuf_city *t = published(c), *thief = published(c);
    struct reading *r = reading(c);
    str root = root_of(c, t->repo, "1.root.json");

    CHECK(look(c, r, t->repo, STR("")) == E_REFUSED);
    CHECK_STR(c->why, "No accord with 32.73 is in force, so that city's root "
                      "cannot be trusted yet.");
    CHECK_I64(r->asked, 0);
    accord(c, r, "1/KB", "2026-01-01", root, 1);
    CHECK(look(c, r, thief->repo, STR("")) == E_TAMPERED);
    CHECK(!trusts(c, r, root_of(c, thief->repo, "1.root.json")));
    CHECK_OK(look(c, r, t->repo, STR("")));
    CHECK(trusts(c, r, root));
    CHECK_OK(look(c, r, t->repo, STR("")));
    CHECK_I64(r->asked, 0);
}

TEST(a_root_that_its_own_chain_led_to_asks_nobody)
{
    struct tuf_city *t = published(c);
    struct reading *r = reading(c);
    struct app_package *app = tuf_small_app(c, "satu", "1.0.0");
    int64_t edition;
    str first = root_of(c, t->repo, "1.root.json");

    accord(c, r, "1/KB", "2026-01-01", first, 1);
    CHECK_OK(look(c, r, t->repo, STR("")));
    CHECK_OK(tuf_publish(c, t, 2, &app, 1, &edition));
    accord(c, r, "2/KB", "2026-01-02", root_of(c, t->repo, "2.root.json"), 2);
    CHECK_OK(look(c, r, t->repo, STR("")));
    CHECK(trusts(c, r, first)); /* the refresh will walk there */
    CHECK_OK(look(c, r, t->repo, STR("")));
    CHECK_I64(r->asked, 0);
    /* A newer accord that names the first root again is of the same chain. */
    accord(c, r, "3/KB", "2026-01-03", first, 1);
    CHECK_OK(look(c, r, t->repo, STR("")));
}

TEST(a_root_that_no_chain_joins_is_taken_by_eight_words_and_never_goes_back)
{
    struct tuf_city *stolen = published(c), *t = published(c);
    struct reading *r = reading(c);
    struct grant_note was, now;
    str end, before = root_of(c, stolen->repo, "1.root.json");
    str root = root_of(c, t->repo, "1.root.json"), words;

    was = accord(c, r, "1/KB", "2026-01-02", before, 1);
    CHECK_OK(look(c, r, stolen->repo, STR("")));
    now = accord(c, r, "2/KB", "2026-01-03", root, 1);
    CHECK(look(c, r, t->repo, STR("")) == E_REFUSED);
    CHECK(str_has(c->why, '"'));
    CHECK(look(c, r, t->repo, grant_words(c, was.text)) == E_TAMPERED);
    CHECK(look(c, r, stolen->repo, grant_words(c, now.text)) == E_TAMPERED);
    CHECK(trusts(c, r, before));
    CHECK(!file_exists(file_join(c, r->all, BANDUNG ".was-1")));
    words = arena_fmt(c->mem, "  %.*s ", STR_ARG(grant_words(c, now.text)));
    CHECK_OK(look(c, r, t->repo, words));
    CHECK(trusts(c, r, root));
    CHECK(file_exists(file_join(c, r->all, BANDUNG ".was-1/root.json")));

    /* An accord of before that comes in late, and one that is left over. */
    accord(c, r, "0/KB", "2026-01-01", before, 1);
    CHECK_OK(look(c, r, stolen->repo, STR("")));
    CHECK_I64(r->asked, 0);
    CHECK_OK(grant_end_draft(c, &now, STR(BANDUNG), STR("2026-02-11"), &end));
    end = help_sign(c, help_sign(c, end, help_hibah[0], 1), help_hibah[1], 2);
    now = help_read_note(c, end);
    CHECK_OK(shop_log(c, r->shop, "grant.end_in_force", &now));
    CHECK_OK(look(c, r, stolen->repo, STR("")));
    CHECK(trusts(c, r, root));
}

TEST(a_power_cut_between_the_two_moves_leaves_the_new_root)
{
    struct tuf_city *stolen = published(c), *t = published(c);
    struct reading *r = reading(c);
    struct grant_note now;
    str root = root_of(c, t->repo, "1.root.json");
    const char *dir;

    accord(c, r, "1/KB", "2026-01-02", root_of(c, stolen->repo, "1.root.json"),
           1);
    CHECK_OK(look(c, r, stolen->repo, STR("")));
    now = accord(c, r, "2/KB", "2026-01-03", root, 1);
    CHECK_OK(look(c, r, t->repo, grant_words(c, now.text)));
    dir = file_join(c, r->all, BANDUNG);
    CHECK_OK(file_move(c, dir, file_join(c, r->all, BANDUNG ".next")));
    CHECK_OK(look(c, r, stolen->repo, STR("")));
    CHECK(trusts(c, r, root));
}
