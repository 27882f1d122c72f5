/* SPDX-License-Identifier: EUPL-1.2 */
#include "seal/seal.h"
#include "tests/test.h"

struct streaming {
    struct seal_secret *key;
    unsigned char public[32];
    struct seal_stream *to;
    str head;
};

static struct streaming begin(struct ctx *c, const char *about)
{
    struct streaming u = {.key = seal_secret_new(c)};

    seal_secret_public(u.key, u.public);
    CHECK_OK(seal_stream_to(c, u.public, str_of(about), &u.to, &u.head));
    CHECK_I64((int64_t)u.head.n, SEAL_STREAM_HEAD);
    return u;
}

static str shut(struct ctx *c, struct streaming *u, const char *text, bool last)
{
    return arena_str(c->mem, seal_stream_shut(u->to, str_of(text), last));
}

TEST(a_stream_opens_with_the_secret_half_and_for_who_writes_it)
{
    struct streaming u = begin(c, "data");
    str one = shut(c, &u, "satu", false), two = shut(c, &u, "", true), piece;
    struct seal_stream *from[2];
    bool last;

    CHECK_OK(seal_stream_from(c, u.key, STR("data"), u.head, &from[0]));
    CHECK_OK(seal_stream_again(c, u.to, u.head, &from[1]));
    for (size_t i = 0; i < 2; i++) {
        CHECK_OK(seal_stream_open(c, from[i], one, &piece, &last));
        CHECK_STR(piece, "satu");
        CHECK(!last);
        CHECK_OK(seal_stream_open(c, from[i], two, &piece, &last));
        CHECK(piece.n == 0 && last);
    }
}

TEST(a_stream_is_bound_to_key_head_order_and_what_it_is)
{
    struct streaming u = begin(c, "data");
    str one = shut(c, &u, "satu", false), two = shut(c, &u, "dua", true), piece;
    struct seal_stream *from;
    bool last;
    char *bent = (char *)(uintptr_t)arena_str(c->mem, u.head).p;

    CHECK(seal_stream_from(c, seal_secret_new(c), STR("data"), u.head, &from) ==
          E_TAMPERED);
    CHECK(seal_stream_from(c, u.key, STR("data"), str_slice(u.head, 0, 80),
                           &from) == E_TAMPERED);
    bent[3] ^= 1;
    CHECK(seal_stream_from(c, u.key, STR("data"), (str){bent, u.head.n},
                           &from) == E_TAMPERED);
    CHECK(seal_stream_again(c, u.to, (str){bent, u.head.n}, &from) ==
          E_TAMPERED);
    CHECK_OK(seal_stream_from(c, u.key, STR("keys"), u.head, &from));
    CHECK(seal_stream_open(c, from, one, &piece, &last) == E_TAMPERED);
    CHECK_OK(seal_stream_from(c, u.key, STR("data"), u.head, &from));
    CHECK(seal_stream_open(c, from, two, &piece, &last) == E_TAMPERED);
    CHECK(seal_stream_open(c, from, str_slice(one, 0, 10), &piece, &last) ==
          E_TAMPERED);
}

TEST(a_public_key_that_is_none_is_refused)
{
    const unsigned char none[32] = {0};
    struct seal_stream *to;
    str head;

    CHECK(seal_stream_to(c, none, STR("data"), &to, &head) == E_BAD_INPUT);
}
