/* SPDX-License-Identifier: EUPL-1.2 */
/* Changing a city: each change of an item is an event, and the applier alone
 * touches the tables, so that a replay gives the same city. */
#include "city/city_priv.h"

#include "gen/city_migrate.h"
#include "gen/city_sql.h"

#include <stdlib.h>

/* ---- appliers ----------------------------------------------------- */

/* Every number that the item names is taken for good. */
static err take_numbers(struct ctx *c, struct conn *tx, str office,
                        const struct data *item)
{
    const struct data *numbers = city_map_at(item, STR("numbers"));
    str prefix = data_text(data_get(item, STR("prefix")));
    int64_t own = city_int(data_get(item, STR("number")), 0);

    if (own > 0)
        TRY(RUN(c, tx, &city_number_take, I64(own), TXT(office)));
    for (size_t i = 0; numbers != NULL && i < numbers->n; i++) {
        const struct data_pair *p = &numbers->pairs[i];

        TRY(RUN(c, tx, &city_number_take, I64(city_int(p->value, 0)),
                TXT(city_member_key(c, prefix, p->key))));
    }
    return E_OK;
}

static err parse_value(struct ctx *c, str key, str value, struct data **out)
{
    struct findings f = {0};

    if (data_read_json(c, key, value, &f, out) == E_OK)
        return E_OK;
    return fail(c, E_STORAGE,
                say(c, "Nilai \"%.*s\" dalam tindakan tidak dapat dibaca.",
                    "The value of \"%.*s\" in an event cannot be read."),
                STR_ARG(key));
}

static err apply_set(struct ctx *c, struct conn *tx,
                     const struct ledger_event *e)
{
    str key = ledger_fact(e, "key"), value = ledger_fact(e, "value");
    struct data *item;

    TRY(RUN(c, tx, &city_item_set, TXT(key), TXT(value)));
    if (!str_starts(key, STR("offices.")))
        return E_OK;
    TRY(parse_value(c, key, value, &item));
    return take_numbers(c, tx, str_slice(key, 8, key.n), item);
}

static err apply_drop(struct ctx *c, struct conn *tx,
                      const struct ledger_event *e)
{
    return RUN(c, tx, &city_item_drop, TXT(ledger_fact(e, "key")));
}

/* "officer-17" is 17; what is not said is 0. */
static int64_t named(const struct ledger_event *e, const char *fact)
{
    str who = ledger_fact(e, fact);
    int64_t id = 0;

    str_is_i64(str_slice(who, strlen("officer-"), who.n), &id);
    return id;
}

static int64_t officer_of(const struct ledger_event *e)
{
    return named(e, "officer");
}

static err apply_give(struct ctx *c, struct conn *tx,
                      const struct ledger_event *e)
{
    return RUN(c, tx, &city_duty_add, I64(officer_of(e)),
               TXT(ledger_fact(e, "office")), TXT(ledger_fact(e, "duty")));
}

static err apply_end(struct ctx *c, struct conn *tx,
                     const struct ledger_event *e)
{
    return RUN(c, tx, &city_duty_drop, I64(officer_of(e)),
               TXT(ledger_fact(e, "office")), TXT(ledger_fact(e, "duty")));
}

static str said(const struct ledger_event *e, const char *name)
{
    str s = ledger_fact(e, name);

    return s.p == NULL ? STR("") : s;
}

static err apply_away(struct ctx *c, struct conn *tx,
                      const struct ledger_event *e)
{
    return RUN(c, tx, &city_absence_put, I64(e->id), I64(officer_of(e)),
               I64(named(e, "standin")), TXT(said(e, "office")),
               TXT(said(e, "duty")), TXT(said(e, "reason")),
               I64(ledger_fact_time(e, "begins")),
               I64(ledger_fact_time(e, "ends")));
}

