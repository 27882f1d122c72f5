/* SPDX-License-Identifier: EUPL-1.2 */
/* Registers: when a record becomes an entry, the number it is given, what it
 * holds alone, and what everybody may read of it. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

#define UNIQUE_BYTES ((size_t)1 << 18)

/* ---- does it live ------------------------------------------------- */

static bool over(const struct app_state *s)
{
    return s->end.n > 0 && !str_eq(s->end, STR("granted"));
}

static err lives(struct ctx *c, struct conn *on, int64_t id, bool *yes)
{
    struct rows *rows;

    TRY(ROWS(c, on, &record_entry_live, &rows, I64(id)));
    return store_next(rows, yes);
}

err record_becomes(struct ctx *c, struct conn *on,
                   const struct record_entering *in, bool *was, bool *becomes)
{
    const struct app_registry *r = in->app->registry;

    *was = *becomes = false;
    if (r == NULL)
        return E_OK;
    if (in->was != NULL)
        TRY(lives(c, on, in->was->r.id, was));
    *becomes = !*was && str_eq(in->to->key, r->entry) && !over(in->to);
    return E_OK;
}

/* ---- what it holds alone ------------------------------------------ */

/* "AB-12 3" and "ab123" are one serial number. */
static str plain(struct ctx *c, str text)
{
    char *p = NEWS(c->mem, char, text.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        char ch = text.p[i];

        if (strchr(" .-/", ch) != NULL && ch != 0)
            continue;
        p[n++] = ch >= 'A' && ch <= 'Z' ? (char)(ch - 'A' + 'a') : ch;
    }
    return (str){p, n};
}

/* A mark tells nothing without the city's secret: what it stands for may be a
 * person's number. */
static str mark_of(struct ctx *c, const struct record_world *w, str app,
                   str named, str text)
{
    str all = arena_fmt(c->mem, "%.*s\n%.*s\n%.*s", STR_ARG(app),
                        STR_ARG(named), STR_ARG(plain(c, text)));
    struct hash h = record_mac(w, "unique", all);

    return str_slice(seal_show_hash(c, h), 7, 7 + 32);
}

struct alone {
    const struct record_world *w;
    struct conn *on;
    const struct app *app;
    int64_t id; /* of the record itself, or 0 */
    bool officer;
    struct findings *f;
};

static const struct app_field *field_of(const struct app *a, str path)
{
    str key, part;

    str_cut(path, '.', &key, &part);
    return app_field(a, key);
}

static void complain(struct ctx *c, const struct alone *u, str path, str what)
{
    finding_add(c, u->f, FIND_ERROR, (struct place){0},
                arena_fmt(c->mem, "fields.%.*s", STR_ARG(path)), "%.*s",
                STR_ARG(what));
}

static str label_of(struct ctx *c, const struct app_field *d, str path)
{
    str label = app_say(c, data_get(d->def, STR("label")));

    return str_ends(path, STR(".nik"))
               ? arena_fmt(c->mem, "NIK %.*s", STR_ARG(label))
               : label;
}

/* Whose it is, only officers learn. */
static str taken_words(struct ctx *c, const struct alone *u, str path,
                       struct rows *rows)
{
    const struct app_field *d = field_of(u->app, path);
    str label = label_of(c, d, path);
    str noun = app_say(c, u->app->noun), key = store_str(rows, 2);

    if (!u->officer)
        return arena_fmt(c->mem,
                         say(c, "%.*s sudah tercatat pada %.*s lain.",
                             "%.*s is held by another %.*s already."),
                         STR_ARG(label), STR_ARG(noun));
    return arena_fmt(c->mem,
                     say(c, "%.*s sudah tercatat pada %.*s %.*s%s%.*s.",
                         "%.*s is held by the %.*s %.*s%s%.*s already."),
                     STR_ARG(label), STR_ARG(noun), STR_ARG(key),
                     key.n > 0 ? ", " : "", STR_ARG(store_str(rows, 1)));
}

static err check_one(struct ctx *c, const struct alone *u, str named, str path,
                     str text)
{
    struct rows *rows;
    bool more;

    TRY(ROWS(c, u->on, &record_unique_of, &rows, TXT(u->app->id), TXT(named),
             TXT(mark_of(c, u->w, u->app->id, named, text))));
    TRY(store_next(rows, &more));
    if (more && store_i64(rows, 0) != u->id)
        complain(c, u, path, taken_words(c, u, path, rows));
    return E_OK;
}

