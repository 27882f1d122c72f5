/* SPDX-License-Identifier: EUPL-1.2 */
/* CSV to a list of maps: RFC 4180, and the ';' of Indonesian spreadsheets. */
#include "data/data_priv.h"

struct sheet {
    struct data_source *s;
    str text;
    char comma;
    size_t at;
    struct place place; /* of text[at] */
    str *head;
    size_t columns, room, cells;
};

static void sheet_fault(struct sheet *t, struct place at, str key,
                        const char *id, const char *en, const char *mend_id,
                        const char *mend_en)
{
    bool english = str_eq(t->s->c->lang, STR("en"));

    data_fault(t->s, at, key, str_of(english ? en : id),
               english ? mend_en : mend_id);
}

static bool at_end(const struct sheet *t)
{
    return t->at >= t->text.n;
}

static char here(const struct sheet *t)
{
    return at_end(t) ? '\n' : t->text.p[t->at];
}

static void step(struct sheet *t)
{
    char ch = here(t);

    t->at++;
    if (ch == '\n') {
        t->place.line++;
        t->place.col = 1;
    } else if (((unsigned char)ch & 0xC0) != 0x80) {
        t->place.col++;
    }
}

static bool at_line_end(const struct sheet *t)
{
    return here(t) == '\n' ||
           (here(t) == '\r' &&
            (t->at + 1 >= t->text.n || t->text.p[t->at + 1] == '\n'));
}

/* The part of a quoted cell behind its first quote. */
static str quoted_cell(struct sheet *t, struct place opened)
{
    struct buf b = buf_new(t->s->c, MOST_CSV);
    size_t from = t->at;

    for (; !at_end(t); step(t)) {
        if (here(t) != '"')
            continue;
        buf_raw(&b, str_slice(t->text, from, t->at));
        step(t);
        from = t->at;
        if (here(t) != '"' || at_end(t))
            break;
    }
    if (at_end(t) && from != t->at)
        sheet_fault(t, opened, STR(""), "Tanda kutip di sini tidak ditutup.",
                    "The quote opened here is not closed.",
                    "Tutup tanda kutip; tulis \"\" untuk tanda kutip di dalam "
                    "sel.",
                    "Close it; write \"\" for a quote within a cell.");
    else if (!at_line_end(t) && here(t) != t->comma)
        sheet_fault(t, t->place, STR(""),
                    "Di belakang tanda kutip penutup masih ada teks.",
                    "There is more text behind the closing quote.",
                    "Tulis \"\" untuk tanda kutip di dalam sel.",
                    "Write \"\" for a quote within a cell.");
    return buf_str(&b);
}

static str bare_cell(struct sheet *t)
{
    size_t from = t->at;

    while (!at_line_end(t) && here(t) != t->comma)
        step(t);
    return str_slice(t->text, from, t->at);
}

/* One cell, in NFC; stops at the comma or line end behind it. */
static struct data *next_cell(struct sheet *t)
{
    struct data *d = data_new(t->s->c, DATA_TEXT);
    str text;

    d->at = t->place;
    d->quoted = here(t) == '"' && !at_end(t);
    if (d->quoted) {
        step(t);
        text = quoted_cell(t, d->at);
        bare_cell(t);
    } else {
        text = bare_cell(t);
    }
    if (text.n > MOST_CELL) {
        sheet_fault(t, d->at, STR(""), "Sel ini lebih besar dari 64 KiB.",
                    "This cell is larger than 64 KiB.",
                    "Pendekkan isinya, atau periksa tanda kutipnya.",
                    "Shorten it, or check its quotes.");
        text = STR("");
    }
    if (data_nfc(t->s->c, text, &d->text) != E_OK)
        d->text = STR("");
    d->literal = !d->quoted && str_eq(text, d->text);
    t->cells++;
    return d;
}

static void end_line(struct sheet *t)
{
    if (here(t) == '\r')
        step(t);
    if (!at_end(t))
        step(t);
}

static bool twice(const struct sheet *t, str name)
{
    return str_among(name, t->head, t->columns) >= 0;
}

enum { MOST_COLUMNS = 256 };

