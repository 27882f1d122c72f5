/* SPDX-License-Identifier: EUPL-1.2 */
/* Instants and spans of plain CEL: years 1 to 9999, one int64 of nanoseconds
 * for a span. */
#include "cel/fn_priv.h"

#define NANO  INT64_C(1000000000)
#define FIRST INT64_C(-62135596800)
#define LAST  INT64_C(253402300799)

/* ---- reading an instant ------------------------------------------- */

static bool two(str s, size_t at, int most, int *out)
{
    if (at + 2 > s.n || s.p[at] < '0' || s.p[at] > '9' || s.p[at + 1] < '0' ||
        s.p[at + 1] > '9')
        return false;
    *out = (s.p[at] - '0') * 10 + (s.p[at + 1] - '0');
    return *out <= most;
}

/* Digits of a fraction, to nanoseconds; nine at most. */
static bool fraction(str s, size_t *at, uint32_t *nanos)
{
    size_t from = *at;
    uint32_t unit = 100000000;

    *nanos = 0;
    for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; ++*at) {
        if (*at - from == 9)
            return false;
        *nanos += (uint32_t)(s.p[*at] - '0') * unit;
        unit /= 10;
    }
    return *at > from;
}

/* "Z", "+07:00". */
static bool offset_at(str s, size_t at, int64_t *seconds)
{
    int hours, minutes;

    *seconds = 0;
    if (at + 1 == s.n && s.p[at] == 'Z')
        return true;
    if (at + 6 != s.n || (s.p[at] != '+' && s.p[at] != '-') ||
        s.p[at + 3] != ':' || !two(s, at + 1, 23, &hours) ||
        !two(s, at + 4, 59, &minutes))
        return false;
    *seconds = (hours * 60 + minutes) * (s.p[at] == '-' ? -60 : 60);
    return true;
}

/* Strict RFC 3339. */
static bool read_instant(str s, int64_t *seconds, uint32_t *nanos)
{
    struct date d;
    int hour, minute, second;
    int64_t offset;
    size_t at = 19;

    *nanos = 0;
    if (s.n < 20 || !time_parse_date(str_slice(s, 0, 10), &d) ||
        s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':' ||
        !two(s, 11, 23, &hour) || !two(s, 14, 59, &minute) ||
        !two(s, 17, 59, &second))
        return false;
    if (s.p[at] == '.') {
        at++;
        if (!fraction(s, &at, nanos))
            return false;
    }
    if (!offset_at(s, at, &offset))
        return false;
    *seconds =
        time_days(d) * 86400 + hour * 3600 + minute * 60 + second - offset;
    return true;
}

static struct cel_value instant(int64_t seconds, int64_t nanos)
{
    if (seconds < FIRST || seconds > LAST)
        return cel_oops(FAULT_RANGE);
    return cel_timestamp(seconds, (int32_t)nanos);
}

FN(timestamp_of_string)
{
    int64_t seconds;
    uint32_t nanos;

    if (!read_instant(cel_text(a[0]), &seconds, &nanos))
        return cel_oops_value(m, FAULT_CONVERT, a[0]);
    return instant(seconds, nanos);
}

FN(timestamp_of_int)
{
    return instant(a[0].v.i, 0);
}

/* ---- reading a span ----------------------------------------------- */

static const struct {
    str name;
    int64_t nanos;
} units[] = {
    {STR_INIT("ns"), 1},           {STR_INIT("us"), 1000},
    {STR_INIT("\xc2\xb5s"), 1000}, /* micro sign */
    {STR_INIT("\xce\xbcs"), 1000}, /* Greek mu */
    {STR_INIT("ms"), 1000000},     {STR_INIT("s"), NANO},
    {STR_INIT("m"), 60 * NANO},    {STR_INIT("h"), 3600 * NANO},
};

/* The unit at `at`; the longer name first ("ms" before "m"). */
static int64_t unit_at(str s, size_t *at)
{
    for (size_t i = 0; i < COUNT(units); i++) {
        if (!str_starts(str_slice(s, *at, s.n), units[i].name))
            continue;
        *at += units[i].name.n;
        return units[i].nanos;
    }
    return 0;
}

/* "1.5h": whole and fraction as digits, so that nothing is lost. What is
 * below a nanosecond is cut off. */
static bool read_part(str s, size_t *at, i128 *nanos)
{
    i128 whole = 0, part = 0, scale = 1;
    size_t digits = 0;
    int64_t unit;

    for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; ++*at, digits++)
        whole = whole < NANO * NANO ? whole * 10 + (s.p[*at] - '0') : whole;
    if (*at < s.n && s.p[*at] == '.')
        for (++*at; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9';
             ++*at, digits++)
            if (scale < NANO * 10000000) {
                part = part * 10 + (s.p[*at] - '0');
                scale *= 10;
            }
    unit = unit_at(s, at);
    *nanos += whole * unit + part * unit / scale;
    return digits > 0 && unit > 0 && *nanos < (i128)1 << 64;
}

