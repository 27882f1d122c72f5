/* SPDX-License-Identifier: EUPL-1.2 */
/* Answers: the frame of every page, templates shown, redirections, errors. */
#include "web/web_priv.h"

#define TYPE_HTML "text/html; charset=utf-8"

/* ---- the frame ---------------------------------------------------- */

/* Where the fixed pages are; templates leave out what is not here. */
static const struct {
    const char *key, *path;
} fixed[] = {
    {"home", "/"},
    {"search", "/cari"},
    {"track", "/lacak"},
    {"verify", "/periksa"},
    {"performance", "/kinerja"},
    {"ledger", "/log"},
    {"ledger_check", "/log/periksa"},
    {"help", "/bantuan"},
    {"privacy", "/privasi"},
    {"accessibility", "/aksesibilitas"},
    {"about", "/tentang"},
    {"sign_in", "/masuk"},
    {"sign_out", "/keluar"},
    {"worklist", "/kerja"},
    {"counter", "/loket"},
    {"flags", "/pengawasan"},
    {"away", "/ketidakhadiran"},
    {"people", "/orang"},
    {"apps", "/aplikasi"},
    {"retention", "/retensi"},
    {"accords", "/kesepakatan"},
    {"cooperation", "/kerja-sama"},
};

/* The first open app of the pattern "complaint" is where problems go. */
static str complaint(struct visit *v)
{
    const struct app_brief *all;
    size_t n = app_catalogue_all(v->world.apps, &all);

    for (size_t i = 0; i < n; i++)
        if (all[i].open && all[i].builds &&
            str_eq(all[i].archetype, STR("complaint")))
            return web_app_href(v, all[i].id);
    return STR("");
}

static void put_addresses(struct visit *v)
{
    struct data *to = web_map(v, v->page, "to");

    for (size_t i = 0; i < COUNT(fixed); i++)
        web_put(v, to, fixed[i].key, web_to(v, "%s", fixed[i].path));
    web_put(v, to, "complaint", complaint(v));
}

static str contact_of(struct visit *v)
{
    const struct data *city = city_item(v->world.city, STR("city"));
    str phone = data_text(data_get(city, STR("phone")));
    str email = data_text(data_get(city, STR("email")));

    if (phone.n == 0)
        return email.p == NULL ? STR("") : email;
    return email.n == 0 ? phone
                        : arena_fmt(v->c->mem, "%.*s, %.*s", STR_ARG(phone),
                                    STR_ARG(email));
}

static err put_city(struct visit *v)
{
    struct data *city = web_map(v, v->page, "city");
    struct data *asset = web_map(v, v->page, "asset");
    struct data *styles = web_list(v, asset, "styles");
    const struct face *face;

    TRY(web_face(v, &face));
    web_put(v, city, "name", city_name(v->c, v->world.city));
    web_put(v, city, "government", city_government(v->c, v->world.city));
    web_put(v, city, "colour", face->brand.colour);
    web_put(v, city, "crest", face->brand.crest);
    web_put(v, city, "contact", contact_of(v));
    web_line(v, styles,
             arena_fmt(v->c->mem, "/gaya/%.*s",
                       STR_ARG(web_asset_name(v->assets, "balai.css"))));
    web_line(v, styles,
             arena_fmt(v->c->mem, "/gaya/%.*s", STR_ARG(face->sheet_name)));
    web_put(v, asset, "script",
            arena_fmt(v->c->mem, "/gaya/%.*s",
                      STR_ARG(web_asset_name(v->assets, "balai.js"))));
    web_put(v, asset, "icon",
            face->icon_name.n == 0
                ? STR("data:,")
                : arena_fmt(v->c->mem, "/gaya/%.*s", STR_ARG(face->icon_name)));
    return E_OK;
}

/* This page in the other language, or the nearest that can be asked for where
 * this one is the answer to what was posted. */
static void put_other(struct visit *v)
{
    struct data *other = web_map(v, v->page, "other");
    bool english = v->lang.n > 0;
    str path = web_router_page(web_router_of(v->web), v->path);
    bool here = str_eq(path, v->path) && v->raw.n > 0;

    if (!english && str_eq(path, STR("/")))
        path = STR("");
    web_put(v, other, "code", english ? STR("id") : STR("en"));
    web_put(v, other, "name",
            english ? STR("Bahasa Indonesia") : STR("English"));
    web_put(v, other, "href",
            arena_fmt(v->c->mem, "%s%.*s%s%.*s", english ? "" : "/en",
                      STR_ARG(path), here ? "?" : "",
                      STR_ARG(here ? v->raw : STR(""))));
}

static void put_officer(struct visit *v)
{
    struct data *officer;

    if (v->s.officer == 0) {
        web_flag(v, v->page, "officer", false);
        return;
    }
    officer = web_map(v, v->page, "officer");
    web_put(v, officer, "name", v->s.who.name);
    web_flag(v, officer, "desk", web_holds(v, "desk"));
    web_flag(v, officer, "auditor", web_holds(v, "auditor"));
    web_flag(v, officer, "admin", web_holds(v, "admin"));
}

static void put_alarm(struct visit *v)
{
    const struct web_host *h = &web_options_of(v->web)->host;

    web_put(v, v->page, "alarm",
            v->route != NULL && v->route->who == WHO_ADMIN &&
                    web_holds(v, "admin")
                ? str_of(h->alarm(v->c, h->node))
                : STR(""));
}

