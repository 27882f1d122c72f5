/* SPDX-License-Identifier: EUPL-1.2 */
/* Offices: those of the file, those that a rule makes for each region, and the
 * functions mapped to them. */
#include "city/city_priv.h"

#include <stdlib.h>

static const str head_offices = STR_INIT("offices.");

bool city_level_read(str s, enum city_level *out)
{
    static const str names[] = {STR_INIT("district"), STR_INIT("village")};
    int at = str_among(s, names, COUNT(names));

    *out = at == 0 ? CITY_DISTRICT : CITY_VILLAGE;
    return at >= 0;
}

bool city_kind_takes(str kind, str code)
{
    if (kind.n == 0 || code.n != city_code_length(CITY_VILLAGE))
        return true;
    return (code.p[9] == '1') == str_eq(kind, STR("kelurahan"));
}

str city_member_key(struct ctx *c, str prefix, str code)
{
    struct buf b = buf_new(c, 128);

    buf_raw(&b, prefix);
    buf_char(&b, '-');
    for (size_t i = 0; i < code.n; i++) {
        if (code.p[i] != '.')
            buf_char(&b, code.p[i]);
    }
    return buf_str(&b);
}

/* ---- one office --------------------------------------------------- */

struct list {
    struct city_office *all;
    size_t n, room;
};

static struct city_office *add(struct ctx *c, struct list *l, str key,
                               const struct data *item)
{
    ARENA_GROW(c->mem, l->all, l->n, l->room);
    l->all[l->n] = (struct city_office){
        .key = key,
        .number = (uint32_t)city_int(data_get(item, STR("number")), 0),
        .parent = data_text(data_get(item, STR("parent"))),
        .region = data_text(data_get(item, STR("region"))),
        .name = data_get(item, STR("name")),
        .item = item};
    return &l->all[l->n++];
}

/* The city as an office: it holds its administrators before there is any
 * office, and stands in the log for offices too small to be named. */
static void add_city(struct ctx *c, struct list *l, const struct city *k)
{
    const struct data *city = city_item(k, STR("city"));
    struct data *item = data_new(c, DATA_MAP);
    const struct data *name = data_get(city, STR("government"));

    data_put_text(c, item, STR("number"), STR("1"));
    data_put(c, item, STR("name"),
             name == NULL ? data_new_text(c, k->code) : data_copy(c, name));
    add(c, l, STR("city"), item);
}

/* ---- offices by rule ---------------------------------------------- */

static str replaced(struct ctx *c, str text, str mark, str by)
{
    struct buf b = buf_new(c, 4096);

    for (;;) {
        size_t at = str_find(text, mark);

        buf_raw(&b, str_slice(text, 0, at));
        if (at == text.n)
            return buf_str(&b);
        buf_raw(&b, by);
        text = str_slice(text, at + mark.n, text.n);
    }
}

/* "Kelurahan {{region}}", in each language. */
static struct data *named(struct ctx *c, const struct data *name, str region)
{
    struct data *out;

    if (name == NULL || name->kind != DATA_MAP)
        return data_new_text(
            c, replaced(c, data_text(name), STR("{{region}}"), region));
    out = data_new(c, DATA_MAP);
    for (size_t i = 0; i < name->n; i++)
        data_put_text(c, out, name->pairs[i].key,
                      replaced(c, data_text(name->pairs[i].value),
                               STR("{{region}}"), region));
    return out;
}

static void copy_pairs(struct ctx *c, struct data *to, const struct data *from)
{
    static const str rule_only[] = {
        STR_INIT("per"),    STR_INIT("kind"),        STR_INIT("each"),
        STR_INIT("prefix"), STR_INIT("number_from"), STR_INIT("numbers")};

    for (size_t i = 0; from != NULL && i < from->n; i++) {
        const struct data_pair *p = &from->pairs[i];

        if (str_among(p->key, rule_only, COUNT(rule_only)) < 0)
            data_put(c, to, p->key, data_copy(c, p->value));
    }
}

