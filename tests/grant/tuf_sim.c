/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/grant/tuf_sim.h"

#include <stdio.h>

static const char *const names[SIM_TYPES] = {"root", "targets", "snapshot",
                                             "timestamp"};

/* ---- keys --------------------------------------------------------- */

struct seal_secret *sim_key(struct sim *s)
{
    unsigned char seed[32] = {++s->seeds, 7};

    return seal_secret_of(s->c, seed);
}

struct data *sim_key_object(struct sim *s, const struct seal_secret *k)
{
    struct data *key = data_new(s->c, DATA_MAP);
    struct data *val = data_new(s->c, DATA_MAP);
    unsigned char public[32];

    seal_secret_public(k, public);
    data_put_text(s->c, val, STR("public"), seal_hex(s->c, public, 32));
    data_put_text(s->c, key, STR("keytype"), STR("ed25519"));
    data_put_text(s->c, key, STR("scheme"), STR("ed25519"));
    data_put(s->c, key, STR("keyval"), val);
    return key;
}

str sim_key_id(struct sim *s, const struct seal_secret *k)
{
    struct hash h =
        seal_sha256(data_write_canonical(s->c, sim_key_object(s, k)));

    return seal_hex(s->c, h.b, SEAL_HASH);
}

void sim_rekey(struct sim *s, struct sim_role *r, size_t n, int64_t threshold)
{
    r->n = n;
    r->threshold = threshold;
    for (size_t i = 0; i < n; i++)
        r->keys[i] = sim_key(s);
}

/* ---- files -------------------------------------------------------- */

void sim_put(struct sim *s, str name, str bytes)
{
    size_t i = 0;

    while (i < s->n_files && !str_eq(s->files[i].name, name))
        i++;
    MUST(i < COUNT(s->files));
    s->files[i] = (struct sim_file){arena_str(s->c->mem, name), bytes};
    s->n_files += i == s->n_files;
}

str sim_get(struct sim *s, const char *name)
{
    for (size_t i = 0; i < s->n_files; i++)
        if (str_eq(s->files[i].name, str_of(name)))
            return s->files[i].bytes;
    return (str){NULL, 0};
}

static err fetch(struct ctx *c, void *arg, const char *path, size_t most,
                 str *bytes)
{
    struct sim *s = arg;
    str is = sim_get(s, path), name = str_of(path);

    if (str_starts(name, STR("metadata/")))
        name = str_slice(name, 9, name.n);
    s->asked =
        arena_fmt(c->mem, "%.*s%.*s\n", STR_ARG(s->asked), STR_ARG(name));
    if (is.p == NULL)
        return fail(c, E_NOT_FOUND, "%s is not there.", path);
    if (is.n > most)
        return fail(c, E_TOO_BIG, "%s is too big.", path);
    *bytes = is;
    return E_OK;
}

/* ---- metadata ----------------------------------------------------- */

str sim_sign(struct sim *s, const struct data *body,
             struct seal_secret *const *keys, size_t n)
{
    struct ctx *c = s->c;
    struct data *file = data_new(c, DATA_MAP), *list = data_new(c, DATA_LIST);
    str text = data_write_canonical(c, body);

    for (size_t i = 0; i < n; i++) {
        struct data *one = data_new(c, DATA_MAP);

        data_put_text(c, one, STR("keyid"), sim_key_id(s, keys[i]));
        data_put_text(c, one, STR("sig"),
                      seal_hex(c, seal_secret_sign(c, keys[i], text).p, 64));
        data_append(c, list, one);
    }
    data_put(c, file, STR("signatures"), list);
    data_put(c, file, STR("signed"), data_copy(c, body));
    return data_write_json(c, file);
}

struct data *sim_body(struct sim *s, const char *type, const struct sim_role *r)
{
    struct data *body = data_new(s->c, DATA_MAP);

    data_put_text(s->c, body, STR("_type"), str_of(type));
    data_put_text(s->c, body, STR("spec_version"), STR("1.0.34"));
    data_put_i64(s->c, body, STR("version"), r->version);
    data_put_text(s->c, body, STR("expires"), time_show_utc(s->c, r->expires));
    return body;
}

/* {keyids, threshold}; its keys are put into `keys`. */
static struct data *role_def(struct sim *s, const struct sim_role *r,
                             struct data *keys)
{
    struct data *def = data_new(s->c, DATA_MAP);
    struct data *ids = data_new(s->c, DATA_LIST);

