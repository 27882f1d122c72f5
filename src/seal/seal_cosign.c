/* SPDX-License-Identifier: EUPL-1.2 */
/* What the signer knows of other logs, and when it may cosign them (C2SP
 * tlog-witness, add-checkpoint).
 *
 * A log is known by its origin: a new key under the same name goes on where
 * the old one ended, so that nobody forks a log by changing its key. */
#include "seal/seal_priv.h"

#include <stdlib.h>

#define PROOF_MOST 63 /* lines of a request */

struct log {
    char *origin;
    struct seal_key key; /* of the log, while it is told; name is `origin` */
    bool told;
    uint64_t size, time;
    struct hash root;
    char *note, *fork; /* as the log signed them; NULL for none */
};

struct seal_watch {
    struct log *all;
    size_t n;
};

struct seal_watch *seal_watch_new(void)
{
    struct seal_watch *w = calloc(1, sizeof *w);

    MUST(w != NULL);
    return w;
}

void seal_watch_free(struct seal_watch *w)
{
    if (w == NULL)
        return;
    for (size_t i = 0; i < w->n; i++) {
        free(w->all[i].origin);
        free(w->all[i].note);
        free(w->all[i].fork);
    }
    free(w->all);
    free(w);
}

static char *copy(str s)
{
    char *z = strndup(s.p, s.n);

    MUST(z != NULL);
    return z;
}

/* Which log has this origin, or w->n. */
static size_t find(const struct seal_watch *w, str origin)
{
    size_t i = 0;

    while (i < w->n && !str_eq(str_of(w->all[i].origin), origin))
        i++;
    return i;
}

static struct log *find_or_add(struct seal_watch *w, str origin)
{
    size_t i = find(w, origin);

    if (i == w->n) {
        w->all = reallocarray(w->all, w->n + 1, sizeof *w->all);
        MUST(w->all != NULL);
        w->all[w->n++] = (struct log){.origin = copy(origin)};
    }
    return &w->all[i];
}

static void keep(struct log *l, const struct seal_checkpoint *p, str note,
                 uint64_t time)
{
    free(l->note);
    l->note = copy(note);
    l->size = p->size;
    l->root = p->root;
    l->time = time;
}

void seal_watch_tell(struct seal_watch *w, const struct seal_key *logs,
                     size_t n)
{
    for (size_t i = 0; i < w->n; i++)
        w->all[i].told = false;
    for (size_t i = 0; i < n; i++) {
        struct log *l = find_or_add(w, logs[i].name);

        l->key = logs[i];
        l->key.name = str_of(l->origin);
        l->told = true;
    }
}

/* ---- the journal -------------------------------------------------- */

bool seal_watch_read(struct ctx *c, struct seal_watch *w, str words, bool fork)
{
    struct seal_checkpoint p;
    struct seal_note note;
    str origin, time, base64, bytes;
    uint64_t at;
    struct log *l;

    str_cut(words, ' ', &origin, &words);
    str_cut(words, ' ', &time, &base64);
    if (!seal_decimal(time, &at) || !seal_unbase64(c, base64, &bytes) ||
        seal_note_read(c, bytes, &note) != E_OK || note.n != 1 ||
        seal_checkpoint_read(c, note.text, &p) != E_OK ||
        !str_eq(p.origin, origin) || note.text.n > SEAL_COSIGNED_MOST)
        return false;
    l = find_or_add(w, origin);
    if (!fork)
        keep(l, &p, bytes, at);
    else if (l->fork == NULL)
        l->fork = copy(bytes);
    return true;
}

str seal_watch_words(struct ctx *c, const struct seal_asked *a, uint64_t time)
{
    str note = seal_note_show(c, &a->note);

    return arena_fmt(
        c->mem, "%s %.*s %" PRIu64 " %s", a->fork ? "forked" : "cosigned",
        STR_ARG(a->note.lines[0].name), time, seal_base64(c, note.p, note.n).p);
}

void seal_watch_keep(struct ctx *c, struct seal_watch *w,
                     const struct seal_asked *a, uint64_t time)
{
    struct log *l = &w->all[a->log];
    str note = seal_note_show(c, &a->note);
    struct seal_checkpoint p;

    if (a->fork) {
        l->fork = copy(note);
        return;
    }
    MUST(seal_checkpoint_read(c, a->note.text, &p) == E_OK);
    keep(l, &p, note, time);
}

void seal_watch_list(struct ctx *c, const struct seal_watch *w,
                     struct seal_watched **out, size_t *n)
{
    *out = NEWS(c->mem, struct seal_watched, w->n);
    *n = w->n;
    for (size_t i = 0; i < w->n; i++) {
        const struct log *l = &w->all[i];

        (*out)[i] = (struct seal_watched){arena_str(c->mem, str_of(l->origin)),
                                          l->told,
                                          l->size,
                                          l->root,
                                          l->time,
                                          arena_str(c->mem, str_of(l->note)),
                                          arena_str(c->mem, str_of(l->fork))};
    }
}

/* ---- what is asked ------------------------------------------------ */

struct request {
    uint64_t old;
    struct hash path[PROOF_MOST];
    size_t n;
    struct seal_note note;
    struct seal_checkpoint checkpoint;
};

static err bad_request(struct ctx *c, const char *what)
{
    return fail(c, E_BAD_INPUT,
                say(c, "Permintaan saksi ini tidak dapat dibaca: %s.",
                    "This request to a witness cannot be read: %s."),
                what);
}