err web_frame(struct visit *v)
{
    v->page = data_new(v->c, DATA_MAP);
    data_put(v->c, v->page, STR("t"), web_words(v->assets, v->c->lang));
    web_put(v, v->page, "lang",
            str_eq(v->c->lang, STR("en")) ? STR("en") : STR("id"));
    put_addresses(v);
    TRY(put_city(v));
    put_other(v);
    put_officer(v);
    web_flag(v, v->page, "training", city_training(v->world.city));
    web_flag(v, v->page, "has_trail", false);
    web_flag(v, v->page, "notice", false);
    put_alarm(v);
    web_put(v, v->page, "back", STR(""));
    web_put(v, v->page, "request", STR(""));
    web_no_wrong(v);
    if (v->route != NULL && v->route->title[0] != '\0')
        v->title = web_word(v, v->route->title);
    return E_OK;
}

/* ---- showing ------------------------------------------------------ */

static const struct markup *part_of(void *arg, str name)
{
    return web_template(((struct visit *)arg)->assets, name);
}

static err show(struct visit *v, int status, const char *name, str *html)
{
    const struct markup *m = web_template(v->assets, str_of(name));

    MUST(m != NULL);
    web_put(v, v->page, "title", v->title);
    /* An officer signs out by a form on every page. */
    if (v->s.officer > 0)
        web_put(v, v->page, "csrf", web_csrf(v));
    TRY(markup_show(v->c, m, v->page, part_of, v, html));
    v->reply.status = status;
    v->reply.type = STR(TYPE_HTML);
    v->reply.body = *html;
    return E_OK;
}

err web_show_as(struct visit *v, int status, const char *template)
{
    str html;

    return show(v, status, template, &html);
}

/* A page that is the same for all may be asked for by its tag. */
err web_show(struct visit *v, const char *template)
{
    str html;

    TRY(show(v, 200, template, &html));
    if (!v->s.brought && !v->s.fresh) {
        struct hash h = seal_sha256(html);

        v->reply.etag =
            arena_fmt(v->c->mem, "W/\"%.*s\"", STR_ARG(seal_hex(v->c, h.b, 8)));
    }
    return E_OK;
}

err web_go(struct visit *v, const char *fmt, ...)
{
    va_list ap;
    str path;

    va_start(ap, fmt);
    path = arena_vfmt(v->c->mem, fmt, ap);
    va_end(ap);
    v->reply.status = 303;
    v->reply.location = web_to(v, "%.*s", STR_ARG(path));
    v->reply.type = STR("");
    v->reply.body = STR("");
    return E_OK;
}

err web_send(struct visit *v, str type, str body, str file)
{
    v->reply.status = 200;
    v->reply.type = type;
    v->reply.body = body;
    v->reply.file = file;
    return E_OK;
}

/* ---- errors ------------------------------------------------------- */

/* The heading where it is not err.def's own, and what can be done now. */
static const struct {
    err e;
    const char *heading, *mend;
} told[] = {
    {E_NOT_FOUND, "say_not_found", "say_not_found_more"},
    {E_BUSY, "say_busy", "say_busy_more"},
    {E_READ_ONLY, "say_read_only", "say_busy_more"},
    {E_INTERNAL, "say_broken", "say_broken_more"},
    {E_STORAGE, "say_broken", "say_storage_more"},
    {E_TAMPERED, "say_broken", "say_broken_more"},
    {E_NEWER, "say_broken", "say_broken_more"},
};

static bool ours_to_mend(err e)
{
    return e == E_INTERNAL || e == E_STORAGE || e == E_TAMPERED || e == E_NEWER;
}

static void put_error(struct visit *v, err e, str why)
{
    str heading = str_of(err_says(v->c, e)), mend = STR("");

    for (size_t i = 0; i < COUNT(told); i++)
        if (told[i].e == e) {
            heading = web_word(v, told[i].heading);
            /* Only what was posted may not have arrived. */
            mend = e == E_BUSY && v->method == WEB_GET
                       ? STR("")
                       : web_word(v, told[i].mend);
        }
    v->title = heading;
    web_put(v, v->page, "heading", heading);
    /* What broke inside is for the log, not for the page. */
    web_put(v, v->page, "say",
            ours_to_mend(e) || why.n == 0 ? str_of(err_says(v->c, e)) : why);
    web_put(v, v->page, "mend", mend);
    web_flag(v, v->page, "link", false);
    web_flag(v, v->page, "has_changes", false);
    web_put(v, v->page, "request", arena_fmt(v->c->mem, "%" PRId64, v->id));
}

static void plain(struct visit *v, err e, str why)
{
    v->reply.type = STR("text/plain; charset=utf-8");
    v->reply.body = arena_fmt(v->c->mem, "%s. %.*s\n", err_says(v->c, e),
                              STR_ARG(ours_to_mend(e) ? STR("") : why));
}

void web_error(struct visit *v, err e)
{
    str why = v->c->why, html;
    int64_t retry = v->reply.retry;

    if (ours_to_mend(e))
        LOG(LOG_ERROR, "web", "failed", LOG_I64("id", v->id),
            LOG_LIT("why", err_name(e)),
            LOG_LIT("route", v->route == NULL ? "-" : v->route->path));
    v->reply = (struct reply){.keep_out = true, .retry = retry};
    if (e == E_BUSY && retry == 0)
        v->reply.retry = 5;
    if (e == E_STORAGE || e == E_READ_ONLY)
        v->reply.retry = 60;
    if (v->world.city == NULL || web_frame(v) != E_OK) {
        plain(v, e, why);
    } else {
        put_error(v, e, why);
        if (show(v, err_http(e), "error", &html) != E_OK)
            plain(v, e, why);
    }
    v->reply.status = err_http(e);
}
