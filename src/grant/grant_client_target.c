/* SPDX-License-Identifier: EUPL-1.2 */
/* Targets: what a role says of one, its bytes, and the app in them. Nothing is
 * unpacked before its length and hash hold, nor parsed as an app before the
 * archive is the one whose tree was signed. */
#include "grant/grant_priv.h"

#include "pack/pack.h"

#define PATH_MOST 255

/* "DIR/HASH.NAME" below targets/, by any digest that is listed. */
static str file_of(struct ctx *c, const struct grant_tuf *t, str path,
                   const struct data *hashes)
{
    str hash = data_text(data_get(hashes, STR("sha256")));
    size_t slash = path.n;

    if (hash.p == NULL)
        hash = data_text(hashes->pairs[0].value);
    while (slash > 0 && path.p[slash - 1] != '/')
        slash--;
    if (!str_eq(data_text(data_get(t->root.body, STR("consistent_snapshot"))),
                STR("true")))
        return arena_fmt(c->mem, "targets/%.*s", STR_ARG(path));
    return arena_fmt(c->mem, "targets/%.*s%.*s.%.*s", (int)slash, path.p,
                     STR_ARG(hash), (int)(path.n - slash), path.p + slash);
}

/* Foreign repositories may say nothing that we understand: then the target has
 * a path and bytes, and is no app. */
static void read_custom(struct grant_target *out)
{
    str app = grant_text(out->custom, "app");
    str suffix = STR(GRANT_APP_SUFFIX);

    if (app.n + suffix.n != out->path.n || !str_starts(out->path, app) ||
        !str_ends(out->path, suffix))
        return;
    out->app = app;
    out->version = grant_text(out->custom, "version");
    out->tree = grant_text(out->custom, "tree");
}

err grant_target_read(struct ctx *c, const struct grant_tuf *t, str path,
                      const struct data *def, struct grant_target *out)
{
    str hash;

    *out = (struct grant_target){
        .path = path,
        .length = grant_number(def, "length"),
        .custom = data_get(def, STR("custom")),
        .city = t->who,
        .giver = grant_text(data_get(t->root.body, STR("balai")), "city"),
        .hashes = data_get(def, STR("hashes")),
    };
    hash = data_text(data_get(out->hashes, STR("sha256")));
    if (path.n == 0 || path.n > PATH_MOST ||
        (hash.p != NULL && !str_unhex(hash, out->sha256.b, SEAL_HASH)))
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "Nama atau hash sebuah isi dari %.*s tidak dapat "
                        "dipakai (%.*s).",
                        "The name or hash of a target of %.*s cannot be used "
                        "(%.*s)."),
                    STR_ARG(t->who), path.n > 100 ? 100 : (int)path.n, path.p);
    out->file = file_of(c, t, path, out->hashes);
    read_custom(out);
    return E_OK;
}

/* ---- bytes -------------------------------------------------------- */

static str called(const struct grant_target *t)
{
    return t->app.n > 0 ? t->app : t->path;
}

static err not_signed(struct ctx *c, const struct grant_target *t)
{
    return fail(c, E_TAMPERED,
                say(c,
                    "%.*s dari %.*s bukan seperti yang ditandatangani %.*s. "
                    "Tidak ada yang diubah.",
                    "%.*s from %.*s is not what %.*s signed. Nothing was "
                    "changed."),
                STR_ARG(called(t)), STR_ARG(t->city), STR_ARG(t->city));
}

err grant_fetch_target(struct ctx *c, const struct grant_source *from,
                       const struct grant_target *t, str *bytes)
{
    err e;

    if (t->length < 0 || (uint64_t)t->length > GRANT_PACKAGE_MOST)
        return fail(c, E_TOO_BIG,
                    say(c, "%.*s dari %.*s melebihi %zu bita.",
                        "%.*s from %.*s is over %zu bytes."),
                    STR_ARG(called(t)), STR_ARG(t->city), GRANT_PACKAGE_MOST);
    *bytes = STR("");
    e = from->fetch(c, from->arg, t->file.p, (size_t)t->length, bytes);
    if (e == E_TOO_BIG)
        return not_signed(c, t);
    if (e == E_NOT_FOUND)
        return fail(c, e,
                    say(c, "Repositori %.*s tidak memuat %.*s.",
                        "The repository of %.*s lacks %.*s."),
                    STR_ARG(t->city), STR_ARG(t->file));
    TRY(e);
    if (bytes->n != (size_t)t->length || !grant_hashes_hold(t->hashes, *bytes))
        return not_signed(c, t);
    return E_OK;
}

/* ---- apps --------------------------------------------------------- */

static err no_package(struct ctx *c, const struct grant_target *t,
                      const char *why)
{
    return fail(c, E_BAD_INPUT,
                say(c, "%.*s dari %.*s bukan paket balai: %s",
                    "%.*s from %.*s is not a balai package: %s"),
                STR_ARG(called(t)), STR_ARG(t->city), why);
}

static err unpack(struct ctx *c, const struct grant_target *t, str frame,
                  str *archive)
{
    struct hash tree;

    if (pack_unsqueeze(c, frame, GRANT_ARCHIVE_MOST, archive) != E_OK)
        return no_package(c, t, c->why.p);
    tree = seal_sha256(*archive);
    if (grant_number(t->custom, "size") != (int64_t)archive->n ||
        !str_eq(t->tree, seal_show_hash(c, tree)))
        return no_package(c, t,
                          say(c, "isinya bukan yang disebut katalognya.",
                              "it holds another tree than it is listed "
                              "with."));
    return E_OK;
}

err grant_fetch_app(struct ctx *c, const struct grant_source *from,
                    const struct grant_target *t, struct findings *f,
                    struct app_package **out)
{
    str frame, archive;

    *out = NULL;
    TRY(grant_fetch_target(c, from, t, &frame));
    TRY(unpack(c, t, frame, &archive));
    if (app_package_open(c, archive, f, out) != E_OK)
        return no_package(c, t, c->why.p);
    if (str_eq(app_package_id(*out), t->app) &&
        str_eq(app_package_version(*out), t->version)) {
        app_check_giver(c, *out, t->giver, f);
        return E_OK;
    }
    *out = NULL;
    return no_package(c, t,
                      say(c,
                          "nama atau versinya bukan yang disebut "
                          "katalognya.",
                          "it has another name or version than it is listed "
                          "with."));
}
