/* SPDX-License-Identifier: EUPL-1.2 */
/* Lines to pages: letterhead, title, body, signature, seal and code. */
#include "letter/letter_priv.h"

#include <math.h>

#define SERIF     "Noto Serif"
#define SANS      "Noto Sans"
#define PDF_MOST  (16 << 20)
#define TEXT_MOST 2048 /* of one text of the frame */

/* Texts that stand above each other. */
struct stack {
    struct {
        PangoLayout *layout;
        double gap, shift;
    } all[4];
    size_t n;
    double height;
};

/* One letter in the making. Distances are from the top left corner. */
struct press {
    const struct letter_sheet *s;
    const struct letter_frame *f;
    PangoContext *pango;
    cairo_t *cr;
    const struct letter_crest *crest;
    double width; /* of the text */
    double rgb[3];

    struct stack head, title, running, date, signer, seal, verify;
    struct letter_qr qr;
    struct letter_line *lines;
    size_t n;
    double *y; /* of each line */
    int *page; /* of each line, from 1 */
    int pages;
    double end; /* below the last line, on the last page */
};

/* ---- measures, in em ---------------------------------------------- */

static double em(const struct press *p, double n)
{
    return n * p->s->em;
}

static double qr_side(const struct press *p)
{
    return p->f->verify_url.n > 0 ? em(p, 6.2) : 0;
}

/* The corner at the foot of the last page: code, how to check. */
static double verify_height(const struct press *p)
{
    double side = qr_side(p), text = p->verify.height;

    return side > text ? side : text;
}

static double crest_width(const struct press *p)
{
    return p->crest != NULL ? em(p, 5.6) : 0;
}

static double signer_width(const struct press *p)
{
    return p->width * 0.5;
}

static double seal_height(const struct press *p)
{
    double note = p->seal.height + em(p, 0.9);

    return p->seal.n == 0      ? em(p, 4.6) /* room for a signature in ink */
           : note > em(p, 3.4) ? note
                               : em(p, 3.4);
}

static double signature_height(const struct press *p)
{
    double date = p->date.height, signer = p->signer.height;

    if (p->f->signer_name.n == 0)
        return date + signer > 0 ? em(p, 1.6) + date : 0;
    return em(p, 1.6) + date + seal_height(p) + em(p, 0.8) + signer;
}

/* The code stands in the corner that the signature leaves free, or below the
 * text where nobody signs. */
static double closing_height(const struct press *p)
{
    double signature = signature_height(p), verify = verify_height(p);

    verify += verify > 0 ? em(p, 1.6) : 0;
    return signature > verify ? signature : verify;
}

static double first_top(const struct press *p)
{
    double head = p->head.height, crest = p->crest != NULL ? em(p, 6) : 0;
    double y = p->s->top + (head > crest ? head : crest) + em(p, 0.9);

    return p->title.n > 0 ? y + em(p, 1.5) + p->title.height + em(p, 0.5) : y;
}

/* ---- texts of the frame ------------------------------------------- */

/* Lines of about the same length: the least width that adds no line. Returns
 * what was taken off. */
static double balance(PangoLayout *l, double width)
{
    int lines = pango_layout_get_line_count(l);
    double low = width / 2, high = width, middle;

    for (int i = 0; lines > 1 && i < 8; i++) {
        middle = (low + high) / 2;
        pango_layout_set_width(l, (int)(middle * PANGO_SCALE));
        if (pango_layout_get_line_count(l) > lines)
            low = middle;
        else
            high = middle;
    }
    pango_layout_set_width(l, (int)(high * PANGO_SCALE));
    return width - high;
}

static err put(struct ctx *c, struct press *p, struct stack *to, double gap,
               struct letter_type type)
{
    PangoLayout *l;
    size_t points;

