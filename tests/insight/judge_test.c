/* SPDX-License-Identifier: EUPL-1.2 */
/* The flags' arithmetic, on logs that are made here: honest ones, and ones with
 * somebody planted. */
#include "insight/insight.h"
#include "tests/town.h"

#define AT       1775433600 /* 2026-04-06T00:00:00Z, a Monday; 07.00 here */
#define OFFICERS 6
#define ACTS     600

/* ---- one act ------------------------------------------------------ */

static int64_t clock_of(int64_t seconds)
{
    return (AT + seconds) * TIME_SECOND;
}

static struct insight_act act(str record, const char *officer, int64_t entered,
                              int64_t left)
{
    return (struct insight_act){.record = record,
                                .app = STR("a/b"),
                                .office = STR("satu"),
                                .state = STR("submitted"),
                                .officer = str_of(officer),
                                .reading = TIME_MINUTE,
                                .came = clock_of(entered),
                                .entered = clock_of(entered),
                                .left = clock_of(left)};
}

static struct insight_act *find(struct insight_act *all, size_t n, str record)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].record, record))
            return &all[i];
    MUST(false);
    return NULL;
}

TEST(who_goes_before_half_of_five_others_goes_out_of_turn)
{
    struct town *t = town_new(c);
    struct insight_act all[8];
    struct insight_act *a;

    for (int i = 0; i < 8; i++) /* in this order, and left in this order, */
        all[i] = act(arena_fmt(c->mem, "%d", i), "officer-1", 3600 + i,
                     20000 + i * 600);
    all[5].left = clock_of(19000); /* but for this one, */
    all[7].left = INT64_MAX;       /* and this one waits */
    insight_judge(c, t->w.city, all, 8);
    a = find(all, 8, STR("5"));
    CHECK(a->older == 5 && a->waiting == 7 && a->found[INSIGHT_OUT_OF_TURN]);
    a = find(all, 8, STR("0"));
    CHECK(a->older == 0 && a->waiting == 6 && a->judged[INSIGHT_OUT_OF_TURN]);
    CHECK(!a->found[INSIGHT_OUT_OF_TURN]);
    a = find(all, 8, STR("3")); /* too few wait for a turn to mean much */
    CHECK(a->waiting == 3 && !a->judged[INSIGHT_OUT_OF_TURN]);
    CHECK(!find(all, 8, STR("7"))->judged[INSIGHT_UNREAD]);
}

TEST(what_is_due_first_passes_nobody_by)
{
    struct town *t = town_new(c);
    struct insight_act all[8];
    struct insight_act *a;

    for (int i = 0; i < 8; i++) {
        all[i] = act(arena_fmt(c->mem, "%d", i), "officer-1", 3600 + i,
                     20000 + i * 600);
        all[i].due = clock_of(90000);
    }
    all[5].left = all[6].left = clock_of(19000); /* both before all others; */
    all[5].due = clock_of(80000);                /* this one is urgent, */
    all[6].due = 0;                              /* that one never due */
    insight_judge(c, t->w.city, all, 8);
    a = find(all, 8, STR("5"));
    CHECK(a->older == 0 && a->judged[INSIGHT_OUT_OF_TURN]);
    CHECK(!a->found[INSIGHT_OUT_OF_TURN]);
    a = find(all, 8, STR("6"));
    CHECK(a->older >= 5 && a->found[INSIGHT_OUT_OF_TURN]);
}

TEST(a_record_that_came_back_keeps_its_place)
{
    struct town *t = town_new(c);
    struct insight_act all[8];

    for (int i = 0; i < 8; i++)
        all[i] = act(arena_fmt(c->mem, "%d", i), "officer-1", 3600 + i,
                     20000 + i * 600);
    all[0].entered = clock_of(10000); /* handed back, and taken first again */
    insight_judge(c, t->w.city, all, 8);
    CHECK_I64(find(all, 8, STR("0"))->older, 0);
    CHECK_I64(find(all, 8, STR("0"))->waiting, 7);
    CHECK_I64(find(all, 8, STR("1"))->older, 0);
}

TEST(who_reads_ten_and_then_decides_ten_has_read)
{
    struct town *t = town_new(c);
    struct insight_act all[12];
    int fast = 0;

    for (int i = 0; i < 12; i++) /* a minute each; ten minutes go by first */
        all[i] = act(arena_fmt(c->mem, "%02d", i), "officer-1", 1800,
                     i == 0 ? 3600 : 3600 + 600 + i);
    insight_judge(c, t->w.city, all, 12);
    for (int i = 0; i < 12; i++)
        fast += all[i].found[INSIGHT_UNREAD];
    CHECK_I64(fast, 0); /* 30 minutes were there before the first */
    for (int i = 0; i < 12; i++)
        all[i].entered = all[i].left - 20 * TIME_SECOND;
    insight_judge(c, t->w.city, all, 12);
    for (int i = 0; i < 12; i++)
        CHECK(all[i].found[INSIGHT_UNREAD] && all[i].had == 20 * TIME_SECOND);
}

