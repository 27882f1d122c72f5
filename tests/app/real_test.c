/* SPDX-License-Identifier: EUPL-1.2 */
/* The two apps of the first line, as they stand in apps/. */
#include "tests/app/help.h"

#include <stdio.h>

#define IZIN  "penanaman-modal/izin-reklame"
#define LAPOR "kominfo/lapor-warga"

static struct app_form *resident(struct ctx *c)
{
    struct app_form *p = NEW(c->mem, struct app_form);

    app_form_set(c, p, STR("nama"), STR("Siti Contoh"));
    app_form_set(c, p, STR("nik"), STR("9999010101900001"));
    return p;
}

/* The form of the scenario `murah`. */
static err cheap(struct ctx *c, const struct app *a, struct app_form *form,
                 struct findings *f)
{
    return READ(c, a, resident(c), form, f, "jenis=papan", "panjang=4",
                "lebar=2", "bulan=6", "mulai=2026-03-02",
                "lokasi.region=32.73.01.1001");
}

TEST(both_apps_read_without_a_finding)
{
    static const char *const apps[] = {IZIN, LAPOR};

    for (size_t i = 0; i < COUNT(apps); i++) {
        struct findings f = {0};
        struct app_package *p;

        CHECK_OK(app_package_read(c, file_join(c, "apps", apps[i]), "apps/base",
                                  &f, &p));
        CHECK_STR(help_findings(c, &f), "");
    }
}

TEST(an_archive_gives_the_same_app_back)
{
    struct app_package *p = help_package(c, IZIN), *again;
    struct findings f = {0};

    CHECK_OK(app_package_open(c, app_package_archive(p), &f, &again));
    CHECK_I64((int64_t)f.n, 0);
    CHECK(str_eq(app_package_tree(p), app_package_tree(again)));
    CHECK_STR(app_package_id(again), IZIN);
    CHECK_STR(app_package_version(again), "1.1.0");
    CHECK(app_package_file(again, STR("archetype.yaml")).p != NULL);
    CHECK(app_package_file(again, STR("secret")).p == NULL);
    CHECK(app_scenarios(again) != NULL);
}

TEST(the_permit_walks_through_the_inserted_states)
{
    const struct app *a = help_app(c, IZIN, NULL);
    const struct app_action *accept, *ok, *approve, *settle;

    accept = app_action(app_state(a, STR("submitted")), STR("accept"));
    CHECK_STR(accept->to, "survey");
    ok = app_action(app_state(a, STR("survey")), STR("suitable"));
    CHECK_STR(ok->to, "approval");
    CHECK_I64((int64_t)ok->n_needs, 1);
    CHECK_STR(ok->needs[0].key, "hasil_survei");
    approve = app_action(app_state(a, STR("approval")), STR("approve"));
    CHECK_STR(approve->to, "payment");
    settle = app_action(app_state(a, STR("payment")), STR("settle"));
    CHECK_STR(settle->to, "issued");
    CHECK_STR(settle->who.function, "revenue");
    CHECK_STR(settle->who.duty, "treasurer");
    CHECK_STR(a->states[1].key, "survey");
}

TEST(where_a_value_came_from_is_known)
{
    struct app_package *p = help_package(c, IZIN);
    struct app_overlay *o = app_overlay_new(c, p);
    struct findings f = {0};
    struct app *a;

    CHECK_OK(app_overlay_set(c, o, p, STR("tariff.nilai_sewa.rows.papan"),
                             STR("80000"), NULL, &f));
    CHECK_OK(app_build(c, p, o, NULL, &f, &a));
    CHECK_STR(help_findings(c, &f), "");
    CHECK_STR(app_origin(a, STR("tariff.nilai_sewa.rows.papan")), "overlay");
    CHECK_STR(app_origin(a, STR("fields.bulan.max")), "app");
    CHECK_STR(app_origin(a, STR("flow.promise")), "archetype");
    CHECK_STR(app_origin(a, STR("flow.states.survey.within")), "app");
    CHECK_STR(app_origin(a, STR("no.such")), "");
}