    if (type.text.n == 0)
        return E_OK;
    if (type.text.n > TEXT_MOST || !str_utf8(type.text, &points))
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "Bagian kerangka surat terlalu panjang atau bukan "
                        "UTF-8: \"%.*s\".",
                        "A part of the letter's frame is too long or not "
                        "UTF-8: \"%.*s\"."),
                    STR_ARG(str_slice(type.text, 0, 60)));
    TRY(letter_set(c, p->pango, &type, &l));
    MUST(to->n < COUNT(to->all));
    if (type.align == PANGO_ALIGN_CENTER)
        to->all[to->n].shift = balance(l, type.width) / 2;
    to->all[to->n].layout = l;
    to->all[to->n++].gap = gap;
    to->height += gap + letter_height(l);
    return E_OK;
}

static str nip(struct ctx *c, str id)
{
    bool digits = id.n == 18;

    for (size_t i = 0; i < id.n; i++)
        digits &= id.p[i] >= '0' && id.p[i] <= '9';
    if (!digits)
        return id;
    return arena_fmt(c->mem, "NIP %.8s %.6s %.1s %.3s", id.p, id.p + 8,
                     id.p + 14, id.p + 15);
}

static err set_head(struct ctx *c, struct press *p)
{
    double width = p->width - 2 * crest_width(p);
    struct letter_type t = {
        .font = SERIF, .width = width, .align = PANGO_ALIGN_CENTER};

    t.text = p->f->government, t.size = em(p, 1.22);
    TRY(put(c, p, &p->head, 0, t));
    t.text = p->f->office, t.size = em(p, 1.34), t.bold = true;
    TRY(put(c, p, &p->head, em(p, 0.1), t));
    t.text = p->f->address, t.size = em(p, 0.84), t.bold = false;
    t.font = SANS;
    return put(c, p, &p->head, em(p, 0.25), t);
}

static err set_title(struct ctx *c, struct press *p)
{
    const struct letter_frame *f = p->f;
    const char *number = str_eq(f->lang, STR("en")) ? "Number" : "Nomor";
    struct letter_type t = {
        .font = SERIF, .width = p->width, .align = PANGO_ALIGN_CENTER};
    str numbered = f->number.n == 0 ? f->number
                                    : arena_fmt(c->mem, "%s: %.*s", number,
                                                STR_ARG(f->number));

    t.text = f->title, t.size = em(p, 1.3), t.bold = true;
    TRY(put(c, p, &p->title, 0, t));
    t.text = numbered, t.size = em(p, 1), t.bold = false;
    TRY(put(c, p, &p->title, em(p, 0.15), t));
    t.text = arena_fmt(c->mem, "%.*s%s%.*s", STR_ARG(f->title),
                       f->title.n > 0 && numbered.n > 0 ? "  ·  " : "",
                       STR_ARG(numbered));
    t.font = SANS, t.size = em(p, 0.74), t.align = PANGO_ALIGN_LEFT;
    return put(c, p, &p->running, 0, t);
}

static err set_signer(struct ctx *c, struct press *p)
{
    const struct letter_frame *f = p->f;
    struct letter_type t = {.font = SERIF,
                            .width = signer_width(p),
                            .size = p->s->em,
                            .align = PANGO_ALIGN_CENTER};

    t.text = f->place.n > 0 && f->date.n > 0
                 ? arena_fmt(c->mem, "%.*s, %.*s", STR_ARG(f->place),
                             STR_ARG(f->date))
                 : (f->date.n > 0 ? f->date : f->place);
    TRY(put(c, p, &p->date, 0, t));
    t.text = f->signer_title;
    TRY(put(c, p, &p->date, 0, t));
    t.text = f->signer_name, t.bold = true;
    TRY(put(c, p, &p->signer, 0, t));
    t.text = nip(c, f->signer_id), t.bold = false;
    return put(c, p, &p->signer, 0, t);
}

static err set_small(struct ctx *c, struct press *p)
{
    struct letter_type t = {.font = SANS, .size = em(p, 0.72)};
    double crest = p->crest != NULL ? em(p, 2.9) : 0;

    t.text = p->f->seal_note;
    t.width = signer_width(p) - crest - em(p, 2.2);
    TRY(put(c, p, &p->seal, 0, t));
    t.text = p->f->verify_text;
    t.width = p->width - (qr_side(p) > 0 ? qr_side(p) + em(p, 0.9) : 0);
    if (signature_height(p) > 0)
        t.width -= signer_width(p) + em(p, 1.2);
    TRY(put(c, p, &p->verify, 0, t));
    if (p->f->verify_url.n == 0)
        return E_OK;
    return letter_make_qr(c, p->f->verify_url, &p->qr);
}

