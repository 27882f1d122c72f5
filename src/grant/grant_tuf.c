/* SPDX-License-Identifier: EUPL-1.2 */
/* TUF metadata: its shape, and whether enough of the right keys signed it.
 * Specification 1.0.34, sections 4 and 5.2. What is verified is the canonical
 * form of what was parsed, so that no second reader can see anything else. */
#include "grant/grant_priv.h"

#define SIGNATURES_MOST 256
#define KEYIDS_MOST     256
#define FILES_MOST      4096 /* in one snapshot */
#define ROLE_NAME_MOST  80   /* three bytes each, percent-encoded */
#define BIN_NUMBER_MOST 9    /* of it, "-ffffffff" */

static const str types[] = {
    [GRANT_TYPE_ROOT] = STR_INIT("root"),
    [GRANT_TYPE_TARGETS] = STR_INIT("targets"),
    [GRANT_TYPE_SNAPSHOT] = STR_INIT("snapshot"),
    [GRANT_TYPE_TIMESTAMP] = STR_INIT("timestamp"),
};

str grant_type_name(enum grant_type type)
{
    return types[type];
}

str grant_text(const struct data *map, const char *key)
{
    const struct data *d = data_get(map, str_of(key));

    return d != NULL && d->kind == DATA_TEXT ? d->text : (str){NULL, 0};
}

int64_t grant_number(const struct data *map, const char *key)
{
    const struct data *d = data_get(map, str_of(key));
    int64_t n;

    return d != NULL && d->kind == DATA_NUMBER && str_is_i64(d->text, &n) &&
                   n >= 0
               ? n
               : -1;
}

static const struct data *get(const struct data *map, const char *key,
                              enum data_kind kind)
{
    const struct data *d = data_get(map, str_of(key));

    return d != NULL && d->kind == kind ? d : NULL;
}

/* ---- shape -------------------------------------------------------- */

static err malformed(struct ctx *c, const struct grant_meta *m,
                     const char *what)
{
    return fail(c, E_BAD_INPUT,
                say(c,
                    "Berkas %.*s dari %.*s tidak tersusun benar: %s. Tidak ada "
                    "yang diubah.",
                    "%.*s from %.*s is not well-formed: %s. Nothing was "
                    "changed."),
                STR_ARG(m->name), STR_ARG(m->who), what);
}

static err needs(struct ctx *c, const struct grant_meta *m, const char *key)
{
    return malformed(c, m,
                     arena_fmt(c->mem,
                               say(c, "\"%s\" tidak ada atau salah bentuk",
                                   "\"%s\" is missing or of the wrong form"),
                               key)
                         .p);
}

static bool all_texts(const struct data *list, size_t least)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i]->kind != DATA_TEXT)
            return false;
    return list->n >= least;
}

static err check_role(struct ctx *c, const struct grant_meta *m,
                      const struct data *role)
{
    const struct data *ids = get(role, "keyids", DATA_LIST);

    if (ids == NULL || !all_texts(ids, 0) || ids->n > KEYIDS_MOST)
        return needs(c, m, "keyids");
    if (grant_number(role, "threshold") < 1)
        return needs(c, m, "threshold");
    return E_OK;
}

static err check_keys(struct ctx *c, const struct grant_meta *m,
                      const struct data *holder)
{
    const struct data *keys = get(holder, "keys", DATA_MAP);

    if (keys == NULL)
        return needs(c, m, "keys");
    for (size_t i = 0; i < keys->n; i++) {
        const struct data *k = keys->pairs[i].value;

        if (grant_text(k, "keytype").p == NULL ||
            grant_text(k, "scheme").p == NULL ||
            get(k, "keyval", DATA_MAP) == NULL)
            return needs(c, m, "keys");
    }
    return E_OK;
}

static err check_root(struct ctx *c, const struct grant_meta *m)
{
    const struct data *roles = get(m->body, "roles", DATA_MAP);

    if (get(m->body, "consistent_snapshot", DATA_BOOL) == NULL)
        return needs(c, m, "consistent_snapshot");
    TRY(check_keys(c, m, m->body));
    for (size_t i = 0; i < COUNT(types); i++) {
        const struct data *role = data_get(roles, types[i]);

        if (role == NULL)
            return needs(c, m, "roles");
        TRY(check_role(c, m, role));
    }
    return E_OK;
}

static bool hashes_ok(const struct data *hashes)
{
    for (size_t i = 0; i < hashes->n; i++)
        if (hashes->pairs[i].value->kind != DATA_TEXT)
            return false;
    return hashes->n > 0;
}

