/* SPDX-License-Identifier: EUPL-1.2 */
/* What this city publishes for others: its repository, as any TUF client reads
 * it. Files are opened as on a stick that a stranger filled: plain names, no
 * links. Who asks is a program, often over a thin line: what it gets, and what
 * it is told is not there, has no page around it. */
#include "grant/grant.h"
#include "web/web_priv.h"

#define METADATA_MOST ((size_t)5 << 20)
#define TARGET_MOST   ((size_t)4 << 20)

static err absent(struct visit *v)
{
    TRY(web_send(v, STR("text/plain; charset=utf-8"),
                 str_of(say(v->c, "Berkas ini tidak ada.\n",
                            "There is no such file.\n")),
                 STR("")));
    v->reply.status = 404;
    v->reply.bare = true;
    return E_OK;
}

/* Small letters, digits, "-", "_" and single dots, as names here are made. */
static bool plain(str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char ch = name.p[i];

        if ((ch < 'a' || ch > 'z') && (ch < '0' || ch > '9') && ch != '-' &&
            ch != '_' && (ch != '.' || i == 0 || name.p[i - 1] == '.'))
            return false;
    }
    return name.n > 0 && name.n <= 200;
}

static err send_file(struct visit *v, str path, size_t most, const char *type,
                     bool forever)
{
    const char *repo = web_options_of(v->web)->repo;
    struct grant_source from;
    str bytes;

    if (repo == NULL)
        return absent(v);
    from = grant_from_folder(v->c, repo);
    if (from.fetch(v->c, from.arg, path.p, most, &bytes) != E_OK)
        return absent(v);
    TRY(web_send(v, str_of(type), bytes, STR("")));
    v->reply.bare = true;
    v->reply.forever = forever;
    return E_OK;
}

/* "3.root.json" never changes; timestamp.json is what is asked anew. */
err web_repo_metadata(struct visit *v)
{
    str name = v->part[0];

    if (!plain(name) || !str_ends(name, STR(".json")))
        return absent(v);
    return send_file(v, arena_fmt(v->c->mem, "metadata/%.*s", STR_ARG(name)),
                     METADATA_MOST, "application/json",
                     name.p[0] >= '0' && name.p[0] <= '9');
}

/* Named by its digest: "HASH.izin-reklame.tar.zst". */
err web_repo_target(struct visit *v)
{
    if (!plain(v->part[0]) || !plain(v->part[1]))
        return absent(v);
    return send_file(v,
                     arena_fmt(v->c->mem, "targets/%.*s/%.*s",
                               STR_ARG(v->part[0]), STR_ARG(v->part[1])),
                     TARGET_MOST, "application/zstd", true);
}
