/* SPDX-License-Identifier: EUPL-1.2 */
/* The client workflow of TUF (specification 1.0.34, section 5), step by step.
 * Time is read once. What was verified is kept as it was received, durably,
 * before the next step; a step that fails leaves what was kept before it. */
#include "grant/grant_priv.h"

#include <errno.h>
#include <unistd.h>

/* A village's machine without a battery believes that it is 1970. */
#define CLOCK_LEAST (INT64_C(1704067200) * TIME_SECOND) /* 2024-01-01 */
#define NAME_MOST   ((size_t)1 << 10)

static str day(struct ctx *c, int64_t instant)
{
    int64_t of_day;

    return time_show_date(c, time_local(instant, 0, &of_day));
}

static err check_clock(struct ctx *c)
{
    if (c->now >= CLOCK_LEAST)
        return E_OK;
    return fail(c, E_REFUSED,
                say(c,
                    "Jam mesin ini salah: menunjukkan %.*s. Silakan setel, "
                    "lalu coba lagi.",
                    "This machine's clock is wrong: it says %.*s. Set it, then "
                    "try again."),
                STR_ARG(day(c, c->now)));
}

static err check_fresh(struct ctx *c, const struct grant_tuf *t,
                       const struct grant_meta *m)
{
    if (t->any_time || m->expires > c->now)
        return E_OK;
    return fail(c, E_REFUSED,
                say(c,
                    "Berkas %.*s dari %.*s sudah kedaluwarsa sejak %.*s. Tidak "
                    "ada yang diubah.",
                    "%.*s from %.*s expired on %.*s. Nothing was changed."),
                STR_ARG(m->name), STR_ARG(t->who), STR_ARG(day(c, m->expires)));
}

/* Whom this client believes, by a root. */
static struct grant_signers role_of(const struct grant_tuf *t,
                                    const struct grant_meta *root,
                                    enum grant_type type)
{
    struct grant_signers by = grant_root_role(root, type);

    by.also = t->also;
    return by;
}

/* ---- what is kept ------------------------------------------------- */

/* Role names come from outside: percent-encoded, no name leaves the folder. */
static const char *kept_path(struct ctx *c, const struct grant_tuf *t, str role)
{
    struct buf b = buf_new(c, 4096);

    buf_lit(&b, t->trust);
    buf_char(&b, '/');
    buf_url(&b, role);
    buf_lit(&b, ".json");
    return buf_str(&b).p;
}

static err keep(struct ctx *c, struct grant_tuf *t, str role,
                const struct grant_meta *m)
{
    if (t->trust == NULL)
        return E_OK;
    return file_write(c, kept_path(c, t, role), m->bytes, 0644);
}

/* Absent, unreadable and unsigned are one: the file is fetched again. */
static bool load_kept(struct ctx *c, struct grant_tuf *t, str role,
                      enum grant_type type, size_t most,
                      struct grant_signers by, struct grant_meta *out)
{
    str why = c->why, bytes,
        name = arena_fmt(c->mem, "%.*s.json", STR_ARG(role));
    bool ok = t->trust != NULL &&
              file_read(c, kept_path(c, t, role), most, &bytes) == E_OK &&
              grant_meta_read(c, t->who, type, name, bytes, out) == E_OK &&
              grant_meta_signed(c, out, by) == E_OK;

    c->why = why;
    if (!ok)
        *out = (struct grant_meta){0};
    return ok;
}

static err forget(struct ctx *c, struct grant_tuf *t, str role)
{
    if (t->trust == NULL || unlink(kept_path(c, t, role)) == 0 ||
        errno == ENOENT)
        return E_OK;
    return fail(c, E_STORAGE, "%s: %s.", kept_path(c, t, role),
                strerror(errno));
}

/* ---- fetching ----------------------------------------------------- */

static err sent_too_much(struct ctx *c, const struct grant_tuf *t, size_t most)
{
    return fail(c, E_TOO_BIG,
                say(c,
                    "%.*s mengirim lebih banyak dari yang boleh untuk %.*s; "
                    "dihentikan pada %zu bita.",
                    "%.*s sent more than it may for %.*s; stopped at %zu "
                    "bytes."),
                STR_ARG(t->who), STR_ARG(t->reading), most);
}

static err fetch(struct ctx *c, struct grant_tuf *t, str name, size_t most,
                 str *bytes)
{
    const char *path = arena_fmt(c->mem, "metadata/%.*s", STR_ARG(name)).p;
    err e;

    t->reading = str_of(path);
    *bytes = STR("");
    e = t->from.fetch(c, t->from.arg, path, most, bytes);
    if (e == E_TOO_BIG || (e == E_OK && bytes->n > most))
        return sent_too_much(c, t, most);
    return e;
}

