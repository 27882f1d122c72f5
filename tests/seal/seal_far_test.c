/* SPDX-License-Identifier: EUPL-1.2 */
/* A signer at the other end of a socket says what one here would say, and is
 * started anew when it is gone. Here it has a thread instead of a process. */
#include "seal/seal.h"
#include "tests/test.h"

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

struct post {
    const char *path;
    int fd; /* its end; -1 while there is none */
    int starts, most;
    pthread_t thread;
    struct signer *signer;
};

/* The clock of the tests, as its own. */
static int64_t its_clock(void)
{
    return INT64_C(1771207200) * TIME_SECOND;
}

static void *serve(void *arg)
{
    const struct post *p = arg;
    struct ctx c = {.mem = arena_new((size_t)64 << 20),
                    .lang = STR("en"),
                    .dice = seal_dice()};

    seal_signer_serve(&c, p->path, its_clock, p->fd);
    (void)shutdown(p->fd, SHUT_RDWR); /* as a process that ends */
    arena_free(c.mem);
    return NULL;
}

static void end(struct post *p)
{
    if (p->fd < 0)
        return;
    (void)shutdown(p->fd, SHUT_RDWR);
    MUST(pthread_join(p->thread, NULL) == 0);
    close(p->fd);
    p->fd = -1;
}

static err start(struct ctx *c, void *arg, int *fd)
{
    struct post *p = arg;
    int pair[2];

    *fd = -1;
    end(p);
    if (p->starts == p->most)
        return fail(c, E_BUSY, "No process.");
    p->starts++;
    MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    p->fd = pair[1];
    MUST(pthread_create(&p->thread, NULL, serve, p) == 0);
    *fd = pair[0];
    return E_OK;
}

static void leave(void *it)
{
    struct post *p = it;

    seal_signer_close(p->signer);
    end(p);
}

static struct post *post_of(struct ctx *c, const char *domain)
{
    struct post *p = NEW(c->mem, struct post);

    *p = (struct post){
        .path = file_join(c, test_folder(c), "SIGNER"), .fd = -1, .most = 3};
    arena_owns(c->mem, leave, p);
    CHECK_OK(seal_signer_create(c, p->path, str_of(domain)));
    return p;
}

static struct post *post(struct ctx *c)
{
    return post_of(c, "bandung.example");
}

static struct seal_checkpoint one_leaf(void)
{
    return (struct seal_checkpoint){STR("bandung.example/log"), 1,
                                    seal_leaf(STR("entry"))};
}

static struct seal_edition first_edition(const struct ctx *c)
{
    return (struct seal_edition){
        .version = 1, .below = 1, .length = 10, .expires = c->now + TIME_DAY};
}

/* What a signer says to everything that it can be asked. */
struct said {
    str last_before, note, last, letter, snapshot;
    struct seal_key keys[SEAL_TIMESTAMP + 1];
    int64_t versions[2];
};

static struct said ask_all(struct ctx *c, struct signer *s)
{
    struct seal_checkpoint next = one_leaf();
    struct seal_edition edition = first_edition(c);
    struct said said = {.note = STR("")};

    for (int i = 0; i <= SEAL_TIMESTAMP; i++) {
        seal_signer_key(s, (enum seal_role)i, &said.keys[i]);
        said.keys[i].name = arena_str(c->mem, said.keys[i].name);
    }
    CHECK_OK(seal_signer_last(c, s, &said.last_before));
    CHECK_OK(seal_signer_checkpoint(c, s, &next, NULL, 0, &said.note));
    CHECK_OK(seal_signer_last(c, s, &said.last));
    CHECK_OK(seal_signer_letter(c, s, STR("entry"), 0, NULL, 0,
                                seal_sha256(STR("pdf")), &said.letter));
    CHECK_OK(seal_signer_snapshot(c, s, &edition, &said.snapshot));
    CHECK_OK(seal_signer_said(c, s, &said.versions[0], &said.versions[1]));
    return said;
}

