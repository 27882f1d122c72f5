/* SPDX-License-Identifier: EUPL-1.2 */
/* Letters: numbered without gaps by the act that issues them, drawn and
 * sealed once a checkpoint covers it, checked by anybody. */
#include "record/record_priv.h"

#include "gen/record_sql.h"
#include "letter/letter.h"

#include <pthread.h>
#include <unistd.h>

#define DRAW_AT_ONCE 50
#define DRAWERS      4                   /* threads at most */
#define LETTER_ARENA ((size_t)512 << 20) /* one for each of many is long */
#define NOT_YET      INT64_MAX /* the event of an act that is still to come */

/* ---- issuing ------------------------------------------------------ */

const struct app_letter *record_letter_at(const struct app *a, str state,
                                          str act)
{
    for (size_t i = 0; i < a->n_letters; i++) {
        const struct app_letter *l = &a->letters[i];

        if (str_eq(l->at, state) &&
            (act.n == 0 ? !l->acted
                        : str_among(act, l->again, l->n_again) >= 0))
            return l;
    }
    return NULL;
}

static err next_seq(struct ctx *c, struct conn *tx,
                    const struct city_register *reg, int year, int64_t *seq)
{
    struct rows *rows;
    bool more;

    TRY(ROWS(c, tx, &record_last_seq, &rows, TXT(reg->key), I64(year)));
    TRY(store_next(rows, &more));
    *seq = city_register_next(reg, year, more ? store_i64(rows, 0) : 0);
    return E_OK;
}

static const char *const roman[] = {"I",   "II",   "III", "IV", "V",  "VI",
                                    "VII", "VIII", "IX",  "X",  "XI", "XII"};

err record_show_number(struct ctx *c, const struct markup *number,
                       const struct data *known, int64_t seq, struct date day,
                       str *out)
{
    struct data *facts = data_copy(c, known);

    data_put_text(c, facts, STR("seq"), arena_fmt(c->mem, "%" PRId64, seq));
    data_put_text(c, facts, STR("seq4"), arena_fmt(c->mem, "%04" PRId64, seq));
    data_put_text(c, facts, STR("check"), record_check_of(c, seq));
    data_put_text(c, facts, STR("year"), arena_fmt(c->mem, "%04d", day.year));
    data_put_text(c, facts, STR("month2"),
                  arena_fmt(c->mem, "%02d", day.month));
    data_put_text(c, facts, STR("roman_month"), str_of(roman[day.month - 1]));
    return markup_show(c, number, facts, NULL, NULL, out);
}

err record_book(struct ctx *c, const struct record_world *w, str key,
                struct city_register *out)
{
    if (city_register(w->city, key, out))
        return E_OK;
    return fail(c, E_REFUSED,
                say(c,
                    "Buku nomor \"%.*s\" belum diisi. Isilah pada "
                    "registers.yaml.",
                    "The number register \"%.*s\" is missing. Fill it in "
                    "in registers.yaml."),
                STR_ARG(key));
}

static err say_validity(struct ctx *c, const struct record_world *w,
                        const struct app *a, const struct app_form *form,
                        const struct app_letter *l, struct ledger_event *e)
{
    struct app_setting with = record_setting(w, NULL);
    struct date from, to;
    bool valid;

    if (l->until_lapse) { /* entering the state has said it already */
        int64_t lapse = ledger_fact_time(e, "lapse");

        valid = lapse != 0;
        from = time_local(c->now, city_offset(w->city), NULL);
        to = time_local(lapse, city_offset(w->city), NULL);
    } else {
        TRY(app_letter_valid(c, a, &with, form, l, &valid, &from, &to));
    }
    ledger_say(c, e, "valid_from", valid ? time_show_date(c, from) : STR(""));
    ledger_say(c, e, "valid_to", valid ? time_show_date(c, to) : STR(""));
    return E_OK;
}

err record_issue(struct ctx *c, const struct record_world *w, struct conn *tx,
                 const struct app *a, const struct app_state *to, str act,
                 const struct app_form *form, str number,
                 struct ledger_event *e, str *letter)
{
    const struct app_letter *l = record_letter_at(a, to->key, act);
    struct date day = time_local(c->now, city_offset(w->city), NULL);
    struct city_register reg;
    int64_t seq;
    str shown;
    int year;

