/* SPDX-License-Identifier: EUPL-1.2 */
/* The pages of a form: as the app says, else by themselves. */
#include "app/app_priv.h"

/* More answers than this on a page are too many on a telephone. */
#define A_PAGE 5

static bool stands_alone(const struct app_field *d)
{
    return d->type == APP_PERSON || d->type == APP_PLACE ||
           d->type == APP_BUSINESS || d->type == APP_ROWS ||
           d->type == APP_FILE || d->type == APP_PHOTO;
}

/* A step under construction; its fields are still being added. */
struct page {
    str key;
    const struct data *title;
    size_t *fields, n;
};

struct pages {
    struct app_work *w;
    struct page *all;
    size_t n;
};

static struct page *add_page(struct pages *p, str key, const struct data *title,
                             size_t room)
{
    struct page *page = &p->all[p->n++];

    *page = (struct page){key, title, NEWS(p->w->c->mem, size_t, room + 1), 0};
    return page;
}

static void pages_by_themselves(struct pages *p)
{
    const struct app *a = p->w->a;
    struct page *open = NULL;

    for (size_t i = 0; i < a->n_fields; i++) {
        const struct app_field *d = &a->fields[i];
        const struct data *title = data_get(d->def, STR("label"));

        if (d->computed)
            continue;
        if (stands_alone(d)) {
            open = add_page(p, d->key, title, 1);
            open->fields[open->n++] = i;
            open = NULL;
            continue;
        }
        if (open == NULL || open->n == A_PAGE)
            open = add_page(p, d->key, title, A_PAGE);
        open->fields[open->n++] = i;
    }
}

static size_t field_index(const struct app *a, str key)
{
    size_t i = 0;

    while (i < a->n_fields && !str_eq(a->fields[i].key, key))
        i++;
    return i;
}

static void take_page(struct pages *p, const struct data_pair *pair,
                      bool *placed)
{
    struct app_work *w = p->w;
    struct ctx *c = w->c;
    const struct data *list = data_get(pair->value, STR("fields"));
    str path = app_path(c, app_path(c, STR("steps"), pair->key), STR("fields"));
    size_t n = list != NULL && list->kind == DATA_LIST ? list->n : 0;
    struct page *page =
        add_page(p, pair->key, data_get(pair->value, STR("title")), n);

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
                page->fields[page->n++] = at;
        }
    }
}

static bool holds(const struct page *p, size_t field)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->fields[i] == field)
            return true;
    return false;
}

/* A field that no step names (an overlay added it) gets a step of its own,
 * behind the one that holds the field before it. */
static void place_left_out(struct pages *p, size_t field)
{
    const struct app_field *d = &p->w->a->fields[field];
    size_t at = p->n, last = p->n;
    struct page own;

    for (size_t before = field; before > 0 && at == last; before--)
        for (size_t k = 0; k < last; k++)
            if (holds(&p->all[k], before - 1))
                at = k + 1;
    own = *add_page(p, d->key, data_get(d->def, STR("label")), 1);
    own.fields[own.n++] = field;
    memmove(&p->all[at + 1], &p->all[at], (last - at) * sizeof own);
    p->all[at] = own;
}

static void pages_as_said(struct pages *p, const struct data *steps)
{
    const struct app *a = p->w->a;
    bool *placed = NEWS(p->w->c->mem, bool, a->n_fields + 1);

    for (size_t i = 0; steps->kind == DATA_MAP && i < steps->n; i++)
        take_page(p, &steps->pairs[i], placed);
    for (size_t i = 0; i < a->n_fields; i++)
        if (!placed[i] && !a->fields[i].computed)
            place_left_out(p, i);
}

void app_build_steps(struct app_work *w)
{
    const struct data *steps = data_get(w->tree, STR("steps"));
    size_t most = w->a->n_fields + (steps == NULL ? 0 : steps->n) + 1;
    struct pages p = {.w = w, .all = NEWS(w->c->mem, struct page, most)};

    if (steps == NULL)
        pages_by_themselves(&p);
    else
        pages_as_said(&p, steps);
    w->a->steps = NEWS(w->c->mem, struct app_step, p.n + 1);
    for (size_t i = 0; i < p.n; i++)
        w->a->steps[w->a->n_steps++] = (struct app_step){
            p.all[i].key, p.all[i].title, p.all[i].fields, p.all[i].n};
}
