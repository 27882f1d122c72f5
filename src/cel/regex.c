/* SPDX-License-Identifier: EUPL-1.2 */
/* Regular expressions with RE2's syntax, without captures: the reading. Each
 * set, repeat and depth has a ceiling, so that no pattern is a bomb. */
#include "cel/regex_priv.h"

#include <stdlib.h>

enum {
    MOST_PROGRAM = 2000,
    MOST_REPEAT = 1000,
    MOST_DEPTH = 64,
    MOST_RANGES = 20000 /* of all sets of a pattern together */
};

struct flags {
    bool fold, lines, dot_all;
};

struct reader {
    struct ctx *c;
    str s;
    size_t at;
    int depth;
    size_t cost;     /* states so far, counted before they are made */
    size_t n_ranges; /* of all sets so far */
    struct flags flags;
    const char *why;
    size_t why_at;
};

/* The first fault ends the reading. */
static void refuse(struct reader *r, const char *id, const char *en)
{
    if (r->why != NULL)
        return;
    r->why = str_eq(r->c->lang, STR("en")) ? en : id;
    r->why_at = r->at;
    r->at = r->s.n;
}

/* ---- sets --------------------------------------------------------- */

static void set_add(struct reader *r, struct set *s, uint32_t low,
                    uint32_t high)
{
    for (uint32_t u = low; u <= high && u < 128; u++)
        s->ascii[u / 64] |= UINT64_C(1) << u % 64;
    if (high < 128 || r->why != NULL)
        return;
    if (++r->n_ranges > MOST_RANGES) {
        refuse(r, "terlalu panjang", "is too long");
        return;
    }
    ARENA_GROW(r->c->mem, s->ranges, s->n, s->room);
    s->ranges[s->n++] = (struct range){low < 128 ? 128 : low, high};
}

bool cel_set_has(const struct set *s, uint32_t u)
{
    size_t low = 0, high = s->n;

    if (u < 128)
        return (s->ascii[u / 64] >> u % 64 & 1) != 0;
    while (low < high) {
        size_t mid = (low + high) / 2;

        if (u < s->ranges[mid].low)
            high = mid;
        else if (u > s->ranges[mid].high)
            low = mid + 1;
        else
            return true;
    }
    return false;
}

static int by_low(const void *a, const void *b)
{
    const struct range *x = a, *y = b;

    return (x->low > y->low) - (x->low < y->low);
}

static void set_settle(struct set *s)
{
    size_t n = 0;

    if (s->n > 1)
        qsort(s->ranges, s->n, sizeof *s->ranges, by_low);
    for (size_t i = 0; i < s->n; i++) {
        if (n > 0 && s->ranges[i].low <= s->ranges[n - 1].high + 1) {
            if (s->ranges[i].high > s->ranges[n - 1].high)
                s->ranges[n - 1].high = s->ranges[i].high;
        } else {
            s->ranges[n++] = s->ranges[i];
        }
    }
    s->n = n;
}

static void set_invert(struct reader *r, struct set *s)
{
    struct set out = {{~s->ascii[0], ~s->ascii[1]}, NULL, 0, 0};
    uint32_t from = 128;

    set_settle(s);
    for (size_t i = 0; i < s->n; i++) {
        if (s->ranges[i].low > from)
            set_add(r, &out, from, s->ranges[i].low - 1);
        from = s->ranges[i].high + 1;
    }
    if (from <= 0x10ffff)
        set_add(r, &out, from, 0x10ffff);
    *s = out;
}

/* Add what is, or is not, in `one`. */
static void set_merge(struct reader *r, struct set *s, struct set *one,
                      bool negative)
{
    if (negative)
        set_invert(r, one);
    s->ascii[0] |= one->ascii[0];
    s->ascii[1] |= one->ascii[1];
    for (size_t i = 0; i < one->n; i++)
        set_add(r, s, one->ranges[i].low, one->ranges[i].high);
}

