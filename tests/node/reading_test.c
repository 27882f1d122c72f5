/* SPDX-License-Identifier: EUPL-1.2 */
/* What strangers send, read as a node has it read: in a jailed process for
 * each file, started by the keeper. */
#include "jail/jail.h"
#include "reader/reader.h"
#include "tests/shots.h"
#include "tests/test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { HONEST, DEAD, ASLEEP, LIAR, CURIOUS, WEAKENED, HELPERS };

/* ---- readers that were taken over ----------------------------------- */

static void die(const void *arg, int fd)
{
    (void)arg, (void)fd;
    raise(SIGKILL);
}

/* No limit of the process ends it: it uses nothing. */
static void sleep_on(const void *arg, int fd)
{
    const struct timespec night = {.tv_sec = 3600};

    (void)arg, (void)fd;
    for (;;)
        (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &night, NULL);
}

/* "PDF, and here is what you keep", "a verdict that there is not", and so on:
 * which, by the first byte of what it is sent. */
static void lie(const void *arg, int fd)
{
    static const struct {
        uint32_t verdict, kind;
        str bytes;
    } lies[] = {
        {READER_FINE, READER_PDF, STR_INIT("%PDF-1.7 <html>")},
        {READER_FINE, READER_JPEG, STR_INIT("<html>")},
        {READER_FINE, READER_PNG, STR_INIT("\x89PNG\r\n\x1a\n")},
        {READER_FINE, READER_JPEG, STR_INIT("")},
        {READER_BROKEN, READER_JPEG, STR_INIT("\xff\xd8\xff")},
        {READER_VERDICTS, READER_JPEG, STR_INIT("")},
        {UINT32_MAX, UINT32_MAX, STR_INIT("")},
        {READER_FINE, READER_JPEG, STR_INIT("\xff\xd8\xff too long for it")},
    };
    struct ctx c = {.mem = arena_new((size_t)32 << 20)};
    struct wire w = {.bad = false};
    struct buf b = buf_new(&c, 1024);
    uint32_t which;

    (void)arg;
    if (wire_recv(&c, fd, READER_MOST, &w.rest) != E_OK)
        return;
    which = wire_u32(&w); /* `photo` */
    which = wire_u32(&w); /* `most` */
    if (which >= COUNT(lies))
        return;
    buf_u32be(&b, lies[which].verdict);
    buf_u32be(&b, lies[which].kind);
    for (int i = 0; i < 3; i++)
        buf_u32be(&b, 1);
    buf_text(&b, lies[which].bytes);
    (void)!wire_send(&c, fd, buf_str(&b));
}

/* Says that the file is damaged once it has read another one. */
static void pry(const void *arg, int fd)
{
    struct ctx c = {.mem = arena_new((size_t)32 << 20)};
    struct buf b = buf_new(&c, 1024);
    str job;

    (void)arg;
    if (wire_recv(&c, fd, READER_MOST, &job) != E_OK ||
        open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0)
        return;
    buf_u32be(&b, READER_BROKEN);
    for (int i = 0; i < 5; i++)
        buf_u32be(&b, 0);
    (void)!wire_send(&c, fd, buf_str(&b));
}

/* ---- a node's side --------------------------------------------------- */

struct readers {
    struct jail_keeper *keeper;
    size_t which;
};

static void stop(void *it)
{
    jail_keeper_stop(((struct readers *)it)->keeper);
}

static const struct jail_helper helpers[HELPERS] = {
    [HONEST] = {.name = "balai-reader",
                .role = JAIL_READER,
                .limits = {READER_MEMORY, READER_SECONDS},
                .lives = READER_LIVES,
                .work = reader_serve},
    [DEAD] = {.name = "dead", .role = JAIL_READER, .work = die},
    [ASLEEP] = {.name = "asleep",
                .role = JAIL_READER,
                .lives = 1,
                .work = sleep_on},
    [CURIOUS] = {.name = "curious", .role = JAIL_READER, .work = pry},
    [WEAKENED] = {.name = "weakened", .role = JAIL_NODE, .work = pry},
    [LIAR] = {.name = "liar", .role = JAIL_READER, .work = lie},
};

static struct readers *readers(struct ctx *c)
{
    struct readers *r = NEW(c->mem, struct readers);

    log_limit(LOG_ERROR);
    reader_ready();
    CHECK_OK(jail_keeper_start(c, helpers, HELPERS, true, &r->keeper));
    arena_owns(c->mem, stop, r);
    return r;
}

static err reach(struct ctx *c, void *arg, int *fd)
{
    struct readers *r = arg;

    return jail_keeper_call(c, r->keeper, r->which, fd);
}

static err refuse(struct ctx *c, void *arg, int *fd)
{
    (void)arg;
    *fd = -1;
    return fail(c, E_BUSY, "No.");
}

static enum reader_verdict ask(struct ctx *c, struct readers *r, size_t which,
                               str bytes, struct reader_got *got)
{
    const struct reader_job job = {bytes, false, (size_t)5 << 20};

    r->which = which;
    reader_ask(c, reach, r, &job, got);
    CHECK(jail_keeper_got(r->keeper).seccomp);
    return got->verdict;
}

/* Every decoder does all its work under the list of calls of its role: one
 * that it needs and has not ends it. */
