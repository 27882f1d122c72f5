/* SPDX-License-Identifier: EUPL-1.2 */
/* What a browser sends, read strictly: whatever two readers could take in two
 * ways is refused. */
#include "web/web_priv.h"

#define PAIRS_MOST    500
#define NAME_MOST     120
#define TARGET_MOST   4096
#define HEAD_MOST     2048
#define BOUNDARY_MOST 70 /* RFC 2046, 5.1.1 */

static err bad(struct ctx *c, const char *id, const char *en)
{
    bool english = str_eq(c->lang, STR("en"));

    return fail(c, E_BAD_INPUT, "%s", english ? en : id);
}

static int hex_value(char ch)
{
    return ch >= '0' && ch <= '9'   ? ch - '0'
           : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10
           : ch >= 'A' && ch <= 'F' ? ch - 'A' + 10
                                    : -1;
}

/* Undo percent-encoding, once; `plus` is a blank in forms. */
static bool unescape(struct ctx *c, str s, bool plus, str *out)
{
    char *p = NEWS(c->mem, char, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '%') {
            int hi = i + 2 < s.n ? hex_value(s.p[i + 1]) : -1;
            int lo = i + 2 < s.n ? hex_value(s.p[i + 2]) : -1;

            if (hi < 0 || lo < 0)
                return false;
            p[n++] = (char)(hi * 16 + lo);
            i += 2;
        } else
            p[n++] = plus && s.p[i] == '+' ? ' ' : s.p[i];
    }
    *out = (str){p, n};
    return str_utf8(*out, NULL) && !str_has(*out, '\0');
}

/* ---- the request target ------------------------------------------- */

static bool address_bytes(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] >= 127)
            return false;
    return true;
}

/* A slash, a backslash or a control character in disguise. */
static bool disguised(str raw, str path)
{
    size_t slashes = 0;

    for (size_t i = 0; i < raw.n; i++)
        slashes += raw.p[i] == '/';
    for (size_t i = 0; i < path.n; i++) {
        slashes -= path.p[i] == '/';
        if ((unsigned char)path.p[i] < ' ' || path.p[i] == 127 ||
            path.p[i] == '\\')
            return true;
    }
    return slashes != 0;
}

err web_read_target(struct ctx *c, str raw, str *path, str *query)
{
    str before;

    if (raw.n == 0 || raw.p[0] != '/' || raw.n > TARGET_MOST ||
        !address_bytes(raw))
        return bad(c, "Alamat ini tidak dapat dibaca.",
                   "This address cannot be read.");
    str_cut(raw, '?', &before, query);
    if (!unescape(c, before, false, path) || disguised(before, *path))
        return bad(c, "Alamat ini berisi tanda yang tidak dikenal.",
                   "This address holds signs that no address has.");
    return E_OK;
}

/* ---- urlencoded --------------------------------------------------- */

err web_read_pairs(struct ctx *c, str body, struct app_pair **out, size_t *n)
{
    size_t room = 0;
    str one;

    *out = NULL, *n = 0;
    while (str_next(&body, '&', &one)) {
        str name, value;

        if (one.n == 0)
            continue;
        str_cut(one, '=', &name, &value);
        if (name.n == 0 || name.n > NAME_MOST || *n == PAIRS_MOST)
            return bad(c, "Isian ini terlalu banyak atau tanpa nama.",
                       "The form has too many fields, or one without a name.");
        ARENA_GROW(c->mem, *out, *n, room);
        if (!unescape(c, name, true, &(*out)[*n].name) ||
            !unescape(c, value, true, &(*out)[*n].value))
            return bad(c, "Isian ini berisi huruf yang tidak dapat dibaca.",
                       "The form has characters that cannot be read.");
        ++*n;
    }
    return E_OK;
}

/* ---- multipart ---------------------------------------------------- */

static bool same_word(str a, const char *lower)
{
    if (a.n != strlen(lower))
        return false;
    for (size_t i = 0; i < a.n; i++) {
        char ch = a.p[i] >= 'A' && a.p[i] <= 'Z' ? (char)(a.p[i] + 32) : a.p[i];

        if (ch != lower[i])
            return false;
    }
    return true;
}