static bool info_ok(const struct data *info)
{
    const struct data *hashes = data_get(info, STR("hashes"));
    const struct data *length = data_get(info, STR("length"));

    return info->kind == DATA_MAP && grant_number(info, "version") > 0 &&
           (length == NULL || grant_number(info, "length") >= 0) &&
           (hashes == NULL || (hashes->kind == DATA_MAP && hashes_ok(hashes)));
}

static err check_meta_map(struct ctx *c, const struct grant_meta *m,
                          const char *file, size_t most)
{
    const struct data *meta = get(m->body, "meta", DATA_MAP);

    if (meta == NULL || meta->n > most || data_get(meta, str_of(file)) == NULL)
        return needs(c, m, "meta");
    for (size_t i = 0; i < meta->n; i++)
        if (!info_ok(meta->pairs[i].value))
            return needs(c, m, "meta");
    return E_OK;
}

static bool role_name_ok(str name)
{
    return name.n > 0 && name.n <= ROLE_NAME_MOST &&
           str_among(name, types, COUNT(types)) < 0;
}

/* One of paths and path_hash_prefixes, and not both. */
static bool patterns_ok(const struct data *role)
{
    const struct data *paths = get(role, "paths", DATA_LIST);
    const struct data *hashes = get(role, "path_hash_prefixes", DATA_LIST);

    return (paths == NULL) != (hashes == NULL) &&
           all_texts(paths != NULL ? paths : hashes, 0);
}

/* Roles by number, for many targets (TAP 15). */
static err check_bins(struct ctx *c, const struct grant_meta *m,
                      const struct data *bins)
{
    int64_t bits = grant_number(bins, "bit_length");
    str prefix = grant_text(bins, "name_prefix");

    if (prefix.n == 0 || prefix.n > ROLE_NAME_MOST - BIN_NUMBER_MOST ||
        bits < 1 || bits > GRANT_BITS_MOST)
        return needs(c, m, "succinct_roles");
    return check_role(c, m, bins);
}

static err check_listed(struct ctx *c, const struct grant_meta *m,
                        const struct data *roles)
{
    for (size_t i = 0; i < roles->n; i++) {
        const struct data *r = roles->items[i];

        if (!role_name_ok(grant_text(r, "name")) ||
            get(r, "terminating", DATA_BOOL) == NULL || !patterns_ok(r))
            return needs(c, m, "delegations");
        TRY(check_role(c, m, r));
    }
    return E_OK;
}

static err check_delegations(struct ctx *c, const struct grant_meta *m)
{
    const struct data *all = data_get(m->body, STR("delegations"));
    const struct data *roles = get(all, "roles", DATA_LIST);
    const struct data *bins = get(all, "succinct_roles", DATA_MAP);

    if (all == NULL)
        return E_OK;
    TRY(check_keys(c, m, all));
    if (roles != NULL && bins != NULL)
        return needs(c, m, "delegations");
    if (bins != NULL)
        return check_bins(c, m, bins);
    return roles == NULL ? E_OK : check_listed(c, m, roles);
}

static err check_targets(struct ctx *c, const struct grant_meta *m)
{
    const struct data *targets = get(m->body, "targets", DATA_MAP);

    if (targets == NULL)
        return needs(c, m, "targets");
    for (size_t i = 0; i < targets->n; i++) {
        const struct data *t = targets->pairs[i].value;
        const struct data *hashes = get(t, "hashes", DATA_MAP);

        if (grant_number(t, "length") < 0 || hashes == NULL ||
            !hashes_ok(hashes))
            return needs(c, m, "targets");
    }
    return check_delegations(c, m);
}

static err check_body(struct ctx *c, enum grant_type type,
                      const struct grant_meta *m)
{
    switch (type) {
    case GRANT_TYPE_ROOT:
        return check_root(c, m);
    case GRANT_TYPE_SNAPSHOT:
        return check_meta_map(c, m, "targets.json", FILES_MOST);
    case GRANT_TYPE_TIMESTAMP:
        return check_meta_map(c, m, "snapshot.json", 1);
    case GRANT_TYPE_TARGETS:
        break;
    }
    return check_targets(c, m);
}

/* Signatures have key ids of their own, each once. */
static err check_signatures(struct ctx *c, const struct grant_meta *m)
{
    const struct data *sigs = get(m->file, "signatures", DATA_LIST);

    if (sigs == NULL || sigs->n > SIGNATURES_MOST)
        return needs(c, m, "signatures");
    for (size_t i = 0; i < sigs->n; i++) {
        str id = grant_text(sigs->items[i], "keyid");

        if (id.p == NULL || grant_text(sigs->items[i], "sig").p == NULL)
            return needs(c, m, "signatures");
        for (size_t j = 0; j < i; j++)
            if (str_eq(id, grant_text(sigs->items[j], "keyid")))
                return malformed(c, m,
                                 say(c, "satu kunci menandatangani dua kali",
                                     "one key has signed twice"));
    }
    return E_OK;
}

