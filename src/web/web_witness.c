/* SPDX-License-Identifier: EUPL-1.2 */
/* This city as a witness of others' logs (C2SP tlog-witness): /saksi is its
 * submission prefix and its monitoring prefix. For programs: answers are plain
 * texts, and the status is the standard's. */
#include "web/web_priv.h"

#define TEXT "text/plain; charset=utf-8"

/* Where the witness has another size, it tells it in a type of its own. */
static err no(struct visit *v, err e, const struct seal_cosigned *got)
{
    str why = v->c->why.n > 0 ? v->c->why : str_of(err_says(v->c, e));

    if (e == E_CONFLICT)
        TRY(web_send(v, STR("text/x.tlog.size"),
                     arena_fmt(v->c->mem, "%" PRIu64 "\n", got->size),
                     STR("")));
    else
        TRY(web_send(v, STR(TEXT), arena_fmt(v->c->mem, "%.*s\n", STR_ARG(why)),
                     STR("")));
    v->reply.status = err_http(e);
    v->reply.keep_out = true;
    return E_OK;
}

err web_witness_add(struct visit *v)
{
    struct seal_cosigned got = {STR(""), 0};
    err e = seal_signer_cosign(v->c, v->world.signer, v->note, &got);

    if (e != E_OK)
        return no(v, e, &got);
    return web_send(v, STR(TEXT), got.lines, STR(""));
}

err web_witness_key(struct visit *v)
{
    struct seal_key key;

    seal_signer_key(v->world.signer, SEAL_WITNESS, &key);
    return web_send(
        v, STR(TEXT),
        arena_fmt(v->c->mem, "%.*s\n", STR_ARG(seal_vkey_show(v->c, &key))),
        STR(""));
}

/* {origin} is the SHA-256 of the log's name, in hexadecimal. */
err web_witness_tip(struct visit *v)
{
    struct seal_watched *all;
    struct hash asked, its;
    size_t n;

    TRY(seal_signer_watched(v->c, v->world.signer, &all, &n));
    if (!str_unhex(v->part[0], asked.b, SEAL_HASH))
        n = 0;
    for (size_t i = 0; i < n; i++) {
        its = seal_sha256(all[i].origin);
        if (all[i].note.n > 0 && seal_same(asked.b, its.b, SEAL_HASH))
            return web_send(v, STR(TEXT), all[i].note, STR(""));
    }
    return no(v,
              fail(v->c, E_NOT_FOUND, "%s",
                   say(v->c, "Log itu tidak disaksikan di sini.",
                       "That log is not witnessed here.")),
              NULL);
}
