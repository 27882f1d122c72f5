/* SPDX-License-Identifier: EUPL-1.2 */
/* What an app's own scenarios tell about what people write: forms that hold,
 * and what each action is answered with. A simulation need not know an app. */
#include "rehearse/rehearse_priv.h"

/* "2026-02-16T09:00" or "2026-02-16". */
static bool day_of(str text, int64_t *days)
{
    struct date d;

    if (!time_parse_date(str_slice(text, 0, 10), &d))
        return false;
    *days = time_days(d);
    return true;
}

/* Names of other records and people of the scenario cannot be moved into
 * another city. */
static bool stands_alone(const struct data *d)
{
    if (d->kind == DATA_TEXT)
        return !str_starts(d->text, STR("record."));
    for (size_t i = 0; i < d->n; i++)
        if (!stands_alone(d->kind == DATA_MAP ? d->pairs[i].value
                                              : d->items[i]))
            return false;
    return true;
}

static bool refused(const struct data *step)
{
    const struct data *want = data_get(step, STR("expect"));

    return data_get(want, STR("refused")) != NULL ||
           data_get(want, STR("refused_exactly")) != NULL ||
           data_get(want, STR("denied")) != NULL;
}

static void learn_submit(struct ctx *c, struct sampled *s, int64_t day,
                         const struct data *given)
{
    if (!stands_alone(given))
        return;
    ARENA_GROW(c->mem, s->forms, s->n_forms, s->room_forms);
    s->forms[s->n_forms++] = (struct sample){STR(""), given, day};
}

static void learn_act(struct ctx *c, struct sampled *s, int64_t day,
                      const struct data *act)
{
    const struct data *with = data_get(act, STR("with"));
    str action = data_text(data_get(act, STR("do")));

    if (action.n == 0 || (with != NULL && !stands_alone(with)))
        return;
    ARENA_GROW(c->mem, s->acts, s->n_acts, s->room_acts);
    s->acts[s->n_acts++] = (struct sample){action, with, day};
}

static void learn_step(struct ctx *c, struct sampled *s, int64_t *day,
                       const struct data *step)
{
    for (size_t i = 0; i < step->n; i++) {
        const struct data_pair *p = &step->pairs[i];
        const struct data *given = data_get(p->value, STR("submit"));

        if (str_eq(p->key, STR("at")))
            day_of(data_text(p->value), day);
        else if (refused(step) || data_get(p->value, STR("app")) != NULL)
            continue; /* it does not hold, or is another app's */
        else if (data_get(p->value, STR("do")) != NULL)
            learn_act(c, s, *day, p->value);
        else if (given != NULL && str_starts(p->key, STR("resident")))
            learn_submit(c, s, *day, given);
    }
}

void rehearse_learn(struct ctx *c, const struct data *scenarios,
                    struct sampled *s)
{
    for (size_t i = 0; scenarios != NULL && i < scenarios->n; i++) {
        const struct data *steps = scenarios->pairs[i].value;
        int64_t day = 0;

        for (size_t k = 0; k < steps->n; k++)
            learn_step(c, s, &day, steps->items[k]);
    }
}

/* ---- brought to another place and day ----------------------------- */

/* Dates keep their distance from the day, places become one of this city. */
static void move(struct ctx *c, const struct sample *s, str village,
                 int64_t today, struct data *d)
{
    int64_t day;

    if (d->kind == DATA_TEXT) {
        if (str_starts(d->text, STR("city.")))
            d->text = village;
        else if (d->text.n == 10 && day_of(d->text, &day))
            d->text = time_show_date(c, time_date(today + day - s->day));
        return;
    }
    for (size_t i = 0; i < d->n; i++)
        move(c, s, village, today,
             d->kind == DATA_MAP ? d->pairs[i].value : d->items[i]);
}

struct data *rehearse_moved(struct ctx *c, const struct sample *s, str village,
                            int64_t today)
{
    struct data *d =
        s->values == NULL ? data_new(c, DATA_MAP) : data_copy(c, s->values);

    move(c, s, village, today, d);
    return d;
}