    if (l == NULL)
        return E_OK;
    TRY(record_book(c, w, l->register_key, &reg));
    /* A register that never starts anew counts in the year 0. */
    year = reg.yearly ? day.year : 0;
    TRY(next_seq(c, tx, &reg, year, &seq));
    TRY(record_show_number(c, l->number, reg.item, seq, day, &shown));
    ledger_say(c, e, "letter", l->key);
    ledger_say(c, e, "number", shown);
    ledger_say(c, e, "key", l->register_key);
    ledger_say_i64(c, e, "order", seq);
    ledger_say_i64(c, e, "step", year);
    ledger_say(c, e, "token",
               record_token_kept(c, record_letter_token(c, w, number, l->key,
                                                        seq, l->register_key)));
    TRY(say_validity(c, w, a, form, l, e));
    *letter = l->key;
    return E_OK;
}

/* ---- drawing ------------------------------------------------------ */

struct drawing {
    const struct record_world *w;
    struct conn *on;
    int64_t event;
    struct record record;
    const struct app *app;
    const struct app_letter *letter;
    struct ledger_event e, *events; /* the letter's own; all up to now */
    size_t n_events;
    struct app_form form;
    struct sheet *sheets;
    size_t n_sheets;
};

/* A paper as it is kept: one a letter, or one for each whom it is for. */
struct sheet {
    str path, name, pdf, signature;
};

/* Put a text below dotted keys: "pemohon.nama" into {pemohon: {nama}}. */
static void put_path(struct ctx *c, struct data *map, str path, str text)
{
    str head, tail;

    if (!str_cut(path, '.', &head, &tail)) {
        data_put_text(c, map, path, text);
        return;
    }
    if (data_get(map, head) == NULL || data_get(map, head)->kind != DATA_MAP)
        data_put(c, map, head, data_new(c, DATA_MAP));
    put_path(c, data_get(map, head), tail, text);
}

/* Rows are a list, each with its number and its columns. */
static void put_table(struct ctx *c, struct data *facts,
                      const struct app_shown *s)
{
    const struct app_table *t = s->table;
    struct data *list = data_new(c, DATA_LIST);

    for (size_t r = 0; r < t->n_rows; r++) {
        struct data *row = data_new(c, DATA_MAP);

        data_put_text(c, row, STR("no"), arena_fmt(c->mem, "%zu", r + 1));
        for (size_t i = 0; i < t->n_columns; i++)
            data_put_text(c, row, t->columns[i].key,
                          letter_fact(c, t->texts[r * t->n_columns + i]));
        data_append(c, list, row);
    }
    data_put(c, facts, s->path, list);
}

static err put_fields(struct ctx *c, struct drawing *d, struct data *facts)
{
    for (size_t i = 0; i < d->app->n_fields; i++) {
        struct app_shown *parts;
        size_t n;

        TRY(app_show(c, d->app, &d->app->fields[i], &d->form, &parts, &n));
        TRY(record_show_refs(c, d->w, d->on, true, parts, n));
        for (size_t k = 0; k < n; k++)
            if (parts[k].table != NULL)
                put_table(c, facts, &parts[k]);
            else
                put_path(c, facts, parts[k].path,
                         letter_fact(c, parts[k].text));
    }
    return E_OK;
}

/* What is not known yet where a letter is shown before it is issued. */
static const str not_yet = STR_INIT("…");

/* What one act asked, in the words of that act. */
static err put_answers(struct ctx *c, const struct drawing *d,
                       const struct ledger_event *e, struct data *facts)
{
    const struct app_state *from = app_state(d->app, ledger_fact(e, "from"));
    const struct app_action *x =
        from == NULL ? NULL : app_action(from, ledger_fact(e, "act"));
    struct app_form said = {0};
    struct app_shown *parts;
    size_t n;

    if (x == NULL)
        return E_OK;
    x = app_action_in(c, x, app_branch(from, ledger_fact(e, "branch")));
    record_facts(c, e, "needs.", &said);
    for (size_t i = 0; i < x->n_needs; i++) {
        if (x->needs[i].show == APP_OFFICE)
            continue; /* a letter is the parties' */
        if (e->id == NOT_YET)
            put_path(c, facts,
                     arena_fmt(c->mem, "said.%.*s", STR_ARG(x->needs[i].key)),
                     not_yet);
        TRY(app_show(c, d->app, &x->needs[i], &said, &parts, &n));
        for (size_t k = 0; k < n; k++)
            put_path(c, facts,
                     arena_fmt(c->mem, "said.%.*s", STR_ARG(parts[k].path)),
                     letter_fact(c, parts[k].text));
    }
    return E_OK;
}

