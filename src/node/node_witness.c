/* SPDX-License-Identifier: EUPL-1.2 */
/* Asking the witnesses of this city's log (C2SP tlog-witness). A thread of its
 * own asks each, one after the other, when there is a newer checkpoint than it
 * cosigned: nobody waits for them, and none can hold up the city. */
#include "net/net.h"
#include "node/node_priv.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define EVERY (10 * TIME_SECOND)
#define EVERY_DRILL                                                            \
    (2 * TIME_SECOND) /* of a training city: a demo looks on                   \
                       */
#define SLOWEST     (10 * TIME_MINUTE)
#define LOOK_EVERY  (TIME_SECOND / 2)
#define ANSWER_MOST ((size_t)64 << 10)
#define WITNESSES   64

/* One witness as this node knows it since its start. */
struct known {
    char name[48];
    uint64_t has;      /* the size that it saw last */
    uint64_t cosigned; /* by it, since this start: each is asked once then,
                        * also of what is cosigned, since only a witness knows
                        * whether this city went back */
    int fails;         /* in a row */
    int64_t next;      /* not before, by time_monotonic() */
    char why[NODE_WITNESS_WHY];
};

struct asking {
    pthread_t thread;
    bool running;
    pthread_mutex_t guard; /* of what others look at: all but `next` */
    struct known all[WITNESSES];
    size_t n;
};

/* One round over all witnesses: they cosign the same checkpoint. */
struct round {
    struct ctx *c;
    struct node *n;
    struct record_world w;
    struct seal_policy *policy;
    str log;  /* its origin */
    str note; /* with the cosignatures so far */
    struct seal_checkpoint p;
    bool more; /* there is a new cosignature */
};

/* ---- what is known of each ---------------------------------------- */

static struct known *known_of(struct asking *a, str name)
{
    for (size_t i = 0; i < a->n; i++)
        if (str_eq(str_of(a->all[i].name), name))
            return &a->all[i];
    if (a->n == WITNESSES || name.n >= sizeof a->all[0].name)
        return NULL;
    a->all[a->n] = (struct known){.cosigned = UINT64_MAX};
    memcpy(a->all[a->n].name, name.p, name.n);
    return &a->all[a->n++];
}

static int64_t pause_after(const struct round *r, int fails)
{
    int64_t every = city_training(r->w.city) ? EVERY_DRILL : EVERY;

    every <<= fails < 8 ? fails : 8;
    return every < SLOWEST ? every : SLOWEST;
}

static void note_result(const struct round *r, struct known *k, err e)
{
    struct asking *a = r->n->asking;
    str why = e == E_OK ? STR("") : r->c->why;

    pthread_mutex_lock(&a->guard);
    k->fails = e == E_OK ? 0 : k->fails + 1;
    k->next = time_monotonic() + pause_after(r, k->fails);
    if (e == E_OK)
        k->has = k->cosigned = r->p.size;
    why = str_slice(why, 0, sizeof k->why - 1);
    memcpy(k->why, why.p, why.n);
    k->why[why.n] = 0;
    pthread_mutex_unlock(&a->guard);
    if (e != E_OK && k->fails == 1)
        LOG(LOG_WARN, "node", "witness", LOG_LIT("why", err_name(e)));
}

void node_witness_why(struct node *n, str name, char why[NODE_WITNESS_WHY])
{
    struct asking *a = n->asking;

    why[0] = 0;
    pthread_mutex_lock(&a->guard);
    for (size_t i = 0; i < a->n; i++)
        if (str_eq(str_of(a->all[i].name), name))
            memcpy(why, a->all[i].why, NODE_WITNESS_WHY);
    pthread_mutex_unlock(&a->guard);
}

/* ---- evidence ----------------------------------------------------- */

static const char *evidence_path(struct ctx *c, const struct node *n)
{
    return file_join(c, n->dir, NODE_EVIDENCE);
}

/* It stays until it agrees with what is here: after a restore. */
err node_weigh_evidence(struct ctx *c, struct node *n)
{
    const char *path = evidence_path(c, n);
    bool forked;
    str note;
    err e;

    if (!file_exists(path))
        return E_OK;
    TRY(file_read(c, path, ANSWER_MOST, &note));
    e = ledger_judge(c, n->ledger, note, &forked);
    if (e == E_CONFLICT) {
        atomic_store(forked ? &n->forked : &n->rolled_back, true);
        return E_OK;
    }
    if (e == E_OK || e == E_TAMPERED)
        unlink(path);
    return e == E_TAMPERED ? E_OK : e;
}

err node_await_witness(struct ctx *c, struct node *n)
{
    const char *path = file_join(c, n->dir, NODE_AWAITING);
    struct city_party *all;

    if (!file_exists(path))
        return E_OK;
    if (city_parties(c, n->now->city, CITY_WITNESS, &all) == 0) {
        unlink(path);
        return E_OK;
    }
    atomic_store(&n->awaiting, true);
    ledger_hold(n->ledger, true);
    return E_OK;
}

