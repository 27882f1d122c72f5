/* SPDX-License-Identifier: EUPL-1.2 */
/* A city with offline keys, a signer and a repository folder. */
#pragma once

#include "grant/grant.h"
#include "tests/test.h"

#define TUF_PASSPHRASE "kunci latihan 2026"

struct tuf_city {
    str code, domain;
    const char *dir, *repo, *signer_path;
    const char *dirs[7]; /* of its keys: root, hibah, targets */
    struct signer *signer;
    struct grant_key *roots[3], *targets[2];
};

/* 32.73, with all its keys open. */
struct tuf_city *tuf_city(struct ctx *c);
struct tuf_city *tuf_city_of(struct ctx *c, const char *code,
                             const char *domain);
/* New keys in new folders; the old ones stay open in the struct returned
 * before. */
void tuf_ceremony(struct ctx *c, struct tuf_city *t);
struct app_package *tuf_app(struct ctx *c, const char *dir);
/* A small app that is not in the catalogue: "uji/NAME". */
struct app_package *tuf_small_app(struct ctx *c, const char *name,
                                  const char *version);
/* Publish with two targets keys, and `n_roots` root keys. */
err tuf_publish(struct ctx *c, struct tuf_city *t, size_t n_roots,
                struct app_package *const *apps, size_t n_apps,
                int64_t *edition);
str tuf_findings(struct ctx *c, const struct findings *f);
