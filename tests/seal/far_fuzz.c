/* SPDX-License-Identifier: EUPL-1.2 */
/* The line between a node and its signer, hostile at either end: the input is
 * a question to a signer, and what a signer answers to each question. */
#include "seal/seal.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct line {
    str first; /* a right answer to the first question: the keys */
    str then;  /* what comes after it */
};

/* A stream that holds all answers already, and ends. */
static err connect_to(struct ctx *c, void *arg, int *fd)
{
    const struct line *l = arg;
    int pair[2];
    err e;

    MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    e = wire_send(c, pair[1], l->first);
    if (e == E_OK && l->then.n > 0 &&
        send(pair[1], l->then.p, l->then.n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        e = E_GONE;
    close(pair[1]);
    *fd = pair[0];
    return e;
}

static void ask_all(struct ctx *c, struct signer *s)
{
    struct seal_checkpoint next = {STR("a.example/log"), 1, {{0}}};
    struct seal_edition edition = {.version = 1, .below = 1, .length = 1};
    struct seal_cosigned cosigned;
    struct seal_watched *all;
    int64_t a, b;
    size_t n;
    str out;

    (void)!seal_signer_checkpoint(c, s, &next, NULL, 0, &out);
    (void)!seal_signer_last(c, s, &out);
    (void)!seal_signer_cosign(c, s, STR("x"), &cosigned);
    (void)!seal_signer_watched(c, s, &all, &n);
    if (seal_signer_letter(c, s, STR("x"), 0, NULL, 0, next.root, &out) == E_OK)
        MUST(out.n == 64);
    (void)!seal_signer_snapshot(c, s, &edition, &out);
    (void)!seal_signer_said(c, s, &a, &b);
}

/* "keys", asked at the beginning of time, in no language. */
static str ask_keys(struct ctx *c, struct signer *s)
{
    return seal_signer_answer(c, s,
                              (str){"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct ctx c = {.mem = arena_new((size_t)1 << 29),
                    .dice = seal_dice(),
                    .lang = STR("en")};
    char dir[] = "/tmp/balai-far-XXXXXX";
    struct line line = {.then = {(const char *)data, n < 65536 ? n : 65536}};
    struct signer *s, *other;
    const char *path;

    MUST(mkdtemp(dir) != NULL);
    path = file_join(&c, dir, "signer");
    MUST(seal_signer_create(&c, path, STR("latihan.a.example")) == E_OK);
    MUST(seal_signer_open(&c, path, &s) == E_OK);
    line.first = ask_keys(&c, s);
    MUST(seal_signer_answer(&c, s, (str){(const char *)data, n}).n >= 8);
    if (seal_signer_reach(&c, connect_to, &line, &other) == E_OK) {
        ask_all(&c, other);
        seal_signer_close(other);
    }
    line.first = line.then; /* not even the keys are right */
    line.then = STR("");
    if (seal_signer_reach(&c, connect_to, &line, &other) == E_OK)
        seal_signer_close(other);
    seal_signer_close(s);
    file_remove_tree(dir);
    arena_free(c.mem);
    return 0;
}
