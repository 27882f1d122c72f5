/* SPDX-License-Identifier: EUPL-1.2 */
/* Receipts: a tlog-proof whose extra opens the entry (docs/formats.md).
 *
 * The extra is JSON with one spelling only: keys in this order, no white
 * space, the escapes \" \\ \n \t and no other. So a reader needs no parser for
 * what it would refuse anyway, and no byte can change unnoticed. */
#include "ledger/ledger_priv.h"

#include <stdlib.h>

/* ---- writing ------------------------------------------------------ */

static void put_text(struct buf *b, str s)
{
    buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++)
        switch (s.p[i]) {
        case '"':
            buf_lit(b, "\\\"");
            break;
        case '\\':
            buf_lit(b, "\\\\");
            break;
        case '\n':
            buf_lit(b, "\\n");
            break;
        case '\t':
            buf_lit(b, "\\t");
            break;
        default:
            buf_char(b, s.p[i]);
        }
    buf_char(b, '"');
}

static void put_open(struct ctx *c, struct buf *b,
                     const struct ledger_opening *o)
{
    buf_lit(b, "{\"n\":");
    put_text(b, o->name);
    buf_fmt(b, ",\"s\":\"%s\",\"v\":", seal_base64(c, o->salt, 32).p);
    put_text(b, o->value);
    buf_char(b, '}');
}

/* What a receipt opens that anybody may hold. */
static bool is_public(str name)
{
    static const str all[] = {STR_INIT("act"), STR_INIT("record"),
                              STR_INIT("app"), STR_INIT("time")};

    return str_among(name, all, COUNT(all)) >= 0;
}

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

static str extra_of(struct ctx *c, str entry, const struct ledger_opening *o,
                    size_t n, bool full)
{
    struct buf b = buf_new(c, 4 * LEDGER_BYTES);
    str *shut = NEWS(c->mem, str, n);
    size_t n_shut = 0, opened = 0;

    buf_fmt(&b, "{\"balai\":1,\"entry\":\"%s\",\"open\":[",
            seal_base64(c, entry.p, entry.n).p);
    for (size_t i = 0; i < n; i++)
        if (o[i].value.p == NULL || !(full || is_public(o[i].name))) {
            shut[n_shut++] = seal_base64(c, o[i].digest.b, SEAL_HASH);
        } else {
            buf_lit(&b, opened++ > 0 ? "," : "");
            put_open(c, &b, &o[i]);
        }
    if (n_shut > 1)
        qsort(shut, n_shut, sizeof *shut, by_text);
    buf_lit(&b, "],\"shut\":[");
    for (size_t i = 0; i < n_shut; i++)
        buf_fmt(&b, "%s\"%s\"", i > 0 ? "," : "", shut[i].p);
    buf_lit(&b, "]}");
    return buf_str(&b);
}

/* The newest note that others cosigned, where it covers the event: it proves
 * more than a newer one that the city alone has signed. */
static err note_for(struct ctx *c, struct conn *on, const struct ledger_row *r,
                    uint64_t *size, str *note)
{
    TRY(ledger_cosigned(c, on, size, note));
    if (note->p != NULL && r->leaf >= 0 && (uint64_t)r->leaf < *size)
        return E_OK;
    return ledger_published(c, on, size, note);
}

static err receipt_from(struct ctx *c, struct ledger *l, struct conn *on,
                        int64_t id, bool full, str *out)
{
    struct seal_proof proof = {.n = 0};
    struct ledger_opening *o;
    struct ledger_row r;
    uint64_t size;
    size_t n;

    TRY(ledger_row_find(c, on, id, &r));
    if (str_eq(r.act, STR(LEDGER_LOST)))
        return fail(c, E_GONE,
                    say(c,
                        "Isi tindakan ini hilang; hanya entri lognya yang "
                        "kembali.",
                        "What this act said is lost; only its log entry came "
                        "back."));
    TRY(note_for(c, on, &r, &size, &proof.note));
    TRY(ledger_prove(c, on, &r, size, &proof.path, &proof.n));
    TRY(ledger_row_open(c, l, &r, &o, &n));
    proof.index = (uint64_t)r.leaf;
    proof.extra = extra_of(c, r.entry, o, n, full);
    *out = seal_proof_show(c, &proof);
    return E_OK;
}

err ledger_receipt(struct ctx *c, struct ledger *l, int64_t id, bool full,
                   str *out)
{
    struct conn *on;
    err e;

    TRY(store_read(c, l->o.store, &on));
    e = receipt_from(c, l, on, id, full, out);
    store_done(on);
    return e;
}

/* ---- reading the extra -------------------------------------------- */

struct scan {
    struct ctx *c;
    str rest;
    size_t total;
};

static err bad_at(const struct scan *s, const char *what)
{
    struct ctx *c = s->c;

    return fail(c, E_BAD_INPUT,
                say(c,
                    "Tanda terima ini tidak dapat dibaca: pada bita %zu dari "
                    "baris extra seharusnya %s.",
                    "This receipt cannot be read: at byte %zu of its extra "
                    "there should be %s."),
                s->total - s->rest.n + 1, what);
}

