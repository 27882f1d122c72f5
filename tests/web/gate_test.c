/* SPDX-License-Identifier: EUPL-1.2 */
/* Raw requests at the gate; see gate.cases. */
#include "tests/web/site.h"

#include <stdio.h>

#define CASES "tests/web/gate.cases"

struct gate_case {
    str name, want, request;
};

static void put_line(struct site *s, struct buf *b, str line)
{
    for (size_t i = 0; i < line.n; i++) {
        static const char marks[] = "0rnt", means[] = {0, '\r', '\n', '\t'};
        const char *at = i + 1 < line.n && line.p[i] == '\\'
                             ? strchr(marks, line.p[i + 1])
                             : NULL;

        if (str_starts(str_slice(line, i, line.n), STR("HOST"))) {
            buf_fmt(b, "127.0.0.1:%u", (unsigned)web_port(s->web));
            i += 3;
        } else if (at != NULL) {
            buf_char(b, means[at - marks]);
            i++;
        } else
            buf_char(b, line.p[i]);
    }
    buf_lit(b, "\r\n");
}

/* The next case of *rest; its request is the lines up to the next head. */
static bool next_case(struct site *s, str *rest, struct gate_case *out)
{
    struct buf b = buf_new(s->c, 1 << 20);
    str line, last = STR("");

    do {
        if (!str_next(rest, '\n', &line))
            return false;
    } while (line.n == 0 || line.p[0] == '#');
    str_cut(line, ':', &out->name, &out->want);
    out->want = str_trim(out->want);
    while (rest->n > 0) {
        str after = *rest, head, status;

        str_next(&after, '\n', &line);
        str_cut(line, ':', &head, &status);
        status = str_trim(status);
        if (last.p != NULL && last.n == 0 && status.n == 3 &&
            status.p[0] >= '0' && status.p[0] <= '5' && !str_has(head, '/'))
            break;
        if (str_eq(line, STR("+")))
            while (b.n < 100000)
                put_line(s, &b, last);
        else
            put_line(s, &b, line);
        last = line;
        *rest = after;
    }
    out->request = buf_str(&b);
    return true;
}

TEST(the_gate_lets_no_request_through_that_could_be_read_in_two_ways)
{
    struct site *s = site_new(c);
    struct gate_case k;
    str text, rest;
    int n = 0;

    CHECK_OK(file_read(c, CASES, 1 << 16, &text));
    rest = text;
    while (next_case(s, &rest, &k)) {
        str got = site_raw(s, k.request);
        str status = str_slice(got, 9, 12);

        n++;
        if (got.n == 0)
            status = STR("000");
        if (!CHECK(str_eq(status, k.want)))
            printf("  %.*s: got %.*s, want %.*s\n", STR_ARG(k.name),
                   STR_ARG(status), STR_ARG(k.want));
    }
    CHECK(n >= 40);
}

TEST(a_body_that_does_not_end_is_cut)
{
    struct site *s = site_new(c);
    struct buf b = buf_new(c, (size_t)16 << 20);
    str got;

    buf_fmt(&b,
            "POST /lacak HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            "Transfer-Encoding: chunked\r\n\r\n",
            (unsigned)web_port(s->web));
    for (int i = 0; i < 4000; i++) {
        buf_lit(&b, "400\r\n");
        for (int k = 0; k < 1024; k++)
            buf_char(&b, 'a');
        buf_lit(&b, "\r\n");
    }
    got = site_raw(s, buf_str(&b));
    CHECK(got.n == 0 || str_starts(got, STR("HTTP/1.1 413")));
}

TEST(every_answer_carries_the_headers_that_protect)
{
    static const char *const pages[] = {
        "/", "/tidak-ada", "/log/checkpoint", "/kerja", "/masuk", "/a%00"};
    struct site *s = site_new(c);

    for (size_t i = 0; i < COUNT(pages); i++) {
        struct browser b = site_browser(s);
        struct seen page = browser_get(&b, pages[i]);
        const char *lacks = seen_lacks(&page);

        if (!CHECK(lacks == NULL))
            printf("  %s: %s\n", pages[i], lacks);
    }
}
