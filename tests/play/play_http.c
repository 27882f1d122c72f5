/* SPDX-License-Identifier: EUPL-1.2 */
/* A plain HTTP/1.1 client with cookies, and a reader of forms. */
#include "tests/play/play.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define MOST_ANSWER ((size_t)32 << 20)

/* ---- cookies ------------------------------------------------------ */

static void set_cookie(struct play *p, str city, str line)
{
    struct play_browser *b = p->browser;
    str pair, rest, name, value;

    str_cut(line, ';', &pair, &rest);
    str_cut(str_trim(pair), '=', &name, &value);
    for (size_t i = 0; i < b->n; i++)
        if (str_eq(b->cookies[i].city, city) &&
            str_eq(b->cookies[i].name, name)) {
            b->cookies[i].value = value;
            return;
        }
    if (b->n < COUNT(b->cookies))
        b->cookies[b->n++] = (struct play_cookie){city, name, value};
}

static void put_cookies(struct play *p, str city, struct buf *out)
{
    bool first = true;

    for (size_t i = 0; i < p->browser->n; i++) {
        const struct play_cookie *k = &p->browser->cookies[i];

        if (!str_eq(k->city, city) || k->value.n == 0)
            continue;
        buf_fmt(out, "%s%.*s=%.*s", first ? "Cookie: " : "; ", STR_ARG(k->name),
                STR_ARG(k->value));
        first = false;
    }
    if (!first)
        buf_lit(out, "\r\n");
}

/* ---- one exchange ------------------------------------------------- */

static int connect_to(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval limit = {.tv_sec = 30};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(fd, (struct sockaddr *)&a, sizeof a) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool exchange(struct play *p, int port, str request, str *answer)
{
    struct buf b = buf_new(p->c, MOST_ANSWER);
    int fd = connect_to(port);
    char piece[1 << 15];
    ssize_t n;

    if (fd < 0)
        return false;
    if (send(fd, request.p, request.n, MSG_NOSIGNAL) != (ssize_t)request.n) {
        close(fd);
        return false;
    }
    while ((n = recv(fd, piece, sizeof piece, 0)) > 0)
        buf_raw(&b, (str){piece, (size_t)n});
    close(fd);
    return b.n > 0 && buf_done(p->c, &b, answer) == E_OK;
}

static str header(str headers, const char *name)
{
    str rest = headers, line, head, value;

    while (str_next(&rest, '\n', &line)) {
        str_cut(line, ':', &head, &value);
        if (head.n == strlen(name) && strncasecmp(head.p, name, head.n) == 0)
            return str_trim(value);
    }
    return (str){NULL, 0};
}

/* A chunked body put together (RFC 9112, section 7.1). */
static str dechunked(struct play *p, str body)
{
    struct buf b = buf_new(p->c, MOST_ANSWER);

    while (body.n > 0) {
        str line, rest;
        size_t n;

        str_cut(body, '\n', &line, &rest);
        n = (size_t)strtoul(arena_str(p->c->mem, line).p, NULL, 16);
        if (n == 0)
            break;
        buf_raw(&b, str_slice(rest, 0, n));
        body = str_slice(rest, n + 2, rest.n);
    }
    return buf_str(&b);
}

static bool take_answer(struct play *p, str city, str answer)
{
    size_t end = str_find(answer, STR("\r\n\r\n"));
    str rest, line, head, value;
    int64_t status;

    if (!str_starts(answer, STR("HTTP/1.1 ")) ||
        !str_is_i64(str_slice(answer, 9, 12), &status))
        return play_fails(p, "this is no HTTP answer: %.*s",
                          answer.n > 200 ? 200 : (int)answer.n, answer.p);
    p->status = (int)status;
    p->headers = str_slice(answer, 0, end);
    p->body = arena_str(p->c->mem, str_slice(answer, end + 4, answer.n));
    if (str_eq(header(p->headers, "Transfer-Encoding"), STR("chunked")))
        p->body = dechunked(p, p->body);
    rest = p->headers;
    while (str_next(&rest, '\n', &line)) {
        str_cut(line, ':', &head, &value);
        if (head.n == 10 && strncasecmp(head.p, "Set-Cookie", 10) == 0)
            set_cookie(p, city, value);
    }
    return true;
}

static str encode(struct play *p, const struct play_pair *form, size_t n)
{
    struct buf b = buf_new(p->c, 8 << 20);

    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_char(&b, '&');
        buf_url(&b, form[i].name);
        buf_char(&b, '=');
        buf_url(&b, form[i].value);
    }
    return buf_str(&b);
}

#define PARTED "bagian-formulir"

