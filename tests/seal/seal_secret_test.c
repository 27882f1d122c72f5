/* SPDX-License-Identifier: EUPL-1.2 */
#include "seal/seal.h"
#include "tests/test.h"

TEST(a_box_opens_with_its_key_and_its_purpose_only)
{
    unsigned char key[32] = {7}, other[32] = {8};
    str boxed = seal_box(c, key, STR("opening 5"), STR("rahasia")), plain;

    CHECK_OK(seal_unbox(c, key, STR("opening 5"), boxed, &plain));
    CHECK_STR(plain, "rahasia");
    CHECK(!str_eq(boxed, seal_box(c, key, STR("opening 5"), STR("rahasia"))));
    CHECK(seal_unbox(c, other, STR("opening 5"), boxed, &plain) == E_TAMPERED);
    CHECK(seal_unbox(c, key, STR("opening 6"), boxed, &plain) == E_TAMPERED);
    CHECK_STR(c->why, "The sealed content does not open: the key is another, "
                      "or the content was changed.");
    CHECK_OK(seal_unbox(c, key, STR(""), seal_box(c, key, STR(""), STR("")),
                        &plain));
    CHECK_STR(plain, "");
}

TEST(a_box_with_one_flipped_bit_or_a_byte_less_does_not_open)
{
    unsigned char key[32] = {7};
    str boxed = seal_box(c, key, STR("a"), STR("rahasia")), plain;
    char *copy = NEWS(c->mem, char, boxed.n);

    for (size_t i = 0; i < boxed.n; i++) {
        memcpy(copy, boxed.p, boxed.n);
        copy[i] = (char)(copy[i] ^ 1 << i % 8);
        CHECK(seal_unbox(c, key, STR("a"), (str){copy, boxed.n}, &plain) ==
              E_TAMPERED);
        CHECK(seal_unbox(c, key, STR("a"), str_slice(boxed, 0, i), &plain) ==
              E_TAMPERED);
    }
}

TEST(a_backup_opens_with_the_secret_half_only)
{
    unsigned char public[32], secret[32], other[32], its[32];
    str boxed, plain;

    seal_pair(c, public, secret);
    seal_pair(c, other, its);
    boxed = seal_box_to(c, public, STR("cadangan"));
    CHECK_OK(seal_unbox_with(c, public, secret, boxed, &plain));
    CHECK_STR(plain, "cadangan");
    CHECK(seal_unbox_with(c, other, its, boxed, &plain) == E_TAMPERED);
    for (size_t i = 0; i < boxed.n; i++)
        CHECK(seal_unbox_with(c, public, secret, str_slice(boxed, 0, i),
                              &plain) == E_TAMPERED);
}

TEST(a_public_key_of_low_order_is_no_key)
{
    unsigned char public[32], secret[32], zero[32] = {0}, one[32] = {1};

    seal_pair(c, public, secret);
    CHECK(seal_public_ok(public));
    CHECK(!seal_public_ok(zero));
    CHECK(!seal_public_ok(one));
}

TEST(a_password_is_known_by_its_hash)
{
    str hash, other;

    CHECK_OK(seal_password_hash(c, STR("kata sandi panjang"), false, &hash));
    CHECK(str_starts(hash, STR("$argon2id$v=19$m=19456,t=2,p=1$")));
    CHECK(seal_password_holds(hash, STR("kata sandi panjang")));
    CHECK(!seal_password_holds(hash, STR("kata sandi panjanG")));
    CHECK(!seal_password_holds(hash, STR("")));
    CHECK(!seal_password_holds(STR(""), STR("")));
    CHECK(!seal_password_holds(STR("$argon2id$"), STR("x")));
    CHECK_OK(seal_password_hash(c, STR("kata sandi panjang"), false, &other));
    CHECK(!str_eq(hash, other));
}

