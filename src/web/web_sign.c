/* SPDX-License-Identifier: EUPL-1.2 */
/* Officers sign in by password and one-time code; a one-time link sets both. */
#include "web/web_priv.h"

/* ---- signing in --------------------------------------------------- */

/* Only a path of this city: "/kerja", never "//elsewhere". */
static str safe_next(struct visit *v, str next)
{
    str path, query;

    if (next.n < 2 || next.p[0] != '/' || next.p[1] == '/' ||
        next.p[1] == '\\' || next.n > 300 ||
        web_read_target(v->c, next, &path, &query) != E_OK)
        return STR("");
    return next;
}

static err show_sign_in(struct visit *v, int status, str login, str wrong,
                        str wait)
{
    struct findings f = {0};
    struct input in_login = {.name = "login",
                             .label = web_word(v, "say_login"),
                             .value = login,
                             .error = wrong,
                             .complete = "username"};
    struct input in_password = {.name = "password",
                                .widget = "password",
                                .label =
                                    str_of(say(v->c, "Kata sandi", "Password")),
                                .complete = "current-password"};
    struct input in_code = {.name = "code",
                            .label = web_word(v, "say_one_time"),
                            .hint = web_word(v, "say_one_time_hint"),
                            .mode = "numeric",
                            .complete = "one-time-code",
                            .width = "w10"};
    str next = v->method == WEB_GET ? web_arg(v, "next") : web_sent(v, "next");

    TRY(web_frame(v));
    if (wrong.n > 0) {
        finding_add(v->c, &f, FIND_ERROR, (struct place){0}, STR("login"),
                    "%.*s", STR_ARG(wrong));
        web_wrong(v, &f, web_on_page, NULL);
    }
    web_put_input(v, v->page, "login", &in_login);
    web_put_input(v, v->page, "password", &in_password);
    web_put_input(v, v->page, "one_time", &in_code);
    web_put(v, v->page, "action", web_to(v, "/masuk"));
    web_put(v, v->page, "next", safe_next(v, next));
    web_put(v, v->page, "wait", wait);
    web_put(v, v->page, "csrf", web_csrf(v));
    v->reply.keep_out = true;
    return web_show_as(v, status, "sign_in");
}

err web_sign_in(struct visit *v)
{
    if (v->s.officer > 0)
        return web_go(v, "/kerja");
    return show_sign_in(v, 200, STR(""), STR(""), STR(""));
}

/* The mark of this browser where this name signed in from it before, else
 * empty. */
static str device_of(struct visit *v, str login)
{
    struct city_officer o;

    return web_look(v) == E_OK &&
                   city_officer_by_login(v->c, v->on, login, &o) == E_OK &&
                   web_device_known(v, o.id)
               ? web_device(v)
               : STR("");
}

static err try_to_enter(struct visit *v, str login, int64_t *officer)
{
    str device = device_of(v, login);
    err e;

    web_look_away(v);
    TRY(web_heavy_begin(v));
    e = city_enter(v->c, v->world.store, login, web_sent(v, "password"),
                   str_trim(web_sent(v, "code")), device, officer);
    web_heavy_end(v);
    return e;
}

err web_enter(struct visit *v)
{
    str login = str_slice(web_sent(v, "login"), 0, 100), next;
    int64_t officer;
    err e;

    TRY(web_limit_take(v, LIMIT_SIGN_IN, STR("")));
    e = try_to_enter(v, login, &officer);
    if (e == E_UNAUTHORIZED || e == E_REFUSED || e == E_BAD_INPUT)
        return show_sign_in(v, 422, login, web_word(v, "say_sign_in_wrong"),
                            STR(""));
    web_limit_give(v, LIMIT_SIGN_IN, STR(""));
    if (e == E_TOO_MANY)
        return show_sign_in(v, 429, login, STR(""), v->c->why);
    TRY(e);
    TRY(web_session_enter(v, officer));
    next = safe_next(v, web_sent(v, "next"));
    return next.n > 0 ? web_go(v, "%.*s", STR_ARG(next)) : web_go(v, "/kerja");
}

err web_leave(struct visit *v)
{
    TRY(web_session_leave(v));
    v->reply.forget = true;
    return web_go(v, "/masuk");
}

/* ---- a one-time link ---------------------------------------------- */

/* The seed follows from token and city secret, so that showing the page
 * writes nothing and the code on the telephone fits when it is sent. */
