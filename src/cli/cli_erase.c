/* SPDX-License-Identifier: EUPL-1.2 */
/* Forgetting: by two administrators, and what is kept long enough. */
#include "cli/cli_priv.h"

#define COUNTED 1000000 /* records that a count looks at */

/* ---- two persons -------------------------------------------------- */

err cli_two_named(struct cli *k, struct cli_person two[2])
{
    static const char *const names[] = {"--by", "--with"};
    str codes = str_of(cli_option(k, "--codes"));

    for (int i = 0; i < 2; i++) {
        two[i].login = str_of(cli_option(k, names[i]));
        if (two[i].login.n == 0 || !str_next(&codes, ',', &two[i].code))
            return fail(k->c, E_BAD_INPUT, "%s",
                        say(k->c,
                            "Dua administrator melakukan ini bersama-sama: "
                            "--by NAMA --with NAMA --codes KODE,KODE (kode "
                            "enam angka dari ponsel masing-masing).",
                            "Two administrators do this together: --by LOGIN "
                            "--with LOGIN --codes CODE,CODE (the six digits of "
                            "each one's telephone)."));
    }
    return E_OK;
}

static err who_is(struct ctx *c, struct conn *tx, struct cli_person *p)
{
    struct city_officer o;
    struct city_try t = {.password = true};
    bool admin;
    int64_t id;

    TRY(city_officer_by_login(c, tx, p->login, &o));
    TRY(city_holds(c, tx, o.id, STR("city"), STR("admin"), &admin));
    if (!admin || !o.active)
        return fail(c, E_FORBIDDEN,
                    say(c, "%.*s bukan administrator kota ini.",
                        "%.*s is no administrator of this city."),
                    STR_ARG(p->login));
    t.officer = o.id;
    p->pseudonym = o.pseudonym;
    return city_sign_in(c, tx, &t, p->code, &id);
}

err cli_two_are(struct ctx *c, struct conn *tx, struct cli_person two[2])
{
    TRY(who_is(c, tx, &two[0]));
    TRY(who_is(c, tx, &two[1]));
    if (str_eq(two[0].pseudonym, two[1].pseudonym))
        return fail(c, E_FORBIDDEN, "%s",
                    say(c, "Dua orang yang berbeda, bukan satu.",
                        "Two persons, not one."));
    return E_OK;
}

/* ---- one record --------------------------------------------------- */

static err are(struct ctx *c, struct conn *tx, void *arg)
{
    return cli_two_are(c, tx, arg);
}

err cli_do_erase(struct cli *k)
{
    struct cli_person two[2] = {0};
    struct record_erasing x = {.ground = str_of(cli_option(k, "--ground"))};
    struct record_erased done;
    struct record_world w;

    TRY(cli_two_named(k, two));
    if (!record_number_read(k->c, str_of(k->words[0]), &x.number))
        return fail(
            k->c, E_BAD_INPUT,
            say(k->c, "%s bukan nomor berkas.", "%s is no record's number."),
            k->words[0]);
    TRY(node_world(k->c, k->node, &w));
    TRY(store_write(k->c, w.store, are, two));
    x.by = two[0].pseudonym, x.with = two[1].pseudonym;
    TRY(record_erase(k->c, &w, &x, &done));
    TRY(node_tick(k->c, k->node)); /* the keys are overwritten there */
    for (size_t i = 0; i < done.n; i++)
        buf_fmt(&k->out,
                say(k->c, "%.*s: datanya sudah dihapus.\n",
                    "%.*s: its data were erased.\n"),
                STR_ARG(done.numbers[i]));
    for (size_t i = 0; i < done.n_kept; i++)
        buf_fmt(&k->out,
                say(k->c, "%.*s, yang dibuka olehnya, tetap ada: %.*s\n",
                    "%.*s, which it opened, stays: %.*s\n"),
                STR_ARG(done.kept[i].number), STR_ARG(done.kept[i].why));
    return E_OK;
}

/* ---- in time ------------------------------------------------------ */

static err count(struct cli *k, const struct record_world *w, int64_t until)
{
    struct record_ripeness *apps;
    struct record_ripe *all;
    struct conn *on;
    size_t n, n_apps;
    err e;

    TRY(store_read(k->c, w->store, &on));
    store_patient(on);
    e = record_ripe(k->c, w, on, until, 0, COUNTED, &all, &n, &apps, &n_apps);
    store_done(on);
    TRY(e);
    for (size_t i = 0; i < n_apps; i++)
        buf_fmt(&k->out,
                say(k->c,
                    "%.*s: %" PRId64 " dihapus, %" PRId64
                    " diserahkan ke arsip, %" PRId64 " tertahan\n",
                    "%.*s: %" PRId64 " to be erased, %" PRId64
                    " to be handed to the archive, %" PRId64 " held back\n"),
                STR_ARG(apps[i].app), apps[i].erase, apps[i].archive,
                apps[i].wait);
    if (n_apps == 0)
        buf_fmt(&k->out, "%s",
                say(k->c, "Tidak ada yang habis masa simpannya.\n",
                    "Nothing has been kept long enough.\n"));
    return E_OK;
}

err cli_trust_time(struct cli *k, const struct record_world *w)
{
    struct conn *on;
    bool trusted = false;
    err e;

    TRY(store_read(k->c, w->store, &on));
    e = record_time_trusted(k->c, w, on, &trusted);
    store_done(on);
    TRY(e);
    return trusted
               ? E_OK
               : fail(k->c, E_BUSY, "%s",
                      say(k->c,
                          "Tanggal hari ini belum dikonfirmasi petugas; "
                          "tidak ada yang dihapus atau diserahkan menurut "
                          "jam.",
                          "No officer has confirmed today's date yet; "
                          "nothing is erased or handed over by the clock."));
}

static err retain(struct cli *k, const struct record_world *w)
{
    int64_t all = 0, done;
    bool whole = false;

    TRY(cli_trust_time(k, w));
    while (!whole) {
        TRY(record_retain(k->c, w, &done, &whole));
        all += done;
    }
    TRY(node_tick(k->c, k->node));
    buf_fmt(&k->out,
            say(k->c, "%" PRId64 " berkas dihapus datanya.\n",
                "The data of %" PRId64 " records were erased.\n"),
            all);
    return E_OK;
}

err cli_do_retention(struct cli *k)
{
    struct record_world w;
    int64_t days = 0;

    if (cli_option(k, "--days") != NULL &&
        (!str_is_i64(str_of(cli_option(k, "--days")), &days) || days < 0 ||
         days > 36500))
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c, "--days ialah jumlah hari, 0 sampai 36500.",
                        "--days is a number of days, 0 to 36500."));
    TRY(node_world(k->c, k->node, &w));
    if (cli_option(k, "--dry-run") != NULL || days > 0)
        return count(k, &w, k->c->now + days * TIME_DAY);
    return retain(k, &w);
}
