/* SPDX-License-Identifier: EUPL-1.2 */
/* Who comes back. One cookie, "DEVICE.KEY", two secrets of 32 bytes. Only
 * SHA-256 of them is kept, and only where there is something to remember: a
 * visitor with a form has a cookie and no row, so that reading never writes.*/
#include "web/web_priv.h"

#include "gen/web_migrate.h"
#include "gen/web_sql.h"

#include <pthread.h>
#include <stdlib.h>

#define OFFICER_IDLE  (30 * TIME_MINUTE)
#define OFFICER_LIFE  (12 * TIME_HOUR)
#define RESIDENT_IDLE (24 * TIME_HOUR)
#define RESIDENT_LIFE (30 * TIME_DAY)
#define DEVICE_LIFE   (180 * TIME_DAY)
#define COOKIE_AGE    2592000 /* thirty days, in seconds */
#define CSRF          16
#define SEEN          1024

/* ---- when a session was last in use ------------------------------- */

/* Reading a page must not write, so the last look is kept here and goes to the
 * table with the next write. */
struct seen_table {
    pthread_mutex_t guard;
    struct {
        struct hash id;
        int64_t at;
    } all[SEEN];
};

struct seen_table *web_seen_new(void)
{
    struct seen_table *t = calloc(1, sizeof *t);

    MUST(t != NULL);
    pthread_mutex_init(&t->guard, NULL);
    return t;
}

void web_seen_free(struct seen_table *t)
{
    if (t == NULL)
        return;
    pthread_mutex_destroy(&t->guard);
    free(t);
}

/* The later of what is known here and `at`. */
static int64_t seen_at(struct seen_table *t, const struct hash *id, int64_t at)
{
    size_t i = get_u32be(id->b) % SEEN;

    pthread_mutex_lock(&t->guard);
    if (memcmp(&t->all[i].id, id, sizeof *id) == 0 && t->all[i].at > at)
        at = t->all[i].at;
    pthread_mutex_unlock(&t->guard);
    return at;
}

static void seen_now(struct seen_table *t, const struct hash *id, int64_t now)
{
    size_t i = get_u32be(id->b) % SEEN;

    pthread_mutex_lock(&t->guard);
    t->all[i].id = *id;
    t->all[i].at = now;
    pthread_mutex_unlock(&t->guard);
}

/* ---- reading ------------------------------------------------------ */

static struct hash hash_of(const unsigned char secret[32])
{
    return seal_sha256((str){(const char *)secret, 32});
}

static str blob(struct ctx *c, struct hash h)
{
    return arena_str(c->mem, (str){(const char *)h.b, sizeof h.b});
}

static str cookie_name(const struct visit *v)
{
    return web_secure(v->web) ? STR("__Host-balai") : STR("balai");
}

static bool read_secret(struct ctx *c, str text, unsigned char out[32])
{
    str bytes;

    if (text.n != 43 || !seal_unbase64url(c, text, &bytes) || bytes.n != 32)
        return false;
    memcpy(out, bytes.p, 32);
    return true;
}

struct found {
    int64_t officer, made, seen;
    str record;
};

static err find_row(struct visit *v, bool *is, struct found *out)
{
    struct rows *rows;

    TRY(web_look(v));
    TRY(ROWS(v->c, v->on, &web_session_by, &rows,
             BLOB(blob(v->c, hash_of(v->s.key)))));
    TRY(store_next(rows, is));
    if (*is)
        *out = (struct found){store_i64(rows, 0), store_i64(rows, 2),
                              store_i64(rows, 3), store_str(rows, 1)};
    return E_OK;
}

static bool alive(struct visit *v, const struct found *s)
{
    struct hash id = hash_of(v->s.key);
    int64_t idle = s->officer > 0 ? OFFICER_IDLE : RESIDENT_IDLE;
    int64_t life = s->officer > 0 ? OFFICER_LIFE : RESIDENT_LIFE;
    int64_t seen = seen_at(web_seen_of(v->web), &id, s->seen);

    if (v->c->now - seen > idle || v->c->now - s->made > life)
        return false;
    seen_now(web_seen_of(v->web), &id, v->c->now);
    return true;
}

/* An officer who may no longer sign in is nobody from the next request on. */
static err read_officer(struct visit *v, int64_t officer)
{
    struct session *s = &v->s;
    err e = city_officer_by_id(v->c, v->on, officer, &s->who);

    if (e == E_NOT_FOUND || (e == E_OK && !s->who.active))
        return E_OK;
    TRY(e);
    TRY(city_rights(v->c, v->on, officer, &s->rights, &s->n_rights));
    s->officer = officer;
    return E_OK;
}

