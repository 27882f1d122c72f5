/* SPDX-License-Identifier: EUPL-1.2 */
/* A crest goes into every page and letter as it is: so it is drawing only. No
 * text, style, script, link, reference, comment, entity, or foreign name. What
 * passes here the room letter can draw. */
#include "city/city_priv.h"

#define MOST  ((size_t)32 << 10)
#define DEPTH 16

static const str elements[] = {STR_INIT("svg"),    STR_INIT("g"),
                               STR_INIT("path"),   STR_INIT("rect"),
                               STR_INIT("circle"), STR_INIT("ellipse"),
                               STR_INIT("line"),   STR_INIT("polygon")};

/* Which characters a value is made of. */
#define NUMBER "0123456789.-"
#define LIST   NUMBER ", \t\r\n"
#define PATH   LIST "MmLlHhVvCcSsQqTtAaZz"

static const str colours[] = {STR_INIT("none"),  STR_INIT("currentColor"),
                              STR_INIT("black"), STR_INIT("white"),
                              STR_INIT("red"),   STR_INIT("green"),
                              STR_INIT("blue"),  STR_INIT("yellow"),
                              STR_INIT("gold"),  STR_INIT("gray")};

/* What may stand on which element; "" is any. A value is made of `of`, or is
 * one of `words`, parted by |; with neither it is a colour. */
static const struct attribute {
    str element, name;
    const char *of, *words;
} attributes[] = {
    {STR_INIT("svg"), STR_INIT("xmlns"), NULL, "http://www.w3.org/2000/svg"},
    {STR_INIT("svg"), STR_INIT("viewBox"), LIST, NULL},
    {STR_INIT("svg"), STR_INIT("width"), NUMBER, NULL},
    {STR_INIT("svg"), STR_INIT("height"), NUMBER, NULL},
    {STR_INIT("svg"), STR_INIT("role"), NULL, "img|presentation"},
    {STR_INIT("svg"), STR_INIT("aria-hidden"), NULL, "true|false"},
    {STR_INIT("path"), STR_INIT("d"), PATH, NULL},
    {STR_INIT("rect"), STR_INIT("x"), NUMBER, NULL},
    {STR_INIT("rect"), STR_INIT("y"), NUMBER, NULL},
    {STR_INIT("rect"), STR_INIT("width"), NUMBER, NULL},
    {STR_INIT("rect"), STR_INIT("height"), NUMBER, NULL},
    {STR_INIT("rect"), STR_INIT("rx"), NUMBER, NULL},
    {STR_INIT("rect"), STR_INIT("ry"), NUMBER, NULL},
    {STR_INIT("circle"), STR_INIT("cx"), NUMBER, NULL},
    {STR_INIT("circle"), STR_INIT("cy"), NUMBER, NULL},
    {STR_INIT("circle"), STR_INIT("r"), NUMBER, NULL},
    {STR_INIT("ellipse"), STR_INIT("cx"), NUMBER, NULL},
    {STR_INIT("ellipse"), STR_INIT("cy"), NUMBER, NULL},
    {STR_INIT("ellipse"), STR_INIT("rx"), NUMBER, NULL},
    {STR_INIT("ellipse"), STR_INIT("ry"), NUMBER, NULL},
    {STR_INIT("line"), STR_INIT("x1"), NUMBER, NULL},
    {STR_INIT("line"), STR_INIT("y1"), NUMBER, NULL},
    {STR_INIT("line"), STR_INIT("x2"), NUMBER, NULL},
    {STR_INIT("line"), STR_INIT("y2"), NUMBER, NULL},
    {STR_INIT("polygon"), STR_INIT("points"), LIST, NULL},
    {STR_INIT(""), STR_INIT("fill"), NULL, NULL},
    {STR_INIT(""), STR_INIT("stroke"), NULL, NULL},
    {STR_INIT(""), STR_INIT("stroke-width"), NUMBER, NULL},
    {STR_INIT(""), STR_INIT("opacity"), NULL, "0|1"},
    {STR_INIT(""), STR_INIT("fill-rule"), NULL, "nonzero|evenodd"},
    {STR_INIT(""), STR_INIT("stroke-linecap"), NULL, "butt|round"},
    {STR_INIT(""), STR_INIT("stroke-linejoin"), NULL, "miter|round"},
};

struct scan {
    str s;
    size_t at;
    struct place place;
    struct findings *f;
    str open[DEPTH];
    size_t depth;
    bool stop, closed, boxed; /* boxed: its size is known */
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

static const struct attribute *attribute_of(str element, str key)
{
    for (size_t i = 0; i < COUNT(attributes); i++) {
        const struct attribute *a = &attributes[i];

        if (str_eq(a->name, key) &&
            (a->element.n == 0 || str_eq(a->element, element)))
            return a;
    }
    return NULL;
}

static bool value_fits(struct ctx *c, const struct attribute *a, str v)
{
    str rest = str_of(a->words), one, colour;

    if (a->of == NULL && a->words == NULL)
        return str_among(v, colours, COUNT(colours)) >= 0 ||
               city_colour_read(c, v, &colour);
    while (a->words != NULL && str_next(&rest, '|', &one)) {
        if (str_eq(v, one))
            return true;
    }
    for (size_t i = 0; i < v.n; i++) {
        if (a->of == NULL || !str_has(str_of(a->of), v.p[i]))
            return false;
    }
    return a->of != NULL && v.n > 0;
}

/* name="value" */
static void attribute(struct ctx *c, struct scan *z, str element)
{
    str key = name(z), value;
    const struct attribute *a = attribute_of(element, key);
    size_t from;
    char quote;

    blanks(z);
    if (now(z) == '=')
        step(z, 1);
    blanks(z);
    quote = now(z);
    if (a == NULL || (quote != '"' && quote != '\'')) {
        wrong(c, z, key,
              a == NULL
                  ? say(c, "atribut ini tidak boleh.",
                        "no such attribute allowed.")
                  : say(c, "nilai tanpa kutip.", "value without quotes."));
        return;
    }
    step(z, 1);
    from = z->at;
    while (z->at < z->s.n && now(z) != quote)
        step(z, 1);
    value = str_slice(z->s, from, z->at);
    step(z, 1);
    z->boxed |= str_eq(key, STR("viewBox"));
    if (!value_fits(c, a, value))
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
            attribute(c, z, tag);
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

/* Between tags stand blanks only. */
static void between(struct ctx *c, struct scan *z)
{
    size_t from = z->at;

    while (z->at < z->s.n && now(z) != '<')
        step(z, 1);
    if (str_trim(str_slice(z->s, from, z->at)).n > 0)
        wrong(c, z, str_slice(str_trim(str_slice(z->s, from, z->at)), 0, 20),
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
            between(c, &z);
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
    else if (!z.stop && !z.boxed)
        wrong(c, &z, STR("svg"), say(c, "perlu viewBox.", "needs a viewBox."));
}