static bool boundary_ok(str b)
{
    if (b.n == 0 || b.n > BOUNDARY_MOST)
        return false;
    for (size_t i = 0; i < b.n; i++)
        if (b.p[i] <= ' ' || b.p[i] >= 127 || b.p[i] == '"')
            return false;
    return true;
}

bool web_read_boundary(str type, str *boundary)
{
    str media, rest, name, value;

    str_cut(type, ';', &media, &rest);
    if (!same_word(str_trim(media), "multipart/form-data"))
        return false;
    str_cut(rest, '=', &name, &value);
    value = str_trim(value);
    if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
        value = str_slice(value, 1, value.n - 1);
    *boundary = value;
    return same_word(str_trim(name), "boundary") && boundary_ok(value);
}

/* A quoted parameter at the start of *s; browsers write %22 for a quote. */
static bool take_quoted(struct ctx *c, str *s, str *out)
{
    size_t end;
    struct buf b = buf_new(c, HEAD_MOST);

    if (s->n == 0 || s->p[0] != '"')
        return false;
    *s = str_slice(*s, 1, s->n);
    end = str_find(*s, STR("\""));
    if (end == s->n)
        return false;
    for (size_t i = 0; i < end; i++) {
        if (i + 2 < end && memcmp(s->p + i, "%22", 3) == 0) {
            buf_char(&b, '"');
            i += 2;
        } else
            buf_char(&b, s->p[i]);
    }
    *s = str_slice(*s, end + 1, s->n);
    return buf_done(c, &b, out) == E_OK && str_utf8(*out, NULL) &&
           !str_has(*out, '\0');
}

struct part {
    str name, file, type;
    bool is_file;
};

/* `form-data; name="x"; filename="y"`, in this order or the other. */
static bool read_disposition(struct ctx *c, str value, struct part *p)
{
    str kind, rest, key, tail;

    str_cut(value, ';', &kind, &rest);
    if (!same_word(str_trim(kind), "form-data"))
        return false;
    while ((rest = str_trim(rest)).n > 0) {
        str text;

        if (!str_cut(rest, '=', &key, &tail) || !take_quoted(c, &tail, &text))
            return false;
        if (same_word(key, "name") && p->name.p == NULL)
            p->name = text;
        else if (same_word(key, "filename") && !p->is_file)
            p->file = text, p->is_file = true;
        else
            return false;
        tail = str_trim(tail);
        if (tail.n > 0 && tail.p[0] != ';')
            return false;
        rest = str_slice(tail, 1, tail.n);
    }
    return p->name.p != NULL && p->name.n > 0 && p->name.n <= NAME_MOST;
}

static bool read_head(struct ctx *c, str head, struct part *p)
{
    bool told = false;
    str line, name, value;

    *p = (struct part){0};
    if (head.n > HEAD_MOST)
        return false;
    while (str_next(&head, '\n', &line)) {
        if (line.n == 0 || line.p[line.n - 1] != '\r')
            return false;
        line = str_slice(line, 0, line.n - 1);
        if (!str_cut(line, ':', &name, &value))
            return false;
        if (same_word(name, "content-disposition")) {
            if (told || !read_disposition(c, value, p))
                return false;
            told = true;
        } else if (same_word(name, "content-type"))
            p->type = str_trim(value);
        else
            return false;
    }
    return told;
}

static bool keep_part(struct ctx *c, const struct part *p, str bytes,
                      struct web_parts *out)
{
    if (out->n_pairs + out->n_files == PAIRS_MOST)
        return false;
    if (p->is_file && p->file.n == 0 && bytes.n == 0)
        return true;
    if (p->is_file) {
        ARENA_GROW(c->mem, out->files, out->n_files, out->room_files);
        out->files[out->n_files++] =
            (struct record_upload){.path = p->name,
                                   .name = web_file_name(c, p->file),
                                   .mime = STR(""),
                                   .bytes = bytes};
        return true;
    }
    if (!str_utf8(bytes, NULL) || str_has(bytes, '\0'))
        return false;
    ARENA_GROW(c->mem, out->pairs, out->n_pairs, out->room_pairs);
    out->pairs[out->n_pairs++] =
        (struct app_pair){p->name, arena_str(c->mem, bytes)};
    return true;
}

