/* SPDX-License-Identifier: EUPL-1.2 */
/* Which actions may be taken on several records at once. */
#include "app/app_priv.h"

/* What is asked once for all says nothing of one person. */
static bool is_general(const struct app_field *d)
{
    static const enum app_type types[] = {APP_TEXT, APP_LONGTEXT, APP_CHOICE,
                                          APP_BOOLEAN, APP_DATE};

    for (size_t i = 0; i < COUNT(types); i++)
        if (d->type == types[i])
            return true;
    return false;
}

static bool touches_money(const struct app *a, const struct app_action *x)
{
    return x->pays.n > 0 || x->grants != NULL || x->computes ||
           (a->charge != NULL && str_eq(x->who.duty, STR("treasurer")));
}

/* A letter, an end, or another app's record may stand where it leads, or
 * behind: only a state that waits for somebody is plain. */
static bool leads_on(const struct app *a, const struct app_action *x)
{
    const struct app_state *to = app_state(a, x->to);

    if (to == NULL || to->end.n > 0 || to->who.system || to->when != NULL ||
        to->frozen)
        return false;
    for (size_t i = 0; i < a->n_letters; i++)
        if (str_eq(a->letters[i].at, to->key))
            return false;
    return true;
}

bool app_action_many(const struct app *a, const struct app_state *s,
                     const struct app_action *x)
{
    if (x->who.resident || x->who.system || x->who.listed ||
        s->n_branches > 0 || s->n_four_eyes > 0 || s->end.n > 0)
        return false;
    if (touches_money(a, x) || !leads_on(a, x) || x->merges.n > 0 ||
        x->n_changes > 0 || x->n_rules > 0 || x->extends.unit != CITY_NONE ||
        str_eq(x->to, s->key))
        return false;
    for (size_t i = 0; i < x->n_needs; i++)
        if (!is_general(&x->needs[i]))
            return false;
    return true;
}