err web_session_read(struct visit *v, str cookies)
{
    struct found found = {0};
    str text, device, key;
    bool is;

    if (!web_read_cookie(cookies, cookie_name(v), &text))
        return E_OK;
    str_cut(text, '.', &device, &key);
    if (!read_secret(v->c, device, v->s.device) ||
        !read_secret(v->c, key, v->s.key))
        return E_OK;
    v->s.brought = true;
    TRY(find_row(v, &is, &found));
    if (!is || !alive(v, &found))
        return E_OK;
    v->s.proof = found.record;
    return found.officer > 0 ? read_officer(v, found.officer) : E_OK;
}

void web_session_need(struct visit *v)
{
    if (v->s.brought || v->s.fresh)
        return;
    ctx_random(v->c, v->s.device, sizeof v->s.device);
    ctx_random(v->c, v->s.key, sizeof v->s.key);
    v->s.fresh = true;
}

str web_session_cookie(struct visit *v)
{
    return arena_fmt(v->c->mem,
                     "%.*s=%.*s.%.*s; Path=/; Max-Age=%d; HttpOnly; "
                     "SameSite=Lax%s",
                     STR_ARG(cookie_name(v)),
                     STR_ARG(seal_base64url(v->c, v->s.device, 32)),
                     STR_ARG(seal_base64url(v->c, v->s.key, 32)), COOKIE_AGE,
                     web_secure(v->web) ? "; Secure" : "");
}

bool web_holds(const struct visit *v, const char *duty)
{
    for (size_t i = 0; i < v->s.n_rights; i++)
        if (str_eq(v->s.rights[i].duty.duty, str_of(duty)))
            return true;
    return false;
}

/* ---- tokens that follow from the cookie --------------------------- */

static struct hash derive(const struct visit *v, const char *purpose,
                          const unsigned char secret[32], str about)
{
    str parts[] = {STR("balai/web/"),
                   str_of(purpose),
                   STR("/v1\n"),
                   {(const char *)secret, 32},
                   about};

    return seal_hmac((str){(const char *)v->world.secret, 32}, parts,
                     COUNT(parts));
}

/* An officer's forms end with the session. A resident's stay good while the
 * browser is the same, though its key is new once it has shown a code: who
 * goes back and sends again must get the first receipt, not a refusal. */
static struct hash csrf_of(const struct visit *v)
{
    return derive(v, "csrf", v->s.officer > 0 ? v->s.key : v->s.device,
                  STR(""));
}

/* Masked anew in each page, so that compression tells nothing of it. */
str web_csrf(struct visit *v)
{
    struct hash h;
    unsigned char out[2 * CSRF];

    web_session_need(v);
    h = csrf_of(v);
    ctx_random(v->c, out, CSRF);
    for (size_t i = 0; i < CSRF; i++)
        out[CSRF + i] = out[i] ^ h.b[i];
    return seal_base64url(v->c, out, sizeof out);
}

static bool token_fits(struct visit *v)
{
    struct hash h = csrf_of(v);
    unsigned char plain[CSRF];
    str bytes;

    if (!v->s.brought || !seal_unbase64url(v->c, web_sent(v, "csrf"), &bytes) ||
        bytes.n != 2 * CSRF)
        return false;
    for (size_t i = 0; i < CSRF; i++)
        plain[i] = (unsigned char)bytes.p[i] ^ (unsigned char)bytes.p[CSRF + i];
    return seal_same(plain, h.b, CSRF);
}

/* "https://host" is of this host. */
static bool same_origin(const struct visit *v)
{
    str scheme, rest;

    if (v->site.n > 0 && !str_eq(v->site, STR("same-origin")) &&
        !str_eq(v->site, STR("none")))
        return false;
    if (v->origin.n == 0)
        return true;
    str_cut(v->origin, ':', &scheme, &rest);
    return (str_eq(scheme, STR("http")) || str_eq(scheme, STR("https"))) &&
           str_starts(rest, STR("//")) &&
           str_eq(str_slice(rest, 2, rest.n), v->host);
}

