/* SPDX-License-Identifier: EUPL-1.2 */
/* One scenario, step by step: who does what, and what came of it. */
#include "rehearse/rehearse_priv.h"

struct play {
    struct stage *s;
    const struct app *app; /* that this step is about */
    str name;
    const struct app *plain; /* without overlay, or NULL */
    struct findings *out;
    bool passed;
    /* What the last step came to. */
    struct findings refusals;
    bool denied;
    str letter;
    /* Records by the name that `as:` gave them; "" is the latest. */
    struct known {
        str as, number;
        const struct data *resident;
    } * known;
    size_t n_known, room_known;
    str number; /* of the record that this step is about */
};

static void remember(struct ctx *c, struct play *y, str as, str number)
{
    ARENA_GROW(c->mem, y->known, y->n_known, y->room_known);
    y->known[y->n_known++] = (struct known){.as = as, .number = number};
    y->number = number;
}

/* Steps that name no record go on with the one that was last. */
static void remember_before(struct ctx *c, struct play *y, str as, str number)
{
    struct known last;

    remember(c, y, as, number);
    last = y->known[y->n_known - 1];
    y->known[y->n_known - 1] = y->known[y->n_known - 2];
    y->known[y->n_known - 2] = last;
    y->number = y->known[y->n_known - 1].number;
}

/* Whose record it is: its resident, or the officer who filed it. */
static err owner(struct ctx *c, const struct play *y, struct conn *on,
                 struct record_actor *out)
{
    struct ledger_event *events;
    size_t n;
    str by;

    *out = (struct record_actor){.role = RECORD_RESIDENT, .record = y->number};
    TRY(ledger_events_of(c, on, y->s->w.ledger, y->number, &events, &n));
    by = n == 0 ? STR("") : ledger_fact(&events[0], "by");
    for (size_t i = 0; i < y->s->n_cast; i++)
        if (str_eq(y->s->cast[i].pseudonym, by))
            *out = (struct record_actor){.role = RECORD_OFFICER,
                                         .officer = y->s->cast[i].officer,
                                         .pseudonym = by};
    return E_OK;
}

/* ---- names that stand for values ---------------------------------- */

/* "city.1" is the first village of the playing city by code. */
static err village(struct ctx *c, const struct play *y, str name, str *out)
{
    struct city_region *all;
    int64_t which;
    size_t n;

    if (!str_starts(name, STR("city.")) ||
        !str_is_i64(str_slice(name, 5, name.n), &which))
        return E_OK;
    TRY(city_region_inside(c, city_code(y->s->w.city), CITY_VILLAGE, &all, &n));
    if (which < 1 || (size_t)which > n)
        return fail(c, E_BAD_INPUT,
                    say(c, "Tidak ada %.*s: kota ini berisi %zu desa.",
                        "There is no %.*s: this city has %zu villages."),
                    STR_ARG(name), n);
    *out = all[which - 1].code;
    return E_OK;
}

/* "officer.personnel.head" is the account of whoever plays that role. */
static err account(struct ctx *c, const struct play *y, str name, str *out)
{
    str role = str_starts(name, STR("officer.")) ? str_slice(name, 8, name.n)
                                                 : STR("");
    struct record_actor who;

    if (!str_has(role, '.'))
        return E_OK;
    TRY(rehearse_cast(c, y->s, role, role, &who));
    *out = who.pseudonym;
    return E_OK;
}

/* Names that a scenario may use in place of values. */
static err resolve(struct ctx *c, const struct play *y, struct data *d)
{
    if (d->kind == DATA_TEXT) {
        TRY(village(c, y, d->text, &d->text));
        TRY(account(c, y, d->text, &d->text));
        for (size_t i = 0; i < y->n_known; i++)
            if (str_starts(d->text, STR("record.")) &&
                str_eq(str_slice(d->text, 7, d->text.n), y->known[i].as))
                d->text = y->known[i].number;
        return E_OK;
    }
    for (size_t i = 0; i < d->n; i++)
        TRY(resolve(c, y,
                    d->kind == DATA_MAP ? d->pairs[i].value : d->items[i]));
    return E_OK;
}

