/* SPDX-License-Identifier: EUPL-1.2 */
/* Addresses and networks: net.IP, net.CIDR. */
#include "cel/fn_priv.h"

/* ---- reading ------------------------------------------------------ */

static bool small_number(str s, int most, int *out)
{
    *out = 0;
    if (s.n == 0 || s.n > 3 || (s.n > 1 && s.p[0] == '0'))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        *out = *out * 10 + (s.p[i] - '0');
    }
    return *out <= most;
}

static bool read_v4(str s, struct cel_ip *out)
{
    str part;
    int n = 0, u;

    if (str_ends(s, STR(".")))
        return false;
    while (str_next(&s, '.', &part)) {
        if (n == 4 || !small_number(part, 255, &u))
            return false;
        out->bytes[n++] = (uint8_t)u;
    }
    out->bits = out->prefix = 32;
    return n == 4;
}

static bool read_group(str s, uint32_t *out)
{
    *out = 0;
    if (s.n == 0 || s.n > 4)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        int d = ch >= '0' && ch <= '9'                 ? ch - '0'
                : (ch | 32) >= 'a' && (ch | 32) <= 'f' ? (ch | 32) - 'a' + 10
                                                       : -1;

        if (d < 0)
            return false;
        *out = *out * 16 + (uint32_t)d;
    }
    return true;
}

/* Groups parted by single colons into `to`; -1 where they cannot be read. */
static int read_groups(str s, uint8_t *to, int most)
{
    uint32_t u;
    str part;
    int n = 0;

    if (str_ends(s, STR(":")) || str_starts(s, STR(":")))
        return -1;
    while (str_next(&s, ':', &part)) {
        if (n == most || !read_group(part, &u))
            return -1;
        to[2 * n] = (uint8_t)(u >> 8);
        to[2 * n + 1] = (uint8_t)u;
        n++;
    }
    return n;
}

static bool read_v6(str s, struct cel_ip *out)
{
    uint8_t tail[16];
    size_t gap = str_find(s, STR("::"));
    int head, rest;

    out->bits = out->prefix = 128;
    if (gap == s.n)
        return read_groups(s, out->bytes, 8) == 8;
    head = read_groups(str_slice(s, 0, gap), out->bytes, 7);
    rest =
        head < 0 ? -1 : read_groups(str_slice(s, gap + 2, s.n), tail, 7 - head);
    if (rest < 0)
        return false;
    memcpy(out->bytes + 16 - 2 * rest, tail, (size_t)(2 * rest));
    return true;
}

/* No zones, and no IPv4 inside IPv6. */
static bool read_ip(str s, struct cel_ip *out)
{
    *out = (struct cel_ip){.bits = 0};
    return str_has(s, ':') ? read_v6(s, out) : read_v4(s, out);
}

static bool read_cidr(str s, struct cel_ip *out)
{
    str head, tail;
    int prefix;

    if (!str_cut(s, '/', &head, &tail) || !read_ip(head, out) ||
        !small_number(tail, out->bits, &prefix))
        return false;
    out->prefix = prefix;
    return true;
}

static struct cel_value ip_value(struct vm *m, int kind, struct cel_ip ip)
{
    struct cel_ip *kept = cel_take(m, sizeof *kept);

    if (kept == NULL)
        return cel_spent(m);
    *kept = ip;
    return (struct cel_value){.kind = (uint8_t)kind, .v.p = kept};
}

static const struct cel_ip *ip_of(struct cel_value v)
{
    return v.v.p;
}

FN(ip)
{
    struct cel_ip ip;

    if (!read_ip(cel_text(a[0]), &ip))
        return cel_oops_value(m, FAULT_CONVERT, a[0]);
    return ip_value(m, CEL_NET_IP, ip);
}

FN(cidr)
{
    struct cel_ip ip;

    if (!read_cidr(cel_text(a[0]), &ip))
        return cel_oops_value(m, FAULT_CONVERT, a[0]);
    return ip_value(m, CEL_NET_CIDR, ip);
}

FN(is_ip)
{
    struct cel_ip ip;

    return cel_bool(read_ip(cel_text(a[0]), &ip));
}

FN(is_cidr)
{
    struct cel_ip ip;

    return cel_bool(read_cidr(cel_text(a[0]), &ip));
}

