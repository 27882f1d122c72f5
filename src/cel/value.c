/* SPDX-License-Identifier: EUPL-1.2 */
/* Values: making, reading, equality and order. */
#include "cel/cel_priv.h"

#include <math.h>

struct cel_value cel_null(void)
{
    return (struct cel_value){.kind = CEL_NULL};
}

struct cel_value cel_bool(bool b)
{
    return (struct cel_value){.kind = CEL_BOOL, .v.b = b};
}

struct cel_value cel_int(int64_t i)
{
    return (struct cel_value){.kind = CEL_INT, .v.i = i};
}

struct cel_value cel_uint(uint64_t u)
{
    return (struct cel_value){.kind = CEL_UINT, .v.u = u};
}

struct cel_value cel_double(double d)
{
    return (struct cel_value){.kind = CEL_DOUBLE, .v.d = d};
}

struct cel_value cel_string(str s)
{
    MUST(s.n <= UINT32_MAX);
    return (struct cel_value){
        .kind = CEL_STRING, .n = (uint32_t)s.n, .v.s = s.p == NULL ? "" : s.p};
}

struct cel_value cel_bytes(str s)
{
    struct cel_value v = cel_string(s);

    v.kind = CEL_BYTES;
    return v;
}

struct cel_value cel_timestamp(int64_t seconds, int32_t nanos)
{
    return (struct cel_value){
        .kind = CEL_TIMESTAMP, .n = (uint32_t)nanos, .v.i = seconds};
}

struct cel_value cel_duration(int64_t nanos)
{
    return (struct cel_value){.kind = CEL_DURATION, .v.i = nanos};
}

struct cel_value cel_money(int64_t rupiah)
{
    return (struct cel_value){.kind = CEL_MONEY, .v.i = rupiah};
}

struct cel_value cel_date(struct date d)
{
    return (struct cel_value){.kind = CEL_DATE, .v.i = time_days(d)};
}

struct cel_value cel_unknown(void)
{
    return (struct cel_value){.kind = CEL_UNKNOWN};
}

struct cel_value cel_decimal_of(struct ctx *c, struct cel_decimal d)
{
    struct cel_decimal *kept = NEW(c->mem, struct cel_decimal);

    *kept = cel_dec_trim(d);
    return (struct cel_value){.kind = CEL_DECIMAL, .v.decimal = kept};
}

struct cel_value cel_list_of(struct ctx *c, const struct cel_value *items,
                             size_t n)
{
    struct cel_list *list = NEW(c->mem, struct cel_list);
    struct cel_value *kept = NEWS(c->mem, struct cel_value, n + 1);

    MUST(n <= UINT32_MAX);
    if (n > 0)
        memcpy(kept, items, n * sizeof *kept);
    *list = (struct cel_list){n, kept};
    return (struct cel_value){
        .kind = CEL_LIST, .n = (uint32_t)n, .v.list = list};
}

/* ---- maps --------------------------------------------------------- */

uint64_t cel_hash_key(struct cel_value key)
{
    uint64_t h = UINT64_C(14695981039346656037);

    if (key.kind != CEL_STRING)
        return (key.v.u + 1) * UINT64_C(0x9e3779b97f4a7c15);
    for (uint32_t i = 0; i < key.n; i++)
        h = (h ^ (unsigned char)key.v.s[i]) * UINT64_C(1099511628211);
    return h ^ h >> 29;
}

bool cel_key_kind(struct cel_value v)
{
    return v.kind == CEL_INT || v.kind == CEL_UINT || v.kind == CEL_BOOL ||
           v.kind == CEL_STRING;
}

/* A whole number of any kind as the int or uint key that it equals. */
static bool probe(struct cel_value key, struct cel_value *out)
{
    *out = key;
    if (key.kind == CEL_DECIMAL) {
        out->kind = CEL_INT;
        return key.v.decimal->scale == 0 &&
               cel_dec_int(*key.v.decimal, &out->v.i);
    }
    if (key.kind == CEL_MONEY)
        out->kind = CEL_INT;
    if (key.kind != CEL_DOUBLE)
        return key.kind == CEL_MONEY || cel_key_kind(key);
    if (!(key.v.d >= -0x1p63 && key.v.d < 0x1p64) || trunc(key.v.d) != key.v.d)
        return false;
    *out = key.v.d < 0x1p63 ? cel_int((int64_t)key.v.d)
                            : cel_uint((uint64_t)key.v.d);
    return true;
}

