/* SPDX-License-Identifier: EUPL-1.2 */
/* Which addresses are open. Everything is looked at as IPv6: an IPv4 address
 * has six spellings in there, and each must be judged as what it is. */
#include "net/net_priv.h"

#include <arpa/inet.h>

enum how { SHUT, INNER };

static const struct range {
    const char *address;
    unsigned bits;
    enum how how;
} ranges[] = {
#define RANGE(address, bits, how) {address, bits, how},
#include "net/net_range.def"
#undef RANGE
};

static bool begins(const struct in6_addr *a, const char *head, unsigned bits)
{
    struct in6_addr h;
    unsigned char mask = (unsigned char)(0xFF00 >> bits % 8);

    MUST(inet_pton(AF_INET6, head, &h) == 1);
    return memcmp(a, &h, bits / 8) == 0 &&
           (bits % 8 == 0 ||
            (a->s6_addr[bits / 8] & mask) == (h.s6_addr[bits / 8] & mask));
}

/* ::ffff:a.b.c.d of the four bytes at `from`. */
static struct in6_addr mapped(const struct in6_addr *a, size_t from)
{
    struct in6_addr m = {.s6_addr = {[10] = 0xFF, [11] = 0xFF}};

    memcpy(m.s6_addr + 12, a->s6_addr + from, 4);
    return m;
}

/* What an address that carries an IPv4 address leads to. */
static struct in6_addr unwrapped(const struct in6_addr *a)
{
    if (begins(a, "64:ff9b::", 96)) /* NAT64 */
        return mapped(a, 12);
    if (begins(a, "2002::", 16)) /* 6to4 */
        return mapped(a, 2);
    return *a;
}

static bool public_at_all(const struct in6_addr *a)
{
    return begins(a, "::ffff:0:0", 96) || begins(a, "2000::", 3);
}

bool net_address_may(const struct in6_addr *at, bool allow_private)
{
    struct in6_addr a = unwrapped(at);

    for (size_t i = 0; i < COUNT(ranges); i++)
        if (begins(&a, ranges[i].address, ranges[i].bits))
            return ranges[i].how == INNER && allow_private;
    return public_at_all(&a);
}

bool net_sockaddr_may(const struct sockaddr *at, bool allow_private)
{
    if (at->sa_family == AF_INET6) {
        struct sockaddr_in6 in;

        memcpy(&in, at, sizeof in);
        return net_address_may(&in.sin6_addr, allow_private);
    }
    if (at->sa_family == AF_INET) {
        struct in6_addr plain = {0};
        struct sockaddr_in in;

        memcpy(&in, at, sizeof in);
        memcpy(plain.s6_addr, &in.sin_addr, 4);
        plain = mapped(&plain, 0);
        return net_address_may(&plain, allow_private);
    }
    return false;
}

bool net_address_open(str address, bool allow_private)
{
    char text[INET6_ADDRSTRLEN + 8];
    struct in6_addr a;

    if (address.n > INET6_ADDRSTRLEN || memchr(address.p, 0, address.n) != NULL)
        return false;
    memcpy(text, "::ffff:", 7);
    memcpy(text + 7, address.p, address.n);
    text[7 + address.n] = 0;
    return (inet_pton(AF_INET6, text + 7, &a) == 1 ||
            inet_pton(AF_INET6, text, &a) == 1) &&
           net_address_may(&a, allow_private);
}