/* What acts asked before the letter, the last of each name. */
static err put_said(struct ctx *c, const struct drawing *d, struct data *facts)
{
    for (size_t i = 0; i < d->n_events && d->events[i].id <= d->event; i++)
        TRY(put_answers(c, d, &d->events[i], facts));
    return E_OK;
}

static void put_laws(struct ctx *c, const struct drawing *d, struct data *facts)
{
    const struct data *law = data_get(d->app->effective, STR("law"));
    struct data *map = data_new(c, DATA_MAP);

    for (size_t i = 0; law != NULL && i < law->n; i++)
        data_put_text(c, map, law->pairs[i].key,
                      app_say(c, data_get(law->pairs[i].value, STR("title"))));
    data_put(c, facts, STR("law"), map);
}

static str shown_date(struct ctx *c, str iso)
{
    struct date d;

    return time_parse_date(iso, &d) ? city_show_date(c, d) : STR("");
}

static const struct city_office *issuing_office(const struct drawing *d)
{
    str key = ledger_fact(&d->e, "office");
    const struct city_office *o =
        d->letter->function.n > 0
            ? record_office_for(d->w, d->app, &d->form, d->letter->function,
                                d->record.region)
            : city_office(d->w->city, key);

    return o != NULL ? o
                     : city_office_for(d->w->city, d->app->function,
                                       d->record.region);
}

static str office_name(struct ctx *c, const struct drawing *d)
{
    const struct city_office *o = issuing_office(d);

    return o == NULL ? city_government(c, d->w->city) : city_office_name(c, o);
}

/* What was granted when the letter was issued; it may have changed since. */
static int64_t granted_then(const struct drawing *d)
{
    int64_t granted = 0;

    for (size_t i = 0; i < d->n_events && d->events[i].id <= d->event; i++)
        if (ledger_fact(&d->events[i], "granted").p != NULL)
            granted = ledger_fact_i64(&d->events[i], "granted");
    return granted;
}

static err letter_facts(struct ctx *c, struct drawing *d, struct data **out)
{
    struct data *facts = data_new(c, DATA_MAP);
    int offset = city_offset(d->w->city);

    TRY(put_fields(c, d, facts));
    put_laws(c, d, facts);
    TRY(put_said(c, d, facts));
    data_put_text(c, facts, STR("record"), d->record.number);
    data_put_text(c, facts, STR("number"), ledger_fact(&d->e, "number"));
    data_put_text(c, facts, STR("office"), office_name(c, d));
    data_put_text(
        c, facts, STR("submitted"),
        city_show_date(c, time_local(d->record.submitted, offset, NULL)));
    data_put_text(c, facts, STR("date"),
                  city_show_date(c, time_local(d->e.time, offset, NULL)));
    data_put_text(c, facts, STR("valid_from"),
                  shown_date(c, ledger_fact(&d->e, "valid_from")));
    data_put_text(c, facts, STR("valid_to"),
                  shown_date(c, ledger_fact(&d->e, "valid_to")));
    data_put_text(c, facts, STR("charge"),
                  city_show_money(c, d->record.charge));
    data_put_text(c, facts, STR("charge_words"),
                  arena_fmt(c->mem, "%.*s rupiah",
                            STR_ARG(city_spell_number(c, d->record.charge))));
    data_put_text(c, facts, STR("granted"),
                  city_show_money(c, granted_then(d)));
    data_put_text(c, facts, STR("granted_words"),
                  arena_fmt(c->mem, "%.*s rupiah",
                            STR_ARG(city_spell_number(c, granted_then(d)))));
    put_path(c, facts, STR("city.name"), city_name(c, d->w->city));
    *out = facts;
    return E_OK;
}

