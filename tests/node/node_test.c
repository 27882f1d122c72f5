/* SPDX-License-Identifier: EUPL-1.2 */
#include "node/node.h"
#include "tests/test.h"

static struct node_options options(struct ctx *c, const char *dir)
{
    struct node_options o = {.dir = dir};

    o.appliers = record_rooms(c, &o.n);
    return o;
}

static const struct node_founding bandung = {
    .code = STR_INIT("32.73"), .domain = STR_INIT("bandung.example")};
static const struct node_founding training = {.code = STR_INIT("32.73"),
                                              .domain =
                                                  STR_INIT("bandung.example"),
                                              .training = true};

static void close_node(void *it)
{
    node_close(it);
}

static struct node *open_city(struct ctx *c, const char *dir,
                              const struct node_founding *f)
{
    struct node_options o = options(c, dir);
    struct node *n = NULL;
    str links[2];

    CHECK_OK(node_found(c, &o, f, links));
    CHECK_OK(node_open(c, &o, &n));
    arena_owns(c->mem, close_node, n);
    return n;
}

TEST(a_new_city_has_two_administrators_and_a_name_for_ever)
{
    const char *dir = file_join(c, test_folder(c), "kota");
    struct node_options o = options(c, dir);
    struct city_officer *all;
    struct record_world w;
    struct node *n;
    struct conn *on;
    str links[2];
    size_t count;

    CHECK_OK(node_found(c, &o, &training, links));
    CHECK(links[0].n >= 43 && !str_eq(links[0], links[1]));
    CHECK_OK(node_open(c, &o, &n));
    CHECK_OK(node_world(c, n, &w));
    CHECK_STR(city_domain(w.city), "latihan.bandung.example");
    CHECK(city_training(w.city));
    CHECK_OK(store_read(c, node_store(n), &on));
    CHECK_OK(city_officers(c, on, &all, &count));
    CHECK_I64((int64_t)count, 2);
    store_done(on);
    node_close(n);
}

TEST(a_folder_holds_one_city_and_one_node)
{
    const char *dir = file_join(c, test_folder(c), "kota");
    struct node_options o = options(c, dir);
    struct node *second;
    str links[2];

    open_city(c, dir, &bandung);
    CHECK(node_found(c, &o, &bandung, links) == E_CONFLICT);
    CHECK(node_open(c, &o, &second) == E_BUSY);
    o.dir = test_folder(c);
    CHECK(node_open(c, &o, &second) == E_NOT_FOUND);
    CHECK(str_find(c->why, STR("balai init")) < c->why.n);
}

TEST(a_city_is_founded_under_a_real_code_and_a_real_name)
{
    static const struct node_founding wrong[] = {
        {.code = STR_INIT("32"), .domain = STR_INIT("bandung.example")},
        {.code = STR_INIT("99.99"), .domain = STR_INIT("bandung.example")},
        {.code = STR_INIT("32.73"), .domain = STR_INIT("Bandung.example")},
        {.code = STR_INIT("32.73"), .domain = STR_INIT("bandung.example:80")},
        {.code = STR_INIT("32.73"), .domain = STR_INIT("bandung")},
        {.code = STR_INIT("32.73"), .domain = STR_INIT("-a.example")},
        {.code = STR_INIT("32.73"), .domain = STR_INIT("a..example")},
    };
    const char *dir = file_join(c, test_folder(c), "kota");
    struct node_options o = options(c, dir);
    str links[2];

    for (size_t i = 0; i < COUNT(wrong); i++)
        CHECK(node_found(c, &o, &wrong[i], links) == E_BAD_INPUT);
    CHECK(!file_exists(dir));
}

TEST(only_a_training_citys_clock_can_be_moved)
{
    const char *dir = test_folder(c);
    struct node *real = open_city(c, file_join(c, dir, "a"), &bandung);
    struct node *play = open_city(c, file_join(c, dir, "b"), &training);
    int64_t then = time_system() + 100 * TIME_DAY;

    CHECK(node_set_clock(c, real, then) == E_FORBIDDEN);
    CHECK(node_now(real) < then);
    CHECK_OK(node_set_clock(c, play, then));
    CHECK(node_now(play) >= then);
}

static str digest(struct ctx *c, struct node *n)
{
    struct hash h;
    struct conn *on;

    CHECK_OK(store_read(c, node_store(n), &on));
    CHECK_OK(ledger_digest(c, on, &h));
    store_done(on);
    return seal_show_hash(c, h);
}

TEST(what_was_backed_up_is_restored_and_holds)
{
    const char *dir = test_folder(c), *to = file_join(c, dir, "cadangan");
    struct node_options o = options(c, file_join(c, dir, "lain"));
    struct node *n = open_city(c, file_join(c, dir, "kota"), &bandung), *back;
    struct node_restored r;

    CHECK_OK(node_tick(c, n));
    CHECK_OK(node_backup(c, n, to));
    CHECK(node_backup(c, n, to) == E_CONFLICT);
    CHECK_OK(node_restore(c, &o, &(struct node_restoring){.from = to}, &r));
    CHECK(r.events > 0 && !r.behind);
    CHECK_OK(node_open(c, &o, &back));
    CHECK(str_eq(digest(c, n), digest(c, back)));
    node_close(back);
    CHECK(node_restore(c, &o, &(struct node_restoring){.from = to}, &r) ==
          E_CONFLICT);
}

TEST(a_backup_with_one_changed_byte_is_refused)
{
    static const char *const files[] = {"balai.db", "secret", "keys/subjects",
                                        "keys/signer"};
    const char *dir = test_folder(c), *to = file_join(c, dir, "cadangan");
    struct node *n = open_city(c, file_join(c, dir, "kota"), &bandung);
    struct node_restored r;

    CHECK_OK(node_backup(c, n, to));
    for (size_t i = 0; i < COUNT(files); i++) {
        const char *path = file_join(c, to, files[i]);
        struct node_options o =
            options(c, arena_fmt(c->mem, "%s/lain-%zu", dir, i).p);
        str bytes;
        char *p;

        CHECK_OK(file_read(c, path, 1 << 26, &bytes));
        p = NEWS(c->mem, char, bytes.n);
        memcpy(p, bytes.p, bytes.n);
        p[bytes.n / 2] ^= 1;
        CHECK_OK(file_write(c, path, (str){p, bytes.n}, 0600));
        CHECK(node_restore(c, &o, &(struct node_restoring){.from = to}, &r) ==
              E_TAMPERED);
        CHECK(!file_exists(file_join(c, o.dir, "balai.db")));
        CHECK_OK(file_write(c, path, bytes, 0600));
    }
}

TEST(a_doctor_finds_a_new_city_well)
{
    const char *dir = file_join(c, test_folder(c), "kota");
    struct node *n = open_city(c, dir, &bandung);
    struct findings f = {0};

    CHECK_OK(node_doctor(c, n, &f));
    CHECK(f.errors == 0 && f.n >= 4);
}

TEST(a_snapshot_stays_whole_while_a_new_one_is_made)
{
    const char *dir = file_join(c, test_folder(c), "kota");
    struct node *n = open_city(c, dir, &bandung);
    struct record_world before, after;

    CHECK_OK(node_world(c, n, &before));
    CHECK_OK(node_refresh(c, n));
    CHECK_OK(node_world(c, n, &after));
    CHECK(before.city != after.city);
    CHECK_STR(city_code(before.city), "32.73");
    CHECK_STR(city_code(after.city), "32.73");
}