static err fetch_known(struct ctx *c, struct grant_tuf *t, str name,
                       size_t most, str *bytes)
{
    err e = fetch(c, t, name, most, bytes);

    if (e != E_NOT_FOUND)
        return e;
    return fail(c, e,
                say(c, "Repositori %.*s tidak memuat %.*s.",
                    "The repository of %.*s lacks %.*s."),
                STR_ARG(t->who), STR_ARG(t->reading));
}

/* "3.snapshot.json" */
static str numbered(struct ctx *c, const struct grant_tuf *t, int64_t version,
                    str role)
{
    struct buf b = buf_new(c, 4096);

    if (str_eq(data_text(data_get(t->root.body, STR("consistent_snapshot"))),
               STR("true")))
        buf_fmt(&b, "%" PRId64 ".", version);
    buf_url(&b, role);
    buf_lit(&b, ".json");
    return buf_str(&b);
}

/* ---- root --------------------------------------------------------- */

/* The city that a root names; empty where it is none of balai's. */
static str city_of(const struct grant_meta *root)
{
    return grant_text(data_get(root->body, STR("balai")), "city");
}

static bool has_key(const struct data *ids, str id)
{
    for (size_t i = 0; i < ids->n; i++)
        if (str_eq(ids->items[i]->text, id))
            return true;
    return false;
}

static bool same_keys(const struct grant_meta *a, const struct grant_meta *b,
                      enum grant_type type)
{
    const struct data *x =
        data_get(grant_root_role(a, type).role, STR("keyids"));
    const struct data *y =
        data_get(grant_root_role(b, type).role, STR("keyids"));

    for (size_t i = 0; i < x->n; i++)
        if (!has_key(y, x->items[i]->text))
            return false;
    return x->n == y->n;
}

/* Of two cities, neither of which signed the other's: say so rather than
 * speak of signatures. */
static err other_city(struct ctx *c, const struct grant_tuf *t,
                      const struct grant_meta *root)
{
    str ours = city_of(&t->root), theirs = city_of(root);

    if (ours.n == 0 || theirs.n == 0 || str_eq(ours, theirs))
        return E_OK;
    return fail(c, E_TAMPERED,
                say(c,
                    "Repositori ini milik %.*s, bukan milik %.*s. Tidak ada "
                    "yang diubah.",
                    "This repository is from %.*s, not from %.*s. Nothing was "
                    "changed."),
                STR_ARG(theirs), STR_ARG(ours));
}

static err check_next_root(struct ctx *c, const struct grant_tuf *t,
                           const struct grant_meta *next)
{
    const struct grant_meta *both[] = {&t->root, next};

    for (size_t i = 0; i < COUNT(both); i++) {
        struct grant_signers by = role_of(t, both[i], GRANT_TYPE_ROOT);

        if (grant_meta_signed(c, next, by) == E_OK)
            continue;
        TRY(other_city(c, t, next));
        return grant_meta_signed(c, next, by);
    }
    if (next->version != t->root.version + 1)
        return fail(c, E_TAMPERED,
                    say(c,
                        "Berkas %.*s dari %.*s menyebut dirinya versi %" PRId64
                        ". Tidak ada yang diubah.",
                        "%.*s from %.*s calls itself version %" PRId64
                        ". Nothing was changed."),
                    STR_ARG(next->name), STR_ARG(t->who), next->version);
    return E_OK;
}

/* Where the keys of the online roles change, what they said before is
 * forgotten: so a repository recovers whose stolen key ran the versions up.
 * Forgotten first, so that a power cut cannot keep it. */
static err take_root(struct ctx *c, struct grant_tuf *t,
                     const struct grant_meta *next)
{
    if (!same_keys(&t->root, next, GRANT_TYPE_TIMESTAMP) ||
        !same_keys(&t->root, next, GRANT_TYPE_SNAPSHOT)) {
        TRY(forget(c, t, STR("timestamp")));
        TRY(forget(c, t, STR("snapshot")));
    }
    TRY(keep(c, t, STR("root"), next));
    t->root = *next;
    return E_OK;
}

err grant_tuf_walk(struct ctx *c, struct grant_tuf *t, int64_t to)
{
    for (size_t step = 0; step < GRANT_STEPS_MOST && t->root.version < to;
         step++) {
        str name =
            arena_fmt(c->mem, "%" PRId64 ".root.json", t->root.version + 1);
        struct grant_meta next;
        str bytes, why = c->why;
        err e = fetch(c, t, name, GRANT_ROOT_MOST, &bytes);

        if (e == E_NOT_FOUND) {
            c->why = why;
            break;
        }
        TRY(e);
        TRY(grant_meta_read(c, t->who, GRANT_TYPE_ROOT, name, bytes, &next));
        TRY(check_next_root(c, t, &next));
        TRY(take_root(c, t, &next));
    }
    return E_OK;
}