/* Both cases of ASCII and Latin-1 letters. */
static void set_fold(struct reader *r, struct set *s)
{
    size_t n = s->n;

    for (uint32_t u = 'a'; u <= 'z'; u++) {
        bool has = cel_set_has(s, u) || cel_set_has(s, u - 32);

        if (has) {
            set_add(r, s, u, u);
            set_add(r, s, u - 32, u - 32);
        }
    }
    for (size_t i = 0; i < n; i++)
        for (uint32_t u = s->ranges[i].low; u <= s->ranges[i].high && u <= 0xfe;
             u++) {
            if (u >= 0xe0 && u != 0xf7)
                set_add(r, s, u - 32, u - 32);
            else if (u >= 0xc0 && u <= 0xde && u != 0xd7)
                set_add(r, s, u + 32, u + 32);
        }
}

/* ---- categories --------------------------------------------------- */

struct category {
    const char *name;
    const struct range *ranges;
    size_t n;
};

#define CATEGORY(name, ...)                                                    \
    static const struct range ranges_##name[] = {__VA_ARGS__};
#include "cel/unicode.def"
#undef CATEGORY

static const struct category categories[] = {
#define CATEGORY(name, ...) {#name, ranges_##name, COUNT(ranges_##name)},
#include "cel/unicode.def"
#undef CATEGORY
};

static const struct {
    str name, members; /* pairs of first and last */
} posix[] = {
    {STR_INIT("alnum"), STR_INIT("09AZaz")},
    {STR_INIT("alpha"), STR_INIT("AZaz")},
    {STR_INIT("ascii"), STR_INIT("\0\x7f")},
    {STR_INIT("blank"), STR_INIT("\t\t  ")},
    {STR_INIT("cntrl"), STR_INIT("\0\x1f\x7f\x7f")},
    {STR_INIT("digit"), STR_INIT("09")},
    {STR_INIT("graph"), STR_INIT("!~")},
    {STR_INIT("lower"), STR_INIT("az")},
    {STR_INIT("print"), STR_INIT(" ~")},
    {STR_INIT("punct"), STR_INIT("!/:@[`{~")},
    {STR_INIT("space"), STR_INIT("\t\r  ")},
    {STR_INIT("upper"), STR_INIT("AZ")},
    {STR_INIT("word"), STR_INIT("09AZaz__")},
    {STR_INIT("xdigit"), STR_INIT("09AFaf")},
};

static void add_pairs(struct reader *r, struct set *s, str pairs)
{
    for (size_t i = 0; i < pairs.n; i += 2)
        set_add(r, s, (unsigned char)pairs.p[i], (unsigned char)pairs.p[i + 1]);
}

/* ---- reading ------------------------------------------------------ */

static bool more(const struct reader *r)
{
    return r->at < r->s.n;
}

static char ahead(const struct reader *r, size_t n)
{
    return r->at + n < r->s.n ? r->s.p[r->at + n] : 0;
}

static bool take(struct reader *r, const char *z)
{
    if (!str_starts(str_slice(r->s, r->at, r->s.n), str_of(z)))
        return false;
    r->at += strlen(z);
    return true;
}

/* The code point at *at; the text is UTF-8. */
uint32_t cel_point_at(str s, size_t *at)
{
    unsigned char lead = (unsigned char)s.p[(*at)++];
    int more = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    uint32_t u = more == 0 ? lead : lead & (0x3fu >> more);

    for (; more > 0 && *at < s.n; more--)
        u = u << 6 | ((unsigned char)s.p[(*at)++] & 0x3f);
    return u;
}

static struct tree *tree_new(struct reader *r, enum tree_kind kind)
{
    struct tree *t = NEW(r->c->mem, struct tree);

    t->kind = kind;
    return t;
}

static struct tree *join(struct reader *r, enum tree_kind kind,
                         const struct tree *a, const struct tree *b)
{
    struct tree *t = tree_new(r, kind);

    t->a = a;
    t->b = b;
    return t;
}

