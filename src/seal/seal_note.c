/* SPDX-License-Identifier: EUPL-1.2 */
/* Keys, signed notes and checkpoints (C2SP signed-note, tlog-checkpoint,
 * tlog-cosignature). */
#include "seal/seal_priv.h"

#include <sodium.h>
#include <stdio.h>

#define DASH    "\xE2\x80\x94 " /* what a signature line begins with */
#define KEY_ID  4
#define KEY_LEN 32

bool seal_ed25519_holds(const unsigned char public[32], str message, str sig)
{
    seal_ready();
    return sig.n == SEAL_SIG &&
           crypto_sign_verify_detached((const unsigned char *)sig.p,
                                       (const unsigned char *)message.p,
                                       message.n, public) == 0;
}

/* ---- names -------------------------------------------------------- */

/* Unicode's White_Space, as its UTF-8 sequences. */
static const str spaces[] = {
    STR_INIT(" "),
    STR_INIT("\x7F"), /* no space, but no letter of a name either */
    STR_INIT("\xC2\x85"),
    STR_INIT("\xC2\xA0"),
    STR_INIT("\xE1\x9A\x80"),
    STR_INIT("\xE2\x80\x80"),
    STR_INIT("\xE2\x80\x81"),
    STR_INIT("\xE2\x80\x82"),
    STR_INIT("\xE2\x80\x83"),
    STR_INIT("\xE2\x80\x84"),
    STR_INIT("\xE2\x80\x85"),
    STR_INIT("\xE2\x80\x86"),
    STR_INIT("\xE2\x80\x87"),
    STR_INIT("\xE2\x80\x88"),
    STR_INIT("\xE2\x80\x89"),
    STR_INIT("\xE2\x80\x8A"),
    STR_INIT("\xE2\x80\xA8"),
    STR_INIT("\xE2\x80\xA9"),
    STR_INIT("\xE2\x80\xAF"),
    STR_INIT("\xE2\x81\x9F"),
    STR_INIT("\xE3\x80\x80"),
};

bool seal_name_ok(str s)
{
    if (s.n == 0 || s.n > 255 || str_has(s, '+') || !str_utf8(s, NULL))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20)
            return false;
    for (size_t i = 0; i < COUNT(spaces); i++)
        if (str_find(s, spaces[i]) < s.n)
            return false;
    return true;
}

/* ---- keys --------------------------------------------------------- */

uint32_t seal_key_id(str name, uint8_t type, const unsigned char public[32])
{
    const char kind = (char)type;
    struct hash h = seal_sha256_of(
        (str[]){name, STR("\n"), {&kind, 1}, {(const char *)public, KEY_LEN}},
        4);

    return get_u32be(h.b);
}

static err bad_vkey(struct ctx *c, str vkey, const char *what)
{
    return fail(c, E_BAD_INPUT,
                say(c,
                    "Kunci \"%.*s\" tidak dapat dipakai: %s. Silakan salin "
                    "lagi dari pemiliknya, utuh dalam satu baris.",
                    "The key \"%.*s\" cannot be used: %s. Copy it again from "
                    "its owner, whole and on one line."),
                vkey.n > 160 ? 160 : (int)vkey.n, vkey.p, what);
}

/* Type and public half out of the third part. */
static err read_material(struct ctx *c, str vkey, str base64,
                         struct seal_key *out)
{
    str raw;

    if (!seal_unbase64(c, base64, &raw) || raw.n == 0)
        return bad_vkey(c, vkey,
                        say(c, "bagian ketiga bukan base64",
                            "its third part is not base64"));
    out->type = (uint8_t)raw.p[0];
    if (out->type != SEAL_ED25519 && out->type != SEAL_COSIGNATURE)
        return bad_vkey(c, vkey,
                        say(c, "jenisnya bukan Ed25519 (01 atau 04)",
                            "it is of a kind other than Ed25519 (01 or 04)"));
    if (raw.n != 1 + KEY_LEN)
        return bad_vkey(c, vkey,
                        say(c, "panjangnya salah", "it has the wrong length"));
    memcpy(out->public, raw.p + 1, KEY_LEN);
    return E_OK;
}

