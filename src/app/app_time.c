/* SPDX-License-Identifier: EUPL-1.2 */
/* Of a flow, what the clock decides: silence, escalation, time limits of
 * actions, extensions; and the withdrawal that a resident may always take. */
#include "app/app_priv.h"

static void fault(struct app_work *w, struct place at, str path,
                  const char *doc, const char *id, const char *en)
{
    app_mend(
        w->c,
        finding_add(w->c, w->f, FIND_ERROR, at, path, "%s", say(w->c, id, en)),
        doc, "%s", "");
}

/* ---- actions ------------------------------------------------------ */

static bool leaves(const struct data *def, str path)
{
    str rest = path, key, state = STR("");

    /* flow.states.NAME.actions.KEY */
    for (int i = 0; i < 3; i++)
        if (str_next(&rest, '.', &key))
            state = key;
    return !str_eq(app_text(def, "to"), state);
}

void app_take_action_time(struct app_work *w, const struct data *def, str path,
                          struct app_action *x)
{
    const struct data *extends = data_get(def, STR("extends"));
    str here = app_path(w->c, path, STR("extends"));

    city_span_read(app_text(def, "until"), &x->until);
    if (extends == NULL)
        return;
    city_span_read(data_text(extends), &x->extends);
    if (leaves(def, path))
        fault(w, extends->at, here, "action-extends",
              "Tindakan yang memperpanjang tetap pada keadaannya: to: "
              "menyebut keadaan itu sendiri.",
              "An action that extends stays in its state: to: names that "
              "very state.");
    if (x->extends.unit == CITY_BY_DATE)
        fault(w, extends->at, here, "action-extends",
              "Perpanjangan adalah lama waktu, bukan tanggal.",
              "An extension is a span of time, not a date.");
}

/* ---- states ------------------------------------------------------- */

static bool has_deadline(const struct app_state *s, const struct data *def)
{
    return s->within.unit != CITY_NONE && s->within.unit != CITY_BY_DATE &&
           !s->who.resident && !s->who.system &&
           data_get(def, STR("end")) == NULL;
}

void app_take_state_time(struct app_work *w, const struct data *def, str path,
                         struct app_state *s)
{
    struct ctx *c = w->c;
    const struct data *up = data_get(def, STR("escalates"));
    const struct data *to = data_get(up, STR("to"));
    str here = app_path(c, path, STR("escalates")), duty = data_text(to);

    if (up == NULL || up->kind != DATA_MAP)
        return;
    city_span_read(app_text(up, "after"), &s->escalate_after);
    s->escalate_to = duty.p == NULL ? STR("") : duty;
    if (!has_deadline(s, def))
        fault(w, up->at, here, "state-escalates",
              "Hanya keadaan dengan tenggat within: dan petugas yang dapat "
              "naik ke atasan.",
              "Only a state with a deadline within: and an officer can go to "
              "a superior.");
    if (to != NULL && !city_duty_known(s->escalate_to)) {
        struct app_near near = app_near(duty);
        size_t n;
        const str *known = city_duty_list(&n);

        for (size_t i = 0; i < n; i++)
            app_near_try(&near, known[i]);
        app_mend_near(c,
                      finding_add(c, w->f, FIND_ERROR, to->at,
                                  app_path(c, here, STR("to")),
                                  say(c, "Tugas \"%.*s\" tidak dikenal.",
                                      "The duty \"%.*s\" is unknown."),
                                  STR_ARG(duty)),
                      "duties", &near);
    }
}

/* ---- silence ------------------------------------------------------ */

static str first_refusal(const struct app *a)
{
    for (size_t i = 0; i < a->n_states; i++)
        if (str_eq(a->states[i].end, STR("refused")))
            return a->states[i].key;
    return STR("");
}

/* Silence never grants by itself: a law must say so, and the state that it
 * leads to is one in which a head says yes or no. */
static void check_grant(struct app_work *w, const struct data *flow,
                        struct place at)
{
    struct ctx *c = w->c;
    const struct app_state *s = app_state(w->a, w->a->silent_to);
    str path = STR("flow.on_silence");

    if (data_get(flow, STR("law")) == NULL)
        app_mend(c,
                 finding_add(c, w->f, FIND_ERROR, at, path,
                             say(c, "Diam tidak mengabulkan dengan sendirinya.",
                                 "Silence never grants by itself.")),
                 "flow-on_silence",
                 say(c, "Sebutlah law: yang menetapkannya.",
                     "Name the law: that says so."));
    else if (s == NULL || s->end.n > 0 || !str_eq(s->who.duty, STR("head")))
        app_mend(c,
                 finding_add(c, w->f, FIND_ERROR, at, path,
                             say(c,
                                 "Yang dikabulkan karena diam dinyatakan oleh "
                                 "pimpinan.",
                                 "What silence grants is stated by the head.")),
                 "flow-silent",
                 say(c,
                     "Sebutlah pada silent: sebuah keadaan yang menunggu "
                     "tugas head.",
                     "Name in silent: a state that waits for the duty head."));
}

