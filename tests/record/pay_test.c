/* SPDX-License-Identifier: EUPL-1.2 */
/* A month of one office, on Bandung's people: minutes that another approves,
 * pay that the events alone give again, a slip that is one person's. */
#include "tests/town.h"

#include <stdio.h>

#define STAFF "kepegawaian/data-pegawai"
#define WORK  "kepegawaian/kinerja-harian"
#define PAY   "kepegawaian/tambahan-penghasilan"

struct month {
    struct town *t;
    struct record_actor staff, head, secretary, checker, treasurer, region;
    str list; /* the number of the pay list */
};

static void at(struct ctx *c, struct month *m, int month, int day)
{
    struct record_ticked ticked;

    c->now = time_instant((struct date){2026, month, day}, 9 * TIME_HOUR,
                          city_offset(m->t->w.city));
    CHECK_OK(record_time_confirm(c, &m->t->w, &m->head));
    CHECK_OK(record_tick(c, &m->t->w, &ticked));
}

static str filed(struct ctx *c, struct month *m, const char *app,
                 const struct record_actor *who, const char *values)
{
    struct app_form form = town_form(c, values);
    struct record_receipt out = {.number = STR("")};
    struct findings f = {0};
    struct record_submission s = {
        .app = app_catalogue_find(m->t->w.apps, str_of(app))->app,
        .form = &form,
        .actor = *who};

    CHECK_OK(record_submit(c, &m->t->w, &s, &f, &out));
    for (size_t i = 0; i < f.n; i++)
        printf("  %s\n", finding_show(c, &f.all[i]).p);
    return out.number;
}

static void acts(struct ctx *c, struct month *m, str number,
                 const struct record_actor *who, const char *action)
{
    struct record_deed d = {.number = number,
                            .version = -1,
                            .action = str_of(action),
                            .actor = *who,
                            .reason = STR("older_waits")}; /* last month's */
    struct record_outcome out;
    struct findings f = {0};

    CHECK_OK(record_act(c, &m->t->w, &d, &f, &out));
}

static void enter_staff(struct ctx *c, struct month *m, const char *nip,
                        const char *nik, const char *rest,
                        const struct record_actor *who)
{
    struct record_actor anyone = {.role = RECORD_RESIDENT,
                                  .channel = STR("web")};
    struct record_actor verifier = town_officer(c, m->t, "pegawai.periksa");
    str number = filed(c, m, STAFF, &anyone,
                       arena_fmt(c->mem,
                                 "nip=%s pegawai=%.*s diri.nama=Asep~Contoh "
                                 "diri.nik=%s status=pns golongan=iii_b "
                                 "tmt_pangkat=2023-04-01 sk_pangkat=SK-12/2023 "
                                 "unit=bkpsdm tmt_jabatan=2024-01-02 "
                                 "sk_jabatan=SK-3/2024 %s",
                                 nip, STR_ARG(who->pseudonym), nik, rest)
                           .p);

    acts(c, m, number, &verifier, "accept");
    acts(c, m, number, &m->head, "enter");
}

static void begin(struct ctx *c, struct month *m)
{
    static const char *const apps[] = {"data-pegawai", "kinerja-harian",
                                       "tambahan-penghasilan"};

    m->t = town_new(c);
    for (size_t i = 0; i < COUNT(apps); i++)
        town_install(c, m->t, file_join(c, "apps/kepegawaian", apps[i]),
                     "apps/base");
    town_look(c, m->t);
    m->staff = town_officer(c, m->t, "pegawai.staf");
    m->head = town_officer(c, m->t, "pegawai.kepala");
    m->secretary = town_officer(c, m->t, "pegawai.sekretaris");
    m->checker = town_officer(c, m->t, "pegawai.periksa");
    m->treasurer = town_officer(c, m->t, "kas.bendahara");
    m->region = town_officer(c, m->t, "sekretaris.daerah");
    at(c, m, 2, 17);
    enter_staff(c, m, "198501012010011001", "9999010101900001",
                arena_fmt(c->mem,
                          "jenis_jabatan=pelaksana jabatan=Pengelola "
                          "kelas_jabatan=7 atasan=%.*s",
                          STR_ARG(m->head.pseudonym))
                    .p,
                &m->staff);
    enter_staff(c, m, "197501012000011002", "9999010101900002",
                "jenis_jabatan=pimpinan_tinggi jabatan=Kepala~Badan "
                "kelas_jabatan=14",
                &m->head);
}

