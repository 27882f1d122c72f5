/* SPDX-License-Identifier: EUPL-1.2 */
#include "seal/seal.h"
#include "tests/test.h"

#include <sodium.h>

/* A signer of notes, with a key from the test's dice. */
struct person {
    struct seal_key key;
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
};

static struct person *person(struct ctx *c, const char *name, uint8_t type)
{
    struct person *p = NEW(c->mem, struct person);
    unsigned char seed[32], raw[33] = {type};
    char kind = (char)type;
    str parts[] = {str_of(name), STR("\n"), {&kind, 1}, {NULL, 32}};
    struct hash h;

    ctx_random(c, seed, sizeof seed);
    crypto_sign_seed_keypair(p->key.public, p->secret, seed);
    parts[3].p = (const char *)p->key.public;
    h = seal_sha256_of(parts, COUNT(parts));
    memcpy(raw + 1, p->key.public, 32);
    p->key = (struct seal_key){
        .name = str_of(name), .id = get_u32be(h.b), .type = type};
    memcpy(p->key.public, raw + 1, 32);
    return p;
}

static struct seal_line sign(struct ctx *c, const struct person *p, str text,
                             uint64_t time)
{
    struct buf blob = buf_new(c, 100);
    unsigned char sig[64];
    str message = text;

    if (p->key.type == SEAL_COSIGNATURE) {
        buf_u64be(&blob, time);
        message = arena_fmt(c->mem, "cosignature/v1\ntime %" PRIu64 "\n%.*s",
                            time, STR_ARG(text));
    }
    crypto_sign_detached(sig, NULL, (const unsigned char *)message.p, message.n,
                         p->secret);
    buf_raw(&blob, (str){(const char *)sig, sizeof sig});
    return (struct seal_line){p->key.name, p->key.id, buf_str(&blob)};
}

/* The checkpoint of a log, and who signed it. */
struct town {
    struct person *log, *selatan, *provinsi;
    struct seal_note note;
};

#define TEXT                                                                   \
    "bandung.example/log\n5\nLfc0aoqlleOpk1MxhnMFuGkZPyt1HHCq+j3vh5uZ2lk=\n"

static struct town *town(struct ctx *c)
{
    struct town *t = NEW(c->mem, struct town);
    struct seal_line *lines = NEWS(c->mem, struct seal_line, 3);

    t->log = person(c, "bandung.example/log", SEAL_ED25519);
    t->selatan = person(c, "selatan.example/witness", SEAL_COSIGNATURE);
    t->provinsi = person(c, "provinsi.example/witness", SEAL_COSIGNATURE);
    lines[0] = sign(c, t->log, STR(TEXT), 0);
    lines[1] = sign(c, t->selatan, STR(TEXT), 1767682861);
    lines[2] = sign(c, t->provinsi, STR(TEXT), 1767682871);
    t->note = (struct seal_note){STR(TEXT), lines, 3};
    return t;
}

static const char *vkey(struct ctx *c, const struct person *p)
{
    return seal_vkey_show(c, &p->key).p;
}

TEST(the_key_of_the_standards_example_is_read_and_written)
{
    const char *text = "example.com/foo+530d903a+"
                       "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    struct seal_key k;

    CHECK_OK(seal_vkey_read(c, str_of(text), &k));
    CHECK_STR(k.name, "example.com/foo");
    CHECK(k.type == SEAL_ED25519 && k.id == 0x530d903a);
    CHECK_STR(seal_vkey_show(c, &k), text);
}