static bool same_key(struct cel_value a, struct cel_value b)
{
    if (a.kind == CEL_STRING || b.kind == CEL_STRING)
        return a.kind == b.kind && a.n == b.n && memcmp(a.v.s, b.v.s, a.n) == 0;
    if (a.kind == CEL_BOOL || b.kind == CEL_BOOL)
        return a.kind == b.kind && a.v.b == b.v.b;
    /* An int and a uint are equal where both are below 2^63. */
    return a.v.u == b.v.u && (a.kind == b.kind || a.v.u >> 63 == 0);
}

bool cel_map_find(const struct cel_map *m, struct cel_value key, size_t *at)
{
    struct cel_value k;

    if (!probe(key, &k))
        return false;
    if (m->slots == NULL) {
        for (*at = 0; *at < m->n; ++*at)
            if (same_key(m->pairs[2 * *at], k))
                return true;
        return false;
    }
    for (uint64_t h = cel_hash_key(k) & m->mask; m->slots[h] != 0;
         h = (h + 1) & m->mask) {
        *at = m->slots[h] - 1;
        if (same_key(m->pairs[2 * *at], k))
            return true;
    }
    return false;
}

static size_t slots_for(size_t n)
{
    size_t size = 16;

    while (size < 2 * n)
        size *= 2;
    return size;
}

struct cel_value cel_map_of(struct ctx *c, const struct cel_value *pairs,
                            size_t n)
{
    struct cel_map *m = NEW(c->mem, struct cel_map);
    struct cel_value *kept = NEWS(c->mem, struct cel_value, 2 * n + 1);
    size_t size = slots_for(n), at;
    uint32_t *slots = n > 8 ? NEWS(c->mem, uint32_t, size) : NULL;

    MUST(n <= UINT32_MAX / 2);
    *m = (struct cel_map){0, kept, slots, size - 1};
    for (size_t i = 0; i < n; i++) {
        uint64_t h = cel_hash_key(pairs[2 * i]) & m->mask;

        MUST(cel_key_kind(pairs[2 * i]));
        MUST(!cel_map_find(m, pairs[2 * i], &at));
        memcpy(kept + 2 * i, pairs + 2 * i, 2 * sizeof *kept);
        m->n++;
        if (slots == NULL)
            continue;
        while (slots[h] != 0)
            h = (h + 1) & m->mask;
        slots[h] = (uint32_t)(i + 1);
    }
    return (struct cel_value){.kind = CEL_MAP, .n = (uint32_t)n, .v.map = m};
}

/* ---- reading ------------------------------------------------------ */

size_t cel_size(struct cel_value v)
{
    size_t points = 0;

    if (v.kind == CEL_STRING && str_utf8((str){v.v.s, v.n}, &points))
        return points;
    return v.n;
}

struct cel_value cel_item(struct cel_value list, size_t i)
{
    MUST(list.kind == CEL_LIST && i < list.v.list->n);
    return list.v.list->items[i];
}

bool cel_under(struct cel_value map, str key, struct cel_value *out)
{
    size_t at;

    *out = cel_null();
    if (map.kind != CEL_MAP || !cel_map_find(map.v.map, cel_string(key), &at))
        return false;
    *out = map.v.map->pairs[2 * at + 1];
    return true;
}

str cel_text(struct cel_value string)
{
    if (string.kind != CEL_STRING && string.kind != CEL_BYTES &&
        string.kind != CEL_TYPE)
        return STR("");
    return (str){string.v.s, string.n};
}

struct date cel_as_date(struct cel_value v)
{
    MUST(v.kind == CEL_DATE);
    return time_date(v.v.i);
}

struct cel_decimal cel_as_decimal(struct cel_value v)
{
    if (v.kind == CEL_DECIMAL)
        return *v.v.decimal;
    MUST(v.kind == CEL_INT || v.kind == CEL_MONEY);
    return (struct cel_decimal){v.v.i, 0};
}

