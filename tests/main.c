/* SPDX-License-Identifier: EUPL-1.2 */
/* Runs every TEST, or those whose name or file holds one of the arguments. */
#include "tests/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern const struct test __start_balai_test[], __stop_balai_test[];

static struct {
    size_t passed, failed, skipped;
    bool this_failed, this_skipped;
} tally;

bool test_check(bool ok, const char *what, const char *file, int line)
{
    if (!ok) {
        printf("  %s:%d: not so: %s\n", file, line, what);
        tally.this_failed = true;
    }
    return ok;
}

bool test_check_ok(struct ctx *c, err e, const char *what, const char *file,
                   int line)
{
    if (e != E_OK) {
        printf("  %s:%d: %s gave %s: %.*s\n", file, line, what, err_name(e),
               STR_ARG(c->why));
        tally.this_failed = true;
    }
    return e == E_OK;
}

bool test_check_str(str got, str want, const char *file, int line)
{
    if (str_eq(got, want))
        return true;
    printf("  %s:%d: got  \"%.*s\"\n  %*s want \"%.*s\"\n", file, line,
           STR_ARG(got), (int)strlen(file) + 4, "", STR_ARG(want));
    tally.this_failed = true;
    return false;
}

bool test_check_i64(int64_t got, int64_t want, const char *file, int line)
{
    if (got == want)
        return true;
    printf("  %s:%d: got %" PRId64 ", want %" PRId64 "\n", file, line, got,
           want);
    tally.this_failed = true;
    return false;
}

void test_skip(const char *why)
{
    printf("  skipped: %s\n", why);
    tally.this_skipped = true;
}

int test_hush(void)
{
    int kept = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);

    MUST(kept >= 0 && null >= 0 && dup2(null, STDERR_FILENO) >= 0);
    close(null);
    return kept;
}

void test_speak(int hushed)
{
    MUST(dup2(hushed, STDERR_FILENO) >= 0);
    close(hushed);
}

static void remove_folder(void *path)
{
    file_remove_tree(path);
}

const char *test_folder(struct ctx *c)
{
    const char *tmp = getenv("TMPDIR");
    str path =
        arena_fmt(c->mem, "%s/balai-test-XXXXXX", tmp == NULL ? "/tmp" : tmp);
    char *z = NEWS(c->mem, char, path.n + 1);

    memcpy(z, path.p, path.n);
    MUST(mkdtemp(z) != NULL);
    arena_owns(c->mem, remove_folder, z);
    return z;
}

const char *test_conformance(struct ctx *c, const char *below)
{
    const char *set = getenv("BALAI_CONFORMANCE");
    const char *path =
        arena_fmt(c->mem, "%s/%s", set == NULL ? "../shared/conformance" : set,
                  below)
            .p;

    if (file_exists(path))
        return path;
    test_skip("no conformance data here");
    return NULL;
}

/* xorshift64*: the same numbers in every run. */
struct seeded {
    struct dice dice;
    uint64_t *state;
};

static void seeded_fill(const struct dice *d, void *out, size_t n)
{
    uint64_t *s = ((const struct seeded *)(const void *)d)->state;

    for (size_t i = 0; i < n; i++) {
        *s ^= *s >> 12, *s ^= *s << 25, *s ^= *s >> 27;
        ((unsigned char *)out)[i] =
            (unsigned char)(*s * UINT64_C(2685821657736338717) >> 56);
    }
}

static bool asked_for(const struct test *t, char **words)
{
    if (*words == NULL)
        return true;
    for (; *words != NULL; words++)
        if (strstr(t->name, *words) != NULL || strstr(t->file, *words) != NULL)
            return true;
    return false;
}

static void run(const struct test *t)
{
    uint64_t state = UINT64_C(88172645463325252);
    struct seeded seeded = {{seeded_fill}, &state};
    struct ctx c = {.mem = arena_new((size_t)1 << 31),
                    .now = INT64_C(1771207200) * TIME_SECOND,
                    .lang = STR("en"),
                    .dice = &seeded.dice};

    tally.this_failed = tally.this_skipped = false;
    t->run(&c);
    arena_free(c.mem);
    if (tally.this_failed)
        printf("FAILED %s (%s)\n", t->name, t->file);
    tally.failed += tally.this_failed;
    tally.skipped += tally.this_skipped && !tally.this_failed;
    tally.passed += !tally.this_failed && !tally.this_skipped;
}

int main(int argc, char **argv)
{
    (void)argc;
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (const struct test *t = __start_balai_test; t < __stop_balai_test; t++)
        if (asked_for(t, argv + 1))
            run(t);
    printf("%zu passed, %zu failed, %zu skipped\n", tally.passed, tally.failed,
           tally.skipped);
    return tally.failed > 0 || tally.passed == 0;
}
