/* SPDX-License-Identifier: EUPL-1.2 */
/* Witnesses and neighbours of a city, and the policy made of them. */
#include "seal/seal.h"
#include "tests/city/city_help.h"

static str vkey(struct ctx *c, const char *domain, enum seal_role role)
{
    const char *path = file_join(c, test_folder(c), "signer");
    struct signer *s = NULL;
    struct seal_key k;
    str out;

    CHECK_OK(seal_signer_create(c, path, str_of(domain)));
    CHECK_OK(seal_signer_open(c, path, &s));
    seal_signer_key(s, role, &k);
    out = seal_vkey_show(c, &k);
    seal_signer_close(s);
    return out;
}

struct changing {
    struct hall *h;
    struct city_change change;
};

static err apply(struct ctx *c, struct conn *tx, void *arg)
{
    struct changing *u = arg;

    return city_apply(c, tx, u->h->ledger, STR("system"), &u->change, 1);
}

static err set(struct ctx *c, struct hall *h, enum city_party_kind kind,
               const char *name, str key, const char *url)
{
    struct city_party p = {str_of(name), key, str_of(url), false};
    struct changing u = {.h = h};

    TRY(city_party_set(c, h->city, kind, &p, &u.change));
    TRY(store_write(c, h->store, apply, &u));
    help_look(c, h);
    return E_OK;
}

static err drop(struct ctx *c, struct hall *h, enum city_party_kind kind,
                const char *name)
{
    struct changing u = {.h = h};

    TRY(city_party_drop(c, h->city, kind, str_of(name), &u.change));
    TRY(store_write(c, h->store, apply, &u));
    help_look(c, h);
    return E_OK;
}

TEST(a_policy_is_made_of_the_witnesses)
{
    struct hall *h = help_hall(c);
    str log = vkey(c, "kota.example", SEAL_LOG);
    str a = vkey(c, "selatan.example", SEAL_WITNESS);
    str b = vkey(c, "provinsi.example", SEAL_WITNESS);
    struct city_party *all;
    struct seal_policy *p;
    str text;
    size_t n;

    text = city_policy(c, h->city, log, STR("https://kota.example/log"));
    CHECK_STR(text, arena_fmt(c->mem,
                              "log %s https://kota.example/log\n"
                              "quorum none\n",
                              log.p)
                        .p);
    CHECK_OK(set(c, h, CITY_WITNESS, "selatan", a, "https://a.example/saksi/"));
    CHECK_OK(set(c, h, CITY_WITNESS, "provinsi", b, "http://b.example"));
    text = city_policy(c, h->city, log, STR(""));
    CHECK_STR(text, arena_fmt(c->mem,
                              "log %s\n"
                              "witness provinsi %s http://b.example\n"
                              "witness selatan %s https://a.example/saksi\n"
                              "group saksi any provinsi selatan\n"
                              "quorum saksi\n",
                              log.p, b.p, a.p)
                        .p);
    CHECK_OK(seal_policy_read(c, STR("policy"), text, &p));
    seal_policy_witnesses(p, &n);
    CHECK_I64((int64_t)n, 2);
    CHECK_OK(drop(c, h, CITY_WITNESS, "provinsi"));
    CHECK_I64((int64_t)city_parties(c, h->city, CITY_WITNESS, &all), 1);
    CHECK(drop(c, h, CITY_WITNESS, "provinsi") == E_NOT_FOUND);
    CHECK_I64((int64_t)city_parties(c, h->city, CITY_NEIGHBOUR, &all), 0);
}

TEST(a_witness_is_somebody_else_with_the_right_key)
{
    struct hall *h = help_hall(c);
    str log = vkey(c, "selatan.example", SEAL_LOG);
    str witness = vkey(c, "selatan.example", SEAL_WITNESS);
    const char *url = "https://selatan.example/saksi";

    CHECK(set(c, h, CITY_WITNESS, "selatan", log, url) == E_BAD_INPUT);
    CHECK(str_find(c->why, STR("witness key")) < c->why.n);
    CHECK(set(c, h, CITY_NEIGHBOUR, "selatan", witness, "") == E_BAD_INPUT);
    CHECK(str_find(c->why, STR("log key")) < c->why.n);
    CHECK(set(c, h, CITY_WITNESS, "sendiri",
              vkey(c, "kota.example", SEAL_WITNESS), url) == E_BAD_INPUT);
    CHECK(set(c, h, CITY_NEIGHBOUR, "sendiri",
              vkey(c, "kota.example", SEAL_LOG), "") == E_BAD_INPUT);
    CHECK(set(c, h, CITY_WITNESS, "selatan", STR("x"), url) == E_BAD_INPUT);
    CHECK_OK(set(c, h, CITY_WITNESS, "selatan", witness, url));
    CHECK(set(c, h, CITY_WITNESS, "lagi", witness, url) == E_CONFLICT);
    CHECK_OK(set(c, h, CITY_WITNESS, "selatan", witness, "http://lain.id"));
    CHECK_OK(set(c, h, CITY_NEIGHBOUR, "selatan", log, ""));
}

TEST(a_witness_has_a_name_and_an_address_that_a_policy_can_hold)
{
    static const char *const names[] = {"",   "none", "saksi", "a b",  "Kota",
                                        "-a", "a.b",  "a\n",   "kota!"};
    static const char *const urls[] = {"",
                                       "selatan.example",
                                       "ftp://selatan.example",
                                       "https://a@selatan.example",
                                       "https://selatan.example/?x",
                                       "https://selatan.example/a b"};
    struct hall *h = help_hall(c);
    str key = vkey(c, "selatan.example", SEAL_WITNESS);

    for (size_t i = 0; i < COUNT(names); i++)
        CHECK(set(c, h, CITY_WITNESS, names[i], key, "http://a.example") ==
              E_BAD_INPUT);
    for (size_t i = 0; i < COUNT(urls); i++)
        CHECK(set(c, h, CITY_WITNESS, "selatan", key, urls[i]) == E_BAD_INPUT);
}
