/* SPDX-License-Identifier: EUPL-1.2 */
/* Where a path leads: TUF's look-up through delegated roles (specification
 * 1.0.34, section 5.6.7), in pre-order, depth first. */
#include "grant/grant_priv.h"

#include <stdlib.h>

/* ---- patterns ----------------------------------------------------- */

/* `*` and `?` within one part of a path. Without backtracking further than the
 * last star, so that no pattern costs more than |text| x |pattern|. */
static bool part_matches(str text, str pattern)
{
    size_t t = 0, p = 0, star = SIZE_MAX, from = 0;

    while (t < text.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            from = t;
        } else if (p < pattern.n &&
                   (pattern.p[p] == '?' || pattern.p[p] == text.p[t])) {
            p++, t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++from;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}

bool grant_path_matches(str path, str pattern)
{
    bool more_path, more_pattern;

    do {
        str part, of;

        more_path = str_cut(path, '/', &part, &path);
        more_pattern = str_cut(pattern, '/', &of, &pattern);
        if (more_path != more_pattern || !part_matches(part, of))
            return false;
    } while (more_path);
    return true;
}

static bool delegates(struct ctx *c, const struct data *role, str path)
{
    const struct data *paths = data_get(role, STR("paths"));
    const struct data *heads = data_get(role, STR("path_hash_prefixes"));
    str hex;

    for (size_t i = 0; paths != NULL && i < paths->n; i++)
        if (grant_path_matches(path, paths->items[i]->text))
            return true;
    if (heads == NULL)
        return false;
    hex = seal_hex(c, seal_sha256(path).b, SEAL_HASH);
    for (size_t i = 0; i < heads->n; i++)
        if (str_starts(hex, heads->items[i]->text))
            return true;
    return false;
}

/* ---- the search --------------------------------------------------- */

/* A role that waits to be looked into, and who vouches for it. */
struct waiting {
    str name;
    struct grant_signers by;
};

struct search {
    struct grant_tuf *tuf;
    str path;
    struct waiting *stack; /* the next one last */
    size_t n, room;
    str *seen;
    size_t n_seen, room_seen;
};

static bool was_seen(struct ctx *c, struct search *s, str name)
{
    if (str_among(name, s->seen, s->n_seen) >= 0)
        return true;
    ARENA_GROW(c->mem, s->seen, s->n_seen, s->room_seen);
    s->seen[s->n_seen++] = name;
    return false;
}

/* What was verified for one delegator is verified again for the next: its
 * keys may be others. */
static err load_role(struct ctx *c, struct grant_tuf *t,
                     const struct waiting *w, struct grant_meta *out)
{
    struct grant_role_meta *known;

    for (size_t i = 0; i < t->n_roles; i++)
        if (str_eq(t->roles[i].name, w->name) &&
            grant_meta_signed(c, &t->roles[i].meta, w->by) == E_OK) {
            *out = t->roles[i].meta;
            return E_OK;
        }
    ARENA_GROW(c->mem, t->roles, t->n_roles, t->room_roles);
    known = &t->roles[t->n_roles];
    *known = (struct grant_role_meta){.name = w->name};
    TRY(grant_tuf_load_targets(c, t, w->name, w->by, &known->meta));
    t->n_roles++;
    *out = known->meta;
    return E_OK;
}

static void push(struct ctx *c, struct search *s, struct waiting w)
{
    ARENA_GROW(c->mem, s->stack, s->n, s->room);
    s->stack[s->n++] = w;
}

/* ---- bins (TAP 15) ------------------------------------------------ */

static int64_t bits_of(const struct data *bins)
{
    return grant_number(bins, "bit_length");
}

/* "PREFIX-0a": as many digits as the last of them needs. */
static struct waiting bin_at(struct ctx *c, const struct search *s,
                             const struct data *all, uint64_t number)
{
    const struct data *bins = data_get(all, STR("succinct_roles"));

    return (struct waiting){arena_fmt(c->mem, "%.*s-%0*" PRIx64,
                                      STR_ARG(grant_text(bins, "name_prefix")),
                                      (int)(bits_of(bins) + 3) / 4, number),
                            {data_get(all, STR("keys")), bins, s->tuf->also}};
}

/* The one bin that a path can be in, by the first bits of its hash; it shuts
 * out what would come after it. */
static void descend_bin(struct ctx *c, struct search *s, const struct data *all)
{
    const struct data *bins = data_get(all, STR("succinct_roles"));
    uint64_t head = get_u32be(seal_sha256(s->path).b);

    s->n = 0;
    push(c, s, bin_at(c, s, all, head >> (GRANT_BITS_MOST - bits_of(bins))));
}

/* All of them, or one more than a search may look into. */
static void push_bins(struct ctx *c, struct search *s, const struct data *all)
{
    const struct data *bins = data_get(all, STR("succinct_roles"));

    for (uint64_t i = 0; i >> bits_of(bins) == 0 && i <= GRANT_SEARCH_MOST; i++)
        push(c, s, bin_at(c, s, all, i));
}

/* ---- down the tree ------------------------------------------------ */

/* Put the roles that this one delegates the path to on the stack, the first
 * on top. A terminating one shuts out all that would come after it. */
static void descend(struct ctx *c, struct search *s, const struct grant_meta *m)
{
    const struct data *all = data_get(m->body, STR("delegations"));
    const struct data *roles = data_get(all, STR("roles"));
    struct waiting *next = NULL;
    size_t n = 0, room = 0;

    if (data_get(all, STR("succinct_roles")) != NULL)
        descend_bin(c, s, all);
    for (size_t i = 0; roles != NULL && i < roles->n; i++) {
        const struct data *r = roles->items[i];

        if (!delegates(c, r, s->path))
            continue;
        ARENA_GROW(c->mem, next, n, room);
        next[n++] =
            (struct waiting){grant_text(r, "name"),
                             {data_get(all, STR("keys")), r, s->tuf->also}};
        if (str_eq(data_text(data_get(r, STR("terminating"))), STR("true"))) {
            s->n = 0;
            break;
        }
    }
    while (n > 0)
        push(c, s, next[--n]);
}

static const struct data *target_of(const struct grant_meta *m, str path)
{
    return data_get(data_get(m->body, STR("targets")), path);
}

static err no_target(struct ctx *c, const struct grant_tuf *t, str path)
{
    return fail(
        c, E_NOT_FOUND,
        say(c, "%.*s tidak menerbitkan %.*s.", "%.*s publishes no %.*s."),
        STR_ARG(t->who), path.n > 200 ? 200 : (int)path.n, path.p);
}

err grant_tuf_find(struct ctx *c, struct grant_tuf *t, str path,
                   struct grant_target *out)
{
    struct search s = {.tuf = t, .path = path};
    struct grant_meta m = t->targets;

    for (size_t looked = 0; looked <= GRANT_SEARCH_MOST; looked++) {
        const struct data *def = target_of(&m, path);
        struct waiting w = {0};

        if (def != NULL)
            return grant_target_read(c, t, path, def, out);
        descend(c, &s, &m);
        do {
            if (s.n == 0)
                return no_target(c, t, path);
            w = s.stack[--s.n];
        } while (was_seen(c, &s, w.name));
        if (looked < GRANT_SEARCH_MOST)
            TRY(load_role(c, t, &w, &m));
    }
    return no_target(c, t, path);
}

/* ---- an edition --------------------------------------------------- */

/* Every path that some reachable role names. */
static err gather(struct ctx *c, struct grant_tuf *t, str **paths, size_t *n)
{
    struct search s = {.tuf = t};
    struct grant_meta m = t->targets;
    size_t room = 0;

    for (size_t looked = 0; looked <= GRANT_SEARCH_MOST; looked++) {
        const struct data *all = data_get(m.body, STR("delegations"));
        const struct data *roles = data_get(all, STR("roles"));
        const struct data *targets = data_get(m.body, STR("targets"));

        for (size_t i = 0; i < targets->n; i++) {
            ARENA_GROW(c->mem, *paths, *n, room);
            (*paths)[(*n)++] = targets->pairs[i].key;
        }
        for (size_t i = 0; roles != NULL && i < roles->n; i++)
            push(c, &s,
                 (struct waiting){
                     grant_text(roles->items[i], "name"),
                     {data_get(all, STR("keys")), roles->items[i], t->also}});
        if (data_get(all, STR("succinct_roles")) != NULL)
            push_bins(c, &s, all);
        while (s.n > 0 && was_seen(c, &s, s.stack[s.n - 1].name))
            s.n--;
        if (s.n == 0)
            return E_OK;
        TRY(load_role(c, t, &s.stack[--s.n], &m));
    }
    return E_OK;
}

/* A partner may fill no more of this city's disk than that. What is over the
 * ceiling of one package is never fetched, and fills nothing. */
static err check_size(struct ctx *c, const struct grant_edition *e)
{
    int64_t sum = 0;

    for (size_t i = 0; i < e->n; i++)
        if (e->all[i].length > 0 &&
            e->all[i].length <= (int64_t)GRANT_PACKAGE_MOST)
            sum += e->all[i].length;
    if (sum <= GRANT_EDITION_MOST)
        return E_OK;
    return fail(c, E_TOO_BIG,
                say(c,
                    "Edisi dari %.*s melebihi %" PRId64 " MiB, batas bagi "
                    "satu repositori. Tidak ada yang diubah.",
                    "This edition from %.*s is over %" PRId64 " MiB, the most "
                    "that one repository may hold. Nothing was changed."),
                STR_ARG(e->city), GRANT_EDITION_MOST >> 20);
}

static err list_top(struct ctx *c, struct grant_tuf *t,
                    struct grant_edition *out)
{
    const struct data *targets = data_get(t->targets.body, STR("targets"));

    out->all = NEWS(c->mem, struct grant_target, targets->n + 1);
    for (size_t i = 0; i < targets->n; i++)
        TRY(grant_target_read(c, t, targets->pairs[i].key,
                              targets->pairs[i].value, &out->all[out->n++]));
    return check_size(c, out);
}

err grant_tuf_all(struct ctx *c, struct grant_tuf *t, struct grant_edition *out)
{
    *out = (struct grant_edition){.root = t->root.version,
                                  .targets = t->targets.version,
                                  .snapshot = t->snapshot.version,
                                  .timestamp = t->timestamp.version,
                                  .expires = t->timestamp.expires,
                                  .city = t->who,
                                  .root_digest = seal_sha256(t->root.bytes),
                                  .timestamp_digest =
                                      seal_sha256(t->timestamp.bytes),
                                  .other = t->other,
                                  .forked = t->forked,
                                  .tuf = t};
    return list_top(c, t, out);
}

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

err grant_delegated(struct ctx *c, struct grant_edition *e)
{
    str *paths = NULL;
    size_t n = 0;

    TRY(gather(c, e->tuf, &paths, &n));
    if (n > 0)
        qsort(paths, n, sizeof *paths, by_text);
    e->all = NEWS(c->mem, struct grant_target, n + 1);
    e->n = 0;
    for (size_t i = 0; i < n; i++) {
        err x;

        if (i > 0 && str_eq(paths[i], paths[i - 1]))
            continue;
        x = grant_tuf_find(c, e->tuf, paths[i], &e->all[e->n]);
        if (x != E_OK && x != E_NOT_FOUND)
            return x;
        e->n += x == E_OK;
    }
    return E_OK;
}

err grant_find(struct ctx *c, const struct grant_edition *e, str path,
               struct grant_target *out)
{
    return grant_tuf_find(c, e->tuf, path, out);
}
