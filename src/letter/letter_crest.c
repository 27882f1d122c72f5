/* SPDX-License-Identifier: EUPL-1.2 */
/* A city's crest: SVG reduced to shapes, numbers and colours. Whatever is not
 * on the lists below is refused, so the same bytes are safe inside a page. */
#include "letter/letter_priv.h"

#define CREST_MOST (32 << 10)
#define DEPTH_MOST 16

struct paint {
    bool none;
    double r, g, b;
};

struct style {
    struct paint fill, stroke;
    double width, opacity, fill_opacity, stroke_opacity;
    bool even_odd, round;
};

struct shape {
    struct letter_outline outline;
    struct style style;
};

struct letter_crest {
    double x, y, w, h; /* the view box */
    struct shape *shapes;
    size_t n, room;
};

struct attribute {
    str name, value;
};

struct reader {
    str file, svg;
    size_t at;
    struct findings *f;
    struct letter_crest *crest;
    struct style style[DEPTH_MOST + 1];
    str open[DEPTH_MOST + 1];
    size_t depth;
    bool done; /* the root element has ended */
    struct attribute attr[32];
    size_t attrs;
};

/* ---- findings ----------------------------------------------------- */

static struct place place_of(const struct reader *r, size_t at)
{
    struct place p = {.file = r->file, .line = 1, .col = 1};

    for (size_t i = 0; i < at && i < r->svg.n; i++) {
        if (r->svg.p[i] == '\n')
            p.line++, p.col = 1;
        else if (((unsigned char)r->svg.p[i] & 0xc0) != 0x80)
            p.col++;
    }
    return p;
}

/* A fault in something named `what`; at most 50 are told. */
static void blame(struct ctx *c, struct reader *r, size_t at, str what,
                  const char *sentence, const char *mend)
{
    struct finding *f;

    if (r->f->errors >= 50)
        return;
    f = finding_add(c, r->f, FIND_ERROR, place_of(r, at), STR("crest"),
                    "%.*s: %s", STR_ARG(str_slice(what, 0, 60)), sentence);
    f->mend = str_of(mend);
}

static size_t offset_of(const struct reader *r, str part)
{
    return (size_t)(part.p - r->svg.p);
}

/* ---- colours and numbers ------------------------------------------ */

static bool read_colour(str s, struct paint *out)
{
    static const struct {
        str name;
        unsigned char rgb[3];
    } names[] = {{STR_INIT("black"), {0, 0, 0}},
                 {STR_INIT("white"), {255, 255, 255}},
                 {STR_INIT("red"), {255, 0, 0}},
                 {STR_INIT("green"), {0, 128, 0}},
                 {STR_INIT("blue"), {0, 0, 255}},
                 {STR_INIT("yellow"), {255, 255, 0}},
                 {STR_INIT("gold"), {255, 215, 0}},
                 {STR_INIT("gray"), {128, 128, 128}},
                 {STR_INIT("currentColor"), {0, 0, 0}}};
    unsigned char rgb[3];
    char six[6];

    *out = (struct paint){.none = str_eq(s, STR("none"))};
    if (out->none)
        return true;
    for (size_t i = 0; i < COUNT(names); i++)
        if (str_eq(s, names[i].name)) {
            *out = (struct paint){.r = names[i].rgb[0] / 255.0,
                                  .g = names[i].rgb[1] / 255.0,
                                  .b = names[i].rgb[2] / 255.0};
            return true;
        }
    if ((s.n != 4 && s.n != 7) || s.p[0] != '#')
        return false;
    for (size_t i = 0; i < 6; i++)
        six[i] = s.p[s.n == 7 ? 1 + i : 1 + i / 2];
    if (!str_unhex((str){six, 6}, rgb, 3))
        return false;
    *out = (struct paint){
        .r = rgb[0] / 255.0, .g = rgb[1] / 255.0, .b = rgb[2] / 255.0};
    return true;
}

/* Exactly n numbers; "px" may stand behind a single one. */
static bool read_numbers(str s, double *out, size_t n)
{
    size_t at = 0;

    if (n == 1 && str_ends(s, STR("px")))
        s.n -= 2;
    for (size_t i = 0; i < n; i++)
        if (!letter_read_number(s, &at, &out[i]))
            return false;
    return str_trim(str_slice(s, at, s.n)).n == 0;
}

