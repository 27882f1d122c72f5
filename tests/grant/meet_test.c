/* SPDX-License-Identifier: EUPL-1.2 */
/* Bangka Selatan meets Bandung: which notes count, and whom it begins to
 * trust. */
#include "tests/grant/plan_help.h"
#include "tests/grant/tuf_city.h"

#include <unistd.h>

struct visit {
    struct shop *shop;
    struct tuf_city *giver;
    const char *stick; /* repo, accord.note, deed.note */
    struct app_package *app;
    struct grant_note accord;
    struct grant_meeting m;
};

static struct grant_note accord_of(struct ctx *c, const char *number, str root)
{
    struct grant_accord a = help_accord(c);
    str note = STR("");

    a.number = str_of(number);
    a.parties[0].root = root;
    CHECK_OK(grant_accord_draft(c, &a, &note));
    return help_read_note(c, help_sign_all(c, note));
}

static str root_of(struct ctx *c, const struct visit *v)
{
    str root = STR("");

    CHECK_OK(file_read(c, file_join(c, v->giver->repo, "metadata/1.root.json"),
                       1 << 20, &root));
    return root;
}

static struct grant_note deed_of(struct ctx *c, const struct visit *v,
                                 const struct grant_note *accord,
                                 const char *number)
{
    struct grant_target app = {.app = app_package_id(v->app),
                               .version = app_package_version(v->app),
                               .tree = app_package_tree(v->app)};
    struct grant_deed d = {.number = str_of(number),
                           .date = STR("2026-02-10"),
                           .licence = STR("EUPL-1.2"),
                           .accord = accord,
                           .giver = STR(BANDUNG),
                           .receiver = STR(BANGKA),
                           .root = root_of(c, v),
                           .root_version = 1,
                           .apps = &app,
                           .n_apps = 1};
    str note = STR("");

    CHECK_OK(grant_deed_draft(c, &d, &note));
    return help_read_note(c, help_sign_all(c, note));
}

static struct visit *visit_new(struct ctx *c)
{
    struct visit *v = NEW(c->mem, struct visit);
    int64_t edition;

    v->shop = shop_new(c, BANGKA, "bangka-selatan");
    v->giver = tuf_city(c);
    v->stick = test_folder(c);
    v->giver->repo = file_join(c, v->stick, "repo");
    v->app = shop_package(c, IZIN);
    CHECK_OK(tuf_publish(c, v->giver, 2, &v->app, 1, &edition));
    v->accord = accord_of(c, "1/KB/II/2026", root_of(c, v));
    v->m = (struct grant_meeting){.city = v->shop->city,
                                  .dir = test_folder(c),
                                  .store = v->shop->store,
                                  .ledger = v->shop->ledger,
                                  .by = STR("officer-1"),
                                  .where = str_of(v->stick)};
    return v;
}

static void keep_deed(struct ctx *c, struct visit *v,
                      const struct grant_note *deed)
{
    CHECK_OK(shop_log(c, v->shop, "grant.deed_in_force", deed));
}

static err meet(struct ctx *c, struct visit *v)
{
    struct conn *on = shop_read(c, v->shop);
    err e = grant_meet_notes(c, on, &v->m);

    store_done(on);
    return e == E_OK ? grant_meet(c, &v->m) : e;
}

static void refused(struct ctx *c, struct visit *v, const char *why)
{
    CHECK(meet(c, v) != E_OK);
    if (!CHECK(str_find(c->why, str_of(why)) < c->why.n))
        CHECK_STR(c->why, why);
    CHECK(!file_exists(file_join(c, v->m.dir, "trust/32.73/root.json")));
}

static bool has_deed(const struct visit *v, const char *number)
{
    for (size_t i = 0; i < v->m.n_titles; i++)
        if (str_eq(grant_note_value(v->m.titles[i].deed, "number"),
                   str_of(number)))
            return true;
    return false;
}

