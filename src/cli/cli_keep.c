/* SPDX-License-Identifier: EUPL-1.2 */
/* Keeping a city: backups, coming back from one, and how it is. */
#include "cli/cli_priv.h"

err cli_do_backup(struct cli *k)
{
    TRY(node_backup(k->c, k->node, k->words[0]));
    buf_fmt(&k->out,
            say(k->c,
                "Cadangan di %s. Simpan keys/ di tempat terpisah, paling lama "
                "35 hari.\n",
                "The backup is in %s. Keep keys/ in another place, for 35 days "
                "at most.\n"),
            k->words[0]);
    return E_OK;
}

err cli_do_keys_backup(struct cli *k)
{
    str passphrase;

    TRY(cli_passphrase(k, true, &passphrase));
    TRY(node_backup_key_make(k->c, k->words[0], passphrase));
    buf_fmt(&k->out,
            say(k->c,
                "Kunci cadangan ditulis ke %s. Salin backup.pub ke mesin kota "
                "(/etc/balai/backup.pub); simpan backup.key dan frasa sandinya "
                "di dua tempat di luar mesin itu. Tanpa keduanya tidak ada "
                "cadangan yang dapat dibuka.\n",
                "The backup key was written to %s. Copy backup.pub to the "
                "city's machine (/etc/balai/backup.pub); keep backup.key and "
                "its passphrase in two places away from it. Without both no "
                "backup can be opened.\n"),
            k->words[0]);
    return E_OK;
}

/* ---- every night -------------------------------------------------- */

static void also_folders(struct cli *k, struct node_keeping *keep)
{
    str list = str_of(cli_option(k, "--also")), one;
    const char **all = NEWS(k->c->mem, const char *, list.n + 1);

    while (str_next(&list, ',', &one))
        all[keep->n_also++] = arena_str(k->c->mem, one).p;
    keep->also = all;
}

static void show_kept(struct cli *k, const struct node_kept *kept)
{
    buf_fmt(&k->out,
            say(k->c,
                "%.*s: %" PRIu64 " bita, dipulihkan untuk dicoba, %" PRId64
                " tindakan cocok; %zu berkas lama dibuang.\n",
                "%.*s: %" PRIu64 " bytes, restored to try it, %" PRId64
                " events hold; %zu old files were dropped.\n"),
            STR_ARG(kept->name), kept->bytes, kept->events, kept->gone);
}

/* The copy is made by the running city, all else by this process: sealing and
 * trying take long, and the city has better things to do. */
err cli_do_backup_nightly(struct cli *k)
{
    struct node_options o = cli_node_options(k);
    const char *key = cli_option(k, "--key");
    struct node_keeping keep = {
        .to = cli_option(k, "--to"),
        .staged = file_join(k->c, k->dir, "backup.part"),
        .scratch = file_join(k->c, k->dir, "backup.try")};
    struct node_kept kept;
    err e;

    if (keep.to == NULL || key == NULL)
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c,
                        "Sebutkan --to MAP dan --key backup.pub (buatlah "
                        "dengan: balai keys backup MAP).",
                        "Name --to DIR and --key backup.pub (make one with: "
                        "balai keys backup DIR)."));
    TRY(node_backup_key_public(k->c, key, keep.public));
    also_folders(k, &keep);
    file_remove_tree(keep.staged);
    TRY(cli_on_city(k, "backup", keep.staged));
    k->out.n = 0; /* where the copy stands is of no use to anybody */
    e = node_keep(k->c, &o, &keep, &kept);
    if (kept.events > 0)
        show_kept(k, &kept);
    return e;
}

/* ---- coming back -------------------------------------------------- */

/* In a later plain copy, or in the folder of the city itself, as far as that
 * outlived its machine; or the file alone. */
static const char *newer_keys(struct cli *k)
{
    const char *word = cli_option(k, "--newer"),
               *copy = file_join(k->c, word, "keys/subjects"),
               *own = file_join(k->c, word, "keys");

    return !file_is_dir(word) ? word : file_exists(copy) ? copy : own;
}

static err restore(struct cli *k, const struct node_options *o,
                   struct node_restored *r)
{
    bool unwitnessed = cli_option(k, "--unwitnessed") != NULL;
    const char *key = cli_option(k, "--key"), *from = k->words[0];
    struct node_restoring plain = {.from = from, .unwitnessed = unwitnessed};
    struct node_found found;
    struct seal_secret *secret;
    str passphrase;

    if (cli_option(k, "--newer") != NULL)
        plain.newer = newer_keys(k);
    if (file_exists(file_join(k->c, from, "manifest.json")))
        return node_restore(k->c, o, &plain, r);
    TRY(node_find_kept(k->c, from, &found));
    found.plain = plain.newer;
    if (key == NULL)
        return fail(k->c, E_BAD_INPUT,
                    say(k->c,
                        "%s terenkripsi. Sebutkan --key backup.key, yang "
                        "disimpan di luar mesin kota.",
                        "%s is encrypted. Name --key backup.key, which is kept "
                        "away from the city's machine."),
                    found.data);
    TRY(cli_passphrase(k, false, &passphrase));
    TRY(node_backup_key_open(k->c, key, passphrase, &secret));
    return node_restore_kept(k->c, o, &found, secret, unwitnessed, r);
}