/* ---- attributes --------------------------------------------------- */

enum value { ANY, NUMBER, COLOUR, SHARE, RULE, CAP, BOX, POINTS, PATH };

/* What may stand on which element; "*" is any that draws or groups. */
static const struct known {
    str element, name;
    enum value value;
} known[] = {
    {STR_INIT("svg"), STR_INIT("xmlns"), ANY},
    {STR_INIT("svg"), STR_INIT("version"), ANY},
    {STR_INIT("svg"), STR_INIT("width"), NUMBER},
    {STR_INIT("svg"), STR_INIT("height"), NUMBER},
    {STR_INIT("svg"), STR_INIT("viewBox"), BOX},
    {STR_INIT("svg"), STR_INIT("role"), ANY},
    {STR_INIT("svg"), STR_INIT("aria-hidden"), ANY},
    {STR_INIT("svg"), STR_INIT("aria-label"), ANY},
    {STR_INIT("svg"), STR_INIT("focusable"), ANY},
    {STR_INIT("path"), STR_INIT("d"), PATH},
    {STR_INIT("rect"), STR_INIT("x"), NUMBER},
    {STR_INIT("rect"), STR_INIT("y"), NUMBER},
    {STR_INIT("rect"), STR_INIT("width"), NUMBER},
    {STR_INIT("rect"), STR_INIT("height"), NUMBER},
    {STR_INIT("rect"), STR_INIT("rx"), NUMBER},
    {STR_INIT("rect"), STR_INIT("ry"), NUMBER},
    {STR_INIT("circle"), STR_INIT("cx"), NUMBER},
    {STR_INIT("circle"), STR_INIT("cy"), NUMBER},
    {STR_INIT("circle"), STR_INIT("r"), NUMBER},
    {STR_INIT("ellipse"), STR_INIT("cx"), NUMBER},
    {STR_INIT("ellipse"), STR_INIT("cy"), NUMBER},
    {STR_INIT("ellipse"), STR_INIT("rx"), NUMBER},
    {STR_INIT("ellipse"), STR_INIT("ry"), NUMBER},
    {STR_INIT("line"), STR_INIT("x1"), NUMBER},
    {STR_INIT("line"), STR_INIT("y1"), NUMBER},
    {STR_INIT("line"), STR_INIT("x2"), NUMBER},
    {STR_INIT("line"), STR_INIT("y2"), NUMBER},
    {STR_INIT("polygon"), STR_INIT("points"), POINTS},
    {STR_INIT("*"), STR_INIT("fill"), COLOUR},
    {STR_INIT("*"), STR_INIT("stroke"), COLOUR},
    {STR_INIT("*"), STR_INIT("stroke-width"), NUMBER},
    {STR_INIT("*"), STR_INIT("opacity"), SHARE},
    {STR_INIT("*"), STR_INIT("fill-opacity"), SHARE},
    {STR_INIT("*"), STR_INIT("stroke-opacity"), SHARE},
    {STR_INIT("*"), STR_INIT("fill-rule"), RULE},
    {STR_INIT("*"), STR_INIT("stroke-linecap"), CAP},
    {STR_INIT("*"), STR_INIT("stroke-linejoin"), CAP},
};

static const struct known *find_known(str element, str name)
{
    for (size_t i = 0; i < COUNT(known); i++)
        if (str_eq(known[i].name, name) && (str_eq(known[i].element, element) ||
                                            str_eq(known[i].element, STR("*"))))
            return &known[i];
    return NULL;
}

static bool value_fits(struct ctx *c, enum value kind, str s)
{
    struct letter_outline spare = {0};
    struct paint paint;
    double v[4];
    size_t at;

    switch (kind) {
    case ANY:
        return true;
    case NUMBER:
        return read_numbers(s, v, 1);
    case SHARE:
        return read_numbers(s, v, 1) && v[0] >= 0 && v[0] <= 1;
    case BOX:
        return read_numbers(s, v, 4) && v[2] > 0 && v[3] > 0;
    case COLOUR:
        return read_colour(s, &paint);
    case RULE:
        return str_eq(s, STR("nonzero")) || str_eq(s, STR("evenodd"));
    case CAP:
        return str_eq(s, STR("round")) || str_eq(s, STR("butt")) ||
               str_eq(s, STR("miter"));
    case POINTS:
        return s.n > 0; /* read with the shape */
    case PATH:
        break;
    }
    return letter_read_path(c, s, &spare, &at);
}

