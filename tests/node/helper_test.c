/* SPDX-License-Identifier: EUPL-1.2 */
/* The signer in a process of its own: jailed, started anew, gone with its node;
 * and a node that holds no key. */
#include "jail/jail.h"
#include "node/node.h"
#include "tests/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the family --------------------------------------------------- */

/* What stands behind "key:" in /proc/PID/status; -1 where there is none, or
 * where the process has ended. */
static int64_t status_of(pid_t pid, const char *key)
{
    char path[64], line[256];
    size_t n = strlen(key);
    int64_t value = -1;
    FILE *f;

    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    f = fopen(path, "re");
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        if (strncmp(line, "State:\tZ", 8) == 0)
            break;
        if (strncmp(line, key, n) == 0 && line[n] == ':')
            value = strtoll(line + n + 1, NULL, 10);
    }
    if (f != NULL)
        (void)fclose(f);
    return value;
}

/* The child of `parent`; 0 where it has none that lives. */
static pid_t child_of(pid_t parent)
{
    DIR *d = opendir("/proc");
    pid_t found = 0;

    MUST(d != NULL);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);

        if (pid > 0 && status_of(pid, "PPid") == parent)
            found = pid;
    }
    (void)closedir(d);
    return found;
}

static str name_of(struct ctx *c, pid_t pid)
{
    char path[64], line[64] = "";
    FILE *f;

    (void)snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
    f = fopen(path, "re");
    if (f != NULL) {
        (void)!fgets(line, sizeof line, f);
        (void)fclose(f);
    }
    return arena_str(c->mem, str_trim(str_of(line)));
}

/* It has no wait for a process that is not its child: look until it is gone,
 * ten seconds at most. */
static bool ends(pid_t pid)
{
    int64_t until = time_monotonic() + 10 * TIME_SECOND;

    while (status_of(pid, "PPid") >= 0)
        if (time_monotonic() > until)
            return false;
    return true;
}

/* ---- the node ----------------------------------------------------- */

static void close_node(void *it)
{
    node_close(it);
}

static struct node_options options(struct ctx *c)
{
    struct node_options o = {.dir = file_join(c, test_folder(c), "kota"),
                             .apart = true,
                             .unjailed = jail_offered().landlock == 0};

    o.appliers = record_rooms(c, &o.n);
    return o;
}

static err found(struct ctx *c, const struct node_options *o)
{
    static const struct node_founding bandung = {
        .code = STR_INIT("32.73"), .domain = STR_INIT("bandung.example")};
    str links[2];

    return node_found(c, o, &bandung, links);
}

static struct node *serving(struct ctx *c)
{
    struct node_options o = options(c);
    struct node *n = NULL;

    CHECK_OK(found(c, &o));
    CHECK_OK(node_open(c, &o, &n));
    arena_owns(c->mem, close_node, n);
    return n;
}

TEST(the_signer_of_a_serving_node_is_a_jailed_process)
{
    struct node *n = serving(c);
    pid_t keeper = child_of(getpid()), signer = child_of(keeper);

    CHECK(keeper > 0 && signer > 0);
    CHECK_STR(name_of(c, keeper), "balai-keeper");
    CHECK_STR(name_of(c, signer), "balai-signer");
    CHECK_I64(status_of(signer, "Seccomp"), 2);
    CHECK_I64(status_of(signer, "NoNewPrivs"), 1);
    CHECK_I64(status_of(signer, "Threads"), 1);
    CHECK_OK(node_tick(c, n));
}

TEST(a_signer_that_is_killed_is_started_anew_and_signs_on)
{
    struct node *n = serving(c);
    pid_t keeper = child_of(getpid()), signer = child_of(keeper);
    int kept = test_hush();
    str note, again;

    CHECK_OK(node_tick(c, n));
    CHECK_OK(seal_signer_last(c, node_signer(n), &note));
    CHECK(note.n > 0);
    CHECK(kill(signer, SIGKILL) == 0 && ends(signer));
    CHECK_OK(seal_signer_last(c, node_signer(n), &again));
    CHECK(str_eq(note, again));
    CHECK(child_of(keeper) > 0 && child_of(keeper) != signer);
    test_speak(kept);
}

/* A signer that hangs or cannot be had is an answer, not a wait for ever. */
TEST(a_node_without_its_keeper_says_so)
{
    struct node *n = serving(c);
    pid_t keeper = child_of(getpid()), signer = child_of(keeper);
    int kept = test_hush();
    str note;

    CHECK(kill(keeper, SIGKILL) == 0 && ends(keeper) && ends(signer));
    CHECK(seal_signer_last(c, node_signer(n), &note) == E_BUSY);
    CHECK(str_find(c->why, STR("balai-signer ended")) < c->why.n);
    test_speak(kept);
}

TEST(the_signer_ends_with_its_node_however_that_ends)
{
    struct node_options o = options(c);
    pid_t keeper, signer, child;
    struct node *n;
    int ends_of[2];
    char byte;

    CHECK_OK(found(c, &o));
    MUST(pipe(ends_of) == 0);
    child = fork();
    if (child == 0) {
        byte = node_open(c, &o, &n) == E_OK;
        (void)!write(ends_of[1], &byte, 1);
        for (;;)
            (void)pause();
    }
    CHECK(read(ends_of[0], &byte, 1) == 1 && byte == 1);
    keeper = child_of(child);
    signer = child_of(keeper);
    CHECK(keeper > 0 && signer > 0);
    CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
    CHECK_OK(node_open(c, &o, &n)); /* at once: its file is free in a moment */
    CHECK(ends(keeper) && ends(signer));
    signer = child_of(child_of(getpid()));
    CHECK(signer > 0);
    node_close(n);
    CHECK(ends(signer));
    close(ends_of[0]);
    close(ends_of[1]);
}

