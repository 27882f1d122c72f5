/* SPDX-License-Identifier: EUPL-1.2 */
/* JSON to a tree. jansson checks and decodes; it keeps neither places nor the
 * letters of a number, so the checked text is walked once more beside it. */
#include "data/data_priv.h"

#include <jansson.h>

struct walk {
    struct data_source *s;
    str text;
    size_t at;
    struct place place; /* of text[at] */
};

/* ---- before jansson: how much --------------------------------------- */

struct shape {
    size_t depth, values;
};

/* jansson itself goes 2,048 deep, and builds whatever it reads. Counting signs
 * outside strings is enough: what is not JSON is refused later. */
static struct shape shape_of(str text)
{
    struct shape s = {0, 1};
    size_t depth = 0;
    bool quoted = false;

    for (size_t i = 0; i < text.n; i++) {
        char ch = text.p[i];

        if (quoted && ch == '\\')
            i++;
        else if (ch == '"')
            quoted = !quoted;
        else if (!quoted && (ch == '{' || ch == '['))
            s.depth = ++depth > s.depth ? depth : s.depth;
        else if (!quoted && (ch == '}' || ch == ']') && depth > 0)
            depth--;
        s.values += !quoted && (ch == ',' || ch == '{' || ch == '[');
    }
    return s;
}

static bool is_too_much(str text)
{
    struct shape s;

    if (text.n > MOST_JSON)
        return true;
    s = shape_of(text);
    return s.depth > MOST_DEPTH || s.values > MOST_VALUES;
}

/* ---- beside jansson: places and numbers ------------------------------ */

static void step(struct walk *w, size_t n)
{
    for (; n > 0 && w->at < w->text.n; n--, w->at++) {
        char ch = w->text.p[w->at];

        if (ch == '\n') {
            w->place.line++;
            w->place.col = 1;
        } else if (((unsigned char)ch & 0xC0) != 0x80) {
            w->place.col++;
        }
    }
}

/* To the next value or key: over blanks, commas, colons and what closes. */
static void seek(struct walk *w)
{
    while (w->at < w->text.n &&
           memchr(" \t\r\n,:]}", w->text.p[w->at], 8) != NULL)
        step(w, 1);
}

/* Over a string, a number or a word. */
static str token(struct walk *w)
{
    size_t i = w->at;

    if (i < w->text.n && w->text.p[i] == '"')
        for (i++; i < w->text.n && w->text.p[i] != '"'; i++)
            i += w->text.p[i] == '\\';
    else
        while (i + 1 < w->text.n &&
               memchr(" \t\r\n,:]}", w->text.p[i + 1], 8) == NULL)
            i++;
    return str_slice(w->text, w->at, i + 1);
}

static struct data *grow(struct walk *w, json_t *from);

static struct data *grow_map(struct walk *w, json_t *from)
{
    struct ctx *c = w->s->c;
    struct data *map = data_new(c, DATA_MAP);
    void *it;

    step(w, 1);
    for (it = json_object_iter(from); it != NULL;
         it = json_object_iter_next(from, it)) {
        str key = {json_object_iter_key(it), json_object_iter_key_len(it)};
        struct place at;

        seek(w);
        at = w->place;
        step(w, token(w).n);
        data_add(c, map, arena_str(c->mem, key), at,
                 grow(w, json_object_iter_value(it)));
    }
    return map;
}

static struct data *grow_list(struct walk *w, json_t *from)
{
    struct data *list = data_new(w->s->c, DATA_LIST);

    step(w, 1);
    for (size_t i = 0; i < json_array_size(from); i++)
        data_append(w->s->c, list, grow(w, json_array_get(from, i)));
    return list;
}

static struct data *grow_scalar(struct walk *w, const json_t *from)
{
    struct data *d = data_new(w->s->c, DATA_NUMBER);
    str written = token(w);

    if (json_is_string(from)) {
        d->kind = DATA_TEXT;
        d->quoted = true;
        written = (str){json_string_value(from), json_string_length(from)};
    } else if (json_is_null(from)) {
        d->kind = DATA_NULL;
        written = STR("");
    } else if (json_is_boolean(from)) {
        d->kind = DATA_BOOL;
    }
    d->text = arena_str(w->s->c->mem, written);
    step(w, token(w).n);
    return d;
}

