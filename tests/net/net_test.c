/* SPDX-License-Identifier: EUPL-1.2 */
/* What the HTTP client takes, and where it does not go. */
#include "net/net.h"
#include "tests/net/server.h"

#include <poll.h>
#include <stdlib.h>

static struct net_ask to(str url)
{
    return (struct net_ask){.url = url,
                            .most = 1000,
                            .limit = 5 * TIME_SECOND,
                            .allow_private = true};
}

static void send_fmt(int fd, const char *fmt, ...) PRINTF(2, 3);
static void send_fmt(int fd, const char *fmt, ...)
{
    struct arena *mem = arena_new(1 << 20);
    va_list ap;

    va_start(ap, fmt);
    server_send(fd, arena_vfmt(mem, fmt, ap));
    va_end(ap);
    arena_free(mem);
}

/* ---- what comes back ---------------------------------------------- */

static void say_hello(struct server *s, int fd, str got)
{
    (void)s, (void)got;
    send_fmt(fd, "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n"
                 "Content-Length: 5\r\n\r\nhello");
}

TEST(an_answer_has_status_type_and_body)
{
    struct server *s = server_start(c, say_hello);
    static const struct net_header head[] = {
        {STR_INIT("Accept"), STR_INIT("text/plain")}};
    struct net_ask a = to(server_url(c, s, "/a/b?q=1"));
    struct net_answer got;

    a.headers = head, a.n_headers = 1;
    CHECK_OK(net_get(c, &a, &got));
    CHECK_I64(got.status, 404);
    CHECK_STR(got.type, "text/plain");
    CHECK_STR(got.body, "hello");
    CHECK(strstr(s->last, "GET /a/b?q=1 HTTP/1.1\r\n") == s->last);
    CHECK(strstr(s->last, "\r\nAccept: text/plain\r\n") != NULL);
    CHECK(strstr(s->last, "Cookie") == NULL);
    CHECK(strstr(s->last, "Accept-Encoding") == NULL);
}

TEST(a_post_sends_its_body_and_type)
{
    struct server *s = server_start(c, say_hello);
    struct net_ask a = to(server_url(c, s, "/x"));
    struct net_answer got;

    a.type = STR("text/plain");
    a.body = STR("old 0\n\n");
    CHECK_OK(net_post(c, &a, &got));
    CHECK(strstr(s->last, "POST /x HTTP/1.1\r\n") == s->last);
    CHECK(strstr(s->last, "\r\nContent-Type: text/plain\r\n") != NULL);
    CHECK(strstr(s->last, "\r\n\r\nold 0\n\n") != NULL);
    CHECK(strstr(s->last, "Expect") == NULL);
}

TEST(no_header_smuggles_another)
{
    static const struct net_header head[] = {
        {STR_INIT("A"), STR_INIT("b\r\nHost: else")}};
    struct net_ask a = to(STR("http://127.0.0.1:9/"));
    struct net_answer got;

    a.headers = head, a.n_headers = 1;
    CHECK(net_get(c, &a, &got) == E_BAD_INPUT);
}

TEST(the_environment_names_no_proxy)
{
    struct server *s = server_start(c, say_hello);
    struct net_ask a = to(server_url(c, s, "/"));
    struct net_answer got;

    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    CHECK_OK(net_get(c, &a, &got));
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
}

/* ---- ceilings ----------------------------------------------------- */

