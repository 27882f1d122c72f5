/* SPDX-License-Identifier: EUPL-1.2 */
/* Opening a city's folder, and the snapshots that everybody looks at. */
#include "node/node_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

struct ctx node_ctx(struct node *n)
{
    return (struct ctx){.mem = arena_new(NODE_ARENA),
                        .now = node_now(n),
                        .lang = STR("id"),
                        .dice = seal_dice()};
}

const char *node_dir(const struct node *n)
{
    return n->dir;
}

struct store *node_store(struct node *n)
{
    return n->store;
}

struct ledger *node_ledger(struct node *n)
{
    return n->ledger;
}

struct signer *node_signer(struct node *n)
{
    return n->signer;
}

int64_t node_now(const struct node *n)
{
    return time_system() + atomic_load(&n->ahead);
}

/* ---- the folder --------------------------------------------------- */

err node_lock(struct ctx *c, const char *dir, int *fd)
{
    const char *path = file_join(c, dir, NODE_LOCK);

    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*fd < 0)
        return fail(c, errno == ENOENT ? E_NOT_FOUND : E_STORAGE,
                    say(c, "Map kota %s tidak dapat dibuka: %s.",
                        "The city's folder %s cannot be opened: %s."),
                    dir, strerror(errno));
    if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
        return E_OK;
    close(*fd);
    *fd = -1;
    return fail(c, E_BUSY,
                say(c,
                    "Map %s sedang dipakai oleh balai yang lain. Hentikan "
                    "dahulu, atau jalankan perintah lewat soketnya.",
                    "The folder %s is in use by another balai. Stop that one "
                    "first, or let it run the command."),
                dir);
}

static err read_secret(struct ctx *c, struct node *n)
{
    str bytes;

    TRY(file_read(c, file_join(c, n->dir, NODE_SECRET), 4096, &bytes));
    if (bytes.n != 65 || !str_unhex(str_trim(bytes), n->secret, 32))
        return fail(c, E_TAMPERED,
                    say(c,
                        "%s/secret rusak: isinya harus 64 digit heksadesimal. "
                        "Pulihkan dari cadangan.",
                        "%s/secret is damaged: it must hold 64 hexadecimal "
                        "digits. Restore it from a backup."),
                    n->dir);
    return E_OK;
}

err node_keep_clock(struct ctx *c, const char *dir, int64_t ahead)
{
    return file_write(c, file_join(c, dir, NODE_CLOCK),
                      arena_fmt(c->mem, "%" PRId64 "\n", ahead), 0600);
}

/* Only where the city says that it is for training: the file alone moves
 * nothing. */
static err read_clock(struct ctx *c, struct node *n)
{
    const char *path = file_join(c, n->dir, NODE_CLOCK);
    int64_t ahead;
    str bytes;

    if (!file_exists(path) || !city_training(n->now->city))
        return E_OK;
    TRY(file_read(c, path, 64, &bytes));
    TRY(str_i64(c, str_trim(bytes), &ahead));
    atomic_store(&n->ahead, ahead);
    c->now = node_now(n);
    return E_OK;
}

/* A newer balai keeps tables that an older one did not: they are filled from
 * the events, once. */
static err catch_up(struct ctx *c, struct node *n)
{
    int64_t events;
    bool owes;

    TRY(store_owes_replay(c, n->store, &owes));
    if (!owes)
        return E_OK;
    TRY(ledger_rebuild(c, n->ledger, &events));
    LOG(LOG_INFO, "node", "tables_made_anew", LOG_I64("events", events));
    return E_OK;
}

static err open_parts(struct ctx *c, struct node *n,
                      const struct node_options *o)
{
    struct store_options s = {.path = file_join(c, n->dir, NODE_DATABASE),
                              .synchronous = o->synchronous};
    struct ledger_options l = {.keys = file_join(c, n->dir, NODE_KEYS),
                               .appliers = o->appliers,
                               .n = o->n};

    TRY(node_lock(c, n->dir, &n->lock));
    if (!file_exists(s.path))
        return fail(c, E_NOT_FOUND,
                    say(c,
                        "%s bukan map kota. Buatlah dengan: balai init -C %s "
                        "--city KODE --domain NAMA.",
                        "%s is not a city's folder. Make one with: balai init "
                        "-C %s --city CODE --domain NAME."),
                    n->dir, n->dir);
    if (o->apart)
        TRY(node_helpers_start(c, n, o->unjailed));
    TRY(read_secret(c, n));
    TRY(store_open(c, &s, &n->store));
    TRY(o->apart ? node_reach_signer(c, n)
                 : seal_signer_open(c, file_join(c, n->dir, NODE_SIGNER),
                                    &n->signer));
    l.store = n->store, l.signer = n->signer;
    TRY(ledger_open(c, &l, &n->ledger));
    TRY(catch_up(c, n));
    TRY(node_weigh_evidence(c, n));
    TRY(node_refresh(c, n));
    TRY(read_clock(c, n));
    return node_await_witness(c, n);
}

