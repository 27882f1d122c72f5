/* SPDX-License-Identifier: EUPL-1.2 */
/* What cairo cannot say: the document's language, that its title is to be
 * shown, version 1.7; and what it should not: when it was drawn. An
 * incremental update (ISO 32000-1, 7.5.6) replaces the two objects. */
#include "letter/letter_priv.h"

struct pdf {
    str bytes;
    size_t xref; /* offset of the cross-reference table */
    int64_t size, root, info;
};

/* The number that follows the last `key`. */
static bool number_after(str s, const char *key, int64_t *out)
{
    size_t n = strlen(key), at = s.n, end;

    while (at > 0 && !str_starts(str_slice(s, at, s.n), str_of(key)))
        at--;
    for (end = at += n; end < s.n && s.p[end] >= '0' && s.p[end] <= '9';)
        end++;
    return str_is_i64(str_slice(s, at, end), out);
}

static bool read_trailer(struct pdf *p)
{
    str tail = str_slice(p->bytes, p->bytes.n > 256 ? p->bytes.n - 256 : 0,
                         p->bytes.n);
    int64_t xref;

    if (!number_after(tail, "/Size ", &p->size) ||
        !number_after(tail, "/Root ", &p->root) ||
        !number_after(tail, "/Info ", &p->info) ||
        !number_after(tail, "startxref\n", &xref) || xref < 0)
        return false;
    p->xref = (size_t)xref;
    return str_starts(str_slice(p->bytes, p->xref, p->bytes.n),
                      STR("xref\n0 ")) &&
           p->root < p->size && p->info < p->root;
}

/* Where object n begins, by the table: twenty bytes an entry. */
static bool find_object(const struct pdf *p, int64_t n, size_t *at)
{
    str table = str_slice(p->bytes, p->xref + 5, p->bytes.n);
    size_t head = str_find(table, STR("\n")) + 1 + 20 * (size_t)n;
    int64_t offset;

    if (!str_is_i64(str_slice(table, head, head + 10), &offset))
        return false;
    *at = (size_t)offset;
    return *at < p->xref;
}

/* The object's text, but for the line that begins with `not`. */
static void copy_without(struct buf *b, str object, const char * not )
{
    str line;

    while (object.n > 0) {
        str_cut(object, '\n', &line, &object);
        if (str_starts(str_trim(line), str_of(not )))
            continue;
        buf_raw(b, line);
        buf_char(b, '\n');
    }
}

static str plain_language(str lang)
{
    for (size_t i = 0; i < lang.n; i++)
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-",
                   lang.p[i]) == NULL)
            return STR("id");
    return lang.n > 0 && lang.n <= 16 ? lang : STR("id");
}

static void append(struct buf *b, const struct pdf *p, str info, str root,
                   str lang)
{
    static const char first[] = "<< /Type /Catalog\n";
    size_t cut = str_find(root, STR("<< /Type /Catalog\n"));
    size_t info_at, root_at, xref_at;

    buf_raw(b, p->bytes);
    info_at = b->n;
    copy_without(b, info, "/CreationDate");
    root_at = b->n;
    buf_raw(b, str_slice(root, 0, cut));
    buf_fmt(b,
            "%s   /Version /1.7\n   /Lang (%.*s)\n"
            "   /ViewerPreferences << /DisplayDocTitle true >>\n"
            "   /MarkInfo << /Marked true >>\n",
            first, STR_ARG(plain_language(lang)));
    copy_without(b, str_slice(root, cut + sizeof first - 1, root.n),
                 "/MarkInfo");
    xref_at = b->n;
    buf_fmt(b,
            "xref\n%" PRId64 " 1\n%010zu 00000 n \n%" PRId64
            " 1\n%010zu 00000 n \ntrailer\n<< /Size %" PRId64
            "\n   /Root %" PRId64 " 0 R\n   /Info %" PRId64
            " 0 R\n   /Prev %zu\n>>\nstartxref\n%zu\n%%%%EOF\n",
            p->info, info_at, p->root, root_at, p->size, p->root, p->info,
            p->xref, xref_at);
}

err letter_finish(struct ctx *c, str drawn, str lang, str *pdf)
{
    struct buf b = buf_new(c, drawn.n + (64 << 10));
    struct pdf p = {.bytes = drawn};
    size_t info = 0, root = 0;

    if (!read_trailer(&p) || !find_object(&p, p.info, &info) ||
        !find_object(&p, p.root, &root) || info >= root)
        return fail(c, E_INTERNAL, "%s",
                    say(c,
                        "Pustaka cairo menulis PDF dengan susunan yang tidak "
                        "dikenal.",
                        "The cairo library wrote a PDF of an unknown shape."));
    append(&b, &p, str_slice(drawn, info, root), str_slice(drawn, root, p.xref),
           lang);
    return buf_done(c, &b, pdf);
}