/* Does an earlier row of the same form say it too? */
static bool said_before(struct ctx *c, const struct app_form *form, size_t at,
                        str named)
{
    for (size_t i = 0; i < at; i++)
        if (app_path_fits(form->all[i].path, named) &&
            form->all[i].text.n > 0 &&
            str_eq(plain(c, form->all[i].text), plain(c, form->all[at].text)))
            return true;
    return false;
}

/* Whether a NIK is in a register, nobody learns by typing it in. */
static bool asked_aloud(const struct alone *u, str path)
{
    const struct app_field *d = field_of(u->app, path);

    return u->officer || (d != NULL && d->type != APP_NIK &&
                          d->type != APP_KK && d->type != APP_PERSON);
}

static err check_named(struct ctx *c, const struct alone *u,
                       const struct app_form *form, str named)
{
    for (size_t i = 0; i < form->n; i++) {
        const struct app_value *v = &form->all[i];

        if (!app_path_fits(v->path, named) || v->text.n == 0)
            continue;
        if (said_before(c, form, i, named))
            complain(c, u, v->path,
                     str_of(say(c, "Ini sudah disebut di atas.",
                                "This has been said above.")));
        else if (asked_aloud(u, v->path))
            TRY(check_one(c, u, named, v->path, v->text));
    }
    return E_OK;
}

err record_check_unique(struct ctx *c, const struct record_world *w,
                        struct conn *on, const struct app *a,
                        const struct app_form *form, int64_t id, bool officer,
                        struct findings *f)
{
    struct alone u = {w, on, a, id, officer, f};

    for (size_t i = 0; a->registry != NULL && i < a->registry->n_unique; i++)
        TRY(check_named(c, &u, form, a->registry->unique[i]));
    return E_OK;
}

/* ---- its number --------------------------------------------------- */

static err next_in_book(struct ctx *c, struct conn *tx,
                        const struct city_register *reg, int year, int64_t *seq)
{
    struct rows *rows;
    bool more;

    TRY(ROWS(c, tx, &record_entry_last, &rows, TXT(reg->key), I64(year)));
    TRY(store_next(rows, &more));
    *seq = city_register_next(reg, year, more ? store_i64(rows, 0) : 0);
    return E_OK;
}

/* The fields that the number's template may name; what the book says of itself,
 * its class or unit, is not theirs to change. */
static struct data *number_facts(struct ctx *c, const struct app *a,
                                 const struct app_form *form,
                                 const struct data *reg)
{
    struct data *facts = data_copy(c, reg);

    for (size_t i = 0; i < a->n_fields; i++) {
        str text = app_form_text(form, a->fields[i].key);

        if (text.p != NULL && data_get(reg, a->fields[i].key) == NULL)
            data_put_text(c, facts, a->fields[i].key, record_upper(c, text));
    }
    return facts;
}

static err give_number(struct ctx *c, const struct record_world *w,
                       struct conn *tx, const struct record_entering *in,
                       struct ledger_event *e)
{
    const struct app_registry *r = in->app->registry;
    struct date day = time_local(c->now, city_offset(w->city), NULL);
    struct city_register reg;
    int64_t seq;
    str number;
    int year;

    if (r->number == NULL || app_form_text(in->form, r->key).n > 0)
        return E_OK;
    MUST(tx != NULL); /* the checker keeps numbers out of submissions */
    TRY(record_book(c, w, r->book, &reg));
    year = reg.yearly ? day.year : 0;
    TRY(next_in_book(c, tx, &reg, year, &seq));
    TRY(record_show_number(c, r->number,
                           number_facts(c, in->app, in->form, reg.item), seq,
                           day, &number));
    app_form_set(c, in->form, r->key, number);
    ledger_say(c, e, "book", r->book);
    ledger_say_i64(c, e, "year", year);
    ledger_say_i64(c, e, "seq", seq);
    return E_OK;
}

/* ---- saying it ---------------------------------------------------- */

