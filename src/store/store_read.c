/* SPDX-License-Identifier: EUPL-1.2 */
/* Snapshots: a loan of a read-only connection, from a pool. */
#include "store/store_priv.h"

/* An idle connection to the file in use, or NULL; counts the loan. */
static err take_idle(struct ctx *c, struct store *s, struct link **out)
{
    err e = E_OK;

    pthread_mutex_lock(&s->lock);
    *out = s->idle;
    if (s->n_out >= READERS_MOST)
        e = fail(c, E_BUSY,
                 say(c, "Terlalu banyak pembaca saat ini. Silakan coba lagi.",
                     "Too many are reading just now. Try again."));
    else if (s->idle != NULL)
        s->idle = s->idle->next, s->n_idle--;
    s->n_out += e == E_OK;
    pthread_mutex_unlock(&s->lock);
    return e;
}

static void give_back(struct store *s, struct link *l)
{
    bool keep = l != NULL && sqlite3_get_autocommit(l->db) != 0;

    pthread_mutex_lock(&s->lock);
    s->n_out--;
    keep = keep && l->number == s->number && s->n_idle < READERS_KEPT;
    if (keep)
        l->next = s->idle, s->idle = l, s->n_idle++;
    pthread_mutex_unlock(&s->lock);
    if (!keep)
        store_link_close(l);
}

static err open_one(struct ctx *c, struct store *s, struct link **out)
{
    const char *file;
    int64_t number;

    pthread_mutex_lock(&s->lock);
    file = s->file;
    number = s->number;
    pthread_mutex_unlock(&s->lock);
    TRY(store_link_open(c, s, file, LINK_READER, out));
    (*out)->number = number;
    return E_OK;
}

/* The snapshot is fixed here and not at the caller's first statement, so that
 * it holds what was committed before this call and nothing later. */
static err look(struct ctx *c, const struct store *s, struct link *l)
{
    int rc = store_link_do(l, VERB_LOOK);

    l->until = time_monotonic() + s->snapshot_most;
    if (rc == SQLITE_OK)
        rc = store_link_do(l, VERB_ANCHOR);
    return rc == SQLITE_OK ? E_OK : store_fault(c, l, rc, "store_look");
}

static void end(struct link *l)
{
    l->until = 0;
    if (sqlite3_get_autocommit(l->db) == 0)
        (void)store_link_do(l, VERB_ROLLBACK);
}

static void list(struct store *s, struct conn *on)
{
    pthread_mutex_lock(&s->lock);
    on->next = s->out;
    if (s->out != NULL)
        s->out->prev = on;
    s->out = on;
    pthread_mutex_unlock(&s->lock);
}

static void unlist(struct store *s, struct conn *on)
{
    pthread_mutex_lock(&s->lock);
    *(on->prev == NULL ? &s->out : &on->prev->next) = on->next;
    if (on->next != NULL)
        on->next->prev = on->prev;
    pthread_mutex_unlock(&s->lock);
}

void store_done(struct conn *reader)
{
    struct store *s = reader->store;
    struct link *l = reader->link;

    if (l == NULL)
        return;
    store_conn_end(reader);
    reader->link = NULL;
    unlist(s, reader);
    end(l);
    give_back(s, l);
}

static void drop(void *reader)
{
    store_done(reader);
}

static err borrow(struct ctx *c, struct store *s, struct link **out)
{
    err e;

    TRY(take_idle(c, s, out));
    e = *out == NULL ? open_one(c, s, out) : E_OK;
    if (e == E_OK)
        e = look(c, s, *out);
    if (e == E_OK)
        return E_OK;
    if (*out != NULL)
        end(*out);
    give_back(s, *out);
    return e;
}

static int64_t number_now(struct store *s)
{
    int64_t n;

    pthread_mutex_lock(&s->lock);
    n = s->number;
    pthread_mutex_unlock(&s->lock);
    return n;
}

err store_read(struct ctx *c, struct store *s, struct conn **out)
{
    struct conn *on = NEW(c->mem, struct conn);
    int64_t number = number_now(s);
    struct link *l = NULL;
    err e = borrow(c, s, &l);

    if (e != E_OK && number != number_now(s))
        e = borrow(c, s, &l); /* the file was left while it was opened */
    if (e != E_OK)
        return e;
    *on = (struct conn){.store = s, .link = l};
    list(s, on);
    arena_owns(c->mem, drop, on);
    *out = on;
    return E_OK;
}

void store_patient(struct conn *reader)
{
    reader->link->until = 0;
}

void store_readers_trim(struct store *s)
{
    struct link *old;

    pthread_mutex_lock(&s->lock);
    old = s->idle;
    s->idle = NULL;
    s->n_idle = 0;
    pthread_mutex_unlock(&s->lock);
    for (struct link *next; old != NULL; old = next) {
        next = old->next;
        store_link_close(old);
    }
}

void store_readers_close(struct store *s)
{
    while (s->out != NULL)
        store_done(s->out);
    store_readers_trim(s);
}
