/* SPDX-License-Identifier: EUPL-1.2 */
/* The satisfaction index: exact ninths, half up, graded by what is printed. */
#include "insight/insight.h"
#include "tests/test.h"

/* Nine elements, n answers each, whose sums differ by one at most. */
static int64_t index_of(int64_t n, int64_t sum)
{
    struct insight_survey s = {.n = n, .n_elements = 9};

    for (int i = 0; i < 9; i++)
        s.elements[i] =
            (struct insight_element){.n = n, .sum = sum / 9 + (i < sum % 9)};
    return insight_index(&s);
}

TEST(nothing_but_fours_is_a_hundred)
{
    CHECK_I64(index_of(1, 36), 10000);
    CHECK_I64(index_of(23, 36 * 23), 10000);
    CHECK_I64(index_of(7, 9 * 7), 2500);
    CHECK_I64(index_of(0, 0), 0);
}

TEST(an_index_is_rounded_half_up_and_then_graded)
{
    /* 2500 * sum / (9 n) hundredths: 6358 of 9 * 200 is 8830.55... */
    CHECK_I64(index_of(200, 6358), 8831);
    CHECK_I64(index_of(200, 6357), 8829);
    CHECK_I64(index_of(10000, 317898), 8831); /* 8830.5 exactly */
    CHECK_I64(index_of(10000, 317897), 8830);
    CHECK(insight_grade(8831) == 'A' && insight_grade(8830) == 'B');
    CHECK(insight_grade(7661) == 'B' && insight_grade(7660) == 'C');
    CHECK(insight_grade(6500) == 'C' && insight_grade(6499) == 'D');
    CHECK(insight_grade(10000) == 'A' && insight_grade(2500) == 'D');
}
