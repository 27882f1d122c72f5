/* SPDX-License-Identifier: EUPL-1.2 */
/* The socket that the server listens at: one of its own, or one that it was
 * given. It outlives the daemon behind it, so that a new certificate is taken
 * while who comes meanwhile waits and is not refused. */
#include "web/web_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAITING   512 /* connections that nobody has taken yet */
#define PEM_MOST  ((size_t)256 << 10)
#define PEM_BEGIN "-----BEGIN "

static err where_to_listen(struct ctx *c, const struct web_options *o,
                           struct sockaddr_in *in)
{
    *in =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(o->port)};
    if (inet_pton(AF_INET, o->address, &in->sin_addr) != 1)
        return fail(c, E_BAD_INPUT,
                    say(c, "%s bukan alamat IPv4. Contoh: 127.0.0.1.",
                        "%s is not an IPv4 address. Example: 127.0.0.1."),
                    o->address);
    return E_OK;
}

static err open_one(struct ctx *c, const struct web_options *o, int *fd)
{
    struct sockaddr_in in;
    const int yes = 1;
    int s;

    TRY(where_to_listen(c, o, &in));
    s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s >= 0 &&
        setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
        bind(s, (struct sockaddr *)&in, sizeof in) == 0 &&
        listen(s, WAITING) == 0) {
        *fd = s;
        return E_OK;
    }
    if (s >= 0)
        close(s);
    return fail(c, E_BUSY,
                say(c,
                    "Port %u pada %s tidak dapat dibuka. Mungkin sedang "
                    "dipakai program lain.",
                    "Port %u on %s cannot be opened. Another program may "
                    "be using it."),
                (unsigned)o->port, o->address);
}

static int asked(int fd, int what)
{
    int value = -1;
    socklen_t n = sizeof value;

    return getsockopt(fd, SOL_SOCKET, what, &value, &n) == 0 ? value : -1;
}

/* Limits go by the address of who comes, which is read as IPv4. */
static err take_given(struct ctx *c, int given, int *fd)
{
    int flags = fcntl(given, F_GETFL);

    if (asked(given, SO_DOMAIN) != AF_INET ||
        asked(given, SO_TYPE) != SOCK_STREAM ||
        asked(given, SO_ACCEPTCONN) != 1)
        return fail(c, E_BAD_INPUT, "%s",
                    say(c,
                        "Soket yang diberikan kepada balai bukan soket TCP "
                        "IPv4 yang mendengarkan. Tulislah alamat IPv4 di "
                        "ListenStream=, misalnya 127.0.0.1:8080.",
                        "The socket that balai was given is no listening TCP "
                        "socket of IPv4. Write an IPv4 address in "
                        "ListenStream=, such as 127.0.0.1:8080."));
    MUST(fcntl(given, F_SETFL, flags | O_NONBLOCK) == 0);
    *fd = given;
    return E_OK;
}

err web_listen(struct ctx *c, const struct web_options *o, int *fd,
               uint16_t *port)
{
    struct sockaddr_in in = {.sin_port = 0};
    socklen_t n = sizeof in;

    if (o->given > 0)
        TRY(take_given(c, o->given, fd));
    else
        TRY(open_one(c, o, fd));
    MUST(getsockname(*fd, (struct sockaddr *)&in, &n) == 0);
    *port = ntohs(in.sin_port);
    return E_OK;
}

/* ---- the certificate ---------------------------------------------- */

static err read_pem(struct ctx *c, const char *path, str *out)
{
    TRY(file_read(c, path, PEM_MOST, out));
    if (str_find(*out, STR(PEM_BEGIN)) < out->n)
        return E_OK;
    return fail(c, E_BAD_INPUT,
                say(c, "%s bukan berkas PEM (\"-----BEGIN ...\").",
                    "%s is no PEM file (\"-----BEGIN ...\")."),
                path);
}

err web_read_certificate(struct ctx *c, const struct web_options *o, str *cert,
                         str *key)
{
    *cert = *key = (str){"", 0};
    if (o->certificate == NULL && o->key == NULL)
        return E_OK;
    if (o->certificate == NULL || o->key == NULL)
        return fail(c, E_BAD_INPUT, "%s",
                    say(c,
                        "--certificate dan --key disebut bersama: berkas "
                        "sertifikat dan berkas kuncinya.",
                        "--certificate and --key go together: the file of the "
                        "certificate and that of its key."));
    TRY(read_pem(c, o->certificate, cert));
    return read_pem(c, o->key, key);
}
