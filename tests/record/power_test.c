/* SPDX-License-Identifier: EUPL-1.2 */
/* The engine itself on a disk whose power goes: records, letters' numbers, the
 * log and its signer, at moments spread over a day. What was acknowledged is
 * there, once; every leaf and every table is what the events say. */
#include "tests/bandung.h"
#include "tests/power.h"
#include "tests/test.h"
#include "tests/town.h"

#include <stdio.h>
#include <unistd.h>

#define DOMAIN STR("bandung.example")

/* What a day does; `to` is the state that it leads to. */
static const struct step {
    enum { SUBMIT, ACT, SIGN, REST } what;
    int record;                  /* which one */
    const char *values, *action; /* of SUBMIT; of ACT */
    const char *who, *need, *to;
} steps[] = {
#define PERMIT                                                                 \
    "pemohon.nama=Siti~Contoh pemohon.nik=9999010101900001 "                   \
    "pemohon.alamat=Jalan~Contoh~1 pemohon.telepon=+6281200000000 "            \
    "jenis=papan lokasi.region=32.73.01.1001 lokasi.patokan=Depan~taman "      \
    "panjang=4 lebar=2 mulai=2026-03-02 bulan=6"
    {SUBMIT, 0, .values = PERMIT, .to = "submitted"},
    {ACT, 0, .action = "accept", .who = "periksa.izin", .to = "survey"},
    {.what = SIGN},
    {SUBMIT, 1, .values = PERMIT, .to = "submitted"},
    {.what = REST},
    {ACT, 1, .action = "return", .who = "periksa.izin",
     .need = "alasan=Patokan.", .to = "returned"},
    {ACT, 0, .action = "suitable", .who = "lapangan.pu",
     .need = "hasil_survei=Lokasi aman.", .to = "approval"},
    {.what = SIGN},
    {.what = REST},
    {ACT, 0, .action = "approve", .who = "kepala.izin", .to = "payment"},
    {ACT, 0, .action = "settle", .who = "bendahara", .need = "bukti=BANK-0001",
     .to = "issued"},
    {.what = SIGN},
};
#define RECORDS 2

struct engine {
    struct power *disk;
    const char *dir, *saved, *synchronous;
    struct town t;
    /* What was promised, and what may be so as well. */
    str number[RECORDS];
    const char *said[RECORDS], *maybe[RECORDS];
    int lost, corrupt, doubled;
};

static err open_it(struct ctx *c, struct engine *g)
{
    struct record_folder f = {.dir = g->dir,
                              .vfs = power_vfs(g->disk),
                              .synchronous = g->synchronous,
                              .domain = DOMAIN};

    TRY(record_world_open(c, &f, &g->t.w));
    memset(g->t.w.secret, 7,
           sizeof g->t.w.secret); /* as a city keeps its own */
    return E_OK;
}

static void keep_files(struct ctx *c, const char *from, const char *to)
{
    static const char *const files[] = {"signer", "keys"};

    for (size_t i = 0; i < COUNT(files); i++) {
        const char *name = file_join(c, to, files[i]);

        (void)unlink(name);
        CHECK_OK(file_copy(c, file_join(c, from, files[i]), name, 0600));
    }
}

/* A founded city, as it is each morning. */
static struct engine *engine(struct ctx *c)
{
    struct engine *g = NEW(c->mem, struct engine);
    struct ctx inner = *c;
    struct findings f = {0};

    g->disk = power_new(c);
    g->dir = test_folder(c);
    g->saved = test_folder(c);
    inner.mem = arena_new((size_t)512 << 20);
    CHECK_OK(open_it(&inner, g));
    CHECK_OK(bandung_fill(&inner, &g->t.w, &f));
    arena_free(inner.mem);
    keep_files(c, g->dir, g->saved);
    power_save(g->disk);
    return g;
}

/* ---- a day -------------------------------------------------------- */

static err submit(struct ctx *c, struct engine *g, const struct step *s)
{
    struct app_form form = town_form(c, s->values);
    struct record_receipt r;
    struct findings f = {0};
    struct record_submission u = {
        .form = &form,
        .token = s->record == 0 ? STR("token-0") : STR("token-1"),
        .actor = {.role = RECORD_RESIDENT, .channel = STR("web")}};

    u.app = app_catalogue_find(g->t.w.apps, STR("penanaman-modal/izin-reklame"))
                ->app;
    TRY(record_submit(c, &g->t.w, &u, &f, &r));
    g->number[s->record] = r.number;
    return E_OK;
}

static err act(struct ctx *c, struct engine *g, const struct step *s)
{
    struct record_actor who;

    TRY(bandung_officer(c, &g->t.w, s->who, &who));
    return town_act(c, &g->t, g->number[s->record], &who, s->action, s->need,
                    NULL);
}

static err sign(struct ctx *c, struct engine *g)
{
    bool grown;

    return ledger_checkpoint(c, g->t.w.ledger, &grown);
}