TEST(an_act_of_the_evening_had_the_evening)
{
    struct town *t = town_new(c);
    struct insight_act late = act(STR("1"), "officer-1", 30000, 45000);

    insight_judge(c, t->w.city, &late, 1); /* 15.20 to 19.30 */
    CHECK(!late.found[INSIGHT_UNREAD]);
}

/* ---- whole logs --------------------------------------------------- */

/* The queue's next and the newest are beside each other, so that who jumps
 * does so by one throw of the dice. */
struct made {
    struct insight_act *all;
    size_t n;
};

static size_t throw_of(struct ctx *c, size_t n)
{
    unsigned char b[4];

    ctx_random(c, b, sizeof b);
    return (size_t)(b[0] | b[1] << 8 | b[2] << 16) % n;
}

/* Every three minutes a record comes and one is decided, twenty wait. One in
 * twelve is honestly taken from somewhere in the queue; the planted officer
 * takes `percent` of his from its end as they come in. */
static struct made log_of(struct ctx *c, size_t percent)
{
    struct made m = {NEWS(c->mem, struct insight_act, ACTS), ACTS};
    int64_t entered[20];

    for (int i = 0; i < 20; i++)
        entered[i] = 1800 + i;
    for (size_t i = 0; i < ACTS; i++) {
        int64_t left =
            3600 + (int64_t)(i / 150) * 86400 + (int64_t)(i % 150) * 180;
        size_t who = throw_of(c, OFFICERS), at = 0;
        bool favour = who == 0 && throw_of(c, 100) < percent;

        if (favour)
            at = 19, entered[19] = left - 20;
        else if (throw_of(c, 12) == 0)
            at = throw_of(c, 20);
        m.all[i] =
            act(arena_fmt(c->mem, "%05zu", i),
                arena_fmt(c->mem, "officer-%zu", who).p, entered[at], left);
        for (; at + 1 < 20; at++)
            entered[at] = entered[at + 1];
        entered[19] = left - 179;
    }
    return m;
}

/* Flags by this kind on officer-0, and on others. */
static void flags_of(struct ctx *c, const struct made *m,
                     enum insight_kind kind, int *right, int *wrong)
{
    struct insight_suspect *all;
    size_t n;

    insight_weigh(c, m->all, m->n, kind, &all, &n);
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].officer, STR("officer-0")))
            *right += all[i].flagged;
        else
            *wrong += all[i].flagged;
}

static void twelve_logs(struct ctx *c, size_t percent, int right[2],
                        int wrong[2])
{
    struct town *t = town_new(c);

    for (int k = 0; k < INSIGHT_KINDS; k++)
        right[k] = wrong[k] = 0;
    for (int i = 0; i < 12; i++) {
        struct made m = log_of(c, percent);

        insight_judge(c, t->w.city, m.all, m.n);
        for (int k = 0; k < INSIGHT_KINDS; k++)
            flags_of(c, &m, (enum insight_kind)k, &right[k], &wrong[k]);
    }
}

TEST(who_is_planted_is_found)
{
    int right[2], wrong[2];

    twelve_logs(c, 35, right, wrong);
    CHECK_I64(right[INSIGHT_OUT_OF_TURN], 12);
    CHECK_I64(right[INSIGHT_UNREAD], 12);
    CHECK_I64(wrong[INSIGHT_UNREAD], 0);
    CHECK(wrong[INSIGHT_OUT_OF_TURN] <= 1);
}

TEST(where_nobody_is_planted_hardly_anybody_is_found)
{
    int right[2], wrong[2];

    twelve_logs(c, 0, right, wrong);
    CHECK_I64(right[INSIGHT_UNREAD] + wrong[INSIGHT_UNREAD], 0);
    CHECK(right[INSIGHT_OUT_OF_TURN] + wrong[INSIGHT_OUT_OF_TURN] <= 1);
}

TEST(an_officer_without_peers_is_weighed_beside_the_rest_of_the_city)
{
    struct town *t = town_new(c);
    struct made m = log_of(c, 0);
    struct insight_suspect *all;
    size_t n;

    for (size_t i = 0; i < m.n; i++) /* all one officer's, and in turn */
        m.all[i].officer = STR("officer-0");
    insight_judge(c, t->w.city, m.all, m.n);
    for (size_t i = 0; i < m.n; i++)
        m.all[i].found[INSIGHT_OUT_OF_TURN] = i % 50 == 0;
    insight_weigh(c, m.all, m.n, INSIGHT_OUT_OF_TURN, &all, &n);
    CHECK(n == 1 && all[0].found >= 11 && all[0].peers < 0.0101);
    for (size_t i = 0; i < m.n; i++)
        m.all[i].found[INSIGHT_OUT_OF_TURN] = i % 200 == 0;
    insight_weigh(c, m.all, m.n, INSIGHT_OUT_OF_TURN, &all, &n);
    CHECK(n == 1 && !all[0].flagged);
}
