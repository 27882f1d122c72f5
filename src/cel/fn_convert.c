/* SPDX-License-Identifier: EUPL-1.2 */
/* Conversions between plain kinds: exact or refused. */
#include "cel/fn_priv.h"

#include <math.h>

static struct cel_value refused(struct vm *m, struct cel_value v)
{
    return cel_oops_value(m, FAULT_CONVERT, v);
}

/* ---- bool --------------------------------------------------------- */

FN(bool_of_string)
{
    static const str yes[] = {STR_INIT("1"), STR_INIT("t"), STR_INIT("true"),
                              STR_INIT("True"), STR_INIT("TRUE")};
    static const str no[] = {STR_INIT("0"), STR_INIT("f"), STR_INIT("false"),
                             STR_INIT("False"), STR_INIT("FALSE")};

    if (str_among(cel_text(a[0]), yes, COUNT(yes)) >= 0)
        return cel_bool(true);
    if (str_among(cel_text(a[0]), no, COUNT(no)) >= 0)
        return cel_bool(false);
    return refused(m, a[0]);
}

/* ---- int and uint ------------------------------------------------- */

static bool digits(str s, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9' ||
            __builtin_mul_overflow(*out, 10u, out) ||
            __builtin_add_overflow(*out, (uint64_t)(s.p[i] - '0'), out))
            return false;
    return s.n > 0;
}

FN(int_of_string)
{
    str s = cel_text(a[0]);
    bool negative = s.n > 0 && s.p[0] == '-';
    uint64_t u;

    if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+'))
        s = str_slice(s, 1, s.n);
    if (!digits(s, &u) || u > (uint64_t)INT64_MAX + negative)
        return refused(m, a[0]);
    return cel_int(negative ? (int64_t)(0 - u) : (int64_t)u);
}

FN(int_of_uint)
{
    if (a[0].v.u > INT64_MAX)
        return cel_oops(FAULT_RANGE);
    return cel_int((int64_t)a[0].v.u);
}

FN(int_of_double)
{
    if (!(a[0].v.d > -0x1p63 && a[0].v.d < 0x1p63))
        return cel_oops(FAULT_RANGE);
    return cel_int((int64_t)a[0].v.d);
}

FN(int_of_timestamp)
{
    return cel_int(a[0].v.i);
}

FN(int_of_duration)
{
    return cel_int(a[0].v.i);
}

FN(uint_of_string)
{
    uint64_t u;

    if (!digits(cel_text(a[0]), &u))
        return refused(m, a[0]);
    return cel_uint(u);
}

FN(uint_of_int)
{
    if (a[0].v.i < 0)
        return cel_oops(FAULT_RANGE);
    return cel_uint((uint64_t)a[0].v.i);
}

FN(uint_of_double)
{
    if (!(a[0].v.d >= 0 && a[0].v.d < 0x1p64))
        return cel_oops(FAULT_RANGE);
    return cel_uint((uint64_t)a[0].v.d);
}

/* ---- double ------------------------------------------------------- */

FN(double_of_int)
{
    return cel_double((double)a[0].v.i);
}

FN(double_of_uint)
{
    return cel_double((double)a[0].v.u);
}

static const struct {
    str name;
    double value;
} named[] = {
    {STR_INIT("NaN"), (double)NAN},
    {STR_INIT("Infinity"), (double)INFINITY},
    {STR_INIT("+Infinity"), (double)INFINITY},
    {STR_INIT("-Infinity"), -(double)INFINITY},
    {STR_INIT("inf"), (double)INFINITY},
    {STR_INIT("+inf"), (double)INFINITY},
    {STR_INIT("-inf"), -(double)INFINITY},
};

FN(double_of_string)
{
    double d;

    for (size_t i = 0; i < COUNT(named); i++)
        if (str_eq(cel_text(a[0]), named[i].name))
            return cel_double(named[i].value);
    if (!cel_parse_double(cel_text(a[0]), &d))
        return refused(m, a[0]);
    return cel_double(d);
}

/* ---- string and bytes --------------------------------------------- */

FN(bytes_of_string)
{
    struct cel_value v = a[0];

    v.kind = CEL_BYTES;
    return v;
}

FN(string_of_bytes)
{
    struct cel_value v = a[0];

    if (!str_utf8(cel_text(v), NULL))
        return cel_oops_about(m, FAULT_CONVERT, STR("bytes"));
    v.kind = CEL_STRING;
    return v;
}

FN(string)
{
    struct buf b = buf_new(m->c, 400);

    if (cel_take(m, 128) == NULL)
        return cel_spent(m);
    if (!cel_plain_text(&b, a[0]) || b.over)
        return refused(m, a[0]);
    return cel_string(buf_str(&b));
}
