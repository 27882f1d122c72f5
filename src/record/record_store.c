/* SPDX-License-Identifier: EUPL-1.2 */
/* Rows to structs, and events to rows: the projections of this room. */
#include "record/record_priv.h"

#include "gen/record_migrate.h"
#include "gen/record_sql.h"

void record_row_read(struct rows *rows, struct record_full *out)
{
    struct record *r = &out->r;

    r->id = store_i64(rows, 0), r->version = store_i64(rows, 1);
    r->number = store_str(rows, 2), r->app = store_str(rows, 3);
    r->tree = store_str(rows, 4), r->overlay = store_str(rows, 5);
    r->state = store_str(rows, 6), r->office = store_str(rows, 7);
    r->function = store_str(rows, 8), r->duty = store_str(rows, 9);
    r->region = store_str(rows, 10);
    r->submitted = store_i64(rows, 11), r->entered = store_i64(rows, 12);
    r->due = store_i64(rows, 13), r->promise = store_i64(rows, 14);
    r->paused = store_i64(rows, 15), r->lapse = store_i64(rows, 16);
    r->ended = store_i64(rows, 17), r->result = store_str(rows, 18);
    r->charge = store_i64(rows, 19), r->paid = store_i64(rows, 20);
    r->into = store_str(rows, 21);
    out->code = store_str(rows, 22), out->subject = store_str(rows, 23);
    out->waited = store_i64(rows, 24);
    r->granted = store_i64(rows, 25);
    out->silence = store_i64(rows, 26), r->silent = store_i64(rows, 27);
    out->escalate = store_i64(rows, 28);
    r->above = store_str(rows, 29), r->above_duty = store_str(rows, 30);
    r->erased = store_i64(rows, 31) != 0, r->held = store_str(rows, 32);
    r->restricted = store_i64(rows, 33);
    if (r->due == RECORD_NO_DUE)
        r->due = 0;
}

err record_full_find(struct ctx *c, struct conn *on, str number,
                     struct record_full *out)
{
    struct rows *rows;
    bool more;

    TRY(ROWS(c, on, &record_by_number, &rows, TXT(number)));
    TRY(store_next(rows, &more));
    if (!more)
        return fail(
            c, E_NOT_FOUND,
            say(c, "Nomor %.*s tidak dikenal.", "There is no record %.*s."),
            STR_ARG(number));
    record_row_read(rows, out);
    return E_OK;
}

err record_find(struct ctx *c, struct conn *on, str number, struct record *out)
{
    struct record_full full;

    TRY(record_full_find(c, on, number, &full));
    *out = full.r;
    return E_OK;
}

/* ---- applying ----------------------------------------------------- */

static str said(const struct ledger_event *e, const char *name)
{
    str s = ledger_fact(e, name);

    return s.p == NULL ? STR("") : s;
}

static int64_t said_due(const struct ledger_event *e)
{
    return record_due_key(ledger_fact_time(e, "due"));
}

/* Of "lat,lon" the latitude in microdegrees; of a whole number itself. */
static int64_t index_number(str text)
{
    str head, tail, whole, part;
    int64_t v, fraction = 0, scale = 100000;
    bool point = str_cut(text, ',', &head, &tail);

    if (!point)
        return str_is_i64(text, &v) ? v : 0;
    str_cut(head, '.', &whole, &part);
    if (!str_is_i64(whole, &v))
        return 0;
    for (size_t i = 0; i < part.n && i < 6; i++, scale /= 10)
        fraction += (part.p[i] - '0') * scale;
    return v * 1000000 + (str_starts(whole, STR("-")) ? -fraction : fraction);
}

/* What the clock will decide is said whole, or not at all. */
static err apply_time(struct ctx *c, struct conn *tx,
                      const struct ledger_event *e)
{
    if (ledger_fact(e, "silence").p == NULL)
        return E_OK;
    return RUN(c, tx, &record_time_set, TXT(said(e, "record")),
               I64(ledger_fact_time(e, "silence")),
               I64(ledger_fact_time(e, "silent")),
               I64(ledger_fact_time(e, "escalate")), TXT(said(e, "above")),
               TXT(said(e, "above_duty")));
}

