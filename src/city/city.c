/* SPDX-License-Identifier: EUPL-1.2 */
/* The snapshot: what the database's items say, made once into sorted arrays,
 * and asked from then on without a lock or an allocation. */
#include "city/city_priv.h"

#include "gen/city_sql.h"

#include <stdlib.h>

#define SNAPSHOT_MOST ((size_t)256 << 20)

/* ---- closed lists ------------------------------------------------- */

struct titled {
    str id, en;
};

static const str function_names[] = {
#define FUNCTION(name, id, en) STR_INIT(name),
#include "city/function.def"
#undef FUNCTION
};
static const struct titled function_titles[] = {
#define FUNCTION(name, id, en) {STR_INIT(id), STR_INIT(en)},
#include "city/function.def"
#undef FUNCTION
};
static const str duty_names[] = {
#define DUTY(name, id, en) STR_INIT(#name),
#include "city/duty.def"
#undef DUTY
};
static const struct titled duty_titles[] = {
#define DUTY(name, id, en) {STR_INIT(id), STR_INIT(en)},
#include "city/duty.def"
#undef DUTY
};

/* The index of `key` among `n` things of `size` bytes sorted by the str that
 * each begins with, or -1. */
static ptrdiff_t seek(const void *all, size_t n, size_t size, str key)
{
    size_t lo = 0, hi = n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const str *at = (const void *)((const char *)all + mid * size);
        int order = str_cmp(*at, key);

        if (order == 0)
            return (ptrdiff_t)mid;
        if (order < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return -1;
}

static int by_first_str(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

int city_function_index(str name)
{
    return (int)seek(function_names, COUNT(function_names), sizeof(str), name);
}

bool city_function_known(str function)
{
    return city_function_index(function) >= 0;
}

const str *city_functions(size_t *n)
{
    *n = COUNT(function_names);
    return function_names;
}

static str in_language(const struct ctx *c, const struct titled *t)
{
    return str_eq(c->lang, STR("en")) ? t->en : t->id;
}

str city_function_name(struct ctx *c, str function)
{
    int at = city_function_index(function);

    return at < 0 ? arena_str(c->mem, function)
                  : in_language(c, &function_titles[at]);
}

bool city_duty_known(str duty)
{
    return str_among(duty, duty_names, COUNT(duty_names)) >= 0;
}

const str *city_duty_list(size_t *n)
{
    *n = COUNT(duty_names);
    return duty_names;
}

str city_duty_name(struct ctx *c, str duty)
{
    int at = str_among(duty, duty_names, COUNT(duty_names));

    return at < 0 ? arena_str(c->mem, duty) : in_language(c, &duty_titles[at]);
}

/* ---- small words -------------------------------------------------- */

str city_text(const struct ctx *c, const struct data *d)
{
    const struct data *t = data_get(d, c->lang);

    if (d == NULL || d->kind != DATA_MAP)
        return data_text(d);
    if (t == NULL)
        t = data_get(d, STR("id"));
    if (t == NULL && d->n > 0)
        t = d->pairs[0].value;
    return data_text(t);
}

int64_t city_int(const struct data *d, int64_t otherwise)
{
    int64_t v;

    return str_is_i64(data_text(d), &v) ? v : otherwise;
}

struct data *city_map_at(const struct data *d, str key)
{
    struct data *map = data_get(d, key);

    return map != NULL && map->kind == DATA_MAP ? map : NULL;
}

size_t city_count(const struct data *d)
{
    if (d == NULL)
        return 0;
    return d->kind == DATA_LIST ? d->n : d->kind == DATA_MAP ? 0 : 1;
}

const struct data *city_one(const struct data *d, size_t i)
{
    return d->kind == DATA_LIST ? d->items[i] : d;
}

int city_zone_offset(str zone)
{
    static const str zones[] = {STR_INIT("WIB"), STR_INIT("WITA"),
                                STR_INIT("WIT")};
    int at = str_among(zone, zones, COUNT(zones));

    return at < 0 ? 0 : (7 + at) * 60;
}

/* ---- reading the tables ------------------------------------------- */

static err read_item(struct ctx *c, str key, str value, struct data **out)
{
    struct findings f = {0};

    if (data_read_json(c, key, value, &f, out) == E_OK)
        return E_OK;
    return fail(c, E_STORAGE,
                say(c,
                    "Isian kota \"%.*s\" di basis data rusak. Jalankan balai "
                    "doctor.",
                    "The city's item \"%.*s\" in the database is damaged. Run "
                    "balai doctor."),
                STR_ARG(key));
}

/* `c` allocates for the snapshot; `rows` belong to the caller's context. */
static err read_items(struct ctx *c, struct rows *rows, struct city *k)
{
    struct city_item_row *items = NULL;
    size_t n = 0, room = 0;
    bool more;

    for (;;) {
        struct data *value;
        str key;

        TRY(store_next(rows, &more));
        if (!more)
            break;
        key = arena_str(c->mem, store_str(rows, 0));
        TRY(read_item(c, key, arena_str(c->mem, store_str(rows, 1)), &value));
        ARENA_GROW(c->mem, items, n, room);
        items[n++] = (struct city_item_row){key, value};
    }
    if (n > 0)
        qsort(items, n, sizeof *items, by_first_str);
    k->items = items;
    k->n_items = n;
    return E_OK;
}

static err read_numbers(struct ctx *c, struct rows *rows, struct city *k)
{
    struct city_number_row *all = NULL;
    size_t n = 0, room = 0;
    bool more;

    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            break;
        ARENA_GROW(c->mem, all, n, room);
        all[n++] =
            (struct city_number_row){(uint32_t)store_i64(rows, 0),
                                     arena_str(c->mem, store_str(rows, 1))};
    }
    k->numbers = all;
    k->n_numbers = n;
    return E_OK;
}

/* ---- how many officers an office has ------------------------------ */

struct staffed {
    const struct city_office *office;
    int64_t officer;
};

static int by_office_then_officer(const void *a, const void *b)
{
    const struct staffed *x = a, *y = b;

    if (x->office != y->office)
        return x->office < y->office ? -1 : 1;
    return (x->officer > y->officer) - (x->officer < y->officer);
}

/* Nobody's tree of offices is deeper; a ring in one cannot hang us. */
#define DEPTH 8

static err count_officers(struct ctx *c, struct rows *rows, struct city *k)
{
    struct staffed *all = NULL;
    size_t n = 0, room = 0;
    bool more;

    for (;;) {
        const struct city_office *o;

        TRY(store_next(rows, &more));
        if (!more)
            break;
        o = city_office(k, store_str(rows, 0));
        for (int depth = 0; o != NULL && depth < DEPTH; depth++) {
            ARENA_GROW(c->mem, all, n, room);
            all[n++] = (struct staffed){o, store_i64(rows, 1)};
            o = city_office(k, o->parent);
        }
    }
    if (n > 0)
        qsort(all, n, sizeof *all, by_office_then_officer);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || by_office_then_officer(&all[i - 1], &all[i]) != 0)
            k->offices[all[i].office - k->offices].officers++;
    }
    return E_OK;
}