TEST(a_key_that_is_not_whole_is_refused_with_the_reason)
{
    static const char *const cases[][2] = {
        {"example.com/foo", "it is not of the form NAME+ID+KEY"},
        {"example.com/foo+530d903a", "it is not of the form NAME+ID+KEY"},
        {"+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
         "its name or id is amiss"},
        {"a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
         "its name or id is amiss"},
        {"a\xC2\xA0"
         "b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
         "its name or id is amiss"},
        {"example.com/foo+530D903A+"
         "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
         "its name or id is amiss"},
        {"example.com/foo+530d903a+"
         "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
         "its third part is not base64"},
        {"example.com/foo+530d903a+BukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv"
         "3U2k",
         "it is of a kind other than Ed25519 (01 or 04)"},
        {"example.com/foo+530d903a+AekyeRrm56g=", "it has the wrong length"},
        {"example.com/foo+530d903b+"
         "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
         "its id does not belong to the key"},
    };
    struct seal_key k;

    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK(seal_vkey_read(c, str_of(cases[i][0]), &k) == E_BAD_INPUT);
        CHECK_STR(c->why,
                  arena_fmt(c->mem,
                            "The key \"%s\" cannot be used: %s. Copy it again "
                            "from its owner, whole and on one line.",
                            cases[i][0], cases[i][1])
                      .p);
    }
}

TEST(a_note_that_was_written_is_read_the_same)
{
    struct town *t = town(c);
    str bytes = seal_note_show(c, &t->note);
    struct seal_note got;

    CHECK_OK(seal_note_read(c, bytes, &got));
    CHECK_STR(got.text, TEXT);
    CHECK_I64((int64_t)got.n, 3);
    CHECK_STR(seal_note_show(c, &got), bytes.p);
    CHECK(seal_note_word(&got, &t->log->key) == SEAL_SIGNED);
    CHECK(seal_note_word(&got, &t->selatan->key) == SEAL_SIGNED);
    CHECK_I64((int64_t)seal_note_cosigned(&got, &t->selatan->key), 1767682861);
    CHECK_I64((int64_t)seal_note_cosigned(&got, &t->log->key), 0);
}

TEST(a_note_may_hold_empty_lines_in_its_text)
{
    struct person *p = person(c, "a.example", SEAL_ED25519);
    str text = STR("satu\n\ntiga\n");
    struct seal_line line = sign(c, p, text, 0);
    struct seal_note note = {text, &line, 1}, got;

    CHECK_OK(seal_note_read(c, seal_note_show(c, &note), &got));
    CHECK_STR(got.text, "satu\n\ntiga\n");
    CHECK(seal_note_word(&got, &p->key) == SEAL_SIGNED);
}

#define LINE  "\xE2\x80\x94 a.example AAAAAAA=\n"
#define WHOLE "This signed note cannot be read: "
#define SHAPE                                                                  \
    "an empty line must follow its text, then signature lines to the end."
#define FIRST                                                                  \
    "Signature line 1 of this note is malformed; it should be "                \
    "\"\xE2\x80\x94 NAME BASE64\"."

TEST(a_malformed_note_is_refused_with_the_reason)
{
    static const char *const cases[][2] = {
        {"", WHOLE SHAPE},
        {"text\n", WHOLE SHAPE},
        {"text\n\n", WHOLE SHAPE},
        {"text\n" LINE, WHOLE SHAPE},
        {"text\n\n\xE2\x80\x94 a.example AAAAAAA=", WHOLE SHAPE},
        {"te\rxt\n\n" LINE,
         WHOLE "it holds a control character (CR or tab, for example)."},
        {"te\xFFxt\n\n" LINE, WHOLE "it is not UTF-8."},
        {"text\n\n- a.example AAAAAAA=\n", FIRST},
        {"text\n\n\xE2\x80\x94 a.example AAAAAA==\n", FIRST},
        {"text\n\n\xE2\x80\x94 a+b AAAAAAA=\n", FIRST},
        {"text\n\n\xE2\x80\x94  AAAAAAA=\n", FIRST},
        {"text\n\n\xE2\x80\x94 a\xE3\x80\x80 AAAAAAA=\n", FIRST},
        {"text\n\n\xE2\x80\x94 a.example AAAAAAA= \n", FIRST},
        {"text\n\n\xE2\x80\x94 a.example AAAAAAA=\nmore\n",
         "Signature line 2 of this note is malformed; it should be "
         "\"\xE2\x80\x94 NAME BASE64\"."},
    };
    struct seal_note n;

    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK(seal_note_read(c, str_of(cases[i][0]), &n) == E_BAD_INPUT);
        CHECK_STR(c->why, cases[i][1]);
    }
}

