/* SPDX-License-Identifier: EUPL-1.2 */
/* The app environment: decimal, money, date, period, and the functions that
 * rules of a city are made of. `balai: 1` fixes what each one gives; see
 * tests/cel/balai-1.cases. */
#include "cel/fn_priv.h"

#include <math.h>

/* ---- exact arithmetic --------------------------------------------- */

typedef enum fit arithmetic(struct cel_decimal, struct cel_decimal,
                            struct cel_decimal *);

static struct cel_value decimal_op(struct vm *m, const struct cel_value *a,
                                   arithmetic *op)
{
    struct cel_decimal d;
    enum fit f = op(cel_as_decimal(a[0]), cel_as_decimal(a[1]), &d);

    return cel_fit(m, f, d);
}

FN(add_decimal)
{
    return decimal_op(m, a, cel_dec_add);
}

FN(subtract_decimal)
{
    return decimal_op(m, a, cel_dec_sub);
}

FN(multiply_decimal)
{
    return decimal_op(m, a, cel_dec_mul);
}

FN(divide_decimal)
{
    return decimal_op(m, a, cel_dec_div);
}

#define MONEY_OP(name, builtin)                                                \
    FN(name)                                                                   \
    {                                                                          \
        int64_t out;                                                           \
                                                                               \
        if (builtin(a[0].v.i, a[1].v.i, &out))                                 \
            return cel_oops(FAULT_OVERFLOW);                                   \
        return cel_money(out);                                                 \
    }
MONEY_OP(add_money, __builtin_add_overflow)
MONEY_OP(subtract_money, __builtin_sub_overflow)
MONEY_OP(multiply_money, __builtin_mul_overflow)

FN(negate_int_money)
{
    if (a[0].v.i == INT64_MIN)
        return cel_oops(FAULT_OVERFLOW);
    return cel_money(-a[0].v.i);
}

FN(negate_decimal)
{
    struct cel_decimal d;
    enum fit f = cel_dec_sub((struct cel_decimal){0}, *a[0].v.decimal, &d);

    return cel_fit(m, f, d);
}

/* ---- conversions -------------------------------------------------- */

FN(decimal)
{
    return cel_decimal_new(m, cel_as_decimal(a[0]));
}

FN(decimal_of_string)
{
    struct cel_decimal d;

    if (!cel_decimal_read(cel_text(a[0]), &d))
        return cel_oops_value(m, FAULT_CONVERT, a[0]);
    return cel_decimal_new(m, d);
}

FN(money)
{
    return cel_money(a[0].v.i);
}

FN(money_of_string)
{
    int64_t i;

    if (!str_is_i64(cel_text(a[0]), &i))
        return cel_oops_value(m, FAULT_CONVERT, a[0]);
    return cel_money(i);
}

FN(double_of_exact)
{
    struct cel_decimal d = cel_as_decimal(a[0]);

    return cel_double((double)d.coefficient / pow(10, d.scale));
}

static struct cel_value whole(struct cel_decimal d)
{
    int64_t i;

    if (!cel_dec_int(d, &i))
        return cel_oops(FAULT_OVERFLOW);
    return cel_int(i);
}

FN(int_of_exact)
{
    return whole(cel_as_decimal(a[0]));
}

/* ---- rounding ----------------------------------------------------- */

static const struct cel_decimal one = {1, 0};

/* To a multiple of a[1], or to the rupiah. */
static struct cel_value to_money(const struct cel_value *a, size_t n,
                                 enum rounding how)
{
    struct cel_decimal d, unit = n == 2 ? cel_as_decimal(a[1]) : one;
    int64_t i;

    if (unit.coefficient <= 0)
        return cel_oops(FAULT_RANGE);
    if (cel_dec_round(cel_as_decimal(a[0]), unit, how, &d) != FIT_OK ||
        !cel_dec_int(d, &i))
        return cel_oops(FAULT_OVERFLOW);
    return cel_money(i);
}

FN(round_money)
{
    return to_money(a, n, ROUND_HALF_AWAY);
}

FN(round_up_money)
{
    return to_money(a, n, ROUND_UP);
}

FN(round_down_money)
{
    return to_money(a, n, ROUND_DOWN);
}

static struct cel_value to_whole(struct cel_value v, enum rounding how)
{
    struct cel_decimal d;

