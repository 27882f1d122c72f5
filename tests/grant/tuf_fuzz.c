/* SPDX-License-Identifier: EUPL-1.2 */
/* Metadata from outside: what is read has one canonical form that reads as the
 * same; no target's name leaves its folder, and no search runs on. The first
 * byte says as what the rest is read. */
#include "grant/grant_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void fill(const struct dice *d, void *out, size_t n)
{
    (void)d;
    memset(out, 7, n);
}

/* The canonical file reads as what was read, and is its own canonical form. */
static void write_again(struct ctx *c, enum grant_type type,
                        const struct grant_meta *m)
{
    struct grant_meta again;
    str file = data_write_canonical(c, m->file);

    /* A canonical text holds its control characters raw, which JSON may not:
     * such metadata is verified all the same, but never by writing it. */
    for (size_t i = 0; i < file.n; i++)
        if ((unsigned char)file.p[i] < ' ')
            return;
    MUST(grant_meta_read(c, m->who, type, m->name, file, &again) == E_OK);
    MUST(str_eq(again.text, m->text));
    MUST(again.version == m->version && again.expires == m->expires);
}

static void as_root(struct ctx *c, const struct grant_meta *m)
{
    bool unknown;

    for (int type = GRANT_TYPE_ROOT; type <= GRANT_TYPE_TIMESTAMP; type++) {
        struct grant_signers by = grant_root_role(m, (enum grant_type)type);

        MUST(grant_threshold(by) >= 1);
        MUST(grant_signed_by(c, m, by, &unknown) >= 0);
    }
}

static void as_targets(struct ctx *c, const struct grant_meta *m)
{
    struct grant_tuf *t = NEW(c->mem, struct grant_tuf);
    struct grant_source none = grant_from_folder(c, "/nonexistent");
    struct grant_edition all;
    struct grant_target one;

    t->who = m->who;
    t->from = none;
    t->targets = *m;
    /* A snapshot that lists nothing: no delegated role can be fetched. */
    t->snapshot.body = data_new(c, DATA_MAP);
    t->root.body = data_new(c, DATA_MAP);
    if (grant_tuf_all(c, t, &all) != E_OK)
        return;
    for (size_t i = 0; i < all.n; i++) {
        str got;

        MUST(grant_fetch_target(c, &none, &all.all[i], &got) != E_OK);
    }
    MUST(grant_tuf_find(c, t, STR("a/b"), &one) != E_OK || one.path.n == 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const struct dice dice = {fill};
    struct ctx c = {.mem = arena_new((size_t)1 << 30),
                    .now = INT64_C(1771207200) * TIME_SECOND,
                    .lang = STR("en"),
                    .dice = &dice};
    struct grant_meta m;

    if (n > 0 && n < (1 << 16)) {
        enum grant_type type = (enum grant_type)(bytes[0] % 4);
        str file = {(const char *)bytes + 1, n - 1};

        if (grant_meta_read(&c, STR("kota"), type, STR("x.json"), file, &m) ==
            E_OK) {
            if (data_has_canonical(m.file))
                write_again(&c, type, &m);
            if (type == GRANT_TYPE_ROOT)
                as_root(&c, &m);
            if (type == GRANT_TYPE_TARGETS)
                as_targets(&c, &m);
        }
    }
    arena_free(c.mem);
    return 0;
}
