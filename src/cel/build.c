/* SPDX-License-Identifier: EUPL-1.2 */
/* Making things inside a run: room under the cap, errors, texts, and lists
 * and maps that grow in place. */
#include "cel/cel_priv.h"

/* ---- fuel and memory ---------------------------------------------- */

bool cel_out_of_fuel(struct vm *m)
{
    if (!m->dead)
        m->spent = FAULT_FUEL;
    m->dead = true;
    m->fuel = 0;
    return false;
}

void *cel_take(struct vm *m, size_t bytes)
{
    if (bytes > m->memory || m->dead) {
        if (!m->dead)
            m->spent = FAULT_MEMORY;
        m->dead = true;
        return NULL;
    }
    m->memory -= bytes;
    return arena_take(m->c->mem, 1, bytes + 1, 16);
}

struct cel_value cel_spent(struct vm *m)
{
    return cel_oops(m->spent);
}

/* ---- errors ------------------------------------------------------- */

struct cel_value cel_oops(enum fault f)
{
    return (struct cel_value){
        .kind = CEL_ERROR, .flags = FLAG_FRESH, .aux = (uint16_t)f};
}

struct cel_value cel_oops_about(struct vm *m, enum fault f, str detail)
{
    struct cel_value v = cel_oops(f);
    str *kept = cel_take(m, sizeof *kept + 80);

    if (kept == NULL)
        return cel_spent(m);
    if (detail.n > 79) {
        detail.n = 76;
        while (detail.n > 0 &&
               ((unsigned char)detail.p[detail.n] & 0xc0) == 0x80)
            detail.n--;
    }
    char *text = (char *)(kept + 1);

    if (detail.n > 0)
        memcpy(text, detail.p, detail.n);
    *kept = (str){text, detail.n};
    v.v.p = kept;
    return v;
}

struct cel_value cel_oops_value(struct vm *m, enum fault f, struct cel_value v)
{
    struct buf b = buf_new(m->c, 200);

    if (v.kind == CEL_NULL)
        return cel_oops_about(m, f, STR("null"));
    if (v.kind == CEL_LIST || v.kind == CEL_MAP || v.kind == CEL_OPTIONAL ||
        !cel_take(m, 200) || !cel_plain_text(&b, v) || b.over)
        return cel_oops_about(m, f, cel_kind_name(v.kind));
    return cel_oops_about(m, f, buf_str(&b));
}

struct cel_value cel_no_overload(struct vm *m, const struct cel_value *a,
                                 size_t n)
{
    struct buf b = buf_new(m->c, 200);

    for (size_t i = 0; i < n; i++) {
        if (a[i].kind == CEL_NULL && m->p->app)
            return cel_oops(FAULT_EMPTY);
        buf_fmt(&b, "%s%.*s", i > 0 ? ", " : "",
                STR_ARG(cel_kind_name(a[i].kind)));
    }
    if (!cel_take(m, 200))
        return cel_spent(m);
    return cel_oops_about(m, FAULT_NO_OVERLOAD,
                          b.over ? STR("...") : buf_str(&b));
}

struct cel_value cel_error_out(struct ctx *c, struct cel_value lean)
{
    static const struct {
        const char *id, *en;
    } sentences[FAULT_COUNT] = {
#define FAULT(name, id, en) {id, en},
#include "cel/faults.def"
#undef FAULT
    };
    const str *detail = lean.v.p;
    struct cel_error *e = NEW(c->mem, struct cel_error);
    const char *says = say(c, sentences[lean.aux].id, sentences[lean.aux].en);
    const char *at = strstr(says, "%.*s");
    struct buf b = buf_new(c, 1024);

    buf_raw(&b, (str){says, at == NULL ? strlen(says) : (size_t)(at - says)});
    if (at != NULL) {
        buf_raw(&b, detail == NULL ? STR("") : *detail);
        buf_lit(&b, at + 4);
    }
    *e = (struct cel_error){buf_str(&b), lean.n};
    return (struct cel_value){.kind = CEL_ERROR, .aux = lean.aux, .v.error = e};
}

/* ---- texts and simple things -------------------------------------- */

struct cel_value cel_text_room(struct vm *m, size_t n, char **out)
{
    if (!cel_charge(m, n / 16) || (*out = cel_take(m, n + 1)) == NULL)
        return cel_spent(m);
    return cel_string((str){*out, n});
}

struct cel_value cel_text_new(struct vm *m, str s)
{
    char *p;
    struct cel_value v = cel_text_room(m, s.n, &p);

    if (v.kind == CEL_STRING && s.n > 0)
        memcpy(p, s.p, s.n);
    return v;
}

struct cel_value cel_list_new(struct vm *m, const struct cel_value *items,
                              size_t n)
{
    struct cel_list *list = cel_take(m, sizeof *list);

    if (list == NULL)
        return cel_spent(m);
    *list = (struct cel_list){n, items};
    return (struct cel_value){
        .kind = CEL_LIST, .n = (uint32_t)n, .v.list = list};
}

struct cel_value cel_decimal_new(struct vm *m, struct cel_decimal d)
{
    struct cel_decimal *kept = cel_take(m, sizeof *kept);