static void check_attribute(struct ctx *c, struct reader *r, str element,
                            const struct attribute *a)
{
    const struct known *k = find_known(element, a->name);

    if (k == NULL)
        blame(c, r, offset_of(r, a->name), a->name,
              say(c, "atribut ini tidak diterima.",
                  "this attribute is not accepted."),
              say(c, "Hapus; hanya bentuk, angka, dan warna yang dapat.",
                  "Remove it; only shapes, numbers and colours are possible."));
    else if (!value_fits(c, k->value, a->value))
        blame(
            c, r, offset_of(r, a->value), a->name,
            say(c, "nilainya tidak dapat dibaca.", "its value cannot be read."),
            say(c, "Tulis angka biasa, warna seperti #0b6b4f, atau data garis.",
                "Write a plain number, a colour like #0b6b4f, or path data."));
}

static str value_of(const struct reader *r, const char *name)
{
    for (size_t i = 0; i < r->attrs; i++)
        if (str_eq(r->attr[i].name, str_of(name)))
            return r->attr[i].value;
    return (str){0};
}

static double number_of(const struct reader *r, const char *name, double other)
{
    str s = value_of(r, name);
    double v;

    return s.n > 0 && read_numbers(s, &v, 1) ? v : other;
}

static struct style read_style(const struct reader *r, struct style s)
{
    str fill = value_of(r, "fill"), stroke = value_of(r, "stroke");
    str rule = value_of(r, "fill-rule");
    str cap = value_of(r, "stroke-linecap"),
        join = value_of(r, "stroke-linejoin");

    if (fill.n > 0)
        read_colour(fill, &s.fill);
    if (stroke.n > 0)
        read_colour(stroke, &s.stroke);
    if (rule.n > 0)
        s.even_odd = str_eq(rule, STR("evenodd"));
    if (cap.n + join.n > 0)
        s.round = str_eq(cap, STR("round")) || str_eq(join, STR("round"));
    s.width = number_of(r, "stroke-width", s.width);
    s.fill_opacity = number_of(r, "fill-opacity", s.fill_opacity);
    s.stroke_opacity = number_of(r, "stroke-opacity", s.stroke_opacity);
    s.opacity *= number_of(r, "opacity", 1);
    return s;
}

/* ---- shapes ------------------------------------------------------- */

static void move(struct ctx *c, struct letter_outline *o, int op, double x,
                 double y)
{
    letter_add_step(c, o, op, (double[]){x, y});
}

static void arc_to(struct ctx *c, struct letter_outline *o, const double *r,
                   const double *from, double x, double y)
{
    letter_add_arc(c, o, from, (double[]){r[0], r[1], 0, 0, 1, x, y});
}

static void make_ellipse(struct ctx *c, const struct reader *r,
                         struct letter_outline *o)
{
    double round = number_of(r, "r", 0);
    double radius[2] = {number_of(r, "rx", round), number_of(r, "ry", round)};
    double x = number_of(r, "cx", 0), y = number_of(r, "cy", 0);
    double left[2] = {x - radius[0], y}, right[2] = {x + radius[0], y};

    if (radius[0] <= 0 || radius[1] <= 0)
        return;
    move(c, o, LETTER_MOVE, left[0], left[1]);
    arc_to(c, o, radius, left, right[0], right[1]);
    arc_to(c, o, radius, right, left[0], left[1]);
    letter_add_step(c, o, LETTER_END, NULL);
}

static double between(double low, double v, double high)
{
    return v < low ? low : v > high ? high : v;
}

static void make_rect(struct ctx *c, const struct reader *r,
                      struct letter_outline *o)
{
    double x = number_of(r, "x", 0), y = number_of(r, "y", 0);
    double w = number_of(r, "width", 0), h = number_of(r, "height", 0);
    double rx = number_of(r, "rx", number_of(r, "ry", 0));
    double k[2] = {between(0, rx, w / 2),
                   between(0, number_of(r, "ry", rx), h / 2)};

