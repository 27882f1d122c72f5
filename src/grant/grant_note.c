/* SPDX-License-Identifier: EUPL-1.2 */
/* Accord, deed, end, offer and answer as signed notes: one strict reader, which
 * also checks what is drafted, so that a text has one form only. */
#include "grant/grant_priv.h"

#define LINE_MOST  ((size_t)1000)
#define WORDS_MOST 500
#define NOTE_MOST  ((size_t)1 << 20)

enum shape {
#define SHAPE(name, id, en) SHAPE_##name,
#include "grant/grant_shape.def"
#undef SHAPE
};

static const struct {
    const char *id, *en;
} shapes[] = {
#define SHAPE(name, id, en) {id, en},
#include "grant/grant_shape.def"
#undef SHAPE
};

static const struct rule {
    str kind, key;
    size_t least, most;
    enum shape shape;
} rules[] = {
#define LINE(kind, key, least, most, shape)                                    \
    {STR_INIT(#kind), STR_INIT(key), least, most, SHAPE_##shape},
#include "grant/grant_note.def"
#undef LINE
};

/* ---- values ------------------------------------------------------- */

static bool of_set(str s, const char *more)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') ||
              (s.p[i] >= '0' && s.p[i] <= '9') || strchr(more, s.p[i]) != NULL))
            return false;
    return s.n > 0;
}

static bool is_code(str s)
{
    struct city_region r;

    return city_region_find(s, &r) && r.level <= CITY_REGENCY;
}

static bool is_digest(str s)
{
    struct hash h;

    return seal_read_hash(s, &h);
}

static bool is_count(str s)
{
    int64_t n;

    return s.n > 0 && s.n < 10 && s.p[0] != '0' && str_is_i64(s, &n) && n > 0;
}

static bool is_number(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    return s.n > 0 && s.n <= 80;
}

static bool is_date(str s)
{
    struct date d;

    return time_parse_date(s, &d) && time_valid(d);
}

static bool is_version(str s)
{
    str part;
    int n = 0;

    for (; str_next(&s, '.', &part); n++)
        if (!is_count(part) && !str_eq(part, STR("0")))
            return false;
    return n == 3;
}

static bool is_app(str s)
{
    str sector, app;

    return s.n <= 81 && str_cut(s, '/', &sector, &app) &&
           of_set(sector, "-_") && of_set(app, "-_");
}

static bool is_key(struct ctx *c, str s)
{
    str why = c->why;
    struct seal_key k;
    bool ok =
        seal_vkey_read(c, s, &k) == E_OK && str_eq(seal_vkey_show(c, &k), s);

    c->why = why; /* the line's own sentence is the better one */
    return ok;
}

/* "sha256:... 7" */
static bool is_root(str s)
{
    str digest, version;

    return str_cut(s, ' ', &digest, &version) && is_digest(digest) &&
           is_count(version);
}

static bool is_scope(str s)
{
    str word, what;

    if (str_eq(s, STR("all")))
        return true;
    if (!str_cut(s, ' ', &word, &what))
        return false;
    return str_eq(word, STR("app"))
               ? is_app(what)
               : str_eq(word, STR("sector")) && of_set(what, "-_");
}

static bool is_support(str s)
{
    str n, unit;

    return str_cut(s, ' ', &n, &unit) && is_count(n) && n.n <= 3 &&
           str_eq(unit, STR("months"));
}

static bool is_paper(str s)
{
    str digest, name;

    return str_cut(s, ' ', &digest, &name) && is_digest(digest) &&
           of_set(name, "-_.") && name.p[0] != '.' && name.n <= 80;
}

/* A contact is an office's: one word, a mail address or a telephone. Persons
 * come and go, and a note stays public for good. */
static bool is_contact(str s)
{
    return is_number(s) && str_find(s, STR("://")) == s.n;
}

