/* SPDX-License-Identifier: EUPL-1.2 */
/* Commands about a city's offline keys: made, replaced. */
#include "cli/cli_priv.h"

#define KEYS 7 /* of a ceremony */

err cli_do_keys_ceremony(struct cli *k)
{
    const char *city = cli_option(k, "--city");
    const char *domain = cli_option(k, "--domain");
    struct grant_ceremony g = {.city = str_of(city),
                               .domain = str_of(domain),
                               .dirs = k->words,
                               .n = KEYS};
    str all[KEYS];

    if (city == NULL || domain == NULL)
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c, "Sebutkan --city KODE dan --domain NAMA.",
                        "Name --city CODE and --domain NAME."));
    TRY(cli_passphrases(k, all, COUNT(all)));
    g.passphrases = all;
    TRY(grant_keys_make(k->c, &g));
    buf_fmt(&k->out,
            say(k->c,
                "Tujuh kunci ditulis: 3 root, 2 hibah, 2 targets. Simpan "
                "setiap map pada orang dan tempat yang berbeda.\n",
                "Seven keys were written: 3 root, 2 hibah, 2 targets. Keep "
                "each folder with another person, in another place.\n"));
    return E_OK;
}

/* Whatever key the folder holds: it says for which city the new ones are. */
static err open_any(struct cli *k, const char *dir, str passphrase,
                    struct grant_key **out)
{
    err e = E_NOT_FOUND;

    for (int role = GRANT_ROOT; e == E_NOT_FOUND && role <= GRANT_HIBAH; role++)
        e = grant_key_open(k->c, dir, (enum grant_role)role, passphrase, out);
    return e;
}

err cli_do_keys_replace(struct cli *k)
{
    const char *of = cli_option(k, "--of");
    struct grant_replacing r = {.dirs = k->words + 1, .n = k->n - 1};
    struct grant_key *key;
    str all[8];

    if (!grant_role_read(str_of(k->words[0]), &r.role))
        return fail(k->c, E_BAD_INPUT,
                    say(k->c,
                        "%s bukan peran kunci: root, hibah, atau targets.",
                        "%s is no role of a key: root, hibah or targets."),
                    k->words[0]);
    if (of == NULL)
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c, "Sebutkan --of MAP, kunci lain kota ini.",
                        "Name --of DIR, another key of the city."));
    TRY(cli_passphrases(k, all, COUNT(all)));
    TRY(open_any(k, of, all[0], &key));
    r.of = key;
    r.passphrases = all + 1;
    TRY(grant_keys_replace(k->c, &r));
    buf_fmt(&k->out,
            say(k->c, "%zu kunci %s yang baru ditulis. %s\n",
                "%zu new %s keys were written. %s\n"),
            r.n, k->words[0],
            r.role == GRANT_HIBAH
                ? say(k->c,
                      "Kunci itu berlaku sejak disebut dalam kesepakatan yang "
                      "baru: balai party, balai accord draft.",
                      "They count from the new accord on that names them: "
                      "balai party, balai accord draft.")
                : say(k->c,
                      "Kunci itu berlaku sejak root berikutnya: balai repo "
                      "publish dengan --roots.",
                      "They count from the next root on: balai repo publish "
                      "with --roots."));
    return E_OK;
}