static void read_head(struct sheet *t)
{
    while (!data_tired(t->s) && t->columns < MOST_COLUMNS) {
        const struct data *cell = next_cell(t);
        str name = str_trim(cell->text);

        if (name.n == 0 || twice(t, name))
            sheet_fault(t, cell->at, name,
                        "Judul kolom ini kosong atau sudah ada.",
                        "This column's name is empty or there already.",
                        "Beri tiap kolom nama yang berbeda pada baris "
                        "pertama.",
                        "Give each column a name of its own in the first "
                        "line.");
        ARENA_GROW(t->s->c->mem, t->head, t->columns, t->room);
        t->head[t->columns++] = name;
        if (here(t) != t->comma || at_end(t) || t->cells >= MOST_CELLS)
            break;
        step(t);
    }
    if (!at_line_end(t))
        sheet_fault(t, t->place, STR(""), "Lebih dari 256 kolom.",
                    "More than 256 columns.", "Hapus kolom yang tidak perlu.",
                    "Take out columns that are not needed.");
}

static void width_fault(struct sheet *t, struct place at, size_t n)
{
    struct ctx *c = t->s->c;

    data_fault(t->s, at, STR(""),
               arena_fmt(c->mem,
                         say(c, "Baris ini berisi %zu sel, judulnya %zu.",
                             "This line has %zu cells, the head has %zu."),
                         n, t->columns),
               say(c,
                   "Samakan jumlahnya; apit sel yang memuat koma dengan tanda "
                   "kutip.",
                   "Make them equal; put a cell that holds a comma in "
                   "quotes."));
}

static void read_row(struct sheet *t, struct data *rows)
{
    struct ctx *c = t->s->c;
    struct data *row = data_new(c, DATA_MAP);
    struct place at = t->place;
    size_t n = 0;

    row->at = at;
    for (;;) {
        struct data *cell = next_cell(t);

        if (n < t->columns)
            data_add(c, row, t->head[n], cell->at, cell);
        n++;
        if (here(t) != t->comma || at_end(t))
            break;
        step(t);
    }
    if (n != t->columns)
        width_fault(t, at, n);
    data_append(c, rows, row);
    end_line(t);
}

/* ';' where the head has more of them outside quotes than commas. */
static char comma_of(str text)
{
    int more = 0;
    bool quoted = false;

    for (size_t i = 0; i < text.n && (quoted || text.p[i] != '\n'); i++) {
        quoted ^= text.p[i] == '"';
        if (!quoted)
            more += (text.p[i] == ';') - (text.p[i] == ',');
    }
    return more > 0 ? ';' : ',';
}

static void read_rows(struct sheet *t, struct data *rows)
{
    read_head(t);
    end_line(t);
    while (!at_end(t) && !data_tired(t->s) && t->cells < MOST_CELLS) {
        if (at_line_end(t))
            end_line(t);
        else
            read_row(t, rows);
    }
    if (!at_end(t) && t->cells >= MOST_CELLS)
        sheet_fault(t, t->place, STR(""), "Lebih dari 524.288 sel.",
                    "More than 524,288 cells.",
                    "Bagilah menjadi beberapa berkas.",
                    "Split it into several files.");
}

err data_read_csv(struct ctx *c, str file, str bytes, struct findings *f,
                  struct data **out)
{
    struct data_source s = {.c = c, .file = arena_str(c->mem, file)};
    struct sheet t = {.s = &s, .place = {s.file, 1, 1}};

    *out = NULL;
    bytes = data_skip_bom(bytes);
    if (bytes.n > MOST_CSV || bytes.n == 0) {
        sheet_fault(&t, (struct place){s.file, 0, 0}, STR(""),
                    "Berkas ini kosong atau lebih besar dari 16 MiB.",
                    "This file is empty or larger than 16 MiB.",
                    "Tulis judul kolom pada baris pertama, lalu isinya.",
                    "Write the column names in the first line, then the rows.");
        return data_finish(&s, f);
    }
    t.text = data_clean(&s, bytes, false);
    t.comma = comma_of(t.text);
    *out = data_new(c, DATA_LIST);
    (*out)->at = t.place;
    if (!data_tired(&s))
        read_rows(&t, *out);
    return data_finish(&s, f);
}
