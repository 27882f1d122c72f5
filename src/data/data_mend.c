/* SPDX-License-Identifier: EUPL-1.2 */
/* When the syntax breaks: say why in words, and take the broken value out of
 * the text so that what comes behind it can be read. */
#include "data/data_yaml_priv.h"

struct says {
    const char *id, *en, *mend_id, *mend_en;
};

static const struct says quote_it = {
    "Nilai tanpa tanda kutip ini memuat tanda yang berarti bagi YAML.",
    "This value without quotes holds a sign that means something in YAML.",
    "Apit seluruh teks atau ungkapan dengan tanda kutip: \"...\".",
    "Put the whole text or expression in quotes: \"...\"."};
static const struct says colon = {
    "Di dalam nilai tanpa tanda kutip ada titik dua yang diikuti spasi.",
    "A colon and a space stand within a value without quotes.",
    "Apit seluruh teks atau ungkapan dengan tanda kutip: \"...\".",
    "Put the whole text or expression in quotes: \"...\"."};
static const struct says comma = {
    "Di dalam {...} atau [...] koma kurang, atau teks yang memuat : atau , "
    "tidak diberi tanda kutip.",
    "Within {...} or [...] a comma is missing, or a text that holds : or , "
    "has no quotes.",
    "Tulis {kunci: nilai, kunci: nilai}, dan apit teks seperti itu dengan "
    "tanda kutip.",
    "Write {key: value, key: value}, and put such a text in quotes."};
static const struct says bracket = {
    "Kurung { atau [ yang dibuka di sini tidak ditutup sebagaimana mestinya.",
    "The { or [ opened here is not closed as it should be.",
    "Periksa pasangan kurungnya; apit teks yang memuat kurung dengan tanda "
    "kutip.",
    "Check that brackets pair; put a text that holds one in quotes."};
static const struct says unclosed = {
    "Tanda kutip di sini tidak ditutup, atau lanjutannya kurang menjorok.",
    "A quote here is not closed, or its next line is not indented.",
    "Tutuplah tanda kutip pada akhir teks.",
    "Close the quote at the end of the text."};
static const struct says behind_quote = {
    "Di belakang tanda kutip penutup masih ada teks.",
    "There is more text behind the closing quote.",
    "Apit seluruh teks dengan satu pasang tanda kutip; di dalamnya tulis \\\" "
    "untuk tanda kutip.",
    "Put one pair of quotes around all of it; within, write \\\" for a quote."};
static const struct says uneven = {
    "Baris ini tidak sejajar dengan baris lain pada tingkatnya.",
    "This line does not stand under the others of its level.",
    "Samakan jumlah spasi di depan kunci-kunci yang setingkat.",
    "Give the keys of one level the same number of spaces."};
static const struct says no_colon = {
    "Baris ini bukan kunci: nilai.", "This line is not a key: value.",
    "Tulis titik dua dan satu spasi di belakang kunci, atau jorokkan baris "
    "lanjutan.",
    "Write a colon and a space behind the key, or indent what goes on."};
static const struct says no_item = {
    "Butir daftar ini kosong.", "This item of a list is empty.",
    "Tulis isinya, '' untuk teks kosong, atau hapus tanda - ini.",
    "Write what it holds, '' for an empty text, or take the - out."};
static const struct says escape = {
    "Di dalam \"...\" ada garis miring balik (\\) yang tidak dikenal.",
    "There is an unknown backslash sequence within \"...\".",
    "Tulis \\\\ untuk garis miring balik, atau pakai tanda kutip '...'.",
    "Write \\\\ for a backslash, or use single quotes '...'."};
static const struct says block = {
    "Teks bertanda | atau > mulai pada baris berikutnya.",
    "A text marked | or > begins on the next line.",
    "Pindahkan teksnya ke baris baru yang menjorok.",
    "Move the text to a new, indented line."};
static const struct says unknown = {
    "Susunan di sini bukan YAML yang dapat dibaca.",
    "This is not YAML that can be read.",
    "Periksa jorokan, titik dua dan tanda kutip pada baris ini.",
    "Check indentation, colons and quotes on this line."};

/* The first row whose words are in libfyaml's message. */
static const struct {
    const char *words;
    const struct says *says;
} reasons[] = {
    {"nested block mapping on the same line", &colon},
    {"mapping key on same line", &colon},
    {"mapping in plain multiline", &colon},
    {"missing comma", &comma},
    {"invalid comma", &comma},
    {"invalid multiline flow", &comma},
    {"mismatched flow", &bracket},
    {"closing bracket", &bracket},
    {"in flow mode", &bracket},
    {"wrongly indented flow", &bracket},
    {"-quoted scalar has invalid", &escape},
    {"surrogate", &escape},
    {"invalid escape", &escape},
    {"trailing content after", &behind_quote},
    {"wrongly indented double-quoted", &unclosed},
    {"wrongly indented single-quoted", &unclosed},
    {"while searching for closing", &unclosed},
    {"bad start of flow scalar", &unclosed},
    {"plain scalar cannot start", &quote_it},
    {"invalid alias", &quote_it},
    {"tag", &quote_it},
    {"anchor", &quote_it},
    {"invalid value after mapping", &uneven},
    {"block scalar", &block},
    {"sequence on the same line", &quote_it},
    {"expected ':'", &no_colon},
    {"multiline plain key", &no_colon},
    {"scalar used as key", &no_colon},
    {"expected key", &uneven},
    {"expected node content", &no_item},
    {"missing document start", &uneven},
    {"indent", &uneven},
};

