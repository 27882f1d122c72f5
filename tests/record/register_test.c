/* SPDX-License-Identifier: EUPL-1.2 */
/* Records that last: numbers, what an entry holds alone, changes, reminders,
 * the public list, and papers that give way. */
#include "record/record.h"
#include "tests/town.h"

#include <stdio.h>

#define APP "perhubungan/register-becak"

static const char *const files[][2] = {
    {"archetype.yaml",
     "balai: 1\n"
     "archetype: entry\n"
     "noun: {id: becak, en: rickshaw}\n"
     "flow:\n"
     "  start: submitted\n"
     "  promise: 3 workdays\n"
     "  states:\n"
     "    submitted:\n"
     "      who: verifier\n"
     "      within: 1 workday\n"
     "      actions:\n"
     "        accept: {to: active, label: {id: Catat, en: Enter}}\n"
     "    active:\n"
     "      label: {id: Aktif, en: Active}\n"
     "      who: verifier\n"
     "      end: granted\n"
     "      lapses: {at: \"sampai\", to: over}\n"
     "      reminds: [30 days, 7 days]\n"
     "      actions:\n"
     "        mend: {to: active, label: {id: Perbaiki, en: Mend}, changes: "
     "[seri, sampai]}\n"
     "        renew: {to: renewal, label: {id: Perbarui, en: Renew}}\n"
     "        drop: {to: gone, label: {id: Hapus, en: Take out}}\n"
     "    renewal:\n"
     "      label: {id: Diperbarui, en: Being renewed}\n"
     "      who: verifier\n"
     "      within: 2 workdays\n"
     "      actions: {confirm: {to: active, label: {id: Sahkan, en: Confirm}, "
     "changes: [sampai]}}\n"
     "    over: {label: {id: Habis, en: Over}, end: lapsed}\n"
     "    gone: {label: {id: Dihapus, en: Gone}, end: removed}\n"},
    {"app.yaml",
     "balai: 1\n"
     "app: " APP "\n"
     "version: 1.0.0\n"
     "extends: entry\n"
     "title: {id: Register Becak, en: Rickshaws}\n"
     "summary: {id: Becak yang tercatat., en: Rickshaws on record.}\n"
     "function: licensing\n"
     "privacy: {basis: public-duty, purpose: {id: Mencatat., en: To record.}, "
     "keep: 1 year after end, then: delete}\n"
     "fields:\n"
     "  nomor: {type: text, label: {id: Nomor, en: Number}, show: public}\n"
     "  jenis: {type: choice, label: {id: Jenis, en: Kind}, show: public, "
     "options: {kayuh: {id: Kayuh, en: Pedal}, motor: {id: Motor, en: "
     "Motor}}}\n"
     "  seri: {type: text, label: {id: Nomor seri, en: Serial number}}\n"
     "  sampai: {type: date, label: {id: Sampai, en: Until}}\n"
     "  pemilik: {type: person, label: {id: Pemilik, en: Owner}}\n"
     "letters:\n"
     "  kartu: {at: active, template: kartu.mustache, register: surat, number: "
     "\"{{seq}}\"}\n"
     "register: {key: nomor, entry: active, number: "
     "\"{{jenis}}-{{seq4}}{{check}}\", book: izin, unique: [seri, "
     "pemilik.nik], public: [nomor, jenis]}\n"},
    {"kartu.mustache", "Nomor : {{nomor}}\n"},
    {"scenario.yaml", "satu:\n  - at: 2026-02-16T09:00\n"},
};

static struct town *with_register(struct ctx *c)
{
    const char *dir = test_folder(c);
    struct town *t = town_new(c);

    c->lang = STR("id");
    for (size_t i = 0; i < COUNT(files); i++)
        CHECK_OK(file_write(c, file_join(c, dir, files[i][0]),
                            str_of(files[i][1]), 0644));
    town_install(c, t, dir, NULL);
    return t;
}

/* ---- steps -------------------------------------------------------- */

