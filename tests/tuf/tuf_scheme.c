/* SPDX-License-Identifier: EUPL-1.2 */
/* ECDSA and RSA-PSS, which tuf-conformance signs with. They are here and not in
 * src/: no city of ours takes them. */
#include "tests/tuf/tuf_client.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#define RSA_BITS_LEAST 2048

static void drop_key(void *it)
{
    EVP_PKEY_free(it);
}

static void drop_digest(void *it)
{
    EVP_MD_CTX_free(it);
}

static EVP_PKEY *read_pem(struct ctx *c, str pem)
{
    BIO *in = BIO_new_mem_buf(pem.p, (int)pem.n);
    EVP_PKEY *k = PEM_read_bio_PUBKEY(in, NULL, NULL, NULL);

    BIO_free(in);
    if (k != NULL)
        arena_owns(c->mem, drop_key, k);
    return k;
}

/* DER: the same for every way of writing the PEM. */
static bool in_one_form(struct ctx *c, EVP_PKEY *k, str *key)
{
    unsigned char *der = NULL;
    int n = i2d_PUBKEY(k, &der);

    *key = (str){NULL, 0};
    if (n > 0)
        *key = arena_str(c->mem, (str){(const char *)der, (size_t)n});
    OPENSSL_free(der);
    return n > 0;
}

static bool p256_key(struct ctx *c, str public, str *key)
{
    char group[32];
    EVP_PKEY *k = read_pem(c, public);

    return k != NULL && EVP_PKEY_is_a(k, "EC") &&
           EVP_PKEY_get_group_name(k, group, sizeof group, NULL) == 1 &&
           strcmp(group, "prime256v1") == 0 &&
           EVP_PKEY_set_utf8_string_param(
               k, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed") ==
               1 &&
           in_one_form(c, k, key);
}

static bool rsa_key(struct ctx *c, str public, str *key)
{
    EVP_PKEY *k = read_pem(c, public);

    return k != NULL && EVP_PKEY_is_a(k, "RSA") &&
           EVP_PKEY_get_bits(k) >= RSA_BITS_LEAST && in_one_form(c, k, key);
}

/* SHA-256 in both; with the salt of PSS as long as it is. */
static bool verify(struct ctx *c, str key, str message, str sig, bool pss)
{
    const unsigned char *der = (const unsigned char *)key.p;
    EVP_PKEY *k = d2i_PUBKEY(NULL, &der, (long)key.n);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    EVP_PKEY_CTX *how = NULL;

    MUST(k != NULL && digest != NULL);
    arena_owns(c->mem, drop_key, k);
    arena_owns(c->mem, drop_digest, digest);
    MUST(EVP_DigestVerifyInit(digest, &how, EVP_sha256(), NULL, k) == 1);
    if (pss)
        MUST(EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PSS_PADDING) == 1 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(how, RSA_PSS_SALTLEN_AUTO) == 1);
    return EVP_DigestVerify(digest, (const unsigned char *)sig.p, sig.n,
                            (const unsigned char *)message.p, message.n) == 1;
}

static bool p256_holds(struct ctx *c, str key, str message, str sig)
{
    return verify(c, key, message, sig, false);
}

static bool pss_holds(struct ctx *c, str key, str message, str sig)
{
    return verify(c, key, message, sig, true);
}

static const struct grant_scheme schemes[] = {
    {"ecdsa", "ecdsa-sha2-nistp256", p256_key, p256_holds},
    {"rsa", "rsassa-pss-sha256", rsa_key, pss_holds},
};
const struct grant_schemes tuf_client_schemes = {schemes, COUNT(schemes)};