static str many_lines(struct ctx *c, int n)
{
    struct buf b = buf_new(c, 1 << 21);

    buf_lit(&b, "text\n\n");
    for (int i = 0; i < n; i++)
        buf_lit(&b, LINE);
    return buf_str(&b);
}

TEST(a_note_has_a_hundred_signatures_and_not_one_more)
{
    struct seal_note n;

    CHECK_OK(seal_note_read(c, many_lines(c, 100), &n));
    CHECK_I64((int64_t)n.n, 100);
    CHECK(seal_note_read(c, many_lines(c, 101), &n) == E_BAD_INPUT);
    CHECK_STR(c->why, WHOLE "it has over 100 signature lines.");
    CHECK(seal_note_read(c, many_lines(c, 50000), &n) == E_TOO_BIG);
}

TEST(an_unknown_key_is_silent_and_a_known_one_that_errs_spoils_the_note)
{
    struct town *t = town(c);
    struct person *other = person(c, "bandung.example/log", SEAL_ED25519);
    struct seal_key same_id = other->key;
    struct seal_line twice[2];
    struct seal_note n;

    CHECK(seal_note_word(&t->note, &other->key) == SEAL_SILENT);
    same_id.id = t->log->key.id;
    CHECK(seal_note_word(&t->note, &same_id) == SEAL_FORGED);
    /* A second line under the same key counts too. */
    twice[0] = t->note.lines[0];
    twice[1] = twice[0];
    twice[1].blob = STR("short");
    n = (struct seal_note){t->note.text, twice, 2};
    CHECK(seal_note_word(&n, &t->log->key) == SEAL_FORGED);
}

TEST(a_cosignature_after_the_end_of_time_does_not_hold)
{
    struct town *t = town(c);

    t->note.lines[1] =
        sign(c, t->selatan, STR(TEXT), UINT64_C(0x8000000000000000));
    CHECK(seal_note_word(&t->note, &t->selatan->key) == SEAL_FORGED);
    CHECK_I64((int64_t)seal_note_cosigned(&t->note, &t->selatan->key), 0);
}

/* ---- policy ------------------------------------------------------- */

static err policy_of(struct ctx *c, const struct town *t, const char *rest,
                     struct seal_policy **out)
{
    str text = arena_fmt(c->mem,
                         "# who counts\nlog %s https://bandung.example/log\n"
                         "witness\tselatan %s\n  witness provinsi %s \n%s",
                         vkey(c, t->log), vkey(c, t->selatan),
                         vkey(c, t->provinsi), rest);

    return seal_policy_read(c, STR("policy"), text, out);
}

static bool witnessed(struct ctx *c, const struct town *t, const char *rest)
{
    struct seal_policy *p;
    struct seal_verdict v = {.n = 0};

    CHECK_OK(policy_of(c, t, rest, &p));
    CHECK_OK(seal_policy_check(c, p, &t->note, &v));
    CHECK_I64((int64_t)v.checkpoint.size, 5);
    return v.witnessed;
}

TEST(a_policy_counts_witnesses_by_group)
{
    struct town *t = town(c);

    CHECK(witnessed(c, t, "group a any selatan provinsi\nquorum a\n"));
    CHECK(witnessed(c, t, "group a all selatan provinsi\nquorum a\n"));
    CHECK(witnessed(c, t, "group a 2 selatan provinsi\nquorum a\n"));
    CHECK(witnessed(c, t, "quorum selatan"));
    CHECK(!witnessed(c, t, "quorum none\n"));
    t->note.n = 2; /* provinsi is silent now */
    CHECK(witnessed(c, t, "group a any selatan provinsi\nquorum a\n"));
    CHECK(!witnessed(c, t, "group a all selatan provinsi\nquorum a\n"));
    CHECK(!witnessed(c, t, "group a 2 selatan provinsi\nquorum a\n"));
    CHECK(!witnessed(c, t, "quorum provinsi\n"));
    CHECK(witnessed(c, t,
                    "group a any provinsi\ngroup b any a selatan\nquorum b\n"));
    CHECK(!witnessed(c, t,
                     "group a any provinsi\ngroup b all a selatan\nquorum b"));
}

