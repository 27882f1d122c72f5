/* SPDX-License-Identifier: EUPL-1.2 */
/* Setting type: a text becomes a layout, a body becomes lines. */
#include "letter/letter_priv.h"

#define BODY_FONT "Noto Serif"
/* Comes with fontconfig on Debian; every letter has a shape of its own. */
#define CODE_FONT "DejaVu Sans Mono"

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(SANITIZED)
/* Fontconfig keeps its fonts behind offsets, not pointers, for the whole life
 * of a process; the leak finder cannot follow them. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}
const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}
#endif

static void drop(void *object)
{
    g_object_unref(object);
}

PangoContext *letter_pango(struct ctx *c, str lang)
{
    PangoContext *pango =
        pango_font_map_create_context(pango_cairo_font_map_get_default());
    cairo_font_options_t *plain = cairo_font_options_create();

    cairo_font_options_set_hint_style(plain, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(plain, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(pango, plain);
    cairo_font_options_destroy(plain);
    pango_cairo_context_set_resolution(pango, 72);
    pango_context_set_round_glyph_positions(pango, FALSE);
    pango_context_set_language(
        pango, pango_language_from_string(lang.n > 0 ? lang.p : "id"));
    arena_owns(c->mem, drop, pango);
    return pango;
}

/* ---- marks -------------------------------------------------------- */

static void add_bold(PangoAttrList *attrs, size_t from, size_t to)
{
    PangoAttribute *bold = pango_attr_weight_new(PANGO_WEIGHT_BOLD);

    bold->start_index = (guint)from;
    bold->end_index = (guint)to;
    pango_attr_list_insert(attrs, bold);
}

static size_t stars(str s, size_t at)
{
    size_t n = 0;

    while (at + n < s.n && s.p[at + n] == '*')
        n++;
    return n;
}

/* Take out ** and \, leaving bold ranges. Only two stars are a mark, more
 * stand for themselves (a masked 9999********0001). A ** without its pair is
 * bold to the end of the block. */
static str read_marks(struct ctx *c, str s, PangoAttrList *attrs)
{
    struct buf b = buf_new(c, s.n);
    size_t from = 0, run;
    bool bold = false;

    for (size_t i = 0; i < s.n; i++) {
        run = stars(s, i);
        if (run == 2) {
            if (bold)
                add_bold(attrs, from, b.n);
            from = b.n;
            bold = !bold;
            i++;
        } else if (run > 0) {
            buf_raw(&b, str_slice(s, i, i + run));
            i += run - 1;
        } else if (s.p[i] != '\\' || ++i < s.n) {
            buf_char(&b, s.p[i]);
        }
    }
    if (bold)
        add_bold(attrs, from, b.n);
    return buf_str(&b);
}

/* ---- a layout ----------------------------------------------------- */

/* The first character that no font has, or 0. */
static uint32_t missing(PangoLayout *l)
{
    PangoLayoutIter *at = pango_layout_get_iter(l);
    PangoGlyph bad = 0;

    do {
        PangoLayoutRun *run = pango_layout_iter_get_run_readonly(at);
        for (int i = 0; run != NULL && i < run->glyphs->num_glyphs; i++)
            if (bad == 0 &&
                run->glyphs->glyphs[i].glyph & PANGO_GLYPH_UNKNOWN_FLAG)
                bad = run->glyphs->glyphs[i].glyph;
    } while (bad == 0 && pango_layout_iter_next_run(at));
    pango_layout_iter_free(at);
    return bad & ~(uint32_t)PANGO_GLYPH_UNKNOWN_FLAG;
}

static err refuse_missing(struct ctx *c, uint32_t point, str text)
{
    char utf8[8] = {0};

    if (point >= 0x20 && point != 0x7f)
        g_unichar_to_utf8(point, utf8);
    return fail(
        c, E_REFUSED,
        say(c,
            "Huruf %s (U+%04" PRIX32 ") pada \"%.*s\" tidak dapat dicetak "
            "karena tidak ada fon yang memuatnya. Pasang fon aksara itu, atau "
            "tulis dengan huruf lain.",
            "The character %s (U+%04" PRIX32 ") in \"%.*s\" cannot be printed: "
            "no font has it. Install a font for that script, or write it in "
            "other letters."),
        utf8, point, (int)(text.n < 80 ? text.n : 80), text.p);
}