static err send(struct ctx *c, struct town *t, const char *seri,
                const char *nik, const struct record_actor *who, str *number,
                str *why)
{
    struct app_form form = town_form(
        c, arena_fmt(c->mem,
                     "jenis=kayuh seri=%s sampai=2026-06-30 nomor=KAYUH-9999X "
                     "pemilik.nama=Siti~Contoh pemilik.nik=%s",
                     seri, nik)
               .p);
    struct record_submission s = {
        .app = app_catalogue_find(t->w.apps, STR(APP))->app,
        .form = &form,
        .actor = {.role = RECORD_RESIDENT, .channel = STR("web")}};
    struct record_receipt r = {.number = STR("")};
    struct findings f = {0};
    err e;

    if (who != NULL)
        s.actor = *who;
    e = record_submit(c, &t->w, &s, &f, &r);
    *number = r.number;
    *why = f.n > 0 ? f.all[0].what : STR("");
    return e;
}

static str sent(struct ctx *c, struct town *t, const char *seri,
                const char *nik)
{
    str number, why;

    CHECK_OK(send(c, t, seri, nik, NULL, &number, &why));
    return number;
}

static err act(struct ctx *c, struct town *t, str number, const char *action,
               const char *change)
{
    struct record_actor who = town_officer(c, t, "periksa.izin");

    return town_act(c, t, number, &who, action, change, NULL);
}

static str says(struct ctx *c, struct town *t, str number, const char *path)
{
    struct record_actor own = {.role = RECORD_RESIDENT, .record = number};
    struct conn *on = town_read(c, t);
    struct record_view v;
    str text;

    CHECK_OK(record_view(c, &t->w, on, &own, number, &v));
    store_done(on);
    text = app_form_text(&v.form, str_of(path));
    return text.p == NULL ? STR("") : text;
}

static struct record found(struct ctx *c, struct town *t, str number)
{
    struct conn *on = town_read(c, t);
    struct record r = {.state = STR("")};

    CHECK_OK(record_find(c, on, number, &r));
    store_done(on);
    return r;
}

static size_t listed(struct ctx *c, struct town *t, const char *begins,
                     struct record_item **all)
{
    struct record_entry_cursor first = {.key = STR("")};
    struct conn *on = town_read(c, t);
    size_t n;

    CHECK_OK(record_entries(c, &t->w, on, STR(APP), first, str_of(begins), 50,
                            all, &n));
    store_done(on);
    return n;
}

/* ---- numbers ------------------------------------------------------ */

TEST(an_entry_is_numbered_when_it_becomes_one_and_never_by_its_sender)
{
    struct town *t = with_register(c);
    str one = sent(c, t, "AB-1", "9999010101900001");
    str two = sent(c, t, "AB-2", "9999010101900002");

    CHECK_STR(says(c, t, one, "nomor"), "");
    CHECK_OK(act(c, t, one, "accept", NULL));
    CHECK_OK(act(c, t, two, "accept", NULL));
    CHECK_STR(says(c, t, one, "nomor"), "KAYUH-0153K");
    CHECK_STR(says(c, t, two, "nomor"), "KAYUH-0154H");
    CHECK_OK(act(c, t, one, "mend", "seri=AB-3"));
    CHECK_STR(says(c, t, one, "nomor"), "KAYUH-0153K");
    town_rebuilds(c, t);
}

/* ---- what an entry holds alone ------------------------------------ */

TEST(what_an_entry_holds_nobody_else_enters_and_officers_alone_learn_whose)
{
    struct town *t = with_register(c);
    struct record_actor officer = town_officer(c, t, "loket.izin");
    str one = sent(c, t, "AB-12", "9999010101900001"), number, why;

    CHECK_OK(act(c, t, one, "accept", NULL));
    CHECK(send(c, t, "ab~12", "9999010101900002", NULL, &number, &why) ==
          E_REFUSED);
    CHECK_STR(why, "Nomor seri sudah tercatat pada becak lain.");
    CHECK(send(c, t, "AB.12", "9999010101900002", &officer, &number, &why) ==
          E_REFUSED);
    CHECK_STR(why, arena_fmt(c->mem,
                             "Nomor seri sudah tercatat pada becak "
                             "KAYUH-0153K, %.*s.",
                             STR_ARG(one))
                       .p);
    town_rebuilds(c, t);
}