TEST(a_verdict_names_the_witnesses_and_their_times)
{
    struct town *t = town(c);
    struct seal_policy *p;
    struct seal_verdict v;

    CHECK_OK(policy_of(c, t, "quorum selatan\n", &p));
    CHECK_OK(seal_policy_check(c, p, &t->note, &v));
    CHECK(v.witnessed && !v.quorum_none && v.n == 2);
    CHECK_STR(v.witnesses[0], "selatan.example/witness");
    CHECK_STR(v.witnesses[1], "provinsi.example/witness");
    CHECK_I64((int64_t)v.oldest, 1767682861);
    CHECK_I64((int64_t)v.newest, 1767682871);
    p = seal_policy_of(c, &t->log->key);
    CHECK_OK(seal_policy_check(c, p, &t->note, &v));
    CHECK(!v.witnessed && v.quorum_none && v.n == 0);
}

TEST(a_policy_tells_whom_it_names_and_where_they_are)
{
    struct town *t = town(c);
    const struct seal_party *all;
    struct seal_policy *p;
    size_t n;

    CHECK_OK(policy_of(c, t, "quorum none\n", &p));
    all = seal_policy_logs(p, &n);
    CHECK(n == 1 && all[0].key.id == t->log->key.id);
    CHECK_STR(all[0].name, "bandung.example/log");
    CHECK_STR(all[0].url, "https://bandung.example/log");
    all = seal_policy_witnesses(p, &n);
    CHECK(n == 2 && all[1].key.id == t->provinsi->key.id);
    CHECK_STR(all[1].name, "provinsi");
    CHECK_STR(all[1].url, "");
}

TEST(a_checkpoint_that_the_log_did_not_sign_is_refused)
{
    struct town *t = town(c);
    struct person *other = person(c, "lain.example/log", SEAL_ED25519);
    struct seal_policy *p = seal_policy_of(c, &other->key);
    struct seal_verdict v;

    CHECK(seal_policy_check(c, p, &t->note, &v) == E_TAMPERED);
    CHECK_STR(c->why, "This checkpoint is of the log bandung.example/log, "
                      "which the policy does not name.");
    p = seal_policy_of(c, &t->log->key);
    t->note.lines++, t->note.n--;
    CHECK(seal_policy_check(c, p, &t->note, &v) == E_TAMPERED);
    CHECK_STR(c->why, "This checkpoint is not signed with the key of the log "
                      "bandung.example/log.");
}

TEST(one_forged_cosignature_spoils_a_checkpoint)
{
    struct town *t = town(c);
    struct seal_policy *p;
    struct seal_verdict v;

    CHECK_OK(policy_of(c, t, "quorum selatan\n", &p));
    t->note.lines[2].blob = t->note.lines[1].blob;
    CHECK(seal_policy_check(c, p, &t->note, &v) == E_TAMPERED);
    CHECK_STR(c->why, "The signature of provinsi.example/witness on this "
                      "checkpoint does not hold: the checkpoint was changed.");
}

TEST(one_flipped_bit_anywhere_in_a_checkpoint_is_refused)
{
    struct town *t = town(c);
    str bytes = seal_note_show(c, &t->note);
    struct seal_policy *p;
    struct seal_verdict v;
    struct seal_note n;
    char *copy = NEWS(c->mem, char, bytes.n);
    size_t passed = 0;

    CHECK_OK(policy_of(c, t, "group a all selatan provinsi\nquorum a\n", &p));
    for (size_t bit = 0; bit < bytes.n * 8; bit++) {
        memcpy(copy, bytes.p, bytes.n);
        copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << (bit % 8)));
        passed += seal_note_read(c, (str){copy, bytes.n}, &n) == E_OK &&
                  seal_policy_check(c, p, &n, &v) == E_OK && v.witnessed;
    }
    CHECK_I64((int64_t)passed, 0);
}

