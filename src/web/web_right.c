/* SPDX-License-Identifier: EUPL-1.2 */
/* A person's rights: a copy of all that a record holds of oneself, and what is
 * asked about it; for officers, what waits to be decided, and what is held. */
#include "web/web_priv.h"

#define TRACK      "/lacak"
#define DESK       "/kerja/permintaan"
#define LISTED     200
#define BYTES_MOST ((size_t)32 << 20) /* of attachments in one copy */

/* ---- whose -------------------------------------------------------- */

/* Its resident, with number and code; at the counter too. */
static err look(struct visit *v, struct record_actor *actor,
                struct record_view *r)
{
    TRY(web_look_tracked(v, actor, r));
    if (actor->role == RECORD_RESIDENT)
        return E_OK;
    return fail(v->c, E_FORBIDDEN, "%s",
                say(v->c, "Masukkan nomor dan kode lebih dahulu.",
                    "Enter number and code first."));
}

/* ---- a copy ------------------------------------------------------- */

/* A file whole, as long as the copy has room; behind that, where it is. */
static err put_file(struct visit *v, struct data *list,
                    const struct record_actor *actor, str number, str path,
                    size_t *bytes)
{
    struct data *one = data_new(v->c, DATA_MAP);
    struct record_upload u;
    err e = record_file(v->c, &v->world, v->on, actor, number, path, &u);

    if (e == E_NOT_FOUND)
        return E_OK; /* a letter that is not drawn yet */
    TRY(e);
    data_put_text(v->c, one, STR("path"), path);
    data_put_text(v->c, one, STR("name"), u.name);
    data_put_text(v->c, one, STR("type"), u.mime);
    data_put_text(v->c, one, STR("digest"),
                  seal_show_hash(v->c, seal_sha256(u.bytes)));
    *bytes += u.bytes.n;
    if (*bytes <= BYTES_MOST)
        data_put_text(v->c, one, STR("base64"),
                      seal_base64(v->c, u.bytes.p, u.bytes.n));
    else
        data_put_text(v->c, one, STR("address"),
                      web_url(v, TRACK "/%.*s/lampiran/%.*s", STR_ARG(number),
                              STR_ARG(path)));
    data_append(v->c, list, one);
    return E_OK;
}

static err put_files(struct visit *v, struct data *all,
                     const struct record_actor *actor,
                     const struct record_view *r)
{
    struct data *list = data_new(v->c, DATA_LIST);
    str number = r->record.number;
    size_t bytes = 0;

    for (size_t i = 0; i < r->n_fields; i++)
        if (r->fields[i].file)
            TRY(put_file(v, list, actor, number, r->fields[i].path, &bytes));
    for (size_t i = 0; i < r->n_history; i++)
        for (size_t k = 0; k < r->history[i].n_said; k++)
            if (r->history[i].said[k].file)
                TRY(put_file(v, list, actor, number, r->history[i].said[k].path,
                             &bytes));
    for (size_t i = 0; i < r->n_papers; i++)
        TRY(put_file(
            v, list, actor, number,
            arena_fmt(v->c->mem, "letters.%.*s", STR_ARG(r->papers[i].key)),
            &bytes));
    data_put(v->c, all, STR("files"), list);
    return E_OK;
}

static err put_requests(struct visit *v, struct data *all, str number)
{
    struct data *list = data_new(v->c, DATA_LIST);
    struct record_request *q;
    size_t n;

    TRY(record_requests_of(v->c, &v->world, v->on, number, &q, &n));
    for (size_t i = 0; i < n; i++) {
        struct data *one = data_new(v->c, DATA_MAP);
        const struct {
            const char *key;
            str text;
        } cells[] = {{"kind", q[i].kind},
                     {"asked", time_show_utc(v->c, q[i].asked)},
                     {"due", time_show_utc(v->c, q[i].due)},
                     {"path", q[i].path},
                     {"value", q[i].value},
                     {"why", q[i].why},
                     {"result", q[i].result},
                     {"said", q[i].said}};

        for (size_t k = 0; k < COUNT(cells); k++)
            data_put_text(v->c, one, str_of(cells[k].key), cells[k].text);
        data_append(v->c, list, one);
    }
    data_put(v->c, all, STR("requests"), list);
    return E_OK;
}

