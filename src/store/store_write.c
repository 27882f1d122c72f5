/* SPDX-License-Identifier: EUPL-1.2 */
/* The writer. What waits is committed together, and nobody waits for a fuller
 * batch: while one commit is being synced the next batch gathers by itself.
 * Each request is a savepoint, and is answered when the commit is durable. */
#include "store/store_priv.h"

#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>

#define WARN_PAGES   16384  /* 64 MB: wait a moment for readers */
#define REFUSE_PAGES 131072 /* 512 MB: wait for whoever it is */
#define IDLE_MS      200

/* ---- the queue ---------------------------------------------------- */

static err is_mended(struct store_job *job)
{
    return fail(job->c, E_BUSY, "%s",
                say(job->c,
                    "Cakram gagal menyimpan dan basis data sedang ditulis "
                    "ulang; sampai selesai, layanan hanya dapat dibaca. "
                    "Silakan coba lagi beberapa menit lagi.",
                    "The disk failed to save and the database is being "
                    "written anew; until that is done the service can only be "
                    "read. Try again in a few minutes."));
}

static bool may_wait(enum store_state state)
{
    return state != STORE_MENDING && state != STORE_HALTED;
}

err store_submit(struct store *s, struct store_job *job)
{
    enum store_state state;
    bool full;

    job->next = NULL;
    pthread_mutex_lock(&s->lock);
    state = s->state;
    full = s->waiting >= QUEUE_MOST;
    if (!full && may_wait(state)) {
        *s->last = job;
        s->last = &job->next;
        if (s->waiting++ == 0 && s->started)
            pthread_cond_signal(&s->work);
    }
    pthread_mutex_unlock(&s->lock);
    if (!may_wait(state))
        return is_mended(job);
    if (!full)
        return E_OK;
    return fail(job->c, E_BUSY,
                say(job->c,
                    "Layanan sedang sibuk. Silakan coba lagi sebentar lagi.",
                    "The service is busy. Try again in a moment."));
}

/* What waits, at most a batch of it; NULL where nothing does. */
static struct store_job *take(struct store *s)
{
    struct store_job *batch, **end;
    size_t n = 0;

    pthread_mutex_lock(&s->lock);
    batch = s->first;
    for (end = &batch; *end != NULL && n < BATCH_MOST; end = &(*end)->next)
        n++;
    s->first = *end;
    *end = NULL;
    if (s->first == NULL)
        s->last = &s->first;
    s->waiting -= n;
    s->counts.requests += (int64_t)n;
    s->counts.batches += n > 0;
    pthread_mutex_unlock(&s->lock);
    return batch;
}

struct store_counts store_counts(struct store *s)
{
    struct store_counts now;

    pthread_mutex_lock(&s->lock);
    now = s->counts;
    pthread_mutex_unlock(&s->lock);
    return now;
}

int64_t store_commits(const struct store *s)
{
    return atomic_load(&s->commits);
}

static void answer(struct store_job *batch)
{
    for (struct store_job *j = batch, *next; j != NULL; j = next) {
        next = j->next; /* who is answered may be gone at once */
        j->done(j);
    }
}

/* ---- one batch ---------------------------------------------------- */

/* Requests that had gone well are lost with the batch; those that had been
 * refused keep their own answer. */
static void lose(struct store *s, struct store_job *batch, int rc)
{
    if (sqlite3_get_autocommit(s->writer->db) == 0)
        (void)store_link_do(s->writer, VERB_ROLLBACK);
    store_link_saw(s->writer, rc);
    s->era++;
    for (struct store_job *j = batch; j != NULL; j = j->next)
        if (j->result == E_OK)
            j->result = store_fault(j->c, s->writer, rc, "store_commit");
    LOG(LOG_ERROR, "store", "a commit failed", LOG_I64("code", rc));
}

/* A reference that was to be mended later in the request and was not would
 * fail the whole batch at its commit. */
static err settled(struct ctx *c, struct link *l)
{
    int open = 0, unused;

    (void)sqlite3_db_status(l->db, SQLITE_DBSTATUS_DEFERRED_FKS, &open, &unused,
                            0);
    return open == 0 ? E_OK
                     : store_fault(c, l, SQLITE_CONSTRAINT_FOREIGNKEY, "");
}

/* Do the work of one request between two marks. SQLite's code where the
 * transaction itself is lost; what the work says is in j->result. */
static int run(struct store *s, struct store_job *j)
{
    struct conn tx = {.store = s, .link = s->writer};
    int rc = store_link_do(s->writer, VERB_MARK);

    if (rc != SQLITE_OK)
        return rc;
    s->writer->fault = SQLITE_ABORT;
    j->result = j->work(j->c, &tx, j->arg);
    store_conn_end(&tx);
    if (j->result == E_OK)
        j->result = settled(j->c, s->writer);
    if (sqlite3_get_autocommit(s->writer->db) != 0)
        return s->writer->fault; /* SQLite has rolled the whole batch back */
    if (j->result != E_OK) {
        s->era++;
        rc = store_link_do(s->writer, VERB_UNDO);
        if (rc != SQLITE_OK)
            return rc;
    }
    return store_link_do(s->writer, VERB_KEEP);
}

