/* SPDX-License-Identifier: EUPL-1.2 */
/* offices.yaml: offices, the rules that make one for each region, and the
 * public numbers, each of which is one office's for good. */
#include "city/city_priv.h"

#include <stdlib.h>

#define NUMBER_LEAST 2 /* 0 is nobody, 1 the city itself */
#define NUMBER_MOST  999999
#define OFFICES_MOST 5000 /* no province has as many */

static const struct city_field head_fields[] = {
    NEEDED("title", WORDS),
    FIELD("name", TEXT),
    FIELD("nip", TEXT),
    FIELD("rank", TEXT),
};

#define COMMON_FIELDS                                                          \
    NEEDED("name", WORDS), FIELD("short", WORDS), FIELD("unit", TEXT),         \
        FIELD("parent", KEY), FIELD("address", BLOCK), FIELD("phone", TEXT),   \
        FIELD("email", TEXT), FIELD("website", TEXT), FIELD("head", MAP)

static const struct city_field office_fields[] = {
    WHOLE("number", NUMBER_LEAST, NUMBER_MOST, false),
    FIELD("region", REGION),
    COMMON_FIELDS,
};

static const struct city_field rule_fields[] = {
    CHOICE("per", "district|village", true), /* what makes it a rule */
    CHOICE("kind", "kelurahan|desa", false),
    NEEDED("prefix", KEY),
    WHOLE("number_from", NUMBER_LEAST, NUMBER_MOST, true),
    FIELD("each", MAP),
    COMMON_FIELDS,
};

static const struct city_field each_fields[] = {
    FIELD("name", WORDS), FIELD("address", BLOCK), FIELD("phone", TEXT),
    FIELD("email", TEXT), FIELD("website", TEXT),  FIELD("head", MAP),
};

/* ---- numbers ------------------------------------------------------ */

struct taken {
    int64_t number;
    str office;
};

struct offices {
    struct city_check *z;
    struct city_draft *d;
    struct taken *taken; /* by the city's past, and by this file so far */
    size_t n, room;
};

static const struct taken *owner_of(const struct offices *o, int64_t number)
{
    for (size_t i = 0; i < o->n; i++) {
        if (o->taken[i].number == number)
            return &o->taken[i];
    }
    return NULL;
}

/* The newest number that an office has or had, or 0. */
static int64_t number_of(const struct offices *o, str office)
{
    int64_t number = 0;

    for (size_t i = 0; i < o->n; i++) {
        if (str_eq(o->taken[i].office, office) && o->taken[i].number > number)
            number = o->taken[i].number;
    }
    return number;
}

static void take(struct ctx *c, struct offices *o, int64_t number, str office)
{
    ARENA_GROW(c->mem, o->taken, o->n, o->room);
    o->taken[o->n++] = (struct taken){number, office};
}

static void claim(struct ctx *c, struct offices *o, const struct data *item,
                  str path, str office)
{
    const struct data *d = data_get(item, STR("number"));
    int64_t number = city_int(d, 0);
    const struct taken *t = owner_of(o, number);

    if (number < NUMBER_LEAST)
        return;
    if (t == NULL) {
        take(c, o, number, office);
    } else if (!str_eq(t->office, office)) {
        city_wrong_at(
            c, o->z, d->at, path, STR("number"),
            arena_fmt(c->mem,
                      say(c,
                          "Nomor ini milik \"%.*s\", kini atau dahulu, dan "
                          "tidak pernah dipakai lagi.",
                          "This number is or was that of \"%.*s\" and is never "
                          "used again."),
                      STR_ARG(t->office))
                .p,
            say(c, "Pilih nomor yang belum pernah dipakai.",
                "Choose a number that was never used."));
    }
}

/* ---- one office --------------------------------------------------- */

static void check_head(struct ctx *c, struct offices *o,
                       const struct data *item, str path)
{
    const struct data *head = data_get(item, STR("head"));

    if (head != NULL && head->kind == DATA_MAP)
        city_check_map(c, o->z, head, city_path(c, path, STR("head")),
                       head_fields, COUNT(head_fields));
}

static void check_office(struct ctx *c, struct offices *o, str key,
                         const struct data *item)
{
    str path = city_path(c, STR("offices"), key);

    if (!city_check_map(c, o->z, item, path, office_fields,
                        COUNT(office_fields)))
        return;
    check_head(c, o, item, path);
    if (data_get(item, STR("number")) == NULL &&
        data_get(item, STR("parent")) == NULL)
        city_wrong_at(c, o->z, item->at, path, STR("number"),
                      say(c, "Perangkat daerah tanpa induk perlu nomor publik.",
                          "An office without a parent needs a public number."),
                      say(c, "Tambahkan number: atau parent:.",
                          "Add number: or parent:."));
    claim(c, o, item, path, key);
    city_draft_put(c, o->d, path, item);
}

/* ---- offices by rule ---------------------------------------------- */