err web_csrf_check(struct visit *v)
{
    if (same_origin(v) && token_fits(v))
        return E_OK;
    return fail(v->c, E_FORBIDDEN, "%s",
                say(v->c,
                    "Formulir ini bukan dari laman yang terakhir Anda buka di "
                    "peramban ini. Buka lagi lamannya, lalu kirim.",
                    "This form does not come from the page that you last "
                    "opened in this browser. Open the page again, then send."));
}

/* At the counter a draft dies with the officer's session. */
str web_own_token(struct visit *v, const char *purpose, str about)
{
    bool counter = str_starts(v->path, STR("/loket")) ||
                   str_starts(v->path, STR(WEB_OWN_FORMS));
    struct hash h = derive(v, purpose, counter ? v->s.key : v->s.device, about);

    return seal_base64url(v->c, h.b, sizeof h.b);
}

struct record_actor web_actor(struct visit *v, str number)
{
    if (v->s.officer > 0)
        return (struct record_actor){
            .role = RECORD_OFFICER,
            .level = 2,
            .officer = v->s.officer,
            .pseudonym = v->s.who.pseudonym,
            .channel = web_holds(v, "desk") ? STR("counter") : STR("web")};
    if (number.n > 0 && str_eq(v->s.proof, number))
        return (struct record_actor){.role = RECORD_RESIDENT,
                                     .level = 1,
                                     .record = number,
                                     .channel = STR("web")};
    return (struct record_actor){.role = RECORD_NOBODY, .channel = STR("web")};
}

/* ---- beginning and ending ----------------------------------------- */

struct change {
    struct visit *v;
    str was, id, device;
    int64_t officer;
    str record;
};

static err put_session(struct ctx *c, struct conn *tx, void *arg)
{
    const struct change *u = arg;

    TRY(RUN(c, tx, &web_session_drop_old, I64(c->now - RESIDENT_LIFE)));
    TRY(RUN(c, tx, &web_device_drop_old, I64(c->now - DEVICE_LIFE)));
    TRY(RUN(c, tx, &web_session_drop, BLOB(u->was)));
    if (u->officer == 0 && u->record.n == 0)
        return E_OK;
    if (u->officer > 0)
        TRY(RUN(c, tx, &web_device_put, BLOB(u->device), I64(u->officer),
                I64(c->now)));
    return RUN(c, tx, &web_session_put, BLOB(u->id), I64(u->officer),
               TXT(u->record), I64(c->now));
}

/* A new key whenever somebody becomes more, or less, than before. */
static err become(struct visit *v, int64_t officer, str record)
{
    struct change u = {.v = v, .officer = officer, .record = record};

    web_session_need(v);
    u.was = blob(v->c, hash_of(v->s.key));
    ctx_random(v->c, v->s.key, sizeof v->s.key);
    u.id = blob(v->c, hash_of(v->s.key));
    u.device = web_device(v);
    v->s.fresh = true;
    web_look_away(v);
    return store_write(v->c, v->world.store, put_session, &u);
}

err web_session_enter(struct visit *v, int64_t officer)
{
    return become(v, officer, STR(""));
}

err web_session_prove(struct visit *v, str number)
{
    if (v->s.officer > 0 || str_eq(v->s.proof, number))
        return E_OK;
    v->s.proof = number;
    return become(v, 0, number);
}

err web_session_leave(struct visit *v)
{
    v->s.officer = 0;
    v->s.proof = STR("");
    return become(v, 0, STR(""));
}

err web_session_end_all(struct ctx *c, struct conn *tx, int64_t officer)
{
    return RUN(c, tx, &web_session_drop_officer, I64(officer));
}

static err touch(struct ctx *c, struct conn *tx, void *arg)
{
    const struct change *u = arg;

    return RUN(c, tx, &web_session_touch, BLOB(u->id), I64(c->now));
}

/* After a restart the last look is what the table holds. */
err web_session_touched(struct visit *v)
{
    struct change u = {.id = blob(v->c, hash_of(v->s.key))};

    return v->s.officer == 0 && v->s.proof.n == 0
               ? E_OK
               : store_write(v->c, v->world.store, touch, &u);
}

str web_device(struct visit *v)
{
    return blob(v->c, hash_of(v->s.device));
}

bool web_device_known(struct visit *v, int64_t officer)
{
    struct rows *rows;
    bool more = false;

    return v->s.brought && web_look(v) == E_OK &&
           ROWS(v->c, v->on, &web_device_by, &rows, BLOB(web_device(v)),
                I64(officer)) == E_OK &&
           store_next(rows, &more) == E_OK && more;
}
