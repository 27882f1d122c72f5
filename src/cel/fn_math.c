/* SPDX-License-Identifier: EUPL-1.2 */
/* math.*: of plain CEL's three kinds of numbers. */
#include "cel/fn_priv.h"

#include <math.h>

/* ---- the greatest and the least ----------------------------------- */

/* The first of equals stays. */
static struct cel_value best(const struct cel_value *a, size_t n, int wanted)
{
    struct cel_value found = a[0];

    for (size_t i = 1; i < n; i++)
        if (cel_compare(a[i], found) == wanted)
            found = a[i];
    return found;
}

FN(greatest)
{
    return best(a, n, 1);
}

FN(least)
{
    return best(a, n, -1);
}

static struct cel_value best_of(struct vm *m, struct cel_value list, int wanted)
{
    if (list.n == 0)
        return cel_oops_about(m, FAULT_ARGUMENT, STR("[]"));
    for (size_t i = 0; i < list.n; i++)
        if (!cel_is_number(list.v.list->items[i]))
            return cel_no_overload(m, &list.v.list->items[i], 1);
    return best(list.v.list->items, list.n, wanted);
}

FN(greatest_of)
{
    return best_of(m, a[0], 1);
}

FN(least_of)
{
    return best_of(m, a[0], -1);
}

/* ---- doubles ------------------------------------------------------ */

FN(math_ceil)
{
    return cel_double(ceil(a[0].v.d));
}

FN(math_floor)
{
    return cel_double(floor(a[0].v.d));
}

/* Half away from zero. */
FN(math_round)
{
    return cel_double(round(a[0].v.d));
}

FN(math_trunc)
{
    return cel_double(trunc(a[0].v.d));
}

FN(math_sqrt)
{
    if (a[0].kind == CEL_DOUBLE)
        return cel_double(sqrt(a[0].v.d));
    return cel_double(
        sqrt(a[0].kind == CEL_INT ? (double)a[0].v.i : (double)a[0].v.u));
}

FN(is_nan)
{
    return cel_bool(isnan(a[0].v.d));
}

FN(is_inf)
{
    return cel_bool(isinf(a[0].v.d));
}

FN(is_finite)
{
    return cel_bool(isfinite(a[0].v.d));
}

/* ---- sign --------------------------------------------------------- */

FN(math_abs)
{
    if (a[0].kind == CEL_DOUBLE)
        return cel_double(fabs(a[0].v.d));
    if (a[0].kind == CEL_UINT || a[0].v.i >= 0)
        return a[0];
    if (a[0].v.i == INT64_MIN)
        return cel_oops(FAULT_OVERFLOW);
    return cel_int(-a[0].v.i);
}

FN(math_sign)
{
    if (a[0].kind == CEL_UINT)
        return cel_uint(a[0].v.u > 0);
    if (a[0].kind == CEL_INT)
        return cel_int((a[0].v.i > 0) - (a[0].v.i < 0));
    if (isnan(a[0].v.d) || a[0].v.d == 0)
        return a[0];
    return cel_double(a[0].v.d > 0 ? 1 : -1);
}

/* ---- bits --------------------------------------------------------- */

static struct cel_value with_bits(struct cel_value like, uint64_t bits)
{
    like.v.u = bits;
    return like;
}

FN(bit_and)
{
    return with_bits(a[0], a[0].v.u & a[1].v.u);
}

FN(bit_or)
{
    return with_bits(a[0], a[0].v.u | a[1].v.u);
}

FN(bit_xor)
{
    return with_bits(a[0], a[0].v.u ^ a[1].v.u);
}

FN(bit_not)
{
    return with_bits(a[0], ~a[0].v.u);
}

FN(shift_left)
{
    if (a[1].v.i < 0)
        return cel_oops(FAULT_RANGE);
    return with_bits(a[0], a[1].v.i >= 64 ? 0 : a[0].v.u << a[1].v.i);
}

/* Zeros come in from the left, also for an int. */
FN(shift_right)
{
    if (a[1].v.i < 0)
        return cel_oops(FAULT_RANGE);
    return with_bits(a[0], a[1].v.i >= 64 ? 0 : a[0].v.u >> a[1].v.i);
}
