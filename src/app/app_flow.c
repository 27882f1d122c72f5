/* SPDX-License-Identifier: EUPL-1.2 */
/* The flow: states, actions, who, by when; and whether it can be walked. */
#include "app/app_priv.h"

#define BRANCHES_MOST 8

static const struct data *states_of(const struct app_work *w)
{
    return data_get(data_get(w->tree, STR("flow")), STR("states"));
}

static void unknown_state(struct app_work *w, const struct data *at, str path,
                          const char *doc)
{
    struct ctx *c = w->c;
    str name = data_text(at);
    struct app_near near = app_near(name);
    struct finding *f =
        finding_add(c, w->f, FIND_ERROR, at->at, path,
                    say(c, "Alur ini tidak punya keadaan \"%.*s\".",
                        "The flow has no state \"%.*s\"."),
                    STR_ARG(name));

    app_near_keys(&near, states_of(w));
    app_mend_near(c, f, doc, &near);
}

/* The name of a state that exists; else a finding. */
str app_state_name(struct app_work *w, const struct data *at, str path,
                   const char *doc)
{
    str name = data_text(at);

    if (at == NULL || name.p == NULL || !app_name_ok(name))
        return STR("");
    if (data_get(states_of(w), name) == NULL)
        unknown_state(w, at, path, doc);
    return name;
}

/* ---- labels ------------------------------------------------------- */

static const struct word words[] = {
#define WORD(key, id, en) WORD_ROW(#key, id, en)
#include "app/word.def"
#undef WORD
};

struct data *app_usual_label(struct ctx *c, str key)
{
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq(words[i].key, key)) {
            struct data *label = data_new(c, DATA_MAP);

            data_put_text(c, label, STR("id"), str_of(words[i].id));
            data_put_text(c, label, STR("en"), str_of(words[i].en));
            return label;
        }
    return NULL;
}

static const struct data *label_of(struct app_work *w,
                                   const struct data_pair *pair, str path,
                                   const char *doc)
{
    struct ctx *c = w->c;
    struct data *label = data_get(pair->value, STR("label"));

    if (label == NULL)
        label = app_usual_label(c, pair->key);
    if (label != NULL)
        return label;
    label = data_new(c, DATA_MAP);
    data_put_text(c, label, STR("id"), pair->key);
    app_mend(c,
             finding_add(c, w->f, FIND_ERROR, pair->at,
                         app_path(c, path, STR("label")),
                         say(c, "\"%.*s\" belum punya label.",
                             "\"%.*s\" has no label."),
                         STR_ARG(pair->key)),
             doc,
             say(c, "Tambahkan label: {id: ..., en: ...}.",
                 "Add label: {id: ..., en: ...}."));
    return label;
}

/* ---- who ---------------------------------------------------------- */

/* Neither list is long; both are closed. */
static void unknown_name(struct app_work *w, const struct data *at, str path,
                         str name, bool duty)
{
    struct ctx *c = w->c;
    struct app_near near = app_near(name);
    size_t n;
    const str *known = duty ? city_duty_list(&n) : city_functions(&n);
    struct finding *f =
        finding_add(c, w->f, FIND_ERROR, at->at, path,
                    duty ? say(c, "Tugas \"%.*s\" tidak dikenal.",
                               "The duty \"%.*s\" is unknown.")
                         : say(c, "Fungsi \"%.*s\" tidak dikenal.",
                               "The function \"%.*s\" is unknown."),
                    STR_ARG(name));

    for (size_t i = 0; i < n; i++)
        app_near_try(&near, known[i]);
    app_mend_near(c, f, duty ? "duties" : "functions", &near);
}

/* "verifier", a duty of the app's own function, or "public-works.field". */
static void take_duty(struct app_work *w, const struct data *at, str path,
                      str *function, str *duty)
{
    str text = str_trim(data_text(at)), head, tail;

    *function = w->a->function;
    *duty = text;
    if (str_cut(text, '.', &head, &tail)) {
        *function = head;
        *duty = tail;
        if (!city_function_known(head))
            unknown_name(w, at, path, head, false);
    }
    if (!city_duty_known(*duty))
        unknown_name(w, at, path, *duty, true);
}