static const struct says *reason_of(const char *message)
{
    for (size_t i = 0; i < COUNT(reasons); i++)
        if (strstr(message, reasons[i].words) != NULL)
            return reasons[i].says;
    return &unknown;
}

void data_explain(struct data_source *s, const struct yaml_break *at)
{
    const struct says *says = reason_of(at->message);
    bool en = str_eq(s->c->lang, STR("en"));
    struct place place = {s->file, at->line, at->col};

    if (says == &bracket && at->opened.line > 0)
        place = at->opened;
    data_fault(s, place, at->path, str_of(en ? says->en : says->id),
               en ? says->mend_en : says->mend_id);
}

/* ---- taking it out -------------------------------------------------- */

struct line {
    size_t from, to; /* without its line feed */
};

static bool line_at(const struct yaml_text *t, int number, struct line *out)
{
    size_t from = 0;

    for (int i = 1; from <= t->n; i++) {
        const char *lf = memchr(t->p + from, '\n', t->n - from);
        size_t to = lf == NULL ? t->n : (size_t)(lf - t->p);

        *out = (struct line){from, to};
        if (i == number)
            return true;
        if (lf == NULL)
            return false;
        from = to + 1;
    }
    return false;
}

static str text_of(const struct yaml_text *t, struct line l)
{
    return (str){t->p + l.from, l.to - l.from};
}

/* Where a line's key begins: behind spaces and the dashes of a list. */
static size_t key_from(str line)
{
    size_t i = 0;

    while (i < line.n &&
           (line.p[i] == ' ' ||
            (line.p[i] == '-' && i + 1 < line.n && line.p[i + 1] == ' ')))
        i++;
    return i;
}

/* Where its value begins: behind "key:"; 0 where it has no key. */
static size_t value_from(str line)
{
    for (size_t i = key_from(line); i < line.n; i++) {
        if (memchr("{}[]\"'#", line.p[i], 7) != NULL)
            return 0;
        if (line.p[i] == ':' && (i + 1 == line.n || line.p[i + 1] == ' '))
            return i + 1;
    }
    return 0;
}

/* Cut bytes out of a line. Lines keep their numbers; a line of blanks instead
 * would be taken for a part of a text above it. */
static void cut(struct yaml_text *t, size_t from, size_t to)
{
    memmove(t->p + from, t->p + to, t->n - to);
    t->n -= to - from;
}

static bool belongs(str line, size_t indent)
{
    size_t from = 0;

    while (from < line.n && (line.p[from] == ' ' || line.p[from] == '\r'))
        from++;
    return from == line.n || from > indent;
}

/* Empty the lines that continue a value whose key stands at column `indent`,
 * and in any case those up to `until`; `from` is the byte where `number`
 * begins. One pass: a hostile text has half a million lines. */
static void cut_rest(struct yaml_text *t, size_t from, int number, int until,
                     size_t indent)
{
    size_t to = from;
    str rest = {t->p + from, t->n - from}, line;

    while (rest.n > 0) {
        size_t before = rest.n;

        str_next(&rest, '\n', &line);
        if (number++ > until && !belongs(line, indent)) {
            rest = (str){line.p, before};
            break;
        }
        if (before > line.n)
            t->p[to++] = '\n';
    }
    memmove(t->p + to, t->p + t->n - rest.n, rest.n);
    t->n = to + rest.n;
}

/* "key: broken" becomes "key: ''" where there is room for it; a line that was
 * mended before, has no key, or is too short goes whole. */
bool data_mend(struct yaml_text *t, const struct yaml_break *at)
{
    int opened = at->opened.line;
    int number = opened > 0 && opened < at->line ? opened : at->line;
    struct line l;
    size_t value, indent;
    bool again = data_mended(t, number);

    while (number > 1 && line_at(t, number, &l) &&
           str_trim(text_of(t, l)).n == 0)
        number--;
    if (!line_at(t, number, &l) || str_trim(text_of(t, l)).n == 0 ||
        t->mends == COUNT(t->mended))
        return false;
    value = value_from(text_of(t, l));
    indent = key_from(text_of(t, l));
    again = again || data_mended(t, number);
    if (again || value == 0 || l.to - l.from < value + 3) {
        cut(t, l.from, l.to);
    } else {
        memcpy(t->p + l.from + value, " ''", 3);
        cut(t, l.from + value + 3, l.to);
    }
    if (line_at(t, number + 1, &l))
        cut_rest(t, l.from, number + 1, at->line, again ? SIZE_MAX : indent);
    t->mended[t->mends++] = number;
    return true;
}

bool data_mended(const struct yaml_text *text, int line)
{
    for (size_t i = 0; i < text->mends; i++)
        if (text->mended[i] == line)
            return true;
    return false;
}