err seal_vkey_read(struct ctx *c, str vkey, struct seal_key *out)
{
    unsigned char id[KEY_ID];
    str name, rest, hex, base64;

    if (vkey.n > 512 || !str_cut(vkey, '+', &name, &rest) ||
        !str_cut(rest, '+', &hex, &base64))
        return bad_vkey(c, vkey,
                        say(c, "bentuknya bukan NAMA+ID+KUNCI",
                            "it is not of the form NAME+ID+KEY"));
    if (!seal_name_ok(name) || !str_unhex(hex, id, KEY_ID))
        return bad_vkey(
            c, vkey,
            say(c, "nama atau id-nya salah tulis", "its name or id is amiss"));
    TRY(read_material(c, vkey, base64, out));
    out->name = arena_str(c->mem, name);
    out->id = get_u32be(id);
    if (out->id != seal_key_id(name, out->type, out->public))
        return bad_vkey(c, vkey,
                        say(c, "id-nya bukan milik kunci itu",
                            "its id does not belong to the key"));
    return E_OK;
}

str seal_vkey_show(struct ctx *c, const struct seal_key *k)
{
    unsigned char raw[1 + KEY_LEN] = {k->type};

    memcpy(raw + 1, k->public, KEY_LEN);
    return arena_fmt(c->mem, "%.*s+%08" PRIx32 "+%s", STR_ARG(k->name), k->id,
                     seal_base64(c, raw, sizeof raw).p);
}

/* ---- notes -------------------------------------------------------- */

static err bad_note(struct ctx *c, const char *what)
{
    return fail(c, E_BAD_INPUT,
                say(c, "Naskah bertanda ini tidak dapat dibaca: %s.",
                    "This signed note cannot be read: %s."),
                what);
}

static err check_bytes(struct ctx *c, str bytes)
{
    if (bytes.n > SEAL_NOTE_MOST)
        return fail(c, E_TOO_BIG,
                    say(c, "Naskah bertanda melebihi %zu bita.",
                        "The signed note is over %zu bytes."),
                    SEAL_NOTE_MOST);
    if (!str_utf8(bytes, NULL))
        return bad_note(c, say(c, "bukan UTF-8", "it is not UTF-8"));
    for (size_t i = 0; i < bytes.n; i++)
        if ((unsigned char)bytes.p[i] < 0x20 && bytes.p[i] != '\n')
            return bad_note(c, say(c,
                                   "ada karakter kendali (misalnya CR atau "
                                   "tab) di dalamnya",
                                   "it holds a control character (CR or tab, "
                                   "for example)"));
    return E_OK;
}

/* The text ends where the last empty line begins. */
static bool split_note(str bytes, str *text, str *signatures)
{
    if (!str_ends(bytes, STR("\n")))
        return false;
    for (size_t i = bytes.n; i-- > 1;)
        if (bytes.p[i] == '\n' && bytes.p[i - 1] == '\n') {
            *text = str_slice(bytes, 0, i);
            *signatures = str_slice(bytes, i + 1, bytes.n);
            return signatures->n > 0;
        }
    return false;
}

static bool read_line(struct ctx *c, str line, struct seal_line *out)
{
    str dash = STR(DASH), name, base64, raw;

    if (!str_starts(line, dash) ||
        !str_cut(str_slice(line, dash.n, line.n), ' ', &name, &base64) ||
        !seal_name_ok(name) || !seal_unbase64(c, base64, &raw) ||
        raw.n <= KEY_ID)
        return false;
    *out = (struct seal_line){name, get_u32be(raw.p),
                              str_slice(raw, KEY_ID, raw.n)};
    return true;
}

static err read_lines(struct ctx *c, str signatures, struct seal_note *out)
{
    size_t room = 0;
    str line;

    while (str_next(&signatures, '\n', &line)) {
        if (out->n == SEAL_NOTE_SIGS)
            return bad_note(c, say(c, "lebih dari 100 baris tanda",
                                   "it has over 100 signature lines"));
        ARENA_GROW(c->mem, out->lines, out->n, room);
        if (!read_line(c, line, &out->lines[out->n++]))
            return fail(c, E_BAD_INPUT,
                        say(c,
                            "Baris tanda ke-%zu dari naskah ini salah bentuk; "
                            "seharusnya \"\xE2\x80\x94 NAMA BASE64\".",
                            "Signature line %zu of this note is malformed; it "
                            "should be \"\xE2\x80\x94 NAME BASE64\"."),
                        out->n);
    }
    return E_OK;
}

err seal_note_read(struct ctx *c, str bytes, struct seal_note *out)
{
    str signatures;

    *out = (struct seal_note){.n = 0};
    TRY(check_bytes(c, bytes));
    bytes = arena_str(c->mem, bytes);
    if (!split_note(bytes, &out->text, &signatures))
        return bad_note(c, say(c,
                               "setelah isinya harus ada satu baris kosong, "
                               "lalu baris tanda sampai akhir",
                               "an empty line must follow its text, then "
                               "signature lines to the end"));
    return read_lines(c, signatures, out);
}

