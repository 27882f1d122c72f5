/* SPDX-License-Identifier: EUPL-1.2 */
/* The log and those who watch it: what a witness is asked, what is kept of its
 * answer, and what a note proves that somebody else holds. */
#include "ledger/ledger_priv.h"

/* A note of this log: its own signature holds. */
err ledger_read_own(struct ctx *c, struct ledger *l, str text,
                    struct seal_note *note, struct seal_checkpoint *p)
{
    struct seal_key key;

    MUST(l->o.signer != NULL);
    seal_signer_key(l->o.signer, SEAL_LOG, &key);
    if (seal_note_read(c, text, note) == E_OK &&
        seal_checkpoint_read(c, note->text, p) == E_OK &&
        str_eq(p->origin, key.name) &&
        seal_note_word(note, &key) == SEAL_SIGNED)
        return E_OK;
    return fail(c, E_TAMPERED,
                say(c,
                    "Checkpoint ini tidak ditandatangani dengan kunci log "
                    "%.*s.",
                    "This checkpoint is not signed with the key of the log "
                    "%.*s."),
                STR_ARG(key.name));
}

/* ---- asking ------------------------------------------------------- */

static err request_from(struct ctx *c, struct conn *on, str note,
                        const struct seal_checkpoint *p, uint64_t old, str *out)
{
    struct buf b = buf_new(c, note.n + 8192);
    struct ledger_tree tree = {.on = on};
    struct hash *path = NULL;
    size_t n = 0;

    TRY(seal_prove_extension(c, old, p->size, ledger_subtree, &tree, &path,
                             &n));
    buf_fmt(&b, "old %" PRIu64 "\n", old);
    for (size_t i = 0; i < n; i++)
        buf_fmt(&b, "%s\n", seal_base64(c, path[i].b, SEAL_HASH).p);
    buf_char(&b, '\n');
    buf_raw(&b, note);
    return buf_done(c, &b, out);
}

err ledger_ask(struct ctx *c, struct ledger *l, str text, uint64_t old,
               str *request)
{
    struct seal_checkpoint p;
    struct seal_note note;
    struct conn *on;
    err e;

    TRY(ledger_read_own(c, l, text, &note, &p));
    if (old > p.size)
        return fail(c, E_CONFLICT,
                    say(c,
                        "Saksi sudah melihat %" PRIu64
                        " tindakan, checkpoint ini hanya %" PRIu64 ".",
                        "The witness has seen %" PRIu64
                        " entries, this checkpoint has only %" PRIu64 "."),
                    old, p.size);
    TRY(store_read(c, l->o.store, &on));
    e = request_from(c, on, text, &p, old, request);
    store_done(on);
    return e;
}

/* ---- keeping ------------------------------------------------------ */

struct keeping {
    const struct seal_policy *policy;
    struct seal_verdict verdict;
    str note;
};

/* Does the one that is kept satisfy the policy of today? */
static bool satisfies(struct ctx *c, const struct seal_policy *policy, str text)
{
    struct seal_verdict v;
    struct seal_note note;

    return text.p != NULL && seal_note_read(c, text, &note) == E_OK &&
           seal_policy_check(c, policy, &note, &v) == E_OK && v.witnessed;
}

static err keep(struct ctx *c, struct conn *tx, void *arg)
{
    const struct keeping *k = arg;
    const struct seal_checkpoint *p = &k->verdict.checkpoint;
    struct ledger_edge edge;
    struct hash root;
    uint64_t size;
    str kept;

    TRY(ledger_root(c, tx, p->size, &root));
    if (!seal_same(root.b, p->root.b, SEAL_HASH))
        return fail(c, E_TAMPERED, "%s",
                    say(c, "Checkpoint ini bukan dari log kota ini.",
                        "This checkpoint is not of this city's log."));
    TRY(ledger_cosigned(c, tx, &size, &kept));
    if (size > p->size ||
        (!k->verdict.witnessed && satisfies(c, k->policy, kept)))
        return E_OK;
    /* The day of the log, not of the clock: it never goes back. */
    TRY(ledger_edge(c, tx, &edge));
    return ledger_cosigned_add(c, tx, edge.time / TIME_DAY, p->size, k->note);
}