static void say_too_much(struct server *s, int fd, str got)
{
    (void)s, (void)got;
    send_fmt(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n%1001d", 1);
}

static void say_for_ever(struct server *s, int fd, str got)
{
    (void)got;
    send_fmt(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (!atomic_load(&s->stopping) && server_send(fd, STR("4\r\nabcd\r\n")))
        continue;
}

static void head_for_ever(struct server *s, int fd, str got)
{
    (void)got;
    send_fmt(fd, "HTTP/1.1 200 OK\r\n");
    while (!atomic_load(&s->stopping) &&
           server_send(fd, STR("X-More: abcdefghijklmnopqrstuvwxyz\r\n")))
        continue;
}

static void continue_for_ever(struct server *s, int fd, str got)
{
    (void)got;
    while (!atomic_load(&s->stopping) &&
           server_send(fd, STR("HTTP/1.1 100 Continue\r\n\r\n")))
        continue;
}

TEST(an_answer_has_a_ceiling)
{
    static void (*const ways[])(struct server * s, int fd,
                                str got) = {say_too_much, say_for_ever};
    struct net_answer got;

    for (size_t i = 0; i < COUNT(ways); i++) {
        struct server *s = server_start(c, ways[i]);
        struct net_ask a = to(server_url(c, s, "/"));

        CHECK(net_get(c, &a, &got) == E_TOO_BIG);
        CHECK(str_find(c->why, STR("1000 bytes")) < c->why.n);
    }
}

TEST(a_head_has_a_ceiling)
{
    static void (*const ways[])(struct server * s, int fd,
                                str got) = {head_for_ever, continue_for_ever};
    struct net_answer got;

    for (size_t i = 0; i < COUNT(ways); i++) {
        struct server *s = server_start(c, ways[i]);
        struct net_ask a = to(server_url(c, s, "/"));

        CHECK(net_get(c, &a, &got) == E_BUSY);
    }
}

static void say_slowly(struct server *s, int fd, str got)
{
    (void)got;
    send_fmt(fd, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
    while (!atomic_load(&s->stopping) && server_send(fd, STR("a")))
        poll(NULL, 0, 20);
}

static void say_nothing(struct server *s, int fd, str got)
{
    (void)got;
    while (!atomic_load(&s->stopping)) {
        struct pollfd p = {.fd = fd, .events = POLLIN};

        if (poll(&p, 1, 20) > 0)
            return;
    }
}

TEST(an_answer_has_a_time_limit)
{
    static void (*const ways[])(struct server * s, int fd,
                                str got) = {say_slowly, say_nothing};
    struct net_answer got;

    for (size_t i = 0; i < COUNT(ways); i++) {
        struct server *s = server_start(c, ways[i]);
        struct net_ask a = to(server_url(c, s, "/"));
        int64_t began = time_monotonic();

        a.limit = TIME_SECOND / 5;
        CHECK(net_get(c, &a, &got) == E_BUSY);
        CHECK(str_find(c->why, STR("too slow")) < c->why.n);
        CHECK(time_monotonic() - began < 3 * TIME_SECOND);
    }
}

TEST(whoever_asks_can_stop)
{
    struct server *s = server_start(c, say_nothing);
    struct net_ask a = to(server_url(c, s, "/"));
    atomic_bool stop = true;
    struct net_answer got;

    a.stop = &stop;
    CHECK(net_get(c, &a, &got) == E_BUSY);
    CHECK(str_find(c->why, STR("stopped")) < c->why.n);
}

static void hang_up(struct server *s, int fd, str got)
{
    (void)s, (void)fd, (void)got;
}

static void cut_short(struct server *s, int fd, str got)
{
    (void)s, (void)got;
    send_fmt(fd, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nabc");
}

static void say_no_http(struct server *s, int fd, str got)
{
    (void)s, (void)got;
    send_fmt(fd, "SSH-2.0-OpenSSH_9.2p1\r\n\r\n");
}

TEST(what_is_no_answer_is_said_to_be_none)
{
    static void (*const ways[])(struct server * s, int fd,
                                str got) = {hang_up, cut_short, say_no_http};
    struct net_answer got;

    for (size_t i = 0; i < COUNT(ways); i++) {
        struct server *s = server_start(c, ways[i]);
        struct net_ask a = to(server_url(c, s, "/"));

        CHECK(net_get(c, &a, &got) == E_BUSY);
        CHECK(c->why.n > 20);
        CHECK(got.body.n == 0);
    }
}

/* ---- gzip --------------------------------------------------------- */

/* "hello"; the letter a fifty thousand times; the first in one coat more. */
static const char zip_hello[] =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xcb\x48\xcd\xc9\xc9\x07\x00\x86"
    "\xa6\x10\x36\x05\x00\x00\x00";
static const char zip_bomb[] =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xed\xc1\x01\x0d\x00\x00\x00\xc2"
    "\xa0\xac\xef\x5f\xc2\x1e\x0e\x28\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
    "\x00\x00\x9e\x0c\x89\x29\xf9\x76\x50\xc3\x00\x00";
static const char zip_coats[] =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x93\xef\xe6\x60\x00\x01\xa6\xff"
    "\xa7\x3d\xce\x9e\x3c\xc9\xce\xd0\xb6\x4c\xc0\x8c\x15\x28\x00\x00\x82\xe2"
    "\x0d\x61\x19\x00\x00\x00";

static void send_zip(int fd, const char *coding, const char *zip, size_t n)
{
    send_fmt(fd,
             "HTTP/1.1 200 OK\r\n%sContent-Length: %zu\r\n"
             "Connection: close\r\n\r\n",
             coding, n);
    server_send(fd, (str){zip, n});
}

#define ZIP "Content-Encoding: gzip\r\n"

static void say_zip(struct server *s, int fd, str got)
{
    (void)s;
    if (str_starts(got, STR("GET /bomb ")))
        send_zip(fd, ZIP, zip_bomb, sizeof zip_bomb - 1);
    else if (str_starts(got, STR("GET /two ")))
        send_zip(fd, "Content-Encoding: gzip, gzip\r\n", zip_coats,
                 sizeof zip_coats - 1);
    else if (str_starts(got, STR("GET /twice ")))
        send_zip(fd, ZIP ZIP, zip_coats, sizeof zip_coats - 1);
    else if (str_starts(got, STR("GET /other ")))
        send_zip(fd, "Content-Encoding: deflate\r\n", zip_hello,
                 sizeof zip_hello - 1);
    else if (str_starts(got, STR("GET /plain ")))
        send_zip(fd, "", "hello", 5);
    else
        send_zip(fd, ZIP, zip_hello, sizeof zip_hello - 1);
}

/* Blocks that hold nothing, for ever. */
static void say_empty_zip(struct server *s, int fd, str got)
{
    (void)got;
    send_fmt(fd, "HTTP/1.1 200 OK\r\n" ZIP
                 "Transfer-Encoding: chunked\r\n\r\na\r\n");
    server_send(fd, (str){zip_hello, 10});
    server_send(fd, STR("\r\n"));
    while (!atomic_load(&s->stopping) &&
           server_send(fd, (str){"5\r\n\0\0\0\xff\xff\r\n", 10}))
        continue;
}

TEST(gzip_is_asked_for_and_undone)
{
    struct server *s = server_start(c, say_zip);
    struct net_ask a = to(server_url(c, s, "/"));
    struct net_answer got;

    CHECK_OK(net_get(c, &a, &got));
    CHECK_I64((int64_t)got.body.n, sizeof zip_hello - 1);
    CHECK(strstr(s->last, "Accept-Encoding") == NULL);
    a.gzip = true;
    CHECK_OK(net_get(c, &a, &got));
    CHECK_STR(got.body, "hello");
    CHECK(strstr(s->last, "\r\nAccept-Encoding: gzip\r\n") != NULL);
    a.url = server_url(c, s, "/plain");
    CHECK_OK(net_get(c, &a, &got));
    CHECK_STR(got.body, "hello");
}

/* The ceiling is of what comes out, and of what comes in. */
TEST(a_bomb_is_stopped_at_the_ceiling)
{
    struct server *s = server_start(c, say_zip);
    struct net_ask a = to(server_url(c, s, "/bomb"));
    struct net_answer got;

    a.gzip = true;
    CHECK(net_get(c, &a, &got) == E_TOO_BIG);
    CHECK(str_find(c->why, STR("1000 bytes")) < c->why.n);
    a.url = server_url(c, server_start(c, say_empty_zip), "/");
    CHECK(net_get(c, &a, &got) == E_TOO_BIG);
}

TEST(one_coat_of_gzip_is_taken_and_no_other)
{
    static const char *const paths[] = {"/two", "/twice", "/other"};
    struct server *s = server_start(c, say_zip);
    struct net_ask a = to(STR(""));
    struct net_answer got;

    a.gzip = true;
    for (size_t i = 0; i < COUNT(paths); i++) {
        a.url = server_url(c, s, paths[i]);
        CHECK(net_get(c, &a, &got) == E_BUSY);
    }
}

/* ---- a line ------------------------------------------------------- */

static void say_on(struct server *s, int fd, str got)
{
    char room[4096];

    do {
        bool much = str_starts(got, STR("GET /much "));

        send_fmt(fd, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%*d",
                 much ? 2000 : 5, much ? 2000 : 5, 12345);
        got = (str){room, server_receive(fd, room, sizeof room - 1)};
    } while (got.n > 0 && !atomic_load(&s->stopping));
}

/* What went wrong in one ask is forgotten in the next. */
TEST(asks_on_one_line_share_its_connection)
{
    struct server *s = server_start(c, say_on);
    struct net_ask a = to(server_url(c, s, "/a")), much = a;
    struct net_line *line = net_line_new(c, true);
    struct net_answer got;

    CHECK_OK(net_get(c, &a, &got));
    CHECK_OK(net_get(c, &a, &got));
    CHECK_I64(atomic_load(&s->asked), 2);
    much.url = server_url(c, s, "/much");
    a.line = much.line = line;
    for (int i = 0; i < 4; i++) {
        CHECK_OK(net_get(c, &a, &got));
        CHECK_STR(got.body, "12345");
    }
    CHECK_I64(atomic_load(&s->asked), 3);
    CHECK(net_get(c, &much, &got) == E_TOO_BIG);
    CHECK_OK(net_get(c, &a, &got));
    CHECK_STR(got.body, "12345");
}

/* ---- redirections ------------------------------------------------- */

/* The path of the request is where it leads to, after "/to/"; "/loop" leads
 * to itself, "/N" to the number before it, "/0" ends. */
static void redirect(struct server *s, int fd, str got)
{
    str line, target, rest;

    str_cut(got, '\r', &line, &rest);
    str_cut(line, ' ', &rest, &target);
    str_cut(target, ' ', &target, &rest);
    if (str_eq(target, STR("/to/user")))
        send_fmt(
            fd,
            "HTTP/1.1 302 Found\r\nLocation: http://a@127.0.0.1:%u/0\r\n\r\n",
            (unsigned)s->port);
    else if (str_starts(target, STR("/to/")))
        send_fmt(fd, "HTTP/1.1 302 Found\r\nLocation: %.*s\r\n\r\n",
                 (int)target.n - 4, target.p + 4);
    else if (str_eq(target, STR("/0")))
        send_fmt(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    else
        send_fmt(fd,
                 "HTTP/1.1 307 Temporary Redirect\r\nLocation: /%c\r\n"
                 "Content-Length: 4\r\n\r\nmore",
                 target.p[1] == 'l' ? 'l' : target.p[1] - 1);
}

static err follow(struct ctx *c, const struct server *s, const char *path,
                  bool post, struct net_answer *got)
{
    struct net_ask a = to(server_url(c, s, path));

    a.body = STR("old 0\n");
    return post ? net_post(c, &a, got) : net_get(c, &a, got);
}

TEST(three_redirections_within_a_host_are_followed)
{
    struct server *s = server_start(c, redirect);
    struct net_answer got;

    CHECK_OK(follow(c, s, "/3", false, &got));
    CHECK_STR(got.body, "ok");
    CHECK_I64(atomic_load(&s->asked), 4);
    CHECK(follow(c, s, "/4", false, &got) == E_FORBIDDEN);
    CHECK(follow(c, s, "/l", false, &got) == E_FORBIDDEN);
}

TEST(a_post_is_sent_again_only_where_that_is_meant)
{
    struct server *s = server_start(c, redirect);
    struct net_answer got;

    CHECK_OK(follow(c, s, "/1", true, &got));
    CHECK_I64(got.status, 200);
    CHECK(strstr(s->last, "\r\n\r\nold 0\n") != NULL);
    CHECK_OK(follow(c, s, "/to//0", true, &got));
    CHECK_I64(got.status, 302);
}

TEST(a_redirection_elsewhere_is_refused)
{
    static const char *const ways[] = {"/to/http://127.0.0.2:80/",
                                       "/to/http://localhost:80/",
                                       "/to/http://127.0.0.1:9/",
                                       "/to/https://127.0.0.1/",
                                       "/to/file:///etc/passwd",
                                       "/to/gopher://127.0.0.1/",
                                       "/to/user",
                                       "/to///elsewhere.example/"};
    struct server *s = server_start(c, redirect);
    struct net_answer got;

    for (size_t i = 0; i < COUNT(ways); i++) {
        CHECK(follow(c, s, ways[i], false, &got) == E_FORBIDDEN);
        CHECK(got.status == 0);
    }
    CHECK_I64(atomic_load(&s->asked), COUNT(ways));
}

/* ---- closed addresses --------------------------------------------- */

TEST(inner_addresses_are_closed_however_they_are_written)
{
    static const char *const hosts[] = {"127.0.0.1",
                                        "127.1",
                                        "0x7f.1",
                                        "0177.0.0.1",
                                        "2130706433",
                                        "0x7f000001",
                                        "localhost",
                                        "LOCALHOST.",
                                        "kota.localhost",
                                        "[::ffff:127.0.0.1]",
                                        "[::ffff:7f00:1]",
                                        "[::1]",
                                        "0.0.0.0",
                                        "0",
                                        "[::]",
                                        "127.0.0.1.",
                                        "%31%32%37.0.0.1"};
    struct server *s = server_start(c, say_hello);
    struct net_answer got;

    for (size_t i = 0; i < COUNT(hosts); i++) {
        struct net_ask a =
            to(arena_fmt(c->mem, "http://%s:%u/", hosts[i], (unsigned)s->port));
        err e;

        a.allow_private = false;
        e = net_get(c, &a, &got);
        if (!CHECK(e == E_FORBIDDEN || e == E_BAD_INPUT || e == E_BUSY))
            CHECK_STR(a.url, "");
    }
    CHECK_I64(atomic_load(&s->asked), 0);
    CHECK(str_find(c->why, STR("127.0.0.1")) < c->why.n ||
          str_find(c->why, STR("name")) < c->why.n);
}

TEST(inner_addresses_are_open_where_the_caller_says_so)
{
    static const char *const hosts[] = {"127.0.0.1", "localhost",
                                        "bandung.localhost"};
    struct server *s = server_start(c, say_hello);
    struct net_answer got;

    for (size_t i = 0; i < COUNT(hosts); i++) {
        struct net_ask a =
            to(arena_fmt(c->mem, "http://%s:%u/", hosts[i], (unsigned)s->port));

        CHECK_OK(net_get(c, &a, &got));
        CHECK_I64(got.status, 404);
    }
}

TEST(a_refusal_names_the_address)
{
    struct net_ask a = to(STR("http://localhost:9/"));
    struct net_answer got;

    a.allow_private = false;
    CHECK(net_get(c, &a, &got) == E_FORBIDDEN);
    CHECK(str_find(c->why, STR("localhost")) < c->why.n);
    CHECK(str_find(c->why, STR("127.0.0.1")) < c->why.n ||
          str_find(c->why, STR("::1")) < c->why.n);
    c->lang = STR("id");
    CHECK(net_get(c, &a, &got) == E_FORBIDDEN);
    CHECK(str_find(c->why, STR("tidak dihubungi")) < c->why.n);
}

TEST(each_range_is_known)
{
    static const struct {
        const char *address;
        bool open, open_inside;
    } all[] = {
        {"8.8.8.8", true, true},
        {"103.10.1.1", true, true},
        {"9.255.255.255", true, true},
        {"10.0.0.0", false, true},
        {"10.255.255.255", false, true},
        {"11.0.0.0", true, true},
        {"100.63.255.255", true, true},
        {"100.64.0.1", false, true},
        {"100.127.255.255", false, true},
        {"100.128.0.0", true, true},
        {"127.0.0.1", false, true},
        {"127.255.255.254", false, true},
        {"0.0.0.0", false, false},
        {"0.1.2.3", false, false},
        {"169.254.169.254", false, false},
        {"172.15.255.255", true, true},
        {"172.16.0.1", false, true},
        {"172.31.255.255", false, true},
        {"172.32.0.0", true, true},
        {"192.168.1.1", false, true},
        {"192.0.2.1", false, false},
        {"198.18.0.1", false, false},
        {"198.19.255.255", false, false},
        {"198.20.0.0", true, true},
        {"224.0.0.1", false, false},
        {"239.255.255.255", false, false},
        {"255.255.255.255", false, false},
        {"::", false, false},
        {"::1", false, true},
        {"::2", false, false},
        {"::127.0.0.1", false, false},
        {"::ffff:127.0.0.1", false, true},
        {"::ffff:8.8.8.8", true, true},
        {"::ffff:169.254.169.254", false, false},
        {"64:ff9b::127.0.0.1", false, true},
        {"64:ff9b::8.8.8.8", true, true},
        {"64:ff9b:1::1", false, false},
        {"2002:7f00:1::", false, true},
        {"2002:0808:0808::1", true, true},
        {"2001::1", false, false},
        {"2001:db8::1", false, false},
        {"2001:4860:4860::8888", true, true},
        {"2400:cb00::1", true, true},
        {"fc00::1", false, true},
        {"fdff::1", false, true},
        {"fe80::1", false, false},
        {"febf::1", false, false},
        {"fec0::1", false, false},
        {"ff02::1", false, false},
        {"4000::1", false, false},
        {"no address", false, false},
        {"", false, false},
        {"1.2.3", false, false},
        {"::ffff:1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7.8.9.0.1.2.3", false, false},
    };

    for (size_t i = 0; i < COUNT(all); i++) {
        str address = str_of(all[i].address);
        bool ok = net_address_open(address, false) == all[i].open &&
                  net_address_open(address, true) == all[i].open_inside;

        if (!CHECK(ok))
            CHECK_STR(address, "");
    }
}

/* ---- URLs --------------------------------------------------------- */

TEST(a_url_has_parts)
{
    struct net_url u;

    CHECK_OK(net_url_read(c, STR("https://Bandung.GO.id/saksi"), &u));
    CHECK(u.tls && !u.query);
    CHECK_STR(u.host, "bandung.go.id");
    CHECK_I64(u.port, 443);
    CHECK_STR(u.path, "/saksi");
    CHECK_OK(net_url_read(c, STR("http://a.localhost:8080?x"), &u));
    CHECK(!u.tls && u.query);
    CHECK_I64(u.port, 8080);
    CHECK_STR(u.path, "/");
}

TEST(what_is_no_url_that_we_ask_is_refused)
{
    static const char *const bad[] = {
        "",
        "bandung.go.id",
        "//bandung.go.id/",
        "/saksi",
        "ftp://bandung.go.id/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/",
        "dict://127.0.0.1/",
        "javascript:alert(1)",
        "http://",
        "http:///x",
        "http:/x",
        "http:x",
        "http://a@bandung.go.id/",
        "http://a:b@bandung.go.id/",
        "http://@bandung.go.id/",
        "http://bandung.go.id/@x",
        "http://bandung.go.id/#x",
        "http://bandung.go.id:99999/",
        "http://bandung.go.id:0/",
        "http://bandung.go.id:x/",
        "http://bandung.go.id/a b",
        "http://bandung.go.id/\n",
        "http://bandung.go.id\\x",
        "http://b\xC3\xA4ndung.go.id/",
        "http://[::1/",
        "http://[v1.x]/",
    };
    struct net_url u;

    for (size_t i = 0; i < COUNT(bad); i++)
        if (!CHECK(net_url_read(c, str_of(bad[i]), &u) == E_BAD_INPUT))
            CHECK_STR(str_of(bad[i]), "");
    CHECK(str_find(c->why, STR("https://bandung.go.id")) < c->why.n);
}