static str work(struct ctx *c, struct month *m, const struct record_actor *who)
{
    return filed(c, m, WORK, who,
                 "tanggal=2026-02-17 jenis=umum jumlah=30 "
                 "uraian=Menata~arsip~ruangan. lembur=false hasil=Arsip.");
}

TEST(two_officers_and_one_superior_and_nobody_approves_his_own_minutes)
{
    struct month m;
    str own, his, heads;

    begin(c, &m);
    own = work(c, &m, &m.staff), his = work(c, &m, &m.secretary);
    heads = work(c, &m, &m.head);
    CHECK(town_act(c, m.t, own, &m.staff, "verify", NULL, NULL) == E_FORBIDDEN);
    CHECK(town_act(c, m.t, his, &m.staff, "verify", NULL, NULL) == E_FORBIDDEN);
    acts(c, &m, own, &m.head, "verify");
    acts(c, &m, his, &m.head, "verify");
    CHECK(town_act(c, m.t, heads, &m.head, "verify", NULL, NULL) ==
          E_FORBIDDEN);
    acts(c, &m, heads, &m.region, "verify");
    town_rebuilds(c, m.t);
}

/* What somebody reads of the list; "-" where nothing. */
static str read(struct ctx *c, struct month *m, const struct record_actor *who,
                const char *path)
{
    struct conn *on = town_read(c, m->t);
    struct record_view v;
    str text;

    CHECK_OK(record_view(c, &m->t->w, on, who, m->list, &v));
    store_done(on);
    text = app_form_text(&v.form, str_of(path));
    return text.p == NULL ? STR("-") : text;
}

static void pay(struct ctx *c, struct month *m)
{
    struct app_pair needs[] = {
        {STR("bukti"), STR("SP2D-77/2026")},
        {STR("tanggal_bayar"), STR("5/3/2026")},
        {STR("jumlah"), read(c, m, &m->treasurer, "jumlah_dibayar")}};
    struct record_deed d = {.number = m->list,
                            .version = -1,
                            .action = STR("pay"),
                            .actor = m->treasurer,
                            .needs = needs,
                            .n_needs = COUNT(needs)};
    struct record_outcome out;
    struct findings f = {0};

    CHECK_OK(record_act(c, &m->t->w, &d, &f, &out));
    CHECK_STR(out.letter, "slip");
}

/* To the payment; the digest of what was frozen is the same all the way. */
static void walk(struct ctx *c, struct month *m)
{
    struct ledger_event *events;
    str inputs = STR(""), one;
    struct conn *on;
    size_t n, said = 0;

    acts(c, m, work(c, m, &m->staff), &m->head, "verify");
    at(c, m, 3, 2);
    on = town_read(c, m->t);
    CHECK_OK(record_of_period(c, on, STR(PAY), STR("bkpsdm"), &m->list));
    store_done(on);
    acts(c, m, m->list, &m->secretary, "freeze");
    at(c, m, 3, 5);
    acts(c, m, m->list, &m->head, "approve");
    acts(c, m, m->list, &m->region, "approve");
    acts(c, m, m->list, &m->checker, "pass");
    pay(c, m);
    on = town_read(c, m->t);
    CHECK_OK(ledger_events_of(c, on, m->t->w.ledger, m->list, &events, &n));
    store_done(on);
    for (size_t i = 0; i < n; i++) {
        one = ledger_fact(&events[i], "frozen.inputs");
        said += one.p != NULL;
        CHECK(one.p == NULL || inputs.n == 0 || str_eq(one, inputs));
        inputs = one.p != NULL ? one : inputs;
    }
    CHECK(said == 6 && str_starts(inputs, STR("sha256:")));
}

static const struct record_paper *paper(struct ctx *c, struct month *m,
                                        const struct record_actor *who,
                                        const char *key, struct record_view *v)
{
    struct conn *on = town_read(c, m->t);

    CHECK_OK(record_view(c, &m->t->w, on, who, m->list, v));
    store_done(on);
    for (size_t i = 0; i < v->n_papers; i++)
        if (str_starts(v->papers[i].key, str_of(key)))
            return &v->papers[i];
    return NULL;
}

