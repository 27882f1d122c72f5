/* SPDX-License-Identifier: EUPL-1.2 */
#include "record/record.h"

#include "insight/insight.h"
#include "tests/town.h"

/* ---- submitting --------------------------------------------------- */

TEST(a_submission_says_number_code_charge_and_dates)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct conn *on = town_read(c, t);
    struct record got;
    str number;

    CHECK(record_number_read(c, r.number, &number));
    CHECK(r.code.n == 9 && r.event > 0 && !r.again);
    CHECK_I64(r.charge, 1440000);
    CHECK_OK(record_find(c, on, r.number, &got));
    CHECK_STR(got.state, "submitted");
    CHECK_STR(got.office, "dpmptsp");
    CHECK_STR(got.duty, "verifier");
    CHECK_STR(time_show_utc(c, got.due), "2026-02-18T09:00:00Z");
    store_done(on);
}

TEST(the_same_token_again_gets_the_first_receipt)
{
    struct town *t = town_new(c);
    struct record_receipt first = town_permit(c, t, "token-1");
    struct record_receipt again = town_permit(c, t, "token-1");
    struct record_receipt other = town_permit(c, t, "token-2");

    CHECK(again.again && str_eq(first.number, again.number) &&
          str_eq(first.code, again.code) && first.event == again.event);
    CHECK(!other.again && !str_eq(first.number, other.number) &&
          !str_eq(first.code, other.code));
}

TEST(a_wrong_code_and_an_unknown_number_get_the_same_answer)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct conn *on = town_read(c, t);
    struct record_actor who;
    str why;

    CHECK_OK(record_prove(c, &t->w, on, r.number, r.code, &who));
    CHECK(who.role == RECORD_RESIDENT && str_eq(who.record, r.number));
    CHECK(record_prove(c, &t->w, on, r.number, STR("0000-0000"), &who) ==
          E_NOT_FOUND);
    why = c->why;
    CHECK(record_prove(c, &t->w, on, STR("7K4M-2QX9-5"), r.code, &who) ==
          E_NOT_FOUND);
    CHECK(str_eq(why, c->why));
    store_done(on);
}

TEST(what_is_wrong_with_a_form_is_said_at_once_and_nothing_is_kept)
{
    struct town *t = town_new(c);
    struct app_form form = town_form(c, "jenis=videotron panjang=10 lebar=6");
    struct record_submission s = {
        .app =
            app_catalogue_find(t->w.apps, STR("penanaman-modal/izin-reklame"))
                ->app,
        .form = &form};
    struct insight_measure m;
    struct conn *on = town_read(c, t);
    struct findings f = {0};
    struct record_receipt r;
    bool rule = false, missing = false;

    CHECK(record_submit(c, &t->w, &s, &f, &r) == E_REFUSED);
    for (size_t i = 0; i < f.n; i++) {
        rule |= str_eq(f.all[i].key, STR("rules.videotron_max"));
        missing |= str_starts(f.all[i].key, STR("fields.pemohon"));
    }
    CHECK(rule && missing);
    CHECK_OK(insight_service(c, on, STR("penanaman-modal/izin-reklame"), &m));
    CHECK_I64(m.open, 0);
    store_done(on);
}

/* ---- acting ------------------------------------------------------- */

TEST(an_officer_who_read_before_another_acted_is_told)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct record_deed d = {.number = r.number,
                            .version = 1,
                            .action = STR("accept"),
                            .actor = who};
    struct record_outcome out;
    struct findings f = {0};

    CHECK_OK(record_act(c, &t->w, &d, &f, &out));
    CHECK_I64(out.record.version, 2);
    d.action = STR("return");
    CHECK(record_act(c, &t->w, &d, &f, &out) == E_CONFLICT);
}