str cel_error_why(struct cel_value v, size_t *offset)
{
    MUST(v.kind == CEL_ERROR);
    if (offset != NULL)
        *offset = v.v.error->offset;
    return v.v.error->why;
}

/* ---- order -------------------------------------------------------- */

bool cel_is_exact(struct cel_value v)
{
    return v.kind == CEL_INT || v.kind == CEL_DECIMAL || v.kind == CEL_MONEY;
}

bool cel_is_number(struct cel_value v)
{
    return cel_is_exact(v) || v.kind == CEL_UINT || v.kind == CEL_DOUBLE;
}

static int sign_of(bool less, bool more)
{
    return more - less;
}

/* On one number line, never by converting the whole number to a double. Only
 * 2^63 itself counts as the largest int, as the conformance suite has it. */
static int compare_int_double(int64_t i, double d)
{
    int64_t whole;

    if (isnan(d))
        return 2;
    if (d < -0x1p63)
        return 1;
    if (d >= 0x1p63)
        return d == 0x1p63 && i == INT64_MAX ? 0 : -1;
    whole = (int64_t)d;
    if (i != whole)
        return sign_of(i<whole, i> whole);
    return sign_of(d > trunc(d), d < trunc(d));
}

static int compare_uint_double(uint64_t u, double d)
{
    if (u >> 63 == 0)
        return compare_int_double((int64_t)u, d);
    if (isnan(d))
        return 2;
    if (d < 0x1p63)
        return 1;
    if (d >= 0x1p64)
        return -1;
    return sign_of(u<(uint64_t)d, u>(uint64_t) d);
}

static int compare_doubles(double a, double b)
{
    return isnan(a) || isnan(b) ? 2 : sign_of(a<b, a> b);
}

static int flipped(int order)
{
    return order == 2 ? 2 : -order;
}

static int compare_with_double(struct cel_value a, double d)
{
    if (a.kind == CEL_DOUBLE)
        return compare_doubles(a.v.d, d);
    if (a.kind == CEL_UINT)
        return compare_uint_double(a.v.u, d);
    if (a.kind == CEL_DECIMAL) /* asked for by double(x) alone */
        return compare_doubles(
            (double)a.v.decimal->coefficient / pow(10, a.v.decimal->scale), d);
    return compare_int_double(a.v.i, d);
}

static struct cel_decimal exact(struct cel_value v)
{
    if (v.kind == CEL_UINT)
        return (struct cel_decimal){v.v.u, 0};
    return cel_as_decimal(v);
}

static int compare_numbers(struct cel_value a, struct cel_value b)
{
    if (b.kind == CEL_DOUBLE)
        return compare_with_double(a, b.v.d);
    if (a.kind == CEL_DOUBLE)
        return flipped(compare_with_double(b, a.v.d));
    if (a.kind == CEL_UINT && b.kind == CEL_UINT)
        return sign_of(a.v.u<b.v.u, a.v.u> b.v.u);
    if (a.kind == CEL_DECIMAL || b.kind == CEL_DECIMAL)
        return cel_decimal_cmp(exact(a), exact(b));
    if (a.kind == CEL_UINT)
        return b.v.i < 0
                   ? 1
                   : sign_of(a.v.u<(uint64_t)b.v.i, a.v.u>(uint64_t) b.v.i);
    if (b.kind == CEL_UINT)
        return flipped(compare_numbers(b, a));
    return sign_of(a.v.i<b.v.i, a.v.i> b.v.i);
}

int cel_compare(struct cel_value a, struct cel_value b)
{
    int order;

    if (cel_is_number(a) && cel_is_number(b))
        return compare_numbers(a, b);
    if (a.kind != b.kind)
        return 2;
    switch (a.kind) {
    case CEL_BOOL:
        return sign_of(a.v.b<b.v.b, a.v.b> b.v.b);
    case CEL_STRING:
    case CEL_BYTES:
        order = str_cmp((str){a.v.s, a.n}, (str){b.v.s, b.n});
        return sign_of(order<0, order> 0);
    case CEL_TIMESTAMP:
        if (a.v.i == b.v.i)
            return sign_of(a.n<b.n, a.n> b.n);
        return sign_of(a.v.i<b.v.i, a.v.i> b.v.i);
    case CEL_DURATION:
    case CEL_DATE:
        return sign_of(a.v.i<b.v.i, a.v.i> b.v.i);
    default:
        return 2;
    }
}

