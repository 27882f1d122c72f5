/* SPDX-License-Identifier: EUPL-1.2 */
/* Several records of the worklist at once: chosen by ticks, shown with what
 * will happen, and then each acted on by itself. What refuses is named; the
 * others hold. A page that is sent twice acts once: each record goes with the
 * version that was read. */
#include "web/web_priv.h"

#include <stdlib.h>

#define BULK 50

struct picked {
    str number;
    int64_t version; /* as the list showed it */
    struct record_view r;
    struct record_choice *choices;
    size_t n;
};

struct bulk {
    struct picked all[BULK];
    size_t n;
    const struct findings *f; /* of what was tried */
    str tried;
};

struct told {
    str number, what;
};

/* ---- what was ticked ---------------------------------------------- */

static err pick(struct visit *v, struct bulk *b, str number, int64_t version)
{
    struct record_actor actor = web_actor(v, STR(""));
    struct picked *p = &b->all[b->n++];

    *p = (struct picked){.number = number, .version = version};
    actor.channel = STR("web");
    TRY(record_view(v->c, &v->world, v->on, &actor, number, &p->r));
    return record_choices(v->c, &v->world, v->on, &p->r.record, p->r.app,
                          &actor, &p->choices, &p->n);
}

static int by_turn(const void *a, const void *b)
{
    const struct record *x = &((const struct picked *)a)->r.record;
    const struct record *y = &((const struct picked *)b)->r.record;
    int64_t due_x = record_behind(x, x->due).due;
    int64_t due_y = record_behind(y, y->due).due;

    if (due_x != due_y)
        return due_x < due_y ? -1 : 1;
    if (x->entered != y->entered)
        return x->entered < y->entered ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* All ask the same, or there is no one answer for all. */
static err alike(struct visit *v, const struct bulk *b)
{
    const struct record *one = &b->all[0].r.record;

    for (size_t i = 1; i < b->n; i++) {
        const struct record *r = &b->all[i].r.record;

        if (!str_eq(r->app, one->app) || !str_eq(r->state, one->state) ||
            !str_eq(r->tree, one->tree) || !str_eq(r->overlay, one->overlay))
            return fail(v->c, E_BAD_INPUT,
                        say(v->c,
                            "%.*s dan %.*s tidak dapat ditindak sekaligus: "
                            "layanan, keadaan, atau versinya berbeda. Kembali "
                            "dan pilih berkas yang sejenis.",
                            "%.*s and %.*s cannot be acted on at once: their "
                            "service, state or version differ. Go back and "
                            "choose records of one kind."),
                        STR_ARG(one->number), STR_ARG(r->number));
    }
    return E_OK;
}

static err none_picked(struct visit *v)
{
    return fail(v->c, E_BAD_INPUT, "%s",
                say(v->c,
                    "Belum ada berkas yang dipilih. Kembali dan centang "
                    "berkasnya.",
                    "No record was chosen. Go back and tick some."));
}

/* "@7K4M-2QX9-5" = version; what is due first comes first, so that none is out
 * of turn for another of them. */
static err read_picked(struct visit *v, struct bulk *b)
{
    str head = STR("@"), number;
    int64_t version;

    *b = (struct bulk){.tried = STR("")};
    TRY(web_look(v));
    for (size_t i = 0; i < v->n_form; i++) {
        str name = v->form[i].name;

        if (!str_starts(name, head))
            continue;
        TRY(web_number_part(v, str_slice(name, head.n, name.n), &number));
        TRY(str_i64(v->c, v->form[i].value, &version));
        if (b->n == BULK)
            return fail(v->c, E_TOO_BIG,
                        say(v->c, "Paling banyak %d berkas sekaligus.",
                            "At most %d records at once."),
                        BULK);
        TRY(pick(v, b, number, version));
    }
    if (b->n == 0)
        return none_picked(v);
    qsort(b->all, b->n, sizeof *b->all, by_turn);
    return alike(v, b);
}

/* ---- what can be done to all -------------------------------------- */

static const struct record_choice *choice_of(const struct picked *p, str key)
{
    for (size_t i = 0; i < p->n; i++)
        if (str_eq(p->choices[i].action->key, key) &&
            p->choices[i].branch == NULL)
            return &p->choices[i];
    return NULL;
}

static str why_not(struct visit *v, const struct picked *p, str key)
{
    const struct record_choice *k = choice_of(p, key);

    if (k == NULL)
        return str_of(say(v->c, "Tindakan ini belum dapat diambil.",
                          "This action cannot be taken yet."));
    return k->why;
}

static str consequence(struct visit *v, const struct app *a,
                       const struct app_action *x, size_t n)
{
    const struct app_state *to = app_state(a, x->to);

    return SAY(v, "say_bulk_becomes", STR("n"), web_number(v, (int64_t)n),
               STR("state"), to == NULL ? STR("") : app_say(v->c, to->label));
}

static struct data *turn_field(struct visit *v, const char *in)
{
    struct input i = {
        .name = "reason",
        .in = in,
        .widget = "select",
        .label = str_of(say(v->c, "Alasan mendahulukan", "Why out of turn")),
        .hint = web_word(v, "say_bulk_turn")};
    struct data *field = web_input(v, &i);

    web_put_words(v, field, &record_reasons);
    return field;
}

static bool may_now(const struct picked *p, str key)
{
    const struct record_choice *k = choice_of(p, key);

    return k != NULL && k->why.n == 0;
}

/* Does a ticked record account for it that the i-th is out of turn? */
static bool waits_for_ticked(const struct bulk *b, size_t i, str key)
{
    for (size_t k = 0; k < i; k++)
        if (b->all[k].r.record.entered <= b->all[i].r.record.entered &&
            may_now(&b->all[k], key))
            return true;
    return false;
}

/* Is one of them out of turn for a record that was not ticked? */
static bool jumps(const struct bulk *b, str key)
{
    for (size_t i = 0; i < b->n; i++) {
        const struct record_choice *k = choice_of(&b->all[i], key);

        if (k != NULL && k->why.n == 0 && k->out_of_turn &&
            !waits_for_ticked(b, i, key))
            return true;
    }
    return false;
}

static void put_action(struct visit *v, struct data *list, const struct bulk *b,
                       const struct app_action *x)
{
    const char *in = arena_fmt(v->c->mem, "%.*s-", STR_ARG(x->key)).p;
    bool tried = str_eq(b->tried, x->key);
    static const struct app_form none;
    struct filling fill = {.pairs = tried ? v->form : NULL,
                           .n = tried ? v->n_form : 0,
                           .form = &none,
                           .f = tried ? b->f : NULL,
                           .in = in};
    struct data *one = web_item(v, list), *barred, *fields;
    size_t free = b->n;

    barred = web_list(v, one, "barred");
    for (size_t i = 0; i < b->n; i++) {
        str why = why_not(v, &b->all[i], x->key);
        struct data *line;

        if (why.n == 0)
            continue;
        free--;
        line = web_item(v, barred);
        web_put(v, line, "number", b->all[i].number);
        web_put(v, line, "why", why);
    }
    web_has(v, one, "barred");
    web_put(v, one, "key", x->key);
    web_put(v, one, "text", app_say(v->c, x->label));
    web_put(v, one, "consequence", consequence(v, b->all[0].r.app, x, free));
    web_flag(v, one, "free", free > 0);
    web_flag(v, one, "open", tried);
    fields = web_list(v, one, "fields");
    for (size_t i = 0; i < x->n_needs; i++)
        data_append(v->c, fields, web_field(v, &x->needs[i], &fill));
    if (jumps(b, x->key))
        data_append(v->c, fields, turn_field(v, in));
}

static void put_picked(struct visit *v, const struct bulk *b)
{
    struct data *list = web_list(v, v->page, "rows");

    for (size_t i = 0; i < b->n; i++) {
        const struct record *r = &b->all[i].r.record;
        struct data *one = web_item(v, list);

        web_put(v, one, "href",
                web_to(v, "/kerja/berkas/%.*s", STR_ARG(r->number)));
        web_put(v, one, "number", r->number);
        data_put_i64(v->c, one, STR("version"), b->all[i].version);
        web_put(v, one, "due",
                r->due > 0 ? city_show_until(v->c, v->world.city, r->due)
                           : STR(""));
    }
}

static str on_act(struct visit *v, void *arg, str key)
{
    const struct bulk *b = arg;
    const char *in = arena_fmt(v->c->mem, "%.*s-", STR_ARG(b->tried)).p;

    return web_on_page(v, (void *)(uintptr_t)in, key);
}

static void put_heading(struct visit *v, const struct bulk *b)
{
    const struct picked *one = &b->all[0];

    web_put(v, v->page, "what",
            arena_fmt(v->c->mem, "%.*s · %.*s",
                      STR_ARG(app_say(v->c, one->r.app->title)),
                      STR_ARG(app_say(v->c, one->r.state->label))));
    web_put(v, v->page, "action", web_to(v, "/kerja/sekaligus"));
    web_back(v, web_to(v, "/kerja"));
}

static err show(struct visit *v, struct bulk *b)
{
    const struct app_state *s = b->all[0].r.state;
    struct data *list;

    TRY(web_look(v));
    TRY(web_frame(v));
    put_heading(v, b);
    put_picked(v, b);
    list = web_list(v, v->page, "actions");
    for (size_t i = 0; i < s->n_actions; i++)
        if (app_action_many(b->all[0].r.app, s, &s->actions[i]))
            put_action(v, list, b, &s->actions[i]);
    web_has(v, v->page, "actions");
    if (b->f != NULL)
        web_wrong(v, b->f, on_act, b);
    return web_show_as(v, b->f == NULL ? 200 : 422, "bulk");
}

/* ---- acting ------------------------------------------------------- */

struct outcome {
    struct told done[BULK], refused[BULK];
    size_t n_done, n_refused;
};

static void put_told(struct visit *v, const char *key, const struct told *all,
                     size_t n)
{
    struct data *list = web_list(v, v->page, key);

    for (size_t i = 0; i < n; i++) {
        struct data *one = web_item(v, list);

        web_put(v, one, "href",
                web_to(v, "/kerja/berkas/%.*s", STR_ARG(all[i].number)));
        web_put(v, one, "number", all[i].number);
        web_put(v, one, "text", all[i].what);
    }
    web_has(v, v->page, key);
}

static err show_outcome(struct visit *v, const struct bulk *b,
                        const struct outcome *o)
{
    TRY(web_look(v));
    TRY(web_frame(v));
    put_heading(v, b);
    put_told(v, "done", o->done, o->n_done);
    put_told(v, "refused", o->refused, o->n_refused);
    return web_show_as(v, o->n_refused == 0 ? 200 : 409, "bulk_done");
}

/* What an answer lacks, it lacks for all of them; a reason only for some. */
static bool answers_wrong(const struct findings *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->all[i].severity == FIND_ERROR &&
            !str_eq(f->all[i].key, STR("reason")))
            return true;
    return false;
}

