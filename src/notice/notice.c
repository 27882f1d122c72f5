/* SPDX-License-Identifier: EUPL-1.2 */
/* Following the events, and handing on what must be told. */
#include "notice/notice_priv.h"

#include "gen/notice_migrate.h"
#include "gen/notice_sql.h"

#define EVENTS_AT_ONCE 500
#define SENT_AT_ONCE   20
#define KEEP_FAILED    (30 * TIME_DAY)

/* ---- wishes ------------------------------------------------------- */

err notice_wish_of(struct ctx *c, struct conn *on, str number,
                   struct notice_wish *out)
{
    struct rows *rows;
    bool more;

    *out = (struct notice_wish){true, true, STR("id")};
    TRY(ROWS(c, on, &notice_wish_by, &rows, TXT(number)));
    TRY(store_next(rows, &more));
    if (more)
        *out =
            (struct notice_wish){store_i64(rows, 0) != 0,
                                 store_i64(rows, 1) != 0, store_str(rows, 2)};
    return E_OK;
}

struct wishing {
    const struct record_world *w;
    const struct record_actor *actor;
    str number;
    const struct notice_wish *wish;
};

static err wish(struct ctx *c, struct conn *tx, void *arg)
{
    const struct wishing *u = arg;
    struct ledger_event e = {.class = LEDGER_CASE, .subject = u->number};
    const struct app_brief *a;
    struct record r;

    TRY(record_find(c, tx, u->number, &r));
    a = app_catalogue_brief(u->w->apps, r.app);
    e.sensitive = a == NULL || !a->builds || a->sensitive;
    ledger_say(c, &e, "act", STR("notice.wish"));
    ledger_say(c, &e, "record", u->number);
    ledger_say(c, &e, "app", r.app);
    ledger_say(c, &e, "by",
               u->actor->role == RECORD_OFFICER ? u->actor->pseudonym
                                                : STR("resident"));
    ledger_say(c, &e, "value",
               arena_fmt(c->mem, "%s%s%.*s", u->wish->mail ? "mail " : "",
                         u->wish->message ? "message " : "",
                         STR_ARG(u->wish->lang)));
    return ledger_append(c, tx, u->w->ledger, &e);
}

err notice_wish_set(struct ctx *c, const struct record_world *w,
                    const struct record_actor *actor, str number,
                    const struct notice_wish *want)
{
    struct wishing u = {w, actor, number, want};
    bool own = actor->role == RECORD_RESIDENT && str_eq(actor->record, number);
    bool counter =
        actor->role == RECORD_OFFICER && str_eq(actor->channel, STR("counter"));

    if (!own && !counter)
        return fail(c, E_FORBIDDEN, "%s",
                    say(c,
                        "Hanya pemohon yang menentukan bagaimana ia dikabari.",
                        "Only the applicant decides how to be told."));
    if (!str_eq(want->lang, STR("id")) && !str_eq(want->lang, STR("en")))
        return fail(c, E_BAD_INPUT, "%s",
                    say(c, "Pilihlah bahasa Indonesia atau Inggris.",
                        "Choose Indonesian or English."));
    return store_write(c, w->store, wish, &u);
}

static err apply_wish(struct ctx *c, struct conn *tx,
                      const struct ledger_event *e)
{
    str rest = ledger_fact(e, "value"), word, lang = STR("id");
    bool mail = false, message = false;

    while (str_next(&rest, ' ', &word)) {
        mail |= str_eq(word, STR("mail"));
        message |= str_eq(word, STR("message"));
        lang = word;
    }
    return RUN(c, tx, &notice_wish_put, TXT(ledger_fact(e, "record")),
               I64(mail), I64(message), TXT(lang));
}

const struct ledger_applier notice_appliers[] = {{"notice.wish", apply_wish}};
const size_t notice_appliers_n = COUNT(notice_appliers);

/* ---- following ---------------------------------------------------- */

