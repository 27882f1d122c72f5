/* SPDX-License-Identifier: EUPL-1.2 */
/* What persons ask about their data, and what is decided: correction, erasure,
 * restriction. Each is an event of the record it is about. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

#define WHY_MOST   2000
#define VALUE_MOST 4000

/* ---- words -------------------------------------------------------- */

static const struct word rights[] = {
#define RIGHT(key, admin, id, en) WORD_ROW(key, id, en)
#include "record/right.def"
#undef RIGHT
};
const struct words record_rights = WORDS_IN(rights);

static void wrong(struct ctx *c, struct findings *f, const char *key,
                  const char *id, const char *en)
{
    finding_add(c, f, FIND_ERROR, (struct place){0}, str_of(key), "%s",
                say(c, id, en));
}

/* ---- one value ---------------------------------------------------- */

static bool belongs(str path, str key)
{
    return str_eq(path, key) ||
           (str_starts(path, key) && path.n > key.n && path.p[key.n] == '.');
}

/* The field that a path is of; what is computed, a file, a table, or names
 * something else is not typed anew. Entries of a register are changed by its
 * own actions, which look at what others hold. */
static const struct app_field *field_of(const struct app *a, str path)
{
    static const enum app_type never[] = {APP_FILE,   APP_PHOTO,   APP_ROWS,
                                          APP_RECORD, APP_OFFICER, APP_UNIT,
                                          APP_REGION, APP_CHOICES};

    for (size_t i = 0; i < a->n_fields && a->registry == NULL; i++) {
        const struct app_field *d = &a->fields[i];

        if (!belongs(path, d->key) || d->computed)
            continue;
        for (size_t k = 0; k < COUNT(never); k++)
            if (d->type == never[k])
                return NULL;
        return d;
    }
    return NULL;
}

bool record_can_correct(const struct app *a, str path)
{
    return field_of(a, path) != NULL;
}

/* As it stands, but for what is typed at this path; a date is typed as one. */
static err typed_anew(struct ctx *c, const struct app_field *d, str path,
                      str value, const struct app_form *form,
                      struct app_pair **pairs, size_t *n)
{
    struct date day;

    TRY(app_form_raw(c, d, form, pairs, n));
    for (size_t i = 0; i < *n; i++) {
        struct app_pair *p = &(*pairs)[i];

        if (str_eq(p->name, path))
            p->value = value;
        if (d->type != APP_DATE || !time_parse_date(value, &day))
            continue;
        if (str_ends(p->name, STR(".d")))
            p->value = arena_fmt(c->mem, "%d", day.day);
        else if (str_ends(p->name, STR(".m")))
            p->value = arena_fmt(c->mem, "%d", day.month);
        else if (str_ends(p->name, STR(".y")))
            p->value = arena_fmt(c->mem, "%d", day.year);
    }
    return E_OK;
}

/* A choice is named by its key, or as people read it. */
static str chosen(struct ctx *c, const struct app_field *d, str value)
{
    for (size_t i = 0; i < d->n_options; i++)
        if (str_eq(app_say(c, d->options[i].label), value))
            return d->options[i].key;
    return value;
}

/* Whatever is wrong with the form is said of the one value that was typed. */
static void blame_value(struct ctx *c, const struct findings *of,
                        struct findings *f)
{
    for (size_t i = 0; i < of->n; i++)
        finding_add(c, f, of->all[i].severity, (struct place){0}, STR("nilai"),
                    "%.*s", STR_ARG(of->all[i].what));
}

/* The form with one value put right, and what follows from it computed. What
 * was wrong with it before, by rules of its own day, is no news. */
static err correct(struct ctx *c, const struct record_world *w,
                   const struct app *a, str path, str value,
                   struct app_form *form, struct findings *f)
{
    struct app_setting with = record_setting(w, NULL);
    const struct app_field *d = field_of(a, path);
    struct app_form before = record_copy_form(c, form);
    struct findings typed = {0}, old = {0}, now = {0};
    struct app_pair *pairs;
    size_t n;