TEST(a_malformed_policy_is_refused_with_the_line)
{
    static const char *const cases[][2] = {
        {"quorum a\n", "policy:5: No line above defines the name \"a\"."},
        {"quorum\n", "policy:5: No line above defines the name \"\"."},
        {"quorum none\nquorum none\n",
         "policy:6: There can be one quorum line only."},
        {"quorum none x\n", "policy:5: \"x\" is not expected here."},
        {"group selatan any provinsi\n",
         "policy:5: The name \"selatan\" is taken."},
        {"group none any provinsi\n", "policy:5: The name \"none\" is taken."},
        {"group\n", "policy:5: A name is missing here."},
        {"group a any b\n", "policy:5: No line above defines the name \"b\"."},
        {"group a any none\n",
         "policy:5: No line above defines the name \"none\"."},
        {"group a any selatan selatan\n",
         "policy:5: \"selatan\" is a member of a group already."},
        {"group a any selatan\ngroup b any selatan\n",
         "policy:6: \"selatan\" is a member of a group already."},
        {"group a 3 selatan provinsi\n",
         "policy:5: After the group's name stands all, any, or a number from 1 "
         "to its members (2)."},
        {"group a 0 selatan\n",
         "policy:5: After the group's name stands all, any, or a number from 1 "
         "to its members (1)."},
        {"group a any\n",
         "policy:5: After the group's name stands all, any, or a number from 1 "
         "to its members (0)."},
        {"saksi a\n", "policy:5: The line begins with \"saksi\"; known are "
                      "log, witness, group, quorum and #."},
        {"quorum none\r\n", "policy:5: There is a control character. Save the "
                            "file with line ends of LF."},
        {"", "policy: there is no quorum line. Write \"quorum none\" where "
             "there is no witness yet."},
    };
    struct town *t = town(c);
    struct seal_policy *p;

    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK(policy_of(c, t, cases[i][0], &p) == E_BAD_INPUT);
        CHECK_STR(c->why, cases[i][1]);
    }
}

TEST(a_policy_takes_each_key_once_and_of_the_right_kind)
{
    struct town *t = town(c);
    struct seal_policy *p;

    CHECK(policy_of(c, t, arena_fmt(c->mem, "log %s\n", vkey(c, t->log)).p,
                    &p) == E_BAD_INPUT);
    CHECK_STR(c->why,
              "policy:5: The key of bandung.example/log stands above already.");
    CHECK(policy_of(c, t,
                    arena_fmt(c->mem, "witness x %s\n", vkey(c, t->selatan)).p,
                    &p) == E_BAD_INPUT);
    CHECK_STR(c->why, "policy:5: The key of selatan.example/witness stands "
                      "above already.");
    CHECK(policy_of(c, t,
                    arena_fmt(c->mem, "witness x %s\n", vkey(c, t->log)).p,
                    &p) == E_BAD_INPUT);
    CHECK_STR(c->why, "policy:5: A log's key must be of type 01, a witness's "
                      "of type 04; this one is 01.");
    CHECK(policy_of(c, t, "log x\n", &p) == E_BAD_INPUT);
    CHECK(str_starts(c->why, STR("policy:5: The key \"x\" cannot be used")));
}

static str many_witnesses(struct ctx *c, int n)
{
    struct buf b = buf_new(c, 1 << 20);

    for (int i = 0; i < n; i++) {
        struct person *p = person(c, "w", SEAL_COSIGNATURE);

        buf_fmt(&b, "witness w%d %s\ngroup g%d any w%d\n", i, vkey(c, p), i, i);
    }
    buf_lit(&b, "quorum none\n");
    return buf_str(&b);
}