/* One that must be told. */
struct told {
    int64_t event;
    str number;
    enum notice_kind kind;
    bool mail, message;
    const struct city_officer *officers; /* who gets mail */
    size_t n_officers;
};

struct gathering {
    const struct record_world *w;
    const struct notice_via *via;
    int64_t from, to; /* events read; `to` 0: nobody has followed yet */
    struct told *all;
    size_t n;
};

static err state_of(struct ctx *c, struct conn *on, const struct gathering *u,
                    str number, str key, const struct app_state **out)
{
    const struct app *a;
    struct record r;
    err e = record_find(c, on, number, &r);

    *out = NULL;
    if (e != E_OK)
        return e == E_NOT_FOUND ? E_OK : e;
    if (app_frozen(c, on, u->w->apps, u->w->city, r.app, r.tree, r.overlay,
                   &a) == E_OK) /* one that no longer builds says nothing */
        *out = app_state(a, key.n > 0 ? key : r.state);
    return E_OK;
}

/* What persons asked about their data; a hold on them is no news. */
static const struct {
    str act, reason; /* empty: whatever it is */
    enum notice_kind kind;
} rights[] = {
    {STR_INIT("right.granted"), STR_INIT(""), NOTICE_ANSWERED},
    {STR_INIT("right.corrected"), STR_INIT(""), NOTICE_ANSWERED},
    {STR_INIT("right.refused"), STR_INIT(""), NOTICE_ANSWERED},
    {STR_INIT("right.soon"), STR_INIT(""), NOTICE_RIGHT_SOON},
    {STR_INIT("right.late"), STR_INIT(""), NOTICE_RIGHT_LATE},
    {STR_INIT("record.freed"), STR_INIT(RECORD_RESTRICTION), NOTICE_LIFTED},
};

static int right_of(const struct ledger_event *e)
{
    str act = ledger_fact(e, "act"), reason = ledger_fact(e, "reason");

    for (size_t i = 0; i < COUNT(rights); i++)
        if (str_eq(act, rights[i].act) &&
            (rights[i].reason.n == 0 || str_eq(reason, rights[i].reason)))
            return (int)i;
    return -1;
}

/* False: the resident needs no word of it. What she did herself she knows,
 * but for the number she was given. */
static err kind_of(struct ctx *c, struct conn *on, const struct gathering *u,
                   const struct ledger_event *e, enum notice_kind *kind,
                   bool *told)
{
    str act = ledger_fact(e, "act"), key = ledger_fact(e, "state");
    bool reminds = str_eq(act, STR("remind"));
    bool ours = e->class == LEDGER_CASE && ledger_fact(e, "record").n > 0;
    const struct app_state *s;
    int right = right_of(e);

    *kind = right < 0 ? NOTICE_RECEIVED : rights[right].kind;
    *told = ours && (right >= 0 || str_eq(act, STR("submit")));
    if (*told || !ours ||
        (reminds
             ? !str_eq(ledger_fact(e, "for"), STR("resident"))
             : key.n == 0 || str_eq(ledger_fact(e, "by"), STR("resident")) ||
                   str_eq(ledger_fact(e, "from"), key)))
        return E_OK;
    TRY(state_of(c, on, u, ledger_fact(e, "record"), key, &s));
    *told = s != NULL && (reminds || s->end.n > 0 || s->who.resident);
    *kind = reminds                     ? NOTICE_REMINDED
            : s != NULL && s->end.n > 0 ? NOTICE_ENDED
                                        : NOTICE_ASKED;
    return E_OK;
}

/* Whom it concerns, where he gave an address. */
static err desks(struct ctx *c, struct conn *on, const struct gathering *u,
                 const struct ledger_event *e, struct told *t)
{
    struct city_officer *all;
    size_t n, kept = 0;
    int64_t id;

    if (!u->via->mail || !str_is_i64(ledger_fact(e, "reference"), &id))
        return E_OK;
    TRY(record_request_deciders(c, on, id, &all, &n));
    for (size_t i = 0; i < n; i++)
        if (all[i].email.n > 0)
            all[kept++] = all[i];
    t->officers = all, t->n_officers = kept;
    return E_OK;
}