    if (w <= 0 || h <= 0)
        return;
    move(c, o, LETTER_MOVE, x + k[0], y);
    move(c, o, LETTER_LINE, x + w - k[0], y);
    arc_to(c, o, k, (double[]){x + w - k[0], y}, x + w, y + k[1]);
    move(c, o, LETTER_LINE, x + w, y + h - k[1]);
    arc_to(c, o, k, (double[]){x + w, y + h - k[1]}, x + w - k[0], y + h);
    move(c, o, LETTER_LINE, x + k[0], y + h);
    arc_to(c, o, k, (double[]){x + k[0], y + h}, x, y + h - k[1]);
    move(c, o, LETTER_LINE, x, y + k[1]);
    arc_to(c, o, k, (double[]){x, y + k[1]}, x + k[0], y);
    letter_add_step(c, o, LETTER_END, NULL);
}

static void make_line(struct ctx *c, const struct reader *r,
                      struct letter_outline *o)
{
    move(c, o, LETTER_MOVE, number_of(r, "x1", 0), number_of(r, "y1", 0));
    move(c, o, LETTER_LINE, number_of(r, "x2", 0), number_of(r, "y2", 0));
}

static void make_polygon(struct ctx *c, const struct reader *r,
                         struct letter_outline *o)
{
    str points = value_of(r, "points");
    size_t at = 0;
    double v[2];

    while (letter_read_number(points, &at, &v[0]) &&
           letter_read_number(points, &at, &v[1]))
        letter_add_step(c, o, o->n == 0 ? LETTER_MOVE : LETTER_LINE, v);
    if (o->n > 0)
        letter_add_step(c, o, LETTER_END, NULL);
}

static void make_path(struct ctx *c, const struct reader *r,
                      struct letter_outline *o)
{
    size_t at;

    if (!letter_read_path(c, value_of(r, "d"), o, &at))
        o->n = 0;
}

static const struct {
    str name;
    bool holds; /* other elements */
    void (*make)(struct ctx *c, const struct reader *r,
                 struct letter_outline *o);
} elements[] = {
    {STR_INIT("svg"), true, NULL},
    {STR_INIT("g"), true, NULL},
    {STR_INIT("path"), false, make_path},
    {STR_INIT("rect"), false, make_rect},
    {STR_INIT("circle"), false, make_ellipse},
    {STR_INIT("ellipse"), false, make_ellipse},
    {STR_INIT("polygon"), false, make_polygon},
    {STR_INIT("line"), false, make_line},
};

static void add_shape(struct ctx *c, struct reader *r, size_t element,
                      struct style style)
{
    struct letter_crest *k = r->crest;
    struct shape s = {.style = style};

    elements[element].make(c, r, &s.outline);
    if (s.outline.n == 0)
        return;
    ARENA_GROW(c->mem, k->shapes, k->n, k->room);
    k->shapes[k->n++] = s;
}

static void read_view(struct reader *r)
{
    double v[4] = {0, 0, number_of(r, "width", 0), number_of(r, "height", 0)};

    read_numbers(value_of(r, "viewBox"), v, 4);
    *r->crest =
        (struct letter_crest){.x = v[0], .y = v[1], .w = v[2], .h = v[3]};
}

/* ---- elements ----------------------------------------------------- */

static void element_begins(struct ctx *c, struct reader *r, str name, size_t at,
                           bool closed)
{
    struct style style;
    size_t e = 0;

    while (e < COUNT(elements) && !str_eq(elements[e].name, name))
        e++;
    if (e == COUNT(elements) || (e == 0) != (r->depth == 0) || r->done) {
        blame(c, r, at, name,
              say(c, "unsur ini tidak diterima di sini.",
                  "this element is not accepted here."),
              say(c,
                  "Yang dapat: satu svg berisi g, path, rect, circle, "
                  "ellipse, polygon, line.",
                  "Possible: one svg holding g, path, rect, circle, ellipse, "
                  "polygon, line."));
        e = 1; /* read on as if it were a group */
    }
    for (size_t i = 0; i < r->attrs; i++)
        check_attribute(c, r, elements[e].name, &r->attr[i]);
    if (e == 0)
        read_view(r);
    style = read_style(r, r->style[r->depth]);
    if (elements[e].make != NULL)
        add_shape(c, r, e, style);
    if (closed) {
        r->done |= r->depth == 0;
        return;
    }
    if (r->depth == DEPTH_MOST) {
        blame(c, r, at, name, say(c, "terlalu dalam.", "nested too deeply."),
              say(c, "Paling dalam 16 tingkat.", "16 levels at most."));
        r->at = r->svg.n;
        return;
    }
    r->open[++r->depth] = name;
    r->style[r->depth] = style;
}