static void check_each(struct ctx *c, struct offices *o,
                       const struct data *rule, str path, enum city_level level)
{
    const struct data *each = city_map_at(rule, STR("each"));
    str here = city_path(c, path, STR("each"));
    struct city_region r;

    for (size_t i = 0; each != NULL && i < each->n; i++) {
        const struct data_pair *p = &each->pairs[i];

        if (!city_region_find(p->key, &r) || r.level != level ||
            !city_region_within(p->key, city_code(o->z->k)))
            city_wrong_at(c, o->z, p->at, here, p->key,
                          say(c, "Kode ini bukan wilayah dari aturan ini.",
                              "This code is no region of this rule."),
                          "");
        else if (city_check_map(c, o->z, p->value, city_path(c, here, p->key),
                                each_fields, COUNT(each_fields)))
            check_head(c, o, p->value, city_path(c, here, p->key));
    }
}

/* Every region keeps the number that it had; a new one gets the next that was
 * never used. So adding a ward in the middle moves nobody. */
static struct data *number_regions(struct ctx *c, struct offices *o,
                                   const struct data *rule,
                                   enum city_level level)
{
    str prefix = data_text(data_get(rule, STR("prefix")));
    str kind = data_text(data_get(rule, STR("kind")));
    int64_t next = city_int(data_get(rule, STR("number_from")), NUMBER_LEAST);
    struct data *numbers = data_new(c, DATA_MAP);
    struct city_region *all;
    size_t n;

    if (city_region_inside(c, city_code(o->z->k), level, &all, &n) != E_OK)
        return numbers;
    for (size_t i = 0; i < n; i++) {
        str key = city_member_key(c, prefix, all[i].code);
        int64_t number = number_of(o, key);

        if (!city_kind_takes(kind, all[i].code))
            continue;
        if (number == 0) {
            while (owner_of(o, next) != NULL)
                next++;
            number = next;
            take(c, o, number, key);
        }
        data_put_text(c, numbers, all[i].code,
                      arena_fmt(c->mem, "%" PRId64, number));
    }
    return numbers;
}

static void check_rule(struct ctx *c, struct offices *o, str key,
                       const struct data *rule)
{
    str path = city_path(c, STR("offices"), key);
    size_t errors = o->z->f->errors;
    enum city_level level;
    struct data *item;

    if (!city_check_map(c, o->z, rule, path, rule_fields, COUNT(rule_fields)))
        return;
    check_head(c, o, rule, path);
    if (!city_level_read(data_text(data_get(rule, STR("per"))), &level))
        return;
    check_each(c, o, rule, path, level);
    if (o->z->f->errors > errors)
        return;
    item = data_copy(c, rule);
    data_put(c, item, STR("numbers"), number_regions(c, o, rule, level));
    city_draft_put(c, o->d, path, item);
}

/* ---- the tree ----------------------------------------------------- */

/* A parent must be there, and nobody stands above himself. */
static void check_parent(struct ctx *c, struct offices *o,
                         const struct data *offices, const struct data_pair *p)
{
    const struct data *parent = data_get(p->value, STR("parent"));
    str path = city_path(c, STR("offices"), p->key), up = data_text(parent);

    if (up.n == 0)
        return;
    if (data_get(offices, up) == NULL) {
        str *names = NEWS(c->mem, str, offices->n + 1);

        for (size_t i = 0; i < offices->n; i++)
            names[i] = offices->pairs[i].key;
        city_wrong_at(c, o->z, parent->at, path, STR("parent"),
                      say(c, "Perangkat daerah induk ini tidak ada.",
                          "There is no such parent office."),
                      city_perhaps(c, o->z, up, names, offices->n));
        return;
    }
    for (int depth = 0; up.n > 0; depth++) {
        if (depth > 6 || str_eq(up, p->key)) {
            city_wrong_at(c, o->z, parent->at, path, STR("parent"),
                          say(c, "Induk melingkar atau terlalu dalam.",
                              "The parents go in a ring, or too deep."),
                          "");
            return;
        }
        up = data_text(data_get(data_get(offices, up), STR("parent")));
    }
}

static void check_key(struct ctx *c, struct offices *o,
                      const struct data_pair *p)
{
    if (!city_key_fits(p->key) || str_eq(p->key, STR("city")))
        city_wrong_at(c, o->z, p->at, STR("offices"), p->key,
                      say(c,
                          "Kunci perangkat daerah: 2 sampai 40 huruf kecil, "
                          "angka, atau garis, dan bukan city.",
                          "An office's key is 2 to 40 small letters, digits or "
                          "dashes, and not city."),
                      "");
}

static bool is_rule(const struct data *item)
{
    return data_get(item, STR("per")) != NULL;
}

/* Offices with numbers of their own come first, so that a rule fills what
 * they leave. */
void city_check_offices(struct ctx *c, struct city_check *z,
                        const struct data *doc, struct city_draft *d)
{
    const struct data *all = city_map_at(doc, STR("offices"));
    struct offices o = {.z = z, .d = d};

    if (all == NULL || city_too_long(c, z, all, STR("offices"), OFFICES_MOST))
        return;
    for (size_t i = 0; i < z->k->n_numbers; i++)
        take(c, &o, z->k->numbers[i].number, z->k->numbers[i].office);
    for (size_t i = 0; i < all->n; i++) {
        check_key(c, &o, &all->pairs[i]);
        if (!is_rule(all->pairs[i].value))
            check_office(c, &o, all->pairs[i].key, all->pairs[i].value);
    }
    for (size_t i = 0; i < all->n; i++) {
        if (is_rule(all->pairs[i].value))
            check_rule(c, &o, all->pairs[i].key, all->pairs[i].value);
        check_parent(c, &o, all, &all->pairs[i]);
    }
}
