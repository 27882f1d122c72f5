/* SPDX-License-Identifier: EUPL-1.2 */
/* Officers who file for themselves, what the calendar opens, rows that are
 * filled from another app, states that freeze: what the checker takes and what
 * it refuses. */
#include "tests/app/help.h"

#define L "{id: A, en: A}"

static const char base[] =
    "balai: 1\narchetype: aid\nnoun: {id: usulan, en: proposal}\n"
    "flow:\n"
    "  start: submitted\n"
    "  promise: 5 workdays\n"
    "  states:\n"
    "    submitted: {who: own-office.secretary, within: 1 workday, actions: "
    "{accept: {to: frozen}}}\n"
    "    frozen: {label: " L ", who: own-office.head, within: 1 workday, "
    "frozen: true, actions: {approve: {to: issued}}}\n"
    "    issued: {end: granted}\n";

static const char head[] =
    "balai: 1\napp: sosial/uji\nversion: 1.0.0\nextends: aid\n"
    "title: {id: Uji, en: Test}\nsummary: {id: Uji., en: Test.}\n"
    "function: social\n"
    "privacy: {basis: consent, purpose: {id: Uji., en: Test.}, keep: 1 year "
    "after end, then: delete}\n";

/* A pay run of three parts, each of which a test may write otherwise. */
#define FIELDS                                                                 \
    "fields:\n"                                                                \
    "  kantor: {type: office, label: " L ", from: self}\n"                     \
    "  bulan: {type: date, label: " L "}\n"                                    \
    "  daftar: {type: rows, label: " L ", show: own, optional: true, "         \
    "max_rows: 100, columns: {siapa: {type: officer, label: " L "}, menit: "   \
    "{type: integer, label: " L "}, upah: {type: money, label: " L             \
    ", value: \"money(menit)\"}}}\n"
#define OPENS "opens: {every: month, per: office, into: bulan}\n"
#define ROWS_OF(rest)                                                          \
    "population: {app: kepegawaian/lain, match: {unit: kantor}, into: "        \
    "daftar, key: siapa, " rest "}\n"
#define LINK                                                                   \
    "links: {kerja: {kind: figure, app: kepegawaian/kerja, match: {pegawai: "  \
    "siapa, bulan: bulan}, sum: menit}}\n"
#define WHOLE                                                                  \
    FIELDS OPENS ROWS_OF("values: {siapa: pegawai}, figures: {menit: kerja}")  \
        LINK

static str faults(struct ctx *c, const char *rest, const struct app **out)
{
    return help_faults(c, arena_fmt(c->mem, "%s%s", head, rest).p, base, out);
}

TEST(a_pay_run_is_read)
{
    const struct app *a;
    const struct app_population *p;

    CHECK_STR(faults(c, WHOLE, &a), "");
    if (a == NULL)
        return;
    p = a->population;
    CHECK(a->filed_by == APP_BY_CALENDAR && a->period->per_office);
    CHECK(p->into == app_field(a, STR("daftar")) && p->key == 0);
    CHECK_I64((int64_t)p->n_values, 1);
    CHECK(app_row_figure(a, STR("kerja")));
    CHECK(app_state(a, STR("frozen"))->frozen);
}

TEST(the_calendar_names_its_period)
{
    struct app_period p = {.day = 3};
    struct date first;
    str name;

    CHECK(!app_period_now(c, &p, (struct date){2026, 3, 2}, &name, &first));
    CHECK(app_period_now(c, &p, (struct date){2026, 3, 3}, &name, &first));
    CHECK_STR(name, "2026-03");
    p.last = true;
    CHECK(app_period_now(c, &p, (struct date){2026, 1, 3}, &name, &first));
    CHECK_STR(name, "2025-12");
    CHECK_STR(time_show_date(c, first), "2025-12-01");
    p.yearly = true;
    CHECK(!app_period_now(c, &p, (struct date){2026, 1, 2}, &name, &first));
    CHECK(app_period_now(c, &p, (struct date){2026, 7, 1}, &name, &first));
    CHECK_STR(name, "2025");
}

TEST(what_a_pay_run_must_not_say_is_refused)
{
    static const struct help_fault rows[] = {
        {FIELDS ROWS_OF("values: {siapa: pegawai}"),
         "fields.kantor.from: \"self\" tidak cocok di sini dengan jenis "
         "office.\n"},
        {"filed_by: officer\n" WHOLE,
         "filed_by: Yang dibuka kalender tidak diajukan siapa pun.\n"},
        {FIELDS
         "opens: {every: month, on: 31, per: office, into: daftar}\n" ROWS_OF(
             "values: {siapa: pegawai}"),
         "opens.on: on: adalah tanggal 1 sampai 28.\n"
         "opens.into: into: haruslah isian jenis date.\n"},
        {"fields:\n  siapa: {type: officer, label: " L ", from: self}\n",
         "fields.siapa.from: \"self\" tidak cocok di sini dengan jenis "
         "officer.\n"},
        {"filed_by: officer\nfields:\n  orang: {type: person, label: " L
         ", from: self}\n",
         "fields.orang.from: \"self\" tidak cocok di sini dengan jenis "
         "person.\n"},
        {"opens: {every: year, per: office}\nfields:\n  a: {type: text, "
         "label: " L "}\n",
         "opens.per: Satu berkas tiap kantor memerlukan isian jenis office "
         "dengan from: self.\n"},
        {FIELDS OPENS ROWS_OF("values: {upah: gaji, siapa: pegawai}"),
         "population.values.upah: Kolom ini sudah dihitung dengan value.\n"},
        {FIELDS OPENS ROWS_OF("values: {siap: pegawai}"),
         "population.key: key: haruslah kolom jenis officer yang diisi oleh "
         "values.\n"
         "population.values.siap: Tabel itu tidak punya kolom \"siap\".\n"},
        {FIELDS OPENS ROWS_OF("values: {siapa: pegawai}, figures: {menit: "
                              "kerja}"),
         "population.figures.menit: Yang disebut haruslah sambungan jenis "
         "figure.\n"},
        {FIELDS OPENS "population: {app: kepegawaian/lain, match: {unit: "
                      "kantor, aktif: kantor}, into: daftar, key: siapa, "
                      "values: {siapa: pegawai}}\n",
         "population.match: match: berisi satu isian.\n"},
        {FIELDS OPENS "population: {app: kepegawaian/lain, match: {unit: "
                      "kantor}, into: kantor, key: siapa, values: {siapa: "
                      "pegawai}}\n",
         "population.into: into: haruslah isian jenis rows.\n"},
        {"fields:\n  t: {type: rows, label: " L ", show: own, columns: {a: "
         "{type: text, label: " L "}}}\n",
         "fields.t.show: Baris baru milik seseorang bila ada kolom jenis "
         "officer.\n"},
        {"fields:\n  r: {type: record, label: " L ", acted: langkah}\n  "
         "langkah: {type: text, label: " L "}\n",
         "fields.r.acted: acted: menyebut isian jenis text, pada aplikasi "
         "yang diisi pegawai.\n"},
        {"filed_by: officer\nfields:\n  r: {type: record, label: " L
         ", acted: hari}\n  hari: {type: date, label: " L "}\n",
         "fields.r.acted: acted: menyebut isian jenis text, pada aplikasi "
         "yang diisi pegawai.\n"},
    };

    help_refusals(c, head, base, rows, COUNT(rows));
}

