/* SPDX-License-Identifier: EUPL-1.2 */
#include "bench/town.h"

#include <pthread.h>

#define BEGIN   INT64_C(1771207200) /* Monday 2026-02-16, 09.00 WIB */
#define APART   (20 * TIME_SECOND)  /* between two submissions */
#define STRETCH 1000                /* submitted, then the former closed */

#define PERMIT    "penanaman-modal/izin-reklame"
#define COMPLAINT "kominfo/lapor-warga"

int64_t town_clock(int64_t i)
{
    return BEGIN * TIME_SECOND + i * APART;
}

/* ---- opening ------------------------------------------------------ */

static const struct ledger_applier *appliers(struct ctx *c, size_t *n)
{
    const struct {
        const struct ledger_applier *all;
        size_t n;
    } rooms[] = {{city_appliers, city_appliers_n},
                 {app_appliers, app_appliers_n},
                 {record_appliers, record_appliers_n}};
    struct ledger_applier *out = NEWS(c->mem, struct ledger_applier, 64);

    *n = 0;
    for (size_t i = 0; i < COUNT(rooms); i++)
        for (size_t k = 0; k < rooms[i].n; k++)
            out[(*n)++] = rooms[i].all[k];
    return out;
}

static void close_store(void *it)
{
    store_close(it);
}

static void close_signer(void *it)
{
    seal_signer_close(it);
}

static void close_ledger(void *it)
{
    ledger_close(it);
}

static void free_city(void *it)
{
    city_free(it);
}

static void free_apps(void *it)
{
    app_catalogue_free(it);
}

/* The city as it is now; what was looked at before stays until the end. */
static void look(struct town *t)
{
    struct ctx *c = &t->c;
    struct conn *on;

    bench_must(c, store_read(c, t->w.store, &on));
    bench_must(c, city_snapshot(c, on, &t->city));
    arena_owns(c->mem, free_city, t->city);
    bench_must(c, app_catalogue_new(c, on, t->city, &t->apps));
    arena_owns(c->mem, free_apps, t->apps);
    store_done(on);
    t->w.city = t->city, t->w.apps = t->apps;
}

static struct town *open_rooms(const char *dir, const char *synchronous)
{
    struct arena *mem = arena_new((size_t)1 << 30);
    struct town *t = NEW(mem, struct town);
    struct ctx *c = &t->c;
    struct store_options so = {.synchronous = synchronous, .create = true};
    struct ledger_options lo = {0};
    const char *signer;

    t->c = (struct ctx){.mem = mem,
                        .now = town_clock(0),
                        .lang = STR("en"),
                        .dice = seal_dice()};
    t->dir = file_join(c, dir, "");
    so.path = file_join(c, dir, "balai.db");
    lo.keys = file_join(c, dir, "keys");
    lo.appliers = appliers(c, &lo.n);
    bench_must(c, store_open(c, &so, &t->w.store));
    arena_owns(mem, close_store, t->w.store);
    signer = file_join(c, dir, "signer");
    if (!file_exists(signer))
        bench_must(c, seal_signer_create(c, signer, STR("bandung.example")));
    bench_must(c, seal_signer_open(c, signer, &t->w.signer));
    arena_owns(mem, close_signer, t->w.signer);
    lo.store = t->w.store, lo.signer = t->w.signer;
    bench_must(c, ledger_open(c, &lo, &t->w.ledger));
    arena_owns(mem, close_ledger, t->w.ledger);
    return t;
}

void town_close(struct town *t)
{
    arena_free(t->c.mem);
}

static struct record_actor officer(struct town *t, const char *login)
{
    struct record_actor a = {.role = RECORD_OFFICER, .channel = STR("web")};
    struct city_officer *all;
    struct conn *on;
    size_t n;

    bench_must(&t->c, store_read(&t->c, t->w.store, &on));
    bench_must(&t->c, city_officers(&t->c, on, &all, &n));
    store_done(on);
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].login, str_of(login))) {
            a.officer = all[i].id;
            a.pseudonym = all[i].pseudonym;
        }
    MUST(a.officer != 0);
    return a;
}

static const struct app *app_of(struct town *t, const char *id)
{
    const struct app_entry *e = app_catalogue_find(t->apps, str_of(id));

    MUST(e != NULL && e->open && e->app != NULL);
    return e->app;
}

