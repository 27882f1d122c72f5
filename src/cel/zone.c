/* SPDX-License-Identifier: EUPL-1.2 */
/* Time zones without the process's own: numeric offsets, Indonesia's three,
 * and the system's TZif files (RFC 8536), read anew at each use. */
#include "cel/cel_priv.h"

static const struct {
    str name;
    int hours;
} fixed_zones[] = {
    {STR_INIT("UTC"), 0},
    {STR_INIT("Asia/Jakarta"), 7},
    {STR_INIT("Asia/Pontianak"), 7},
    {STR_INIT("Asia/Makassar"), 8},
    {STR_INIT("Asia/Jayapura"), 9},
    {STR_INIT("WIB"), 7},
    {STR_INIT("WITA"), 8},
    {STR_INIT("WIT"), 9},
};

static bool is_digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

/* "+07:00", "-00:30", "02:00": the sign is the text's, not the number's. */
static bool numeric(str s, int *out)
{
    bool negative = str_starts(s, STR("-"));
    int hours, minutes;

    if (negative || str_starts(s, STR("+")))
        s = str_slice(s, 1, s.n);
    if (s.n != 5 || !is_digit(s.p[0]) || !is_digit(s.p[1]) || s.p[2] != ':' ||
        !is_digit(s.p[3]) || !is_digit(s.p[4]))
        return false;
    hours = (s.p[0] - '0') * 10 + (s.p[1] - '0');
    minutes = (s.p[3] - '0') * 10 + (s.p[4] - '0');
    *out = (hours * 60 + minutes) * (negative ? -60 : 60);
    return hours <= 23 && minutes <= 59;
}

/* A name that cannot lead out of the folder. */
static bool safe_name(str s)
{
    if (s.n == 0 || s.n > 64 || s.p[0] == '/' || s.p[0] == '.')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char low = (char)(s.p[i] | 32);

        if (!is_digit(s.p[i]) && (low < 'a' || low > 'z') &&
            strchr("/_+-", s.p[i]) == NULL)
            return false;
    }
    return true;
}

/* ---- TZif --------------------------------------------------------- */

struct tzif {
    const unsigned char *times, *kinds, *types;
    uint32_t n_times, n_types, n_chars, n_leaps, n_isstd, n_isut;
    size_t width; /* of a time: 4 or 8 bytes */
    str rest;     /* what follows the block */
};

static bool block(str s, size_t width, struct tzif *z)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t need;

    if (s.n < 44 || memcmp(s.p, "TZif", 4) != 0)
        return false;
    *z = (struct tzif){.width = width,
                       .n_isut = get_u32be(p + 20),
                       .n_isstd = get_u32be(p + 24),
                       .n_leaps = get_u32be(p + 28),
                       .n_times = get_u32be(p + 32),
                       .n_types = get_u32be(p + 36),
                       .n_chars = get_u32be(p + 40)};
    if (z->n_times > 10000 || z->n_types > 256 || z->n_chars > 1000 ||
        z->n_leaps > 1000 || z->n_isstd > 256 || z->n_isut > 256 ||
        z->n_types == 0)
        return false;
    need = 44 + z->n_times * (width + 1) + z->n_types * 6 + z->n_chars +
           z->n_leaps * (width + 4) + z->n_isstd + z->n_isut;
    if (s.n < need)
        return false;
    z->times = p + 44;
    z->kinds = z->times + z->n_times * width;
    z->types = z->kinds + z->n_times;
    z->rest = str_slice(s, need, s.n);
    return true;
}

static int64_t time_of(const struct tzif *z, size_t i)
{
    if (z->width == 8)
        return (int64_t)get_u64be(z->times + 8 * i);
    return (int32_t)get_u32be(z->times + 4 * i);
}

static int type_offset(const struct tzif *z, size_t type)
{
    return type < z->n_types ? (int32_t)get_u32be(z->types + 6 * type) : 0;
}

/* The first standard-time type stands before all transitions. */
static int first_offset(const struct tzif *z)
{
    for (size_t i = 0; i < z->n_types; i++)
        if (z->types[6 * i + 4] == 0)
            return type_offset(z, i);
    return type_offset(z, 0);
}

/* ---- the rule after the last transition (POSIX TZ) ----------------- */

struct rule {
    int month, week, day; /* Mm.w.d; month 0: none was given */
    int at;               /* seconds after local midnight */
};

struct tail {
    int standard, summer; /* seconds east */
    struct rule from, till;
};

static bool skip_name(str *s)
{
    size_t n = 0;

    if (str_starts(*s, STR("<"))) {
        while (n < s->n && s->p[n] != '>')
            n++;
        n += n < s->n;
    } else {
        while (n < s->n && (s->p[n] | 32) >= 'a' && (s->p[n] | 32) <= 'z')
            n++;
    }
    *s = str_slice(*s, n, s->n);
    return n > 0;
}