str record_upper(struct ctx *c, str s)
{
    char *p = NEWS(c->mem, char, s.n + 1);

    for (size_t i = 0; i < s.n; i++)
        p[i] = s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 32) : s.p[i];
    return (str){p, s.n};
}

/* The act of the last head who moved the record on before the letter; NULL
 * where none did. */
static const struct ledger_event *approval(const struct drawing *d)
{
    const struct ledger_event *by = NULL;
    bool head = false;

    for (size_t i = 0; i < d->n_events && d->events[i].id <= d->event; i++) {
        const struct ledger_event *e = &d->events[i];

        if (head && ledger_fact(e, "from").p != NULL)
            by = e;
        if (ledger_fact(e, "state").p != NULL)
            head = str_eq(ledger_fact(e, "duty"), STR("head"));
    }
    return by;
}

/* Who signs: in his own right, or (plh, plt) in another's or a vacant post's;
 * `post` is the one whose post it is. */
struct signing {
    struct city_officer who, post;
    str as;
};

static err officer_or_none(struct ctx *c, const struct drawing *d, str by,
                           struct city_officer *out)
{
    err e =
        by.n == 0 ? E_NOT_FOUND : city_officer_by_pseudonym(c, d->on, by, out);

    if (e != E_OK)
        *out = (struct city_officer){.id = 0};
    return e == E_NOT_FOUND ? E_OK : e;
}

/* A head of the office on the day of the letter, or who stands in for him. */
static err head_then(struct ctx *c, const struct drawing *d, str office,
                     struct signing *s)
{
    const struct city_duty head = {office, STR("head")};
    const struct city_absence *in;
    struct city_absence *all;
    struct city_officer *heads;
    size_t n, m;
    bool own;

    TRY(city_holders(c, d->on, office, head.duty, &heads, &n));
    if (n == 0)
        return E_OK;
    s->who = s->post = heads[0];
    TRY(city_holds(c, d->on, s->who.id, office, head.duty, &own));
    if (!own) {
        s->as = STR("plt");
        s->post = (struct city_officer){.id = 0};
        return E_OK;
    }
    TRY(city_absences(c, d->on, s->who.id, &all, &m));
    in = city_standing_in(all, m, s->who.id, &head, d->e.time);
    if (in == NULL)
        return E_OK;
    s->as = STR("plh");
    return city_officer_by_id(c, d->on, in->standing, &s->who);
}

/* The officer whose approval led here, else a head of the office; a post
 * without a name where nobody holds it. */
static err who_signs(struct ctx *c, const struct drawing *d, struct signing *s)
{
    const struct city_office *o = issuing_office(d);
    const struct ledger_event *e = approval(d);

    *s = (struct signing){.as = STR("")};
    if (e != NULL) {
        TRY(officer_or_none(c, d, ledger_fact(e, "by"), &s->who));
        s->post = s->who;
        if (ledger_fact(e, "as").n > 0 && s->who.id != 0) {
            s->as = ledger_fact(e, "as");
            TRY(officer_or_none(c, d, ledger_fact(e, "for"), &s->post));
        }
    }
    return s->who.id == 0 && o != NULL ? head_then(c, d, o->key, s) : E_OK;
}

/* "Plh. Kepala Dinas ...": the post is the absent one's, the name is of who
 * stood in. */
static err signer(struct ctx *c, struct drawing *d, struct letter_frame *f)
{
    struct signing s;
    str post;

    TRY(who_signs(c, d, &s));
    post = s.post.post.n > 0
               ? s.post.post
               : arena_fmt(c->mem, "Kepala %.*s", STR_ARG(office_name(c, d)));
    f->signer_title =
        s.as.n == 0 ? post
                    : arena_fmt(c->mem, "%s %.*s",
                                str_eq(s.as, STR("plt")) ? "Plt." : "Plh.",
                                STR_ARG(post));
    if (s.who.id != 0)
        f->signer_name = s.who.name;
    return E_OK;
}