    if (kept == NULL)
        return cel_spent(m);
    *kept = d;
    return (struct cel_value){.kind = CEL_DECIMAL, .v.decimal = kept};
}

struct cel_value cel_fit(struct vm *m, enum fit f, struct cel_decimal d)
{
    if (f != FIT_OK)
        return cel_oops(f == FIT_DIVIDE ? FAULT_DIVIDE : FAULT_OVERFLOW);
    return cel_decimal_new(m, d);
}

struct cel_value cel_optional(struct vm *m, struct cel_value v)
{
    struct cel_value *kept;

    if (v.kind >= CEL_UNKNOWN)
        return v;
    kept = cel_take(m, sizeof *kept);
    if (kept == NULL)
        return cel_spent(m);
    *kept = v;
    return (struct cel_value){.kind = CEL_OPTIONAL, .v.p = kept};
}

struct cel_value cel_none(void)
{
    return (struct cel_value){.kind = CEL_OPTIONAL};
}

/* ---- growing ------------------------------------------------------ */

/* `n` items of a list, or pairs of a map with its hash index. */
struct builder {
    struct cel_value *items;
    size_t n, room;
    bool map;
    uint32_t *slots;
    size_t mask;
};

static struct cel_value begin(struct vm *m, bool map)
{
    struct builder *b = cel_take(m, sizeof *b);

    if (b == NULL)
        return cel_spent(m);
    b->map = map;
    return (struct cel_value){.kind = KIND_BUILDER, .v.p = b};
}

struct cel_value cel_build_list(struct vm *m)
{
    return begin(m, false);
}

struct cel_value cel_build_map(struct vm *m)
{
    return begin(m, true);
}

static struct builder *builder_of(struct cel_value v)
{
    MUST(v.kind == KIND_BUILDER);
    return (struct builder *)(uintptr_t)v.v.p;
}

/* Room for `more` values. */
static bool grow(struct vm *m, struct builder *b, size_t used, size_t more)
{
    struct cel_value *bigger;
    size_t room = b->room == 0 ? 8 : b->room * 2;

    if (used + more <= b->room)
        return true;
    bigger = cel_take(m, room * sizeof *bigger);
    if (bigger == NULL)
        return false;
    if (used > 0)
        memcpy(bigger, b->items, used * sizeof *bigger);
    b->items = bigger;
    b->room = room;
    return true;
}

bool cel_build_add(struct vm *m, struct cel_value *v, struct cel_value item)
{
    struct builder *b = builder_of(*v);

    if (!grow(m, b, b->n, 1)) {
        *v = cel_spent(m);
        return false;
    }
    b->items[b->n++] = item;
    return true;
}

static void index_pair(struct builder *b, size_t pair)
{
    uint64_t h = cel_hash_key(b->items[2 * pair]) & b->mask;

    while (b->slots[h] != 0)
        h = (h + 1) & b->mask;
    b->slots[h] = (uint32_t)(pair + 1);
}

/* Keep the index at most half full, from the ninth pair on. */
static bool reindex(struct vm *m, struct builder *b)
{
    size_t size = b->mask + 1;

    if (b->n <= 8 || (b->slots != NULL && 2 * b->n <= size)) {
        if (b->slots != NULL)
            index_pair(b, b->n - 1);
        return true;
    }
    size = b->slots == NULL ? 32 : size * 2;
    b->slots = cel_take(m, size * sizeof *b->slots);
    if (b->slots == NULL)
        return false;
    b->mask = size - 1;
    for (size_t i = 0; i < b->n; i++)
        index_pair(b, i);
    return true;
}

bool cel_build_put(struct vm *m, struct cel_value *v, struct cel_value key,
                   struct cel_value item)
{
    struct builder *b = builder_of(*v);
    struct cel_map now = {b->n, b->items, b->slots, b->mask};
    size_t at;

    if (!cel_key_kind(key)) {
        *v = cel_oops_value(m, FAULT_KEY_KIND, key);
        return false;
    }
    if (!cel_charge(m, key.kind == CEL_STRING ? key.n / 16 : 0) ||
        !grow(m, b, 2 * b->n, 2)) {
        *v = cel_spent(m);
        return false;
    }
    if (cel_map_find(&now, key, &at)) {
        *v = cel_oops_value(m, FAULT_REPEATED_KEY, key);
        return false;
    }
    b->items[2 * b->n] = key;
    b->items[2 * b->n + 1] = item;
    b->n++;
    if (!reindex(m, b)) {
        *v = cel_spent(m);
        return false;
    }
    return true;
}

struct cel_value cel_build_done(struct vm *m, struct cel_value v)
{
    const struct builder *b;
    struct cel_map *map;

    if (v.kind != KIND_BUILDER)
        return v;
    b = builder_of(v);
    if (!b->map)
        return cel_list_new(m, b->items, b->n);
    map = cel_take(m, sizeof *map);
    if (map == NULL)
        return cel_spent(m);
    *map = (struct cel_map){b->n, b->items, b->slots, b->mask};
    return (struct cel_value){
        .kind = CEL_MAP, .n = (uint32_t)b->n, .v.map = map};
}
