/* SPDX-License-Identifier: EUPL-1.2 */
/* No one alone: which office carries a function. One officer proposes, another
 * agrees; then it is an item of the city like any other. */
#include "app/app_priv.h"

#include "gen/app_sql.h"

err app_map_proposed(struct ctx *c, struct conn *on, str function,
                     struct app_map *out, bool *waits)
{
    struct rows *rows;

    *out = (struct app_map){0};
    TRY(ROWS(c, on, &app_map_get, &rows, TXT(function)));
    TRY(store_next(rows, waits));
    if (!*waits)
        return E_OK;
    out->office = store_str(rows, 0);
    out->by = store_str(rows, 1);
    out->since = store_i64(rows, 2);
    return E_OK;
}

static struct ledger_event act(struct ctx *c, const char *name, str by,
                               str function, str office)
{
    struct ledger_event e = {.class = LEDGER_CONFIG, .office = 1};

    ledger_say(c, &e, "act", str_of(name));
    ledger_say(c, &e, "by", by);
    ledger_say(c, &e, "function", function);
    ledger_say(c, &e, "office", office);
    return e;
}

static err check(struct ctx *c, const struct city *k, str function, str office)
{
    if (city_function_known(function) && city_office(k, office) != NULL)
        return E_OK;
    return fail(c, E_BAD_INPUT, "%s",
                say(c, "Pilih perangkat daerah dari daftar.",
                    "Choose an office from the list."));
}

err app_map_propose(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                    const struct city *k, str function, str office)
{
    struct app_map now;
    struct ledger_event e;
    bool waits;

    TRY(check(c, k, function, office));
    TRY(app_map_proposed(c, tx, function, &now, &waits));
    if (waits && !str_eq(now.by, by))
        return fail(c, E_CONFLICT, "%s",
                    say(c,
                        "Untuk fungsi ini sudah ada usulan pegawai lain yang "
                        "menunggu. Setujui atau tolak dahulu.",
                        "Another officer's proposal waits for this function. "
                        "Agree to it or refuse it first."));
    if (waits && str_eq(now.office, office))
        return E_OK;
    e = act(c, "city.map_proposed", by, function, office);
    return ledger_append(c, tx, l, &e);
}

err app_map_agree(struct ctx *c, struct conn *tx, struct ledger *l, str with,
                  const struct city *k, str function, str office)
{
    str key = arena_fmt(c->mem, "functions.%.*s", STR_ARG(function));
    struct city_change change = {.key = key,
                                 .was = city_item(k, key),
                                 .value = data_new_text(c, office)};
    struct app_map now;
    struct ledger_event e;
    bool waits;

    TRY(app_map_proposed(c, tx, function, &now, &waits));
    if (!waits || !str_eq(now.office, office))
        return fail(c, E_CONFLICT, "%s",
                    say(c,
                        "Usulan ini sudah berubah. Bacalah sekali lagi sebelum "
                        "menyetujui.",
                        "The proposal has changed. Read it again before you "
                        "agree."));
    if (str_eq(now.by, with))
        return fail(c, E_REFUSED, "%s",
                    say(c, "Orang kedua haruslah orang lain.",
                        "The second person must be another one."));
    TRY(check(c, k, function, office));
    e = act(c, "city.map_agreed", now.by, function, office);
    ledger_say(c, &e, "with", with);
    TRY(ledger_append(c, tx, l, &e));
    return city_apply(c, tx, l, now.by, &change, 1);
}

err app_map_withdraw(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                     str function)
{
    struct app_map now;
    struct ledger_event e;
    bool waits;

    TRY(app_map_proposed(c, tx, function, &now, &waits));
    if (!waits)
        return E_OK;
    e = act(c, "city.map_withdrawn", by, function, now.office);
    return ledger_append(c, tx, l, &e);
}

/* ---- appliers ----------------------------------------------------- */

err app_apply_map_proposed(struct ctx *c, struct conn *tx,
                           const struct ledger_event *e)
{
    return RUN(c, tx, &app_map_set, TXT(ledger_fact(e, "function")),
               TXT(ledger_fact(e, "office")), TXT(ledger_fact(e, "by")),
               I64(e->time));
}

err app_apply_map_settled(struct ctx *c, struct conn *tx,
                          const struct ledger_event *e)
{
    return RUN(c, tx, &app_map_drop, TXT(ledger_fact(e, "function")));
}
