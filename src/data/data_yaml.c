/* SPDX-License-Identifier: EUPL-1.2 */
/* YAML to a tree, through libfyaml's events: they carry the places, and the
 * part of YAML that is not wanted here is refused event by event. libfyaml
 * stops at the first fault of syntax; then that value is taken out of a copy
 * of the text (data_mend.c) and the copy read again, so that one run names
 * every fault. */
#include "data/data_yaml_priv.h"

#include <libfyaml.h>
#include <stdlib.h>

enum { MOST_TRIES = 20, MOST_READ = 4 << 20, MOST_BEYOND = 64 };

/* A map or list that is being read. */
struct frame {
    struct data *node;
    struct place at;
    str key; /* the key whose value comes next; p == NULL: none */
    struct place key_at;
    bool flow, is_key;
};

struct reader {
    struct data_source *s;
    struct yaml_text *text;
    struct data *root;
    struct frame frames[MOST_DEPTH];
    size_t depth, beyond; /* open within the limit, and past it */
    size_t values, documents;
};

/* ---- where and what ----------------------------------------------- */

static struct place place_of(const struct reader *r, const struct fy_mark *m)
{
    if (m == NULL)
        return (struct place){r->s->file, 0, 0};
    return (struct place){r->s->file, m->line + 1, m->column + 1};
}

/* "flow.states[2].who": the path to what is being read. */
static str path_of(const struct reader *r)
{
    struct buf b = buf_new(r->s->c, 4096);

    for (size_t i = 0; i < r->depth; i++) {
        const struct frame *f = &r->frames[i];

        if (f->node->kind == DATA_LIST)
            buf_fmt(&b, "[%zu]", f->node->n + 1);
        else if (f->key.p != NULL)
            buf_fmt(&b, "%s%.*s", b.n == 0 ? "" : ".", STR_ARG(f->key));
    }
    return b.over ? STR("") : buf_str(&b);
}

static void fault(struct reader *r, struct place at, const char *what,
                  const char *mend)
{
    data_fault(r->s, at, path_of(r), str_of(what), mend);
}

static const char *in(const struct reader *r, const char *id, const char *en)
{
    return str_eq(r->s->c->lang, STR("en")) ? en : id;
}

static struct frame *top(struct reader *r)
{
    return r->depth == 0 ? NULL : &r->frames[r->depth - 1];
}

/* ---- putting values where they belong ------------------------------ */

static void attach(struct reader *r, struct data *value)
{
    struct frame *f = top(r);

    if (f == NULL) {
        r->root = value;
    } else if (f->node->kind == DATA_LIST) {
        data_append(r->s->c, f->node, value);
    } else {
        data_add(r->s->c, f->node, f->key, f->key_at, value);
        f->key = (str){NULL, 0};
    }
    if (++r->values == MOST_VALUES)
        fault(r, value->at,
              in(r, "Nilai dalam berkas ini terlalu banyak.",
                 "There are too many values in this file."),
              in(r, "Bagilah menjadi beberapa berkas.",
                 "Split it into several files."));
}

static bool wants_key(const struct frame *f)
{
    return f != NULL && f->node->kind == DATA_MAP && f->key.p == NULL;
}

static bool key_is_good(struct reader *r, struct place at, str key)
{
    if (key.n == 0)
        fault(r, at, in(r, "Kunci ini kosong.", "This key is empty."),
              in(r, "Tulis nama di depan titik dua.",
                 "Write a name before the colon."));
    else if (key.n > MOST_KEY)
        fault(r, at,
              in(r, "Kunci ini lebih dari 256 bita.",
                 "This key is longer than 256 bytes."),
              in(r, "Pendekkanlah; teks panjang adalah nilai, bukan kunci.",
                 "Shorten it; a long text is a value, not a key."));
    else
        return true;
    return false;
}