static err apply_back(struct ctx *c, struct conn *tx,
                      const struct ledger_event *e)
{
    return RUN(c, tx, &city_absence_cut, I64(officer_of(e)),
               I64(named(e, "standin")), TXT(said(e, "office")),
               TXT(said(e, "duty")), I64(ledger_fact_time(e, "begins")),
               I64(ledger_fact_time(e, "ends")));
}

/* People are truth of their own: these events tell of them and do nothing. */
static err apply_nothing(struct ctx *c, struct conn *tx,
                         const struct ledger_event *e)
{
    (void)c, (void)tx, (void)e;
    return E_OK;
}

const struct ledger_applier city_appliers[] = {
    {"city.set", apply_set},       {"city.drop", apply_drop},
    {"duty.give", apply_give},     {"duty.end", apply_end},
    {"absence.begin", apply_away}, {"absence.end", apply_back},
    {"officer.*", apply_nothing},
};
const size_t city_appliers_n = COUNT(city_appliers);

/* ---- items -------------------------------------------------------- */

/* ---- the form of a value ------------------------------------------ */

static int by_key(const void *a, const void *b)
{
    return str_cmp(((const struct data_pair *)a)->key,
                   ((const struct data_pair *)b)->key);
}

static void sort_keys(struct data *d)
{
    for (size_t i = 0; d->kind == DATA_LIST && i < d->n; i++)
        sort_keys(d->items[i]);
    if (d->kind != DATA_MAP)
        return;
    if (d->n > 0)
        qsort(d->pairs, d->n, sizeof *d->pairs, by_key);
    for (size_t i = 0; i < d->n; i++)
        sort_keys(d->pairs[i].value);
}

/* Canonical JSON, but with line feeds written as JSON has them: an address
 * has lines, and what is written must be read again. */
static str canonical(struct ctx *c, const struct data *value)
{
    struct data *d = data_copy(c, value);

    sort_keys(d);
    return data_write_json(c, d);
}

/* What stood before is told in full where it is short. */
#define WAS_MOST 1024

static str told_was(struct ctx *c, const struct data *was)
{
    str json;

    if (was == NULL)
        return (str){0};
    json = canonical(c, was);
    return json.n <= WAS_MOST ? json : seal_show_hash(c, seal_sha256(json));
}

static err check_number(struct ctx *c, struct conn *tx, int64_t number,
                        str office)
{
    struct rows *rows;
    bool more;
    str owner;

    TRY(ROWS(c, tx, &city_number_owner, &rows, I64(number)));
    TRY(store_next(rows, &more));
    if (!more)
        return E_OK;
    owner = store_str(rows, 0);
    if (str_eq(owner, office))
        return E_OK;
    return fail(c, E_CONFLICT,
                say(c,
                    "Nomor %d sudah dipakai perangkat daerah \"%.*s\" dan "
                    "tidak dapat dipakai lagi untuk \"%.*s\".",
                    "Number %d was given to the office \"%.*s\" and cannot be "
                    "used again for \"%.*s\"."),
                (int)number, STR_ARG(owner), STR_ARG(office));
}

/* city_compare has said so already, in its own words and with the place; this
 * guards against a city that changed in between. */
static err check_numbers(struct ctx *c, struct conn *tx, str office,
                         const struct data *item)
{
    const struct data *numbers = city_map_at(item, STR("numbers"));
    str prefix = data_text(data_get(item, STR("prefix")));
    int64_t own = city_int(data_get(item, STR("number")), 0);

    if (own > 0)
        TRY(check_number(c, tx, own, office));
    for (size_t i = 0; numbers != NULL && i < numbers->n; i++) {
        const struct data_pair *p = &numbers->pairs[i];

        TRY(check_number(c, tx, city_int(p->value, 0),
                         city_member_key(c, prefix, p->key)));
    }
    return E_OK;
}