    TRY(typed_anew(c, d, path, chosen(c, d, value), form, &pairs, &n));
    TRY(app_form_read(c, a, &with, d, 1, pairs, n, form, &typed));
    blame_value(c, &typed, f);
    if (typed.errors > 0)
        return E_OK;
    TRY(app_form_finish(c, a, &with, &before, &old));
    TRY(app_form_finish(c, a, &with, form, &now));
    if (now.errors > old.errors)
        blame_value(c, &now, f);
    return E_OK;
}

/* ---- applying ----------------------------------------------------- */

static str said(const struct ledger_event *e, const char *name)
{
    str s = ledger_fact(e, name);

    return s.p == NULL ? STR("") : s;
}

static int64_t about(const struct ledger_event *e)
{
    int64_t id;

    return str_is_i64(said(e, "reference"), &id) ? id : 0;
}

err record_apply_right(struct ctx *c, struct conn *tx,
                       const struct ledger_event *e)
{
    str act = said(e, "act"), number = said(e, "record");

    if (str_eq(act, STR("right.asked")))
        return RUN(c, tx, &record_request_add, I64(e->id), TXT(number),
                   TXT(said(e, "key")), TXT(said(e, "by")), I64(e->time),
                   I64(ledger_fact_time(e, "due")), TXT(said(e, "offices")));
    if (str_eq(act, STR("right.soon")) || str_eq(act, STR("right.late")))
        return RUN(c, tx, &record_request_warned, I64(about(e)),
                   I64(ledger_fact_i64(e, "count")));
    if (str_eq(act, STR("right.agreed")))
        return RUN(c, tx, &record_request_agreed, I64(about(e)),
                   TXT(said(e, "by")));
    if (str_eq(act, STR("right.corrected")))
        TRY(record_apply_corrected(c, tx, e));
    return RUN(c, tx, &record_request_decided, I64(about(e)), I64(e->time),
               TXT(said(e, "result")), I64(e->id));
}

/* ---- reading ------------------------------------------------------ */

void record_request_row(struct rows *r, struct record_request *out)
{
    *out =
        (struct record_request){.id = store_i64(r, 0),
                                .record = store_str(r, 1),
                                .kind = store_str(r, 2),
                                .asker = store_str(r, 3),
                                .asked = store_i64(r, 4),
                                .due = store_i64(r, 5),
                                .first = store_str(r, 6),
                                .decided = store_i64(r, 7),
                                .result = store_str(r, 8),
                                .answer = store_i64(r, 9),
                                .offices = {store_str(r, 10), store_str(r, 11)},
                                .label = STR(""),
                                .path = STR(""),
                                .value = STR(""),
                                .why = STR(""),
                                .said = STR(""),
                                .now = STR("")};
}

static err read_words(struct ctx *c, const struct record_world *w,
                      struct conn *on, struct record_request *r)
{
    struct ledger_event e;

    TRY(ledger_event_by_id(c, on, w->ledger, r->id, &e));
    r->path = said(&e, "needs.isian"), r->value = said(&e, "needs.nilai");
    r->why = said(&e, "needs.alasan");
    if (r->answer == 0)
        return E_OK;
    TRY(ledger_event_by_id(c, on, w->ledger, r->answer, &e));
    r->said = said(&e, "needs.jawaban");
    return E_OK;
}

/* A part of a field in the app's words, and what stands there, as people read
 * it. */
static err read_part(struct ctx *c, const struct app *a,
                     const struct app_field *d, const struct app_form *form,
                     str path, str *label, str *text)
{
    struct app_shown *all;
    size_t n;

    TRY(app_show(c, a, d, form, &all, &n));
    *label = app_field_label(c, d), *text = STR("");
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].path, path))
            *label = all[i].label, *text = all[i].text;
    return E_OK;
}

/* The label of what is asked, and both values as people read them; one that
 * the field would not take any more, as it was typed. */
