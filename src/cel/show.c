/* SPDX-License-Identifier: EUPL-1.2 */
/* Values as text: what string() gives, and what people and cases read. */
#include "cel/cel_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- numbers ------------------------------------------------------ */

bool cel_parse_double(str s, double *out)
{
    char text[400], *end;
    size_t i = 0;

    if (s.n == 0 || s.n >= sizeof text)
        return false;
    for (; i < s.n; i++) /* no blanks, no hexadecimal */
        if (s.p[i] == 0 || strchr("+-.0123456789eE", s.p[i]) == NULL)
            return false;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    *out = strtod(text, &end);
    return end == text + s.n;
}

/* The fewest digits that read back as the same number. */
static int shortest(double d, char *digits, int *exponent)
{
    char text[40];

    for (int n = 1; n <= 17; n++) {
        snprintf(text, sizeof text, "%.*e", n - 1, d);
        if (strtod(text, NULL) == d || n == 17)
            break;
    }
    char *e = strchr(text, 'e');
    int n = 0;

    *exponent = 0;
    for (char *p = e + 2; *p != 0; p++)
        *exponent = *exponent * 10 + (*p - '0');
    if (e[1] == '-')
        *exponent = -*exponent;
    for (char *p = text; p < e; p++)
        if (*p >= '0' && *p <= '9')
            digits[n++] = *p;
    while (n > 1 && digits[n - 1] == '0')
        n--;
    digits[n] = 0;
    return n;
}

static void plain_digits(struct buf *b, const char *digits, int n, int exponent)
{
    if (exponent < 0) {
        buf_lit(b, "0.");
        for (int i = -1; i > exponent; i--)
            buf_char(b, '0');
        buf_raw(b, (str){digits, (size_t)n});
        return;
    }
    for (int i = 0; i <= exponent || i < n; i++) {
        if (i == exponent + 1)
            buf_char(b, '.');
        buf_char(b, i < n ? digits[i] : '0');
    }
}