TEST(nobody_acts_outside_a_duty)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    static const char *const strangers[] = {"bendahara",   "lapangan.pu",
                                            "kepala.izin", "admin.satu",
                                            "pemeriksa",   "loket.lapor"};
    struct record_actor nobody = {.role = RECORD_NOBODY};
    struct record_actor own = {.role = RECORD_RESIDENT, .record = r.number};

    for (size_t i = 0; i < COUNT(strangers); i++) {
        struct record_actor who = town_officer(c, t, strangers[i]);

        CHECK(town_act(c, t, r.number, &who, "accept", NULL, NULL) ==
              E_FORBIDDEN);
    }
    CHECK(town_act(c, t, r.number, &nobody, "accept", NULL, NULL) ==
          E_FORBIDDEN);
    CHECK(town_act(c, t, r.number, &own, "accept", NULL, NULL) == E_FORBIDDEN);
}

TEST(what_an_action_asks_must_be_there)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct conn *on;
    struct record got;

    CHECK(town_act(c, t, r.number, &who, "return", NULL, NULL) == E_REFUSED);
    CHECK(town_act(c, t, r.number, &who, "return", "alasan=", NULL) ==
          E_REFUSED);
    CHECK(town_act(c, t, r.number, &who, "fly", NULL, NULL) == E_CONFLICT);
    on = town_read(c, t);
    CHECK_OK(record_find(c, on, r.number, &got));
    CHECK_STR(got.state, "submitted");
    CHECK_I64(got.version, 1);
    store_done(on);
}

TEST(taking_a_record_out_of_turn_needs_a_reason_and_is_an_event)
{
    struct town *t = town_new(c);
    struct record_receipt first = town_permit(c, t, "token-1"), second;
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct record_deed d = {
        .version = -1, .action = STR("accept"), .actor = who};
    struct record_outcome out;
    struct findings f = {0};
    struct ledger_event *events;
    struct conn *on;
    size_t n;

    c->now += TIME_MINUTE;
    second = town_permit(c, t, "token-2");
    d.number = second.number;
    CHECK(record_act(c, &t->w, &d, &f, &out) == E_REFUSED);
    CHECK(f.n == 1 && str_eq(f.all[0].key, STR("reason")));
    d.reason = STR("favour");
    CHECK(record_act(c, &t->w, &d, &f, &out) == E_REFUSED);
    d.reason = STR("vulnerable");
    CHECK_OK(record_act(c, &t->w, &d, &f, &out));
    on = town_read(c, t);
    CHECK_OK(ledger_events_of(c, on, t->w.ledger, second.number, &events, &n));
    CHECK(n == 3 && events[1].class == LEDGER_ASSIGNMENT);
    CHECK_STR(ledger_fact(&events[1], "reason"), "vulnerable");
    store_done(on);
    d.number = first.number, d.reason = STR("");
    CHECK_OK(record_act(c, &t->w, &d, &f, &out));
}

TEST(a_promise_stands_while_the_resident_must_act)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct record_actor own = {.role = RECORD_RESIDENT, .record = r.number};
    struct record_outcome out;
    int64_t promise = r.promise;

    CHECK_OK(town_act(c, t, r.number, &who, "return", "alasan=Patokan.", &out));
    CHECK(out.record.paused == c->now && out.record.lapse > c->now);
    /* Three working days later, at the same hour. */
    c->now += 3 * TIME_DAY;
    CHECK_OK(town_act(c, t, r.number, &own, "resubmit", NULL, &out));
    CHECK(out.record.paused == 0 && out.record.lapse == 0);
    CHECK_I64(city_worked(t->w.city, promise, out.record.promise),
              city_worked(t->w.city, c->now - 3 * TIME_DAY, c->now));
}

/* Else a return would buy an office that was late new time. */
TEST(a_promise_that_was_late_when_it_stopped_stays_late)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct record_actor own = {.role = RECORD_RESIDENT, .record = r.number};
    struct record_outcome out;

    c->now = r.promise + 2 * TIME_DAY;
    CHECK_OK(town_act(c, t, r.number, &who, "return", "alasan=Patokan.", &out));
    c->now += 3 * TIME_DAY;
    CHECK_OK(town_act(c, t, r.number, &own, "resubmit", NULL, &out));
    CHECK_I64(out.record.promise, r.promise);
}

