/* SPDX-License-Identifier: EUPL-1.2 */
/* Keeping a copy of a log that somebody else serves, and taking from such a
 * copy what a city has lost. */
#include "cli/cli_priv.h"

#include "net/net.h"

#define NOTE_MOST   ((size_t)64 << 10)
#define BUNDLE_MOST ((size_t)LEDGER_TILE * (2 + UINT16_MAX))

/* ---- where a log is read ------------------------------------------ */

static err get_url(struct cli *k, const char *source, str path, size_t most,
                   str *out)
{
    str base = str_of(source);
    struct net_ask ask = {.most = most,
                          .allow_private = cli_option(k, "--inner") != NULL};
    struct net_answer answer;

    if (str_ends(base, STR("/")))
        base = str_slice(base, 0, base.n - 1);
    ask.url = arena_fmt(k->c->mem, "%.*s/%.*s", STR_ARG(base), STR_ARG(path));
    TRY(net_get(k->c, &ask, &answer));
    if (answer.status != 200)
        return fail(k->c, E_NOT_FOUND,
                    say(k->c, "%.*s menjawab %d.", "%.*s answers %d."),
                    STR_ARG(ask.url), answer.status);
    *out = answer.body;
    return E_OK;
}

/* A part of a log, from a server or from a folder that is laid out like one. */
static err get(struct cli *k, const char *source, str path, size_t most,
               str *out)
{
    return strstr(source, "://") != NULL
               ? get_url(k, source, path, most, out)
               : file_read(k->c, file_join(k->c, source, path.p), most, out);
}

static err get_bundle(struct cli *k, const char *source, uint64_t at,
                      uint64_t size, str entries[LEDGER_TILE], str *bytes)
{
    uint64_t first = at / LEDGER_TILE * LEDGER_TILE,
             want = size - first < LEDGER_TILE ? size - first : LEDGER_TILE;
    str path = ledger_bundle_path(k->c, at, size);
    size_t n;

    TRY(get(k, source, path, BUNDLE_MOST, bytes));
    TRY(ledger_bundle_read(k->c, *bytes, entries, &n));
    if (n != want)
        return fail(
            k->c, E_TAMPERED,
            say(k->c, "%.*s di %s tidak utuh.", "%.*s in %s is not whole."),
            STR_ARG(path), source);
    return E_OK;
}

/* ---- keeping a copy ----------------------------------------------- */

struct copying {
    struct cli *k;
    const char *source, *to;
    struct seal_policy *policy;
    struct seal_checkpoint now, before; /* before.size 0: there was none */
    str note;
    struct hash *leaves;
};

static err subtree(struct ctx *c, void *arg, unsigned level, uint64_t n,
                   struct hash *out)
{
    const struct copying *u = arg;
    struct hash left, right;

    if (level == 0) {
        *out = u->leaves[n];
        return E_OK;
    }
    TRY(subtree(c, arg, level - 1, 2 * n, &left));
    TRY(subtree(c, arg, level - 1, 2 * n + 1, &right));
    *out = seal_node(left, right);
    return E_OK;
}

static err read_checkpoint(struct copying *u, const char *source,
                           struct seal_checkpoint *out, str *note)
{
    struct ctx *c = u->k->c;
    struct seal_verdict verdict;
    struct seal_note read;

    TRY(get(u->k, source, STR("checkpoint"), NOTE_MOST, note));
    TRY(seal_note_read(c, *note, &read));
    TRY(seal_policy_check(c, u->policy, &read, &verdict));
    *out = verdict.checkpoint;
    return E_OK;
}

/* What is here already is read here: an entry never changes. */
static err copy_bundle(struct copying *u, uint64_t at)
{
    struct ctx *c = u->k->c;
    str path = ledger_bundle_path(c, at, u->now.size), bytes;
    const char *here = file_join(c, u->to, path.p);
    bool kept = file_exists(here);
    str entries[LEDGER_TILE];

    TRY(get_bundle(u->k, kept ? u->to : u->source, at, u->now.size, entries,
                   &bytes));
    for (uint64_t i = at; i < u->now.size && i < at + LEDGER_TILE; i++)
        u->leaves[i] = seal_leaf(entries[i - at]);
    if (kept)
        return E_OK;
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] == '/')
            TRY(file_make_dir(
                c,
                file_join(c, u->to, arena_str(c->mem, str_slice(path, 0, i)).p),
                0755));
    return file_write(c, here, bytes, 0644);
}

static err holds(struct copying *u, const struct seal_checkpoint *p)
{
    struct hash root;

    if (p->size == 0)
        return E_OK;
    TRY(seal_tree_root(u->k->c, p->size, subtree, u, &root));
    if (seal_same(root.b, p->root.b, SEAL_HASH))
        return E_OK;
    return fail(u->k->c, E_TAMPERED,
                say(u->k->c,
                    "Isi log tidak sama dengan checkpoint %" PRIu64
                    " yang bertanda tangan. Simpan map %s: isinya bukti.",
                    "The log is not what its signed checkpoint %" PRIu64
                    " says. Keep the folder %s: it is evidence."),
                p->size, u->to);
}