static void drop_snapshot(void *it)
{
    struct snapshot *s = it;

    if (s == NULL || atomic_fetch_sub(&s->holders, 1) > 1)
        return;
    app_catalogue_free(s->apps);
    city_free(s->city);
    free(s);
}

err node_open(struct ctx *c, const struct node_options *o, struct node **out)
{
    struct node *n = calloc(1, sizeof *n);
    err e;

    MUST(n != NULL);
    n->lock = -1;
    n->dir = strdup(o->dir);
    MUST(n->dir != NULL);
    pthread_mutex_init(&n->guard, NULL);
    pthread_mutex_init(&n->ticking, NULL);
    pthread_mutex_init(&n->refreshing, NULL);
    n->asking = node_asking_new();
    e = open_parts(c, n, o);
    if (e != E_OK) {
        node_close(n);
        return e;
    }
    *out = n;
    return E_OK;
}

void node_close(struct node *n)
{
    if (n == NULL)
        return;
    drop_snapshot(n->now);
    ledger_close(n->ledger);
    seal_signer_close(n->signer);
    jail_keeper_stop(n->keeper);
    store_close(n->store);
    node_asking_free(n->asking);
    if (n->lock >= 0)
        close(n->lock);
    pthread_mutex_destroy(&n->guard);
    pthread_mutex_destroy(&n->ticking);
    pthread_mutex_destroy(&n->refreshing);
    free(n->dir);
    free(n);
}

/* ---- snapshots ---------------------------------------------------- */

static err new_snapshot(struct ctx *c, struct node *n, struct snapshot *s)
{
    struct conn *on;
    err e;

    TRY(store_read(c, n->store, &on));
    e = city_snapshot(c, on, &s->city);
    if (e == E_OK)
        e = node_tell_neighbours(c, n, s->city);
    if (e == E_OK)
        e = app_catalogue_new(c, on, s->city, &s->apps);
    store_done(on);
    return e;
}

static err refresh(struct ctx *c, struct node *n)
{
    struct snapshot *fresh = calloc(1, sizeof *fresh), *old;
    err e;

    MUST(fresh != NULL);
    atomic_init(&fresh->holders, 1);
    e = new_snapshot(c, n, fresh);
    if (e != E_OK) {
        city_free(fresh->city);
        free(fresh);
        return e;
    }
    pthread_mutex_lock(&n->guard);
    old = n->now;
    fresh->edition = old == NULL ? 1 : old->edition + 1;
    n->now = fresh;
    pthread_mutex_unlock(&n->guard);
    drop_snapshot(old);
    return E_OK;
}

err node_refresh(struct ctx *c, struct node *n)
{
    err e;

    pthread_mutex_lock(&n->refreshing);
    e = refresh(c, n);
    pthread_mutex_unlock(&n->refreshing);
    return e;
}

err node_world(struct ctx *c, struct node *n, struct record_world *out)
{
    struct snapshot *s;

    pthread_mutex_lock(&n->guard);
    s = n->now;
    atomic_fetch_add(&s->holders, 1);
    pthread_mutex_unlock(&n->guard);
    arena_owns(c->mem, drop_snapshot, s);
    *out = (struct record_world){.store = n->store,
                                 .ledger = n->ledger,
                                 .signer = n->signer,
                                 .city = s->city,
                                 .apps = s->apps,
                                 .edition = s->edition};
    memcpy(out->secret, n->secret, sizeof out->secret);
    return E_OK;
}

/* ---- the clock and the checkpoint --------------------------------- */

err node_set_clock(struct ctx *c, struct node *n, int64_t instant)
{
    struct record_world w;

    TRY(node_world(c, n, &w));
    if (!city_training(w.city))
        return fail(c, E_FORBIDDEN, "%s",
                    say(c, "Jam hanya dapat digeser di kota latihan.",
                        "Only a training city's clock can be moved."));
    TRY(node_keep_clock(c, n->dir, instant - time_system()));
    atomic_store(&n->ahead, instant - time_system());
    c->now = instant;
    return E_OK;
}

static err tick(struct ctx *c, struct node *n)
{
    struct record_world w;
    int64_t done;
    bool grown;
    err e;

    TRY(node_world(c, n, &w));
    e = ledger_checkpoint(c, n->ledger, &grown);
    if (e == E_CONFLICT)
        atomic_store(&n->rolled_back, true);
    TRY(e);
    return record_seal_letters(c, &w, &done);
}

err node_tick(struct ctx *c, struct node *n)
{
    err e;

    pthread_mutex_lock(&n->ticking);
    e = tick(c, n);
    pthread_mutex_unlock(&n->ticking);
    return e;
}