TEST(two_reports_are_never_merged_into_each_other)
{
    struct town *t = town_new(c);
    struct record_receipt one = town_complaint(c, t, "jalan"), two;
    struct record_actor who = town_officer(c, t, "loket.lapor");
    struct record_outcome out;

    c->now += TIME_MINUTE;
    two = town_complaint(c, t, "jalan");
    CHECK_OK(town_act(c, t, one.number, &who, "merge",
                      arena_fmt(c->mem, "induk=%.*s", STR_ARG(two.number)).p,
                      &out));
    CHECK_STR(out.record.into, two.number.p);
    CHECK(town_act(c, t, two.number, &who, "merge",
                   arena_fmt(c->mem, "induk=%.*s", STR_ARG(one.number)).p,
                   &out) == E_REFUSED);
}

TEST(what_is_never_completed_lapses_only_on_a_confirmed_date)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct conn *on;
    struct record got;
    struct record_ticked ticked;

    CHECK_OK(town_act(c, t, r.number, &who, "return", "alasan=Patokan.", NULL));
    c->now += 45 * TIME_DAY; /* past the holidays of March */
    CHECK_OK(record_tick(c, &t->w, &ticked));
    CHECK_I64(ticked.done, 0);
    CHECK_OK(record_time_confirm(c, &t->w, &who));
    CHECK_OK(record_tick(c, &t->w, &ticked));
    CHECK_I64(ticked.done, 1);
    on = town_read(c, t);
    CHECK_OK(record_find(c, on, r.number, &got));
    CHECK_STR(got.state, "lapsed");
    CHECK(got.ended != 0);
    store_done(on);
}

/* ---- seeing ------------------------------------------------------- */

static bool sees(const struct record_view *v, const char *path)
{
    for (size_t i = 0; i < v->n_fields; i++)
        if (str_eq(v->fields[i].path, str_of(path)))
            return true;
    return false;
}

/* As a city's overlay may: kind and place of a permit for its parties only. */
static void keep_to_parties(struct town *t)
{
    const struct app *a =
        app_catalogue_find(t->w.apps, STR("penanaman-modal/izin-reklame"))->app;

    for (size_t i = 0; i < a->n_fields; i++)
        if (a->fields[i].type == APP_CHOICE || a->fields[i].type == APP_PLACE)
            a->fields[i].show = APP_PARTIES;
}

TEST(a_public_list_says_only_what_is_public)
{
    struct town *t = town_new(c);
    struct conn *on;
    struct record_row *rows;
    size_t n;

    town_permit(c, t, "token-1");
    on = town_read(c, t);
    CHECK_OK(record_public(c, &t->w, on, STR("penanaman-modal/izin-reklame"),
                           INT64_MAX, 10, &rows, &n));
    CHECK(n == 1 && rows[0].record.region.n > 0);
    CHECK_STR(rows[0].subject, "Board");
    keep_to_parties(t);
    CHECK_OK(record_public(c, &t->w, on, STR("penanaman-modal/izin-reklame"),
                           INT64_MAX, 10, &rows, &n));
    CHECK(n == 1 && rows[0].subject.n == 0 && rows[0].record.region.n == 0);
    store_done(on);
}

TEST(a_stranger_sees_state_and_dates_and_no_person)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_complaint(c, t, "jalan");
    struct record_actor nobody = {.role = RECORD_NOBODY};
    struct conn *on = town_read(c, t);
    struct record_view v;

    CHECK_OK(record_view(c, &t->w, on, &nobody, r.number, &v));
    CHECK(!v.parties && !v.office);
    CHECK(sees(&v, "kategori") && sees(&v, "lokasi.region"));
    CHECK(!sees(&v, "pelapor.nama") && !sees(&v, "uraian"));
    CHECK(app_form_text(&v.form, STR("pelapor.nama")).p == NULL);
    CHECK(v.n_history == 1 && v.history[0].who.n == 0);
    store_done(on);
}