static const struct {
    str word;
    enum app_silence is;
} silences[] = {
    {STR_INIT("escalate"), APP_SILENCE_ESCALATE},
    {STR_INIT("refuse"), APP_SILENCE_REFUSE},
    {STR_INIT("grant"), APP_SILENCE_GRANT},
};

static void take_silence(struct app_work *w, const struct data *flow)
{
    struct app *a = w->a;
    const struct data *said = data_get(flow, STR("on_silence"));

    a->silent_to = STR("");
    for (size_t i = 0; said != NULL && i < COUNT(silences); i++)
        if (str_eq(silences[i].word, data_text(said)))
            a->on_silence = silences[i].is;
    if (a->on_silence == APP_SILENCE_NONE)
        return;
    if (data_get(flow, STR("promise")) == NULL)
        fault(w, said->at, STR("flow.on_silence"), "flow-on_silence",
              "Diam baru berarti setelah janji lewat: sebutlah promise:.",
              "Silence means something when a promise passed: name promise:.");
    if (a->on_silence == APP_SILENCE_GRANT) {
        a->silent_to = app_state_name(w, data_get(flow, STR("silent")),
                                      STR("flow.silent"), "flow-silent");
        check_grant(w, flow, said->at);
    }
    if (a->on_silence != APP_SILENCE_REFUSE)
        return;
    a->silent_to = first_refusal(a);
    if (a->silent_to.n == 0)
        fault(w, said->at, STR("flow.on_silence"), "flow-on_silence",
              "Alur ini tidak punya keadaan dengan end: refused.",
              "The flow has no state with end: refused.");
}

/* ---- withdrawing -------------------------------------------------- */

static bool named(const struct data *from, str key)
{
    for (size_t i = 0; i < from->n; i++)
        if (str_eq(data_text(from->items[i]), key))
            return true;
    return false;
}

/* Asks nothing: what a state asks of its officers is not asked of the
 * resident. */
static void add_action(struct ctx *c, struct app_state *s,
                       const struct app_action *x)
{
    struct app_action *all = NEWS(c->mem, struct app_action, s->n_actions + 1);

    for (size_t i = 0; i < s->n_actions; i++)
        all[i] = s->actions[i];
    all[s->n_actions++] = *x;
    s->actions = all;
}

static void take_withdraw(struct app_work *w, const struct data *flow)
{
    struct ctx *c = w->c;
    const struct data *def = data_get(flow, STR("withdraw"));
    const struct data *from = data_get(def, STR("from"));
    struct app_action x = {.key = STR("withdraw"),
                           .label = data_get(def, STR("label")),
                           .who = {.resident = true},
                           .merges = STR(""),
                           .pays = STR("")};

    if (def == NULL || def->kind != DATA_MAP)
        return;
    if (x.label == NULL)
        x.label = app_usual_label(c, x.key);
    x.to = app_state_name(w, data_get(def, STR("to")), STR("flow.withdraw.to"),
                          "withdraw-to");
    if (from != NULL && from->kind != DATA_LIST)
        return;
    for (size_t i = 0; from != NULL && i < from->n; i++)
        app_state_name(w, from->items[i], STR("flow.withdraw.from"),
                       "withdraw-from");
    for (size_t i = 0; i < w->a->n_states; i++) {
        struct app_state *s = &w->a->states[i];

        if (s->end.n > 0 || s->who.system || str_eq(s->key, x.to) ||
            app_action(s, x.key) != NULL ||
            (from != NULL && !named(from, s->key)))
            continue;
        x.alone = s->n_branches > 0;
        add_action(c, s, &x);
    }
}

/* ---- the whole ---------------------------------------------------- */

/* An extension lengthens a promise: there must be one. */
static void check_extensions(struct app_work *w, const struct data *flow)
{
    const struct app *a = w->a;

    for (size_t i = 0;
         data_get(flow, STR("promise")) == NULL && i < a->n_states; i++)
        for (size_t k = 0; k < a->states[i].n_actions; k++)
            if (a->states[i].actions[k].extends.unit != CITY_NONE)
                fault(w, flow->at,
                      app_path(
                          w->c,
                          app_path(w->c, STR("flow.states"), a->states[i].key),
                          STR("actions")),
                      "action-extends",
                      "Tidak ada promise: yang dapat diperpanjang.",
                      "There is no promise: to extend.");
}

void app_build_time(struct app_work *w)
{
    const struct data *flow = data_get(w->tree, STR("flow"));

    take_silence(w, flow);
    take_withdraw(w, flow);
    check_extensions(w, flow);
}
