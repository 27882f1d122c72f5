/* SPDX-License-Identifier: EUPL-1.2 */
/* A record on a page, whoever looks at it: what record_view() gave, as data. */
#include "web/web_priv.h"

err web_number_part(struct visit *v, str part, str *number)
{
    if (record_number_read(v->c, part, number))
        return E_OK;
    return fail(v->c, E_NOT_FOUND, "%s",
                say(v->c, "Nomor ini tidak lengkap atau salah ketik.",
                    "This number is incomplete or mistyped."));
}

/* ---- history ------------------------------------------------------ */

/* Acts of the program's own, which no app has words for. */
static const struct {
    const char *act, *id, *en;
} acts[] = {
    {"submit", "Dikirim", "Sent"},
    {"record.opened", "Dibuka oleh berkas lain", "Opened by another record"},
    {"record.period", "Dibuka oleh kalender", "Opened by the calendar"},
    {"take", "Didahulukan", "Taken out of turn"},
    {"record.assigned", "Didisposisikan", "Handed to an officer"},
    {"record.released", "Disposisi dicabut", "Back to all who hold the duty"},
    {"lapse", "Gugur karena lewat waktu", "Lapsed"},
    {"remind", "Diingatkan", "Reminded"},
    {"record.escalated", "Terlambat, naik ke atasan",
     "Late, gone to a superior"},
    {"record.silent", "Janji layanan lewat tanpa keputusan",
     "The promise passed without a decision"},
    {"record.silence_refused", "Janji layanan lewat tanpa keputusan",
     "The promise passed without a decision"},
    {"record.silence_granted",
     "Janji layanan lewat; menurut undang-undang dianggap dikabulkan",
     "The promise passed; by law it counts as granted"},
    {"record.held", "Ditahan dari penghapusan", "Held back from erasure"},
    {"record.freed", "Penahanan dilepaskan", "No longer held back"},
    {"restriction.held", "Pemrosesan dibatasi", "Processing was restricted"},
    {"restriction.freed", "Pembatasan pemrosesan dicabut",
     "The restriction was lifted"},
    {"restriction.moved", "Tenggat dilanjutkan dengan sisa waktunya",
     "Dates go on with the time that was left"},
    {"archive.handed", "Diserahkan ke arsip", "Handed over to the archive"},
    {"archive.received", "Diterima arsip", "Received by the archive"},
    {"right.asked", "Permintaan tentang data pribadi diajukan",
     "A request about personal data was made"},
    {"right.soon", "Diingatkan: permintaan tentang data menunggu keputusan",
     "Reminded: a request about data awaits a decision"},
    {"right.late", "Permintaan tentang data terlambat diputuskan",
     "A request about data was not decided in time"},
    {"right.agreed", "Permintaan tentang data disetujui orang pertama",
     "The first of two granted a request about data"},
    {"right.granted", "Permintaan tentang data disetujui",
     "A request about data was granted"},
    {"right.refused", "Permintaan tentang data ditolak",
     "A request about data was refused"},
    {"right.corrected", "Data diperbaiki atas permintaan",
     "Data were corrected as asked"},
    {"notice.wish", "Pilihan kabar diubah", "The choice of news was changed"},
    {"record.moved", "Tenggat dihitung ulang karena kalender berubah",
     "Dates counted anew, for the calendar changed"},
};

static str act_name(struct visit *v, const struct record_happening *h)
{
    for (size_t i = 0; i < COUNT(acts); i++)
        if (str_eq(h->act, str_of(acts[i].act)))
            return str_of(say(v->c, acts[i].id, acts[i].en));
    if (h->label != NULL && h->branch_label != NULL)
        return arena_fmt(v->c->mem, "%.*s: %.*s",
                         STR_ARG(app_say(v->c, h->branch_label)),
                         STR_ARG(app_say(v->c, h->label)));
    if (h->label != NULL)
        return app_say(v->c, h->label);
    return h->state_label != NULL ? app_say(v->c, h->state_label)
                                  : str_of(say(v->c, "Tindakan", "Act"));
}