static void check_by(struct app_work *w, const struct data *who, str path,
                     const struct data *rows)
{
    struct ctx *c = w->c;
    const struct data *by = data_get(who, STR("by"));
    const struct app_field *d = app_field(w->a, data_text(by));

    if (d == NULL || d->type != APP_CHOICE) {
        app_mend(c,
                 finding_add(c, w->f, FIND_ERROR, by->at,
                             app_path(c, path, STR("by")),
                             say(c, "by: haruslah isian jenis choice.",
                                 "by: must be a field of type choice.")),
                 "who-by", "%s", "");
        return;
    }
    for (size_t i = 0; rows != NULL && i < rows->n; i++) {
        struct app_near near = app_near(rows->pairs[i].key);
        bool known = false;

        for (size_t k = 0; k < d->n_options; k++) {
            known |= str_eq(d->options[k].key, rows->pairs[i].key);
            app_near_try(&near, d->options[k].key);
        }
        if (!known)
            app_mend_near(
                c,
                finding_add(c, w->f, FIND_ERROR, rows->pairs[i].at,
                            app_path(c, app_path(c, path, STR("rows")),
                                     rows->pairs[i].key),
                            say(c, "Isian %.*s tidak punya pilihan \"%.*s\".",
                                "The field %.*s has no option \"%.*s\"."),
                            STR_ARG(d->key), STR_ARG(rows->pairs[i].key)),
                "who-rows", &near);
    }
    for (size_t k = 0; k < d->n_options; k++)
        if (data_get(who, STR("else")) == NULL &&
            data_get(rows, d->options[k].key) == NULL)
            app_mend(c,
                     finding_add(c, w->f, FIND_ERROR, who->at, path,
                                 say(c, "Pilihan \"%.*s\" belum punya petugas.",
                                     "The option \"%.*s\" has nobody."),
                                 STR_ARG(d->options[k].key)),
                     "who-rows",
                     say(c, "Tambahkan barisnya atau else:.",
                         "Add its row, or else:."));
}

static void take_rows(struct app_work *w, const struct data *who, str path,
                      struct app_who *out)
{
    struct ctx *c = w->c;
    const struct data *rows = data_get(who, STR("rows"));
    const struct data *other = data_get(who, STR("else"));
    size_t n = rows != NULL && rows->kind == DATA_MAP ? rows->n : 0;
    struct app_route *all = NEWS(c->mem, struct app_route, n + 1);

    out->by = app_text(who, "by");
    for (size_t i = 0; i < n; i++) {
        struct app_route *r = &all[out->n++];

        r->key = rows->pairs[i].key;
        take_duty(w, rows->pairs[i].value,
                  app_path(c, app_path(c, path, STR("rows")), r->key),
                  &r->function, &r->duty);
    }
    if (other != NULL) {
        struct app_route *r = &all[out->n++];

        r->key = STR("");
        take_duty(w, other, app_path(c, path, STR("else")), &r->function,
                  &r->duty);
    }
    out->rows = all;
    check_by(w, who, path, n > 0 ? rows : NULL);
}

static struct app_who who_of(struct app_work *w, const struct data *who,
                             str path, int deep)
{
    struct ctx *c = w->c;
    struct app_who out = {0};
    str text = str_trim(data_text(who)), as = app_text(who, "as");
    const struct data *other;

    if (who == NULL)
        return out;
    if (str_eq(text, STR("resident")) || str_eq(text, STR("system"))) {
        out.resident = str_eq(text, STR("resident"));
        out.system = !out.resident;
    } else if (str_eq(text, STR("listed"))) {
        out.listed = true;
    } else if (as.n > 0) {
        other = data_get(states_of(w), as);
        if (other == NULL)
            unknown_state(w, data_get(who, STR("as")),
                          app_path(c, path, STR("as")), "who-as");
        else if (deep < 8)
            return who_of(w, data_get(other, STR("who")),
                          app_path(c, path, STR("as")), deep + 1);
    } else if (who->kind == DATA_MAP && data_get(who, STR("by")) != NULL) {
        take_rows(w, who, path, &out);
    } else if (who->kind == DATA_MAP) {
        app_mend(c,
                 finding_add(c, w->f, FIND_ERROR, who->at, path,
                             say(c, "Siapa yang bertindak belum jelas.",
                                 "Who acts is not clear.")),
                 "state-who",
                 say(c, "Pakailah by: dengan rows:, atau as:.",
                     "Use by: with rows:, or as:."));
    } else if (text.n > 0) {
        take_duty(w, who, path, &out.function, &out.duty);
    }
    return out;
}