    if (cel_dec_round(cel_as_decimal(v), one, how, &d) != FIT_OK)
        return cel_oops(FAULT_OVERFLOW);
    return whole(d);
}

FN(floor_exact)
{
    return to_whole(a[0], ROUND_DOWN);
}

FN(ceil_exact)
{
    return to_whole(a[0], ROUND_UP);
}

FN(trunc_exact)
{
    return whole(cel_as_decimal(a[0]));
}

/* Half away from zero at so many places. */
FN(places)
{
    struct cel_decimal d, unit = {1, 0};
    enum fit f;

    if (a[1].v.i < 0 || a[1].v.i > DECIMAL_SCALE)
        return cel_oops(FAULT_RANGE);
    unit.scale = (int)a[1].v.i;
    f = cel_dec_round(cel_as_decimal(a[0]), unit, ROUND_HALF_AWAY, &d);
    return cel_fit(m, f, d);
}

FN(abs_exact)
{
    struct cel_decimal d;
    struct cel_value v = a[0];

    if (a[0].kind == CEL_DECIMAL) {
        d = *a[0].v.decimal;
        d.coefficient = d.coefficient < 0 ? -d.coefficient : d.coefficient;
        return cel_decimal_new(m, d);
    }
    if (v.v.i == INT64_MIN)
        return cel_oops(FAULT_OVERFLOW);
    v.v.i = v.v.i < 0 ? -v.v.i : v.v.i;
    return v;
}

/* ---- dates -------------------------------------------------------- */

static struct cel_value date_of(struct date d)
{
    return time_valid(d) ? cel_date(d) : cel_oops(FAULT_RANGE);
}

FN(date_of_string)
{
    struct date d;

    if (!time_parse_date(cel_text(a[0]), &d))
        return cel_oops_value(m, FAULT_CONVERT, a[0]);
    return date_of(d);
}

static bool small(int64_t i)
{
    return i >= 0 && i <= 9999;
}

FN(date_of_parts)
{
    if (!small(a[0].v.i) || !small(a[1].v.i) || !small(a[2].v.i))
        return cel_oops(FAULT_RANGE);
    return date_of((struct date){(int)a[0].v.i, (int)a[1].v.i, (int)a[2].v.i});
}

FN(date_of_timestamp)
{
    int64_t s = a[0].v.i + (int64_t)m->offset_minutes * 60;
    int64_t days = s / 86400 - (s % 86400 < 0);

    return date_of(time_date(days));
}

/* Months first, to the last day of a shorter month; then days. */
static struct cel_value shifted(int64_t from, int64_t months, int64_t days)
{
    static const struct date first = {1, 1, 1}, last = {9999, 12, 31};
    struct date d = time_date(from);
    int64_t month = (int64_t)d.year * 12 + d.month - 1 + months;
    int most;

    if (month < 12 || month >= 10000 * 12)
        return cel_oops(FAULT_RANGE);
    d.year = (int)(month / 12);
    d.month = (int)(month % 12) + 1;
    most = time_month_days(d.year, d.month);
    d.day = d.day > most ? most : d.day;
    from = time_days(d) + days;
    if (from < time_days(first) || from > time_days(last))
        return cel_oops(FAULT_RANGE);
    return (struct cel_value){.kind = CEL_DATE, .v.i = from};
}

bool cel_date_plus(struct date d, struct cel_period p, struct date *out)
{
    struct cel_value v = shifted(time_days(d), p.months, p.days);

    if (v.kind == CEL_DATE)
        *out = cel_as_date(v);
    return v.kind == CEL_DATE;
}

FN(add_date)
{
    return shifted(a[0].v.i, a[1].v.period.months, a[1].v.period.days);
}

FN(add_to_period)
{
    return shifted(a[1].v.i, a[0].v.period.months, a[0].v.period.days);
}

FN(subtract_from_date)
{
    return shifted(a[0].v.i, -(int64_t)a[1].v.period.months,
                   -(int64_t)a[1].v.period.days);
}

FN(subtract_dates)
{
    return cel_int(a[0].v.i - a[1].v.i);
}

FN(year_of)
{
    return cel_int(cel_as_date(a[0]).year);
}

FN(month_of)
{
    return cel_int(cel_as_date(a[0]).month);
}

FN(day_of)
{
    return cel_int(cel_as_date(a[0]).day);
}

