/* SPDX-License-Identifier: EUPL-1.2 */
/* The processes beside the node. What runs in them was never in a memory with
 * a key or a database: a program of its own could not be started, since the
 * node's own jail lets it start none. */
#include "node/node_priv.h"

enum { HELPER_READER };

static const struct jail_helper helpers[] = {
    [HELPER_READER] = {.name = "balai-reader",
                       .role = JAIL_READER,
                       .limits = {READER_MEMORY, READER_SECONDS},
                       .lives = READER_LIVES,
                       .work = reader_serve},
};

err node_helpers_start(struct ctx *c, struct node *n, bool unjailed)
{
    reader_ready();
    return jail_keeper_start(c, helpers, COUNT(helpers), unjailed, &n->keeper);
}

static err reach_reader(struct ctx *c, void *keeper, int *fd)
{
    return jail_keeper_call(c, keeper, HELPER_READER, fd);
}

void node_have_read(struct ctx *c, struct node *n, const struct reader_job *job,
                    struct reader_got *out)
{
    MUST(n->keeper != NULL);
    reader_ask(c, reach_reader, n->keeper, job, out);
}
