/* SPDX-License-Identifier: EUPL-1.2 */
/* What the signer says of the repository, and offline keys. */
#include "seal/seal.h"
#include "tests/test.h"

struct desk {
    const char *path;
    struct signer *signer;
};

static void close_desk(void *it)
{
    seal_signer_close(((struct desk *)it)->signer);
}

static struct desk *desk(struct ctx *c)
{
    struct desk *d = NEW(c->mem, struct desk);

    d->path = file_join(c, test_folder(c), "SIGNER");
    CHECK_OK(seal_signer_create(c, d->path, STR("bandung.example")));
    CHECK_OK(seal_signer_open(c, d->path, &d->signer));
    arena_owns(c->mem, close_desk, d);
    return d;
}

static err reopen(struct ctx *c, struct desk *d)
{
    seal_signer_close(d->signer);
    d->signer = NULL;
    return seal_signer_open(c, d->path, &d->signer);
}

static err snapshot(struct ctx *c, struct desk *d, int64_t version,
                    int64_t targets, const char *of, str *json)
{
    struct seal_edition next = {.version = version,
                                .below = targets,
                                .digest = seal_sha256(str_of(of)),
                                .length = (int64_t)strlen(of),
                                .expires = c->now + 365 * TIME_DAY};

    return seal_signer_snapshot(c, d->signer, &next, json);
}

static err timestamp(struct ctx *c, struct desk *d, int64_t version,
                     int64_t below, str of, int64_t lasts, bool stick,
                     str *json)
{
    struct seal_edition next = {.version = version,
                                .below = below,
                                .digest = seal_sha256(of),
                                .length = (int64_t)of.n,
                                .expires = c->now + lasts,
                                .stick = stick};

    return seal_signer_timestamp(c, d->signer, &next, json);
}

/* The file is canonical JSON around what the role's key signed. */
static bool holds(struct desk *d, enum seal_role role, str json)
{
    struct seal_key k;
    str head = STR("\"signed\":"), sig = STR("\"sig\":\""), body, raw;
    size_t at = str_find(json, head) + head.n;
    unsigned char bytes[64];

    seal_signer_key(d->signer, role, &k);
    body = str_slice(json, at, json.n - 1);
    raw = str_slice(json, str_find(json, sig) + sig.n, json.n);
    return str_unhex(str_slice(raw, 0, 128), bytes, 64) &&
           seal_signature_holds(k.public, body, (str){(const char *)bytes, 64});
}

TEST(a_snapshot_and_its_timestamp_are_printed_by_the_signer)
{
    struct desk *d = desk(c);
    str json, stamp;

    CHECK_OK(snapshot(c, d, 3, 7, "targets", &json));
    CHECK(holds(d, SEAL_SNAPSHOT, json));
    CHECK(str_find(json,
                   STR("\"signed\":{\"_type\":\"snapshot\",\"expires\":\"2027-"
                       "02-16T02:00:00Z\",\"meta\":{\"targets.json\":{"
                       "\"hashes\":{\"sha256\":\"")) < json.n);
    CHECK(str_ends(json, STR("\"length\":7,\"version\":7}},\"spec_version\":"
                             "\"1.0.34\",\"version\":3}}")));
    CHECK_OK(timestamp(c, d, 1, 3, json, 14 * TIME_DAY, false, &stamp));
    CHECK(holds(d, SEAL_TIMESTAMP, stamp));
    CHECK(!holds(d, SEAL_SNAPSHOT, stamp));
    CHECK(str_find(stamp, STR("carrier")) == stamp.n);
}

TEST(the_same_edition_gives_the_same_bytes_and_another_none)
{
    struct desk *d = desk(c);
    str json, again, stamp, twice;

    CHECK_OK(snapshot(c, d, 1, 1, "satu", &json));
    CHECK_OK(timestamp(c, d, 1, 1, json, TIME_DAY, false, &stamp));
    for (int restart = 0; restart < 2; restart++) {
        CHECK_OK(snapshot(c, d, 1, 1, "satu", &again));
        CHECK_STR(again, json.p);
        CHECK(snapshot(c, d, 1, 1, "dua!", &again) == E_CONFLICT);
        CHECK_STR(again, "");
        CHECK_STR(c->why, "The snapshot of version 1 was signed already with "
                          "other content.");
        CHECK_OK(timestamp(c, d, 1, 1, json, TIME_DAY, false, &twice));
        CHECK_STR(twice, stamp.p);
        CHECK(timestamp(c, d, 1, 1, json, 2 * TIME_DAY, false, &twice) ==
              E_CONFLICT);
        CHECK_OK(reopen(c, d));
    }
}