TEST(parties_see_what_is_theirs_and_officers_of_another_office_do_not)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor own = {.role = RECORD_RESIDENT, .record = r.number};
    struct record_actor other = {.role = RECORD_RESIDENT,
                                 .record = STR("7K4M-2QX9-5")};
    struct record_actor verifier = town_officer(c, t, "periksa.izin");
    struct record_actor elsewhere = town_officer(c, t, "lapangan.sampah");
    struct conn *on = town_read(c, t);
    struct record_view v;

    CHECK_OK(record_view(c, &t->w, on, &own, r.number, &v));
    CHECK(v.parties && !v.office && sees(&v, "pemohon.nik"));
    CHECK_OK(record_view(c, &t->w, on, &verifier, r.number, &v));
    CHECK(v.parties && v.office && sees(&v, "pemohon.nik"));
    CHECK_OK(record_view(c, &t->w, on, &elsewhere, r.number, &v));
    CHECK(!v.parties && !sees(&v, "pemohon.nik"));
    CHECK_OK(record_view(c, &t->w, on, &other, r.number, &v));
    CHECK(!v.parties && !sees(&v, "pemohon.nama"));
    store_done(on);
}

TEST(the_worklist_is_of_ones_own_duties_the_oldest_due_first)
{
    struct town *t = town_new(c);
    struct record_receipt first = town_permit(c, t, "token-1");
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct record_actor other = town_officer(c, t, "bendahara");
    struct record_row *rows;
    struct record_counts counts;
    struct conn *on;
    size_t n;

    c->now += TIME_HOUR;
    town_permit(c, t, "token-2");
    c->now += 3 * TIME_DAY;
    on = town_read(c, t);
    CHECK_OK(record_worklist(c, &t->w, on, &who, STR(""),
                             (struct record_cursor){0}, 10, &rows, &n,
                             &counts));
    CHECK(n == 2 && str_eq(rows[0].record.number, first.number));
    CHECK(rows[0].overdue && counts.all == 2 && counts.late >= 1);
    CHECK(str_find(rows[0].subject, STR("Papan")) < rows[0].subject.n ||
          str_find(rows[0].subject, STR("Board")) < rows[0].subject.n);
    CHECK_OK(record_worklist(
        c, &t->w, on, &who, STR(""),
        (struct record_cursor){rows[0].record.due, rows[0].record.id}, 10,
        &rows, &n, &counts));
    CHECK_I64((int64_t)n, 1);
    CHECK_OK(record_worklist(c, &t->w, on, &other, STR(""),
                             (struct record_cursor){0}, 10, &rows, &n,
                             &counts));
    CHECK(n == 0 && counts.all == 0);
    store_done(on);
}

/* ---- letters ------------------------------------------------------ */

TEST(a_letter_is_numbered_drawn_sealed_and_checked_by_anybody)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor own = {.role = RECORD_RESIDENT, .record = r.number};
    struct record_upload pdf;
    struct record_check check;
    struct record_view v;
    struct conn *on;
    int64_t done;
    bool grown;

    town_issue(c, t, r.number);
    CHECK_OK(record_seal_letters(c, &t->w, &done));
    CHECK_I64(done, 0); /* no checkpoint covers it yet */
    CHECK_OK(ledger_checkpoint(c, t->w.ledger, &grown));
    CHECK_OK(record_seal_letters(c, &t->w, &done));
    CHECK_I64(done, 1);
    on = town_read(c, t);
    CHECK_OK(record_view(c, &t->w, on, &own, r.number, &v));
    if (!CHECK(v.n_papers == 1 && v.papers[0].ready && !v.papers[0].revoked))
        return;
    CHECK_OK(record_file(
        c, &t->w, on, &own, r.number,
        arena_fmt(c->mem, "letters.%.*s", STR_ARG(v.papers[0].key)), &pdf));
    CHECK(str_starts(pdf.bytes, STR("%PDF-1.")));
    CHECK(str_ends(str_trim(pdf.bytes), STR("%%EOF")) && pdf.bytes.n > 4096);
    CHECK_STR(pdf.mime, "application/pdf");
    CHECK_OK(record_check_number(c, &t->w, on, v.papers[0].number, &check));
    CHECK(check.verdict == RECORD_NOT_YET && check.holder.n == 0);
    CHECK_OK(record_check_token(c, &t->w, on, STR("AAAA"), &check));
    CHECK(check.verdict == RECORD_UNKNOWN);
    store_done(on);
}