TEST(a_cheap_board_costs_what_the_scenario_says)
{
    const struct app *a = help_app(c, IZIN, NULL);
    struct app_setting with = help_setting(c);
    struct app_form form = {0};
    struct findings f = {0};
    int64_t rupiah;
    str formula;

    with.person = resident(c);
    CHECK_OK(cheap(c, a, &form, &f));
    CHECK_STR(help_findings(c, &f), "");
    CHECK_OK(app_form_finish(c, a, &with, &form, &f));
    CHECK_STR(help_findings(c, &f), "");
    CHECK_STR(app_form_text(&form, STR("luas")), "8");
    CHECK_STR(app_form_text(&form, STR("pemohon.nik")), "9999010101900001");
    CHECK(app_form_find(&form, STR("pbg")) == NULL);
    CHECK_OK(app_charge(c, a, &with, &form, &rupiah, &formula));
    CHECK_I64(rupiah, 1440000);
    CHECK_STR(formula, "Nilai sewa per m2 dan bulan Rp120.000 × Luas 8 m2 × "
                       "Lama (bulan) 6 × Tarif pajak (persen) 25 ÷ 100, "
                       "dibulatkan ke atas ke Rp100 = Rp1.440.000");
    CHECK_STR(app_region(a, &form), "32.73.01.1001");
}

TEST(the_charge_waits_for_the_form)
{
    const struct app *a = help_app(c, IZIN, NULL);
    struct app_setting with = help_setting(c);
    struct app_form form = {0};
    int64_t rupiah;

    CHECK(app_charge(c, a, &with, &form, &rupiah, NULL) == E_REFUSED);
}

TEST(a_big_videotron_is_refused_by_its_rule)
{
    const struct app *a = help_app(c, IZIN, NULL);
    struct app_setting with = help_setting(c);
    struct app_form form = {0};
    struct findings f = {0};

    CHECK_OK(READ(c, a, resident(c), &form, &f, "jenis=videotron", "panjang=10",
                  "lebar=6", "bulan=1", "mulai=2026-03-02",
                  "lokasi.region=32.73.01.1001"));
    f = (struct findings){0};
    CHECK_OK(app_form_finish(c, a, &with, &form, &f));
    CHECK_STR(help_what(&f, "rules.videotron_max"),
              "Videotron paling besar 50 m2.");
    c->lang = STR("en");
    f = (struct findings){0};
    app_form_rules(c, a, &with, &form, &f);
    CHECK_STR(help_what(&f, "rules.videotron_max"),
              "A videotron may be 50 m2 at most.");
}

TEST(above_24_square_metres_the_building_approval_is_asked)
{
    const struct app *a = help_app(c, IZIN, NULL);
    struct app_form form = {0};
    struct findings f = {0};

    CHECK_OK(READ(c, a, resident(c), &form, &f, "jenis=papan", "panjang=10",
                  "lebar=2,5", "bulan=1", "mulai.d=2", "mulai.m=Maret",
                  "mulai.y=2026", "lokasi.region=32.73.01.1001"));
    CHECK_I64((int64_t)f.n, 1);
    CHECK_STR(help_what(&f, "pbg"),
              "Persetujuan bangunan gedung belum diunggah.");
}

TEST(a_day_too_early_names_the_first_possible)
{
    const struct app *a = help_app(c, IZIN, NULL);
    struct app_setting with = help_setting(c);
    struct app_form form = {0};
    struct findings f = {0};

    with.person = resident(c);
    CHECK_OK(cheap(c, a, &form, &f));
    app_form_set(c, &form, STR("mulai"), STR("2026-03-01"));
    CHECK_OK(app_form_finish(c, a, &with, &form, &f));
    CHECK_STR(
        help_findings(c, &f),
        "salah: fields.mulai: Mulai dipasang paling awal 2 Maret 2026.\n");
}

TEST(a_permit_holds_to_the_last_day_of_its_months)
{
    const struct app *a = help_app(c, IZIN, NULL);
    struct app_setting with = help_setting(c);
    struct app_form form = {0};
    struct findings f = {0};
    struct date from, to;
    bool holds;

    CHECK_OK(cheap(c, a, &form, &f));
    CHECK_OK(app_letter_valid(c, a, &with, &form, &a->letters[0], &holds, &from,
                              &to));
    CHECK(holds);
    CHECK_STR(time_show_date(c, from), "2026-03-02");
    CHECK_STR(time_show_date(c, to), "2026-09-01");
    CHECK_OK(app_letter_valid(c, a, &with, &form, &a->letters[1], &holds, &from,
                              &to));
    CHECK(!holds);
    app_form_set(c, &form, STR("bulan"), STR("200000"));
    CHECK(app_letter_valid(c, a, &with, &form, &a->letters[0], &holds, &from,
                           &to) == E_REFUSED);
    app_form_set(c, &form, STR("bulan"), STR("0"));
    CHECK(app_letter_valid(c, a, &with, &form, &a->letters[0], &holds, &from,
                           &to) == E_REFUSED);
}