FN(is_canonical)
{
    struct buf b = buf_new(m->c, 64);
    struct cel_ip ip;

    if (!read_ip(cel_text(a[0]), &ip))
        return cel_oops_value(m, FAULT_CONVERT, a[0]);
    if (cel_take(m, 128) == NULL)
        return cel_spent(m);
    cel_show_ip(&b, &ip);
    return cel_bool(str_eq(buf_str(&b), cel_text(a[0])));
}

/* ---- asking ------------------------------------------------------- */

static bool begins(const struct cel_ip *ip, const struct cel_ip *with, int bits)
{
    int whole = bits / 8, rest = bits % 8;

    if (memcmp(ip->bytes, with->bytes, (size_t)whole) != 0)
        return false;
    return rest == 0 ||
           (ip->bytes[whole] ^ with->bytes[whole]) >> (8 - rest) == 0;
}

/* Well-known networks by family (RFC 6890). */
struct known {
    uint8_t four[4], six[4];
    int four_bits, six_bits;
};

static bool within(struct cel_value v, struct known k)
{
    const struct cel_ip *ip = ip_of(v);
    struct cel_ip with = {.bits = 0};

    memcpy(with.bytes, ip->bits == 32 ? k.four : k.six, 4);
    if (ip->bits == 128 && k.six_bits == 128) /* ::1, ::0 */
        with.bytes[0] = 0, with.bytes[15] = k.six[0];
    return begins(ip, &with, ip->bits == 32 ? k.four_bits : k.six_bits);
}

static const struct known unspecified = {{0}, {0}, 32, 128};
static const struct known loopback = {{127}, {1}, 8, 128};
static const struct known multicast = {{224}, {0xff}, 4, 8};
static const struct known link_multicast = {{224}, {0xff, 0x02}, 24, 16};
static const struct known link_unicast = {{169, 254}, {0xfe, 0x80}, 16, 10};

FN(ip_unspecified)
{
    return cel_bool(within(a[0], unspecified));
}

FN(ip_loopback)
{
    return cel_bool(within(a[0], loopback));
}

FN(ip_link_local_multicast)
{
    return cel_bool(within(a[0], link_multicast));
}

FN(ip_link_local_unicast)
{
    return cel_bool(within(a[0], link_unicast));
}

FN(ip_global_unicast)
{
    static const struct known broadcast = {{255, 255, 255, 255}, {0xff}, 32, 8};

    return cel_bool(!within(a[0], unspecified) && !within(a[0], loopback) &&
                    !within(a[0], multicast) && !within(a[0], link_unicast) &&
                    !within(a[0], broadcast));
}

FN(family)
{
    return cel_int(ip_of(a[0])->bits == 32 ? 4 : 6);
}

/* ---- networks ----------------------------------------------------- */

static bool contains(const struct cel_ip *net, const struct cel_ip *ip)
{
    return net->bits == ip->bits && ip->prefix >= net->prefix &&
           begins(ip, net, net->prefix);
}

FN(contains_ip)
{
    struct cel_ip ip;

    if (a[1].kind == CEL_NET_IP)
        return cel_bool(contains(ip_of(a[0]), ip_of(a[1])));
    if (!read_ip(cel_text(a[1]), &ip))
        return cel_oops_value(m, FAULT_CONVERT, a[1]);
    return cel_bool(contains(ip_of(a[0]), &ip));
}

FN(contains_cidr)
{
    struct cel_ip net;

    if (a[1].kind == CEL_NET_CIDR)
        return cel_bool(contains(ip_of(a[0]), ip_of(a[1])));
    if (!read_cidr(cel_text(a[1]), &net))
        return cel_oops_value(m, FAULT_CONVERT, a[1]);
    return cel_bool(contains(ip_of(a[0]), &net));
}

FN(cidr_ip)
{
    struct cel_ip ip = *ip_of(a[0]);

    ip.prefix = ip.bits;
    return ip_value(m, CEL_NET_IP, ip);
}

FN(masked)
{
    struct cel_ip net = *ip_of(a[0]);

    for (int i = net.prefix; i < net.bits; i++)
        net.bytes[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
    return ip_value(m, CEL_NET_CIDR, net);
}

FN(prefix_length)
{
    return cel_int(ip_of(a[0])->prefix);
}
