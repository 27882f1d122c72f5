/* SPDX-License-Identifier: EUPL-1.2 */
/* A repository over HTTP: what is there, what is not, and what is no name. */
#include "grant/grant.h"
#include "tests/net/server.h"

#define LINE "This page was looked for and is not here any more.\n"

static void answer(struct server *s, int fd, str got)
{
    (void)s;
    if (str_starts(got, STR("GET /repo/metadata/1.root.json HTTP/1.1\r\n")))
        server_send(fd, STR("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
    else if (str_starts(got, STR("GET /repo/secret ")))
        server_send(fd,
                    STR("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));
    else if (str_starts(got, STR("GET /repo/broken ")))
        server_send(fd, STR("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"));
    else if (str_starts(got, STR("GET /repo/metadata/3.root.json ")))
        server_send(
            fd, STR("HTTP/1.1 404 No\r\nContent-Length: 200\r\n\r\n" LINE LINE
                        LINE LINE));
    else
        server_send(fd, STR("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"));
}

static void odd(struct server *s, int fd, str got)
{
    (void)s;
    if (str_starts(got, STR("GET /repo/metadata/"
                            "1...%2Fa%3F%23%20%C3%A9~.json HTTP/1.1\r\n")))
        server_send(fd, STR("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
    else
        server_send(fd, STR("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"));
}

static err fetch(struct ctx *c, const struct grant_source *from,
                 const char *path, size_t most, str *bytes)
{
    return from->fetch(c, from->arg, path, most, bytes);
}

TEST(a_repository_is_read_over_http)
{
    struct server *s = server_start(c, answer);
    struct grant_source from =
        grant_from_url(c, server_url(c, s, "/repo//"), true);
    str bytes;

    CHECK(from.line);
    CHECK_OK(fetch(c, &from, "metadata/1.root.json", 100, &bytes));
    CHECK_STR(bytes, "{}");
    CHECK(fetch(c, &from, "metadata/1.root.json", 1, &bytes) == E_TOO_BIG);
    CHECK(fetch(c, &from, "metadata/2.root.json", 100, &bytes) == E_NOT_FOUND);
    /* The next root is asked for until there is none: a long page that says
     * so says so. */
    CHECK(fetch(c, &from, "metadata/3.root.json", 100, &bytes) == E_NOT_FOUND);
    CHECK(fetch(c, &from, "secret", 100, &bytes) == E_NOT_FOUND);
    CHECK(fetch(c, &from, "broken", 100, &bytes) == E_BUSY);
    from = grant_from_url(c, server_url(c, s, "/repo"), false);
    CHECK(fetch(c, &from, "metadata/1.root.json", 100, &bytes) == E_FORBIDDEN);
}

/* Delegated roles may be called anything; it is asked for as the standard's
 * clients do. */
TEST(the_odd_name_of_a_role_is_asked_for_escaped)
{
    struct server *s = server_start(c, odd);
    struct grant_source from =
        grant_from_url(c, server_url(c, s, "/repo"), true);
    str bytes;

    CHECK_OK(
        fetch(c, &from, "metadata/1...%2Fa%3F%23%20%C3%A9~.json", 100, &bytes));
    CHECK_STR(bytes, "{}");
}

TEST(only_names_of_a_repository_are_asked_for)
{
    static const char *const bad[] = {
        "", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".x", "a?b", "a#b",
        "a b", "a%2fb", "a\\b", "a\r\nb",
        /* Escapes that nobody need write hide something. */
        "a%", "a%2", "a%2E", "%2E%2E/x", "a%0A", "a%00", "a%41"};
    struct server *s = server_start(c, answer);
    struct grant_source from =
        grant_from_url(c, server_url(c, s, "/repo"), true);
    str bytes;

    for (size_t i = 0; i < COUNT(bad); i++)
        if (!CHECK(fetch(c, &from, bad[i], 100, &bytes) == E_BAD_INPUT))
            CHECK_STR(str_of(bad[i]), "");
    CHECK_I64(atomic_load(&s->asked), 0);
}