static err judge(struct ctx *c, struct conn *on, struct gathering *u,
                 const struct ledger_event *e)
{
    struct told *t = &u->all[u->n];
    struct notice_wish w;
    bool told;

    *t = (struct told){.event = e->id, .number = ledger_fact(e, "record")};
    TRY(kind_of(c, on, u, e, &t->kind, &told));
    if (!told)
        return E_OK;
    if (t->kind == NOTICE_RIGHT_SOON || t->kind == NOTICE_RIGHT_LATE) {
        TRY(desks(c, on, u, e, t));
        u->n += t->n_officers > 0;
        return E_OK;
    }
    TRY(notice_wish_of(c, on, t->number, &w));
    t->mail = u->via->mail && w.mail;
    t->message = u->via->message && w.message;
    u->n += t->mail || t->message;
    return E_OK;
}

/* What is new, judged outside the writer's turn. Where nobody has followed
 * yet, nothing of the past is told. */
static err read_new(struct ctx *c, struct conn *on, struct gathering *u)
{
    struct ledger_event *events;
    struct rows *rows;
    bool begun;
    size_t n;

    TRY(ROWS0(c, on, &notice_seen_is, &rows));
    TRY(store_next(rows, &begun));
    if (!begun)
        return ledger_last(c, on, &u->from);
    u->from = u->to = store_i64(rows, 0);
    TRY(ledger_events_after(c, on, u->w->ledger, u->from, EVENTS_AT_ONCE,
                            &events, &n));
    u->all = NEWS(c->mem, struct told, n + 1);
    for (size_t i = 0; i < n && !city_training(u->w->city); i++)
        TRY(judge(c, on, u, &events[i]));
    if (n > 0)
        u->to = events[n - 1].id;
    return E_OK;
}

static err add_out(struct ctx *c, struct conn *tx, const struct told *t,
                   str way)
{
    return RUN(c, tx, &notice_out_add, I64(t->event), TXT(way), TXT(t->number),
               I64(t->kind), I64(c->now));
}

static err write_new(struct ctx *c, struct conn *tx, void *arg)
{
    const struct gathering *u = arg;

    for (size_t i = 0; i < u->n; i++) {
        const struct told *t = &u->all[i];

        if (t->mail)
            TRY(add_out(c, tx, t, STR("mail")));
        if (t->message)
            TRY(add_out(c, tx, t, STR("message")));
        for (size_t k = 0; k < t->n_officers; k++)
            TRY(add_out(c, tx, t, t->officers[k].pseudonym));
    }
    return RUN(c, tx, &notice_seen_put, I64(u->to == 0 ? u->from : u->to));
}

err notice_gather(struct ctx *c, const struct record_world *w,
                  const struct notice_via *via, bool *more)
{
    struct gathering u = {.w = w, .via = via};
    struct conn *on;
    err e;

    *more = false;
    TRY(store_read(c, w->store, &on));
    e = read_new(c, on, &u);
    store_done(on);
    TRY(e);
    if (u.to == u.from) /* most turns find nothing, and need no commit */
        return E_OK;
    TRY(store_write(c, w->store, write_new, &u));
    *more = u.to > u.from;
    return E_OK;
}

static err forget_all(struct ctx *c, struct conn *tx, void *arg)
{
    (void)arg;
    TRY(RUN0(c, tx, &notice_seen_forget));
    return RUN0(c, tx, &notice_out_forget);
}

err notice_forget(struct ctx *c, struct store *s)
{
    return store_write(c, s, forget_all, NULL);
}

/* ---- sending ------------------------------------------------------ */

struct due {
    int64_t event, made, tries;
    str way, number;
    enum notice_kind kind;
};

struct outcome {
    const struct due *d;
    err e;
};