/* ---- expecting ---------------------------------------------------- */

static void differs(struct ctx *c, struct play *y, const struct data *at,
                    str key, str want, str got)
{
    finding_add(c, y->out, FIND_ERROR, at->at,
                arena_fmt(c->mem, "%.*s.%.*s", STR_ARG(y->name), STR_ARG(key)),
                say(c, "Diharapkan \"%.*s\", tetapi \"%.*s\".",
                    "Expected \"%.*s\", but it was \"%.*s\"."),
                STR_ARG(want), STR_ARG(got));
    y->passed = false;
}

static void same(struct ctx *c, struct play *y, const struct data *at, str key,
                 str got)
{
    if (!str_eq(data_text(at), got))
        differs(c, y, at, key, data_text(at), got);
}

/* "fields.luas" also names the input "luas", and a part of it. */
static bool about(str key, str want)
{
    static const str heads[] = {STR_INIT(""), STR_INIT("fields."),
                                STR_INIT("needs.")};

    for (size_t i = 0; i < COUNT(heads); i++) {
        str rest = str_starts(want, heads[i])
                       ? str_slice(want, heads[i].n, want.n)
                       : STR("");

        if (rest.n > 0 && str_eq(rest, key))
            return true;
    }
    return false;
}

static const struct finding *refusal(const struct play *y, str want, str what)
{
    for (size_t i = 0; i < y->refusals.n; i++)
        if (about(y->refusals.all[i].key, want) &&
            (what.p == NULL || str_eq(y->refusals.all[i].what, what)))
            return &y->refusals.all[i];
    return NULL;
}

static str all_refusals(struct ctx *c, const struct play *y)
{
    struct buf b = buf_new(c, 1 << 16);

    for (size_t i = 0; i < y->refusals.n; i++)
        buf_fmt(&b, "%s%.*s: %.*s", i > 0 ? "; " : "",
                STR_ARG(y->refusals.all[i].key),
                STR_ARG(y->refusals.all[i].what));
    return b.n == 0 ? str_of(say(c, "tidak ditolak", "not refused"))
                    : buf_str(&b);
}

static void expect_refused(struct ctx *c, struct play *y,
                           const struct data *want, bool exactly)
{
    for (size_t i = 0; i < want->n; i++) {
        const struct data_pair *p = &want->pairs[i];

        if (refusal(y, p->key, data_text(p->value)) == NULL)
            differs(c, y, p->value, p->key, data_text(p->value),
                    all_refusals(c, y));
    }
    for (size_t i = 0; exactly && i < y->refusals.n; i++) {
        bool known = false;

        for (size_t k = 0; k < want->n; k++)
            known |= about(y->refusals.all[i].key, want->pairs[k].key);
        if (!known)
            differs(c, y, want, STR("refused_exactly"), STR(""),
                    all_refusals(c, y));
    }
}

/* A span since an instant, as the deadline that the record has. */
static err expect_date(struct ctx *c, struct play *y, const struct data *at,
                       str key, int64_t from, int64_t is)
{
    const struct city *k = y->s->w.city;
    struct city_span span;
    int64_t due;

    if (!city_span_read(data_text(at), &span))
        return fail(c, E_BAD_INPUT,
                    say(c, "\"%.*s\" bukan jangka waktu.",
                        "\"%.*s\" is not a span of time."),
                    STR_ARG(data_text(at)));
    due = city_due(c, k, span, from, NULL);
    if (due != is)
        differs(c, y, at, key, city_show_time(c, k, due),
                is == 0 ? STR("-") : city_show_time(c, k, is));
    return E_OK;
}