/* The facts that lists filter by, one after the other. */
static bool next_index(struct ctx *c, const struct ledger_event *e, str *rest,
                       str *path, str *text)
{
    while (str_next(rest, ',', path)) {
        str name = arena_fmt(c->mem, "fields.%.*s", STR_ARG(*path));

        *text = ledger_fact(e, name.p);
        if (text->p != NULL)
            return true;
    }
    return false;
}

static str subject_of(struct ctx *c, const struct ledger_event *e)
{
    struct buf subject = buf_new(c, 4096);
    str rest = said(e, "index"), path, text;

    while (next_index(c, e, &rest, &path, &text))
        if (text.n <= 64)
            buf_fmt(&subject, "%s%.*s=%.*s", subject.n > 0 ? "," : "",
                    STR_ARG(path), STR_ARG(text));
    return buf_str(&subject);
}

static err index_fields(struct ctx *c, struct conn *tx,
                        const struct ledger_event *e, int64_t id)
{
    str rest = said(e, "index"), path, text;

    while (next_index(c, e, &rest, &path, &text))
        TRY(RUN(c, tx, &record_index_add, TXT(said(e, "app")), TXT(path),
                TXT(text), I64(index_number(text)), I64(id)));
    return E_OK;
}

/* A resubmission's values take the place of the former ones. */
static err index_anew(struct ctx *c, struct conn *tx,
                      const struct ledger_event *e, int64_t id)
{
    TRY(RUN(c, tx, &record_index_clear, I64(id)));
    TRY(index_fields(c, tx, e, id));
    return RUN(c, tx, &record_set_subject, TXT(said(e, "record")),
               TXT(subject_of(c, e)));
}

static err id_of(struct ctx *c, struct conn *tx, str number, int64_t *id)
{
    struct rows *rows;
    bool more;

    TRY(ROWS(c, tx, &record_id_of, &rows, TXT(number)));
    TRY(store_next(rows, &more));
    *id = more ? store_i64(rows, 0) : 0;
    return E_OK;
}

/* When a state lapses changes with the state: the former reminders go. */
static err apply_reminds(struct ctx *c, struct conn *tx,
                         const struct ledger_event *e, int64_t id)
{
    str rest = ledger_fact(e, "reminds"), one;
    int64_t at;

    if (rest.p == NULL)
        return E_OK;
    TRY(RUN(c, tx, &record_reminders_clear, I64(id)));
    while (str_next(&rest, ',', &one))
        if (time_parse_utc(one, &at))
            TRY(RUN(c, tx, &record_reminder_add, I64(at), I64(id)));
    return E_OK;
}

/* Reminded once; what was missed before it is not made up for. */
static err apply_remind(struct ctx *c, struct conn *tx,
                        const struct ledger_event *e)
{
    int64_t id;

    TRY(id_of(c, tx, said(e, "record"), &id));
    return RUN(c, tx, &record_reminder_done, I64(ledger_fact_time(e, "due")),
               I64(id));
}

static err apply_submit(struct ctx *c, struct conn *tx,
                        const struct ledger_event *e)
{
    str number = said(e, "record");
    int64_t id;

    TRY(RUN(
        c, tx, &record_insert, TXT(number), TXT(said(e, "app")),
        TXT(said(e, "tree")), TXT(said(e, "overlay")), TXT(said(e, "state")),
        TXT(said(e, "office")), TXT(said(e, "function")), TXT(said(e, "duty")),
        TXT(said(e, "region")), I64(e->time), I64(said_due(e)),
        I64(ledger_fact_time(e, "promise")), I64(ledger_fact_time(e, "paused")),
        I64(ledger_fact_time(e, "lapse")), I64(ledger_fact_i64(e, "charge")),
        TXT(said(e, "code")), TXT(subject_of(c, e)), TXT(said(e, "result"))));
    id = store_last_id(tx);
    if (record_at_hand(e))
        TRY(RUN(c, tx, &record_desk_set, I64(id), TXT(said(e, "by"))));
    TRY(index_fields(c, tx, e, id));
    TRY(record_apply_entry(c, tx, e, id));
    TRY(apply_reminds(c, tx, e, id));
    TRY(apply_time(c, tx, e));
    return record_apply_branches(c, tx, e);
}

/* Opened by another record, whose number it says. */
static err apply_opened(struct ctx *c, struct conn *tx,
                        const struct ledger_event *e)
{
    TRY(apply_submit(c, tx, e));
    return RUN(c, tx, &record_link_add, TXT(said(e, "reference")),
               TXT(said(e, "record")), TXT(said(e, "link")));
}