/* How long to wait after so many tries; for three days in all. */
static int64_t wait_after(int64_t tries)
{
    static const int64_t minutes[] = {1, 5, 15, 60, 180, 360, 720};
    size_t i = (size_t)tries;

    return minutes[i < COUNT(minutes) ? i : COUNT(minutes) - 1] * TIME_MINUTE;
}

static bool for_good(const struct due *d, err e, int64_t now)
{
    return e == E_REFUSED || e == E_BAD_INPUT || e == E_NOT_FOUND ||
           now - d->made > 3 * TIME_DAY;
}

static err settle(struct ctx *c, struct conn *tx, void *arg)
{
    const struct outcome *u = arg;
    const struct due *d = u->d;

    TRY(RUN(c, tx, &notice_out_drop_old, I64(c->now - KEEP_FAILED)));
    if (u->e == E_OK)
        return RUN(c, tx, &notice_out_drop, I64(d->event), TXT(d->way),
                   TXT(d->number));
    return RUN(
        c, tx, &notice_out_later, I64(d->event), TXT(d->way),
        I64(for_good(d, u->e, c->now) ? 0 : c->now + wait_after(d->tries)),
        TXT(str_of(err_name(u->e))));
}

static err send_mail(struct ctx *c, const struct record_world *w,
                     const struct notice_via *via, str lang, str to,
                     const struct notice_letter *l)
{
    struct net_mail m = {.from = via->from,
                         .from_name = city_name(c, w->city),
                         .to = to,
                         .lang = lang,
                         .subject = l->subject,
                         .body = l->body};

    return to.n == 0 ? E_OK : net_mail_send(c, &via->postbox, &m);
}

/* The gateway's own JSON, its two names filled in wherever they stand. */
static void fill_body(struct ctx *c, struct data *d, str to, str text)
{
    if (d->kind == DATA_TEXT && str_eq(d->text, STR("{{to}}")))
        d->text = to;
    else if (d->kind == DATA_TEXT && str_eq(d->text, STR("{{text}}")))
        d->text = text;
    for (size_t i = 0; d->kind != DATA_TEXT && i < d->n; i++)
        fill_body(c, d->kind == DATA_MAP ? d->pairs[i].value : d->items[i], to,
                  text);
}

/* Whether a gateway's answer is about this message, about us, or about itself.
 */
static err answered(int status)
{
    static const struct {
        int status;
        err e;
    } all[] = {
        {400, E_REFUSED}, {410, E_REFUSED}, {422, E_REFUSED}, {429, E_BUSY}};

    for (size_t i = 0; i < COUNT(all); i++)
        if (all[i].status == status)
            return all[i].e;
    return status >= 400 && status < 500 ? E_FORBIDDEN : E_BUSY;
}

static err send_message(struct ctx *c, const struct notice_via *via, str to,
                        const struct notice_letter *l)
{
    struct data *body = data_copy(c, via->body);
    struct net_ask ask = {.url = via->url,
                          .headers = via->headers,
                          .n_headers = via->n_headers,
                          .type = STR("application/json"),
                          .most = 65536,
                          .allow_private = via->inner,
                          .stop = via->stop};
    struct net_answer got;

    if (to.n == 0)
        return E_OK;
    fill_body(c, body, to, l->text);
    ask.body = data_write_json(c, body);
    TRY(net_post(c, &ask, &got));
    if (got.status >= 200 && got.status < 300)
        return E_OK;
    return fail(c, answered(got.status),
                say(c, "Gerbang pesan menjawab %d.",
                    "The message gateway answered %d."),
                got.status);
}

/* *holds: what was to be told is still so; a word that waited for a server may
 * have been overtaken. */
