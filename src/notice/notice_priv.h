/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of this room share. */
#pragma once

#include "notice/notice.h"

/* Where a record's resident is reached, as the form says; empty where not. */
struct notice_address {
    str mail, phone;
};
/* Address and letter of one record, through the gate; *holds where what the
 * kind says is so. */
err notice_compose(struct ctx *c, const struct record_world *w, struct conn *on,
                   str number, enum notice_kind kind, struct notice_address *to,
                   struct notice_letter *out, bool *holds) MUST_USE;
