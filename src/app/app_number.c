/* SPDX-License-Identifier: EUPL-1.2 */
/* Numbers, money, dates and times as people in Indonesia write them: the dot
 * groups thousands, the comma begins the decimals, the day comes first. What
 * may be read in two ways is not guessed but asked back. */
#include "app/app_priv.h"

static bool digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

bool app_all_digits(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!digit(s.p[i]))
            return false;
    return s.n > 0;
}

/* Only digits of `s`, without these separators; p == NULL where there is
 * anything else. */
str app_digits(struct ctx *c, str s, const char *separators)
{
    char *p = NEWS(c->mem, char, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        if (digit(s.p[i]))
            p[n++] = s.p[i];
        else if (strchr(separators, s.p[i]) == NULL)
            return (str){NULL, 0};
    return (str){p, n};
}

static str without_zeros(str s)
{
    while (s.n > 1 && s.p[0] == '0')
        s = str_slice(s, 1, s.n);
    return s;
}

/* ---- numbers ------------------------------------------------------ */

/* "1.234.567" with groups of three after the first of one to three. */
static bool grouped(str s, size_t *groups)
{
    str part;

    *groups = 0;
    while (str_next(&s, '.', &part)) {
        if (!app_all_digits(part) || (*groups == 0 ? part.n > 3 : part.n != 3))
            return false;
        ++*groups;
    }
    return *groups > 1;
}

static void take_sign(str *s, bool *minus)
{
    *minus = s->n > 0 && s->p[0] == '-';
    if (*minus)
        *s = str_slice(*s, 1, s->n);
}

enum app_fault app_read_integer(struct ctx *c, str s, str *out)
{
    bool minus;
    size_t groups;
    int64_t n;

    take_sign(&s, &minus);
    if (!app_all_digits(s) && !grouped(s, &groups))
        return FAULT_MALFORMED;
    s = without_zeros(app_digits(c, s, "."));
    if (s.n > 18)
        return FAULT_LARGE;
    *out = arena_fmt(c->mem, "%s%.*s", minus && s.p[0] != '0' ? "-" : "",
                     STR_ARG(s));
    return str_is_i64(*out, &n) ? FAULT_NONE : FAULT_MALFORMED;
}

/* The whole part, with or without dots; where it has one group only and no
 * decimals follow ("1.200"), or no dot rule fits ("1.5"), it is unclear. */
static enum app_fault read_whole(str whole, bool decimals)
{
    size_t groups;

    if (app_all_digits(whole))
        return FAULT_NONE;
    if (grouped(whole, &groups))
        return groups > 2 || decimals ? FAULT_NONE : FAULT_UNCLEAR;
    for (size_t i = 0, dots = 0; i < whole.n; i++) {
        dots += whole.p[i] == '.';
        if ((!digit(whole.p[i]) && whole.p[i] != '.') || dots > 1)
            return FAULT_MALFORMED;
    }
    return decimals || whole.n == 0 ? FAULT_MALFORMED : FAULT_UNCLEAR;
}

enum app_fault app_read_decimal(struct ctx *c, str s, str *out)
{
    str whole, part;
    bool minus, decimals;
    struct cel_decimal x;
    enum app_fault fault;

    take_sign(&s, &minus);
    decimals = str_cut(s, ',', &whole, &part);
    if (decimals && !app_all_digits(part))
        return FAULT_MALFORMED;
    fault = read_whole(whole, decimals);
    if (fault != FAULT_NONE)
        return fault;
    whole = without_zeros(app_digits(c, whole, "."));
    if (whole.n > 18)
        return FAULT_LARGE;
    s = arena_fmt(c->mem, "%s%.*s%s%.*s", minus ? "-" : "", STR_ARG(whole),
                  part.n > 0 ? "." : "", STR_ARG(part));
    if (!cel_decimal_read(s, &x))
        return FAULT_MALFORMED;
    *out = cel_decimal_show(c, x);
    return FAULT_NONE;
}

/* "Rp1.440.000", "Rp 1.440.000,00", "1440000", "1.440.000,-" */
enum app_fault app_read_money(struct ctx *c, str s, str *out)
{
    str whole, part;
    size_t groups;

    if (s.n > 2 && (s.p[0] == 'R' || s.p[0] == 'r') &&
        (s.p[1] == 'p' || s.p[1] == 'P'))
        s = str_trim(str_slice(s, 2, s.n));
    if (s.n > 0 && s.p[0] == '.')
        s = str_trim(str_slice(s, 1, s.n)); /* Rp. */
    if (str_cut(s, ',', &whole, &part) && !str_eq(part, STR("00")) &&
        !str_eq(part, STR("-")))
        return app_all_digits(whole) && app_all_digits(part) ? FAULT_UNCLEAR
                                                             : FAULT_MALFORMED;
    if (!app_all_digits(whole) && !grouped(whole, &groups))
        return FAULT_MALFORMED;
    *out = without_zeros(app_digits(c, whole, "."));
    return out->n > 15 ? FAULT_LARGE : FAULT_NONE;
}

/* ---- dates -------------------------------------------------------- */

/* A month by its number or the first three letters of its name. */
static int month_of(struct ctx *c, str s)
{
    static const char names[] = "jan feb mar apr mei jun jul agu sep okt nov "
                                "des ";
    static const struct {
        const char *also;
        int month;
    } more[] = {{"may", 5},  {"aug", 8},  {"agt", 8}, {"oct", 10},
                {"nop", 11}, {"dec", 12}, {"peb", 2}};
    str low = data_fold(c, s);
    const char *at;
    int64_t n;

    if (str_is_i64(low, &n))
        return n >= 1 && n <= 12 ? (int)n : 0;
    if (low.n < 3)
        return 0;
    low = arena_str(c->mem, str_slice(low, 0, 3));
    for (size_t i = 0; i < COUNT(more); i++)
        if (str_eq(low, str_of(more[i].also)))
            return more[i].month;
    at = strstr(names, low.p);
    return at == NULL || (at - names) % 4 != 0 ? 0 : (int)(at - names) / 4 + 1;
}

static bool number_in(str s, int64_t least, int64_t most, int *out)
{
    int64_t n;

    if (!app_all_digits(s) || s.n > 4 || !str_is_i64(without_zeros(s), &n) ||
        n < least || n > most)
        return false;
    *out = (int)n;
    return true;
}

enum app_fault app_read_day(struct ctx *c, str day, str month, str year,
                            str *out)
{
    struct date d;

    d.month = month_of(c, month);
    if (!number_in(day, 1, 31, &d.day) || d.month == 0 ||
        !number_in(year, 0, 9999, &d.year))
        return FAULT_MALFORMED;
    if (year.n <= 2)
        d.year += 2000;
    if (d.year < 1900 || !time_valid(d))
        return FAULT_MALFORMED;
    *out = time_show_date(c, d);
    return FAULT_NONE;
}

/* "2026-03-02", "2/3/2026", "2-3-26", "2 Maret 2026" */
enum app_fault app_read_date(struct ctx *c, str s, str *out)
{
    static const char marks[] = "/-. ";
    struct date d;

    if (time_parse_date(s, &d) && d.year >= 1900) {
        *out = s;
        return FAULT_NONE;
    }
    for (const char *m = marks; *m != '\0'; m++) {
        str day, rest, month, year;

        if (str_cut(s, *m, &day, &rest))
            return str_cut(str_trim(rest), *m, &month, &year)
                       ? app_read_day(c, day, str_trim(month), str_trim(year),
                                      out)
                       : FAULT_MALFORMED;
    }
    return FAULT_MALFORMED;
}

/* "13:05", "13.05", "9.00" */
enum app_fault app_read_time(struct ctx *c, str s, str *out)
{
    str hour, minute;
    int h, m;

    if (!str_cut(s, ':', &hour, &minute) && !str_cut(s, '.', &hour, &minute))
        return FAULT_MALFORMED;
    if (minute.n != 2 || !number_in(hour, 0, 23, &h) ||
        !number_in(minute, 0, 59, &m))
        return FAULT_MALFORMED;
    *out = arena_fmt(c->mem, "%02d:%02d", h, m);
    return FAULT_NONE;
}
