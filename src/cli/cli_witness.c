/* SPDX-License-Identifier: EUPL-1.2 */
/* Commands on witnesses: who cosigns this city's log, whose log it cosigns,
 * and the policy that says what counts. */
#include "cli/cli_priv.h"

/* ---- changing ----------------------------------------------------- */

struct changing {
    struct cli *k;
    struct city_change change;
};

static err apply(struct ctx *c, struct conn *tx, void *arg)
{
    const struct changing *u = arg;

    return city_apply(c, tx, node_ledger(u->k->node), STR("system"), &u->change,
                      1);
}

/* An event, and from now on in force; nothing where it says what is so. */
static err change(struct cli *k, struct changing *u)
{
    if (u->change.was != NULL && u->change.value != NULL &&
        str_eq(data_write_json(k->c, u->change.was),
               data_write_json(k->c, u->change.value)))
        return E_OK;
    TRY(store_write(k->c, node_store(k->node), apply, u));
    return node_refresh(k->c, k->node);
}

err cli_do_witness_add(struct cli *k)
{
    struct city_party p = {.name = str_of(k->words[0]),
                           .vkey = str_of(k->words[1]),
                           .url = str_of(k->words[2]),
                           .inner = cli_option(k, "--inner") != NULL};
    struct changing u = {.k = k};
    struct record_world w;

    TRY(node_world(k->c, k->node, &w));
    TRY(city_party_set(k->c, w.city, CITY_WITNESS, &p, &u.change));
    TRY(change(k, &u));
    buf_fmt(&k->out,
            say(k->c,
                "Log kota ini disaksikan oleh %s, sejak %s mempercayai log "
                "ini.\n",
                "The log of this city is witnessed by %s, once %s trusts this "
                "log.\n"),
            k->words[0], k->words[0]);
    return E_OK;
}

err cli_do_witness_trust(struct cli *k)
{
    struct city_party p = {.name = str_of(k->words[0]),
                           .vkey = str_of(k->words[1])};
    struct changing u = {.k = k};
    struct record_world w;

    TRY(node_world(k->c, k->node, &w));
    TRY(city_party_set(k->c, w.city, CITY_NEIGHBOUR, &p, &u.change));
    TRY(change(k, &u));
    buf_fmt(&k->out,
            say(k->c, "Kota ini menyaksikan log %s.\n",
                "This city witnesses the log of %s.\n"),
            k->words[0]);
    return E_OK;
}

static err drop(struct cli *k, enum city_party_kind kind)
{
    struct changing u = {.k = k};
    struct record_world w;

    TRY(node_world(k->c, k->node, &w));
    TRY(city_party_drop(k->c, w.city, kind, str_of(k->words[0]), &u.change));
    TRY(change(k, &u));
    buf_fmt(&k->out, say(k->c, "%s dihapus.\n", "%s was dropped.\n"),
            k->words[0]);
    return E_OK;
}

err cli_do_witness_drop(struct cli *k)
{
    return drop(k, CITY_WITNESS);
}

err cli_do_witness_distrust(struct cli *k)
{
    return drop(k, CITY_NEIGHBOUR);
}

/* ---- keys and policy ---------------------------------------------- */

static str key_of(struct cli *k, enum seal_role role)
{
    struct seal_key key;

    seal_signer_key(node_signer(k->node), role, &key);
    return seal_vkey_show(k->c, &key);
}

err cli_do_witness_key(struct cli *k)
{
    buf_fmt(&k->out, "%.*s\n", STR_ARG(key_of(k, SEAL_WITNESS)));
    return E_OK;
}

err cli_do_log_policy(struct cli *k)
{
    struct record_world w;

    TRY(node_world(k->c, k->node, &w));
    buf_raw(&k->out, city_policy(k->c, w.city, key_of(k, SEAL_LOG), STR("")));
    return E_OK;
}

/* ---- listing ------------------------------------------------------ */

static str when(struct cli *k, const struct city *city, uint64_t seconds)
{
    return city_show_time(k->c, city, (int64_t)seconds * TIME_SECOND);
}