static void dress(PangoLayout *l, const struct letter_type *t)
{
    PangoFontDescription *font = pango_font_description_new();

    pango_font_description_set_family_static(font, t->font);
    pango_font_description_set_absolute_size(font, t->size * PANGO_SCALE);
    if (t->bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(l, font);
    pango_font_description_free(font);
    pango_layout_set_width(l,
                           t->width > 0 ? (int)(t->width * PANGO_SCALE) : -1);
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(l, t->align);
    pango_layout_set_justify(l, t->justify);
    pango_layout_set_line_spacing(l, 1.04F);
}

err letter_set(struct ctx *c, PangoContext *pango, const struct letter_type *t,
               PangoLayout **out)
{
    PangoAttrList *attrs = pango_attr_list_new();
    PangoLayout *l = pango_layout_new(pango);
    str text = t->marked ? read_marks(c, t->text, attrs) : t->text;
    uint32_t bad;

    arena_owns(c->mem, drop, l);
    dress(l, t);
    pango_layout_set_attributes(l, attrs);
    pango_attr_list_unref(attrs);
    pango_layout_set_text(l, text.p == NULL ? "" : text.p, (int)text.n);
    *out = l;
    bad = pango_layout_get_unknown_glyphs_count(l) > 0 ? missing(l) : 0;
    return bad == 0 ? E_OK : refuse_missing(c, bad, text);
}

double letter_height(PangoLayout *l)
{
    PangoRectangle box;

    pango_layout_get_extents(l, NULL, &box);
    return (double)box.height / PANGO_SCALE;
}

static double width_of(PangoLayout *l)
{
    PangoRectangle box;

    pango_layout_get_extents(l, NULL, &box);
    return (double)box.width / PANGO_SCALE;
}

/* ---- a body ------------------------------------------------------- */

struct setter {
    PangoContext *pango;
    const struct letter_sheet *s;
    double width;  /* of the text */
    double labels; /* of the label column of the table at hand */
    struct letter_line *lines;
    size_t n, room;
};

/* Add the lines of up to three layouts that stand side by side. */
static void add_lines(struct ctx *c, struct setter *t, size_t block,
                      PangoLayout *const *l, const double *x, size_t parts)
{
    PangoLayoutIter *at[3];
    bool more[3] = {false}, any = parts > 0;
    size_t first = t->n;

    for (size_t i = 0; i < parts; i++) {
        at[i] = pango_layout_get_iter(l[i]);
        more[i] = true;
    }
    while (any) {
        struct letter_line *line;

        ARENA_GROW(c->mem, t->lines, t->n, t->room);
        line = &t->lines[t->n++];
        *line = (struct letter_line){.block = block};
        any = false;
        for (size_t i = 0; i < parts; i++) {
            PangoRectangle box;
            double base, high;

            if (!more[i])
                continue;
            pango_layout_iter_get_line_extents(at[i], NULL, &box);
            line->part[line->parts].line =
                pango_layout_iter_get_line_readonly(at[i]);
            line->part[line->parts++].x = x[i] + (double)box.x / PANGO_SCALE;
            high = (double)box.height / PANGO_SCALE;
            base = (double)(pango_layout_iter_get_baseline(at[i]) - box.y) /
                   PANGO_SCALE;
            line->height = high > line->height ? high : line->height;
            line->baseline = base > line->baseline ? base : line->baseline;
            more[i] = pango_layout_iter_next_line(at[i]);
            any |= more[i];
        }
    }
    for (size_t i = 0; i < parts; i++)
        pango_layout_iter_free(at[i]);
    /* No single line of a block stands alone at the foot or head of a page. */
    for (size_t i = first; i + 1 < t->n; i++)
        t->lines[i].keep = i == first || i + 2 == t->n;
}

static struct letter_type body_type(const struct setter *t, str text)
{
    return (struct letter_type){.text = text,
                                .font = BODY_FONT,
                                .size = t->s->em,
                                .width = t->width,
                                .marked = true};
}

/* The label column of the table that begins at `b`: as wide as its widest
 * label, two fifths of the line at most. */
static err measure_labels(struct ctx *c, struct setter *t,
                          const struct letter_block *b, size_t n)
{
    double most = t->width * 0.4;

    t->labels = 0;
    for (size_t i = 0; i < n && b[i].kind == LETTER_ROW; i++) {
        struct letter_type type = body_type(t, b[i].label);
        PangoLayout *l;

        type.width = 0;
        TRY(letter_set(c, t->pango, &type, &l));
        t->labels = width_of(l) > t->labels ? width_of(l) : t->labels;
    }
    t->labels = t->labels + 1 > most ? most : t->labels + 1;
    return E_OK;
}

static err set_paragraph(struct ctx *c, struct setter *t, size_t i,
                         const struct letter_block *b)
{
    struct letter_type type = body_type(t, b->text);
    PangoLayout *l;

    type.justify = true;
    TRY(letter_set(c, t->pango, &type, &l));
    add_lines(c, t, i, &l, &(double){0}, 1);
    return E_OK;
}

static err set_heading(struct ctx *c, struct setter *t, size_t i,
                       const struct letter_block *b)
{
    struct letter_type type = body_type(t, b->text);
    PangoLayout *l;
    size_t first = t->n;

    type.bold = true;
    TRY(letter_set(c, t->pango, &type, &l));
    add_lines(c, t, i, &l, &(double){0}, 1);
    for (; first < t->n; first++)
        t->lines[first].keep = true; /* a heading never ends a page */
    return E_OK;
}

static err set_row(struct ctx *c, struct setter *t, size_t i,
                   const struct letter_block *b)
{
    double em = t->s->em;
    struct letter_type type[3] = {
        body_type(t, b->label), body_type(t, STR(":")),
        body_type(t, b->text.n > 0 ? b->text : STR("–"))};
    double x[3] = {0, t->labels + 0.6 * em, t->labels + 1.4 * em};
    PangoLayout *l[3];

    type[0].width = t->labels + 1;
    type[2].width = t->width - x[2];
    for (size_t k = 0; k < 3; k++)
        TRY(letter_set(c, t->pango, &type[k], &l[k]));
    add_lines(c, t, i, l, x, 3);
    return E_OK;
}

static err set_item(struct ctx *c, struct setter *t, size_t i,
                    const struct letter_block *b)
{
    double em = t->s->em, in = b->inner ? 2 * em : 0;
    struct letter_type type[2] = {body_type(t, b->label),
                                  body_type(t, b->text)};
    double x[2] = {in, in + 2 * em};
    PangoLayout *l[2];

    type[1].width = t->width - x[1];
    type[1].justify = true;
    for (size_t k = 0; k < 2; k++)
        TRY(letter_set(c, t->pango, &type[k], &l[k]));
    add_lines(c, t, i, l, x, 2);
    return E_OK;
}

/* As it stands: no marks, no justifying. */
static err set_code(struct ctx *c, struct setter *t, size_t i,
                    const struct letter_block *b)
{
    struct letter_type type = body_type(t, b->text);
    PangoLayout *l;

    type.font = CODE_FONT;
    type.size = 0.7 * t->s->em;
    type.marked = false;
    TRY(letter_set(c, t->pango, &type, &l));
    add_lines(c, t, i, &l, &(double){0}, 1);
    return E_OK;
}

/* Two halves, centred; an empty line is room for ink. All of them stay with
 * the next. */
static err set_pair(struct ctx *c, struct setter *t, size_t i,
                    const struct letter_block *b)
{
    struct letter_type type[2] = {
        body_type(t, b->label.n > 0 ? b->label : STR(" ")),
        body_type(t, b->text.n > 0 ? b->text : STR(" "))};
    double x[2] = {0, t->width * 0.52};
    PangoLayout *l[2];
    size_t first = t->n;

    for (size_t k = 0; k < 2; k++) {
        type[k].width = t->width * 0.48;
        type[k].align = PANGO_ALIGN_CENTER;
        TRY(letter_set(c, t->pango, &type[k], &l[k]));
    }
    add_lines(c, t, i, l, x, 2);
    for (; first < t->n; first++)
        t->lines[first].keep = true;
    return E_OK;
}

err letter_set_body(struct ctx *c, PangoContext *pango,
                    const struct letter_sheet *s,
                    const struct letter_block *blocks, size_t n,
                    struct letter_line **out, size_t *lines)
{
    static err (*const set[LETTER_KINDS])(struct ctx *, struct setter *, size_t,
                                          const struct letter_block *) = {
        [LETTER_PARAGRAPH] = set_paragraph,
        [LETTER_HEADING] = set_heading,
        [LETTER_ROW] = set_row,
        [LETTER_ITEM] = set_item,
        [LETTER_CODE] = set_code,
        [LETTER_PAIR] = set_pair,
    };
    struct setter t = {
        .pango = pango, .s = s, .width = s->width - s->left - s->right};

    for (size_t i = 0; i < n; i++) {
        const struct letter_block *b = &blocks[i];
        size_t first = t.n;

        /* What is signed does not part from its signatures. */
        if (b->kind == LETTER_PAIR && i > 0 && first > 0 && !b->anew)
            t.lines[first - 1].keep = true;
        if (b->kind == LETTER_ROW &&
            (i == 0 || blocks[i - 1].kind != LETTER_ROW))
            TRY(measure_labels(c, &t, b, n - i));
        TRY(set[b->kind](c, &t, i, b));
        t.lines[first].gap = (b->first                 ? 0.75
                              : b->kind == LETTER_CODE ? 0.05
                                                       : 0.2) *
                             s->em;
        t.lines[first].anew = b->anew;
    }
    *out = t.lines;
    *lines = t.n;
    return E_OK;
}
