/* SPDX-License-Identifier: EUPL-1.2 */
/* A crest goes into every page and letter as it is: so it is drawing only. No
 * text, style, script, link, reference, entity, or foreign name. */
#include "city/city_priv.h"

#define MOST  ((size_t)32 << 10)
#define DEPTH 16

static const str elements[] = {
    STR_INIT("svg"),     STR_INIT("g"),        STR_INIT("path"),
    STR_INIT("rect"),    STR_INIT("circle"),   STR_INIT("ellipse"),
    STR_INIT("polygon"), STR_INIT("polyline"), STR_INIT("line"),
    STR_INIT("title"),   STR_INIT("desc")};

static const str attributes[] = {STR_INIT("xmlns"),
                                 STR_INIT("viewBox"),
                                 STR_INIT("width"),
                                 STR_INIT("height"),
                                 STR_INIT("d"),
                                 STR_INIT("x"),
                                 STR_INIT("y"),
                                 STR_INIT("x1"),
                                 STR_INIT("y1"),
                                 STR_INIT("x2"),
                                 STR_INIT("y2"),
                                 STR_INIT("cx"),
                                 STR_INIT("cy"),
                                 STR_INIT("r"),
                                 STR_INIT("rx"),
                                 STR_INIT("ry"),
                                 STR_INIT("points"),
                                 STR_INIT("fill"),
                                 STR_INIT("stroke"),
                                 STR_INIT("stroke-width"),
                                 STR_INIT("stroke-linecap"),
                                 STR_INIT("stroke-linejoin"),
                                 STR_INIT("fill-rule"),
                                 STR_INIT("opacity"),
                                 STR_INIT("transform"),
                                 STR_INIT("role"),
                                 STR_INIT("aria-hidden")};

struct scan {
    str s;
    size_t at;
    struct place place;
    struct findings *f;
    str open[DEPTH];
    size_t depth;
    bool stop, closed;
};

static void step(struct scan *z, size_t n)
{
    for (; n > 0 && z->at < z->s.n; n--, z->at++) {
        if (z->s.p[z->at] == '\n')
            z->place.line++, z->place.col = 1;
        else if (((unsigned char)z->s.p[z->at] & 0xc0) != 0x80)
            z->place.col++;
    }
}

static void wrong(struct ctx *c, struct scan *z, str what, const char *says)
{
    finding_add(c, z->f, FIND_ERROR, z->place, STR("crest"), "%.*s: %s",
                STR_ARG(what), says)
        ->mend = str_of(
        say(c, "Simpan lambang sebagai SVG sederhana: bentuk dan warna saja.",
            "Save the crest as a plain SVG: shapes and colours only."));
    z->stop = true;
}

static char now(const struct scan *z)
{
    return z->at < z->s.n ? z->s.p[z->at] : '\0';
}

static void blanks(struct scan *z)
{
    while (z->at < z->s.n && str_has(STR(" \t\r\n"), z->s.p[z->at]))
        step(z, 1);
}

static str name(struct scan *z)
{
    size_t from = z->at;

    while (z->at < z->s.n) {
        char ch = z->s.p[z->at];

        if (!(ch >= 'a' && ch <= 'z') && !(ch >= 'A' && ch <= 'Z') &&
            !(ch >= '0' && ch <= '9') && ch != '-' && ch != ':' && ch != '_')
            break;
        step(z, 1);
    }
    return str_slice(z->s, from, z->at);
}

/* Numbers, colours and path letters: nothing that could name a place. */
static bool value_is_plain(str attribute, str v)
{
    static const str plain = STR_INIT(" \t\r\n.,+-#()%_");

    if (str_eq(attribute, STR("xmlns")))
        return str_eq(v, STR("http://www.w3.org/2000/svg"));
    for (size_t i = 0; i < v.n; i++) {
        char ch = v.p[i];

        if (!(ch >= 'a' && ch <= 'z') && !(ch >= 'A' && ch <= 'Z') &&
            !(ch >= '0' && ch <= '9') && !str_has(plain, ch))
            return false;
    }
    return str_find(v, STR("url")) == v.n;
}

