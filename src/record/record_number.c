/* SPDX-License-Identifier: EUPL-1.2 */
/* Numbers that are read aloud, and codes that are secrets. */
#include "record/record_priv.h"

static void eight_symbols(const unsigned char five[5], char out[8])
{
    uint64_t bits = (uint64_t)five[0] << 32 | get_u32be(five + 1);

    for (int i = 7; i >= 0; i--, bits >>= 5)
        out[i] = app_number_symbols[bits & 31];
}

str record_check_of(struct ctx *c, int64_t n)
{
    str eight = arena_fmt(c->mem, "%08" PRId64, n % 100000000);

    return arena_fmt(c->mem, "%c", app_check_symbol(eight.p));
}

str record_number_new(struct ctx *c)
{
    unsigned char five[5];
    char s[8];

    ctx_random(c, five, sizeof five);
    eight_symbols(five, s);
    return arena_fmt(c->mem, "%.4s-%.4s-%c", s, s + 4, app_check_symbol(s));
}

bool record_number_read(struct ctx *c, str typed, str *number)
{
    return app_number_read(c, typed, number);
}

bool record_code_read(struct ctx *c, str typed, str *code)
{
    char s[8];

    if (app_symbols(typed, s, 8) != 8)
        return false;
    *code = arena_fmt(c->mem, "%.4s-%.4s", s, s + 4);
    return true;
}

struct hash record_mac(const struct record_world *w, const char *purpose,
                       str text)
{
    str parts[] = {STR("balai/"), str_of(purpose), STR("/v1\n"), text};

    return seal_hmac((str){(const char *)w->secret, sizeof w->secret}, parts,
                     COUNT(parts));
}

str record_code_of(struct ctx *c, const struct record_world *w, str token)
{
    struct hash h = record_mac(w, "code", token);
    char s[8];

    eight_symbols(h.b, s);
    return arena_fmt(c->mem, "%.4s-%.4s", s, s + 4);
}

str record_code_kept(struct ctx *c, const struct record_world *w, str number,
                     str code)
{
    str both = arena_fmt(c->mem, "%.*s %.*s", STR_ARG(number), STR_ARG(code));

    return seal_show_hash(c, record_mac(w, "code-kept", both));
}

str record_letter_token(struct ctx *c, const struct record_world *w, str number,
                        str key, int64_t seq, str reg)
{
    str all = arena_fmt(c->mem, "%.*s %.*s %" PRId64 " %.*s", STR_ARG(number),
                        STR_ARG(key), seq, STR_ARG(reg));

    return seal_base64url(c, record_mac(w, "letter", all).b, 16);
}

str record_token_kept(struct ctx *c, str token)
{
    return seal_show_hash(c, seal_sha256(token));
}