err web_my_data_copy(struct visit *v)
{
    struct record_actor actor;
    struct record_view r;
    struct data *all;

    TRY(look(v, &actor, &r));
    all = record_copy(v->c, &r);
    TRY(put_requests(v, all, r.record.number));
    TRY(put_files(v, all, &actor, &r));
    v->reply.keep_out = true;
    return web_send(
        v, STR("application/json"), data_write_json(v->c, all),
        arena_fmt(v->c->mem, "%.*s.json", STR_ARG(r.record.number)));
}

/* ---- asking ------------------------------------------------------- */

static str hours_left(struct visit *v, const struct record_request *q)
{
    int64_t left = q->due - v->c->now;

    if (left < 0)
        return str_of(say(v->c, "Terlambat", "Late"));
    return arena_fmt(
        v->c->mem, say(v->c, "%" PRId64 " jam lagi", "%" PRId64 " hours left"),
        (left + TIME_HOUR - 1) / TIME_HOUR);
}

static void put_request(struct visit *v, struct data *one,
                        const struct record_request *q)
{
    bool open = q->decided == 0, granted = str_eq(q->result, STR("granted"));

    web_put(v, one, "kind", words_name(v->c, &record_rights, q->kind));
    web_put(v, one, "asked", web_when(v, q->asked));
    web_put(v, one, "due", web_when(v, q->due));
    web_put(v, one, "left", open ? hours_left(v, q) : STR(""));
    web_put(v, one, "field", q->label);
    web_put(v, one, "value", q->then);
    web_put(v, one, "reason", q->why);
    web_put(v, one, "answer", q->said);
    web_tag(v, one,
            open      ? q->due < v->c->now ? "error" : ""
            : granted ? "ok"
                      : "warn",
            open      ? q->first.n > 0 ? web_word(v, "say_right_second")
                                       : web_word(v, "say_right_open")
                 : granted ? web_word(v, "say_right_granted")
                      : web_word(v, "say_right_refused"));
}

static str error_of(const struct findings *f, const char *key)
{
    for (size_t i = 0; f != NULL && i < f->n; i++)
        if (str_eq(f->all[i].key, str_of(key)))
            return f->all[i].what;
    return STR("");
}

/* Its person is told too what can be done where it was not decided in time. */
static void put_mine(struct visit *v, struct data *one,
                     const struct record_request *q)
{
    put_request(v, one, q);
    web_flag(v, one, "late", q->decided == 0 && q->due < v->c->now);
}

static void put_wrong(struct visit *v, const struct findings *f)
{
    if (f != NULL && f->n > 0)
        web_wrong(v, f, web_on_page, NULL);
    else
        web_no_wrong(v);
}

static void put_form(struct visit *v, const struct record_view *r,
                     const struct findings *f)
{
    struct input kind = {.name = "jenis",
                         .widget = "choice",
                         .label = web_word(v, "say_right_kind"),
                         .error = error_of(f, "jenis")};
    struct input field = {.name = "isian",
                          .widget = "select",
                          .label = web_word(v, "say_right_field"),
                          .optional = true,
                          .error = error_of(f, "isian")};
    struct input value = {.name = "nilai",
                          .label = web_word(v, "say_right_value"),
                          .hint = web_word(v, "say_right_value_hint"),
                          .value = web_sent(v, "nilai"),
                          .optional = true,
                          .error = error_of(f, "nilai")};
    struct input why = {.name = "alasan",
                        .widget = "longtext",
                        .label = web_word(v, "say_right_why"),
                        .value = web_sent(v, "alasan"),
                        .error = error_of(f, "alasan")};
    struct data *list = web_list(v, v->page, "fields"), *choice;

    choice = web_input(v, &kind);
    web_put_words(v, choice, &record_rights);
    data_append(v->c, list, choice);
    choice = web_input(v, &field);
    for (size_t i = 0; i < r->n_fields; i++)
        if (record_can_correct(r->app, r->fields[i].path))
            web_put_select(v, choice, r->fields[i].path, r->fields[i].label,
                           str_eq(r->fields[i].path, web_sent(v, "isian")));
    data_append(v->c, list, choice);
    data_append(v->c, list, web_input(v, &value));
    data_append(v->c, list, web_input(v, &why));
}

