/* SPDX-License-Identifier: EUPL-1.2 */
/* Branches on worklists and before the second eye; records that open others,
 * seen through the gate; and that a rebuild gives all of it again. */
#include "record/record.h"
#include "tests/town.h"

#define ONE "sosial/satu"
#define TWO "keuangan/dua"

static struct town *with_both(struct ctx *c)
{
    struct town *t = town_new(c);

    c->lang = STR("id");
    town_structure(c, t);
    return t;
}

static err send(struct ctx *c, struct town *t, const char *app,
                const char *values, const struct record_actor *who,
                struct record_receipt *out)
{
    struct app_form form = town_form(c, values);
    struct findings f = {0};
    struct record_submission s = {
        .app = app_catalogue_find(t->w.apps, str_of(app))->app, .form = &form};

    if (who != NULL)
        s.actor = *who;
    return record_submit(c, &t->w, &s, &f, out);
}

static struct record_receipt sent(struct ctx *c, struct town *t)
{
    struct record_receipt r = {.number = STR("")};

    CHECK_OK(send(c, t, ONE,
                  "badan=Y-1 ketua.nama=Siti~Contoh "
                  "ketua.nik=9999010101900001",
                  NULL, &r));
    return r;
}

static err act(struct ctx *c, struct town *t, str number, const char *login,
               const char *action)
{
    struct record_actor who = town_officer(c, t, login);

    return town_act(c, t, number, &who, action, NULL, NULL);
}

static size_t waits(struct ctx *c, struct town *t, const char *login,
                    struct record_row **rows, struct record_counts *counts)
{
    struct record_actor who = town_officer(c, t, login);
    struct record_cursor first = RECORD_FIRST;
    struct conn *on = town_read(c, t);
    size_t n;

    CHECK_OK(record_worklist(c, &t->w, on, &who, STR(""), first, 50, rows, &n,
                             counts));
    store_done(on);
    return n;
}

static struct record_view seen(struct ctx *c, struct town *t, str number,
                               const struct record_actor *who)
{
    struct conn *on = town_read(c, t);
    struct record_view v;

    CHECK_OK(record_view(c, &t->w, on, who, number, &v));
    store_done(on);
    return v;
}

/* ---- branches ----------------------------------------------------- */

TEST(each_branch_waits_on_the_list_of_its_own_people_with_its_own_deadline)
{
    struct town *t = with_both(c);
    struct record_receipt r = sent(c, t);
    struct record_counts counts;
    struct record_row *rows;

    CHECK_I64((int64_t)waits(c, t, "periksa.izin", &rows, &counts), 1);
    CHECK_I64(counts.all, 1);
    CHECK(rows[0].branch != NULL && str_eq(rows[0].record.number, r.number));
    CHECK_STR(rows[0].branch->key, "berkas");
    CHECK_STR(rows[0].record.office, "dpmptsp");
    CHECK_STR(time_show_utc(c, rows[0].record.due), "2026-02-18T09:00:00Z");
    CHECK_I64((int64_t)waits(c, t, "lapangan.pu", &rows, &counts), 1);
    CHECK_STR(rows[0].branch->key, "tinjau");
    CHECK_OK(act(c, t, r.number, "periksa.izin", "suitable"));
    CHECK_I64((int64_t)waits(c, t, "periksa.izin", &rows, &counts), 0);
    CHECK_I64(counts.all, 0);
    CHECK_I64((int64_t)waits(c, t, "lapangan.pu", &rows, &counts), 1);
    CHECK_OK(act(c, t, r.number, "lapangan.pu", "suitable"));
    CHECK_I64((int64_t)waits(c, t, "lapangan.pu", &rows, &counts), 0);
}

TEST(one_branch_alone_ends_what_the_others_wait_for)
{
    struct town *t = with_both(c);
    struct record_receipt r = sent(c, t);
    struct record_counts counts;
    struct record_row *rows;

    CHECK_OK(act(c, t, r.number, "lapangan.pu", "refuse"));
    CHECK_I64((int64_t)waits(c, t, "periksa.izin", &rows, &counts), 0);
    CHECK(act(c, t, r.number, "periksa.izin", "suitable") == E_CONFLICT);
}

static int64_t branch_due(struct ctx *c, struct town *t, str number)
{
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct record_view v = seen(c, t, number, &who);

    CHECK(v.n_branches > 0);
    return v.branches[0].due;
}