static err take(struct ctx *c, struct engine *g, const struct step *s)
{
    switch (s->what) {
    case SUBMIT:
        return submit(c, g, s);
    case ACT:
        return act(c, g, s);
    case SIGN:
        return sign(c, g);
    case REST:
        break;
    }
    store_step(g->t.w.store);
    return E_OK;
}

/* Until the power goes. */
static void whole_day(struct ctx *c, struct engine *g)
{
    for (size_t i = 0; i < COUNT(steps) && !power_gone(g->disk); i++) {
        const struct step *s = &steps[i];

        if (s->to != NULL)
            g->maybe[s->record] = s->to;
        if (take(c, g, s) == E_OK && s->to != NULL)
            g->said[s->record] = s->to;
    }
}

/* ---- the morning after -------------------------------------------- */

static bool is_one_of(str state, const char *a, const char *b)
{
    return (a != NULL && str_eq(state, str_of(a))) ||
           (b != NULL && str_eq(state, str_of(b)));
}

static err ask(struct ctx *c, struct engine *g)
{
    struct findings f = {0};
    struct record r;
    struct conn *on;
    bool lost = false, doubled = false;
    str trouble;

    TRY(store_check(c, g->t.w.store, &trouble));
    TRY(sign(c, g)); /* the signer never knows more */
    TRY(ledger_audit(c, g->t.w.ledger, &f));
    g->corrupt += trouble.n > 0 || f.errors > 0;
    TRY(record_world_look(c, &g->t.w));
    TRY(store_read(c, g->t.w.store, &on));
    for (int i = 0; i < RECORDS; i++)
        lost = lost || (g->said[i] != NULL &&
                        (record_find(c, on, g->number[i], &r) != E_OK ||
                         !is_one_of(r.state, g->said[i], g->maybe[i])));
    store_done(on);
    /* The form once more, as from a page that never got its answer. */
    for (size_t i = 0; i < COUNT(steps); i++) {
        str before = g->number[steps[i].record];

        if (steps[i].what != SUBMIT || before.n == 0)
            continue;
        TRY(submit(c, g, &steps[i]));
        doubled = doubled || !str_eq(before, g->number[steps[i].record]);
    }
    g->lost += lost;
    g->doubled += doubled && !lost;
    return E_OK;
}

static void verify(struct ctx *outer, struct engine *g)
{
    struct ctx c = *outer;
    err e;

    c.mem = arena_new((size_t)512 << 20);
    e = open_it(&c, g);
    if (e == E_OK)
        e = ask(&c, g);
    g->corrupt += e != E_OK;
    arena_free(c.mem);
}

/* How often the fault had a chance; 0 is never. */
static int64_t one_run(struct ctx *outer, struct engine *g,
                       enum power_fault fault, int64_t n)
{
    struct ctx c = *outer;
    int64_t chances;

    c.mem = arena_new((size_t)512 << 20);
    keep_files(&c, g->saved, g->dir);
    (void)unlink(file_join(&c, g->dir, "balai.db"));
    (void)unlink(file_join(&c, g->dir, "balai.db-unsynced"));
    power_load(g->disk);
    for (int i = 0; i < RECORDS; i++)
        g->said[i] = g->maybe[i] = NULL, g->number[i] = STR("");
    power_arm(g->disk, fault, n, 1, (uint64_t)n + 1);
    if (open_it(&c, g) == E_OK && record_world_look(&c, &g->t.w) == E_OK)
        whole_day(&c, g);
    chances = power_chances(g->disk, fault);
    for (int i = 0; i < RECORDS; i++)
        g->number[i] = arena_str(outer->mem, g->number[i]);
    power_cut(g->disk);
    arena_free(c.mem);
    power_back(g->disk);
    verify(outer, g);
    return chances;
}

static void runs(struct ctx *c, struct engine *g, const char *name,
                 enum power_fault fault, int points)
{
    int kept = test_hush();
    int64_t n = one_run(c, g, fault, 0);

    for (int i = 0; i < RECORDS; i++)
        CHECK(g->said[i] != NULL);
    g->lost = g->corrupt = g->doubled = 0;
    for (int i = 0; i < points; i++)
        one_run(c, g, fault, 1 + i * n / points);
    test_speak(kept);
    printf("       %s: %d cuts, %d corrupt, %d lost, %d doubled\n", name,
           points, g->corrupt, g->lost, g->doubled);
}

static void all_well(const struct engine *g)
{
    CHECK_I64(g->lost, 0);
    CHECK_I64(g->corrupt, 0);
    CHECK_I64(g->doubled, 0);
}

TEST(the_engine_loses_no_act_when_the_power_goes)
{
    struct engine *g = engine(c);

    runs(c, g, "power loss under the engine", POWER_CUT, 120);
    all_well(g);
    runs(c, g, "a sync fails under the engine, then a power loss", POWER_SYNC,
         40);
    all_well(g);
}

TEST(the_engine_without_durable_commits_loses_so_the_test_has_teeth)
{
    struct engine *g = engine(c);

    g->synchronous = "OFF";
    runs(c, g, "weakened: power loss under the engine, WAL OFF", POWER_CUT, 12);
    CHECK(g->lost + g->corrupt > 0);
}