/* More than one thread takes at a time, so that several draw. */
#define MANY 52

TEST(many_letters_are_drawn_each_once)
{
    struct town *t = town_new(c);
    int64_t done;
    bool grown;

    for (int i = 0; i < MANY; i++)
        town_issue(
            c, t, town_permit(c, t, arena_fmt(c->mem, "token-%d", i).p).number);
    CHECK_OK(record_seal_letters(c, &t->w, &done));
    CHECK_I64(done, 0);
    CHECK_OK(ledger_checkpoint(c, t->w.ledger, &grown));
    CHECK_OK(record_seal_letters(c, &t->w, &done));
    CHECK_I64(done, MANY);
    CHECK_OK(record_seal_letters(c, &t->w, &done));
    CHECK_I64(done, 0);
}

static enum record_verdict verdict(struct ctx *c, struct town *t, str number)
{
    struct conn *on = town_read(c, t);
    struct record_check check;

    CHECK_OK(record_check_number(c, &t->w, on, number, &check));
    store_done(on);
    return check.verdict;
}

TEST(a_letter_is_valid_then_expired_or_revoked)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct record_actor head = town_officer(c, t, "kepala.izin");
    struct record_actor own = {.role = RECORD_RESIDENT, .record = r.number};
    struct record_view v;
    struct conn *on;
    int64_t start = c->now;
    str number;

    town_issue(c, t, r.number);
    on = town_read(c, t);
    CHECK_OK(record_view(c, &t->w, on, &own, r.number, &v));
    store_done(on);
    if (!CHECK(v.n_papers == 1))
        return;
    number = v.papers[0].number;
    c->now = start + 20 * TIME_DAY;
    CHECK(verdict(c, t, number) == RECORD_VALID);
    c->now = start + 250 * TIME_DAY;
    CHECK(verdict(c, t, number) == RECORD_EXPIRED);
    c->now = start + 30 * TIME_DAY;
    CHECK_OK(
        town_act(c, t, r.number, &head, "revoke", "alasan=Melanggar.", NULL));
    CHECK(verdict(c, t, number) == RECORD_REVOKED);
}

TEST(letters_are_numbered_without_a_gap)
{
    struct town *t = town_new(c);
    struct record_actor own = {.role = RECORD_RESIDENT};
    struct record_view v;
    struct conn *on;
    str numbers[3];

    for (int i = 0; i < 3; i++) {
        struct record_receipt r =
            town_permit(c, t, arena_fmt(c->mem, "token-%d", i).p);

        town_issue(c, t, r.number);
        own.record = r.number;
        on = town_read(c, t);
        CHECK_OK(record_view(c, &t->w, on, &own, r.number, &v));
        store_done(on);
        numbers[i] = v.papers[0].number;
    }
    for (int i = 0; i < 3; i++) {
        str class, seq, rest;
        int64_t n, first = 0;

        str_cut(numbers[i], '/', &class, &rest);
        str_cut(rest, '/', &seq, &rest);
        CHECK(str_is_i64(seq, &n));
        str_cut(numbers[0], '/', &class, &rest);
        str_cut(rest, '/', &seq, &rest);
        str_is_i64(seq, &first);
        CHECK_I64(n, first + i);
    }
}

/* ---- duplicates, drafts, replay ----------------------------------- */