static err compose(struct ctx *c, const struct record_world *w,
                   const struct due *d, struct notice_wish *wish,
                   struct notice_address *to, struct notice_letter *l,
                   bool *holds)
{
    struct conn *on;
    err e;

    TRY(store_read(c, w->store, &on));
    *wish = (struct notice_wish){.mail = true, .lang = STR("id")};
    if (notice_to_officer(d->way)) {
        c->lang = wish->lang;
        e = notice_compose_desk(c, w, on, d->way, d->event, d->kind, to, l,
                                holds);
        store_done(on);
        return e;
    }
    e = notice_wish_of(c, on, d->number, wish);
    if (e == E_OK) {
        c->lang = wish->lang;
        e = notice_compose(c, w, on, d->number, d->kind, to, l, holds);
    }
    store_done(on);
    return e;
}

static err send_one(struct ctx *c, const struct record_world *w,
                    const struct notice_via *via, const struct due *d)
{
    bool mail = !str_eq(d->way, STR("message"));
    struct notice_address to;
    struct notice_letter l;
    struct notice_wish wish;
    bool holds;

    if (mail ? !via->mail : !via->message)
        return E_OK; /* switched off meanwhile */
    TRY(compose(c, w, d, &wish, &to, &l, &holds));
    if (!holds || (mail ? !wish.mail : !wish.message))
        return E_OK;
    return mail ? send_mail(c, w, via, wish.lang, to.mail, &l)
                : send_message(c, via, to.phone, &l);
}

static err read_due(struct ctx *c, struct conn *on, struct due *out, size_t *n)
{
    struct rows *rows;
    bool more;

    *n = 0;
    TRY(ROWS(c, on, &notice_out_due, &rows, I64(c->now), I64(SENT_AT_ONCE)));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more || *n == SENT_AT_ONCE)
            return E_OK;
        out[(*n)++] = (struct due){.event = store_i64(rows, 0),
                                   .way = store_str(rows, 1),
                                   .number = store_str(rows, 2),
                                   .kind = (enum notice_kind)store_i64(rows, 3),
                                   .made = store_i64(rows, 4),
                                   .tries = store_i64(rows, 5)};
    }
}

static err due_now(struct ctx *c, const struct record_world *w, struct due *out,
                   size_t *n)
{
    struct conn *on;
    err e;

    TRY(store_read(c, w->store, &on));
    e = read_due(c, on, out, n);
    store_done(on);
    return e;
}

/* A server that is down is asked once a turn: the others of its way would wait
 * as long, those of the other way need not. */
err notice_send(struct ctx *c, const struct record_world *w,
                const struct notice_via *via, size_t *sent)
{
    struct due all[SENT_AT_ONCE];
    bool down[2] = {false, false};
    str lang = c->lang;
    size_t n;

    *sent = 0;
    TRY(due_now(c, w, all, &n));
    for (size_t i = 0; i < n; i++) {
        bool *way = &down[str_eq(all[i].way, STR("message"))];
        struct outcome u = {.d = &all[i]};

        if (via->stop != NULL && atomic_load(via->stop))
            return E_OK;
        if (*way)
            continue;
        u.e = send_one(c, w, via, &all[i]);
        c->lang = lang;
        *way = u.e == E_BUSY;
        *sent += u.e == E_OK;
        TRY(store_write(c, w->store, settle, &u));
    }
    return E_OK;
}

/* ---- how it is ---------------------------------------------------- */

err notice_failed(struct ctx *c, struct conn *on, str number, str *why)
{
    struct rows *rows;
    bool more;

    *why = STR("");
    TRY(ROWS(c, on, &notice_out_last, &rows, TXT(number)));
    TRY(store_next(rows, &more));
    if (more && store_i64(rows, 0) == 0)
        *why = store_str(rows, 1);
    return E_OK;
}

err notice_state(struct ctx *c, struct conn *on, struct notice_state *out)
{
    struct rows *rows;
    bool more;

    TRY(ROWS0(c, on, &notice_out_waiting, &rows));
    TRY(store_next(rows, &more));
    *out = (struct notice_state){.waiting = store_i64(rows, 0),
                                 .since = store_i64(rows, 1)};
    TRY(ROWS0(c, on, &notice_out_failures, &rows));
    TRY(store_next(rows, &more));
    out->failed = store_i64(rows, 0);
    return E_OK;
}
