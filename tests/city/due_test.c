/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/city/city_help.h"

/* ---- spans -------------------------------------------------------- */

TEST(spans_are_read_and_shown)
{
    static const struct {
        const char *text, *id, *en;
    } all[] = {{"3 workdays", "3 hari kerja", "3 working days"},
               {"1 workday", "1 hari kerja", "1 working day"},
               {"72 hours", "72 jam", "72 hours"},
               {"1 hour", "1 jam", "1 hour"},
               {"30 days", "30 hari kalender", "30 calendar days"},
               {"1 day", "1 hari kalender", "1 calendar day"},
               {"3 months", "3 bulan", "3 months"},
               {"10 minutes", "10 menit kerja", "10 minutes"},
               {"by 31 March", "paling lambat 31 Maret", "by 31 March"},
               {"by 1 Mei", "paling lambat 1 Mei", "by 1 May"}};
    struct city_span s;

    for (size_t i = 0; i < COUNT(all); i++) {
        CHECK(city_span_read(str_of(all[i].text), &s));
        c->lang = STR("id");
        CHECK_STR(city_span_show(c, s), all[i].id);
        c->lang = STR("en");
        CHECK_STR(city_span_show(c, s), all[i].en);
    }
}

TEST(what_is_no_span_is_not_read)
{
    static const char *const wrong[] = {
        "",           "3",        "workdays",       "0 days",
        "-1 days",    "03 days",  "10000 days",     "3 week",
        "3  days",    "3 days ",  "by 31 Maart",    "by 31 April",
        "by 0 March", "by March", "by 30 February", "99999999999 days",
        "+3 days"};
    struct city_span s;

    for (size_t i = 0; i < COUNT(wrong); i++) {
        if (!CHECK(!city_span_read(str_of(wrong[i]), &s)))
            CHECK_STR(str_of(wrong[i]), "not read");
    }
}

/* ---- the cases ---------------------------------------------------- */

static const char bandung_like[] = "balai: 1\n"
                                   "hours:\n"
                                   "  monday: 07:30-12:00, 12:30-16:00\n"
                                   "  tuesday: 07:30-12:00, 12:30-16:00\n"
                                   "  wednesday: 07:30-12:00, 12:30-16:00\n"
                                   "  thursday: 07:30-12:00, 12:30-16:00\n"
                                   "  friday: 07:30-11:30, 13:00-16:30\n"
                                   "holidays:\n"
                                   "  2026-03-19: {id: Nyepi, en: Nyepi}\n"
                                   "  2026-03-21: Idulfitri\n"
                                   "joint_leave:\n"
                                   "  2026-03-18: Cuti bersama\n"
                                   "  2026-03-20: Cuti bersama\n"
                                   "  2026-03-23: Cuti bersama\n"
                                   "  2026-03-24: Cuti bersama\n";