static void seed_of(const struct visit *v, unsigned char seed[SEAL_TOTP_SEED])
{
    str parts[] = {STR("balai/web/totp/v1\n"), v->part[0]};
    struct hash h = seal_hmac((str){(const char *)v->world.secret, 32}, parts,
                              COUNT(parts));

    memcpy(seed, h.b, SEAL_TOTP_SEED);
}

static err link_owner(struct visit *v, struct city_officer *o)
{
    int64_t officer;

    TRY(web_limit_take(v, LIMIT_LINK, STR("")));
    TRY(web_look(v));
    TRY(city_link_look(v->c, v->on, v->part[0], &officer));
    web_limit_give(v, LIMIT_LINK, STR(""));
    return city_officer_by_id(v->c, v->on, officer, o);
}

static str in_fours(struct visit *v, str text)
{
    struct buf b = buf_new(v->c, 256);

    for (size_t i = 0; i < text.n; i += 4)
        buf_fmt(&b, "%s%.*s", i > 0 ? " " : "",
                STR_ARG(str_slice(text, i, i + 4)));
    return buf_str(&b);
}

static err put_seed(struct visit *v, const struct city_officer *o)
{
    unsigned char seed[SEAL_TOTP_SEED];
    str qr;

    seed_of(v, seed);
    TRY(letter_qr_svg(
        v->c,
        seal_totp_uri(v->c, seed, city_name(v->c, v->world.city), o->login),
        str_of(say(v->c, "Kode QR untuk aplikasi autentikator",
                   "QR code for an authenticator app")),
        &qr));
    web_put(v, v->page, "qr", qr);
    web_put(v, v->page, "secret",
            in_fours(v, seal_base32(v->c, seed, sizeof seed)));
    return E_OK;
}

static err show_link(struct visit *v, const struct city_officer *o, str wrong)
{
    struct findings f = {0};
    struct input in_password = {
        .name = "password",
        .widget = "password",
        .label = str_of(say(v->c, "Kata sandi baru", "New password")),
        .hint = web_word(v, "say_password_hint"),
        .error = wrong,
        .complete = "new-password"};
    struct input in_code = {.name = "code",
                            .label = web_word(v, "say_one_time"),
                            .hint = web_word(v, "say_one_time_hint"),
                            .mode = "numeric",
                            .complete = "one-time-code",
                            .width = "w10"};

    TRY(web_frame(v));
    if (wrong.n > 0) {
        finding_add(v->c, &f, FIND_ERROR, (struct place){0}, STR("password"),
                    "%.*s", STR_ARG(wrong));
        web_wrong(v, &f, web_on_page, NULL);
    }
    web_put(v, v->page, "name", o->name);
    web_put(v, v->page, "login", o->login);
    web_put(v, v->page, "until",
            str_of(say(v->c, "Tautan ini hanya dapat dipakai satu kali.",
                       "This link works only once.")));
    web_put_input(v, v->page, "password", &in_password);
    web_put_input(v, v->page, "one_time", &in_code);
    TRY(put_seed(v, o));
    web_put(v, v->page, "action",
            web_to(v, "/masuk/tautan/%.*s", STR_ARG(v->part[0])));
    web_put(v, v->page, "csrf", web_csrf(v));
    v->reply.keep_out = true;
    return web_show_as(v, wrong.n > 0 ? 422 : 200, "set_secrets");
}

err web_link_show(struct visit *v)
{
    struct city_officer o;

    TRY(link_owner(v, &o));
    return show_link(v, &o, STR(""));
}

static err end_sessions(struct ctx *c, struct conn *tx, void *arg)
{
    return web_session_end_all(c, tx, *(const int64_t *)arg);
}

err web_link_use(struct visit *v)
{
    unsigned char seed[SEAL_TOTP_SEED];
    struct city_officer o;
    int64_t officer;
    err e;

    TRY(link_owner(v, &o));
    seed_of(v, seed);
    web_look_away(v);
    TRY(web_heavy_begin(v));
    e = city_enrol(v->c, v->world.store, v->world.city, v->part[0],
                   web_sent(v, "password"), seed, str_trim(web_sent(v, "code")),
                   &officer);
    web_heavy_end(v);
    if (e == E_REFUSED)
        return show_link(v, &o, v->c->why);
    TRY(e);
    /* Who had the old password is out. */
    TRY(store_write(v->c, v->world.store, end_sessions, &officer));
    TRY(web_session_enter(v, officer));
    return web_go(v, "/kerja");
}
