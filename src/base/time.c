/* SPDX-License-Identifier: EUPL-1.2 */
/* Dates are three numbers, instants are microseconds; the two meet only at a
 * named offset from UTC. */
#include "base/base.h"

#include <time.h>

/* Days from civil and back: eras of 400 years that begin on 1 March, so that
 * the leap day is the last of its year. */
int64_t time_days(struct date d)
{
    int64_t y = d.month <= 2 ? d.year - 1 : d.year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t month = d.month > 2 ? d.month - 3 : d.month + 9;
    int64_t of_year = (153 * month + 2) / 5 + d.day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
           719468;
}

struct date time_date(int64_t days)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);

    return (struct date){
        .year = (int)(yoe + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(doy - (153 * mp + 2) / 5 + 1),
    };
}

int time_month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

bool time_valid(struct date d)
{
    return d.year >= 1 && d.year <= 9999 && d.month >= 1 && d.month <= 12 &&
           d.day >= 1 && d.day <= time_month_days(d.year, d.month);
}

int time_weekday(int64_t days)
{
    return (int)(((days + 4) % 7 + 7) % 7);
}

struct date time_local(int64_t instant, int offset_minutes, int64_t *of_day)
{
    int64_t t = instant + offset_minutes * TIME_MINUTE;
    int64_t days = t / TIME_DAY - (t % TIME_DAY < 0);

    if (of_day != NULL)
        *of_day = t - days * TIME_DAY;
    return time_date(days);
}

int64_t time_instant(struct date d, int64_t of_day, int offset_minutes)
{
    return time_days(d) * TIME_DAY + of_day - offset_minutes * TIME_MINUTE;
}

/* Exactly `n` digits at `at`. */
static bool digits(str s, size_t at, size_t n, int *out)
{
    int64_t v;

    if (at + n > s.n || s.p[at] == '-' ||
        !str_is_i64(str_slice(s, at, at + n), &v))
        return false;
    *out = (int)v;
    return true;
}

bool time_parse_date(str s, struct date *out)
{
    struct date d;

    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' ||
        !digits(s, 0, 4, &d.year) || !digits(s, 5, 2, &d.month) ||
        !digits(s, 8, 2, &d.day) || !time_valid(d))
        return false;
    *out = d;
    return true;
}

str time_show_date(struct ctx *c, struct date d)
{
    return arena_fmt(c->mem, "%04d-%02d-%02d", d.year, d.month, d.day);
}

bool time_parse_utc(str s, int64_t *out)
{
    struct date d;
    int h, m, sec;

    if (s.n != 20 || s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':' ||
        s.p[19] != 'Z' || !time_parse_date(str_slice(s, 0, 10), &d) ||
        !digits(s, 11, 2, &h) || !digits(s, 14, 2, &m) ||
        !digits(s, 17, 2, &sec) || h > 23 || m > 59 || sec > 59)
        return false;
    *out =
        time_instant(d, h * TIME_HOUR + m * TIME_MINUTE + sec * TIME_SECOND, 0);
    return true;
}

str time_show_utc(struct ctx *c, int64_t instant)
{
    int64_t of_day;
    struct date d = time_local(instant, 0, &of_day);
    int s = (int)(of_day / TIME_SECOND);

    return arena_fmt(c->mem, "%04d-%02d-%02dT%02d:%02d:%02dZ", d.year, d.month,
                     d.day, s / 3600, s / 60 % 60, s % 60);
}

static int64_t clock_micros(clockid_t id)
{
    struct timespec ts;

    MUST(clock_gettime(id, &ts) == 0);
    return ts.tv_sec * TIME_SECOND + ts.tv_nsec / 1000;
}

int64_t time_system(void)
{
    return clock_micros(CLOCK_REALTIME);
}

int64_t time_monotonic(void)
{
    return clock_micros(CLOCK_MONOTONIC);
}