static void attribute(struct ctx *c, struct scan *z)
{
    str key = name(z), value;
    size_t from;
    char quote;

    if (str_among(key, attributes, COUNT(attributes)) < 0) {
        wrong(c, z, key,
              say(c, "atribut ini tidak boleh.", "no such attribute allowed."));
        return;
    }
    blanks(z);
    if (now(z) == '=')
        step(z, 1);
    blanks(z);
    quote = now(z);
    if (quote != '"' && quote != '\'') {
        wrong(c, z, key, say(c, "nilai tanpa kutip.", "value without quotes."));
        return;
    }
    step(z, 1);
    from = z->at;
    while (z->at < z->s.n && now(z) != quote)
        step(z, 1);
    value = str_slice(z->s, from, z->at);
    step(z, 1);
    if (!value_is_plain(key, value))
        wrong(c, z, key,
              say(c, "nilai ini tidak boleh.", "this value is not allowed."));
}

static void open_tag(struct ctx *c, struct scan *z)
{
    str tag = name(z);

    if (str_among(tag, elements, COUNT(elements)) < 0 ||
        (z->depth == 0) != str_eq(tag, STR("svg")) || z->depth == DEPTH) {
        wrong(c, z, tag,
              say(c, "unsur ini tidak boleh di sini.",
                  "no such element allowed here."));
        return;
    }
    for (blanks(z); !z->stop && now(z) != '>' && now(z) != '/'; blanks(z)) {
        if (z->at == z->s.n)
            wrong(c, z, tag, say(c, "tidak ditutup.", "is not closed."));
        else
            attribute(c, z);
    }
    if (now(z) == '/') {
        step(z, 1);
        z->closed |= z->depth == 0;
    } else {
        z->open[z->depth++] = tag;
    }
    if (!z->stop && now(z) != '>')
        wrong(c, z, tag, say(c, "tidak ditutup.", "is not closed."));
    step(z, 1);
}

static void close_tag(struct ctx *c, struct scan *z)
{
    str tag = name(z);

    if (z->depth == 0 || !str_eq(z->open[z->depth - 1], tag) || now(z) != '>') {
        wrong(c, z, tag,
              say(c, "penutup tidak cocok.", "closes what is not open."));
        return;
    }
    z->depth--;
    z->closed |= z->depth == 0;
    step(z, 1);
}

/* Words stand in title and desc only, and hold no entity. */
static void words(struct ctx *c, struct scan *z)
{
    size_t from = z->at;
    str text, in = z->depth > 0 ? z->open[z->depth - 1] : STR("");

    while (z->at < z->s.n && now(z) != '<')
        step(z, 1);
    text = str_trim(str_slice(z->s, from, z->at));
    if (text.n == 0)
        return;
    if ((!str_eq(in, STR("title")) && !str_eq(in, STR("desc"))) ||
        str_has(text, '&'))
        wrong(c, z, STR("teks"),
              say(c, "teks tidak boleh di sini.", "no text allowed here."));
}

void city_crest_check(struct ctx *c, str file, str svg, struct findings *f)
{
    struct scan z = {.s = svg, .f = f, .place = {file, 1, 1}};

    if (svg.n > MOST || !str_utf8(svg, NULL)) {
        wrong(c, &z, file,
              say(c, "lebih dari 32 KB atau bukan UTF-8.",
                  "is over 32 KB or not UTF-8."));
        return;
    }
    for (blanks(&z); !z.stop && z.at < svg.n;) {
        if (now(&z) != '<') {
            words(c, &z);
            continue;
        }
        if (z.closed) {
            wrong(c, &z, STR("svg"),
                  say(c, "ada isi sesudahnya.", "something stands behind it."));
            return;
        }
        step(&z, 1);
        if (now(&z) == '/') {
            step(&z, 1);
            close_tag(c, &z);
        } else {
            open_tag(c, &z);
        }
    }
    if (!z.stop && !z.closed)
        wrong(c, &z, STR("svg"), say(c, "tidak lengkap.", "is not whole."));
}