/* What must be done by people before the city is what it was. */
static void say_what_follows(struct cli *k, const struct node_restored *r)
{
    const struct {
        bool so;
        const char *what;
    } all[] = {
        {r->awaiting,
         say(k->c,
             "Kota ini mempunyai saksi: sesudah dijalankan, kota hanya dapat "
             "dibaca sampai satu saksi menjawab.",
             "This city has witnesses: once it runs, it can only be read "
             "until one of them has answered.")},
        {r->behind,
         say(k->c,
             "Log yang sudah ditandatangani lebih panjang. Kota ini hanya "
             "dapat dibaca sampai entri yang hilang diambil: balai restore "
             "missing.",
             "A longer log was signed already. This city can only be read "
             "until the missing entries are fetched: balai restore missing.")},
        {true,
         say(k->c,
             "Cocokkan kunci log di bawah ini dengan yang diketahui saksi "
             "atau yang tercetak; arsip cadangan dapat dibuat siapa pun yang "
             "memegang backup.pub.",
             "Compare the log's key below with the one that a witness knows "
             "or that was printed: whoever has backup.pub can make an "
             "archive.")},
        {true,
         say(k->c,
             "Yang terjadi sesudah cadangan dibuat tidak ada lagi di sini: "
             "bandingkan surat dan tanda terima di kertas, dan lanjutkan "
             "nomor surat dari yang terakhir keluar.",
             "What happened after the backup is not in here: compare letters "
             "and receipts on paper, and go on from the last number that was "
             "issued.")},
        {true,
         say(k->c,
             "Penghapusan yang tercatat di sini sudah dituntaskan, yang habis "
             "masa simpannya dihapus lagi dengan sendirinya, dan permintaan "
             "yang belum diputuskan saat itu menunggu lagi di lamannya. "
             "Penghapusan lain sesudah cadangan kunci terakhir harus diulang "
             "(balai erase); berkas keys kota lama, bila selamat, "
             "menyebutnya: --newer.",
             "Erasures on record here are finished, what was kept long enough "
             "is erased again by itself, and requests that were not decided by "
             "then wait on their page again. Other erasures after the last "
             "backup of keys must be repeated (balai erase); the old city's "
             "keys file, if it survived, tells of them: --newer.")},
        {r->published,
         say(k->c,
             "Terbitkan satu edisi baru (balai repo publish): kota lain "
             "menolak repositori yang mundur.",
             "Publish a new edition (balai repo publish): other cities refuse "
             "a repository that went back.")},
    };

    for (size_t i = 0; i < COUNT(all); i++)
        if (all[i].so)
            buf_fmt(&k->out, "- %s\n", all[i].what);
    buf_fmt(&k->out, "  %.*s\n", STR_ARG(r->log));
}

err cli_do_restore(struct cli *k)
{
    struct node_options o = cli_node_options(k);
    struct node_restored r;

    TRY(restore(k, &o, &r));
    buf_fmt(&k->out,
            say(k->c,
                "Kota dipulihkan di %s: %" PRId64 " tindakan, semuanya "
                "cocok; %zu berkas dihapus lagi. Yang harus menyusul:\n",
                "The city was restored in %s: %" PRId64 " events, all of them "
                "hold; %zu records were erased again. What must follow:\n"),
            k->dir, r.events, r.erased);
    say_what_follows(k, &r);
    return E_OK;
}

/* ---- how it is ---------------------------------------------------- */

/* For monitoring: {"well":BOOL,"found":[{"is","about","what","mend"}]}. */
static void show_json(struct cli *k, const struct findings *f)
{
    static const char *const is[] = {[FIND_ERROR] = "error",
                                     [FIND_WARNING] = "warning",
                                     [FIND_NOTE] = "note"};
    struct data *all = data_new(k->c, DATA_MAP),
                *list = data_new(k->c, DATA_LIST);

    for (size_t i = 0; i < f->n; i++) {
        struct data *one = data_new(k->c, DATA_MAP);

        data_put_text(k->c, one, STR("is"), str_of(is[f->all[i].severity]));
        data_put_text(k->c, one, STR("about"), f->all[i].key);
        data_put_text(k->c, one, STR("what"), f->all[i].what);
        if (f->all[i].mend.n > 0)
            data_put_text(k->c, one, STR("mend"), f->all[i].mend);
        data_append(k->c, list, one);
    }
    data_put_bool(k->c, all, STR("well"), f->errors == 0);
    data_put(k->c, all, STR("found"), list);
    buf_fmt(&k->out, "%.*s\n", STR_ARG(data_write_json(k->c, all)));
}

err cli_do_doctor(struct cli *k)
{
    struct findings f = {0};

    TRY(node_doctor(k->c, k->node, &f));
    if (cli_option(k, "--json") != NULL)
        show_json(k, &f);
    else
        cli_findings(k, &f);
    if (f.errors > 0)
        return fail(k->c, E_REFUSED, "%s",
                    say(k->c, "Ada yang perlu diperbaiki.",
                        "Something needs mending."));
    return E_OK;
}