/* ---- actions ------------------------------------------------------ */

static void take_needs(struct app_work *w, const struct data *state,
                       const struct data *action, str path,
                       struct app_action *x)
{
    struct ctx *c = w->c;
    const struct data *own = data_get(action, STR("needs"));
    const struct data *shared = data_get(state, STR("needs"));
    struct app_shape keyed = {KIND_KEYED, "field", NULL};
    const struct data *all = own == NULL      ? shared
                             : shared == NULL ? own
                                              : app_lay(c, keyed, shared, own);
    struct app_field *needs;
    str here = app_path(c, path, STR("needs"));

    app_build_field_list(w, all, here, &needs, &x->n_needs);
    app_build_needs_programs(w, needs, x->n_needs, here);
    x->needs = needs;
}

/* An expression over what the action asks, the form and what acts see. */
static struct cel_env *own_env(struct app_work *w, const struct app_action *x)
{
    return app_build_scope(w, x->needs, x->n_needs, true);
}

static void take_money(struct app_work *w, const struct data *def, str path,
                       struct app_action *x)
{
    struct ctx *c = w->c;
    const struct data *pays = data_get(def, STR("pays"));
    bool asks = false;

    if (data_get(def, STR("grants")) != NULL)
        x->grants = app_program(w, own_env(w, x), data_get(def, STR("grants")),
                                app_path(c, path, STR("grants")), RESULT_MONEY,
                                APP_MONEY);
    if (pays == NULL)
        return;
    x->pays = data_text(pays);
    for (size_t i = 0; i < x->n_needs; i++)
        asks |= str_eq(x->needs[i].key, x->pays) &&
                x->needs[i].type == APP_MONEY && !x->needs[i].optional;
    if (!asks)
        app_mend(c,
                 finding_add(c, w->f, FIND_ERROR, pays->at,
                             app_path(c, path, STR("pays")),
                             say(c,
                                 "Tindakan ini tidak menanyakan uang \"%.*s\" "
                                 "yang wajib diisi.",
                                 "The action does not ask for a required sum "
                                 "of money \"%.*s\"."),
                             STR_ARG(x->pays)),
                 "action-pays", "%s", "");
}

static void take_rules(struct app_work *w, const struct data *def, str path,
                       struct app_action *x)
{
    const struct data *rules = data_get(def, STR("rules"));
    struct app_rule *all;

    if (rules == NULL)
        return;
    app_build_rules(w, rules, app_path(w->c, path, STR("rules")), own_env(w, x),
                    &all, &x->n_rules);
    x->rules = all;
}

static void check_merges(struct app_work *w, const struct data *action,
                         str path, const struct app_action *x)
{
    struct ctx *c = w->c;

    for (size_t i = 0; i < x->n_needs; i++)
        if (str_eq(x->needs[i].key, x->merges))
            return;
    if (x->merges.n > 0)
        app_mend(c,
                 finding_add(c, w->f, FIND_ERROR,
                             data_get(action, STR("merges"))->at,
                             app_path(c, path, STR("merges")),
                             say(c, "Tindakan ini tidak menanyakan \"%.*s\".",
                                 "The action does not ask for \"%.*s\"."),
                             STR_ARG(x->merges)),
                 "action-merges", "%s", "");
}

