/* SPDX-License-Identifier: EUPL-1.2 */
/* Messages between processes, whole, cut and too long. */
#include "base/base.h"
#include "tests/test.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static void pair_of(int pair[2])
{
    const struct timeval moment = {.tv_usec = 1000};

    MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    (void)setsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment);
}

TEST(what_a_buf_wrote_is_read_back_to_its_end)
{
    struct buf b = buf_new(c, 1024);
    struct wire w = {.bad = false};

    buf_u32be(&b, 0xdeadbeef);
    buf_text(&b, STR("satu"));
    buf_text(&b, STR(""));
    buf_u64be(&b, UINT64_MAX - 1);
    buf_raw(&b, STR("xy"));
    w.rest = buf_str(&b);
    CHECK_I64(wire_u32(&w), 0xdeadbeef);
    CHECK_STR(wire_text(&w), "satu");
    CHECK_STR(wire_text(&w), "");
    CHECK(wire_u64(&w) == UINT64_MAX - 1);
    CHECK(!wire_whole(&w));
    CHECK_STR(wire_raw(&w, 2), "xy");
    CHECK(wire_whole(&w));
    CHECK_I64(wire_u32(&w), 0);
    CHECK(w.bad && !wire_whole(&w));
}

/* Cut anywhere, it is bad; nothing is read from behind the end. */
TEST(a_message_that_was_cut_reads_as_bad)
{
    struct buf b = buf_new(c, 1024);
    str all;

    buf_text(&b, STR("satu"));
    buf_u64be(&b, 7);
    all = buf_str(&b);
    for (size_t n = 0; n < all.n; n++) {
        struct wire w = {.rest = str_slice(all, 0, n)};

        (void)wire_text(&w);
        CHECK(wire_u64(&w) == 0 && w.bad);
        CHECK_STR(wire_raw(&w, 0), "");
    }
}

TEST(a_length_of_four_gigabytes_reads_nothing)
{
    struct wire w = {.rest = STR("\xff\xff\xff\xff"
                                 "abc")};

    CHECK_STR(wire_text(&w), "");
    CHECK(w.bad);
}

TEST(messages_arrive_whole_and_in_order)
{
    int pair[2];
    str got;

    pair_of(pair);
    CHECK_OK(wire_send(c, pair[0], STR("satu")));
    CHECK_OK(wire_send(c, pair[0], STR("")));
    CHECK_OK(wire_recv(c, pair[1], 4, &got));
    CHECK_STR(got, "satu");
    CHECK_OK(wire_recv(c, pair[1], 4, &got));
    CHECK_STR(got, "");
    CHECK(wire_recv(c, pair[1], 4, &got) == E_BUSY);
    CHECK_OK(wire_send(c, pair[0], STR("empat")));
    CHECK(wire_recv(c, pair[1], 4, &got) == E_TOO_BIG);
    close(pair[1]);
    CHECK(wire_send(c, pair[0], STR("satu")) == E_GONE);
    CHECK(wire_recv(c, pair[0], 4, &got) == E_GONE);
    close(pair[0]);
}

TEST(a_message_that_ends_in_the_middle_is_the_end)
{
    int pair[2];
    str got;

    pair_of(pair);
    CHECK(send(pair[0], "\0\0\0\5ab", 6, 0) == 6);
    close(pair[0]);
    CHECK(wire_recv(c, pair[1], 100, &got) == E_GONE);
    close(pair[1]);
}
