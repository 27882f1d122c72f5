/* SPDX-License-Identifier: EUPL-1.2 */
/* A city's own repository, and another city that reads it. */
#include "tests/grant/tuf_city.h"

#include <fcntl.h>
#include <unistd.h>

/* ---- another city ------------------------------------------------- */

struct reader {
    const char *trust;
    struct grant_source from;
    struct grant_edition now;
};

static struct reader *reader(struct ctx *c, const struct tuf_city *t)
{
    struct reader *r = NEW(c->mem, struct reader);
    str root;

    r->trust = file_join(c, test_folder(c), "32.73");
    r->from = grant_from_folder(c, t->repo);
    CHECK_OK(
        r->from.fetch(c, r->from.arg, "metadata/1.root.json", 1 << 20, &root));
    CHECK_OK(grant_trust(c, r->trust, root, seal_sha256(root)));
    CHECK_OK(grant_trust_name(c, r->trust, STR("Kota Bandung")));
    return r;
}

static err refresh(struct ctx *c, struct reader *r)
{
    return grant_refresh(c, r->trust, &r->from, &r->now);
}

static const struct grant_target *target(const struct reader *r,
                                         const char *app)
{
    for (size_t i = 0; i < r->now.n; i++)
        if (str_eq(r->now.all[i].app, str_of(app)))
            return &r->now.all[i];
    return NULL;
}

static bool is_whole(struct ctx *c, const struct tuf_city *t)
{
    struct findings f = {0};

    return CHECK_OK(grant_check(c, t->repo, &f)) && CHECK(f.n == 0);
}

static void small_repo(struct ctx *c, struct tuf_city *t)
{
    struct app_package *apps[] = {tuf_small_app(c, "satu", "1.0.0")};
    int64_t edition;

    CHECK_OK(tuf_publish(c, t, 2, apps, 1, &edition));
}

/* ---- the plain way ------------------------------------------------ */

TEST(a_city_publishes_its_apps_and_another_fetches_them)
{
    struct tuf_city *t = tuf_city(c);
    struct app_package *apps[] = {tuf_app(c, "penanaman-modal/izin-reklame"),
                                  tuf_app(c, "kominfo/lapor-warga")};
    struct findings f = {0};
    struct app_package *got;
    const struct grant_target *g;
    struct reader *r;
    int64_t edition;

    CHECK_OK(tuf_publish(c, t, 2, apps, 2, &edition));
    CHECK_I64(edition, 1);
    CHECK(is_whole(c, t));
    r = reader(c, t);
    CHECK_OK(refresh(c, r));
    CHECK(r->now.n == 2 && r->now.root == 1 && r->now.timestamp == 1);
    CHECK(r->now.expires == c->now + 14 * TIME_DAY);
    g = target(r, "penanaman-modal/izin-reklame");
    if (!CHECK(g != NULL))
        return;
    CHECK_STR(g->path, "penanaman-modal/izin-reklame.tar.zst");
    CHECK_STR(g->tree, app_package_tree(apps[0]).p);
    CHECK_STR(g->version, "1.1.0");
    CHECK_STR(data_text(data_get(g->custom, STR("sector"))), "penanaman-modal");
    CHECK_STR(data_text(data_get(g->custom, STR("licence"))), "EUPL-1.2");
    CHECK_OK(grant_fetch_app(c, &r->from, g, &f, &got));
    CHECK(str_eq(app_package_archive(got), app_package_archive(apps[0])));
}

