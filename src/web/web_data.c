/* SPDX-License-Identifier: EUPL-1.2 */
/* The small tools that handlers build a page's data with. */
#include "web/web_priv.h"

/* ---- addresses ---------------------------------------------------- */

str web_to(struct visit *v, const char *fmt, ...)
{
    va_list ap;
    str path;

    va_start(ap, fmt);
    path = arena_vfmt(v->c->mem, fmt, ap);
    va_end(ap);
    if (v->lang.n > 0 && str_eq(path, STR("/")))
        return v->lang;
    return arena_fmt(v->c->mem, "%.*s%.*s", STR_ARG(v->lang), STR_ARG(path));
}

str web_url(struct visit *v, const char *fmt, ...)
{
    str home = web_options_of(v->web)->url;
    va_list ap;
    str path;

    va_start(ap, fmt);
    path = arena_vfmt(v->c->mem, fmt, ap);
    va_end(ap);
    return arena_fmt(v->c->mem, "%.*s%.*s", STR_ARG(home), STR_ARG(path));
}

str web_query_of(struct visit *v, str text)
{
    struct buf b = buf_new(v->c, 3 * text.n + 16);

    buf_url(&b, text);
    return buf_str(&b);
}

/* ---- words -------------------------------------------------------- */

str web_word(struct visit *v, const char *key)
{
    str text =
        data_text(data_get(web_words(v->assets, v->c->lang), str_of(key)));

    if (text.p != NULL)
        return text;
    LOG(LOG_ERROR, "web", "word_missing", LOG_LIT("key", key));
    return STR("");
}

static str pair_value(str name, const str *pairs, size_t n)
{
    for (size_t i = 0; i + 1 < n; i += 2)
        if (str_eq(pairs[i], name))
            return pairs[i + 1];
    return STR("");
}

str web_say(struct visit *v, const char *key, const str *pairs, size_t n)
{
    str rest = web_word(v, key), head, tail, name;
    struct buf b = buf_new(v->c, 1 << 16);

    while (str_cut(rest, '{', &head, &tail)) {
        buf_raw(&b, head);
        str_cut(tail, '}', &name, &rest);
        buf_raw(&b, pair_value(name, pairs, n));
    }
    buf_raw(&b, rest);
    return buf_str(&b);
}

str web_number(struct visit *v, int64_t n)
{
    return city_show_decimal(v->c, arena_fmt(v->c->mem, "%" PRId64, n));
}

/* The text with its first letter turned, where that is one of `from`..`to`. */
static str turned(struct visit *v, str text, char from, char to, int by)
{
    char *p;

    if (text.n == 0 || text.p[0] < from || text.p[0] > to)
        return text;
    p = NEWS(v->c->mem, char, text.n + 1);
    memcpy(p, text.p, text.n);
    p[0] = (char)(p[0] + by);
    return (str){p, text.n};
}

str web_capital(struct visit *v, str text)
{
    return turned(v, text, 'a', 'z', 'A' - 'a');
}

str web_small(struct visit *v, str text)
{
    return turned(v, text, 'A', 'Z', 'a' - 'A');
}

/* ---- data --------------------------------------------------------- */

void web_put(struct visit *v, struct data *to, const char *key, str text)
{
    data_put_text(v->c, to, str_of(key), text.p == NULL ? STR("") : text);
}

void web_put_word(struct visit *v, struct data *to, const char *key,
                  const char *word)
{
    web_put(v, to, key, web_word(v, word));
}

void web_flag(struct visit *v, struct data *to, const char *key, bool yes)
{
    data_put_bool(v->c, to, str_of(key), yes);
}

struct data *web_map(struct visit *v, struct data *to, const char *key)
{
    struct data *map = data_new(v->c, DATA_MAP);

    data_put(v->c, to, str_of(key), map);
    return map;
}

struct data *web_list(struct visit *v, struct data *to, const char *key)
{
    struct data *list = data_new(v->c, DATA_LIST);

    data_put(v->c, to, str_of(key), list);
    return list;
}

struct data *web_item(struct visit *v, struct data *list)
{
    struct data *map = data_new(v->c, DATA_MAP);

    data_append(v->c, list, map);
    return map;
}

void web_has(struct visit *v, struct data *to, const char *key)
{
    const struct data *list = data_get(to, str_of(key));

    web_flag(v, to, arena_fmt(v->c->mem, "has_%s", key).p,
             list != NULL && list->n > 0);
}

void web_line(struct visit *v, struct data *list, str text)
{
    data_append(v->c, list, data_new_text(v->c, text));
}

void web_tag(struct visit *v, struct data *to, const char *kind, str text)
{
    struct data *tag = web_map(v, to, "tag");

    web_put(v, tag, "kind", str_of(kind));
    web_put(v, tag, "text", text);
}

void web_notice(struct visit *v, const char *kind, str text)
{
    struct data *notice = web_map(v, v->page, "notice");

    web_put(v, notice, "kind", str_of(kind));
    web_put(v, notice, "text", text);
}

void web_back(struct visit *v, str href)
{
    web_put(v, v->page, "back", href);
}

void web_trail(struct visit *v, str href, str text)
{
    struct data *list = data_get(v->page, STR("trail")), *one;

    if (list == NULL || list->kind != DATA_LIST) {
        list = web_list(v, v->page, "trail");
        one = web_item(v, list);
        web_put(v, one, "href", web_to(v, "/"));
        web_put_word(v, one, "text", "home");
        web_flag(v, one, "up", false);
        web_flag(v, v->page, "has_trail", true);
    }
    for (size_t i = 0; i < list->n; i++)
        web_flag(v, list->items[i], "up", false);
    if (text.n == 0) {
        web_flag(v, list->items[list->n - 1], "up", true);
        return;
    }
    one = web_item(v, list);
    web_put(v, one, "href", href);
    web_put(v, one, "text", text);
    web_flag(v, one, "up", true);
}

void web_put_pages(struct visit *v, str next)
{
    struct data *pages;

    if (next.n == 0) {
        web_flag(v, v->page, "pages", false);
        return;
    }
    pages = web_map(v, v->page, "pages");
    web_put(v, pages, "previous", STR(""));
    web_put(v, pages, "next", next);
    web_put(v, pages, "status", STR(""));
}

str web_when(struct visit *v, int64_t instant)
{
    return instant == 0 ? STR("")
                        : city_show_time(v->c, v->world.city, instant);
}

str web_office(struct visit *v, str key)
{
    const struct city_office *o = city_office(v->world.city, key);

    return o == NULL ? STR("") : city_office_name(v->c, o);
}

/* ---- the request -------------------------------------------------- */

static str value_of(const struct app_pair *all, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].name, str_of(name)))
            return all[i].value;
    return STR("");
}

str web_arg(const struct visit *v, const char *name)
{
    return value_of(v->query, v->n_query, name);
}

str web_sent(const struct visit *v, const char *name)
{
    return value_of(v->form, v->n_form, name);
}

bool web_has_sent(const struct visit *v, const char *name)
{
    for (size_t i = 0; i < v->n_form; i++)
        if (str_eq(v->form[i].name, str_of(name)))
            return true;
    return false;
}

const struct record_upload *web_file(const struct visit *v, str name)
{
    for (size_t i = 0; i < v->n_files; i++)
        if (str_eq(v->files[i].path, name))
            return &v->files[i];
    return NULL;
}

str web_app_id(struct visit *v)
{
    return arena_fmt(v->c->mem, "%.*s/%.*s", STR_ARG(v->part[0]),
                     STR_ARG(v->part[1]));
}