static void commit(struct store *s, struct store_job *batch)
{
    int rc;

    if (sqlite3_get_autocommit(s->writer->db) == 0) /* it could not roll back */
        (void)store_link_do(s->writer, VERB_ROLLBACK);
    rc = store_link_do(s->writer, VERB_BEGIN);

    for (struct store_job *j = batch; j != NULL && rc == SQLITE_OK; j = j->next)
        rc = run(s, j);
    if (rc == SQLITE_OK)
        rc = store_link_do(s->writer, VERB_COMMIT);
    if (rc == SQLITE_OK)
        atomic_fetch_add(&s->commits, 1);
    else
        lose(s, batch, rc);
    if ((rc == SQLITE_OK) != (s->state == STORE_WELL))
        store_state_set(s, rc == SQLITE_OK ? STORE_WELL : STORE_FAILING);
}

/* ---- checkpoints -------------------------------------------------- */

/* Copy what no reader holds from the WAL to the file; the next commit then
 * begins the WAL anew where nobody reads from it. Past WARN_PAGES the writer
 * waits a moment for the readers, or they could overlap for ever. */
static int checkpoint(struct store *s, int mode)
{
    struct link *l = s->writer;
    int pages = 0, copied = 0;
    int rc = sqlite3_wal_checkpoint_v2(l->db, NULL, mode, &pages, &copied);

    l->wal_due = l->wal_pages + CHECKPOINT_PAGES;
    if (rc == SQLITE_OK || rc == SQLITE_BUSY) {
        l->wal_copied = copied;
        return rc;
    }
    LOG(LOG_ERROR, "store", "a checkpoint failed", LOG_I64("code", rc));
    store_link_saw(l, rc);
    return rc;
}

static void keep_short(struct store *s)
{
    bool is_long = s->writer->wal_pages > WARN_PAGES;
    int rc = checkpoint(s, is_long ? SQLITE_CHECKPOINT_RESTART
                                   : SQLITE_CHECKPOINT_PASSIVE);

    if (is_long && rc == SQLITE_OK)
        s->writer->wal_pages = 0;
    if (is_long && rc == SQLITE_BUSY && !s->wal_warned)
        LOG(LOG_WARN, "store", "a reader holds the WAL",
            LOG_I64("pages", s->writer->wal_pages));
    s->wal_warned = is_long && rc == SQLITE_BUSY;
}

/* Who waits now would wait as long as it takes to write everything anew. */
static void mend(struct store *s)
{
    struct store_job *waiting;

    if (time_monotonic() < s->mend_next)
        return;
    store_state_set(s, STORE_MENDING);
    while ((waiting = take(s)) != NULL) {
        for (struct store_job *j = waiting; j != NULL; j = j->next)
            j->result = is_mended(j);
        answer(waiting);
    }
    store_mend(s);
}

/* A reader may hold the pages: then at the next rest. */
static void forget(struct store *s)
{
    if (s->writer->unsynced ||
        checkpoint(s, SQLITE_CHECKPOINT_TRUNCATE) != SQLITE_OK)
        return;
    atomic_store(&s->forgetting, false);
    s->writer->wal_pages = s->writer->wal_copied = 0;
    s->writer->wal_due = CHECKPOINT_PAGES;
}

void store_forget(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    atomic_store(&s->forgetting, true);
    if (s->started)
        pthread_cond_signal(&s->work);
    pthread_mutex_unlock(&s->lock);
}

static void tend(struct store *s)
{
    if (!s->writer->unsynced && s->writer->wal_pages >= s->writer->wal_due)
        keep_short(s);
    if (s->writer->unsynced)
        mend(s);
}

static bool uncopied(const struct store *s)
{
    return s->writer->wal_pages > s->writer->wal_copied && !s->writer->unsynced;
}

/* Nobody waits: a good moment to copy. */
static void rest(struct store *s)
{
    if (atomic_load(&s->forgetting))
        forget(s);
    if (uncopied(s))
        (void)checkpoint(s, SQLITE_CHECKPOINT_PASSIVE);
    tend(s);
}

/* ---- when writing must not go on ---------------------------------- */

static void refuse(struct store_job *batch, err e, const char *id,
                   const char *en)
{
    for (struct store_job *j = batch; j != NULL; j = j->next)
        j->result = fail(j->c, e, "%s", say(j->c, id, en));
}

static bool may_write(struct store *s, struct store_job *batch)
{
    if (s->writer->wal_pages > REFUSE_PAGES)
        keep_short(s);
    if (s->writer->wal_pages > REFUSE_PAGES) {
        refuse(batch, E_BUSY,
               "Layanan menunggu pembaca yang lama. Silakan coba lagi "
               "sebentar lagi.",
               "The service waits for a long reader. Try again in a moment.");
        return false;
    }
    return true;
}