/* "7/PKS/X/2016 2016-10-20 sha256:..." */
static bool is_agreement(str s)
{
    str number, rest, date, digest;

    return str_cut(s, ' ', &number, &rest) &&
           str_cut(rest, ' ', &date, &digest) && is_number(number) &&
           is_date(date) && is_digest(digest);
}

static bool is_app_line(str s)
{
    str id, rest, version, tree;

    return str_cut(s, ' ', &id, &rest) && str_cut(rest, ' ', &version, &tree) &&
           is_app(id) && is_version(version) && is_digest(tree);
}

static bool fits(struct ctx *c, enum shape shape, str v)
{
    str code, rest;
    bool cut = str_cut(v, ' ', &code, &rest);

    switch (shape) {
    case SHAPE_NUMBER:
        return is_number(v);
    case SHAPE_PARTY:
        return cut && is_code(code) && rest.n > 0;
    case SHAPE_DATE:
        return is_date(v);
    case SHAPE_SCOPE:
        return is_scope(v);
    case SHAPE_SUPPORT:
        return is_support(v);
    case SHAPE_DIGEST:
        return is_digest(v);
    case SHAPE_ROOT:
        return is_root(v);
    case SHAPE_CITY_ROOT:
        return cut && is_code(code) && is_root(rest);
    case SHAPE_CITY_KEY:
        return cut && is_code(code) && is_key(c, rest);
    case SHAPE_PAPER:
        return is_paper(v);
    case SHAPE_APP:
        return is_app_line(v);
    case SHAPE_CONTACT:
        return cut && is_code(code) && is_contact(rest);
    case SHAPE_AGREEMENT:
        return is_agreement(v);
    case SHAPE_WORDS:
        return v.n > 0 && v.n <= WORDS_MOST;
    case SHAPE_RELEASE:
        return cut && is_version(code) && is_digest(rest);
    case SHAPE_SALT:
        return v.n == 32 && of_set(v, "");
    }
    return false;
}

/* ---- reading ------------------------------------------------------ */

static err bad(struct ctx *c, size_t line, const char *what)
{
    return fail(c, E_BAD_INPUT,
                say(c, "Baris %zu naskah ini tidak sah: %s.",
                    "Line %zu of this note is not valid: %s."),
                line, what);
}

static err check_line(struct ctx *c, size_t at, str line)
{
    if (line.n == 0)
        return bad(c, at,
                   say(c, "baris kosong tidak boleh ada",
                       "empty lines are not allowed"));
    if (line.n > LINE_MOST)
        return bad(c, at,
                   say(c, "lebih dari 1.000 bita", "it is over 1,000 bytes"));
    if (line.p[line.n - 1] == ' ')
        return bad(c, at, say(c, "diakhiri spasi", "it ends with a blank"));
    return E_OK;
}

static const struct rule *rule_of(str kind, str key)
{
    for (size_t i = 0; i < COUNT(rules); i++)
        if (str_eq(rules[i].kind, kind) && str_eq(rules[i].key, key))
            return &rules[i];
    return NULL;
}

static err unknown_line(struct ctx *c, size_t at, str key)
{
    return fail(c, E_BAD_INPUT,
                say(c,
                    "Baris %zu naskah ini diawali \"%.*s\", yang tidak dikenal "
                    "versi balai ini. Mungkin naskah ini dibuat oleh versi "
                    "yang lebih baru.",
                    "Line %zu of this note begins with \"%.*s\", which this "
                    "version of balai does not know. A newer one may have "
                    "made it."),
                at, key.n > 40 ? 40 : (int)key.n, key.p);
}

/* A value of the wrong form. */
static err misshapen(struct ctx *c, size_t at, const struct rule *r)
{
    return fail(c, E_BAD_INPUT,
                say(c,
                    "Baris %zu naskah ini tidak sah: setelah \"%.*s\" "
                    "diharapkan %s.",
                    "Line %zu of this note is not valid: after \"%.*s\" comes "
                    "%s."),
                at, STR_ARG(r->key),
                say(c, shapes[r->shape].id, shapes[r->shape].en));
}