TEST(no_version_goes_back)
{
    struct desk *d = desk(c);
    int64_t s, t;
    str json, stamp;

    CHECK_OK(snapshot(c, d, 5, 5, "lima", &json));
    CHECK_OK(timestamp(c, d, 8, 5, json, TIME_DAY, false, &stamp));
    for (int restart = 0; restart < 2; restart++) {
        CHECK(snapshot(c, d, 4, 6, "enam", &stamp) == E_CONFLICT);
        CHECK_STR(c->why, "The snapshot is not signed: version snapshot 4 is "
                          "older than 5, which was signed. The folder repo "
                          "went back to an older state.");
        CHECK(snapshot(c, d, 6, 4, "empat", &stamp) == E_CONFLICT);
        CHECK(timestamp(c, d, 7, 5, json, TIME_DAY, false, &stamp) ==
              E_CONFLICT);
        CHECK_OK(reopen(c, d));
        CHECK_OK(seal_signer_said(c, d->signer, &s, &t));
        CHECK(s == 5 && t == 8);
    }
}

TEST(a_timestamp_is_for_the_snapshot_signed_last_only)
{
    struct desk *d = desk(c);
    str one, two, stamp;

    CHECK(timestamp(c, d, 1, 1, STR("x"), TIME_DAY, false, &stamp) ==
          E_CONFLICT);
    CHECK_OK(snapshot(c, d, 1, 1, "satu", &one));
    CHECK_OK(snapshot(c, d, 2, 2, "dua", &two));
    CHECK(timestamp(c, d, 1, 1, one, TIME_DAY, false, &stamp) == E_CONFLICT);
    CHECK(timestamp(c, d, 1, 2, one, TIME_DAY, false, &stamp) == E_CONFLICT);
    CHECK_OK(timestamp(c, d, 1, 2, two, TIME_DAY, false, &stamp));
}

TEST(nothing_is_signed_that_has_expired_or_lasts_too_long)
{
    struct desk *d = desk(c);
    str json, stamp;

    CHECK_OK(snapshot(c, d, 1, 1, "satu", &json));
    CHECK(timestamp(c, d, 1, 1, json, 0, false, &stamp) == E_BAD_INPUT);
    CHECK(timestamp(c, d, 1, 1, json, 15 * TIME_DAY, false, &stamp) ==
          E_BAD_INPUT);
    CHECK_STR(c->why, "The timestamp is not signed: it may expire at most 14 "
                      "days from now.");
    CHECK(timestamp(c, d, 1, 1, json, 91 * TIME_DAY, true, &stamp) ==
          E_BAD_INPUT);
    CHECK_OK(timestamp(c, d, 1, 1, json, 90 * TIME_DAY, true, &stamp));
    CHECK(str_find(stamp, STR("\"carrier\":\"stick\",")) < stamp.n);
    CHECK(timestamp(c, d, 0, 1, json, TIME_DAY, false, &stamp) == E_BAD_INPUT);
    CHECK(timestamp(c, d, INT64_MAX, 1, json, TIME_DAY, false, &stamp) ==
          E_BAD_INPUT);
}

/* A file as it was before the repository had keys: without those lines. */
static str without_new_keys(struct ctx *c, str file)
{
    struct buf b = buf_new(c, 1 << 16);
    struct hash chain;
    str rest = file, line;

    str_next(&rest, '\n', &line);
    chain = seal_sha256(line);
    buf_fmt(&b, "%.*s\n", STR_ARG(line));
    while (str_next(&rest, '\n', &line)) {
        str words = str_slice(line, 0, line.n - 17);
        str parts[] = {{(const char *)chain.b, SEAL_HASH}, words};

        if (str_starts(line, STR("key snapshot")) ||
            str_starts(line, STR("key timestamp")))
            continue;
        chain = seal_sha256_of(parts, 2);
        buf_fmt(&b, "%.*s %s\n", STR_ARG(words), seal_hex(c, chain.b, 8).p);
    }
    return buf_str(&b);
}

TEST(an_older_signer_gets_its_repository_keys_when_it_is_opened)
{
    struct desk *d = desk(c);
    struct seal_key log, same, first, again;
    str bytes;

    seal_signer_key(d->signer, SEAL_LOG, &log);
    log.name = arena_str(c->mem, log.name);
    seal_signer_close(d->signer);
    CHECK_OK(file_read(c, d->path, 1 << 16, &bytes));
    CHECK_OK(file_write(c, d->path, without_new_keys(c, bytes), 0600));
    CHECK_OK(seal_signer_open(c, d->path, &d->signer));
    seal_signer_key(d->signer, SEAL_LOG, &same);
    CHECK(seal_same(log.public, same.public, 32));
    seal_signer_key(d->signer, SEAL_TIMESTAMP, &first);
    CHECK_STR(first.name, "bandung.example/timestamp");
    CHECK_OK(reopen(c, d)); /* and keeps them */
    seal_signer_key(d->signer, SEAL_TIMESTAMP, &again);
    CHECK(seal_same(first.public, again.public, 32));
    seal_signer_key(d->signer, SEAL_SNAPSHOT, &first);
    CHECK_STR(first.name, "bandung.example/snapshot");
    CHECK(!seal_same(first.public, again.public, 32));
}

