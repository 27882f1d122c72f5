/* SPDX-License-Identifier: EUPL-1.2 */
/* Which keys count: Ed25519 in every city, and others only where a program
 * brings them (tuf-client does, for the standard's own suite). */
#include "grant/grant_priv.h"
#include "tests/grant/tuf_sim.h"

/* What the specification names beside Ed25519. */
static const char *const standard[][2] = {{"ecdsa", "ecdsa-sha2-nistp256"},
                                          {"rsa", "rsassa-pss-sha256"}};

#define SIGNATURE "736168" /* "sah" */

static struct data *key_object(struct ctx *c, const char *const scheme[2],
                               const char *note)
{
    struct data *key = data_new(c, DATA_MAP), *val = data_new(c, DATA_MAP);

    data_put_text(c, val, STR("public"), STR("-----BEGIN PUBLIC KEY-----\n"));
    data_put_text(c, key, STR("keytype"), str_of(scheme[0]));
    data_put_text(c, key, STR("scheme"), str_of(scheme[1]));
    data_put_text(c, key, STR("x-catatan"), str_of(note));
    data_put(c, key, STR("keyval"), val);
    return key;
}

/* A timestamp signed by these keys alone, which root 2 names. */
static void signed_by(struct sim *s, struct data *const *keys, size_t n,
                      int64_t threshold)
{
    struct ctx *c = s->c;
    struct data *sigs = data_new(c, DATA_LIST), *ids = data_new(c, DATA_LIST);
    struct data *role = data_new(c, DATA_MAP), *body, *file;
    struct findings f = {0};

    s->top[SIM_ROOT].version = 2;
    body = sim_root_body(s);
    for (size_t i = 0; i < n; i++) {
        struct hash h = seal_sha256(data_write_canonical(c, keys[i]));
        str id = seal_hex(c, h.b, SEAL_HASH);
        struct data *sig = data_new(c, DATA_MAP);

        data_put(c, data_get(body, STR("keys")), id, keys[i]);
        data_append(c, ids, data_new_text(c, id));
        data_put_text(c, sig, STR("keyid"), id);
        data_put_text(c, sig, STR("sig"), STR(SIGNATURE));
        data_append(c, sigs, sig);
    }
    data_put(c, role, STR("keyids"), ids);
    data_put_i64(c, role, STR("threshold"), threshold);
    data_put(c, data_get(body, STR("roles")), STR("timestamp"), role);
    sim_put(s, STR("metadata/2.root.json"),
            sim_sign(s, body, s->top[SIM_ROOT].keys, 1));
    MUST(data_read_json(c, STR("t"), sim_get(s, "metadata/timestamp.json"), &f,
                        &file) == E_OK);
    data_put(c, file, STR("signatures"), sigs);
    sim_put(s, STR("metadata/timestamp.json"), data_write_canonical(c, file));
}

static bool any_key(struct ctx *c, str public, str *key)
{
    *key = arena_str(c->mem, public);
    return true;
}

static bool marked(struct ctx *c, str key, str message, str sig)
{
    (void)c;
    (void)key;
    return message.n > 0 && str_eq(sig, STR("sah"));
}

static err refresh_with(struct sim *s, const struct grant_schemes *also)
{
    struct grant_tuf *t = NEW(s->c->mem, struct grant_tuf);

    t->trust = s->trust;
    t->from = s->source;
    t->who = STR("Kota Bandung");
    t->also = also;
    TRY(grant_tuf_begin(s->c, t, STR("")));
    return grant_tuf_refresh(s->c, t);
}

TEST(a_city_takes_no_other_keys_than_ed25519_although_the_standard_names_some)
{
    for (size_t i = 0; i < COUNT(standard); i++) {
        struct sim *s = sim_new(c);
        struct data *key = key_object(c, standard[i], "");

        signed_by(s, &key, 1, 1);
        CHECK(sim_refresh(s, NULL) == E_NEWER);
        CHECK_STR(c->why, "The repository of Kota Bandung needs a newer balai "
                          "(timestamp.json).");
        CHECK_I64(sim_kept(s, "timestamp"), 0);
    }
}

TEST(a_program_may_bring_other_kinds_of_keys_to_the_same_workflow)
{
    struct grant_scheme more[COUNT(standard)];
    struct grant_schemes also = {more, COUNT(more)};

    for (size_t i = 0; i < COUNT(standard); i++)
        more[i] = (struct grant_scheme){standard[i][0], standard[i][1], any_key,
                                        marked};
    for (size_t i = 0; i < COUNT(standard); i++) {
        struct sim *s = sim_new(c);
        struct data *key = key_object(c, standard[i], "");

        signed_by(s, &key, 1, 1);
        CHECK(refresh_with(s, NULL) == E_NEWER);
        CHECK_OK(refresh_with(s, &also));
        CHECK_I64(sim_kept(s, "timestamp"), 1);
    }
}

TEST(a_key_of_another_kind_counts_once_too)
{
    struct grant_scheme more[] = {
        {standard[0][0], standard[0][1], any_key, marked}};
    struct grant_schemes also = {more, COUNT(more)};
    struct sim *s = sim_new(c);
    struct data *twins[] = {key_object(c, standard[0], "satu"),
                            key_object(c, standard[0], "dua")};

    signed_by(s, twins, 2, 2);
    CHECK(refresh_with(s, &also) == E_TAMPERED);
}
