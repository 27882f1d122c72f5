/* SPDX-License-Identifier: EUPL-1.2 */
/* tuf-client: the client of src/grant behind the command line that
 * tuf-conformance speaks (its CLIENT-CLI.md), so that the standard's own suite
 * judges the workflow that cities go by.
 *
 *     tuf-client --metadata-dir DIR init ROOT
 *     tuf-client --metadata-dir DIR --metadata-url URL refresh
 *     tuf-client ... --target-base-url URL --target-dir DIR
 *                --target-name PATH [--target-name PATH]... download
 *
 * It differs from a city's client in three things, all of them here: it takes
 * the keys of tuf_scheme.c too (not with --ours), asks on loopback, and leaves
 * what it has fetched in a folder. Exits 0 or 1. */
#include "tests/tuf/tuf_client.h"

#include <stdio.h>

struct order {
    const char *metadata_dir, *metadata_url, *target_url, *target_dir;
    const char *verb, *root;
    bool ours; /* no other keys than a city takes */
    str *targets;
    size_t n, room;
};

static err usage(struct ctx *c, const char *what)
{
    return fail(c, E_BAD_INPUT, "%s: see tests/tuf/tuf_client.c.", what);
}

static err read_option(struct ctx *c, struct order *o, str name,
                       const char *value)
{
    const struct {
        str name;
        const char **to;
    } options[] = {
        {STR("--metadata-dir"), &o->metadata_dir},
        {STR("--metadata-url"), &o->metadata_url},
        {STR("--target-base-url"), &o->target_url},
        {STR("--target-dir"), &o->target_dir},
    };

    if (value == NULL)
        return usage(c, name.p);
    for (size_t i = 0; i < COUNT(options); i++)
        if (str_eq(name, options[i].name)) {
            *options[i].to = value;
            return E_OK;
        }
    if (!str_eq(name, STR("--target-name")))
        return usage(c, name.p);
    ARENA_GROW(c->mem, o->targets, o->n, o->room);
    o->targets[o->n++] = str_of(value);
    return E_OK;
}

static err read_order(struct ctx *c, char **argv, struct order *o)
{
    for (; *argv != NULL; argv++) {
        if (strcmp(*argv, "--ours") == 0) {
            o->ours = true;
        } else if (str_starts(str_of(*argv), STR("--"))) {
            TRY(read_option(c, o, str_of(*argv), argv[1]));
            argv++;
        } else if (o->verb == NULL) {
            o->verb = *argv;
        } else {
            o->root = *argv;
        }
    }
    if (o->verb == NULL || o->metadata_dir == NULL)
        return usage(c, "--metadata-dir and a verb are needed");
    return E_OK;
}

/* ---- a repository whose metadata and targets stand apart ---------- */

struct places {
    struct grant_source metadata, targets;
};

static err fetch(struct ctx *c, void *arg, const char *path, size_t most,
                 str *bytes)
{
    const struct places *p = arg;
    const char *below = strchr(path, '/') + 1;
    const struct grant_source *from =
        str_starts(str_of(path), STR("metadata/")) ? &p->metadata : &p->targets;

    return from->fetch(c, from->arg, below, most, bytes);
}

static struct grant_source source_of(struct ctx *c, const struct order *o)
{
    struct places *p = NEW(c->mem, struct places);

    p->metadata = grant_from_url(c, str_of(o->metadata_url), true);
    if (o->target_url != NULL)
        p->targets = grant_from_url(c, str_of(o->target_url), true);
    return (struct grant_source){.fetch = fetch, .arg = p, .line = true};
}

/* ---- what is asked ------------------------------------------------ */

/* No check and no request: the first refresh judges it. */
static err init(struct ctx *c, const struct order *o)
{
    str root;

    if (o->root == NULL)
        return usage(c, "init needs a root");
    TRY(file_read(c, o->root, GRANT_ROOT_MOST, &root));
    return file_write(c, file_join(c, o->metadata_dir, "root.json"), root,
                      0644);
}

static err refresh(struct ctx *c, const struct order *o, struct grant_tuf *t)
{
    if (o->metadata_url == NULL)
        return usage(c, "--metadata-url is needed");
    *t = (struct grant_tuf){.trust = o->metadata_dir,
                            .from = source_of(c, o),
                            .who = str_of(o->metadata_url),
                            .also = o->ours ? NULL : &tuf_client_schemes};
    TRY(grant_tuf_begin(c, t, STR("")));
    return grant_tuf_refresh(c, t);
}

/* Its whole path as one name, so that none leaves the folder. */
static const char *kept_as(struct ctx *c, const struct order *o, str path)
{
    struct buf b = buf_new(c, (size_t)1 << 12);

    buf_url(&b, path);
    return file_join(c, o->target_dir, buf_str(&b).p);
}

static bool is_kept(struct ctx *c, const char *at, const struct grant_target *g)
{
    str bytes;

    return g->length >= 0 &&
           file_read(c, at, (size_t)g->length, &bytes) == E_OK &&
           bytes.n == (size_t)g->length && grant_hashes_hold(g->hashes, bytes);
}

static err download_one(struct ctx *c, const struct order *o,
                        struct grant_tuf *t, str path)
{
    const char *at = kept_as(c, o, path);
    struct grant_target g;
    str bytes;

    TRY(grant_tuf_find(c, t, path, &g));
    if (is_kept(c, at, &g))
        return E_OK;
    TRY(grant_fetch_target(c, &t->from, &g, &bytes));
    return file_write(c, at, bytes, 0644);
}

static err download(struct ctx *c, const struct order *o)
{
    struct grant_tuf t;

    if (o->target_url == NULL || o->target_dir == NULL || o->n == 0)
        return usage(c, "--target-base-url, --target-dir and --target-name "
                        "are needed");
    TRY(refresh(c, o, &t));
    for (size_t i = 0; i < o->n; i++)
        TRY(download_one(c, o, &t, o->targets[i]));
    return E_OK;
}

static err carry_out(struct ctx *c, char **argv)
{
    struct order o = {0};
    struct grant_tuf t;

    TRY(read_order(c, argv, &o));
    if (strcmp(o.verb, "init") == 0)
        return init(c, &o);
    if (strcmp(o.verb, "refresh") == 0)
        return refresh(c, &o, &t);
    if (strcmp(o.verb, "download") == 0)
        return download(c, &o);
    return usage(c, o.verb);
}

int main(int argc, char **argv)
{
    struct ctx c = {.mem = arena_new((size_t)1 << 30),
                    .now = time_system(),
                    .lang = STR("en"),
                    .dice = seal_dice()};
    err e = argc > 0 ? carry_out(&c, argv + 1) : E_BAD_INPUT;

    if (e != E_OK)
        fprintf(stderr, "tuf-client: %.*s\n", STR_ARG(c.why));
    arena_free(c.mem);
    return e == E_OK ? 0 : 1;
}