/* What the kept note says of one witness. */
static void list_witness(struct cli *k, const struct city *city,
                         const struct city_party *w,
                         const struct seal_note *note, uint64_t size)
{
    char why[NODE_WITNESS_WHY];
    struct seal_key key;
    uint64_t time = 0;

    if (size > 0 && seal_vkey_read(k->c, w->vkey, &key) == E_OK)
        time = seal_note_cosigned(note, &key);
    buf_fmt(&k->out, "  %.*s  %.*s\n", STR_ARG(w->name), STR_ARG(w->url));
    if (time > 0)
        buf_fmt(&k->out,
                say(k->c, "    menyaksikan %" PRIu64 " tindakan, %.*s\n",
                    "    witnessed %" PRIu64 " events, %.*s\n"),
                size, STR_ARG(when(k, city, time)));
    else
        buf_lit(&k->out, say(k->c, "    belum menyaksikan\n",
                             "    has not witnessed yet\n"));
    node_witness_why(k->node, w->name, why);
    if (why[0] != 0)
        buf_fmt(&k->out, "    %s\n", why);
}

static err list_witnesses(struct cli *k, const struct city *city)
{
    struct seal_checkpoint p = {.size = 0};
    struct seal_note note = {.n = 0};
    struct city_party *all;
    size_t n = city_parties(k->c, city, CITY_WITNESS, &all);
    str kept;

    TRY(ledger_last_cosigned(k->c, node_ledger(k->node), &kept));
    if (kept.n > 0) {
        TRY(seal_note_read(k->c, kept, &note));
        TRY(seal_checkpoint_read(k->c, note.text, &p));
    }
    buf_lit(&k->out, n > 0 ? say(k->c, "Saksi log kota ini:\n",
                                 "Witnesses of this city's log:\n")
                           : say(k->c, "Log kota ini belum mempunyai saksi.\n",
                                 "The log of this city has no witness yet.\n"));
    for (size_t i = 0; i < n; i++)
        list_witness(k, city, &all[i], &note, p.size);
    return E_OK;
}

static void list_neighbour(struct cli *k, const struct city *city,
                           const struct city_party *p,
                           const struct seal_watched *all, size_t n)
{
    const struct seal_watched *s = NULL;
    struct seal_key key = {.id = 0};

    if (seal_vkey_read(k->c, p->vkey, &key) == E_OK)
        for (size_t i = 0; i < n; i++)
            if (str_eq(all[i].origin, key.name))
                s = &all[i];
    buf_fmt(&k->out, "  %.*s  %.*s\n", STR_ARG(p->name), STR_ARG(key.name));
    if (s != NULL && s->note.n > 0)
        buf_fmt(&k->out,
                say(k->c, "    disaksikan %" PRIu64 " tindakan, %.*s\n",
                    "    witnessed %" PRIu64 " events, %.*s\n"),
                s->size, STR_ARG(when(k, city, s->time)));
    if (s != NULL && s->fork.n > 0)
        buf_fmt(&k->out,
                say(k->c,
                    "    PERHATIAN: log itu menandatangani dua isi yang "
                    "berbeda. Kedua buktinya:\n\n%.*s\n%.*s\n",
                    "    NOTE: that log has signed two different pasts. The "
                    "evidence, both of them:\n\n%.*s\n%.*s\n"),
                STR_ARG(s->note), STR_ARG(s->fork));
}

err cli_do_witness_list(struct cli *k)
{
    struct seal_watched *watched;
    struct city_party *all;
    struct record_world w;
    size_t n, seen;

    TRY(node_world(k->c, k->node, &w));
    TRY(list_witnesses(k, w.city));
    n = city_parties(k->c, w.city, CITY_NEIGHBOUR, &all);
    TRY(seal_signer_watched(k->c, node_signer(k->node), &watched, &seen));
    buf_lit(&k->out, n > 0 ? say(k->c, "Log yang disaksikan kota ini:\n",
                                 "Logs that this city witnesses:\n")
                           : say(k->c, "Kota ini belum menyaksikan log lain.\n",
                                 "This city witnesses no other log yet.\n"));
    for (size_t i = 0; i < n; i++)
        list_neighbour(k, w.city, &all[i], watched, seen);
    return E_OK;
}
