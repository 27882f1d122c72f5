/* SPDX-License-Identifier: EUPL-1.2 */
/* A city served on loopback, and a browser that follows no redirect by
 * itself. Both go with c->mem. */
#pragma once

#include "tests/town.h"
#include "web/web.h"

#include <pthread.h>

struct site {
    struct ctx *c;
    struct town *town;
    struct web *web;
    _Atomic int64_t now;
    struct ctx looks; /* of snapshots, which any thread may ask for */
    pthread_mutex_t one;
    bool asked;            /* the clock waits for an officer */
    const char *read_only; /* or NULL */
    const char *alarm;     /* or NULL */
};

struct site *site_new(struct ctx *c);
/* The same with a folder to publish, a proxy, a name, a patience. */
struct site *site_open(struct ctx *c, const struct web_options *with);

/* A browser: one cookie, and the token of the last form it saw. */
struct browser {
    struct site *site;
    str cookie, csrf, token, version;
    const char *origin, *fetch_site, *fetch_dest,
        *forwarded;     /* sent where not NULL */
    const char *button; /* pressed where files are sent; or NULL */
    str key;            /* of the second factor, once enrolled */
};
struct browser site_browser(struct site *s);

struct seen {
    int status;
    str head, body, location;
};
/* A connection from an address of loopback; `buffer` bytes of it are held for
 * who does not read, 0: as many as the kernel likes. */
int site_dial(struct site *s, const char *from, int buffer);
/* The bytes as they are; what came back until the server closed. */
str site_raw(struct site *s, str bytes);
struct seen browser_get(struct browser *b, const char *path);
/* Pairs as written; csrf, token and version of the last page are added where
 * that page had them and `pairs` does not begin with '!'. */
struct seen browser_post(struct browser *b, const char *path,
                         const char *pairs);
/* multipart/form-data with one file under `field`. */
struct seen browser_upload(struct browser *b, const char *path,
                           const char *field, const char *name, str bytes);
/* Sign in as somebody of people.csv, by a link made for the purpose. */
void browser_enter(struct browser *b, const char *login);
#define BROWSER_PASSWORD "kuda+lumping+hijau+melompat"
/* What its telephone shows now. */
unsigned browser_code(const struct browser *b);

/* A header that protects and is not there, or NULL. */
const char *seen_lacks(const struct seen *s);
bool seen_has(const struct seen *s, const char *text);
/* Follow a 303, whose address must begin with `head`. */
struct seen browser_follow(struct browser *b, const struct seen *s,
                           const char *head);