TEST(a_signer_far_away_says_what_one_here_says)
{
    struct post *p = post(c);
    const char *copy = file_join(c, test_folder(c), "COPY");
    struct signer *here;
    struct said a, b;

    CHECK_OK(file_copy(c, p->path, copy, 0600));
    CHECK_OK(seal_signer_open(c, copy, &here));
    CHECK_OK(seal_signer_reach(c, start, p, &p->signer));
    a = ask_all(c, here);
    b = ask_all(c, p->signer);
    seal_signer_close(here);
    CHECK_STR(b.last_before, "");
    CHECK(b.note.n > 0);
    CHECK(str_eq(a.note, b.note) && str_eq(a.last, b.last));
    CHECK(str_eq(a.letter, b.letter) && b.letter.n == 64);
    CHECK(str_eq(a.snapshot, b.snapshot) && b.snapshot.n > 0);
    CHECK_I64(b.versions[0], 1);
    CHECK_I64(b.versions[1], 0);
    for (int i = 0; i <= SEAL_TIMESTAMP; i++)
        CHECK(str_eq(seal_vkey_show(c, &a.keys[i]),
                     seal_vkey_show(c, &b.keys[i])));
    CHECK_I64(p->starts, 1);
}

TEST(what_a_signer_refuses_far_away_it_refuses_with_its_sentence)
{
    struct post *p = post(c);
    struct seal_checkpoint next = one_leaf();
    str note, signature;

    CHECK_OK(seal_signer_reach(c, start, p, &p->signer));
    CHECK_OK(seal_signer_checkpoint(c, p->signer, &next, NULL, 0, &note));
    next.root = seal_leaf(STR("another"));
    CHECK(seal_signer_checkpoint(c, p->signer, &next, NULL, 0, &note) ==
          E_CONFLICT);
    CHECK(str_find(c->why, STR("its past was changed")) < c->why.n);
    c->lang = STR("id");
    CHECK(seal_signer_letter(c, p->signer, STR("entry"), 7, NULL, 0,
                             seal_sha256(STR("")), &signature) == E_TAMPERED);
    CHECK(str_find(c->why, STR("Surat tidak disegel")) < c->why.n);
}

static bool is_told(struct ctx *c, struct signer *s)
{
    struct seal_watched *all;
    size_t n;

    return CHECK_OK(seal_signer_watched(c, s, &all, &n)) &&
           CHECK_I64((int64_t)n, 1) &&
           CHECK_STR(all[0].origin, "banjar.example/log") && all[0].told;
}

TEST(a_signer_that_ends_is_started_anew_and_told_again)
{
    struct post *p = post(c);
    struct seal_checkpoint next = one_leaf();
    struct seal_key log;
    str first, again;

    CHECK_OK(seal_signer_reach(c, start, p, &p->signer));
    seal_signer_key(p->signer, SEAL_LOG, &log);
    log.name = STR("banjar.example/log");
    CHECK_OK(seal_signer_watch(c, p->signer, &log, 1));
    CHECK(is_told(c, p->signer));
    CHECK_OK(seal_signer_checkpoint(c, p->signer, &next, NULL, 0, &first));
    end(p);
    CHECK_OK(seal_signer_checkpoint(c, p->signer, &next, NULL, 0, &again));
    CHECK(str_eq(first, again));
    CHECK(is_told(c, p->signer));
    CHECK_I64(p->starts, 2);
}

TEST(a_signer_that_cannot_be_started_is_an_error_and_no_wait)
{
    struct post *p = post(c);
    str note;

    CHECK_OK(seal_signer_reach(c, start, p, &p->signer));
    p->most = 1;
    end(p);
    CHECK(seal_signer_last(c, p->signer, &note) == E_BUSY);
    CHECK_STR(c->why, "No process.");
    p->most = 2;
    CHECK_OK(seal_signer_last(c, p->signer, &note));
}