static void add_member(struct ctx *c, struct list *l, str family,
                       const struct data *rule, str code, str number)
{
    const struct data *own = city_map_at(data_get(rule, STR("each")), code);
    struct data *item = data_new(c, DATA_MAP);
    struct city_region r = {.name = code};
    struct city_office *o;

    city_region_find(code, &r);
    copy_pairs(c, item, rule);
    data_put(c, item, STR("name"),
             named(c, data_get(rule, STR("name")), r.name));
    copy_pairs(c, item, own);
    data_put_text(c, item, STR("region"), code);
    data_put_text(c, item, STR("number"), number);
    o = add(c, l,
            city_member_key(c, data_text(data_get(rule, STR("prefix"))), code),
            item);
    o->family = family;
}

static void add_family(struct ctx *c, struct list *l, str key,
                       const struct data *rule)
{
    const struct data *numbers = city_map_at(rule, STR("numbers"));

    for (size_t i = 0; numbers != NULL && i < numbers->n; i++)
        add_member(c, l, key, rule, numbers->pairs[i].key,
                   data_text(numbers->pairs[i].value));
}

/* ---- the whole ---------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
    return str_cmp(((const struct city_office *)a)->key,
                   ((const struct city_office *)b)->key);
}

static int by_region(const void *a, const void *b)
{
    const struct city_office *const *x = a, *const *y = b;

    return str_cmp((*x)->region, (*y)->region);
}

static void gather(struct ctx *c, struct city *k, struct city_family *f)
{
    size_t room = 0;

    for (size_t i = 0; i < k->n_offices; i++) {
        if (!str_eq(k->offices[i].family, f->key))
            continue;
        ARENA_GROW(c->mem, f->members, f->n, room);
        f->members[f->n++] = &k->offices[i];
    }
    if (f->n > 0)
        qsort(f->members, f->n, sizeof(f->members[0]), by_region);
}

/* `parent: kecamatan`, a family, means the member around the region. */
static void settle_parents(const struct city *k, struct city_office *all)
{
    for (size_t i = 0; i < k->n_offices; i++) {
        const struct city_office *up =
            city_family_member(k, all[i].parent, all[i].region);

        if (up != NULL)
            all[i].parent = up->key;
    }
}

void city_offices_build(struct ctx *c, struct city *k)
{
    struct list l = {0};
    struct city_family *families = NULL;
    size_t n = 0, room = 0;

    add_city(c, &l, k);
    for (size_t i = 0; i < k->n_items; i++) {
        const struct data *item = k->items[i].value;
        str key = k->items[i].key;
        enum city_level level;

        if (!str_starts(key, head_offices))
            continue;
        key = str_slice(key, head_offices.n, key.n);
        if (!city_level_read(data_text(data_get(item, STR("per"))), &level)) {
            add(c, &l, key, item);
            continue;
        }
        ARENA_GROW(c->mem, families, n, room);
        families[n++] = (struct city_family){.key = key, .level = level};
        add_family(c, &l, key, item);
    }
    qsort(l.all, l.n, sizeof *l.all, by_key);
    k->offices = l.all;
    k->n_offices = l.n;
    k->families = families; /* sorted, since the items are */
    k->n_families = n;
    for (size_t i = 0; i < n; i++)
        gather(c, k, &families[i]);
    settle_parents(k, l.all);
}

/* ---- functions ---------------------------------------------------- */

static bool target_of(const struct city *k, str key, struct city_target *out)
{
    *out = (struct city_target){.office = city_office(k, key)};
    for (size_t i = 0; out->office == NULL && i < k->n_families; i++) {
        if (str_eq(k->families[i].key, key))
            out->family = &k->families[i];
    }
    return out->office != NULL || out->family != NULL;
}

void city_maps_build(struct ctx *c, struct city *k)
{
    size_t n;
    const str *names = city_functions(&n);

    k->maps = NEWS(c->mem, struct city_map, n);
    for (size_t i = 0; i < n; i++) {
        str key = arena_fmt(c->mem, "functions.%.*s", STR_ARG(names[i]));
        const struct data *item = city_item(k, key);
        size_t count = city_count(item);
        struct city_target *t = NEWS(c->mem, struct city_target, count + 1);

        k->maps[i].targets = t;
        for (size_t j = 0; j < count; j++) {
            struct city_target *at = &t[k->maps[i].n];

            k->maps[i].n += target_of(k, data_text(city_one(item, j)), at);
        }
    }
}
