/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers that answer what they hear, and the keeper that starts them. */
#include "jail/jail.h"
#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ECHO, LONE, GONE, HELPERS };

#define MOST ((size_t)1 << 20)

/* Says back each message with its own number before it; "end" ends it, and so
 * does what its jail forbids. */
static void echo(const void *arg, int fd)
{
    struct ctx c = {.mem = arena_new((size_t)16 << 20)};
    str got;

    (void)arg;
    while (wire_recv(&c, fd, MOST, &got) == E_OK) {
        struct buf b = buf_new(&c, 2 * MOST);

        if (str_eq(got, STR("end")))
            break;
        if (str_eq(got, STR("socket")))
            (void)socket(AF_INET, SOCK_STREAM, 0);
        buf_u32be(&b, (uint32_t)getpid());
        buf_raw(&b, got);
        if (wire_send(&c, fd, buf_str(&b)) != E_OK)
            break;
    }
    arena_free(c.mem);
}

struct house {
    struct jail_path own, gone;
    struct jail_helper helpers[HELPERS];
    struct jail_keeper *keeper;
};

static void leave(void *it)
{
    jail_keeper_stop(((struct house *)it)->keeper);
}

static struct house *new_house(struct ctx *c)
{
    struct house *h = NEW(c->mem, struct house);

    h->own = (struct jail_path){test_folder(c), true};
    h->gone = (struct jail_path){file_join(c, h->own.path, "gone"), false};
    h->helpers[ECHO] = (struct jail_helper){
        .name = "balai-echo", .role = JAIL_READER, .work = echo};
    h->helpers[LONE] = (struct jail_helper){.name = "balai-lone",
                                            .role = JAIL_SIGNER,
                                            .alone = true,
                                            .paths = &h->own,
                                            .n = 1,
                                            .work = echo};
    h->helpers[GONE] = (struct jail_helper){.name = "balai-gone",
                                            .role = JAIL_SIGNER,
                                            .paths = &h->gone,
                                            .n = 1,
                                            .work = echo};
    return h;
}

/* Landlock may be missing where tests run; what is then is a test of its own.
 */
static struct house *house(struct ctx *c)
{
    struct house *h = new_house(c);

    CHECK_OK(jail_keeper_start(c, h->helpers, HELPERS,
                               jail_offered().landlock == 0, &h->keeper));
    arena_owns(c->mem, leave, h);
    return h;
}

/* Its process number; 0 where it did not say the same. */
static pid_t says_back(struct ctx *c, int fd, str what)
{
    struct wire w = {.bad = false};
    uint32_t pid;

    if (wire_send(c, fd, what) != E_OK ||
        wire_recv(c, fd, 2 * MOST, &w.rest) != E_OK)
        return 0;
    pid = wire_u32(&w);
    return str_eq(w.rest, what) ? (pid_t)pid : 0;
}

TEST(each_call_gets_a_jailed_helper_of_its_own)
{
    struct house *h = house(c);
    char *big = NEWS(c->mem, char, MOST);
    int a, b;
    pid_t first, second;

    memset(big, 'x', MOST);
    CHECK_OK(jail_keeper_call(c, h->keeper, ECHO, &a));
    CHECK_OK(jail_keeper_call(c, h->keeper, ECHO, &b));
    CHECK(jail_keeper_got(h->keeper).seccomp);
    first = says_back(c, a, STR("satu"));
    second = says_back(c, b, STR(""));
    CHECK(first > 0 && second > 0 && first != second);
    CHECK(says_back(c, a, (str){big, MOST}) == first);
    CHECK(says_back(c, a, STR("socket")) == 0); /* and it is no more */
    CHECK(says_back(c, b, STR("dua")) == second);
    close(a), close(b);
}

TEST(a_helper_whose_path_is_gone_says_which)
{
    struct house *h = house(c);
    int fd;

    if (jail_offered().landlock == 0) {
        test_skip("this kernel has no Landlock");
        return;
    }
    CHECK(jail_keeper_call(c, h->keeper, GONE, &fd) == E_NOT_FOUND);
    CHECK(str_find(c->why, str_of(h->gone.path)) < c->why.n);
    CHECK_I64(fd, -1);
}

