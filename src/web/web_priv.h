/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of this room share: one request being answered, and the small
 * tools its handlers are made of. Only web.c knows libmicrohttpd, only
 * web_zip.c knows zlib. */
#pragma once

#include "insight/insight.h"
#include "letter/letter.h"
#include "web/web.h"

#define WEB_FORM_MOST   ((size_t)256 << 10)
#define WEB_NOTE_MOST   ((size_t)64 << 10)
#define WEB_UPLOAD_MOST ((size_t)11 << 20) /* one file of 10 MB, and a form */
#define WEB_ARENA       ((size_t)1 << 30)
#define WEB_PARTS       6

/* ---- routes ------------------------------------------------------- */

enum web_method { WEB_GET, WEB_POST }; /* HEAD is a GET without its body */

/* Who may come in: everybody, an officer, or one who holds a duty. What is
 * seen or done of a record is decided by the room `record` anyway. */
enum web_who { WHO_ANYONE, WHO_OFFICER, WHO_DESK, WHO_AUDITOR, WHO_ADMIN };

/* A NOTE is for programs, which have no session: its body comes as it is, and
 * its own signatures must answer for it, since no token is asked. */
enum web_takes { TAKES_FORM, TAKES_FILES, TAKES_NOTE };

struct visit;
struct route {
    enum web_method method;
    const char *path;
    err (*handle)(struct visit *v);
    enum web_who who;
    enum web_takes takes;
    const char *title; /* a key of web/i18n */
};

#define ROUTE(method, path, handler, who, takes, title)                        \
    err web_##handler(struct visit *v) MUST_USE;
#include "web/routes.def"
#undef ROUTE

struct router;
/* The table as a tree of path segments; lives in c->mem. */
struct router *web_router_new(struct ctx *c);
/* E_NOT_FOUND, or E_METHOD where the path is there for another method. */
err web_router_find(struct ctx *c, const struct router *r,
                    enum web_method method, str path, const struct route **out,
                    str parts[WEB_PARTS]) MUST_USE;
/* The page that may be asked for at this address, or the nearest above it
 * where it only takes what is posted; an address that nobody has stays. */
str web_router_page(const struct router *r, str path);
const struct router *web_router_of(const struct web *w);
size_t web_route_list(const struct route **all);

/* ---- what is compiled in ------------------------------------------ */

/* Templates parsed, words read, files compressed: once, at start. */
struct assets;
err web_assets_new(struct ctx *c, struct assets **out) MUST_USE;
const struct markup *web_template(const struct assets *a, str name);
struct data *web_words(const struct assets *a, str lang);
/* A file under its name with the hash inside, "balai-1f2e3d4c.css". */
struct asset {
    str name, type, bytes, zipped, etag;
};
const struct asset *web_asset_find(const struct assets *a, str name);
str web_asset_name(const struct assets *a, const char *file);
/* The city's look, worked out once a request: its colours as a sheet, and the
 * names under which sheet and icon are served; empty for none. */
struct face {
    struct city_brand brand;
    str sheet, sheet_name, icon_name;
};
err web_face(struct visit *v, const struct face **out) MUST_USE;

/* ---- a request ---------------------------------------------------- */

/* Who comes back: one cookie with two secrets. The device's outlives a
 * sign-in (drafts, known browsers); the key's is new at every sign-in. */
struct session {
    bool brought, fresh; /* came with the request; goes with the answer */
    unsigned char device[32], key[32];
    int64_t officer; /* 0 nobody */
    struct city_officer who;
    struct city_right *rights; /* his own, and those he stands in for */
    size_t n_rights;
    str proof; /* the record whose code this browser has shown */
};

struct reply {
    int status;
    str type, body, location, etag;
    str file;      /* offered for download under this name */
    bool forever;  /* never changes under this address */
    bool keep_out; /* no-store */
    bool foreign;  /* somebody else's bytes: shown in a sandbox only */
    bool zipped;   /* body is gzip already */
    bool bare;     /* for programs: none of the rules of a page come along */
    bool forget;   /* Clear-Site-Data */
    int64_t retry; /* seconds, or 0 */
};