static err say_field(struct ctx *c, const struct record_world *w,
                     const struct record_view *v, struct record_request *q)
{
    const struct app_field *d = field_of(v->app, q->path);
    struct app_setting with = record_setting(w, NULL);
    struct app_form form = record_copy_form(c, &v->form), alone = {0};
    struct findings f = {0};
    struct app_pair *pairs;
    str text, label;
    size_t n;

    if (d == NULL)
        return E_OK;
    app_form_set(c, &alone, q->path, q->value);
    TRY(read_part(c, v->app, d, &form, q->path, &text, &q->now));
    TRY(read_part(c, v->app, d, &alone, q->path, &q->label, &text));
    TRY(typed_anew(c, d, q->path, chosen(c, d, q->value), &form, &pairs, &n));
    TRY(app_form_read(c, v->app, &with, d, 1, pairs, n, &form, &f));
    TRY(read_part(c, v->app, d, &form, q->path, &label, &text));
    q->then = f.errors == 0 && text.n > 0 ? text : q->value;
    return E_OK;
}

static bool shows(const struct record_view *v, const struct app_field *d)
{
    for (size_t i = 0; i < v->n_fields && d != NULL; i++)
        if (belongs(v->fields[i].path, d->key))
            return true;
    return false;
}

/* What is asked is shown to its person, and to who decides it and sees the
 * field. */
static err words(struct ctx *c, const struct record_world *w, struct conn *on,
                 const struct record_view *v, bool own,
                 struct record_request *q)
{
    TRY(read_words(c, w, on, q));
    TRY(say_field(c, w, v, q));
    q->hidden = !own && (!q->may || (q->path.n > 0 && !v->record.erased &&
                                     !shows(v, field_of(v->app, q->path))));
    if (q->hidden)
        q->value = q->then = q->now = q->why = q->said = STR("");
    return E_OK;
}

err record_request_words(struct ctx *c, const struct record_world *w,
                         struct conn *on, const struct record_actor *actor,
                         struct record_request *q)
{
    struct record_view v;

    TRY(record_view(c, w, on, actor, q->record, &v));
    return words(c, w, on, &v, false, q);
}

static err read_all(struct ctx *c, struct rows *rows,
                    struct record_request **out, size_t *n)
{
    size_t room = 0;
    bool more;

    *out = NULL, *n = 0;
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        record_request_row(rows, &(*out)[(*n)++]);
    }
}

err record_requests_of(struct ctx *c, const struct record_world *w,
                       struct conn *on, str number, struct record_request **out,
                       size_t *n)
{
    const struct record_actor own = {.role = RECORD_RESIDENT, .record = number};
    struct record_view v;
    struct rows *rows;

    TRY(ROWS(c, on, &record_requests_by, &rows, TXT(number)));
    TRY(read_all(c, rows, out, n));
    if (*n == 0)
        return E_OK;
    TRY(record_view(c, w, on, &own, number, &v));
    for (size_t i = 0; i < *n; i++)
        TRY(words(c, w, on, &v, true, &(*out)[i]));
    return E_OK;
}

/* ---- asking ------------------------------------------------------- */

struct asking {
    const struct record_world *w;
    const struct record_ask *x;
    struct findings *f;
    struct record r;
    const struct app *app;
};

/* The form as it stands. */
static err form_of(struct ctx *c, const struct record_world *w, struct conn *on,
                   const struct app *a, str number, struct app_form *form)
{
    struct ledger_event *events;
    size_t n;

    TRY(ledger_events_of(c, on, w->ledger, number, &events, &n));
    record_fold(c, events, n, form);
    app_form_whole(c, a, form);
    return E_OK;
}

static err check_value(struct ctx *c, struct conn *tx, struct asking *u)
{
    const struct app_field *d = field_of(u->app, u->x->path);
    struct app_form form;

    if (!str_eq(u->x->kind, STR("correct")))
        return E_OK;
    if (d == NULL || d->show == APP_OFFICE) {
        wrong(c, u->f, "isian", "Pilih isian yang perlu diperbaiki.",
              "Choose what is to be corrected.");
        return E_OK;
    }
    if (u->x->value.n == 0 || u->x->value.n > VALUE_MOST) {
        wrong(c, u->f, "nilai", "Tuliskan isinya yang benar.",
              "Write what it should say.");
        return E_OK;
    }
    TRY(form_of(c, u->w, tx, u->app, u->r.number, &form));
    return correct(c, u->w, u->app, u->x->path, u->x->value, &form, u->f);
}