static bool take(struct scan *s, const char *z)
{
    str want = str_of(z);

    if (!str_starts(s->rest, want))
        return false;
    s->rest = str_slice(s->rest, want.n, s->rest.n);
    return true;
}

static err expect(struct scan *s, const char *z)
{
    return take(s, z) ? E_OK : bad_at(s, z);
}

/* The character behind a backslash, or 0. */
static char unescape(char ch)
{
    switch (ch) {
    case '"':
    case '\\':
        return ch;
    case 'n':
        return '\n';
    case 't':
        return '\t';
    default:
        return 0;
    }
}

/* A text up to and with its closing quote. */
static err read_text(struct scan *s, str *out)
{
    struct buf b = buf_new(s->c, LEDGER_BYTES);

    while (!take(s, "\"")) {
        char ch = s->rest.n > 0 ? s->rest.p[0] : 0;

        if (ch == '\\')
            ch = s->rest.n > 1 ? unescape(s->rest.p[1]) : 0;
        else if ((unsigned char)ch < 0x20)
            ch = 0;
        if (ch == 0)
            return bad_at(s, say(s->c, "teks dan tanda kutip penutup",
                                 "text and a closing quote"));
        s->rest = str_slice(s->rest, s->rest.p[0] == '\\' ? 2 : 1, s->rest.n);
        buf_char(&b, ch);
    }
    return buf_done(s->c, &b, out);
}

/* Base64 of n bytes, and the closing quote. */
static err read_bytes(struct scan *s, size_t n, str *out)
{
    size_t end = str_find(s->rest, STR("\""));
    str text = str_slice(s->rest, 0, end);

    if (end == s->rest.n || !seal_unbase64(s->c, text, out) || out->n != n)
        return fail(s->c, E_BAD_INPUT,
                    say(s->c,
                        "Tanda terima ini tidak dapat dibaca: pada bita %zu "
                        "dari baris extra seharusnya %zu bita dalam base64.",
                        "This receipt cannot be read: at byte %zu of its extra "
                        "there should be %zu bytes in base64."),
                    s->total - s->rest.n + 1, n);
    s->rest = str_slice(s->rest, end + 1, s->rest.n);
    return E_OK;
}

struct extra {
    str entry;
    struct ledger_fact *open;
    struct hash *digests; /* of what is open, then of what is shut */
    size_t n_open, n, room_open, room;
};

static err too_many(const struct scan *s)
{
    return fail(s->c, E_BAD_INPUT,
                say(s->c, "Tanda terima ini memuat lebih dari %d isian.",
                    "This receipt holds over %d fields."),
                LEDGER_FACTS);
}

static void add_digest(const struct scan *s, struct extra *x, struct hash h)
{
    ARENA_GROW(s->c->mem, x->digests, x->n, x->room);
    x->digests[x->n++] = h;
}

static err check_name(const struct scan *s, const struct extra *x, str name)
{
    struct ctx *c = s->c;

    if (name.n > LEDGER_NAME || name.n == 0 || !str_utf8(name, NULL))
        return bad_at(s, say(c, "nama isian yang benar", "a field's name"));
    if (!ledger_is_path(name) && !ledger_is_name(name))
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "Tanda terima ini membuka \"%.*s\", nama yang tidak "
                        "dikenal balai ini.",
                        "This receipt opens \"%.*s\", a name that this balai "
                        "does not know."),
                    STR_ARG(name));
    for (size_t i = 0; i < x->n_open; i++)
        if (str_eq(x->open[i].name, name))
            return fail(c, E_BAD_INPUT,
                        say(c, "Tanda terima ini membuka %.*s dua kali.",
                            "This receipt opens %.*s twice."),
                        STR_ARG(name));
    return E_OK;
}

/* {"n":"act","s":"...","v":"submit"} */
static err read_open(struct scan *s, struct extra *x)
{
    struct ledger_fact f;
    str salt;

    TRY(expect(s, "{\"n\":\""));
    TRY(read_text(s, &f.name));
    TRY(check_name(s, x, f.name));
    TRY(expect(s, ",\"s\":\""));
    TRY(read_bytes(s, 32, &salt));
    TRY(expect(s, ",\"v\":\""));
    TRY(read_text(s, &f.value));
    TRY(ledger_value_check(s->c, f.name, f.value));
    TRY(expect(s, "}"));
    ARENA_GROW(s->c->mem, x->open, x->n_open, x->room_open);
    x->open[x->n_open++] = f;
    add_digest(
        s, x,
        ledger_digest_of(s->c, (const unsigned char *)salt.p, f.name, f.value));
    return x->n > LEDGER_FACTS ? too_many(s) : E_OK;
}

/* Digests in the order of their base64. */
static err read_shut(struct scan *s, struct extra *x, str *before)
{
    str bytes, text = s->rest;
    struct hash h;

    TRY(expect(s, "\""));
    TRY(read_bytes(s, SEAL_HASH, &bytes));
    text = str_slice(text, 0, text.n - s->rest.n);
    if (before->n > 0 && str_cmp(*before, text) >= 0)
        return fail(s->c, E_BAD_INPUT,
                    say(s->c,
                        "Isian tertutup dalam tanda terima ini tidak berurutan "
                        "atau berulang.",
                        "The shut fields of this receipt are not in order, or "
                        "one stands twice."));
    *before = text;
    memcpy(h.b, bytes.p, SEAL_HASH);
    add_digest(s, x, h);
    return x->n > LEDGER_FACTS ? too_many(s) : E_OK;
}