TEST(whether_a_nik_is_held_its_sender_does_not_learn)
{
    struct town *t = with_register(c);
    struct record_actor officer = town_officer(c, t, "loket.izin");
    str one = sent(c, t, "AB-1", "9999010101900001"), two, number, why;

    CHECK_OK(act(c, t, one, "accept", NULL));
    two = sent(c, t, "AB-2", "9999010101900001");
    CHECK(act(c, t, two, "accept", NULL) == E_REFUSED);
    CHECK_STR(found(c, t, two).state, "submitted");
    CHECK(send(c, t, "AB-3", "9999010101900001", &officer, &number, &why) ==
          E_REFUSED);
}

TEST(of_two_who_ask_at_once_the_first_entry_stands)
{
    struct town *t = with_register(c);
    str one = sent(c, t, "AB-1", "9999010101900001");
    str two = sent(c, t, "AB-1", "9999010101900002");

    CHECK_OK(act(c, t, one, "accept", NULL));
    CHECK(act(c, t, two, "accept", NULL) == E_REFUSED);
    CHECK_OK(act(c, t, one, "drop", NULL));
    CHECK_OK(act(c, t, two, "accept", NULL));
    CHECK_STR(says(c, t, two, "nomor"), "KAYUH-0154H");
    town_rebuilds(c, t);
}

TEST(a_change_is_held_against_the_others_too)
{
    struct town *t = with_register(c);
    str one = sent(c, t, "AB-1", "9999010101900001");
    str two = sent(c, t, "AB-2", "9999010101900002");

    CHECK_OK(act(c, t, one, "accept", NULL));
    CHECK_OK(act(c, t, two, "accept", NULL));
    CHECK(act(c, t, two, "mend", "seri=AB-1") == E_REFUSED);
    CHECK_OK(act(c, t, one, "mend", "seri=AB-7"));
    CHECK_OK(act(c, t, two, "mend", "seri=AB-1"));
    town_rebuilds(c, t);
}

/* ---- changes ------------------------------------------------------ */

TEST(the_history_shows_what_was_and_what_is_to_those_who_may_see_it)
{
    struct town *t = with_register(c);
    str one = sent(c, t, "AB-1", "9999010101900001");
    struct record_actor own = {.role = RECORD_RESIDENT, .record = one};
    struct record_actor nobody = {.role = RECORD_NOBODY};
    const struct record_happening *h;
    struct record_view v;
    struct conn *on;

    CHECK_OK(act(c, t, one, "accept", NULL));
    CHECK_OK(act(c, t, one, "mend", "seri=AB-2"));
    on = town_read(c, t);
    CHECK_OK(record_view(c, &t->w, on, &own, one, &v));
    h = &v.history[v.n_history - 1];
    CHECK(h->n_changed == 1 && str_eq(h->changed[0].label, STR("Nomor seri")) &&
          str_eq(h->changed[0].was, STR("AB-1")) &&
          str_eq(h->changed[0].now, STR("AB-2")));
    CHECK_OK(record_view(c, &t->w, on, &nobody, one, &v));
    CHECK_I64((int64_t)v.history[v.n_history - 1].n_changed, 0);
    store_done(on);
}

/* ---- time --------------------------------------------------------- */

static int64_t morning(int year, int month, int day)
{
    return time_instant((struct date){year, month, day}, 9 * TIME_HOUR, 420);
}

static int64_t tick(struct ctx *c, struct town *t, int64_t now, bool trusted)
{
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct record_ticked ticked;

    c->now = now;
    if (trusted)
        CHECK_OK(record_time_confirm(c, &t->w, &who));
    CHECK_OK(record_tick(c, &t->w, &ticked));
    return ticked.done;
}

