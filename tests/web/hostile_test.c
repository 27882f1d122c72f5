/* SPDX-License-Identifier: EUPL-1.2 */
/* Hostile text in every field of every app, in every word of the apps
 * themselves, in the names of city, offices and officers: whatever it says, it
 * stays text. Two cities are walked side by side, one with harmless words, one
 * with hostile ones; their pages must be the same elements with the same
 * attributes, in the same order. */
#include "tests/web/roads.h"

#include <stdio.h>

#define WALKED 8192

/* ---- the two texts ------------------------------------------------ */

#define HOSTILE                                                                \
    "=1+1\"'><script>x(1)</script><b id=jahat onclick=x(1) "                   \
    "style=color:red>{{{t.home}}}&lt;&#60;</main></title><!--"
#define HARMLESS "Baik "

static str hostile(const struct plant *p)
{
    return arena_fmt(p->c->mem, HOSTILE "\nX-Jahat: 1\n%.*s", STR_ARG(p->path));
}

static str harmless(const struct plant *p)
{
    return arena_fmt(p->c->mem, HARMLESS "\nX-Baik: 1\n%.*s", STR_ARG(p->path));
}

/* ---- what a browser would make of a page -------------------------- */

struct reading {
    struct ctx *c;
    str rest;
    struct buf out;
    bool bad; /* an address that runs, or leads where no link of ours does */
};

static bool safe_address(str value)
{
    static const char *const heads[] = {
        "/",    "#",      "http://127.", "mailto:",
        "tel:", "data:,", "?",           "https://wa.me/"};

    for (size_t i = 0; i < COUNT(heads); i++)
        if (str_starts(value, str_of(heads[i])))
            return !str_starts(value, STR("//"));
    return value.n == 0;
}

static bool is_address(str name)
{
    static const str all[] = {STR_INIT("href"), STR_INIT("src"),
                              STR_INIT("action"), STR_INIT("formaction")};

    return str_among(name, all, COUNT(all)) >= 0;
}

static char next(struct reading *r)
{
    char ch = r->rest.p[0];

    r->rest = str_slice(r->rest, 1, r->rest.n);
    return ch;
}

static void skip_blanks(struct reading *r)
{
    while (r->rest.n > 0 && strchr(" \t\n\r\f/", r->rest.p[0]) != NULL)
        next(r);
}

static str take_name(struct reading *r)
{
    str from = r->rest;

    while (r->rest.n > 0 && strchr(" \t\n\r\f/>=", r->rest.p[0]) == NULL)
        next(r);
    return str_slice(from, 0, from.n - r->rest.n);
}

static str take_value(struct reading *r)
{
    char quote = r->rest.n > 0 ? r->rest.p[0] : 0;
    str value, rest;

    if (quote != '"' && quote != '\'')
        return take_name(r);
    next(r);
    str_cut(r->rest, quote, &value, &rest);
    r->rest = rest;
    return value;
}

/* One tag, from behind its "<" to behind its ">". */
static void read_tag(struct reading *r)
{
    buf_fmt(&r->out, "<%.*s", STR_ARG(take_name(r)));
    for (skip_blanks(r); r->rest.n > 0 && r->rest.p[0] != '>'; skip_blanks(r)) {
        str name = take_name(r), value = STR("");

        if (name.n == 0) {
            next(r);
            continue;
        }
        if (r->rest.n > 0 && r->rest.p[0] == '=') {
            next(r);
            value = take_value(r);
        }
        r->bad |= is_address(name) && !safe_address(value);
        buf_fmt(&r->out, " %.*s", STR_ARG(name));
    }
    if (r->rest.n > 0)
        next(r);
    buf_lit(&r->out, ">\n");
}

static str elements(struct ctx *c, str page, bool *bad)
{
    struct reading r = {.c = c, .rest = page, .out = buf_new(c, 1 << 20)};

    while (r.rest.n > 0)
        if (next(&r) == '<')
            read_tag(&r);
    *bad = r.bad;
    return buf_str(&r.out);
}

/* A sheet computes a cell that begins so; each begins a line or follows a
 * comma, in quotes or not. */
static bool computes(str csv)
{
    bool quoted = false, begins = true;

    for (size_t i = 0; i < csv.n; i++) {
        char ch = csv.p[i];

        if (begins && ch == '"' && !quoted) {
            quoted = true;
            continue;
        }
        if (begins && strchr("=+-@\t\r", ch) != NULL)
            return true;
        begins = false;
        if (ch == '"')
            quoted = !quoted;
        else if (!quoted)
            begins = ch == ',' || ch == '\n';
    }
    return false;
}