static bool spec_ok(str version)
{
    str major, rest;

    return str_cut(version, '.', &major, &rest) && str_eq(major, STR("1"));
}

static err newer(struct ctx *c, const struct grant_meta *m)
{
    return fail(c, E_NEWER,
                say(c,
                    "Repositori %.*s memerlukan balai yang lebih baru (%.*s).",
                    "The repository of %.*s needs a newer balai (%.*s)."),
                STR_ARG(m->who), STR_ARG(m->name));
}

static err check_common(struct ctx *c, enum grant_type type,
                        struct grant_meta *m)
{
    str kind = grant_text(m->body, "_type");

    if (str_among(kind, types, COUNT(types)) < 0 ||
        !spec_ok(grant_text(m->body, "spec_version")))
        return kind.p == NULL ? needs(c, m, "_type") : newer(c, m);
    if (!str_eq(kind, types[type]))
        return malformed(c, m,
                         arena_fmt(c->mem,
                                   say(c, "isinya %.*s", "it holds a %.*s"),
                                   STR_ARG(kind))
                             .p);
    m->version = grant_number(m->body, "version");
    if (m->version < 1)
        return needs(c, m, "version");
    if (!time_parse_utc(grant_text(m->body, "expires"), &m->expires))
        return needs(c, m, "expires");
    return E_OK;
}

err grant_meta_read(struct ctx *c, str who, enum grant_type type, str name,
                    str bytes, struct grant_meta *out)
{
    struct grant_meta m = {.who = who, .name = name, .bytes = bytes};
    struct findings f = {0};
    struct data *file;

    *out = (struct grant_meta){0};
    if (data_read_json(c, name, bytes, &f, &file) != E_OK)
        return malformed(
            c, &m,
            arena_fmt(c->mem, "%.*s",
                      STR_ARG(str_slice(f.all[0].what, 0, f.all[0].what.n - 1)))
                .p);
    m.body = get(file, "signed", DATA_MAP);
    if (m.body == NULL)
        return needs(c, &m, "signed");
    if (!data_has_canonical(m.body))
        return malformed(c, &m,
                         say(c, "isinya tidak punya bentuk baku",
                             "it has no canonical form"));
    m.file = file;
    TRY(check_signatures(c, &m));
    TRY(check_common(c, type, &m));
    TRY(check_body(c, type, &m));
    m.text = data_write_canonical(c, m.body);
    *out = m;
    return E_OK;
}

/* ---- signatures --------------------------------------------------- */

struct grant_signers grant_root_role(const struct grant_meta *root,
                                     enum grant_type type)
{
    return (struct grant_signers){
        .keys = data_get(root->body, STR("keys")),
        .role = data_get(data_get(root->body, STR("roles")), types[type])};
}

/* The id is the hash of the whole key object: one id, one key. */
static bool id_holds(struct ctx *c, const struct data *key, str id)
{
    struct hash h = seal_sha256(data_write_canonical(c, key));

    return str_eq(id, seal_hex(c, h.b, SEAL_HASH));
}

static bool ed25519_key(struct ctx *c, str public, str *key)
{
    char *raw = NEWS(c->mem, char, 32);

    *key = (str){raw, 32};
    return str_unhex(public, raw, 32);
}

static bool ed25519_holds(struct ctx *c, str key, str message, str sig)
{
    (void)c;
    return seal_signature_holds((const unsigned char *)key.p, message, sig);
}

static bool is_of(const struct grant_scheme *s, const struct data *key)
{
    return str_eq(grant_text(key, "keytype"), str_of(s->type)) &&
           str_eq(grant_text(key, "scheme"), str_of(s->name));
}

static const struct grant_scheme *scheme_of(const struct grant_schemes *also,
                                            const struct data *key)
{
    static const struct grant_scheme ours = {"ed25519", "ed25519", ed25519_key,
                                             ed25519_holds};

    if (is_of(&ours, key))
        return &ours;
    for (size_t i = 0; also != NULL && i < also->n; i++)
        if (is_of(&also->all[i], key))
            return &also->all[i];
    return NULL;
}