TEST(an_officers_password_costs_more_and_a_cheaper_one_is_stale)
{
    str weak, strong;

    CHECK_OK(seal_password_hash(c, STR("x"), false, &weak));
    CHECK_OK(seal_password_hash(c, STR("x"), true, &strong));
    CHECK(str_starts(strong, STR("$argon2id$v=19$m=65536,t=3,p=1$")));
    CHECK(seal_password_holds(strong, STR("x")));
    CHECK(seal_password_stale(weak, true) && !seal_password_stale(weak, false));
    CHECK(!seal_password_stale(strong, true));
    CHECK(seal_password_stale(STR("plain"), false));
}

TEST(a_password_has_a_ceiling)
{
    char *long_one = NEWS(c->mem, char, 1025);
    str hash;

    memset(long_one, 'a', 1025);
    CHECK(seal_password_hash(c, (str){long_one, 1025}, false, &hash) ==
          E_BAD_INPUT);
    CHECK_STR(c->why, "The password is too long.");
}

static const unsigned char *rfc_seed(void)
{
    return (const unsigned char *)"12345678901234567890";
}

/* RFC 6238, appendix B (SHA-1), the last six of its eight digits. */
TEST(codes_are_those_of_rfc_6238)
{
    static const struct {
        int64_t time;
        unsigned code;
    } cases[] = {{59, 287082},         {1111111109, 81804},
                 {1111111111, 50471},  {1234567890, 5924},
                 {2000000000, 279037}, {20000000000, 353130}};

    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_I64(seal_totp(rfc_seed(), cases[i].time / 30), cases[i].code);
}

/* The code of the step from 1111111080 to 1111111109. */
TEST(a_code_works_once_from_one_step_before_to_one_step_after)
{
    int64_t last = 0;

    CHECK(seal_totp_holds(rfc_seed(), STR("081804"), 1111111109, &last));
    CHECK_I64(last, 1111111109 / 30);
    CHECK(!seal_totp_holds(rfc_seed(), STR("081804"), 1111111109, &last));
    last = 0;
    CHECK(seal_totp_holds(rfc_seed(), STR("081804"), 1111111139, &last));
    CHECK(!seal_totp_holds(rfc_seed(), STR("081804"), 1111111139, &last));
    last = 0;
    CHECK(seal_totp_holds(rfc_seed(), STR("081804"), 1111111050, &last));
    last = 0;
    CHECK(!seal_totp_holds(rfc_seed(), STR("081804"), 1111111140, &last));
    CHECK(!seal_totp_holds(rfc_seed(), STR("081804"), 1111111049, &last));
    CHECK_I64(last, 0);
}

/* 050471 is the code of the step after. */
TEST(a_code_of_a_clock_ahead_is_spent_in_all_its_steps)
{
    int64_t last = 0;

    CHECK(seal_totp_holds(rfc_seed(), STR("050471"), 1111111080, &last));
    CHECK_I64(last, 1111111110 / 30);
    for (int64_t at = 1111111080; at <= 1111111169; at += 30)
        CHECK(!seal_totp_holds(rfc_seed(), STR("050471"), at, &last));
    CHECK(!seal_totp_holds(rfc_seed(), STR("081804"), 1111111110, &last));
    CHECK_I64(last, 1111111110 / 30);
}

TEST(what_is_no_code_is_refused)
{
    static const char *const wrong[] = {
        "", "81804", "0081804", " 81804", "08180a", "081804 ", "\331\24081804"};
    int64_t last = 0;

    for (size_t i = 0; i < COUNT(wrong); i++)
        CHECK(
            !seal_totp_holds(rfc_seed(), str_of(wrong[i]), 1111111109, &last));
}

TEST(a_seed_is_shown_as_an_address_for_the_telephone)
{
    CHECK_STR(seal_totp_uri(c, rfc_seed(), STR("Kota Bandung"), STR("siti")),
              "otpauth://totp/Kota%20Bandung:siti?secret="
              "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Kota%20Bandung");
}
