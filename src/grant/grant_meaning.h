/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files about the meaning of a change share. */
#pragma once

#include "grant/grant_priv.h"

/* One place at which two effective apps differ. */
struct grant_change_at {
    struct ctx *c;
    struct findings *f;
    const struct app *from, *to; /* from is NULL for an app that is new */
    str path;
    const struct data *was, *now; /* NULL: not there */
};

/* Say it: {what}, {was} and {now} in words. */
void grant_tell(struct grant_change_at *d, enum severity severity,
                const char *id, const char *en);

/* The label of the thing at the path, or the path (grant_meaning_say.c). */
str grant_label(const struct grant_change_at *d);
/* A value as people read it: money, a duty, a span, a text per language. */
str grant_value_said(const struct grant_change_at *d, const struct data *v);
bool grant_personal(enum app_type t);

/* Rows that need to look at the values (grant_meaning_judge.c). */
typedef void grant_judge(struct grant_change_at *d, const char *id,
                         const char *en);
grant_judge grant_judge_field, grant_judge_optional, grant_judge_show,
    grant_judge_ask, grant_judge_need, grant_judge_span, grant_judge_state,
    grant_judge_eyes, grant_judge_appeal, grant_judge_action;