TEST(a_signers_file_that_cannot_be_opened_is_told_far_away_too)
{
    struct post *p = post(c);
    struct signer *s;

    CHECK(unlink(p->path) == 0);
    CHECK(seal_signer_reach(c, start, p, &s) == E_NOT_FOUND);
    CHECK(str_find(c->why, STR("is missing")) < c->why.n);
    CHECK(s == NULL);
}

TEST(what_is_watched_while_the_signer_is_away_is_told_when_it_is_back)
{
    struct post *p = post(c);
    struct seal_key log;

    CHECK_OK(seal_signer_reach(c, start, p, &p->signer));
    seal_signer_key(p->signer, SEAL_LOG, &log);
    CHECK(seal_signer_watch(c, p->signer, &log, 1) == E_BAD_INPUT);
    log.name = STR("banjar.example/log");
    end(p);
    CHECK_OK(seal_signer_watch(c, p->signer, &log, 1));
    CHECK_I64(p->starts, 1);
    CHECK(is_told(c, p->signer));
    CHECK_I64(p->starts, 2);
}

TEST(a_signer_with_other_keys_is_not_taken_for_the_one_before)
{
    struct post *p = post(c);
    str note;

    CHECK_OK(seal_signer_reach(c, start, p, &p->signer));
    end(p);
    CHECK(unlink(p->path) == 0);
    CHECK_OK(seal_signer_create(c, p->path, STR("bandung.example")));
    CHECK(seal_signer_last(c, p->signer, &note) == E_CONFLICT);
    CHECK(str_find(c->why, STR("was replaced")) < c->why.n);
}

/* The keys of the repository are known at once where they were asked for, and
 * where the answer was lost, when the signer is reached again. */
TEST(renewed_keys_of_the_repository_leave_the_others_as_they_are)
{
    struct post *p = post(c);
    struct seal_edition edition = first_edition(c);
    struct seal_key was[SEAL_TIMESTAMP + 1], is;
    struct signer *other;
    str before, json;

    CHECK_OK(seal_signer_reach(c, start, p, &p->signer));
    for (int i = 0; i <= SEAL_TIMESTAMP; i++)
        seal_signer_key(p->signer, (enum seal_role)i, &was[i]);
    CHECK_OK(seal_signer_snapshot(c, p->signer, &edition, &before));
    CHECK_OK(seal_signer_renew(c, p->signer));
    for (int i = 0; i <= SEAL_TIMESTAMP; i++) {
        seal_signer_key(p->signer, (enum seal_role)i, &is);
        CHECK_STR(is.name, was[i].name.p);
        CHECK(seal_same(is.public, was[i].public, 32) == (i < SEAL_SNAPSHOT));
    }
    /* What was said stays said, by whichever key. */
    CHECK(seal_signer_snapshot(c, p->signer, &edition, &json) == E_CONFLICT);
    edition.version = 2;
    CHECK_OK(seal_signer_snapshot(c, p->signer, &edition, &json));
    end(p);
    CHECK_OK(seal_signer_open(c, p->path, &other));
    seal_signer_key(other, SEAL_SNAPSHOT, &was[SEAL_SNAPSHOT]);
    seal_signer_key(p->signer, SEAL_SNAPSHOT, &is);
    CHECK(seal_same(is.public, was[SEAL_SNAPSHOT].public, 32));
    CHECK_OK(seal_signer_renew(c, other));
    seal_signer_close(other);
    edition.version = 3;
    CHECK_OK(seal_signer_snapshot(c, p->signer, &edition, &json));
    seal_signer_key(p->signer, SEAL_SNAPSHOT, &is);
    CHECK(!seal_same(is.public, was[SEAL_SNAPSHOT].public, 32));
}