/* ISO: Monday is 1, Sunday 7. */
FN(weekday_of)
{
    int day = time_weekday(a[0].v.i);

    return cel_int(day == 0 ? 7 : day);
}

/* Whole years lived; who was born on 29 February turns older on 1 March. */
FN(age)
{
    struct date born = cel_as_date(a[0]), on = cel_as_date(a[1]);
    bool before =
        on.month < born.month || (on.month == born.month && on.day < born.day);

    if (a[1].v.i < a[0].v.i)
        return cel_oops(FAULT_RANGE);
    return cel_int(on.year - born.year - before);
}

/* ---- periods ------------------------------------------------------ */

/* Beyond the calendar's 10,000 years a period has no use. */
static struct cel_value period(int64_t months, int64_t days)
{
    static const int64_t most_months = 120000, most_days = 3660000;

    if (months > most_months || months < -most_months || days > most_days ||
        days < -most_days)
        return cel_oops(FAULT_RANGE);
    return (struct cel_value){
        .kind = CEL_PERIOD,
        .v.period = {.months = (int32_t)months, .days = (int32_t)days}};
}

static struct cel_value period_times(int64_t n, int64_t months, int64_t days)
{
    if (n > 10000000 || n < -10000000)
        return cel_oops(FAULT_RANGE);
    return period(n * months, n * days);
}

FN(period_of_days)
{
    return period_times(a[0].v.i, 0, 1);
}

FN(period_of_weeks)
{
    return period_times(a[0].v.i, 0, 7);
}

FN(period_of_months)
{
    return period_times(a[0].v.i, 1, 0);
}

FN(period_of_years)
{
    return period_times(a[0].v.i, 12, 0);
}

FN(add_period)
{
    return period((int64_t)a[0].v.period.months + a[1].v.period.months,
                  (int64_t)a[0].v.period.days + a[1].v.period.days);
}

FN(subtract_period)
{
    return period((int64_t)a[0].v.period.months - a[1].v.period.months,
                  (int64_t)a[0].v.period.days - a[1].v.period.days);
}

FN(negate_period)
{
    return period(-(int64_t)a[0].v.period.months, -(int64_t)a[0].v.period.days);
}

/* ---- choosing ----------------------------------------------------- */

FN(or_default)
{
    return a[0].kind == CEL_NULL ? a[1] : a[0];
}

FN(between)
{
    int low = cel_compare(a[0], a[1]), high = cel_compare(a[0], a[2]);

    if (low == 2 || high == 2)
        return cel_no_overload(m, a, 3);
    return cel_bool(low >= 0 && high <= 0);
}

FN(lookup)
{
    size_t at;

    if (!cel_map_find(a[0].v.map, a[1], &at))
        return a[2];
    return a[0].v.map->pairs[2 * at + 1];
}

static struct cel_value best(struct vm *m, const struct cel_value *a, size_t n,
                             int wanted)
{
    struct cel_value found = a[0];

    for (size_t i = 1; i < n; i++) {
        int order = cel_compare(a[i], found);

        if (a[i].kind == CEL_UNKNOWN)
            return a[i];
        if (order == 2)
            return cel_no_overload(m, a, 2);
        if (order == wanted)
            found = a[i];
    }
    return found;
}

FN(min)
{
    return best(m, a, n, -1);
}

FN(max)
{
    return best(m, a, n, 1);
}

static struct cel_value best_of(struct vm *m, struct cel_value list, int wanted)
{
    if (list.n == 0)
        return cel_oops_about(m, FAULT_ARGUMENT, STR("[]"));
    return best(m, list.v.list->items, list.n, wanted);
}

FN(min_of)
{
    return best_of(m, a[0], -1);
}

FN(max_of)
{
    return best_of(m, a[0], 1);
}

/* ---- sums --------------------------------------------------------- */

static struct cel_value sum_of(struct vm *m, struct cel_value list, int kind)
{
    struct cel_decimal sum = {0}, next;