TEST(deadlines_fall_where_the_law_puts_them)
{
    static const struct {
        const char *what, *from, *span, *due;
    } all[] = {
        {"in the morning", "2026-03-02 08:00", "1 workday", "2026-03-03 16:00"},
        {"before opening", "2026-03-02 05:00", "1 workday", "2026-03-03 16:00"},
        {"at closing", "2026-03-02 16:00", "1 workday", "2026-03-03 16:00"},
        {"late at night", "2026-03-02 23:59", "1 workday", "2026-03-03 16:00"},
        {"Friday 16:30", "2026-03-13 16:30", "1 workday", "2026-03-16 16:00"},
        {"Friday morning", "2026-03-13 08:00", "1 workday", "2026-03-16 16:00"},
        {"Saturday: day one is Monday", "2026-03-14 10:00", "1 workday",
         "2026-03-16 16:00"},
        {"Sunday", "2026-03-15 10:00", "3 workdays", "2026-03-25 16:00"},
        {"on a holiday", "2026-03-19 10:00", "1 workday", "2026-03-25 16:00"},
        {"over holiday and joint leave", "2026-03-16 09:00", "2 workdays",
         "2026-03-25 16:00"},
        {"ends on Friday, which closes later", "2026-03-05 09:00", "1 workday",
         "2026-03-06 16:30"},
        {"10 working days", "2026-03-02 09:00", "10 workdays",
         "2026-03-16 16:00"},
        {"10 + 7 working days", "2026-03-02 09:00", "17 workdays",
         "2026-04-01 16:00"},
        {"3 x 24 hours over a weekend", "2026-03-13 16:30", "72 hours",
         "2026-03-16 16:30"},
        {"hours do not stop at night", "2026-03-18 23:30", "1 hour",
         "2026-03-19 00:30"},
        {"30 days", "2026-03-02 09:00", "30 days", "2026-04-01 23:59"},
        {"3 months from 30 November", "2026-11-30 09:00", "3 months",
         "2027-02-28 23:59"},
        {"into a leap year", "2027-11-30 09:00", "3 months",
         "2028-02-29 23:59"},
        {"12 months from 29 February", "2028-02-29 09:00", "12 months",
         "2029-02-28 23:59"},
        {"1 month from 31 January", "2026-01-31 09:00", "1 month",
         "2026-02-28 23:59"},
        {"31 March 2030 is a Sunday, and stays", "2030-01-10 09:00",
         "by 31 March", "2030-03-31 23:59"},
        {"on the day itself", "2026-03-31 23:00", "by 31 March",
         "2026-03-31 23:59"},
        {"the day after", "2026-04-01 00:00", "by 31 March",
         "2027-03-31 23:59"},
        {"by 29 February in a common year", "2026-01-01 09:00",
         "by 29 February", "2026-02-28 23:59"},
        {"10 minutes at the desk", "2026-03-02 09:00", "10 minutes",
         "2026-03-02 09:10"},
        {"over lunch", "2026-03-02 11:55", "10 minutes", "2026-03-02 12:35"},
        {"to the bell", "2026-03-02 11:50", "10 minutes", "2026-03-02 12:00"},
        {"over the night", "2026-03-02 15:55", "10 minutes",
         "2026-03-03 07:35"},
        {"before opening, minutes wait", "2026-03-02 06:00", "10 minutes",
         "2026-03-02 07:40"},
        {"over Friday's prayer", "2026-03-06 11:25", "10 minutes",
         "2026-03-06 13:05"},
        {"over the weekend", "2026-03-06 16:25", "10 minutes",
         "2026-03-09 07:35"},
    };
    struct city *k = help_calendar(c, "32.73", bandung_like);

    for (size_t i = 0; k != NULL && i < COUNT(all); i++) {
        struct city_span s;
        int64_t due;

        CHECK(city_span_read(str_of(all[i].span), &s));
        due = city_due(c, k, s, help_at(k, all[i].from), NULL);
        if (!CHECK_STR(help_local(c, k, due), all[i].due))
            CHECK_STR(str_of(all[i].what), "");
    }
    CHECK(city_due(c, k, (struct city_span){CITY_NONE, 0, 0, 0}, c->now,
                   NULL) == 0);
}

TEST(a_city_may_roll_free_days_forward_but_never_a_fixed_date)
{
    static const struct {
        const char *from, *span, *due;
    } all[] = {
        {"2026-11-30 09:00", "3 months", "2027-03-01 23:59"}, /* a Sunday */
        {"2026-03-02 09:00", "16 days", "2026-03-25 23:59"},  /* joint leave */
        {"2026-03-02 09:00", "30 days", "2026-04-01 23:59"},
        {"2030-01-10 09:00", "by 31 March", "2030-03-31 23:59"},
        {"2026-03-13 16:30", "72 hours", "2026-03-16 16:30"},
    };
    str yaml = arena_fmt(c->mem, "%sfree_day: next_workday\n", bandung_like);
    struct city *k = help_calendar(c, "32.73", yaml.p);

    for (size_t i = 0; k != NULL && i < COUNT(all); i++) {
        struct city_span s;

        CHECK(city_span_read(str_of(all[i].span), &s));
        CHECK_STR(
            help_local(c, k, city_due(c, k, s, help_at(k, all[i].from), NULL)),
            all[i].due);
    }
}