static err expect_duplicates(struct ctx *c, struct play *y,
                             const struct data *want, struct conn *on)
{
    struct record_view v;
    struct record_actor office = {.role = RECORD_RESIDENT, .record = y->number};
    struct record_near *near;
    size_t n;

    TRY(record_view(c, &y->s->w, on, &office, y->number, &v));
    TRY(record_nearby(c, &y->s->w, on, y->app, &v.form, &near, &n));
    for (size_t i = 0; i < want->n; i++) {
        str as = data_text(want->items[i]);
        bool found = false;

        for (size_t k = 0; k < y->n_known; k++)
            for (size_t m = 0; m < n; m++)
                found |= str_eq(y->known[k].as, as) &&
                         str_eq(y->known[k].number, near[m].number);
        if (!found)
            differs(c, y, want->items[i], STR("duplicates"), as, STR("-"));
    }
    for (size_t m = 0; want->n == 0 && m < n; m++)
        if (!str_eq(near[m].number, y->number))
            differs(c, y, want, STR("duplicates"), STR("-"), near[m].number);
    return E_OK;
}

/* The branches that wait, no more and no fewer. */
static err expect_waits(struct ctx *c, struct play *y, const struct data *want,
                        struct conn *on)
{
    struct record_actor own = {.role = RECORD_RESIDENT, .record = y->number};
    struct buf got = buf_new(c, 4096), wish = buf_new(c, 4096);
    struct record_view v;

    TRY(record_view(c, &y->s->w, on, &own, y->number, &v));
    for (size_t i = 0; i < v.n_branches; i++)
        if (!v.branches[i].done)
            buf_fmt(&got, "%s%.*s", got.n > 0 ? ", " : "",
                    STR_ARG(v.branches[i].branch->key));
    for (size_t i = 0; i < want->n; i++)
        buf_fmt(&wish, "%s%.*s", i > 0 ? ", " : "",
                STR_ARG(data_text(want->items[i])));
    if (!str_eq(buf_str(&got), buf_str(&wish)))
        differs(c, y, want, STR("waits"), buf_str(&wish), buf_str(&got));
    return E_OK;
}

/* Records that were opened in other apps get the names that it gives them. */
static err expect_opens(struct ctx *c, struct play *y, const struct data *want,
                        struct conn *on)
{
    struct record_actor own = {.role = RECORD_RESIDENT, .record = y->number};
    struct record_view v;

    TRY(record_view(c, &y->s->w, on, &own, y->number, &v));
    for (size_t i = 0; i < want->n; i++) {
        bool found = false;

        for (size_t k = 0; k < v.n_kin && !found; k++)
            if (!v.kin[k].parent &&
                str_eq(v.kin[k].record.app, want->pairs[i].key)) {
                remember_before(c, y, data_text(want->pairs[i].value),
                                v.kin[k].record.number);
                found = true;
            }
        if (!found)
            differs(c, y, want->pairs[i].value, STR("opens"),
                    want->pairs[i].key, STR("-"));
    }
    return E_OK;
}

/* What the form says, by path. */
static void expect_says(struct ctx *c, struct play *y, const struct data *want,
                        const struct record_view *v)
{
    for (size_t i = 0; i < want->n; i++) {
        str text = app_form_text(&v->form, want->pairs[i].key);

        same(c, y, want->pairs[i].value, want->pairs[i].key,
             text.p == NULL ? STR("-") : text);
    }
}

/* What somebody in office reads of it; "-" where he reads nothing. */
static err expect_sees(struct ctx *c, struct play *y, const struct data *want,
                       struct conn *on)
{
    for (size_t i = 0; i < want->n; i++) {
        str role = want->pairs[i].key;
        struct data *says = data_copy(c, want->pairs[i].value);
        struct record_actor who;
        struct record_view v;

        TRY(resolve(c, y, says));
        TRY(rehearse_cast(c, y->s, role, role, &who));
        TRY(record_view(c, &y->s->w, on, &who, y->number, &v));
        expect_says(c, y, says, &v);
    }
    return E_OK;
}