static err apply_one(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                     const struct city_change *change)
{
    struct ledger_event e = {.class = LEDGER_CONFIG, .office = 1};
    const char *act = change->value == NULL ? "city.drop" : "city.set";

    if (change->value != NULL && str_starts(change->key, STR("offices.")))
        TRY(check_numbers(c, tx, str_slice(change->key, 8, change->key.n),
                          change->value));
    ledger_say(c, &e, "act", str_of(act));
    ledger_say(c, &e, "by", by);
    ledger_say(c, &e, "key", change->key);
    if (change->value != NULL)
        ledger_say(c, &e, "value", canonical(c, change->value));
    ledger_say(c, &e, "was", told_was(c, change->was));
    return ledger_append(c, tx, l, &e);
}

err city_apply(struct ctx *c, struct conn *tx, struct ledger *l, str by,
               const struct city_change *changes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(apply_one(c, tx, l, by, &changes[i]));
    return E_OK;
}

/* ---- founding ----------------------------------------------------- */

static err check_founding(struct ctx *c, str code, str domain)
{
    struct city_region r;

    if (!city_region_find(code, &r) || r.level > CITY_REGENCY)
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "\"%.*s\" bukan kode kota atau kabupaten. Contoh: "
                        "32.73 untuk Kota Bandung.",
                        "\"%.*s\" is not the code of a city or regency. "
                        "Example: 32.73 for Kota Bandung."),
                    STR_ARG(code));
    if (domain.n == 0 || domain.n > 200 || str_has(domain, '/') ||
        str_has(domain, ':') || str_has(domain, ' '))
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "\"%.*s\" bukan nama host. Tulis tanpa skema dan tanpa "
                        "port, misalnya layanan.bandung.example.",
                        "\"%.*s\" is not a host name. Write it without scheme "
                        "and port, such as layanan.bandung.example."),
                    STR_ARG(domain));
    return E_OK;
}

static struct data *in_two(struct ctx *c, str id, str en)
{
    struct data *d = data_new(c, DATA_MAP);

    data_put_text(c, d, STR("id"), id);
    data_put_text(c, d, STR("en"), en);
    return d;
}

/* "Kota Bandung" is "the City of Bandung" in English: "Bandung City" and the
 * like are nobody's name, so the Indonesian one stands in both. */
static struct data *new_city(struct ctx *c, const struct city_region *r)
{
    struct data *d = data_new(c, DATA_MAP);

    data_put(c, d, STR("name"), in_two(c, r->name, r->name));
    data_put(c, d, STR("government"),
             in_two(c, arena_fmt(c->mem, "Pemerintah %.*s", STR_ARG(r->name)),
                    arena_fmt(c->mem, "Government of %.*s", STR_ARG(r->name))));
    data_put_text(c, d, STR("zone"), str_of(city_zone_of(r->code)));
    return d;
}

err city_founding(struct ctx *c, str code, str domain, bool training,
                  struct city_change **out, size_t *n)
{
    struct data *found = data_new(c, DATA_MAP);
    struct city_region r;

    TRY(check_founding(c, code, domain));
    city_region_find(code, &r);
    data_put_text(c, found, STR("code"), code);
    data_put_text(c, found, STR("domain"), domain);
    data_put_text(c, found, STR("training"),
                  training ? STR("true") : STR("false"));
    *out = NEWS(c->mem, struct city_change, 2);
    (*out)[0] = (struct city_change){.key = STR("founding"), .value = found};
    (*out)[1] =
        (struct city_change){.key = STR("city"), .value = new_city(c, &r)};
    *n = 2;
    return E_OK;
}

err city_found(struct ctx *c, struct conn *tx, struct ledger *l, str code,
               str domain, bool training)
{
    struct city_change *changes;
    struct rows *rows;
    bool more;
    size_t n;

    TRY(city_founding(c, code, domain, training, &changes, &n));
    TRY(ROWS(c, tx, &city_item_get, &rows, TXT(STR("founding"))));
    TRY(store_next(rows, &more));
    if (more)
        return fail(c, E_CONFLICT, "%s",
                    say(c, "Kota ini sudah didirikan.",
                        "This city has been founded already."));
    return city_apply(c, tx, l, STR("system"), changes, n);
}