TEST(a_holiday_added_later_moves_the_deadline)
{
    struct city *before = help_calendar(c, "32.73", bandung_like);
    str yaml = arena_fmt(c->mem, "%s  2026-03-03: Pemilihan\n", bandung_like);
    struct city *after = help_calendar(c, "32.73", yaml.p);
    struct city_span s = {CITY_WORKDAYS, 1, 0, 0};
    int64_t from = help_at(before, "2026-03-02 09:00");

    CHECK_STR(help_local(c, before, city_due(c, before, s, from, NULL)),
              "2026-03-03 16:00");
    CHECK_STR(help_local(c, after, city_due(c, after, s, from, NULL)),
              "2026-03-04 16:00");
}

TEST(three_zones_count_their_own_days)
{
    static const struct {
        const char *code, *zone, *due;
    } all[] = {{"32.73", "WIB", "2026-03-03T09:00:00Z"},
               {"51.71", "WITA", "2026-03-03T08:00:00Z"},
               {"81.71", "WIT", "2026-03-04T07:00:00Z"}};
    struct city_span s = {CITY_WORKDAYS, 1, 0, 0};
    int64_t from; /* 23.30 in Jakarta and, in Ambon, half past one tomorrow */

    CHECK(time_parse_utc(STR("2026-03-02T16:30:00Z"), &from));
    for (size_t i = 0; i < COUNT(all); i++) {
        struct city *k = help_folder(c, all[i].code, NULL);

        CHECK_STR(city_zone(k), all[i].zone);
        from -= i == 1 ? TIME_HOUR : 0; /* 23.30 in Denpasar */
        CHECK_STR(time_show_utc(c, city_due(c, k, s, from, NULL)), all[i].due);
    }
}

TEST(a_deadline_explains_itself)
{
    struct city *k = help_calendar(c, "32.73", bandung_like);
    struct city_span s = {CITY_WORKDAYS, 2, 0, 0};
    str why;

    c->lang = STR("id");
    city_due(c, k, s, help_at(k, "2026-03-16 09:00"), &why);
    CHECK_STR(why,
              "2 hari kerja sejak 16 Maret 2026 pukul 09.00 WIB; hari pertama "
              "Selasa, 17 Maret 2026; tidak dihitung: Cuti bersama (18 Maret "
              "2026), Nyepi (19 Maret 2026), Cuti bersama (20 Maret 2026), "
              "Cuti bersama (23 Maret 2026), Cuti bersama (24 Maret 2026); "
              "sampai 25 Maret 2026 pukul 16.00 WIB.");
    c->lang = STR("en");
    s = (struct city_span){CITY_BY_DATE, 0, 3, 31};
    city_due(c, k, s, help_at(k, "2026-03-16 09:00"), &why);
    CHECK_STR(why, "A fixed date, 31 March 2026 at 23:59 WIB.");
    s = (struct city_span){CITY_HOURS, 72, 0, 0};
    city_due(c, k, s, help_at(k, "2026-03-13 16:30"), &why);
    CHECK_STR(why, "72 hours from 13 March 2026 at 16:30 WIB; until 16 March "
                   "2026 at 16:30 WIB.");
}

TEST(working_days_and_holidays_are_told_apart)
{
    struct city *k = help_calendar(c, "32.73", bandung_like);
    str name;

    CHECK(city_workday(k, (struct date){2026, 3, 17}, &name) && name.n == 0);
    CHECK(!city_workday(k, (struct date){2026, 3, 19}, &name));
    CHECK_STR(name, "Nyepi");
    CHECK(!city_workday(k, (struct date){2026, 3, 15}, &name) && name.n == 0);
    CHECK(!city_workday(k, (struct date){2026, 3, 23}, NULL));
}

/* ---- the slow way ------------------------------------------------- */

/* The same calendar once more, written down by hand for the second
 * implementation: is the office open in the minute that begins at `t`? */