static void take_action(struct app_work *w, const struct data *state,
                        const struct data_pair *pair, str path,
                        const struct app_state *s, struct app_action *x)
{
    struct ctx *c = w->c;
    const struct data *def = pair->value;
    const struct data *who = data_get(def, STR("who"));

    x->key = pair->key;
    x->label = label_of(w, pair, path, "action-label");
    x->to = app_state_name(w, data_get(def, STR("to")),
                           app_path(c, path, STR("to")), "action-to");
    x->who =
        who == NULL ? s->who : who_of(w, who, app_path(c, path, STR("who")), 0);
    x->alone = app_true(def, "alone");
    x->computes = app_true(def, "computes");
    x->when =
        app_program(w, w->act_env, data_get(def, STR("when")),
                    app_path(c, path, STR("when")), RESULT_BOOL, APP_BOOLEAN);
    x->merges = app_text(def, "merges");
    app_take_action_time(w, def, path, x);
    take_needs(w, state, def, path, x);
    app_take_changes(w, def, path, x);
    check_merges(w, def, path, x);
    take_money(w, def, path, x);
    take_rules(w, def, path, x);
}

static void take_actions(struct app_work *w, const struct data *def, str path,
                         struct app_state *s)
{
    const struct data *actions = data_get(def, STR("actions"));
    struct app_action *all;
    str here = app_path(w->c, path, STR("actions"));

    if (actions == NULL || actions->kind != DATA_MAP)
        return;
    all = NEWS(w->c->mem, struct app_action, actions->n + 1);
    for (size_t i = 0; i < actions->n; i++)
        if (actions->pairs[i].value->kind == DATA_MAP)
            take_action(w, def, &actions->pairs[i],
                        app_path(w->c, here, actions->pairs[i].key), s,
                        &all[s->n_actions++]);
    s->actions = all;
}

/* ---- states ------------------------------------------------------- */

static void take_eyes(struct app_work *w, const struct data *def, str path,
                      struct app_state *s)
{
    struct ctx *c = w->c;
    const struct data *list = data_get(def, STR("four_eyes"));
    str *names;

    if (list == NULL || list->kind != DATA_LIST)
        return;
    names = NEWS(c->mem, str, list->n + 1);
    for (size_t i = 0; i < list->n; i++) {
        names[s->n_four_eyes++] = app_state_name(
            w, list->items[i], app_path(c, path, STR("four_eyes")),
            "state-four_eyes");
        if (str_eq(data_text(list->items[i]), s->key))
            app_mend(
                c,
                finding_add(c, w->f, FIND_ERROR, list->items[i]->at,
                            app_path(c, path, STR("four_eyes")),
                            say(c, "four_eyes menyebut keadaannya sendiri.",
                                "four_eyes names its own state.")),
                "state-four_eyes", "%s", "");
    }
    s->four_eyes = names;
}

static void take_branch(struct app_work *w, const struct data_pair *pair,
                        str path, struct app_branch *b)
{
    struct ctx *c = w->c;
    const struct data *def = pair->value;
    struct app_field *needs;
    str below = app_path(c, path, STR("needs"));

    b->key = pair->key;
    b->label = label_of(w, pair, path, "branch-label");
    b->who =
        who_of(w, data_get(def, STR("who")), app_path(c, path, STR("who")), 0);
    city_span_read(app_text(def, "within"), &b->within);
    app_build_field_list(w, data_get(def, STR("needs")), below, &needs,
                         &b->n_needs);
    app_build_needs_programs(w, needs, b->n_needs, below);
    b->needs = needs;
    if (b->who.resident || b->who.system)
        app_mend(c,
                 finding_add(c, w->f, FIND_ERROR, pair->at, path, "%s",
                             say(c, "Cabang adalah tugas seorang petugas.",
                                 "A branch is an officer's duty.")),
                 "branch-who", "%s", "");
}

static void take_branches(struct app_work *w, const struct data *def, str path,
                          struct app_state *s)
{
    const struct data *all = data_get(def, STR("parallel"));
    struct app_branch *branches;
    str here = app_path(w->c, path, STR("parallel"));

    if (all == NULL || all->kind != DATA_MAP)
        return;
    branches = NEWS(w->c->mem, struct app_branch, all->n + 1);
    for (size_t i = 0; i < all->n && i < BRANCHES_MOST; i++)
        if (all->pairs[i].value->kind == DATA_MAP)
            take_branch(w, &all->pairs[i],
                        app_path(w->c, here, all->pairs[i].key),
                        &branches[s->n_branches++]);
    s->branches = branches;
    if (all->n < 2 || all->n > BRANCHES_MOST)
        app_mend(w->c,
                 finding_add(w->c, w->f, FIND_ERROR, all->at, here,
                             say(w->c, "Di sini diharapkan 2 sampai %d cabang.",
                                 "2 to %d branches are expected here."),
                             BRANCHES_MOST),
                 "state-parallel", "%s", "");
}