TEST(the_next_edition_keeps_what_did_not_change)
{
    struct tuf_city *t = tuf_city(c);
    struct app_package *apps[] = {tuf_small_app(c, "satu", "1.0.0"),
                                  tuf_small_app(c, "dua", "1.0.0")};
    struct app_package *same[] = {tuf_small_app(c, "satu", "1.0.1"), apps[1]};
    struct reader *r;
    struct hash before;
    int64_t edition;
    str *names;
    size_t n;

    CHECK_OK(tuf_publish(c, t, 2, apps, 2, &edition));
    r = reader(c, t);
    CHECK_OK(refresh(c, r));
    before = target(r, "uji/dua")->sha256;
    for (int64_t i = 2; i <= 4; i++) {
        CHECK_OK(tuf_publish(c, t, 0, same, 2, &edition));
        CHECK_I64(edition, i);
        CHECK(is_whole(c, t));
    }
    CHECK_OK(refresh(c, r));
    CHECK_I64(r->now.targets, 4);
    CHECK_STR(target(r, "uji/satu")->version, "1.0.1");
    CHECK(seal_same(before.b, target(r, "uji/dua")->sha256.b, SEAL_HASH));
    /* root, timestamp, and two editions of snapshot and targets */
    CHECK_OK(file_list(c, file_join(c, t->repo, "metadata"), 0, &names, &n));
    CHECK_I64((int64_t)n, 6);
    CHECK_OK(file_list(c, file_join(c, t->repo, "targets/uji"), 0, &names, &n));
    CHECK_I64((int64_t)n, 2);
}

TEST(an_app_that_is_given_no_more_is_in_no_edition)
{
    struct tuf_city *t = tuf_city(c);
    struct app_package *apps[] = {tuf_small_app(c, "satu", "1.0.0"),
                                  tuf_small_app(c, "dua", "1.0.0")};
    struct reader *r;
    int64_t edition;

    CHECK_OK(tuf_publish(c, t, 2, apps, 2, &edition));
    r = reader(c, t);
    CHECK_OK(tuf_publish(c, t, 0, apps, 1, &edition));
    CHECK_OK(tuf_publish(c, t, 0, apps, 0, &edition));
    CHECK_OK(refresh(c, r));
    CHECK(r->now.n == 0);
    CHECK(is_whole(c, t));
}

TEST(a_timestamp_is_renewed_daily_and_the_snapshot_in_time)
{
    struct tuf_city *t = tuf_city(c);
    struct reader *r;

    small_repo(c, t);
    r = reader(c, t);
    c->now += 13 * TIME_DAY;
    CHECK_OK(grant_renew(c, t->repo, t->signer));
    c->now += 13 * TIME_DAY;
    CHECK_OK(refresh(c, r));
    CHECK(r->now.timestamp == 2 && r->now.snapshot == 1);
    c->now += 300 * TIME_DAY; /* and after a long silence */
    CHECK(refresh(c, r) == E_REFUSED);
    CHECK_OK(grant_renew(c, t->repo, t->signer));
    CHECK_OK(refresh(c, r));
    CHECK(r->now.timestamp == 3 && r->now.snapshot == 2);
    CHECK(is_whole(c, t));
}

TEST(a_new_ceremony_is_signed_by_the_old_root_and_the_new)
{
    struct tuf_city *t = tuf_city(c);
    struct tuf_city old;
    const struct grant_key *roots[4], *targets[2];
    struct app_package *app = tuf_small_app(c, "satu", "1.0.0");
    const struct app_package *apps[] = {app};
    struct reader *r;
    int64_t edition;

    CHECK_OK(tuf_publish(c, t, 2, &app, 1, &edition));
    r = reader(c, t);
    CHECK_OK(refresh(c, r));
    old = *t;
    tuf_ceremony(c, t);
    targets[0] = t->targets[0];
    targets[1] = t->targets[1];
    for (size_t i = 0; i < 2; i++) {
        roots[i] = t->roots[i];
        roots[2 + i] = old.roots[1 + i];
    }
    struct grant_publish p = {t->repo, t->signer, roots, 2,    targets,
                              2,       apps,      1,     false};

    CHECK(grant_publish(c, &p, &edition) == E_FORBIDDEN); /* new keys only */
    p.n_roots = 0;
    CHECK(grant_publish(c, &p, &edition) == E_FORBIDDEN);
    CHECK_STR(c->why, "The key bandung.example/targets/1 is not of the role "
                      "targets in root 1. Publish a new root with two root "
                      "keys.");
    p.n_roots = 4;
    CHECK_OK(grant_publish(c, &p, &edition));
    CHECK(is_whole(c, t));
    CHECK_OK(refresh(c, r));
    CHECK(r->now.root == 2 && r->now.targets == 2);
    p.n_roots = 2; /* and the same keys again: two signatures do */
    CHECK_OK(grant_publish(c, &p, &edition));
    CHECK(is_whole(c, t));
    CHECK_OK(refresh(c, r));
    CHECK_I64(r->now.root, 3);
}

