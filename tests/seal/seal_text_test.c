/* SPDX-License-Identifier: EUPL-1.2 */
#include "seal/seal.h"
#include "tests/test.h"

#include <pthread.h>

TEST(bytes_become_text_as_rfc_4648_says)
{
    static const char *const word = "foobar";
    static const char *const base64[] = {
        "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    static const char *const base32[] = {
        "", "MY", "MZXQ", "MZXW6", "MZXW6YQ", "MZXW6YTB", "MZXW6YTBOI"};

    for (size_t n = 0; n < COUNT(base64); n++) {
        CHECK_STR(seal_base64(c, word, n), base64[n]);
        CHECK_STR(seal_base32(c, word, n), base32[n]);
    }
    CHECK_STR(seal_base64url(c, "\xFB\xFF", 2), "-_8");
    CHECK_STR(seal_hex(c, "\x00\xA5", 2), "00a5");
}

TEST(bytes_survive_the_way_through_text)
{
    unsigned char bytes[100];
    str got;

    for (size_t n = 0; n < sizeof bytes; n++) {
        str want = {(const char *)bytes, n};

        ctx_random(c, bytes, n);
        CHECK(seal_unbase64(c, seal_base64(c, bytes, n), &got) &&
              str_eq(got, want));
        CHECK(seal_unbase64url(c, seal_base64url(c, bytes, n), &got) &&
              str_eq(got, want));
    }
}

TEST(base64_has_one_text_for_the_same_bytes_and_no_other)
{
    static const char *const wrong[] = {
        "Zg",    "Zg=",      "Zh==",  "Zm9=",  "Zg==\n",
        " Zg==", "Zg==Zg==", "Z===",  "Zm9vY", "Zm9v====",
        "Zm-_",  "=",        "Zm 9v", "Zm9v=", "Zm9\351",
    };
    static const char *const wrong_url[] = {"Zm9\257", "Zg==", "Zh",
                                            "Zm+/",    "Z",    "Zg\n"};
    str got;

    for (size_t i = 0; i < COUNT(wrong); i++)
        CHECK(!seal_unbase64(c, str_of(wrong[i]), &got));
    for (size_t i = 0; i < COUNT(wrong_url); i++)
        CHECK(!seal_unbase64url(c, str_of(wrong_url[i]), &got));
}

TEST(sha256_gives_the_known_answers)
{
    str halves[] = {STR_INIT("a"), STR_INIT(""), STR_INIT("bc")};
    struct seal_digest *d = seal_digest_new(c);
    struct hash h = seal_sha256(STR("abc")), again;

    CHECK_STR(seal_show_hash(c, h),
              "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61"
              "f20015ad");
    CHECK(seal_read_hash(seal_show_hash(c, h), &again) &&
          seal_same(h.b, again.b, SEAL_HASH));
    again = seal_sha256_of(halves, COUNT(halves));
    CHECK(seal_same(h.b, again.b, SEAL_HASH));
    seal_digest_add(d, STR("ab"));
    seal_digest_add(d, STR("c"));
    again = seal_digest_end(d);
    CHECK(seal_same(h.b, again.b, SEAL_HASH));
    h = seal_empty_root();
    CHECK_STR(seal_base64(c, h.b, SEAL_HASH),
              "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    CHECK(!seal_read_hash(STR("sha256:BA78"), &h));
    CHECK(!seal_read_hash(STR("md5:00"), &h));
}

/* RFC 4231, cases 1, 2 and 6 (a key longer than a block). */
TEST(hmac_gives_the_answers_of_rfc_4231)
{
    static const struct {
        char key;
        size_t key_n;
        const char *data, *mac;
    } cases[] = {
        {0x0b, 20, "Hi There",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {(char)0xaa, 131,
         "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    };
    str jefe[] = {STR_INIT("what do ya want "), STR_INIT("for nothing?")};
    char key[131];
    struct hash h;

    for (size_t i = 0; i < COUNT(cases); i++) {
        str data = str_of(cases[i].data);

        memset(key, cases[i].key, sizeof key);
        h = seal_hmac((str){key, cases[i].key_n}, &data, 1);
        CHECK_STR(seal_hex(c, h.b, SEAL_HASH), cases[i].mac);
    }
    h = seal_hmac(STR("Jefe"), jefe, COUNT(jefe));
    CHECK_STR(seal_hex(c, h.b, SEAL_HASH),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec38"
              "43");
}

static void *hash_much(void *arg)
{
    struct hash *h = arg;

    for (int i = 0; i < 2000; i++)
        *h = seal_node(*h, seal_leaf((str){(const char *)h->b, SEAL_HASH}));
    return NULL;
}

TEST(hashing_in_four_threads_gives_what_one_gives)
{
    struct hash h[4], alone = {{0}};
    pthread_t threads[4];

    memset(h, 0, sizeof h);
    for (size_t i = 0; i < COUNT(h); i++)
        CHECK(pthread_create(&threads[i], NULL, hash_much, &h[i]) == 0);
    hash_much(&alone);
    for (size_t i = 0; i < COUNT(h); i++) {
        pthread_join(threads[i], NULL);
        CHECK(seal_same(h[i].b, alone.b, SEAL_HASH));
    }
}

TEST(same_compares_texts_of_any_length)
{
    CHECK(seal_same_str(STR(""), STR("")));
    CHECK(seal_same_str(STR("sama"), STR("sama")));
    CHECK(!seal_same_str(STR("sama"), STR("samb")));
    CHECK(!seal_same_str(STR("sama"), STR("sam")));
}

TEST(the_systems_dice_do_not_repeat)
{
    unsigned char a[32] = {0}, b[32] = {0};

    seal_dice()->fill(seal_dice(), a, sizeof a);
    seal_dice()->fill(seal_dice(), b, sizeof b);
    CHECK(!seal_same(a, b, sizeof a));
}