/* An earlier paper of this kind gave way to a later one. */
static void expect_replaced(struct ctx *c, struct play *y,
                            const struct data *at, const struct record_view *v)
{
    str head = arena_fmt(c->mem, "%.*s.", STR_ARG(data_text(at)));

    for (size_t i = 0; i < v->n_papers; i++)
        if (v->papers[i].replaced && str_starts(v->papers[i].key, head))
            return;
    differs(c, y, at, STR("replaced"), data_text(at), STR("-"));
}

static void expect_reminded(struct ctx *c, struct play *y,
                            const struct data *at, const struct record_view *v)
{
    int64_t n = 0;

    for (size_t i = 0; i < v->n_history; i++)
        n += str_eq(v->history[i].act, STR("remind"));
    same(c, y, at, STR("reminded"), arena_fmt(c->mem, "%" PRId64, n));
}

/* What its parties read. */
static err expect_page(struct ctx *c, struct play *y, const struct data *want,
                       struct conn *on)
{
    struct record_actor own;
    const struct data *says = data_get(want, STR("says"));
    const struct data *replaced = data_get(want, STR("replaced"));
    const struct data *reminded = data_get(want, STR("reminded"));
    const struct data *to = data_get(want, STR("valid_to"));
    struct record_view v;

    if (says == NULL && replaced == NULL && reminded == NULL && to == NULL)
        return E_OK;
    TRY(owner(c, y, on, &own));
    TRY(record_view(c, &y->s->w, on, &own, y->number, &v));
    if (says != NULL)
        expect_says(c, y, says, &v);
    if (replaced != NULL)
        expect_replaced(c, y, replaced, &v);
    if (reminded != NULL)
        expect_reminded(c, y, reminded, &v);
    if (to != NULL) /* the newest comes first */
        same(c, y, to, STR("valid_to"),
             v.n_papers > 0 ? v.papers[0].valid_to : STR("-"));
    return E_OK;
}

static err expect_record(struct ctx *c, struct play *y, const struct data *want,
                         struct conn *on)
{
    struct record r;

    TRY(record_find(c, on, y->number, &r));
    for (size_t i = 0; i < want->n; i++) {
        str key = want->pairs[i].key;
        const struct data *at = want->pairs[i].value;

        if (str_eq(key, STR("state")))
            same(c, y, at, key, r.state);
        else if (str_eq(key, STR("charge")))
            same(c, y, at, key, arena_fmt(c->mem, "%" PRId64, r.charge));
        else if (str_eq(key, STR("paid")))
            same(c, y, at, key, arena_fmt(c->mem, "%" PRId64, r.paid));
        else if (str_eq(key, STR("granted")))
            same(c, y, at, key, arena_fmt(c->mem, "%" PRId64, r.granted));
        else if (str_eq(key, STR("opens")))
            TRY(expect_opens(c, y, at, on));
        else if (str_eq(key, STR("waits")))
            TRY(expect_waits(c, y, at, on));
        else if (str_eq(key, STR("sees")))
            TRY(expect_sees(c, y, at, on));
        else if (str_eq(key, STR("due")))
            TRY(expect_date(c, y, at, key, r.entered, r.due));
        else if (str_eq(key, STR("promise")))
            TRY(expect_date(c, y, at, key, r.submitted, r.promise));
        else if (str_eq(key, STR("above")))
            same(c, y, at, key, r.above.n == 0 ? STR("none") : r.above_duty);
        else if (str_eq(key, STR("letter")))
            same(c, y, at, key, y->letter);
        else if (str_eq(key, STR("duplicates")))
            TRY(expect_duplicates(c, y, at, on));
    }
    return expect_page(c, y, want, on);
}