/* A node that was taken over could ask for words that hold for ten years. */
TEST(a_signer_goes_by_its_own_clock_where_the_city_is_real)
{
    struct post *p = post(c);
    struct seal_edition next;
    str json;

    CHECK_OK(seal_signer_reach(c, start, p, &p->signer));
    c->now += 3650 * TIME_DAY;
    next = first_edition(c);
    CHECK(seal_signer_snapshot(c, p->signer, &next, &json) == E_BAD_INPUT);
    c->now -= 3650 * TIME_DAY;
    next = first_edition(c);
    CHECK_OK(seal_signer_snapshot(c, p->signer, &next, &json));
}

TEST(a_training_citys_signer_goes_by_the_citys_clock)
{
    struct post *p = post_of(c, "latihan.bandung.example");
    struct seal_edition next;
    str json;

    CHECK_OK(seal_signer_reach(c, start, p, &p->signer));
    c->now += 3650 * TIME_DAY;
    next = first_edition(c);
    CHECK_OK(seal_signer_snapshot(c, p->signer, &next, &json));
}

/* ---- what is no question ------------------------------------------ */

#define ASK_CHECKPOINT 1 /* the second row of ask.def */

static str checkpoint_question(struct ctx *c)
{
    struct seal_checkpoint next = one_leaf();
    struct buf b = buf_new(c, 4096);

    buf_u32be(&b, ASK_CHECKPOINT);
    buf_u64be(&b, (uint64_t)c->now);
    buf_text(&b, STR("en"));
    buf_text(&b, next.origin);
    buf_u64be(&b, next.size);
    buf_raw(&b, (str){(const char *)next.root.b, SEAL_HASH});
    buf_u64be(&b, 0);
    return buf_str(&b);
}

static err error_in(str answer)
{
    struct wire w = {.rest = answer};

    return (err)wire_u32(&w);
}

/* Cut anywhere or longer by a byte, it is none, and nothing is written. */
TEST(a_question_that_is_not_whole_is_refused_and_signs_nothing)
{
    struct post *p = post(c);
    str whole = checkpoint_question(c), before, after;
    char *longer = NEWS(c->mem, char, whole.n + 1);
    struct signer *s;

    CHECK_OK(seal_signer_open(c, p->path, &s));
    CHECK_OK(file_read(c, p->path, 1 << 20, &before));
    for (size_t n = 0; n < whole.n; n++)
        CHECK(error_in(seal_signer_answer(c, s, str_slice(whole, 0, n))) ==
              E_BAD_INPUT);
    memcpy(longer, whole.p, whole.n);
    CHECK(error_in(seal_signer_answer(c, s, (str){longer, whole.n + 1})) ==
          E_BAD_INPUT);
    CHECK_STR(c->why, "The question to the signer is not whole.");
    CHECK_OK(file_read(c, p->path, 1 << 20, &after));
    CHECK(str_eq(before, after));
    CHECK_OK(error_in(seal_signer_answer(c, s, whole)));
    seal_signer_close(s);
}

TEST(what_no_row_asks_is_no_question)
{
    struct post *p = post(c);
    struct signer *s;

    CHECK_OK(seal_signer_open(c, p->path, &s));
    for (uint32_t which = 10; which < 40; which++) {
        struct buf b = buf_new(c, 64);

        buf_u32be(&b, which);
        buf_u64be(&b, 0);
        buf_text(&b, STR("en"));
        CHECK(error_in(seal_signer_answer(c, s, buf_str(&b))) == E_BAD_INPUT);
    }
    seal_signer_close(s);
}

/* It would have to be gigabytes to come: the line is closed. */
TEST(a_message_over_the_limit_ends_the_talk)
{
    struct post *p = post(c);
    struct signer *s;
    char byte;
    int fd;

    CHECK_OK(start(c, p, &fd));
    CHECK(send(fd, "\xff\xff\xff\xff", 4, MSG_NOSIGNAL) == 4);
    CHECK(recv(fd, &byte, 1, 0) == 0);
    close(fd);
    end(p);
    CHECK_OK(seal_signer_open(c, p->path, &s));
    seal_signer_close(s);
}