static bool digits(str *s, int *out)
{
    size_t n = 0;

    *out = 0;
    while (n < s->n && n < 4 && is_digit(s->p[n]))
        *out = *out * 10 + (s->p[n++] - '0');
    *s = str_slice(*s, n, s->n);
    return n > 0;
}

static bool after(str *s, char mark)
{
    if (s->n == 0 || s->p[0] != mark)
        return false;
    *s = str_slice(*s, 1, s->n);
    return true;
}

/* "-3:30" as seconds. */
static bool clock(str *s, int *out)
{
    bool negative = after(s, '-');
    int hours, minutes = 0, seconds = 0;

    if (!negative)
        after(s, '+');
    if (!digits(s, &hours) || (after(s, ':') && !digits(s, &minutes)) ||
        (after(s, ':') && !digits(s, &seconds)))
        return false;
    *out = (hours * 3600 + minutes * 60 + seconds) * (negative ? -1 : 1);
    return true;
}

static bool read_rule(str *s, struct rule *r)
{
    r->at = 7200;
    return after(s, ',') && after(s, 'M') && digits(s, &r->month) &&
           after(s, '.') && digits(s, &r->week) && after(s, '.') &&
           digits(s, &r->day) && (!after(s, '/') || clock(s, &r->at)) &&
           r->month >= 1 && r->month <= 12 && r->week >= 1 && r->week <= 5 &&
           r->day <= 6;
}

static bool read_tail(str s, struct tail *t)
{
    int west;

    *t = (struct tail){0};
    if (!after(&s, '\n') || !skip_name(&s) || !clock(&s, &west))
        return false;
    t->standard = t->summer = -west;
    if (s.n == 0 || s.p[0] == '\n')
        return true;
    t->summer = t->standard + 3600;
    if (!skip_name(&s))
        return false;
    if (s.n > 0 && s.p[0] != ',') {
        if (!clock(&s, &west))
            return false;
        t->summer = -west;
    }
    return read_rule(&s, &t->from) && read_rule(&s, &t->till);
}

/* The second, on that year's wall clock, when the rule applies. */
static int64_t rule_second(const struct rule *r, int year)
{
    int64_t first = time_days((struct date){year, r->month, 1});
    int64_t day =
        first + (r->day - time_weekday(first) + 7) % 7 + (r->week - 1) * 7;

    while (day >= first + time_month_days(year, r->month))
        day -= 7;
    return day * 86400 + r->at;
}

static int tail_offset(const struct tail *t, int64_t seconds)
{
    int64_t standard = seconds + t->standard, from, till;
    int year = time_date(standard / 86400 - (standard % 86400 < 0)).year;
    bool summer;

    if (t->from.month == 0)
        return t->standard;
    from = rule_second(&t->from, year) - t->standard;
    till = rule_second(&t->till, year) - t->summer;
    summer = from < till ? seconds >= from && seconds < till
                         : seconds >= from || seconds < till;
    return summer ? t->summer : t->standard;
}

static bool file_offset(str bytes, int64_t seconds, int *out)
{
    struct tzif z;
    struct tail tail;
    size_t low = 0, high;

    if (!block(bytes, 4, &z))
        return false;
    /* From version 2 on the same follows with 64-bit times. */
    if (bytes.p[4] >= '2' && !block(z.rest, 8, &z))
        return false;
    high = z.n_times;
    while (low < high) {
        size_t mid = (low + high) / 2;

        if (time_of(&z, mid) <= seconds)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == z.n_times && read_tail(z.rest, &tail))
        *out = tail_offset(&tail, seconds);
    else
        *out = low == 0 ? first_offset(&z) : type_offset(&z, z.kinds[low - 1]);
    return true;
}

/* Since 1964 Indonesia's zones are whole hours without summer time. */
static bool fixed_offset(str zone, int *out)
{
    for (size_t i = 0; i < COUNT(fixed_zones); i++) {
        if (!str_eq(zone, fixed_zones[i].name))
            continue;
        *out = fixed_zones[i].hours * 3600;
        return true;
    }
    return false;
}

bool cel_zone_offset(struct ctx *c, str zone, int64_t seconds, bool fixed,
                     int *out)
{
    str bytes, why = c->why;
    err e;

    if (numeric(zone, out))
        return true;
    if (fixed || str_eq(zone, STR("UTC")))
        return fixed_offset(zone, out);
    if (!safe_name(zone))
        return false;
    e = file_read(
        c, arena_fmt(c->mem, "/usr/share/zoneinfo/%.*s", STR_ARG(zone)).p,
        65536, &bytes);
    c->why = why; /* an unknown zone is a value, not a failure of the call */
    return e == E_OK && file_offset(bytes, seconds, out);
}
