/* SPDX-License-Identifier: EUPL-1.2 */
/* Signing a note, and what its signatures make of it. */
#include "grant/grant_priv.h"

/* Dates of a note are counted in western Indonesian time, where a day begins
 * last: no note ends sooner in one of its two cities. */
#define ZONE (7 * 60)

#define SIGNATURES_MOST 100 /* as signed notes are read */

/* ---- signing ------------------------------------------------------ */

static err not_waiting(struct ctx *c, const struct seal_key *k)
{
    return fail(c, E_FORBIDDEN,
                say(c,
                    "Kunci %.*s tidak disebut dalam kesepakatan ini, jadi "
                    "tidak dapat menandatanganinya.",
                    "The key %.*s is not named in this accord, so it cannot "
                    "sign it."),
                STR_ARG(k->name));
}

static err waits_for(struct ctx *c, const struct grant_note *n,
                     const struct seal_key *k)
{
    struct seal_key *keys;
    size_t many;
    str domain;

    if (!grant_hibah_domain(k->name, 1, &domain) &&
        !grant_hibah_domain(k->name, 2, &domain))
        return fail(c, E_FORBIDDEN,
                    say(c,
                        "Naskah ini ditandatangani dengan kunci hibah; %.*s "
                        "bukan kunci hibah.",
                        "This note is signed with hibah keys; %.*s is none."),
                    STR_ARG(k->name));
    if (!str_eq(n->kind, STR("accord")))
        return E_OK;
    TRY(grant_note_keys(c, n, "hibah", STR(""), &keys, &many));
    for (size_t i = 0; i < many; i++)
        if (keys[i].id == k->id && str_eq(keys[i].name, k->name) &&
            seal_same(keys[i].public, k->public, 32))
            return E_OK;
    return not_waiting(c, k);
}

static str blob_of(struct ctx *c, const unsigned char sig[64])
{
    return arena_str(c->mem, (str){(const char *)sig, 64});
}

err grant_note_sign(struct ctx *c, str note, const struct grant_key *key,
                    str *out)
{
    unsigned char sig[64];
    struct grant_note n;
    struct seal_key k;
    struct seal_line *lines;

    TRY(grant_note_read(c, note, &n));
    grant_key_public(key, &k);
    TRY(waits_for(c, &n, &k));
    for (size_t i = 0; i < n.note.n; i++)
        if (n.note.lines[i].id == k.id && str_eq(n.note.lines[i].name, k.name))
            return fail(c, E_CONFLICT,
                        say(c, "%.*s sudah menandatangani naskah ini.",
                            "%.*s has signed this note already."),
                        STR_ARG(k.name));
    TRY(grant_key_sign(c, key, n.text, sig));
    lines = NEWS(c->mem, struct seal_line, n.note.n + 1);
    if (n.note.n > 0)
        memcpy(lines, n.note.lines, n.note.n * sizeof *lines);
    lines[n.note.n] = (struct seal_line){k.name, k.id, blob_of(c, sig)};
    n.note.lines = lines;
    n.note.n++;
    *out = seal_note_show(c, &n.note);
    return E_OK;
}

err grant_note_join(struct ctx *c, struct grant_note *n,
                    const struct grant_note *more)
{
    struct seal_line *lines;
    size_t many = n->note.n;

    if (!str_eq(n->text, more->text))
        return fail(c, E_CONFLICT, "%s",
                    say(c, "Tanda tangan ini milik naskah yang lain.",
                        "These signatures are another note's."));
    lines = NEWS(c->mem, struct seal_line, n->note.n + more->note.n + 1);
    if (many > 0)
        memcpy(lines, n->note.lines, many * sizeof *lines);
    for (size_t i = 0; i < more->note.n; i++) {
        const struct seal_line *l = &more->note.lines[i];
        bool there = false;

        for (size_t k = 0; k < many && !there; k++)
            there = lines[k].id == l->id && str_eq(lines[k].name, l->name) &&
                    str_eq(lines[k].blob, l->blob);
        if (!there)
            lines[many++] = *l;
    }
    if (many > SIGNATURES_MOST)
        return fail(c, E_TOO_BIG,
                    say(c,
                        "Sebuah naskah memuat paling banyak %d tanda tangan.",
                        "A note holds at most %d signatures."),
                    SIGNATURES_MOST);
    n->note.lines = lines;
    n->note.n = many;
    return E_OK;
}

/* ---- what the signatures make of it ------------------------------- */

struct forcing {
    struct ctx *c;
    const struct grant_note *n;
    struct findings *f;
    size_t right, wrong;
};

