/* SPDX-License-Identifier: EUPL-1.2 */
/* Handing over to the archive: what of a record goes into a package, that it
 * went, and that the archive has it. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

/* ---- a copy ------------------------------------------------------- */

static void put_shown(struct ctx *c, struct data *list,
                      const struct app_shown *s)
{
    struct data *one = data_new(c, DATA_MAP), *cells;
    size_t n = s->table == NULL ? 0 : s->table->n_rows * s->table->n_columns;

    data_put_text(c, one, STR("path"), s->path);
    data_put_text(c, one, STR("label"), s->label);
    data_put_text(c, one, STR("text"), s->text);
    cells = data_new(c, DATA_LIST);
    for (size_t i = 0; i < n; i++)
        data_append(c, cells, data_new_text(c, s->table->texts[i]));
    if (n > 0)
        data_put(c, one, STR("cells"), cells);
    data_append(c, list, one);
}

static void put_changes(struct ctx *c, struct data *one,
                        const struct record_happening *h)
{
    struct data *list = data_new(c, DATA_LIST);

    for (size_t i = 0; i < h->n_changed; i++) {
        struct data *change = data_new(c, DATA_MAP);

        data_put_text(c, change, STR("label"), h->changed[i].label);
        data_put_text(c, change, STR("was"), h->changed[i].was);
        data_put_text(c, change, STR("now"), h->changed[i].now);
        data_append(c, list, change);
    }
    if (h->n_changed > 0)
        data_put(c, one, STR("changed"), list);
}

static void put_letters(struct ctx *c, struct data *all,
                        const struct record_view *v)
{
    struct data *list = data_new(c, DATA_LIST);

    for (size_t i = 0; i < v->n_papers; i++) {
        const struct record_paper *p = &v->papers[i];
        struct data *one = data_new(c, DATA_MAP);

        data_put_text(c, one, STR("path"),
                      arena_fmt(c->mem, "letters.%.*s", STR_ARG(p->key)));
        data_put_text(c, one, STR("number"), p->number);
        data_put_text(c, one, STR("issued"), time_show_utc(c, p->issued));
        data_put_text(c, one, STR("valid_to"), p->valid_to);
        data_put_bool(c, one, STR("revoked"), p->revoked);
        data_put_bool(c, one, STR("replaced"), p->replaced);
        data_append(c, list, one);
    }
    data_put(c, all, STR("letters"), list);
}

static void put_history(struct ctx *c, struct data *all,
                        const struct record_view *v)
{
    struct data *list = data_new(c, DATA_LIST);

    for (size_t i = 0; i < v->n_history; i++) {
        const struct record_happening *h = &v->history[i];
        struct data *one = data_new(c, DATA_MAP),
                    *told = data_new(c, DATA_LIST);

        data_put_text(c, one, STR("time"), time_show_utc(c, h->time));
        data_put_text(c, one, STR("act"), h->act);
        data_put_text(c, one, STR("state"), h->state);
        data_put_text(c, one, STR("office"), h->office);
        if (h->who.n > 0)
            data_put_text(c, one, STR("who"), h->who);
        for (size_t k = 0; k < h->n_said; k++)
            put_shown(c, told, &h->said[k]);
        data_put(c, one, STR("said"), told);
        put_changes(c, one, h);
        data_append(c, list, one);
    }
    data_put(c, all, STR("history"), list);
}

struct data *record_copy(struct ctx *c, const struct record_view *v)
{
    struct data *all = data_new(c, DATA_MAP), *fields;

    data_put_text(c, all, STR("balai"), STR("1"));
    data_put_text(c, all, STR("record"), v->record.number);
    data_put_text(c, all, STR("app"), v->app->id);
    data_put_text(c, all, STR("title"), app_say(c, v->app->title));
    data_put_text(c, all, STR("state"), v->record.state);
    data_put_text(c, all, STR("submitted"),
                  time_show_utc(c, v->record.submitted));
    if (v->app->privacy != NULL)
        data_put_text(c, all, STR("purpose"),
                      app_say(c, v->app->privacy->purpose));
    fields = data_new(c, DATA_LIST);
    for (size_t i = 0; i < v->n_fields; i++)
        put_shown(c, fields, &v->fields[i]);
    data_put(c, all, STR("fields"), fields);
    put_history(c, all, v);
    put_letters(c, all, v);
    return all;
}

/* ---- where they stand --------------------------------------------- */

err record_apply_handover(struct ctx *c, struct conn *tx,
                          const struct ledger_event *e)
{
    str number = ledger_fact(e, "record");

    return str_eq(ledger_fact(e, "act"), STR("archive.handed"))
               ? RUN(c, tx, &record_handover_put, TXT(number),
                     TXT(ledger_fact(e, "digest")), I64(e->time))
               : RUN(c, tx, &record_handover_received, TXT(number),
                     I64(e->time));
}

err record_handed(struct ctx *c, struct conn *on, str number, bool *handed,
                  bool *received)
{
    struct rows *rows;

    TRY(ROWS(c, on, &record_handover_of, &rows, TXT(number)));
    TRY(store_next(rows, handed));
    *received = *handed && store_i64(rows, 1) != 0;
    return E_OK;
}