/* Its dates by another calendar; it stays where it is. */
static err apply_moved(struct ctx *c, struct conn *tx,
                       const struct ledger_event *e)
{
    TRY(RUN(c, tx, &record_due_set, TXT(said(e, "record")), I64(said_due(e)),
            I64(ledger_fact_time(e, "promise")),
            I64(ledger_fact_time(e, "lapse")),
            I64(ledger_fact_time(e, "silence")),
            I64(ledger_fact_time(e, "escalate"))));
    return record_apply_branches_moved(c, tx, e);
}

/* Opened by the calendar, once a period and office. */
static err apply_period(struct ctx *c, struct conn *tx,
                        const struct ledger_event *e)
{
    TRY(apply_submit(c, tx, e));
    return RUN(c, tx, &record_period_add, TXT(said(e, "app")),
               TXT(said(e, "period")), TXT(said(e, "own")),
               TXT(said(e, "record")));
}

/* Whom the rows name since they were computed. */
static err apply_listed(struct ctx *c, struct conn *tx,
                        const struct ledger_event *e, int64_t id)
{
    str rest = ledger_fact(e, "listed"), who;

    if (rest.p == NULL)
        return E_OK;
    TRY(RUN(c, tx, &record_listed_clear, I64(id)));
    while (str_next(&rest, ',', &who))
        TRY(RUN(c, tx, &record_listed_add, TXT(who), I64(id)));
    return E_OK;
}

static err apply_letter(struct ctx *c, struct conn *tx,
                        const struct ledger_event *e)
{
    struct date day = time_local(e->time, 0, NULL);
    str from = said(e, "valid_from");

    if (said(e, "letter").n == 0)
        return E_OK;
    TRY(RUN(c, tx, &record_letter_add, I64(e->id), TXT(said(e, "record")),
            TXT(said(e, "letter")), TXT(said(e, "number")), TXT(said(e, "key")),
            I64(ledger_fact(e, "step").p == NULL ? day.year
                                                 : ledger_fact_i64(e, "step")),
            I64(ledger_fact_i64(e, "order")), TXT(said(e, "token")), TXT(from),
            TXT(said(e, "valid_to")), I64(e->time)));
    return RUN(c, tx, &record_letters_replace, TXT(said(e, "record")),
               TXT(said(e, "letter")), I64(e->id));
}

/* What an end counts as that takes a letter's force away. */
static bool takes_force(str result)
{
    static const str all[] = {STR_INIT("revoked"), STR_INIT("removed")};

    return str_among(result, all, COUNT(all)) >= 0;
}

static err apply_act(struct ctx *c, struct conn *tx,
                     const struct ledger_event *e)
{
    str number = said(e, "record"), result = said(e, "result");
    int64_t id;

    if (said(e, "state").n == 0)
        return E_OK; /* an assignment: the record itself stays */
    TRY(RUN(c, tx, &record_move, TXT(number), TXT(said(e, "state")),
            TXT(said(e, "office")), TXT(said(e, "function")),
            TXT(said(e, "duty")), TXT(said(e, "region")), I64(e->time),
            I64(said_due(e)), I64(ledger_fact_time(e, "promise")),
            I64(ledger_fact_time(e, "paused")),
            I64(ledger_fact_time(e, "lapse")), I64(ledger_fact_i64(e, "wait")),
            I64(result.n > 0 ? e->time : 0), TXT(result),
            I64(ledger_fact_i64(e, "charge")),
            I64(ledger_fact_i64(e, "amount")), TXT(said(e, "into"))));
    TRY(id_of(c, tx, number, &id));
    MUST(id != 0);
    if (!str_eq(said(e, "from"), said(e, "state")))
        TRY(RUN(c, tx, &record_disposal_drop, TXT(number)));
    if (ledger_fact(e, "index").p != NULL)
        TRY(index_anew(c, tx, e, id));
    TRY(record_apply_entry(c, tx, e, id));
    TRY(apply_reminds(c, tx, e, id));
    TRY(apply_time(c, tx, e));
    if (takes_force(result))
        TRY(RUN(c, tx, &record_letters_revoke, TXT(number), I64(e->time)));
    if (str_eq(result, STR("superseded")))
        TRY(RUN(c, tx, &record_letters_give_way, TXT(number), I64(e->id)));
    if (ledger_fact(e, "granted").p != NULL)
        TRY(RUN(c, tx, &record_grant, TXT(number),
                I64(ledger_fact_i64(e, "granted"))));
    TRY(record_apply_branches(c, tx, e));
    TRY(apply_listed(c, tx, e, id));
    return apply_letter(c, tx, e);
}

