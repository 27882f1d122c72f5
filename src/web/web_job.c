/* SPDX-License-Identifier: EUPL-1.2 */
/* Work behind a page: a thread, an arena and a context of its own. Its state
 * is in memory only: what it did is in the ledger, and a page that asks after
 * a restart hears that the look is gone. */
#include "web/web_local.h"

#include <pthread.h>
#include <stdlib.h>

#define JOBS    16
#define KEPT    (30 * TIME_MINUTE)
#define JOB_MEM ((size_t)512 << 20)

struct job {
    struct ctx c;
    pthread_t thread;
    struct jobs *of;
    job_work *work;
    void *arg;
    str token, kind;
    int64_t officer, begun;
    int holders; /* pages that look at it, and the table */
    bool ended, joined;
    err result;
    str said;
};

struct jobs {
    pthread_mutex_t guard;
    struct job *all[JOBS];
};

struct jobs *web_jobs_new(void)
{
    struct jobs *j = calloc(1, sizeof *j);

    MUST(j != NULL);
    pthread_mutex_init(&j->guard, NULL);
    return j;
}

/* With the guard held, or alone. The thread has ended. */
static void let_go(struct job *j)
{
    if (--j->holders > 0)
        return;
    if (!j->joined)
        pthread_join(j->thread, NULL);
    arena_free(j->c.mem);
    free(j);
}

void web_jobs_free(struct jobs *all)
{
    if (all == NULL)
        return;
    for (size_t i = 0; i < JOBS; i++) {
        struct job *j = all->all[i];

        if (j == NULL)
            continue;
        pthread_join(j->thread, NULL);
        j->joined = true;
        let_go(j);
    }
    pthread_mutex_destroy(&all->guard);
    free(all);
}

static void *run(void *arg)
{
    struct job *j = arg;
    err e = j->work(&j->c, j, j->arg);

    pthread_mutex_lock(&j->of->guard);
    j->result = e;
    j->ended = true;
    pthread_mutex_unlock(&j->of->guard);
    return NULL;
}

void web_job_say(struct job *j, const char *id, const char *en)
{
    bool english = str_eq(j->c.lang, STR("en"));

    pthread_mutex_lock(&j->of->guard);
    j->said = str_of(english ? en : id);
    pthread_mutex_unlock(&j->of->guard);
}

/* ---- starting ----------------------------------------------------- */

static bool too_old(const struct job *j, int64_t now)
{
    return j->ended && (now > j->begun + KEPT || now < j->begun);
}

/* A place in the table: a free one, or the oldest that has ended. */
static int place_for(struct jobs *all, struct visit *v, str kind, bool *busy)
{
    int best = -1;

    *busy = false;
    for (int i = 0; i < JOBS; i++) {
        struct job *j = all->all[i];

        if (j != NULL && !j->ended && j->officer == v->s.officer &&
            str_eq(j->kind, kind))
            *busy = true;
        if (j != NULL && too_old(j, v->c->now)) {
            all->all[i] = NULL;
            let_go(j);
        }
    }
    for (int i = 0; i < JOBS; i++) {
        const struct job *j = all->all[i];

        if (j == NULL)
            return i;
        if (j->ended && (best < 0 || j->begun < all->all[best]->begun))
            best = i;
    }
    return best;
}

static struct job *new_job(struct visit *v, str kind, job_work *work)
{
    struct job *j = calloc(1, sizeof *j);
    unsigned char random[16];

    MUST(j != NULL);
    j->c = (struct ctx){
        .mem = arena_new(JOB_MEM), .now = v->c->now, .dice = v->c->dice};
    j->c.lang = arena_str(j->c.mem, v->c->lang);
    ctx_random(&j->c, random, sizeof random);
    j->token = seal_base64url(&j->c, random, sizeof random);
    j->kind = arena_str(j->c.mem, kind);
    j->of = web_jobs_of(v->web);
    j->work = work;
    j->officer = v->s.officer;
    j->begun = v->c->now;
    j->holders = 1;
    return j;
}

static bool start(struct jobs *all, int at, struct job *j)
{
    if (pthread_create(&j->thread, NULL, run, j) != 0)
        return false;
    if (all->all[at] != NULL)
        let_go(all->all[at]);
    all->all[at] = j;
    return true;
}

err web_job_start(struct visit *v, str kind, job_work *work,
                  void *(*make)(struct ctx *c, struct visit *v, void *from),
                  void *from, str *token)
{
    struct jobs *all = web_jobs_of(v->web);
    struct job *j = new_job(v, kind, work);
    bool busy, begun = false;
    int at;

    j->arg = make(&j->c, v, from);
    *token = arena_str(v->c->mem, j->token);
    pthread_mutex_lock(&all->guard);
    at = place_for(all, v, kind, &busy);
    if (at >= 0 && !busy)
        begun = start(all, at, j);
    pthread_mutex_unlock(&all->guard);
    if (begun)
        return E_OK;
    arena_free(j->c.mem);
    free(j);
    return fail(v->c, E_BUSY, "%s",
                say(v->c,
                    "Pekerjaan sebelumnya masih berjalan. Tunggulah sebentar.",
                    "What was begun before still runs. Please wait."));
}

/* ---- looking ------------------------------------------------------ */

static void stop_looking(void *it)
{
    struct job *j = it;
    struct jobs *all = j->of;

    pthread_mutex_lock(&all->guard);
    let_go(j);
    pthread_mutex_unlock(&all->guard);
}

err web_job_look(struct visit *v, str token, str kind, struct job_kept *out)
{
    struct jobs *all = web_jobs_of(v->web);
    struct job *found = NULL;

    pthread_mutex_lock(&all->guard);
    for (int i = 0; i < JOBS && found == NULL; i++)
        if (all->all[i] != NULL && str_eq(all->all[i]->token, token) &&
            str_eq(all->all[i]->kind, kind) &&
            all->all[i]->officer == v->s.officer)
            found = all->all[i];
    if (found != NULL) {
        found->holders++;
        *out = (struct job_kept){.ended = found->ended,
                                 .result = found->result,
                                 .why = found->ended ? found->c.why : STR(""),
                                 .said = found->said,
                                 .arg = found->ended ? found->arg : NULL,
                                 .begun = found->begun};
    }
    pthread_mutex_unlock(&all->guard);
    if (found == NULL)
        return fail(v->c, E_GONE, "%s",
                    say(v->c,
                        "Hasil ini sudah tidak tersimpan. Silakan mulai lagi.",
                        "This result is no longer kept. Please begin again."));
    arena_owns(v->c->mem, stop_looking, found);
    return E_OK;
}