static void set_key(struct reader *r, struct place at, str key, bool plain)
{
    struct frame *f = &r->frames[r->depth - 1];

    MUST(r->depth > 0);
    f->key_at = at;
    f->key = key_is_good(r, at, key) ? key : STR("?");
    if (plain && str_eq(key, STR("<<")))
        fault(r, at,
              in(r, "Kunci gabungan << tidak dipakai di sini.",
                 "Merge keys (<<) are not used here."),
              in(r, "Tulis isinya satu per satu.",
                 "Write out what it would bring."));
}

/* ---- scalars ------------------------------------------------------ */

/* The next line of a block: behind the line feed and the indentation. */
static size_t next_line(str src, size_t at, size_t indent)
{
    at++;
    for (size_t i = 0; i < indent && at < src.n && src.p[at] == ' '; i++)
        at++;
    return at;
}

/* Whether `text` stands in the source from `at`, letter by letter, each line
 * behind `indent` spaces; then places can be counted within it. */
static bool stands_there(str src, size_t at, size_t indent, str text)
{
    str line;

    for (;;) {
        bool more = str_cut(text, '\n', &line, &text);

        if (at + line.n > src.n || memcmp(src.p + at, line.p, line.n) != 0)
            return false;
        at += line.n;
        if (!more)
            return true;
        if (at >= src.n)
            return text.n == 0;
        if (src.p[at] != '\n')
            return false;
        at = next_line(src, at, indent);
    }
}

static size_t leading(str s)
{
    size_t n = 0;

    while (n < s.n && s.p[n] == ' ')
        n++;
    return n;
}

/* A block's mark is the start of its first line; its text begins behind the
 * indentation that the first line with something in it tells. */
static size_t indent_of(str src, size_t at, str text)
{
    while (text.n > 0 && text.p[0] == '\n' && at < src.n) {
        at += str_find(str_slice(src, at, src.n), STR("\n")) + 1;
        text = str_slice(text, 1, text.n);
    }
    src = str_slice(src, at, src.n);
    return leading(src) > leading(text) ? leading(src) - leading(text) : 0;
}

static void place_text(struct reader *r, struct data *d,
                       const struct fy_mark *m, bool block)
{
    str src = {r->text->p, r->text->n};
    size_t at = m->input_pos, indent = 0;

    if (block) {
        indent = indent_of(src, at, d->text);
        d->at.col += (int)indent;
        at += leading(str_slice(src, at, at + indent));
    }
    d->literal = stands_there(src, at, indent, d->text);
}

static void null_fault(struct reader *r, struct place at, str text)
{
    const struct frame *f = top(r);

    if (text.n > 0)
        fault(r, at,
              in(r, "Nilai null tidak dipakai di sini.",
                 "There is no null here."),
              in(r,
                 "Tulis '' untuk teks kosong, atau beri tanda kutip pada "
                 "kata ini.",
                 "Write '' for an empty text, or put the word in quotes."));
    else if (f != NULL && f->flow)
        fault(r, at,
              in(r, "Kunci ini tidak bernilai.", "Nothing stands behind it."),
              in(r,
                 "Jika ada koma di dalam teks atau ungkapan, apitlah "
                 "seluruhnya dengan tanda kutip; tulis '' untuk teks kosong.",
                 "If a comma belongs to a text or an expression, put all of "
                 "it in quotes; write '' for an empty text."));
    else if (!data_mended(r->text, at.line + 1))
        fault(r, at,
              in(r, "Kunci ini tidak bernilai.", "Nothing stands behind it."),
              in(r,
                 "Tulis nilainya, '' untuk teks kosong, atau hapus kunci "
                 "ini.",
                 "Write its value, '' for an empty text, or take the key "
                 "out."));
}

/* The decoded text: escapes can bring what the bytes themselves did not. */
static void check_text(struct reader *r, struct place at, str text,
                       bool escaped)
{
    for (size_t i = 0; i < text.n;) {
        int32_t point = data_point(text, &i);

        if (point >= 0 && !(point < ' ' && data_hidden(point)))
            continue;
        fault(r, at,
              in(r, "Teks ini memuat karakter kendali.",
                 "This text holds a control character."),
              in(r, "Hapuslah karakter itu.", "Take it out."));
        return;
    }
    if (escaped && !data_is_nfc(r->s->c, text))
        fault(r, at,
              in(r, "Teks ini tidak dalam bentuk NFC.",
                 "This text is not in NFC."),
              in(r, "Ketik ulang huruf bertanda di dalamnya.",
                 "Type its accented letters anew."));
}

