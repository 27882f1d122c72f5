/* SPDX-License-Identifier: EUPL-1.2 */
/* Durable submissions a second through the real engine, and how fast it reads,
 * beside a bare loop over SQLite that runs the very same statements with the
 * same values on a copy of the same database; docs/performance.md says how to
 * read it.
 *
 *     record_bench [FOLDER]     BENCH_RECORDS to fill with, BENCH_COUNT
 *                               submissions a half pair */
#include "bench/page.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#define ROWS_SHOWN 50
#define TAPED      500 /* different reads of a kind */
#define HALF       (300 * TIME_SECOND / 1000)
#define SLOW       (5 * TIME_SECOND / 1000) /* a sync of a slow disk */

struct bench {
    struct ctx *c;
    const char *dir, *city; /* the city's folder is in `dir` */
    str *numbers;
    int64_t records, count;
    int64_t sent; /* beyond those that it was filled with */
    struct town *t;
    sqlite3 *raw;
    bool busy;
};

/* ---- reading ------------------------------------------------------ */

static struct conn *look(const struct bench *b, struct ctx *c)
{
    struct conn *on;

    c->now = town_clock(b->records);
    bench_must(c, store_read(c, b->t->w.store, &on));
    return on;
}

/* One of those on tape, far from the one before. */
static int64_t any(const struct bench *b, int64_t i)
{
    return (int64_t)((uint64_t)(i % TAPED) * UINT64_C(2654435761) %
                     (uint64_t)b->records);
}

static void see(const struct bench *b, struct ctx *c, int64_t i,
                const struct record_actor *who)
{
    struct conn *on = look(b, c);
    struct record_view v;

    bench_must(c, record_view(c, &b->t->w, on, who, b->numbers[i], &v));
    MUST(v.parties);
    store_done(on);
}

static void by_resident(void *arg, struct ctx *c, int64_t i)
{
    const struct bench *b = arg;
    struct record_actor who = {.role = RECORD_RESIDENT, .level = 1};

    i = any(b, i);
    who.record = b->numbers[i];
    see(b, c, i, &who);
}

static void by_officer(void *arg, struct ctx *c, int64_t i)
{
    const struct bench *b = arg;

    i = any(b, i);
    see(b, c, i, i % 2 == 0 ? &b->t->verifier : &b->t->desk);
}

static void worklist(void *arg, struct ctx *c, int64_t i)
{
    const struct bench *b = arg;
    struct conn *on = look(b, c);
    struct record_counts counts;
    struct record_row *rows;
    size_t n;

    bench_must(c, record_worklist(c, &b->t->w, on,
                                  i % 2 == 0 ? &b->t->verifier : &b->t->desk,
                                  STR(""), (struct record_cursor){0},
                                  ROWS_SHOWN, &rows, &n, &counts));
    MUST(n > 0);
    store_done(on);
}

static void worklist_of_page(void *arg, struct ctx *c, int64_t i)
{
    worklist(arg, c, 2 * i); /* the verifier's */
}

static void service(void *arg, struct ctx *c, int64_t i)
{
    const struct bench *b = arg;
    struct conn *on = look(b, c);
    const struct app *a = i % 2 == 0 ? b->t->permit : b->t->complaint;
    struct insight_measure m;

    bench_must(c, insight_service(c, on, a->id, &m));
    MUST(m.open + m.served > 0);
    store_done(on);
}

static const struct kind {
    const char *what;
    bench_work *work;
} kinds[] = {
    {"a record, by its resident", by_resident},
    {"a record, by an officer", by_officer},
    {"worklist, 50 rows and counts", worklist},
    {"figures of a service page", service},
};

/* ---- what both halves run ----------------------------------------- */

static void send(void *arg, struct ctx *c, int64_t i)
{
    const struct bench *b = arg;

    town_send(b->t, c, b->records + b->sent + i);
}

struct tapes {
    struct tape *reads[COUNT(kinds)], *list, *page, *writes;
};

static double a_request(const struct tape *t)
{
    return (double)tape_statements(t) / (double)tape_requests(t);
}

/* What the engine runs for reads and submissions, heard on a copy. */
static void hear(struct bench *b, struct tapes *t)
{
    const char *dir = file_join(b->c, b->dir, "heard");

    town_copy(b->c, b->city, dir);
    tape_hear();
    b->t = town_open(dir, "OFF");
    for (size_t i = 0; i < COUNT(kinds); i++) {
        tape_onto(t->reads[i]);
        bench_crowd(1, TAPED, kinds[i].work, b);
    }
    tape_onto(t->list);
    bench_crowd(1, TAPED, worklist_of_page, b);
    tape_onto(t->page);
    page_once(b->c, b->t, town_clock(b->records));
    tape_onto(t->writes);
    bench_crowd(1, BENCH_PAIRS * b->count, send, b);
    tape_onto(NULL);
    town_close(b->t);
    tape_deaf();
    printf("heard %.1f statements a submission; %" PRId64
           " for the worklist's page, of which %.1f for the list\n",
           a_request(t->writes), tape_statements(t->page), a_request(t->list));
}