/* Sealed like what they are made from: who has the city's secret could try
 * numbers on a mark, and so it goes when the record is erased. */
static err say_unique(struct ctx *c, const struct record_world *w,
                      const struct record_entering *in, str named,
                      struct ledger_event *e)
{
    struct buf b = buf_new(c, UNIQUE_BYTES);

    for (size_t i = 0; i < in->form->n; i++) {
        const struct app_value *v = &in->form->all[i];

        if (app_path_fits(v->path, named) && v->text.n > 0)
            buf_fmt(&b, "%s%.*s", b.n > 0 ? "," : "",
                    STR_ARG(mark_of(c, w, in->app->id, named, v->text)));
    }
    if (b.over)
        return fail(c, E_TOO_BIG, "%s",
                    say(c, "Entri ini menyebut terlalu banyak hal.",
                        "The entry names too many things."));
    if (b.n > 0)
        ledger_say_path(c, e, "unique", named, buf_str(&b));
    return E_OK;
}

/* Where nobody was asked (a step of the system's), what another entry holds
 * stops the act here; an officer has been told before. */
static err alone_still(struct ctx *c, const struct record_world *w,
                       struct conn *tx, const struct record_entering *in)
{
    struct findings f = {0};

    if (tx == NULL || in->was == NULL)
        return E_OK;
    TRY(record_check_unique(c, w, tx, in->app, in->form, in->was->r.id, true,
                            &f));
    return f.errors == 0 ? E_OK
                         : fail(c, E_CONFLICT, "%.*s", STR_ARG(f.all[0].what));
}

static void say_listed(struct ctx *c, const struct app_registry *r,
                       struct ledger_event *e)
{
    struct buf b = buf_new(c, 8192);

    for (size_t i = 0; i < r->n_listed; i++)
        buf_fmt(&b, "%s%.*s", i > 0 ? "," : "", STR_ARG(r->listed[i]));
    ledger_say(c, e, "listed", buf_str(&b));
}

err record_say_entry(struct ctx *c, const struct record_world *w,
                     struct conn *tx, const struct record_entering *in,
                     struct ledger_event *e)
{
    bool was, becomes;

    TRY(record_becomes(c, tx, in, &was, &becomes));
    if (was && over(in->to)) {
        ledger_say(c, e, "entry", STR("gone"));
        return E_OK;
    }
    if (!becomes && !(was && in->changed))
        return E_OK;
    if (becomes)
        TRY(give_number(c, w, tx, in, e));
    TRY(alone_still(c, w, tx, in));
    ledger_say(c, e, "entry", STR("live"));
    for (size_t i = 0; i < in->app->registry->n_unique; i++)
        TRY(say_unique(c, w, in, in->app->registry->unique[i], e));
    say_listed(c, in->app->registry, e);
    /* The event that makes an entry holds what the entry says. */
    if (becomes && in->was != NULL && !in->changed)
        record_say_form(c, e, in->app, in->form);
    return E_OK;
}

/* ---- applying ----------------------------------------------------- */

static str said(const struct ledger_event *e, const char *name)
{
    str s = ledger_fact(e, name);

    return s.p == NULL ? STR("") : s;
}

/* The public values, a line each; the key alone in *key. */
static str listed_values(struct ctx *c, const struct ledger_event *e, str *key)
{
    struct buf b = buf_new(c, 1 << 16);
    str rest = said(e, "listed"), path;

    *key = STR("");
    while (str_next(&rest, ',', &path))
        for (size_t i = 0; i < e->n; i++) {
            str name = e->facts[i].name, text = e->facts[i].value, own;

            if (!str_starts(name, STR("fields.")) || text.p == NULL)
                continue;
            own = str_slice(name, 7, name.n);
            if (!str_eq(own, path) &&
                !(str_starts(own, path) && own.p[path.n] == '.'))
                continue;
            if (b.n == 0)
                *key = text;
            buf_fmt(&b, "%s%.*s=%.*s", b.n > 0 ? "\n" : "", STR_ARG(own),
                    STR_ARG(text));
        }
    return buf_str(&b);
}

static err add_mark(struct ctx *c, struct conn *tx,
                    const struct ledger_event *e, str field, str mark,
                    int64_t id)
{
    return RUN(c, tx, &record_unique_add, TXT(said(e, "app")), TXT(field),
               TXT(mark), I64(id));
}