struct visit {
    struct ctx *c;
    struct web *web;
    const struct assets *assets;
    enum web_method method;
    str path;    /* decoded, without the language's prefix */
    str lang;    /* "" or "/en": what every address here begins with */
    str raw;     /* the query as it was sent */
    str address; /* whose limits count */
    str host, origin, site, dest, encodings, if_none_match;
    const struct route *route;
    str part[WEB_PARTS];
    struct app_pair *query, *form;
    size_t n_query, n_form;
    struct record_upload *files; /* path is the field's name */
    size_t n_files;
    str note; /* the body of what TAKES_NOTE */
    struct record_world world;
    const struct face *face; /* see web_face() */
    struct conn *on;         /* the snapshot, or NULL; see web_look() */
    struct session s;
    struct city_officer *people; /* all, where a page names several */
    size_t n_people;
    int64_t taken[2]; /* from the limits of its address and of what it guesses
                         at; see web_limit_give() */
    int64_t id; /* of the request: in each line of the log, and on its page */
    str title;
    struct data *page; /* what the template sees */
    struct reply reply;
};

const struct web_options *web_options_of(const struct web *w);
bool web_secure(const struct web *w); /* reached by https */

/* Passwords cost 64 MiB each, pictures more: a few at a time, the others wait,
 * and E_BUSY where many wait already. Every E_OK is followed by
 * web_heavy_end(). */
err web_heavy_begin(struct visit *v) MUST_USE;
void web_heavy_end(struct visit *v);

/* A snapshot of the database, once a request; web_look_away() before a write
 * or for a newer one. */
err web_look(struct visit *v) MUST_USE;
void web_look_away(struct visit *v);
/* The city anew, after a change of it. */
err web_refresh(struct visit *v) MUST_USE;

/* ---- reading the request ------------------------------------------ */

str web_arg(const struct visit *v, const char *name);  /* of the query */
str web_sent(const struct visit *v, const char *name); /* of the form */
bool web_has_sent(const struct visit *v, const char *name);
const struct record_upload *web_file(const struct visit *v, str name);
/* "sector/app" of the first two parts. */
str web_app_id(struct visit *v);

/* ---- sessions ----------------------------------------------------- */

err web_session_read(struct visit *v, str cookies) MUST_USE;
/* This browser needs a cookie, for what it will send. */
void web_session_need(struct visit *v);
str web_session_cookie(struct visit *v); /* the header's value */
str web_csrf(struct visit *v);
err web_csrf_check(struct visit *v) MUST_USE;
err web_session_enter(struct visit *v, int64_t officer) MUST_USE;
err web_session_prove(struct visit *v, str number) MUST_USE;
err web_session_leave(struct visit *v) MUST_USE;
err web_session_touched(struct visit *v) MUST_USE;
/* Inside a write: the officer's sessions end with it. */
err web_session_end_all(struct ctx *c, struct conn *tx,
                        int64_t officer) MUST_USE;
/* What is kept of this browser's device: its SHA-256. */
str web_device(struct visit *v);
bool web_device_known(struct visit *v, int64_t officer);
bool web_holds(const struct visit *v, const char *duty);
/* A secret of this browser alone: for drafts, which nobody else opens. */
str web_own_token(struct visit *v, const char *purpose, str about);
/* Who acts on this record: the officer, or its resident, or nobody. */
struct record_actor web_actor(struct visit *v, str number);

struct seen_table;
struct seen_table *web_seen_new(void);
void web_seen_free(struct seen_table *t);
/* "97%", or empty where too few have ended; a count, "< 5" where it is small
 * enough to be somebody. */
str web_percent(struct visit *v, const struct insight_measure *m);
str web_count(struct visit *v, int64_t n);
/* How a resident wants to be told; and whether the last word came through. */
err web_put_telling(struct visit *v, const struct record_actor *actor,
                    str number) MUST_USE;
err web_put_untold(struct visit *v, str number) MUST_USE;
/* `restricted`: why nobody acts on the record, for its parties; or empty. */
err web_put_restricted(struct visit *v, const struct record_view *r) MUST_USE;
/* What the page of keeping asks of a restriction; `wrong` was said of it. */
err web_put_lifting(struct visit *v, const struct record_view *r,
                    str wrong) MUST_USE;