/* ---- pages -------------------------------------------------------- */

/* The lines from `i` on that no page may part: up to but not including. */
static size_t chunk_end(const struct press *p, size_t i)
{
    size_t j = i;

    while (j + 1 < p->n && p->lines[j].keep && !p->lines[j + 1].anew &&
           j - i < 12)
        j++;
    return j + 1;
}

static double chunk_height(const struct press *p, size_t i, size_t end)
{
    double h = 0;

    for (; i < end; i++)
        h += p->lines[i].gap + p->lines[i].height;
    return h;
}

static double next_top(const struct press *p)
{
    return p->s->top + em(p, 2.2);
}

/* Place the lines of a chunk; on a new page the gap above falls away. */
static void place(struct press *p, size_t i, size_t end, double *y, bool anew)
{
    if (anew) {
        p->pages++;
        *y = next_top(p) - p->lines[i].gap;
    }
    for (; i < end; i++) {
        p->page[i] = p->pages;
        p->y[i] = *y + p->lines[i].gap;
        *y = p->y[i] + p->lines[i].height;
    }
}

/* What ends the letter shall not stand alone on a page: the last lines of the
 * body move with it. */
static void make_room(struct press *p, double *y)
{
    double limit = p->s->height - p->s->bottom;
    size_t i = p->n;

    if (*y + closing_height(p) <= limit)
        return;
    while (i > 0 && (i == p->n || p->n - i < 3 || p->lines[i - 1].keep) &&
           p->page[i - 1] == p->pages && p->n - i < 12)
        i--;
    if (i == p->n || i == 0 || p->page[i - 1] != p->pages) {
        p->pages++;
        *y = next_top(p);
        return;
    }
    place(p, i, p->n, y, true);
}

static err paginate(struct ctx *c, struct press *p)
{
    double y = first_top(p), limit = p->s->height - p->s->bottom;
    size_t end;

    p->pages = 1;
    for (size_t i = 0; i < p->n; i = end) {
        double high;

        end = chunk_end(p, i);
        high = chunk_height(p, i, end);
        place(p, i, end, &y,
              ((i > 0 && p->lines[i].anew) || y + high > limit) &&
                  y > next_top(p));
    }
    make_room(p, &y);
    p->end = y;
    if (p->pages > LETTER_PAGES)
        return fail(c, E_TOO_BIG,
                    say(c,
                        "Surat ini menjadi %d halaman; paling banyak %d. "
                        "Pindahkan rinciannya ke lampiran.",
                        "This letter comes to %d pages; %d at most. Move its "
                        "details to an attachment."),
                    p->pages, LETTER_PAGES);
    return E_OK;
}

/* ---- drawing ------------------------------------------------------ */

static void ink(const struct press *p, double grey)
{
    cairo_set_source_rgb(p->cr, grey, grey, grey);
}

static void draw_stack(const struct press *p, const struct stack *k,
                       const char *tag, double x, double y)
{
    for (size_t i = 0; i < k->n; i++) {
        y += k->all[i].gap;
        cairo_tag_begin(p->cr, i == 0 ? tag : "P", NULL);
        cairo_move_to(p->cr, x + k->all[i].shift, y);
        pango_cairo_show_layout(p->cr, k->all[i].layout);
        cairo_tag_end(p->cr, i == 0 ? tag : "P");
        y += letter_height(k->all[i].layout);
    }
}

static void rule(const struct press *p, double y, double weight)
{
    cairo_rectangle(p->cr, p->s->left, y, p->width, weight);
    cairo_fill(p->cr);
}

