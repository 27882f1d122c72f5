/* SPDX-License-Identifier: EUPL-1.2 */
/* Flags: what deserves a look, for auditors of the inspectorate. */
#include "web/web_priv.h"

#define BASE     "/pengawasan"
#define PAGE     25
#define EVIDENCE 100 /* acts that a page shows */
#define PASSED   3   /* of those that an act went before */

/* ---- words -------------------------------------------------------- */

static str month_of(struct visit *v, int64_t month)
{
    struct date d = {
        .year = (int)(month / 12), .month = (int)(month % 12) + 1, .day = 1};
    str first, rest, day = city_show_date(v->c, d);

    str_cut(day, ' ', &first, &rest);
    return rest; /* "1 Maret 2026" without its day */
}

/* All are read at once: a page names many. */
static str officer_name(struct visit *v, str pseudonym)
{
    if (v->people == NULL &&
        city_officers(v->c, v->on, &v->people, &v->n_people) != E_OK)
        v->n_people = 0;
    for (size_t i = 0; i < v->n_people; i++)
        if (str_eq(v->people[i].pseudonym, pseudonym))
            return arena_fmt(v->c->mem, "%.*s, %.*s",
                             STR_ARG(v->people[i].name),
                             STR_ARG(v->people[i].post));
    return pseudonym;
}

static str share(struct visit *v, double part)
{
    return arena_fmt(v->c->mem, "%.*s%%",
                     STR_ARG(city_show_decimal(
                         v->c, arena_fmt(v->c->mem, "%.1f", part * 100))));
}

static str of_all(struct visit *v, int64_t some, int64_t all)
{
    return SAY(v, "say_some_of", STR("n"), web_number(v, some), STR("all"),
               web_number(v, all));
}

static str step_of(struct visit *v, const struct insight_act *a)
{
    const struct app_entry *e = app_catalogue_find(v->world.apps, a->app);
    const struct app_state *s =
        e == NULL || e->app == NULL ? NULL : app_state(e->app, a->state);

    return s == NULL ? arena_fmt(v->c->mem, "%.*s, %.*s", STR_ARG(a->app),
                                 STR_ARG(a->state))
                     : arena_fmt(v->c->mem, "%.*s, %.*s",
                                 STR_ARG(app_say(v->c, e->app->title)),
                                 STR_ARG(app_say(v->c, s->label)));
}

/* ---- the list ----------------------------------------------------- */

static void put_standing(struct visit *v, struct data *to,
                         const struct insight_flag *f)
{
    const char *word = f->closed != 0  ? "say_flag_closed"
                       : f->asked != 0 ? "say_flag_asked"
                                       : "say_flag_came";

    web_tag(v, to,
            f->closed != 0  ? "ok"
            : f->asked != 0 ? ""
                            : "warn",
            web_word(v, word));
}

static void put_flag(struct visit *v, struct data *to,
                     const struct insight_flag *f)
{
    struct insight_rule rule = insight_rule(v->c, f->kind);

    web_put(v, to, "name", rule.name);
    web_put(v, to, "officer", officer_name(v, f->officer));
    web_put(v, to, "month", month_of(v, f->month));
    web_put(v, to, "found", of_all(v, f->found, f->acts));
    web_put(v, to, "share", share(v, (double)f->found / (double)f->acts));
    web_put(v, to, "peers", share(v, f->peers));
    put_standing(v, to, f);
}

static void put_rules(struct visit *v)
{
    struct data *list = web_list(v, v->page, "rules");

    for (int k = 0; k < INSIGHT_KINDS; k++) {
        struct insight_rule rule = insight_rule(v->c, (enum insight_kind)k);
        struct data *one = web_item(v, list);

        web_put(v, one, "name", rule.name);
        web_put(v, one, "means", rule.means);
        web_put(v, one, "formula", rule.formula);
        web_put(v, one, "source", rule.source);
        web_put(v, one, "least",
                SAY(v, "say_flag_least", STR("acts"), web_number(v, rule.acts),
                    STR("found"), web_number(v, rule.found)));
    }
}