static err read_path(struct ctx *c, str *rest, struct request *r)
{
    str line;

    for (r->n = 0; str_next(rest, '\n', &line); r->n++) {
        if (line.n == 0)
            return E_OK;
        if (r->n == PROOF_MOST || !seal_base64_32(line, r->path[r->n].b))
            break;
    }
    return bad_request(c, say(c,
                              "sesudah baris old paling banyak 63 hash base64, "
                              "lalu baris kosong",
                              "after the line old come at most 63 hashes in "
                              "base64, then an empty line"));
}

static err read_request(struct ctx *c, str body, struct request *r)
{
    str line, old = STR("old ");
    err e;

    if (!str_next(&body, '\n', &line) || !str_starts(line, old) ||
        !seal_decimal(str_slice(line, old.n, line.n), &r->old))
        return bad_request(c, say(c, "baris pertamanya bukan \"old UKURAN\"",
                                  "its first line is not \"old SIZE\""));
    TRY(read_path(c, &body, r));
    e = seal_note_read(c, body, &r->note);
    if (e != E_OK)
        return E_BAD_INPUT; /* also where it is too big: the reason stands */
    if (r->note.text.n > SEAL_COSIGNED_MOST)
        return bad_request(c, say(c, "checkpoint terlalu panjang",
                                  "the checkpoint is too long"));
    return seal_checkpoint_read(c, r->note.text, &r->checkpoint);
}

/* ---- may it be cosigned? ------------------------------------------ */

static err find_log(struct ctx *c, const struct seal_watch *w,
                    const struct request *r, struct seal_asked *out)
{
    str origin = r->checkpoint.origin;

    out->log = find(w, origin);
    if (out->log < w->n && w->all[out->log].told)
        return E_OK;
    return fail(c, E_NOT_FOUND,
                say(c,
                    "Log %.*s tidak disaksikan di sini. Kota ini perlu "
                    "mempercayainya dahulu: balai witness trust.",
                    "The log %.*s is not witnessed here. This city must trust "
                    "it first: balai witness trust."),
                origin.n > 255 ? 255 : (int)origin.n, origin.p);
}

/* The note that is kept has the log's own line alone. */
static err check_signature(struct ctx *c, const struct log *l,
                           const struct request *r, struct seal_asked *out)
{
    if (seal_note_word(&r->note, &l->key) != SEAL_SIGNED)
        return fail(c, E_FORBIDDEN,
                    say(c,
                        "Checkpoint ini tidak ditandatangani dengan kunci log "
                        "%s yang dikenal di sini.",
                        "This checkpoint is not signed with the key by which "
                        "the log %s is known here."),
                    l->origin);
    out->note = (struct seal_note){r->note.text, NULL, 1};
    for (size_t i = 0; out->note.lines == NULL; i++)
        if (r->note.lines[i].id == l->key.id &&
            str_eq(r->note.lines[i].name, l->key.name))
            out->note.lines = &r->note.lines[i];
    return E_OK;
}

static err check_sizes(struct ctx *c, const struct log *l,
                       const struct request *r)
{
    if (r->old > r->checkpoint.size)
        return bad_request(c,
                           say(c, "ukuran lamanya melebihi ukuran checkpoint",
                               "its old size is over the checkpoint's"));
    if (r->old == l->size)
        return E_OK;
    return fail(c, E_CONFLICT,
                say(c,
                    "Log %s terakhir disaksikan pada ukuran %" PRIu64
                    ", bukan %" PRIu64 ".",
                    "The log %s was last witnessed at size %" PRIu64
                    ", not %" PRIu64 "."),
                l->origin, l->size, r->old);
}

static bool extends(const struct log *l, const struct request *r)
{
    const struct seal_checkpoint *p = &r->checkpoint;

    if (p->size == 0)
        return r->n == 0 &&
               seal_same(p->root.b, seal_empty_root().b, SEAL_HASH);
    if (r->old == 0)
        return r->n == 0;
    return seal_extends(l->size, l->root, p->size, p->root, r->path, r->n);
}

static err check_extension(struct ctx *c, const struct log *l,
                           const struct request *r, struct seal_asked *out)
{
    bool same = l->note != NULL && r->checkpoint.size == l->size &&
                seal_same(r->checkpoint.root.b, l->root.b, SEAL_HASH);

    if (extends(l, r)) {
        out->again = same;
        return E_OK;
    }
    out->fork = l->note != NULL && l->fork == NULL && !same &&
                r->checkpoint.size == l->size;
    return fail(c, E_REFUSED,
                say(c,
                    "Checkpoint ini tidak terbukti melanjutkan log %s dari "
                    "ukuran %" PRIu64 ".",
                    "This checkpoint is not proved to continue the log %s from "
                    "size %" PRIu64 "."),
                l->origin, l->size);
}

err seal_watch_ask(struct ctx *c, const struct seal_watch *w, str request,
                   struct seal_asked *out, uint64_t *size)
{
    struct request r;
    const struct log *l;

    *out = (struct seal_asked){.log = w->n};
    TRY(read_request(c, request, &r));
    TRY(find_log(c, w, &r, out));
    l = &w->all[out->log];
    *size = l->size;
    TRY(check_signature(c, l, &r, out));
    TRY(check_sizes(c, l, &r));
    return check_extension(c, l, &r, out);
}