static bool open_minute(int64_t t)
{
    static const struct date free[] = {{2026, 3, 18}, {2026, 3, 19},
                                       {2026, 3, 20}, {2026, 3, 21},
                                       {2026, 3, 23}, {2026, 3, 24}};
    int64_t local = t / TIME_MINUTE + 7 * 60, day = local / 1440;
    int weekday = (int)((day + 4) % 7), m = (int)(local % 1440);

    for (size_t i = 0; i < COUNT(free); i++) {
        if (time_days(free[i]) == day)
            return false;
    }
    if (weekday == 0 || weekday == 6)
        return false;
    if (weekday == 5)
        return (m >= 450 && m < 690) || (m >= 780 && m < 990);
    return (m >= 450 && m < 720) || (m >= 750 && m < 960);
}

static int64_t slow_after_work(int64_t from, int64_t minutes)
{
    while (minutes > 0) {
        minutes -= open_minute(from);
        from += TIME_MINUTE;
    }
    return from;
}

static int64_t slow_worked(int64_t from, int64_t to)
{
    int64_t sum = 0;

    for (; from < to; from += TIME_MINUTE)
        sum += open_minute(from) ? TIME_MINUTE : 0;
    return sum;
}

/* Walk minute by minute; a working day is one with an open minute, and it
 * ends with its last one. */
static int64_t slow_workdays(int64_t from, int n)
{
    int64_t day0 = (from / TIME_MINUTE + 420) / 1440, day = day0, last = 0;
    int seen = 0;

    for (int64_t t = from;; t += TIME_MINUTE) {
        int64_t at = (t / TIME_MINUTE + 420) / 1440;

        if (at != day) {
            seen += last > 0 && day > day0;
            if (seen == n)
                return last;
            day = at, last = 0;
        }
        if (open_minute(t) && day > day0)
            last = t + TIME_MINUTE;
    }
}

static int64_t dice_below(struct ctx *c, int64_t n)
{
    uint64_t r;

    ctx_random(c, &r, sizeof r);
    return (int64_t)(r % (uint64_t)n);
}

TEST(a_walk_minute_by_minute_agrees_in_thousands_of_cases)
{
    struct city *k = help_calendar(c, "32.73", bandung_like);
    int64_t base = help_at(k, "2026-02-20 00:00");

    for (int i = 0; k != NULL && i < 4000; i++) {
        int64_t from = base + dice_below(c, 40 * 1440) * TIME_MINUTE;
        int64_t to = from + dice_below(c, 12 * 1440) * TIME_MINUTE;
        int n = 1 + (int)dice_below(c, 9);
        int64_t minutes = 1 + dice_below(c, 2500);
        struct city_span days = {CITY_WORKDAYS, n, 0, 0};
        struct city_span work = {CITY_MINUTES, (int)minutes, 0, 0};

        if (!CHECK_I64(city_due(c, k, days, from, NULL),
                       slow_workdays(from, n)) ||
            !CHECK_I64(city_due(c, k, work, from, NULL),
                       slow_after_work(from, minutes)) ||
            !CHECK_I64(city_worked(k, from, to), slow_worked(from, to)))
            return;
    }
}

TEST(working_time_is_what_was_left_when_the_clock_stood)
{
    struct city *k = help_calendar(c, "32.73", bandung_like);
    int64_t base = help_at(k, "2026-03-02 00:00");

    for (int i = 0; i < 1000; i++) {
        int64_t from = base + dice_below(c, 20 * 1440) * TIME_MINUTE;
        int64_t work = 1 + dice_below(c, 5 * TIME_DAY / 3);
        int64_t end = city_after_work(k, from, work);

        if (!CHECK_I64(city_worked(k, from, end), work))
            return;
    }
    CHECK(city_after_work(k, base, 0) == base);
    CHECK(city_worked(k, base + 5, base) == 0);
}

TEST(a_far_or_endless_deadline_still_ends)
{
    struct city *k = help_folder(c, "32.73", NULL);
    struct city_span s = {CITY_WORKDAYS, 9999, 0, 0};

    CHECK(city_due(c, k, s, c->now, NULL) > c->now + 13000 * TIME_DAY);
    s = (struct city_span){CITY_MONTHS, 9999, 0, 0};
    CHECK(city_due(c, k, s, c->now, NULL) > c->now);
    s = (struct city_span){CITY_MINUTES, 9999, 0, 0};
    CHECK(city_due(c, k, s, c->now, NULL) > c->now);
}