/* Keys stand in the order of the table, repeated ones rise by their bytes. */
static err check_order(struct ctx *c, size_t at, const struct grant_note *n,
                       const struct rule *before, const struct rule *r)
{
    if (before != NULL && r < before)
        return bad(c, at,
                   say(c, "urutan barisnya salah", "it is out of order"));
    if (r == before &&
        str_cmp(n->lines[n->n - 2].value, n->lines[n->n - 1].value) >= 0)
        return bad(c, at,
                   say(c, "baris yang berulang harus berurut dan tidak kembar",
                       "repeated lines must rise and be distinct"));
    return E_OK;
}

size_t grant_note_count(const struct grant_note *n, str key)
{
    size_t k = 0;

    for (size_t i = 0; i < n->n; i++)
        k += str_eq(n->lines[i].key, key);
    return k;
}

static err check_counts(struct ctx *c, const struct grant_note *n)
{
    for (size_t i = 0; i < COUNT(rules); i++) {
        size_t k = grant_note_count(n, rules[i].key);

        if (!str_eq(rules[i].kind, n->kind) ||
            (k >= rules[i].least && (rules[i].most == 0 || k <= rules[i].most)))
            continue;
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "Naskah ini mempunyai %zu baris \"%.*s\"; seharusnya "
                        "%s%zu.",
                        "This note has %zu lines \"%.*s\"; it needs %s%zu."),
                    k, STR_ARG(rules[i].key),
                    rules[i].most == 0 ? say(c, "paling sedikit ", "at least ")
                                       : "",
                    rules[i].least);
    }
    return E_OK;
}

static err read_lines(struct ctx *c, str text, struct grant_note *n)
{
    const struct rule *before = NULL, *r;
    size_t room = 0, at = 1;
    str line, key, value;

    while (str_next(&text, '\n', &line)) {
        at++;
        TRY(check_line(c, at, line));
        str_cut(line, ' ', &key, &value);
        r = rule_of(n->kind, key);
        if (r == NULL)
            return unknown_line(c, at, key);
        if (!fits(c, r->shape, value))
            return misshapen(c, at, r);
        ARENA_GROW(c->mem, n->lines, n->n, room);
        n->lines[n->n++] = (struct grant_line){key, value};
        TRY(check_order(c, at, n, before, r));
        before = r;
    }
    return check_counts(c, n);
}

/* "balai/accord/v1" */
static err read_head(struct ctx *c, str line, struct grant_note *n)
{
    static const str kinds[] = {STR_INIT("accord"), STR_INIT("deed"),
                                STR_INIT("end"), STR_INIT("offer"),
                                STR_INIT("answer")};
    str balai, rest, kind, version;
    int which;

    if (!str_cut(line, '/', &balai, &rest) || !str_eq(balai, STR("balai")) ||
        !str_cut(rest, '/', &kind, &version) ||
        (which = str_among(kind, kinds, COUNT(kinds))) < 0)
        return fail(c, E_BAD_INPUT, "%s",
                    say(c,
                        "Ini bukan naskah hibah: baris pertamanya seharusnya "
                        "balai/accord/v1, balai/deed/v1, balai/end/v1, "
                        "balai/offer/v1, atau balai/answer/v1.",
                        "This is no note of a grant: its first line should be "
                        "balai/accord/v1, balai/deed/v1, balai/end/v1, "
                        "balai/offer/v1 or balai/answer/v1."));
    if (!str_eq(version, STR("v1")))
        return fail(c, E_NEWER,
                    say(c,
                        "Naskah ini berbentuk %.*s; versi balai ini mengenal "
                        "v1. Perbaruilah balai lebih dahulu.",
                        "This note is of the form %.*s; this balai knows v1. "
                        "Update balai first."),
                    version.n > 20 ? 20 : (int)version.n, version.p);
    n->kind = kinds[which];
    return E_OK;
}