void node_await_no_more(struct ctx *c, struct node *n)
{
    if (!atomic_load(&n->awaiting))
        return;
    unlink(file_join(c, n->dir, NODE_AWAITING));
    ledger_hold(n->ledger, false);
    atomic_store(&n->awaiting, false);
    LOG(LOG_INFO, "node", "witness_answered", LOG_LIT("so", "open"));
}

err node_evidence(struct ctx *c, struct node *n, str *note)
{
    *note = STR("");
    return file_exists(evidence_path(c, n))
               ? file_read(c, evidence_path(c, n), ANSWER_MOST, note)
               : E_OK;
}

/* A witness knows no more than this city: it may go on. */
static void heard(struct round *r)
{
    node_await_no_more(r->c, r->n);
}

/* What the witness holds, if it speaks against this city. */
static err look_at_theirs(struct round *r, const struct city_party *w,
                          struct net_ask ask)
{
    struct hash h = seal_sha256(r->log);
    struct ctx *c = r->c;
    struct net_answer got;
    bool forked;
    err e;

    ask.url = arena_fmt(c->mem, "%.*s/%s/checkpoint", STR_ARG(w->url),
                        seal_hex(c, h.b, SEAL_HASH).p);
    TRY(net_get(c, &ask, &got));
    if (got.status != 200)
        return fail(c, E_BUSY,
                    say(c,
                        "Saksi %.*s menolak, dan tidak menunjukkan checkpoint "
                        "yang dimilikinya (jawaban %d).",
                        "The witness %.*s refuses, and does not show the "
                        "checkpoint that it has (answer %d)."),
                    STR_ARG(w->name), got.status);
    e = ledger_judge(c, r->n->ledger, got.body, &forked);
    if (e == E_OK)
        return fail(c, E_BUSY,
                    say(c,
                        "Saksi %.*s menolak, padahal checkpoint yang "
                        "dimilikinya cocok.",
                        "The witness %.*s refuses, although the checkpoint "
                        "that it has agrees."),
                    STR_ARG(w->name));
    if (e != E_CONFLICT)
        return e;
    LOG(LOG_ERROR, "node", "contradicted",
        LOG_LIT("by", forked ? "fork" : "rollback"));
    atomic_store(forked ? &r->n->forked : &r->n->rolled_back, true);
    TRY(file_write(c, evidence_path(c, r->n), got.body, 0600));
    return e;
}

/* ---- asking one --------------------------------------------------- */

/* The witness's own line among those that were answered, added to the note. */
static err take_lines(struct round *r, const struct city_party *w, str lines)
{
    struct ctx *c = r->c;
    struct seal_line *all;
    struct seal_note note, got;
    struct seal_key key;
    size_t i = 0;

    TRY(seal_vkey_read(c, w->vkey, &key));
    TRY(seal_note_read(c, r->note, &note));
    lines = arena_fmt(c->mem, "%.*s\n%.*s", STR_ARG(note.text), STR_ARG(lines));
    TRY(seal_note_read(c, lines, &got));
    if (seal_note_word(&got, &key) != SEAL_SIGNED)
        return fail(c, E_TAMPERED,
                    say(c,
                        "Jawaban saksi %.*s tidak memuat tanda tangan yang "
                        "cocok dengan kuncinya.",
                        "The answer of the witness %.*s holds no signature "
                        "that its key agrees with."),
                    STR_ARG(w->name));
    while (got.lines[i].id != key.id || !str_eq(got.lines[i].name, key.name))
        i++;
    all = NEWS(c->mem, struct seal_line, note.n + 1);
    memcpy(all, note.lines, note.n * sizeof *all);
    all[note.n] = got.lines[i];
    note = (struct seal_note){note.text, all, note.n + 1};
    r->note = seal_note_show(c, &note);
    r->more = true;
    return E_OK;
}

/* What a witness answers that is neither yes nor a size. */
static const struct {
    int status;
    const char *id, *en;
} answers[] = {
    {403, "tidak mengenal kunci log ini", "does not know this log's key"},
    {404, "belum mempercayai log ini, atau alamatnya salah",
     "does not trust this log yet, or the address is wrong"},
    {422, "tidak menerima bukti kelanjutan log ini",
     "does not take the proof that this log goes on"},
};

static err refused(struct ctx *c, const struct city_party *w, int status)
{
    const char *what = say(c, "tidak menandatangani", "did not cosign");

    for (size_t i = 0; i < COUNT(answers); i++)
        if (answers[i].status == status)
            what = say(c, answers[i].id, answers[i].en);
    return fail(c, E_BUSY,
                say(c, "Saksi %.*s %s (jawaban %d).",
                    "The witness %.*s %s (answer %d)."),
                STR_ARG(w->name), what, status);
}

/* The body of a 409: "<size>\n". */
static bool read_size(const struct net_answer *got, uint64_t *size)
{
    int64_t n;

    if (!str_ends(got->body, STR("\n")) ||
        !str_is_i64(str_slice(got->body, 0, got->body.n - 1), &n) || n < 0)
        return false;
    *size = (uint64_t)n;
    return true;
}

