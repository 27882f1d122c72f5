/* SPDX-License-Identifier: EUPL-1.2 */
/* Pages that are the same for all, kept as they were sent. A page is sent again
 * only while nothing was written and nothing was set since it was drawn, and
 * for a second at most, because it may tell of time. Whoever brings a cookie
 * gets a page of his own. */
#include "web/web_priv.h"

#include <pthread.h>
#include <stdlib.h>

#define KEPT_PAGES 128
#define KEPT_BYTES ((size_t)64 << 10) /* of one page */
#define KEPT_TIME  TIME_SECOND

#define KEPT_WORD 40 /* a type, a tag */

struct kept_page {
    str key, body;
    char type[KEPT_WORD], etag[KEPT_WORD];
    bool zipped;
    struct web_moment at;
};

struct kept {
    pthread_mutex_t guard;
    struct kept_page pages[KEPT_PAGES];
};

struct kept *web_kept_new(void)
{
    struct kept *k = calloc(1, sizeof *k);

    MUST(k != NULL && pthread_mutex_init(&k->guard, NULL) == 0);
    return k;
}

static void drop(struct kept_page *p)
{
    free((void *)(uintptr_t)p->key.p);
    free((void *)(uintptr_t)p->body.p);
    *p = (struct kept_page){.key = {NULL, 0}};
}

void web_kept_free(struct kept *k)
{
    if (k == NULL)
        return;
    for (size_t i = 0; i < KEPT_PAGES; i++)
        drop(&k->pages[i]);
    pthread_mutex_destroy(&k->guard);
    free(k);
}

struct web_moment web_moment(const struct visit *v)
{
    return (struct web_moment){.writes = store_commits(v->world.store),
                               .edition = v->world.edition,
                               .now = v->c->now};
}

static bool same(const struct web_moment *then, const struct web_moment *now)
{
    return then->writes == now->writes && then->edition == now->edition &&
           now->now >= then->now && now->now - then->now < KEPT_TIME;
}

/* What a page for all may still depend on. */
static str key_of(struct visit *v)
{
    bool zip = str_find(v->encodings, STR("gzip")) < v->encodings.n;

    return arena_fmt(v->c->mem, "%c %.*s %.*s %.*s", zip ? 'z' : '-',
                     STR_ARG(v->lang), STR_ARG(v->host), STR_ARG(v->path));
}

/* FNV-1a, 32 bits: it only finds the shelf, the key decides. */
static struct kept_page *shelf(struct kept *k, str key)
{
    uint32_t h = UINT32_C(2166136261);

    for (size_t i = 0; i < key.n; i++)
        h = (h ^ (unsigned char)key.p[i]) * UINT32_C(16777619);
    return &k->pages[h % KEPT_PAGES];
}

static bool for_all(const struct visit *v, str cookies)
{
    return v->method == WEB_GET && cookies.n == 0 && v->raw.n == 0;
}

bool web_kept_find(struct visit *v, struct kept *k, str cookies,
                   const struct web_moment *now)
{
    struct kept_page *p;
    bool found;
    str key;

    if (!for_all(v, cookies))
        return false;
    key = key_of(v);
    p = shelf(k, key);
    pthread_mutex_lock(&k->guard);
    found = p->body.n > 0 && str_eq(p->key, key) && same(&p->at, now);
    if (found)
        v->reply = (struct reply){.status = 200,
                                  .type = arena_str(v->c->mem, str_of(p->type)),
                                  .etag = arena_str(v->c->mem, str_of(p->etag)),
                                  .body = arena_str(v->c->mem, p->body),
                                  .zipped = p->zipped};
    pthread_mutex_unlock(&k->guard);
    return found;
}

static str own(str s)
{
    char *p = malloc(s.n + 1);

    MUST(p != NULL);
    memcpy(p, s.p, s.n);
    p[s.n] = 0;
    return (str){p, s.n};
}

/* web_show() gives a tag to what is the same for all, and only to that. */
bool web_kept_fits(const struct visit *v, str cookies)
{
    const struct reply *y = &v->reply;

    return for_all(v, cookies) && y->status == 200 && y->etag.n > 0 &&
           y->etag.n < KEPT_WORD && y->type.n < KEPT_WORD && !y->forever &&
           !y->keep_out && !v->s.fresh && y->body.n <= KEPT_BYTES;
}

void web_kept_keep(struct visit *v, struct kept *k,
                   const struct web_moment *then)
{
    const struct reply *y = &v->reply;
    struct kept_page page = {.at = *then, .zipped = y->zipped};
    struct kept_page *p, old;
    str key = key_of(v);

    memcpy(page.type, y->type.p, y->type.n);
    memcpy(page.etag, y->etag.p, y->etag.n);
    page.key = own(key);
    page.body = own(y->body);
    p = shelf(k, key);
    pthread_mutex_lock(&k->guard);
    old = *p;
    *p = page;
    pthread_mutex_unlock(&k->guard);
    drop(&old);
}