    for (size_t i = 0; i < r->n; i++) {
        str id = sim_key_id(s, r->keys[i]);

        data_append(s->c, ids, data_new_text(s->c, id));
        data_put(s->c, keys, id, sim_key_object(s, r->keys[i]));
    }
    data_put(s->c, def, STR("keyids"), ids);
    data_put_i64(s->c, def, STR("threshold"), r->threshold);
    return def;
}

struct data *sim_root_body(struct sim *s)
{
    struct data *body = sim_body(s, "root", &s->top[SIM_ROOT]);
    struct data *keys = data_new(s->c, DATA_MAP);
    struct data *roles = data_new(s->c, DATA_MAP);

    for (size_t i = 0; i < SIM_TYPES; i++)
        data_put(s->c, roles, str_of(names[i]), role_def(s, &s->top[i], keys));
    data_put(s->c, body, STR("keys"), keys);
    data_put(s->c, body, STR("roles"), roles);
    data_put_bool(s->c, body, STR("consistent_snapshot"), true);
    if (s->city.n > 0) {
        struct data *balai = data_new(s->c, DATA_MAP);

        data_put_text(s->c, balai, STR("city"), s->city);
        data_put(s->c, body, STR("balai"), balai);
    }
    return body;
}

static str numbered(struct sim *s, int64_t version, str role)
{
    struct buf b = buf_new(s->c, 4096);

    buf_fmt(&b, "metadata/%" PRId64 ".", version);
    buf_url(&b, role);
    buf_lit(&b, ".json");
    return buf_str(&b);
}

void sim_write_root(struct sim *s, struct seal_secret *const *old, size_t n)
{
    struct sim_role *r = &s->top[SIM_ROOT];
    struct seal_secret *keys[2 * SIM_KEYS_MOST];
    size_t all = 0;

    for (size_t i = 0; i < r->n; i++)
        keys[all++] = r->keys[i];
    for (size_t i = 0; i < n; i++) {
        bool there = false;

        for (size_t j = 0; j < r->n; j++)
            there = there ||
                    str_eq(sim_key_id(s, r->keys[j]), sim_key_id(s, old[i]));
        if (!there)
            keys[all++] = old[i];
    }
    sim_put(s, numbered(s, r->version, STR("root")),
            sim_sign(s, sim_root_body(s), keys, all));
}

void sim_write_targets(struct sim *s, struct sim_role *r)
{
    struct data *body = sim_body(s, "targets", r);

    data_put(s->c, body, STR("targets"), r->targets);
    if (r->delegations != NULL)
        data_put(s->c, body, STR("delegations"), r->delegations);
    sim_put(s, numbered(s, r->version, r->name),
            sim_sign(s, body, r->keys, r->n));
}

static void put_info(struct sim *s, struct data *meta, const struct sim_role *r)
{
    struct data *info = data_new(s->c, DATA_MAP);
    struct data *hashes = data_new(s->c, DATA_MAP);
    str bytes = sim_get(s, numbered(s, r->version, r->name).p);

    data_put_i64(s->c, info, STR("version"), r->version);
    if (s->hashes && bytes.p != NULL) {
        data_put_i64(s->c, info, STR("length"), (int64_t)bytes.n);
        data_put_text(s->c, hashes, STR("sha256"),
                      seal_hex(s->c, seal_sha256(bytes).b, SEAL_HASH));
        data_put(s->c, info, STR("hashes"), hashes);
    }
    data_put(s->c, meta, arena_fmt(s->c->mem, "%.*s.json", STR_ARG(r->name)),
             info);
}

void sim_write_snapshot(struct sim *s)
{
    struct sim_role *r = &s->top[SIM_SNAPSHOT];
    struct data *body = sim_body(s, "snapshot", r);
    struct data *meta = data_new(s->c, DATA_MAP);

    put_info(s, meta, &s->top[SIM_TARGETS]);
    for (size_t i = 0; i < s->n_roles; i++)
        put_info(s, meta, s->roles[i]);
    data_put(s->c, body, STR("meta"), meta);
    sim_put(s, numbered(s, r->version, r->name),
            sim_sign(s, body, r->keys, r->n));
}

void sim_write_timestamp(struct sim *s)
{
    struct sim_role *r = &s->top[SIM_TIMESTAMP];
    struct data *body = sim_body(s, "timestamp", r);
    struct data *meta = data_new(s->c, DATA_MAP);

    put_info(s, meta, &s->top[SIM_SNAPSHOT]);
    data_put(s->c, body, STR("meta"), meta);
    sim_put(s, STR("metadata/timestamp.json"),
            sim_sign(s, body, r->keys, r->n));
}

