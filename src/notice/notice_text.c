/* SPDX-License-Identifier: EUPL-1.2 */
/* What is written, and to whom. It holds no name and no code: an address that
 * was typed wrong is somebody else's. */
#include "notice/notice_priv.h"

static const struct {
    const char *subject_id, *subject_en, *body_id, *body_en;
} kinds[NOTICE_KINDS] = {
#define KIND(name, sid, sen, bid, ben) [NOTICE_##name] = {sid, sen, bid, ben},
#include "notice/kind.def"
#undef KIND
};

/* ---- filling in --------------------------------------------------- */

struct filling {
    str name, value;
};

/* "{noun}" becomes its value; the first letter of a text is a capital. */
static str fill(struct ctx *c, const char *text, const struct filling *all,
                size_t n)
{
    struct buf b = buf_new(c, 8192);
    str rest = str_of(text), head, name;

    while (str_cut(rest, '{', &head, &rest)) {
        buf_raw(&b, head);
        str_cut(rest, '}', &name, &rest);
        for (size_t i = 0; i < n; i++)
            if (str_eq(all[i].name, name))
                buf_raw(&b, all[i].value);
    }
    buf_raw(&b, head);
    if (b.n > 0 && b.p[0] >= 'a' && b.p[0] <= 'z')
        b.p[0] = (char)(b.p[0] - 32);
    return buf_str(&b);
}

static str until(struct ctx *c, const struct record_world *w,
                 const struct record *r)
{
    int64_t when = r->lapse > 0 ? r->lapse : r->due;

    return when == 0 || r->ended != 0
               ? STR("")
               : arena_fmt(c->mem, say(c, " paling lambat %.*s", " by %.*s"),
                           STR_ARG(city_show_time(c, w->city, when)));
}

/* ---- the frame ---------------------------------------------------- */

static str framed(struct ctx *c, const struct city *k, str number, str said)
{
    str home = city_home(c, k), name = city_name(c, k);

    return arena_fmt(
        c->mem,
        say(c,
            "Yth. Bapak/Ibu,\n\n%.*s\n\nUntuk melihatnya, bukalah\n"
            "%.*s/lacak?nomor=%.*s\ndan masukkan kode pada tanda terima "
            "Anda.\n\n%.*s\n\n--\nSurel ini dikirim otomatis dan tidak perlu "
            "dibalas. Bila tidak ingin dikabari lagi, ubahlah pilihannya di "
            "laman lacak.\n",
            "Dear Sir or Madam,\n\n%.*s\n\nTo see it, please open\n"
            "%.*s/lacak?nomor=%.*s\nand enter the code on your receipt.\n\n"
            "%.*s\n\n--\nThis mail was sent automatically; there is no need to "
            "answer it. If you do not wish to be told any more, change your "
            "choice on the tracking page.\n"),
        STR_ARG(said), STR_ARG(home), STR_ARG(number), STR_ARG(name));
}

static str framed_desk(struct ctx *c, const struct city *k, int64_t id,
                       str said)
{
    str home = city_home(c, k), name = city_name(c, k);

    return arena_fmt(
        c->mem,
        say(c,
            "Yth. Bapak/Ibu,\n\n%.*s\n\nUntuk memutuskannya, bukalah\n"
            "%.*s/kerja/permintaan/%" PRId64
            "\n\n%.*s\n\n--\nSurel ini dikirim otomatis dan tidak perlu "
            "dibalas.\n",
            "Dear Sir or Madam,\n\n%.*s\n\nTo decide it, please open\n"
            "%.*s/kerja/permintaan/%" PRId64
            "\n\n%.*s\n\n--\nThis mail was sent automatically; there is no "
            "need to answer it.\n"),
        STR_ARG(said), STR_ARG(home), id, STR_ARG(name));
}

static str on_a_phone(struct ctx *c, const struct city *k, str number, str said)
{
    str home = city_home(c, k), name = city_name(c, k);

    return arena_fmt(c->mem, "%.*s: %.*s %.*s/lacak?nomor=%.*s", STR_ARG(name),
                     STR_ARG(said), STR_ARG(home), STR_ARG(number));
}

/* A sensitive app is not named where others may read over a shoulder. */
static str service_of(struct ctx *c, const struct app *a)
{
    return a->sensitive ? str_of(say(c, "layanan kota", "a city service"))
                        : app_say(c, a->title);
}

static void write_letter(struct ctx *c, const struct record_world *w,
                         const struct record_view *v, enum notice_kind kind,
                         struct notice_letter *out)
{
    const struct filling all[] = {
        {STR("noun"), app_say(c, v->app->noun)},
        {STR("number"), v->record.number},
        {STR("service"), service_of(c, v->app)},
        {STR("state"), app_say(c, v->state->label)},
        {STR("when"), until(c, w, &v->record)},
    };
    str said = fill(c, say(c, kinds[kind].body_id, kinds[kind].body_en), all,
                    COUNT(all));