/* A folded text keeps the breaks around lines that stand further in. People do
 * not expect it, and libfyaml loses some: such a text is to be a | block. */
static bool folds_well(struct reader *r, struct place at, str src)
{
    size_t indent = SIZE_MAX;
    str line;

    while (str_next(&src, '\n', &line)) {
        if (str_trim(line).n == 0)
            continue;
        if (indent == SIZE_MAX)
            indent = leading(line);
        if (leading(line) <= indent)
            continue;
        fault(r, at,
              in(r, "Di dalam teks > ada baris yang lebih menjorok.",
                 "A line of a > text stands further in than the first."),
              in(r, "Samakan jorokannya, atau pakai | agar baris tetap.",
                 "Give all its lines one indentation, or use | to keep "
                 "lines."));
        return false;
    }
    return true;
}

/* The text of a scalar; `src` is what stands in the source. */
static str text_of(struct reader *r, struct fy_event *e, struct place at,
                   str src)
{
    enum fy_scalar_style style = fy_token_scalar_style(e->scalar.value);
    const char *p;
    size_t n = 0;

    if (style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED)
        return data_unquote(r->s->c, src, style == FYSS_SINGLE_QUOTED);
    p = fy_token_get_text(e->scalar.value, &n);
    if (p == NULL)
        fault(
            r, at,
            in(r, "Teks ini tidak dapat dibaca.", "This text cannot be read."),
            in(r, "Tulis ulang teks ini dalam satu baris.",
               "Write it anew in one line."));
    return arena_str(r->s->c->mem, (str){p, p == NULL ? 0 : n});
}

static str source_of(const struct reader *r, struct fy_event *e)
{
    const struct fy_mark *from = fy_event_start_mark(e);
    const struct fy_mark *to = fy_event_end_mark(e);

    if (from == NULL || to == NULL)
        return STR("");
    return str_slice((str){r->text->p, r->text->n}, from->input_pos,
                     to->input_pos);
}

static struct data *scalar_of(struct reader *r, struct fy_event *e,
                              const struct fy_mark *m)
{
    struct data *d = data_new(r->s->c, DATA_TEXT);
    enum fy_scalar_style style = fy_token_scalar_style(e->scalar.value);
    const struct frame *f = top(r);
    str src = source_of(r, e);

    d->quoted = style != FYSS_PLAIN && m != NULL;
    d->at = place_of(r, m);
    if (m == NULL && f != NULL)
        d->at = f->key.p != NULL ? f->key_at : f->at;
    if (style == FYSS_FOLDED && !folds_well(r, d->at, src))
        return d;
    d->text = text_of(r, e, d->at, src);
    if (m != NULL)
        place_text(r, d, m, style == FYSS_LITERAL || style == FYSS_FOLDED);
    check_text(r, d->at, d->text, style == FYSS_DOUBLE_QUOTED);
    return d;
}

static void on_scalar(struct reader *r, struct fy_event *e,
                      const struct fy_mark *m)
{
    struct data *d = scalar_of(r, e, m);

    if (wants_key(top(r))) {
        set_key(r, d->at, d->text, !d->quoted);
        return;
    }
    if (!d->quoted && data_looks_null(d->text) && e->scalar.tag == NULL)
        null_fault(r, d->at, d->text);
    attach(r, d);
}

/* ---- maps and lists ------------------------------------------------ */

static bool is_flow(const struct reader *r, const struct fy_mark *m)
{
    size_t at = m == NULL ? SIZE_MAX : m->input_pos;

    return at < r->text->n && (r->text->p[at] == '{' || r->text->p[at] == '[');
}