TEST(a_report_at_the_same_village_and_of_the_same_kind_is_offered)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_complaint(c, t, "jalan");
    const struct app *a =
        app_catalogue_find(t->w.apps, STR("kominfo/lapor-warga"))->app;
    struct app_form form =
        town_form(c, "kategori=jalan lokasi.region=32.73.01.1001");
    struct record_near *near;
    struct conn *on;
    size_t n;

    on = town_read(c, t);
    CHECK_OK(record_nearby(c, &t->w, on, a, &form, &near, &n));
    CHECK(n == 1 && str_eq(near[0].number, r.number) && near[0].metres == -1);
    form = town_form(c, "kategori=sampah lokasi.region=32.73.01.1001");
    CHECK_OK(record_nearby(c, &t->w, on, a, &form, &near, &n));
    CHECK_I64((int64_t)n, 0);
    store_done(on);
}

TEST(a_draft_is_opened_by_its_token_alone_and_for_three_days)
{
    struct town *t = town_new(c);
    struct record_upload file = {STR("pbg"), STR("pbg.pdf"),
                                 STR("application/pdf"), STR("%PDF-1.7 x")};
    struct record_draft d = {.app = STR("penanaman-modal/izin-reklame"),
                             .tree = STR("sha256:00"),
                             .overlay = STR(""),
                             .form = town_form(c, "jenis=papan"),
                             .uploads = &file,
                             .n_uploads = 1},
                        got;
    struct conn *on;

    app_form_set(c, &d.form, STR("catatan"), (str){NULL, 0});
    CHECK_OK(record_draft_save(c, &t->w, STR("rahasia"), &d));
    CHECK_OK(record_draft_save(c, &t->w, STR("rahasia"), &d));
    on = town_read(c, t);
    CHECK_OK(record_draft_load(c, &t->w, on, STR("rahasia"), &got));
    CHECK_STR(app_form_text(&got.form, STR("jenis")), "papan");
    CHECK(app_form_find(&got.form, STR("catatan")) != NULL &&
          app_form_text(&got.form, STR("catatan")).p == NULL);
    CHECK(got.n_uploads == 1);
    CHECK_STR(got.uploads[0].bytes, "%PDF-1.7 x");
    CHECK(record_draft_load(c, &t->w, on, STR("lain"), &got) == E_NOT_FOUND);
    store_done(on);
    c->now += 73 * TIME_HOUR;
    on = town_read(c, t);
    CHECK(record_draft_load(c, &t->w, on, STR("rahasia"), &got) == E_NOT_FOUND);
    store_done(on);
}

TEST(a_rebuild_gives_the_same_tables)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct findings f = {0};
    bool grown;

    town_issue(c, t, r.number);
    town_complaint(c, t, "sampah");
    town_rebuilds(c, t);
    CHECK_OK(ledger_checkpoint(c, t->w.ledger, &grown));
    CHECK_OK(ledger_audit(c, t->w.ledger, &f));
    CHECK_I64((int64_t)f.errors, 0);
}

TEST(what_was_erased_is_nowhere_and_replays_as_erased)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_complaint(c, t, "jalan");
    struct record_actor own = {.role = RECORD_RESIDENT, .record = r.number};
    struct record_view v;
    struct conn *on;

    town_forget(c, t, r.number);
    on = town_read(c, t);
    CHECK_OK(record_view(c, &t->w, on, &own, r.number, &v));
    for (size_t i = 0; i < v.n_fields; i++)
        CHECK(str_find(v.fields[i].text, STR("Asep")) == v.fields[i].text.n);
    store_done(on);
    town_rebuilds(c, t);
}

TEST(every_statement_of_the_room_finds_its_rows_by_an_index)
{
    struct town *t = town_new(c);
    struct findings f = {0};

    CHECK_OK(store_prepare_all(c, t->w.store, &f));
    for (size_t i = 0; i < f.n; i++)
        CHECK_STR(finding_show(c, &f.all[i]), "");
}