err web_lift(struct visit *v, str number, struct findings *f) MUST_USE;

/* What persons asked about their data and this officer may decide: `requests`
 * (a sentence, or empty) and requests_href. */
err web_put_requests(struct visit *v) MUST_USE;
/* Whom to ask about personal data: name, telephone, mail; or empty. */
str web_data_officer(struct visit *v);

struct seen_table *web_seen_of(struct web *w);

/* ---- web_kept.c: pages that are the same for all ------------------ */

/* What was so before a page was drawn. */
struct web_moment {
    int64_t writes, edition, now;
};
struct web_moment web_moment(const struct visit *v);

struct kept;
struct kept *web_kept_new(void);
void web_kept_free(struct kept *k);
/* The page as it was sent before, into v->reply. */
bool web_kept_find(struct visit *v, struct kept *k, str cookies,
                   const struct web_moment *now);
/* Is what v->reply says such a page? */
bool web_kept_fits(const struct visit *v, str cookies);
/* Keep it, squeezed. */
void web_kept_keep(struct visit *v, struct kept *k,
                   const struct web_moment *then);

/* ---- limits ------------------------------------------------------- */

enum web_limit {
    LIMIT_SIGN_IN,
    LIMIT_LINK,   /* one-time links */
    LIMIT_TRACK,  /* codes of records */
    LIMIT_LETTER, /* numbers and marks of letters */
    LIMIT_UPLOAD,
    LIMIT_COUNT
};
struct limits;
struct limits *web_limits_new(void);
void web_limits_free(struct limits *l);
struct limits *web_limits_of(struct web *w);
/* Take one try at `about` (a record's number), or at nothing in particular;
 * E_TOO_MANY says when the next is free. */
err web_limit_take(struct visit *v, enum web_limit what, str about) MUST_USE;
/* It did not fail: it does not count. */
void web_limit_give(struct visit *v, enum web_limit what, str about);

/* ---- replying ----------------------------------------------------- */

/* The template over v->page, which web_page() began. */
err web_show(struct visit *v, const char *template) MUST_USE;
err web_show_as(struct visit *v, int status, const char *template) MUST_USE;
/* What every page has: words, addresses, city, officer, csrf. */
err web_frame(struct visit *v) MUST_USE;
/* See other: an address with the language's prefix. */
err web_go(struct visit *v, const char *fmt, ...) PRINTF(2, 3) MUST_USE;
err web_send(struct visit *v, str type, str body, str file) MUST_USE;
/* The page of an error; never fails. */
void web_error(struct visit *v, err e);
str web_zip(struct ctx *c, str plain);

/* ---- building data ------------------------------------------------ */

/* An address of this city, in the reader's language. */
str web_to(struct visit *v, const char *fmt, ...) PRINTF(2, 3);
str web_url(struct visit *v, const char *fmt, ...) PRINTF(2, 3); /* whole */
str web_query_of(struct visit *v, str text); /* percent-encoded */
/* A sentence of web/i18n; WORDS names pairs that fill its braces. */
str web_word(struct visit *v, const char *key);
str web_say(struct visit *v, const char *key, const str *pairs, size_t n);
#define SAY(v, key, ...)                                                       \
    web_say((v), "" key, (str[]){__VA_ARGS__}, COUNT(((str[]){__VA_ARGS__})))
str web_number(struct visit *v, int64_t n);

void web_put(struct visit *v, struct data *to, const char *key, str text);
void web_put_word(struct visit *v, struct data *to, const char *key,
                  const char *word);
void web_flag(struct visit *v, struct data *to, const char *key, bool yes);
struct data *web_map(struct visit *v, struct data *to, const char *key);
/* A list that never looks further out where it is empty; has_KEY goes with
 * it after web_list_end(). */
struct data *web_list(struct visit *v, struct data *to, const char *key);
struct data *web_item(struct visit *v, struct data *list);
void web_has(struct visit *v, struct data *to, const char *key);
void web_line(struct visit *v, struct data *list, str text);
void web_tag(struct visit *v, struct data *to, const char *kind, str text);
void web_notice(struct visit *v, const char *kind, str text);
void web_back(struct visit *v, str href);
void web_trail(struct visit *v, str href, str text);