static str signature_of(const struct grant_meta *m, str id)
{
    const struct data *sigs = data_get(m->file, STR("signatures"));

    for (size_t i = 0; i < sigs->n; i++)
        if (str_eq(id, grant_text(sigs->items[i], "keyid")))
            return grant_text(sigs->items[i], "sig");
    return (str){NULL, 0};
}

static bool unhex(struct ctx *c, str hex, str *out)
{
    char *raw = NEWS(c->mem, char, hex.n / 2 + 1);

    *out = (str){raw, hex.n / 2};
    return str_unhex(hex, raw, hex.n / 2);
}

/* *key: the public half of what has signed. */
static bool has_signed(struct ctx *c, const struct grant_meta *m,
                       struct grant_signers by, str id, str *key, bool *unknown)
{
    const struct data *object = data_get(by.keys, id);
    const struct grant_scheme *scheme;
    str sig;

    if (object == NULL || !data_has_canonical(object) ||
        !id_holds(c, object, id))
        return false;
    scheme = scheme_of(by.also, object);
    if (scheme == NULL) {
        *unknown = true;
        return false;
    }
    return scheme->key(c, grant_text(data_get(object, STR("keyval")), "public"),
                       key) &&
           unhex(c, signature_of(m, id), &sig) &&
           scheme->holds(c, *key, m->text, sig);
}

int64_t grant_signed_by(struct ctx *c, const struct grant_meta *m,
                        struct grant_signers by, bool *unknown)
{
    const struct data *ids = data_get(by.role, STR("keyids"));
    str *seen = NEWS(c->mem, str, ids->n + 1);
    size_t n = 0;

    *unknown = false;
    for (size_t i = 0; i < ids->n; i++)
        /* One key under two ids counts once. */
        if (has_signed(c, m, by, ids->items[i]->text, &seen[n], unknown) &&
            str_among(seen[n], seen, n) < 0)
            n++;
    return (int64_t)n;
}

bool grant_key_signed(struct ctx *c, const struct grant_meta *m,
                      struct grant_signers by, str id)
{
    const struct data *ids = data_get(by.role, STR("keyids"));
    bool unknown, listed = false;
    str hex = signature_of(m, id), key, sig;

    for (size_t i = 0; i < ids->n; i++)
        listed = listed || str_eq(ids->items[i]->text, id);
    return listed && has_signed(c, m, by, id, &key, &unknown) &&
           unhex(c, hex, &sig) && str_eq(hex, seal_hex(c, sig.p, sig.n));
}

int64_t grant_threshold(struct grant_signers by)
{
    return grant_number(by.role, "threshold");
}

err grant_meta_signed(struct ctx *c, const struct grant_meta *m,
                      struct grant_signers by)
{
    bool unknown;
    int64_t have = grant_signed_by(c, m, by, &unknown);
    int64_t want = grant_threshold(by);

    if (have >= want)
        return E_OK;
    if (unknown)
        return newer(c, m);
    return fail(c, E_TAMPERED,
                say(c,
                    "Berkas %.*s bukan seperti yang ditandatangani %.*s: "
                    "%" PRId64 " dari %" PRId64
                    " tanda tangan yang diperlukan. Tidak ada yang diubah.",
                    "%.*s is not what %.*s signed: %" PRId64 " of %" PRId64
                    " needed signatures hold. Nothing was changed."),
                STR_ARG(m->name), STR_ARG(m->who), have, want);
}

/* ---- what is said of files ---------------------------------------- */

bool grant_meta_info(const struct grant_meta *m, str file,
                     struct grant_info *out)
{
    const struct data *info = data_get(data_get(m->body, STR("meta")), file);

    if (info == NULL)
        return false;
    out->version = grant_number(info, "version");
    out->length = grant_number(info, "length");
    out->hashes = data_get(info, STR("hashes"));
    return true;
}

static bool hash_holds(str algorithm, str hex, str bytes, bool *known)
{
    unsigned char want[SEAL_SHA512], is[SEAL_SHA512];
    size_t n = SEAL_HASH;

    if (str_eq(algorithm, STR("sha256"))) {
        memcpy(is, seal_sha256(bytes).b, n);
    } else if (str_eq(algorithm, STR("sha512"))) {
        n = SEAL_SHA512;
        seal_sha512(bytes, is);
    } else {
        return true;
    }
    *known = true;
    return str_unhex(hex, want, n) && seal_same(want, is, n);
}

bool grant_hashes_hold(const struct data *hashes, str bytes)
{
    bool known = false;

    if (hashes == NULL)
        return true;
    for (size_t i = 0; i < hashes->n; i++)
        if (!hash_holds(hashes->pairs[i].key, data_text(hashes->pairs[i].value),
                        bytes, &known))
            return false;
    return known;
}