static err expect(struct ctx *c, struct play *y, const struct data *want)
{
    const struct data *some = data_get(want, STR("refused"));
    const struct data *exactly = data_get(want, STR("refused_exactly"));
    const struct data *denied = data_get(want, STR("denied"));
    struct conn *on;
    err e;

    if (some != NULL || exactly != NULL)
        expect_refused(c, y, some != NULL ? some : exactly, exactly != NULL);
    if (denied != NULL)
        same(c, y, denied, STR("denied"),
             y->denied ? STR("true") : STR("false"));
    if (y->number.n == 0)
        return E_OK;
    TRY(store_read(c, y->s->w.store, &on));
    e = expect_record(c, y, want, on);
    store_done(on);
    return e;
}

/* ---- acting ------------------------------------------------------- */

/* `resident.2` is another. */
static struct app_form person_of(struct ctx *c, str role)
{
    str head, which;
    int64_t n = 1;

    str_cut(role, '.', &head, &which);
    if (which.n > 0)
        str_is_i64(which, &n);
    return rehearse_person(c, n, STR("Warga Contoh"));
}

static err pairs_of(struct ctx *c, const struct play *y,
                    const struct app_field *fields, size_t n_fields,
                    const struct data *given, struct app_pair **pairs,
                    size_t *n)
{
    struct data *values =
        given == NULL ? data_new(c, DATA_MAP) : data_copy(c, given);

    TRY(resolve(c, y, values));
    rehearse_files(c, fields, n_fields, values);
    return app_form_pairs(c, fields, n_fields, values, pairs, n);
}

/* Fields that an overlay adds and the scenario cannot know of are invented. */
static void fake_new(struct ctx *c, const struct play *y, struct app_form *form)
{
    const struct app *a = y->app;

    for (size_t i = 0; y->plain != NULL && a == y->s->app && i < a->n_fields;
         i++)
        if (!a->fields[i].optional && !a->fields[i].computed &&
            app_field(y->plain, a->fields[i].key) == NULL)
            app_fake(c, &a->fields[i], y->s->w.city, form);
}

static err read_given(struct ctx *c, struct play *y,
                      const struct app_form *person, const struct data *given,
                      struct app_form *form)
{
    struct app_setting with = {.city = y->s->w.city, .person = person};
    struct data *values = data_copy(c, given);

    TRY(resolve(c, y, values));
    TRY(rehearse_read(c, y->app, &with, values, form, &y->refusals));
    fake_new(c, y, form);
    return E_OK;
}

/* Each action's outcome: what is refused or denied is no failure here. */
static err outcome(struct play *y, err e)
{
    y->denied = e == E_FORBIDDEN || e == E_CONFLICT;
    return e == E_REFUSED || y->denied ? E_OK : e;
}

static err submit(struct ctx *c, struct play *y, str role,
                  const struct record_actor *actor, const struct data *step)
{
    struct app_form person = person_of(c, role), form = {0};
    struct record_receipt receipt;
    struct record_submission s = {
        .app = y->app,
        .form = &form,
        .person = actor->role == RECORD_RESIDENT ? &person : NULL,
        .actor = *actor};
    err e;

    y->number = STR("");
    TRY(read_given(c, y, s.person, data_get(step, STR("submit")), &form));
    if (y->refusals.errors > 0)
        return E_OK;
    e = record_submit(c, &y->s->w, &s, &y->refusals, &receipt);
    if (e == E_OK)
        remember(c, y, data_text(data_get(step, STR("as"))), receipt.number);
    return outcome(y, e);
}

static err current_form(struct ctx *c, struct play *y, struct app_form *form)
{
    struct record_actor own;
    struct record_view v;
    struct conn *on;
    err e;

    TRY(store_read(c, y->s->w.store, &on));
    e = owner(c, y, on, &own);
    if (e == E_OK)
        e = record_view(c, &y->s->w, on, &own, y->number, &v);
    store_done(on);
    TRY(e);
    *form = v.form;
    return E_OK;
}

static const struct app_action *find_action(const struct play *y,
                                            const struct record *r, str key)
{
    const struct app_state *s = app_state(y->app, r->state);

    return s == NULL ? NULL : app_action(s, key);
}