TEST(a_signer_that_was_lost_is_replaced_by_a_new_root)
{
    struct tuf_city *t = tuf_city(c);
    struct app_package *app = tuf_small_app(c, "satu", "1.0.0");
    struct reader *r;
    int64_t edition;

    CHECK_OK(tuf_publish(c, t, 2, &app, 1, &edition));
    CHECK_OK(tuf_publish(c, t, 0, &app, 1, &edition));
    r = reader(c, t);
    CHECK_OK(refresh(c, r));
    seal_signer_close(t->signer);
    t->signer = NULL;
    t->signer_path = file_join(c, t->dir, "SIGNER2");
    CHECK_OK(seal_signer_create(c, t->signer_path, STR("bandung.example")));
    CHECK_OK(seal_signer_open(c, t->signer_path, &t->signer));
    CHECK(tuf_publish(c, t, 0, &app, 1, &edition) == E_FORBIDDEN);
    CHECK_OK(tuf_publish(c, t, 2, &app, 1, &edition));
    CHECK(is_whole(c, t));
    CHECK_OK(refresh(c, r));
    CHECK(r->now.root == 2 && r->now.timestamp == 3);
}

TEST(a_stick_lasts_longer_than_the_line_and_gives_way_to_it)
{
    struct tuf_city *t = tuf_city(c);
    struct grant_source line;
    struct reader *r;
    const char *stick = file_join(c, t->dir, "stik");
    int64_t expires;

    small_repo(c, t);
    CHECK_OK(grant_stick(c, t->repo, t->signer, stick, &expires));
    CHECK(expires == c->now + 90 * TIME_DAY);
    CHECK(grant_stick(c, t->repo, t->signer, stick, &expires) == E_CONFLICT);
    CHECK(is_whole(c, t));
    r = reader(c, t);
    line = r->from;
    c->now += 60 * TIME_DAY;
    CHECK(refresh(c, r) == E_REFUSED); /* nobody renewed the line */
    r->from = grant_from_folder(c, stick);
    CHECK_OK(refresh(c, r));
    CHECK_I64(r->now.timestamp, 2);
    r->from.line = true;
    CHECK(refresh(c, r) == E_TAMPERED);
    r->from = line;
    CHECK_OK(grant_renew(c, t->repo, t->signer));
    CHECK_OK(refresh(c, r));
    CHECK_I64(r->now.timestamp, 4);
    r->from = grant_from_folder(c, stick);
    CHECK(refresh(c, r) == E_CONFLICT);
}

/* ---- what is not published ---------------------------------------- */

