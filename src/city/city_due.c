/* SPDX-License-Identifier: EUPL-1.2 */
/* Time as an office counts it. All arithmetic is on local days and on
 * microseconds of a day: Indonesia's zones have no daylight saving. */
#include "city/city_priv.h"

#include <stdlib.h>

/* No loop over days goes further: a calendar without a working day cannot
 * hold anybody up. 9,999 working days are 14,000 days. */
#define DAYS_MOST   40000
#define END_OF_DAY  (TIME_DAY - TIME_SECOND)
#define NUMBER_MOST 9999

const str city_weekdays[7] = {STR_INIT("sunday"),   STR_INIT("monday"),
                              STR_INIT("tuesday"),  STR_INIT("wednesday"),
                              STR_INIT("thursday"), STR_INIT("friday"),
                              STR_INIT("saturday")};

/* ---- reading hours ------------------------------------------------ */

/* "07:30"; "24:00" is the end of the day. */
static bool read_clock(str s, int64_t *out)
{
    int64_t h, m;
    str hours, minutes;

    if (s.n != 5 || !str_cut(s, ':', &hours, &minutes) || hours.n != 2)
        return false;
    if (!str_is_i64(hours, &h) || !str_is_i64(minutes, &m) || h < 0 || m < 0)
        return false;
    *out = h * TIME_HOUR + m * TIME_MINUTE;
    return m < 60 && *out <= TIME_DAY;
}

bool city_hours_read(str s, struct city_weekday *out)
{
    int64_t last = -1;
    str piece;

    out->n = 0;
    while (str_next(&s, ',', &piece)) {
        struct city_hours h;
        str from, to;

        if (out->n == CITY_SPANS || !str_cut(str_trim(piece), '-', &from, &to))
            return false;
        if (!read_clock(str_trim(from), &h.from) ||
            !read_clock(str_trim(to), &h.to))
            return false;
        if (h.from <= last || h.to <= h.from)
            return false;
        last = h.to;
        out->spans[out->n++] = h;
    }
    return out->n > 0;
}

/* ---- the calendar ------------------------------------------------- */

static int by_day(const void *a, const void *b)
{
    const struct city_holiday *x = a, *y = b;

    return (x->day > y->day) - (x->day < y->day);
}

static void add_days(const struct data *map, bool joint,
                     struct city_holiday *all, size_t *n)
{
    for (size_t i = 0; map != NULL && i < map->n; i++) {
        struct date d;

        if (!time_parse_date(map->pairs[i].key, &d))
            continue;
        all[(*n)++] =
            (struct city_holiday){time_days(d), joint, map->pairs[i].value};
    }
}

static void build_holidays(struct ctx *c, const struct data *item,
                           struct city_calendar *out)
{
    const struct data *free = city_map_at(item, STR("holidays"));
    const struct data *joint = city_map_at(item, STR("joint_leave"));
    size_t most = (free ? free->n : 0) + (joint ? joint->n : 0);
    struct city_holiday *all = NEWS(c->mem, struct city_holiday, most + 1);

    add_days(free, false, all, &out->n);
    add_days(joint, true, all, &out->n);
    qsort(all, out->n, sizeof *all, by_day);
    out->holidays = all;
}

/* A city that has said nothing yet works Monday to Friday, 08.00 to 16.00 with
 * an hour's break, without holidays. */
void city_calendar_build(struct ctx *c, const struct data *item,
                         struct city_calendar *out)
{
    const struct data *hours = data_get(item, STR("hours"));
    str usual = STR("08:00-12:00, 13:00-16:00");

    *out = (struct city_calendar){
        .roll = str_eq(data_text(data_get(item, STR("free_day"))),
                       STR("next_workday"))};
    for (int i = 0; i < 7; i++) {
        str said = data_text(data_get(hours, city_weekdays[i]));

        if (hours == NULL && i >= 1 && i <= 5)
            said = usual;
        if (said.n == 0 || !city_hours_read(said, &out->week[i]))
            out->week[i].n = 0;
    }
    build_holidays(c, item, out);
}

static const struct city_holiday *holiday_on(const struct city_calendar *a,
                                             int64_t day)
{
    struct city_holiday key = {.day = day};

    return a->n == 0 ? NULL
                     : bsearch(&key, a->holidays, a->n, sizeof key, by_day);
}

static bool works(const struct city_calendar *a, int64_t day)
{
    return a->week[time_weekday(day)].n > 0 && holiday_on(a, day) == NULL;
}

bool city_workday(const struct city *k, struct date d, str *holiday)
{
    struct ctx indonesian = {.lang = STR_INIT("id")};
    const struct city_holiday *h = holiday_on(&k->calendar, time_days(d));

    if (holiday != NULL)
        *holiday = h == NULL ? STR("") : city_text(&indonesian, h->name);
    return works(&k->calendar, time_days(d));
}

/* ---- spans -------------------------------------------------------- */

