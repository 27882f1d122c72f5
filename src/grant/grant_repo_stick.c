/* SPDX-License-Identifier: EUPL-1.2 */
/* A repository to carry: the edition in force with a statement that lasts for
 * a voyage. The statement takes a version of its own, and the line at once
 * publishes the one after it: who comes back on line is not left with what
 * was said for the stick. */
#include "grant/grant_priv.h"

#define STICK_LASTS (90 * TIME_DAY)

static const char *below(struct ctx *c, const char *dir, const char *path)
{
    return file_join(c, dir, path);
}

static err copy(struct ctx *c, const struct grant_tuf *t, const char *to,
                const char *path, size_t most)
{
    str bytes;

    TRY(t->from.fetch(c, t->from.arg, path, most, &bytes));
    return file_write(c, below(c, to, path), bytes, 0644);
}

static err copy_metadata(struct ctx *c, const struct grant_tuf *t,
                         const char *to)
{
    for (int64_t v = 1; v <= t->root.version; v++)
        TRY(copy(c, t, to,
                 arena_fmt(c->mem, "metadata/%" PRId64 ".root.json", v).p,
                 GRANT_ROOT_MOST));
    TRY(copy(c, t, to,
             arena_fmt(c->mem, "metadata/%" PRId64 ".snapshot.json",
                       t->snapshot.version)
                 .p,
             GRANT_SNAPSHOT_MOST));
    return copy(c, t, to,
                arena_fmt(c->mem, "metadata/%" PRId64 ".targets.json",
                          t->targets.version)
                    .p,
                GRANT_TARGETS_MOST);
}

static err copy_target(struct ctx *c, const struct grant_target *g,
                       const struct grant_tuf *t, const char *to)
{
    const char *dir = below(c, to, g->file.p);
    str bytes;

    dir = arena_fmt(c->mem, "%.*s", (int)(strrchr(dir, '/') - dir), dir).p;
    TRY(grant_fetch_target(c, &t->from, g, &bytes));
    TRY(file_make_dir(c, dir, 0755));
    return file_write(c, below(c, to, g->file.p), bytes, 0644);
}

static err copy_all(struct ctx *c, struct grant_tuf *t, const char *to)
{
    struct grant_edition all;

    TRY(file_make_dir(c, to, 0755));
    TRY(file_make_dir(c, below(c, to, "metadata"), 0755));
    TRY(file_make_dir(c, below(c, to, "targets"), 0755));
    TRY(copy_metadata(c, t, to));
    TRY(grant_tuf_all(c, t, &all));
    for (size_t i = 0; i < all.n; i++)
        TRY(copy_target(c, &all.all[i], t, to));
    return E_OK;
}

static err make_statement(struct ctx *c, const struct grant_tuf *t,
                          struct signer *signer, str *json, int64_t *expires)
{
    struct seal_edition next = {
        .below = t->snapshot.version,
        .digest = seal_sha256(t->snapshot.bytes),
        .length = (int64_t)t->snapshot.bytes.n,
        .expires = (c->now / TIME_SECOND) * TIME_SECOND + STICK_LASTS,
        .stick = true};
    int64_t snapshot, timestamp;

    TRY(seal_signer_said(c, signer, &snapshot, &timestamp));
    next.version =
        (timestamp > t->timestamp.version ? timestamp : t->timestamp.version) +
        1;
    *expires = next.expires;
    return seal_signer_timestamp(c, signer, &next, json);
}

err grant_stick(struct ctx *c, const char *repo, struct signer *signer,
                const char *to, int64_t *expires)
{
    struct grant_tuf t = {.from = grant_from_folder(c, repo),
                          .who = str_of(repo),
                          .any_time = true};
    struct findings f = {0};
    str root, json;

    if (file_exists(below(c, to, "metadata")))
        return fail(c, E_CONFLICT,
                    say(c,
                        "%s sudah berisi repositori. Silakan gunakan folder "
                        "lain.",
                        "%s holds a repository already. Use another folder."),
                    to);
    TRY(t.from.fetch(c, t.from.arg, "metadata/1.root.json", GRANT_ROOT_MOST,
                     &root));
    TRY(grant_tuf_begin(c, &t, root));
    TRY(grant_tuf_refresh(c, &t));
    TRY(copy_all(c, &t, to));
    TRY(make_statement(c, &t, signer, &json, expires));
    TRY(file_write(c, below(c, to, "metadata/timestamp.json"), json, 0644));
    TRY(grant_renew(c, repo, signer));
    return grant_check(c, to, &f);
}