/* As JavaScript prints it: plain from 1e-6 up to below 1e21. */
void cel_show_double(struct buf *b, double d)
{
    char digits[40];
    int n, exponent;

    if (isnan(d) || isinf(d)) {
        buf_lit(b, isnan(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity");
        return;
    }
    if (signbit(d))
        buf_char(b, '-');
    n = shortest(fabs(d), digits, &exponent);
    if (d == 0) {
        buf_char(b, '0');
    } else if (exponent >= -6 && exponent < 21) {
        plain_digits(b, digits, n, exponent);
    } else {
        buf_char(b, digits[0]);
        if (n > 1)
            buf_fmt(b, ".%s", digits + 1);
        buf_fmt(b, "e%+d", exponent);
    }
}

/* ---- time --------------------------------------------------------- */

static void show_fraction(struct buf *b, uint32_t nanos)
{
    char text[16];
    int n = 9;

    if (nanos == 0)
        return;
    snprintf(text, sizeof text, "%09u", nanos);
    while (text[n - 1] == '0')
        n--;
    buf_fmt(b, ".%.*s", n, text);
}

void cel_show_timestamp(struct buf *b, int64_t seconds, uint32_t nanos)
{
    int64_t days = seconds / 86400, rest = seconds % 86400;
    struct date d;

    if (rest < 0)
        rest += 86400, days--;
    d = time_date(days);
    buf_fmt(b, "%04d-%02d-%02dT%02d:%02d:%02d", d.year, d.month, d.day,
            (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
    show_fraction(b, nanos);
    buf_char(b, 'Z');
}

void cel_show_duration(struct buf *b, int64_t nanos)
{
    uint64_t m = nanos < 0 ? 0 - (uint64_t)nanos : (uint64_t)nanos;

    buf_fmt(b, "%s%" PRIu64, nanos < 0 ? "-" : "", m / 1000000000);
    show_fraction(b, (uint32_t)(m % 1000000000));
    buf_char(b, 's');
}

static void show_period(struct buf *b, struct cel_period p)
{
    if (p.months != 0)
        buf_fmt(b, "months(%d)", p.months);
    if (p.months != 0 && p.days != 0)
        buf_lit(b, " + ");
    if (p.days != 0 || p.months == 0)
        buf_fmt(b, "days(%d)", p.days);
}

static void show_date(struct buf *b, int64_t days)
{
    struct date d = time_date(days);

    buf_fmt(b, "%04d-%02d-%02d", d.year, d.month, d.day);
}

/* ---- networks ----------------------------------------------------- */

static uint32_t group_of(const struct cel_ip *ip, int i)
{
    return (uint32_t)ip->bytes[2 * i] << 8 | ip->bytes[2 * i + 1];
}

/* The longest run of two or more zero groups (RFC 5952). */
static int longest_zeros(const struct cel_ip *ip, int *length)
{
    int best = -1;

    *length = 1;
    for (int i = 0; i < 8; i++) {
        int n = 0;

        while (i + n < 8 && group_of(ip, i + n) == 0)
            n++;
        if (n > *length) {
            best = i;
            *length = n;
        }
    }
    return best;
}

void cel_show_ip(struct buf *b, const struct cel_ip *ip)
{
    int length, zeros;

    if (ip->bits == 32) {
        buf_fmt(b, "%d.%d.%d.%d", ip->bytes[0], ip->bytes[1], ip->bytes[2],
                ip->bytes[3]);
        return;
    }
    zeros = longest_zeros(ip, &length);
    for (int i = 0; i < 8; i++) {
        if (i == zeros) {
            buf_lit(b, "::");
            i += length - 1;
            continue;
        }
        if (i > 0 && i != zeros + length)
            buf_char(b, ':');
        buf_fmt(b, "%x", group_of(ip, i));
    }
}

/* ---- string() ----------------------------------------------------- */

bool cel_plain_text(struct buf *b, struct cel_value v)
{
    char text[64];

    switch (v.kind) {
    case CEL_BOOL:
        buf_lit(b, v.v.b ? "true" : "false");
        return true;
    case CEL_INT:
    case CEL_MONEY:
        buf_fmt(b, "%" PRId64, v.v.i);
        return true;
    case CEL_UINT:
        buf_fmt(b, "%" PRIu64, v.v.u);
        return true;
    case CEL_DOUBLE:
        cel_show_double(b, v.v.d);
        return true;
    case CEL_STRING:
    case CEL_BYTES:
    case CEL_TYPE:
        buf_raw(b, (str){v.v.s, v.n});
        return true;
    case CEL_TIMESTAMP:
        cel_show_timestamp(b, v.v.i, v.n);
        return true;
    case CEL_DURATION:
        cel_show_duration(b, v.v.i);
        return true;
    case CEL_DECIMAL:
        buf_raw(b, (str){text, cel_dec_text(*v.v.decimal, text)});
        return true;
    case CEL_DATE:
        show_date(b, v.v.i);
        return true;
    case CEL_PERIOD:
        show_period(b, v.v.period);
        return true;
    case CEL_NET_IP:
        cel_show_ip(b, v.v.p);
        return true;
    case CEL_NET_CIDR:
        cel_show_ip(b, v.v.p);
        buf_fmt(b, "/%d", ((const struct cel_ip *)v.v.p)->prefix);
        return true;
    default:
        return false;
    }
}

/* ---- for people --------------------------------------------------- */

#define SHOW_MOST ((size_t)1 << 20)

static void show_quoted(struct buf *b, struct cel_value v)
{
    buf_lit(b, v.kind == CEL_BYTES ? "b\"" : "\"");
    for (uint32_t i = 0; i < v.n; i++) {
        unsigned char ch = (unsigned char)v.v.s[i];

        if (ch == '"' || ch == '\\')
            buf_fmt(b, "\\%c", ch);
        else if (ch == '\n')
            buf_lit(b, "\\n");
        else if (ch < 0x20 || ch == 0x7f || (v.kind == CEL_BYTES && ch >= 0x80))
            buf_fmt(b, "\\x%02x", ch);
        else
            buf_char(b, (char)ch);
    }
    buf_char(b, '"');
}

static void show(struct ctx *c, struct buf *b, struct cel_value v);

static void show_list(struct ctx *c, struct buf *b, const struct cel_list *l)
{
    buf_char(b, '[');
    for (size_t i = 0; i < l->n && !b->over; i++) {
        buf_lit(b, i > 0 ? ", " : "");
        show(c, b, l->items[i]);
    }
    buf_char(b, ']');
}

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

static void show_map(struct ctx *c, struct buf *b, const struct cel_map *m)
{
    str *entries = NEWS(c->mem, str, m->n + 1);

    for (size_t i = 0; i < m->n; i++) {
        struct buf one = buf_new(c, SHOW_MOST);

        show(c, &one, m->pairs[2 * i]);
        buf_lit(&one, ": ");
        show(c, &one, m->pairs[2 * i + 1]);
        entries[i] = one.over ? STR("...") : buf_str(&one);
    }
    qsort(entries, m->n, sizeof *entries, by_text);
    buf_char(b, '{');
    for (size_t i = 0; i < m->n; i++) {
        buf_lit(b, i > 0 ? ", " : "");
        buf_raw(b, entries[i]);
    }
    buf_char(b, '}');
}

static void show_optional(struct ctx *c, struct buf *b, struct cel_value v)
{
    const struct cel_value *of = v.v.p;

    if (of == NULL) {
        buf_lit(b, "optional.none()");
        return;
    }
    buf_lit(b, "optional.of(");
    show(c, b, *of);
    buf_char(b, ')');
}

static void show_called(struct buf *b, const char *name, struct cel_value v)
{
    buf_fmt(b, "%s('", name);
    cel_plain_text(b, v);
    buf_lit(b, "')");
}

static void show(struct ctx *c, struct buf *b, struct cel_value v)
{
    switch (v.kind) {
    case CEL_NULL:
        buf_lit(b, "null");
        return;
    case CEL_STRING:
    case CEL_BYTES:
        show_quoted(b, v);
        return;
    case CEL_LIST:
        show_list(c, b, v.v.list);
        return;
    case CEL_MAP:
        show_map(c, b, v.v.map);
        return;
    case CEL_OPTIONAL:
        show_optional(c, b, v);
        return;
    case CEL_UNKNOWN:
        buf_lit(b, "unknown");
        return;
    case CEL_ERROR:
        buf_fmt(b, "error: %.*s", STR_ARG(v.v.error->why));
        return;
    case CEL_UINT:
        buf_fmt(b, "%" PRIu64 "u", v.v.u);
        return;
    case CEL_MONEY:
        buf_fmt(b, "money(%" PRId64 ")", v.v.i);
        return;
    case CEL_DATE:
        show_called(b, "date", v);
        return;
    case CEL_TIMESTAMP:
        show_called(b, "timestamp", v);
        return;
    case CEL_DURATION:
        show_called(b, "duration", v);
        return;
    default:
        cel_plain_text(b, v);
    }
}

str cel_show(struct ctx *c, struct cel_value v)
{
    struct buf b = buf_new(c, SHOW_MOST);

    show(c, &b, v);
    return b.over ? STR("...") : buf_str(&b);
}
