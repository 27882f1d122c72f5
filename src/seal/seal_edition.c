/* SPDX-License-Identifier: EUPL-1.2 */
/* What the signer says of the city's repository, and when it may. */
#include "seal/seal_priv.h"

#include <sodium.h>

#define VERSION_MOST (INT64_C(1) << 53) /* of a whole number in JSON */

static const struct {
    const char *type, *below;
    int64_t most, stick; /* may expire so much later */
} says[SEAL_SAYS] = {
    [SEAL_SAYS_SNAPSHOT] = {"snapshot", "targets.json", 366 * TIME_DAY, 0},
    [SEAL_SAYS_TIMESTAMP] = {"timestamp", "snapshot.json", 14 * TIME_DAY,
                             90 * TIME_DAY},
};

/* ---- the journal -------------------------------------------------- */

static bool read_version(str s, int64_t *out)
{
    return str_is_i64(s, out) && *out > 0 && *out < VERSION_MOST;
}

bool seal_said_read(str words, struct seal_said *out)
{
    str version, below, digest, time;

    str_cut(words, ' ', &version, &words);
    str_cut(words, ' ', &below, &words);
    str_cut(words, ' ', &digest, &time);
    return read_version(version, &out->version) &&
           read_version(below, &out->below) &&
           seal_base64_32(digest, out->digest.b);
}

str seal_said_show(struct ctx *c, enum seal_says what,
                   const struct seal_said *said)
{
    return arena_fmt(c->mem, "%s %" PRId64 " %" PRId64 " %s %s",
                     says[what].type, said->version, said->below,
                     seal_base64(c, said->digest.b, SEAL_HASH).p,
                     time_show_utc(c, c->now).p);
}

/* ---- what may be said --------------------------------------------- */

static err check_expiry(struct ctx *c, enum seal_says what,
                        const struct seal_edition *next)
{
    int64_t most = next->stick ? says[what].stick : says[what].most;

    if (next->expires > c->now && next->expires - c->now <= most)
        return E_OK;
    return fail(c, E_BAD_INPUT,
                say(c,
                    "Pernyataan %s tidak ditandatangani: masa berlakunya "
                    "paling lama %d hari sejak sekarang.",
                    "The %s is not signed: it may expire at most %d days "
                    "from now."),
                says[what].type, (int)(most / TIME_DAY));
}

static err went_back(struct ctx *c, enum seal_says what, const char *of,
                     int64_t next, int64_t last)
{
    return fail(c, E_CONFLICT,
                say(c,
                    "Pernyataan %s tidak ditandatangani: versi %s %" PRId64
                    " lebih lama daripada %" PRId64
                    " yang sudah ditandatangani. Folder repo mundur ke "
                    "keadaan lama.",
                    "The %s is not signed: version %s %" PRId64
                    " is older than %" PRId64
                    ", which was signed. The folder repo went back to an older "
                    "state."),
                says[what].type, of, next, last);
}

err seal_edition_check(struct ctx *c, enum seal_says what,
                       const struct seal_edition *next,
                       const struct seal_said *said)
{
    const struct seal_said *last = &said[what];
    const struct seal_said *below = &said[SEAL_SAYS_SNAPSHOT];

    if (next->version <= 0 || next->version >= VERSION_MOST ||
        next->below <= 0 || next->below >= VERSION_MOST || next->length <= 0)
        return fail(c, E_BAD_INPUT,
                    say(c, "Versi atau panjang %s di luar batas.",
                        "A version or length of the %s is out of bounds."),
                    says[what].type);
    TRY(check_expiry(c, what, next));
    if (next->version < last->version)
        return went_back(c, what, says[what].type, next->version,
                         last->version);
    if (next->below < last->below)
        return went_back(c, what, says[what].below, next->below, last->below);
    if (what == SEAL_SAYS_TIMESTAMP &&
        (next->below != below->version ||
         !seal_same(next->digest.b, below->digest.b, SEAL_HASH)))
        return fail(c, E_CONFLICT,
                    say(c,
                        "Timestamp tidak ditandatangani: snapshot %" PRId64
                        " bukan yang terakhir ditandatangani (%" PRId64 ").",
                        "The timestamp is not signed: snapshot %" PRId64
                        " is not the one signed last (%" PRId64 ")."),
                    next->below, below->version);
    return E_OK;
}

err seal_edition_same(struct ctx *c, enum seal_says what,
                      const struct seal_said *again,
                      const struct seal_said *said)
{
    if (seal_same(again->digest.b, said[what].digest.b, SEAL_HASH))
        return E_OK;
    return fail(c, E_CONFLICT,
                say(c,
                    "Pernyataan %s versi %" PRId64
                    " sudah ditandatangani dengan isi lain.",
                    "The %s of version %" PRId64
                    " was signed already with other content."),
                says[what].type, again->version);
}

/* ---- the words ---------------------------------------------------- */

str seal_edition_text(struct ctx *c, enum seal_says what,
                      const struct seal_edition *e)
{
    bool stick = e->stick && what == SEAL_SAYS_TIMESTAMP;

    return arena_fmt(c->mem,
                     "{\"_type\":\"%s\",%s\"expires\":\"%s\",\"meta\":{\"%s\":"
                     "{\"hashes\":{\"sha256\":\"%s\"},\"length\":%" PRId64
                     ",\"version\":%" PRId64
                     "}},\"spec_version\":\"1.0.34\",\"version\":%" PRId64 "}",
                     says[what].type, stick ? "\"carrier\":\"stick\"," : "",
                     time_show_utc(c, e->expires).p, says[what].below,
                     seal_hex(c, e->digest.b, SEAL_HASH).p, e->length, e->below,
                     e->version);
}

str seal_edition_file(struct ctx *c, const unsigned char public[32], str text,
                      str sig)
{
    struct hash id = seal_sha256(
        arena_fmt(c->mem,
                  "{\"keytype\":\"ed25519\",\"keyval\":{\"public\":\"%s\"},"
                  "\"scheme\":\"ed25519\"}",
                  seal_hex(c, public, 32).p));

    return arena_fmt(c->mem,
                     "{\"signatures\":[{\"keyid\":\"%s\",\"sig\":\"%s\"}],"
                     "\"signed\":%.*s}",
                     seal_hex(c, id.b, SEAL_HASH).p,
                     seal_hex(c, sig.p, sig.n).p, STR_ARG(text));
}
