/* SPDX-License-Identifier: EUPL-1.2 */
/* The pages of a form: as the app says, else by themselves. */
#include "app/app_priv.h"

/* More answers than this on a page are too many on a telephone. */
#define A_PAGE 5

static bool stands_alone(const struct app_field *d)
{
    return d->type == APP_PERSON || d->type == APP_PLACE ||
           d->type == APP_FILE || d->type == APP_PHOTO;
}

static struct app_step *add_step(struct app_work *w, str key,
                                 const struct data *title, size_t room)
{
    struct app_step *s = &w->a->steps[w->a->n_steps++];

    *s = (struct app_step){key, title, NEWS(w->c->mem, size_t, room + 1), 0};
    return s;
}

static void add_field(struct app_step *s, size_t i)
{
    /* The array was made for this step; only readers see it as const. */
    size_t *own = (size_t *)(uintptr_t)s->fields;

    own[s->n++] = i;
}

static void steps_by_themselves(struct app_work *w)
{
    struct app_step *open = NULL;

    for (size_t i = 0; i < w->a->n_fields; i++) {
        const struct app_field *d = &w->a->fields[i];
        const struct data *title = data_get(d->def, STR("label"));

        if (d->computed)
            continue;
        if (stands_alone(d)) {
            add_field(add_step(w, d->key, title, 1), i);
            open = NULL;
            continue;
        }
        if (open == NULL || open->n == A_PAGE)
            open = add_step(w, d->key, title, A_PAGE);
        add_field(open, i);
    }
}

static size_t field_index(const struct app *a, str key)
{
    size_t i = 0;

    while (i < a->n_fields && !str_eq(a->fields[i].key, key))
        i++;
    return i;
}

static void take_step(struct app_work *w, const struct data_pair *pair,
                      bool *placed)
{
    struct ctx *c = w->c;
    const struct data *list = data_get(pair->value, STR("fields"));
    str path = app_path(c, app_path(c, STR("steps"), pair->key), STR("fields"));
    size_t n = list != NULL && list->kind == DATA_LIST ? list->n : 0;
    struct app_step *s =
        add_step(w, pair->key, data_get(pair->value, STR("title")), n);

    for (size_t i = 0; i < n; i++) {
        str key = data_text(list->items[i]);
        size_t at = field_index(w->a, key);

        if (at == w->a->n_fields) {
            app_unknown_field(w, list->items[i], path, key, "step-fields");
        } else if (placed[at]) {
            app_mend(c,
                     finding_add(c, w->f, FIND_ERROR, list->items[i]->at, path,
                                 say(c, "\"%.*s\" sudah ada di langkah lain.",
                                     "\"%.*s\" is in another step already."),
                                 STR_ARG(key)),
                     "step-fields", "%s", "");
        } else {
            placed[at] = true;
            if (!w->a->fields[at].computed)
                add_field(s, at);
        }
    }
}

static bool step_holds(const struct app_step *s, size_t field)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->fields[i] == field)
            return true;
    return false;
}

/* A field that no step names (an overlay added it) gets a step of its own,
 * behind the one that holds the field before it. */
static void place_left_out(struct app_work *w, size_t field)
{
    const struct app_field *d = &w->a->fields[field];
    size_t at = w->a->n_steps;
    struct app_step own;

    for (size_t before = field; before > 0 && at == w->a->n_steps; before--)
        for (size_t k = 0; k < w->a->n_steps; k++)
            if (step_holds(&w->a->steps[k], before - 1))
                at = k + 1;
    own = *add_step(w, d->key, data_get(d->def, STR("label")), 1);
    add_field(&own, field);
    memmove(&w->a->steps[at + 1], &w->a->steps[at],
            (w->a->n_steps - 1 - at) * sizeof own);
    w->a->steps[at] = own;
}

void app_build_steps(struct app_work *w)
{
    const struct data *steps = data_get(w->tree, STR("steps"));
    size_t n = steps != NULL && steps->kind == DATA_MAP ? steps->n : 0;
    bool *placed = NEWS(w->c->mem, bool, w->a->n_fields + 1);

    w->a->steps = NEWS(w->c->mem, struct app_step, n + w->a->n_fields + 1);
    if (steps == NULL) {
        steps_by_themselves(w);
        return;
    }
    for (size_t i = 0; i < n; i++)
        take_step(w, &steps->pairs[i], placed);
    for (size_t i = 0; i < w->a->n_fields; i++)
        if (!placed[i] && !w->a->fields[i].computed)
            place_left_out(w, i);
}
