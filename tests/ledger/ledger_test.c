/* SPDX-License-Identifier: EUPL-1.2 */
#include "ledger/ledger.h"
#include "tests/test.h"

TEST(every_class_has_a_word)
{
    CHECK_STR(str_of(ledger_class_name(LEDGER_CASE)), "case");
    CHECK(ledger_class_name((enum ledger_class)99) == NULL);
}