static err copy_log(struct copying *u)
{
    struct ctx *c = u->k->c;
    str before;

    TRY(read_checkpoint(u, u->source, &u->now, &u->note));
    if (file_exists(file_join(c, u->to, "checkpoint")))
        TRY(read_checkpoint(u, u->to, &u->before, &before));
    if (u->now.size < u->before.size)
        return fail(c, E_CONFLICT,
                    say(c,
                        "Log ini mundur: di sini ada %" PRIu64
                        " entri, di sana %" PRIu64 ".",
                        "This log went back: there are %" PRIu64
                        " entries here, and %" PRIu64 " there."),
                    u->before.size, u->now.size);
    TRY(file_make_dir(c, u->to, 0755));
    u->leaves = NEWS(c->mem, struct hash, u->now.size + 1);
    for (uint64_t at = 0; at < u->now.size; at += LEDGER_TILE)
        TRY(copy_bundle(u, at));
    TRY(holds(u, &u->before));
    TRY(holds(u, &u->now));
    return file_write(c, file_join(c, u->to, "checkpoint"), u->note, 0644);
}

err cli_do_log_mirror(struct cli *k)
{
    struct copying u = {.k = k, .source = k->words[0], .to = k->words[1]};

    TRY(cli_policy(k, &u.policy));
    TRY(copy_log(&u));
    buf_fmt(&k->out,
            say(k->c,
                "%" PRIu64 " entri %.*s disalin ke %s, dan cocok dengan "
                "checkpoint-nya.\n",
                "%" PRIu64 " entries of %.*s were copied to %s, and hold "
                "against its checkpoint.\n"),
            u.now.size, STR_ARG(u.now.origin), u.to);
    return E_OK;
}

/* ---- what is missing ---------------------------------------------- */

struct missing {
    struct cli *k;
    uint64_t first, size;
    str shown; /* the checkpoint that is to be reached */
    str *entries;
    struct cli_person two[2];
};

/* The longest of what the signer signed, what a witness holds against the city,
 * and what the copy itself ends with. That they are of this log is for
 * ledger_regain() to say. */
static err longest(struct missing *u, str note)
{
    struct ctx *c = u->k->c;
    struct seal_checkpoint p;
    struct seal_note read;

    if (note.n == 0)
        return E_OK;
    TRY(seal_note_read(c, note, &read));
    TRY(seal_checkpoint_read(c, read.text, &p));
    if (p.size > u->size)
        u->size = p.size, u->shown = note;
    return E_OK;
}

static err count_missing(struct missing *u)
{
    struct node *n = u->k->node;
    struct ctx *c = u->k->c;
    struct conn *on;
    str note;

    TRY(seal_signer_last(c, node_signer(n), &note));
    TRY(longest(u, note));
    TRY(node_evidence(c, n, &note));
    TRY(longest(u, note));
    TRY(get(u->k, u->k->words[0], STR("checkpoint"), NOTE_MOST, &note));
    TRY(longest(u, note));
    TRY(store_read(c, node_store(n), &on));
    TRY(ledger_size(c, on, &u->first));
    store_done(on);
    return E_OK;
}

static err fetch_missing(struct missing *u)
{
    struct ctx *c = u->k->c;
    str entries[LEDGER_TILE], bytes;

    u->entries = NEWS(c->mem, str, u->size - u->first + 1);
    for (uint64_t at = u->first; at < u->size;) {
        uint64_t end = at / LEDGER_TILE * LEDGER_TILE + LEDGER_TILE;

        TRY(get_bundle(u->k, u->k->words[0], at, u->size, entries, &bytes));
        for (; at < end && at < u->size; at++)
            u->entries[at - u->first] = entries[at % LEDGER_TILE];
    }
    return E_OK;
}

static err take_in(struct ctx *c, struct conn *tx, void *arg)
{
    struct missing *u = arg;

    TRY(cli_two_are(c, tx, u->two));
    return ledger_regain(c, tx, node_ledger(u->k->node),
                         &(struct ledger_regained){
                             u->two[0].pseudonym, u->two[1].pseudonym, u->shown,
                             u->entries, (size_t)(u->size - u->first)});
}

err cli_do_restore_missing(struct cli *k)
{
    struct missing u = {.k = k, .shown = STR("")};
    str evidence;

    TRY(cli_two_named(u.k, u.two));
    TRY(count_missing(&u));
    TRY(node_evidence(k->c, k->node, &evidence));
    if (u.size <= u.first && evidence.n == 0)
        return fail(k->c, E_CONFLICT, "%s",
                    say(k->c, "Tidak ada entri log yang hilang.",
                        "No entry of the log is missing."));
    if (u.size > u.first) {
        TRY(fetch_missing(&u));
        TRY(store_write(k->c, node_store(k->node), take_in, &u));
    }
    TRY(node_regained(k->c, k->node));
    buf_fmt(&k->out,
            say(k->c,
                "%" PRIu64 " entri diambil kembali; isinya hilang, tempatnya "
                "dalam log utuh. Kota ini menerima tindakan lagi.\n",
                "%" PRIu64 " entries were taken back; what they said is lost, "
                "their place in the log is whole. The city takes acts "
                "again.\n"),
            u.size > u.first ? u.size - u.first : 0);
    return E_OK;
}