/* A draft has no signature yet, and so no empty line. */
static err split(struct ctx *c, str bytes, struct seal_note *out)
{
    if (str_find(bytes, STR("\n\n")) < bytes.n)
        return seal_note_read(c, bytes, out);
    *out = (struct seal_note){.text = arena_str(c->mem, bytes)};
    return E_OK;
}

static err check_text(struct ctx *c, str text)
{
    if (text.n == 0 || text.p[text.n - 1] != '\n')
        return fail(c, E_BAD_INPUT, "%s",
                    say(c, "Naskah ini terpotong: akhirnya bukan baris baru.",
                        "This note is cut off: it does not end with a line "
                        "feed."));
    for (size_t i = 0; i < text.n; i++)
        if (((unsigned char)text.p[i] < ' ' && text.p[i] != '\n') ||
            text.p[i] == 127)
            return fail(c, E_BAD_INPUT, "%s",
                        say(c, "Naskah ini berisi karakter kendali.",
                            "This note holds control characters."));
    if (!str_utf8(text, NULL) || !data_is_nfc(c, text))
        return fail(c, E_BAD_INPUT, "%s",
                    say(c, "Naskah ini bukan UTF-8 dalam bentuk NFC.",
                        "This note is not UTF-8 in NFC."));
    return E_OK;
}

err grant_note_read(struct ctx *c, str bytes, struct grant_note *out)
{
    str head, body;

    *out = (struct grant_note){0};
    if (bytes.n > NOTE_MOST)
        return fail(c, E_TOO_BIG, "%s",
                    say(c, "Naskah hibah paling besar 1 MiB.",
                        "A note of a grant has at most 1 MiB."));
    TRY(split(c, bytes, &out->note));
    out->text = out->note.text;
    TRY(check_text(c, out->text));
    str_cut(out->text, '\n', &head, &body);
    TRY(read_head(c, head, out));
    TRY(read_lines(c, body, out));
    return grant_note_sense(c, out);
}

/* ---- asking ------------------------------------------------------- */

str grant_note_value(const struct grant_note *n, const char *key)
{
    for (size_t i = 0; i < n->n; i++)
        if (str_eq(n->lines[i].key, str_of(key)))
            return n->lines[i].value;
    return (str){NULL, 0};
}

str grant_note_digest(struct ctx *c, const struct grant_note *n)
{
    return seal_show_hash(c, seal_sha256(n->text));
}

str grant_note_bytes(struct ctx *c, const struct grant_note *n)
{
    return n->note.n == 0 ? n->text : seal_note_show(c, &n->note);
}

bool grant_note_party(const struct grant_note *n, str code, str *name)
{
    static const str keys[] = {STR_INIT("party"), STR_INIT("giver"),
                               STR_INIT("receiver")};

    for (size_t i = 0; i < n->n; i++) {
        str head, tail;

        if (str_among(n->lines[i].key, keys, COUNT(keys)) < 0)
            continue;
        str_cut(n->lines[i].value, ' ', &head, &tail);
        if (!str_eq(head, code))
            continue;
        *name = tail;
        return true;
    }
    return false;
}

err grant_note_keys(struct ctx *c, const struct grant_note *accord,
                    const char *line, str code, struct seal_key **out,
                    size_t *n)
{
    size_t room = 0;

    *out = NULL;
    *n = 0;
    for (size_t i = 0; i < accord->n; i++) {
        const struct grant_line *l = &accord->lines[i];
        str of, vkey;

        if (!str_eq(l->key, str_of(line)))
            continue;
        str_cut(l->value, ' ', &of, &vkey);
        if (code.n > 0 && !str_eq(of, code))
            continue;
        ARENA_GROW(c->mem, *out, *n, room);
        TRY(seal_vkey_read(c, vkey, &(*out)[(*n)++]));
    }
    return E_OK;
}
