/* SPDX-License-Identifier: EUPL-1.2 */
/* A running city: its threads, its timer, and how it ends. */
#include "grant/grant.h"
#include "insight/insight.h"
#include "node/node_priv.h"
#include "web/web.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#define CHECKPOINT_EVERY (TIME_SECOND / 2)
#define TICK_EVERY       TIME_MINUTE

/* ---- what the web server is lent ---------------------------------- */

static err lend_world(struct ctx *c, void *node, struct record_world *out)
{
    return node_world(c, node, out);
}

static err lend_refresh(struct ctx *c, void *node)
{
    return node_refresh(c, node);
}

static err lend_tick(struct ctx *c, void *node)
{
    return node_tick(c, node);
}

static void lend_reader(struct ctx *c, void *node, const struct reader_job *job,
                        struct reader_got *out)
{
    node_have_read(c, node, job, out);
}

static int64_t lend_now(void *node)
{
    return node_now(node);
}

static bool time_asked(void *node)
{
    struct node *n = node;
    struct ctx c = node_ctx(n);
    struct record_world w;
    struct conn *on;
    bool trusted = false;

    if (node_world(&c, n, &w) == E_OK &&
        store_read(&c, n->store, &on) == E_OK) {
        if (record_time_trusted(&c, &w, on, &trusted) != E_OK)
            trusted = false;
        store_done(on);
    }
    arena_free(c.mem);
    return !trusted;
}

static const char *read_only(struct ctx *c, void *node)
{
    struct node *n = node;
    enum store_state disk = store_state(n->store, NULL);
    const struct {
        bool so;
        const char *why;
    } all[] = {
        {atomic_load(&n->forked),
         say(c,
             "Saksi memegang checkpoint dengan isi lain yang bertanda tangan "
             "kota ini; kota ini hanya dapat dibaca.",
             "A witness holds a checkpoint of other content, signed by this "
             "city; this city can only be read.")},
        {ledger_state(n->ledger) == LEDGER_CHANGED,
         say(c,
             "Isi log berubah di belakang yang sudah ditandatangani; kota ini "
             "hanya dapat dibaca.",
             "The past of the log was changed behind what was signed; this "
             "city can only be read.")},
        {atomic_load(&n->rolled_back),
         say(c,
             "Basis data lebih tua daripada log yang sudah ditandatangani; "
             "kota ini hanya dapat dibaca.",
             "The database is older than the log that was signed; this city "
             "can only be read.")},
        {atomic_load(&n->awaiting),
         say(c,
             "Kota ini baru dipulihkan dan menunggu jawaban saksinya; sampai "
             "itu hanya dapat dibaca.",
             "This city was restored and waits for a witness to answer; until "
             "then it can only be read.")},
        {disk == STORE_MENDING || disk == STORE_HALTED,
         say(c,
             "Cakram gagal menyimpan dan sedang dipulihkan; sampai selesai, "
             "layanan hanya dapat dibaca. Silakan coba lagi beberapa menit "
             "lagi.",
             "The disk failed to save and is being mended; until that is done "
             "the service can only be read. Please try again in a few "
             "minutes.")},
    };

    for (size_t i = 0; i < COUNT(all); i++)
        if (all[i].so)
            return all[i].why;
    return NULL;
}

static const char *alarming(struct ctx *c, void *node)
{
    struct node_ill disk = node_disk(c, node);
    struct node_last last;

    if (disk.urgent)
        return arena_fmt(c->mem, "%s %s", disk.what, disk.mend).p;
    if (node_last_kept(c, node_dir(node), &last) != E_OK || !last.late)
        return NULL;
    return say(c,
               "Tidak ada cadangan dalam 26 jam terakhir. Periksa layanan "
               "balai-backup dan tempat cadangan, lalu jalankan balai backup "
               "nightly.",
               "There is no backup of the last 26 hours. See to the service "
               "balai-backup and to where backups go, then run balai backup "
               "nightly.");
}

/* ---- the timer ---------------------------------------------------- */

/* False while the clock is in doubt: then nothing goes by it. */
static bool tick(struct node *n)
{
    struct ctx c = node_ctx(n);
    struct record_world w;
    struct record_ticked ticked = {.parked = false};
    err e = node_world(&c, n, &w);

    if (e == E_OK)
        e = record_tick(&c, &w, &ticked);
    if (e != E_OK)
        LOG(LOG_ERROR, "node", "tick", LOG_LIT("why", err_name(e)));
    if (ticked.parked)
        LOG(LOG_WARN, "node", "clock_jumped", LOG_I64("now", c.now));
    arena_free(c.mem);
    return !ticked.parked;
}