    for (size_t i = 0; i < list.n; i++) {
        struct cel_value v = list.v.list->items[i];

        if (v.kind == CEL_UNKNOWN)
            return v;
        if (!cel_is_exact(v))
            return cel_no_overload(m, &v, 1);
        if (cel_dec_add(sum, cel_as_decimal(v), &next) != FIT_OK)
            return cel_oops(FAULT_OVERFLOW);
        sum = next;
        if (v.kind == CEL_DECIMAL || (v.kind == CEL_MONEY && kind == CEL_INT))
            kind = v.kind;
    }
    if (kind == CEL_DECIMAL)
        return cel_decimal_new(m, sum);
    if (sum.coefficient != (int64_t)sum.coefficient)
        return cel_oops(FAULT_OVERFLOW);
    return kind == CEL_MONEY ? cel_money((int64_t)sum.coefficient)
                             : cel_int((int64_t)sum.coefficient);
}

FN(sum_int)
{
    return sum_of(m, a[0], CEL_INT);
}

FN(sum_money)
{
    return sum_of(m, a[0], CEL_MONEY);
}

FN(sum_decimal)
{
    return sum_of(m, a[0], CEL_DECIMAL);
}

/* ---- brackets ----------------------------------------------------- */

/* A row's lower bound: a whole number, or a decimal written as text, since
 * the rows of a tariff are named by texts. */
static bool bound_of(struct cel_value key, struct cel_decimal *out)
{
    if (key.kind == CEL_STRING)
        return cel_decimal_read(cel_text(key), out);
    if (!cel_is_exact(key))
        return false;
    *out = cel_as_decimal(key);
    return true;
}

static bool bounds_stand(const struct cel_map *rows)
{
    struct cel_decimal d;

    for (size_t i = 0; i < rows->n; i++)
        if (!bound_of(rows->pairs[2 * i], &d))
            return false;
    return true;
}

/* The row with the largest bound that is at most v, or -1. With `above` the
 * row with the smallest bound above v. */
static int64_t row_for(const struct cel_map *rows, struct cel_decimal v,
                       bool above)
{
    int64_t found = -1;
    struct cel_decimal best = {0}, d;

    for (size_t i = 0; i < rows->n; i++) {
        if (!bound_of(rows->pairs[2 * i], &d))
            return -1;
        if ((cel_decimal_cmp(d, v) > 0) != above)
            continue;
        if (found < 0 || (cel_decimal_cmp(d, best) > 0) != above) {
            found = (int64_t)i;
            best = d;
        }
    }
    return found;
}

FN(bracket)
{
    const struct cel_map *rows = a[0].v.map;
    int64_t row;

    if (!bounds_stand(rows))
        return cel_oops_about(m, FAULT_ARGUMENT, STR("bracket()"));
    row = row_for(rows, cel_as_decimal(a[1]), false);
    if (row < 0)
        return cel_oops_value(m, FAULT_NO_ROW, a[1]);
    return rows->pairs[2 * row + 1];
}

/* The part of `v` from each bound to the next, times that row's rate. */
static enum fit progressive(const struct cel_map *rows, struct cel_decimal v,
                            struct cel_decimal *sum)
{
    struct cel_decimal from, till, part;

    *sum = (struct cel_decimal){0};
    for (size_t i = 0; i < rows->n; i++) {
        struct cel_value rate = rows->pairs[2 * i + 1];
        int64_t next;

        if (!bound_of(rows->pairs[2 * i], &from) || !cel_is_exact(rate))
            return FIT_DIVIDE;
        if (cel_decimal_cmp(v, from) <= 0)
            continue;
        next = row_for(rows, from, true);
        till = v;
        if (next >= 0 && bound_of(rows->pairs[2 * next], &till) &&
            cel_decimal_cmp(v, till) < 0)
            till = v;
        if (cel_dec_sub(till, from, &part) != FIT_OK ||
            cel_dec_mul(part, cel_as_decimal(rate), &part) != FIT_OK ||
            cel_dec_add(*sum, part, sum) != FIT_OK)
            return FIT_OVERFLOW;
    }
    return FIT_OK;
}

FN(progressive)
{
    const struct cel_map *rows = a[0].v.map;
    struct cel_decimal sum;
    enum fit f;

    if (row_for(rows, cel_as_decimal(a[1]), false) < 0)
        return cel_oops_value(m, FAULT_NO_ROW, a[1]);
    f = progressive(rows, cel_as_decimal(a[1]), &sum);
    if (f == FIT_DIVIDE)
        return cel_oops_about(m, FAULT_ARGUMENT, STR("progressive()"));
    return cel_fit(m, f, sum);
}