static void element_ends(struct ctx *c, struct reader *r, str name, size_t at)
{
    if (r->depth == 0 || !str_eq(r->open[r->depth], name)) {
        blame(c, r, at, name,
              say(c, "ditutup tetapi tidak dibuka.", "closed but not open."),
              say(c, "Periksa pasangan tanda buka dan tutup.",
                  "Check that each tag has its pair."));
        return;
    }
    r->depth--;
    r->done |= r->depth == 0;
}

/* ---- the few rules of XML that are needed ------------------------- */

static bool blank(char ch)
{
    return ch == ' ' || ch == '\t' || ch == '\r' || ch == '\n';
}

static bool name_char(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
           (ch >= '0' && ch <= '9') || ch == '-' || ch == ':' || ch == '_';
}

static void skip_blanks(struct reader *r)
{
    while (r->at < r->svg.n && blank(r->svg.p[r->at]))
        r->at++;
}

static str read_name(struct reader *r)
{
    size_t from = r->at;

    while (r->at < r->svg.n && name_char(r->svg.p[r->at]))
        r->at++;
    return str_slice(r->svg, from, r->at);
}

static bool take(struct reader *r, const char *z)
{
    bool here = str_starts(str_slice(r->svg, r->at, r->svg.n), str_of(z));

    if (here)
        r->at += strlen(z);
    return here;
}

/* name="value"; an entity or a tag in the value ends the reading. */
static bool read_attribute(struct reader *r, struct attribute *a)
{
    char quote;
    size_t from;

    a->name = read_name(r);
    skip_blanks(r);
    if (a->name.n == 0 || !take(r, "="))
        return false;
    skip_blanks(r);
    quote = r->at < r->svg.n ? r->svg.p[r->at] : '\0';
    if (quote != '"' && quote != '\'')
        return false;
    from = ++r->at;
    while (r->at < r->svg.n && r->svg.p[r->at] != quote) {
        if (r->svg.p[r->at] == '<' || r->svg.p[r->at] == '&')
            return false;
        r->at++;
    }
    a->value = str_slice(r->svg, from, r->at);
    return r->at++ < r->svg.n;
}

/* After '<': one tag with its attributes. False where it is malformed. */
static bool read_tag(struct ctx *c, struct reader *r)
{
    size_t at = r->at;
    bool ends = take(r, "/"), closed;
    str name = read_name(r);

    r->attrs = 0;
    for (skip_blanks(r); r->at < r->svg.n && name_char(r->svg.p[r->at]);
         skip_blanks(r))
        if (r->attrs == COUNT(r->attr) ||
            !read_attribute(r, &r->attr[r->attrs++]))
            return false;
    closed = take(r, "/");
    if (name.n == 0 || !take(r, ">") || (ends && (closed || r->attrs > 0)))
        return false;
    if (ends)
        element_ends(c, r, name, at);
    else
        element_begins(c, r, name, at, closed);
    return true;
}

/* A comment or declaration is none for all readers alike: "<!-->" ends one in
 * HTML, where pages show the crest, and begins one in XML. */
static void read_all(struct ctx *c, struct reader *r)
{
    bool ok = true;
    size_t at = 0;

    while (ok && (skip_blanks(r), r->at < r->svg.n)) {
        at = r->at;
        ok = take(r, "<") && read_tag(c, r);
    }
    if (!ok)
        blame(c, r, at, str_slice(r->svg, at, at + 20),
              say(c, "bagian ini tidak dapat dibaca sebagai gambar.",
                  "this part cannot be read as a picture."),
              say(c,
                  "Teks, komentar, deklarasi XML, DOCTYPE, CDATA, dan "
                  "entitas tidak diterima; hapus dari berkas itu.",
                  "Text, comments, the XML declaration, DOCTYPE, CDATA and "
                  "entities are not accepted; take them out of the file."));
    else if (!r->done)
        blame(c, r, r->svg.n, STR("svg"),
              say(c, "gambar tidak utuh.", "the picture is not complete."),
              say(c, "Periksa akhir berkas.", "Check the end of the file."));
    else if (r->crest->w <= 0 || r->crest->h <= 0)
        blame(c, r, 0, STR("viewBox"),
              say(c, "ukuran gambar tidak diketahui.",
                  "the size of the picture is unknown."),
              say(c, "Beri viewBox=\"0 0 LEBAR TINGGI\" pada svg.",
                  "Give svg a viewBox=\"0 0 WIDTH HEIGHT\"."));
}