static str by_whom(struct visit *v, const struct record_happening *h)
{
    if (h->who.n == 0)
        return h->office;
    return h->office.n == 0 ? h->who
                            : arena_fmt(v->c->mem, "%.*s, %.*s",
                                        STR_ARG(h->who), STR_ARG(h->office));
}

static str note_of(struct visit *v, const struct record_happening *h)
{
    str state =
        h->state_label == NULL ? STR("") : app_say(v->c, h->state_label);

    if (h->reason.n > 0)
        return h->reason;
    return state;
}

/* `last` is followed by what the record waits for, in the same state. */
static void put_happening(struct visit *v, struct data *list,
                          const struct record_happening *h, bool last)
{
    struct data *one = web_item(v, list), *said;

    web_put(v, one, "what", act_name(v, h));
    web_put(v, one, "when", web_when(v, h->time));
    web_put(v, one, "by", by_whom(v, h));
    web_put(v, one, "note", last && h->reason.n == 0 ? STR("") : note_of(v, h));
    web_put(v, one, "mood", STR("done"));
    said = web_list(v, one, "said");
    for (size_t i = 0; i < h->n_said; i++) {
        struct data *line = web_item(v, said);

        web_put(v, line, "key", h->said[i].label);
        web_put(v, line, "value", h->said[i].text);
    }
    for (size_t i = 0; i < h->n_changed; i++) {
        const struct record_change *k = &h->changed[i];
        struct data *line = web_item(v, said);

        web_put(v, line, "key", k->label);
        web_put(v, line, "value",
                arena_fmt(v->c->mem, "%.*s → %.*s",
                          STR_ARG(k->was.n > 0 ? k->was : STR("–")),
                          STR_ARG(k->now.n > 0 ? k->now : STR("–"))));
    }
}

static void put_now(struct visit *v, struct data *list,
                    const struct record_view *r)
{
    struct data *one = web_item(v, list);
    bool late = r->record.due > 0 && r->record.due < v->c->now;

    web_put(v, one, "what", app_say(v->c, r->state->label));
    web_put(v, one, "when",
            r->record.due > 0
                ? SAY(v, "say_due", STR("when"), web_when(v, r->record.due))
                : STR(""));
    web_put(v, one, "by", web_office(v, r->record.office));
    web_put(v, one, "note", STR(""));
    web_put(v, one, "mood", late ? STR("late") : STR("now"));
    web_list(v, one, "said");
}

/* Oldest first, and what it waits for now at the end. */
void web_put_moments(struct visit *v, const struct record_view *r)
{
    struct data *list = web_list(v, v->page, "moments");

    for (size_t i = 0; i < r->n_history; i++)
        put_happening(v, list, &r->history[i],
                      i + 1 == r->n_history && r->record.ended == 0);
    if (r->record.ended == 0)
        put_now(v, list, r);
}

/* Who was late has a superior beside him; the resident may know. */
void web_put_raised(struct visit *v, const struct record_view *r)
{
    const struct record *x = &r->record;

    web_put(
        v, v->page, "raised",
        !r->parties || x->above.n == 0
            ? STR("")
            : arena_fmt(v->c->mem,
                        say(v->c,
                            "Karena terlambat, berkas ini juga ada pada %.*s, "
                            "%.*s.",
                            "For being late, it is before the %.*s of %.*s "
                            "too."),
                        STR_ARG(city_duty_name(v->c, x->above_duty)),
                        STR_ARG(web_office(v, x->above))));
    web_put(v, v->page, "why_promise", r->why_promise);
}

/* ---- letters ------------------------------------------------------ */

static str paper_state(struct visit *v, const struct record_paper *p)
{
    struct date to;
    int64_t today =
        time_days(time_local(v->c->now, city_offset(v->world.city), NULL));

    if (p->revoked)
        return str_of(say(v->c, "Dicabut", "Revoked"));
    if (p->replaced)
        return str_of(say(v->c, "Digantikan surat yang lebih baru",
                          "Replaced by a newer letter"));
    if (time_parse_date(p->valid_to, &to) && time_days(to) < today)
        return arena_fmt(v->c->mem,
                         say(v->c, "Habis berlaku %.*s", "Expired on %.*s"),
                         STR_ARG(city_show_date(v->c, to)));
    if (time_parse_date(p->valid_to, &to))
        return arena_fmt(v->c->mem,
                         say(v->c, "Berlaku sampai %.*s", "Valid until %.*s"),
                         STR_ARG(city_show_date(v->c, to)));
    return str_of(p->ready ? say(v->c, "Berlaku", "Valid")
                           : say(v->c, "Sedang disegel", "Being sealed"));
}

