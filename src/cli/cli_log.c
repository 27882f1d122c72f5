/* SPDX-License-Identifier: EUPL-1.2 */
/* Commands on the log: keys, receipts, checking. */
#include "cli/cli_priv.h"

#define RECEIPT_MOST ((size_t)4 << 20)

err cli_do_log_key(struct cli *k)
{
    struct seal_key key;

    seal_signer_key(node_signer(k->node), SEAL_LOG, &key);
    buf_fmt(&k->out, "%.*s\n", STR_ARG(seal_vkey_show(k->c, &key)));
    return E_OK;
}

err cli_do_log_receipt(struct cli *k)
{
    struct ledger_event *events;
    struct conn *on;
    str number, receipt;
    size_t n;

    if (!record_number_read(k->c, str_of(k->words[0]), &number))
        return fail(
            k->c, E_BAD_INPUT,
            say(k->c, "%s bukan nomor berkas.", "%s is not a record's number."),
            k->words[0]);
    TRY(node_tick(k->c, k->node));
    TRY(store_read(k->c, node_store(k->node), &on));
    TRY(ledger_events_of(k->c, on, node_ledger(k->node), number, &events, &n));
    store_done(on);
    if (n == 0)
        return fail(
            k->c, E_NOT_FOUND,
            say(k->c, "Nomor %.*s tidak dikenal.", "There is no record %.*s."),
            STR_ARG(number));
    TRY(ledger_receipt(k->c, node_ledger(k->node), events[n - 1].id,
                       cli_option(k, "--full") != NULL, &receipt));
    buf_raw(&k->out, receipt);
    return E_OK;
}

/* ---- verifying ---------------------------------------------------- */

err cli_policy(struct cli *k, struct seal_policy **out)
{
    const char *policy = cli_option(k, "--policy"),
               *key = cli_option(k, "--key");
    struct seal_key log;
    str bytes;

    if ((policy == NULL) == (key == NULL))
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c,
                        "Sebutkan --policy FILE, atau --key KUNCI dari "
                        "laman log kota itu.",
                        "Name --policy FILE, or --key KEY from that city's "
                        "log page."));
    if (policy != NULL) {
        TRY(file_read(k->c, policy, 1 << 20, &bytes));
        return seal_policy_read(k->c, str_of(policy), bytes, out);
    }
    /* --key takes the key, or a file that holds it. */
    bytes = str_of(key);
    if (file_exists(key))
        TRY(file_read(k->c, key, 4096, &bytes));
    TRY(seal_vkey_read(k->c, str_trim(bytes), &log));
    *out = seal_policy_of(k->c, &log);
    return E_OK;
}

static void say_told(struct cli *k, const struct ledger_told *t)
{
    buf_fmt(&k->out,
            say(k->c, "Tindakan nomor %" PRIu64 " dalam log %.*s\n",
                "Event %" PRIu64 " of the log %.*s\n"),
            t->index, STR_ARG(t->verdict.checkpoint.origin));
    for (size_t i = 0; i < t->n; i++)
        buf_fmt(&k->out, "  %.*s: %.*s\n", STR_ARG(t->open[i].name),
                STR_ARG(t->open[i].value));
    if (t->shut > 0)
        buf_fmt(&k->out,
                say(k->c, "  %zu keterangan tetap tertutup\n",
                    "  %zu facts stay shut\n"),
                t->shut);
    if (t->verdict.witnessed)
        buf_fmt(&k->out,
                say(k->c, "Ditandatangani kota, disaksikan %zu saksi.\n",
                    "Signed by the city, witnessed by %zu.\n"),
                t->verdict.n);
    else
        buf_lit(&k->out, say(k->c, "Ditandatangani kota, belum disaksikan.\n",
                             "Signed by the city, not witnessed.\n"));
}

static err verify_receipt(struct cli *k)
{
    struct seal_policy *policy;
    struct ledger_told told;
    str receipt;

    TRY(cli_policy(k, &policy));
    TRY(file_read(k->c, k->words[0], RECEIPT_MOST, &receipt));
    TRY(ledger_verify(k->c, receipt, policy, &told));
    say_told(k, &told);
    if (cli_option(k, "--witnessed") != NULL && !told.verdict.witnessed)
        return fail(k->c, E_TAMPERED, "%s",
                    say(k->c, "Tidak ada saksi yang menandatangani.",
                        "No witness has signed."));
    return E_OK;
}

/* Everything that this city's own folder says. */
err cli_do_log_audit(struct cli *k)
{
    struct findings f = {0};
    struct conn *on;
    uint64_t size;

    TRY(ledger_audit(k->c, node_ledger(k->node), &f));
    if (cli_findings(k, &f) > 0)
        return fail(k->c, E_TAMPERED, "%s",
                    say(k->c, "Ada yang tidak cocok dengan log.",
                        "Something does not agree with the log."));
    TRY(store_read(k->c, node_store(k->node), &on));
    TRY(ledger_size(k->c, on, &size));
    store_done(on);
    buf_fmt(&k->out,
            say(k->c, "%" PRIu64 " tindakan, semuanya cocok.\n",
                "%" PRIu64 " events, all of them hold.\n"),
            size);
    return E_OK;
}

/* Without a receipt, the city is audited, by the node that has it if one
 * runs. */
static err verify_city(struct cli *k)
{
    if (k->dir == NULL)
        return fail(
            k->c, E_BAD_INPUT, "%s",
            say(k->c, "Sebutkan FILE tanda terima, atau -C MAP sebuah kota.",
                "Name a receipt FILE, or a city's folder with -C DIR."));
    return cli_on_city(k, "log audit", NULL);
}

err cli_do_log_verify(struct cli *k)
{
    return k->n > 0 ? verify_receipt(k) : verify_city(k);
}