static bool is_file(const struct play_pair *x)
{
    return str_starts(x->value, STR("@"));
}

/* multipart/form-data (RFC 7578); "@FILE" is a file of the checkout. */
static str encode_parts(struct play *p, const struct play_pair *form, size_t n)
{
    struct buf b = buf_new(p->c, 16 << 20);

    for (size_t i = 0; i < n; i++) {
        str name = str_slice(form[i].value, 1, form[i].value.n);
        str bytes = form[i].value;

        buf_fmt(&b, "--" PARTED "\r\nContent-Disposition: form-data; name=");
        buf_json(&b, form[i].name);
        if (is_file(&form[i])) {
            buf_lit(&b, "; filename=");
            buf_json(&b, name);
            if (file_read(
                    p->c,
                    file_join(p->c, p->root, arena_str(p->c->mem, name).p),
                    8 << 20, &bytes) != E_OK)
                bytes = STR("");
        }
        buf_lit(&b, "\r\n\r\n");
        buf_raw(&b, bytes);
        buf_lit(&b, "\r\n");
    }
    buf_lit(&b, "--" PARTED "--\r\n");
    return buf_str(&b);
}

static str write_request(struct play *p, const struct play_city *k,
                         const char *method, str path,
                         const struct play_pair *form, size_t n)
{
    struct buf b = buf_new(p->c, 16 << 20);

    buf_fmt(&b, "%s %.*s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n", method,
            STR_ARG(path), k->port);
    put_cookies(p, k->name, &b);
    if (strcmp(method, "POST") == 0) {
        bool parted = false;
        str body;

        for (size_t i = 0; i < n; i++)
            parted |= is_file(&form[i]);
        body = parted ? encode_parts(p, form, n) : encode(p, form, n);
        buf_fmt(&b,
                "Origin: http://127.0.0.1:%d\r\nSec-Fetch-Site: same-origin\r\n"
                "Content-Type: %s\r\n"
                "Content-Length: %zu\r\nConnection: close\r\n\r\n",
                k->port,
                parted ? "multipart/form-data; boundary=" PARTED
                       : "application/x-www-form-urlencoded",
                body.n);
        buf_raw(&b, body);
    } else {
        buf_lit(&b, "Connection: close\r\n\r\n");
    }
    return buf_str(&b);
}

static bool once(struct play *p, struct play_city *k, const char *method,
                 str path, const struct play_pair *form, size_t n)
{
    str answer;

    p->path = path;
    p->request = write_request(p, k, method, path, form, n);
    if (!exchange(p, k->port, p->request, &answer))
        return play_fails(p, "%.*s does not answer", STR_ARG(k->name));
    return take_answer(p, k->name, answer);
}

bool play_request(struct play *p, struct play_city *k, const char *method,
                  str path, const struct play_pair *form, size_t n)
{
    if (k->pid == 0)
        return play_fails(p, "%.*s does not run", STR_ARG(k->name));
    if (!once(p, k, method, path, form, n))
        return false;
    for (int hops = 0; (p->status == 303 || p->status == 302) && hops < 8;
         hops++) {
        str to = header(p->headers, "Location"), hash;

        str_cut(to, '#', &to, &hash);
        if (!str_starts(to, STR("/")) || str_starts(to, STR("//")))
            return play_fails(p, "a redirection leaves the city: %.*s",
                              STR_ARG(to));
        if (!once(p, k, "GET", arena_str(p->c->mem, to), NULL, 0))
            return false;
    }
    return true;
}

/* ---- many at once ------------------------------------------------- */

bool play_flood(struct play *p, struct play_city *k, str path, int n, str text)
{
    str request = write_request(p, k, "GET", path, NULL, 0);
    int fds[256], good = 0;

    if (n > (int)COUNT(fds))
        return play_fails(p, "at most %zu at once", COUNT(fds));
    for (int i = 0; i < n; i++) {
        fds[i] = connect_to(k->port);
        if (fds[i] >= 0)
            (void)!send(fds[i], request.p, request.n, MSG_NOSIGNAL);
    }
    for (int i = 0; i < n; i++) {
        struct buf b = buf_new(p->c, MOST_ANSWER);
        char piece[1 << 14];
        ssize_t r;

        while (fds[i] >= 0 && (r = recv(fds[i], piece, sizeof piece, 0)) > 0)
            buf_raw(&b, (str){piece, (size_t)r});
        if (fds[i] >= 0)
            close(fds[i]);
        good += str_find(buf_str(&b), text) < b.n;
    }
    return good == n ||
           play_fails(p, "%d of %d answers held the text", good, n);
}

/* ---- forms -------------------------------------------------------- */