static err update_root(struct ctx *c, struct grant_tuf *t)
{
    TRY(grant_tuf_walk(c, t, GRANT_NUMBER_MOST));
    return check_fresh(c, t, &t->root);
}

/* ---- timestamp ---------------------------------------------------- */

static err older(struct ctx *c, const struct grant_tuf *t, str name,
                 int64_t theirs, int64_t ours)
{
    return fail(c, E_CONFLICT,
                say(c,
                    "Edisi dari %.*s ini lebih lama (%.*s versi %" PRId64
                    ") daripada yang sudah ada di sini (%" PRId64
                    "). Tidak ada yang diubah.",
                    "This edition from %.*s is older (%.*s version %" PRId64
                    ") than what you have (%" PRId64 "). Nothing was changed."),
                STR_ARG(t->who), STR_ARG(name), theirs, ours);
}

/* A folder of another city is not signed by ours: look at its first root, only
 * to say so. */
static err wrong_timestamp(struct ctx *c, struct grant_tuf *t,
                           const struct grant_meta *m, struct grant_signers by)
{
    struct grant_meta root;
    str bytes, name = STR("1.root.json");

    if (city_of(&t->root).n > 0 &&
        fetch(c, t, name, GRANT_ROOT_MOST, &bytes) == E_OK &&
        grant_meta_read(c, t->who, GRANT_TYPE_ROOT, name, bytes, &root) == E_OK)
        TRY(other_city(c, t, &root));
    t->reading = STR("metadata/timestamp.json");
    return grant_meta_signed(c, m, by);
}

static err check_carrier(struct ctx *c, const struct grant_tuf *t,
                         const struct grant_meta *m)
{
    if (!t->from.line || grant_text(m->body, "carrier").p == NULL)
        return E_OK;
    return fail(c, E_TAMPERED,
                say(c,
                    "%.*s mengirim lewat jaringan pernyataan yang dibuat untuk "
                    "media pembawa. Tidak ada yang diubah.",
                    "%.*s sent over the line a statement that was made for a "
                    "carrier. Nothing was changed."),
                STR_ARG(t->who));
}

static int64_t said_snapshot(const struct grant_meta *timestamp)
{
    struct grant_info info = {0};

    MUST(grant_meta_info(timestamp, STR("snapshot.json"), &info));
    return info.version;
}

static err stale(struct ctx *c, const struct grant_tuf *t,
                 const struct grant_meta *m)
{
    if (t->any_time || m->expires > c->now)
        return E_OK;
    return fail(c, E_REFUSED,
                say(c,
                    "Tidak ada pernyataan baru dari %.*s: yang terakhir "
                    "(versi %" PRId64 ") kedaluwarsa pada %.*s. Tidak ada "
                    "yang diubah.",
                    "No fresh statement from %.*s: the last one (version "
                    "%" PRId64 ") expired on %.*s. Nothing was changed."),
                STR_ARG(t->who), m->version, STR_ARG(day(c, m->expires)));
}

/* Whatever a second one of this version says: ours was first. That there are
 * two is remembered. */
static void note_fork(struct grant_tuf *t, const struct grant_meta *next)
{
    t->forked = !str_eq(next->bytes, t->timestamp.bytes);
    t->other = seal_sha256(next->bytes);
}

static err take_timestamp(struct ctx *c, struct grant_tuf *t,
                          const struct grant_meta *next)
{
    const struct grant_meta *known = &t->timestamp;

    if (known->file != NULL) {
        if (next->version < known->version)
            return older(c, t, STR("timestamp"), next->version, known->version);
        if (next->version == known->version) {
            note_fork(t, next);
            return E_OK;
        }
        if (said_snapshot(next) < said_snapshot(known))
            return older(c, t, STR("snapshot"), said_snapshot(next),
                         said_snapshot(known));
    }
    TRY(stale(c, t, next));
    TRY(keep(c, t, STR("timestamp"), next));
    t->timestamp = *next;
    return E_OK;
}