static const struct unit {
    enum city_unit unit;
    str one, many, id;
} units[] = {
    {CITY_MINUTES, STR_INIT("minute"), STR_INIT("minutes"),
     STR_INIT("menit kerja")},
    {CITY_HOURS, STR_INIT("hour"), STR_INIT("hours"), STR_INIT("jam")},
    {CITY_WORKDAYS, STR_INIT("workday"), STR_INIT("workdays"),
     STR_INIT("hari kerja")},
    {CITY_DAYS, STR_INIT("day"), STR_INIT("days"), STR_INIT("hari kalender")},
    {CITY_MONTHS, STR_INIT("month"), STR_INIT("months"), STR_INIT("bulan")},
};

static bool read_by_date(str s, struct city_span *out)
{
    str day, month;
    int64_t d;
    int m;

    if (!str_cut(s, ' ', &day, &month) || !str_is_i64(day, &d))
        return false;
    m = city_month_read(month);
    if (m == 0 || d < 1 || d > time_month_days(2024, m))
        return false;
    *out = (struct city_span){.unit = CITY_BY_DATE, .month = m, .day = (int)d};
    return true;
}

bool city_span_read(str s, struct city_span *out)
{
    str number, word;
    int64_t n;

    *out = (struct city_span){.unit = CITY_NONE};
    if (str_starts(s, STR("by ")))
        return read_by_date(str_slice(s, 3, s.n), out);
    if (!str_cut(s, ' ', &number, &word) || !str_is_i64(number, &n))
        return false;
    if (n < 1 || n > NUMBER_MOST || number.p[0] == '0')
        return false;
    for (size_t i = 0; i < COUNT(units); i++) {
        if (!str_eq(word, units[i].one) && !str_eq(word, units[i].many))
            continue;
        *out = (struct city_span){.unit = units[i].unit, .n = (int)n};
        return true;
    }
    return false;
}

str city_span_show(struct ctx *c, struct city_span s)
{
    bool english = str_eq(c->lang, STR("en"));

    if (s.unit == CITY_BY_DATE)
        return arena_fmt(c->mem, "%s %d %s", english ? "by" : "paling lambat",
                         s.day, city_month_name(c, s.month));
    for (size_t i = 0; i < COUNT(units); i++) {
        const struct unit *u = &units[i];

        if (u->unit != s.unit)
            continue;
        if (!english)
            return arena_fmt(c->mem, "%d %s", s.n, u->id.p);
        return arena_fmt(c->mem, "%d %s%s", s.n,
                         s.unit == CITY_WORKDAYS ? "working "
                         : s.unit == CITY_DAYS   ? "calendar "
                                                 : "",
                         s.unit == CITY_WORKDAYS ? (s.n == 1 ? "day" : "days")
                         : s.n == 1              ? u->one.p
                                                 : u->many.p);
    }
    return STR("");
}

/* ---- counting ----------------------------------------------------- */

int64_t city_after_work(const struct city *k, int64_t from, int64_t work)
{
    int64_t since, day = time_days(time_local(from, k->offset, &since));

    if (work <= 0)
        return from;
    for (int i = 0; i < DAYS_MOST; i++, day++, since = 0) {
        const struct city_weekday *w = &k->calendar.week[time_weekday(day)];

        if (!works(&k->calendar, day))
            continue;
        for (int j = 0; j < w->n; j++) {
            int64_t lo = w->spans[j].from > since ? w->spans[j].from : since;
            int64_t open = w->spans[j].to - lo;

            if (open <= 0)
                continue;
            if (work <= open)
                return time_instant(time_date(day), lo + work, k->offset);
            work -= open;
        }
    }
    return from + work;
}

/* Working time of one day between two of its moments. */
static int64_t worked_on(const struct city_weekday *w, int64_t lo, int64_t hi)
{
    int64_t sum = 0;

    for (int i = 0; i < w->n; i++) {
        int64_t a = w->spans[i].from > lo ? w->spans[i].from : lo;
        int64_t b = w->spans[i].to < hi ? w->spans[i].to : hi;

        sum += b > a ? b - a : 0;
    }
    return sum;
}

int64_t city_worked(const struct city *k, int64_t from, int64_t to)
{
    int64_t since, until, sum = 0;
    int64_t day = time_days(time_local(from, k->offset, &since));
    int64_t last = time_days(time_local(to, k->offset, &until));

    for (int i = 0; day <= last && i < DAYS_MOST; i++, day++, since = 0) {
        if (works(&k->calendar, day))
            sum += worked_on(&k->calendar.week[time_weekday(day)], since,
                             day == last ? until : TIME_DAY);
    }
    return sum;
}

/* The first working day that is not before `day`. */
static int64_t workday_from(const struct city *k, int64_t day)
{
    for (int i = 0; i < DAYS_MOST; i++) {
        if (works(&k->calendar, day + i))
            return day + i;
    }
    return day;
}

static int64_t close_of(const struct city *k, int64_t day)
{
    const struct city_weekday *w = &k->calendar.week[time_weekday(day)];

    return w->n == 0 ? END_OF_DAY : w->spans[w->n - 1].to;
}

