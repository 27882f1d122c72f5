/* SPDX-License-Identifier: EUPL-1.2 */
#include "bench/town.h"

#include "tests/bandung.h"

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

static struct town *open_rooms(const char *dir, const char *synchronous)
{
    struct arena *mem = arena_new((size_t)1 << 30);
    struct town *t = NEW(mem, struct town);

    t->c = (struct ctx){.mem = mem,
                        .now = town_clock(0),
                        .lang = STR("en"),
                        .dice = seal_dice()};
    t->dir = file_join(&t->c, dir, "");
    bench_must(&t->c, bandung_open(&t->c, dir, synchronous, &t->w));
    return t;
}

void town_close(struct town *t)
{
    arena_free(t->c.mem);
}

static const struct app *app_of(struct town *t, const char *id)
{
    const struct app_entry *e = app_catalogue_find(t->w.apps, str_of(id));

    MUST(e != NULL && e->open && e->app != NULL);
    return e->app;
}

static void know(struct town *t)
{
    bench_must(&t->c, record_world_look(&t->c, &t->w));
    t->permit = app_of(t, PERMIT);
    t->complaint = app_of(t, COMPLAINT);
    bench_must(&t->c,
               bandung_officer(&t->c, &t->w, "periksa.izin", &t->verifier));
    bench_must(&t->c, bandung_officer(&t->c, &t->w, "loket.lapor", &t->desk));
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

static struct town *founded(const char *dir)
{
    struct town *t = open_rooms(dir, "OFF");
    struct findings f = {0};

    bench_must_fit(&t->c, bandung_fill(&t->c, &t->w, &f), &f);
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