/* ---- reads -------------------------------------------------------- */

static double read_ours(struct bench *b, bench_work *work)
{
    int64_t start = time_monotonic(), n = 0;

    for (; time_monotonic() - start < HALF; n += TAPED / 10)
        bench_crowd(1, TAPED / 10, work, b);
    return (double)n / ((double)(time_monotonic() - start) / 1e6);
}

static double read_bare(struct player *p)
{
    int64_t start = time_monotonic(), n = 0;

    for (; time_monotonic() - start < HALF; n += TAPED / 10) {
        if (player_at_end(p))
            player_rewind(p);
        player_run(p, TAPED / 10, 1);
    }
    return (double)n / ((double)(time_monotonic() - start) / 1e6);
}

static void one_kind(struct bench *b, const struct kind *k,
                     const struct tape *tape)
{
    struct player *p = player_new(tape, b->raw);
    double ours[BENCH_PAIRS], bare[BENCH_PAIRS], share[BENCH_PAIRS];
    struct bench_span since = bench_begin();

    for (size_t i = 0; i < BENCH_PAIRS; i++) {
        ours[i] = read_ours(b, k->work);
        bare[i] = read_bare(p);
        share[i] = ours[i] / bare[i];
    }
    b->busy |= bench_busy(bench_end(since).others);
    printf("%-30s %8.0f %8.0f %7.2f\n", k->what,
           bench_median(ours, BENCH_PAIRS), bench_median(bare, BENCH_PAIRS),
           bench_median(share, BENCH_PAIRS));
    player_free(p);
}

static void all_reads(struct bench *b, struct tape *tapes[])
{
    printf("\nreads, one thread                ours/s   bare/s   share\n");
    for (size_t i = 0; i < COUNT(kinds); i++)
        one_kind(b, &kinds[i], tapes[i]);
}

/* ---- submissions -------------------------------------------------- */

/* A node signs a checkpoint of the log each second. */
struct signing {
    struct town *t;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t over;
    bool stop;
};