static struct tree *set_tree(struct reader *r, struct set *s)
{
    struct tree *t = tree_new(r, TREE_SET);

    if (r->flags.fold)
        set_fold(r, s);
    set_settle(s);
    t->set = s;
    return t;
}

static struct tree *assert_tree(struct reader *r, enum assertion a)
{
    struct tree *t = tree_new(r, TREE_ASSERT);

    t->assertion = a;
    return t;
}

/* \d \w \s and their opposites: whether `ch` names one. */
static bool perl_class(struct reader *r, struct set *s, char ch)
{
    static const struct {
        char name;
        str pairs;
    } classes[] = {{'d', STR_INIT("09")},
                   {'w', STR_INIT("09AZaz__")},
                   {'s', STR_INIT("\t\n\f\r  ")}};
    struct set one = {0};

    for (size_t i = 0; i < COUNT(classes); i++) {
        if ((ch | 32) != classes[i].name)
            continue;
        add_pairs(r, &one, classes[i].pairs);
        set_merge(r, s, &one, ch != classes[i].name);
        return true;
    }
    return false;
}

/* After \p or \P: L, {Lu}, {^N}. */
static void category_class(struct reader *r, struct set *s, bool negative)
{
    struct set one = {0};
    str name;
    size_t from = r->at, i = 0;

    if (take(r, "{")) {
        negative ^= take(r, "^");
        from = r->at;
        while (more(r) && ahead(r, 0) != '}')
            r->at++;
        name = str_slice(r->s, from, r->at);
        r->at += more(r);
    } else {
        r->at += more(r);
        name = str_slice(r->s, from, r->at);
    }
    while (i < COUNT(categories) && !str_eq(name, str_of(categories[i].name)))
        i++;
    if (i == COUNT(categories)) {
        r->at = from;
        refuse(r, "menyebut golongan huruf yang tidak dikenal",
               "names an unknown class of characters");
        return;
    }
    for (size_t j = 0; j < categories[i].n; j++)
        set_add(r, &one, categories[i].ranges[j].low,
                categories[i].ranges[j].high);
    set_merge(r, s, &one, negative);
}

static int hex_of(char ch)
{
    if (ch >= '0' && ch <= '9')
        return ch - '0';
    if ((ch | 32) >= 'a' && (ch | 32) <= 'f')
        return (ch | 32) - 'a' + 10;
    return -1;
}

/* After \x: two digits, or any number in braces. */
static uint32_t hex_point(struct reader *r)
{
    bool braces = take(r, "{");
    uint32_t u = 0;
    int n = 0;

    while (hex_of(ahead(r, 0)) >= 0 && u <= 0x10ffff && (braces || n < 2)) {
        u = u * 16 + (uint32_t)hex_of(ahead(r, 0));
        r->at++;
        n++;
    }
    if (n == 0 || u > 0x10ffff || (!braces && n != 2) ||
        (braces && !take(r, "}")))
        refuse(r, "memuat \\x yang tidak dapat dibaca",
               "has an \\x that cannot be read");
    return u;
}

static uint32_t octal_point(struct reader *r, uint32_t u)
{
    for (int i = 0; i < 2 && ahead(r, 0) >= '0' && ahead(r, 0) <= '7'; i++)
        u = u * 8 + (uint32_t)(r->s.p[r->at++] - '0');
    return u;
}