/* ---- making and freeing ------------------------------------------- */

static void read_founding(struct city *k)
{
    const struct data *found = city_item(k, STR("founding"));

    k->code = data_text(data_get(found, STR("code")));
    k->domain = data_text(data_get(found, STR("domain")));
    k->training =
        str_eq(data_text(data_get(found, STR("training"))), STR("true"));
    k->zone = data_text(data_get(city_item(k, STR("city")), STR("zone")));
    if (city_zone_offset(k->zone) == 0)
        k->zone = str_of(city_zone_of(k->code));
    k->offset = city_zone_offset(k->zone);
}

/* What follows from the items; `c` allocates for the snapshot. */
static void derive(struct ctx *c, struct city *k)
{
    read_founding(k);
    city_calendar_build(c, city_item(k, STR("calendar")), &k->calendar);
    city_offices_build(c, k);
    city_maps_build(c, k);
    city_registers_build(c, k);
}

/* `c` is the caller's, `in` allocates for the snapshot. */
static err fill(struct ctx *c, struct ctx *in, struct conn *on, struct city *k)
{
    struct rows *rows;

    TRY(ROWS0(c, on, &city_items, &rows));
    TRY(read_items(in, rows, k));
    TRY(ROWS0(c, on, &city_numbers, &rows));
    TRY(read_numbers(in, rows, k));
    derive(in, k);
    TRY(ROWS0(c, on, &city_staffing, &rows));
    return count_officers(c, rows, k);
}

static struct city *city_new(const struct ctx *c, struct ctx *in)
{
    struct city *k;

    *in = *c;
    in->mem = arena_new(SNAPSHOT_MOST);
    k = NEW(in->mem, struct city);
    k->mem = in->mem;
    return k;
}

err city_snapshot(struct ctx *c, struct conn *on, struct city **out)
{
    struct ctx in;
    struct city *k = city_new(c, &in);
    str none = c->why;
    err e = fill(c, &in, on, k);

    if (e != E_OK) {
        c->why = c->why.p != none.p ? c->why : arena_str(c->mem, in.why);
        city_free(k);
        return e;
    }
    *out = k;
    return E_OK;
}

/* Without a past, the numbers that were ever given are those in use. */
static void numbers_in_use(struct ctx *c, struct city *k)
{
    struct city_number_row *all =
        NEWS(c->mem, struct city_number_row, k->n_offices);

    for (size_t i = 0; i < k->n_offices; i++) {
        const struct city_office *o = &k->offices[i];

        if (o->number > 1)
            all[k->n_numbers++] = (struct city_number_row){o->number, o->key};
    }
    k->numbers = all;
}