static err show_mine(struct visit *v, const struct findings *f)
{
    struct record_actor actor;
    struct record_view r;
    struct record_request *q;
    struct data *list;
    size_t n;

    TRY(look(v, &actor, &r));
    TRY(record_requests_of(v->c, &v->world, v->on, r.record.number, &q, &n));
    TRY(web_frame(v));
    v->title = web_word(v, "my_data");
    web_put(v, v->page, "number", r.record.number);
    web_put(v, v->page, "service", app_say(v->c, r.app->title));
    web_put(
        v, v->page, "copy",
        web_to(v, TRACK "/%.*s/data/salinan.json", STR_ARG(r.record.number)));
    web_put(v, v->page, "action",
            web_to(v, TRACK "/%.*s/data", STR_ARG(r.record.number)));
    web_put(v, v->page, "csrf", web_csrf(v));
    web_flag(v, v->page, "erased", r.record.erased);
    web_put_answers(v, &r, TRACK);
    list = web_list(v, v->page, "requests");
    for (size_t i = 0; i < n; i++)
        put_mine(v, web_item(v, list), &q[i]);
    web_has(v, v->page, "requests");
    web_put(v, v->page, "officer_contact", web_data_officer(v));
    web_put(v, v->page, "privacy_href", web_to(v, "/privasi"));
    put_form(v, &r, f);
    put_wrong(v, f);
    web_back(v, web_to(v, TRACK "/%.*s", STR_ARG(r.record.number)));
    v->reply.keep_out = true;
    return web_show_as(v, f != NULL && f->n > 0 ? 422 : 200, "my_data");
}

err web_my_data(struct visit *v)
{
    return show_mine(v, NULL);
}

err web_my_data_ask(struct visit *v)
{
    struct findings f = {0};
    struct record_view r;
    struct record_ask x = {.kind = web_sent(v, "jenis"),
                           .path = web_sent(v, "isian"),
                           .value = str_trim(web_sent(v, "nilai")),
                           .why = str_trim(web_sent(v, "alasan"))};
    err e;

    TRY(look(v, &x.actor, &r));
    if (v->s.officer > 0)
        x.actor.pseudonym = v->s.who.pseudonym;
    x.number = r.record.number;
    web_look_away(v);
    e = record_ask(v->c, &v->world, &x, &f);
    if (e == E_REFUSED)
        return show_mine(v, &f);
    TRY(e);
    return web_go(v, TRACK "/%.*s/data", STR_ARG(x.number));
}

/* ---- deciding ----------------------------------------------------- */

err web_put_requests(struct visit *v)
{
    struct record_actor me = web_actor(v, STR(""));
    struct record_request *all;
    size_t n;

    TRY(record_requests_open(v->c, v->on, &me, LISTED, &all, &n));
    web_put(v, v->page, "requests",
            n == 0 ? STR("")
                   : SAY(v, "say_requests", STR("n"), web_number(v, (int64_t)n),
                         STR("left"), hours_left(v, &all[0])));
    web_put(v, v->page, "requests_href", web_to(v, DESK));
    return E_OK;
}