err web_flags(struct visit *v)
{
    struct record_actor me = web_actor(v, STR(""));
    struct insight_flag *all;
    struct data *list;
    int64_t before = 0;
    size_t n;

    if (web_arg(v, "sebelum").n > 0)
        TRY(str_i64(v->c, web_arg(v, "sebelum"), &before));
    TRY(web_look(v));
    TRY(insight_flags(v->c, &v->world, v->on, &me, before, PAGE, &all, &n));
    TRY(web_frame(v));
    list = web_list(v, v->page, "flags");
    for (size_t i = 0; i < n; i++) {
        struct data *one = web_item(v, list);

        put_flag(v, one, &all[i]);
        web_put(v, one, "href", web_to(v, BASE "/%" PRId64, all[i].id));
    }
    web_has(v, v->page, "flags");
    put_rules(v);
    web_put_pages(v, n == PAGE
                         ? web_to(v, BASE "?sebelum=%" PRId64, all[n - 1].id)
                         : STR(""));
    return web_show(v, "flags");
}

/* ---- evidence ----------------------------------------------------- */

struct looking {
    struct insight_flag f;
    struct insight_act *acts;
    size_t n;
};

/* "7K4M-2QX9-5, ...": some of those that go before it; acts stand by step and
 * in the order in which they came. */
static str passed_by(struct visit *v, const struct looking *l, size_t at)
{
    const struct insight_act *a = &l->acts[at];
    struct buf b = buf_new(v->c, 4096);
    int n = 0;

    while (at-- > 0 && n < PASSED && n < a->older) {
        const struct insight_act *o = &l->acts[at];

        if (str_eq(o->office, a->office) && str_eq(o->app, a->app) &&
            str_eq(o->state, a->state) && o->entered <= a->left &&
            o->left > a->left && insight_goes_before(o, a))
            buf_fmt(&b, "%s%.*s", n++ > 0 ? ", " : "", STR_ARG(o->record));
    }
    return buf_str(&b);
}

static str seconds(struct visit *v, int64_t micros)
{
    return arena_fmt(v->c->mem,
                     say(v->c, "%" PRId64 " detik", "%" PRId64 " seconds"),
                     micros / TIME_SECOND);
}

static str why_of(struct visit *v, const struct looking *l, size_t at)
{
    const struct insight_act *a = &l->acts[at];

    if (l->f.kind == INSIGHT_UNREAD)
        return SAY(v, "say_flag_had", STR("had"), seconds(v, a->had),
                   STR("least"), seconds(v, a->reading));
    return SAY(v, "say_flag_before", STR("n"), web_number(v, a->older),
               STR("all"), web_number(v, a->waiting), STR("some"),
               passed_by(v, l, at));
}

static void put_act(struct visit *v, struct data *one, const struct looking *l,
                    size_t at)
{
    const struct insight_act *a = &l->acts[at];

    web_put(v, one, "number", a->record);
    web_put(v, one, "href",
            web_to(v, "/kerja/berkas/%.*s", STR_ARG(a->record)));
    web_put(v, one, "step", step_of(v, a));
    web_put(v, one, "entered", web_when(v, a->entered));
    web_put(v, one, "left", web_when(v, a->left));
    web_put(v, one, "why", why_of(v, l, at));
    web_put(v, one, "reason",
            a->reason.n > 0 ? record_reason_name(v->c, a->reason) : STR(""));
}

static void put_evidence(struct visit *v, const struct looking *l)
{
    struct data *list = web_list(v, v->page, "acts");
    size_t all = 0;

    for (size_t i = 0; i < l->n; i++) {
        if (!l->acts[i].found[l->f.kind] ||
            !str_eq(l->acts[i].officer, l->f.officer))
            continue;
        if (all++ < EVIDENCE)
            put_act(v, web_item(v, list), l, i);
    }
    web_put(v, v->page, "acts_more",
            all <= EVIDENCE ? STR("") : of_all(v, EVIDENCE, (int64_t)all));
    web_has(v, v->page, "acts");
}

/* The others who took as many acts, and the flagged officer among them. */
static void put_peers(struct visit *v, const struct looking *l)
{
    struct data *list = web_list(v, v->page, "others");
    struct insight_suspect *all;
    size_t n;

    insight_weigh(v->c, l->acts, l->n, l->f.kind, &all, &n);
    for (size_t i = 0; i < n; i++) {
        struct data *one = web_item(v, list);

        web_put(v, one, "name", officer_name(v, all[i].officer));
        web_put(v, one, "found", of_all(v, all[i].found, all[i].acts));
        web_put(v, one, "share",
                share(v, (double)all[i].found / (double)all[i].acts));
        web_put(v, one, "peers", share(v, all[i].peers));
    }
    web_has(v, v->page, "others");
}

