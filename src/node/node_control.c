/* SPDX-License-Identifier: EUPL-1.2 */
/* The control socket: commands on a running city are run by the node that has
 * it. A message is texts; only the folder's owner can connect. */
#include "node/node_priv.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define MOST_TEXTS 64
#define MOST_BYTES ((size_t)32 << 20)

struct control {
    struct node *node;
    node_command *run;
    int fd;
    pthread_t thread;
    char *path;
};

/* ---- messages ----------------------------------------------------- */

static err send_texts(struct ctx *c, int fd, const str *all, size_t n)
{
    struct buf b = buf_new(c, MOST_BYTES);
    str bytes;

    for (size_t i = 0; i < n; i++)
        buf_text(&b, all[i]);
    TRY(buf_done(c, &b, &bytes));
    return wire_send(c, fd, bytes);
}

static bool recv_texts(struct ctx *c, int fd, str *all, size_t *n)
{
    struct wire w = {.bad = false};

    *n = 0;
    if (wire_recv(c, fd, MOST_BYTES, &w.rest) != E_OK)
        return false;
    while (*n < MOST_TEXTS && w.rest.n > 0)
        all[(*n)++] = arena_str(c->mem, wire_text(&w));
    return wire_whole(&w);
}

static bool address_of(struct ctx *c, const char *dir, struct sockaddr_un *a)
{
    str path = str_of(file_join(c, dir, NODE_SOCKET));

    memset(a, 0, sizeof *a);
    a->sun_family = AF_UNIX;
    if (path.n >= sizeof a->sun_path)
        return false;
    memcpy(a->sun_path, path.p, path.n + 1);
    return true;
}

/* ---- the node's side ---------------------------------------------- */

static void answer(struct control *k, int fd)
{
    struct ctx c = node_ctx(k->node);
    char *argv[MOST_TEXTS + 1] = {NULL};
    str texts[MOST_TEXTS];
    struct node_reply r;
    size_t n;

    if (recv_texts(&c, fd, texts, &n) && n >= 1) {
        /* The first text is the client's language, the rest its words. */
        c.lang = texts[0];
        for (size_t i = 1; i < n; i++)
            argv[i - 1] = (char *)(uintptr_t)texts[i].p;
        r = k->run(&c, k->node, (int)n - 1, argv);
        texts[0] = arena_fmt(c.mem, "%d", r.code);
        texts[1] = r.out, texts[2] = r.err;
        if (send_texts(&c, fd, texts, 3) != E_OK)
            LOG(LOG_WARN, "node", "client_left", LOG_I64("code", r.code));
    }
    arena_free(c.mem);
}

static void *listen_for(void *arg)
{
    struct control *k = arg;

    while (!atomic_load(&k->node->stopping)) {
        struct pollfd p = {.fd = k->fd, .events = POLLIN};
        struct timeval limit = {.tv_sec = 10};
        int fd;

        if (poll(&p, 1, 200) <= 0)
            continue;
        fd = accept(k->fd, NULL, NULL);
        if (fd < 0)
            continue;
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        answer(k, fd);
        close(fd);
    }
    return NULL;
}

static err listen_at(struct ctx *c, struct control *k)
{
    struct sockaddr_un a;
    mode_t before;
    int rc;

    if (!address_of(c, k->node->dir, &a))
        return fail(c, E_BAD_INPUT,
                    say(c, "Nama map kota terlalu panjang untuk soket: %s.",
                        "The city's folder has too long a name for a socket: "
                        "%s."),
                    k->node->dir);
    unlink(a.sun_path); /* the lock is ours, so a socket here is a dead one */
    k->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    before = umask(0177);
    rc = k->fd < 0 ? -1 : bind(k->fd, (struct sockaddr *)&a, sizeof a);
    umask(before);
    if (rc != 0 || listen(k->fd, 8) != 0)
        return fail(c, E_STORAGE, "%s: %s.", a.sun_path, strerror(errno));
    k->path = strdup(a.sun_path);
    return E_OK;
}

err node_control_start(struct ctx *c, struct node *n, node_command *run,
                       struct control **out)
{
    struct control *k = calloc(1, sizeof *k);
    err e;

    MUST(k != NULL);
    k->node = n, k->run = run, k->fd = -1;
    e = listen_at(c, k);
    if (e != E_OK) {
        if (k->fd >= 0)
            close(k->fd);
        free(k);
        return e;
    }
    MUST(pthread_create(&k->thread, NULL, listen_for, k) == 0);
    *out = k;
    return E_OK;
}

void node_control_stop(struct control *k)
{
    if (k == NULL)
        return;
    pthread_join(k->thread, NULL);
    close(k->fd);
    unlink(k->path);
    free(k->path);
    free(k);
}

/* ---- the client's side -------------------------------------------- */

static void close_fd(void *it)
{
    close((int)(intptr_t)it);
}

err node_call(struct ctx *c, const char *dir, int argc, char **argv,
              struct node_reply *out)
{
    struct sockaddr_un a;
    str texts[MOST_TEXTS];
    int64_t code;
    size_t n;
    int fd;

    if (!address_of(c, dir, &a) || !file_exists(a.sun_path))
        return fail(c, E_NOT_FOUND, "%s", dir);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    MUST(fd >= 0);
    arena_owns(c->mem, close_fd, (void *)(intptr_t)fd);
    if (connect(fd, (struct sockaddr *)&a, sizeof a) != 0)
        return fail(c, E_NOT_FOUND, "%s", dir);
    if (argc > MOST_TEXTS - 1)
        return fail(c, E_TOO_BIG, "%s",
                    say(c, "Terlalu banyak kata dalam perintah.",
                        "Too many words in the command."));
    texts[0] = c->lang;
    for (int i = 0; i < argc; i++)
        texts[i + 1] = str_of(argv[i]);
    if (send_texts(c, fd, texts, (size_t)argc + 1) != E_OK ||
        !recv_texts(c, fd, texts, &n) || n != 3 || !str_is_i64(texts[0], &code))
        return fail(c, E_BUSY, "%s",
                    say(c,
                        "Balai yang berjalan tidak menjawab. Periksa lognya, "
                        "lalu coba lagi.",
                        "The running balai does not answer. Look at its log, "
                        "then try again."));
    *out = (struct node_reply){(int)code, texts[1], texts[2]};
    return E_OK;
}