err ledger_keep_cosigned(struct ctx *c, struct ledger *l,
                         const struct seal_policy *policy, str text)
{
    struct keeping k = {.policy = policy, .note = text};
    struct seal_checkpoint p, last;
    struct seal_note note;
    str newest;

    TRY(ledger_read_own(c, l, text, &note, &p));
    TRY(ledger_signed(c, l, &last, &newest));
    if (p.size > last.size)
        return ledger_stopped(c, LEDGER_SHORTER);
    TRY(seal_policy_check(c, policy, &note, &k.verdict));
    if (k.verdict.n == 0)
        return E_OK;
    return store_write(c, l->o.store, keep, &k);
}

err ledger_last_cosigned(struct ctx *c, struct ledger *l, str *note)
{
    struct conn *on;
    uint64_t size;
    err e;

    TRY(store_read(c, l->o.store, &on));
    e = ledger_cosigned(c, on, &size, note);
    store_done(on);
    if (note->p == NULL)
        *note = STR("");
    return e;
}

/* ---- judging ------------------------------------------------------ */

static err rolled_back(struct ctx *c, uint64_t theirs, uint64_t ours)
{
    return fail(c, E_CONFLICT,
                say(c,
                    "Pihak lain memegang checkpoint log ini atas %" PRIu64
                    " tindakan, bertanda tangan kota ini sendiri; di sini "
                    "hanya %" PRIu64
                    ". Basis data mundur ke keadaan lama. Silakan jalankan "
                    "balai restore missing.",
                    "Somebody else holds a checkpoint of this log over %" PRIu64
                    " entries, signed by this very city; here are only "
                    "%" PRIu64
                    ". The database went back to an older state. Run balai "
                    "restore missing."),
                theirs, ours);
}

static err has_forked(struct ctx *c, uint64_t size)
{
    return fail(c, E_CONFLICT,
                say(c,
                    "Pihak lain memegang checkpoint log ini atas %" PRIu64
                    " tindakan, bertanda tangan kota ini sendiri, dengan isi "
                    "lain: log ini bercabang. Silakan jalankan balai restore.",
                    "Somebody else holds a checkpoint of this log over %" PRIu64
                    " entries, signed by this very city, with another past: "
                    "this log was forked. Run balai restore."),
                size);
}

static err judge(struct ctx *c, struct ledger *l, struct conn *on,
                 const struct seal_checkpoint *p, bool *forked)
{
    struct seal_checkpoint last;
    struct ledger_edge edge;
    struct hash root;
    str note;

    TRY(ledger_edge(c, on, &edge));
    TRY(ledger_signed(c, l, &last, &note));
    /* What is not signed here yet, this city cannot have shown to anybody. */
    if (p->size > edge.size || p->size > last.size)
        return rolled_back(c, p->size, edge.size);
    TRY(ledger_root(c, on, p->size, &root));
    *forked = !seal_same(root.b, p->root.b, SEAL_HASH);
    return *forked ? has_forked(c, p->size) : E_OK;
}

err ledger_judge(struct ctx *c, struct ledger *l, str text, bool *forked)
{
    struct seal_checkpoint p;
    struct seal_note note;
    struct conn *on;
    err e;

    *forked = false;
    TRY(ledger_read_own(c, l, text, &note, &p));
    TRY(store_read(c, l->o.store, &on));
    e = judge(c, l, on, &p, forked);
    store_done(on);
    if (e == E_CONFLICT)
        atomic_store(&l->contradicted, true);
    return e;
}

err ledger_reconcile(struct ctx *c, struct ledger *l, str text)
{
    struct seal_checkpoint p;
    struct ledger_edge edge;
    struct hash root = {{0}};
    struct seal_note note;
    struct conn *on;
    err e;

    TRY(ledger_read_own(c, l, text, &note, &p));
    TRY(store_read(c, l->o.store, &on));
    e = ledger_edge(c, on, &edge);
    if (e == E_OK && p.size <= edge.size)
        e = ledger_root(c, on, p.size, &root);
    store_done(on);
    TRY(e);
    if (p.size > edge.size)
        return rolled_back(c, p.size, edge.size);
    if (!seal_same(root.b, p.root.b, SEAL_HASH))
        return has_forked(c, p.size);
    atomic_store(&l->contradicted, false);
    return E_OK;
}