/* "pages": the address of the next page, or empty: no pages. */
void web_put_pages(struct visit *v, str next);

str web_when(struct visit *v, int64_t instant);
str web_office(struct visit *v, str key);

/* ---- fields ------------------------------------------------------- */

/* What the fields of a form show: what was typed, or what is stored. */
struct filling {
    const struct app_pair *pairs;
    size_t n;
    const struct app_form *form; /* for files that are kept */
    const struct findings *f;
    bool own;       /* one's own data: the browser may fill it in */
    const char *in; /* keeps ids apart where a page has several forms */
};
struct data *web_field(struct visit *v, const struct app_field *d,
                       const struct filling *x);
/* Tables (web_rows.c): in a form, with buttons that add and remove rows; was
 * one of them pressed? Then the form was changed, and is shown again. */
void web_put_rows(struct visit *v, struct data *to, const struct app_field *d,
                  const struct filling *x);
bool web_rows_changed(struct visit *v, const struct app_field *fields,
                      size_t n);
/* `table` of an answer: false, or what summary_list shows. */
void web_put_table(struct visit *v, struct data *row,
                   const struct app_shown *s);
err web_put_officers(struct visit *v, struct data *field,
                     const struct app_field *d, str chosen) MUST_USE;
void web_put_offices(struct visit *v, struct data *field, str chosen);
/* A field of these pages' own. */
struct input {
    const char *name, *widget, *type, *mode, *complete, *width, *accept;
    const char *in; /* keeps ids apart where a page has several forms */
    str label, hint, value, error;
    bool optional;
};
struct data *web_input(struct visit *v, const struct input *in);
void web_put_input(struct visit *v, struct data *to, const char *key,
                   const struct input *in);
/* The options of a select or choice: a closed list, with what was sent. */
void web_put_words(struct visit *v, struct data *field, const struct words *w);
void web_put_select(struct visit *v, struct data *field, str option, str text,
                    bool checked);
str web_field_id(struct visit *v, const char *in, str name);
/* What error_summary asks. `near` says the address of a finding's field. */
typedef str web_where(struct visit *v, void *arg, str key);
void web_wrong(struct visit *v, const struct findings *f, web_where *near,
               void *arg);
str web_on_page(struct visit *v, void *arg, str key);
void web_no_wrong(struct visit *v);
/* One file of an answer: "pbg.pdf (1 KB)" apart, with its address. */
void web_put_file(struct visit *v, struct data *files, str href, str text);

/* ---- apps on pages ------------------------------------------------ */

err web_app(struct visit *v, const struct app_entry **out) MUST_USE;
str web_app_href(struct visit *v, str id);
str web_noun(struct visit *v, const struct app *a);
/* The page of a register's live entries. */
err web_entries(struct visit *v, const struct app_entry *e) MUST_USE;
str web_capital(struct visit *v, str text);
str web_small(struct visit *v, str text);
str web_sector_name(struct visit *v, str sector);
str web_fee(struct visit *v, const struct data *title);
struct data *web_steps_of_flow(struct visit *v, const struct app *a,
                               struct data *list, str region);

/* Promised beside measured, on a service's page: `facts` and `measured`. */
err web_put_measured(struct visit *v, const struct app *a) MUST_USE;

/* Where officers fill in what they file for themselves. */
#define WEB_OWN_FORMS "/kerja/isi"

/* Who begins a record of the app, in a sentence. */
str web_who_files(struct visit *v, const struct app *a);
/* A form under way: where it lives, whose it is, and how it is drawn. */
struct going {
    const struct app *app;
    bool behalf; /* at the counter */
    bool desk;   /* by an officer, for himself */
    str base;    /* "/layanan/x/y": its pages lie below */
    str token;   /* of the draft */
    str number;  /* of the record that is sent again, or empty */
    str nonce;   /* what its submission is known by */
    bool found;  /* there was a draft */
    struct record_draft draft;
};
err web_form_open(struct visit *v, struct going *g) MUST_USE;
/* A form of another version of its app (web_changed.c): what its pages call
 * the version they show; that a draft was begun on another, or a page shown by
 * it; the fields that its answers still have; and "changed": {lines, has_lines}
 * or false. */