static err asked_already(struct ctx *c, struct conn *tx, const struct asking *u)
{
    struct record_request *all;
    struct rows *rows;
    size_t n;

    TRY(ROWS(c, tx, &record_requests_by, &rows, TXT(u->x->number)));
    TRY(read_all(c, rows, &all, &n));
    for (size_t i = 0; i < n; i++)
        if (all[i].decided == 0 && str_eq(all[i].kind, u->x->kind))
            return fail(c, E_CONFLICT, "%s",
                        say(c,
                            "Permintaan seperti ini sudah ada dan belum "
                            "diputuskan.",
                            "The same is asked already, and not decided "
                            "yet."));
    return E_OK;
}

static err check_ask(struct ctx *c, struct conn *tx, struct asking *u)
{
    if (u->r.erased)
        return fail(
            c, E_GONE, "%s",
            say(c, "Datanya sudah dihapus.", "Its data were erased already."));
    TRY(asked_already(c, tx, u));
    if (!words_have(&record_rights, u->x->kind))
        wrong(c, u->f, "jenis", "Pilih yang Anda minta.",
              "Choose what you ask for.");
    if (u->x->why.n == 0 || u->x->why.n > WHY_MOST)
        wrong(c, u->f, "alasan",
              "Tuliskan alasannya, paling banyak 2.000 huruf.",
              "Say why, in 2,000 letters at most.");
    TRY(check_value(c, tx, u));
    if (u->f->errors > 0)
        return fail(c, E_REFUSED, "%s",
                    say(c, "Ada yang belum lengkap.", "Something is missing."));
    return E_OK;
}

static void begin(struct ctx *c, const struct record_world *w,
                  const struct record *r, const struct app *a, const char *act,
                  struct ledger_event *e)
{
    *e = (struct ledger_event){
        .class = LEDGER_CASE, .subject = r->number, .sensitive = a->sensitive};
    e->office = city_office_public(w->city, city_office(w->city, r->office));
    ledger_say(c, e, "act", str_of(act));
    ledger_say(c, e, "record", r->number);
    ledger_say(c, e, "app", r->app);
}

static err ask(struct ctx *c, struct conn *tx, void *arg)
{
    struct asking *u = arg;
    const struct record_ask *x = u->x;
    struct ledger_event e, *events;
    size_t n;

    TRY(record_find(c, tx, x->number, &u->r));
    TRY(record_app(c, u->w, tx, &u->r, &u->app));
    TRY(check_ask(c, tx, u));
    TRY(ledger_events_of(c, tx, u->w->ledger, x->number, &events, &n));
    begin(c, u->w, &u->r, u->app, "right.asked", &e);
    ledger_say(c, &e, "offices", record_offices(c, events, n));
    ledger_say(c, &e, "by",
               x->actor.pseudonym.n > 0 ? x->actor.pseudonym : STR("resident"));
    ledger_say(c, &e, "channel", x->actor.channel);
    ledger_say(c, &e, "key", x->kind);
    ledger_say_time(c, &e, "due", c->now + RECORD_RIGHT_WITHIN);
    ledger_say(c, &e, "needs.alasan", x->why);
    if (str_eq(x->kind, STR("correct"))) {
        ledger_say(c, &e, "needs.isian", x->path);
        ledger_say(c, &e, "needs.nilai", x->value);
    }
    return ledger_append(c, tx, u->w->ledger, &e);
}

err record_ask(struct ctx *c, const struct record_world *w,
               const struct record_ask *x, struct findings *f)
{
    struct asking u = {.w = w, .x = x, .f = f};

    if (x->actor.role != RECORD_RESIDENT || !str_eq(x->actor.record, x->number))
        return fail(c, E_FORBIDDEN, "%s",
                    say(c, "Masukkan nomor dan kode lebih dahulu.",
                        "Enter number and code first."));
    return store_write(c, w->store, ask, &u);
}

