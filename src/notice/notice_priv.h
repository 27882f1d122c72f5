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

/* A way is "mail", "message", or the pseudonym of an officer, who gets mail. */
static inline bool notice_to_officer(str way)
{
    return str_starts(way, STR("officer-"));
}
/* Address and letter about a request on data that this event speaks of, for an
 * officer whom it concerns; *holds while it is open and still concerns him. */
err notice_compose_desk(struct ctx *c, const struct record_world *w,
                        struct conn *on, str officer, int64_t event,
                        enum notice_kind kind, struct notice_address *to,
                        struct notice_letter *out, bool *holds) MUST_USE;
