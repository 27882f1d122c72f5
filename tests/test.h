/* SPDX-License-Identifier: EUPL-1.2 */
/* The whole test framework. A test is a sentence:
 *
 *     TEST(a_resident_cannot_act_as_an_officer)
 *     {
 *         CHECK(f(c) == E_FORBIDDEN);
 *     }
 *
 * It gets a context of its own: a fresh arena, seeded dice, and the clock at
 * 2026-02-16T02:00:00Z (Monday, 09.00 WIB). */
#pragma once

#include "base/base.h"

struct test {
    const char *name, *file;
    void (*run)(struct ctx *c);
};

#define TEST(what)                                                             \
    static void what(struct ctx *c);                                           \
    static const struct test test_##what                                       \
        __attribute__((used, section("balai_test"),                            \
                       aligned(sizeof(void *)))) = {#what, __FILE__, what};    \
    static void what(__attribute__((unused)) struct ctx *c)

#define CHECK(cond) test_check((cond), #cond, __FILE__, __LINE__)
#define CHECK_OK(e) test_check_ok(c, (e), #e, __FILE__, __LINE__)
#define CHECK_STR(got, want)                                                   \
    test_check_str((got), str_of(want), __FILE__, __LINE__)
#define CHECK_I64(got, want) test_check_i64((got), (want), __FILE__, __LINE__)

/* Each returns whether it held, so that a test can stop early. */
bool test_check(bool ok, const char *what, const char *file, int line);
bool test_check_ok(struct ctx *c, err e, const char *what, const char *file,
                   int line);
bool test_check_str(str got, str want, const char *file, int line);
bool test_check_i64(int64_t got, int64_t want, const char *file, int line);

/* Leave the test out, with a line that says why. */
void test_skip(const char *why);

/* Nobody is told on standard error what a test does on purpose; then again. */
int test_hush(void);
void test_speak(int hushed);

/* A new empty folder that is removed when c->mem goes. */
const char *test_folder(struct ctx *c);

/* The folder of conformance data beside the checkout (or $BALAI_CONFORMANCE),
 * or NULL after test_skip() where it is not there. */
const char *test_conformance(struct ctx *c, const char *below);