TEST(branches_stand_still_and_let_others_pass_while_it_is_restricted)
{
    struct town *t = with_both(c);
    struct record_receipt first = sent(c, t), second;
    int64_t start = c->now, due = branch_due(c, t, first.number);

    town_restrict(c, t, first.number, "admin.satu");
    CHECK(act(c, t, first.number, "periksa.izin", "suitable") == E_FORBIDDEN);
    c->now += TIME_MINUTE;
    second = sent(c, t);
    CHECK_OK(act(c, t, second.number, "periksa.izin", "suitable"));
    c->now += 20 * TIME_DAY;
    CHECK_OK(town_lift(c, t, first.number, "admin.satu", "Selesai."));
    CHECK_I64(city_worked(t->w.city, c->now, branch_due(c, t, first.number)),
              city_worked(t->w.city, start, due));
    CHECK(city_worked(t->w.city, start, due) > 0);
    CHECK_OK(act(c, t, first.number, "periksa.izin", "suitable"));
    town_rebuilds(c, t);
}

TEST(a_branch_taken_out_of_turn_asks_why)
{
    struct town *t = with_both(c);
    struct record_receipt first = sent(c, t), second;

    c->now += TIME_MINUTE;
    second = sent(c, t);
    CHECK(act(c, t, second.number, "periksa.izin", "suitable") == E_REFUSED);
    CHECK_OK(act(c, t, first.number, "periksa.izin", "suitable"));
    CHECK_OK(act(c, t, second.number, "periksa.izin", "suitable"));
}

static err add_holiday(struct ctx *c, struct conn *tx, void *arg)
{
    struct town *t = arg;
    struct city_change change = {.key = STR("calendar"),
                                 .was = city_item(t->w.city, STR("calendar"))};
    struct data *item = data_copy(c, change.was), *name = data_new(c, DATA_MAP);

    data_put_text(c, name, STR("id"), STR("Libur"));
    data_put(c, data_get(item, STR("holidays")), STR("2026-02-18"), name);
    change.value = item;
    return city_apply(c, tx, t->w.ledger, STR("system"), &change, 1);
}

/* Monday; Tuesday is a holiday of its own, and Wednesday becomes one. */
TEST(a_holiday_that_is_added_later_moves_each_branch_and_what_waits_for_all)
{
    struct town *t = with_both(c);
    struct record_receipt r = sent(c, t);
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct record_counts counts;
    struct record_ticked done;
    struct record_row *rows;

    CHECK_OK(store_write(c, t->w.store, add_holiday, t));
    town_look(c, t);
    CHECK_OK(record_time_confirm(c, &t->w, &who));
    CHECK_OK(record_tick(c, &t->w, &done));
    waits(c, t, "periksa.izin", &rows, &counts);
    CHECK_STR(time_show_utc(c, rows[0].record.due), "2026-02-19T09:00:00Z");
    waits(c, t, "lapangan.pu", &rows, &counts);
    CHECK_STR(time_show_utc(c, rows[0].record.due), "2026-02-23T09:00:00Z");
    CHECK_I64(seen(c, t, r.number, &who).record.due, rows[0].record.due);
    town_rebuilds(c, t);
}

TEST(branches_that_are_silent_are_shown_to_the_head_who_may_act_for_one)
{
    struct town *t = with_both(c);
    struct record_receipt r = sent(c, t);
    struct record_actor who = town_officer(c, t, "periksa.izin");
    struct record_counts counts;
    struct record_ticked done;
    struct record_row *rows;

    CHECK_I64((int64_t)waits(c, t, "kepala.izin", &rows, &counts), 0);
    c->now += 40 * TIME_DAY;
    CHECK_OK(record_time_confirm(c, &t->w, &who));
    CHECK_OK(record_tick(c, &t->w, &done));
    CHECK_I64((int64_t)waits(c, t, "kepala.izin", &rows, &counts), 1);
    CHECK_OK(act(c, t, r.number, "kepala.izin", "suitable"));
    CHECK(act(c, t, r.number, "kepala.izin", "suitable") == E_FORBIDDEN);
    CHECK_I64((int64_t)waits(c, t, "kepala.izin", &rows, &counts), 1);
    CHECK_OK(act(c, t, r.number, "lapangan.pu", "suitable"));
    CHECK_I64((int64_t)waits(c, t, "kepala.izin", &rows, &counts), 0);
}

TEST(an_office_of_a_branch_sees_the_record_and_another_does_not)
{
    struct town *t = with_both(c);
    struct record_receipt r = sent(c, t);
    struct record_actor field = town_officer(c, t, "lapangan.pu");
    struct record_actor other = town_officer(c, t, "lapangan.taman");

    CHECK(seen(c, t, r.number, &field).office);
    CHECK(!seen(c, t, r.number, &other).office);
    CHECK_I64((int64_t)seen(c, t, r.number, &other).n_branches, 2);
}

/* ---- records that open others ------------------------------------- */