TEST(a_policy_holds_sixty_four_witnesses_and_groups)
{
    struct seal_policy *p;

    CHECK_OK(seal_policy_read(c, STR("p"), many_witnesses(c, 64), &p));
    CHECK(seal_policy_read(c, STR("p"), many_witnesses(c, 65), &p) ==
          E_BAD_INPUT);
    CHECK_STR(c->why, "p:129: At most 64 of each kind of line.");
}

/* ---- checkpoint and proof ----------------------------------------- */

TEST(a_malformed_checkpoint_is_refused_with_the_reason)
{
#define ROOT "Lfc0aoqlleOpk1MxhnMFuGkZPyt1HHCq+j3vh5uZ2lk="
    static const char *const cases[][2] = {
        {"", "it lacks three lines (origin, size, root)"},
        {"a\n5\n" ROOT, "it lacks three lines (origin, size, root)"},
        {"\n5\n" ROOT "\n", "it lacks three lines (origin, size, root)"},
        {"a\n05\n" ROOT "\n", "its second line is no tree size"},
        {"a\n-5\n" ROOT "\n", "its second line is no tree size"},
        {"a\n9223372036854775808\n" ROOT "\n",
         "its second line is no tree size"},
        {"a\n5\nLfc0\n", "its third line is no SHA-256 root"},
        {"a\n5\n" ROOT "A\n", "its third line is no SHA-256 root"},
        {"a\n5\n" ROOT "\n\n", "it holds an empty line"},
    };
    struct seal_checkpoint p;

    CHECK_OK(seal_checkpoint_read(c, STR("a\n0\n" ROOT "\nextra\n"), &p));
    CHECK_STR(seal_checkpoint_show(c, &p), "a\n0\n" ROOT "\n");
    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK(seal_checkpoint_read(c, str_of(cases[i][0]), &p) == E_BAD_INPUT);
        CHECK_STR(c->why,
                  arena_fmt(c->mem, "This checkpoint cannot be read: %s.",
                            cases[i][1])
                      .p);
    }
}

TEST(a_proof_is_read_strictly_and_written_the_same)
{
#define HEAD "c2sp.org/tlog-proof@v1\n"
    static const char *const right[] = {
        HEAD "extra eA==\nindex 0\n\na\n5\n",
        HEAD "index 3\n" ROOT "\n" ROOT "\n\nnote\n",
        HEAD "index 9223372036854775807\n\nnote\n",
    };
    static const char *const cases[][2] = {
        {"", "its first line is not \"c2sp.org/tlog-proof@v1\""},
        {"c2sp.org/tlog-proof@v1 \nindex 0\n\na\n",
         "its first line is not \"c2sp.org/tlog-proof@v1\""},
        {HEAD "extra \nindex 0\n\na\n", "its \"extra\" line is not base64"},
        {HEAD "extra eA=\nindex 0\n\na\n", "its \"extra\" line is not base64"},
        {HEAD "index 00\n\na\n", "its \"index\" line is missing or wrong"},
        {HEAD "\na\n", "its \"index\" line is missing or wrong"},
        {HEAD "index 1\n", "the checkpoint at its end is missing"},
        {HEAD "index 1\n" ROOT "\n", "the checkpoint at its end is missing"},
        {HEAD "index 1\n" ROOT "\n\n", "the checkpoint at its end is missing"},
    };
    struct seal_proof p;

    for (size_t i = 0; i < COUNT(right); i++) {
        CHECK_OK(seal_proof_read(c, str_of(right[i]), &p));
        CHECK_STR(seal_proof_show(c, &p), right[i]);
    }
    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK(seal_proof_read(c, str_of(cases[i][0]), &p) == E_BAD_INPUT);
        CHECK_STR(
            c->why,
            arena_fmt(c->mem, "This log proof cannot be read: %s.", cases[i][1])
                .p);
    }
    CHECK(seal_proof_read(c, STR(HEAD "index 1\nxx\n\nnote\n"), &p) ==
          E_BAD_INPUT);
    CHECK_STR(c->why, "Path line 1 of this log proof is no SHA-256 in base64.");
}