/* *again: it told its size, and one more turn may do. */
static err ask_once(struct round *r, const struct city_party *w,
                    struct known *k, bool *again)
{
    struct net_ask ask = {.type = STR("text/plain; charset=utf-8"),
                          .most = ANSWER_MOST,
                          .allow_private = city_training(r->w.city) || w->inner,
                          .stop = &r->n->stopping};
    struct net_answer got;
    uint64_t has;

    *again = false;
    TRY(ledger_ask(r->c, r->n->ledger, r->note, k->has, &ask.body));
    ask.url = arena_fmt(r->c->mem, "%.*s/add-checkpoint", STR_ARG(w->url));
    TRY(net_post(r->c, &ask, &got));
    if (got.status == 200)
        return take_lines(r, w, got.body);
    if (got.status == 409 && read_size(&got, &has) && has <= r->p.size) {
        *again = has != k->has;
        k->has = has;
        return refused(r->c, w, got.status);
    }
    if (got.status == 409 || got.status == 422)
        return look_at_theirs(r, w, ask);
    return refused(r->c, w, got.status);
}

static void ask_one(struct round *r, const struct city_party *w,
                    struct known *k)
{
    bool again;
    err e = ask_once(r, w, k, &again);

    if (e != E_OK && again)
        e = ask_once(r, w, k, &again);
    note_result(r, k, e);
    if (e == E_OK)
        heard(r);
}

/* ---- rounds ------------------------------------------------------- */

static bool is_due(struct round *r, const struct city_party *w,
                   struct known **out)
{
    struct asking *a = r->n->asking;
    struct known *k;

    pthread_mutex_lock(&a->guard);
    k = *out = known_of(a, w->name);
    pthread_mutex_unlock(&a->guard);
    return k != NULL && time_monotonic() >= k->next;
}

static err begin_round(struct round *r)
{
    struct seal_note note;
    struct seal_key log;
    bool forever;
    str policy;

    seal_signer_key(r->n->signer, SEAL_LOG, &log);
    r->log = log.name;
    policy = city_policy(r->c, r->w.city, seal_vkey_show(r->c, &log), STR(""));
    TRY(seal_policy_read(r->c, STR("policy"), policy, &r->policy));
    TRY(ledger_resource(r->c, r->n->ledger, STR("checkpoint"), &r->note,
                        &forever));
    TRY(seal_note_read(r->c, r->note, &note));
    return seal_checkpoint_read(r->c, note.text, &r->p);
}

static err play_round(struct round *r)
{
    struct city_party *all;
    size_t n;

    TRY(node_world(r->c, r->n, &r->w));
    n = city_parties(r->c, r->w.city, CITY_WITNESS, &all);
    for (size_t i = 0; i < n && !atomic_load(&r->n->stopping); i++) {
        struct known *k;

        if (!is_due(r, &all[i], &k))
            continue;
        if (r->policy == NULL)
            TRY(begin_round(r));
        if (k->cosigned != r->p.size)
            ask_one(r, &all[i], k);
    }
    if (!r->more)
        return E_OK;
    return ledger_keep_cosigned(r->c, r->n->ledger, r->policy, r->note);
}

static void one_round(struct node *n)
{
    struct ctx c = node_ctx(n);
    struct round r = {.c = &c, .n = n};
    err e = play_round(&r);

    if (e != E_OK && e != E_NOT_FOUND) /* no checkpoint yet */
        LOG(LOG_ERROR, "node", "witnesses", LOG_LIT("why", err_name(e)));
    arena_free(c.mem);
}

static void *ask_all(void *arg)
{
    static const struct timespec t = {.tv_nsec = LOOK_EVERY * 1000};
    struct node *n = arg;

    while (!atomic_load(&n->stopping)) {
        if (!atomic_load(&n->rolled_back) && !atomic_load(&n->forked))
            one_round(n);
        nanosleep(&t, NULL);
    }
    return NULL;
}

struct asking *node_asking_new(void)
{
    struct asking *a = calloc(1, sizeof *a);

    MUST(a != NULL);
    pthread_mutex_init(&a->guard, NULL);
    return a;
}

void node_asking_free(struct asking *a)
{
    if (a == NULL)
        return;
    pthread_mutex_destroy(&a->guard);
    free(a);
}

void node_asking_start(struct node *n)
{
    MUST(pthread_create(&n->asking->thread, NULL, ask_all, n) == 0);
    n->asking->running = true;
}

void node_asking_stop(struct node *n)
{
    if (n->asking->running)
        pthread_join(n->asking->thread, NULL);
    n->asking->running = false;
}

/* ---- as a witness ------------------------------------------------- */

err node_tell_neighbours(struct ctx *c, struct node *n, const struct city *city)
{
    struct city_party *all;
    size_t count = city_parties(c, city, CITY_NEIGHBOUR, &all);
    struct seal_key *keys = NEWS(c->mem, struct seal_key, count);

    for (size_t i = 0; i < count; i++)
        TRY(seal_vkey_read(c, all[i].vkey, &keys[i]));
    return seal_signer_watch(c, n->signer, keys, count);
}