/* ---- one flag ----------------------------------------------------- */

static void put_form(struct visit *v, const struct looking *l)
{
    struct input answer = {.name = "jawaban",
                           .widget = "longtext",
                           .label = web_word(v, "say_flag_answer"),
                           .hint = web_word(v, "say_flag_answer_hint"),
                           .value = web_sent(v, "jawaban")};
    struct input outcome = {.name = "hasil",
                            .widget = "choice",
                            .label = web_word(v, "say_flag_outcome")};
    struct data *list = web_list(v, v->page, "fields"), *choice;
    bool mine = str_eq(l->f.asker, v->s.who.pseudonym);

    web_flag(v, v->page, "to_ask", l->f.asked == 0);
    web_flag(v, v->page, "to_wait",
             l->f.asked != 0 && l->f.closed == 0 && mine);
    web_flag(v, v->page, "to_close",
             l->f.asked != 0 && l->f.closed == 0 && !mine);
    web_put(v, v->page, "action", web_to(v, BASE "/%" PRId64, l->f.id));
    choice = web_input(v, &outcome);
    web_put_words(v, choice, &insight_outcomes);
    data_append(v->c, list, choice);
    data_append(v->c, list, web_input(v, &answer));
}

static void moment(struct visit *v, struct data *list, const char *word,
                   int64_t when, str who, str said)
{
    struct data *one;

    if (when == 0)
        return;
    one = web_item(v, list);
    web_put(v, one, "what", web_word(v, word));
    web_put(v, one, "when", web_when(v, when));
    web_put(v, one, "who", who.n > 0 ? officer_name(v, who) : STR(""));
    web_put(v, one, "said", said);
}

static err put_course(struct visit *v, const struct insight_flag *f)
{
    struct data *list = web_list(v, v->page, "course");
    str answer;

    TRY(insight_flag_answer(v->c, &v->world, v->on, f, &answer));
    moment(v, list, "say_flag_came", f->raised, STR(""), STR(""));
    moment(v, list, "say_flag_asked", f->asked, f->asker, STR(""));
    moment(v, list, "say_flag_closed", f->closed, f->closer,
           arena_fmt(v->c->mem, "%.*s. %.*s",
                     STR_ARG(words_name(v->c, &insight_outcomes, f->outcome)),
                     STR_ARG(answer)));
    return E_OK;
}

static err show_flag(struct visit *v, int64_t id, str wrong)
{
    struct record_actor me = web_actor(v, STR(""));
    struct insight_rule rule;
    struct looking l;

    TRY(web_look(v));
    TRY(insight_flag_find(v->c, &v->world, v->on, &me, id, &l.f));
    TRY(insight_acts(v->c, &v->world, v->on, l.f.month, &l.acts, &l.n));
    TRY(web_frame(v));
    rule = insight_rule(v->c, l.f.kind);
    v->title = rule.name;
    put_flag(v, v->page, &l.f);
    web_put(v, v->page, "means", rule.means);
    web_put(v, v->page, "formula", rule.formula);
    web_put(v, v->page, "source", rule.source);
    put_evidence(v, &l);
    put_peers(v, &l);
    put_form(v, &l);
    TRY(put_course(v, &l.f));
    if (wrong.n > 0)
        web_notice(v, "error", wrong);
    web_back(v, web_to(v, BASE));
    return web_show_as(v, wrong.n > 0 ? 422 : 200, "flag");
}

err web_flag_show(struct visit *v)
{
    int64_t id;

    TRY(str_i64(v->c, v->part[0], &id));
    return show_flag(v, id, STR(""));
}

/* Taken up with a button, or closed with the form. */
err web_flag_do(struct visit *v)
{
    struct record_actor me = web_actor(v, STR(""));
    int64_t id;
    err e;

    TRY(str_i64(v->c, v->part[0], &id));
    web_look_away(v);
    e = web_has_sent(v, "tangani")
            ? insight_flag_ask(v->c, &v->world, &me, id)
            : insight_flag_close(v->c, &v->world, &me, id, web_sent(v, "hasil"),
                                 web_sent(v, "jawaban"));
    if (e == E_BAD_INPUT)
        return show_flag(v, id, v->c->why);
    TRY(e);
    return web_go(v, BASE "/%" PRId64, id);
}