/* Also what its branches ask, whichever of them it will be. */
static const struct app_action *with_branches(struct ctx *c,
                                              const struct play *y,
                                              const struct record *r,
                                              const struct app_action *x)
{
    const struct app_state *s = app_state(y->app, r->state);

    for (size_t i = 0; i < s->n_branches; i++)
        x = app_action_in(c, x, &s->branches[i]);
    return x;
}

/* The oldest record waits its turn unless the scenario says otherwise. */
static str reason_of(const struct data *step)
{
    str given = data_text(data_get(step, STR("reason")));

    return given.p == NULL ? STR("older_waits") : given;
}

static err act(struct ctx *c, struct play *y, const struct record_actor *actor,
               const struct data *step)
{
    const struct data *new_form = data_get(step, STR("submit"));
    struct record_deed d = {.number = y->number,
                            .version = -1,
                            .action = data_text(data_get(step, STR("do"))),
                            .actor = *actor,
                            .reason = reason_of(step)};
    const struct app_action *x;
    struct record_outcome out;
    struct app_pair *pairs = NULL;
    struct app_form form = {0};
    struct record r;
    struct conn *on;
    err e;

    TRY(store_read(c, y->s->w.store, &on));
    e = record_find(c, on, y->number, &r);
    store_done(on);
    TRY(e);
    x = find_action(y, &r, d.action);
    x = x == NULL ? NULL : with_branches(c, y, &r, x);
    if (x != NULL)
        TRY(pairs_of(c, y, x->needs, x->n_needs + x->n_changes,
                     data_get(step, STR("with")), &pairs, &d.n_needs));
    d.needs = pairs;
    d.branch = data_text(data_get(step, STR("branch")));
    if (new_form != NULL) {
        TRY(current_form(c, y, &form));
        TRY(read_given(c, y, NULL, new_form, &form));
        d.form = &form;
    }
    e = record_act(c, &y->s->w, &d, &y->refusals, &out);
    y->letter = e == E_OK ? out.letter : STR("");
    return outcome(y, e);
}

/* ---- time --------------------------------------------------------- */

/* An officer confirms each date the play comes to, so that timers may act. */
static err tick(struct ctx *c, struct play *y)
{
    struct record_actor who = {
        .role = RECORD_OFFICER, .officer = 1, .pseudonym = STR("officer-1")};
    struct record_ticked ticked;

    TRY(record_time_confirm(c, &y->s->w, &who));
    return record_tick(c, &y->s->w, &ticked);
}

static err set_clock(struct ctx *c, struct play *y, str text)
{
    int offset = city_offset(y->s->w.city);
    struct date d;
    int64_t h, m;

    if (text.n != 16 || !time_parse_date(str_slice(text, 0, 10), &d) ||
        !str_is_i64(str_slice(text, 11, 13), &h) ||
        !str_is_i64(str_slice(text, 14, 16), &m))
        return fail(c, E_BAD_INPUT,
                    say(c, "at: \"%.*s\" bukan waktu seperti 2026-02-16T09:00.",
                        "at: \"%.*s\" is no time like 2026-02-16T09:00."),
                    STR_ARG(text));
    c->now = time_instant(d, h * TIME_HOUR + m * TIME_MINUTE, offset);
    return tick(c, y);
}

static err wait_for(struct ctx *c, struct play *y, str text)
{
    struct city_span span;

    if (!city_span_read(text, &span))
        return fail(c, E_BAD_INPUT,
                    say(c, "wait: \"%.*s\" bukan jangka waktu.",
                        "wait: \"%.*s\" is not a span of time."),
                    STR_ARG(text));
    c->now = city_due(c, y->s->w.city, span, c->now, NULL);
    return tick(c, y);
}

/* ---- a step ------------------------------------------------------- */

