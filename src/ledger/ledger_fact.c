/* SPDX-License-Identifier: EUPL-1.2 */
/* Facts: names and values, digests, the commitment, the entry, and the bytes
 * in which openings are kept. What is here lasts for as long as the log. */
#include "ledger/ledger_priv.h"

#include "data/data.h"

#include <stdlib.h>

static const str names[] = {
#define NAME(name, what) STR_INIT(#name),
#include "ledger/name.def"
#undef NAME
};

static const struct {
    enum ledger_class class;
    const char *word;
} classes[] = {
#define CLASS(name, number, word) {LEDGER_##name, word},
#include "ledger/class.def"
#undef CLASS
};

const char *ledger_class_name(enum ledger_class k)
{
    for (size_t i = 0; i < COUNT(classes); i++)
        if (classes[i].class == k)
            return classes[i].word;
    return NULL;
}

bool ledger_is_batched(enum ledger_class k)
{
    return k == LEDGER_TIP || k == LEDGER_FLAG || k == LEDGER_ERASURE;
}

/* ---- names and values --------------------------------------------- */

bool ledger_is_path(str name)
{
    return str_has(name, '.');
}

bool ledger_is_name(str name)
{
    return str_among(name, names, COUNT(names)) >= 0;
}

static void add(struct ctx *c, struct ledger_event *e, str name, str value)
{
    if (value.p == NULL)
        return;
    MUST(ledger_fact_at(e, name) == NULL);
    ARENA_GROW(c->mem, e->facts, e->n, e->room);
    e->facts[e->n++] = (struct ledger_fact){name, value};
}

void ledger_say(struct ctx *c, struct ledger_event *e, const char *name,
                str value)
{
    str said = str_of(name);

    MUST(ledger_is_path(said) || ledger_is_name(said));
    add(c, e, said, value);
}

void ledger_say_i64(struct ctx *c, struct ledger_event *e, const char *name,
                    int64_t value)
{
    ledger_say(c, e, name, arena_fmt(c->mem, "%" PRId64, value));
}

void ledger_say_time(struct ctx *c, struct ledger_event *e, const char *name,
                     int64_t instant)
{
    ledger_say(c, e, name, instant == 0 ? STR("") : time_show_utc(c, instant));
}

void ledger_say_path(struct ctx *c, struct ledger_event *e, const char *head,
                     str path, str value)
{
    if (value.p != NULL)
        add(c, e, arena_fmt(c->mem, "%s.%.*s", head, STR_ARG(path)), value);
}

const struct ledger_fact *ledger_fact_at(const struct ledger_event *e, str name)
{
    for (size_t i = 0; i < e->n; i++)
        if (str_eq(e->facts[i].name, name))
            return &e->facts[i];
    return NULL;
}

str ledger_fact(const struct ledger_event *e, const char *name)
{
    const struct ledger_fact *f = ledger_fact_at(e, str_of(name));

    return f == NULL ? (str){0} : f->value;
}

int64_t ledger_fact_i64(const struct ledger_event *e, const char *name)
{
    int64_t i;

    return str_is_i64(ledger_fact(e, name), &i) ? i : 0;
}

int64_t ledger_fact_time(const struct ledger_event *e, const char *name)
{
    int64_t instant;

    return time_parse_utc(ledger_fact(e, name), &instant) ? instant : 0;
}

/* Control characters have no place in a canonical text: lines end with LF. */
static bool is_plain(str s, bool *ascii)
{
    *ascii = true;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];

        if ((ch < 0x20 && ch != '\n' && ch != '\t') || ch == 0x7F)
            return false;
        *ascii = *ascii && ch < 0x80;
    }
    return true;
}

err ledger_value_check(struct ctx *c, str name, str value)
{
    bool ascii;

    if (is_plain(value, &ascii) &&
        (ascii || (str_utf8(value, NULL) && data_is_nfc(c, value))))
        return E_OK;
    return fail(c, E_BAD_INPUT,
                say(c,
                    "Isian %.*s bukan teks baku: harus UTF-8 (NFC), tanpa "
                    "karakter kendali. Silakan ketik ulang isinya.",
                    "The value of %.*s is no canonical text: it must be UTF-8 "
                    "(NFC) without control characters. Type it again."),
                name.n > 80 ? 80 : (int)name.n, name.p);
}

/* What an opening of this fact may take in a receipt, before its escapes. */
static size_t weight(const struct ledger_fact *f)
{
    return f->name.n + f->value.n + 80;
}