TEST(an_edition_needs_its_keys)
{
    struct tuf_city *t = tuf_city(c);
    struct app_package *app = tuf_small_app(c, "satu", "1.0.0");
    struct grant_key *one = t->targets[1];
    int64_t edition;

    CHECK(tuf_publish(c, t, 0, &app, 1, &edition) == E_FORBIDDEN);
    CHECK_STR(c->why, "This repository has no root yet. The first edition "
                      "needs two root keys.");
    CHECK(tuf_publish(c, t, 1, &app, 1, &edition) == E_FORBIDDEN);
    CHECK_STR(c->why, "This edition needs 2 different root keys of one key "
                      "ceremony.");
    t->targets[1] = t->targets[0];
    CHECK(tuf_publish(c, t, 2, &app, 1, &edition) == E_FORBIDDEN);
    CHECK_STR(c->why, "This edition needs 2 different targets keys of one key "
                      "ceremony.");
    t->targets[1] = one;
    t->roots[1] = t->roots[0];
    CHECK(tuf_publish(c, t, 2, &app, 1, &edition) == E_FORBIDDEN);
    t->roots[1] = t->targets[0];
    CHECK(tuf_publish(c, t, 2, &app, 1, &edition) == E_FORBIDDEN);
    CHECK(!file_exists(file_join(c, t->repo, "metadata/timestamp.json")));
}

TEST(one_version_of_an_app_has_one_content)
{
    struct tuf_city *t = tuf_city(c);
    struct app_package *a = tuf_small_app(c, "satu", "1.0.0");
    struct app_package *twice[] = {a, a};
    const char *dir = test_folder(c);
    struct findings f = {0};
    int64_t edition;

    CHECK(tuf_publish(c, t, 2, twice, 2, &edition) == E_BAD_INPUT);
    CHECK_STR(c->why, "uji/satu is named twice.");
    CHECK_OK(tuf_publish(c, t, 2, &a, 1, &edition));
    for (size_t i = 0; i < 3; i++) {
        static const char *const names[] = {"app.yaml", "archetype.yaml",
                                            "scenario.yaml"};
        str bytes = app_package_file(a, str_of(names[i]));

        CHECK_OK(file_write(c, file_join(c, dir, names[i]),
                            arena_fmt(c->mem, "# lain\n%.*s", STR_ARG(bytes)),
                            0644));
    }
    CHECK_OK(app_package_read(c, dir, NULL, &f, &a));
    CHECK(tuf_publish(c, t, 0, &a, 1, &edition) == E_CONFLICT);
    CHECK_STR(c->why, "uji/satu version 1.0.0 was published with other "
                      "content. Raise its version, then publish again.");
}

TEST(a_folder_that_went_back_is_not_published_over)
{
    struct tuf_city *t = tuf_city(c);
    struct app_package *app = tuf_small_app(c, "satu", "1.0.0");
    struct reader *r;
    str old;
    int64_t edition;
    const char *path;

    CHECK_OK(tuf_publish(c, t, 2, &app, 1, &edition));
    path = file_join(c, t->repo, "metadata/timestamp.json");
    CHECK_OK(file_read(c, path, 1 << 16, &old));
    CHECK_OK(tuf_publish(c, t, 0, &app, 1, &edition));
    r = reader(c, t);
    CHECK_OK(refresh(c, r));
    CHECK_OK(file_write(c, path, old, 0644));
    CHECK(refresh(c, r) == E_CONFLICT);
    CHECK_STR(c->why, "This edition from Kota Bandung is older (timestamp "
                      "version 1) than what you have (2). Nothing was "
                      "changed.");
    CHECK(grant_renew(c, t->repo, t->signer) == E_CONFLICT);
    /* A whole new edition goes on from the highest numbers. */
    CHECK_OK(tuf_publish(c, t, 0, &app, 1, &edition));
    CHECK_I64(edition, 3);
    CHECK_OK(refresh(c, r));
    CHECK(is_whole(c, t));
}

TEST(what_a_power_cut_left_is_not_in_the_way)
{
    static const char *const left[] = {
        "metadata/2.targets.json", "metadata/2.snapshot.json",
        "metadata/timestamp.json.new", "targets/uji/00.satu.tar.zst.new"};
    struct tuf_city *t = tuf_city(c);
    struct app_package *app = tuf_small_app(c, "satu", "1.0.0");
    int64_t edition;

    CHECK_OK(tuf_publish(c, t, 2, &app, 1, &edition));
    for (size_t i = 0; i < COUNT(left); i++)
        CHECK_OK(file_write(c, file_join(c, t->repo, left[i]), STR("{"), 0644));
    CHECK_OK(tuf_publish(c, t, 0, &app, 1, &edition));
    CHECK_I64(edition, 3);
    CHECK(is_whole(c, t));
}