err letter_read_crest(struct ctx *c, str file, str svg, struct findings *f,
                      const struct letter_crest **out)
{
    struct reader *r = NEW(c->mem, struct reader);
    size_t errors = f->errors, points;

    *out = NULL;
    if (svg.n > CREST_MOST)
        return fail(
            c, E_TOO_BIG,
            say(c,
                "Lambang %.*s sebesar %zu bita; paling besar 32 KiB. "
                "Sederhanakan gambarnya.",
                "The crest %.*s has %zu bytes; 32 KiB at most. Simplify "
                "the picture."),
            STR_ARG(file), svg.n);
    *r = (struct reader){.file = file,
                         .svg = svg,
                         .f = f,
                         .crest = NEW(c->mem, struct letter_crest)};
    r->style[0] = (struct style){.stroke.none = true,
                                 .width = 1,
                                 .opacity = 1,
                                 .fill_opacity = 1,
                                 .stroke_opacity = 1};
    if (!str_utf8(svg, &points) || str_has(svg, '\0'))
        blame(c, r, 0, STR("svg"),
              say(c, "bukan teks UTF-8.", "not UTF-8 text."),
              say(c, "Simpan sebagai UTF-8.", "Save it as UTF-8."));
    else
        read_all(c, r);
    if (f->errors == errors)
        *out = r->crest;
    return E_OK;
}

err letter_crest_check(struct ctx *c, str file, str svg, struct findings *f)
{
    const struct letter_crest *crest;

    return letter_read_crest(c, file, svg, f, &crest);
}

/* ---- drawing ------------------------------------------------------ */

static void trace(cairo_t *cr, const struct letter_outline *o)
{
    cairo_new_path(cr);
    for (size_t i = 0; i < o->n; i++) {
        const double *v = o->steps[i].v;

        switch (o->steps[i].op) {
        case LETTER_MOVE:
            cairo_move_to(cr, v[0], v[1]);
            break;
        case LETTER_LINE:
            cairo_line_to(cr, v[0], v[1]);
            break;
        case LETTER_CURVE:
            cairo_curve_to(cr, v[0], v[1], v[2], v[3], v[4], v[5]);
            break;
        default:
            cairo_close_path(cr);
        }
    }
}

static void draw_shape(cairo_t *cr, const struct shape *s)
{
    const struct style *t = &s->style;

    trace(cr, &s->outline);
    cairo_set_fill_rule(cr, t->even_odd ? CAIRO_FILL_RULE_EVEN_ODD
                                        : CAIRO_FILL_RULE_WINDING);
    cairo_set_source_rgba(cr, t->fill.r, t->fill.g, t->fill.b,
                          t->opacity * t->fill_opacity);
    if (!t->fill.none)
        cairo_fill_preserve(cr);
    cairo_set_source_rgba(cr, t->stroke.r, t->stroke.g, t->stroke.b,
                          t->opacity * t->stroke_opacity);
    cairo_set_line_width(cr, t->width);
    cairo_set_line_cap(cr,
                       t->round ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
    cairo_set_line_join(cr, t->round ? CAIRO_LINE_JOIN_ROUND
                                     : CAIRO_LINE_JOIN_MITER);
    if (!t->stroke.none && t->width > 0)
        cairo_stroke_preserve(cr);
    cairo_new_path(cr);
}

void letter_draw_crest(cairo_t *cr, const struct letter_crest *k, double x,
                       double y, double w, double h)
{
    double scale = w / k->w < h / k->h ? w / k->w : h / k->h;

    cairo_save(cr);
    cairo_translate(cr, x + (w - scale * k->w) / 2, y + (h - scale * k->h) / 2);
    cairo_scale(cr, scale, scale);
    cairo_translate(cr, -k->x, -k->y);
    cairo_rectangle(cr, k->x, k->y, k->w, k->h);
    cairo_clip(cr);
    for (size_t i = 0; i < k->n; i++)
        draw_shape(cr, &k->shapes[i]);
    cairo_restore(cr);
}