err ledger_facts_check(struct ctx *c, const struct ledger_event *e)
{
    size_t total = 0;

    for (size_t i = 0; i < e->n; i++) {
        const struct ledger_fact *f = &e->facts[i];

        TRY(ledger_value_check(c, f->name, f->value));
        if (f->name.n > LEDGER_NAME)
            return fail(c, E_TOO_BIG,
                        say(c, "Nama isian melebihi %d bita: %.*s.",
                            "A field's name is over %d bytes: %.*s."),
                        LEDGER_NAME, 80, f->name.p);
        total += weight(f);
    }
    if (e->n <= LEDGER_FACTS && total <= LEDGER_BYTES)
        return E_OK;
    return fail(c, E_TOO_BIG,
                say(c,
                    "Isian ini terlalu banyak untuk satu tindakan (paling "
                    "banyak %zu KiB). Silakan pindahkan teks panjang ke "
                    "lampiran.",
                    "This is too much for one act (at most %zu KiB). Move long "
                    "texts to an attachment."),
                LEDGER_BYTES >> 10);
}

/* ---- digests and commitments -------------------------------------- */

struct hash ledger_digest_of(struct ctx *c, const unsigned char salt[32],
                             str name, str value)
{
    const char length = (char)(unsigned char)name.n;

    (void)c;
    MUST(name.n <= LEDGER_NAME);
    return seal_hmac((str){(const char *)salt, 32},
                     (str[]){STR("balai/field/v1"), {&length, 1}, name, value},
                     4);
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct hash));
}

struct hash ledger_commitment(struct ctx *c, struct hash *digests, size_t n)
{
    (void)c;
    if (n > 1)
        qsort(digests, n, sizeof *digests, by_bytes);
    return seal_sha256_of(
        (str[]){STR("balai/event/v1\n"),
                {n == 0 ? "" : (const char *)digests, n * sizeof *digests}},
        2);
}

struct ledger_opening *ledger_open_facts(struct ctx *c,
                                         const struct ledger_event *e)
{
    struct ledger_opening *o = NEWS(c->mem, struct ledger_opening, e->n);
    size_t done = e->n_opened;
    unsigned char *salts;

    MUST(done <= e->n);
    if (done > 0)
        memcpy(o, e->opened, done * sizeof *o);
    salts = NEWS(c->mem, unsigned char, 32 * (e->n - done));
    ctx_random(c, salts, 32 * (e->n - done));
    for (size_t i = done; i < e->n; i++) {
        o[i].name = e->facts[i].name;
        o[i].value = e->facts[i].value;
        o[i].sealed = ledger_is_path(o[i].name);
        memcpy(o[i].salt, salts + 32 * (i - done), 32);
        o[i].digest = ledger_digest_of(c, o[i].salt, o[i].name, o[i].value);
    }
    return o;
}

err ledger_prepare(struct ctx *c, struct ledger_event *e)
{
    TRY(ledger_facts_check(c, e));
    e->opened = ledger_open_facts(c, e);
    e->n_opened = e->n;
    return E_OK;
}

struct hash ledger_commit(struct ctx *c, const struct ledger_opening *o,
                          size_t n)
{
    struct hash *digests = NEWS(c->mem, struct hash, n);

    for (size_t i = 0; i < n; i++)
        digests[i] = o[i].digest;
    return ledger_commitment(c, digests, n);
}

/* ---- the entry ---------------------------------------------------- */

/* Public time is cut, so that the log does not tell who was at the counter:
 * to the quarter hour, to the hour for what is sensitive, and to the day for
 * what appears once a day, or a batch would still tell its members apart. */
uint64_t ledger_cut(enum ledger_class k, bool sensitive, int64_t time)
{
    int64_t step = ledger_is_batched(k) ? TIME_DAY
                   : sensitive          ? TIME_HOUR
                                        : 15 * TIME_MINUTE;

    return (uint64_t)(time / step * (step / 1000));
}

str ledger_entry_show(struct ctx *c, const struct ledger_entry_parts *p)
{
    struct buf b = buf_new(c, LEDGER_ENTRY);

    buf_char(&b, 1);
    buf_char(&b, (char)p->class);
    buf_u32be(&b, p->office);
    buf_u64be(&b, p->time_ms);
    buf_raw(&b, (str){(const char *)p->commitment.b, SEAL_HASH});
    return buf_str(&b);
}

static err newer(struct ctx *c, const char *what, unsigned number)
{
    return fail(c, E_BAD_INPUT,
                say(c,
                    "Entri log ini memakai %s %u, yang belum dikenal balai "
                    "ini. Silakan pasang versi yang lebih baru.",
                    "This log entry uses %s %u, which this balai does not know "
                    "yet. Install a newer version."),
                what, number);
}

static bool is_cut(uint64_t time_ms)
{
    return time_ms % (uint64_t)(15 * TIME_MINUTE / 1000) == 0 &&
           time_ms <= (uint64_t)(INT64_MAX / 1000);
}