/* ---- checking ----------------------------------------------------- */

TEST(a_file_too_many_or_too_few_is_found)
{
    static const char *const more[] = {
        "catatan.txt",     "metadata/3.root.json", "metadata/9.targets.json",
        "metadata/x.json", "targets/uji/x",        "targets/lain"};
    struct tuf_city *t = tuf_city(c);
    struct findings f = {0};
    str *names;
    size_t n;

    small_repo(c, t);
    for (size_t i = 0; i < COUNT(more); i++) {
        const char *path = file_join(c, t->repo, more[i]);
        size_t before = f.n;

        CHECK_OK(file_write(c, path, STR("x"), 0644));
        CHECK(grant_check(c, t->repo, &f) == E_TAMPERED);
        CHECK(f.n > before && f.all[before].at.file.n > 0);
        unlink(path);
    }
    CHECK(is_whole(c, t));
    CHECK_OK(file_list(c, file_join(c, t->repo, "targets/uji"), 0, &names, &n));
    unlink(file_join(c, file_join(c, t->repo, "targets/uji"), names[0].p));
    CHECK(grant_check(c, t->repo, &f) == E_TAMPERED);
}

/* In place and not synced: there are thousands. */
static void poke(const char *path, size_t at, char ch)
{
    int fd = open(path, O_WRONLY);

    CHECK(fd >= 0 && pwrite(fd, &ch, 1, (off_t)at) == 1 && close(fd) == 0);
}

static size_t flip_all(struct ctx *c, const char *repo, const char *path,
                       size_t step)
{
    str bytes;
    size_t taken = 0;

    CHECK_OK(file_read(c, path, 1 << 20, &bytes));
    for (size_t i = 0; i < bytes.n; i += step) {
        struct ctx own = {.mem = arena_new((size_t)1 << 28),
                          .now = c->now,
                          .lang = c->lang,
                          .dice = c->dice};
        struct findings f = {0};

        poke(path, i, (char)(bytes.p[i] ^ 1 << i % 8));
        taken += grant_check(&own, repo, &f) != E_TAMPERED || f.n == 0;
        poke(path, i, bytes.p[i]);
        arena_free(own.mem);
    }
    return taken;
}

static size_t flip_repo(struct ctx *c, const char *repo, size_t metadata,
                        size_t packages)
{
    const char *dirs[] = {file_join(c, repo, "metadata"),
                          file_join(c, repo, "targets/uji")};
    size_t taken = 0;

    for (size_t i = 0; i < COUNT(dirs); i++) {
        str *names;
        size_t n;

        CHECK_OK(file_list(c, dirs[i], 'f', &names, &n));
        for (size_t j = 0; j < n; j++)
            taken += flip_all(c, repo, file_join(c, dirs[i], names[j].p),
                              i == 0 ? metadata : packages);
    }
    return taken;
}

TEST(one_flipped_bit_anywhere_in_a_repository_is_refused)
{
    struct tuf_city *t = tuf_city(c);

    small_repo(c, t);
    CHECK_I64((int64_t)flip_repo(c, t->repo, 1, 7), 0);
    CHECK(is_whole(c, t));
}

TEST(a_flipped_bit_in_what_an_older_edition_left_is_refused_too)
{
    struct tuf_city *t = tuf_city(c);
    struct app_package *app = tuf_small_app(c, "satu", "1.0.1");
    int64_t edition;

    small_repo(c, t);
    CHECK_OK(tuf_publish(c, t, 2, &app, 1, &edition));
    CHECK_I64((int64_t)flip_repo(c, t->repo, 17, 17), 0);
    CHECK(is_whole(c, t));
}