static err frame(struct ctx *c, struct drawing *d, struct letter_frame *f)
{
    const struct city_office *o = issuing_office(d);
    struct city_brand brand;
    str token = record_letter_token(c, d->w, d->record.number, d->letter->key,
                                    ledger_fact_i64(&d->e, "order"),
                                    ledger_fact(&d->e, "key"));

    TRY(city_brand(c, d->w->city, &brand));
    *f = (struct letter_frame){
        .government = record_upper(c, city_government(c, d->w->city)),
        .office = record_upper(c, office_name(c, d)),
        .address =
            o == NULL ? STR("") : data_text(data_get(o->item, STR("address"))),
        .crest = brand.crest,
        .colour = brand.colour,
        .title = record_upper(c, app_say(c, d->letter->title)),
        .number = ledger_fact(&d->e, "number"),
        .place = data_text(
            data_get(city_item(d->w->city, STR("city")), STR("seat"))),
        .date = city_show_date(
            c, time_local(d->e.time, city_offset(d->w->city), NULL)),
        .seal_note = arena_fmt(c->mem, "Disegel secara elektronik oleh %.*s.",
                               STR_ARG(city_government(c, d->w->city))),
        .verify_url =
            arena_fmt(c->mem, "%.*s/s/%.*s", STR_ARG(city_home(c, d->w->city)),
                      STR_ARG(token)),
        .verify_text = STR("Pindai kode ini untuk memeriksa keaslian surat."),
        .lang = STR("id"),
        .watermark = city_training(d->w->city) ? STR("CONTOH") : STR(""),
    };
    if (f->place.p == NULL)
        f->place = city_name(c, d->w->city);
    if (f->address.p == NULL)
        f->address = STR("");
    return signer(c, d, f);
}

static err find_letter(struct ctx *c, struct drawing *d)
{
    TRY(ledger_event_by_id(c, d->on, d->w->ledger, d->event, &d->e));
    TRY(record_find(c, d->on, ledger_fact(&d->e, "record"), &d->record));
    TRY(record_app(c, d->w, d->on, &d->record, &d->app));
    for (size_t i = 0; i < d->app->n_letters; i++)
        if (str_eq(d->app->letters[i].key, ledger_fact(&d->e, "letter")))
            d->letter = &d->app->letters[i];
    MUST(d->letter != NULL);
    TRY(ledger_events_of(c, d->on, d->w->ledger, d->record.number, &d->events,
                         &d->n_events));
    record_fold(c, d->events, d->n_events, &d->form);
    return E_OK;
}

static err seal_letter(struct ctx *c, struct drawing *d, struct sheet *s)
{
    struct hash digest = seal_sha256(s->pdf), *path;
    uint64_t index;
    size_t n;
    str entry;

    TRY(ledger_entry(c, d->w->ledger, d->event, &entry, &index, &path, &n));
    return seal_signer_letter(c, d->w->signer, entry, index, path, n, digest,
                              &s->signature);
}

str record_paper_path(struct ctx *c, str key, int64_t event, str whose)
{
    return arena_fmt(c->mem, "letters.%.*s.%" PRId64 "%s%.*s", STR_ARG(key),
                     event, whose.n > 0 ? "." : "", STR_ARG(whose));
}

static err draw_sheet(struct ctx *c, struct drawing *d, str whose)
{
    struct sheet *s = &d->sheets[d->n_sheets++];
    struct letter_frame f;
    struct data *facts;
    str body;

    TRY(letter_facts(c, d, &facts));
    TRY(markup_show(c, d->letter->body, facts, NULL, NULL, &body));
    TRY(frame(c, d, &f));
    TRY(letter_pdf(c, &f, body, &s->pdf));
    s->path = record_paper_path(c, d->letter->key, d->event, whose);
    s->name = arena_fmt(c->mem, "%.*s-%.*s.pdf", STR_ARG(d->letter->key),
                        STR_ARG(d->record.number));
    return seal_letter(c, d, s);
}

/* For one person: of all that is somebody's own, only his. */
static err draw_for(struct ctx *c, struct drawing *d, str who)
{
    struct app_form whole = d->form;
    err e;

    d->form = record_copy_form(c, &whole);
    for (size_t i = 0; i < d->app->n_fields; i++)
        if (d->app->fields[i].show == APP_OWN &&
            d->app->fields[i].type == APP_ROWS)
            app_own_rows(c, &d->app->fields[i], who, &d->form);
    e = draw_sheet(c, d, who);
    d->form = whole;
    return e;
}