static struct data *grow(struct walk *w, json_t *from)
{
    struct place at;
    struct data *d;

    seek(w);
    at = w->place;
    if (json_is_object(from))
        d = grow_map(w, from);
    else if (json_is_array(from))
        d = grow_list(w, from);
    else
        d = grow_scalar(w, from);
    d->at = at;
    return d;
}

/* ---- faults --------------------------------------------------------- */

static void json_fault(struct data_source *s, int line, int col,
                       const char *what, const char *mend)
{
    data_fault(s, (struct place){s->file, line, col}, STR(""), str_of(what),
               mend);
}

static void too_much(struct data_source *s)
{
    struct ctx *c = s->c;

    json_fault(s, 0, 0,
               say(c,
                   "JSON ini terlalu besar: paling banyak 4 MiB, 32 tingkat "
                   "dan 65.536 nilai.",
                   "This JSON is too large: at most 4 MiB, 32 levels and "
                   "65,536 values."),
               say(c, "Kirim dalam beberapa bagian.", "Send it in parts."));
}

static const struct {
    enum json_error_code code;
    const char *id, *en, *mend_id, *mend_en;
} reasons[] = {
    {json_error_invalid_utf8, "JSON ini memuat bita yang bukan UTF-8.",
     "This JSON holds a byte that is not UTF-8.", "Kirim sebagai UTF-8.",
     "Send it as UTF-8."},
    {json_error_premature_end_of_input, "JSON ini terputus di sini.",
     "This JSON breaks off here.", "Kirim seluruhnya, sampai kurung penutup.",
     "Send all of it, up to its closing bracket."},
    {json_error_end_of_input_expected,
     "Di belakang nilai JSON ini masih ada sesuatu.",
     "Something follows the JSON value.", "Kirim satu nilai saja.",
     "Send one value only."},
    {json_error_null_character, "Teks JSON ini memuat karakter NUL.",
     "A JSON text holds a NUL character.", "Hapus \\u0000.",
     "Take \\u0000 out."},
    {json_error_null_byte_in_key, "Kunci JSON ini memuat karakter NUL.",
     "A JSON key holds a NUL character.", "Hapus \\u0000.",
     "Take \\u0000 out."},
    {json_error_duplicate_key, "Satu kunci JSON muncul dua kali.",
     "A JSON key stands twice.", "Hapus salah satunya.",
     "Take one of them out."},
    {json_error_numeric_overflow, "Bilangan JSON ini terlalu besar.",
     "A JSON number is too large.",
     "Tulis paling banyak 18 angka, atau kirim sebagai teks.",
     "Write at most 18 digits, or send it as a text."},
};

static void syntax_fault(struct data_source *s, const json_error_t *e)
{
    bool en = str_eq(s->c->lang, STR("en"));
    enum json_error_code code = json_error_code(e);
    int line = e->line > 0 ? e->line : 1;
    int col = e->column > 0 ? e->column : 1;

    for (size_t i = 0; i < COUNT(reasons); i++)
        if (reasons[i].code == code) {
            json_fault(s, line, col, en ? reasons[i].en : reasons[i].id,
                       en ? reasons[i].mend_en : reasons[i].mend_id);
            return;
        }
    json_fault(s, line, col,
               say(s->c, "Susunan di sini bukan JSON yang sah.",
                   "This is not well-formed JSON."),
               say(s->c,
                   "Periksa koma, titik dua, kurung dan tanda kutip di dekat "
                   "tempat ini.",
                   "Check commas, colons, brackets and quotes near it."));
}

err data_read_json(struct ctx *c, str file, str bytes, struct findings *f,
                   struct data **out)
{
    struct data_source s = {.c = c, .file = arena_str(c->mem, file)};
    json_error_t e;
    json_t *from;

    *out = NULL;
    if (is_too_much(bytes)) {
        too_much(&s);
        return data_finish(&s, f);
    }
    from = json_loadb(bytes.n == 0 ? "" : bytes.p, bytes.n,
                      JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
    if (from == NULL)
        syntax_fault(&s, &e);
    else
        *out = grow(&(struct walk){&s, bytes, 0, {s.file, 1, 1}}, from);
    json_decref(from);
    return data_finish(&s, f);
}