TEST(a_state_stands_until_the_day_that_the_form_says_is_over)
{
    struct town *t = with_register(c);
    str one = sent(c, t, "AB-1", "9999010101900001");

    CHECK_OK(act(c, t, one, "accept", NULL));
    CHECK_STR(time_show_utc(c, found(c, t, one).lapse), "2026-06-30T16:59:59Z");
    CHECK_OK(act(c, t, one, "mend", "sampai=2026-07-31"));
    CHECK_STR(time_show_utc(c, found(c, t, one).lapse), "2026-07-31T16:59:59Z");
    tick(c, t, morning(2026, 7, 31), true);
    CHECK_STR(found(c, t, one).state, "active");
    tick(c, t, morning(2026, 8, 1), true);
    CHECK_STR(found(c, t, one).state, "over");
    town_rebuilds(c, t);
}

TEST(whoever_may_act_is_reminded_once_a_date_and_in_trusted_time_only)
{
    struct town *t = with_register(c);
    str one = sent(c, t, "AB-1", "9999010101900001");

    CHECK_OK(act(c, t, one, "accept", NULL));
    CHECK_I64(tick(c, t, morning(2026, 5, 30), true), 0);
    CHECK_I64(tick(c, t, morning(2026, 5, 31), false), 0);
    CHECK_I64(tick(c, t, morning(2026, 5, 31), true), 1);
    CHECK_I64(tick(c, t, morning(2026, 6, 1), true), 0);
    town_rebuilds(c, t);
    CHECK_OK(act(c, t, one, "mend", "sampai=2026-07-31"));
    CHECK_I64(tick(c, t, morning(2026, 6, 23), true), 0);
    CHECK_I64(tick(c, t, morning(2026, 7, 25), true), 1); /* one for two */
    CHECK_OK(act(c, t, one, "drop", NULL));
    town_rebuilds(c, t);
}

TEST(a_renewal_is_promised_anew)
{
    struct town *t = with_register(c);
    str one = sent(c, t, "AB-1", "9999010101900001");
    struct record r;

    CHECK_OK(act(c, t, one, "accept", NULL));
    c->now = morning(2026, 5, 18);
    CHECK_OK(act(c, t, one, "renew", NULL));
    r = found(c, t, one);
    CHECK_STR(time_show_utc(c, r.promise), "2026-05-21T09:00:00Z");
    CHECK_I64(r.ended, 0);
}

/* ---- what everybody sees ------------------------------------------ */

TEST(everybody_sees_live_entries_by_their_public_fields_alone)
{
    struct town *t = with_register(c);
    str one = sent(c, t, "AB-1", "9999010101900001");
    str two = sent(c, t, "AB-2", "9999010101900002");
    struct record_item *all;
    struct record_row *rows;
    struct conn *on;
    size_t n;

    CHECK_I64((int64_t)listed(c, t, "", &all), 0);
    on = town_read(c, t);
    CHECK_OK(record_public(c, &t->w, on, STR(APP), 0, 50, &rows, &n));
    store_done(on);
    CHECK_I64((int64_t)n, 0); /* what only came in is in no list */
    CHECK_OK(act(c, t, one, "accept", NULL));
    CHECK_OK(act(c, t, two, "accept", NULL));
    CHECK_I64((int64_t)listed(c, t, "", &all), 2);
    CHECK_STR(all[0].key, "KAYUH-0153K");
    CHECK(all[0].n_shown == 2 && str_eq(all[0].shown[1].text, STR("Kayuh")));
    CHECK_I64((int64_t)listed(c, t, "KAYUH-0154", &all), 1);
    CHECK_I64((int64_t)listed(c, t, "MOTOR", &all), 0);
    CHECK_OK(act(c, t, one, "drop", NULL));
    CHECK_I64((int64_t)listed(c, t, "", &all), 1);
}

TEST(an_entry_that_was_erased_is_listed_and_held_no_more)
{
    struct town *t = with_register(c);
    str one = sent(c, t, "AB-1", "9999010101900001");
    struct record_item *all;

    CHECK_OK(act(c, t, one, "accept", NULL));
    town_forget(c, t, one);
    CHECK_I64((int64_t)listed(c, t, "", &all), 0);
    CHECK_OK(act(c, t, sent(c, t, "AB-1", "9999010101900001"), "accept", NULL));
    town_rebuilds(c, t);
}

