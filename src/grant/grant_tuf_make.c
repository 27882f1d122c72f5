/* SPDX-License-Identifier: EUPL-1.2 */
/* TUF metadata, made: canonical JSON without white space, lower-case hex, and
 * as many signatures as the threshold asks for, in the order of key ids. */
#include "grant/grant_priv.h"

#include "pack/pack.h"

#include <stdlib.h>

#define LICENCE "EUPL-1.2" /* of the catalogue, where an app says nothing */

struct data *grant_key_object(struct ctx *c, const unsigned char public[32])
{
    struct data *key = data_new(c, DATA_MAP), *val = data_new(c, DATA_MAP);

    data_put_text(c, key, STR("keytype"), STR("ed25519"));
    data_put_text(c, key, STR("scheme"), STR("ed25519"));
    data_put_text(c, val, STR("public"), seal_hex(c, public, 32));
    data_put(c, key, STR("keyval"), val);
    return key;
}

str grant_key_id(struct ctx *c, const unsigned char public[32])
{
    struct hash h =
        seal_sha256(data_write_canonical(c, grant_key_object(c, public)));

    return seal_hex(c, h.b, SEAL_HASH);
}

/* ---- signing ------------------------------------------------------ */

struct signature {
    str id, hex;
};

static int by_id(const void *a, const void *b)
{
    const struct signature *x = a, *y = b;

    return str_cmp(x->id, y->id);
}

str grant_meta_write(struct ctx *c, const struct data *body,
                     const struct grant_key *const *keys, size_t n)
{
    struct signature *sigs = NEWS(c->mem, struct signature, n + 1);
    struct data *file = data_new(c, DATA_MAP), *list = data_new(c, DATA_LIST);
    str text = data_write_canonical(c, body);

    for (size_t i = 0; i < n; i++) {
        struct seal_key public;

        grant_key_public(keys[i], &public);
        sigs[i].id = grant_key_id(c, public.public);
        sigs[i].hex =
            seal_hex(c, seal_secret_sign(c, keys[i]->secret, text).p, 64);
    }
    qsort(sigs, n, sizeof *sigs, by_id);
    for (size_t i = 0; i < n; i++) {
        struct data *one = data_new(c, DATA_MAP);

        data_put_text(c, one, STR("keyid"), sigs[i].id);
        data_put_text(c, one, STR("sig"), sigs[i].hex);
        data_append(c, list, one);
    }
    data_put(c, file, STR("signatures"), list);
    data_put(c, file, STR("signed"), data_copy(c, body));
    return data_write_canonical(c, file);
}

/* ---- bodies ------------------------------------------------------- */

struct data *grant_body(struct ctx *c, enum grant_type type, int64_t version,
                        int64_t expires)
{
    struct data *body = data_new(c, DATA_MAP);

    data_put_text(c, body, STR("_type"), grant_type_name(type));
    data_put_text(c, body, STR("spec_version"), STR("1.0.34"));
    data_put_i64(c, body, STR("version"), version);
    data_put_text(c, body, STR("expires"), time_show_utc(c, expires));
    return body;
}

static void add_role(struct ctx *c, struct data *keys, struct data *roles,
                     enum grant_type type, const struct seal_key *all, size_t n,
                     int64_t threshold)
{
    struct data *role = data_new(c, DATA_MAP), *ids = data_new(c, DATA_LIST);

    for (size_t i = 0; i < n; i++) {
        str id = grant_key_id(c, all[i].public);

        data_put(c, keys, id, grant_key_object(c, all[i].public));
        data_append(c, ids, data_new_text(c, id));
    }
    data_put(c, role, STR("keyids"), ids);
    data_put_i64(c, role, STR("threshold"), threshold);
    data_put(c, roles, grant_type_name(type), role);
}

struct data *grant_root_body(struct ctx *c, const struct grant_key *of,
                             struct signer *signer, int64_t version,
                             int64_t expires)
{
    struct data *body = grant_body(c, GRANT_TYPE_ROOT, version, expires);
    struct data *keys = data_new(c, DATA_MAP), *roles = data_new(c, DATA_MAP);
    struct data *city = data_new(c, DATA_MAP);
    struct seal_key snapshot, timestamp;

    seal_signer_key(signer, SEAL_SNAPSHOT, &snapshot);
    seal_signer_key(signer, SEAL_TIMESTAMP, &timestamp);
    add_role(c, keys, roles, GRANT_TYPE_ROOT, of->all[GRANT_ROOT],
             GRANT_ROOT_KEYS, GRANT_ROOT_THRESHOLD);
    add_role(c, keys, roles, GRANT_TYPE_TARGETS, of->all[GRANT_TARGETS],
             GRANT_TARGETS_KEYS, GRANT_TARGETS_THRESHOLD);
    add_role(c, keys, roles, GRANT_TYPE_SNAPSHOT, &snapshot, 1, 1);
    add_role(c, keys, roles, GRANT_TYPE_TIMESTAMP, &timestamp, 1, 1);
    data_put_bool(c, body, STR("consistent_snapshot"), true);
    data_put(c, body, STR("keys"), keys);
    data_put(c, body, STR("roles"), roles);
    data_put_text(c, city, STR("city"), of->city);
    data_put_text(c, city, STR("domain"), of->domain);
    data_put(c, body, STR("balai"), city);
    return body;
}

/* ---- what a target says of itself --------------------------------- */

/* A file of the package as a tree; NULL where there is none. The package was
 * read once: what is wrong with it was said then. */
static const struct data *tree_of(struct ctx *c, const struct app_package *p,
                                  str name)
{
    str bytes = app_package_file(p, name);
    struct findings f = {0};
    struct data *tree = NULL;

    if (bytes.p == NULL || data_read_yaml(c, name, bytes, &f, &tree) != E_OK)
        return NULL;
    return tree;
}

static struct data *lineage_of(struct ctx *c, const struct app_package *p)
{
    struct data *lineage = grant_lineage_data(c, p);

    return lineage == NULL ? data_new(c, DATA_LIST) : lineage;
}

str grant_licence(struct ctx *c, const struct app_package *p)
{
    str said = data_text(
        data_at(tree_of(c, p, STR("publiccode.yml")), STR("legal.license")));

    return said.n == 0 ? STR(LICENCE) : said;
}

struct data *grant_custom(struct ctx *c, const struct app_package *p)
{
    struct data *d = data_new(c, DATA_MAP);
    str id = app_package_id(p), sector, name;
    struct pack_file *files;
    size_t n = 0;

    str_cut(id, '/', &sector, &name);
    MUST(pack_read(c, app_package_archive(p), &files, &n) == E_OK);
    data_put_text(c, d, STR("app"), id);
    data_put_text(c, d, STR("version"), app_package_version(p));
    data_put_text(c, d, STR("sector"), sector);
    data_put_text(c, d, STR("licence"), grant_licence(c, p));
    data_put_text(c, d, STR("tree"), app_package_tree(p));
    data_put_i64(c, d, STR("size"), (int64_t)app_package_archive(p).n);
    data_put_i64(c, d, STR("files"), (int64_t)n);
    data_put(c, d, STR("lineage"), lineage_of(c, p));
    return d;
}