/* ---- walking ------------------------------------------------------ */

struct pages {
    struct ctx *c;
    struct meeting {
        const struct road *road;
        int status;
        str elements;
    } all[WALKED];
    size_t n, at;
    int told;    /* pages that held the hostile text, as text */
    bool second; /* compare with what was kept */
};

static void keep_or_compare(struct walk *w, const struct road *r,
                            const char *path, const struct seen *s)
{
    struct pages *p = w->arg;
    bool bad;
    bool html = str_find(s->head, STR("text/html")) < s->head.n;
    str got = html ? elements(p->c, s->body, &bad) : STR("");
    struct meeting *m = &p->all[p->at++];

    MUST(p->at <= WALKED);
    p->told += seen_has(s, "&lt;b id=jahat onclick=x(1)");
    if (html && !CHECK(!bad))
        printf("  %s: an address that is not ours\n", path);
    if (!CHECK(str_find(s->head, STR("Jahat")) == s->head.n))
        printf("  %s: text in its headers\n", path);
    if (str_find(s->head, STR("text/csv")) < s->head.n &&
        !CHECK(!computes(s->body)))
        printf("  %s: a cell that computes\n", path);
    if (!p->second) {
        *m = (struct meeting){r, s->status, got};
        p->n = p->at;
    } else if (!CHECK(m->road == r && m->status == s->status) ||
               !CHECK(str_eq(m->elements, got))) {
        size_t i = 0, from;

        while (i < got.n && i < m->elements.n && got.p[i] == m->elements.p[i])
            i++;
        from = i > 60 ? i - 60 : 0;
        printf("  %s, %s: %d, %d\n--- harmless\n%.*s\n--- hostile\n%.*s\n",
               w->role->name, path, m->status, s->status,
               STR_ARG(str_slice(m->elements, from, i + 120)),
               STR_ARG(str_slice(got, from, i + 120)));
    }
}

static void walk_city(struct pages *p, struct planted *city, const char *role)
{
    struct walk w = walk_as(city, roads_role(role));

    w.meet = keep_or_compare, w.arg = p;
    p->at = 0;
    for (w.app = 0; w.app < city->n; w.app++)
        walk_app(&w);
}

TEST(hostile_text_in_every_word_and_field_changes_no_page)
{
    static const char *const as[] = {"stranger", "resident of the record",
                                     "administrator", "desk of the office",
                                     "auditor"};
    struct planted *good = planted_spiked(c, harmless, STR(HARMLESS));
    struct planted *evil = planted_spiked(c, hostile, STR(HOSTILE));
    struct pages *p = NEW(c->mem, struct pages);

    p->c = c;
    CHECK(good->n == evil->n && good->n >= 2);
    for (size_t i = 0; i < COUNT(as); i++) {
        p->second = false;
        walk_city(p, good, as[i]);
        p->second = true;
        walk_city(p, evil, as[i]);
        CHECK_I64((int64_t)p->at, (int64_t)p->n);
    }
    CHECK(p->told > 1000);
}

/* What the reading must not miss. */
TEST(an_element_or_an_attribute_more_is_seen)
{
    static const char *const pages[] = {
        "<p title=\"a\">a</p>",           "<p title=\"a\"><b>a</b></p>",
        "<p title=\"a\" onclick=x>a</p>", "<p title=a style=b>a</p>",
        "<p title=''>a</p><script>",      "<p title=\"\"onclick=\"x\">a</p>"};
    bool bad;
    str first = elements(c, str_of(pages[0]), &bad);

    CHECK(!bad);
    for (size_t i = 1; i < COUNT(pages); i++)
        CHECK(!str_eq(first, elements(c, str_of(pages[i]), &bad)));
    CHECK(str_eq(first,
                 elements(c, STR("<p title=\"&lt;b&gt;\">&lt;b</p>"), &bad)));
    CHECK(computes(STR("a,=1")) && computes(STR("a\n\"@b\"")));
    CHECK(!computes(STR("a,\"b,=1\"\n'=1,2-1")));
    elements(c, STR("<a href=\"javascript:x\">"), &bad);
    CHECK(bad);
    elements(c, STR("<a href=\"//evil.example\">"), &bad);
    CHECK(bad);
}
