/* SPDX-License-Identifier: EUPL-1.2 */
/* What may be done to several records at once, over all real apps. */
#include "tests/town.h"

static bool many(const struct app *a, const char *state, const char *action)
{
    const struct app_state *s = app_state(a, str_of(state));
    const struct app_action *x =
        s == NULL ? NULL : app_action(s, str_of(action));

    return CHECK(x != NULL) && app_action_many(a, s, x);
}

TEST(what_prepares_may_be_done_to_many_and_what_decides_pays_or_issues_may_not)
{
    struct town *t = town_new(c);
    const struct app *a =
        app_catalogue_find(t->w.apps, STR("penanaman-modal/izin-reklame"))->app;

    CHECK(many(a, "submitted", "accept"));
    CHECK(many(a, "submitted", "return"));
    CHECK(!many(a, "submitted", "refuse"));  /* an end that can be appealed */
    CHECK(!many(a, "approval", "approve"));  /* four eyes */
    CHECK(!many(a, "payment", "settle"));    /* money, and a letter */
    CHECK(!many(a, "returned", "resubmit")); /* the resident's */
    CHECK(!many(a, "issued", "revoke"));
}

static void never(const struct app *a, const struct app_state *s,
                  const struct app_action *x)
{
    const struct app_state *to = app_state(a, x->to);

    if (!app_action_many(a, s, x))
        return;
    CHECK(s->n_four_eyes == 0 && x->pays.n == 0 && x->grants == NULL);
    CHECK(to->end.n == 0 && to != s);
    for (size_t i = 0; i < a->n_letters; i++)
        CHECK(!str_eq(a->letters[i].at, to->key));
    for (size_t i = 0; i < x->n_needs; i++)
        CHECK(x->needs[i].type != APP_PERSON && x->needs[i].type != APP_NIK &&
              x->needs[i].type != APP_MONEY && x->needs[i].type != APP_FILE);
}

TEST(no_app_of_the_town_lets_a_decision_be_taken_on_many)
{
    struct town *t = town_new(c);
    const struct app_brief *all;
    size_t n = app_catalogue_all(t->w.apps, &all), seen = 0;

    for (size_t i = 0; i < n; i++) {
        const struct app *a = app_catalogue_find(t->w.apps, all[i].id)->app;

        for (size_t k = 0; a != NULL && k < a->n_states; k++)
            for (size_t m = 0; m < a->states[k].n_actions; m++, seen++)
                never(a, &a->states[k], &a->states[k].actions[m]);
    }
    CHECK(seen > 10);
}