static void on_start(struct reader *r, enum data_kind kind,
                     const struct fy_mark *m)
{
    struct place at = place_of(r, m);
    bool is_key = wants_key(top(r));
    struct data *node;

    if (r->depth == MOST_DEPTH) {
        if (r->beyond++ == 0)
            fault(r, at,
                  in(r, "Lebih dari 32 tingkat.", "Deeper than 32 levels."),
                  in(r, "Ratakan susunannya.", "Make it flatter."));
        return;
    }
    if (is_key) {
        fault(r, at,
              in(r, "Di tempat kunci ada peta atau daftar.",
                 "A map or a list stands where a key belongs."),
              in(r,
                 "Kunci adalah satu kata di depan titik dua. Apit teks yang "
                 "memuat { atau [ dengan tanda kutip.",
                 "A key is one word before a colon. Put a text that holds { "
                 "or [ in quotes."));
        set_key(r, at, STR("?"), false);
    }
    node = data_new(r->s->c, kind);
    node->at = at;
    r->frames[r->depth++] = (struct frame){
        .node = node,
        .at = at,
        .flow = is_flow(r, m),
        .is_key = is_key,
    };
}

struct seat {
    const struct data_pair *pair;
    size_t at;
};

static int by_key(const void *a, const void *b)
{
    const struct seat *x = a, *y = b;
    int order = str_cmp(x->pair->key, y->pair->key);

    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

/* A hostile map has a hundred thousand keys: sort, never compare all. */
static void check_twins(struct reader *r, const struct data *map)
{
    struct seat *seats = NEWS(r->s->c->mem, struct seat, map->n);

    for (size_t i = 0; i < map->n; i++)
        seats[i] = (struct seat){&map->pairs[i], i};
    qsort(seats, map->n, sizeof *seats, by_key);
    for (size_t i = 1; i < map->n && !data_tired(r->s); i++) {
        const struct data_pair *one = seats[i - 1].pair, *two = seats[i].pair;

        if (!str_eq(one->key, two->key) || str_eq(two->key, STR("?")))
            continue;
        top(r)->key = two->key;
        data_fault(
            r->s, two->at, path_of(r),
            arena_fmt(r->s->c->mem,
                      say(r->s->c, "Kunci \"%.*s\" sudah ada pada baris %d.",
                          "The key \"%.*s\" is already on line %d."),
                      STR_ARG(two->key), one->at.line),
            in(r, "Satukan keduanya.", "Make them one."));
    }
    top(r)->key = (str){NULL, 0};
}

static void on_end(struct reader *r)
{
    struct frame done;

    if (r->beyond > 0) {
        if (--r->beyond > 0)
            return;
        if (wants_key(top(r)))
            set_key(r, top(r)->at, STR("?"), false);
        else
            attach(r, data_new(r->s->c, DATA_TEXT));
        return;
    }
    MUST(r->depth > 0);
    if (top(r)->node->kind == DATA_MAP && top(r)->node->n > 1)
        check_twins(r, top(r)->node);
    done = *top(r);
    r->depth--;
    if (!done.is_key)
        attach(r, done.node);
}

/* ---- what is not wanted -------------------------------------------- */

/* The mark of an anchor or alias is behind its & or *. */
static struct place sign_place(const struct reader *r, const struct fy_mark *m)
{
    struct place at = place_of(r, m);
    size_t byte = m == NULL ? 0 : m->input_pos;

    if (byte > 0 && strchr("&*", r->text->p[byte - 1]) != NULL)
        at.col--;
    return at;
}

static void refuse_sign(struct reader *r, struct fy_token *t, const char *what,
                        const char *mend)
{
    if (t != NULL)
        fault(r, sign_place(r, fy_token_start_mark(t)), what, mend);
}

static void refuse_signs(struct reader *r, struct fy_event *e)
{
    refuse_sign(r, fy_event_get_tag_token(e),
                in(r,
                   "Tanda ! di awal nilai adalah tag YAML, yang tidak dipakai.",
                   "A ! before a value is a YAML tag, which is not used here."),
                in(r, "Apit ungkapan yang dimulai dengan ! dengan tanda kutip.",
                   "Put an expression that begins with ! in quotes."));
    refuse_sign(
        r, fy_event_get_anchor_token(e),
        in(r, "Jangkar (&) tidak dipakai di sini.",
           "Anchors (&) are not used here."),
        in(r,
           "Tulis nilainya di tiap tempat; apit teks yang dimulai dengan & "
           "dengan tanda kutip.",
           "Write the value out at each place; put a text that begins with & "
           "in quotes."));
}

static void on_alias(struct reader *r, const struct fy_mark *m)
{
    struct data *d = data_new(r->s->c, DATA_TEXT);

    d->at = sign_place(r, m);
    fault(r, d->at,
          in(r, "Rujukan (*) tidak dipakai di sini.",
             "Aliases (*) are not used here."),
          in(r,
             "Tulis nilainya; apit teks yang dimulai dengan * dengan tanda "
             "kutip.",
             "Write the value out; put a text that begins with * in quotes."));
    if (wants_key(top(r)))
        set_key(r, d->at, STR("?"), false);
    else
        attach(r, d);
}

/* What lies before the document may be comments, never %YAML or %TAG. */
static void on_document(struct reader *r, const struct fy_mark *m)
{
    str before = {r->text->p, 0}, line;
    int number = 1;

    if (r->documents++ > 0) {
        fault(r, place_of(r, m),
              in(r, "Di sini mulai dokumen kedua (---).",
                 "A second document (---) begins here."),
              in(r, "Satu berkas memuat satu dokumen.",
                 "One file holds one document."));
        return;
    }
    before.n = m == NULL ? 0 : m->input_pos;
    for (; str_next(&before, '\n', &line); number++)
        if (line.n > 0 && line.p[0] == '%')
            fault(r, (struct place){r->s->file, number, 1},
                  in(r, "Petunjuk YAML (%) tidak dipakai di sini.",
                     "YAML directives (%) are not used here."),
                  in(r, "Hapus baris ini.", "Take this line out."));
}

/* ---- the loop ------------------------------------------------------ */

static void on_node(struct reader *r, struct fy_event *e,
                    const struct fy_mark *m)
{
    refuse_signs(r, e);
    if (e->type == FYET_SCALAR)
        on_scalar(r, e, m);
    else if (e->type == FYET_ALIAS)
        on_alias(r, m);
    else
        on_start(r, e->type == FYET_MAPPING_START ? DATA_MAP : DATA_LIST, m);
}

static void on_event(struct reader *r, struct fy_event *e)
{
    const struct fy_mark *m = fy_event_start_mark(e);
    bool leaf = e->type == FYET_SCALAR || e->type == FYET_ALIAS;
    bool end = e->type == FYET_MAPPING_END || e->type == FYET_SEQUENCE_END;

    if (e->type == FYET_DOCUMENT_START)
        on_document(r, m);
    if (e->type == FYET_DOCUMENT_START || r->documents > 1)
        return;
    if (end)
        on_end(r);
    else if (leaf && r->beyond == 0)
        on_node(r, e, m);
    else if (e->type == FYET_MAPPING_START || e->type == FYET_SEQUENCE_START)
        on_node(r, e, m);
}

/* A collector of messages that prints none. */
static struct fy_diag *silent(void)
{
    struct fy_diag_cfg cfg;
    struct fy_diag *d;

    fy_diag_cfg_default(&cfg);
    cfg.fp = NULL;
    cfg.output_fn = NULL;
    d = fy_diag_create(&cfg);
    MUST(d != NULL);
    fy_diag_set_collect_errors(d, true);
    return d;
}

/* The path to where the syntax broke: also of a value that was read just
 * before, on the same line. */
static str broken_path(struct reader *r, int line)
{
    struct frame *f = top(r);
    const struct data_pair *last;

    if (f != NULL && f->node->kind == DATA_MAP && f->key.p == NULL &&
        f->node->n > 0) {
        last = &f->node->pairs[f->node->n - 1];
        if (last->at.line == line)
            f->key = last->key;
    }
    return path_of(r);
}

/* The first fault of syntax, if there was one. */
static bool broken(struct reader *r, struct fy_diag *d, bool failed,
                   struct yaml_break *out)
{
    void *at = NULL;
    const struct fy_diag_error *e;

    *out = (struct yaml_break){.message = ""};
    while ((e = fy_diag_errors_iterate(d, &at)) != NULL)
        if (e->type == FYET_ERROR) {
            out->message = arena_str(r->s->c->mem, str_of(e->msg)).p;
            out->line = e->line;
            out->col = e->column;
            failed = true;
            break;
        }
    for (size_t i = 0; i < r->depth && out->opened.line == 0; i++)
        if (r->frames[i].flow)
            out->opened = r->frames[i].at;
    out->path = failed ? broken_path(r, out->line) : STR("");
    return failed && r->beyond == 0;
}

/* Feed the events to the tree; false when the parser gave up. */
static bool feed(struct reader *r, struct fy_parser *p)
{
    struct fy_event *e;
    bool ended = false;

    while (!ended && !data_tired(r->s) && r->values < MOST_VALUES &&
           r->beyond < MOST_BEYOND) {
        if ((e = fy_parser_parse(p)) == NULL)
            return false;
        ended = e->type == FYET_STREAM_END;
        on_event(r, e);
        fy_parser_event_free(p, e);
    }
    return true;
}

/* Read the text once; true when the syntax broke, and where. */
static bool read_once(struct reader *r, struct yaml_break *out)
{
    struct fy_diag *diag = silent();
    struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG |
                                        FYPCF_DEFAULT_VERSION_1_2 |
                                        FYPCF_JSON_NONE,
                               .diag = diag};
    struct fy_parser *p = fy_parser_create(&cfg);
    bool fed, broke;

    MUST(p != NULL);
    fed = fy_parser_set_string(p, r->text->p, r->text->n) == 0 && feed(r, p);
    broke = broken(r, diag, !fed, out);
    fy_parser_destroy(p);
    fy_diag_destroy(diag);
    return broke;
}