static void know(struct town *t)
{
    look(t);
    t->permit = app_of(t, PERMIT);
    t->complaint = app_of(t, COMPLAINT);
    t->verifier = officer(t, "periksa.izin");
    t->desk = officer(t, "loket.lapor");
    bench_must(&t->c, city_region_inside(&t->c, STR("32.73"), CITY_VILLAGE,
                                         &t->villages, &t->n_villages));
    bench_must(&t->c, store_start(&t->c, t->w.store));
}

struct town *town_open(const char *dir, const char *synchronous)
{
    struct town *t = open_rooms(dir, synchronous);

    know(t);
    return t;
}

/* ---- founding ----------------------------------------------------- */

struct founding {
    struct town *t;
    struct findings f;
};

static err found(struct ctx *c, struct conn *tx, void *arg)
{
    struct founding *u = arg;
    struct ledger *l = u->t->w.ledger;
    struct city_change *changes;
    struct city *k;
    size_t n;

    TRY(city_found(c, tx, l, STR("32.73"), STR("bandung.example"), false));
    TRY(city_snapshot(c, tx, &k));
    arena_owns(c->mem, free_city, k);
    TRY(city_compare(c, k, "cities/bandung", &u->f, &changes, &n));
    return city_apply(c, tx, l, STR("system"), changes, n);
}

static err people(struct ctx *c, struct conn *tx, void *arg)
{
    struct founding *u = arg;
    struct city_people_change *changes;
    str csv;
    size_t n;

    TRY(file_read(c, "cities/bandung/people.csv", 1 << 20, &csv));
    return city_people_import(c, u->t->city, tx, tx, u->t->w.ledger,
                              STR("system"), STR("people.csv"), csv, &u->f,
                              &changes, &n);
}

static err install(struct ctx *c, struct conn *tx, void *arg)
{
    static const char *const apps[] = {"apps/" PERMIT, "apps/" COMPLAINT};
    struct founding *u = arg;

    for (size_t i = 0; i < COUNT(apps); i++) {
        struct ledger_event e = {.class = LEDGER_CONFIG, .office = 1};
        struct app_package *p;
        bool done;

        TRY(app_package_read(c, apps[i], "apps/base", &u->f, &p));
        TRY(app_install(c, tx, u->t->w.ledger, STR("system"), p, &done));
        ledger_say(c, &e, "act", STR("app.opened"));
        ledger_say(c, &e, "app", app_package_id(p));
        ledger_say(c, &e, "by", STR("system"));
        TRY(ledger_append(c, tx, u->t->w.ledger, &e));
    }
    return E_OK;
}

static struct town *founded(const char *dir)
{
    struct town *t = open_rooms(dir, "OFF");
    struct founding u = {.t = t};

    bench_must(&t->c, store_write(&t->c, t->w.store, found, &u));
    look(t);
    bench_must(&t->c, store_write(&t->c, t->w.store, people, &u));
    bench_must(&t->c, store_write(&t->c, t->w.store, install, &u));
    know(t);
    return t;
}

/* ---- sending ------------------------------------------------------ */

static void set(struct ctx *c, struct app_form *f, const char *path, str text)
{
    app_form_set(c, f, str_of(path), text);
}

static void fill_permit(struct ctx *c, struct app_form *f, int64_t i)
{
    set(c, f, "pemohon.nama", arena_fmt(c->mem, "Siti Contoh %" PRId64, i));
    set(c, f, "pemohon.nik",
        arena_fmt(c->mem, "999901010190%04" PRId64, 1 + i % 9999));
    set(c, f, "pemohon.alamat", STR("Jalan Contoh Nomor 1, RT 01 RW 02"));
    set(c, f, "pemohon.telepon",
        arena_fmt(c->mem, "+62812%08" PRId64, i % 100000000));
    set(c, f, "jenis", STR("papan"));
    set(c, f, "panjang", arena_fmt(c->mem, "%" PRId64, 1 + i % 4));
    set(c, f, "lebar", arena_fmt(c->mem, "%" PRId64, 1 + i % 2));
    set(c, f, "mulai", time_show_date(c, time_date(c->now / TIME_DAY + 20)));
    set(c, f, "bulan", arena_fmt(c->mem, "%" PRId64, 1 + i % 12));
}