err city_snapshot_of(struct ctx *c, const struct city_change *items, size_t n,
                     struct city **out)
{
    struct ctx in;
    struct city *k = city_new(c, &in);
    struct city_item_row *rows = NEWS(in.mem, struct city_item_row, n + 1);

    for (size_t i = 0; i < n; i++) {
        size_t at = 0;

        while (at < k->n_items && !str_eq(rows[at].key, items[i].key))
            at++;
        rows[at].key = arena_str(in.mem, items[i].key);
        rows[at].value = items[i].value;
        k->n_items += at == k->n_items;
    }
    n = k->n_items;
    k->n_items = 0;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].value != NULL)
            rows[k->n_items++] = (struct city_item_row){
                rows[i].key, data_copy(&in, rows[i].value)};
    }
    if (k->n_items > 0)
        qsort(rows, k->n_items, sizeof *rows, by_first_str);
    k->items = rows;
    derive(&in, k);
    numbers_in_use(&in, k);
    *out = k;
    return E_OK;
}

void city_free(struct city *k)
{
    if (k != NULL)
        arena_free(k->mem);
}

/* ---- asking ------------------------------------------------------- */

str city_code(const struct city *k)
{
    return k->code;
}

str city_domain(const struct city *k)
{
    return k->domain;
}

str city_home(struct ctx *c, const struct city *k)
{
    str set = data_text(data_get(city_item(k, STR("city")), STR("url")));

    return set.n > 0 ? set
                     : arena_fmt(c->mem, "https://%.*s", STR_ARG(k->domain));
}

bool city_training(const struct city *k)
{
    return k->training;
}

int city_offset(const struct city *k)
{
    return k->offset;
}

str city_zone(const struct city *k)
{
    return k->zone;
}

str city_name(struct ctx *c, const struct city *k)
{
    return city_text(c, data_get(city_item(k, STR("city")), STR("name")));
}

str city_government(struct ctx *c, const struct city *k)
{
    return city_text(c, data_get(city_item(k, STR("city")), STR("government")));
}

const struct data *city_item(const struct city *k, str key)
{
    ptrdiff_t at = seek(k->items, k->n_items, sizeof *k->items, key);

    return at < 0 ? NULL : k->items[at].value;
}

const struct city_office *city_office(const struct city *k, str key)
{
    ptrdiff_t at = seek(k->offices, k->n_offices, sizeof *k->offices, key);

    return at < 0 ? NULL : &k->offices[at];
}

str city_office_name(struct ctx *c, const struct city_office *o)
{
    return city_text(c, o->name);
}

size_t city_offices(const struct city *k, const struct city_office **all)
{
    *all = k->offices;
    return k->n_offices;
}

uint32_t city_office_public(const struct city *k, const struct city_office *o)
{
    if (o == NULL)
        return 0;
    for (int depth = 0; o->number == 0 && depth < DEPTH; depth++) {
        o = city_office(k, o->parent);
        if (o == NULL)
            return 1;
    }
    return o->officers < CITY_SMALL || o->number == 0 ? 1 : o->number;
}

static const struct city_office *member_for(const struct city_family *f,
                                            str region)
{
    size_t length = city_code_length(f->level), lo = 0, hi = f->n;
    str code = str_slice(region, 0, length);

    if (!city_region_within(region, code) || code.n < length)
        return NULL;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int order = str_cmp(f->members[mid]->region, code);

        if (order == 0)
            return f->members[mid];
        if (order < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

const struct city_office *city_family_member(const struct city *k, str family,
                                             str region)
{
    ptrdiff_t at =
        seek(k->families, k->n_families, sizeof *k->families, family);

    return at < 0 ? NULL : member_for(&k->families[at], region);
}

const struct city_office *city_office_for(const struct city *k, str function,
                                          str region)
{
    int at = city_function_index(function);

    for (size_t i = 0; at >= 0 && i < k->maps[at].n; i++) {
        const struct city_target *t = &k->maps[at].targets[i];
        const struct city_office *o = t->office;

        if (o == NULL)
            o = member_for(t->family, region);
        else if (o->region.n > 0 && !city_region_within(region, o->region))
            o = NULL;
        if (o != NULL)
            return o;
    }
    return NULL;
}

bool city_function_mapped(const struct city *k, str function)
{
    int at = city_function_index(function);

    if (str_eq(function, STR("own-office")))
        return true;
    return at >= 0 && k->maps[at].n > 0;
}

bool city_silence_grants(const struct city *k, str app)
{
    const struct data *list =
        data_get(city_item(k, STR("city")), STR("silence_grants"));

    for (size_t i = 0; list != NULL && list->kind == DATA_LIST && i < list->n;
         i++)
        if (str_eq(data_text(list->items[i]), app))
            return true;
    return false;
}