static bool read_span(str s, i128 *nanos)
{
    bool negative = str_starts(s, STR("-"));
    size_t at = negative || str_starts(s, STR("+"));

    *nanos = 0;
    if (str_eq(str_slice(s, at, s.n), STR("0")))
        return true;
    if (at == s.n)
        return false;
    while (at < s.n)
        if (!read_part(s, &at, nanos))
            return false;
    *nanos = negative ? -*nanos : *nanos;
    return true;
}

static struct cel_value span(i128 nanos)
{
    if (nanos != (int64_t)nanos)
        return cel_oops(FAULT_RANGE);
    return cel_duration((int64_t)nanos);
}

FN(duration_of_string)
{
    i128 nanos;

    if (!read_span(cel_text(a[0]), &nanos))
        return cel_oops_value(m, FAULT_CONVERT, a[0]);
    return span(nanos);
}

/* ---- arithmetic --------------------------------------------------- */

static i128 nanos_of(struct cel_value v)
{
    return v.kind == CEL_TIMESTAMP ? (i128)v.v.i * NANO + v.n : v.v.i;
}

static struct cel_value instant_of(i128 nanos)
{
    i128 rest = nanos % NANO;

    if (rest < 0)
        rest += NANO;
    return instant((int64_t)((nanos - rest) / NANO), (int64_t)rest);
}

FN(add_timestamp)
{
    return instant_of(nanos_of(a[0]) + nanos_of(a[1]));
}

FN(add_to_duration)
{
    return instant_of(nanos_of(a[0]) + nanos_of(a[1]));
}

FN(subtract_from_timestamp)
{
    return instant_of(nanos_of(a[0]) - nanos_of(a[1]));
}

FN(subtract_timestamps)
{
    return span(nanos_of(a[0]) - nanos_of(a[1]));
}

FN(add_duration)
{
    return span(nanos_of(a[0]) + nanos_of(a[1]));
}

FN(subtract_duration)
{
    return span(nanos_of(a[0]) - nanos_of(a[1]));
}

FN(negate_duration)
{
    return span(-nanos_of(a[0]));
}

/* ---- parts of an instant ------------------------------------------ */

/* The instant on the clock of its zone: seconds since 1970 there. */
static bool local_seconds(struct vm *m, const struct cel_value *a, size_t n,
                          int64_t *out, struct cel_value *oops)
{
    int offset = 0;

    if (n == 2 && (!cel_charge(m, 16) || cel_take(m, 4096) == NULL)) {
        *oops = cel_spent(m);
        return false;
    }
    if (n == 2 &&
        !cel_zone_offset(m->c, cel_text(a[1]), a[0].v.i, m->p->app, &offset)) {
        *oops = cel_oops_value(m, FAULT_ZONE, a[1]);
        return false;
    }
    *out = a[0].v.i + offset;
    return true;
}

static int64_t day_of(int64_t seconds)
{
    return seconds / 86400 - (seconds % 86400 < 0);
}

/* DATE_FN: `expr` of the date d there; CLOCK_FN: of t, seconds since midnight.
 * Every offset is whole seconds, so the milliseconds are the instant's own. */
#define LOCAL_FN(name, body, expr)                                             \
    FN(name)                                                                   \
    {                                                                          \
        struct cel_value oops;                                                 \
        int64_t s;                                                             \
                                                                               \
        if (!local_seconds(m, a, n, &s, &oops))                                \
            return oops;                                                       \
        body;                                                                  \
        return cel_int(expr);                                                  \
    }
#define DATE_FN(name, expr)                                                    \
    LOCAL_FN(name, struct date d = time_date(day_of(s)), expr)
#define CLOCK_FN(name, expr)                                                   \
    LOCAL_FN(name, int64_t t = s - day_of(s) * 86400, expr)

DATE_FN(full_year, d.year)
DATE_FN(month_index, d.month - 1)
DATE_FN(date_number, d.day)
DATE_FN(day_of_month, d.day - 1)
LOCAL_FN(day_of_week, int64_t day = day_of(s), time_weekday(day))
DATE_FN(day_of_year, day_of(s) - time_days((struct date){d.year, 1, 1}))
CLOCK_FN(hours, t / 3600)
CLOCK_FN(minutes, t / 60 % 60)
CLOCK_FN(seconds, t % 60)
LOCAL_FN(milliseconds, int64_t nanos = a[0].n, nanos / 1000000)

/* ---- parts of a span ---------------------------------------------- */

FN(duration_hours)
{
    return cel_int(a[0].v.i / (3600 * NANO));
}

FN(duration_minutes)
{
    return cel_int(a[0].v.i / (60 * NANO));
}

FN(duration_seconds)
{
    return cel_int(a[0].v.i / NANO);
}

/* Only the part within the second. */
FN(duration_milliseconds)
{
    return cel_int(a[0].v.i % NANO / 1000000);
}