/* ---- equality ----------------------------------------------------- */

static bool equal_lists(const struct cel_list *a, const struct cel_list *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!cel_equal(a->items[i], b->items[i]))
            return false;
    return true;
}

static bool equal_maps(const struct cel_map *a, const struct cel_map *b)
{
    size_t at;

    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!cel_map_find(b, a->pairs[2 * i], &at) ||
            !cel_equal(a->pairs[2 * i + 1], b->pairs[2 * at + 1]))
            return false;
    return true;
}

static bool equal_optionals(struct cel_value a, struct cel_value b)
{
    const struct cel_value *x = a.v.p, *y = b.v.p;

    if (x == NULL || y == NULL)
        return x == y;
    return cel_equal(*x, *y);
}

static bool equal_networks(const struct cel_ip *a, const struct cel_ip *b)
{
    return a->bits == b->bits && a->prefix == b->prefix &&
           memcmp(a->bytes, b->bytes, (size_t)a->bits / 8) == 0;
}

bool cel_equal(struct cel_value a, struct cel_value b)
{
    if (cel_is_number(a) && cel_is_number(b))
        return compare_numbers(a, b) == 0;
    if (a.kind != b.kind)
        return false;
    switch (a.kind) {
    case CEL_NULL:
        return true;
    case CEL_LIST:
        return equal_lists(a.v.list, b.v.list);
    case CEL_MAP:
        return equal_maps(a.v.map, b.v.map);
    case CEL_TYPE:
        return str_eq((str){a.v.s, a.n}, (str){b.v.s, b.n});
    case CEL_OPTIONAL:
        return equal_optionals(a, b);
    case CEL_PERIOD:
        return a.v.period.months == b.v.period.months &&
               a.v.period.days == b.v.period.days;
    case CEL_NET_IP:
    case CEL_NET_CIDR:
        return equal_networks(a.v.p, b.v.p);
    default:
        return cel_compare(a, b) == 0;
    }
}

/* ---- kinds -------------------------------------------------------- */

static const str kind_names[] = {
    [CEL_NULL] = STR_INIT("null_type"),
    [CEL_BOOL] = STR_INIT("bool"),
    [CEL_INT] = STR_INIT("int"),
    [CEL_UINT] = STR_INIT("uint"),
    [CEL_DOUBLE] = STR_INIT("double"),
    [CEL_STRING] = STR_INIT("string"),
    [CEL_BYTES] = STR_INIT("bytes"),
    [CEL_LIST] = STR_INIT("list"),
    [CEL_MAP] = STR_INIT("map"),
    [CEL_TYPE] = STR_INIT("type"),
    [CEL_TIMESTAMP] = STR_INIT("google.protobuf.Timestamp"),
    [CEL_DURATION] = STR_INIT("google.protobuf.Duration"),
    [CEL_OPTIONAL] = STR_INIT("optional_type"),
    [CEL_DECIMAL] = STR_INIT("decimal"),
    [CEL_MONEY] = STR_INIT("money"),
    [CEL_DATE] = STR_INIT("date"),
    [CEL_PERIOD] = STR_INIT("period"),
    [CEL_NET_IP] = STR_INIT("net.IP"),
    [CEL_NET_CIDR] = STR_INIT("net.CIDR"),
    [CEL_UNKNOWN] = STR_INIT("unknown"),
    [CEL_ERROR] = STR_INIT("error"),
};

str cel_kind_name(int kind)
{
    return kind_names[kind];
}

int cel_kind_of_type(str name)
{
    return str_among(name, kind_names, CEL_UNKNOWN);
}

struct cel_value cel_type_value(int kind)
{
    struct cel_value v = cel_string(kind_names[kind]);

    v.kind = CEL_TYPE;
    return v;
}