err ledger_entry_read(struct ctx *c, str entry, struct ledger_entry_parts *out)
{
    const unsigned char *p = (const unsigned char *)entry.p;

    if (entry.n > 0 && p[0] != 1)
        return newer(c, say(c, "format", "format"), p[0]);
    if (entry.n != LEDGER_ENTRY)
        return fail(c, E_BAD_INPUT,
                    say(c, "Entri log harus %d bita; yang ini %zu.",
                        "A log entry has %d bytes; this one has %zu."),
                    LEDGER_ENTRY, entry.n);
    if (ledger_class_name((enum ledger_class)p[1]) == NULL)
        return newer(c, say(c, "jenis tindakan", "class"), p[1]);
    out->class = (enum ledger_class)p[1];
    out->office = get_u32be(p + 2);
    out->time_ms = get_u64be(p + 6);
    memcpy(out->commitment.b, p + 14, SEAL_HASH);
    if (is_cut(out->time_ms))
        return E_OK;
    return fail(c, E_BAD_INPUT,
                say(c,
                    "Waktu publik entri log ini bukan kelipatan seperempat "
                    "jam.",
                    "The public time of this log entry is no multiple of a "
                    "quarter of an hour."));
}

/* ---- how openings are kept ---------------------------------------- */

/* facts:  u8 1, then per fact u8 kind, u8 len, name, and
 *         'p'  salt[32], u32be len, value
 *         's'  digest[32]
 * sealed: per fact of kind 's', in the same order: salt[32], u32be len, value
 */
static void put_opening(struct buf *b, const struct ledger_opening *o)
{
    buf_raw(b, (str){(const char *)o->salt, 32});
    buf_u32be(b, (uint32_t)o->value.n);
    buf_raw(b, o->value);
}

str ledger_facts_show(struct ctx *c, const struct ledger_opening *o, size_t n)
{
    struct buf b = buf_new(c, 2 * LEDGER_BYTES);

    buf_char(&b, 1);
    for (size_t i = 0; i < n; i++) {
        buf_char(&b, o[i].sealed ? 's' : 'p');
        buf_char(&b, (char)(unsigned char)o[i].name.n);
        buf_raw(&b, o[i].name);
        if (o[i].sealed)
            buf_raw(&b, (str){(const char *)o[i].digest.b, SEAL_HASH});
        else
            put_opening(&b, &o[i]);
    }
    return buf_str(&b);
}

str ledger_secrets_show(struct ctx *c, const struct ledger_opening *o, size_t n)
{
    struct buf b = buf_new(c, 2 * LEDGER_BYTES);

    for (size_t i = 0; i < n; i++)
        if (o[i].sealed)
            put_opening(&b, &o[i]);
    return b.n == 0 ? (str){0} : buf_str(&b);
}

static bool take(str *rest, size_t n, str *out)
{
    if (rest->n < n)
        return false;
    *out = (str){rest->p, n};
    *rest = (str){rest->p + n, rest->n - n};
    return true;
}

static bool take_opening(str *rest, struct ledger_opening *o)
{
    str salt, length;

    if (!take(rest, 32, &salt) || !take(rest, 4, &length) ||
        !take(rest, get_u32be(length.p), &o->value))
        return false;
    memcpy(o->salt, salt.p, 32);
    return true;
}

static bool take_fact(struct ctx *c, str *rest, struct ledger_opening *o)
{
    str head, digest;

    *o = (struct ledger_opening){0};
    if (!take(rest, 2, &head) || (head.p[0] != 's' && head.p[0] != 'p') ||
        !take(rest, (unsigned char)head.p[1], &o->name))
        return false;
    o->sealed = head.p[0] == 's';
    if (!o->sealed) {
        if (!take_opening(rest, o))
            return false;
        o->digest = ledger_digest_of(c, o->salt, o->name, o->value);
        return true;
    }
    if (!take(rest, SEAL_HASH, &digest))
        return false;
    memcpy(o->digest.b, digest.p, SEAL_HASH);
    return true;
}

bool ledger_facts_read(struct ctx *c, str facts, struct ledger_opening **out,
                       size_t *n)
{
    size_t room = 0;
    str version;

    *out = NULL;
    *n = 0;
    if (!take(&facts, 1, &version) || version.p[0] != 1)
        return false;
    while (facts.n > 0) {
        ARENA_GROW(c->mem, *out, *n, room);
        if (!take_fact(c, &facts, &(*out)[*n]))
            return false;
        (*n)++;
    }
    return true;
}

bool ledger_secrets_read(str secrets, struct ledger_opening *o, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (o[i].sealed && !take_opening(&secrets, &o[i]))
            return false;
    return secrets.n == 0;
}