/* The events' facts that begin so, and those that say this. */
static int64_t told(struct ctx *c, struct town *t, str number, str begins,
                    str what, str *last)
{
    struct conn *on = town_read(c, t);
    struct ledger_event *all;
    size_t n_all;
    int64_t n = 0;

    CHECK_OK(ledger_events_of(c, on, t->w.ledger, number, &all, &n_all));
    for (size_t i = 0; i < n_all; i++)
        for (size_t k = 0; k < all[i].n; k++) {
            const struct ledger_fact *one = &all[i].facts[k];

            if (!str_starts(one->name, begins) || one->value.n < what.n ||
                str_find(one->value, what) == one->value.n)
                continue;
            n++;
            *last = one->value;
        }
    store_done(on);
    return n;
}

/* Who has the city's secret could try every number on a mark that stayed. */
TEST(a_mark_of_what_an_entry_held_goes_when_it_is_erased)
{
    struct town *t = with_register(c);
    str one = sent(c, t, "AB-1", "9999010101900001"), mark = STR("");

    CHECK_OK(act(c, t, one, "accept", NULL));
    CHECK(told(c, t, one, STR("unique"), STR(""), &mark) > 0);
    mark = str_slice(mark, mark.n - 32, mark.n);
    town_forget(c, t, one);
    CHECK_I64(told(c, t, one, STR(""), mark, &mark), 0);
    town_rebuilds(c, t);
}

/* What the treasurer noted of a payment names who paid. */
TEST(a_payment_is_noted_in_what_is_erased_alone)
{
    struct town *t = town_new(c);
    str number = town_permit(c, t, NULL).number, last = STR("");

    town_issue(c, t, number);
    CHECK_I64(told(c, t, number, STR(""), STR("BANK-0001"), &last), 1);
    town_forget(c, t, number);
    CHECK_I64(told(c, t, number, STR(""), STR("BANK-0001"), &last), 0);
    town_rebuilds(c, t);
}

TEST(an_entry_that_is_restricted_is_listed_no_more_and_still_held)
{
    struct town *t = with_register(c);
    str one = sent(c, t, "AB-1", "9999010101900001"), number, why;
    struct record_actor officer = town_officer(c, t, "loket.izin");
    struct record_item *all;

    CHECK_OK(act(c, t, one, "accept", NULL));
    town_restrict(c, t, one, "kepala.izin");
    CHECK_I64((int64_t)listed(c, t, "", &all), 0);
    CHECK(send(c, t, "AB-1", "9999010101900002", &officer, &number, &why) ==
          E_REFUSED);
    CHECK_OK(town_lift(c, t, one, "kepala.izin", "Selesai."));
    CHECK_I64((int64_t)listed(c, t, "", &all), 1);
    town_rebuilds(c, t);
}

/* ---- papers ------------------------------------------------------- */

TEST(a_paper_issued_again_kills_the_old_one_and_the_old_one_says_so)
{
    struct town *t = with_register(c);
    str one = sent(c, t, "AB-1", "9999010101900001");
    struct record_actor own = {.role = RECORD_RESIDENT, .record = one};
    struct record_check old, new;
    struct record_view v;
    struct conn *on;

    CHECK_OK(act(c, t, one, "accept", NULL));
    CHECK_OK(act(c, t, one, "renew", NULL));
    CHECK_OK(act(c, t, one, "confirm", "sampai=2027-06-30"));
    on = town_read(c, t);
    CHECK_OK(record_view(c, &t->w, on, &own, one, &v));
    CHECK(v.n_papers == 2 && v.papers[1].replaced && !v.papers[0].replaced);
    CHECK_OK(record_check_number(c, &t->w, on, v.papers[1].number, &old));
    CHECK_OK(record_check_number(c, &t->w, on, v.papers[0].number, &new));
    CHECK(old.verdict == RECORD_REPLACED && new.verdict == RECORD_VALID);
    store_done(on);
    town_rebuilds(c, t);
}