static str opened(struct ctx *c, struct town *t, str number)
{
    struct record_actor nobody = {.role = RECORD_NOBODY};
    struct record_view v;

    CHECK_OK(act(c, t, number, "periksa.izin", "suitable"));
    CHECK_OK(act(c, t, number, "lapangan.pu", "suitable"));
    v = seen(c, t, number, &nobody);
    CHECK(v.n_kin == 1 && !v.kin[0].parent);
    return v.n_kin == 1 ? v.kin[0].record.number : STR("");
}

TEST(a_record_opens_another_that_knows_what_it_was_told_and_who_may_see_it)
{
    struct town *t = with_both(c);
    struct record_receipt r = sent(c, t);
    str child = opened(c, t, r.number);
    struct record_actor nobody = {.role = RECORD_NOBODY};
    struct record_actor own = {.role = RECORD_RESIDENT, .record = child};
    struct record_view v = seen(c, t, child, &nobody);

    CHECK_STR(v.record.state, "due");
    CHECK_STR(app_form_text(&v.form, STR("badan")), "Y-1");
    CHECK(app_form_text(&v.form, STR("ketua.nama")).p == NULL);
    CHECK(v.n_kin == 1 && v.kin[0].parent &&
          str_eq(v.kin[0].record.number, r.number));
    v = seen(c, t, child, &own);
    CHECK_STR(app_form_text(&v.form, STR("ketua.nama")), "Siti Contoh");
    CHECK_STR(time_show_utc(c, v.record.lapse), "2026-02-20T09:30:00Z");
}

TEST(number_and_code_of_the_first_record_open_the_one_that_it_opened)
{
    struct town *t = with_both(c);
    struct record_receipt r = sent(c, t), other = sent(c, t);
    str child;
    struct record_actor who;
    struct conn *on;
    bool kin;

    child = opened(c, t, r.number);
    on = town_read(c, t);
    CHECK_OK(record_prove(c, &t->w, on, child, r.code, &who));
    CHECK(who.role == RECORD_RESIDENT && str_eq(who.record, child));
    CHECK(record_prove(c, &t->w, on, child, other.code, &who) == E_NOT_FOUND);
    CHECK_OK(record_are_kin(c, on, child, r.number, &kin));
    CHECK(kin);
    CHECK_OK(record_are_kin(c, on, child, other.number, &kin));
    CHECK(!kin);
    store_done(on);
}

static size_t lacks(struct ctx *c, struct town *t)
{
    struct conn *on = town_read(c, t);
    struct findings f = {0};
    size_t n = 0;

    CHECK_OK(app_obstacles(c, on, app_catalogue_find(t->w.apps, STR(ONE))->app,
                           t->w.city, &f));
    store_done(on);
    for (size_t i = 0; i < f.n; i++)
        n += f.all[i].severity == FIND_NOTE &&
             str_eq(f.all[i].key, STR("links.lapor"));
    CHECK_I64((int64_t)f.errors, 0);
    return n;
}

TEST(what_a_chain_lacks_is_told_and_stops_nothing)
{
    struct town *t = town_new(c);
    struct record_actor nobody = {.role = RECORD_NOBODY};
    struct record_receipt r;

    town_install(c, t, "tests/structure/sosial/satu", "tests/structure/base");
    CHECK_I64((int64_t)lacks(c, t), 1);
    r = sent(c, t);
    CHECK_OK(act(c, t, r.number, "periksa.izin", "suitable"));
    CHECK_OK(act(c, t, r.number, "lapangan.pu", "suitable"));
    CHECK_I64((int64_t)seen(c, t, r.number, &nobody).n_kin, 0);
    town_install(c, t, "tests/structure/keuangan/dua", "tests/structure/base");
    CHECK_I64((int64_t)lacks(c, t), 0);
}

TEST(a_prefill_takes_only_what_its_sender_may_see_there)
{
    struct town *t = with_both(c);
    struct record_receipt r = sent(c, t), out;
    struct record_actor own = {.role = RECORD_RESIDENT, .record = r.number};
    const char *values =
        arena_fmt(c->mem, "badan=%.*s dipakai=5", STR_ARG(r.number)).p;
    struct record_actor proved = own;
    struct record_view v;

    CHECK(send(c, t, TWO, values, NULL, &out) == E_REFUSED);
    CHECK_OK(send(c, t, TWO, values, &own, &out));
    proved.record = out.number;
    v = seen(c, t, out.number, &proved);
    CHECK_STR(app_form_text(&v.form, STR("ketua.nama")), "Siti Contoh");
}

TEST(a_rebuild_gives_branches_kin_and_grants_again)
{
    struct town *t = with_both(c);
    struct record_receipt r = sent(c, t);
    struct record_actor nobody = {.role = RECORD_NOBODY};

    sent(c, t);
    opened(c, t, r.number);
    CHECK_I64(seen(c, t, r.number, &nobody).record.granted, 1000);
    town_rebuilds(c, t);
}