static err update_timestamp(struct ctx *c, struct grant_tuf *t)
{
    str name = STR("timestamp.json"), bytes;
    struct grant_signers by = role_of(t, &t->root, GRANT_TYPE_TIMESTAMP);
    struct grant_meta next;

    load_kept(c, t, STR("timestamp"), GRANT_TYPE_TIMESTAMP,
              GRANT_TIMESTAMP_MOST, by, &t->timestamp);
    TRY(fetch_known(c, t, name, GRANT_TIMESTAMP_MOST, &bytes));
    TRY(grant_meta_read(c, t->who, GRANT_TYPE_TIMESTAMP, name, bytes, &next));
    if (grant_meta_signed(c, &next, by) != E_OK)
        return wrong_timestamp(c, t, &next, by);
    TRY(check_carrier(c, t, &next));
    TRY(take_timestamp(c, t, &next));
    return stale(c, t, &t->timestamp);
}

/* ---- snapshot and targets ----------------------------------------- */

static err mixed(struct ctx *c, const struct grant_tuf *t, str name)
{
    return fail(c, E_TAMPERED,
                say(c,
                    "Isi repositori %.*s berasal dari dua edisi yang berbeda: "
                    "%.*s bukan yang disebut edisi ini. Tidak ada yang diubah.",
                    "The repository of %.*s holds parts of two different "
                    "editions: %.*s is not the one that this edition names. "
                    "Nothing was changed."),
                STR_ARG(t->who), STR_ARG(name));
}

/* A numbered file that is listed: hashes before signatures, and both before
 * its version is believed. */
static err fetch_listed(struct ctx *c, struct grant_tuf *t, str role,
                        enum grant_type type, const struct grant_info *info,
                        struct grant_signers by, struct grant_meta *out)
{
    size_t most =
        type == GRANT_TYPE_SNAPSHOT ? GRANT_SNAPSHOT_MOST : GRANT_TARGETS_MOST;
    str name = numbered(c, t, info->version, role), bytes;

    if (info->length >= 0)
        most = (uint64_t)info->length < most ? (size_t)info->length : most;
    TRY(fetch_known(c, t, name, most, &bytes));
    if ((info->length >= 0 && bytes.n != (size_t)info->length) ||
        !grant_hashes_hold(info->hashes, bytes))
        return mixed(c, t, name);
    TRY(grant_meta_read(c, t->who, type, name, bytes, out));
    return grant_meta_signed(c, out, by);
}

/* No file that was listed may vanish, and none may go back. */
static err check_rollback(struct ctx *c, const struct grant_tuf *t,
                          const struct grant_meta *next)
{
    const struct data *old = data_get(t->snapshot.body, STR("meta"));

    for (size_t i = 0; old != NULL && i < old->n; i++) {
        str file = old->pairs[i].key;
        struct grant_info was = {0}, is = {0};

        MUST(grant_meta_info(&t->snapshot, file, &was));
        if (!grant_meta_info(next, file, &is))
            return fail(c, E_CONFLICT,
                        say(c,
                            "Edisi dari %.*s ini tidak lagi menyebut %.*s. "
                            "Tidak ada yang diubah.",
                            "This edition from %.*s names %.*s no more. "
                            "Nothing was changed."),
                        STR_ARG(t->who), STR_ARG(file));
        if (is.version < was.version)
            return older(c, t, file, is.version, was.version);
    }
    return E_OK;
}

static err update_snapshot(struct ctx *c, struct grant_tuf *t)
{
    struct grant_signers by = role_of(t, &t->root, GRANT_TYPE_SNAPSHOT);
    struct grant_info info = {0};
    struct grant_meta next;

    MUST(grant_meta_info(&t->timestamp, STR("snapshot.json"), &info));
    /* Verified when it was kept: its hash is not looked at again, so that an
     * older one can still guard against going back. */
    load_kept(c, t, STR("snapshot"), GRANT_TYPE_SNAPSHOT, GRANT_SNAPSHOT_MOST,
              by, &t->snapshot);
    if (t->snapshot.file != NULL && t->snapshot.version == info.version &&
        (t->any_time || t->snapshot.expires > c->now))
        return E_OK;
    TRY(fetch_listed(c, t, STR("snapshot"), GRANT_TYPE_SNAPSHOT, &info, by,
                     &next));
    TRY(check_rollback(c, t, &next));
    if (next.version != info.version)
        return mixed(c, t, next.name);
    TRY(check_fresh(c, t, &next));
    TRY(keep(c, t, STR("snapshot"), &next));
    t->snapshot = next;
    return E_OK;
}

/* Does what is kept still fit what the snapshot says? */
static bool still_fits(struct ctx *c, const struct grant_tuf *t,
                       const struct grant_meta *m, const struct grant_info *i)
{
    return m->version == i->version && (t->any_time || m->expires > c->now) &&
           (i->length < 0 || (size_t)i->length == m->bytes.n) &&
           grant_hashes_hold(i->hashes, m->bytes);
}