/* All records of a package that are not received yet. */
static err waiting_in(struct ctx *c, struct conn *on, str package, str **out,
                      size_t *n, int64_t *all)
{
    size_t room = 0, some;
    str after = STR("");

    *out = NULL, *n = 0, *all = 0;
    do {
        struct rows *rows;
        bool more;

        some = 0;
        TRY(ROWS(c, on, &record_handover_in, &rows, TXT(package), TXT(after)));
        for (;; some++) {
            TRY(store_next(rows, &more));
            if (!more)
                break;
            after = store_str(rows, 0);
            ++*all;
            if (store_i64(rows, 1) != 0)
                continue;
            ARENA_GROW(c->mem, *out, *n, room);
            (*out)[(*n)++] = after;
        }
    } while (some > 0);
    return E_OK;
}

err record_handover_state(struct ctx *c, struct conn *on, str package,
                          int64_t *handed, int64_t *received)
{
    size_t n;
    str *numbers;

    TRY(waiting_in(c, on, package, &numbers, &n, handed));
    *received = *handed - (int64_t)n;
    return E_OK;
}

/* ---- handing over ------------------------------------------------- */

static err tell(struct ctx *c, struct conn *tx, const struct record_world *w,
                const char *act, const struct record_handing *h, str receipt,
                str number)
{
    struct ledger_event e = {.class = LEDGER_CASE, .subject = number};
    const struct app *a;
    struct record r;

    TRY(record_find(c, tx, number, &r));
    TRY(record_app(c, w, tx, &r, &a));
    e.sensitive = a->sensitive;
    e.office = city_office_public(w->city, city_office(w->city, r.office));
    ledger_say(c, &e, "act", str_of(act));
    ledger_say(c, &e, "record", number);
    ledger_say(c, &e, "app", r.app);
    ledger_say(c, &e, "by", h->by);
    ledger_say(c, &e, "with", h->with);
    ledger_say(c, &e, "digest", h->package);
    if (receipt.n > 0)
        ledger_say(c, &e, "reference", receipt);
    return ledger_append(c, tx, w->ledger, &e);
}

static err must_be_two(struct ctx *c, str by, str with)
{
    return by.n > 0 && with.n > 0 && !str_eq(by, with)
               ? E_OK
               : fail(c, E_FORBIDDEN, "%s",
                      say(c,
                          "Dua orang yang berbeda menyerahkan ke arsip, bukan "
                          "satu.",
                          "Two persons hand over to the archive, not one."));
}

struct handing {
    const struct record_world *w;
    const struct record_handing *h;
};

/* What was written is still what goes. */
static err must_go(struct ctx *c, struct conn *tx, const struct handing *u,
                   str number)
{
    struct record r;
    const struct app *a;
    bool archive, handed, received;
    str why;

    TRY(record_find(c, tx, number, &r));
    TRY(record_app(c, u->w, tx, &r, &a));
    TRY(record_kept_why(c, u->w, tx, &r, false, &why));
    TRY(record_handed(c, tx, number, &handed, &received));
    if (record_keep_until(u->w, a, r.ended, &archive) <= c->now && archive &&
        !handed && why.n == 0)
        return E_OK;
    return fail(c, E_CONFLICT,
                say(c, "%.*s tidak lagi untuk diserahkan. %.*s",
                    "%.*s is not to be handed over any more. %.*s"),
                STR_ARG(number), STR_ARG(why));
}

static err hand_over(struct ctx *c, struct conn *tx, void *arg)
{
    const struct handing *u = arg;

    for (size_t i = 0; i < u->h->n; i++) {
        TRY(must_go(c, tx, u, u->h->numbers[i]));
        TRY(tell(c, tx, u->w, "archive.handed", u->h, STR(""),
                 u->h->numbers[i]));
    }
    return E_OK;
}

err record_handover(struct ctx *c, const struct record_world *w,
                    const struct record_handing *h)
{
    struct handing u = {w, h};

    TRY(must_be_two(c, h->by, h->with));
    return store_write(c, w->store, hand_over, &u);
}

/* ---- receiving ---------------------------------------------------- */

struct receiving {
    const struct record_world *w;
    struct record_handing h;
    str receipt;
    int64_t n;
};

static err receive(struct ctx *c, struct conn *tx, void *arg)
{
    struct receiving *u = arg;
    str *numbers;
    size_t n;
    int64_t all;

    TRY(waiting_in(c, tx, u->h.package, &numbers, &n, &all));
    if (all == 0)
        return fail(c, E_NOT_FOUND, "%s",
                    say(c, "Tidak ada berkas yang diserahkan dalam paket ini.",
                        "No record was handed over in this package."));
    for (size_t i = 0; i < n; i++)
        TRY(tell(c, tx, u->w, "archive.received", &u->h, u->receipt,
                 numbers[i]));
    u->n = (int64_t)n;
    return E_OK;
}

err record_handover_receive(struct ctx *c, const struct record_world *w,
                            str package, str receipt, str by, str with,
                            int64_t *n)
{
    struct receiving u = {.w = w,
                          .h = {.package = package, .by = by, .with = with},
                          .receipt = receipt};

    *n = 0;
    TRY(must_be_two(c, by, with));
    if (receipt.n == 0 || receipt.n > 200)
        return fail(c, E_BAD_INPUT, "%s",
                    say(c,
                        "Sebutkan nomor tanda terima dari lembaga kearsipan, "
                        "paling banyak 200 huruf.",
                        "Name the number of the archive's receipt, in 200 "
                        "letters at most."));
    TRY(store_write(c, w->store, receive, &u));
    *n = u.n;
    return E_OK;
}