static err apply_day(struct ctx *c, struct conn *tx,
                     const struct ledger_event *e)
{
    return RUN(c, tx, &record_day_add, TXT(said(e, "value")), I64(e->id));
}

/* What lists filter by goes with what was told. */
static err apply_erased(struct ctx *c, struct conn *tx,
                        const struct ledger_event *e)
{
    str number = said(e, "subject");
    int64_t id;

    TRY(id_of(c, tx, number, &id));
    if (id == 0)
        return E_OK; /* the subject is an officer, not a record */
    TRY(RUN(c, tx, &record_index_clear, I64(id)));
    TRY(RUN(c, tx, &record_unique_clear, I64(id)));
    TRY(RUN(c, tx, &record_entry_out, I64(id)));
    TRY(RUN(c, tx, &record_listed_clear, I64(id)));
    TRY(RUN(c, tx, &record_reminders_clear, I64(id)));
    TRY(RUN(c, tx, &record_erased_set, TXT(number)));
    return RUN(c, tx, &record_set_subject, TXT(number), TXT(STR("")));
}

err record_apply_corrected(struct ctx *c, struct conn *tx,
                           const struct ledger_event *e)
{
    str number = said(e, "record");
    int64_t id;

    TRY(id_of(c, tx, number, &id));
    TRY(RUN(c, tx, &record_touch, TXT(number)));
    return ledger_fact(e, "index").p == NULL ? E_OK : index_anew(c, tx, e, id);
}

static bool restricts(const struct ledger_event *e)
{
    return str_eq(said(e, "reason"), STR(RECORD_RESTRICTION));
}

static err apply_held(struct ctx *c, struct conn *tx,
                      const struct ledger_event *e)
{
    if (restricts(e))
        return RUN(c, tx, &record_restricted_set, TXT(said(e, "record")),
                   I64(e->id));
    return RUN(c, tx, &record_held_set, TXT(said(e, "record")),
               TXT(said(e, "reason")), I64(e->id));
}

static err apply_freed(struct ctx *c, struct conn *tx,
                       const struct ledger_event *e)
{
    if (restricts(e))
        return RUN(c, tx, &record_restricted_set, TXT(said(e, "record")),
                   I64(0));
    return RUN(c, tx, &record_freed_set, TXT(said(e, "record")));
}

const struct ledger_applier record_appliers[] = {
    {"submit", apply_submit},
    {"record.opened", apply_opened},
    {"record.period", apply_period},
    {"record.moved", apply_moved},
    {"time.confirm", apply_day},
    {"ledger.erased", apply_erased},
    {"remind", apply_remind},
    {"record.assigned", record_apply_disposal},
    {"record.released", record_apply_disposal},
    {"record.held", apply_held},
    {"right.*", record_apply_right},
    {"archive.*", record_apply_handover},
    {"record.freed", apply_freed},
    {"*", apply_act},
};
const size_t record_appliers_n = COUNT(record_appliers);

/* ---- folding ------------------------------------------------------ */

void record_facts(struct ctx *c, const struct ledger_event *e, const char *head,
                  struct app_form *form)
{
    str start = str_of(head);

    for (size_t i = 0; i < e->n; i++)
        if (str_starts(e->facts[i].name, start))
            app_form_set(
                c, form,
                str_slice(e->facts[i].name, start.n, e->facts[i].name.n),
                e->facts[i].value);
}

static bool has_fields(const struct ledger_event *e)
{
    for (size_t i = 0; i < e->n; i++)
        if (str_starts(e->facts[i].name, STR("fields.")))
            return true;
    return false;
}

/* A submission and each resubmission carry the whole form. */
void record_fold(struct ctx *c, const struct ledger_event *events, size_t n,
                 struct app_form *form)
{
    *form = (struct app_form){0};
    for (size_t i = n; i-- > 0;)
        if (has_fields(&events[i])) {
            record_facts(c, &events[i], "fields.", form);
            return;
        }
}