static void take_when(struct app_work *w, const struct data *def, str path,
                      struct app_state *s)
{
    struct ctx *c = w->c;
    const struct data *when = data_get(def, STR("when"));
    const struct data *other = data_get(def, STR("otherwise"));

    s->when = app_program(w, w->act_env, when, app_path(c, path, STR("when")),
                          RESULT_BOOL, APP_BOOLEAN);
    s->otherwise = app_state_name(w, other, app_path(c, path, STR("otherwise")),
                                  "state-otherwise");
    if ((when == NULL) == (other == NULL))
        return;
    app_mend(c,
             finding_add(c, w->f, FIND_ERROR, (when == NULL ? other : when)->at,
                         path, "%s",
                         say(c, "when: dan otherwise: berpasangan.",
                             "when: and otherwise: belong together.")),
             "state-otherwise", "%s", "");
}

static void take_state(struct app_work *w, const struct data_pair *pair,
                       struct app_state *s)
{
    struct ctx *c = w->c;
    const struct data *def = pair->value;
    const struct data *lapses = data_get(def, STR("lapses"));
    str path = app_path(c, STR("flow.states"), pair->key);

    s->key = pair->key;
    s->def = def;
    s->label = label_of(w, pair, path, "state-label");
    s->who =
        who_of(w, data_get(def, STR("who")), app_path(c, path, STR("who")), 0);
    city_span_read(app_text(def, "within"), &s->within);
    app_take_state_time(w, def, path, s);
    s->stopped = str_eq(app_text(def, "clock"), STR("stopped"));
    s->end = app_text(def, "end");
    s->frozen = app_true(def, "frozen");
    s->appeal = app_true(def, "appeal");
    app_take_lapse(w, def, path, s);
    if (lapses != NULL) {
        s->lapse_to =
            app_state_name(w, data_get(lapses, STR("to")),
                           app_path(c, path, STR("lapses.to")), "lapses-to");
    }
    take_when(w, def, path, s);
    take_branches(w, def, path, s);
    take_eyes(w, def, path, s);
    take_actions(w, def, path, s);
}

/* ---- functions ---------------------------------------------------- */

struct functions {
    str *all;
    size_t n, room;
};

static void note(struct ctx *c, struct functions *f, str name)
{
    if (name.n == 0 || str_among(name, f->all, f->n) >= 0)
        return;
    ARENA_GROW(c->mem, f->all, f->n, f->room);
    f->all[f->n++] = name;
}

static void note_who(struct ctx *c, struct functions *f,
                     const struct app_who *who)
{
    note(c, f, who->function);
    for (size_t i = 0; i < who->n; i++)
        note(c, f, who->rows[i].function);
}

/* Letters are built later; what they name is in the text already. */
static void note_letters(struct app_work *w, struct functions *f)
{
    const struct data *all = data_get(w->tree, STR("letters"));

    for (size_t i = 0; all != NULL && all->kind == DATA_MAP && i < all->n; i++)
        note(w->c, f, app_text(all->pairs[i].value, "function"));
}

static void note_functions(struct app_work *w)
{
    struct app *a = w->a;
    struct functions f = {0};

    note(w->c, &f, a->function);
    note_letters(w, &f);
    for (size_t i = 0; i < a->n_states; i++) {
        note_who(w->c, &f, &a->states[i].who);
        for (size_t k = 0; k < a->states[i].n_actions; k++)
            note_who(w->c, &f, &a->states[i].actions[k].who);
        for (size_t k = 0; k < a->states[i].n_branches; k++)
            note_who(w->c, &f, &a->states[i].branches[k].who);
    }
    /* Who files for himself may be a head: above him is the secretary. */
    if (a->filed_by == APP_BY_OFFICER)
        note(w->c, &f, STR("head-of-region"));
    a->functions = f.all;
    a->n_functions = f.n;
}