static void draw_head(const struct press *p)
{
    const struct letter_sheet *s = p->s;
    double crest = p->crest != NULL ? em(p, 6) : 0;
    double high = p->head.height > crest ? p->head.height : crest;
    double y = s->top + high + em(p, 0.6);

    if (p->crest != NULL)
        letter_draw_crest(p->cr, p->crest, s->left, s->top, em(p, 5.2), high);
    ink(p, 0);
    draw_stack(p, &p->head, "P", s->left + crest_width(p),
               s->top + (high - p->head.height) / 2);
    if (p->head.n > 0) {
        cairo_set_source_rgb(p->cr, p->rgb[0], p->rgb[1], p->rgb[2]);
        rule(p, y, em(p, 0.2));
        rule(p, y + em(p, 0.32), em(p, 0.06));
    }
    ink(p, 0);
    draw_stack(p, &p->title, "H1", s->left,
               first_top(p) - em(p, 0.5) - p->title.height);
}

static void draw_running(const struct press *p)
{
    ink(p, 0.3);
    draw_stack(p, &p->running, "P", p->s->left, p->s->top);
    ink(p, 0.7);
    rule(p, p->s->top + em(p, 1.3), 0.5);
}

static void draw_lines(const struct press *p, int page)
{
    size_t open = SIZE_MAX;

    ink(p, 0);
    for (size_t i = 0; i < p->n; i++) {
        const struct letter_line *l = &p->lines[i];

        if (p->page[i] != page)
            continue;
        if (l->block != open) {
            if (open != SIZE_MAX)
                cairo_tag_end(p->cr, "P");
            cairo_tag_begin(p->cr, "P", NULL);
            open = l->block;
        }
        for (size_t k = 0; k < l->parts; k++) {
            cairo_move_to(p->cr, p->s->left + l->part[k].x,
                          p->y[i] + l->baseline);
            pango_cairo_show_layout_line(p->cr, l->part[k].line);
        }
    }
    if (open != SIZE_MAX)
        cairo_tag_end(p->cr, "P");
}

static void round_box(cairo_t *cr, double x, double y, double w, double h,
                      double r)
{
    cairo_new_sub_path(cr);
    cairo_arc(cr, x + w - r, y + r, r, -M_PI / 2, 0);
    cairo_arc(cr, x + w - r, y + h - r, r, 0, M_PI / 2);
    cairo_arc(cr, x + r, y + h - r, r, M_PI / 2, M_PI);
    cairo_arc(cr, x + r, y + r, r, M_PI, 1.5 * M_PI);
    cairo_close_path(cr);
}

static void draw_seal(const struct press *p, double x, double y)
{
    double high = seal_height(p), wide = signer_width(p);
    double crest = p->crest != NULL ? em(p, 2.9) : 0;

    if (p->seal.n == 0)
        return;
    round_box(p->cr, x + em(p, 0.4), y, wide - em(p, 0.8), high, em(p, 0.4));
    cairo_set_source_rgb(p->cr, p->rgb[0], p->rgb[1], p->rgb[2]);
    cairo_set_line_width(p->cr, em(p, 0.07));
    cairo_stroke(p->cr);
    if (p->crest != NULL)
        letter_draw_crest(p->cr, p->crest, x + em(p, 0.8),
                          y + (high - em(p, 2.6)) / 2, em(p, 2.4), em(p, 2.6));
    ink(p, 0.2);
    draw_stack(p, &p->seal, "P", x + em(p, 1) + crest,
               y + (high - p->seal.height) / 2);
}

static void draw_signature(const struct press *p)
{
    double x = p->s->width - p->s->right - signer_width(p);
    double y = p->end + em(p, 1.6);

    ink(p, 0);
    draw_stack(p, &p->date, "P", x, y);
    if (p->f->signer_name.n == 0)
        return;
    y += p->date.height + em(p, 0.4);
    draw_seal(p, x, y);
    ink(p, 0);
    draw_stack(p, &p->signer, "P", x, y + seal_height(p) + em(p, 0.4));
}

/* The address as cairo's tag wants it: nothing that would end its string, or
 * the PDF's. */