static err draw(struct ctx *c, struct drawing *d)
{
    str rest, who;

    TRY(find_letter(c, d));
    d->sheets = NEWS(c->mem, struct sheet, APP_ROWS_MOST + 1);
    if (d->letter->each == NULL)
        return draw_sheet(c, d, STR(""));
    rest = app_listed(c, d->letter->each, &d->form);
    while (str_next(&rest, ',', &who))
        TRY(draw_for(c, d, who));
    return E_OK;
}

static err keep(struct ctx *c, struct conn *tx, void *arg)
{
    const struct drawing *d = arg;

    for (size_t i = 0; i < d->n_sheets; i++) {
        const struct sheet *s = &d->sheets[i];
        struct record_upload u = {
            .name = s->name, .mime = STR("application/pdf"), .bytes = s->pdf};

        TRY(record_file_keep(c, d->w, tx, d->record.number, s->path, &u,
                             s->signature));
    }
    return RUN(c, tx, &record_undrawn_drop, I64(d->event));
}

static err undrawn(struct ctx *c, struct conn *on, int64_t after,
                   int64_t *events, size_t *n)
{
    struct rows *rows;
    bool more;

    *n = 0;
    TRY(ROWS(c, on, &record_undrawn_after, &rows, I64(after),
             I64(DRAW_AT_ONCE)));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        events[(*n)++] = store_i64(rows, 0);
    }
}

static err draw_one(struct ctx *c, const struct record_world *w, int64_t event)
{
    struct drawing d = {.w = w, .event = event};
    err e;

    TRY(store_read(c, w->store, &d.on));
    e = draw(c, &d);
    store_done(d.on);
    return e != E_OK ? e : store_write(c, w->store, keep, &d);
}

/* What waits to be drawn, and who draws beside the caller. */
struct studio {
    const struct record_world *w;
    const struct ctx *of;
    pthread_mutex_t guard;
    int64_t events[DRAW_AT_ONCE], after;
    size_t n, at;
    int64_t done;
    err e; /* why they all stop, or E_OK */
};

/* The next letters after those that were taken. */
static err refill(struct ctx *c, struct studio *u)
{
    struct conn *on;
    err e;

    TRY(store_read(c, u->w->store, &on));
    e = undrawn(c, on, u->after, u->events, &u->n);
    store_done(on);
    u->at = 0;
    if (u->n > 0)
        u->after = u->events[u->n - 1];
    return e;
}

/* 0 where nothing is left. */
static int64_t take(struct ctx *c, struct studio *u)
{
    int64_t event = 0;

    pthread_mutex_lock(&u->guard);
    if (u->e == E_OK && u->at == u->n && u->n == DRAW_AT_ONCE)
        u->e = refill(c, u);
    if (u->e == E_OK && u->at < u->n)
        event = u->events[u->at++];
    pthread_mutex_unlock(&u->guard);
    return event;
}

/* One that cannot be drawn does not stand in the way of the later ones; one
 * that no checkpoint covers yet does, since none covers those. */
static void note(struct studio *u, int64_t event, err e)
{
    if (e != E_OK && e != E_BUSY)
        LOG(LOG_ERROR, "record", "letter_failed", LOG_I64("event", event),
            LOG_LIT("why", err_name(e)));
    pthread_mutex_lock(&u->guard);
    u->done += e == E_OK;
    if (e == E_BUSY)
        u->e = E_BUSY;
    pthread_mutex_unlock(&u->guard);
}

/* Each letter in memory of its own: a month's slips are many. */
static void *draw_on(void *arg)
{
    struct studio *u = arg;

    for (;;) {
        struct ctx c = *u->of;
        int64_t event;

        c.mem = arena_new(LETTER_ARENA);
        c.lang = STR("id");
        event = take(&c, u);
        if (event != 0)
            note(u, event, draw_one(&c, u->w, event));
        arena_free(c.mem);
        if (event == 0)
            return NULL;
    }
}

/* Where many wait, by several threads. */
static void draw_all(struct studio *u)
{
    pthread_t others[DRAWERS - 1];
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t n = 0;

    while (u->n == DRAW_AT_ONCE && n + 1 < DRAWERS &&
           n + 1 < (size_t)processors &&
           pthread_create(&others[n], NULL, draw_on, u) == 0)
        n++;
    draw_on(u);
    for (size_t i = 0; i < n; i++)
        MUST(pthread_join(others[i], NULL) == 0);
}