static err broken(struct ctx *c)
{
    return bad(c, "Isian ini rusak di perjalanan. Silakan kirim lagi.",
               "The form was damaged on its way. Please send it again.");
}

/* Where `mark` stands in s, or s.n; made for long bodies. */
static size_t find_mark(str s, str mark)
{
    const char *at = s.n == 0 ? NULL : memmem(s.p, s.n, mark.p, mark.n);

    return at == NULL ? s.n : (size_t)(at - s.p);
}

err web_read_parts(struct ctx *c, str body, str boundary, struct web_parts *out)
{
    str mark = arena_fmt(c->mem, "\r\n--%.*s", STR_ARG(boundary));
    str first = str_slice(mark, 2, mark.n), rest;

    *out = (struct web_parts){0};
    if (!boundary_ok(boundary) || !str_starts(body, first))
        return broken(c);
    rest = str_slice(body, first.n, body.n);
    while (!str_starts(rest, STR("--"))) {
        size_t head, end;
        struct part p;

        if (!str_starts(rest, STR("\r\n")))
            return broken(c);
        rest = str_slice(rest, 2, rest.n);
        head = find_mark(str_slice(rest, 0, HEAD_MOST + 4), STR("\r\n\r\n"));
        if (head + 4 > rest.n ||
            !read_head(c, str_slice(rest, 0, head + 2), &p))
            return broken(c);
        rest = str_slice(rest, head + 4, rest.n);
        end = find_mark(rest, mark);
        if (end == rest.n || !keep_part(c, &p, str_slice(rest, 0, end), out))
            return broken(c);
        rest = str_slice(rest, end + mark.n, rest.n);
    }
    rest = str_slice(rest, 2, rest.n);
    return rest.n == 0 || str_eq(rest, STR("\r\n")) ? E_OK : broken(c);
}

/* ---- cookies and names -------------------------------------------- */

bool web_read_cookie(str header, str name, str *value)
{
    bool found = false;
    str one, key, text;

    while (str_next(&header, ';', &one)) {
        str_cut(one, '=', &key, &text);
        if (!str_eq(str_trim(key), name))
            continue;
        if (found)
            return false;
        *value = str_trim(text);
        found = true;
    }
    return found;
}

/* U+202A to U+202E, U+2066 to U+2069, U+200E, U+200F turn what is read. */
static bool turns(const unsigned char *p)
{
    return p[0] == 0xE2 && ((p[1] == 0x80 && p[2] >= 0xAA && p[2] <= 0xAE) ||
                            (p[1] == 0x80 && (p[2] == 0x8E || p[2] == 0x8F)) ||
                            (p[1] == 0x81 && p[2] >= 0xA6 && p[2] <= 0xA9));
}

str web_file_name(struct ctx *c, str sent)
{
    struct buf b = buf_new(c, 256);
    size_t from = 0;
    str made;

    for (size_t i = 0; i < sent.n; i++)
        if (sent.p[i] == '/' || sent.p[i] == '\\')
            from = i + 1;
    sent = str_slice(sent, from, sent.n);
    if (!str_utf8(sent, NULL))
        sent = STR(""); /* no name is better than half a letter */
    for (size_t i = 0; i < sent.n && b.n < 120; i++) {
        unsigned char ch = (unsigned char)sent.p[i];
        size_t long_ = ch < 0x80 ? 1 : ch < 0xE0 ? 2 : ch < 0xF0 ? 3 : 4;

        if (i + long_ > sent.n || b.n + long_ > 120)
            break;
        if (long_ == 3 && turns((const unsigned char *)sent.p + i)) {
            i += 2;
            continue;
        }
        if (ch >= ' ' && ch != 127 && ch != '"')
            buf_raw(&b, str_slice(sent, i, i + long_));
        i += long_ - 1;
    }
    made = buf_str(&b);
    return made.n == 0 ? STR("berkas") : made;
}
