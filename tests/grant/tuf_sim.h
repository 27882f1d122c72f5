/* SPDX-License-Identifier: EUPL-1.2 */
/* A TUF repository in memory, made without the publisher's code, in which
 * anything can be made wrong. */
#pragma once

#include "grant/grant.h"
#include "tests/test.h"

enum sim_type { SIM_ROOT, SIM_TARGETS, SIM_SNAPSHOT, SIM_TIMESTAMP, SIM_TYPES };

#define SIM_KEYS_MOST 8

/* Who signs, and what the role's metadata says of itself. */
struct sim_role {
    str name; /* "targets", or a delegated role's */
    struct seal_secret *keys[SIM_KEYS_MOST];
    size_t n;
    int64_t threshold, version, expires;
    struct data *targets, *delegations; /* of targets roles */
};

struct sim_file {
    str name, bytes; /* "metadata/1.root.json" */
};

struct sim {
    struct ctx *c;
    const char *trust;
    struct grant_source source;
    struct sim_role top[SIM_TYPES];
    struct sim_role *roles[48]; /* delegated */
    size_t n_roles;
    struct sim_file files[512];
    size_t n_files;
    str asked;   /* what was fetched, a line each, without "metadata/" */
    bool hashes; /* list length and hashes of snapshot and targets */
    str city;    /* in root; empty: none */
    unsigned char seeds;
};

/* Everything at version 1, trusted by a folder that knows root 1. */
struct sim *sim_new(struct ctx *c);
struct seal_secret *sim_key(struct sim *s);
void sim_rekey(struct sim *s, struct sim_role *r, size_t n, int64_t threshold);
str sim_key_id(struct sim *s, const struct seal_secret *k);
struct data *sim_key_object(struct sim *s, const struct seal_secret *k);

/* A file of the repository; overwritten, or taken away with bytes.p NULL. */
void sim_put(struct sim *s, str name, str bytes);
str sim_get(struct sim *s, const char *name);
/* Metadata of these keys around a body. */
str sim_sign(struct sim *s, const struct data *body,
             struct seal_secret *const *keys, size_t n);
struct data *sim_body(struct sim *s, const char *type,
                      const struct sim_role *r);
struct data *sim_root_body(struct sim *s);

/* Write a role's file at its present version; a root is signed by the keys
 * given beside its own (of the root before it). */
void sim_write_root(struct sim *s, struct seal_secret *const *old, size_t n);
void sim_write_targets(struct sim *s, struct sim_role *r);
void sim_write_snapshot(struct sim *s);
void sim_write_timestamp(struct sim *s);
/* Next versions of targets, snapshot and timestamp, all written. */
void sim_next(struct sim *s);

void sim_target(struct sim *s, struct sim_role *r, const char *path,
                const char *bytes);
struct sim_role *sim_delegate(struct sim *s, struct sim_role *from,
                              const char *name, const char *pattern,
                              bool terminating);

/* Refresh the trusted folder; what was asked before is forgotten. */
err sim_refresh(struct sim *s, struct grant_edition *out);
/* The version that the trusted folder keeps; 0: none. */
int64_t sim_kept(struct sim *s, const char *role);