static str number_on(const struct play *y, const struct data *step)
{
    str on = data_text(data_get(step, STR("on")));

    for (size_t i = 0; on.n > 0 && i < y->n_known; i++)
        if (str_eq(y->known[i].as, on))
            return y->known[i].number;
    return y->n_known > 0 ? y->known[y->n_known - 1].number : STR("");
}

static err app_of(struct ctx *c, const struct play *y, const struct data *step,
                  const struct app **out)
{
    str id = data_text(data_get(step, STR("app")));
    const struct app_entry *e;

    *out = y->s->app;
    if (id.n == 0)
        return E_OK;
    e = app_catalogue_find(y->s->w.apps, id);
    if (e == NULL || e->app == NULL)
        return fail(c, E_BAD_INPUT,
                    say(c, "Aplikasi %.*s tidak ada di panggung ini.",
                        "The app %.*s is not on this stage."),
                    STR_ARG(id));
    *out = e->app;
    return E_OK;
}

static err play_role(struct ctx *c, struct play *y, str role,
                     const struct data *step)
{
    struct record_actor actor = {
        .role = RECORD_RESIDENT, .level = 2, .channel = STR("web")};
    size_t as = str_find(role, STR(" as "));
    bool resident = str_starts(role, STR("resident"));

    TRY(app_of(c, y, step, &y->app));
    if (!resident)
        TRY(rehearse_cast(c, y->s,
                          as < role.n ? str_slice(role, as + 4, role.n) : role,
                          str_slice(role, 0, as), &actor));
    if (data_get(step, STR("do")) == NULL)
        return submit(c, y, role, &actor, step);
    y->number = number_on(y, step);
    actor.record = resident ? y->number : STR("");
    return act(c, y, &actor, step);
}

/* What the calendar opened last for an office is known by a name from now
 * on. */
static err play_calendar(struct ctx *c, struct play *y, const struct data *step)
{
    str number;
    struct conn *on;
    err e;

    TRY(app_of(c, y, step, &y->app));
    TRY(store_read(c, y->s->w.store, &on));
    e = record_of_period(c, on, y->app->id,
                         data_text(data_get(step, STR("office"))), &number);
    store_done(on);
    TRY(e);
    remember(c, y, data_text(data_get(step, STR("as"))), number);
    return E_OK;
}

static err play_step(struct ctx *c, struct play *y, const struct data *step)
{
    const struct data *want = data_get(step, STR("expect"));

    y->refusals = (struct findings){0};
    y->denied = false;
    y->letter = STR("");
    for (size_t i = 0; i < step->n; i++) {
        const struct data_pair *p = &step->pairs[i];

        if (str_eq(p->key, STR("at")))
            TRY(set_clock(c, y, data_text(p->value)));
        else if (str_eq(p->key, STR("wait")))
            TRY(wait_for(c, y, data_text(p->value)));
        else if (str_eq(p->key, STR("calendar")))
            TRY(play_calendar(c, y, p->value));
        else if (!str_eq(p->key, STR("expect")))
            TRY(play_role(c, y, p->key, p->value));
    }
    if (want != NULL)
        return expect(c, y, want);
    if (y->denied || y->refusals.errors > 0)
        differs(c, y, step, STR("expect"), STR(""),
                y->denied ? c->why : all_refusals(c, y));
    return E_OK;
}

err rehearse_play(struct ctx *c, struct stage *s, str name,
                  const struct data *steps, const struct app *plain,
                  struct findings *f, size_t *n_steps, bool *passed)
{
    struct play y = {.s = s,
                     .app = s->app,
                     .name = name,
                     .plain = plain,
                     .out = f,
                     .passed = true};

    for (size_t i = 0; i < steps->n; i++, ++*n_steps) {
        err e = play_step(c, &y, steps->items[i]);

        if (e != E_OK) {
            finding_add(c, f, FIND_ERROR, steps->items[i]->at, name, "%.*s",
                        STR_ARG(c->why));
            y.passed = false;
            break;
        }
    }
    *passed = y.passed;
    return E_OK;
}