static void tell(struct forcing *x, enum severity severity, str key,
                 const char *id, const char *en)
{
    finding_add(x->c, x->f, severity, (struct place){0}, key, "%s",
                say(x->c, id, en));
}

static void ask(struct forcing *x, const struct seal_key *k)
{
    switch (seal_note_word(&x->n->note, k)) {
    case SEAL_SIGNED:
        x->right++;
        return;
    case SEAL_SILENT:
        tell(x, FIND_ERROR, k->name, "Kunci ini belum menandatangani.",
             "This key has not signed yet.");
        return;
    case SEAL_FORGED:
        x->wrong++;
        tell(x, FIND_ERROR, k->name,
             "Tanda tangan ini tidak cocok dengan isi naskah: naskah atau "
             "tanda tangannya telah diubah.",
             "This signature does not fit the text: the note or the signature "
             "was changed.");
        return;
    }
}

/* Two keys each of two cities, or of the one that ends. */
static bool quorum(const struct grant_note *n, const struct seal_key *keys,
                   size_t many)
{
    size_t pairs = 0;

    for (size_t i = 0; i < many; i++) {
        str a, b;

        if (!grant_hibah_domain(keys[i].name, 1, &a))
            continue;
        for (size_t k = 0; k < many; k++)
            if (grant_hibah_domain(keys[k].name, 2, &b) && str_eq(a, b) &&
                !seal_same(keys[i].public, keys[k].public, 32)) {
                pairs++;
                break;
            }
    }
    return grant_note_signer(n).n > 0 ? pairs >= 1 : pairs == 2 && many == 4;
}

/* An accord names its keys: exactly those count. */
static err own_keys(struct forcing *x, const struct seal_key *keys, size_t many)
{
    struct seal_key *named;
    size_t n;

    if (!str_eq(x->n->kind, STR("accord")))
        return E_OK;
    TRY(grant_note_keys(x->c, x->n, "hibah", STR(""), &named, &n));
    for (size_t i = 0; i < n; i++) {
        bool given = false;

        for (size_t k = 0; k < many && !given; k++)
            given = str_eq(keys[k].name, named[i].name) &&
                    seal_same(keys[k].public, named[i].public, 32);
        if (!given)
            tell(x, FIND_ERROR, named[i].name,
                 "Kunci ini disebut dalam naskah, tetapi belum diberikan untuk "
                 "pemeriksaan, atau kunci yang diberikan lain.",
                 "The note names this key, but it was not given to be checked, "
                 "or another was.");
    }
    return E_OK;
}

static str today(struct ctx *c, int64_t now)
{
    return time_show_date(c, time_local(now, ZONE, NULL));
}

/* Signed in full: what the calendar says. */
static enum grant_force by_date(struct forcing *x, int64_t now)
{
    struct ctx *c = x->c;
    str day = today(c, now), from = grant_note_value(x->n, "from"),
        until = grant_note_value(x->n, "until");

    if (str_eq(x->n->kind, STR("end")))
        return GRANT_ENDED;
    if (from.p != NULL && str_cmp(day, from) < 0) {
        finding_add(c, x->f, FIND_ERROR, (struct place){0}, STR("from"),
                    say(c, "Kesepakatan ini baru berlaku pada %.*s.",
                        "This accord is in force from %.*s on."),
                    STR_ARG(from));
        return GRANT_OFFERED;
    }
    if (until.p != NULL && str_cmp(day, until) > 0) {
        finding_add(c, x->f, FIND_ERROR, (struct place){0}, STR("until"),
                    say(c, "Kesepakatan ini berakhir pada %.*s.",
                        "This accord ended on %.*s."),
                    STR_ARG(until));
        return GRANT_ENDED;
    }
    return GRANT_IN_FORCE;
}

err grant_force(struct ctx *c, const struct grant_note *n,
                const struct seal_key *keys, size_t n_keys, int64_t now,
                struct findings *f, enum grant_force *out)
{
    struct forcing x = {c, n, f, 0, 0};
    size_t before = f->errors;

    *out = n->note.n == 0 ? GRANT_DRAFT : GRANT_OFFERED;
    for (size_t i = 0; i < n_keys; i++)
        ask(&x, &keys[i]);
    TRY(own_keys(&x, keys, n_keys));
    if (!quorum(n, keys, n_keys))
        tell(&x, FIND_ERROR, STR("hibah"),
             "Naskah berlaku bila kedua kunci hibah dari kedua kota "
             "menandatangani; kunci yang diberikan belum lengkap.",
             "A note is in force when both hibah keys of both cities have "
             "signed; not all of them were given.");
    if (f->errors == before)
        *out = by_date(&x, now);
    return E_OK;
}