static void write_all(struct sim *s)
{
    sim_write_targets(s, &s->top[SIM_TARGETS]);
    for (size_t i = 0; i < s->n_roles; i++)
        sim_write_targets(s, s->roles[i]);
    sim_write_snapshot(s);
    sim_write_timestamp(s);
}

void sim_next(struct sim *s)
{
    for (size_t i = SIM_TARGETS; i < SIM_TYPES; i++)
        s->top[i].version++;
    write_all(s);
}

/* ---- content ------------------------------------------------------ */

void sim_target(struct sim *s, struct sim_role *r, const char *path,
                const char *bytes)
{
    struct data *def = data_new(s->c, DATA_MAP);
    struct data *hashes = data_new(s->c, DATA_MAP);
    str hex = seal_hex(s->c, seal_sha256(str_of(bytes)).b, SEAL_HASH);
    const char *slash = strrchr(path, '/');
    int dir = slash == NULL ? 0 : (int)(slash + 1 - path);

    data_put_i64(s->c, def, STR("length"), (int64_t)strlen(bytes));
    data_put_text(s->c, hashes, STR("sha256"), hex);
    data_put(s->c, def, STR("hashes"), hashes);
    data_put(s->c, r->targets, str_of(path), def);
    sim_put(
        s,
        arena_fmt(s->c->mem, "targets/%.*s%s.%s", dir, path, hex.p, path + dir),
        str_of(bytes));
}

struct sim_role *sim_delegate(struct sim *s, struct sim_role *from,
                              const char *name, const char *pattern,
                              bool terminating)
{
    struct sim_role *r = NULL;
    struct data *def, *paths = data_new(s->c, DATA_LIST);

    for (size_t i = 0; i < s->n_roles; i++)
        if (str_eq(s->roles[i]->name, str_of(name)))
            r = s->roles[i];
    if (r == NULL) {
        r = NEW(s->c->mem, struct sim_role);
        *r = (struct sim_role){
            .name = str_of(name), .version = 1, .expires = s->top[0].expires};
        r->targets = data_new(s->c, DATA_MAP);
        sim_rekey(s, r, 1, 1);
        s->roles[s->n_roles++] = r;
    }
    if (from->delegations == NULL) {
        from->delegations = data_new(s->c, DATA_MAP);
        data_put(s->c, from->delegations, STR("keys"),
                 data_new(s->c, DATA_MAP));
        data_put(s->c, from->delegations, STR("roles"),
                 data_new(s->c, DATA_LIST));
    }
    def = role_def(s, r, data_get(from->delegations, STR("keys")));
    data_append(s->c, paths, data_new_text(s->c, str_of(pattern)));
    data_put_text(s->c, def, STR("name"), str_of(name));
    data_put_bool(s->c, def, STR("terminating"), terminating);
    data_put(s->c, def, STR("paths"), paths);
    data_append(s->c, data_get(from->delegations, STR("roles")), def);
    return r;
}

/* ---- the client --------------------------------------------------- */

struct sim *sim_new(struct ctx *c)
{
    struct sim *s = NEW(c->mem, struct sim);
    str root;

    s->c = c;
    s->source = (struct grant_source){fetch, s, false};
    for (size_t i = 0; i < SIM_TYPES; i++) {
        s->top[i] = (struct sim_role){.name = str_of(names[i]),
                                      .version = 1,
                                      .expires = c->now + 30 * TIME_DAY};
        s->top[i].targets = data_new(c, DATA_MAP);
        sim_rekey(s, &s->top[i], 1, 1);
    }
    sim_write_root(s, NULL, 0);
    write_all(s);
    root = sim_get(s, "metadata/1.root.json");
    s->trust = file_join(c, test_folder(c), "32.73");
    CHECK_OK(grant_trust(c, s->trust, root, seal_sha256(root)));
    CHECK_OK(grant_trust_name(c, s->trust, STR("Kota Bandung")));
    return s;
}

err sim_refresh(struct sim *s, struct grant_edition *out)
{
    struct grant_edition ignored;

    s->asked = STR("");
    return grant_refresh(s->c, s->trust, &s->source,
                         out == NULL ? &ignored : out);
}

int64_t sim_kept(struct sim *s, const char *role)
{
    str bytes, name = arena_fmt(s->c->mem, "%s.json", role);
    struct findings f = {0};
    struct data *d;
    int64_t v;

    if (file_read(s->c, file_join(s->c, s->trust, name.p), 1 << 20, &bytes) !=
        E_OK)
        return 0;
    MUST(data_read_json(s->c, name, bytes, &f, &d) == E_OK);
    MUST(str_is_i64(data_text(data_at(d, STR("signed.version"))), &v));
    return v;
}
