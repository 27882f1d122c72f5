/* SPDX-License-Identifier: EUPL-1.2 */
/* What every reader does first and last: look at the bytes, hand on faults. */
#include "data/data_priv.h"

#include <stdlib.h>

bool data_tired(const struct data_source *s)
{
    return s->found.n >= MOST_FAULTS;
}

/* A message may quote what it is about; it must not carry its line breaks or
 * hidden characters to a terminal. */
static str visible(struct ctx *c, str s)
{
    char *to = NEWS(c->mem, char, s.n + 1);

    if (s.n > 0)
        memcpy(to, s.p, s.n);
    for (size_t i = 0, from = 0; i < s.n; from = i) {
        int32_t point = data_point(s, &i);

        if (point < ' ' || data_hidden(point))
            memset(to + from, '?', i - from);
    }
    return (str){to, s.n};
}

void data_fault(struct data_source *s, struct place at, str key, str what,
                const char *mend)
{
    struct ctx *c = s->c;
    str clean = visible(c, what);
    struct finding *f = finding_add(c, &s->found, FIND_ERROR, at,
                                    visible(c, key), "%.*s", STR_ARG(clean));

    f->mend = str_of(mend);
}

/* ---- the bytes ---------------------------------------------------- */

enum flaw { FLAW_NONE, FLAW_UTF8, FLAW_TAB, FLAW_HIDDEN, FLAW_NFC };

static enum flaw flaw_of(int32_t point, bool strict)
{
    if (point < 0)
        return FLAW_UTF8;
    if (point == '\t' && strict)
        return FLAW_TAB;
    return data_hidden(point) ? FLAW_HIDDEN : FLAW_NONE;
}

static void flaw_fault(struct data_source *s, enum flaw flaw, int32_t point,
                       struct place at)
{
    static const struct {
        const char *id, *en, *mend_id, *mend_en;
    } says[] = {
        [FLAW_UTF8] = {"Bita ini bukan UTF-8.", "This byte is not UTF-8.",
                       "Simpan berkas dengan pengodean UTF-8.",
                       "Save the file as UTF-8."},
        [FLAW_TAB] = {"Di sini ada tab.", "There is a tab here.",
                      "Gantilah dengan spasi; di dalam \"...\" tulis \\t.",
                      "Put spaces instead; within \"...\" write \\t."},
        [FLAW_HIDDEN] = {"Di sini ada karakter yang tidak terlihat",
                         "There is a character here that nobody can see",
                         "Hapuslah; di dalam \"...\" tulis sebagai \\u....",
                         "Take it out; within \"...\" write it as \\u...."},
        [FLAW_NFC] = {"Huruf bertanda pada baris ini tidak dalam bentuk NFC.",
                      "Accented letters in this line are not in NFC.",
                      "Ketik ulang huruf bertanda itu, atau simpan berkas "
                      "dalam bentuk NFC.",
                      "Type the accented letters anew, or save the file in "
                      "NFC."},
    };
    struct arena *mem = s->c->mem;
    str what = str_of(says[flaw].id);

    if (str_eq(s->c->lang, STR("en")))
        what = str_of(says[flaw].en);
    if (flaw == FLAW_HIDDEN)
        what = arena_fmt(mem, "%.*s (U+%04X).", STR_ARG(what), (unsigned)point);
    data_fault(s, at, STR(""), what,
               str_eq(s->c->lang, STR("en")) ? says[flaw].mend_en
                                             : says[flaw].mend_id);
}

/* One line: blank what is wrong in the copy; the first of each flaw counts. */
static void clean_line(struct data_source *s, str line, int number, char *to,
                       bool strict)
{
    bool seen[FLAW_NFC + 1] = {false};
    int col = 1;

    for (size_t i = 0, from = 0; i < line.n; from = i, col++) {
        int32_t point = data_point(line, &i);
        enum flaw flaw = flaw_of(point, strict);

        if (flaw == FLAW_NONE)
            continue;
        memset(to + from, flaw == FLAW_UTF8 ? '_' : ' ', i - from);
        if (!seen[flaw])
            flaw_fault(s, flaw, point, (struct place){s->file, number, col});
        seen[flaw] = true;
    }
    if (strict && !seen[FLAW_UTF8] && !data_is_nfc(s->c, line))
        flaw_fault(s, FLAW_NFC, 0, (struct place){s->file, number, 1});
}

static bool all_blank(str line)
{
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] != ' ' && line.p[i] != '\r')
            return false;
    return true;
}

str data_clean(struct data_source *s, str text, bool strict)
{
    char *copy = NEWS(s->c->mem, char, text.n + 1);
    str line;
    size_t n = 0;

    for (int number = 1; text.n > 0 && !data_tired(s); number++) {
        bool ended = str_cut(text, '\n', &line, &text);

        if (line.n > 0)
            memcpy(copy + n, line.p, line.n);
        clean_line(s, line, number, copy + n, strict);
        if (!strict || !all_blank((str){copy + n, line.n}))
            n += line.n;
        if (ended)
            copy[n++] = '\n';
    }
    copy[n] = 0;
    return (str){copy, n};
}

str data_skip_bom(str text)
{
    return str_starts(text, STR("\xEF\xBB\xBF")) ? str_slice(text, 3, text.n)
                                                 : text;
}

/* ---- the faults --------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;

    if (x->at.line != y->at.line)
        return x->at.line < y->at.line ? -1 : 1;
    return (x->at.col > y->at.col) - (x->at.col < y->at.col);
}

err data_finish(struct data_source *s, struct findings *to)
{
    struct findings *f = &s->found;

    if (f->n == 0)
        return E_OK;
    qsort(f->all, f->n, sizeof *f->all, by_place);
    for (size_t i = 0; i < f->n; i++)
        finding_add(s->c, to, f->all[i].severity, f->all[i].at, f->all[i].key,
                    "%.*s", STR_ARG(f->all[i].what))
            ->mend = f->all[i].mend;
    if (f->n == 1)
        return fail(s->c, E_BAD_INPUT, "%.*s",
                    STR_ARG(finding_show(s->c, &f->all[0])));
    return fail(s->c, E_BAD_INPUT,
                say(s->c, "%.*s Seluruhnya ada %zu kesalahan.",
                    "%.*s There are %zu faults in all."),
                STR_ARG(finding_show(s->c, &f->all[0])), f->n);
}