/* What is over is forgotten, a little at a time. */
static void keep_in_time(struct node *n)
{
    struct ctx c = node_ctx(n);
    struct record_world w;
    int64_t done = 0;
    bool whole;
    err e = node_world(&c, n, &w);

    if (e == E_OK)
        e = record_retain(&c, &w, &done, &whole);
    if (e != E_OK)
        LOG(LOG_ERROR, "node", "retention", LOG_LIT("why", err_name(e)));
    if (done > 0)
        LOG(LOG_INFO, "node", "retention", LOG_I64("erased", done));
    arena_free(c.mem);
}

static void start_clock(struct node *n)
{
    struct ctx c = node_ctx(n);
    struct record_world w;
    err e = node_world(&c, n, &w);

    if (e == E_OK)
        e = record_time_start(&c, &w);
    if (e != E_OK)
        LOG(LOG_ERROR, "node", "clock", LOG_LIT("why", err_name(e)));
    arena_free(c.mem);
}

static err batch(struct ctx *c, struct conn *tx, void *arg)
{
    struct ledger *l = ((struct node *)arg)->ledger;
    size_t said;

    TRY(ledger_erase_say(c, tx, l, STR("restored"), &said));
    return ledger_batch(c, tx, l);
}

/* What this month and the last show that deserves a look. */
static void look(struct node *n)
{
    struct ctx c = node_ctx(n);
    struct record_world w;
    int64_t raised = 0;
    err e = node_world(&c, n, &w);

    if (e == E_OK)
        e = insight_tick(&c, &w, &raised);
    if (e != E_OK)
        LOG(LOG_ERROR, "node", "look", LOG_LIT("why", err_name(e)));
    arena_free(c.mem);
}

/* Tips, flags and erasures get their leaves a day at a time. */
static void daily(struct node *n)
{
    struct ctx c = node_ctx(n);
    err e = store_write(&c, n->store, batch, n);

    if (e != E_OK)
        LOG(LOG_ERROR, "node", "batch", LOG_LIT("why", err_name(e)));
    arena_free(c.mem);
}

static void checkpoint(struct node *n)
{
    struct ctx c = node_ctx(n);
    err e = node_tick(&c, n);

    if (e != E_OK)
        LOG(LOG_ERROR, "node", "checkpoint", LOG_LIT("why", err_name(e)));
    arena_free(c.mem);
}

/* What was done in the last half second is signed before the end, so that the
 * signer knows all that the database holds. */
static void last_checkpoint(struct node *n)
{
    if (!atomic_load(&n->rolled_back) && !atomic_load(&n->forked))
        checkpoint(n);
}

/* What this city publishes is vouched for anew each day: whoever is shown an
 * old edition for longer than a fortnight can tell. */
static void renew(struct node *n)
{
    struct ctx c = node_ctx(n);
    const char *repo = file_join(&c, n->dir, "repo");
    err e = E_OK;

    if (file_exists(file_join(&c, repo, "metadata/timestamp.json")))
        e = grant_renew(&c, repo, n->signer);
    if (e != E_OK)
        LOG(LOG_ERROR, "node", "renew", LOG_LIT("why", err_name(e)));
    arena_free(c.mem);
}

static void pause_for(int64_t micros)
{
    struct timespec t = {.tv_sec = micros / TIME_SECOND,
                         .tv_nsec = micros % TIME_SECOND * 1000};

    nanosleep(&t, NULL);
}

/* Without its helpers nothing is ever signed again, and only a new process can
 * start them: what is committed is kept, and whoever keeps the service up
 * starts it anew. */
static void look_after_helpers(struct node *n)
{
    struct ctx c = node_ctx(n);

    if (node_helpers_live(&c, n) != E_OK && !atomic_exchange(&n->alone, true)) {
        LOG(LOG_ERROR, "node", "helpers_gone", LOG_I64("stops", 1));
        (void)kill(getpid(), SIGTERM);
    }
    arena_free(c.mem);
}