static const char *link_to(struct ctx *c, str url, double x, double y,
                           double side)
{
    struct buf b = buf_new(c, 3 * url.n + 128);

    buf_lit(&b, "uri='");
    for (size_t i = 0; i < url.n; i++) {
        unsigned char ch = (unsigned char)url.p[i];
        if (ch <= ' ' || ch >= 127 || strchr("'()\\<>\"", ch) != NULL)
            buf_fmt(&b, "%%%02X", ch);
        else
            buf_char(&b, (char)ch);
    }
    buf_fmt(&b, "' rect=[%d %d %d %d]", (int)x, (int)y, (int)side, (int)side);
    return buf_str(&b).p;
}

static void draw_verify(struct ctx *c, const struct press *p)
{
    double side = qr_side(p), x = p->s->left, y;
    double high = verify_height(p);

    if (high <= 0)
        return;
    y = p->s->height - p->s->bottom - high;
    if (side > 0) {
        letter_draw_qr(p->cr, &p->qr, x, y + (high - side) / 2, side);
        cairo_tag_begin(p->cr, CAIRO_TAG_LINK,
                        link_to(c, p->f->verify_url, x, y, side));
        cairo_tag_end(p->cr, CAIRO_TAG_LINK);
        x += side + em(p, 0.9);
    }
    ink(p, 0.2);
    draw_stack(p, &p->verify, "P", x, y + (high - p->verify.height) / 2);
}

/* A text of the margin, centred on the page at height y. */
static err draw_margin(struct ctx *c, const struct press *p, str text,
                       double size, double y)
{
    struct letter_type t = {.text = text,
                            .font = SANS,
                            .size = size,
                            .width = p->width,
                            .align = PANGO_ALIGN_CENTER,
                            .bold = text.p == p->f->watermark.p};
    PangoLayout *l;

    TRY(letter_set(c, p->pango, &t, &l));
    cairo_tag_begin(p->cr, "P", NULL);
    cairo_move_to(p->cr, p->s->left, y);
    pango_cairo_show_layout(p->cr, l);
    cairo_tag_end(p->cr, "P");
    return E_OK;
}

/* Across the page as an outline, so that it never mixes into copied text, and
 * once as a word at the top, for those who hear the page. */
static err draw_watermark(struct ctx *c, const struct press *p)
{
    const struct letter_sheet *s = p->s;
    double diagonal = hypot(s->width, s->height), wide, high;
    struct letter_type t = {
        .text = p->f->watermark, .font = SANS, .size = 100, .bold = true};
    PangoRectangle box;
    PangoLayout *l;

    if (p->f->watermark.n == 0)
        return E_OK;
    TRY(letter_set(c, p->pango, &t, &l));
    pango_layout_get_extents(l, &box, NULL);
    wide = (double)box.width / PANGO_SCALE;
    high = (double)box.height / PANGO_SCALE;
    cairo_save(p->cr);
    cairo_translate(p->cr, s->width / 2, s->height / 2);
    cairo_rotate(p->cr, -atan2(s->height, s->width));
    cairo_scale(p->cr, diagonal * 0.62 / wide, diagonal * 0.62 / wide);
    cairo_move_to(p->cr, -wide / 2 - (double)box.x / PANGO_SCALE,
                  -high / 2 - (double)box.y / PANGO_SCALE);
    pango_cairo_layout_path(p->cr, l);
    cairo_set_source_rgb(p->cr, 0.97, 0.88, 0.87);
    cairo_fill(p->cr);
    cairo_restore(p->cr);
    cairo_set_source_rgb(p->cr, 0.7, 0.12, 0.1);
    return draw_margin(c, p, p->f->watermark, em(p, 0.85), s->top * 0.35);
}