TEST(all_deeds_of_the_city_that_are_kept_count_together)
{
    struct visit *v = visit_new(c);
    struct grant_note first = deed_of(c, v, &v->accord, "1/HIBAH/II/2026");
    struct grant_note second = deed_of(c, v, &v->accord, "2/HIBAH/II/2026");

    shop_accord(c, v->shop, &v->accord);
    keep_deed(c, v, &first);
    keep_deed(c, v, &second);
    CHECK_OK(meet(c, v));
    CHECK_STR(v->m.code, BANDUNG);
    CHECK_I64((int64_t)v->m.n_titles, 2);
    CHECK_I64((int64_t)v->m.edition.n, 1);

    /* Who names one means that one. */
    v->m.deed_kept = grant_note_digest(c, &first);
    CHECK_OK(meet(c, v));
    CHECK_I64((int64_t)v->m.n_titles, 1);
    CHECK(has_deed(v, "1/HIBAH/II/2026"));
}

TEST(what_an_ended_accord_gave_is_not_given_by_another)
{
    struct visit *v = visit_new(c);
    struct grant_note ended = accord_of(c, "9/KB/I/2026", root_of(c, v));
    struct grant_note old, deed, end;
    str note = STR("");

    shop_accord(c, v->shop, &ended);
    old = deed_of(c, v, &ended, "8/HIBAH/I/2026");
    keep_deed(c, v, &old);
    CHECK_OK(
        grant_end_draft(c, &ended, STR(BANDUNG), STR("2026-02-15"), &note));
    note = help_sign(c, note, help_hibah[0], 1);
    end = help_read_note(c, help_sign(c, note, help_hibah[1], 2));
    CHECK_OK(shop_log(c, v->shop, "grant.end_in_force", &end));
    refused(c, v, "diakhiri");

    shop_accord(c, v->shop, &v->accord);
    deed = deed_of(c, v, &v->accord, "1/HIBAH/II/2026");
    keep_deed(c, v, &deed);
    CHECK_OK(meet(c, v));
    CHECK(has_deed(v, "1/HIBAH/II/2026"));
    CHECK(!has_deed(v, "8/HIBAH/I/2026"));
    CHECK_STR(grant_note_digest(c, &v->m.accord),
              grant_note_digest(c, &v->accord).p);
}

TEST(a_note_beside_the_repository_is_read_through_no_link)
{
    struct visit *v = visit_new(c);
    struct grant_note deed = deed_of(c, v, &v->accord, "1/HIBAH/II/2026");
    const char *other = test_folder(c);
    const char *note = file_join(c, v->stick, "deed.note");

    shop_accord(c, v->shop, &v->accord);
    CHECK_OK(file_write(c, file_join(c, other, "deed.note"),
                        grant_note_bytes(c, &deed), 0644));
    CHECK(symlink(file_join(c, other, "deed.note"), note) == 0);
    refused(c, v, "deed.note");
    CHECK(unlink(note) == 0);
    CHECK_OK(file_write(c, note, grant_note_bytes(c, &deed), 0644));
    CHECK_OK(meet(c, v));
    CHECK(has_deed(v, "1/HIBAH/II/2026"));
}

TEST(without_an_accord_a_person_names_the_root)
{
    struct visit *v = visit_new(c);
    str root = root_of(c, v);
    struct grant_adopting a = {0};

    refused(c, v, "belum mempunyai kesepakatan");
    v->m.licence = STR("Uji coba sebelum kesepakatan");
    refused(c, v, "akar repositorinya perlu Anda sebut");
    v->m.root = seal_show_hash(c, seal_sha256(STR("lain")));
    refused(c, v, "tidak berakar pada yang Anda sebut");
    v->m.root = grant_words(c, root);
    CHECK_OK(meet(c, v));
    CHECK_STR(v->m.code, BANDUNG);
    grant_meeting_adopts(&v->m, &a);
    CHECK(a.deed == NULL && a.licence_reason.n > 0);
    v->m.root = seal_show_hash(c, seal_sha256(root));
    CHECK_OK(meet(c, v));
}

TEST(an_accord_in_force_names_the_root_also_for_the_licence)
{
    struct visit *v = visit_new(c);

    shop_accord(c, v->shop, &v->accord);
    v->m.licence = STR("Uji coba");
    CHECK_OK(meet(c, v));
    CHECK(v->m.has_accord && v->m.n_titles == 0);
}