/* Chained on as the signer does it. */
static str lengthen(struct ctx *c, str file, str words, int times)
{
    struct buf b = buf_new(c, 1 << 24);
    str rest = file, line;
    struct hash chain;

    str_next(&rest, '\n', &line);
    chain = seal_sha256(line);
    buf_raw(&b, file);
    while (str_next(&rest, '\n', &line))
        chain = seal_sha256_of((str[]){{(const char *)chain.b, SEAL_HASH},
                                       str_slice(line, 0, line.n - 17)},
                               2);
    while (times-- > 0) {
        chain = seal_sha256_of(
            (str[]){{(const char *)chain.b, SEAL_HASH}, words}, 2);
        buf_fmt(&b, "%.*s %s\n", STR_ARG(words), seal_hex(c, chain.b, 8).p);
    }
    return buf_str(&b);
}

TEST(what_was_said_stays_in_force_when_a_long_journal_is_cut)
{
    struct desk *d = desk(c);
    int64_t s, t;
    str json, stamp, bytes;

    CHECK_OK(snapshot(c, d, 5, 5, "lima", &json));
    CHECK_OK(timestamp(c, d, 8, 5, json, TIME_DAY, false, &stamp));
    seal_signer_close(d->signer);
    CHECK_OK(file_read(c, d->path, 1 << 16, &bytes));
    bytes = lengthen(c, bytes, STR("letter 3 00 2026-01-05T02:02:11Z"), 90000);
    CHECK_OK(file_write(c, d->path, bytes, 0600));
    CHECK_OK(seal_signer_open(c, d->path, &d->signer));
    CHECK_OK(file_read(c, d->path, 1 << 24, &bytes));
    CHECK(bytes.n < 2 << 20);
    CHECK_OK(seal_signer_said(c, d->signer, &s, &t));
    CHECK(s == 5 && t == 8);
    CHECK(timestamp(c, d, 7, 5, json, TIME_DAY, false, &stamp) == E_CONFLICT);
    CHECK(snapshot(c, d, 5, 5, "lain", &stamp) == E_CONFLICT);
    CHECK(snapshot(c, d, 4, 5, "lima", &stamp) == E_CONFLICT);
}

/* ---- offline keys ------------------------------------------------- */

TEST(an_offline_key_opens_with_its_passphrase_and_what_it_is_bound_to)
{
    struct seal_secret *k = seal_secret_new(c), *again = NULL;
    unsigned char a[32], b[32];
    str shut, sig;

    CHECK_OK(seal_secret_shut(c, k, STR("frasa sandi"), STR("untuk"), &shut));
    CHECK(str_starts(shut, STR("argon2id m=65536 t=3 ")));
    CHECK_OK(
        seal_secret_open(c, shut, STR("frasa sandi"), STR("untuk"), &again));
    seal_secret_public(k, a);
    seal_secret_public(again, b);
    CHECK(seal_same(a, b, 32));
    sig = seal_secret_sign(c, again, STR("pesan"));
    CHECK(seal_signature_holds(a, STR("pesan"), sig));
    CHECK(!seal_signature_holds(a, STR("pesan!"), sig));
    CHECK(!seal_signature_holds(a, STR("pesan"), str_slice(sig, 0, 63)));
    CHECK(seal_secret_open(c, shut, STR("frasa lain"), STR("untuk"), &again) ==
          E_TAMPERED);
    CHECK(seal_secret_open(c, shut, STR("frasa sandi"), STR("lain"), &again) ==
          E_TAMPERED);
}

TEST(a_sealed_key_cannot_ask_for_more_memory_or_time_than_may_be)
{
    static const char *const wrong[] = {
        "",
        "argon2id",
        "scrypt m=65536 t=3 AAAAAAAAAAAAAAAAAAAAAA== AAAA",
        "argon2id m=99999999 t=3 AAAAAAAAAAAAAAAAAAAAAA== AAAA",
        "argon2id m=65536 t=99 AAAAAAAAAAAAAAAAAAAAAA== AAAA",
        "argon2id m=0 t=3 AAAAAAAAAAAAAAAAAAAAAA== AAAA",
        "argon2id m=1 t=1 AAAAAAAAAAAAAAAAAAAAAA== AAAA",
        "argon2id m=64 t=1 AAAA AAAA",
        "argon2id m=64 t=1 AAAAAAAAAAAAAAAAAAAAAA== ?",
        "argon2id m=64 t=1 AAAAAAAAAAAAAAAAAAAAAA== AAAA",
    };
    struct seal_secret *k;

    for (size_t i = 0; i < COUNT(wrong); i++)
        CHECK(seal_secret_open(c, str_of(wrong[i]), STR("x"), STR("y"), &k) ==
              E_TAMPERED);
}

TEST(sha512_gives_the_known_digest)
{
    unsigned char d[SEAL_SHA512];

    seal_sha512(STR("abc"), d);
    CHECK_STR(seal_hex(c, d, 8), "ddaf35a193617aba");
    seal_sha512(STR(""), d);
    CHECK_STR(seal_hex(c, d, 8), "cf83e1357eefb8bd");
}