void app_build_flow(struct app_work *w)
{
    const struct data *flow = data_get(w->tree, STR("flow"));
    const struct data *states = states_of(w);
    struct app *a = w->a;
    size_t n = states != NULL && states->kind == DATA_MAP ? states->n : 0;

    a->states = NEWS(w->c->mem, struct app_state, n + 1);
    for (size_t i = 0; i < n; i++)
        if (states->pairs[i].value->kind == DATA_MAP)
            take_state(w, &states->pairs[i], &a->states[a->n_states++]);
    a->start = app_state_name(w, data_get(flow, STR("start")),
                              STR("flow.start"), "flow-start");
    city_span_read(app_text(flow, "promise"), &a->promise);
    a->promises = data_get(flow, STR("promises"));
    app_build_time(w);
    note_functions(w);
}

/* ---- can it be walked --------------------------------------------- */

static size_t index_of(const struct app *a, str key)
{
    size_t i = 0;

    while (i < a->n_states && !str_eq(a->states[i].key, key))
        i++;
    return i;
}

static void reach_one(const struct app *a, str to, bool *seen, size_t *queue,
                      size_t *n)
{
    size_t i = index_of(a, to);

    if (i < a->n_states && !seen[i]) {
        seen[i] = true;
        queue[(*n)++] = i;
    }
}

/* Every state is looked at once. */
static void reach(struct ctx *c, const struct app *a, bool *seen)
{
    size_t *queue = NEWS(c->mem, size_t, a->n_states + 1), n = 0;

    reach_one(a, a->start, seen, queue, &n);
    reach_one(a, a->silent_to, seen, queue, &n);
    for (size_t at = 0; at < n; at++) {
        const struct app_state *s = &a->states[queue[at]];

        for (size_t k = 0; k < s->n_actions; k++)
            reach_one(a, s->actions[k].to, seen, queue, &n);
        reach_one(a, s->lapse_to, seen, queue, &n);
        reach_one(a, s->otherwise, seen, queue, &n);
    }
}

static void state_fault(struct app_work *w, const struct app_state *s,
                        const char *doc, const char *id, const char *en)
{
    struct place at = s->def->at;
    const struct data *states = states_of(w);

    for (size_t i = 0; i < states->n; i++)
        if (str_eq(states->pairs[i].key, s->key))
            at = states->pairs[i].at;
    app_mend(w->c,
             finding_add(w->c, w->f, FIND_ERROR, at,
                         app_path(w->c, STR("flow.states"), s->key), "%s",
                         say(w->c, id, en)),
             doc, "%s", "");
}

static bool leads_away(const struct app_state *s)
{
    if (s->lapse_to.n > 0)
        return true;
    for (size_t i = 0; i < s->n_actions; i++)
        if (!str_eq(s->actions[i].to, s->key))
            return true;
    return false;
}

static bool has_actor(const struct app_who *who)
{
    return who->resident || who->system || who->listed || who->duty.n > 0 ||
           who->n > 0;
}

/* What only somebody who acts can answer or be held by. */
static bool asks_more(const struct app_action *x)
{
    return x->n_needs > 0 || x->n_rules > 0 || x->n_changes > 0 ||
           x->until.unit != CITY_NONE || x->extends.unit != CITY_NONE ||
           x->merges.n > 0;
}

/* It decides by itself: one action must always hold. */
static void check_auto(struct app_work *w, const struct app_state *s)
{
    if (s->who.system &&
        (s->n_actions == 0 || s->actions[s->n_actions - 1].when != NULL))
        state_fault(w, s, "state-who",
                    "Keadaan yang memutuskan sendiri memerlukan tindakan "
                    "terakhir tanpa when:.",
                    "A state that decides by itself needs a last action "
                    "without when:.");
    for (size_t i = 0; i < s->n_actions; i++)
        if (s->who.system &&
            (!s->actions[i].who.system || asks_more(&s->actions[i]) ||
             str_eq(s->actions[i].to, s->key)))
            state_fault(w, s, "state-who",
                        "Keadaan yang memutuskan sendiri tidak menanyakan, "
                        "tidak beraturan dan tidak berbatas waktu, dan tidak "
                        "menuju dirinya.",
                        "A state that decides by itself asks nothing, has "
                        "neither rules nor time limits, and does not lead to "
                        "itself.");
}