TEST(a_board_is_taken_down_only_when_its_months_are_over)
{
    const struct app *a = help_app(c, IZIN, NULL);
    struct app_setting with = help_setting(c);
    struct app_form form = {0};
    struct findings f = {0};
    const struct app_action *x =
        app_action(app_state(a, STR("issued")), STR("takedown"));
    struct date day = {2026, 9, 1};

    CHECK_OK(cheap(c, a, &form, &f));
    CHECK(!app_action_applies(c, a, &with, &form, x));
    c->now = time_instant(day, 9 * TIME_HOUR, 420);
    CHECK(!app_action_applies(c, a, &with, &form, x));
    c->now += TIME_DAY;
    CHECK(app_action_applies(c, a, &with, &form, x));
    CHECK(app_action_applies(
        c, a, &with, &form,
        app_action(app_state(a, STR("issued")), STR("revoke"))));
}

TEST(a_report_goes_to_the_office_of_its_category)
{
    const struct app *a = help_app(c, LAPOR, NULL);
    const struct app_state *routed = app_state(a, STR("routed"));
    const struct app_state *working = app_state(a, STR("working"));
    struct app_form form = {0};
    static const char *const rows[][2] = {
        {"jalan", "public-works"},     {"sampah", "waste"},
        {"pohon", "parks-cemeteries"}, {"air", "water-utility"},
        {"layanan", "communication"},  {"lainnya", "communication"}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        app_form_set(c, &form, STR("kategori"), str_of(rows[i][0]));
        CHECK_STR(app_who(a, &routed->who, &form).function, rows[i][1]);
        CHECK_STR(app_who(a, &working->actions[0].who, &form).function,
                  rows[i][1]);
    }
    CHECK_I64(a->merge_metres, 50);
    CHECK_STR(a->merge_same[0], "kategori");
    CHECK_STR(data_text(data_get(a->national, STR("system"))), "sp4n");
}

TEST(an_emergency_is_sent_to_112_at_once)
{
    const struct app *a = help_app(c, LAPOR, NULL);
    struct app_setting with = help_setting(c);
    struct app_form form = {0};
    struct findings f = {0};

    app_form_set(c, &form, STR("kategori"), STR("darurat"));
    app_form_rules(c, a, &with, &form, &f);
    CHECK(str_find(help_what(&f, "rules.darurat"), STR("112")) <
          help_what(&f, "rules.darurat").n);
}

TEST(a_rejection_asks_where_to_go_only_when_it_is_not_ours)
{
    const struct app *a = help_app(c, LAPOR, NULL);
    const struct app_action *x =
        app_action(app_state(a, STR("reported")), STR("reject"));
    struct app_setting with = help_setting(c);
    struct app_pair pairs[] = {
        {STR("alasan"), STR("bukan_kewenangan")},
        {STR("penjelasan"), STR("Ruas ini jalan nasional.")}};
    struct app_form form = {0};
    struct findings f = {0};

    CHECK_OK(
        app_form_read(c, a, &with, x->needs, x->n_needs, pairs, 2, &form, &f));
    CHECK_STR(help_what(&f, "tujuan"),
              "Ke mana laporan ini dapat disampaikan belum diisi.");
    pairs[0].value = STR("bukan_laporan");
    f = (struct findings){0};
    CHECK_OK(
        app_form_read(c, a, &with, x->needs, x->n_needs, pairs, 2, &form, &f));
    CHECK(app_form_find(&form, STR("tujuan")) == NULL);
}

TEST(the_reporter_is_never_public)
{
    const struct app *a = help_app(c, LAPOR, NULL);

    CHECK(app_field(a, STR("pelapor"))->show == APP_PARTIES);
    CHECK(app_field(a, STR("kategori"))->show == APP_PUBLIC);
    CHECK(app_field(a, STR("foto"))->show == APP_PARTIES);
}

TEST(scenario_values_become_what_a_browser_would_send)
{
    const struct app *a = help_app(c, IZIN, NULL);
    struct app_package *p = help_package(c, IZIN);
    const struct data *step =
        data_get(app_scenarios(p), STR("perlu_pbg"))->items[1];
    const struct data *submit =
        data_get(data_get(step, STR("resident")), STR("submit"));
    struct app_pair *pairs;
    size_t n;

    CHECK_OK(app_form_pairs(c, a->fields, a->n_fields, submit, &pairs, &n));
    CHECK_I64((int64_t)n, 8);
    CHECK_STR(pairs[2].value, "2,5");
    CHECK_STR(pairs[7].name, "lokasi.region");
}