err record_seal_letters(struct ctx *c, const struct record_world *w,
                        int64_t *done)
{
    struct studio u = {
        .w = w, .of = c, .guard = PTHREAD_MUTEX_INITIALIZER, .e = E_OK};

    *done = 0;
    TRY(refill(c, &u));
    if (u.n > 0)
        draw_all(&u);
    *done = u.done;
    return u.e == E_BUSY ? E_OK : u.e;
}

/* ---- before it is issued ------------------------------------------- */

/* The act as its event would stand last in the record. */
static err foresee_event(struct ctx *c, struct drawing *d,
                         const struct record_actor *actor,
                         const struct record_choice *k)
{
    struct ledger_event *all =
        NEWS(c->mem, struct ledger_event, d->n_events + 1);
    struct ledger_event *e = &all[d->n_events];

    d->event = NOT_YET;
    *e = (struct ledger_event){.id = NOT_YET, .time = c->now};
    ledger_say(c, e, "act", k->action->key);
    ledger_say(c, e, "from", d->record.state);
    ledger_say(c, e, "by", actor->pseudonym);
    record_say_right(c, e, &k->right);
    ledger_say(c, e, "office", d->record.office);
    ledger_say(c, e, "number", not_yet);
    if (!d->letter->until_lapse)
        TRY(say_validity(c, d->w, d->app, &d->form, d->letter, e));
    for (size_t i = 0; i < d->n_events; i++)
        all[i] = d->events[i];
    d->events = all;
    d->n_events++;
    d->e = *e;
    return E_OK;
}

/* No code leads to it, no seal is on it, and it says so across the page. */
static err draw_foreseen(struct ctx *c, struct drawing *d,
                         const struct record_choice *k, str *pdf)
{
    struct letter_frame f;
    struct data *facts;
    str body;

    TRY(letter_facts(c, d, &facts));
    if (k->action->grants != NULL) {
        data_put_text(c, facts, STR("granted"), not_yet);
        data_put_text(c, facts, STR("granted_words"), not_yet);
    }
    TRY(markup_show(c, d->letter->body, facts, NULL, NULL, &body));
    TRY(frame(c, d, &f));
    f.verify_url = f.verify_text = f.seal_note = STR("");
    f.watermark = STR("RANCANGAN");
    return letter_pdf(c, &f, body, pdf);
}

static const struct record_choice *choice_of(const struct record_choice *all,
                                             size_t n, str action)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].action->key, action) && all[i].letter != NULL)
            return &all[i];
    return NULL;
}

err record_letter_foreseen(struct ctx *c, const struct record_world *w,
                           struct conn *on, const struct record_actor *actor,
                           str number, str action, str *pdf)
{
    struct ctx in_id = *c;
    struct drawing d = {.w = w, .on = on};
    struct record_choice *all;
    const struct record_choice *k;
    size_t n;

    TRY(record_find(c, on, number, &d.record));
    TRY(record_app(c, w, on, &d.record, &d.app));
    TRY(record_choices(c, w, on, &d.record, d.app, actor, &all, &n));
    k = choice_of(all, n, action);
    if (k == NULL)
        return fail(c, E_NOT_FOUND, "%s",
                    say(c,
                        "Langkah ini tidak berujung pada surat, atau bukan "
                        "tugas Anda sekarang.",
                        "This step leads to no letter, or it is not yours to "
                        "take now."));
    d.letter = k->letter;
    TRY(ledger_events_of(c, on, w->ledger, number, &d.events, &d.n_events));
    record_fold(c, d.events, d.n_events, &d.form);
    app_form_whole(c, d.app, &d.form);
    in_id.lang = STR("id");
    TRY(foresee_event(&in_id, &d, actor, k));
    return draw_foreseen(&in_id, &d, k, pdf);
}

/* ---- checking ----------------------------------------------------- */

