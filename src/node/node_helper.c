/* SPDX-License-Identifier: EUPL-1.2 */
/* The processes beside the node. What runs in them was never in a memory with
 * a key or a database: a program of its own could not be started, since the
 * node's own jail lets it start none. */
#include "node/node_priv.h"

#define SIGNER_ARENA ((size_t)64 << 20)
#define SIGNER_MEMORY                                                          \
    ((size_t)1 << 30) /* of addresses: its arenas, libraries, stacks */

enum { HELPER_SIGNER, HELPER_READER, HELPERS };

/* The one process that holds the city's keys. */
static void sign(const void *dir, int fd)
{
    struct ctx c = {.mem = arena_new(SIGNER_ARENA),
                    .now = time_system(),
                    .lang = STR("id"),
                    .dice = seal_dice()};

    seal_signer_serve(&c, file_join(&c, dir, NODE_SIGNER), time_system, fd);
    arena_free(c.mem);
}

err node_helpers_start(struct ctx *c, struct node *n, bool unjailed)
{
    const struct jail_path own = {n->dir, true};
    const struct jail_helper helpers[HELPERS] = {
        [HELPER_SIGNER] = {.name = "balai-signer",
                           .role = JAIL_SIGNER,
                           .paths = &own,
                           .n = 1,
                           .limits = {SIGNER_MEMORY, 0},
                           .alone = true,
                           .work = sign,
                           .arg = n->dir},
        [HELPER_READER] = {.name = "balai-reader",
                           .role = JAIL_READER,
                           .limits = {READER_MEMORY, READER_SECONDS},
                           .lives = READER_LIVES,
                           .work = reader_serve},
    };

    reader_ready();
    return jail_keeper_start(c, helpers, COUNT(helpers), unjailed, &n->keeper);
}

err node_helpers_live(struct ctx *c, struct node *n)
{
    return n->keeper == NULL || jail_keeper_lives(n->keeper)
               ? E_OK
               : fail(c, E_INTERNAL,
                      say(c,
                          "Proses balai-keeper berakhir, dan dengannya "
                          "penanda tangan. Balai berhenti; silakan jalankan "
                          "kembali.",
                          "The process balai-keeper ended, and the signer with "
                          "it. Balai stops; start it again."));
}

static err reach_signer(struct ctx *c, void *keeper, int *fd)
{
    return jail_keeper_call(c, keeper, HELPER_SIGNER, fd);
}

err node_reach_signer(struct ctx *c, struct node *n)
{
    return seal_signer_reach(c, reach_signer, n->keeper, &n->signer);
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