/* ---- the memory --------------------------------------------------- */

#define KEYS 5
#define FORMS                                                                  \
    10 /* the bytes of each seed, and the text of them in the file             \
        */
#define PIECE ((size_t)1 << 20)

/* Each byte turned over, so that who knows them so is not found by looking. */
struct seeds {
    unsigned char turned[FORMS][48];
    size_t size[FORMS], n;
};

static void add_form(struct seeds *s, str form)
{
    MUST(s->n < FORMS && form.n <= sizeof s->turned[0]);
    for (size_t i = 0; i < form.n; i++)
        s->turned[s->n][i] = (unsigned char)~(unsigned char)form.p[i];
    s->size[s->n++] = form.n;
}

static struct seeds read_seeds(struct ctx *c, const char *dir)
{
    struct seeds s = {.n = 0};
    str text, line, raw;

    CHECK_OK(file_read(c, file_join(c, dir, "signer"), 1 << 20, &text));
    while (str_next(&text, '\n', &line)) {
        str word, rest = line;

        for (int i = 0; i < 3; i++)
            str_cut(rest, ' ', &word, &rest);
        str_cut(rest, ' ', &word, &rest);
        if (!str_starts(line, STR("key ")) || !seal_unbase64(c, word, &raw))
            continue;
        add_form(&s, word);
        add_form(&s, raw);
    }
    CHECK_I64((int64_t)s.n, FORMS);
    return s;
}

static bool is_here(const unsigned char *p, const unsigned char *turned,
                    size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((p[i] ^ turned[i]) != UINT8_MAX)
            return false;
    return true;
}

/* At most addresses none begins, which one look at a table tells. */
static int count_in(const unsigned char *p, size_t n, const struct seeds *s)
{
    bool begins[256] = {false};
    int found = 0;

    for (size_t k = 0; k < s->n; k++)
        begins[s->turned[k][0] ^ UINT8_MAX] = true;
    for (size_t at = 0; at < n; at++)
        for (size_t k = 0; begins[p[at]] && k < s->n; k++)
            found += at + s->size[k] <= n &&
                     is_here(p + at, s->turned[k], s->size[k]);
    return found;
}

/* How often a seed stands in what this process can read of itself. */
static int seeds_in_memory(const struct seeds *s)
{
    unsigned char *piece = malloc(PIECE);
    FILE *maps = fopen("/proc/self/maps", "re");
    int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC), found = 0;
    unsigned long from, to;
    char line[512], may[8];

    MUST(maps != NULL && mem >= 0 && piece != NULL);
    while (fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx %7s", &from, &to, may) != 3 ||
            may[0] != 'r' || may[1] != 'w' || to - from > (size_t)1 << 30)
            continue;
        for (; from < to; from += PIECE - 64) {
            size_t n = to - from < PIECE ? to - from : PIECE;
            ssize_t r = pread(mem, piece, n, (off_t)from);

            if (r <= 0 ||
                (unsigned long)from == (unsigned long)(uintptr_t)piece)
                break;
            found += count_in(piece, (size_t)r, s);
        }
    }
    (void)fclose(maps);
    close(mem);
    free(piece);
    return found;
}

/* In a child: open the city, sign, make a backup, and look. The seeds come
 * through the pipe when all that is done. */
static _Noreturn void look(struct ctx *c, const struct node_options *o,
                           const int to[2], const int from[2])
{
    struct node *n = NULL;
    struct seeds s;
    int found = -1;
    char byte = 0;

    if (node_open(c, o, &n) == E_OK && node_tick(c, n) == E_OK &&
        node_backup(c, n, file_join(c, o->dir, "../cadangan")) == E_OK)
        byte = 1;
    (void)!write(from[1], &byte, 1);
    if (byte == 1 && read(to[0], &s, sizeof s) == (ssize_t)sizeof s)
        found = seeds_in_memory(&s);
    (void)!write(from[1], &found, sizeof found);
    _exit(0);
}

static int seeds_in_a_node(struct ctx *c, const struct node_options *o)
{
    int to[2], from[2], found = -1;
    struct seeds s;
    pid_t child;
    char byte = 0;

    MUST(pipe2(to, O_CLOEXEC) == 0 && pipe2(from, O_CLOEXEC) == 0);
    child = fork();
    if (child == 0)
        look(c, o, to, from);
    CHECK(read(from[0], &byte, 1) == 1 && byte == 1);
    s = read_seeds(c, o->dir);
    CHECK(write(to[1], &s, sizeof s) == (ssize_t)sizeof s);
    CHECK(read(from[0], &found, sizeof found) == (ssize_t)sizeof found);
    MUST(waitpid(child, NULL, 0) == child);
    close(to[0]), close(to[1]), close(from[0]), close(from[1]);
    return found;
}

/* A city that another process founded: nothing of its keys was ever here. */
static struct node_options founded_elsewhere(struct ctx *c)
{
    struct node_options o = options(c);
    int status = 1;
    pid_t child = fork();

    if (child == 0) {
        c->dice = seal_dice(); /* no other city's keys, as a test's would be */
        _exit(found(c, &o) != E_OK);
    }
    MUST(waitpid(child, &status, 0) == child);
    CHECK_I64(status, 0);
    return o;
}

TEST(the_memory_of_a_node_that_serves_holds_no_secret_key)
{
    struct node_options o = founded_elsewhere(c);

    CHECK_I64(seeds_in_a_node(c, &o), 0);
}

/* The same with the signer in the node's own process: so the look finds what
 * is there. */
TEST(the_memory_of_a_node_with_its_signer_inside_holds_all_of_them)
{
    struct node_options o = founded_elsewhere(c);

    o.apart = false;
    CHECK(seeds_in_a_node(c, &o) >= KEYS);
}