    out->subject =
        fill(c, say(c, kinds[kind].subject_id, kinds[kind].subject_en), all,
             COUNT(all));
    out->body = framed(c, w->city, v->record.number, said);
    out->text = on_a_phone(c, w->city, v->record.number, said);
}

/* ---- to whom ------------------------------------------------------ */

/* A person's part, or a field of that type alone: the form's first. */
static str first_of(struct ctx *c, const struct record_view *v,
                    enum app_type alone, const char *part)
{
    for (size_t i = 0; i < v->app->n_fields; i++) {
        const struct app_field *d = &v->app->fields[i];
        str path = d->type == alone
                       ? d->key
                       : arena_fmt(c->mem, "%.*s.%s", STR_ARG(d->key), part);
        str text =
            d->type == alone || d->type == APP_PERSON || d->type == APP_BUSINESS
                ? app_form_text(&v->form, path)
                : STR("");

        if (text.n > 0)
            return text;
    }
    return STR("");
}

static bool is_so(enum notice_kind kind, const struct record_view *v)
{
    bool ended = v->record.ended != 0;

    switch (kind) {
    case NOTICE_ASKED:
        return !ended && v->state->who.resident;
    case NOTICE_REMINDED:
        return v->record.lapse != 0;
    case NOTICE_ENDED:
        return ended;
    case NOTICE_RECEIVED:
    case NOTICE_ANSWERED:
    case NOTICE_RIGHT_SOON:
    case NOTICE_RIGHT_LATE:
    case NOTICE_LIFTED:
    case NOTICE_KINDS:
        break;
    }
    return true;
}

static err see(struct ctx *c, const struct record_world *w, struct conn *on,
               str number, struct record_view *v, struct notice_address *to)
{
    struct record_actor own = {
        .role = RECORD_RESIDENT, .record = number, .channel = STR("web")};

    TRY(record_view(c, w, on, &own, number, v));
    to->mail = first_of(c, v, APP_EMAIL, "surel");
    to->phone = first_of(c, v, APP_PHONE, "telepon");
    return E_OK;
}

err notice_compose(struct ctx *c, const struct record_world *w, struct conn *on,
                   str number, enum notice_kind kind, struct notice_address *to,
                   struct notice_letter *out, bool *holds)
{
    struct record_view v;

    TRY(see(c, w, on, number, &v, to));
    write_letter(c, w, &v, kind, out);
    *holds = is_so(kind, &v);
    return E_OK;
}

/* The request that an event speaks of, among those that concern an officer. */
static err request_of(struct ctx *c, const struct record_world *w,
                      struct conn *on, const struct city_officer *o,
                      int64_t event, struct record_request *q, bool *is)
{
    const struct record_actor who = {
        .role = RECORD_OFFICER, .officer = o->id, .pseudonym = o->pseudonym};
    struct record_request *all;
    struct ledger_event e;
    size_t n;
    int64_t id = 0;

    *is = false;
    TRY(ledger_event_by_id(c, on, w->ledger, event, &e));
    str_is_i64(ledger_fact(&e, "reference"), &id);
    TRY(record_requests_open(c, on, &who, SIZE_MAX, &all, &n));
    for (size_t i = 0; i < n && !*is; i++) {
        *is = all[i].id == id;
        *q = all[i];
    }
    return E_OK;
}

err notice_compose_desk(struct ctx *c, const struct record_world *w,
                        struct conn *on, str officer, int64_t event,
                        enum notice_kind kind, struct notice_address *to,
                        struct notice_letter *out, bool *holds)
{
    struct city_officer o;
    struct record_request q = {0};

    *holds = false;
    TRY(city_officer_by_pseudonym(c, on, officer, &o));
    *to = (struct notice_address){o.email, STR("")};
    TRY(request_of(c, w, on, &o, event, &q, holds));
    *holds &= o.active;
    if (*holds) {
        const struct filling all[] = {
            {STR("number"), q.record},
            {STR("right"), words_name(c, &record_rights, q.kind)},
            {STR("when"),
             arena_fmt(c->mem, say(c, " paling lambat %.*s", " by %.*s"),
                       STR_ARG(city_show_time(c, w->city, q.due)))},
        };
        str said = fill(c, say(c, kinds[kind].body_id, kinds[kind].body_en),
                        all, COUNT(all));

        out->subject =
            fill(c, say(c, kinds[kind].subject_id, kinds[kind].subject_en), all,
                 COUNT(all));
        out->body = framed_desk(c, w->city, q.id, said);
        out->text = said;
    }
    return E_OK;
}

err notice_write(struct ctx *c, const struct record_world *w, struct conn *on,
                 str number, enum notice_kind kind, struct notice_letter *out)
{
    struct notice_address to;
    bool holds;

    return notice_compose(c, w, on, number, kind, &to, out, &holds);
}

err notice_reaches(struct ctx *c, const struct record_world *w, struct conn *on,
                   str number, bool *mail, bool *message)
{
    struct notice_address to;
    struct record_view v;

    TRY(see(c, w, on, number, &v, &to));
    *mail = to.mail.n > 0, *message = to.phone.n > 0;
    return E_OK;
}
