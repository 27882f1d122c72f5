/* SPDX-License-Identifier: EUPL-1.2 */
/* Reading a URL with the parser that will ask it: two that differ are how
 * filters are got around. */
#include "net/net_priv.h"

#define URL_MOST 2048

static err bad_url(struct ctx *c, str url, const char *what)
{
    return fail(c, E_BAD_INPUT,
                say(c,
                    "Alamat \"%.*s\" tidak dapat dipakai: %s. Contoh: "
                    "https://bandung.go.id/saksi.",
                    "The address \"%.*s\" cannot be used: %s. Example: "
                    "https://bandung.go.id/saksi."),
                url.n > 160 ? 160 : (int)url.n, url.p, what);
}

static void drop_url(void *it)
{
    curl_url_cleanup(it);
}

/* Empty where there is no such part. */
static str part(struct ctx *c, CURLU *u, CURLUPart which)
{
    char *text = NULL;
    str s = STR("");

    if (curl_url_get(u, which, &text, 0) == CURLUE_OK)
        s = arena_str(c->mem, str_of(text));
    curl_free(text);
    return s;
}

bool net_plain(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '\\')
            return false;
    return s.n > 0;
}

static str lower(struct ctx *c, str s)
{
    char *p = NEWS(c->mem, char, s.n + 1);

    for (size_t i = 0; i < s.n; i++)
        p[i] = (char)(s.p[i] | (s.p[i] >= 'A' && s.p[i] <= 'Z' ? 0x20 : 0));
    return (str){p, s.n};
}

static err read_parts(struct ctx *c, CURLU *u, str url, struct net_url *out)
{
    str scheme = part(c, u, CURLUPART_SCHEME);
    int64_t port = 0;

    out->tls = str_eq(scheme, STR("https"));
    if (!out->tls && !str_eq(scheme, STR("http")))
        return bad_url(c, url,
                       say(c, "hanya http dan https yang dikenal",
                           "only http and https are known"));
    if (part(c, u, CURLUPART_USER).n > 0 ||
        part(c, u, CURLUPART_PASSWORD).n > 0 || str_has(url, '@'))
        return bad_url(c, url,
                       say(c, "nama pengguna atau sandi tidak boleh di sini",
                           "a user's name or password may not stand here"));
    if (str_has(url, '#'))
        return bad_url(c, url,
                       say(c, "bagian di belakang # tidak dikirim",
                           "what stands behind # is not sent"));
    out->host = lower(c, part(c, u, CURLUPART_HOST));
    out->path = part(c, u, CURLUPART_PATH);
    out->query = str_has(url, '?');
    if (str_is_i64(part(c, u, CURLUPART_PORT), &port) &&
        (port < 1 || port > 65535))
        port = -1;
    if (out->host.n == 0 || port < 0)
        return bad_url(c, url,
                       say(c, "nama host atau portanya salah",
                           "its host or port is wrong"));
    out->port = port > 0 ? (uint16_t)port : out->tls ? 443 : 80;
    return E_OK;
}

bool net_url_has_host(str url)
{
    str rest = str_slice(url, str_find(url, STR("://")), url.n);

    return rest.n > 3 && rest.p[3] != '/';
}

err net_url_read(struct ctx *c, str url, struct net_url *out)
{
    CURLU *u;

    if (url.n > URL_MOST || !net_plain(url))
        return bad_url(c, url,
                       say(c,
                           "ada spasi atau huruf yang bukan ASCII, atau "
                           "terlalu panjang",
                           "it holds blanks or letters that are not ASCII, or "
                           "is too long"));
    u = curl_url();
    MUST(u != NULL);
    arena_owns(c->mem, drop_url, u);
    if (!net_url_has_host(url) ||
        curl_url_set(u, CURLUPART_URL, arena_str(c->mem, url).p,
                     CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        return bad_url(c, url, say(c, "bukan URL", "it is no URL"));
    return read_parts(c, u, url, out);
}