TEST(every_kind_of_file_is_read_inside_the_jail)
{
    struct readers *r = readers(c);
    const str pictures[] = {shot_jpeg(c, 300, 200, shot_exif(c, 6)),
                            shot_progressive(c, 300, 200),
                            shot_png(c, 300, 200, true, true),
                            shot_webp(c, 300, 200),
                            shot_heic(c, 300, 200),
                            shot_grey(c, 300, 200)};
    str pdf = shot_pdf(c, STR(""), STR(""));
    struct reader_got got;
    struct seen_shot s;

    for (size_t i = 0; i < COUNT(pictures); i++) {
        if (pictures[i].n == 0) {
            test_skip("this machine writes no HEIC");
            continue;
        }
        CHECK_I64(ask(c, r, HONEST, pictures[i], &got), READER_FINE);
        CHECK(got.kind == READER_JPEG && shot_see(c, got.bytes, &s));
    }
    CHECK_I64(ask(c, r, HONEST, pdf, &got), READER_FINE);
    CHECK(str_eq(got.bytes, pdf) && got.pages == 1);
    CHECK_I64(ask(c, r, HONEST,
                  shot_pdf(c, STR("/Names << /JavaScript 9 0 R"), STR("")),
                  &got),
              READER_BROKEN);
    CHECK_I64(ask(c, r, HONEST, shot_pdf_locked(c, pdf), &got), READER_LOCKED);
    CHECK_I64(ask(c, r, HONEST, STR("\xff\xd8\xff\xe0 no picture"), &got),
              READER_BROKEN);
}

TEST(a_reader_that_dies_refuses_one_file_and_no_other)
{
    struct readers *r = readers(c);
    str good = shot_jpeg(c, 30, 20, STR(""));
    struct reader_got got;

    log_limit(LOG_ERROR);
    CHECK_I64(ask(c, r, DEAD, good, &got), READER_UNREAD);
    CHECK_I64((int64_t)got.bytes.n, 0);
    CHECK_I64(ask(c, r, HONEST, good, &got), READER_FINE);
}

TEST(a_reader_that_sleeps_is_ended_by_its_keeper)
{
    struct readers *r = readers(c);
    str good = shot_jpeg(c, 30, 20, STR(""));
    int64_t began = time_monotonic();
    struct reader_got got;

    CHECK_I64(ask(c, r, ASLEEP, good, &got), READER_UNREAD);
    CHECK(time_monotonic() - began < 5 * TIME_SECOND);
    CHECK_I64(ask(c, r, HONEST, good, &got), READER_FINE);
}

/* The weakened setting: the jail of another role. */
TEST(a_reader_that_pries_is_ended_and_in_a_wider_jail_it_would_not_be)
{
    struct readers *r = readers(c);
    str good = shot_grey(c, 9, 9);
    struct reader_got got;

    CHECK_I64(ask(c, r, CURIOUS, good, &got), READER_UNREAD);
    CHECK_I64(ask(c, r, WEAKENED, good, &got), READER_BROKEN);
}

TEST(where_there_can_be_no_reader_the_file_has_to_wait)
{
    struct readers *r = readers(c);
    struct reader_got got;

    jail_keeper_stop(r->keeper);
    r->keeper = NULL;
    reader_ask(c, refuse, r,
               &(struct reader_job){shot_grey(c, 9, 9), true, 1 << 20}, &got);
    CHECK_I64(got.verdict, READER_LATER);
    CHECK_I64((int64_t)got.bytes.n, 0);
}

TEST(a_reader_that_lies_is_not_believed)
{
    struct readers *r = readers(c);
    str good = shot_jpeg(c, 30, 20, STR(""));
    struct reader_got got;

    r->which = LIAR;
    for (size_t most = 0; most < 8; most++) {
        const struct reader_job job = {good, false, most};

        reader_ask(c, reach, r, &job, &got);
        CHECK_I64(got.verdict, READER_UNREAD);
        CHECK_I64((int64_t)got.bytes.n, 0);
    }
}

/* ---- under the unit's list ------------------------------------------- */

/* How many of the files are not read, by readers of a keeper that was started
 * inside the node's own list of calls, which is the unit's SystemCallFilter. */
static int unread_inside(struct ctx *c, const str *files, size_t n)
{
    struct reader_got got;
    struct jail_got shut;
    struct readers *r;
    int unread = 0;

    if (jail_enter(c, JAIL_NODE, NULL, 0, &shut) != E_OK || !shut.seccomp)
        return -1;
    r = readers(c);
    r->which = HONEST;
    for (size_t i = 0; i < n; i++) {
        const struct reader_job job = {files[i], true, (size_t)5 << 20};

        reader_ask(c, reach, r, &job, &got);
        unread += got.verdict != READER_FINE;
    }
    return unread;
}

TEST(files_are_read_under_the_list_of_calls_of_the_unit_too)
{
    const str files[] = {shot_jpeg(c, 30, 20, STR("")),
                         shot_pdf(c, STR(""), STR("")),
                         shot_png(c, 30, 20, true, true), shot_webp(c, 30, 20),
                         shot_heic(c, 64, 64)};
    size_t n = COUNT(files) - (files[COUNT(files) - 1].n == 0);
    int status = 0;
    pid_t child = fork();

    MUST(child >= 0);
    if (child == 0)
        _exit(unread_inside(c, files, n));
    MUST(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK_I64(WEXITSTATUS(status), 0);
}