/* Before they were sealed, all stood in one fact: field:mark,field:mark. */
static err add_unique(struct ctx *c, struct conn *tx,
                      const struct ledger_event *e, int64_t id)
{
    str rest = said(e, "unique"), pair, field, mark;

    while (str_next(&rest, ',', &pair)) {
        str_cut(pair, ':', &field, &mark);
        TRY(add_mark(c, tx, e, field, mark, id));
    }
    for (size_t i = 0; i < e->n; i++) {
        str name = e->facts[i].name;

        rest = e->facts[i].value;
        if (!str_starts(name, STR("unique.")) || rest.p == NULL)
            continue;
        while (str_next(&rest, ',', &mark))
            TRY(add_mark(c, tx, e, str_slice(name, 7, name.n), mark, id));
    }
    return E_OK;
}

err record_apply_entry(struct ctx *c, struct conn *tx,
                       const struct ledger_event *e, int64_t id)
{
    str what = said(e, "entry"), key, listed;

    if (what.n == 0)
        return E_OK;
    TRY(RUN(c, tx, &record_unique_clear, I64(id)));
    if (str_eq(what, STR("gone")))
        return RUN(c, tx, &record_entry_out, I64(id));
    listed = listed_values(c, e, &key);
    TRY(RUN(
        c, tx, &record_entry_put, I64(id), TXT(said(e, "app")), TXT(key),
        TXT(listed), TXT(said(e, "book")),
        I64(ledger_fact(e, "year").p == NULL ? 0 : ledger_fact_i64(e, "year")),
        I64(ledger_fact(e, "seq").p == NULL ? 0 : ledger_fact_i64(e, "seq"))));
    return add_unique(c, tx, e, id);
}

/* ---- the public list ---------------------------------------------- */

static err read_entry(struct ctx *c, const struct record_world *w,
                      struct conn *on, struct rows *rows,
                      const struct app_registry *now, struct record_item *out)
{
    str rest = store_str(rows, RECORD_COLUMNS + 1), line, path, text;
    struct app_form form = {0};
    struct record_full full;

    record_row_read(rows, &full);
    *out = (struct record_item){.record = full.r,
                                .key = store_str(rows, RECORD_COLUMNS)};
    if (record_app(c, w, on, &full.r, &out->app) != E_OK)
        return E_OK; /* an app that no longer builds still has its rows */
    while (str_next(&rest, '\n', &line)) {
        str_cut(line, '=', &path, &text);
        app_form_set(c, &form, path, text);
    }
    for (size_t i = 0; i < now->n_listed; i++) {
        const struct app_field *d = app_field(out->app, now->listed[i]);
        struct app_shown *parts;
        size_t n;

        if (d == NULL || d->show != APP_PUBLIC)
            continue; /* frozen as it was: never more than it allowed */
        TRY(app_show(c, out->app, d, &form, &parts, &n));
        for (size_t k = 0; k < n; k++) {
            ARENA_GROW(c->mem, out->shown, out->n_shown, out->room);
            out->shown[out->n_shown++] = parts[k];
        }
    }
    return E_OK;
}

err record_entries(struct ctx *c, const struct record_world *w, struct conn *on,
                   str app, struct record_entry_cursor after, str begins,
                   size_t most, struct record_item **out, size_t *n)
{
    const struct app_entry *e = app_catalogue_find(w->apps, app);
    size_t room = 0;
    struct rows *rows;
    bool more;

    *out = NULL, *n = 0;
    if (e == NULL || e->app == NULL || e->app->sensitive ||
        e->app->registry == NULL || e->app->registry->n_listed == 0)
        return E_OK;
    TRY(ROWS(c, on, &record_entry_page, &rows, TXT(app), TXT(after.key),
             I64(after.record), TXT(begins), I64((int64_t)most)));
    for (;;) {
        struct record_item *one;

        TRY(store_next(rows, &more));
        if (!more || !str_starts(store_str(rows, RECORD_COLUMNS), begins))
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        one = &(*out)[(*n)++];
        TRY(read_entry(c, w, on, rows, e->app->registry, one));
    }
}