static void act_on(struct visit *v, const struct picked *p,
                   const struct record_deed *answers, struct outcome *o,
                   struct findings *f)
{
    struct record_deed deed = *answers;
    struct record_outcome out;
    const struct app_state *s;
    err e;

    deed.number = p->number;
    deed.version = p->version;
    e = record_act(v->c, &v->world, &deed, f, &out);
    if (e != E_OK) {
        o->refused[o->n_refused++] =
            (struct told){p->number, f->n > 0 ? f->all[0].what : v->c->why};
        return;
    }
    s = app_state(p->r.app, out.record.state);
    o->done[o->n_done++] = (struct told){
        p->number, s == NULL ? out.record.state : app_say(v->c, s->label)};
}

static err act_on_all(struct visit *v, struct bulk *b,
                      const struct app_action *x)
{
    struct record_deed deed = {.action = x->key,
                               .branch = STR(""),
                               .reason = web_sent(v, "reason"),
                               .actor = web_actor(v, STR(""))};
    struct findings f = {0};
    struct outcome o = {.n_done = 0};
    struct app_pair *pairs;
    struct record_upload *uploads;
    size_t n_uploads;

    TRY(web_read_needs(v, x, &pairs, &deed.n_needs, &uploads, &n_uploads, &f));
    deed.needs = pairs;
    deed.actor.channel = STR("web");
    web_look_away(v);
    for (size_t i = 0; i < b->n; i++) {
        struct findings own = {0};

        act_on(v, &b->all[i], &deed, &o, &own);
        if (o.n_done > 0 || !answers_wrong(&own))
            continue;
        web_own_names(x, &own);
        b->f = &own, b->tried = x->key;
        return show(v, b);
    }
    return show_outcome(v, b, &o);
}

/* First what will happen; with an action chosen, it happens. */
err web_bulk(struct visit *v)
{
    str key = web_sent(v, "act");
    const struct app_state *s;
    struct bulk *b = NEW(v->c->mem, struct bulk);

    TRY(read_picked(v, b));
    s = b->all[0].r.state;
    for (size_t i = 0; i < s->n_actions && key.n > 0; i++)
        if (str_eq(s->actions[i].key, key) &&
            app_action_many(b->all[0].r.app, s, &s->actions[i]))
            return act_on_all(v, b, &s->actions[i]);
    return show(v, b);
}
