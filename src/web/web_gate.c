/* SPDX-License-Identifier: EUPL-1.2 */
/* The gate before routing: libmicrohttpd takes requests that two servers in a
 * row could read in two ways. Here they end, and their connection with them. */
#include "web/web_gate.h"

#include <strings.h>

struct looking {
    struct gate_head *h;
    bool bad_name;
};

static bool same(const char *a, size_t n, const char *b)
{
    return n == strlen(b) && strncasecmp(a, b, n) == 0;
}

static bool token(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] <= ' ' || p[i] >= 127 ||
            strchr("\"(),/:;<=>?@[\\]{}", p[i]) != NULL)
            return false;
    return n > 0;
}

/* The headers we look at; each at most once, the cookie too. */
static struct gate_text *slot(struct gate_head *h, const char *key, size_t n)
{
    const struct {
        const char *name;
        struct gate_text *at;
    } all[] = {
        {"host", &h->host},
        {"content-length", &h->length},
        {"transfer-encoding", &h->transfer},
        {"content-type", &h->type},
        {"cookie", &h->cookie},
        {"origin", &h->origin},
        {"sec-fetch-site", &h->site},
        {"sec-fetch-dest", &h->dest},
        {"accept-encoding", &h->encodings},
        {"if-none-match", &h->if_none_match},
        {"x-forwarded-for", &h->forwarded},
    };

    for (size_t i = 0; i < COUNT(all); i++)
        if (same(key, n, all[i].name))
            return all[i].at;
    return NULL;
}

static enum MHD_Result look(void *arg, enum MHD_ValueKind kind, const char *key,
                            size_t n_key, const char *value, size_t n_value)
{
    struct looking *l = arg;
    struct gate_text *t;

    (void)kind;
    if (key == NULL || !token(key, n_key)) {
        l->bad_name = true;
        return MHD_YES;
    }
    t = slot(l->h, key, n_key);
    if (t == NULL)
        return MHD_YES;
    t->times++;
    t->text = value == NULL ? STR("") : (str){value, n_value};
    return MHD_YES;
}

static bool digits(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0 && s.n < 16;
}

/* Letters, digits, dots, dashes, a port, brackets: nothing that a page or a
 * log could misread. */
static bool host_ok(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];

        if (!(ch >= 'a' && ch <= 'z') && !(ch >= 'A' && ch <= 'Z') &&
            !(ch >= '0' && ch <= '9') && strchr(".-:[]", ch) == NULL)
            return false;
    }
    return s.n > 0 && s.n < 256;
}

/* One sentence for each way to fail; NULL where the gate is open. */
const char *web_gate(struct MHD_Connection *http, const char *version,
                     struct gate_head *h)
{
    struct looking l = {.h = h};

    *h = (struct gate_head){0};
    MHD_get_connection_values_n(http, MHD_HEADER_KIND, look, &l);
    if (l.bad_name)
        return "a header's name is no token";
    if (h->host.times != 1 || !host_ok(h->host.text))
        return "exactly one Host is needed";
    if (h->length.times > 1 || h->transfer.times > 1)
        return "the length is told twice";
    if (h->length.times == 1 && h->transfer.times == 1)
        return "both a length and chunks";
    if (h->length.times == 1 && !digits(h->length.text))
        return "the length is no number";
    if (h->transfer.times == 1 &&
        (!same(h->transfer.text.p, h->transfer.text.n, "chunked") ||
         strcmp(version, MHD_HTTP_VERSION_1_1) != 0))
        return "the transfer encoding is unknown";
    if (h->type.times > 1 || h->cookie.times > 1 || h->origin.times > 1 ||
        h->site.times > 1 || h->dest.times > 1)
        return "a header is told twice";
    return NULL;
}