err web_requests(struct visit *v)
{
    struct record_actor me = web_actor(v, STR(""));
    struct record_request *all;
    struct data *list;
    size_t n;

    TRY(web_look(v));
    TRY(record_requests_open(v->c, v->on, &me, LISTED, &all, &n));
    TRY(web_frame(v));
    list = web_list(v, v->page, "rows");
    for (size_t i = 0; i < n; i++) {
        struct data *one = web_item(v, list);

        web_put(v, one, "href", web_to(v, DESK "/%" PRId64, all[i].id));
        web_put(v, one, "number", all[i].record);
        web_put(v, one, "kind", words_name(v->c, &record_rights, all[i].kind));
        web_put(v, one, "asked", web_when(v, all[i].asked));
        web_put(v, one, "due", web_when(v, all[i].due));
        web_tag(v, one, all[i].due < v->c->now ? "error" : "",
                hours_left(v, &all[i]));
    }
    web_has(v, v->page, "rows");
    return web_show(v, "requests");
}

/* The offices whose heads decide it, by name. */
static str who_decides(struct visit *v, const struct record_request *q)
{
    struct buf b = buf_new(v->c, 1 << 16);
    str rest = arena_fmt(v->c->mem, "%.*s,%.*s", STR_ARG(q->offices[0]),
                         STR_ARG(q->offices[1])),
        key;

    while (str_next(&rest, ',', &key)) {
        const struct city_office *o = city_office(v->world.city, key);
        str name = o == NULL ? STR("") : city_office_name(v->c, o),
            known = buf_str(&b), one;
        bool there = name.n == 0;

        while (!there && str_next(&known, ';', &one))
            there = str_eq(str_trim(one), name);
        if (!there)
            buf_fmt(&b, "%s%.*s", b.n > 0 ? "; " : "", STR_ARG(name));
    }
    return buf_str(&b);
}

static err show_request(struct visit *v, int64_t id, str wrong)
{
    struct record_actor me = web_actor(v, STR(""));
    struct input answer = {.name = "jawaban",
                           .widget = "longtext",
                           .label = web_word(v, "say_right_answer"),
                           .hint = web_word(v, "say_right_answer_hint"),
                           .value = web_sent(v, "jawaban"),
                           .optional = true};
    struct record_request q;
    struct data *list;

    TRY(web_look(v));
    TRY(record_request_find(v->c, &v->world, v->on, &me, id, &q));
    TRY(web_frame(v));
    v->title = words_name(v->c, &record_rights, q.kind);
    put_request(v, v->page, &q);
    web_put(v, v->page, "now", q.now.n > 0 ? q.now : web_word(v, "say_empty"));
    web_flag(v, v->page, "hidden", q.hidden);
    web_put(v, v->page, "number", q.record);
    web_put(v, v->page, "href",
            web_to(v, "/kerja/berkas/%.*s", STR_ARG(q.record)));
    web_flag(v, v->page, "open", q.decided == 0 && q.may && !q.hidden);
    web_put(v, v->page, "decider",
            q.decided == 0 && (!q.may || q.hidden) ? who_decides(v, &q)
                                                   : STR(""));
    web_flag(v, v->page, "vacant", q.decided == 0 && q.vacant);
    web_flag(v, v->page, "two", str_eq(q.kind, STR("erase")));
    web_put(v, v->page, "action", web_to(v, DESK "/%" PRId64, id));
    list = web_list(v, v->page, "fields");
    data_append(v->c, list, web_input(v, &answer));
    if (wrong.n > 0)
        web_notice(v, "error", wrong);
    web_back(v, web_to(v, DESK));
    v->reply.keep_out = true;
    return web_show_as(v, wrong.n > 0 ? 422 : 200, "request");
}

err web_request_show(struct visit *v)
{
    int64_t id;

    TRY(str_i64(v->c, v->part[0], &id));
    return show_request(v, id, STR(""));
}

err web_request_do(struct visit *v)
{
    struct record_answer x = {.yes = web_has_sent(v, "ya"),
                              .why = str_trim(web_sent(v, "jawaban")),
                              .actor = web_actor(v, STR(""))};
    struct findings f = {0};
    err e;

    TRY(str_i64(v->c, v->part[0], &x.id));
    web_look_away(v);
    e = record_answer(v->c, &v->world, &x, &f);
    if (e == E_REFUSED && f.n > 0)
        return show_request(v, x.id, f.all[0].what);
    if (e == E_CONFLICT)
        return show_request(v, x.id, v->c->why);
    TRY(e);
    return web_go(v, DESK "/%" PRId64, x.id);
}