static void *keep_time(void *arg)
{
    struct node *n = arg;
    int64_t next = 0, renewal = 0, sign = 0;
    bool runs = true;

    while (!atomic_load(&n->stopping)) {
        int64_t now = node_now(n);

        /* A writer that hangs stops this thread, and with it the signs. */
        if (n->service.every > 0 && time_monotonic() >= sign) {
            node_service_tell(&n->service, "WATCHDOG=1");
            sign = time_monotonic() + n->service.every;
        }

        look_after_helpers(n);
        if (!atomic_load(&n->rolled_back) && !atomic_load(&n->forked)) {
            checkpoint(n);
            if (runs && (now >= renewal || now < renewal - TIME_DAY)) {
                renew(n);
                look(n);
                renewal = now + TIME_DAY;
            }
        }
        /* A clock may step either way: what waits never waits for it to catch
         * up. */
        if (now >= next || now < next - TICK_EVERY) {
            runs = tick(n);
            if (runs) {
                daily(n);
                keep_in_time(n);
            }
            next = now + TICK_EVERY;
        }
        pause_for(CHECKPOINT_EVERY);
    }
    return NULL;
}

/* ---- serving ------------------------------------------------------ */

static void reload(struct node *n, struct web *web)
{
    struct ctx c = node_ctx(n);
    err e;

    node_service_tell(&n->service, "RELOADING=1");
    e = node_refresh(&c, n);
    if (e == E_OK)
        e = web_renew(&c, web);
    if (e == E_OK)
        LOG(LOG_INFO, "node", "reloaded", LOG_I64("port", web_port(web)));
    else
        LOG(LOG_ERROR, "node", "reload", LOG_LIT("why", err_name(e)));
    node_service_tell(&n->service, "READY=1");
    arena_free(c.mem);
}

static void wait_for_the_end(struct node *n, struct web *web,
                             const sigset_t *told)
{
    int which;

    while (sigwait(told, &which) != 0 || which == SIGHUP)
        reload(n, web);
    LOG(LOG_INFO, "node", "stopping", LOG_I64("signal", which));
    node_service_tell(&n->service, "STOPPING=1");
}

static err start_web(struct ctx *c, struct node *n,
                     const struct node_serving *s, struct web **out)
{
    struct web_options o = {
        .host = {.node = n,
                 .world = lend_world,
                 .refresh = lend_refresh,
                 .nudge = lend_tick,
                 .now = lend_now,
                 .read = lend_reader,
                 .time_asked = time_asked,
                 .read_only = read_only,
                 .alarm = alarming,
                 .tells_by_mail = n->via->mail,
                 .tells_by_message = n->via->message},
        .address = s->address,
        .port = s->port,
        .url = s->url,
        .proxy = s->proxy,
        .certificate = s->certificate,
        .key = s->key,
        .repo = file_join(c, n->dir, "repo"),
    };

    TRY(node_given_socket(c, &o.given));
    return web_start(c, &o, out);
}

err node_serve(struct ctx *c, struct node *n, const struct node_serving *s)
{
    struct control *control = NULL;
    struct web *web = NULL;
    struct jail_got got;
    pthread_t timer;
    sigset_t told;
    err e;

    if (n->keeper != NULL) /* from here on for good, for every thread to come */
        TRY(jail_enter(c, JAIL_NODE, NULL, 0, &got));
    /* Every thread inherits the mask; only this one waits for the signals. */
    sigemptyset(&told);
    sigaddset(&told, SIGINT);
    sigaddset(&told, SIGTERM);
    sigaddset(&told, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &told, NULL);
    node_service_open(&n->service);
    n->certificate = s->certificate;
    TRY(node_notice_read(c, n));
    TRY(store_start(c, n->store));
    start_clock(n);
    TRY(start_web(c, n, s, &web));
    e = node_control_start(c, n, s->command, &control);
    if (e == E_OK) {
        MUST(pthread_create(&timer, NULL, keep_time, n) == 0);
        node_asking_start(n);
        node_notice_start(n);
        s->ready(s->arg, web_port(web));
        node_service_tell(&n->service, "READY=1");
        wait_for_the_end(n, web, &told);
        atomic_store(&n->stopping, true);
        pthread_join(timer, NULL);
        node_asking_stop(n);
        node_notice_stop(n);
    }
    atomic_store(&n->stopping, true);
    node_control_stop(control);
    web_stop(web);
    if (e == E_OK)
        e = node_helpers_live(c, n);
    if (e == E_OK)
        last_checkpoint(n);
    node_service_close(&n->service);
    return e;
}