static err fetch(struct ctx *c, struct month *m, const struct record_actor *who,
                 str key, struct record_upload *out)
{
    struct conn *on = town_read(c, m->t);
    err e = record_file(c, &m->t->w, on, who, m->list,
                        arena_fmt(c->mem, "letters.%.*s", STR_ARG(key)), out);

    store_done(on);
    return e;
}

TEST(every_rupiah_comes_again_and_each_reads_his_own_slip)
{
    const struct record_actor archivist = {.role = RECORD_ARCHIVIST};
    const struct record_paper *slip, *heads;
    struct record_upload pdf;
    struct record_view v, w;
    struct month m;
    int64_t done;
    bool grown;

    begin(c, &m);
    walk(c, &m);
    /* 2,400,000 for attendance, 450 of 6,000 minutes of 3,600,000. */
    CHECK_STR(read(c, &m, &m.staff, "daftar.1.bruto"), "2670000");
    CHECK_STR(read(c, &m, &m.staff, "daftar.2.bruto"), "-");
    CHECK_STR(read(c, &m, &m.treasurer, "daftar.2.bruto"), "10000000");
    town_rebuilds(c, m.t);
    CHECK_STR(read(c, &m, &m.staff, "daftar.1.bruto"), "2670000");
    CHECK_OK(ledger_checkpoint(c, m.t->w.ledger, &grown));
    CHECK_OK(record_seal_letters(c, &m.t->w, &done));
    CHECK_I64(done, 2);
    slip = paper(c, &m, &m.staff, "slip.", &v);
    heads = paper(c, &m, &m.head, "slip.", &w);
    if (!CHECK(slip != NULL && slip->ready && heads != NULL))
        return;
    CHECK(paper(c, &m, &m.treasurer, "slip.", &w) == NULL);
    CHECK(paper(c, &m, &m.staff, "nominatif.", &w) == NULL);
    CHECK_OK(fetch(c, &m, &m.staff, slip->key, &pdf));
    CHECK(str_starts(pdf.bytes, STR("%PDF-1.")));
    CHECK(fetch(c, &m, &m.head, slip->key, &pdf) == E_NOT_FOUND);
    CHECK(fetch(c, &m, &m.staff, heads->key, &pdf) == E_NOT_FOUND);
    CHECK(fetch(c, &m, &m.treasurer, slip->key, &pdf) == E_NOT_FOUND);
    /* The archive gets all of them, and nobody else does. */
    CHECK_OK(fetch(c, &m, &archivist, slip->key, &pdf));
    CHECK_OK(fetch(c, &m, &archivist, heads->key, &pdf));
    CHECK(paper(c, &m, &archivist, "nominatif.", &w) != NULL);
}

/* A digest of few and short answers could be guessed at. */
TEST(the_digest_of_what_was_frozen_goes_when_it_is_erased)
{
    struct ledger_event *events;
    struct conn *on;
    struct month m;
    size_t n;

    begin(c, &m);
    walk(c, &m);
    town_forget(c, m.t, m.list);
    on = town_read(c, m.t);
    CHECK_OK(ledger_events_of(c, on, m.t->w.ledger, m.list, &events, &n));
    store_done(on);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < events[i].n; k++)
            CHECK(events[i].facts[k].value.p == NULL ||
                  str_find(events[i].facts[k].name, STR("inputs")) ==
                      events[i].facts[k].name.n);
    town_rebuilds(c, m.t);
}

TEST(only_the_calendar_opens_a_pay_list_and_only_officers_report)
{
    struct record_actor anyone = {.role = RECORD_RESIDENT,
                                  .channel = STR("web")};
    struct record_receipt out;
    struct findings f = {0};
    struct month m;

    begin(c, &m);
    for (int i = 0; i < 2; i++) {
        struct app_form form = town_form(c, "tanggal=2026-02-17");
        struct record_submission s = {
            .app = app_catalogue_find(m.t->w.apps, str_of(i == 0 ? WORK : PAY))
                       ->app,
            .form = &form,
            .actor = i == 0 ? anyone : m.secretary};

        CHECK(record_submit(c, &m.t->w, &s, &f, &out) == E_FORBIDDEN);
    }
}