/* ---- holding ------------------------------------------------------ */

static err show_keeping(struct visit *v, str number, const struct findings *f)
{
    struct record_actor me = web_actor(v, STR(""));
    struct input reason = {.name = "reason",
                           .widget = "choice",
                           .label = web_word(v, "say_hold_reason"),
                           .error = error_of(f, "reason")};
    struct input why = {.name = "alasan",
                        .widget = "longtext",
                        .label = web_word(v, "say_hold_why"),
                        .value = web_sent(v, "alasan"),
                        .error = error_of(f, "alasan")};
    struct record_view r;
    struct data *list, *choice;
    int64_t since, until;
    bool archive, may;
    str said;

    TRY(web_look(v));
    TRY(record_view(v->c, &v->world, v->on, &me, number, &r));
    TRY(record_may_hold(v->c, &v->world, v->on, &me, &r.record, &may));
    if (!may && !r.office)
        return fail(v->c, E_FORBIDDEN, "%s",
                    say(v->c, "Laman ini bagi perangkat daerahnya.",
                        "This page is for its office."));
    TRY(record_held(v->c, &v->world, v->on, number, &said, &since));
    TRY(web_frame(v));
    v->title = web_word(v, "keeping");
    until = record_keep_until(&v->world, r.app, r.record.ended, &archive);
    web_put(v, v->page, "number", number);
    web_put(v, v->page, "until", until > 0 ? web_when(v, until) : STR(""));
    web_put(v, v->page, "held",
            r.record.held.n > 0 ? record_reason_name(v->c, r.record.held)
                                : STR(""));
    web_put(v, v->page, "since", since > 0 ? web_when(v, since) : STR(""));
    web_put(v, v->page, "said", r.office || may ? said : STR(""));
    web_flag(v, v->page, "erased", r.record.erased);
    web_flag(v, v->page, "may", may && !r.record.erased);
    web_flag(v, v->page, "is_held", r.record.held.n > 0);
    TRY(web_put_lifting(v, &r, error_of(f, "sebab")));
    web_put(v, v->page, "action",
            web_to(v, "/kerja/berkas/%.*s/simpan", STR_ARG(number)));
    list = web_list(v, v->page, "fields");
    choice = web_input(v, &reason);
    web_put_words(v, choice, &record_holds);
    if (r.record.held.n == 0)
        data_append(v->c, list, choice);
    data_append(v->c, list, web_input(v, &why));
    put_wrong(v, f);
    web_back(v, web_to(v, "/kerja/berkas/%.*s", STR_ARG(number)));
    v->reply.keep_out = true;
    return web_show_as(v, f != NULL && f->n > 0 ? 422 : 200, "keeping");
}

err web_keeping(struct visit *v)
{
    str number;

    TRY(web_number_part(v, v->part[0], &number));
    return show_keeping(v, number, NULL);
}

err web_keeping_do(struct visit *v)
{
    struct record_holding h = {
        .key = web_has_sent(v, "lepas") ? STR("") : web_sent(v, "reason"),
        .why = str_trim(web_sent(v, "alasan")),
        .actor = web_actor(v, STR(""))};
    struct findings f = {0};
    err e;

    TRY(web_number_part(v, v->part[0], &h.number));
    if (h.key.n == 0 && !web_has_sent(v, "lepas"))
        h.key = STR("?");
    web_look_away(v);
    e = web_has_sent(v, "cabut") ? web_lift(v, h.number, &f)
                                 : record_hold(v->c, &v->world, &h, &f);
    if (e == E_REFUSED && f.n > 0)
        return show_keeping(v, h.number, &f);
    TRY(e);
    return web_go(v, "/kerja/berkas/%.*s/simpan", STR_ARG(h.number));
}