err grant_tuf_load_targets(struct ctx *c, struct grant_tuf *t, str role,
                           struct grant_signers by, struct grant_meta *out)
{
    str file = arena_fmt(c->mem, "%.*s.json", STR_ARG(role));
    struct grant_info info = {0};

    if (!grant_meta_info(&t->snapshot, file, &info))
        return fail(c, E_TAMPERED,
                    say(c,
                        "Edisi dari %.*s tidak menyebut peran %.*s yang "
                        "ditunjuknya sendiri.",
                        "The edition from %.*s does not name the role %.*s "
                        "that it delegates to."),
                    STR_ARG(t->who), STR_ARG(role));
    if (load_kept(c, t, role, GRANT_TYPE_TARGETS, GRANT_TARGETS_MOST, by,
                  out) &&
        still_fits(c, t, out, &info))
        return E_OK;
    TRY(fetch_listed(c, t, role, GRANT_TYPE_TARGETS, &info, by, out));
    if (out->version != info.version)
        return mixed(c, t, out->name);
    TRY(check_fresh(c, t, out));
    return keep(c, t, role, out);
}

/* ---- all of it ---------------------------------------------------- */

err grant_tuf_begin(struct ctx *c, struct grant_tuf *t, str root)
{
    str name = STR("root.json");

    if (t->trust != NULL)
        TRY(file_read(c, file_join(c, t->trust, name.p), GRANT_ROOT_MOST,
                      &root));
    t->reading = name;
    TRY(grant_meta_read(c, t->who, GRANT_TYPE_ROOT, name, root, &t->root));
    return grant_meta_signed(c, &t->root,
                             role_of(t, &t->root, GRANT_TYPE_ROOT));
}

err grant_tuf_refresh(struct ctx *c, struct grant_tuf *t)
{
    if (!t->any_time)
        TRY(check_clock(c));
    TRY(update_root(c, t));
    TRY(update_timestamp(c, t));
    TRY(update_snapshot(c, t));
    return grant_tuf_load_targets(c, t, STR("targets"),
                                  role_of(t, &t->root, GRANT_TYPE_TARGETS),
                                  &t->targets);
}

/* "Kota Bandung", where a name was given; else the name of the folder. */
static str whose(struct ctx *c, const char *trust)
{
    str why = c->why, name = STR("");
    const char *slash = strrchr(trust, '/');

    if (file_read(c, file_join(c, trust, "name"), NAME_MOST, &name) == E_OK &&
        str_utf8(name, NULL) && str_trim(name).n > 0)
        return str_trim(name);
    c->why = why;
    return str_of(slash == NULL ? trust : slash + 1);
}

err grant_refresh(struct ctx *c, const char *trust,
                  const struct grant_source *from, struct grant_edition *out)
{
    struct grant_tuf *t = NEW(c->mem, struct grant_tuf);

    *out = (struct grant_edition){0};
    t->trust = trust;
    t->from = *from;
    t->who = whose(c, trust);
    TRY(grant_tuf_begin(c, t, STR("")));
    TRY(grant_tuf_refresh(c, t));
    return grant_tuf_all(c, t, out);
}

err grant_trust(struct ctx *c, const char *trust, str root_json,
                struct hash expected)
{
    struct hash is = seal_sha256(root_json);
    struct grant_tuf t = {.who = whose(c, trust)};

    if (!seal_same(is.b, expected.b, SEAL_HASH))
        return fail(c, E_TAMPERED,
                    say(c,
                        "Root ini bukan yang disebut dalam kesepakatan dengan "
                        "%.*s. Silakan minta berkasnya lagi, dan cocokkan "
                        "delapan kata lewat telepon.",
                        "This root is not the one that the accord with %.*s "
                        "names. Ask for it again, and compare the eight words "
                        "over the telephone."),
                    STR_ARG(t.who));
    if (file_exists(file_join(c, trust, "root.json")))
        return fail(c, E_CONFLICT,
                    say(c,
                        "%s sudah dipercaya. Root yang ada tidak pernah "
                        "ditimpa.",
                        "%s is trusted already. A root that is there is never "
                        "overwritten."),
                    trust);
    TRY(grant_tuf_begin(c, &t, root_json));
    TRY(file_make_dir(c, trust, 0700));
    return file_write(c, file_join(c, trust, "root.json"), root_json, 0644);
}

err grant_trust_name(struct ctx *c, const char *trust, str name)
{
    return file_write(c, file_join(c, trust, "name"),
                      arena_fmt(c->mem, "%.*s\n", STR_ARG(name)), 0644);
}
