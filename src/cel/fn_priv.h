/* SPDX-License-Identifier: EUPL-1.2 */
/* The shape of every function of overloads.def: the run that pays, the
 * arguments (their kinds are as the row says), their number. */
#pragma once

#include "cel/cel_priv.h"

#define UNUSED __attribute__((unused))
#define FN(name)                                                               \
    struct cel_value cel_fn_##name(UNUSED struct vm *m,                        \
                                   UNUSED const struct cel_value *a,           \
                                   UNUSED size_t n)
