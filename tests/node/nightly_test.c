/* SPDX-License-Identifier: EUPL-1.2 */
#include "node/node.h"
#include "tests/test.h"

#include <unistd.h>

#define MOST 1000

/* ---- which backups stay ------------------------------------------- */

/* One each night at 01.30 WIB, `n` nights back from 25 November 2026. */
static size_t nights(int64_t *made, size_t n)
{
    const struct date last = {2026, 11, 25};

    for (size_t i = 0; i < n; i++)
        made[i] = time_instant(last, TIME_HOUR + 30 * TIME_MINUTE, 7 * 60) -
                  (int64_t)i * TIME_DAY;
    return n;
}

static size_t count(const bool *keep, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        kept += keep[i];
    return kept;
}

TEST(of_two_years_of_nights_seven_days_four_weeks_and_twelve_months_stay)
{
    int64_t made[MOST];
    bool keep[MOST];
    size_t n = nights(made, 730);

    node_keep_which(made, n, 7 * 60, keep);
    for (size_t i = 0; i < 7; i++)
        CHECK(keep[i]);
    /* 25 November 2026 is a Wednesday: the Sundays before it, 22, 15 and 8
     * November, end their weeks; 22 is among the seven days. */
    CHECK(!keep[8] && !keep[9] && keep[10] && keep[17] && !keep[24]);
    /* 31 October ends its month, and eleven months back are kept. */
    CHECK(keep[25] && !keep[26]);
    CHECK_I64((int64_t)count(keep, n), 7 + 2 + 11);
}

TEST(a_gap_in_the_nights_drops_nothing_that_is_the_newest_of_its_kind)
{
    int64_t made[MOST];
    bool keep[MOST];
    size_t n = nights(made, 3);

    made[1] -= 300 * TIME_DAY;
    made[2] -= 600 * TIME_DAY;
    node_keep_which(made, n, 7 * 60, keep);
    CHECK(keep[0] && keep[1] && keep[2]);
}

TEST(of_many_a_day_the_last_stays_in_any_order)
{
    const int64_t day = time_days((struct date){2026, 11, 25}) * TIME_DAY;
    const int64_t made[] = {day + 3 * TIME_HOUR, day + 9 * TIME_HOUR,
                            day + TIME_HOUR, day + 9 * TIME_HOUR};
    bool keep[COUNT(made)];

    node_keep_which(made, COUNT(made), 0, keep);
    CHECK(!keep[0] && !keep[2]);
    CHECK_I64((int64_t)count(keep, COUNT(made)), 1);
}

TEST(a_day_is_the_citys_own)
{
    /* 23.30 and 00.30 in Jakarta: one day in UTC, two there. */
    const int64_t day = time_days((struct date){2026, 11, 25}) * TIME_DAY;
    const int64_t made[] = {day + 16 * TIME_HOUR + 30 * TIME_MINUTE,
                            day + 17 * TIME_HOUR + 30 * TIME_MINUTE};
    bool keep[COUNT(made)];

    node_keep_which(made, COUNT(made), 7 * 60, keep);
    CHECK(keep[0] && keep[1]);
    node_keep_which(made, COUNT(made), 0, keep);
    CHECK(!keep[0] && keep[1]);
}

/* ---- the archives ------------------------------------------------- */

struct keeping {
    struct node_options o;
    struct node *node;
    struct node_keeping k;
    const char *dir, *key;
    struct node_kept kept;
};

static void close_node(void *it)
{
    node_close(it);
}

static struct keeping new_keeping(struct ctx *c)
{
    const struct node_founding f = {.code = STR("32.73"),
                                    .domain = STR("bandung.example")};
    struct keeping u = {.dir = test_folder(c)};
    str links[2];

    u.o.dir = file_join(c, u.dir, "kota");
    u.o.appliers = record_rooms(c, &u.o.n);
    CHECK_OK(node_found(c, &u.o, &f, links));
    CHECK_OK(node_open(c, &u.o, &u.node));
    arena_owns(c->mem, close_node, u.node);
    CHECK_OK(node_tick(c, u.node));
    CHECK_OK(node_backup_key_make(c, u.dir, STR("dua belas huruf")));
    u.key = file_join(c, u.dir, "backup.key");
    u.k = (struct node_keeping){.staged = file_join(c, u.dir, "staged"),
                                .scratch = file_join(c, u.dir, "scratch"),
                                .to = file_join(c, u.dir, "malam")};
    CHECK_OK(node_backup_key_public(c, file_join(c, u.dir, "backup.pub"),
                                    u.k.public));
    return u;
}

static err keep(struct ctx *c, struct keeping *u)
{
    TRY(node_backup(c, u->node, u->k.staged));
    return node_keep(c, &u->o, &u->k, &u->kept);
}

static void put(struct ctx *c, struct keeping *u, const char *name)
{
    CHECK_OK(file_write(c, file_join(c, u->k.to, name), STR("lama"), 0600));
}

static bool is_there(struct ctx *c, struct keeping *u, const char *name)
{
    return file_exists(file_join(c, u->k.to, name));
}