str web_form_mark(struct visit *v, const struct going *g);
void web_form_begun(struct visit *v, struct going *g);
bool web_form_outdated(struct visit *v, struct going *g);
err web_form_mark_begun(struct visit *v, struct going *g) MUST_USE;
struct app_field *web_form_still(struct visit *v, const struct going *g,
                                 size_t *n);
err web_form_put_changed(struct visit *v, const struct going *g) MUST_USE;
err web_form_keep(struct visit *v, struct going *g) MUST_USE;
err web_form_step(struct visit *v, struct going *g, str key,
                  const struct findings *f) MUST_USE;
/* Read one step; *next is where it goes on, or empty: it is shown again. */
err web_form_read(struct visit *v, struct going *g, str key,
                  str *next) MUST_USE;
void web_form_groups(struct visit *v, const struct going *g,
                     const struct app_form *whole);
str web_form_where(struct visit *v, void *arg, str key);
struct app_setting web_setting(const struct visit *v);
void web_put_charge(struct visit *v, const struct app *a, int64_t rupiah,
                    str formula);
struct app_form web_copy_form(struct ctx *c, const struct app_form *f);
/* What an action asks: pairs and files of the request, read. */
err web_held(struct visit *v, const struct app_action *x,
             const struct app_form *form, struct app_pair **pairs,
             size_t *n) MUST_USE;
void web_own_names(const struct app_action *x, struct findings *f);
err web_read_needs(struct visit *v, const struct app_action *x,
                   struct app_pair **pairs, size_t *n,
                   struct record_upload **uploads, size_t *n_uploads,
                   struct findings *f) MUST_USE;

/* ---- a record on pages -------------------------------------------- */

err web_number_part(struct visit *v, str part, str *number) MUST_USE;
/* `raised`, `why_promise`: what the clock has decided, and how. */
void web_put_raised(struct visit *v, const struct record_view *r);
void web_put_moments(struct visit *v, const struct record_view *r);
void web_put_papers(struct visit *v, const struct record_view *r,
                    const char *base);
void web_put_answers(struct visit *v, const struct record_view *r,
                     const char *base);
void web_put_state(struct visit *v, const struct record_view *r);
/* Branches, kin and grant; `base` leads to a record. */
void web_put_beside(struct visit *v, const struct record_view *r,
                    const char *base);
/* The record of the address, as whoever asks may see it. */
err web_look_tracked(struct visit *v, struct record_actor *actor,
                     struct record_view *r) MUST_USE;
/* Nobody becomes the resident of a record whose kin this browser proved. */
err web_kin_actor(struct visit *v, str number,
                  struct record_actor *actor) MUST_USE;
/* `disposed`, `dispose`: to whom a head handed it, and the form to hand it on.
 */
err web_put_disposal(struct visit *v, const struct record_view *r,
                     const struct record_actor *actor) MUST_USE;
err web_send_record_file(struct visit *v, str path) MUST_USE;
err web_version_sent(struct visit *v, int64_t *version) MUST_USE;
/* A file of a record: under one of the types that are taken or none, always as
 * a download, and to nobody who would show it inside a page. */
err web_send_upload(struct visit *v, const struct record_upload *u) MUST_USE;
/* Read what was sent into a field, and make of it what is kept: its bytes, its
 * type, its name. False, with a finding, where it is not taken. E_TOO_MANY
 * where this address sends too much. */
err web_read_upload(struct visit *v, const struct app_field *d,
                    struct record_upload *u, struct findings *f,
                    bool *taken) MUST_USE;
err web_whatsapp(struct visit *v, str phone, str text, str *href) MUST_USE;

/* ---- web_listen.c ------------------------------------------------- */

/* The socket to listen at, and its port. */
err web_listen(struct ctx *c, const struct web_options *o, int *fd,
               uint16_t *port) MUST_USE;
/* What the two files hold; empty where none is named. */
err web_read_certificate(struct ctx *c, const struct web_options *o, str *cert,
                         str *key) MUST_USE;
