/* SPDX-License-Identifier: EUPL-1.2 */
/* What two processes say to each other over a stream socket. */
#include "base/base.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- the parts of a message --------------------------------------- */

str wire_raw(struct wire *w, size_t n)
{
    str out = str_slice(w->rest, 0, n);

    w->bad = w->bad || out.n < n;
    w->rest = str_slice(w->rest, out.n, w->rest.n);
    return w->bad ? STR("") : out;
}

uint32_t wire_u32(struct wire *w)
{
    str s = wire_raw(w, 4);

    return w->bad ? 0 : get_u32be(s.p);
}

uint64_t wire_u64(struct wire *w)
{
    str s = wire_raw(w, 8);

    return w->bad ? 0 : get_u64be(s.p);
}

str wire_text(struct wire *w)
{
    return wire_raw(w, wire_u32(w));
}

bool wire_whole(const struct wire *w)
{
    return !w->bad && w->rest.n == 0;
}

/* ---- a message ---------------------------------------------------- */

/* Which failure a call left in errno; 0 is the end of the stream. */
static err stopped(struct ctx *c, ssize_t got)
{
    bool late = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);

    return late ? fail(c, E_BUSY,
                       say(c, "Proses di ujung soket tidak menjawab.",
                           "The process at the socket does not answer."))
                : fail(c, E_GONE,
                       say(c, "Proses di ujung soket sudah berakhir.",
                           "The process at the socket has ended."));
}

static err send_all(struct ctx *c, int fd, str s)
{
    while (s.n > 0) {
        ssize_t w = send(fd, s.p, s.n, MSG_NOSIGNAL);

        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return stopped(c, w);
        s = str_slice(s, (size_t)w, s.n);
    }
    return E_OK;
}

static err recv_all(struct ctx *c, int fd, void *p, size_t n)
{
    for (size_t got = 0; got < n;) {
        ssize_t r = recv(fd, (char *)p + got, n - got, 0);

        if (r < 0 && errno == EINTR)
            continue;
        if (r <= 0)
            return stopped(c, r);
        got += (size_t)r;
    }
    return E_OK;
}

err wire_send(struct ctx *c, int fd, str message)
{
    unsigned char head[4];
    size_t n = message.n;

    MUST(n <= UINT32_MAX);
    for (int i = 0; i < 4; i++)
        head[i] = (unsigned char)(n >> (24 - 8 * i));
    TRY(send_all(c, fd, (str){(const char *)head, sizeof head}));
    return send_all(c, fd, message);
}

err wire_recv(struct ctx *c, int fd, size_t most, str *message)
{
    unsigned char head[4];
    size_t n;
    char *p;

    TRY(recv_all(c, fd, head, sizeof head));
    n = get_u32be(head);
    if (n > most)
        return fail(c, E_TOO_BIG,
                    say(c, "Pesan %zu bita melebihi batas %zu.",
                        "A message of %zu bytes is over the limit of %zu."),
                    n, most);
    p = NEWS(c->mem, char, n + 1);
    *message = (str){p, n};
    return recv_all(c, fd, p, n);
}