static void *sign(void *arg)
{
    struct signing *s = arg;
    struct timespec next;

    (void)clock_gettime(CLOCK_REALTIME, &next);
    pthread_mutex_lock(&s->lock);
    while (!s->stop) {
        next.tv_sec++;
        if (pthread_cond_timedwait(&s->over, &s->lock, &next) != 0) {
            struct ctx c = s->t->c;
            bool grown;

            c.mem = arena_new((size_t)64 << 20);
            bench_must(&c, ledger_checkpoint(&c, s->t->w.ledger, &grown));
            arena_free(c.mem);
        }
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static void sign_begin(struct signing *s)
{
    MUST(pthread_mutex_init(&s->lock, NULL) == 0);
    MUST(pthread_cond_init(&s->over, NULL) == 0);
    MUST(pthread_create(&s->thread, NULL, sign, s) == 0);
}

static void sign_end(struct signing *s)
{
    pthread_mutex_lock(&s->lock);
    s->stop = true;
    pthread_cond_signal(&s->over);
    pthread_mutex_unlock(&s->lock);
    (void)pthread_join(s->thread, NULL);
    pthread_cond_destroy(&s->over);
    pthread_mutex_destroy(&s->lock);
}

/* Of one half pair. */
struct half {
    double rate;
    double cpu, writer; /* microseconds of processor a submission */
};

static struct half half(const struct bench *b, struct bench_span since)
{
    struct bench_took took = bench_end(since);

    return (struct half){.rate = (double)b->count / took.seconds,
                         .cpu = took.cpu * 1e6 / (double)b->count};
}

/* Runs on the writer's thread, and so reads what that one has used. */
static err ask_writer(struct ctx *c, struct conn *tx, void *seconds)
{
    struct timespec used;

    (void)c, (void)tx;
    MUST(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) == 0);
    *(double *)seconds = (double)used.tv_sec + (double)used.tv_nsec / 1e9;
    return E_OK;
}

static double writer_seconds(struct bench *b)
{
    double seconds;

    bench_must(b->c, store_write(b->c, b->t->w.store, ask_writer, &seconds));
    return seconds;
}

static struct half send_ours(struct bench *b, double *batch)
{
    struct signing signing = {.t = b->t};
    double writer = writer_seconds(b);
    struct store_counts before = store_counts(b->t->w.store), after;
    struct bench_span since = bench_begin();
    struct half h;

    sign_begin(&signing);
    bench_crowd(TOWN_CROWD, b->count, send, b);
    h = half(b, since);
    sign_end(&signing);
    b->sent += b->count;
    after = store_counts(b->t->w.store);
    *batch = (double)(after.requests - before.requests) /
             (double)(after.batches - before.batches);
    h.writer = (writer_seconds(b) - writer) * 1e6 / (double)b->count;
    return h;
}

static struct half send_bare(struct bench *b, struct player *p, double batch)
{
    struct bench_span since = bench_begin();

    player_run(p, b->count, batch);
    return half(b, since);
}

enum column { OURS, BARE, BATCH, SHARE, CPU, WRITER, BARE_CPU, COLUMNS };

static void show(const char *what, const double v[])
{
    printf("%6s %8.0f %8.0f %7.1f %7.2f %7.0f %7.0f %7.0f", what, v[OURS],
           v[BARE], v[BATCH], v[SHARE], v[CPU], v[WRITER], v[BARE_CPU]);
}

static void pairs(struct bench *b, const struct tape *tape)
{
    struct player *p = player_new(tape, b->raw);
    double all[COLUMNS][BENCH_PAIRS], middle[COLUMNS];

    printf("\nsubmissions: %d people send, permits and complaints by turns\n"
           "                                           processor us each\n"
           "  pair   ours/s   bare/s   batch   share    ours  writer    bare  "
           "others\n",
           TOWN_CROWD);
    for (size_t i = 0; i < BENCH_PAIRS; i++) {
        struct bench_span since = bench_begin();
        double batch;
        struct half x = send_ours(b, &batch), y = send_bare(b, p, batch);
        double others = bench_end(since).others;
        const double v[COLUMNS] = {x.rate, y.rate,   batch, x.rate / y.rate,
                                   x.cpu,  x.writer, y.cpu};

        for (size_t k = 0; k < COLUMNS; k++)
            all[k][i] = v[k];
        show(arena_fmt(b->c->mem, "%zu", i + 1).p, v);
        printf(" %6.0f%%\n", 100 * others);
        b->busy |= bench_busy(others);
    }
    for (size_t k = 0; k < COLUMNS; k++)
        middle[k] = bench_median(all[k], BENCH_PAIRS);
    show("median", middle);
    printf("\n");
    player_free(p);
}

/* ---- a slow disk -------------------------------------------------- */

/* No engine commits more often than its disk syncs, so what 64 people can have
 * at most is 64 a sync. */
static void slow_disk(struct bench *b)
{
    double rate[BENCH_PAIRS], batch[BENCH_PAIRS];
    double most = TOWN_CROWD / ((double)SLOW / TIME_SECOND);

    for (size_t i = 0; i < BENCH_PAIRS; i++)
        rate[i] = send_ours(b, &batch[i]).rate;
    printf(
        "\nwith syncs that take %d ms longer: %.0f/s, batches of %.1f, share "
        "%.2f of %.0f/s\n",
        (int)(SLOW / 1000), bench_median(rate, BENCH_PAIRS),
        bench_median(batch, BENCH_PAIRS),
        bench_median(rate, BENCH_PAIRS) / most, most);
}

/* ---- the run ------------------------------------------------------ */

static void fill(struct bench *b)
{
    int64_t start = time_monotonic();

    b->numbers = NEWS(b->c->mem, str, (size_t)b->records);
    bench_must(b->c, file_make_dir(b->c, b->city, 0700));
    town_fill(b->c, b->city, b->records, b->numbers);
    printf("filled with %" PRId64 " records in %.1f s, one in twenty open; "
           "WAL, synchronous=FULL\n",
           b->records, (double)(time_monotonic() - start) / 1e6);
}

static void measure(struct bench *b)
{
    struct tapes t = {
        .list = tape_new(), .page = tape_new(), .writes = tape_new()};
    const char *bare = file_join(b->c, b->dir, "bare.db");

    for (size_t i = 0; i < COUNT(kinds); i++)
        t.reads[i] = tape_new();
    page_sign_in(b->c, b->city, town_clock(b->records));
    hear(b, &t);
    bench_must(b->c, file_copy(b->c, file_join(b->c, b->city, "balai.db"), bare,
                               0600));
    b->raw = bench_open(bare);
    b->t = town_open(b->city, NULL);
    all_reads(b, t.reads);
    page_measure(b->c, b->dir, b->t, town_clock(b->records), b->raw, t.list);
    pairs(b, t.writes);
    town_close(b->t);
    bench_slow(SLOW);
    b->t = town_open(b->city, NULL);
    slow_disk(b);
    town_close(b->t);
    for (size_t i = 0; i < COUNT(kinds); i++)
        tape_free(t.reads[i]);
    tape_free(t.list), tape_free(t.page), tape_free(t.writes);
    MUST(sqlite3_close(b->raw) == SQLITE_OK);
}

int main(int argc, char **argv)
{
    struct ctx c = {.mem = arena_new((size_t)256 << 20),
                    .lang = STR("en"),
                    .dice = seal_dice()};
    struct bench b = {.c = &c,
                      .dir = bench_folder(&c, argc, argv),
                      .records = bench_setting("BENCH_RECORDS", 20000),
                      .count = bench_setting("BENCH_COUNT", 5000)};

    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("fdatasync of a page: median %.3f ms\n", bench_fdatasync(&c, b.dir));
    b.city = file_join(&c, b.dir, "city");
    fill(&b);
    measure(&b);
    if (b.busy)
        bench_say_busy();
    arena_free(c.mem);
    return 0;
}