#define FLOW(state) WHOLE "flow: {states: {" state "}}\n"

TEST(who_computes_and_what_is_frozen_are_checked)
{
    static const struct help_fault rows[] = {
        {FLOW("submitted: {actions: {accept: {computes: true}}}"), ""},
        {FLOW("frozen: {actions: {approve: {computes: true}}}"),
         "flow.states.frozen.actions.approve: Yang dibekukan tidak dihitung "
         "dan tidak diubah lagi.\n"},
        {FLOW("frozen: {actions: {approve: {changes: [bulan]}}}"),
         "flow.states.frozen.actions.approve: Yang dibekukan tidak dihitung "
         "dan tidak diubah lagi.\n"},
        {FLOW("submitted: {actions: {accept: {who: listed}}}"),
         "flow.states.submitted.actions.accept: Yang ada di daftar berbicara "
         "atas baris yang dibekukan.\n"},
        {FLOW("frozen: {actions: {object: {label: " L
              ", to: frozen, who: listed}}}"),
         ""},
        {FLOW("frozen: {who: listed}"),
         "flow.states.frozen: listed hanya untuk tindakan, bukan untuk "
         "keadaan.\n"},
        {"fields:\n  a: {type: text, label: " L "}\nflow: {states: "
         "{submitted: {actions: {accept: {computes: true}}}, frozen: "
         "{actions: {object: {label: " L ", to: frozen, who: listed}}}}}\n",
         "flow.states.submitted.actions.accept: Tidak ada population untuk "
         "dihitung.\n"
         "flow.states.frozen.actions.object: listed memerlukan population.\n"},
        {WHOLE "flow: {states: {submitted: {who: resident, lapses: {after: 3 "
               "days, to: issued}}}}\n",
         "flow.states.submitted: Yang dibuka kalender menunggu sebuah "
         "tugas.\n"},
    };

    help_refusals(c, head, base, rows, COUNT(rows));
}

TEST(a_paper_for_each_goes_by_rows_that_are_somebodys_own)
{
#define PAPER(each)                                                            \
    WHOLE                                                                      \
    "letters: {slip: {at: issued, template: surat.mustache, register: slip, "  \
    "number: \"{{seq}}\", each: " each "}}\n"
    const struct app *a;

    help_city(c);
    c->lang = STR("id");
    CHECK(str_find(faults(c, PAPER("bulan"), NULL),
                   STR("letters.slip.each: each: menyebut isian jenis rows "
                       "dengan show: own.")) <
          faults(c, PAPER("bulan"), NULL).n);
    faults(c, PAPER("daftar"), &a);
    if (a != NULL)
        CHECK(a->letters[0].each == app_field(a, STR("daftar")));
}

TEST(rows_of_one_person_are_counted_anew)
{
    struct app_form form = {0};
    const struct app *a;
    const struct app_field *d;

    CHECK_STR(faults(c, WHOLE, &a), "");
    if (a == NULL)
        return;
    d = app_population(a);
    app_form_set(c, &form, STR("daftar"), STR("3"));
    app_form_set(c, &form, STR("daftar.1.siapa"), STR("officer-4"));
    app_form_set(c, &form, STR("daftar.1.upah"), STR("100"));
    app_form_set(c, &form, STR("daftar.2.siapa"), STR("officer-5"));
    app_form_set(c, &form, STR("daftar.2.upah"), STR("200"));
    app_form_set(c, &form, STR("daftar.3.siapa"), STR("officer-4"));
    app_form_set(c, &form, STR("daftar.3.upah"), STR("300"));
    CHECK_STR(app_listed(c, d, &form), "officer-4,officer-5");
    CHECK(app_is_listed(c, d, &form, STR("officer-5")));
    CHECK(!app_is_listed(c, d, &form, STR("officer-")));
    app_own_rows(c, d, STR("officer-5"), &form);
    CHECK_I64((int64_t)form.n, 3);
    CHECK_STR(app_form_text(&form, STR("daftar.1.upah")), "200");
    app_own_rows(c, d, STR(""), &form);
    CHECK_I64((int64_t)form.n, 0);
}
