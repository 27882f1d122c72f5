/* SPDX-License-Identifier: EUPL-1.2 */
/* A repository that another city publishes over HTTP. */
#include "grant/grant.h"
#include "net/net.h"

/* A package may be large and the line thin; what stalls ends by itself. */
#define LIMIT (10 * TIME_MINUTE)

struct site {
    str url; /* without a slash at its end */
    bool allow_private;
    struct net_line *line; /* one for all files */
};

static bool is_plain(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
           (ch >= '0' && ch <= '9') || (ch != 0 && strchr("-_.~", ch) != NULL);
}

static int hex_of(char ch)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *at = ch == 0 ? NULL : strchr(digits, ch);

    return at == NULL ? -1 : (int)(at - digits);
}

/* "%2F", as buf_url() writes the odd name of a role: never a byte that may
 * stand for itself, so that no dot is hidden, nor one that ends a line. */
static bool is_escape(str at)
{
    int high, low, byte;

    if (at.n < 3 || at.p[0] != '%')
        return false;
    high = hex_of(at.p[1]);
    low = hex_of(at.p[2]);
    byte = high * 16 + low;
    return high >= 0 && low >= 0 && byte >= ' ' && byte != 0x7f &&
           !is_plain((char)byte);
}

/* The names that metadata and targets have: nothing that a server or a URL
 * could read as something else. */
static bool path_ok(str path)
{
    str piece;

    for (size_t i = 0; i < path.n; i++)
        if (!is_plain(path.p[i]) && path.p[i] != '/' &&
            !is_escape(str_slice(path, i, path.n)))
            return false;
    if (path.n == 0 || str_ends(path, STR("/")))
        return false;
    while (str_next(&path, '/', &piece))
        if (piece.n == 0 || piece.p[0] == '.')
            return false;
    return true;
}

/* What a server may say of a file that it does not have. */
#define PAGE_MOST ((size_t)64 << 10)

static err fetch(struct ctx *c, void *arg, const char *path, size_t most,
                 str *bytes)
{
    const struct site *s = arg;
    struct net_ask ask = {.most = most > PAGE_MOST ? most : PAGE_MOST,
                          .limit = LIMIT,
                          .allow_private = s->allow_private,
                          .line = s->line,
                          /* Packages are compressed as they are. */
                          .gzip = str_ends(str_of(path), STR(".json"))};
    struct net_answer got;

    if (!path_ok(str_of(path)))
        return fail(c, E_BAD_INPUT,
                    say(c, "\"%s\" bukan nama berkas sebuah repositori.",
                        "\"%s\" is no name of a file of a repository."),
                    path);
    ask.url = arena_fmt(c->mem, "%.*s/%s", STR_ARG(s->url), path);
    TRY(net_get(c, &ask, &got));
    *bytes = got.body;
    if (got.status == 200 && got.body.n > most)
        return fail(
            c, E_TOO_BIG,
            say(c, "%.*s melebihi %zu bita.", "%.*s is over %zu bytes."),
            STR_ARG(ask.url), most);
    if (got.status == 200)
        return E_OK;
    /* Stores that hide what they have answer 403 for what is not there. */
    if (got.status == 404 || got.status == 403)
        return fail(c, E_NOT_FOUND,
                    say(c, "%.*s tidak ada.", "There is no %.*s."),
                    STR_ARG(ask.url));
    return fail(c, E_BUSY,
                say(c,
                    "%.*s tidak dapat diambil: server menjawab %d. Silakan "
                    "coba lagi nanti.",
                    "%.*s cannot be fetched: the server answered %d. Try again "
                    "later."),
                STR_ARG(ask.url), got.status);
}

struct grant_source grant_from_url(struct ctx *c, str url, bool allow_private)
{
    struct site *s = NEW(c->mem, struct site);

    while (str_ends(url, STR("/")))
        url = str_slice(url, 0, url.n - 1);
    *s = (struct site){arena_str(c->mem, url), allow_private,
                       net_line_new(c, allow_private)};
    return (struct grant_source){.fetch = fetch, .arg = s, .line = true};
}