static err read_extra(struct ctx *c, str bytes, struct extra *x)
{
    struct scan s = {c, bytes, bytes.n};
    str before = {0};

    TRY(expect(&s, "{\"balai\":1,\"entry\":\""));
    TRY(read_bytes(&s, LEDGER_ENTRY, &x->entry));
    TRY(expect(&s, ",\"open\":["));
    if (!take(&s, "]")) {
        do
            TRY(read_open(&s, x));
        while (take(&s, ","));
        TRY(expect(&s, "]"));
    }
    TRY(expect(&s, ",\"shut\":["));
    if (!take(&s, "]")) {
        do
            TRY(read_shut(&s, x, &before));
        while (take(&s, ","));
        TRY(expect(&s, "]"));
    }
    TRY(expect(&s, "}"));
    return s.rest.n == 0
               ? E_OK
               : bad_at(&s, say(c, "akhir baris", "the end of the line"));
}

/* ---- verifying ---------------------------------------------------- */

/* The entry's commitment must be to just these digests. */
static err check_commitment(struct ctx *c, struct extra *x,
                            const struct ledger_entry_parts *parts)
{
    struct hash h = ledger_commitment(c, x->digests, x->n);

    for (size_t i = 1; i < x->n; i++) /* sorted by now */
        if (seal_same(x->digests[i - 1].b, x->digests[i].b, SEAL_HASH))
            return fail(c, E_TAMPERED,
                        say(c, "Satu isian muncul dua kali dalam entri ini.",
                            "One field stands twice in this entry."));
    if (seal_same(h.b, parts->commitment.b, SEAL_HASH))
        return E_OK;
    return fail(c, E_TAMPERED,
                say(c,
                    "Isi tanda terima ini bukan isi entri log: sesuatu telah "
                    "diubah.",
                    "What this receipt opens is not what the log entry "
                    "commits to: something was changed."));
}

/* The opened time must be one that is cut to the public time. */
static err check_time(struct ctx *c, const struct extra *x,
                      const struct ledger_entry_parts *parts)
{
    struct ledger_event open = {.facts = x->open, .n = x->n_open};
    str text = ledger_fact(&open, "time");
    uint64_t cut;
    int64_t time;

    if (text.p == NULL)
        return E_OK;
    if (!time_parse_utc(text, &time) || time < 0)
        return fail(c, E_BAD_INPUT,
                    say(c, "Waktu dalam tanda terima ini salah tulis.",
                        "The time in this receipt is malformed."));
    cut = ledger_cut(parts->class, false, time);
    if (parts->time_ms == cut ||
        (parts->office == 0 &&
         parts->time_ms == ledger_cut(parts->class, true, time)))
        return E_OK;
    return fail(c, E_TAMPERED,
                say(c,
                    "Waktu yang dibuka tidak sesuai dengan waktu publik "
                    "entrinya.",
                    "The time that is opened does not fit the entry's public "
                    "time."));
}

static err check_inclusion(struct ctx *c, const struct seal_proof *proof,
                           str entry, const struct seal_checkpoint *p)
{
    if (seal_included(seal_leaf(entry), proof->index, p->size, proof->path,
                      proof->n, p->root))
        return E_OK;
    return fail(c, E_TAMPERED,
                say(c,
                    "Entri ini tidak ada di tempat %" PRIu64 " dalam log yang "
                    "ditandatangani.",
                    "This entry is not at place %" PRIu64 " of the log that "
                    "was signed."),
                proof->index);
}

err ledger_verify(struct ctx *c, str receipt, const struct seal_policy *policy,
                  struct ledger_told *out)
{
    struct ledger_entry_parts parts;
    struct extra x = {.n = 0};
    struct seal_proof proof;
    struct seal_note note;

    *out = (struct ledger_told){.index = 0};
    TRY(seal_proof_read(c, receipt, &proof));
    if (proof.extra.n == 0)
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "Bukti log ini tidak membuka apa pun: baris extra "
                        "tidak ada.",
                        "This log proof opens nothing: it has no extra line."));
    TRY(read_extra(c, proof.extra, &x));
    TRY(ledger_entry_read(c, x.entry, &parts));
    TRY(check_commitment(c, &x, &parts));
    TRY(check_time(c, &x, &parts));
    TRY(seal_note_read(c, proof.note, &note));
    TRY(seal_policy_check(c, policy, &note, &out->verdict));
    TRY(check_inclusion(c, &proof, x.entry, &out->verdict.checkpoint));
    out->index = proof.index;
    out->class = parts.class;
    out->office = parts.office;
    out->time = (int64_t)(parts.time_ms * 1000);
    out->open = x.open;
    out->n = x.n_open;
    out->shut = x.n - x.n_open;
    return E_OK;
}