static void check_empty(struct reader *r)
{
    if (r->root == NULL && r->s->found.n == 0)
        fault(r, (struct place){r->s->file, 1, 1},
              in(r, "Berkas ini kosong.", "This file is empty."),
              in(r, "Tulis isinya, atau {} untuk peta yang kosong.",
                 "Write what belongs in it, or {} for an empty map."));
}

/* Each try takes memory: a large text is read less often than a small one. */
static bool may_try(const struct reader *r, int tries, size_t values)
{
    return tries < MOST_TRIES && values < MOST_VALUES &&
           (size_t)tries * r->text->n < MOST_READ && !data_tired(r->s);
}

/* Values are judged anew in each try; faults of bytes and syntax stay. */
static struct data *read_all(struct data_source *s, struct yaml_text *text)
{
    struct yaml_break at;
    size_t kept = s->found.n, values = 0;
    struct reader r;
    int tries = 0;

    for (;;) {
        r = (struct reader){.s = s, .text = text};
        if (!read_once(&r, &at))
            break;
        s->found.n = kept;
        data_explain(s, &at);
        kept = s->found.n;
        values += r.values;
        if (!may_try(&r, ++tries, values) || !data_mend(text, &at))
            break;
    }
    check_empty(&r);
    return tries > 0 ? NULL : r.root;
}

err data_read_yaml(struct ctx *c, str file, str bytes, struct findings *f,
                   struct data **out)
{
    struct data_source s = {.c = c, .file = arena_str(c->mem, file)};
    struct yaml_text text = {.p = NULL};

    *out = NULL;
    if (bytes.n > MOST_YAML) {
        data_fault(&s, (struct place){s.file, 0, 0}, STR(""),
                   str_of(say(c, "Berkas ini lebih besar dari 1 MiB.",
                              "This file is larger than 1 MiB.")),
                   say(c, "Bagilah menjadi beberapa berkas.",
                       "Split it into several files."));
        return data_finish(&s, f);
    }
    bytes = data_clean(&s, data_skip_bom(bytes), true);
    text.p = NEWS(c->mem, char, bytes.n + 1);
    memcpy(text.p, bytes.p, bytes.n);
    text.n = bytes.n;
    if (!data_tired(&s))
        *out = read_all(&s, &text);
    return data_finish(&s, f);
}
