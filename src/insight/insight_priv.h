/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of this room share. */
#pragma once

#include "insight/insight.h"

/* Working time is kept in steps that widen, so that a percentile is found in a
 * few hundred numbers: hours up to forty, then eight hours each, and a last
 * one for all that took longer. A step stands for its upper end. */
#define INSIGHT_STEPS 291

int insight_step(int64_t worked);
int64_t insight_step_time(int step);

/* Months since year 0, of an instant. */
int64_t insight_month(int64_t instant);

/* Is it a result that an office decided, and not its resident or time? */
bool insight_served(str result);

/* A fact's text, empty where it is absent. */
str insight_said(const struct ledger_event *e, const char *name);

ledger_apply insight_apply_flag;

/* Answers to a survey about a finished record: counted as they are sent, and
 * no more once they are erased. */
err insight_count_reply(struct ctx *c, struct conn *tx,
                        const struct ledger_event *e, str number) MUST_USE;
err insight_drop_reply(struct ctx *c, struct conn *tx, str number) MUST_USE;