/* ---- the step ----------------------------------------------------- */

static void step(struct store *s)
{
    struct store_job *batch = take(s);

    if (batch == NULL) {
        rest(s);
        return;
    }
    for (struct store_job *j = batch; j != NULL; j = j->next)
        j->result = E_OK;
    if (may_write(s, batch))
        commit(s, batch);
    if (s->writer->unsynced)
        store_mend_note(s);
    answer(batch);
    tend(s);
}

void store_step(struct store *s)
{
    MUST(!s->started);
    MUST(pthread_mutex_lock(&s->turn) == 0); /* a write inside a write */
    step(s);
    pthread_mutex_unlock(&s->turn);
}

/* ---- waiting for the answer --------------------------------------- */

struct waiter {
    struct store_job job;
    sem_t answered;
};

static void wake(struct store_job *job)
{
    (void)sem_post(&((struct waiter *)(void *)job)->answered);
}

err store_write(struct ctx *c, struct store *s, store_work *work, void *arg)
{
    struct waiter w = {.job = {.c = c, .work = work, .arg = arg, .done = wake}};

    MUST(!s->started || !pthread_equal(s->thread, pthread_self()));
    MUST(sem_init(&w.answered, 0, 0) == 0);
    TRY(store_submit(s, &w.job));
    if (!s->started) {
        MUST(pthread_mutex_lock(&s->turn) == 0); /* a write inside a write */
        while (sem_trywait(&w.answered) != 0)
            step(s);
        pthread_mutex_unlock(&s->turn);
    } else {
        while (sem_wait(&w.answered) != 0)
            MUST(errno == EINTR);
    }
    (void)sem_destroy(&w.answered);
    return w.job.result;
}

/* ---- the thread --------------------------------------------------- */

static struct timespec moment(int64_t at)
{
    return (struct timespec){.tv_sec = (time_t)(at / TIME_SECOND),
                             .tv_nsec = (long)(at % TIME_SECOND) * 1000};
}

/* False when it is time to end. Where the WAL holds pages and nothing comes,
 * they are copied while nobody waits; what could not be mended is tried again
 * in its time. */
static bool wait_for_work(struct store *s)
{
    bool idle = false, more, due = uncopied(s) || s->writer->unsynced;
    struct timespec until = moment(
        s->writer->unsynced ? s->mend_next : time_monotonic() + IDLE_MS * 1000);

    pthread_mutex_lock(&s->lock);
    while (s->first == NULL && !s->stopping && !idle) {
        if (!due && !atomic_load(&s->forgetting))
            pthread_cond_wait(&s->work, &s->lock);
        else
            idle =
                pthread_cond_timedwait(&s->work, &s->lock, &until) == ETIMEDOUT;
    }
    more = s->first != NULL || !s->stopping;
    pthread_mutex_unlock(&s->lock);
    if (idle)
        rest(s);
    return more;
}

static void *writer(void *it)
{
    struct store *s = it;

    while (wait_for_work(s))
        step(s);
    return NULL;
}

void store_writer_init(struct store *s)
{
    pthread_mutexattr_t strict;
    pthread_condattr_t monotonic;

    MUST(pthread_mutexattr_init(&strict) == 0);
    MUST(pthread_mutexattr_settype(&strict, PTHREAD_MUTEX_ERRORCHECK) == 0);
    MUST(pthread_mutex_init(&s->turn, &strict) == 0);
    MUST(pthread_mutex_init(&s->lock, NULL) == 0);
    MUST(pthread_condattr_init(&monotonic) == 0);
    MUST(pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0);
    MUST(pthread_cond_init(&s->work, &monotonic) == 0);
    s->last = &s->first;
}

err store_start(struct ctx *c, struct store *s)
{
    sigset_t all, before;
    int rc;

    MUST(!s->started);
    sigfillset(&all); /* signals are the main thread's */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    s->started = true;
    rc = pthread_create(&s->thread, NULL, writer, s);
    s->started = rc == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc == 0)
        return E_OK;
    return fail(c, E_BUSY,
                say(c, "Utas penulis tidak dapat dimulai: %s.",
                    "The writer's thread could not be started: %s."),
                strerror(rc));
}

void store_writer_stop(struct store *s)
{
    if (s->started) {
        pthread_mutex_lock(&s->lock);
        s->stopping = true;
        pthread_cond_signal(&s->work);
        pthread_mutex_unlock(&s->lock);
        pthread_join(s->thread, NULL);
    }
    while (s->first != NULL)
        step(s);
    store_readers_close(s);
    if (s->writer != NULL && !s->writer->unsynced)
        (void)checkpoint(s, SQLITE_CHECKPOINT_TRUNCATE);
    if (s->writer != NULL && s->writer->unsynced)
        store_mend_note(s);
    store_link_close(s->writer);
    pthread_cond_destroy(&s->work);
    pthread_mutex_destroy(&s->lock);
    pthread_mutex_destroy(&s->turn);
}