static err draw_page(struct ctx *c, const struct press *p, int page)
{
    bool english = str_eq(p->f->lang, STR("en"));
    str number =
        arena_fmt(c->mem, english ? "Page %d of %d" : "Halaman %d dari %d",
                  page, p->pages);
    double foot = p->s->height - p->s->bottom * 0.62;

    TRY(draw_watermark(c, p));
    if (page == 1)
        draw_head(p);
    else
        draw_running(p);
    draw_lines(p, page);
    if (page == p->pages) {
        draw_signature(p);
        draw_verify(c, p);
    }
    ink(p, 0.3);
    if (p->pages > 1)
        TRY(draw_margin(c, p, number, em(p, 0.74), foot));
    cairo_show_page(p->cr);
    return E_OK;
}

/* ---- the document ------------------------------------------------- */

static cairo_status_t write_out(void *out, const unsigned char *p, unsigned n)
{
    buf_raw(out, (str){(const char *)p, n});
    return CAIRO_STATUS_SUCCESS;
}

static void drop_cairo(void *cr)
{
    cairo_destroy(cr);
}

static void drop_surface(void *surface)
{
    cairo_surface_finish(surface);
    cairo_surface_destroy(surface);
}

static void read_colour(struct press *p)
{
    unsigned char b[3];

    if (p->f->colour.n == 7 && p->f->colour.p[0] == '#' &&
        str_unhex(str_slice(p->f->colour, 1, 7), b, 3))
        for (size_t i = 0; i < 3; i++)
            p->rgb[i] = b[i] / 255.0;
}

static err read_crest(struct ctx *c, struct press *p)
{
    struct findings f = {0};

    if (p->f->crest.n == 0)
        return E_OK;
    TRY(letter_read_crest(c, STR("crest"), p->f->crest, &f, &p->crest));
    if (f.errors > 0)
        return fail(c, E_BAD_INPUT, "%.*s", STR_ARG(finding_show(c, f.all)));
    return E_OK;
}

static err set_all(struct ctx *c, struct press *p, str body)
{
    struct letter_block *blocks;
    size_t n;

    p->pango = letter_pango(c, p->f->lang);
    read_colour(p);
    TRY(read_crest(c, p));
    TRY(set_head(c, p));
    TRY(set_title(c, p));
    TRY(set_signer(c, p));
    TRY(set_small(c, p));
    letter_read_body(c, body, &blocks, &n);
    TRY(letter_set_body(c, p->pango, p->s, blocks, n, &p->lines, &p->n));
    p->y = NEWS(c->mem, double, p->n + 1);
    p->page = NEWS(c->mem, int, p->n + 1);
    return paginate(c, p);
}

static void describe(struct ctx *c, const struct press *p,
                     cairo_surface_t *surface)
{
    str title = arena_fmt(c->mem, "%.*s %.*s", STR_ARG(p->f->title),
                          STR_ARG(p->f->number));

    cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_4);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE,
                                   arena_str(c->mem, str_trim(title)).p);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR,
                                   arena_str(c->mem, p->f->government).p);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR,
                                   "balai");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                   "2000-01-01T00:00:00Z");
}

err letter_draw(struct ctx *c, const struct letter_sheet *s,
                const struct letter_frame *f, str body, str *pdf)
{
    struct press p = {.s = s, .f = f, .width = s->width - s->left - s->right};
    struct buf *b = NEW(c->mem, struct buf);
    cairo_surface_t *surface;
    str drawn;

    TRY(set_all(c, &p, body));
    *b = buf_new(c, PDF_MOST);
    surface =
        cairo_pdf_surface_create_for_stream(write_out, b, s->width, s->height);
    arena_owns(c->mem, drop_surface, surface);
    p.cr = cairo_create(surface);
    arena_owns(c->mem, drop_cairo, p.cr);
    describe(c, &p, surface);
    for (int page = 1; page <= p.pages; page++)
        TRY(draw_page(c, &p, page));
    cairo_surface_finish(surface);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS ||
        cairo_status(p.cr) != CAIRO_STATUS_SUCCESS)
        return fail(c, E_INTERNAL,
                    say(c, "Surat tidak dapat dibuat: %s.",
                        "The letter could not be made: %s."),
                    cairo_status_to_string(cairo_surface_status(surface)));
    TRY(buf_done(c, b, &drawn));
    return letter_finish(c, drawn, f->lang, pdf);
}