static str unescaped(struct play *p, str s)
{
    static const struct {
        const char *entity;
        char ch;
    } all[] = {{"&amp;", '&'},  {"&lt;", '<'},   {"&gt;", '>'},
               {"&quot;", '"'}, {"&#39;", '\''}, {"&#x2F;", '/'}};
    struct buf b = buf_new(p->c, 1 << 20);

    for (size_t i = 0; i < s.n;) {
        size_t step = 1;

        for (size_t k = 0; k < COUNT(all); k++)
            if (str_starts(str_slice(s, i, s.n), str_of(all[k].entity))) {
                buf_char(&b, all[k].ch);
                step = strlen(all[k].entity);
                break;
            }
        if (step == 1)
            buf_char(&b, s.p[i]);
        i += step;
    }
    return buf_str(&b);
}

/* The value of an attribute of a tag, "" where it stands alone; p == NULL
 * where it is not there. */
static str attribute(struct play *p, str tag, const char *name)
{
    str want = arena_fmt(p->c->mem, " %s", name);

    for (size_t i = 0; i + want.n <= tag.n; i++) {
        str rest = str_slice(tag, i + want.n, tag.n), value, tail;

        if (!str_eq(str_slice(tag, i, i + want.n), want))
            continue;
        if (str_starts(rest, STR("=\""))) {
            str_cut(str_slice(rest, 2, rest.n), '"', &value, &tail);
            return unescaped(p, value);
        }
        if (rest.n == 0 || rest.p[0] == ' ' || rest.p[0] == '>' ||
            rest.p[0] == '/')
            return STR("");
    }
    return (str){NULL, 0};
}

/* What an untouched browser sends of one tag. */
static void take_field(struct play *p, str tag, struct play_pair *out,
                       size_t *n, size_t most)
{
    str type = attribute(p, tag, "type"), name = attribute(p, tag, "name");
    bool box = str_eq(type, STR("radio")) || str_eq(type, STR("checkbox"));
    bool button = str_eq(type, STR("submit")) || str_eq(type, STR("file"));

    if (name.n == 0 || button || *n == most ||
        (box && attribute(p, tag, "checked").p == NULL))
        return;
    out[(*n)++] = (struct play_pair){name, attribute(p, tag, "value")};
    if (out[*n - 1].value.p == NULL)
        out[*n - 1].value = STR("");
}

/* The button in the header by which an officer leaves is a form too. */
static bool leaves(struct play *p, str head)
{
    return str_ends(attribute(p, head, "action"), STR("/keluar"));
}

static bool writes(struct play *p, str form)
{
    str head = str_slice(form, 0, str_find(form, STR(">")));

    return str_eq(attribute(p, head, "method"), STR("post")) &&
           !leaves(p, head);
}

/* "2": the second form; "accept": that of the act of this name. */
static bool is_wanted(struct play *p, str form, str which, int64_t *nth)
{
    str act;

    if (*nth > 0)
        return --*nth == 0;
    act = arena_fmt(p->c->mem, "name=\"act\" value=\"%.*s\"", STR_ARG(which));
    return str_find(form, act) < form.n;
}

static str find_form(struct play *p, str which)
{
    str rest = p->body;
    int64_t nth = 0;

    if (!str_is_i64(which, &nth))
        nth = 0;
    for (;;) {
        size_t at = str_find(rest, STR("<form")), end;
        str form;

        if (at == rest.n)
            return (str){NULL, 0};
        rest = str_slice(rest, at, rest.n);
        end = str_find(rest, STR("</form>"));
        form = str_slice(rest, 0, end);
        rest = str_slice(rest, end, rest.n);
        if (writes(p, form) && is_wanted(p, form, which, &nth))
            return form;
    }
}

bool play_form(struct play *p, str which, str *action, struct play_pair *fields,
               size_t *n, size_t most)
{
    str form = find_form(p, which), rest, tag;

    *n = 0;
    if (form.p == NULL)
        return play_fails(p, "there is no form %.*s on %.*s", STR_ARG(which),
                          STR_ARG(p->path));
    *action =
        attribute(p, str_slice(form, 0, str_find(form, STR(">"))), "action");
    if (action->n == 0)
        *action = p->path;
    for (rest = form;;) {
        size_t at = str_find(rest, STR("<"));

        if (at == rest.n)
            return true;
        rest = str_slice(rest, at, rest.n);
        tag = str_slice(rest, 0, str_find(rest, STR(">")));
        if (str_starts(tag, STR("<input")) || str_starts(tag, STR("<button")))
            take_field(p, tag, fields, n, most);
        rest = str_slice(rest, tag.n == 0 ? 1 : tag.n, rest.n);
    }
}