str seal_note_show(struct ctx *c, const struct seal_note *n)
{
    struct buf b = buf_new(c, SIZE_MAX / 2);

    buf_raw(&b, n->text);
    buf_char(&b, '\n');
    for (size_t i = 0; i < n->n; i++) {
        const struct seal_line *l = &n->lines[i];
        struct buf raw = buf_new(c, SIZE_MAX / 2);
        str bytes;

        buf_u32be(&raw, l->id);
        buf_raw(&raw, l->blob);
        bytes = buf_str(&raw);
        buf_fmt(&b, DASH "%.*s %s\n", STR_ARG(l->name),
                seal_base64(c, bytes.p, bytes.n).p);
    }
    return buf_str(&b);
}

/* ---- what a key says of a note ------------------------------------ */

bool seal_cosign_message(struct seal_cosign_message *m, uint64_t time, str text)
{
    int n;

    if (text.n > SEAL_COSIGNED_MOST)
        return false;
    n = snprintf(m->p, 64, "cosignature/v1\ntime %" PRIu64 "\n", time);
    memcpy(m->p + n, text.p, text.n);
    m->n = (size_t)n + text.n;
    return true;
}

static bool cosignature_holds(str text, const struct seal_key *k, str blob,
                              uint64_t *time)
{
    struct seal_cosign_message m;

    if (blob.n != 8 + SEAL_SIG)
        return false;
    *time = get_u64be(blob.p);
    return *time <= INT64_MAX && seal_cosign_message(&m, *time, text) &&
           seal_ed25519_holds(k->public, (str){m.p, m.n},
                              str_slice(blob, 8, blob.n));
}

static bool line_holds(const struct seal_note *n, const struct seal_key *k,
                       const struct seal_line *l, uint64_t *time)
{
    if (k->type == SEAL_COSIGNATURE)
        return cosignature_holds(n->text, k, l->blob, time);
    return k->type == SEAL_ED25519 &&
           seal_ed25519_holds(k->public, n->text, l->blob);
}

enum seal_word seal_note_ask(const struct seal_note *n,
                             const struct seal_key *k, uint64_t *newest)
{
    enum seal_word word = SEAL_SILENT;

    *newest = 0;
    for (size_t i = 0; i < n->n; i++) {
        const struct seal_line *l = &n->lines[i];
        uint64_t time = 0;

        if (l->id != k->id || !str_eq(l->name, k->name))
            continue;
        if (!line_holds(n, k, l, &time))
            return SEAL_FORGED;
        word = SEAL_SIGNED;
        *newest = time > *newest ? time : *newest;
    }
    return word;
}

enum seal_word seal_note_word(const struct seal_note *n,
                              const struct seal_key *k)
{
    uint64_t newest;

    return seal_note_ask(n, k, &newest);
}

uint64_t seal_note_cosigned(const struct seal_note *n, const struct seal_key *k)
{
    uint64_t newest;

    return seal_note_ask(n, k, &newest) == SEAL_SIGNED ? newest : 0;
}

/* ---- checkpoints -------------------------------------------------- */

static err bad_checkpoint(struct ctx *c, const char *what)
{
    return fail(c, E_BAD_INPUT,
                say(c, "Checkpoint ini tidak dapat dibaca: %s.",
                    "This checkpoint cannot be read: %s."),
                what);
}

err seal_checkpoint_read(struct ctx *c, str text, struct seal_checkpoint *out)
{
    str origin, size, root, line, rest = text;

    if (!str_ends(text, STR("\n")) || !str_next(&rest, '\n', &origin) ||
        !str_next(&rest, '\n', &size) || !str_next(&rest, '\n', &root) ||
        origin.n == 0)
        return bad_checkpoint(
            c, say(c, "tidak ada tiga baris (nama log, ukuran, akar)",
                   "it lacks three lines (origin, size, root)"));
    if (!seal_decimal(size, &out->size))
        return bad_checkpoint(c, say(c, "baris kedua bukan ukuran",
                                     "its second line is no tree size"));
    if (!seal_base64_32(root, out->root.b))
        return bad_checkpoint(c, say(c, "baris ketiga bukan akar SHA-256",
                                     "its third line is no SHA-256 root"));
    while (str_next(&rest, '\n', &line))
        if (line.n == 0)
            return bad_checkpoint(c, say(c, "ada baris kosong di dalamnya",
                                         "it holds an empty line"));
    out->origin = arena_str(c->mem, origin);
    return E_OK;
}

str seal_checkpoint_show(struct ctx *c, const struct seal_checkpoint *p)
{
    return arena_fmt(c->mem, "%.*s\n%" PRIu64 "\n%s\n", STR_ARG(p->origin),
                     p->size, seal_base64(c, p->root.b, SEAL_HASH).p);
}