TEST(keys_go_after_35_days_though_their_data_stay)
{
    struct keeping u = new_keeping(c);
    int64_t now = time_system();
    const char *old = arena_fmt(c->mem, "%.10sT013000Z",
                                time_show_utc(c, now - 36 * TIME_DAY).p)
                          .p;
    const char *young = arena_fmt(c->mem, "%.10sT013000Z",
                                  time_show_utc(c, now - 33 * TIME_DAY).p)
                            .p;

    CHECK_OK(file_make_dir(c, u.k.to, 0700));
    put(c, &u, arena_fmt(c->mem, "%s.keys", old).p);
    put(c, &u, arena_fmt(c->mem, "%s.data", old).p);
    put(c, &u, arena_fmt(c->mem, "%s.keys", young).p);
    put(c, &u, "2001-01-01T000000Z.keys");
    put(c, &u, "2001-01-01T000000Z.sha256");
    put(c, &u, "2001-01-01.keys"); /* not ours: whatever it is, it stays */
    put(c, &u, "surat.txt");
    CHECK_OK(keep(c, &u));
    CHECK(!is_there(c, &u, arena_fmt(c->mem, "%s.keys", old).p));
    CHECK(is_there(c, &u, arena_fmt(c->mem, "%s.data", old).p));
    CHECK(is_there(c, &u, arena_fmt(c->mem, "%s.keys", young).p));
    CHECK(!is_there(c, &u, "2001-01-01T000000Z.keys"));
    CHECK(!is_there(c, &u, "2001-01-01T000000Z.sha256"));
    CHECK(is_there(c, &u, "2001-01-01.keys") && is_there(c, &u, "surat.txt"));
}

TEST(a_backup_that_does_not_hold_is_not_counted_and_drops_nothing)
{
    struct keeping u = new_keeping(c);
    const char *database = file_join(c, u.k.staged, "balai.db");
    struct node_last last;

    CHECK_OK(file_make_dir(c, u.k.to, 0700));
    put(c, &u, "2001-01-01T000000Z.keys");
    CHECK_OK(node_backup(c, u.node, u.k.staged));
    CHECK(truncate(database, 20000) == 0);
    CHECK(node_keep(c, &u.o, &u.k, &u.kept) == E_TAMPERED);
    CHECK_OK(node_last_kept(c, u.o.dir, &last));
    CHECK_I64(last.made, 0);
    CHECK(is_there(c, &u, "2001-01-01T000000Z.keys"));
    CHECK(!file_exists(u.k.staged) && !file_exists(u.k.scratch));
}

TEST(newer_keys_open_older_data_and_older_ones_do_not)
{
    struct keeping u = new_keeping(c);
    const char *given;
    struct node_found found;
    struct node_restored r;
    struct seal_secret *secret;
    struct node_options o = u.o;

    CHECK_OK(keep(c, &u));
    CHECK_OK(node_find_kept(c, u.k.to, &found));
    given = file_join(c, u.k.to, "2001-01-01T000000Z.data");
    CHECK_OK(file_move(c, found.data, given));
    CHECK_OK(node_find_kept(c, given, &found));
    CHECK(found.newest == NULL); /* there is one archive of keys */
    CHECK(str_ends(str_of(found.data), STR("2001-01-01T000000Z.data")));
    CHECK_OK(node_backup_key_open(c, u.key, STR("dua belas huruf"), &secret));
    o.dir = file_join(c, u.dir, "lain");
    CHECK_OK(node_restore_kept(c, &o, &found, secret, false, &r));
    CHECK(r.events > 0 && !r.behind && r.log.n > 0);
    /* The newest keys know who was erased since. */
    CHECK_OK(file_copy(c, found.keys,
                       file_join(c, u.k.to, "2990-01-01T000000Z.keys"), 0600));
    CHECK_OK(node_find_kept(c, given, &found));
    CHECK(found.newest != NULL &&
          str_ends(str_of(found.newest), STR("2990-01-01T000000Z.keys")));
    o.dir = file_join(c, u.dir, "lagi");
    CHECK_OK(node_restore_kept(c, &o, &found, secret, false, &r));
    CHECK_I64((int64_t)r.erased, 0);
    CHECK_OK(file_move(c, found.newest,
                       file_join(c, u.k.to, "1999-01-01T000000Z.keys")));
    CHECK_OK(file_move(c, found.keys,
                       file_join(c, u.k.to, "2000-01-01T000000Z.keys")));
    CHECK(node_find_kept(c, given, &found) == E_NOT_FOUND);
}

TEST(a_backup_is_late_after_26_hours)
{
    struct keeping u = new_keeping(c);
    const char *path = file_join(c, u.o.dir, "backed-up");
    const struct {
        int64_t ago;
        bool late;
    } all[] = {{0, false}, {25 * TIME_HOUR, false}, {27 * TIME_HOUR, true}};
    struct node_last last;

    CHECK_OK(node_last_kept(c, u.o.dir, &last));
    CHECK(!last.late && last.made == 0); /* a city of today */
    for (size_t i = 0; i < COUNT(all); i++) {
        str made = time_show_utc(c, time_system() - all[i].ago);

        CHECK_OK(file_write(c, path, arena_fmt(c->mem, "%s\nrusak\n", made.p),
                            0600));
        CHECK_OK(node_last_kept(c, u.o.dir, &last));
        CHECK(last.late == all[i].late);
        CHECK_STR(last.also, "rusak");
    }
}
