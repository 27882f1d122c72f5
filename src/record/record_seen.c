/* SPDX-License-Identifier: EUPL-1.2 */
/* What an act sees beside the form, folded from the record's events. */
#include "record/record_priv.h"

/* More states than this are not passed by in one act; the checker refuses
 * circles. */
#define PASS_MOST 250

static str head_of(str path)
{
    str head, tail;

    str_cut(path, '.', &head, &tail);
    return head;
}

/* What was said before under this name is no longer the last. */
static void forget(struct app_form *said, str head)
{
    for (size_t i = said->n; i-- > 0;)
        if (str_eq(head_of(said->all[i].path), head))
            app_form_drop(said, said->all[i].path);
}

void record_say_over(struct ctx *c, const struct app_form *needs,
                     struct app_form *said)
{
    for (size_t i = 0; i < needs->n; i++)
        forget(said, head_of(needs->all[i].path));
    for (size_t i = 0; i < needs->n; i++)
        app_form_set(c, said, needs->all[i].path, needs->all[i].text);
}

void record_said(struct ctx *c, const struct ledger_event *events, size_t n,
                 struct app_form *said)
{
    *said = (struct app_form){0};
    for (size_t i = 0; i < n; i++) {
        struct app_form needs = {0};

        record_facts(c, &events[i], "needs.", &needs);
        record_say_over(c, &needs, said);
    }
}

err record_see(struct ctx *c, const struct record_world *w, struct conn *on,
               const struct app *a, const struct record *r,
               const struct ledger_event *events, size_t n,
               const struct app_form *form, struct record_seen *out)
{
    *out = (struct record_seen){0};
    record_said(c, events, n, &out->said);
    TRY(record_figures(c, w, on, a, form, r == NULL ? STR("") : r->number,
                       &out->figures));
    out->seen.said = &out->said;
    out->seen.figures = &out->figures;
    if (r == NULL)
        return E_OK;
    out->seen.record = r->number;
    out->seen.charge = r->charge;
    out->seen.paid = r->paid;
    out->seen.granted = r->granted;
    out->seen.entered = time_local(r->entered, city_offset(w->city), NULL);
    return E_OK;
}

err record_arrive(struct ctx *c, const struct app *a,
                  const struct app_setting *with, const struct app_form *form,
                  const struct app_state **to)
{
    for (int i = 0; i < PASS_MOST; i++) {
        if (app_state_applies(c, a, with, form, *to))
            return E_OK;
        *to = app_state(a, (*to)->otherwise);
        MUST(*to != NULL);
    }
    return fail(c, E_REFUSED, "%s",
                say(c, "Alur ini tidak tiba di keadaan mana pun.",
                    "The flow arrives in no state."));
}