/* ---- deciding ----------------------------------------------------- */

struct answering {
    const struct record_world *w;
    const struct record_answer *x;
    struct findings *f;
    struct record_request q;
    const struct city_right *head; /* by which he decides; or NULL */
    struct record r;
    const struct app *app;
    bool erased;
};

static void say_answer(struct ctx *c, const struct answering *u,
                       const char *act, struct ledger_event *e)
{
    begin(c, u->w, &u->r, u->app, act, e);
    ledger_say(c, e, "by", u->x->actor.pseudonym);
    if (u->head != NULL)
        record_say_right(c, e, u->head);
    ledger_say(c, e, "key", u->q.kind);
    ledger_say(c, e, "reference", arena_fmt(c->mem, "%" PRId64, u->q.id));
}

static err answer_no(struct ctx *c, struct conn *tx, struct answering *u)
{
    struct ledger_event e;

    if (u->x->why.n == 0 || u->x->why.n > WHY_MOST) {
        wrong(c, u->f, "jawaban",
              "Tuliskan mengapa ditolak, paling banyak 2.000 huruf.",
              "Say why it is refused, in 2,000 letters at most.");
        return fail(c, E_REFUSED, "%s",
                    say(c, "Ada yang belum lengkap.", "Something is missing."));
    }
    say_answer(c, u, "right.refused", &e);
    ledger_say(c, &e, "result", STR("refused"));
    ledger_say(c, &e, "needs.jawaban", u->x->why);
    return ledger_append(c, tx, u->w->ledger, &e);
}

static err say_yes(struct ctx *c, struct conn *tx, struct answering *u)
{
    struct ledger_event e;

    say_answer(c, u, "right.granted", &e);
    ledger_say(c, &e, "result", STR("granted"));
    if (u->x->why.n > 0)
        ledger_say(c, &e, "needs.jawaban", u->x->why);
    return ledger_append(c, tx, u->w->ledger, &e);
}

static err yes_correct(struct ctx *c, struct conn *tx, struct answering *u)
{
    struct ledger_event e;
    struct app_form form;

    TRY(form_of(c, u->w, tx, u->app, u->r.number, &form));
    TRY(correct(c, u->w, u->app, u->q.path, u->q.value, &form, u->f));
    if (u->f->errors > 0)
        return fail(c, E_REFUSED, "%s",
                    say(c, "Nilai yang diminta tidak dapat dipakai.",
                        "The value that is asked cannot be taken."));
    say_answer(c, u, "right.corrected", &e);
    ledger_say(c, &e, "result", STR("granted"));
    record_say_form(c, &e, u->app, &form);
    return ledger_append(c, tx, u->w->ledger, &e);
}

static err yes_restrict(struct ctx *c, struct conn *tx, struct answering *u)
{
    struct ledger_event e;

    begin(c, u->w, &u->r, u->app, "record.held", &e);
    ledger_say(c, &e, "by", u->x->actor.pseudonym);
    ledger_say(c, &e, "reason", STR(RECORD_RESTRICTION));
    ledger_say(c, &e, "needs.alasan", u->q.why);
    TRY(ledger_append(c, tx, u->w->ledger, &e));
    return say_yes(c, tx, u);
}

static err was_head(struct ctx *c, struct conn *tx, const struct answering *u,
                    bool *is)
{
    struct record_actor first = {.role = RECORD_OFFICER};
    struct record_decider d;
    struct city_officer o;

    TRY(city_officer_by_pseudonym(c, tx, u->q.first, &o));
    first.officer = o.id;
    TRY(record_decider_of(c, tx, &first, &d));
    *is = record_decider_head(&d, &u->q) != NULL;
    return E_OK;
}