/* One character after a backslash. */
static uint32_t escaped_point(struct reader *r)
{
    static const char from[] = "afnrtv", to[] = "\a\f\n\r\t\v";
    char ch = ahead(r, 0);
    size_t begin = r->at - 1;
    const char *simple = ch == 0 ? NULL : strchr(from, ch);

    if (more(r))
        r->at++;
    if (simple != NULL)
        return (uint32_t)to[simple - from];
    if (ch == 'x')
        return hex_point(r);
    if (ch == '0')
        return octal_point(r, 0);
    if (ch >= '1' && ch <= '7' && ahead(r, 0) >= '0' && ahead(r, 0) <= '7')
        return octal_point(r, (uint32_t)(ch - '0'));
    if (ch > 0 && ch < 127 &&
        strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ", ch) != NULL)
        return (uint32_t)ch;
    r->at = begin;
    refuse(r, "memuat garis miring terbalik yang tidak dikenal",
           "has an unknown backslash sequence");
    return 0;
}

/* ---- [classes] ---------------------------------------------------- */

static bool posix_class(struct reader *r, struct set *s)
{
    struct set one = {0};
    size_t end = str_find(str_slice(r->s, r->at, r->s.n), STR(":]"));
    str name = str_slice(r->s, r->at + 2, r->at + end);
    bool negative = str_starts(name, STR("^"));

    if (!str_starts(str_slice(r->s, r->at, r->s.n), STR("[:")) ||
        r->at + end >= r->s.n)
        return false;
    name = str_slice(name, negative, name.n);
    for (size_t i = 0; i < COUNT(posix); i++) {
        if (!str_eq(name, posix[i].name))
            continue;
        add_pairs(r, &one, posix[i].members);
        set_merge(r, s, &one, negative);
        r->at += end + 2;
        return true;
    }
    refuse(r, "menyebut golongan huruf yang tidak dikenal",
           "names an unknown class of characters");
    return true;
}

static uint32_t class_point(struct reader *r)
{
    if (take(r, "\\"))
        return escaped_point(r);
    return more(r) ? cel_point_at(r->s, &r->at) : 0;
}

/* A class within a class: \d, \pL, [:alpha:]. */
static bool inner_class(struct reader *r, struct set *s)
{
    char ch = ahead(r, 1);

    if (posix_class(r, s))
        return true;
    if (ahead(r, 0) != '\\')
        return false;
    if (ch == 'p' || ch == 'P') {
        r->at += 2;
        category_class(r, s, ch == 'P');
        return true;
    }
    if (!perl_class(r, s, ch))
        return false;
    r->at += 2;
    return true;
}

static struct tree *bracket(struct reader *r)
{
    struct set *s = NEW(r->c->mem, struct set);
    bool negative = take(r, "^"), first = true;

    for (; more(r) && (first || ahead(r, 0) != ']'); first = false) {
        uint32_t low, high;

        if (inner_class(r, s))
            continue;
        low = high = class_point(r);
        if (ahead(r, 0) == '-' && ahead(r, 1) != ']' && ahead(r, 1) != 0) {
            r->at++;
            high = class_point(r);
        }
        if (high < low)
            refuse(r, "memuat rentang yang terbalik",
                   "has a range that runs backwards");
        else
            set_add(r, s, low, high);
    }
    if (!take(r, "]"))
        refuse(r, "memuat [ yang tidak ditutup", "has a [ without its ]");
    if (negative && r->flags.fold)
        set_fold(r, s);
    if (negative)
        set_invert(r, s);
    return set_tree(r, s);
}

/* ---- atoms -------------------------------------------------------- */

static struct tree *alternatives(struct reader *r);

static struct tree *literal(struct reader *r, uint32_t u)
{
    struct set *s = NEW(r->c->mem, struct set);

    set_add(r, s, u, u);
    return set_tree(r, s);
}

static struct tree *dot(struct reader *r)
{
    struct set *s = NEW(r->c->mem, struct set);

    set_add(r, s, '\n', '\n');
    if (r->flags.dot_all)
        s->ascii[0] = 0;
    set_invert(r, s);
    set_settle(s);
    struct tree *t = tree_new(r, TREE_SET);

    t->set = s;
    return t;
}

/* \Q...\E: plain text. */
static struct tree *quoted(struct reader *r)
{
    struct tree *t = tree_new(r, TREE_EMPTY);

    while (more(r) && !take(r, "\\E")) {
        t = join(r, TREE_BOTH, t, literal(r, cel_point_at(r->s, &r->at)));
        if (++r->cost > MOST_PROGRAM)
            refuse(r, "terlalu panjang", "is too long");
    }
    return t;
}

static struct tree *escaped(struct reader *r)
{
    struct set *s = NEW(r->c->mem, struct set);
    char ch = ahead(r, 0);

    if (ch == 'p' || ch == 'P') {
        r->at++;
        category_class(r, s, ch == 'P');
        return set_tree(r, s);
    }
    if (perl_class(r, s, ch)) {
        r->at++;
        return set_tree(r, s);
    }
    if (take(r, "b"))
        return assert_tree(r, AT_WORD);
    if (take(r, "B"))
        return assert_tree(r, NOT_AT_WORD);
    if (take(r, "A"))
        return assert_tree(r, AT_TEXT_START);
    if (take(r, "z"))
        return assert_tree(r, AT_TEXT_END);
    if (take(r, "Q"))
        return quoted(r);
    return literal(r, escaped_point(r));
}

/* (?ims-U) and what ends it: ')' or ':'. True where a group follows. */
static bool read_flags(struct reader *r)
{
    bool on = true;

    for (; more(r); r->at++) {
        switch (ahead(r, 0)) {
        case 'i':
            r->flags.fold = on;
            continue;
        case 'm':
            r->flags.lines = on;
            continue;
        case 's':
            r->flags.dot_all = on;
            continue;
        case 'U': /* which match is found is of no matter here */
            continue;
        case '-':
            on = false;
            continue;
        case ':':
        case ')':
            r->at++;
            return r->s.p[r->at - 1] == ':';
        default:
            break;
        }
        break;
    }
    refuse(r, "memuat (? yang tidak dikenal", "has an unknown (? group");
    return false;
}

static void skip_name(struct reader *r)
{
    size_t from = r->at;

    while (more(r) &&
           (hex_of(ahead(r, 0)) >= 0 || ahead(r, 0) == '_' ||
            ((ahead(r, 0) | 32) >= 'a' && (ahead(r, 0) | 32) <= 'z')))
        r->at++;
    if (r->at == from || !take(r, ">"))
        refuse(r, "memuat nama kelompok yang tidak dapat dibaca",
               "has a group name that cannot be read");
}

/* After "(": a group ends its flags, (?i) alone lasts to the end of ours. */
static struct tree *group(struct reader *r)
{
    struct flags outer = r->flags;
    struct tree *t;

    if (take(r, "?P<") || take(r, "?<"))
        skip_name(r);
    else if (take(r, "?") && !read_flags(r))
        return tree_new(r, TREE_EMPTY);
    if (++r->depth > MOST_DEPTH)
        refuse(r, "terlalu dalam bersarang", "is nested too deeply");
    t = alternatives(r);
    r->depth--;
    if (!take(r, ")"))
        refuse(r, "memuat ( yang tidak ditutup", "has a ( without its )");
    r->flags = outer;
    return t;
}

static struct tree *atom(struct reader *r)
{
    if (take(r, "("))
        return group(r);
    if (take(r, "["))
        return bracket(r);
    if (take(r, "."))
        return dot(r);
    if (take(r, "^"))
        return assert_tree(r, r->flags.lines ? AT_LINE_START : AT_TEXT_START);
    if (take(r, "$"))
        return assert_tree(r, r->flags.lines ? AT_LINE_END : AT_TEXT_END);
    if (take(r, "\\"))
        return escaped(r);
    if (strchr("*+?", ahead(r, 0)) != NULL) {
        refuse(r, "mengulang tanpa yang diulang",
               "repeats with nothing to repeat");
        return tree_new(r, TREE_EMPTY);
    }
    return literal(r, cel_point_at(r->s, &r->at));
}

/* ---- repeats ------------------------------------------------------ */

static bool number(struct reader *r, size_t *at, int *out)
{
    size_t from = *at;

    *out = 0;
    while (*at < r->s.n && r->s.p[*at] >= '0' && r->s.p[*at] <= '9' &&
           *out <= MOST_REPEAT)
        *out = *out * 10 + (r->s.p[(*at)++] - '0');
    return *at > from;
}

/* {n} {n,} {n,m}; anything else after { is plain text. */
static bool counted(struct reader *r, int *min, int *max)
{
    size_t at = r->at + 1;

    if (ahead(r, 0) != '{' || !number(r, &at, min))
        return false;
    *max = *min;
    if (at < r->s.n && r->s.p[at] == ',') {
        at++;
        if (!number(r, &at, max))
            *max = INFINITE;
    }
    if (at >= r->s.n || r->s.p[at] != '}')
        return false;
    if (*min > MOST_REPEAT || *max > MOST_REPEAT ||
        (*max != INFINITE && *max < *min))
        refuse(r, "mengulang terlalu sering", "repeats too often");
    else
        r->at = at + 1;
    return true;
}

static bool repeat_follows(struct reader *r, int *min, int *max)
{
    *min = 0;
    *max = INFINITE;
    if (take(r, "*"))
        return true;
    if (take(r, "+")) {
        *min = 1;
        return true;
    }
    if (take(r, "?")) {
        *max = 1;
        return true;
    }
    return counted(r, min, max);
}

/* How many states a tree needs. Chains grow to the left, and are walked
 * without recursion: a long pattern is no deep one. */
static size_t cost_of(const struct tree *t)
{
    size_t sum = 0, times;

    for (; t->kind == TREE_BOTH || t->kind == TREE_EITHER; t = t->a)
        sum += cost_of(t->b) + (t->kind == TREE_EITHER);
    if (t->kind == TREE_SET || t->kind == TREE_ASSERT)
        return sum + 1;
    if (t->kind == TREE_EMPTY)
        return sum;
    times = (size_t)(t->max == INFINITE ? t->min + 1 : t->max);
    return sum + times * (cost_of(t->a) + 1);
}

static struct tree *repeated(struct reader *r)
{
    struct tree *t = atom(r), *again;
    int min, max;

    if (r->why != NULL || !repeat_follows(r, &min, &max))
        return t;
    take(r, "?"); /* the shortest or the longest: found is found */
    again = tree_new(r, TREE_REPEAT);
    again->a = t;
    again->min = min;
    again->max = max;
    if (cost_of(again) > MOST_PROGRAM)
        refuse(r, "mengulang terlalu sering", "repeats too often");
    if (r->why == NULL && repeat_follows(r, &min, &max))
        refuse(r, "mengulang pengulangan", "repeats a repetition");
    return again;
}

static struct tree *sequence(struct reader *r)
{
    struct tree *t = tree_new(r, TREE_EMPTY);

    while (more(r) && ahead(r, 0) != '|' && ahead(r, 0) != ')') {
        t = join(r, TREE_BOTH, t, repeated(r));
        if (++r->cost > MOST_PROGRAM)
            refuse(r, "terlalu panjang", "is too long");
    }
    return t;
}

static struct tree *alternatives(struct reader *r)
{
    struct tree *t = sequence(r);

    while (take(r, "|")) {
        t = join(r, TREE_EITHER, t, sequence(r));
        if (++r->cost > MOST_PROGRAM)
            refuse(r, "terlalu panjang", "is too long");
    }
    return t;
}

const struct tree *cel_regex_read(struct ctx *c, str pattern, const char **why,
                                  size_t *at, size_t *n_ranges)
{
    struct reader r = {.c = c, .s = pattern};
    struct tree *t;

    if (!str_utf8(pattern, NULL) || pattern.n > 4 * MOST_PROGRAM)
        refuse(&r, "terlalu panjang", "is too long");
    t = alternatives(&r);
    if (more(&r))
        refuse(&r, "memuat ) tanpa (", "has a ) without its (");
    if (r.why == NULL && cost_of(t) > MOST_PROGRAM)
        refuse(&r, "terlalu panjang", "is too long");
    *why = r.why;
    *at = r.why_at;
    *n_ranges = r.n_ranges;
    return r.why == NULL ? t : NULL;
}