/* Where `otherwise` leads on and on, it must arrive. */
static void check_otherwise(struct app_work *w, const struct app_state *s)
{
    const struct app_state *at = s;

    for (size_t i = 0; at != NULL && at->otherwise.n > 0; i++) {
        if (i == w->a->n_states) {
            state_fault(w, s, "state-otherwise",
                        "otherwise: berputar tanpa tiba di mana pun.",
                        "otherwise: goes round and arrives nowhere.");
            return;
        }
        at = app_state(w->a, at->otherwise);
    }
}

static bool asks_the_same(const struct app_branch *b,
                          const struct app_action *x)
{
    for (size_t i = 0; i < b->n_needs; i++)
        for (size_t k = 0; k < x->n_needs; k++)
            if (str_eq(b->needs[i].key, x->needs[k].key))
                return true;
    return false;
}

static void check_branches(struct app_work *w, const struct app_state *s)
{
    bool joins = false, alone = false;

    for (size_t i = 0; i < s->n_actions; i++) {
        joins |= !s->actions[i].alone;
        /* Whoever withdraws does so for all branches, where there are any. */
        alone |= s->actions[i].alone && !s->actions[i].who.resident;
    }
    if (s->n_branches > 0 && (!joins || s->end.n > 0))
        state_fault(w, s, "state-parallel",
                    "Cabang memerlukan tindakan yang menyatukannya, bukan "
                    "hanya alone:.",
                    "Branches need an action that joins them, not alone: "
                    "only.");
    for (size_t b = 0; b < s->n_branches; b++)
        for (size_t i = 0; i < s->n_actions; i++)
            if (asks_the_same(&s->branches[b], &s->actions[i]))
                state_fault(w, s, "state-parallel",
                            "Cabang dan tindakannya menanyakan isian yang "
                            "bernama sama.",
                            "A branch and its action ask a field of the same "
                            "name.");
    if (alone && s->n_branches == 0)
        state_fault(w, s, "action-alone",
                    "alone: hanya berlaku dengan parallel:.",
                    "alone: only fits where there is parallel:.");
}

static void check_state(struct app_work *w, const struct app_state *s)
{
    bool asks = false;

    check_auto(w, s);
    check_otherwise(w, s);
    check_branches(w, s);
    for (size_t i = 0; i < s->n_actions; i++)
        asks |= !has_actor(&s->actions[i].who) && s->n_branches == 0;
    if (asks)
        state_fault(w, s, "state-who",
                    "Siapa yang bertindak di keadaan ini belum disebut.",
                    "It is not said who acts in this state.");
    if (s->end.n > 0)
        return;
    if (!leads_away(s))
        state_fault(w, s, "state-end",
                    "Keadaan ini tidak punya jalan keluar dan bukan akhir.",
                    "This state has no way out and is no end.");
    else if (s->within.unit == CITY_NONE && s->lapse_to.n == 0 &&
             s->n_branches == 0 && !s->who.system)
        state_fault(w, s, "state-within",
                    "Keadaan ini tidak punya tenggat: tambahkan within: atau "
                    "lapses:.",
                    "This state has no deadline: add within: or lapses:.");
    else if (s->who.resident && s->lapse_to.n == 0)
        state_fault(w, s, "state-lapses",
                    "Keadaan yang menunggu warga memerlukan lapses:.",
                    "A state that waits for a resident needs lapses:.");
}

void app_check_flow(struct app_work *w)
{
    const struct app *a = w->a;
    bool *seen = NEWS(w->c->mem, bool, a->n_states + 1);

    reach(w->c, a, seen);
    for (size_t i = 0; i < a->n_states; i++) {
        if (!seen[i] && index_of(a, a->start) < a->n_states)
            state_fault(w, &a->states[i], "flow-states",
                        "Keadaan ini tidak pernah tercapai.",
                        "This state can never be reached.");
        check_state(w, &a->states[i]);
    }
}