static struct date plus_months(struct date d, int n)
{
    int months = d.year * 12 + d.month - 1 + n, most;

    d.year = months / 12;
    d.month = months % 12 + 1;
    most = time_month_days(d.year, d.month);
    d.day = d.day < most ? d.day : most;
    return d;
}

/* The next time that the date comes, today included; 29 February is the 28th
 * where there is none. */
static struct date next_by(struct date today, struct city_span s)
{
    struct date d = {today.year, s.month, s.day};

    for (;; d.year++, d.day = s.day) {
        int most = time_month_days(d.year, d.month);

        d.day = d.day < most ? d.day : most;
        if (time_days(d) >= time_days(today))
            return d;
    }
}

/* ---- why ---------------------------------------------------------- */

/* The free days that were passed over, of those on which the office would
 * have worked: at most six are named. */
static void name_free_days(struct ctx *c, const struct city *k, int64_t from,
                           int64_t to, struct buf *b)
{
    const struct city_calendar *a = &k->calendar;
    int named = 0;

    for (size_t i = 0; i < a->n; i++) {
        const struct city_holiday *h = &a->holidays[i];

        if (h->day <= from || h->day > to ||
            a->week[time_weekday(h->day)].n == 0)
            continue;
        if (++named > 6)
            break;
        buf_lit(b, named == 1 ? say(c, "; tidak dihitung: ", "; not counted: ")
                              : ", ");
        buf_raw(b, city_text(c, h->name));
        buf_fmt(b, " (%s)", city_show_date(c, time_date(h->day)).p);
    }
    if (named > 6)
        buf_lit(b, say(c, ", dan lainnya", ", and more"));
}

static str explain(struct ctx *c, const struct city *k, struct city_span s,
                   int64_t from, int64_t first, int64_t due, int64_t unrolled)
{
    struct buf b = buf_new(c, 4096);
    int64_t day0 = time_days(time_local(from, k->offset, NULL));
    int64_t last = time_days(time_local(due, k->offset, NULL));

    if (s.unit == CITY_BY_DATE)
        buf_fmt(&b, say(c, "Tanggal tetap, %s.", "A fixed date, %s."),
                city_show_time(c, k, due).p);
    if (s.unit == CITY_BY_DATE)
        return buf_str(&b);
    buf_fmt(&b, say(c, "%s sejak %s", "%s from %s"), city_span_show(c, s).p,
            city_show_time(c, k, from).p);
    if (s.unit == CITY_WORKDAYS) {
        buf_fmt(&b, say(c, "; hari pertama %s", "; day one is %s"),
                city_show_day(c, time_date(first)).p);
        name_free_days(c, k, day0, last, &b);
    }
    if (unrolled != last)
        buf_fmt(&b,
                say(c, "; %s hari libur, digeser ke hari kerja berikutnya",
                    "; %s is a free day, so the next working day counts"),
                city_show_day(c, time_date(unrolled)).p);
    buf_fmt(&b, say(c, "; sampai %s.", "; until %s."),
            city_show_time(c, k, due).p);
    return buf_str(&b);
}

/* ---- the deadline ------------------------------------------------- */

/* Working days: the day of the beginning is day zero, so that a file that
 * comes at closing time has as long as one that comes at eight. */
static int64_t due_workdays(const struct city *k, int n, int64_t day,
                            int64_t *first)
{
    *first = workday_from(k, day + 1);
    day = *first;
    for (int i = 1; i < n; i++)
        day = workday_from(k, day + 1);
    return time_instant(time_date(day), close_of(k, day), k->offset);
}

static int64_t due_day(const struct city *k, int64_t *day)
{
    int64_t end = k->calendar.roll ? workday_from(k, *day) : *day;

    return time_instant(time_date(end), END_OF_DAY, k->offset);
}

int64_t city_due(struct ctx *c, const struct city *k, struct city_span s,
                 int64_t from, str *why)
{
    struct date today = time_local(from, k->offset, NULL);
    int64_t day = time_days(today), first = 0, due = 0, unrolled = -1;

    switch (s.unit) {
    case CITY_NONE:
        break;
    case CITY_MINUTES:
        due = city_after_work(k, from, s.n * TIME_MINUTE);
        break;
    case CITY_HOURS:
        due = from + s.n * TIME_HOUR;
        break;
    case CITY_WORKDAYS:
        due = due_workdays(k, s.n, day, &first);
        break;
    case CITY_DAYS:
        unrolled = day + s.n;
        due = due_day(k, &unrolled);
        break;
    case CITY_MONTHS:
        unrolled = time_days(plus_months(today, s.n));
        due = due_day(k, &unrolled);
        break;
    case CITY_BY_DATE:
        due = time_instant(next_by(today, s), END_OF_DAY, k->offset);
        break;
    }
    if (why != NULL && s.unit == CITY_NONE)
        *why = STR("");
    else if (why != NULL)
        *why = explain(c, k, s, from, first, due,
                       unrolled >= 0
                           ? unrolled
                           : time_days(time_local(due, k->offset, NULL)));
    return due;
}