/* Two persons, and one of them answers for what the office must keep. */
static err must_be_two(struct ctx *c, struct conn *tx,
                       const struct answering *u)
{
    bool head = u->head != NULL;

    if (str_eq(u->q.first, u->x->actor.pseudonym))
        return fail(c, E_FORBIDDEN, "%s",
                    say(c, "Dua orang yang berbeda menghapus, bukan satu.",
                        "Two persons erase, not one."));
    if (!head)
        TRY(was_head(c, tx, u, &head));
    return head ? E_OK
                : fail(c, E_FORBIDDEN, "%s",
                       say(c,
                           "Salah satu dari keduanya ialah kepala perangkat "
                           "daerah yang menangani berkas ini.",
                           "One of the two is the head of an office that "
                           "handled this record."));
}

/* The first yes waits for that of another. */
static err yes_erase(struct ctx *c, struct conn *tx, struct answering *u)
{
    const struct record_erasing x = {.number = u->r.number,
                                     .ground = STR("request"),
                                     .by = u->q.first,
                                     .with = u->x->actor.pseudonym};
    struct record_erased out;
    struct ledger_event e;
    str why;

    u->r.restricted = 0; /* it was the same person's wish */
    TRY(record_kept_why(c, u->w, tx, &u->r, true, &why));
    if (why.n > 0)
        return fail(c, E_CONFLICT, "%.*s", STR_ARG(why));
    if (u->q.first.n == 0) {
        say_answer(c, u, "right.agreed", &e);
        return ledger_append(c, tx, u->w->ledger, &e);
    }
    TRY(must_be_two(c, tx, u));
    TRY(say_yes(c, tx, u));
    u->erased = true;
    return record_erase_in(c, u->w, tx, &x, &out);
}

static err must_decide(struct ctx *c, struct conn *tx, struct answering *u)
{
    struct record_decider d;

    TRY(record_request_find(c, u->w, tx, &u->x->actor, u->x->id, &u->q));
    if (u->q.decided != 0)
        return fail(c, E_CONFLICT, "%s",
                    say(c, "Permintaan ini sudah diputuskan.",
                        "This request was decided already."));
    if (!u->q.may)
        return fail(c, E_FORBIDDEN, "%s",
                    say(c,
                        "Perbaikan diputuskan oleh kepala perangkat daerah "
                        "yang menangani berkasnya.",
                        "A correction is decided by the head of an office "
                        "that handled the record."));
    if (u->q.hidden)
        return fail(c, E_FORBIDDEN, "%s",
                    say(c,
                        "Isi yang diminta tidak boleh Anda lihat, jadi tidak "
                        "Anda putuskan.",
                        "You may not see what is asked, so you do not decide "
                        "it."));
    if (str_eq(u->q.asker, u->x->actor.pseudonym))
        return fail(c, E_FORBIDDEN, "%s",
                    say(c,
                        "Yang mencatat permintaan ini di loket tidak "
                        "memutuskannya.",
                        "Who took this request at the counter does not decide "
                        "it."));
    TRY(record_decider_of(c, tx, &u->x->actor, &d));
    u->head = record_decider_head(&d, &u->q);
    return E_OK;
}

static err answer(struct ctx *c, struct conn *tx, void *arg)
{
    static const struct {
        str kind;
        err (*yes)(struct ctx *c, struct conn *tx, struct answering *u);
    } all[] = {{STR_INIT("correct"), yes_correct},
               {STR_INIT("erase"), yes_erase},
               {STR_INIT("restrict"), yes_restrict}};
    struct answering *u = arg;

    TRY(must_decide(c, tx, u));
    TRY(record_find(c, tx, u->q.record, &u->r));
    TRY(record_app(c, u->w, tx, &u->r, &u->app));
    for (size_t i = 0; i < COUNT(all) && u->x->yes; i++)
        if (str_eq(u->q.kind, all[i].kind))
            return all[i].yes(c, tx, u);
    return answer_no(c, tx, u);
}

err record_answer(struct ctx *c, const struct record_world *w,
                  const struct record_answer *x, struct findings *f)
{
    struct answering u = {.w = w, .x = x, .f = f};

    TRY(store_write(c, w->store, answer, &u));
    if (u.erased)
        store_forget(w->store);
    return E_OK;
}
