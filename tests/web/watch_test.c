/* SPDX-License-Identifier: EUPL-1.2 */
/* Slow clients: two hundred of each kind hold connections as long as the
 * server bears them, and the good one among them is served all the time. The
 * patience is short here, so that nobody waits; nothing sleeps. */
#include "tests/web/site.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE  (200 * TIME_SECOND / 1000)
#define SLOW      200
#define ADDRESSES 8
#define LONGEST   (30 * TIME_SECOND)
#define TARGET    ((size_t)4 << 20)

struct slow {
    int fd;
    bool shut;
};

/* What one of them has sent when its slowness begins, and how it goes on. */
struct kind {
    const char *name, *begin;
    bool kept;  /* its first answer is taken whole */
    bool reads; /* it takes bytes, it sends none */
    int buffer;
};

static const struct kind kinds[] = {
    {.name = "head", .begin = "GET /bantuan HTTP/1.1\r\nHost: x\r\nX-Slow: "},
    {.name = "body",
     .begin = "POST /lacak HTTP/1.1\r\nHost: x\r\nContent-Type: "
              "application/x-www-form-urlencoded\r\nContent-Length: "
              "100000\r\n\r\nnumber="},
    {.name = "body that began fast",
     .begin = "POST /lacak HTTP/1.1\r\nHost: x\r\nContent-Type: "
              "application/x-www-form-urlencoded\r\nContent-Length: "
              "100000\r\n\r\n+"},
    {.name = "second head",
     .begin = "GET /log/kunci HTTP/1.1\r\nHost: x\r\n\r\n",
     .kept = true},
    {.name = "answer",
     .begin = "GET /repo/targets/kominfo/besar.tar.zst HTTP/1.1\r\nHost: "
              "x\r\n\r\n",
     .reads = true,
     .buffer = 4096},
};

static void say_all(int fd, str bytes)
{
    ssize_t n;

    while (bytes.n > 0 && (n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL)) > 0)
        bytes = str_slice(bytes, (size_t)n, bytes.n);
}

static void take_one_answer(int fd)
{
    char part[4096];

    CHECK(recv(fd, part, sizeof part, 0) > 0);
}

static struct slow begin(struct site *s, const struct kind *k, int i)
{
    const char *from = arena_fmt(s->c->mem, "127.0.0.%d", 2 + i % ADDRESSES).p;
    struct slow it = {.fd = site_dial(s, from, k->buffer)};
    str text = str_of(k->begin);
    bool fast = str_ends(text, STR("+"));

    say_all(it.fd, fast ? str_slice(text, 0, text.n - 1) : text);
    for (int n = 0; fast && n < 9; n++)
        say_all(it.fd,
                STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    if (k->kept)
        take_one_answer(it.fd);
    return it;
}

/* The server shut it: an end, or a reset, is there to be read. A reader finds
 * it by what it asks the kernel, since its end stands behind the bytes. */
static bool is_shut(const struct slow *it)
{
    struct pollfd p = {.fd = it->fd, .events = POLLRDHUP};

    return poll(&p, 1, 0) == 1 &&
           (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

/* One byte, one way or the other. */
static void go_on(struct slow *it, const struct kind *k)
{
    char one = 'a';

    if (k->reads)
        (void)!recv(it->fd, &one, 1, MSG_DONTWAIT);
    else
        (void)!send(it->fd, &one, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    it->shut = is_shut(it);
}

static struct site *site_of_little_patience(struct ctx *c)
{
    const char *repo = test_folder(c), *dir;
    char *big = NEWS(c->mem, char, TARGET);

    ctx_random(c, big, TARGET);
    CHECK_OK(file_make_dir(c, file_join(c, repo, "targets"), 0700));
    dir = file_join(c, repo, "targets/kominfo");
    CHECK_OK(file_make_dir(c, dir, 0700));
    CHECK_OK(file_write(c, file_join(c, dir, "besar.tar.zst"),
                        (str){big, TARGET}, 0600));
    return site_open(c,
                     &(struct web_options){.patience = PATIENCE, .repo = repo});
}

/* All of a kind are shut in time; meanwhile the good client gets its page. */
static void besiege(struct site *s, const struct kind *k)
{
    struct browser good = site_browser(s);
    struct slow all[SLOW];
    int64_t from = time_monotonic(), worst = 0;
    int open = SLOW, served = 0, asked = 0;

    for (int i = 0; i < SLOW; i++)
        all[i] = begin(s, k, i);
    for (int64_t was, spent; open > 0 && time_monotonic() - from < LONGEST;) {
        was = time_monotonic();
        asked++;
        served += browser_get(&good, "/log/kunci").status == 200;
        spent = time_monotonic() - was;
        worst = spent > worst ? spent : worst;
        open = 0;
        for (int i = 0; i < SLOW; i++) {
            if (!all[i].shut && asked % 16 == 0)
                go_on(&all[i], k);
            open += !all[i].shut;
        }
    }
    if (!CHECK_I64(open, 0) || !CHECK_I64(served, asked) ||
        !CHECK(worst < 2 * TIME_SECOND))
        printf("  slow %s: %d open, %d of %d served, worst %d ms\n", k->name,
               open, served, asked, (int)(worst / 1000));
    for (int i = 0; i < SLOW; i++)
        close(all[i].fd);
}

TEST(two_hundred_slow_clients_of_each_kind_are_shut_and_the_good_is_served)
{
    struct site *s = site_of_little_patience(c);

    for (size_t i = 0; i < COUNT(kinds); i++)
        besiege(s, &kinds[i]);
}

/* Whoever takes an answer in pieces, but takes it, gets the whole. */
TEST(a_reader_who_goes_on_is_not_cut)
{
    struct site *s = site_of_little_patience(c);
    int fd = site_dial(s, "127.0.0.1", 4096);
    char part[2048];
    size_t all = 0;
    ssize_t n;

    say_all(fd, str_of(kinds[COUNT(kinds) - 1].begin));
    while (all < TARGET && (n = recv(fd, part, sizeof part, 0)) > 0)
        all += (size_t)n;
    CHECK(all >= TARGET);
    close(fd);
}
