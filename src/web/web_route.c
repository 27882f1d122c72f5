/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of addresses, and the tree that finds a row by its segments. */
#include "web/web_priv.h"

#define GET  WEB_GET
#define POST WEB_POST
static const struct route routes[] = {
#define ROUTE(method, path, handler, who, takes, title)                        \
    {method, path, web_##handler, WHO_##who, TAKES_##takes, title},
#include "web/routes.def"
#undef ROUTE
};
#undef GET
#undef POST

size_t web_route_list(const struct route **all)
{
    *all = routes;
    return COUNT(routes);
}

/* One segment; its children are a list, words before parts. */
struct node {
    str word; /* empty for a part */
    bool rest;
    const struct route *by[2]; /* method */
    struct node *below, *next;
};

struct router {
    struct node root;
};

static struct node *child(struct ctx *c, struct node *in, str segment)
{
    bool part = str_starts(segment, STR("{"));
    str word = part ? STR("") : segment;
    struct node **at = &in->below, *made;

    for (; *at != NULL; at = &(*at)->next)
        if (str_eq((*at)->word, word))
            return *at;
    made = NEW(c->mem, struct node);
    made->word = word;
    made->rest = str_eq(segment, STR("{*}"));
    if (!part)
        at = &in->below; /* words first, parts last */
    made->next = *at;
    *at = made;
    return made;
}

struct router *web_router_new(struct ctx *c)
{
    struct router *r = NEW(c->mem, struct router);

    for (size_t i = 0; i < COUNT(routes); i++) {
        str rest = str_of(routes[i].path), segment;
        struct node *at = &r->root;

        rest = str_slice(rest, 1, rest.n);
        while (str_next(&rest, '/', &segment))
            at = child(c, at, segment);
        MUST(at->by[routes[i].method] == NULL);
        at->by[routes[i].method] = &routes[i];
    }
    return r;
}

/* Words come before parts in each list, so the first fit is the right one: no
 * address of ours has both below one another with different ends. */
static const struct node *step(const struct node *in, str segment)
{
    for (const struct node *n = in->below; n != NULL; n = n->next)
        if (n->word.n == 0 || str_eq(n->word, segment))
            return n;
    return NULL;
}

/* The node of an address, or NULL; its parts, for who asks. */
static const struct node *walk(const struct router *r, str path,
                               str parts[WEB_PARTS])
{
    const struct node *at = &r->root;
    str rest = str_slice(path, 1, path.n), segment;
    size_t n = 0;

    while (at != NULL && rest.n > 0) {
        str whole = rest;

        str_cut(rest, '/', &segment, &rest);
        if (segment.n == 0 || (rest.n == 0 && whole.p[whole.n - 1] == '/'))
            return NULL;
        at = step(at, segment);
        if (at != NULL && at->word.n == 0) {
            MUST(n < WEB_PARTS);
            parts[n++] = at->rest ? whole : segment;
            if (at->rest)
                break;
        }
    }
    return at;
}

static bool is_page(const struct node *at)
{
    return at != NULL && (at->by[WEB_GET] != NULL || at->by[WEB_POST] != NULL);
}

err web_router_find(struct ctx *c, const struct router *r,
                    enum web_method method, str path, const struct route **out,
                    str parts[WEB_PARTS])
{
    const struct node *at = walk(r, path, parts);

    if (!is_page(at))
        return fail(c, E_NOT_FOUND, "%s",
                    say(c, "Laman ini tidak ada.", "There is no such page."));
    for (size_t i = 0; i < WEB_PARTS; i++)
        if (parts[i].p != NULL)
            parts[i] = arena_str(c->mem, parts[i]);
    *out = at->by[method];
    return *out != NULL ? E_OK
                        : fail(c, E_METHOD, "%s",
                               say(c, "Laman ini tidak menerima cara itu.",
                                   "This page does not take that method."));
}

str web_router_page(const struct router *r, str path)
{
    str parts[WEB_PARTS];
    const struct node *at = walk(r, path, parts);

    if (!is_page(at))
        return path;
    while (path.n > 1 && (at == NULL || at->by[WEB_GET] == NULL)) {
        while (path.p[--path.n] != '/')
            continue;
        at = walk(r, path, parts);
    }
    return path.n == 0 ? STR("/") : path;
}

str web_routes(struct ctx *c)
{
    static const char *const methods[] = {"GET", "POST"};
    static const char *const who[] = {"anyone", "officer", "desk", "auditor",
                                      "admin"};
    struct buf b = buf_new(c, 1 << 16);

    for (size_t i = 0; i < COUNT(routes); i++)
        buf_fmt(&b, "%s %s %s\n", methods[routes[i].method], routes[i].path,
                routes[i].takes == TAKES_NOTE ? "program" : who[routes[i].who]);
    return buf_str(&b);
}
