/* SPDX-License-Identifier: EUPL-1.2 */
/* Inserted states: put on a joint of the flow, in the order they are written.
 * `next` is where the arrow led before. */
#include "app/app_priv.h"

struct joint {
    struct data *from; /* whose arrow it is: an action, or a state that may be
                          passed by */
    const char *slot;  /* "to", "otherwise" */
    str state;         /* the state it leaves */
};

static size_t arrows_at(struct data *states, str joint, struct joint *out,
                        size_t most)
{
    size_t n = 0;

    for (size_t i = 0; i < states->n; i++) {
        struct data *state = states->pairs[i].value;
        struct data *actions = data_get(state, STR("actions"));

        for (size_t k = 0;
             actions != NULL && actions->kind == DATA_MAP && k < actions->n;
             k++)
            if (n < most &&
                str_eq(app_text(actions->pairs[k].value, "joint"), joint))
                out[n++] = (struct joint){actions->pairs[k].value, "to",
                                          states->pairs[i].key};
        if (n < most && str_eq(app_text(state, "joint"), joint))
            out[n++] = (struct joint){state, "otherwise", states->pairs[i].key};
    }
    return n;
}

static void unknown_joint(struct app_work *w, const struct data *states,
                          const struct data *at, str path)
{
    struct ctx *c = w->c;
    struct app_near near = app_near(data_text(at));
    struct finding *f =
        finding_add(c, w->f, FIND_ERROR, at->at, path,
                    say(c, "Pola ini tidak punya sambungan \"%.*s\".",
                        "The archetype has no joint \"%.*s\"."),
                    STR_ARG(data_text(at)));

    for (size_t i = 0; i < states->n; i++) {
        const struct data *actions =
            data_get(states->pairs[i].value, STR("actions"));

        for (size_t k = 0;
             actions != NULL && actions->kind == DATA_MAP && k < actions->n;
             k++)
            app_near_try(&near, app_text(actions->pairs[k].value, "joint"));
    }
    app_mend_near(c, f, "action-joint", &near);
}

/* An action may lead on: `next` becomes a state's name. */
static void resolve_one(struct ctx *c, struct data *from, const char *slot,
                        str next)
{
    struct data *to = data_get(from, str_of(slot)), *real;

    if (!str_eq(data_text(to), STR("next")))
        return;
    real = data_new_text(c, next);
    real->at = to->at;
    data_put(c, from, str_of(slot), real);
}

static void resolve_next(struct ctx *c, struct data *state, str next)
{
    struct data *actions = data_get(state, STR("actions"));

    for (size_t i = 0;
         actions != NULL && actions->kind == DATA_MAP && i < actions->n; i++)
        resolve_one(c, actions->pairs[i].value, "to", next);
    resolve_one(c, state, "otherwise", next);
}

/* What is not entered is passed by. */
static void pass_by(struct ctx *c, struct data *state)
{
    const struct data *when = data_get(state, STR("when"));
    struct data *next;

    if (when == NULL || data_get(state, STR("otherwise")) != NULL)
        return;
    next = data_new_text(c, STR("next"));
    next->at = when->at;
    data_put(c, state, STR("otherwise"), next);
}

static void put_state(struct app_work *w, struct data *states,
                      const struct data_pair *pair, const struct data *at)
{
    struct ctx *c = w->c;
    struct joint arrows[16];
    size_t n = arrows_at(states, data_text(at), arrows, COUNT(arrows));
    str path = app_path(c, STR("flow.insert"), pair->key), next;
    struct data *state = data_copy(c, pair->value);

    if (n == 0) {
        unknown_joint(w, states, at, app_path(c, path, STR("at")));
        return;
    }
    next = app_text(arrows[0].from, arrows[0].slot);
    for (size_t i = 1; i < n; i++)
        if (!str_eq(app_text(arrows[i].from, arrows[i].slot), next))
            app_mend(c,
                     finding_add(c, w->f, FIND_ERROR, at->at, path,
                                 say(c,
                                     "Panah di sambungan \"%.*s\" menuju "
                                     "keadaan yang berbeda, sehingga next "
                                     "tidak jelas.",
                                     "The arrows of the joint \"%.*s\" lead "
                                     "to different states, so next is "
                                     "unclear."),
                                 STR_ARG(data_text(at))),
                     "insert-at", "%s", "");
    data_drop(state, STR("at"));
    resolve_next(c, state, next);
    for (size_t i = 0; i < n; i++) {
        struct data *to = data_new_text(c, pair->key);

        to->at = at->at;
        data_put(c, arrows[i].from, str_of(arrows[i].slot), to);
        /* The next one on this joint comes behind this state. */
        data_drop(arrows[i].from, STR("joint"));
    }
    data_put_after(c, states, arrows[0].state, pair->key, state);
    for (size_t i = 0; i < states->n; i++)
        if (str_eq(states->pairs[i].key, pair->key))
            states->pairs[i].at = pair->at;
}

/* Inserts on one joint form a chain: the arrows that led to `next` carry the
 * joint on. */
static void carry_joint(struct ctx *c, struct data *insert, str joint)
{
    struct data *actions = data_get(insert, STR("actions"));

    for (size_t i = 0;
         actions != NULL && actions->kind == DATA_MAP && i < actions->n; i++)
        if (actions->pairs[i].value->kind == DATA_MAP &&
            str_eq(app_text(actions->pairs[i].value, "to"), STR("next")))
            data_put_text(c, actions->pairs[i].value, STR("joint"), joint);
    if (str_eq(app_text(insert, "otherwise"), STR("next")))
        data_put_text(c, insert, STR("joint"), joint);
}

void app_insert_states(struct app_work *w)
{
    struct ctx *c = w->c;
    struct data *flow = data_get(w->tree, STR("flow"));
    struct data *states = data_get(flow, STR("states"));
    struct data *insert = data_get(flow, STR("insert"));

    if (insert == NULL || insert->kind != DATA_MAP || states == NULL ||
        states->kind != DATA_MAP)
        return;
    for (size_t i = 0; i < insert->n; i++) {
        struct data_pair *pair = &insert->pairs[i];
        const struct data *at = data_get(pair->value, STR("at"));

        if (pair->value->kind != DATA_MAP || data_text(at).n == 0)
            continue;
        if (data_get(states, pair->key) != NULL) {
            app_mend(c,
                     finding_add(c, w->f, FIND_ERROR, pair->at,
                                 app_path(c, STR("flow.insert"), pair->key),
                                 say(c, "Keadaan \"%.*s\" sudah ada.",
                                     "There is a state \"%.*s\" already."),
                                 STR_ARG(pair->key)),
                     "flow-insert", "%s", "");
            continue;
        }
        pass_by(c, pair->value);
        carry_joint(c, pair->value, data_text(at));
        put_state(w, states, pair, at);
    }
}