/* "Siti Contoh" is "S*** C*****": enough to compare with a paper in hand. */
static str masked(struct ctx *c, str name)
{
    struct buf b = buf_new(c, 1024);
    bool first = true;

    for (size_t i = 0; i < name.n && b.n < 200; i++) {
        bool inner = ((unsigned char)name.p[i] & 0xC0) == 0x80;

        if (name.p[i] == ' ' || first)
            buf_char(&b, name.p[i]);
        else if (!inner)
            buf_char(&b, '*');
        else if (b.n > 0 && b.p[b.n - 1] != '*' && b.p[b.n - 1] != ' ')
            buf_char(&b, name.p[i]); /* the rest of a first letter */
        first = name.p[i] == ' ';
    }
    return buf_str(&b);
}

static str holder(struct ctx *c, const struct drawing *d)
{
    for (size_t i = 0; i < d->app->n_fields; i++) {
        str path =
            arena_fmt(c->mem, "%.*s.nama", STR_ARG(d->app->fields[i].key));
        str name = app_form_text(&d->form, path);

        if (d->app->fields[i].type == APP_PERSON && name.p != NULL)
            return masked(c, name);
    }
    return STR("");
}

static enum record_verdict verdict(struct ctx *c, const struct record_world *w,
                                   struct rows *rows)
{
    str from = store_str(rows, 4), to = store_str(rows, 5);
    str today =
        time_show_date(c, time_local(c->now, city_offset(w->city), NULL));

    if (city_training(w->city))
        return RECORD_SAMPLE;
    if (store_i64(rows, 7) != 0)
        return RECORD_REVOKED;
    if (store_i64(rows, 8) != 0)
        return RECORD_REPLACED;
    if (to.n > 0 && str_cmp(to, today) < 0)
        return RECORD_EXPIRED;
    if (from.n > 0 && str_cmp(from, today) > 0)
        return RECORD_NOT_YET;
    return RECORD_VALID;
}

static err paper_digest(struct ctx *c, const struct drawing *d, str *digest)
{
    str path = record_paper_path(c, d->letter->key, d->event, STR(""));
    struct rows *rows;
    bool more;

    TRY(ROWS(c, d->on, &record_file_by_path, &rows, TXT(d->record.number),
             TXT(path)));
    TRY(store_next(rows, &more));
    *digest = more ? store_str(rows, 0) : STR("");
    return E_OK;
}

/* The number of the letter that took this one's place, if a letter did. */
static err replaced_by(struct ctx *c, struct conn *on, int64_t event, str *out)
{
    struct rows *rows;
    bool more;

    TRY(ROWS(c, on, &record_letter_number, &rows, I64(event)));
    TRY(store_next(rows, &more));
    *out = more ? store_str(rows, 0) : STR("");
    return E_OK;
}

err record_check_token(struct ctx *c, const struct record_world *w,
                       struct conn *on, str token, struct record_check *out)
{
    struct drawing d = {.w = w, .on = on};
    struct rows *rows;
    bool more;

    *out = (struct record_check){.verdict = RECORD_UNKNOWN};
    TRY(ROWS(c, on, &record_letter_by_token, &rows,
             TXT(record_token_kept(c, token))));
    TRY(store_next(rows, &more));
    if (!more)
        return E_OK;
    out->verdict = verdict(c, w, rows);
    out->number = store_str(rows, 3);
    out->valid_from = store_str(rows, 4), out->valid_to = store_str(rows, 5);
    out->issued = store_i64(rows, 6);
    d.event = store_i64(rows, 0);
    TRY(replaced_by(c, on, store_i64(rows, 8), &out->instead));
    TRY(find_letter(c, &d));
    out->kind = app_say(c, d.letter->title);
    out->holder = d.record.restricted != 0 ? STR("") : holder(c, &d);
    out->office = office_name(c, &d);
    return paper_digest(c, &d, &out->digest);
}

err record_check_number(struct ctx *c, const struct record_world *w,
                        struct conn *on, str number, struct record_check *out)
{
    struct rows *rows;
    bool more;

    *out = (struct record_check){.verdict = RECORD_UNKNOWN};
    TRY(ROWS(c, on, &record_letter_by_number, &rows, TXT(str_trim(number))));
    for (bool first = true;; first = false) {
        enum record_verdict one;

        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        one = verdict(c, w, rows);
        if (!first && one != out->verdict) {
            out->verdict = RECORD_UNKNOWN; /* only the QR code tells which */
            return E_OK;
        }
        out->verdict = one;
    }
}