void web_put_papers(struct visit *v, const struct record_view *r,
                    const char *base)
{
    struct data *list = web_list(v, v->page, "letters");

    for (size_t i = 0; i < r->n_papers; i++) {
        const struct record_paper *p = &r->papers[i];
        struct data *one = web_item(v, list);

        web_put(v, one, "href",
                p->ready ? web_to(v, "%s/%.*s/surat/%.*s", base,
                                  STR_ARG(r->record.number), STR_ARG(p->key))
                         : STR(""));
        web_put(v, one, "name", app_say(v->c, p->title));
        web_put(v, one, "number", p->number);
        web_put(v, one, "when", web_when(v, p->issued));
        web_put(v, one, "state", paper_state(v, p));
    }
    web_has(v, v->page, "letters");
}

/* ---- answers ------------------------------------------------------ */

static void put_answer(struct visit *v, struct data *rows,
                       const struct record_view *r, const struct app_shown *s,
                       const char *base)
{
    struct data *row = web_item(v, rows), *files;

    web_put(v, row, "key", s->label);
    web_put(v, row, "value", s->file ? STR("") : s->text);
    web_put(v, row, "change", STR(""));
    web_put_table(v, row, s);
    files = web_list(v, row, "files");
    if (s->file)
        web_put_file(v, files,
                     web_to(v, "%s/%.*s/lampiran/%.*s", base,
                            STR_ARG(r->record.number), STR_ARG(s->path)),
                     s->text);
}

#define WIDE 8 /* columns; more do not fit beside each other on a phone */

/* One row of many columns reads better as lines: a slip. */
static void put_lines(struct visit *v, struct data *rows,
                      const struct record_view *r, const struct app_shown *s,
                      const char *base)
{
    const struct app_table *t = s->table;

    if (t == NULL || t->n_rows != 1 || t->n_columns <= WIDE) {
        put_answer(v, rows, r, s, base);
        return;
    }
    for (size_t i = 0; i < t->n_columns; i++)
        put_answer(v, rows, r,
                   &(struct app_shown){.path = s->path,
                                       .label = t->labels[i],
                                       .text = t->texts[i]},
                   base);
}

/* Files and tables that an action asked for stand with the answers too. */
void web_put_answers(struct visit *v, const struct record_view *r,
                     const char *base)
{
    struct data *groups = web_list(v, v->page, "groups");
    struct data *group = web_item(v, groups), *rows;

    web_put_word(v, group, "heading", "answers");
    rows = web_list(v, group, "rows");
    for (size_t i = 0; i < r->n_fields; i++)
        put_lines(v, rows, r, &r->fields[i], base);
    for (size_t i = 0; i < r->n_history; i++)
        for (size_t k = 0; k < r->history[i].n_said; k++)
            if (r->history[i].said[k].file ||
                r->history[i].said[k].table != NULL)
                put_answer(v, rows, r, &r->history[i].said[k], base);
    web_flag(v, v->page, "has_groups", rows->n > 0);
}

/* ---- state -------------------------------------------------------- */

static const char *mood(const struct record *r)
{
    static const char *const good[] = {"granted", "answered"};
    static const char *const bad[] = {"refused", "revoked", "lapsed"};

    for (size_t i = 0; i < COUNT(good); i++)
        if (str_eq(r->result, str_of(good[i])))
            return "ok";
    for (size_t i = 0; i < COUNT(bad); i++)
        if (str_eq(r->result, str_of(bad[i])))
            return "error";
    return r->paused > 0 ? "warn" : "";
}

void web_put_state(struct visit *v, const struct record_view *r)
{
    web_put(v, v->page, "number", r->record.number);
    web_put(v, v->page, "service", app_say(v->c, r->app->title));
    web_tag(v, v->page, mood(&r->record), app_say(v->c, r->state->label));
}
