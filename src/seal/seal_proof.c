/* SPDX-License-Identifier: EUPL-1.2 */
/* The receipt that verifies without asking anybody (C2SP tlog-proof). */
#include "seal/seal_priv.h"

#define FIRST "c2sp.org/tlog-proof@v1"

static err bad_proof(struct ctx *c, const char *what)
{
    return fail(c, E_BAD_INPUT,
                say(c, "Bukti log ini tidak dapat dibaca: %s.",
                    "This log proof cannot be read: %s."),
                what);
}

/* The rest of a line that begins with `word`, and the line taken; false with
 * nothing taken where it begins otherwise. */
static bool take_word(str *rest, str word, str *value)
{
    str line, tail = *rest;

    if (!str_next(&tail, '\n', &line) || !str_starts(line, word))
        return false;
    *value = str_slice(line, word.n, line.n);
    *rest = tail;
    return true;
}

static err read_path(struct ctx *c, str *rest, struct seal_proof *out)
{
    size_t room = 0;
    str line;

    while (str_next(rest, '\n', &line) && line.n > 0) {
        if (out->n == SEAL_PATH_MOST)
            return bad_proof(c, say(c, "jalurnya lebih dari 64 baris",
                                    "its path has over 64 lines"));
        ARENA_GROW(c->mem, out->path, out->n, room);
        if (!seal_base64_32(line, out->path[out->n++].b))
            return fail(c, E_BAD_INPUT,
                        say(c,
                            "Baris jalur ke-%zu dari bukti log ini bukan "
                            "SHA-256 dalam base64.",
                            "Path line %zu of this log proof is no SHA-256 in "
                            "base64."),
                        out->n);
    }
    if (rest->n == 0)
        return bad_proof(c, say(c, "checkpoint di bagian akhirnya tidak ada",
                                "the checkpoint at its end is missing"));
    out->note = *rest;
    return E_OK;
}

err seal_proof_read(struct ctx *c, str bytes, struct seal_proof *out)
{
    str rest, value;

    *out = (struct seal_proof){.extra = STR("")};
    if (bytes.n > SEAL_NOTE_MOST)
        return fail(c, E_TOO_BIG,
                    say(c, "Bukti log melebihi %zu bita.",
                        "The log proof is over %zu bytes."),
                    SEAL_NOTE_MOST);
    rest = arena_str(c->mem, bytes);
    if (!take_word(&rest, STR(FIRST), &value) || value.n > 0)
        return bad_proof(c, say(c, "baris pertamanya bukan \"" FIRST "\"",
                                "its first line is not \"" FIRST "\""));
    if (take_word(&rest, STR("extra "), &value) &&
        (value.n == 0 || !seal_unbase64(c, value, &out->extra)))
        return bad_proof(c, say(c, "isi baris \"extra\" bukan base64",
                                "its \"extra\" line is not base64"));
    if (!take_word(&rest, STR("index "), &value) ||
        !seal_decimal(value, &out->index))
        return bad_proof(c, say(c, "baris \"index\" tidak ada atau salah",
                                "its \"index\" line is missing or wrong"));
    return read_path(c, &rest, out);
}

str seal_proof_show(struct ctx *c, const struct seal_proof *p)
{
    struct buf b = buf_new(c, SIZE_MAX / 2);

    buf_lit(&b, FIRST "\n");
    if (p->extra.n > 0) {
        buf_lit(&b, "extra ");
        buf_raw(&b, seal_base64(c, p->extra.p, p->extra.n));
        buf_char(&b, '\n');
    }
    buf_fmt(&b, "index %" PRIu64 "\n", p->index);
    for (size_t i = 0; i < p->n; i++) {
        buf_raw(&b, seal_base64(c, p->path[i].b, SEAL_HASH));
        buf_char(&b, '\n');
    }
    buf_char(&b, '\n');
    buf_raw(&b, p->note);
    return buf_str(&b);
}
