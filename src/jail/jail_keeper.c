/* SPDX-License-Identifier: EUPL-1.2 */
/* The keeper: it is asked by a byte, which helper, and answers with a socket.
 * The helper's first message tells whether the jail is shut. */
#include "jail/jail.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE     20 /* seconds */
#define HELLO_MOST   4096
#define WAIT_FIRST   (TIME_SECOND / 2)
#define WAIT_MOST    TIME_MINUTE
#define STEADY       TIME_MINUTE /* who lived so long may be started at once */
#define HELPERS_MOST 16
#define TIMED_MOST   32 /* that end after a time, at once */

/* When a helper that is alone was started, and may be again. */
struct turn {
    const char *name;
    bool alone;
    int64_t began, next, wait;
};

struct jail_keeper {
    pid_t pid;
    int fd;
    pthread_mutex_t lock; /* of all below, and one question at a time */
    struct turn turns[HELPERS_MOST];
    size_t n;
    struct jail_got got;
    bool gone;
};

/* One whose time is counted; pid 0: free. */
struct timed {
    pid_t pid;
    int64_t until;
};

/* What the keeper's process knows. */
struct post {
    const struct jail_helper *helpers;
    size_t n;
    pid_t alone[HELPERS_MOST]; /* the one that lives; 0: none */
    struct timed timed[TIMED_MOST];
    bool unjailed;
    str lang;
    int fd;
};

/* ---- a descriptor over a socket ----------------------------------- */

union room { /* aligned as the kernel wants it */
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int))];
};

/* A byte, and with it `what`, where it is not -1. */
static bool send_fd(int fd, int what)
{
    union room room = {.bytes = {0}};
    char byte = 0;
    struct iovec one = {&byte, 1};
    struct msghdr m = {.msg_iov = &one, .msg_iovlen = 1};
    struct cmsghdr *head;

    if (what >= 0) {
        m.msg_control = room.bytes;
        m.msg_controllen = sizeof room.bytes;
        head = CMSG_FIRSTHDR(&m);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(head), &what, sizeof what);
    }
    return sendmsg(fd, &m, MSG_NOSIGNAL) == 1;
}

/* False where the other end is closed. */
static bool recv_fd(int fd, int *what)
{
    union room room = {.bytes = {0}};
    char byte;
    struct iovec one = {&byte, 1};
    struct msghdr m = {.msg_iov = &one,
                       .msg_iovlen = 1,
                       .msg_control = room.bytes,
                       .msg_controllen = sizeof room.bytes};
    struct cmsghdr *head;
    ssize_t n;

    *what = -1;
    do
        n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    head = n == 1 ? CMSG_FIRSTHDR(&m) : NULL;
    if (head != NULL && head->cmsg_type == SCM_RIGHTS)
        memcpy(what, CMSG_DATA(head), sizeof *what);
    return n == 1;
}

/* ---- a helper ----------------------------------------------------- */

static err enough(struct ctx *c, const struct post *p,
                  const struct jail_helper *h, const struct jail_got *got)
{
    const char *lacks = got->landlock == 0 ? "Landlock"
                        : !got->seccomp    ? "seccomp"
                                           : NULL;

    if (lacks == NULL || p->unjailed)
        return E_OK;
    return fail(c, E_FORBIDDEN,
                say(c,
                    "Kernel ini tidak dapat mengurung proses %s: %s tidak "
                    "tersedia. Silakan gunakan kernel yang lebih baru, atau "
                    "nyatakan dengan --unjailed bahwa Anda menerimanya.",
                    "This kernel cannot jail the process %s: it has no %s. Use "
                    "a newer kernel, or say with --unjailed that you accept "
                    "this."),
                h->name, lacks);
}

static err shut(struct ctx *c, const struct post *p,
                const struct jail_helper *h, struct jail_got *got)
{
    (void)prctl(PR_SET_NAME, h->name, 0, 0, 0);
    jail_limit(&h->limits);
    TRY(jail_enter(c, h->role, h->paths, h->n, got));
    return enough(c, p, h, got);
}

static err tell(struct ctx *c, int fd, err e, const struct jail_got *got)
{
    struct buf b = buf_new(c, HELLO_MOST);

    buf_u32be(&b, (uint32_t)e);
    buf_u32be(&b, (uint32_t)got->landlock);
    buf_u32be(&b, got->seccomp);
    buf_text(&b, e == E_OK ? STR("") : str_slice(c->why, 0, HELLO_MOST / 2));
    return wire_send(c, fd, buf_str(&b));
}