TEST(of_one_that_is_alone_a_new_one_ends_the_one_before)
{
    struct house *h = house(c);
    pid_t first, second;
    int a, b, kept = test_hush();

    CHECK_OK(jail_keeper_call(c, h->keeper, LONE, &a));
    first = says_back(c, a, STR("satu"));
    CHECK_OK(jail_keeper_call(c, h->keeper, LONE, &b));
    second = says_back(c, b, STR("dua"));
    CHECK(first > 0 && second > 0 && first != second);
    CHECK(says_back(c, a, STR("tiga")) == 0);
    CHECK(says_back(c, b, STR("empat")) == second);
    test_speak(kept);
    close(a), close(b);
}

/* Half a second, one, two, four: three or four starts fit into two seconds, and
 * without the intervals it would be a thousand. */
TEST(one_that_keeps_ending_is_started_at_growing_intervals)
{
    struct house *h = house(c);
    int64_t began = time_monotonic(), until = began + 2 * TIME_SECOND;
    int starts = 0, refusals = 0, fd, kept = test_hush();

    while (time_monotonic() < until) {
        if (jail_keeper_call(c, h->keeper, LONE, &fd) != E_OK) {
            refusals++;
            continue;
        }
        starts++;
        CHECK_OK(wire_send(c, fd, STR("end")));
        close(fd);
    }
    test_speak(kept);
    CHECK(starts >= 3 && starts <= 4);
    CHECK(refusals > 0);
    CHECK_STR(c->why, "The process balai-lone ended and will be started "
                      "again. Try again in a moment.");
}

TEST(helpers_end_with_their_keeper_and_it_is_told)
{
    struct house *h = house(c);
    int a, b, kept = test_hush();

    CHECK_OK(jail_keeper_call(c, h->keeper, ECHO, &a));
    CHECK_OK(jail_keeper_call(c, h->keeper, LONE, &b));
    CHECK(jail_keeper_lives(h->keeper));
    jail_keeper_stop(h->keeper);
    h->keeper = NULL;
    CHECK(says_back(c, b, STR("dua")) == 0);
    test_speak(kept);
    close(a), close(b);
}

/* ---- a kernel that has no Landlock --------------------------------- */

/* The jail of a node has no calls of Landlock: what runs inside it sees a
 * kernel without. Exits with the error of the call. */
static _Noreturn void without_landlock(struct ctx *c, bool unjailed, int told)
{
    struct house *h = new_house(c);
    struct jail_got got;
    unsigned char e = E_INTERNAL;
    int fd;

    c->lang = STR("en");
    if (jail_enter(c, JAIL_NODE, NULL, 0, &got) == E_OK &&
        jail_keeper_start(c, h->helpers, HELPERS, unjailed, &h->keeper) ==
            E_OK) {
        e = (unsigned char)jail_keeper_call(c, h->keeper, LONE, &fd);
        if (e == E_OK)
            e = says_back(c, fd, STR("satu")) > 0 ? E_OK : E_GONE;
        else
            (void)!write(told, c->why.p, c->why.n);
        jail_keeper_stop(h->keeper);
    }
    _exit(e);
}

static int outcome(struct ctx *c, bool unjailed, char why[512])
{
    int ends[2], status = 0;
    ssize_t n;
    pid_t child;

    MUST(pipe2(ends, O_CLOEXEC) == 0);
    child = fork();
    if (child == 0)
        without_landlock(c, unjailed, ends[1]);
    close(ends[1]);
    n = read(ends[0], why, 511);
    why[n > 0 ? n : 0] = 0;
    close(ends[0]);
    MUST(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(a_helper_that_cannot_be_jailed_does_not_run_unless_told)
{
    char why[512];

    CHECK_I64(outcome(c, false, why), E_FORBIDDEN);
    CHECK(str_find(str_of(why), STR("cannot jail the process balai-lone: it "
                                    "has no Landlock")) < strlen(why));
    CHECK(str_find(str_of(why), STR("--unjailed")) < strlen(why));
    CHECK_I64(outcome(c, true, why), E_OK);
}