static void fill_complaint(struct ctx *c, struct app_form *f, int64_t i)
{
    static const str kinds[] = {STR_INIT("jalan"),  STR_INIT("lampu_jalan"),
                                STR_INIT("sampah"), STR_INIT("drainase"),
                                STR_INIT("pohon"),  STR_INIT("air")};

    set(c, f, "kategori", kinds[(size_t)i / 2 % COUNT(kinds)]);
    set(c, f, "uraian",
        arena_fmt(c->mem,
                  "Sudah %" PRId64 " hari ada lubang besar di tengah jalan "
                  "depan pasar. Dua pengendara motor jatuh kemarin malam, dan "
                  "saat hujan lubangnya tidak kelihatan karena tergenang air.",
                  1 + i % 30));
    set(c, f, "pelapor.nama", arena_fmt(c->mem, "Asep Contoh %" PRId64, i));
}

str town_send(struct town *t, struct ctx *c, int64_t i)
{
    bool permit = i % 2 == 0;
    struct app_form form = {0};
    struct record_receipt out;
    struct findings f = {0};
    unsigned char token[16];
    struct record_submission s = {
        .app = permit ? t->permit : t->complaint,
        .form = &form,
        .actor = {.role = RECORD_RESIDENT, .channel = STR("web")}};

    c->now = town_clock(i);
    ctx_random(c, token, sizeof token);
    s.token = seal_base64url(c, token, sizeof token);
    (permit ? fill_permit : fill_complaint)(c, &form, i);
    set(c, &form, "lokasi.region",
        t->villages[(size_t)i * 7 % t->n_villages].code);
    set(c, &form, "lokasi.patokan", STR("Depan taman, seberang warung"));
    bench_must_fit(c, record_submit(c, &t->w, &s, &f, &out), &f);
    return out.number;
}

/* ---- filling ------------------------------------------------------ */

struct filling {
    struct town *t;
    struct ctx *c;
    str *numbers;
    int64_t from;
    pthread_mutex_t lock;
};

static void submit_one(void *arg, struct ctx *c, int64_t i)
{
    struct filling *f = arg;
    str number = town_send(f->t, c, f->from + i);

    pthread_mutex_lock(&f->lock);
    f->numbers[f->from + i] = arena_str(f->c->mem, number);
    pthread_mutex_unlock(&f->lock);
}

/* A reason is at hand, since the crowd does not keep to the order. */
static void close_one(void *arg, struct ctx *c, int64_t i)
{
    static const struct app_pair refuse[] = {
        {STR_INIT("alasan"), STR_INIT("Berkas tidak lengkap.")}};
    static const struct app_pair reject[] = {
        {STR_INIT("alasan"), STR_INIT("tidak_benar")},
        {STR_INIT("penjelasan"), STR_INIT("Tidak ditemukan di lapangan.")}};
    struct filling *f = arg;
    bool permit = (f->from + i) % 2 == 0;
    struct record_deed d = {.number = f->numbers[f->from + i],
                            .version = -1,
                            .reason = STR("vulnerable")};
    struct record_outcome out;
    struct findings found = {0};

    c->now = town_clock(f->from + i) + TIME_HOUR;
    d.action = permit ? STR("refuse") : STR("reject");
    d.actor = permit ? f->t->verifier : f->t->desk;
    d.needs = permit ? refuse : reject;
    d.n_needs = permit ? COUNT(refuse) : COUNT(reject);
    bench_must_fit(c, record_act(c, &f->t->w, &d, &found, &out), &found);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

void town_fill(struct ctx *c, const char *dir, int64_t n, str *numbers)
{
    struct town *t = founded(dir);
    struct filling f = {.t = t, .c = c, .numbers = numbers};
    int64_t step = n / 20 > STRETCH ? n / 20 : STRETCH;

    MUST(pthread_mutex_init(&f.lock, NULL) == 0);
    for (int64_t at = 0; at < n; at += step) {
        f.from = at;
        bench_crowd(TOWN_CROWD, least(step, n - at), submit_one, &f);
        f.from = at - step;
        if (at > 0)
            bench_crowd(TOWN_CROWD, step, close_one, &f);
    }
    pthread_mutex_destroy(&f.lock);
    town_close(t);
}

void town_copy(struct ctx *c, const char *from, const char *to)
{
    static const char *const files[] = {"balai.db", "keys"};

    bench_must(c, file_make_dir(c, to, 0700));
    for (size_t i = 0; i < COUNT(files); i++)
        bench_must(c, file_copy(c, file_join(c, from, files[i]),
                                file_join(c, to, files[i]), 0600));
}