static _Noreturn void be(const struct post *p, const struct jail_helper *h,
                         int fd)
{
    struct ctx c = {.mem = arena_new((size_t)1 << 20), .lang = p->lang};
    struct jail_got got = {.landlock = 0};
    err e = shut(&c, p, h, &got);
    err told = tell(&c, fd, e, &got);

    arena_free(c.mem);
    if (e == E_OK && told == E_OK)
        h->work(h->arg, fd);
    _exit(e != E_OK || told != E_OK);
}

/* ---- the keeper --------------------------------------------------- */

static void end_alone(pid_t *one)
{
    if (*one > 0) {
        (void)kill(*one, SIGKILL);
        while (waitpid(*one, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    *one = 0;
}

static void reap(struct post *p)
{
    pid_t ended;

    while ((ended = waitpid(-1, NULL, WNOHANG)) > 0) {
        for (size_t i = 0; i < p->n; i++)
            if (p->alone[i] == ended)
                p->alone[i] = 0;
        for (size_t i = 0; i < TIMED_MOST; i++)
            if (p->timed[i].pid == ended)
                p->timed[i].pid = 0;
    }
}

/* Whoever may have taken a helper over can make it sleep for ever, which no
 * limit of its own ends. Milliseconds until the next has to go; -1: none. */
static int end_late(struct post *p)
{
    int64_t now = time_monotonic(), next = INT64_MAX;

    for (size_t i = 0; i < TIMED_MOST; i++) {
        struct timed *t = &p->timed[i];

        if (t->pid != 0 && t->until <= now)
            (void)kill(t->pid, SIGKILL);
        else if (t->pid != 0 && t->until < next)
            next = t->until;
    }
    return next == INT64_MAX ? -1 : (int)((next - now) / 1000) + 1;
}

static struct timed *free_place(struct post *p)
{
    for (size_t i = 0; i < TIMED_MOST; i++)
        if (p->timed[i].pid == 0)
            return &p->timed[i];
    return NULL;
}

/* The socket to it, or -1. */
static int start_helper(struct post *p, size_t which)
{
    const struct jail_helper *h = &p->helpers[which];
    struct timed *t = h->lives > 0 ? free_place(p) : NULL;
    pid_t child;
    int pair[2];

    if (h->lives > 0 && t == NULL)
        return -1;
    if (h->alone)
        end_alone(&p->alone[which]);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return -1;
    child = jail_fork(pair[1]);
    if (child == 0)
        be(p, h, pair[1]);
    close(pair[1]);
    if (child > 0 && h->alone)
        p->alone[which] = child;
    if (child > 0 && t != NULL)
        *t = (struct timed){child, time_monotonic() + h->lives * TIME_SECOND};
    if (child > 0)
        return pair[0];
    close(pair[0]);
    return -1;
}

/* A child ended: poll() returns, and it is reaped at once. */
static void wake(int signal)
{
    (void)signal;
}

/* Whether the node asks, or is gone, and not something else to see to. */
static bool called(struct post *p)
{
    struct pollfd node = {.fd = p->fd, .events = POLLIN};
    int n = poll(&node, 1, end_late(p));

    reap(p);
    return n > 0;
}

/* Until the node closes its end. */
static _Noreturn void keep(struct post *p)
{
    struct sigaction on_child = {.sa_handler = wake};
    unsigned char which;
    int to;

    (void)prctl(PR_SET_NAME, "balai-keeper", 0, 0, 0);
    (void)sigaction(SIGCHLD, &on_child, NULL);
    for (;;) {
        if (!called(p))
            continue;
        if (recv(p->fd, &which, 1, 0) != 1 || which >= p->n)
            break;
        to = start_helper(p, which);
        if (!send_fd(p->fd, to))
            break;
        if (to >= 0)
            close(to);
    }
    for (size_t i = 0; i < p->n; i++)
        end_alone(&p->alone[i]);
    _exit(0);
}

/* ---- the node's side ---------------------------------------------- */

static struct jail_keeper *new_keeper(const struct jail_helper *helpers,
                                      size_t n, pid_t pid, int fd)
{
    struct jail_keeper *k = calloc(1, sizeof *k);

    MUST(k != NULL);
    k->pid = pid, k->fd = fd, k->n = n;
    for (size_t i = 0; i < n; i++)
        k->turns[i] =
            (struct turn){.name = helpers[i].name, .alone = helpers[i].alone};
    MUST(pthread_mutex_init(&k->lock, NULL) == 0);
    return k;
}

err jail_keeper_start(struct ctx *c, const struct jail_helper *helpers,
                      size_t n, bool unjailed, struct jail_keeper **out)
{
    struct post p = {
        .helpers = helpers, .n = n, .unjailed = unjailed, .lang = c->lang};
    pid_t child;
    int pair[2];

    MUST(n <= HELPERS_MOST);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return fail(c, E_BUSY, "socketpair: %s.", strerror(errno));
    p.fd = pair[1];
    child = jail_fork(pair[1]);
    if (child == 0)
        keep(&p);
    close(pair[1]);
    if (child < 0) {
        close(pair[0]);
        return fail(c, E_BUSY, "fork: %s.", strerror(errno));
    }
    *out = new_keeper(helpers, n, child, pair[0]);
    return E_OK;
}

static bool is_due(struct turn *t)
{
    int64_t now = time_monotonic();
    bool again = t->began != 0;

    if (!t->alone)
        return true;
    if (now < t->next)
        return false;
    if (again)
        LOG(LOG_ERROR, "jail", "helper_started_anew", LOG_LIT("name", t->name),
            LOG_I64("after_ms", (now - t->began) / 1000));
    if (again && now - t->began >= STEADY)
        t->wait = 0;
    t->next = now + t->wait;
    t->wait = t->wait == 0              ? WAIT_FIRST
              : t->wait < WAIT_MOST / 2 ? 2 * t->wait
                                        : WAIT_MOST;
    t->began = now;
    return true;
}

static err not_now(struct ctx *c, const char *name)
{
    return fail(c, E_BUSY,
                say(c,
                    "Proses %s berakhir dan akan dijalankan kembali. Silakan "
                    "coba lagi sebentar lagi.",
                    "The process %s ended and will be started again. Try again "
                    "in a moment."),
                name);
}

static err ask(struct ctx *c, struct jail_keeper *k, size_t which, int *fd)
{
    unsigned char byte = (unsigned char)which;

    if (k->gone || !is_due(&k->turns[which]))
        return not_now(c, k->turns[which].name);
    if (send(k->fd, &byte, 1, MSG_NOSIGNAL) != 1 || !recv_fd(k->fd, fd)) {
        LOG(LOG_ERROR, "jail", "keeper_ended", LOG_I64("pid", k->pid));
        k->gone = true;
    }
    return *fd >= 0 ? E_OK : not_now(c, k->turns[which].name);
}

static err hear(struct ctx *c, struct jail_keeper *k, size_t which, int fd)
{
    struct wire w = {.bad = false};
    struct jail_got got;
    uint32_t e;
    str why;

    TRY(wire_recv(c, fd, HELLO_MOST, &w.rest));
    e = wire_u32(&w);
    got.landlock = (int)wire_u32(&w);
    got.seccomp = wire_u32(&w) != 0;
    why = wire_text(&w);
    if (!wire_whole(&w) || e >= ERR_COUNT)
        return fail(c, E_INTERNAL,
                    say(c, "Salam proses %s tidak utuh.",
                        "The greeting of the process %s is not whole."),
                    k->turns[which].name);
    if (e != E_OK)
        return fail(c, (err)e, "%.*s", STR_ARG(why));
    pthread_mutex_lock(&k->lock);
    k->got = got;
    pthread_mutex_unlock(&k->lock);
    return E_OK;
}

err jail_keeper_call(struct ctx *c, struct jail_keeper *k, size_t which,
                     int *fd)
{
    const struct timeval patience = {.tv_sec = PATIENCE};
    err e;

    *fd = -1;
    MUST(which < k->n);
    pthread_mutex_lock(&k->lock);
    e = ask(c, k, which, fd);
    pthread_mutex_unlock(&k->lock);
    TRY(e);
    (void)setsockopt(*fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)setsockopt(*fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    e = hear(c, k, which, *fd);
    if (e == E_OK)
        return E_OK;
    close(*fd);
    *fd = -1;
    return e == E_GONE ? not_now(c, k->turns[which].name) : e;
}

struct jail_got jail_keeper_got(struct jail_keeper *k)
{
    struct jail_got got;

    pthread_mutex_lock(&k->lock);
    got = k->got;
    pthread_mutex_unlock(&k->lock);
    return got;
}

bool jail_keeper_lives(struct jail_keeper *k)
{
    return waitpid(k->pid, NULL, WNOHANG) == 0;
}

void jail_keeper_stop(struct jail_keeper *k)
{
    if (k == NULL)
        return;
    close(k->fd);
    while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    pthread_mutex_destroy(&k->lock);
    free(k);
}
