/* SPDX-License-Identifier: EUPL-1.2 */
/* Telling residents: a thread of its own, so that no act waits for a server. */
#include "node/node_priv.h"

#include <time.h>

#define EVERY  (2 * TIME_SECOND)
#define SLICES 10

static err turn(struct ctx *c, struct node *n, bool *more)
{
    struct record_world w;
    size_t sent;

    TRY(node_world(c, n, &w));
    TRY(notice_gather(c, &w, n->via, more));
    return notice_send(c, &w, n->via, &sent);
}

static void *tell_all(void *arg)
{
    struct node *n = arg;

    while (!atomic_load(&n->stopping)) {
        const struct timespec slice = {.tv_nsec = EVERY / SLICES * 1000};
        struct ctx c = node_ctx(n);
        bool more = false;
        err e = turn(&c, n, &more);

        if (e != E_OK)
            LOG(LOG_ERROR, "node", "notice", LOG_LIT("why", err_name(e)));
        arena_free(c.mem);
        /* In slices, so that the end need not wait. */
        for (int i = 0; i < SLICES && !more && !atomic_load(&n->stopping); i++)
            nanosleep(&slice, NULL);
    }
    return NULL;
}

err node_notice_read(struct ctx *c, struct node *n)
{
    struct notice_via *via = NEW(c->mem, struct notice_via);
    struct findings f = {0};

    if (notice_via_read(c, file_join(c, n->dir, NODE_DELIVERY), &f, via) !=
        E_OK)
        return fail(c, E_BAD_INPUT, "%s\n%.*s", arena_str(c->mem, c->why).p,
                    STR_ARG(f.n > 0 ? finding_show(c, &f.all[0]) : STR("")));
    via->stop = via->postbox.stop = &n->stopping;
    n->via = via;
    return E_OK;
}

void node_notice_start(struct node *n)
{
    MUST(pthread_create(&n->telling, NULL, tell_all, n) == 0);
    n->tells = true;
}

void node_notice_stop(struct node *n)
{
    if (n->tells)
        pthread_join(n->telling, NULL);
    n->tells = false;
}
